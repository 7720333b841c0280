package savings_test

import (
	"fmt"
	"iter"
	"log"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/savings"
)

// oneHour is an hour of a hundred thousand GB-seconds on x86_64 in each region.
func oneHour(regions ...string) iter.Seq2[time.Time, map[string]cost.Usage] {
	return func(yield func(time.Time, map[string]cost.Usage) bool) {
		usage := map[string]cost.Usage{}
		for _, region := range regions {
			var u cost.Usage
			if err := u.Add(cost.Compute, cost.X86, decimal.New(100_000, 0)); err != nil {
				log.Fatal(err)
			}
			usage[region] = u
		}
		yield(time.Date(2026, 9, 15, 12, 0, 0, 0, time.UTC), usage)
	}
}

func printBills(s cost.Statement) {
	for _, b := range s.Bills {
		for _, l := range b.Lines {
			fmt.Println(b.Region, l.Kind, l.Quantity, "x", l.UnitPrice)
		}
	}
}

// The rates of an offer file, and those that the library knows of other regions.
func ExamplePlan() {
	file, err := os.Open(filepath.Join("testdata", "offer.json")) // a small, fictitious one
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	offers, err := savings.ReadOffer(file)
	if err != nil {
		log.Fatal(err)
	}
	plan := savings.Plan{HourlyCommitment: decimal.New(2, 0), Purchase: offers[0].Purchase, Cards: offers[0].Cards}
	known, err := savings.Embedded(plan.Purchase)
	if err != nil {
		log.Fatal(err)
	}
	for _, card := range known { // a region must have one card
		if !slices.ContainsFunc(plan.Cards, func(c cost.RateCard) bool { return c.Region == card.Region }) {
			plan.Cards = append(plan.Cards, card)
		}
	}
	statement, err := savings.Bill(cost.Embedded(), oneHour("eu-central-1", "us-east-1"), plan, nil)
	if err != nil {
		log.Fatal(err)
	}
	printBills(statement)
	// Output:
	// eu-central-1 Covered 100000 x 0.0000147
	// us-east-1 Covered 36054.4217685546875 x 0.0000147
	// us-east-1 Charged 63945.5782314453125 x 0.0000166667
	// Any Unused 0.00000000000224609375 x 1
}

// Usage of which no rate is known is an error, unless it may be billed on demand.
func ExamplePlan_unratedOnDemand() {
	plan := savings.Plan{HourlyCommitment: decimal.New(2, 0)}
	_, err := savings.Bill(cost.Embedded(), oneHour("eu-central-1", "us-east-1"), plan, nil)
	fmt.Println(err)
	plan.UnratedOnDemand = true
	statement, err := savings.Bill(cost.Embedded(), oneHour("eu-central-1", "us-east-1"), plan, nil)
	if err != nil {
		log.Fatal(err)
	}
	printBills(statement)
	for _, a := range statement.Bills[0].Assumptions {
		fmt.Println(a)
	}
	// Output:
	// savings: no plan rate for Compute x86_64 in eu-central-1 (the plan has cards of: eu-west-1, us-east-1)
	// eu-central-1 Charged 100000 x 0.0000166667
	// us-east-1 Covered 100000 x 0.0000147
	// Any Unused 0.53 x 1
	// Savings Plan: hour by hour after the free tier, highest saving off list prices first, then the lowest plan rate
	// covered GB-seconds count toward the tiers; AWS does not spell out whether they do
	// no plan rate is known for Compute x86_64: billed on demand
}

// A plan bought at noon on the 14th costs its commitment in every hour from then on, of which one had usage.
func ExamplePlan_period() {
	plan := savings.Plan{
		HourlyCommitment: decimal.New(2, 0),
		From:             time.Date(2026, 9, 14, 12, 0, 0, 0, time.UTC),
		Until:            time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), // the end of the month
	}
	month, err := savings.NewHistory(cost.Embedded(), oneHour("us-east-1"), plan, nil)
	if err != nil {
		log.Fatal(err)
	}
	statement, err := month.Bill(plan.HourlyCommitment)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(month.CommittedHours(), "hours")
	printBills(statement)
	// Output:
	// 396 hours
	// us-east-1 Covered 100000 x 0.0000147
	// Any Unused 790.53 x 1
}
