package breakeven_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/breakeven"
)

// figures is all that the package computes of some sides, as text that does not depend on decimal's settings.
func figures(t *testing.T) []string {
	t.Helper()
	exact := func(d decimal.Decimal) string { return d.Rat().String() }
	var all []string
	lambda, fargate := api(t, "us-east-1"), service(t, "us-east-1")
	lambda.Options = &cost.Options{FreeTier: cost.MonthlyFreeTier(), Discount: decimal.New(123, -3)}
	found, err := breakeven.Crossings(lambda, fargate, math.MaxUint64)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range found {
		all = append(all, fmt.Sprint(c.Requests, c.Cheaper), exact(c.CostA), exact(c.CostB), exact(c.BeforeA), exact(c.BeforeB))
	}
	change := breakeven.Change{Investment: decimal.New(12345, -2), Before: lambda, After: withArch(lambda, cost.ARM64)}
	p, err := change.Payback(123_456_789)
	if err != nil {
		t.Fatal(err)
	}
	within, err := change.PaysWithin(7, math.MaxUint64)
	if err != nil {
		t.Fatal(err)
	}
	cheapest, err := provisioned(t).Cheapest(60_000_000, .1, 20, func(units int) float64 { return 1 / float64(units+1) })
	if err != nil {
		t.Fatal(err)
	}
	all = append(all, exact(p.Saving), fmt.Sprint(p.Months, within), exact(p.Net(12)), exact(cheapest.Cost), fmt.Sprint(cheapest.Units))
	for _, d := range gigantic {
		_, err := breakeven.Fixed{PerMonth: d}.Monthly(1)
		all = append(all, fmt.Sprint(err))
	}
	_, err = breakeven.Fixed{PerMonth: decimal.New(-12300, -3)}.Monthly(1)
	return append(all, err.Error())
}

// No package-level setting of decimal is read.
func TestSettings(t *testing.T) {
	want := figures(t)
	precision, power, scientific, trim, quotes, exponent := decimal.DivisionPrecision, decimal.PowPrecisionNegativeExponent,
		decimal.UseScientificNotation, decimal.TrimTrailingZeros, decimal.MarshalJSONWithoutQuotes, decimal.MaxDecodeExponent
	defer func() {
		decimal.DivisionPrecision, decimal.PowPrecisionNegativeExponent, decimal.UseScientificNotation = precision, power, scientific
		decimal.TrimTrailingZeros, decimal.MarshalJSONWithoutQuotes, decimal.MaxDecodeExponent = trim, quotes, exponent
	}()
	decimal.DivisionPrecision, decimal.PowPrecisionNegativeExponent, decimal.UseScientificNotation = 1, 1, !scientific
	decimal.TrimTrailingZeros, decimal.MarshalJSONWithoutQuotes, decimal.MaxDecodeExponent = !trim, !quotes, 1
	got := figures(t)
	sortedDiff(t, want, got)
}

func sortedDiff(t *testing.T, want, got []string) {
	t.Helper()
	count := func(s []string) map[string]int {
		m := map[string]int{}
		for _, x := range s {
			m[x]++
		}
		return m
	}
	if diff := cmp.Diff(count(want), count(got)); diff != "" {
		t.Errorf("with other settings (-want +got):\n%s", diff)
	}
}
