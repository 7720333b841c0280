package workload

import (
	"context"
	"errors"
	"iter"
	"math"
	"reflect"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// ScaleDurations returns the requests of a workload, those that bring a duration along taking by times as long
// ([lifecycle.Request.Scaled]): a log that was written at another memory size (vcpu.Task.Ratio says how many times), on
// another processor. When they arrive, and from which seed, remains as it is; so does whether they are [lifecycle.Bounded].
// Chunks are handed out as large as the workload's own. Its errors come as they are.
//
// by is a number above 0, and a neither nil nor a nil pointer, or the error is a [*RangeError].
func ScaleDurations(a lifecycle.Arrivals, by float64) (lifecycle.Arrivals, error) {
	var errs []error
	if v := reflect.ValueOf(a); a == nil || v.Kind() == reflect.Pointer && v.IsNil() {
		errs = append(errs, outOfRange("a", "nil", "a workload"))
	}
	if !(by > 0) || math.IsInf(by, 1) {
		errs = append(errs, outOfRange("by", by, "a number above 0"))
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	s := scaled{a, by}
	if b, ok := a.(lifecycle.Bounded); ok {
		return scaledBounded{s, b}, nil
	}
	return s, nil
}

type scaled struct {
	of lifecycle.Arrivals
	by float64
}

// Validate reports what the workload says of itself.
func (s scaled) Validate() error {
	if v, ok := s.of.(interface{ Validate() error }); ok {
		return v.Validate()
	}
	return nil
}

// Requests implements lifecycle.Arrivals.
func (s scaled) Requests(seed uint64) iter.Seq2[lifecycle.Request, error] {
	requests := s.of.Requests(seed)
	if requests == nil {
		return nil // which whoever plays it says better
	}
	return func(yield func(lifecycle.Request, error) bool) {
		for r, err := range requests {
			if !yield(r.Scaled(s.by), err) {
				return
			}
		}
	}
}

// Chunks implements lifecycle.Chunked.
func (s scaled) Chunks(seed uint64) iter.Seq2[[]lifecycle.Request, error] {
	chunks := lifecycle.Chunks(s.of, seed)
	if chunks == nil {
		return nil
	}
	return func(yield func([]lifecycle.Request, error) bool) {
		var own []lifecycle.Request // as a chunk is not to be changed
		for requests, err := range chunks {
			own = own[:0]
			for _, r := range requests {
				own = append(own, r.Scaled(s.by))
			}
			if !yield(own, err) {
				return
			}
		}
	}
}

// scaledBounded says of its end what the workload says. It is no method of scaled: whatever has one claims to know its end.
type scaledBounded struct {
	scaled
	bounded lifecycle.Bounded
}

// Horizon implements lifecycle.Bounded.
func (s scaledBounded) Horizon() (end time.Duration, ends bool) { return s.bounded.Horizon() }

// Within implements lifecycle.Bounded.
func (s scaledBounded) Within(ctx context.Context, end time.Duration) lifecycle.Arrivals {
	within := s.bounded.Within(ctx, end)
	if within == nil {
		return nil
	}
	return scaled{within, s.by}
}
