// Package lifecycle simulates the environments of an AWS Lambda function the way AWS runs them: how many cold starts, how
// many environments, what latency a stream of requests meets. Where an exact formula exists, it has that too.
//
//	f := lifecycle.Function{Duration: lifecycle.Exponential(120 * time.Millisecond), Init: lifecycle.Constant(400 * time.Millisecond)}
//	p := lifecycle.AWS(lifecycle.Observed2021Short)
//	r, err := lifecycle.Simulate(ctx, f, p, workload.Poisson{PerSecond: 2}, &lifecycle.Options{Until: 24 * time.Hour})
//	…
//	r.ColdStartRate(), r.Latency.Quantile(0.99), r.Alive(), r.OnDemand.BilledMS
//
// # What a cold start is, and what it costs
//
// Lambda runs a request in an environment, ordinarily one at a time. If none is free, it starts one: it fetches the code and
// boots a micro-VM ([Function.Startup]: felt, not billed), then runs the code outside of the handler ([Function.Init]: felt,
// and billed since 2025-08). An environment without requests is kept for a while and then goes:
//
//	Starting -> Busy <-> Idle -> Gone
//
// So a cold start costs the caller Startup + Init once, and the owner the Init. Whether that matters is a question of how
// often: with requests once in 100 s, 5 % are cold if environments are kept for 5 minutes, .0006 % with 20. The idle
// timeout decides at low rates, and AWS documents none. Fit it to your own log with [FitIdleTimeout], which also says how
// sure it is; [AWS] has what others saw, dated, with its doubt.
//
// Three counts that are easily taken for each other: [Result.Environments] were initialised, [Result.ColdStarts] are
// executions that started one, [Result.Delayed] executions that waited for a start. They differ where Lambda replaces
// environments before they are needed ([Platform.ProactiveReplacement]) and where environments take several requests.
//
// # Which to use
//
//   - [SteadyState] is exact and takes microseconds. It holds for steady Poisson arrivals, exponential durations (cold ones
//     like warm ones), a constant idle timeout and no limits. Use it for a first answer, to see which way the figures go, and
//     to check a simulation; where traffic comes in bursts or has nights, it can be far off.
//   - [OneEnvironment], [ErlangB] and [ProvisionedSpill] are exact for a concurrency of one, a concurrency limit, and
//     provisioned concurrency. [MeanBilled] is what rounding up to milliseconds costs.
//   - [Simulate] is for everything else: bursts, days and nights, slow starts, limits, retries, a replay of a log. It takes
//     some 50 to 70 ns a request, more where it is watched or limited, in memory that does not grow with their number.
//   - [Invocations] yields each execution, for what the sums of [Result] do not say.
//   - [Replicate] repeats a run with other seeds, on all cores, for a confidence interval of any figure; [ReplicateFunc] does so
//     where the runs differ, such as one for each traffic that next month may have. One run is one draw: do not report it
//     without one. [Result.Merge] adds up runs that were made elsewhere.
//
// # Comparing
//
// Every draw is a function of the seed, its purpose and the request that it is for. So the same request has the same luck
// in every configuration, and [Difference] of two summaries with the same seed is far more precise than the two are. Two
// things belong to no request: a random idle timeout is drawn for each idle period in the order in which they begin, and the
// INIT of a proactive replacement by the number of its environment. Where configurations differ in those, so does the luck
// from there on, and with random idle timeouts a difference is not much more precise than the two. (Constant ones have none.)
//
// The same seed gives the same figures on every machine, with any number of cores, in every release. So do the formulas, to the
// last bit, on every machine.
//
// # What happens at one instant
//
// First departures, then events that are tried again, then arrivals, then idle timeouts and lifetime caps. A request that
// comes exactly when an environment becomes free, or exactly at the end of its timeout, is served by it: cold means idle for
// longer than the timeout. An environment over its lifetime cap goes when it is next idle.
//
// # What is not modelled
//
// The limit on how fast the request rate may rise (10,000 per second every 10 s); the pause of SHUTDOWN; differences
// between hosts. A keep-alive that is longer for busier functions, as was seen in 2020, has to be given as such. Managed
// Instances live by other rules.
//
// # Errors and concurrency
//
// What cannot be is refused before a run starts, all of it at once ([errors.Join]): [*RangeError], [*MissingError],
// [*DistributionError]. What a workload does wrong ends the run: [*OrderError], [*ArrivalError]. A run whose workload has
// no end needs [Options.Until], or it is refused with [ErrEndless]; one that does not say that it has none, as those of package
// workload do, runs until its context is done. A context that is done ends any run with a [*StoppedError].
//
// No function panics but for [Histogram.Add] of a nil pointer. What a caller passes may: a panic in a distribution, a
// workload or a callback goes through to the caller, in [Replicate] too.
//
// All types are plain values, or say otherwise. Functions may be called from several goroutines at once.
package lifecycle
