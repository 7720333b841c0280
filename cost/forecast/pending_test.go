package forecast_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost/forecast"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// Events that still wait when the simulation ends are executed, and billed, all the same.
func TestPendingEvents(t *testing.T) {
	nightly := workload.Varying{Peak: 10, PerSecond: func(t time.Duration) float64 {
		if at := t%(24*time.Hour) - 105*time.Minute; at >= 0 && at < 1000*time.Second {
			return 10
		}
		return 0
	}}
	for name, c := range map[string]struct {
		arrivals lifecycle.Arrivals
		stretch  time.Duration
	}{
		"every night": {nightly, 24 * time.Hour},
		"cut off":     {workload.Every{Period: time.Second / 40}, 2 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			s := ordinary()
			s.Function = lifecycle.Function{Duration: lifecycle.Constant(200 * time.Millisecond), Async: true, ReservedConcurrency: 1}
			if name == "cut off" { // errors that are tried again after a minute or two
				s.Function.ReservedConcurrency, s.Function.ErrorRate, s.Function.Retries = 0, .3, 1
			}
			s.Arrivals = c.arrivals
			o := quick()
			o.Stretch, o.Replications = c.stretch, 3
			f := run(t, s, o)
			want := float64(f.Requests) * (1 + s.Function.ErrorRate)
			if got := float64(f.Executions); math.Abs(got-want) > .01*want {
				t.Errorf("%v executions of %d events, want %v", got, f.Requests, want)
			}
			total, err := f.Summary.Total()
			if err != nil {
				t.Fatal(err)
			}
			said := slices.ContainsFunc(f.Assumptions, func(a string) bool { return strings.Contains(a, "still waited") })
			if said != (total.Pending > 0) || name == "cut off" && !said {
				t.Errorf("%d are pending, said is %q", total.Pending, f.Assumptions)
			}
		})
	}
}

// Events that fail are billed for as many executions as they need, however short a time is simulated, and keep as many
// environments busy.
func TestRetriedEvents(t *testing.T) {
	const rate, mean = 10, .1 // requests per second, seconds
	for name, c := range map[string]struct {
		errors   float64
		age      time.Duration
		stretch  time.Duration
		arrivals lifecycle.Arrivals
		want     float64 // executions of an event
	}{
		"all fail":                      {1, 0, 50 * time.Second, nil, 3},
		"all fail, between retries":     {1, 0, 2 * time.Minute, nil, 3},
		"all fail, an hour":             {1, 0, 0, nil, 3},
		"all fail, a day's shape":       {1, 0, 0, workload.Daily(rate, 0, 0), 3},
		"some fail":                     {.4, 0, 40 * time.Minute, nil, 1 + .4 + .16},
		"kept for less than a minute":   {1, 30 * time.Second, 10 * time.Minute, nil, 1},
		"kept for less than 3 minutes":  {1, 2 * time.Minute, 10 * time.Minute, nil, 2},
		"kept for less than is waited":  {.4, 90 * time.Second, 10 * time.Minute, nil, 1.4},
		"none fails, and none is tried": {0, 0, time.Minute, nil, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := textbook()
			s.Function = lifecycle.Function{
				Duration: lifecycle.Constant(mean * 1e9), Init: lifecycle.Constant(1), Async: true, ErrorRate: c.errors, Retries: 2, EventAge: c.age,
			}
			s.Arrivals = c.arrivals
			if c.arrivals == nil {
				s.Arrivals = workload.Poisson{PerSecond: rate}
			}
			o := quick()
			o.Stretch = c.stretch
			f := run(t, s, o)
			if got := float64(f.Executions) / float64(f.Requests); math.Abs(got-c.want) > .005*c.want {
				t.Errorf("%.4f executions of an event, want %.4f", got, c.want)
			}
			if want := rate * mean * c.want; math.Abs(f.Busy.Mean-want) > .05*want {
				t.Errorf("%v are busy, want %.4f", f.Busy, want)
			}
			if c.errors > 0 && c.age != 30*time.Second && f.Method.WarmUp <= time.Minute {
				t.Errorf("%v are not measured: events of before are not tried again", f.Method.WarmUp)
			}
		})
	}
}

// Events that pile up during the day wait for hours, and some until they are given up. Windows would not see it.
func TestQueueOfADay(t *testing.T) {
	brief := func() *forecast.Options { o := brief(); o.RequestsPerReplication = 6000; return o }
	s := shaped()
	s.Arrivals = workload.Daily(1, .5, 14*time.Hour)
	s.Function = lifecycle.Function{Duration: lifecycle.Constant(10 * time.Second), Async: true}
	s.Platform.ConcurrencyLimit = 11 // of 10 that are needed on average and 15 at the peak
	f := run(t, s, brief())
	o := brief()
	o.Seed, o.Stretch, o.Replications = 3, 3*24*time.Hour, 2
	want := run(t, s, o)
	p, _ := f.Percentile(.99)
	q, _ := want.Percentile(.99)
	if p.Mean < time.Hour || math.Abs(float64(p.Mean-q.Mean)) > .1*float64(q.Mean) {
		t.Errorf("99 %% of events are done within %v, in three days within %v; method %+v", p.Mean, q.Mean, f.Method)
	}
	done := func(f forecast.Forecast) float64 { return float64(f.Executions) / float64(f.Requests) }
	if got, want := done(f), done(want); want > .99 || math.Abs(got-want) > .01 || f.ThrottleRate.Mean == 0 {
		t.Errorf("a share of %.4f is executed and billed, in three days %.4f; refused: %v", got, want, f.ThrottleRate)
	}

	// What they are compared with is simulated as they are.
	fast := s
	fast.Function.Duration = lifecycle.Constant(time.Second)
	if f := run(t, fast, brief()); f.Method.Windows == 0 {
		t.Errorf("events that do not queue up: method %+v", f.Method)
	}
	for _, f := range compare(t, brief(), fast, s).Forecasts {
		if f.Method.Windows != 0 || f.Method.Stretch != 24*time.Hour || f.Method.WarmUp != lifecycle.MaxEventAge {
			t.Errorf("compared: method %+v", f.Method)
		}
	}

	// What is too much to simulate whole says so, and is no cheapest combination.
	o = brief()
	o.RequestsPerReplication = 1000
	f = run(t, s, o)
	if says := slices.ContainsFunc(f.Assumptions, func(a string) bool { return strings.Contains(a, "queue up for hours") }); !says || f.Method.Windows == 0 {
		t.Errorf("method %+v, assumed: %q", f.Method, f.Assumptions)
	}
	for most, meets := range map[float64]bool{0: false, .5: false, 1: true} {
		swept, err := forecast.Sweep(t.Context(), s, forecast.Grid{}, forecast.Limits{ThrottleRate: most}, o)
		if err != nil || swept.Cells[0].Meets != meets {
			t.Errorf("a share of %v may be given up: %v, meets %v", most, err, swept.Cells[0].Meets)
		}
	}
}
