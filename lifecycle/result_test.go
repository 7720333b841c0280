package lifecycle_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// someResults are results of runs that use everything.
func someResults(t *testing.T, n int) []lifecycle.Result {
	t.Helper()
	f := lifecycle.Function{
		Duration: lifecycle.Exponential(time.Second), Init: lifecycle.Exponential(4 * time.Second), Timeout: 5 * time.Second, ErrorRate: .1,
		Async: true, Retries: 2, EventAge: time.Hour, ReservedConcurrency: 5, ProvisionedConcurrency: 1,
	}
	p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(30 * time.Second), MaxLifetime: 10 * time.Minute, ProactiveReplacement: true}
	var all []lifecycle.Result
	for seed := range uint64(n) {
		r, err := lifecycle.Simulate(context.Background(), f, p, workload.Poisson{PerSecond: 2}, &lifecycle.Options{
			Seed: seed, WarmUp: 10 * time.Second, Until: time.Duration(600+60*seed) * time.Second, Timeline: time.Minute,
		})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

func merge(t *testing.T, all []lifecycle.Result) (sum lifecycle.Result) {
	t.Helper()
	for _, r := range all {
		if err := sum.Merge(r); err != nil {
			t.Fatal(err)
		}
	}
	return sum
}

func TestMergeInAnyOrder(t *testing.T) {
	all := someResults(t, 6)
	want := merge(t, all)
	r := rand.New(rand.NewPCG(1, 1))
	for range 50 {
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		if d := cmp.Diff(want, merge(t, all)); d != "" {
			t.Fatalf("in another order (-want +got):\n%s", d)
		}
		cut := r.IntN(len(all) + 1)
		left, right := merge(t, all[:cut]), merge(t, all[cut:])
		if cut == 0 { // the timeline of no run is none, and there is nothing to add it to
			continue
		}
		if d := cmp.Diff(want, merge(t, []lifecycle.Result{left, right})); d != "" && cut < len(all) {
			t.Fatalf("%d and %d (-want +got):\n%s", cut, len(all)-cut, d)
		}
	}
	var invocations, environments uint64
	for _, r := range all {
		invocations += r.Invocations
		environments += r.Environments
	}
	if want.Invocations != invocations || want.Environments != environments || want.Runs != uint64(len(all)) {
		t.Errorf("merged: %d invocations, %d environments, %d runs", want.Invocations, want.Environments, want.Runs)
	}
	// The rates of the whole are those of the parts, weighed.
	busy, elapsed := 0.0, 0.0
	for _, r := range all {
		busy += r.Busy() * r.Elapsed.Seconds()
		elapsed += r.Elapsed.Seconds()
	}
	if got := want.Busy(); math.Abs(got-busy/elapsed) > 1e-9 {
		t.Errorf("busy %v, want %v", got, busy/elapsed)
	}
}

// A merge that does not fit changes nothing.
func TestMergeRefuses(t *testing.T) {
	r := someResults(t, 1)[0]
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	other := r
	other.TimelineStep = time.Second
	var mismatch *lifecycle.MismatchError
	if err := r.Merge(other); !errors.As(err, &mismatch) {
		t.Errorf("timelines of unequal steps: %v", err)
	}
	huge := r
	huge.Invocations = math.MaxUint64
	var overflow *lifecycle.OverflowError
	if err := r.Merge(huge); !errors.As(err, &overflow) {
		t.Errorf("too many invocations: %v", err)
	}
	if after, _ := json.Marshal(r); string(after) != string(text) {
		t.Error("a merge that was refused has changed the result")
	}
}

func TestResultJSON(t *testing.T) {
	for i, r := range append(someResults(t, 3), lifecycle.Result{}) {
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var back lifecycle.Result
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(r, back); d != "" {
			t.Errorf("result %d (-want +got):\n%s", i, d)
		}
	}
}

// Quantiles of a histogram are within 1 % of those of the sorted durations, and the other figures are exact.
func TestHistogram(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for name, draw := range map[string]func() time.Duration{
		"ns":          func() time.Duration { return time.Duration(r.IntN(300)) },
		"exponential": func() time.Duration { return time.Duration(r.ExpFloat64() * 2e9) },
		"all scales":  func() time.Duration { return time.Duration(r.Uint64() >> (1 + r.IntN(62))) },
		"equal":       func() time.Duration { return 12345678 },
	} {
		t.Run(name, func(t *testing.T) {
			var h lifecycle.Histogram
			var all []time.Duration
			sum := 0.0
			for range 5000 {
				d := draw()
				all = append(all, d)
				h.Add(d)
				sum += float64(d)
			}
			slices.Sort(all)
			for _, p := range []float64{0, .001, .01, .1, .25, .5, .75, .9, .95, .99, .999, 1} {
				want := all[min(int(p*float64(len(all))), len(all)-1)]
				if got := h.Quantile(p); math.Abs(float64(got-want)) > .01*float64(want) {
					t.Errorf("p%v: got %v, want %v", 100*p, got, want)
				}
			}
			if h.Count() != 5000 || h.Min() != all[0] || h.Max() != all[len(all)-1] {
				t.Errorf("%d from %v to %v, want 5000 from %v to %v", h.Count(), h.Min(), h.Max(), all[0], all[len(all)-1])
			}
			if got, want := float64(h.Mean()), sum/5000; math.Abs(got-want) > 1+1e-12*want {
				t.Errorf("mean %v, want %v", got, want)
			}
		})
	}
}

func TestHistogramEmpty(t *testing.T) {
	var none *lifecycle.Histogram
	for _, h := range []*lifecycle.Histogram{none, {}} {
		if h.Count() != 0 || h.Mean() != 0 || h.Min() != 0 || h.Max() != 0 || h.Quantile(.5) != 0 || h.Refused() != 0 || h.Sum().String() != "0" {
			t.Errorf("%+v is not empty", h)
		}
		if !h.Equal(none) || !h.Clone().Equal(h) {
			t.Errorf("%+v: not equal to nothing, or to its copy", h)
		}
	}
	h := &lifecycle.Histogram{}
	h.Add(-1)
	if h.Refused() != 1 || h.Count() != 0 {
		t.Errorf("a negative duration: %d refused, %d counted", h.Refused(), h.Count())
	}
}

func TestHistogramJSONRefuses(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"number too large": {`{"Min":1,"Max":1,"Sum":"1","Buckets":[[99999,1]]}`, "Buckets[0]"},
		"descending":       {`{"Min":1,"Max":2,"Sum":"3","Buckets":[[2,1],[1,1]]}`, "Buckets[1]"},
		"count 0":          {`{"Min":1,"Max":1,"Sum":"0","Buckets":[[1,0]]}`, "Buckets[0]"},
		"min elsewhere":    {`{"Min":5,"Max":1,"Sum":"1","Buckets":[[1,1]]}`, "Min"},
		"max elsewhere":    {`{"Min":1,"Max":7,"Sum":"1","Buckets":[[1,1]]}`, "Max"},
		"sum too large":    {`{"Min":1,"Max":1,"Sum":"2","Buckets":[[1,1]]}`, "Sum"},
		"sum too small":    {`{"Min":1,"Max":1,"Sum":"0","Buckets":[[1,1]]}`, "Sum"},
		"sum of none":      {`{"Min":0,"Max":0,"Sum":"9","Buckets":[]}`, "without buckets"},
		"too many":         {`{"Min":1,"Max":2,"Sum":"1","Buckets":[[1,18446744073709551615],[2,1]]}`, "overflows"},
		"negative":         {`{"Min":-1,"Max":2,"Sum":"1","Buckets":[[0,1]]}`, "Min"},
		"no number":        {`{"Min":1,"Max":1,"Sum":"one","Buckets":[[1,1]]}`, "digits"},
	} {
		t.Run(name, func(t *testing.T) {
			h := lifecycle.Histogram{}
			h.Add(7)
			before := h.Clone()
			err := json.Unmarshal([]byte(c.text), &h)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one about %s", err, c.want)
			}
			if !h.Equal(before) {
				t.Error("the histogram has changed")
			}
		})
	}
}

func FuzzHistogramJSON(f *testing.F) {
	var h lifecycle.Histogram
	for i := range 40 {
		h.Add(time.Duration(1) << i)
	}
	text, _ := json.Marshal(&h)
	f.Add(string(text))
	f.Fuzz(func(t *testing.T, text string) {
		var h lifecycle.Histogram
		if json.Unmarshal([]byte(text), &h) != nil {
			return
		}
		out, err := json.Marshal(&h)
		if err != nil {
			t.Fatal(err)
		}
		var again lifecycle.Histogram
		if err := json.Unmarshal(out, &again); err != nil || !again.Equal(&h) {
			t.Fatalf("%s reads as %s, and that not as the same: %v", text, out, err)
		}
		_ = h.Quantile(.5)
		_ = h.Mean()
	})
}

// The points of a timeline add up to the run, and are what the invocations say.
func TestTimeline(t *testing.T) {
	var started []lifecycle.Invocation
	f := lifecycle.Function{Duration: lifecycle.Exponential(3 * time.Second), ReservedConcurrency: 4}
	p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(7 * time.Second)}
	const step = 10 * time.Second
	r, err := lifecycle.Simulate(context.Background(), f, p, workload.Poisson{PerSecond: 1}, &lifecycle.Options{
		Seed: 4, Until: 605 * time.Second, WarmUp: 5 * time.Second, Timeline: step, Observe: func(i lifecycle.Invocation) { started = append(started, i) },
	})
	if err != nil {
		t.Fatal(err)
	}
	want := make([]lifecycle.TimelinePoint, 60)
	for _, i := range started {
		if i.At < 5*time.Second {
			continue
		}
		p := &want[(i.At-5*time.Second)/step]
		p.Requests++
		if i.Start == lifecycle.Cold {
			p.ColdStarts++
		}
		if i.Outcome == lifecycle.Throttled {
			p.Throttled++
		}
	}
	var sum lifecycle.TimelinePoint
	busy, alive := 0.0, 0.0
	for k, got := range r.Timeline {
		if got.At != 5*time.Second+time.Duration(k)*step || got.Requests != want[k].Requests || got.ColdStarts != want[k].ColdStarts || got.Throttled != want[k].Throttled {
			t.Errorf("step %d: %+v, want %+v", k, got, want[k])
		}
		sum.Requests += got.Requests
		sum.PeakBusy, sum.PeakAlive = max(sum.PeakBusy, got.PeakBusy), max(sum.PeakAlive, got.PeakAlive)
		busy += got.BusyTime.Seconds()
		alive += got.AliveTime.Seconds()
	}
	if len(r.Timeline) != 60 || sum.Requests != r.Invocations || sum.PeakBusy != r.PeakBusy || sum.PeakAlive != r.PeakAlive {
		t.Errorf("%d steps, %d requests, peaks %d and %d; the run has %d, %d and %d", len(r.Timeline), sum.Requests, sum.PeakBusy, sum.PeakAlive, r.Invocations, r.PeakBusy, r.PeakAlive)
	}
	if math.Abs(busy/600-r.Busy()) > 1e-9 || math.Abs(alive/600-r.Alive()) > 1e-9 {
		t.Errorf("busy %v, alive %v; the run has %v and %v", busy/600, alive/600, r.Busy(), r.Alive())
	}
}

// The rates of a result that is made up, worked out by hand.
func TestRates(t *testing.T) {
	var r lifecycle.Result
	r.Invocations, r.Throttled, r.ColdStarts, r.Delayed = 50, 10, 5, 8
	r.OnDemand.Requests, r.Provisioned.Requests = 30, 10
	r.Elapsed = 10 * time.Second
	for to, ns := range map[*lifecycle.EnvironmentTime]string{
		&r.BusyTime: "20000000000", &r.IdleTime: "40000000000", &r.ProvisionedBusyTime: "5000000000", &r.ProvisionedIdleTime: "15000000000",
	} {
		if err := to.UnmarshalText([]byte(ns)); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		of   func(lifecycle.Result) float64
		want float64
	}{
		"ColdStartRate": {lifecycle.Result.ColdStartRate, 5. / 40},
		"DelayedRate":   {lifecycle.Result.DelayedRate, 8. / 40},
		"ThrottleRate":  {lifecycle.Result.ThrottleRate, 10. / 50},
		"SpillRate":     {lifecycle.Result.SpillRate, 30. / 40},
		"Busy":          {lifecycle.Result.Busy, 2.5},
		"Idle":          {lifecycle.Result.Idle, 5.5},
		"Alive":         {lifecycle.Result.Alive, 8},

		"ProvisionedUtilization": {lifecycle.Result.ProvisionedUtilization, 5. / 20},
	} {
		if got := c.of(r); math.Abs(got-c.want) > 1e-15*c.want {
			t.Errorf("%s is %v, want %v", name, got, c.want)
		}
		if got := c.of(lifecycle.Result{}); got != 0 {
			t.Errorf("%s of nothing is %v", name, got)
		}
	}
}
