package workload

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/internal/random"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// Merge returns the requests of all workloads in the order of their arrival; at equal times, in the order of the arguments.
// Each gets a seed of its own, so that equal workloads are independent of each other. Workloads of other packages are read
// up to 256 requests ahead.
//
// It ends when all end. A nil workload is an error, a [*RangeError], when it is played.
func Merge(a ...lifecycle.Arrivals) lifecycle.Arrivals { return merged(slices.Clone(a)) }

type merged []lifecycle.Arrivals

// Validate reports what is wrong with the parts.
func (m merged) Validate() error {
	var errs []error
	for i, a := range m {
		if a == nil {
			errs = append(errs, outOfRange(fmt.Sprintf("Merge, argument %d", i), "nil", "a workload"))
		} else if s, ok := a.(source); ok {
			errs = append(errs, s.Validate())
		}
	}
	return errors.Join(errs...)
}

// Requests implements lifecycle.Arrivals.
func (m merged) Requests(seed uint64) iter.Seq2[lifecycle.Request, error] {
	return func(yield func(lifecycle.Request, error) bool) {
		if err := m.Validate(); err != nil {
			yield(lifecycle.Request{}, err)
			return
		}
		streams := make([]next, len(m))
		for i, a := range m {
			partSeed := random.Derive(seed, random.Part, uint64(i))
			switch a := a.(type) {
			case bounded:
				streams[i] = a.start(partSeed, a.limit)
			case source:
				streams[i] = a.start(partSeed, limit{end: forever})
			default:
				var stop func()
				streams[i], stop = pull(a.Requests(partSeed))
				defer stop()
			}
		}
		merge(streams, yield)
	}
}

// Horizon implements lifecycle.Bounded.
func (m merged) Horizon() (end time.Duration, ends bool) {
	selfEnding := false
	for _, a := range m {
		b, ok := a.(lifecycle.Bounded)
		if !ok {
			selfEnding = true
			continue
		}
		e, ok := b.Horizon()
		if !ok {
			return 0, false
		}
		selfEnding = selfEnding || e == 0
		end = max(end, e)
	}
	if selfEnding {
		end = 0
	}
	return end, true
}

// Within implements lifecycle.Bounded.
func (m merged) Within(ctx context.Context, end time.Duration) lifecycle.Arrivals {
	parts := slices.Clone(m)
	for i, a := range parts {
		if b, ok := a.(lifecycle.Bounded); ok {
			parts[i] = b.Within(ctx, end)
		}
	}
	return parts
}

// merge yields from a binary heap of streams by their next request.
func merge(streams []next, yield func(lifecycle.Request, error) bool) {
	type head struct {
		request lifecycle.Request
		stream  int
	}
	before := func(a, b head) bool {
		return a.request.At < b.request.At || a.request.At == b.request.At && a.stream < b.stream
	}
	var heap []head
	sink := func(i int) {
		h := heap[i]
		for {
			c := 2*i + 1
			if c >= len(heap) {
				break
			}
			if c+1 < len(heap) && before(heap[c+1], heap[c]) {
				c++
			}
			if !before(heap[c], h) {
				break
			}
			heap[i] = heap[c]
			i = c
		}
		heap[i] = h
	}
	for i, s := range streams {
		r, ok, err := s()
		if err != nil {
			yield(lifecycle.Request{}, err)
			return
		}
		if ok {
			heap = append(heap, head{r, i})
		}
	}
	for i := len(heap)/2 - 1; i >= 0; i-- {
		sink(i)
	}
	for len(heap) > 0 {
		first := heap[0]
		if !yield(first.request, nil) {
			return
		}
		r, ok, err := streams[first.stream]()
		switch {
		case err != nil:
			yield(lifecycle.Request{}, err)
			return
		case ok:
			heap[0].request = r
		default:
			heap[0] = heap[len(heap)-1]
			heap = heap[:len(heap)-1]
		}
		if len(heap) > 0 {
			sink(0)
		}
	}
}

// pull turns an iterator into a function. A switch between the two costs some 60 ns, so that it hands over many requests
// each time.
func pull(requests iter.Seq2[lifecycle.Request, error]) (following next, stop func()) {
	type item struct {
		r   lifecycle.Request
		err error
	}
	more, stop := iter.Pull(func(yield func([]item) bool) {
		batch := make([]item, 0, 256)
		for r, err := range requests {
			batch = append(batch, item{r, err})
			if len(batch) == cap(batch) || err != nil {
				if !yield(batch) || err != nil {
					return
				}
				batch = batch[:0]
			}
		}
		if len(batch) > 0 {
			yield(batch)
		}
	})
	var batch []item
	return func() (lifecycle.Request, bool, error) {
		if len(batch) == 0 {
			var ok bool
			if batch, ok = more(); !ok {
				return lifecycle.Request{}, false, nil
			}
		}
		i := batch[0]
		batch = batch[1:]
		return i.r, i.err == nil, i.err
	}, stop
}
