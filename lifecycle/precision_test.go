package lifecycle_test

import (
	"context"
	"math"
	"runtime"
	"testing"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// Replications in which a rare event did not come once say nothing about how rare it is.
func TestPrecisionOfNothing(t *testing.T) {
	rare := lifecycle.Function{Duration: lifecycle.Constant(time.Second), ReservedConcurrency: 3}
	o := lifecycle.Options{Until: time.Hour, Precision: &lifecycle.Precision{Of: lifecycle.Result.ThrottleRate, Relative: .1}}
	s := replicate(t, 30, rare, oneMinute, workload.Poisson{PerSecond: .01}, o)
	if i := s.Estimate(lifecycle.Result.ThrottleRate); i != (lifecycle.Interval{}) {
		t.Fatalf("the event came: %v", i)
	}
	if n := len(s.Replications); n != 30 {
		t.Errorf("stopped after %d replications without one event", n)
	}
	// A constant other than 0 is one, as far as anybody can tell.
	for _, constant := range []float64{1, -.1} {
		o.Precision.Of = func(lifecycle.Result) float64 { return constant }
		if n := len(replicate(t, 30, rare, oneMinute, workload.Poisson{PerSecond: .01}, o).Replications); n != 10 {
			t.Errorf("constant %v: stopped after %d replications, want 10", constant, n)
		}
	}
	for _, of := range []float64{math.NaN(), math.Inf(1)} {
		o.Precision.Of = func(lifecycle.Result) float64 { return of }
		if n := len(replicate(t, 30, rare, oneMinute, workload.Poisson{PerSecond: .01}, o).Replications); n != 30 {
			t.Errorf("%v: stopped after %d replications", of, n)
		}
	}
}

// It stops at the first k whose interval, as Estimate has it, is narrow enough: for all kinds of figures.
func TestPrecisionStopsAtTheFirst(t *testing.T) {
	t.Parallel()
	a := workload.Poisson{PerSecond: .1}
	o := lifecycle.Options{Seed: 3, Until: time.Minute}
	const n = 300
	all := replicate(t, n, busyFunction, oneMinute, a, o)
	for name, figure := range map[string]func(lifecycle.Result) float64{
		"rate":        lifecycle.Result.ColdStartRate,
		"count":       func(r lifecycle.Result) float64 { return float64(r.Invocations) },
		"large mean":  func(r lifecycle.Result) float64 { return 1e9 + float64(r.Invocations) },
		"about 0":     func(r lifecycle.Result) float64 { return float64(r.Invocations) - 6 },
		"first alone": func(r lifecycle.Result) float64 { return 1e-3*float64(r.Invocations) + 1e6*float64(r.Environments/5) },
	} {
		var estimates []lifecycle.Interval // of the first k
		for k := range n + 1 {
			estimates = append(estimates, lifecycle.Summary{Replications: all.Replications[:k]}.Estimate(figure))
		}
		for _, relative := range []float64{.5, .1, .04, 1e-4, 1e-9, 1e-10} {
			for _, least := range []int{2, 0} {
				k := least
				if least == 0 {
					k = 10
				}
				for k < n && (estimates[k].HalfWidth() > relative*math.Abs(estimates[k].Mean) || estimates[k].Mean == 0) {
					k++
				}
				o.Precision = &lifecycle.Precision{Of: figure, Relative: relative, Min: least}
				if got := len(replicate(t, n, busyFunction, oneMinute, a, o).Replications); got != k {
					t.Errorf("%s to %v from %d on: stopped at %d, want %d", name, relative, least, got, k)
				}
			}
		}
	}
}

// Estimates are by Student's t distribution: 97.5th percentiles as in any table, to 12 digits.
func TestEstimate(t *testing.T) {
	for degrees, want := range map[int]float64{
		1: 12.7062047361747, 2: 4.30265272974946, 3: 3.18244630528371, 4: 2.77644510519779, 5: 2.57058183563631, 10: 2.22813885198627,
		29: 2.04522964213270, 30: 2.04227245630124, 100: 1.98397151852355, 1000: 1.96233908082641,
	} {
		s := lifecycle.Summary{Replications: make([]lifecycle.Result, degrees+1)}
		s.Replications[0].Invocations = 1 // variance and mean are 1/n, the standard error too
		i := s.Estimate(func(r lifecycle.Result) float64 { return float64(r.Invocations) })
		n := float64(degrees + 1)
		if !(math.Abs(i.HalfWidth()*n-want) < 1e-12*want && math.Abs(i.Mean*n-1) < 1e-12) {
			t.Errorf("%d degrees: %v, half of it %.15g of the standard error, want %.15g", degrees, i, i.HalfWidth()*n, want)
		}
	}
}

// What is asked for and not needed takes no memory.
func TestReplicateTakesNoMemoryForMore(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	s, err := lifecycle.Replicate(context.Background(), 1_000_000, busyFunction, oneMinute, workload.Trace{{}}, &lifecycle.Options{
		Precision: &lifecycle.Precision{Of: func(lifecycle.Result) float64 { return 1 }, Relative: 1, Min: 2},
	})
	if err != nil || len(s.Replications) != 2 {
		t.Fatalf("%d replications, %v", len(s.Replications), err)
	}
	runtime.ReadMemStats(&after)
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 20<<20 {
		t.Errorf("%d MB allocated for %d replications", allocated>>20, len(s.Replications))
	}
	runtime.KeepAlive(s)
}

// What is kept of a replication is what its histograms hold, not all that they could.
func TestReplicationsAreSmall(t *testing.T) {
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	s := replicate(t, 30, busyFunction, oneMinute, workload.Poisson{PerSecond: 1}, lifecycle.Options{Until: time.Hour})
	if after := heap(); after > before+30*20_000 {
		t.Errorf("%d bytes for each of 30 replications", (after-before)/30)
	}
	runtime.KeepAlive(s)
}

// Precision that is never reached costs little beside the replications. One operation is one of them.
func BenchmarkPrecision(b *testing.B) {
	for name, p := range map[string]*lifecycle.Precision{"none": nil, "asked": {Of: lifecycle.Result.Alive, Relative: 1e-9}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				s, err := lifecycle.Replicate(context.Background(), 4000, lifecycle.Function{Duration: lifecycle.Constant(time.Second)}, tenMinutes,
					workload.Poisson{PerSecond: .01}, &lifecycle.Options{Until: time.Hour, Precision: p})
				if err != nil || len(s.Replications) != 4000 {
					b.Fatal(len(s.Replications), err)
				}
			}
		})
	}
}
