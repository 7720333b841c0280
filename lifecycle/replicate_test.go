package lifecycle_test

import (
	"context"
	"errors"
	"math"
	"runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

var (
	busyFunction = lifecycle.Function{Duration: lifecycle.Exponential(2 * time.Second), Init: lifecycle.Constant(time.Second)}
	tenMinutes   = lifecycle.Platform{IdleTimeout: lifecycle.Constant(10 * time.Minute)}
	oneMinute    = lifecycle.Platform{IdleTimeout: lifecycle.Constant(time.Minute)}
)

func TestReplicateIsTheSameOnAnyNumberOfCores(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, precision := range []*lifecycle.Precision{nil, {Of: lifecycle.Result.ColdStartRate, Relative: .05}} {
		var want lifecycle.Summary
		for i, procs := range []int{1, 2, 3, 8} {
			runtime.GOMAXPROCS(procs)
			got := replicate(t, 30, busyFunction, oneMinute, workload.Poisson{PerSecond: 1},
				lifecycle.Options{Seed: 5, Until: 20 * time.Minute, Precision: precision})
			if i == 0 {
				want = got
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Fatalf("precision %v, %d cores (-1 core +%d):\n%s", precision, procs, procs, d)
			}
		}
	}
}

func TestPrecision(t *testing.T) {
	o := lifecycle.Options{Seed: 5, Until: time.Hour}
	a := workload.Poisson{PerSecond: 1}
	all := replicate(t, 200, busyFunction, oneMinute, a, o)
	o.Precision = &lifecycle.Precision{Of: lifecycle.Result.ColdStartRate, Relative: .02}
	early := replicate(t, 200, busyFunction, oneMinute, a, o)
	n := len(early.Replications)
	if n < 10 || n >= 200 {
		t.Fatalf("%d replications", n)
	}
	if d := cmp.Diff(all.Replications[:n], early.Replications); d != "" {
		t.Errorf("the first %d are not those of the full summary (-full +early):\n%s", n, d)
	}
	i := early.Estimate(lifecycle.Result.ColdStartRate)
	if i.HalfWidth() > .02*i.Mean {
		t.Errorf("%v is not precise to 2 %%", i)
	}
	before := lifecycle.Summary{Replications: all.Replications[:n-1]}.Estimate(lifecycle.Result.ColdStartRate)
	if n > 10 && before.HalfWidth() <= .02*before.Mean {
		t.Errorf("%v was precise already, one replication before", before)
	}
}

// Two configurations meet the same requests and durations: their difference is known far better than they are, and is
// exactly 0 between equals. It pairs what both have.
func TestDifference(t *testing.T) {
	a := workload.Poisson{PerSecond: .5}
	o := lifecycle.Options{Seed: 12, WarmUp: 10 * time.Minute, Until: 3 * time.Hour}
	short := replicate(t, 30, busyFunction, oneMinute, a, o)
	long := replicate(t, 20, busyFunction, tenMinutes, a, o)
	if i, err := lifecycle.Difference(short, short, lifecycle.Result.Alive); err != nil || i != (lifecycle.Interval{}) {
		t.Errorf("of itself: %v, %v", i, err)
	}
	i, err := lifecycle.Difference(long, short, lifecycle.Result.Alive)
	if err != nil || !(i.Low > 0) || !i.Excludes0() {
		t.Errorf("longer keep-alive: %v, %v", i, err)
	}
	j, err := lifecycle.Difference(short, long, lifecycle.Result.Alive)
	if err != nil || math.Abs(i.Mean+j.Mean) > 1e-12 {
		t.Errorf("the other way round: %v, %v", j, err)
	}
	for k := range long.Replications {
		x, y := short.Replications[k], long.Replications[k]
		if x.Invocations != y.Invocations || x.OnDemand.Duration != y.OnDemand.Duration {
			t.Errorf("replication %d: %d requests of %v and %d of %v", k, x.Invocations, x.OnDemand.Duration, y.Invocations, y.OnDemand.Duration)
		}
	}
	other := replicate(t, 3, busyFunction, oneMinute, a, lifecycle.Options{Seed: 13, Until: time.Hour})
	var mismatch *lifecycle.MismatchError
	if _, err := lifecycle.Difference(short, other, lifecycle.Result.Alive); !errors.As(err, &mismatch) {
		t.Errorf("of unequal seeds: %v", err)
	}
	var few *lifecycle.RangeError
	if _, err := lifecycle.Difference(short, lifecycle.Summary{Seed: 12}, lifecycle.Result.Alive); !errors.As(err, &few) {
		t.Errorf("with nothing: %v", err)
	}
}

func TestSummaryTotal(t *testing.T) {
	s := replicate(t, 5, busyFunction, oneMinute, workload.Poisson{PerSecond: 1}, lifecycle.Options{Until: time.Hour})
	total, err := s.Total()
	if err != nil {
		t.Fatal(err)
	}
	n := uint64(0)
	for _, r := range s.Replications {
		n += r.Invocations
	}
	if total.Runs != 5 || total.Invocations != n || total.Latency.Count() != n {
		t.Errorf("total of %d runs: %d invocations, want %d", total.Runs, total.Invocations, n)
	}
	if i := (lifecycle.Summary{}).Estimate(lifecycle.Result.Alive); !math.IsNaN(i.Mean) {
		t.Errorf("the estimate from nothing is %v", i)
	}
}

// Student's intervals hold the true value about 95 times of 100.
func TestIntervalCovers(t *testing.T) {
	want, err := lifecycle.SteadyState(.5, 2*time.Second, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	f := lifecycle.Function{Duration: lifecycle.Exponential(2 * time.Second)}
	covered, tries := 0, 200
	for seed := range tries {
		s := replicate(t, 8, f, oneMinute, workload.Poisson{PerSecond: .5}, lifecycle.Options{Seed: uint64(seed), WarmUp: 5 * time.Minute, Until: time.Hour})
		if s.Estimate(lifecycle.Result.Alive).Contains(want.Alive) {
			covered++
		}
	}
	if covered < 180 || covered == tries { // 190 expected, standard deviation 3.1
		t.Errorf("%d of %d intervals hold the true value", covered, tries)
	}
}

// What a seed gives is part of the interface: these numbers are the same in every release and on every machine. They are
// never regenerated.
func TestGolden(t *testing.T) {
	f := lifecycle.Function{
		Duration: lifecycle.LogNormal{Median: 120 * time.Millisecond, P99: 900 * time.Millisecond}, FirstDuration: lifecycle.Exponential(300 * time.Millisecond),
		Init: lifecycle.Uniform{Min: 100 * time.Millisecond, Max: 700 * time.Millisecond}, Startup: lifecycle.Exponential(80 * time.Millisecond),
		Async: true, Retries: 2, ErrorRate: .01, ReservedConcurrency: 5, ProvisionedConcurrency: 1, EventAge: time.Hour,
	}
	p := lifecycle.Platform{IdleTimeout: lifecycle.Exponential(time.Minute), MaxLifetime: 3 * time.Minute, ProactiveReplacement: true, Routing: lifecycle.Random}
	a := workload.Merge(workload.Poisson{PerSecond: 8}, workload.Daily(2, .5, 12*time.Hour), workload.Every{Period: 7 * time.Second})
	r, err := lifecycle.Simulate(context.Background(), f, p, a, &lifecycle.Options{Seed: 2026, WarmUp: time.Minute, Until: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	got := []uint64{
		r.Invocations, r.ColdStarts, r.Environments, r.Replaced, r.Delayed, r.Failed, r.Retried, r.Rejections, r.Gone, uint64(r.OnDemand.Duration), uint64(r.OnDemand.Init),
		r.OnDemand.BilledMS, uint64(r.Provisioned.Duration), r.Provisioned.BilledMS, uint64(r.Latency.Max()), uint64(r.Latency.Quantile(.99)),
	}
	if d := cmp.Diff(golden, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

var golden = []uint64{
	32357, 157, 181, 24, 157, 322, 315, 795,
	180, 3545849746011, 69555665940, 3625549, 2195876942882, 2202200, 181327109996, 3170893824,
}

// A run costs no allocation per request: a long one allocates what a short one does, but for the growth of its tables.
func TestNoAllocationPerRequest(t *testing.T) {
	allocations := func(until time.Duration) float64 {
		return testing.AllocsPerRun(3, func() {
			_, err := lifecycle.Simulate(context.Background(), busyFunction, tenMinutes, workload.Poisson{PerSecond: 50}, &lifecycle.Options{Seed: 1, Until: until})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
	short, long := allocations(10*time.Minute), allocations(100*time.Minute)
	if long > short+270 { // one for 1,000 requests
		t.Errorf("%v allocations for 30,000 requests, %v for 300,000", short, long)
	}
}

func TestFigureOfNothing(t *testing.T) {
	two := lifecycle.Summary{Replications: make([]lifecycle.Result, 2)}
	if i := two.Estimate(nil); !math.IsNaN(i.Mean) || !math.IsNaN(i.Low) || !math.IsNaN(i.High) {
		t.Errorf("estimate of no figure is %v", i)
	}
	var missing *lifecycle.MissingError
	if _, err := lifecycle.Difference(two, two, nil); !errors.As(err, &missing) {
		t.Errorf("difference of no figure: error is %v", err)
	}
}
