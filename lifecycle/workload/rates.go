package workload

import (
	"cmp"
	"math"
	"time"
)

// MeanRate returns PerSecond: how many requests there are in a second, on average.
func (p Poisson) MeanRate() float64 { return p.PerSecond }

// MeanRate returns how many requests there are in a second. Period must be above 0.
func (e Every) MeanRate() float64 { return 1 / e.Period.Seconds() }

// MeanRate returns how many requests there are in a second, on average over many bursts. On and Off must be above 0.
func (b Bursts) MeanRate() float64 {
	on, off := b.On.Seconds(), b.Off.Seconds()
	return (float64(b.PerSecond*on) + float64(b.OffPerSecond*off)) / (on + off)
}

// MeanRate returns how many requests there are in a second, on average over a time from the start on: for what repeats, a
// cycle of it. It is the mean of PerSecond at 10, 30 and 50 s of each minute, or, where over is not whole minutes, at the
// same shares of as few equal parts of at most a minute as there can be. Where each of these three alone says the same, exact
// is true: it then is so for [Daily] and [Weekly], and for whatever has steps at whole minutes. Without PerSecond, or where
// the mean is not above 0 and up to 1e9, it returns 0 and false.
func (v Varying) MeanRate(over time.Duration) (perSecond float64, exact bool) {
	if v.PerSecond == nil || over <= 0 {
		return 0, false
	}
	parts := (over-1)/time.Minute + 1
	part := over / parts
	var sums [3]float64
	for n := range parts {
		for i := range sums {
			sums[i] += v.PerSecond(n*part + time.Duration(2*i+1)*part/6)
		}
	}
	mean := (sums[0] + sums[1] + sums[2]) / 3 / float64(parts)
	if !(mean > 0 && mean <= 1e9) {
		return 0, false
	}
	return mean, about(sums[0], sums[1]) && about(sums[1], sums[2])
}

// CycleWithin returns after what time the rate repeats: Cycle, or where that is 0, what is found by looking at PerSecond: a day or a
// week, if every rate within most is that of a cycle before; else most. It looks every seven minutes and a bit, so that it
// meets every second of the hour sooner or later. Without PerSecond it returns most.
func (v Varying) CycleWithin(most time.Duration) time.Duration {
	if v.Cycle != 0 || v.PerSecond == nil {
		return cmp.Or(v.Cycle, most)
	}
	const step = 7*time.Minute + time.Second
	for _, cycle := range []time.Duration{day, week} {
		same := cycle < most
		for t := time.Duration(0); same && t < most-cycle; t += step {
			same = about(v.PerSecond(t), v.PerSecond(t+cycle))
		}
		if same {
			return cycle
		}
	}
	return most
}

// about says whether two rates are the same but for rounding.
func about(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Max(math.Abs(a), math.Abs(b)) }
