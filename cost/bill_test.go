package cost_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

var update = flag.Bool("update", false, "rewrite golden files")

func region(t testing.TB, code string) *cost.Rates {
	t.Helper()
	r, err := cost.Embedded().Region(code)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func bill(t testing.TB, r *cost.Rates, u cost.Usage, o *cost.Options) cost.Bill {
	t.Helper()
	b, err := r.Bill(u, o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestMeters(t *testing.T) {
	all := cost.Meters()
	for i, m := range all {
		if int(m) != i+1 || !m.Valid() || m.Unit() == "" {
			t.Errorf("meter %d is %v, unit %q", i, m, m.Unit())
		}
		text, err := m.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var back cost.Meter
		if err := back.UnmarshalText(text); err != nil || back != m || m.String() != string(text) {
			t.Errorf("%v reads back as %v, %v", m, back, err)
		}
		// Every valid key has a slot of its own: what is added under it is found under it, and nowhere else.
		for _, a := range append(cost.Arches(), "") {
			k := cost.Key{Meter: m, Arch: a}
			if valid := (a != "") == m.ByArch(); valid != (k.Validate() == nil) {
				t.Errorf("%v: valid is %v", k, !valid)
				continue
			} else if !valid {
				continue
			}
			var u cost.Usage
			if err := u.Add(m, a, decimal.New(1, 0)); err != nil {
				t.Fatal(err)
			}
			got := map[cost.Key]string{}
			for k, q := range u.All() {
				got[k] = q.String()
			}
			if diff := cmp.Diff(map[cost.Key]string{k: "1"}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}
	}
	var none cost.Meter
	if none.Valid() || none.ByArch() || none.Unit() != "" || none.String() != "Meter(0)" {
		t.Errorf("the zero meter is %v", none)
	}
	if _, err := none.MarshalText(); !isUnknown("meter")(err) {
		t.Errorf("text of the zero meter: error is %v", err)
	}
}

func TestEnumsReadBack(t *testing.T) {
	type all struct {
		Mode      cost.Mode
		Packaging cost.Packaging
		Kind      cost.Kind
	}
	for i := range 3 {
		want := all{cost.Mode(i), cost.Packaging(i), cost.Kind(i + 1)}
		b, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got all
		if err := json.Unmarshal(b, &got); err != nil || got != want {
			t.Errorf("%s reads back as %v, %v", b, got, err)
		}
	}
	for _, text := range []string{`{"Mode":"x"}`, `{"Packaging":""}`, `{"Kind":"charged"}`} {
		var got all
		if err := json.Unmarshal([]byte(text), &got); err == nil || got != (all{}) {
			t.Errorf("%s is taken as %v", text, got)
		}
	}
	if s := fmt.Sprint(cost.Mode(9), cost.Packaging(9), cost.Kind(9)); s != "Mode(9) Packaging(9) Kind(9)" {
		t.Error(s)
	}
}

func TestInvoiceRoundsHalfUp(t *testing.T) {
	for cst, want := range map[string]string{
		"0.00000000005": "0.0000000001", "0.000000000049999": "0", "0.00000000015": "0.0000000002",
		"0.00000000025": "0.0000000003", "1.5": "1.5", "0": "0",
	} {
		b := cost.Bill{Lines: []cost.Line{{Meter: cost.Compute, Cost: decimal.RequireFromString(cst)}}}
		if got := b.Invoice().Total().String(); got != want {
			t.Errorf("%s is rounded to %s, want %s", cst, got, want)
		}
		if got := b.Total().String(); got != cst {
			t.Errorf("Invoice changed the bill from %s to %s", cst, got)
		}
	}
}

// Merging is exact in any order and grouping, parts add up, and a copy is independent of what it was copied from.
func TestUsageMerges(t *testing.T) {
	for seed := range uint64(100) {
		rng := rand.New(rand.NewPCG(seed, 4))
		parts := make([]cost.Usage, 6)
		for i := range parts {
			parts[i], _ = program(t, rng, 3)
		}
		var forward, backward, tree cost.Usage
		for i := range parts {
			merge(t, &forward, parts[i])
			merge(t, &backward, parts[len(parts)-1-i])
		}
		for i := 0; i < len(parts); i += 2 {
			pair := parts[i]
			before := pair
			merge(t, &pair, parts[i+1])
			if !before.Equal(parts[i]) {
				t.Fatal("merging into a copy changed the original")
			}
			merge(t, &tree, pair)
		}
		if !forward.Equal(backward) || !forward.Equal(tree) {
			t.Fatalf("seed %d: order matters", seed)
		}
		five, err := parts[0].Times(5)
		if err != nil {
			t.Fatal(err)
		}
		var sum cost.Usage
		for range 5 {
			merge(t, &sum, parts[0])
		}
		if !sum.Equal(five) {
			t.Fatalf("seed %d: five times is not five merges", seed)
		}
		b, err := json.Marshal(forward)
		if err != nil {
			t.Fatal(err)
		}
		var back cost.Usage
		if err := json.Unmarshal(b, &back); err != nil || !back.Equal(forward) {
			t.Fatalf("seed %d: %s reads back as %v, %v", seed, b, back, err)
		}
	}
}

func merge(t *testing.T, u *cost.Usage, v cost.Usage) {
	t.Helper()
	if err := u.Merge(v); err != nil {
		t.Fatal(err)
	}
}

// More usage never costs less, and a month billed in two parts costs what it costs at once.
func TestBillProperties(t *testing.T) {
	r := region(t, "us-east-1")
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 5))
		add := func(u *cost.Usage) {
			if err := u.Add(cost.Compute, cost.X86, decimal.New(rng.Int64N(1<<uint(1+rng.IntN(45))), -3)); err != nil {
				t.Fatal(err)
			}
		}
		o := &cost.Options{FreeTier: cost.MonthlyFreeTier(), FreeAdvancesTiers: seed%2 == 0}
		var first, second, both cost.Usage
		add(&first)
		add(&second)
		merge(t, &both, first)
		merge(t, &both, second)
		atOnce := bill(t, r, both, o).Total()
		one := bill(t, r, first, o).Total()
		o.Prior = map[string]cost.Usage{"us-east-1": first}
		other := bill(t, r, second, o).Total()
		if !one.Add(other).Equal(atOnce) {
			t.Fatalf("seed %d: %s and %s in two parts, %s at once", seed, one, other, atOnce)
		}
		if atOnce.LessThan(one) {
			t.Fatalf("seed %d: more costs less", seed)
		}
	}
}

func TestDiscountPerMeter(t *testing.T) {
	var u cost.Usage
	if err := u.AddInvocations(1e6, cost.Invocation{Arch: cost.X86, MemoryMB: 1024, Billed: time.Second}); err != nil {
		t.Fatal(err)
	}
	b := bill(t, region(t, "us-east-1"), u, &cost.Options{Discount: decimal.New(10, -2), Discounts: map[cost.Meter]decimal.Decimal{cost.Requests: {}}})
	got := map[string]string{}
	for _, l := range b.Lines {
		got[l.Meter.String()] = l.ListUnitPrice.String() + " " + l.UnitPrice.String() + " " + l.Cost.String()
	}
	want := map[string]string{"Requests": "0.0000002 0.0000002 0.2", "Compute": "0.0000166667 0.00001500003 15.00003"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The free tier is shared in the documented order, and the caller's own copy stays as it was.
func TestFreeTierOrder(t *testing.T) {
	usage := map[string]cost.Usage{}
	for _, code := range []string{"us-east-1", "eu-west-1"} {
		var u cost.Usage
		for _, a := range cost.Arches() {
			if err := u.Add(cost.Requests, a, decimal.New(300_000, 0)); err != nil {
				t.Fatal(err)
			}
		}
		usage[code] = u
	}
	free := cost.MonthlyFreeTier()
	s, err := cost.Embedded().Bill(usage, &cost.Options{FreeTier: free, Prior: map[string]cost.Usage{"us-east-1": usage["us-east-1"]}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, b := range s.Bills {
		for _, l := range b.Lines {
			got = append(got, fmt.Sprint(b.Region, " ", l.Arch, " ", l.Kind, " ", l.Quantity))
		}
	}
	want := []string{
		"eu-west-1 x86_64 Free 300000", "eu-west-1 arm64 Free 100000", "eu-west-1 arm64 Charged 200000",
		"us-east-1 x86_64 Charged 300000", "us-east-1 arm64 Charged 300000",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(cost.MonthlyFreeTier(), free); diff != "" {
		t.Errorf("the caller's free tier (-before +after):\n%s", diff)
	}
}

func TestEmptyBill(t *testing.T) {
	b := bill(t, region(t, "eu-west-1"), cost.Usage{}, nil)
	if len(b.Lines) != 0 || !b.Total().IsZero() {
		t.Errorf("nothing used: %v", b.Lines)
	}
	s, err := cost.Embedded().Bill(nil, nil)
	if err != nil || len(s.Bills) != 0 || !s.Total().IsZero() || s.Currency() != "" {
		t.Errorf("no region: %v, %v", s, err)
	}
}

func TestWriteTableGolden(t *testing.T) {
	var u cost.Usage
	if err := u.Add(cost.Compute, cost.X86, decimal.New(16, 9)); err != nil {
		t.Fatal(err)
	}
	if err := u.Add(cost.SQSPoller, "", decimal.New(744, 0)); err != nil {
		t.Fatal(err)
	}
	if err := u.AddInvocations(5e6, cost.Invocation{Arch: cost.ARM64, MemoryMB: 1769, Billed: 137 * time.Millisecond, StreamedBytes: 7 << 20}); err != nil {
		t.Fatal(err)
	}
	s, err := cost.Embedded().Bill(map[string]cost.Usage{"us-east-1": u, "ap-east-2": {}}, &cost.Options{FreeTier: cost.MonthlyFreeTier(), Discount: decimal.New(5, -2)})
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	if err := s.WriteTable(&table); err != nil {
		t.Fatal(err)
	}
	const file = "testdata/table.golden"
	if *update {
		if err := os.WriteFile(file, []byte(table.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), table.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func FuzzUsageJSON(f *testing.F) {
	f.Add([]byte(`[{"Meter":"Compute","Arch":"arm64","Quantity":"1.5"},{"Meter":"SQSPoller","Quantity":1e-3}]`))
	f.Add([]byte(`[{"Meter":"Requests","Arch":"x86_64","Quantity":"1e999999999"}]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var u cost.Usage
		if json.Unmarshal(b, &u) != nil {
			if !u.IsZero() {
				t.Fatal("a failed read left something")
			}
			return
		}
		again, err := json.Marshal(u)
		if err != nil {
			t.Fatal(err)
		}
		var v cost.Usage
		if err := json.Unmarshal(again, &v); err != nil || !v.Equal(u) {
			t.Fatalf("%s reads back as %v, %v", again, v, err)
		}
	})
}

func FuzzBillJSON(f *testing.F) {
	f.Add([]byte(`{"Region":"eu-west-1","Currency":"USD","AsOf":"2025-06-17T00:00:00Z","Lines":[{"Kind":"Free","Meter":"Compute","Arch":"arm64","Unit":"x","Quantity":"1.5","Cost":"1e-20"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var b cost.Bill
		if json.Unmarshal(text, &b) != nil {
			return
		}
		again, err := json.Marshal(b)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		var c cost.Bill
		if err := json.Unmarshal(again, &c); err != nil || !cmp.Equal(b, c) {
			t.Fatalf("%s does not read back: %v", again, err)
		}
		_ = b.String()
		var outOfRange *cost.RangeError
		if err := b.Invoice().WriteTable(&strings.Builder{}); err != nil && !errors.As(err, &outOfRange) {
			t.Fatal(err)
		}
		if show, err := cost.Allocate[string](b, nil); err == nil && !show.Rest.Total().Equal(b.Total()) {
			t.Fatal("the rest of nobody is not all")
		}
	})
}

// FuzzDecimalText reads whatever text as a quantity: fast, and as decimal itself would.
func FuzzDecimalText(f *testing.F) {
	for _, s := range []string{"1", "-0.5e-7", "1e9999999999", "1e-9999999999", ".5", "5.", "+1", "1_0", "00.10", "9e60", "1e200"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		quoted, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var tier cost.Tier
		if json.Unmarshal([]byte(`{"From":`+string(quoted)+`}`), &tier) != nil {
			return
		}
		want, err := decimal.NewFromString(strings.ToValidUTF8(s, "\ufffd"))
		if err != nil || !want.Equal(tier.From) {
			t.Fatalf("%q is read as %s, decimal says %s, %v", s, tier.From, want, err)
		}
		if b, err := json.Marshal(tier); err != nil || len(b) > 1000 {
			t.Fatalf("%q is written in %d bytes, %v", s, len(b), err)
		}
	})
}

// What it is worth that AWS does not say whether free GB-seconds count toward the tiers, as Options.FreeAdvancesTiers and the README
// say it: the free ones move from the first to the last tier that is reached.
func TestFreeAdvancesTiersIsWorth(t *testing.T) {
	worth := func(code string, a cost.Arch, gbSeconds int64) string {
		r := region(t, code)
		var u cost.Usage
		if err := u.Add(cost.Compute, a, decimal.New(gbSeconds, 0)); err != nil {
			t.Fatal(err)
		}
		without := bill(t, r, u, &cost.Options{FreeTier: cost.MonthlyFreeTier()}).Total()
		with := bill(t, r, u, &cost.Options{FreeTier: cost.MonthlyFreeTier(), FreeAdvancesTiers: true}).Total()
		return without.Sub(with).StringFixed(2)
	}
	got := map[string]string{
		"us-east-1, one tier":    worth("us-east-1", cost.X86, 6e9),
		"us-east-1, two tiers":   worth("us-east-1", cost.X86, 10e9),
		"us-east-1, three tiers": worth("us-east-1", cost.X86, 20e9),
	}
	most := ""
	for _, code := range cost.Embedded().Regions() {
		if strings.HasPrefix(code, "cn-") {
			continue // CNY, and no tiers known
		}
		for _, a := range cost.Arches() {
			if _, err := region(t, code).Price(cost.Compute, a); err != nil {
				continue
			}
			most = max(most, worth(code, a, 100e9)) // all have one digit before the point
		}
	}
	got["most"] = most
	want := map[string]string{"us-east-1, one tier": "0.00", "us-east-1, two tiers": "0.67", "us-east-1, three tiers": "1.33", "most": "1.84"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("USD a month (-want +got):\n%s", diff)
	}
}
