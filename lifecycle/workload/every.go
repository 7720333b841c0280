package workload

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// Every is a request in regular intervals: the first after one Period, as of a schedule that was switched on at 0. There is
// no useful zero value.
type Every struct {
	Period time.Duration // 1 ns or more
	Until  time.Duration // no request arrives then or later; 0 means that there is no end
}

// Validate reports what is wrong with e: a [*RangeError].
func (e Every) Validate() error {
	var err error
	if e.Period <= 0 {
		err = outOfRange("Every.Period", e.Period, "more than 0")
	}
	return errors.Join(err, validUntil("Every.Until", e.Until))
}

// Requests implements [lifecycle.Arrivals].
func (e Every) Requests(seed uint64) iter.Seq2[lifecycle.Request, error] {
	return requests(e, seed)
}

// Horizon implements [lifecycle.Bounded].
func (e Every) Horizon() (time.Duration, bool) { return horizon(e.Until) }

// Within implements [lifecycle.Bounded].
func (e Every) Within(ctx context.Context, end time.Duration) lifecycle.Arrivals {
	return within(e, ctx, end)
}

func (e Every) start(_ uint64, l limit) next {
	l = l.and(until(e.Until))
	at := time.Duration(0)
	return func() (lifecycle.Request, bool, error) {
		if e.Period >= l.end-at {
			return lifecycle.Request{}, false, nil
		}
		at += e.Period
		return lifecycle.Request{At: at}, true, nil
	}
}
