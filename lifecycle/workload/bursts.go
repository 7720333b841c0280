package workload

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/internal/random"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// Bursts is a two-state Poisson process: it is on for an exponential time of mean On, with requests at the rate PerSecond,
// then off for one of mean Off, with requests at the rate OffPerSecond, and so on. It starts in either state, as likely as
// it is in it at any time. There is no useful zero value.
type Bursts struct {
	PerSecond    float64       // rate while on, 0 to 1e9
	OffPerSecond float64       // rate while off, 0 to 1e9
	On, Off      time.Duration // means, 1 ns or more
	Until        time.Duration // no request arrives then or later; 0 means that there is no end
}

// Validate reports what is wrong with b: [*RangeError], joined.
func (b Bursts) Validate() error {
	errs := []error{
		validRate("Bursts.PerSecond", b.PerSecond),
		validRate("Bursts.OffPerSecond", b.OffPerSecond),
		validUntil("Bursts.Until", b.Until),
	}
	if b.On <= 0 {
		errs = append(errs, outOfRange("Bursts.On", b.On, "more than 0"))
	}
	if b.Off <= 0 {
		errs = append(errs, outOfRange("Bursts.Off", b.Off, "more than 0"))
	}
	return errors.Join(errs...)
}

// Requests implements [lifecycle.Arrivals].
func (b Bursts) Requests(seed uint64) iter.Seq2[lifecycle.Request, error] {
	return requests(b, seed)
}

// Horizon implements [lifecycle.Bounded].
func (b Bursts) Horizon() (time.Duration, bool) { return horizon(b.Until) }

// Within implements [lifecycle.Bounded].
func (b Bursts) Within(ctx context.Context, end time.Duration) lifecycle.Arrivals {
	return within(b, ctx, end)
}

func (b Bursts) start(seed uint64, l limit) next {
	gaps, phases := random.New(seed, random.Arrival), random.New(seed, random.Phase)
	l = l.and(until(b.Until))
	share := float64(b.On) / (float64(b.On) + float64(b.Off))
	on := phases.Uniform(0) < share
	phase := uint64(1)
	var change clock // end of the present phase
	length := func() bool {
		mean := float64(b.Off)
		if on {
			mean = float64(b.On)
		}
		ok := change.add(float64(mean * random.NegLog1m(phases.Uniform(phase))))
		phase++
		return ok
	}
	endless := b.PerSecond == 0 && b.OffPerSecond == 0 || !length()
	i := uint64(0)
	var c clock
	return func() (lifecycle.Request, bool, error) {
		for {
			rate := b.OffPerSecond
			if on {
				rate = b.PerSecond
			}
			// Without memory, the time to the next request is drawn anew in each phase.
			before := c
			if rate > 0 {
				ok := c.add(float64(1e9 / rate * random.NegLog1m(gaps.Uniform(i))))
				i++
				if ok && (c.now() < change.now() || endless) {
					return lifecycle.Request{At: c.now()}, c.now() < l.end, nil
				}
			}
			if endless || change.now() >= l.end || phase%1024 == 0 && l.stopped() {
				return lifecycle.Request{}, false, nil
			}
			c = clock{random.Clock{Now: max(change.Now, before.Now)}}
			on = !on
			endless = !length()
		}
	}
}
