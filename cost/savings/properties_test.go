package savings_test

import (
	"math/big"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/savings"
)

// FuzzBill compares bills with the reference, line by line, and checks what must hold of every statement.
func FuzzBill(f *testing.F) {
	for seed := range uint64(100) {
		f.Add(seed, uint32(seed*7919%3000))
	}
	f.Fuzz(func(t *testing.T, seed uint64, milli uint32) {
		rng := rand.New(rand.NewPCG(seed, 0))
		s := randomScenario(t, rng)
		commitment := strconv.Itoa(int(milli)) + "e-3"
		h := newHistory(t, s.catalog, s.month, s.plan, &s.options)
		got := billed(t, h, commitment)
		want := s.reference(t, true).run(dec(commitment).Rat())
		checkInvariants(t, s, h, got, commitment)
		lines := linesOf(t, got)
		quantities := map[lineKey]*big.Rat{}
		for k, l := range lines {
			if k.Kind != cost.Unused {
				quantities[k] = ratOf(l.Quantity)
			}
		}
		equal := cmp.Comparer(func(a, b *big.Rat) bool { return a.Cmp(b) == 0 })
		if diff := cmp.Diff(want.quantity, quantities, equal); diff != "" {
			t.Errorf("quantities (-want +got):\n%s", diff)
		}
		if got := ratOf(got.Total()); got.Cmp(want.cost) != 0 {
			t.Errorf("total is %s, want %s", got.FloatString(20), want.cost.FloatString(20))
		}
	})
}

// checkInvariants checks what must hold of every statement under a commitment.
func checkInvariants(t *testing.T, s scenario, h *savings.History, st cost.Statement, commitment string) {
	t.Helper()
	billed := map[refKey]*big.Rat{}
	spent := new(big.Rat)
	for i, b := range st.Bills {
		for _, l := range b.Lines {
			if !l.Cost.Equal(l.Quantity.Mul(l.UnitPrice)) || l.Quantity.Sign() <= 0 {
				t.Errorf("%s: %s x %s = %s", b.Region, l.Quantity, l.UnitPrice, l.Cost)
			}
			k := refKey{b.Region, cost.Key{Meter: l.Meter, Arch: l.Arch}}
			switch l.Kind {
			case cost.Unused:
				if i != len(st.Bills)-1 || b.Region != savings.Anywhere || len(b.Lines) != 1 || l.Unit != "USD" || !l.ListUnitPrice.IsZero() {
					t.Errorf("unused line %+v in bill %d of %s", l, i, b.Region)
				}
				spent.Add(spent, ratOf(l.Cost))
				continue
			case cost.Covered:
				if !savings.Covers(l.Meter) {
					t.Errorf("%s is covered", l.Meter)
				}
				if l.UnitPrice.GreaterThan(l.ListUnitPrice) && !s.plan.CoverAboveOnDemand {
					t.Errorf("%s is covered at %s, above the on-demand price of %s", l.Meter, l.UnitPrice, l.ListUnitPrice)
				}
				spent.Add(spent, ratOf(l.Cost))
			}
			if billed[k] == nil {
				billed[k] = new(big.Rat)
			}
			billed[k].Add(billed[k], ratOf(l.Quantity))
		}
	}
	total := s.month.total(t)
	for _, k := range sortedKeys(total) {
		want := ratOf(total[k.region].Quantity(k.key.Meter, k.key.Arch))
		if billed[k] == nil || billed[k].Cmp(want) != 0 {
			t.Errorf("%v: %v billed, %v used", k, billed[k], want)
		}
		delete(billed, k)
	}
	if len(billed) > 0 {
		t.Errorf("billed but not used: %v", billed)
	}
	first, end := s.reference(t, true).period()
	if h.CommittedHours() != end-first {
		t.Errorf("%d committed hours, want %d", h.CommittedHours(), end-first)
	}
	if want := mul(dec(commitment).Rat(), big.NewRat(int64(end-first), 1)); spent.Cmp(want) != 0 {
		t.Errorf("covered and unused are %v together, the commitment is %v", spent, want)
	}
}

// Without a commitment the statement is that of package cost for the month's usage, in every field.
func TestZeroCommitment(t *testing.T) {
	for seed := range uint64(100) {
		s := randomScenario(t, rand.New(rand.NewPCG(seed, 2)))
		s.plan.FreeTier = savings.FreeByRegion
		want, err := s.catalog.Bill(s.month.total(t), &s.options)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, billed(t, newHistory(t, s.catalog, s.month, s.plan, &s.options), "0")); diff != "" {
			t.Fatalf("seed %d: statement (-want +got):\n%s", seed, diff)
		}
	}
}

// A plan at on-demand rates changes nothing but that unused commitment is added.
func TestRatesOfOnDemand(t *testing.T) {
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 3))
		s := randomScenario(t, rng)
		s.plan.CoveredOutsideTiers, s.plan.CoverAboveOnDemand, s.options.Discount, s.options.Discounts = false, false, dec("0"), nil
		for i, c := range s.plan.Cards {
			rates, err := s.catalog.Region(c.Region)
			if err != nil {
				t.Fatal(err)
			}
			for j, p := range c.Prices {
				list, err := rates.Price(p.Meter, p.Arch)
				if err != nil {
					t.Fatal(err)
				}
				// Of any one tier: in the others the plan is above, or covers nothing at a rate that saves.
				s.plan.Cards[i].Prices[j].Tiers = []cost.Tier{{UnitPrice: list.Tiers[0].UnitPrice}}
				for _, tier := range list.Tiers {
					if tier.UnitPrice.GreaterThan(s.plan.Cards[i].Prices[j].Tiers[0].UnitPrice) {
						s.plan.Cards[i].Prices[j].Tiers[0].UnitPrice = tier.UnitPrice
					}
				}
			}
		}
		h := newHistory(t, s.catalog, s.month, s.plan, &s.options)
		commitment := strconv.Itoa(rng.IntN(3000)) + "e-3"
		figures, err := h.Figures(dec(commitment))
		if err != nil {
			t.Fatal(err)
		}
		want := billed(t, h, "0").Total().Add(figures.Unused())
		if got := billed(t, h, commitment).Total(); !got.Equal(want) {
			t.Errorf("seed %d: total is %s, want %s", seed, got, want)
		}
	}
}

// More commitment never covers less: of no line where covered usage counts toward the tiers, and in money where it does not
// and the tiers do not change what may be covered.
func TestMoreCommitmentCoversMore(t *testing.T) {
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 4))
		s := randomScenario(t, rng)
		if s.plan.CoveredOutsideTiers {
			s.plan.CoverAboveOnDemand = true
		}
		h := newHistory(t, s.catalog, s.month, s.plan, &s.options)
		var before map[lineKey]cost.Line
		var figures savings.Figures
		for _, milli := range []int{0, 1, 2, 5, 50, 51, 300, 1000, 3000, 100_000} {
			commitment := strconv.Itoa(milli) + "e-3"
			lines := linesOf(t, billed(t, h, commitment))
			for k, l := range before {
				if k.Kind == cost.Covered && !s.plan.CoveredOutsideTiers && lines[k].Quantity.LessThan(l.Quantity) {
					t.Errorf("seed %d: at %s %v is %s, less than %s", seed, commitment, k, lines[k].Quantity, l.Quantity)
				}
			}
			more, err := h.Figures(dec(commitment))
			if err != nil {
				t.Fatal(err)
			}
			if more.Used.LessThan(figures.Used) {
				t.Errorf("seed %d: at %s %s is used, less than %s", seed, commitment, more.Used, figures.Used)
			}
			if !s.plan.CoveredOutsideTiers && figures.Coverage() != nil && more.Coverage().Cmp(figures.Coverage()) < 0 {
				t.Errorf("seed %d: at %s coverage is %v, less than %v", seed, commitment, more.Coverage(), figures.Coverage())
			}
			before, figures = lines, more
		}
	}
}

// Usage of an hour that was summed up in parts is billed as if it had been summed up at once.
func TestMergedHours(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	whole, parts := month{}, month{}
	for h := range 48 {
		var all cost.Usage
		merged := make([]cost.Usage, 3)
		for range 20 {
			inv := cost.Invocation{
				Arch: pick(rng, cost.Arches()...), MemoryMB: 128 + rng.IntN(4000), Billed: 1e6 * time.Duration(rng.IntN(9000)),
				Mode: pick(rng, cost.OnDemand, cost.OnDemand, cost.Provisioned),
			}
			if inv.Arch == cost.ARM64 {
				inv.Mode = cost.OnDemand
			}
			n := rng.Uint64N(1000)
			for _, u := range []*cost.Usage{&all, &merged[rng.IntN(3)]} {
				if err := u.AddInvocations(n, inv); err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, u := range merged[1:] {
			if err := merged[0].Merge(u); err != nil {
				t.Fatal(err)
			}
		}
		whole[h], parts[h] = usageByRegion{"us-east-1": all}, usageByRegion{"us-east-1": merged[0]}
	}
	h := newHistory(t, cost.Embedded(), whole, savings.Plan{}, nil)
	p := newHistory(t, cost.Embedded(), parts, savings.Plan{}, nil)
	for _, commitment := range []string{"0", "0.05", "0.5", "50"} {
		if diff := cmp.Diff(billed(t, h, commitment), billed(t, p, commitment)); diff != "" {
			t.Errorf("at %s (-want +got):\n%s", commitment, diff)
		}
	}
}

// A bill differs from the curve by less than a MB·ms or request for each hour.
func TestBillIsNearCurve(t *testing.T) {
	for seed := range uint64(100) {
		rng := rand.New(rand.NewPCG(seed, 6))
		s := randomScenario(t, rng)
		s.plan.CoveredOutsideTiers = false
		h := newHistory(t, s.catalog, s.month, s.plan, &s.options)
		commitment := strconv.Itoa(rng.IntN(2000)) + "e-3"
		curve := s.reference(t, false).run(dec(commitment).Rat()).cost
		apart := sub(ratOf(billed(t, h, commitment).Total()), curve)
		most := big.NewRat(int64(h.CommittedHours()), 1)
		most.Mul(most, dec("0.4").Rat()) // no unit of these scenarios costs more
		if apart.Abs(apart).Cmp(most) > 0 {
			t.Errorf("seed %d: bill and curve are %s apart", seed, apart.FloatString(20))
		}
	}
}
