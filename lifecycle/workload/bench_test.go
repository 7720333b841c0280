package workload_test

import (
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// One operation is one request.
func BenchmarkArrivals(b *testing.B) {
	for name, a := range map[string]lifecycle.Arrivals{
		"Poisson": workload.Poisson{PerSecond: 100}, "Every": workload.Every{Period: time.Millisecond}, "Daily": workload.Daily(100, .8, 0),
		"Bursts": workload.Bursts{PerSecond: 100, On: time.Minute, Off: time.Minute},
	} {
		b.Run(name, func(b *testing.B) { consume(b, a) })
	}
}

func consume(b *testing.B, a lifecycle.Arrivals) {
	b.ReportAllocs()
	n := 0
	for _, err := range a.Requests(1) {
		if err != nil {
			b.Fatal(err)
		}
		if n++; n >= b.N {
			return
		}
	}
}

// Merging, beside the same heap of streams over iter.Pull.
func BenchmarkMerge(b *testing.B) {
	for _, parts := range []int{2, 10, 100} {
		var a []lifecycle.Arrivals
		for range parts {
			a = append(a, workload.Poisson{PerSecond: 1})
		}
		b.Run(fmt.Sprintf("parts=%d/Merge", parts), func(b *testing.B) { consume(b, workload.Merge(a...)) })
		b.Run(fmt.Sprintf("parts=%d/iter.Pull", parts), func(b *testing.B) { consume(b, pulled(a)) })
	}
}

type pulled []lifecycle.Arrivals

func (p pulled) Requests(seed uint64) iter.Seq2[lifecycle.Request, error] {
	return func(yield func(lifecycle.Request, error) bool) {
		type head struct {
			r    lifecycle.Request
			next func() (lifecycle.Request, error, bool)
		}
		var heap []head
		down := func(i int) {
			for {
				c := 2*i + 1
				if c >= len(heap) {
					return
				}
				if c+1 < len(heap) && heap[c+1].r.At < heap[c].r.At {
					c++
				}
				if heap[i].r.At <= heap[c].r.At {
					return
				}
				heap[i], heap[c] = heap[c], heap[i]
				i = c
			}
		}
		for i, a := range p {
			next, stop := iter.Pull2(a.Requests(seed + uint64(i)))
			defer stop()
			if r, _, ok := next(); ok {
				heap = append(heap, head{r, next})
			}
		}
		for i := len(heap)/2 - 1; i >= 0; i-- {
			down(i)
		}
		for len(heap) > 0 {
			if !yield(heap[0].r, nil) {
				return
			}
			r, _, ok := heap[0].next()
			if ok {
				heap[0].r = r
			} else {
				heap[0] = heap[len(heap)-1]
				heap = heap[:len(heap)-1]
			}
			down(0)
		}
	}
}
