package savings_test

import (
	"context"
	"errors"
	"math/big"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/savings"
)

func levels(t testing.TB, months ...*savings.History) []savings.Level {
	t.Helper()
	var all []savings.Level
	for l, err := range savings.Curve(t.Context(), months...) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, l)
	}
	return all
}

// FuzzCurve compares the curve with the reference at every level, between levels and beyond the last, where a missed level
// would show, and the best commitment with all that could be bought around each level.
func FuzzCurve(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(seed)
	}
	f.Add(uint64(130)) // the best is next to a level that is sold
	f.Fuzz(func(t *testing.T, seed uint64) {
		rng := rand.New(rand.NewPCG(seed, 1))
		s := randomScenario(t, rng)
		h := newHistory(t, s.catalog, s.month, s.plan, &s.options)
		ref := s.reference(t, false)
		all := levels(t, h)
		lowest := all[0]
		for i, l := range all {
			if i == 0 && l.Commitment.Sign() != 0 || i > 0 && all[i-1].Commitment.Cmp(l.Commitment) >= 0 {
				t.Fatalf("level %d is at %v", i, l.Commitment)
			}
			if l.Cost.Cmp(lowest.Cost) < 0 {
				lowest = l
			}
			if want := ref.run(l.Commitment).cost; l.Cost.Cmp(want) != 0 {
				t.Errorf("level %d of %d, %s: cost is %s, want %s", i, len(all), l.Commitment.FloatString(9), l.Cost.FloatString(15), want.FloatString(15))
			}
			// Anywhere up to the next level.
			part := big.NewRat(1+rng.Int64N(98), 99)
			at, want := add(l.Commitment, part), add(l.Cost, mul(part, big.NewRat(int64(h.CommittedHours()), 1)))
			if i+1 < len(all) {
				next := all[i+1]
				at = add(l.Commitment, mul(part, sub(next.Commitment, l.Commitment)))
				want = add(l.Cost, mul(part, sub(next.Cost, l.Cost)))
			}
			if got := ref.run(at).cost; got.Cmp(want) != 0 {
				t.Errorf("above level %d of %d, at %s: cost is %s, on the line %s", i, len(all), at.FloatString(9), got.FloatString(15), want.FloatString(15))
			}
		}
		best, err := savings.Best(t.Context(), h)
		if err != nil {
			t.Fatal(err)
		}
		if best.Lowest.Commitment.Cmp(lowest.Commitment) != 0 || best.Lowest.Cost.Cmp(lowest.Cost) != 0 {
			t.Errorf("lowest level is %v, want %v", best.Lowest, lowest)
		}
		checkBest(t, s.reference(t, true), h, best, all)
	})
}

// checkBest compares the bill of the best commitment that is sold with those of none, of the commitments next to it, and of
// those on either side of every level; bills is the reference of bills.
func checkBest(t *testing.T, bills *reference, h *savings.History, best savings.Optimum, all []savings.Level) {
	t.Helper()
	step := dec("0.00001")
	cost := bills.run(best.HourlyCommitment.Rat()).cost
	if -best.HourlyCommitment.Exponent() > 5 || best.HourlyCommitment.Sign() > 0 && best.HourlyCommitment.LessThan(dec("0.001")) {
		t.Errorf("best commitment is %s, which is not sold", best.HourlyCommitment)
	}
	tried := []decimal.Decimal{{}}
	if !bills.plan.CoveredOutsideTiers { // else a bill may be below the curve
		tried = append(tried, dec("0.001"))
		for _, l := range all {
			n := quo(l.Commitment, step.Rat())
			below := decimal.NewFromBigInt(new(big.Int).Quo(n.Num(), n.Denom()), -5)
			tried = append(tried, below, below.Add(step))
		}
	}
	for _, c := range tried {
		if c.Sign() < 0 || c.Sign() > 0 && c.LessThan(dec("0.001")) {
			continue
		}
		switch got := bills.run(c.Rat()).cost; got.Cmp(cost) {
		case -1:
			t.Errorf("%s costs %s, less than the best, %s: %s", c, got.FloatString(15), best.HourlyCommitment, cost.FloatString(15))
		case 0:
			if c.LessThan(best.HourlyCommitment) {
				t.Errorf("%s costs the same as the best, %s", c, best.HourlyCommitment)
			}
		}
	}
	if ratOf(best.Cost).Cmp(cost) != 0 {
		t.Errorf("best costs %s, billed %s", best.Cost, cost.FloatString(20))
	}
	if without := bills.run(new(big.Rat)).cost; ratOf(best.OnDemand).Cmp(without) != 0 {
		t.Errorf("on demand costs %s, billed %s", best.OnDemand, without.FloatString(20))
	}
}

// A plan whose bill is dearer than none is never the best: of one hour compute saves less than is lost of the last request.
func TestBestIsBilled(t *testing.T) {
	m := month{0: {"us-east-1": used(t, map[cost.Key]string{computeX86: "0.00136", requestsX86: "20000"})}}
	h := newHistory(t, cost.Embedded(), m, savings.Plan{}, nil)
	best, err := savings.Best(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	if best.Cost.GreaterThan(best.OnDemand) {
		t.Errorf("%s costs %s, no plan %s", best.HourlyCommitment, best.Cost, best.OnDemand)
	}
	for n := range int64(500) {
		c := decimal.New(n, -5)
		if n > 0 && n < 100 {
			continue
		}
		s, err := h.Bill(c)
		if err != nil {
			t.Fatal(err)
		}
		if s.Total().LessThan(best.Cost) {
			t.Errorf("%s costs %s, the best, %s, costs %s", c, s.Total(), best.HourlyCommitment, best.Cost)
		}
	}
}

// Months are added up, whatever plan rates and units they have.
func TestBestOfMonths(t *testing.T) {
	for seed := range uint64(10) {
		rng := rand.New(rand.NewPCG(seed, 8))
		a, b := randomScenario(t, rng), randomScenario(t, rng)
		ha, hb := newHistory(t, a.catalog, a.month, a.plan, &a.options), newHistory(t, b.catalog, b.month, b.plan, &b.options)
		ra, rb := a.reference(t, false), b.reference(t, false)
		all := levels(t, ha, nil, hb)
		for i, l := range all {
			if want := add(ra.run(l.Commitment).cost, rb.run(l.Commitment).cost); l.Cost.Cmp(want) != 0 {
				t.Errorf("seed %d: level %d costs %s, want %s", seed, i, l.Cost.FloatString(15), want.FloatString(15))
			}
		}
		best, err := savings.Best(t.Context(), ha, hb)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range all {
			if l.Cost.Cmp(best.Lowest.Cost) < 0 {
				t.Errorf("seed %d: %v is below the lowest, %v", seed, l, best.Lowest)
			}
		}
		if one, err := ha.Bill(best.HourlyCommitment); err != nil {
			t.Error(err)
		} else if two, err := hb.Bill(best.HourlyCommitment); err != nil || !one.Total().Add(two.Total()).Equal(best.Cost) {
			t.Errorf("seed %d: best costs %s, billed %s and %s, %v", seed, best.Cost, one, two, err)
		}
	}
}

func TestCurveErrors(t *testing.T) {
	usd := newHistory(t, cost.Embedded(), month{0: {"us-east-1": used(t, map[cost.Key]string{computeX86: "10"})}}, savings.Plan{}, nil)
	yen := card("xy-east-1", price(computeX86, "0", "2"))
	yen.Currency = "JPY"
	rate := card("xy-east-1", price(computeX86, "0", "1"))
	rate.Currency = "JPY"
	jpy := newHistory(t, catalog(t, yen), month{0: {"xy-east-1": used(t, map[cost.Key]string{computeX86: "10"})}}, savings.Plan{Cards: []cost.RateCard{rate}}, nil)
	var outOfRange *savings.RangeError
	if _, err := savings.Best(t.Context()); !errors.As(err, &outOfRange) {
		t.Errorf("no months: %v", err)
	}
	var mixed *cost.MixedError
	if _, err := savings.Best(t.Context(), nil, usd, jpy); !errors.As(err, &mixed) || mixed.A != "USD" || mixed.B != "JPY" || mixed.RegionB != "month 2" {
		t.Errorf("two currencies: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	for l, err := range savings.Curve(ctx, usd) {
		if n++; n == 1 {
			cancel()
			continue
		}
		if !errors.Is(err, context.Canceled) || l.Cost != nil || n > 2 {
			t.Errorf("level %d: %v, %v", n, l, err)
		}
	}
	if _, err := savings.Best(ctx, usd); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
	for range savings.Curve(t.Context(), usd) {
		break // and no more is yielded
	}
	var none context.Context
	if _, err := savings.Best(none, usd); !errors.As(err, &outOfRange) || outOfRange.Field != "ctx" {
		t.Errorf("no context: %v", err)
	}
}

// countdown is a context that ends at the so manyth look at it.
type countdown struct {
	context.Context
	looks int
}

func (c *countdown) Err() error {
	if c.looks--; c.looks < 0 {
		return context.Canceled
	}
	return nil
}

// Each step looks at the context: before anything is done, before each month, each level and each bill.
func TestCanceled(t *testing.T) {
	m := month{}
	for i := range 20 {
		m[i] = usageByRegion{"us-east-1": used(t, map[cost.Key]string{computeX86: strconv.Itoa(100 + i%7)})}
	}
	h := newHistory(t, cost.Embedded(), m, savings.Plan{}, nil)
	looks := 0
	for ; ; looks++ {
		_, err := savings.Best(&countdown{t.Context(), looks}, h, h, h)
		if err == nil {
			break
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("after %d looks: %v", looks, err)
		}
	}
	if least := 1 + 3 + len(levels(t, h)) + 2; looks < least {
		t.Errorf("the context was looked at %d times, want at least %d", looks, least)
	}
}

// A month in which nothing saves has no plan as its best, and so has one whose best is below what is sold.
func TestNoPlanIsBest(t *testing.T) {
	c, cards := small(t)
	for name, m := range map[string]month{
		"requests alone":   {0: {"eu-west-1": used(t, map[cost.Key]string{requestsX86: "7"})}},
		"a hundredth cent": {0: {"eu-west-1": used(t, map[cost.Key]string{computeX86: "0.00000976562500000000000001"})}},
		"one hour of many": {0: {"eu-west-1": used(t, map[cost.Key]string{computeX86: "5"})}, 3: {}},
		"not coverable":    {0: {"eu-west-1": used(t, map[cost.Key]string{key(cost.EphemeralStorage, cost.X86): "5"})}},
		"no usage":         {0: {}},
	} {
		best, err := savings.Best(t.Context(), newHistory(t, c, m, savings.Plan{Cards: cards}, nil))
		if err != nil || !best.HourlyCommitment.IsZero() || !best.Cost.Equal(best.OnDemand) {
			t.Errorf("%s: %+v, %v", name, best, err)
		}
	}
}

// Only the hours of the history count: a batch of one hour a month is worth a commitment in that hour, and none in the month.
func TestBestOfSparseMonth(t *testing.T) {
	batch := month{340: {"us-east-1": used(t, map[cost.Key]string{computeX86: "10000000"})}}
	for name, c := range map[string]struct {
		plan  savings.Plan
		hours int
		best  string
	}{
		"hours given": {savings.Plan{}, 1, "147"},
		"whole month": {savings.Plan{From: at(0), Until: at(720)}, 720, "0"},
	} {
		h := newHistory(t, cost.Embedded(), batch, c.plan, nil)
		best, err := savings.Best(t.Context(), h, h)
		if err != nil {
			t.Fatal(err)
		}
		if best.Hours != 2*c.hours || !best.HourlyCommitment.Equal(dec(c.best)) {
			t.Errorf("%s: %s an hour of %d hours, want %s of %d", name, best.HourlyCommitment, best.Hours, c.best, 2*c.hours)
		}
	}
}
