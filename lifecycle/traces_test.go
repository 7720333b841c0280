package lifecycle_test

import (
	"context"
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

const traces = "../../shared/traces/"

func readCSV(t *testing.T, name string) [][]string {
	t.Helper()
	f, err := os.Open(traces + name)
	if err != nil {
		t.Skip("the real traces are not here: ", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

// milliseconds reads a decimal number of ms as whole ns.
func milliseconds(t *testing.T, s string) time.Duration {
	t.Helper()
	whole, fraction, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole+(fraction + "000000")[:6], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return time.Duration(n)
}

// Replays of real request logs of 2020: the model has to give exactly these cold starts.
func TestReplay2020(t *testing.T) {
	for _, c := range []struct {
		day  string
		want uint64
	}{{"04-24", 56}, {"05-17", 39}, {"05-28", 61}, {"06-06", 44}, {"06-10", 30}, {"06-18", 29}} {
		var requests workload.Trace
		for _, row := range readCSV(t, "aws-2020-"+c.day+".csv") {
			at := milliseconds(t, row[0])
			requests = append(requests, lifecycle.Request{At: at, Duration: milliseconds(t, row[1]) + milliseconds(t, row[2]) - at})
		}
		rate := float64(len(requests)) / requests[len(requests)-1].At.Seconds()
		p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(1200 * time.Second), MaxLifetime: 2 * time.Hour}
		if rate < .01 {
			p.IdleTimeout = lifecycle.Constant(640 * time.Second)
		}
		r, err := lifecycle.Simulate(context.Background(), lifecycle.Function{}, p, requests, nil)
		if err != nil {
			t.Fatal(err)
		}
		if r.ColdStarts != c.want {
			t.Errorf("%s (%.4f requests per second): %d cold starts, want %d", c.day, rate, r.ColdStarts, c.want)
		}
	}
}

// 20 published experiments of 2020: measured probability of a cold start.
func TestExperiments2020(t *testing.T) {
	if testing.Short() {
		t.Skip("20 long runs")
	}
	sum, n := 0.0, 0
	for _, row := range readCSV(t, "aws-2020-experiments.csv") {
		number := func(i int) float64 {
			x, err := strconv.ParseFloat(row[i], 64)
			if err != nil {
				t.Fatal(err)
			}
			return x
		}
		rate, measured := number(1), number(7)
		p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(1200 * time.Second), MaxLifetime: 2 * time.Hour}
		if rate < .01 {
			p.IdleTimeout = lifecycle.Constant(640 * time.Second)
		}
		r, err := lifecycle.Simulate(context.Background(), lifecycle.Function{Duration: lifecycle.Exponential(seconds(number(2) / 1000))}, p,
			workload.Poisson{PerSecond: rate}, &lifecycle.Options{Seed: 1, Until: seconds(200_000 / rate)})
		if err != nil {
			t.Fatal(err)
		}
		sum += math.Abs(r.ColdStartRate()-measured) / measured
		n++
	}
	if mean := sum / float64(n); mean > .10 {
		t.Errorf("mean relative error %.4f of %d experiments, want at most .10", mean, n)
	} else {
		t.Logf("mean relative error %.4f of %d experiments", mean, n)
	}
}

// The simulation meets the closed form within 4 standard errors.
func TestSimulationMeetsSteadyState(t *testing.T) {
	if testing.Short() {
		t.Skip("statistics over many long runs")
	}
	for _, v := range steadyValues {
		f := lifecycle.Function{Duration: lifecycle.Exponential(seconds(v.service))}
		p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(seconds(v.timeout))}
		s, err := lifecycle.Replicate(context.Background(), 60, f, p, workload.Poisson{PerSecond: v.rate},
			&lifecycle.Options{Seed: 3, WarmUp: seconds(5 * v.timeout), Until: seconds(5*v.timeout + 50_000/v.rate)})
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			figure func(lifecycle.Result) float64
			want   float64
		}{"cold": {lifecycle.Result.ColdStartRate, v.cold}, "alive": {lifecycle.Result.Alive, v.alive}} {
			i := s.Estimate(c.figure)
			standard := i.HalfWidth() / 2.001 // Student's t of 59 degrees of freedom
			if math.Abs(i.Mean-c.want) > 4*standard {
				t.Errorf("%v: %s: %v, want %v: %.1f standard errors", v, name, i, c.want, (i.Mean-c.want)/standard)
			}
		}
	}
}

// SimFaaS's deterministic case, and the scale-out bucket.
func TestExactRuns(t *testing.T) {
	f := lifecycle.Function{Duration: lifecycle.Constant(3 * time.Second)}
	p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(5 * time.Second), Routing: lifecycle.NewestCreated}
	r, err := lifecycle.Simulate(context.Background(), f, p, workload.Every{Period: 10 * time.Second, Until: 10_000 * time.Second}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.ColdStarts != r.Invocations || r.Lifespan.Min() != 8*time.Second || r.Lifespan.Max() != 8*time.Second || math.Abs(r.Alive()-.7992) > 1e-12 {
		t.Errorf("cold %d of %d, lifespan %v to %v, alive %v", r.ColdStarts, r.Invocations, r.Lifespan.Min(), r.Lifespan.Max(), r.Alive())
	}
	for _, d := range []int{1, 999, 1000, 1001, 2500} {
		p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(time.Minute), ScaleOut: lifecycle.ScaleOut{Environments: 1000, Interval: 10 * time.Second}}
		r, err := lifecycle.Simulate(context.Background(), f, p, make(workload.Trace, d), nil)
		if err != nil {
			t.Fatal(err)
		}
		if want := uint64(max(0, d-1000)); r.Throttled != want {
			t.Errorf("%d at once: %d throttled, want %d", d, r.Throttled, want)
		}
	}
}
