package forecast

import (
	"slices"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// Defaults of [Options].
const (
	DefaultReplications           = 10
	DefaultRequestsPerReplication = 100_000
)

// Options are what a forecast depends on beside its scenario. A nil *Options, like the zero value, means the embedded
// prices, list prices without a free tier, seed 0, and what the comments below say of 0. Options are only read.
type Options struct {
	Catalog *cost.Catalog // prices; nil means [cost.Embedded]
	// Billing is the free tier, earlier usage of the month, discounts. nil means list prices and no free tier.
	Billing *cost.Options
	// Seed of everything that is random. The same seed gives the same forecast, on every machine and any number of cores.
	Seed uint64

	// Replications is how many independent simulations the intervals rest on, 2 to 10,000; 0 means 10, or fewer, down to 3,
	// where each takes more than twice RequestsPerReplication, as a day of a shape or the time before the measurement may.
	Replications int
	// RequestsPerReplication is about how many requests each replication measures, 1,000 to 1e9, where the month has as many:
	// 0 means 100,000. A day or week of a shape may have up to 8 times as many, and beyond that is measured in windows: see the
	// package comment.
	RequestsPerReplication int
	// Stretch is how long each replication measures arrivals that have no end, in one piece; 0 means chosen by
	// RequestsPerReplication. For arrivals that have a cycle it should be whole cycles. Of arrivals that end it is how long a
	// time they stand for; 0 means Scenario.Cycle.
	Stretch time.Duration
	// Simulate has figures simulated also where a closed form is exact.
	Simulate bool

	// IdleTimeouts are those for which Forecast.Assumed has the figures too, each 0 or more; nil means [IdleTimeouts], an
	// empty slice none.
	IdleTimeouts []time.Duration

	// Progress is called after every replication, never twice at a time.
	Progress func(Progress)
}

// Progress says how far a forecast has come.
type Progress struct {
	Done, Of   int                // simulations; closed forms are counted too
	Simulation lifecycle.Progress // of the one that is running
}

// IdleTimeouts returns the idle timeouts that forecasts are repeated for unless Options says otherwise: those of the presets
// of package lifecycle since 2020, 5 min, 7 min, 640 s and 20 min.
func IdleTimeouts() []time.Duration {
	presets := []lifecycle.Preset{
		lifecycle.Observed2021Short, lifecycle.Observed2021Long, lifecycle.Observed2020Quiet, lifecycle.Observed2020Busy,
	}
	timeouts := make([]time.Duration, len(presets))
	for i, p := range presets {
		timeouts[i] = lifecycle.AWS(p).IdleTimeout.Mean()
	}
	return timeouts
}

// resolved returns valid options with the defaults filled in. Replications stay 0 where the plan may choose.
func (o *Options) resolved() (Options, error) {
	var r Options
	if o != nil {
		r = *o
	}
	if r.Replications != 0 && (r.Replications < 2 || r.Replications > 10_000) {
		return r, outOfRange("Options.Replications", r.Replications, "2 to 10,000, or 0 for 10")
	}
	if r.RequestsPerReplication == 0 {
		r.RequestsPerReplication = DefaultRequestsPerReplication
	}
	if r.RequestsPerReplication < 1000 || r.RequestsPerReplication > 1e9 {
		return r, outOfRange("Options.RequestsPerReplication", r.RequestsPerReplication, "1,000 to 1e9, or 0 for 100,000")
	}
	if r.Stretch < 0 || r.Stretch > longestStretch {
		return r, outOfRange("Options.Stretch", r.Stretch, "0 (chosen) to 30 years")
	}
	if r.IdleTimeouts == nil {
		r.IdleTimeouts = IdleTimeouts()
	}
	if i := slices.IndexFunc(r.IdleTimeouts, func(t time.Duration) bool { return t < 0 || t > longestStretch }); i >= 0 {
		return r, outOfRange("Options.IdleTimeouts", r.IdleTimeouts[i], "0 to 30 years each")
	}
	if err := r.Billing.Validate(); err != nil {
		return r, err
	}
	if r.Catalog == nil {
		r.Catalog = cost.Embedded()
	}
	return r, nil
}
