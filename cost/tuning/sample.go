package tuning

import (
	"cmp"
	"fmt"
	"iter"
	"slices"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// Sample is what was measured at one memory size. Several samples of one size count as one that has all their runs. The
// zero value is not valid: a size needs MemoryMB.
type Sample struct {
	MemoryMB int // 128 to 10,240
	// Runs are the raw timings, in any order, all on one [cost.Mode]. A run with Init or BilledRestore is a cold start. What
	// a log calls Duration is the handler alone: Init comes on top of it.
	Runs []cost.Timing
	// Failed says why the size must not be considered although it may have runs, such as "Runtime.OutOfMemory" or
	// "timeout"; "" means that it did not fail.
	Failed string
}

// Run is one execution at one memory size: a row of [Runs], or a report of a log.
type Run struct {
	MemoryMB int
	Timing   cost.Timing
	// Failed says why it failed; "" means that it did not. Of a report it is the Status, unless that is "" or "success": the
	// error type alone leaves out timeouts, which would count as runs as short as the timeout.
	Failed string
}

// Collect sorts runs by memory size, in ascending order. A run that failed marks its size as failed, with the reason of the
// first such run, and is not among the Runs of it: what a size does when it fails says nothing of how long the work takes,
// and a size at which the work fails now and then is no choice. The first error ends it, without a result. Nil runs are a
// [*RangeError].
func Collect(runs iter.Seq2[Run, error]) ([]Sample, error) {
	if runs == nil {
		return nil, outOfRange("runs", "nil", "a sequence")
	}
	sizes := make(map[int]*Sample)
	for r, err := range runs {
		if err != nil {
			return nil, err
		}
		s := sizes[r.MemoryMB]
		if s == nil {
			s = &Sample{MemoryMB: r.MemoryMB}
			sizes[r.MemoryMB] = s
		}
		switch {
		case r.Failed == "":
			s.Runs = append(s.Runs, r.Timing)
		case s.Failed == "":
			s.Failed = r.Failed
		}
	}
	all := make([]Sample, 0, len(sizes))
	for _, s := range sizes {
		all = append(all, *s)
	}
	slices.SortFunc(all, func(a, b Sample) int { return cmp.Compare(a.MemoryMB, b.MemoryMB) })
	return all, nil
}

// pool makes one sample of all that are of one size, each where the first of them stood.
func pool(measured []Sample) []Sample {
	pooled := make([]Sample, 0, len(measured))
	at := make(map[int]int, len(measured))
	for _, m := range measured {
		i, known := at[m.MemoryMB]
		if !known {
			at[m.MemoryMB] = len(pooled)
			pooled = append(pooled, Sample{MemoryMB: m.MemoryMB, Runs: slices.Clip(m.Runs), Failed: m.Failed})
			continue
		}
		s := &pooled[i]
		s.Runs = append(s.Runs, m.Runs...) // clipped, so nobody else's slice is written to
		s.Failed = cmp.Or(s.Failed, m.Failed)
	}
	return pooled
}

func cold(t cost.Timing) bool { return t.Init > 0 || t.BilledRestore > 0 }

func validMemory(field string, mb int) error {
	if mb < cost.MinMemoryMB || mb > cost.MaxMemoryMB {
		return outOfRange(field, mb, fmt.Sprintf("%d to %d MB", cost.MinMemoryMB, cost.MaxMemoryMB))
	}
	return nil
}
