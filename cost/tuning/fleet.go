package tuning

import (
	"cmp"
	"fmt"
	"math"
	"math/big"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

// Function is one function of a fleet as it ran over some period, a month for example: at one memory size, on demand. One
// that ran at several sizes has raw timings at each: that is what [Price] is for.
type Function struct {
	Name     string
	Arch     cost.Arch
	MemoryMB int // configured, 128 to 10,240
	// MaxMemoryUsedMB is the most that any execution used, as its REPORT line says: 1 or more. One that was stopped for lack of
	// memory used all there was, and wanted more.
	MaxMemoryUsedMB int
	Invocations     uint64 // in the period
	BilledMS        uint64 // sum of their billed durations, at most 30 minutes each
	EphemeralMB     int    // configured /tmp; 0 means the free 512
	// Threads is how many threads its CPU part can use; 0 means 1. It matters above 1,769 MB alone. What is said of less memory
	// rests on it: work of more threads is slowed down more there, and saves less. Where it is not known, 6 is safe, the most cores
	// that Lambda has.
	Threads int
}

// Add counts one execution, as a log reports it: its billed duration, whole milliseconds from 0 to [cost.MaxBilled], and the
// most memory it used. Anything else, and a sum beyond 64 bits, is a [*RangeError] and leaves f as it was. Executions
// at another memory size than f's belong to another Function: Add is not told the size. A Function is for one goroutine at a
// time.
func (f *Function) Add(billed time.Duration, maxMemoryUsedMB int) error {
	switch {
	case billed < 0 || billed > cost.MaxBilled || billed%time.Millisecond != 0:
		return outOfRange("billed", billed, "whole milliseconds, 0 to "+cost.MaxBilled.String())
	case maxMemoryUsedMB < 0:
		return outOfRange("maxMemoryUsedMB", maxMemoryUsedMB, "0 or more")
	case f.Invocations == math.MaxUint64:
		return outOfRange("Function.Invocations", f.Invocations, "less, to count one more")
	}
	ms := uint64(billed / time.Millisecond)
	if f.BilledMS > math.MaxUint64-ms {
		return outOfRange("Function.BilledMS", f.BilledMS, fmt.Sprintf("less, to add %d ms", ms))
	}
	f.Invocations++
	f.BilledMS += ms
	f.MaxMemoryUsedMB = max(f.MaxMemoryUsedMB, maxMemoryUsedMB)
	return nil
}

func (f *Function) validate() error {
	if err := validMemory("Function.MemoryMB", f.MemoryMB); err != nil {
		return err
	}
	switch {
	case f.MaxMemoryUsedMB < 1:
		return outOfRange("Function.MaxMemoryUsedMB", f.MaxMemoryUsedMB, "1 or more: without it, no size is known to be large enough")
	case f.Threads < 0:
		return outOfRange("Function.Threads", f.Threads, "0 or more")
	case new(big.Int).SetUint64(f.BilledMS).Cmp(new(big.Int).Mul(new(big.Int).SetUint64(f.Invocations), big.NewInt(cost.MaxBilled.Milliseconds()))) > 0:
		return outOfRange("Function.BilledMS", f.BilledMS, fmt.Sprintf("at most 30 minutes for each of %d invocations", f.Invocations))
	}
	return nil
}

// Bounds is what the same invocations would do at another memory size. Of work nothing is known but that it was measured at
// one size, so the truth is between two extremes: that all of the time was spent waiting, and that all of it was CPU (see
// [vcpu.Task]). What mixes the two lies between, in cost and in duration, each invocation in its own way.
type Bounds struct {
	MemoryMB int
	// AllWait is the cost where the duration stays, and AllCPU where it changes as the CPU share does, as far from AllWait as
	// rounding up to milliseconds can bring it. What was billed as 1 ms took up to 1 ms and is up to 2 ms with 1.05 times that:
	// where the size is slower, nearly a millisecond for each invocation is added, unless durations become a whole multiple;
	// where it is faster, less than one is taken off. Half up at CostScale decimals.
	AllWait, AllCPU decimal.Decimal
	// Slowdown is the duration where all is CPU, as a multiple of today's: 2 is twice as long, 0.5 half. Where all is wait, it
	// is 1.
	Slowdown float64
}

// Recommendation is what a function could save, at most and at least, by another memory size.
type Recommendation struct {
	Function Function
	// FloorMB is the smallest size that holds the most memory used and the headroom: max(128, ⌈used × (1+headroom)⌉). It is
	// never below what was used; where it is above 10,240, it is more than Lambda has.
	FloorMB int
	// Short says that FloorMB is above the function's memory: it has less headroom than asked for, and the question is not what
	// another size saves.
	Short bool
	Today decimal.Decimal // cost of the period as it ran, without free tier, half up at CostScale decimals
	// Floor is the size that could save most: the floor, but not above 10,240 MB.
	Floor Bounds
	// SavesAtMost and SavesAtLeast bound what Floor saves, rounding up to milliseconds included; negative where it costs more.
	// The first is what measuring the function at that size may bring (where that is smaller than today's: if all is wait),
	// the second what it brings anyway.
	SavesAtMost, SavesAtLeast decimal.Decimal
	// NoSlower is the smallest size, not below the floor, at which even work that is all CPU takes no longer than today:
	// below today's only if that is more CPU than the threads can use, more than Threads × 1,769 MB. SavesSlowdownFree is
	// what it saves in any case, if the work has no more threads than Function.Threads says.
	NoSlower          Bounds
	SavesSlowdownFree decimal.Decimal
}

// Rank finds the functions of a fleet that are worth measuring at another memory size: where smaller is safe, and what it
// would save at most and at least. The result is sorted by SavesAtMost, the largest first, then by name; those that are Short
// come behind all others, in the same order.
//
// No size below a function's most memory used plus the headroom is ever recommended; 0.2 asks for 20 % more than was used.
// It has to be stated: the most that was used in the period need not be the most that ever is. What a smaller size does to
// the duration must fit the function's timeout and its callers: see Slowdown. Below 256 MB garbage-collected runtimes can
// slow down more than CPU share explains.
//
// All functions are priced with one region's rates, first tier, without free tier; do it region by region. A function that
// is not valid, or not priced there, is left out and named; it never spoils the rest. The error is a [*RangeError] for rates
// that are nil or the zero value, and for a headroom that is negative, above 100, or not a number.
func Rank(r *cost.Rates, functions []Function, headroom float64) ([]Recommendation, []LeftOut, error) {
	if err := validRates(r); err != nil {
		return nil, nil, err
	}
	h, err := newPortion("headroom", headroom, 100, "0 to 100, as a share of the memory used")
	if err != nil {
		return nil, nil, err
	}
	ranked := make([]Recommendation, 0, len(functions))
	var left []LeftOut
	for _, f := range functions {
		rec, err := recommend(r, f, h)
		if err != nil {
			left = append(left, LeftOut{Function: f.Name, MemoryMB: f.MemoryMB, Err: err})
			continue
		}
		ranked = append(ranked, rec)
	}
	slices.SortStableFunc(ranked, func(a, b Recommendation) int {
		switch {
		case a.Short && !b.Short:
			return 1
		case b.Short && !a.Short:
			return -1
		}
		return cmp.Or(digits.Compare(b.SavesAtMost, a.SavesAtMost), cmp.Compare(a.Function.Name, b.Function.Name))
	})
	return ranked, left, nil
}

func recommend(r *cost.Rates, f Function, headroom portion) (Recommendation, error) {
	if err := f.validate(); err != nil {
		return Recommendation{}, err
	}
	p, err := NewPricer(r, f.Arch, cost.OnDemand, f.EphemeralMB)
	if err != nil {
		return Recommendation{}, err
	}
	rec := Recommendation{Function: f, FloorMB: floorMB(f.MaxMemoryUsedMB, headroom)}
	rec.Short = rec.FloorMB > f.MemoryMB
	rec.Today = p.total(f, f.MemoryMB, whole(f.BilledMS))
	if rec.Floor, err = p.bounds(f, min(rec.FloorMB, cost.MaxMemoryMB)); err != nil {
		return Recommendation{}, err
	}
	rec.SavesAtMost, rec.SavesAtLeast = rec.Today.Sub(rec.Floor.AllWait), rec.Today.Sub(rec.Floor.AllCPU)
	if rec.SavesAtMost.LessThan(rec.SavesAtLeast) { // a larger size: CPU is what saves
		rec.SavesAtMost, rec.SavesAtLeast = rec.SavesAtLeast, rec.SavesAtMost
	}
	saturated, err := vcpu.Task{CPU: 1, Threads: f.Threads}.SaturationMB()
	if err != nil {
		return Recommendation{}, err
	}
	noSlower := min(max(rec.FloorMB, min(f.MemoryMB, saturated)), cost.MaxMemoryMB)
	if rec.NoSlower, err = p.bounds(f, noSlower); err != nil {
		return Recommendation{}, err
	}
	rec.SavesSlowdownFree = rec.Today.Sub(rec.NoSlower.AllWait)
	return rec, nil
}

// floorMB returns max(128, ⌈used × (1+headroom)⌉).
func floorMB(used int, headroom portion) int {
	n := headroom.times(big.NewInt(int64(used)))
	n.Add(n, headroom.den).Sub(n, big.NewInt(1)).Quo(n, headroom.den)
	if n.Cmp(big.NewInt(math.MaxInt)) > 0 {
		return math.MaxInt
	}
	return max(cost.MinMemoryMB, int(n.Int64()))
}

// Bounds returns what the invocations of a function would do at any memory size, 128 to 10,240 MB, by the rates of a region.
// [Rank] does that for many functions at the size that each could do with.
func (f Function) Bounds(r *cost.Rates, memoryMB int) (Bounds, error) {
	if err := f.validate(); err != nil {
		return Bounds{}, err
	}
	p, err := NewPricer(r, f.Arch, cost.OnDemand, f.EphemeralMB)
	if err != nil {
		return Bounds{}, err
	}
	return p.bounds(f, memoryMB)
}

func (p *Pricer) bounds(f Function, memoryMB int) (Bounds, error) {
	if err := validMemory("memoryMB", memoryMB); err != nil {
		return Bounds{}, err
	}
	// From the saturation on more memory is no more CPU, so the durations are as saturation/size below it.
	saturated, err := vcpu.Task{CPU: 1, Threads: f.Threads}.SaturationMB()
	if err != nil {
		return Bounds{}, err
	}
	now, then := min(f.MemoryMB, saturated), min(memoryMB, saturated)
	return Bounds{
		MemoryMB: memoryMB,
		AllWait:  p.total(f, memoryMB, whole(f.BilledMS)),
		AllCPU:   p.total(f, memoryMB, f.rescaled(now, then)),
		Slowdown: float64(now) / float64(then),
	}, nil
}

func whole(n uint64) mean { return mean{new(big.Int).SetUint64(n), big.NewInt(1)} }

// rescaled bounds the billed milliseconds where all durations are now/then times what they were. In lowest terms, p/q, and for
// an invocation that took x ms, so that it was billed b = ⌈x⌉:
//
//	slower: ⌈x·p/q⌉ <= ⌈b·p/q⌉ <= (b·p + q-1)/q
//	faster: x > b-1, so ⌈x·p/q⌉ >= ⌊(b-1)·p/q⌋ + 1 >= (b·p - (p-1))/q
func (f *Function) rescaled(now, then int) mean {
	p, q := big.NewInt(int64(now)), big.NewInt(int64(then))
	common := new(big.Int).GCD(nil, nil, p, q)
	p.Quo(p, common)
	q.Quo(q, common)
	one := big.NewInt(1)
	each := new(big.Int)
	switch p.Cmp(q) {
	case 1:
		each.Sub(q, one)
	case -1:
		each.Sub(one, p)
	}
	n := new(big.Int).SetUint64(f.BilledMS)
	n.Add(n.Mul(n, p), each.Mul(each, new(big.Int).SetUint64(f.Invocations)))
	if n.Sign() < 0 { // more invocations than milliseconds
		n.SetInt64(0)
	}
	return mean{n, q}
}

// total prices all invocations of a function at a memory size, with so many billed milliseconds in all.
func (p *Pricer) total(f Function, memoryMB int, billed mean) decimal.Decimal {
	parts := p.parts(memoryMB, billed, time.Millisecond)
	return parts.Requests.Mul(decimal.NewFromUint64(f.Invocations)).Add(parts.Compute).Add(parts.Ephemeral)
}
