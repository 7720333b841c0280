package forecast_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/breakeven"
	"github.com/seed-e9ab587a/lambdaecon/cost/forecast"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
	"github.com/seed-e9ab587a/lambdaecon/runtimes"
	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

// What will next month cost?
func Example() {
	s := forecast.Scenario{
		Name: "orders", Region: "eu-west-1", Arch: cost.ARM64, MemoryMB: 512,
		Function: lifecycle.Function{
			Duration: lifecycle.LogNormal{Median: 80 * time.Millisecond, P99: 600 * time.Millisecond},
			Init:     lifecycle.Constant(400 * time.Millisecond),
		},
		Platform: lifecycle.AWS(lifecycle.Observed2021Short),
		Arrivals: workload.Daily(.05, .8, 14*time.Hour),
	}
	f, err := forecast.Run(context.Background(), s, &forecast.Options{Seed: 1, RequestsPerReplication: 10_000})
	if err != nil {
		log.Fatal(err)
	}
	if err := f.WriteTable(os.Stdout); err != nil {
		log.Fatal(err)
	}
	// Output:
	// orders: eu-west-1, arm64, 512 MB, a month of 730 hours
	// Requests a month           131400
	// Total                      0.1326 USD
	//   sampling error           ± 0.00053
	//   Requests arm64, Charged  0.026280
	//   Compute arm64, Charged   0.106296
	//   of which INIT            0.002940
	// Per million requests       1.008949
	// Cold starts                0.8391 % ± 0.027
	// Delayed                    0.8391 % ± 0.027
	// Environments               1.097 ± 0.0074, at most 2.3
	//   busy                     0.006026 ± 5.4e-05, at most 2.3
	// Latency p50                81.37ms ± 745.9µs
	// Latency p90                254.8ms ± 2.45ms
	// Latency p95                362ms ± 6.604ms
	// Latency p99                626.6ms ± 14.09ms
	// Latency p99.9              1.207s ± 68.8ms
	// Figures are of             a simulation, 10 × 48h, seed 1
	//
	// Idle timeout  Total   Cold starts       Environments  p99
	// 5m            0.1326  0.8391 % ± 0.027  1.097         626.6ms
	// 7m            0.1321  0.715 % ± 0.026   1.136         624.1ms
	// 10m40s        0.1318  0.6151 % ± 0.02   1.194         621.6ms
	// 20m           0.1314  0.5025 % ± 0.019  1.295         621.6ms
	//
	// Assumed: prices of eu-west-1 as of 2025-06-17, confirmed 2026-09-19, taken to stay as they are
	// Assumed: a month of 730 hours
	// Assumed: 131400 requests a month
	// Assumed: idle timeout: 5m; AWS documents none, and the newest observation is of January 2021
	// Assumed: scaled up from 86165 requests: 10 replications of 48h each, after 2h5m that are not measured
	// Assumed: the arrivals repeat after 24h
	// Assumed: with 8616 requests in each replication, the highest percentiles rest on a few of them
	// Assumed: INIT is billed, as it is since 2025-08-01
}

// Would it pay to rewrite a Node.js function in Rust?
func ExampleCompare() {
	scenario := func(runtime, identifier string, cpu time.Duration) forecast.Scenario {
		profile, err := runtimes.Find(runtimes.Query{Name: runtime, Identifier: identifier, Arch: "arm64", Packaging: "zip", MemoryMB: 512, Month: "2026-08"})
		if err != nil {
			log.Fatal(err)
		}
		return forecast.Scenario{
			Name: runtime, Region: "us-east-1", Arch: cost.ARM64, MemoryMB: 512, Runtime: &profile,
			Task:             &vcpu.Task{Wait: 10 * time.Millisecond, CPU: cpu},
			Platform:         lifecycle.AWS(lifecycle.Observed2021Short),
			RequestsPerMonth: 5_000_000,
		}
	}
	c, err := forecast.Compare(context.Background(), []forecast.Scenario{
		scenario("nodejs", "nodejs22.x", 12*time.Millisecond), scenario("rust", "provided.al2023", 4*time.Millisecond),
	}, &forecast.Options{Seed: 1, RequestsPerReplication: 10_000, IdleTimeouts: []time.Duration{}})
	if err != nil {
		log.Fatal(err)
	}
	if err := c.WriteTable(os.Stdout); err != nil {
		log.Fatal(err)
	}
	// Output:
	// Scenario  Total USD  Difference  Cold starts  Difference     p50      Difference  p99      Difference
	// nodejs    2.7354                 0.04714 %                   51.64ms              51.64ms
	// rust      1.8003     -0.9351     0.05334 %    ~ +0.006195 %  23.82ms  -27.82ms    23.82ms  -27.82ms
}

// Which memory size is the cheapest that answers 99 % of requests within 200 ms?
func ExampleSweep() {
	s := forecast.Scenario{
		Name: "thumbnails", Region: "us-east-1", Arch: cost.ARM64, MemoryMB: 1769,
		Task:             &vcpu.Task{Wait: 20 * time.Millisecond, CPU: 60 * time.Millisecond},
		Function:         lifecycle.Function{Init: lifecycle.Constant(150 * time.Millisecond)},
		Platform:         lifecycle.AWS(lifecycle.Observed2021Short),
		RequestsPerMonth: 10_000_000,
	}
	swept, err := forecast.Sweep(context.Background(), s,
		forecast.Grid{MemoryMB: []int{256, 512, 1024, 1769}, Arches: cost.Arches()},
		forecast.Limits{Percentile: .99, Latency: 200 * time.Millisecond},
		&forecast.Options{Seed: 1, RequestsPerReplication: 5_000})
	if err != nil {
		log.Fatal(err)
	}
	if err := swept.WriteTable(os.Stdout); err != nil {
		log.Fatal(err)
	}
	// Output:
	// Region     Arch    MB    Idle timeout  Provisioned  Total      Cold starts  p99
	//    us-east-1  x86_64  256   5m            0            20.13 USD  0.04796 %    434.6ms
	//    us-east-1  x86_64  512   5m            0            21.01 USD  0.0422 %     227.5ms
	// +  us-east-1  x86_64  1024  5m            0            22.67 USD  0.03187 %    123.7ms
	// +  us-east-1  x86_64  1769  5m            0            25.05 USD  0.03383 %    80.19ms
	//    us-east-1  arm64   256   5m            0            16.50 USD  0.04796 %    434.6ms
	//    us-east-1  arm64   512   5m            0            17.20 USD  0.0422 %     227.5ms
	// *  us-east-1  arm64   1024  5m            0            18.54 USD  0.03187 %    123.7ms
	// +  us-east-1  arm64   1769  5m            0            20.44 USD  0.03383 %    80.19ms
}

// All that does not fit is said at once, before anything is computed.
func ExampleScenario_Validate() {
	s := forecast.Scenario{
		Region: "us-east-1", Arch: cost.X86, MemoryMB: 12_288, EphemeralMB: 20_480,
		Function:         lifecycle.Function{Duration: lifecycle.LogNormal{Median: 5 * time.Minute, P99: 20 * time.Minute}},
		Platform:         lifecycle.AWS(lifecycle.Observed2021Short),
		RequestsPerMonth: 100_000,
		Needs:            forecast.Needs{RequestBytes: 8 << 20, GPU: true, Concurrency: 3000},
	}
	fmt.Println(s.Validate())
	// Output:
	// forecast: does not fit Lambda: memory of 12288 MB, there is 10240 MB
	// forecast: does not fit Lambda: /tmp of 20480 MB, there is 10240 MB
	// forecast: does not fit Lambda: request payload of 8388608 bytes, there is 6291456 bytes
	// forecast: does not fit Lambda: GPU of 1, there is none
	// forecast: does not fit Lambda: concurrency of 3000, there is 1000 (of the account)
	// forecast: does not fit Lambda: duration of 31m32s (99.9th percentile), there is 15m0s (3.262 % of requests)
}

// Amounts are decimals, to the last digit; what was simulated has an interval.
func ExampleFigures() {
	s := forecast.Scenario{
		Region: "us-east-1", Arch: cost.ARM64, MemoryMB: 1024,
		Function:         lifecycle.Function{Duration: lifecycle.Constant(100 * time.Millisecond), Init: lifecycle.Constant(800 * time.Millisecond)},
		Platform:         lifecycle.AWS(lifecycle.Observed2021Short),
		RequestsPerMonth: 100_000,
	}
	f, err := forecast.Run(context.Background(), s, &forecast.Options{Seed: 1, RequestsPerReplication: 10_000, IdleTimeouts: []time.Duration{}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("total", f.Total(), f.Bill.Currency)
	fmt.Println("of which INIT", f.InitCost(), "for", f.InitGBSeconds, "GB-seconds")
	fmt.Println("a million requests", f.PerMillion().FloatString(4))
	fmt.Printf("cold %.2f %%, %.2f to %.2f %%\n", 100*f.ColdStartRate.Mean, 100*f.ColdStartRate.Low, 100*f.ColdStartRate.High)
	if p99, ok := f.Percentile(.99); ok {
		fmt.Println("p99", p99.Mean.Round(time.Millisecond))
	}
	// Output:
	// total 0.1595455585706583984375 USD
	// of which INIT 0.0062115585706583984375 for 465.8645634765625 GB-seconds
	// a million requests 1.5955
	// cold 0.58 %, 0.55 to 0.62 %
	// p99 100ms
}

// What stands in front of a function, and its logs, can cost more than the function.
func ExampleCharge() {
	api, err := forecast.APIGateway("us-east-1", breakeven.HTTPAPI, 1)
	if err != nil {
		log.Fatal(err)
	}
	logs, err := forecast.Logs("us-east-1", forecast.PlatformLogBytes)
	if err != nil {
		log.Fatal(err)
	}
	s := forecast.Scenario{
		Region: "us-east-1", Arch: cost.ARM64, MemoryMB: 256,
		Function:         lifecycle.Function{Duration: lifecycle.Constant(20 * time.Millisecond)},
		Platform:         lifecycle.AWS(lifecycle.Observed2021Short),
		RequestsPerMonth: 30_000_000,
		Beside:           []forecast.Charge{api, logs},
	}
	f, err := forecast.Run(context.Background(), s, &forecast.Options{RequestsPerReplication: 1000, IdleTimeouts: []time.Duration{}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("Lambda:", f.Bill.Total(), f.Bill.Currency)
	for _, l := range f.Beside {
		fmt.Printf("%s: %s\n", l.Name, l.Cost.StringFixed(2))
	}
	// Output:
	// Lambda: 8.00001 USD
	// API Gateway, HTTP API, us-east-1: 30.00
	// CloudWatch Logs, us-east-1: 4.61
}
