package breakeven

import (
	"context"
	"math/big"

	"github.com/shopspring/decimal"
)

// Least is span.least with lines (slope·n + offset)/den of small numbers; ok is false where there is none.
func Least(lo, hi int64, lower, upper [3]int64) (n int64, ok bool) {
	newLine := func(l [3]int64) line { return line{integer(l[0]), integer(l[1]), integer(l[2])} }
	found := span{integer(lo), integer(hi)}.least(newLine(lower), newLine(upper))
	if found == nil {
		return 0, false
	}
	return found.Int64(), true
}

// Stair is c·ceil(n·p/q).
type Stair struct{ C, P, Q int64 }

// FirstPositive is solver.first of a + b·n + the stairs, without a bound on its effort.
func FirstPositive(a, b int64, stairs []Stair, lo, hi uint64) (n *big.Int, err error) {
	f := sum{a: integer(a), b: integer(b)}
	for _, s := range stairs {
		g := gcd(integer(s.P), integer(s.Q))
		f.stairs = append(f.stairs, stair{integer(s.C), exact(integer(s.P), g), exact(integer(s.Q), g)})
	}
	w := search{ctx: context.Background(), left: -1}
	v, err := w.solver(f, integer(0))
	if err != nil {
		return nil, err
	}
	return v.first(&w, integer(0), span{unsigned(lo), unsigned(hi)})
}

// CurveAt is what the curve of a side, made for 0 to most requests, has at a count.
func CurveAt(s Side, requests, most uint64) (decimal.Decimal, error) {
	c, err := s.curve(most)
	return c.at(requests), err
}
