package breakeven_test

import (
	"context"
	"errors"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/breakeven"
)

// manyFleets is fleets of n sizes, no two of which take their steps together.
func manyFleets(t testing.TB, n int) breakeven.Side {
	t.Helper()
	fleets := make([]breakeven.Side, n)
	for i := range fleets {
		f := service(t, "us-east-1")
		f.Load = breakeven.Load{CPU: time.Duration(1e7 + i*7919)}
		fleets[i] = f
	}
	return breakeven.Sum(fleets...)
}

// allocated returns how many MB of memory a call asks for, which stands for the work that it does.
func allocated(call func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	call()
	runtime.ReadMemStats(&after)
	return (after.TotalAlloc - before.TotalAlloc) >> 20
}

// Many fleets take work that grows with their number, not with a power of it.
func TestManyFleets(t *testing.T) {
	for _, n := range []int{10, 60} {
		fleets, lambda := manyFleets(t, n), each(int64(2*n), -7)
		var found []breakeven.Crossing
		mb := allocated(func() {
			var err error
			if found, err = breakeven.Crossings(fleets, lambda, 1e9); err != nil {
				t.Fatal(err)
			}
		})
		checkCrossings(t, fleets, lambda, 1e9, found)
		if len(found) == 0 {
			t.Error("no crossing")
		}
		if mb > 40 {
			t.Errorf("%d fleets: %d MB of memory", n, mb)
		}
	}
}

// countdown is a context that is done when it was asked so many times.
type countdown struct {
	context.Context
	left int
}

func (c *countdown) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

// A context that is done ends the search before any more work is done, wherever it is.
func TestCancelManyFleets(t *testing.T) {
	fleets, lambda := manyFleets(t, 100), each(200, -7)
	for _, asked := range []int{0, 1, 5, 50} {
		ctx := &countdown{context.Background(), asked}
		var errs []error
		mb := allocated(func() {
			for _, err := range breakeven.CrossingsSeq(ctx, fleets, lambda, 1e9) {
				if err != nil {
					errs = append(errs, err)
				}
			}
		})
		if len(errs) != 1 || !errors.Is(errs[0], context.Canceled) {
			t.Errorf("asked %d times: errors are %v", asked, errs)
		}
		if mb > 40 || ctx.left != -1 {
			t.Errorf("asked %d times: %d MB of memory, asked %d times more", asked, mb, -1-ctx.left)
		}
	}
}

func TestTooManyFleets(t *testing.T) {
	many := manyFleets(t, 1001)
	for name, side := range map[string]breakeven.Side{
		"fleets":           many,
		"nested":           breakeven.Sum(manyFleets(t, 300), manyFleets(t, 701)),
		"fleets and tiers": breakeven.Sum(manyFleets(t, 300), breakeven.Tiered{Tiers: tiersOf(701)}),
		"tiers":            breakeven.Sum(breakeven.Tiered{Tiers: tiersOf(400)}, breakeven.Tiered{Tiers: tiersOf(601)}),
	} {
		for _, err := range []error{
			errOf(breakeven.Crossings(side, breakeven.Fixed{}, 1000)),
			errOf(breakeven.Crossings(breakeven.Fixed{}, side, 1000)),
			errOf(breakeven.Change{Before: breakeven.Fixed{}, After: side}.Saves(1000)),
		} {
			var r *breakeven.RangeError
			if !errors.As(err, &r) || r.Field != "Sum" || !strings.Contains(r.Given, "1001") {
				t.Errorf("%s: error is %v", name, err)
			}
		}
	}
	if _, err := breakeven.Crossings(breakeven.Fixed{}, breakeven.Sum(manyFleets(t, 300), breakeven.Tiered{Tiers: tiersOf(700)}), 1000); err != nil {
		t.Error(err)
	}
	if _, err := many.Monthly(math.MaxUint64); !errors.As(err, new(*breakeven.RangeError)) {
		t.Errorf("Monthly: error is %v", err)
	}
}

// tiersOf returns n tiers of falling prices.
func tiersOf(n int) []cost.Tier {
	tiers := make([]cost.Tier, n)
	for i := range tiers {
		tiers[i] = cost.Tier{From: decimal.New(int64(i)*1000, 0), UnitPrice: decimal.New(int64(2000-i), -6)}
	}
	return tiers
}

// An error says what may be done about it by the function that returned it.
func TestLimitErrors(t *testing.T) {
	stairs := breakeven.Fargate{
		Rates:    breakeven.FargateRates{VCPUHour: decimal.New(1, 0), GBHour: decimal.New(1, 0)},
		CPUUnits: 1024, MemoryMB: 2048, Discount: decimal.New(1, 0), PerTask: decimal.New(10, 0), Load: breakeven.Load{CPU: 73 * time.Hour},
	}
	line := breakeven.Sum(each(1, 0), perMonth(1, 0)) // crosses each step
	_, err := breakeven.Crossings(stairs, line, math.MaxUint64)
	_, errSaves := breakeven.Change{Before: stairs, After: line}.Saves(math.MaxUint64)
	var limit *breakeven.LimitError
	for _, tt := range []struct {
		err        error
		what, says string
	}{
		{err, "crossings", "lower maxRequests, or take them one by one from CrossingsSeq"},
		{errSaves, "ranges", "lower maxRequests"},
	} {
		if !errors.As(tt.err, &limit) {
			t.Errorf("error is %v", tt.err)
			continue
		}
		if diff := cmp.Diff(tt.what, limit.What); diff != "" || !strings.HasSuffix(tt.err.Error(), ": "+tt.says) || !strings.Contains(tt.err.Error(), "more than 10000 "+tt.what) {
			t.Errorf("%v (-want +got):\n%s", tt.err, diff)
		}
	}
	for what, says := range map[string]string{"crossings": "lower maxRequests, or use CrossingsSeq", "ranges": "lower maxRequests"} {
		e := &breakeven.EffortError{What: what, Requests: 5, Found: 2}
		if got, want := e.Error(), "breakeven: gave up at 5 requests after 2 "+what+": "+says; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
