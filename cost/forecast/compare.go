package forecast

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// Comparison is several scenarios side by side. It is plain data with a JSON form.
type Comparison struct {
	Forecasts []Forecast // in the order of the scenarios
	// Differences are of each scenario to the first: theirs less its. Its own are 0.
	Differences []Difference
}

// Difference is how a scenario differs from the first one, each figure with its 95 % confidence interval: as both met the
// same random numbers, it is much narrower than those of the two. A figure whose interval holds 0 is within the noise (see
// [Figure.Noise]); what is the same in every replication has the interval from 0 to 0.
type Difference struct {
	Scenario string
	Cost     Figure // in the currency of the bills, below 0 where the scenario saves; for the amount see Comparison.Costs

	ColdStartRate, DelayedRate, ThrottleRate Figure
	Busy, Alive                              Figure
	Latency                                  []Percentile
}

// Noise says of a difference whether it is within the noise: 0 is in its interval, so that not even its sign is sure.
func (f Figure) Noise() bool { return !f.Excludes0() }

// Noise says of a difference what [Figure.Noise] does.
func (p Percentile) Noise() bool { return p.Low <= 0 && p.High >= 0 }

// Costs returns what scenario i costs more than the first, exactly: below 0 where it saves. It is 0 for a scenario that there
// is not.
func (c Comparison) Costs(i int) decimal.Decimal {
	if i < 0 || i >= len(c.Forecasts) {
		return decimal.Decimal{}
	}
	return c.Forecasts[i].Total().Sub(c.Forecasts[0].Total())
}

// Compare forecasts scenarios side by side: all with the same seed, as many replications, and the same time before and
// while they are measured, so that the same requests have the same luck everywhere. Where the closed form is exact for all
// of them it is used, otherwise all are simulated. At least one scenario is needed, and all bills must be in one currency.
//
// An error is a [*ScenarioError] that says which scenario it is about; those of all scenarios that do not fit are joined. It
// is otherwise what [Run] returns.
func Compare(ctx context.Context, scenarios []Scenario, o *Options) (Comparison, error) {
	opt, err := o.resolved()
	if err != nil {
		return Comparison{}, err
	}
	if len(scenarios) == 0 {
		return Comparison{}, outOfRange("scenarios", "none", "1 or more")
	}
	models, err := newModels(scenarios, opt)
	if err != nil {
		return Comparison{}, err
	}
	plans, err := commonPlans(ctx, models)
	if err != nil {
		return Comparison{}, err
	}
	p := progress{call: opt.Progress, of: len(models) * (1 + len(opt.IdleTimeouts))}
	var c Comparison
	for i, m := range models {
		f, err := m.run(ctx, plans[i], &p)
		if err == nil {
			f.Assumed, err = m.assumed(ctx, f, &p)
		}
		if first := models[0].scenario; m.scenario.MemoryMB != first.MemoryMB && m.scenario.asGiven() && first.asGiven() {
			f.Assumptions = append(f.Assumptions, fmt.Sprintf("durations are as given, at %d MB as at the %d MB of the first scenario: nothing scales them", m.scenario.MemoryMB, first.MemoryMB))
		}
		if err != nil {
			return Comparison{}, &ScenarioError{i, m.scenario.Name, err}
		}
		c.Forecasts = append(c.Forecasts, f)
		if first := c.Forecasts[0]; unlike(f.Requests, first.Requests) || f.Month.Duration() != first.Month.Duration() {
			c.Forecasts[i].Assumptions = append(f.Assumptions, fmt.Sprintf("%d requests in %v are set beside the %d in %v of the first scenario: what that costs is in the difference",
				f.Requests, f.Month, first.Requests, first.Month))
		}
		d, err := models.difference(c.Forecasts, i)
		if err != nil {
			return Comparison{}, &ScenarioError{i, m.scenario.Name, err}
		}
		c.Differences = append(c.Differences, d)
	}
	return c, nil
}

// unlike says whether two numbers of requests differ by more than a percent.
func unlike(a, b uint64) bool { return max(a, b)-min(a, b) > min(a, b)/100 }

// asGiven says whether durations do not depend on the memory size.
func (s Scenario) asGiven() bool {
	if s.Task == nil {
		return true
	}
	return s.MeasuredMB == 0 && (s.Function.Duration != nil || !s.drawn())
}

type models []model

// newModels makes the models of scenarios, and says all that is wrong with any of them.
func newModels(scenarios []Scenario, o Options) (models, error) {
	all := make(models, len(scenarios))
	var errs []error
	for i, s := range scenarios {
		var err error
		if all[i], err = newModel(s, o); err != nil {
			errs = append(errs, &ScenarioError{i, s.Name, err})
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	for i, m := range all {
		if a, b := all[0].rates, m.rates; a.Currency() != b.Currency() {
			return nil, &ScenarioError{i, m.scenario.Name, &CurrencyError{a.Currency(), b.Currency(), "the bill of " + a.Region(), "that of " + b.Region()}}
		}
	}
	return all, nil
}

// commonPlans returns a plan for each model, all nil if the closed form is exact for all.
func commonPlans(ctx context.Context, all models) ([]*plan, error) {
	plans := make([]*plan, len(all))
	simulated := false
	for _, m := range all {
		simulated = simulated || !m.closed()
	}
	if !simulated {
		return plans, nil
	}
	whole(all)
	for i, m := range all {
		p, err := m.plan(ctx)
		if err != nil {
			return nil, &ScenarioError{i, m.scenario.Name, err}
		}
		plans[i] = &p
	}
	align(plans)
	return plans, nil
}

// align makes all plans measure the same requests, where the arrivals are the same: as many replications, the same time before
// they are measured, and at the same rate as long a one while. Plans may be nil.
func align(plans []*plan) {
	var longest time.Duration
	var widest cut
	stretches := map[float64]time.Duration{} // by rate
	for _, p := range plans {
		switch {
		case p == nil || p.finite:
		case p.cut != nil:
			widest.atLeast(p.cut)
		default:
			longest = max(longest, p.warmUp)
			stretches[p.rate] = max(stretches[p.rate], p.stretch)
		}
	}
	fewest := math.MaxInt
	for _, p := range plans {
		switch {
		case p == nil:
			continue
		case p.finite:
		case p.cut != nil:
			p.cut.atLeast(&widest)
			p.place()
		default:
			p.warmUp, p.stretch = longest, stretches[p.rate]
		}
		fewest = min(fewest, p.replications)
	}
	for _, p := range plans {
		if p != nil {
			p.replications = fewest
		}
	}
}

// difference returns how forecast i differs from the first.
func (all models) difference(f []Forecast, i int) (Difference, error) {
	d := Difference{Scenario: f[i].Scenario}
	figures := []struct {
		to   *Figure
		from func(*Figures) *Figure
		of   func(lifecycle.Result) float64
	}{
		{&d.ColdStartRate, func(f *Figures) *Figure { return &f.ColdStartRate }, lifecycle.Result.ColdStartRate},
		{&d.DelayedRate, func(f *Figures) *Figure { return &f.DelayedRate }, lifecycle.Result.DelayedRate},
		{&d.ThrottleRate, func(f *Figures) *Figure { return &f.ThrottleRate }, lifecycle.Result.ThrottleRate},
		{&d.Busy, func(f *Figures) *Figure { return &f.Busy }, lifecycle.Result.Busy},
		{&d.Alive, func(f *Figures) *Figure { return &f.Alive }, lifecycle.Result.Alive},
	}
	if f[i].Method.Basis == ClosedForm {
		d.Cost = exactly(f[i].Total().Sub(f[0].Total()).InexactFloat64())
		for _, g := range figures {
			*g.to = exactly(g.from(&f[i].Figures).Mean - g.from(&f[0].Figures).Mean)
		}
		for j, p := range f[i].Latency {
			by := p.Mean - f[0].Latency[j].Mean
			d.Latency = append(d.Latency, Percentile{p.P, by, by, by, ClosedForm})
		}
		return d, nil
	}
	for _, g := range figures {
		by, err := lifecycle.Difference(f[i].Summary, f[0].Summary, g.of)
		if err != nil {
			return Difference{}, err
		}
		*g.to = Figure{by, Simulated}
	}
	for _, p := range Percentiles() {
		by, err := lifecycle.Difference(f[i].Summary, f[0].Summary, quantile(p))
		if err != nil {
			return Difference{}, err
		}
		d.Latency = append(d.Latency, inTime(by, p))
	}
	var err error
	d.Cost, err = all.costDifference(f, i)
	return d, err
}

// costDifference pairs what each replication makes of the month, in the one scenario and in the other.
func (all models) costDifference(f []Forecast, i int) (Figure, error) {
	a, err := all[i].costs(f[i].Summary)
	if err != nil {
		return Figure{}, err
	}
	b, err := all[0].costs(f[0].Summary)
	if err != nil {
		return Figure{}, err
	}
	for j := range a {
		a[j] -= b[j]
	}
	return Figure{lifecycle.IntervalOf(a), Simulated}, nil
}
