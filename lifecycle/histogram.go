package lifecycle

import (
	"encoding/json"
	"fmt"
	"math/bits"
	"slices"
	"time"
)

// Histogram counts durations in buckets whose width is at most 1/64 of their lower end. Quantiles are off by at most 1/128
// (.8 %), and exact below 128 ns; count, mean, minimum and maximum are exact. It is a [Distribution] as long as it is not
// empty: a run refuses to draw from an empty one.
//
// The zero value is an empty histogram, ready to use; it takes memory for what lies between the shortest and the longest
// duration, 512 bytes for each power of two, 29 KB at most. One goroutine at a time may add; several may read. A copy of the
// value shares the counts, so that both are wrong once one is added to: pass a pointer, and copy with [Histogram.Clone].
//
// A nil pointer is read as an empty histogram. It cannot be added to.
type Histogram struct {
	counts   []uint64 // of the buckets from low on, whole powers of two: those from the shortest to the longest duration
	low      int
	count    uint64
	refused  uint64
	sum      EnvironmentTime
	min, max int64
}

const (
	subBuckets = 64
	numBuckets = 57*subBuckets + subBuckets // of 63-bit values
)

// bucketOf returns the bucket of a duration: itself below 128, else 64 for each power of two.
func bucketOf(ns int64) int {
	shift := max(bits.Len64(uint64(ns))-7, 0)
	return shift*subBuckets + int(ns>>shift)
}

// bucketMiddle returns a duration of a bucket that is within 1/128 of all others.
func bucketMiddle(b int) int64 {
	if b < 2*subBuckets {
		return int64(b)
	}
	shift := b/subBuckets - 1
	return int64(b%subBuckets|subBuckets)<<shift + 1<<(shift-1)
}

// Add counts a duration. A negative one is not a duration: it is counted in [Histogram.Refused], and nowhere else. Like an
// assignment to a nil map, it panics where h is nil.
func (h *Histogram) Add(d time.Duration) {
	if d < 0 {
		h.refused++
		return
	}
	h.add(int64(d))
}

func (h *Histogram) add(ns int64) {
	if h.count == 0 {
		h.min, h.max = ns, ns
	}
	b := bucketOf(ns) - h.low
	if uint(b) >= uint(len(h.counts)) {
		b += h.low
		h.cover(b, b)
		b -= h.low
	}
	h.counts[b]++
	h.count++
	h.sum.add(ns)
	h.min, h.max = min(h.min, ns), max(h.max, ns)
}

// addAll adds several at once, which is faster, and returns their sum. It must be less than 2^63.
func (h *Histogram) addAll(ns []int64) (sum int64) {
	if len(ns) == 0 {
		return 0
	}
	if h.count == 0 {
		h.min, h.max = ns[0], ns[0]
	}
	low, high, counts, first := h.min, h.max, h.counts, h.low
	for _, d := range ns {
		b := bucketOf(d) - first
		if uint(b) >= uint(len(counts)) {
			h.cover(b+first, b+first)
			counts, first = h.counts, h.low
			b = bucketOf(d) - first
		}
		counts[b]++
		sum += d
		low, high = min(low, d), max(high, d)
	}
	h.min, h.max = low, high
	h.sum.add(sum)
	h.count += uint64(len(ns))
	return sum
}

// cover makes room for the buckets from one to another.
func (h *Histogram) cover(first, last int) {
	first = first / subBuckets * subBuckets
	last = last/subBuckets*subBuckets + subBuckets
	if len(h.counts) > 0 {
		first, last = min(first, h.low), max(last, h.low+len(h.counts))
	}
	counts := make([]uint64, last-first)
	if len(h.counts) > 0 {
		copy(counts[h.low-first:], h.counts)
	}
	h.counts, h.low = counts, first
}

// Count returns how many durations were added.
func (h *Histogram) Count() uint64 {
	if h == nil {
		return 0
	}
	return h.count
}

// Refused returns how many negative durations were given to Add.
func (h *Histogram) Refused() uint64 {
	if h == nil {
		return 0
	}
	return h.refused
}

// Sum returns the sum of all durations, exact.
func (h *Histogram) Sum() EnvironmentTime {
	if h == nil {
		return EnvironmentTime{}
	}
	return h.sum
}

// Min returns the shortest duration, 0 if there is none.
func (h *Histogram) Min() time.Duration {
	if h == nil {
		return 0
	}
	return time.Duration(h.min)
}

// Max returns the longest duration, 0 if there is none.
func (h *Histogram) Max() time.Duration {
	if h == nil {
		return 0
	}
	return time.Duration(h.max)
}

// Mean returns the mean, rounded to the nearest nanosecond, 0 if there is none.
func (h *Histogram) Mean() time.Duration {
	if h.Count() == 0 {
		return 0
	}
	q, r := bits.Div64(h.sum.hi, h.sum.lo, h.count) // the mean is below 2^63, so that this cannot overflow
	if r >= h.count-r {
		q++
	}
	return time.Duration(q)
}

// Quantile returns the duration of index floor(p·Count) in ascending order, off by at most 1/128. For p of 1 or more it is
// the maximum, for p of 0 or less, or not a number, the minimum, without any duration 0.
func (h *Histogram) Quantile(p float64) time.Duration {
	switch {
	case h.Count() == 0:
		return 0
	case p >= 1:
		return h.Max()
	case !(p > 0):
		return h.Min()
	}
	rank := min(uint64(p*float64(h.count)), h.count-1)
	for b, n := range h.counts {
		if rank < n {
			return time.Duration(min(max(bucketMiddle(h.low+b), h.min), h.max))
		}
		rank -= n
	}
	return h.Max()
}

// Clone returns a copy; nil for nil.
func (h *Histogram) Clone() *Histogram {
	if h == nil {
		return nil
	}
	c := *h
	c.counts = slices.Clone(h.counts)
	return &c
}

// Equal says whether two histograms count the same. A nil one is empty.
func (h *Histogram) Equal(g *Histogram) bool {
	if h.Count() == 0 || g.Count() == 0 {
		return h.Count() == g.Count() && h.Refused() == g.Refused()
	}
	return h.count == g.count && h.refused == g.refused && h.sum == g.sum && h.min == g.min && h.max == g.max && slices.Equal(h.counts, g.counts)
}

// Merge adds what another histogram has counted, exactly; a nil g has counted nothing. The error is an [*OverflowError],
// which leaves h as it was, or a [*MissingError] for a nil h.
func (h *Histogram) Merge(g *Histogram) error {
	if h == nil {
		return &MissingError{"histogram", "a nil one cannot be merged into"}
	}
	if g == nil {
		return nil
	}
	count, c1 := bits.Add64(h.count, g.count, 0)
	refused, c2 := bits.Add64(h.refused, g.refused, 0)
	sum, ok := h.sum.plus(g.sum)
	if c1|c2 != 0 || !ok {
		return &OverflowError{"histogram"}
	}
	if g.count > 0 {
		if h.count == 0 {
			h.min, h.max = g.min, g.max
		}
		if last := g.low + len(g.counts) - 1; g.low < h.low || last >= h.low+len(h.counts) {
			h.cover(g.low, last)
		}
		for b, n := range g.counts {
			h.counts[g.low-h.low+b] += n
		}
		h.min, h.max = min(h.min, g.min), max(h.max, g.max)
	}
	h.count, h.refused, h.sum = count, refused, sum
	return nil
}

type histogramJSON struct {
	Min     int64           // ns
	Max     int64           // ns
	Sum     EnvironmentTime // ns
	Refused uint64          `json:",omitempty"`
	Buckets [][2]uint64     // bucket number and count, ascending
}

// MarshalJSON writes minimum, maximum and sum in ns and the buckets that are not empty, as pairs of number and count.
func (h Histogram) MarshalJSON() ([]byte, error) {
	j := histogramJSON{Min: h.min, Max: h.max, Sum: h.sum, Refused: h.refused, Buckets: [][2]uint64{}}
	for b, n := range h.counts {
		if n > 0 {
			j.Buckets = append(j.Buckets, [2]uint64{uint64(h.low + b), n})
		}
	}
	return json.Marshal(j)
}

// UnmarshalJSON reads what MarshalJSON writes. What no histogram can be is a [*RangeError], or an [*OverflowError]; it
// leaves h as it was. null does too.
func (h *Histogram) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return nil
	}
	var j struct {
		Min, Max int64
		Sum      json.RawMessage
		Refused  uint64
		Buckets  []json.RawMessage
	}
	if err := json.Unmarshal(text, &j); err != nil {
		return jsonError("Histogram", err)
	}
	read := Histogram{refused: j.Refused, min: j.Min, max: j.Max}
	if err := jsonTime("Histogram.Sum", j.Sum, &read.sum); err != nil {
		return err
	}
	if err := read.readBuckets(j.Buckets); err != nil {
		return err
	}
	*h = read
	return nil
}

// readBuckets reads the buckets of a histogram of which all else has been read, and checks that it fits them.
func (h *Histogram) readBuckets(texts []json.RawMessage) error {
	// The smallest and the largest sum that these buckets can have.
	var least, most EnvironmentTime
	first, last := -1, -1
	buckets := make([][2]uint64, len(texts))
	for i, text := range texts {
		field := fmt.Sprintf("Histogram.Buckets[%d]", i)
		var pair []*uint64
		if err := json.Unmarshal(text, &pair); err != nil || len(pair) != 2 || pair[0] == nil || pair[1] == nil {
			return outOfRange(field, fmt.Sprintf("%.50s", text), "a pair of a bucket's number and its count")
		}
		b := [2]uint64{*pair[0], *pair[1]}
		if b[0] >= numBuckets || int(b[0]) <= last || b[1] == 0 {
			return outOfRange(field, b, fmt.Sprintf("ascending numbers below %d, counts above 0", numBuckets))
		}
		last = int(b[0])
		if i == 0 {
			first = last
		}
		var carry uint64
		if h.count, carry = bits.Add64(h.count, b[1], 0); carry != 0 {
			return &OverflowError{field}
		}
		buckets[i] = b
		low := bucketMiddle(last)
		high := low
		if last >= 2*subBuckets {
			half := int64(1) << (last/subBuckets - 2)
			low, high = low-half, low+half-1
		}
		low, high = max(low, h.min), min(high, h.max)
		lowHi, lowLo := bits.Mul64(uint64(max(low, 0)), b[1])
		highHi, highLo := bits.Mul64(uint64(max(high, 0)), b[1])
		least, _ = least.plus(EnvironmentTime{lowHi, lowLo}) // counts below 2^64 of values below 2^63: no overflow
		most, _ = most.plus(EnvironmentTime{highHi, highLo})
	}
	switch {
	case h.count == 0 && (h.min != 0 || h.max != 0 || h.sum != EnvironmentTime{}):
		return outOfRange("Histogram", fmt.Sprintf("Min %d, Max %d, Sum %v", h.min, h.max, h.sum), "0 without buckets")
	case h.count == 0:
		return nil
	case h.min < 0 || bucketOf(h.min) != first:
		return outOfRange("Histogram.Min", h.min, "a duration of the first bucket")
	case h.max < h.min || bucketOf(h.max) != last:
		return outOfRange("Histogram.Max", h.max, "a duration of the last bucket, not less than Min")
	case h.sum.less(least) || most.less(h.sum):
		return outOfRange("Histogram.Sum", h.sum, fmt.Sprintf("%v to %v, as the buckets allow", least, most))
	}
	h.cover(first, last)
	for _, b := range buckets {
		h.counts[int(b[0])-h.low] = b[1]
	}
	return nil
}

func (t EnvironmentTime) less(u EnvironmentTime) bool {
	return t.hi < u.hi || t.hi == u.hi && t.lo < u.lo
}
