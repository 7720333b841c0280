package lifecycle

import (
	"math"
	"math/bits"
)

// never is the time of what does not happen.
const never = math.MaxInt64

// departures is a queue of the ends of what environments are busy with, first in, first out at equal times. Time does not go
// back: nothing is pushed that ends before a time up to which the queue was asked what is due.
//
// It is a radix queue. The time line is cut into slots of 1, 64, 64² … ns, each a digit of a time written in base 64. What
// ends soon is in today, sorted; everything else is in the slot of the highest digit in which its end differs from the start
// of today, in the order in which it was pushed. When today is over, the next slot that is not empty becomes today, if
// there is little in it; else what is in it is spread over the 64 slots one digit further down, and so on. A departure so is
// moved once for each digit between its distance and the distance of its neighbours: two to four times, however many there
// are and whatever their durations, where a heap costs log n. There is nothing to be tuned to a load, and each move writes
// behind what was written before, which is what a memory is fast at.
//
// A slot is opened when its time has come, not when it is the next: so what is pushed in the meantime is never too early.
type departures struct {
	count int

	today      []departure // ascending from head to tail, between guards: everything that ends before until
	head, tail int
	following  int64 // not later than the first end behind today; never, if there is none
	start      int64 // of today, a multiple of its length
	until      int64
	level      uint // of the slot that today is: today is 64^level ns long

	filled uint // bit l: rungs[l] has a slot that is not empty
	rungs  [levels]rung
}

type departure struct {
	end int64
	who int64 // an environment or the complement of one that becomes ready; for stackSim, when it was created
}

// rung holds the slots of one length that follow today's and have the same digits further up.
type rung struct {
	filled uint64 // bit i: slots[i] is not empty
	slots  [1 << digit][]departure
	spare  [][]departure // empty, for reuse: memory that was used last is still in the cache
}

const (
	digit  = 6
	levels = 11  // of 62 bits: no time is beyond 2^62 ns
	few    = 16  // departures that are ranked
	some   = 256 // departures that are sorted at once
	far    = 16  // places that a departure that is pushed into today may be from its end
)

const (
	head0  = 1 // in front of today's first there is one that is over
	guards = 2 // behind today's last there are two that never are
)

func newDepartures() departures {
	q := departures{following: never, level: levels, until: never}
	q.setToday(few)
	q.cut(head0)
	return q
}

// setToday makes today n departures, which are still to be written.
func (q *departures) setToday(n int) []departure {
	if head0+n+guards > len(q.today) {
		q.today = make([]departure, head0+n+n/2+guards+few)
		q.today[0].end = -1
	}
	q.head = head0
	q.cut(head0 + n)
	return q.today[head0:q.tail]
}

// cut ends today at a place.
func (q *departures) cut(tail int) {
	q.tail = tail
	q.today[tail].end, q.today[tail+1].end = never, never
}

func (q *departures) push(end int64, who int64) {
	q.count++
	if end < q.until {
		q.insert(departure{end, who})
		return
	}
	level := uint(bits.Len64(uint64(end^q.start))-1) / digit
	q.keep(level, departure{end, who})
	q.following = min(q.following, end>>(level*digit)<<(level*digit))
}

// keep adds to a slot.
func (q *departures) keep(level uint, d departure) {
	r := &q.rungs[level]
	i := d.end >> (level * digit) & (1<<digit - 1)
	if r.filled>>i&1 == 0 {
		r.filled |= 1 << i
		q.filled |= 1 << level
		if n := len(r.spare); n > 0 {
			r.slots[i] = r.spare[n-1]
			r.spare = r.spare[:n-1]
		}
	}
	r.slots[i] = append(r.slots[i], d)
}

// insert adds to today.
func (q *departures) insert(d departure) {
	if q.tail+guards == len(q.today) {
		q.room()
	}
	today, i := q.today, q.tail
	q.tail++
	today[i+guards].end = never
	for ; today[i-1].end > d.end; i-- {
		today[i] = today[i-1]
	}
	today[i] = d
	if q.tail-i > far && q.level > 0 {
		q.shorten()
	}
}

// room makes room behind today.
func (q *departures) room() {
	old := q.today
	if 2*(q.tail-q.head) > len(old) {
		q.today = make([]departure, 2*len(old))
		q.today[0].end = -1
	}
	n := copy(q.today[head0:], old[q.head:q.tail])
	q.head = head0
	q.cut(head0 + n)
}

// shorten makes today as short as a slot one digit further down, as there is too much in it.
func (q *departures) shorten() {
	q.level--
	q.until = q.start + 1<<(q.level*digit)
	n := q.head
	for q.today[n].end < q.until {
		n++
	}
	for _, d := range q.today[n:q.tail] {
		q.keep(q.level, d)
	}
	q.cut(n)
	q.seek()
}

// next returns a time not later than the first end, that of today's first where there is one; never, if the queue is empty.
func (q *departures) next() int64 { return min(q.today[q.head].end, q.following) }

// due says whether anything ends up to a time, which then is what pop returns.
func (q *departures) due(to int64) bool {
	return q.today[q.head].end <= to || q.following <= to && q.open(to)
}

// drop removes the first departures of today, those in front of place head.
func (q *departures) drop(head int) {
	q.count -= head - q.head
	q.head = head
}

// pop removes the first departure and returns it; due must have said that there is one.
func (q *departures) pop() departure {
	first := q.today[q.head]
	q.drop(q.head + 1)
	return first
}

// seek sets following to the start of the next slot.
func (q *departures) seek() {
	q.following = never
	if q.filled != 0 {
		level := uint(bits.TrailingZeros(q.filled))
		q.following = q.slotStart(level, bits.TrailingZeros64(q.rungs[level].filled))
	}
}

func (q *departures) slotStart(level uint, slot int) int64 {
	shift := level * digit
	return q.start>>(shift+digit)<<(shift+digit) | int64(slot)<<shift
}

// open makes the next slot today, and says whether anything in it ends up to a time. A slot that starts later stays closed.
func (q *departures) open(to int64) bool {
	for {
		level := uint(bits.TrailingZeros(q.filled))
		r := &q.rungs[level]
		i := bits.TrailingZeros64(r.filled)
		start := q.slotStart(level, i)
		if start > to {
			q.seek()
			return false
		}
		slot := r.slots[i]
		r.slots[i] = nil
		if r.filled &= r.filled - 1; r.filled == 0 {
			q.filled &= q.filled - 1
		}
		q.start, q.until, q.level = start, start+1<<(level*digit), level
		if n := len(slot); n > some && level > 0 {
			for _, d := range slot {
				q.keep(level-1, d)
			}
			q.until = start // nothing is in today
			q.setToday(0)
		} else {
			today := q.setToday(n)
			switch {
			case level == 0:
				copy(today, slot) // all end at once
			case n <= few:
				rank(today, slot)
			default:
				spread(today, slot, (level-1)*digit)
			}
		}
		r.spare = append(r.spare, slot[:0])
		if q.until > start {
			q.seek()
			return q.today[q.head].end <= to
		}
	}
}

// spread sorts some departures of a slot: first by one digit, from bit shift on, by counting, which leaves little for the
// ordinary way.
func spread(sorted, slot []departure, shift uint) {
	var place [1<<digit + 1]uint16
	for _, d := range slot {
		place[d.end>>shift&(1<<digit-1)+1]++
	}
	for i := range place[1:] {
		place[i+1] += place[i]
	}
	for _, d := range slot {
		i := &place[d.end>>shift&(1<<digit-1)]
		sorted[*i] = d
		*i++
	}
	for i := 1; i < len(sorted); i++ {
		d := sorted[i]
		j := i
		for ; j > 0 && sorted[j-1].end > d.end; j-- {
			sorted[j] = sorted[j-1]
		}
		sorted[j] = d
	}
}

// rank sorts a few departures: the place of one is how many are before it. That takes more comparisons than other ways of
// sorting, but no branch that a processor could guess wrong, which costs as much as twenty of them.
func rank(sorted, slot []departure) {
	var before [few]uint64
	for i, d := range slot {
		n := uint64(i)
		for j, e := range slot[:i] {
			earlier := uint64(d.end-e.end) >> 63 // 1 or 0
			before[j%few] += earlier
			n -= earlier
		}
		before[i%few] = n
	}
	for i, d := range slot {
		sorted[before[i%few]] = d
	}
}

// siftUp and popHeap work on binary heaps whose first element is before all others.
func siftUp[T any](h []T, i int, before func(a, b T) bool) {
	for i > 0 {
		up := (i - 1) / 2
		if !before(h[i], h[up]) {
			return
		}
		h[i], h[up] = h[up], h[i]
		i = up
	}
}

func popHeap[T any](h *[]T, before func(a, b T) bool) T {
	s := *h
	first, last := s[0], len(s)-1
	s[0] = s[last]
	s = s[:last]
	*h = s
	for i := 0; ; {
		down := 2*i + 1
		if down >= len(s) {
			return first
		}
		if down+1 < len(s) && before(s[down+1], s[down]) {
			down++
		}
		if !before(s[down], s[i]) {
			return first
		}
		s[i], s[down] = s[down], s[i]
		i = down
	}
}
