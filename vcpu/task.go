package vcpu

import (
	"math"
	"math/big"
	"math/bits"
	"sort"
	"time"
)

// Task is a piece of work, apart from the memory size at which it runs. The zero Task takes no time.
type Task struct {
	Wait    time.Duration // wall-clock time that needs no CPU: network, disk, other services; 0 or more
	CPU     time.Duration // on one full vCPU, all threads together; 0 or more
	Threads int           // that the CPU part can use; 0 means 1. Above 6 there is no more to use
	// Serial is the part of CPU that only one thread can do, 0 to CPU, for Amdahl's law: his parallel fraction is
	// (CPU-Serial)/CPU. 0 means that Threads can share all of it.
	Serial time.Duration
}

// Measurement is how long one piece of work took at one memory size: of one invocation, or an average of several.
type Measurement struct {
	MemoryMB int
	Duration time.Duration
}

// Validate returns a [*RangeError] for the first field that is not within its limits.
func (t Task) Validate() error {
	switch {
	case t.Wait < 0:
		return outOfRange("Task.Wait", t.Wait, "0 or more")
	case t.CPU < 0:
		return outOfRange("Task.CPU", t.CPU, "0 or more")
	case t.Threads < 0:
		return outOfRange("Task.Threads", t.Threads, "0 or more")
	case t.Serial < 0 || t.Serial > t.CPU:
		return outOfRange("Task.Serial", t.Serial, "0 to Task.CPU, "+t.CPU.String())
	}
	return nil
}

// Duration returns how long the task takes at a memory size:
//
//	Wait + Serial/min(share, 1) + (CPU-Serial)/min(share, Threads), share = memoryMB/1769
//
// It is computed in integers and rounded once, to the nearest nanosecond, half up: the same on every machine, and never
// longer with more memory. The error is a [*RangeError]: of [Task.Validate], for a memory size that Lambda does not have,
// or for a duration beyond time.Duration (292 years).
func (t Task) Duration(memoryMB int) (time.Duration, error) {
	if err := t.Validate(); err != nil {
		return 0, err
	}
	if err := validMemory("memoryMB", memoryMB); err != nil {
		return 0, err
	}
	hi, lo, d := t.onCPU(memoryMB)
	if hi >= d {
		return 0, overflows("Task's duration")
	}
	q, r := bits.Div64(hi, lo, d)
	if r >= d-r {
		q++ // cannot wrap: d > 1
	}
	if q > uint64(math.MaxInt64-t.Wait) {
		return 0, overflows("Task's duration")
	}
	return t.Wait + time.Duration(q), nil
}

// onCPU returns the time of the CPU part as a fraction: of a 128-bit numerator below 2^89 and a divisor d below 2^25.
func (t Task) onCPU(memoryMB int) (hi, lo, d uint64) {
	one := uint64(effective(memoryMB, 1)) // MB that count
	all := uint64(effective(memoryMB, t.Threads))
	hi, lo = bits.Mul64(uint64(t.Serial), FullVCPUMemoryMB*all)
	hi2, lo2 := bits.Mul64(uint64(t.CPU-t.Serial), FullVCPUMemoryMB*one)
	lo, carry := bits.Add64(lo, lo2, 0)
	return hi + hi2 + carry, lo, one * all
}

// effective returns how much of a memory size buys CPU that threads can use, in MB.
func effective(memoryMB, threads int) int {
	return min(memoryMB, usable(threads)*FullVCPUMemoryMB)
}

// usable returns how many of the threads can make a difference: 1 to 6.
func usable(threads int) int { return min(max(threads, 1), maxCeilShare) }

// Durations returns how long the task takes at each of some memory sizes, in their order. The error is the first of
// [Task.Duration].
func (t Task) Durations(memoryMB ...int) ([]Measurement, error) {
	at := make([]Measurement, len(memoryMB))
	for i, m := range memoryMB {
		d, err := t.Duration(m)
		if err != nil {
			return nil, err
		}
		at[i] = Measurement{m, d}
	}
	return at, nil
}

// SaturationMB returns the memory size from which more memory does not make the task faster: Threads·1769, at most
// [MaxMemoryMB]. It is 1769 if all of the CPU part is serial, and [MinMemoryMB] if there is no CPU part. The error is that of
// [Task.Validate].
func (t Task) SaturationMB() (int, error) {
	if err := t.Validate(); err != nil {
		return 0, err
	}
	switch {
	case t.CPU == 0:
		return MinMemoryMB, nil
	case t.Serial == t.CPU:
		return FullVCPUMemoryMB, nil
	}
	return effective(MaxMemoryMB, t.Threads), nil
}

// MemoryFor returns the smallest memory size at which the task takes no longer than a limit: the inverse of
// [Task.Duration]. The error is that of [Task.Validate], or a [*RangeError] for a limit that no memory size keeps, which
// says what could be kept.
func (t Task) MemoryFor(limit time.Duration) (memoryMB int, err error) {
	shortest, err := t.Duration(MaxMemoryMB)
	if err != nil {
		return 0, err
	}
	if limit < shortest {
		return 0, outOfRange("limit", limit, shortest.String()+" or more")
	}
	return MinMemoryMB + sort.Search(MaxMemoryMB-MinMemoryMB, func(i int) bool {
		d, err := t.Duration(MinMemoryMB + i)
		return err == nil && d <= limit // an error is an overflow, so longer than any limit
	}), nil
}

// Ratio returns how many times as long the task takes at one memory size as at another: the ratio of its two durations, exact.
// It carries over what is measured at fromMB, if wait and CPU have the proportions of the task: see [Task.Scale]. For a whole
// distribution of durations there is lifecycle.Scale.
//
// The error is a [*RangeError]: of [Task.Validate], for a memory size that Lambda does not have, or a task that takes no time
// and so has no proportions.
func (t Task) Ratio(fromMB, toMB int) (*big.Rat, error) {
	return t.ratio("fromMB", fromMB, "toMB", toMB)
}

// ratio is Ratio for sizes that go by other names.
func (t Task) ratio(fromName string, fromMB int, toName string, toMB int) (*big.Rat, error) {
	if err := t.Validate(); err != nil {
		return nil, err
	}
	if err := validMemory(fromName, fromMB); err != nil {
		return nil, err
	}
	if err := validMemory(toName, toMB); err != nil {
		return nil, err
	}
	if t.Wait == 0 && t.CPU == 0 {
		return nil, outOfRange("Task", "without Wait and CPU", "either of them above 0")
	}
	to := t.exact(toMB)
	return to.Quo(to, t.exact(fromMB)), nil
}

// Scale returns how long something takes at a memory size that was measured at another, if wait and CPU have the
// proportions of the task: measured.Duration times [Task.Ratio], rounded once to the nearest nanosecond, half up.
// Task{CPU: 1} says that all of it was CPU, on one thread, and Task{Wait: 1} that nothing was; whatever mixes the two on one
// thread lies in between.
//
// The error is a [*RangeError]: of [Task.Ratio], for a negative duration, or a result beyond time.Duration.
func (t Task) Scale(measured Measurement, memoryMB int) (time.Duration, error) {
	ratio, err := t.ratio("measured.MemoryMB", measured.MemoryMB, "memoryMB", memoryMB)
	if err != nil {
		return 0, err
	}
	if measured.Duration < 0 {
		return 0, outOfRange("measured.Duration", measured.Duration, "0 or more")
	}
	n, d := ratio.Num(), ratio.Denom()
	n.Mul(n, big.NewInt(int64(measured.Duration)))
	n.Lsh(n, 1).Add(n, d) // half up: floor((2n + d) / 2d)
	n.Quo(n, d.Lsh(d, 1))
	if !n.IsInt64() {
		return 0, overflows("scaled duration")
	}
	return time.Duration(n.Int64()), nil
}

// exact returns the task's duration, in ns.
func (t Task) exact(memoryMB int) *big.Rat {
	hi, lo, d := t.onCPU(memoryMB)
	cpu := new(big.Int).SetUint64(hi)
	cpu.Lsh(cpu, 64).Add(cpu, new(big.Int).SetUint64(lo))
	exact := new(big.Rat).SetFrac(cpu, new(big.Int).SetUint64(d))
	return exact.Add(exact, new(big.Rat).SetInt64(int64(t.Wait)))
}
