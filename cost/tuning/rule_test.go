package tuning_test

import (
	stdcmp "cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/tuning"
)

// A rule may sort what it is given, write to it and keep it: that is its own copy, and the answers are the same.
func TestRuleOwnsItsPoints(t *testing.T) {
	e := evaluated(t, []tuning.Sample{
		{MemoryMB: 512, Runs: warm(200*ms, 190*ms, 260*ms)}, {MemoryMB: 1024, Runs: warm(100*ms, 94*ms, 130*ms)}, {MemoryMB: 2048, Runs: warm(90*ms, 60*ms, 130*ms)},
	}, nil)
	points := e.Points()
	modest := func(p []tuning.Point) (tuning.Point, error) { return tuning.Best(p, tuning.Fastest) }
	faster := func(a, b tuning.Point) int {
		return stdcmp.Or(stdcmp.Compare(a.Duration, b.Duration), a.Cost.Cmp(b.Cost))
	}
	var kept [][]tuning.Point
	for name, rule := range map[string]tuning.Rule{
		"sorts": func(p []tuning.Point) (tuning.Point, error) {
			slices.SortFunc(p, faster)
			return p[0], nil
		},
		"sorts the other way": func(p []tuning.Point) (tuning.Point, error) {
			slices.SortFunc(p, func(a, b tuning.Point) int { return faster(b, a) })
			return p[len(p)-1], nil
		},
		"writes": func(p []tuning.Point) (tuning.Point, error) {
			best, err := modest(p)
			clear(p)
			return best, err
		},
		"keeps": func(p []tuning.Point) (tuning.Point, error) {
			kept = append(kept, p)
			return modest(p)
		},
	} {
		bootstrap := func(r tuning.Rule) tuning.Stability {
			return must(e.Bootstrap(t.Context(), &tuning.BootstrapOptions{Rule: r, Resamples: 50}))(t)
		}
		if diff := cmp.Diff(bootstrap(modest), bootstrap(rule)); diff != "" {
			t.Errorf("%s: Bootstrap (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(must(e.Margins(modest))(t), must(e.Margins(rule))(t)); diff != "" {
			t.Errorf("%s: Margins (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(must(tuning.Compare(points[:2], points[1:], modest))(t), must(tuning.Compare(points[:2], points[1:], rule))(t)); diff != "" {
			t.Errorf("%s: Compare (-want +got):\n%s", name, diff)
		}
	}
	if first := kept[0]; first[0].MemoryMB != 512 || &kept[0][0] == &kept[1][0] {
		t.Errorf("what a rule kept was written to: %v", first)
	}
	// What it has written itself is none of the points that it was given.
	_, err := e.Margins(func(p []tuning.Point) (tuning.Point, error) {
		p[0].Duration = 1
		return p[0], nil
	})
	wantRange(t, err, "Rule's choice")
}

// The interface is sealed, but a pointer to a strategy and an embedded one satisfy it too: nil ones are no reason to panic.
func TestStrategyOfNothing(t *testing.T) {
	points := []tuning.Point{point(128, 2, "1"), point(256, 1, "2")}
	for _, s := range []tuning.Strategy{(*tuning.Balanced)(nil), (*tuning.Order)(nil), struct{ tuning.Strategy }{}} {
		_, err := tuning.Best(points, s)
		wantRange(t, err, "Strategy")
		_, err = tuning.By(s)(points)
		wantRange(t, err, "Strategy")
		_, err = tuning.NewOutput(points, s)
		wantRange(t, err, "Strategy")
	}
	for _, s := range []tuning.Strategy{new(tuning.Balanced(0)), new(tuning.Fastest)} {
		if got := must(tuning.Best(points, s))(t); got.MemoryMB != 256 {
			t.Errorf("%T: %v", s, got)
		}
	}
}

// Where INIT was not billed, a cold start can take longer than AWS ever bills: the margin is at least what was measured.
func TestMarginBeyondMaxBilled(t *testing.T) {
	cold := func(d, init time.Duration) []cost.Timing { return []cost.Timing{{Duration: d, Init: init}} }
	e := evaluated(t, []tuning.Sample{
		{MemoryMB: 128, Runs: cold(20*time.Minute, 20*time.Minute)}, {MemoryMB: 256, Runs: cold(25*time.Minute, 20*time.Minute)},
	}, &tuning.Options{ColdShare: 1, On: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)})
	margins := must(e.Margins(tuning.By(tuning.Fastest)))(t)
	if m := margins[0]; !m.Chosen || m.Longest != 45*time.Minute || m.Unbounded {
		t.Errorf("chosen: %+v", m)
	}
	if m := margins[1]; m.Chosen || m.Longest != 40*time.Minute-1 {
		t.Errorf("not chosen: %+v", m)
	}
	e.Sizes = e.Sizes[:1]
	if m := must(e.Margins(nil))(t)[0]; !m.Unbounded || m.Longest < m.Point.Duration || m.Change() < 0 {
		t.Errorf("alone: %+v", m)
	}
}

// Progress comes every 100 resamples, and at the end whatever their number.
func TestBootstrapProgress(t *testing.T) {
	e := evaluated(t, []tuning.Sample{{MemoryMB: 512, Runs: warm(200*ms, 190*ms)}}, nil)
	for n, want := range map[int]string{1: "[1]", 99: "[99]", 100: "[100]", 250: "[100 200 250]"} {
		var done []int
		must(e.Bootstrap(t.Context(), &tuning.BootstrapOptions{Resamples: n, Progress: func(k int) { done = append(done, k) }}))(t)
		if fmt.Sprint(done) != want {
			t.Errorf("%d resamples: %v, want %s", n, done, want)
		}
	}
}
