package workload

import (
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
	about := func(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Max(a, b) }
	return mean, about(sums[0], sums[1]) && about(sums[1], sums[2])
}
