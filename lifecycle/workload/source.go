package workload

import (
	"context"
	"iter"
	"math"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/internal/random"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// next returns the next request; ok is false behind the last. After an error it is not called again.
type next func() (r lifecycle.Request, ok bool, err error)

// source is what the workloads of this package are made of. Pulling requests from a function costs a few ns, from an
// iterator ten times as much: that is why merging does not go through iterators.
type source interface {
	Validate() error
	start(seed uint64, l limit) next
}

// limit is where a source stops by itself: no request at or after end. Only sources that can go on for long without a
// request need look at ctx, where there is one: what they find is watched.
type limit struct {
	end time.Duration
	ctx context.Context
}

// forever is later than any time of a simulation.
const forever = time.Duration(math.MaxInt64)

func until(d time.Duration) time.Duration {
	if d <= 0 {
		return forever
	}
	return d
}

func (l limit) and(end time.Duration) limit {
	l.end = min(l.end, end)
	return l
}

func (l limit) stopped() bool { return l.ctx != nil && l.ctx.Err() != nil }

// watch ends a stream once ctx is done.
func (l limit) watch(following next) next {
	if l.ctx == nil || l.ctx.Done() == nil {
		return following
	}
	return func() (lifecycle.Request, bool, error) {
		if l.stopped() {
			return lifecycle.Request{}, false, nil
		}
		return following()
	}
}

// requests plays a source.
func requests(s source, seed uint64) iter.Seq2[lifecycle.Request, error] {
	return func(yield func(lifecycle.Request, error) bool) {
		if err := s.Validate(); err != nil {
			yield(lifecycle.Request{}, err)
			return
		}
		play(s.start(seed, limit{end: forever}), yield)
	}
}

func play(following next, yield func(lifecycle.Request, error) bool) {
	for {
		r, ok, err := following()
		if err != nil {
			yield(lifecycle.Request{}, err)
			return
		}
		if !ok || !yield(r, nil) {
			return
		}
	}
}

// bounded is a source with a limit.
type bounded struct {
	source
	limit limit
}

func within(s source, ctx context.Context, end time.Duration) lifecycle.Arrivals {
	return bounded{s, limit{end, ctx}}
}

// chunk is how many requests are handed out at once: more would not be faster.
const chunk = 64

func playChunks(following next, yield func([]lifecycle.Request, error) bool) {
	var made [chunk]lifecycle.Request
	for {
		for i := range made {
			r, ok, err := following()
			if err != nil || !ok {
				yield(made[:i], err)
				return
			}
			made[i] = r
		}
		if !yield(made[:], nil) {
			return
		}
	}
}

// Requests implements lifecycle.Arrivals.
func (b bounded) Requests(seed uint64) iter.Seq2[lifecycle.Request, error] {
	return requests(b, seed)
}

// Chunks implements lifecycle.Chunked.
func (b bounded) Chunks(seed uint64) iter.Seq2[[]lifecycle.Request, error] {
	return func(yield func([]lifecycle.Request, error) bool) {
		if err := b.Validate(); err != nil {
			yield(nil, err)
			return
		}
		if p, ok := b.source.(Poisson); ok {
			p.playChunks(seed, b.limit, yield) // most workloads are: they are spared a function call for each request
			return
		}
		playChunks(b.start(seed, limit{end: forever}), yield)
	}
}

func (b bounded) start(seed uint64, l limit) next {
	return b.limit.watch(b.source.start(seed, b.limit.and(l.end)))
}

// horizon is that of a workload with an Until. A negative one is an error when it is played, and should not be hidden by
// another, that there is no end.
func horizon(end time.Duration) (time.Duration, bool) { return max(end, 0), end != 0 }

// clock adds up times in ns whose fractions are not lost.
type clock struct{ random.Clock }

// add moves on by ns, at least 0, and says whether the time still is one.
func (c *clock) add(ns float64) bool {
	if !(ns+c.Fraction < 1<<62) || c.Now >= 1<<62 { // NaN too: what an infinite mean makes of a draw of 0
		return false
	}
	c.Clock = c.Plus(ns)
	return true
}

func (c *clock) now() time.Duration { return time.Duration(c.Now) }

func validRate(field string, perSecond float64) error {
	if !(perSecond >= 0 && perSecond <= 1e9) {
		return outOfRange(field, perSecond, "0 to 1e9 requests per second")
	}
	return nil
}

func validUntil(field string, d time.Duration) error {
	if d < 0 {
		return outOfRange(field, d, "0 (no end) or more")
	}
	return nil
}
