package workload

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/internal/random"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// Placement says where in its minute a request arrives that is known by a count alone. The zero value is Scattered.
type Placement int

// The placements.
const (
	// Scattered places requests independently and uniformly: their gaps are those of a Poisson process of that many.
	Scattered Placement = iota
	// Evenly places them at equal distances, the first half a distance from the start.
	Evenly
	// AtStart places them all at the start of the minute, which makes cold-start storms: it is there to show how much the
	// placement matters.
	AtStart
)

// PerMinute is a workload that is known by counts per minute, as monitoring shows it. The zero value has no requests, and ends
// at once.
type PerMinute struct {
	Counts    []int // requests in each minute from the start, 0 or more
	Placement Placement
}

// Validate reports what is wrong with p: a [*RangeError].
func (p PerMinute) Validate() error {
	var errs []error
	for i, n := range p.Counts {
		if n < 0 {
			errs = append(errs, outOfRange(fmt.Sprintf("PerMinute.Counts[%d]", i), n, "0 or more"))
			break
		}
	}
	if p.Placement < Scattered || p.Placement > AtStart {
		errs = append(errs, outOfRange("PerMinute.Placement", int(p.Placement), "Scattered, Evenly or AtStart"))
	}
	return errors.Join(errs...)
}

// Requests implements [lifecycle.Arrivals].
func (p PerMinute) Requests(seed uint64) iter.Seq2[lifecycle.Request, error] {
	return requests(p, seed)
}

// Horizon implements [lifecycle.Bounded]: the workload ends with its last minute.
func (p PerMinute) Horizon() (time.Duration, bool) {
	return time.Duration(len(p.Counts)) * time.Minute, true
}

// Within implements [lifecycle.Bounded].
func (p PerMinute) Within(ctx context.Context, end time.Duration) lifecycle.Arrivals {
	return within(p, ctx, end)
}

func (p PerMinute) start(seed uint64, l limit) next {
	places := random.New(seed, random.Placement)
	minute, done := 0, 0
	place := 0.0 // of the last request, as a share of the minute
	draw := uint64(0)
	return func() (lifecycle.Request, bool, error) {
		for minute < len(p.Counts) && done == p.Counts[minute] {
			minute++
			done, place = 0, 0
		}
		if minute == len(p.Counts) {
			return lifecycle.Request{}, false, nil
		}
		left := p.Counts[minute] - done
		switch p.Placement {
		case Scattered:
			// The first of k uniform points in the rest of the minute.
			u := random.NegLog1m(places.Uniform(draw)) / float64(left)
			draw++
			place += float64((1 - place) * (1 - random.Exp(-u)))
		case Evenly:
			place = (float64(done) + 0.5) / float64(p.Counts[minute])
		}
		done++
		at := time.Duration(minute)*time.Minute + min(time.Duration(float64(place*float64(time.Minute))), time.Minute-1)
		return lifecycle.Request{At: at}, at < l.end, nil
	}
}
