package breakeven_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/breakeven"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// From which utilisation it pays, x86_64: six regions, and in how many it never does, as noted with the prices of
// 2025-06-17.
func TestProvisionedThreshold(t *testing.T) {
	published := map[string]string{
		"us-east-1": "0.6000", "eu-west-1": "0.7975", "eu-west-2": "0.8952",
		"eu-central-1": "1.0099", "ap-northeast-1": "1.3114", "sa-east-1": "5.6247",
	}
	catalog := cost.Embedded()
	usd, never, neverOnARM := 0, 0, 0
	for _, region := range catalog.Regions() {
		r := rates(t, region)
		if r.Currency() != "USD" {
			continue
		}
		usd++
		threshold, err := breakeven.ProvisionedThreshold(r, cost.X86)
		if err != nil {
			t.Fatal(err)
		}
		u := threshold.Utilization()
		if want, known := published[region]; known && u.FloatString(4) != want {
			t.Errorf("%s: %s, want %s", region, u.FloatString(4), want)
		}
		if threshold.Never() {
			never++
		}
		arm, err := breakeven.ProvisionedThreshold(r, cost.ARM64)
		if err != nil {
			t.Fatal(err)
		}
		if arm.Never() {
			neverOnARM++
		}
		if threshold.Never() != (u == nil || u.Cmp(big.NewRat(1, 1)) >= 0) || threshold.Pays(big.NewRat(1, 1)) == threshold.Never() {
			t.Errorf("%s: never is %t at %v", region, threshold.Never(), u)
		}
		if threshold.Region != region || threshold.Arch != cost.X86 {
			t.Errorf("%s: threshold is of %s %s", region, threshold.Region, threshold.Arch)
		}
		checkThreshold(t, r, threshold)
	}
	if usd != 35 || never != 15 || neverOnARM != 13 {
		t.Errorf("never in %d of %d regions, and %d on arm64, want 15 of 35, and 13", never, usd, neverOnARM)
	}
}

// What is said of accounts that use much.
func TestThresholdOfLaterTiers(t *testing.T) {
	for _, c := range []struct {
		arch  cost.Arch
		of    string // in us-east-1
		never [3]int // of the regions in USD
	}{
		{cost.X86, "0.60 0.79 1.15", [3]int{15, 23, 35}},
		{cost.ARM64, "0.60 0.79 1.15", [3]int{13, 21, 35}},
	} {
		var of []string
		var never [3]int
		for _, region := range cost.Embedded().Regions() {
			r := rates(t, region)
			if r.Currency() != "USD" {
				continue
			}
			price, err := r.Price(cost.Compute, c.arch)
			if err != nil {
				t.Fatal(err)
			}
			threshold, err := breakeven.ProvisionedThreshold(r, c.arch)
			if err != nil {
				t.Fatal(err)
			}
			for i, tier := range price.Tiers {
				threshold.OnDemand = tier.UnitPrice
				if threshold.Never() {
					never[i]++
				}
				if region == "us-east-1" {
					of = append(of, threshold.Utilization().FloatString(2))
				}
			}
		}
		if got := strings.Join(of, " "); got != c.of || never != c.never {
			t.Errorf("%s: %s, never in %v regions, want %s, %v", c.arch, got, never, c.of, c.never)
		}
	}
}

// checkThreshold bills one unit that is busy for a little less and a little more than the threshold.
func checkThreshold(t *testing.T, r *cost.Rates, threshold breakeven.Threshold) {
	t.Helper()
	u := threshold.Utilization()
	if u == nil {
		return
	}
	// Requests of 1 s in a month of 730 hours, one more or less than the threshold has.
	at := new(big.Rat).Mul(u, big.NewRat(730*3600, 1))
	requests := new(big.Int).Quo(at.Num(), at.Denom()).Uint64()
	p := breakeven.Provisioned{Rates: r, Request: cost.Invocation{Arch: cost.X86, MemoryMB: 1024, Billed: time.Second}}
	for n := requests - 1; n <= requests+2; n++ {
		with, err := p.Cost(1, n, 0)
		if err != nil {
			t.Fatal(err)
		}
		without, err := p.Cost(0, n, 1)
		if err != nil {
			t.Fatal(err)
		}
		if less := with.Cost.LessThan(without.Cost); less != threshold.Pays(p.Utilization(with)) {
			t.Errorf("%s: busy for %s with a threshold of %s, one unit costs %s, on demand %s",
				r.Region(), p.Utilization(with).FloatString(9), u.FloatString(9), with.Cost, without.Cost)
		}
	}
}

func TestThresholdWithoutSaving(t *testing.T) {
	for _, onDemand := range []int64{5, 4} {
		x := breakeven.Threshold{Concurrency: decimal.New(1, 0), Duration: decimal.New(5, 0), OnDemand: decimal.New(onDemand, 0)}
		if x.Utilization() != nil || !x.Never() || x.Pays(big.NewRat(100, 1)) {
			t.Errorf("on demand at %d: %v, never %t", onDemand, x.Utilization(), x.Never())
		}
	}
	just := breakeven.Threshold{Concurrency: decimal.New(1, 0), Duration: decimal.New(5, 0), OnDemand: decimal.New(6, 0)}
	if !just.Never() || just.Pays(big.NewRat(1, 1)) || just.Pays(nil) {
		t.Error("a threshold of 1 is reached by nobody")
	}
}

func provisioned(t testing.TB) breakeven.Provisioned {
	return breakeven.Provisioned{
		Rates:   rates(t, "us-east-1"),
		Request: cost.Invocation{Arch: cost.ARM64, MemoryMB: 1024, Billed: 200 * time.Millisecond},
		Spilled: cost.Invocation{Arch: cost.ARM64, MemoryMB: 1024, Billed: 215 * time.Millisecond},
	}
}

func TestProvisionedCost(t *testing.T) {
	p := provisioned(t)
	got, err := p.Cost(4, 10_000_001, .25)
	if err != nil {
		t.Fatal(err)
	}
	// 2,500,000.25 overflow. By hand, with the arm64 prices of us-east-1: 4 GB for 730 hours, 7,500,001 × .2 GB-seconds on
	// it, 2,500,000 × .215 on demand, and the requests.
	d := decimal.RequireFromString
	want := d("4").Mul(d("2628000")).Mul(d("0.0000033334")).
		Add(d("1500000.2").Mul(d("0.0000077778"))).
		Add(d("537500").Mul(d("0.0000133334"))).
		Add(d("10000001").Mul(d("0.0000002")))
	if diff := cmp.Diff(breakeven.ProvisionedCost{Units: 4, Spill: .25, Requests: 10_000_001, Spilled: 2_500_000, Cost: want}, got); diff != "" {
		t.Errorf("cost (-want +got):\n%s", diff)
	}
	if u := p.Utilization(got).FloatString(6); u != "0.142694" { // 1,500,000.2 of 4 × 2,628,000 s
		t.Errorf("utilisation is %s", u)
	}
	none, err := p.Cost(0, 10_000_001, 1)
	if err != nil {
		t.Fatal(err)
	}
	lambda := breakeven.Lambda{Rates: p.Rates, Request: p.Spilled}
	if want := monthly(t, lambda, 10_000_001); !none.Cost.Equal(want) || p.Utilization(none) != nil {
		t.Errorf("without units it costs %s, want %s", none.Cost, want)
	}
	p.Spilled, p.Hours = cost.Invocation{}, 100
	p.Request.Mode = cost.Provisioned
	short, err := p.Cost(4, 10_000_001, .25)
	if err != nil {
		t.Fatal(err)
	}
	want = want.Sub(d("4").Mul(d("2268000")).Mul(d("0.0000033334"))).Sub(d("37500").Mul(d("0.0000133334")))
	if !short.Cost.Equal(want) {
		t.Errorf("100 hours and no Spilled cost %s, want %s", short.Cost, want)
	}
}

// Spilled requests are rounded half up, exactly.
func TestProvisionedSpilled(t *testing.T) {
	p := provisioned(t)
	for _, tt := range []struct {
		requests uint64
		spill    float64
		want     uint64
	}{
		{0, .5, 0},
		{1, .5, 1},
		{3, .5, 2},
		{5, .5, 3},
		{1, .49999999999999994, 0},
		{math.MaxUint64, 1, math.MaxUint64},
		{math.MaxUint64, 0, 0},
		{1 << 60, 1.0 / (1 << 61), 1},
		{1 << 60, math.SmallestNonzeroFloat64, 0},
	} {
		got, err := p.Cost(1, tt.requests, tt.spill)
		if err != nil {
			t.Fatal(err)
		}
		if got.Spilled != tt.want {
			t.Errorf("%v of %d requests are %d, want %d", tt.spill, tt.requests, got.Spilled, tt.want)
		}
	}
}

func TestCheapest(t *testing.T) {
	p := provisioned(t)
	const requests = 60_000_000
	offered := requests * .2 / (730 * 3600) // 4.57 requests at once
	erlang := func(units int) float64 { return lifecycle.ErlangB(units, offered) }
	for _, limit := range []float64{1, .5, .1, .01, .001, 1e-6} {
		got, err := p.Cheapest(requests, limit, 40, erlang)
		if err != nil {
			t.Fatal(err)
		}
		for units := range 41 {
			spill := 1.0
			if units > 0 {
				spill = erlang(units)
			}
			c, err := p.Cost(units, requests, spill)
			if err != nil {
				t.Fatal(err)
			}
			if spill <= limit && (c.Cost.LessThan(got.Cost) || c.Cost.Equal(got.Cost) && units < got.Units) {
				t.Errorf("limit %v: %d units cost %s, the cheapest %d cost %s", limit, units, c.Cost, got.Units, got.Cost)
			}
		}
		if got.Spill > limit {
			t.Errorf("limit %v: spill %v", limit, got.Spill)
		}
	}
	// Without a limit, and spilled requests like the others, one more unit is worth it as long as it is busy beyond the
	// threshold: the load that the n-th one takes is offered × (B(n-1) - B(n)).
	p.Spilled = cost.Invocation{}
	threshold, err := breakeven.ProvisionedThreshold(p.Rates, cost.ARM64)
	if err != nil {
		t.Fatal(err)
	}
	want := 0
	for pays := true; pays; want++ {
		busy := offered * (lifecycle.ErlangB(want, offered) - lifecycle.ErlangB(want+1, offered))
		if pays = threshold.Pays(new(big.Rat).SetFloat64(busy)); !pays {
			break
		}
	}
	got, err := p.Cheapest(requests, 1, 40, erlang)
	if err != nil {
		t.Fatal(err)
	}
	if want == 0 || got.Units != want {
		t.Errorf("the cheapest are %d units, want %d", got.Units, want)
	}
	_, err = p.Cheapest(requests, .01, 5, erlang)
	var units *breakeven.UnitsError
	if !errors.As(err, &units) || units.MaxSpill != .01 || units.MaxUnits != 5 || units.Least != erlang(5) {
		t.Errorf("error is %v", err)
	}
	// Of equal costs, the fewest units: one unit more costs what it saves.
	even := breakeven.Provisioned{Rates: evenRates(t), Request: cost.Invocation{Arch: cost.X86, MemoryMB: 1024, Billed: time.Second}, Hours: 1}
	equal, err := even.Cheapest(36_000, 1, 9, func(units int) float64 { return 1 - float64(units)/10 })
	if err != nil || equal.Units != 0 {
		t.Errorf("of equal costs it is %+v, error %v", equal, err)
	}
	none, err := p.Cheapest(requests, 1, 0, func(int) float64 { panic("asked of no units") })
	if err != nil || none.Units != 0 || none.Spilled != requests {
		t.Errorf("of no units it is %+v, error %v", none, err)
	}
}

// evenRates have a threshold of 1: a unit that is busy all the time costs what on demand does.
func evenRates(t *testing.T) *cost.Rates {
	t.Helper()
	card := cost.RateCard{Region: "xx-test-1", Currency: "USD", AsOf: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), Source: "made up"}
	for meter, price := range map[cost.Meter]int64{cost.Requests: 1, cost.Compute: 3, cost.ProvisionedCompute: 1, cost.ProvisionedConcurrency: 2} {
		card.Prices = append(card.Prices, cost.Price{Meter: meter, Arch: cost.X86, Tiers: []cost.Tier{{UnitPrice: decimal.New(price, 0)}}})
	}
	r, err := cost.NewRates(card)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestProvisionedErrors(t *testing.T) {
	half := func(int) float64 { return .5 }
	for name, tt := range map[string]struct {
		change func(*breakeven.Provisioned)
		do     func(breakeven.Provisioned) error
		want   string
	}{
		"no rates":         {func(p *breakeven.Provisioned) { p.Rates = nil }, costOf(1, .5), "Provisioned.Rates is nil"},
		"hours":            {func(p *breakeven.Provisioned) { p.Hours = 745 }, costOf(1, .5), "Provisioned.Hours is 745"},
		"hours below 0":    {func(p *breakeven.Provisioned) { p.Hours = -1 }, costOf(1, .5), "Provisioned.Hours is -1"},
		"edge":             {func(p *breakeven.Provisioned) { p.Request.Mode = cost.Edge }, costOf(1, .5), "Provisioned.Request.Mode is Edge"},
		"spilled mode":     {func(p *breakeven.Provisioned) { p.Spilled.Mode = cost.Provisioned }, costOf(1, .5), "Provisioned.Spilled.Mode is Provisioned"},
		"memory":           {func(p *breakeven.Provisioned) { p.Request.MemoryMB = 1 }, costOf(1, .5), "cost: MemoryMB is 1"},
		"spilled memory":   {func(p *breakeven.Provisioned) { p.Spilled.MemoryMB = 1 }, costOf(1, .5), "cost: MemoryMB is 1"},
		"options":          {func(p *breakeven.Provisioned) { p.Options = &cost.Options{Discount: decimal.New(2, 0)} }, costOf(1, .5), "cost: Discount is 2"},
		"units below 0":    {nil, costOf(-1, .5), "units is -1"},
		"units":            {nil, costOf(breakeven.MostUnits+1, .5), "units is 100001"},
		"spill below 0":    {nil, costOf(1, -.1), "spill is -0.1"},
		"spill above 1":    {nil, costOf(1, 1.1), "spill is 1.1"},
		"spill NaN":        {nil, costOf(1, math.NaN()), "spill is NaN"},
		"spill Inf":        {nil, costOf(1, math.Inf(1)), "spill is +Inf"},
		"no units, .5":     {nil, costOf(0, .5), "spill is 0.5"},
		"maxSpill":         {nil, cheapest(math.NaN(), 3, half), "maxSpill is NaN"},
		"maxUnits":         {nil, cheapest(.5, -1, half), "maxUnits is -1"},
		"maxUnits, many":   {nil, cheapest(.5, math.MaxInt, half), fmt.Sprint("maxUnits is ", math.MaxInt)},
		"no spill":         {nil, cheapest(.5, 3, nil), "spill is nil"},
		"spill of 2 units": {nil, cheapest(.5, 3, func(u int) float64 { return float64(u) }), "spill(2) is 2"},
		"spill is NaN":     {nil, cheapest(.5, 3, func(int) float64 { return math.NaN() }), "spill(1) is NaN"},
	} {
		t.Run(name, func(t *testing.T) {
			p := provisioned(t)
			if tt.change != nil {
				tt.change(&p)
			}
			err := tt.do(p)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is %v, want %s", err, tt.want)
			}
			var r *breakeven.RangeError
			var c *cost.RangeError
			if !errors.As(err, &r) && !errors.As(err, &c) {
				t.Errorf("error is a %T", err)
			}
		})
	}
	if _, err := breakeven.ProvisionedThreshold(nil, cost.X86); !errors.As(err, new(*cost.NotPricedError)) {
		t.Errorf("error is %v", err)
	}
	if _, err := breakeven.ProvisionedThreshold(rates(t, "us-east-1"), "arm"); !errors.As(err, new(*cost.UnknownError)) {
		t.Errorf("error is %v", err)
	}
}

func costOf(units int, spill float64) func(breakeven.Provisioned) error {
	return func(p breakeven.Provisioned) error { _, err := p.Cost(units, 10, spill); return err }
}

func cheapest(maxSpill float64, maxUnits int, spill func(int) float64) func(breakeven.Provisioned) error {
	return func(p breakeven.Provisioned) error {
		_, err := p.Cheapest(10, maxSpill, maxUnits, spill)
		return err
	}
}
