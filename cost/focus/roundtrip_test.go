package focus_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/focus"
	"github.com/seed-e9ab587a/lambdaecon/cost/savings"
)

// known is what of a bill rows hold.
func known(s cost.Statement) cost.Statement {
	var out cost.Statement
	for _, b := range s.Bills {
		out.Bills = append(out.Bills, cost.Bill{Region: b.Region, Location: b.Location, Currency: b.Currency, Lines: b.Lines})
	}
	return out
}

// Bills of all regions, all meters, all tiers, with and without free tier and discount, go to CSV and come back: rows equal,
// bills equal to the last digit.
func TestRoundTrip(t *testing.T) {
	layouts := map[string]*focus.Layout{
		"1.2":       nil,
		"1.2, NULL": {Null: "NULL"},
		"1.0":       {Version: focus.V10},
	}
	options := map[string]*cost.Options{
		"list prices": nil,
		"free tier":   {FreeTier: cost.MonthlyFreeTier()},
		"discounts":   {FreeTier: cost.MonthlyFreeTier(), Discount: dec("0.07"), Discounts: map[cost.Meter]decimal.Decimal{cost.Compute: dec("0.0333")}},
	}
	for oname, o := range options {
		for _, partition := range []string{"aws", "aws-us-gov", "aws-cn"} {
			usage := make(map[string]cost.Usage)
			for _, region := range cost.Embedded().Regions() {
				if r := rates(t, region); r.Card().Partition == partition {
					usage[region] = everything(t, r)
				}
			}
			if len(usage) < 2 {
				t.Fatalf("%d regions in %s", len(usage), partition)
			}
			s, err := cost.Embedded().Bill(usage, o)
			if err != nil {
				t.Fatal(err)
			}
			c := charge()
			c.Options = o
			rows, err := focus.FromStatement(s, c)
			if err != nil {
				t.Fatal(err)
			}
			for lname, layout := range layouts {
				t.Run(oname+", "+partition+", "+lname, func(t *testing.T) {
					read := readAll(t, csvOf(t, rows, layout))
					if layout == nil || layout.Version != focus.V10 {
						if diff := cmp.Diff(rows, read); diff != "" {
							t.Errorf("rows (-want +got):\n%s", diff)
						}
					}
					back, err := focus.ToStatement(sequence(read), nil)
					if err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(known(s), back); diff != "" {
						t.Errorf("bills (-want +got):\n%s", diff)
					}
					used, err := focus.ToUsage(sequence(read), nil)
					if err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(usage, used); diff != "" {
						t.Errorf("usage (-want +got):\n%s", diff)
					}
				})
			}
		}
	}
}

// Covered lines and unused commitment come back too, whether the fee has a row or not.
func TestRoundTripOfAPlan(t *testing.T) {
	want := planBill(t)
	for _, fee := range []bool{false, true} {
		for _, exact := range []bool{false, true} {
			c := charge()
			c.Commitment = &focus.Commitment{ID: "arn:plan", Fee: fee}
			c.Exact = exact
			rows, err := focus.FromBill(want, c)
			if err != nil {
				t.Fatal(err)
			}
			back, err := focus.ToStatement(sequence(readAll(t, csvOf(t, rows, nil))), nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(known(cost.Statement{Bills: []cost.Bill{want}}), back); diff != "" {
				t.Errorf("fee %t, exact %t (-want +got):\n%s", fee, exact, diff)
			}
		}
	}
}

// The statement of package savings, with unused commitment of no region, comes back too, and its rows break no rule but that the
// rate codes of the embedded plan rates are not known.
func TestRoundTripOfSavings(t *testing.T) {
	hours := func(yield func(time.Time, map[string]cost.Usage) bool) {
		for i := range 5 {
			var u cost.Usage
			if err := u.Add(cost.Compute, cost.X86, dec("10000.5").Mul(decimal.New(int64(i), 0))); err != nil {
				t.Fatal(err)
			}
			if !yield(at("2026-09-01T00:00:00Z").Add(time.Duration(i)*time.Hour), map[string]cost.Usage{"us-east-1": u}) {
				return
			}
		}
	}
	s, err := savings.Bill(cost.Embedded(), hours, savings.Plan{HourlyCommitment: dec("0.4")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	c := charge()
	c.Period = focus.Month(c.Period.Start)
	c.Commitment = &focus.Commitment{ID: "arn:plan", Fee: true}
	rows, err := focus.FromStatement(s, c)
	if err != nil {
		t.Fatal(err)
	}
	kinds := make(map[string]int)
	for _, r := range rows {
		kinds[r.LineKind.V]++
	}
	if want := map[string]int{"Covered": 1, "Charged": 1, "Unused": 1, "": 2}; !cmp.Equal(want, kinds) {
		t.Errorf("kinds of rows %v, want %v", kinds, want)
	}
	back, err := focus.ToStatement(sequence(readAll(t, csvOf(t, rows, nil))), nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(known(s), back); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	broken := findings(t, focus.V12, rows)
	delete(broken, "SkuId.priced")
	delete(broken, "SkuPriceId.priced")
	if len(broken) > 0 {
		t.Errorf("rules broken: %v", broken)
	}
}

// Owners as tags, sub-accounts, functions and hours: their rows together are the bill again, and the invoice of the rebuilt
// bill is that of the bill.
func TestRoundTripOfAShowback(t *testing.T) {
	r := rates(t, "eu-west-1")
	b := billOf(t, r, everything(t, r), &cost.Options{FreeTier: cost.MonthlyFreeTier()})
	owners := make(map[string]cost.Usage)
	for i, name := range []string{"2026-09-05T10:00:00Z", "2026-09-05T11:00:00Z", "2026-09-05T12:00:00Z"} {
		var u cost.Usage
		for _, l := range b.Lines {
			if err := u.Add(l.Meter, l.Arch, dec("1000.125").Mul(decimal.New(int64(i+1), 0))); err != nil {
				t.Fatal(err)
			}
		}
		owners[name] = u
	}
	show, err := cost.Allocate(b, owners)
	if err != nil {
		t.Fatal(err)
	}
	names := slices.Sorted(maps.Keys(owners))
	tests := map[string]struct {
		assign focus.Assign[string]
		column func(focus.Row) focus.Text
		want   func(owner string) string
	}{
		"tag":         {focus.AsTag[string]("team"), func(r focus.Row) focus.Text { return r.Tags }, func(o string) string { return fmt.Sprintf(`{"team":%q}`, o) }},
		"sub-account": {focus.AsSubAccount[string](), func(r focus.Row) focus.Text { return r.SubAccountId }, func(o string) string { return o }},
		"function": {
			focus.AsFunction[string]("123456789012"), func(r focus.Row) focus.Text { return r.ResourceId },
			func(o string) string { return "arn:aws:lambda:eu-west-1:123456789012:function:" + o },
		},
		"hour": {
			focus.AsPeriod(func(o string) focus.Period { return focus.Hour(at(o)) }),
			func(r focus.Row) focus.Text { return focus.Of(r.ChargePeriodStart.V.Format(time.RFC3339)) }, func(o string) string { return o },
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := charge()
			c.Period = focus.Month(c.Period.Start)
			rows, err := focus.FromShowback(show, c, tt.assign)
			if err != nil {
				t.Fatal(err)
			}
			at := 0
			for _, owner := range names {
				for range show.Owners[owner].Lines {
					if got := tt.column(rows[at]).V; got != tt.want(owner) {
						t.Errorf("row %d: %q, want %q", at, got, tt.want(owner))
					}
					at++
				}
			}
			if got := len(rows) - at; got != len(show.Rest.Lines) || len(c.Tags) > 0 {
				t.Errorf("%d rows of the rest, want %d; tags of the charge given: %v", got, len(show.Rest.Lines), c.Tags)
			}
			back, err := focus.ToStatement(sequence(rows), nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(known(cost.Statement{Bills: []cost.Bill{b}}), back); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got, want := back.Bills[0].Invoice().Total(), b.Invoice().Total(); !got.Equal(want) {
				t.Errorf("invoice of what came back is %s, want %s", got, want)
			}
		})
	}
	t.Run("no assign", func(t *testing.T) {
		var out *focus.RangeError
		if _, err := focus.FromShowback(show, charge(), nil); !errors.As(err, &out) || out.Field != "assign" {
			t.Errorf("error %v, want a RangeError of assign", err)
		}
	})
	t.Run("rest that is no bill", func(t *testing.T) {
		broken := show
		broken.Rest.Currency = "dollars"
		var out *focus.RangeError
		rows, err := focus.FromShowback(broken, charge(), focus.AsTag[string]("owner"))
		if !errors.As(err, &out) || out.Field != "Bill.Currency" || rows != nil {
			t.Errorf("%d rows, error %v, want none and a RangeError of Bill.Currency", len(rows), err)
		}
	})
	t.Run("owner without a period", func(t *testing.T) {
		var out *focus.RangeError
		_, err := focus.FromShowback(show, charge(), focus.AsPeriod(func(string) focus.Period { return focus.Period{} }))
		if !errors.As(err, &out) || out.Field != "Charge.Period" || !strings.Contains(err.Error(), names[0]) {
			t.Errorf("error %v, want a RangeError of Charge.Period that names the owner", err)
		}
	})
}

// A bill that was rounded before comes back with exact costs; rounded again it is the same.
func TestRoundTripOfAnInvoice(t *testing.T) {
	r := rates(t, "us-east-1")
	want := billOf(t, r, everything(t, r), nil).Invoice()
	rows, err := focus.FromBill(want, charge())
	if err != nil {
		t.Fatal(err)
	}
	back, err := focus.ToStatement(sequence(rows), nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(known(cost.Statement{Bills: []cost.Bill{want}}), back.Invoice()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Rows that are no line of a Lambda bill: an error that says which and why, or a call.
func TestRowsThatAreNoLines(t *testing.T) {
	r := rates(t, "us-east-1")
	var u cost.Usage
	if err := u.Add(cost.Requests, cost.X86, dec("1000")); err != nil {
		t.Fatal(err)
	}
	rows, err := focus.FromBill(billOf(t, r, u, nil), charge())
	if err != nil {
		t.Fatal(err)
	}
	foreign := rows[0]
	foreign.Meter, foreign.LineKind, foreign.Architecture, foreign.Tier, foreign.UnitPrice = focus.Text{}, focus.Text{}, focus.Text{}, focus.Number{}, focus.Number{}
	tests := map[string]struct {
		row    focus.Row
		change func(*focus.Row)
		column string // "" for a row that is a line
	}{
		"as it is":                {rows[0], func(*focus.Row) {}, ""},
		"tax":                     {rows[0], func(r *focus.Row) { r.ChargeCategory = focus.Of("Tax") }, "ChargeCategory"},
		"correction":              {rows[0], func(r *focus.Row) { r.ChargeClass = focus.Of("Correction") }, "ChargeClass"},
		"no quantity":             {rows[0], func(r *focus.Row) { r.PricingQuantity = focus.Number{} }, "PricingQuantity"},
		"negative quantity":       {rows[0], func(r *focus.Row) { r.PricingQuantity = number("-1") }, "PricingQuantity"},
		"gigantic quantity":       {rows[0], func(r *focus.Row) { r.PricingQuantity = focus.Of(decimal.New(1, 999999999)) }, "PricingQuantity"},
		"no cost":                 {rows[0], func(r *focus.Row) { r.BilledCost = focus.Number{} }, "BilledCost"},
		"unknown meter":           {rows[0], func(r *focus.Row) { r.Meter = focus.Of("Coffee") }, "x_Meter"},
		"unknown kind":            {rows[0], func(r *focus.Row) { r.LineKind = focus.Of("Gift") }, "x_LineKind"},
		"unknown architecture":    {rows[0], func(r *focus.Row) { r.Architecture = focus.Of("sparc") }, "x_Architecture"},
		"no architecture":         {rows[0], func(r *focus.Row) { r.Architecture = focus.Text{} }, "x_Architecture"},
		"refund":                  {rows[0], func(r *focus.Row) { r.BilledCost = number("-1") }, "BilledCost"},
		"negative price":          {rows[0], func(r *focus.Row) { r.UnitPrice = number("-1") }, "x_UnitPrice"},
		"broken tier":             {rows[0], func(r *focus.Row) { r.Tier = number("1.5") }, "x_Tier"},
		"foreign":                 {foreign, func(*focus.Row) {}, ""},
		"foreign, by usage type":  {foreign, func(r *focus.Row) { r.SkuPriceId, r.ChargeDescription = focus.Text{}, focus.Text{} }, ""},
		"foreign, by description": {foreign, func(r *focus.Row) { r.SkuPriceId, r.UsageType = focus.Text{}, focus.Text{} }, ""},
		"foreign, data transfer":  {foreign, func(r *focus.Row) { r.SkuPriceId, r.UsageType = focus.Text{}, focus.Of("USE1-USW2-AWS-Out-Bytes") }, "ChargeDescription"},
		"foreign, covered": {
			foreign, func(r *focus.Row) {
				r.CommitmentDiscountId, r.CommitmentDiscountStatus = focus.Of("a"), focus.Of("Used")
			}, "x_UnitPrice",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			row := tt.row
			tt.change(&row)
			_, err := focus.ToStatement(sequence([]focus.Row{rows[0], row}), nil)
			var out *focus.RowError
			if tt.column == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if !errors.As(err, &out) || out.Column != tt.column || out.Index != 1 {
				t.Errorf("error %v, want a RowError of row 1, %s", err, tt.column)
			}
			var others int
			s, err := focus.ToStatement(sequence([]focus.Row{rows[0], row}), &focus.LineOptions{Other: func(focus.Row) error { others++; return nil }})
			if err != nil || others != 1 || len(s.Bills) != 1 {
				t.Errorf("with Other: %d calls, error %v, %d bills", others, err, len(s.Bills))
			}
			if _, err := focus.ToUsage(sequence([]focus.Row{row}), nil); !errors.As(err, &out) {
				t.Errorf("ToUsage: error %v, want a RowError", err)
			}
			stop := errors.New("stop")
			if _, err := focus.ToStatement(sequence([]focus.Row{row}), &focus.LineOptions{Other: func(focus.Row) error { return stop }}); !errors.Is(err, stop) {
				t.Errorf("error %v, want that of Other", err)
			}
		})
	}
	t.Run("two currencies", func(t *testing.T) {
		yuan := rows[0]
		yuan.BillingCurrency, yuan.RegionId = focus.Of("CNY"), focus.Of("cn-north-1")
		var mixed *cost.MixedError
		if _, err := focus.ToStatement(sequence([]focus.Row{rows[0], yuan}), nil); !errors.As(err, &mixed) {
			t.Errorf("error %v, want a MixedError", err)
		}
	})
	t.Run("damaged row", func(t *testing.T) {
		broken := func(yield func(focus.Row, error) bool) { yield(focus.Row{}, &focus.LineError{Line: 7}) }
		var out *focus.LineError
		if _, err := focus.ToStatement(broken, nil); !errors.As(err, &out) {
			t.Errorf("error %v, want that of the row", err)
		}
	})
	t.Run("nil", func(t *testing.T) {
		var out *focus.RangeError
		if _, err := focus.ToStatement(nil, nil); !errors.As(err, &out) {
			t.Errorf("error %v, want a RangeError", err)
		}
	})
}

// AWS's own rows make bills too: the real sample's, of which data transfer is no line.
func TestBillsOfTheRealSample(t *testing.T) {
	data := shared(t, "samples/focus_1.0_sample_lambda_rows.csv")
	var others int
	s, err := focus.ToStatement(focus.Rows(strings.NewReader(string(data))), &focus.LineOptions{Other: func(focus.Row) error { others++; return nil }})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Total().String(); others != 3 || s.Invoice().Total().String() == "0" {
		t.Errorf("%d other rows, want 3; total %s", others, got)
	}
	var lines []string
	for _, b := range s.Bills {
		for _, l := range b.Lines {
			lines = append(lines, fmt.Sprintf("%s %s tier %d: %s × %s = %s", b.Region, l.Meter, l.Tier, l.Quantity, l.UnitPrice, l.Cost))
		}
	}
	want := []string{
		"us-east-1 Requests tier 0: 60 × 0.0000002 = 0.000012",
		"us-east-1 Compute tier 1: 382.373875 × 0.0000166667 = 0.0063729106624625",
		"us-east-2 Requests tier 0: 1 × 0.0000002 = 0.0000002",
		"us-west-2 Compute tier 1: 148.61 × 0.0000166667 = 0.002476838287",
		"us-west-2 ProvisionedCompute tier 0: 7.678 × 0.0000097222 = 0.0000746470516",
		"us-west-2 EdgeCompute tier 0: 6.763125 × 0.00005001 = 0.00033822388125",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
