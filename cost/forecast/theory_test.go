package forecast_test

import (
	"math"
	"math/big"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/forecast"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

// With Poisson arrivals and exponential durations, what is simulated is what theory says.
func TestSimulationAgainstTheory(t *testing.T) {
	for _, c := range []struct {
		name string
		rate float64
		mean time.Duration
		idle time.Duration
	}{
		{"sparse", .1, 1991 * time.Millisecond, time.Minute},
		{"moderate", .9, 1991 * time.Millisecond, 10 * time.Second},
		{"busy", 5, 1991 * time.Millisecond, time.Minute},
		{"milliseconds", 20, 3 * time.Millisecond, time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := textbook()
			s.Function.Duration = lifecycle.Exponential(c.mean)
			s.Platform.IdleTimeout = lifecycle.Constant(c.idle)
			s.Arrivals = workload.Poisson{PerSecond: c.rate}
			o := quick()
			o.RequestsPerReplication, o.Simulate, o.Seed = 30_000, true, 4
			simulated := run(t, s, o)
			exact, err := lifecycle.SteadyState(c.rate, c.mean, c.idle)
			if err != nil {
				t.Fatal(err)
			}
			for name, f := range map[string]struct {
				got  forecast.Figure
				want float64
			}{
				"cold-start rate": {simulated.ColdStartRate, exact.ColdStartRate},
				"busy":            {simulated.Busy, exact.Busy},
				"alive":           {simulated.Alive, exact.Alive},
			} {
				if f.got.Basis != forecast.Simulated || !f.got.Contains(f.want) {
					t.Errorf("%s is %v (%v), theory says %v", name, f.got, f.got.Basis, f.want)
				}
				if f.got.HalfWidth() > .2*f.want {
					t.Errorf("%s is %v: too wide to say anything", name, f.got)
				}
			}
			// Requests of a month, mean billed time g/(1-e^(-g/m)) of each (facts of billing, §8).
			n := math.Round(c.rate * 730 * 3600)
			g := float64(time.Millisecond)
			billed := g / (1 - math.Exp(-g/float64(c.mean)))
			want := n*.0000002 + n*billed/1e9*.5*.0000133334
			if !simulated.Cost.Contains(want) || simulated.Cost.HalfWidth() > .05*want {
				t.Errorf("cost is %v, the exact expectation %v", simulated.Cost, want)
			}
			if got := uint64(n); simulated.Requests != got {
				t.Errorf("%d requests, want %d", simulated.Requests, got)
			}

			o.Simulate = false
			closed := run(t, s, o)
			if closed.Method.Basis != forecast.ClosedForm {
				t.Fatalf("method is %+v, want the closed form", closed.Method)
			}
			if math.Abs(closed.Total().InexactFloat64()-want) > 1e-9*want {
				t.Errorf("closed form costs %v, the exact expectation is %v", closed.Total(), want)
			}
			if closed.ColdStartRate.Mean != exact.ColdStartRate || closed.Alive.Mean != exact.Alive {
				t.Errorf("closed form has %v and %v, theory %+v", closed.ColdStartRate, closed.Alive, exact)
			}
			for _, p := range closed.Latency {
				if of, _ := simulated.Percentile(p.P); math.Abs(float64(of.Mean-p.Mean)) > .05*float64(p.Mean) {
					t.Errorf("latency %v is %v simulated, %v exact", p.P, of.Mean, p.Mean)
				}
			}
		})
	}
}

// Intervals hold the truth about as often as they say: 95 % of the time. (All figures of one seed meet the same luck, so one
// seed alone shows little.)
func TestCoverage(t *testing.T) {
	s := textbook()
	o := quick()
	closed := run(t, s, o)
	o.RequestsPerReplication, o.Simulate = 2000, true
	const seeds = 60
	held := map[string]int{}
	for seed := range uint64(seeds) {
		o.Seed = seed
		f := run(t, s, o)
		for name, g := range map[string][2]forecast.Figure{
			"cost": {f.Cost, closed.Cost}, "cold-start rate": {f.ColdStartRate, closed.ColdStartRate}, "alive": {f.Alive, closed.Alive},
		} {
			if g[0].Contains(g[1].Mean) {
				held[name]++
			}
		}
	}
	// Of 60, 57 are expected; 50 or fewer have a probability of .05 %.
	for name, n := range held {
		if n < 51 {
			t.Errorf("the interval of %s holds the truth with %d of %d seeds", name, n, seeds)
		}
	}
	if len(held) != 3 {
		t.Errorf("held: %v", held)
	}
	t.Log(held)
}

// Durations as long as environments are kept idle, or longer: what is measured does not begin while as many are still started
// as are busy.
func TestLongDurations(t *testing.T) {
	s := textbook()
	s.Function.Duration, s.Platform.IdleTimeout = lifecycle.Exponential(20*time.Second), lifecycle.Constant(20*time.Second)
	s.Arrivals = workload.Poisson{PerSecond: 20}
	o := quick()
	closed := run(t, s, o)
	o.RequestsPerReplication, o.Simulate = 20_000, true
	f := run(t, s, o)
	for name, g := range map[string][2]forecast.Figure{
		"cold-start rate": {f.ColdStartRate, closed.ColdStartRate}, "busy": {f.Busy, closed.Busy}, "alive": {f.Alive, closed.Alive},
	} {
		if !g[0].Contains(g[1].Mean) || g[0].HalfWidth() > .15*g[1].Mean {
			t.Errorf("%s is %v, want %v; method %+v", name, g[0], g[1].Mean, f.Method)
		}
	}
}

// The peak of the closed form is about that of simulated months.
func TestClosedPeak(t *testing.T) {
	s := textbook()
	s.Arrivals = workload.Poisson{PerSecond: .02}
	o := quick()
	o.RequestsPerReplication = 60_000 // more than a month has
	closed := run(t, s, o)
	o.Simulate = true
	simulated := run(t, s, o)
	if got := simulated.Method.Stretch; got != 730*time.Hour {
		t.Errorf("simulated %v, want the month", got)
	}
	for name, p := range map[string][2]forecast.Figure{
		"busy": {closed.PeakBusy, simulated.PeakBusy}, "alive": {closed.PeakAlive, simulated.PeakAlive},
	} {
		if math.Abs(p[0].Mean-p[1].Mean) > 1 {
			t.Errorf("peak %s is %v in closed form, %v simulated", name, p[0].Mean, p[1])
		}
	}
}

// When the closed form must not be used, as it is not exact.
func TestNotClosed(t *testing.T) {
	tests := []struct {
		name   string
		change func(*forecast.Scenario)
	}{
		{"init", func(s *forecast.Scenario) { s.Function.Init = lifecycle.Constant(1) }},
		{"startup", func(s *forecast.Scenario) { s.Function.Startup = lifecycle.Constant(1) }},
		{"first duration", func(s *forecast.Scenario) { s.Function.FirstDuration = lifecycle.Exponential(1) }},
		{"constant durations", func(s *forecast.Scenario) { s.Function.Duration = lifecycle.Constant(time.Second) }},
		{"idle timeout varies", func(s *forecast.Scenario) { s.Platform.IdleTimeout = lifecycle.Uniform{Min: 1, Max: 2} }},
		{"routing", func(s *forecast.Scenario) { s.Platform.Routing = lifecycle.Random }},
		{"lifetime", func(s *forecast.Scenario) { s.Platform.MaxLifetime = 2 * time.Hour }},
		{"limit in reach", func(s *forecast.Scenario) { s.Platform.ConcurrencyLimit = 12 }},
		{"scale-out in reach", func(s *forecast.Scenario) {
			s.Platform.ScaleOut = lifecycle.ScaleOut{Environments: 5, Interval: time.Second}
		}},
		{"scale-out in reach of environments that soon go", func(s *forecast.Scenario) {
			s.Function.Duration, s.Arrivals = lifecycle.Exponential(10*time.Millisecond), workload.Poisson{PerSecond: 400}
			s.Platform = lifecycle.AWS(lifecycle.Observed2021Short)
			s.Platform.MaxLifetime, s.Platform.IdleTimeout = 0, lifecycle.Constant(time.Millisecond)
		}},
		{"request rate in reach", func(s *forecast.Scenario) {
			s.Function.Duration = lifecycle.Exponential(10 * time.Millisecond)
			s.Platform.ConcurrencyLimit, s.Platform.RequestsPerSecond = 20, 1
		}},
		{"request rate near", func(s *forecast.Scenario) {
			s.Function.Duration, s.Arrivals = lifecycle.Exponential(time.Millisecond), workload.Poisson{PerSecond: 150}
			s.Platform.ConcurrencyLimit, s.Platform.RequestsPerSecond = 200, 1
		}},
		{"timeout in reach", func(s *forecast.Scenario) { s.Function.Timeout, s.Needs.CutOff = 30*time.Second, .1 }},
		{"several requests at once", func(s *forecast.Scenario) { s.Function.Concurrency = 2 }},
		{"provisioned", func(s *forecast.Scenario) { s.Function.ProvisionedConcurrency = 1 }},
		{"retries", func(s *forecast.Scenario) {
			s.Function.Async, s.Function.ErrorRate, s.Function.Retries = true, .1, 2
		}},
		{"schedule", func(s *forecast.Scenario) { s.Arrivals = workload.Every{Period: time.Second} }},
	}
	o := quick()
	o.RequestsPerReplication, o.Replications = 1000, 2
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			s := textbook()
			c.change(&s)
			if f := run(t, s, o); f.Method.Basis != forecast.Simulated {
				t.Errorf("method is %+v", f.Method)
			}
		})
	}
	t.Run("scaled by a task", func(t *testing.T) {
		s := textbook()
		s.Task, s.MeasuredMB = &vcpu.Task{CPU: 1}, 1024
		if f := run(t, s, o); f.Method.Basis != forecast.ClosedForm {
			t.Errorf("method is %+v", f.Method)
		}
	})
	t.Run("what goes without saying", func(t *testing.T) {
		s := textbook()
		s.Function.Concurrency, s.Function.Init, s.Function.Startup, s.Function.FirstDuration = 1, lifecycle.Constant(0), lifecycle.Constant(0), s.Function.Duration
		if f := run(t, s, o); f.Method.Basis != forecast.ClosedForm {
			t.Errorf("method is %+v", f.Method)
		}
	})
	t.Run("limits out of reach", func(t *testing.T) {
		s := textbook()
		s.Platform = lifecycle.AWS(lifecycle.Observed2021Short)
		s.Platform.MaxLifetime = 0
		if f := run(t, s, o); f.Method.Basis != forecast.ClosedForm {
			t.Errorf("method is %+v", f.Method)
		}
	})
}

// The worked examples of AWS's pricing page (mid-2026, us-east-1) that need no simulation of anything but the requests.
func TestPricingPage(t *testing.T) {
	for _, c := range []struct {
		name     string
		memoryMB int
		duration time.Duration
		requests uint64
		free     bool
		want     string
	}{
		{"mobile backend", 1536, 120 * time.Millisecond, 3_000_000, true, "2.733338"},
		{"telemetry", 1024, 2 * time.Second, 7_440_000, false, "249.488496"},
		{"SQS without pollers", 1024, time.Second, 30_000_000, false, "506.001"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := forecast.Scenario{
				Name: c.name, Region: "us-east-1", Arch: cost.X86, MemoryMB: c.memoryMB, RequestsPerMonth: c.requests,
				Function: lifecycle.Function{Duration: lifecycle.Constant(c.duration)},
				Platform: lifecycle.AWS(lifecycle.Observed2021Short),
			}
			o := quick()
			o.Billing = &cost.Options{}
			if c.free {
				o.Billing.FreeTier = cost.MonthlyFreeTier()
			}
			f := run(t, s, o)
			want, _ := decimal.NewFromString(c.want)
			if !f.Total().Equal(want) || f.Requests != c.requests {
				t.Errorf("%v for %d requests, the page has %v for %d", f.Total(), f.Requests, want, c.requests)
			}
			perMillion := new(big.Rat).Mul(want.Rat(), big.NewRat(1_000_000, int64(c.requests)))
			if f.PerMillion().Cmp(perMillion) != 0 {
				t.Errorf("%v per million, want %v", f.PerMillion(), perMillion)
			}
			if f.Cost.HalfWidth() > 1e-12*f.Cost.Mean {
				t.Errorf("cost is %v, though nothing about it is left to chance", f.Cost)
			}
		})
	}
}
