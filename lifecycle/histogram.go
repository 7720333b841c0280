package lifecycle

import (
	"encoding/json"
	"fmt"
	"math/bits"
	"slices"
	"time"
)

// Histogram counts durations in buckets whose width is at most 1/64 of their lower end. Quantiles are off by at most 1/128
// (.8 %), and exact below 128 ns; count, mean, minimum and maximum are exact. It is a [Distribution].
//
// The zero value is an empty histogram, ready to use. One goroutine at a time may add; several may read.
type Histogram struct {
	counts   []uint64 // nil while empty
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

// Add counts a duration. A negative one is not a duration: it is counted in [Histogram.Refused], and nowhere else.
func (h *Histogram) Add(d time.Duration) {
	if d < 0 {
		h.refused++
		return
	}
	h.add(int64(d))
}

func (h *Histogram) add(ns int64) {
	if h.counts == nil {
		h.counts = make([]uint64, numBuckets)
	}
	if h.count == 0 {
		h.min, h.max = ns, ns
	}
	h.counts[bucketOf(ns)]++
	h.count++
	h.sum.add(ns)
	h.min, h.max = min(h.min, ns), max(h.max, ns)
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
// the maximum, for p of 0 or less the minimum, without any duration 0.
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
			return time.Duration(min(max(bucketMiddle(b), h.min), h.max))
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

// Merge adds what another histogram has counted, exactly; nil counts nothing. The error is an [*OverflowError], which
// leaves h as it was.
func (h *Histogram) Merge(g *Histogram) error {
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
		if h.counts == nil {
			h.counts = make([]uint64, numBuckets)
		}
		if h.count == 0 {
			h.min, h.max = g.min, g.max
		}
		for b, n := range g.counts {
			h.counts[b] += n
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
func (h *Histogram) MarshalJSON() ([]byte, error) {
	if h == nil {
		return []byte("null"), nil
	}
	j := histogramJSON{Min: h.min, Max: h.max, Sum: h.sum, Refused: h.refused, Buckets: [][2]uint64{}}
	for b, n := range h.counts {
		if n > 0 {
			j.Buckets = append(j.Buckets, [2]uint64{uint64(b), n})
		}
	}
	return json.Marshal(j)
}

// UnmarshalJSON reads what MarshalJSON writes. What no histogram can be is a [*RangeError], which leaves h as it was.
func (h *Histogram) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return nil
	}
	var j histogramJSON
	if err := json.Unmarshal(text, &j); err != nil {
		return fmt.Errorf("lifecycle: histogram: %w", err)
	}
	read := Histogram{refused: j.Refused, sum: j.Sum, min: j.Min, max: j.Max}
	if len(j.Buckets) > 0 {
		read.counts = make([]uint64, numBuckets)
	}
	// The smallest and the largest sum that these buckets can have.
	var least, most EnvironmentTime
	last := -1
	for i, b := range j.Buckets {
		field := fmt.Sprintf("Histogram.Buckets[%d]", i)
		if b[0] >= numBuckets || int(b[0]) <= last || b[1] == 0 {
			return outOfRange(field, b, fmt.Sprintf("ascending numbers below %d, counts above 0", numBuckets))
		}
		last = int(b[0])
		var carry uint64
		if read.count, carry = bits.Add64(read.count, b[1], 0); carry != 0 {
			return &OverflowError{field}
		}
		read.counts[last] = b[1]
		low := bucketMiddle(last)
		high := low
		if last >= 2*subBuckets {
			half := int64(1) << (last/subBuckets - 2)
			low, high = low-half, low+half-1
		}
		low, high = max(low, j.Min), min(high, j.Max)
		lowHi, lowLo := bits.Mul64(uint64(max(low, 0)), b[1])
		highHi, highLo := bits.Mul64(uint64(max(high, 0)), b[1])
		least, _ = least.plus(EnvironmentTime{lowHi, lowLo}) // counts below 2^64 of values below 2^63: no overflow
		most, _ = most.plus(EnvironmentTime{highHi, highLo})
	}
	switch {
	case read.count == 0 && (j.Min != 0 || j.Max != 0 || j.Sum != EnvironmentTime{}):
		return outOfRange("Histogram", fmt.Sprintf("Min %d, Max %d, Sum %v", j.Min, j.Max, j.Sum), "0 without buckets")
	case read.count > 0 && (j.Min < 0 || bucketOf(j.Min) != int(j.Buckets[0][0])):
		return outOfRange("Histogram.Min", j.Min, "a duration of the first bucket")
	case read.count > 0 && (j.Max < j.Min || bucketOf(j.Max) != last):
		return outOfRange("Histogram.Max", j.Max, "a duration of the last bucket, not less than Min")
	case j.Sum.less(least) || most.less(j.Sum):
		return outOfRange("Histogram.Sum", j.Sum, fmt.Sprintf("%v to %v, as the buckets allow", least, most))
	}
	*h = read
	return nil
}

func (t EnvironmentTime) less(u EnvironmentTime) bool {
	return t.hi < u.hi || t.hi == u.hi && t.lo < u.lo
}
