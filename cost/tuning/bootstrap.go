package tuning

import (
	"context"
	"errors"
	"fmt"

	"github.com/seed-e9ab587a/lambdaecon/internal/random"
)

// BootstrapOptions are what a bootstrap depends on beside the runs. A nil *BootstrapOptions, like the zero value, means:
// the cheapest size, 1,000 resamples, seed 0.
type BootstrapOptions struct {
	Rule      Rule // nil means By(Cheapest)
	Resamples int  // 0 means 1,000; up to 1,000,000
	Seed      uint64
	// Progress is called after every 100 resamples and after the last, with the number done; nil means not at all.
	Progress func(done int)
}

// Stability is how often each memory size is chosen, if the measurement is repeated with what it has shown of the spread of
// runs.
type Stability struct {
	Resamples int
	Chosen    []Chosen // one for each size of the evaluation, in ascending order of memory
	None      int      // resamples in which no point kept the rule's limit or budget
}

// Chosen is how often one memory size was chosen.
type Chosen struct {
	MemoryMB int
	Times    int
	Share    float64 // of all resamples
}

// Bootstrap tells how far the choice depends on the luck of the measurement. Each resample draws as many runs with
// replacement as there were, for every size by itself, of warm and cold runs by themselves (with [Options].AsMeasured of
// both together, so that the share of cold ones varies too); prices them as [Price] does; and chooses. A size that is chosen
// in nearly all resamples is the choice; where two share them, they are a tie, and more runs or another criterion have to
// decide.
//
// It knows nothing of errors that all runs share: another day, another host, another payload. See [Evaluation.Margins] for
// how large those may be. What the runs of one size draw depends on the seed and that size alone: the same figures on every
// machine, and leaving out a size does not change the draws of others.
//
// A size with fewer than two runs of a kind that counts (with AsMeasured: in all) is a [*RangeError]: one run says nothing of
// how much runs vary.
// Errors of the rule, other than [*UnreachableError], and of ctx end it.
func (e *Evaluation) Bootstrap(ctx context.Context, o *BootstrapOptions) (Stability, error) {
	if err := e.made(); err != nil {
		return Stability{}, err
	}
	if o == nil {
		o = &BootstrapOptions{}
	}
	n := o.Resamples
	if n == 0 {
		n = 1000
	}
	if n < 0 || n > 1e6 {
		return Stability{}, outOfRange("BootstrapOptions.Resamples", n, "0 to 1,000,000")
	}
	sizes := make([]resampler, len(e.Sizes))
	s := Stability{Resamples: n, Chosen: make([]Chosen, len(e.Sizes))}
	for i := range e.Sizes {
		var err error
		if sizes[i], err = newResampler(&e.Sizes[i], o.Seed); err != nil {
			return Stability{}, err
		}
		s.Chosen[i].MemoryMB = e.Sizes[i].Point.MemoryMB
	}
	points := make([]Point, len(sizes))
	for k := range n {
		if err := ctx.Err(); err != nil {
			return Stability{}, err
		}
		for i := range sizes {
			duration, billed := e.plan.summarize(sizes[i].draw())
			points[i], _ = e.price(sizes[i].memoryMB, duration, billed)
			points[i].Duration = max(points[i].Duration, 1) // where only runs of no duration were drawn
		}
		i, err := o.Rule.choose(points)
		var unreachable *UnreachableError
		switch {
		case errors.As(err, &unreachable):
			s.None++
		case err != nil:
			return Stability{}, err
		default:
			s.Chosen[i].Times++
		}
		if done := k + 1; o.Progress != nil && (done%100 == 0 || done == n) {
			o.Progress(done)
		}
	}
	for i := range s.Chosen {
		s.Chosen[i].Share = float64(s.Chosen[i].Times) / float64(n)
	}
	return s, nil
}

// resampler draws runs of one size. Its groups are written anew by every draw.
type resampler struct {
	memoryMB  int
	of, drawn []group
	stream    random.Stream
	next      uint64
}

func newResampler(s *Size, seed uint64) (resampler, error) {
	mb := s.Point.MemoryMB
	r := resampler{
		memoryMB: mb, of: s.groups, drawn: make([]group, len(s.groups)),
		stream: random.New(random.Derive(seed, random.Bootstrap, uint64(mb)), random.Bootstrap),
	}
	for i, g := range s.groups {
		n := g.runs.len()
		if n < 2 {
			return resampler{}, outOfRange(fmt.Sprintf("number of runs at %d MB", mb), n, "2 or more of each kind that counts")
		}
		r.drawn[i] = group{g.weight, runs{make([]int64, n), make([]int64, n)}}
	}
	return r, nil
}

func (r *resampler) draw() []group {
	for i, g := range r.of {
		n := g.runs.len()
		to := r.drawn[i].runs
		for j := range n {
			k := r.stream.Below(r.next, n)
			r.next++
			to.latency[j], to.billed[j] = g.runs.latency[k], g.runs.billed[k]
		}
	}
	return r.drawn
}
