package savings

import (
	"context"
	"iter"
	"math/big"
	"slices"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// Level is what a history would have cost under an hourly commitment, exactly, in the currency of its bills.
type Level struct {
	Commitment *big.Rat // per hour
	Cost       *big.Rat // of all months: the commitment of all hours, and what it does not cover
}

// Curve yields what the months would have cost together under each hourly commitment: a continuous function that is linear
// between one level and the next, from a commitment of 0 up to the one that covers all that a plan can cover; each more
// beyond the last level costs its price in every committed hour. Where the slope changes there is a level, so that the
// function is known at every commitment, and lowest at a level.
//
// The cost is that of [History.Bill], but for one thing: here the last part of usage that an hour's commitment pays for is
// covered to any fraction, where bills cover whole MB·ms and requests. A bill differs from the curve by less than the
// on-demand price of one MB·ms or one request for each committed hour; where [Plan.CoveredOutsideTiers] is set, what is cut
// off also moves the tiers of later hours, which adds to it.
//
// The months may have different plan rates and options, such as a free tier each. Each hour goes by itself, and the work is
// that of sorting the hours, except where [Plan.CoveredOutsideTiers] is set and usage reaches another tier: then what an
// hour covers moves the tiers of all hours after it, and the work is that of billing the month for each level, seconds for a
// month of one region.
//
// The sequence ends with an error: that of ctx where it is done, a [*RangeError] where there is no month or ctx is nil, a
// [*cost.MixedError] where currencies differ, and a [*NoRateError] where a plan rate is missing, as in History.Bill.
func Curve(ctx context.Context, months ...*History) iter.Seq2[Level, error] {
	return func(yield func(Level, error) bool) {
		for p, err := range pieces(ctx, months) {
			if err != nil {
				yield(Level{}, err)
				return
			}
			if !yield(Level{Commitment: new(big.Rat).Set(p.from), Cost: new(big.Rat).Set(p.cost)}, nil) {
				return
			}
		}
	}
}

// piece is a range of commitments over which the cost is linear.
type piece struct {
	from  *big.Rat
	until *big.Rat // nil: for ever
	cost  *big.Rat // at from
	slope *big.Rat
}

func pieces(ctx context.Context, months []*History) iter.Seq2[piece, error] {
	return func(yield func(piece, error) bool) {
		if ctx == nil {
			yield(piece{}, &RangeError{Field: "ctx", Given: "nil", Allowed: "a context"})
			return
		}
		s, err := newSweep(ctx, months)
		for err == nil {
			if err = ctx.Err(); err != nil {
				break
			}
			p := s.next()
			if !yield(p, nil) || p.until == nil {
				return
			}
		}
		yield(piece{}, err)
	}
}

// sweep raises the commitment from 0, from one level to the next.
type sweep struct {
	commitment *big.Rat
	cost       *big.Rat
	slope      *big.Rat // committed, and the slopes of the charges of all months that are not joined
	kinks      []kink   // of those months, ahead of the commitment
	kinkExp    int32
	joined     []*joinedMonth
}

func newSweep(ctx context.Context, months []*History) (*sweep, error) {
	if len(months) == 0 {
		return nil, &RangeError{Field: "months", Given: "none", Allowed: "one or more"}
	}
	s := &sweep{commitment: ratZero, cost: ratZero}
	hours, first := 0, 0 // first of which the currency is known
	for i, h := range months {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if _, err := h.orNone().commitmentMoney(decimal.New(1, 0)); err != nil {
			return nil, err
		}
		switch known, given := months[first].Currency(), h.Currency(); {
		case known == "":
			first = i
		case given != "" && given != known:
			return nil, &cost.MixedError{
				What: "currency", A: known, B: given,
				RegionA: "month " + strconv.Itoa(first), RegionB: "month " + strconv.Itoa(i),
			}
		}
		bill, err := h.Bill(decimal.Decimal{})
		if err != nil {
			return nil, err
		}
		s.cost = sum(s.cost, ratOf(bill.Total()))
		hours += h.CommittedHours()
		s.kinkExp = min(s.kinkExp, h.orNone().moneyExp)
	}
	s.slope = new(big.Rat).SetInt64(int64(hours))
	for _, h := range months {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if m := newJoinedMonth(h.orNone()); m != nil {
			s.joined = append(s.joined, m)
			continue
		}
		s.kinks = h.orNone().appendKinks(s.kinks, s.kinkExp)
	}
	slices.SortFunc(s.kinks, func(a, b kink) int { return a.at.Cmp(b.at) })
	return s, nil
}

// next returns the piece that begins at the commitment, and raises the commitment to its end.
func (s *sweep) next() piece {
	unit := ratOf(decimal.New(1, s.kinkExp))
	for len(s.kinks) > 0 && product(new(big.Rat).SetInt(s.kinks[0].at), unit).Cmp(s.commitment) <= 0 {
		s.slope = sum(s.slope, s.kinks[0].change)
		s.kinks = s.kinks[1:]
	}
	at := &here{c: s.commitment}
	if len(s.kinks) > 0 {
		at.narrow(product(new(big.Rat).SetInt(s.kinks[0].at), unit))
	}
	slope := new(big.Rat).Set(s.slope)
	for _, m := range s.joined {
		own := &here{c: new(big.Rat).Quo(s.commitment, m.money)}
		slope.Add(slope, m.slope(own))
		if own.until != nil {
			at.narrow(new(big.Rat).Mul(own.until, m.money)) // own.until may be shared with a block
		}
	}
	p := piece{from: s.commitment, until: at.until, cost: s.cost, slope: slope}
	if p.until != nil {
		s.cost = sum(s.cost, product(slope, new(big.Rat).Sub(p.until, p.from)))
		s.commitment = p.until
	}
	return p
}
