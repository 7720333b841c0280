package lifecycle

import (
	"errors"
	"math/bits"
	"slices"
	"time"
)

// Work is what was executed, ready to be billed. The zero value is nothing.
type Work struct {
	Requests uint64        // executions: each is billed as one request, and so is each further attempt at an event
	Duration time.Duration // sum of the handler times
	Init     time.Duration // sum of the billed INIT phases, those of proactive replacements included
	// BilledMS is the sum of each execution's Duration + Init, rounded up to ms, as AWS bills since 2025-08, and of the INIT
	// phases of proactive replacements, which have no execution, each rounded up.
	BilledMS uint64
}

// Result sums up a run, or several after [Result.Merge]. It is plain data with a JSON form (durations in ns), of which
// [Result.Validate] checks whether it can be the result of a run; the zero value is the result of no run. What is measured
// are the requests that arrive between [Options.WarmUp] and the end of the run, and the environments in that time.
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

	TimelineStep time.Duration   `json:",omitempty"` // [Options.Timeline]; 0 means that there is no timeline
	Timeline     []TimelinePoint `json:",omitempty"` // without gaps, from WarmUp on; what is counted adds up to the above
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

// Merge adds the result of another run, or of several: counts, times and histograms exactly, in any order; of peaks the
// larger. Averages are then those over all runs. The zero value is the result of no run, and adds nothing.
//
// Timelines are added step by step, of which the longer one gives the length. All must have the same step and begin at the
// same time, and a result without one cannot be added to one that has one, in whatever order they come: the sum would be of
// some runs only.
//
// The error is a [*MismatchError] of timelines, an [*OverflowError], a [*RangeError] for times below 0 and for what has no
// Runs, but other counts, or a [*MissingError] for a nil r; r is then as it was. Whether what is merged can be the result of
// a run is for [Result.Validate] to say.
func (r *Result) Merge(s Result) error {
	if r == nil {
		return &MissingError{"result", "a nil one cannot be merged into"}
	}
	if err := errors.Join(r.validRuns(), s.validRuns()); err != nil || s.Runs == 0 {
		return err
	}
	var a adder
	m := *r
	fields := m.counts()
	for i, x := range s.counts() {
		a.count(x.name, fields[i].value, *x.value)
	}
	durations := m.durations()
	for i, x := range s.durations() {
		a.duration(x.name, durations[i].value, *x.value)
	}
	times := m.times()
	for i, x := range s.times() {
		a.time(x.name, times[i].value, *x.value)
	}
	m.PeakBusy, m.PeakAlive = max(r.PeakBusy, s.PeakBusy), max(r.PeakAlive, s.PeakAlive)
	histograms := m.histograms()
	for i, x := range s.histograms() {
		merged := (*histograms[i].value).Clone() // r keeps its own until all is known to fit
		if merged == nil {
			merged = &Histogram{}
		}
		if err := merged.Merge(*x.value); err != nil {
			a.note(&OverflowError{"Result." + x.name})
		}
		*histograms[i].value = merged
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

// field is a field of a result and its name.
type field[T any] struct {
	name  string
	value *T
}

// counts are all that are added up.
func (r *Result) counts() []field[uint64] {
	return []field[uint64]{
		{"Runs", &r.Runs},
		{"Invocations", &r.Invocations},
		{"ColdStarts", &r.ColdStarts},
		{"Delayed", &r.Delayed},
		{"Throttled", &r.Throttled},
		{"Rejections", &r.Rejections},
		{"TimedOut", &r.TimedOut},
		{"Failed", &r.Failed},
		{"Retried", &r.Retried},
		{"Pending", &r.Pending},
		{"InitTimeouts", &r.InitTimeouts},
		{"Environments", &r.Environments},
		{"Gone", &r.Gone},
		{"AliveAtStart", &r.AliveAtStart},
		{"AliveAtEnd", &r.AliveAtEnd},
		{"Replaced", &r.Replaced},
		{"OnDemand.Requests", &r.OnDemand.Requests},
		{"OnDemand.BilledMS", &r.OnDemand.BilledMS},
		{"Provisioned.Requests", &r.Provisioned.Requests},
		{"Provisioned.BilledMS", &r.Provisioned.BilledMS},
	}
}

func (r *Result) durations() []field[time.Duration] {
	return []field[time.Duration]{
		{"Elapsed", &r.Elapsed},
		{"OnDemand.Duration", &r.OnDemand.Duration},
		{"OnDemand.Init", &r.OnDemand.Init},
		{"Provisioned.Duration", &r.Provisioned.Duration},
		{"Provisioned.Init", &r.Provisioned.Init},
	}
}

func (r *Result) times() []field[EnvironmentTime] {
	return []field[EnvironmentTime]{
		{"StartingTime", &r.StartingTime},
		{"BusyTime", &r.BusyTime},
		{"IdleTime", &r.IdleTime},
		{"ProvisionedBusyTime", &r.ProvisionedBusyTime},
		{"ProvisionedIdleTime", &r.ProvisionedIdleTime},
	}
}

func (r *Result) histograms() []field[*Histogram] {
	return []field[*Histogram]{{"Latency", &r.Latency}, {"ColdLatency", &r.ColdLatency}, {"Lifespan", &r.Lifespan}}
}

func (m *Result) mergeTimeline(r, s *Result, a *adder) error {
	switch {
	case r.Runs == 0:
		m.TimelineStep, m.Timeline = s.TimelineStep, slices.Clone(s.Timeline)
		return nil
	case r.TimelineStep != s.TimelineStep:
		return &MismatchError{"timeline steps", stepName(r.TimelineStep), stepName(s.TimelineStep)}
	case len(r.Timeline) > 0 && len(s.Timeline) > 0 && r.Timeline[0].At != s.Timeline[0].At:
		return &MismatchError{"starts of timelines", r.Timeline[0].At.String(), s.Timeline[0].At.String()}
	}
	m.Timeline = slices.Clone(r.Timeline)
	for i, p := range s.Timeline {
		if i == len(m.Timeline) {
			m.Timeline = append(m.Timeline, p)
			continue
		}
		q := &m.Timeline[i]
		a.duration("Timeline.Elapsed", &q.Elapsed, p.Elapsed)
		a.count("Timeline.Requests", &q.Requests, p.Requests)
		a.count("Timeline.ColdStarts", &q.ColdStarts, p.ColdStarts)
		a.count("Timeline.Throttled", &q.Throttled, p.Throttled)
		a.time("Timeline.BusyTime", &q.BusyTime, p.BusyTime)
		a.time("Timeline.AliveTime", &q.AliveTime, p.AliveTime)
		q.PeakBusy, q.PeakAlive = max(q.PeakBusy, p.PeakBusy), max(q.PeakAlive, p.PeakAlive)
	}
	return nil
}

func stepName(step time.Duration) string {
	if step == 0 {
		return "no timeline"
	}
	return step.String()
}

// adder adds and remembers the first sum that cannot be.
type adder struct{ err error }

func (a *adder) note(err error) {
	if a.err == nil {
		a.err = err
	}
}

func (a *adder) count(name string, to *uint64, x uint64) {
	sum, carry := bits.Add64(*to, x, 0)
	if carry != 0 {
		a.note(&OverflowError{"Result." + name})
	}
	*to = sum
}

func (a *adder) duration(name string, to *time.Duration, x time.Duration) {
	sum := *to + x
	switch {
	case *to < 0 || x < 0:
		a.note(outOfRange("Result."+name, min(*to, x), "0 or more"))
	case sum < 0:
		a.note(&OverflowError{"Result." + name})
	}
	*to = sum
}

func (a *adder) time(name string, to *EnvironmentTime, x EnvironmentTime) {
	sum, ok := to.plus(x)
	if !ok {
		a.note(&OverflowError{"Result." + name})
	}
	*to = sum
}
