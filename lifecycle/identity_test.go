package lifecycle_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// path is a sequence of requests with durations, random in every respect.
func path(seed uint64) (requests workload.Trace, timeout time.Duration) {
	r := rand.New(rand.NewPCG(seed, 77))
	unit := []time.Duration{1, time.Millisecond, time.Second}[r.IntN(3)]
	spread := 1 + r.IntN(20)
	at := time.Duration(0)
	for range 1 + r.IntN(120) {
		switch r.IntN(4) {
		case 0: // together with the one before
		case 1:
			at += unit * time.Duration(r.IntN(100*spread))
		default:
			at += unit * time.Duration(r.IntN(spread))
		}
		requests = append(requests, lifecycle.Request{At: at, Duration: 1 + unit*time.Duration(r.IntN(4*spread))})
	}
	return requests, unit * time.Duration(r.IntN(10*spread))
}

// change is the number of something from a time on.
type change struct {
	at time.Duration
	n  int
}

// busyCount is N, the number of requests that are executed at one time, from the requests alone: they end Duration after
// their arrival. An end comes before an arrival at the same time.
func busyCount(requests workload.Trace) []change {
	type event struct {
		at time.Duration
		by int
	}
	var events []event
	for _, q := range requests {
		events = append(events, event{q.At, 1}, event{q.At + q.Duration, -1})
	}
	slices.SortStableFunc(events, func(a, b event) int {
		return cmp.Or(cmp.Compare(a.at, b.at), a.by-b.by)
	})
	counts := []change{{-1 << 62, 0}}
	n := 0
	for _, e := range events {
		n += e.by
		counts = append(counts, change{e.at, n})
	}
	return counts
}

// aliveCounts is how many environments there are, from what happened to them.
func aliveCounts(t *testing.T, requests workload.Trace, timeout time.Duration, routing lifecycle.Routing) (counts []change, r lifecycle.Result) {
	t.Helper()
	alive := 0
	counts = []change{{-1 << 62, 0}}
	p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(timeout), Routing: routing}
	r, err := lifecycle.Simulate(context.Background(), lifecycle.Function{}, p, requests, &lifecycle.Options{
		Until: requests[len(requests)-1].At + 10_000*time.Second,
		ObserveEnvironments: func(x lifecycle.Transition) {
			switch x.State {
			case lifecycle.Starting:
				alive++
			case lifecycle.Gone:
				alive--
			}
			counts = append(counts, change{x.At, alive})
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return counts, r
}

// at returns the number at a time, everything that happens then included.
func at(counts []change, when time.Duration) int {
	i, _ := slices.BinarySearchFunc(counts, when, func(c change, when time.Duration) int {
		if c.at <= when {
			return -1
		}
		return 1
	})
	return counts[i-1].n
}

// most returns the largest number in [from, to], the one before from included.
func most(counts []change, from, to time.Duration) (n int) {
	i, _ := slices.BinarySearchFunc(counts, from, func(c change, from time.Duration) int {
		if c.at < from {
			return -1
		}
		return 1
	})
	for _, c := range counts[i-1:] {
		if c.at > to {
			break
		}
		n = max(n, c.n)
	}
	return n
}

// checkWindowMaximum holds a path against the identity of facts/lifecycle.md §3: with a fixed timeout T and
// most-recently-used routing, the number alive at t is the maximum of the number busy over the last T; every other
// routing that never starts an environment while one is idle keeps at least as many.
func checkWindowMaximum(t *testing.T, requests workload.Trace, timeout time.Duration) {
	t.Helper()
	describe := func() string { return fmt.Sprintf("timeout %v, %v", timeout, requests) }
	busy := busyCount(requests)
	alive, r := aliveCounts(t, requests, timeout, lifecycle.MostRecentlyUsed)
	var times []time.Duration
	for _, c := range slices.Concat(busy[1:], alive[1:]) {
		times = append(times, c.at-1, c.at, c.at+1, c.at+timeout-1, c.at+timeout, c.at+timeout+1)
	}
	for _, when := range times {
		// An environment goes at the end of its timeout, before which a request at that very time is served: at that
		// instant it may be counted or not.
		least, largest := most(busy, when-timeout+1, when), most(busy, when-timeout, when)
		if got := at(alive, when); got < least || got > largest {
			t.Fatalf("%s:\nat %v: %d alive, the window's maximum is %d (%d with its first instant)", describe(), when, got, least, largest)
		}
	}
	// Cold starts: up-crossings of a level below which N stayed for longer than the timeout.
	cold := uint64(0)
	last := map[int]time.Duration{} // when N fell below a level
	for i, c := range busy[1:] {
		before := busy[i].n
		if c.n < before {
			last[before] = c.at
			continue
		}
		if since, ok := last[c.n]; !ok || c.at-since > timeout {
			cold++
		}
	}
	if r.ColdStarts != cold {
		t.Fatalf("%s:\n%d cold starts, the crossings are %d", describe(), r.ColdStarts, cold)
	}
	for _, routing := range []lifecycle.Routing{lifecycle.NewestCreated, lifecycle.LeastRecentlyUsed, lifecycle.Random} {
		other, _ := aliveCounts(t, requests, timeout, routing)
		for _, when := range times {
			if a, b := at(alive, when), at(other, when); b < a {
				t.Fatalf("%s:\nat %v: %d alive with MostRecentlyUsed, %d with %v", describe(), when, a, b, routing)
			}
		}
	}
	// Little's law, exactly: nobody waits, so that the time busy is the sum of the latencies.
	if got, want := r.BusyTime.String(), r.Latency.Sum().String(); got != want {
		t.Fatalf("%s:\nbusy for %s ns, latencies are %s ns", describe(), got, want)
	}
	if r.AliveAtStart+r.Environments != r.Gone+r.AliveAtEnd {
		t.Fatalf("%s:\n%d started, %d gone, %d alive", describe(), r.Environments, r.Gone, r.AliveAtEnd)
	}
}

func TestWindowMaximum(t *testing.T) {
	t.Parallel()
	n := uint64(2_000)
	if testing.Short() {
		n = 200
	}
	for seed := range n {
		requests, timeout := path(seed)
		checkWindowMaximum(t, requests, timeout)
	}
}

func FuzzWindowMaximum(f *testing.F) {
	f.Add(uint64(10), []byte{0, 1, 5, 3, 0, 2, 200, 9})
	f.Fuzz(func(t *testing.T, timeout uint64, steps []byte) {
		var requests workload.Trace
		now := time.Duration(0)
		for i := 0; i+1 < len(steps) && i < 200; i += 2 {
			now += time.Duration(steps[i])
			requests = append(requests, lifecycle.Request{At: now, Duration: 1 + time.Duration(steps[i+1])})
		}
		if len(requests) > 0 {
			checkWindowMaximum(t, requests, time.Duration(timeout%600))
		}
	})
}

// With startup, INIT and requests that wait for nobody, the time that environments are starting or busy still is the sum of
// what their requests felt.
func TestLittle(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 5))
		f := lifecycle.Function{
			Duration: lifecycle.Exponential(time.Second), FirstDuration: lifecycle.LogNormal{Median: 2 * time.Second, P99: 5 * time.Second},
			Init: lifecycle.Uniform{Min: time.Second, Max: 4 * time.Second}, Startup: lifecycle.Constant(300 * time.Millisecond),
			ReservedConcurrency: 1 + r.IntN(5), ProvisionedConcurrency: r.IntN(2),
		}
		p := lifecycle.Platform{IdleTimeout: lifecycle.Exponential(20 * time.Second), Routing: lifecycle.Routing(r.IntN(4))}
		res, err := lifecycle.Simulate(context.Background(), f, p, workload.Poisson{PerSecond: r.Float64() * 2}, &lifecycle.Options{Seed: seed, Until: 900 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		// What had not ended at the end of the run is missing in the time busy, and in nothing else.
		busy := res.BusyTime.Seconds() + res.ProvisionedBusyTime.Seconds()
		latencies := res.Latency.Sum().Seconds()
		tail := float64(res.PeakBusy) * res.Latency.Max().Seconds()
		if busy > latencies+1e-6 || busy < latencies-tail-1e-6 {
			t.Fatalf("seed %d: busy for %v s, latencies are %v s", seed, busy, latencies)
		}
		if res.Invocations != res.Served()+res.Throttled {
			t.Fatalf("seed %d: %d requests, %d served, %d throttled", seed, res.Invocations, res.Served(), res.Throttled)
		}
	}
}
