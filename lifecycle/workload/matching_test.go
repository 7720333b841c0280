package workload_test

import (
	"context"
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// Whoever looks for values out of range finds those of both packages by either type, in whatever they are wrapped.
func TestRangeErrorsAreMatchedByBoth(t *testing.T) {
	f := lifecycle.Function{Duration: lifecycle.Constant(1)}
	p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(1)}
	run := func(a lifecycle.Arrivals) error {
		_, err := lifecycle.Simulate(context.Background(), f, p, a, nil)
		return err
	}
	_, completed := workload.Completed(nil)
	for name, c := range map[string]struct {
		err  error
		want lifecycle.RangeError
	}{
		"validated": {workload.Every{}.Validate(), lifecycle.RangeError{Field: "Every.Period", Given: "0s", Allowed: "more than 0"}},
		"played":    {run(workload.Poisson{PerSecond: -1, Until: 1}), lifecycle.RangeError{Field: "Poisson.PerSecond", Given: "-1", Allowed: "0 to 1e9 requests per second"}},
		"merged":    {run(workload.Merge(workload.Trace{}, workload.Every{Until: 1})), lifecycle.RangeError{Field: "Every.Period", Given: "0s", Allowed: "more than 0"}},
		"log":       {completed, lifecycle.RangeError{Field: "ends", Given: "nil", Allowed: "an iterator"}},
	} {
		own, ok := errors.AsType[*workload.RangeError](c.err)
		if !ok {
			t.Errorf("%s: %v is no *workload.RangeError", name, c.err)
			continue
		}
		if d := cmp.Diff(c.want, lifecycle.RangeError(*own)); d != "" {
			t.Errorf("%s, own (-want +got):\n%s", name, d)
		}
		other, ok := errors.AsType[*lifecycle.RangeError](c.err)
		if !ok {
			t.Errorf("%s: %v is no *lifecycle.RangeError", name, c.err)
			continue
		}
		if d := cmp.Diff(c.want, *other); d != "" {
			t.Errorf("%s, lifecycle's (-want +got):\n%s", name, d)
		}
	}
	if _, ok := errors.AsType[*lifecycle.MissingError](completed); ok {
		t.Errorf("%v is a *lifecycle.MissingError", completed)
	}
}

// none is a workload of somebody else's that has nothing to play, not even a sequence without requests.
type none struct{}

func (none) Requests(uint64) iter.Seq2[lifecycle.Request, error] { return nil }

// nowhere is Bounded, but returns nil for what is within.
type nowhere struct{ none }

func (nowhere) Horizon() (time.Duration, bool)                           { return time.Hour, true }
func (nowhere) Within(context.Context, time.Duration) lifecycle.Arrivals { return nil }

func TestMergeOfNil(t *testing.T) {
	every := workload.Every{Period: time.Second, Until: time.Minute}
	for name, a := range map[string]lifecycle.Arrivals{
		"first": workload.Merge(none{}, every), "last": workload.Merge(every, none{}), "alone": workload.Merge(none{}), "inside": workload.Merge(workload.Merge(every, none{})),
	} {
		requests, err := all(a, 1)
		part, ok := errors.AsType[*workload.PartError](err)
		if !ok {
			t.Errorf("%s: %v is no *PartError", name, err)
			continue
		}
		if want := map[string]int{"last": 1}[name]; part.Index != want {
			t.Errorf("%s: part %d, want %d", name, part.Index, want)
		}
		missing, ok := errors.AsType[*lifecycle.MissingError](err)
		if !ok || missing.Field != "Arrivals" || missing.Why == "" {
			t.Errorf("%s: %v is no *lifecycle.MissingError", name, err)
		}
		same(t, name, nil, requests)
	}
	_, err := all(workload.Merge(every, nowhere{}).(lifecycle.Bounded).Within(t.Context(), time.Hour), 1)
	if out, ok := errors.AsType[*workload.RangeError](err); !ok || out.Field != "Merge, argument 1" {
		t.Errorf("nothing within: %v", err)
	}
}
