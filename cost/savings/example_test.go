package savings_test

import (
	"context"
	"fmt"
	"iter"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/savings"
)

// daily is a month in which a function runs a million times an hour by day and a tenth of that by night.
func daily() iter.Seq2[time.Time, map[string]cost.Usage] {
	return func(yield func(time.Time, map[string]cost.Usage) bool) {
		start := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
		for t := start; t.Month() == start.Month(); t = t.Add(time.Hour) {
			requests := uint64(100_000)
			if t.Hour() >= 8 && t.Hour() < 20 {
				requests = 1_000_000
			}
			var u cost.Usage
			if err := u.AddInvocations(requests, cost.Invocation{Arch: cost.ARM64, MemoryMB: 1024, Billed: 200 * time.Millisecond}); err != nil {
				log.Fatal(err)
			}
			if !yield(t, map[string]cost.Usage{"us-east-1": u}) {
				return
			}
		}
	}
}

// What does a month cost under a commitment of half a dollar an hour?
func Example() {
	plan := savings.Plan{HourlyCommitment: decimal.RequireFromString("0.5")}
	statement, err := savings.Bill(cost.Embedded(), daily(), plan, &cost.Options{FreeTier: cost.MonthlyFreeTier()})
	if err != nil {
		log.Fatal(err)
	}
	for _, b := range statement.Bills {
		for _, l := range b.Lines {
			fmt.Println(l.Kind, l.Meter, l.Quantity, "x", l.UnitPrice, "=", l.Cost)
		}
	}
	fmt.Println(statement.Total())
	// Output:
	// Free Requests 1000000 x 0 = 0
	// Covered Requests 36000000 x 0.0000002 = 7.2
	// Charged Requests 359000000 x 0.0000002 = 71.8
	// Free Compute 400000 x 0 = 0
	// Covered Compute 22381880.341640625 x 0.0000117 = 261.8679999971953125
	// Charged Compute 56418119.658359375 x 0.0000133334 = 752.245356652768890625
	// Unused Compute 90.9320000028046875 x 1 = 90.9320000028046875
	// 1184.045356652768890625
}

// The commitment that would have cost least.
func ExampleBest() {
	month, err := savings.NewHistory(cost.Embedded(), daily(), savings.Plan{}, nil)
	if err != nil {
		log.Fatal(err)
	}
	best, err := savings.Best(context.Background(), month)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s an hour: %s instead of %s\n", best.HourlyCommitment, best.Cost.Round(2), best.OnDemand.Round(2))
	fmt.Println("exactly at", best.Lowest.Commitment.FloatString(6))
	// Output:
	// 0.254 an hour: 1110.68 instead of 1135.21
	// exactly at 0.254000
}

// What each commitment would have cost: linear between one level and the next.
func ExampleCurve() {
	month, err := savings.NewHistory(cost.Embedded(), daily(), savings.Plan{}, nil)
	if err != nil {
		log.Fatal(err)
	}
	for level, err := range savings.Curve(context.Background(), month) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(level.Commitment.FloatString(5), level.Cost.FloatString(2))
	}
	// Output:
	// 0.00000 1135.21
	// 0.23400 1111.68
	// 0.25400 1110.68
	// 2.34000 1756.80
	// 2.54000 1828.80
}

func ExampleHistory_Figures() {
	month, err := savings.NewHistory(cost.Embedded(), daily(), savings.Plan{}, nil)
	if err != nil {
		log.Fatal(err)
	}
	f, err := month.Figures(decimal.RequireFromString("0.5"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("committed", f.Commitment, "unused", f.Unused())
	fmt.Println("utilization", f.Utilization().FloatString(4), "coverage", f.Coverage().FloatString(4))
	// Output:
	// committed 360 unused 88.5600000028125
	// utilization 0.7540 coverage 0.2716
}

func ExampleHistory_Hourly() {
	month, err := savings.NewHistory(cost.Embedded(), daily(), savings.Plan{}, nil)
	if err != nil {
		log.Fatal(err)
	}
	hours, err := month.Hourly(decimal.RequireFromString("0.5"))
	if err != nil {
		log.Fatal(err)
	}
	for _, h := range hours[7:9] {
		fmt.Println(h.Start.Format(time.TimeOnly), "used", h.Used, "coverage", h.Coverage().FloatString(2))
	}
	// Output:
	// 07:00:00 used 0.254 coverage 1.00
	// 08:00:00 used 0.4999999999921875 coverage 0.20
}

// A plan's own rates, as AWS publishes them.
func ExampleReadOffer() {
	file, err := os.Open(filepath.Join("testdata", "offer.json"))
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	offers, err := savings.ReadOffer(file)
	if err != nil {
		log.Fatal(err)
	}
	for _, o := range offers {
		fmt.Println(o.Purchase, "in", len(o.Cards), "regions, first", o.Cards[0].Region)
	}
	plan := savings.Plan{HourlyCommitment: decimal.New(1, 0), Cards: offers[1].Cards, Purchase: offers[1].Purchase}
	fmt.Println(plan.Validate())
	// Output:
	// 1yr No Upfront in 2 regions, first eu-central-1
	// 3yr All Upfront in 1 regions, first eu-central-1
	// <nil>
}

func ExampleEmbedded() {
	cards, err := savings.Embedded(savings.Purchase{Years: 1, Payment: savings.AllUpfront})
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range cards {
		fmt.Println(c.Region, c.AsOf.Format(time.DateOnly), len(c.Prices), "rates")
	}
	// Output:
	// us-east-1 2026-09-25 4 rates
	// eu-west-1 2020-02-20 3 rates
}
