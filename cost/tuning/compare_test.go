package tuning_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/tuning"
)

func TestCompare(t *testing.T) {
	x86 := []tuning.Point{point(1024, 100, "0.000002"), point(128, 900, "0.0000015"), point(512, 200, "0.000002")}
	arm := []tuning.Point{point(2048, 60, "0.000002"), point(1024, 95, "0.0000016"), point(512, 210, "0.0000015"), point(256, 300, "0.000003")}
	got, err := tuning.Compare(x86, arm, tuning.By(tuning.Cheapest))
	want := tuning.Comparison{
		Pairs: []tuning.Pair{
			{x86[2], arm[2], -0.25, 0.05},
			{x86[0], arm[1], -0.2, -0.05},
		},
		OnlyA:  []tuning.Point{x86[1]},
		OnlyB:  []tuning.Point{arm[3], arm[0]},
		Choice: tuning.SidedPoint{tuning.SideB, arm[2]},
		Frontier: []tuning.SidedPoint{
			{tuning.SideB, arm[2]}, {tuning.SideB, arm[1]}, {tuning.SideB, arm[0]},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	got = must(tuning.Compare(x86, arm, tuning.UnderLimit(100*ms)))(t)
	if want := (tuning.SidedPoint{tuning.SideB, arm[1]}); !cmp.Equal(want, got.Choice) {
		t.Errorf("within 100 ms: %v, want %v", got.Choice, want)
	}
	// Equal points: the first side's.
	got = must(tuning.Compare(arm, arm, nil))(t)
	if got.Choice.Side != tuning.SideA || len(got.Frontier) != 6 || got.Frontier[0].Side != tuning.SideA || got.Frontier[1].Side != tuning.SideB {
		t.Errorf("with itself: %+v", got)
	}
	if tuning.SideA.String()+tuning.SideB.String()+tuning.Side(9).String() != "ABSide(9)" {
		t.Error("names of sides")
	}
}

// The comparison has the frontier and the choice of all points listed together, whatever they are.
func TestCompareTogether(t *testing.T) {
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 31))
		a, b := randomPoints(r, 6), randomPoints(r, 6)
		all := append(append([]tuning.Point(nil), a...), b...)
		c := must(tuning.Compare(a, b, nil))(t)
		var frontier []tuning.Point
		for _, p := range c.Frontier {
			frontier = append(frontier, p.Point)
		}
		if diff := cmp.Diff(tuning.Pareto(all), frontier); diff != "" {
			t.Fatalf("seed %d (-want +got):\n%s", seed, diff)
		}
		if want := must(tuning.Best(all, nil))(t); !cmp.Equal(want, c.Choice.Point) {
			t.Fatalf("seed %d: %v, want %v", seed, c.Choice, want)
		}
		if len(c.Pairs)*2+len(c.OnlyA)+len(c.OnlyB) != len(all) {
			t.Fatalf("seed %d: %+v of %d points", seed, c, len(all))
		}
	}
}

func TestCompareErrors(t *testing.T) {
	good := []tuning.Point{point(128, 1, "1")}
	for _, c := range []struct {
		a, b  []tuning.Point
		field string
	}{
		{nil, good, "a"},
		{good, nil, "b"},
		{good, []tuning.Point{{}}, "b[0].MemoryMB"},
		{[]tuning.Point{point(128, 1, "1"), point(128, 2, "1")}, good, "a[1].MemoryMB"},
	} {
		_, err := tuning.Compare(c.a, c.b, nil)
		wantRange(t, err, c.field)
	}
	_, err := tuning.Compare(good, good, tuning.UnderLimit(1))
	var e *tuning.UnreachableError
	if !errors.As(err, &e) {
		t.Errorf("error of the rule: %v", err)
	}
}

// The same code on both architectures, side by side: arm64 is slower at 512 MB and cheaper all the same.
func ExampleCompare() {
	rates, err := cost.Embedded().Region("eu-west-1")
	if err != nil {
		panic(err)
	}
	samples := func(at512, at1024 int) []tuning.Sample {
		return []tuning.Sample{
			{MemoryMB: 512, Runs: []cost.Timing{{Duration: time.Duration(at512) * time.Millisecond}}},
			{MemoryMB: 1024, Runs: []cost.Timing{{Duration: time.Duration(at1024) * time.Millisecond}}},
		}
	}
	x86, err := tuning.Price(rates, cost.X86, samples(200, 99), nil)
	if err != nil {
		panic(err)
	}
	arm, err := tuning.Price(rates, cost.ARM64, samples(212, 104), nil)
	if err != nil {
		panic(err)
	}
	c, err := tuning.Compare(x86, arm, tuning.UnderLimit(150*time.Millisecond))
	if err != nil {
		panic(err)
	}
	for _, p := range c.Pairs {
		fmt.Printf("%d MB: arm64 costs %+.1f %%, takes %+.1f %%\n", p.A.MemoryMB, 100*p.CostMore, 100*p.DurationMore)
	}
	fmt.Println([]string{"x86_64", "arm64"}[c.Choice.Side], c.Choice.Point.MemoryMB)
	// Output:
	// 512 MB: arm64 costs -13.6 %, takes +6.0 %
	// 1024 MB: arm64 costs -14.2 %, takes +5.1 %
	// arm64 1024
}
