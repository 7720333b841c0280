// Package lifecycle simulates the environments of an AWS Lambda function the way AWS runs them: how many cold starts, how many
// environments, what latency a stream of requests meets. Where an exact formula exists, it has that too.
//
// A [Function] says what one request does, a [Platform] how environments are kept, limited and routed to, and [Arrivals]
// (package workload) when requests come. [Simulate] sums up a run, [Invocations] streams it, [Replicate] repeats it with
// other seeds for confidence intervals, and [Difference] compares two configurations on common random numbers.
//
// [SteadyState] is the exact answer for steady Poisson traffic and exponential durations without limits; [ErlangB],
// [OneEnvironment] and [ProvisionedSpill] are those for limited ones. [FitIdleTimeout] finds the idle timeout that explains
// a log; AWS documents none.
//
// An environment goes through Starting -> Busy <-> Idle -> Gone. At one instant departures come first, then what is tried
// again, then arrivals, then idle timeouts and lifetime caps: cold means idle for longer than the timeout, and an
// environment over its lifetime cap goes when it is next idle.
//
// All randomness comes from [Options.Seed]: each draw is a function of seed, purpose and request, so that the same request
// meets the same luck in every configuration, on every machine.
package lifecycle
