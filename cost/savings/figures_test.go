package savings_test

import (
	"math/big"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/savings"
)

func TestFigures(t *testing.T) {
	c, cards := small(t)
	m := month{
		0: {"eu-west-1": used(t, map[cost.Key]string{computeX86: "4", requestsX86: "1", key(cost.EphemeralStorage, cost.X86): "9"})},
		2: {"eu-west-1": used(t, map[cost.Key]string{computeX86: "1"})},
	}
	h := newHistory(t, c, m, savings.Plan{Cards: cards}, nil)
	got, err := h.Figures(dec("12"))
	if err != nil {
		t.Fatal(err)
	}
	// Hour 0: 2 of 4 at 6, list 20; 2 at 10 and a request at 2 on demand. Hour 1: nothing. Hour 2: 1 at 6, list 10.
	want := savings.Figures{Hours: 3, Commitment: dec("36"), Used: dec("18"), Covered: dec("30"), OnDemand: dec("22")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
	if !got.Unused().Equal(dec("18")) || !got.NetSavings().Equal(dec("-6")) {
		t.Errorf("unused %s, net savings %s", got.Unused(), got.NetSavings())
	}
	if u, c := got.Utilization(), got.Coverage(); u.Cmp(big.NewRat(1, 2)) != 0 || c.Cmp(big.NewRat(30, 52)) != 0 {
		t.Errorf("utilization %v, coverage %v", u, c)
	}
	hourly, err := h.Hourly(dec("12"))
	if err != nil {
		t.Fatal(err)
	}
	wantHourly := []savings.HourFigures{
		{at(0), savings.Figures{Hours: 1, Commitment: dec("12"), Used: dec("12"), Covered: dec("20"), OnDemand: dec("22")}},
		{at(1), savings.Figures{Hours: 1, Commitment: dec("12")}},
		{at(2), savings.Figures{Hours: 1, Commitment: dec("12"), Used: dec("6"), Covered: dec("10")}},
	}
	if diff := cmp.Diff(wantHourly, hourly); diff != "" {
		t.Errorf("hourly (-want +got):\n%s", diff)
	}
	if hourly[1].Coverage() != nil || hourly[1].Utilization().Sign() != 0 || (savings.Figures{}).Utilization() != nil {
		t.Error("figures of nothing")
	}
	if m := h.Month(); !m.Equal(at(0)) || h.Currency() != "USD" {
		t.Errorf("month %v, currency %s", m, h.Currency())
	}
}

// Hours add up to the month, and both to what is billed.
func TestFiguresAddUp(t *testing.T) {
	for seed := range uint64(100) {
		rng := rand.New(rand.NewPCG(seed, 7))
		s := randomScenario(t, rng)
		h := newHistory(t, s.catalog, s.month, s.plan, &s.options)
		commitment := strconv.Itoa(rng.IntN(3000)) + "e-3"
		figures, err := h.Figures(dec(commitment))
		if err != nil {
			t.Fatal(err)
		}
		hourly, err := h.Hourly(dec(commitment))
		if err != nil {
			t.Fatal(err)
		}
		var sum savings.Figures
		for i, f := range hourly {
			if i > 0 && !f.Start.Equal(hourly[i-1].Start.Add(time.Hour)) {
				t.Errorf("seed %d: gap before %v", seed, f.Start)
			}
			sum.Hours += f.Hours
			sum.Commitment, sum.Used = sum.Commitment.Add(f.Commitment), sum.Used.Add(f.Used)
			sum.Covered, sum.OnDemand = sum.Covered.Add(f.Covered), sum.OnDemand.Add(f.OnDemand)
		}
		if diff := cmp.Diff(figures, sum); diff != "" {
			t.Errorf("seed %d: hours (-month +sum):\n%s", seed, diff)
		}
		var bill savings.Figures
		var unused decimal.Decimal
		for k, l := range linesOf(t, billed(t, h, commitment)) {
			list := l.Quantity.Mul(l.ListUnitPrice)
			switch {
			case k.Kind == cost.Covered:
				bill.Used, bill.Covered = bill.Used.Add(l.Cost), bill.Covered.Add(list)
			case k.Kind == cost.Unused:
				unused = l.Cost
			case k.Kind == cost.Charged && savings.Covers(l.Meter):
				bill.OnDemand = bill.OnDemand.Add(list)
			}
		}
		bill.Hours, bill.Commitment = h.CommittedHours(), bill.Used.Add(unused)
		if diff := cmp.Diff(figures, bill); diff != "" {
			t.Errorf("seed %d: lines (-figures +lines):\n%s", seed, diff)
		}
	}
}
