package lifecycle

import "iter"

// stackSim is the simulator where the idle environments are a stack: most-recently-used routing, one request at a time, and
// nothing but the sums wanted of the run. Whatever is not on the top of the stack need not be looked at: an environment
// that has gone in the meantime is found to be gone when it comes to the top. That leaves, for most requests, one push and one
// pop each of two small structures, at any number of environments, and no list of environments to wander through in memory.
//
// How many are alive matters at few times. No environment is started while another is idle: those alive then are the busy
// ones. So the most that were alive are the most that were busy, or those alive when the measured part began.
type stackSim struct {
	*sim
	idle      []idleEnvironment
	aliveTime EnvironmentTime // measured
}

type idleEnvironment struct {
	created int64
	last    int64 // the last instant at which it can be used
}

// canStack says whether a run can be simulated by stackSim.
func (s *sim) canStack() bool {
	limited := s.p.ConcurrencyLimit > 0 || s.f.ReservedConcurrency > 0 || s.p.ScaleOut.Environments > 0
	return s.p.Routing == MostRecentlyUsed && s.room == 1 && s.f.ProvisionedConcurrency == 0 && !s.p.ProactiveReplacement &&
		!(s.f.Async && limited) && s.f.Retries == 0 && s.f.ErrorRate == 0 &&
		s.o.Observe == nil && s.o.ObserveEnvironments == nil && s.o.Timeline == 0
}

func (s *stackSim) run(requests iter.Seq2[Request, error]) (Result, error) {
	if s.warmUp == 0 {
		s.measure()
	}
	for r, err := range requests {
		if err != nil {
			return Result{}, &ArrivalError{s.requests, err}
		}
		at := int64(r.At)
		if at >= s.until && s.until != never {
			break
		}
		if s.requests%checkEvery == 0 && !s.keepOn() {
			break
		}
		if at < s.previous || r.Duration < 0 || at > maxTime {
			s.refuse(r)
			break
		}
		if !s.measuring && at >= s.warmUp {
			s.beginMeasuring()
		}
		s.settle(at)
		s.previous, s.now = at, at
		s.serve(at, int64(r.Duration))
		s.requests++
		if s.err != nil {
			break
		}
	}
	if s.err == nil && s.ctx.Err() != nil {
		s.err = s.stopped(s.ctx.Err())
	}
	if s.err != nil {
		return Result{}, s.err
	}
	return s.finish()
}

// settle lets all executions end that end up to a time.
func (s *stackSim) settle(to int64) {
	for s.busy.due(to) {
		d := s.busy.pop()
		created, last := d.who, d.who+s.capAge
		if last < d.end {
			s.gone(created, d.end, s.measuring)
			continue
		}
		timeout := s.idleFor
		if s.idleTimeout.kind != samplerConstant {
			var err error
			timeout, err = s.idleTimeout.draw(s.idlePeriods)
			s.fail(err)
			s.idlePeriods++
		}
		s.idle = append(s.idle, idleEnvironment{created, min(last, d.end+timeout)})
	}
}

// serve gives a request to the environment that was used last, or to a new one, or to none.
func (s *stackSim) serve(at, given int64) {
	if s.measuring {
		s.res.Invocations++
	}
	if s.rate.interval > 0 && !s.rate.has(at) || s.busy.count >= s.capacity {
		s.throttle()
		return
	}
	n := len(s.idle) - 1
	for ; n >= 0 && s.idle[n].last < at; n-- {
		s.gone(s.idle[n].created, s.idle[n].last, s.idle[n].last >= s.warmUp)
	}
	if n < 0 {
		s.idle = s.idle[:0]
		s.serveCold(at, given)
		return
	}
	created := s.idle[n].created
	s.idle = s.idle[:n]
	d := given
	if d == 0 {
		d = s.drawDuration(&s.service)
	}
	if d > s.timeout {
		d = s.timeout
		if s.measuring {
			s.res.TimedOut++
		}
	}
	s.execute(at, at+d, d, 0, created)
}

func (s *stackSim) drawDuration(from *draws) int64 {
	d, err := from.draw(s.requests)
	if err != nil || from.kind == samplerNone {
		if err == nil {
			err = missingDuration(s.requests)
		}
		s.fail(err)
	}
	return d
}

func (s *stackSim) throttle() {
	if s.measuring {
		s.res.Rejections++
		s.res.Throttled++
	}
}

func (s *stackSim) serveCold(at, given int64) {
	if !s.scaleOut.has(at) {
		s.throttle()
		return
	}
	if s.scaleOut.interval > 0 {
		s.scaleOut.take()
	}
	startup, err := s.startup.draw(s.requests)
	s.fail(err)
	init, err := s.init.draw(s.requests)
	s.fail(err)
	d := given
	if d == 0 {
		from := &s.first
		if from.kind == samplerNone {
			from = &s.service
		}
		d = s.drawDuration(from)
	}
	a := s.attempt(d, init)
	ready := at + startup + a.init
	s.span(&s.sums.starting, at, min(ready, s.until))
	if s.measuring {
		s.res.Environments++
		s.res.ColdStarts++
		s.sums.onDemand.init.add(a.billedInit)
		if a.cut {
			s.res.InitTimeouts++
		}
		if a.timedOut {
			s.res.TimedOut++
		}
		if ready > at {
			s.res.Delayed++
		}
		s.res.ColdLatency.add(ready + a.duration - at)
	}
	s.execute(at, ready+a.duration, a.duration, a.billedInit, at)
	if s.measuring {
		s.res.PeakAlive = max(s.res.PeakAlive, uint64(s.busy.count))
	}
}

func (s *stackSim) execute(at, end, d, billedInit, created int64) {
	if s.rate.interval > 0 {
		s.rate.take()
	}
	s.busy.push(end, created)
	if !s.measuring {
		s.span(&s.sums.busy, at, end)
		return
	}
	s.res.PeakBusy = max(s.res.PeakBusy, uint64(s.busy.count))
	w := &s.sums.onDemand
	w.requests++
	w.duration.add(d)
	w.billedMS += billedMS(d + billedInit)
	s.res.Latency.add(end - at)
}

// gone ends the life of an environment.
func (s *stackSim) gone(created, at int64, measured bool) {
	if measured {
		s.res.Gone++
		s.res.Lifespan.add(at - created)
		s.span(&s.aliveTime, created, at)
	}
}

// sweep finds those idle environments that have gone before a time.
func (s *stackSim) sweep(at int64) {
	kept := s.idle[:0]
	for _, e := range s.idle {
		if e.last < at {
			s.gone(e.created, e.last, e.last >= s.warmUp)
		} else {
			kept = append(kept, e)
		}
	}
	s.idle = kept
}

func (s *stackSim) beginMeasuring() {
	s.settle(s.warmUp)
	s.sweep(s.warmUp)
	s.active, s.alive = s.busy.count, s.busy.count+len(s.idle)
	s.measure()
}

// finish plays what is left up to the end of the run and closes the sums.
func (s *stackSim) finish() (Result, error) {
	end := s.until
	if end == never {
		for ended := 1; s.busy.due(never - 1); ended++ {
			s.now = s.busy.next
			if !s.measuring && s.now >= s.warmUp {
				s.beginMeasuring()
			}
			s.settle(s.now)
			if ended%checkEvery == 0 && s.ctx.Err() != nil {
				return Result{}, s.stopped(s.ctx.Err())
			}
		}
		end = max(s.now, s.previous)
	}
	if !s.measuring {
		if end < s.warmUp {
			return Result{}, s.noMeasurement(end)
		}
		s.beginMeasuring()
	}
	s.settle(end)
	s.sweep(end)
	if s.err != nil {
		return Result{}, s.err
	}
	s.now = end
	s.alive = s.busy.count + len(s.idle)
	for _, e := range s.idle {
		s.span(&s.aliveTime, e.created, end)
	}
	// All executions that were measured were counted as busy to their end: that of some is later than that of the run.
	busy, ok := s.sums.busy.plus(s.res.Latency.sum)
	for s.busy.due(never - 1) {
		d := s.busy.pop()
		s.span(&s.aliveTime, d.who, end)
		busy = busy.minus(EnvironmentTime{0, uint64(d.end - end)})
	}
	if !ok {
		return Result{}, &OverflowError{"busy time"}
	}
	s.sums.busy, s.sums.idle = busy, s.aliveTime.minus(busy)
	return s.result(end)
}
