package lifecycle_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// Whole runs: Poisson arrivals, exponential service, histograms on. One operation is one invocation.
func BenchmarkSimulate(b *testing.B) {
	for _, busy := range []int{2, 20, 1_000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("busy=%d", busy), func(b *testing.B) {
			const service = 2 * time.Second
			rate := float64(busy) / service.Seconds()
			f := lifecycle.Function{Duration: lifecycle.Exponential(service)}
			p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(10 * time.Minute)}
			n := float64(b.N)
			b.ReportAllocs()
			b.ResetTimer()
			r, err := lifecycle.Simulate(context.Background(), f, p, workload.Poisson{PerSecond: rate},
				&lifecycle.Options{Seed: 1, Until: time.Duration(n/rate*1e9) + 1})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(max(r.Invocations, 1)), "ns/invocation")
		})
	}
}
