package forecast_test

import (
	"testing"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost/forecast"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// Two replications that differ much make intervals that are wide, but nothing that cannot be negative begins below 0.
func TestIntervalsAreNotNegative(t *testing.T) {
	s := textbook()
	s.Function.Duration = lifecycle.LogNormal{Median: time.Millisecond, P99: 600 * time.Second}
	s.Needs.CutOff = .02
	f := run(t, s, &forecast.Options{Replications: 2, RequestsPerReplication: 1000, Seed: 3, IdleTimeouts: []time.Duration{}})
	cut := 0
	check := func(name string, mean, low, high float64) {
		t.Helper()
		if !(low >= 0 && low <= mean && mean <= high) {
			t.Errorf("%s is %v [%v, %v]", name, mean, low, high)
		}
		if low == 0 && mean > 0 {
			cut++
		}
	}
	for name, x := range map[string]forecast.Figure{
		"Cost": f.Cost, "ColdStartRate": f.ColdStartRate, "TimeoutRate": f.TimeoutRate, "Busy": f.Busy, "Alive": f.Alive, "PeakBusy": f.PeakBusy, "PeakAlive": f.PeakAlive,
	} {
		check(name, x.Mean, x.Low, x.High)
	}
	for _, l := range f.Latency {
		check("latency", float64(l.Mean), float64(l.Low), float64(l.High))
	}
	if cut == 0 {
		t.Error("no interval is wide enough for this test")
	}
}
