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
// calendar queue (R. Brown, CACM 31, 1988) that sorts a day only when it comes: a ring of months, each with what ends in it,
// in this year or a later one, in the order in which it was pushed; the days of the present month; and the present day,
// sorted. With a few departures to a day, push and pop cost the same at any length, where a heap costs log n. A short queue
// is one day. A load for which no length of day is good ends up in a heap.
//
// What makes a long queue slow is waiting for memory: days are many and far apart in it. Months are few, so that a push
// writes next to what was written a moment ago, and a month is read in one go.
type departures struct {
	next   int64       // the first end; never, if there is none
	today  []departure // ascending from head on: all that ends on the present day or before
	head   int
	day    int64 // the present one, counted from the start of time
	shift  uint  // a day is 2^shift ns; allTime: there is one day
	days   [daysPerMonth][]departure
	months [][]departure
	mask   int64 // months in a year, less 1
	count  int

	// What the present length of a day costs: since when these were reset, how many pushes there were, how many steps were
	// made within days, and how many empty days and months were skipped.
	pushes, walked, skipped int
	flips                   int // how often the length of a day was changed for the opposite reason than the time before
	shortened               bool
	heap                    *departureHeap // used instead of all that, once it is set
}

type departure struct {
	end int64
	who int64 // an environment or the complement of one that becomes ready; for stackSim, when it was created
}

const (
	allTime      = 62 // no time is beyond 2^62 ns
	few          = 24 // departures that are kept in one day
	perDay       = 8  // departures that a day should have
	monthBits    = 8
	daysPerMonth = 1 << monthBits
	minMonths    = 4
	minReview    = 8192
)

func newDepartures() departures {
	return departures{next: never, shift: allTime, today: make([]departure, 0, 4*few)}
}

func (q *departures) push(end int64, who int64) {
	q.count++
	if q.heap != nil {
		q.heap.push(end, who)
		q.next = q.heap.items[0].end
		return
	}
	if day := end >> q.shift; day > q.day && q.count > 1 {
		q.keep(day, departure{end, who})
	} else {
		if day != q.day {
			q.turnBack(day)
		}
		q.insert(departure{end, who})
		q.next = min(q.next, end)
	}
	q.pushes++
	if q.pushes >= minReview || q.count > few && q.tooFew() {
		q.review()
	}
}

// keep adds to a day after the present one.
func (q *departures) keep(day int64, d departure) {
	to := &q.days[day%daysPerMonth]
	if month := day >> monthBits; month != q.day>>monthBits {
		to = &q.months[month&q.mask]
	}
	*to = append(*to, d)
}

// insert adds to the present day.
func (q *departures) insert(d departure) {
	if len(q.today) == cap(q.today) && q.head > 0 {
		q.today = q.today[:copy(q.today, q.today[q.head:])]
		q.head = 0
	}
	today, head := append(q.today, d), q.head
	i := len(today) - 1
	for i > head && today[i-1].end > d.end {
		today[i] = today[i-1]
		i--
	}
	today[i] = d
	q.today = today
	q.walked += len(today) - i
}

// turnBack makes an earlier day the present one. (Where the queue is empty, any.)
func (q *departures) turnBack(day int64) {
	was := q.day
	q.day = day
	for _, d := range q.today[q.head:] {
		q.keep(was, d)
		q.walked++
	}
	q.today, q.head = q.today[:0], 0
	if was >>= monthBits; was != day>>monthBits {
		month := &q.months[was&q.mask]
		for i := range q.days {
			*month = append(*month, q.days[i]...)
			q.walked += len(q.days[i])
			q.days[i] = q.days[i][:0]
		}
	}
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
	if q.seekDay() {
		return
	}
	for range q.months {
		q.day = (q.day>>monthBits + 1) << monthBits
		q.skipped++
		if q.openMonth() {
			return
		}
	}
	// Nothing within a year: the earliest of all.
	q.next = never
	for _, month := range q.months {
		for _, d := range month {
			q.next = min(q.next, d.end)
		}
	}
	q.skipped += len(q.months) + q.count
	q.day = q.next >> q.shift
	q.openMonth()
}

// openMonth gives the present month's departures to their days and makes the first of these the present one. It says
// whether there is any.
func (q *departures) openMonth() bool {
	number := q.day >> monthBits
	month := q.months[number&q.mask]
	if len(month) == 0 {
		return false
	}
	later := month[:0]
	for _, d := range month {
		day := d.end >> q.shift
		if day>>monthBits == number {
			to := &q.days[day%daysPerMonth]
			*to = append(*to, d)
		} else {
			later = append(later, d)
		}
	}
	q.months[number&q.mask] = later
	q.walked += len(later)
	q.day = number << monthBits
	return len(later) < len(month) && q.seekDay()
}

// seekDay makes the first day of the present month that has a departure the present one, from the present one on. It says
// whether there is any.
func (q *departures) seekDay() bool {
	for i := q.day % daysPerMonth; i < daysPerMonth; i++ {
		if len(q.days[i]) > 0 {
			q.day = q.day>>monthBits<<monthBits + i
			q.open(i)
			return true
		}
		q.skipped++
	}
	return false
}

// open sorts the departures of a day of the present month, which becomes the present day.
func (q *departures) open(i int64) {
	day := q.days[i]
	q.days[i] = day[:0]
	n := len(day)
	today := slices.Grow(q.today[:0], n)[:n]
	// They are in the order in which they were pushed, which is kept where ends are equal.
	if n > mostRanked {
		q.walked += perDay * n // much more than a day should cost
		copy(today, day)
		slices.SortStableFunc(today, func(a, b departure) int { return cmp.Compare(a.end, b.end) })
	} else {
		q.walked += n * n / 8
		rank(today, day)
	}
	q.today, q.head, q.next = today, 0, today[0].end
}

// mostRanked is the longest day that is sorted by ranks.
const mostRanked = 4 * perDay

// rank sorts a short day: the place of a departure is how many are before it. That takes more comparisons than other ways of
// sorting, but no branch that a processor could guess wrong, which costs as much as twenty of them.
func rank(sorted, day []departure) {
	var before [mostRanked]uint64
	for i, d := range day {
		n := uint64(i)
		for j, e := range day[:i] {
			earlier := uint64(d.end-e.end) >> 63 // 1 or 0
			before[j%mostRanked] += earlier
			n -= earlier
		}
		before[i%mostRanked] = n
	}
	for i, d := range day {
		sorted[before[i%mostRanked]] = d
	}
}

// tooFew says whether there are too few months for what there is.
func (q *departures) tooFew() bool {
	return q.shift == allTime || q.count > perDay*daysPerMonth*len(q.months)
}

// review changes the number of months and the length of days to what fits the present load.
func (q *departures) review() {
	const tolerable = 4 // steps for each push
	grown := q.count > few && q.tooFew()
	if !grown && q.pushes < q.count {
		return // what a rebuild costs has not been earned yet
	}
	short, long := q.skipped > tolerable*q.pushes, q.walked > tolerable*q.pushes
	tooMany := len(q.months) > minMonths && q.count < perDay*daysPerMonth/8*len(q.months)
	q.pushes, q.walked, q.skipped = 0, 0, 0
	if !grown && (q.shift == allTime || !(short || long || tooMany)) {
		return
	}
	all := slices.Clone(q.today[q.head:])
	for i, day := range q.days {
		all = append(all, day...)
		q.days[i] = nil
	}
	for _, month := range q.months {
		all = append(all, month...)
	}
	// Equal ends were in one place, in their order.
	slices.SortStableFunc(all, func(a, b departure) int { return cmp.Compare(a.end, b.end) })
	if q.count <= few/2 {
		q.shift = allTime
	} else {
		// The mean distance of the earlier half is that of the departures to come unless new ones come between.
		half := len(all) / 2
		gap := (all[half].end - all[0].end) / int64(half)
		fitting := uint(min(bits.Len64(uint64(min(gap, 1<<50)*perDay/2)), allTime-1))
		switch {
		case long && !grown && fitting >= q.shift:
			q.changeDay(-1)
		case short && !grown && fitting <= q.shift:
			q.changeDay(+1)
		default:
			q.shift = fitting
		}
	}
	q.today, q.head, q.months = q.today[:0], 0, nil
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
	months := minMonths
	for months*daysPerMonth*perDay < 2*q.count {
		months *= 2
	}
	q.months = make([][]departure, months)
	q.mask = int64(months - 1)
	for _, d := range all {
		if day := d.end >> q.shift; day == q.day {
			q.today = append(q.today, d)
		} else {
			q.keep(day, d)
		}
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
	who int64
}

func (a heapDeparture) before(b heapDeparture) bool {
	return a.end < b.end || a.end == b.end && a.seq < b.seq
}

func (h *departureHeap) push(end int64, who int64) {
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
