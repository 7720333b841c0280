package lifecycle

import (
	"errors"
	"fmt"
	"time"
)

// Options of a run. A nil pointer and the zero value mean: seed 0, everything measured, up to the workload's own end.
type Options struct {
	// Seed of everything that is random. Runs with equal seeds draw the same numbers for the same requests, whatever else
	// differs between them: that makes their difference precise.
	Seed uint64
	// WarmUp is simulated, but not measured: requests that arrive before it, and environment time before it.
	WarmUp time.Duration
	// Until ends the run: requests that arrive then or later are not taken, and time is measured up to it. 0 means the end of
	// the workload: its horizon, where it has one, else the last completion.
	Until time.Duration
	// Observe is called with every invocation, measured or not, in the order in which they were started or given up. Not for
	// [Replicate].
	Observe func(Invocation)
	// ObserveEnvironments is called with every transition of an environment, in the order of time. Not for [Replicate].
	ObserveEnvironments func(Transition)
	// Progress is called now and then (about every 262,144 requests), and at the end. [Replicate] calls it after every
	// replication, never twice at a time.
	Progress func(Progress)
	// Timeline is the step of [Result.Timeline]; 0 means that there is none.
	Timeline time.Duration
	// Precision lets [Replicate] stop before all replications are done.
	Precision *Precision
}

// Progress says how far a run has come.
type Progress struct {
	At, Until    time.Duration // simulated time, and where it ends: 0 where that is not known beforehand
	Invocations  uint64        // requests that have arrived
	Replications int           // complete, in Replicate
}

// Validate reports all that is wrong with o, joined: [*RangeError].
func (o Options) Validate() error {
	var errs []error
	check := func(ok bool, field string, given any, allowed string) {
		if !ok {
			errs = append(errs, outOfRange("Options."+field, given, allowed))
		}
	}
	check(o.Until >= 0 && o.Until <= maxTime, "Until", o.Until, "0 (the workload's end) to 73 years")
	check(o.WarmUp >= 0 && o.WarmUp <= maxTime, "WarmUp", o.WarmUp, "0 or more")
	check(o.Until == 0 || o.WarmUp < max(o.Until, 1), "WarmUp", o.WarmUp, fmt.Sprintf("less than Until, %v", o.Until))
	check(o.Timeline >= 0, "Timeline", o.Timeline, "0 (none) or more")
	if o.Precision != nil {
		errs = append(errs, o.Precision.validate())
	}
	return errors.Join(errs...)
}

// maxTime bounds simulated time, so that no sum of times overflows.
const maxTime = 1 << 61

// ageless is a lifetime that no environment reaches; added to a time it is none that overflows.
const ageless = 1 << 62
