package main

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/examples/internal/cli"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

// What the article counts with.
const (
	region       = "eu-west-1"
	memoryMB     = 512
	perMSPrinted = "0.000000008300" // USD
	perMinute    = 1000
	month        = 30 * 24 * time.Hour // what makes "about 300" of its figures, but for the slip
)

// pricing checks the section on the price model.
func pricing() ([]claim, error) {
	rates, err := cost.Embedded().Region(region)
	if err != nil {
		return nil, err
	}
	perMS, err := rates.PerMillisecond(cost.X86, memoryMB)
	if err != nil {
		return nil, err
	}
	printed := decimal.RequireFromString(perMSPrinted)
	longest := lifecycle.MaxTimeout
	ms := decimal.NewFromInt(longest.Milliseconds())
	once, err := bill(rates, 1, cost.Invocation{Arch: cost.X86, MemoryMB: memoryMB, Billed: longest})
	if err != nil {
		return nil, err
	}
	weekly, err := bill(rates, 52, cost.Invocation{Arch: cost.X86, MemoryMB: memoryMB, Billed: longest})
	if err != nil {
		return nil, err
	}
	minutes := uint64(month / time.Minute)
	perMonth, err := bill(rates, minutes*perMinute, cost.Invocation{Arch: cost.X86, MemoryMB: memoryMB, Billed: longest})
	if err != nil {
		return nil, err
	}
	onceAMinute, err := bill(rates, minutes, cost.Invocation{Arch: cost.X86, MemoryMB: memoryMB, Billed: longest})
	if err != nil {
		return nil, err
	}
	hot, err := bill(rates, minutes*60*perMinute, cost.Invocation{Arch: cost.X86, MemoryMB: memoryMB, Billed: longest})
	if err != nil {
		return nil, err
	}
	atItsPrice := printed.Mul(ms).Mul(decimal.NewFromUint64(minutes * perMinute))
	busy := perMinute * int(longest/time.Minute)
	account := lifecycle.AWS(lifecycle.Observed2021Short).ConcurrencyLimit

	short, err := bill(rates, 1, cost.Invocation{Arch: cost.X86, MemoryMB: vcpu.MinMemoryMB, Billed: time.Millisecond})
	if err != nil {
		return nil, err
	}
	request, err := rates.Price(cost.Requests, cost.X86)
	if err != nil {
		return nil, err
	}
	hour, err := rates.PerMillisecond(cost.X86, vcpu.FullVCPUMemoryMB)
	if err != nil {
		return nil, err
	}
	vcpuHour := hour.Mul(decimal.NewFromInt(time.Hour.Milliseconds()))

	return []claim{
		{
			"1 ms of 512 MB costs 0.0000000083 USD in eu-west-1",
			fmt.Sprintf("%s USD on x86_64 (prices of %s)", perMS, rates.AsOf().Format(time.DateOnly)),
			"rounded: " + percentOff(printed, perMS),
		},
		{
			"a run of 15 minutes, 900,000 ms, costs 0.007 USD",
			fmt.Sprintf("%s USD at its price of a millisecond; %s as AWS bills it, of which the request is %s", printed.Mul(ms).StringFixed(5), once.Total(), request.Tiers[0].UnitPrice),
			"cut off: " + percentOff(decimal.RequireFromString("0.007"), once.Total()),
		},
		{
			"that is .007 cents",
			fmt.Sprintf("%s cents", once.Total().Mul(decimal.NewFromInt(100)).Round(4)),
			"wrong by 100: 0.007 are dollars",
		},
		{
			"once a week, that is basically free",
			usd(weekly.Total()) + " a year",
			"holds",
		},
		{
			"a thousand times a minute, it is about 300 USD a month",
			fmt.Sprintf("%s at the article's price; %s as AWS bills it, with all three tiers; once a minute, %s", usd(atItsPrice), usd(perMonth.Total()), usd(onceAMinute.Total())),
			"wrong by 1,000: 300 is once a minute",
		},
		{
			"(the same, not said)",
			fmt.Sprintf("%s environments would be busy at once; an account starts with a limit of %s", cli.Thousands(busy), cli.Thousands(account)),
			"needs a higher quota",
		},
		{
			"thousands of requests a second: imagine what happens",
			usd(hot.Total()) + " a month for each thousand",
			"holds: it is a lot",
		},
		{
			"cost = memory × time",
			fmt.Sprintf("plus %s USD a request: of 1 ms at 128 MB, that is %s of the bill", request.Tiers[0].UnitPrice, percent(request.Tiers[0].UnitPrice, short.Total(), 0)),
			"incomplete",
		},
		{
			"cheap for sporadic use, expensive for constant high load",
			fmt.Sprintf("a vCPU that is always busy is %s USD an hour at any memory size, and 0 when idle", vcpuHour.Round(4)),
			"holds",
		},
		{
			"a run cannot last more than 15 minutes",
			longest.String(),
			"holds",
		},
	}, nil
}

// bill is that of n alike invocations on demand, without the free tier, which the article does not count with.
func bill(rates *cost.Rates, n uint64, inv cost.Invocation) (cost.Bill, error) {
	var u cost.Usage
	if err := u.AddInvocations(n, inv); err != nil {
		return cost.Bill{}, err
	}
	return rates.Bill(u, nil)
}
