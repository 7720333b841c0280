// Package lambdaecon is the map of a library for the economics of AWS Lambda. It holds no code: import the packages that
// you need. Each can be used on its own; nothing needs an AWS account, a network or a clock.
//
//   - [github.com/seed-e9ab587a/lambdaecon/cost] prices usage to the last digit, line by line, as AWS bills it: meters,
//     dated rates of 37 regions, exact sums, bills, showback.
//   - [github.com/seed-e9ab587a/lambdaecon/cost/usagelog] reads what functions used from their logs, in every container
//     that logs arrive in.
//   - [github.com/seed-e9ab587a/lambdaecon/lifecycle] simulates environments the way AWS runs them, exactly where there is
//     a formula: cold starts, environments, latency, throttling, replays of logs, the idle timeout that explains one.
//   - [github.com/seed-e9ab587a/lambdaecon/lifecycle/workload] says when requests come: Poisson, daily and weekly shapes,
//     bursts, counts per minute, logs, Azure's traces.
//   - [github.com/seed-e9ab587a/lambdaecon/vcpu] says how much CPU a memory size buys, and how long work takes there.
//   - [github.com/seed-e9ab587a/lambdaecon/runtimes] holds what is measured of runtimes: cold starts, warm durations, dates.
//   - [github.com/seed-e9ab587a/lambdaecon/cost/pricelist] reads AWS's price lists, and says what has changed in them.
//   - [github.com/seed-e9ab587a/lambdaecon/cost/savings] bills under a Compute Savings Plan and finds the best commitment.
//   - [github.com/seed-e9ab587a/lambdaecon/cost/focus] turns bills into FOCUS rows, and reconciles AWS's exports.
//   - [github.com/seed-e9ab587a/lambdaecon/cost/tuning] finds the memory size that is best for cost and duration.
//   - [github.com/seed-e9ab587a/lambdaecon/cost/breakeven] says from how many requests on something else is cheaper, and
//     when a rewrite has paid.
//   - [github.com/seed-e9ab587a/lambdaecon/cost/forecast] brings all of them together: a scenario becomes next month's bill,
//     cold starts and latency, compared with others.
//
// They fit together through standard types: memory is an int in MB, time is a time.Duration, an architecture is spelled as
// the Lambda API spells it. A log record becomes a cost.Invocation, invocations add up to a cost.Usage, and rates make a
// cost.Bill of it:
//
//	log -> usagelog.Record -> cost.Invocation -> cost.Usage -> cost.Bill -> cost.Showback
//
// The program in examples/bill does just that; examples/rewrite asks what a function would be in another language, and
// examples/picture draws the answer; examples/coldstarts explains the cold starts of a log, examples/reconcile holds a billing
// export against it, examples/sweetspot finds a function's best memory size, and examples/article holds an article against the
// library.
package lambdaecon
