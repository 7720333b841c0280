package lifecycle

import "fmt"

// Precision tells [Replicate] when it has enough: once the 95 % interval of a figure, made of the first k replications, is
// at most ±Relative·|mean| wide, k >= Min, it stops with these k. Which k that is does not depend on the number of cores.
//
// Replication i is the same in any summary of the same seed, so that [Difference] still pairs those that both have.
type Precision struct {
	Of       func(Result) float64 // the figure; it is called from one goroutine at a time
	Relative float64              // half the width of the interval, as a fraction of the mean; above 0
	Min      int                  // replications, at least 2; 0 means 10
}

func (p *Precision) validate() error {
	switch {
	case p.Of == nil:
		return &MissingError{"Options.Precision.Of", "the figure whose interval is looked at"}
	case !(p.Relative > 0):
		return outOfRange("Options.Precision.Relative", p.Relative, "more than 0")
	case p.Min != 0 && p.Min < 2:
		return outOfRange("Options.Precision.Min", fmt.Sprint(p.Min), "0 (meaning 10), or 2 and more")
	}
	return nil
}
