package tuning_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/tuning"
)

// What users do: six sizes of some dozens of runs each, as the reference tool measures by default.
func benchSamples() []tuning.Sample {
	r := rand.New(rand.NewPCG(1, 2))
	samples := randomSamples(r, 128, 256, 512, 1024, 1536, 3008)
	for i := range samples {
		for len(samples[i].Runs) < 50 {
			samples[i].Runs = append(samples[i].Runs, samples[i].Runs...)
		}
		samples[i].Runs = samples[i].Runs[:50]
	}
	return samples
}

func BenchmarkPrice(b *testing.B) {
	rates, samples := embedded(b, "eu-west-1"), benchSamples()
	for name, o := range map[string]*tuning.Options{
		"mean": nil, "cold": {ColdShare: 0.01}, "trim": {Trim: 0.2}, "p99": {Percentile: 0.99, ColdShare: 0.01},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := tuning.Price(rates, cost.ARM64, samples, o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	// The ordinary way: the mean duration in floating point, rounded up, times a price.
	b.Run("ordinary", func(b *testing.B) {
		for b.Loop() {
			for _, s := range samples {
				sum := 0.0
				for _, t := range s.Runs {
					sum += t.Duration.Seconds()
				}
				sink = math.Ceil(sum/float64(len(s.Runs))*1000)*1.7e-9*float64(s.MemoryMB)/128 + 2e-7
			}
		}
	})
}

var sink float64

func BenchmarkBest(b *testing.B) {
	points := must(tuning.Price(embedded(b, "eu-west-1"), cost.ARM64, benchSamples(), nil))(b)
	for _, s := range []tuning.Strategy{tuning.Cheapest, tuning.Fastest, tuning.Balanced(0.5)} {
		b.Run(s.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := tuning.Best(points, s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	// The ordinary way: sort by a decimal.
	b.Run("ordinary", func(b *testing.B) {
		for b.Loop() {
			slices.SortStableFunc(slices.Clone(points), func(p, q tuning.Point) int { return p.Cost.Cmp(q.Cost) })
		}
	})
}

func BenchmarkPareto(b *testing.B) {
	points := must(tuning.Price(embedded(b, "eu-west-1"), cost.ARM64, benchSamples(), nil))(b)
	curve := must(tuning.Curve(points, 1))(b)
	for _, points := range [][]tuning.Point{points, curve} {
		b.Run(fmt.Sprint(len(points)), func(b *testing.B) {
			for b.Loop() {
				tuning.Pareto(points)
			}
		})
	}
}

func BenchmarkInterpolate(b *testing.B) {
	e := must(tuning.Evaluate(embedded(b, "eu-west-1"), cost.ARM64, benchSamples(), nil))(b)
	points := e.Points()
	b.Run("points", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := tuning.Interpolate(points, 777); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("priced", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := e.At(777); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("curve of every MB", func(b *testing.B) {
		for b.Loop() {
			if _, err := e.Curve(1); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkBootstrap(b *testing.B) {
	for name, o := range map[string]*tuning.Options{"mean": nil, "p99": {Percentile: 0.99}} {
		e := must(tuning.Evaluate(embedded(b, "eu-west-1"), cost.ARM64, benchSamples(), o))(b)
		b.Run(name+", 1000 resamples", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Bootstrap(context.Background(), nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkMargins(b *testing.B) {
	e := must(tuning.Evaluate(embedded(b, "eu-west-1"), cost.ARM64, benchSamples(), nil))(b)
	for b.Loop() {
		if _, err := e.Margins(nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRank(b *testing.B) {
	rates := embedded(b, "eu-west-1")
	functions := make([]tuning.Function, 1000)
	for i := range functions {
		functions[i] = tuning.Function{Name: fmt.Sprint(i), Arch: cost.X86, MemoryMB: 128 + i, MaxMemoryUsedMB: 100, Invocations: uint64(i), BilledMS: uint64(100 * i)}
	}
	b.Run("1000 functions", func(b *testing.B) {
		for b.Loop() {
			if _, _, err := tuning.Rank(rates, functions, 0.2); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkRuns(b *testing.B) {
	csv := "memory_mb,duration_ms,init_ms\n" + strings.Repeat("512,212.4,180.2\n1024,104.1,\n", 5000)
	b.SetBytes(int64(len(csv)))
	for b.Loop() {
		if _, err := tuning.ReadCSV(strings.NewReader(csv)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkShareURL(b *testing.B) {
	points := must(tuning.Price(embedded(b, "eu-west-1"), cost.ARM64, benchSamples(), nil))(b)
	url := must(tuning.ShareURL(points))(b)
	b.Run("write", func(b *testing.B) {
		for b.Loop() {
			if _, err := tuning.ShareURL(points); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			if _, err := tuning.ParseShareURL(url); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// Choosing by one figure, and within a limit or budget, allocates nothing.
func TestAllocations(t *testing.T) {
	points := must(tuning.Price(embedded(t, "eu-west-1"), cost.ARM64, benchSamples(), nil))(t)
	limit, budget := points[2].Duration, points[2].Cost.Mul(decimal.New(2, 0))
	for name, f := range map[string]func() error{
		"Best, cost":     func() error { _, err := tuning.Best(points, tuning.Cheapest); return err },
		"Best, speed":    func() error { _, err := tuning.Best(points, tuning.Fastest); return err },
		"CheapestWithin": func() error { _, err := tuning.CheapestWithin(points, limit); return err },
		"FastestWithin":  func() error { _, err := tuning.FastestWithin(points, budget); return err },
	} {
		if n := testing.AllocsPerRun(100, func() {
			if err := f(); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
