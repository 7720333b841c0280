package cost_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// What does a month of a function cost?
func Example() {
	rates, err := cost.Embedded().Region("eu-west-1")
	if err != nil {
		log.Fatal(err)
	}
	var u cost.Usage
	if err := u.AddInvocations(30_000_000, cost.Invocation{Arch: cost.ARM64, MemoryMB: 512, Billed: 93 * time.Millisecond}); err != nil {
		log.Fatal(err)
	}
	bill, err := rates.Bill(u, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(bill)
	// Output: eu-west-1: 24.600093 USD (2 lines, prices as of 2025-06-17)
}

func ExampleRates_PerMillisecond() {
	rates, err := cost.Embedded().Region("eu-west-1")
	if err != nil {
		log.Fatal(err)
	}
	perMS, err := rates.PerMillisecond(cost.X86, 512)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(perMS)
	// Output: 0.00000000833335
}

func ExampleRates_Bill() {
	rates, err := cost.Embedded().Region("us-east-1")
	if err != nil {
		log.Fatal(err)
	}
	var u cost.Usage
	if err := u.AddInvocations(3_000_000, cost.Invocation{Arch: cost.X86, MemoryMB: 1536, Billed: 120 * time.Millisecond}); err != nil {
		log.Fatal(err)
	}
	bill, err := rates.Bill(u, &cost.Options{FreeTier: cost.MonthlyFreeTier()})
	if err != nil {
		log.Fatal(err)
	}
	for _, l := range bill.Lines {
		fmt.Println(l.Kind, l.Meter, l.Quantity, "x", l.UnitPrice, "=", l.Cost)
	}
	fmt.Println(bill.Total())
	// Output:
	// Free Requests 1000000 x 0 = 0
	// Charged Requests 2000000 x 0.0000002 = 0.4
	// Free Compute 400000 x 0 = 0
	// Charged Compute 140000 x 0.0000166667 = 2.333338
	// 2.733338
}

func ExampleBill_WriteTable() {
	card := cost.RateCard{
		Region: "eu-west-1", Location: "EU (Ireland)", Currency: "USD", AsOf: time.Date(2025, 6, 17, 0, 0, 0, 0, time.UTC),
		Source: "our contract",
		Prices: []cost.Price{
			{Meter: cost.Requests, Arch: cost.X86, Unit: "Requests", Tiers: []cost.Tier{{UnitPrice: decimal.New(2, -7)}}},
		},
	}
	rates, err := cost.NewRates(card)
	if err != nil {
		log.Fatal(err)
	}
	var u cost.Usage
	if err := u.Add(cost.Requests, cost.X86, decimal.New(1234567, 0)); err != nil {
		log.Fatal(err)
	}
	bill, err := rates.Bill(u, nil)
	if err != nil {
		log.Fatal(err)
	}
	if err := bill.WriteTable(os.Stdout); err != nil {
		log.Fatal(err)
	}
	// Output:
	// eu-west-1, EU (Ireland)
	// Meter     Arch    Kind     Tier  Quantity  Unit      Unit price   Cost USD
	// Requests  x86_64  Charged         1234567  Requests   0.0000002  0.2469134
	// Total                                                            0.2469134
	// Prices as of 2025-06-17: our contract
}

// In a warehouse that holds the logs, two sums are the whole usage of on-demand functions.
func ExampleUsage_AddTotals() {
	var u cost.Usage
	err := u.AddTotals(cost.ARM64, cost.Totals{
		Requests:       decimal.New(48_211_907, 0),        // count(*)
		MBMilliseconds: decimal.New(2_304_118_222_848, 0), // SUM(memory_mb * billed_ms)
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(u.Quantity(cost.Compute, cost.ARM64), "GB-seconds")
	// Output: 2250115.452 GB-seconds
}

// A forecast has means, which need not be whole milliseconds.
func ExampleUsage_AddMean() {
	var u cost.Usage
	inv := cost.Invocation{Arch: cost.X86, MemoryMB: 1024, Billed: 12_345_678 * time.Nanosecond}
	if err := u.AddMean(1000, inv); err != nil {
		log.Fatal(err)
	}
	fmt.Println(u.Quantity(cost.Compute, cost.X86), "GB-seconds")
	// Output: 12.345678 GB-seconds
}

func ExampleUsage_AddProvisioned() {
	var u cost.Usage
	if err := u.AddProvisioned(cost.X86, 1536, 100, 8*time.Hour-time.Minute); err != nil {
		log.Fatal(err)
	}
	fmt.Println(u.Quantity(cost.ProvisionedConcurrency, cost.X86), "GB-seconds")
	// Output: 4320000 GB-seconds
}

func ExampleUsage_AddInvocation() {
	var u cost.Usage
	err := u.AddInvocation(cost.Invocation{
		Arch: cost.ARM64, MemoryMB: 1024, Billed: 1500 * time.Millisecond,
		EphemeralMB: 1536,      // 1,024 MB above the free 512
		EventBytes:  300 << 10, // asynchronous: 256 KB and a part of 64 KB more
	})
	if err != nil {
		log.Fatal(err)
	}
	for k, q := range u.All() {
		fmt.Println(k, q)
	}
	// Output:
	// Requests arm64 2
	// Compute arm64 1.5
	// EphemeralStorage arm64 1.5
}

func ExampleUsage_Merge() {
	var monday, tuesday cost.Usage
	for _, u := range []*cost.Usage{&monday, &tuesday} {
		if err := u.Add(cost.Requests, cost.X86, decimal.New(500, 0)); err != nil {
			log.Fatal(err)
		}
	}
	week := monday
	if err := week.Merge(tuesday); err != nil {
		log.Fatal(err)
	}
	b, err := json.Marshal(week)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(b))
	// Output: [{"Meter":"Requests","Arch":"x86_64","Quantity":"1000"}]
}

// An account's regions share one free tier.
func ExampleCatalog_Bill() {
	usage := map[string]cost.Usage{}
	for _, region := range []string{"eu-west-1", "us-east-1"} {
		var u cost.Usage
		if err := u.AddInvocations(800_000, cost.Invocation{Arch: cost.X86, MemoryMB: 128, Billed: 50 * time.Millisecond}); err != nil {
			log.Fatal(err)
		}
		usage[region] = u
	}
	statement, err := cost.Embedded().Bill(usage, &cost.Options{FreeTier: cost.MonthlyFreeTier()})
	if err != nil {
		log.Fatal(err)
	}
	for _, b := range statement.Bills {
		fmt.Println(b)
	}
	fmt.Println(statement)
	// Output:
	// eu-west-1: 0 USD (2 lines, prices as of 2025-06-17)
	// us-east-1: 0.12 USD (3 lines, prices as of 2025-06-17)
	// 2 regions: 0.12 USD
}

// The second half of a month continues where the first half left the tiers and the free tier.
func ExampleOptions_prior() {
	rates, err := cost.Embedded().Region("us-east-1")
	if err != nil {
		log.Fatal(err)
	}
	var half cost.Usage
	if err := half.Add(cost.Compute, cost.X86, decimal.New(4_000_000_000, 0)); err != nil {
		log.Fatal(err)
	}
	bill, err := rates.Bill(half, &cost.Options{Prior: map[string]cost.Usage{"us-east-1": half}})
	if err != nil {
		log.Fatal(err)
	}
	for _, l := range bill.Lines {
		fmt.Println("tier", l.Tier, l.Quantity, l.Cost)
	}
	// Output:
	// tier 1 2000000000 33333.4
	// tier 2 2000000000 30000
}

func ExampleOptions_discount() {
	rates, err := cost.Embedded().Region("us-east-1")
	if err != nil {
		log.Fatal(err)
	}
	var u cost.Usage
	if err := u.Add(cost.Requests, cost.ARM64, decimal.New(1_000_000, 0)); err != nil {
		log.Fatal(err)
	}
	bill, err := rates.Bill(u, &cost.Options{Discount: decimal.New(7, -2)})
	if err != nil {
		log.Fatal(err)
	}
	l := bill.Lines[0]
	fmt.Println(l.ListUnitPrice, l.UnitPrice, l.Cost)
	// Output: 0.0000002 0.000000186 0.186
}

// A price list of one's own replaces a region.
func ExampleCatalog_With() {
	rates, err := cost.Embedded().Region("us-east-1")
	if err != nil {
		log.Fatal(err)
	}
	card := rates.Card()
	card.Source = "our contract"
	for i := range card.Prices {
		if card.Prices[i].Meter == cost.Requests {
			card.Prices[i].Tiers[0].UnitPrice = decimal.New(15, -8)
		}
	}
	catalog, err := cost.Embedded().With(card)
	if err != nil {
		log.Fatal(err)
	}
	ours, err := catalog.Region("us-east-1")
	if err != nil {
		log.Fatal(err)
	}
	p, err := ours.Price(cost.Requests, cost.X86)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(p.Tiers[0].UnitPrice)
	// Output: 0.00000015
}

func ExampleBill_Invoice() {
	rates, err := cost.Embedded().Region("eu-west-1")
	if err != nil {
		log.Fatal(err)
	}
	var u cost.Usage
	if err := u.AddInvocation(cost.Invocation{Arch: cost.X86, MemoryMB: 512, Billed: 93 * time.Millisecond}); err != nil {
		log.Fatal(err)
	}
	bill, err := rates.Bill(u, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(bill.Total(), bill.Invoice().Total())
	// Output: 0.00000097500155 0.000000975
}

// Owners and rest add up to the bill, to the last digit.
func ExampleAllocate() {
	rates, err := cost.Embedded().Region("us-east-1")
	if err != nil {
		log.Fatal(err)
	}
	var teams cost.Groups[string]
	for team, n := range map[string]uint64{"checkout": 2_000_000, "search": 1_000_000} {
		if err := teams.Of(team).AddInvocations(n, cost.Invocation{Arch: cost.ARM64, MemoryMB: 512, Billed: 93 * time.Millisecond}); err != nil {
			log.Fatal(err)
		}
	}
	all, err := teams.Total()
	if err != nil {
		log.Fatal(err)
	}
	if err := all.AddProvisioned(cost.ARM64, 512, 2, 24*time.Hour); err != nil { // nobody's
		log.Fatal(err)
	}
	bill, err := rates.Bill(all, &cost.Options{FreeTier: &cost.FreeTier{Requests: decimal.New(1_000_000, 0)}})
	if err != nil {
		log.Fatal(err)
	}
	show, err := cost.Allocate(bill, teams.Map())
	if err != nil {
		log.Fatal(err)
	}
	for _, team := range teams.Keys() {
		fmt.Println(team, show.Owners[team].Total())
	}
	fmt.Println("rest", show.Rest.Total())
	fmt.Println("bill", bill.Total())
	// Output:
	// checkout 1.50667286666666666
	// search 0.75333643333333334
	// rest 0.28800576
	// bill 2.54801506
}

// The same execution on three days, by the rules of each.
func ExampleBilledDuration() {
	t := cost.Timing{Duration: 250_060 * time.Microsecond, Init: 100_770 * time.Microsecond}
	for _, day := range []string{"2019-06-01", "2025-07-31", "2025-08-01"} {
		on, err := time.Parse(time.DateOnly, day)
		if err != nil {
			log.Fatal(err)
		}
		billed, err := cost.BilledDuration(t, on)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(day, billed)
	}
	// Output:
	// 2019-06-01 300ms
	// 2025-07-31 251ms
	// 2025-08-01 351ms
}

func ExampleNotPricedError() {
	rates, err := cost.Embedded().Region("eu-west-1")
	if err != nil {
		log.Fatal(err)
	}
	var u cost.Usage
	if err := u.Add(cost.SQSPoller, "", decimal.New(720, 0)); err != nil {
		log.Fatal(err)
	}
	_, err = rates.Bill(u, nil)
	var missing *cost.NotPricedError
	if errors.As(err, &missing) {
		fmt.Println(missing.Meter, "in", missing.Region)
	}
	// Output: SQSPoller in eu-west-1
}

func ExampleMeters() {
	for _, m := range cost.Meters()[:4] {
		fmt.Println(m, "in", m.Unit(), "by architecture:", m.ByArch())
	}
	// Output:
	// Requests in requests by architecture: true
	// Compute in GB-seconds by architecture: true
	// ProvisionedConcurrency in GB-seconds by architecture: true
	// ProvisionedCompute in GB-seconds by architecture: true
}
