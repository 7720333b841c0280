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
