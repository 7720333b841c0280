package cost_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// What is missing in JSON is not taken for zero, and what no bill can have is refused.
func TestJSONOfNothing(t *testing.T) {
	u := cost.Usage{}
	if err := u.Add(cost.Requests, cost.X86, decimal.NewFromInt(5)); err != nil {
		t.Fatal(err)
	}
	bill, err := region(t, "eu-west-1").Bill(u, nil)
	if err != nil {
		t.Fatal(err)
	}
	line, err := json.Marshal(bill.Lines[0])
	if err != nil {
		t.Fatal(err)
	}
	without := func(field string) string {
		var m map[string]any
		if err := json.Unmarshal(line, &m); err != nil {
			t.Fatal(err)
		}
		if _, ok := m[field]; !ok {
			t.Fatalf("no %s in %s", field, line)
		}
		delete(m, field)
		b, _ := json.Marshal(m)
		return string(b)
	}
	for name, c := range map[string]struct {
		text string
		into any
		want string
	}{
		"usage without quantity":  {`[{"Meter":"Requests","Arch":"x86_64"}]`, new(cost.Usage), "Quantity"},
		"usage, quantity null":    {`[{"Meter":"Requests","Arch":"x86_64","Quantity":null}]`, new(cost.Usage), "Quantity"},
		"line of nothing":         {`{}`, new(cost.Line), "Quantity"},
		"line without cost":       {without("Cost"), new(cost.Line), "Cost"},
		"line without quantity":   {without("Quantity"), new(cost.Line), "Quantity"},
		"line without unit price": {without("UnitPrice"), new(cost.Line), "UnitPrice"},
		"line on a sparc":         {strings.Replace(string(line), "x86_64", "sparc", 1), new(cost.Line), "sparc"},
	} {
		t.Run(name, func(t *testing.T) {
			err := json.Unmarshal([]byte(c.text), c.into)
			var out *cost.RangeError
			var unknown *cost.UnknownError
			if !errors.As(err, &out) && !errors.As(err, &unknown) {
				t.Fatalf("error %v is not typed", err)
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("%q does not say %q", err, c.want)
			}
		})
	}
	var read cost.Line
	if err := json.Unmarshal(line, &read); err != nil {
		t.Errorf("a whole line: %v", err)
	}
}

// A zero with a gigantic exponent is still zero: sums do not try to write out its digits.
func TestZeroWithExponent(t *testing.T) {
	b := cost.Bill{Lines: []cost.Line{{Cost: decimal.New(0, 1_500_000_000)}, {Cost: decimal.NewFromInt(3)}, {Cost: decimal.New(0, -1_500_000_000)}}}
	if got := b.Total(); !got.Equal(decimal.NewFromInt(3)) {
		t.Errorf("total %s", got)
	}
	if got := b.Invoice().Total(); !got.Equal(decimal.NewFromInt(3)) {
		t.Errorf("invoice %s", got)
	}
}

// An error in a bill or in usage says which element it is about, and leaves what was there as it was.
func TestJSONErrorsNameTheElement(t *testing.T) {
	const good = `{"Kind":"Charged","Meter":"Requests","Arch":"x86_64","Unit":"Requests","Quantity":"1","ListUnitPrice":"1","UnitPrice":"1","Cost":"1"}`
	with := func(old, changed string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("no %s in the line", old)
		}
		return `{"Region":"changed","Assumptions":["changed"],"Lines":[` + good + `,` + strings.Replace(good, old, changed, 1) + `]}`
	}
	const request = `{"Meter":"Requests","Arch":"x86_64","Quantity":"1"}`
	for name, tt := range map[string]struct {
		text    string
		usage   bool
		want    func(error) bool
		element string
	}{
		"usage, quantity missing":       {`[` + request + `,{"Meter":"Compute","Arch":"x86_64"}]`, true, isRange("Quantity"), "element 1"},
		"usage, meter missing":          {`[` + request + `,{"Quantity":"1"}]`, true, isUnknown("meter"), "element 1"},
		"usage, meter unknown":          {`[` + request + `,{"Meter":"Computing","Quantity":"1"}]`, true, isUnknown("meter"), "element 1"},
		"usage, no number":              {`[` + request + `,{"Meter":"Compute","Arch":"x86_64","Quantity":"x"}]`, true, isRange("decimal"), "element 1"},
		"usage, null":                   {`[` + request + `,null]`, true, isUnknown("meter"), "element 1"},
		"line of nothing":               {`{"Region":"changed","Lines":[` + good + `,{}]}`, false, isRange("Line.Quantity"), "Lines[1]"},
		"line null":                     {`{"Region":"changed","Lines":[` + good + `,null]}`, false, isRange("Line.Quantity"), "Lines[1]"},
		"line without a meter":          {with(`"Meter":"Requests",`, ``), false, isUnknown("meter"), "Lines[1]"},
		"line of an unknown meter":      {with(`"Requests",`, `"Wishes",`), false, isUnknown("meter"), "Lines[1]"},
		"line of an unknown kind":       {with(`"Charged"`, `"Given"`), false, isUnknown("kind"), "Lines[1]"},
		"line without cost":             {with(`,"Cost":"1"`, ``), false, isRange("Line.Cost"), "Lines[1]"},
		"line, cost null":               {with(`"Cost":"1"`, `"Cost":null`), false, isRange("Line.Cost"), "Lines[1]"},
		"line, cost too long":           {with(`"Cost":"1"`, `"Cost":"1e400"`), false, isRange("decimal"), "Lines[1]"},
		"line without architecture":     {with(`"Arch":"x86_64",`, ``), false, isUnknown("architecture"), "Lines[1]"},
		"line on a sparc":               {with(`x86_64`, `sparc`), false, isUnknown("architecture"), "Lines[1]"},
		"architecture that is not sold": {with(`"Meter":"Requests"`, `"Meter":"SQSPoller"`), false, isRange("Arch of SQSPoller"), "Lines[1]"},
		"tier below 0":                  {with(`"Unit":`, `"Tier":-1,"Unit":`), false, isRange("Line.Tier"), "Lines[1]"},
	} {
		t.Run(name, func(t *testing.T) {
			before := cost.Bill{Region: "before", Assumptions: []string{"before"}, Lines: []cost.Line{{Meter: cost.SQSPoller}}}
			b := before
			b.Assumptions = slices.Clone(before.Assumptions)
			var u cost.Usage
			var err error
			if tt.usage {
				err = json.Unmarshal([]byte(tt.text), &u)
			} else {
				err = json.Unmarshal([]byte(tt.text), &b)
			}
			if !tt.want(err) || !strings.Contains(err.Error(), tt.element) {
				t.Errorf("error is %v, want one of %s", err, tt.element)
			}
			if diff := cmp.Diff(before, b); diff != "" || !u.IsZero() {
				t.Errorf("the failed read left %v and changed the bill (-want +got):\n%s", u, diff)
			}
		})
	}
	// What is not there stays as it was, as everywhere in encoding/json; null is nothing.
	b := cost.Bill{Region: "before", Currency: "USD"}
	want := cost.Bill{Region: "after", Currency: "USD", Lines: []cost.Line{{Kind: cost.Unused, Meter: cost.Compute}}}
	text := `{"Region":"after","Lines":[{"Kind":"Unused","Meter":"Compute","Quantity":0,"ListUnitPrice":0,"UnitPrice":0,"Cost":0}]}`
	if err := json.Unmarshal([]byte(text), &b); err != nil || !cmp.Equal(want, b) {
		t.Errorf("%v (-want +got):\n%s", err, cmp.Diff(want, b))
	}
	for name, v := range map[string]json.Unmarshaler{"bill": &b, "free tier": cost.MonthlyFreeTier(), "tier": &cost.Tier{RateCode: "x"}} {
		was, _ := json.Marshal(v)
		if err := json.Unmarshal([]byte("null"), v); err != nil {
			t.Errorf("%s: null: %v", name, err)
		}
		if is, _ := json.Marshal(v); string(was) != string(is) {
			t.Errorf("%s: null changed %s into %s", name, was, is)
		}
	}
}

// Rounding a cost does not write out the digits of an exponent that no bill has.
func TestInvoiceOfExponents(t *testing.T) {
	for name, tt := range map[string]struct{ cost, want decimal.Decimal }{
		"gigantic":        {decimal.New(1, 1_500_000_000), decimal.New(1, 1_500_000_000)},
		"zero":            {decimal.New(0, 1_500_000_000), decimal.Decimal{}},
		"tiny":            {decimal.New(7, -1_500_000_000), decimal.Decimal{}},
		"tiny, below 0":   {decimal.New(-7, -1_500_000_000), decimal.Decimal{}},
		"just below half": {decimal.New(49, -12), decimal.Decimal{}},
		"half":            {decimal.New(50, -12), decimal.New(1, -10)},
		"whole":           {decimal.New(3, 0), decimal.New(3, 0)},
	} {
		got := cost.Bill{Lines: []cost.Line{{Cost: tt.cost}}}.Invoice().Lines[0].Cost
		if got.Coefficient().Cmp(tt.want.Coefficient()) != 0 && !got.Equal(tt.want) || got.Exponent() > 0 && got.Exponent() != tt.want.Exponent() {
			t.Errorf("%s: rounded to %de%d", name, got.Coefficient(), got.Exponent())
		}
	}
}
