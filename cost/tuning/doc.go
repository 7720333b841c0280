// Package tuning finds the memory size of a Lambda function that is best for its cost, its duration, or both, from timings
// at several sizes: what a point costs exactly, which points are worth a look, which one to take, how sure that is.
//
//	samples, err := tuning.ReadCSV(file) // raw timings: memory_mb,duration_ms,init_ms
//	…
//	points, err := tuning.Price(rates, cost.ARM64, samples, nil)
//	var left *tuning.LeftOutError
//	if errors.As(err, &left) && left.Kept > 0 {
//		log.Print(left) // a size failed; the points are those of the others
//	} else if err != nil {
//		return err
//	}
//	cheapest, err := tuning.Best(points, tuning.Cheapest)
//	choice, err := tuning.CheapestWithin(points, 300*time.Millisecond)
//
// # What memory buys
//
// More memory brings more CPU (package vcpu) and costs more for each millisecond. Work that is all CPU takes half as long
// with twice the memory, for the same money; work that waits takes as long and costs twice as much. Real work is in between,
// so cost has a minimum somewhere, often a flat one: of AWS's own example, primes up to a million, the sizes of 128 and
// 1,024 MB cost the same to .04 % and differ eight times in duration. Which is the "optimum" is then decided by noise. So
// look at more than one number:
//
//   - [Pareto] leaves the points that are not beaten in both cost and duration.
//   - [CheapestWithin] and [FastestWithin] choose by what is asked of the function: a limit, a budget ([PerInvocation] makes
//     one of a monthly sum).
//   - [Ties] says which choices are as good, and what each costs a month.
//   - [Evaluation.Bootstrap] says how often each size would be chosen if the measurement were repeated, and
//     [Evaluation.Margins] by how much it may be off before another one wins.
//   - [Compare] sets two sets of points side by side: x86_64 and arm64, before and after.
//   - [Best] chooses as the reference tool does.
//
// # What a point costs
//
// [Price] bills every run by itself, as AWS does: rounded up to milliseconds, INIT included, by the rules of a stated day;
// then takes means, adds the request charge and /tmp, all with the exact prices of region and architecture. It is not the
// price of a mean. Cold and warm runs are weighted by the share that is cold in production ([Options].ColdShare: package
// lifecycle tells), not by how many happened to be measured. The duration can be a mean, a trimmed mean or a percentile; the
// cost is what is paid on average, however long the tail is, unless a trimmed mean is asked for: that leaves out the most
// expensive runs, although they are paid. [Evaluate] returns the parts of each cost, and [Evaluation.Included] says in words
// what is in it and what is not: free tier, later price tiers, streaming, provisioned concurrency, logs.
//
// A size that failed or that has no runs is left out and named: [Price] returns the other points together with a
// [*LeftOutError], [Evaluate] has the list. It never spoils the rest.
//
// # Between the points
//
// [Interpolate] and [Curve] say what sizes between the measured ones would do: duration as a power law between the two
// neighbours, a straight line in log-log, through all points and monotone where they are. [Evaluation.At] and
// [Evaluation.Curve] price it exactly. Outside of the measured range nothing is guessed, nor by an evaluation where a size
// failed. [CheckPoints] sets each point beside its interpolation from the others and beside the task of package vcpu that
// fits them all. On 54 measured tables, sizes left out one by one, whose neighbours are then mostly four times apart:
//
//	                     median   9 in 10 within
//	interpolation x86_64  2.4 %   20 %
//	interpolation arm64   7.1 %   24 %
//	fit, all points       2.6 %   14 %   (x86_64)
//	fit, all points       7.3 %   18 %   (arm64)
//
// Those tables are means of few runs, so part of that is noise. Measure the size before relying on it.
//
// # The reference tool
//
// aws-lambda-power-tuning is what most people measure with. Of version 4.4.0 this package has the strategies to the letter
// ([Cheapest], [Fastest], [Balanced]), on exact prices; its output ([ReadOutput], [NewOutput]) and its share URLs ([ShareURL],
// [ParseShareURL], [Share]) both ways; and its own arithmetic, under names that begin with Reference, to compare with. That
// arithmetic, [Stat] and [Share] are floating point, as the tool is; no exact figure is made of them unless a caller asks for
// [Output.Points] or [ParseShareURL]. The tool's prices are .8 % (x86_64) and 2 % (arm64) above most regions', without
// request charge, so price its durations anew: [Output.Samples].
//
// # Fleets
//
// Most functions were only ever run at one size. [Rank] bounds what another size could save, from the two extremes, all wait
// and all CPU, and what rounding up to milliseconds can add to them; never goes below the most memory used plus a stated
// headroom; and puts the functions first that are worth measuring.
//
// # Exactness
//
// Money is a decimal, computed in fractions of whole numbers and rounded once, half up at [CostScale] decimals. Nothing of it
// is floating point, and no package-level setting of shopspring/decimal is read or written. Durations are whole nanoseconds.
// Shares, weights and tolerances, given as float64, count as the decimal that they print as: 0.1 is one tenth. The same
// figures come out on every machine.
//
// # Errors
//
// Errors are typed and matched with errors.As: [*RangeError], [*LeftOutError] and in it [*NoRunsError], [*FailedError],
// [*RunError]; [*UnreachableError] for a limit or budget that no point keeps, [*OutsideError] for a size beyond the measured
// ones, [*InputError] with the line of an input; and those of package cost for rates, regions and architectures. What a
// caller hands over is never changed.
//
// # Concurrency
//
// All functions may be called at the same time; [Pricer] and [Evaluation] are safe for concurrent use.
//
// # Sources
//
// Prices: package cost. The reference tool: github.com/alexcasalboni/aws-lambda-power-tuning 4.4.0, its vectors made by
// running it in November 2026. The primes: AWS Lambda Operator Guide, "Computing power". The 54 tables: published
// measurements of 2017 to 2026, most of them of github.com/cebert/aws-lambda-performance-benchmarks.
package tuning
