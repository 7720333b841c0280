package lifecycle_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/internal/random"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// randomCase makes a small workload, a function and a platform of few whole milliseconds and seconds, so that much happens
// at equal times, and every limit bites now and then.
func randomCase(seed uint64) (lifecycle.Function, lifecycle.Platform, []lifecycle.Request) {
	s := random.New(seed, random.Bootstrap)
	i := uint64(0)
	below := func(n int) int { i++; return s.Below(i, n) }
	ms := func(n int) time.Duration { return time.Duration(below(n)) * time.Millisecond }
	dist := func(n int) lifecycle.Distribution {
		switch below(4) {
		case 0:
			return lifecycle.Constant(ms(n))
		case 1:
			return lifecycle.Exponential(ms(n))
		case 2:
			a := ms(n)
			return lifecycle.Uniform{Min: a, Max: a + ms(n)}
		}
		d, err := lifecycle.Empirical([]time.Duration{ms(n), ms(n), ms(n)})
		if err != nil {
			panic(err)
		}
		return d
	}
	f := lifecycle.Function{Duration: dist(40)}
	p := lifecycle.Platform{IdleTimeout: dist(60), Routing: lifecycle.Routing(below(4))}
	if below(2) == 0 {
		p.IdleTimeout = lifecycle.Constant(ms(80))
	}
	if below(3) == 0 {
		f.FirstDuration = dist(80)
	}
	if below(3) == 0 {
		f.Init = dist(30)
		if below(6) == 0 {
			f.Init = lifecycle.Uniform{Min: 9 * time.Second, Max: 12 * time.Second}
		}
	}
	if below(4) == 0 {
		f.Startup = dist(10)
	}
	if below(4) == 0 {
		f.Timeout = ms(60) + time.Millisecond
	}
	if below(3) == 0 {
		f.Concurrency = 1 + below(4)
	}
	if below(4) == 0 {
		f.ReservedConcurrency = 1 + below(6)
	}
	if below(4) == 0 {
		p.ConcurrencyLimit = 6 + below(6)
	}
	if below(4) == 0 {
		f.ProvisionedConcurrency = 1 + below(3)
		if f.ReservedConcurrency > 0 {
			f.ReservedConcurrency += f.ProvisionedConcurrency
		}
	}
	if f.ReservedConcurrency > p.ConcurrencyLimit {
		p.ConcurrencyLimit = 0
	}
	if below(3) == 0 {
		f.Async = true
		f.Retries = below(3)
		f.EventAge = time.Duration(below(300)) * time.Second
	}
	if below(3) == 0 {
		f.ErrorRate = 0.3
	}
	if below(3) == 0 {
		p.MaxLifetime = time.Millisecond + ms(100) + 1
		p.ProactiveReplacement = below(2) == 0
	}
	if below(4) == 0 {
		p.ScaleOut = lifecycle.ScaleOut{Environments: 1 + below(3), Interval: time.Millisecond + ms(100)}
	}
	if below(4) == 0 {
		p.RequestsPerSecond = 1 + below(60)
	}
	var requests []lifecycle.Request
	at := time.Duration(0)
	for range 1 + below(60) {
		if below(3) > 0 {
			at += ms(25)
		}
		q := lifecycle.Request{At: at}
		if below(4) == 0 {
			q.Duration = ms(50)
		}
		requests = append(requests, q)
	}
	return f, p, requests
}

func compareWithReference(t *testing.T, seed uint64) {
	t.Helper()
	f, p, requests := randomCase(seed)
	want := runReference(f, p, requests, seed)
	var got []lifecycle.Invocation
	transitions := map[int][]lifecycle.Transition{}
	last := time.Duration(0)
	o := &lifecycle.Options{
		Seed:    seed,
		Observe: func(i lifecycle.Invocation) { got = append(got, i) },
		ObserveEnvironments: func(x lifecycle.Transition) {
			if x.At < last {
				t.Errorf("transition %+v comes after one at %v", x, last)
			}
			last = x.At
			transitions[x.Environment] = append(transitions[x.Environment], x)
		},
	}
	r, err := lifecycle.Simulate(context.Background(), f, p, workload.Trace(requests), o)
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	describe := func() string { return fmt.Sprintf("seed %d:\n%+v\n%+v\n%v", seed, f, p, requests) }
	if d := cmp.Diff(want.invocations, got); d != "" {
		t.Fatalf("%s\ninvocations (-want +got):\n%s", describe(), d)
	}
	if d := cmp.Diff(want.transitions, transitions); d != "" {
		t.Fatalf("%s\ntransitions (-want +got):\n%s", describe(), d)
	}
	checkAgainstHistory(t, describe, r, f, got, transitions, 0)

	// Nobody watching, the same; and with a warm-up, what is measured is what happened behind it.
	blind, err := lifecycle.Simulate(context.Background(), f, p, workload.Trace(requests), &lifecycle.Options{Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(r, blind); d != "" {
		t.Fatalf("%s\nunobserved (-observed +not):\n%s", describe(), d)
	}
	if warmUp := requests[len(requests)/2].At; warmUp > 0 {
		r, err := lifecycle.Simulate(context.Background(), f, p, workload.Trace(requests), &lifecycle.Options{Seed: seed, WarmUp: warmUp})
		if err != nil {
			t.Fatal(err)
		}
		checkAgainstHistory(t, describe, r, f, got, transitions, warmUp)
	}
}

// checkAgainstHistory recomputes a result from the invocations and transitions of its run.
func checkAgainstHistory(t *testing.T, describe func() string, r lifecycle.Result, f lifecycle.Function, invocations []lifecycle.Invocation, transitions map[int][]lifecycle.Transition, warmUp time.Duration) {
	t.Helper()
	end := warmUp + r.Elapsed
	var busy, idle, provisionedBusy, provisionedIdle time.Duration
	var started, gone, atStart, atEnd uint64
	for id, history := range transitions {
		provisioned := id <= f.ProvisionedConcurrency
		for i, x := range history {
			until := end
			if i+1 < len(history) {
				until = min(history[i+1].At, end)
			}
			d := max(until-max(x.At, warmUp), 0)
			switch x.State {
			case lifecycle.Gone:
			case lifecycle.Idle:
				if provisioned {
					provisionedIdle += d
				} else {
					idle += d
				}
			default:
				if provisioned {
					provisionedBusy += d
				} else {
					busy += d
				}
			}
		}
		if provisioned {
			continue
		}
		first, last := history[0], history[len(history)-1]
		// At the instant of the start of the measurement, departures are over, what arrives or goes then is not.
		if first.At >= warmUp {
			started++
		}
		if last.State == lifecycle.Gone && last.At <= end {
			if last.At >= warmUp {
				gone++
			}
		} else {
			atEnd++
		}
		if first.At < warmUp && (last.State != lifecycle.Gone || last.At >= warmUp) {
			atStart++
		}
	}
	got := []string{r.BusyTime.String(), r.IdleTime.String(), r.ProvisionedBusyTime.String(), r.ProvisionedIdleTime.String()}
	want := []string{fmt.Sprint(int64(busy)), fmt.Sprint(int64(idle)), fmt.Sprint(int64(provisionedBusy)), fmt.Sprint(int64(provisionedIdle))}
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("%s\nwarm-up %v: busy, idle, provisioned busy, provisioned idle (-want +got):\n%s", describe(), warmUp, d)
	}
	if r.AliveAtStart+r.Environments != r.Gone+r.AliveAtEnd {
		t.Fatalf("%s\nnot conserved: %d + %d started, %d gone + %d alive", describe(), r.AliveAtStart, r.Environments, r.Gone, r.AliveAtEnd)
	}
	if warmUp == 0 {
		if d := cmp.Diff([]uint64{started, gone, atStart, atEnd}, []uint64{r.Environments, r.Gone, r.AliveAtStart, r.AliveAtEnd}); d != "" {
			t.Fatalf("%s\nstarted, gone, at start, at end (-want +got):\n%s", describe(), d)
		}
	}
	sum := lifecycle.Result{Runs: 1, Elapsed: r.Elapsed}
	last := map[uint64]lifecycle.Invocation{} // execution of each request
	seen := map[uint64]bool{}
	for _, i := range invocations {
		if i.At < warmUp {
			continue
		}
		if !seen[i.Request] {
			seen[i.Request] = true
			sum.Invocations++
		}
		if i.Outcome == lifecycle.Throttled {
			sum.Throttled++
			continue
		}
		last[i.Request] = i
		w := &sum.OnDemand
		if i.Start == lifecycle.Provisioned {
			w = &sum.Provisioned
		}
		w.Requests++
		w.Duration += i.Duration
		switch i.Outcome {
		case lifecycle.TimedOut:
			sum.TimedOut++
		case lifecycle.Failed:
			sum.Failed++
		}
		if i.Start == lifecycle.Cold {
			sum.ColdStarts++
		}
		if i.Attempt > 1 {
			sum.Retried++
		}
	}
	if d := cmp.Diff(
		[]uint64{sum.Invocations, sum.Throttled, sum.TimedOut, sum.Failed, sum.ColdStarts, sum.Retried, sum.OnDemand.Requests, sum.Provisioned.Requests, uint64(sum.OnDemand.Duration), uint64(sum.Provisioned.Duration)},
		[]uint64{r.Invocations, r.Throttled, r.TimedOut, r.Failed, r.ColdStarts, r.Retried, r.OnDemand.Requests, r.Provisioned.Requests, uint64(r.OnDemand.Duration), uint64(r.Provisioned.Duration)},
	); d != "" {
		t.Fatalf("%s\nwarm-up %v: counts (-want +got):\n%s", describe(), warmUp, d)
	}
	checkLatency(t, describe, r, last)
}

// checkLatency recomputes the histograms of latency: one for each request that was executed, from its last execution.
func checkLatency(t *testing.T, describe func() string, r lifecycle.Result, last map[uint64]lifecycle.Invocation) {
	t.Helper()
	var all, cold lifecycle.Histogram
	for _, i := range last {
		all.Add(i.Latency())
		if i.Start == lifecycle.Cold {
			cold.Add(i.Latency())
		}
	}
	if !r.Latency.Equal(&all) || !r.ColdLatency.Equal(&cold) {
		t.Fatalf("%s\nlatency: %d of %v, %d cold ones of %v, want %d of %v, %d of %v", describe(),
			r.Latency.Count(), r.Latency.Sum(), r.ColdLatency.Count(), r.ColdLatency.Sum(), all.Count(), all.Sum(), cold.Count(), cold.Sum())
	}
}

func TestReference(t *testing.T) {
	t.Parallel()
	n := uint64(2_000)
	if testing.Short() {
		n = 300
	}
	for seed := range n {
		compareWithReference(t, seed)
	}
}

func FuzzReference(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { compareWithReference(t, seed) })
}
