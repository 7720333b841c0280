package lifecycle

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/internal/random"
)

// Distribution is a distribution of durations, by the inverse of its distribution function. Whatever has these two methods
// is one: a measured histogram, a runtime profile, a type of your own. One that is replicated must be safe for concurrent
// use. Where it has a method Validate() error too, a run calls that first.
type Distribution interface {
	// Quantile returns the duration that a share p of all durations does not exceed, 0 <= p < 1: 0 to 36 years (2^60 ns),
	// not decreasing with p. The distributions of this package give their least duration for a p below 0 or not a number,
	// and for a p of 1 or more the largest that they know: 292 years (2^63-1 ns) where there is no bound.
	Quantile(p float64) time.Duration
	// Mean returns the mean. A run does not ask for it.
	Mean() time.Duration
}

// maxDraw bounds what is drawn: 2^60 ns are 36 years, and the sum of a few of them still is a time.Duration.
const maxDraw = 1 << 60

// drawable is what may be drawn, in words.
const drawable = "0 to 36 years"

// Constant is a duration that is always the same, 0 to 36 years (2^60 ns). The zero value is a duration of 0.
type Constant time.Duration

// Quantile returns c.
func (c Constant) Quantile(float64) time.Duration { return time.Duration(c) }

// Mean returns c.
func (c Constant) Mean() time.Duration { return time.Duration(c) }

// Validate refuses negative durations.
func (c Constant) Validate() error { return validDraw("Constant", time.Duration(c)) }

// Exponential is an exponential distribution, by its mean, 0 to 208 days. The zero value is a duration of 0.
type Exponential time.Duration

// Quantile returns -mean·log(1-p), rounded to the nearest nanosecond.
func (e Exponential) Quantile(p float64) time.Duration {
	switch {
	case !(p > 0) || e == 0:
		return 0
	case p >= 1:
		return math.MaxInt64
	}
	return toDuration(float64(float64(e) * random.NegLog1m(p)))
}

// Mean returns the mean.
func (e Exponential) Mean() time.Duration { return time.Duration(e) }

// Validate refuses negative means and those beyond 2^54 ns (208 days), of which the largest draw would be beyond 36 years.
func (e Exponential) Validate() error {
	if e < 0 || e > 1<<54 {
		return outOfRange("Exponential", time.Duration(e), "0 to 208 days")
	}
	return nil
}

// Uniform is a uniform distribution of durations between two bounds, such as an idle timeout that is known as a range. The
// zero value is a duration of 0.
type Uniform struct{ Min, Max time.Duration } // 0 to 36 years (2^60 ns), Min not above Max

// Quantile returns Min + p·(Max-Min), rounded to the nearest nanosecond.
func (u Uniform) Quantile(p float64) time.Duration {
	switch {
	case !(p > 0):
		return u.Min
	case p >= 1:
		return u.Max
	}
	return u.Min + toDuration(float64(float64(u.Max-u.Min)*p))
}

// Mean returns the middle, rounded down.
func (u Uniform) Mean() time.Duration { return u.Min + (u.Max-u.Min)/2 }

// Validate refuses negative bounds and a maximum below the minimum.
func (u Uniform) Validate() error {
	if u.Max < u.Min {
		return outOfRange("Uniform.Max", u.Max, fmt.Sprintf("not less than Min, %v", u.Min))
	}
	return errors.Join(validDraw("Uniform.Min", u.Min), validDraw("Uniform.Max", u.Max))
}

// LogNormal is a log-normal distribution by its median and 99th percentile, which is what monitoring shows of latencies.
// Where both are equal, it is a constant. It has no meaningful zero value: quantiles and mean of what Validate refuses are 0.
//
// It has no largest duration. What a run draws is cut at 36 years (2^60 ns).
type LogNormal struct {
	Median time.Duration // above 0
	P99    time.Duration // Median to 36 years
}

// z99 is the 99th percentile of the standard normal distribution.
const z99 = 2.3263478740408411

func (l LogNormal) sigma() float64 {
	return random.Log(float64(l.P99)/float64(l.Median)) / z99
}

// Quantile returns the quantile p, rounded to the nearest nanosecond.
func (l LogNormal) Quantile(p float64) time.Duration {
	switch {
	case l.Median <= 0 || l.P99 < l.Median:
		return 0
	case l.Median == l.P99:
		return l.Median
	case !(p > 0):
		return 0
	case p >= 1:
		return math.MaxInt64
	}
	return logNormalQuantile(float64(l.Median), l.sigma(), p)
}

// logNormalQuantile is for what is drawn: a p of 0 can be, of 1 cannot.
func logNormalQuantile(median, sigma, p float64) time.Duration {
	if p <= 0 {
		return 0
	}
	return toDuration(float64(median * random.Exp(float64(sigma*random.Normal(p)))))
}

// Mean returns Median·exp(σ²/2), rounded to the nearest nanosecond, at most 292 years.
func (l LogNormal) Mean() time.Duration {
	if l.Median <= 0 || l.P99 < l.Median {
		return 0
	}
	s := l.sigma()
	return toDuration(float64(float64(l.Median) * random.Exp(float64(s*s)/2)))
}

// Validate refuses a median that is not positive and a 99th percentile below it.
func (l LogNormal) Validate() error {
	if l.Median <= 0 {
		return outOfRange("LogNormal.Median", l.Median, "more than 0")
	}
	if l.P99 < l.Median || l.P99 > maxDraw {
		return outOfRange("LogNormal.P99", l.P99, fmt.Sprintf("Median, %v, to 36 years", l.Median))
	}
	return nil
}

// Empirical returns the distribution of samples: each is as likely as any other. Quantile(p) is the sample of index
// floor(p·n) in ascending order. The samples are copied; there must be at least one, none of them negative, or the error is a
// [*MissingError] or a [*RangeError]. (A run refuses those beyond 36 years.) The result is safe for concurrent use.
func Empirical(samples []time.Duration) (Distribution, error) {
	if len(samples) == 0 {
		return nil, &MissingError{"samples", "an empirical distribution needs at least one"}
	}
	e := empirical{sorted: slices.Clone(samples)}
	slices.Sort(e.sorted)
	if first := e.sorted[0]; first < 0 {
		return nil, outOfRange(fmt.Sprintf("samples[%d]", slices.Index(samples, first)), first, "0 or more")
	}
	sum := new(big.Int)
	for _, d := range e.sorted {
		sum.Add(sum, big.NewInt(int64(d)))
	}
	n := big.NewInt(int64(len(samples)))
	sum.Add(sum.Lsh(sum, 1), n) // the mean rounded half up is floor((2·sum + n) / 2n)
	e.mean = time.Duration(sum.Div(sum, n.Lsh(n, 1)).Int64())
	return &e, nil
}

type empirical struct {
	sorted []time.Duration
	mean   time.Duration
}

// Quantile implements Distribution.
func (e *empirical) Quantile(p float64) time.Duration {
	last := len(e.sorted) - 1
	switch {
	case !(p > 0):
		return e.sorted[0]
	case p >= 1:
		return e.sorted[last]
	}
	return e.sorted[min(int(float64(p*float64(len(e.sorted)))), last)]
}

// Mean implements Distribution.
func (e *empirical) Mean() time.Duration { return e.mean }

// toDuration rounds nanoseconds to the nearest, without wrapping around.
func toDuration(ns float64) time.Duration {
	if ns >= math.MaxInt64 {
		return math.MaxInt64
	}
	return time.Duration(ns + 0.5)
}

func validDraw(field string, d time.Duration) error {
	if d < 0 || d > maxDraw {
		return outOfRange(field, d, drawable)
	}
	return nil
}

// sampler draws from a distribution. The ordinary ones are drawn without a call through an interface, and with what can be
// computed once computed once; the results are those of Quantile.
type sampler struct {
	kind  samplerKind
	fixed int64   // samplerConstant
	scale float64 // mean of an exponential, median of a log-normal
	sigma float64
	dist  Distribution
	field string
}

type samplerKind uint8

const (
	samplerNone samplerKind = iota // a nil distribution
	samplerConstant
	samplerExponential
	samplerLogNormal
	samplerQuantile
)

// block is how many exponential draws are made at once.
const block = 64

// draws is a stream of draws from a distribution. What is drawn for an index is the quantile of the stream's uniform draw;
// exponential ones are made in blocks, which is faster as long as indexes follow each other.
type draws struct {
	sampler
	stream random.Stream
	block  uint64 // index / block of those in ready, plus 1
	ready  *[block]int64
}

func newDraws(s sampler, stream random.Stream) draws {
	d := draws{sampler: s, stream: stream}
	if s.kind == samplerExponential {
		d.ready = new([block]int64)
	}
	return d
}

// holds says whether the draw of an index is in ready.
func (d *draws) holds(index uint64) bool { return d.block == index/block+1 }

// draw returns the draw of an index. The error is a *DistributionError.
func (d *draws) draw(index uint64) (int64, error) {
	if d.holds(index) {
		return d.ready[index%block], nil
	}
	return d.drawAnew(index)
}

func (d *draws) drawAnew(index uint64) (int64, error) {
	if d.ready == nil {
		return d.sampler.draw(d.stream.Uniform(index))
	}
	d.stream.Exponentials(d.ready[:], index/block*block, d.scale)
	d.block = index/block + 1
	return d.ready[index%block], nil
}

func newSampler(field string, d Distribution) sampler {
	switch d := d.(type) {
	case nil:
		return sampler{}
	case Constant:
		return sampler{kind: samplerConstant, fixed: int64(d)}
	case Exponential:
		return sampler{kind: samplerExponential, scale: float64(d)}
	case LogNormal:
		if d.Median == d.P99 {
			return sampler{kind: samplerConstant, fixed: int64(d.Median)}
		}
		return sampler{kind: samplerLogNormal, scale: float64(d.Median), sigma: d.sigma()}
	}
	return sampler{kind: samplerQuantile, dist: d, field: field}
}

// draw returns the quantile p. The error is a *DistributionError.
func (s *sampler) draw(p float64) (int64, error) {
	switch s.kind {
	case samplerConstant:
		return s.fixed, nil
	case samplerExponential:
		return int64(float64(s.scale*random.NegLog1m(p)) + 0.5), nil
	case samplerLogNormal:
		return min(int64(logNormalQuantile(s.scale, s.sigma, p)), maxDraw), nil
	case samplerQuantile:
		d := s.dist.Quantile(p)
		if d < 0 || d > maxDraw {
			return 0, &DistributionError{Field: s.field, P: p, Quantile: d}
		}
		return int64(d), nil
	}
	return 0, nil
}

// validDistribution checks d as well as that can be done: by its own Validate, and by its quantiles at 257 places.
func validDistribution(field string, d Distribution) error {
	if d == nil {
		return nil
	}
	if h, ok := d.(*Histogram); ok && h.Count() == 0 {
		return &MissingError{field, "the histogram is empty, so that there is nothing to draw"}
	}
	if isNil(d) {
		return &MissingError{field, "a nil pointer has nothing to draw"}
	}
	if v, ok := d.(interface{ Validate() error }); ok {
		err := inside(field, v.Validate(), func(err error) error { return &DistributionError{Field: field, Err: err} })
		if err != nil {
			return err
		}
	}
	previous, previousP := time.Duration(0), 0.0
	for i := range 257 {
		p := float64(i) / 257
		if i > 253 {
			p = []float64{0.99, 0.999, 0.9999}[i-254]
		}
		switch q := d.Quantile(p); {
		case q < 0 || q > maxDraw:
			return &DistributionError{Field: field, P: p, Quantile: q}
		case q < previous:
			return &DistributionError{Field: field, P: p, Quantile: q, LowerP: previousP, LowerValue: previous}
		default:
			previous, previousP = q, p
		}
	}
	return nil
}
