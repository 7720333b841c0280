package vcpu_test

import (
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

// The three things that are called vCPUs, side by side.
func Example() {
	fmt.Println("   MB  share  rounded up  visible cores")
	for _, mb := range []int{128, 1024, 1769, 3008, 10240} {
		share, err := vcpu.Share(mb)
		if err != nil {
			log.Fatal(err)
		}
		ceil, err := vcpu.CeilShare(mb)
		if err != nil {
			log.Fatal(err)
		}
		cores, err := vcpu.VisibleCores(mb)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%5d  %5.3f  %10d  %13d\n", mb, share, ceil, cores)
	}
	// Output:
	//    MB  share  rounded up  visible cores
	//   128  0.072           1              2
	//  1024  0.579           1              2
	//  1769  1.000           1              2
	//  3008  1.700           2              2
	// 10240  5.789           6              6
}

// How much memory for a quarter of a vCPU, and where does a program see four cores?
func ExampleMemoryForShare() {
	quarter, err := vcpu.MemoryForShare(.25)
	if err != nil {
		log.Fatal(err)
	}
	from, to, err := vcpu.MemoryRange(4)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(quarter, "MB;", from, "to", to, "MB")

	_, err = vcpu.MemoryForShare(6)
	fmt.Println(err)
	// Output:
	// 443 MB; 5308 to 7076 MB
	// vcpu: vcpus is 6, allowed is more than 0, up to 5.788581119276428
}

// Somebody's own measurements, instead of the embedded table. A gap is found.
func ExampleTable() {
	mine := vcpu.Table{
		{MinMB: 128, MaxMB: 3008, Cores: 2},
		{MinMB: 3072, MaxMB: 10240, Cores: 6},
	}
	fmt.Println(mine.Validate())
	mine[1].MinMB = 3009
	cores, err := mine.Cores(4096)
	fmt.Println(cores, err)
	// Output:
	// vcpu: Table[1].MinMB is 3072, allowed is 3009, where the sizes without a step begin
	// 6 <nil>
}

// A handler that waits 40 ms for a database and computes for 300 ms on one vCPU.
func ExampleTask_Durations() {
	task := vcpu.Task{Wait: 40 * time.Millisecond, CPU: 300 * time.Millisecond}
	durations, err := task.Durations(128, 512, 1024, 1769, 3008)
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range durations {
		fmt.Printf("%4d MB %v\n", d.MemoryMB, d.Duration.Round(time.Millisecond))
	}
	// Output:
	//  128 MB 4.186s
	//  512 MB 1.077s
	// 1024 MB 558ms
	// 1769 MB 340ms
	// 3008 MB 340ms
}

// What is the least memory that keeps a limit, and from where on does more not help?
func ExampleTask_MemoryFor() {
	task := vcpu.Task{Wait: 40 * time.Millisecond, CPU: 900 * time.Millisecond, Threads: 2}
	enough, err := task.MemoryFor(time.Second)
	if err != nil {
		log.Fatal(err)
	}
	saturated, err := task.SaturationMB()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("1 s from %d MB on, no faster from %d MB on\n", enough, saturated)

	_, err = task.MemoryFor(450 * time.Millisecond)
	fmt.Println(err)
	// Output:
	// 1 s from 1659 MB on, no faster from 3538 MB on
	// vcpu: limit is 450ms, allowed is 490ms or more
}

// Amdahl's law: of 900 ms, 100 ms run on one thread only, the rest on four.
func ExampleTask_serial() {
	task := vcpu.Task{CPU: 900 * time.Millisecond, Threads: 4, Serial: 100 * time.Millisecond}
	for _, mb := range []int{1769, 7076} {
		d, err := task.Duration(mb)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(mb, "MB", d)
	}
	// Output:
	// 1769 MB 900ms
	// 7076 MB 300ms
}

// A function was only ever run at 1,024 MB, at 200 ms. Whatever it does on one thread, at 512 MB it takes between the two
// extremes: all of it wait, and all of it CPU.
func ExampleTask_Scale() {
	measured := vcpu.Measurement{MemoryMB: 1024, Duration: 200 * time.Millisecond}
	for _, extreme := range []vcpu.Task{{Wait: 1}, {CPU: 1}} {
		d, err := extreme.Scale(measured, 512)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(d)
	}
	// Output:
	// 200ms
	// 400ms
}

// AWS's example of computing primes on one thread, averages of 1,000 invocations ("Computing power", AWS Lambda Operator
// Guide).
func ExampleFitTask() {
	fit, err := vcpu.FitTask([]vcpu.Measurement{
		{MemoryMB: 128, Duration: 11_722_965 * time.Microsecond},
		{MemoryMB: 256, Duration: 6_678_945 * time.Microsecond},
		{MemoryMB: 512, Duration: 3_194_954 * time.Microsecond},
		{MemoryMB: 1024, Duration: 1_465_984 * time.Microsecond},
	}, 1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("wait %v, CPU %v\n", fit.Task.Wait, fit.Task.CPU.Round(time.Millisecond))
	fmt.Printf("errors %.1f %% (RMS), %.1f %% at most, held at 0: %v\n", 100*fit.RelRMS, 100*fit.RelMax, fit.Bound)
	for _, r := range fit.Residuals {
		fmt.Printf("%+.1f %%\n", 100*r)
	}
	// Output:
	// wait 0s, CPU 891ms
	// errors 5.6 % (RMS), 7.8 % at most, held at 0: wait
	// +5.1 %
	// -7.8 %
	// -3.6 %
	// +5.0 %
}

// Measurements beyond saturation do not tell wait from CPU.
func ExampleFitTask_unidentified() {
	_, err := vcpu.FitTask([]vcpu.Measurement{
		{MemoryMB: 2048, Duration: 510 * time.Millisecond},
		{MemoryMB: 4096, Duration: 500 * time.Millisecond},
	}, 1)
	var missing *vcpu.UnidentifiedError
	if errors.As(err, &missing) {
		fmt.Println(err)
	}
	// Output:
	// vcpu: wait and CPU cannot be told apart: all measurements (2, at 2048 to 4096 MB) gave 1 thread the same CPU, 1 vCPU
}

// How many threads does this work use? bcrypt in Rust with up to six workers (AWS Compute Blog, 2026-02-25, arm64).
func ExampleFitThreads() {
	fits, err := vcpu.FitThreads([]vcpu.Measurement{
		{MemoryMB: 1536, Duration: 1885 * time.Millisecond},
		{MemoryMB: 2048, Duration: 1334 * time.Millisecond},
		{MemoryMB: 4096, Duration: 685 * time.Millisecond},
		{MemoryMB: 6144, Duration: 463 * time.Millisecond},
		{MemoryMB: 8192, Duration: 338 * time.Millisecond},
		{MemoryMB: 10240, Duration: 280 * time.Millisecond},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, fit := range fits[:3] {
		fmt.Printf("%d threads, wait %v, CPU %v: %.1f %%\n", fit.Task.Threads, fit.Task.Wait.Round(time.Millisecond),
			fit.Task.CPU.Round(time.Millisecond), 100*fit.RelRMS)
	}
	// Output:
	// 6 threads, wait 2ms, CPU 1.585s: 2.0 %
	// 5 threads, wait 0s, CPU 1.549s: 5.2 %
	// 4 threads, wait 0s, CPU 1.418s: 14.3 %
}

// How large will a program that asks the operating system make its thread pool?
func ExampleVisibleCores() {
	for _, mb := range []int{128, 3008, 3009} {
		cores, err := vcpu.VisibleCores(mb)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(mb, "MB:", cores)
	}
	// Output:
	// 128 MB: 2
	// 3008 MB: 2
	// 3009 MB: 3
}

// Which memory sizes show a program two cores?
func ExampleMemoryRange() {
	from, to, err := vcpu.MemoryRange(2)
	fmt.Println(from, to, err)
	_, _, err = vcpu.MemoryRange(1)
	fmt.Println(err)
	// Output:
	// 128 3008 <nil>
	// vcpu: visibleCores is 1, allowed is 2, 3, 4, 5, 6
}

// How many threads does it take to use all of the CPU time that is paid for?
func ExampleCeilShare() {
	for _, mb := range []int{1769, 1770, 10240} {
		threads, err := vcpu.CeilShare(mb)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(mb, "MB:", threads)
	}
	// Output:
	// 1769 MB: 1
	// 1770 MB: 2
	// 10240 MB: 6
}

// From where on does more memory cost more and help nothing?
func ExampleTask_SaturationMB() {
	for _, task := range []vcpu.Task{{Wait: time.Second}, {CPU: time.Second}, {CPU: time.Second, Threads: 3}, {CPU: time.Second, Threads: 8}} {
		mb, err := task.SaturationMB()
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(mb)
	}
	// Output:
	// 128
	// 1769
	// 5307
	// 10240
}
