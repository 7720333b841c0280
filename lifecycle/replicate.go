package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"

	"github.com/seed-e9ab587a/lambdaecon/internal/random"
)

// Summary holds independent replications of a run. Replication i of the same seed meets the same random numbers in every
// summary. It is plain data.
type Summary struct {
	Seed         uint64
	Replications []Result
}

// Replicate runs a workload n times with seeds derived from [Options.Seed], on all cores (GOMAXPROCS), and returns the
// results in the order of the replications: the same for any number of cores. Distributions and workload are used by
// several goroutines at once. With [Options.Precision] it may stop at fewer than n.
//
// The errors are those of [Simulate], and a [*RangeError] for n below 1, or for options with observers.
func Replicate(ctx context.Context, n int, f Function, p Platform, a Arrivals, o *Options) (Summary, error) {
	var opt Options
	if o != nil {
		opt = *o
	}
	if n < 1 || n > 1e6 {
		return Summary{}, outOfRange("n", n, "1 to 1,000,000 replications")
	}
	if opt.Observe != nil || opt.ObserveEnvironments != nil {
		return Summary{}, outOfRange("Options.Observe", "set", "nil, as replications run side by side")
	}
	if err := opt.Validate(); err != nil {
		return Summary{}, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := replicator{seed: opt.Seed, opt: opt, results: make([]Result, n), finished: make([]bool, n), enough: n, failedAt: n, cancel: cancel}
	var workers sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := r.take(); i >= 0; i = r.take() {
				one := opt
				one.Seed, one.Progress, one.Precision = random.Derive(opt.Seed, random.Replication, uint64(i)), nil, nil
				result, err := Simulate(ctx, f, p, a, &one)
				r.done(i, result, err)
			}
		})
	}
	workers.Wait()
	// A replication that failed behind the last one that was needed does not count, nor one that was stopped because of that.
	if r.failedAt < r.enough {
		var stopped *StoppedError
		if errors.As(r.err, &stopped) {
			stopped.Replications = r.complete
		}
		return Summary{}, r.err
	}
	return Summary{Seed: opt.Seed, Replications: r.results[:r.enough:r.enough]}, nil
}

// replicator hands out replications in order and looks at the results in order.
type replicator struct {
	mu       sync.Mutex
	seed     uint64
	opt      Options
	cancel   context.CancelFunc
	next     int // to be handed out
	results  []Result
	finished []bool
	complete int       // the first so many are finished
	values   []float64 // of the figure whose precision is asked for, of these
	enough   int       // as many are needed
	failedAt int
	err      error
}

func (r *replicator) take() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.next >= r.enough || r.err != nil {
		return -1
	}
	r.next++
	return r.next - 1
}

func (r *replicator) done(i int, result Result, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		if i < r.failedAt {
			r.failedAt, r.err = i, err
		}
		return
	}
	r.results[i], r.finished[i] = result, true
	for r.complete < r.enough && r.finished[r.complete] {
		r.complete++
		if r.opt.Precision != nil && r.precise() {
			r.enough = r.complete
			r.cancel()
		}
	}
	if r.opt.Progress != nil && i < r.enough {
		r.opt.Progress(Progress{At: r.opt.Until, Until: r.opt.Until, Invocations: result.Invocations, Replications: r.complete})
	}
}

// precise says whether the replications that are complete, the last of them new, are enough.
func (r *replicator) precise() bool {
	p := r.opt.Precision
	r.values = append(r.values, p.Of(r.results[r.complete-1]))
	least := p.Min
	if least == 0 {
		least = 10
	}
	if r.complete < least {
		return false
	}
	i := intervalOf(r.values)
	return i.HalfWidth() <= p.Relative*math.Abs(i.Mean)
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
// be a method expression, such as Result.ColdStartRate. Without replications the interval is NaN.
func (s Summary) Estimate(f func(Result) float64) Interval {
	values := make([]float64, len(s.Replications))
	for i, r := range s.Replications {
		values[i] = f(r)
	}
	return intervalOf(values)
}

// Difference returns the mean of f(a) - f(b) with its 95 % confidence interval, paired by replication: as both met the same
// random numbers, it is much more precise than the two estimates are. Where one stopped before the other, the replications
// that both have are paired. The error is a [*MismatchError] for summaries of different seeds, and a [*RangeError] for fewer
// than two pairs.
func Difference(a, b Summary, f func(Result) float64) (Interval, error) {
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
	return intervalOf(values), nil
}
