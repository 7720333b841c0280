package forecast

import (
	"context"
	"iter"
	"math"
	"math/bits"
	"time"

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
		f.FirstDuration = shifted{f.Duration, first}
	}
	return f, nil
}

// scaled carries a distribution over from MeasuredMB to MemoryMB. The result is of the same type where that has a scale.
func (s Scenario) scaled(d lifecycle.Distribution) (lifecycle.Distribution, error) {
	if d == nil || s.Task == nil || s.MeasuredMB == 0 || s.MeasuredMB == s.MemoryMB {
		return d, nil
	}
	scale := func(t time.Duration) (time.Duration, error) {
		return s.Task.Scale(vcpu.Measurement{MemoryMB: s.MeasuredMB, Duration: t}, s.MemoryMB)
	}
	switch d := d.(type) {
	case lifecycle.Exponential:
		t, err := scale(time.Duration(d))
		return lifecycle.Exponential(t), err
	case lifecycle.Constant:
		t, err := scale(time.Duration(d))
		return lifecycle.Constant(t), err
	}
	r, err := s.ratio()
	return proportional{d, r}, err
}

// ratio is how much longer durations are at MemoryMB, in units of 2^-ratioBits.
func (s Scenario) ratio() (uint64, error) {
	r, err := s.Task.Scale(vcpu.Measurement{MemoryMB: s.MeasuredMB, Duration: 1 << ratioBits}, s.MemoryMB)
	return uint64(r), err
}

// A duration is scaled in every draw, for which [vcpu.Task.Scale], with its fractions, is too slow. It is proportional to
// what is measured, so it is asked once, for 2^40 ns: good to 1e-12 of any duration.
const ratioBits = 40

func times(d time.Duration, ratio uint64) time.Duration {
	if d < 0 {
		return d // for package lifecycle to refuse
	}
	hi, lo := bits.Mul64(uint64(d), ratio)
	lo, carry := bits.Add64(lo, 1<<(ratioBits-1), 0)
	hi += carry
	if hi >= 1<<(ratioBits-1) {
		return math.MaxInt64 // beyond what package lifecycle accepts
	}
	return time.Duration(hi<<(64-ratioBits) | lo>>ratioBits)
}

// proportional is a distribution whose durations are all so many times as long.
type proportional struct {
	of    lifecycle.Distribution
	ratio uint64
}

func (p proportional) Quantile(q float64) time.Duration { return times(p.of.Quantile(q), p.ratio) }
func (p proportional) Mean() time.Duration              { return times(p.of.Mean(), p.ratio) }

// shifted is a distribution whose durations are all longer by the same time.
type shifted struct {
	of lifecycle.Distribution
	by time.Duration
}

func (s shifted) Quantile(q float64) time.Duration { return sum(s.of.Quantile(q), s.by) }
func (s shifted) Mean() time.Duration              { return sum(s.of.Mean(), s.by) }

func sum(a, b time.Duration) time.Duration {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

// proportionalArrivals are arrivals whose own durations are all so many times as long.
type proportionalArrivals struct {
	of    lifecycle.Arrivals
	ratio uint64
}

func (a proportionalArrivals) scaled(r lifecycle.Request) lifecycle.Request {
	if r.Duration > 0 {
		r.Duration = max(times(r.Duration, a.ratio), 1)
	}
	return r
}

func (a proportionalArrivals) Requests(seed uint64) iter.Seq2[lifecycle.Request, error] {
	requests := a.of.Requests(seed)
	if requests == nil {
		return nil // for package lifecycle to refuse
	}
	return func(yield func(lifecycle.Request, error) bool) {
		for r, err := range requests {
			if !yield(a.scaled(r), err) {
				return
			}
		}
	}
}

func (a proportionalArrivals) Chunks(seed uint64) iter.Seq2[[]lifecycle.Request, error] {
	chunks := lifecycle.Chunks(a.of, seed)
	if chunks == nil {
		return nil
	}
	return func(yield func([]lifecycle.Request, error) bool) {
		var own []lifecycle.Request
		for requests, err := range chunks {
			own = own[:0]
			for _, r := range requests {
				own = append(own, a.scaled(r))
			}
			if !yield(own, err) {
				return
			}
		}
	}
}

// boundedArrivals are proportionalArrivals of what is [lifecycle.Bounded].
type boundedArrivals struct {
	proportionalArrivals
	bounded lifecycle.Bounded
}

func (a boundedArrivals) Horizon() (time.Duration, bool) { return a.bounded.Horizon() }

func (a boundedArrivals) Within(ctx context.Context, end time.Duration) lifecycle.Arrivals {
	within := a.bounded.Within(ctx, end)
	if within == nil {
		return nil
	}
	return proportionalArrivals{within, a.ratio}
}

// scaledArrivals carries the durations that requests bring along over to MemoryMB.
func (s Scenario) scaledArrivals(a lifecycle.Arrivals) (lifecycle.Arrivals, error) {
	if s.Task == nil || s.MeasuredMB == 0 || s.MeasuredMB == s.MemoryMB || s.drawn() {
		return a, nil
	}
	r, err := s.ratio()
	if err != nil {
		return nil, err
	}
	p := proportionalArrivals{a, r}
	if b, ok := a.(lifecycle.Bounded); ok {
		return boundedArrivals{p, b}, nil
	}
	return p, nil
}

// drawn says of arrivals that are known here that no request brings a duration along.
func (s Scenario) drawn() bool {
	switch value(s.Arrivals).(type) {
	case nil, workload.Poisson, workload.Every, workload.Bursts, workload.Varying, workload.PerMinute:
		return true
	}
	return false
}
