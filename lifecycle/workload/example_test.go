package workload_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

func count(a lifecycle.Arrivals, seed uint64) (n int, last time.Duration) {
	for r, err := range a.Requests(seed) {
		if err != nil {
			log.Fatal(err)
		}
		n++
		last = r.At
	}
	return n, last
}

// Independent users, 100 requests a minute on average, for a day.
func ExamplePoisson() {
	n, last := count(workload.Poisson{PerSecond: 100. / 60, Until: 24 * time.Hour}, 1)
	fmt.Println(n, "requests, the last at", last.Round(time.Millisecond))
	// Output:
	// 144219 requests, the last at 23h59m59.668s
}

// A week of traffic with busy afternoons and quiet nights: half the mean at 2 o'clock, one and a half at 14.
func ExampleDaily() {
	d := workload.Daily(0.5, 0.5, 14*time.Hour)
	d.Until = 7 * 24 * time.Hour
	fmt.Println(d.PerSecond(2*time.Hour), d.PerSecond(14*time.Hour))
	n, _ := count(d, 1)
	fmt.Println(n, "requests")
	// Output:
	// 0.25 0.75
	// 302347 requests
}

// Counts per minute, as monitoring has them, become requests somewhere in their minutes.
func ExamplePerMinute() {
	for r, err := range (workload.PerMinute{Counts: []int{2, 0, 1}}).Requests(1) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(r.At.Truncate(time.Minute), "to", r.At.Truncate(time.Minute)+time.Minute)
	}
	// Output:
	// 0s to 1m0s
	// 0s to 1m0s
	// 2m0s to 3m0s
}

// Lines of a log are stamped when an invocation ends; simulations need when it began.
func ExampleCompleted() {
	end := time.Date(2026, 10, 1, 8, 0, 1, 0, time.UTC)
	trace, err := workload.Completed(func(yield func(time.Time, time.Duration) bool) {
		_ = yield(end, 900*time.Millisecond) && yield(end.Add(50*time.Millisecond), 100*time.Millisecond)
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range trace {
		fmt.Println("at", r.At, "for", r.Duration)
	}
	// Output:
	// at 0s for 900ms
	// at 850ms for 100ms
}

// When were the cold starts of a replay, by the clock of the log?
func ExampleCompletedSince() {
	end := time.Date(2026, 10, 1, 8, 0, 1, 0, time.UTC)
	trace, start, err := workload.CompletedSince(func(yield func(time.Time, time.Duration) bool) {
		_ = yield(end, 900*time.Millisecond) && yield(end.Add(20*time.Minute), 100*time.Millisecond)
	})
	if err != nil {
		log.Fatal(err)
	}
	p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(10 * time.Minute)}
	for i, err := range lifecycle.Invocations(context.Background(), lifecycle.Function{}, p, trace, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(start.Add(i.At).Format("15:04:05.0"), i.Start)
	}
	// Output:
	// 08:00:00.1 cold
	// 08:20:00.9 cold
}

// Users and a timer that fires every five minutes.
func ExampleMerge() {
	n, last := count(workload.Merge(
		workload.Poisson{PerSecond: 0.1, Until: time.Hour},
		workload.Every{Period: 5 * time.Minute, Until: time.Hour},
	), 1)
	fmt.Println(n, "requests, the last at", last.Round(time.Second))
	// Output:
	// 335 requests, the last at 59m30s
}

// A log that was written at 1,769 MB, replayed as at 884 MB, where pure CPU time is a little more than twice as long.
func ExampleScaleDurations() {
	log1769 := workload.Trace{{At: 0, Duration: 100 * time.Millisecond}, {At: time.Second, Duration: 250 * time.Millisecond}}
	at884, err := workload.ScaleDurations(log1769, 1769./884)
	if err != nil {
		log.Fatal(err)
	}
	for r, err := range at884.Requests(1) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("at", r.At, "for", r.Duration)
	}
	// Output:
	// at 0s for 200.113122ms
	// at 1s for 500.282805ms
}
