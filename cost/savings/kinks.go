package savings

import (
	"math/big"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
)

// kink is a commitment at which the slope of the cost changes.
type kink struct {
	at     *big.Int
	change *big.Rat
}

// appendKinks appends the kinks of a month whose hours stand alone, in units of 10^exp of money. In such a month an hour
// saves, for each unit of its commitment, the ratio of price paid to plan rate of the part of usage that the unit covers.
func (h *History) appendKinks(kinks []kink, exp int32) []kink {
	s := h.settle(new(big.Int))
	scale := digits.Pow10(int64(h.moneyExp - exp))
	ratios := make(map[*tier]*big.Rat)
	for i := range h.hours {
		hr := &h.hours[i]
		s.open(hr)
		at, before := new(big.Int), ratZero
		for _, part := range s.ranked {
			p, t := &s.parts[part], s.tier(part)
			rate := h.keys[p.key].rateMoney
			ratio := ratios[t]
			if ratio == nil {
				ratio = new(big.Rat).SetFrac(t.paidMoney, rate)
				ratios[t] = ratio
			}
			kinks = append(kinks, kink{at, difference(before, ratio)})
			width := new(big.Int).Mul(p.quantity, rate)
			at, before = new(big.Int).Add(at, width.Mul(width, scale)), ratio
		}
		if before != ratZero {
			kinks = append(kinks, kink{at, before})
		}
		for _, it := range hr.items {
			s.position[it.key].Add(s.position[it.key], it.quantity)
		}
	}
	return kinks
}
