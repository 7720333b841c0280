package savings

import (
	"maps"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// freeTier is what is left of the free tier after prior usage, and how far prior usage has used the tiers.
type freeTier struct {
	left   cost.FreeTier
	placed map[regionKey]decimal.Decimal
}

// newFreeTier runs prior usage through the free tier, as [cost.Catalog.Bill] does.
func newFreeTier(o *cost.Options) *freeTier {
	f := &freeTier{placed: make(map[regionKey]decimal.Decimal)}
	if o.FreeTier != nil {
		f.left = *o.FreeTier
	}
	for _, region := range slices.Sorted(maps.Keys(o.Prior)) {
		for k, q := range o.Prior[region].All() {
			free := f.left.Take(k.Meter, q)
			if !o.FreeAdvancesTiers {
				q = q.Sub(free)
			}
			f.placed[regionKey{region, k}] = q
		}
	}
	return f
}

// byRegion shares what is left out over the usage of the month, in the order of keys.
func (f *freeTier) byRegion(order []regionKey, total map[regionKey]decimal.Decimal) map[regionKey]decimal.Decimal {
	left := f.left
	defer func() { f.left = left }()
	shares := make(map[regionKey]decimal.Decimal, len(order))
	for _, rk := range order {
		shares[rk] = f.left.Take(rk.key.Meter, total[rk])
	}
	return shares
}

// byHour shares it out hour by hour. As long as any is left all usage is free, so that here too the first of each key is.
func (f *freeTier) byHour(order []regionKey, read *reading) map[regionKey]decimal.Decimal {
	shares := make(map[regionKey]decimal.Decimal, len(order))
	for _, hr := range read.hours {
		for _, rk := range order {
			if q, ok := hr.used[rk]; ok {
				shares[rk] = shares[rk].Add(f.left.Take(rk.key.Meter, q))
			}
		}
	}
	return shares
}
