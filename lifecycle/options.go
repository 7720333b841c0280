package lifecycle

import (
	"errors"
	"fmt"
	"time"
)

// Options of a run. A nil pointer and the zero value mean: seed 0, everything measured, up to the workload's own end. All
// times are simulated ones since the start of the run, 0 to 73 years (2^61 ns).
type Options struct {
	// Seed of everything that is random. Runs with equal seeds draw the same numbers for the same requests, whatever else
	// differs between them: that makes their difference precise.
	Seed uint64
	// WarmUp is simulated, but not measured: requests that arrive before it, and environment time before it. It must be
	// before the end of the run; 0 means that everything is measured.
	WarmUp time.Duration
	// Until ends the run: requests that arrive then or later are not taken, and time is measured up to it. 0 means the end of
	// the workload: its horizon, where it has one, else the last completion.
	Until time.Duration
	// Observe is called with every invocation, measured or not, in the order in which they were started or given up. nil
	// means nobody. Not for [Replicate].
	Observe func(Invocation)
	// ObserveEnvironments is called with every transition of an environment, in the order of time. nil means nobody. Not for
	// [Replicate].
	ObserveEnvironments func(Transition)
	// Progress is called now and then (about every 262,144 requests), and at the end. [Replicate] calls it once for every
	// replication, in their order, never twice at a time. nil means nobody.
	Progress func(Progress)
	// Timeline is the step of [Result.Timeline]; 0 means that there is none. There may be up to 1,048,576 steps, of some 100
	// bytes each: so it must be at least the measured time divided by that, which is 1 ms for 17 minutes, 31 s for a year.
	Timeline time.Duration
	// Precision lets [Replicate] stop before all replications are done; nil means never. Other runs have no use for it.
	Precision *Precision
}

// Progress says how far a run has come, or a [Replicate]: At is to Until what has been done is to all there is to do. It has
// no useful zero value.
type Progress struct {
	// At is the simulated time that has been reached. In Replicate it is the simulated time of all replications that are
	// complete, divided by n.
	At time.Duration
	// Until is where At ends; in Replicate where that of one replication does, which is an upper bound where a [Precision]
	// may stop it earlier. 0 means that it is not known beforehand.
	Until time.Duration
	// Invocations are the requests that have arrived, measured or not; in Replicate those of all that are complete.
	Invocations uint64
	// Replications are complete, Of as many as there will be at most. Both are 0 outside of Replicate.
	Replications, Of int
}

// orZero returns the options that a pointer means.
func (o *Options) orZero() Options {
	if o == nil {
		return Options{}
	}
	return *o
}

// Validate reports all that is wrong with o, joined: [*RangeError], [*MissingError].
func (o Options) Validate() error {
	var errs []error
	check := func(ok bool, field string, given any, allowed string) {
		if !ok {
			errs = append(errs, outOfRange("Options."+field, given, allowed))
		}
	}
	check(o.Until >= 0 && o.Until <= maxTime, "Until", o.Until, "0 (the workload's end) to 73 years")
	check(o.WarmUp >= 0 && o.WarmUp <= maxTime, "WarmUp", o.WarmUp, "0 to 73 years")
	check(o.Until == 0 || o.WarmUp < max(o.Until, 1), "WarmUp", o.WarmUp, fmt.Sprintf("less than Until, %v", o.Until))
	check(o.Timeline >= 0, "Timeline", o.Timeline, "0 (none) or more")
	if o.Until > 0 {
		errs = append(errs, o.validTimeline(o.Until))
	}
	if o.Precision != nil {
		errs = append(errs, o.Precision.validate())
	}
	return errors.Join(errs...)
}

// validTimeline refuses a step so short that a run up to end would have too many.
func (o Options) validTimeline(end time.Duration) error {
	least := time.Duration(0)
	if end > o.WarmUp {
		least = (end-o.WarmUp-1)/maxTimeline + 1
	}
	if o.Timeline > 0 && o.Timeline < least {
		return outOfRange("Options.Timeline", o.Timeline, fmt.Sprintf("0 (none), or %v and more, which makes at most %d steps of the run", least, maxTimeline))
	}
	return nil
}

// maxTime bounds simulated time, so that no sum of times overflows.
const maxTime = 1 << 61

// ageless is a lifetime that no environment reaches; added to a time it is none that overflows.
const ageless = 1 << 62
