package cost_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// The worked examples of AWS's pricing page, us-east-1, as it stood in mid-2026: the exact cost of each part, which the
// page rounds to cents. Where the page contradicts itself the part is named as it computes it.
func TestPricingPage(t *testing.T) {
	const month = 30 * 24 * time.Hour
	n := func(coefficient int64, exp int32) decimal.Decimal { return decimal.New(coefficient, exp) }
	type add = func(*cost.Usage) error
	invocations := func(count uint64, a cost.Arch, mb int, ms int64, mode cost.Mode) add {
		return func(u *cost.Usage) error {
			return u.AddInvocations(count, cost.Invocation{Arch: a, MemoryMB: mb, Billed: time.Duration(ms) * time.Millisecond, Mode: mode})
		}
	}
	units := func(m cost.Meter, a cost.Arch, q decimal.Decimal) add {
		return func(u *cost.Usage) error { return u.Add(m, a, q) }
	}
	tests := map[string]struct {
		usage []add
		free  *cost.FreeTier
		want  map[string]string
		total string
	}{
		"mobile backend": {
			[]add{invocations(3_000_000, cost.X86, 1536, 120, 0)},
			cost.MonthlyFreeTier(),
			map[string]string{"Requests x86_64": "0.4", "Compute x86_64": "2.333338"},
			"2.733338",
		},
		"telemetry": {
			[]add{invocations(7_440_000, cost.X86, 1024, 2000, 0)},
			nil,
			map[string]string{"Requests x86_64": "1.488", "Compute x86_64": "248.000496"},
			"249.488496",
		},
		"launch day on provisioned concurrency": { // the page subtracts the free requests from all, and no free GB-seconds
			[]add{
				func(u *cost.Usage) error { return u.AddProvisioned(cost.X86, 1536, 100, 8*time.Hour) },
				invocations(500_000, cost.X86, 1536, 100, cost.Provisioned),
				invocations(2_500_000, cost.X86, 1536, 120, 0),
			},
			&cost.FreeTier{Requests: n(1, 6), GBSeconds: n(4, 5)},
			map[string]string{"ProvisionedConcurrency x86_64": "18.000144", "Requests x86_64": "0.4", "ProvisionedCompute x86_64": "0.729165", "Compute x86_64": "0.833335"},
			"19.962644",
		},
		"Kafka pollers": { // 60 million requests, as the page bills them
			[]add{units(cost.Compute, cost.X86, n(60, 6)), units(cost.Requests, cost.X86, n(60, 6)), units(cost.KafkaPoller, "", n(800, 0))},
			&cost.FreeTier{GBSeconds: n(4, 5)},
			map[string]string{"Compute x86_64": "993.33532", "Requests x86_64": "12", "KafkaPoller": "148"},
			"1153.33532",
		},
		"SQS pollers": {
			[]add{units(cost.Compute, cost.X86, n(30, 6)), units(cost.Requests, cost.X86, n(30, 6)), units(cost.SQSPoller, "", n(8, 3))},
			nil,
			map[string]string{"Compute x86_64": "500.001", "Requests x86_64": "6", "SQSPoller": "74"},
			"580.001",
		},
		"tenant isolation": { // the page rounds the price to 0.000167 and the part to 33.4
			[]add{invocations(10_000_000, cost.X86, 1024, 2000, 0), units(cost.TenantIsolation, cost.X86, n(200_000, 0))},
			nil,
			map[string]string{"Requests x86_64": "2", "Compute x86_64": "333.334", "TenantIsolation x86_64": "33.3334"},
			"368.6674",
		},
		"Managed Instances": { // the EC2 part and its fee are not meters of Lambda's
			[]add{units(cost.ManagedRequests, "", n(1, 8))},
			nil,
			map[string]string{"ManagedRequests": "20"},
			"20",
		},
		"durable functions": { // 421.33544 of compute is 31.6 million GB-seconds of arm64; GB are decimal here
			[]add{
				units(cost.Compute, cost.ARM64, n(316, 5)), units(cost.Requests, cost.ARM64, n(1, 6)),
				units(cost.DurableOperations, "", n(4, 6)), units(cost.DurableDataWritten, "", n(104, 0)), units(cost.DurableDataRetained, "", n(728, -1)),
			},
			nil,
			map[string]string{"Compute arm64": "421.33544", "Requests arm64": "0.2", "DurableOperations": "32", "DurableDataWritten": "26", "DurableDataRetained": "10.92"},
			"490.45544",
		},
		"SnapStart cache, a real bill": { // 17.13 on the bill
			[]add{units(cost.SnapStartCache, "", n(11_383_200, 0))},
			nil,
			map[string]string{"SnapStartCache": "17.12716272"},
			"17.12716272",
		},
		"SnapStart cache, 512 MB for 30 days": { // 1.95 on a real bill
			[]add{func(u *cost.Usage) error { return u.AddSnapStartCache(512, month) }},
			nil,
			map[string]string{"SnapStartCache": "1.9499616"},
			"1.9499616",
		},
		"SnapStart cache, 512 MB for 31 days": { // a real bill says 2.02: half a cent more, unexplained
			[]add{func(u *cost.Usage) error { return u.AddSnapStartCache(512, month+24*time.Hour) }},
			nil,
			map[string]string{"SnapStartCache": "2.01496032"},
			"2.01496032",
		},
	}
	rates, err := cost.Embedded().Region("us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var u cost.Usage
			for _, add := range tt.usage {
				if err := add(&u); err != nil {
					t.Fatal(err)
				}
			}
			var o *cost.Options
			if tt.free != nil {
				o = &cost.Options{FreeTier: tt.free}
			}
			b, err := rates.Bill(u, o)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]decimal.Decimal{}
			for _, l := range b.Lines {
				k := cost.Key{Meter: l.Meter, Arch: l.Arch}.String()
				got[k] = got[k].Add(l.Cost)
			}
			text := map[string]string{}
			for k, d := range got {
				text[k] = d.String()
			}
			if diff := cmp.Diff(tt.want, text); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got := b.Total().String(); got != tt.total {
				t.Errorf("total %s, want %s", got, tt.total)
			}
		})
	}
}
