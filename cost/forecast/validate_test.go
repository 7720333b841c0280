package forecast_test

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/forecast"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
	"github.com/seed-e9ab587a/lambdaecon/runtimes"
	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

// What does not fit Lambda, by what is needed; and how much there is.
func TestUnfit(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*forecast.Scenario)
		want   forecast.UnfitError
	}{
		{
			"memory", func(s *forecast.Scenario) { s.MemoryMB = 10_241 },
			forecast.UnfitError{Need: "memory", Given: "10241 MB", Limit: "10240 MB", Share: 1},
		},
		{
			"needed memory", func(s *forecast.Scenario) { s.Needs.MemoryMB = 20_000 },
			forecast.UnfitError{Need: "needed memory", Given: "20000 MB", Limit: "10240 MB", Share: 1},
		},
		{
			"memory not configured", func(s *forecast.Scenario) { s.Needs.MemoryMB = 513 },
			forecast.UnfitError{Need: "needed memory", Given: "513 MB", Limit: "512 MB configured", Share: 1},
		},
		{
			"/tmp", func(s *forecast.Scenario) { s.EphemeralMB = 10_241 },
			forecast.UnfitError{Need: "/tmp", Given: "10241 MB", Limit: "10240 MB", Share: 1},
		},
		{
			"/tmp not configured", func(s *forecast.Scenario) { s.Needs.EphemeralMB = 600 },
			forecast.UnfitError{Need: "needed /tmp", Given: "600 MB", Limit: "512 MB configured", Share: 1},
		},
		{
			"request", func(s *forecast.Scenario) { s.Needs.RequestBytes = 6<<20 + 1 },
			forecast.UnfitError{Need: "request payload", Given: "6291457 bytes", Limit: "6291456 bytes", Share: 1},
		},
		{
			"response", func(s *forecast.Scenario) { s.Needs.ResponseBytes = 7 << 20 },
			forecast.UnfitError{Need: "response payload", Given: "7340032 bytes", Limit: "6291456 bytes", Share: 1},
		},
		{
			"event needed", func(s *forecast.Scenario) { s.Function.Async, s.Needs.RequestBytes = true, 1<<20+1 },
			forecast.UnfitError{Need: "event payload", Given: "1048577 bytes", Limit: "1048576 bytes", Share: 1},
		},
		{
			"event billed", func(s *forecast.Scenario) { s.Function.Async, s.EventBytes = true, 1<<20+1 },
			forecast.UnfitError{Need: "asynchronous event", Given: "1048577 bytes", Limit: "1048576 bytes", Share: 1},
		},
		{
			"GPU", func(s *forecast.Scenario) { s.Needs.GPU = true },
			forecast.UnfitError{Need: "GPU", Given: "1", Limit: "none", Share: 1},
		},
		{
			"concurrency of the account", func(s *forecast.Scenario) { s.Needs.Concurrency, s.Platform.ConcurrencyLimit = 11, 10 },
			forecast.UnfitError{Need: "concurrency", Given: "11", Limit: "10 (of the account)", Share: 1},
		},
		{
			"concurrency reserved", func(s *forecast.Scenario) { s.Needs.Concurrency, s.Function.ReservedConcurrency = 11, 10 },
			forecast.UnfitError{Need: "concurrency", Given: "11", Limit: "10 (reserved)", Share: 1},
		},
		{
			"load", func(s *forecast.Scenario) {
				s.Platform.ConcurrencyLimit, s.Arrivals = 10, workload.Poisson{PerSecond: 10}
			},
			forecast.UnfitError{Need: "concurrency", Given: "20 on average (10 requests/s of 1.991s)", Limit: "10 (of the account)", Share: 1},
		},
		{
			"request rate", func(s *forecast.Scenario) {
				s.Function.Duration = lifecycle.Constant(time.Millisecond)
				s.Platform.ConcurrencyLimit, s.Platform.RequestsPerSecond, s.Arrivals = 10, 10, workload.Poisson{PerSecond: 101}
			},
			forecast.UnfitError{Need: "request rate", Given: "101 requests/s", Limit: "100 requests/s, 10 for each of 10 (of the account)", Share: 1},
		},
		{
			"all durations", func(s *forecast.Scenario) { s.Function.Duration = lifecycle.Constant(901 * time.Second) },
			forecast.UnfitError{Need: "duration", Given: "15m1s (99.9th percentile)", Limit: "15m0s", Share: 1},
		},
		{
			"some durations", func(s *forecast.Scenario) {
				s.Function.Duration = lifecycle.Uniform{Max: 1000 * time.Second}
			},
			forecast.UnfitError{Need: "duration", Given: "16m39s (99.9th percentile)", Limit: "15m0s", Share: .1},
		},
		{
			"beyond the function's timeout", func(s *forecast.Scenario) { s.Function.Timeout = 1991 * time.Millisecond },
			forecast.UnfitError{Need: "duration", Given: "13.75s (99.9th percentile)", Limit: "1.991s (the function's timeout)", Share: 1 / math.E},
		},
		{
			"rarely", func(s *forecast.Scenario) { s.Function.Duration = step{time.Second, 1 - 1.1e-5, 1000 * time.Second} },
			forecast.UnfitError{Need: "duration", Given: "16m40s (99.999th percentile)", Limit: "15m0s", Share: 1.1e-5},
		},
		{
			"more rarely", func(s *forecast.Scenario) { s.Function.Duration = step{time.Second, 1 - 9e-5, 1000 * time.Second} },
			forecast.UnfitError{Need: "duration", Given: "16m40s (99.999th percentile)", Limit: "15m0s", Share: 9e-5},
		},
		{
			"as rarely as can be", func(s *forecast.Scenario) {
				s.Needs.CutOff = 1e-17
				s.Function.Duration = step{time.Second, 1 - 0x1p-53, 1000 * time.Second}
			},
			forecast.UnfitError{Need: "duration", Given: "16m40s (99.99999999999999th percentile)", Limit: "15m0s", Share: 0x1p-53},
		},
		{
			"by little", func(s *forecast.Scenario) { s.Function.Duration = lifecycle.Constant(900*time.Second + 1) },
			forecast.UnfitError{Need: "duration", Given: "15m0.000000001s (99.9th percentile)", Limit: "15m0s", Share: 1},
		},
		{
			"of first requests", func(s *forecast.Scenario) { s.Function.FirstDuration = lifecycle.Constant(901 * time.Second) },
			forecast.UnfitError{Need: "duration of first requests", Given: "15m1s (99.9th percentile)", Limit: "15m0s", Share: 1},
		},
		{
			"of a trace", func(s *forecast.Scenario) {
				s.Function.Duration = nil
				s.Arrivals = workload.Trace{{Duration: 1}, {Duration: 2}, {Duration: 3}, {Duration: 1000 * time.Second}}
			},
			forecast.UnfitError{Need: "duration", Given: "16m40s (99.9th percentile)", Limit: "15m0s", Share: .25},
		},
		{
			"of a pointer to a trace", func(s *forecast.Scenario) { s.Arrivals = &workload.Trace{{Duration: 1000 * time.Second}} },
			forecast.UnfitError{Need: "duration", Given: "16m40s (99.9th percentile)", Limit: "15m0s", Share: 1},
		},
		{
			"at the new memory size", func(s *forecast.Scenario) {
				s.Function.Duration = lifecycle.Constant(400 * time.Second)
				s.Task, s.MeasuredMB, s.MemoryMB = &vcpu.Task{CPU: 1}, 512, 128
			},
			forecast.UnfitError{Need: "duration", Given: "26m40s (99.9th percentile)", Limit: "15m0s", Share: 1},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := textbook()
			c.change(&s)
			err := s.Validate()
			var got *forecast.UnfitError
			if !errors.As(err, &got) {
				t.Fatalf("error is %v, want an UnfitError", err)
			}
			if math.Abs(got.Share-c.want.Share) < 1e-6 {
				got.Share = c.want.Share
			}
			if diff := cmp.Diff(c.want, *got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if !strings.HasPrefix(err.Error(), "forecast: ") {
				t.Errorf("text is %q", err)
			}
			if _, err := forecast.Run(t.Context(), s, quick()); !errors.As(err, &got) {
				t.Errorf("Run returns %v", err)
			}
		})
	}
}

// A tail that is longer than any timeout is no reason as long as it is rare.
func TestRareTail(t *testing.T) {
	s := textbook()
	s.Function.Duration = lifecycle.Exponential(60 * time.Second) // e^-15 = 3e-7 beyond 900 s
	if err := s.Validate(); err != nil {
		t.Errorf("error is %v", err)
	}
	s.Needs.CutOff = 1e-7
	var unfit *forecast.UnfitError
	if err := s.Validate(); !errors.As(err, &unfit) || math.Abs(unfit.Share-math.Exp(-15)) > 1e-12 {
		t.Errorf("error is %v", err)
	}
}

// What the timeout cuts off takes no environment for longer.
func TestLoadOfWhatIsCutOff(t *testing.T) {
	for name, c := range map[string]struct {
		duration lifecycle.Distribution
		load     float64 // environments that are busy on average
	}{
		"all of it":  {lifecycle.Constant(100 * time.Second), 9},
		"some of it": {lifecycle.Exponential(10 * time.Second), 90 * (1 - 1/math.E)},
	} {
		s := textbook()
		s.Arrivals, s.Function.Duration, s.Function.Timeout, s.Needs.CutOff = workload.Poisson{PerSecond: 9}, c.duration, time.Second, 1
		if name == "some of it" {
			s.Function.Timeout = 10 * time.Second
		}
		s.Platform.ConcurrencyLimit = int(math.Ceil(c.load))
		if err := s.Validate(); err != nil {
			t.Errorf("%s: error is %v", name, err)
		}
		s.Platform.ConcurrencyLimit = int(.98 * c.load)
		var unfit *forecast.UnfitError
		if err := s.Validate(); !errors.As(err, &unfit) || unfit.Need != "concurrency" {
			t.Errorf("%s: error is %v", name, err)
		}
	}
}

// Nobody is there to take the response to an event, be it streamed.
func TestStreamedEvents(t *testing.T) {
	s := textbook()
	s.StreamedBytes, s.Function.Async = 7<<20, true
	var got *forecast.RangeError
	if err := s.Validate(); !errors.As(err, &got) || got.Field != "Scenario.StreamedBytes" || got.Given != "7340032" {
		t.Errorf("error is %v", err)
	}
	s.Function.Async = false
	if err := s.Validate(); err != nil {
		t.Error(err)
	}
}

// Everything that is wrong is said at once.
func TestAllAtOnce(t *testing.T) {
	s := forecast.Scenario{
		Arch: "mips", MemoryMB: 20_000, EphemeralMB: 20_000, Packaging: 9, EventBytes: -1, StreamedBytes: -1, RequestsPerMonth: 0,
		Function: lifecycle.Function{Duration: lifecycle.Constant(1000 * time.Second), ErrorRate: 2},
		Needs:    forecast.Needs{GPU: true, RequestBytes: 1 << 30, MemoryMB: -1, CutOff: math.NaN()},
		Month:    forecast.Month{Year: 2025, Month: 13},
		Task:     &vcpu.Task{},
		Beside:   []forecast.Charge{{}},
	}
	err := s.Validate()
	for _, want := range []string{
		"Scenario.Region", "mips", "memory of 20000 MB", "/tmp of 20000 MB", "packaging", "EventBytes", "StreamedBytes",
		"RequestsPerMonth", "ErrorRate", "duration of", "GPU", "request payload", "Needs.MemoryMB", "Needs.CutOff", "Month.Month",
		"Scenario.Task", "Beside[0].Name", "IdleTimeout",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("nothing is said of %s:\n%v", want, err)
		}
	}
}

// An unknown region is said together with all else, and one that is missing only once.
func TestUnknownRegion(t *testing.T) {
	for region, want := range map[string]int{"": 0, "mars-1": 1} {
		s := ordinary()
		s.Region, s.MemoryMB = region, 1
		_, err := forecast.Run(t.Context(), s, nil)
		if got := strings.Count(err.Error(), "unknown region"); got != want || !strings.Contains(err.Error(), "MemoryMB is 1") {
			t.Errorf("region %q: %v, want %d times unknown", region, err, want)
		}
	}
}

func TestRefused(t *testing.T) {
	node, err := runtimes.Find(runtimes.Query{Name: "nodejs", Identifier: "nodejs22.x", Arch: "x86_64", Packaging: "zip", MemoryMB: 512, Month: "2026-08"})
	if err != nil {
		t.Fatal(err)
	}
	snap := node
	snap.Arch, snap.SnapStart = "arm64", true
	for _, c := range []struct {
		field  string
		change func(*forecast.Scenario, *forecast.Options)
	}{
		{"Scenario.MemoryMB", func(s *forecast.Scenario, _ *forecast.Options) { s.MemoryMB = 127 }},
		{"Scenario.EphemeralMB", func(s *forecast.Scenario, _ *forecast.Options) { s.EphemeralMB = 511 }},
		{"Scenario.EventBytes", func(s *forecast.Scenario, _ *forecast.Options) { s.EventBytes = 1 }},
		{"Scenario.MeasuredMB", func(s *forecast.Scenario, _ *forecast.Options) { s.MeasuredMB = 1024 }},
		{"Scenario.MeasuredMB", func(s *forecast.Scenario, _ *forecast.Options) { s.Task, s.MeasuredMB = &vcpu.Task{CPU: 1}, 127 }},
		{"Scenario.Runtime.Arch", func(s *forecast.Scenario, _ *forecast.Options) { s.Runtime = &node }},
		{"Scenario.Runtime.Packaging", func(s *forecast.Scenario, _ *forecast.Options) {
			s.Runtime, s.Arch, s.Packaging = &node, cost.X86, cost.ContainerImage
		}},
		{"Scenario.Runtime.SnapStart", func(s *forecast.Scenario, _ *forecast.Options) { s.Runtime = &snap }},
		{"Scenario.Month", func(s *forecast.Scenario, _ *forecast.Options) {
			s.Month = forecast.Month{Year: 2025, Month: time.July}
		}},
		{"Scenario.Month.Month", func(s *forecast.Scenario, _ *forecast.Options) { s.Month.Year = 2026 }},
		{"Scenario.Cycle", func(s *forecast.Scenario, _ *forecast.Options) { s.Cycle = time.Hour }},
		{"Scenario.Arrivals.Cycle", func(s *forecast.Scenario, _ *forecast.Options) {
			v := workload.Daily(1, .5, 0)
			v.Cycle = 367 * 24 * time.Hour
			s.Arrivals = &v
		}},
		{"Scenario.Cycle", func(s *forecast.Scenario, _ *forecast.Options) { s.Cycle = -24 * time.Hour }},
		{"Scenario.RequestsPerMonth", func(s *forecast.Scenario, _ *forecast.Options) { s.RequestsPerMonth = 10_000_000 }},
		{"Scenario.RequestsPerMonth", func(s *forecast.Scenario, _ *forecast.Options) { s.Arrivals = nil }},
		{"Scenario.RequestsPerMonth", func(s *forecast.Scenario, _ *forecast.Options) {
			s.Arrivals, s.RequestsPerMonth = nil, 730*3600*1e9+1000
		}},
		{"Scenario.RequestsPerMonth", func(s *forecast.Scenario, _ *forecast.Options) {
			s.Arrivals, s.RequestsPerMonth = workload.PerMinute{Counts: []int{60}}, 100
		}},
		{"Options.Replications", func(_ *forecast.Scenario, o *forecast.Options) { o.Replications = 1 }},
		{"Options.Replications", func(_ *forecast.Scenario, o *forecast.Options) { o.Replications = -1 }},
		{"Options.RequestsPerReplication", func(_ *forecast.Scenario, o *forecast.Options) { o.RequestsPerReplication = 999 }},
		{"Options.Stretch", func(_ *forecast.Scenario, o *forecast.Options) { o.Stretch = -1 }},
		{"Options.IdleTimeouts", func(_ *forecast.Scenario, o *forecast.Options) { o.IdleTimeouts = []time.Duration{-1} }},
	} {
		t.Run(c.field, func(t *testing.T) {
			s, o := textbook(), quick()
			c.change(&s, o)
			f, err := forecast.Run(t.Context(), s, o)
			var got *forecast.RangeError
			if !errors.As(err, &got) || got.Field != c.field {
				t.Errorf("error is %v, want a RangeError of %s", err, c.field)
			}
			if f.Requests != 0 || f.Bill.Lines != nil {
				t.Errorf("there is a forecast all the same: %+v", f)
			}
		})
	}
}

// Errors of the packages that forecast stands on come through as they are.
func TestErrorsOfOthers(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*forecast.Scenario, *forecast.Options)
		is     func(error) bool
	}{
		"region":       {func(s *forecast.Scenario, _ *forecast.Options) { s.Region = "mars-1" }, as[*cost.UnknownError]},
		"architecture": {func(s *forecast.Scenario, _ *forecast.Options) { s.Arch = "arm" }, as[*cost.UnknownError]},
		"China":        {func(s *forecast.Scenario, _ *forecast.Options) { s.Region = "cn-north-1" }, as[*cost.UnknownError]},
		"discount": {func(_ *forecast.Scenario, o *forecast.Options) {
			o.Billing = &cost.Options{Discount: decimal.New(2, 0)}
		}, as[*cost.RangeError]},
		"catalog":      {func(_ *forecast.Scenario, o *forecast.Options) { o.Catalog = &cost.Catalog{} }, as[*cost.UnknownError]},
		"idle timeout": {func(s *forecast.Scenario, _ *forecast.Options) { s.Platform.IdleTimeout = nil }, as[*lifecycle.MissingError]},
		"no duration":  {func(s *forecast.Scenario, _ *forecast.Options) { s.Function.Duration = nil }, as[*lifecycle.MissingError]},
		"timeout":      {func(s *forecast.Scenario, _ *forecast.Options) { s.Function.Timeout = time.Hour }, as[*lifecycle.RangeError]},
		"distribution": {func(s *forecast.Scenario, _ *forecast.Options) { s.Function.Duration = lifecycle.Constant(-1) }, func(err error) bool {
			return as[*lifecycle.RangeError](err) || as[*lifecycle.DistributionError](err)
		}},
		"task":        {func(s *forecast.Scenario, _ *forecast.Options) { s.Task = &vcpu.Task{CPU: -1} }, as[*vcpu.RangeError]},
		"profile":     {func(s *forecast.Scenario, _ *forecast.Options) { s.Runtime = &runtimes.Profile{} }, as[*runtimes.RangeError]},
		"rate":        {func(s *forecast.Scenario, _ *forecast.Options) { s.Arrivals = workload.Poisson{PerSecond: math.NaN()} }, as[*workload.RangeError]},
		"no requests": {func(s *forecast.Scenario, _ *forecast.Options) { s.Arrivals = workload.Poisson{} }, as[*forecast.NoRequestsError]},
		"no rate, but requests": {func(s *forecast.Scenario, _ *forecast.Options) {
			s.Arrivals, s.RequestsPerMonth = workload.Poisson{}, 5
		}, as[*forecast.NoRequestsError]},
		"nil pointer": {func(s *forecast.Scenario, _ *forecast.Options) { s.Arrivals = (*workload.Varying)(nil) }, as[*lifecycle.MissingError]},
		"price beyond all": {func(s *forecast.Scenario, _ *forecast.Options) {
			c := charge()
			c.PerMonth = decimal.RequireFromString("1" + strings.Repeat("0", 60))
			s.Beside = []forecast.Charge{c}
		}, as[*forecast.RangeError]},
		"date beyond JSON": {func(s *forecast.Scenario, _ *forecast.Options) {
			c := charge()
			c.AsOf = time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)
			s.Beside = []forecast.Charge{c}
		}, as[*forecast.RangeError]},
		"nil duration":       {func(s *forecast.Scenario, _ *forecast.Options) { s.Function.Duration = (*own)(nil) }, as[*lifecycle.MissingError]},
		"nil first duration": {func(s *forecast.Scenario, _ *forecast.Options) { s.Function.FirstDuration = (*own)(nil) }, as[*lifecycle.MissingError]},
		"nil pointer to counts": {func(s *forecast.Scenario, _ *forecast.Options) {
			s.Arrivals = (*workload.PerMinute)(nil)
		}, as[*lifecycle.MissingError]},
		"no duration for counts": {func(s *forecast.Scenario, _ *forecast.Options) {
			s.Arrivals, s.Function.Duration = &workload.PerMinute{Counts: []int{1}}, nil
		}, as[*lifecycle.MissingError]},
		"nil sequence":         {func(s *forecast.Scenario, _ *forecast.Options) { s.Arrivals = nothing{} }, as[*lifecycle.MissingError]},
		"nil sequence, scaled": {func(s *forecast.Scenario, _ *forecast.Options) { scaleUp(s, nothing{}) }, as[*lifecycle.MissingError]},
		"nil sequence of what ends, scaled": {func(s *forecast.Scenario, _ *forecast.Options) {
			scaleUp(s, struct{ lifecycle.Arrivals }{nothing{}})
		}, as[*lifecycle.MissingError]},
		"nil within":         {func(s *forecast.Scenario, _ *forecast.Options) { s.Arrivals = nothing{within: true} }, as[*lifecycle.MissingError]},
		"nil within, scaled": {func(s *forecast.Scenario, _ *forecast.Options) { scaleUp(s, nothing{within: true}) }, as[*lifecycle.MissingError]},
		"no trace":           {func(s *forecast.Scenario, _ *forecast.Options) { s.Arrivals = workload.Trace{} }, as[*forecast.NoRequestsError]},
		"no counts":          {func(s *forecast.Scenario, _ *forecast.Options) { s.Arrivals = workload.PerMinute{Counts: []int{0}} }, as[*forecast.NoRequestsError]},
		"currency": {func(s *forecast.Scenario, _ *forecast.Options) {
			s.Beside = []forecast.Charge{{Name: "x", Currency: "EUR", AsOf: time.Unix(0, 0), Source: "y"}}
		}, as[*forecast.CurrencyError]},
		"rate out of range": {func(s *forecast.Scenario, _ *forecast.Options) {
			s.Arrivals = workload.Varying{PerSecond: func(time.Duration) float64 { return 2 }, Peak: 1}
		}, as[*workload.RangeError]},
	} {
		t.Run(name, func(t *testing.T) {
			s, o := textbook(), quick()
			c.change(&s, o)
			if _, err := forecast.Run(t.Context(), s, o); !c.is(err) {
				t.Errorf("error is %T: %v", err, err)
			}
		})
	}
}

// own is a distribution of a user's.
type own time.Duration

func (d *own) Quantile(float64) time.Duration { return time.Duration(*d) }
func (d *own) Mean() time.Duration            { return time.Duration(*d) }

// nothing are endless arrivals of a user's that have a nil sequence of requests, or a nil one within a time.
type nothing struct{ within bool }

func (nothing) Requests(uint64) iter.Seq2[lifecycle.Request, error] { return nil }
func (nothing) Horizon() (time.Duration, bool)                      { return 0, false }
func (n nothing) Within(context.Context, time.Duration) lifecycle.Arrivals {
	if n.within {
		return nil
	}
	return n
}

// scaleUp has durations carried over to another memory size.
func scaleUp(s *forecast.Scenario, a lifecycle.Arrivals) {
	s.Arrivals, s.Task, s.MeasuredMB = a, &vcpu.Task{CPU: 1}, 2*s.MemoryMB
}

func as[E error](err error) bool {
	var e E
	return errors.As(err, &e)
}

// Whatever stands in a scenario, Validate says what is wrong with it or Run can be started: neither panics.
func FuzzValidate(f *testing.F) {
	f.Add("us-east-1", "arm64", 512, 0, int64(1e9), int64(60e9), uint64(1000), int64(0), int64(0), 0, 0, 0, 0.0, .5)
	f.Add("", "", -1, -1, int64(-1), int64(-1), uint64(1<<63), int64(-1), int64(1<<62), -1, 13, -1, -1.0, math.Inf(1))
	f.Add("cn-north-1", "x86_64", 10240, 10240, int64(math.MaxInt64), int64(math.MaxInt64), uint64(1), int64(1<<20), int64(1<<40), 9999, 12, 1<<30, 1.0, math.NaN())
	f.Fuzz(func(t *testing.T, region, arch string, memory, tmp int, duration, idle int64, requests uint64, event, streamed int64, year, month, limit int, cutOff, rate float64) {
		s := forecast.Scenario{
			Region: region, Arch: cost.Arch(arch), MemoryMB: memory, EphemeralMB: tmp, RequestsPerMonth: requests, EventBytes: event, StreamedBytes: streamed,
			Function: lifecycle.Function{Duration: lifecycle.Exponential(duration), Async: event > 0, ReservedConcurrency: limit % 1000},
			Platform: lifecycle.Platform{IdleTimeout: lifecycle.Constant(idle), ConcurrencyLimit: limit},
			Month:    forecast.Month{Year: year, Month: time.Month(month)},
			Task:     &vcpu.Task{CPU: time.Duration(duration), Wait: time.Duration(idle)}, MeasuredMB: memory / 2,
			Needs: forecast.Needs{MemoryMB: tmp, EphemeralMB: memory, RequestBytes: event, ResponseBytes: streamed, Concurrency: limit, CutOff: cutOff},
		}
		if rate != 0 {
			s.Arrivals = workload.Poisson{PerSecond: rate}
		}
		err := s.Validate()
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		o := quick()
		o.RequestsPerReplication, o.Replications = 1000, 2
		got, runErr := forecast.Run(ctx, s, o)
		if err != nil && runErr == nil {
			t.Errorf("Run does not mind %v", err)
		}
		if runErr == nil {
			if _, err := json.Marshal(got); err != nil {
				t.Errorf("no JSON: %v", err)
			}
		}
	})
}

// Text from outside does not command a terminal.
func TestErrorsAreOneLine(t *testing.T) {
	const hostile = "a\x1b[2J\nb"
	for _, err := range []error{
		&forecast.RangeError{Field: "Name", Given: hostile, Allowed: "another"},
		&forecast.UnfitError{Need: "GPU", Given: hostile, Limit: "none"},
		&forecast.NoRequestsError{Scenario: hostile},
		&forecast.ScenarioError{Name: hostile, Err: errors.New("broken")},
		&forecast.CurrencyError{A: hostile, B: hostile, OfA: hostile, OfB: hostile},
	} {
		if s := err.Error(); !strings.Contains(s, `a\x1b[2J\nb`) || strings.ContainsAny(s, "\x1b\n") {
			t.Errorf("%T: %q", err, s)
		}
	}
}

// Long text is shortened between two characters.
func TestErrorsKeepCharactersWhole(t *testing.T) {
	long := strings.Repeat("x", 79) + strings.Repeat("ü", 200)
	for _, err := range []error{
		&forecast.RangeError{Field: "Name", Given: long, Allowed: "a short one"},
		&forecast.UnfitError{Need: "GPU", Given: long, Limit: "none"},
		&forecast.NoRequestsError{Scenario: long},
		&forecast.ScenarioError{Name: long, Err: errors.New("broken")},
		&forecast.CurrencyError{A: "USD", B: "CNY", OfA: long, OfB: long},
	} {
		if s := err.Error(); !utf8.ValidString(s) || strings.Contains(s, `\x`) || !strings.Contains(s, "…(479 bytes)") {
			t.Errorf("%T: %q", err, s)
		}
	}
}

// step is a distribution of two durations: short up to a share, long above.
type step struct {
	short time.Duration
	share float64
	long  time.Duration
}

func (s step) Quantile(p float64) time.Duration {
	if p < s.share {
		return s.short
	}
	return s.long
}

func (s step) Mean() time.Duration { return s.short }

// Events that are tried again need more environments than those that arrive.
func TestLoadOfRetries(t *testing.T) {
	s := textbook()
	s.Function = lifecycle.Function{Duration: lifecycle.Constant(10 * time.Second), Async: true, ErrorRate: .5, Retries: 2}
	s.Arrivals = workload.Poisson{PerSecond: 10} // 100 environments, with retries 175
	for limit, fits := range map[int]bool{170: false, 180: true} {
		s.Platform.ConcurrencyLimit = limit
		var unfit *forecast.UnfitError
		if err := s.Validate(); errors.As(err, &unfit) == fits || !fits && unfit.Need != "concurrency" {
			t.Errorf("limit %d: error is %v", limit, err)
		}
	}
	s.Platform.ConcurrencyLimit, s.Platform.RequestsPerSecond = 180, 1
	s.Arrivals, s.Function.Duration = workload.Poisson{PerSecond: 150}, lifecycle.Constant(time.Millisecond)
	var unfit *forecast.UnfitError
	if err := s.Validate(); !errors.As(err, &unfit) || unfit.Need != "request rate" {
		t.Errorf("error is %v", err)
	}
}
