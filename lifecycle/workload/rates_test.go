package workload_test

import (
	stdcmp "cmp"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// Gaps of a Poisson process: mean, spread and shape of an exponential distribution.
func TestPoissonGaps(t *testing.T) {
	const n, rate = 200_000, 50.
	var gaps []float64
	previous := time.Duration(0)
	for r, err := range (workload.Poisson{PerSecond: rate}).Requests(3) {
		if err != nil {
			t.Fatal(err)
		}
		gaps = append(gaps, (r.At-previous).Seconds()*rate)
		previous = r.At
		if len(gaps) == n {
			break
		}
	}
	sum, squares := 0.0, 0.0
	for _, g := range gaps {
		sum += g
		squares += g * g
	}
	mean := sum / n
	deviation := math.Sqrt(squares/n - mean*mean)
	// The standard errors of mean and deviation are 1/√n and √2/√n.
	if math.Abs(mean-1) > 4/math.Sqrt(n) || math.Abs(deviation-1) > 4*math.Sqrt2/math.Sqrt(n) {
		t.Errorf("mean %v, standard deviation %v, want 1 and 1", mean, deviation)
	}
	slices.Sort(gaps)
	worst := 0.0
	for i, g := range gaps {
		f := -math.Expm1(-g)
		worst = max(worst, math.Abs(f-float64(i)/n), math.Abs(f-float64(i+1)/n))
	}
	if worst > 1.95/math.Sqrt(n) { // Kolmogorov-Smirnov, .1 %
		t.Errorf("the distribution of the gaps is off by %v", worst)
	}
}

// Requests in each hour of a day, against the integral of the rate.
func TestDailyRates(t *testing.T) {
	const days, mean, swing, peak = 40, .5, .8, 14
	d := workload.Daily(mean, swing, peak*time.Hour)
	d.Until = days * 24 * time.Hour
	var got [24]float64
	for _, r := range play(t, d, 5) {
		got[int(r.At/time.Hour)%24]++
	}
	for h, n := range got {
		// The integral of mean·(1 + swing·cos(2π(t - peak)/24)) over the hour.
		turn := func(t float64) float64 { return math.Sin(2*math.Pi*(t-peak)/24) * 24 / (2 * math.Pi) }
		want := days * 3600 * mean * (1 + swing*(turn(float64(h)+1)-turn(float64(h))))
		if math.Abs(n-want) > 4.5*math.Sqrt(want) {
			t.Errorf("hour %d: %v requests, want %v ± %v", h, n, want, math.Sqrt(want))
		}
	}
}

// The rate at any time is that of the formula, wherever the peak is and however late it is.
func TestShapes(t *testing.T) {
	const day = 24 * time.Hour
	for _, peak := range []time.Duration{0, 1, 14 * time.Hour, day - 1, day, 3*day + time.Hour, -time.Hour, -5*day - 1} {
		daily, weekly := workload.Daily(2, .7, peak).PerSecond, workload.Weekly(2, .7, peak, .4).PerSecond
		for at := time.Duration(0); at < 15*day; at += 37*time.Minute + 11 {
			turn := float64(at%day-peak%day) / float64(day)
			shape := 1 + .7*math.Cos(2*math.Pi*turn)
			weekday := 2 * 7 / (5 + 2*.4) * shape
			if at%(7*day) >= 5*day {
				weekday *= .4
			}
			if got := daily(at); math.Abs(got-2*shape) > 1e-14 {
				t.Fatalf("daily, peak %v, at %v: %v, want %v", peak, at, got, 2*shape)
			}
			if got := weekly(at); math.Abs(got-weekday) > 1e-14 {
				t.Fatalf("weekly, peak %v, at %v: %v, want %v", peak, at, got, weekday)
			}
		}
	}
}

// The mean over a week is what was asked for, weekends have their share.
func TestWeeklyRates(t *testing.T) {
	const weeks, mean, weekend = 20, .2, .25
	w := workload.Weekly(mean, .5, 12*time.Hour, weekend)
	w.Until = weeks * 7 * 24 * time.Hour
	var workdays, weekends float64
	for _, r := range play(t, w, 6) {
		if int(r.At/(24*time.Hour))%7 >= 5 {
			weekends++
		} else {
			workdays++
		}
	}
	total := weeks * 7 * 86400 * mean
	wantWeekends := total * 2 * weekend / (5 + 2*weekend)
	if math.Abs(workdays+weekends-total) > 4.5*math.Sqrt(total) || math.Abs(weekends-wantWeekends) > 4.5*math.Sqrt(wantWeekends) {
		t.Errorf("%v requests, %v on weekends, want %v and %v", workdays+weekends, weekends, total, wantWeekends)
	}
}

func TestBurstsRate(t *testing.T) {
	b := workload.Bursts{PerSecond: 5, OffPerSecond: .1, On: 10 * time.Second, Off: 50 * time.Second, Until: 2000 * time.Minute}
	n := float64(len(play(t, b, 7)))
	// On for a sixth of the time. The variance of the count has the phases' share: 2·p²q²·(On+Off)·Until·(5-.1)² with p = 1/6.
	seconds := b.Until.Seconds()
	want := seconds * (5.0/6 + .1*5/6)
	p, q := 1./6, 5./6
	variance := want + 2*4.9*4.9*p*q*(10*50/60.)*seconds
	if math.Abs(n-want) > 4.5*math.Sqrt(variance) {
		t.Errorf("%v requests, want %v ± %v", n, want, math.Sqrt(variance))
	}
}

func TestCycle(t *testing.T) {
	const day, month = 24 * time.Hour, 730 * time.Hour
	every := func(cycle time.Duration, long time.Duration) func(time.Duration) float64 {
		return func(at time.Duration) float64 {
			if at%cycle < long {
				return 1
			}
			return 0
		}
	}
	for _, c := range []struct {
		name       string
		v          workload.Varying
		most, want time.Duration
	}{
		{"Daily", workload.Daily(1, .8, 14*time.Hour), month, day},
		{"flat", workload.Daily(1, 0, 0), month, day},
		{"Weekly", workload.Weekly(1, .8, 14*time.Hour, .3), month, 7 * day},
		{"Weekly without a weekend", workload.Weekly(1, .8, 14*time.Hour, 1), month, day},
		{"said", workload.Varying{PerSecond: every(day, time.Hour), Cycle: 3 * time.Hour}, month, 3 * time.Hour},
		{"an hour a day", workload.Varying{PerSecond: every(day, time.Hour)}, month, day},
		{"ten minutes a week", workload.Varying{PerSecond: every(7*day, 10*time.Minute)}, month, 7 * day},
		{"two days", workload.Varying{PerSecond: every(2*day, time.Hour)}, month, month},
		{"nothing to compare", workload.Varying{PerSecond: every(2*day, time.Hour)}, day, day},
		{"within an hour", workload.Varying{PerSecond: every(day, time.Hour)}, time.Hour, time.Hour},
		{"no rate", workload.Varying{}, month, month},
		{"for ever", workload.Varying{PerSecond: func(time.Duration) float64 { return 1 }}, math.MaxInt64, day},
	} {
		if got := c.v.CycleWithin(c.most); got != c.want {
			t.Errorf("%s: cycle of %v within %v, want %v", c.name, got, c.most, c.want)
		}
	}
}

func TestMeanRate(t *testing.T) {
	const day = 24 * time.Hour
	varying := func(rate func(time.Duration) float64, over time.Duration) [2]any {
		mean, exact := workload.Varying{PerSecond: rate, Peak: 10}.MeanRate(over)
		return [2]any{math.Round(mean*1e9) / 1e9, exact}
	}
	got := map[string]any{
		"Poisson":       workload.Poisson{PerSecond: 2.5}.MeanRate(),
		"none":          workload.Poisson{}.MeanRate(),
		"Every":         workload.Every{Period: 40 * time.Second}.MeanRate(),
		"Bursts":        workload.Bursts{PerSecond: 6, OffPerSecond: 1.5, On: 10 * time.Second, Off: 20 * time.Second}.MeanRate(),
		"Daily":         varying(workload.Daily(2, .8, 14*time.Hour).PerSecond, day),
		"Weekly":        varying(workload.Weekly(3, .5, 14*time.Hour, .2).PerSecond, 7*day),
		"steps":         varying(func(at time.Duration) float64 { return float64(at / (20 * time.Minute) % 2) }, time.Hour),
		"half of those": varying(func(at time.Duration) float64 { return float64(at / (20 * time.Minute) % 2) }, 40*time.Minute),
		"within minutes": varying(func(at time.Duration) float64 {
			if at%time.Minute < 20*time.Second {
				return 3
			}
			return 0
		}, day),
		"never":     varying(func(time.Duration) float64 { return 0 }, day),
		"no number": varying(func(time.Duration) float64 { return math.NaN() }, day),
		"negative":  varying(func(time.Duration) float64 { return -1 }, day),
		"too much":  varying(func(time.Duration) float64 { return 2e9 }, day),
		"no time":   varying(func(time.Duration) float64 { return 1 }, 0),
		"1 ns":      varying(func(time.Duration) float64 { return 1 }, 1),
		"1 s":       varying(func(time.Duration) float64 { return 1 }, time.Second),
		"90 s":      varying(func(time.Duration) float64 { return 1 }, 90*time.Second),
		"nil":       varying(nil, day),
	}
	want := map[string]any{
		"Poisson": 2.5, "none": 0., "Every": .025, "Bursts": 3.,
		"Daily": [2]any{2., true}, "Weekly": [2]any{3., true},
		"steps": [2]any{math.Round(1e9/3) / 1e9, true}, "half of those": [2]any{.5, true}, "within minutes": [2]any{1., false},
		"never": [2]any{0., false}, "no number": [2]any{0., false}, "negative": [2]any{0., false}, "too much": [2]any{0., false}, "no time": [2]any{0., false},
		"1 ns": [2]any{1., true}, "1 s": [2]any{1., true}, "90 s": [2]any{1., true}, "nil": [2]any{0., false},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("requests per second (-want +got):\n%s", d)
	}
}

// No request is lost or made up, whatever the placement, and each stays in its minute.
func FuzzPerMinute(f *testing.F) {
	f.Add([]byte{0, 3, 255, 0, 1}, uint64(1))
	f.Fuzz(func(t *testing.T, bytes []byte, seed uint64) {
		counts := make([]int, min(len(bytes), 50))
		for i := range counts {
			counts[i] = int(bytes[i])
		}
		for _, placement := range []workload.Placement{workload.Scattered, workload.Evenly, workload.AtStart} {
			got := make([]int, len(counts))
			previous := time.Duration(0)
			for _, r := range play(t, workload.PerMinute{Counts: counts, Placement: placement}, seed) {
				if r.At < previous {
					t.Fatalf("%v after %v", r.At, previous)
				}
				previous = r.At
				got[r.At/time.Minute]++
			}
			if d := cmp.Diff(counts, got); d != "" {
				t.Fatalf("placement %v (-want +got):\n%s", placement, d)
			}
		}
	})
}

// The requests of all, sorted; at equal times in the order of the arguments.
func FuzzMerge(f *testing.F) {
	f.Add([]byte{3, 0, 1, 200, 7, 0, 0, 0, 5})
	f.Fuzz(func(t *testing.T, bytes []byte) {
		var parts [4]workload.Trace
		var arrivals []lifecycle.Arrivals
		for i, b := range bytes[:min(len(bytes), 300)] {
			p := &parts[int(b)%4]
			last := time.Duration(0)
			if len(*p) > 0 {
				last = (*p)[len(*p)-1].At
			}
			*p = append(*p, lifecycle.Request{At: last + time.Duration(b/4%8), Duration: time.Duration(i + 1)})
		}
		var want []lifecycle.Request
		for i, p := range parts {
			want = append(want, p...)
			if i%2 == 0 {
				arrivals = append(arrivals, p)
			} else {
				arrivals = append(arrivals, foreign{requests: p})
			}
		}
		slices.SortStableFunc(want, func(a, b lifecycle.Request) int { return stdcmp.Compare(a.At, b.At) })
		same(t, "merged", want, play(t, workload.Merge(arrivals...), 1))
	})
}

// Equal workloads that are merged are independent, and a part more does not change the others.
func TestMergedPartsAreIndependent(t *testing.T) {
	p := workload.Poisson{PerSecond: 1, Until: 2000 * time.Second}
	two := play(t, workload.Merge(p, p), 9)
	seen := map[time.Duration]int{}
	for _, r := range two {
		seen[r.At]++
		if seen[r.At] > 1 {
			t.Fatalf("both parts have a request at %v", r.At)
		}
	}
	three := play(t, workload.Merge(p, p, workload.Every{Period: 7 * time.Second, Until: 2000 * time.Second}), 9)
	var without []lifecycle.Request
	for _, r := range three {
		if r.At%(7*time.Second) != 0 {
			without = append(without, r)
		}
	}
	same(t, "with a third part left out again", two, without)
}

// What a seed gives is the same in every release and on every machine. These numbers are never regenerated.
func TestGoldenArrivals(t *testing.T) {
	daily := workload.Daily(.01, .9, 12*time.Hour)
	for name, c := range map[string]struct {
		a    lifecycle.Arrivals
		want []int64
	}{
		"Poisson": {workload.Poisson{PerSecond: 100}, []int64{17166142, 34538203, 46971109, 48329906, 72075351}},
		"Daily":   {daily, []int64{1646040561358, 2164052802004, 2357147955845, 3021975310384, 5411118672108}},
		"Bursts":  {workload.Bursts{PerSecond: 2, OffPerSecond: .01, On: 20 * time.Second, Off: time.Minute}, []int64{147135031890, 147756677170, 147824617005, 149011889276, 149912795508}},
		"minutes": {workload.PerMinute{Counts: []int{2, 0, 3}}, []int64{20224689438, 21766207971, 153524264184, 154115816637, 178617681387}},
		"Merge":   {workload.Merge(workload.Poisson{PerSecond: 1}, workload.Poisson{PerSecond: 1}), []int64{297776659, 326842691, 392795770, 1336544679, 1421677126}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []int64
			for r, err := range c.a.Requests(1) {
				if err != nil {
					t.Fatal(err)
				}
				if got = append(got, int64(r.At)); len(got) == 5 {
					break
				}
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

// Streaming more requests costs no more allocations.
func TestNoAllocationPerRequest(t *testing.T) {
	stream := func(a lifecycle.Arrivals, n int) float64 {
		return testing.AllocsPerRun(3, func() {
			left := n
			for range a.Requests(1) {
				if left--; left == 0 {
					return
				}
			}
		})
	}
	counts := slices.Repeat([]int{100}, 1000)
	for name, a := range map[string]lifecycle.Arrivals{
		"Poisson": workload.Poisson{PerSecond: 100}, "Every": workload.Every{Period: time.Millisecond}, "Daily": workload.Daily(100, .8, 0),
		"Bursts": workload.Bursts{PerSecond: 100, On: time.Minute, Off: time.Minute}, "PerMinute": workload.PerMinute{Counts: counts},
		"Merge": workload.Merge(workload.Poisson{PerSecond: 1}, workload.Every{Period: time.Second}),
	} {
		if few, many := stream(a, 100), stream(a, 10_000); many > few+1 {
			t.Errorf("%s: %v allocations for 100 requests, %v for 10,000", name, few, many)
		}
	}
}
