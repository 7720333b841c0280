package lifecycle

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"reflect"
	"time"
)

// Validate reports what no run, and no sum of runs, can have as a result: times below 0, more cold starts than executions, a
// timeline that does not add up to the counts. The error is a [*RangeError] that names the field, or several joined. nil for
// what [Simulate] returns and [Result.Merge] makes of it, and for the zero value. Histograms that are nil are not looked at.
func (r Result) Validate() error {
	if err := r.validRuns(); err != nil || r.Runs == 0 {
		return err
	}
	v := validator{of: "Result."}
	for _, d := range r.durations() {
		v.check(*d.value >= 0, d.name, *d.value, "0 or more")
	}
	served, overflow := bits.Add64(r.OnDemand.Requests, r.Provisioned.Requests, 0)
	v.check(overflow == 0, "OnDemand.Requests + Provisioned.Requests", "2^64 or more", "less")
	v.atMost("ColdStarts", r.ColdStarts, "OnDemand.Requests", r.OnDemand.Requests)
	v.atMost("Delayed", r.Delayed, "the executions", served)
	v.atMost("TimedOut + Failed", sum(r.TimedOut, r.Failed), "the executions", served)
	v.atMost("Retried", r.Retried, "the executions", served)
	v.atMost("Throttled", r.Throttled, "Invocations", r.Invocations)
	v.atMost("Throttled + Pending", sum(r.Throttled, r.Pending), "Invocations", r.Invocations)
	v.check(r.Rejections >= r.Throttled, "Rejections", r.Rejections, fmt.Sprintf("Throttled, %d, or more", r.Throttled))
	v.atMost("ColdStarts + Replaced", sum(r.ColdStarts, r.Replaced), "Environments", r.Environments)
	v.atMost("InitTimeouts", r.InitTimeouts, "Environments", r.Environments)
	v.check(EnvironmentTime{0, r.AliveAtStart}.plusCount(r.Environments) == EnvironmentTime{0, r.Gone}.plusCount(r.AliveAtEnd),
		"Environments", r.Environments, "Gone + AliveAtEnd - AliveAtStart")
	v.atMost("PeakBusy", r.PeakBusy, "PeakAlive", r.PeakAlive)
	v.billed("OnDemand.BilledMS", r.OnDemand, r.Replaced)
	v.billed("Provisioned.BilledMS", r.Provisioned, 0)
	v.check(!r.BusyTime.less(r.StartingTime), "StartingTime", r.StartingTime, fmt.Sprintf("up to BusyTime, %v ns", r.BusyTime))
	r.validTimes(&v)
	v.atMost("Latency's Count", r.Latency.Count(), "the executions", served)
	v.atMost("Latency's Count", r.Latency.Count(), "Invocations", r.Invocations)
	v.atMost("ColdLatency's Count", r.ColdLatency.Count(), "ColdStarts", r.ColdStarts)
	v.atMost("Lifespan's Count", r.Lifespan.Count(), "Gone", r.Gone)
	r.validTimeline(&v)
	return errors.Join(v.errs...)
}

// validRuns refuses what is not the result of a run, nor the zero value.
func (r *Result) validRuns() error {
	if r.Runs > 0 {
		return nil
	}
	empty := *r
	for _, h := range []**Histogram{&empty.Latency, &empty.ColdLatency, &empty.Lifespan} {
		if (*h).Count() == 0 && (*h).Refused() == 0 {
			*h = nil
		}
	}
	if len(empty.Timeline) == 0 {
		empty.Timeline = nil
	}
	if !reflect.ValueOf(empty).IsZero() {
		return outOfRange("Result.Runs", 0, "1 or more, as other fields are not zero")
	}
	return nil
}

// validTimes checks that no more environments were there than the most that were.
func (r *Result) validTimes(v *validator) {
	if r.Elapsed < 0 {
		return
	}
	most := product(r.PeakAlive, uint64(r.Elapsed))
	allowed := fmt.Sprintf("up to PeakAlive × Elapsed, %v ns", most)
	total, fits := EnvironmentTime{}, true
	for _, t := range r.times()[1:] { // all but StartingTime, which is a part of BusyTime
		ok := !most.less(*t.value)
		v.check(ok, t.name, *t.value, allowed)
		total, _ = total.plus(*t.value)
		fits = fits && ok
	}
	// No overflow where each fits: they are below 2^127.
	v.check(!fits || !most.less(total), "BusyTime + IdleTime + ProvisionedBusyTime + ProvisionedIdleTime", total, allowed)
}

func (r *Result) validTimeline(v *validator) {
	v.check(r.TimelineStep >= 0 && r.TimelineStep <= maxTime, "TimelineStep", r.TimelineStep, "0 (none) to 73 years")
	v.check(r.TimelineStep != 0 || len(r.Timeline) == 0, "Timeline", fmt.Sprintf("%d steps", len(r.Timeline)), "none, as TimelineStep is 0")
	if r.TimelineStep == 0 || len(v.errs) > 0 {
		return // the points would only repeat what is wrong
	}
	most := product(uint64(r.TimelineStep), r.Runs)
	var requests, cold, throttled, elapsed, busy, alive EnvironmentTime
	fits := true
	for i, p := range r.Timeline {
		w := validator{of: fmt.Sprintf("Result.Timeline[%d].", i)}
		if i == 0 {
			w.check(p.At >= 0 && p.At <= maxTime, "At", p.At, "0 to 73 years")
		} else {
			w.check(p.At >= 0 && p.At-r.Timeline[i-1].At == r.TimelineStep, "At", p.At, fmt.Sprintf("one step after %v", r.Timeline[i-1].At))
		}
		w.check(p.Elapsed >= 0 && !most.less(EnvironmentTime{0, uint64(p.Elapsed)}), "Elapsed", p.Elapsed, "0 to TimelineStep × Runs")
		w.check(!p.AliveTime.less(p.BusyTime), "BusyTime", p.BusyTime, fmt.Sprintf("up to AliveTime, %v ns", p.AliveTime))
		there := product(p.PeakAlive, uint64(p.Elapsed))
		w.check(!there.less(p.AliveTime), "AliveTime", p.AliveTime, fmt.Sprintf("up to PeakAlive × Elapsed, %v ns", there))
		w.atMost("PeakBusy", p.PeakBusy, "PeakAlive", p.PeakAlive)
		w.atMost("PeakBusy", p.PeakBusy, "Result.PeakBusy", r.PeakBusy)
		w.atMost("PeakAlive", p.PeakAlive, "Result.PeakAlive", r.PeakAlive)
		if len(w.errs) > 0 {
			v.errs = append(v.errs, w.errs...)
			return // all points behind may be wrong in the same way
		}
		requests, cold, throttled = requests.plusCount(p.Requests), cold.plusCount(p.ColdStarts), throttled.plusCount(p.Throttled)
		elapsed = elapsed.plusCount(uint64(p.Elapsed))
		var ok1, ok2 bool
		busy, ok1 = busy.plus(p.BusyTime)
		alive, ok2 = alive.plus(p.AliveTime)
		fits = fits && ok1 && ok2
	}
	allBusy, _ := r.BusyTime.plus(r.ProvisionedBusyTime)
	idle, _ := r.IdleTime.plus(r.ProvisionedIdleTime)
	allAlive, _ := allBusy.plus(idle)
	for _, s := range []struct {
		of        string
		got, want EnvironmentTime
	}{
		{"Requests", requests, EnvironmentTime{0, r.Invocations}},
		{"ColdStarts", cold, EnvironmentTime{0, r.ColdStarts}},
		{"Throttled", throttled, EnvironmentTime{0, r.Throttled}},
		{"Elapsed", elapsed, EnvironmentTime{0, uint64(r.Elapsed)}},
		{"BusyTime", busy, allBusy},
		{"AliveTime", alive, allAlive},
	} {
		if s.got != s.want || !fits {
			v.errs = append(v.errs, outOfRange("sum of Result.Timeline's "+s.of, s.got, fmt.Sprintf("%v, as in Result", s.want)))
		}
	}
}

// validator collects what is wrong.
type validator struct {
	of   string
	errs []error
}

func (v *validator) check(ok bool, field string, given any, allowed string) {
	if !ok {
		v.errs = append(v.errs, outOfRange(v.of+field, given, allowed))
	}
}

func (v *validator) atMost(field string, given uint64, of string, most uint64) {
	v.check(given <= most, field, given, fmt.Sprintf("up to %s, %d", of, most))
}

// billed checks that each execution, and each INIT for which nobody waited, was rounded up by less than 1 ms.
func (v *validator) billed(field string, w Work, others uint64) {
	if w.Duration < 0 || w.Init < 0 {
		return
	}
	const ms = uint64(time.Millisecond)
	least := EnvironmentTime{0, uint64(w.Duration) + uint64(w.Init)}
	most, _ := least.plus(product(w.Requests, ms-1))
	most, _ = most.plus(product(others, ms-1))
	billed := product(w.BilledMS, ms)
	v.check(!billed.less(least) && !most.less(billed), field, fmt.Sprintf("%d ms", w.BilledMS),
		fmt.Sprintf("%v to %v ns, each execution rounded up to ms", least, most))
}

// sum of counts; what would overflow is more than anything.
func sum(a, b uint64) uint64 {
	s, carry := bits.Add64(a, b, 0)
	if carry != 0 {
		return math.MaxUint64
	}
	return s
}

// product of two counts, or of a count and a time.
func product(a, b uint64) EnvironmentTime {
	hi, lo := bits.Mul64(a, b)
	return EnvironmentTime{hi, lo}
}

// plusCount adds a count, of which there are less than 2^64.
func (t EnvironmentTime) plusCount(n uint64) EnvironmentTime {
	s, _ := t.plus(EnvironmentTime{0, n})
	return s
}
