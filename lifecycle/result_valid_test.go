package lifecycle_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// randomRun is any function on any platform, with everything that can be in a result.
func randomRun(r *rand.Rand) (lifecycle.Function, lifecycle.Platform, lifecycle.Arrivals, lifecycle.Options) {
	maybe := func(n int) bool { return r.IntN(n) == 0 }
	upTo := func(d time.Duration) time.Duration { return time.Duration(r.Int64N(int64(d))) }
	draw := func() lifecycle.Distribution {
		switch r.IntN(4) {
		case 0:
			return lifecycle.Constant(upTo(3 * time.Second))
		case 1:
			return lifecycle.Exponential(upTo(3 * time.Second))
		case 2:
			return lifecycle.Uniform{Max: upTo(20 * time.Second)}
		}
		return lifecycle.LogNormal{Median: time.Second, P99: time.Second + upTo(20*time.Second)}
	}
	f := lifecycle.Function{Duration: draw(), ErrorRate: .3 * r.Float64() * float64(r.IntN(2)), Async: maybe(2)}
	for _, d := range []*lifecycle.Distribution{&f.FirstDuration, &f.Init, &f.Startup} {
		if maybe(2) {
			*d = draw()
		}
	}
	if maybe(3) {
		f.Timeout = 1 + upTo(5*time.Second)
	}
	if maybe(3) {
		f.Concurrency = 1 + r.IntN(4)
	}
	if maybe(3) {
		f.ReservedConcurrency = 3 + r.IntN(10)
	}
	if maybe(3) {
		f.ProvisionedConcurrency = r.IntN(3)
	}
	if f.Async {
		f.Retries, f.EventAge = r.IntN(3), upTo(time.Hour)
	}
	p := lifecycle.Platform{IdleTimeout: draw(), Routing: lifecycle.Routing(r.IntN(4))}
	if maybe(2) {
		p.MaxLifetime, p.ProactiveReplacement = time.Second+upTo(time.Minute), maybe(2)
	}
	if maybe(2) {
		p.ConcurrencyLimit = 15 + r.IntN(10)
	}
	if maybe(3) {
		p.RequestsPerSecond = 1 + r.IntN(2)
	}
	if maybe(3) {
		p.ScaleOut = lifecycle.ScaleOut{Environments: 1 + r.IntN(3), Interval: 1 + upTo(20*time.Second)}
	}
	o := lifecycle.Options{Seed: r.Uint64(), Until: 3 * time.Minute}
	if maybe(2) {
		o.WarmUp = upTo(2 * time.Minute)
	}
	if maybe(2) {
		o.Timeline = time.Second + upTo(time.Minute)
	}
	var a lifecycle.Arrivals = workload.Poisson{PerSecond: .1 + 5*r.Float64()}
	switch r.IntN(4) {
	case 0:
		a = workload.Merge(workload.Bursts{PerSecond: 10, OffPerSecond: .1, On: 10 * time.Second, Off: time.Minute}, workload.Every{Period: 7 * time.Second})
	case 1: // up to its last completion
		o.Until, o.WarmUp = 0, 0
		a = workload.PerMinute{Counts: []int{r.IntN(100), 0, r.IntN(3)}, Placement: workload.Placement(r.IntN(3))}
	case 2: // few ns, where much happens at once
		o = lifecycle.Options{Seed: o.Seed, Timeline: upTo(4)}
		f = lifecycle.Function{Duration: lifecycle.Constant(1 + upTo(3)), Init: lifecycle.Constant(upTo(3))}
		p = lifecycle.Platform{IdleTimeout: lifecycle.Constant(upTo(4)), MaxLifetime: upTo(9), ConcurrencyLimit: r.IntN(4)}
		var trace workload.Trace
		for at := time.Duration(0); at < 20; at += upTo(3) {
			trace = append(trace, lifecycle.Request{At: at, Duration: upTo(4)})
		}
		a = trace
	}
	return f, p, a, o
}

// Whatever a run gives, and whatever is merged of it, is valid and comes back from its JSON form.
func TestResultsAreValid(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	r := rand.New(rand.NewPCG(8, 8))
	runs := 500
	if testing.Short() {
		runs = 100
	}
	for i := range runs {
		f, p, a, o := randomRun(r)
		one, err := lifecycle.Simulate(ctx, f, p, a, &o)
		if err != nil {
			t.Fatalf("run %d: %v", i, err)
		}
		o.Seed++
		sum, err := lifecycle.Simulate(ctx, f, p, a, &o)
		if err != nil {
			t.Fatalf("run %d: %v", i, err)
		}
		if err := sum.Merge(one); err != nil {
			t.Fatalf("run %d: %v", i, err)
		}
		for name, want := range map[string]lifecycle.Result{"one": one, "two": sum} {
			if err := want.Validate(); err != nil {
				t.Fatalf("run %d, %s: %v\n%+v\n%+v\n%+v\n%+v", i, name, err, f, p, o, want)
			}
			text, err := json.Marshal(want)
			if err != nil {
				t.Fatal(err)
			}
			var got lifecycle.Result
			if err := json.Unmarshal(text, &got); err != nil {
				t.Fatalf("run %d, %s: %v", i, name, err)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Fatalf("run %d, %s (-want +got):\n%s", i, name, d)
			}
		}
	}
}

// What no run can give is refused, and leaves the result as it was.
func TestResultJSONRefuses(t *testing.T) {
	all := someResults(t, 2)
	good := merge(t, all)
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	for field, change := range map[string]func(r *lifecycle.Result){
		"Result.Runs":                                     func(r *lifecycle.Result) { r.Runs = 0 },
		"Result.Elapsed":                                  func(r *lifecycle.Result) { r.Elapsed = -5 },
		"Result.ColdStarts":                               func(r *lifecycle.Result) { r.ColdStarts = r.OnDemand.Requests + 1 },
		"Result.Delayed":                                  func(r *lifecycle.Result) { r.Delayed = r.Served() + 1 },
		"Result.Throttled":                                func(r *lifecycle.Result) { r.Throttled = r.Invocations + 1 },
		"Result.TimedOut + Failed":                        func(r *lifecycle.Result) { r.TimedOut = r.Served() - r.Failed + 1 },
		"Result.Retried":                                  func(r *lifecycle.Result) { r.Retried = r.Served() + 1 },
		"Result.Throttled + Pending":                      func(r *lifecycle.Result) { r.Pending = r.Invocations - r.Throttled + 1 },
		"Result.Rejections":                               func(r *lifecycle.Result) { r.Throttled, r.Rejections = 2, 1 },
		"Result.Environments":                             func(r *lifecycle.Result) { r.AliveAtEnd++ },
		"Result.ColdStarts + Replaced":                    func(r *lifecycle.Result) { r.Replaced = r.Environments - r.ColdStarts + 1 },
		"Result.InitTimeouts":                             func(r *lifecycle.Result) { r.InitTimeouts = r.Environments + 1 },
		"Result.PeakBusy":                                 func(r *lifecycle.Result) { r.PeakBusy = r.PeakAlive + 1 },
		"Result.OnDemand.Duration":                        func(r *lifecycle.Result) { r.OnDemand.Duration = -7 },
		"Result.Provisioned.Init":                         func(r *lifecycle.Result) { r.Provisioned.Init = -7 },
		"Result.OnDemand.BilledMS":                        func(r *lifecycle.Result) { r.OnDemand.BilledMS = uint64(r.OnDemand.Duration/time.Millisecond) / 2 },
		"Result.Provisioned.BilledMS":                     func(r *lifecycle.Result) { r.Provisioned.BilledMS += r.Provisioned.Requests },
		"Result.StartingTime":                             func(r *lifecycle.Result) { r.StartingTime = plus(t, r.BusyTime, r.BusyTime) },
		"Result.IdleTime":                                 func(r *lifecycle.Result) { r.IdleTime = longest(t) },
		"Result.OnDemand.Requests + Provisioned.Requests": func(r *lifecycle.Result) { r.OnDemand.Requests = math.MaxUint64 },
		"Result.Latency's Count": func(r *lifecycle.Result) { // more than executions
			r.Invocations, r.TimelineStep, r.Timeline = math.MaxUint64, 0, nil
			many(t, r.Latency, 60)
		},
		"Result.Latency's Count ": func(r *lifecycle.Result) { // more than requests
			r.OnDemand.Requests += 1 << 61
			many(t, r.Latency, 60)
		},
		"Result.BusyTime + IdleTime + ProvisionedBusyTime + ProvisionedIdleTime": func(r *lifecycle.Result) {
			most := environmentTime(t, fmt.Sprint(r.PeakAlive*uint64(r.Elapsed)))
			r.BusyTime, r.IdleTime = most, most
		},
		"Result.ColdLatency's Count":   func(r *lifecycle.Result) { many(t, r.ColdLatency, 60) },
		"Result.Lifespan's Count":      func(r *lifecycle.Result) { r.Lifespan.Add(1) },
		"Result.TimelineStep":          func(r *lifecycle.Result) { r.TimelineStep = -1 },
		"Result.Timeline":              func(r *lifecycle.Result) { r.TimelineStep = 0 },
		"Result.Timeline[0].At":        func(r *lifecycle.Result) { r.Timeline[0].At = -1 },
		"Result.Timeline[3].At":        func(r *lifecycle.Result) { r.Timeline[3].At++ },
		"Result.Timeline[4].At":        func(r *lifecycle.Result) { r.Timeline = append(r.Timeline[:4], r.Timeline[5:]...) },
		"Result.Timeline[2].Elapsed":   func(r *lifecycle.Result) { r.Timeline[2].Elapsed = -1 },
		"Result.Timeline[1].Elapsed":   func(r *lifecycle.Result) { r.Timeline[1].Elapsed = 2*r.TimelineStep + 1 },
		"Result.Timeline[1].BusyTime":  func(r *lifecycle.Result) { r.Timeline[1].BusyTime = longest(t) },
		"Result.Timeline[1].AliveTime": func(r *lifecycle.Result) { r.Timeline[1].AliveTime = longest(t) },
		"Result.Timeline[1].PeakBusy": func(r *lifecycle.Result) {
			r.PeakBusy, r.PeakAlive = 1000, 1000
			r.Timeline[1].PeakBusy = r.Timeline[1].PeakAlive + 1
		},
		"Result.Timeline[0].PeakBusy":         func(r *lifecycle.Result) { r.PeakBusy = 0 },
		"Result.Timeline[1].PeakAlive":        func(r *lifecycle.Result) { r.Timeline[1].PeakAlive = r.PeakAlive + 1 },
		"sum of Result.Timeline's Requests":   func(r *lifecycle.Result) { r.Timeline[1].Requests++ },
		"sum of Result.Timeline's ColdStarts": func(r *lifecycle.Result) { r.Timeline[1].ColdStarts++ },
		"sum of Result.Timeline's Throttled":  func(r *lifecycle.Result) { r.Timeline[1].Throttled = math.MaxUint64 },
		"sum of Result.Timeline's Elapsed":    func(r *lifecycle.Result) { r.Timeline[1].Elapsed-- },
		"sum of Result.Timeline's BusyTime":   func(r *lifecycle.Result) { r.Timeline[1].BusyTime = lifecycle.EnvironmentTime{} },
		"sum of Result.Timeline's AliveTime":  func(r *lifecycle.Result) { r.Timeline[1].AliveTime = r.Timeline[1].BusyTime },
	} {
		bad := clone(t, good)
		change(&bad)
		field = strings.TrimSpace(field)
		var out *lifecycle.RangeError
		if err := bad.Validate(); !errors.As(err, &out) || out.Field != field || out.Given == "" || out.Allowed == "" {
			t.Errorf("%s: %v", field, err)
		}
		text, err := json.Marshal(bad)
		if err != nil {
			t.Fatal(err)
		}
		into := clone(t, good)
		if err := json.Unmarshal(text, &into); !errors.As(err, &out) || out.Field != field {
			t.Errorf("%s, from JSON: %v", field, err)
		}
		if d := cmp.Diff(good, into); d != "" {
			t.Errorf("%s has changed the result (-want +got):\n%s", field, d)
		}
	}
}

func TestResultJSONErrors(t *testing.T) {
	for text, field := range map[string]string{
		`{"Runs":-1}`:                            "Result.Runs",
		`{"Runs":1,"Elapsed":"1s"}`:              "Result.Elapsed",
		`{"Runs":1,"OnDemand":{"Requests":1.5}}`: "Result.OnDemand.Requests",
		`{"Runs":1,"BusyTime":"-1"}`:             "Result.BusyTime",
		`{"Runs":1,"BusyTime":5}`:                "Result.BusyTime",
		`{"Runs":1,"Latency":{"Buckets":[[5,1]],"Min":5,"Max":6,"Sum":"5"}}`: "Result.Latency: Histogram.Max",
		`{"Runs":1,"ColdLatency":{"Buckets":5}}`:                             "Result.ColdLatency: Histogram.Buckets",
		`{"Runs":1,"Timeline":[{"At":0},{"At":true}],"TimelineStep":1}`:      "Result.Timeline[1].At",
		`{"Runs":1,"Timeline":[{"AliveTime":"x"}],"TimelineStep":1}`:         "Result.Timeline[0].AliveTime",
		`{"Runs":1,"Timeline":5,"TimelineStep":1}`:                           "Result.Timeline",
		`[]`: "Result",
		`{"Runs":1,"Elapsed":-5,"ColdStarts":100,"OnDemand":{"Requests":1,"Duration":-7},"Latency":null,"TimelineStep":-1,"Timeline":[{"At":-5}]}`: "Result.Elapsed",
	} {
		var r lifecycle.Result
		err := json.Unmarshal([]byte(text), &r)
		var out *lifecycle.RangeError
		if !errors.As(err, &out) || out.Field != field {
			t.Errorf("%s: %v, want a RangeError about %s", text, err, field)
		}
	}
	// What is not there is 0; null changes nothing, as with all types.
	var r lifecycle.Result
	if err := json.Unmarshal([]byte(`{"Runs":1,"Invocations":3}`), &r); err != nil || r.Invocations != 3 {
		t.Errorf("few fields: %v, %+v", err, r)
	}
	if err := json.Unmarshal([]byte(`null`), &r); err != nil || r.Invocations != 3 {
		t.Errorf("null: %v, %+v", err, r)
	}
	if err := json.Unmarshal([]byte(`{"Runs":1}`), &r); err != nil || r.Invocations != 0 {
		t.Errorf("another result: %v, %+v", err, r)
	}
}

func FuzzResultJSON(f *testing.F) {
	f.Add(`{"Runs":1,"Elapsed":-5,"ColdStarts":100,"Latency":null,"TimelineStep":-1,"Timeline":[{"At":-5}]}`)
	r, err := lifecycle.Simulate(context.Background(), lifecycle.Function{Duration: lifecycle.Constant(1)}, tenMinutes,
		workload.Trace{{At: 1}, {At: 5}}, &lifecycle.Options{Timeline: 3})
	if err != nil {
		f.Fatal(err)
	}
	text, err := json.Marshal(r)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(text))
	f.Add(`{"Timeline":[]}`)
	f.Fuzz(func(t *testing.T, text string) {
		var r, back lifecycle.Result
		if json.Unmarshal([]byte(text), &r) != nil {
			return
		}
		out, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(out, &back); err != nil {
			t.Fatalf("%s reads as %s, and that not: %v", text, out, err)
		}
		if d := cmp.Diff(r, back); d != "" {
			t.Fatalf("%s reads as %s, and that not as the same:\n%s", text, out, d)
		}
		if rate := r.ColdStartRate(); rate < 0 || rate > 1 {
			t.Fatalf("%s: cold start rate %v", text, rate)
		}
		var sum lifecycle.Result
		if err := sum.Merge(r); err != nil && !strings.Contains(err.Error(), "overflow") {
			t.Fatalf("%s: merged: %v", text, err)
		}
	})
}

func clone(t *testing.T, r lifecycle.Result) (c lifecycle.Result) {
	t.Helper()
	if err := c.Merge(r); err != nil {
		t.Fatal(err)
	}
	return c
}

func plus(t *testing.T, a, b lifecycle.EnvironmentTime) lifecycle.EnvironmentTime {
	t.Helper()
	sum, err := a.Plus(b)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// longest is longer than any time of environments in a test.
func longest(t *testing.T) (e lifecycle.EnvironmentTime) {
	t.Helper()
	if err := e.UnmarshalText([]byte("200000000000000000000000000000000000000")); err != nil {
		t.Fatal(err)
	}
	return e
}

// many adds 2^n durations.
func many(t *testing.T, h *lifecycle.Histogram, n int) {
	t.Helper()
	twice := &lifecycle.Histogram{}
	twice.Add(1)
	for range n {
		if err := twice.Merge(twice.Clone()); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.Merge(twice); err != nil {
		t.Fatal(err)
	}
}

// Timelines fit together or not, whatever the order, and results of no run are none.
func TestMergeTimelines(t *testing.T) {
	run := func(step, warmUp, until time.Duration) lifecycle.Result {
		r, err := lifecycle.Simulate(context.Background(), busyFunction, oneMinute, workload.Poisson{PerSecond: 1},
			&lifecycle.Options{WarmUp: warmUp, Until: until, Timeline: step})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	minute := time.Minute
	a, b := run(minute, 0, 10*minute), run(minute, 0, 15*minute+minute/2)
	for name, other := range map[string]lifecycle.Result{"another step": run(2*minute, 0, 10*minute), "none": run(0, 0, 10*minute), "another start": run(minute, minute, 10*minute)} {
		for i, order := range [][]lifecycle.Result{{a, other}, {other, a}, {a, b, other}, {a, other, b}, {other, a, b}} {
			var sum lifecycle.Result
			var err error
			for _, r := range order {
				err = errors.Join(err, sum.Merge(r))
			}
			var mismatch *lifecycle.MismatchError
			if !errors.As(err, &mismatch) {
				t.Errorf("%s, order %d: %v", name, i, err)
			}
		}
	}
	sum := merge(t, []lifecycle.Result{a, b})
	for i, p := range sum.Timeline {
		want := 2 * minute
		switch {
		case i == 15:
			want = minute / 2
		case i >= 10:
			want = minute
		}
		if p.Elapsed != want {
			t.Errorf("step %d: %v, want %v", i, p.Elapsed, want)
		}
	}
	if len(sum.Timeline) != 16 {
		t.Errorf("%d steps", len(sum.Timeline))
	}
}

// Four provisioned environments are four, in the last half of an hour too.
func TestTimelineOfAPartOfAStep(t *testing.T) {
	f := lifecycle.Function{Duration: lifecycle.Constant(time.Second), ProvisionedConcurrency: 4}
	r, err := lifecycle.Simulate(context.Background(), f, oneMinute, workload.Every{Period: 10 * time.Second}, &lifecycle.Options{
		Until: 90 * time.Minute, Timeline: time.Hour,
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range r.Timeline {
		got = append(got, fmt.Sprintf("%v for %v: %.4f alive, %.4f busy", p.At, p.Elapsed, p.Alive(), p.Busy()))
	}
	want := []string{"0s for 1h0m0s: 4.0000 alive, 0.0997 busy", "1h0m0s for 30m0s: 4.0000 alive, 0.1000 busy"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if (lifecycle.TimelinePoint{}).Alive() != 0 {
		t.Error("no time has an average")
	}
}

func TestMergeOfNoRun(t *testing.T) {
	one := someResults(t, 1)[0]
	nothing := lifecycle.Result{Latency: &lifecycle.Histogram{}}
	for name, c := range map[string]struct {
		a, b lifecycle.Result
		runs uint64
	}{
		"nothing and nothing": {nothing, lifecycle.Result{}, 0}, "nothing and one": {nothing, one, 1}, "one and nothing": {one, nothing, 1},
	} {
		if err := c.a.Merge(c.b); err != nil || c.a.Runs != c.runs {
			t.Errorf("%s: %v, %d runs", name, err, c.a.Runs)
		}
	}
	for name, none := range map[string]lifecycle.Result{
		"counts": {Invocations: 5}, "time": {Elapsed: 1}, "timeline": {TimelineStep: 1, Timeline: []lifecycle.TimelinePoint{{Requests: 5}}},
		"histogram": {Latency: one.Latency},
	} {
		for _, c := range [][2]lifecycle.Result{{one, none}, {none, one}, {none, none}, {none, {}}, {{}, none}} {
			a := c[0]
			var out *lifecycle.RangeError
			if err := a.Merge(c[1]); !errors.As(err, &out) || out.Field != "Result.Runs" {
				t.Errorf("%s: %v", name, err)
			}
			if d := cmp.Diff(c[0], a); d != "" {
				t.Errorf("%s has changed the result:\n%s", name, d)
			}
		}
	}
	negative := clone(t, one)
	negative.Elapsed = -5
	var out *lifecycle.RangeError
	if err := one.Merge(negative); !errors.As(err, &out) || out.Field != "Result.Elapsed" {
		t.Errorf("negative time: %v", err)
	}
	var missing *lifecycle.MissingError
	if err := (*lifecycle.Result)(nil).Merge(one); !errors.As(err, &missing) {
		t.Errorf("into nil: %v", err)
	}
}
