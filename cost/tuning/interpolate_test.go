package tuning_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/tuning"
)

// measuredPoints are some points as they come from a measurement, or stranger.
func measuredPoints(r *rand.Rand) []tuning.Point {
	n := 1 + r.IntN(6)
	sizes := r.Perm(10113)[:n]
	points := make([]tuning.Point, n)
	for i := range points {
		points[i] = tuning.Point{MemoryMB: 128 + sizes[i], Duration: time.Duration(1 + r.Int64N(1<<(1+r.IntN(40)))), Cost: money(r.Int64N(1 << (1 + r.IntN(60))))}
		if i > 0 && r.IntN(3) == 0 { // nearly flat, where rounding decides
			points[i].Duration = max(1, points[0].Duration+time.Duration(r.IntN(5)-2))
		}
		if i > 0 && r.IntN(3) == 0 { // all CPU
			points[i].Duration = max(1, points[0].Duration*time.Duration(points[0].MemoryMB)/time.Duration(points[i].MemoryMB))
		}
	}
	return points
}

// Interpolation passes through its points, is monotone between any two neighbours, in duration and where durations × memory
// go one way also in cost, and so stays within them.
func interpolationHolds(t *testing.T, seed uint64) {
	points := measuredPoints(rand.New(rand.NewPCG(seed, 13)))
	sorted := slices.Clone(points)
	slices.SortFunc(sorted, func(a, b tuning.Point) int { return a.MemoryMB - b.MemoryMB })
	for _, p := range points {
		if got, err := tuning.Interpolate(points, p.MemoryMB); err != nil || got.MemoryMB != p.MemoryMB || got.Duration != p.Duration || !got.Cost.Equal(p.Cost) {
			t.Fatalf("seed %d: at %v: %v, %v", seed, p, got, err)
		}
	}
	for i := 1; i < len(sorted); i++ {
		a, b := sorted[i-1], sorted[i]
		last := a
		step := max(1, (b.MemoryMB-a.MemoryMB)/97)
		if seed%8 == 0 {
			step = 1
		}
		for m := a.MemoryMB + 1; m < b.MemoryMB; m += step {
			p, err := tuning.Interpolate(points, m)
			if err != nil || p.MemoryMB != m {
				t.Fatalf("seed %d: at %d MB: %v, %v", seed, m, p, err)
			}
			between(t, seed, last, p, b)
			last = p
		}
	}
	for _, m := range []int{sorted[0].MemoryMB - 1, sorted[len(sorted)-1].MemoryMB + 1} {
		_, err := tuning.Interpolate(points, m)
		var e *tuning.OutsideError
		if !errors.As(err, &e) || *e != (tuning.OutsideError{m, sorted[0].MemoryMB, sorted[len(sorted)-1].MemoryMB}) {
			t.Fatalf("seed %d: at %d MB: %v", seed, m, err)
		}
	}
}

func between(t *testing.T, seed uint64, a, p, b tuning.Point) {
	t.Helper()
	if p.Duration < min(a.Duration, b.Duration) || p.Duration > max(a.Duration, b.Duration) {
		t.Fatalf("seed %d: %v is not between %v and %v", seed, p, a, b)
	}
	if p.Cost.LessThan(decimal.Min(a.Cost, b.Cost)) || p.Cost.GreaterThan(decimal.Max(a.Cost, b.Cost)) {
		used := func(p tuning.Point) float64 { return float64(p.MemoryMB) * float64(p.Duration) }
		// Memory × duration can go back and forth by the rounding of the duration.
		if u := used(p); math.Abs(u-used(a)) > float64(2*p.MemoryMB) && math.Abs(u-used(b)) > float64(2*p.MemoryMB) {
			t.Fatalf("seed %d: the cost of %v is not between %v and %v", seed, p, a, b)
		}
	}
}

func TestInterpolate(t *testing.T) {
	for seed := range uint64(400) {
		interpolationHolds(t, seed)
	}
}

func FuzzInterpolate(f *testing.F) {
	f.Add(uint64(1 << 20))
	f.Fuzz(interpolationHolds)
}

// Between two points it is the power law through them, to the nanosecond.
func TestInterpolateIsPowerLaw(t *testing.T) {
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 17))
		a := tuning.Point{MemoryMB: 128 + r.IntN(5000), Duration: time.Duration(1+r.IntN(1e6)) * time.Microsecond, Cost: money(1e15)}
		b := tuning.Point{MemoryMB: a.MemoryMB + 2 + r.IntN(5000), Duration: time.Duration(1+r.IntN(1e6)) * time.Microsecond, Cost: money(2e15)}
		m := a.MemoryMB + 1 + r.IntN(b.MemoryMB-a.MemoryMB-1)
		exponent := math.Log(float64(b.Duration)/float64(a.Duration)) / math.Log(float64(b.MemoryMB)/float64(a.MemoryMB))
		want := float64(a.Duration) * math.Pow(float64(m)/float64(a.MemoryMB), exponent)
		if got := must(tuning.Interpolate([]tuning.Point{b, a}, m))(t); math.Abs(float64(got.Duration)-want) > 0.5+1e-12*want {
			t.Errorf("seed %d: %v at %d MB between %v and %v, want %v", seed, got.Duration, m, a, b, time.Duration(want))
		}
	}
}

// Where prices are a request charge and so much for each MB·ns, the interpolated cost is the price of the interpolated
// duration.
func TestInterpolateCostIsPrice(t *testing.T) {
	pricer := must(tuning.NewPricer(embedded(t, "eu-west-1"), cost.ARM64, cost.OnDemand, 0))(t)
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 19))
		var points []tuning.Point
		for _, mb := range []int{128, 512, 1769, 3008} {
			p := tuning.Point{MemoryMB: mb, Duration: time.Duration(1 + r.Int64N(1e10))}
			p.Cost = must(pricer.Cost(p.MemoryMB, p.Duration))(t).Total()
			points = append(points, p)
		}
		for m := 128; m <= 3008; m += 37 {
			p := must(tuning.Interpolate(points, m))(t)
			want := must(pricer.Cost(p.MemoryMB, p.Duration))(t).Total()
			// The neighbours' costs are rounded to 10^-20 each.
			if off := p.Cost.Sub(want).Abs(); off.GreaterThan(money(2)) && !within(points, p) {
				t.Fatalf("seed %d: %v, want a cost of %v", seed, p, want)
			}
		}
	}
}

// within reports whether rounding the duration to the nanosecond put memory × duration outside of the neighbours', so that
// the cost was held at one of theirs.
func within(points []tuning.Point, p tuning.Point) bool {
	for _, q := range points {
		if q.Cost.Equal(p.Cost) && math.Abs(float64(q.MemoryMB)*float64(q.Duration)-float64(p.MemoryMB)*float64(p.Duration)) < float64(p.MemoryMB) {
			return true
		}
	}
	return false
}

func TestInterpolateErrors(t *testing.T) {
	points := []tuning.Point{point(128, 3, "1"), point(512, 2, "1"), point(512, 1, "1"), point(1024, 1, "1")}
	for _, m := range []int{200, 512, 600} {
		_, err := tuning.Interpolate(points, m)
		wantRange(t, err, "points[2].MemoryMB")
	}
	if _, err := tuning.Interpolate([]tuning.Point{point(128, 3, "1")}, 128); err != nil {
		t.Error(err)
	}
	_, err := tuning.Curve(points[:2], 0)
	wantRange(t, err, "stepMB")
	_, err = tuning.Curve([]tuning.Point{point(1, 3, "1"), point(math.MaxInt32, 3, "1")}, 1)
	wantRange(t, err, "stepMB")
	_, err = tuning.Curve(points, 100)
	wantRange(t, err, "points[2].MemoryMB")
	// Durations that no float64 holds exactly.
	long := []tuning.Point{{128, math.MaxInt64, d("1")}, {512, math.MaxInt64 - 1, d("1")}}
	if p, err := tuning.Interpolate(long, 300); err != nil || p.Duration < long[1].Duration {
		t.Errorf("%v, %v", p, err)
	}
}

// The cost is linear in memory × duration between the neighbours'; where rounding a duration puts that beside them, it is the
// cost of the nearer one, not of the other.
func TestInterpolateCostIsLinear(t *testing.T) {
	a := tuning.Point{MemoryMB: 128, Duration: 1_000_001, Cost: money(2_000_000)}
	b := tuning.Point{MemoryMB: 256, Duration: 500_000, Cost: money(1_000_000)}
	beside := 0
	for m := 129; m < 256; m++ {
		p := must(tuning.Interpolate([]tuning.Point{a, b}, m))(t)
		from, to := int64(256*500_000), int64(128*1_000_001)
		at := int64(m) * int64(p.Duration)
		if at < from || at > to {
			beside++
			at = min(max(at, from), to)
		}
		want := rat("1000000")
		want.Add(want, new(big.Rat).Mul(want, big.NewRat(at-from, to-from)))
		if got := p.Cost.Shift(tuning.CostScale); !got.Equal(d(want.FloatString(0))) {
			t.Errorf("%d MB: %v, want %s", m, got, want.FloatString(0))
		}
	}
	if beside < 5 {
		t.Errorf("only %d sizes were beside", beside)
	}
}

// Costs finer than CostScale are rounded once, half up.
func TestInterpolateScale(t *testing.T) {
	a := tuning.Point{MemoryMB: 100, Duration: 100, Cost: d("0.000000000000000000014")} // 1.4 units of 10^-20
	b := tuning.Point{MemoryMB: 300, Duration: 100, Cost: d("0.000000000000000000015")}
	for m, want := range map[int]int64{200: 1, 299: 1} {
		if got := must(tuning.Interpolate([]tuning.Point{a, b}, m))(t); !got.Cost.Equal(money(want)) {
			t.Errorf("%d MB: %v, want %v", m, got.Cost, money(want))
		}
	}
	b.Cost = d("0.000000000000000000016")
	if got := must(tuning.Interpolate([]tuning.Point{a, b}, 200))(t); !got.Cost.Equal(money(2)) {
		t.Errorf("half: %v, want %v", got.Cost, money(2))
	}
}

func TestCurve(t *testing.T) {
	points := []tuning.Point{point(512, 40, "0.0001"), point(128, 100, "0.0002"), point(300, 50, "0.0003")}
	curve := must(tuning.Curve(points, 100))(t)
	var sizes []int
	for _, p := range curve {
		sizes = append(sizes, p.MemoryMB)
		if diff := cmp.Diff(must(tuning.Interpolate(points, p.MemoryMB))(t), p); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	if diff := cmp.Diff([]int{128, 228, 300, 328, 428, 512}, sizes); diff != "" {
		t.Errorf("sizes (-want +got):\n%s", diff)
	}
	if points[0].MemoryMB != 512 {
		t.Error("the points were changed")
	}
	// A step beyond all sizes leaves those that were measured, and no size is too large.
	far := []tuning.Point{point(math.MaxInt, 1, "1"), point(math.MaxInt-2, 3, "1")}
	for step, want := range map[int]int{math.MaxInt: 2, math.MaxInt - 1: 2, 1: 3, 2: 2} {
		if curve := must(tuning.Curve(far, step))(t); len(curve) != want {
			t.Errorf("step %d: %v", step, curve)
		}
	}
}

// A curve is Interpolate at every size of its grid, of many points as of few.
func TestCurveAgainstInterpolate(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 43))
		points := randomPoints(r, 30)
		step := 1 + r.IntN(200)
		first, last := points[0].MemoryMB, points[0].MemoryMB
		measured := make(map[int]bool)
		for _, p := range points {
			first, last, measured[p.MemoryMB] = min(first, p.MemoryMB), max(last, p.MemoryMB), true
		}
		var want []tuning.Point
		for mb := first; mb <= last; mb++ {
			if measured[mb] || (mb-first)%step == 0 {
				want = append(want, must(tuning.Interpolate(points, mb))(t))
			}
		}
		if diff := cmp.Diff(want, must(tuning.Curve(points, step))(t)); diff != "" {
			t.Fatalf("seed %d, step %d (-want +got):\n%s", seed, step, diff)
		}
	}
}

// An evaluation prices what it interpolates: at a measured size what was measured, between them the interpolated billed
// duration, also where the duration is a percentile.
func TestAt(t *testing.T) {
	rates := embedded(t, "eu-west-1")
	for seed := range uint64(20) {
		samples := randomSamples(rand.New(rand.NewPCG(seed, 23)), 128, 512, 1769, 3008)
		o := &tuning.Options{Percentile: 0.9, ColdShare: 0.05, EphemeralMB: 2048}
		e := must(tuning.Evaluate(rates, cost.ARM64, samples, o))(t)
		pricer := must(tuning.NewPricer(rates, cost.ARM64, cost.OnDemand, 2048))(t)
		billed := make([]tuning.Point, len(e.Sizes))
		for i, s := range e.Sizes {
			billed[i] = tuning.Point{MemoryMB: s.Point.MemoryMB, Duration: s.MeanBilled}
			got := must(e.At(s.Point.MemoryMB))(t)
			if diff := cmp.Diff(tuning.Estimate{s.Point, s.Parts, true}, got); diff != "" {
				t.Errorf("seed %d (-want +got):\n%s", seed, diff)
			}
		}
		curve := must(e.Curve(64))(t)
		if len(curve) != (3008-128)/64+1+1 { // 1,769 is not on the grid
			t.Errorf("%d points", len(curve))
		}
		for _, got := range curve {
			if got.Measured {
				continue
			}
			m := got.Point.MemoryMB
			parts := must(pricer.Cost(m, must(tuning.Interpolate(billed, m))(t).Duration))(t)
			want := tuning.Estimate{tuning.Point{m, must(tuning.Interpolate(e.Points(), m))(t).Duration, parts.Total()}, parts, false}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("seed %d (-want +got):\n%s", seed, diff)
			}
		}
		_, err := e.At(127)
		var outside *tuning.OutsideError
		if !errors.As(err, &outside) {
			t.Errorf("at 127 MB: %v", err)
		}
		_, err = e.Curve(-1)
		wantRange(t, err, "stepMB")
	}
}

// Where a size failed, it is not said what it would do, nor what those around it would: other sizes are estimated as ever.
func TestAtFailed(t *testing.T) {
	run := func(d time.Duration) []cost.Timing { return []cost.Timing{{Duration: d}} }
	samples := []tuning.Sample{
		{MemoryMB: 128, Runs: run(time.Second)},
		{MemoryMB: 256, Runs: run(500 * ms), Failed: "timeout"},
		{MemoryMB: 384}, // has no runs, which says nothing against it
		{MemoryMB: 512, Runs: run(300 * ms)},
		{MemoryMB: 700},
		{MemoryMB: 1024, Runs: run(200 * ms)},
	}
	e := must(tuning.Evaluate(embedded(t, "eu-west-1"), cost.ARM64, samples, nil))(t)
	for mb, want := range map[int]bool{128: true, 192: false, 256: false, 384: false, 511: false, 512: true, 700: true, 1024: true} {
		_, err := e.At(mb)
		var left *tuning.LeftOutError
		var failed *tuning.FailedError
		switch isFailed := errors.As(err, &left) && errors.As(err, &failed); {
		case want && err != nil:
			t.Errorf("%d MB: error %v", mb, err)
		case !want && (!isFailed || left.Sizes[0].MemoryMB != 256):
			t.Errorf("%d MB: error %v, want that 256 MB failed", mb, err)
		}
	}
	var sizes []int
	for _, c := range must(e.Curve(128))(t) {
		sizes = append(sizes, c.Point.MemoryMB)
	}
	if want := []int{128, 512, 640, 768, 896, 1024}; !slices.Equal(sizes, want) {
		t.Errorf("curve at %v, want %v", sizes, want)
	}
}

// Work of a known task is fitted, and what is far off is seen in both columns.
func TestCheckPoints(t *testing.T) {
	var points []tuning.Point
	for _, mb := range []int{3008, 128, 512, 1024, 1769} {
		d := 40*ms + 300*ms*1769/time.Duration(min(mb, 1769))
		points = append(points, tuning.Point{MemoryMB: mb, Duration: d, Cost: money(1)})
	}
	fit, checks, err := tuning.CheckPoints(points, 1)
	if err != nil || fit.RelMax > 1e-6 || len(checks) != 5 {
		t.Fatalf("largest error %v of %d, %v", fit.RelMax, len(checks), err)
	}
	for i, c := range checks {
		if off := c.Fitted - c.Measured; off < -10 || off > 10 {
			t.Errorf("%d MB: %v, fitted %v", c.MemoryMB, c.Measured, c.Fitted)
		}
		if ends := i == 0 || i == 4; ends != (c.FromOthers == 0) || i > 0 && c.MemoryMB <= checks[i-1].MemoryMB {
			t.Errorf("checks %v", checks)
		}
	}
	if c := checks[2]; c.FromOthers != must(tuning.Interpolate([]tuning.Point{points[2], points[4]}, 1024))(t).Duration {
		t.Errorf("1024 MB from 512 and 1769: %v", c.FromOthers)
	}
	_, _, err = tuning.CheckPoints(append(points, points[0]), 1)
	wantRange(t, err, "points[5].MemoryMB")
	if _, _, err := tuning.CheckPoints(points[:1], 1); err == nil {
		t.Error("one point is enough to fit")
	}
}

func ExampleInterpolate() {
	points := []tuning.Point{
		{MemoryMB: 512, Duration: 400 * time.Millisecond, Cost: decimal.RequireFromString("0.0000035")},
		{MemoryMB: 2048, Duration: 100 * time.Millisecond, Cost: decimal.RequireFromString("0.0000036")},
	}
	p, err := tuning.Interpolate(points, 1024)
	fmt.Println(p.Duration, p.Cost, err)
	_, err = tuning.Interpolate(points, 4096)
	fmt.Println(err)
	// Output:
	// 200ms 0.00000353333333333333 <nil>
	// tuning: 4096 MB is outside of what was measured, 512 to 2048 MB
}

// A dense grid between the measured sizes, priced exactly, and the cheapest size of it.
func ExampleEvaluation_Curve() {
	rates, err := cost.Embedded().Region("eu-west-1")
	if err != nil {
		panic(err)
	}
	e, err := tuning.Evaluate(rates, cost.ARM64, []tuning.Sample{
		{MemoryMB: 128, Runs: []cost.Timing{{Duration: 900 * time.Millisecond}, {Duration: 940 * time.Millisecond}}},
		{MemoryMB: 512, Runs: []cost.Timing{{Duration: 210 * time.Millisecond}, {Duration: 212 * time.Millisecond}}},
		{MemoryMB: 1024, Runs: []cost.Timing{{Duration: 130 * time.Millisecond}, {Duration: 126 * time.Millisecond}}},
	}, nil)
	if err != nil {
		panic(err)
	}
	curve, err := e.Curve(128)
	if err != nil {
		panic(err)
	}
	for _, c := range curve {
		fmt.Println(c.Point.MemoryMB, c.Point.Duration.Round(time.Microsecond), c.Point.Cost.Round(12), c.Measured)
	}
	// Output:
	// 128 920ms 0.000001733341 true
	// 256 440.591ms 0.000001668642 false
	// 384 286.412ms 0.000001632069 false
	// 512 211ms 0.000001606674 true
	// 640 179.639ms 0.000001696999 false
	// 768 157.508ms 0.00000177509 false
	// 896 140.938ms 0.000001844284 false
	// 1024 128ms 0.000001906675 true
}

// Do the points agree with what wait and CPU explain, and with one another?
func ExampleCheckPoints() {
	points := []tuning.Point{
		{MemoryMB: 128, Duration: 11722965 * time.Microsecond},
		{MemoryMB: 256, Duration: 6678945 * time.Microsecond},
		{MemoryMB: 512, Duration: 3194954 * time.Microsecond},
		{MemoryMB: 1024, Duration: 1465984 * time.Microsecond},
	}
	fit, checks, err := tuning.CheckPoints(points, 1)
	if err != nil {
		panic(err)
	}
	fmt.Printf("wait %v, CPU %v, off by up to %.1f %%\n", fit.Task.Wait, fit.Task.CPU.Round(time.Millisecond), 100*fit.RelMax)
	for _, c := range checks {
		fmt.Println(c.MemoryMB, c.Measured.Round(time.Millisecond), c.Fitted.Round(time.Millisecond), c.FromOthers.Round(time.Millisecond))
	}
	// Output:
	// wait 0s, CPU 891ms, off by up to 7.8 %
	// 128 11.723s 12.319s 0s
	// 256 6.679s 6.16s 6.12s
	// 512 3.195s 3.08s 3.129s
	// 1024 1.466s 1.54s 0s
}

// Points that somebody else has, every 256 MB from the smallest on.
func ExampleCurve() {
	curve, err := tuning.Curve([]tuning.Point{
		{MemoryMB: 512, Duration: 400 * time.Millisecond, Cost: decimal.RequireFromString("0.0000035")},
		{MemoryMB: 1024, Duration: 200 * time.Millisecond, Cost: decimal.RequireFromString("0.0000036")},
		{MemoryMB: 1769, Duration: 150 * time.Millisecond, Cost: decimal.RequireFromString("0.0000045")},
	}, 256)
	if err != nil {
		panic(err)
	}
	for _, p := range curve {
		fmt.Println(p.MemoryMB, p.Duration.Round(time.Millisecond), p.Cost.Round(10))
	}
	// Output:
	// 512 400ms 0.0000035
	// 768 267ms 0.00000355
	// 1024 200ms 0.0000036
	// 1280 178ms 0.0000039395
	// 1536 162ms 0.0000042447
	// 1769 150ms 0.0000045
}

// What would a size do that lies between two measured ones, with /tmp and cold starts priced as in the rest?
func ExampleEvaluation_At() {
	rates, err := cost.Embedded().Region("eu-west-1")
	if err != nil {
		panic(err)
	}
	e, err := tuning.Evaluate(rates, cost.ARM64, []tuning.Sample{
		{MemoryMB: 512, Runs: []cost.Timing{{Duration: 210 * time.Millisecond}, {Duration: 212 * time.Millisecond}}},
		{MemoryMB: 1024, Runs: []cost.Timing{{Duration: 130 * time.Millisecond}, {Duration: 126 * time.Millisecond}}},
	}, &tuning.Options{EphemeralMB: 2048})
	if err != nil {
		panic(err)
	}
	at, err := e.At(768)
	if err != nil {
		panic(err)
	}
	fmt.Println(at.Point.Duration.Round(time.Millisecond), at.Point.Cost.Round(12), at.Measured)
	fmt.Println("compute", at.Parts.Compute.Round(12), "/tmp", at.Parts.Ephemeral.Round(12))
	_, err = e.At(2048)
	fmt.Println(err)
	// Output:
	// 158ms 0.000001783123 false
	// compute 0.00000157509 /tmp 0.000000008033
	// tuning: 2048 MB is outside of what was measured, 512 to 1024 MB
}
