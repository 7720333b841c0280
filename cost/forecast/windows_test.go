package forecast_test

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/seed-e9ab587a/lambdaecon/cost/forecast"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// shaped is a scenario of which a day has more requests than brief allows to simulate whole, but not too many for a test.
func shaped() forecast.Scenario {
	s := ordinary()
	s.Function.Duration = lifecycle.LogNormal{Median: time.Second, P99: 5 * time.Second}
	s.Platform.IdleTimeout, s.Platform.MaxLifetime = lifecycle.Constant(2*time.Minute), 0
	s.Arrivals = workload.Daily(1, .8, 14*time.Hour)
	return s
}

func brief() *forecast.Options {
	return &forecast.Options{Seed: 1, RequestsPerReplication: 1000, IdleTimeouts: []time.Duration{}}
}

// whole has whole days simulated.
func whole() *forecast.Options {
	o := brief()
	o.Seed, o.Stretch, o.Replications = 9, 24*time.Hour, 4
	return o
}

// windowed are the figures that windows must not change.
func windowed(f forecast.Forecast) map[string]lifecycle.Interval {
	p99, _ := f.Percentile(.99)
	return map[string]lifecycle.Interval{
		"cost": f.Cost.Interval, "cold-start rate": f.ColdStartRate.Interval, "busy": f.Busy.Interval, "alive": f.Alive.Interval,
		"p99": {Mean: float64(p99.Mean), Low: float64(p99.Low), High: float64(p99.High)},
	}
}

// Windows of a day say what whole days say, as well as their intervals claim.
func TestWindowsAgainstWholeDays(t *testing.T) {
	week := shaped()
	week.Arrivals = workload.Weekly(.3, .5, 9*time.Hour, .3)
	ofWeek := whole()
	ofWeek.Stretch, ofWeek.Replications = 7*24*time.Hour, 3
	steps := shaped() // a batch at night, for half an hour
	steps.Arrivals = workload.Varying{Peak: 5, PerSecond: func(t time.Duration) float64 {
		if at := t % (24 * time.Hour); at >= 3*time.Hour && at < 4*time.Hour {
			return 5
		}
		return .5
	}}
	lifetime := shaped() // short, so that it makes many of the cold starts
	lifetime.Function.Duration, lifetime.Platform.MaxLifetime = lifecycle.Constant(time.Second), 12*time.Minute
	for _, c := range []struct {
		name    string
		s       forecast.Scenario
		whole   *forecast.Options
		windows int
	}{
		{"day", shaped(), whole(), 24},
		{"week", week, ofWeek, 56},
		{"steps", steps, whole(), 24},
		{"lifetime", lifetime, whole(), 6},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := windowed(run(t, c.s, c.whole))
			held := map[string]int{}
			o := brief()
			const seeds = 12
			for o.Seed = range seeds {
				f := run(t, c.s, o)
				if f.Method.Windows != c.windows {
					t.Fatalf("method is %+v, want %d windows", f.Method, c.windows)
				}
				for name, got := range windowed(f) {
					// What is known of the whole days has an interval, too.
					if math.Abs(got.Mean-want[name].Mean) <= math.Hypot(got.HalfWidth(), want[name].HalfWidth()) {
						held[name]++
					}
					if o.Seed == 0 {
						t.Logf("%s is %v in windows, %v in whole days", name, got, want[name])
					}
				}
			}
			// Of 12, 11 are expected; 8 or fewer have a probability of .02 %.
			for name := range want {
				if held[name] < 9 {
					t.Errorf("%s agrees with %d of %d seeds", name, held[name], seeds)
				}
			}
			t.Log(held)
		})
	}
}

// Where the warm-up has to be cut short, figures are those of an idle timeout of as much, and that is said.
func TestShortWarmUp(t *testing.T) {
	s := shaped()
	s.Arrivals = workload.Daily(3, .8, 14*time.Hour)
	s.Platform.IdleTimeout = lifecycle.Constant(20 * time.Minute)
	f := run(t, s, brief())
	short := f.Method.WarmUp
	if short >= 15*time.Minute || short < 2*time.Minute || !slices.ContainsFunc(f.Assumptions, func(a string) bool {
		return strings.Contains(a, "more than with 20m")
	}) {
		t.Errorf("method is %+v, assumptions are %q", f.Method, f.Assumptions)
	}
	o := brief()
	const seeds = 20
	var cold, alive float64
	for o.Seed = range seeds {
		f := run(t, s, o)
		cold += f.ColdStartRate.Mean / seeds
		alive += f.Alive.Mean / seeds
	}
	o = whole()
	o.Replications = 3
	s.Platform.IdleTimeout = lifecycle.Constant(short + f.Method.Stretch/2)
	want := run(t, s, o)
	if want := want.Alive.Mean; math.Abs(alive-want) > .03*want {
		t.Errorf("alive are %v, want %v", alive, want)
	}
	if want := want.ColdStartRate.Mean; math.Abs(cold-want) > .3*want {
		t.Errorf("cold-start rate is %v, want %v", cold, want)
	}
	t.Log(cold, want.ColdStartRate, alive, want.Alive)
}

// A month of 10^4 times as many requests takes no more of them to simulate.
func TestWindowsOfManyRequests(t *testing.T) {
	for _, perSecond := range []float64{2, 10, 380, 20_000} {
		s := shaped()
		s.Arrivals = workload.Daily(perSecond, .8, 14*time.Hour)
		s.Function.Duration = lifecycle.LogNormal{Median: 5 * time.Millisecond, P99: 30 * time.Millisecond}
		s.Function.Init, s.Function.Startup, s.Platform.ConcurrencyLimit = nil, nil, 5000
		f := run(t, s, brief())
		m := f.Method
		unmeasured := perSecond * m.WarmUp.Seconds() * float64(m.Windows*m.Replications)
		if m.Windows == 0 || m.Requests > 15_000 || m.Requests < 2_000 || unmeasured > 30_000 {
			t.Errorf("%v per second: method is %+v, %v requests before", perSecond, m, unmeasured)
		}
		if want := perSecond * 730 * 3600; math.Abs(float64(f.Requests)-want) > 1e-6*want {
			t.Errorf("%d requests, want %v", f.Requests, want)
		}
		if busy := perSecond * s.Function.Duration.Mean().Seconds(); math.Abs(f.Busy.Mean-busy) > f.Busy.HalfWidth()+.02*busy {
			t.Errorf("%v per second: busy are %v, want %v", perSecond, f.Busy, busy)
		}
	}
}

// That no cold start was seen does not mean that there is none: less than 3 in as many executions, with 95 % certainty. And no
// share is below 0 or above 1.
func TestRareColdStarts(t *testing.T) {
	s := shaped()
	s.Arrivals = workload.Weekly(400, .5, 14*time.Hour, .3)
	s.Function.Duration = lifecycle.LogNormal{Median: 5 * time.Millisecond, P99: 30 * time.Millisecond}
	s.Function.Init, s.Platform.ConcurrencyLimit = lifecycle.Constant(time.Millisecond), 5000
	f := run(t, s, brief())
	most := 3 / float64(f.Method.Requests)
	for name, got := range map[string]forecast.Figure{"cold": f.ColdStartRate, "delayed": f.DelayedRate} {
		if got.Mean != 0 || got.Low != 0 || math.Abs(got.High-most) > 1e-9*most {
			t.Errorf("%s: %v, want 0 to %v", name, got, most)
		}
	}
	if got := f.ThrottleRate.Interval; got != (lifecycle.Interval{}) {
		t.Errorf("throttled: %v", got)
	}
	few := run(t, ordinary(), brief())
	for name, got := range map[string]forecast.Figure{"cold": few.ColdStartRate, "delayed": few.DelayedRate, "spill": few.SpillRate} {
		if !(got.Low >= 0 && got.Low <= got.Mean && got.Mean <= got.High && got.High <= 1) {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// Environments have to be started as fast as the scale-out limit lets them, before anything is measured.
func TestWindowsAfterScaleOut(t *testing.T) {
	s := shaped()
	s.Function.Duration, s.Function.Init, s.Function.Startup = lifecycle.Constant(time.Second), nil, nil
	s.Platform.ScaleOut = lifecycle.ScaleOut{Environments: 20, Interval: 10 * time.Second}
	s.Arrivals = workload.Daily(100, .1, 0)
	if f := run(t, s, brief()); f.ThrottleRate.Mean > 0 || f.Method.WarmUp < 100*time.Second {
		t.Errorf("throttled: %v, method %+v", f.ThrottleRate, f.Method)
	}
}

// Retries of function errors come minutes later: windows are long enough for them.
func TestWindowsWithRetries(t *testing.T) {
	s := shaped()
	s.Function.Async, s.Function.ErrorRate, s.Function.Retries = true, .2, 2
	f := run(t, s, brief())
	if got := float64(f.Executions) / float64(f.Requests); f.Method.Windows == 0 || math.Abs(got-1.24) > .02 {
		t.Errorf("%v executions of each event, want 1.24; method %+v", got, f.Method)
	}
}

func TestCompareWindows(t *testing.T) {
	a, b := shaped(), shaped()
	b.Platform.IdleTimeout = lifecycle.Constant(5 * time.Minute)
	b.Function.Duration = lifecycle.LogNormal{Median: 900 * time.Millisecond, P99: 4500 * time.Millisecond}
	c := compare(t, brief(), a, a, b)
	d := c.Differences[1]
	for i, f := range []forecast.Figure{d.Cost, d.ColdStartRate, d.DelayedRate, d.ThrottleRate, d.Busy, d.Alive} {
		if f.Interval != (lifecycle.Interval{}) {
			t.Errorf("figure %d differs from itself by %v", i, f)
		}
	}
	for i := range c.Forecasts {
		if got, want := c.Forecasts[i].Method, c.Forecasts[0].Method; got.Windows == 0 || got.WarmUp != want.WarmUp || got.Requests != want.Requests {
			t.Errorf("methods are %+v and %+v", got, want)
		}
	}
	for i, r := range c.Forecasts[2].Summary.Replications {
		if first := c.Forecasts[0].Summary.Replications[i]; r.Invocations != first.Invocations {
			t.Errorf("replication %d has %d and %d requests", i, r.Invocations, first.Invocations)
		}
	}
	if d := c.Differences[2].Cost; d.Noise() || d.HalfWidth() > .5*c.Forecasts[0].Cost.HalfWidth() {
		t.Errorf("cost differs by %v, where it is %v", d, c.Forecasts[0].Cost)
	}
}

// The same on one core and on many; each replication and each window has luck of its own.
func TestWindowsOnAnyNumberOfCores(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := run(t, shaped(), brief())
	runtime.GOMAXPROCS(7)
	if diff := cmp.Diff(one.Summary, run(t, shaped(), brief()).Summary, cmpopts.EquateComparable(lifecycle.EnvironmentTime{}), cmp.AllowUnexported(lifecycle.Histogram{})); diff != "" {
		t.Errorf("on 7 cores (-one +many):\n%s", diff)
	}
	seen := map[time.Duration]bool{}
	for i, r := range one.Summary.Replications {
		if r.Runs != uint64(one.Method.Windows) || r.Elapsed != one.Method.Stretch*time.Duration(one.Method.Windows) {
			t.Errorf("replication %d is of %d runs, %v", i, r.Runs, r.Elapsed)
		}
		if err := r.Validate(); err != nil {
			t.Error(err)
		}
		if seen[r.OnDemand.Duration] {
			t.Errorf("replication %d is the same as another one", i)
		}
		seen[r.OnDemand.Duration] = true
	}
}

// Windows of a year, by the hour: each at a time of it, and as many in each season.
func TestWindowsOfAYear(t *testing.T) {
	const year = 366 * 24 * time.Hour
	var mu sync.Mutex
	var seasons [4]int
	s := shaped()
	s.Function.Duration, s.Platform.IdleTimeout = lifecycle.Constant(time.Millisecond), lifecycle.Constant(0)
	s.Arrivals = workload.Varying{Peak: 10, Cycle: year, PerSecond: func(at time.Duration) float64 {
		if at < 0 || at >= year {
			t.Errorf("asked for the rate at %v", at)
			return 0
		}
		mu.Lock()
		seasons[at*4/year]++
		mu.Unlock()
		if at%time.Hour < 2*time.Minute { // only windows of each hour have a rate that is about even
			return 10
		}
		return 1
	}}
	o := brief()
	o.Replications = 2
	f := run(t, s, o)
	if f.Method.Windows != 366*24 {
		t.Errorf("method is %+v", f.Method)
	}
	if least, most := slices.Min(seasons[:]), slices.Max(seasons[:]); least < most*9/10 {
		t.Errorf("looked at the rate %d times by season", seasons)
	}
}

func TestWindowsStop(t *testing.T) {
	t.Run("context", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		o := brief()
		o.Replications = 2000 // far more than another core makes while this one stands still
		o.Progress = func(p forecast.Progress) {
			if p.Simulation.Replications == 2 {
				cancel()
			}
		}
		var stopped *lifecycle.StoppedError
		if _, err := forecast.Run(ctx, shaped(), o); !errors.As(err, &stopped) || !errors.Is(err, context.Canceled) {
			t.Errorf("error is %v", err)
		}
	})
	at := func(rate func() float64) forecast.Scenario {
		s := shaped()
		s.Arrivals = workload.Varying{Peak: 2, PerSecond: func(at time.Duration) float64 {
			if at%time.Minute == 0 || at%time.Minute == 30*time.Second { // when the forecast looks
				return 1
			}
			return rate()
		}}
		return s
	}
	t.Run("rate above the peak", func(t *testing.T) {
		var bad *workload.RangeError
		if _, err := forecast.Run(t.Context(), at(func() float64 { return 3 }), brief()); !errors.As(err, &bad) {
			t.Errorf("error is %v", err)
		}
	})
	t.Run("panic", func(t *testing.T) {
		defer func() {
			if got := recover(); got != "mine" {
				t.Errorf("panic is %v", got)
			}
		}()
		_, err := forecast.Run(t.Context(), at(func() float64 { panic("mine") }), brief())
		t.Errorf("no panic, error is %v", err)
	})
}

func TestWindowProgress(t *testing.T) {
	o := brief()
	var last forecast.Progress
	calls := 0
	o.Progress = func(p forecast.Progress) {
		if p.Simulation.Of == 0 {
			return
		}
		calls++
		if p.Simulation.At <= last.Simulation.At || p.Simulation.Invocations < last.Simulation.Invocations {
			t.Errorf("progress is %+v after %+v", p, last)
		}
		last = p
	}
	m := run(t, shaped(), o).Method
	if s := last.Simulation; s.At != s.Until || s.Replications != m.Replications || s.Of != m.Replications || calls != m.Replications*m.Windows {
		t.Errorf("last progress is %+v, after %d calls, method is %+v", last, calls, m)
	}
}
