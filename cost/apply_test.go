package cost_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

func TestFreeTierTake(t *testing.T) {
	d := func(s string) decimal.Decimal { return decimal.RequireFromString(s) }
	free := cost.FreeTier{Requests: d("100"), GBSeconds: d("2.5")}
	for i, tt := range []struct {
		meter       cost.Meter
		used, taken string
		left        cost.FreeTier
	}{
		{cost.Requests, "30", "30", cost.FreeTier{Requests: d("70"), GBSeconds: d("2.5")}},
		{cost.Requests, "70.5", "70", cost.FreeTier{GBSeconds: d("2.5")}},
		{cost.Requests, "1", "0", cost.FreeTier{GBSeconds: d("2.5")}},
		{cost.Compute, "0", "0", cost.FreeTier{GBSeconds: d("2.5")}},
		{cost.Compute, "2.4999", "2.4999", cost.FreeTier{GBSeconds: d("0.0001")}},
		{cost.ResponseStreaming, "1", "0", cost.FreeTier{GBSeconds: d("0.0001")}},
		{cost.ProvisionedCompute, "1", "0", cost.FreeTier{GBSeconds: d("0.0001")}},
		{0, "1", "0", cost.FreeTier{GBSeconds: d("0.0001")}},
		{255, "1", "0", cost.FreeTier{GBSeconds: d("0.0001")}},
	} {
		taken := free.Take(tt.meter, d(tt.used))
		if diff := cmp.Diff(tt.left, free); diff != "" || !taken.Equal(d(tt.taken)) {
			t.Errorf("%d: took %v of %s %s, left (-want +got):\n%s", i, taken, tt.used, tt.meter, diff)
		}
	}
	var none *cost.FreeTier
	if taken := none.Take(cost.Requests, d("1")); !taken.IsZero() {
		t.Errorf("nil: took %v", taken)
	}
}

// What Paid and TierAt say is what bills charge, and the assumption is the one that they have.
func TestBillsArePricedAsTheHelpersSay(t *testing.T) {
	r, err := cost.Embedded().Region("us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	price, err := r.Price(cost.Compute, cost.X86)
	if err != nil {
		t.Fatal(err)
	}
	var u cost.Usage
	if err := u.Add(cost.Compute, cost.X86, decimal.New(20, 9)); err != nil {
		t.Fatal(err)
	}
	if err := u.Add(cost.Requests, cost.X86, decimal.New(3, 6)); err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]*cost.Options{
		"list":      nil,
		"discount":  {Discount: decimal.New(7, -2)},
		"of meters": {Discount: decimal.New(7, -2), Discounts: map[cost.Meter]decimal.Decimal{cost.Compute: decimal.New(25, -2), cost.Requests: {}}},
		"free tier": {FreeTier: cost.MonthlyFreeTier()},
	} {
		b, err := r.Bill(u, o)
		if err != nil {
			t.Fatal(err)
		}
		var at decimal.Decimal
		for _, l := range b.Lines {
			if l.Kind == cost.Free {
				continue
			}
			if want := o.Paid(l.Meter, l.ListUnitPrice); !want.Equal(l.UnitPrice) {
				t.Errorf("%s: %s is paid at %v, Paid says %v", name, l.Meter, l.UnitPrice, want)
			}
			if l.Meter == cost.Compute {
				if i := price.TierAt(at); i != l.Tier-1 {
					t.Errorf("%s: the tier at %v is %d, want %d", name, at, i, l.Tier-1)
				}
				at = at.Add(l.Quantity)
			}
		}
		if got := slices.Contains(b.Assumptions, cost.AssumedFreeOrder); got != (name == "free tier") {
			t.Errorf("%s: assumptions are %q", name, b.Assumptions)
		}
	}
	if i := new(cost.Price).TierAt(decimal.New(1, 0)); i != -1 {
		t.Errorf("no tiers: %d", i)
	}
}
