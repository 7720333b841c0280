package lifecycle

import (
	"math"
	"math/bits"
	"slices"
)

// never is the time of what does not happen.
const never = math.MaxInt64

// departures is a queue of the ends of what environments are busy with, first in, first out at equal times. It is a
// calendar queue (R. Brown, CACM 31, 1988): a ring of days, each with a sorted chain of what ends on it, in this year or a
// later one. With days about as long as the time between two departures, push and pop cost the same at any length, where a
// heap costs log n. A load for which no length of day is good ends up in a heap.
type departures struct {
	next   int64 // the first end; never, if there is none
	day    int64 // of the first end, counted from the start of time; not after it
	shift  uint  // a day is 2^shift ns
	mask   int64 // days in a year, less 1
	chains []chain
	nodes  []departure
	free   int32 // list of unused nodes
	count  int

	// What the present length of a day costs: since when these were reset, how many pushes there were, how many nodes they
	// walked over, and how many empty days were skipped.
	pushes, walked, skipped int
	flips                   int // how often the length of a day was changed for the opposite reason than the time before
	shortened               bool
	heap                    *departureHeap // used instead of all that, once it is set
}

type departure struct {
	end  int64
	who  int32 // an environment, or the complement of one that becomes ready
	next int32 // in its chain, -1 for none
}

type chain struct{ head, tail int32 } // -1 for none

const minDays = 16

func newDepartures() departures {
	q := departures{next: never, free: -1, shift: 27} // 134 ms; soon replaced by what fits
	q.setDays(minDays)
	return q
}

func (q *departures) setDays(n int) {
	q.chains = slices.Repeat([]chain{{-1, -1}}, n)
	q.mask = int64(n - 1)
}

func (q *departures) push(end int64, who int32) {
	q.count++
	if q.heap != nil {
		q.heap.push(end, who)
		q.next = q.heap.items[0].end
		return
	}
	n := q.free
	if n >= 0 {
		q.free = q.nodes[n].next
		q.nodes[n] = departure{end, who, -1}
	} else {
		n = int32(len(q.nodes))
		q.nodes = append(q.nodes, departure{end, who, -1})
	}
	q.insert(n, end)
	if end < q.next {
		q.next = end
		q.day = end >> q.shift
	}
	q.pushes++
	if q.count > 2*len(q.chains) || q.pushes >= 8192 {
		q.review()
	}
}

func (q *departures) insert(n int32, end int64) {
	c := &q.chains[end>>q.shift&q.mask]
	switch {
	case c.head < 0:
		c.head, c.tail = n, n
	case end >= q.nodes[c.tail].end:
		q.nodes[c.tail].next = n
		c.tail = n
	case end < q.nodes[c.head].end:
		q.nodes[n].next = c.head
		c.head = n
	default:
		before := c.head
		for after := q.nodes[before].next; q.nodes[after].end <= end; after = q.nodes[before].next {
			before = after
			q.walked++
		}
		q.nodes[n].next = q.nodes[before].next
		q.nodes[before].next = n
	}
}

// pop removes the first and returns it. There must be one.
func (q *departures) pop() (end int64, who int32) {
	q.count--
	if q.heap != nil {
		first := q.heap.pop()
		q.next = never
		if q.count > 0 {
			q.next = q.heap.items[0].end
		}
		return first.end, first.who
	}
	c := &q.chains[q.day&q.mask]
	n := c.head
	first := &q.nodes[n]
	c.head = first.next
	if c.head < 0 {
		c.tail = -1
	}
	first.next = q.free
	q.free = n
	q.seek()
	return first.end, first.who
}

// seek finds the first end from the present day on.
func (q *departures) seek() {
	if q.count == 0 {
		q.next = never
		return
	}
	day := q.day
	for range q.chains {
		if n := q.chains[day&q.mask].head; n >= 0 {
			if end := q.nodes[n].end; end>>q.shift == day {
				q.day, q.next = day, end
				return
			}
		}
		day++
		q.skipped++
	}
	// Nothing within a year: the earliest of all chains.
	q.next = never
	for _, c := range q.chains {
		if c.head >= 0 {
			q.next = min(q.next, q.nodes[c.head].end)
		}
	}
	q.skipped += len(q.chains)
	q.day = q.next >> q.shift
}

// review changes the number of days and their length to what fits the present load.
func (q *departures) review() {
	const tolerable = 3 // steps for each push
	grown := q.count > 2*len(q.chains)
	short, long := q.skipped > tolerable*q.pushes, q.walked > tolerable*q.pushes
	tooMany := len(q.chains) > minDays && q.count < len(q.chains)/8
	enough := q.pushes >= q.count // what a rebuild costs has been earned
	q.pushes, q.walked, q.skipped = 0, 0, 0
	if !grown && !(enough && (short || long || tooMany)) {
		return
	}
	order := make([]int32, 0, q.count)
	for _, c := range q.chains {
		for n := c.head; n >= 0; n = q.nodes[n].next {
			order = append(order, n)
		}
	}
	// Equal ends are in one chain, in their order: a stable sort keeps it.
	slices.SortStableFunc(order, func(a, b int32) int {
		switch x, y := q.nodes[a].end, q.nodes[b].end; {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	switch {
	case long && !grown:
		q.changeDay(-1)
	case short && !grown:
		q.changeDay(+1)
	default:
		// A day is the mean distance of the earlier half, which is that of the departures to come unless new ones come between.
		half := len(order) / 2
		if half > 0 {
			if gap := (q.nodes[order[half]].end - q.nodes[order[0]].end) / int64(half); gap > 0 {
				q.shift = uint(bits.Len64(uint64(gap)))
			}
		}
	}
	if q.flips > 8 {
		q.heap = &departureHeap{}
		for _, n := range order {
			q.heap.push(q.nodes[n].end, q.nodes[n].who)
		}
		q.chains, q.nodes = nil, nil
		return
	}
	days := minDays
	for days < q.count {
		days *= 2
	}
	q.setDays(days)
	for _, n := range order {
		q.nodes[n].next = -1
		q.insert(n, q.nodes[n].end)
	}
	q.day = q.next >> q.shift
}

func (q *departures) changeDay(by int) {
	q.shift = uint(min(max(int(q.shift)+by, 0), 61))
	if shorter := by < 0; shorter != q.shortened {
		q.shortened = shorter
		q.flips++
	}
}

// departureHeap is a binary heap of departures, first in, first out at equal times.
type departureHeap struct {
	items []heapDeparture
	seq   uint64
}

type heapDeparture struct {
	end int64
	seq uint64
	who int32
}

func (a heapDeparture) before(b heapDeparture) bool {
	return a.end < b.end || a.end == b.end && a.seq < b.seq
}

func (h *departureHeap) push(end int64, who int32) {
	h.seq++
	h.items = append(h.items, heapDeparture{end, h.seq, who})
	siftUp(h.items, len(h.items)-1, heapDeparture.before)
}

func (h *departureHeap) pop() heapDeparture {
	return popHeap(&h.items, heapDeparture.before)
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
