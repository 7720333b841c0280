package lifecycle

import (
	"fmt"
	"math"
	"slices"
)

// Interval is an estimate of a mean and its 95 % confidence interval, Low <= Mean <= High, in the unit of the figure. The zero
// value says that the figure was 0 in every replication.
//
// Of a single replication nothing is known about the precision: Low and High are then infinite; without any, all three are not
// a number. Neither has a JSON form.
type Interval struct{ Mean, Low, High float64 }

// HalfWidth is half the width of the interval.
func (i Interval) HalfWidth() float64 { return (i.High - i.Low) / 2 }

// Contains says whether x is in the interval, its ends included.
func (i Interval) Contains(x float64) bool { return i.Low <= x && x <= i.High }

// Excludes0 says whether a difference is more than noise: 0 is not in its interval.
func (i Interval) Excludes0() bool { return i.Low > 0 || i.High < 0 }

// String is "mean [low, high]".
func (i Interval) String() string { return fmt.Sprintf("%.6g [%.6g, %.6g]", i.Mean, i.Low, i.High) }

// IntervalOf estimates the mean of the distribution that independent values come from, by Student's t distribution. It is for
// figures that [Summary.Estimate] and [Difference] do not know: what each replication would cost, say. One value that is no
// number makes all three so.
func IntervalOf(values []float64) Interval {
	n := float64(len(values))
	mean := 0.0
	for _, v := range values {
		mean += v
	}
	mean /= n
	if n == 0 {
		return Interval{math.NaN(), math.NaN(), math.NaN()}
	}
	if n == 1 {
		return Interval{mean, math.Inf(-1), math.Inf(1)}
	}
	if slices.Min(values) == slices.Max(values) { // the sum's rounding would give them another mean than theirs, and a width
		return Interval{values[0], values[0], values[0]}
	}
	squares := 0.0
	for _, v := range values {
		squares += float64((v - mean) * (v - mean))
	}
	half := float64(student975(len(values)-1) * math.Sqrt(squares/(n-1)/n))
	return Interval{mean, mean - half, mean + half}
}

// student975 returns the 97.5th percentile of Student's t distribution, by bisection.
func student975(degrees int) float64 {
	low, high := 1.9599, 12.71
	for range 60 {
		middle := (low + high) / 2
		if studentTwoSided(middle, degrees) < 0.95 {
			low = middle
		} else {
			high = middle
		}
	}
	return (low + high) / 2
}

// student975Bound returns a little less than student975, .1 % for 10 degrees and 1e-9 of it for 1,000: the first terms of the
// expansion in 1/degrees (Abramowitz and Stegun, 26.7.5), all of which are positive.
func student975Bound(degrees int) float64 {
	const (
		z      = 1.959963984540054
		first  = (z*z*z + z) / 4
		second = (5*z*z*z*z*z + 16*z*z*z + 3*z) / 96
	)
	n := float64(degrees)
	return z + (first+second/n)/n
}

// studentTwoSided returns P(|T| <= t), by the finite series for whole degrees of freedom (Abramowitz and Stegun, 26.7.3 and
// 26.7.4).
func studentTwoSided(t float64, degrees int) float64 {
	// θ = atan(t/√degrees). Neither package math's Atan nor its Sincos gives the same on every machine; a root does.
	n := float64(degrees)
	cos := math.Sqrt(n / (n + float64(t*t)))
	sin := t / math.Sqrt(n+float64(t*t))
	term, sum := 1.0, 0.0
	first := 0
	if degrees%2 == 1 {
		if degrees == 1 {
			return 2 / math.Pi * arcsin(sin, cos)
		}
		term, first = cos, 1
	}
	for k := first; k <= degrees-2; k += 2 {
		sum += term
		term = float64(term * (cos * cos * float64(k+1) / float64(k+2)))
	}
	if degrees%2 == 1 {
		return 2 / math.Pi * (arcsin(sin, cos) + float64(sin*sum))
	}
	return sin * sum
}

// arcsin returns the angle of a sine and a cosine, both 0 to 1.
func arcsin(sin, cos float64) float64 {
	// Halved four times, it is below π/32, and the series of the arctangent has few terms.
	x := sin / (1 + cos)
	for range 3 {
		x /= 1 + math.Sqrt(1+float64(x*x))
	}
	sum := 0.0
	for k := 17.; k > 0; k -= 2 {
		sum = 1/k - float64(sum*(x*x))
	}
	return float64(16 * x * sum)
}
