package runtimes

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// InitTimes are the INIT phases of cold starts, as far as they are known: some quantiles and the mean of a sample. It is a
// distribution in the sense of package lifecycle, and can be given to its simulator as it is. Everything is a time of which
// 0 means not known; the zero value knows nothing.
//
// A sample's quantiles are those of linear interpolation between order statistics (type 7 of Hyndman and Fan): the smallest
// value is the quantile 0, the largest the quantile 1.
type InitTimes struct {
	Min, P10, P50, P90, P99, Max time.Duration
	Average                      time.Duration // the mean of the sample, which Mean returns
}

// maxInit bounds times: 2^53 ns are 104 days, and exact as a float64.
const maxInit = 1 << 53

// NewInitTimes returns the quantiles and the mean, rounded to the nearest nanosecond, of samples in any order, which are
// not changed. A quantile that so few samples say nothing of is left unknown: the 99th percentile of fewer than 100, the
// 10th and 90th of fewer than 10. There must be at least one sample, each above 0 and at most 104 days; otherwise the error
// is a [*RangeError].
func NewInitTimes(samples []time.Duration) (InitTimes, error) {
	if len(samples) == 0 {
		return InitTimes{}, outOfRange("samples", "none", "at least one")
	}
	for i, d := range samples {
		if d <= 0 || d > maxInit {
			return InitTimes{}, outOfRange(fmt.Sprintf("samples[%d]", i), d, "more than 0, up to 104 days")
		}
	}
	return summarize(slices.Sorted(slices.Values(samples))), nil
}

// summarize makes InitTimes of ascending samples.
func summarize(sorted []time.Duration) InitTimes {
	n := len(sorted)
	t := InitTimes{Min: sorted[0], P50: percentile(sorted, 50), Max: sorted[n-1], Average: mean(sorted)}
	if n >= 10 {
		t.P10, t.P90 = percentile(sorted, 10), percentile(sorted, 90)
	}
	if n >= 100 {
		t.P99 = percentile(sorted, 99)
	}
	return t
}

// percentile returns a percentile by linear interpolation (type 7), rounded half up, exact.
func percentile(sorted []time.Duration, percent int64) time.Duration {
	position := percent * int64(len(sorted)-1) // in hundredths of a place
	i, part := position/100, position%100
	v := sorted[i]
	if part > 0 {
		gap := int64(sorted[i+1] - v) // at most 2^53, so that the product fits
		v += time.Duration((gap*part + 50) / 100)
	}
	return v
}

// mean rounds half up, without overflow: whole parts and remainders are added up apart.
func mean(samples []time.Duration) time.Duration {
	n := int64(len(samples))
	var whole, rest int64
	for _, d := range samples {
		whole += int64(d) / n
		rest += int64(d) % n
	}
	return time.Duration(whole + (2*rest+n)/(2*n))
}

// levels are where the known quantiles stand.
var levels = [...]float64{0, 0.1, 0.5, 0.9, 0.99, 1}

// knots are the known quantiles, ascending.
type knots struct {
	p [len(levels)]float64
	v [len(levels)]time.Duration
	n int
}

func (t *InitTimes) knots() knots {
	var k knots
	for i, v := range [...]time.Duration{t.Min, t.P10, t.P50, t.P90, t.P99, t.Max} {
		if v != 0 {
			k.p[k.n], k.v[k.n] = levels[i], v
			k.n++
		}
	}
	return k
}

// straight is the bend of a straight line between two knots: half way up after half of the way.
const straight = 0.5

// bend returns how far up, from a knot to the next, the quantiles are half way between the two (0 to 1), so that their mean
// is the one that was measured. Without a mean, or without both ends, it is that of a straight line.
func (t *InitTimes) bend(k *knots) float64 {
	if t.Average == 0 || t.Min == 0 || t.Max == 0 {
		return straight
	}
	var low, gap float64 // the mean if all of each piece were at its lower end, and what it would be more at the upper end
	for i := range k.n - 1 {
		width := k.p[i+1] - k.p[i]
		low += float64(width * float64(k.v[i]))
		gap += float64(width * float64(k.v[i+1]-k.v[i]))
	}
	if gap <= 0 {
		return straight
	}
	// A piece whose quantiles are h up half way has a mean of (1+2h)/4 of its gap.
	return min(max(2*((float64(t.Average)-low)/gap)-0.5, 0), 1)
}

// at returns the quantile p: between two knots, a line that breaks half way, h up.
func (k *knots) at(p, h float64) time.Duration {
	if k.n == 0 {
		return 0
	}
	if !(p > k.p[0]) { // NaN too
		return k.v[0]
	}
	for i := 1; i < k.n; i++ {
		if p >= k.p[i] {
			continue
		}
		x := (p - k.p[i-1]) / (k.p[i] - k.p[i-1])
		y := float64(2 * h * x)
		if x > 0.5 {
			y = h + float64((1-h)*(2*x-1))
		}
		gap := float64(k.v[i] - k.v[i-1])
		return min(k.v[i-1]+time.Duration(float64(gap*y)+0.5), k.v[i])
	}
	return k.v[k.n-1]
}

// Quantile returns the time that a share p of cold starts does not exceed, 0 <= p < 1. At 0, .1, .5, .9, .99 and 1 it is
// what was measured. In between, the sample's mean is all that is known: the quantiles rise in a line that breaks half way
// between two known ones, higher or lower by the same share everywhere, so that the mean of the distribution is Average
// (where the six quantiles do not allow that, as near to it as they do: 17 of the 804 embedded profiles are off, by .4 % too
// little to 4.2 % too much). The function never decreases.
//
// Nothing lies beyond the smallest and the largest value of the sample: real cold starts do. Of n samples, nothing is known
// of the slowest 1/n. Where Min or Max are not known, the quantiles end at the lowest or highest that is. For p of 1 or more
// it is the highest, for p of 0 or less and for NaN the lowest, without any known quantile 0.
func (t InitTimes) Quantile(p float64) time.Duration {
	k := t.knots()
	return k.at(p, t.bend(&k))
}

// Mean returns Average, the measured mean. Without it, it is the mean of [InitTimes.Quantile], rounded to the nearest
// nanosecond.
func (t InitTimes) Mean() time.Duration {
	if t.Average != 0 {
		return t.Average
	}
	k := t.knots()
	if k.n == 0 {
		return 0
	}
	sum := float64(k.p[0]*float64(k.v[0])) + float64((1-k.p[k.n-1])*float64(k.v[k.n-1]))
	for i := range k.n - 1 {
		sum += float64((k.p[i+1] - k.p[i]) * (float64(k.v[i]+k.v[i+1]) / 2))
	}
	return time.Duration(math.Round(sum))
}

// Validate refuses times that no sample can have: negative ones, beyond 104 days, quantiles that decrease, a mean outside
// of Min and Max, or no known quantile at all. The error is a [*RangeError].
func (t InitTimes) Validate() error {
	previous, field := time.Duration(0), ""
	for _, q := range [...]struct {
		field string
		value time.Duration
	}{{"Min", t.Min}, {"P10", t.P10}, {"P50", t.P50}, {"P90", t.P90}, {"P99", t.P99}, {"Max", t.Max}} {
		switch {
		case q.value < 0 || q.value > maxInit:
			return outOfRange("InitTimes."+q.field, q.value, "0 (not known) to 104 days")
		case q.value == 0:
			continue
		case q.value < previous:
			return outOfRange("InitTimes."+q.field, q.value, fmt.Sprintf("not less than %s, %v", field, previous))
		}
		previous, field = q.value, q.field
	}
	if field == "" {
		return outOfRange("InitTimes", "empty", "at least one known quantile")
	}
	lowest, highest := max(t.Min, 1), time.Duration(maxInit)
	if t.Max != 0 {
		highest = t.Max
	}
	if t.Average != 0 && (t.Average < lowest || t.Average > highest) {
		return outOfRange("InitTimes.Average", t.Average, fmt.Sprintf("0 (not known), or %v to %v", lowest, highest))
	}
	return nil
}
