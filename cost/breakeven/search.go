package breakeven

import (
	"context"
	"math/big"
	"slices"
)

// sum is the function a + b·n + Σ of its stairs, in whole numbers.
type sum struct {
	a, b   *big.Int
	stairs stairs
}

type stairs []stair

// stair is c·ceil(n·p/q), p and q above 0 and without a common factor.
type stair struct{ c, p, q *big.Int }

// cmpWidth compares how long the steps of two stairs are, in n.
func (s stair) cmpWidth(t stair) int { return mul(s.q, t.p).Cmp(mul(t.q, s.p)) }

// width returns how long each step is, in n.
func (s stair) width() *big.Rat { return new(big.Rat).SetFrac(s.q, s.p) }

// reduced takes whole steps out of stairs that climb at least one for each n, joins stairs of one width, and orders them: those
// with the longest steps come first.
func (f sum) reduced() sum {
	r := sum{a: f.a, b: f.b}
	var stairs []stair
	for _, s := range f.stairs {
		whole, p := new(big.Int).DivMod(s.p, s.q, new(big.Int))
		r.b = add(r.b, mul(s.c, whole))
		if p.Sign() != 0 {
			stairs = append(stairs, stair{s.c, p, s.q})
		}
	}
	slices.SortFunc(stairs, func(s, t stair) int { return t.cmpWidth(s) })
	for _, s := range stairs {
		if last := len(r.stairs) - 1; last >= 0 && r.stairs[last].cmpWidth(s) == 0 {
			r.stairs[last].c = add(r.stairs[last].c, s.c)
			continue
		}
		r.stairs = append(r.stairs, s)
	}
	r.stairs = slices.DeleteFunc(r.stairs, func(t stair) bool { return t.c.Sign() == 0 })
	return r
}

// mostPlateaus bounds how many plateaus a period may have for all of them to be solved.
const mostPlateaus = 64

// solver finds where a sum is above 0. It is made once and asked for many ranges.
type solver struct {
	a, b *big.Int
	// The sum is at most a + the line, which is that over all of its stairs.
	bound line
	// One of three ways: there are no stairs, where the bound is the sum itself; or they repeat soon; or the longest of them is
	// taken step by step, with rest for what remains.
	pattern *pattern
	long    stair
	rest    *solver
}

// solver makes the solver of a sum, from the stair with the shortest steps on: as many as repeat together soon are one pattern,
// and each other one has a solver around that.
func (w *search) solver(f sum, at *big.Int) (*solver, error) {
	f = f.reduced()
	v := &solver{a: integer(0), b: f.b, bound: line{f.b, integer(0), one}}
	if err := w.step(at); err != nil {
		return nil, err
	}
	i := len(f.stairs) - 1
	for ; i >= 0; i-- {
		// More stairs have no fewer plateaus: once they are too many, they stay so.
		p, ok := f.stairs[i:].pattern()
		if !ok {
			break
		}
		v = &solver{a: v.a, b: v.b, bound: v.bound.over(f.stairs[i]), pattern: &p}
	}
	const asMuch = 16 // of these are as much work as a step of the search
	for ; i >= 0; i-- {
		if i%asMuch == 0 {
			if err := w.step(at); err != nil {
				return nil, err
			}
		}
		v = &solver{a: v.a, b: v.b, bound: v.bound.over(f.stairs[i]), long: f.stairs[i], rest: v}
	}
	v.a = f.a
	return v, nil
}

// over returns a line over l and a stair, which is at least n·p/q and at most (n·p + q - 1)/q.
func (l line) over(t stair) line {
	den := lcm(l.den, t.q)
	scale, c := exact(den, l.den), mul(t.c, exact(den, t.q))
	r := line{add(mul(l.slope, scale), mul(c, t.p)), mul(l.offset, scale), den}
	if c.Sign() > 0 {
		r.offset = add(r.offset, mul(c, sub(t.q, one)))
	}
	return r
}

// search is one search: its context, and a bound on its effort where left is not negative.
type search struct {
	ctx  context.Context
	left int // steps that may still be taken one by one; negative: any number
}

// errEffort says that the bound was reached.
type errEffort struct{ at *big.Int }

func (e *errEffort) Error() string { return "breakeven: effort spent at " + e.at.String() }

// first returns the first n of s for which the sum + raised is above 0, or nil where there is none.
func (v *solver) first(w *search, raised *big.Int, s span) (*big.Int, error) {
	a := add(v.a, raised)
	// Nowhere but where the bound is at least 1.
	if s = s.nonNegative(v.bound.slope, add(v.bound.offset, mul(sub(a, one), v.bound.den))); s.empty() {
		return nil, nil
	}
	switch {
	case v.pattern != nil:
		return v.pattern.firstPositive(a, v.b, s), nil
	case v.rest == nil:
		return s.lo, nil
	}
	steps := line{v.long.p, integer(0), v.long.q}
	for k := steps.ceil(s.lo); !s.empty(); k = add(k, one) {
		if err := w.step(s.lo); err != nil {
			return nil, err
		}
		end := steps.inverse().floor(k)
		on := s
		if end.Cmp(s.hi) < 0 {
			on.hi = end
		}
		if n, err := v.rest.first(w, add(a, mul(v.long.c, k)), on); n != nil || err != nil {
			return n, err
		}
		s.lo = add(end, one)
	}
	return nil, nil
}

// step counts a step of the search that begins at a count, and ends the search where it has been too many, or its context is
// done.
func (w *search) step(at *big.Int) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	if w.left == 0 {
		return &errEffort{at}
	}
	if w.left > 0 {
		w.left--
	}
	return nil
}

// pattern is what stairs do over and over again: after a period, each has climbed a whole number of steps.
type pattern struct {
	climb    *big.Int // of all stairs in a period, each times its c
	plateaus []plateau
}

// plateau is a part of a period on which all stairs stand still.
type plateau struct {
	height *big.Int // Σ c·steps since the period began
	// n is on it in period j where the whole number j is between these lines, at n.
	lower, upper line
}

// pattern returns the pattern of stairs, of which there is one at least; false where it has more than mostPlateaus.
func (all stairs) pattern() (pattern, bool) {
	// The least common multiple of fractions without common factors is that of the numerators over the greatest common
	// divisor of the denominators.
	num, den := all[0].q, all[0].p
	for _, s := range all[1:] {
		num, den = lcm(num, s.q), gcd(den, s.p)
	}
	period := new(big.Rat).SetFrac(num, den)
	p := pattern{climb: integer(0)}
	var ends []*big.Rat
	for _, s := range all {
		steps := exact(mul(num, s.p), mul(den, s.q))
		if steps.Cmp(integer(mostPlateaus)) > 0 {
			return pattern{}, false
		}
		p.climb = add(p.climb, mul(s.c, steps))
		for k := int64(1); k <= steps.Int64(); k++ {
			ends = append(ends, new(big.Rat).Mul(s.width(), new(big.Rat).SetInt64(k)))
		}
	}
	slices.SortFunc(ends, (*big.Rat).Cmp)
	ends = slices.CompactFunc(ends, func(x, y *big.Rat) bool { return x.Cmp(y) == 0 })
	if len(ends) > mostPlateaus {
		return pattern{}, false
	}
	from := new(big.Rat)
	for _, to := range ends {
		height := integer(0)
		for _, s := range all {
			steps := line{s.p, integer(0), mul(s.q, to.Denom())}
			height = add(height, mul(s.c, steps.ceil(to.Num())))
		}
		// from < n - j·period <= to. The first is an inequality of whole numbers over a denominator: one less, and j may be
		// equal to it.
		lower, upper := onPeriod(to, period), onPeriod(from, period)
		upper.offset = sub(upper.offset, one)
		p.plateaus = append(p.plateaus, plateau{height, lower, upper})
		from = to
	}
	return p, true
}

// firstPositive returns the first n of s for which a + b·n and the stairs are above 0, or nil.
func (p pattern) firstPositive(a, b *big.Int, s span) *big.Int {
	var first *big.Int
	for _, q := range p.plateaus {
		n := p.firstOn(q, a, b, s)
		if n == nil {
			continue
		}
		first = n
		if s.hi = sub(n, one); s.empty() {
			break
		}
	}
	return first
}

// firstOn returns the first n of s that is on the plateau q of any period and positive, or nil.
//
// In period j it is a + b·n + climb·j + height there, so being positive is a third line for j, above or below.
func (p pattern) firstOn(q plateau, a, b *big.Int, s span) *big.Int {
	constant := sub(add(a, q.height), one) // b·n + climb·j + constant >= 0
	if p.climb.Sign() == 0 {
		return s.nonNegative(b, constant).least(q.lower, q.upper)
	}
	between := func(lower, upper line) func(span) *big.Int {
		return func(s span) *big.Int { return s.least(lower, upper) }
	}
	if p.climb.Sign() > 0 {
		third := line{neg(b), neg(constant), p.climb}
		return s.firstOf(q.lower, third, between(third, q.upper), between(q.lower, q.upper))
	}
	third := line{b, constant, neg(p.climb)}
	return s.firstOf(q.upper, third, between(q.lower, q.upper), between(q.lower, third))
}

// onPeriod returns the line (n - at)/period.
func onPeriod(at, period *big.Rat) line {
	return line{
		mul(at.Denom(), period.Denom()),
		neg(mul(at.Num(), period.Denom())),
		mul(at.Denom(), period.Num()),
	}
}

// firstOf returns the first n that less finds where f < g, or atLeast where f >= g, or nil.
func (s span) firstOf(f, g line, less, atLeast func(span) *big.Int) *big.Int {
	within := s.atLeast(f, g)
	if within.empty() {
		return less(s)
	}
	if before := (span{s.lo, sub(within.lo, one)}); !before.empty() {
		if n := less(before); n != nil {
			return n
		}
	}
	if n := atLeast(within); n != nil {
		return n
	}
	if after := (span{add(within.hi, one), s.hi}); !after.empty() {
		return less(after)
	}
	return nil
}
