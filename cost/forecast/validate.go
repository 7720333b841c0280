package forecast

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"reflect"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// Validate reports everything that is wrong with the scenario, and everything that does not fit Lambda, joined, before
// anything is computed: [*UnfitError] for a duration beyond 900 s or the function's timeout, with the share of requests;
// memory or /tmp above 10,240 MB, or needed and not configured; payloads above 6 MB (asynchronous events: 1 MB); a GPU; more
// concurrency than the account or function has. Besides that, [*RangeError], and the errors of packages cost, lifecycle,
// workload, vcpu and runtimes about their own types. Regions and prices are not looked at.
func (s Scenario) Validate() error {
	var errs []error
	add := func(err error) {
		if err != nil {
			errs = append(errs, err)
		}
	}
	check := func(ok bool, field string, given any, allowed string) {
		if !ok {
			errs = append(errs, outOfRange("Scenario."+field, given, allowed))
		}
	}
	unfit := func(ok bool, need, given, limit string) {
		if !ok {
			errs = append(errs, &UnfitError{need, given, limit, 1})
		}
	}

	check(s.Region != "", "Region", `""`, "the code of a region")
	add(s.Arch.Validate())
	add(s.Packaging.Validate())
	check(s.MemoryMB >= cost.MinMemoryMB, "MemoryMB", s.MemoryMB, "128 to 10,240 MB")
	unfit(s.MemoryMB <= cost.MaxMemoryMB, "memory", megabytes(s.MemoryMB), megabytes(cost.MaxMemoryMB))
	check(s.EphemeralMB == 0 || s.EphemeralMB >= cost.FreeEphemeralMB, "EphemeralMB", s.EphemeralMB, "512 to 10,240 MB, or 0 for 512")
	unfit(s.EphemeralMB <= cost.MaxEphemeralMB, "/tmp", megabytes(s.EphemeralMB), megabytes(cost.MaxEphemeralMB))
	check(s.StreamedBytes >= 0, "StreamedBytes", s.StreamedBytes, "0 or more")
	check(s.StreamedBytes <= 0 || !s.Function.Async, "StreamedBytes", s.StreamedBytes, "0 where Function.Async: nobody gets the response to an event")
	check(s.EventBytes >= 0, "EventBytes", s.EventBytes, "0 or more")
	unfit(s.EventBytes <= MaxEventBytes, "asynchronous event", byteCount(s.EventBytes), byteCount(MaxEventBytes))
	check(s.EventBytes <= 0 || s.Function.Async, "EventBytes", s.EventBytes, "0 unless Function.Async")
	add(s.Month.validate())
	add(s.validateNeeds(unfit))
	add(s.validateTask())
	add(s.validateRuntime())
	add(s.validateArrivals())
	for i, c := range s.Beside {
		add(c.validate(fmt.Sprintf("Scenario.Beside[%d]", i)))
	}
	add(s.Platform.Validate())
	add(s.Function.Validate())
	f, err := s.function()
	if err != nil {
		f = s.Function
	}
	add(s.fitDuration(f))
	if len(errs) == 0 {
		// What was put together is checked once more, and with all fields valid the load can be looked at.
		add(err)
		add(f.Validate())
		add(s.fitLoad(f))
	}
	return errors.Join(errs...)
}

func (s Scenario) validateNeeds(unfit func(ok bool, need, given, limit string)) error {
	n := s.Needs
	var errs []error
	for _, f := range []struct {
		name  string
		given int64
	}{
		{"MemoryMB", int64(n.MemoryMB)},
		{"EphemeralMB", int64(n.EphemeralMB)},
		{"RequestBytes", n.RequestBytes},
		{"ResponseBytes", n.ResponseBytes},
		{"Concurrency", int64(n.Concurrency)},
	} {
		if f.given < 0 {
			errs = append(errs, outOfRange("Scenario.Needs."+f.name, f.given, "0 or more"))
		}
	}
	if !(n.CutOff >= 0 && n.CutOff <= 1) {
		errs = append(errs, outOfRange("Scenario.Needs.CutOff", n.CutOff, "a share from 0 to 1"))
	}
	within := func(need string, given, configured, most int) {
		switch {
		case given > most:
			unfit(false, need, megabytes(given), megabytes(most))
		case given > configured && configured <= most:
			unfit(false, need, megabytes(given), megabytes(configured)+" configured")
		}
	}
	within("needed memory", n.MemoryMB, s.MemoryMB, cost.MaxMemoryMB)
	within("needed /tmp", n.EphemeralMB, max(s.EphemeralMB, cost.FreeEphemeralMB), cost.MaxEphemeralMB)
	if s.Function.Async {
		unfit(n.RequestBytes <= MaxEventBytes, "event payload", byteCount(n.RequestBytes), byteCount(MaxEventBytes))
	} else {
		unfit(n.RequestBytes <= MaxPayloadBytes, "request payload", byteCount(n.RequestBytes), byteCount(MaxPayloadBytes))
		unfit(n.ResponseBytes <= MaxPayloadBytes, "response payload", byteCount(n.ResponseBytes), byteCount(MaxPayloadBytes))
	}
	unfit(!n.GPU, "GPU", "1", "none")
	if limit, whose := s.concurrency(); limit > 0 {
		unfit(n.Concurrency <= limit, "concurrency", fmt.Sprint(n.Concurrency), fmt.Sprintf("%d (%s)", limit, whose))
	}
	return errors.Join(errs...)
}

// concurrency returns the limit that applies to the function, and whose it is; 0 means none.
func (s Scenario) concurrency() (limit int, whose string) {
	if r := s.Function.ReservedConcurrency; r > 0 {
		return r, "reserved"
	}
	return s.Platform.ConcurrencyLimit, "of the account"
}

func (s Scenario) validateTask() error {
	if s.Task == nil {
		if s.MeasuredMB != 0 && s.MeasuredMB != s.MemoryMB {
			return outOfRange("Scenario.MeasuredMB", s.MeasuredMB, "0 or MemoryMB, as there is no Task to scale durations by")
		}
		return nil
	}
	if err := s.Task.Validate(); err != nil {
		return err
	}
	if s.MeasuredMB != 0 && (s.MeasuredMB < cost.MinMemoryMB || s.MeasuredMB > cost.MaxMemoryMB) {
		return outOfRange("Scenario.MeasuredMB", s.MeasuredMB, "128 to 10,240 MB, or 0 for MemoryMB")
	}
	if s.Task.Wait == 0 && s.Task.CPU == 0 {
		return outOfRange("Scenario.Task", "a task that takes no time", "one with Wait or CPU")
	}
	return nil
}

func (s Scenario) validateRuntime() error {
	p := s.Runtime
	if p == nil {
		return nil
	}
	packaging := "zip"
	if s.Packaging == cost.ContainerImage {
		packaging = "image"
	}
	errs := []error{p.Validate()}
	if p.Arch != string(s.Arch) {
		errs = append(errs, outOfRange("Scenario.Runtime.Arch", p.Arch, string(s.Arch)+", as the scenario's"))
	}
	if p.Packaging != packaging {
		errs = append(errs, outOfRange("Scenario.Runtime.Packaging", p.Packaging, packaging+", as the scenario's"))
	}
	if p.SnapStart {
		errs = append(errs, outOfRange("Scenario.Runtime.SnapStart", true, "false: restores from a snapshot are not modelled"))
	}
	return errors.Join(errs...)
}

func (s Scenario) validateArrivals() error {
	var errs []error
	if p := reflect.ValueOf(s.Arrivals); p.Kind() == reflect.Pointer && p.IsNil() {
		return &lifecycle.MissingError{Field: "Scenario.Arrivals", Why: "a nil pointer has no requests"}
	}
	if v, ok := s.Arrivals.(interface{ Validate() error }); ok {
		errs = append(errs, v.Validate())
	}
	if most := 1e9 * cmp.Or(s.Month.Duration(), 31*day).Seconds(); s.Arrivals == nil && (s.RequestsPerMonth == 0 || float64(s.RequestsPerMonth) > most) {
		errs = append(errs, outOfRange("Scenario.RequestsPerMonth", s.RequestsPerMonth, "1 to 1e9 a second, as there are no Arrivals"))
	}
	if v, ok := value(s.Arrivals).(workload.Varying); ok && v.Cycle > 366*day {
		errs = append(errs, outOfRange("Scenario.Arrivals.Cycle", v.Cycle, "up to 366 days, or 0 where it is not known"))
	}
	if s.Cycle < 0 || s.Cycle%day != 0 || s.Cycle > 366*day {
		errs = append(errs, outOfRange("Scenario.Cycle", s.Cycle, "whole days up to 366, or 0 for one"))
	}
	if s.drawn() && s.Function.Duration == nil && s.Task == nil {
		errs = append(errs, &lifecycle.MissingError{Field: "Function.Duration", Why: "requests do not bring their own, and there is no Task"})
	}
	return errors.Join(errs...)
}

// cutOff is the share of requests that may be cut off by the timeout.
func (s Scenario) cutOff() float64 {
	if s.Needs.CutOff > 0 {
		return s.Needs.CutOff
	}
	return MostCutOff
}

// fitDuration says whether more requests than allowed would be cut off.
func (s Scenario) fitDuration(f lifecycle.Function) error {
	limit, what := f.Timeout, " (the function's timeout)"
	if limit <= 0 || limit >= lifecycle.MaxTimeout {
		limit, what = lifecycle.MaxTimeout, ""
	}
	durations := []lifecycle.Distribution{f.Duration}
	if t, ok := value(s.Arrivals).(workload.Trace); ok {
		// Requests that bring a duration along do not draw one.
		longest := make([]time.Duration, len(t))
		drawn := len(t) == 0
		for i, r := range t {
			longest[i] = r.Duration
			drawn = drawn || r.Duration == 0
		}
		if own, err := lifecycle.Empirical(longest); err == nil {
			if scaled, err := s.scaled(own); err == nil {
				durations = append(durations, scaled)
			}
		}
		if !drawn {
			durations = durations[1:]
		}
	}
	unfit := func(need string, d lifecycle.Distribution) error {
		if d == nil || (lifecycle.Function{Duration: d}).Validate() != nil {
			return nil // that is said by itself
		}
		if share := beyond(d, limit); share > s.cutOff() {
			return &UnfitError{need, tooLong(d, limit, share), limit.String() + what, share}
		}
		return nil
	}
	for _, d := range durations {
		if err := unfit("duration", d); err != nil {
			return err
		}
	}
	return unfit("duration of first requests", f.FirstDuration)
}

// beyond returns the share of durations that are longer than a limit, found by bisection on the quantiles to 2^-53.
func beyond(d lifecycle.Distribution, limit time.Duration) float64 {
	low, high := 0.0, 1-0x1p-53
	if d.Quantile(high) <= limit {
		return 0
	}
	if d.Quantile(low) > limit {
		return 1
	}
	for range 64 {
		middle := low + (high-low)/2
		if middle == low || middle == high {
			break
		}
		if d.Quantile(middle) > limit {
			high = middle
		} else {
			low = middle
		}
	}
	return 1 - high
}

// tooLong says how long the longest durations are, of which a share is beyond a limit: the 99.9th percentile, or the first of
// more nines that is beyond it.
func tooLong(d lifecycle.Distribution, limit time.Duration, share float64) string {
	above, nines := .001, "9"
	for above > share {
		above, nines = above/10, nines+"9"
	}
	longest := d.Quantile(min(1-above, 1-0x1p-53))
	if shown := round(longest); shown > limit {
		longest = shown
	}
	return fmt.Sprintf("%v (99.%sth percentile)", longest, nines)
}

// fitLoad says whether the mean load, where the rate is known without a simulation, is more than there are environments.
func (s Scenario) fitLoad(f lifecycle.Function) error {
	limit, whose := s.concurrency()
	rate := s.traffic().rate
	if limit <= 0 || rate <= 0 || f.Duration == nil {
		return nil
	}
	var errs []error
	what := "requests/s"
	if tries := s.tries(); tries > 1 {
		what, rate = "executions/s, retries included,", rate*tries
	}
	mean := meanUpTo(f.Duration, cmp.Or(f.Timeout, lifecycle.MaxTimeout))
	load := rate * mean.Seconds() / float64(max(f.Concurrency, 1))
	if load > float64(limit) {
		errs = append(errs, &UnfitError{
			"concurrency", fmt.Sprintf("%.0f on average (%.6g %s of %v)", math.Ceil(load), rate, what, round(mean)),
			fmt.Sprintf("%d (%s)", limit, whose), 1,
		})
	}
	if most := float64(limit) * float64(s.Platform.RequestsPerSecond); most > 0 && rate > most {
		errs = append(errs, &UnfitError{
			"request rate", fmt.Sprintf("%.6g requests/s", rate), fmt.Sprintf("%.6g requests/s, %d for each of %d (%s)", most, s.Platform.RequestsPerSecond, limit, whose), 1,
		})
	}
	return errors.Join(errs...)
}

// meanUpTo returns the mean of durations that are cut off by a timeout: where some are, a little less, so that nothing is refused
// that could fit.
func meanUpTo(d lifecycle.Distribution, timeout time.Duration) time.Duration {
	if d.Quantile(1-0x1p-53) <= timeout {
		return d.Mean()
	}
	const n = 1024
	sum := 0.0
	for i := range n {
		sum += float64(min(d.Quantile(float64(i)/n), timeout))
	}
	return time.Duration(sum / n)
}

func megabytes(mb int) string { return fmt.Sprintf("%d MB", mb) }

func byteCount(n int64) string { return fmt.Sprintf("%d bytes", n) }
