package tuning

import (
	"errors"
	"math/big"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
)

// Margin is how far the measurement of one memory size may be off before the choice changes, if the others are right.
type Margin struct {
	Point  Point
	Chosen bool // the rule chooses this point
	// Longest is the longest duration with which the rule would choose this size, to the nanosecond: its own or more if it is
	// chosen, less if it is not, and 0 if no duration would do. The cost moves with it, request charge apart.
	Longest time.Duration
	// Unbounded says that Longest is only the longest that was looked at: the size is chosen anyway. That is [cost.MaxBilled],
	// or where the size takes longer than that as measured, with an INIT that is not billed, three times as much.
	Unbounded bool
}

// Change returns by what share the duration may change: 0.02 says that it may grow by 2 % and the size is still chosen;
// -0.1 that it would have to shrink by 10 % to be chosen, -1 that nothing helps. For display.
func (m Margin) Change() float64 {
	return relative(big.NewInt(int64(m.Longest)), big.NewInt(int64(m.Point.Duration)))
}

// Margins returns the margin of every size, in ascending order of memory, for a rule; nil means By(Cheapest). All durations
// of one size, billed ones too, are taken to be longer or shorter by one factor, while the others stay as they were
// measured. It is exact: each margin is found by bisection over whole nanoseconds, with the costs rounded as always.
//
// It is the counterpart of [Evaluation.Bootstrap], for errors that more runs do not average out. The errors are those of the
// rule, an [*UnreachableError] where no point keeps to it as measured.
func (e *Evaluation) Margins(rule Rule) ([]Margin, error) {
	if err := e.made(); err != nil {
		return nil, err
	}
	points := e.Points()
	chosen, err := rule.choose(points)
	if err != nil {
		return nil, err
	}
	margins := make([]Margin, len(points))
	for i := range points {
		m := Margin{Point: points[i], Chosen: i == chosen}
		if m.Longest, err = e.longest(rule, points, i); err != nil {
			return nil, err
		}
		m.Unbounded = m.Longest == longestLooked(points[i])
		margins[i] = m
	}
	return margins, nil
}

// longest returns the longest duration with which the rule chooses point i. It changes the point and puts it back.
func (e *Evaluation) longest(rule Rule, points []Point, i int) (time.Duration, error) {
	measured := points[i]
	defer func() { points[i] = measured }()
	// The rule chooses it with durations up to yes, and not with those from no on.
	yes, no := time.Duration(0), longestLooked(measured)+1
	for no-yes > 1 {
		d := yes + (no-yes)/2
		points[i] = e.Sizes[i].lasting(d)
		got, err := rule.choose(points)
		var unreachable *UnreachableError
		switch {
		case err != nil && !errors.As(err, &unreachable):
			return 0, err
		case err == nil && got == i:
			yes = d
		default:
			no = d
		}
	}
	return yes, nil
}

// longestLooked is how long a size is looked at for. Duration, INIT and restore of a run can be [cost.MaxBilled] each.
func longestLooked(measured Point) time.Duration {
	if measured.Duration > cost.MaxBilled {
		return 3 * cost.MaxBilled
	}
	return cost.MaxBilled
}

// lasting is the point if its duration were d, and its cost beyond the request charge in proportion.
func (s *Size) lasting(d time.Duration) Point {
	perInvocation := digits.Scaled(s.Point.Cost, CostScale)
	request := digits.Scaled(s.Parts.Requests, CostScale)
	moving := perInvocation.Sub(perInvocation, request)
	c := halfUp(moving.Mul(moving, big.NewInt(int64(d))), big.NewInt(int64(s.Point.Duration)))
	return Point{s.Point.MemoryMB, d, money(c.Add(c, request))}
}
