package tuning_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/tuning"
)

func evaluated(t testing.TB, samples []tuning.Sample, o *tuning.Options) *tuning.Evaluation {
	t.Helper()
	return must(tuning.Evaluate(embedded(t, "eu-west-1"), cost.ARM64, samples, o))(t)
}

// Two sizes that do not differ but by luck share the resamples; one that is far better takes them all.
func TestBootstrap(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	runs := func(mean time.Duration, n int) (all []cost.Timing) {
		for range n {
			all = append(all, cost.Timing{Duration: time.Duration(float64(mean) * (0.8 + 0.4*r.Float64()))})
		}
		return all
	}
	e := evaluated(t, []tuning.Sample{
		{MemoryMB: 512, Runs: runs(200*ms, 30)}, {MemoryMB: 1024, Runs: runs(100*ms, 30)}, {MemoryMB: 2048, Runs: runs(90*ms, 30)},
	}, nil)
	s := must(e.Bootstrap(t.Context(), nil))(t)
	times := 0
	for _, c := range s.Chosen {
		times += c.Times
		if c.Share != float64(c.Times)/1000 {
			t.Errorf("%+v of 1,000", c)
		}
	}
	if s.Resamples != 1000 || s.None != 0 || times != 1000 || s.Chosen[2].Times != 0 || s.Chosen[0].Times < 50 || s.Chosen[1].Times < 50 {
		t.Errorf("%+v", s)
	}
	s = must(e.Bootstrap(t.Context(), &tuning.BootstrapOptions{Rule: tuning.By(tuning.Fastest), Resamples: 200}))(t)
	if s.Chosen[2].Times < 190 {
		t.Errorf("fastest: %+v", s)
	}
	// A limit that is kept now and then.
	limit := e.Sizes[2].Point.Duration
	s = must(e.Bootstrap(t.Context(), &tuning.BootstrapOptions{Rule: tuning.UnderLimit(limit), Resamples: 400}))(t)
	if s.None < 50 || s.None > 350 || s.None+s.Chosen[0].Times+s.Chosen[1].Times+s.Chosen[2].Times != 400 {
		t.Errorf("limit: %+v", s)
	}
}

// The same seed gives the same, on every machine and in every release: a golden. Another seed gives another draw, and leaving
// out a size changes nothing for the others.
func TestBootstrapSeeds(t *testing.T) {
	samples := randomSamples(rand.New(rand.NewPCG(6, 6)), 512, 1024, 1769)
	for name, c := range map[string]struct {
		options tuning.Options
		seed    uint64
		want    [3]int
	}{
		"warm, seed 0":    {tuning.Options{}, 0, [3]int{0, 14, 486}},
		"warm, seed 1":    {tuning.Options{}, 1, [3]int{0, 13, 487}},
		"cold, seed 0":    {tuning.Options{ColdShare: 0.1}, 0, [3]int{0, 48, 452}},
		"trimmed, seed 0": {tuning.Options{Trim: 0.2}, 0, [3]int{0, 31, 469}},
	} {
		e := evaluated(t, samples, &c.options)
		o := &tuning.BootstrapOptions{Seed: c.seed, Resamples: 500, Rule: tuning.By(tuning.Balanced(0.8))}
		s := must(e.Bootstrap(t.Context(), o))(t)
		got := [3]int{s.Chosen[0].Times, s.Chosen[1].Times, s.Chosen[2].Times}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(s, must(e.Bootstrap(t.Context(), o))(t)); diff != "" {
			t.Errorf("%s, once more (-want +got):\n%s", name, diff)
		}
	}
	// Two sizes, with the third that is never chosen and without.
	slow := tuning.Sample{MemoryMB: 10240, Runs: warm(time.Minute, time.Minute)}
	with := must(evaluated(t, append(samples[:2:2], slow), nil).Bootstrap(t.Context(), nil))(t)
	without := must(evaluated(t, samples[:2], nil).Bootstrap(t.Context(), nil))(t)
	if diff := cmp.Diff(without.Chosen, with.Chosen[:2]); diff != "" {
		t.Errorf("with another size (-want +got):\n%s", diff)
	}
}

// Runs that are all alike are always chosen alike, and the bootstrap leaves the evaluation as it was.
func TestBootstrapOfEqualRuns(t *testing.T) {
	samples := []tuning.Sample{{MemoryMB: 512, Runs: warm(200*ms, 200*ms)}, {MemoryMB: 1024, Runs: warm(99*ms, 99*ms)}}
	e := evaluated(t, samples, &tuning.Options{Percentile: 0.9})
	before := e.Points()
	s := must(e.Bootstrap(t.Context(), &tuning.BootstrapOptions{Resamples: 50}))(t)
	if s.Chosen[1].Times != 50 || s.Chosen[1].Share != 1 {
		t.Errorf("%+v", s)
	}
	if diff := cmp.Diff(before, e.Points()); diff != "" {
		t.Errorf("points (-want +got):\n%s", diff)
	}
}

func TestBootstrapErrors(t *testing.T) {
	e := evaluated(t, []tuning.Sample{{MemoryMB: 512, Runs: warm(ms, 2*ms)}, {MemoryMB: 1024, Runs: warm(ms)}}, nil)
	_, err := e.Bootstrap(t.Context(), nil)
	wantRange(t, err, "number of runs at 1024 MB")
	e = evaluated(t, []tuning.Sample{{MemoryMB: 512, Runs: warm(ms, 2*ms)}}, nil)
	for _, n := range []int{-1, 1e6 + 1} {
		_, err = e.Bootstrap(t.Context(), &tuning.BootstrapOptions{Resamples: n})
		wantRange(t, err, "BootstrapOptions.Resamples")
	}
	ctx, cancel := context.WithCancel(t.Context())
	progress := 0
	_, err = e.Bootstrap(ctx, &tuning.BootstrapOptions{Progress: func(done int) {
		if progress = done; done == 300 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || progress != 300 {
		t.Errorf("cancelled after %d: %v", progress, err)
	}
	broken := errors.New("broken")
	_, err = e.Bootstrap(t.Context(), &tuning.BootstrapOptions{Rule: func([]tuning.Point) (tuning.Point, error) { return tuning.Point{}, broken }})
	if !errors.Is(err, broken) {
		t.Errorf("error of the rule: %v", err)
	}
	_, err = e.Bootstrap(t.Context(), &tuning.BootstrapOptions{Rule: func([]tuning.Point) (tuning.Point, error) { return point(1, 1, "1"), nil }})
	wantRange(t, err, "Rule's choice")
}

// A margin is exact to the nanosecond: with the longest duration the size is chosen, with one more it is not.
func TestMargins(t *testing.T) {
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 29))
		e := evaluated(t, randomSamples(r, 128, 512, 1024, 1769), &tuning.Options{ColdShare: 0.1})
		points := e.Points()
		for name, rule := range map[string]tuning.Rule{
			"none": nil, "speed": tuning.By(tuning.Fastest), "balanced": tuning.By(tuning.Balanced(0.7)),
			"limit": tuning.UnderLimit(points[2].Duration), "budget": tuning.UnderBudget(points[1].Cost),
		} {
			margins := must(e.Margins(rule))(t)
			if rule == nil {
				rule = tuning.By(tuning.Cheapest)
			}
			chosen := must(rule(points))(t)
			for i, m := range margins {
				if m.Point.MemoryMB != points[i].MemoryMB || m.Chosen != (m.Point.MemoryMB == chosen.MemoryMB) || m.Chosen != (m.Longest >= m.Point.Duration) {
					t.Fatalf("seed %d, %s: %+v, chosen is %v", seed, name, m, chosen)
				}
				if m.Unbounded != (m.Longest == cost.MaxBilled) {
					t.Fatalf("seed %d, %s: %+v", seed, name, m)
				}
				for _, d := range []time.Duration{m.Longest, m.Longest + 1, m.Longest / 2, 2 * m.Longest} {
					if d < 1 || d > cost.MaxBilled {
						continue
					}
					got, err := rule(replaced(e, i, d))
					if is := err == nil && got.MemoryMB == m.Point.MemoryMB; is != (d <= m.Longest) {
						t.Fatalf("seed %d, %s: %+v, with %v the choice is %v, %v", seed, name, m, d, got, err)
					}
				}
			}
		}
	}
}

// replaced returns the points with a duration for point i, and the cost that goes with it.
func replaced(e *tuning.Evaluation, i int, lasting time.Duration) []tuning.Point {
	points := e.Points()
	s := e.Sizes[i]
	c := s.Point.Cost.Sub(s.Parts.Requests).Rat()
	c.Mul(c, big.NewRat(int64(lasting), int64(s.Point.Duration)))
	points[i].Duration = lasting
	points[i].Cost = s.Parts.Requests.Add(d(c.FloatString(tuning.CostScale)))
	return points
}

// AWS's primes: .04 % more at 128 MB and 1,024 MB is the cheapest.
func TestMarginOfPrimes(t *testing.T) {
	e := must(tuning.Evaluate(published(t), cost.X86, primes(t), nil))(t)
	margins := must(e.Margins(nil))(t)
	if m := margins[0]; !m.Chosen || math.Abs(m.Change()-0.00043) > 1e-5 {
		t.Errorf("128 MB: %+v, %v", m, m.Change())
	}
	if m := margins[3]; m.Chosen || math.Abs(m.Change()+0.00043) > 1e-5 {
		t.Errorf("1,024 MB: %+v, %v", m, m.Change())
	}
	if _, err := e.Margins(tuning.UnderLimit(ms)); err == nil {
		t.Error("a margin of no choice")
	}
	one := evaluated(t, primes(t)[:1], nil)
	if m := must(one.Margins(nil))(t)[0]; !m.Unbounded || m.Longest != cost.MaxBilled {
		t.Errorf("the only size: %+v", m)
	}
	if m := must(e.Margins(tuning.By(tuning.Fastest)))(t)[0]; m.Chosen || m.Longest != margins[3].Point.Duration {
		t.Errorf("fastest: %+v", m) // as fast as 1,024 MB is a tie, which the cheaper one wins: this
	}
}

func ExampleEvaluation_Margins() {
	rates, err := cost.Embedded().Region("us-east-1")
	if err != nil {
		panic(err)
	}
	e, err := tuning.Evaluate(rates, cost.X86, []tuning.Sample{
		{MemoryMB: 128, Runs: []cost.Timing{{Duration: 11722965 * time.Microsecond}}},
		{MemoryMB: 1024, Runs: []cost.Timing{{Duration: 1465984 * time.Microsecond}}},
	}, nil)
	if err != nil {
		panic(err)
	}
	margins, err := e.Margins(tuning.By(tuning.Cheapest))
	if err != nil {
		panic(err)
	}
	for _, m := range margins {
		fmt.Printf("%d MB, chosen: %v, up to %v (%+.3f %%)\n", m.Point.MemoryMB, m.Chosen, m.Longest, 100*m.Change())
	}
	// Output:
	// 128 MB, chosen: true, up to 11.727964985s (+0.043 %)
	// 1024 MB, chosen: false, up to 1.465359006s (-0.043 %)
}

func ExampleEvaluation_Bootstrap() {
	rates, err := cost.Embedded().Region("eu-west-1")
	if err != nil {
		panic(err)
	}
	runs := func(milliseconds ...int) (all []cost.Timing) {
		for _, ms := range milliseconds {
			all = append(all, cost.Timing{Duration: time.Duration(ms) * time.Millisecond})
		}
		return all
	}
	e, err := tuning.Evaluate(rates, cost.ARM64, []tuning.Sample{
		{MemoryMB: 512, Runs: runs(203, 198, 215, 201, 196, 240, 199, 205)},
		{MemoryMB: 1024, Runs: runs(101, 104, 99, 120, 103, 100, 98, 102)},
		{MemoryMB: 2048, Runs: runs(80, 79, 85, 81, 80, 78, 90, 80)},
	}, nil)
	if err != nil {
		panic(err)
	}
	s, err := e.Bootstrap(context.Background(), &tuning.BootstrapOptions{Seed: 1})
	if err != nil {
		panic(err)
	}
	for _, c := range s.Chosen {
		fmt.Printf("%d MB: cheapest in %.1f %% of %d resamples\n", c.MemoryMB, 100*c.Share, s.Resamples)
	}
	// Output:
	// 512 MB: cheapest in 44.6 % of 1000 resamples
	// 1024 MB: cheapest in 55.4 % of 1000 resamples
	// 2048 MB: cheapest in 0.0 % of 1000 resamples
}
