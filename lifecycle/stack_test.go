package lifecycle_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/internal/random"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// compareUnwatched runs a workload of hundreds to thousands of requests, of a kind that is simulated by a stack of idle
// environments where nobody watches, and once more with an observer, which takes the general simulator.
func compareUnwatched(t *testing.T, seed uint64) {
	t.Helper()
	s := random.New(seed, random.Bootstrap)
	i := uint64(0)
	below := func(n int) int { i++; return s.Below(i, n) }
	ms := func(n int) time.Duration { return time.Duration(below(n)) * time.Millisecond }
	f := lifecycle.Function{Duration: lifecycle.Exponential(1 + ms(400))}
	if below(2) == 0 {
		f.Init = lifecycle.Exponential(ms(300))
		f.Startup = lifecycle.Uniform{Max: ms(100)}
		f.FirstDuration = lifecycle.LogNormal{Median: 100 * time.Millisecond, P99: time.Second}
	}
	if below(4) == 0 {
		f.Init = lifecycle.Uniform{Min: 9 * time.Second, Max: 11 * time.Second}
	}
	if below(3) == 0 {
		f.Timeout = 1 + ms(1000)
	}
	p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(ms(2000))}
	if below(2) == 0 {
		p.IdleTimeout = lifecycle.Exponential(ms(500))
	}
	if below(2) == 0 {
		p.MaxLifetime = 1 + ms(3000)
	}
	if below(3) == 0 {
		p.ConcurrencyLimit = 1 + below(30)
	}
	if below(4) == 0 {
		f.ReservedConcurrency = 1 + below(max(p.ConcurrencyLimit, 20))
		if f.ReservedConcurrency > p.ConcurrencyLimit {
			p.ConcurrencyLimit = 0
		}
	}
	if below(3) == 0 {
		p.ScaleOut = lifecycle.ScaleOut{Environments: 1 + below(5), Interval: 1 + ms(1000)}
	}
	if below(4) == 0 {
		p.RequestsPerSecond = 1 + below(20)
	}
	if below(8) == 0 {
		p = lifecycle.AWS(lifecycle.Preset(1 + below(7)))
	}
	o := lifecycle.Options{Seed: seed}
	span := 20 * time.Second
	if below(3) > 0 {
		o.WarmUp = ms(10_000)
	}
	if below(2) == 0 {
		o.Until = o.WarmUp + 1 + ms(10_000)
		span += 5 * time.Second
	}
	var a lifecycle.Arrivals = workload.Poisson{PerSecond: float64(1 + below(200)), Until: span}
	if below(4) == 0 { // bursts and long quiet
		a = workload.Bursts{PerSecond: float64(100 + below(500)), OffPerSecond: float64(below(2)), On: 1 + ms(500), Off: 1 + ms(4000), Until: span}
	}
	got, err := lifecycle.Simulate(context.Background(), f, p, a, &o)
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	o.Observe = func(lifecycle.Invocation) {}
	want, err := lifecycle.Simulate(context.Background(), f, p, a, &o)
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("seed %d:\n%+v\n%+v\n%+v\n%+v\n(-watched +unwatched):\n%s", seed, f, p, a, o, d)
	}
}

func TestUnwatchedIsTheSame(t *testing.T) {
	n := uint64(400)
	if testing.Short() {
		n = 40
	}
	for seed := range n {
		compareUnwatched(t, seed)
	}
}

func FuzzUnwatched(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { compareUnwatched(t, seed) })
}

// The warm-up ends between the last request and the last completion: what is alive then is what was alive at that time, not
// at the end of the run.
func TestWarmUpBehindTheLastRequest(t *testing.T) {
	f := lifecycle.Function{}
	p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(time.Second)}
	a := workload.Trace{{At: 0, Duration: time.Second}, {At: 0, Duration: 10 * time.Second}}
	for _, observe := range []func(lifecycle.Invocation){nil, func(lifecycle.Invocation) {}} {
		r, err := lifecycle.Simulate(context.Background(), f, p, a, &lifecycle.Options{WarmUp: 1500 * time.Millisecond, Observe: observe})
		if err != nil {
			t.Fatal(err)
		}
		got := []any{r.AliveAtStart, r.Gone, r.AliveAtEnd, r.Elapsed, r.BusyTime.Seconds(), r.IdleTime.Seconds(), r.PeakAlive, r.PeakBusy}
		want := []any{uint64(2), uint64(1), uint64(1), 8500 * time.Millisecond, 8.5, 0.5, uint64(2), uint64(1)}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("observed %v: alive at start, gone, alive at end, elapsed, busy, idle, peaks (-want +got):\n%s", observe != nil, d)
		}
	}
}
