package breakeven

import (
	"math"
	"math/big"

	"github.com/shopspring/decimal"
)

// Change is an investment that makes the monthly bill another one: a rewrite, a move to arm64, a move off Lambda or back.
type Change struct {
	// Investment is what it costs once: development, tests, training, running both for a while. 0 or more, in the currency
	// of the sides.
	Investment    decimal.Decimal
	Before, After Side
}

// Payback is what a [Change] does at one number of requests a month, if traffic and prices stay as they are. Money later is
// counted like money now.
type Payback struct {
	Investment    decimal.Decimal
	Before, After decimal.Decimal // a month
	// Saving is Before - After, a month: below 0 where the change makes it dearer.
	Saving decimal.Decimal
	// Pays is true where Saving is above 0, so that the investment comes back some time. Where it would take 2^64 months or
	// more, it is false.
	Pays bool
	// Months is after how many whole months the savings are at least the investment; 0 where the investment is 0, and where
	// Pays is false.
	Months uint64
}

// Net returns what is won or lost after a number of months: months × Saving - Investment. They are counted as Months is, which
// may be more than an int holds.
func (p Payback) Net(months uint64) decimal.Decimal {
	return p.Saving.Mul(decimal.NewFromUint64(months)).Sub(p.Investment)
}

// Payback returns what the change does at so many requests a month. The errors are those of [Crossings] about sides, and a
// [*RangeError] for the investment.
func (c Change) Payback(requests uint64) (Payback, error) {
	if _, _, err := c.curves(requests); err != nil {
		return Payback{}, err
	}
	p := Payback{Investment: c.Investment}
	var err error
	if p.Before, err = c.Before.Monthly(requests); err != nil {
		return Payback{}, err
	}
	if p.After, err = c.After.Monthly(requests); err != nil {
		return Payback{}, err
	}
	p.Saving = p.Before.Sub(p.After)
	if p.Saving.Sign() > 0 {
		months := ceilRat(new(big.Rat).Quo(c.Investment.Rat(), p.Saving.Rat()))
		if p.Pays = months.IsUint64(); p.Pays {
			p.Months = months.Uint64()
		}
	}
	return p, nil
}

func (c Change) curves(most uint64) (before, after curve, err error) {
	if err := amount("Change.Investment", c.Investment); err != nil {
		return curve{}, curve{}, err
	}
	return curves("Before", "After", c.Before, c.After, most)
}

// Range is numbers of requests a month, From and To included.
type Range struct{ From, To uint64 }

// PaysWithin returns the ranges of requests a month, from 0 up to maxRequests, in which the investment is back within a
// number of months, 1 or more: where there is a saving, and months of it are at least the investment. Mostly it is one
// range, from some traffic on; none means that the traffic would have to be beyond maxRequests. Free tiers, tiers and whole
// tasks can make it several. The ranges are exact; the errors are those of [Crossings], and a [*RangeError] for the
// investment and for months.
func (c Change) PaysWithin(months int, maxRequests uint64) ([]Range, error) {
	if months < 1 {
		return nil, outOfRange("months", months, "1 or more")
	}
	before, after, err := c.curves(maxRequests)
	if err != nil {
		return nil, err
	}
	n := decimal.New(int64(months), 0)
	after = after.times(n)
	after.fixed = after.fixed.Add(c.Investment)
	return ranges(difference(before.times(n), after, maxRequests), !c.Investment.IsZero())
}

// Saves returns the ranges of requests a month, from 0 up to maxRequests, in which After costs less than Before. Outside of
// them the investment never pays, however long one waits. The errors are those of [Change.PaysWithin].
func (c Change) Saves(maxRequests uint64) ([]Range, error) {
	before, after, err := c.curves(maxRequests)
	if err != nil {
		return nil, err
	}
	return ranges(difference(before, after, maxRequests), false)
}

// ranges returns where segments are above 0, or at 0 too where orEqual is set.
func ranges(segments []segment, orEqual bool) ([]Range, error) {
	// In whole numbers, f >= 0 is f + 1 > 0, and f <= 0 is 1 - f > 0.
	within, without := &condition{segments: segments, sign: 1}, &condition{segments: segments, sign: -1, offset: 1}
	if orEqual {
		within.offset, without.offset = 1, 0
	}
	last := segments[len(segments)-1].to
	w := boundedSearch()
	return collect(whatRanges, func(yield func(Range, error) bool) {
		var open *Range
		for t, err := range w.turns(within, without) {
			switch {
			case err != nil:
				yield(Range{}, err)
				return
			case t.up:
				open = &Range{From: t.requests, To: math.MaxUint64}
			case open != nil:
				open.To = t.requests - 1
				if !yield(*open, nil) {
					return
				}
				open = nil
			}
		}
		if open != nil {
			open.To = last
			yield(*open, nil)
		}
	}, func(r Range) uint64 { return r.From })
}
