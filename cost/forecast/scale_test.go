package forecast_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/forecast"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
	"github.com/seed-e9ab587a/lambdaecon/runtimes"
	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

// Durations at another memory size are those of vcpu.Task.Scale, whatever type they are of.
func TestTaskScales(t *testing.T) {
	task := &vcpu.Task{Wait: 20 * time.Millisecond, CPU: 60 * time.Millisecond}
	want, err := task.Scale(vcpu.Measurement{MemoryMB: 1769, Duration: 100 * time.Millisecond}, 512)
	if err != nil {
		t.Fatal(err)
	}
	empirical, err := lifecycle.Empirical([]time.Duration{100 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	second := workload.Trace{}
	for i := range 1000 {
		second = append(second, lifecycle.Request{At: time.Duration(i) * time.Second, Duration: 100 * time.Millisecond})
	}
	for name, c := range map[string]struct {
		duration lifecycle.Distribution
		arrivals lifecycle.Arrivals
	}{
		"constant":    {lifecycle.Constant(100 * time.Millisecond), workload.Poisson{PerSecond: 1}},
		"exponential": {lifecycle.Exponential(100 * time.Millisecond), workload.Poisson{PerSecond: 1}},
		"empirical":   {empirical, workload.Poisson{PerSecond: 1}},
		"trace":       {nil, second},
		"merged":      {nil, workload.Merge(second)},
	} {
		t.Run(name, func(t *testing.T) {
			s := textbook()
			s.Task, s.MeasuredMB, s.MemoryMB = task, 1769, 512
			s.Function.Duration, s.Arrivals = c.duration, c.arrivals
			f := run(t, s, quick())
			p50, _ := f.Percentile(.5)
			expected := want
			if name == "exponential" {
				expected = lifecycle.Exponential(want).Quantile(.5)
			}
			if math.Abs(float64(p50.Mean-expected)) > .02*float64(expected) {
				t.Errorf("median is %v, want about %v", p50.Mean, expected)
			}
			if f.Busy.Mean == 0 {
				t.Error("nothing is busy")
			}
		})
	}
	t.Run("of the task itself", func(t *testing.T) {
		s := textbook()
		s.Function.Duration, s.Task = nil, task
		f := run(t, s, quick())
		want, err := task.Duration(512)
		if err != nil {
			t.Fatal(err)
		}
		// Every request is billed the same.
		ms := (want + time.Millisecond - 1) / time.Millisecond
		mbms := int64(512) * int64(ms) * int64(f.Requests)
		if got := f.Usage.Quantity(cost.Compute, cost.ARM64); !got.Equal(decimal.New(mbms, 0).Mul(decimal.New(9765625, -13))) {
			t.Errorf("%v GB-seconds, want %d MB·ms", got, mbms)
		}
	})
}

// Durations that requests bring along are each carried over, by whichever way they come: many requests at once, or one by one.
func TestTaskScalesEachRequest(t *testing.T) {
	task := &vcpu.Task{Wait: 20 * time.Millisecond, CPU: 60 * time.Millisecond}
	var measured, scaled workload.Trace
	for i := range 1000 {
		r := lifecycle.Request{At: time.Duration(i) * 100 * time.Millisecond, Duration: time.Duration(1+i*i%997) * 123_457}
		measured = append(measured, r)
		var err error
		if r.Duration, err = task.Scale(vcpu.Measurement{MemoryMB: 1769, Duration: r.Duration}, 512); err != nil {
			t.Fatal(err)
		}
		scaled = append(scaled, r)
	}
	s := ordinary()
	s.Function.Duration, s.Arrivals = nil, scaled
	want := run(t, s, quick())
	s.Task, s.MeasuredMB = task, 1769
	for name, a := range map[string]lifecycle.Arrivals{
		"trace": measured, "pointer": &measured, "merged": workload.Merge(measured),
		"one by one": struct{ lifecycle.Arrivals }{measured}, "one by one, bounded": oneByOne{measured},
	} {
		s.Arrivals = a
		if got := run(t, s, quick()); got.Busy != want.Busy || !got.Usage.Equal(want.Usage) {
			t.Errorf("%s: busy %v, want %v; %v, want %v", name, got.Busy, want.Busy, got.Total(), want.Total())
		}
	}
}

// oneByOne are requests that end and cannot be had many at once.
type oneByOne struct{ workload.Trace }

func (o oneByOne) Within(ctx context.Context, end time.Duration) lifecycle.Arrivals {
	return struct{ lifecycle.Arrivals }{o.Trace.Within(ctx, end)}
}

// A task scales durations, and no INIT.
func TestScalingSaysWhatItLeaves(t *testing.T) {
	s := ordinary()
	s.Task, s.MeasuredMB, s.MemoryMB = &vcpu.Task{CPU: 1}, 512, 1024
	for _, init := range []lifecycle.Distribution{lifecycle.Constant(time.Second), nil} {
		s.Function.Init = init
		f := run(t, s, quick())
		if got := slices.Contains(f.Assumptions, "INIT takes as long at 1024 MB as at 512 MB"); got != (init != nil) {
			t.Errorf("INIT %v: %q", init, f.Assumptions)
		}
	}
}

// What packages vcpu and lifecycle make of a duration together is what vcpu makes of it alone.
func FuzzScaledQuantile(f *testing.F) {
	f.Add(int64(1), int64(1e9), int64(1e8), 128, 10240)
	f.Add(int64(0), int64(5), int64(1)<<60, 1769, 512)
	f.Add(int64(0), int64(5), int64(1)<<60, 10240, 128) // beyond time.Duration
	f.Add(int64(7), int64(0), int64(1)<<60, 10240, 128)
	f.Fuzz(func(t *testing.T, wait, cpu, d int64, from, to int) {
		task := vcpu.Task{Wait: time.Duration(wait), CPU: time.Duration(cpu)}
		want, wantErr := task.Scale(vcpu.Measurement{MemoryMB: from, Duration: time.Duration(d)}, to)
		ratio, err := task.Ratio(from, to)
		if err != nil {
			var bad *vcpu.RangeError
			if wantErr == nil || !errors.As(err, &bad) {
				t.Errorf("error is %v, that of Task.Scale %v", err, wantErr)
			}
			return
		}
		by, _ := ratio.Float64()
		scaled, err := lifecycle.Scale(lifecycle.Constant(d), by)
		if d < 0 || d > 1<<60 {
			if err == nil {
				t.Errorf("%d became %v", d, scaled)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		got := scaled.Quantile(.5)
		switch {
		case wantErr != nil:
			if float64(got) < (1-0x1p-51)*math.MaxInt64 {
				t.Errorf("%v, but Task.Scale says %v", got, wantErr)
			}
		case math.Abs(float64(got-want)) > 1+0x1p-51*float64(want):
			t.Errorf("%d, want %d", got, want)
		}
	})
}

// A runtime brings its INIT and its slow first invocation along.
func TestRuntime(t *testing.T) {
	profile, err := runtimes.Find(runtimes.Query{Name: "nodejs", Identifier: "nodejs22.x", Arch: "arm64", Packaging: "zip", MemoryMB: 512, Month: "2026-08"})
	if err != nil {
		t.Fatal(err)
	}
	first, err := profile.FirstInvokeAt(1024, vcpu.Share)
	if err != nil {
		t.Fatal(err)
	}
	s := textbook()
	s.MemoryMB, s.Runtime = 1024, &profile
	s.Function.Duration = lifecycle.Constant(10 * time.Millisecond)
	s.Platform.IdleTimeout = lifecycle.Constant(0) // every request is cold
	s.Arrivals = workload.Every{Period: time.Minute}
	f := run(t, s, quick())
	if f.ColdStartRate.Mean < .9999 {
		t.Fatalf("cold-start rate is %v", f.ColdStartRate)
	}
	want := 10*time.Millisecond + first + profile.Init.Quantile(.5)
	if p50, _ := f.Percentile(.5); math.Abs(float64(p50.Mean-want)) > .03*float64(want) {
		t.Errorf("median is %v, want about %v", p50.Mean, want)
	}
	init := profile.Init.Mean().Seconds() * float64(f.Requests)
	if got := f.InitGBSeconds.InexactFloat64(); math.Abs(got-init) > .02*init {
		t.Errorf("%v GB-seconds of INIT, want about %v", got, init)
	}
	if c := f.InitCost().InexactFloat64(); math.Abs(c-init*.0000133334) > .02*init*.0000133334 {
		t.Errorf("INIT costs %v", c)
	}
}

// Provisioned concurrency is paid for all month, and what runs on it at its own price.
func TestProvisioned(t *testing.T) {
	s := textbook()
	s.Function.Duration = lifecycle.Constant(time.Second)
	s.Arrivals = workload.Every{Period: 2 * time.Second}
	s.Function.ProvisionedConcurrency = 1
	s.EphemeralMB = 1024
	s.Month = forecast.Month{Year: 2026, Month: time.February}
	f := run(t, s, quick())
	n := int64(28 * 24 * 3600 / 2)
	for k, want := range map[cost.Meter]int64{ // GB-seconds, requests
		cost.ProvisionedConcurrency: 28 * 24 * 3600 / 2, cost.ProvisionedCompute: n / 2, cost.Compute: 0, cost.Requests: n, cost.EphemeralStorage: n / 2,
	} {
		if got := f.Usage.Quantity(k, cost.ARM64); !got.Equal(decimal.New(want, 0)) {
			t.Errorf("%v of %v, want %d", got, k, want)
		}
	}
	if f.SpillRate.Mean != 0 || math.Abs(f.Alive.Mean-1) > 1e-9 {
		t.Errorf("spill %v, alive %v", f.SpillRate, f.Alive)
	}
}

// Throttled requests are requests, and not charged.
func TestThrottled(t *testing.T) {
	s := textbook()
	s.Function.Duration = lifecycle.Constant(1500 * time.Millisecond)
	s.Function.ReservedConcurrency = 2
	s.Arrivals = workload.Every{Period: time.Second / 2}
	s.Platform.ConcurrencyLimit = 1000
	if err := s.Validate(); err == nil {
		t.Error("a load of 3 fits 2 environments")
	}
	s.Arrivals = workload.Merge(workload.Every{Period: time.Second / 2}) // whose rate is not known beforehand
	front, behind := charge(), charge()
	behind.Of = forecast.Executions
	s.Beside = []forecast.Charge{front, behind}
	f := run(t, s, quick())
	for i, want := range []uint64{f.Requests, f.Executions} {
		if got := f.Beside[i].Quantity; !got.Equal(decimal.New(int64(want), 0)) {
			t.Errorf("charge %d is for %v, want %d", i, got, want)
		}
	}
	if got := float64(f.Executions) / float64(f.Requests); math.Abs(got-(1-f.ThrottleRate.Mean)) > .001 || f.ThrottleRate.Mean < .2 {
		t.Errorf("%v of requests are executed, %v throttled", got, f.ThrottleRate)
	}
	if got := f.Usage.Quantity(cost.Requests, cost.ARM64); !got.Equal(decimal.New(int64(f.Executions), 0)) {
		t.Errorf("%v requests are charged of %d executions", got, f.Executions)
	}
}

// Events above 256 KB are several requests, and streamed responses are charged beyond 6 MB.
func TestPayloads(t *testing.T) {
	events, streams := textbook(), textbook()
	events.Function.Async, events.EventBytes = true, 1<<20
	f := run(t, events, quick())
	if got, want := f.Usage.Quantity(cost.Requests, cost.ARM64), 13*f.Requests; !got.Equal(decimal.New(int64(want), 0)) {
		t.Errorf("%v requests are charged, want %d", got, want)
	}
	streams.StreamedBytes = 6<<20 + 1<<30
	f = run(t, streams, quick())
	if got, want := f.Usage.Quantity(cost.ResponseStreaming, cost.ARM64), decimal.New(int64(f.Requests), 0); !got.Equal(want) {
		if got = f.Usage.Quantity(cost.ResponseStreaming, ""); !got.Equal(want) {
			t.Errorf("%v GB are charged, want %v", got, want)
		}
	}
}
