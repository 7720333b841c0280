package lifecycle_test

import (
	"context"
	"errors"
	"iter"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// quantile is a distribution that may be none.
type quantile func(p float64) time.Duration

func (q quantile) Quantile(p float64) time.Duration { return q(p) }
func (q quantile) Mean() time.Duration              { return q(.5) }

// endless never ends, and does not say so.
type endless struct{}

func (endless) Requests(uint64) iter.Seq2[lifecycle.Request, error] {
	return func(yield func(lifecycle.Request, error) bool) {
		for at := time.Duration(0); yield(lifecycle.Request{At: at, Duration: 1}, nil); at += time.Second {
		}
	}
}

func TestRefuses(t *testing.T) {
	good := lifecycle.Function{Duration: lifecycle.Constant(time.Second)}
	platform := lifecycle.Platform{IdleTimeout: lifecycle.Constant(time.Minute)}
	one := workload.Trace{{At: 5}}
	with := func(change func(f *lifecycle.Function, p *lifecycle.Platform, o *lifecycle.Options)) func() error {
		return func() error {
			f, p, o := good, platform, lifecycle.Options{}
			change(&f, &p, &o)
			_, err := lifecycle.Simulate(context.Background(), f, p, one, &o)
			return err
		}
	}
	function := func(change func(f *lifecycle.Function)) func() error {
		return with(func(f *lifecycle.Function, _ *lifecycle.Platform, _ *lifecycle.Options) { change(f) })
	}
	plat := func(change func(p *lifecycle.Platform)) func() error {
		return with(func(_ *lifecycle.Function, p *lifecycle.Platform, _ *lifecycle.Options) { change(p) })
	}
	option := func(change func(o *lifecycle.Options)) func() error {
		return with(func(_ *lifecycle.Function, _ *lifecycle.Platform, o *lifecycle.Options) { change(o) })
	}
	play := func(a lifecycle.Arrivals) func() error {
		return func() error {
			_, err := lifecycle.Simulate(context.Background(), good, platform, a, nil)
			return err
		}
	}
	backwards := quantile(func(p float64) time.Duration { return time.Duration(1e9 * (1 - p)) })
	negative := quantile(func(float64) time.Duration { return -time.Second })
	gigantic := quantile(func(float64) time.Duration { return math.MaxInt64 })
	// Only to be found when it is drawn: it is fine at all places that are tried beforehand.
	hidden := quantile(func(p float64) time.Duration {
		if math.Mod(p*257, 1) != 0 && p < .98 {
			return -5
		}
		return time.Second
	})
	for name, c := range map[string]struct {
		do   func() error
		kind any      // pointer to the type of error that must be among those returned
		want []string // parts of the message
	}{
		"no idle timeout":       {plat(func(p *lifecycle.Platform) { p.IdleTimeout = nil }), new(*lifecycle.MissingError), []string{"Platform.IdleTimeout", "FitIdleTimeout"}},
		"no duration":           {function(func(f *lifecycle.Function) { f.Duration = nil }), new(*lifecycle.MissingError), []string{"Function.Duration", "request 0"}},
		"no workload":           {play(nil), new(*lifecycle.MissingError), []string{"Arrivals"}},
		"nil workload":          {play((*workload.Poisson)(nil)), new(*lifecycle.MissingError), []string{"Arrivals", "nil pointer"}},
		"nil distribution":      {function(func(f *lifecycle.Function) { f.Init = (*lifecycle.Exponential)(nil) }), new(*lifecycle.MissingError), []string{"Function.Init", "nil pointer"}},
		"nil idle timeout":      {plat(func(p *lifecycle.Platform) { p.IdleTimeout = (*lifecycle.Constant)(nil) }), new(*lifecycle.MissingError), []string{"Platform.IdleTimeout", "nil pointer"}},
		"nil part":              {play(workload.Merge(workload.Trace{}, (*workload.Trace)(nil))), new(*workload.RangeError), []string{"Merge, argument 1", "nil"}},
		"backwards":             {function(func(f *lifecycle.Function) { f.Init = backwards }), new(*lifecycle.DistributionError), []string{"Function.Init", "less than quantile 1s at 0"}},
		"negative durations":    {function(func(f *lifecycle.Function) { f.Duration = negative }), new(*lifecycle.DistributionError), []string{"Function.Duration", "-1s"}},
		"gigantic startup":      {function(func(f *lifecycle.Function) { f.Startup = gigantic }), new(*lifecycle.DistributionError), []string{"Function.Startup"}},
		"negative when drawn":   {function(func(f *lifecycle.Function) { f.Duration = hidden }), new(*lifecycle.DistributionError), []string{"Function.Duration", "-5ns"}},
		"negative constant":     {function(func(f *lifecycle.Function) { f.FirstDuration = lifecycle.Constant(-1) }), new(*lifecycle.RangeError), []string{"Function.FirstDuration", "-1ns"}},
		"negative exponential":  {function(func(f *lifecycle.Function) { f.Duration = lifecycle.Exponential(-1) }), new(*lifecycle.RangeError), []string{"Exponential", "-1ns"}},
		"uniform from 2 to 1":   {function(func(f *lifecycle.Function) { f.Duration = lifecycle.Uniform{Min: 2, Max: 1} }), new(*lifecycle.RangeError), []string{"Uniform.Max", "1ns", "2ns"}},
		"log-normal of 0":       {function(func(f *lifecycle.Function) { f.Duration = lifecycle.LogNormal{} }), new(*lifecycle.RangeError), []string{"LogNormal.Median"}},
		"log-normal backwards":  {function(func(f *lifecycle.Function) { f.Duration = lifecycle.LogNormal{Median: 2, P99: 1} }), new(*lifecycle.RangeError), []string{"LogNormal.P99"}},
		"timeout of 901 s":      {function(func(f *lifecycle.Function) { f.Timeout = 901 * time.Second }), new(*lifecycle.RangeError), []string{"Function.Timeout", "15m1s", "900 s"}},
		"negative timeout":      {function(func(f *lifecycle.Function) { f.Timeout = -1 }), new(*lifecycle.RangeError), []string{"Function.Timeout"}},
		"negative concurrency":  {function(func(f *lifecycle.Function) { f.Concurrency = -1 }), new(*lifecycle.RangeError), []string{"Function.Concurrency", "-1"}},
		"negative reserved":     {function(func(f *lifecycle.Function) { f.ReservedConcurrency = -2 }), new(*lifecycle.RangeError), []string{"Function.ReservedConcurrency", "-2"}},
		"negative provisioned":  {function(func(f *lifecycle.Function) { f.ProvisionedConcurrency = -2 }), new(*lifecycle.RangeError), []string{"Function.ProvisionedConcurrency", "-2"}},
		"billions provisioned":  {function(func(f *lifecycle.Function) { f.ProvisionedConcurrency = 1 << 30 }), new(*lifecycle.RangeError), []string{"Function.ProvisionedConcurrency", "1073741824"}},
		"nil sequence":          {play(nilSequence{}), new(*lifecycle.MissingError), []string{"Arrivals", "nil"}},
		"more provisioned":      {function(func(f *lifecycle.Function) { f.ReservedConcurrency, f.ProvisionedConcurrency = 3, 4 }), new(*lifecycle.RangeError), []string{"Function.ProvisionedConcurrency", "4", "3"}},
		"error rate NaN":        {function(func(f *lifecycle.Function) { f.ErrorRate = math.NaN() }), new(*lifecycle.RangeError), []string{"Function.ErrorRate", "NaN"}},
		"error rate 1.1":        {function(func(f *lifecycle.Function) { f.ErrorRate = 1.1 }), new(*lifecycle.RangeError), []string{"Function.ErrorRate", "1.1"}},
		"retries without async": {function(func(f *lifecycle.Function) { f.Retries = 1 }), new(*lifecycle.RangeError), []string{"Function.Retries", "Async"}},
		"3 retries":             {function(func(f *lifecycle.Function) { f.Async, f.Retries = true, 3 }), new(*lifecycle.RangeError), []string{"Function.Retries", "0 to 2"}},
		"event age of 7 h":      {function(func(f *lifecycle.Function) { f.Async, f.EventAge = true, 7*time.Hour }), new(*lifecycle.RangeError), []string{"Function.EventAge", "7h"}},
		"negative limit":        {plat(func(p *lifecycle.Platform) { p.ConcurrencyLimit = -1 }), new(*lifecycle.RangeError), []string{"Platform.ConcurrencyLimit", "-1"}},
		"reserved beyond the limit": {with(func(f *lifecycle.Function, p *lifecycle.Platform, _ *lifecycle.Options) {
			f.ReservedConcurrency, p.ConcurrencyLimit = 5, 4
		}), new(*lifecycle.RangeError), []string{"Function.ReservedConcurrency", "5", "4"}},
		"negative requests":        {plat(func(p *lifecycle.Platform) { p.RequestsPerSecond = -10 }), new(*lifecycle.RangeError), []string{"Platform.RequestsPerSecond"}},
		"scale-out without period": {plat(func(p *lifecycle.Platform) { p.ScaleOut.Environments = 5 }), new(*lifecycle.RangeError), []string{"Platform.ScaleOut"}},
		"negative scale-out":       {plat(func(p *lifecycle.Platform) { p.ScaleOut = lifecycle.ScaleOut{Environments: -1, Interval: 1} }), new(*lifecycle.RangeError), []string{"Platform.ScaleOut.Environments"}},
		"negative lifetime":        {plat(func(p *lifecycle.Platform) { p.MaxLifetime = -1 }), new(*lifecycle.RangeError), []string{"Platform.MaxLifetime"}},
		"replacement without end":  {plat(func(p *lifecycle.Platform) { p.ProactiveReplacement = true }), new(*lifecycle.RangeError), []string{"Platform.ProactiveReplacement"}},
		"unknown routing":          {plat(func(p *lifecycle.Platform) { p.Routing = 9 }), new(*lifecycle.RangeError), []string{"Platform.Routing", "9"}},
		"unknown preset":           {plat(func(p *lifecycle.Platform) { *p = lifecycle.AWS(99) }), new(*lifecycle.MissingError), []string{"Platform.IdleTimeout"}},
		"warm-up behind the end":   {option(func(o *lifecycle.Options) { o.Until, o.WarmUp = 5, 5 }), new(*lifecycle.RangeError), []string{"Options.WarmUp"}},
		"warm-up of the whole run": {option(func(o *lifecycle.Options) { o.WarmUp = time.Hour }), new(*lifecycle.RangeError), []string{"Options.WarmUp"}},
		"negative end":             {option(func(o *lifecycle.Options) { o.Until = -1 }), new(*lifecycle.RangeError), []string{"Options.Until"}},
		"negative step":            {option(func(o *lifecycle.Options) { o.Timeline = -1 }), new(*lifecycle.RangeError), []string{"Options.Timeline"}},
		"too many steps":           {option(func(o *lifecycle.Options) { o.Timeline = 1 }), new(*lifecycle.RangeError), []string{"Options.Timeline", "1ns"}},
		"time running backwards":   {play(workload.Trace{{At: 7}, {At: 9}, {At: 8}}), new(*lifecycle.OrderError), []string{"request 2", "8ns", "9ns"}},
		"negative duration":        {play(workload.Trace{{At: 7, Duration: -3}}), new(*workload.RangeError), []string{"Trace[0].Duration", "-3ns"}},
		"negative arrival":         {play(workload.Trace{{At: -7}}), new(*workload.RangeError), []string{"Trace[0].At", "-7ns"}},
		"rate NaN":                 {play(workload.Poisson{PerSecond: math.NaN(), Until: 1}), new(*workload.RangeError), []string{"Poisson.PerSecond", "NaN"}},
		"negative rate":            {play(workload.Poisson{PerSecond: -1, Until: 1}), new(*workload.RangeError), []string{"Poisson.PerSecond", "-1"}},
		"period of 0":              {play(workload.Every{Until: 1}), new(*workload.RangeError), []string{"Every.Period"}},
		"endless Poisson":          {func() error { return errorOf(play(workload.Poisson{PerSecond: 1})) }, nil, []string{"Options.Until"}},
		"empty log to fit to": {func() error {
			_, err := lifecycle.FitIdleTimeout(context.Background(), nil, 0)
			return err
		}, new(*lifecycle.MissingError), []string{"log"}},
		"log without durations": {func() error {
			_, err := lifecycle.FitIdleTimeout(context.Background(), make([]lifecycle.Observation, 1), 0)
			return err
		}, new(*lifecycle.RangeError), []string{"request 0", "Duration"}},
		"no samples": {func() error {
			_, err := lifecycle.Empirical(nil)
			return err
		}, new(*lifecycle.MissingError), []string{"samples"}},
		"negative sample": {func() error {
			_, err := lifecycle.Empirical([]time.Duration{1, -2})
			return err
		}, new(*lifecycle.RangeError), []string{"samples[1]", "-2ns"}},
		"no replications": {func() error {
			_, err := lifecycle.Replicate(context.Background(), 0, good, platform, one, nil)
			return err
		}, new(*lifecycle.RangeError), []string{"0", "replications"}},
		"observed replications": {func() error {
			_, err := lifecycle.Replicate(context.Background(), 2, good, platform, one, &lifecycle.Options{Observe: func(lifecycle.Invocation) {}})
			return err
		}, new(*lifecycle.RangeError), []string{"Options.Observe"}},
		"precision of nothing": {option(func(o *lifecycle.Options) { o.Precision = &lifecycle.Precision{} }), new(*lifecycle.MissingError), []string{"Precision"}},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.do()
			if err == nil {
				t.Fatal("no error")
			}
			if c.kind != nil && !errors.As(err, c.kind) {
				t.Errorf("%T is not a %T: %v", err, c.kind, err)
			}
			for _, w := range c.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%q does not say %q", err, w)
				}
			}
		})
	}
}

type nilSequence struct{}

func (nilSequence) Requests(uint64) iter.Seq2[lifecycle.Request, error] { return nil }

func errorOf(do func() error) error {
	err := do()
	if !errors.Is(err, lifecycle.ErrEndless) {
		return nil
	}
	return err
}

// A workload of somebody else's, which goes back in time or has bad values: the simulator itself says where.
func TestForeignArrivals(t *testing.T) {
	f := lifecycle.Function{}
	p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(time.Minute)}
	run := func(requests ...lifecycle.Request) error {
		_, err := lifecycle.Simulate(context.Background(), f, p, foreign(requests), nil)
		return err
	}
	var order *lifecycle.OrderError
	if err := run(lifecycle.Request{At: 3, Duration: 1}, lifecycle.Request{At: 2, Duration: 1}); !errors.As(err, &order) || *order != (lifecycle.OrderError{Index: 1, Previous: 3, At: 2}) {
		t.Errorf("backwards: %v", err)
	}
	var out *lifecycle.RangeError
	if err := run(lifecycle.Request{At: -3, Duration: 1}); !errors.As(err, &out) || out.Field != "request 0: At" {
		t.Errorf("before the start: %v", err)
	}
	if err := run(lifecycle.Request{At: 3, Duration: 1}, lifecycle.Request{At: 3, Duration: -4}); !errors.As(err, &out) || out.Field != "request 1: Duration" || out.Given != "-4ns" {
		t.Errorf("negative duration: %v", err)
	}
	if err := run(lifecycle.Request{At: math.MaxInt64, Duration: 1}); !errors.As(err, &out) {
		t.Errorf("after the end of time: %v", err)
	}
	broken := errors.New("broken")
	_, err := lifecycle.Simulate(context.Background(), f, p, failing{broken}, nil)
	var arrival *lifecycle.ArrivalError
	if !errors.As(err, &arrival) || arrival.Index != 2 || !errors.Is(err, broken) {
		t.Errorf("failing workload: %v", err)
	}
	if err := run(lifecycle.Request{At: 3, Duration: math.MaxInt64}); err != nil { // cut by the timeout
		t.Errorf("a duration without end: %v", err)
	}
}

type foreign []lifecycle.Request

func (a foreign) Requests(uint64) iter.Seq2[lifecycle.Request, error] {
	return func(yield func(lifecycle.Request, error) bool) {
		for _, r := range a {
			if !yield(r, nil) {
				return
			}
		}
	}
}

type failing struct{ err error }

func (f failing) Requests(uint64) iter.Seq2[lifecycle.Request, error] {
	return func(yield func(lifecycle.Request, error) bool) {
		for i := range 2 {
			if !yield(lifecycle.Request{At: time.Duration(i), Duration: 1}, nil) {
				return
			}
		}
		yield(lifecycle.Request{}, f.err)
	}
}

// Cancelling stops a run within a few hundred requests, and the error says how far it came.
// Chunks hand out what Requests do, of any workload, and are nil where there is none.
func TestChunks(t *testing.T) {
	for name, a := range map[string]lifecycle.Arrivals{"nil": nil, "nil pointer": (*workload.Trace)(nil), "nil sequence": nilSequence{}} {
		if lifecycle.Chunks(a, 1) != nil {
			t.Errorf("%s: chunks of nothing", name)
		}
	}
	for name, a := range map[string]lifecycle.Arrivals{
		"of many": workload.Poisson{PerSecond: 1}.Within(t.Context(), time.Hour), "of one": workload.Poisson{PerSecond: 1, Until: time.Hour},
	} {
		var want, got []lifecycle.Request
		for r, err := range a.Requests(1) {
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, r)
		}
		for chunk, err := range lifecycle.Chunks(a, 1) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, chunk...)
		}
		if diff := cmp.Diff(want, got); diff != "" || len(want) < 3000 {
			t.Errorf("%s: %d requests (-want +got):\n%s", name, len(want), diff)
		}
	}
}

func TestCancel(t *testing.T) {
	f := lifecycle.Function{Duration: lifecycle.Constant(time.Second)}
	p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(time.Minute)}
	for name, a := range map[string]lifecycle.Arrivals{
		"Poisson": workload.Poisson{PerSecond: 10}, "silent for ever": workload.Poisson{}, "foreign": endless{},
		"merged": workload.Merge(workload.Poisson{PerSecond: 1}, workload.Every{Period: time.Second}), "never accepted": workload.Varying{PerSecond: func(time.Duration) float64 { return 0 }, Peak: 1e3},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			seen := 0
			o := &lifecycle.Options{Until: 1 << 60, Observe: func(lifecycle.Invocation) {
				if seen++; seen == 1000 {
					cancel()
				}
			}}
			if name == "silent for ever" || name == "never accepted" {
				cancel()
			}
			_, err := lifecycle.Simulate(ctx, f, p, a, o)
			var stopped *lifecycle.StoppedError
			if !errors.As(err, &stopped) || !errors.Is(err, context.Canceled) {
				t.Fatalf("error %v, want a StoppedError", err)
			}
			if seen > 2000 || seen >= 1000 && (stopped.Invocations < 1000 || stopped.At < 90*time.Second) {
				t.Errorf("%d invocations, %+v", seen, stopped)
			}
		})
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := lifecycle.Replicate(ctx, 4, f, p, workload.Poisson{PerSecond: 1}, &lifecycle.Options{Until: 1 << 60}); !errors.Is(err, context.Canceled) {
		t.Errorf("replications: %v", err)
	}
}

// Leaving the loop over invocations ends the run; an error is the last that is yielded.
func TestInvocations(t *testing.T) {
	f := lifecycle.Function{Duration: lifecycle.Constant(time.Second)}
	p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(time.Minute)}
	n := 0
	for i, err := range lifecycle.Invocations(context.Background(), f, p, workload.Poisson{PerSecond: 1}, &lifecycle.Options{Until: 1 << 60}) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 10 {
			break
		}
		_ = i
	}
	var errs []error
	n = 0
	for _, err := range lifecycle.Invocations(context.Background(), f, p, failing{errors.New("broken")}, nil) {
		if err != nil {
			errs = append(errs, err)
		} else {
			n++
		}
	}
	if n != 2 || len(errs) != 1 {
		t.Errorf("%d invocations, errors %v", n, errs)
	}
}
