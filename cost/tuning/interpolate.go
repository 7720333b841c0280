package tuning

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
	"github.com/seed-e9ab587a/lambdaecon/internal/random"
)

// Between measured sizes the duration is taken for a power law, duration = a × memory^b, through the two neighbours: a
// straight line where both axes are logarithmic. Work that is all CPU has b = -1 there, work that only waits b = 0, and a
// piece of a curve that is short enough is nearly straight. It goes through all points, stays between its neighbours, so it
// never overshoots and is monotone wherever they are, and depends on nothing that was measured elsewhere. A smooth curve
// would look better and know no more.

// Interpolate returns what a memory size between two measured ones would do: at a measured size the point itself, between
// them a duration by the power law through the two neighbours (piecewise linear in log-log), rounded to the nanosecond. It
// stays between the neighbours' durations, and is monotone where they are.
//
// The cost is not interpolated over memory: it is linear in memory × duration, as prices are, from one neighbour to the
// other, and exact arithmetic, half up at [CostScale] decimals. Where the two costs are a request charge plus a price for
// each MB·ns, this is the price of the interpolated duration itself; where durations are percentiles, or costs were rounded
// up to milliseconds, it stays between the neighbours' costs. [Evaluation.At] prices the interpolated duration anew.
//
// A size outside of the measured range is an [*OutsideError], and two points at a neighbouring size are a [*RangeError], as
// is a point that is not valid. The points need no order. What is not among them, such as a size that failed, is not known here:
// see [Evaluation.At].
func Interpolate(points []Point, memoryMB int) (Point, error) {
	if err := validPoints(points); err != nil {
		return Point{}, err
	}
	i, j, err := neighbours(len(points), func(i int) int { return points[i].MemoryMB }, memoryMB)
	if err != nil {
		return Point{}, err
	}
	if i == j {
		return points[i], nil
	}
	return between(points[i], points[j], memoryMB), nil
}

// neighbours returns the indices of the largest size that is not above m and of the smallest that is not below.
func neighbours(n int, size func(int) int, m int) (lower, upper int, err error) {
	lower, upper = -1, -1
	smallest, largest := 0, 0
	for i := range n {
		s := size(i)
		if s <= m && (lower < 0 || s > size(lower)) {
			lower = i
		}
		if s >= m && (upper < 0 || s < size(upper)) {
			upper = i
		}
		if s < size(smallest) {
			smallest = i
		}
		if s > size(largest) {
			largest = i
		}
	}
	if lower < 0 || upper < 0 {
		return 0, 0, &OutsideError{m, size(smallest), size(largest)}
	}
	for i := range n {
		if s := size(i); i != lower && i != upper && (s == size(lower) || s == size(upper)) {
			return 0, 0, outOfRange(fmt.Sprintf("points[%d].MemoryMB", i), s, "one point for each size")
		}
	}
	return lower, upper, nil
}

// between is Interpolate between two points of different sizes a < m < b.
func between(a, b Point, m int) Point {
	p := Point{MemoryMB: m, Duration: powerLaw(a.MemoryMB, b.MemoryMB, m, a.Duration, b.Duration)}
	used := func(p Point) *big.Int {
		return new(big.Int).Mul(big.NewInt(int64(p.MemoryMB)), big.NewInt(int64(p.Duration)))
	}
	from, to, at := used(a), used(b), used(p)
	if from.Cmp(to) == 0 { // the work is all CPU, and any two costs differ by rounding up alone
		from, to, at = big.NewInt(int64(a.MemoryMB)), big.NewInt(int64(b.MemoryMB)), big.NewInt(int64(m))
	}
	costs := coefficients([]Point{a, b, {Cost: money(new(big.Int))}})
	if from.Cmp(to) > 0 {
		from, to, costs[0], costs[1] = to, from, costs[1], costs[0]
	}
	// Rounding to the nanosecond can put it just outside.
	switch {
	case at.Cmp(from) < 0:
		at = from
	case at.Cmp(to) > 0:
		at = to
	}
	// (costs[0] × (to-at) + costs[1] × (at-from)) / (to-from)
	c := costs[0].Mul(costs[0], new(big.Int).Sub(to, at))
	c.Add(c, costs[1].Mul(costs[1], new(big.Int).Sub(at, from)))
	den := new(big.Int).Sub(to, from)
	// The coefficients are of the finest of both exponents and CostScale.
	if places := int64(max(-a.Cost.Exponent(), -b.Cost.Exponent(), CostScale)); places > CostScale {
		den.Mul(den, digits.Pow10(places-CostScale))
	}
	p.Cost = money(halfUp(c, den))
	return p
}

// powerLaw returns the value at m, a < m < b, of the power law through (a, atA) and (b, atB), which are above 0. It is counted
// from the smaller value up: that way every step is monotone in m, in floating point too, and so is the result.
func powerLaw(a, b, m int, atA, atB time.Duration) time.Duration {
	if atA == atB {
		return atA
	}
	low, high, way := atA, atB, float64(m)/float64(a)
	if atA > atB {
		low, high, way = atB, atA, float64(b)/float64(m)
	}
	way = random.Log(way) / random.Log(float64(b)/float64(a))
	v := float64(float64(low) * random.Exp(random.Log(float64(high)/float64(low))*way)) // not fused with the sum below
	if v >= float64(high) {
		return high
	}
	return min(max(time.Duration(math.Floor(v+0.5)), low), high)
}

// Estimate is what a memory size would do, by the sizes that were measured around it.
type Estimate struct {
	Point    Point
	Parts    Parts
	Measured bool // this very size was measured: then nothing is estimated
}

// At is [Interpolate] with the interpolated duration priced exactly. Both the duration of the point and the mean billed
// duration are interpolated, so that it holds for percentiles and for a share of cold starts too. A size outside of the
// measured range is an [*OutsideError]. Nothing is estimated where the next measured size on either side is beyond one that failed,
// nor at that one: the error is then a [*LeftOutError] that names it.
func (e *Evaluation) At(memoryMB int) (Estimate, error) {
	if err := e.made(); err != nil {
		return Estimate{}, err
	}
	i, j, err := neighbours(len(e.Sizes), e.memoryMB, memoryMB)
	if err != nil {
		return Estimate{}, err
	}
	if err := e.failed(i, j); err != nil {
		return Estimate{}, err
	}
	return e.between(i, j, memoryMB)
}

// failed returns an error where a size between two of the sizes failed.
func (e *Evaluation) failed(i, j int) error {
	for _, l := range e.LeftOut {
		var failed *FailedError
		if l.MemoryMB > e.memoryMB(i) && l.MemoryMB < e.memoryMB(j) && errors.As(l.Err, &failed) {
			return &LeftOutError{Sizes: []LeftOut{l}, Kept: len(e.Sizes)}
		}
	}
	return nil
}

func (e *Evaluation) memoryMB(i int) int { return e.Sizes[i].Point.MemoryMB }

// between is At between two of the sizes, or at one.
func (e *Evaluation) between(i, j, memoryMB int) (Estimate, error) {
	a, b := &e.Sizes[i], &e.Sizes[j]
	if i == j {
		return Estimate{a.Point, a.Parts, true}, nil
	}
	from, to := a.Point.MemoryMB, b.Point.MemoryMB
	billed := powerLaw(from, to, memoryMB, a.MeanBilled, b.MeanBilled)
	parts, err := e.pricer.Cost(memoryMB, billed)
	if err != nil {
		return Estimate{}, err
	}
	duration := powerLaw(from, to, memoryMB, a.Point.Duration, b.Point.Duration)
	return Estimate{Point{memoryMB, duration, parts.Total()}, parts, false}, nil
}
