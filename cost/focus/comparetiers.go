package focus

import (
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// splitTiers looks where AWS placed charged usage into other tiers than its sum gives.
func (c *reconciler) splitTiers(r *Report) {
	for rest := r.Lines; len(rest) > 0; {
		first, n := &rest[0], 1
		for n < len(rest) && rest[n].Month.Equal(first.Month) && rest[n].Region == first.Region && rest[n].Key == first.Key {
			n++
		}
		same := rest[:n]
		rest = rest[n:]
		of := c.names.regions[first.Region]
		if of == nil || of.tariffs[first.Key] == nil || len(of.tariffs[first.Key].price.Tiers) < 2 {
			continue
		}
		var prior decimal.Decimal
		if c.o.Billing != nil {
			u := c.o.Billing.Prior[first.Region]
			prior = u.Quantity(first.Key.Meter, first.Key.Arch)
		}
		if s, differs := c.split(of.tariffs[first.Key], same, prior); differs {
			s.Month, s.Region, s.Key = first.Month, first.Region, first.Key
			r.Tiers = append(r.Tiers, s)
		}
	}
}

// split compares the tiers of lines of one month and key with those of their sum. It says nothing where the tier of some of it
// is not known.
func (c *reconciler) split(t *tariff, lines []LineSum, prior decimal.Decimal) (s TierSplit, differs bool) {
	prices := c.paid(t)
	s.Export = make([]decimal.Decimal, len(prices))
	s.Computed = make([]decimal.Decimal, len(prices))
	var sum decimal.Decimal
	for _, l := range lines {
		switch {
		case l.Kind != cost.Charged:
			continue
		case l.Tier == 0:
			return s, false
		}
		s.Export[l.Tier-1] = s.Export[l.Tier-1].Add(l.Quantity)
		sum = sum.Add(l.Quantity)
	}
	at := prior
	for i := range prices {
		here := sum
		if i+1 < len(prices) {
			room := t.price.Tiers[i+1].From.Sub(at)
			if room.Sign() <= 0 {
				continue
			}
			here = decimal.Min(sum, room)
		}
		s.Computed[i] = here
		at, sum = at.Add(here), sum.Sub(here)
	}
	for i, paid := range prices {
		more := s.Export[i].Sub(s.Computed[i])
		differs = differs || !more.IsZero()
		s.Difference = s.Difference.Add(more.Mul(paid))
	}
	return s, differs
}
