package forecast

import (
	"context"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// Forecast is a month of a scenario. It is plain data with a JSON form; the zero value is the forecast of nothing.
type Forecast struct {
	Scenario string // its name
	Region   string
	Arch     cost.Arch
	MemoryMB int
	Month    Month

	Figures
	Method Method
	// Assumed has the same figures for other idle timeouts (Options.IdleTimeouts): nobody knows that of tomorrow, and at low
	// rates it matters more than all that the intervals say. Each is a simulation of its own, with a warm-up of its own: how they
	// differ is known no better than their intervals say. [Sweep] compares timeouts on the same requests.
	Assumed []Variant `json:",omitempty"`
	// Assumptions are what the figures rest on, in words, with dates. Those of the bill are in Bill.Assumptions.
	Assumptions []string

	// Summary is the simulation; without replications where the figures are of a closed form. It is not part of the JSON form.
	Summary lifecycle.Summary `json:"-"`
}

// Method says how figures were found.
type Method struct {
	Basis Basis
	// The others are of simulations: how many independent ones, how long each was before it was measured and while, how many
	// requests all of them measured, and their seed.
	Replications    int           `json:",omitempty"`
	WarmUp, Stretch time.Duration `json:",omitempty"`
	// Windows is how many windows of a cycle each replication measured, of Stretch each; 0 where it measured one stretch. Where
	// WarmUp differs between them, it is the longest.
	Windows  int    `json:",omitempty"`
	Requests uint64 `json:",omitempty"`
	Seed     uint64 `json:",omitempty"`
}

// Variant is what a month would be with another idle timeout.
type Variant struct {
	IdleTimeout time.Duration
	Figures
	Method Method
}

// Run forecasts a month of a scenario. A nil o means the defaults.
//
// What is wrong with the scenario is said at once, as [Scenario.Validate] does, together with a region that the catalog does
// not have (*cost.UnknownError). Other errors: [*RangeError] of options and of RequestsPerMonth, [*CurrencyError],
// [*NoRequestsError], *cost.NotPricedError, and of a simulation what [lifecycle.Replicate] returns, such as a
// *lifecycle.StoppedError once ctx is done.
func Run(ctx context.Context, s Scenario, o *Options) (Forecast, error) {
	opt, err := o.resolved()
	if err != nil {
		return Forecast{}, err
	}
	m, err := newModel(s, opt)
	if err != nil {
		return Forecast{}, err
	}
	p := progress{call: opt.Progress, of: 1 + len(opt.IdleTimeouts)}
	f, err := m.run(ctx, nil, &p)
	if err != nil {
		return Forecast{}, err
	}
	if f.Assumed, err = m.assumed(ctx, f, &p); err != nil {
		return Forecast{}, err
	}
	return f, nil
}

// run makes the forecast, without variants. plan is nil for a closed form, or for a plan of the scenario's own.
func (m model) run(ctx context.Context, given *plan, p *progress) (Forecast, error) {
	s := m.scenario
	f := Forecast{Scenario: s.Name, Region: s.Region, Arch: s.Arch, MemoryMB: s.MemoryMB, Month: s.Month}
	var err error
	if f.Figures, f.Method, f.Summary, err = m.estimate(ctx, given, p); err != nil {
		return Forecast{}, err
	}
	f.Assumptions = m.assumptions(f)
	return f, nil
}

// estimate finds the figures, in closed form where that is exact and no plan is given.
func (m model) estimate(ctx context.Context, given *plan, p *progress) (Figures, Method, lifecycle.Summary, error) {
	fail := func(err error) (Figures, Method, lifecycle.Summary, error) {
		return Figures{}, Method{}, lifecycle.Summary{}, err
	}
	if err := stopped(ctx); err != nil {
		return fail(err)
	}
	if given == nil && m.closed() {
		f, err := m.closedFigures()
		if err != nil {
			return fail(err)
		}
		p.next()
		return f, Method{Basis: ClosedForm}, lifecycle.Summary{}, nil
	}
	if given == nil {
		m.queued = m.queues()
		own, err := m.plan(ctx)
		if err != nil {
			return fail(err)
		}
		given = &own
	}
	summary, err := m.simulate(ctx, *given, p.report)
	if err != nil {
		return fail(err)
	}
	f, err := m.simulatedFigures(summary)
	if err != nil {
		return fail(err)
	}
	p.next()
	return f, m.method(*given, summary), summary, nil
}

func (m model) method(p plan, s lifecycle.Summary) Method {
	how := Method{Basis: Simulated, Replications: len(s.Replications), WarmUp: p.warmUp, Stretch: p.stretch, Windows: p.windows, Seed: m.options.Seed}
	var longest time.Duration
	for _, r := range s.Replications {
		how.Requests += r.Invocations
		longest = max(longest, r.Elapsed)
	}
	if how.Stretch == 0 {
		how.Stretch = longest
	}
	return how
}

// assumed returns the variants of a forecast.
func (m model) assumed(ctx context.Context, f Forecast, p *progress) ([]Variant, error) {
	var all []Variant
	for _, idle := range m.options.IdleTimeouts {
		v := Variant{idle, f.Figures, f.Method}
		var err error
		if m.platform.IdleTimeout == lifecycle.Distribution(lifecycle.Constant(idle)) {
			p.next() // the forecast's own
		} else if v.Figures, v.Method, _, err = m.with(idle).estimate(ctx, nil, p); err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, nil
}

// progress counts simulations.
type progress struct {
	call     func(Progress)
	done, of int
}

func (p *progress) report(s lifecycle.Progress) {
	if p.call != nil {
		p.call(Progress{p.done, p.of, s})
	}
}

func (p *progress) next() {
	p.done++
	p.report(lifecycle.Progress{})
}
