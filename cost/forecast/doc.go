// Package forecast turns a scenario, a function and its traffic, into next month's bill, cold starts and latency.
//
//	s := forecast.Scenario{
//		Region: "eu-west-1", Arch: cost.ARM64, MemoryMB: 512,
//		Function: lifecycle.Function{Duration: durations, Init: lifecycle.Constant(400 * time.Millisecond)},
//		Platform: lifecycle.AWS(lifecycle.Observed2021Short),
//		Arrivals: workload.Daily(5, .8, 14*time.Hour), // or nil, with RequestsPerMonth
//	}
//	f, err := forecast.Run(ctx, s, &forecast.Options{Billing: &cost.Options{FreeTier: cost.MonthlyFreeTier()}})
//	…
//	f.Total(), f.PerMillion(), f.InitCost(), f.ColdStartRate, f.Latency, f.Assumed
//
// It brings the other packages together and computes as little as it can: prices and bills are those of package cost, cold
// starts, environments and latency those of package lifecycle, durations at another memory size those of package vcpu, the
// cold starts of a runtime those of package runtimes, API prices those of package breakeven.
//
// # What a forecast says, and how sure that is
//
// Four kinds of doubt are kept apart:
//
//   - What prices make of the usage is exact: Bill is the bill of the expected usage to the last digit, Total the sum of it
//     and of what is beside it.
//   - What a simulation leaves open is in the interval (95 %) of each [Figure]; Cost is the total as such a figure. It says how
//     well the expected month is known, not how much real months differ from each other.
//   - What nobody knows, the idle timeout of tomorrow, is in Forecast.Assumed: the same figures for other timeouts. At low
//     rates these differ much more than any interval is wide. Fit it to your own log with [lifecycle.FitIdleTimeout].
//   - What is taken for granted is in Forecast.Assumptions, in words, with dates.
//
// Floating point is for estimates: rates, shares, intervals, and [Figures].Cost, which has one. Bill and Total are decimals. A float
// goes into what they are of in two places, where there is nothing exact: how many requests a rate makes in a month, and in
// closed form the mean billed time of exponential durations.
//
// # From simulated stretch to month
//
// A month has 730 hours, or is a calendar month ([Month]). It is not simulated request by request: independent replications
// of a stretch are, some 100,000 requests each, and their sums, whole numbers of MB·ms, are scaled to the requests of the
// month, half up. So a month of a billion requests takes little longer than one of a million.
//
// Each replication first runs for as long as environments are kept idle, or for twice the longest durations (of 99.9 % of
// requests) if that is longer, unmeasured, so that it does not measure a function that nobody has called before; and for a
// lifetime of environments (Platform.MaxLifetime), where that takes at most 200,000 requests. Above that rate, replacements at
// the end of that lifetime are not in the figures, and Assumptions says how many more cold starts they could be. A smaller
// stretch has smaller peaks, too: PeakAlive is that of the stretch. Options.Stretch makes it longer. Of steady traffic that time
// before is never cut short: 10^10 requests a month take seconds, 10^12 minutes.
//
// Traffic with a day's or week's shape is simulated for whole cycles, up to 8 times as many requests as the options say to a
// replication: 24 million a month with a day's shape, 3.5 million with a week's. Beyond that a shape that is a
// [workload.Varying], as Daily and Weekly are, is measured in windows: each replication measures 4 or more of them (from 4
// to 24 to a day, 14 to 168 to a week), at equal distances from a random time on, each after a warm-up of its own, and adds
// them up. So every time of the cycle has the same weight, and what the choice of the times leaves open is in the intervals.
// There are three limits to it:
//
//   - The warm-up is as long as environments are kept idle, except where that alone would be more requests than 8 times those
//     of the options: with a day's shape above 580 a second for 5 minutes, 140 for 20. It is then cut short, but not below
//     twice the time that it takes to start what is busy. Environments and cold starts then are those of an idle timeout of
//     as much as was simulated: fewer environments, more cold starts, and nothing that tells longer timeouts apart.
//     Assumptions says so.
//   - What happens between windows is in no peak: PeakBusy and PeakAlive are those of the busiest window.
//   - The lifetime of environments is part of the warm-up, a random share of it so that replacements are seen as often as they
//     are, where there is time for it: with a day's shape up to some 45 requests a second for a lifetime of 2 hours. As they are
//     replaced in bunches, intervals of few replications then are a little too narrow: in the package's test, 87 to 98 % of
//     them hold what whole days say. Above that rate, replacements are not in the figures, as above.
//
// Options.Stretch, a day or a week, has whole cycles simulated all the same, and so has what windows cannot show: events
// (Function.Async) that queue up for hours, as at the peak they need more than 90 % of the concurrency that there is. The time
// before is then at least as long as events are kept, 6 hours unless Function.EventAge says otherwise. With all that is tried
// again, this takes much longer than other shapes do; so above 48 million a month with a day's shape, windows it is, and
// Assumptions says what they do not show. Other arrivals without an end, such as [workload.Merge] of several, cannot
// be begun in their middle: they are always played for whole cycles, by fewer replications, at least 3.
//
// Arrivals that end, such as a [workload.Trace], are played whole and stand for all of the month: they start without any
// environment, as of a function that was just deployed. Say with Scenario.Cycle or Options.Stretch how long a time a log is of:
// otherwise that is up to its last completion.
//
// Asynchronous events that still wait to be tried again at the end are billed for the executions that they then need: one, and
// more for the share that fails again. Assumptions says how many events they are. Where failed ones are tried again, an hour
// is measured at least, after 2 or 4 minutes that are not: of much steady traffic, that takes longer than the time before.
//
// # Closed form
//
// Where it is exact, the closed form of [lifecycle.SteadyState] is taken in place of a simulation, and Method says so: with
// Poisson arrivals, exponential durations, no Init, no Startup and no slower first request, a constant idle timeout,
// most-recently-used routing, one request at a time, no provisioned concurrency, no lifetime cap, no retries; limits and
// timeout only if they are reached less often than once in a billion months. The bill then is of the exact mean billed time,
// rounding up to milliseconds included. Options.Simulate turns it off.
//
// # What does not fit
//
// [Scenario.Validate] says all that does not fit Lambda before anything is computed: durations beyond 900 s or the function's
// timeout (of which share of requests), memory, /tmp, payloads, a GPU, concurrency. [Needs] holds what only this is about.
//
// # Comparing and searching
//
// [Compare] sets scenarios side by side on common random numbers: the same requests at the same times, with the same luck. So
// the difference of two is known far better than either, and one that is within the noise can be told ([Figure.Noise]). A
// scenario differs from itself by exactly zero. [Sweep] varies memory, architecture, region, idle timeout and provisioned
// concurrency of one scenario and finds the cheapest combination that meets a limit of latency or cold starts, and refuses no
// request unless [Limits] let it: what is refused is not billed. What only changes prices is simulated once.
//
// # Beside Lambda
//
// A [Charge] is a cost that comes with the function: [APIGateway] in front of it, [Logs] that it writes, or one of your own
// with dated prices. They are on lines of their own.
//
// # Constraints
//
//	memory, /tmp             as in package cost
//	durations, arrivals      as in package lifecycle
//	requests a month         1 to 1e9 a second, half to twice what Arrivals have
//	month                    730 hours, or 2025-08 to 9999-12: INIT is billed since
//	replications             2 to 10,000
//	sweep                    up to 10,000 combinations
//	amounts of a Charge      0 or more, up to 20 digits and 60 decimal places
//
// # Errors
//
// Errors are typed and matched with errors.As: [*UnfitError], [*RangeError], [*NoRequestsError], [*CurrencyError],
// [*ScenarioError], and those of the other packages as they are, such as *cost.UnknownError for a region. After an error
// there is no forecast. Regions in China are refused, as their billing of INIT is not known.
//
// # Concurrency
//
// Everything is plain data, and scenarios and options are only read. Simulations use all cores; the result does not depend on
// how many. Distributions and arrivals are used by several goroutines at once.
//
// # What is not in it
//
// SnapStart, Lambda@Edge, Managed Instances, event pollers, data transfer. Savings Plans, which package savings applies to
// hourly usage. INIT of provisioned concurrency itself. Account-wide effects: tiers, free tier and concurrency that other
// functions use up have to be given, in Options.Billing and Platform.ConcurrencyLimit.
//
// # Sources
//
// Prices: those of package cost, and of package breakeven for API Gateway (2025-06-05). CloudWatch Logs: us-east-1, vended
// logs of Lambda since 2025-05. Payload limits: AWS Lambda developer guide, "Lambda quotas", as of 2026.
package forecast
