package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/internal/random"
)

// Summary holds independent replications of a run. Replication i of the same seed meets the same random numbers in every
// summary. It is plain data with a JSON form; the zero value has no replications.
type Summary struct {
	Seed         uint64   // [Options.Seed], from which those of the replications are derived
	Replications []Result // each of one run, in order
}

// maxReplications bounds n of [Replicate].
const maxReplications = 1_000_000

// Replicate runs a workload n times, 1 to 1,000,000, with seeds derived from [Options.Seed], on all cores (GOMAXPROCS), and
// returns the results in the order of the replications: the same for any number of cores. Distributions and workload are
// used by several goroutines at once. With [Options.Precision] it may stop at fewer than n.
//
// Each replication is kept, of which the histograms take some KB, and more where there is a [Options.Timeline]. All
// goroutines have ended when Replicate returns. A panic in what it was given (a distribution, the workload, Progress,
// Precision.Of) ends them too, and then is one of the goroutine that called, with the same value; of several, that of the
// first replication.
//
// The errors are those of [Simulate], and a [*RangeError] for n out of range, or for options with observers. Whatever is
// wrong with the arguments is told at once, joined.
func Replicate(ctx context.Context, n int, f Function, p Platform, a Arrivals, o *Options) (Summary, error) {
	opt := o.orZero()
	if err := errors.Join(validReplications(n, opt), validArguments(f, p, a, opt)); err != nil {
		return Summary{}, err
	}
	return replicate(ctx, n, opt, func(ctx context.Context, _ int, o *Options) (Result, error) {
		return Simulate(ctx, f, p, a, o)
	})
}

// ReplicateFunc is [Replicate] for replications that are not all the same run. simulate makes replication i, from 0 to n-1, and
// is called by several goroutines at once. By i it may choose function, platform and workload, or it may run several and
// merge them. The options that it is given are those of replication i, a copy of o with a seed of its own. It passes them on to
// [Simulate], and the context too: so Progress is reported, and what is not needed any more is stopped.
//
// The errors are those that simulate returns, and those of Replicate about n and o; a [*MissingError] where simulate is nil.
func ReplicateFunc(ctx context.Context, n int, o *Options, simulate func(ctx context.Context, i int, o *Options) (Result, error)) (Summary, error) {
	opt := o.orZero()
	errs := []error{validReplications(n, opt), opt.Validate()}
	if simulate == nil {
		errs = append(errs, &MissingError{"simulate", "there is nothing to replicate"})
	}
	if err := errors.Join(errs...); err != nil {
		return Summary{}, err
	}
	return replicate(ctx, n, opt, simulate)
}

// validReplications reports what only replications ask of their arguments.
func validReplications(n int, o Options) error {
	var errs []error
	if n < 1 || n > maxReplications {
		errs = append(errs, outOfRange("n", n, "1 to 1,000,000 replications"))
	}
	const alone = "nil, as replications run side by side"
	if o.Observe != nil {
		errs = append(errs, outOfRange("Options.Observe", "set", alone))
	}
	if o.ObserveEnvironments != nil {
		errs = append(errs, outOfRange("Options.ObserveEnvironments", "set", alone))
	}
	return errors.Join(errs...)
}

type simulateFunc = func(ctx context.Context, i int, o *Options) (Result, error)

func replicate(ctx context.Context, n int, o Options, simulate simulateFunc) (Summary, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := replicator{ctx: ctx, cancel: cancel, opt: o, simulate: simulate, enough: n, of: n, failedAt: n, early: map[int]replication{}}
	if o.Precision == nil {
		r.results = make([]Result, 0, n)
	}
	var workers sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := r.take(); i >= 0; i = r.take() {
				r.replicate(i)
			}
		})
	}
	workers.Wait()
	if r.crash != nil {
		if r.crash.value == nil {
			runtime.Goexit()
		}
		panic(r.crash.value)
	}
	// A replication that failed behind the last one that was needed does not count, nor one that was stopped because of that.
	if r.failedAt < r.enough {
		var stopped *StoppedError
		if errors.As(r.err, &stopped) {
			stopped.Replications = len(r.results)
		}
		return Summary{}, r.err
	}
	return Summary{Seed: o.Seed, Replications: slices.Clip(r.results)}, nil
}

// replicator hands out replications in order and looks at the results in order.
type replicator struct {
	ctx      context.Context
	cancel   context.CancelFunc
	opt      Options
	simulate simulateFunc
	of       int

	mu        sync.Mutex
	next      int                 // to be handed out
	results   []Result            // of the first replications, without gaps
	early     map[int]replication // those that were finished before one in front of them
	requests  uint64              // of the results
	simulated EnvironmentTime     // time of the results
	precision precision
	enough    int // as many are needed
	failedAt  int
	err       error
	crash     *crash
}

// replication is one run, and its last report of progress.
type replication struct {
	result Result
	end    Progress
}

// crash is what ended a worker; the value is nil where that was [runtime.Goexit].
type crash struct {
	replication int
	value       any
}

func (r *replicator) take() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.next >= r.enough || r.err != nil || r.crash != nil {
		return -1
	}
	r.next++
	return r.next - 1
}

// replicate makes replication i.
func (r *replicator) replicate(i int) {
	returned := false
	defer func() {
		if !returned {
			r.crashed(crash{i, recover()})
		}
	}()
	var done replication
	o := r.opt
	o.Seed, o.Progress, o.Precision = random.Derive(r.opt.Seed, random.Replication, uint64(i)), nil, nil
	if r.opt.Progress != nil {
		o.Progress = func(p Progress) { done.end = p }
	}
	var err error
	done.result, err = r.simulate(r.ctx, i, &o)
	r.done(i, done, err)
	returned = true
}

// crashed stops all other replications.
func (r *replicator) crashed(c crash) {
	r.cancel()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.crash == nil || c.replication < r.crash.replication {
		r.crash = &c
	}
}

func (r *replicator) done(i int, done replication, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.crash != nil {
		return // what the caller has passed is not called again
	}
	if err != nil {
		if i < r.failedAt {
			r.failedAt, r.err = i, err
		}
		return
	}
	r.early[i] = done
	for len(r.results) < r.enough {
		next, ok := r.early[len(r.results)]
		if !ok {
			return
		}
		delete(r.early, len(r.results))
		r.results = append(r.results, next.result)
		if r.opt.Precision != nil && r.precision.reached(r.opt.Precision, next.result) {
			r.enough = len(r.results)
			r.cancel()
		}
		r.progress(next.end)
	}
}

// progress reports one more replication.
func (r *replicator) progress(end Progress) {
	if r.opt.Progress == nil {
		return
	}
	r.requests += end.Invocations
	r.simulated.add(int64(end.At))
	of := uint64(r.of)
	mean, _ := bits.Div64(r.simulated.hi, r.simulated.lo, of) // below 2^63, as each is
	r.opt.Progress(Progress{
		At: time.Duration(mean), Until: end.Until, Invocations: r.requests, Replications: len(r.results), Of: r.of,
	})
}

// Total merges all replications.
func (s Summary) Total() (Result, error) {
	var total Result
	for _, r := range s.Replications {
		if err := total.Merge(r); err != nil {
			return Result{}, err
		}
	}
	return total, nil
}

// Estimate returns the mean of a figure over the replications, with its 95 % confidence interval by Student's t
// distribution: figures of independent replications, such as rates and averages, are near enough to normal for that. f may
// be a method expression, such as Result.ColdStartRate. Without replications, or with a nil f, the interval is NaN.
func (s Summary) Estimate(f func(Result) float64) Interval {
	if f == nil {
		return IntervalOf(nil)
	}
	values := make([]float64, len(s.Replications))
	for i, r := range s.Replications {
		values[i] = f(r)
	}
	return IntervalOf(values)
}

// Difference returns the mean of f(a) - f(b) with its 95 % confidence interval, paired by replication: as both met the same
// random numbers, it is much more precise than the two estimates are. Where one stopped before the other, the replications
// that both have are paired. The error is a [*MismatchError] for summaries of different seeds, a [*RangeError] for fewer than
// two pairs, and a [*MissingError] for a nil f.
func Difference(a, b Summary, f func(Result) float64) (Interval, error) {
	if f == nil {
		return Interval{}, &MissingError{"f", "the figure of which the difference is wanted"}
	}
	if a.Seed != b.Seed {
		return Interval{}, &MismatchError{"seeds of summaries", fmt.Sprint(a.Seed), fmt.Sprint(b.Seed)}
	}
	n := min(len(a.Replications), len(b.Replications))
	if n < 2 {
		return Interval{}, outOfRange("pairs of replications", n, "2 or more")
	}
	values := make([]float64, n)
	for i := range values {
		values[i] = f(a.Replications[i]) - f(b.Replications[i])
	}
	return IntervalOf(values), nil
}
