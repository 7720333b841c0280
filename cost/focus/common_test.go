package focus_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/focus"
)

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func number(s string) focus.Number { return focus.Of(dec(s)) }

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

// charge is one hour of an account.
func charge() focus.Charge {
	return focus.Charge{
		BillingAccount: focus.Account{ID: "111122223333", Name: "Example Corp"},
		Period:         focus.Hour(at("2026-09-05T10:00:00Z")),
	}
}

// coded is a catalog in which every price has a rate code: made-up ones, where the embedded cards have none.
func coded(t testing.TB) *cost.Catalog {
	t.Helper()
	var cards []cost.RateCard
	for _, region := range cost.Embedded().Regions() {
		card := rates(t, region).Card()
		for i := range card.Prices {
			for j := range card.Prices[i].Tiers {
				if tier := &card.Prices[i].Tiers[j]; tier.RateCode == "" {
					tier.RateCode = fmt.Sprintf("MADEUP%s%02d.JRTCKXETXF.TIER%d", strings.ToUpper(strings.ReplaceAll(region, "-", "")), i, j)
				}
			}
		}
		cards = append(cards, card)
	}
	c, err := cost.NewCatalog(cards...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func rates(t testing.TB, region string) *cost.Rates {
	t.Helper()
	r, err := cost.Embedded().Region(region)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// everything is usage of all meters that the rates have a price for, of compute more than the free tier and two tiers.
func everything(t testing.TB, r *cost.Rates) cost.Usage {
	t.Helper()
	var u cost.Usage
	for i, p := range r.Card().Prices {
		quantity := dec("1234567.0009765625").Add(decimal.New(int64(i), -1))
		if p.Meter == cost.Compute {
			quantity = quantity.Add(dec("19000000000"))
		}
		if err := u.Add(p.Meter, p.Arch, quantity); err != nil {
			t.Fatal(err)
		}
	}
	return u
}

func billOf(t testing.TB, r *cost.Rates, u cost.Usage, o *cost.Options) cost.Bill {
	t.Helper()
	b, err := r.Bill(u, o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// planBill is a bill with all four kinds of lines, as a Savings Plan makes it: covered at the plan's rate of us-east-1 (2026).
func planBill(t testing.TB) cost.Bill {
	t.Helper()
	var u cost.Usage
	if err := u.Add(cost.Compute, cost.X86, dec("1500000.5")); err != nil {
		t.Fatal(err)
	}
	catalog := coded(t)
	r, err := catalog.Region("us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	b := billOf(t, r, u, &cost.Options{FreeTier: cost.MonthlyFreeTier()})
	covered := b.Lines[1]
	covered.Kind, covered.Quantity, covered.UnitPrice = cost.Covered, dec("600000.123"), dec("0.0000147")
	covered.Cost = covered.Quantity.Mul(covered.UnitPrice)
	charged := b.Lines[1]
	charged.Quantity = charged.Quantity.Sub(covered.Quantity)
	charged.Cost = charged.Quantity.Mul(charged.UnitPrice)
	unused := cost.Line{
		Kind: cost.Unused, Meter: cost.Compute, Unit: "USD", RateCode: "PLAN.RATE",
		Quantity: dec("1.25"), UnitPrice: dec("1"), Cost: dec("1.25"),
	}
	b.Lines = []cost.Line{b.Lines[0], covered, charged, unused}
	return b
}

// sequence yields rows, as a reader does.
func sequence(rows []focus.Row) iter.Seq2[focus.Row, error] {
	return func(yield func(focus.Row, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// readAll reads a file that must have no fault.
func readAll(t testing.TB, text string) []focus.Row {
	t.Helper()
	var rows []focus.Row
	for row, err := range focus.Rows(strings.NewReader(text)) {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

func csvOf(t testing.TB, rows []focus.Row, l *focus.Layout) string {
	t.Helper()
	var b bytes.Buffer
	if err := focus.WriteCSV(&b, rows, l); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// shared is the text of a real file; the test is skipped where it is not there.
func shared(t testing.TB, name string) []byte {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; dir = filepath.Dir(dir) {
		data, err := os.ReadFile(filepath.Join(dir, "shared", name))
		switch {
		case err == nil:
			return data
		case !errors.Is(err, os.ErrNotExist):
			t.Fatal(err)
		case dir == filepath.Dir(dir):
			t.Skip("no " + name)
		}
	}
}

// textOf is what a row has in all columns, by their names, nulls left out.
func textOf(t testing.TB, row focus.Row) map[string]string {
	t.Helper()
	var names []string
	for _, c := range focus.Columns(focus.V12) {
		names = append(names, c.Name)
	}
	text := csvOf(t, []focus.Row{row}, &focus.Layout{Columns: names})
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	m := make(map[string]string)
	for i, name := range records[0] {
		if v := records[1][i]; v != "" {
			m[name] = v
		}
	}
	return m
}
