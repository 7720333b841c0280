package workload

import (
	"context"
	"errors"
	"iter"
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
	gaps := newGaps(random.New(seed, random.Arrival))
	l = l.and(until(p.Until))
	mean := 1e9 / p.PerSecond
	var c clock
	return func() (lifecycle.Request, bool, error) {
		ok := p.PerSecond > 0 && c.add(float64(mean*gaps.next()))
		return lifecycle.Request{At: c.now}, ok && c.now < l.end, nil
	}
}

// play is start without a function call for each request: most workloads are Poisson's.
func (p Poisson) play(seed uint64, l limit, yield func(lifecycle.Request, error) bool) {
	stream := random.New(seed, random.Arrival)
	l = l.and(until(p.Until))
	if p.PerSecond == 0 {
		return
	}
	mean := 1e9 / p.PerSecond
	var c clock
	var gaps [64]float64
	for made := uint64(0); ; made += uint64(len(gaps)) {
		stream.NegLog1ms(gaps[:], made)
		for _, gap := range gaps {
			if l.stopped() || !c.add(float64(mean*gap)) || c.now >= l.end || !yield(lifecycle.Request{At: c.now}, nil) {
				return
			}
		}
	}
}

// gaps are exponential with mean 1, made in blocks.
type gaps struct {
	stream random.Stream
	made   uint64
	ready  [64]float64
}

func newGaps(s random.Stream) *gaps { return &gaps{stream: s} }

func (g *gaps) next() float64 {
	at := g.made % uint64(len(g.ready))
	if at == 0 {
		g.stream.NegLog1ms(g.ready[:], g.made)
	}
	g.made++
	return g.ready[at]
}
