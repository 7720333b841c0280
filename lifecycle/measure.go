package lifecycle

import "time"

// sums are kept in 128 bits until the end.
type sums struct {
	onDemand, provisioned                                  workSum
	starting, busy, idle, provisionedBusy, provisionedIdle EnvironmentTime
}

type workSum struct {
	requests, billedMS uint64
	duration, init     EnvironmentTime
}

func (w *workSum) work() (Work, bool) {
	d, ok1 := w.duration.duration()
	i, ok2 := w.init.duration()
	return Work{Requests: w.requests, Duration: d, Init: i, BilledMS: w.billedMS}, ok1 && ok2
}

// measure begins the measured part.
func (s *sim) measure() {
	s.measuring = true
	s.res.AliveAtStart = uint64(s.alive - s.f.ProvisionedConcurrency)
	s.res.PeakBusy, s.res.PeakAlive = uint64(s.active), uint64(s.alive)
	if s.o.Timeline > 0 {
		s.line = &timeline{step: int64(s.o.Timeline), start: s.warmUp, at: s.warmUp}
	}
}

// span adds the measured part of a time of an environment.
func (s *sim) span(sum *EnvironmentTime, from, to int64) {
	if from = max(from, s.warmUp); to > from {
		sum.add(to - from)
	}
}

// tick brings the timeline up to a change of the number of environments.
func (s *sim) tick(at int64) {
	if s.line != nil {
		s.fail(s.line.advance(at, s.active, s.alive))
	}
}

func (s *sim) linePoint(at int64) *TimelinePoint {
	p, err := s.line.point(at)
	if err != nil {
		s.fail(err)
		return &TimelinePoint{}
	}
	return p
}

func (s *sim) transition(at int64, id int, state State) {
	if s.watched && s.err == nil {
		s.o.ObserveEnvironments(Transition{time.Duration(at), id, state})
	}
}

// finish plays what is left up to the end of the run and closes the sums.
func (s *sim) finish() (Result, error) {
	end := s.until
	if end == never {
		for s.err == nil && (s.busy.count > 0 || len(s.waiting) > 0) {
			next := s.busy.next()
			if len(s.waiting) > 0 {
				next = min(next, s.waiting[0].due)
			}
			if !s.measuring && next >= s.warmUp {
				s.advance(s.warmUp)
				s.measure()
			}
			s.advance(next)
		}
		end = max(s.now, s.previous)
	}
	if !s.measuring && s.err == nil {
		if end < s.warmUp {
			return Result{}, s.noMeasurement(end)
		}
		s.advance(s.warmUp)
		s.measure()
	}
	for s.err == nil && len(s.waiting) > 0 && s.waiting[0].due < end {
		s.advance(s.waiting[0].due)
	}
	s.settle(end)
	s.tick(end)
	if s.err != nil {
		return Result{}, s.err
	}
	s.now = end
	for i := range s.envs {
		env := &s.envs[i]
		switch {
		case env.gone:
		case env.running > 0 && env.provisioned:
			s.span(&s.sums.provisionedBusy, env.since, end)
		case env.running > 0:
			s.span(&s.sums.busy, env.since, end)
		case env.provisioned:
			s.span(&s.sums.provisionedIdle, env.since, end)
		default:
			s.span(&s.sums.idle, env.since, end)
		}
	}
	for i := range s.waiting {
		r := &s.waiting[i]
		if r.at < s.warmUp {
			continue
		}
		s.res.Pending++
		if r.attempts > 0 {
			s.latency(r.ended-r.at, r.cold)
		}
	}
	return s.result(end)
}

func (s *sim) noMeasurement(end int64) error {
	return outOfRange("Options.WarmUp", s.o.WarmUp, "less than the end of the run, "+time.Duration(end).String())
}

// result closes the sums at the end of the run.
func (s *sim) result(end int64) (Result, error) {
	if err := s.ctx.Err(); err != nil {
		return Result{}, s.stopped(err)
	}
	r := s.res
	var ok1, ok2 bool
	r.OnDemand, ok1 = s.sums.onDemand.work()
	r.Provisioned, ok2 = s.sums.provisioned.work()
	if !ok1 || !ok2 {
		return Result{}, &OverflowError{"sum of durations (292 years)"}
	}
	r.Elapsed = time.Duration(end - s.warmUp)
	r.AliveAtEnd = uint64(s.alive - s.f.ProvisionedConcurrency)
	r.StartingTime, r.BusyTime, r.IdleTime = s.sums.starting, s.sums.busy, s.sums.idle
	r.ProvisionedBusyTime, r.ProvisionedIdleTime = s.sums.provisionedBusy, s.sums.provisionedIdle
	if s.line != nil {
		r.TimelineStep, r.Timeline = s.o.Timeline, s.line.points
	}
	s.progress()
	return r, nil
}
