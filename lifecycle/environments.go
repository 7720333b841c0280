package lifecycle

// environment is one execution environment. It is 64 bytes, a cache line, so that an invocation touches one.
type environment struct {
	created int64
	since   int64 // it is busy or idle
	mark    int64 // idle: the last instant at which it can be used; starting: when it is ready; else when it was last used
	id      int
	list    links // of the pool's list that it is in
	ages    links // of the list by age, until it is over the lifetime cap
	running int32 // requests in it

	starting, provisioned, over, fresh bool // over the lifetime cap; fresh: has not had a request yet
	listed, gone, cut                  bool // listed: it is in one of its pool's lists; cut: its INIT was, and is run again by its first request
}

// replacementKey is the index of the INIT phase of a proactive replacement, which no request starts.
func (e *environment) replacementKey() uint64 { return 1<<63 | uint64(e.id) }

// links are neighbours in a doubly linked list, as indexes of environments; -1 for none.
type links struct{ prev, next int32 }

type list struct{ head, tail int32 }

var emptyList = list{-1, -1}

// pool holds those environments of a kind that can take a request.
type pool struct {
	idle     list // in the order in which they became idle
	partial  list // busy, with room for more requests, in the order of their last use
	starting list // the same, but not ready yet, in the order in which they were started
	newest   *indexedHeap
	any      *indexedSet
}

func (s *sim) pushList(l *list, e int32) {
	env := &s.envs[e]
	env.list = links{l.tail, -1}
	env.listed = true
	if l.tail >= 0 {
		s.envs[l.tail].list.next = e
	} else {
		l.head = e
	}
	l.tail = e
}

func (s *sim) removeList(l *list, e int32) {
	env := &s.envs[e]
	env.listed = false
	if env.list.prev >= 0 {
		s.envs[env.list.prev].list.next = env.list.next
	} else {
		l.head = env.list.next
	}
	if env.list.next >= 0 {
		s.envs[env.list.next].list.prev = env.list.prev
	} else {
		l.tail = env.list.prev
	}
}

func (s *sim) pushAge(e int32) {
	env := &s.envs[e]
	env.ages = links{s.ages.tail, -1}
	if s.ages.tail >= 0 {
		s.envs[s.ages.tail].ages.next = e
	} else {
		s.ages.head = e
	}
	s.ages.tail = e
}

func (s *sim) removeAge(e int32) {
	env := &s.envs[e]
	if env.ages.prev >= 0 {
		s.envs[env.ages.prev].ages.next = env.ages.next
	} else {
		s.ages.head = env.ages.next
	}
	if env.ages.next >= 0 {
		s.envs[env.ages.next].ages.prev = env.ages.prev
	} else {
		s.ages.tail = env.ages.prev
	}
}

// addCandidate and removeCandidate keep what the two routings need that the order of the lists does not answer.
func (s *sim) addCandidate(p *pool, e int32) {
	if p.newest != nil {
		p.newest.push(e, -int64(s.envs[e].id))
	} else if p.any != nil {
		p.any.add(e)
	}
}

func (s *sim) removeCandidate(p *pool, e int32) {
	if p.newest != nil {
		p.newest.remove(e)
	} else if p.any != nil {
		p.any.remove(e)
	}
}

// pick returns the environment that gets the request, -1 for none. With onlyBusy, idle ones do not count.
func (s *sim) pick(p *pool, onlyBusy bool, key uint64) int32 {
	if onlyBusy {
		return s.pickPartial(p, key)
	}
	switch s.p.Routing {
	case NewestCreated:
		return p.newest.first()
	case Random:
		if n := len(p.any.items); n > 0 {
			return p.any.items[s.route.Below(key, n)]
		}
		return -1
	case LeastRecentlyUsed:
		i, b := p.idle.head, p.partial.head
		if i >= 0 && b >= 0 {
			if s.envs[i].since <= s.envs[b].mark {
				return i
			}
			return b
		}
		return max(i, b)
	}
	i, b := p.idle.tail, p.partial.tail
	if b >= 0 && i >= 0 {
		if s.envs[i].since > s.envs[b].mark {
			return i
		}
		return b
	}
	return max(i, b)
}

// pickPartial is pick where the limit on environments in use is reached, so that only those in use have room. It looks at
// all of them where the order of the list is not the order that is asked for.
func (s *sim) pickPartial(p *pool, key uint64) int32 {
	switch s.p.Routing {
	case LeastRecentlyUsed:
		return p.partial.head
	case NewestCreated:
		newest := p.partial.head
		for e := newest; e >= 0; e = s.envs[e].list.next {
			if s.envs[e].id > s.envs[newest].id {
				newest = e
			}
		}
		return newest
	case Random:
		n := 0
		for e := p.partial.head; e >= 0; e = s.envs[e].list.next {
			n++
		}
		if n == 0 {
			return -1
		}
		e := p.partial.head
		for range s.route.Below(key, n) {
			e = s.envs[e].list.next
		}
		return e
	}
	return p.partial.tail
}

// newEnvironment starts an environment at the present time; it is in no list but that by age.
func (s *sim) newEnvironment(provisioned bool) int32 {
	e := s.freeEnv
	if e >= 0 {
		s.freeEnv = s.envs[e].list.next
	} else {
		e = int32(len(s.envs))
		s.envs = append(s.envs, environment{})
	}
	s.lastID++
	s.envs[e] = environment{created: s.now, since: s.now, id: s.lastID, fresh: true, provisioned: provisioned, ages: links{-1, -1}}
	s.alive++
	if s.capAge != ageless && !provisioned {
		s.pushAge(e)
		s.updateExit()
	}
	return e
}

// becomeIdle puts an environment without requests among the idle ones.
func (s *sim) becomeIdle(p *pool, e int32, at int64) {
	env := &s.envs[e]
	env.since = at
	env.mark = never
	if !env.provisioned {
		timeout := s.idleFor
		if s.expiries != nil {
			d, err := s.idleTimeout.draw(s.idlePeriods)
			s.fail(err)
			s.idlePeriods++
			timeout = d
		}
		env.mark = at + timeout
		if s.expiries != nil {
			s.expiries.push(e, env.mark)
		}
	}
	s.pushList(&p.idle, e)
	s.addCandidate(p, e)
	if !env.provisioned && (s.expiries != nil || p.idle.head == e) {
		s.updateExit()
	}
}

// leaveIdle takes an environment from the idle ones, at the present time or that of its end.
func (s *sim) leaveIdle(p *pool, e int32, at int64) {
	env := &s.envs[e]
	first := p.idle.head == e
	s.removeList(&p.idle, e)
	s.removeCandidate(p, e)
	if env.provisioned {
		s.span(&s.sums.provisionedIdle, env.since, at)
		return
	}
	s.span(&s.sums.idle, env.since, at)
	if s.expiries != nil {
		s.expiries.remove(e)
		s.updateExit()
	} else if first {
		s.updateExit()
	}
}

// updateExit finds when the next environment goes, or gets over the lifetime cap.
func (s *sim) updateExit() {
	s.nextExit = never
	if s.expiries != nil {
		if e := s.expiries.first(); e >= 0 {
			s.nextExit = s.envs[e].mark
		}
	} else if e := s.onDemand.idle.head; e >= 0 {
		s.nextExit = s.envs[e].mark
	}
	if s.ages.head >= 0 {
		s.nextExit = min(s.nextExit, s.envs[s.ages.head].created+s.capAge)
	}
}

// exit does what is due at nextExit.
func (s *sim) exit() {
	at := s.nextExit
	e := s.onDemand.idle.head
	if s.expiries != nil {
		e = s.expiries.first()
	}
	if e >= 0 && s.envs[e].mark == at {
		s.tick(at)
		s.leaveIdle(&s.onDemand, e, at)
		s.remove(e, at)
		return
	}
	e = s.ages.head
	env := &s.envs[e]
	s.removeAge(e)
	env.over = true
	s.updateExit()
	switch {
	case env.running > 0: // it goes when it is next idle, and takes no more requests until then
		if env.listed {
			if env.starting {
				s.removeList(&s.onDemand.starting, e)
			} else {
				s.removeList(&s.onDemand.partial, e)
				s.removeCandidate(&s.onDemand, e)
			}
		}
	case s.p.ProactiveReplacement:
		if newest := s.onDemand.newest; newest != nil { // its number changes
			newest.remove(e)
			s.replace(e, at)
			newest.push(e, -int64(s.envs[e].id))
		} else {
			s.replace(e, at)
		}
	default:
		s.tick(at)
		s.leaveIdle(&s.onDemand, e, at)
		s.remove(e, at)
	}
}

// remove ends the life of an environment that is in no pool's list.
func (s *sim) remove(e int32, at int64) {
	env := &s.envs[e]
	if s.capAge != ageless && !env.over {
		s.removeAge(e)
		s.updateExit()
	}
	s.alive--
	s.ended(env, at)
	env.gone = true
	env.list.next = s.freeEnv
	s.freeEnv = e
}

// replace puts a new environment in the place of one that is over the lifetime cap: initialised before, idle now, and idle
// for as long as the old one.
func (s *sim) replace(e int32, at int64) {
	env := &s.envs[e]
	s.ended(env, at)
	s.lastID++
	env.id, env.created, env.over, env.fresh = s.lastID, at, false, true
	s.pushAge(e)
	s.updateExit()
	init, err := s.init.draw(env.replacementKey())
	s.fail(err)
	a := s.attempt(0, init)
	env.cut = a.cut
	if s.measuring {
		s.res.Environments++
		s.res.Replaced++
		if a.cut {
			s.res.InitTimeouts++
		}
		s.sums.onDemand.init.add(a.billedInit)
		s.sums.onDemand.billedMS += billedMS(a.billedInit)
	}
	s.transition(at, env.id, Starting)
	s.transition(at, env.id, Idle)
}

func (s *sim) ended(env *environment, at int64) {
	if s.measuring {
		s.res.Gone++
		s.res.Lifespan.add(at - env.created)
	}
	s.transition(at, env.id, Gone)
}

// indexedSet is a set of environments in no particular order: the last takes the place of one that is removed.
type indexedSet struct {
	items []int32
	place []int32 // by environment
}

func (x *indexedSet) add(e int32) {
	x.place = grown(x.place, e)
	x.place[e] = int32(len(x.items))
	x.items = append(x.items, e)
}

func (x *indexedSet) remove(e int32) {
	last := x.items[len(x.items)-1]
	x.items[x.place[e]] = last
	x.place[last] = x.place[e]
	x.items = x.items[:len(x.items)-1]
}

// indexedHeap is a binary heap of environments from which any can be removed. At equal keys the lower environment is first.
type indexedHeap struct {
	items []keyed
	place []int32 // by environment
}

type keyed struct {
	key int64
	e   int32
}

func (h *indexedHeap) less(i, j int) bool {
	a, b := h.items[i], h.items[j]
	return a.key < b.key || a.key == b.key && a.e < b.e
}

func (h *indexedHeap) swap(i, j int) {
	h.items[i], h.items[j] = h.items[j], h.items[i]
	h.place[h.items[i].e], h.place[h.items[j].e] = int32(i), int32(j)
}

func (h *indexedHeap) first() int32 {
	if len(h.items) == 0 {
		return -1
	}
	return h.items[0].e
}

func (h *indexedHeap) push(e int32, key int64) {
	h.place = grown(h.place, e)
	h.place[e] = int32(len(h.items))
	h.items = append(h.items, keyed{key, e})
	h.up(len(h.items) - 1)
}

func (h *indexedHeap) remove(e int32) {
	i, last := int(h.place[e]), len(h.items)-1
	h.swap(i, last)
	h.items = h.items[:last]
	if i < last {
		h.up(i)
		h.down(i)
	}
}

func (h *indexedHeap) up(i int) {
	for i > 0 && h.less(i, (i-1)/2) {
		h.swap(i, (i-1)/2)
		i = (i - 1) / 2
	}
}

func (h *indexedHeap) down(i int) {
	for {
		j := 2*i + 1
		if j >= len(h.items) {
			return
		}
		if j+1 < len(h.items) && h.less(j+1, j) {
			j++
		}
		if !h.less(j, i) {
			return
		}
		h.swap(i, j)
		i = j
	}
}

func grown(place []int32, e int32) []int32 {
	for int(e) >= len(place) {
		place = append(place, -1)
	}
	return place
}
