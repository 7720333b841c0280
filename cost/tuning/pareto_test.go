package tuning_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/tuning"
)

func dominates(p, q tuning.Point) bool {
	return p.Cost.LessThanOrEqual(q.Cost) && p.Duration <= q.Duration && (p.Cost.LessThan(q.Cost) || p.Duration < q.Duration)
}

// A frontier holds no dominated point, every point left out is dominated by one of it, and it goes from the cheapest to the
// fastest.
func paretoHolds(t *testing.T, seed uint64) {
	points := randomPoints(rand.New(rand.NewPCG(seed, 11)), 12)
	frontier := tuning.Pareto(points)
	on := map[int]bool{}
	for i, p := range frontier {
		on[p.MemoryMB] = true
		for _, q := range points {
			if dominates(q, p) {
				t.Fatalf("seed %d: %v is on the frontier of %v, and %v dominates it", seed, p, points, q)
			}
		}
		if i > 0 && (frontier[i-1].Cost.GreaterThan(p.Cost) || frontier[i-1].Duration < p.Duration) {
			t.Fatalf("seed %d: %v is not in order", seed, frontier)
		}
	}
	for _, p := range points {
		by := 0
		for _, q := range frontier {
			if dominates(q, p) {
				by++
			}
		}
		if on[p.MemoryMB] == (by > 0) {
			t.Fatalf("seed %d: %v of %v: on the frontier %v, dominated by %d of it", seed, p, points, on[p.MemoryMB], by)
		}
	}
	if len(on) != len(frontier) {
		t.Fatalf("seed %d: a point is there twice: %v", seed, frontier)
	}
	// What a strategy chooses is on the frontier, or equal to a point of it.
	for _, s := range []tuning.Strategy{tuning.Cheapest, tuning.Fastest, tuning.Balanced(0.3)} {
		if p := must(tuning.Best(points, s))(t); !on[p.MemoryMB] {
			t.Fatalf("seed %d: %v chooses %v, which is not on the frontier", seed, s, p)
		}
	}
}

func TestPareto(t *testing.T) {
	for seed := range uint64(3000) {
		paretoHolds(t, seed)
	}
	if got := tuning.Pareto(nil); got != nil {
		t.Errorf("frontier of nothing: %v", got)
	}
}

func FuzzPareto(f *testing.F) {
	f.Add(uint64(1 << 50))
	f.Fuzz(paretoHolds)
}

// Equal points are all kept, in the order in which they were listed.
func TestParetoEqual(t *testing.T) {
	points := []tuning.Point{
		point(1024, 10, "3"), point(512, 10, "3.0"), point(256, 20, "3"), point(128, 20, "2"), point(2048, 10, "4"), point(192, 20, "2"),
	}
	want := []tuning.Point{points[3], points[5], points[0], points[1]}
	if diff := cmp.Diff(want, tuning.Pareto(points)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTies(t *testing.T) {
	points := []tuning.Point{
		point(128, 800, "0.00002"), point(256, 400, "0.0000202"), point(512, 100, "0.00002"), point(1024, 99, "0.0000210001"), point(2048, 99, "0.00003"),
	}
	type row struct {
		MB                     int
		CostMore, DurationMore float64
		Monthly, More          string
	}
	for _, c := range []struct {
		by        tuning.Order
		tolerance float64
		want      []row
	}{
		{tuning.Cheapest, 0, []row{{512, 0, 0, "20", "0"}, {128, 0, 7, "20", "0"}}},
		{tuning.Cheapest, 0.01, []row{{512, 0, 0, "20", "0"}, {128, 0, 7, "20", "0"}, {256, 0.01, 3, "20.2", "0.2"}}},
		{tuning.Cheapest, 0.00999, []row{{512, 0, 0, "20", "0"}, {128, 0, 7, "20", "0"}}},
		{tuning.Fastest, 0.02, []row{{1024, 0.050005, 0, "21.0001", "1.0001"}, {2048, 0.5, 0, "30", "10"}, {512, 0, 1. / 99, "20", "0"}}},
		{tuning.Fastest, 0, []row{{1024, 0, 0, "21.0001", "0"}, {2048, 0.4285646258827339, 0, "30", "8.9999"}}},
	} {
		ties, err := tuning.Ties(points, c.by, c.tolerance, 1_000_000)
		var got []row
		for _, tie := range ties {
			got = append(got, row{tie.Point.MemoryMB, tie.CostMore, tie.DurationMore, tie.Monthly.String(), tie.MonthlyMore.String()})
		}
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%v, %v: %v (-want +got):\n%s", c.by, c.tolerance, err, diff)
		}
	}
	for _, tolerance := range []float64{-0.1, nan, inf, -inf, 1e7} {
		_, err := tuning.Ties(points, tuning.Cheapest, tolerance, 1)
		wantRange(t, err, "tolerance")
	}
	_, err := tuning.Ties(points, 2, 0.1, 1)
	wantRange(t, err, "Order")
	free := []tuning.Point{point(128, 1, "0"), point(256, 2, "0")}
	if ties := must(tuning.Ties(free, tuning.Cheapest, 0, 1))(t); len(ties) != 2 || ties[1].CostMore != 0 || ties[1].DurationMore != 1 {
		t.Errorf("ties of what costs nothing: %+v", ties)
	}
}

// Two of AWS's four points are .04 % apart in cost and eight times in duration: who takes the cheapest takes the slowest, to
// save one cent in 24 dollars.
func ExampleTies() {
	rates, err := cost.Embedded().Region("us-east-1")
	if err != nil {
		panic(err)
	}
	points, err := tuning.Price(rates, cost.X86, []tuning.Sample{
		{MemoryMB: 128, Runs: []cost.Timing{{Duration: 11722965 * time.Microsecond}}},
		{MemoryMB: 256, Runs: []cost.Timing{{Duration: 6678945 * time.Microsecond}}},
		{MemoryMB: 512, Runs: []cost.Timing{{Duration: 3194954 * time.Microsecond}}},
		{MemoryMB: 1024, Runs: []cost.Timing{{Duration: 1465984 * time.Microsecond}}},
	}, nil)
	if err != nil {
		panic(err)
	}
	ties, err := tuning.Ties(points, tuning.Cheapest, 0.01, 1_000_000)
	if err != nil {
		panic(err)
	}
	for _, t := range ties {
		fmt.Printf("%4d MB: %+.2f %% cost, %+.0f %% duration, %s a month\n", t.Point.MemoryMB, 100*t.CostMore, 100*t.DurationMore, t.Monthly)
	}
	// Output:
	// 128 MB: +0.00 % cost, +700 % duration, 24.6229655125 a month
	// 1024 MB: +0.04 % cost, +0 % duration, 24.6333822 a month
}

// What is dominated is given away: 256 MB costs more than 128 MB and takes longer.
func ExamplePareto() {
	points := []tuning.Point{
		{MemoryMB: 128, Duration: 2 * time.Second, Cost: decimal.RequireFromString("0.0000044")},
		{MemoryMB: 256, Duration: 2100 * time.Millisecond, Cost: decimal.RequireFromString("0.0000089")},
		{MemoryMB: 1024, Duration: 300 * time.Millisecond, Cost: decimal.RequireFromString("0.0000052")},
	}
	for _, p := range tuning.Pareto(points) {
		fmt.Println(p.MemoryMB, p.Duration, p.Cost)
	}
	// Output:
	// 128 2s 0.0000044
	// 1024 300ms 0.0000052
}
