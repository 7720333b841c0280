package lifecycle

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/internal/random"
)

// Observation is a request of a log that tells cold starts apart. There is no useful zero value.
type Observation struct {
	// Request with its arrival since any start, 0 or more, and the time for which it took its environment: from arrival to
	// end, above 0, up to [MaxTimeout].
	Request Request
	Cold    bool // it started an environment
}

// IdleFit is the idle timeout that explains a log best. All timeouts are 0 or more, up to 36 years. There is no useful zero
// value.
type IdleFit struct {
	// IdleTimeout is the middle of [From, To), in which every timeout makes the same, smallest number of mistakes; with a
	// lifetime cap, every one that was tried does, the middle among them.
	IdleTimeout time.Duration
	From, To    time.Duration
	// Low and High say how sure that is, by a bootstrap: of 400 logs that are put together from stretches of this one (40 of
	// them, drawn with replacement), 95 % are explained best by a timeout in between.
	Low, High time.Duration
	// Unbounded says that To and High are only the longest time that was looked at: no environment was seen to go.
	Unbounded bool
	// CountLow and CountHigh bound the timeouts with which about as many cold starts are predicted as were observed: within
	// 1.96·√Observed, two standard deviations of a number that varies as that of rare events does. This asks less of the log
	// than which requests they were. Where it does not meet Low and High, environments also went for other reasons than a
	// constant timeout, and the count is the better guide to how many cold starts there will be. Both are 0 where no timeout
	// predicts about as many.
	CountLow, CountHigh time.Duration

	Mistakes  int // requests that are predicted otherwise than observed, at IdleTimeout
	Requests  int // of the log
	Observed  int // cold starts
	Predicted int // cold starts, at IdleTimeout
}

// FitIdleTimeout finds the constant idle timeout that explains best which requests of a log were cold, under
// most-recently-used routing, with a lifetime cap (0 for none, else up to 36 years). This is the recommended way to an idle
// timeout: what others have measured on functions and in years of their own tells less than a day of one's own log.
//
// A request whose environment had been idle for longer than the timeout is cold, and so is the first. The log must be in the
// order of arrival. It says much where many gaps are near the timeout, and little where requests are so frequent, or so
// rare, that hardly any is: look at Low and High.
//
// Without a lifetime cap the answer is exact, from one replay. With one, the log is replayed with up to some 1,000 timeouts:
// another may make a mistake or two less.
// The errors are [*MissingError] for an empty log, [*RangeError] for a request without a duration or one beyond 900 s, and for
// a lifetime cap that cannot be, and those of [Simulate].
func FitIdleTimeout(ctx context.Context, log []Observation, maxLifetime time.Duration) (IdleFit, error) {
	if len(log) == 0 {
		return IdleFit{}, &MissingError{"log", "there is nothing to fit to"}
	}
	if maxLifetime < 0 || maxLifetime > maxDraw {
		return IdleFit{}, outOfRange("maxLifetime", maxLifetime, "0 (none) to 36 years")
	}
	for i, o := range log {
		if o.Request.Duration <= 0 {
			return IdleFit{}, outOfRange(requestField(int64(i), "Duration"), o.Request.Duration, "more than 0, as the log must know it")
		}
	}
	f := fitter{ctx: ctx, log: log, maxLifetime: maxLifetime}
	gaps, err := f.gaps(0)
	if err != nil {
		return IdleFit{}, err
	}
	var tried []trial // ascending by timeout: each stands for all timeouts up to the next
	if maxLifetime == 0 {
		tried = f.exact(gaps)
	} else if tried, err = f.search(gaps); err != nil {
		return IdleFit{}, err
	}
	return f.conclude(tried, gaps)
}

type trial struct {
	timeout             time.Duration
	mistakes, predicted int
	in                  []int // mistakes in each stretch of the log; only where the log was replayed with this timeout
}

// stretches is in how many parts a log is cut for the bootstrap; resamples is how many logs are made of them.
const (
	stretches = 40
	resamples = 400
)

func (f *fitter) stretch(request int) int { return request * stretches / len(f.log) }

// resample returns how often each stretch is in log i.
func (f *fitter) resample(i int) (times [stretches]int) {
	draws := random.New(0, random.Bootstrap)
	n := min(stretches, len(f.log)) // of a short log, some stretches are empty
	for k := range n {
		part := draws.Below(uint64(i*stretches+k), n)
		times[f.stretch((part*len(f.log)+n-1)/n)]++ // by its first request
	}
	return times
}

type fitter struct {
	ctx         context.Context
	log         []Observation
	maxLifetime time.Duration
}

// Requests implements Arrivals.
func (f *fitter) Requests(uint64) iter.Seq2[Request, error] {
	return func(yield func(Request, error) bool) {
		for _, o := range f.log {
			if !yield(o.Request, nil) {
				return
			}
		}
	}
}

func (f *fitter) replay(timeout, maxLifetime time.Duration, observe func(Invocation)) error {
	p := Platform{IdleTimeout: Constant(timeout), MaxLifetime: maxLifetime}
	_, err := Simulate(f.ctx, Function{}, p, f, &Options{Observe: observe})
	return err
}

const noGap = time.Duration(math.MaxInt64)

// gaps returns how long the environment of each request had been idle, if none went but by a lifetime cap; noGap where it was
// a new one. Under most-recently-used routing and without a cap, a timeout changes which environments are there, but not these
// gaps: the request is cold if its gap is longer than the timeout.
func (f *fitter) gaps(maxLifetime time.Duration) ([]time.Duration, error) {
	gaps := make([]time.Duration, 0, len(f.log))
	var ends []time.Duration // of the last request of each environment
	var cut *RangeError
	err := f.replay(maxDraw, maxLifetime, func(i Invocation) {
		if i.Outcome == TimedOut && cut == nil {
			cut = &RangeError{requestField(int64(i.Request), "Duration"), f.log[i.Request].Request.Duration.String(), "up to 900 s"}
		}
		end := i.At + i.Latency()
		if i.Start == Cold {
			gaps = append(gaps, noGap)
			ends = append(ends, end)
			return
		}
		gaps = append(gaps, i.At-ends[i.Environment-1])
		ends[i.Environment-1] = end
	})
	if err == nil && cut != nil {
		err = cut
	}
	return gaps, err
}

// exact counts the mistakes of every timeout: they change only at the gaps.
func (f *fitter) exact(gaps []time.Duration) []trial {
	order := make([]int, len(gaps))
	now := trial{}
	for i := range order {
		order[i] = i
		if gaps[i] > 0 { // with a timeout of 0
			now.predicted++
			if !f.log[i].Cold {
				now.mistakes++
			}
		} else if f.log[i].Cold {
			now.mistakes++
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(gaps[a], gaps[b]) })
	tried := []trial{now}
	for _, i := range order {
		if gaps[i] == 0 || gaps[i] == noGap {
			continue
		}
		if gaps[i] != now.timeout {
			now.timeout = gaps[i]
			tried = append(tried, now)
		}
		now.predicted-- // warm from this timeout on
		if f.log[i].Cold {
			now.mistakes++
		} else {
			now.mistakes--
		}
		tried[len(tried)-1] = now
	}
	return tried
}

// search replays the log with timeouts at some of the gaps, then at those around the best.
func (f *fitter) search(gaps []time.Duration) ([]trial, error) {
	capped, err := f.gaps(f.maxLifetime)
	if err != nil {
		return nil, err
	}
	distinct := []time.Duration{0}
	for _, g := range slices.Concat(gaps, capped) {
		if g != noGap {
			distinct = append(distinct, g)
		}
	}
	slices.Sort(distinct)
	distinct = slices.Compact(distinct)
	tried := map[time.Duration]trial{}
	try := func(timeout time.Duration) (trial, error) {
		if t, done := tried[timeout]; done {
			return t, nil
		}
		t := trial{timeout: timeout, in: make([]int, stretches)}
		err := f.replay(timeout, f.maxLifetime, func(v Invocation) {
			if v.Start == Cold {
				t.predicted++
			}
			if (v.Start == Cold) != f.log[v.Request].Cold {
				t.mistakes++
				t.in[f.stretch(int(v.Request))]++
			}
		})
		tried[timeout] = t
		return t, err
	}
	// Half of the trials where the gaps are, half evenly over the logarithm of the time: long gaps are few, and decide.
	const coarse, fine = 256, 512
	var places []int
	for k := range coarse {
		places = append(places, k*(len(distinct)-1)/(coarse-1))
		t := time.Duration(math.Exp(math.Log(1e6) + (math.Log(float64(distinct[len(distinct)-1])+2e6)-math.Log(1e6))*float64(k)/(coarse-1)))
		i, _ := slices.BinarySearch(distinct, t)
		places = append(places, min(i, len(distinct)-1))
	}
	slices.Sort(places)
	places = slices.Compact(places)
	best, least := 0, math.MaxInt
	for k, i := range places {
		t, err := try(distinct[i])
		if err != nil {
			return nil, err
		}
		if t.mistakes < least {
			best, least = k, t.mistakes
		}
	}
	from, to := places[max(best-2, 0)], places[min(best+2, len(places)-1)]
	step := max(1, (to-from)/fine)
	for i := from; i <= to; i += step {
		if _, err := try(distinct[i]); err != nil {
			return nil, err
		}
	}
	list := slices.SortedFunc(maps.Values(tried), byTimeout)
	// Between two gaps mistakes can change too, as a timeout changes which environments meet the lifetime cap. So the middle,
	// which is the answer, is tried as well, until it is as good as the best; each time the range about it is half as long, or
	// the best is better.
	for {
		b := bestOf(list)
		middle, err := try(b.middle())
		if err != nil {
			return nil, err
		}
		at, done := slices.BinarySearchFunc(list, middle, byTimeout)
		if done {
			return list, nil
		}
		list = slices.Insert(list, at, middle)
	}
}

func byTimeout(a, b trial) int { return cmp.Compare(a.timeout, b.timeout) }

// span is the first run of trials that make the fewest mistakes, and the timeouts that it stands for.
type span struct {
	first, last int
	from, to    time.Duration
}

func (s span) middle() time.Duration { return s.from + (s.to-s.from)/2 }

func bestOf(tried []trial) span {
	mistakes := make([]int, len(tried))
	for i, t := range tried {
		mistakes[i] = t.mistakes
	}
	first, last := fewest(mistakes)
	return span{first, last, tried[first].timeout, endOf(tried, last)}
}

// endOf returns up to where a trial stands for all timeouts. Beyond the longest gap nothing changes: the log cannot tell such
// timeouts apart.
func endOf(tried []trial, i int) time.Duration { return tried[min(i+1, len(tried)-1)].timeout }

func (f *fitter) conclude(tried []trial, gaps []time.Duration) (IdleFit, error) {
	best := bestOf(tried)
	fit := IdleFit{IdleTimeout: best.middle(), From: best.from, To: best.to, Requests: len(f.log)}
	at, exact := slices.BinarySearchFunc(tried, trial{timeout: fit.IdleTimeout}, byTimeout)
	if !exact {
		at-- // what was tried last below it stands for it
	}
	fit.Mistakes, fit.Predicted = tried[at].mistakes, tried[at].predicted
	for _, o := range f.log {
		if o.Cold {
			fit.Observed++
		}
	}
	counted := false
	for i, t := range tried {
		if math.Abs(float64(t.predicted-fit.Observed)) <= 1.96*math.Sqrt(float64(fit.Observed)) {
			if !counted {
				fit.CountLow, counted = t.timeout, true
			}
			fit.CountHigh = endOf(tried, i)
		}
	}
	lows, highs := make([]int, resamples), make([]int, resamples)
	mistakes := make([]int, len(tried))
	changes := f.changes(tried, gaps)
	for i := range resamples {
		if err := f.ctx.Err(); err != nil {
			return IdleFit{}, &StoppedError{Err: err}
		}
		lows[i], highs[i] = fewest(changes.mistakes(mistakes, f.resample(i)))
	}
	slices.Sort(lows)
	slices.Sort(highs)
	low, high := min(best.first, lows[resamples/40]), max(best.last, highs[resamples-1-resamples/40])
	fit.Low, fit.High = tried[low].timeout, endOf(tried, high)
	fit.Unbounded = high == len(tried)-1
	return fit, nil
}

// fewest returns the first and the last index of the smallest number's first run.
func fewest(numbers []int) (first, last int) {
	for i, n := range numbers {
		if n < numbers[first] {
			first = i
		}
	}
	for last = first; last+1 < len(numbers) && numbers[last+1] == numbers[first]; {
		last++
	}
	return first, last
}

// changes are by how much the mistakes in each stretch of a log change from one timeout that was tried to the next.
type changes []mistakeChange

type mistakeChange struct{ trial, stretch, by int }

func (f *fitter) changes(tried []trial, gaps []time.Duration) (c changes) {
	if tried[0].in != nil {
		before := make([]int, stretches)
		for i, t := range tried {
			for k, n := range t.in {
				if n != before[k] {
					c = append(c, mistakeChange{i, k, n - before[k]})
				}
			}
			before = t.in
		}
		return c
	}
	for i, gap := range gaps {
		// Cold with timeouts shorter than the gap, warm with the gap itself and longer ones.
		cold, warm := 0, 1
		if !f.log[i].Cold {
			cold, warm = 1, 0
		}
		if gap == 0 {
			cold = warm
		}
		if cold != 0 {
			c = append(c, mistakeChange{0, f.stretch(i), cold})
		}
		if gap != 0 && gap != noGap {
			at, _ := slices.BinarySearchFunc(tried, gap, func(t trial, gap time.Duration) int { return cmp.Compare(t.timeout, gap) })
			c = append(c, mistakeChange{at, f.stretch(i), warm - cold})
		}
	}
	return c
}

// mistakes returns how many mistakes each trial makes in a log that has each stretch so many times. It uses the memory of
// into.
func (c changes) mistakes(into []int, times [stretches]int) []int {
	clear(into)
	for _, x := range c {
		into[x.trial] += x.by * times[x.stretch]
	}
	for i := 1; i < len(into); i++ {
		into[i] += into[i-1]
	}
	return into
}

// String says the timeout, its interval and how well it fits.
func (f IdleFit) String() string {
	high := f.High.String()
	if f.Unbounded {
		high = "no upper bound"
	}
	return fmt.Sprintf("%v (95 %%: %v to %s), %d mistakes in %d requests, %d cold predicted, %d observed", f.IdleTimeout, f.Low, high,
		f.Mistakes, f.Requests, f.Predicted, f.Observed)
}
