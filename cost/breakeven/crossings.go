package breakeven

import (
	"context"
	"iter"
	"math/big"

	"github.com/shopspring/decimal"
)

// Crossing is a number of requests a month from which on another side is cheaper.
type Crossing struct {
	// Requests is the first count at which the cheaper side is another one.
	Requests uint64
	// Cheaper is the side that costs less there, and up to the next crossing never more: 0 for a, 1 for b.
	Cheaper int
	// CostA and CostB are what a month of Requests costs on each side.
	CostA, CostB decimal.Decimal
	// BeforeA and BeforeB are what a month of one request less costs, where Cheaper is not yet the cheaper one.
	BeforeA, BeforeB decimal.Decimal
}

// Crossings returns every count from 1 to maxRequests at which the cheaper of two sides is another one than before, in
// ascending order. Before the first one, the side that is not its Cheaper was; where there is none, one side is never beaten,
// and [Compare] tells which. Equal costs change nothing: the side that was cheaper before them counts as the cheaper one
// still, and where both cost the same from 0 requests on, it is no crossing when one of them becomes cheaper.
//
// Crossings are exact, and none is missed. The bills are sums of straight pieces and of steps (free tier, tiers, whole tasks
// and instances), and each piece is solved in whole numbers, all steps of a piece at once: neither counts nor steps are tried
// one by one, so that up to 2^64 requests take no longer than a million. Steps can make sides cross again and again: more
// than [MostCrossings] are a [*LimitError]; take them from [CrossingsSeq] instead. Only where sides of several sizes of units
// cost nearly the same over millions of steps, and the sizes do not repeat together within some 60 of them, is a search
// given up with an [*EffortError].
//
// A side that is not valid is a [*SideError] that says which; sides in two currencies are a [*CurrencyError].
func Crossings(a, b Side, maxRequests uint64) ([]Crossing, error) {
	return collect(whatCrossings, boundedSearch().crossings(a, b, maxRequests), func(c Crossing) uint64 { return c.Requests })
}

// CrossingsSeq yields what [Crossings] returns, one by one and as many as there are, in memory that does not grow with their
// number. An error is the last thing it yields: those of [Crossings], except that neither number nor effort is bounded, or
// that of ctx when it is done.
func CrossingsSeq(ctx context.Context, a, b Side, maxRequests uint64) iter.Seq2[Crossing, error] {
	if ctx == nil {
		return func(yield func(Crossing, error) bool) { yield(Crossing{}, outOfRange("ctx", "nil", "a context")) }
	}
	w := &search{ctx: ctx, left: -1}
	return w.crossings(a, b, maxRequests)
}

func (w *search) crossings(a, b Side, most uint64) iter.Seq2[Crossing, error] {
	return func(yield func(Crossing, error) bool) {
		if err := w.ctx.Err(); err != nil {
			yield(Crossing{}, err)
			return
		}
		ca, cb, err := curves("a", "b", a, b, most)
		if err != nil {
			yield(Crossing{}, err)
			return
		}
		bDearer := difference(cb, ca, most)
		first := true
		up, down := &condition{segments: bDearer, sign: 1}, &condition{segments: bDearer, sign: -1}
		for t, err := range w.turns(up, down) {
			if first && err == nil {
				first = false
				continue
			}
			var c Crossing
			if err == nil {
				c, err = crossing(a, b, t)
			}
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
}

// crossing bills both sides at a turn and one request before.
func crossing(a, b Side, t turn) (Crossing, error) {
	c := Crossing{Requests: t.requests, Cheaper: 1}
	if t.up {
		c.Cheaper = 0
	}
	for _, bill := range [...]struct {
		to       *decimal.Decimal
		side     Side
		requests uint64
	}{
		{&c.CostA, a, t.requests},
		{&c.CostB, b, t.requests},
		{&c.BeforeA, a, t.requests - 1},
		{&c.BeforeB, b, t.requests - 1},
	} {
		var err error
		if *bill.to, err = bill.side.Monthly(bill.requests); err != nil {
			return Crossing{}, err
		}
	}
	return c, nil
}

// curves returns the curves of two sides, which have one currency.
func curves(nameA, nameB string, a, b Side, most uint64) (ca, cb curve, err error) {
	if ca, err = curveOf(nameA, a, most); err != nil {
		return ca, cb, err
	}
	if cb, err = curveOf(nameB, b, most); err != nil {
		return ca, cb, err
	}
	_, err = ca.plus(cb)
	return ca, cb, err
}

// Comparison is what a month of a number of requests costs on either side.
type Comparison struct {
	Requests     uint64
	Cheaper      int // 0 for a, 1 for b, -1 where both cost the same
	CostA, CostB decimal.Decimal
}

// Compare bills both sides for one number of requests. The errors are those of [Crossings] about sides.
func Compare(a, b Side, requests uint64) (Comparison, error) {
	if _, _, err := curves("a", "b", a, b, requests); err != nil {
		return Comparison{}, err
	}
	c := Comparison{Requests: requests, Cheaper: -1}
	var err error
	if c.CostA, err = a.Monthly(requests); err != nil {
		return Comparison{}, err
	}
	if c.CostB, err = b.Monthly(requests); err != nil {
		return Comparison{}, err
	}
	switch c.CostA.Cmp(c.CostB) {
	case -1:
		c.Cheaper = 0
	case 1:
		c.Cheaper = 1
	}
	return c, nil
}

// Ratio returns how many times as much a costs as b, as a fraction: Ratio().FloatString(2) prints it. It is nil where b costs
// nothing.
func (c Comparison) Ratio() *big.Rat {
	if c.CostB.IsZero() {
		return nil
	}
	return new(big.Rat).Quo(c.CostA.Rat(), c.CostB.Rat())
}
