package forecast_test

import (
	"cmp"
	"context"
	"errors"
	"math/big"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/forecast"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// The month's usage is the simulated sums times requests of the month over simulated requests, to half a unit; what is
// billed of it is what package cost makes of it.
func TestUsageIsScaledSums(t *testing.T) {
	for name, change := range map[string]func(*forecast.Scenario){
		"on demand":       func(*forecast.Scenario) {},
		"provisioned":     func(s *forecast.Scenario) { s.Function.ProvisionedConcurrency = 1 },
		"/tmp":            func(s *forecast.Scenario) { s.EphemeralMB = 1000 },
		"given requests":  func(s *forecast.Scenario) { s.RequestsPerMonth = 123_457 },
		"measured rate":   func(s *forecast.Scenario) { s.Arrivals = workload.Merge(s.Arrivals) },
		"other month":     func(s *forecast.Scenario) { s.Month = forecast.Month{Year: 2026, Month: time.December} },
		"errors, retried": func(s *forecast.Scenario) { s.Function.Async, s.Function.ErrorRate, s.Function.Retries = true, .2, 2 },
	} {
		t.Run(name, func(t *testing.T) {
			s := ordinary()
			change(&s)
			f := run(t, s, quick())
			total, err := f.Summary.Total()
			if err != nil {
				t.Fatal(err)
			}
			by := big.NewRat(int64(f.Requests), int64(total.Invocations))
			if name == "measured rate" {
				by = big.NewRat(int64(s.Month.Duration()), int64(total.Elapsed))
			}
			// What is pending at the end is executed like the rest.
			by.Mul(by, big.NewRat(int64(total.Served()+total.Pending), int64(total.Served())))
			// in MB·ms, or requests
			scaled := func(sum uint64, mb int64) *big.Rat {
				x := new(big.Rat).SetInt(new(big.Int).SetUint64(sum))
				return x.Mul(x, by).Mul(x, big.NewRat(mb, 1))
			}
			near := func(what string, got decimal.Decimal, unit int64, halves int64, want *big.Rat) {
				t.Helper()
				x := new(big.Rat).Mul(got.Rat(), big.NewRat(unit, 1))
				if x.Sub(x, want).Abs(x).Cmp(big.NewRat(halves, 2)) > 0 {
					t.Errorf("%v is %v, want %s/%d, off by %s", what, got, want.FloatString(3), unit, x.FloatString(3))
				}
			}
			for _, m := range []struct {
				meter  cost.Meter
				unit   int64
				halves int64 // by which it may be off: of each sum that is rounded by itself
				want   *big.Rat
			}{
				{cost.Requests, 1, 2, scaled(total.OnDemand.Requests+total.Provisioned.Requests, 1)},
				{cost.Compute, 1_024_000, 1, scaled(total.OnDemand.BilledMS, 512)},
				{cost.ProvisionedCompute, 1_024_000, 1, scaled(total.Provisioned.BilledMS, 512)},
				{cost.EphemeralStorage, 1_024_000, 4, scaled(total.OnDemand.BilledMS+total.Provisioned.BilledMS, int64(max(s.EphemeralMB-512, 0)))},
			} {
				near(m.meter.String(), f.Usage.Quantity(m.meter, s.Arch), m.unit, m.halves, m.want)
			}
			init := scaled(uint64(total.OnDemand.Init+total.Provisioned.Init), 512)
			near("INIT", f.InitGBSeconds.Decimal, 1_024_000, 2, init.Mul(init, big.NewRat(1, 1e6)))
			rates, err := cost.Embedded().Region(s.Region)
			if err != nil {
				t.Fatal(err)
			}
			bill, err := rates.Bill(f.Usage, nil)
			if err != nil {
				t.Fatal(err)
			}
			if !bill.Total().Equal(f.Bill.Total()) || f.InitCost().Sign() <= 0 {
				t.Errorf("billed %v, package cost makes it %v; INIT costs %v", f.Bill.Total(), bill.Total(), f.InitCost())
			}
		})
	}
}

// Options of the bill get there: free tier, discount, what was used before.
func TestBillingOptions(t *testing.T) {
	var before cost.Usage
	if err := before.Add(cost.Compute, cost.ARM64, decimal.New(75, 8)); err != nil { // all of the first tier
		t.Fatal(err)
	}
	for name, billing := range map[string]*cost.Options{
		"none":      nil,
		"free tier": {FreeTier: cost.MonthlyFreeTier()},
		"discount":  {Discount: decimal.New(1, -1)},
		"prior":     {Prior: map[string]cost.Usage{"us-east-1": before}},
	} {
		o := quick()
		o.Billing = billing
		f := run(t, textbook(), o)
		rates, err := cost.Embedded().Region("us-east-1")
		if err != nil {
			t.Fatal(err)
		}
		want, err := rates.Bill(f.Usage, billing)
		if err != nil {
			t.Fatal(err)
		}
		if !f.Total().Equal(want.Total()) || f.Cost.Mean != want.Total().InexactFloat64() {
			t.Errorf("%s: %v and %v, want %v", name, f.Total(), f.Cost, want.Total())
		}
	}
}

func TestCompareRefuses(t *testing.T) {
	bad := textbook()
	bad.Name, bad.Needs.GPU = "bad", true
	_, err := forecast.Compare(t.Context(), []forecast.Scenario{textbook(), bad, textbook(), bad}, quick())
	var which *forecast.ScenarioError
	var unfit *forecast.UnfitError
	if !errors.As(err, &which) || which.Index != 1 || which.Name != "bad" || !errors.As(err, &unfit) {
		t.Errorf("error is %v", err)
	}
	if !strings.Contains(err.Error(), `scenario 3, "bad"`) {
		t.Errorf("the other bad scenario is not named: %v", err)
	}
	var empty *forecast.RangeError
	if _, err := forecast.Compare(t.Context(), nil, quick()); !errors.As(err, &empty) {
		t.Errorf("no scenarios: %v", err)
	}

	rates, err := cost.Embedded().Region("eu-west-1")
	if err != nil {
		t.Fatal(err)
	}
	card := rates.Card()
	card.Currency = "EUR"
	catalog, err := cost.Embedded().With(card)
	if err != nil {
		t.Fatal(err)
	}
	o := quick()
	o.Catalog = catalog
	euro := textbook()
	euro.Region = "eu-west-1"
	var currency *forecast.CurrencyError
	if _, err := forecast.Compare(t.Context(), []forecast.Scenario{textbook(), euro}, o); !errors.As(err, &currency) || currency.A != "USD" || currency.B != "EUR" {
		t.Errorf("two currencies: %v", err)
	}
	if _, err := forecast.Sweep(t.Context(), textbook(), forecast.Grid{Regions: []string{"us-east-1", "eu-west-1"}}, forecast.Limits{}, o); !errors.As(err, &currency) {
		t.Errorf("two currencies in a sweep: %v", err)
	}
	if !strings.Contains(currency.Error(), "EUR") {
		t.Errorf("text is %q", currency)
	}
}

// Requests that find the function's time-out are timed out, and billed up to it.
func TestTimeouts(t *testing.T) {
	s := textbook()
	s.Function.Duration = lifecycle.Uniform{Max: 2 * time.Second}
	s.Function.Timeout, s.Needs.CutOff = time.Second, .6
	f := run(t, s, quick())
	if f.TimeoutRate.Mean < .45 || f.TimeoutRate.Mean > .55 {
		t.Errorf("timed out: %v, want one half", f.TimeoutRate)
	}
	if p, ok := f.Percentile(.99); !ok || p.Mean > 1010*time.Millisecond {
		t.Errorf("99th percentile is %v", p.Mean)
	}
	if _, ok := f.Percentile(.98); ok {
		t.Error("there is a 98th percentile")
	}
	cut := func(f forecast.Forecast) bool {
		return slices.ContainsFunc(f.Assumptions, func(a string) bool { return strings.Contains(a, "cut off by the timeout") })
	}
	if cut(f) {
		t.Errorf("what is allowed is said: %q", f.Assumptions)
	}
	// Before they are played, nobody knows how long merged requests take.
	s.Function.Timeout, s.Needs.CutOff = 0, 0
	s.Arrivals = workload.Merge(workload.Trace{{Duration: time.Hour}, {At: time.Second, Duration: time.Second}})
	if f := run(t, s, quick()); f.TimeoutRate.Mean != .5 || !cut(f) {
		t.Errorf("timed out: %v, %q", f.TimeoutRate, f.Assumptions)
	}
}

// A bill is what billing each invocation by itself makes, with package cost alone.
func TestBillByHand(t *testing.T) {
	log := workload.Trace{}
	for i := range 500 {
		r := lifecycle.Request{At: time.Duration(i*i%7+3*i) * time.Second, Duration: time.Duration(1+i%13) * 21_345_678}
		if i%4 == 0 {
			r.Duration = 0 // drawn
		}
		log = append(log, r)
	}
	slices.SortStableFunc(log, func(a, b lifecycle.Request) int { return cmp.Compare(a.At, b.At) })
	s := ordinary()
	s.Arrivals, s.Cycle, s.RequestsPerMonth = log, 24*time.Hour, 30*500
	s.MemoryMB, s.EphemeralMB, s.StreamedBytes = 128, 10_240, 7<<20+1
	s.Function.ProvisionedConcurrency, s.Function.Init = 1, lifecycle.Exponential(300*time.Millisecond)
	s.Platform.IdleTimeout = lifecycle.Exponential(5 * time.Second)
	o := quick()
	o.Replications, o.Billing = 2, &cost.Options{FreeTier: cost.MonthlyFreeTier()}
	f := run(t, s, o)

	var want cost.Usage
	bill := func(i lifecycle.Invocation) error {
		how := cost.Timing{Duration: i.Duration, Init: i.Init}
		if i.Start == lifecycle.Provisioned {
			how.Mode = cost.Provisioned
		}
		billed, err := cost.BilledDuration(how, time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC))
		if err != nil {
			return err
		}
		return want.AddInvocations(15, cost.Invocation{ // half of 30 times, in each of two replications
			Arch: s.Arch, MemoryMB: 128, Billed: billed, EphemeralMB: 10_240, StreamedBytes: 7<<20 + 1, Mode: how.Mode,
		})
	}
	var m sync.Mutex
	_, err := lifecycle.ReplicateFunc(t.Context(), 2, &lifecycle.Options{Seed: o.Seed}, func(ctx context.Context, _ int, o *lifecycle.Options) (lifecycle.Result, error) {
		m.Lock()
		defer m.Unlock()
		for i, err := range lifecycle.Invocations(ctx, s.Function, s.Platform, log, &lifecycle.Options{Seed: o.Seed}) {
			if err = cmp.Or(err, bill(i)); err != nil {
				return lifecycle.Result{}, err
			}
		}
		return lifecycle.Simulate(ctx, s.Function, s.Platform, log, o)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := want.AddProvisioned(s.Arch, 128, 1, 730*time.Hour); err != nil {
		t.Fatal(err)
	}
	rates, err := cost.Embedded().Region(s.Region)
	if err != nil {
		t.Fatal(err)
	}
	billed, err := rates.Bill(want, o.Billing)
	if err != nil {
		t.Fatal(err)
	}
	if !f.Usage.Equal(want) || !f.Total().Equal(billed.Total()) {
		t.Errorf("%v of %v, want %v of %v", f.Total(), f.Usage, billed.Total(), want)
	}
}
