package forecast

import (
	"context"
	"math"
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// simulate runs the replications of a plan.
func (m model) simulate(ctx context.Context, p plan, report func(lifecycle.Progress)) (lifecycle.Summary, error) {
	if p.windows > 0 {
		return m.simulateWindows(ctx, p, report)
	}
	return lifecycle.Replicate(ctx, p.replications, m.function, m.platform, m.traffic.arrivals, &lifecycle.Options{
		Seed: m.options.Seed, WarmUp: p.warmUp, Until: p.until(), Progress: report,
	})
}

// seen returns the model in the light of what was simulated: where a whole number of cycles has another rate than was found
// by looking at it now and then, that one is no longer taken to be exact. (Requests of a [workload.Varying] are Poisson
// distributed, so that chance alone makes six standard deviations once in 500 million times.)
func (m model) seen(total lifecycle.Result) model {
	if m.traffic.varying == nil || total.Elapsed%m.traffic.cycle != 0 {
		return m
	}
	expected := m.traffic.rate * total.Elapsed.Seconds()
	if by := math.Abs(float64(total.Invocations) - expected); by > 6*math.Sqrt(expected)+1 {
		m.traffic.exact = false
	}
	return m
}

// costs returns what each replication makes of the month, in the bill's currency. These are floats as they are samples of
// an estimate; no amount is made of them.
func (m model) costs(s lifecycle.Summary) ([]float64, error) {
	total, err := s.Total()
	if err != nil {
		return nil, err
	}
	m = m.seen(total)
	costs := make([]float64, len(s.Replications))
	for i, r := range s.Replications {
		by, err := m.scenario.scaleTo(m.requests(), r)
		if err != nil {
			return nil, err
		}
		u, err := m.scenario.usage(r, by)
		if err != nil {
			return nil, err
		}
		bill, err := m.rates.Bill(u.all, m.options.Billing)
		if err != nil {
			return nil, err
		}
		total := bill.Total()
		for _, c := range m.scenario.Beside {
			for _, l := range c.lines(u.requests, u.executions) {
				total = total.Add(l.Cost)
			}
		}
		costs[i] = total.InexactFloat64()
	}
	return costs, nil
}

// simulatedFigures returns the figures that replications make.
func (m model) simulatedFigures(s lifecycle.Summary) (Figures, error) {
	total, err := s.Total()
	if err != nil {
		return Figures{}, err
	}
	m = m.seen(total)
	by, err := m.scenario.scaleTo(m.requests(), total)
	if err != nil {
		return Figures{}, err
	}
	if err := m.comparable(float64(total.Invocations) / total.Elapsed.Seconds()); err != nil && !m.traffic.exact {
		return Figures{}, err
	}
	u, err := m.scenario.usage(total, by)
	if err != nil {
		return Figures{}, err
	}
	f, err := m.priced(u)
	if err != nil {
		return Figures{}, err
	}
	costs, err := m.costs(s)
	if err != nil {
		return Figures{}, err
	}
	f.Cost = Figure{notNegative(lifecycle.IntervalOf(costs)), Simulated}
	for _, e := range estimates {
		by := notNegative(s.Estimate(e.figure))
		if e.share {
			by.High = min(by.High, 1)
		}
		*e.of(&f) = Figure{by, Simulated}
	}
	m.unseen(&f, total)
	for _, p := range Percentiles() {
		f.Latency = append(f.Latency, inTime(notNegative(s.Estimate(quantile(p))), p))
	}
	return f, nil
}

// notNegative is the interval of what cannot be negative: few replications that differ much make one that begins below 0.
func notNegative(i lifecycle.Interval) lifecycle.Interval {
	i.Low = max(i.Low, 0)
	return i
}

// unseen sets how many cold starts there may be where a simulation had none: with 95 % certainty less than 3 in as many
// executions as it had.
func (m model) unseen(f *Figures, total lifecycle.Result) {
	most := min(3/float64(total.Served()), 1)
	if f.ColdStartRate.High == 0 {
		f.ColdStartRate.High = most
		if !none(m.function.Init) || !none(m.function.Startup) {
			f.DelayedRate.High = max(f.DelayedRate.High, most)
		}
	}
}

// estimates are the figures that a result of a simulation has as they are; some are shares, 0 to 1.
var estimates = []struct {
	of     func(*Figures) *Figure
	figure func(lifecycle.Result) float64
	share  bool
}{
	{func(f *Figures) *Figure { return &f.ColdStartRate }, lifecycle.Result.ColdStartRate, true},
	{func(f *Figures) *Figure { return &f.DelayedRate }, lifecycle.Result.DelayedRate, true},
	{func(f *Figures) *Figure { return &f.SpillRate }, lifecycle.Result.SpillRate, true},
	{func(f *Figures) *Figure { return &f.ThrottleRate }, lifecycle.Result.ThrottleRate, true},
	{func(f *Figures) *Figure { return &f.TimeoutRate }, timeoutRate, true},
	{func(f *Figures) *Figure { return &f.Busy }, lifecycle.Result.Busy, false},
	{func(f *Figures) *Figure { return &f.Alive }, lifecycle.Result.Alive, false},
	{func(f *Figures) *Figure { return &f.PeakBusy }, func(r lifecycle.Result) float64 { return float64(r.PeakBusy) }, false},
	{func(f *Figures) *Figure { return &f.PeakAlive }, func(r lifecycle.Result) float64 { return float64(r.PeakAlive) }, false},
}

func timeoutRate(r lifecycle.Result) float64 {
	if r.Served() == 0 {
		return 0
	}
	return float64(r.TimedOut) / float64(r.Served())
}

func quantile(p float64) func(lifecycle.Result) float64 {
	return func(r lifecycle.Result) float64 { return float64(r.Latency.Quantile(p)) }
}

// gbSeconds converts MB·ms: 1/1,024,000 = 9.765625e-7.
func gbSeconds(mbms *big.Int) Quantity {
	return Quantity{decimal.NewFromBigInt(mbms, 0).Mul(decimal.New(9765625, -13))}
}
