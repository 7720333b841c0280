package savings

import (
	"context"
	"math/big"

	"github.com/shopspring/decimal"
)

// What AWS sells: commitments of whole multiples of 0.00001 per hour, from 0.001 to 1,000,000.
var (
	commitmentStep  = big.NewRat(1, 100_000)
	leastCommitment = big.NewRat(1, 1_000)
	mostCommitment  = big.NewRat(1_000_000, 1)
)

const commitmentPlaces = 5

// Optimum is the commitment that would have been best.
type Optimum struct {
	// HourlyCommitment is the best that AWS sells: a multiple of 0.00001 per hour, from 0.001 to 1,000,000 (CreateSavingsPlan
	// of the Savings Plans API), or 0, no plan, where none would have saved anything. Of several that cost the same it is the
	// lowest.
	HourlyCommitment decimal.Decimal
	Cost             decimal.Decimal // of all months, billed under HourlyCommitment by [History.Bill]
	OnDemand         decimal.Decimal // of all months without a plan
	Lowest           Level           // of [Curve], where a commitment may be any number; the first of several
}

// Best finds the commitment under which the months would have cost least: the minimum of [Curve], exactly and not by trying.
// Over each piece on which the curve is linear the cheapest commitment that AWS sells is one of its ends' neighbours, so that
// it is found exactly too. What is compared are the costs of the curve, in which the last usage of an hour may be covered to
// any fraction; see Curve for that, for how long it takes, and for the errors.
//
// It is the best for the history, not for the future: a plan binds for a year or three. Give it as many months as there are.
func Best(ctx context.Context, months ...*History) (Optimum, error) {
	var best Optimum
	var sold Level
	lower := func(l *Level, c, cost *big.Rat) {
		if l.Cost == nil || cost.Cmp(l.Cost) < 0 {
			*l = Level{c, cost}
		}
	}
	for p, err := range pieces(ctx, months) {
		if err != nil {
			return Optimum{}, err
		}
		lower(&best.Lowest, p.from, p.cost)
		for _, c := range p.sold() {
			lower(&sold, c, sum(p.cost, product(p.slope, new(big.Rat).Sub(c, p.from))))
		}
	}
	steps := new(big.Rat).Quo(sold.Commitment, commitmentStep)
	best.HourlyCommitment = plain(steps.Num(), -commitmentPlaces)
	best.Lowest = Level{new(big.Rat).Set(best.Lowest.Commitment), new(big.Rat).Set(best.Lowest.Cost)}
	for _, h := range months {
		billed, err := h.Bill(best.HourlyCommitment)
		if err != nil {
			return Optimum{}, err
		}
		without, err := h.Bill(decimal.Decimal{})
		if err != nil {
			return Optimum{}, err
		}
		best.Cost, best.OnDemand = best.Cost.Add(billed.Total()), best.OnDemand.Add(without.Total())
	}
	return best, nil
}

// sold returns the lowest and the highest commitment of the piece that AWS sells, where there is one, and 0 where it begins
// there.
func (p piece) sold() []*big.Rat {
	var sold []*big.Rat
	if p.from.Sign() == 0 {
		sold = append(sold, ratZero) // no plan
	}
	low, high := p.from, mostCommitment
	if low.Cmp(leastCommitment) < 0 {
		low = leastCommitment
	}
	if p.until != nil && p.until.Cmp(high) < 0 {
		high = p.until
	}
	if first, last := multiple(low, true), multiple(high, false); first.Cmp(last) <= 0 {
		sold = append(sold, first, last)
	}
	return sold
}

// multiple returns c rounded to a multiple of commitmentStep.
func multiple(c *big.Rat, up bool) *big.Rat {
	steps := new(big.Rat).Quo(c, commitmentStep)
	n, rest := new(big.Int).QuoRem(steps.Num(), steps.Denom(), new(big.Int))
	if up && rest.Sign() > 0 {
		n.Add(n, big.NewInt(1))
	}
	return new(big.Rat).Mul(new(big.Rat).SetInt(n), commitmentStep)
}
