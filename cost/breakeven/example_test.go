package breakeven_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"math/big"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/breakeven"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// From which traffic on does an API cost less on Fargate?
func Example() {
	rates, err := cost.Embedded().Region("eu-west-1")
	if err != nil {
		log.Fatal(err)
	}
	prices, err := breakeven.FargatePrices("eu-west-1", cost.ARM64)
	if err != nil {
		log.Fatal(err)
	}
	lambda := breakeven.Lambda{
		Rates:   rates,
		Request: cost.Invocation{Arch: cost.ARM64, MemoryMB: 512, Billed: 100 * time.Millisecond},
		Options: &cost.Options{FreeTier: cost.MonthlyFreeTier()},
	}
	fargate := breakeven.Fargate{
		Rates:    prices,
		CPUUnits: 1024, MemoryMB: 2048,
		Load:     breakeven.Load{CPU: 20 * time.Millisecond, Utilization: decimal.New(6, -1)},
		MinTasks: 2,                  // in two zones
		PerMonth: decimal.New(80, 0), // an hour of somebody's time
	}
	crossings, err := breakeven.Crossings(lambda, fargate, 1e9)
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range crossings {
		fmt.Printf("from %d requests a month: Lambda %s USD, Fargate %s USD\n", c.Requests, c.CostA.Round(2), c.CostB.Round(2))
	}
	// Output: from 198505037 requests a month: Lambda 166.51 USD, Fargate 166.51 USD
}

// The published claim that Lambda costs 2.43 times Fargate, for a function that is busy all the time.
func ExampleCompare() {
	rates, err := cost.Embedded().Region("us-east-1")
	if err != nil {
		log.Fatal(err)
	}
	prices, err := breakeven.FargatePrices("us-east-1", cost.X86)
	if err != nil {
		log.Fatal(err)
	}
	lambda := breakeven.Lambda{
		Rates:   rates,
		Request: cost.Invocation{Arch: cost.X86, MemoryMB: 4096, Billed: 15 * time.Minute},
	}
	fargate := breakeven.Fargate{
		Rates:    prices,
		CPUUnits: 2048, MemoryMB: 4096,
		Load: breakeven.Load{Duration: 15 * time.Minute, Concurrency: 1},
	}
	c, err := breakeven.Compare(lambda, fargate, 730*4) // four an hour
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(c.CostA, c.CostB, c.Ratio().FloatString(2))
	// Output: 175.2009344 72.0802 2.43
}

// An API Gateway in front, of which the price falls with volume, against a load balancer in front of instances.
func ExampleSum() {
	rates, err := cost.Embedded().Region("us-east-1")
	if err != nil {
		log.Fatal(err)
	}
	gateway, err := breakeven.APIGateway("us-east-1", breakeven.HTTPAPI)
	if err != nil {
		log.Fatal(err)
	}
	instance, err := breakeven.InstanceType("us-east-1", "c7g.large")
	if err != nil {
		log.Fatal(err)
	}
	a := breakeven.Sum(gateway, breakeven.Lambda{
		Rates:   rates,
		Request: cost.Invocation{Arch: cost.ARM64, MemoryMB: 256, Billed: 15 * time.Millisecond},
	})
	b := breakeven.EC2{
		Instance: instance,
		Load:     breakeven.Load{CPU: 4 * time.Millisecond, Utilization: decimal.New(5, -1), PeakToMean: decimal.New(3, 0)},
		PerMonth: decimal.New(25, 0), // the load balancer
	}
	crossings, err := breakeven.Crossings(a, b, 1e10)
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range crossings {
		fmt.Println(c.Requests, c.Cheaper, c.CostA.Round(2), c.CostB.Round(2))
	}
	// Output:
	// 62339988 1 77.93 77.93
}

// A service of one's own prices: a queue in front of the function, of which the first million messages a month cost nothing.
func ExampleTiered() {
	queue := breakeven.Tiered{
		Tiers: []cost.Tier{
			{UnitPrice: decimal.Decimal{}},
			{From: decimal.New(1, 6), UnitPrice: decimal.RequireFromString("0.0000004")},
		},
		Units:    3, // a request is sent, received and deleted
		Currency: "USD",
	}
	for _, requests := range []uint64{300_000, 1_000_000, 10_000_000} {
		m, err := queue.Monthly(requests)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(requests, m)
	}
	// Output:
	// 300000 0
	// 1000000 0.8
	// 10000000 11.6
}

// Where there are two sides, the error says which of them is wrong, and how.
func ExampleSideError() {
	rates, err := cost.Embedded().Region("us-east-1")
	if err != nil {
		log.Fatal(err)
	}
	lambda := breakeven.Lambda{Rates: rates, Request: cost.Invocation{Arch: cost.ARM64, MemoryMB: 256, Billed: 15 * time.Millisecond}}
	fleet := breakeven.EC2{Instance: breakeven.Instance{VCPUs: 2, MemoryMB: 4096}} // its price was forgotten
	_, err = breakeven.Compare(lambda, fleet, 1e6)
	var side *breakeven.SideError
	var wrong *breakeven.RangeError
	if errors.As(err, &side) && errors.As(err, &wrong) {
		fmt.Println(side.Side, "-", wrong.Field, "-", wrong.Allowed)
	}
	// Output:
	// b - EC2.Instance.PerHour - a price above 0 (see InstanceType)
}

// A fleet of whole instances can cross a cost that grows evenly many times. They come one by one, for as long as wanted.
func ExampleCrossingsSeq() {
	instance, err := breakeven.InstanceType("eu-west-1", "m7g.medium")
	if err != nil {
		log.Fatal(err)
	}
	fleet := breakeven.EC2{Instance: instance, Load: breakeven.Load{PerSecond: decimal.New(100, 0)}}
	offer := breakeven.Tiered{Tiers: []cost.Tier{{UnitPrice: decimal.New(13, -8)}}} // .13 USD a million
	for c, err := range breakeven.CrossingsSeq(context.Background(), fleet, offer, 1<<63) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(c.Requests, c.Cheaper)
		if c.Requests > 1e9 {
			break
		}
	}
	// Output:
	// 255500001 0
	// 262800001 1
	// 511000001 0
	// 525600001 1
	// 766500001 0
	// 788400001 1
	// 1022000001 0
}

// "But having to learn Rust will cost me money and time too!" - "Consider it as an investment!"
func ExampleChange_Payback() {
	rates, err := cost.Embedded().Region("eu-west-1")
	if err != nil {
		log.Fatal(err)
	}
	node := breakeven.Lambda{Rates: rates, Request: cost.Invocation{Arch: cost.X86, MemoryMB: 1024, Billed: 120 * time.Millisecond}}
	rust := breakeven.Lambda{Rates: rates, Request: cost.Invocation{Arch: cost.ARM64, MemoryMB: 256, Billed: 35 * time.Millisecond}}
	rewrite := breakeven.Change{Investment: decimal.New(9000, 0), Before: node, After: rust} // fifteen days of work
	p, err := rewrite.Payback(400_000_000)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("saved a month:", p.Saving)
	fmt.Println("paid back after months:", p.Months)
	fmt.Println("net after a year:", p.Net(12))
	// Output:
	// saved a month: 753.3347
	// paid back after months: 12
	// net after a year: 40.0164
}

// From which traffic on does a move to arm64 pay within a year, and from which at all?
func ExampleChange_PaysWithin() {
	rates, err := cost.Embedded().Region("eu-west-1")
	if err != nil {
		log.Fatal(err)
	}
	x86 := breakeven.Lambda{
		Rates:   rates,
		Request: cost.Invocation{Arch: cost.X86, MemoryMB: 512, Billed: 80 * time.Millisecond},
		Options: &cost.Options{FreeTier: cost.MonthlyFreeTier()},
	}
	arm := x86
	arm.Request.Arch = cost.ARM64
	move := breakeven.Change{Investment: decimal.New(600, 0), Before: x86, After: arm}
	year, err := move.PaysWithin(12, 1e12)
	if err != nil {
		log.Fatal(err)
	}
	ever, err := move.Saves(1e12)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("within a year:", year)
	fmt.Println("some time:", ever)
	// Output:
	// within a year: [{385003751 1000000000000}]
	// some time: [{10000001 1000000000000}]
}

// From what traffic on does a rewrite save anything at all, if what it adds costs 20 USD a month?
func ExampleChange_Saves() {
	before := breakeven.Tiered{Tiers: []cost.Tier{{UnitPrice: decimal.New(2, -6)}}}
	after := breakeven.Tiered{Tiers: []cost.Tier{{UnitPrice: decimal.New(1, -6)}}, PerMonth: decimal.New(20, 0)}
	ranges, err := breakeven.Change{Before: before, After: after}.Saves(1e9)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(ranges)
	// Output:
	// [{20000001 1000000000}]
}

func ExampleFargate_Tasks() {
	prices, err := breakeven.FargatePrices("us-east-1", cost.X86)
	if err != nil {
		log.Fatal(err)
	}
	f := breakeven.Fargate{
		Rates:    prices,
		CPUUnits: 512, MemoryMB: 2048,
		Load: breakeven.Load{
			CPU:      15 * time.Millisecond,
			Duration: 250 * time.Millisecond, MemoryMB: 40, BaseMemoryMB: 300, // 43 at once
			Utilization: decimal.New(7, -1),
			PeakToMean:  decimal.New(25, -1),
		},
	}
	for _, requests := range []uint64{0, 10_000_000, 100_000_000, 1_000_000_000} {
		tasks, err := f.Tasks(requests)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(requests, tasks)
	}
	// Output:
	// 0 1
	// 10000000 1
	// 100000000 5
	// 1000000000 41
}

// Which task serves 50 million requests a month for the least money?
func ExampleFargate_Cheapest() {
	prices, err := breakeven.FargatePrices("eu-west-1", cost.ARM64)
	if err != nil {
		log.Fatal(err)
	}
	service := breakeven.Fargate{
		Rates: prices, MinTasks: 2,
		Load: breakeven.Load{CPU: 20 * time.Millisecond, Duration: 300 * time.Millisecond, MemoryMB: 20, BaseMemoryMB: 400},
	}
	service, err = service.Cheapest(50e6)
	if err != nil {
		log.Fatal(err)
	}
	tasks, err := service.Tasks(50e6)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(tasks, "tasks of", service.CPUUnits, "CPU units and", service.MemoryMB, "MB")
	// Output:
	// 2 tasks of 256 CPU units and 512 MB
}

// What a server was measured to serve, and the memory that its requests hold: whichever needs more instances counts.
func ExampleEC2_Instances() {
	instance, err := breakeven.InstanceType("us-east-1", "c7g.large")
	if err != nil {
		log.Fatal(err)
	}
	server := breakeven.EC2{
		Instance: instance,
		Load: breakeven.Load{
			PerSecond: decimal.New(350, 0),                              // in a load test
			Duration:  2 * time.Second, MemoryMB: 3, BaseMemoryMB: 1096, // of 4,096 MB: 1,000 at once
			Utilization: decimal.New(5, -1),
			PeakToMean:  decimal.New(4, 0),
		},
		MinInstances: 2,
	}
	for _, requests := range []uint64{1_000_000, 100_000_000, 1_000_000_000} {
		instances, err := server.Instances(requests)
		if err != nil {
			log.Fatal(err)
		}
		month, err := server.Monthly(requests)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(requests, instances, month)
	}
	// Output:
	// 1000000 2 105.85
	// 100000000 2 105.85
	// 1000000000 9 476.325
}

// Which instance serves a load for the least money, by itself and as one of Lambda Managed Instances?
func ExampleManagedInstances_Cheapest() {
	rates, err := cost.Embedded().Region("us-east-1")
	if err != nil {
		log.Fatal(err)
	}
	types, err := breakeven.InstancesIn("us-east-1")
	if err != nil {
		log.Fatal(err)
	}
	const requests = 500e6
	load := breakeven.Load{CPU: 20 * time.Millisecond, Utilization: decimal.New(6, -1)}
	server, err := breakeven.EC2{Load: load, MinInstances: 3}.Cheapest(types, requests)
	if err != nil {
		log.Fatal(err)
	}
	managed, err := breakeven.ManagedInstances{Rates: rates, Load: load}.Cheapest(types, requests)
	if err != nil {
		log.Fatal(err)
	}
	for _, side := range []breakeven.Side{server, managed} {
		month, err := side.Monthly(requests)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(month.Round(2))
	}
	fmt.Println(server.Instance.Type, managed.Instance.Type)
	// Output:
	// 185.49
	// 313.32
	// c7g.medium c7g.medium
}

// Lambda Managed Instances: from three instances on, a fee for each, no charge for duration.
func ExampleManagedInstances() {
	rates, err := cost.Embedded().Region("us-east-1")
	if err != nil {
		log.Fatal(err)
	}
	instance, err := breakeven.InstanceType("us-east-1", "c7g.large")
	if err != nil {
		log.Fatal(err)
	}
	managed := breakeven.ManagedInstances{
		Rates:    rates,
		Instance: instance,
		Load:     breakeven.Load{CPU: 20 * time.Millisecond, Utilization: decimal.New(6, -1)},
	}
	lambda := breakeven.Lambda{
		Rates:   rates,
		Request: cost.Invocation{Arch: cost.ARM64, MemoryMB: 512, Billed: 100 * time.Millisecond},
	}
	least, err := managed.Monthly(0)
	if err != nil {
		log.Fatal(err)
	}
	crossings, err := breakeven.Crossings(lambda, managed, 1e12)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("at least", least, "USD a month")
	for _, c := range crossings {
		fmt.Println("cheaper than Lambda from", c.Requests, "requests on")
	}
	// Output:
	// at least 182.59125 USD a month
	// cheaper than Lambda from 273885506 requests on
}

func ExampleProvisionedThreshold() {
	for _, region := range []string{"us-east-1", "eu-west-1", "eu-central-1"} {
		rates, err := cost.Embedded().Region(region)
		if err != nil {
			log.Fatal(err)
		}
		t, err := breakeven.ProvisionedThreshold(rates, cost.X86)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(region, t.Utilization().FloatString(4), "never:", t.Never(), "at 70 %:", t.Pays(big.NewRat(70, 100)))
	}
	// Output:
	// us-east-1 0.6000 never: false at 70 %: true
	// eu-west-1 0.7975 never: false at 70 %: false
	// eu-central-1 1.0099 never: true at 70 %: false
}

// An office application is busy for ten hours of a working day. Is it worth to keep environments ready, then or all day?
func ExampleThreshold_Pays() {
	rates, err := cost.Embedded().Region("us-east-1")
	if err != nil {
		log.Fatal(err)
	}
	t, err := breakeven.ProvisionedThreshold(rates, cost.ARM64)
	if err != nil {
		log.Fatal(err)
	}
	atWork := big.NewRat(80, 100)
	allDay := new(big.Rat).Mul(atWork, big.NewRat(10, 24))
	fmt.Println("from", t.Utilization().FloatString(4), "on")
	fmt.Println("in working hours:", t.Pays(atWork))
	fmt.Println("all day:", t.Pays(allDay))
	// Output:
	// from 0.6000 on
	// in working hours: true
	// all day: false
}

// How many units cost least, if at most 1 % of requests may overflow? 30 requests a second of 200 ms are 6 at once.
func ExampleProvisioned_Cheapest() {
	rates, err := cost.Embedded().Region("us-east-1")
	if err != nil {
		log.Fatal(err)
	}
	p := breakeven.Provisioned{
		Rates:   rates,
		Request: cost.Invocation{Arch: cost.ARM64, MemoryMB: 1024, Billed: 200 * time.Millisecond},
		Spilled: cost.Invocation{Arch: cost.ARM64, MemoryMB: 1024, Billed: 210 * time.Millisecond}, // some with INIT
	}
	const requests, offered = 30 * 2_628_000, 30 * .2
	erlang := func(units int) float64 { return lifecycle.ErlangB(units, offered) }
	for _, limit := range []float64{1, .01} {
		c, err := p.Cheapest(requests, limit, 50, erlang)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%d units, busy %s, %.4f overflow: %s USD\n", c.Units, p.Utilization(c).FloatString(2), c.Spill, c.Cost.Round(2))
	}
	none, err := p.Cost(0, requests, 1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("on demand:", none.Cost.Round(2), "USD")
	// Output:
	// 6 units, busy 0.74, 0.2649 overflow: 216.96 USD
	// 13 units, busy 0.46, 0.0052 overflow: 252.8 USD
	// on demand: 236.52 USD
}
