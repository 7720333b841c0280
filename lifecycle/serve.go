package lifecycle

import "time"

// depart ends what an environment was busy with.
func (s *sim) depart() {
	d := s.busy.pop()
	at, e := d.end, int32(d.who)
	s.now = at
	if e < 0 {
		s.ready(^e, at)
		return
	}
	env := &s.envs[e]
	p := &s.onDemand
	if env.provisioned {
		p = &s.reserved
	}
	env.running--
	if env.running > 0 {
		if !env.over && !env.starting {
			if env.listed {
				s.removeList(&p.partial, e)
			} else {
				s.addCandidate(p, e)
			}
			env.mark = at
			s.pushList(&p.partial, e)
		}
		return
	}
	if s.line != nil {
		s.tick(at)
	}
	if env.listed {
		s.removeList(&p.partial, e)
		s.removeCandidate(p, e)
	}
	s.active--
	if env.provisioned {
		s.span(&s.sums.provisionedBusy, env.since, at)
	} else {
		s.span(&s.sums.busy, env.since, at)
	}
	if env.over {
		if !s.p.ProactiveReplacement {
			s.remove(e, at)
			return
		}
		s.replace(e, at)
	} else if s.watched {
		s.transition(at, env.id, Idle)
	}
	s.becomeIdle(p, e, at)
}

// ready ends the start of an environment. It is an event only where somebody looks at it, or where others wait for it.
func (s *sim) ready(e int32, at int64) {
	env := &s.envs[e]
	env.starting = false
	s.transition(at, env.id, Busy)
	if env.listed {
		s.removeList(&s.onDemand.starting, e)
		env.mark = at
		s.pushList(&s.onDemand.partial, e)
		s.addCandidate(&s.onDemand, e)
	}
}

// serve finds an environment for a request, or refuses it.
func (s *sim) serve(r *pending) {
	if s.rate.interval > 0 && !s.rate.has(s.now) {
		s.throttle(r)
		return
	}
	e := int32(-1)
	p := &s.reserved
	if s.f.ProvisionedConcurrency > 0 {
		e = s.pick(p, false, r.key())
	}
	if e < 0 {
		p = &s.onDemand
		e = s.pick(p, s.active >= s.capacity, r.key())
		if e < 0 && p.starting.head >= 0 {
			s.join(r, p.starting.head)
			return
		}
	}
	if e < 0 {
		if s.active >= s.capacity || !s.scaleOut.has(s.now) {
			s.throttle(r)
			return
		}
		if s.scaleOut.interval > 0 {
			s.scaleOut.take()
		}
		s.startCold(r)
		return
	}
	env := &s.envs[e]
	if env.running == 0 {
		if s.line != nil {
			s.tick(s.now)
		}
		s.leaveIdle(p, e, s.now)
		env.since = s.now
		s.activate()
		if s.watched {
			s.transition(s.now, env.id, Busy)
		}
	} else {
		s.removeList(&p.partial, e)
		s.removeCandidate(p, e)
	}
	env.running++
	if env.running < s.room {
		env.mark = s.now
		s.pushList(&p.partial, e)
		s.addCandidate(p, e)
	}
	start := Warm
	if env.provisioned {
		start = Provisioned
	}
	s.execute(r, e, start, s.now, 0, 0)
}

func (s *sim) activate() {
	s.active++
	if s.measuring {
		s.res.PeakBusy = max(s.res.PeakBusy, uint64(s.active))
		s.res.PeakAlive = max(s.res.PeakAlive, uint64(s.alive))
	}
}

// join lets a request wait for an environment that is starting.
func (s *sim) join(r *pending, e int32) {
	env := &s.envs[e]
	env.running++
	if env.running == s.room {
		s.removeList(&s.onDemand.starting, e)
	}
	s.execute(r, e, Warm, env.mark, 0, 0)
}

func (s *sim) startCold(r *pending) {
	s.tick(s.now)
	e := s.newEnvironment(false)
	env := &s.envs[e]
	env.running = 1
	s.activate()
	if s.measuring {
		s.res.Environments++
	}
	var startup, init int64
	var err error
	if s.startup.kind != samplerNone {
		startup, err = s.startup.draw(r.key())
		s.fail(err)
	}
	if s.init.kind != samplerNone {
		init, err = s.init.draw(r.key())
		s.fail(err)
	}
	s.transition(s.now, env.id, Starting)
	ready := s.now + startup + min(init, int64(InitLimit))
	s.span(&s.sums.starting, s.now, min(ready, s.until))
	if s.watched || s.room > 1 {
		env.starting = true
		env.mark = ready
		if s.room > 1 {
			s.pushList(&s.onDemand.starting, e)
		}
		s.busy.push(ready, int64(^e))
	}
	s.execute(r, e, Cold, s.now, startup, init)
}

// execute runs one attempt in an environment that has been given to it. Its handler starts at begin, or after startup and
// init if it is cold.
func (s *sim) execute(r *pending, e int32, start Start, begin, startup, init int64) {
	if s.rate.interval > 0 {
		s.rate.take()
	}
	env := &s.envs[e]
	d := r.duration
	if d == 0 {
		var err error
		switch {
		case env.fresh && s.first.kind != samplerNone:
			d, err = s.first.draw(r.key())
		case s.service.kind != samplerNone:
			d, err = s.service.draw(r.key())
		default:
			err = missingDuration(r.index)
		}
		s.fail(err)
	}
	env.fresh = false
	if env.cut {
		env.cut = false
		again, err := s.init.draw(env.replacementKey())
		s.fail(err)
		d = min(d, s.timeout) + again
	}
	a := s.attempt(d, init)
	outcome := OK
	if a.timedOut {
		outcome = TimedOut
	} else if s.f.ErrorRate > 0 && s.failures.Uniform(r.key()) < s.f.ErrorRate {
		outcome = Failed
	}
	ready := begin + startup + a.init
	end := ready + a.duration
	s.busy.push(end, int64(e))

	again := outcome != OK && int(r.attempts) < s.f.Retries
	attempt := int(r.attempts) + 1
	if again {
		next := *r
		next.attempts++
		next.ended, next.cold = end, start == Cold
		again = s.wait(&next, end+int64(time.Minute)<<r.attempts)
	}
	if s.measuring && r.at >= s.warmUp {
		w := &s.sums.onDemand
		if start == Provisioned {
			w = &s.sums.provisioned
		}
		w.requests++
		w.duration.add(a.duration)
		if start == Cold {
			s.res.ColdStarts++
			w.init.add(a.billedInit)
			if a.cut {
				s.res.InitTimeouts++
			}
			if s.line != nil {
				s.linePoint(s.now).ColdStarts++
			}
		}
		w.billedMS += billedMS(a.duration + a.billedInit)
		if ready > s.now {
			s.res.Delayed++
		}
		if attempt > 1 {
			s.res.Retried++
		}
		switch outcome {
		case TimedOut:
			s.res.TimedOut++
		case Failed:
			s.res.Failed++
		}
		if !again {
			s.latency(end-r.at, start == Cold)
		}
	}
	if s.o.Observe != nil && s.err == nil {
		s.o.Observe(Invocation{
			At: time.Duration(r.at), Wait: time.Duration(begin - r.at), Startup: time.Duration(startup), Init: time.Duration(a.init),
			Duration: time.Duration(a.duration), Environment: env.id, Start: start, Outcome: outcome, Request: r.index, Attempt: attempt,
		})
	}
}

// latency counts the time from the arrival of a request to the end of its last execution.
func (s *sim) latency(d int64, cold bool) {
	s.res.Latency.add(d)
	if cold {
		s.res.ColdLatency.add(d)
	}
}

// attempt is what becomes of the execution of a handler that would take d, behind an INIT phase that would take init.
type attempt struct {
	init, billedInit int64
	duration         int64
	cut, timedOut    bool // INIT was cut; the handler was
}

func (s *sim) attempt(d, init int64) attempt {
	a := attempt{init: init, billedInit: init, duration: d}
	if a.cut = init > int64(InitLimit); a.cut {
		a.duration = min(d, s.timeout) + init // run again, inside the invocation
		a.init, a.billedInit = int64(InitLimit), 0
	}
	if a.timedOut = a.duration > s.timeout; a.timedOut {
		a.duration = s.timeout
	}
	return a
}

// billedMS is what a time is billed.
func billedMS(ns int64) uint64 { return uint64(ns+999_999) / 1_000_000 }

func missingDuration(request uint64) error {
	return &MissingError{"Function.Duration", requestField(int64(request), "Duration") + " is 0, so that it has to be drawn"}
}

// wait puts an event into the queue, if it is not too old to be tried again then.
func (s *sim) wait(r *pending, due int64) bool {
	if due-r.at > s.eventAge {
		return false
	}
	s.waits++
	r.due, r.seq = due, s.waits
	s.waiting = append(s.waiting, *r)
	siftUp(s.waiting, len(s.waiting)-1, pending.before)
	return true
}

func (s *sim) throttle(r *pending) {
	counted := s.measuring && r.at >= s.warmUp
	if counted {
		s.res.Rejections++
	}
	if s.f.Async {
		next := *r
		if next.refusals < 9 {
			next.refusals++
		}
		if s.wait(&next, s.now+retryDelay(r.refusals)) {
			return
		}
	}
	if counted {
		s.res.Throttled++
		if r.attempts > 0 {
			s.latency(r.ended-r.at, r.cold)
		}
		if s.line != nil {
			s.linePoint(s.now).Throttled++
		}
	}
	if s.o.Observe != nil && s.err == nil {
		s.o.Observe(Invocation{
			At: time.Duration(r.at), Wait: time.Duration(s.now - r.at), Outcome: Throttled, Request: r.index, Attempt: int(r.attempts),
		})
	}
}
