package tuning_test

import (
	stdcmp "cmp"
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/tuning"
)

// AWS's example of the Operator Guide: cost of 1,000 invocations = 1000 × (s × GB × 0.00001667 + 0.0000002), published to
// six decimals. The guide multiplies mean durations; billing rounds runs up to milliseconds, which changes none of the digits.
func TestPrimes(t *testing.T) {
	rates := published(t)
	points := must(tuning.Price(rates, cost.X86, primes(t), nil))(t)
	pricer := must(tuning.NewPricer(rates, cost.X86, cost.OnDemand, 0))(t)
	for i, want := range []struct {
		mb            int
		published     string
		exact, billed string // of one invocation
	}{
		{128, "0.024628", "0.0000246277283", "0.00002462780125"},
		{256, "0.028035", "0.00002803450411625", "0.0000280347325"},
		{512, "0.02683", "0.0000268299415659" + "0", "0.000026830325"},
		{1024, "0.024638", "0.00002463795328", "0.00002463822"},
	} {
		p := points[i]
		parts := must(pricer.Cost(p.MemoryMB, p.Duration))(t)
		gbSeconds := new(big.Rat).Mul(big.NewRat(int64(p.MemoryMB), 1024), big.NewRat(int64(p.Duration), 1e9))
		exact := gbSeconds.Mul(gbSeconds, rat("0.00001667"))
		if exact.Add(exact, rat("0.0000002")); exact.Cmp(parts.Total().Rat()) != 0 {
			t.Errorf("%d MB: %v, want exactly %s", want.mb, parts.Total(), exact.FloatString(20))
		}
		for what, c := range map[string]decimal.Decimal{"mean": parts.Total(), "billed": p.Cost} {
			if got := c.Mul(decimal.New(1000, 0)).Round(6); p.MemoryMB != want.mb || !got.Equal(d(want.published)) {
				t.Errorf("%d MB, %s: %v for 1,000, want %s", p.MemoryMB, what, got, want.published)
			}
		}
		if !p.Cost.Equal(d(want.billed)) {
			t.Errorf("%d MB: %v, want %s", want.mb, p.Cost, want.billed)
		}
	}
}

func rat(s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		panic(s)
	}
	return r
}

// slow is Price for one size, by its definition and nothing else.
type slow struct{ request, compute, ephemeral string } // prices

func (s slow) price(sample tuning.Sample, o tuning.Options) (tuning.Point, bool) {
	var warm, cold []cost.Timing
	for _, t := range sample.Runs {
		if o.AsMeasured || t.Init == 0 && t.BilledRestore == 0 {
			warm = append(warm, t)
		} else {
			cold = append(cold, t)
		}
	}
	coldShare := rat(strconv.FormatFloat(o.ColdShare, 'f', -1, 64))
	warmShare := new(big.Rat).Sub(rat("1"), coldShare)
	duration, billed := new(big.Rat), new(big.Rat)
	type weighted struct {
		latency int64
		weight  *big.Rat
	}
	var all []weighted
	for _, g := range []struct {
		share *big.Rat
		runs  []cost.Timing
	}{{warmShare, warm}, {coldShare, cold}} {
		if g.share.Sign() == 0 {
			continue
		}
		if len(g.runs) == 0 {
			return tuning.Point{}, false
		}
		var latencies, bills []int64
		for _, t := range g.runs {
			latency := int64(t.Duration + t.Init + t.BilledRestore)
			latencies = append(latencies, latency)
			bills = append(bills, (latency+999_999)/1_000_000)
			all = append(all, weighted{latency, new(big.Rat).Mul(g.share, big.NewRat(1, int64(len(g.runs))))})
		}
		mean := func(v []int64) *big.Rat {
			slices.Sort(v)
			k := 0
			for trim := rat(strconv.FormatFloat(o.Trim, 'f', -1, 64)); big.NewRat(int64(k+1), int64(len(v))).Cmp(trim) <= 0; {
				k++
			}
			sum := new(big.Rat)
			for _, x := range v[k : len(v)-k] {
				sum.Add(sum, big.NewRat(x, int64(len(v)-2*k)))
			}
			return sum.Mul(sum, g.share)
		}
		duration.Add(duration, mean(latencies))
		billed.Add(billed, mean(bills))
	}
	if o.Percentile > 0 {
		slices.SortFunc(all, func(a, b weighted) int { return stdcmp.Compare(a.latency, b.latency) })
		upTo := new(big.Rat)
		for _, w := range all {
			upTo.Add(upTo, w.weight)
			if upTo.Cmp(rat(strconv.FormatFloat(o.Percentile, 'f', -1, 64))) >= 0 {
				duration.SetInt64(w.latency)
				break
			}
		}
	}
	perSecond := new(big.Rat).Mul(rat(s.compute), big.NewRat(int64(sample.MemoryMB), 1024))
	perSecond.Add(perSecond, new(big.Rat).Mul(rat(s.ephemeral), big.NewRat(int64(max(o.EphemeralMB, 512)-512), 1024)))
	c := new(big.Rat).Mul(perSecond, new(big.Rat).Mul(billed, big.NewRat(1, 1000)))
	return tuning.Point{
		MemoryMB: sample.MemoryMB,
		Duration: time.Duration(d(duration.FloatString(0)).IntPart()), // FloatString rounds half up, away from zero
		Cost:     d(c.Add(c, rat(s.request)).FloatString(tuning.CostScale)),
	}, true
}

func TestPriceAgainstDefinition(t *testing.T) {
	prices := slow{"0.0000002", "0.0000133334", "0.0000000309"}
	rates := ratesOf(t, map[cost.Key]string{
		{Meter: cost.Requests, Arch: cost.ARM64}:         prices.request,
		{Meter: cost.Compute, Arch: cost.ARM64}:          prices.compute,
		{Meter: cost.EphemeralStorage, Arch: cost.ARM64}: prices.ephemeral,
	})
	for seed := range uint64(300) {
		priceAgrees(t, rates, prices, seed)
	}
}

func priceAgrees(t *testing.T, rates *cost.Rates, prices slow, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 2))
	o := tuning.Options{EphemeralMB: []int{0, 512, 513, 10240}[r.IntN(4)]}
	switch r.IntN(3) {
	case 0:
		o.Trim = []float64{0.1, 0.2, 0.29, 0.4}[r.IntN(4)]
	case 1:
		o.Percentile = []float64{0.5, 0.9, 0.95, 0.99, 1, 1e-9}[r.IntN(6)]
	}
	if r.IntN(4) == 0 {
		o.AsMeasured = true
	} else {
		o.ColdShare = []float64{0, 0, 0.01, 1. / 3, 1, 0.1 + 0.2}[r.IntN(6)]
	}
	samples := randomSamples(r, 128, 1000, 1769, 10240)
	samples[1].Runs[0].BilledRestore = 7 * ms
	samples[2].Runs[3] = cost.Timing{Duration: 50 * ms, BilledRestore: 300 * ms} // a restore alone is a cold start too
	got, err := tuning.Price(rates, cost.ARM64, samples, &o)
	var want []tuning.Point
	for _, s := range samples {
		if p, ok := prices.price(s, o); ok {
			want = append(want, p)
		}
	}
	var left *tuning.LeftOutError
	if (len(want) < len(samples)) != errors.As(err, &left) || err != nil && left == nil {
		t.Fatalf("seed %d, %+v: error %v, want %d points", seed, o, err, len(want))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("seed %d, %+v (-want +got):\n%s", seed, o, diff)
	}
}

func FuzzPrice(f *testing.F) {
	prices := slow{"0.0000002", "0.0000133334", "0.0000000309"}
	rates := ratesOf(f, map[cost.Key]string{
		{Meter: cost.Requests, Arch: cost.ARM64}:         prices.request,
		{Meter: cost.Compute, Arch: cost.ARM64}:          prices.compute,
		{Meter: cost.EphemeralStorage, Arch: cost.ARM64}: prices.ephemeral,
	})
	f.Add(uint64(1000))
	f.Fuzz(func(t *testing.T, seed uint64) { priceAgrees(t, rates, prices, seed) })
}

// The cost of a point times the number of its runs is what package cost bills for them, on demand and provisioned and at
// the edge, in every embedded region that sells it.
func TestPriceIsBill(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	on := time.Date(2025, 8, 1, 0, 0, 0, 0, time.UTC)
	var checked int
	for _, region := range cost.Embedded().Regions() {
		rates := embedded(t, region)
		for _, c := range []struct {
			arch cost.Arch
			mode cost.Mode
			tmp  int
		}{{cost.X86, cost.OnDemand, 0}, {cost.ARM64, cost.OnDemand, 2048}, {cost.X86, cost.Provisioned, 0}, {cost.ARM64, cost.Provisioned, 0}, {"", cost.Edge, 0}} {
			samples := randomSamples(r, 128, 3008)
			for i := range samples {
				samples[i].Runs = samples[i].Runs[:4] // so that the mean is a finite decimal
				for j := range samples[i].Runs {
					samples[i].Runs[j].Mode = c.mode
				}
			}
			points, err := tuning.Price(rates, c.arch, samples, &tuning.Options{AsMeasured: true, EphemeralMB: c.tmp})
			var missing *cost.NotPricedError
			var unknown *cost.UnknownError
			if errors.As(err, &missing) || errors.As(err, &unknown) {
				continue
			}
			if err != nil {
				t.Fatalf("%s %+v: %v", region, c, err)
			}
			for i, s := range samples {
				var u cost.Usage
				for _, timing := range s.Runs {
					billed := must(cost.BilledDuration(timing, on))(t)
					if err := u.AddInvocation(cost.Invocation{Arch: c.arch, MemoryMB: s.MemoryMB, Billed: billed, EphemeralMB: c.tmp, Mode: c.mode}); err != nil {
						t.Fatal(err)
					}
				}
				want := must(rates.Bill(u, nil))(t).Total().Mul(d("0.25")).Round(tuning.CostScale)
				if !points[i].Cost.Equal(want) {
					t.Errorf("%s %+v, %d MB: %v, want %v", region, c, s.MemoryMB, points[i].Cost, want)
				}
				checked++
			}
		}
	}
	if checked < 200 {
		t.Errorf("only %d points were compared", checked)
	}
}

// More runs of the same values, another order, and the same runs in several samples, change nothing.
func TestPriceInvariance(t *testing.T) {
	rates := embedded(t, "eu-west-1")
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 3))
		samples := randomSamples(r, 128, 512, 3008)
		for _, o := range []*tuning.Options{nil, {ColdShare: 0.1}, {AsMeasured: true, Percentile: 0.9}, {ColdShare: 0.5, Percentile: 0.5}} {
			want := must(tuning.Price(rates, cost.X86, samples, o))(t)
			var more []tuning.Sample
			for _, s := range slices.Backward(samples) {
				runs := slices.Concat(s.Runs, s.Runs, s.Runs)
				r.Shuffle(len(runs), func(i, j int) { runs[i], runs[j] = runs[j], runs[i] })
				more = append(more, tuning.Sample{MemoryMB: s.MemoryMB, Runs: runs[:2]}, tuning.Sample{MemoryMB: s.MemoryMB, Runs: runs[2:]})
			}
			before := slices.Clone(more[0].Runs)
			if diff := cmp.Diff(want, must(tuning.Price(rates, cost.X86, more, o))(t)); diff != "" {
				t.Errorf("seed %d, %+v (-want +got):\n%s", seed, o, diff)
			}
			if diff := cmp.Diff(before, more[0].Runs); diff != "" {
				t.Errorf("the runs were changed (-want +got):\n%s", diff)
			}
		}
	}
}

// Rounding up comes before averaging: runs of 1.2 and 1.4 ms are billed 2 ms each, not 1.3 ms.
func TestPriceRoundsUpFirst(t *testing.T) {
	rates := ratesOf(t, map[cost.Key]string{{Meter: cost.Requests, Arch: cost.X86}: "1", {Meter: cost.Compute, Arch: cost.X86}: "1000"})
	got := must(tuning.Price(rates, cost.X86, []tuning.Sample{{MemoryMB: 1024, Runs: warm(1200*time.Microsecond, 1400*time.Microsecond)}}, nil))(t)
	if diff := cmp.Diff([]tuning.Point{{1024, 1300 * time.Microsecond, d("3")}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Before 2020-12-01 in steps of 100 ms; before 2025-08-01 without INIT on managed runtimes.
func TestPriceByDay(t *testing.T) {
	rates := ratesOf(t, map[cost.Key]string{{Meter: cost.Requests, Arch: cost.X86}: "1", {Meter: cost.Compute, Arch: cost.X86}: "1000"})
	samples := []tuning.Sample{{MemoryMB: 1024, Runs: []cost.Timing{{Duration: 10 * ms, Init: 200 * ms}}}}
	for _, c := range []struct{ on, want string }{{"2020-11-30", "101"}, {"2020-12-01", "11"}, {"2025-07-31", "11"}, {"2025-08-01", "211"}, {"0001-01-01", "211"}} {
		on := must(time.Parse(time.DateOnly, c.on))(t)
		got, err := tuning.Price(rates, cost.X86, samples, &tuning.Options{AsMeasured: true, On: on})
		if diff := cmp.Diff([]tuning.Point{{1024, 210 * ms, d(c.want)}}, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", c.on, err, diff)
		}
	}
}

// A cost is rounded half up at 20 decimals, and its parts sum up to it.
func TestPriceRounding(t *testing.T) {
	rates := ratesOf(t, map[cost.Key]string{
		{Meter: cost.Requests, Arch: cost.X86}:         "0.00000000000000000007",
		{Meter: cost.Compute, Arch: cost.X86}:          "0.00000000000000000001",
		{Meter: cost.EphemeralStorage, Arch: cost.X86}: "0.00000000000000000001",
	})
	p := must(tuning.NewPricer(rates, cost.X86, cost.OnDemand, 1024))(t)
	for _, c := range []struct {
		mb                int
		billed            time.Duration
		compute, together int64 // in 10^-20, beside 7 for the request
	}{
		{1024, 499_999_999, 0, 1}, {1024, 500 * ms, 1, 1}, {1024, 1499_999_999, 1, 2}, {2048, time.Second, 2, 3}, {2048, 0, 0, 0},
	} {
		want := tuning.Parts{Requests: money(7), Compute: money(c.compute), Ephemeral: money(c.together - c.compute)}
		got := must(p.Cost(c.mb, c.billed))(t)
		if diff := cmp.Diff(want, got); diff != "" || !got.Total().Equal(money(7+c.together)) {
			t.Errorf("%d MB, %v: total %v (-want +got):\n%s", c.mb, c.billed, got.Total(), diff)
		}
	}
}

func TestPriceLeavesOut(t *testing.T) {
	rates := embedded(t, "eu-west-1")
	good := warm(100*ms, 110*ms)
	samples := []tuning.Sample{
		{MemoryMB: 3008, Runs: good, Failed: "Runtime.OutOfMemory"},
		{MemoryMB: 512, Runs: good},
		{MemoryMB: 64, Runs: good},
		{MemoryMB: 256},
		{MemoryMB: 1024, Runs: []cost.Timing{{Duration: 5 * ms, Init: ms}}},
		{MemoryMB: 1536, Runs: []cost.Timing{{Duration: ms}, {Duration: -ms}}},
		{MemoryMB: 2048, Runs: []cost.Timing{{Duration: ms}, {Duration: ms, Mode: cost.Provisioned}}},
		{MemoryMB: 2049, Runs: []cost.Timing{{Duration: ms, Mode: 77}}},
		{MemoryMB: 2050, Runs: warm(0, 0)},
	}
	points, err := tuning.Price(rates, cost.X86, samples, nil)
	if len(points) != 1 || points[0].MemoryMB != 512 {
		t.Errorf("points %v, want 512 MB alone", points)
	}
	var left *tuning.LeftOutError
	if !errors.As(err, &left) || left.Kept != 1 {
		t.Fatalf("error %v, want a *LeftOutError beside one point", err)
	}
	var said []string
	for _, l := range left.Sizes {
		said = append(said, l.String())
	}
	if diff := cmp.Diff([]string{
		"64 MB: MemoryMB is 64, allowed is 128 to 10240 MB",
		"256 MB: no runs",
		"1024 MB: no warm runs (set Options.ColdShare, or AsMeasured)",
		"1536 MB: run 1: cost: Duration is -1ms, allowed is 0 to 30m0s",
		"2048 MB: run 1: Mode is Provisioned, allowed is OnDemand, as the first size that can be used",
		`2049 MB: run 0: cost: unknown mode "77" (known: OnDemand, Provisioned, Edge)`,
		"2050 MB: duration of the runs is 0, allowed is above 0, and something billed",
		"3008 MB: failed: Runtime.OutOfMemory",
	}, said); diff != "" {
		t.Errorf("left out (-want +got):\n%s", diff)
	}
	if want := "tuning: 8 of 9 sizes left out: 64 MB: MemoryMB is 64, allowed is 128 to 10240 MB; 256 MB: no runs; 1024 MB: no warm runs (set Options.ColdShare, or AsMeasured); 1536 MB: run 1: cost: Duration is -1ms, allowed is 0 to 30m0s; 2048 MB: run 1: Mode is Provisioned, allowed is OnDemand, as the first size that can be used; and 3 more"; err.Error() != want {
		t.Errorf("text %q, want %q", err.Error(), want)
	}
	var none *tuning.NoRunsError
	var failed *tuning.FailedError
	var run *tuning.RunError
	var ofCost *cost.RangeError
	if !errors.As(err, &none) || !errors.As(err, &failed) || !errors.As(err, &run) || run.Run != 1 || !errors.As(err, &ofCost) {
		t.Errorf("the reasons are not found in %v", err)
	}
	e := must(tuning.Evaluate(rates, cost.X86, samples, nil))(t)
	if diff := cmp.Diff(points, e.Points()); diff != "" || len(e.LeftOut) != 8 {
		t.Errorf("Evaluate: %d left out (-want +got):\n%s", len(e.LeftOut), diff)
	}
}

// Cold starts that were asked for and not measured are an error, not silence.
func TestPriceWithoutColdRuns(t *testing.T) {
	rates := embedded(t, "eu-west-1")
	points, err := tuning.Price(rates, cost.X86, []tuning.Sample{{MemoryMB: 512, Runs: warm(ms)}}, &tuning.Options{ColdShare: 0.01})
	var none *tuning.NoRunsError
	var left *tuning.LeftOutError
	if points != nil || !errors.As(err, &none) || none.Kind != "cold" || !errors.As(err, &left) || left.Kept != 0 {
		t.Errorf("%v, %v, want a *NoRunsError of cold runs", points, err)
	}
}

func TestPriceErrors(t *testing.T) {
	rates := embedded(t, "eu-west-1")
	good := []tuning.Sample{{MemoryMB: 512, Runs: warm(ms)}}
	for _, o := range []struct {
		options tuning.Options
		field   string
	}{
		{tuning.Options{ColdShare: -0.1}, "Options.ColdShare"},
		{tuning.Options{ColdShare: 1.1}, "Options.ColdShare"},
		{tuning.Options{ColdShare: nan}, "Options.ColdShare"},
		{tuning.Options{ColdShare: inf}, "Options.ColdShare"},
		{tuning.Options{ColdShare: 0.1, AsMeasured: true}, "Options.ColdShare"},
		{tuning.Options{Trim: 0.41}, "Options.Trim"},
		{tuning.Options{Trim: nan}, "Options.Trim"},
		{tuning.Options{Trim: -1e-300}, "Options.Trim"},
		{tuning.Options{Percentile: 1.01}, "Options.Percentile"},
		{tuning.Options{Percentile: nan}, "Options.Percentile"},
		{tuning.Options{Percentile: -inf}, "Options.Percentile"},
		{tuning.Options{Trim: 0.1, Percentile: 0.5}, "Options.Trim"},
	} {
		_, err := tuning.Price(rates, cost.X86, good, &o.options)
		wantRange(t, err, o.field)
		wantRange(t, o.options.Validate(), o.field)
	}
	_, err := tuning.Price(rates, cost.X86, nil, nil)
	wantRange(t, err, "measured")

	var unknown *cost.UnknownError
	var notPriced *cost.NotPricedError
	var ofCost *cost.RangeError
	china := embedded(t, "cn-north-1")
	for name, c := range map[string]struct {
		rates   *cost.Rates
		arch    cost.Arch
		options *tuning.Options
		target  any
	}{
		"no architecture":        {rates, "", nil, &unknown},
		"unknown architecture":   {rates, "riscv", nil, &unknown},
		"not priced there":       {published(t), cost.ARM64, nil, &notPriced},
		"/tmp":                   {rates, cost.X86, &tuning.Options{EphemeralMB: 511}, &ofCost},
		"before Lambda":          {rates, cost.X86, &tuning.Options{On: time.Unix(0, 0)}, &ofCost},
		"rules of China unknown": {china, cost.X86, nil, &unknown},
	} {
		points, err := tuning.Price(c.rates, c.arch, good, c.options)
		if points != nil || err == nil || !errors.As(err, c.target) {
			t.Errorf("%s: %v, %v", name, points, err)
		}
	}
	if _, err := tuning.Price(china, cost.X86, good, &tuning.Options{On: time.Date(2020, 11, 30, 0, 0, 0, 0, time.UTC)}); err != nil {
		t.Errorf("China by the old rules: %v", err)
	}
}

func TestPricerErrors(t *testing.T) {
	var none *tuning.Pricer
	_, err := none.Cost(512, ms)
	wantRange(t, err, "Pricer")
	_, err = new(tuning.Pricer).Cost(512, ms)
	wantRange(t, err, "Pricer")
	p := must(tuning.NewPricer(embedded(t, "us-east-1"), cost.ARM64, cost.OnDemand, 0))(t)
	_, err = p.Cost(127, ms)
	wantRange(t, err, "memoryMB")
	_, err = p.Cost(10241, ms)
	wantRange(t, err, "memoryMB")
	_, err = p.Cost(512, -1)
	wantRange(t, err, "billed")
	_, err = p.Cost(512, cost.MaxBilled+1)
	wantRange(t, err, "billed")
}

// What is in a cost can be read.
func TestIncluded(t *testing.T) {
	rates := embedded(t, "eu-west-1")
	samples := []tuning.Sample{{MemoryMB: 512, Runs: []cost.Timing{{Duration: ms}, {Duration: ms, Init: 200 * ms}, {Duration: 3 * ms}}}}
	e := must(tuning.Evaluate(rates, cost.ARM64, samples, &tuning.Options{ColdShare: 0.125, Percentile: 0.99, EphemeralMB: 1024}))(t)
	got := e.Included()
	want := []string{
		"eu-west-1, arm64, prices in USD as of 2025-06-17, list prices of the first tier: " + rates.Card().Source,
		"per invocation: one request, and every run's billed duration by the rules of 2025-08-01, averaged after rounding up",
		"cold runs weighted with 12.5 % of all invocations, INIT included",
		"durations are the p99, costs the mean",
		"1024 MB of /tmp",
		"not included: free tier, streamed bytes, events above 256 KB, logs",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	s := e.Sizes[0]
	if s.Warm != 2 || s.Cold != 1 || s.MeanBilled != 26875*time.Microsecond || !s.Parts.Total().Equal(s.Point.Cost) || s.Parts.Ephemeral.IsZero() {
		t.Errorf("size %+v", s)
	}
}

func TestIncludedOtherwise(t *testing.T) {
	said := func(a cost.Arch, region string, mode cost.Mode, o *tuning.Options) string {
		runs := []cost.Timing{{Duration: ms, Init: ms, Mode: mode}, {Duration: ms, Mode: mode}}
		e := must(tuning.Evaluate(embedded(t, region), a, []tuning.Sample{{MemoryMB: 512, Runs: runs}}, o))(t)
		return strings.Join(e.Included(), "\n")
	}
	for _, c := range []struct{ all, want string }{
		{said(cost.X86, "us-east-1", cost.OnDemand, nil), "warm runs alone\nnot included"},
		{said(cost.X86, "us-east-1", cost.OnDemand, &tuning.Options{AsMeasured: true, Trim: 0.25}), "as they were measured\n25 % of the runs discarded at either end, of costs too\nnot included"},
		{said(cost.X86, "us-east-1", cost.Provisioned, &tuning.Options{ColdShare: 1}), "cold runs weighted with 100 % of all invocations, INIT included\non provisioned concurrency, which"},
		{said("", "us-east-1", cost.Edge, &tuning.Options{Percentile: 0.5}), "us-east-1, Lambda@Edge, prices in USD"},
	} {
		if !strings.Contains(c.all, c.want) {
			t.Errorf("%s is without %q", c.all, c.want)
		}
	}
}

// The zero value is refused, by an error.
func TestZeroEvaluation(t *testing.T) {
	var e tuning.Evaluation
	if e.Included() != nil || len(e.Points()) != 0 {
		t.Error("the zero value has something")
	}
	_, err := e.At(512)
	wantRange(t, err, "Evaluation")
	_, err = e.Curve(64)
	wantRange(t, err, "Evaluation")
	_, err = e.Margins(nil)
	wantRange(t, err, "Evaluation")
	_, err = e.Bootstrap(t.Context(), nil)
	wantRange(t, err, "Evaluation")
}

// Any number of runs is summed exactly: 6 million of the longest are more than 63 bits of nanoseconds.
func TestSum(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 1000} {
		values := slices.Repeat([]int64{math.MaxInt64 - 1}, n)
		want := new(big.Int).Mul(big.NewInt(math.MaxInt64-1), big.NewInt(int64(n)))
		if got := tuning.Sum(values); got.Cmp(want) != 0 {
			t.Errorf("%d values: %v, want %v", n, got, want)
		}
	}
}

func ExamplePrice() {
	rates, err := cost.Embedded().Region("eu-west-1")
	if err != nil {
		panic(err)
	}
	points, err := tuning.Price(rates, cost.ARM64, []tuning.Sample{
		{MemoryMB: 512, Runs: []cost.Timing{{Duration: 212 * time.Millisecond}, {Duration: 208400 * time.Microsecond}}},
		{MemoryMB: 1024, Runs: []cost.Timing{{Duration: 104 * time.Millisecond}, {Duration: 103 * time.Millisecond}}},
	}, nil)
	if err != nil {
		panic(err)
	}
	for _, p := range points {
		fmt.Println(p.MemoryMB, p.Duration, p.Cost)
	}
	// Output:
	// 512 210.2ms 0.00000160334035
	// 1024 103.5ms 0.0000015800069
}
