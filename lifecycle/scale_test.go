package lifecycle_test

import (
	"errors"
	"math"
	"math/big"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

func scale(t testing.TB, d lifecycle.Distribution, by float64) lifecycle.Distribution {
	t.Helper()
	s, err := lifecycle.Scale(d, by)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func shift(t testing.TB, d lifecycle.Distribution, by time.Duration) lifecycle.Distribution {
	t.Helper()
	s, err := lifecycle.Shift(d, by)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// distributions are one of each type.
func distributions(t testing.TB) map[string]lifecycle.Distribution {
	t.Helper()
	empirical, err := lifecycle.Empirical([]time.Duration{3, 70_001, 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	var h lifecycle.Histogram
	h.Add(3 * time.Millisecond)
	h.Add(time.Minute)
	return map[string]lifecycle.Distribution{
		"constant": lifecycle.Constant(123_456_789), "exponential": lifecycle.Exponential(time.Second), "uniform": lifecycle.Uniform{Min: 7, Max: time.Hour},
		"log-normal": lifecycle.LogNormal{Median: time.Second, P99: 10 * time.Second}, "empirical": empirical, "histogram": &h, "of its own": quantile(func(p float64) time.Duration { return time.Duration(1e12 * p) }),
	}
}

// What is drawn is what was drawn before, times so many or plus so much.
func TestScaleAndShift(t *testing.T) {
	for name, d := range distributions(t) {
		for _, by := range []float64{1e-9, 1. / 3, 1, 1.5, 1769. / 128, 1e5} {
			s := scale(t, d, by)
			check := func(what string, was, got time.Duration) {
				t.Helper()
				exact := new(big.Rat).SetFloat64(by)
				want, _ := exact.Mul(exact, new(big.Rat).SetInt64(int64(was))).Float64()
				// Of a distribution that remains of its type the parameters are rounded, and what was there before was a rounded one.
				slack := .5 + 1e-15*want
				switch d.(type) {
				case lifecycle.Exponential:
					slack += by/2 + want/float64(s.Mean())
				case lifecycle.Uniform:
					slack += by/2 + .5
				}
				if math.Abs(float64(got)-want) > slack {
					t.Errorf("%s times %v: %s is %d, was %d, want %v", name, by, what, got, was, want)
				}
			}
			check("mean", d.Mean(), s.Mean())
			for _, p := range []float64{0, .01, .5, .9, .999} {
				check("a quantile", d.Quantile(p), s.Quantile(p))
			}
		}
		for _, by := range []time.Duration{0, 1, time.Hour} {
			s := shift(t, d, by)
			for _, p := range []float64{0, .01, .5, .9, .999} {
				if got, want := s.Quantile(p), d.Quantile(p)+by; got != want {
					t.Errorf("%s plus %v: quantile %v is %v, want %v", name, by, p, got, want)
				}
			}
			if got, want := s.Mean(), d.Mean()+by; got != want {
				t.Errorf("%s plus %v: mean is %v, want %v", name, by, got, want)
			}
		}
	}
	// Textbook distributions remain what they are, so that formulas go on to hold.
	for _, c := range []struct{ got, want lifecycle.Distribution }{
		{scale(t, lifecycle.Constant(5), .5), lifecycle.Constant(3)},
		{scale(t, lifecycle.Exponential(3), 7), lifecycle.Exponential(21)},
		{scale(t, lifecycle.Uniform{Min: 1, Max: 4}, 2.25), lifecycle.Uniform{Min: 2, Max: 9}},
		{shift(t, lifecycle.Constant(5), 2), lifecycle.Constant(7)},
		{shift(t, lifecycle.Uniform{Min: 1, Max: 4}, 3), lifecycle.Uniform{Min: 4, Max: 7}},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// A run of scaled durations, without waits, is as busy as many times.
func TestScaleInARun(t *testing.T) {
	for name, d := range distributions(t) {
		if name == "of its own" || name == "uniform" {
			d = scale(t, d, 1e-3) // long ones would be cut off
		}
		busy := func(d lifecycle.Distribution) time.Duration {
			f := lifecycle.Function{Duration: d, Timeout: lifecycle.MaxTimeout}
			r, err := lifecycle.Simulate(t.Context(), f, lifecycle.Platform{IdleTimeout: lifecycle.Constant(time.Minute)},
				workload.Poisson{PerSecond: 10}, &lifecycle.Options{Seed: 1, Until: time.Hour})
			if err != nil {
				t.Fatal(err)
			}
			return r.OnDemand.Duration
		}
		was, got := busy(d), busy(scale(t, d, .25))
		if math.Abs(float64(got)/(.25*float64(was))-1) > 1e-3 {
			t.Errorf("%s: %v, a quarter of %v is wanted", name, got, was)
		}
	}
}

func TestScaleRefuses(t *testing.T) {
	var none *lifecycle.Histogram
	ms := lifecycle.Constant(time.Millisecond)
	for name, c := range map[string]struct {
		d      lifecycle.Distribution
		by     float64
		fields []string
	}{
		"zero":          {ms, 0, []string{"by"}},
		"negative":      {ms, -1, []string{"by"}},
		"no number":     {ms, math.NaN(), []string{"by"}},
		"infinite":      {ms, math.Inf(1), []string{"by"}},
		"nil":           {nil, 1, []string{"d"}},
		"nil pointer":   {none, 1, []string{"d"}},
		"empty":         {new(lifecycle.Histogram), 1, []string{"d"}},
		"both":          {nil, 0, []string{"d", "by"}},
		"invalid":       {lifecycle.LogNormal{Median: -1}, 1, []string{"d: LogNormal.Median"}},
		"invalid twice": {lifecycle.LogNormal{Median: -1}, -1, []string{"d: LogNormal.Median", "by"}},
		"backwards":     {quantile(func(p float64) time.Duration { return time.Duration(-p * 1000) }), 1, []string{"d"}},
	} {
		got, err := lifecycle.Scale(c.d, c.by)
		if diff := cmp.Diff(c.fields, fields(err)); diff != "" || got != nil {
			t.Errorf("%s: %v, %v; fields (-want +got):\n%s", name, got, err, diff)
		}
		by := time.Duration(-1)
		if c.by == 1 {
			by = 1
		}
		got, err = lifecycle.Shift(c.d, by)
		if diff := cmp.Diff(c.fields, fields(err)); diff != "" || got != nil {
			t.Errorf("%s, shifted: %v, %v; fields (-want +got):\n%s", name, got, err, diff)
		}
	}
	if _, err := lifecycle.Shift(ms, 1<<60+1); !errors.As(err, new(*lifecycle.RangeError)) {
		t.Errorf("shift beyond 36 years: %v", err)
	}
	// A distribution that is negative far out remains one that a run refuses.
	late := scale(t, quantile(func(p float64) time.Duration {
		if p > .99995 {
			return -1
		}
		return 1
	}), .1)
	if got := late.Quantile(.99999); got >= 0 {
		t.Errorf("a negative quantile became %v", got)
	}
	// So does one that becomes too long.
	_, err := lifecycle.Simulate(t.Context(), lifecycle.Function{Duration: scale(t, lifecycle.Constant(1<<60), 2)},
		lifecycle.AWS(lifecycle.Observed2021Short), workload.Every{Period: 1}, &lifecycle.Options{Until: 1})
	if !errors.As(err, new(*lifecycle.RangeError)) {
		t.Errorf("a duration of 73 years: %v", err)
	}
}

// fields returns what the joined errors are about.
func fields(err error) (all []string) {
	switch e := err.(type) {
	case interface{ Unwrap() []error }:
		for _, err := range e.Unwrap() {
			all = append(all, fields(err)...)
		}
	case *lifecycle.RangeError:
		all = append(all, e.Field)
	case *lifecycle.MissingError:
		all = append(all, e.Field)
	case *lifecycle.DistributionError:
		all = append(all, e.Field)
	}
	return all
}

func TestRequestScaled(t *testing.T) {
	for _, c := range []struct {
		duration time.Duration
		by       float64
		want     time.Duration
	}{
		{0, 2, 0}, // drawn, as before
		{10, 2, 20},
		{10, .25, 3},
		{10, 1e-9, 1}, // and not drawn
		{math.MaxInt64, 2, math.MaxInt64},
		{-5, .01, -5}, // for the run to refuse
	} {
		got := lifecycle.Request{At: 7, Duration: c.duration}.Scaled(c.by)
		if want := (lifecycle.Request{At: 7, Duration: c.want}); got != want {
			t.Errorf("%v times %v is %+v, want %+v", c.duration, c.by, got, want)
		}
	}
}
