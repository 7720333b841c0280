package breakeven

import "math/big"

// line is the function (slope·n + offset)/den of whole numbers n, den > 0.
type line struct{ slope, offset, den *big.Int }

func (l line) numerator(n *big.Int) *big.Int { return add(mul(l.slope, n), l.offset) }
func (l line) floor(n *big.Int) *big.Int     { return floorDiv(l.numerator(n), l.den) }
func (l line) ceil(n *big.Int) *big.Int      { return ceilDiv(l.numerator(n), l.den) }

// sheared returns l(n) - s·n.
func (l line) sheared(s *big.Int) line { return line{sub(l.slope, mul(s, l.den)), l.offset, l.den} }

// inverse returns the line that gives n for l(n); the slope is above 0.
func (l line) inverse() line { return line{l.den, neg(l.offset), l.slope} }

// atLeast returns the part of s in which f >= g.
func (s span) atLeast(f, g line) span {
	return s.nonNegative(
		sub(mul(f.slope, g.den), mul(g.slope, f.den)),
		sub(mul(f.offset, g.den), mul(g.offset, f.den)),
	)
}

// least returns the first n of s that has a whole number between lower(n) and upper(n), both included, or nil where none
// has.
//
// It is Euclid's algorithm on the slopes of both lines at once. Where a whole number lies between the slopes, the answer can
// be read off. Where none does, that whole number is taken away from both, after which both are between 0 and 1, and n and
// the whole number sought change places: the lines become steep, and the range at least as short as before.
func (s span) least(lower, upper line) *big.Int {
	if s = s.atLeast(upper, lower); s.empty() {
		return nil
	}
	if lower.ceil(s.lo).Cmp(upper.floor(s.lo)) <= 0 {
		return s.lo
	}
	if between := floorDiv(lower.slope, lower.den); between.Sign() != 0 {
		lower, upper = lower.sheared(between), upper.sheared(between)
	}
	// lower rises by less than 1 a step, or not at all. There is no whole number between the lines at s.lo.
	above := lower.ceil(s.lo)
	var n *big.Int
	switch {
	case upper.slope.Sign() <= 0:
		// Each later interval lies within the one at s.lo.
		return nil
	case lower.slope.Sign() == 0:
		n = upper.inverse().ceil(above)
	case upper.slope.Cmp(upper.den) >= 0:
		// Seen along a line of slope 1, lower falls and upper does not: each later interval holds all earlier ones. The
		// first whole number that it meets is the next above or the next below.
		lower, upper = lower.sheared(one), upper.sheared(one)
		above = lower.ceil(s.lo)
		below := sub(above, one)
		n = ceilDiv(sub(lower.offset, mul(below, lower.den)), neg(lower.slope))
		if upper.slope.Sign() > 0 {
			if m := upper.inverse().ceil(above); m.Cmp(n) < 0 {
				n = m
			}
		}
	default:
		// A larger whole number is met later, so the first n belongs to the smallest one that is met at all.
		met := span{above, upper.floor(s.hi)}.least(upper.inverse(), lower.inverse())
		if met == nil {
			return nil
		}
		n = upper.inverse().ceil(met)
	}
	if n.Cmp(s.hi) > 0 {
		return nil
	}
	return n
}
