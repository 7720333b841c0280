package tuning_test

import (
	"encoding/json"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/tuning"
)

// On 54 measured tables: how far is the interpolation from a size that was left out, how far the fit, and does the choice
// between measured points hold when every MB between them is looked at?
func TestMeasuredTables(t *testing.T) {
	var file struct {
		Tables []struct {
			ID, Arch string
			Threads  any          // a number, or in words
			Points   [][2]float64 `json:"points_mb_ms"`
		}
	}
	if err := json.Unmarshal(shared(t, "facts/duration_memory_tables.json"), &file); err != nil {
		t.Fatal(err)
	}
	off := map[string][]float64{}
	rates := embedded(t, "us-east-2")
	for _, table := range file.Tables {
		var samples []tuning.Sample
		for _, p := range table.Points {
			samples = append(samples, tuning.Sample{MemoryMB: int(p[0]), Runs: warm(time.Duration(math.Round(p[1] * 1e6)))})
		}
		arch := cost.Arch(table.Arch)
		e := must(tuning.Evaluate(rates, arch, samples, nil))(t)
		threads := 6
		if n, is := table.Threads.(float64); is {
			threads = int(n)
		}
		_, checks, err := tuning.CheckPoints(e.Points(), threads)
		if err != nil {
			t.Errorf("%s: %v", table.ID, err)
			continue
		}
		for _, c := range checks {
			off["fit "+table.Arch] = append(off["fit "+table.Arch], math.Abs(float64(c.Fitted)/float64(c.Measured)-1))
			if c.FromOthers > 0 {
				off["interpolation "+table.Arch] = append(off["interpolation "+table.Arch], math.Abs(float64(c.FromOthers)/float64(c.Measured)-1))
			}
		}
		curve := must(e.Curve(16))(t)
		var dense []tuning.Point
		for _, c := range curve {
			dense = append(dense, c.Point)
		}
		best, measured := must(tuning.Best(dense, nil))(t), must(tuning.Best(e.Points(), nil))(t)
		if best.Cost.GreaterThan(measured.Cost) {
			t.Errorf("%s: the curve's best costs %v, the points' %v", table.ID, best.Cost, measured.Cost)
		}
	}
	for _, kind := range []string{"interpolation x86_64", "interpolation arm64", "fit x86_64", "fit arm64"} {
		v := off[kind]
		slices.Sort(v)
		median, p90 := v[len(v)/2], v[len(v)*9/10]
		t.Logf("%s: %d sizes, median %.1f %%, p90 %.1f %%, largest %.0f %%", kind, len(v), 100*median, 100*p90, 100*v[len(v)-1])
		if len(v) < 50 || median > 0.09 {
			t.Errorf("%s: %d sizes, median error %.3f", kind, len(v), median)
		}
	}
}
