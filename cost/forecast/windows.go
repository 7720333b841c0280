package forecast

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/internal/random"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// A cycle that has too many requests to be simulated whole is measured in windows: several to a replication, at equal
// distances, the first at a random time, so that every time of the cycle has the same chance. Each is a run of its own, with
// its own time before it is measured, and all of a replication are merged.
const (
	// mostRequests is how many times as many requests as the options say a replication may have, what is not measured
	// included, before a cycle is measured in windows, and before their warm-up is cut short.
	mostRequests = 8
	// plentyRequests is up to how many times there are more windows than are needed.
	plentyRequests = 4
	// unevenness is by how much the mean rate in the windows may differ from that of the cycle, wherever the first one is.
	unevenness = .01
	// mostQueued is how many times mostRequests a cycle of events that queue up may have: each is tried again up to 80 times.
	mostQueued = 2
	// fullyBusy is the share of the concurrency limit from which on events are taken to queue up.
	fullyBusy = .9
)

// cut is how a cycle may be cut into windows.
type cut struct {
	cycle   time.Duration
	numbers []int         // of windows, ascending; the first are the fewest that stand for the cycle
	kept    time.Duration // for how long environments are kept idle: the warm-up, where there is time for it
	life    time.Duration // of environments, which is part of the warm-up where there is time for it
	settle  time.Duration // the shortest warm-up, in which as many environments are started as are busy
	least   time.Duration // the shortest window
	budget  float64       // requests that a replication measures

	replications int
	fixed        bool // there may not be fewer of them
}

// cut returns how a cycle is cut into windows, nil where it is simulated whole.
func (m model) cut(kept time.Duration) *cut {
	v, o := m.traffic.varying, m.options
	budget := float64(o.RequestsPerReplication)
	if v == nil || o.Stretch > 0 || m.queued || m.traffic.rate*m.traffic.cycle.Seconds() <= mostRequests*budget {
		return nil
	}
	c := &cut{
		cycle: m.traffic.cycle, numbers: windowNumbers(v.PerSecond, m.traffic.cycle, m.traffic.rate), budget: budget,
		life: min(m.platform.MaxLifetime, longestWarmUp), settle: max(m.settle(v.Peak), m.scenario.settled()), replications: o.Replications, fixed: o.Replications > 0,
	}
	c.kept = max(kept, c.settle)
	if !c.fixed {
		c.replications = DefaultReplications
	}
	if len(m.scenario.retries()) > 0 {
		c.least = shortestRetried
	}
	return c
}

// windowNumbers returns the numbers of windows, up to one an hour, that have the mean rate of the cycle, about; at least one.
func windowNumbers(rate func(time.Duration) float64, cycle time.Duration, mean float64) []int {
	days := int((cycle + day - 1) / day)
	var numbers []int
	for _, perDay := range []int{2, 4, 6, 8, 12, 24} {
		n := perDay * days
		last := perDay == 24
		if n >= 4 && (len(numbers) > 0 || last || even(rate, cycle, n, mean)) {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// even says whether the mean rate at n times of a cycle, at equal distances, is about that of the cycle wherever they begin.
func even(rate func(time.Duration) float64, cycle time.Duration, n int, mean float64) bool {
	const step = 15 * time.Minute
	for from := time.Duration(0); from < cycle/time.Duration(n); from += step {
		sum := 0.0
		for i := range n {
			sum += rate(from + fraction(cycle, i, n))
		}
		if math.Abs(sum/float64(n)-mean) > unevenness*mean {
			return false
		}
	}
	return true
}

// fraction is i n-ths of a cycle, of which as many could be more than a Duration holds.
func fraction(cycle time.Duration, i, n int) time.Duration {
	part, of := time.Duration(i), time.Duration(n)
	return cycle/of*part + cycle%of*part/of
}

// settle is how long it takes to start as many environments as are busy at a rate.
func (m model) settle(rate float64) time.Duration {
	f := m.function
	timeout := f.Timeout
	if timeout == 0 {
		timeout = lifecycle.MaxTimeout
	}
	long := func(d lifecycle.Distribution) time.Duration {
		if d == nil {
			return 0
		}
		return d.Quantile(.999)
	}
	settle := sum(sum(long(f.Startup), long(f.Init)), min(max(long(f.Duration), long(f.FirstDuration)), timeout))
	if by := m.platform.ScaleOut; by.Environments > 0 && f.Duration != nil {
		load := rate * f.Duration.Mean().Seconds()
		if limit, _ := m.scenario.concurrency(); limit > 0 {
			load = min(load, float64(limit))
		}
		settle = sum(settle, nanoseconds(math.Floor(load/float64(by.Environments))*by.Interval.Seconds()))
	}
	return min(sum(settle, settle), longestWarmUp) // twice, to be sure
}

// queues says whether events may have to wait in a queue that grows for a part of the cycle, for hours, where that is not too much
// to simulate: no time of it can be looked at without all that was before.
func (m model) queues() bool {
	return m.overloaded(fullyBusy) && m.traffic.rate*m.traffic.cycle.Seconds() <= mostQueued*mostRequests*float64(m.options.RequestsPerReplication)
}

// overloaded says whether events need more than a share of the concurrency that there is for a part of the cycle.
func (m model) overloaded(share float64) bool {
	f := m.function
	limit, _ := m.scenario.concurrency()
	if m.traffic.varying == nil || !f.Async || limit <= 0 || f.Duration == nil {
		return false
	}
	peak := m.traffic.varying.Peak * m.scenario.tries()
	mean := meanUpTo(f.Duration, cmp.Or(f.Timeout, lifecycle.MaxTimeout))
	perSecond := float64(m.platform.RequestsPerSecond)
	most := share * float64(limit)
	return peak*mean.Seconds() > most*float64(max(f.Concurrency, 1)) || perSecond > 0 && peak > most*perSecond
}

// whole has cycles simulated whole in all models, if it has to be in one, so that they meet the same requests.
func whole(all []model) {
	if slices.ContainsFunc(all, model.queues) {
		for i := range all {
			all[i].queued = true
		}
	}
}

// atLeast makes a cut that is no shorter than another one, so that both have the same windows at the same rate.
func (c *cut) atLeast(d *cut) {
	c.kept, c.life, c.settle, c.least = max(c.kept, d.kept), max(c.life, d.life), max(c.settle, d.settle), max(c.least, d.least)
}

// place chooses the windows of a plan that has a cut: as many as fit with the whole warm-up, or else the fewest that stand
// for the cycle, with as much of the warm-up as fits.
func (p *plan) place() {
	c := p.cut
	stretch := func(n int) time.Duration { return max(nanoseconds(c.budget/float64(n)/p.rate), c.least, 1) }
	each := func(n int, warmUp time.Duration) float64 { // requests of a replication
		return float64(n) * p.rate * (warmUp + stretch(n)).Seconds()
	}
	n, warmUp := c.numbers[0], sum(c.kept, c.life/2) // on average
	if p.spread = c.life; each(n, warmUp) > mostRequests*c.budget {
		p.spread, warmUp = 0, c.kept
	}
	for _, more := range c.numbers {
		if each(more, warmUp) <= plentyRequests*c.budget {
			n = more
		}
	}
	if each(n, warmUp) > mostRequests*c.budget {
		left := mostRequests*c.budget - each(n, 0)
		warmUp = min(c.kept, max(nanoseconds(left/float64(n)/p.rate), c.settle))
	}
	p.windows, p.stretch, p.warmUp = n, stretch(n), warmUp+(p.spread+1)/2
	p.replications = c.replications
	if !c.fixed {
		p.replications = replications(c.replications, each(n, warmUp), c.budget)
	}
}

// nanoseconds converts seconds; below 0 is 0, and more than the longest stretch is that.
func nanoseconds(seconds float64) time.Duration {
	return time.Duration(min(max(seconds, 0), longestStretch.Seconds()) * 1e9)
}

// simulateWindows runs the windows of all replications on all cores.
func (m model) simulateWindows(ctx context.Context, p plan, report func(lifecycle.Progress)) (lifecycle.Summary, error) {
	of := p.replications * p.windows
	all := nanoseconds(p.until().Seconds() * float64(p.windows)) // of a replication
	o := &lifecycle.Options{Seed: m.options.Seed, Progress: func(r lifecycle.Progress) {
		report(lifecycle.Progress{
			At: time.Duration(float64(all) * float64(r.Replications) / float64(of)), Until: all, Invocations: r.Invocations,
			Replications: r.Replications / p.windows, Of: p.replications,
		})
	}}
	windows, err := lifecycle.ReplicateFunc(ctx, of, o, func(ctx context.Context, k int, o *lifecycle.Options) (lifecycle.Result, error) {
		w := p.window(*m.traffic.varying, m.options.Seed, k/p.windows, k%p.windows)
		o.Seed, o.WarmUp, o.Until = w.seed, w.warmUp, w.warmUp+p.stretch
		return lifecycle.Simulate(ctx, m.function, m.platform, w.arrivals, o)
	})
	if stopped, ok := errors.AsType[*lifecycle.StoppedError](err); ok {
		stopped.Replications /= p.windows
	}
	if err != nil {
		return lifecycle.Summary{}, err
	}
	s := lifecycle.Summary{Seed: m.options.Seed, Replications: make([]lifecycle.Result, p.replications)}
	for k, r := range windows.Replications {
		if err := s.Replications[k/p.windows].Merge(r); err != nil {
			return lifecycle.Summary{}, err
		}
	}
	return s, nil
}

// window is one window of a replication.
type window struct {
	arrivals workload.Varying // from the start of the warm-up on
	warmUp   time.Duration
	seed     uint64
}

// window returns window i of a replication.
func (p plan) window(v workload.Varying, seed uint64, replication, i int) window {
	own := random.Derive(seed, random.Replication, uint64(replication))
	chance := random.New(own, random.Placement)
	cycle := p.cut.cycle
	w := window{arrivals: v, seed: random.Derive(own, random.Replication, uint64(i))}
	// Environments that are started together, at the start of the warm-up, reach their lifetime together. So that each time of
	// their lives has the same chance of being measured, the windows of a replication are a share of .618 of it apart.
	_, age := math.Modf(chance.Uniform(1) + float64(float64(i)*.6180339887498949))
	w.warmUp = p.warmUp - time.Duration(age*float64(p.spread))
	offset := time.Duration(chance.Uniform(0) * float64(cycle/time.Duration(p.windows)))
	start := offset + fraction(cycle, i, p.windows) - w.warmUp%cycle + cycle
	w.arrivals.PerSecond = func(t time.Duration) float64 { return v.PerSecond((start + t) % cycle) }
	return w
}
