package savings

import (
	"math/big"
	"slices"

	"github.com/shopspring/decimal"
)

// joinedMonth is a month in which what an hour covers moves the tiers of all hours after it: covered usage does not count
// toward the tiers, and usage reaches another one. What each hour covers is a function of the commitment, linear as long as
// no hour comes to another decision; the month goes from one commitment at which one does to the next.
type joinedMonth struct {
	h      *History
	money  *big.Rat // one unit of the History's money, in the currency
	moving []int    // keys of which the coverage moves later hours
	index  []int    // by key: its place in moving, -1 where it has none
	end    []*big.Int
	hours  []joinedHour
	blocks []block
}

// block is some hours in a row. As long as each of its items lies as a whole in the tier it lay in, and no hour comes to
// another decision by itself, what it covers is known without looking at its hours.
type block struct {
	hours   []joinedHour
	settled bool
	until   *big.Rat // the least of its hours; nil: for ever
	slope   *big.Rat // sum of its hours
	moves   []blockMove
}

// blockMove is what a block does to one moving key.
type blockMove struct {
	used        bool
	tier        int // of all of its items; -1: they lie in several
	first, last *big.Int
	covered     affine
	beforeLast  affine // what of covered comes before the last item
}

// newJoinedMonth returns nil where the hours of the month stand alone.
func newJoinedMonth(h *History) *joinedMonth {
	if !h.plan.CoveredOutsideTiers {
		return nil
	}
	m := &joinedMonth{h: h, money: ratOf(decimal.New(1, h.moneyExp)), index: make([]int, len(h.keys))}
	position := make([]*big.Int, len(h.keys))
	for i := range h.keys {
		position[i] = h.keys[i].start
	}
	for i := range h.hours {
		hr := joinedHour{month: m, hour: &h.hours[i]}
		for _, it := range h.hours[i].items {
			hr.start = append(hr.start, position[it.key])
			position[it.key] = new(big.Int).Add(position[it.key], it.quantity)
		}
		m.hours = append(m.hours, hr)
	}
	for i := range h.keys {
		k := &h.keys[i]
		m.index[i] = -1
		if k.rated && slices.ContainsFunc(k.tiers, func(t tier) bool { return k.start.Cmp(t.from) < 0 && t.from.Cmp(position[i]) < 0 }) {
			m.index[i] = len(m.moving)
			m.moving = append(m.moving, i)
			m.end = append(m.end, position[i])
		}
	}
	if len(m.moving) == 0 {
		return nil
	}
	size := 1 // about as many hours in a block as there are blocks
	for size*size < len(m.hours) {
		size++
	}
	for hours := range slices.Chunk(m.hours, size) {
		m.blocks = append(m.blocks, block{hours: hours})
	}
	return m
}

// slope returns the slope of the charges of the month at a commitment, in money per money.
func (m *joinedMonth) slope(at *here) *big.Rat {
	covered := make([]affine, len(m.moving))
	for i := range covered {
		covered[i] = affine{ratZero, ratZero}
	}
	slope := new(big.Rat)
	for i := range m.blocks {
		b := &m.blocks[i]
		if inTiers := b.inTiers(at, m, covered); !inTiers || b.until != nil && b.until.Cmp(at.c) <= 0 {
			b.settle(at, m, covered, inTiers)
		}
		at.narrow(b.until)
		slope.Add(slope, b.slope)
		for j := range covered {
			covered[j] = covered[j].plus(b.moves[j].covered)
		}
	}
	for i := range m.moving {
		slope.Add(slope, m.endSlope(at, i, covered[i]))
	}
	return slope
}

// endSlope is the slope of the charges of a moving key: they are those of all units up to where it ends in the tiers.
func (m *joinedMonth) endSlope(at *here, moving int, covered affine) *big.Rat {
	tiers := m.h.keys[m.moving[moving]].tiers
	end := constant(m.end[moving]).minus(covered)
	t := len(tiers) - 1
	for t > 0 && at.sign(end.minus(constant(tiers[t].from))) <= 0 {
		t--
	}
	return product(new(big.Rat).SetInt(tiers[t].paidMoney), end.b)
}

// settle goes through the hours of the block, and settles those that do not hold. Where all lie in their tiers as they did,
// those are the ones that come to another decision by themselves.
func (b *block) settle(at *here, m *joinedMonth, before []affine, inTiers bool) {
	covered := slices.Clone(before)
	*b = block{hours: b.hours, settled: true, slope: new(big.Rat), moves: make([]blockMove, len(m.moving))}
	for i := range b.hours {
		hr := &b.hours[i]
		if hr.isDue(at) || !inTiers && !hr.inTiers(at, covered) {
			hr.settle(at, covered)
		}
		if hr.until != nil && (b.until == nil || hr.until.Cmp(b.until) < 0) {
			b.until = hr.until
		}
		b.slope.Add(b.slope, hr.slope)
		for j, it := range hr.hour.items {
			k := m.index[it.key]
			if k < 0 {
				continue
			}
			move := &b.moves[k]
			if !move.used {
				move.used, move.tier, move.first = true, hr.tiers[j], hr.start[j]
			}
			if hr.tiers[j] != move.tier {
				move.tier = -1
			}
			move.last = new(big.Int).Add(hr.start[j], it.quantity)
			move.beforeLast = covered[k].minus(before[k])
			covered[k] = covered[k].plus(hr.covered[j])
		}
	}
	for k := range b.moves {
		b.moves[k].covered = covered[k].minus(before[k])
	}
}

// inTiers reports whether all moving items of the block lie in the tier they lay in.
func (b *block) inTiers(at *here, m *joinedMonth, before []affine) bool {
	if !b.settled {
		return false
	}
	for k := range b.moves {
		move := &b.moves[k]
		if !move.used {
			continue
		}
		if move.tier < 0 {
			return false
		}
		if !liesIn(at, m.h.keys[m.moving[k]].tiers, move.tier, move.first, before[k], move.last, before[k].plus(move.beforeLast)) {
			return false
		}
	}
	return true
}

// liesIn reports whether all units from first - before to last - beforeLast lie in one tier.
func liesIn(at *here, tiers []tier, t int, first *big.Int, before affine, last *big.Int, beforeLast affine) bool {
	if t > 0 && at.compare(before, new(big.Int).Sub(first, tiers[t].from)) > 0 {
		return false
	}
	return t+1 == len(tiers) || at.compare(beforeLast, new(big.Int).Sub(last, tiers[t+1].from)) >= 0
}
