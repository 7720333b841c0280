package forecast_test

import (
	"math"
	"testing"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// How many requests a month has of a rate that changes, whatever its shape, and of a log, by the time that it stands for.
func TestRequestsOfShapes(t *testing.T) {
	of := func(cycle time.Duration, rate func(at time.Duration) float64) workload.Varying {
		return workload.Varying{Peak: 1, PerSecond: func(t time.Duration) float64 { return rate(t % cycle) }}
	}
	pulse := func(from, long time.Duration) func(time.Duration) float64 {
		return func(at time.Duration) float64 {
			if at >= from && at < from+long {
				return 1
			}
			return 0
		}
	}
	log := workload.Trace{}
	for i := range 1000 {
		log = append(log, lifecycle.Request{At: time.Duration(i) * time.Minute, Duration: time.Second})
	}
	month := (730 * time.Hour).Seconds()
	for _, c := range []struct {
		name          string
		arrivals      lifecycle.Arrivals
		cycle         time.Duration
		stretch       time.Duration
		want, percent float64
	}{
		{"between quarters of an hour", of(24*time.Hour, pulse(61*time.Minute, 12*time.Minute)), 0, 0, month * 720 / 86400, 0},
		{"odd seconds", of(24*time.Hour, pulse(105*time.Minute, 1000*time.Second)), 0, 0, month * 1000 / 86400, 5},
		{"seconds that nobody looks at", of(24*time.Hour, func(at time.Duration) float64 {
			if at%time.Minute < 9*time.Second {
				return 1
			}
			return .01
		}), 0, 0, month * (.01 + .99*.15), 5},
		{"two days, said", of(48*time.Hour, pulse(25*time.Hour, 2*time.Hour)), 48 * time.Hour, 0, month * 7200 / 172800, 0},
		{"log", log, 0, 0, month * 1000 / (999*60 + 1), 0},
		{"log of a day", log, 24 * time.Hour, 0, month * 1000 / 86400, 0},
		{"log of 20 hours", log, 0, 20 * time.Hour, month * 1000 / 72000, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := ordinary()
			s.Arrivals, s.Cycle = c.arrivals, c.cycle
			o := quick()
			o.Stretch = c.stretch
			f := run(t, s, o)
			if got := float64(f.Requests); math.Abs(got-c.want) > 1+c.percent/100*c.want {
				t.Errorf("%v requests a month, want %v; method %+v", got, c.want, f.Method)
			}
			if want := max(c.cycle, c.stretch); want > 0 && f.Method.Stretch%want != 0 {
				t.Errorf("method is %+v, want stretches of %v", f.Method, want)
			}
		})
	}
	t.Run("by pointer", func(t *testing.T) {
		s := ordinary()
		v := workload.Weekly(.05, .8, 14*time.Hour, .3)
		s.Arrivals = v
		want := run(t, s, quick())
		s.Arrivals = &v
		if got := run(t, s, quick()); got.Method != want.Method || !got.Total().Equal(want.Total()) {
			t.Errorf("method is %+v, want %+v", got.Method, want.Method)
		}
	})
	t.Run("compared", func(t *testing.T) {
		s := ordinary()
		s.Arrivals, s.Cycle = log, 24*time.Hour
		for _, f := range compare(t, quick(), s, s).Forecasts {
			if f.Method.WarmUp != 0 || f.Method.Stretch != 24*time.Hour {
				t.Errorf("method is %+v", f.Method)
			}
		}
	})
}
