package lifecycle

import (
	"iter"
	"math"
)

// stackSim is the simulator where the idle environments are a stack: most-recently-used routing, one request at a time, and
// nothing but the sums wanted of the run. Whatever is not on the top of the stack need not be looked at: an environment
// that has gone in the meantime is found to be gone when it comes to the top. That leaves, for most requests, one push and one
// pop each of two small structures, at any number of environments, and no list of environments to wander through in memory.
//
// How many are alive matters at few times. No environment is started while another is idle: those alive then are the busy
// ones. So the most that were alive are the most that were busy, or those alive when the measured part began.
//
// Most requests find a warm environment. What they need is in play and settle, without a call or a branch that could be done
// without; everything else is in functions of its own.
type stackSim struct {
	sim
	idle    []idleEnvironment // the stack is in places 1 to top; behind it there is room for all that are busy, and two more
	top     int
	plain   bool   // the idle timeout is constant, and there is no lifetime cap
	limited bool   // requests can be throttled for more than the scale-out
	look    uint64 // the request at which to look at the context again
	before  uint64 // requests in front of the measured part
	peak    int    // the most that were busy in it

	warm  [64]int64 // durations of warm executions that were measured, still to be added to the sums
	warms int

	aliveTime EnvironmentTime // measured, of environments that have gone
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

func newStackSim(s *sim) *stackSim {
	return &stackSim{
		sim:     *s,
		idle:    []idleEnvironment{{last: never}, {}, {}}, // that at place 0 never goes
		plain:   s.idleTimeout.kind == samplerConstant && s.capAge == ageless,
		limited: s.rate.interval > 0 || s.capacity < math.MaxInt,
	}
}

func (s *stackSim) run(chunks iter.Seq2[[]Request, error]) (Result, error) {
	if s.warmUp == 0 {
		s.beginMeasuring()
	}
	for chunk, err := range chunks {
		if !s.play(chunk) || len(chunk) == 0 && s.ctx.Err() != nil { // play looks at the context only where there is a request
			break
		}
		if err != nil {
			return Result{}, &ArrivalError{s.requests, err}
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

// play serves requests. It is false where the run ends with one of them.
func (s *stackSim) play(chunk []Request) bool {
	for i := range chunk {
		at, d := int64(chunk[i].At), int64(chunk[i].Duration)
		if at >= s.until && s.until != never {
			return false
		}
		if s.requests == s.look {
			if !s.keepOn() {
				return false
			}
			s.look += checkEvery
		}
		if at < s.previous || d < 0 || at > maxTime {
			s.refuse(chunk[i])
			return false
		}
		if !s.measuring && at >= s.warmUp {
			s.beginMeasuring()
		}
		s.previous, s.now = at, at
		s.settle(at)
		place := s.top
		if s.limited || s.idle[place].last < at {
			place = s.find(at)
		}
		if place <= cold {
			if place == cold {
				s.serveCold(at, d)
			}
		} else {
			created := s.idle[place].created
			s.top = place - 1
			if s.limited {
				s.rate.take()
			}
			if d == 0 {
				if n := s.requests; s.service.holds(n) {
					d = s.service.ready[n%block]
				} else {
					d = s.drawDuration(&s.service)
				}
			}
			if d > s.timeout {
				d = s.timeout
				if s.measuring {
					s.res.TimedOut++
				}
			}
			s.busy.push(at+d, created)
			if s.measuring {
				if s.warms == len(s.warm) {
					s.sumUp()
				}
				s.warm[s.warms] = d
				s.warms++
				s.peak = max(s.peak, s.busy.count)
			} else {
				s.span(&s.sums.busy, at, at+d)
			}
		}
		s.requests++
		if s.err != nil {
			return false
		}
	}
	return true
}

// What find returns besides the place of an environment.
const (
	cold = 0  // there is none: a new one is started
	none = -1 // the request is throttled
)

// find returns the place of the idle environment that was used last. Those above it have gone.
func (s *stackSim) find(at int64) int {
	if !s.rate.has(at) || s.busy.count >= s.capacity {
		s.throttle()
		return none
	}
	for ; s.idle[s.top].last < at; s.top-- {
		e := &s.idle[s.top]
		s.gone(e.created, e.last, e.last >= s.warmUp)
	}
	return s.top
}

// settle lets all executions end that end up to a time.
func (s *stackSim) settle(to int64) {
	q := &s.busy
	if !s.plain {
		for q.due(to) {
			s.release(q.pop())
		}
		return
	}
	for {
		// Two at a time and without asking first, as a processor cannot guess how many there are.
		today, head, idle, top := q.today, q.head, s.idle, s.top
		for n := 2; n == 2; {
			first, second := today[head], today[head+1]
			idle[top+1] = idleEnvironment{first.who, first.end + s.idleFor}
			idle[top+2] = idleEnvironment{second.who, second.end + s.idleFor}
			n = 2 - int(uint64(to-first.end)>>63+uint64(to-second.end)>>63)
			head += n
			top += n
		}
		s.top = top
		q.drop(head)
		if q.following > to || !q.open(to) {
			return
		}
	}
}

// release makes an environment idle, or ends its life.
func (s *stackSim) release(d departure) {
	created, last := d.who, d.who+s.capAge
	if last < d.end {
		s.gone(created, d.end, s.measuring)
		return
	}
	timeout := s.idleFor
	if s.idleTimeout.kind != samplerConstant {
		var err error
		timeout, err = s.idleTimeout.draw(s.idlePeriods)
		s.fail(err)
		s.idlePeriods++
	}
	s.top++
	s.idle[s.top] = idleEnvironment{created, min(last, d.end+timeout)}
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

// serveCold starts an environment for a request, unless too many were.
func (s *stackSim) serveCold(at, given int64) {
	if !s.scaleOut.has(at) {
		s.throttle()
		return
	}
	s.scaleOut.take()
	s.rate.take()
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
	end := ready + a.duration
	s.busy.push(end, at)
	if places := s.top + s.busy.count + 3; places > len(s.idle) {
		s.idle = append(s.idle, make([]idleEnvironment, places)...)
	}
	s.span(&s.sums.starting, at, min(ready, s.until))
	if !s.measuring {
		s.span(&s.sums.busy, at, end)
		return
	}
	s.res.Environments++
	s.res.ColdStarts++
	if a.cut {
		s.res.InitTimeouts++
	}
	if a.timedOut {
		s.res.TimedOut++
	}
	if ready > at {
		s.res.Delayed++
	}
	s.peak = max(s.peak, s.busy.count)
	s.res.PeakAlive = max(s.res.PeakAlive, uint64(s.busy.count))
	s.res.Latency.add(end - at)
	s.res.ColdLatency.add(end - at)
	w := &s.sums.onDemand
	w.requests++
	w.init.add(a.billedInit)
	w.duration.add(a.duration)
	w.billedMS += billedMS(a.duration + a.billedInit)
}

// sumUp adds the warm executions to the sums.
func (s *stackSim) sumUp() {
	warm := s.warm[:s.warms]
	s.warms = 0
	w := &s.sums.onDemand
	w.requests += uint64(len(warm))
	w.duration.add(s.res.Latency.addAll(warm))
	for _, d := range warm {
		w.billedMS += billedMS(d)
	}
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
	kept := 1
	for _, e := range s.idle[1 : s.top+1] {
		if e.last < at {
			s.gone(e.created, e.last, e.last >= s.warmUp)
		} else {
			s.idle[kept] = e
			kept++
		}
	}
	s.top = kept - 1
}

func (s *stackSim) beginMeasuring() {
	s.settle(s.warmUp)
	s.sweep(s.warmUp)
	s.active, s.alive = s.busy.count, s.busy.count+s.top
	s.measure()
	s.before, s.peak = s.requests, s.active
}

// finish plays what is left up to the end of the run and closes the sums.
func (s *stackSim) finish() (Result, error) {
	end := s.until
	if end == never {
		for ended := 1; s.busy.due(never - 1); ended++ {
			s.now = s.busy.next()
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
	s.sumUp()
	s.res.Invocations = s.requests - s.before
	s.res.PeakBusy = uint64(s.peak)
	s.now = end
	s.alive = s.busy.count + s.top
	for _, e := range s.idle[1 : s.top+1] {
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
