package lifecycle_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// recursion is B(0) = 1, B(k) = aB/(k + aB): slow and obviously right.
func recursion(servers int, a float64) float64 {
	b := 1.0
	for k := 1; k <= servers; k++ {
		b = a * b / (float64(k) + a*b)
	}
	return b
}

func relative(got, want float64) float64 {
	if got == want {
		return 0
	}
	return math.Abs(got-want) / want
}

func TestErlangB(t *testing.T) {
	for _, c := range []struct {
		servers int
		offered float64
		want    float64
	}{{10, 10, .214582343}, {15, 20, .329996927}, {1000, 1000, .024811918}, {0, 5, 1}, {5, 0, 0}, {3, math.Inf(1), 1}} {
		if got := lifecycle.ErlangB(c.servers, c.offered); math.Abs(got-c.want) > 5e-10 {
			t.Errorf("ErlangB(%d, %v) = %.10f, want %.9f", c.servers, c.offered, got, c.want)
		}
	}
	for servers := 1; servers < 400; servers += 7 { // the recursion B(k) = aB / (k + aB)
		for _, a := range []float64{.001, .5, 3, 50, 333, 5000} {
			want := recursion(servers, a)
			if got := lifecycle.ErlangB(servers, a); math.Abs(got-want) > 1e-12*want+1e-300 {
				t.Errorf("ErlangB(%d, %v) = %v, want %v", servers, a, got, want)
			}
		}
	}
	for _, c := range []struct {
		servers int
		offered float64
	}{{-1, 1}, {1, -1}, {1, math.NaN()}} {
		if got := lifecycle.ErlangB(c.servers, c.offered); !math.IsNaN(got) {
			t.Errorf("ErlangB(%d, %v) = %v", c.servers, c.offered, got)
		}
	}
}

// At all sizes for which there is time, and far from the middle too.
func TestErlangBAgainstTheRecursion(t *testing.T) {
	worst := 0.0
	for _, servers := range []int{1, 2, 3, 10, 100, 998, 999, 1000, 1001, 1002, 1500, 4000, 10_000, 100_000, 1_000_000} {
		c := float64(servers)
		loads := []float64{1e-300, 1e-3, 1, c / 10, c / 4, c / 2, c * .7, 2 * c, 10 * c, 1e6 * c, 1e300}
		for k := -40.; k <= 40; k += 2.7 {
			loads = append(loads, c+k*math.Sqrt(c))
		}
		if servers == 1_000_000 { // 5 ms each
			loads = []float64{c / 2, c - 30e3, c - 3e3, c - 1e3, c, c + 1, c + 1e3, c + 1e4, 2 * c}
		}
		for _, a := range loads {
			if a < 0 {
				continue
			}
			got, want := lifecycle.ErlangB(servers, a), recursion(servers, a)
			if want < 1e-300 {
				if got > 2e-300 {
					t.Errorf("ErlangB(%d, %v) = %v, want %v", servers, a, got, want)
				}
				continue
			}
			d := relative(got, want)
			worst = max(worst, d)
			if !(d <= 1e-12) {
				t.Errorf("ErlangB(%d, %v) = %v, want %v: relative error %.1e", servers, a, got, want, d)
			}
		}
	}
	t.Logf("largest relative error: %.1e", worst)
}

// As many servers as Erlang: 1/B(n, n) = 1 + Q(n) with Ramanujan's function, whose expansion is known (Knuth, The Art of
// Computer Programming 1, 1.2.11.3).
func TestErlangBOfMany(t *testing.T) {
	for _, many := range []int64{1e6, 1e9, 1e12, 1e15, 1e16, 1<<62 + 1<<20, math.MaxInt64 - 1<<30 + 1} {
		servers, n := int(many), float64(many)
		if int64(servers) != many {
			continue // no such number where int has 32 bits
		}
		want := 1 / (math.Sqrt(math.Pi*n/2) + 2./3 + math.Sqrt(math.Pi/(2*n))/12 - 4/(135*n))
		if got := lifecycle.ErlangB(servers, n); !(relative(got, want) <= 1e-12) {
			t.Errorf("ErlangB(%d, %v) = %v, want %v", servers, n, got, want)
		}
		// One more server, by the recursion: by less than a load as a float64 can tell apart.
		if next := n * want / (n + 1 + n*want); servers < math.MaxInt>>1 {
			if got := lifecycle.ErlangB(servers+1, n); !(relative(got, next) <= 1e-12) {
				t.Errorf("ErlangB(%d, %v) = %v, want %v", servers+1, n, got, next)
			}
		}
		// d log B / da = c/a - 1 + B, integrated by Simpson's rule over steps of a hundredth of a standard deviation.
		for _, from := range []float64{-20, -3, -1, 0, 1, 3, 50} {
			step := math.Exp2(math.Round(math.Log2(math.Sqrt(n) / 128)))
			a := n + from*step*128
			slope := func(a float64) float64 { return (n-a)/a + lifecycle.ErlangB(servers, a) }
			want := step / 3 * (slope(a) + 4*slope(a+step) + slope(a+2*step))
			if got := math.Log(lifecycle.ErlangB(servers, a+2*step)) - math.Log(lifecycle.ErlangB(servers, a)); math.Abs(got-want) > 1e-10 {
				t.Errorf("ErlangB(%d, %v): log grows by %v, want %v", servers, a, got, want)
			}
		}
	}
	// Ends at once, whatever the numbers.
	for _, servers := range []int{1, 999, 1000, math.MaxInt >> 23, math.MaxInt >> 10, math.MaxInt} {
		last := -1.0
		for _, a := range []float64{0, 5e-324, 1e-300, 1, 1e3, 1e9, 1e15, 1e16, 1e18, 9.3e18, 1e19, 1e300, math.MaxFloat64, math.Inf(1)} {
			got := lifecycle.ErlangB(servers, a)
			if !(got >= last*(1-1e-12) && got <= 1) {
				t.Errorf("ErlangB(%d, %v) = %v, after %v for a lower load", servers, a, got, last)
			}
			last = got
		}
		if last != 1 {
			t.Errorf("ErlangB(%d, +Inf) = %v", servers, last)
		}
	}
}

func TestProvisionedSpill(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		environments             int
		offered, spill, utilized float64
	}{
		{5, 4, lifecycle.ErlangB(5, 4), 4 * (1 - lifecycle.ErlangB(5, 4)) / 5},
		{10, 10, .214582343, .785417657},
		{5, 0, 0, 0},
		{0, 3, 1, 0},
		{0, 0, 1, 0},
		{5, math.Inf(1), 1, 1},
		{5, math.MaxFloat64, 1, 1},
		{5, 1e17, 1, 1},
		{1000, 1e9, 1 - 1e-6 + 1e-15, 1 - 1e-9},
		{1e9, 1e-9, 0, 1e-18},
		{-1, 3, nan, nan},
		{5, -1, nan, nan},
		{5, nan, nan, nan},
		{0, nan, nan, nan},
	} {
		spill, utilized := lifecycle.ProvisionedSpill(c.environments, c.offered)
		for _, x := range [][2]float64{{spill, c.spill}, {utilized, c.utilized}} {
			if got, want := x[0], x[1]; !(relative(got, want) < 3e-9 || math.IsNaN(got) && math.IsNaN(want)) {
				t.Errorf("ProvisionedSpill(%d, %v) = %v, %v, want %v, %v", c.environments, c.offered, spill, utilized, c.spill, c.utilized)
			}
		}
	}
}

func TestOneEnvironment(t *testing.T) {
	const longest = time.Duration(math.MaxInt64)
	for _, c := range []struct {
		rate             float64
		warm, cold, idle time.Duration
		want             lifecycle.Single
	}{
		{0, time.Second, time.Second, time.Second, lifecycle.Single{ColdStartRate: 1}},
		{1, 0, 0, 0, lifecycle.Single{ColdStartRate: 1}},
		{1, time.Second, 3 * time.Second, 0, lifecycle.Single{ColdStartRate: 1, Rejected: .75, Busy: .75}},
		{1, time.Second, 3 * time.Second, longest, lifecycle.Single{Rejected: .5, Busy: .5}},
		{1e300, 1 << 62, 1 << 62, 1, lifecycle.Single{Rejected: 1, Busy: 1}},
		{math.MaxFloat64, longest, longest, longest, lifecycle.Single{Rejected: 1, Busy: 1}},
		{math.MaxFloat64, longest, longest, 0, lifecycle.Single{ColdStartRate: 1, Rejected: 1, Busy: 1}},
		{1e300, 0, 0, longest, lifecycle.Single{}},
	} {
		got, err := lifecycle.OneEnvironment(c.rate, c.warm, c.cold, c.idle)
		if err != nil || got != c.want {
			t.Errorf("%+v: got %+v, %v", c, got, err)
		}
	}
}

func TestMeanBilled(t *testing.T) {
	for _, c := range []struct {
		mean, step time.Duration
		want       float64
	}{
		{time.Millisecond, time.Millisecond, 1e6 / (1 - 1/math.E)},
		{time.Hour, 1, 3600e9 + .5 + 1./12/3600e9},
		{time.Second, time.Millisecond, 1e9 + 5e5 + 1e6/12e3 - 1e-3/720},
		{3 * time.Millisecond, 2 * time.Millisecond, 2e6 / (1 - math.Exp(-2./3))},
		{2 * time.Millisecond, time.Millisecond, 1e6 / (1 - math.Exp(-.5))},
		{1, time.Hour, 3600e9},
		{math.MaxInt64, math.MaxInt64, math.MaxInt64 / (1 - 1/math.E)},
	} {
		if got := lifecycle.MeanBilled(c.mean, c.step); !(relative(got, c.want) < 1e-15) {
			t.Errorf("MeanBilled(%v, %v) = %.17g, want %.17g", c.mean, c.step, got, c.want)
		}
	}
	for _, c := range [][2]time.Duration{{0, 1}, {1, 0}, {-1, 1}, {1, -1}} {
		if got := lifecycle.MeanBilled(c[0], c[1]); !math.IsNaN(got) {
			t.Errorf("MeanBilled(%v, %v) = %v", c[0], c[1], got)
		}
	}
}

// What a formula gives is the same on every machine, to the last bit: these numbers are never regenerated. (GOAMD64=v3 and
// arm64 have instructions that would make others of them.)
func TestFormulasAreTheSameEverywhere(t *testing.T) {
	steady := func(rate float64, service time.Duration) lifecycle.Steady {
		s, err := lifecycle.SteadyState(rate, service, 600*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	few, many, rare := steady(.9, 1991*time.Millisecond), steady(20, 1991*time.Millisecond), steady(1e-9, time.Microsecond)
	one, err := lifecycle.OneEnvironment(.2, 2*time.Second, 5*time.Second, 4*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	spill, utilized := lifecycle.ProvisionedSpill(5, 4)
	ten := lifecycle.Summary{Replications: make([]lifecycle.Result, 10)}
	ten.Replications[0].Invocations = 1
	i := ten.Estimate(func(r lifecycle.Result) float64 { return float64(r.Invocations) })
	got := []float64{
		few.ColdStartRate, few.Idle, many.ColdStartRate, many.Idle, rare.ColdStartRate, rare.Idle, one.ColdStartRate, one.Busy, spill, utilized,
		lifecycle.ErlangB(10, 10), lifecycle.ErlangB(2000, 1900.5), lifecycle.ErlangB(1e9, 1e9), lifecycle.MeanBilled(3*time.Millisecond, time.Millisecond),
		i.Low, i.High,
	}
	want := []float64{
		0x1.5c784256a03d7p-10, 0x1.799a262433fefp+02, 0x1.93a2640c6118fp-13, 0x1.7f8fc3185bf4dp+04, 0x1.ffffebde0a714p-01, 0x1.421f58eb8c8edp-21,
		0x1.cc1ce4581db88p-02, 0x1.9aadb0f11efc3p-02, 0x1.97b05f8d56652p-03, 0x1.480fece3bb857p-01,
		0x1.b776f28f8f948p-03, 0x1.6d9169fa2a833p-11, 0x1.a74de4d27662cp-16, 0x1.aea173c9069aep+21,
		-0x1.027d62ad4de97p-03, 0x1.4e0b7e2373c18p-02,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func BenchmarkErlangB(b *testing.B) {
	for name, servers := range map[string]int{"servers=100": 100, "servers=999": 999, "servers=1000": 1000, "servers=1e6": 1e6, "servers=1e9": 1e9} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				lifecycle.ErlangB(servers, float64(servers))
			}
		})
	}
}
