package forecast

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

// assumptions says in words what a forecast rests on.
func (m model) assumptions(f Forecast) []string {
	if total, err := f.Summary.Total(); err == nil {
		m = m.seen(total)
	}
	s := m.scenario
	var all []string
	say := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }

	prices := "prices of " + s.Region + " as of " + m.rates.AsOf().Format(time.DateOnly)
	if c := f.Bill.Confirmed; !c.IsZero() {
		prices += ", confirmed " + c.Format(time.DateOnly)
	}
	say("%s, taken to stay as they are", prices)
	say("%v", s.Month)
	m.sayRequests(f, say)
	say("idle timeout: %s; AWS documents none, and the newest observation is of January 2021", timeout(m.platform.IdleTimeout))
	if f.Method.Basis == Simulated {
		m.saySimulation(f, say)
	} else {
		say("closed form: Poisson arrivals, exponential durations, no cold-start delay, limits out of reach")
	}
	if !none(m.function.Init) {
		say("INIT is billed, as it is since 2025-08-01")
	}
	if r := s.Runtime; r != nil {
		say("cold starts are those of a hello world: %v, %d samples; what your code loads comes on top", r, r.Samples)
		if first, err := r.FirstInvokeTime(s.MemoryMB, vcpu.Share); err == nil && first.Derived && s.Function.FirstDuration == nil {
			say("the first invocation at %d MB is derived from other memory sizes", s.MemoryMB)
		}
	}
	if s.Task != nil {
		from := s.MeasuredMB
		switch {
		case s.Function.Duration == nil:
			say("durations are computed from a task, not measured")
		case from != 0 && from != s.MemoryMB:
			say("durations at %d MB are scaled to %d MB, by CPU share and wait", from, s.MemoryMB)
			if !none(m.function.Init) {
				say("INIT takes as long at %d MB as at %d MB", s.MemoryMB, from)
			}
		}
	}
	if s.Function.ProvisionedConcurrency > 0 {
		say("%d of provisioned concurrency configured all month; their own INIT is not counted", s.Function.ProvisionedConcurrency)
	}
	for _, c := range s.Beside {
		say("%s: prices as of %s, %s", c.Name, c.AsOf.Format(time.DateOnly), c.Source)
	}
	return all
}

func (m model) sayRequests(f Forecast, say func(string, ...any)) {
	own := m.traffic.rate * m.scenario.Month.Duration().Seconds()
	if f.Method.Basis == Simulated && !m.traffic.exact {
		total, err := f.Summary.Total()
		if err != nil {
			return
		}
		own = float64(total.Invocations) / total.Elapsed.Seconds() * m.scenario.Month.Duration().Seconds()
		if m.scenario.RequestsPerMonth == 0 {
			say("%d requests a month, as many as there are at the simulated rate", f.Requests)
			return
		}
	}
	if n := float64(m.scenario.RequestsPerMonth); n > 0 && math.Abs(n-own) > own/100 {
		say("%d requests a month, for which %.4g at the rate of the arrivals stand", m.scenario.RequestsPerMonth, own)
		return
	}
	say("%d requests a month", f.Requests)
}

func (m model) saySimulation(f Forecast, say func(string, ...any)) {
	how := f.Method
	if how.Windows > 0 {
		m.sayWindows(how, say)
	} else {
		say("scaled up from %d requests: %d replications of %s each, after %s that are not measured",
			how.Requests, how.Replications, shorten(how.Stretch), shorten(how.WarmUp))
	}
	if total, err := f.Summary.Total(); err == nil && total.Pending > 0 {
		say("%.2g %% of requests still waited to be tried again at the end of what was simulated: the executions that they need are billed like the others, and are in no other figure",
			100*float64(total.Pending)/float64(total.Invocations))
	}
	if f.throttles() {
		say("%.2g %% of requests are refused for good, for want of environments (throttled): the bill is without them", 100*f.ThrottleRate.Mean)
	}
	if cut := f.TimeoutRate.Mean; cut > m.scenario.cutOff() {
		say("%.2g %% of executions are cut off by the timeout, more than the %.2g %% that may be", 100*cut, 100*m.scenario.cutOff())
	}
	if m.traffic.finite {
		say("the arrivals are played to their end and stand for all of the month; they find no environment at their start, and how other days differ is in no interval")
	}
	if c := m.traffic.cycle; c > 0 && how.Windows == 0 && how.Stretch%c != 0 {
		say("%s is no whole number of the %s after which the arrivals repeat: other times than those are not in the figures", shorten(how.Stretch), shorten(c))
	}
	if m.traffic.cycle > 0 {
		say("the arrivals repeat after %s", shorten(m.traffic.cycle))
	}
	if life := m.platform.MaxLifetime; life > 0 && how.WarmUp < life && !m.traffic.finite {
		if rate := float64(how.Requests) / float64(how.Replications*max(how.Windows, 1)) / how.Stretch.Seconds(); rate > 0 {
			say("the lifetime cap of %s is longer than what is simulated: replacements are not in it, up to %.2g %% of executions more cold",
				shorten(life), 100*f.Alive.Mean/life.Seconds()/rate)
		}
	}
	if each := how.Requests / uint64(how.Replications); each < 10_000 {
		say("with %d requests in each replication, the highest percentiles rest on a few of them", each)
	}
}

func (m model) sayWindows(how Method, say func(string, ...any)) {
	apart := m.traffic.cycle / time.Duration(how.Windows)
	upTo := ""
	if m.platform.MaxLifetime > 0 && how.WarmUp >= m.platform.MaxLifetime {
		upTo = "up to "
	}
	say("scaled up from %d requests: %d replications of %d windows of %s each, %s apart from a random time on, each after %s%s that are not measured; what happens between them is not in the peaks",
		how.Requests, how.Replications, how.Windows, shorten(round(how.Stretch)), shorten(apart), upTo, shorten(round(how.WarmUp)))
	if m.overloaded(1) {
		say("at the peak, events need more than the concurrency that there is and queue up for hours, of which windows see little: they wait longer than the latencies say, and those that are given up after all are billed here; an Options.Stretch of %s has it simulated",
			shorten(m.traffic.cycle))
	}
	if kept := m.platform.IdleTimeout.Quantile(.999); how.WarmUp < kept {
		say("at so many requests, no environment has been idle for longer than the %s to %s that are simulated: environments and cold starts are about those of an idle timeout of as much, fewer and more than with %s",
			shorten(round(how.WarmUp)), shorten(round(how.WarmUp+how.Stretch)), shorten(kept))
	}
}

// timeout says what an idle timeout is.
func timeout(d lifecycle.Distribution) string {
	switch d := d.(type) {
	case lifecycle.Constant:
		return shorten(time.Duration(d))
	case lifecycle.Uniform:
		return shorten(d.Min) + " to " + shorten(d.Max)
	}
	return shorten(d.Mean()) + " on average"
}

// shorten writes a duration without zero minutes and seconds, a long one to the second.
func shorten(d time.Duration) string {
	if d >= time.Minute {
		d = d.Round(time.Second)
	}
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
