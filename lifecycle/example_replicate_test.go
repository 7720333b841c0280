package lifecycle_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"slices"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// As many replications as it takes to know the cold-start rate to ±5 % of itself, but no more than 500.
func ExampleReplicate() {
	f := lifecycle.Function{Duration: lifecycle.Exponential(200 * time.Millisecond), Init: lifecycle.Constant(500 * time.Millisecond)}
	s, err := lifecycle.Replicate(context.Background(), 500, f, lifecycle.AWS(lifecycle.Observed2021Short), workload.Poisson{PerSecond: 0.02},
		&lifecycle.Options{Seed: 1, WarmUp: time.Hour, Until: 25 * time.Hour, Precision: &lifecycle.Precision{
			Of: lifecycle.Result.ColdStartRate, Relative: 0.05,
		}})
	if err != nil {
		log.Fatal(err)
	}
	cold := s.Estimate(lifecycle.Result.ColdStartRate)
	fmt.Printf("%d days: %.3f %% cold [%.3f, %.3f]\n", len(s.Replications), 100*cold.Mean, 100*cold.Low, 100*cold.High)
	wait := s.Estimate(func(r lifecycle.Result) float64 { return r.Latency.Quantile(0.999).Seconds() })
	fmt.Printf("99.9 %% are answered within %.2f s [%.2f, %.2f]\n", wait.Mean, wait.Low, wait.High)
	// Output:
	// 26 days: 1.059 % cold [1.007, 1.111]
	// 99.9 % are answered within 1.48 s [1.41, 1.55]
}

// Next month's rate is not known, only that it will be between 5 and 20 requests a second, each as likely: one replication
// each for fifty of them.
func ExampleReplicateFunc() {
	f := lifecycle.Function{Duration: lifecycle.Exponential(200 * time.Millisecond), Init: lifecycle.Constant(500 * time.Millisecond)}
	rate := func(i int) float64 { return 5 + 15*(float64(i)+0.5)/50 }
	s, err := lifecycle.ReplicateFunc(context.Background(), 50, &lifecycle.Options{Seed: 1, WarmUp: 10 * time.Minute, Until: 70 * time.Minute},
		func(ctx context.Context, i int, o *lifecycle.Options) (lifecycle.Result, error) {
			return lifecycle.Simulate(ctx, f, lifecycle.AWS(lifecycle.Observed2021Short), workload.Poisson{PerSecond: rate(i)}, o)
		})
	if err != nil {
		log.Fatal(err)
	}
	alive := make([]float64, 0, 50)
	for _, r := range s.Replications {
		alive = append(alive, r.Alive())
	}
	slices.Sort(alive)
	fmt.Printf("%.1f environments on average; in nine of ten cases %.1f to %.1f\n", lifecycle.IntervalOf(alive).Mean, alive[2], alive[47])
	// Output: 10.4 environments on average; in nine of ten cases 7.1 to 13.4
}

// Four weeks in shards: each machine simulates some of the days and writes its result as JSON; what reads them adds them up,
// exactly and in any order.
func ExampleResult_Merge() {
	f := lifecycle.Function{Duration: lifecycle.Exponential(200 * time.Millisecond), Init: lifecycle.Constant(500 * time.Millisecond)}
	shard := func(day uint64) ([]byte, error) {
		r, err := lifecycle.Simulate(context.Background(), f, lifecycle.AWS(lifecycle.Observed2021Short), workload.Daily(0.1, 0.8, 14*time.Hour),
			&lifecycle.Options{Seed: day, WarmUp: time.Hour, Until: 25 * time.Hour})
		if err != nil {
			return nil, err
		}
		return json.Marshal(r)
	}
	var total lifecycle.Result
	for day := range uint64(28) {
		text, err := shard(day)
		if err != nil {
			log.Fatal(err)
		}
		var r lifecycle.Result
		if err := json.Unmarshal(text, &r); err != nil {
			log.Fatal(err) // a *RangeError that names the field
		}
		if err := total.Merge(r); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Printf("%d runs, %v: %d requests, %d cold, %d ms billed\n", total.Runs, total.Elapsed, total.Invocations, total.ColdStarts, total.OnDemand.BilledMS)
	fmt.Println("p50, p99, p99.9:", total.Latency.Quantile(0.5), total.Latency.Quantile(0.99), total.Latency.Quantile(0.999))
	// Output:
	// 28 runs, 672h0m0s: 241202 requests, 2052 cold, 49444424 ms billed
	// p50, p99, p99.9: 141.55776ms 935.329792ms 1.417674752s
}

// Events that end in an error are tried again after one minute, and after two more; those that are throttled, after 1 s and
// ever longer times.
func ExampleFunction_asynchronous() {
	f := lifecycle.Function{
		Duration: lifecycle.Constant(20 * time.Second), Timeout: 15 * time.Second, // it never makes it
		Async: true, Retries: 2, ReservedConcurrency: 1,
	}
	p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(5 * time.Minute)}
	events := workload.Trace{{At: 0}, {At: 2 * time.Second, Duration: time.Second}}
	r, err := lifecycle.Simulate(context.Background(), f, p, events, &lifecycle.Options{Observe: func(i lifecycle.Invocation) {
		fmt.Printf("event %d, attempt %d: waits %v, runs for %v: %v\n", i.Request, i.Attempt, i.Wait, i.Duration, i.Outcome)
	}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d events: %d executions, %d of them retries; %d times throttled, %d for good\n", r.Invocations, r.Served(), r.Retried, r.Rejections, r.Throttled)
	// Output:
	// event 0, attempt 1: waits 0s, runs for 15s: timed out
	// event 1, attempt 1: waits 15s, runs for 1s: ok
	// event 0, attempt 2: waits 1m15s, runs for 15s: timed out
	// event 0, attempt 3: waits 3m30s, runs for 15s: timed out
	// 2 events: 4 executions, 2 of them retries; 4 times throttled, 0 for good
}

// Through the day: how many environments were there in each third of it, and where were the cold starts?
func ExampleTimelinePoint() {
	f := lifecycle.Function{Duration: lifecycle.Exponential(2 * time.Second)}
	day := workload.Daily(0.5, 0.9, 14*time.Hour)
	r, err := lifecycle.Simulate(context.Background(), f, lifecycle.AWS(lifecycle.Observed2021Short), day,
		&lifecycle.Options{Seed: 1, Until: 28 * time.Hour, Timeline: 8 * time.Hour})
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range r.Timeline { // the last step is the half of one
		fmt.Printf("%v to %v: %d requests, %d cold, %.2f of %.2f environments busy, %d at most\n",
			p.At, p.At+p.Elapsed, p.Requests, p.ColdStarts, p.Busy(), p.Alive(), p.PeakBusy)
	}
	// Output:
	// 0s to 8h0m0s: 5135 requests, 46 cold, 0.36 of 2.88 environments busy, 7 at most
	// 8h0m0s to 16h0m0s: 23878 requests, 77 cold, 1.67 of 6.91 environments busy, 11 at most
	// 16h0m0s to 24h0m0s: 14299 requests, 57 cold, 1.00 of 5.02 environments busy, 8 at most
	// 24h0m0s to 28h0m0s: 985 requests, 16 cold, 0.14 of 2.09 environments busy, 4 at most
}
