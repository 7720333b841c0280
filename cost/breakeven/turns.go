package breakeven

import (
	"context"
	"errors"
	"iter"
)

// turn is the first count from which on another of two conditions holds than before.
type turn struct {
	requests uint64
	up       bool // it is the first one
}

// turns yields where up and down take over from each other, in ascending order. Both hold nowhere at once; where neither
// does, the one that held before it stays. The first turn is the first count at which either holds. Both have the same
// ranges.
func (w *search) turns(up, down []solved) iter.Seq2[turn, error] {
	return func(yield func(turn, error) bool) {
		conditions, holds := [...][]solved{up, down}, 0
		at, err := w.next(up, position{})
		if err == nil {
			var other position
			if other, err = w.next(down, position{}); other.before(at, len(up)) {
				at, holds = other, 1
			}
		}
		for err == nil && at.segment < len(up) {
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

// solved is a range of counts, both ends included, with where a condition holds in it.
type solved struct {
	from, to uint64
	solver   *solver
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
func (w *search) next(condition []solved, at position) (position, error) {
	if err := w.ctx.Err(); err != nil {
		return position{}, err
	}
	for i := at.segment; i < len(condition); i++ {
		s := condition[i]
		n, err := s.solver.first(w, integer(0), span{unsigned(max(at.from, s.from)), unsigned(s.to)})
		if err != nil {
			return position{}, err
		}
		if n != nil {
			return position{i, n.Uint64()}, nil
		}
	}
	return position{segment: len(condition)}, nil
}

// condition is where sign·f + offset > 0, for the f of each segment.
func condition(segments []segment, sign, offset int64) []solved {
	all := make([]solved, len(segments))
	times := integer(sign)
	for i, s := range segments {
		f := sum{a: add(mul(times, s.sum.a), integer(offset)), b: mul(times, s.sum.b)}
		for _, t := range s.sum.stairs {
			f.stairs = append(f.stairs, stair{mul(times, t.c), t.p, t.q})
		}
		all[i] = solved{s.from, s.to, newSolver(f)}
	}
	return all
}

// Bounds of what is returned as a slice, and of the effort for it.
const (
	// MostCrossings is how many [Crossing] or [Range] values a slice may have.
	MostCrossings = 10_000
	// mostSteps is how many plateaus may be taken one by one: a second or so.
	mostSteps = 1 << 16
)

// collect returns what all yields, or why not: an [*EffortError], a [*LimitError].
func collect[T any](all iter.Seq2[T, error], at func(T) uint64) ([]T, error) {
	var found []T
	for v, err := range all {
		var effort *errEffort
		switch {
		case errors.As(err, &effort):
			return nil, &EffortError{Requests: effort.at.Uint64(), Found: len(found)}
		case err != nil:
			return nil, err
		case len(found) == MostCrossings:
			return nil, &LimitError{Limit: MostCrossings, Requests: at(v)}
		}
		found = append(found, v)
	}
	return found, nil
}

// boundedSearch is the search of functions that return a slice.
func boundedSearch() *search { return &search{ctx: context.Background(), left: mostSteps} }
