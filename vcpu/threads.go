package vcpu

import (
	"cmp"
	"slices"
)

// FitThreads fits measurements with 1, 2, … threads, up to 6, for work of which it is not known how many it can use, and
// returns the fits, the smallest RelRMS first; of equals, the one with the fewest threads. It ends with the first number that
// no measurement exceeds, as more would fit the same ([Fit.ThreadsOpen]): of measurements up to [FullVCPUMemoryMB] there is
// one fit, and they say nothing about threads.
//
// Look at the second fit too: where it is nearly as good as the first, the measurements do not tell the two apart. That
// matters for sizes beyond those that were measured.
//
// The error is that of [FitTask] with one thread. So at least one measurement must be below FullVCPUMemoryMB, or one thread
// that is as fast as it gets cannot be told from waiting: that is an [*UnidentifiedError].
func FitThreads(points []Measurement) ([]Fit, error) {
	if err := validPoints(points); err != nil {
		return nil, err
	}
	var fits []Fit
	for threads, open := 1, false; !open; threads++ { // open at 6 at the latest: no size has more vCPUs
		f, err := fit(points, threads)
		if err != nil {
			return nil, err
		}
		fits, open = append(fits, f), f.ThreadsOpen
	}
	slices.SortStableFunc(fits, func(a, b Fit) int { return cmp.Compare(a.RelRMS, b.RelRMS) })
	return fits, nil
}
