package lifecycle_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// The probability of a cold start, exact, for 2 requests per minute of 200 ms each.
func ExampleSteadyState() {
	for _, keptFor := range []time.Duration{time.Minute, 5 * time.Minute, 10 * time.Minute} {
		s, err := lifecycle.SteadyState(2./60, 200*time.Millisecond, keptFor)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("kept for %v: %.4f %% cold, %.3f environments\n", keptFor, 100*s.ColdStartRate, s.Alive)
	}
	// Output:
	// kept for 1m0s: 14.0951 % cold, 0.879 environments
	// kept for 5m0s: 0.6227 % cold, 1.064 environments
	// kept for 10m0s: 0.5790 % cold, 1.124 environments
}

// How many requests provisioned concurrency leaves to on-demand environments, and how busy it is, for 50 requests a second of
// 200 ms, which is 10 Erlang. A limit of as many environments would reject what overflows here.
func ExampleProvisionedSpill() {
	for _, n := range []int{5, 10, 20} {
		spill, utilization := lifecycle.ProvisionedSpill(n, 50*.2)
		fmt.Printf("%d: %.2f %% overflow, %.1f %% busy\n", n, 100*spill, 100*utilization)
	}
	// Output:
	// 5: 56.40 % overflow, 87.2 % busy
	// 10: 21.46 % overflow, 78.5 % busy
	// 20: 0.19 % overflow, 49.9 % busy
}

// A function with a concurrency of one, as of what must not run twice: what comes while it is busy is rejected.
func ExampleOneEnvironment() {
	s, err := lifecycle.OneEnvironment(.5, 200*time.Millisecond, time.Second, 5*time.Second)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.2f %% of requests rejected, %.2f %% of the others cold\n", 100*s.Rejected, 100*s.ColdStartRate)
	// Output:
	// 11.73 % of requests rejected, 8.21 % of the others cold
}

// What was measured on x86, on arm64 that takes .87 times as long for it, and with 30 ms more in the first request of each
// environment.
func ExampleScale() {
	measured := lifecycle.LogNormal{Median: 80 * time.Millisecond, P99: 900 * time.Millisecond}
	onARM, err := lifecycle.Scale(measured, .87)
	if err != nil {
		log.Fatal(err)
	}
	first, err := lifecycle.Shift(onARM, 30*time.Millisecond)
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range []float64{.5, .99} {
		fmt.Println(measured.Quantile(p), onARM.Quantile(p), first.Quantile(p))
	}
	// Output:
	// 80ms 69.6ms 99.6ms
	// 900ms 783ms 813ms
}

// The cold-start rate in one line, for traffic that no formula knows.
func ExampleSimulate() {
	r, err := lifecycle.Simulate(context.Background(), lifecycle.Function{
		Duration: lifecycle.LogNormal{Median: 80 * time.Millisecond, P99: 900 * time.Millisecond},
		Init:     lifecycle.Constant(350 * time.Millisecond),
	}, lifecycle.AWS(lifecycle.Observed2021Short), workload.Daily(0.05, 0.9, 14*time.Hour), &lifecycle.Options{Seed: 1, Until: 7 * 24 * time.Hour})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d requests, %.2f %% cold, p99 %v\n", r.Invocations, 100*r.ColdStartRate(), r.Latency.Quantile(0.99).Round(10*time.Millisecond))
	fmt.Printf("%d ms billed, %v of them INIT\n", r.OnDemand.BilledMS, r.OnDemand.Init)
	// Output:
	// 30560 requests, 1.08 % cold, p99 910ms
	// 4355184 ms billed, 1m55.15s of them INIT
}

// What would a keep-alive of 15 minutes instead of 5 change? Both meet the same requests and durations, so that their
// difference is known better than either.
func ExampleDifference() {
	ctx := context.Background()
	f := lifecycle.Function{Duration: lifecycle.Exponential(300 * time.Millisecond), Init: lifecycle.Constant(800 * time.Millisecond)}
	arrivals := workload.Poisson{PerSecond: 0.01}
	o := &lifecycle.Options{Seed: 1, WarmUp: time.Hour, Until: 24 * time.Hour}
	short, err := lifecycle.Replicate(ctx, 50, f, lifecycle.Platform{IdleTimeout: lifecycle.Constant(5 * time.Minute)}, arrivals, o)
	if err != nil {
		log.Fatal(err)
	}
	long, err := lifecycle.Replicate(ctx, 50, f, lifecycle.Platform{IdleTimeout: lifecycle.Constant(15 * time.Minute)}, arrivals, o)
	if err != nil {
		log.Fatal(err)
	}
	fewer, err := lifecycle.Difference(short, long, lifecycle.Result.ColdStartRate)
	if err != nil {
		log.Fatal(err)
	}
	more, err := lifecycle.Difference(long, short, lifecycle.Result.Alive)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("cold:  %.4f instead of %.4f, %.4f fewer [%.4f, %.4f]\n", long.Estimate(lifecycle.Result.ColdStartRate).Mean,
		short.Estimate(lifecycle.Result.ColdStartRate).Mean, fewer.Mean, fewer.Low, fewer.High)
	fmt.Printf("alive: %.4f more [%.4f, %.4f]\n", more.Mean, more.Low, more.High)
	// Output:
	// cold:  0.0035 instead of 0.0530, 0.0496 fewer [0.0475, 0.0517]
	// alive: 0.0658 more [0.0628, 0.0689]
}

// A log knows when requests came and for how long they ran. The replay says which would have been cold.
func ExampleSimulate_replay() {
	const logged = `2026-10-01T08:00:00.120Z,120
2026-10-01T08:00:00.190Z,150
2026-10-01T08:03:10.000Z,95
2026-10-01T08:20:00.400Z,130`
	rows, err := csv.NewReader(strings.NewReader(logged)).ReadAll()
	if err != nil {
		log.Fatal(err)
	}
	trace, err := workload.Completed(func(yield func(time.Time, time.Duration) bool) {
		for _, row := range rows {
			end, err := time.Parse(time.RFC3339, row[0])
			if err != nil {
				log.Fatal(err)
			}
			duration, err := time.ParseDuration(row[1] + "ms")
			if err != nil {
				log.Fatal(err)
			}
			if !yield(end, duration) {
				return
			}
		}
	})
	if err != nil {
		log.Fatal(err)
	}
	p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(10 * time.Minute)}
	for i, err := range lifecycle.Invocations(context.Background(), lifecycle.Function{}, p, trace, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%v: %v in environment %d\n", i.At, i.Start, i.Environment)
	}
	// Output:
	// 0s: cold in environment 1
	// 40ms: cold in environment 2
	// 3m9.905s: warm in environment 2
	// 20m0.27s: cold in environment 3
}

// The life of one environment.
func ExampleOptions_observeEnvironments() {
	f := lifecycle.Function{
		Startup:  lifecycle.Constant(100 * time.Millisecond),
		Init:     lifecycle.Constant(400 * time.Millisecond),
		Duration: lifecycle.Constant(50 * time.Millisecond),
	}
	p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(5 * time.Minute)}
	requests := workload.Trace{{At: 0}, {At: 2 * time.Second}}
	_, err := lifecycle.Simulate(context.Background(), f, p, requests, &lifecycle.Options{
		Until:               10 * time.Minute,
		ObserveEnvironments: func(t lifecycle.Transition) { fmt.Printf("environment %d at %v: %v\n", t.Environment, t.At, t.State) },
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// environment 1 at 0s: starting
	// environment 1 at 500ms: busy
	// environment 1 at 550ms: idle
	// environment 1 at 2s: busy
	// environment 1 at 2.05s: idle
	// environment 1 at 5m2.05s: gone
}

// The idle timeout that explains which requests of a log were cold.
func ExampleFitIdleTimeout() {
	log5 := []lifecycle.Observation{
		{Request: lifecycle.Request{At: 0, Duration: time.Second}, Cold: true},
		{Request: lifecycle.Request{At: 4 * time.Minute, Duration: time.Second}},
		{Request: lifecycle.Request{At: 11 * time.Minute, Duration: time.Second}, Cold: true},
		{Request: lifecycle.Request{At: 17 * time.Minute, Duration: time.Second}, Cold: true},
		{Request: lifecycle.Request{At: 22 * time.Minute, Duration: time.Second}},
	}
	fit, err := lifecycle.FitIdleTimeout(context.Background(), log5, 0)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("between %v and %v, %d mistakes\n", fit.From, fit.To, fit.Mistakes)
	// Output:
	// between 4m59s and 5m59s, 0 mistakes
}
