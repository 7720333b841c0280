package lifecycle

import (
	"errors"
	"math"
	"time"
)

// Scale returns the distribution of durations that are all by times as long: at another memory size (vcpu.Task.Ratio says
// how many times), on another processor, of a worse day. Quantiles and mean are those of d times by, rounded to the nearest
// nanosecond, good to 53 bits, at most 292 years. A [Constant], [Exponential] or [Uniform] distribution remains one. The
// result is safe for concurrent use where d is; d, if it is a pointer, is not copied.
//
// by is a number above 0, or the error is a [*RangeError]; what is wrong with d is told as by a run, of a field "d". Durations
// that become longer than 36 years are refused by the run that draws them.
func Scale(d Distribution, by float64) (Distribution, error) {
	err := validGiven(d)
	if !(by > 0) || math.IsInf(by, 1) {
		err = errors.Join(err, outOfRange("by", by, "a number above 0"))
	}
	if err != nil {
		return nil, err
	}
	switch d := d.(type) {
	case Constant:
		return Constant(times(time.Duration(d), by)), nil
	case Exponential:
		return Exponential(times(time.Duration(d), by)), nil
	case Uniform:
		return Uniform{times(d.Min, by), times(d.Max, by)}, nil
	}
	return scaled{d, by}, nil
}

// Shift returns the distribution of durations that are all longer by the same time: with a call to another service, or, as
// [Function.FirstDuration], with what the first invocation of an environment takes longer. Quantiles and mean are those of d
// plus by, at most 292 years. A [Constant] or [Uniform] distribution remains one. The result is safe for concurrent use where
// d is; d, if it is a pointer, is not copied.
//
// by is 0 to 36 years (2^60 ns), or the error is a [*RangeError]; what is wrong with d is told as by a run, of a field "d".
// Durations that become longer than 36 years are refused by the run that draws them.
func Shift(d Distribution, by time.Duration) (Distribution, error) {
	if err := errors.Join(validGiven(d), validDraw("by", by)); err != nil {
		return nil, err
	}
	switch d := d.(type) {
	case Constant:
		return Constant(plus(time.Duration(d), by)), nil
	case Uniform:
		return Uniform{plus(d.Min, by), plus(d.Max, by)}, nil
	}
	return shifted{d, by}, nil
}

// Scaled returns the request with a duration by times as long, rounded to the nearest nanosecond, but at least 1 ns, if it
// brings one along: one above 0. by is to be a number above 0: this is for those who wrap a workload, once they have looked.
// There is workload.ScaleDurations.
func (r Request) Scaled(by float64) Request {
	if r.Duration > 0 {
		r.Duration = max(times(r.Duration, by), 1)
	}
	return r
}

func validGiven(d Distribution) error {
	if d == nil {
		return &MissingError{"d", "there is nothing to begin with"}
	}
	return validDistribution("d", d)
}

func times(d time.Duration, by float64) time.Duration {
	if d <= 0 {
		return d // a negative one is for the run to refuse, and must not be rounded to 0
	}
	return toDuration(float64(float64(d) * by))
}

func plus(d, by time.Duration) time.Duration {
	if d > math.MaxInt64-by {
		return math.MaxInt64
	}
	return d + by
}

// scaled is what Scale makes of distributions that it does not know.
type scaled struct {
	of Distribution
	by float64
}

// Quantile implements Distribution.
func (s scaled) Quantile(p float64) time.Duration { return times(s.of.Quantile(p), s.by) }

// Mean implements Distribution.
func (s scaled) Mean() time.Duration { return times(s.of.Mean(), s.by) }

// shifted is what Shift makes of distributions that it does not know.
type shifted struct {
	of Distribution
	by time.Duration
}

// Quantile implements Distribution.
func (s shifted) Quantile(p float64) time.Duration { return plus(s.of.Quantile(p), s.by) }

// Mean implements Distribution.
func (s shifted) Mean() time.Duration { return plus(s.of.Mean(), s.by) }
