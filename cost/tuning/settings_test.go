package tuning_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/tuning"
)

// everything is all that the package can say of some runs, as text that no setting touches.
func everything(t *testing.T) []string {
	t.Helper()
	rates := embedded(t, "eu-west-1")
	samples := randomSamples(rand.New(rand.NewPCG(8, 8)), 128, 512, 1024, 3008)
	e := must(tuning.Evaluate(rates, cost.ARM64, samples, &tuning.Options{ColdShare: 0.05, EphemeralMB: 1024}))(t)
	points := e.Points()
	text := func(d decimal.Decimal) string { return fmt.Sprint(d.Coefficient(), "e", d.Exponent()) }
	var said []string
	add := func(parts ...any) { said = append(said, fmt.Sprint(parts...)) }
	for _, s := range e.Sizes {
		add(s.Point.MemoryMB, s.Point.Duration, text(s.Point.Cost), text(s.Parts.Requests), text(s.Parts.Compute), text(s.Parts.Ephemeral))
	}
	for _, c := range must(e.Curve(500))(t) {
		add(c.Point.MemoryMB, c.Point.Duration, text(c.Point.Cost))
	}
	for _, p := range must(tuning.Curve(points, 500))(t) {
		add(p.MemoryMB, p.Duration, text(p.Cost))
	}
	add(string(must(json.Marshal(points))(t)))
	var back []tuning.Point
	if err := json.Unmarshal(must(json.Marshal(points))(t), &back); err != nil || !cmp.Equal(points, back) {
		t.Errorf("read back as %v, %v", back, err)
	}
	add(must(tuning.ShareURL(points))(t), string(must(json.Marshal(must(tuning.NewOutput(points, tuning.Balanced(0.3)))(t)))(t)))
	for _, tie := range must(tuning.Ties(points, tuning.Cheapest, 5, 1e6))(t) {
		add(tie.Point.MemoryMB, tie.CostMore, tie.DurationMore, text(tie.Monthly), text(tie.MonthlyMore))
	}
	for _, m := range must(e.Margins(nil))(t) {
		add(m.Point.MemoryMB, m.Longest)
	}
	add(must(e.Bootstrap(t.Context(), &tuning.BootstrapOptions{Resamples: 20}))(t))
	ranked, _, err := tuning.Rank(rates, []tuning.Function{{Name: "f", Arch: cost.X86, MemoryMB: 3008, MaxMemoryUsedMB: 500, Invocations: 7, BilledMS: 12345}}, 0.3)
	if err != nil {
		t.Fatal(err)
	}
	add(text(ranked[0].Today), text(ranked[0].Floor.AllCPU), text(ranked[0].SavesAtMost))
	add(text(must(tuning.PerInvocation(decimal.New(100, 0), 7))(t)))
	_, err = tuning.FastestWithin(points, decimal.New(100, -12))
	add(err, e.Included())
	_, err = tuning.FastestWithin(points, decimal.New(-10, 2))
	add(err)
	return said
}

// No package-level setting of decimal changes anything.
func TestDecimalSettings(t *testing.T) {
	want := everything(t)
	defer func(dp, pp int, mj, tz, sn bool, em, md int, zero decimal.Decimal) {
		decimal.DivisionPrecision, decimal.PowPrecisionNegativeExponent = dp, pp
		decimal.MarshalJSONWithoutQuotes, decimal.TrimTrailingZeros, decimal.UseScientificNotation = mj, tz, sn
		decimal.ExpMaxIterations, decimal.MaxDecodeExponent, decimal.Zero = em, md, zero
	}(
		decimal.DivisionPrecision, decimal.PowPrecisionNegativeExponent,
		decimal.MarshalJSONWithoutQuotes, decimal.TrimTrailingZeros, decimal.UseScientificNotation,
		decimal.ExpMaxIterations, decimal.MaxDecodeExponent, decimal.Zero,
	)
	decimal.DivisionPrecision, decimal.PowPrecisionNegativeExponent = 1, 1
	decimal.MarshalJSONWithoutQuotes, decimal.TrimTrailingZeros, decimal.UseScientificNotation = true, false, true
	decimal.ExpMaxIterations, decimal.MaxDecodeExponent, decimal.Zero = 1, 1, decimal.New(7, 0)
	if diff := cmp.Diff(want, everything(t)); diff != "" {
		t.Errorf("with other settings (-want +got):\n%s", diff)
	}
}
