package breakeven_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/breakeven"
)

func monthly(t testing.TB, s breakeven.Side, n uint64) decimal.Decimal {
	t.Helper()
	d, err := s.Monthly(n)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

type comparison struct{ a, b decimal.Decimal }

// cheaper is the side that costs less, or -1.
func (c comparison) cheaper() int {
	switch {
	case c.a.LessThan(c.b):
		return 0
	case c.b.LessThan(c.a):
		return 1
	}
	return -1
}

// scan is what Crossings is checked against: every count billed, one after another.
func scan(t *testing.T, a, b breakeven.Side, most uint64) []breakeven.Crossing {
	t.Helper()
	var all []breakeven.Crossing
	cheaper := -1
	var before comparison
	for n := uint64(0); n <= most; n++ {
		now := comparison{monthly(t, a, n), monthly(t, b, n)}
		if side := now.cheaper(); side >= 0 {
			if cheaper >= 0 && side != cheaper {
				all = append(all, breakeven.Crossing{
					Requests: n, Cheaper: side, CostA: now.a, CostB: now.b, BeforeA: before.a, BeforeB: before.b,
				})
			}
			cheaper = side
		}
		before = now
	}
	return all
}

// checkCrossings bills both sides at each crossing and one request before, and checks that the sides take turns.
func checkCrossings(t *testing.T, a, b breakeven.Side, most uint64, found []breakeven.Crossing) {
	t.Helper()
	var last breakeven.Crossing
	for i, c := range found {
		sides := [2]breakeven.Side{a, b}
		if c.Cheaper == 1 {
			sides = [2]breakeven.Side{b, a}
		}
		if !monthly(t, sides[0], c.Requests).LessThan(monthly(t, sides[1], c.Requests)) {
			t.Errorf("at %d requests, side %d does not cost less", c.Requests, c.Cheaper)
		}
		if monthly(t, sides[0], c.Requests-1).LessThan(monthly(t, sides[1], c.Requests-1)) {
			t.Errorf("one before %d requests, side %d costs less already", c.Requests, c.Cheaper)
		}
		want := breakeven.Crossing{
			Requests: c.Requests, Cheaper: c.Cheaper, CostA: monthly(t, a, c.Requests), CostB: monthly(t, b, c.Requests),
			BeforeA: monthly(t, a, c.Requests-1), BeforeB: monthly(t, b, c.Requests-1),
		}
		if diff := cmp.Diff(want, c); diff != "" {
			t.Errorf("crossing (-want +got):\n%s", diff)
		}
		if i > 0 && (c.Requests <= last.Requests || c.Cheaper == last.Cheaper) || c.Requests > most {
			t.Errorf("after %+v comes %+v", last, c)
		}
		last = c
	}
}

func againstScan(t *testing.T, seed uint64) int {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 8))
	most := rng.Uint64N(200)
	a, b := drawPair(t, rng, most)
	got, err := breakeven.Crossings(a.Side, b.Side, most)
	if err != nil {
		t.Fatalf("%d: %v", seed, err)
	}
	if diff := cmp.Diff(scan(t, a.Side, b.Side, most), got); diff != "" {
		t.Fatalf("%d: %#v against %#v up to %d (-want +got):\n%s", seed, a.Side, b.Side, most, diff)
	}
	checkCrossings(t, a.Side, b.Side, most, got)
	return len(got)
}

func TestCrossingsAgainstScan(t *testing.T) {
	var with [4]int
	for seed := range rounds(150) {
		with[min(againstScan(t, uint64(seed)), 3)]++
	}
	for n, count := range with {
		if count < 5 && !testing.Short() {
			t.Errorf("%d of 150 pairs have %d crossings (3: or more): the draws are one-sided", count, n)
		}
	}
}

func FuzzCrossings(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { againstScan(t, seed) })
}

// What lies between crossings far apart is looked at in places drawn at random.
func TestCrossingsFarApart(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	for i := range rounds(150) {
		most := uint64(math.MaxUint64)
		if i%2 == 0 {
			most = 1 << (10 + rng.IntN(50))
		}
		a, b := drawPair(t, rng, 1000)
		var found []breakeven.Crossing
		for c, err := range breakeven.CrossingsSeq(t.Context(), a.Side, b.Side, most) {
			if err != nil {
				t.Fatal(err)
			}
			if found = append(found, c); len(found) == 40 {
				most = c.Requests
				break
			}
		}
		checkCrossings(t, a.Side, b.Side, most, found)
		constant := -1 // the cheaper side where there is no crossing
		for range 20 {
			n := rng.Uint64N(most)
			want := constant
			if len(found) > 0 {
				want = 1 - found[0].Cheaper
			}
			for _, c := range found {
				if c.Requests <= n {
					want = c.Cheaper
				}
			}
			got := comparison{monthly(t, a.Side, n), monthly(t, b.Side, n)}.cheaper()
			if got >= 0 && want >= 0 && got != want {
				t.Fatalf("%#v against %#v: at %d requests side %d is cheaper, want %d by the crossings %+v", a.Side, b.Side, n, got, want, found)
			}
			if len(found) == 0 && got >= 0 {
				constant = got
			}
		}
	}
}

func rates(t testing.TB, region string) *cost.Rates {
	t.Helper()
	r, err := cost.Embedded().Region(region)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func fargatePrices(t testing.TB, region string, a cost.Arch) breakeven.FargateRates {
	t.Helper()
	r, err := breakeven.FargatePrices(region, a)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func instance(t testing.TB, region, name string) breakeven.Instance {
	t.Helper()
	i, err := breakeven.InstanceType(region, name)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// An API on functions of 512 MB that run for 100 ms.
func api(t testing.TB, region string) breakeven.Lambda {
	return breakeven.Lambda{Rates: rates(t, region), Request: cost.Invocation{Arch: cost.X86, MemoryMB: 512, Billed: 100 * time.Millisecond}}
}

// The same API on tasks of 1 vCPU, of which it takes 20 ms a request.
func service(t testing.TB, region string) breakeven.Fargate {
	return breakeven.Fargate{
		Rates: fargatePrices(t, region, cost.X86), CPUUnits: 1024, MemoryMB: 2048,
		Load: breakeven.Load{CPU: 20 * time.Millisecond, Utilization: decimal.New(6, -1)}, MinTasks: 2,
	}
}

func requestsOf(crossings []breakeven.Crossing) []uint64 {
	var all []uint64
	for _, c := range crossings {
		all = append(all, c.Requests)
	}
	return all
}

func TestCrossingsOfKnownSides(t *testing.T) {
	fixed := func(amount int64, places int32) breakeven.Side {
		return breakeven.Fixed{PerMonth: decimal.New(amount, -places)}
	}
	perRequest := func(price int64, places int32) breakeven.Side {
		return breakeven.Tiered{Tiers: []cost.Tier{{UnitPrice: decimal.New(price, -places)}}}
	}
	free := api(t, "eu-west-1")
	free.Options = &cost.Options{FreeTier: cost.MonthlyFreeTier()}
	for name, tt := range map[string]struct {
		a, b breakeven.Side
		max  uint64
		want []uint64
	}{
		"nothing against nothing":         {breakeven.Fixed{}, breakeven.Fixed{}, math.MaxUint64, nil},
		"equal for ever":                  {fixed(3, 0), fixed(300, 2), math.MaxUint64, nil},
		"fixed":                           {fixed(3, 0), fixed(4, 0), math.MaxUint64, nil},
		"a price for each against fixed":  {perRequest(1, 0), fixed(10, 0), 100, []uint64{11}}, // 10 is a tie
		"the other way round":             {fixed(10, 0), perRequest(1, 0), 100, []uint64{11}},
		"between two counts":              {perRequest(3, 0), fixed(10, 0), 100, []uint64{4}},
		"just within maxRequests":         {perRequest(1, 0), fixed(10, 0), 11, []uint64{11}},
		"just beyond maxRequests":         {perRequest(1, 0), fixed(10, 0), 10, nil},
		"no requests":                     {perRequest(1, 0), fixed(10, 0), 0, nil},
		"equal at 0, then never":          {perRequest(1, 0), perRequest(2, 0), math.MaxUint64, nil},
		"one that costs nothing":          {perRequest(1, 20), breakeven.Sum(), math.MaxUint64, nil},
		"a very small difference":         {perRequest(10000000000000001, 17), breakeven.Sum(perRequest(1, 1), fixed(1, 4)), math.MaxUint64, []uint64{10_000_000_000_001}},
		"a tie that is left on both ends": {breakeven.Tiered{Tiers: []cost.Tier{{UnitPrice: decimal.New(1, 0)}, {From: decimal.New(10, 0)}, {From: decimal.New(20, 0), UnitPrice: decimal.New(1, 0)}}}, fixed(10, 0), 100, []uint64{21}},
		"a tie that is touched": {
			breakeven.Tiered{Tiers: []cost.Tier{{UnitPrice: decimal.New(1, 0)}, {From: decimal.New(10, 0)}}},
			fixed(10, 0),
			math.MaxUint64, nil,
		},
		// 30 / (.0000002 + .05 × .0000166667) = 29,032,211.6; with .2 USD of free requests and 6.66668 of free GB-seconds,
		// 36.86668 / the same = 35,677,374.7.
		"API against 30 USD":                 {api(t, "eu-west-1"), fixed(30, 0), math.MaxUint64, []uint64{29_032_212}},
		"API with free tier against 30 USD":  {free, fixed(30, 0), math.MaxUint64, []uint64{35_677_375}},
		"x86_64 against arm64, free and all": {free, withArch(free, cost.ARM64), math.MaxUint64, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := breakeven.Crossings(tt.a, tt.b, tt.max)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, requestsOf(got)); diff != "" {
				t.Errorf("crossings (-want +got):\n%s", diff)
			}
			checkCrossings(t, tt.a, tt.b, tt.max, got)
		})
	}
}

func withArch(l breakeven.Lambda, a cost.Arch) breakeven.Lambda {
	l.Request.Arch = a
	return l
}

// Lambda crosses tasks again and again where a task more costs about as much as the requests that it serves.
func TestCrossingsOfSteps(t *testing.T) {
	// 4.5 + .95·n against 9.5 for each task, which serves 10 requests of 73 hours in a month of 730: less up to the fifth
	// request of each ten, more from the sixth on.
	stairs := breakeven.Fargate{
		Rates:    breakeven.FargateRates{VCPUHour: decimal.New(1, 20), GBHour: decimal.New(1, 20)},
		CPUUnits: 1024, MemoryMB: 2048, Discount: decimal.New(1, 0), PerTask: decimal.New(95, -1), Load: breakeven.Load{CPU: 73 * time.Hour},
	}
	each := breakeven.Tiered{Tiers: []cost.Tier{{UnitPrice: decimal.New(95, -2)}}, PerMonth: decimal.New(45, -1)}
	got, err := breakeven.Crossings(each, stairs, 99)
	if err != nil {
		t.Fatal(err)
	}
	checkCrossings(t, each, stairs, 99, got)
	want := []uint64{6, 11, 16, 21, 26, 31, 36, 41, 46, 51, 56, 61, 66, 71, 76, 81, 86, 91, 96}
	if diff := cmp.Diff(want, requestsOf(got)); diff != "" {
		t.Errorf("crossings (-want +got):\n%s", diff)
	}

	if testing.Short() {
		return
	}
	// For ever: too many for a slice, but they come one by one.
	_, err = breakeven.Crossings(each, stairs, math.MaxUint64)
	var limit *breakeven.LimitError
	if !errors.As(err, &limit) || *limit != (breakeven.LimitError{What: "crossings", Limit: breakeven.MostCrossings, Requests: 50_006}) {
		t.Errorf("error is %v", err)
	}
	n, last := 0, uint64(0)
	for c, err := range breakeven.CrossingsSeq(t.Context(), each, stairs, math.MaxUint64) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 12_000 {
			last = c.Requests
			break
		}
	}
	if last != 60_001 {
		t.Errorf("crossing 12,000 is at %d requests, want 60,001", last)
	}
}

// Fleets of units of different sizes have steps up to 2^64 requests, and nearly the same cost: nothing is walked one by one.
func TestCrossingsOfFleetsToTheEnd(t *testing.T) {
	one := service(t, "us-east-1")
	two := one
	two.CPUUnits, two.MemoryMB, two.MinTasks = 2048, 4096, 1
	three := one
	three.CPUUnits, three.MemoryMB, three.MinTasks = 4096, 8192, 1
	arm := one
	arm.Rates, arm.Load.CPU = fargatePrices(t, "us-east-1", cost.ARM64), 17*time.Millisecond
	ec2 := breakeven.EC2{Instance: instance(t, "us-east-1", "c7g.large"), Load: arm.Load, MinInstances: 2}
	odd := breakeven.EC2{Instance: instance(t, "us-east-1", "m7i.xlarge"), Load: breakeven.Load{CPU: 19_999_999, PeakToMean: decimal.New(13, -1)}, PerInstance: decimal.New(3, 0)}
	for name, tt := range map[string]struct {
		a, b breakeven.Side
		want []uint64
	}{
		// The same price for each vCPU: whoever has smaller tasks never pays more, so there is no crossing at all, except
		// where the minimum counts: 2 tasks of 1 vCPU are 1 of 2.
		"tasks of 1 and 2 vCPU":   {one, two, nil},
		"tasks of 1 and 4 vCPU":   {one, three, nil},
		"tasks of 2 and 4 vCPU":   {two, three, nil},
		"x86_64 and arm64":        {one, arm, nil},
		"Fargate and EC2":         {arm, ec2, nil},
		"other sizes":             {one, odd, nil},
		"sizes of a sum":          {breakeven.Sum(one, arm), breakeven.Sum(two, ec2), nil},
		"a fleet against a clone": {ec2, ec2, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := breakeven.Crossings(tt.a, tt.b, math.MaxUint64)
			if err != nil {
				t.Fatal(err)
			}
			checkCrossings(t, tt.a, tt.b, math.MaxUint64, got)
			t.Logf("%d crossings %v", len(got), requestsOf(got))
		})
	}
}

// The one case that is given up: sizes that do not repeat together, at the same cost on average.
func TestCrossingsGivenUp(t *testing.T) {
	if testing.Short() {
		t.Skip("takes all the effort there is")
	}
	// Each request costs the same on both: a task of one costs as much more as it serves more.
	fleet := func(cpu, other int64) breakeven.Side {
		return breakeven.Fargate{
			Rates:    breakeven.FargateRates{VCPUHour: decimal.New(1, 0), GBHour: decimal.New(1, 0)},
			CPUUnits: 1024, MemoryMB: 2048, Discount: decimal.New(1, 0), Load: breakeven.Load{CPU: time.Duration(cpu)},
			PerTask: decimal.New(other, -6),
		}
	}
	a := fleet(1_000_003, 1_000_033)
	b := breakeven.Sum(fleet(1_000_033, 1_000_003), breakeven.Fixed{PerMonth: decimal.New(100_003_290_001, -11)})
	_, err := breakeven.Crossings(a, b, math.MaxUint64)
	var effort *breakeven.EffortError
	if !errors.As(err, &effort) || effort.Requests == 0 {
		t.Errorf("error is %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	err = nil
	for _, err = range breakeven.CrossingsSeq(ctx, a, b, math.MaxUint64) {
		if err != nil {
			break
		}
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error is %v", err)
	}
}

func TestCrossingsSeqEnds(t *testing.T) {
	fleet := breakeven.EC2{Instance: instance(t, "eu-west-1", "m7g.medium"), Load: breakeven.Load{PerSecond: decimal.New(100, 0)}}
	offer := breakeven.Tiered{Tiers: []cost.Tier{{UnitPrice: decimal.New(13, -8)}}}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	var last error
	for c, err := range breakeven.CrossingsSeq(ctx, fleet, offer, math.MaxUint64) {
		if last != nil {
			t.Fatal("something comes after the error")
		}
		if last = err; err == nil {
			n++
		} else if (c != breakeven.Crossing{}) {
			t.Errorf("with an error comes %+v", c)
		}
		if n == 5 {
			cancel()
		}
	}
	if n != 5 || !errors.Is(last, context.Canceled) {
		t.Errorf("after %d crossings: %v", n, last)
	}
	var none context.Context
	for _, err := range breakeven.CrossingsSeq(none, fleet, offer, 10) {
		if !errors.As(err, new(*breakeven.RangeError)) {
			t.Errorf("error is %v", err)
		}
	}
}

func TestCompare(t *testing.T) {
	fixed := func(amount int64) breakeven.Side { return breakeven.Fixed{PerMonth: decimal.New(amount, 0)} }
	for _, tt := range []struct {
		a, b, cheaper int64
		ratio         string
	}{{3, 4, 0, "0.750"}, {4, 3, 1, "1.333"}, {3, 3, -1, "1.000"}, {0, 3, 0, "0.000"}, {3, 0, 1, ""}, {0, 0, -1, ""}} {
		c, err := breakeven.Compare(fixed(tt.a), fixed(tt.b), 7)
		if err != nil {
			t.Fatal(err)
		}
		want := breakeven.Comparison{Requests: 7, Cheaper: int(tt.cheaper), CostA: decimal.New(tt.a, 0), CostB: decimal.New(tt.b, 0)}
		if diff := cmp.Diff(want, c); diff != "" {
			t.Errorf("comparison (-want +got):\n%s", diff)
		}
		ratio := ""
		if r := c.Ratio(); r != nil {
			ratio = r.FloatString(3)
		}
		if ratio != tt.ratio {
			t.Errorf("%d / %d is %q, want %q", tt.a, tt.b, ratio, tt.ratio)
		}
	}
}

func TestErrorTexts(t *testing.T) {
	for want, err := range map[string]error{
		"breakeven: months is 0, allowed is 1 or more":                       &breakeven.RangeError{Field: "months", Given: "0", Allowed: "1 or more"},
		`breakeven: unknown region of Fargate "x" (known: a, b)`:             &breakeven.UnknownError{What: "region of Fargate", Given: "x", Known: []string{"a", "b"}},
		"breakeven: side a: cost: MemoryMB is 1, allowed is 2":               &breakeven.SideError{Side: "a", Err: &cost.RangeError{Field: "MemoryMB", Given: "1", Allowed: "2"}},
		"breakeven: side b: Hours is 1, allowed is 2":                        &breakeven.SideError{Side: "b", Err: &breakeven.RangeError{Field: "Hours", Given: "1", Allowed: "2"}},
		`breakeven: cannot compare prices in "CNY" and "USD"`:                &breakeven.CurrencyError{A: "CNY", B: "USD"},
		"breakeven: more than 3 crossings up to 7 requests: lower":           &breakeven.LimitError{What: "crossings", Limit: 3, Requests: 7},
		"breakeven: gave up at 7 requests after 3 crossings: lower":          &breakeven.EffortError{What: "crossings", Requests: 7, Found: 3},
		"breakeven: up to 3 provisioned units leave a spill of 0.5 or more,": &breakeven.UnitsError{MaxSpill: .1, MaxUnits: 3, Least: .5},
	} {
		if !strings.HasPrefix(err.Error(), want) {
			t.Errorf("the text is %q, want %q", err, want)
		}
	}
}
