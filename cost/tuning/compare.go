package tuning

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// Side tells two sets of points apart, such as those of x86_64 and of arm64.
type Side uint8

// The sides of a [Comparison]: the first set and the second.
const (
	SideA Side = iota
	SideB
)

// String returns "A" or "B".
func (s Side) String() string {
	return show.Name("Side", int(s), []string{SideA: "A", SideB: "B"})
}

// SidedPoint is a point of one of two sets.
type SidedPoint struct {
	Side  Side
	Point Point
}

// Pair is one memory size on both sides.
type Pair struct {
	A, B Point
	// CostMore says how much more B costs than A, and DurationMore how much longer it takes: -0.2 is 20 % less; +Inf where A
	// costs nothing and B something, null in JSON. For display.
	CostMore, DurationMore float64
}

// Comparison is two sets of points side by side.
type Comparison struct {
	Pairs []Pair // of the sizes that both sides have, in ascending order of memory
	// OnlyA and OnlyB are the points of sizes that the other side lacks, in ascending order of memory.
	OnlyA, OnlyB []Point
	Choice       SidedPoint   // what the rule chooses of all points together
	Frontier     []SidedPoint // of all points together, from the cheapest to the fastest; see [Pareto]
}

// Compare sets two sets of points side by side, those of two architectures for example, or before and after a change. Both
// must be in one currency. The rule chooses among all points, those of a listed before those of b; nil means By(Cheapest).
//
// Two points of one size on one side, no points at all on one, or one that is not valid, is a [*RangeError]; the other errors
// are those of the rule.
func Compare(a, b []Point, rule Rule) (Comparison, error) {
	if err := validSide("a", a); err != nil {
		return Comparison{}, err
	}
	if err := validSide("b", b); err != nil {
		return Comparison{}, err
	}
	all := slices.Concat(a, b)
	chosen, err := rule.choose(all)
	if err != nil {
		return Comparison{}, err
	}
	sided := func(i int) SidedPoint {
		if i < len(a) {
			return SidedPoint{SideA, all[i]}
		}
		return SidedPoint{SideB, all[i]}
	}
	c := Comparison{Choice: sided(chosen)}
	for _, i := range frontier(all) {
		c.Frontier = append(c.Frontier, sided(i))
	}
	bySize := make(map[int]Point, len(b))
	for _, p := range b {
		bySize[p.MemoryMB] = p
	}
	for _, p := range a {
		q, both := bySize[p.MemoryMB]
		if !both {
			c.OnlyA = append(c.OnlyA, p)
			continue
		}
		delete(bySize, p.MemoryMB)
		c.Pairs = append(c.Pairs, newPair(p, q))
	}
	for _, q := range bySize {
		c.OnlyB = append(c.OnlyB, q)
	}
	byMemory := func(p, q Point) int { return cmp.Compare(p.MemoryMB, q.MemoryMB) }
	slices.SortFunc(c.OnlyA, byMemory)
	slices.SortFunc(c.OnlyB, byMemory)
	slices.SortFunc(c.Pairs, func(p, q Pair) int { return byMemory(p.A, q.A) })
	return c, nil
}

func newPair(a, b Point) Pair {
	costs, times := coefficients([]Point{a, b}), durations([]Point{a, b})
	return Pair{a, b, relative(costs[1], costs[0]), relative(times[1], times[0])}
}

func validSide(name string, points []Point) error {
	if len(points) == 0 {
		return outOfRange(name, "empty", "one point or more")
	}
	seen := make(map[int]bool, len(points))
	for i, p := range points {
		if err := p.validate(fmt.Sprintf("%s[%d].", name, i)); err != nil {
			return err
		}
		if seen[p.MemoryMB] {
			return outOfRange(fmt.Sprintf("%s[%d].MemoryMB", name, i), p.MemoryMB, "one point for each size")
		}
		seen[p.MemoryMB] = true
	}
	return nil
}
