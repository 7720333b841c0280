package savings

import (
	"math/big"
	"slices"
)

// joinedHour is what an hour of a joined month covers and saves, as long as the commitment is below until.
type joinedHour struct {
	month   *joinedMonth
	hour    *hour
	start   []*big.Int // by item: where it stands in the tiers; for moving keys if nothing were covered
	tiers   []int      // by item: the tier that it lies in; -1 where it lies in several, and moves
	covered []affine   // by item
	slope   *big.Rat   // of the charges for keys that do not move; nil: not yet settled
	until   *big.Rat   // nil: for ever
}

// joinedPart is usage of one hour that falls into one tier, as [part], of a size that may depend on the commitment.
type joinedPart struct {
	item, tier int
	size       affine
}

// settle decides what the hour covers at a commitment and right above it; before is what was covered of the moving keys.
func (hr *joinedHour) settle(at *here, before []affine) {
	m := hr.month
	hr.covered, hr.tiers = make([]affine, len(hr.hour.items)), make([]int, len(hr.hour.items))
	hr.slope, hr.until = ratZero, nil
	var parts []joinedPart
	for i, it := range hr.hour.items {
		n := len(parts)
		start, k := constant(hr.start[i]), m.index[it.key]
		if k >= 0 {
			start = start.minus(before[k])
		}
		parts = splitAt(parts, at, m.h.keys[it.key].tiers, i, start, constant(it.quantity))
		hr.covered[i], hr.tiers[i] = affine{ratZero, ratZero}, parts[n].tier
		if k >= 0 && len(parts) > n+1 {
			hr.tiers[i] = -1
		}
	}
	if hr.hour.committed {
		// These decisions are the hour's own: they hold until it is settled again.
		own := &here{c: at.c}
		hr.cover(own, parts)
		hr.until = own.until
	}
}

// splitAt appends the parts of a quantity, which is above 0, that fall into each tier from a position on.
func splitAt(parts []joinedPart, at *here, tiers []tier, item int, position, quantity affine) []joinedPart {
	for t := range tiers {
		if t+1 == len(tiers) {
			return append(parts, joinedPart{item, t, quantity})
		}
		room := constant(tiers[t+1].from).minus(position)
		if at.sign(room) <= 0 {
			continue
		}
		rest := quantity.minus(room)
		if at.sign(rest) <= 0 {
			return append(parts, joinedPart{item, t, quantity})
		}
		parts = append(parts, joinedPart{item, t, room})
		position, quantity = constant(tiers[t+1].from), rest
	}
	return parts
}

// cover spends the commitment on the parts in the order of their ranks, and sums up what that saves.
func (hr *joinedHour) cover(own *here, parts []joinedPart) {
	keys, items := hr.month.h.keys, hr.hour.items
	rank := func(p joinedPart) int { return keys[items[p.item].key].tiers[p.tier].rank }
	parts = slices.DeleteFunc(parts, func(p joinedPart) bool { return rank(p) < 0 })
	slices.SortFunc(parts, func(a, b joinedPart) int { return rank(a) - rank(b) })
	commitment, spent := affine{ratZero, ratOne}, affine{ratZero, ratZero}
	for _, p := range parts {
		key := items[p.item].key
		rate := new(big.Rat).SetInt(keys[key].rateMoney)
		covered, last := p.size, false
		with := spent.plus(p.size.times(rate))
		if own.sign(with.minus(commitment)) > 0 {
			covered, last = commitment.minus(spent).times(new(big.Rat).Inv(rate)), true
		}
		hr.covered[p.item] = hr.covered[p.item].plus(covered)
		if hr.month.index[key] < 0 {
			paid := new(big.Rat).SetInt(keys[key].tiers[p.tier].paidMoney)
			hr.slope = difference(hr.slope, product(paid, covered.b))
		}
		if last {
			return
		}
		spent = with
	}
}

// isDue reports whether the hour has to be settled, or comes to another decision by itself.
func (hr *joinedHour) isDue(at *here) bool {
	return hr.slope == nil || hr.until != nil && hr.until.Cmp(at.c) <= 0
}

// inTiers reports whether the moving items of the hour, which is settled, lie in the tier they lay in.
func (hr *joinedHour) inTiers(at *here, before []affine) bool {
	for i, it := range hr.hour.items {
		k := hr.month.index[it.key]
		if k < 0 {
			continue
		}
		if hr.tiers[i] < 0 {
			return false
		}
		end := new(big.Int).Add(hr.start[i], it.quantity)
		if !liesIn(at, hr.month.h.keys[it.key].tiers, hr.tiers[i], hr.start[i], before[k], end, before[k]) {
			return false
		}
	}
	return true
}
