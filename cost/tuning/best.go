package tuning

import (
	"cmp"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// Strategy is how the reference tool (aws-lambda-power-tuning 4.4.0) chooses a point: [Cheapest], [Fastest] or a [Balanced].
// Nil means Cheapest, as it does there.
type Strategy interface {
	fmt.Stringer
	// best returns the index of the chosen point; the points are valid and there is one at least.
	best(points []Point) (int, error)
}

// Order is a strategy that looks at one figure and takes the other one to break ties. Of points that are equal in both, it
// chooses the first listed. The zero value is Cheapest.
type Order uint8

// The tool's strategies "cost" and "speed".
const (
	Cheapest Order = iota // least cost, ties to the faster
	Fastest               // least duration, ties to the cheaper
)

// String returns "cost" or "speed", as the tool spells it.
func (o Order) String() string {
	return show.Name("Order", int(o), []string{Cheapest: "cost", Fastest: "speed"})
}

func (o Order) validate() error {
	if o > Fastest {
		return outOfRange("Order", uint8(o), "Cheapest or Fastest")
	}
	return nil
}

// less reports whether a is better than b.
func (o Order) less(a, b *Point) bool {
	c, d := digits.Compare(a.Cost, b.Cost), cmp.Compare(a.Duration, b.Duration)
	if o == Fastest {
		c, d = d, c
	}
	return c < 0 || c == 0 && d < 0
}

func (o Order) best(points []Point) (int, error) {
	if err := o.validate(); err != nil {
		return 0, err
	}
	best := 0
	for i := range points {
		if o.less(&points[i], &points[best]) {
			best = i
		}
	}
	return best, nil
}

// Balanced is the tool's strategy of that name, by its weight w: least
//
//	w·cost/(largest cost) + (1-w)·duration/(longest duration)
//
// 1 is cost alone, 0 duration alone, neither with a look at the other to break ties: of equal points the first listed wins.
// As in the tool, w is taken for 0 below 0 and for 1 above 1; its default there is 0.5. NaN is a [*RangeError].
//
// Both figures are compared with the *worst* point, so adding a bad point, which nobody would choose, can change the choice.
// [CheapestWithin] and [FastestWithin] do not have that flaw.
//
// The tool computes this in floating point; here it is exact, with w as the decimal that it prints as. So what is a tie here
// is one, and the tool can see a difference of some 10^-16 in it.
type Balanced float64

// String returns "balanced" and the weight.
func (w Balanced) String() string {
	return "balanced " + strconv.FormatFloat(float64(w), 'g', -1, 64)
}

func (w Balanced) best(points []Point) (int, error) {
	if math.IsNaN(float64(w)) {
		return 0, outOfRange("Balanced", float64(w), "a number")
	}
	weight := ratio(min(max(float64(w), 0), 1))
	costs := coefficients(points)
	maxCost, maxDuration := costs[0], points[0].Duration
	for i := range points {
		if costs[i].Cmp(maxCost) > 0 {
			maxCost = costs[i]
		}
		maxDuration = max(maxDuration, points[i].Duration)
	}
	// The score, multiplied by the largest cost, the longest duration and the denominator of the weight.
	ofCost := new(big.Int).Mul(weight.num, big.NewInt(int64(maxDuration)))
	ofDuration := new(big.Int).Sub(weight.den, weight.num)
	ofDuration.Mul(ofDuration, maxCost)
	best, least := 0, (*big.Int)(nil)
	for i := range points {
		score := new(big.Int).Mul(ofDuration, big.NewInt(int64(points[i].Duration)))
		score.Add(score, new(big.Int).Mul(ofCost, costs[i]))
		if least == nil || score.Cmp(least) < 0 {
			best, least = i, score
		}
	}
	return best, nil
}

// coefficients returns the costs of points as whole numbers of one unit.
func coefficients(points []Point) []*big.Int {
	places := int64(0)
	for i := range points {
		places = max(places, -int64(points[i].Cost.Exponent()))
	}
	c := make([]*big.Int, len(points))
	for i := range points {
		c[i] = digits.Scaled(points[i].Cost, places)
	}
	return c
}

// durations returns the durations of points in ns.
func durations(points []Point) []*big.Int {
	d := make([]*big.Int, len(points))
	for i := range points {
		d[i] = big.NewInt(int64(points[i].Duration))
	}
	return d
}

// Best chooses a point as the reference tool does; see [Order] and [Balanced] for its rules, ties included. Which point is
// listed first matters only where a strategy says so. No points, one that is not valid, or a strategy that is none of this
// package's is a [*RangeError]; a nil strategy means [Cheapest].
func Best(points []Point, s Strategy) (Point, error) {
	if err := validPoints(points); err != nil {
		return Point{}, err
	}
	s, err := concrete(s)
	if err != nil {
		return Point{}, err
	}
	i, err := s.best(points)
	if err != nil {
		return Point{}, err
	}
	return points[i], nil
}

// concrete returns a strategy whose methods can be called: nil means Cheapest, and nothing but the strategies of this package
// is one, although a nil pointer to one, or a struct that embeds the interface, satisfies the interface too.
func concrete(s Strategy) (Strategy, error) {
	switch v := s.(type) {
	case nil:
		return Cheapest, nil
	case Order, Balanced:
		return s, nil
	case *Order:
		if v != nil {
			return *v, nil
		}
	case *Balanced:
		if v != nil {
			return *v, nil
		}
	}
	return nil, outOfRange("Strategy", fmt.Sprintf("a %T", s), "Cheapest, Fastest or a Balanced; nil for Cheapest")
}

// CheapestWithin chooses the cheapest point of those that take no longer than a limit; ties go to the faster, then to the
// first listed. If all take longer, the error is an [*UnreachableError] that has the fastest. Take points of a percentile
// ([Options].Percentile) where the limit is one.
func CheapestWithin(points []Point, limit time.Duration) (Point, error) {
	return within(points, Cheapest, func(p *Point) bool { return p.Duration <= limit }, func() UnreachableError {
		return UnreachableError{What: "limit", Given: limit.String()}
	})
}

// FastestWithin chooses the fastest point of those that cost no more than a budget for an invocation; ties go to the
// cheaper, then to the first listed. If all cost more, the error is an [*UnreachableError] that has the cheapest. A negative
// budget is a [*RangeError].
func FastestWithin(points []Point, budget decimal.Decimal) (Point, error) {
	if err := validMoney("budget", budget); err != nil {
		return Point{}, err
	}
	return within(points, Fastest, func(p *Point) bool { return digits.Compare(p.Cost, budget) <= 0 }, func() UnreachableError {
		return UnreachableError{What: "budget", Given: text(budget)}
	})
}

// PerInvocation returns what one invocation may cost so that a month of them keeps a budget: budget/invocations, rounded down
// to [CostScale] decimals. As the costs of [Price] have no more than those, a point within it is one whose
// [Point.Monthly] is within the budget, exactly. A negative budget, or no invocations, is a [*RangeError].
func PerInvocation(budget decimal.Decimal, invocations uint64) (decimal.Decimal, error) {
	if err := validMoney("budget", budget); err != nil {
		return decimal.Decimal{}, err
	}
	if invocations == 0 {
		return decimal.Decimal{}, outOfRange("invocations", 0, "1 or more")
	}
	den := new(big.Int).SetUint64(invocations)
	if places := -int64(budget.Exponent()); places > CostScale {
		den.Mul(den, digits.Pow10(places-CostScale))
	}
	c := digits.Scaled(budget, CostScale)
	return money(c.Quo(c, den)), nil
}

// within chooses by an order among the points that keep to something. Where none does, the nearest is the best by the other
// order.
func within(points []Point, o Order, keeps func(*Point) bool, unreachable func() UnreachableError) (Point, error) {
	if err := validPoints(points); err != nil {
		return Point{}, err
	}
	best, nearest := -1, 0
	for i := range points {
		p := &points[i]
		if keeps(p) && (best < 0 || o.less(p, &points[best])) {
			best = i
		}
		if (1 - o).less(p, &points[nearest]) {
			nearest = i
		}
	}
	if best < 0 {
		e := unreachable()
		e.Nearest = points[nearest]
		return Point{}, &e
	}
	return points[best], nil
}

// Rule is any way to choose one of several points: [By], [UnderLimit], [UnderBudget], or a caller's own, which must choose
// one that it was given, look at nothing but the points, and keep to a choice whose duration and cost fall while all others
// stay. The slice is the rule's own: it may sort it, write to it and keep it. A nil Rule means By(Cheapest).
type Rule func(points []Point) (Point, error)

// By is the rule of a strategy: [Best].
func By(s Strategy) Rule {
	return func(points []Point) (Point, error) { return Best(points, s) }
}

// UnderLimit is the rule [CheapestWithin].
func UnderLimit(limit time.Duration) Rule {
	return func(points []Point) (Point, error) { return CheapestWithin(points, limit) }
}

// UnderBudget is the rule [FastestWithin].
func UnderBudget(budget decimal.Decimal) Rule {
	return func(points []Point) (Point, error) { return FastestWithin(points, budget) }
}

// choose returns the index of the point that the rule chooses. The rule gets a copy: callers use theirs again.
func (r Rule) choose(points []Point) (int, error) {
	if r == nil {
		r = By(Cheapest)
	}
	p, err := r(slices.Clone(points))
	if err != nil {
		return 0, err
	}
	for i := range points {
		q := &points[i]
		if q.MemoryMB == p.MemoryMB && q.Duration == p.Duration && digits.Compare(q.Cost, p.Cost) == 0 {
			return i, nil
		}
	}
	return 0, outOfRange("Rule's choice", fmt.Sprintf("%d MB, %v", p.MemoryMB, p.Duration), "one of the points that it was given")
}
