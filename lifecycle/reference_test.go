package lifecycle_test

import (
	"cmp"
	"slices"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/internal/random"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// reference is the simulator in its plainest form: a list of environments, a list of what will happen, and a look at all of
// them to find what is next. No queue, no linked list, no sum.
type reference struct {
	f lifecycle.Function
	p lifecycle.Platform

	now     time.Duration
	envs    []*refEnv // in the order in which they were started
	pending []refEvent
	waiting []refRequest
	seq     int
	set     map[bool][]*refEnv // by provisioned: what Random routing picks from
	scale   refBucket
	rate    refBucket
	periods uint64
	seed    uint64

	invocations []lifecycle.Invocation
	transitions map[int][]lifecycle.Transition
}

type refEnv struct {
	id                                       int
	created, ready, since, expires, lastUsed time.Duration
	late                                     time.Duration // INIT that its first request must run again
	running, order                           int
	idle, starting, provisioned, over, fresh bool
	gone                                     bool
}

type refEvent struct {
	at    time.Duration
	seq   int
	env   *refEnv
	ready bool
}

type refRequest struct {
	at, due, duration  time.Duration
	index              uint64
	attempts, refusals int
	seq                int
}

// refBucket refills in small steps.
type refBucket struct {
	size, interval int64
	level, at      int64 // level in tokens × interval
}

func (b *refBucket) has(at time.Duration) bool {
	if b.size == 0 {
		return true
	}
	for b.at < int64(at) && b.level < b.size*b.interval {
		step := min(int64(time.Millisecond), int64(at)-b.at)
		b.level = min(b.level+step*b.size, b.size*b.interval)
		b.at += step
	}
	b.at = int64(at)
	return b.level >= b.interval
}

func (b *refBucket) take() {
	if b.size > 0 {
		b.level -= b.interval
	}
}

func runReference(f lifecycle.Function, p lifecycle.Platform, requests []lifecycle.Request, seed uint64) *reference {
	r := &reference{f: f, p: p, seed: seed, transitions: map[int][]lifecycle.Transition{}, set: map[bool][]*refEnv{}}
	if n := p.ScaleOut.Environments; n > 0 {
		r.scale = refBucket{size: int64(n), interval: int64(p.ScaleOut.Interval)}
		r.scale.level = r.scale.size * r.scale.interval
	}
	if p.RequestsPerSecond > 0 && r.capacity() < 1e6 {
		r.rate = refBucket{size: int64(p.RequestsPerSecond * r.capacity()), interval: int64(time.Second)}
		r.rate.level = r.rate.size * r.rate.interval
	}
	for range f.ProvisionedConcurrency {
		e := r.start(true)
		r.transition(e, lifecycle.Idle)
		r.becomeIdle(e)
	}
	for i, q := range requests {
		r.play(q.At)
		r.serve(refRequest{at: q.At, duration: q.Duration, index: uint64(i)})
	}
	for len(r.pending)+len(r.waiting) > 0 {
		next := time.Duration(1 << 62)
		for _, e := range r.pending {
			next = min(next, e.at)
		}
		for _, w := range r.waiting {
			next = min(next, w.due)
		}
		r.play(next)
	}
	return r
}

func (r *reference) capacity() int {
	switch {
	case r.f.ReservedConcurrency > 0:
		return r.f.ReservedConcurrency
	case r.p.ConcurrencyLimit > 0:
		return r.p.ConcurrencyLimit
	}
	return 1 << 30
}

func (r *reference) room() int { return max(r.f.Concurrency, 1) }

func (r *reference) active() (n int) {
	for _, e := range r.envs {
		if !e.gone && e.running > 0 {
			n++
		}
	}
	return n
}

// play does all that happens up to a time at which a request comes: retries in their turn, departures up to the time, exits
// before it.
func (r *reference) play(to time.Duration) {
	for {
		retry := -1
		for i, w := range r.waiting {
			if w.due <= to && (retry < 0 || w.due < r.waiting[retry].due || w.due == r.waiting[retry].due && w.seq < r.waiting[retry].seq) {
				retry = i
			}
		}
		if retry < 0 {
			break
		}
		w := r.waiting[retry]
		r.waiting = slices.Delete(r.waiting, retry, retry+1)
		r.settle(w.due)
		r.now = w.due
		r.serve(w)
	}
	r.settle(to)
	r.now = to
}

func (r *reference) settle(to time.Duration) {
	for {
		next := -1
		for i, e := range r.pending {
			if e.at <= to && (next < 0 || e.at < r.pending[next].at || e.at == r.pending[next].at && e.seq < r.pending[next].seq) {
				next = i
			}
		}
		exit, exitAt, byAge := r.exit(to)
		switch {
		case next >= 0 && (exit == nil || r.pending[next].at <= exitAt):
			e := r.pending[next]
			r.pending = slices.Delete(r.pending, next, next+1)
			r.now = e.at
			r.happen(e)
		case exit != nil:
			r.now = exitAt
			if byAge {
				exit.over = true
			}
			switch {
			case !byAge:
				r.remove(exit)
			case exit.running > 0:
				r.unset(exit)
			case r.p.ProactiveReplacement:
				r.replace(exit)
			default:
				r.remove(exit)
			}
		default:
			return
		}
	}
}

// exit finds the first environment whose idle timeout or lifetime cap is before a time; at equal times timeouts are first,
// in the order in which environments became idle.
func (r *reference) exit(to time.Duration) (first *refEnv, at time.Duration, byAge bool) {
	for _, age := range []bool{false, true} {
		for _, e := range r.envs {
			if e.gone || e.provisioned || e.over {
				continue
			}
			when := e.expires
			if age {
				if r.p.MaxLifetime == 0 {
					continue
				}
				when = e.created + r.p.MaxLifetime
			} else if !e.idle {
				continue
			}
			earlier := first == nil || when < at || when == at && !age && !byAge && e.order < first.order
			if when < to && earlier {
				first, at, byAge = e, when, age
			}
		}
	}
	return first, at, byAge
}

func (r *reference) transition(e *refEnv, s lifecycle.State) {
	r.transitions[e.id] = append(r.transitions[e.id], lifecycle.Transition{At: r.now, Environment: e.id, State: s})
}

func (r *reference) start(provisioned bool) *refEnv {
	e := &refEnv{id: len(r.envs) + 1, created: r.now, fresh: true, provisioned: provisioned}
	r.envs = append(r.envs, e)
	return e
}

func (r *reference) remove(e *refEnv) {
	r.unset(e)
	e.gone, e.idle = true, false
	r.transition(e, lifecycle.Gone)
}

// replace gives an old environment's place to a new one: the same object, so that its place in every order stays.
func (r *reference) replace(e *refEnv) {
	r.transition(e, lifecycle.Gone)
	old := *e
	old.gone, old.idle = true, false
	r.envs[e.id-1] = &old
	e.id = len(r.envs) + 1
	e.created, e.over, e.fresh = r.now, false, true
	e.late = 0
	if r.f.Init != nil {
		if d := r.f.Init.Quantile(random.New(r.seed, random.Initialization).Uniform(1<<63 | uint64(e.id))); d > lifecycle.InitLimit {
			e.late = d // cut, and run again by the first request
		}
	}
	r.envs = append(r.envs, e)
	r.transition(e, lifecycle.Starting)
	r.transition(e, lifecycle.Idle)
}

func (r *reference) putset(e *refEnv) {
	if !slices.Contains(r.set[e.provisioned], e) {
		r.set[e.provisioned] = append(r.set[e.provisioned], e)
	}
}

func (r *reference) unset(e *refEnv) {
	s := r.set[e.provisioned]
	if i := slices.Index(s, e); i >= 0 {
		s[i] = s[len(s)-1]
		r.set[e.provisioned] = s[:len(s)-1]
	}
}

func (r *reference) becomeIdle(e *refEnv) {
	e.idle, e.since, e.running = true, r.now, 0
	if !e.provisioned {
		u := 0.0
		if _, constant := r.p.IdleTimeout.(lifecycle.Constant); !constant {
			u = random.New(r.seed, random.IdleTimeout).Uniform(r.periods)
			r.periods++
		}
		e.expires = r.now + r.p.IdleTimeout.Quantile(u)
	}
	r.seq++
	e.order = r.seq
	r.putset(e)
}

func (r *reference) use(e *refEnv) { // the time and order of its last use
	r.seq++
	e.order, e.lastUsed = r.seq, r.now
}

func (r *reference) happen(ev refEvent) {
	e := ev.env
	if ev.ready {
		e.starting = false
		r.transition(e, lifecycle.Busy)
		if e.running < r.room() && !e.over {
			r.use(e)
			r.putset(e)
		}
		return
	}
	e.running--
	if e.running > 0 {
		if !e.over {
			r.use(e)
			r.putset(e)
		}
		return
	}
	r.unset(e)
	if e.over && !r.p.ProactiveReplacement {
		r.remove(e)
		return
	}
	if e.over {
		r.replace(e)
	} else {
		r.transition(e, lifecycle.Idle)
	}
	r.becomeIdle(e)
}

// choose returns the environment that gets the request, among those with room.
func (r *reference) choose(provisioned, onlyBusy bool, key uint64) *refEnv {
	var can []*refEnv
	for _, e := range r.envs {
		if !e.gone && e.provisioned == provisioned && !e.starting && !e.over && e.running < r.room() && (e.running > 0 || !onlyBusy) {
			can = append(can, e)
		}
	}
	if len(can) == 0 {
		return nil
	}
	u := random.New(r.seed, random.Route)
	when := func(e *refEnv) time.Duration {
		if e.idle {
			return e.since
		}
		return e.lastUsed
	}
	switch r.p.Routing {
	case lifecycle.NewestCreated:
		return slices.MaxFunc(can, func(a, b *refEnv) int { return a.id - b.id })
	case lifecycle.Random:
		if onlyBusy {
			slices.SortFunc(can, func(a, b *refEnv) int { return a.order - b.order })
			return can[u.Below(key, len(can))]
		}
		s := r.set[provisioned]
		return s[u.Below(key, len(s))]
	case lifecycle.LeastRecentlyUsed: // at equal times an idle one, then in the order of use
		return slices.MinFunc(can, func(a, b *refEnv) int {
			if d := cmp.Compare(when(a), when(b)); d != 0 {
				return d
			}
			if a.idle != b.idle {
				if a.idle {
					return -1
				}
				return 1
			}
			return a.order - b.order
		})
	}
	return slices.MaxFunc(can, func(a, b *refEnv) int { // at equal times a busy one, then the later in the order of use
		if d := cmp.Compare(when(a), when(b)); d != 0 {
			return d
		}
		if a.idle != b.idle {
			if b.idle {
				return 1
			}
			return -1
		}
		return a.order - b.order
	})
}

func (r *reference) serve(q refRequest) {
	key := q.index | uint64(q.attempts)<<56
	if !r.rate.has(r.now) {
		r.throttle(q)
		return
	}
	full := r.active() >= r.capacity()
	var e *refEnv
	if r.f.ProvisionedConcurrency > 0 {
		e = r.choose(true, false, key)
	}
	if e == nil {
		e = r.choose(false, full, key)
	}
	start, begin := lifecycle.Warm, r.now
	var startup, init time.Duration
	if e == nil {
		for _, s := range r.envs { // wait for one that is starting
			if !s.gone && s.starting && !s.over && s.running < r.room() && r.room() > 1 {
				e = s
				break
			}
		}
		if e != nil {
			begin = e.ready
			e.running++
			r.execute(q, e, start, begin, 0, 0, key)
			return
		}
		if full || !r.scale.has(r.now) {
			r.throttle(q)
			return
		}
		r.scale.take()
		e = r.start(false)
		start = lifecycle.Cold
		if r.f.Startup != nil {
			startup = r.f.Startup.Quantile(random.New(r.seed, random.Startup).Uniform(key))
		}
		if r.f.Init != nil {
			init = r.f.Init.Quantile(random.New(r.seed, random.Initialization).Uniform(key))
		}
		r.transition(e, lifecycle.Starting)
		e.running, e.starting = 1, true
		e.ready = r.now + startup + min(init, lifecycle.InitLimit)
		r.seq++
		r.pending = append(r.pending, refEvent{e.ready, r.seq, e, true})
		r.execute(q, e, start, begin, startup, init, key)
		return
	}
	if e.provisioned {
		start = lifecycle.Provisioned
	}
	r.unset(e)
	if e.idle {
		e.idle = false
		r.transition(e, lifecycle.Busy)
	}
	e.running++
	if e.running < r.room() {
		r.use(e)
		r.putset(e)
	}
	r.execute(q, e, start, begin, startup, init, key)
}

func (r *reference) execute(q refRequest, e *refEnv, start lifecycle.Start, begin, startup, init time.Duration, key uint64) {
	r.rate.take()
	d := q.duration
	if d == 0 {
		dist := r.f.Duration
		if e.fresh && r.f.FirstDuration != nil {
			dist = r.f.FirstDuration
		}
		d = dist.Quantile(random.New(r.seed, random.Service).Uniform(key))
	}
	e.fresh = false
	d, e.late = d+e.late, 0
	if init > lifecycle.InitLimit {
		d += init
		init = lifecycle.InitLimit
	}
	timeout := r.f.Timeout
	if timeout == 0 {
		timeout = lifecycle.MaxTimeout
	}
	outcome := lifecycle.OK
	if d > timeout {
		d, outcome = timeout, lifecycle.TimedOut
	} else if r.f.ErrorRate > 0 && random.New(r.seed, random.Failure).Uniform(key) < r.f.ErrorRate {
		outcome = lifecycle.Failed
	}
	end := begin + startup + init + d
	r.seq++
	r.pending = append(r.pending, refEvent{end, r.seq, e, false})
	if outcome != lifecycle.OK && q.attempts < r.f.Retries {
		again := q
		again.attempts++
		r.wait(again, end+time.Minute*time.Duration(again.attempts))
	}
	r.invocations = append(r.invocations, lifecycle.Invocation{
		At: q.at, Wait: begin - q.at, Startup: startup, Init: init, Duration: d, Environment: e.id,
		Start: start, Outcome: outcome, Request: q.index, Attempt: q.attempts + 1,
	})
}

func (r *reference) wait(q refRequest, due time.Duration) bool {
	age := r.f.EventAge
	if age == 0 {
		age = lifecycle.MaxEventAge
	}
	if due-q.at > age {
		return false
	}
	r.seq++
	q.due, q.seq = due, r.seq
	r.waiting = append(r.waiting, q)
	return true
}

func (r *reference) throttle(q refRequest) {
	if r.f.Async {
		delay := time.Second
		for range q.refusals {
			delay = min(2*delay, 5*time.Minute)
		}
		again := q
		again.refusals++
		if r.wait(again, r.now+delay) {
			return
		}
	}
	r.invocations = append(r.invocations, lifecycle.Invocation{
		At: q.at, Wait: r.now - q.at, Outcome: lifecycle.Throttled, Request: q.index, Attempt: q.attempts,
	})
}
