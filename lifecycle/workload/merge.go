package workload

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/internal/random"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// Merge returns the requests of all workloads in the order of their arrival; at equal times, in the order of the arguments.
// Each gets a seed of its own, so that equal workloads are independent of each other, and a workload that is added behind
// the others does not change them. Workloads of other packages are read up to 256 requests ahead.
//
// It ends when all end, at once without any. The first error of a workload ends it too, as a [*PartError], behind the requests
// that came before it; so does a workload whose Requests is nil. A nil workload, or nil pointer, is an error, a [*RangeError],
// when it is played.
//
// Merged workloads of this package say when they end. One of another package does not, unless it is [lifecycle.Bounded]: it is
// then taken to end by itself, and if it does not, a run without [lifecycle.Options.Until] goes on until its context is done.
func Merge(a ...lifecycle.Arrivals) lifecycle.Arrivals {
	parts := slices.Clone(a)
	for i, part := range parts {
		if v := reflect.ValueOf(part); v.Kind() == reflect.Pointer && v.IsNil() {
			parts[i] = nil
		}
	}
	return merged{parts, limit{end: forever}}
}

type merged struct {
	parts []lifecycle.Arrivals
	limit limit
}

// Validate reports what is wrong with the parts.
func (m merged) Validate() error {
	var errs []error
	for i, a := range m.parts {
		if a == nil {
			errs = append(errs, outOfRange(fmt.Sprintf("Merge, argument %d", i), "nil", "a workload"))
		} else if v, ok := a.(interface{ Validate() error }); ok {
			if err := v.Validate(); err != nil {
				errs = append(errs, &PartError{i, err})
			}
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
		following, stop := m.open(seed)
		defer stop()
		play(following, yield)
	}
}

// Chunks implements lifecycle.Chunked.
func (m merged) Chunks(seed uint64) iter.Seq2[[]lifecycle.Request, error] {
	return func(yield func([]lifecycle.Request, error) bool) {
		if err := m.Validate(); err != nil {
			yield(nil, err)
			return
		}
		following, stop := m.open(seed)
		defer stop()
		playChunks(following, yield)
	}
}

// open starts all parts. It is no [source], as workloads of other packages have to be stopped.
func (m merged) open(seed uint64) (following next, stop func()) {
	streams := make([]next, len(m.parts))
	var stops []func()
	for i, a := range m.parts {
		partSeed := random.Derive(seed, random.Part, uint64(i))
		var stop func()
		switch a := a.(type) {
		case source:
			streams[i] = a.start(partSeed, limit{end: forever})
			continue
		case merged:
			streams[i], stop = a.open(partSeed)
		default:
			requests := a.Requests(partSeed)
			if requests == nil {
				streams[i] = noSequence
				continue
			}
			streams[i], stop = pull(requests)
		}
		stops = append(stops, stop)
	}
	stop = func() {
		for _, stop := range stops {
			stop()
		}
	}
	return m.limit.watch(merge(streams, m.limit.end)), stop
}

// noSequence is what a workload is that returned nil.
func noSequence() (lifecycle.Request, bool, error) {
	return lifecycle.Request{}, false, &lifecycle.MissingError{Field: "Arrivals", Why: "the workload returned a nil sequence of requests"}
}

// Horizon implements lifecycle.Bounded.
func (m merged) Horizon() (end time.Duration, ends bool) {
	selfEnding := false
	for _, a := range m.parts {
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

// Within implements lifecycle.Bounded. The parts are told too: one that goes on for ever without a request would not come
// back to be asked.
func (m merged) Within(ctx context.Context, end time.Duration) lifecycle.Arrivals {
	parts := slices.Clone(m.parts)
	for i, a := range parts {
		if b, ok := a.(lifecycle.Bounded); ok {
			parts[i] = b.Within(ctx, end)
		}
	}
	return merged{parts, limit{end, ctx}}
}

// head is a stream and its next request.
type head struct {
	request lifecycle.Request
	stream  int
}

func (a head) before(b head) bool {
	return a.request.At < b.request.At || a.request.At == b.request.At && a.stream < b.stream
}

// sink restores a binary heap whose element i may come too early.
func sink(heap []head, i int) {
	h := heap[i]
	for {
		c := 2*i + 1
		if c >= len(heap) {
			break
		}
		if c+1 < len(heap) && heap[c+1].before(heap[c]) {
			c++
		}
		if !heap[c].before(h) {
			break
		}
		heap[i] = heap[c]
		i = c
	}
	heap[i] = h
}

// merge takes from a binary heap of streams by their next request, as far as end.
func merge(streams []next, end time.Duration) next {
	var heap []head
	started := false
	return func() (lifecycle.Request, bool, error) {
		if !started {
			started = true
			for i, s := range streams {
				r, ok, err := s()
				if err != nil {
					return lifecycle.Request{}, false, &PartError{i, err}
				}
				if ok {
					heap = append(heap, head{r, i})
				}
			}
			for i := len(heap)/2 - 1; i >= 0; i-- {
				sink(heap, i)
			}
		} else {
			first := &heap[0]
			r, ok, err := streams[first.stream]()
			switch {
			case err != nil:
				return lifecycle.Request{}, false, &PartError{first.stream, err}
			case ok:
				first.request = r
			default:
				*first = heap[len(heap)-1]
				heap = heap[:len(heap)-1]
			}
			if len(heap) > 0 {
				sink(heap, 0)
			}
		}
		if len(heap) == 0 || heap[0].request.At >= end {
			return lifecycle.Request{}, false, nil
		}
		return heap[0].request, true, nil
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
