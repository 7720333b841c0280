package lifecycle

import (
	"errors"
	"fmt"
	"math"
)

// Precision tells [Replicate] when it has enough: once the 95 % interval of a figure, made of the first k replications as
// [Summary.Estimate] makes it, is at most ±Relative·|mean| wide, k >= Min, it stops with these k. Which k that is does not
// depend on the number of cores. There is no useful zero value.
//
// Where the mean is 0 it never stops before n. A rare event that did not come in the first replications has an interval
// without width about 0, which says nothing of how rare it is. The same can be true of any figure that is constant in the
// first Min replications: choose Min so that the event can be expected to come in them.
//
// Replication i is the same in any summary of the same seed, so that [Difference] still pairs those that both have.
type Precision struct {
	Of       func(Result) float64 // the figure; it is called from one goroutine at a time, in the order of the replications
	Relative float64              // half the width of the interval, as a fraction of the mean; above 0
	Min      int                  // replications, at least 2; 0 means 10
}

func (p *Precision) validate() error {
	var errs []error
	if p.Of == nil {
		errs = append(errs, &MissingError{"Options.Precision.Of", "the figure whose interval is looked at"})
	}
	if !(p.Relative > 0) {
		errs = append(errs, outOfRange("Options.Precision.Relative", p.Relative, "more than 0"))
	}
	if p.Min < 0 || p.Min == 1 {
		errs = append(errs, outOfRange("Options.Precision.Min", fmt.Sprint(p.Min), "0 (meaning 10), or 2 and more"))
	}
	return errors.Join(errs...)
}

// precision is what is known of the figure in the replications so far.
type precision struct {
	values []float64
	// Mean and sum of squared deviations of the differences from the first value: without it, a large mean would take the
	// digits of a small deviation.
	mean, squares float64
}

// reached says whether the replications up to this one are enough.
func (s *precision) reached(p *Precision, r Result) bool {
	s.values = append(s.values, p.Of(r))
	n := len(s.values)
	k := float64(n)
	x := s.values[n-1] - s.values[0]
	before := x - s.mean
	s.mean += before / k
	s.squares += float64(before * (x - s.mean))
	least := p.Min
	if least == 0 {
		least = 10
	}
	if n < least {
		return false
	}
	// The exact interval takes a time proportional to k: it is made where it can be narrow enough. The bound is a little too
	// low for what the sums have been rounded by.
	half, mean := float64(student975Bound(n-1)*math.Sqrt(s.squares/(k-1)/k)), math.Abs(s.values[0]+s.mean)
	if mean == 0 || !(float64(half*(1-1e-6)) <= float64(p.Relative*mean)) {
		return false
	}
	i := IntervalOf(s.values)
	return i.HalfWidth() <= float64(p.Relative*math.Abs(i.Mean))
}
