package workload_test

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// inChunks returns the requests of a workload that hands out many at once, and its error.
func inChunks(t *testing.T, a lifecycle.Arrivals, seed uint64) (requests []lifecycle.Request, err error) {
	t.Helper()
	c, ok := a.(lifecycle.Chunked)
	if !ok {
		t.Fatalf("%T does not hand out chunks", a)
	}
	for chunk, err := range c.Chunks(seed) {
		requests = append(requests, chunk...)
		if err != nil {
			return requests, err
		}
	}
	return requests, nil
}

func TestChunks(t *testing.T) {
	for _, k := range kinds(t) {
		t.Run(k.name, func(t *testing.T) {
			want := play(t, k.a, 1)
			middle, last := want[len(want)/2].At, want[len(want)-1].At
			for _, end := range []time.Duration{math.MinInt64, -1, 0, 1, want[0].At + 1, middle, middle + 1, last, last + 1, math.MaxInt64} {
				got, err := inChunks(t, k.a.Within(t.Context(), end), 1)
				if err != nil {
					t.Fatal(err)
				}
				same(t, "within "+end.String(), below(want, end), got)
			}
			// Whoever has had enough gets no more, and can start again.
			a := k.a.Within(t.Context(), math.MaxInt64).(lifecycle.Chunked)
			for range 2 {
				for chunk := range a.Chunks(1) {
					same(t, "first chunk", want[:len(chunk)], chunk)
					break
				}
			}
		})
	}
}

// Requests and Chunks are made in different ways: all the more of them are compared here.
func TestManyChunks(t *testing.T) {
	for _, perSecond := range []float64{0, math.SmallestNonzeroFloat64, 1e-9, 0.99e-6, 1e-6, 1, 1e9} {
		a := workload.Poisson{PerSecond: perSecond}.Within(t.Context(), time.Duration(min(1e9/perSecond*1000, math.MaxInt64/2)))
		want := play(t, a, 3)
		got, err := inChunks(t, a, 3)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "chunks", want, got)
		if expected := min(1000, 1<<62/1e9*perSecond); float64(len(want)) < 0.85*expected-5 || float64(len(want)) > 1.15*expected+5 {
			t.Errorf("%v per second: %d requests, want about %v", perSecond, len(want), expected)
		}
	}
}

func TestChunksCancelled(t *testing.T) {
	for _, k := range kinds(t) {
		ctx, cancel := context.WithCancel(t.Context())
		a := k.a.Within(ctx, math.MaxInt64)
		cancel()
		if got, err := inChunks(t, a, 1); err != nil || len(got) > 0 {
			t.Errorf("%s: %d requests although the context was done before, and error %v", k.name, len(got), err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	for chunk, err := range (workload.Poisson{PerSecond: 1000}).Within(ctx, math.MaxInt64).(lifecycle.Chunked).Chunks(1) {
		if n += len(chunk); err != nil || n > 100_000 {
			t.Fatalf("%d requests, error %v", n, err)
		}
		cancel()
	}
}

// What is wrong comes as it does with Requests, behind the same requests.
func TestChunksWithErrors(t *testing.T) {
	dies := errors.New("no more")
	varying := workload.Varying{PerSecond: func(at time.Duration) float64 { return 1 + at.Hours() }, Peak: 2}
	trace := workload.Trace{{At: 1}, {At: 2}, {At: 1}}
	for name, a := range map[string]arrivals{
		"rate beyond its peak":          varying,
		"merged with that":              workload.Merge(workload.Poisson{PerSecond: 1}, varying).(arrivals),
		"negative rate":                 workload.Poisson{PerSecond: -1},
		"no number":                     workload.Poisson{PerSecond: math.NaN()},
		"trace out of order":            trace,
		"merged with a foreign's error": workload.Merge(workload.Every{Period: 1}, foreign{[]lifecycle.Request{{At: 70}, {At: 100}}, dies}).(arrivals),
	} {
		t.Run(name, func(t *testing.T) {
			for _, end := range []time.Duration{time.Minute, math.MaxInt64} {
				a := a.Within(t.Context(), end)
				want, wantErr := all(a, 1)
				if end == math.MaxInt64 && wantErr == nil {
					t.Fatal("no error")
				}
				got, err := inChunks(t, a, 1)
				same(t, "chunks", want, got)
				if wantErr == nil || err == nil {
					if err != wantErr {
						t.Errorf("error %v, want %v", err, wantErr)
					}
				} else if diff := cmp.Diff(wantErr.Error(), err.Error()); diff != "" {
					t.Errorf("error (-want +got):\n%s", diff)
				}
			}
		})
	}
}
