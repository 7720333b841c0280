package focus_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/focus"
	"github.com/seed-e9ab587a/lambdaecon/cost/savings"
)

// The report is in the currency of Lambda, wherever its first row stands.
func TestCurrencyOfTheReport(t *testing.T) {
	other := func(currency, billed string) item {
		return compute.with(func(i *item) { i.service, i.currency, i.billed = "AmazonEC2", currency, billed })
	}
	fee := compute.with(func(i *item) {
		i.service, i.kind, i.billed, i.effective = "Savings Plans for AWS Compute usage", "SavingsPlanRecurringFee", "5", "0"
	})
	bare := compute.with(func(i *item) { i.currency = "" })
	tests := map[string]struct {
		items    []item
		currency string
		total    string
		causes   string
	}{
		"Lambda first":           {[]item{compute, other("EUR", "3"), other("USD", "4")}, "USD", "4.0023771381", "Matched 1, OtherCurrency 1, OtherService 1"},
		"Lambda last":            {[]item{other("EUR", "3"), other("USD", "4"), other("EUR", "1"), fee, compute}, "USD", "9.0023771381", "Matched 1, CommitmentFee 1, OtherCurrency 2, OtherService 1"},
		"null before it":         {[]item{other("", "3"), bare, other("USD", "1"), compute}, "USD", "1.0023771381", "Matched 1, OtherCurrency 2, OtherService 1"},
		"without Lambda":         {[]item{other("", "7"), other("EUR", "3"), other("USD", "4"), other("EUR", "2")}, "EUR", "5", "OtherCurrency 2, OtherService 2"},
		"without any currency":   {[]item{other("", "7"), other("", "2")}, "", "9", "OtherService 2"},
		"Lambda of two":          {[]item{compute, compute.with(func(i *item) { i.currency = "EUR" })}, "USD", "0.0023771381", "Matched 1, OtherCurrency 1"},
		"a currency of no money": {[]item{compute, other(strings.Repeat("x", 17), "1")}, "USD", "0.0023771381", "Matched 1"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for format, export := range map[string]string{"focus": focusExport(tt.items...), "cur": curExport(false, tt.items...)} {
				r := reconcile(t, export, nil)
				var causes []string
				for _, c := range r.Causes {
					causes = append(causes, fmt.Sprint(c.Cause, " ", c.Rows))
					for _, e := range c.Examples {
						if e.Cause != c.Cause {
							t.Errorf("%s: an example of %s under %s", format, e.Cause, c.Cause)
						}
					}
				}
				if got := strings.Join(causes, ", "); r.Currency != tt.currency || !r.Total.Equal(dec(tt.total)) || got != tt.causes {
					t.Errorf("%s: %q, total %s, %s", format, r.Currency, r.Total, got)
				}
			}
		})
	}
	t.Run("too many", func(t *testing.T) {
		var items []item
		for i := range 65 {
			items = append(items, other(fmt.Sprintf("C%02d", i), "1"))
		}
		var out *focus.LineError
		r, err := focus.Reconcile(context.Background(), strings.NewReader(focusExport(items...)), nil)
		if !errors.As(err, &out) || out.Line != 66 || r.Rows != 64 {
			t.Errorf("error %v after %d rows", err, r.Rows)
		}
	})
}

// A bill in another currency than the export is not compared, and neither is one of two currencies or of figures beyond reason.
func TestBillsThatCannotBeCompared(t *testing.T) {
	line := cost.Line{Meter: cost.Requests, Arch: cost.X86, Quantity: dec("1"), UnitPrice: dec("1"), Cost: dec("1")}
	statement := func(currency string, l cost.Line) *cost.Statement {
		return &cost.Statement{Bills: []cost.Bill{
			{Region: "us-west-2", Currency: "USD", Lines: []cost.Line{line}}, {Region: "eu-west-1", Currency: currency, Lines: []cost.Line{l}},
		}}
	}
	huge, kindless, meterless := line, line, line
	huge.Quantity, kindless.Kind, meterless.Meter = decimal.New(1, 100_000_000), 99, 0
	tests := map[string]struct {
		bill  *cost.Statement
		field string // of a RangeError; "" for a MixedError
		rows  bool   // there is a report
	}{
		"another currency":  {&cost.Statement{Bills: []cost.Bill{{Region: "cn-north-1", Currency: "CNY"}}}, "", true},
		"two currencies":    {statement("CNY", line), "", false},
		"gigantic quantity": {statement("USD", huge), "Options.Bill.Bills[1].Lines[0].Quantity", false},
		"unknown kind":      {statement("USD", kindless), "Options.Bill.Bills[1].Lines[0].Kind", false},
		"unknown meter":     {statement("USD", meterless), "Options.Bill.Bills[1].Lines[0].Meter", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r, err := focus.Reconcile(context.Background(), strings.NewReader(focusExport(compute)), &focus.Options{Bill: tt.bill})
			var mixed *cost.MixedError
			var out *focus.RangeError
			if tt.field == "" && (!errors.As(err, &mixed) || mixed.What != "currency") {
				t.Errorf("error %v, want a MixedError", err)
			}
			if tt.field != "" && (!errors.As(err, &out) || out.Field != tt.field) {
				t.Errorf("error %v, want a RangeError of %s", err, tt.field)
			}
			if tt.rows != (r != nil) || r != nil && (r.Rows != 1 || r.Bill != nil) {
				t.Errorf("report %+v", r)
			}
		})
	}
}

// The rows of a bill with a Savings Plan, held against that bill: every line is the same.
func TestBillOfAPlanIsItsOwnExport(t *testing.T) {
	hours := func(yield func(time.Time, map[string]cost.Usage) bool) {
		for i := range 48 {
			var u cost.Usage
			if err := u.Add(cost.Compute, cost.X86, dec("100000.5").Mul(decimal.New(int64(i), 0))); err != nil {
				t.Fatal(err)
			}
			if !yield(at("2026-09-01T00:00:00Z").Add(time.Duration(i)*time.Hour), map[string]cost.Usage{"us-east-1": u, "eu-west-1": u}) {
				return
			}
		}
	}
	s, err := savings.Bill(cost.Embedded(), hours, savings.Plan{HourlyCommitment: dec("9")}, &cost.Options{FreeTier: cost.MonthlyFreeTier()})
	if err != nil {
		t.Fatal(err)
	}
	c := charge()
	c.Period, c.Exact = focus.Month(c.Period.Start), true
	c.Commitment = &focus.Commitment{ID: "arn:plan", Fee: true}
	rows, err := focus.FromStatement(s, c)
	if err != nil {
		t.Fatal(err)
	}
	r := reconcile(t, csvOf(t, rows, nil), &focus.Options{Bill: &s})
	covered := 0
	for _, d := range r.Bill {
		if d.Kind == cost.Covered {
			covered++
		}
		if !d.ExportQuantity.Equal(d.BillQuantity) || !d.ExportCost.Equal(d.BillCost) {
			t.Errorf("%+v", d)
		}
	}
	if covered < 2 {
		t.Errorf("%d covered lines", covered)
	}
}

// A billing period is a month, however its start is spelled.
func TestMonthsAreMonths(t *testing.T) {
	export := focusExport(compute, compute, compute)
	parts := strings.SplitAfter(export, "\n")
	parts[2] = strings.Replace(parts[2], "2026-09-01T00:00:00Z", "2026-09-01T00:00:01Z", 1)
	parts[3] = strings.Replace(parts[3], "2026-09-01T00:00:00Z", "2026-08-31T16:00:00Z", 1) // midnight in China
	r := reconcile(t, strings.Join(parts, ""), nil)
	var months []string
	for _, l := range r.Lines {
		months = append(months, fmt.Sprint(l.Month.Format(time.DateOnly), " ", l.Rows))
	}
	if diff := cmp.Diff([]string{"2026-09-01 3"}, months); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
