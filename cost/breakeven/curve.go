package breakeven

import (
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
)

// curve is a monthly cost as a function of the number of requests: fixed + perRequest·n + Σ of its parts. Every side has
// one, and it is exact.
type curve struct {
	currency          string // "": none, fits all
	fixed, perRequest decimal.Decimal
	ramps             []ramp
	fleets            []fleet
}

// ramp is the cost of something counted, quantity for each request, whose price changes with how much was used.
type ramp struct {
	quantity decimal.Decimal // above 0
	tiers    []cost.Tier     // ascending, the first from 0; a price of 0 is a free allowance
}

// fleet is the cost of units that are there all month, as many as the requests need: max(least, ceil(n·num/den)).
type fleet struct {
	each     decimal.Decimal
	least    int
	num, den *big.Int // without a common factor
}

func (f fleet) units(requests *big.Int) *big.Int {
	n := ceilDiv(mul(requests, f.num), f.den)
	if least := integer(int64(f.least)); n.Cmp(least) < 0 {
		return least
	}
	return n
}

// at returns the cost of so many requests.
func (c curve) at(requests uint64) decimal.Decimal {
	n := decimal.NewFromUint64(requests)
	sum := c.fixed.Add(c.perRequest.Mul(n))
	for _, r := range c.ramps {
		constant, slope := r.piece(n.Mul(r.quantity))
		sum = sum.Add(constant).Add(slope.Mul(n))
	}
	for _, f := range c.fleets {
		sum = sum.Add(f.each.Mul(decimalOf(f.units(unsigned(requests)))))
	}
	return sum
}

// plus returns the sum of two curves, or a [*CurrencyError].
func (c curve) plus(d curve) (curve, error) {
	if c.currency != "" && d.currency != "" && c.currency != d.currency {
		return curve{}, &CurrencyError{c.currency, d.currency}
	}
	if c.currency == "" {
		c.currency = d.currency
	}
	c.fixed, c.perRequest = c.fixed.Add(d.fixed), c.perRequest.Add(d.perRequest)
	c.ramps, c.fleets = slices.Concat(c.ramps, d.ramps), slices.Concat(c.fleets, d.fleets)
	return c, nil
}

// times returns the curve of n times the cost.
func (c curve) times(n decimal.Decimal) curve {
	c.fixed, c.perRequest = c.fixed.Mul(n), c.perRequest.Mul(n)
	c.ramps, c.fleets = slices.Clone(c.ramps), slices.Clone(c.fleets)
	for i := range c.ramps {
		tiers := slices.Clone(c.ramps[i].tiers)
		for j := range tiers {
			tiers[j].UnitPrice = tiers[j].UnitPrice.Mul(n)
		}
		c.ramps[i].tiers = tiers
	}
	for i := range c.fleets {
		c.fleets[i].each = c.fleets[i].each.Mul(n)
	}
	return c
}

// piece returns the straight line that the ramp is at a quantity used: constant + slope·n. Where one tier ends and the next
// begins, both lines give the same.
func (r ramp) piece(used decimal.Decimal) (constant, slope decimal.Decimal) {
	for i, t := range r.tiers {
		if i > 0 {
			constant = constant.Add(t.From.Mul(r.tiers[i-1].UnitPrice.Sub(t.UnitPrice)))
		}
		slope = t.UnitPrice
		if i+1 == len(r.tiers) || used.LessThanOrEqual(r.tiers[i+1].From) {
			break
		}
	}
	return constant, slope.Mul(r.quantity)
}

// breaks returns the counts up to most from which on the curve is another sum of a straight line and stairs, not sorted.
func (c curve) breaks(most uint64) []uint64 {
	var at []uint64
	// The first count for which n·num > den.
	past := func(num, den *big.Int) {
		if n := add(floorDiv(den, num), one); n.IsUint64() && n.Uint64() <= most {
			at = append(at, n.Uint64())
		}
	}
	for _, r := range c.ramps {
		for _, t := range r.tiers[1:] {
			scale := -int64(min(r.quantity.Exponent(), t.From.Exponent(), 0))
			past(digits.Scaled(r.quantity, scale), digits.Scaled(t.From, scale))
		}
	}
	for _, f := range c.fleets {
		if f.num.Sign() > 0 {
			past(f.num, mul(f.den, integer(int64(f.least))))
		}
	}
	return at
}

// straight is what a curve is between two breaks: constant + slope·n + Σ of fleets that grow.
type straight struct {
	constant, slope decimal.Decimal
	growing         []fleet
}

// straight returns the piece on which a count lies.
func (c curve) straight(requests uint64) straight {
	n := decimal.NewFromUint64(requests)
	s := straight{constant: c.fixed, slope: c.perRequest}
	for _, r := range c.ramps {
		constant, slope := r.piece(n.Mul(r.quantity))
		s.constant, s.slope = s.constant.Add(constant), s.slope.Add(slope)
	}
	for _, f := range c.fleets {
		if least := integer(int64(f.least)); mul(unsigned(requests), f.num).Cmp(mul(f.den, least)) <= 0 {
			s.constant = s.constant.Add(f.each.Mul(decimalOf(least)))
			continue
		}
		s.growing = append(s.growing, f)
	}
	return s
}

// segment is a range of counts, both ends included, in which a difference of curves is one sum.
type segment struct {
	from, to uint64
	sum      sum
}

// difference returns a - b for 0 to most requests as segments, in whole numbers of one unit.
func difference(a, b curve, most uint64) []segment {
	from := slices.Concat([]uint64{0}, a.breaks(most), b.breaks(most))
	slices.Sort(from)
	from = slices.Compact(from)
	type pair struct{ a, b straight }
	pairs := make([]pair, len(from))
	var scale int64
	widen := func(ds ...decimal.Decimal) {
		for _, d := range ds {
			scale = max(scale, -int64(d.Exponent()))
		}
	}
	for i, n := range from {
		pairs[i] = pair{a.straight(n), b.straight(n)}
		for _, s := range [...]straight{pairs[i].a, pairs[i].b} {
			widen(s.constant, s.slope)
			for _, f := range s.growing {
				widen(f.each)
			}
		}
	}
	segments := make([]segment, len(from))
	for i, p := range pairs {
		f := sum{
			a: sub(digits.Scaled(p.a.constant, scale), digits.Scaled(p.b.constant, scale)),
			b: sub(digits.Scaled(p.a.slope, scale), digits.Scaled(p.b.slope, scale)),
		}
		for _, g := range p.a.growing {
			f.stairs = append(f.stairs, stair{digits.Scaled(g.each, scale), g.num, g.den})
		}
		for _, g := range p.b.growing {
			f.stairs = append(f.stairs, stair{neg(digits.Scaled(g.each, scale)), g.num, g.den})
		}
		segments[i] = segment{from[i], most, f}
		if i > 0 {
			segments[i-1].to = from[i] - 1
		}
	}
	return segments
}
