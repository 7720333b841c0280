package runtimes

import (
	"fmt"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/internal/random"
)

// ColdStart estimates the median INIT phase of the profile's cold starts.
//
// Of n values, the median lies between the k-th smallest and the k-th largest with a probability that is binomial, whatever
// their distribution; k is the largest for which it is at least 95 %. Those two values are not published, and have to be
// estimated from the quantiles next to the median. Of the embedded profiles, half rise more than 2.5 times as much from the
// median to P90 as from P10 to the median, and some 16 times. Beside a steep side, a straight line on the flat one is too near
// to the median. So each bound is what is farther from the median of two readings: off the straight lines, and off the
// exponential curve through both neighbours and the median, which bends as they do.
//
// That is rather too wide than too narrow. In simulations of 10, 60 and 190 values (normal, uniform, exponential and shifted
// log-normal distributions, the last with a skew of up to 16 to either side, and mixtures of two) the interval holds the true
// median in 97 % of the cases or more. It does in fewer where nearly half of the values are a long tail that begins right
// above the median: 45 % of them, thirty times as wide as the rest, in 92 % of samples of 60. Where times fall into two clumps
// with nothing in between, and the median is there, it does not in most: quantiles do not show that gap.
//
// Cold starts of one day may be alike, which would make the interval too narrow. The data do not show it: the medians of ten
// cold starts on 2026-08-22, one of the 19 days, lie where those of any ten of that month would: 98 % of the 620 within the
// 95 % interval of such.
//
// It needs the median, a known quantile on either side, and 6 samples or more: what is missing is a [*NotMeasuredError], too
// few samples, or times that [InitTimes.Validate] refuses, are a [*RangeError].
func (p Profile) ColdStart() (Estimate, error) {
	return p.Init.median(p.Samples, p.String())
}

// minSamples is how many samples an interval for their median needs: with 5, even the smallest and the largest hold the
// median in less than 95 % of the cases.
const minSamples = 6

func (t *InitTimes) median(samples int, of string) (Estimate, error) {
	if samples < minSamples || samples > maxSamples {
		return Estimate{}, outOfRange("Profile.Samples", samples, fmt.Sprintf("%d to %d: fewer do not tell where the median lies", minSamples, maxSamples))
	}
	k := t.knots()
	switch {
	case t.P50 == 0:
		return Estimate{}, &NotMeasuredError{Of: of, Figure: "median init time"}
	case k.p[0] == 0.5:
		return Estimate{}, &NotMeasuredError{Of: of, Figure: "init time below the median"}
	case k.p[k.n-1] == 0.5:
		return Estimate{}, &NotMeasuredError{Of: of, Figure: "init time above the median"}
	}
	if err := t.Validate(); err != nil {
		return Estimate{}, err
	}
	rank := medianRank(samples)
	low, high := float64(rank-1)/float64(samples-1), float64(samples-rank)/float64(samples-1)
	return Estimate{
		Value: t.P50,
		Low:   min(k.at(low, straight), k.curve(low)),
		High:  max(k.at(high, straight), k.curve(high)),
	}, nil
}

// curve returns the quantile p off the curve a + b·e^(c·p) that passes through the median and its known neighbours, and bends
// as the slopes to the two do. Beyond the neighbours it is theirs. There must be one on either side.
func (k *knots) curve(p float64) time.Duration {
	i := 1
	for k.p[i] != 0.5 {
		i++
	}
	below, above := 0.5-k.p[i-1], k.p[i+1]-0.5
	down, up := float64(k.v[i]-k.v[i-1]), float64(k.v[i+1]-k.v[i])
	width, gap, way := above, up, (p-0.5)/above // of the side on which p is
	if p < 0.5 {
		width, gap, way = -below, -down, (0.5-p)/below
	}
	way = min(way, 1)
	if down == 0 || up == 0 { // bent without end: flat at the median
		return k.v[i]
	}
	// With both neighbours equally far this is exact, else near: the slopes to them are those of the curve half way.
	bend := 2 * random.Log((up/above)/(down/below)) / (below + above) * width // e's exponent on the whole way
	if bend > -1e-6 && bend < 1e-6 {
		return k.v[i] + time.Duration(float64(gap*way))
	}
	return k.v[i] + time.Duration(float64(gap*((random.Exp(float64(bend*way))-1)/(random.Exp(bend)-1))))
}

// medianRank returns the largest k for which the median lies between the k-th smallest and the k-th largest of n values with
// a probability of 95 % or more: P(k <= B <= n-k) for B binomial(n, ½). n is at least 6.
func medianRank(n int) int {
	// Probabilities relative to the middle one, from the middle outwards, until nothing comes any more.
	const nothing = 1e-18
	middle := n / 2
	total := 0.0
	for k, w := middle, 1.0; k >= 0 && w > nothing; k-- {
		total += w
		if n-k != k {
			total += w // the mirror image
		}
		w = w * float64(k) / float64(n-k+1)
	}
	inside := 0.0
	for k, w := middle, 1.0; k > 0; k-- {
		inside += w
		if n-k != k {
			inside += w
		}
		if inside >= 0.95*total {
			return k
		}
		w = w * float64(k) / float64(n-k+1)
	}
	return 1
}
