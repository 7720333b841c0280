package lifecycle

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// never is the time of what does not happen.
const never = math.MaxInt64

// departures is a queue of the ends of what environments are busy with, first in, first out at equal times. It is a
// calendar queue (R. Brown, CACM 31, 1988) that sorts a day only when it comes: a ring of days, each with what ends on it, in
// this year or a later one, in the order in which it was pushed, and the present day, sorted. With a few departures to a
// day, push and pop cost the same at any length, where a heap costs log n. A short queue is one day. A load for which no
// length of day is good ends up in a heap.
//
// What makes a long queue slow is waiting for memory. Here a push writes behind what was written before, and a day is read
// in one go.
type departures struct {
	next  int64       // the first end; never, if there is none
	today []departure // ascending from head on: all that ends on the present day or before
	head  int
	day   int64 // the present one, counted from the start of time
	shift uint  // a day is 2^shift ns; allTime: there is one day
	mask  int64 // days in a year, less 1
	days  [][]departure
	count int

	// What the present length of a day costs: since when these were reset, how many pushes there were, how many steps were
	// made within days, and how many empty days were skipped.
	pushes, walked, skipped int
	flips                   int // how often the length of a day was changed for the opposite reason than the time before
	shortened               bool
	heap                    *departureHeap // used instead of all that, once it is set
}

type departure struct {
	end int64
	who int32 // an environment, or the complement of one that becomes ready
}

const (
	allTime   = 62 // no time is beyond 2^62 ns
	few       = 24 // departures that are kept in one day
	perDay    = 16 // departures that a day should have
	minDays   = 4
	minReview = 8192
)

func newDepartures() departures {
	return departures{next: never, shift: allTime, today: make([]departure, 0, 4*few)}
}

func (q *departures) push(end int64, who int32) {
	q.count++
	if q.heap != nil {
		q.heap.push(end, who)
		q.next = q.heap.items[0].end
		return
	}
	if day := end >> q.shift; day > q.day && q.count > 1 {
		q.days[day&q.mask] = append(q.days[day&q.mask], departure{end, who})
	} else {
		if day != q.day {
			q.putBack()
			q.day = day
		}
		q.insert(departure{end, who})
		q.next = q.today[q.head].end
	}
	q.pushes++
	if q.pushes >= minReview || q.count > few && q.tooFew() {
		q.review()
	}
}

// insert adds to the present day.
func (q *departures) insert(d departure) {
	if len(q.today) == cap(q.today) && q.head > 0 {
		q.today = q.today[:copy(q.today, q.today[q.head:])]
		q.head = 0
	}
	q.today = append(q.today, d)
	i := len(q.today) - 1
	for i > q.head && q.today[i-1].end > d.end {
		q.today[i] = q.today[i-1]
		i--
	}
	q.today[i] = d
	q.walked += len(q.today) - i
}

// putBack returns what is left of the present day to the ring, as an earlier day becomes the present one.
func (q *departures) putBack() {
	if left := q.today[q.head:]; len(left) > 0 {
		day := &q.days[q.day&q.mask]
		*day = append(*day, left...)
		q.walked += len(left)
	}
	q.today, q.head = q.today[:0], 0
}

// pop removes the first and returns it. There must be one.
func (q *departures) pop() departure {
	q.count--
	if q.heap != nil {
		first := q.heap.pop()
		q.next = never
		if q.count > 0 {
			q.next = q.heap.items[0].end
		}
		return departure{first.end, first.who}
	}
	first := q.today[q.head]
	q.head++
	if q.head < len(q.today) {
		q.next = q.today[q.head].end
	} else {
		q.today, q.head = q.today[:0], 0
		q.seek()
	}
	return first
}

// seek makes the next day that has a departure the present one.
func (q *departures) seek() {
	if q.count == 0 {
		q.next = never
		return
	}
	for range q.days {
		q.day++
		if len(q.days[q.day&q.mask]) > 0 && q.load() {
			return
		}
		q.skipped++
	}
	// Nothing within a year: the earliest of all.
	q.next = never
	for _, day := range q.days {
		for _, d := range day {
			q.next = min(q.next, d.end)
		}
	}
	q.skipped += len(q.days) + q.count
	q.day = q.next >> q.shift
	q.load()
}

// load takes the present day's departures out of the ring, and says whether there are any.
func (q *departures) load() bool {
	day := q.days[q.day&q.mask]
	later := day[:0]
	for _, d := range day {
		if d.end>>q.shift == q.day {
			q.today = append(q.today, d)
		} else {
			later = append(later, d)
		}
	}
	q.days[q.day&q.mask] = later
	q.walked += len(later)
	if len(q.today) == 0 {
		return false
	}
	// These are in the order in which they were pushed, which a stable sort keeps where ends are equal.
	if len(q.today) > 4*perDay {
		q.walked += perDay * len(q.today)
		slices.SortStableFunc(q.today, func(a, b departure) int { return cmp.Compare(a.end, b.end) })
	} else {
		for i := 1; i < len(q.today); i++ {
			d := q.today[i]
			j := i
			for ; j > 0 && q.today[j-1].end > d.end; j-- {
				q.today[j] = q.today[j-1]
			}
			q.today[j] = d
		}
	}
	q.next = q.today[0].end
	return true
}

// tooFew says whether there are too few days for what there is.
func (q *departures) tooFew() bool { return q.shift == allTime || q.count > perDay*len(q.days) }

// review changes the number of days and their length to what fits the present load.
func (q *departures) review() {
	const tolerable = 8 // steps for each push
	grown := q.count > few && q.tooFew()
	if !grown && q.pushes < q.count {
		return // what a rebuild costs has not been earned yet
	}
	short, long := q.skipped > tolerable*q.pushes, q.walked > tolerable*q.pushes
	tooMany := len(q.days) > minDays && q.count < perDay/8*len(q.days)
	q.pushes, q.walked, q.skipped = 0, 0, 0
	if !grown && (q.shift == allTime || !(short || long || tooMany)) {
		return
	}
	all := slices.Clone(q.today[q.head:])
	for _, day := range q.days {
		all = append(all, day...)
	}
	// Equal ends were in one place, in their order.
	slices.SortStableFunc(all, func(a, b departure) int { return cmp.Compare(a.end, b.end) })
	switch {
	case q.count <= few/2:
		q.shift = allTime
	case long && !grown:
		q.changeDay(-1)
	case short && !grown:
		q.changeDay(+1)
	default:
		// The mean distance of the earlier half is that of the departures to come unless new ones come between.
		half := len(all) / 2
		gap := (all[half].end - all[0].end) / int64(half)
		q.shift = uint(min(bits.Len64(uint64(min(gap, 1<<50)*perDay/2)), allTime-1))
	}
	q.today, q.head, q.days = q.today[:0], 0, nil
	if q.flips > 8 {
		q.heap = &departureHeap{}
		for _, d := range all {
			q.heap.push(d.end, d.who)
		}
		q.today = nil
		return
	}
	q.day = q.next >> q.shift
	if q.shift == allTime {
		q.today = append(q.today, all...)
		return
	}
	days := minDays
	for days*perDay < 2*q.count {
		days *= 2
	}
	q.days = make([][]departure, days)
	q.mask = int64(days - 1)
	for _, d := range all {
		to := &q.today
		if day := d.end >> q.shift; day != q.day {
			to = &q.days[day&q.mask]
		}
		*to = append(*to, d)
	}
}

func (q *departures) changeDay(by int) {
	q.shift = uint(min(max(int(q.shift)+by, 0), allTime-1))
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
