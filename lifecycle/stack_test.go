package lifecycle_test

import (
	"context"
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/internal/random"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// compareUnwatched runs a workload of hundreds to thousands of requests, of a kind that is simulated by a stack of idle
// environments where nobody watches, and once more with an observer, which takes the general simulator.
func compareUnwatched(t *testing.T, seed uint64) {
	t.Helper()
	s := random.New(seed, random.Bootstrap)
	i := uint64(0)
	below := func(n int) int { i++; return s.Below(i, n) }
	ms := func(n int) time.Duration { return time.Duration(below(n)) * time.Millisecond }
	f := lifecycle.Function{Duration: lifecycle.Exponential(1 + ms(400))}
	if below(2) == 0 {
		f.Init = lifecycle.Exponential(ms(300))
		f.Startup = lifecycle.Uniform{Max: ms(100)}
		f.FirstDuration = lifecycle.LogNormal{Median: 100 * time.Millisecond, P99: time.Second}
	}
	if below(4) == 0 {
		f.Init = lifecycle.Uniform{Min: 9 * time.Second, Max: 11 * time.Second}
	}
	if below(3) == 0 {
		f.Timeout = 1 + ms(1000)
	}
	p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(ms(2000))}
	if below(2) == 0 {
		p.IdleTimeout = lifecycle.Exponential(ms(500))
	}
	if below(2) == 0 {
		p.MaxLifetime = 1 + ms(3000)
	}
	if below(3) == 0 {
		p.ConcurrencyLimit = 1 + below(30)
	}
	if below(4) == 0 {
		f.ReservedConcurrency = 1 + below(max(p.ConcurrencyLimit, 20))
		if f.ReservedConcurrency > p.ConcurrencyLimit {
			p.ConcurrencyLimit = 0
		}
	}
	if below(3) == 0 {
		p.ScaleOut = lifecycle.ScaleOut{Environments: 1 + below(5), Interval: 1 + ms(1000)}
	}
	if below(4) == 0 {
		p.RequestsPerSecond = 1 + below(20)
	}
	if below(8) == 0 {
		p = lifecycle.AWS(lifecycle.Preset(1 + below(7)))
	}
	o := lifecycle.Options{Seed: seed}
	span := 20 * time.Second
	if below(3) > 0 {
		o.WarmUp = ms(10_000)
	}
	if below(2) == 0 {
		o.Until = o.WarmUp + 1 + ms(10_000)
		span += 5 * time.Second
	}
	var a lifecycle.Arrivals = workload.Poisson{PerSecond: float64(1 + below(200)), Until: span}
	switch below(8) {
	case 0, 1: // bursts and long quiet
		a = workload.Bursts{PerSecond: float64(100 + below(500)), OffPerSecond: float64(below(2)), On: 1 + ms(500), Off: 1 + ms(4000), Until: span}
	case 2: // several at once, and as many as any chunk holds or one more
		counts := make([]int, 1)
		for range below(3) {
			counts = append(counts, 60+below(10)*7)
		}
		a = workload.Merge(a, workload.PerMinute{Counts: counts, Placement: workload.AtStart})
	case 3: // requests that bring their own durations, down to a few ns apart and long, in chunks of any size
		unit := time.Duration(1) << below(30)
		var log chunked
		at := time.Duration(0)
		for range 1 + below(600) {
			at += time.Duration(below(4)) * unit
			log.foreign = append(log.foreign, lifecycle.Request{At: at, Duration: time.Duration(below(12)) * unit * time.Duration(1+below(50)*below(2))})
		}
		for left := len(log.foreign); left > 0 && below(20) > 0; {
			n := below(min(left, 100) + 1)
			log.sizes = append(log.sizes, n)
			left -= n
		}
		a = log
		if o.WarmUp > 0 {
			o.WarmUp = at / 2
		}
		if o.Until > 0 {
			o.Until = o.WarmUp + at/3 + 1
		}
		p.IdleTimeout = lifecycle.Constant(time.Duration(below(100)) * unit)
		if p.MaxLifetime > 0 {
			p.MaxLifetime = time.Duration(1+below(300)) * unit
		}
	}
	got, err := lifecycle.Simulate(context.Background(), f, p, a, &o)
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	o.Observe = func(lifecycle.Invocation) {}
	want, err := lifecycle.Simulate(context.Background(), f, p, a, &o)
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("seed %d:\n%+v\n%+v\n%+v\n%+v\n(-watched +unwatched):\n%s", seed, f, p, a, o, d)
	}
}

func TestUnwatchedIsTheSame(t *testing.T) {
	n := uint64(400)
	if testing.Short() {
		n = 40
	}
	for seed := range n {
		compareUnwatched(t, seed)
	}
}

// So are runs with many environments, and times from ns to years.
func TestUnwatchedIsTheSameOfMany(t *testing.T) {
	const year = 365 * 24 * time.Hour
	for name, c := range map[string]struct {
		perSecond      float64
		duration, idle lifecycle.Distribution
		life, until    time.Duration
	}{
		"10,000 busy":      {5_000, lifecycle.Exponential(2 * time.Second), lifecycle.Constant(time.Second), 0, 16 * time.Second},
		"all of it random": {2_000, lifecycle.Exponential(2 * time.Second), lifecycle.Exponential(3 * time.Second), 8 * time.Second, 20 * time.Second},
		"short and long":   {3_000, twoValues{.9, time.Millisecond, 10 * time.Second}, lifecycle.Constant(time.Second), 0, 25 * time.Second},
		"ns":               {1e9, lifecycle.Exponential(200), lifecycle.Constant(1000), 0, 50 * time.Microsecond},
		"years":            {1e-5, lifecycle.Exponential(900 * time.Second), lifecycle.Constant(year), 0, 50 * year},
	} {
		f := lifecycle.Function{Duration: c.duration, Init: lifecycle.Uniform{Max: 100 * time.Millisecond}}
		p := lifecycle.Platform{IdleTimeout: c.idle, MaxLifetime: c.life}
		o := lifecycle.Options{Seed: 1, WarmUp: c.until / 4, Until: c.until}
		a := workload.Poisson{PerSecond: c.perSecond}
		got, err := lifecycle.Simulate(t.Context(), f, p, a, &o)
		if err != nil {
			t.Fatal(name, err)
		}
		o.Observe = func(lifecycle.Invocation) {}
		want, err := lifecycle.Simulate(t.Context(), f, p, a, &o)
		if err != nil {
			t.Fatal(name, err)
		}
		if d := cmp.Diff(want, got); d != "" || got.Invocations < 10_000 {
			t.Errorf("%s: %d invocations (-watched +unwatched):\n%s", name, got.Invocations, d)
		}
	}
}

func FuzzUnwatched(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { compareUnwatched(t, seed) })
}

// The warm-up ends between the last request and the last completion: what is alive then is what was alive at that time, not
// at the end of the run.
func TestWarmUpBehindTheLastRequest(t *testing.T) {
	f := lifecycle.Function{}
	p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(time.Second)}
	a := workload.Trace{{At: 0, Duration: time.Second}, {At: 0, Duration: 10 * time.Second}}
	for _, observe := range []func(lifecycle.Invocation){nil, func(lifecycle.Invocation) {}} {
		r, err := lifecycle.Simulate(context.Background(), f, p, a, &lifecycle.Options{WarmUp: 1500 * time.Millisecond, Observe: observe})
		if err != nil {
			t.Fatal(err)
		}
		got := []any{r.AliveAtStart, r.Gone, r.AliveAtEnd, r.Elapsed, r.BusyTime.Seconds(), r.IdleTime.Seconds(), r.PeakAlive, r.PeakBusy}
		want := []any{uint64(2), uint64(1), uint64(1), 8500 * time.Millisecond, 8.5, 0.5, uint64(2), uint64(1)}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("observed %v: alive at start, gone, alive at end, elapsed, busy, idle, peaks (-want +got):\n%s", observe != nil, d)
		}
	}
}

// chunked hands out requests in chunks of its own choice, the last one with an error.
type chunked struct {
	foreign
	sizes []int
	err   error
}

func (c chunked) Chunks(uint64) iter.Seq2[[]lifecycle.Request, error] {
	return func(yield func([]lifecycle.Request, error) bool) {
		rest := []lifecycle.Request(c.foreign)
		for _, n := range c.sizes {
			if !yield(rest[:n], nil) {
				return
			}
			rest = rest[n:]
		}
		yield(rest, c.err)
	}
}

// However a workload of one's own cuts its requests up, a run is the same.
func TestChunksOfOnesOwn(t *testing.T) {
	var requests foreign
	for r := range (workload.Poisson{PerSecond: 20, Until: time.Minute}).Requests(1) {
		requests = append(requests, r)
	}
	f := lifecycle.Function{Duration: lifecycle.Exponential(time.Second), Init: lifecycle.Constant(time.Second)}
	p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(time.Second)}
	run := func(a lifecycle.Arrivals, until time.Duration) (lifecycle.Result, error) {
		return lifecycle.Simulate(context.Background(), f, p, a, &lifecycle.Options{Until: until, WarmUp: 10 * time.Second})
	}
	broken := errors.New("broken")
	for _, until := range []time.Duration{0, 30 * time.Second} {
		want, err := run(requests, until)
		if err != nil || want.Invocations < 300 || want.ColdStarts < 10 {
			t.Fatal(err, want.Invocations, want.ColdStarts)
		}
		for name, sizes := range map[string][]int{"at once": nil, "empty ones": {0, 0, 0}, "some": {1, 0, 63, 64, 65, 128, 0, 500}} {
			got, err := run(chunked{requests, sizes, nil}, until)
			if d := cmp.Diff(want, got); d != "" || err != nil {
				t.Errorf("%s, until %v: %v (-want +got):\n%s", name, until, err, d)
			}
			_, err = run(chunked{requests, sizes, broken}, until)
			if until > 0 {
				if err != nil { // behind the end
					t.Errorf("%s, until %v: %v", name, until, err)
				}
				continue
			}
			var arrival *lifecycle.ArrivalError
			if !errors.As(err, &arrival) || !errors.Is(err, broken) || arrival.Index != uint64(len(requests)) {
				t.Errorf("%s: error %v, want one at request %d", name, err, len(requests))
			}
		}
	}
	// What is wrong in the middle of a chunk is refused with its index.
	requests[700].At = requests[699].At - 1
	_, err := run(chunked{requests, []int{100}, nil}, 0)
	var order *lifecycle.OrderError
	if !errors.As(err, &order) || order.Index != 700 {
		t.Errorf("error %v, want an OrderError at request 700", err)
	}
	none := nothingInChunks{}
	var missing *lifecycle.MissingError
	if _, err := run(none, 0); !errors.As(err, &missing) {
		t.Errorf("nil chunks: error %v", err)
	}
}

// A workload that hands out nothing for ever is stopped by its context.
func TestEmptyChunksForEver(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	f := lifecycle.Function{Duration: lifecycle.Constant(time.Second)}
	_, err := lifecycle.Simulate(ctx, f, tenMinutes, emptyForEver{cancel: cancel}, nil)
	var stopped *lifecycle.StoppedError
	if !errors.As(err, &stopped) || !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

type emptyForEver struct {
	foreign
	cancel func()
}

func (e emptyForEver) Chunks(uint64) iter.Seq2[[]lifecycle.Request, error] {
	return func(yield func([]lifecycle.Request, error) bool) {
		for n := range 1_000_000 { // so that a run that does not stop fails, and ends
			if n == 10 {
				e.cancel()
			}
			if !yield(nil, nil) {
				return
			}
		}
		yield(nil, errors.New("not stopped"))
	}
}

type nothingInChunks struct{ foreign }

func (nothingInChunks) Chunks(uint64) iter.Seq2[[]lifecycle.Request, error] { return nil }
