package forecast

import (
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

// function returns the function to be simulated: durations at MemoryMB, cold starts of the runtime.
func (s Scenario) function() (lifecycle.Function, error) {
	f := s.Function
	var err error
	if f.Duration == nil && s.Task != nil {
		d, err := s.Task.Duration(s.MemoryMB)
		if err != nil {
			return f, err
		}
		f.Duration = lifecycle.Constant(d)
	} else if f.Duration, err = s.scaled(f.Duration); err != nil {
		return f, err
	}
	if f.FirstDuration, err = s.scaled(f.FirstDuration); err != nil {
		return f, err
	}
	if s.Runtime == nil {
		return f, nil
	}
	if f.Init == nil {
		f.Init = s.Runtime.Init
	}
	if f.FirstDuration == nil && f.Duration != nil {
		first, err := s.Runtime.FirstInvokeAt(s.MemoryMB, vcpu.Share)
		if err != nil {
			return f, err
		}
		if f.FirstDuration, err = lifecycle.Shift(f.Duration, first); err != nil {
			return f, err
		}
	}
	return f, nil
}

// ratio is how many times as long durations are at MemoryMB as at MeasuredMB, to the nearest float64; 1 where they are to stay as they are.
func (s Scenario) ratio() (float64, error) {
	if s.Task == nil || s.MeasuredMB == 0 || s.MeasuredMB == s.MemoryMB {
		return 1, nil
	}
	exact, err := s.Task.Ratio(s.MeasuredMB, s.MemoryMB)
	if err != nil {
		return 0, err
	}
	ratio, _ := exact.Float64()
	return ratio, nil
}

// scaled carries a distribution over from MeasuredMB to MemoryMB.
func (s Scenario) scaled(d lifecycle.Distribution) (lifecycle.Distribution, error) {
	by, err := s.ratio()
	if err != nil || by == 1 || d == nil {
		return d, err
	}
	return lifecycle.Scale(d, by)
}

// scaledArrivals carries the durations that requests bring along over to MemoryMB.
func (s Scenario) scaledArrivals(a lifecycle.Arrivals) (lifecycle.Arrivals, error) {
	by, err := s.ratio()
	if err != nil || by == 1 || s.drawn() {
		return a, err
	}
	return workload.ScaleDurations(a, by)
}

// drawn says of arrivals that are known here that no request brings a duration along.
func (s Scenario) drawn() bool {
	switch value(s.Arrivals).(type) {
	case nil, workload.Poisson, workload.Every, workload.Bursts, workload.Varying, workload.PerMinute:
		return true
	}
	return false
}
