package workload_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

func steady(time.Duration) float64 { return 1 }

// rangeErrors returns what is wrong by an error, joined or not: field, given, allowed.
func rangeErrors(t *testing.T, err error) []string {
	t.Helper()
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var fields []string
		for _, err := range joined.Unwrap() {
			fields = append(fields, rangeErrors(t, err)...)
		}
		return fields
	}
	e, ok := errors.AsType[*workload.RangeError](err)
	if !ok {
		t.Fatalf("error %#v", err)
	}
	for _, part := range []string{"workload: ", e.Field, e.Given, e.Allowed} {
		if part == "" || !strings.Contains(err.Error(), part) {
			t.Errorf("error %q does not say %q", err, part)
		}
	}
	return []string{fmt.Sprintf("%s: %s, not %s", e.Field, e.Given, e.Allowed)}
}

func TestImpossible(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	const (
		rate  = ", not 0 to 1e9 requests per second"
		peak  = ", not more than 0, up to 1e9 requests per second"
		above = ", not more than 0"
		until = ", not 0 (no end) or more"
	)
	for _, c := range []struct {
		name string
		a    arrivals
		want []string
	}{
		{"rate negative", workload.Poisson{PerSecond: -1}, []string{"Poisson.PerSecond: -1" + rate}},
		{"rate NaN", workload.Poisson{PerSecond: nan}, []string{"Poisson.PerSecond: NaN" + rate}},
		{"rate infinite", workload.Poisson{PerSecond: inf}, []string{"Poisson.PerSecond: +Inf" + rate}},
		{"rate minus infinite", workload.Poisson{PerSecond: -inf}, []string{"Poisson.PerSecond: -Inf" + rate}},
		{"rate gigantic", workload.Poisson{PerSecond: 1.000001e9}, []string{"Poisson.PerSecond: 1.000001e+09" + rate}},
		{"Poisson, end negative", workload.Poisson{PerSecond: 1, Until: -1}, []string{"Poisson.Until: -1ns" + until}},
		{"Poisson, everything", workload.Poisson{PerSecond: nan, Until: math.MinInt64}, []string{
			"Poisson.PerSecond: NaN" + rate, "Poisson.Until: -2562047h47m16.854775808s" + until,
		}},

		{"period of 0", workload.Every{Until: time.Hour}, []string{"Every.Period: 0s" + above}},
		{"period negative", workload.Every{Period: -time.Second}, []string{"Every.Period: -1s" + above}},
		{"Every, end negative", workload.Every{Period: 1, Until: -1}, []string{"Every.Until: -1ns" + until}},
		{"Every, everything", workload.Every{Until: -1}, []string{"Every.Period: 0s" + above, "Every.Until: -1ns" + until}},

		{"no function", workload.Varying{Peak: 1}, []string{"Varying.PerSecond: nil, not a function"}},
		{"cycle negative", workload.Varying{PerSecond: steady, Peak: 1, Cycle: -1}, []string{"Varying.Cycle: -1ns, not more than 0, or 0 where it is not known"}},
		{"no peak", workload.Varying{PerSecond: steady}, []string{"Varying.Peak: 0" + peak}},
		{"peak negative", workload.Varying{PerSecond: steady, Peak: -1}, []string{"Varying.Peak: -1" + peak}},
		{"peak NaN", workload.Varying{PerSecond: steady, Peak: nan}, []string{"Varying.Peak: NaN" + peak}},
		{"peak infinite", workload.Varying{PerSecond: steady, Peak: inf}, []string{"Varying.Peak: +Inf" + peak}},
		{"peak gigantic", workload.Varying{PerSecond: steady, Peak: 2e9}, []string{"Varying.Peak: 2e+09" + peak}},
		{"Varying, everything", workload.Varying{Until: -1}, []string{
			"Varying.PerSecond: nil, not a function", "Varying.Peak: 0" + peak, "Varying.Until: -1ns" + until,
		}},

		{"Daily, mean of 0", workload.Daily(0, 0.5, 0), []string{"meanPerSecond: 0" + peak}},
		{"Daily, mean negative", workload.Daily(-1, 0.5, 0), []string{"meanPerSecond: -1" + peak}},
		{"Daily, mean NaN", workload.Daily(nan, 0.5, 0), []string{"meanPerSecond: NaN" + peak}},
		{"Daily, mean infinite", workload.Daily(inf, 0.5, 0), []string{"meanPerSecond: +Inf" + peak}},
		{"Daily, swing negative", workload.Daily(1, -0.5, 0), []string{"swing: -0.5, not 0 to 1"}},
		{"Daily, swing too wide", workload.Daily(1, 1.5, 0), []string{"swing: 1.5, not 0 to 1"}},
		{"Daily, swing NaN", workload.Daily(1, nan, 0), []string{"swing: NaN, not 0 to 1"}},
		{"Daily, peak gigantic", workload.Daily(1e9, 0.5, 0), []string{"Varying.Peak: 1.5e+09" + peak}},
		{"Weekly, weekend negative", workload.Weekly(1, 1, 0, -1), []string{"weekend: -1, not 0 to 1e9"}},
		{"Weekly, weekend NaN", workload.Weekly(1, 1, 0, nan), []string{"weekend: NaN, not 0 to 1e9"}},
		{"Weekly, weekend infinite", workload.Weekly(1, 1, 0, inf), []string{"weekend: +Inf, not 0 to 1e9"}},
		{"Weekly, everything", workload.Weekly(-1, 2, 0, -1), []string{
			"meanPerSecond: -1" + peak, "swing: 2, not 0 to 1", "weekend: -1, not 0 to 1e9",
		}},

		{"no phases", workload.Bursts{PerSecond: 1}, []string{"Bursts.On: 0s" + above, "Bursts.Off: 0s" + above}},
		{"no off phase", workload.Bursts{PerSecond: 1, On: 1}, []string{"Bursts.Off: 0s" + above}},
		{"on phase negative", workload.Bursts{On: -1, Off: 1}, []string{"Bursts.On: -1ns" + above}},
		{"on rate NaN", workload.Bursts{PerSecond: nan, On: 1, Off: 1}, []string{"Bursts.PerSecond: NaN" + rate}},
		{"off rate infinite", workload.Bursts{OffPerSecond: inf, On: 1, Off: 1}, []string{"Bursts.OffPerSecond: +Inf" + rate}},
		{"Bursts, everything", workload.Bursts{PerSecond: -1, OffPerSecond: -2, On: -3, Off: -4, Until: -5}, []string{
			"Bursts.PerSecond: -1" + rate, "Bursts.OffPerSecond: -2" + rate, "Bursts.Until: -5ns" + until,
			"Bursts.On: -3ns" + above, "Bursts.Off: -4ns" + above,
		}},

		{"count negative", workload.PerMinute{Counts: []int{1, 2, -3, -4}}, []string{"PerMinute.Counts[2]: -3, not 0 or more"}},
		{"count least", workload.PerMinute{Counts: []int{math.MinInt}}, []string{fmt.Sprintf("PerMinute.Counts[0]: %d, not 0 or more", math.MinInt)}},
		{"placement negative", workload.PerMinute{Placement: -1}, []string{"PerMinute.Placement: -1, not Scattered, Evenly or AtStart"}},
		{"PerMinute, everything", workload.PerMinute{Counts: []int{-1}, Placement: workload.AtStart + 1}, []string{
			"PerMinute.Counts[0]: -1, not 0 or more", "PerMinute.Placement: 3, not Scattered, Evenly or AtStart",
		}},

		{"before the start", workload.Trace{{At: -1}}, []string{"Trace[0].At: -1ns, not 0 or more"}},
		{"duration negative", workload.Trace{{At: 1}, {At: 1, Duration: -5}}, []string{"Trace[1].Duration: -5ns, not 0 (drawn) or more"}},

		{"part that is a nil pointer", workload.Merge(workload.Poisson{}, (*workload.Poisson)(nil)).(arrivals), []string{"Merge, argument 1: nil, not a workload"}},
		{"nil part", workload.Merge(workload.Poisson{}, nil).(arrivals), []string{"Merge, argument 1: nil, not a workload"}},
		{"Merge, everything", workload.Merge(nil, workload.Every{}, workload.Merge(workload.Bursts{PerSecond: -1, On: 1})).(arrivals), []string{
			"Merge, argument 0: nil, not a workload", "Every.Period: 0s" + above, "Bursts.PerSecond: -1" + rate, "Bursts.Off: 0s" + above,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := rangeErrors(t, flat(c.a.Validate()))
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("Validate (-want +got):\n%s", diff)
			}
			for name, a := range map[string]lifecycle.Arrivals{
				"Requests": c.a,
				"Within":   c.a.Within(t.Context(), time.Hour),
				"merged":   workload.Merge(workload.Every{Period: time.Second}, c.a),
			} {
				requests, err := all(a, 1)
				same(t, name, nil, requests)
				if diff := cmp.Diff(c.want, rangeErrors(t, flat(err))); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
		})
	}
}

// flat takes off what says of which part an error is.
func flat(err error) error {
	if p, ok := err.(*workload.PartError); ok {
		return flat(p.Err)
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var errs []error
		for _, err := range joined.Unwrap() {
			errs = append(errs, flat(err))
		}
		return errors.Join(errs...)
	}
	return err
}

// What is just allowed.
func TestLimits(t *testing.T) {
	for _, c := range []struct {
		name string
		a    arrivals
		end  time.Duration
		want int // requests before end
	}{
		{"rate of 1e9", workload.Poisson{PerSecond: 1e9}, time.Second, 1e9},
		{"period of 1 ns", workload.Every{Period: 1}, 1_000, 999},
		{"peak of 1e9", workload.Varying{PerSecond: func(time.Duration) float64 { return 0 }, Peak: 1e9}, 1_000, 0},
		{"swing of 1, no weekend", workload.Weekly(1, 1, 0, 0), 1, 0},
		{"one request in a week", workload.Weekly(1e-300, 0, 0, 1e9), 7 * 24 * time.Hour, 0},
		{"phases of 1 ns", workload.Bursts{PerSecond: 1, On: 1, Off: 1}, 1_000, 0},
		{"largest count", workload.PerMinute{Counts: []int{math.MaxInt}, Placement: workload.Evenly}, time.Millisecond, math.MaxInt / 60_000},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := c.a.Validate(); err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, err := range c.a.Within(t.Context(), c.end).Requests(1) {
				if err != nil {
					t.Fatal(err)
				}
				if n++; n == 10_000 {
					break
				}
			}
			if want := min(c.want, 10_000); n != want {
				t.Errorf("%d requests before %v, want %d", n, c.end, want)
			}
		})
	}
}

// A rate that is none ends the stream, behind what came before.
func TestVaryingRateOutOfRange(t *testing.T) {
	const at = time.Hour
	for _, c := range []struct {
		rate  float64
		given string
	}{
		{2.000001, "2.000001"},
		{-1e-9, "-1e-09"},
		{math.NaN(), "NaN"},
		{math.Inf(1), "+Inf"},
		{math.Inf(-1), "-Inf"},
	} {
		t.Run(c.given, func(t *testing.T) {
			var asked time.Duration
			v := workload.Varying{Peak: 2, Until: 2 * at, PerSecond: func(t time.Duration) float64 {
				if t < at {
					return 1
				}
				asked = t
				return c.rate
			}}
			whole := workload.Varying{Peak: 2, Until: at, PerSecond: steady}
			want := play(t, whole, 1)
			got, err := all(v, 1)
			same(t, "before the error", want, got)
			wantErr := []string{fmt.Sprintf("Varying.PerSecond(%v): %s, not 0 to Peak, 2", asked, c.given)}
			if diff := cmp.Diff(wantErr, rangeErrors(t, err)); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			same(t, "within the good part", want, play(t, v.Within(t.Context(), at), 1))
		})
	}
}

func TestTraceOutOfOrder(t *testing.T) {
	const s = time.Second
	for _, c := range []struct {
		name  string
		trace workload.Trace
		want  lifecycle.OrderError
	}{
		{"second", workload.Trace{{At: 1}, {}}, lifecycle.OrderError{Index: 1, Previous: 1, At: 0}},
		{"last", workload.Trace{{}, {At: 5 * s}, {At: 5 * s}, {At: 5*s - 1}}, lifecycle.OrderError{Index: 3, Previous: 5 * s, At: 5*s - 1}},
		{"first of several", workload.Trace{{At: 3 * s}, {At: 2 * s}, {At: s}}, lifecycle.OrderError{Index: 1, Previous: 3 * s, At: 2 * s}},
	} {
		t.Run(c.name, func(t *testing.T) {
			run := func(until time.Duration) error {
				f := lifecycle.Function{Duration: lifecycle.Constant(1)}
				p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(1)}
				_, err := lifecycle.Simulate(t.Context(), f, p, c.trace, &lifecycle.Options{Until: until})
				return err
			}
			_, play := all(c.trace, 1)
			_, part := all(workload.Merge(workload.Poisson{PerSecond: 1}, c.trace), 1)
			// Within ends before the request that is too late: nothing that is wrong may be lost behind it.
			_, within := all(c.trace.Within(t.Context(), 1), 1)
			for name, err := range map[string]error{
				"Validate": c.trace.Validate(), "Requests": play, "Within": within, "Merge": part, "Simulate": run(0), "Simulate, Until": run(1),
			} {
				got, ok := errors.AsType[*lifecycle.OrderError](err)
				if !ok {
					t.Fatalf("%s: error %v", name, err)
				}
				if diff := cmp.Diff(c.want, *got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
		})
	}
}

// What is wrong with a workload is what a run of it says, not that it had no end.
func TestImpossibleRuns(t *testing.T) {
	for _, a := range []arrivals{
		workload.Poisson{PerSecond: 1, Until: -1},
		workload.Every{Period: 1, Until: -1},
		workload.Varying{PerSecond: steady, Peak: 1, Until: -1},
		workload.Bursts{PerSecond: 1, On: 1, Off: 1, Until: -1},
		workload.Merge(workload.Every{Period: 1, Until: 1}, workload.Poisson{PerSecond: 1, Until: -1}).(arrivals),
	} {
		f := lifecycle.Function{Duration: lifecycle.Constant(1)}
		p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(1)}
		_, err := lifecycle.Simulate(context.Background(), f, p, a, nil)
		e, ok := errors.AsType[*workload.RangeError](err)
		if !ok || !strings.HasSuffix(e.Field, ".Until") || e.Given != "-1ns" {
			t.Errorf("%T: error %v", a, err)
		}
	}
}
