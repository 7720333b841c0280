package lifecycle_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// Whole runs: Poisson arrivals, exponential service, histograms on. One operation is one invocation; the first ones, until
// the number of busy environments is what the name says, are not timed.
func BenchmarkSimulate(b *testing.B) {
	for _, busy := range []int{2, 20, 1_000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("busy=%d", busy), func(b *testing.B) {
			const service = 2 * time.Second
			rate := float64(busy) / service.Seconds()
			f := lifecycle.Function{Duration: lifecycle.Exponential(service)}
			p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(10 * time.Minute)}
			warm := 10 * service
			started := uint64(0)
			o := &lifecycle.Options{Seed: 1, Until: warm + time.Duration(float64(b.N)/rate*1e9)}
			o.Progress = func(p lifecycle.Progress) {
				if started == 0 && p.At >= warm && p.At < o.Until {
					started = p.Invocations
					b.ResetTimer()
				}
			}
			b.ReportAllocs()
			r, err := lifecycle.Simulate(context.Background(), f, p, workload.Poisson{PerSecond: rate}, o)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(max(r.Invocations-started, 1)), "ns/invocation")
		})
	}
}

// The ordinary way, to compare with: no limits, lifetimes, histograms or sums, any idle environment, departures in a binary
// heap.
func BenchmarkOrdinary(b *testing.B) {
	for _, busy := range []int{2, 20, 1_000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("busy=%d", busy), func(b *testing.B) {
			const service = 2e9
			gap := service / float64(busy)
			draw := rand.New(rand.NewPCG(1, 2))
			type departure struct {
				end         int64
				environment int
			}
			var heap []departure
			var idle []int
			environments := 0
			now := int64(0)
			step := func() {
				now += int64(gap * draw.ExpFloat64())
				for len(heap) > 0 && heap[0].end <= now {
					idle = append(idle, heap[0].environment)
					last := heap[len(heap)-1]
					heap = heap[:len(heap)-1]
					i := 0
					for {
						down := 2*i + 1
						if down >= len(heap) {
							break
						}
						if down+1 < len(heap) && heap[down+1].end < heap[down].end {
							down++
						}
						if last.end <= heap[down].end {
							break
						}
						heap[i] = heap[down]
						i = down
					}
					if len(heap) > 0 {
						heap[i] = last
					}
				}
				e := environments
				if n := len(idle); n > 0 {
					e = idle[n-1]
					idle = idle[:n-1]
				} else {
					environments++
				}
				d := departure{now + int64(service*draw.ExpFloat64()), e}
				heap = append(heap, d)
				i := len(heap) - 1
				for ; i > 0 && d.end < heap[(i-1)/2].end; i = (i - 1) / 2 {
					heap[i] = heap[(i-1)/2]
				}
				heap[i] = d
			}
			for range 10 * busy {
				step()
			}
			b.ReportAllocs()
			b.ResetTimer()
			for range b.N {
				step()
			}
		})
	}
}

// Replications are independent of each other: with -cpu 1,2,4 the time of one operation, 16 of them, falls with the cores.
func BenchmarkReplicate(b *testing.B) {
	f := lifecycle.Function{Duration: lifecycle.Exponential(2 * time.Second)}
	p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(10 * time.Minute)}
	for b.Loop() {
		_, err := lifecycle.Replicate(context.Background(), 16, f, p, workload.Poisson{PerSecond: 10}, &lifecycle.Options{Until: time.Hour})
		if err != nil {
			b.Fatal(err)
		}
	}
}
