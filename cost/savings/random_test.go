package savings_test

import (
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/savings"
)

// scenario is a random month of small numbers: tiers that are reached, ties, quantities that are no whole MB·ms, periods
// within the month, prior usage, discounts, every option.
type scenario struct {
	catalog *cost.Catalog
	month   month
	plan    savings.Plan
	options cost.Options
}

func (s *scenario) reference(t testing.TB, wholeUnits bool) *reference {
	return &reference{t, s.catalog, s.month, s.plan, s.options, wholeUnits}
}

func pick[T any](rng *rand.Rand, from ...T) T { return from[rng.IntN(len(from))] }

func randomScenario(t testing.TB, rng *rand.Rand) scenario {
	t.Helper()
	unit := func() string { return "0.0" + strconv.Itoa(1+rng.IntN(40)) }
	keys := []cost.Key{
		requestsX86, requestsARM, computeX86, computeARM,
		key(cost.ProvisionedConcurrency, cost.X86), key(cost.ProvisionedCompute, cost.ARM64), key(cost.EphemeralStorage, cost.X86), key(cost.ResponseStreaming, cost.ARM64),
	}
	var s scenario
	var cards []cost.RateCard
	regions := []string{"eu-west-1", "us-east-1"}[:1+rng.IntN(2)]
	for _, region := range regions {
		var prices, rates []cost.Price
		for _, k := range keys {
			p := price(k, "0", unit())
			if k.Meter == cost.Compute || rng.IntN(8) == 0 {
				second := 1 + rng.IntN(40)
				p = price(k, "0", unit(), strconv.Itoa(second), unit(), strconv.Itoa(second+1+rng.IntN(40)), unit())
			}
			prices = append(prices, p)
			if savings.Covers(k.Meter) {
				rate := unit()
				if rng.IntN(4) == 0 {
					rate = p.Tiers[0].UnitPrice.String() // no saving
				}
				rates = append(rates, price(k, "0", rate))
			}
		}
		cards = append(cards, card(region, prices...))
		s.plan.Cards = append(s.plan.Cards, card(region, rates...))
	}
	s.catalog = catalog(t, cards...)
	quantity := func(k cost.Key) string {
		if k.Meter == cost.Requests {
			return strconv.Itoa(1 + rng.IntN(20))
		}
		return pick(rng, strconv.Itoa(1+rng.IntN(9)), "0.125", "3.3333333333333", "0.0000009765625", "7.00000000000000000000001")
	}
	usage := func() usageByRegion {
		u := usageByRegion{}
		for _, region := range regions {
			q := map[cost.Key]string{}
			for _, k := range keys {
				if rng.IntN(2) == 0 {
					q[k] = quantity(k)
				}
			}
			u[region] = used(t, q)
		}
		return u
	}
	s.month = month{}
	for range 1 + rng.IntN(12) {
		s.month[rng.IntN(20)] = usage()
	}
	if rng.IntN(3) == 0 {
		s.plan.From = at(rng.IntN(10))
		s.plan.Until = s.plan.From.Add(time.Duration(1+rng.IntN(20)) * time.Hour)
	}
	s.plan.FreeTier = savings.FreeTierOrder(rng.IntN(2))
	s.plan.CoveredOutsideTiers = rng.IntN(2) == 0
	s.plan.CoverAboveOnDemand = rng.IntN(3) == 0
	if rng.IntN(2) == 0 {
		s.options.FreeTier = &cost.FreeTier{
			Requests: decimal.New(rng.Int64N(50), 0), GBSeconds: decimal.New(rng.Int64N(300), -1), StreamedGB: decimal.New(rng.Int64N(9), 0),
		}
		s.options.FreeAdvancesTiers = rng.IntN(2) == 0
	}
	if rng.IntN(3) == 0 {
		s.options.Prior = usage()
	}
	if rng.IntN(3) == 0 {
		s.options.Discount = decimal.New(rng.Int64N(30), -2)
		s.options.Discounts = map[cost.Meter]decimal.Decimal{cost.Requests: decimal.New(rng.Int64N(100), -2)}
	}
	return s
}
