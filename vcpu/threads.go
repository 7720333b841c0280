package vcpu

import (
	"cmp"
	"errors"
	"slices"
)

// FitThreads fits measurements with 1, 2, … threads, up to 6, for work of which it is not known how many it can use, and
// returns the fits, the smallest RelRMS first; of equals, the one with the fewest threads. It stops at the first number that
// no measurement exceeds: more would fit the same ([Fit.ThreadsOpen]). So measurements up to [FullVCPUMemoryMB] have one
// fit, and say nothing about threads.
//
// Look at the second fit too: where it is nearly as good as the first, the measurements do not tell how many threads there
// are, which matters only for memory sizes beyond those that were measured.
//
// Numbers of threads with which all measurements had the same CPU have no fit. The error is that of [FitTask], an
// [*UnidentifiedError] where that is so of all of them, or where the best of the others has no CPU part either: then the
// work may wait or may have all the CPU that it can use, and a measurement at a smaller size is missing.
func FitThreads(points []Measurement) ([]Fit, error) {
	if err := validPoints(points); err != nil {
		return nil, err
	}
	var fits []Fit
	var constant *UnidentifiedError // with so many threads, the duration is the same at all measured sizes
	for threads := 1; threads <= maxCeilShare; threads++ {
		f, err := fit(points, threads)
		if errors.As(err, &constant) {
			continue
		}
		if err != nil {
			return nil, err
		}
		fits = append(fits, f)
		if f.ThreadsOpen {
			break
		}
	}
	slices.SortStableFunc(fits, func(a, b Fit) int { return cmp.Compare(a.RelRMS, b.RelRMS) })
	if constant != nil && (len(fits) == 0 || fits[0].Bound == BoundCPU) {
		return nil, constant
	}
	return fits, nil
}
