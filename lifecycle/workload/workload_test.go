package workload_test

import (
	"context"
	"errors"
	"iter"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// arrivals are what all workloads of the package are.
type arrivals interface {
	lifecycle.Arrivals
	lifecycle.Bounded
	Validate() error
}

// kind is a workload with an end and some hundred requests.
type kind struct {
	name   string
	a      arrivals
	random bool          // other seeds give other requests
	end    time.Duration // as of Horizon; no request is there or later, unless it is 0
}

func kinds(t testing.TB) []kind {
	t.Helper()
	daily := workload.Daily(0.005, 0.8, 14*time.Hour)
	daily.Until = 36 * time.Hour
	weekly := workload.Weekly(0.0005, 0.5, 14*time.Hour, 0.2)
	weekly.Until = 9 * 24 * time.Hour
	ramp := func(at time.Duration) float64 { return at.Hours() }
	counts := make([]int, 60)
	for i := range counts {
		counts[i] = i * i % 23
	}
	trace := workload.Trace{{}, {}, {At: 1, Duration: 5}}
	for i := range 300 {
		trace = append(trace, lifecycle.Request{At: time.Duration(i/3+1) * time.Second, Duration: time.Duration(i)})
	}
	completed, err := workload.Completed(func(yield func(time.Time, time.Duration) bool) {
		for i := range 300 {
			if !yield(epoch.Add(time.Duration(i*i%307)*time.Second), time.Duration(i%50)*time.Second) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	all := []kind{
		{"Poisson", workload.Poisson{PerSecond: 0.1, Until: time.Hour}, true, time.Hour},
		{"Every", workload.Every{Period: 11 * time.Second, Until: time.Hour}, false, time.Hour},
		{"Varying", workload.Varying{PerSecond: ramp, Peak: 2, Until: 30 * time.Minute}, true, 30 * time.Minute},
		{"Daily", daily, true, 36 * time.Hour},
		{"Weekly", weekly, true, 9 * 24 * time.Hour},
		{"Bursts", workload.Bursts{PerSecond: 2, OffPerSecond: 0.01, On: 20 * time.Second, Off: time.Minute, Until: time.Hour}, true, time.Hour},
		{"PerMinute/Scattered", workload.PerMinute{Counts: counts}, true, time.Hour},
		{"PerMinute/Evenly", workload.PerMinute{Counts: counts, Placement: workload.Evenly}, false, time.Hour},
		{"PerMinute/AtStart", workload.PerMinute{Counts: counts, Placement: workload.AtStart}, false, time.Hour},
		{"Trace", trace, false, 0},
		{"Completed", completed, false, 0},
	}
	var parts []lifecycle.Arrivals
	for _, k := range all {
		parts = append(parts, k.a)
	}
	timed := workload.Merge(parts[:9]...)
	return append(all,
		kind{"Merge", timed.(arrivals), true, 9 * 24 * time.Hour},
		kind{"Merge/to the last request", workload.Merge(parts...).(arrivals), true, 0},
		kind{"Merge/foreign", workload.Merge(parts[0], foreign{requests: trace}, parts[6]).(arrivals), true, 0},
		kind{"Merge/nested", workload.Merge(parts[1], timed, workload.Merge(foreign{requests: trace})).(arrivals), true, 0},
		kind{"ScaleDurations", scaleDurations(t, workload.Merge(parts...), 1.5).(arrivals), true, 0},
		kind{"ScaleDurations/timed", scaleDurations(t, timed, 1.5).(arrivals), true, 9 * 24 * time.Hour},
	)
}

var epoch = time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)

// foreign is a workload that this package knows nothing about: it does not say where it ends, and may fail there.
type foreign struct {
	requests []lifecycle.Request
	err      error
}

func (f foreign) Requests(uint64) iter.Seq2[lifecycle.Request, error] {
	return func(yield func(lifecycle.Request, error) bool) {
		for _, r := range f.requests {
			if !yield(r, nil) {
				return
			}
		}
		if f.err != nil {
			yield(lifecycle.Request{}, f.err)
		}
	}
}

// all returns the requests of a workload, and its error.
func all(a lifecycle.Arrivals, seed uint64) (requests []lifecycle.Request, err error) {
	for r, err := range a.Requests(seed) {
		if err != nil {
			return requests, err
		}
		requests = append(requests, r)
	}
	return requests, nil
}

// play returns the requests of a workload that has no error.
func play(t testing.TB, a lifecycle.Arrivals, seed uint64) []lifecycle.Request {
	t.Helper()
	requests, err := all(a, seed)
	if err != nil {
		t.Fatal(err)
	}
	return requests
}

// below returns the requests in front of the first that arrives at end or later.
func below(requests []lifecycle.Request, end time.Duration) []lifecycle.Request {
	i := slices.IndexFunc(requests, func(r lifecycle.Request) bool { return r.At >= end })
	if i < 0 {
		return requests
	}
	return requests[:i:i]
}

// same compares requests; none may be nil or empty.
func same(t *testing.T, what string, want, got []lifecycle.Request) {
	t.Helper()
	if !slices.Equal(want, got) {
		t.Errorf("%s (-want +got):\n%s", what, cmp.Diff(want, got))
	}
}

func TestInOrderUpToTheHorizon(t *testing.T) {
	for _, k := range kinds(t) {
		t.Run(k.name, func(t *testing.T) {
			if err := k.a.Validate(); err != nil {
				t.Fatal(err)
			}
			if end, ends := k.a.Horizon(); end != k.end || !ends {
				t.Errorf("horizon %v, %v, want %v, true", end, ends, k.end)
			}
			requests := play(t, k.a, 1)
			if len(requests) < 100 {
				t.Fatalf("%d requests", len(requests))
			}
			previous := time.Duration(0)
			for i, r := range requests {
				if r.At < previous || k.end > 0 && r.At >= k.end || r.Duration < 0 {
					t.Fatalf("request %d is %+v, after one at %v", i, r, previous)
				}
				previous = r.At
			}
		})
	}
}

func TestSeeds(t *testing.T) {
	for _, k := range kinds(t) {
		t.Run(k.name, func(t *testing.T) {
			for _, seed := range []uint64{0, 1, math.MaxUint64} {
				want := play(t, k.a, seed)
				same(t, "played again", want, play(t, k.a, seed))
				if got := slices.Equal(want, play(t, k.a, seed+1)); got == k.random {
					t.Errorf("seeds %d and %d give equal requests: %v, random: %v", seed, seed+1, got, k.random)
				}
			}
		})
	}
}

// However a stream is read, the same comes out of it.
func TestReading(t *testing.T) {
	for _, k := range kinds(t) {
		t.Run(k.name, func(t *testing.T) {
			want := play(t, k.a, 1)
			stream := k.a.Requests(1)
			for _, n := range []int{1, 2, len(want) / 2, len(want)} {
				var got []lifecycle.Request
				for r, err := range stream {
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, r)
					if len(got) == n {
						break
					}
				}
				same(t, "left early", want[:n], got)
			}

			// Two at once, out of step.
			follow, stop := iter.Pull2(stream)
			defer stop()
			ahead, stopAhead := iter.Pull2(stream)
			defer stopAhead()
			var got []lifecycle.Request
			for {
				for range 3 {
					ahead()
				}
				r, err, ok := follow()
				if err != nil {
					t.Fatal(err)
				}
				if !ok {
					break
				}
				got = append(got, r)
			}
			same(t, "pulled", want, got)

			var readers sync.WaitGroup
			results := make([][]lifecycle.Request, 4)
			for i := range results {
				readers.Go(func() { results[i], _ = all(k.a, 1) })
			}
			readers.Wait()
			for _, got := range results {
				same(t, "by several goroutines", want, got)
			}
		})
	}
}

func TestWithin(t *testing.T) {
	for _, k := range kinds(t) {
		t.Run(k.name, func(t *testing.T) {
			want := play(t, k.a, 1)
			middle, last := want[len(want)/2].At, want[len(want)-1].At
			for _, end := range []time.Duration{
				math.MinInt64, -1, 0, 1, want[0].At, want[0].At + 1, middle - 1, middle, middle + 1, last, last + 1, math.MaxInt64,
			} {
				a := k.a.Within(t.Context(), end)
				same(t, "within "+end.String(), below(want, end), play(t, a, 1))
			}
		})
	}
}

func TestWithinCancelled(t *testing.T) {
	for _, k := range kinds(t) {
		t.Run(k.name, func(t *testing.T) {
			want := play(t, k.a, 1)
			for _, after := range []int{0, 1, len(want) / 2} {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				a := k.a.Within(ctx, math.MaxInt64)
				if after == 0 {
					cancel()
				}
				var got []lifecycle.Request
				for r, err := range a.Requests(1) {
					if err != nil {
						t.Fatal(err)
					}
					if got = append(got, r); len(got) == after {
						cancel()
					}
				}
				same(t, "cancelled", want[:after], got)
			}
		})
	}
}

// What goes on for ever without a request is stopped by ctx all the same.
func TestWithinCancelledInSilence(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	silent := workload.Varying{Peak: 1, PerSecond: func(time.Duration) float64 {
		if calls++; calls == 10_000 {
			cancel()
		}
		return 0
	}}
	bursts := workload.Bursts{PerSecond: 1e-12, On: 1, Off: 1}
	for _, a := range []arrivals{silent, bursts, workload.Merge(workload.Every{Period: time.Second, Until: time.Minute}, silent).(arrivals)} {
		got := play(t, a.Within(ctx, math.MaxInt64), 1)
		same(t, "in silence", nil, got)
	}
	if calls > 12_000 {
		t.Errorf("%d candidates until the context was looked at", calls)
	}
}

// A workload without an end is what it would be with one, up to there.
func TestUntil(t *testing.T) {
	const end = time.Hour
	daily := workload.Daily(0.1, 0.5, 0)
	for _, c := range []struct {
		name           string
		endless, ended arrivals
	}{
		{"Poisson", workload.Poisson{PerSecond: 0.1}, workload.Poisson{PerSecond: 0.1, Until: end}},
		{"Every", workload.Every{Period: time.Minute}, workload.Every{Period: time.Minute, Until: end}},
		{"Varying", daily, workload.Varying{PerSecond: daily.PerSecond, Peak: daily.Peak, Until: end}},
		{
			"Bursts",
			workload.Bursts{PerSecond: 1, On: time.Minute, Off: time.Minute},
			workload.Bursts{PerSecond: 1, On: time.Minute, Off: time.Minute, Until: end},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, ends := c.endless.Horizon(); got != 0 || ends {
				t.Errorf("horizon %v, %v of an endless one", got, ends)
			}
			if got, ends := c.ended.Horizon(); got != end || !ends {
				t.Errorf("horizon %v, %v, want %v, true", got, ends, end)
			}
			want := play(t, c.ended, 1)
			if len(want) < 50 {
				t.Fatalf("%d requests", len(want))
			}
			var got []lifecycle.Request
			for r := range c.endless.Requests(1) {
				if r.At >= end {
					break
				}
				got = append(got, r)
			}
			same(t, "endless", want, got)
			same(t, "within its end", want, play(t, c.ended.Within(t.Context(), 2*end), 1))
			same(t, "endless within", want, play(t, c.endless.Within(t.Context(), end), 1))
		})
	}
}

func TestZeroValues(t *testing.T) {
	for _, c := range []struct {
		name string
		a    arrivals
		bad  bool // there is no useful zero value
		ends bool
	}{
		{"Poisson", workload.Poisson{}, false, false},
		{"Every", workload.Every{}, true, false},
		{"Varying", workload.Varying{}, true, false},
		{"Bursts", workload.Bursts{}, true, false},
		{"PerMinute", workload.PerMinute{}, false, true},
		{"Trace", workload.Trace{}, false, true},
		{"Merge", workload.Merge().(arrivals), false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if end, ends := c.a.Horizon(); end != 0 || ends != c.ends {
				t.Errorf("horizon %v, %v, want 0, %v", end, ends, c.ends)
			}
			requests, err := all(c.a, 1)
			same(t, "requests", nil, requests)
			if _, ok := errors.AsType[*workload.RangeError](err); ok != c.bad || (err != nil) != c.bad {
				t.Errorf("error %v", err)
			}
		})
	}
}

// Workloads of no requests end at once, though nothing says when.
func TestSilent(t *testing.T) {
	for _, a := range []arrivals{
		workload.Poisson{PerSecond: math.Copysign(0, -1)},
		workload.Poisson{PerSecond: math.SmallestNonzeroFloat64},
		workload.Bursts{On: 1, Off: 1},
		workload.Bursts{OffPerSecond: math.Copysign(0, -1), On: 1, Off: 1},
		workload.Every{Period: math.MaxInt64},
		workload.PerMinute{Counts: make([]int, 1_000)},
		workload.Merge(workload.Poisson{}, nothing{}).(arrivals),
	} {
		same(t, "requests", nil, play(t, a, 1))
	}
}

// nothing is a foreign workload of no requests.
type nothing struct{}

func (nothing) Requests(uint64) iter.Seq2[lifecycle.Request, error] {
	return func(func(lifecycle.Request, error) bool) {}
}
