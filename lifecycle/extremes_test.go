package lifecycle_test

import (
	"context"
	"errors"
	"iter"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// Much can happen between two requests and behind the last: cancelling stops that too.
func TestCancelBetweenRequests(t *testing.T) {
	backlog := make(workload.Trace, 200_000) // all at once, one environment: each is tried again and again
	for name, tt := range map[string]struct {
		f lifecycle.Function
		p lifecycle.Platform
		a lifecycle.Arrivals
	}{
		"a queue of events": {
			lifecycle.Function{Async: true, ReservedConcurrency: 1, Duration: lifecycle.Constant(900 * time.Second)}, tenMinutes, backlog,
		},
		"replacements without end": {
			lifecycle.Function{},
			lifecycle.Platform{IdleTimeout: lifecycle.Constant(1 << 60), MaxLifetime: time.Millisecond, ProactiveReplacement: true},
			workload.Trace{{Duration: time.Second}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			seen := 0
			o := &lifecycle.Options{Until: 365 * 24 * time.Hour, ObserveEnvironments: func(lifecycle.Transition) {
				if seen++; seen == 2 { // at work
					cancel()
				}
			}}
			_, err := lifecycle.Simulate(ctx, tt.f, tt.p, tt.a, o)
			var stopped *lifecycle.StoppedError
			if !errors.As(err, &stopped) || !errors.Is(err, context.Canceled) {
				t.Fatalf("got %v, want a *StoppedError", err)
			}
			if seen > 2000 {
				t.Errorf("%d transitions were seen behind the end", seen-2)
			}
		})
	}
}

// A context that ends behind the last request leaves no result.
func TestCancelAtTheEnd(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	o := &lifecycle.Options{ObserveEnvironments: func(x lifecycle.Transition) {
		if x.State == lifecycle.Idle {
			cancel()
		}
	}}
	r, err := lifecycle.Simulate(ctx, lifecycle.Function{}, tenMinutes, workload.Trace{{Duration: time.Second}}, o)
	var stopped *lifecycle.StoppedError
	if !errors.As(err, &stopped) || r.Invocations != 0 {
		t.Errorf("got %v, %d invocations, want a *StoppedError and no result", err, r.Invocations)
	}
}

func TestEndlessDuration(t *testing.T) {
	f := lifecycle.Function{Init: lifecycle.Constant(11 * time.Second)}
	a := workload.Trace{{Duration: math.MaxInt64}, {At: time.Second, Duration: 1}}
	for _, observe := range []func(lifecycle.Invocation){nil, func(lifecycle.Invocation) {}} {
		r, err := lifecycle.Simulate(context.Background(), f, tenMinutes, a, &lifecycle.Options{Observe: observe})
		if err != nil {
			t.Fatal(err)
		}
		got := []any{r.TimedOut, r.InitTimeouts, r.OnDemand.Duration, r.Latency.Max()}
		want := []any{uint64(1), uint64(2), 900*time.Second + 11*time.Second + 1, 910 * time.Second}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("observed %v: timed out, INIT cut, duration, longest latency (-want +got):\n%s", observe != nil, d)
		}
	}
}

// Beyond 73 years is an error, whoever yields the request, and not a shorter run.
func TestBeyondTime(t *testing.T) {
	f := lifecycle.Function{Duration: lifecycle.Constant(1)}
	for name, a := range map[string]lifecycle.Arrivals{
		"trace":         workload.Trace{{At: 0}, {At: 1 << 62}},
		"just beyond":   workload.Trace{{At: 0}, {At: 1<<61 + 1}},
		"horizon":       workload.Every{Period: 1 << 60, Until: math.MaxInt64},
		"lower horizon": workload.Every{Period: 1 << 60, Until: math.MaxInt64 - 1},
	} {
		r, err := lifecycle.Simulate(context.Background(), f, tenMinutes, a, nil)
		var out *lifecycle.RangeError
		if !errors.As(err, &out) {
			t.Errorf("%s: got %v, %d invocations, want a *RangeError", name, err, r.Invocations)
		}
	}
	r, err := lifecycle.Simulate(context.Background(), f, tenMinutes, workload.Trace{{At: 0}, {At: 1 << 61}}, nil)
	if err != nil || r.Invocations != 2 {
		t.Errorf("the last time that there is: got %v, %d invocations, want 2", err, r.Invocations)
	}
}

// nothingWithin is Bounded, but returns nil for the requests within a time.
type nothingWithin struct{ lifecycle.Arrivals }

func (nothingWithin) Horizon() (time.Duration, bool)                           { return time.Hour, true }
func (nothingWithin) Within(context.Context, time.Duration) lifecycle.Arrivals { return nil }
func (nothingWithin) Requests(uint64) iter.Seq2[lifecycle.Request, error]      { return nil }

func TestNilWithin(t *testing.T) {
	_, err := lifecycle.Simulate(context.Background(), lifecycle.Function{}, tenMinutes, nothingWithin{}, nil)
	var missing *lifecycle.MissingError
	if !errors.As(err, &missing) {
		t.Errorf("got %v, want a *MissingError", err)
	}
}

// A replacement whose INIT is cut is not billed for it, and its first request, if it ever has one, runs it again.
func TestReplacementWithLongInit(t *testing.T) {
	f := lifecycle.Function{Duration: lifecycle.Constant(time.Millisecond), Init: lifecycle.Constant(15 * time.Second)}
	p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(time.Hour), MaxLifetime: time.Minute, ProactiveReplacement: true}
	r, err := lifecycle.Simulate(context.Background(), f, p, workload.Every{Period: 50 * time.Second, Until: 10 * time.Minute}, nil)
	if err != nil {
		t.Fatal(err)
	}
	// Requests come at 50, 100 … 550 s. The environment is replaced at 110, 170, 230, 290, 350.001 (it was busy with the
	// request of that time, and had run its INIT at 300), 410.001 … 590.001 s: before the requests at 150, 200, 250, 300,
	// 400 … 550 s.
	got := []any{r.ColdStarts, r.Replaced, r.InitTimeouts, r.OnDemand.Init, r.OnDemand.Requests}
	want := []any{uint64(1), uint64(9), uint64(10), time.Duration(0), uint64(11)}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("cold, replaced, INIT cut, billed INIT, requests (-want +got):\n%s", d)
	}
	if rerun := (r.OnDemand.Duration - 11*time.Millisecond) / (15 * time.Second); rerun != 9 {
		t.Errorf("INIT was run again %d times, want 9, the cold start's among them", rerun)
	}
}
