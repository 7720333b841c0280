package tuning

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// Evaluation is what [Evaluate] makes of raw timings: points with all that belongs to them. It keeps the runs, so that it
// can be asked how sure its figures are. It is immutable as long as its fields are not written to, and then safe for
// concurrent use. The zero value has no sizes; what it is asked for is a [*RangeError].
type Evaluation struct {
	Region, Currency string
	Arch             cost.Arch
	Mode             cost.Mode // of all runs
	AsOf             time.Time // of the prices
	On               time.Time // the day whose billing rules were used
	// Sizes are in ascending order of memory, one at least.
	Sizes []Size
	// LeftOut are the sizes that could not be used, and why, in ascending order of memory.
	LeftOut []LeftOut

	plan   plan
	pricer *Pricer
	rates  *cost.Rates
}

// Size is one memory size of an [Evaluation].
type Size struct {
	Point      Point
	Parts      Parts         // of Point.Cost
	Warm, Cold int           // runs measured, whether or not the options gave them weight
	MeanBilled time.Duration // what the cost was made of, rounded to the nanosecond; the cost itself knows no such rounding

	groups []group
	billed mean // in ms
}

// Evaluate prices measured runs as [Price] does, and returns all that belongs to the points, with the sizes that were left
// out among it. The error is nil as long as there is one size that could be used; where there is none, it is a
// [*LeftOutError]. Other errors are about the rates, the architecture, or the options.
func Evaluate(r *cost.Rates, a cost.Arch, measured []Sample, o *Options) (*Evaluation, error) {
	p, err := o.plan()
	if err != nil {
		return nil, err
	}
	if len(measured) == 0 {
		return nil, outOfRange("measured", "empty", "one sample or more")
	}
	if o == nil {
		o = &Options{}
	}
	pooled := pool(measured)
	sizes, errs := make([]counted, len(pooled)), make([]error, len(pooled))
	for i, s := range pooled {
		sizes[i], errs[i] = p.count(s)
	}
	mode := modeOf(pooled, sizes, errs)
	pricer, err := NewPricer(r, a, mode, o.EphemeralMB)
	if err != nil {
		return nil, err
	}
	// The region and the day are asked once: a look at the region's name takes longer than a run.
	if _, err := cost.BilledDurationIn(r.Region(), cost.Timing{Mode: mode}, p.on); err != nil {
		return nil, err
	}
	e := &Evaluation{
		Region: r.Region(), Currency: r.Currency(), Arch: a, Mode: mode, AsOf: r.AsOf(), On: p.on,
		plan: p, pricer: pricer, rates: r,
	}
	for i, s := range pooled {
		size, err := sizes[i], errs[i]
		if err == nil {
			err = ofMode(s, mode)
		}
		if err != nil {
			e.LeftOut = append(e.LeftOut, LeftOut{MemoryMB: s.MemoryMB, Err: err})
			continue
		}
		size.Point, size.Parts = e.price(s.MemoryMB, size.Point.Duration, size.billed)
		e.Sizes = append(e.Sizes, size.Size)
	}
	slices.SortFunc(e.Sizes, func(a, b Size) int { return cmp.Compare(a.Point.MemoryMB, b.Point.MemoryMB) })
	slices.SortFunc(e.LeftOut, func(a, b LeftOut) int { return cmp.Compare(a.MemoryMB, b.MemoryMB) })
	if len(e.Sizes) == 0 {
		return nil, &LeftOutError{Sizes: e.LeftOut}
	}
	return e, nil
}

// counted is a size before it is priced.
type counted struct {
	Size
	mixed bool // its runs are on more than one mode
}

// count makes of the runs of one size all that does not depend on prices.
func (p *plan) count(s Sample) (counted, error) {
	if err := validMemory("MemoryMB", s.MemoryMB); err != nil {
		return counted{}, err
	}
	if s.Failed != "" {
		return counted{}, &FailedError{s.Failed}
	}
	if len(s.Runs) == 0 {
		return counted{}, &NoRunsError{}
	}
	var c counted
	var warm, fresh runs
	warm.grow(len(s.Runs))
	for i, t := range s.Runs {
		billed, err := cost.BilledDuration(t, p.on)
		if err != nil {
			return counted{}, &RunError{i, err}
		}
		c.mixed = c.mixed || t.Mode != s.Runs[0].Mode
		if latency := t.Duration + t.Init + t.BilledRestore; cold(t) {
			fresh.add(latency, billed)
		} else {
			warm.add(latency, billed)
		}
	}
	var err error
	if c.groups, err = p.groups(warm, fresh); err != nil {
		return counted{}, err
	}
	summarized := c.groups
	if p.sorts() {
		summarized = make([]group, len(c.groups))
		for i, g := range c.groups {
			summarized[i] = group{g.weight, g.runs.and(runs{})}
		}
	}
	c.Point.Duration, c.billed = p.summarize(summarized)
	if c.Point.Duration == 0 || c.billed.num.Sign() == 0 {
		return counted{}, outOfRange("duration of the runs", "0", "above 0, and something billed")
	}
	c.Warm, c.Cold, c.MeanBilled = warm.len(), fresh.len(), nanoseconds(c.billed)
	return c, nil
}

// modeOf returns the mode that all runs have to have: that of the first size that can be used. Where there is none, it is that
// of the first run whose mode exists, so that the sizes are left out for what is wrong with them.
func modeOf(pooled []Sample, sizes []counted, errs []error) cost.Mode {
	for i, s := range pooled {
		if errs[i] == nil && !sizes[i].mixed {
			return s.Runs[0].Mode
		}
	}
	for _, s := range pooled {
		for _, t := range s.Runs {
			if t.Mode.Validate() == nil {
				return t.Mode
			}
		}
	}
	return cost.OnDemand
}

// ofMode returns an error for the first run of a size that is on another mode.
func ofMode(s Sample, mode cost.Mode) error {
	for i, t := range s.Runs {
		if t.Mode != mode {
			return &RunError{i, outOfRange("Mode", t.Mode, fmt.Sprintf("%v, as the first size that can be used", mode))}
		}
	}
	return nil
}

// price makes a point of what a size's runs sum up to.
func (e *Evaluation) price(memoryMB int, duration time.Duration, billed mean) (Point, Parts) {
	parts := e.pricer.parts(memoryMB, billed, time.Millisecond)
	return Point{memoryMB, duration, parts.Total()}, parts
}

// nanoseconds returns a mean of milliseconds rounded to the nanosecond, half up.
func nanoseconds(ms mean) time.Duration {
	ns := new(big.Int).Mul(ms.num, big.NewInt(int64(time.Millisecond)))
	return time.Duration(mean{ns, ms.den}.round().Int64())
}

// made refuses an evaluation that is not of Evaluate.
func (e *Evaluation) made() error {
	if e.pricer == nil || len(e.Sizes) == 0 {
		return outOfRange("Evaluation", "the zero value", "one of Evaluate")
	}
	return nil
}

// Points returns the points of all sizes, in ascending order of memory.
func (e *Evaluation) Points() []Point {
	points := make([]Point, len(e.Sizes))
	for i := range e.Sizes {
		points[i] = e.Sizes[i].Point
	}
	return points
}

// Included says in words what the costs are made of, and what not, for whoever reads the figures.
func (e *Evaluation) Included() []string {
	if e.made() != nil {
		return nil
	}
	said := []string{
		fmt.Sprintf("%s, %s, prices in %s as of %s, list prices of the first tier: %s", e.Region, e.archName(), e.Currency, e.AsOf.Format(time.DateOnly), e.rates.Card().Source),
		"per invocation: one request, and every run's billed duration by the rules of " + e.On.UTC().Format(time.DateOnly) + ", averaged after rounding up",
	}
	switch p := e.plan; {
	case p.asMeasured:
		said = append(said, "cold and warm runs as they were measured")
	case p.cold.isZero():
		said = append(said, "warm runs alone")
	default:
		said = append(said, fmt.Sprintf("cold runs weighted with %s of all invocations, INIT included", p.cold.percent()+" %"))
	}
	switch p := e.plan; {
	case !p.trim.isZero():
		said = append(said, p.trim.percent()+" % of the runs discarded at either end, of costs too")
	case !p.percentile.isZero():
		said = append(said, "durations are the p"+p.percentile.percent()+", costs the mean")
	}
	if e.pricer.extraMB > 0 {
		said = append(said, fmt.Sprintf("%d MB of /tmp", e.pricer.extraMB+cost.FreeEphemeralMB))
	}
	if e.Mode == cost.Provisioned {
		said = append(said, "on provisioned concurrency, which is charged by the hour and is not included")
	}
	return append(said, "not included: free tier, streamed bytes, events above 256 KB, logs")
}

func (e *Evaluation) archName() string {
	if e.Arch == "" {
		return "Lambda@Edge"
	}
	return string(e.Arch)
}

// Price prices raw timings: what an invocation takes and costs at each memory size that was measured, in ascending order of
// memory.
//
// Every run is billed by itself, by the rules of the day and region (see [Options]), before anything is averaged: the
// request charge, then billed duration × memory, then /tmp. Cost is the mean of all runs that count, however long the tail
// is, but for Options.Trim; Duration is what a caller waits, handler + INIT + the billed part of a restore, as mean, trimmed
// mean or percentile. What is included is said by [Evaluation.Included], and in figures by [Parts]: [Evaluate] returns both.
//
// A size that failed, has no runs that count, or has a run that cannot be billed, is left out. If there is one, the points
// of all other sizes are returned together with a [*LeftOutError] that names it: a caller who can do without it goes on.
//
//	points, err := tuning.Price(rates, cost.ARM64, samples, nil)
//	var left *tuning.LeftOutError
//	if errors.As(err, &left) && left.Kept > 0 {
//		log.Print(left)
//	} else if err != nil {
//		return err
//	}
//
// All other errors come without points: those of [Options.Validate], of [NewPricer], of [cost.BilledDurationIn] for the
// region and day, and a [*RangeError] for no samples at all.
func Price(r *cost.Rates, a cost.Arch, measured []Sample, o *Options) ([]Point, error) {
	e, err := Evaluate(r, a, measured, o)
	if err != nil {
		return nil, err
	}
	if len(e.LeftOut) > 0 {
		err = &LeftOutError{Sizes: slices.Clone(e.LeftOut), Kept: len(e.Sizes)}
	}
	return e.Points(), err
}
