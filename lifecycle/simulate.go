package lifecycle

import (
	"context"
	"errors"
	"iter"
	"math"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/internal/random"
)

// Simulate runs a workload against a function on a platform and sums up what happens, in memory that does not grow with the
// number of requests. The errors are [*MissingError], [*RangeError], [*DistributionError] and [ErrEndless] of what was
// given, [*OrderError] and [*ArrivalError] of the workload, and [*StoppedError] once ctx is done; the result is then zero.
func Simulate(ctx context.Context, f Function, p Platform, a Arrivals, o *Options) (Result, error) {
	s, err := newSim(ctx, f, p, a, o)
	if err != nil {
		return Result{}, err
	}
	return s.run(a)
}

// Invocations runs a workload against a function on a platform and yields every invocation, measured or not, in the order
// in which they were started or given up. An error, of the kinds that [Simulate] returns, is the last that is yielded.
// [Options.Observe] is called too.
func Invocations(ctx context.Context, f Function, p Platform, a Arrivals, o *Options) iter.Seq2[Invocation, error] {
	return func(yield func(Invocation, error) bool) {
		s, err := newSim(ctx, f, p, a, o)
		if err != nil {
			yield(Invocation{}, err)
			return
		}
		observe := s.o.Observe
		s.o.Observe = func(i Invocation) {
			if observe != nil {
				observe(i)
			}
			if s.err == nil && !yield(i, nil) {
				s.err = errLeft
			}
		}
		if _, err := s.run(a); err != nil && !errors.Is(err, errLeft) {
			yield(Invocation{}, err)
		}
	}
}

// errLeft ends a run whose caller has left the loop.
var errLeft = errors.New("lifecycle: loop left")

// checkEvery is how many requests pass between two looks at the context.
const checkEvery = 256

// sim is the state of a run.
type sim struct {
	ctx context.Context
	f   Function
	p   Platform
	o   Options

	room     int32 // requests at once in an environment
	capacity int   // environments in use at once; MaxInt for no limit
	timeout  int64
	eventAge int64
	capAge   int64 // lifetime cap; never for none
	warmUp   int64
	until    int64 // never where the run ends with the last completion
	watched  bool  // transitions are observed
	plain    bool  // see departPlain
	simple   bool  // most-recently-used routing of one request at a time: the last of the idle ones gets it

	service, first, init, startup, idleTimeout draws
	route, failures                            random.Stream
	idleFor                                    int64 // where the idle timeout is constant
	idlePeriods                                uint64

	now      int64
	requests uint64
	previous int64 // arrival
	busy     departures
	nextExit int64
	envs     []environment
	freeEnv  int32
	lastID   int
	onDemand pool
	reserved pool // provisioned concurrency
	ages     list
	expiries *indexedHeap // where idle timeouts are drawn
	waiting  []pending    // heap of what is to be tried again
	waits    uint64
	scaleOut bucket
	rate     bucket

	foreseen      int32 // means nothing
	active, alive int   // environments in use; all
	measuring     bool
	res           Result
	sums          sums
	line          *timeline
	err           error
}

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

func newSim(ctx context.Context, f Function, p Platform, a Arrivals, o *Options) (*sim, error) {
	var opt Options
	if o != nil {
		opt = *o
	}
	var missing error
	if a == nil {
		missing = &MissingError{"Arrivals", "a run needs a workload"}
	}
	if err := errors.Join(f.Validate(), p.Validate(), validTogether(f, p), opt.Validate(), missing); err != nil {
		return nil, err
	}
	s := &sim{ctx: ctx, f: f, p: p, o: opt, freeEnv: -1, ages: emptyList, busy: newDepartures(), nextExit: never}
	s.room = int32(max(f.Concurrency, 1))
	s.capacity = math.MaxInt
	if p.ConcurrencyLimit > 0 {
		s.capacity = p.ConcurrencyLimit
	}
	if f.ReservedConcurrency > 0 {
		s.capacity = f.ReservedConcurrency
	}
	s.timeout = int64(f.Timeout)
	if s.timeout == 0 {
		s.timeout = int64(MaxTimeout)
	}
	s.eventAge = int64(f.EventAge)
	if s.eventAge == 0 {
		s.eventAge = int64(MaxEventAge)
	}
	s.capAge = int64(p.MaxLifetime)
	if s.capAge == 0 {
		s.capAge = never
	}
	s.warmUp = int64(opt.WarmUp)
	s.watched = opt.ObserveEnvironments != nil
	s.simple = p.Routing == MostRecentlyUsed && s.room == 1
	_, constant := p.IdleTimeout.(Constant)
	s.plain = s.simple && constant && !s.watched && opt.Timeline == 0 && p.MaxLifetime == 0 && f.ProvisionedConcurrency == 0

	// The first duration of an environment is drawn as that of any request is: it is the same one where there is no other
	// distribution, and in step with it where there is.
	service := serviceStream(opt.Seed)
	s.service = newDraws(newSampler("Function.Duration", f.Duration), service)
	s.first = s.service
	if f.FirstDuration != nil {
		s.first = newDraws(newSampler("Function.FirstDuration", f.FirstDuration), service)
	}
	s.init = newDraws(newSampler("Function.Init", f.Init), random.New(opt.Seed, random.Initialization))
	s.startup = newDraws(newSampler("Function.Startup", f.Startup), random.New(opt.Seed, random.Startup))
	s.idleTimeout = newDraws(newSampler("Platform.IdleTimeout", p.IdleTimeout), random.New(opt.Seed, random.IdleTimeout))
	if s.idleTimeout.kind == samplerConstant {
		s.idleFor = s.idleTimeout.fixed
	} else {
		s.expiries = &indexedHeap{}
	}
	s.route = random.New(opt.Seed, random.Route)
	s.failures = random.New(opt.Seed, random.Failure)

	if p.ScaleOut.Environments > 0 {
		s.scaleOut = newBucket(int64(p.ScaleOut.Environments), int64(p.ScaleOut.Interval))
	}
	// A rate beyond one request per ns cannot be exceeded, as far as the resolution of time goes.
	if perSecond := int64(p.RequestsPerSecond); perSecond > 0 && int64(s.capacity) <= 1e9/perSecond {
		s.rate = newBucket(perSecond*int64(s.capacity), int64(time.Second))
	}
	for _, pl := range []*pool{&s.onDemand, &s.reserved} {
		*pl = pool{idle: emptyList, partial: emptyList, starting: emptyList}
		switch p.Routing {
		case NewestCreated:
			pl.newest = &indexedHeap{}
		case Random:
			pl.any = &indexedSet{}
		}
	}
	s.res = Result{Runs: 1, Latency: &Histogram{}, ColdLatency: &Histogram{}, Lifespan: &Histogram{}}

	s.until = never
	if opt.Until > 0 {
		s.until = int64(opt.Until)
	}
	if b, ok := a.(Bounded); ok && opt.Until == 0 {
		end, ends := b.Horizon()
		if !ends {
			return nil, ErrEndless
		}
		if end > 0 {
			s.until = int64(end)
		}
	}
	if s.until != never && s.warmUp >= s.until && s.warmUp > 0 {
		return nil, outOfRange("Options.WarmUp", opt.WarmUp, "less than the end of the workload, "+time.Duration(s.until).String())
	}
	if s.until > maxTime && s.until != never {
		return nil, outOfRange("end of the workload", time.Duration(s.until), "up to 73 years")
	}
	return s, nil
}

func serviceStream(seed uint64) random.Stream { return random.New(seed, random.Service) }

// run plays the workload. Every event at a time is handled in this order: departures, what is tried again, arrivals, idle
// timeouts and lifetime caps.
func (s *sim) run(a Arrivals) (Result, error) {
	for range s.f.ProvisionedConcurrency {
		e := s.newEnvironment(true)
		s.transition(0, s.envs[e].id, Idle)
		s.becomeIdle(&s.reserved, e, 0)
	}
	if s.warmUp == 0 {
		s.measure()
	}
	if b, ok := a.(Bounded); ok {
		end := time.Duration(maxTime)
		if s.until != never {
			end = time.Duration(s.until)
		}
		a = b.Within(s.ctx, end)
	}
	if err := s.ctx.Err(); err != nil {
		return Result{}, s.stopped(err)
	}
	requests := a.Requests(s.o.Seed)
	if requests == nil {
		return Result{}, &MissingError{"Arrivals", "the workload returned a nil sequence of requests"}
	}
	for r, err := range requests {
		if err != nil {
			return Result{}, &ArrivalError{s.requests, err}
		}
		if r.At >= time.Duration(s.until) && s.until != never {
			break
		}
		if s.requests%checkEvery == 0 && !s.keepOn() {
			break
		}
		s.arrive(r)
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

// keepOn looks at the context and reports progress.
func (s *sim) keepOn() bool {
	if err := s.ctx.Err(); err != nil {
		s.fail(s.stopped(err))
		return false
	}
	if s.o.Progress != nil && s.requests%(1024*checkEvery) == 0 && s.requests > 0 {
		s.progress()
	}
	return true
}

func (s *sim) progress() {
	if s.o.Progress == nil {
		return
	}
	p := Progress{At: time.Duration(s.now), Invocations: s.requests}
	if s.until != never {
		p.Until = time.Duration(s.until)
	}
	s.o.Progress(p)
}

func (s *sim) stopped(err error) error {
	return &StoppedError{At: time.Duration(s.now), Invocations: s.requests, Err: err}
}

// fail ends the run with its first error.
func (s *sim) fail(err error) {
	if err != nil && s.err == nil {
		s.err = err
	}
}

func (s *sim) arrive(r Request) {
	at := int64(r.At)
	if at < s.previous || r.Duration < 0 || at > maxTime {
		s.refuse(r)
		return
	}
	s.previous = at
	if !s.measuring && at >= s.warmUp {
		s.advance(s.warmUp)
		s.measure()
	}
	if len(s.waiting) > 0 {
		s.advance(at)
	} else {
		s.settle(at)
	}
	s.now = at
	if s.measuring {
		s.res.Invocations++
		if s.line != nil {
			s.linePoint(at).Requests++
		}
	}
	p := pending{at: at, index: s.requests, duration: int64(r.Duration)}
	s.requests++
	s.serve(&p)
}

func (s *sim) refuse(r Request) {
	index := int64(s.requests)
	switch {
	case int64(r.At) < s.previous && s.requests > 0:
		s.fail(&OrderError{s.requests, time.Duration(s.previous), r.At})
	case r.At < 0 || r.At > maxTime:
		s.fail(outOfRange(requestField(index, "At"), r.At, "0 to 73 years"))
	default:
		s.fail(outOfRange(requestField(index, "Duration"), r.Duration, "0 (drawn) or more"))
	}
}

// advance brings everything up to a time at which something arrives: departures up to then, what is tried again up to
// then, and what goes before.
func (s *sim) advance(to int64) {
	for len(s.waiting) > 0 && s.waiting[0].due <= to && s.err == nil {
		r := popHeap(&s.waiting, pending.before)
		s.settle(r.due)
		s.now = r.due
		s.serve(&r)
	}
	s.settle(to)
}

func (s *sim) settle(to int64) {
	for {
		if end := s.busy.next; end <= to && end <= s.nextExit {
			s.depart()
		} else if s.nextExit < to {
			s.now = max(s.now, s.nextExit)
			s.exit()
		} else {
			return
		}
	}
}

// depart ends what an environment was busy with.
func (s *sim) depart() {
	d := s.busy.pop()
	at, e := d.end, d.who
	s.now = at
	if s.busy.head == 0 && len(s.envs) > manyEnvironments {
		s.foresee()
	}
	if s.plain {
		s.departPlain(e, at)
		return
	}
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

// departPlain is depart, and servePlain serve, in a run in which nobody watches and all that an environment can be is busy with
// one request or idle for a fixed time: what most runs are. It saves a tenth of the time.
func (s *sim) departPlain(e int32, at int64) {
	env := &s.envs[e]
	env.running = 0
	s.active--
	s.span(&s.sums.busy, env.since, at)
	env.since, env.mark = at, at+s.idleFor
	last := s.onDemand.idle.tail
	env.list = links{last, -1}
	s.onDemand.idle.tail = e
	if last >= 0 {
		s.envs[last].list.next = e
	} else {
		s.onDemand.idle.head = e
		s.nextExit = env.mark
	}
}

// servePlain takes the last of the idle environments, if there is one.
func (s *sim) servePlain(r *pending) bool {
	e := s.onDemand.idle.tail
	if e < 0 {
		return false
	}
	env := &s.envs[e]
	s.span(&s.sums.idle, env.since, s.now)
	before := env.list.prev
	s.onDemand.idle.tail = before
	if before >= 0 {
		s.envs[before].list.next = -1
	} else {
		s.onDemand.idle.head = -1
		s.nextExit = never
	}
	env.since = s.now
	env.running = 1
	s.active++
	if s.measuring {
		s.res.PeakBusy = max(s.res.PeakBusy, uint64(s.active))
	}
	if r.duration > 0 || s.service.kind == samplerNone || s.o.Observe != nil || s.f.ErrorRate > 0 || r.at < s.warmUp || env.fresh {
		s.execute(r, e, Warm, s.now, 0, 0)
		return true
	}
	// What is left of execute for a warm execution of drawn duration.
	d, err := s.service.draw(r.key())
	if err != nil || d > s.timeout || r.attempts > 0 {
		s.execute(r, e, Warm, s.now, 0, 0)
		return true
	}
	end := s.now + d
	s.busy.push(end, e)
	if s.measuring {
		w := &s.sums.onDemand
		w.requests++
		w.duration.add(d)
		w.billedMS += uint64(d+999_999) / 1_000_000
		s.res.Latency.add(end - r.at)
	}
	return true
}

// manyEnvironments are more than a cache holds.
const manyEnvironments = 8192

// foresee reads the environments of all departures of the day at once: processors wait for memory in parallel where no read
// depends on the one before. That saves a third of the time of a run with 100,000 environments.
func (s *sim) foresee() {
	n := s.foreseen
	for _, d := range s.busy.today {
		if d.who >= 0 {
			n += s.envs[d.who].running
		}
	}
	s.foreseen = n
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
	if s.plain && s.active < s.capacity && s.rate.interval == 0 && s.servePlain(r) {
		return
	}
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
		if s.simple && s.active < s.capacity {
			e = p.idle.tail
		} else {
			e = s.pick(p, s.active >= s.capacity, r.key())
		}
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
		s.busy.push(ready, ^e)
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
			err = &MissingError{"Function.Duration", requestField(int64(r.index), "Duration") + " is 0, so that it has to be drawn"}
		}
		s.fail(err)
	}
	env.fresh = false
	billedInit := init
	cut := init > int64(InitLimit)
	if cut {
		d += init // run again, inside the invocation
		init, billedInit = int64(InitLimit), 0
	}
	outcome := OK
	if d > s.timeout {
		d, outcome = s.timeout, TimedOut
	} else if s.f.ErrorRate > 0 && s.failures.Uniform(r.key()) < s.f.ErrorRate {
		outcome = Failed
	}
	end := begin + startup + init + d
	s.busy.push(end, e)

	again := outcome != OK && int(r.attempts) < s.f.Retries
	attempt := int(r.attempts) + 1
	if again {
		next := *r
		next.attempts++
		if again = s.wait(&next, end+int64(time.Minute)<<r.attempts); !again {
			r.attempts++
		}
	}
	if s.measuring && r.at >= s.warmUp {
		w := &s.sums.onDemand
		if start == Provisioned {
			w = &s.sums.provisioned
		}
		w.requests++
		w.duration.add(d)
		if start == Cold {
			s.res.ColdStarts++
			w.init.add(billedInit)
			if cut {
				s.res.InitTimeouts++
			}
			if s.line != nil {
				s.linePoint(s.now).ColdStarts++
			}
		}
		w.billedMS += uint64(d+billedInit+999_999) / 1_000_000
		if begin+startup+init > s.now {
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
			s.res.Latency.add(end - r.at)
			if start == Cold {
				s.res.ColdLatency.add(end - r.at)
			}
		}
	}
	if s.o.Observe != nil && s.err == nil {
		s.o.Observe(Invocation{
			At: time.Duration(r.at), Wait: time.Duration(begin - r.at), Startup: time.Duration(startup), Init: time.Duration(init),
			Duration: time.Duration(d), Environment: env.id, Start: start, Outcome: outcome, Request: r.index, Attempt: attempt,
		})
	}
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
			if len(s.waiting) > 0 && s.waiting[0].due < s.busy.next {
				s.advance(s.waiting[0].due)
			} else {
				s.advance(s.busy.next)
			}
			if s.ctx.Err() != nil {
				return Result{}, s.stopped(s.ctx.Err())
			}
		}
		end = max(s.now, s.previous)
	}
	if !s.measuring && s.err == nil {
		if end < s.warmUp {
			return Result{}, outOfRange("Options.WarmUp", s.o.WarmUp, "less than the end of the run, "+time.Duration(end).String())
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
		if s.waiting[i].at >= s.warmUp {
			s.res.Pending++
		}
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
