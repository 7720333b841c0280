package lifecycle_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/internal/random"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
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
	return 1 << 40
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
			if d := when(a) - when(b); d != 0 {
				return int(d)
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
		if d := when(a) - when(b); d != 0 {
			return int(d)
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

// randomCase makes a small workload, a function and a platform of few whole milliseconds and seconds, so that much happens
// at equal times, and every limit bites now and then.
func randomCase(seed uint64) (lifecycle.Function, lifecycle.Platform, []lifecycle.Request) {
	s := random.New(seed, random.Bootstrap)
	i := uint64(0)
	below := func(n int) int { i++; return s.Below(i, n) }
	ms := func(n int) time.Duration { return time.Duration(below(n)) * time.Millisecond }
	dist := func(n int) lifecycle.Distribution {
		switch below(4) {
		case 0:
			return lifecycle.Constant(ms(n))
		case 1:
			return lifecycle.Exponential(ms(n))
		case 2:
			a := ms(n)
			return lifecycle.Uniform{Min: a, Max: a + ms(n)}
		}
		d, err := lifecycle.Empirical([]time.Duration{ms(n), ms(n), ms(n)})
		if err != nil {
			panic(err)
		}
		return d
	}
	f := lifecycle.Function{Duration: dist(40)}
	p := lifecycle.Platform{IdleTimeout: dist(60), Routing: lifecycle.Routing(below(4))}
	if below(2) == 0 {
		p.IdleTimeout = lifecycle.Constant(ms(80))
	}
	if below(3) == 0 {
		f.FirstDuration = dist(80)
	}
	if below(3) == 0 {
		f.Init = dist(30)
		if below(6) == 0 {
			f.Init = lifecycle.Uniform{Min: 9 * time.Second, Max: 12 * time.Second}
		}
	}
	if below(4) == 0 {
		f.Startup = dist(10)
	}
	if below(4) == 0 {
		f.Timeout = ms(60) + time.Millisecond
	}
	if below(3) == 0 {
		f.Concurrency = 1 + below(4)
	}
	if below(4) == 0 {
		f.ReservedConcurrency = 1 + below(6)
	}
	if below(4) == 0 {
		p.ConcurrencyLimit = 6 + below(6)
	}
	if below(4) == 0 {
		f.ProvisionedConcurrency = 1 + below(3)
		if f.ReservedConcurrency > 0 {
			f.ReservedConcurrency += f.ProvisionedConcurrency
		}
	}
	if f.ReservedConcurrency > p.ConcurrencyLimit {
		p.ConcurrencyLimit = 0
	}
	if below(3) == 0 {
		f.Async = true
		f.Retries = below(3)
		f.EventAge = time.Duration(below(300)) * time.Second
	}
	if below(3) == 0 {
		f.ErrorRate = 0.3
	}
	if below(3) == 0 {
		p.MaxLifetime = time.Millisecond + ms(100) + 1
		p.ProactiveReplacement = below(2) == 0
	}
	if below(4) == 0 {
		p.ScaleOut = lifecycle.ScaleOut{Environments: 1 + below(3), Interval: time.Millisecond + ms(100)}
	}
	if below(4) == 0 {
		p.RequestsPerSecond = 1 + below(60)
	}
	var requests []lifecycle.Request
	at := time.Duration(0)
	for range 1 + below(60) {
		if below(3) > 0 {
			at += ms(25)
		}
		q := lifecycle.Request{At: at}
		if below(4) == 0 {
			q.Duration = ms(50)
		}
		requests = append(requests, q)
	}
	return f, p, requests
}

func compareWithReference(t *testing.T, seed uint64) {
	t.Helper()
	f, p, requests := randomCase(seed)
	want := runReference(f, p, requests, seed)
	var got []lifecycle.Invocation
	transitions := map[int][]lifecycle.Transition{}
	last := time.Duration(0)
	o := &lifecycle.Options{
		Seed:    seed,
		Observe: func(i lifecycle.Invocation) { got = append(got, i) },
		ObserveEnvironments: func(x lifecycle.Transition) {
			if x.At < last {
				t.Errorf("transition %+v comes after one at %v", x, last)
			}
			last = x.At
			transitions[x.Environment] = append(transitions[x.Environment], x)
		},
	}
	r, err := lifecycle.Simulate(context.Background(), f, p, workload.Trace(requests), o)
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	describe := func() string { return fmt.Sprintf("seed %d:\n%+v\n%+v\n%v", seed, f, p, requests) }
	if d := cmp.Diff(want.invocations, got); d != "" {
		t.Fatalf("%s\ninvocations (-want +got):\n%s", describe(), d)
	}
	if d := cmp.Diff(want.transitions, transitions); d != "" {
		t.Fatalf("%s\ntransitions (-want +got):\n%s", describe(), d)
	}
	checkAgainstHistory(t, describe, r, f, got, transitions, 0)

	// Nobody watching, the same; and with a warm-up, what is measured is what happened behind it.
	blind, err := lifecycle.Simulate(context.Background(), f, p, workload.Trace(requests), &lifecycle.Options{Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(r, blind); d != "" {
		t.Fatalf("%s\nunobserved (-observed +not):\n%s", describe(), d)
	}
	if warmUp := requests[len(requests)/2].At; warmUp > 0 {
		r, err := lifecycle.Simulate(context.Background(), f, p, workload.Trace(requests), &lifecycle.Options{Seed: seed, WarmUp: warmUp})
		if err != nil {
			t.Fatal(err)
		}
		checkAgainstHistory(t, describe, r, f, got, transitions, warmUp)
	}
}

// checkAgainstHistory recomputes a result from the invocations and transitions of its run.
func checkAgainstHistory(t *testing.T, describe func() string, r lifecycle.Result, f lifecycle.Function, invocations []lifecycle.Invocation, transitions map[int][]lifecycle.Transition, warmUp time.Duration) {
	t.Helper()
	end := warmUp + r.Elapsed
	var busy, idle, provisionedBusy, provisionedIdle time.Duration
	var started, gone, atStart, atEnd uint64
	for id, history := range transitions {
		provisioned := id <= f.ProvisionedConcurrency
		for i, x := range history {
			until := end
			if i+1 < len(history) {
				until = min(history[i+1].At, end)
			}
			d := max(until-max(x.At, warmUp), 0)
			switch x.State {
			case lifecycle.Gone:
			case lifecycle.Idle:
				if provisioned {
					provisionedIdle += d
				} else {
					idle += d
				}
			default:
				if provisioned {
					provisionedBusy += d
				} else {
					busy += d
				}
			}
		}
		if provisioned {
			continue
		}
		first, last := history[0], history[len(history)-1]
		// At the instant of the start of the measurement, departures are over, what arrives or goes then is not.
		if first.At >= warmUp {
			started++
		}
		if last.State == lifecycle.Gone && last.At <= end {
			if last.At >= warmUp {
				gone++
			}
		} else {
			atEnd++
		}
		if first.At < warmUp && (last.State != lifecycle.Gone || last.At >= warmUp) {
			atStart++
		}
	}
	got := []string{r.BusyTime.String(), r.IdleTime.String(), r.ProvisionedBusyTime.String(), r.ProvisionedIdleTime.String()}
	want := []string{fmt.Sprint(int64(busy)), fmt.Sprint(int64(idle)), fmt.Sprint(int64(provisionedBusy)), fmt.Sprint(int64(provisionedIdle))}
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("%s\nwarm-up %v: busy, idle, provisioned busy, provisioned idle (-want +got):\n%s", describe(), warmUp, d)
	}
	if r.AliveAtStart+r.Environments != r.Gone+r.AliveAtEnd {
		t.Fatalf("%s\nnot conserved: %d + %d started, %d gone + %d alive", describe(), r.AliveAtStart, r.Environments, r.Gone, r.AliveAtEnd)
	}
	if warmUp == 0 {
		if d := cmp.Diff([]uint64{started, gone, atStart, atEnd}, []uint64{r.Environments, r.Gone, r.AliveAtStart, r.AliveAtEnd}); d != "" {
			t.Fatalf("%s\nstarted, gone, at start, at end (-want +got):\n%s", describe(), d)
		}
	}
	sum := lifecycle.Result{Runs: 1, Elapsed: r.Elapsed}
	last := map[uint64]lifecycle.Invocation{} // execution of each request
	seen := map[uint64]bool{}
	for _, i := range invocations {
		if i.At < warmUp {
			continue
		}
		if !seen[i.Request] {
			seen[i.Request] = true
			sum.Invocations++
		}
		if i.Outcome == lifecycle.Throttled {
			sum.Throttled++
			continue
		}
		last[i.Request] = i
		w := &sum.OnDemand
		if i.Start == lifecycle.Provisioned {
			w = &sum.Provisioned
		}
		w.Requests++
		w.Duration += i.Duration
		switch i.Outcome {
		case lifecycle.TimedOut:
			sum.TimedOut++
		case lifecycle.Failed:
			sum.Failed++
		}
		if i.Start == lifecycle.Cold {
			sum.ColdStarts++
		}
		if i.Attempt > 1 {
			sum.Retried++
		}
	}
	if d := cmp.Diff(
		[]uint64{sum.Invocations, sum.Throttled, sum.TimedOut, sum.Failed, sum.ColdStarts, sum.Retried, sum.OnDemand.Requests, sum.Provisioned.Requests, uint64(sum.OnDemand.Duration), uint64(sum.Provisioned.Duration)},
		[]uint64{r.Invocations, r.Throttled, r.TimedOut, r.Failed, r.ColdStarts, r.Retried, r.OnDemand.Requests, r.Provisioned.Requests, uint64(r.OnDemand.Duration), uint64(r.Provisioned.Duration)},
	); d != "" {
		t.Fatalf("%s\nwarm-up %v: counts (-want +got):\n%s", describe(), warmUp, d)
	}
	checkLatency(t, describe, r, last)
}

// checkLatency recomputes the histograms of latency: one for each request that was executed, from its last execution.
func checkLatency(t *testing.T, describe func() string, r lifecycle.Result, last map[uint64]lifecycle.Invocation) {
	t.Helper()
	var all, cold lifecycle.Histogram
	for _, i := range last {
		all.Add(i.Latency())
		if i.Start == lifecycle.Cold {
			cold.Add(i.Latency())
		}
	}
	if !r.Latency.Equal(&all) || !r.ColdLatency.Equal(&cold) {
		t.Fatalf("%s\nlatency: %d of %v, %d cold ones of %v, want %d of %v, %d of %v", describe(),
			r.Latency.Count(), r.Latency.Sum(), r.ColdLatency.Count(), r.ColdLatency.Sum(), all.Count(), all.Sum(), cold.Count(), cold.Sum())
	}
}

func TestReference(t *testing.T) {
	n := uint64(3_000)
	if testing.Short() {
		n = 300
	}
	for seed := range n {
		compareWithReference(t, seed)
	}
}

func FuzzReference(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { compareWithReference(t, seed) })
}
