package workload

import (
	"context"
	"errors"
	"iter"
	"math"
	"slices"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/internal/random"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// Poisson is a Poisson process: requests of many independent users. Its zero value has no requests, and no end.
type Poisson struct {
	PerSecond float64       // rate, 0 to 1e9
	Until     time.Duration // no request arrives then or later; 0 means that there is no end
}

// Validate reports what is wrong with p: a [*RangeError].
func (p Poisson) Validate() error {
	return errors.Join(validRate("Poisson.PerSecond", p.PerSecond), validUntil("Poisson.Until", p.Until))
}

// Requests implements [lifecycle.Arrivals].
func (p Poisson) Requests(seed uint64) iter.Seq2[lifecycle.Request, error] {
	return requests(p, seed)
}

// Horizon implements [lifecycle.Bounded].
func (p Poisson) Horizon() (time.Duration, bool) { return horizon(p.Until) }

// Within implements [lifecycle.Bounded].
func (p Poisson) Within(ctx context.Context, end time.Duration) lifecycle.Arrivals {
	return within(p, ctx, end)
}

func (p Poisson) start(seed uint64, l limit) next {
	l = l.and(until(p.Until))
	times := p.times(seed)
	var ready [chunk]int64
	i := len(ready)
	return func() (lifecycle.Request, bool, error) {
		if i == len(ready) {
			times(&ready)
			i = 0
		}
		at := time.Duration(ready[i])
		i++
		return lifecycle.Request{At: at}, at < l.end, nil
	}
}

func (p Poisson) playChunks(seed uint64, l limit, yield func([]lifecycle.Request, error) bool) {
	l = l.and(until(p.Until))
	times := p.times(seed)
	var ready [chunk]int64
	var made [chunk]lifecycle.Request
	for !l.stopped() {
		times(&ready)
		n := chunk
		if time.Duration(ready[n-1]) >= l.end {
			n, _ = slices.BinarySearch(ready[:], int64(l.end))
		}
		for i, at := range ready[:n] {
			made[i].At = time.Duration(at)
		}
		if !yield(made[:n], nil) || n < chunk {
			return
		}
	}
}

// times returns what sets its argument to the next times of arrival, and to forever behind the last.
func (p Poisson) times(seed uint64) func(*[chunk]int64) {
	stream := random.New(seed, random.Arrival)
	mean := 1e9 / math.Abs(p.PerSecond) // the rate can be -0
	var c clock
	made := uint64(0)
	return func(to *[chunk]int64) {
		if mean <= 1e15 && c.Now < 1<<62 { // a chunk then takes a quarter of all the time that there is, at most
			stream.Arrivals(to[:], made, mean, &c.Clock)
			made += chunk
			return
		}
		for i := range to {
			if to[i] = int64(forever); c.add(float64(mean * random.NegLog1m(stream.Uniform(made)))) {
				to[i] = c.Now
			} else {
				c.Now = 1 << 62 // the end: no gap is added any more, be it as short as it may
			}
			made++
		}
	}
}
