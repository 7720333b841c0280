package forecast

import (
	"math"
	"math/big"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// negligible is how often something may be expected in a month without that it counts: once in a billion months.
const negligible = 1e-9

// closed says whether the closed form is exact for the scenario: see the package comment.
func (m model) closed() bool {
	f, p := m.function, m.platform
	mean, exponential := f.Duration.(lifecycle.Exponential)
	_, constant := p.IdleTimeout.(lifecycle.Constant)
	first, same := f.FirstDuration.(lifecycle.Exponential)
	same = f.FirstDuration == nil || same && first == mean
	if m.options.Simulate || !m.traffic.poisson || !exponential || mean <= 0 || !constant || !same || !none(f.Init) || !none(f.Startup) {
		return false
	}
	if f.Concurrency > 1 || f.ProvisionedConcurrency > 0 || p.MaxLifetime > 0 || p.Routing != lifecycle.MostRecentlyUsed {
		return false
	}
	if f.ErrorRate > 0 && f.Retries > 0 {
		return false
	}
	load := m.load()
	if load > lifecycle.MaxErlang {
		return false
	}
	requests := m.traffic.rate * m.scenario.Month.Duration().Seconds()
	timeout := f.Timeout
	if timeout == 0 {
		timeout = lifecycle.MaxTimeout
	}
	if requests*math.Exp(-timeout.Seconds()/time.Duration(mean).Seconds()) > negligible {
		return false
	}
	// Busy environments without a limit reach a number as often as Erlang's formula says, at most.
	reached := func(most int) bool { return requests*lifecycle.ErlangB(most, load) > negligible }
	limit, _ := m.scenario.concurrency()
	if limit > 0 && reached(limit) || p.ScaleOut.Environments > 0 && reached(m.safeScaleOut()) {
		return false
	}
	if perSecond := limit * p.RequestsPerSecond; perSecond > 0 {
		// A bucket that is refilled at twice the rate of a Poisson process or more runs empty with a probability of at most
		// e^(-1.256·size) at a request (Lundberg's inequality: (e^θ-1)/θ = 2).
		if 2*m.traffic.rate > float64(perSecond) || requests*math.Exp(-1.256*float64(perSecond)) > negligible {
			return false
		}
	}
	return true
}

// safeScaleOut returns the number of busy environments up to which the scale-out limit is never felt. Within an idle timeout T
// no more are started than are alive at its end, which is as many as were busy at one time. So n busy ones start at most
// n·(1 + t/T) in any time t, which is within the E·(1 + t/I) that may be, if n is at most E and E·T/I.
func (m model) safeScaleOut() int {
	by := m.platform.ScaleOut
	share := min(m.platform.IdleTimeout.Mean().Seconds()/by.Interval.Seconds(), 1)
	return int(float64(by.Environments) * share)
}

// none says whether a phase takes no time.
func none(d lifecycle.Distribution) bool {
	return d == nil || d == lifecycle.Distribution(lifecycle.Constant(0))
}

// load is how many environments are busy on average, in closed form.
func (m model) load() float64 { return m.traffic.rate * m.function.Duration.Mean().Seconds() }

// closedFigures returns the figures of the closed form.
func (m model) closedFigures() (Figures, error) {
	mean := m.function.Duration.Mean()
	steady, err := lifecycle.SteadyState(m.traffic.rate, mean, m.platform.IdleTimeout.Mean())
	if err != nil {
		return Figures{}, err
	}
	n := m.requests()
	u := usage{requests: n, initMBMS: new(big.Int)}
	// n executions of the mean billed time, in MB·ms, rounded once, half up.
	billed := new(big.Rat)
	billed.SetFloat64(lifecycle.MeanBilled(mean, time.Millisecond))
	billed.Mul(billed, new(big.Rat).SetInt(new(big.Int).SetUint64(n)))
	billed.Mul(billed, big.NewRat(int64(m.scenario.MemoryMB), int64(time.Millisecond)))
	mbms := scale{billed.Num(), billed.Denom()}.of(big.NewInt(1))
	if err := m.scenario.addWork(&u, cost.OnDemand, n, mbms, new(big.Int)); err != nil {
		return Figures{}, err
	}
	f, err := m.priced(u)
	if err != nil {
		return Figures{}, err
	}
	// Cost is an estimate, with an interval, wherever it comes from, and so is a float; the amount is Total.
	f.Cost = exactly(f.Total().InexactFloat64())
	f.ColdStartRate, f.Busy, f.Alive = exactly(steady.ColdStartRate), exactly(steady.Busy), exactly(steady.Alive)
	f.DelayedRate, f.ThrottleRate, f.TimeoutRate, f.SpillRate = exactly(0), exactly(0), exactly(0), exactly(1)
	// Alive is the largest number that was busy within an idle timeout, so both have the same peak.
	f.PeakBusy = exactly(float64(m.closedPeak()))
	f.PeakAlive = f.PeakBusy
	for _, p := range Percentiles() {
		d := m.function.Duration.Quantile(p)
		f.Latency = append(f.Latency, Percentile{p, d, d, d, ClosedForm})
	}
	return f, nil
}

// closedPeak returns the smallest number of busy environments above which they are expected to rise less often than once in
// two months: they rise from n to n+1 in a month requests·P(N = n) times, N being Poisson distributed.
func (m model) closedPeak() int {
	load, requests := m.load(), m.traffic.rate*m.scenario.Month.Duration().Seconds()
	n := int(load)
	for {
		factorial, _ := math.Lgamma(float64(n) + 1)
		if requests*math.Exp(float64(float64(n)*math.Log(load))-load-factorial) < .5 {
			return n
		}
		n++
	}
}
