package tuning

import (
	"math/big"
	"time"
)

// Options say which runs count and what the duration of a [Point] is. A nil *Options, like the zero value: warm runs alone,
// their mean, 512 MB of /tmp, billing rules as of 2025-08-01.
type Options struct {
	// ColdShare is the share of invocations that are cold, 0 to 1, as the decimal that it prints as. Cold and warm runs are
	// averaged apart and weighted with it, however many of each were measured:
	//
	//	(1-ColdShare) × mean of the warm + ColdShare × mean of the cold
	//
	// So a size needs warm runs unless it is 1, and cold ones unless it is 0; one that lacks them is left out with a
	// [*NoRunsError]. 0 means that none is cold: cold runs do not count.
	ColdShare float64
	// AsMeasured takes all runs alike, cold or warm, in place of ColdShare, which must then be 0. It is for runs that are a
	// fair sample of all, such as a day of a log.
	AsMeasured bool
	// EphemeralMB is the configured /tmp, 512 to 10,240 MB; 0 means the free 512.
	EphemeralMB int
	// Trim is the share of runs that is discarded at either end before averaging, 0 to 0.4: of durations and of billed
	// durations, each sorted on its own, of warm and cold runs apart, rounded down to whole runs. The reference tool trims
	// 0.2. 0 means none. Runs that are discarded are paid all the same: with a long tail the cost comes out too low, and a
	// Percentile is the better measure of the duration.
	Trim float64
	// Percentile makes the Duration of a point that percentile of all runs in place of their mean: above 0 and up to 1, 0.99
	// for p99, 1 for the longest. It is the shortest duration such that this share of invocations takes no longer (nearest
	// rank), with the weights of ColdShare. The cost remains the mean, as that is what is paid. 0 means the mean. It does not
	// go with Trim.
	Percentile float64
	// On is the day (UTC) whose billing rules hold; zero means 2025-08-01, since when INIT is billed for all. In China
	// (cn-…) the rules are known only up to 2020-11-30: anything later is an error there.
	On time.Time
}

// newestRules is the day from which on billed durations are as package cost knows them to be today.
var newestRules = time.Date(2025, time.August, 1, 0, 0, 0, 0, time.UTC)

// Validate returns a [*RangeError] for the first option that is out of range. What a /tmp can be, [Price] asks package cost.
func (o *Options) Validate() error {
	_, err := o.plan()
	return err
}

// plan is Options, ready to be worked with.
type plan struct {
	asMeasured       bool
	cold             portion
	trim, percentile portion
	on               time.Time
}

func (o *Options) plan() (plan, error) {
	if o == nil {
		o = &Options{}
	}
	p := plan{asMeasured: o.AsMeasured, on: o.On}
	if p.on.IsZero() {
		p.on = newestRules
	}
	var err error
	if p.cold, err = newPortion("Options.ColdShare", o.ColdShare, 1, "0 to 1"); err != nil {
		return plan{}, err
	}
	if p.trim, err = newPortion("Options.Trim", o.Trim, 0.4, "0 to 0.4"); err != nil {
		return plan{}, err
	}
	if p.percentile, err = newPortion("Options.Percentile", o.Percentile, 1, "0 for the mean, or above 0 and up to 1"); err != nil {
		return plan{}, err
	}
	switch {
	case o.AsMeasured && o.ColdShare != 0:
		return plan{}, outOfRange("Options.ColdShare", o.ColdShare, "0 with AsMeasured")
	case o.Trim > 0 && o.Percentile > 0:
		return plan{}, outOfRange("Options.Trim", o.Trim, "0 with Percentile")
	}
	return p, nil
}

// group is runs that are averaged together. The weights of all groups of a size sum up to plan.cold.den.
type group struct {
	weight *big.Int
	runs   runs
}

// groups sorts a size's runs into those that the options weight differently. Those without weight are left out.
func (p *plan) groups(warm, cold runs) ([]group, error) {
	if p.asMeasured {
		return []group{{p.cold.den, warm.and(cold)}}, nil
	}
	var all []group
	if !p.cold.isOne() {
		if warm.len() == 0 {
			return nil, &NoRunsError{"warm"}
		}
		all = append(all, group{new(big.Int).Sub(p.cold.den, p.cold.num), warm})
	}
	if !p.cold.isZero() {
		if cold.len() == 0 {
			return nil, &NoRunsError{"cold"}
		}
		all = append(all, group{p.cold.num, cold})
	}
	return all, nil
}
