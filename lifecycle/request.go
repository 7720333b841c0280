package lifecycle

import (
	"context"
	"iter"
	"time"
)

// Request is one request on its way to the function.
type Request struct {
	// At is when it arrives, since the start of the run, 0 to 73 years (2^61 ns); never before the request in front of it.
	At time.Duration
	// Duration is its handler time, where it is known, as in a replay. It then stands for [Function.FirstDuration] too. 0
	// means drawn from [Function.Duration]; a request that took no time at all is given 1 ns. It is cut by
	// [Function.Timeout], and never negative.
	Duration time.Duration
}

// Arrivals is a workload: requests in the order of their arrival, which can be played again from any seed. The same seed
// gives the same requests. After an error nothing more is yielded. The types of package workload are Arrivals.
//
// A workload that can go on for ever should be [Bounded] too: a run of it is then refused with [ErrEndless], unless it has an
// end. Whatever is not Bounded is taken to end by itself. If it does not, a run without [Options.Until] never returns before
// its context is done.
type Arrivals interface {
	// Requests plays the workload. It is called once for each run, by several goroutines at once where runs are replicated.
	Requests(seed uint64) iter.Seq2[Request, error]
}

// Bounded is what Arrivals say of their own end.
type Bounded interface {
	// Horizon returns the end of the time that the workload describes, and whether it ends at all. An end of 0 means that
	// it ends with its last request.
	Horizon() (end time.Duration, ends bool)
	// Within returns the same requests, but only those that arrive before end, and no more once ctx is done. It is never nil.
	Within(ctx context.Context, end time.Duration) Arrivals
}

// Chunked is what Arrivals offer besides if they can hand out many requests at once, which is faster: Simulate asks for them
// where nobody watches the run. The types of package workload do, where they are [Bounded.Within] a time, as Simulate runs them.
type Chunked interface {
	// Chunks plays the workload as Requests does: the same requests in the same order, and behind them the same error, if any,
	// which may come with the requests in front of it. What is yielded is not kept, and not changed.
	Chunks(seed uint64) iter.Seq2[[]Request, error]
}

// Chunks plays a workload in chunks, of one request each where it is not [Chunked], for those who wrap it. It is nil where the
// workload's own sequence is, or the workload itself.
func Chunks(a Arrivals, seed uint64) iter.Seq2[[]Request, error] {
	if a == nil || isNil(a) {
		return nil
	}
	if c, ok := a.(Chunked); ok {
		return c.Chunks(seed)
	}
	requests := a.Requests(seed)
	if requests == nil {
		return nil
	}
	return func(yield func([]Request, error) bool) {
		var one [1]Request
		for r, err := range requests {
			one[0] = r
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(one[:], nil) {
				return
			}
		}
	}
}
