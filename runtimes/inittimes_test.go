package runtimes_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
	"github.com/seed-e9ab587a/lambdaecon/runtimes"
)

// checkDistribution is what holds of any InitTimes that are valid.
func checkDistribution(t *testing.T, what string, i runtimes.InitTimes) {
	t.Helper()
	known := []struct {
		p float64
		v time.Duration
	}{{0, i.Min}, {0.1, i.P10}, {0.5, i.P50}, {0.9, i.P90}, {0.99, i.P99}, {1, i.Max}}
	known = slices.DeleteFunc(known, func(k struct {
		p float64
		v time.Duration
	},
	) bool {
		return k.v == 0
	})
	lowest, highest := known[0].v, known[len(known)-1].v
	for _, k := range known {
		if got := i.Quantile(k.p); got != k.v {
			t.Errorf("%s: quantile %v is %v, known is %v", what, k.p, got, k.v)
		}
	}
	previous := lowest
	for p := 0.0; p < 1; p += 1. / 512 {
		q := i.Quantile(p)
		if q < previous || q > highest {
			t.Errorf("%s: quantile %v is %v after %v, highest %v", what, p, q, previous, highest)
		}
		previous = q
	}
	for p, want := range map[float64]time.Duration{
		math.NaN(): lowest, math.Inf(-1): lowest, -1: lowest, -1e-300: lowest, math.SmallestNonzeroFloat64: lowest,
		math.Inf(1): highest, 2: highest, 1: highest,
	} {
		if got := i.Quantile(p); got != want {
			t.Errorf("%s: quantile %v is %v, want %v", what, p, got, want)
		}
	}
}

// checkSimulated gives init times to package lifecycle, which checks them as it does any distribution.
func checkSimulated(t *testing.T, what string, i runtimes.InitTimes) {
	t.Helper()
	f := lifecycle.Function{Duration: lifecycle.Constant(time.Millisecond), Init: i}
	platform := lifecycle.Platform{IdleTimeout: lifecycle.Constant(time.Second)}
	if _, err := lifecycle.Simulate(context.Background(), f, platform, workload.Every{Period: time.Second, Until: time.Second}, nil); err != nil {
		t.Errorf("%s: %v", what, err)
	}
}

// meanOf is the mean of the quantile function, by its values at the middles of equal pieces. The pieces' ends are where the
// lines break, so that it is exact.
func meanOf(d lifecycle.Distribution) time.Duration {
	const pieces = 200
	var sum time.Duration
	for k := range pieces {
		sum += d.Quantile((float64(k) + 0.5) / pieces)
	}
	return sum / pieces
}

// The mean of the draws is the measured mean, in all profiles but 17, in which it is as near as the quantiles allow.
func TestQuantilesOfAllProfiles(t *testing.T) {
	off := 0
	lowest, highest := 0.0, 0.0
	for p := range runtimes.All() {
		checkDistribution(t, p.String(), p.Init)
		checkSimulated(t, p.String(), p.Init)
		if p.Init.Mean() != p.Init.Average {
			t.Errorf("%v: mean %v", p, p.Init.Mean())
		}
		deviation := float64(meanOf(p.Init))/float64(p.Init.Average) - 1
		if math.Abs(deviation) > 2e-5 {
			off++
			lowest, highest = min(lowest, deviation), max(highest, deviation)
		}
	}
	if off != 17 || math.Abs(lowest+0.0041) > 1e-4 || math.Abs(highest-0.0421) > 1e-4 {
		t.Errorf("%d profiles are off, by %.2f %% to %.2f %%", off, 100*lowest, 100*highest)
	}
}

func TestQuantile(t *testing.T) {
	const ms = time.Millisecond
	// Straight lines have a mean of 25·.1 + 75·.4 + 150·.4 + 250·.09 + 650·.01 = 121.5 ms.
	i := runtimes.InitTimes{Min: 10 * ms, P10: 40 * ms, P50: 110 * ms, P90: 190 * ms, P99: 310 * ms, Max: 990 * ms, Average: 121500 * time.Microsecond}
	for _, c := range []struct {
		name    string
		average time.Duration
		p       float64
		want    time.Duration
	}{
		{"straight lines fit the mean", 121500 * time.Microsecond, 0.3, 75 * ms},
		{"straight lines fit the mean", 121500 * time.Microsecond, 0.7, 150 * ms},
		{"no mean", 0, 0.995, 650 * ms},
		// The gaps weigh .1·30 + .4·70 + .4·80 + .09·120 + .01·680 = 80.6 ms: a tenth of that less, and the middles are a
		// fifth of their gap lower.
		{"a smaller mean bends them down", 113440 * time.Microsecond, 0.3, 61 * ms},
		{"a smaller mean bends them down", 113440 * time.Microsecond, 0.2, 50500 * time.Microsecond},
		{"a smaller mean bends them down", 113440 * time.Microsecond, 0.4, 85500 * time.Microsecond},
		{"a larger mean bends them up", 129560 * time.Microsecond, 0.3, 89 * ms},
		{"as far down as possible", 20 * ms, 0.3, 40 * ms},
		{"as far up as possible", 980 * ms, 0.3, 110 * ms},
	} {
		i.Average = c.average
		if got := i.Quantile(c.p); max(got-c.want, c.want-got) > 1 {
			t.Errorf("%s (%v): quantile %v is %v, want %v", c.name, c.average, c.p, got, c.want)
		}
		checkDistribution(t, c.name, i)
	}
}

// Of few samples, only some quantiles are known.
func TestFewKnownQuantiles(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name string
		i    runtimes.InitTimes
		p    float64
		want time.Duration
		mean time.Duration
	}{
		{"minimum, median, maximum", runtimes.InitTimes{Min: 100 * ms, P50: 200 * ms, Max: 400 * ms}, 0.75, 300 * ms, 225 * ms},
		{"median and 99th percentile", runtimes.InitTimes{P50: 100 * ms, P99: 200 * ms}, 0.2, 100 * ms, 125500 * time.Microsecond},
		{"median and 99th percentile", runtimes.InitTimes{P50: 100 * ms, P99: 200 * ms}, 0.999, 200 * ms, 125500 * time.Microsecond},
		{"median", runtimes.InitTimes{P50: 100 * ms}, 0.9, 100 * ms, 100 * ms},
		{"all the same", runtimes.InitTimes{Min: ms, P10: ms, P50: ms, P90: ms, P99: ms, Max: ms, Average: ms}, 0.3, ms, ms},
		{"maximum", runtimes.InitTimes{Max: ms}, 0.3, ms, ms},
		{"36 years are too many, 104 days are not", runtimes.InitTimes{Min: 1, Max: 1 << 53}, 0.5, 1 << 52, 1 << 52},
	} {
		if got := c.i.Quantile(c.p); max(got-c.want, c.want-got) > 1 {
			t.Errorf("%s: quantile %v is %v, want %v", c.name, c.p, got, c.want)
		}
		if got := c.i.Mean(); max(got-c.mean, c.mean-got) > 1 {
			t.Errorf("%s: mean %v, want %v", c.name, got, c.mean)
		}
		if err := c.i.Validate(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		checkDistribution(t, c.name, c.i)
		checkSimulated(t, c.name, c.i)
	}
	var nothing runtimes.InitTimes
	if nothing.Quantile(0.5) != 0 || nothing.Mean() != 0 || nothing.Validate() == nil {
		t.Errorf("zero value: %v, %v, %v", nothing.Quantile(0.5), nothing.Mean(), nothing.Validate())
	}
}

func TestInitTimesValidate(t *testing.T) {
	good := mustFind(t, rust).Init
	for field, change := range map[string]func(*runtimes.InitTimes){
		"InitTimes.Min":     func(i *runtimes.InitTimes) { i.Min = -1 },
		"InitTimes.P10":     func(i *runtimes.InitTimes) { i.P10 = i.Min - 1 },
		"InitTimes.P50":     func(i *runtimes.InitTimes) { i.P50, i.P10 = i.Min-1, 0 },
		"InitTimes.P90":     func(i *runtimes.InitTimes) { i.P90 = i.P50 - 1 },
		"InitTimes.P99":     func(i *runtimes.InitTimes) { i.P99 = 1<<53 + 1 },
		"InitTimes.Max":     func(i *runtimes.InitTimes) { i.Max = math.MaxInt64 },
		"InitTimes.Average": func(i *runtimes.InitTimes) { i.Average = i.Max + 1 },
		"InitTimes":         func(i *runtimes.InitTimes) { *i = runtimes.InitTimes{Average: 1} },
	} {
		i := good
		change(&i)
		var outOfRange *runtimes.RangeError
		if err := i.Validate(); !errors.As(err, &outOfRange) || outOfRange.Field != field {
			t.Errorf("%s: %v", field, err)
		}
		// What is not valid is refused by the simulator too.
		f := lifecycle.Function{Duration: lifecycle.Constant(time.Millisecond), Init: i}
		if _, err := lifecycle.Simulate(context.Background(), f, lifecycle.Platform{IdleTimeout: lifecycle.Constant(1)}, workload.Trace{{}}, nil); err == nil {
			t.Errorf("%s: simulated", field)
		}
	}
}

func TestNewInitTimes(t *testing.T) {
	samples := func(n int) []time.Duration { // n, …, 2, 1 ms
		var s []time.Duration
		for ; n > 0; n-- {
			s = append(s, time.Duration(n)*time.Millisecond)
		}
		return s
	}
	ms := func(x float64) time.Duration { return time.Duration(math.Round(x * 1e6)) }
	for n, want := range map[int]runtimes.InitTimes{
		1:   {Min: ms(1), P50: ms(1), Max: ms(1), Average: ms(1)},
		2:   {Min: ms(1), P50: ms(1.5), Max: ms(2), Average: ms(1.5)},
		9:   {Min: ms(1), P50: ms(5), Max: ms(9), Average: ms(5)},
		10:  {Min: ms(1), P10: ms(1.9), P50: ms(5.5), P90: ms(9.1), Max: ms(10), Average: ms(5.5)},
		99:  {Min: ms(1), P10: ms(10.8), P50: ms(50), P90: ms(89.2), Max: ms(99), Average: ms(50)},
		100: {Min: ms(1), P10: ms(10.9), P50: ms(50.5), P90: ms(90.1), P99: ms(99.01), Max: ms(100), Average: ms(50.5)},
		101: {Min: ms(1), P10: ms(11), P50: ms(51), P90: ms(91), P99: ms(100), Max: ms(101), Average: ms(51)},
	} {
		s := samples(n)
		got, err := runtimes.NewInitTimes(s)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%d samples: %v (-want +got):\n%s", n, err, diff)
		}
		if !slices.Equal(s, samples(n)) {
			t.Errorf("%d samples were changed", n)
		}
		checkDistribution(t, "samples", got)
	}
	// Halves are rounded up, sums do not overflow.
	if got := must(runtimes.NewInitTimes([]time.Duration{1, 2})); got.P50 != 2 || got.Average != 2 {
		t.Errorf("%+v", got)
	}
	many := slices.Repeat([]time.Duration{1 << 53}, 2000)
	if got := must(runtimes.NewInitTimes(many)); got.Average != 1<<53 || got.P99 != 1<<53 {
		t.Errorf("%+v", got)
	}
	var outOfRange *runtimes.RangeError
	for _, s := range [][]time.Duration{nil, {0}, {1, -1}, {1<<53 + 1}} {
		if _, err := runtimes.NewInitTimes(s); !errors.As(err, &outOfRange) {
			t.Errorf("%v: %v", s, err)
		}
	}
}

// Whatever the samples are, the quantiles are a distribution that ends where they do, with their mean where that is possible.
func FuzzInitTimes(f *testing.F) {
	f.Add(uint64(1), uint16(190), 0.5)
	f.Add(uint64(2), uint16(1), 3.0)
	f.Add(uint64(3), uint16(1000), 0.001)
	f.Fuzz(func(t *testing.T, seed uint64, n uint16, spread float64) {
		if !(spread >= 0 && spread < 5) || n == 0 || n > 2000 {
			return
		}
		r := rand.New(rand.NewPCG(seed, 0))
		samples := make([]time.Duration, n)
		for i := range samples {
			samples[i] = min(time.Duration(1e7*math.Exp(spread*r.NormFloat64()))+1, 1<<53) // the most that is allowed
		}
		got, err := runtimes.NewInitTimes(samples)
		if err != nil {
			t.Fatal(err)
		}
		if err := got.Validate(); err != nil {
			t.Fatal(err)
		}
		checkDistribution(t, "samples", got)
		// Against the definition: between the two order statistics around p(n-1).
		slices.Sort(samples)
		for p, q := range map[float64]time.Duration{0.1: got.P10, 0.5: got.P50, 0.9: got.P90, 0.99: got.P99} {
			position := p * float64(n-1)
			low, high := samples[int(position)], samples[min(int(math.Ceil(position)), int(n)-1)]
			want := float64(low) + (position-math.Floor(position))*float64(high-low)
			if q != 0 && math.Abs(float64(q)-want) > 1+1e-9*want {
				t.Errorf("quantile %v of %d is %v, want %v", p, n, q, time.Duration(want))
			}
		}
	})
}
