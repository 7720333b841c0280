package breakeven

import (
	"context"
	"errors"
	"iter"
	"math/big"
)

// turn is the first count from which on another of two conditions holds than before.
type turn struct {
	requests uint64
	up       bool // it is the first one
}

// turns yields where up and down take over from each other, in ascending order. Both hold nowhere at once; where neither
// does, the one that held before it stays. The first turn is the first count at which either holds. Both have the same
// segments.
func (w *search) turns(up, down *condition) iter.Seq2[turn, error] {
	return func(yield func(turn, error) bool) {
		conditions, holds, none := [...]*condition{up, down}, 0, len(up.segments)
		at, err := w.next(up, position{})
		if err == nil {
			var other position
			if other, err = w.next(down, position{}); other.before(at, none) {
				at, holds = other, 1
			}
		}
		for err == nil && at.segment < none {
			if !yield(turn{at.from, holds == 0}, nil) {
				return
			}
			holds = 1 - holds
			at, err = w.next(conditions[holds], at)
		}
		if err != nil {
			yield(turn{}, err)
		}
	}
}

// condition is where sign·f + offset > 0, for the f of each segment.
type condition struct {
	segments     []segment
	sign, offset int64

	made   int // the segment of which the solver is
	solver *solver
}

// solve returns the solver of segment i, which is made when the search comes to it, and let go of when it comes to the next.
func (c *condition) solve(w *search, i int, at *big.Int) (*solver, error) {
	if c.solver != nil && c.made == i {
		return c.solver, nil
	}
	s, times := c.segments[i].sum, integer(c.sign)
	f := sum{a: add(mul(times, s.a), integer(c.offset)), b: mul(times, s.b)}
	for _, t := range s.stairs {
		f.stairs = append(f.stairs, stair{mul(times, t.c), t.p, t.q})
	}
	v, err := w.solver(f, at)
	c.made, c.solver = i, v
	return v, err
}

// position is a count and the segment that it is in; behind the last segment where there is no such count.
type position struct {
	segment int
	from    uint64
}

func (p position) before(q position, none int) bool {
	return p.segment < none && (q.segment == none || p.from < q.from)
}

// next returns the first count from a position on at which a condition holds.
func (w *search) next(c *condition, at position) (position, error) {
	for i := at.segment; i < len(c.segments); i++ {
		if err := w.ctx.Err(); err != nil {
			return position{}, err
		}
		in := c.segments[i]
		s := span{unsigned(max(at.from, in.from)), unsigned(in.to)}
		v, err := c.solve(w, i, s.lo)
		if err != nil {
			return position{}, err
		}
		n, err := v.first(w, integer(0), s)
		if err != nil {
			return position{}, err
		}
		if n != nil {
			return position{i, n.Uint64()}, nil
		}
	}
	return position{segment: len(c.segments)}, nil
}

// Bounds of what is returned as a slice, and of the effort for it.
const (
	// MostCrossings is how many [Crossing] or [Range] values a slice may have.
	MostCrossings = 10_000
	// mostSteps is how many plateaus may be taken one by one: a second or so.
	mostSteps = 1 << 16
)

// collect returns what all yields, or why not: an [*EffortError], a [*LimitError].
func collect[T any](what string, all iter.Seq2[T, error], at func(T) uint64) ([]T, error) {
	var found []T
	for v, err := range all {
		var effort *errEffort
		switch {
		case errors.As(err, &effort):
			return nil, &EffortError{What: what, Requests: effort.at.Uint64(), Found: len(found)}
		case err != nil:
			return nil, err
		case len(found) == MostCrossings:
			return nil, &LimitError{What: what, Limit: MostCrossings, Requests: at(v)}
		}
		found = append(found, v)
	}
	return found, nil
}

// boundedSearch is the search of functions that return a slice.
func boundedSearch() *search { return &search{ctx: context.Background(), left: mostSteps} }
