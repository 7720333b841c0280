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
	capAge   int64 // lifetime cap; ageless for none
	warmUp   int64
	until    int64 // never where the run ends with the last completion
	watched  bool  // transitions are observed

	service, first, init, startup, idleTimeout draws
	route, failures                            random.Stream
	idleFor                                    int64 // where the idle timeout is constant
	idlePeriods                                uint64

	now      int64
	requests uint64
	steps    uint64
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

	active, alive int // environments in use; all
	measuring     bool
	res           Result
	sums          sums
	line          *timeline
	err           error
}

func newSim(ctx context.Context, f Function, p Platform, a Arrivals, o *Options) (*sim, error) {
	opt := o.orZero()
	if err := validArguments(f, p, a, opt); err != nil {
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
		s.capAge = ageless
	}
	s.warmUp = int64(opt.WarmUp)
	s.watched = opt.ObserveEnvironments != nil

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
		if end > maxTime {
			return nil, outOfRange("end of the workload", end, "up to 73 years")
		}
		if end > 0 {
			s.until = int64(end)
		}
	}
	if s.until != never && s.warmUp >= s.until && s.warmUp > 0 {
		return nil, outOfRange("Options.WarmUp", opt.WarmUp, "less than the end of the workload, "+time.Duration(s.until).String())
	}
	return s, nil
}

func serviceStream(seed uint64) random.Stream { return random.New(seed, random.Service) }

// run plays the workload. Every event at a time is handled in this order: departures, what is tried again, arrivals, idle
// timeouts and lifetime caps.
func (s *sim) run(a Arrivals) (Result, error) {
	if b, ok := a.(Bounded); ok {
		// A request later than any time of a run is not left out here: it is refused when it comes.
		if a = b.Within(s.ctx, time.Duration(s.until)); a == nil {
			return Result{}, &MissingError{"Arrivals", "the workload returned nil for the requests within a time"}
		}
	}
	if err := s.ctx.Err(); err != nil {
		return Result{}, s.stopped(err)
	}
	noRequests := &MissingError{"Arrivals", "the workload returned a nil sequence of requests"}
	if s.canStack() {
		chunks := Chunks(a, s.o.Seed)
		if chunks == nil {
			return Result{}, noRequests
		}
		return newStackSim(s).run(chunks)
	}
	requests := a.Requests(s.o.Seed)
	if requests == nil {
		return Result{}, noRequests
	}
	for range s.f.ProvisionedConcurrency {
		e := s.newEnvironment(true)
		s.transition(0, s.envs[e].id, Idle)
		s.becomeIdle(&s.reserved, e, 0)
	}
	if s.warmUp == 0 {
		s.measure()
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
	for len(s.waiting) > 0 && s.waiting[0].due <= to && s.goOn() {
		r := popHeap(&s.waiting, pending.before)
		s.settle(r.due)
		s.now = r.due
		s.serve(&r)
	}
	s.settle(to)
}

// goOn is false once the run has failed; now and then it looks at the context, as much can happen between two requests.
func (s *sim) goOn() bool {
	if s.steps++; s.steps%checkEvery == 0 && s.ctx.Err() != nil {
		s.fail(s.stopped(s.ctx.Err()))
	}
	return s.err == nil
}

func (s *sim) settle(to int64) {
	for s.goOn() {
		if next := min(to, s.nextExit); s.busy.next() <= next {
			if s.busy.due(next) {
				s.depart()
			}
		} else if s.nextExit < to {
			s.now = max(s.now, s.nextExit)
			s.exit()
		} else {
			return
		}
	}
}
