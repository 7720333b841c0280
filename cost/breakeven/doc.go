// Package breakeven finds from which traffic on another way of serving requests costs less: Lambda against Fargate, EC2,
// Lambda Managed Instances or any fixed cost, one Lambda configuration against another, before and after a rewrite.
//
//	lambda := breakeven.Lambda{
//		Rates:   rates, // of package cost
//		Request: cost.Invocation{Arch: cost.ARM64, MemoryMB: 512, Billed: 100 * time.Millisecond},
//	}
//	fargate := breakeven.Fargate{
//		Rates:    prices, // of FargatePrices, or your own
//		CPUUnits: 1024, MemoryMB: 2048,
//		Load:     breakeven.Load{CPU: 20 * time.Millisecond, Utilization: decimal.New(6, -1)},
//		MinTasks: 2,
//	}
//	crossings, err := breakeven.Crossings(lambda, fargate, 1e9) // up to a billion requests a month
//
// # How break-even works
//
// Lambda charges for each request and for the memory that it holds while it runs, waiting included; nobody calling costs
// nothing. Whatever is always on charges by the hour, used or not; the next request costs nothing until another task or
// instance is needed. So at little traffic Lambda costs less, by far, and at much and steady traffic mostly the other does.
// Where they cross depends above all on three figures, which you have to bring:
//
//   - How full the fleet may be ([Load].Utilization, PeakToMean, the least number of tasks). Computing all the time costs
//     2.43 times as much on Lambda (4,096 MB, x86_64) as on Fargate (2 vCPU, 4 GB): a fleet that is less than 41 % busy
//     costs more.
//   - How much of the duration is CPU time. A function that waits for a database is charged for the wait, while a task
//     serves others: compare [Load].CPU with the billed duration.
//   - What it costs to run it. A fleet has to be deployed, patched and watched. The allowance for that (PerMonth, of either
//     side) is often more than the bill, and belongs into the total cost of ownership.
//
// On Lambda one vCPU-hour (1,769 MB) costs 0.10365 USD on x86_64 and 0.0829 on arm64 in us-east-1, at any memory size, and on
// Fargate, with 2 GB, 0.0494 and 0.0395.
//
// # Sides
//
// A [Side] says what a month of so many requests costs: [Lambda], [ManagedInstances], [Fargate], [EC2], [Fixed], [Tiered], or
// the [Sum] of several. It is a struct of plain fields, of which most may be left at zero; each says what that means. Lambda's
// cost is the bill of package cost, with free tier, tiers, earlier usage and discounts as its options say.
//
// [Fargate.Cheapest], [EC2.Cheapest] and [ManagedInstances.Cheapest] choose the size of task or the instance type that costs
// least for a load.
//
// [Crossings] returns every count at which the cheaper side changes, [Compare] bills both at one, and [Comparison.Ratio] says
// how many times as much one costs.
//
// # A rewrite is an investment
//
// A [Change] is what it costs once and the bills before and after. [Change.Payback] says after how many months it is paid
// back and what is won in a year, [Change.PaysWithin] from which traffic on it is within a number of months, [Change.Saves]
// below which traffic it never is.
//
// # Provisioned concurrency
//
// It makes cold starts rare, and costs less than on demand only where it is busy: from the share that [ProvisionedThreshold]
// says, which is above 1, so never, in 15 of the 35 USD regions on x86_64 and in 13 on arm64. That is in the first tier of
// duration: in the second it is 23 and 21, in the third all (see [Threshold]). [Provisioned.Cheapest] finds how many units
// cost least while at most so many requests overflow; how many do, it is told by a function, such as Erlang's formula of
// package lifecycle.
//
// # Months and fleets
//
// A month has 730 hours unless a side says otherwise ([HoursPerMonth]). Requests are spread evenly over it: n a month are
// n / 2,628,000 a second. Fleets follow that rate times PeakToMean with whole tasks or instances, so their cost has steps.
// Those who scale to many times the mean every day should say so: with a PeakToMean of 1 the fleet is taken to follow the
// traffic without delay.
//
// # Exactness
//
// Every figure is exact; no floating point is used, except in the shares of requests that overflow, which are what a formula
// or simulation says. Crossings are found by solving each piece of the bills in whole numbers, all steps of a fleet at once,
// so that none is missed however many requests there are: see [Crossings]. Ratios and shares are *[big.Rat]; FloatString
// prints them rounded.
//
// # Errors
//
// Errors are typed and matched with errors.As: [*RangeError] for a field, [*UnknownError] for a region or type that the
// embedded prices do not have, [*CurrencyError], [*LimitError], [*EffortError], [*UnitsError], and those of package cost for
// what it bills. Where there are two sides, a [*SideError] around it says which. Amounts, prices and fractions may have up to
// 20 digits before and 20 after the point.
//
// # Concurrency
//
// Sides are values that are only read; functions may be called from several goroutines at once.
//
// # What is not in it
//
// Data transfer, load balancers, volumes and public addresses, unless you add them (PerTask, PerInstance, PerMonth, [Sum]).
// Surplus CPU credits of burstable instances: fleets are sized by their baseline. Savings Plans, unless as a Discount. Cold
// starts, unless their initialisation is in [Lambda].Request. Windows. The time value of money.
//
// # Sources
//
// Fargate, EC2 (Linux, on demand) and API Gateway prices are those of June 2025, of us-east-1 and eu-west-1: embedded in
// alternatives.json, each with its source, listed in NOTICE. The sizes of Fargate tasks: Amazon ECS Developer Guide, as of
// 2026-10. The fee and the least number of Managed Instances: Lambda pricing page and developer guide, as of mid-2026.
package breakeven
