package lifecycle_test

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// Beyond its ends a quantile function is what it is at them.
func TestQuantilesOutside(t *testing.T) {
	never := time.Duration(math.MaxInt64)
	empirical, err := lifecycle.Empirical([]time.Duration{7, 3, 5})
	if err != nil {
		t.Fatal(err)
	}
	var histogram lifecycle.Histogram
	histogram.Add(3)
	histogram.Add(7)
	normal := lifecycle.LogNormal{Median: time.Second, P99: time.Minute}
	for name, c := range map[string]struct {
		d          lifecycle.Distribution
		least, all time.Duration
	}{
		"scaled":                   {scale(t, empirical, 1.5), 5, 11},
		"scaled without bound":     {scale(t, normal, .5), 0, never/2 + 1},
		"scaled far up":            {scale(t, normal, 2), 0, never},
		"shifted":                  {shift(t, empirical, 5), 8, 12},
		"shifted without bound":    {shift(t, normal, 5), 5, never},
		"constant":                 {lifecycle.Constant(5), 5, 5},
		"exponential":              {lifecycle.Exponential(time.Second), 0, never},
		"exponential of nothing":   {lifecycle.Exponential(0), 0, 0},
		"uniform":                  {lifecycle.Uniform{Min: 3, Max: 7}, 3, 7},
		"log-normal":               {lifecycle.LogNormal{Median: time.Second, P99: time.Minute}, 0, never},
		"log-normal without width": {lifecycle.LogNormal{Median: 5, P99: 5}, 5, 5},
		"log-normal of nothing":    {lifecycle.LogNormal{}, 0, 0},
		"log-normal negative":      {lifecycle.LogNormal{Median: -5, P99: 5}, 0, 0},
		"log-normal backwards":     {lifecycle.LogNormal{Median: 5, P99: 4}, 0, 0},
		"empirical":                {empirical, 3, 7},
		"histogram":                {&histogram, 3, 7},
	} {
		for _, p := range []float64{0, math.Copysign(0, -1), -1e-300, -1, math.Inf(-1), math.NaN()} {
			if got := c.d.Quantile(p); got != c.least {
				t.Errorf("%s: quantile %v is %v, want %v", name, p, got, c.least)
			}
		}
		for _, p := range []float64{1, 1 + 1e-15, 2, math.Inf(1)} {
			if got := c.d.Quantile(p); got != c.all {
				t.Errorf("%s: quantile %v is %v, want %v", name, p, got, c.all)
			}
		}
		if m := c.d.Mean(); m < c.least || m > c.all {
			t.Errorf("%s: mean %v", name, m)
		}
	}
}

type invalid struct {
	lifecycle.Constant
	err error
}

func (i invalid) Validate() error { return i.err }

// An error tells where in the function or platform a distribution is, and what in it is wrong.
func TestErrorsOfDistributions(t *testing.T) {
	broken := errors.New("broken")
	var empty lifecycle.Histogram
	empty.Add(-1)
	for name, c := range map[string]struct {
		d    lifecycle.Distribution
		text string
		want any
	}{
		"constant": {
			lifecycle.Constant(-1), "lifecycle: Function.Duration: Constant is -1ns, allowed is 0 to 36 years",
			lifecycle.RangeError{Field: "Function.Duration: Constant", Given: "-1ns", Allowed: "0 to 36 years"},
		},
		"log-normal": {
			lifecycle.LogNormal{},
			"lifecycle: Function.Duration: LogNormal.Median is 0s, allowed is more than 0",
			lifecycle.RangeError{Field: "Function.Duration: LogNormal.Median", Given: "0s", Allowed: "more than 0"},
		},
		"both bounds": {
			lifecycle.Uniform{Min: -2, Max: -1},
			"lifecycle: Function.Duration: Uniform.Min is -2ns, allowed is 0 to 36 years\n" +
				"lifecycle: Function.Duration: Uniform.Max is -1ns, allowed is 0 to 36 years",
			lifecycle.RangeError{Field: "Function.Duration: Uniform.Min", Given: "-2ns", Allowed: "0 to 36 years"},
		},
		"of somebody else's": {invalid{1, broken}, "lifecycle: Function.Duration: broken", lifecycle.DistributionError{Field: "Function.Duration", Err: broken}},
		"negative": {
			quantile(func(float64) time.Duration { return -5 }), "lifecycle: Function.Duration: quantile at 0 is -5ns, allowed is 0 to 36 years",
			lifecycle.DistributionError{Field: "Function.Duration", Quantile: -5},
		},
		"gigantic": {
			quantile(func(float64) time.Duration { return 1<<60 + 1 }),
			"lifecycle: Function.Duration: quantile at 0 is 320255h58m24.606846977s, allowed is 0 to 36 years",
			lifecycle.DistributionError{Field: "Function.Duration", Quantile: 1<<60 + 1},
		},
		"backwards": {
			quantile(func(p float64) time.Duration { return time.Duration(257 - 257*p) }),
			"lifecycle: Function.Duration: quantile 256ns at 0.0038910505836575876 is less than quantile 257ns at 0",
			lifecycle.DistributionError{Field: "Function.Duration", P: 1. / 257, Quantile: 256, LowerValue: 257},
		},
		"negative after all": {
			quantile(func(p float64) time.Duration {
				if p < 1.5/257 {
					return 1
				}
				return -1
			}),
			"lifecycle: Function.Duration: quantile at 0.007782101167315175 is -1ns, allowed is 0 to 36 years",
			lifecycle.DistributionError{Field: "Function.Duration", P: 2. / 257, Quantile: -1},
		},
		"empty histogram": {
			&empty, "lifecycle: Function.Duration is missing: the histogram is empty, so that there is nothing to draw",
			lifecycle.MissingError{Field: "Function.Duration", Why: "the histogram is empty, so that there is nothing to draw"},
		},
		"nil histogram": {
			(*lifecycle.Histogram)(nil), "lifecycle: Function.Duration is missing: the histogram is empty, so that there is nothing to draw",
			lifecycle.MissingError{Field: "Function.Duration", Why: "the histogram is empty, so that there is nothing to draw"},
		},
	} {
		err := lifecycle.Function{Duration: c.d}.Validate()
		if err == nil || err.Error() != c.text {
			t.Errorf("%s: got\n%v\nwant\n%s", name, err, c.text)
			continue
		}
		var got any
		if e, ok := errors.AsType[*lifecycle.RangeError](err); ok {
			got = *e
		} else if e, ok := errors.AsType[*lifecycle.DistributionError](err); ok {
			got = *e
			if !errors.Is(err, e.Err) && e.Err != nil {
				t.Errorf("%s: is not %v", name, e.Err)
			}
		} else if e, ok := errors.AsType[*lifecycle.MissingError](err); ok {
			got = *e
		}
		if d := cmp.Diff(c.want, got, cmp.Comparer(func(a, b error) bool { return a == b })); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
	// What is only found when it is drawn is told alike.
	_, err := lifecycle.Simulate(context.Background(), lifecycle.Function{Duration: quantile(func(p float64) time.Duration {
		if math.Mod(p*257, 1) != 0 && p < .98 {
			return -5
		}
		return time.Second
	})}, tenMinutes, workload.Trace{{}}, nil)
	if e, ok := errors.AsType[*lifecycle.DistributionError](err); !ok || e.Quantile != -5 || e.LowerValue != 0 {
		t.Errorf("drawn: %v", err)
	}
}
