// Package vcpu says how much CPU a memory size of AWS Lambda buys, and how long work takes there.
//
//	share, err := vcpu.Share(1024) // .579 vCPU
//	…
//	task := vcpu.Task{Wait: 40 * time.Millisecond, CPU: 300 * time.Millisecond}
//	d, err := task.Duration(1024) // 40 ms + 300 ms / .579
//	…
//	// 200 ms at 1,024 MB, most of it CPU: how long at 1,769?
//	d, err = task.Scale(vcpu.Measurement{MemoryMB: 1024, Duration: 200 * time.Millisecond}, 1769)
//	…
//	fit, err := vcpu.FitTask(measurements, 1)
//	…
//	fit.Task, fit.RelRMS // what explains them, and how well
//
// # Three things that are all called vCPUs
//
// Memory is the only size of a Lambda function that can be chosen, and CPU comes with it. Tables of "vCPUs by memory" show
// one of three things, which differ:
//
//	memory, MB                                     128    1024  1769  3008   3009   5307  5308   10240
//	share, CPU seconds per second (Share)          .0724  .579  1     1.700  1.701  3     3.001  5.788
//	share rounded up              (CeilShare)      1      1     1     2      2      3     4      6
//	visible cores                 (VisibleCores)   2      2     2     2      3      3     4      6
//
// What each is good for, and who says so:
//
//   - The share is what makes work fast or slow: how much CPU time all threads together get. "At 1,769 MB, a function has the
//     equivalent of one vCPU", and CPU is in proportion to memory (AWS Lambda Developer Guide, "Configure Lambda function
//     memory"). So 10,240 MB are 5.79 vCPU, not 6, and 128 MB are a fourteenth of one.
//   - The share rounded up is how many threads it takes to use the share. It is the table of "allocated cores" that another
//     answer to the Stack Overflow question below quotes from AWS's "What's new in serverless" (re:Invent 2020).
//   - The visible cores are what the operating system tells a program. They are an upper limit to how many threads run at
//     once, and what most runtimes take to size their thread pools: at 128 MB, two threads for a fourteenth of a vCPU. The
//     table is observed, not official: an independent study by SentiaTech, quoted on Stack Overflow (answer 66523153) and in
//     "Why you should consider Rust for your Lambdas" (loige.co, 2023-08-16). AWS can change it; a [Table] of one's own
//     measurements has the same methods. From 3,539 MB on it agrees with the share rounded up; below it is one core more,
//     except from 1,770 to 3,008 MB, where both are 2.
//
// Each has its inverse: [MemoryForShare], [CeilShareRange], [MemoryRange].
//
// # Tasks
//
// A [Task] is what work needs, whatever the memory: time that it waits, and time on a full vCPU, on so many threads. One
// thread cannot use more than one vCPU, so
//
//	duration = Wait + CPU/min(share, Threads)
//
// and from Threads·1,769 MB on, more memory costs more and helps nothing ([Task.SaturationMB]). Task.Serial is for work of
// which only a part runs on all threads (Amdahl's law). [Task.MemoryFor] is the inverse of [Task.Duration]; [Task.Scale]
// carries a measured duration over to another size, and [Task.Ratio] says how many times as long all of them are there.
//
// # Fitting
//
// [FitTask] finds the task behind measured durations, two or more, at different sizes. It takes relative errors, as a
// duration of 20 s at 128 MB must not outweigh 1 s at 2,048 MB. Measure small and large sizes: what two sizes of nearly the
// same share tell, noise hides. [FitThreads] also finds the number of threads.
//
// Before a fit is used, look at RelRMS and RelMax, then at Residuals for a pattern: whether the work is such a task shows
// there and nowhere else. What is usual: the medians of RelRMS of 52 tables that others measured are
//
//	                                     x86_64   arm64
//	CPU-bound (hashing), 128 to 2048 MB   2.4 %   7.3 %
//	memory-bound (sorting 100 MB)         3.1 %  10.9 %
//	I/O, 7 to 95 ms (10 DynamoDB calls)  12.8 %  16.0 %
//
// (github.com/cebert/aws-lambda-performance-benchmarks, November and December 2025, warm means, one thread.)
//
// # Where the model is known to be off
//
//   - Below 256 MB, work can be slower than its share, with garbage collection under memory pressure: hashing in Node.js 22 on
//     arm64 took 23.6 s at 128 MB and 9.6 s at 256, ten DynamoDB calls 75 and 27 ms (source as above). A fit then often holds
//     Wait at 0 ([BoundWait]).
//   - On x86_64, more than four vCPUs are worth less than their share, as two threads share a core: -14 % at 10,240 MB.
//   - CPU is given out in slices of 20 ms: work with less than share·20 ms of CPU (1.4 ms at 128 MB) is not slowed at all.
//   - Memory-bound work is irregular on arm64: the same sort on one thread took .81 s at 2,048 MB in November and in December
//     2025, but .71 s and .99 s at 4,096 MB (source as above).
//   - A handler on one thread can gain from a second vCPU, as runtimes have threads of their own: hashing in Node.js 22 on
//     x86_64 took 1.59 s at 1,769 MB and 1.38 s at 2,048, and two threads explain it better than one (RelRMS .9 % against
//     4.8 %). In Python 3.11 it gained nothing.
//   - INIT, the phase before the first request, does not depend on memory: medians differ by less than 3 % from 128 to 1,024
//     MB. The first call of the handler does: in .NET 8 (zip, arm64) it takes 812, 392, 183, 85 ms at 128, 256, 512, 1,024 MB
//     (github.com/maxday/lambda-perf, August 2026). Fit it apart from the warm ones.
//
// # Rounding
//
// [Task.Duration] and [Task.Scale] are computed in integers and rounded once, to the nearest nanosecond, half up;
// [Task.Ratio] is not rounded at all. Shares and fits are float64, rounded after each operation, so that they are the same on
// every machine.
//
// # Errors and concurrency
//
// What Lambda does not have is a [*RangeError], which names what was given and what is allowed: nothing is clamped to the
// nearest memory size. Measurements that cannot tell wait from CPU are an [*UnidentifiedError].
//
// All types are plain values; all functions may be called from several goroutines at once.
package vcpu
