package focus

import (
	"cmp"
	"slices"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// report makes the report of what was read so far. The error is a *cost.MixedError, where the bill is in another currency.
func (c *reconciler) report() (*Report, error) {
	r := &c.out
	c.decideAtLast()
	r.Currency = c.currency
	for cause := range c.sums {
		s := &c.sums[cause]
		if s.Rows == 0 {
			continue
		}
		s.Difference = s.Billed.Sub(s.Computed)
		r.Causes = append(r.Causes, CauseSum{Cause(cause), s.Sum, s.examples})
		r.Total = r.Total.Add(s.Billed)
	}
	for id, t := range c.lines {
		t.Difference = t.Billed.Sub(t.Computed)
		r.Lines = append(r.Lines, LineSum{
			Month: monthOf(id.month), Region: id.region, Key: id.key, Kind: id.kind, Tier: id.tier,
			Quantity: t.quantity, Effective: t.effective, Matched: t.matched, Sum: t.Sum,
		})
	}
	slices.SortFunc(r.Lines, func(a, b LineSum) int {
		return cmp.Or(a.Month.Compare(b.Month), cmp.Compare(a.Region, b.Region), compareKeys(a.Key, b.Key), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Tier, b.Tier))
	})
	c.splitTiers(r)
	if c.logs != nil {
		r.Usage = c.logs.compare(r.Lines)
		r.Functions = c.logs.functions()
		r.Missing = c.logs.mostMissing(orDefault(c.o.Missing, 20))
		r.MissingRows = c.logs.rows
	}
	if c.o.Bill == nil {
		return r, nil
	}
	for _, b := range c.o.Bill.Bills {
		if c.currency != "" && b.Currency != c.currency {
			return r, &cost.MixedError{What: "currency", A: c.currency, B: b.Currency, RegionA: "the export", RegionB: b.Region}
		}
	}
	r.Bill = compareBill(r.Lines, c.o.Bill)
	return r, nil
}

// compareKeys is the order of bills: meters in their order, x86_64 before arm64.
func compareKeys(a, b cost.Key) int {
	return cmp.Or(cmp.Compare(a.Meter, b.Meter), -cmp.Compare(a.Arch, b.Arch))
}
