package forecast_test

import (
	"errors"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/breakeven"
	"github.com/seed-e9ab587a/lambdaecon/cost/forecast"
)

// withCharges runs the textbook scenario with so many requests, on one of which each charge depends.
func withCharges(t *testing.T, requests uint64, c ...forecast.Charge) forecast.Forecast {
	t.Helper()
	s := textbook()
	s.Arrivals, s.RequestsPerMonth, s.Beside = nil, requests, c
	return run(t, s, quick())
}

func TestAPIGateway(t *testing.T) {
	api, err := forecast.APIGateway("us-east-1", breakeven.HTTPAPI, 2)
	if err != nil {
		t.Fatal(err)
	}
	// 800 million units at 1.00 USD per million, of 300 million at that price and the rest at .90; its owner's price of 2025-06.
	side, err := breakeven.APIGateway("us-east-1", breakeven.HTTPAPI)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []uint64{1, 1_000_000, 149_999_999, 150_000_000, 150_000_001, 400_000_000} {
		side.Units = 2
		want, err := side.Monthly(n)
		if err != nil {
			t.Fatal(err)
		}
		f := withCharges(t, n, api)
		got := decimal.Decimal{}
		for _, l := range f.Beside {
			got = got.Add(l.Cost)
		}
		if !got.Equal(want) {
			t.Errorf("%d requests cost %v, package breakeven says %v", n, got, want)
		}
		if !f.Total().Equal(f.Bill.Total().Add(want)) {
			t.Errorf("total is %v, of %v and %v", f.Total(), f.Bill.Total(), want)
		}
	}
	var unknown *breakeven.UnknownError
	if _, err := forecast.APIGateway("mars-1", breakeven.HTTPAPI, 1); !errors.As(err, &unknown) {
		t.Errorf("mars-1: %v", err)
	}
	if _, err := forecast.APIGateway("us-east-1", breakeven.HTTPAPI, 0); err == nil {
		t.Error("0 units are accepted")
	}
}

// START, END and REPORT lines of 290 to 370 bytes cost .14 to .23 USD per million (facts of billing, with what AWS adds).
func TestLogs(t *testing.T) {
	for _, c := range []struct {
		bytes    int64
		requests uint64
		want     string // exact: bytes × requests / 2^30 × price
	}{
		{1 << 30, 1, "0.5"},
		{1 << 20, 1 << 10, "0.5"},
		{1 << 30, 10_240, "5120"},
		{1 << 30, 10_241, "5120.25"},
		{1 << 30, 60 * 1024, "12800"}, // 10 TB at .50, 20 at .25, 20 at .10, 10 at .05
		{0, 1000, "0"},
	} {
		logs, err := forecast.Logs("us-east-1", c.bytes)
		if err != nil {
			t.Fatal(err)
		}
		f := withCharges(t, c.requests, logs)
		got := f.Total().Sub(f.Bill.Total())
		if want, _ := decimal.NewFromString(c.want); !got.Equal(want) {
			t.Errorf("%d lines of %d bytes cost %v, want %v", c.requests, c.bytes, got, want)
		}
	}
	logs, err := forecast.Logs("us-east-1", forecast.PlatformLogBytes)
	if err != nil {
		t.Fatal(err)
	}
	f := withCharges(t, 1_000_000, logs)
	if c := f.Beside[0].Cost.InexactFloat64(); c < .14 || c > .23 {
		t.Errorf("platform lines cost %v per million", c)
	}
	if _, err := forecast.Logs("eu-west-1", 1); err == nil {
		t.Error("prices of eu-west-1 are known")
	}
	if _, err := forecast.Logs("us-east-1", -1); err == nil {
		t.Error("-1 bytes are accepted")
	}
}

// Tiers against a reference that counts unit by unit.
func TestTiers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		c := charge()
		c.Each, c.Tiers = decimal.New(int64(r.IntN(3)), 0), nil
		from := int64(0)
		for range 1 + r.IntN(4) {
			c.Tiers = append(c.Tiers, cost.Tier{From: decimal.New(from, 0), UnitPrice: decimal.New(int64(r.IntN(9)), -2)})
			from += 1 + int64(r.IntN(40))
		}
		c.PerMonth = decimal.New(int64(r.IntN(2)), 0)
		n := 1 + uint64(r.IntN(60))
		want := new(big.Rat).Set(c.PerMonth.Rat())
		for unit := range n * c.Each.Coefficient().Uint64() {
			price := c.Tiers[0].UnitPrice
			for _, tier := range c.Tiers {
				if !tier.From.GreaterThan(decimal.New(int64(unit), 0)) {
					price = tier.UnitPrice
				}
			}
			want.Add(want, price.Rat())
		}
		f := withCharges(t, n, c)
		if got := f.Total().Sub(f.Bill.Total()); got.Rat().Cmp(want) != 0 {
			t.Fatalf("%d requests cost %v, want %v, of %+v", n, got, want, c)
		}
	}
}

func charge() forecast.Charge {
	return forecast.Charge{
		Name: "table", Unit: "writes", Each: decimal.New(1, 0), Tiers: []cost.Tier{{UnitPrice: decimal.New(1, -6)}},
		Currency: "USD", AsOf: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), Source: "our contract",
	}
}

func TestChargeRefused(t *testing.T) {
	for _, c := range []struct {
		field  string
		change func(*forecast.Charge)
	}{
		{"Name", func(c *forecast.Charge) { c.Name = "" }},
		{"Currency", func(c *forecast.Charge) { c.Currency = "" }},
		{"AsOf", func(c *forecast.Charge) { c.AsOf = time.Time{} }},
		{"Source", func(c *forecast.Charge) { c.Source = "" }},
		{"Of", func(c *forecast.Charge) { c.Of = 2 }},
		{"Tiers", func(c *forecast.Charge) { c.Tiers = nil }},
		{"Tiers", func(c *forecast.Charge) { c.Tiers = make([]cost.Tier, 1001) }},
		{"Each", func(c *forecast.Charge) { c.Each = decimal.New(-1, 0) }},
		{"Each", func(c *forecast.Charge) { c.Each = decimal.New(1, 999_999_999) }},
		{"PerMonth", func(c *forecast.Charge) { c.PerMonth = decimal.New(1, -999_999_999) }},
		{"Tiers[0].UnitPrice", func(c *forecast.Charge) { c.Tiers[0].UnitPrice = decimal.New(-1, 0) }},
		{"Tiers[0].From", func(c *forecast.Charge) { c.Tiers[0].From = decimal.New(1, 0) }},
		{"Tiers[1].From", func(c *forecast.Charge) { c.Tiers = append(c.Tiers, c.Tiers[0]) }},
	} {
		t.Run(c.field, func(t *testing.T) {
			s, bad := textbook(), charge()
			c.change(&bad)
			s.Beside = []forecast.Charge{charge(), bad}
			err := s.Validate()
			var got *forecast.RangeError
			if !errors.As(err, &got) || got.Field != "Scenario.Beside[1]."+c.field {
				t.Errorf("error is %v", err)
			}
		})
	}
}

func TestChargeLine(t *testing.T) {
	c := charge()
	c.Of = forecast.Executions
	f := withCharges(t, 5000, c)
	want := []forecast.Line{{
		Name: "table", Unit: "writes", Quantity: decimal.New(5000, 0), UnitPrice: decimal.New(1, -6), Cost: decimal.New(5, -3),
		Currency: "USD", AsOf: c.AsOf, Source: "our contract",
	}}
	if diff := cmp.Diff(want, f.Beside); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
