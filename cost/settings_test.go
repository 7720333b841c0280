package cost_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// everything is all that the package can say of some usage, as text.
func everything(t *testing.T) map[string]string {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var u cost.Usage
	must(u.Add(cost.Compute, cost.X86, decimal.New(2, 10).Add(decimal.New(1, -30))))
	must(u.Add(cost.Requests, cost.ARM64, decimal.New(3, 6)))
	must(u.AddInvocations(7, cost.Invocation{Arch: cost.ARM64, MemoryMB: 1769, Billed: 1e6, StreamedBytes: 7_654_321}))
	s, err := cost.Embedded().Bill(map[string]cost.Usage{"eu-west-1": u, "us-east-1": u}, &cost.Options{
		FreeTier: cost.MonthlyFreeTier(), Discount: decimal.New(123, -3),
		Discounts: map[cost.Meter]decimal.Decimal{cost.Requests: decimal.New(5, -1)},
		Prior:     map[string]cost.Usage{"eu-west-1": u},
	})
	must(err)
	show, err := cost.AllocateStatement(s, map[string]map[string]cost.Usage{"a": {"eu-west-1": u}, "b": {}})
	must(err)
	said := map[string]string{"string": s.String(), "bill": s.Bills[0].String()}
	for name, v := range map[string]any{
		"usage": u, "statement": s, "invoice": s.Invoice(), "showback": show.Owners, "rest": show.Rest,
		"free tier": cost.MonthlyFreeTier(),
	} {
		b, err := json.Marshal(v)
		must(err)
		said[name] = string(b)
	}
	rates, err := cost.Embedded().Region("eu-west-1")
	must(err)
	card, err := json.Marshal(rates.Card())
	must(err)
	said["card"] = string(card)
	var table bytes.Buffer
	must(s.WriteTable(&table))
	said["table"] = table.String()
	var read cost.Statement
	must(json.Unmarshal([]byte(said["statement"]), &read))
	if diff := cmp.Diff(s, read); diff != "" {
		t.Errorf("statement read back (-want +got):\n%s", diff)
	}
	var readUsage cost.Usage
	must(json.Unmarshal([]byte(said["usage"]), &readUsage))
	if !readUsage.Equal(u) {
		t.Error("usage is not read back equal")
	}
	var e error = &cost.AllocationError{Owners: decimal.New(12345, -10), Billed: decimal.New(1, 3)}
	said["error"] = e.Error()
	return said
}

// No package-level setting of decimal changes anything.
func TestDecimalSettings(t *testing.T) {
	want := everything(t)
	settings := map[string]func(){
		"DivisionPrecision":            func() { decimal.DivisionPrecision = 1 },
		"PowPrecisionNegativeExponent": func() { decimal.PowPrecisionNegativeExponent = 1 },
		"MarshalJSONWithoutQuotes":     func() { decimal.MarshalJSONWithoutQuotes = true },
		"TrimTrailingZeros":            func() { decimal.TrimTrailingZeros = false },
		"UseScientificNotation":        func() { decimal.UseScientificNotation = true },
		"ExpMaxIterations":             func() { decimal.ExpMaxIterations = 1 },
		"MaxDecodeExponent":            func() { decimal.MaxDecodeExponent = 1 },
		"Zero":                         func() { decimal.Zero = decimal.New(7, 0) },
	}
	restore := func(dp, pp int, mj, tz, sn bool, em, md int, zero decimal.Decimal) {
		decimal.DivisionPrecision, decimal.PowPrecisionNegativeExponent = dp, pp
		decimal.MarshalJSONWithoutQuotes, decimal.TrimTrailingZeros, decimal.UseScientificNotation = mj, tz, sn
		decimal.ExpMaxIterations, decimal.MaxDecodeExponent, decimal.Zero = em, md, zero
	}
	defer restore(
		decimal.DivisionPrecision, decimal.PowPrecisionNegativeExponent,
		decimal.MarshalJSONWithoutQuotes, decimal.TrimTrailingZeros, decimal.UseScientificNotation,
		decimal.ExpMaxIterations, decimal.MaxDecodeExponent, decimal.Zero,
	)
	// One after the other, so that in the end all are changed.
	for name, change := range settings {
		change()
		if diff := cmp.Diff(want, everything(t)); diff != "" {
			t.Errorf("with %s changed too (-want +got):\n%s", name, diff)
		}
	}
	for seed := range uint64(50) {
		usageAgrees(t, seed)
		billAgrees(t, seed)
		allocateConserves(t, seed)
	}
}
