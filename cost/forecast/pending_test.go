package forecast_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// Events that still wait when the simulation ends are executed, and billed, all the same.
func TestPendingEvents(t *testing.T) {
	nightly := workload.Varying{Peak: 10, PerSecond: func(t time.Duration) float64 {
		if at := t%(24*time.Hour) - 105*time.Minute; at >= 0 && at < 1000*time.Second {
			return 10
		}
		return 0
	}}
	for name, c := range map[string]struct {
		arrivals lifecycle.Arrivals
		stretch  time.Duration
	}{
		"every night": {nightly, 24 * time.Hour},
		"cut off":     {workload.Every{Period: time.Second / 40}, 2 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			s := ordinary()
			s.Function = lifecycle.Function{Duration: lifecycle.Constant(200 * time.Millisecond), Async: true, ReservedConcurrency: 1}
			if name == "cut off" { // errors that are tried again after a minute or two
				s.Function.ReservedConcurrency, s.Function.ErrorRate, s.Function.Retries = 0, .3, 1
			}
			s.Arrivals = c.arrivals
			o := quick()
			o.Stretch, o.Replications = c.stretch, 3
			f := run(t, s, o)
			want := float64(f.Requests) * (1 + s.Function.ErrorRate)
			if got := float64(f.Executions); math.Abs(got-want) > .01*want {
				t.Errorf("%v executions of %d events, want %v", got, f.Requests, want)
			}
			total, err := f.Summary.Total()
			if err != nil {
				t.Fatal(err)
			}
			said := slices.ContainsFunc(f.Assumptions, func(a string) bool { return strings.Contains(a, "still waited") })
			if said != (total.Pending > 0) || name == "cut off" && !said {
				t.Errorf("%d are pending, said is %q", total.Pending, f.Assumptions)
			}
		})
	}
	t.Run("in windows", func(t *testing.T) {
		s := shaped()
		s.Function = lifecycle.Function{Duration: lifecycle.Constant(time.Second), Async: true, ReservedConcurrency: 11}
		s.Arrivals = workload.Daily(10, .8, 0)
		f := run(t, s, brief())
		if f.Method.Windows == 0 || f.Executions != f.Requests {
			t.Errorf("%d executions of %d events, method %+v", f.Executions, f.Requests, f.Method)
		}
	})
}
