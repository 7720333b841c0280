package savings

import (
	"math/big"
	"slices"
)

// settlement applies a commitment to the hours of a month, one after the other.
type settlement struct {
	h          *History
	commitment *big.Int
	position   []*big.Int // by key: how far the tiers are used
	parts      []part     // of the hour, reused
	ranked     []int      // into parts, reused
	amounts    []amount   // of the hour, reused
}

// part is usage of one hour that falls into one tier.
type part struct {
	key, tier         int
	quantity, covered *big.Int
}

// amount is what is billed of an hour: covered by the plan, or charged on demand.
type amount struct {
	key, tier int
	covered   bool
	quantity  *big.Int
}

func (h *History) settle(commitment *big.Int) *settlement {
	s := &settlement{h: h, commitment: commitment, position: make([]*big.Int, len(h.keys))}
	for i := range h.keys {
		s.position[i] = new(big.Int).Set(h.keys[i].start)
	}
	return s
}

// hour bills the next hour. What it returns is valid until the next call.
func (s *settlement) hour(hr *hour) []amount {
	s.amounts = s.amounts[:0]
	s.open(hr)
	if s.commitment.Sign() > 0 {
		s.cover()
	}
	if s.h.plan.CoveredOutsideTiers {
		s.chargeOutside(hr)
		return s.amounts
	}
	for i := range s.parts {
		p := &s.parts[i]
		s.position[p.key].Add(s.position[p.key], p.quantity)
		s.add(p.key, p.tier, true, p.covered)
		s.add(p.key, p.tier, false, p.quantity.Sub(p.quantity, p.covered))
	}
	return s.amounts
}

// open takes an hour apart by tiers, and orders what the plan can cover by rank.
func (s *settlement) open(hr *hour) {
	s.parts, s.ranked = s.parts[:0], s.ranked[:0]
	for _, it := range hr.items {
		s.split(it.key, it.quantity)
	}
	if !hr.committed {
		return
	}
	for i := range s.parts {
		if s.tier(i).rank >= 0 {
			s.ranked = append(s.ranked, i)
		}
	}
	slices.SortFunc(s.ranked, func(a, b int) int { return s.tier(a).rank - s.tier(b).rank })
}

// split appends the parts of a quantity that fall into each tier, from where the key stands.
func (s *settlement) split(key int, quantity *big.Int) {
	tiers := s.h.keys[key].tiers
	at, left := s.position[key], new(big.Int).Set(quantity)
	i := len(tiers) - 1
	for i > 0 && at.Cmp(tiers[i].from) < 0 {
		i--
	}
	for ; left.Sign() > 0; i++ {
		here := new(big.Int).Set(left)
		if i+1 < len(tiers) {
			if room := new(big.Int).Sub(tiers[i+1].from, at); room.Cmp(here) < 0 {
				here = room
			}
			at = tiers[i+1].from
		}
		left.Sub(left, here)
		s.parts = append(s.parts, part{key: key, tier: i, quantity: here, covered: new(big.Int)})
	}
}

// cover spends the commitment on the ranked parts. The first that it does not pay for as a whole is
// covered by as many whole MB·ms or requests as it pays for; what is left then stays unused.
func (s *settlement) cover() {
	left := new(big.Int).Set(s.commitment)
	for _, i := range s.ranked {
		p := &s.parts[i]
		k := &s.h.keys[p.key]
		price := new(big.Int).Mul(p.quantity, k.rateMoney)
		if price.Cmp(left) > 0 {
			n := new(big.Int).Quo(left, price.Mul(k.least, k.rateMoney))
			p.covered.Mul(n, k.least)
			return
		}
		left.Sub(left, price)
		p.covered.Set(p.quantity)
	}
}

func (s *settlement) tier(part int) *tier {
	return &s.h.keys[s.parts[part].key].tiers[s.parts[part].tier]
}

// chargeOutside charges what is not covered from where the tiers stand, as if nothing had been covered.
func (s *settlement) chargeOutside(hr *hour) {
	covered := s.parts
	s.parts = s.parts[len(s.parts):]
	for _, it := range hr.items {
		rest := new(big.Int).Set(it.quantity)
		for i := range covered {
			if p := &covered[i]; p.key == it.key {
				rest.Sub(rest, p.covered)
				s.add(p.key, p.tier, true, p.covered)
			}
		}
		s.split(it.key, rest)
		s.position[it.key].Add(s.position[it.key], rest)
	}
	for i := range s.parts {
		s.add(s.parts[i].key, s.parts[i].tier, false, s.parts[i].quantity)
	}
}

func (s *settlement) add(key, tier int, covered bool, quantity *big.Int) {
	if quantity.Sign() > 0 {
		s.amounts = append(s.amounts, amount{key, tier, covered, quantity})
	}
}
