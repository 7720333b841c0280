package runtimes

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/internal/random"
)

// Estimate is a figure of a sample with its 95 % confidence interval: of samples like this one, 95 % give an interval that
// holds the true figure of that month. It says nothing of other months, applications or regions.
type Estimate struct {
	Value, Low, High time.Duration
}

// ColdResponse estimates how long a cold start's first answer takes in the function: the median INIT phase plus the mean time
// of the first invocation. Network and the time before INIT are not in it.
//
// Of first invocations only means of days are published, and of those the lowest and the highest. From their range R over
// d days, the mean is known to ±u(d)·R with 95 % confidence (E. Lord, Biometrika 34, 1947, for normally distributed means of
// days). Both intervals are combined by the squares of their sides (method of variance estimates recovery: G. Zou, A. Donner,
// Statistics in Medicine 27, 2008).
//
// It needs what [Profile.ColdStart] does, a first invocation with lowest and highest day, and 2 days or more.
func (p Profile) ColdResponse() (Estimate, error) {
	e, err := p.ColdStart()
	if err != nil {
		return Estimate{}, err
	}
	if p.FirstInvoke == 0 || p.FirstInvokeMin == 0 || p.FirstInvokeMax == 0 {
		return Estimate{}, &NotMeasuredError{Of: p.String(), Figure: "first invocation, with its lowest and highest day,"}
	}
	if err := p.validateFirst(); err != nil {
		return Estimate{}, err
	}
	if p.Days < 2 {
		return Estimate{}, outOfRange("Profile.Days", p.Days, "2 or more: one day does not tell how much they differ")
	}
	side := float64(lord[min(p.Days, len(lord)-1)] * float64(p.FirstInvokeMax-p.FirstInvokeMin))
	value := e.Value + p.FirstInvoke
	return Estimate{
		Value: value,
		Low:   max(value-time.Duration(hypotenuse(float64(e.Value-e.Low), side)+0.5), 0),
		High:  value + time.Duration(hypotenuse(float64(e.High-e.Value), side)+0.5),
	}, nil
}

// hypotenuse is not math.Hypot, whose last bit may depend on the machine.
func hypotenuse(a, b float64) float64 { return math.Sqrt(float64(a*a) + float64(b*b)) }

// lord[n] is the 95th percentile of |mean|/range of n independent standard normal values. For more than 31 days, it is that
// of 31, which is too wide. Up to 20 they are in Lord's table; all were found by simulation (a million draws each).
var lord = [...]float64{
	2: 6.35, 3: 1.30, 4: .717, 5: .507, 6: .399, 7: .333, 8: .288, 9: .255, 10: .230,
	11: .210, 12: .194, 13: .181, 14: .170, 15: .160, 16: .151, 17: .144, 18: .137, 19: .131, 20: .126,
	21: .121, 22: .117, 23: .113, 24: .110, 25: .106, 26: .103, 27: .100, 28: .097, 29: .095, 30: .092, 31: .090,
}

// Ratio is how many times one figure is another, with its 95 % confidence interval.
type Ratio struct{ Value, Low, High float64 }

// Tie says that the data cannot tell which is larger: 1 is in the interval.
func (r Ratio) Tie() bool { return r.Low <= 1 && r.High >= 1 }

// RatioTo returns how many times the base e is: 2 means twice as long. The interval is that of the difference of logarithms
// of two independent figures (the method of [Profile.ColdResponse]). An estimate that is not positive, or whose interval does
// not hold its value, is a [*RangeError].
func (e Estimate) RatioTo(base Estimate) (Ratio, error) {
	if err := e.validate("Estimate"); err != nil {
		return Ratio{}, err
	}
	if err := base.validate("base"); err != nil {
		return Ratio{}, err
	}
	ratio := float64(e.Value) / float64(base.Value)
	down := hypotenuse(logRatio(e.Value, e.Low), logRatio(base.High, base.Value))
	up := hypotenuse(logRatio(e.High, e.Value), logRatio(base.Value, base.Low))
	return Ratio{ratio, float64(ratio * random.Exp(-down)), float64(ratio * random.Exp(up))}, nil
}

func logRatio(a, b time.Duration) float64 { return random.Log(float64(a) / float64(b)) }

func (e Estimate) validate(name string) error {
	switch {
	case e.Low <= 0:
		return outOfRange(name+".Low", e.Low, "more than 0")
	case e.Value < e.Low:
		return outOfRange(name+".Value", e.Value, fmt.Sprintf("not less than Low, %v", e.Low))
	case e.High < e.Value:
		return outOfRange(name+".High", e.High, fmt.Sprintf("not less than Value, %v", e.Value))
	}
	return nil
}

// Ranked is a profile in an order of profiles.
type Ranked struct {
	Profile  Profile
	Estimate Estimate

	// First and Last are the best and the worst place that it can have, from 1: First-1 profiles are faster beyond doubt, and
	// all but the first Last are slower beyond doubt. Two profiles are a tie if the data cannot tell which is faster: if
	// First and Last are the same, there is no doubt about the place.
	First, Last int
}

// Rank orders profiles by a measure, [Profile.ColdStart], [Profile.ColdResponse] or one of your own, the fastest first:
//
//	ranking, err := runtimes.Rank(profiles, runtimes.Profile.ColdStart)
//
// Each pair is compared by [Estimate.RatioTo], with 95 % confidence: of many pairs that are in truth alike, 1 in 20 will not
// be called a tie. What is ranked should differ in one thing only: compare runtimes in the same month, on the same
// architecture, with the same packaging and memory. The error is that of the first profile whose measure fails.
func Rank(profiles []Profile, measure func(Profile) (Estimate, error)) ([]Ranked, error) {
	if measure == nil {
		return nil, outOfRange("measure", "nil", "a function, such as Profile.ColdStart")
	}
	out := make([]Ranked, len(profiles))
	for i, p := range profiles {
		e, err := measure(p)
		if err == nil {
			err = e.validate("Estimate")
		}
		if err != nil {
			return nil, err
		}
		out[i] = Ranked{Profile: p, Estimate: e, First: 1, Last: len(profiles)}
	}
	slices.SortStableFunc(out, func(a, b Ranked) int {
		return cmp.Or(cmp.Compare(a.Estimate.Value, b.Estimate.Value), order(&a.Profile, &b.Profile))
	})
	for i := range out {
		for j := range i {
			r, err := out[i].Estimate.RatioTo(out[j].Estimate)
			if err != nil {
				return nil, err
			}
			if !r.Tie() {
				out[i].First++
				out[j].Last--
			}
		}
	}
	return out, nil
}
