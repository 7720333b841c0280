package lifecycle

import "time"

// Preset names a set of observations of how AWS kept environments. None is documented by AWS, none is newer than January
// 2021, and at low rates the idle timeout matters more than anything else: with one request in 100 s the probability of a
// cold start is 5 %, 1.5 %, .17 % or .0006 % for 300, 420, 640 or 1,200 s. Use presets as brackets, two at a time, and fit
// the timeout to your own log ([FitIdleTimeout]) where you have one.
type Preset int

// The presets. The zero value is none of them.
const (
	// Observed2021Short has an idle timeout of 5 min, the lower end of what was measured in January 2021.
	// Doubt: newer than the others, but years old; only a range is known.
	Observed2021Short Preset = 1 + iota
	// Observed2021Long has 7 min, the upper end of the same measurement.
	Observed2021Long
	// Observed2020Quiet has 640 s, which fits real request logs of 2020 for rates under .01 per second.
	// Doubt: fitted on logs of a single function of about 1.9 s; its cold starts are reproduced to within two in each log.
	Observed2020Quiet
	// Observed2020Busy has 1,200 s, which fits the busier logs of the same year: the keep-alive was longer for busier
	// functions. Doubt: as above; where exactly one passes into the other is not known.
	Observed2020Busy
	// Observed2019 has 10 min, observed from July 2019. Doubt: one published measurement.
	Observed2019
	// Observed2018Short has 25 min, the lower end of what was observed before July 2019. Doubt: a wide range, long past.
	Observed2018Short
	// Observed2018Long has 60 min, the upper end of the same observations.
	Observed2018Long
)

// AWS returns a platform like AWS's: most-recently-used routing, the idle timeout of the preset, a lifetime cap of 2 h
// (observed; about), 1,000 concurrent environments (the default quota of an account and region in 2026; new accounts have
// 10 or 50, and 100 are kept unreserved), 10 requests per second and environment, and a scale-out of 1,000 environments per
// 10 s (the rule since the end of 2023, whatever the preset's year). Replacement at the cap is not proactive, as in the logs
// of 2020; set ProactiveReplacement for the other bound.
//
// For an unknown preset the platform has no idle timeout, which every run refuses.
func AWS(preset Preset) Platform {
	p := Platform{
		MaxLifetime:       2 * time.Hour,
		ConcurrencyLimit:  1000,
		RequestsPerSecond: 10,
		ScaleOut:          ScaleOut{Environments: 1000, Interval: 10 * time.Second},
	}
	switch preset {
	case Observed2021Short:
		p.IdleTimeout = Constant(5 * time.Minute)
	case Observed2021Long:
		p.IdleTimeout = Constant(7 * time.Minute)
	case Observed2020Quiet:
		p.IdleTimeout = Constant(640 * time.Second)
	case Observed2020Busy:
		p.IdleTimeout = Constant(1200 * time.Second)
	case Observed2019:
		p.IdleTimeout = Constant(10 * time.Minute)
	case Observed2018Short:
		p.IdleTimeout = Constant(25 * time.Minute)
	case Observed2018Long:
		p.IdleTimeout = Constant(60 * time.Minute)
	}
	return p
}
