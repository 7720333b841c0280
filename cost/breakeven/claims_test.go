package breakeven_test

import (
	"math/big"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/breakeven"
)

// Figures that others have published.

// "Lambda at 2 vCPU / 4 GB costs 2.43 times Fargate on demand": one of 4,096 MB that is busy all the time, against one task
// of 2 vCPU and 4 GB, us-east-1. Without the requests: with executions of 15 minutes there are hardly any.
func TestLambdaBusyAllTheTimeAgainstFargate(t *testing.T) {
	const month = 730 * 4 // executions of 15 minutes
	lambda := breakeven.Lambda{
		Rates:   rates(t, "us-east-1"),
		Request: cost.Invocation{Arch: cost.X86, MemoryMB: 4096, Billed: 15 * time.Minute},
	}
	fargate := breakeven.Fargate{
		Rates: fargatePrices(t, "us-east-1", cost.X86), CPUUnits: 2048, MemoryMB: 4096,
		Load: breakeven.Load{Duration: 15 * time.Minute, Concurrency: 1},
	}
	if tasks, err := fargate.Tasks(month); err != nil || tasks != 1 {
		t.Fatalf("%d tasks, error %v", tasks, err)
	}
	c, err := breakeven.Compare(lambda, fargate, month)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Ratio().FloatString(2); got != "2.43" {
		t.Errorf("Lambda costs %s times Fargate, want 2.43", got)
	}
	// 730 h × 3,600 s × 4 GB × .0000166667, and 2,920 requests; 730 h × (2 × .04048 + 4 × .004445).
	for _, tt := range []struct {
		got  decimal.Decimal
		want string
	}{{c.CostA, "175.2009344"}, {c.CostB, "72.0802"}} {
		if !tt.got.Equal(decimal.RequireFromString(tt.want)) {
			t.Errorf("a month costs %s, want %s", tt.got, tt.want)
		}
	}
}

// One vCPU-hour on Lambda, 1,769 MB, costs .10365 USD on x86_64 and .0829 on arm64.
func TestVCPUHour(t *testing.T) {
	for a, want := range map[cost.Arch]string{cost.X86: "0.10365", cost.ARM64: "0.08292"} {
		perMS, err := rates(t, "us-east-1").PerMillisecond(a, 1769)
		if err != nil {
			t.Fatal(err)
		}
		hour := new(big.Rat).Mul(perMS.Rat(), big.NewRat(3_600_000, 1))
		if got := hour.FloatString(5); got != want {
			t.Errorf("%s: %s USD, want %s", a, got, want)
		}
		// The same as a side, without the request.
		side := breakeven.Lambda{Rates: rates(t, "us-east-1"), Request: cost.Invocation{Arch: a, MemoryMB: 1769, Billed: 15 * time.Minute}}
		if got := monthly(t, side, 4).Rat(); got.Cmp(new(big.Rat).Add(hour, big.NewRat(8, 10_000_000))) != 0 {
			t.Errorf("%s: four times 15 minutes cost %s", a, got.FloatString(10))
		}
	}
}

// "Managed Instances: from 182.6 USD a month", three c7g.large.
func TestManagedInstancesFrom(t *testing.T) {
	m := breakeven.ManagedInstances{
		Rates: rates(t, "us-east-1"), Instance: instance(t, "us-east-1", "c7g.large"),
		Load: breakeven.Load{CPU: 10 * time.Millisecond},
	}
	if got := monthly(t, m, 0).Rat().FloatString(1); got != "182.6" {
		t.Errorf("%s USD, want 182.6", got)
	}
	// The fee is on the on-demand price, whatever is paid for the instances; a million requests cost .20.
	m.Discount = decimal.New(50, -2)
	want := decimal.RequireFromString("0.0725").Mul(decimal.New(3*730, 0)).Mul(decimal.RequireFromString("0.65")).Add(decimal.New(2, -1))
	if got := monthly(t, m, 1_000_000); !got.Equal(want) {
		t.Errorf("%s USD, want %s", got, want)
	}
}
