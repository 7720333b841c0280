package tuning_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/tuning"
)

const ms = time.Millisecond

var nan, inf = math.NaN(), math.Inf(1)

// d is a decimal from its digits.
func d(s string) decimal.Decimal { return decimal.RequireFromString(s) }

// money is a cost of so many units of 10^-20, as Price returns them.
func money(units int64) decimal.Decimal { return decimal.New(units, -tuning.CostScale) }

// embedded returns rates that ship with the library.
func embedded(t testing.TB, region string) *cost.Rates {
	t.Helper()
	r, err := cost.Embedded().Region(region)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// ratesOf makes a card of some prices of the first tier, in us-east-1.
func ratesOf(t testing.TB, prices map[cost.Key]string) *cost.Rates {
	t.Helper()
	card := cost.RateCard{Region: "us-east-1", Currency: "USD", AsOf: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Source: "made up for a test"}
	for k, p := range prices {
		card.Prices = append(card.Prices, cost.Price{Meter: k.Meter, Arch: k.Arch, Unit: "unit", Tiers: []cost.Tier{{UnitPrice: d(p)}}})
	}
	r, err := cost.NewRates(card)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// published are the prices behind AWS's primes example: the ones of 2019, with one digit less than today's.
func published(t testing.TB) *cost.Rates {
	return ratesOf(t, map[cost.Key]string{
		{Meter: cost.Requests, Arch: cost.X86}: "0.0000002",
		{Meter: cost.Compute, Arch: cost.X86}:  "0.00001667",
	})
}

// primes is AWS's example, of testdata/primes.csv.
func primes(t testing.TB) []tuning.Sample {
	t.Helper()
	f, err := os.Open("testdata/primes.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	samples, err := tuning.ReadCSV(f)
	if err != nil {
		t.Fatal(err)
	}
	return samples
}

// warm makes runs without INIT.
func warm(times ...time.Duration) []cost.Timing {
	runs := make([]cost.Timing, len(times))
	for i, d := range times {
		runs[i].Duration = d
	}
	return runs
}

// point makes a point of a duration in ms and a cost.
func point(mb int, millis int64, c string) tuning.Point {
	return tuning.Point{MemoryMB: mb, Duration: time.Duration(millis) * ms, Cost: d(c)}
}

// randomPoints makes points with few different figures, so that many are equal in one or both.
func randomPoints(r *rand.Rand, most int) []tuning.Point {
	points := make([]tuning.Point, 1+r.IntN(most))
	for i := range points {
		points[i] = tuning.Point{
			MemoryMB: 128 + 64*i,
			Duration: time.Duration(1+r.IntN(6)) * ms,
			Cost:     decimal.New(int64(1+r.IntN(6)), -int32(6+r.IntN(2))),
		}
	}
	r.Shuffle(len(points), func(i, j int) { points[i], points[j] = points[j], points[i] })
	return points
}

// randomSamples makes runs of work that is part wait and part CPU, with some spread, and cold starts among them.
func randomSamples(r *rand.Rand, sizes ...int) []tuning.Sample {
	var all []tuning.Sample
	for _, mb := range sizes {
		s := tuning.Sample{MemoryMB: mb}
		for range 5 + r.IntN(40) {
			t := cost.Timing{Duration: time.Duration((20 + 300*1769/float64(mb)) * (0.9 + 0.3*r.Float64()) * float64(ms))}
			if r.IntN(5) == 0 || len(s.Runs) < 2 {
				t.Init = time.Duration((200 + 50*r.Float64()) * float64(ms))
			}
			s.Runs = append(s.Runs, t)
		}
		all = append(all, s)
	}
	return all
}

// must returns v, or ends the test.
func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// wantRange checks that err is a *RangeError of a field that says all that one needs.
func wantRange(t *testing.T, err error, field string) {
	t.Helper()
	var e *tuning.RangeError
	if !errors.As(err, &e) {
		t.Errorf("error %v, want a *RangeError of %s", err, field)
		return
	}
	if e.Field != field || e.Given == "" || e.Allowed == "" {
		t.Errorf("%#v, want one of %s", e, field)
	}
	if want := fmt.Sprintf("tuning: %s is %s, allowed is %s", e.Field, e.Given, e.Allowed); e.Error() != want && len(e.Given) <= 80 {
		t.Errorf("text %q, want %q", e.Error(), want)
	}
}

// shared returns a file of the directory beside the checkout that has the facts, or skips the test.
func shared(t *testing.T, name string) []byte {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		b, err := os.ReadFile(filepath.Join(dir, "shared", name))
		if err == nil {
			return b
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Skip("there is no shared/" + name)
		}
		dir = parent
	}
}
