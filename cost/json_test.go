package cost_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

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
