package workload_test

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

func scaleDurations(t testing.TB, a lifecycle.Arrivals, by float64) lifecycle.Arrivals {
	t.Helper()
	s, err := workload.ScaleDurations(a, by)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The requests are those of the workload, one by one.
func TestScaleDurations(t *testing.T) {
	for _, k := range kinds(t) {
		want := play(t, k.a, 1)
		for i := range want {
			want[i] = want[i].Scaled(.7)
		}
		s := scaleDurations(t, k.a, .7)
		same(t, k.name, want, play(t, s, 1))
		end, ends := s.(lifecycle.Bounded).Horizon()
		if wantEnd, wantEnds := k.a.Horizon(); end != wantEnd || ends != wantEnds {
			t.Errorf("%s: horizon %v, %v, want %v, %v", k.name, end, ends, wantEnd, wantEnds)
		}
	}
}

// What does not say where it ends does not come to say so.
func TestScaleDurationsOfForeign(t *testing.T) {
	dies := errors.New("no more")
	requests := []lifecycle.Request{{At: 1, Duration: 3}, {At: 2}}
	s := scaleDurations(t, foreign{requests, dies}, 2)
	if _, ok := s.(lifecycle.Bounded); ok {
		t.Error("it is Bounded")
	}
	want := []lifecycle.Request{{At: 1, Duration: 6}, {At: 2}}
	got, err := all(s, 1)
	if !errors.Is(err, dies) {
		t.Errorf("error %v", err)
	}
	same(t, "requests", want, got)
	got, err = inChunks(t, s, 1)
	if !errors.Is(err, dies) {
		t.Errorf("error %v", err)
	}
	same(t, "chunks", want, got)
	for range s.Requests(1) {
		break
	}
	for range s.(lifecycle.Chunked).Chunks(1) {
		break
	}
	if diff := cmp.Diff([]lifecycle.Request{{At: 1, Duration: 3}, {At: 2}}, requests); diff != "" {
		t.Errorf("the workload has changed (-want +got):\n%s", diff)
	}
}

// without returns nothing where a workload should not.
type without struct{}

func (without) Requests(uint64) iter.Seq2[lifecycle.Request, error] { return nil }

func (without) Horizon() (time.Duration, bool) { return 0, true }

func (without) Within(context.Context, time.Duration) lifecycle.Arrivals { return nil }

func TestScaleDurationsOfNothing(t *testing.T) {
	s := scaleDurations(t, without{}, 2)
	if s.Requests(1) != nil || s.(lifecycle.Chunked).Chunks(1) != nil || s.(lifecycle.Bounded).Within(t.Context(), 1) != nil {
		t.Error("something was made of nothing")
	}
	if _, err := lifecycle.Simulate(t.Context(), lifecycle.Function{}, lifecycle.AWS(lifecycle.Observed2021Short), s, nil); err == nil {
		t.Error("no error")
	}
}

func TestScaleDurationsRefuses(t *testing.T) {
	var none *workload.Poisson
	for name, c := range map[string]struct {
		a      lifecycle.Arrivals
		by     float64
		fields []string
	}{
		"zero":        {workload.Poisson{}, 0, []string{"by"}},
		"negative":    {workload.Poisson{}, -1, []string{"by"}},
		"no number":   {workload.Poisson{}, math.NaN(), []string{"by"}},
		"infinite":    {workload.Poisson{}, math.Inf(1), []string{"by"}},
		"nil":         {nil, 1, []string{"a"}},
		"nil pointer": {none, 1, []string{"a"}},
		"both":        {nil, 0, []string{"a", "by"}},
	} {
		s, err := workload.ScaleDurations(c.a, c.by)
		var fields []string
		if e, ok := err.(interface{ Unwrap() []error }); ok {
			for _, err := range e.Unwrap() {
				if e, ok := errors.AsType[*workload.RangeError](err); ok {
					fields = append(fields, e.Field)
				}
			}
		}
		if diff := cmp.Diff(c.fields, fields); diff != "" || s != nil {
			t.Errorf("%s: %v, %v; fields (-want +got):\n%s", name, s, err, diff)
		}
	}
	// What the workload says is wrong with itself is said before a run.
	bad := scaleDurations(t, workload.Poisson{PerSecond: -1}, 2)
	if err := bad.(interface{ Validate() error }).Validate(); !errors.As(err, new(*workload.RangeError)) {
		t.Errorf("error %v", err)
	}
	if err := scaleDurations(t, foreign{}, 2).(interface{ Validate() error }).Validate(); err != nil {
		t.Errorf("error %v of what says nothing", err)
	}
}
