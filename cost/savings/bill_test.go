package savings_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/savings"
)

// rows are a statement's lines as text.
func rows(s cost.Statement) string {
	var w strings.Builder
	for _, b := range s.Bills {
		for _, l := range b.Lines {
			k := cost.Key{Meter: l.Meter, Arch: l.Arch}
			fmt.Fprintf(&w, "%s %s %s tier %d: %s x %s = %s, list %s\n", b.Region, l.Kind, k, l.Tier, l.Quantity, l.UnitPrice, l.Cost, l.ListUnitPrice)
		}
	}
	return w.String()
}

// Prices of which every figure can be followed by hand: tiers at 10 and 20 GB-seconds at 10, 8 and 5, a plan rate of 6.
func small(t *testing.T) (*cost.Catalog, []cost.RateCard) {
	c := catalog(t,
		card("eu-west-1", price(computeX86, "0", "10", "10", "8", "20", "5"), price(computeARM, "0", "4"), price(requestsX86, "0", "2"),
			price(key(cost.EphemeralStorage, cost.X86), "0", "3")),
		card("us-east-1", price(computeX86, "0", "20"), price(requestsX86, "0", "2")))
	plan := []cost.RateCard{
		card("eu-west-1", price(computeX86, "0", "6"), price(computeARM, "0", "3"), price(requestsX86, "0", "2")),
		card("us-east-1", price(computeX86, "0", "12"), price(requestsX86, "0", "2")),
	}
	return c, plan
}

func TestBill(t *testing.T) {
	c, cards := small(t)
	x86 := func(q string) map[cost.Key]string { return map[cost.Key]string{computeX86: q} }
	eu := func(q map[cost.Key]string) usageByRegion { return usageByRegion{"eu-west-1": used(t, q)} }
	tests := []struct {
		name       string
		month      month
		plan       savings.Plan
		options    *cost.Options
		commitment string
		want       string
	}{
		{
			"highest saving first, requests last",
			month{0: eu(map[cost.Key]string{computeX86: "4", computeARM: "4", requestsX86: "5"})},
			savings.Plan{},
			nil, "42", // 24 for x86_64 at -40 %, 12 for arm64 at -25 %, 6 for three requests
			`eu-west-1 Covered Requests x86_64 tier 0: 3 x 2 = 6, list 2
eu-west-1 Charged Requests x86_64 tier 0: 2 x 2 = 4, list 2
eu-west-1 Covered Compute x86_64 tier 1: 4 x 6 = 24, list 10
eu-west-1 Covered Compute arm64 tier 0: 4 x 3 = 12, list 4
`,
		},
		{
			"of equal savings the lowest rate first, in any region",
			month{0: {"eu-west-1": used(t, x86("2")), "us-east-1": used(t, x86("1"))}},
			savings.Plan{},
			nil, "18",
			`eu-west-1 Covered Compute x86_64 tier 1: 2 x 6 = 12, list 10
us-east-1 Covered Compute x86_64 tier 0: 0.5 x 12 = 6, list 20
us-east-1 Charged Compute x86_64 tier 0: 0.5 x 20 = 10, list 20
`,
		},
		{
			"whole MB·ms alone, the remainder is unused",
			month{0: eu(x86("1"))},
			savings.Plan{},
			nil, "0.00001", // pays for 1.7066… MB·ms
			`eu-west-1 Covered Compute x86_64 tier 1: 0.0000009765625 x 6 = 0.000005859375, list 10
eu-west-1 Charged Compute x86_64 tier 1: 0.9999990234375 x 10 = 9.999990234375, list 10
Any Unused Compute tier 0: 0.000004140625 x 1 = 0.000004140625, list 0
`,
		},
		{
			"whole requests alone, and nothing behind the one that is not paid for",
			month{0: eu(map[cost.Key]string{requestsX86: "5"})},
			savings.Plan{},
			nil, "3",
			`eu-west-1 Covered Requests x86_64 tier 0: 1 x 2 = 2, list 2
eu-west-1 Charged Requests x86_64 tier 0: 4 x 2 = 8, list 2
Any Unused Compute tier 0: 1 x 1 = 1, list 0
`,
		},
		{
			"never where the plan rate is above on-demand",
			month{0: eu(x86("30"))},
			savings.Plan{},
			nil, "1000",
			`eu-west-1 Covered Compute x86_64 tier 1: 10 x 6 = 60, list 10
eu-west-1 Covered Compute x86_64 tier 2: 10 x 6 = 60, list 8
eu-west-1 Charged Compute x86_64 tier 3: 10 x 5 = 50, list 5
Any Unused Compute tier 0: 880 x 1 = 880, list 0
`,
		},
		{
			"unless asked",
			month{0: eu(x86("30"))},
			savings.Plan{CoverAboveOnDemand: true},
			nil, "150",
			`eu-west-1 Covered Compute x86_64 tier 1: 10 x 6 = 60, list 10
eu-west-1 Covered Compute x86_64 tier 2: 10 x 6 = 60, list 8
eu-west-1 Covered Compute x86_64 tier 3: 5 x 6 = 30, list 5
eu-west-1 Charged Compute x86_64 tier 3: 5 x 5 = 25, list 5
`,
		},
		{
			"covered usage counts toward the tiers",
			month{0: eu(x86("12")), 1: eu(x86("12"))},
			savings.Plan{},
			nil, "30", // five units an hour
			`eu-west-1 Covered Compute x86_64 tier 1: 5 x 6 = 30, list 10
eu-west-1 Covered Compute x86_64 tier 2: 5 x 6 = 30, list 8
eu-west-1 Charged Compute x86_64 tier 1: 5 x 10 = 50, list 10
eu-west-1 Charged Compute x86_64 tier 2: 5 x 8 = 40, list 8
eu-west-1 Charged Compute x86_64 tier 3: 4 x 5 = 20, list 5
`,
		},
		{
			"or does not",
			month{0: eu(x86("12")), 1: eu(x86("12"))},
			// The second hour begins at 7: three units of it would have been in the first tier.
			savings.Plan{CoveredOutsideTiers: true},
			nil, "30",
			`eu-west-1 Covered Compute x86_64 tier 1: 8 x 6 = 48, list 10
eu-west-1 Covered Compute x86_64 tier 2: 2 x 6 = 12, list 8
eu-west-1 Charged Compute x86_64 tier 1: 10 x 10 = 100, list 10
eu-west-1 Charged Compute x86_64 tier 2: 4 x 8 = 32, list 8
`,
		},
		{
			"hours between are wasted, nothing carries over",
			month{0: eu(x86("2")), 3: eu(x86("1"))},
			savings.Plan{},
			nil, "6",
			`eu-west-1 Covered Compute x86_64 tier 1: 2 x 6 = 12, list 10
eu-west-1 Charged Compute x86_64 tier 1: 1 x 10 = 10, list 10
Any Unused Compute tier 0: 12 x 1 = 12, list 0
`,
		},
		{
			"so are those of a period without usage; usage outside of it is on demand",
			month{0: eu(x86("2")), 3: eu(x86("1"))},
			savings.Plan{From: at(1), Until: at(6)},
			nil, "6",
			`eu-west-1 Covered Compute x86_64 tier 1: 1 x 6 = 6, list 10
eu-west-1 Charged Compute x86_64 tier 1: 2 x 10 = 20, list 10
Any Unused Compute tier 0: 24 x 1 = 24, list 0
`,
		},
		{
			"a period alone",
			month{},
			savings.Plan{From: at(0), Until: at(720)},
			nil, "0.5",
			"Any Unused Compute tier 0: 360 x 1 = 360, list 0\n",
		},
		{"nothing at all", month{}, savings.Plan{}, nil, "5", ""},
		{
			"free tier first",
			month{0: eu(x86("2")), 1: eu(x86("2"))},
			savings.Plan{},
			&cost.Options{FreeTier: &cost.FreeTier{GBSeconds: dec("3")}}, "6",
			`eu-west-1 Free Compute x86_64 tier 0: 3 x 0 = 0, list 10
eu-west-1 Covered Compute x86_64 tier 1: 1 x 6 = 6, list 10
Any Unused Compute tier 0: 6 x 1 = 6, list 0
`,
		},
		{
			"free tier by region",
			month{0: {"us-east-1": used(t, x86("2"))}, 1: {"eu-west-1": used(t, x86("2"))}},
			savings.Plan{},
			&cost.Options{FreeTier: &cost.FreeTier{GBSeconds: dec("2")}}, "0",
			`eu-west-1 Free Compute x86_64 tier 0: 2 x 0 = 0, list 10
us-east-1 Charged Compute x86_64 tier 0: 2 x 20 = 40, list 20
`,
		},
		{
			"free tier by hour",
			month{0: {"us-east-1": used(t, x86("2"))}, 1: {"eu-west-1": used(t, x86("2"))}},
			savings.Plan{FreeTier: savings.FreeByHour},
			&cost.Options{FreeTier: &cost.FreeTier{GBSeconds: dec("2")}}, "0",
			`eu-west-1 Charged Compute x86_64 tier 1: 2 x 10 = 20, list 10
us-east-1 Free Compute x86_64 tier 0: 2 x 0 = 0, list 20
`,
		},
		{
			"earlier usage places the tiers",
			month{0: eu(x86("2"))},
			savings.Plan{},
			&cost.Options{Prior: eu(x86("9"))}, "6",
			`eu-west-1 Covered Compute x86_64 tier 1: 1 x 6 = 6, list 10
eu-west-1 Charged Compute x86_64 tier 2: 1 x 8 = 8, list 8
`,
		},
		{
			"a discount is off on-demand prices alone, savings are off list prices",
			month{0: eu(map[cost.Key]string{computeX86: "2", key(cost.EphemeralStorage, cost.X86): "2"})},
			savings.Plan{},
			&cost.Options{Discount: dec("0.5")}, "6",
			`eu-west-1 Covered Compute x86_64 tier 1: 1 x 6 = 6, list 10
eu-west-1 Charged Compute x86_64 tier 1: 1 x 5 = 5, list 10
eu-west-1 Charged EphemeralStorage x86_64 tier 0: 2 x 1.5 = 3, list 3
`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.plan.Cards = cards
			tt.plan.HourlyCommitment = dec(tt.commitment)
			s, err := savings.Bill(c, tt.month.hours(), tt.plan, tt.options)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, rows(s)); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
}

// What a bill says of itself: names, dates, assumptions.
func TestBillSays(t *testing.T) {
	m := month{0: {
		"us-east-1": used(t, map[cost.Key]string{computeX86: "1000", requestsX86: "10"}),
		"eu-west-1": used(t, map[cost.Key]string{computeX86: "1000", computeARM: "5"}),
	}}
	h := newHistory(t, cost.Embedded(), m, savings.Plan{UnratedOnDemand: true, Purchase: savings.Purchase{Years: 3}}, &cost.Options{
		FreeTier: &cost.FreeTier{GBSeconds: dec("1")}, Discount: dec("0.1"),
	})
	s := billed(t, h, "0.5")
	for i, want := range [][]string{
		{"free tier: ", "free GB-seconds", "a private discount", "Savings Plan: hour by hour", "covered GB-seconds count", "the private discount is taken off", "plan rates as of 2021-01-22: ", "no plan rate is known for Compute arm64"},
		{"free tier: ", "free GB-seconds", "a private discount", "Savings Plan: hour by hour", "covered GB-seconds count", "the private discount is taken off", "plan rates as of 2026-09-25: "},
		{"a commitment of 0.5 USD an hour for 1 hours of 2026-09"},
	} {
		b := s.Bills[i]
		if len(b.Assumptions) != len(want) {
			t.Errorf("%s assumes %q", b.Region, b.Assumptions)
			continue
		}
		for j, a := range b.Assumptions {
			if !strings.HasPrefix(a, want[j]) {
				t.Errorf("%s assumes %q, want %q…", b.Region, a, want[j])
			}
		}
	}
	if unused := s.Bills[2]; unused.Lines[0].UsageType != "ComputeSP:3yrNoUpfront" || unused.Lines[0].Unit != "USD" || unused.Currency != "USD" || unused.AsOf.Year() != 2026 {
		t.Errorf("unused commitment is %+v", unused)
	}
	covered := linesOf(t, s)[lineKey{"us-east-1", computeX86, cost.Covered, 1}]
	if covered.UsageType != "Lambda-GB-Second" || covered.RateCode != "" || !covered.UnitPrice.Equal(dec("0.0000147")) || !covered.ListUnitPrice.Equal(dec("0.0000166667")) {
		t.Errorf("covered line is %+v", covered)
	}

	// It passes through JSON, rounding and showback as every other statement.
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var read cost.Statement
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s, read); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
	show, err := cost.AllocateStatement(s, map[string]map[string]cost.Usage{"team": {"us-east-1": used(t, map[cost.Key]string{computeX86: "250"})}})
	if err != nil {
		t.Fatal(err)
	}
	if got := show.Owners["team"].Total().Add(show.Rest.Total()); !got.Equal(s.Total()) {
		t.Errorf("owners and rest are %s, the statement is %s", got, s.Total())
	}
	if rest := linesOf(t, show.Rest); rest[lineKey{savings.Anywhere, key(cost.Compute, ""), cost.Unused, 0}].Cost.IsZero() {
		t.Errorf("unused commitment is not in the rest: %v", rest)
	}
	var w strings.Builder
	if err := s.WriteTable(&w); err != nil || !strings.Contains(w.String(), "Unused") {
		t.Errorf("table: %v\n%s", err, w.String())
	}
}

func TestFreeByHourSays(t *testing.T) {
	c, cards := small(t)
	m := month{0: {"eu-west-1": used(t, map[cost.Key]string{computeX86: "1"})}}
	h := newHistory(t, c, m, savings.Plan{Cards: cards, FreeTier: savings.FreeByHour}, &cost.Options{FreeTier: cost.MonthlyFreeTier()})
	if a := billed(t, h, "0").Bills[0].Assumptions; len(a) != 2 || !strings.Contains(a[0], "then hour by hour") {
		t.Errorf("assumptions are %q", a)
	}
}

func TestCovers(t *testing.T) {
	var covered []cost.Meter
	for _, m := range cost.Meters() {
		if savings.Covers(m) {
			covered = append(covered, m)
		}
	}
	want := []cost.Meter{cost.Requests, cost.Compute, cost.ProvisionedConcurrency, cost.ProvisionedCompute}
	if diff := cmp.Diff(want, covered); diff != "" {
		t.Errorf("covered meters (-want +got):\n%s", diff)
	}
}
