package vcpu

import (
	"fmt"
	"math"
	"math/bits"
	"time"
)

// Fit is the task that explains measurements best, and how well it does. Its errors are relative, (model - measured) /
// measured, and those of the Task as it stands here, in whole nanoseconds.
type Fit struct {
	Task           Task
	RelRMS, RelMax float64   // of the relative errors: root of the mean square, and the largest without its sign
	Residuals      []float64 // the relative errors, in the order of the measurements; positive where the model is slower

	// Bound says whether wait or CPU would have been negative and was held at 0.
	Bound Bound
	// Shares is how many different amounts of CPU were measured, at least 2. With 2 of them the model goes through (the
	// means of) both unless a bound holds it back: its errors then say nothing of whether it is true.
	Shares int
	// DegreesOfFreedom is the number of measurements less that of the fitted figures: 2, or 1 where a bound was active. With
	// 0 the errors say nothing.
	DegreesOfFreedom int
	// ThreadsOpen says that no measurement had more vCPUs than Threads: more threads would fit the same, and what the task
	// does beyond Threads vCPUs was not seen.
	ThreadsOpen bool
}

// Bound says which figure of a fit was held at 0.
type Bound uint8

const (
	BoundNone Bound = iota // neither: the unconstrained minimum
	// BoundWait: the durations fall faster with memory than CPU share explains. Ordinary for work that is all CPU; with
	// large residuals a sign that small sizes are slow for another reason.
	BoundWait
	// BoundCPU: the durations do not fall with memory.
	BoundCPU
)

// String returns "none", "wait" or "cpu".
func (b Bound) String() string {
	switch b {
	case BoundNone:
		return "none"
	case BoundWait:
		return "wait"
	case BoundCPU:
		return "cpu"
	}
	return fmt.Sprintf("Bound(%d)", uint8(b))
}

// maxMeasured is the longest measurement that can be fitted. Durations up to it are exact as float64, and no sum overflows: a
// best fit is at one point at least no longer than the measurement, so Wait and CPU are below 6·2^53 ns.
const maxMeasured = time.Duration(1) << 53

// FitTask returns the task, without a serial part, whose durations have the smallest sum of squared relative errors, among
// all with Wait >= 0 and CPU >= 0. That minimum is computed, not searched for; Wait and CPU are then rounded to
// nanoseconds.
//
// Threads is how many threads the work can use; 0 means 1. [FitThreads] finds it where it is not known. Two measurements at
// different sizes suffice; several at one size are welcome. They need no order.
//
// The error is a [*RangeError] for a memory size that Lambda does not have, a duration that is not above 0 or above 2^53 ns
// (104 days), or negative threads; an [*UnidentifiedError] where all measurements had the same CPU.
func FitTask(points []Measurement, threads int) (Fit, error) {
	if threads < 0 {
		return Fit{}, outOfRange("threads", threads, "0 or more")
	}
	if err := validPoints(points); err != nil {
		return Fit{}, err
	}
	return fit(points, max(threads, 1))
}

func validPoints(points []Measurement) error {
	if len(points) == 0 {
		return outOfRange("points", "empty", "2 measurements or more")
	}
	for i, p := range points {
		if p.MemoryMB < MinMemoryMB || p.MemoryMB > MaxMemoryMB {
			return validMemory(fmt.Sprintf("points[%d].MemoryMB", i), p.MemoryMB)
		}
		if p.Duration <= 0 || p.Duration > maxMeasured {
			return outOfRange(fmt.Sprintf("points[%d].Duration", i), p.Duration, fmt.Sprintf("more than 0, up to %v", maxMeasured))
		}
	}
	return nil
}

func fit(points []Measurement, threads int) (Fit, error) {
	f := Fit{Shares: shares(points, threads)}
	if f.Shares == 1 {
		return Fit{}, unidentified(points, threads)
	}
	wait, cpu, bound := minimize(points, threads)
	f.Bound = bound
	f.DegreesOfFreedom = len(points) - 2
	if bound != BoundNone {
		f.DegreesOfFreedom++
	}
	f.Task = Task{Wait: time.Duration(math.Round(wait)), CPU: time.Duration(math.Round(cpu)), Threads: threads}
	f.Residuals = make([]float64, len(points))
	f.ThreadsOpen = true
	squares := 0.0
	for i, p := range points {
		model, err := f.Task.Duration(p.MemoryMB)
		if err != nil {
			return Fit{}, err
		}
		r := float64(model-p.Duration) / float64(p.Duration)
		f.Residuals[i] = r
		f.RelMax = max(f.RelMax, math.Abs(r))
		squares += float64(r * r)
		f.ThreadsOpen = f.ThreadsOpen && effective(p.MemoryMB, threads) == p.MemoryMB
	}
	f.RelRMS = math.Sqrt(squares / float64(len(points)))
	return f, nil
}

// minimize returns the wait and CPU, in ns, of the smallest sum of squared relative errors.
//
// With x = 1/min(share, threads) the model is duration = wait + cpu·x, a straight line, and each point counts by the inverse
// square of its duration. Two measures keep the solution of the normal equations exact to a few units in the last place:
// durations are relative to the shortest, and x is counted from where that stands. It has the largest weight, so that of n
// points the determinant is never less than 1/n of the product that it is a difference of, however unequal the durations.
func minimize(points []Measurement, threads int) (wait, cpu float64, bound Bound) {
	first := points[0]
	for _, p := range points[1:] {
		if p.Duration < first.Duration {
			first = p
		}
	}
	unit, mb := float64(first.Duration), effective(first.MemoryMB, threads)
	var w, ww, wz, wwz, wwzz, wx, wwxx float64 // sums over the points, by name: w its weight, z its x less that of first
	for _, p := range points {
		e := effective(p.MemoryMB, threads)
		weight := unit / float64(p.Duration)
		x := float64(weight * (FullVCPUMemoryMB / float64(e)))
		z := float64(weight * (float64(FullVCPUMemoryMB*(mb-e)) / float64(mb*e)))
		w += weight
		ww += float64(weight * weight)
		wz += z
		wwz += float64(weight * z)
		wwzz += float64(z * z)
		wx += x
		wwxx += float64(x * x)
	}
	determinant := float64(ww*wwzz) - float64(wwz*wwz)
	cpu = (float64(ww*wz) - float64(wwz*w)) / determinant
	if cpu < 0 {
		return float64(unit * (w / ww)), 0, BoundCPU
	}
	there := (float64(wwzz*w) - float64(wwz*wz)) / determinant // the model where first stands
	wait = there - float64(cpu*(FullVCPUMemoryMB/float64(mb)))
	if wait < 0 {
		return 0, float64(unit * (wx / wwxx)), BoundWait
	}
	return float64(unit * wait), float64(unit * cpu), BoundNone
}

// shares returns how many different amounts of CPU there are among the points.
func shares(points []Measurement, threads int) int {
	var seen [MaxMemoryMB/64 + 1]uint64
	for _, p := range points {
		e := effective(p.MemoryMB, threads)
		seen[e/64] |= 1 << (e % 64)
	}
	n := 0
	for _, s := range seen {
		n += bits.OnesCount64(s)
	}
	return n
}

func unidentified(points []Measurement, threads int) error {
	e := &UnidentifiedError{Points: len(points), Threads: threads, MinMB: MaxMemoryMB, MaxMB: MinMemoryMB}
	for _, p := range points {
		e.MinMB, e.MaxMB = min(e.MinMB, p.MemoryMB), max(e.MaxMB, p.MemoryMB)
	}
	e.VCPUs = share(effective(e.MinMB, threads))
	return e
}
