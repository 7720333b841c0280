package workload

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// Trace is a workload of known requests, in the order of their arrival, 0 to 73 years (2^61 ns) since the start of the run; it
// is the same for every seed. The zero value has no requests.
type Trace []lifecycle.Request

// Validate reports the first request that arrives before the one in front of it, a [*lifecycle.OrderError], or before 0, or
// takes less than no time: a [*RangeError]. It looks at all requests, so that a run finds what is wrong with them wherever
// it ends.
func (t Trace) Validate() error {
	previous := time.Duration(0)
	for i, r := range t {
		switch {
		case r.At < 0:
			return outOfRange(fmt.Sprintf("Trace[%d].At", i), r.At, "0 or more")
		case r.Duration < 0:
			return outOfRange(fmt.Sprintf("Trace[%d].Duration", i), r.Duration, "0 (drawn) or more")
		case r.At < previous:
			return &lifecycle.OrderError{Index: uint64(i), Previous: previous, At: r.At}
		}
		previous = r.At
	}
	return nil
}

// Requests implements [lifecycle.Arrivals].
func (t Trace) Requests(seed uint64) iter.Seq2[lifecycle.Request, error] {
	return requests(t, seed)
}

// Horizon implements [lifecycle.Bounded]: a trace ends with its last request.
func (t Trace) Horizon() (time.Duration, bool) { return 0, true }

// Within implements [lifecycle.Bounded].
func (t Trace) Within(ctx context.Context, end time.Duration) lifecycle.Arrivals {
	return within(t, ctx, end)
}

func (t Trace) start(_ uint64, l limit) next {
	i := 0
	return func() (lifecycle.Request, bool, error) {
		if i == len(t) || t[i].At >= l.end {
			return lifecycle.Request{}, false, nil
		}
		i++
		return t[i-1], true, nil
	}
}

// Completed makes a trace of a log: of each invocation the time at which it ended, which is what logs are stamped with, and
// how long it ran. The requests arrive at end - duration; they may be given in any order and are sorted. The first arrives
// at 0, which [CompletedSince] tells the time of. An invocation of no duration gets 1 ns, as 0 would mean that it is to be
// drawn. A log without invocations is a trace without requests.
//
// To replay what a client saw, the duration should be all that the environment was taken for: where a log tells the INIT of
// a cold start, add it to the duration and give the simulated function none.
//
// The error is a [*RangeError] that names the index of an invocation without a time, of negative duration, or more than 73
// years from another.
func Completed(ends iter.Seq2[time.Time, time.Duration]) (Trace, error) {
	t, _, err := CompletedSince(ends)
	return t, err
}

// CompletedSince is [Completed] with the time at which the first request arrived, by the clock of the log: start.Add(r.At) is
// when a request r arrived, and start.Add of any other time of a run of the trace (of an invocation, a transition, a step of a
// timeline) is that time on the log's clock. It is in the time zone of the invocation that it is of, and the zero time for a
// log without invocations.
func CompletedSince(ends iter.Seq2[time.Time, time.Duration]) (t Trace, start time.Time, err error) {
	type span struct {
		from     time.Time
		end      time.Time
		duration time.Duration
		index    int
	}
	var spans []span
	if ends == nil {
		return nil, start, outOfRange("ends", "nil", "an iterator")
	}
	for end, d := range ends {
		field := func(name string) string { return fmt.Sprintf("invocation %d: %s", len(spans), name) }
		if end.IsZero() {
			return nil, start, outOfRange(field("end"), end, "a time")
		}
		if d < 0 || d > 1<<60 {
			return nil, start, outOfRange(field("duration"), d, "0 to 36 years")
		}
		spans = append(spans, span{end.Add(-d), end, max(d, 1), len(spans)})
	}
	if len(spans) == 0 {
		return nil, start, nil
	}
	slices.SortStableFunc(spans, func(a, b span) int { return a.from.Compare(b.from) })
	t = make(Trace, len(spans))
	for i, s := range spans {
		at := s.from.Sub(spans[0].from)
		if at > 1<<61 {
			return nil, start, outOfRange(fmt.Sprintf("invocation %d: end", s.index), s.end, "within 73 years of the first")
		}
		t[i] = lifecycle.Request{At: at, Duration: s.duration}
	}
	return t, spans[0].from, nil
}
