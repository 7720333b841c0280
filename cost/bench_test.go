package cost_test

import (
	"math/bits"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// emptyCall takes what AddInvocation takes and does nothing: the floor of a call.
type emptyCall struct{}

//go:noinline
func (*emptyCall) AddInvocation(cost.Invocation) error { return nil }

func BenchmarkAddInvocation(b *testing.B) {
	inv := cost.Invocation{Arch: cost.X86, MemoryMB: 512, Billed: 93 * time.Millisecond}
	b.Run("lambdaecon", func(b *testing.B) {
		b.ReportAllocs()
		var u cost.Usage
		for b.Loop() {
			if err := u.AddInvocation(inv); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("empty-call", func(b *testing.B) {
		var e emptyCall
		for b.Loop() {
			if err := e.AddInvocation(inv); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("bare-sum", func(b *testing.B) {
		var hi, lo, n uint64
		for b.Loop() {
			var c uint64
			lo, c = bits.Add64(lo, uint64(inv.MemoryMB)*uint64(inv.Billed), 0)
			hi += c
			n++
		}
		if hi|lo|n == 0 {
			b.Fatal("nothing was added")
		}
	})
	// As it is written where amounts are decimals from the start: GB times seconds times price, added up.
	b.Run("decimal", func(b *testing.B) {
		b.ReportAllocs()
		price, perRequest := decimal.RequireFromString("0.0000166667"), decimal.RequireFromString("0.0000002")
		gb, second := decimal.New(9765625, -10), decimal.New(1, -3)
		var sum decimal.Decimal
		for b.Loop() {
			gbs := decimal.New(int64(inv.MemoryMB), 0).Mul(gb).Mul(decimal.New(inv.Billed.Milliseconds(), 0).Mul(second))
			sum = sum.Add(gbs.Mul(price)).Add(perRequest)
		}
	})
}

// allMeters is usage of every meter that us-east-1 sells, of compute beyond the third tier.
func allMeters(b *testing.B, r *cost.Rates) cost.Usage {
	b.Helper()
	var u cost.Usage
	for _, p := range r.Card().Prices {
		q := decimal.New(1_234_567, 0)
		if p.Meter == cost.Compute {
			q = decimal.New(20_000_000_000, 0)
		}
		if err := u.Add(p.Meter, p.Arch, q); err != nil {
			b.Fatal(err)
		}
	}
	for range 1000 {
		if err := u.AddInvocation(cost.Invocation{Arch: cost.X86, MemoryMB: 1769, Billed: 137 * time.Millisecond, EphemeralMB: 600, StreamedBytes: 7_000_001}); err != nil {
			b.Fatal(err)
		}
	}
	return u
}

func BenchmarkBill(b *testing.B) {
	r, err := cost.Embedded().Region("us-east-1")
	if err != nil {
		b.Fatal(err)
	}
	u := allMeters(b, r)
	b.Run("all-meters", func(b *testing.B) {
		b.ReportAllocs()
		o := &cost.Options{FreeTier: cost.MonthlyFreeTier()}
		for b.Loop() {
			if _, err := r.Bill(u, o); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("one-function", func(b *testing.B) {
		b.ReportAllocs()
		var one cost.Usage
		if err := one.AddInvocations(3_000_000, cost.Invocation{Arch: cost.ARM64, MemoryMB: 512, Billed: 93 * time.Millisecond}); err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := r.Bill(one, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func TestAddInvocationAllocates(t *testing.T) {
	invocations := map[string]cost.Invocation{
		"plain":       {Arch: cost.ARM64, MemoryMB: 512, Billed: 93 * time.Millisecond},
		"everything":  {Arch: cost.X86, MemoryMB: 512, Billed: 93 * time.Millisecond, EphemeralMB: 1024, StreamedBytes: 1 << 30, EventBytes: 1 << 20},
		"provisioned": {Arch: cost.X86, MemoryMB: 512, Billed: 93 * time.Millisecond, Mode: cost.Provisioned},
		"edge":        {MemoryMB: 128, Billed: time.Millisecond, Mode: cost.Edge},
	}
	for name, inv := range invocations {
		t.Run(name, func(t *testing.T) {
			var u cost.Usage
			if n := testing.AllocsPerRun(100, func() {
				if err := u.AddInvocation(inv); err != nil {
					t.Fatal(err)
				}
				if err := u.AddMean(7, inv); err != nil {
					t.Fatal(err)
				}
			}); n != 0 {
				t.Errorf("%v allocations", n)
			}
		})
	}
}
