package tuning

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

// Function is one function of a fleet as it ran over some period, a month for example: at one memory size, on demand. One
// that ran at several sizes has raw timings at each: that is what [Price] is for.
type Function struct {
	Name            string
	Arch            cost.Arch
	MemoryMB        int    // configured, 128 to 10,240
	MaxMemoryUsedMB int    // the most that any execution used, as its REPORT line says: 1 or more
	Invocations     uint64 // in the period
	BilledMS        uint64 // sum of their billed durations, at most 30 minutes each
	EphemeralMB     int    // configured /tmp; 0 means the free 512
	// Threads is how many threads its CPU part can use; 0 means 1. It matters above 1,769 MB alone.
	Threads int
}

// Add counts one execution, as a log reports it: its billed duration, whole milliseconds from 0 to [cost.MaxBilled], and the
// most memory it used. Anything else is a [*RangeError] and leaves f as it was. A Function is for one goroutine at a time.
func (f *Function) Add(billed time.Duration, maxMemoryUsedMB int) error {
	switch {
	case billed < 0 || billed > cost.MaxBilled || billed%time.Millisecond != 0:
		return outOfRange("billed", billed, "whole milliseconds, 0 to "+cost.MaxBilled.String())
	case maxMemoryUsedMB < 0:
		return outOfRange("maxMemoryUsedMB", maxMemoryUsedMB, "0 or more")
	}
	f.Invocations++
	f.BilledMS += uint64(billed / time.Millisecond)
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
// [vcpu.Task]). What mixes the two lies between, in cost and in duration.
type Bounds struct {
	MemoryMB int
	// AllWait is the cost where the duration stays, and AllCPU where it changes as the CPU share does. Half up at CostScale
	// decimals.
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
	// Short says that FloorMB is above the function's memory: it has less headroom than asked for, and Floor costs more.
	Short bool
	Today decimal.Decimal // cost of the period as it ran, without free tier, half up at CostScale decimals
	// Floor is the size that could save most: the floor, but not above 10,240 MB.
	Floor Bounds
	// SavesAtMost and SavesAtLeast bound what Floor saves; negative where it costs more. The first is what measuring the
	// function at that size may bring (where that is smaller than today's: if all is wait), the second what it brings anyway.
	SavesAtMost, SavesAtLeast decimal.Decimal
	// NoSlower is the smallest size, not below the floor, at which even work that is all CPU takes no longer than today:
	// below today's only if that is more CPU than the threads can use, more than Threads × 1,769 MB. SavesSlowdownFree is
	// what it saves in any case.
	NoSlower          Bounds
	SavesSlowdownFree decimal.Decimal
}

// Rank finds the functions of a fleet that are worth measuring at another memory size: where smaller is safe, and what it
// would save at most and at least. The result is sorted by SavesAtMost, the largest first, then by name; functions that are
// Short come where their negative savings put them, last.
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
		return cmp.Or(compare(b.SavesAtMost, a.SavesAtMost), cmp.Compare(a.Function.Name, b.Function.Name))
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
	rec.Today = p.total(f, f.MemoryMB, ratioOf(1, 1))
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
	if n.BitLen() > 31 {
		return 1<<31 - 1
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
	slower := ratioOf(min(f.MemoryMB, saturated), min(memoryMB, saturated))
	b := Bounds{MemoryMB: memoryMB, AllWait: p.total(f, memoryMB, ratioOf(1, 1)), AllCPU: p.total(f, memoryMB, slower)}
	b.Slowdown = float64(slower.num.Int64()) / float64(slower.den.Int64())
	return b, nil
}

func ratioOf(a, b int) mean { return mean{big.NewInt(int64(a)), big.NewInt(int64(b))} }

// total prices all invocations of a function at a memory size, with durations that are times what they were.
func (p *Pricer) total(f Function, memoryMB int, times mean) decimal.Decimal {
	billed := new(big.Int).SetUint64(f.BilledMS)
	parts := p.parts(memoryMB, mean{billed.Mul(billed, times.num), times.den}, time.Millisecond)
	return parts.Requests.Mul(decimal.NewFromUint64(f.Invocations)).Add(parts.Compute).Add(parts.Ephemeral)
}
