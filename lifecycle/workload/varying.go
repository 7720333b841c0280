package workload

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/internal/random"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// Varying is a Poisson process whose rate changes with time, by thinning: candidates come at the rate Peak and are taken
// with the probability PerSecond(at) / Peak. Its cost is that of the candidates, so Peak should be no higher than needed.
// There is no useful zero value. [Daily] and [Weekly] make ready-made ones.
type Varying struct {
	// PerSecond is the rate at a time since the start: 0 to Peak, or the run ends with an error. It must always give the
	// same rate for the same time, and be safe for concurrent use where the workload is replicated.
	PerSecond func(time.Duration) float64
	Peak      float64       // the highest rate, above 0, up to 1e9
	Until     time.Duration // no request arrives then or later; 0 means that there is no end
	// Cycle is after what time PerSecond repeats, for those who have to know, see CycleWithin; 0 means that nobody said. It
	// changes no request.
	Cycle time.Duration

	impossible error // what Daily or Weekly was given
}

// Validate reports what is wrong with v, or with what [Daily] or [Weekly] was given: [*RangeError], joined.
func (v Varying) Validate() error {
	if v.impossible != nil {
		return v.impossible
	}
	var err error
	if v.PerSecond == nil {
		err = outOfRange("Varying.PerSecond", "nil", "a function")
	}
	if !(v.Peak > 0 && v.Peak <= 1e9) {
		err = errors.Join(err, outOfRange("Varying.Peak", v.Peak, "more than 0, up to 1e9 requests per second"))
	}
	if v.Cycle < 0 {
		err = errors.Join(err, outOfRange("Varying.Cycle", v.Cycle, "more than 0, or 0 where it is not known"))
	}
	return errors.Join(err, validUntil("Varying.Until", v.Until))
}

// Requests implements [lifecycle.Arrivals].
func (v Varying) Requests(seed uint64) iter.Seq2[lifecycle.Request, error] {
	return requests(v, seed)
}

// Horizon implements [lifecycle.Bounded].
func (v Varying) Horizon() (time.Duration, bool) { return horizon(v.Until) }

// Within implements [lifecycle.Bounded].
func (v Varying) Within(ctx context.Context, end time.Duration) lifecycle.Arrivals {
	return within(v, ctx, end)
}

func (v Varying) start(seed uint64, l limit) next {
	gaps, taken := random.New(seed, random.Arrival), random.New(seed, random.Acceptance)
	l = l.and(until(v.Until))
	mean := 1e9 / v.Peak
	var c clock
	i := uint64(0)
	return func() (lifecycle.Request, bool, error) {
		for {
			if !c.add(float64(mean*random.NegLog1m(gaps.Uniform(i)))) || c.now() >= l.end {
				return lifecycle.Request{}, false, nil
			}
			if i%1024 == 0 && l.stopped() {
				return lifecycle.Request{}, false, nil
			}
			rate := v.PerSecond(c.now())
			if !(rate >= 0 && rate <= v.Peak) {
				return lifecycle.Request{}, false, outOfRange(fmt.Sprintf("Varying.PerSecond(%v)", c.now()), rate, fmt.Sprintf("0 to Peak, %v", v.Peak))
			}
			take := float64(taken.Uniform(i)*v.Peak) < rate
			i++
			if take {
				return lifecycle.Request{At: c.now()}, true, nil
			}
		}
	}
}

const (
	day  = 24 * time.Hour
	week = 7 * day
)

// Daily is a rate that swings around its mean like a cosine over 24 hours, from mean·(1-swing) to mean·(1+swing), highest at
// the time peak after midnight; the run starts at midnight. The mean is above 0, swing is 0 to 1, and peak may be any time:
// whole days make no difference. The result has no end: set Until. Its Cycle is a day. What is out of range is found by its
// Validate.
func Daily(meanPerSecond, swing float64, peak time.Duration) Varying {
	return Weekly(meanPerSecond, swing, peak, 1)
}

// Weekly is [Daily] with the last two days of each week (Saturday and Sunday, as the run starts on Monday, 00:00) at weekend
// times the rate of the others, weekend 0 to 1e9. meanPerSecond is the mean over the week. Its Cycle is a week, or a day where
// weekend is 1.
func Weekly(meanPerSecond, swing float64, peak time.Duration, weekend float64) Varying {
	weekday := meanPerSecond * 7 / (5 + 2*weekend)
	v := Varying{Peak: float64(weekday*max(1, weekend)) * (1 + swing), Cycle: week}
	if weekend == 1 {
		v.Cycle = day
	}
	var errs []error
	if !(meanPerSecond > 0 && meanPerSecond <= 1e9) {
		errs = append(errs, outOfRange("meanPerSecond", meanPerSecond, "more than 0, up to 1e9 requests per second"))
	}
	if !(swing >= 0 && swing <= 1) {
		errs = append(errs, outOfRange("swing", swing, "0 to 1"))
	}
	if !(weekend >= 0 && weekend <= 1e9) {
		errs = append(errs, outOfRange("weekend", weekend, "0 to 1e9"))
	}
	v.impossible = errors.Join(errs...)
	peak = (peak%day + day) % day
	v.PerSecond = func(t time.Duration) float64 {
		rate := weekday
		if weekend != 1 && t%week >= 5*day {
			rate = float64(rate * weekend)
		}
		turn := t%day - peak
		for turn < 0 {
			turn += day
		}
		rate += float64(float64(rate*swing) * random.CosTurn(float64(turn)/float64(day)))
		return min(max(rate, 0), v.Peak) // the last bit of a sum may be beyond
	}
	return v
}
