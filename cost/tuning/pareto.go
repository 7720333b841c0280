package tuning

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
)

// Pareto returns the frontier: the points that no other point dominates, from the cheapest to the fastest. A point dominates
// another if it is better in cost or duration and not worse in the other. Whatever is not on the frontier is dominated by a
// point of it, so a choice that is not on it gives something away.
//
// Points that are equal in both do not dominate one another: all of them are kept, in the order in which they were listed,
// since which memory size to take of those is another question. Points are compared as they are, without a check that they
// are valid. No points have no frontier: the result is then nil.
func Pareto(points []Point) []Point {
	var kept []Point
	for _, i := range frontier(points) {
		kept = append(kept, points[i])
	}
	return kept
}

// frontier returns the indices of the points that Pareto keeps, in its order.
func frontier(points []Point) []int {
	order := make([]int, len(points))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		return cmp.Or(digits.Compare(points[i].Cost, points[j].Cost), cmp.Compare(points[i].Duration, points[j].Duration))
	})
	kept := order[:0]
	for _, i := range order {
		// All before it cost no more, so it stays only if it is faster than the last that stayed, or its equal.
		if n := len(kept); n > 0 {
			p, last := &points[i], &points[kept[n-1]]
			if p.Duration > last.Duration || p.Duration == last.Duration && digits.Compare(p.Cost, last.Cost) != 0 {
				continue
			}
		}
		kept = append(kept, i)
	}
	return kept
}

// Tie is one of several points that are about as good as the best.
type Tie struct {
	Point Point
	// CostMore says how much more it costs than the cheapest of the ties, and DurationMore how much longer it takes than the
	// fastest of them: 0.0004 is .04 % more, 7 is eight times as much; +Inf where the cheapest costs nothing, null in JSON. For
	// display: the sums of money are below.
	CostMore, DurationMore float64
	Monthly                decimal.Decimal // cost of the invocations asked for, exactly
	MonthlyMore            decimal.Decimal // than the cheapest of the ties, exactly
}

// Ties returns the points whose cost (Cheapest) or duration (Fastest) is within a tolerance of the best, the best first: a
// difference of less than the error of the measurement is none, and the choice is to be made by something else. A tolerance
// of 0.01 is one per cent, taken as the decimal that it prints as; 0 returns equals alone. Each says what so many
// invocations a month cost.
//
// An order that does not exist, a tolerance that is negative or not a number, no points, or one that is not valid, is a
// [*RangeError].
func Ties(points []Point, by Order, tolerance float64, invocations uint64) ([]Tie, error) {
	if err := validPoints(points); err != nil {
		return nil, err
	}
	if err := by.validate(); err != nil {
		return nil, err
	}
	t, err := newPortion("tolerance", tolerance, 1e6, "0 or more, up to 1e6")
	if err != nil {
		return nil, err
	}
	sorted := slices.Clone(points)
	slices.SortStableFunc(sorted, func(a, b Point) int {
		switch {
		case by.less(&a, &b):
			return -1
		case by.less(&b, &a):
			return 1
		}
		return 0
	})
	// figure × den <= best × (den + num)
	figures := coefficients(sorted)
	if by == Fastest {
		figures = durations(sorted)
	}
	most := t.times(figures[0])
	n := 1
	for n < len(sorted) && t.whole(figures[n]).Cmp(most) <= 0 {
		n++
	}
	return describe(sorted[:n], invocations), nil
}

func describe(points []Point, invocations uint64) []Tie {
	costs, times := coefficients(points), durations(points)
	cheapest, fastest := 0, 0
	for i := range points {
		if costs[i].Cmp(costs[cheapest]) < 0 {
			cheapest = i
		}
		if times[i].Cmp(times[fastest]) < 0 {
			fastest = i
		}
	}
	ties := make([]Tie, len(points))
	for i, p := range points {
		ties[i] = Tie{
			Point:        p,
			CostMore:     relative(costs[i], costs[cheapest]),
			DurationMore: relative(times[i], times[fastest]),
			Monthly:      p.Monthly(invocations),
			MonthlyMore:  p.Monthly(invocations).Sub(points[cheapest].Monthly(invocations)),
		}
	}
	return ties
}
