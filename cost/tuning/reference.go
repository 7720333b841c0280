package tuning

import (
	"cmp"
	"fmt"
	"math"
	"math/big"
	"slices"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// What follows is the arithmetic of aws-lambda-power-tuning 4.4.0 in floating point, bit for bit as JavaScript does it. Its
// prices are not those of AWS and nothing else in this package uses them: they are here to compare with.

// ReferenceBasePrice returns what aws-lambda-power-tuning 4.4.0 takes for the price of a millisecond at 128 MB: 2.1e-9 on
// x86_64 and 1.7e-9 on arm64 wherever it has no other, which are .8 % and 2 % above the real prices of most regions, so that
// arm64 looks dearer than it is. Six regions have another on x86_64, in China (cn-…) in CNY. An unknown region has the price
// of most, as in the tool; an architecture that is neither is a [*cost.UnknownError].
func ReferenceBasePrice(region string, a cost.Arch) (float64, error) {
	if err := a.Validate(); err != nil {
		return 0, err
	}
	if a == cost.ARM64 {
		return 1.7e-9, nil
	}
	switch region {
	case "ap-east-1":
		return 2.9e-9, nil
	case "af-south-1":
		return 2.8e-9, nil
	case "me-south-1":
		return 2.6e-9, nil
	case "eu-south-1":
		return 2.4e-9, nil
	case "ap-northeast-3":
		return 2.7e-9, nil
	case "cn-north-1", "cn-northwest-1":
		return 1.42e-8, nil
	}
	return 2.1e-9, nil
}

// ReferencePrice returns the tool's cost of an invocation: ⌈billedMS⌉ × base × memoryMB/128, without request charge. base is
// that of [ReferenceBasePrice]. The exact cost is that of [Price].
func ReferencePrice(base float64, memoryMB int, billedMS float64) float64 {
	return math.Ceil(billedMS) * base * (float64(memoryMB) / 128)
}

// ReferenceTotal returns the tool's cost of several invocations at one size, by their billed milliseconds.
func ReferenceTotal(base float64, memoryMB int, billedMS []float64) float64 {
	total := 0.0
	for _, ms := range billedMS {
		total += float64(ReferencePrice(base, memoryMB, ms)) // not fused with the sum
	}
	return total
}

// ReferenceMean returns the tool's trimmed mean: of the values sorted, without the first and last trunc(n × discard), where
// discard is taken for 0 below 0 and for 0.4 above; its default is 0.2. It is 0 for no values, and NaN for a discard of NaN.
// The values are left as they are. The mean of [Price] with [Options].Trim is the same but exact.
func ReferenceMean(values []float64, discard float64) float64 {
	if len(values) == 0 {
		return 0
	}
	if math.IsNaN(discard) {
		return discard
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	k := int(float64(len(sorted)) * min(max(discard, 0), 0.4))
	sum := 0.0
	for _, v := range sorted[k : len(sorted)-k] {
		sum += v
	}
	return sum / float64(len(sorted)-2*k)
}

// ReferenceStats returns what the tool would have made of raw timings, sizes in the order in which they come: of each the
// trimmed means of what was waited and of what was billed, and the price of the latter. The tool adds the billed part of a
// restore to a billed duration that has it already, and so does this; of what was waited, it takes a restore's whole time,
// of which only the billed part is known here. Several samples of one size count as one.
//
// base is that of [ReferenceBasePrice], discard that of [ReferenceMean], and on the day whose billing rules hold; zero means
// 2025-08-01. A size without runs, one that failed, and one that Lambda does not have, is left out and named, as is one with
// a run that [cost.BilledDuration] refuses on the day; and all are if base or discard is not a number, or base is negative
// or infinite.
func ReferenceStats(measured []Sample, base, discard float64, on time.Time) ([]Stat, []LeftOut) {
	var stats []Stat
	var left []LeftOut
	on = cmp.Or(on, newestRules)
	for _, s := range pool(measured) {
		stat, err := referenceStat(s, base, discard, on)
		if err != nil {
			left = append(left, LeftOut{MemoryMB: s.MemoryMB, Err: err})
			continue
		}
		stats = append(stats, stat)
	}
	return stats, left
}

func referenceStat(s Sample, base, discard float64, on time.Time) (Stat, error) {
	if err := validMemory("MemoryMB", s.MemoryMB); err != nil {
		return Stat{}, err
	}
	switch {
	case !(base >= 0) || math.IsInf(base, 1):
		return Stat{}, outOfRange("base", base, "0 or more")
	case math.IsNaN(discard):
		return Stat{}, outOfRange("discard", discard, "a number")
	case s.Failed != "":
		return Stat{}, &FailedError{s.Failed}
	case len(s.Runs) == 0:
		return Stat{}, &NoRunsError{}
	}
	var total, billed []float64
	for i, t := range s.Runs {
		b, err := cost.BilledDuration(t, on)
		if err != nil {
			return Stat{}, &RunError{i, err}
		}
		total = append(total, milliseconds(t.Duration+t.Init+t.BilledRestore))
		billed = append(billed, milliseconds(b+t.BilledRestore))
	}
	return Stat{
		MemoryMB:        s.MemoryMB,
		AveragePrice:    ReferencePrice(base, s.MemoryMB, ReferenceMean(billed, discard)),
		AverageDuration: ReferenceMean(total, discard),
	}, nil
}

// milliseconds returns the float64 nearest to a duration in ms.
func milliseconds(d time.Duration) float64 { return float64(d) / 1e6 }

// ReferenceExecutionCost returns what the tool reports as the cost of its own state machine, rounded to 5 decimals as it
// does: a Step Functions transition for 6 states and 3 for each size. coldStarts is how many cold starts were measured for
// each size in the tool's mode onlyColdStarts, 0 outside of it. In China it is in CNY. Numbers below 0 are a [*RangeError].
func ReferenceExecutionCost(region string, sizes, coldStarts int) (float64, error) {
	if sizes < 0 || sizes > maxGrid {
		return 0, outOfRange("sizes", sizes, fmt.Sprintf("0 to %d", maxGrid))
	}
	if coldStarts < 0 || coldStarts > 1e6 {
		return 0, outOfRange("coldStarts", coldStarts, "0 to 1,000,000")
	}
	transitions := 6 + 3*sizes
	if coldStarts > 0 {
		transitions = 6 + sizes + 2*sizes*coldStarts
	}
	// JavaScript's toFixed: half up by the exact value.
	exact := new(big.Rat).SetFloat64(transitionPrice(region) * float64(transitions))
	num := new(big.Int).Mul(exact.Num(), big.NewInt(1e5))
	f, _ := new(big.Rat).SetFrac(halfUp(num, exact.Denom()), big.NewInt(1e5)).Float64()
	return f, nil
}

// transitionPrice is the tool's price of a Step Functions transition.
func transitionPrice(region string) float64 {
	switch region {
	case "us-gov-west-1", "us-gov-east-1":
		return 3e-5
	case "ap-northeast-2":
		return 2.71e-5
	case "eu-south-1":
		return 2.625e-5
	case "af-south-1":
		return 2.975e-5
	case "us-west-1":
		return 2.79e-5
	case "eu-west-3":
		return 2.97e-5
	case "ap-east-1", "me-south-1":
		return 2.75e-5
	case "ap-south-1":
		return 2.85e-5
	case "sa-east-1":
		return 3.75e-5
	case "cn-north-1", "cn-northwest-1":
		return 1.891e-4
	}
	return 2.5e-5
}

// ReferencePayloads returns how many of num runs the tool makes with each of several payloads, by their weights: the whole
// part of weight × num / (sum of weights), the last payload whatever is left. A payload that would get none, fewer runs than
// payloads, no payloads, or a weight below 1, is a [*RangeError].
func ReferencePayloads(num int, weights []int) ([]int, error) {
	if len(weights) == 0 {
		return nil, outOfRange("weights", "empty", "one or more")
	}
	if num < len(weights) {
		return nil, outOfRange("num", num, fmt.Sprintf("%d or more, one run for each payload", len(weights)))
	}
	total := new(big.Int)
	for i, w := range weights {
		if w < 1 {
			return nil, outOfRange(fmt.Sprintf("weights[%d]", i), w, "1 or more")
		}
		total.Add(total, big.NewInt(int64(w)))
	}
	counts, left := make([]int, len(weights)), num
	for i, w := range weights {
		n := new(big.Int).Mul(big.NewInt(int64(w)), big.NewInt(int64(num)))
		counts[i] = int(n.Quo(n, total).Int64())
		if counts[i] < 1 {
			return nil, outOfRange(fmt.Sprintf("weights[%d]", i), w, fmt.Sprintf("at least %v/%d of all weights, for one run", total, num))
		}
		if i == len(weights)-1 {
			counts[i] = left
		}
		left -= counts[i]
	}
	return counts, nil
}
