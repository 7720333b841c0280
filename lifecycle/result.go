package lifecycle

import (
	"math/bits"
	"time"
)

// Work is what was executed, ready to be billed.
type Work struct {
	Requests uint64        // executions
	Duration time.Duration // sum of the handler times
	Init     time.Duration // sum of the billed INIT phases
	BilledMS uint64        // sum of each execution's Duration + Init, rounded up to ms, as AWS bills since 2025-08
}

// Result sums up a run, or several after [Result.Merge]. It is plain data with a JSON form (durations in ns); the zero
// value is the result of no run. What is measured are the requests that arrive between [Options.WarmUp] and the end of the
// run, and the environments in that time.
//
// Initialised, cold and delayed are three counts: Environments that were initialised, executions that started one
// (ColdStarts), and executions that waited because of one (Delayed).
type Result struct {
	Runs        uint64 // that this is the sum of
	Invocations uint64 // requests
	ColdStarts  uint64 // executions that started an environment
	Delayed     uint64 // executions that waited for the start of an environment, longer than 0
	Throttled   uint64 // requests that were refused for good
	Rejections  uint64 // refusals, also those of events that were tried again
	TimedOut    uint64 // executions
	Failed      uint64 // executions that ended in a function error
	Retried     uint64 // executions after the first of an event
	Pending     uint64 // requests that still waited to be tried again at the end
	// InitTimeouts is how many INIT phases were cut at [InitLimit] and run again. The 10 s until then are not in Work: they
	// were not billed when that was last measured (2022).
	InitTimeouts uint64

	// Environments is how many were initialised on demand; AliveAtStart + Environments = Gone + AliveAtEnd. Those of
	// provisioned concurrency are in none of the four.
	Environments, Gone, AliveAtStart, AliveAtEnd uint64
	Replaced                                     uint64 // of Environments: proactive, nobody waited
	PeakBusy, PeakAlive                          uint64 // most environments at one time, provisioned ones included

	OnDemand, Provisioned Work

	Elapsed time.Duration // measured time
	// What environments did in that time. Busy includes Starting.
	StartingTime, BusyTime, IdleTime         EnvironmentTime // on demand
	ProvisionedBusyTime, ProvisionedIdleTime EnvironmentTime
	Latency                                  *Histogram // from arrival to end, of the last execution of each request
	ColdLatency                              *Histogram // the same, of those that started an environment
	Lifespan                                 *Histogram // of the environments that went

	TimelineStep time.Duration   `json:",omitempty"`
	Timeline     []TimelinePoint `json:",omitempty"` // without gaps, from WarmUp on
}

// Served returns how many executions there were.
func (r Result) Served() uint64 { return r.OnDemand.Requests + r.Provisioned.Requests }

// ColdStartRate returns the share of executions that started an environment; 0 if there was none.
func (r Result) ColdStartRate() float64 { return ratio(r.ColdStarts, r.Served()) }

// DelayedRate returns the share of executions that waited for the start of an environment; 0 if there was none.
func (r Result) DelayedRate() float64 { return ratio(r.Delayed, r.Served()) }

// ThrottleRate returns the share of requests that were refused for good; 0 if there was none.
func (r Result) ThrottleRate() float64 { return ratio(r.Throttled, r.Invocations) }

// Busy returns how many environments, provisioned or not, were starting or handling requests, on average over time.
func (r Result) Busy() float64 {
	return r.BusyTime.Average(r.Elapsed) + r.ProvisionedBusyTime.Average(r.Elapsed)
}

// Idle returns how many environments, provisioned or not, were idle, on average over time.
func (r Result) Idle() float64 {
	return r.IdleTime.Average(r.Elapsed) + r.ProvisionedIdleTime.Average(r.Elapsed)
}

// Alive returns how many environments, provisioned or not, there were, on average over time: Busy + Idle.
func (r Result) Alive() float64 { return r.Busy() + r.Idle() }

// ProvisionedUtilization returns the share of the time of provisioned concurrency in which it was busy; 0 without any.
func (r Result) ProvisionedUtilization() float64 {
	busy, idle := r.ProvisionedBusyTime.Seconds(), r.ProvisionedIdleTime.Seconds()
	if busy+idle == 0 {
		return 0
	}
	return busy / (busy + idle)
}

// SpillRate returns the share of executions that were not by provisioned concurrency; 0 if there was none.
func (r Result) SpillRate() float64 { return ratio(r.OnDemand.Requests, r.Served()) }

func ratio(a, b uint64) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// Merge adds the result of another run: counts, times and histograms exactly, in any order; of peaks the larger. Averages
// are then those over all runs. Timelines are added step by step; a timeline and none give none. The error is an
// [*OverflowError], or a [*MismatchError] of timelines that do not begin alike; r is then as it was.
func (r *Result) Merge(s Result) error {
	if s.Runs == 0 {
		return nil
	}
	var a adder
	m := *r
	for _, f := range []struct {
		name string
		to   *uint64
		x    uint64
	}{
		{"Runs", &m.Runs, s.Runs},
		{"Invocations", &m.Invocations, s.Invocations},
		{"ColdStarts", &m.ColdStarts, s.ColdStarts},
		{"Delayed", &m.Delayed, s.Delayed},
		{"Throttled", &m.Throttled, s.Throttled},
		{"Rejections", &m.Rejections, s.Rejections},
		{"TimedOut", &m.TimedOut, s.TimedOut},
		{"Failed", &m.Failed, s.Failed},
		{"Retried", &m.Retried, s.Retried},
		{"Pending", &m.Pending, s.Pending},
		{"InitTimeouts", &m.InitTimeouts, s.InitTimeouts},
		{"Environments", &m.Environments, s.Environments},
		{"Gone", &m.Gone, s.Gone},
		{"AliveAtStart", &m.AliveAtStart, s.AliveAtStart},
		{"AliveAtEnd", &m.AliveAtEnd, s.AliveAtEnd},
		{"Replaced", &m.Replaced, s.Replaced},
		{"OnDemand.Requests", &m.OnDemand.Requests, s.OnDemand.Requests},
		{"OnDemand.BilledMS", &m.OnDemand.BilledMS, s.OnDemand.BilledMS},
		{"Provisioned.Requests", &m.Provisioned.Requests, s.Provisioned.Requests},
		{"Provisioned.BilledMS", &m.Provisioned.BilledMS, s.Provisioned.BilledMS},
	} {
		a.count(f.name, f.to, f.x)
	}
	for _, f := range []struct {
		name string
		to   *time.Duration
		x    time.Duration
	}{
		{"Elapsed", &m.Elapsed, s.Elapsed},
		{"OnDemand.Duration", &m.OnDemand.Duration, s.OnDemand.Duration},
		{"OnDemand.Init", &m.OnDemand.Init, s.OnDemand.Init},
		{"Provisioned.Duration", &m.Provisioned.Duration, s.Provisioned.Duration},
		{"Provisioned.Init", &m.Provisioned.Init, s.Provisioned.Init},
	} {
		a.duration(f.name, f.to, f.x)
	}
	for _, f := range []struct {
		name string
		to   *EnvironmentTime
		x    EnvironmentTime
	}{
		{"StartingTime", &m.StartingTime, s.StartingTime},
		{"BusyTime", &m.BusyTime, s.BusyTime},
		{"IdleTime", &m.IdleTime, s.IdleTime},
		{"ProvisionedBusyTime", &m.ProvisionedBusyTime, s.ProvisionedBusyTime},
		{"ProvisionedIdleTime", &m.ProvisionedIdleTime, s.ProvisionedIdleTime},
	} {
		a.time(f.name, f.to, f.x)
	}
	m.PeakBusy, m.PeakAlive = max(r.PeakBusy, s.PeakBusy), max(r.PeakAlive, s.PeakAlive)
	for _, f := range []struct {
		name string
		to   **Histogram
		x    *Histogram
	}{{"Latency", &m.Latency, s.Latency}, {"ColdLatency", &m.ColdLatency, s.ColdLatency}, {"Lifespan", &m.Lifespan, s.Lifespan}} {
		merged := (*f.to).Clone() // r keeps its own until all is known to fit
		if merged == nil {
			merged = &Histogram{}
		}
		if err := merged.Merge(f.x); err != nil && a.err == nil {
			a.err = &OverflowError{f.name}
		}
		*f.to = merged
	}
	if err := m.mergeTimeline(r, &s, &a); err != nil {
		return err
	}
	if a.err != nil {
		return a.err
	}
	*r = m
	return nil
}

func (m *Result) mergeTimeline(r, s *Result, a *adder) error {
	switch {
	case r.Runs == 0:
		m.TimelineStep, m.Timeline = s.TimelineStep, append([]TimelinePoint(nil), s.Timeline...)
		return nil
	case r.TimelineStep == 0 || s.TimelineStep == 0:
		m.TimelineStep, m.Timeline = 0, nil
		return nil
	case r.TimelineStep != s.TimelineStep:
		return &MismatchError{"timeline steps", r.TimelineStep.String(), s.TimelineStep.String()}
	case len(r.Timeline) > 0 && len(s.Timeline) > 0 && r.Timeline[0].At != s.Timeline[0].At:
		return &MismatchError{"starts of timelines", r.Timeline[0].At.String(), s.Timeline[0].At.String()}
	}
	m.Timeline = append([]TimelinePoint(nil), r.Timeline...)
	for i, p := range s.Timeline {
		if i == len(m.Timeline) {
			m.Timeline = append(m.Timeline, p)
			continue
		}
		q := &m.Timeline[i]
		a.count("Timeline.Requests", &q.Requests, p.Requests)
		a.count("Timeline.ColdStarts", &q.ColdStarts, p.ColdStarts)
		a.count("Timeline.Throttled", &q.Throttled, p.Throttled)
		a.time("Timeline.BusyTime", &q.BusyTime, p.BusyTime)
		a.time("Timeline.AliveTime", &q.AliveTime, p.AliveTime)
		q.PeakBusy, q.PeakAlive = max(q.PeakBusy, p.PeakBusy), max(q.PeakAlive, p.PeakAlive)
	}
	return nil
}

// adder adds and remembers the first sum that overflows.
type adder struct{ err error }

func (a *adder) note(ok bool, name string) {
	if !ok && a.err == nil {
		a.err = &OverflowError{"Result." + name}
	}
}

func (a *adder) count(name string, to *uint64, x uint64) {
	sum, carry := bits.Add64(*to, x, 0)
	a.note(carry == 0, name)
	*to = sum
}

func (a *adder) duration(name string, to *time.Duration, x time.Duration) {
	sum := *to + x
	a.note(x >= 0 && sum >= *to, name)
	*to = sum
}

func (a *adder) time(name string, to *EnvironmentTime, x EnvironmentTime) {
	sum, ok := to.plus(x)
	a.note(ok, name)
	*to = sum
}
