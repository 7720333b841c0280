package main

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/examples/internal/cli"
	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

// The article's table of vCPUs by memory.
var vCPUs = []vcpu.Step{
	{MinMB: 128, MaxMB: 3008, Cores: 2},
	{MinMB: 3009, MaxMB: 5307, Cores: 3},
	{MinMB: 5308, MaxMB: 7076, Cores: 4},
	{MinMB: 7077, MaxMB: 8845, Cores: 5},
	{MinMB: 8846, MaxMB: vcpu.MaxMemoryMB, Cores: 6},
}

// The primes up to a million on Node.js, mean of 1,000 invocations: AWS Lambda Operator Guide, "Computing power".
var primes = []vcpu.Measurement{
	{MemoryMB: 128, Duration: 11_722_965 * time.Microsecond},
	{MemoryMB: 256, Duration: 6_678_945 * time.Microsecond},
	{MemoryMB: 512, Duration: 3_194_954 * time.Microsecond},
	{MemoryMB: 1024, Duration: 1_465_984 * time.Microsecond},
}

// cpu checks the section on CPU.
func cpu() ([]claim, error) {
	var claims []claim
	for _, s := range vCPUs {
		low, err := vcpu.Share(s.MinMB)
		if err != nil {
			return nil, err
		}
		high, err := vcpu.Share(s.MaxMB)
		if err != nil {
			return nil, err
		}
		first, err := vcpu.VisibleCores(s.MinMB)
		if err != nil {
			return nil, err
		}
		last, err := vcpu.VisibleCores(s.MaxMB)
		if err != nil {
			return nil, err
		}
		verdict := "visible cores, not CPU"
		if first != s.Cores || last != s.Cores {
			verdict = "wrong"
		}
		claims = append(claims, claim{
			fmt.Sprintf("%s to %s MB are %d vCPUs", cli.Thousands(s.MinMB), cli.Thousands(s.MaxMB), s.Cores),
			fmt.Sprintf("a program sees %d cores; the CPU time is that of %.2f to %.2f vCPU", first, low, high),
			verdict,
		})
	}
	two, err := vcpu.MemoryForShare(2)
	if err != nil {
		return nil, err
	}
	rates, err := cost.Embedded().Region(region)
	if err != nil {
		return nil, err
	}
	var prices []decimal.Decimal
	for _, p := range primes {
		var u cost.Usage
		if err := u.AddMean(1000, cost.Invocation{Arch: cost.X86, MemoryMB: p.MemoryMB, Billed: p.Duration}); err != nil {
			return nil, err
		}
		b, err := rates.Bill(u, nil)
		if err != nil {
			return nil, err
		}
		prices = append(prices, b.Total())
	}
	first, last := primes[0], primes[len(primes)-1]
	return append(claims,
		claim{
			"more CPU can only be had with more memory",
			fmt.Sprintf("two vCPUs of CPU time from %s MB on", cli.Thousands(two)),
			"holds",
		},
		claim{
			"more memory need not cost more, as the work is done sooner",
			fmt.Sprintf("AWS's primes: 1,000 runs cost %s, %s, %s and %s USD at 128, 256, 512 and 1,024 MB; they take %.1f s at the first size, %.1f s at the last",
				prices[0].StringFixed(6), prices[1].StringFixed(6), prices[2].StringFixed(6), prices[3].StringFixed(6), first.Duration.Seconds(), last.Duration.Seconds()),
			fmt.Sprintf("holds: %.0f times as fast for %s more", first.Duration.Seconds()/last.Duration.Seconds(), percent(prices[3].Sub(prices[0]), prices[0], 2)),
		}), nil
}
