package breakeven_test

import (
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/breakeven"
)

// Sides made at random, with prices and sizes that let them cross within some hundred requests, each with its reference: the
// monthly cost in rational numbers, from what the fields mean, with no thought of speed.

type drawn struct {
	breakeven.Side
	reference func(requests uint64) *big.Rat
}

func rat(n, d int64) *big.Rat { return big.NewRat(n, d) }

func ratOf(n uint64) *big.Rat { return new(big.Rat).SetInt(new(big.Int).SetUint64(n)) }

func total(xs ...*big.Rat) *big.Rat {
	sum := new(big.Rat)
	for _, x := range xs {
		sum.Add(sum, x)
	}
	return sum
}

func product(xs ...*big.Rat) *big.Rat {
	p := rat(1, 1)
	for _, x := range xs {
		p.Mul(p, x)
	}
	return p
}

func quotient(x, y *big.Rat) *big.Rat { return new(big.Rat).Quo(x, y) }

// roundedUp is the smallest whole number that is at least x, found without big.Int.Div.
func roundedUp(x *big.Rat) *big.Rat {
	q, r := new(big.Int).QuoRem(x.Num(), x.Denom(), new(big.Int))
	if r.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	return new(big.Rat).SetInt(q)
}

// drawMoney is 0 to most in steps of 1/4, often the same as another.
func drawMoney(rng *rand.Rand, most int) decimal.Decimal {
	return decimal.New(25*int64(rng.IntN(4*most+1)), -2)
}

func drawTiers(rng *rand.Rand, price int, free bool) []cost.Tier {
	tiers := make([]cost.Tier, 1+rng.IntN(4))
	from := decimal.Decimal{}
	for i := range tiers {
		if i > 0 {
			from = from.Add(decimal.New(1+rng.Int64N(900), -1))
		}
		tiers[i] = cost.Tier{From: from, UnitPrice: drawMoney(rng, price)}
		if tiers[i].UnitPrice.IsZero() && !free {
			tiers[i].UnitPrice = decimal.New(1, -2)
		}
	}
	return tiers
}

// tiered is what a quantity costs by tiers: for each tier, what lies between its beginning and the next.
func tiered(tiers []cost.Tier, from, to *big.Rat) *big.Rat {
	sum := new(big.Rat)
	for i, t := range tiers {
		lo, hi := t.From.Rat(), to
		if lo.Cmp(from) < 0 {
			lo = from
		}
		if i+1 < len(tiers) && tiers[i+1].From.Rat().Cmp(hi) < 0 {
			hi = tiers[i+1].From.Rat()
		}
		if hi.Cmp(lo) > 0 {
			sum.Add(sum, product(new(big.Rat).Sub(hi, lo), t.UnitPrice.Rat()))
		}
	}
	return sum
}

func drawFixed(rng *rand.Rand) drawn {
	m := drawMoney(rng, 300)
	return drawn{breakeven.Fixed{PerMonth: m}, func(uint64) *big.Rat { return m.Rat() }}
}

func drawTiered(rng *rand.Rand) drawn {
	s := breakeven.Tiered{Tiers: drawTiers(rng, 4, true), Units: rng.IntN(3), PerMonth: drawMoney(rng, 20)}
	return drawn{s, func(n uint64) *big.Rat {
		units := int64(s.Units)
		if units == 0 {
			units = 1
		}
		return total(s.PerMonth.Rat(), tiered(s.Tiers, new(big.Rat), product(ratOf(n), rat(units, 1))))
	}}
}

// drawCard has prices for requests and compute on x86, and for the requests of Managed Instances.
func drawCard(t testing.TB, rng *rand.Rand) *cost.Rates {
	t.Helper()
	rates, err := cost.NewRates(cost.RateCard{
		Region: "xx-test-1", Currency: "USD", AsOf: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), Source: "made up",
		Prices: []cost.Price{
			{Meter: cost.Requests, Arch: cost.X86, Tiers: drawTiers(rng, 2, false)},
			{Meter: cost.Compute, Arch: cost.X86, Tiers: drawTiers(rng, 2, false)},
			{Meter: cost.EphemeralStorage, Arch: cost.X86, Tiers: []cost.Tier{{UnitPrice: decimal.New(1, -2)}}},
			{Meter: cost.ManagedRequests, Tiers: drawTiers(rng, 3, false)},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return rates
}

func drawLambda(t testing.TB, rng *rand.Rand) drawn {
	l := breakeven.Lambda{
		Rates: drawCard(t, rng),
		Request: cost.Invocation{
			Arch: cost.X86, MemoryMB: 128 + rng.IntN(2000), Billed: time.Duration(rng.Int64N(int64(3 * time.Second))),
			EphemeralMB: []int{0, 512, 600, 10240}[rng.IntN(4)], EventBytes: rng.Int64N(500 << 10),
		},
		PerMonth: drawMoney(rng, 30), PerRequest: drawMoney(rng, 1),
	}
	var prior cost.Usage
	free, priorRequests, priorGBs := &cost.FreeTier{}, rat(0, 1), rat(0, 1)
	discount, advances := rat(0, 1), rng.IntN(2) == 0
	if rng.IntN(2) == 0 {
		free = &cost.FreeTier{Requests: decimal.New(rng.Int64N(50), 0), GBSeconds: decimal.New(rng.Int64N(500), -1)}
		l.Options = &cost.Options{FreeTier: free, FreeAdvancesTiers: advances}
	}
	if rng.IntN(3) == 0 {
		q := decimal.New(rng.Int64N(800), -1)
		for _, m := range []cost.Meter{cost.Requests, cost.Compute} {
			if err := prior.Add(m, cost.X86, q); err != nil {
				t.Fatal(err)
			}
		}
		priorRequests, priorGBs = q.Rat(), q.Rat()
		d := decimal.New(rng.Int64N(100), -2)
		discount = d.Rat()
		l.Options = &cost.Options{FreeTier: free, FreeAdvancesTiers: advances, Prior: map[string]cost.Usage{"xx-test-1": prior}, Discount: d}
	}
	return drawn{l, func(n uint64) *big.Rat {
		requests := rat(1, 1)
		if over := l.Request.EventBytes - 256<<10; over > 0 {
			requests = total(requests, roundedUp(rat(over, 64<<10)))
		}
		gbs := product(rat(int64(l.Request.MemoryMB), 1024), rat(int64(l.Request.Billed), int64(time.Second)))
		tmp := rat(0, 1)
		if l.Request.EphemeralMB > 512 {
			tmp = product(rat(int64(l.Request.EphemeralMB-512), 1024), rat(int64(l.Request.Billed), int64(time.Second)))
		}
		meter := func(m cost.Meter, each, prior, free *big.Rat) *big.Rat {
			price, err := l.Rates.Price(m, cost.X86)
			if err != nil {
				t.Fatal(err)
			}
			takenBefore := smaller(prior, free)
			left, at := new(big.Rat).Sub(free, takenBefore), prior
			used := product(each, ratOf(n))
			taken := smaller(used, left)
			used.Sub(used, taken)
			// What is free, of prior usage and of this, counts toward the tiers or does not.
			if l.Options != nil && l.Options.FreeAdvancesTiers {
				at = total(at, taken)
			} else {
				at = new(big.Rat).Sub(at, takenBefore)
			}
			return tiered(price.Tiers, at, total(at, used))
		}
		bill := total(
			meter(cost.Requests, requests, priorRequests, free.Requests.Rat()),
			meter(cost.Compute, gbs, priorGBs, free.GBSeconds.Rat()),
			meter(cost.EphemeralStorage, tmp, rat(0, 1), rat(0, 1)),
		)
		bill.Mul(bill, new(big.Rat).Sub(rat(1, 1), discount))
		return total(bill, l.PerMonth.Rat(), product(l.PerRequest.Rat(), ratOf(n)))
	}}
}

func smaller(x, y *big.Rat) *big.Rat {
	if x.Cmp(y) < 0 {
		return x
	}
	return y
}

// drawLoad needs a unit of 1 vCPU and 2,048 MB for every few requests.
func drawLoad(rng *rand.Rand) breakeven.Load {
	var l breakeven.Load
	for l == (breakeven.Load{}) {
		if rng.IntN(2) == 0 {
			l.CPU = time.Duration(1+rng.IntN(60)) * 10 * time.Hour
		}
		if rng.IntN(3) == 0 {
			l.Duration = time.Duration(1+rng.IntN(60)) * 17 * time.Hour
			l.Concurrency = 1 + rng.IntN(5)
		}
		if rng.IntN(3) == 0 {
			l.Duration = time.Duration(1+rng.IntN(60)) * 13 * time.Hour
			l.MemoryMB = 100 + rng.IntN(500)
			l.BaseMemoryMB = rng.IntN(1000)
		}
		if rng.IntN(4) == 0 {
			l.PerSecond = decimal.New(1+rng.Int64N(80), -6)
		}
	}
	if rng.IntN(2) == 0 {
		l.Utilization = decimal.New(30+rng.Int64N(71), -2)
	}
	if rng.IntN(3) == 0 {
		l.PeakToMean = decimal.New(10+rng.Int64N(20), -1)
	}
	return l
}

// unitsOf is how many units a load needs, limit by limit.
func unitsOf(l breakeven.Load, n uint64, vcpus *big.Rat, memoryMB, hours, least int) *big.Rat {
	if hours == 0 {
		hours = 730
	}
	orOne := func(d decimal.Decimal) *big.Rat {
		if d.IsZero() {
			return rat(1, 1)
		}
		return d.Rat()
	}
	perSecond := product(quotient(ratOf(n), rat(int64(hours)*3600, 1)), orOne(l.PeakToMean))
	full := orOne(l.Utilization)
	most := rat(int64(least), 1)
	need := func(x *big.Rat) {
		if x = roundedUp(x); x.Cmp(most) > 0 {
			most = x
		}
	}
	need(quotient(product(perSecond, rat(int64(l.CPU), int64(time.Second))), product(vcpus, full)))
	inFlight := product(perSecond, rat(int64(l.Duration), int64(time.Second)))
	if l.Concurrency > 0 {
		need(quotient(inFlight, product(rat(int64(l.Concurrency), 1), full)))
	}
	if l.MemoryMB > 0 {
		need(quotient(inFlight, product(rat(int64((memoryMB-l.BaseMemoryMB)/l.MemoryMB), 1), full)))
	}
	if !l.PerSecond.IsZero() {
		need(quotient(perSecond, product(l.PerSecond.Rat(), full)))
	}
	return most
}

func drawFargate(rng *rand.Rand) drawn {
	f := breakeven.Fargate{
		Rates:    breakeven.FargateRates{Currency: "USD", VCPUHour: decimal.New(1+rng.Int64N(90), -3), GBHour: decimal.New(1+rng.Int64N(20), -3), StorageGBHour: decimal.New(1, -4)},
		CPUUnits: 1024, MemoryMB: 2048 * (1 + rng.IntN(2)), StorageGB: []int{0, 21, 200}[rng.IntN(3)], Load: drawLoad(rng),
		MinTasks: rng.IntN(4), Hours: []int{0, 0, 744, 100}[rng.IntN(4)], Discount: decimal.New(rng.Int64N(5), -1),
		PerTask: drawMoney(rng, 3), PerMonth: drawMoney(rng, 40), PerRequest: drawMoney(rng, 1),
	}
	return drawn{f, func(n uint64) *big.Rat {
		hours := int64(f.Hours)
		if hours == 0 {
			hours = 730
		}
		perHour := product(total(
			f.Rates.VCPUHour.Rat(),
			product(f.Rates.GBHour.Rat(), rat(int64(f.MemoryMB), 1024)),
		), total(rat(1, 1), f.Discount.Neg().Rat()))
		if f.StorageGB > 20 {
			perHour = total(perHour, product(f.Rates.StorageGBHour.Rat(), rat(int64(f.StorageGB-20), 1)))
		}
		tasks := unitsOf(f.Load, n, rat(1, 1), f.MemoryMB, f.Hours, max(f.MinTasks, 1))
		return total(product(tasks, total(product(perHour, rat(hours, 1)), f.PerTask.Rat())), f.PerMonth.Rat(), product(f.PerRequest.Rat(), ratOf(n)))
	}}
}

func drawInstance(rng *rand.Rand) breakeven.Instance {
	return breakeven.Instance{
		VCPUs: 1 + rng.IntN(3), MemoryMB: 2048 << rng.IntN(2), Currency: "USD", PerHour: decimal.New(1+rng.Int64N(150), -3),
		Baseline: []decimal.Decimal{{}, decimal.New(3, -1), decimal.New(1, 0)}[rng.IntN(3)],
	}
}

func baseline(i breakeven.Instance) *big.Rat {
	if i.Baseline.IsZero() {
		return rat(int64(i.VCPUs), 1)
	}
	return product(rat(int64(i.VCPUs), 1), i.Baseline.Rat())
}

func drawEC2(rng *rand.Rand) drawn {
	e := breakeven.EC2{
		Instance: drawInstance(rng), Load: drawLoad(rng), MinInstances: rng.IntN(4), Discount: decimal.New(rng.Int64N(5), -1),
		PerInstance: drawMoney(rng, 3), PerMonth: drawMoney(rng, 40), PerRequest: drawMoney(rng, 1),
	}
	return drawn{e, func(n uint64) *big.Rat {
		each := total(product(e.Instance.PerHour.Rat(), total(rat(1, 1), e.Discount.Neg().Rat()), rat(730, 1)), e.PerInstance.Rat())
		count := unitsOf(e.Load, n, baseline(e.Instance), e.Instance.MemoryMB, 0, max(e.MinInstances, 1))
		return total(product(count, each), e.PerMonth.Rat(), product(e.PerRequest.Rat(), ratOf(n)))
	}}
}

func drawManaged(t testing.TB, rng *rand.Rand) drawn {
	m := breakeven.ManagedInstances{
		Rates: drawCard(t, rng), Instance: drawInstance(rng), Load: drawLoad(rng), MinInstances: []int{0, 3, 5}[rng.IntN(3)],
		Discount: decimal.New(rng.Int64N(5), -1), PerInstance: drawMoney(rng, 3), PerMonth: drawMoney(rng, 10), PerRequest: drawMoney(rng, 1),
	}
	return drawn{m, func(n uint64) *big.Rat {
		price, err := m.Rates.Price(cost.ManagedRequests, "")
		if err != nil {
			t.Fatal(err)
		}
		perHour := product(m.Instance.PerHour.Rat(), total(rat(1, 1), m.Discount.Neg().Rat(), rat(15, 100)))
		each := total(product(perHour, rat(730, 1)), m.PerInstance.Rat())
		count := unitsOf(m.Load, n, baseline(m.Instance), m.Instance.MemoryMB, 0, max(m.MinInstances, 3))
		return total(product(count, each), tiered(price.Tiers, new(big.Rat), ratOf(n)), m.PerMonth.Rat(), product(m.PerRequest.Rat(), ratOf(n)))
	}}
}

func draw(t testing.TB, rng *rand.Rand) drawn {
	switch rng.IntN(8) {
	case 0:
		return drawFixed(rng)
	case 1:
		return drawTiered(rng)
	case 2, 3:
		return drawLambda(t, rng)
	case 4:
		return drawEC2(rng)
	case 5:
		return drawManaged(t, rng)
	case 6:
		a, b := drawTiered(rng), drawFargate(rng)
		return drawn{breakeven.Sum(a.Side, b.Side), func(n uint64) *big.Rat { return total(a.reference(n), b.reference(n)) }}
	default:
		return drawFargate(rng)
	}
}

// drawPair returns two sides that cost about the same at a count, so that they are likely to cross, if it finds some.
func drawPair(t testing.TB, rng *rand.Rand, at uint64) (a, b drawn) {
	a = draw(t, rng)
	costA := a.reference(at)
	for range 20 {
		b = draw(t, rng)
		costB := b.reference(at)
		if product(costA, rat(4, 5)).Cmp(costB) <= 0 && product(costB, rat(4, 5)).Cmp(costA) <= 0 {
			break
		}
	}
	return a, b
}

// What Monthly says, and the pieces that crossings are made of, against the reference.
func TestMonthlyAgainstReference(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for i := range rounds(300) {
		s := draw(t, rng)
		most := uint64(1) << rng.IntN(64)
		for range 8 {
			n := rng.Uint64N(most + 1)
			if rng.IntN(4) == 0 {
				n = most
			}
			want := s.reference(n)
			got, err := s.Monthly(n)
			if err != nil {
				t.Fatalf("%d: %#v: %v", i, s.Side, err)
			}
			if got.Rat().Cmp(want) != 0 {
				t.Fatalf("%d: %d requests of %#v cost %s, want %s", i, n, s.Side, got, want.FloatString(30))
			}
			at, err := breakeven.CurveAt(s.Side, n, most)
			if err != nil {
				t.Fatal(err)
			}
			if !at.Equal(got) {
				t.Fatalf("%d: the curve up to %d has %s at %d requests, want %s", i, most, at, n, got)
			}
		}
	}
}
