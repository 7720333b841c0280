package forecast_test

import (
	"testing"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost/forecast"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// BenchmarkRun is a forecast with all defaults, four other idle timeouts included.
func BenchmarkRun(b *testing.B) {
	for _, c := range []struct {
		name     string
		requests uint64
		daily    float64 // requests per second, where there is a day's shape
	}{
		{"million a month", 1_000_000, 0},
		{"billion a month", 1_000_000_000, 0},
		{"daily 1 per second", 0, 1},
		{"daily 10 million a month", 0, 10_000_000. / (730 * 3600)},
		{"daily billion a month", 0, 1_000_000_000. / (730 * 3600)},
	} {
		b.Run(c.name, func(b *testing.B) {
			s := ordinary()
			s.Arrivals, s.RequestsPerMonth = nil, c.requests
			if c.daily > 0 {
				s.Arrivals = workload.Daily(c.daily, .8, 14*time.Hour)
			}
			for b.Loop() {
				if _, err := forecast.Run(b.Context(), s, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("closed form", func(b *testing.B) {
		for b.Loop() {
			if _, err := forecast.Run(b.Context(), textbook(), nil); err != nil {
				b.Fatal(err)
			}
		}
	})
}
