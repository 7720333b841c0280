package savings_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/savings"
)

// None of decimal's package-level settings changes a figure or a text.
func TestDecimalSettings(t *testing.T) {
	m := month{
		0: {"us-east-1": used(t, map[cost.Key]string{computeX86: "1234.5", computeARM: "77", requestsX86: "1000"})},
		4: {"us-east-1": used(t, map[cost.Key]string{computeX86: "0.1"})},
	}
	nearTier := usageByRegion{"us-east-1": used(t, map[cost.Key]string{computeX86: "5999999000"})}
	said := func() string {
		h := newHistory(t, cost.Embedded(), m, savings.Plan{}, &cost.Options{FreeTier: cost.MonthlyFreeTier(), Prior: m[0]})
		h2 := newHistory(t, cost.Embedded(), m, savings.Plan{CoveredOutsideTiers: true}, &cost.Options{Prior: nearTier})
		s, err := h.Bill(decimal.New(123, -4))
		if err != nil {
			t.Fatal(err)
		}
		s2, err := h2.Bill(decimal.New(123, -4))
		if err != nil {
			t.Fatal(err)
		}
		statement, err := json.Marshal([]cost.Statement{s, s2})
		if err != nil {
			t.Fatal(err)
		}
		best, err := savings.Best(t.Context(), h, h2)
		if err != nil {
			t.Fatal(err)
		}
		offers, err := savings.ReadOffer(bytes.NewReader(fixture(t)))
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.Bill(decimal.New(-150, -2))
		return fmt.Sprint(string(statement), best.Lowest.Commitment, best.Lowest.Cost, best.Cost.Rat(), offers[0].Cards[0].Prices[0].Tiers[0].UnitPrice.Rat(), err)
	}
	want := said()
	withSettings(func() {
		if diff := cmp.Diff(want, said()); diff != "" {
			t.Errorf("with other settings (-want +got):\n%s", diff)
		}
	})
}

// withSettings calls f with other settings of package decimal than its own.
func withSettings(f func()) {
	defer func(precision int, quotes, trim, scientific bool, most int) {
		decimal.DivisionPrecision, decimal.MarshalJSONWithoutQuotes, decimal.TrimTrailingZeros = precision, quotes, trim
		decimal.UseScientificNotation, decimal.MaxDecodeExponent = scientific, most
	}(decimal.DivisionPrecision, decimal.MarshalJSONWithoutQuotes, decimal.TrimTrailingZeros, decimal.UseScientificNotation, decimal.MaxDecodeExponent)
	decimal.DivisionPrecision, decimal.MarshalJSONWithoutQuotes, decimal.TrimTrailingZeros = 1, true, false
	decimal.UseScientificNotation, decimal.MaxDecodeExponent = true, 1
	f()
}
