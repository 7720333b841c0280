package forecast_test

import (
	"testing"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/forecast"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// textbook is a scenario for which the closed form is exact.
func textbook() forecast.Scenario {
	return forecast.Scenario{
		Name: "textbook", Region: "us-east-1", Arch: cost.ARM64, MemoryMB: 512,
		Function: lifecycle.Function{Duration: lifecycle.Exponential(1991 * time.Millisecond)},
		Platform: lifecycle.Platform{IdleTimeout: lifecycle.Constant(time.Minute)},
		Arrivals: workload.Poisson{PerSecond: .9},
	}
}

// ordinary is a scenario as users have it: cold starts that take time, a day's shape.
func ordinary() forecast.Scenario {
	s := textbook()
	s.Name = "ordinary"
	s.Function = lifecycle.Function{
		Duration: lifecycle.LogNormal{Median: 80 * time.Millisecond, P99: 600 * time.Millisecond},
		Init:     lifecycle.Constant(400 * time.Millisecond),
		Startup:  lifecycle.Constant(100 * time.Millisecond),
	}
	s.Platform = lifecycle.AWS(lifecycle.Observed2021Short)
	s.Arrivals = workload.Daily(.05, .8, 14*time.Hour)
	return s
}

// quick keeps simulations short, and leaves the variants out.
func quick() *forecast.Options {
	return &forecast.Options{Seed: 1, RequestsPerReplication: 5000, IdleTimeouts: []time.Duration{}}
}

func run(t *testing.T, s forecast.Scenario, o *forecast.Options) forecast.Forecast {
	t.Helper()
	f, err := forecast.Run(t.Context(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}
