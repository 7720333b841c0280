package cost_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// thirds is a bill of one request, which three owners cannot share evenly, and of compute.
func thirds(t *testing.T) (cost.Bill, map[string]cost.Usage) {
	t.Helper()
	var all cost.Usage
	owners := map[string]cost.Usage{}
	for _, name := range []string{"a", "b", "c"} {
		var u cost.Usage
		if err := u.AddInvocation(cost.Invocation{Arch: cost.X86, MemoryMB: 128, Billed: time.Millisecond}); err != nil {
			t.Fatal(err)
		}
		if err := all.Merge(u); err != nil {
			t.Fatal(err)
		}
		owners[name] = u
	}
	rates, err := cost.Embedded().Region("eu-west-1")
	if err != nil {
		t.Fatal(err)
	}
	b, err := rates.Bill(all, &cost.Options{FreeTier: &cost.FreeTier{Requests: decimal.New(1, 0)}})
	if err != nil {
		t.Fatal(err)
	}
	return b, owners
}

// checkAddsUp compares the sums of the parts of every line with the line.
func checkAddsUp(t *testing.T, b cost.Bill, parts []cost.Bill) {
	t.Helper()
	type id struct {
		kind cost.Kind
		key  cost.Key
		tier int
	}
	type sums struct{ Quantity, Cost decimal.Decimal }
	want, got := map[id]sums{}, map[id]sums{}
	add := func(to map[id]sums, l cost.Line) {
		k := id{l.Kind, cost.Key{Meter: l.Meter, Arch: l.Arch}, l.Tier}
		to[k] = sums{to[k].Quantity.Add(l.Quantity), to[k].Cost.Add(l.Cost)}
	}
	for _, l := range b.Lines {
		add(want, l)
	}
	for _, p := range parts {
		for _, l := range p.Lines {
			add(got, l)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sums of the parts (-bill +parts):\n%s", diff)
	}
}

func TestAllocateTies(t *testing.T) {
	b, owners := thirds(t)
	s, err := cost.Allocate(b, owners)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for name, bill := range s.Owners {
		got[name] = bill.Lines[0].Quantity.String()
	}
	want := map[string]string{"a": "0.3333333334", "b": "0.3333333333", "c": "0.3333333333"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("free requests (-want +got):\n%s", diff)
	}
	if len(s.Rest.Lines) != 0 {
		t.Errorf("rest has lines: %v", s.Rest.Lines)
	}
	checkAddsUp(t, b, []cost.Bill{s.Owners["a"], s.Owners["b"], s.Owners["c"]})
}

func TestAllocateRest(t *testing.T) {
	b, owners := thirds(t)
	delete(owners, "c")
	s, err := cost.Allocate(b, owners)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := s.Rest.Total().Add(s.Owners["a"].Total()).Add(s.Owners["b"].Total()), b.Total(); !got.Equal(want) {
		t.Errorf("parts add up to %s, want %s", got, want)
	}
	if s.Rest.Total().Sign() <= 0 {
		t.Error("the rest should carry c's share")
	}
	none, err := cost.Allocate[string](b, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := none.Rest.Total(), b.Total(); !got.Equal(want) {
		t.Errorf("without owners the rest is %s, want %s", got, want)
	}
}

func TestAllocateErrors(t *testing.T) {
	b, owners := thirds(t)
	more := owners["a"]
	if err := more.Merge(owners["a"]); err != nil {
		t.Fatal(err)
	}
	owners["a"] = more
	var over *cost.AllocationError
	if _, err := cost.Allocate(b, owners); !errors.As(err, &over) {
		t.Fatalf("error is %v, want an AllocationError", err)
	}
	want := cost.AllocationError{Region: "eu-west-1", Meter: cost.Requests, Arch: cost.X86, Owners: decimal.New(4, 0), Billed: decimal.New(3, 0)}
	if diff := cmp.Diff(want, *over); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var other cost.Usage
	if err := other.Add(cost.EdgeRequests, "", decimal.New(1, 0)); err != nil {
		t.Fatal(err)
	}
	if _, err := cost.Allocate(b, map[string]cost.Usage{"x": other}); !errors.As(err, &over) {
		t.Errorf("usage of a meter that the bill does not have: error is %v, want an AllocationError", err)
	}
	for name, l := range map[string]cost.Line{
		"huge exponent": {Meter: cost.Requests, Arch: cost.X86, Quantity: decimal.New(1, 9999999)},
		"negative":      {Meter: cost.Requests, Arch: cost.X86, Quantity: decimal.New(-1, 0)},
		"tiny cost":     {Meter: cost.Requests, Arch: cost.X86, Cost: decimal.New(1, -9999999)},
	} {
		t.Run(name, func(t *testing.T) {
			var r *cost.RangeError
			if _, err := cost.Allocate[string](cost.Bill{Lines: []cost.Line{l}}, nil); !errors.As(err, &r) {
				t.Errorf("error is %v, want a RangeError", err)
			}
		})
	}
}

func TestAllocateUnusedIsRest(t *testing.T) {
	b, owners := thirds(t)
	b.Lines = append(b.Lines, cost.Line{Kind: cost.Unused, Quantity: decimal.New(1, 0), UnitPrice: decimal.New(5, -1), Cost: decimal.New(5, -1)})
	s, err := cost.Allocate(b, owners)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Rest.Total(); !got.Equal(decimal.New(5, -1)) {
		t.Errorf("rest is %s, want 0.5", got)
	}
}

func TestAllocateStatementUnknownRegion(t *testing.T) {
	b, owners := thirds(t)
	_, err := cost.AllocateStatement(cost.Statement{Bills: []cost.Bill{b}}, map[string]map[string]cost.Usage{"a": {"us-east-1": owners["a"]}})
	var unknown *cost.UnknownError
	if !errors.As(err, &unknown) || unknown.Given != "us-east-1" {
		t.Errorf("error is %v, want an UnknownError of us-east-1", err)
	}
}

// Owners and rest are the bill whatever the usage is, exact or invoiced, and no owner pays for what it did not use.
func TestAllocateConserves(t *testing.T) {
	for seed := range uint64(300) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { allocateConserves(t, seed) })
	}
}

func FuzzAllocate(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(allocateConserves)
}

func allocateConserves(t *testing.T, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 1))
	owners := map[int]map[string]cost.Usage{}
	total := map[string]cost.Usage{}
	for owner := range 1 + rng.IntN(5) {
		owners[owner] = map[string]cost.Usage{}
		for _, region := range []string{"eu-west-1", "us-east-1"} {
			u := randomUsage(t, rng)
			owners[owner][region] = u
			sum := total[region]
			if err := sum.Merge(u); err != nil {
				t.Fatal(err)
			}
			if rng.IntN(2) == 0 {
				if err := sum.AddProvisioned(cost.X86, 512, 1+rng.IntN(9), time.Hour); err != nil {
					t.Fatal(err)
				}
			}
			total[region] = sum
		}
	}
	s, err := cost.Embedded().Bill(total, &cost.Options{FreeTier: cost.MonthlyFreeTier(), Discount: decimal.New(rng.Int64N(50), -2)})
	if err != nil {
		t.Fatal(err)
	}
	if rng.IntN(2) == 0 {
		s = s.Invoice()
	}
	show, err := cost.AllocateStatement(s, owners)
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range s.Bills {
		parts := []cost.Bill{show.Rest.Bills[i]}
		for owner, st := range show.Owners {
			part := st.Bills[i]
			parts = append(parts, part)
			for _, l := range part.Lines {
				u := owners[owner][b.Region]
				if u.Quantity(l.Meter, l.Arch).IsZero() {
					t.Errorf("owner %d has a line of %v, of which it used nothing", owner, l.Meter)
				}
			}
		}
		checkAddsUp(t, b, parts)
	}
}

func randomUsage(t *testing.T, rng *rand.Rand) cost.Usage {
	t.Helper()
	var u cost.Usage
	for range rng.IntN(4) {
		inv := cost.Invocation{
			Arch: cost.Arches()[rng.IntN(2)], MemoryMB: 128 + rng.IntN(10000),
			Billed:        time.Duration(rng.IntN(900_000)) * time.Millisecond,
			EphemeralMB:   512 + rng.IntN(2)*rng.IntN(9000),
			StreamedBytes: int64(rng.IntN(2) * rng.IntN(50_000_000)),
			Mode:          cost.Mode(rng.IntN(2)),
		}
		if err := u.AddInvocations(rng.Uint64N(1<<uint(1+rng.IntN(40))), inv); err != nil {
			t.Fatal(err)
		}
	}
	if rng.IntN(3) == 0 {
		if err := u.Add(cost.Compute, cost.ARM64, decimal.New(rng.Int64(), -int32(rng.IntN(40)))); err != nil {
			t.Fatal(err)
		}
	}
	return u
}
