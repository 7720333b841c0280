package cost_test

import (
	"errors"
	"math"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// What is just allowed, and what comes just behind 64 bits.
func TestUsageAtItsEdges(t *testing.T) {
	nothing := cost.Invocation{Arch: cost.ARM64, MemoryMB: 10240}
	streamed := nothing
	streamed.StreamedBytes = 7 << 20
	for name, add := range map[string]func(u *cost.Usage) error{
		"AddInvocation":                   func(u *cost.Usage) error { return u.AddInvocation(nothing) },
		"AddInvocation, streamed":         func(u *cost.Usage) error { return u.AddInvocation(streamed) },
		"AddInvocations":                  func(u *cost.Usage) error { return u.AddInvocations(1, nothing) },
		"AddMean":                         func(u *cost.Usage) error { return u.AddMean(1, nothing) },
		"AddInvocation, longest and most": func(u *cost.Usage) error { i := nothing; i.Billed = cost.MaxBilled; return u.AddInvocation(i) },
	} {
		var u cost.Usage
		if err := add(&u); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := u.Quantity(cost.Requests, cost.ARM64); !got.Equal(decimal.New(1, 0)) {
			t.Errorf("%s: %v requests, want 1", name, got)
		}
	}
	var u cost.Usage
	if err := u.AddSnapStartCache(1024, 0); err != nil {
		t.Error(err)
	}
	if got := u.Quantity(cost.SnapStartCache, ""); !got.Equal(decimal.New(3*3600, 0)) {
		t.Errorf("a version of 1 GB that was removed at once: %v GB-seconds, want those of 3 hours", got)
	}
	if err := errors.Join(u.AddInvocations(math.MaxUint64, nothing), u.AddInvocation(nothing), u.AddInvocation(nothing)); err != nil {
		t.Fatal(err)
	}
	if got, want := u.Quantity(cost.Requests, cost.ARM64), decimal.RequireFromString("18446744073709551617"); !got.Equal(want) {
		t.Errorf("%v requests, want 2^64 + 1", got)
	}
}

// Usage is the same where every fraction of a unit is.
func TestUsageEqual(t *testing.T) {
	of := func(m cost.Meter, quantity string) cost.Usage {
		var u cost.Usage
		if err := u.Add(m, cost.X86, decimal.RequireFromString(quantity)); err != nil {
			t.Fatal(err)
		}
		return u
	}
	third := of(cost.Requests, "0.3")
	for name, other := range map[string]struct {
		u    cost.Usage
		want bool
	}{
		"the same":         {of(cost.Requests, "0.30"), true},
		"another fraction": {of(cost.Requests, "0.31"), false},
		"another meter":    {of(cost.Compute, "0.00000000000000029296875"), false}, // .3 MB·ns
		"a whole":          {of(cost.Requests, "1.3"), false},
		"nothing":          {cost.Usage{}, false},
	} {
		if got := third.Equal(other.u); got != other.want {
			t.Errorf("%s: Equal is %v", name, got)
		}
		if got := other.u.Equal(third); got != other.want {
			t.Errorf("%s, the other way: Equal is %v", name, got)
		}
	}
}
