package tuning_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/tuning"
)

// slowBest is the reference tool's way, in fractions: sort, stably, and take the first.
func slowBest(points []tuning.Point, s tuning.Strategy) tuning.Point {
	sorted := append([]tuning.Point(nil), points...)
	maxCost, maxDuration := new(big.Rat), new(big.Rat)
	for _, p := range points {
		if p.Cost.Rat().Cmp(maxCost) > 0 {
			maxCost = p.Cost.Rat()
		}
		if r := new(big.Rat).SetInt64(int64(p.Duration)); r.Cmp(maxDuration) > 0 {
			maxDuration = r
		}
	}
	value := func(p tuning.Point, w float64) *big.Rat {
		weight := rat(strconv.FormatFloat(min(max(w, 0), 1), 'f', -1, 64))
		c, d := new(big.Rat), new(big.Rat).SetInt64(int64(p.Duration))
		if maxCost.Sign() > 0 {
			c.Mul(weight, c.Quo(p.Cost.Rat(), maxCost))
		}
		d.Mul(new(big.Rat).Sub(rat("1"), weight), d.Quo(d, maxDuration))
		return c.Add(c, d)
	}
	sort.SliceStable(sorted, func(i, j int) bool {
		a, b := sorted[i], sorted[j]
		switch s := s.(type) {
		case tuning.Balanced:
			return value(a, float64(s)).Cmp(value(b, float64(s))) < 0
		case tuning.Order:
			if s == tuning.Fastest {
				return a.Duration < b.Duration || a.Duration == b.Duration && a.Cost.LessThan(b.Cost)
			}
		}
		return a.Cost.LessThan(b.Cost) || a.Cost.Equal(b.Cost) && a.Duration < b.Duration
	})
	return sorted[0]
}

func bestAgrees(t *testing.T, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 7))
	points := randomPoints(r, 8)
	before := fmt.Sprint(points)
	for _, s := range []tuning.Strategy{nil, tuning.Cheapest, tuning.Fastest, tuning.Balanced(0.5), tuning.Balanced(float64(r.IntN(11)) / 10), tuning.Balanced(r.NormFloat64())} {
		got, err := tuning.Best(points, s)
		if want := slowBest(points, s); err != nil || got.MemoryMB != want.MemoryMB {
			t.Fatalf("seed %d, %v of %v: %v, %v, want %v", seed, s, points, got, err, want)
		}
	}
	limit := time.Duration(r.IntN(7)) * ms
	budget := decimal.New(int64(r.IntN(7)), -int32(6+r.IntN(2)))
	var fast, cheap []tuning.Point
	for _, p := range points {
		if p.Duration <= limit {
			fast = append(fast, p)
		}
		if p.Cost.LessThanOrEqual(budget) {
			cheap = append(cheap, p)
		}
	}
	check := func(what string, got tuning.Point, err error, among []tuning.Point, s, other tuning.Strategy) {
		t.Helper()
		if len(among) > 0 {
			if want := slowBest(among, s); err != nil || got.MemoryMB != want.MemoryMB {
				t.Fatalf("seed %d, %s of %v: %v, %v, want %v", seed, what, points, got, err, want)
			}
			return
		}
		var e *tuning.UnreachableError
		if want := slowBest(points, other); !errors.As(err, &e) || e.Nearest.MemoryMB != want.MemoryMB {
			t.Fatalf("seed %d, %s of %v: %v, %v, want an *UnreachableError with %v", seed, what, points, got, err, want)
		}
	}
	got, err := tuning.CheapestWithin(points, limit)
	check("cheapest within "+limit.String(), got, err, fast, tuning.Cheapest, tuning.Fastest)
	got, err = tuning.FastestWithin(points, budget)
	check("fastest within "+budget.String(), got, err, cheap, tuning.Fastest, tuning.Cheapest)
	if after := fmt.Sprint(points); after != before {
		t.Fatalf("the points were changed: %s, before %s", after, before)
	}
}

func TestBestAgainstDefinition(t *testing.T) {
	for seed := range uint64(1000) {
		bestAgrees(t, seed)
	}
}

func FuzzBest(f *testing.F) {
	f.Add(uint64(1 << 40))
	f.Fuzz(bestAgrees)
}

// Costs of 0 do not divide by 0: the tool's values are then not numbers, and the first listed stays first.
func TestBalancedOfNothing(t *testing.T) {
	points := []tuning.Point{point(128, 2, "0"), point(256, 1, "0")}
	if got := must(tuning.Best(points, tuning.Balanced(1)))(t); got.MemoryMB != 128 {
		t.Errorf("%v, want the first", got)
	}
}

// A bad point that nobody would choose changes the balanced choice; the others stand.
func TestBalancedDependsOnTheWorst(t *testing.T) {
	points := []tuning.Point{point(512, 200, "0.000002"), point(1024, 100, "0.000003")}
	if got := must(tuning.Best(points, tuning.Balanced(0.5)))(t); got.MemoryMB != 1024 {
		t.Errorf("%v, want 1024 MB", got)
	}
	points = append(points, point(128, 3000, "0.000002"))
	if got := must(tuning.Best(points, tuning.Balanced(0.5)))(t); got.MemoryMB != 512 {
		t.Errorf("%v, want 512 MB", got)
	}
	if got := must(tuning.CheapestWithin(points, 150*ms))(t); got.MemoryMB != 1024 {
		t.Errorf("%v, want 1024 MB", got)
	}
}

func TestBestErrors(t *testing.T) {
	good := point(128, 1, "1")
	for _, c := range []struct {
		points []tuning.Point
		field  string
	}{
		{nil, "points"},
		{[]tuning.Point{good, {}}, "points[1].MemoryMB"},
		{[]tuning.Point{{MemoryMB: -1, Duration: ms}}, "points[0].MemoryMB"},
		{[]tuning.Point{good, good, {MemoryMB: 1}}, "points[2].Duration"},
		{[]tuning.Point{{MemoryMB: 1, Duration: -ms}}, "points[0].Duration"},
		{[]tuning.Point{{MemoryMB: 1, Duration: ms, Cost: d("-1")}}, "points[0].Cost"},
		{[]tuning.Point{{MemoryMB: 1, Duration: ms, Cost: decimal.New(1, math.MaxInt32)}}, "points[0].Cost"},
		{[]tuning.Point{{MemoryMB: 1, Duration: ms, Cost: decimal.New(1, math.MinInt32)}}, "points[0].Cost"},
		{[]tuning.Point{{MemoryMB: 1, Duration: ms, Cost: d(strings.Repeat("9", 300))}}, "points[0].Cost"},
	} {
		calls := map[string]func() error{
			"Best":           func() error { _, err := tuning.Best(c.points, tuning.Balanced(0.5)); return err },
			"CheapestWithin": func() error { _, err := tuning.CheapestWithin(c.points, time.Hour); return err },
			"FastestWithin":  func() error { _, err := tuning.FastestWithin(c.points, d("1")); return err },
			"Ties":           func() error { _, err := tuning.Ties(c.points, tuning.Cheapest, 0, 1); return err },
			"Interpolate":    func() error { _, err := tuning.Interpolate(c.points, 128); return err },
			"Curve":          func() error { _, err := tuning.Curve(c.points, 64); return err },
			"ShareURL":       func() error { _, err := tuning.ShareURL(c.points); return err },
			"NewOutput":      func() error { _, err := tuning.NewOutput(c.points, nil); return err },
			"CheckPoints":    func() error { _, _, err := tuning.CheckPoints(c.points, 1); return err },
		}
		for name, call := range calls {
			t.Run(name+" "+c.field, func(t *testing.T) { wantRange(t, call(), c.field) })
		}
	}
	_, err := tuning.Best([]tuning.Point{good}, tuning.Balanced(nan))
	wantRange(t, err, "Balanced")
	_, err = tuning.Best([]tuning.Point{good}, tuning.Order(7))
	wantRange(t, err, "Order")
	_, err = tuning.FastestWithin([]tuning.Point{good}, d("-1"))
	wantRange(t, err, "budget")
	for _, w := range []float64{inf, -inf} {
		if _, err := tuning.Best([]tuning.Point{good}, tuning.Balanced(w)); err != nil {
			t.Errorf("Balanced(%v): %v", w, err)
		}
	}
}

func TestPerInvocation(t *testing.T) {
	for _, c := range []struct {
		budget      string
		invocations uint64
		want        string
	}{
		{"90", 50_000_000, "0.0000018"},
		{"1", 3, "0.33333333333333333333"},
		{"2", 3, "0.66666666666666666666"},
		{"0", 3, "0"},
		{"0.000000000000000000019", 1, "0.00000000000000000001"},
		{"1", math.MaxUint64, "0.00000000000000000005"},
		{"5", 1, "5"},
	} {
		got, err := tuning.PerInvocation(d(c.budget), c.invocations)
		if err != nil || !got.Equal(d(c.want)) {
			t.Errorf("%s over %d: %v, %v, want %s", c.budget, c.invocations, got, err, c.want)
		}
		p := tuning.Point{Cost: got.Add(money(1))}
		if p.Monthly(c.invocations).LessThanOrEqual(d(c.budget)) || (tuning.Point{Cost: got}).Monthly(c.invocations).GreaterThan(d(c.budget)) {
			t.Errorf("%s over %d: %v is not the most that keeps the budget", c.budget, c.invocations, got)
		}
	}
	_, err := tuning.PerInvocation(d("1"), 0)
	wantRange(t, err, "invocations")
	_, err = tuning.PerInvocation(d("-1"), 1)
	wantRange(t, err, "budget")
}

func TestUnreachableText(t *testing.T) {
	points := []tuning.Point{point(128, 20, "0.000001"), point(256, 10, "0.0000015")}
	_, err := tuning.CheapestWithin(points, 5*ms)
	if want := "tuning: no point keeps the limit of 5ms, the nearest is 10ms at 256 MB"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	_, err = tuning.FastestWithin(points, d("0.0000005"))
	if want := "tuning: no point keeps the budget of 0.0000005, the nearest is 0.000001 at 128 MB"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestStrategyNames(t *testing.T) {
	var got []string
	for _, s := range []tuning.Strategy{tuning.Cheapest, tuning.Fastest, tuning.Balanced(0.25), tuning.Order(9)} {
		got = append(got, s.String())
	}
	if diff := cmp.Diff([]string{"cost", "speed", "balanced 0.25", "Order(9)"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func ExampleBest() {
	points := []tuning.Point{
		{MemoryMB: 512, Duration: 210 * time.Millisecond, Cost: decimal.RequireFromString("0.0000016")},
		{MemoryMB: 1024, Duration: 104 * time.Millisecond, Cost: decimal.RequireFromString("0.0000016")},
		{MemoryMB: 1769, Duration: 65 * time.Millisecond, Cost: decimal.RequireFromString("0.0000017")},
	}
	for _, s := range []tuning.Strategy{tuning.Cheapest, tuning.Fastest, tuning.Balanced(0.5)} {
		p, err := tuning.Best(points, s)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%v: %d MB\n", s, p.MemoryMB)
	}
	// Output:
	// cost: 1024 MB
	// speed: 1769 MB
	// balanced 0.5: 1769 MB
}

// The cheapest size that answers within 120 ms; and what there is to say where none does.
func ExampleCheapestWithin() {
	points := []tuning.Point{
		{MemoryMB: 512, Duration: 210 * time.Millisecond, Cost: decimal.RequireFromString("0.0000015")},
		{MemoryMB: 1024, Duration: 104 * time.Millisecond, Cost: decimal.RequireFromString("0.0000016")},
	}
	p, err := tuning.CheapestWithin(points, 120*time.Millisecond)
	fmt.Println(p.MemoryMB, err)
	_, err = tuning.CheapestWithin(points, 100*time.Millisecond)
	fmt.Println(err)
	// Output:
	// 1024 <nil>
	// tuning: no point keeps the limit of 100ms, the nearest is 104ms at 1024 MB
}

// The fastest size whose month of 50 million invocations costs no more than 90 USD.
func ExampleFastestWithin() {
	rates, err := cost.Embedded().Region("us-east-1")
	if err != nil {
		panic(err)
	}
	points, err := tuning.Price(rates, cost.X86, []tuning.Sample{
		{MemoryMB: 512, Runs: []cost.Timing{{Duration: 180 * time.Millisecond}}},
		{MemoryMB: 1024, Runs: []cost.Timing{{Duration: 92 * time.Millisecond}}},
		{MemoryMB: 1769, Runs: []cost.Timing{{Duration: 60 * time.Millisecond}}},
	}, nil)
	if err != nil {
		panic(err)
	}
	budget, err := tuning.PerInvocation(decimal.RequireFromString("90"), 50_000_000)
	if err != nil {
		panic(err)
	}
	p, err := tuning.FastestWithin(points, budget)
	if err != nil {
		panic(err)
	}
	fmt.Println(p.MemoryMB, p.Duration, p.Monthly(50_000_000))
	// Output: 1024 92ms 86.66682
}

// What one of 50 million invocations may cost for a month to stay within 90 dollars.
func ExamplePerInvocation() {
	most, err := tuning.PerInvocation(decimal.RequireFromString("90"), 50_000_000)
	fmt.Println(most, err)
	// Output: 0.0000018 <nil>
}

// A limit as a rule, for whatever takes one: how far may each size be off before the choice changes?
func ExampleUnderLimit() {
	rates, err := cost.Embedded().Region("eu-west-1")
	if err != nil {
		panic(err)
	}
	e, err := tuning.Evaluate(rates, cost.X86, []tuning.Sample{
		{MemoryMB: 512, Runs: []cost.Timing{{Duration: 180 * time.Millisecond}}},
		{MemoryMB: 1024, Runs: []cost.Timing{{Duration: 92 * time.Millisecond}}},
		{MemoryMB: 1769, Runs: []cost.Timing{{Duration: 60 * time.Millisecond}}},
	}, nil)
	if err != nil {
		panic(err)
	}
	margins, err := e.Margins(tuning.UnderLimit(100 * time.Millisecond))
	if err != nil {
		panic(err)
	}
	for _, m := range margins {
		fmt.Println(m.Point.MemoryMB, m.Chosen, m.Longest)
	}
	// Output:
	// 512 false 100ms
	// 1024 true 100ms
	// 1769 false 53.254946ms
}
