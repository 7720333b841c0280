package savings

import (
	"cmp"
	"context"
	"math/big"
	"slices"

	"github.com/shopspring/decimal"
)

// What AWS sells: commitments of whole multiples of 0.00001 per hour, from 0.001 to 1,000,000.
var (
	commitmentStep  = big.NewRat(1, 100_000)
	leastCommitment = big.NewRat(1, 1_000)
	mostCommitment  = big.NewRat(1_000_000, 1)
)

const commitmentPlaces = 5

// Optimum is the commitment that would have been best. In JSON decimals are strings with all their digits, and the fractions of
// Lowest as big.Rat writes them.
type Optimum struct {
	// HourlyCommitment is the best that AWS sells: a multiple of 0.00001 per hour, from 0.001 to 1,000,000 (CreateSavingsPlan
	// of the Savings Plans API), or 0, no plan, where none would have saved anything. Of several that cost the same it is the
	// lowest.
	HourlyCommitment decimal.Decimal
	Hours            int             // of all months, in which a commitment was taken to run: see [History.CommittedHours]
	Cost             decimal.Decimal // of all months, billed under HourlyCommitment by [History.Bill]; at most OnDemand
	OnDemand         decimal.Decimal // of all months without a plan
	Lowest           Level           // of [Curve], where a commitment may be any number; the first of several
}

// Best finds the commitment under which the months would have cost least, by their bills. Over each piece on which [Curve] is
// linear the cheapest commitment that AWS sells is next to one of its ends; of these few all are billed that may be the
// best, no plan among them, and then what is sold next to the best of them. It never costs more than no plan.
//
// Since bills cover whole MB·ms and requests where the curve covers any fraction, a commitment between those may be billed lower
// still, but only by less than the on-demand price of one MB·ms or one request for each committed hour. Where
// [Plan.CoveredOutsideTiers] is set, see Curve for how far bills and curve are apart. See there as well for how long it takes
// and for the errors.
//
// It is the best for the history, not for the future: a plan binds for a year or three. Give it as many months as there are, and
// give them whole. AWS charges for every hour of the term, but a month without [Plan.From] and [Plan.Until] only counts the hours
// from the first to the last that was used: of a batch that runs for one hour a month, the best commitment would be that of this
// hour, as if all others cost nothing. Optimum.Hours tells how many were counted.
//
// It is all that is to be left for Lambda (see [Plan.HourlyCommitment]): what present plans leave for it is part of that, and
// of a new one EC2 and Fargate first take what they still have on demand.
func Best(ctx context.Context, months ...*History) (Optimum, error) {
	var best Optimum
	var sold []Level
	for p, err := range pieces(ctx, months) {
		if err != nil {
			return Optimum{}, err
		}
		if l := &best.Lowest; l.Cost == nil || p.cost.Cmp(l.Cost) < 0 {
			*l = Level{p.from, p.cost}
		}
		for _, c := range p.sold() {
			sold = append(sold, Level{c, sum(p.cost, product(p.slope, new(big.Rat).Sub(c, p.from)))})
		}
	}
	best.Lowest = Level{new(big.Rat).Set(best.Lowest.Commitment), new(big.Rat).Set(best.Lowest.Cost)}
	byCost := func(a, b Level) int { return cmp.Or(a.Cost.Cmp(b.Cost), a.Commitment.Cmp(b.Commitment)) }

	b := bidding{ctx: ctx, months: months}
	if err := b.bill(decimal.Decimal{}); err != nil {
		return Optimum{}, err
	}
	best.OnDemand = b.cost
	if err := b.bill(commitmentOf(slices.MinFunc(sold, byCost))); err != nil { // there is one: no plan
		return Optimum{}, err
	}
	// What the curve has above that is billed above it too.
	most := ratOf(b.cost)
	sold = slices.DeleteFunc(sold, func(l Level) bool { return l.Cost.Cmp(most) > 0 })
	slices.SortFunc(sold, byCost)
	sold = slices.CompactFunc(sold, func(a, b Level) bool { return a.Commitment.Cmp(b.Commitment) == 0 })
	for _, l := range sold {
		if l.Cost.Cmp(ratOf(b.cost)) > 0 {
			break
		}
		if err := b.bill(commitmentOf(l)); err != nil {
			return Optimum{}, err
		}
	}
	step := decimal.New(1, -commitmentPlaces)
	for _, c := range []decimal.Decimal{b.commitment.Sub(step), b.commitment.Add(step)} {
		if r := ratOf(c); r.Cmp(leastCommitment) < 0 || r.Cmp(mostCommitment) > 0 {
			continue
		}
		if err := b.bill(c); err != nil {
			return Optimum{}, err
		}
	}
	best.HourlyCommitment, best.Cost = b.commitment, b.cost
	for _, h := range months {
		best.Hours += h.CommittedHours()
	}
	return best, nil
}

// commitmentOf returns the commitment of a level, which is a multiple of commitmentStep.
func commitmentOf(l Level) decimal.Decimal {
	return plain(new(big.Rat).Quo(l.Commitment, commitmentStep).Num(), -commitmentPlaces)
}

// bidding is the commitment that was billed lowest so far; of several the lowest.
type bidding struct {
	ctx              context.Context
	months           []*History
	commitment, cost decimal.Decimal
	billed           bool
}

func (b *bidding) bill(commitment decimal.Decimal) error {
	if err := b.ctx.Err(); err != nil {
		return err
	}
	var total decimal.Decimal
	for _, h := range b.months {
		s, err := h.Bill(commitment)
		if err != nil {
			return err
		}
		total = total.Add(s.Total())
	}
	if c := total.Cmp(b.cost); !b.billed || c < 0 || c == 0 && commitment.LessThan(b.commitment) {
		b.commitment, b.cost, b.billed = commitment, total, true
	}
	return nil
}

// sold returns the two lowest and the two highest commitments of the piece that AWS sells, where there are any, and 0 where it
// begins there. The second ones are for bills: where the curve turns just at a commitment that is sold, that one may leave
// whole requests uncovered which the next one covers.
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
	first, last := multiple(low, true), multiple(high, false)
	if first.Cmp(last) > 0 {
		return sold
	}
	sold = append(sold, first, last)
	if second := sum(first, commitmentStep); second.Cmp(last) < 0 {
		sold = append(sold, second, new(big.Rat).Sub(last, commitmentStep))
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
