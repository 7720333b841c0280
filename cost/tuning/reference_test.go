package tuning_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/tuning"
)

// vectors are what the reference tool returned; see testdata/power_tuning.json.
type vectors struct {
	Constants struct {
		X86 map[string]float64 `json:"baseCosts_x86_64"`
		ARM map[string]float64 `json:"baseCosts_arm64"`
		SF  map[string]float64 `json:"sfCosts"`
	} `json:"constants"`
	Price []struct {
		MinCost, AvgBilledMs, Price float64
		Memory                      int
	} `json:"price"`
	AverageDuration []struct {
		Durations             []float64
		DiscardTopBottom, Avg float64
	} `json:"averageDuration"`
	TotalCost []struct {
		MinCost, Total float64
		Memory         int
		Durations      []float64
	} `json:"totalCost"`
	Payloads []struct {
		Num     int
		Weights []int
		Counts  json.RawMessage
	} `json:"payloads"`
	ShareURL []struct {
		Stats [][3]float64 // memory, duration, cost
		URL   string
	} `json:"shareURL"`
	Analyze []struct {
		ID             string
		Stats          [][3]float64 // memory, cost, duration
		Strategy       *string
		BalancedWeight *float64
		Power          int
		Cost, Duration float64
		ExecutionCost  float64
	} `json:"analyze"`
	DecodedURLs map[string]struct {
		URL     string
		Decoded [][3][]float64 // series of memory, durations, costs
		Labels  []string
	} `json:"decodedURLs"`
}

// Every vector of the reference tool, from the copy here and, where it is, from the original.
func TestReferenceTool(t *testing.T) {
	t.Run("testdata", func(t *testing.T) {
		checkVectors(t, must(os.ReadFile("testdata/power_tuning.json"))(t))
	})
	t.Run("shared", func(t *testing.T) { checkVectors(t, shared(t, "facts/power_tuning.json")) })
}

func checkVectors(t *testing.T, b []byte) {
	var v vectors
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	if len(v.Price) < 5 || len(v.AverageDuration) < 7 || len(v.TotalCost) < 3 || len(v.Payloads) < 12 ||
		len(v.ShareURL) < 2 || len(v.Analyze) < 40 || len(v.DecodedURLs) < 4 || len(v.Constants.SF) < 14 {
		t.Fatal("vectors are missing")
	}
	v.checkFormulas(t)
	v.checkConstants(t)
	v.checkPayloads(t)
	v.checkAnalyze(t)
	v.checkURLs(t)
}

func (v *vectors) checkFormulas(t *testing.T) {
	for _, c := range v.Price {
		if got := tuning.ReferencePrice(c.MinCost, c.Memory, c.AvgBilledMs); got != c.Price {
			t.Errorf("price %+v: got %v", c, got)
		}
	}
	for _, c := range v.AverageDuration {
		if got := tuning.ReferenceMean(c.Durations, c.DiscardTopBottom); got != c.Avg {
			t.Errorf("mean %+v: got %v", c, got)
		}
	}
	for _, c := range v.TotalCost {
		if got := tuning.ReferenceTotal(c.MinCost, c.Memory, c.Durations); got != c.Total {
			t.Errorf("total %+v: got %v", c, got)
		}
	}
}

func (v *vectors) checkConstants(t *testing.T) {
	for a, prices := range map[cost.Arch]map[string]float64{cost.X86: v.Constants.X86, cost.ARM64: v.Constants.ARM} {
		for region, want := range prices {
			if got, err := tuning.ReferenceBasePrice(region, a); err != nil || got != want {
				t.Errorf("base price of %s, %s: %v, %v, want %v", region, a, got, err, want)
			}
		}
	}
	for region, price := range v.Constants.SF {
		want := fmt.Sprintf("%.5f", price*18)
		if got, err := tuning.ReferenceExecutionCost(region, 4, 0); err != nil || fmt.Sprintf("%.5f", got) != want {
			t.Errorf("execution cost in %s: %v, %v, want %v", region, got, err, want)
		}
	}
}

func (v *vectors) checkPayloads(t *testing.T) {
	for _, c := range v.Payloads {
		got, err := tuning.ReferencePayloads(c.Num, c.Weights)
		var want []int
		if json.Unmarshal(c.Counts, &want) != nil { // the tool's error, as a string
			if _, ok := err.(*tuning.RangeError); !ok {
				t.Errorf("%d runs, weights %v: got %v, %v, want a *RangeError", c.Num, c.Weights, got, err)
			}
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%d runs, weights %v: %v (-want +got):\n%s", c.Num, c.Weights, err, diff)
		}
	}
}

func (v *vectors) checkAnalyze(t *testing.T) {
	for _, c := range v.Analyze {
		var points []tuning.Point
		for _, s := range c.Stats {
			points = append(points, tuning.Point{
				MemoryMB: int(s[0]), Cost: decimal.NewFromFloat(s[1]), Duration: time.Duration(math.Round(s[2] * 1e6)),
			})
		}
		var strategy tuning.Strategy // none: the tool's default, cost
		weight := 0.5
		if c.BalancedWeight != nil {
			weight = *c.BalancedWeight
		}
		if c.Strategy != nil {
			strategy = map[string]tuning.Strategy{"cost": tuning.Cheapest, "speed": tuning.Fastest, "balanced": tuning.Balanced(weight)}[*c.Strategy]
		}
		got, err := tuning.NewOutput(points, strategy)
		if err != nil {
			t.Errorf("%s: %v", c.ID, err)
			continue
		}
		if got.Power != c.Power || got.Cost != c.Cost || got.Duration != c.Duration || got.StateMachine.ExecutionCost != c.ExecutionCost {
			t.Errorf("%s, %v: got %+v, want %+v", c.ID, strategy, got, c)
		}
		best, err := tuning.Best(points, strategy)
		if err != nil || best.MemoryMB != c.Power {
			t.Errorf("%s, %v: %v, %v, want %d MB", c.ID, strategy, best, err, c.Power)
		}
	}
}

func (v *vectors) checkURLs(t *testing.T) {
	for _, c := range v.ShareURL {
		var points []tuning.Point
		for _, s := range c.Stats {
			points = append(points, tuning.Point{
				MemoryMB: int(s[0]), Duration: time.Duration(math.Round(s[1] * 1e6)), Cost: decimal.NewFromFloat(s[2]),
			})
		}
		if got, err := tuning.ShareURL(points); err != nil || got != c.URL {
			t.Errorf("share URL %s, %v, want %s", got, err, c.URL)
		}
	}
	for name, c := range v.DecodedURLs {
		share, err := tuning.ParseShare(c.URL)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		series := []tuning.Series{share.A}
		if share.B != nil {
			series = append(series, *share.B)
		}
		var got [][3][]float64
		for _, s := range series {
			var columns [3][]float64
			for _, stat := range s.Stats {
				columns[0] = append(columns[0], float64(stat.MemoryMB))
				columns[1] = append(columns[1], stat.AverageDuration)
				columns[2] = append(columns[2], stat.AveragePrice)
			}
			got = append(got, columns)
		}
		if diff := cmp.Diff(c.Decoded, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		for i, label := range c.Labels {
			if want := strings.ReplaceAll(label, "%20", " "); series[i].Legend != want {
				t.Errorf("%s: legend %q, want %q", name, series[i].Legend, want)
			}
		}
		if url, err := share.URL(); err != nil || url != strings.TrimSuffix(c.URL, ";") {
			t.Errorf("%s: back to %s, %v, want %s", name, url, err, c.URL)
		}
	}
}

// The products are made in the tool's order: these differ in the last bit in any other. Computed with another language's
// doubles.
func TestReferencePriceOrder(t *testing.T) {
	for _, c := range []struct {
		base float64
		mb   int
		want float64
	}{{2.1e-9, 192, 4.0950000000000006e-08}, {1.7e-9, 192, 3.315e-08}, {2.1e-9, 1769, 3.7729453125000006e-07}} {
		if got := tuning.ReferencePrice(c.base, c.mb, 12.5); got != c.want {
			t.Errorf("%v at %d MB: %v, want %v", c.base, c.mb, got, c.want)
		}
	}
}

// What the tool would have made of raw timings: trimmed, billed, and the restore counted twice.
func TestReferenceStats(t *testing.T) {
	samples := []tuning.Sample{
		{MemoryMB: 512, Runs: []cost.Timing{
			{Duration: 100 * ms, Init: 300 * ms}, {Duration: 10200 * time.Microsecond}, {Duration: 11 * ms}, {Duration: 12 * ms}, {Duration: 13 * ms},
		}},
		{MemoryMB: 1024, Runs: []cost.Timing{{Duration: 10 * ms, BilledRestore: 50 * ms}}},
		{MemoryMB: 128},
		{MemoryMB: 256, Runs: warm(ms), Failed: "timeout"},
		{MemoryMB: 2048, Runs: warm(-1)},
	}
	on := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	const base = 2.1e-9
	got, left := tuning.ReferenceStats(samples, base, 0.2, on)
	want := []tuning.Stat{
		{MemoryMB: 512, AveragePrice: tuning.ReferencePrice(base, 512, 12), AverageDuration: 12},
		{MemoryMB: 1024, AveragePrice: tuning.ReferencePrice(base, 1024, 110), AverageDuration: 60},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("stats (-want +got):\n%s", diff)
	}
	var named []string
	for _, l := range left {
		named = append(named, l.String())
	}
	if diff := cmp.Diff([]string{
		"128 MB: no runs", "256 MB: failed: timeout",
		"2048 MB: run 0: cost: Duration is -1ns, allowed is 0 to 30m0s",
	}, named); diff != "" {
		t.Errorf("left out (-want +got):\n%s", diff)
	}
}

func TestReferenceLeavesValues(t *testing.T) {
	values := []float64{3, 1, 2}
	if got := tuning.ReferenceMean(values, 0.4); got != 2 {
		t.Errorf("mean %v, want 2", got)
	}
	if diff := cmp.Diff([]float64{3, 1, 2}, values); diff != "" {
		t.Errorf("the values were changed (-want +got):\n%s", diff)
	}
}

// JavaScript's toFixed rounds an exact half up, where Go's rounds it to even; and transitions of cold starts are others.
func TestReferenceExecutionCost(t *testing.T) {
	for _, c := range []struct {
		sizes, coldStarts int
		want              float64
	}{
		{0, 0, 0.00015},
		{1, 0, 0.00023},
		{3, 0, 0.00038},
		{5, 0, 0.00053},
		{5, 10, 0.00278}, // (6 + 5 + 100) × .000025 = .002775
		{206, 0, 0.0156},
	} {
		if got, err := tuning.ReferenceExecutionCost("", c.sizes, c.coldStarts); err != nil || got != c.want {
			t.Errorf("%d sizes, %d cold starts: %v, %v, want %v", c.sizes, c.coldStarts, got, err, c.want)
		}
	}
	_, err := tuning.ReferenceExecutionCost("", -1, 0)
	wantRange(t, err, "sizes")
	_, err = tuning.ReferenceExecutionCost("", 1, -1)
	wantRange(t, err, "coldStarts")
	if _, err := tuning.ReferenceBasePrice("us-east-1", "riscv"); err == nil {
		t.Error("an unknown architecture has a price")
	}
}

func TestReferencePayloadsErrors(t *testing.T) {
	for _, c := range []struct {
		num     int
		weights []int
		field   string
	}{
		{5, nil, "weights"},
		{1, []int{1, 1}, "num"},
		{-1, []int{1}, "num"},
		{5, []int{1, 0}, "weights[1]"},
		{5, []int{-1}, "weights[0]"},
		{10, []int{1, 30}, "weights[0]"},
		{10, []int{math.MaxInt, 1}, "weights[1]"},
	} {
		_, err := tuning.ReferencePayloads(c.num, c.weights)
		wantRange(t, err, c.field)
	}
}

// A share to discard that is no number discards nothing and panics nowhere: the mean is no number either, as in JavaScript,
// and stats are left out by name.
func TestReferenceOfNoNumber(t *testing.T) {
	if got := tuning.ReferenceMean([]float64{1, 2}, nan); !math.IsNaN(got) {
		t.Errorf("mean %v, want NaN", got)
	}
	for _, c := range []struct {
		base, discard float64
		field         string
	}{{2.1e-9, nan, "discard"}, {nan, 0.2, "base"}, {-1, 0.2, "base"}, {inf, 0.2, "base"}} {
		got, left := tuning.ReferenceStats([]tuning.Sample{{MemoryMB: 128, Runs: warm(ms)}}, c.base, c.discard, time.Time{})
		if len(got) != 0 || len(left) != 1 {
			t.Fatalf("%v, %v: %v, %v", c.base, c.discard, got, left)
		}
		wantRange(t, left[0].Err, c.field)
	}
	for _, discard := range []float64{inf, -inf, -1} { // taken for 0.4 and 0, as documented
		if got := tuning.ReferenceMean([]float64{1, 2, 3, 4, 15}, discard); got != 3 && got != 5 {
			t.Errorf("discard %v: %v", discard, got)
		}
	}
}

// Sizes that do not exist are left out, all samples of a size are one stat, sizes stay in their order, and no day is the day
// that Options.On takes.
func TestReferenceStatsSizes(t *testing.T) {
	cold := []cost.Timing{{Duration: 2 * ms, Init: 100 * ms}}
	got, left := tuning.ReferenceStats([]tuning.Sample{
		{MemoryMB: -128, Runs: warm(ms)}, {MemoryMB: 512, Runs: cold}, {Runs: warm(ms)}, {MemoryMB: 256, Runs: warm(3 * ms)}, {MemoryMB: 512, Runs: warm(4 * ms)},
	}, 2.1e-9, 0, time.Time{})
	want := []tuning.Stat{
		{MemoryMB: 512, AveragePrice: tuning.ReferencePrice(2.1e-9, 512, (102+4)/2.), AverageDuration: 53},
		{MemoryMB: 256, AveragePrice: tuning.ReferencePrice(2.1e-9, 256, 3), AverageDuration: 3},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(left) != 2 || left[0].MemoryMB != -128 || left[1].MemoryMB != 0 {
		t.Fatalf("left out %v", left)
	}
	for _, l := range left {
		wantRange(t, l.Err, "MemoryMB")
	}
}
