package lifecycle_test

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// near fails unless the mean of a figure over 40 replications is within 4 standard errors of what it should be. If the
// reference has a standard error of its own, the two are added as variances.
func near(t *testing.T, name string, s lifecycle.Summary, figure func(lifecycle.Result) float64, want, wantError float64) {
	t.Helper()
	i := s.Estimate(figure)
	n := float64(len(s.Replications))
	mean, square := 0.0, 0.0
	for _, r := range s.Replications {
		mean += figure(r) / n
	}
	for _, r := range s.Replications {
		square += (figure(r) - mean) * (figure(r) - mean)
	}
	standard := math.Hypot(math.Sqrt(square/(n-1)/n), wantError)
	if math.Abs(i.Mean-mean) > 1e-12*math.Abs(mean) || !(i.Low <= mean && mean <= i.High) {
		t.Errorf("%s: the estimate %v is not about the mean %v", name, i, mean)
	}
	if math.Abs(mean-want) > 4*standard {
		t.Errorf("%s: %v, want %v: %.1f standard errors of %v", name, mean, want, (mean-want)/standard, standard)
	}
}

func replicate(t *testing.T, n int, f lifecycle.Function, p lifecycle.Platform, a lifecycle.Arrivals, o lifecycle.Options) lifecycle.Summary {
	t.Helper()
	if testing.Short() && n >= 40 {
		t.Skip("statistics over many long runs")
	}
	s, err := lifecycle.Replicate(context.Background(), n, f, p, a, &o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Erlang's loss formula holds for any service times: exponential, constant, spread out.
func TestErlangBBySimulation(t *testing.T) {
	for name, c := range map[string]struct {
		servers int
		offered float64
		service lifecycle.Distribution
	}{
		"exponential": {10, 10, lifecycle.Exponential(time.Second)},
		"constant":    {15, 20, lifecycle.Constant(time.Second)},
		"log-normal":  {3, 1, lifecycle.LogNormal{Median: 600 * time.Millisecond, P99: 5 * time.Second}},
	} {
		t.Run(name, func(t *testing.T) {
			rate := c.offered / c.service.Mean().Seconds()
			f := lifecycle.Function{Duration: c.service}
			p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(3 * time.Second), ConcurrencyLimit: c.servers}
			s := replicate(t, 40, f, p, workload.Poisson{PerSecond: rate}, lifecycle.Options{Seed: 6, WarmUp: seconds(100), Until: seconds(100 + 20_000/rate)})
			want := lifecycle.ErlangB(c.servers, c.offered)
			near(t, "throttled", s, lifecycle.Result.ThrottleRate, want, 0)
			near(t, "busy", s, lifecycle.Result.Busy, c.offered*(1-want), 0)
		})
	}
}

func TestOneEnvironmentBySimulation(t *testing.T) {
	const rate = .2
	warm, cold, timeout := 2*time.Second, 5*time.Second, 4*time.Second
	want, err := lifecycle.OneEnvironment(rate, warm, cold, timeout)
	if err != nil {
		t.Fatal(err)
	}
	f := lifecycle.Function{Duration: lifecycle.Exponential(warm), FirstDuration: lifecycle.Uniform{Min: 3 * time.Second, Max: 7 * time.Second}, ReservedConcurrency: 1}
	p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(timeout)}
	s := replicate(t, 40, f, p, workload.Poisson{PerSecond: rate}, lifecycle.Options{Seed: 7, WarmUp: seconds(100), Until: seconds(100_000)})
	near(t, "cold", s, lifecycle.Result.ColdStartRate, want.ColdStartRate, 0)
	near(t, "throttled", s, lifecycle.Result.ThrottleRate, want.Rejected, 0)
}

// What provisioned concurrency does not take goes on demand: Erlang's formula again.
func TestProvisionedSpillBySimulation(t *testing.T) {
	const rate, environments = 4., 5
	f := lifecycle.Function{Duration: lifecycle.Exponential(time.Second), ProvisionedConcurrency: environments}
	p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(time.Minute)}
	s := replicate(t, 40, f, p, workload.Poisson{PerSecond: rate}, lifecycle.Options{Seed: 8, WarmUp: seconds(100), Until: seconds(5_100)})
	spill, utilization := lifecycle.ProvisionedSpill(environments, rate)
	near(t, "spill", s, lifecycle.Result.SpillRate, spill, 0)
	near(t, "utilisation", s, lifecycle.Result.ProvisionedUtilization, utilization, 0)
}

// Billed milliseconds: each duration rounded up, then added.
func TestRoundingBySimulation(t *testing.T) {
	for _, mean := range []time.Duration{300 * time.Microsecond, 2 * time.Millisecond, 120 * time.Millisecond} {
		f := lifecycle.Function{Duration: lifecycle.Exponential(mean)}
		p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(time.Minute)}
		s := replicate(t, 40, f, p, workload.Poisson{PerSecond: 10}, lifecycle.Options{Seed: 9, Until: 1_000 * time.Second})
		near(t, mean.String(), s, func(r lifecycle.Result) float64 { return float64(r.OnDemand.BilledMS) / float64(r.OnDemand.Requests) },
			lifecycle.MeanBilled(mean, time.Millisecond)/1e6, 0)
	}
}

// At a low rate a request is cold if nobody came for longer than the timeout.
func TestLowRate(t *testing.T) {
	const rate, timeout = .01, 90
	f := lifecycle.Function{Duration: lifecycle.Constant(1)}
	p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(timeout * time.Second)}
	s := replicate(t, 40, f, p, workload.Poisson{PerSecond: rate}, lifecycle.Options{Seed: 10, WarmUp: seconds(1_000), Until: seconds(300_000)})
	near(t, "cold", s, lifecycle.Result.ColdStartRate, math.Exp(-rate*timeout), 0)
}

// The rows of the reference simulator, SimFaaS, which takes the newest environment (facts/lifecycle.md).
func TestReferenceSimulatorRows(t *testing.T) {
	f := lifecycle.Function{Duration: lifecycle.Exponential(1991 * time.Millisecond), FirstDuration: lifecycle.Exponential(2244 * time.Millisecond)}
	for _, c := range []struct {
		name                               string
		rate, timeout                      float64
		cold, coldError, alive, aliveError float64
		busy, busyError, idle, idleError   float64
		warmUp, until                      float64
	}{
		{"ten runs, starting empty", .9, 600, .001336, .000012, 7.690, .006, 1.7902, .0008, 5.900, .006, 0, 1e6},
		{"rate .1, 60 s", .1, 60, .075589, .0001, 1.68923, .001, .201378, .0002, 0, 0, 2_000, 4e5},
		{"rate .9, 60 s", .9, 60, .016131, .00004, 5.90024, .004, 1.79904, .0009, 0, 0, 2_000, 1e5},
		{"rate 5, 60 s", 5, 60, .005506, .00003, 19.2106, .02, 9.98745, .008, 0, 0, 1_000, 2e4},
		{"rate 20, 600 s", 20, 600, .00019737, .00001, 63.9574, .1, 39.8826, .03, 0, 0, 6_000, 2e4},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(seconds(c.timeout)), Routing: lifecycle.NewestCreated, ConcurrencyLimit: 1000}
			n := 40
			switch {
			case c.until == 1e6:
				n = 10
			case c.rate == 20: // many requests each
				n = 12
			}
			s := replicate(t, n, f, p, workload.Poisson{PerSecond: c.rate}, lifecycle.Options{Seed: 11, WarmUp: seconds(c.warmUp), Until: seconds(c.until)})
			near(t, "cold", s, lifecycle.Result.ColdStartRate, c.cold, c.coldError)
			near(t, "alive", s, lifecycle.Result.Alive, c.alive, c.aliveError)
			near(t, "busy", s, lifecycle.Result.Busy, c.busy, c.busyError)
			if c.idle > 0 {
				near(t, "idle", s, lifecycle.Result.Idle, c.idle, c.idleError)
			}
		})
	}
}
