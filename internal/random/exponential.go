package random

import "math"

// Many exponential draws at once take less than half the time of one after the other: there is no call, and each loop is short
// enough for a processor to work on several draws at a time.

// block is how many draws are made at once.
const block = 64

// Exponentials sets each element i of to to mean·NegLog1m(s.Uniform(from+i)), rounded to a whole number. The mean is at most
// 2^57: no draw is longer than 37 means.
func (s Stream) Exponentials(to []int64, from uint64, mean float64) {
	a := constants
	for len(to) > 0 {
		var tails [block]uint64
		n := min(len(to), block)
		s.tails(tails[:n], from)
		for i, x := range tails[:n] {
			k, r, log := a.reduce(x)
			to[i] = int64(float64(mean*a.negLog(53-k, r, log)) + 0.5)
		}
		to, from = to[n:], from+uint64(n)
	}
}

// A Clock is a sum of times in whole ns, whose fractions are not lost. The zero value is at 0.
type Clock struct {
	Now      int64
	Fraction float64
}

// Plus returns c moved on by ns. Now plus ns must be less than 2^63.
func (c Clock) Plus(ns float64) Clock {
	ns += c.Fraction
	whole := int64(ns)
	return Clock{c.Now + whole, ns - float64(whole)}
}

// Arrivals moves c on by mean·NegLog1m(s.Uniform(from+i)) for one i after the other, and sets each element i of to to where it is
// then: those are times of a Poisson process. What Plus says of ns holds for 37 means for each of them.
func (s Stream) Arrivals(to []int64, from uint64, mean float64, c *Clock) {
	a, clock := constants, *c
	for len(to) > 0 {
		var tails [block]uint64
		n := min(len(to), block)
		s.tails(tails[:n], from)
		for i, x := range tails[:n] {
			k, r, log := a.reduce(x)
			clock = clock.Plus(float64(mean * a.negLog(53-k, r, log)))
			to[i] = clock.Now
		}
		to, from = to[n:], from+uint64(n)
	}
	*c = clock
}

// tails sets each element i of to to the bits of 2^53·(1-s.Uniform(from+i)), a whole number.
func (s Stream) tails(to []uint64, from uint64) {
	at := s.key + (from+1)*golden
	for i := range to {
		to[i] = math.Float64bits(float64(int64(1<<53 - mix(at)>>11)))
		at += golden
	}
}
