// Package cost prices AWS Lambda usage to the last digit, line by line, as AWS bills it.
//
// # Usage, rates, bills
//
// A [Usage] sums up what was used: invocations one by one, many alike, means, sums from a warehouse, provisioned
// concurrency, or any [Meter] in its pricing unit. [Rates] are the prices of one region, made of a [RateCard]; a [Catalog]
// holds those of many, and [Embedded] is the one that ships with the library. Rates make a [Bill] of usage:
//
//	rates, err := cost.Embedded().Region("eu-west-1")
//	…
//	var u cost.Usage
//	err = u.AddInvocation(cost.Invocation{Arch: cost.ARM64, MemoryMB: 512, Billed: 93 * time.Millisecond})
//	…
//	bill, err := rates.Bill(u, &cost.Options{FreeTier: cost.MonthlyFreeTier()})
//
// A bill has a [Line] for each meter, architecture, tier and free share. It is plain data: it says as of when its prices
// are, where they come from, how certain they are and what was assumed. [Catalog.Bill] makes the [Statement] of an account
// of several regions. [Allocate] splits a bill over owners, to the last digit.
//
// # Representation
//
// Usage is summed in 128-bit integers: MB·ns for GB-seconds, bytes for GB streamed, counts. One MB·ns is 1/(1024·10^9)
// GB-seconds = 9.765625e-13 and one byte 2^-30 GB: both are finite decimals, so nothing ever has to be divided. What is
// added as a decimal keeps whatever fraction of such a unit it has. Quantities become decimal once per bill, and every
// figure of a bill is exact. No floating point is used, and no package-level setting of shopspring/decimal is read or
// written, so none can change a figure, a text or a JSON form. ([Options] and [Totals] have no JSON form of their own: what
// encoding/json makes of them is decimal's.)
//
// # Constraints
//
//	memory                  128 to 10,240 MB, in steps of 1
//	billed duration         0 to 30 minutes, whole ms (any ns in AddMean)
//	/tmp                    512 to 10,240 MB; 0 means the free 512
//	asynchronous event      up to 1 MB, 1 to 13 requests
//	quantity given          0 or more, up to 60 decimals
//	sum of a meter          below 2^128 base units: 3.3e26 GB-seconds, 3.4e38 requests
//	price, discount         up to 20 decimals
//
// MB and GB are binary everywhere: GB = 1,024 MB.
//
// # Free tier and tiers
//
// The free tier is given in [Options]; without it there is none. AWS does not say which usage it covers first: here it is
// [Options.Prior], then the regions in the order of their codes, x86_64 before arm64. Nor does AWS say whether free
// GB-seconds count toward the tiers: here they do not, unless [Options.FreeAdvancesTiers] is set. Each bill states both.
// Provisioned GB-seconds are never free. Tiers are per region and architecture, placed by the prior usage of the region.
//
// # Rounding
//
// Nothing is rounded, except in [Bill.Invoice], which rounds each line's cost as AWS rounds a line item: half up, to 10
// decimals. [BilledDuration] rounds up, as AWS does, by the rules of the day.
//
// # Errors
//
// Errors are typed and matched with errors.As: [*RangeError], [*UnknownError], [*NotPricedError], [*OverflowError],
// [*MixedError], [*CardError], [*AllocationError]. They name what was given and what is allowed. A call that fails leaves
// its receiver as it was. A meter that a region does not sell, or whose price is not known, is an error, never zero. A nil
// *Rates or *Catalog is its zero value.
//
// Usage and bills that are read from JSON refuse what is missing where it would be taken for zero: quantities, the meter and
// the figures of a line. Text that is no JSON, or a value of another JSON type than its field's, is an error of encoding/json,
// a time that is none one of package time: errors.As finds them too.
//
// # Concurrency
//
// [Rates] and [Catalog] are immutable and safe for concurrent use. A [Usage] or [Groups] is for one goroutine at a time:
// sum up separately and merge, which is exact in any order. Everything else is plain data.
//
// # What is not known
//
//   - China's rules since December 2020, and most of its prices: [BilledDurationIn] refuses the first, the cards say the
//     second.
//   - Prices of the newer meters outside us-east-1: [SQSPoller], durable functions, tenant isolation, Managed Instances,
//     MicroVMs.
//   - How AWS rounds event-poller-unit-hours, which it counts by the second: a second is no finite decimal of an hour, so
//     the caller adds hours.
//
// # Sources
//
// Rules: AWS Lambda developer guide and pricing page, as of mid-2026; rounding of line items: 634 of 634 priced AWS rows of
// the FOCUS sample data. Prices: see [Embedded] and the NOTICE file.
package cost
