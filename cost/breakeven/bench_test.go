package breakeven_test

import (
	"errors"
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/breakeven"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// All crossings of an API on Lambda and on Fargate, up to 10^12 requests a month: 12,700 tasks.
func BenchmarkCrossings(b *testing.B) {
	lambda, fargate := api(b, "us-east-1"), service(b, "us-east-1")
	lambda.Options = &cost.Options{FreeTier: cost.MonthlyFreeTier()}
	arm := fargate
	arm.Rates, arm.Load.CPU = fargatePrices(b, "us-east-1", cost.ARM64), 17*time.Millisecond
	cheap := lambda
	cheap.Request.Billed = 37 * time.Millisecond // a task costs about what its requests do: many crossings
	for _, bb := range []struct {
		name string
		a, b breakeven.Side
		max  uint64
	}{
		{"Fargate-1e12", lambda, fargate, 1e12},
		{"Fargate-2^64", lambda, fargate, math.MaxUint64},
		{"Fargate-many", cheap, fargate, 1e12},
		{"fixed", lambda, breakeven.Fixed{PerMonth: decimal.New(300, 0)}, 1e12},
		{"two-fleets", fargate, arm, 1e12},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				found, err := breakeven.Crossings(bb.a, bb.b, bb.max)
				if err != nil {
					b.Fatal(err)
				}
				n = len(found)
			}
			b.ReportMetric(float64(n), "crossings")
		})
	}
	// As it is mostly done: halving the range until the sides change places, which finds one crossing, if any.
	b.Run("bisection", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			lo, hi := uint64(0), uint64(1e12)
			for hi-lo > 1 {
				mid := lo + (hi-lo)/2
				if (comparison{monthly(b, lambda, mid), monthly(b, fargate, mid)}).cheaper() == 0 {
					lo = mid
				} else {
					hi = mid
				}
			}
		}
	})
	// And at the ends of all tasks, which finds all of them where steps alone make them.
	b.Run("step-by-step", func(b *testing.B) {
		b.ReportAllocs()
		const perTask = 78_840_000
		for b.Loop() {
			last, n := 0, 0
			for at := uint64(0); at < 1e12; at += perTask {
				for _, requests := range []uint64{at, at + 1} {
					if side := (comparison{monthly(b, lambda, requests), monthly(b, fargate, requests)}).cheaper(); side != last {
						last = side
						n++
					}
				}
			}
		}
	})
}

// Fleets of many sizes, whose steps do not repeat together.
func BenchmarkManyFleets(b *testing.B) {
	for _, n := range []int{10, 100, 300} {
		fleets, flat := manyFleets(b, n), each(int64(2*n), -7)
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := breakeven.Crossings(fleets, flat, 1e9); err != nil && !errors.As(err, new(*breakeven.EffortError)) {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkMonthly(b *testing.B) {
	lambda := api(b, "us-east-1")
	lambda.Options = &cost.Options{FreeTier: cost.MonthlyFreeTier()}
	for name, side := range map[string]breakeven.Side{"Lambda": lambda, "Fargate": service(b, "us-east-1")} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				monthly(b, side, 123_456_789)
			}
		})
	}
}

func BenchmarkPaysWithin(b *testing.B) {
	lambda := api(b, "us-east-1")
	change := breakeven.Change{Investment: decimal.New(600, 0), Before: lambda, After: withArch(lambda, cost.ARM64)}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := change.PaysWithin(12, 1e12); err != nil {
			b.Fatal(err)
		}
	}
}

// The cheapest of 0 to 200 units.
func BenchmarkCheapest(b *testing.B) {
	p := provisioned(b)
	erlang := func(units int) float64 { return lifecycle.ErlangB(units, 60) }
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Cheapest(788_400_000, .01, 200, erlang); err != nil {
			b.Fatal(err)
		}
	}
}
