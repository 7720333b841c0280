// Package savings bills AWS Lambda usage under a Compute Savings Plan, and finds the commitment that would have been best.
//
// # Bills
//
// A Savings Plan is a commitment to spend so much an hour at rates below on-demand prices. What an hour does not use is lost,
// what it uses beyond is on demand. [Bill] takes the usage of a month hour by hour, and returns what [cost.Catalog.Bill]
// would, with part of the usage covered by the plan:
//
//	plan := savings.Plan{HourlyCommitment: decimal.RequireFromString("0.5")}
//	statement, err := savings.Bill(cost.Embedded(), hours, plan, &cost.Options{FreeTier: cost.MonthlyFreeTier()})
//
// Lines of the kind Covered are at the plan's rate and show the on-demand price as ListUnitPrice; commitment that no usage
// took is a line of the kind Unused, in a bill of its own, of the region [Anywhere]. [History] holds a month ready for any
// commitment: [History.Bill], utilization and coverage of the month ([History.Figures]) and of each hour ([History.Hourly]).
//
// # How usage is covered
//
// In each hour:
//
//  1. The free tier is taken off. AWS says neither that it comes first nor who uses it first: see [FreeTierOrder].
//  2. What is left of the meters that plans cover ([Covers]: duration, provisioned concurrency and its duration, requests) is
//     put into an order by its saving off the on-demand list price of the tier that it would be billed at, 1 - rate / price,
//     highest first; of equal savings by the lowest rate, as AWS does it; then by region code, meter, x86_64 before arm64,
//     and tier. Savings are compared exactly, by cross multiplication. Requests are covered at no discount, and so come last.
//     What would be cheaper on demand, as in the third tier, is left out, unless [Plan.CoverAboveOnDemand] is set.
//  3. The commitment pays for one after the other, each as a whole, whether or not that is whole MB·ms. The first for which it
//     is not enough is covered in part: as many whole MB·ms or requests as it pays for, rounded down, so that their cost never
//     exceeds the commitment. The remainder, less than the price of one of them, stays unused.
//  4. The rest is charged on demand, at the tier where the month stands. Covered GB-seconds count toward the tiers: AWS's FAQ
//     bills what a plan does not cover at the tier of the "monthly aggregate function duration", but does not spell out
//     whether covered usage is part of it. [Plan.CoveredOutsideTiers] is the other reading.
//
// [Plan.HourlyCommitment] is what is left for Lambda: EC2 and Fargate save more, and use a shared commitment first. A private
// discount ([cost.Options]) is taken off on-demand prices alone.
//
// # Hours
//
// Hours begin at whole hours in UTC, ascend, and lie in one calendar month, in which tiers and free tier run; bill several
// months one by one. An hour that is missing between others was not used, and still costs the commitment. Where usage may be
// missing at the start or the end of the month, or the plan began within it, [Plan.From] and [Plan.Until] say when the
// commitment runs.
//
// # Rates
//
// Plan rates are rate cards as on-demand prices are. [ReadOffer] reads them from AWS's offer files. Without cards, the few that
// are known are used, see [Embedded]: us-east-1 as of 2026 and eu-west-1 as of 2020 and 2021. Usage that a plan could cover but
// of which no rate is known is an error, never silence.
//
// # The best commitment
//
// [Best] finds the commitment under which months of history would have cost least: the cost as a function of the commitment is
// linear between the points at which some hour has covered one kind of usage and goes on to the next, so that the minimum lies
// at such a point. [Curve] yields all of them. What AWS sells around the lowest is compared by its bills, and with no plan at
// all. A plan has to be worth it for one or three years: give Best as much history as there is, in whole months ([Plan.From]
// and [Plan.Until]).
//
// # Exactness
//
// A month is settled in whole numbers of arbitrary size. For each meter free, covered and charged quantities add up to the
// usage, and covered and unused costs to the commitment of all hours, to the last digit. Rates that are no finite decimals,
// such as utilization and coverage, are fractions. No floating point is used, and none of decimal's package-level settings.
//
// # Constraints
//
//	commitment    0 or more, of at most 20 decimals and 20 digits before them, needless zeros apart
//	plan rate     above 0, within the same bounds
//	hours         at most a calendar month
//	usage         what package cost can hold
//
// # Errors
//
// Errors are typed and matched with errors.As; the text of each is one line of characters that print. They are [*RangeError],
// [*UnknownError], [*HourError], [*NoRateError], [*CardError], [*OfferError]; those of package cost come through for what is its
// own. A call that fails returns nothing else.
//
// # Concurrency
//
// A [History] is immutable and safe for concurrent use. Everything else is plain data. [Plan], [Figures], [HourFigures] and
// [Optimum] are JSON both ways, with decimals as strings.
//
// # What is not known
//
//   - Whether the free tier is used before a plan, and by whom first.
//   - Whether covered GB-seconds count toward the tiers.
//   - Plan rates of other regions, of arm64 in eu-west-1, of provisioned concurrency on arm64, of partial upfront payment.
//   - To what fraction AWS covers the last usage of an hour.
//
// # Sources
//
// The order of coverage, ties included: Savings Plans user guide, "Understanding how Savings Plans apply to your AWS usage".
// Commitments that are sold: Savings Plans API reference, CreateSavingsPlan. Utilization and coverage: Cost Management API
// reference, SavingsPlansUtilization and SavingsPlansCoverageData. Rates: each embedded card, and the NOTICE file.
package savings
