package lifecycle_test

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// Of runs that are all alike it makes what Replicate does, early stop and progress included.
func TestReplicateFuncIsReplicate(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	a := workload.Poisson{PerSecond: 1}
	simulate := func(ctx context.Context, _ int, o *lifecycle.Options) (lifecycle.Result, error) {
		return lifecycle.Simulate(ctx, busyFunction, oneMinute, a, o)
	}
	for name, precision := range map[string]*lifecycle.Precision{"all": nil, "early": {Of: lifecycle.Result.ColdStartRate, Relative: .05}} {
		for _, procs := range []int{1, 2, 5} {
			runtime.GOMAXPROCS(procs)
			var wantSteps, gotSteps []lifecycle.Progress
			o := lifecycle.Options{Seed: 5, WarmUp: time.Minute, Until: 20 * time.Minute, Timeline: time.Minute, Precision: precision}
			o.Progress = func(p lifecycle.Progress) { wantSteps = append(wantSteps, p) }
			want, err := lifecycle.Replicate(t.Context(), 30, busyFunction, oneMinute, a, &o)
			if err != nil {
				t.Fatal(err)
			}
			o.Progress = func(p lifecycle.Progress) { gotSteps = append(gotSteps, p) }
			given := o
			got, err := lifecycle.ReplicateFunc(t.Context(), 30, &o, simulate)
			if d := cmp.Diff(want, got); d != "" || err != nil {
				t.Errorf("%s, %d cores: %v (-want +got):\n%s", name, procs, err, d)
			}
			if d := cmp.Diff(wantSteps, gotSteps); d != "" {
				t.Errorf("%s, %d cores: progress (-want +got):\n%s", name, procs, d)
			}
			if o.Seed != given.Seed || o.Progress == nil || o.Precision != given.Precision {
				t.Errorf("%s: the options were changed", name)
			}
		}
	}
}

// Each replication is what it would be alone, whatever simulate does with its options, and has a seed of its own.
func TestReplicateFuncByIndex(t *testing.T) {
	rates := []float64{1, 2, 4, 8, 16}
	seeds := make([]uint64, len(rates))
	simulate := func(ctx context.Context, i int, o *lifecycle.Options) (lifecycle.Result, error) {
		seeds[i] = o.Seed
		o.Until += time.Duration(i) * time.Second
		return lifecycle.Simulate(ctx, busyFunction, oneMinute, workload.Poisson{PerSecond: rates[i]}, o)
	}
	s, err := lifecycle.ReplicateFunc(t.Context(), len(rates), &lifecycle.Options{Seed: 3, Until: time.Minute}, simulate)
	if err != nil || s.Seed != 3 || len(s.Replications) != len(rates) {
		t.Fatalf("seed %d, %d replications, %v", s.Seed, len(s.Replications), err)
	}
	seen := map[uint64]bool{}
	for i, r := range s.Replications {
		want, err := simulate(t.Context(), i, &lifecycle.Options{Seed: seeds[i], Until: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, r); d != "" {
			t.Errorf("replication %d (-alone +in Replicate):\n%s", i, d)
		}
		if seen[seeds[i]] {
			t.Errorf("seed %d twice", seeds[i])
		}
		seen[seeds[i]] = true
	}
}

func TestReplicateFuncFails(t *testing.T) {
	broken := errors.New("broken")
	ok := func(ctx context.Context, _ int, o *lifecycle.Options) (lifecycle.Result, error) {
		return lifecycle.Simulate(ctx, busyFunction, oneMinute, workload.Poisson{PerSecond: 1}, o)
	}
	hour := &lifecycle.Options{Until: time.Hour}
	var out *lifecycle.RangeError
	var missing *lifecycle.MissingError
	for name, c := range map[string]struct {
		n        int
		o        *lifecycle.Options
		simulate func(context.Context, int, *lifecycle.Options) (lifecycle.Result, error)
		want     func(error) bool
	}{
		"no replications": {0, hour, ok, func(err error) bool { return errors.As(err, &out) && out.Field == "n" }},
		"too many":        {1_000_001, hour, ok, func(err error) bool { return errors.As(err, &out) && out.Field == "n" }},
		"nothing to do":   {3, hour, nil, func(err error) bool { return errors.As(err, &missing) && missing.Field == "simulate" }},
		"both":            {-1, nil, nil, func(err error) bool { return errors.As(err, &out) && errors.As(err, &missing) }},
		"an observer": {3, &lifecycle.Options{Observe: func(lifecycle.Invocation) {}}, ok, func(err error) bool {
			return errors.As(err, &out) && out.Field == "Options.Observe"
		}},
		"wrong options": {3, &lifecycle.Options{WarmUp: -1}, ok, func(err error) bool { return errors.As(err, &out) && out.Field == "Options.WarmUp" }},
		"no end":        {3, nil, ok, func(err error) bool { return errors.Is(err, lifecycle.ErrEndless) }},
		"the error of the first that fails": {40, hour, func(ctx context.Context, i int, o *lifecycle.Options) (lifecycle.Result, error) {
			if i >= 7 {
				return lifecycle.Result{}, errors.Join(broken, errors.New("replication "+string(rune('0'+i))))
			}
			return ok(ctx, i, o)
		}, func(err error) bool { return errors.Is(err, broken) && err.Error() == "broken\nreplication 7" }},
	} {
		if s, err := lifecycle.ReplicateFunc(t.Context(), c.n, c.o, c.simulate); err == nil || !c.want(err) || len(s.Replications) > 0 {
			t.Errorf("%s: %d replications, error %v", name, len(s.Replications), err)
		}
	}
	// What fails behind the last one that is needed does not count.
	o := *hour
	o.Precision = &lifecycle.Precision{Of: func(lifecycle.Result) float64 { return 1 }, Relative: 1, Min: 3}
	s, err := lifecycle.ReplicateFunc(t.Context(), 100, &o, func(ctx context.Context, i int, o *lifecycle.Options) (lifecycle.Result, error) {
		if i >= 3 {
			return lifecycle.Result{}, broken
		}
		return ok(ctx, i, o)
	})
	if err != nil || len(s.Replications) != 3 {
		t.Errorf("%d replications, error %v", len(s.Replications), err)
	}
	// A context that is done stops all of them and says how many there were.
	ctx, cancel := context.WithCancel(t.Context())
	var calls atomic.Int64
	_, err = lifecycle.ReplicateFunc(ctx, 1000, hour, func(ctx context.Context, i int, o *lifecycle.Options) (lifecycle.Result, error) {
		if calls.Add(1) == 20 {
			cancel()
		}
		return ok(ctx, i, o)
	})
	var stopped *lifecycle.StoppedError
	if !errors.As(err, &stopped) || !errors.Is(err, context.Canceled) || stopped.Replications > 20 || calls.Load() > 40 {
		t.Errorf("after %d calls: error %v", calls.Load(), err)
	}
	// A panic is one of the goroutine that called.
	if value := panics(t, func() {
		_, _ = lifecycle.ReplicateFunc(t.Context(), 9, hour, func(_ context.Context, i int, _ *lifecycle.Options) (lifecycle.Result, error) { panic(broken) })
	}); value != broken {
		t.Errorf("panic with %v", value)
	}
}

func TestIntervalOf(t *testing.T) {
	// By hand: mean 3, standard deviation sqrt(2.5), t(4, .975) = 2.776445105.
	half := 2.776445105 * math.Sqrt(2.5/5)
	i := lifecycle.IntervalOf([]float64{1, 2, 3, 4, 5})
	if i.Mean != 3 || math.Abs(i.Low-(3-half)) > 1e-8 || math.Abs(i.High-(3+half)) > 1e-8 {
		t.Errorf("%v, want 3 ± %v", i, half)
	}
	for _, v := range []float64{1, .1, -.3, 1. / 3} {
		if i := lifecycle.IntervalOf(slices.Repeat([]float64{v}, 50)); i != (lifecycle.Interval{Mean: v, Low: v, High: v}) {
			t.Errorf("of fifty of %v: %v, mean %v", v, i, i.Mean)
		}
	}
	if i := lifecycle.IntervalOf([]float64{7}); i != (lifecycle.Interval{Mean: 7, Low: math.Inf(-1), High: math.Inf(1)}) {
		t.Errorf("of one value: %v", i)
	}
	for name, values := range map[string][]float64{"none": nil, "one that is no number": {1, math.NaN(), 2}, "infinite": {1, math.Inf(1)}} {
		if i := lifecycle.IntervalOf(values); name != "infinite" && !math.IsNaN(i.Mean) || !math.IsNaN(i.Low) || !math.IsNaN(i.High) {
			t.Errorf("%s: %v", name, i)
		}
	}
	// It is what Estimate and Difference make of a summary.
	s := replicate(t, 12, busyFunction, oneMinute, workload.Poisson{PerSecond: 1}, lifecycle.Options{Until: 10 * time.Minute})
	var alive []float64
	for _, r := range s.Replications {
		alive = append(alive, r.Alive())
	}
	if want, got := s.Estimate(lifecycle.Result.Alive), lifecycle.IntervalOf(alive); want != got {
		t.Errorf("%v, want %v", got, want)
	}
}
