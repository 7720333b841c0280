package savings_test

import (
	"errors"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/savings"
)

// sequence yields hours in the order given, each with the same usage.
func sequence(u usageByRegion, hours ...time.Time) iter.Seq2[time.Time, usageByRegion] {
	return func(yield func(time.Time, usageByRegion) bool) {
		for _, h := range hours {
			if !yield(h, u) {
				return
			}
		}
	}
}

func TestHours(t *testing.T) {
	india := time.FixedZone("IST", 5*3600+1800)
	nepal := time.FixedZone("NPT", 5*3600+2700)
	october := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	u := usageByRegion{"us-east-1": used(t, map[cost.Key]string{computeX86: "1"})}
	tests := []struct {
		name  string
		hours []time.Time
		index int // of the hour at fault; -1: none
		text  string
	}{
		{"ascending", []time.Time{at(0), at(1), at(5), at(719)}, -1, ""},
		{"in another zone", []time.Time{at(0), at(1).In(time.FixedZone("CET", 3600)), time.Date(2026, 9, 1, 9, 30, 0, 0, india)}, -1, ""},
		{"a month by UTC", []time.Time{time.Date(2026, 9, 30, 23, 30, 0, 0, india), time.Date(2026, 10, 1, 5, 15, 0, 0, nepal).Add(-15 * time.Minute)}, 1, "whole hour in UTC"},
		{"half an hour", []time.Time{at(0), at(1).Add(30 * time.Minute)}, 1, "whole hour in UTC"},
		{"a nanosecond", []time.Time{at(0).Add(1)}, 0, "whole hour in UTC"},
		{"whole in a zone of half an hour", []time.Time{time.Date(2026, 9, 1, 9, 0, 0, 0, india)}, 0, "whole hour in UTC"},
		{"twice", []time.Time{at(0), at(3), at(3)}, 2, "later hour than the one before it, 2026-09-01T03:00:00Z"},
		{"backwards", []time.Time{at(3), at(2)}, 1, "later hour than the one before it, 2026-09-01T03:00:00Z"},
		{"next month", []time.Time{at(719), october}, 1, "in the calendar month of the first, 2026-09"},
		{"same month of another year", []time.Time{at(0), at(0).AddDate(1, 0, 0)}, 1, "in the calendar month of the first, 2026-09"},
		{"zero", []time.Time{{}}, 0, "whole hour in UTC"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := savings.Bill(cost.Embedded(), sequence(u, tt.hours...), savings.Plan{}, nil)
			var e *savings.HourError
			switch {
			case tt.index < 0 && err != nil:
				t.Error(err)
			case tt.index < 0:
			case !errors.As(err, &e):
				t.Errorf("error is %v", err)
			case e.Index != tt.index || !e.Hour.Equal(tt.hours[tt.index]) || !strings.Contains(err.Error(), tt.text):
				t.Errorf("error is %v, index %d", err, e.Index)
			}
		})
	}
}

func TestHoursAreReadOnce(t *testing.T) {
	times := 0
	hours := func(yield func(time.Time, usageByRegion) bool) {
		times++
		u := usageByRegion{}
		for h := range 3 {
			u["us-east-1"] = used(t, map[cost.Key]string{computeX86: "2"}) // the map is used again
			if !yield(at(h), u) {
				return
			}
		}
	}
	s, err := savings.Bill(cost.Embedded(), hours, savings.Plan{}, nil)
	if err != nil || times != 1 || !s.Total().Equal(dec("0.0001000002")) {
		t.Errorf("read %d times, %v, %v", times, s, err)
	}
}

func TestPlanErrors(t *testing.T) {
	good := func() savings.Plan {
		return savings.Plan{Cards: []cost.RateCard{card("us-east-1", price(computeX86, "0", "0.00001"))}}
	}
	with := func(change func(*savings.Plan)) savings.Plan {
		p := good()
		change(&p)
		return p
	}
	tests := []struct {
		name string
		plan savings.Plan
		text string // "" where there is no error
	}{
		{"good", good(), ""},
		{"zero", savings.Plan{}, ""},
		{"negative", with(func(p *savings.Plan) { p.HourlyCommitment = dec("-0.1") }), "savings: Plan.HourlyCommitment is -0.1, allowed is 0 or more"},
		{"huge", with(func(p *savings.Plan) { p.HourlyCommitment = decimal.New(1, 999_999_999) }), "savings: Plan.HourlyCommitment is a number of more than 20 digits"},
		{"tiny", with(func(p *savings.Plan) { p.HourlyCommitment = decimal.New(1, -999_999_999) }), "savings: Plan.HourlyCommitment is a number of more than 20 digits"},
		{"years", with(func(p *savings.Plan) { p.Purchase.Years = 2 }), "savings: Purchase.Years is 2, allowed is 1 or 3"},
		{"payment", with(func(p *savings.Plan) { p.Purchase.Payment = 3 }), `savings: unknown payment option "Payment(3)" (known: No Upfront, Partial Upfront, All Upfront)`},
		{"free tier", with(func(p *savings.Plan) { p.FreeTier = 2 }), `savings: unknown free tier order "FreeTierOrder(2)" (known: FreeByRegion, FreeByHour)`},
		{"from", with(func(p *savings.Plan) { p.From = at(0).Add(time.Second) }), "savings: Plan.From is 2026-09-01T00:00:01Z, allowed is a whole hour in UTC"},
		{"until", with(func(p *savings.Plan) { p.Until = at(0).Add(time.Second) }), "savings: Plan.Until is 2026-09-01T00:00:01Z, allowed is a whole hour in UTC"},
		{"empty period", with(func(p *savings.Plan) { p.From, p.Until = at(3), at(3) }), "savings: Plan.Until is 2026-09-01T03:00:00Z, allowed is after From, 2026-09-01T03:00:00Z"},
		{"unknown rates", savings.Plan{Purchase: savings.Purchase{Years: 1, Payment: savings.PartialUpfront}}, `savings: unknown rates of a Savings Plan "1yr Partial Upfront" (known: 1yr No Upfront, 3yr No Upfront, 1yr All Upfront, 3yr All Upfront)`},
		{"bad card", with(func(p *savings.Plan) { p.Cards[0].Source = "" }), "savings: plan card 0, us-east-1: cost: rate card us-east-1: Source"},
		{"two cards", with(func(p *savings.Plan) { p.Cards = append(p.Cards, p.Cards[0]) }), "savings: plan card 1, us-east-1: Cards is a second one of this region"},
		{"two tiers", with(func(p *savings.Plan) { p.Cards[0].Prices[0] = price(computeX86, "0", "2", "5", "1") }), "savings: plan card 0, us-east-1, Compute x86_64: Tiers is more than one"},
		{"meter", with(func(p *savings.Plan) { p.Cards[0].Prices[0] = price(key(cost.EdgeCompute, ""), "0", "2") }), "savings: plan card 0, us-east-1, EdgeCompute: Meter is EdgeCompute, allowed is Requests, Compute"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.plan.Validate()
			_, billErr := savings.Bill(cost.Embedded(), month{}.hours(), tt.plan, nil)
			for _, err := range []error{err, billErr} {
				if tt.text == "" && err != nil || tt.text != "" && (err == nil || !strings.HasPrefix(err.Error(), tt.text)) {
					t.Errorf("error is %v, want %s", err, tt.text)
				}
			}
		})
	}
}

func TestHistoryErrors(t *testing.T) {
	u := used(t, map[cost.Key]string{computeX86: "1"})
	m := month{5: {"us-east-1": u}}
	plan := func(from, until time.Time) savings.Plan { return savings.Plan{From: from, Until: until} }
	tests := []struct {
		name    string
		catalog *cost.Catalog
		hours   iter.Seq2[time.Time, usageByRegion]
		plan    savings.Plan
		options *cost.Options
		text    string
	}{
		{"no hours", cost.Embedded(), nil, savings.Plan{}, nil, "savings: hours is nil"},
		{"no catalog", nil, m.hours(), savings.Plan{}, nil, `cost: unknown region "us-east-1"`},
		{"unknown region", cost.Embedded(), month{0: {"mars-1": u}}.hours(), savings.Plan{}, nil, `cost: unknown region "mars-1"`},
		{"two partitions", cost.Embedded(), month{0: {"us-east-1": u, "cn-north-1": u}}.hours(), savings.Plan{}, nil, `cost: one statement cannot mix partition`},
		{"not sold", cost.Embedded(), month{0: {"eu-west-1": used(t, map[cost.Key]string{key(cost.SQSPoller, ""): "1"})}}.hours(), savings.Plan{}, nil, "cost: eu-west-1 has no price for SQSPoller"},
		{"options", cost.Embedded(), m.hours(), savings.Plan{}, &cost.Options{Discount: dec("2")}, "cost: Discount is 2"},
		{"from in another month", cost.Embedded(), m.hours(), plan(at(-1), time.Time{}), nil, "savings: Plan.From is 2026-08-31T23:00:00Z, allowed is in the month of the usage, 2026-09"},
		{"until in another month", cost.Embedded(), m.hours(), plan(time.Time{}, at(721)), nil, "savings: Plan.Until is 2026-10-01T01:00:00Z, allowed is in the month of the usage, 2026-09"},
		{"from after the last hour", cost.Embedded(), m.hours(), plan(at(6), time.Time{}), nil, "savings: Plan.From is 2026-09-01T06:00:00Z, allowed is before the end of the hours given, 2026-09-01T06:00:00Z, or with Until"},
		{"until before the first", cost.Embedded(), m.hours(), plan(time.Time{}, at(5)), nil, "savings: Plan.Until is 2026-09-01T05:00:00Z, allowed is after the beginning of the hours given, 2026-09-01T05:00:00Z, or with From"},
		{"from alone", cost.Embedded(), month{}.hours(), plan(at(0), time.Time{}), nil, "savings: Plan.Until is the zero time"},
		{"until alone", cost.Embedded(), month{}.hours(), plan(time.Time{}, at(5)), nil, "savings: Plan.From is the zero time"},
		{"a period of two months", cost.Embedded(), month{}.hours(), plan(at(0), at(721)), nil, "savings: Plan.Until is 2026-10-01T01:00:00Z"},
		{
			"currency", catalog(t, card("us-east-1", price(computeX86, "0", "1"))), m.hours(),
			savings.Plan{Cards: []cost.RateCard{{
				Region: "us-east-1", Currency: "EUR", AsOf: at(0), Source: "a test", Prices: []cost.Price{price(computeX86, "0", "1")},
			}}},
			nil, "savings: plan card 0, us-east-1: Currency is EUR, allowed is USD",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, err := savings.NewHistory(tt.catalog, tt.hours, tt.plan, tt.options)
			if err == nil || h != nil || !strings.HasPrefix(err.Error(), tt.text) {
				t.Errorf("error is %v, want %s", err, tt.text)
			}
		})
	}
}

func TestNoRate(t *testing.T) {
	m := month{
		0: {"eu-west-1": used(t, map[cost.Key]string{computeX86: "1", computeARM: "1", key(cost.EphemeralStorage, cost.ARM64): "1"})},
		1: {"eu-west-2": used(t, map[cost.Key]string{requestsX86: "1"})},
	}
	h := newHistory(t, cost.Embedded(), m, savings.Plan{}, nil)
	_, err := h.Bill(dec("0.01"))
	var e *savings.NoRateError
	if !errors.As(err, &e) {
		t.Fatalf("error is %v", err)
	}
	want := `savings: no plan rate for Compute arm64 in eu-west-1 (the plan has cards of: eu-west-1, us-east-1)
savings: no plan rate for Requests x86_64 in eu-west-2 (the plan has cards of: eu-west-1, us-east-1)`
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
	for name, call := range map[string]func() error{
		"Figures": func() error { _, err := h.Figures(dec("1")); return err },
		"Hourly":  func() error { _, err := h.Hourly(dec("1")); return err },
		"Best":    func() error { _, err := savings.Best(t.Context(), h); return err },
		"Bill": func() error {
			_, err := savings.Bill(cost.Embedded(), m.hours(), savings.Plan{HourlyCommitment: dec("1")}, nil)
			return err
		},
	} {
		if err := call(); !errors.As(err, &e) {
			t.Errorf("%s: error is %v", name, err)
		}
	}
	billed(t, h, "0") // covers nothing, and needs no rates

	// What is free or outside of the period needs none either.
	free := &cost.Options{FreeTier: &cost.FreeTier{GBSeconds: dec("5")}}
	billed(t, newHistory(t, cost.Embedded(), month{0: m[0]}, savings.Plan{}, free), "0.01")
	billed(t, newHistory(t, cost.Embedded(), m, savings.Plan{From: at(2), Until: at(3)}, nil), "0.01")

	h = newHistory(t, cost.Embedded(), m, savings.Plan{UnratedOnDemand: true}, nil)
	lines := linesOf(t, billed(t, h, "0.01"))
	if _, charged := lines[lineKey{"eu-west-1", computeARM, cost.Charged, 1}]; !charged {
		t.Errorf("lines are %v", lines)
	}
}

// Commitments have the bounds that doc.go states, however many zeros they are written with.
func TestCommitmentBounds(t *testing.T) {
	h := newHistory(t, cost.Embedded(), month{0: {"us-east-1": used(t, map[cost.Key]string{computeX86: "1"})}}, savings.Plan{}, nil)
	nines := strings.Repeat("9", 20)
	for text, allowed := range map[string]bool{
		"0": true, "0e-30": true, "0e30": true, nines: true, nines + "." + nines: true, nines + "9": false, "0." + nines + "9": false,
		"1e19": true, "1e20": false, "123456789012345678901234567890": false, "1e-20": true, "1e-21": false,
		"1." + strings.Repeat("0", 50): true, "1" + strings.Repeat("0", 20): false, "10e-21": true, "-1e-20": false,
	} {
		c := dec(text)
		s, err := h.Bill(c)
		var e *savings.RangeError
		if (err == nil) != allowed || err != nil && !errors.As(err, &e) {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if err := (savings.Plan{HourlyCommitment: c}).Validate(); (err == nil) != allowed {
			t.Errorf("%s: %v", text, err)
		}
		if !allowed {
			continue
		}
		var paid decimal.Decimal // of the commitment
		for _, l := range linesOf(t, s) {
			if l.Kind == cost.Covered || l.Kind == cost.Unused {
				paid = paid.Add(l.Cost)
			}
		}
		if !paid.Equal(c) {
			t.Errorf("%s: billed %s of the commitment", text, paid)
		}
	}
}

func TestCommitmentErrors(t *testing.T) {
	h := newHistory(t, cost.Embedded(), month{0: {"us-east-1": used(t, map[cost.Key]string{computeX86: "1"})}}, savings.Plan{}, nil)
	for _, c := range []decimal.Decimal{dec("-1"), decimal.New(1, 21), decimal.New(1, -21), decimal.New(-1, 2_000_000_000)} {
		var e *savings.RangeError
		_, err := h.Bill(c)
		_, err2 := h.Figures(c)
		_, err3 := h.Hourly(c)
		for _, err := range []error{err, err2, err3} {
			if !errors.As(err, &e) || e.Field != "hourlyCommitment" {
				t.Errorf("error is %v", err)
			}
		}
	}
}

func TestNilHistory(t *testing.T) {
	for _, h := range []*savings.History{nil, new(savings.History)} {
		s, err := h.Bill(dec("1.5"))
		f, err2 := h.Figures(dec("1.5"))
		hourly, err3 := h.Hourly(dec("1.5"))
		best, err4 := savings.Best(t.Context(), h)
		if err := errors.Join(err, err2, err3, err4); err != nil || len(s.Bills)+len(hourly)+f.Hours != 0 || !best.Cost.IsZero() {
			t.Errorf("%v, %v, %v, %v, %v", s, f, hourly, best, err)
		}
		if h.Currency() != "" || !h.Month().IsZero() || h.CommittedHours() != 0 {
			t.Errorf("%q, %v, %d", h.Currency(), h.Month(), h.CommittedHours())
		}
	}
}

// Figures of any size and of many decimals stay exact.
func TestHugeUsage(t *testing.T) {
	u := used(t, map[cost.Key]string{computeX86: "300000000000000000000000000", requestsX86: "0.000000000000000000000000000000000000000000000000000000000001"})
	h := newHistory(t, cost.Embedded(), month{0: {"us-east-1": u}}, savings.Plan{CoverAboveOnDemand: true}, nil)
	s := billed(t, h, "10000000000000000000.00000000000000000001")
	got := map[cost.Key]decimal.Decimal{}
	for k, l := range linesOf(t, s) {
		if k.Kind != cost.Unused {
			got[k.Key] = got[k.Key].Add(l.Quantity)
		}
	}
	for k, want := range u.All() {
		if !got[k].Equal(want) {
			t.Errorf("%v: %s billed, %s used", k, got[k], want)
		}
	}
	if _, err := savings.Best(t.Context(), h); err != nil {
		t.Error(err)
	}
}
