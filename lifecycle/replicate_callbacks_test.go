package lifecycle_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// panics calls something that is to panic, and returns the value.
func panics(t *testing.T, do func()) (value any) {
	t.Helper()
	defer func() {
		if value = recover(); value == nil {
			t.Error("no panic")
		}
	}()
	do()
	return nil
}

// A panic in what a user passes is one of the goroutine that called, with the same value, and no goroutine is left behind.
func TestReplicatePanics(t *testing.T) {
	broken := errors.New("broken")
	hour := workload.Poisson{PerSecond: .01, Until: time.Hour}
	good := lifecycle.Function{Duration: lifecycle.Constant(time.Second)}
	late := new(atomic.Int64)
	for name, c := range map[string]struct {
		f lifecycle.Function
		a lifecycle.Arrivals
		o lifecycle.Options
	}{
		"Progress":  {good, hour, lifecycle.Options{Progress: func(lifecycle.Progress) { panic(broken) }}},
		"Precision": {good, hour, lifecycle.Options{Precision: &lifecycle.Precision{Of: func(lifecycle.Result) float64 { panic(broken) }, Relative: 1}}},
		"rate":      {good, workload.Varying{PerSecond: func(time.Duration) float64 { panic(broken) }, Peak: 1, Until: time.Hour}, lifecycle.Options{}},
		"distribution": {lifecycle.Function{Duration: quantile(func(p float64) time.Duration {
			if late.Add(1) > 2000 { // it passes the checks that come before the run
				panic(broken)
			}
			return time.Second
		})}, workload.Poisson{PerSecond: 10, Until: time.Hour}, lifecycle.Options{}},
	} {
		t.Run(name, func(t *testing.T) {
			before := runtime.NumGoroutine()
			value := panics(t, func() {
				s, err := lifecycle.Replicate(context.Background(), 20, c.f, tenMinutes, c.a, &c.o)
				t.Errorf("returned %d replications, %v", len(s.Replications), err)
			})
			if value != broken {
				t.Errorf("panic with %v, want %v", value, broken)
			}
			after := runtime.NumGoroutine()
			for range 100 { // the last instructions of one that has ended may still have to run
				if after <= before {
					return
				}
				time.Sleep(time.Millisecond)
				after = runtime.NumGoroutine()
			}
			t.Errorf("%d goroutines, %d before", after, before)
		})
	}
	// One that ends its goroutine instead (as testing.T.FailNow does) ends that of the caller.
	ended := make(chan bool)
	go func() {
		returned := false
		defer func() { ended <- !returned && recover() == nil }()
		_, _ = lifecycle.Replicate(context.Background(), 20, good, tenMinutes, hour, &lifecycle.Options{Progress: func(lifecycle.Progress) { runtime.Goexit() }})
		returned = true
	}()
	if !<-ended {
		t.Error("runtime.Goexit does not end the goroutine that called")
	}
}

// The progress of replications counts all requests that have arrived, measured or not, and At is to Until what is done is to
// all. It is the same for every number of cores.
func TestReplicateProgress(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	second := workload.Every{Period: time.Second}
	const hour, perHour = time.Hour, 3599 // the first after a second, none at the end
	for name, c := range map[string]struct {
		a    lifecycle.Arrivals
		o    lifecycle.Options
		want []lifecycle.Progress
	}{
		"end given": {second, lifecycle.Options{Until: hour, WarmUp: hour / 2}, []lifecycle.Progress{
			{At: hour / 4, Until: hour, Invocations: perHour, Replications: 1, Of: 4},
			{At: hour / 2, Until: hour, Invocations: 2 * perHour, Replications: 2, Of: 4},
			{At: hour / 4 * 3, Until: hour, Invocations: 3 * perHour, Replications: 3, Of: 4},
			{At: hour, Until: hour, Invocations: 4 * perHour, Replications: 4, Of: 4},
		}},
		"the workload's end": {workload.Every{Period: time.Second, Until: hour}, lifecycle.Options{}, []lifecycle.Progress{
			{At: hour / 4, Until: hour, Invocations: perHour, Replications: 1, Of: 4},
			{At: hour / 2, Until: hour, Invocations: 2 * perHour, Replications: 2, Of: 4},
			{At: hour / 4 * 3, Until: hour, Invocations: 3 * perHour, Replications: 3, Of: 4},
			{At: hour, Until: hour, Invocations: 4 * perHour, Replications: 4, Of: 4},
		}},
		"end not known": {workload.Trace{{At: 4, Duration: 4}}, lifecycle.Options{}, []lifecycle.Progress{
			{At: 2, Invocations: 1, Replications: 1, Of: 4},
			{At: 4, Invocations: 2, Replications: 2, Of: 4},
			{At: 6, Invocations: 3, Replications: 3, Of: 4},
			{At: 8, Invocations: 4, Replications: 4, Of: 4},
		}},
		"precise after two": {second, lifecycle.Options{Until: hour, Precision: &lifecycle.Precision{
			Of: func(r lifecycle.Result) float64 { return float64(r.Invocations) }, Relative: .1, Min: 2,
		}}, []lifecycle.Progress{
			{At: hour / 4, Until: hour, Invocations: perHour, Replications: 1, Of: 4},
			{At: hour / 2, Until: hour, Invocations: 2 * perHour, Replications: 2, Of: 4},
		}},
		// 290 years of them are no time that a time.Duration holds.
		"long": {workload.Every{Period: 10 * 365 * 24 * hour}, lifecycle.Options{Until: 70 * 365 * 24 * hour}, []lifecycle.Progress{
			{At: 70 * 365 * 24 * hour / 4, Until: 70 * 365 * 24 * hour, Invocations: 6, Replications: 1, Of: 4},
			{At: 70 * 365 * 24 * hour / 2, Until: 70 * 365 * 24 * hour, Invocations: 12, Replications: 2, Of: 4},
			{At: 70 * 365 * 24 * hour / 4 * 3, Until: 70 * 365 * 24 * hour, Invocations: 18, Replications: 3, Of: 4},
			{At: 70 * 365 * 24 * hour, Until: 70 * 365 * 24 * hour, Invocations: 24, Replications: 4, Of: 4},
		}},
	} {
		for _, procs := range []int{1, 3} {
			runtime.GOMAXPROCS(procs)
			var got []lifecycle.Progress
			c.o.Progress = func(p lifecycle.Progress) { got = append(got, p) }
			if _, err := lifecycle.Replicate(context.Background(), 4, lifecycle.Function{Duration: lifecycle.Constant(1)}, tenMinutes, c.a, &c.o); err != nil {
				t.Fatal(name, err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("%s, %d cores (-want +got):\n%s", name, procs, d)
			}
		}
	}
}

// All that is wrong is told at once.
func TestReplicateRefusesAllAtOnce(t *testing.T) {
	_, err := lifecycle.Replicate(context.Background(), 0, lifecycle.Function{Timeout: -1}, lifecycle.Platform{}, nil, &lifecycle.Options{
		Until: -1, Observe: func(lifecycle.Invocation) {}, ObserveEnvironments: func(lifecycle.Transition) {}, Precision: &lifecycle.Precision{},
	})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		"n is 0", "Options.Observe is", "Options.ObserveEnvironments is", "Function.Timeout", "Platform.IdleTimeout", "Options.Until",
		"Options.Precision.Of", "Options.Precision.Relative", "Arrivals",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in:\n%v", want, err)
		}
	}
}

// A timeline of too many steps is refused before the run, wherever its end is known.
func TestTimelineRefusedBeforehand(t *testing.T) {
	hour := time.Hour
	least := hour/(1<<20) + 1
	played := false
	rate := func(time.Duration) float64 {
		played = true
		return 1
	}
	f := lifecycle.Function{Duration: lifecycle.Constant(1)}
	for name, c := range map[string]struct {
		o   lifecycle.Options
		end time.Duration // of the workload
	}{
		"end given":          {lifecycle.Options{Until: hour, Timeline: least - 1}, 0},
		"the workload's end": {lifecycle.Options{Timeline: least - 1}, hour},
		"behind a warm-up":   {lifecycle.Options{Until: 25 * hour, WarmUp: 24 * hour, Timeline: least - 1}, 0},
	} {
		_, err := lifecycle.Replicate(context.Background(), 2, f, tenMinutes, workload.Varying{PerSecond: rate, Peak: 1, Until: c.end}, &c.o)
		var out *lifecycle.RangeError
		if !errors.As(err, &out) || out.Field != "Options.Timeline" || !strings.Contains(out.Allowed, least.String()) || played {
			t.Errorf("%s: %v, played: %v", name, err, played)
		}
		c.o.Timeline++
		if err := c.o.Validate(); err != nil {
			t.Errorf("%s: the shortest step: %v", name, err)
		}
	}
}
