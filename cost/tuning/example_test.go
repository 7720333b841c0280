package tuning_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/tuning"
)

// From raw timings to a choice, for AWS's example: all primes up to a million.
func Example() {
	file, err := os.Open("testdata/primes.csv")
	if err != nil {
		panic(err)
	}
	defer file.Close()
	samples, err := tuning.ReadCSV(file)
	if err != nil {
		panic(err)
	}
	rates, err := cost.Embedded().Region("eu-west-1")
	if err != nil {
		panic(err)
	}
	points, err := tuning.Price(rates, cost.ARM64, samples, nil)
	if err != nil {
		panic(err)
	}
	for _, p := range points {
		fmt.Printf("%4d MB %13v %v\n", p.MemoryMB, p.Duration, p.Cost.Round(10))
	}
	cheapest, err := tuning.Best(points, tuning.Cheapest)
	if err != nil {
		panic(err)
	}
	within, err := tuning.CheapestWithin(points, 2*time.Second)
	if err != nil {
		panic(err)
	}
	fmt.Println("cheapest:", cheapest.MemoryMB, "within 2 s:", within.MemoryMB)
	// Output:
	//  128 MB    11.722965s 0.0000197384
	//  256 MB     6.678945s 0.0000224634
	//  512 MB     3.194954s 0.0000215001
	// 1024 MB     1.465984s 0.0000197468
	// cheapest: 128 within 2 s: 1024
}

// A size that failed is named; the others are there all the same.
func ExamplePrice_leftOut() {
	rates, err := cost.Embedded().Region("eu-west-1")
	if err != nil {
		panic(err)
	}
	points, err := tuning.Price(rates, cost.X86, []tuning.Sample{
		{MemoryMB: 128, Failed: "Runtime.OutOfMemory"},
		{MemoryMB: 512, Runs: []cost.Timing{{Duration: 200 * time.Millisecond}}},
	}, nil)
	var left *tuning.LeftOutError
	if err != nil && !(errors.As(err, &left) && left.Kept > 0) {
		panic(err)
	}
	fmt.Println(err)
	fmt.Println(points[0].MemoryMB, points[0].Cost)
	// Output:
	// tuning: 1 of 2 sizes left out: 128 MB: failed: Runtime.OutOfMemory
	// 512 0.00000186667
}

// With 2 % cold starts, the INIT of those is in the cost, and the 99th percentile is a cold one.
func ExampleEvaluate() {
	rates, err := cost.Embedded().Region("eu-west-1")
	if err != nil {
		panic(err)
	}
	e, err := tuning.Evaluate(rates, cost.X86, []tuning.Sample{{MemoryMB: 512, Runs: []cost.Timing{
		{Duration: 120 * time.Millisecond, Init: 380 * time.Millisecond},
		{Duration: 20 * time.Millisecond},
		{Duration: 22 * time.Millisecond},
		{Duration: 21 * time.Millisecond},
	}}}, &tuning.Options{ColdShare: 0.02, Percentile: 0.99})
	if err != nil {
		panic(err)
	}
	s := e.Sizes[0]
	fmt.Println("p99", s.Point.Duration, "billed", s.MeanBilled)
	fmt.Println("requests", s.Parts.Requests, "compute", s.Parts.Compute, "together", s.Point.Cost)
	for _, line := range e.Included()[1:] {
		fmt.Println("-", line)
	}
	// Output:
	// p99 500ms billed 30.58ms
	// requests 0.0000002 compute 0.000000254833843 together 0.000000454833843
	// - per invocation: one request, and every run's billed duration by the rules of 2025-08-01, averaged after rounding up
	// - cold runs weighted with 2 % of all invocations, INIT included
	// - durations are the p99, costs the mean
	// - not included: free tier, streamed bytes, events above 256 KB, logs
}

// The price of a mean that somebody else measured, without rounding up.
func ExamplePricer_Cost() {
	rates, err := cost.Embedded().Region("us-east-1")
	if err != nil {
		panic(err)
	}
	pricer, err := tuning.NewPricer(rates, cost.ARM64, cost.OnDemand, 0)
	if err != nil {
		panic(err)
	}
	parts, err := pricer.Cost(1024, 1465984*time.Microsecond)
	if err != nil {
		panic(err)
	}
	fmt.Println(parts.Requests, parts.Compute, parts.Total())
	// Output: 0.0000002 0.0000195465510656 0.0000197465510656
}

// How sure is the choice? A rule of one's own: never more than 1,024 MB.
func ExampleRule() {
	rates, err := cost.Embedded().Region("eu-west-1")
	if err != nil {
		panic(err)
	}
	small := func(points []tuning.Point) (tuning.Point, error) {
		var allowed []tuning.Point
		for _, p := range points {
			if p.MemoryMB <= 1024 {
				allowed = append(allowed, p)
			}
		}
		return tuning.Best(allowed, tuning.Fastest)
	}
	e, err := tuning.Evaluate(rates, cost.X86, []tuning.Sample{
		{MemoryMB: 512, Runs: []cost.Timing{{Duration: 104 * time.Millisecond}, {Duration: 98 * time.Millisecond}, {Duration: 131 * time.Millisecond}}},
		{MemoryMB: 1024, Runs: []cost.Timing{{Duration: 97 * time.Millisecond}, {Duration: 99 * time.Millisecond}, {Duration: 118 * time.Millisecond}}},
		{MemoryMB: 2048, Runs: []cost.Timing{{Duration: 50 * time.Millisecond}, {Duration: 51 * time.Millisecond}}},
	}, nil)
	if err != nil {
		panic(err)
	}
	s, err := e.Bootstrap(context.Background(), &tuning.BootstrapOptions{Rule: small})
	if err != nil {
		panic(err)
	}
	for _, c := range s.Chosen {
		fmt.Println(c.MemoryMB, c.Times)
	}
	// Output:
	// 512 284
	// 1024 716
	// 2048 0
}
