package forecast_test

import (
	"context"
	"errors"
	"io"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/forecast"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
	"github.com/seed-e9ab587a/lambdaecon/runtimes"
	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

// sweepable is a scenario of which everything can be varied.
func sweepable() forecast.Scenario {
	s := ordinary()
	s.Arrivals, s.RequestsPerMonth = nil, 500_000
	s.Task = &vcpu.Task{Wait: 20 * time.Millisecond, CPU: 60 * time.Millisecond}
	s.Platform.MaxLifetime = 0
	return s
}

func sweep(t *testing.T, s forecast.Scenario, g forecast.Grid, l forecast.Limits) forecast.Swept {
	t.Helper()
	o := quick()
	o.RequestsPerReplication, o.Replications = 1000, 3
	swept, err := forecast.Sweep(t.Context(), s, g, l, o)
	if err != nil {
		t.Fatal(err)
	}
	return swept
}

// Every cell is what Run says of its combination; the cheapest is what a plain search finds.
func TestSweepIsRun(t *testing.T) {
	for name, s := range map[string]forecast.Scenario{"simulated": sweepable(), "closed form": textbook()} {
		t.Run(name, func(t *testing.T) {
			g := forecast.Grid{Arches: cost.Arches(), Regions: []string{"us-east-1", "eu-central-1"}, Provisioned: []int{0, 2}}
			if s.Task != nil {
				g.MemoryMB = []int{256, 1024}
			}
			l := forecast.Limits{ColdStartRate: .01, Percentile: .95, Latency: 650 * time.Millisecond}
			swept := sweep(t, s, g, l)
			cheapest := -1
			for i, c := range swept.Cells {
				one := s
				one.Region, one.Arch, one.MemoryMB, one.MeasuredMB = c.Region, c.Arch, c.MemoryMB, 0
				if s.Task != nil && c.MemoryMB != s.MemoryMB {
					one.MeasuredMB = s.MemoryMB
				}
				one.Function.ProvisionedConcurrency = c.Provisioned
				o := quick()
				o.RequestsPerReplication, o.Replications = 1000, 3
				want := run(t, one, o)
				if diff := cmp.Diff(want.Figures, c.Figures, cmp.Comparer(cost.Usage.Equal)); diff != "" {
					t.Errorf("%s %s %d MB %d (-run +cell):\n%s", c.Region, c.Arch, c.MemoryMB, c.Provisioned, diff)
				}
				p, _ := want.Percentile(.95)
				meets := want.ColdStartRate.Mean <= .01 && p.Mean <= l.Latency
				surely := want.ColdStartRate.High <= .01 && p.High <= l.Latency
				if c.Meets != meets || c.Surely != surely {
					t.Errorf("cell %d meets: %v, surely: %v, with %v and %v", i, c.Meets, c.Surely, want.ColdStartRate, p)
				}
				if c.Meets && (cheapest < 0 || want.Total().LessThan(swept.Cells[cheapest].Total())) {
					cheapest = i
				}
			}
			if swept.Cheapest != cheapest {
				t.Errorf("cheapest is %d, want %d", swept.Cheapest, cheapest)
			}
		})
	}
}

// What only changes prices is not simulated again.
func TestSweepSimulatesOnce(t *testing.T) {
	s := sweepable()
	simulations := 0
	o := quick()
	o.RequestsPerReplication, o.Replications = 1000, 2
	o.Progress = func(p forecast.Progress) { simulations = max(simulations, p.Done) }
	_, err := forecast.Sweep(t.Context(), s, forecast.Grid{
		Arches: cost.Arches(), Regions: []string{"us-east-1", "eu-west-1", "sa-east-1"}, MemoryMB: []int{256, 512},
	}, forecast.Limits{}, o)
	if err != nil {
		t.Fatal(err)
	}
	if simulations != 2 {
		t.Errorf("%d simulations for two memory sizes", simulations)
	}
}

// What does not fit, or is not sold, is named in its cell.
func TestSweepNamesWhatDoesNotFit(t *testing.T) {
	s := sweepable()
	swept := sweep(t, s, forecast.Grid{Regions: []string{"us-east-1", "mars-1"}, MemoryMB: []int{128, 512, 20_000}}, forecast.Limits{})
	for i, c := range swept.Cells {
		wrong := c.Region == "mars-1" || c.MemoryMB == 20_000
		if (c.Err != nil) != wrong || (c.Problem != "") != wrong {
			t.Errorf("cell %d, %s %d MB: %v", i, c.Region, c.MemoryMB, c.Err)
		}
	}
	if swept.Cheapest < 0 || swept.Cells[swept.Cheapest].Region != "us-east-1" {
		t.Errorf("cheapest is %d", swept.Cheapest)
	}
	none := sweep(t, s, forecast.Grid{}, forecast.Limits{Percentile: .5, Latency: 1})
	if none.Cheapest != -1 || none.Cells[0].Meets {
		t.Errorf("a limit of 1 ns is met: %+v", none.Cheapest)
	}
}

// What is not executed is not billed: the cheapest combination would be the one that refuses most, were that not looked at.
func TestSweepOfThrottled(t *testing.T) {
	s := textbook()
	s.Function.Duration, s.Function.ReservedConcurrency = nil, 60
	s.Task = &vcpu.Task{CPU: 290 * time.Millisecond} // at 256 MB 2 s, so that a burst needs 100 environments
	s.Arrivals = workload.Bursts{PerSecond: 50, On: 20 * time.Second, Off: 10 * time.Minute}
	g := forecast.Grid{MemoryMB: []int{256, 1769}}
	small, large := 0, 1
	swept := sweep(t, s, g, forecast.Limits{})
	for i, c := range swept.Cells {
		if c.Err != nil || (c.ThrottleRate.Mean > .2) != (i == small) || (c.ThrottleRate.Mean > 0) != (i == small) {
			t.Fatalf("%d MB: throttled %v, %v", c.MemoryMB, c.ThrottleRate, c.Err)
		}
		if c.Meets != (i == large) || c.Surely != (i == large) {
			t.Errorf("%d MB: meets %v, surely %v", c.MemoryMB, c.Meets, c.Surely)
		}
	}
	if a, b := swept.Cells[small].Total(), swept.Cells[large].Total(); !a.LessThan(b) {
		t.Errorf("it costs %v to refuse many, %v to refuse none", a, b)
	}
	if swept.Cheapest != large {
		t.Errorf("cheapest is %d", swept.Cheapest)
	}
	if swept := sweep(t, s, g, forecast.Limits{ThrottleRate: 1}); swept.Cheapest != small {
		t.Errorf("cheapest is %d where any share may be refused", swept.Cheapest)
	}
	rate := swept.Cells[small].ThrottleRate
	if c := sweep(t, s, g, forecast.Limits{ThrottleRate: rate.Mean}).Cells[small]; !c.Meets || c.Surely != (rate.High <= rate.Mean) {
		t.Errorf("with %v: meets %v, surely %v", rate, c.Meets, c.Surely)
	}

	// Everything that is written for people says so.
	var b strings.Builder
	f := run(t, func() forecast.Scenario { s := s; s.MemoryMB = 256; return s }(), quick())
	others := s
	others.Name, others.MemoryMB = "others", 1769
	c := compare(t, quick(), s, others)
	for _, w := range []interface{ WriteTable(io.Writer) error }{swept, c} {
		b.Reset()
		if err := w.WriteTable(&b); err != nil || !strings.Contains(b.String(), "Throttled") {
			t.Errorf("%v\n%s", err, b.String())
		}
	}
	if !slices.ContainsFunc(f.Assumptions, func(a string) bool { return strings.Contains(a, "% of requests are refused") }) {
		t.Errorf("assumed: %q", f.Assumptions)
	}
}

// What the timeout cuts off is billed for less: where only playing the requests tells that they are, it counts as not fitting.
func TestSweepOfCutOff(t *testing.T) {
	s := textbook()
	s.Function.Duration, s.Function.Timeout = nil, time.Second
	s.Task, s.MeasuredMB = &vcpu.Task{Wait: 9 * time.Millisecond, CPU: time.Millisecond}, 1769
	var requests workload.Trace
	for i := range 100 {
		requests = append(requests, lifecycle.Request{At: time.Duration(i) * time.Minute, Duration: 450 * time.Millisecond})
	}
	s.Arrivals = workload.Merge(requests) // 1.0 s at 128 MB
	swept := sweep(t, s, forecast.Grid{MemoryMB: []int{128, 256}}, forecast.Limits{})
	small, large := swept.Cells[0], swept.Cells[1]
	if small.TimeoutRate.Mean != 1 || large.TimeoutRate.Mean != 0 || !small.Total().LessThan(large.Total()) {
		t.Fatalf("cut off: %v and %v, %v and %v", small.TimeoutRate, large.TimeoutRate, small.Total(), large.Total())
	}
	if small.Meets || small.Surely || swept.Cheapest != 1 {
		t.Errorf("meets %v, surely %v, cheapest %d", small.Meets, small.Surely, swept.Cheapest)
	}
	a, b := s, s
	a.MemoryMB, b.MemoryMB = 128, 256
	for _, w := range []interface{ WriteTable(io.Writer) error }{swept, compare(t, quick(), a, b)} {
		var out strings.Builder
		if err := w.WriteTable(&out); err != nil || !strings.Contains(out.String(), "Timed out") {
			t.Errorf("%v\n%s", err, out.String())
		}
	}
	s.Needs.CutOff = 1
	if swept := sweep(t, s, forecast.Grid{MemoryMB: []int{128, 256}}, forecast.Limits{}); swept.Cheapest != 0 {
		t.Errorf("cheapest is %d where all may be cut off", swept.Cheapest)
	}
}

func TestSweepOfImpossibleIdleTimeout(t *testing.T) {
	s := sweepable()
	s.Platform.IdleTimeout = (*own)(nil)
	c := sweep(t, s, forecast.Grid{}, forecast.Limits{}).Cells[0]
	var missing *lifecycle.MissingError
	if !errors.As(c.Err, &missing) || c.IdleTimeout != 0 {
		t.Errorf("error is %v, idle timeout %v", c.Err, c.IdleTimeout)
	}
}

// With a runtime, the other architecture has its own cold starts.
func TestSweepRuntimes(t *testing.T) {
	profile, err := runtimes.Find(runtimes.Query{Name: "nodejs", Identifier: "nodejs22.x", Arch: "arm64", Packaging: "zip", MemoryMB: 512, Month: "2026-08"})
	if err != nil {
		t.Fatal(err)
	}
	s := sweepable()
	s.Function.Init, s.Runtime = nil, &profile
	s.Platform.IdleTimeout = lifecycle.Constant(0)
	swept := sweep(t, s, forecast.Grid{Arches: cost.Arches()}, forecast.Limits{})
	a, b := swept.Cells[0], swept.Cells[1]
	if a.Err != nil || b.Err != nil {
		t.Fatal(a.Err, b.Err)
	}
	if a.Latency[0] == b.Latency[0] {
		t.Errorf("both have a median of %v", a.Latency[0].Mean)
	}
	embedded := profile
	for name, change := range map[string]func(){
		"unheard of": func() { profile.Function = "unheard_of" }, "their own": func() { profile.Samples++ },
	} {
		profile = embedded
		change()
		swept = sweep(t, s, forecast.Grid{Arches: cost.Arches()}, forecast.Limits{})
		for _, c := range swept.Cells {
			var bad *forecast.RangeError
			if other := c.Arch != s.Arch; other != errors.As(c.Err, &bad) || other != (c.Err != nil) {
				t.Errorf("%s: %s: error is %v", name, c.Arch, c.Err)
			}
		}
	}
}

func TestSweepRefuses(t *testing.T) {
	big := make([]int, 10_001)
	for name, c := range map[string]struct {
		grid  forecast.Grid
		limit forecast.Limits
	}{
		"Grid":                 {grid: forecast.Grid{Provisioned: big}},
		"Grid.IdleTimeouts":    {grid: forecast.Grid{IdleTimeouts: []time.Duration{-1}}},
		"Scenario.Task":        {grid: forecast.Grid{MemoryMB: []int{1024}}},
		"Limits.Latency":       {limit: forecast.Limits{Latency: -1}},
		"Limits.Percentile":    {limit: forecast.Limits{Latency: 1, Percentile: .98}},
		"Limits.ColdStartRate": {limit: forecast.Limits{ColdStartRate: math.NaN()}},
		"Limits.ThrottleRate":  {limit: forecast.Limits{ThrottleRate: -.1}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := forecast.Sweep(t.Context(), textbook(), c.grid, c.limit, quick())
			var got *forecast.RangeError
			if !errors.As(err, &got) || got.Field != name {
				t.Errorf("error is %v", err)
			}
		})
	}
}

// A context that is done stops everything, with nothing half done.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	o := quick()
	o.RequestsPerReplication = 100_000_000
	o.Progress = func(forecast.Progress) {}
	time.AfterFunc(20*time.Millisecond, cancel)
	s := sweepable()
	s.RequestsPerMonth = 1_000_000_000
	_, err := forecast.Run(ctx, s, o)
	var stopped *lifecycle.StoppedError
	if !errors.As(err, &stopped) || !errors.Is(err, context.Canceled) {
		t.Errorf("Run: %v", err)
	}
	if _, err := forecast.Sweep(ctx, s, forecast.Grid{}, forecast.Limits{}, o); !errors.Is(err, context.Canceled) {
		t.Errorf("Sweep: %v", err)
	}
	if _, err := forecast.Compare(ctx, []forecast.Scenario{textbook()}, quick()); !errors.Is(err, context.Canceled) {
		t.Errorf("Compare: %v", err)
	}
	if diff := cmp.Diff(forecast.Forecast{}, func() forecast.Forecast { f, _ := forecast.Run(ctx, s, o); return f }(), cmpopts.EquateEmpty(), cmp.Comparer(cost.Usage.Equal)); diff != "" {
		t.Errorf("a forecast all the same:\n%s", diff)
	}
}

// Looking for the rate of arrivals can be stopped, as a simulation can.
func TestCancelledWhileLooking(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := textbook()
	s.Arrivals = endless(func(yield func(lifecycle.Request, error) bool) {
		cancel()
		yield(lifecycle.Request{At: time.Second}, nil)
	})
	_, err := forecast.Run(ctx, s, quick())
	var stopped *lifecycle.StoppedError
	if !errors.As(err, &stopped) || !errors.Is(err, context.Canceled) {
		t.Errorf("error is %T: %v", err, err)
	}
}

// endless are arrivals of a user's that say that they have no end.
type endless iter.Seq2[lifecycle.Request, error]

func (e endless) Requests(uint64) iter.Seq2[lifecycle.Request, error] {
	return iter.Seq2[lifecycle.Request, error](e)
}
func (endless) Horizon() (time.Duration, bool)                             { return 0, false }
func (e endless) Within(context.Context, time.Duration) lifecycle.Arrivals { return e }

// A price that one region does not have is no reason to have none of the others that share its simulation.
func TestSweepMissingPrice(t *testing.T) {
	for name, s := range map[string]forecast.Scenario{"simulated": sweepable(), "closed form": textbook()} {
		t.Run(name, func(t *testing.T) {
			s.StreamedBytes = 10 << 20
			swept := sweep(t, s, forecast.Grid{Regions: []string{"ap-east-2", "us-east-1"}}, forecast.Limits{})
			var none *cost.NotPricedError
			if err := swept.Cells[0].Err; !errors.As(err, &none) {
				t.Errorf("ap-east-2: error is %v", err)
			}
			if c := swept.Cells[1]; c.Err != nil || !c.Total().IsPositive() || swept.Cheapest != 1 {
				t.Errorf("us-east-1: %v, %v; cheapest is %d", c.Total(), c.Err, swept.Cheapest)
			}
		})
	}
}

// All combinations meet the same requests, also where one of them needs a longer time before it is measured.
func TestSweepOnCommonGround(t *testing.T) {
	s := sweepable()
	s.RequestsPerMonth = 30_000_000
	o := quick()
	o.RequestsPerReplication = 1000
	swept, err := forecast.Sweep(t.Context(), s, forecast.Grid{IdleTimeouts: []time.Duration{time.Minute, 20 * time.Minute}}, forecast.Limits{}, o)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := swept.Cells[0].Method, swept.Cells[1].Method; a != b {
		t.Errorf("methods are %+v and %+v", a, b)
	}
}

// Nobody chooses the idle timeout: what is cheapest at the kindest one may break the limits at another.
func TestSweepAtAnyIdleTimeout(t *testing.T) {
	s := textbook()
	s.Function.Init = lifecycle.Constant(time.Second)
	s.Arrivals = workload.Every{Period: 10 * time.Minute}
	g := forecast.Grid{IdleTimeouts: []time.Duration{5 * time.Minute, 20 * time.Minute}, Provisioned: []int{0, 1, 2}}
	l := forecast.Limits{ColdStartRate: .5}
	swept := sweep(t, s, g, l)
	if c := swept.Cells[swept.Cheapest]; c.Provisioned != 0 || c.IdleTimeout != 20*time.Minute {
		t.Errorf("cheapest: %d provisioned at %v", c.Provisioned, c.IdleTimeout)
	}
	i := swept.AtAnyIdleTimeout()
	if i < 0 || swept.Cells[i].Provisioned != 1 {
		t.Fatalf("at any: cell %d", i)
	}
	var b strings.Builder
	if err := swept.WriteTable(&b); err != nil || !strings.Contains(b.String(), "At all of these, the cheapest is: us-east-1, arm64, 512 MB, 1 provisioned: at most "+swept.Cells[i].Total().StringFixed(4)[:4]) {
		t.Errorf("%v\n%s", err, b.String())
	}
	// Without a limit it is the dearest cell of what costs least where it costs most.
	swept = sweep(t, s, g, forecast.Limits{})
	if c := swept.Cells[swept.AtAnyIdleTimeout()]; c.Provisioned != 0 || c.IdleTimeout != 5*time.Minute {
		t.Errorf("without a limit: %d provisioned at %v", c.Provisioned, c.IdleTimeout)
	}
	g.Provisioned = []int{0}
	swept = sweep(t, s, g, l)
	if i := swept.AtAnyIdleTimeout(); i != -1 || swept.Cheapest < 0 {
		t.Errorf("at any: cell %d, cheapest %d", i, swept.Cheapest)
	}
	if i := (forecast.Swept{}).AtAnyIdleTimeout(); i != -1 {
		t.Errorf("of nothing: cell %d", i)
	}
	g.IdleTimeouts = nil
	if swept = sweep(t, s, g, forecast.Limits{}); swept.AtAnyIdleTimeout() != swept.Cheapest {
		t.Errorf("with one idle timeout: cell %d, cheapest %d", swept.AtAnyIdleTimeout(), swept.Cheapest)
	}
}

// An event that still waits when the simulation ends has no latency yet: it must not help to meet a limit.
func TestSweepOfWaitingEvents(t *testing.T) {
	s := textbook()
	s.Arrivals = workload.Merge(workload.Trace{{At: 0}, {At: 0}, {At: 0}, {At: 0}}) // of which one at a time is executed
	s.Cycle = 24 * time.Hour
	s.Function = lifecycle.Function{Duration: lifecycle.Constant(time.Minute), Async: true, ReservedConcurrency: 1}
	o := quick()
	o.Stretch, o.Replications = 50*time.Second, 2
	for limit, meets := range map[float64]bool{.99: false, .5: false} {
		swept, err := forecast.Sweep(t.Context(), s, forecast.Grid{}, forecast.Limits{Percentile: limit, Latency: 70 * time.Second}, o)
		if err != nil {
			t.Fatal(err)
		}
		c := swept.Cells[0]
		if p, _ := c.Percentile(limit); p.Mean > 70*time.Second {
			t.Fatalf("latency of what has ended is %v", p)
		}
		if c.Meets != meets || c.Surely != meets {
			t.Errorf("p%v: meets %v, surely %v", limit, c.Meets, c.Surely)
		}
	}
}
