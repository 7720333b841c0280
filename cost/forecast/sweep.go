package forecast

import (
	"context"
	"math"
	"reflect"
	"slices"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/runtimes"
)

// Grid is what a sweep varies: all combinations. What is left empty stays as in the scenario.
type Grid struct {
	// MemoryMB are memory sizes. More than one need a Scenario.Task, as otherwise nothing says how durations change.
	MemoryMB []int
	// Arches are architectures. Where the scenario has a Runtime, that of the other architecture is looked up in the embedded
	// table; the cells have an error where the scenario's is not in it. Durations are taken to be the same.
	Arches       []cost.Arch
	Regions      []string
	IdleTimeouts []time.Duration // nobody chooses them: see [Swept.AtAnyIdleTimeout]
	Provisioned  []int           // provisioned concurrency, 0 or more
}

// MostCells is how many combinations a sweep may have.
const MostCells = 10_000

// Limits are what a combination has to meet. The zero value is met by all that refuse no request. None is met where more
// executions are cut off by the timeout than Needs.CutOff lets.
type Limits struct {
	Percentile    float64       // one of [Percentiles], of Latency; 0 where Latency is 0
	Latency       time.Duration // the longest; 0 means any. Events that still wait at the end count as later than all others
	ColdStartRate float64       // the highest share of executions that start an environment; 0 means any
	// ThrottleRate is the highest share of requests that may be refused for good; 0 means none, 1 any. What is not executed
	// is not billed, so that what refuses most would seem to cost least. Where windows cannot show how many events are given up
	// (see the package comment), only 1 is met.
	ThrottleRate float64
}

// Cell is one combination of a sweep.
type Cell struct {
	Region      string
	Arch        cost.Arch
	MemoryMB    int
	IdleTimeout time.Duration // the mean where it varies
	Provisioned int

	Figures
	Method Method
	// Meets says that the limits are met, Surely that they are met by the upper end of the 95 % confidence interval too.
	Meets, Surely bool
	// Err is why there are no figures: the combination does not fit, or is not sold. Problem is its text.
	Err     error  `json:"-"`
	Problem string `json:",omitempty"`
}

// Swept is the outcome of a sweep.
type Swept struct {
	Scenario string
	Limits   Limits
	Cells    []Cell // by region, architecture, memory, idle timeout, provisioned concurrency, in the order of the grid
	// Cheapest is the index of the cell with the lowest total of those that meet the limits, of equal ones the first; -1 where
	// none does. With several idle timeouts it is that of the kindest: see AtAnyIdleTimeout.
	Cheapest int
}

// AtAnyIdleTimeout returns what to decide for where a sweep has several idle timeouts, of which AWS and not you chooses: of the
// combinations of region, architecture, memory and provisioned concurrency that meet the limits at all of them, the one that
// costs least where it costs most. It is the index of that dearest cell, of equal ones the first; -1 where no combination does.
// With one idle timeout it is Cheapest.
func (s Swept) AtAnyIdleTimeout() int {
	type combination struct {
		region                string
		arch                  cost.Arch
		memoryMB, provisioned int
	}
	dearest := map[combination]int{}
	var order []combination
	for i, c := range s.Cells {
		by := combination{c.Region, c.Arch, c.MemoryMB, c.Provisioned}
		worst, seen := dearest[by]
		switch {
		case !seen:
			order = append(order, by)
			dearest[by] = i
		case worst >= 0 && c.Total().GreaterThan(s.Cells[worst].Total()):
			dearest[by] = i
		}
		if !c.Meets {
			dearest[by] = -1
		}
	}
	best := -1
	for _, by := range order {
		if i := dearest[by]; i >= 0 && (best < 0 || s.Cells[i].Total().LessThan(s.Cells[best].Total())) {
			best = i
		}
	}
	return best
}

// Sweep forecasts all combinations of a grid, on common random numbers, and finds the cheapest that meets the limits. What
// only changes prices is not simulated again. Variants for other idle timeouts are not computed: they are a dimension of
// the grid.
//
// A combination that does not fit Lambda or is not sold has its error in its cell. The errors of the sweep are [*RangeError]
// for the grid, limits and options; [*CurrencyError] for regions of two currencies; and what stops a simulation.
func Sweep(ctx context.Context, s Scenario, g Grid, l Limits, o *Options) (Swept, error) {
	opt, err := o.resolved()
	if err != nil {
		return Swept{}, err
	}
	if err := l.validate(); err != nil {
		return Swept{}, err
	}
	g = g.filled(s)
	if err := g.validate(s); err != nil {
		return Swept{}, err
	}
	w := sweep{swept: Swept{Scenario: s.Name, Limits: l, Cheapest: -1}, byRun: map[lifecycleKey][]int{}}
	w.cells(s, g, opt)
	if err := w.currencies(); err != nil {
		return Swept{}, err
	}
	p := progress{call: opt.Progress, of: len(w.runs)}
	plans, err := w.plans(ctx)
	if err != nil {
		return Swept{}, err
	}
	for i, key := range w.runs {
		if err := w.run(ctx, w.byRun[key], plans[i], &p); err != nil {
			return Swept{}, err
		}
	}
	w.choose()
	return w.swept, nil
}

func (l Limits) validate() error {
	switch {
	case l.Latency < 0:
		return outOfRange("Limits.Latency", l.Latency, "0 (any) or more")
	case !(l.ColdStartRate >= 0 && l.ColdStartRate <= 1):
		return outOfRange("Limits.ColdStartRate", l.ColdStartRate, "a share from 0 (any) to 1")
	case !(l.ThrottleRate >= 0 && l.ThrottleRate <= 1):
		return outOfRange("Limits.ThrottleRate", l.ThrottleRate, "a share from 0 (none) to 1")
	case l.Latency > 0 && !slices.Contains(Percentiles(), l.Percentile):
		return outOfRange("Limits.Percentile", l.Percentile, "one of .5, .9, .95, .99, .999")
	case l.Latency == 0 && l.Percentile != 0:
		return outOfRange("Limits.Percentile", l.Percentile, "0, as there is no Limits.Latency")
	}
	return nil
}

// filled returns the grid with the scenario's own values where it is empty.
func (g Grid) filled(s Scenario) Grid {
	if len(g.MemoryMB) == 0 {
		g.MemoryMB = []int{s.MemoryMB}
	}
	if len(g.Arches) == 0 {
		g.Arches = []cost.Arch{s.Arch}
	}
	if len(g.Regions) == 0 {
		g.Regions = []string{s.Region}
	}
	if len(g.Provisioned) == 0 {
		g.Provisioned = []int{s.Function.ProvisionedConcurrency}
	}
	return g
}

func (g Grid) validate(s Scenario) error {
	n := 1
	for _, each := range []int{len(g.MemoryMB), len(g.Arches), len(g.Regions), max(len(g.IdleTimeouts), 1), len(g.Provisioned)} {
		if n *= min(each, MostCells+1); n > MostCells {
			return outOfRange("Grid", "more than 10,000 combinations", "up to 10,000")
		}
	}
	if s.Task == nil && slices.ContainsFunc(g.MemoryMB, func(mb int) bool { return mb != s.MemoryMB }) {
		return outOfRange("Scenario.Task", "nil", "a task, as durations at other memory sizes are asked for")
	}
	if i := slices.IndexFunc(g.IdleTimeouts, func(t time.Duration) bool { return t < 0 || t > longestStretch }); i >= 0 {
		return outOfRange("Grid.IdleTimeouts", g.IdleTimeouts[i], "0 to 30 years each")
	}
	return nil
}

// lifecycleKey is what a simulation depends on: cells that agree in it differ in prices alone.
type lifecycleKey struct {
	memoryMB    int       // 0 where durations do not depend on it
	arch        cost.Arch // "" where cold starts do not depend on it
	idleTimeout int       // its index in the grid
	provisioned int
}

type sweep struct {
	swept  Swept
	models []model // by cell
	runs   []lifecycleKey
	byRun  map[lifecycleKey][]int // cells without an error
}

// cells lays out the grid.
func (w *sweep) cells(s Scenario, g Grid, o Options) {
	for _, region := range g.Regions {
		for _, arch := range g.Arches {
			for _, memoryMB := range g.MemoryMB {
				for idle := range max(len(g.IdleTimeouts), 1) {
					for _, provisioned := range g.Provisioned {
						c := s
						c.Region, c.Arch, c.MemoryMB = region, arch, memoryMB
						if c.Task != nil && c.MeasuredMB == 0 {
							c.MeasuredMB = s.MemoryMB
						}
						if len(g.IdleTimeouts) > 0 {
							c.Platform.IdleTimeout = lifecycle.Constant(g.IdleTimeouts[idle])
						}
						c.Function.ProvisionedConcurrency = provisioned
						key := lifecycleKey{idleTimeout: idle, provisioned: provisioned}
						if s.Task != nil || s.Runtime != nil {
							key.memoryMB = memoryMB
						}
						if s.Runtime != nil {
							key.arch = arch
						}
						w.add(c, key, o)
					}
				}
			}
		}
	}
}

func (w *sweep) add(s Scenario, key lifecycleKey, o Options) {
	cell := Cell{Region: s.Region, Arch: s.Arch, MemoryMB: s.MemoryMB, Provisioned: s.Function.ProvisionedConcurrency}
	if s.Platform.Validate() == nil {
		cell.IdleTimeout = s.Platform.IdleTimeout.Mean()
	}
	m, err := siblingModel(s, o)
	if err != nil {
		cell.fail(err)
	} else {
		if _, known := w.byRun[key]; !known {
			w.runs = append(w.runs, key)
		}
		w.byRun[key] = append(w.byRun[key], len(w.models))
	}
	w.models = append(w.models, m)
	w.swept.Cells = append(w.swept.Cells, cell)
}

// siblingModel makes the model of a scenario whose runtime may be that of another architecture.
func siblingModel(s Scenario, o Options) (model, error) {
	var err error
	if s.Runtime, err = sibling(s.Runtime, s.Arch); err != nil {
		return model{}, err
	}
	return newModel(s, o)
}

func (c *Cell) fail(err error) { c.Err, c.Problem = err, err.Error() }

// sibling returns the profile of the same function on another architecture.
func sibling(p *runtimes.Profile, arch cost.Arch) (*runtimes.Profile, error) {
	if p == nil || p.Arch == string(arch) {
		return p, nil
	}
	q := runtimes.Query{Function: p.Function, Arch: p.Arch, Packaging: p.Packaging, MemoryMB: p.MemoryMB, Month: p.Measured}
	if own, err := runtimes.Find(q); err != nil || !reflect.DeepEqual(own, *p) {
		return nil, outOfRange("Grid.Arches", string(arch), p.Arch+", as the scenario's Runtime is none of the embedded table, which would have the other's")
	}
	q.Arch = string(arch)
	other, err := runtimes.Find(q)
	return &other, err
}

// currencies refuses cells whose totals cannot be compared.
func (w *sweep) currencies() error {
	first := -1
	for i, m := range w.models {
		switch {
		case w.swept.Cells[i].Err != nil:
		case first < 0:
			first = i
		case m.rates.Currency() != w.models[first].rates.Currency():
			a, b := w.models[first].rates, m.rates
			return &CurrencyError{a.Currency(), b.Currency(), "the bill of " + a.Region(), "that of " + b.Region()}
		}
	}
	return nil
}

// plans returns a plan for each simulation; nil for what has a closed form.
func (w *sweep) plans(ctx context.Context) ([]*plan, error) {
	whole(w.models)
	plans := make([]*plan, len(w.runs))
	for i, key := range w.runs {
		m := w.models[w.byRun[key][0]]
		if m.closed() {
			continue
		}
		p, err := m.plan(ctx)
		if err != nil {
			return nil, err
		}
		plans[i] = &p
	}
	align(plans)
	return plans, nil
}

// run simulates once, and prices all cells of which that is the simulation; without a plan, all have a closed form.
func (w *sweep) run(ctx context.Context, cells []int, planned *plan, p *progress) error {
	if err := stopped(ctx); err != nil {
		return err
	}
	var summary lifecycle.Summary
	var failed error
	how := Method{Basis: ClosedForm}
	if planned != nil {
		m := w.models[cells[0]]
		if summary, failed = m.simulate(ctx, *planned, p.report); failed != nil && ctx.Err() != nil {
			return failed
		}
		how = m.method(*planned, summary)
	}
	for _, i := range cells {
		c := &w.swept.Cells[i]
		f, err := Figures{}, failed
		switch {
		case err != nil:
		case planned == nil:
			f, err = w.models[i].closedFigures()
		default:
			f, err = w.models[i].simulatedFigures(summary)
		}
		if err != nil {
			c.fail(err)
			continue
		}
		c.Figures, c.Method = f, how
		c.Meets, c.Surely = w.swept.Limits.met(c.Figures, summary, w.models[i].scenario.cutOff())
		if how.Windows > 0 && w.swept.Limits.ThrottleRate < 1 && w.models[i].overloaded(1) {
			c.Meets, c.Surely = false, false // nobody knows how many events are given up
		}
	}
	p.next()
	return nil
}

// met says whether figures keep the limits, and whether the upper ends of their intervals do. Without a simulation the summary is
// empty.
func (l Limits) met(f Figures, s lifecycle.Summary, cutOff float64) (meets, surely bool) {
	meets, surely = true, true
	keep := func(mean, high, limit float64) {
		meets = meets && mean <= limit
		surely = surely && high <= limit
	}
	keep(f.ThrottleRate.Mean, f.ThrottleRate.High, l.ThrottleRate)
	keep(f.TimeoutRate.Mean, f.TimeoutRate.High, cutOff)
	if l.Latency > 0 {
		p, _ := f.Percentile(l.Percentile)
		keep(float64(p.Mean), float64(p.High), float64(l.Latency))
		if slices.ContainsFunc(s.Replications, func(r lifecycle.Result) bool { return r.Pending > 0 }) {
			late := s.Estimate(quantileOfAll(l.Percentile))
			keep(late.Mean, late.High, float64(l.Latency))
		}
	}
	if l.ColdStartRate > 0 {
		keep(f.ColdStartRate.Mean, f.ColdStartRate.High, l.ColdStartRate)
	}
	return meets, surely
}

// quantileOfAll is a quantile of latency if requests that still wait at the end, which have none yet, take longer than all others.
func quantileOfAll(p float64) func(lifecycle.Result) float64 {
	return func(r lifecycle.Result) float64 {
		ended := float64(r.Latency.Count())
		rank := p * (ended + float64(r.Pending))
		if rank > ended {
			return math.MaxInt64
		}
		return quantile(rank / ended)(r)
	}
}

func (w *sweep) choose() {
	for i, c := range w.swept.Cells {
		if c.Err != nil || !c.Meets {
			continue
		}
		if best := w.swept.Cheapest; best < 0 || c.Total().LessThan(w.swept.Cells[best].Total()) {
			w.swept.Cheapest = i
		}
	}
}
