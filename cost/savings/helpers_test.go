package savings_test

import (
	"iter"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/savings"
)

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

// at is an hour of September 2026, counted from 0.
func at(hour int) time.Time {
	return time.Date(2026, 9, 1, hour, 0, 0, 0, time.UTC)
}

type usageByRegion = map[string]cost.Usage

// month is usage by hour of September 2026.
type month map[int]usageByRegion

func (m month) hours() iter.Seq2[time.Time, usageByRegion] {
	return func(yield func(time.Time, usageByRegion) bool) {
		for _, h := range slices.Sorted(maps.Keys(m)) {
			if !yield(at(h), m[h]) {
				return
			}
		}
	}
}

// total is the usage of all hours.
func (m month) total(t testing.TB) usageByRegion {
	t.Helper()
	sum := usageByRegion{}
	for _, usage := range m {
		for region, u := range usage {
			all := sum[region]
			if err := all.Merge(u); err != nil {
				t.Fatal(err)
			}
			sum[region] = all
		}
	}
	return sum
}

// used is usage of meters in their pricing units.
func used(t testing.TB, quantities map[cost.Key]string) cost.Usage {
	t.Helper()
	var u cost.Usage
	for k, q := range quantities {
		if err := u.Add(k.Meter, k.Arch, dec(q)); err != nil {
			t.Fatal(err)
		}
	}
	return u
}

func key(m cost.Meter, a cost.Arch) cost.Key { return cost.Key{Meter: m, Arch: a} }

var (
	computeX86  = key(cost.Compute, cost.X86)
	computeARM  = key(cost.Compute, cost.ARM64)
	requestsX86 = key(cost.Requests, cost.X86)
	requestsARM = key(cost.Requests, cost.ARM64)
)

func newHistory(t testing.TB, c *cost.Catalog, m month, p savings.Plan, o *cost.Options) *savings.History {
	t.Helper()
	h, err := savings.NewHistory(c, m.hours(), p, o)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func billed(t testing.TB, h *savings.History, commitment string) cost.Statement {
	t.Helper()
	s, err := h.Bill(dec(commitment))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// price is a price or plan rate of a card of a test's own; tiers are "from" and "unit price", alternating.
func price(k cost.Key, tiers ...string) cost.Price {
	p := cost.Price{Meter: k.Meter, Arch: k.Arch, Unit: k.Meter.Unit(), UsageType: k.String()}
	for i := 0; i < len(tiers); i += 2 {
		p.Tiers = append(p.Tiers, cost.Tier{From: dec(tiers[i]), UnitPrice: dec(tiers[i+1]), RateCode: "CODE-" + tiers[i]})
	}
	return p
}

func card(region string, prices ...cost.Price) cost.RateCard {
	return cost.RateCard{
		Region: region, Currency: "USD", Source: "a test", AsOf: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), Prices: prices,
	}
}

func catalog(t testing.TB, cards ...cost.RateCard) *cost.Catalog {
	t.Helper()
	c, err := cost.NewCatalog(cards...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// lineKey names a line of a statement, of which there is one each.
type lineKey struct {
	Region string
	Key    cost.Key
	Kind   cost.Kind
	Tier   int
}

func linesOf(t testing.TB, s cost.Statement) map[lineKey]cost.Line {
	t.Helper()
	lines := map[lineKey]cost.Line{}
	for _, b := range s.Bills {
		for _, l := range b.Lines {
			k := lineKey{b.Region, cost.Key{Meter: l.Meter, Arch: l.Arch}, l.Kind, l.Tier}
			if _, twice := lines[k]; twice {
				t.Errorf("two lines of %v", k)
			}
			lines[k] = l
		}
	}
	return lines
}
