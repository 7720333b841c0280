package tuning_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/tuning"
	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

// What cannot be used does not decide on the mode of the rest, wherever it stands.
func TestModeOfTheUsable(t *testing.T) {
	on := func(m cost.Mode, times ...time.Duration) []cost.Timing {
		runs := warm(times...)
		for i := range runs {
			runs[i].Mode = m
		}
		return runs
	}
	good := tuning.Sample{MemoryMB: 512, Runs: on(cost.Provisioned, 20*ms)}
	for name, bad := range map[string]tuning.Sample{
		"failed":                   {MemoryMB: 256, Failed: "timeout", Runs: on(cost.OnDemand, ms)},
		"size":                     {MemoryMB: 1, Runs: on(cost.OnDemand, ms)},
		"duration":                 {MemoryMB: 256, Runs: on(cost.OnDemand, -ms)},
		"second run":               {MemoryMB: 256, Runs: on(cost.OnDemand, ms, -ms)},
		"no such mode":             {MemoryMB: 256, Runs: on(9, ms)},
		"mixed":                    {MemoryMB: 256, Runs: append(on(cost.OnDemand, ms), on(cost.Provisioned, ms)...)},
		"cold, which do not count": {MemoryMB: 256, Runs: []cost.Timing{{Duration: ms, Init: ms}}},
		"nothing billed":           {MemoryMB: 256, Runs: on(cost.OnDemand, 0)},
	} {
		for _, samples := range [][]tuning.Sample{{bad, good}, {good, bad}} {
			e := evaluated(t, samples, nil)
			if e.Mode != cost.Provisioned || len(e.Sizes) != 1 || e.Sizes[0].Point.MemoryMB != 512 || len(e.LeftOut) != 1 || e.LeftOut[0].MemoryMB != bad.MemoryMB {
				t.Errorf("%s: mode %v, %+v, left out %v", name, e.Mode, e.Points(), e.LeftOut)
			}
		}
	}
	// Of two that could be used, the one listed first decides; a size that failed in another sample does not.
	other := tuning.Sample{MemoryMB: 256, Runs: on(cost.OnDemand, ms)}
	if e := evaluated(t, []tuning.Sample{good, other}, nil); e.Mode != cost.Provisioned {
		t.Errorf("mode %v", e.Mode)
	}
	if e := evaluated(t, []tuning.Sample{other, good, {MemoryMB: 256, Failed: "timeout"}}, nil); e.Mode != cost.Provisioned {
		t.Errorf("mode %v", e.Mode)
	}
}

// Without rates there is one error, which names them.
func TestNoRates(t *testing.T) {
	samples := []tuning.Sample{{MemoryMB: 512, Runs: warm(ms)}}
	f := tuning.Function{Name: "f", Arch: cost.X86, MemoryMB: 512, MaxMemoryUsedMB: 64, Invocations: 1, BilledMS: 5}
	for _, r := range []*cost.Rates{nil, new(cost.Rates)} {
		_, err := tuning.Price(r, cost.X86, samples, nil)
		wantRange(t, err, "rates")
		_, err = tuning.NewPricer(r, cost.X86, cost.OnDemand, 0)
		wantRange(t, err, "rates")
		for _, functions := range [][]tuning.Function{nil, {f, f}} {
			_, left, err := tuning.Rank(r, functions, 0.2)
			wantRange(t, err, "rates")
			if left != nil {
				t.Errorf("left out %v", left)
			}
		}
		_, err = f.Bounds(r, 512)
		wantRange(t, err, "rates")
	}
}

// Shares of any size are said as numbers.
func TestIncludedTinyShares(t *testing.T) {
	samples := []tuning.Sample{{MemoryMB: 512, Runs: []cost.Timing{{Duration: ms}, {Duration: ms, Init: ms}}}}
	for _, c := range []struct {
		o    tuning.Options
		want string
	}{
		{tuning.Options{ColdShare: 1e-300}, "cold runs weighted with 1e-298 % of all invocations, INIT included"},
		{tuning.Options{Trim: 2.5e-310}, "25e-309 % of the runs discarded at either end, of costs too"},
		{tuning.Options{Percentile: 1e-250}, "durations are the p1e-248, costs the mean"},
		{tuning.Options{Percentile: 0.999}, "durations are the p99.9, costs the mean"},
	} {
		said := strings.Join(evaluated(t, samples, &c.o).Included(), "\n")
		if !strings.Contains(said, c.want) {
			t.Errorf("%q is not in %s", c.want, said)
		}
	}
}

// The errors of CheckPoints name points as they were given, not as they were sorted.
func TestCheckPointsErrors(t *testing.T) {
	good := point(3008, 10, "1")
	_, _, err := tuning.CheckPoints([]tuning.Point{good, point(128, 20, "1"), point(3008, 30, "1")}, 1)
	wantRange(t, err, "points[2].MemoryMB")
	for field, points := range map[string][]tuning.Point{
		"points[2].MemoryMB": {good, point(1024, 20, "1"), point(64, 30, "1")},
		"points[1].MemoryMB": {good, point(20000, 20, "1"), point(11000, 30, "1")},
		"points[1].Duration": {good, point(128, 1<<43, "1")},
	} {
		_, _, err := tuning.CheckPoints(points, 1)
		var e *vcpu.RangeError
		if !errors.As(err, &e) || e.Field != field {
			t.Errorf("error %v, want one of %s", err, field)
		}
	}
}
