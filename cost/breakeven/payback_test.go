package breakeven_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/breakeven"
)

func perMonth(amount int64, places int32) breakeven.Side {
	return breakeven.Fixed{PerMonth: decimal.New(amount, -places)}
}

func each(price int64, places int32) breakeven.Side {
	return breakeven.Tiered{Tiers: []cost.Tier{{UnitPrice: decimal.New(price, -places)}}}
}

func TestPayback(t *testing.T) {
	d := func(v int64) decimal.Decimal { return decimal.New(v, 0) }
	for name, tt := range map[string]struct {
		change   breakeven.Change
		requests uint64
		want     breakeven.Payback
		year     decimal.Decimal
	}{
		"nothing": {breakeven.Change{Before: perMonth(0, 0), After: perMonth(0, 0)}, 7, breakeven.Payback{}, d(0)},
		"within ten months": {
			breakeven.Change{Investment: d(1000), Before: each(3, 0), After: each(1, 0)},
			50,
			breakeven.Payback{Investment: d(1000), Before: d(150), After: d(50), Saving: d(100), Pays: true, Months: 10},
			d(200),
		},
		"a whole month begun": {
			breakeven.Change{Investment: d(1001), Before: each(3, 0), After: each(1, 0)},
			50,
			breakeven.Payback{Investment: d(1001), Before: d(150), After: d(50), Saving: d(100), Pays: true, Months: 11},
			d(199),
		},
		"at once": {
			breakeven.Change{Before: each(3, 0), After: each(1, 0)},
			50,
			breakeven.Payback{Before: d(150), After: d(50), Saving: d(100), Pays: true},
			d(1200),
		},
		"never without a saving": {
			breakeven.Change{Investment: d(5), Before: each(1, 0), After: each(1, 0)},
			50,
			breakeven.Payback{Investment: d(5), Before: d(50), After: d(50)},
			d(-5),
		},
		"never where it becomes dearer": {
			breakeven.Change{Investment: d(5), Before: each(1, 0), After: each(2, 0)},
			50,
			breakeven.Payback{Investment: d(5), Before: d(50), After: d(100), Saving: d(-50)},
			d(-605),
		},
		"in 2^64 - 1 months": {
			breakeven.Change{Investment: decimal.NewFromUint64(math.MaxUint64), Before: each(1, 0), After: perMonth(0, 0)},
			1,
			breakeven.Payback{Investment: decimal.NewFromUint64(math.MaxUint64), Before: d(1), Saving: d(1), Pays: true, Months: math.MaxUint64},
			d(12).Sub(decimal.NewFromUint64(math.MaxUint64)),
		},
		"later": {
			breakeven.Change{Investment: decimal.NewFromUint64(math.MaxUint64), Before: each(1, 1), After: perMonth(0, 0)},
			1,
			breakeven.Payback{Investment: decimal.NewFromUint64(math.MaxUint64), Before: decimal.New(1, -1), Saving: decimal.New(1, -1)},
			decimal.New(12, -1).Sub(decimal.NewFromUint64(math.MaxUint64)),
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := tt.change.Payback(tt.requests)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("payback (-want +got):\n%s", diff)
			}
			if net := got.Net(12); !net.Equal(tt.year) {
				t.Errorf("net after a year is %s, want %s", net, tt.year)
			}
			if !got.Pays {
				return
			}
			if got.Net(got.Months).Sign() < 0 || got.Months > 0 && got.Net(got.Months-1).Sign() >= 0 {
				t.Errorf("net after %d months is %s, one before %s", got.Months, got.Net(got.Months), got.Net(got.Months-1))
			}
		})
	}
}

// scanRanges is what ranges are checked against: every count, one after another.
func scanRanges(most uint64, within func(n uint64) bool) []breakeven.Range {
	var all []breakeven.Range
	for n := uint64(0); n <= most; n++ {
		if !within(n) {
			continue
		}
		if last := len(all) - 1; last >= 0 && all[last].To == n-1 {
			all[last].To = n
			continue
		}
		all = append(all, breakeven.Range{From: n, To: n})
	}
	return all
}

func rangesAgainstScan(t *testing.T, seed uint64) (paysWithin int) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 21))
	most := rng.Uint64N(150)
	before, after := drawPair(t, rng, most)
	c := breakeven.Change{Investment: drawMoney(rng, 100), Before: before.Side, After: after.Side}
	if rng.IntN(4) == 0 {
		c.Investment = decimal.Decimal{}
	}
	months := 1 + rng.IntN(24)
	got, err := c.PaysWithin(months, most)
	if err != nil {
		t.Fatal(err)
	}
	saves, err := c.Saves(most)
	if err != nil {
		t.Fatal(err)
	}
	payback := func(n uint64) breakeven.Payback {
		p, err := c.Payback(n)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	want := scanRanges(most, func(n uint64) bool { p := payback(n); return p.Pays && p.Months <= uint64(months) })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("%d: %#v pays within %d months (-want +got):\n%s", seed, c, months, diff)
	}
	want = scanRanges(most, func(n uint64) bool { return payback(n).Saving.Sign() > 0 })
	if diff := cmp.Diff(want, saves); diff != "" {
		t.Fatalf("%d: %#v saves (-want +got):\n%s", seed, c, diff)
	}
	return len(got)
}

func TestRangesAgainstScan(t *testing.T) {
	var with [3]int
	for seed := range rounds(100) {
		with[min(rangesAgainstScan(t, uint64(seed)), 2)]++
	}
	for n, count := range with {
		if count < 5 && !testing.Short() {
			t.Errorf("%d of 100 changes have %d ranges (2: or more): the draws are one-sided", count, n)
		}
	}
}

func FuzzRanges(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { rangesAgainstScan(t, seed) })
}

// A rewrite pays from some traffic on, and up to 2^64 requests.
func TestPaysWithin(t *testing.T) {
	before := api(t, "eu-west-1")
	after := withArch(before, cost.ARM64)
	after.Request.Billed = 20 * time.Millisecond
	c := breakeven.Change{Investment: decimal.New(20_000, 0), Before: before, After: after}
	got, err := c.PaysWithin(12, math.MaxUint64)
	if err != nil {
		t.Fatal(err)
	}
	// 512 MB: 100 ms × .0000166667/2 against 20 ms × .0000133334/2, so 7.00001e-7 saved by each request; 20,000 USD in a
	// year are 20,000 / (12 × 7.00001e-7) = 2,380,948,979.6 requests a month.
	want := []breakeven.Range{{From: 2_380_948_980, To: math.MaxUint64}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ranges (-want +got):\n%s", diff)
	}
	at, err := c.Payback(want[0].From)
	if err != nil {
		t.Fatal(err)
	}
	below, err := c.Payback(want[0].From - 1)
	if err != nil {
		t.Fatal(err)
	}
	if at.Months != 12 || below.Months != 13 {
		t.Errorf("months are %d, and %d one request below", at.Months, below.Months)
	}
	if never, err := (breakeven.Change{Before: after, After: before}).Saves(math.MaxUint64); err != nil || never != nil {
		t.Errorf("the way back saves at %v, error %v", never, err)
	}
}

func TestRangesLimit(t *testing.T) {
	stairs := breakeven.Fargate{
		Rates:    breakeven.FargateRates{VCPUHour: decimal.New(1, 0), GBHour: decimal.New(1, 0)},
		CPUUnits: 1024, MemoryMB: 2048, Discount: decimal.New(1, 0), PerTask: decimal.New(10, 0), Load: breakeven.Load{CPU: 73 * time.Hour},
	}
	_, err := breakeven.Change{Before: stairs, After: breakeven.Sum(each(1, 0), perMonth(1, 0))}.Saves(math.MaxUint64)
	var limit *breakeven.LimitError
	if !errors.As(err, &limit) || limit.Limit != breakeven.MostCrossings {
		t.Errorf("error is %v", err)
	}
}

// A saving that rises to 10 at 10 requests and falls back to 0 at 20: at equal costs there is no saving, but what is just
// enough pays.
func TestRangesAtTies(t *testing.T) {
	unit := decimal.New(1, 0)
	c := breakeven.Change{
		Before: breakeven.Tiered{Tiers: []cost.Tier{{UnitPrice: unit}, {From: decimal.New(10, 0)}}},
		After:  breakeven.Tiered{Tiers: []cost.Tier{{}, {From: decimal.New(10, 0), UnitPrice: unit}}},
	}
	check := func(what string, want []breakeven.Range, got []breakeven.Range, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	saves, err := c.Saves(math.MaxUint64)
	check("saves", []breakeven.Range{{From: 1, To: 19}}, saves, err)
	for investment, want := range map[int64][]breakeven.Range{
		0:  {{From: 1, To: 19}},
		1:  {{From: 1, To: 19}},
		10: {{From: 5, To: 15}},
		11: {{From: 6, To: 14}},
		20: {{From: 10, To: 10}},
		21: nil,
	} {
		c.Investment = decimal.New(investment, 0)
		within, err := c.PaysWithin(2, math.MaxUint64)
		check(c.Investment.String()+" within two months", want, within, err)
	}
}
