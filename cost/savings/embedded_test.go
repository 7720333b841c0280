package savings_test

import (
	"encoding/json"
	"errors"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/savings"
)

// Every entry of the embedded file is walked.
func TestEmbeddedRates(t *testing.T) {
	text, err := os.ReadFile("rates.json")
	if err != nil {
		t.Fatal(err)
	}
	var sets []struct {
		Years   []int
		Payment savings.Payment
		Card    cost.RateCard
	}
	if err := json.Unmarshal(text, &sets); err != nil {
		t.Fatal(err)
	}
	if len(sets) != 4 {
		t.Errorf("%d entries", len(sets))
	}
	rates := 0
	for _, set := range sets {
		c := set.Card
		plan := savings.Plan{Cards: []cost.RateCard{c}}
		if err := plan.Validate(); err != nil {
			t.Error(err)
		}
		if c.Certainty == "" || c.Location == "" || len(set.Years) == 0 {
			t.Errorf("%s: %+v", c.Region, set)
		}
		onDemand, err := cost.Embedded().Region(c.Region)
		if err != nil {
			t.Fatal(err)
		}
		if onDemand.Location() != c.Location || onDemand.Currency() != c.Currency {
			t.Errorf("%s: %s, %s", c.Region, c.Location, c.Currency)
		}
		for _, p := range c.Prices {
			rates++
			list, err := onDemand.Price(p.Meter, p.Arch)
			if err != nil {
				t.Fatal(err)
			}
			rate, first := p.Tiers[0].UnitPrice, list.Tiers[0].UnitPrice
			if p.UsageType != list.UsageType {
				t.Errorf("%s: usage type %q, on demand %q", c.Region, p.UsageType, list.UsageType)
			}
			// Requests at 0 %, everything else between 11 % and 18 % off.
			low, high := dec("0.82"), dec("0.89")
			if p.Meter == cost.Requests {
				low, high = dec("1"), dec("1")
			}
			if rate.LessThan(first.Mul(low)) || rate.GreaterThan(first.Mul(high)) {
				t.Errorf("%s %s %s: plan rate %s, on demand %s", c.Region, set.Payment, p.UsageType, rate, first)
			}
		}
	}
	if rates != 17 {
		t.Errorf("%d rates", rates)
	}
}

// The saving of the no-upfront rates of us-east-1 against each tier, as facts/billing.md has them: -11.8, -2.0 and +10.2 % on
// x86_64, -12.2, -2.5 and +9.7 % on arm64. Of the embedded rates, which their source has rounded, the fourth is -12.2504.
func TestSavingByTier(t *testing.T) {
	cards, err := savings.Embedded(savings.Purchase{Years: 1})
	if err != nil {
		t.Fatal(err)
	}
	onDemand, err := cost.Embedded().Region("us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	exact := map[cost.Arch][]string{cost.X86: {"-11.8002", "-2.0000", "10.2494"}, cost.ARM64: {"-12.2504", "-2.5008", "9.6872"}}
	facts := map[cost.Arch][]string{cost.X86: {"-11.8", "-2.0", "10.2"}, cost.ARM64: {"-12.2", "-2.5", "9.7"}}
	for _, p := range cards[0].Prices {
		if p.Meter != cost.Compute {
			continue
		}
		list, err := onDemand.Price(p.Meter, p.Arch)
		if err != nil {
			t.Fatal(err)
		}
		for i, tier := range list.Tiers {
			percent := mul(sub(quo(p.Tiers[0].UnitPrice.Rat(), tier.UnitPrice.Rat()), big.NewRat(1, 1)), big.NewRat(100, 1))
			if got := percent.FloatString(4); got != exact[p.Arch][i] {
				t.Errorf("%s tier %d: %s %%, want %s", p.Arch, i+1, got, exact[p.Arch][i])
			}
			fact := dec(facts[p.Arch][i]).Rat()
			if apart := sub(percent, fact); apart.Abs(apart).Cmp(big.NewRat(6, 100)) > 0 {
				t.Errorf("%s tier %d: %s %%, the facts have %s", p.Arch, i+1, percent.FloatString(4), facts[p.Arch][i])
			}
		}
	}
}

func TestEmbeddedChoice(t *testing.T) {
	for _, tt := range []struct {
		purchase savings.Purchase
		want     string
	}{
		{savings.Purchase{}, "us-east-1 0.0000147, eu-west-1 0.0000147"},
		{savings.Purchase{Years: 1}, "us-east-1 0.0000147"},
		{savings.Purchase{Years: 3}, "us-east-1 0.0000147, eu-west-1 0.0000147"},
		{savings.Purchase{Payment: savings.AllUpfront}, "us-east-1 0.0000138, eu-west-1 0.0000138"},
		{savings.Purchase{Years: 1, Payment: savings.AllUpfront}, "us-east-1 0.0000138, eu-west-1 0.0000138"},
		{savings.Purchase{Years: 3, Payment: savings.AllUpfront}, "us-east-1 0.0000138"},
	} {
		cards, err := savings.Embedded(tt.purchase)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range cards {
			for _, p := range c.Prices {
				if p.Meter == cost.Compute && p.Arch == cost.X86 {
					got = append(got, c.Region+" "+p.Tiers[0].UnitPrice.String())
				}
			}
			c.Prices[0].Tiers[0].UnitPrice = dec("9") // the caller's own
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, ", ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.purchase, diff)
		}
	}
	var unknown *savings.UnknownError
	if _, err := savings.Embedded(savings.Purchase{Payment: savings.PartialUpfront}); !errors.As(err, &unknown) {
		t.Errorf("error is %v", err)
	}
	var outOfRange *savings.RangeError
	if _, err := savings.Embedded(savings.Purchase{Years: 7}); !errors.As(err, &outOfRange) {
		t.Errorf("error is %v", err)
	}
}

// A purchase of no term takes rates of either: a bill says of which, where they are known for one alone.
func TestEmbeddedTerm(t *testing.T) {
	for payment, term := range map[savings.Payment]string{savings.NoUpfront: "3 years", savings.AllUpfront: "1 year"} {
		m := month{0: {"eu-west-1": used(t, map[cost.Key]string{computeX86: "1000"})}}
		s := billed(t, newHistory(t, cost.Embedded(), m, savings.Plan{Purchase: savings.Purchase{Payment: payment}}, nil), "0.01")
		if notes := strings.Join(s.Bills[0].Assumptions, "\n"); !strings.Contains(notes, term) {
			t.Errorf("%s: %q does not say %s", payment, notes, term)
		}
	}
}

func TestPurchase(t *testing.T) {
	for _, tt := range []struct {
		purchase        savings.Purchase
		text, usageType string
	}{
		{savings.Purchase{}, "No Upfront", ""},
		{savings.Purchase{Years: 1}, "1yr No Upfront", "ComputeSP:1yrNoUpfront"},
		{savings.Purchase{Years: 3, Payment: savings.PartialUpfront}, "3yr Partial Upfront", "ComputeSP:3yrPartialUpfront"},
		{savings.Purchase{Years: 1, Payment: savings.AllUpfront}, "1yr All Upfront", "ComputeSP:1yrAllUpfront"},
		{savings.Purchase{Years: 1, Payment: 9}, "1yr Payment(9)", ""},
	} {
		if tt.purchase.String() != tt.text || tt.purchase.UsageType() != tt.usageType {
			t.Errorf("%+v is %q, %q", tt.purchase, tt.purchase, tt.purchase.UsageType())
		}
		text, err := tt.purchase.Payment.MarshalText()
		if err != nil {
			if tt.purchase.Payment < 3 {
				t.Error(err)
			}
			continue
		}
		back := savings.Payment(77)
		if err := back.UnmarshalText(text); err != nil || back != tt.purchase.Payment {
			t.Errorf("%s reads back as %s, %v", text, back, err)
		}
	}
	p := savings.AllUpfront
	var unknown *savings.UnknownError
	if err := p.UnmarshalText([]byte("no upfront")); !errors.As(err, &unknown) || p != savings.AllUpfront {
		t.Errorf("%v, %v", p, err)
	}
}
