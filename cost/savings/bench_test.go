package savings_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/savings"
)

// busyMonth is a month of 30 days in several regions, of everything that a plan covers, and cards for it. GB-seconds are those of
// an hour, on average.
func busyMonth(b *testing.B, regions int, gbSeconds int64) (month, []cost.RateCard) {
	b.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	m := month{}
	var cards []cost.RateCard
	names := slices.DeleteFunc(cost.Embedded().Regions(), func(r string) bool {
		return strings.HasPrefix(r, "cn-") || strings.HasPrefix(r, "us-gov-") // other partitions
	})[:regions]
	for _, region := range names {
		r, err := cost.Embedded().Region(region)
		if err != nil {
			b.Fatal(err)
		}
		c := r.Card()
		var rates []cost.Price
		for _, p := range c.Prices {
			if savings.Covers(p.Meter) {
				p.Tiers = []cost.Tier{{UnitPrice: p.Tiers[0].UnitPrice.Mul(dec("0.88"))}}
				rates = append(rates, p)
			}
		}
		c.Prices = rates
		cards = append(cards, c)
	}
	for h := range 720 {
		m[h] = usageByRegion{}
		for _, region := range names {
			q := func(n int64) string { return strconv.FormatInt(n*(500+rng.Int64N(1000))/1000, 10) }
			m[h][region] = used(b, map[cost.Key]string{
				computeX86: q(gbSeconds), computeARM: q(gbSeconds), requestsX86: q(gbSeconds * 10), requestsARM: q(gbSeconds * 10),
				key(cost.ProvisionedConcurrency, cost.X86): q(gbSeconds / 4), key(cost.EphemeralStorage, cost.X86): q(gbSeconds),
			})
		}
	}
	return m, cards
}

func BenchmarkBill(b *testing.B) {
	for _, regions := range []int{1, 5, 20} {
		m, cards := busyMonth(b, regions, 100_000)
		plan := savings.Plan{Cards: cards, HourlyCommitment: dec("5")}
		o := &cost.Options{FreeTier: cost.MonthlyFreeTier()}
		b.Run(fmt.Sprintf("month of hours/regions=%d", regions), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := savings.Bill(cost.Embedded(), m.hours(), plan, o); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("another commitment/regions=%d", regions), func(b *testing.B) {
			b.ReportAllocs()
			h := newHistory(b, cost.Embedded(), m, plan, o)
			for b.Loop() {
				if _, err := h.Bill(plan.HourlyCommitment); err != nil {
					b.Fatal(err)
				}
			}
		})
		// The ordinary way without a plan: each hour billed by itself, with what came before as prior usage.
		b.Run(fmt.Sprintf("on demand hour by hour/regions=%d", regions), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				prior := usageByRegion{}
				for _, usage := range m.hours() {
					if _, err := cost.Embedded().Bill(usage, &cost.Options{FreeTier: cost.MonthlyFreeTier(), Prior: prior}); err != nil {
						b.Fatal(err)
					}
					for region, u := range usage {
						all := prior[region]
						if err := all.Merge(u); err != nil {
							b.Fatal(err)
						}
						prior[region] = all
					}
				}
			}
		})
	}
}

func BenchmarkBest(b *testing.B) {
	for _, tt := range []struct {
		name      string
		regions   int
		gbSeconds int64
		outside   bool
	}{
		{"regions=1", 1, 100_000, false},
		{"regions=5", 5, 100_000, false},
		{"regions=5/all tiers", 5, 30_000_000, false},
		{"regions=1/covered outside of tiers", 1, 9_000_000, true},
	} {
		m, cards := busyMonth(b, tt.regions, tt.gbSeconds)
		h := newHistory(b, cost.Embedded(), m, savings.Plan{Cards: cards, CoveredOutsideTiers: tt.outside}, nil)
		b.Run(tt.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := savings.Best(b.Context(), h); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	// The ordinary way: bills on a grid, which finds the best of a hundred.
	m, cards := busyMonth(b, 1, 100_000)
	h := newHistory(b, cost.Embedded(), m, savings.Plan{Cards: cards}, nil)
	b.Run("regions=1/grid of 100", func(b *testing.B) {
		for b.Loop() {
			for i := range int64(100) {
				if _, err := h.Bill(decimal.New(i*5, -2)); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

// offerFile is a file of about 13 MB, in which Lambda is a needle in a haystack, as it is in AWS's.
func offerFile() []byte {
	var w bytes.Buffer
	w.WriteString(`{"version":"1","publicationDate":"2026-04-01T12:00:00Z","products":[`)
	for i, option := range []string{"No Upfront", "Partial Upfront", "All Upfront"} {
		fmt.Fprintf(&w, `%s{"sku":"PLAN%d","productFamily":"ComputeSavingsPlans","attributes":{"purchaseOption":%q,"purchaseTerm":"1yr"}}`, comma(i), i, option)
	}
	w.WriteString(`],"terms":{"savingsPlan":[`)
	for i := range 3 {
		fmt.Fprintf(&w, `%s{"sku":"PLAN%d","description":"a plan","effectiveDate":"2026-03-15T01:02:03Z","leaseContractLength":{"duration":1,"unit":"year"},"rates":[`, comma(i), i)
		for j := range 11_000 {
			service, usage := "AmazonEC2", fmt.Sprintf("EUC1-BoxUsage:c%d.large", j)
			if j == 5000 {
				service, usage = "AWSLambda", "EUC1-Lambda-GB-Second"
			}
			fmt.Fprintf(&w, `%s{"discountedSku":"SKU%d","discountedUsageType":%q,"discountedOperation":"RunInstances:0002","discountedServiceCode":%q,"rateCode":"PLAN%d.SKU%d","unit":"Hrs","discountedRate":{"price":"0.0000147","currency":"USD"},"discountedRegionCode":"eu-central-1","discountedInstanceType":"c%d.large"}`,
				comma(j), j, usage, service, i, j, j)
		}
		w.WriteString("]}")
	}
	w.WriteString("]}}")
	return w.Bytes()
}

func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ",\n"
}

func BenchmarkReadOffer(b *testing.B) {
	text := offerFile()
	b.Run("lambdaecon", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			if offers, err := savings.ReadOffer(bytes.NewReader(text)); err != nil || len(offers) != 3 {
				b.Fatal(offers, err)
			}
		}
	})
	// The ordinary way: the whole file as one value.
	b.Run("whole value", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			var v struct {
				Terms struct {
					SavingsPlan []struct{ Rates []map[string]any }
				}
			}
			if err := json.Unmarshal(text, &v); err != nil || len(v.Terms.SavingsPlan) != 3 {
				b.Fatal(err)
			}
		}
	})
}
