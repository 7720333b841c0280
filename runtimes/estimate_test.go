package runtimes_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/runtimes"
)

// The rank is the one of exact binomial probabilities.
func TestMedianRank(t *testing.T) {
	for n := 6; n <= 400; n++ {
		total := new(big.Int).Lsh(big.NewInt(1), uint(n))
		below := new(big.Int) // sum of C(n, i) for i < k
		k := 0
		for {
			next := new(big.Int).Add(below, new(big.Int).Binomial(int64(n), int64(k)))
			// P(k+1 <= B <= n-k-1) = 1 - 2·next/2^n >= .95 exactly if 40·next <= 2^n.
			if new(big.Int).Mul(next, big.NewInt(40)).Cmp(total) > 0 {
				break
			}
			below = next
			k++
		}
		if got := runtimes.MedianRank(n); got != k {
			t.Errorf("rank of %d is %d, want %d", n, got, k)
		}
	}
	// For large n it is near to n/2 - 1.96/2·√n.
	for _, n := range []int{1_000, 1_000_000, 1_000_000_000} {
		want := float64(n)/2 - 0.98*math.Sqrt(float64(n))
		if got := runtimes.MedianRank(n); math.Abs(float64(got)-want) > 1+float64(n)*1e-9 {
			t.Errorf("rank of %d is %d, want %v", n, got, want)
		}
	}
}

// mixture is two clumps around the median.
type mixture struct{ gap float64 }

func (m mixture) draw(r *rand.Rand) float64 {
	x := 100 + 3*r.NormFloat64()
	if r.Float64() < 0.5 {
		x += m.gap
	}
	return x
}

// How often the interval holds the true median: the figures of the comment of ColdStart.
func TestMedianCoverage(t *testing.T) {
	normal := func(r *rand.Rand) float64 { return r.NormFloat64() }
	// skewed draws of a shifted log-normal distribution whose P90-P50 is so many times its P50-P10.
	skewed := func(skew float64) func(r *rand.Rand) float64 {
		sigma := math.Log(skew) / 1.2815515655446004 // by the standard normal P90
		return func(r *rand.Rand) float64 { return 50_000 + math.Copysign(1, sigma)*math.Expm1(sigma*normal(r)) }
	}
	for _, c := range []struct {
		name   string
		median float64
		draw   func(r *rand.Rand) float64
	}{
		{"normal", 100, func(r *rand.Rand) float64 { return 100 + 5*normal(r) }},
		{"log-normal, σ .1", 100, func(r *rand.Rand) float64 { return 100 * math.Exp(0.1*normal(r)) }},
		{"log-normal, σ 1", 100, func(r *rand.Rand) float64 { return 100 * math.Exp(normal(r)) }},
		{"exponential", 100 * math.Ln2, func(r *rand.Rand) float64 { return 100*r.ExpFloat64() + 1e-3 }},
		{"uniform", 150, func(r *rand.Rand) float64 { return 100 + 100*r.Float64() }},
		{"1 in 20 three times as long", 100.33, func(r *rand.Rand) float64 {
			x := 100 + 5*normal(r)
			if r.Float64() < 0.05 {
				x *= 3
			}
			return x
		}},
		{"skew 2", 50_000, skewed(2)},
		{"skew 6", 50_000, skewed(6)},
		{"skew 12", 50_000, skewed(12)},
		{"skew 16", 50_000, skewed(16)},
		{"skew 1/8", 50_000, skewed(1. / 8)},
		// Long tail that begins in the normal body, skew 12.
		{"3 in 10 in a long tail", 100.565949, func(r *rand.Rand) float64 {
			if r.Float64() < 0.3 {
				return 101 + 30*r.Float64()
			}
			return 100 + normal(r)
		}},
		{"45 in 100 in a long tail: fewer", 101.288543, func(r *rand.Rand) float64 {
			if r.Float64() < 0.45 {
				return 101 + 30*r.Float64()
			}
			return 100 + normal(r)
		}},
		{"two clumps that overlap", 103, mixture{6}.draw},
		{"two clumps apart: not in most", 115, mixture{30}.draw},
	} {
		for _, n := range []int{10, 60, 190} {
			r := rand.New(rand.NewPCG(1, uint64(n)))
			repeats := 2000
			if testing.Short() {
				repeats = 400
			}
			held := 0
			samples := make([]time.Duration, n)
			for range repeats {
				for i := range samples {
					samples[i] = time.Duration(c.draw(r)*1e6) + 1
				}
				p := runtimes.Profile{Samples: n, Init: must(runtimes.NewInitTimes(samples))}
				e, err := p.ColdStart()
				if err != nil {
					t.Fatal(err)
				}
				if truth := time.Duration(c.median * 1e6); e.Low <= truth && truth <= e.High {
					held++
				}
			}
			coverage := float64(held) / float64(repeats)
			t.Logf("%s, %d samples: %.3f", c.name, n, coverage)
			slack := 3 * math.Sqrt(0.95*0.05/float64(repeats))
			least := 0.95
			if strings.HasSuffix(c.name, "fewer") {
				least = 0.92
			}
			if apart := c.median == 115 && n > 10; apart != (coverage < least-slack) {
				t.Errorf("%s, %d samples: the interval holds the median in %.3f", c.name, n, coverage)
			}
		}
	}
}

// How often the interval of a mean of days holds the true one, and that of a ratio the true ratio.
func TestResponseAndRatioCoverage(t *testing.T) {
	repeats := 1500
	if testing.Short() {
		repeats = 300
	}
	r := rand.New(rand.NewPCG(2, 0))
	profile := func(median float64, days int) runtimes.Profile {
		samples := make([]time.Duration, 0, 10*days)
		var sum, low, high time.Duration
		for range days {
			for range 10 {
				samples = append(samples, time.Duration(median*math.Exp(0.15*r.NormFloat64())*1e6))
			}
			first := time.Duration((50 + 4*r.NormFloat64()) * 1e6)
			sum += first
			if low == 0 || first < low {
				low = first
			}
			high = max(high, first)
		}
		return runtimes.Profile{
			Samples: len(samples), Days: days, Init: must(runtimes.NewInitTimes(samples)),
			FirstInvoke: sum / time.Duration(days), FirstInvokeMin: low, FirstInvokeMax: high,
		}
	}
	for _, days := range []int{2, 19, 31, 60} {
		response, ratio := 0, 0
		for range repeats {
			p, q := profile(100, days), profile(40, days)
			e, err := p.ColdResponse()
			if err != nil {
				t.Fatal(err)
			}
			if truth := 150 * time.Millisecond; e.Low <= truth && truth <= e.High {
				response++
			}
			a, b := must(p.ColdStart()), must(q.ColdStart())
			if x := must(a.RatioTo(b)); x.Low <= 2.5 && 2.5 <= x.High {
				ratio++
			}
		}
		for what, held := range map[string]int{"response": response, "ratio": ratio} {
			coverage := float64(held) / float64(repeats)
			t.Logf("%d days, %s: %.3f", days, what, coverage)
			if slack := 3 * math.Sqrt(0.95*0.05/float64(repeats)); coverage < 0.94-slack {
				t.Errorf("%d days: the interval of the %s holds the truth in %.3f", days, what, coverage)
			}
		}
	}
}

// Days are not more alike than chance makes them: medians of ten of the newest day lie where those of any ten of the month
// would.
func TestDaysAgainstFacts(t *testing.T) {
	var f perfFacts
	facts(t, "lambda_perf.json", &f)
	r := rand.New(rand.NewPCG(3, 0))
	medians := make([]float64, 100_000)
	for i := range medians {
		u := make([]float64, 10)
		for j := range u {
			u[j] = r.Float64()
		}
		slices.Sort(u)
		medians[i] = (u[4] + u[5]) / 2
	}
	slices.Sort(medians)
	low, high := medians[len(medians)/40], medians[len(medians)-len(medians)/40]
	inside, all := 0, 0
	set := f.Sets[0] // of 2026-08-22
	for _, row := range set.Rows {
		cell := func(column string) any { return row[slices.Index(set.Columns, column)] }
		p := mustFind(t, runtimes.Query{Function: cell("runtime").(string), Arch: cell("arch").(string), Packaging: cell("pkg").(string), MemoryMB: int(cell("mem").(float64)), Month: "2026-08"})
		median := time.Duration(cell("init_p50").(float64) * 1e6)
		if p.Init.Quantile(low) <= median && median <= p.Init.Quantile(high) {
			inside++
		}
		all++
	}
	if share := float64(inside) / float64(all); all != 620 || math.Abs(share-0.98) > 0.01 {
		t.Errorf("%d of %d, %.3f, are inside", inside, all, share)
	}
}

func TestEstimates(t *testing.T) {
	for _, c := range []struct {
		function, arch      string
		response            bool
		value, low, high, _ time.Duration
	}{
		{"rust_on_provided_al2023", "arm64", false, 13_810_000, 13_448_830, 14_066_724, 0},
		{"rust_on_provided_al2023", "arm64", true, 15_208_000, 14_845_395, 15_466_739, 0},
		{"dotnet8", "x86_64", true, 967_838_000, 956_099_874, 1_018_028_337, 0},
	} {
		p := mustFind(t, runtimes.Query{Function: c.function, Arch: c.arch, Packaging: "zip", MemoryMB: 128, Month: "2026-08"})
		measure := runtimes.Profile.ColdStart
		if c.response {
			measure = runtimes.Profile.ColdResponse
		}
		got, err := measure(p)
		if want := (runtimes.Estimate{Value: c.value, Low: c.low, High: c.high}); got != want || err != nil {
			t.Errorf("%v: %v, %v; want %v", p, got, err, want)
		}
	}
	for p := range runtimes.All() {
		start, err := p.ColdStart()
		if err != nil || start.Value != p.Init.P50 || start.Low >= start.Value || start.High <= start.Value || start.Low < p.Init.P10 || start.High > p.Init.P90 {
			t.Errorf("%v: %v, %v; known are %+v", p, start, err, p.Init)
		}
		response, err := p.ColdResponse()
		if err != nil || response.Value != p.Init.P50+p.FirstInvoke || response.Low > response.Value-(start.Value-start.Low) || response.High < response.Value+(start.High-start.Value) {
			t.Errorf("%v: %v, %v; start %v", p, response, err, start)
		}
	}
}

func TestEstimateErrors(t *testing.T) {
	good := mustFind(t, rust)
	for _, c := range []struct {
		name   string
		change func(p *runtimes.Profile)
		range_ string // the field of a RangeError; else a NotMeasuredError
	}{
		{"5 samples", func(p *runtimes.Profile) { p.Samples = 5 }, "Profile.Samples"},
		{"negative samples", func(p *runtimes.Profile) { p.Samples = -1 }, "Profile.Samples"},
		{"no median", func(p *runtimes.Profile) { p.Init.P50 = 0 }, ""},
		{"nothing below", func(p *runtimes.Profile) { p.Init.Min, p.Init.P10 = 0, 0 }, ""},
		{"nothing above", func(p *runtimes.Profile) { p.Init.P90, p.Init.P99, p.Init.Max = 0, 0, 0 }, ""},
		{"no first invocation", func(p *runtimes.Profile) { p.FirstInvoke = 0 }, ""},
		{"no lowest day", func(p *runtimes.Profile) { p.FirstInvokeMin = 0 }, ""},
		{"one day", func(p *runtimes.Profile) { p.Days = 1 }, "Profile.Days"},
		{"nothing", func(p *runtimes.Profile) { *p = runtimes.Profile{} }, "Profile.Samples"},
		{"more samples than anybody has", func(p *runtimes.Profile) { p.Samples = math.MaxInt }, "Profile.Samples"},
		{"quantiles decrease", func(p *runtimes.Profile) { p.Init.Max = p.Init.P50 }, "InitTimes.Max"},
		{"a negative quantile", func(p *runtimes.Profile) { p.Init.Min = -1 }, "InitTimes.Min"},
		{"a negative first invocation", func(p *runtimes.Profile) { p.FirstInvoke = -1 }, "Profile.FirstInvoke"},
		{"first invocation outside of days", func(p *runtimes.Profile) { p.FirstInvoke = p.FirstInvokeMax + 1 }, "Profile.FirstInvoke"},
		{"a huge first invocation", func(p *runtimes.Profile) { p.FirstInvokeMax = math.MaxInt64 }, "Profile.FirstInvokeMax"},
	} {
		p := good
		c.change(&p)
		got, err := p.ColdResponse()
		var outOfRange *runtimes.RangeError
		var missing *runtimes.NotMeasuredError
		if ok := errors.As(err, &outOfRange); ok != (c.range_ != "") || ok && outOfRange.Field != c.range_ || !ok && !errors.As(err, &missing) || got != (runtimes.Estimate{}) {
			t.Errorf("%s: %v, %v", c.name, got, err)
		}
		if _, err := runtimes.Rank([]runtimes.Profile{good, p}, runtimes.Profile.ColdResponse); err == nil {
			t.Errorf("%s: ranked", c.name)
		}
	}
	fewest := good
	fewest.Samples = 6 // the smallest and the largest hold the median in 31 of 32 cases
	if got, err := fewest.ColdStart(); err != nil || got.Low > good.Init.P10 || got.High < good.Init.P90 {
		t.Errorf("6 samples: %v, %v", got, err)
	}
	for _, e := range []runtimes.Estimate{{}, {Value: 1, Low: 0, High: 1}, {Value: 1, Low: 2, High: 3}, {Value: 2, Low: 1, High: 1}, {Value: -1, Low: -1, High: -1}} {
		one := runtimes.Estimate{Value: 1, Low: 1, High: 1}
		var outOfRange *runtimes.RangeError
		if _, err := e.RatioTo(one); !errors.As(err, &outOfRange) {
			t.Errorf("%v: %v", e, err)
		}
		if _, err := one.RatioTo(e); !errors.As(err, &outOfRange) {
			t.Errorf("to %v: %v", e, err)
		}
	}
	if _, err := runtimes.Rank(nil, nil); err == nil {
		t.Error("ranked by nothing")
	}
}

func TestRatio(t *testing.T) {
	a := runtimes.Estimate{Value: 200, Low: 100, High: 400}
	b := runtimes.Estimate{Value: 100, Low: 100, High: 100}
	for _, c := range []struct {
		x, y runtimes.Estimate
		want runtimes.Ratio
		tie  bool
	}{
		{a, b, runtimes.Ratio{Value: 2, Low: 1, High: 4}, true},
		{b, a, runtimes.Ratio{Value: 0.5, Low: 0.25, High: 1}, true},
		{a, a, runtimes.Ratio{Value: 1, Low: math.Exp2(-math.Sqrt2), High: math.Exp2(math.Sqrt2)}, true},
		{b, b, runtimes.Ratio{Value: 1, Low: 1, High: 1}, true},
		{runtimes.Estimate{Value: 300, Low: 290, High: 310}, b, runtimes.Ratio{Value: 3, Low: 2.9, High: 3.1}, false},
	} {
		got, err := c.x.RatioTo(c.y)
		near := func(x, y float64) bool { return math.Abs(x-y) < 1e-14 }
		if err != nil || !near(got.Value, c.want.Value) || !near(got.Low, c.want.Low) || !near(got.High, c.want.High) {
			t.Errorf("%v to %v: %v, %v", c.x, c.y, got, err)
		}
		if tie := (runtimes.Ratio{Value: c.want.Value, Low: c.want.Low, High: c.want.High}).Tie(); tie != c.tie {
			t.Errorf("%v: tie %v", c.want, tie)
		}
	}
}

// Places are ranges: two that the data cannot tell apart share them.
func TestRank(t *testing.T) {
	estimates := map[string]runtimes.Estimate{
		"a": {Value: 100, Low: 95, High: 105},
		"b": {Value: 106, Low: 101, High: 111}, // a tie with a, and with c
		"c": {Value: 112, Low: 107, High: 117}, // not with a
		"d": {Value: 300, Low: 299, High: 301},
	}
	var profiles []runtimes.Profile
	for _, name := range []string{"d", "c", "b", "a"} {
		profiles = append(profiles, runtimes.Profile{Name: name})
	}
	measure := func(p runtimes.Profile) (runtimes.Estimate, error) { return estimates[p.Name], nil }
	ranking, err := runtimes.Rank(profiles, measure)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range ranking {
		got = append(got, fmt.Sprintf("%s %d-%d", r.Profile.Name, r.First, r.Last))
	}
	if diff := cmp.Diff([]string{"a 1-2", "b 1-3", "c 2-3", "d 4-4"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if ranking, err := runtimes.Rank(nil, measure); err != nil || len(ranking) != 0 {
		t.Errorf("of nothing: %v, %v", ranking, err)
	}
	mine := errors.New("mine")
	if _, err := runtimes.Rank(profiles, func(runtimes.Profile) (runtimes.Estimate, error) { return runtimes.Estimate{}, mine }); err != mine {
		t.Error(err)
	}
}

// A ranking does not depend on the order of what is ranked, is ascending, and each place lies in the range.
func TestRankOfAllProfiles(t *testing.T) {
	for _, month := range runtimes.Months() {
		profiles := slices.Collect(runtimes.Embedded().Matching(runtimes.Query{Month: month, MemoryMB: 128}))
		want := must(runtimes.Rank(profiles, runtimes.Profile.ColdResponse))
		rand.New(rand.NewPCG(4, 0)).Shuffle(len(profiles), func(i, j int) { profiles[i], profiles[j] = profiles[j], profiles[i] })
		got := must(runtimes.Rank(profiles, runtimes.Profile.ColdResponse))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: shuffled (-want +got):\n%s", month, diff)
		}
		for i, r := range got {
			if r.First > i+1 || r.Last < i+1 || i > 0 && r.Estimate.Value < got[i-1].Estimate.Value {
				t.Errorf("place %d: %d to %d, %v", i+1, r.First, r.Last, r.Estimate)
			}
		}
	}
}

// The init times of a profile are given to the simulator as they are: draws have the measured mean.
func TestSimulatedInit(t *testing.T) {
	p := mustFind(t, rust)
	var d lifecycle.Distribution = p.Init
	if mean := meanOf(d); max(mean-d.Mean(), d.Mean()-mean) > time.Microsecond {
		t.Errorf("mean %v, of the quantiles %v", d.Mean(), mean)
	}
}
