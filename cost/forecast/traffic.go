package forecast

import (
	"cmp"
	"context"
	"iter"
	"math"
	"reflect"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

const day = 24 * time.Hour

// traffic is what a simulation needs to know of arrivals.
type traffic struct {
	arrivals lifecycle.Arrivals
	poisson  bool
	rate     float64 // requests per second, on average; 0 where only playing them tells
	exact    bool    // rate is no estimate, so that the month's requests follow from it

	// Of these three exactly one says how the arrivals go on.
	steady bool          // they are alike at any time
	cycle  time.Duration // they repeat
	finite bool          // they end

	varying  *workload.Varying // what repeats, where it can be begun at any time
	shortest time.Duration     // steady arrivals are to be looked at for no less
}

func (s Scenario) traffic() traffic {
	switch a := value(s.Arrivals).(type) {
	case nil:
		rate := float64(s.RequestsPerMonth) / s.Month.Duration().Seconds()
		return traffic{arrivals: workload.Poisson{PerSecond: rate}, poisson: true, rate: rate, exact: true, steady: true}
	case workload.Poisson:
		a.Until = 0
		return traffic{arrivals: a, poisson: true, rate: a.PerSecond, exact: true, steady: true}
	case workload.Every:
		a.Until = 0
		return traffic{arrivals: a, rate: a.MeanRate(), exact: true, steady: true}
	case workload.Bursts:
		a.Until = 0
		return traffic{arrivals: a, rate: a.MeanRate(), exact: true, steady: true, shortest: 20 * sum(a.On, a.Off)}
	case workload.Varying:
		cycle := cmp.Or(s.Cycle, a.CycleWithin(s.Month.Duration()))
		if a.Until%cycle != 0 {
			return traffic{arrivals: a, finite: true}
		}
		a.Until = 0
		t := traffic{arrivals: a, cycle: cycle}
		if t.rate, t.exact = a.MeanRate(cycle); t.rate > 0 {
			t.varying = &a
		}
		return t
	}
	t := traffic{arrivals: s.Arrivals}
	if b, ok := s.Arrivals.(lifecycle.Bounded); ok {
		if _, ends := b.Horizon(); !ends {
			t.cycle = s.Cycle
			if t.cycle == 0 {
				t.cycle = day
			}
			return t
		}
	}
	t.finite = true
	return t
}

// value returns the arrivals that a pointer points to.
func value(a lifecycle.Arrivals) lifecycle.Arrivals {
	if p := reflect.ValueOf(a); p.Kind() == reflect.Pointer && !p.IsNil() {
		if v, ok := p.Elem().Interface().(lifecycle.Arrivals); ok {
			return v
		}
	}
	return a
}

func sum(a, b time.Duration) time.Duration {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

// plan is how a scenario is simulated.
type plan struct {
	warmUp, stretch time.Duration // stretch is 0 for arrivals that are played to their end
	finite          bool          // arrivals that end: without a warm-up
	replications    int
	rate            float64 // requests per second, as known or as estimated

	// Where a cycle is not simulated whole: how it may be cut, and the number of windows of each replication, each of that
	// stretch, after warm-ups from warmUp less spread to warmUp. Otherwise nil and 0.
	cut     *cut
	windows int
	spread  time.Duration
}

// until is [lifecycle.Options.Until].
func (p plan) until() time.Duration {
	if p.stretch == 0 {
		return 0
	}
	return p.warmUp + p.stretch
}

const (
	fewestRequests     = 200 // expected in a replication of rare requests
	fewestReplications = 3
	longestStretch     = 30 * 365 * day
	longestWarmUp      = 31 * day
)

// plan chooses how much to simulate: whole cycles of arrivals that have them, or windows of these, as many requests as the
// options say of steady ones, but no more than the month, except where that would be a handful of requests.
func (m model) plan(ctx context.Context) (plan, error) {
	s, t, p, o := m.scenario, m.traffic, m.platform, m.options
	budget := float64(o.RequestsPerReplication)
	result := plan{replications: o.Replications, rate: t.rate}
	if result.replications == 0 {
		result.replications = DefaultReplications
	}
	if t.finite {
		result.finite, result.stretch = true, o.Stretch
		if result.stretch == 0 {
			result.stretch = s.Cycle
		}
		return result, nil
	}
	if result.rate == 0 {
		var err error
		if result.rate, err = s.playedRate(ctx, t, o); err != nil {
			return plan{}, err
		}
	}
	month := s.Month.Duration()
	seconds := func(requests float64) time.Duration { // that so many requests take
		return time.Duration(min(requests/result.rate, longestStretch.Seconds()) * 1e9)
	}
	result.warmUp = min(max(p.IdleTimeout.Quantile(.999), s.settled(), m.settle(result.rate)), longestWarmUp)
	if len(s.retries()) > 0 {
		t.shortest = max(t.shortest, shortestRetried)
	}
	if result.cut = m.cut(result.warmUp); result.cut != nil {
		result.place()
		return result, nil
	}
	life := min(p.MaxLifetime, longestWarmUp)
	lived := life > 0 && (t.cycle > 0 || result.rate*life.Seconds() <= 2*budget)
	if lived {
		result.warmUp = sum(result.warmUp, life)
	}
	if m.queued && t.varying != nil {
		result.warmUp = max(result.warmUp, cmp.Or(s.Function.EventAge, lifecycle.MaxEventAge)) // older events are in no queue
	}
	switch {
	case o.Stretch > 0:
		result.stretch = o.Stretch
	case t.steady:
		result.stretch = min(max(seconds(budget), t.shortest), max(month, seconds(fewestRequests)))
		if lived {
			// Environments that were started together reach their cap together: whole lifetimes have each of them once.
			result.stretch = (result.stretch + life - 1) / life * life
		}
	default:
		cycles := min(seconds(budget)/t.cycle, month/t.cycle)
		cycles = max(cycles, (seconds(fewestRequests)+t.cycle-1)/t.cycle, 1)
		result.stretch = cycles * t.cycle
	}
	// Neither cycle nor warm-up can be cut short: where they are longer than the options say, there are fewer replications.
	if o.Replications == 0 {
		result.replications = replications(result.replications, float64(result.rate*(result.warmUp+result.stretch).Seconds()), budget)
	}
	result.stretch = max(result.stretch, 1)
	return result, nil
}

// replications returns how many of n replications are made, each of so many requests.
func replications(n int, each, budget float64) int {
	if each <= 2*budget {
		return n
	}
	return max(fewestReplications, int(float64(n)*2*budget/each))
}

// playedRate estimates the mean rate by playing arrivals once: for a cycle, and on until there is something to go by.
func (s Scenario) playedRate(ctx context.Context, t traffic, o Options) (float64, error) {
	enough := uint64(o.RequestsPerReplication)
	arrivals, end := t.arrivals, max(t.cycle, s.Month.Duration())
	if b, ok := arrivals.(lifecycle.Bounded); ok {
		arrivals = b.Within(ctx, end)
	}
	var n uint64
	played := end
	var requests iter.Seq2[lifecycle.Request, error]
	if arrivals != nil {
		requests = arrivals.Requests(o.Seed)
	}
	if requests == nil {
		return 0, &lifecycle.MissingError{Field: "Arrivals", Why: "the workload returned a nil sequence of requests"}
	}
	for r, err := range requests {
		if err != nil {
			return 0, err
		}
		if r.At >= end {
			break
		}
		if n >= enough && r.At >= t.cycle || n >= 10*enough {
			played = r.At
			break
		}
		n++
	}
	if err := stopped(ctx); err != nil {
		return 0, err
	}
	if n == 0 || played <= 0 {
		return 0, &NoRequestsError{s.Name}
	}
	return float64(n) / played.Seconds(), nil
}
