package forecast_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/forecast"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

func compare(t *testing.T, o *forecast.Options, s ...forecast.Scenario) forecast.Comparison {
	t.Helper()
	c, err := forecast.Compare(t.Context(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCompareWithItself(t *testing.T) {
	for name, s := range map[string]forecast.Scenario{"closed": textbook(), "simulated": ordinary()} {
		t.Run(name, func(t *testing.T) {
			c := compare(t, quick(), s, s)
			for i := range c.Differences {
				if d := c.Costs(i); !d.IsZero() {
					t.Errorf("scenario %d costs %v more", i, d)
				}
				want := forecast.Difference{Scenario: s.Name}
				basis := c.Forecasts[0].Method.Basis
				for _, f := range []*forecast.Figure{&want.Cost, &want.ColdStartRate, &want.DelayedRate, &want.ThrottleRate, &want.Busy, &want.Alive} {
					f.Basis = basis
				}
				for _, p := range forecast.Percentiles() {
					want.Latency = append(want.Latency, forecast.Percentile{P: p, Basis: basis})
				}
				if diff := cmp.Diff(want, c.Differences[i]); diff != "" {
					t.Errorf("difference %d (-want +got):\n%s", i, diff)
				}
			}
		})
	}
}

// Common random numbers: a difference is known much better than the two figures that it is of.
func TestCompareIsPaired(t *testing.T) {
	slow, fast := ordinary(), ordinary()
	slow.Arrivals = workload.Daily(.01, .8, 14*time.Hour)
	fast.Arrivals = slow.Arrivals
	fast.Name = "fast"
	fast.Function.Init = lifecycle.Constant(100 * time.Millisecond)
	c := compare(t, quick(), slow, fast)
	d := c.Differences[1]
	if d.Cost.Noise() || d.Cost.Mean >= 0 {
		t.Errorf("cost differs by %v, want less and beyond the noise", d.Cost)
	}
	if got, each := d.Cost.HalfWidth(), c.Forecasts[0].Cost.HalfWidth(); got > .7*each {
		t.Errorf("cost differs by %v, no better known than the cost itself, %v", d.Cost, c.Forecasts[0].Cost)
	}
	for i, p := range d.Latency {
		if by := c.Forecasts[1].Latency[i].Mean - c.Forecasts[0].Latency[i].Mean; (by - p.Mean).Abs() > 2 {
			t.Errorf("latency %v differs by %v, the forecasts by %v", p.P, p.Mean, by)
		}
	}
	if p99 := d.Latency[3]; p99.Noise() || p99.Mean >= 0 {
		t.Errorf("the 99th percentile differs by %+v, want less and beyond the noise", p99)
	}
	saved := c.Costs(1).InexactFloat64()
	if math.Abs(saved-d.Cost.Mean) > 2*d.Cost.HalfWidth()+1e-9 {
		t.Errorf("the bills differ by %v, the estimate is %v", saved, d.Cost)
	}
}

// Scenarios with warm-ups of their own meet the same requests all the same, and one that would have a closed form is
// simulated beside one that has none.
func TestCompareOnCommonGround(t *testing.T) {
	a, b := textbook(), textbook()
	b.Platform.IdleTimeout = lifecycle.Constant(20 * time.Minute)
	b.Function.Init = lifecycle.Constant(time.Second)
	c := compare(t, quick(), a, b)
	for i, f := range c.Forecasts {
		if f.Method.Basis != forecast.Simulated || f.Method.WarmUp != 20*time.Minute {
			t.Errorf("scenario %d: method %+v", i, f.Method)
		}
	}
	for i := range c.Forecasts[0].Summary.Replications {
		x, y := c.Forecasts[0].Summary.Replications[i], c.Forecasts[1].Summary.Replications[i]
		if x.Invocations != y.Invocations {
			t.Errorf("replication %d has %d and %d requests", i, x.Invocations, y.Invocations)
		}
	}
	if c.Differences[1].ColdStartRate.Noise() {
		t.Errorf("cold starts differ by %v", c.Differences[1].ColdStartRate)
	}
	c = compare(t, quick(), a, ordinary(), func() forecast.Scenario { // a lifetime makes for longer stretches
		s := b
		s.Platform.MaxLifetime = time.Hour
		return s
	}())
	for _, i := range []int{0, 2} {
		if f := c.Forecasts[i].Method; f.Stretch != 2*time.Hour || f.WarmUp != c.Forecasts[1].Method.WarmUp || f.Requests != c.Forecasts[0].Method.Requests {
			t.Errorf("scenario %d: method %+v", i, f)
		}
	}
	busy := ordinary()
	busy.Arrivals = workload.Poisson{PerSecond: 100} // of which fewer replications would be made
	c = compare(t, quick(), b, busy)
	if x, y := c.Forecasts[0].Method.Replications, c.Forecasts[1].Method.Replications; x != y || x == forecast.DefaultReplications {
		t.Errorf("%d and %d replications", x, y)
	}
}

// A month of a billion requests is scaled up from about as many as one of a million.
func TestScaledUp(t *testing.T) {
	for _, n := range []uint64{1000, 1_000_000, 1_000_000_000} {
		s := ordinary()
		s.Arrivals, s.RequestsPerMonth = nil, n
		f := run(t, s, quick())
		if f.Requests != n || f.Executions != n {
			t.Errorf("%d requests and %d executions, want %d", f.Requests, f.Executions, n)
		}
		if r := f.Method.Requests; r > 60_000 || n > 10_000 && r < 10_000 {
			t.Errorf("%d requests were measured for %d", r, n)
		}
	}
}

func TestShapes(t *testing.T) {
	for _, c := range []struct {
		name     string
		arrivals lifecycle.Arrivals
		stretch  time.Duration
		requests float64 // a month
	}{
		{"daily", workload.Daily(.01, .8, 14*time.Hour), 5 * 24 * time.Hour, .01 * 730 * 3600},
		{"weekly", workload.Weekly(.01, .8, 14*time.Hour, .3), 7 * 24 * time.Hour, .01 * 730 * 3600},
		{"rare", workload.Daily(.00005, .8, 0), 47 * 24 * time.Hour, .00005 * 730 * 3600}, // 200 requests at least
		{"daily with another end", until(workload.Daily(.1, .8, 0), 36*time.Hour), 36 * time.Hour, .1 * 730 * 3600},
		{"daily with an end", until(workload.Daily(.1, .8, 0), 24*time.Hour), 24 * time.Hour, .1 * 730 * 3600},
		{"schedule", workload.Every{Period: time.Hour}, 730 * time.Hour, 730},
		{"bursts", workload.Bursts{PerSecond: 10, On: time.Minute, Off: time.Hour}, 20 * 61 * time.Minute, 10. / 61 * 730 * 3600},
		{"merged", workload.Merge(workload.Poisson{PerSecond: .1}, workload.Daily(.1, 1, 0)), 24 * time.Hour, .2 * 730 * 3600},
		{"counts", workload.PerMinute{Counts: []int{30, 0, 30}}, 3 * time.Minute, 20 * 730 * 60},
		{"trace", workload.Trace{{At: 0, Duration: 1e9}, {At: 2 * time.Second, Duration: 2e9}}, 4 * time.Second, 2 / 4. * 730 * 3600},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := ordinary()
			s.Function.Init, s.Function.Startup = nil, nil
			s.Arrivals = c.arrivals
			f := run(t, s, quick())
			if c.name == "bursts" || c.name == "weekly" {
				if f.Method.Stretch < c.stretch {
					t.Errorf("simulated %v, want %v at least", f.Method.Stretch, c.stretch)
				}
			} else if f.Method.Stretch != c.stretch {
				t.Errorf("simulated %v, want %v", f.Method.Stretch, c.stretch)
			}
			ends := c.name == "daily with another end" || c.name == "counts" || c.name == "trace"
			if (f.Method.WarmUp == 0) != ends {
				t.Errorf("%v are not measured", f.Method.WarmUp)
			}
			if got := float64(f.Requests); math.Abs(got-c.requests) > .1*c.requests {
				t.Errorf("%v requests a month, want about %v", got, c.requests)
			}
		})
	}
}

func until(v workload.Varying, end time.Duration) workload.Varying {
	v.Until = end
	return v
}

// The lifetime cap: an environment that is called every minute is replaced every two hours. At rates where that would take
// too long it is left out, and said to be.
func TestLifetime(t *testing.T) {
	said := func(f forecast.Forecast) bool {
		return slices.ContainsFunc(f.Assumptions, func(a string) bool { return strings.Contains(a, "the lifetime cap of 2h") })
	}
	s := ordinary()
	s.Arrivals = workload.Every{Period: time.Minute}
	f := run(t, s, quick())
	if got := 1 / f.ColdStartRate.Mean; math.Abs(got-121) > 121/41. || said(f) {
		t.Errorf("one of %v is cold, want one of 121", got)
	}
	s.Arrivals = workload.Poisson{PerSecond: 50}
	if f = run(t, s, quick()); !said(f) {
		t.Errorf("nothing is said of the lifetime cap: %q", f.Assumptions)
	}
	o := quick()
	o.Stretch = 3 * time.Minute
	if f = run(t, s, o); f.Method.Stretch != o.Stretch {
		t.Errorf("simulated %v, want %v", f.Method.Stretch, o.Stretch)
	}
}

func TestCompareSaysWhatIsNotScaled(t *testing.T) {
	a, b := ordinary(), ordinary()
	b.MemoryMB = 1024
	c := compare(t, quick(), a, b)
	for i, f := range c.Forecasts {
		if got := slices.ContainsFunc(f.Assumptions, func(s string) bool { return strings.Contains(s, "nothing scales them") }); got != (i == 1) {
			t.Errorf("scenario %d: %q", i, f.Assumptions)
		}
	}
}

// A month of more requests costs more, which is no matter of the function.
func TestCompareSaysWhatIsUnlike(t *testing.T) {
	base := textbook()
	more, february, same := base, base, base
	more.Arrivals = workload.Poisson{PerSecond: 1}
	february.Month = forecast.Month{Year: 2027, Month: time.February}
	same.Arch = cost.X86
	c := compare(t, quick(), base, more, february, same)
	for i, want := range []string{"", "2628000 requests in a month of 730 hours are set beside the 2365200 in a month of 730 hours", "2177280 requests in February 2027, 672 hours", ""} {
		got := slices.ContainsFunc(c.Forecasts[i].Assumptions, func(s string) bool { return strings.Contains(s, "set beside") && strings.HasPrefix(s, want) })
		if got != (want != "") {
			t.Errorf("scenario %d: %q", i, c.Forecasts[i].Assumptions)
		}
	}
}

// A comparison that was read from anywhere can be written and asked.
func TestComparisonOfNothing(t *testing.T) {
	for _, c := range []forecast.Comparison{
		{},
		{Forecasts: make([]forecast.Forecast, 2)},
		{Forecasts: make([]forecast.Forecast, 2), Differences: make([]forecast.Difference, 2)},
		{Differences: make([]forecast.Difference, 2)},
	} {
		if err := c.WriteTable(&strings.Builder{}); err != nil {
			t.Error(err)
		}
		for _, i := range []int{-1, 0, 1, 2} {
			if got := c.Costs(i); !got.IsZero() {
				t.Errorf("scenario %d costs %v more", i, got)
			}
		}
	}
}

// What is measured is said where it is no whole cycle.
func TestStretchOfHalfADay(t *testing.T) {
	o := quick()
	for hours, want := range map[time.Duration]bool{12: true, 24: false, 25: true, 48: false} {
		o.Stretch = hours * time.Hour
		f := run(t, ordinary(), o)
		if got := slices.ContainsFunc(f.Assumptions, func(s string) bool { return strings.Contains(s, "no whole number") }); got != want {
			t.Errorf("%d hours: %q", hours, f.Assumptions)
		}
	}
}

// A log's own durations hold at the size that it was written at, too.
func TestCompareSaysWhatIsNotScaledOfALog(t *testing.T) {
	a := textbook()
	a.Function.Duration = nil
	a.Arrivals = workload.Trace{{At: 0, Duration: time.Second}, {At: time.Minute, Duration: time.Second}}
	b := a
	b.MemoryMB = 1024
	says := func(s ...forecast.Scenario) bool {
		return slices.ContainsFunc(compare(t, quick(), s...).Forecasts[1].Assumptions, func(s string) bool { return strings.Contains(s, "nothing scales them") })
	}
	if !says(a, b) {
		t.Error("nothing is said of durations that stay as they are")
	}
	for _, s := range []*forecast.Scenario{&a, &b} {
		s.Task, s.MeasuredMB = &vcpu.Task{CPU: time.Second}, 512
	}
	if says(a, b) {
		t.Error("durations that are scaled are said not to be")
	}
}
