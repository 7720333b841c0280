package cost_test

import (
	"cmp"
	"fmt"
	"maps"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// The reference: usage and bills by the rules of AWS in rational numbers, with no thought of speed. It shares nothing with
// the package but the prices.

type reference map[cost.Key]*big.Rat // in pricing units

func (r reference) add(k cost.Key, q *big.Rat) {
	if q.Sign() == 0 {
		return
	}
	if r[k] == nil {
		r[k] = new(big.Rat)
	}
	r[k].Add(r[k], q)
}

func rat(n, d int64) *big.Rat { return big.NewRat(n, d) }

func product(xs ...*big.Rat) *big.Rat {
	p := rat(1, 1)
	for _, x := range xs {
		p.Mul(p, x)
	}
	return p
}

func ratOf(n uint64) *big.Rat { return new(big.Rat).SetInt(new(big.Int).SetUint64(n)) }

// gbSeconds is mb megabytes for d.
func gbSeconds(mb int, d time.Duration) *big.Rat {
	return product(rat(int64(mb), 1024), rat(int64(d), int64(time.Second)))
}

func (r reference) invocations(n uint64, inv cost.Invocation) {
	times := ratOf(n)
	requests := rat(1, 1)
	if kb256 := int64(256 * 1024); inv.EventBytes > kb256 {
		for b := inv.EventBytes - kb256; b > 0; b -= 64 * 1024 {
			requests.Add(requests, rat(1, 1))
		}
	}
	compute := gbSeconds(inv.MemoryMB, inv.Billed)
	switch inv.Mode {
	case cost.Edge:
		r.add(cost.Key{Meter: cost.EdgeRequests}, product(times, requests))
		r.add(cost.Key{Meter: cost.EdgeCompute}, product(times, compute))
		return
	case cost.Provisioned:
		r.add(cost.Key{Meter: cost.ProvisionedCompute, Arch: inv.Arch}, product(times, compute))
	default:
		r.add(cost.Key{Meter: cost.Compute, Arch: inv.Arch}, product(times, compute))
	}
	r.add(cost.Key{Meter: cost.Requests, Arch: inv.Arch}, product(times, requests))
	if inv.EphemeralMB > 512 {
		r.add(cost.Key{Meter: cost.EphemeralStorage, Arch: inv.Arch}, product(times, gbSeconds(inv.EphemeralMB-512, inv.Billed)))
	}
	if over := inv.StreamedBytes - 6*1024*1024; over > 0 {
		r.add(cost.Key{Meter: cost.ResponseStreaming, Arch: inv.Arch}, product(times, rat(over, 1<<30)))
	}
}

func (r reference) provisioned(a cost.Arch, mb, concurrency int, d time.Duration) {
	rounded := time.Duration(0)
	for rounded < d {
		rounded += 5 * time.Minute
	}
	r.add(cost.Key{Meter: cost.ProvisionedConcurrency, Arch: a}, product(rat(int64(concurrency), 1), gbSeconds(mb, rounded)))
}

func (r reference) merge(o reference, times *big.Rat) {
	for k, q := range o {
		r.add(k, product(q, times))
	}
}

// program is a random sequence of additions, done to both.
func program(t *testing.T, rng *rand.Rand, steps int) (cost.Usage, reference) {
	t.Helper()
	var u cost.Usage
	ref := reference{}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for range steps {
		a := cost.Arches()[rng.IntN(2)]
		mb := 128 + rng.IntN(10240-128+1)
		inv := cost.Invocation{Arch: a, MemoryMB: mb, Billed: time.Duration(rng.IntN(1_800_001)) * time.Millisecond}
		if rng.IntN(2) == 0 {
			inv.Mode = cost.Mode(rng.IntN(2))
			inv.EphemeralMB = []int{0, 512, 513, 10240}[rng.IntN(4)]
			inv.StreamedBytes = []int64{0, 1, 6 << 20, 6<<20 + 1, 20 << 20, rng.Int64N(1 << 40)}[rng.IntN(6)]
			inv.EventBytes = []int64{0, 1, 256 << 10, 256<<10 + 1, 320 << 10, 1 << 20, rng.Int64N(1 << 20)}[rng.IntN(7)]
		}
		switch n := rng.Uint64() >> (20 + rng.IntN(44)); rng.IntN(9) { // far enough from 2^128 for every product
		case 0, 1:
			must(u.AddInvocation(inv))
			ref.invocations(1, inv)
		case 2:
			must(u.AddInvocations(n, inv))
			ref.invocations(n, inv)
		case 3:
			inv.Billed += time.Duration(rng.IntN(1_000_000))
			inv.Billed = min(inv.Billed, cost.MaxBilled)
			must(u.AddMean(n, inv))
			ref.invocations(n, inv)
		case 4:
			c, d := 1+rng.IntN(5000), time.Duration(rng.Int64N(int64(48*time.Hour)))
			must(u.AddProvisioned(a, mb, c, d))
			ref.provisioned(a, mb, c, d)
		case 5:
			whole := decimal.New(rng.Int64(), int32(rng.IntN(4)))
			must(u.AddTotals(a, cost.Totals{Requests: whole, MBMilliseconds: whole, ProvisionedMBMilliseconds: whole, EphemeralMBMilliseconds: whole, StreamedBytes: whole}))
			gbs := product(whole.Rat(), rat(1, 1024*1000))
			ref.add(cost.Key{Meter: cost.Requests, Arch: a}, whole.Rat())
			ref.add(cost.Key{Meter: cost.Compute, Arch: a}, gbs)
			ref.add(cost.Key{Meter: cost.ProvisionedCompute, Arch: a}, gbs)
			ref.add(cost.Key{Meter: cost.EphemeralStorage, Arch: a}, gbs)
			ref.add(cost.Key{Meter: cost.ResponseStreaming, Arch: a}, product(whole.Rat(), rat(1, 1<<30)))
		case 6:
			m := cost.Meters()[rng.IntN(len(cost.Meters()))]
			k := cost.Key{Meter: m}
			if m.ByArch() {
				k.Arch = a
			}
			q := decimal.New(rng.Int64(), -int32(rng.IntN(61)))
			must(u.Add(k.Meter, k.Arch, q))
			ref.add(k, q.Rat())
		case 7:
			v, other := program(t, rng, rng.IntN(3))
			must(u.Merge(v))
			ref.merge(other, rat(1, 1))
		case 8:
			v, other := program(t, rng, rng.IntN(2))
			times := uint64(rng.IntN(1000))
			v, err := v.Times(times)
			must(err)
			must(u.Merge(v))
			ref.merge(other, ratOf(times))
		}
	}
	return u, ref
}

func checkUsage(t *testing.T, u cost.Usage, ref reference) {
	t.Helper()
	seen := 0
	for k, q := range u.All() {
		seen++
		want := ref[k]
		if want == nil || q.Rat().Cmp(want) != 0 {
			t.Errorf("%v: %s, want %v", k, q, want)
		}
	}
	if seen != len(ref) {
		t.Errorf("%d keys are used, want %d", seen, len(ref))
	}
}

func usageAgrees(t *testing.T, seed uint64) {
	u, ref := program(t, rand.New(rand.NewPCG(seed, 2)), 12)
	checkUsage(t, u, ref)
}

func TestUsageAgainstReference(t *testing.T) {
	for seed := range uint64(500) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { usageAgrees(t, seed) })
	}
}

func FuzzUsage(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(usageAgrees)
}

type lineID struct {
	region string
	key    cost.Key
	kind   cost.Kind
	tier   int
}

// referenceBill prices usage line by line: quantity and cost of each.
func referenceBill(t *testing.T, usage, prior map[string]reference, free []*big.Rat, discount *big.Rat, freeAdvances bool) map[lineID][2]*big.Rat {
	t.Helper()
	lines := map[lineID][2]*big.Rat{}
	at := map[string]reference{}
	for number, pass := range []map[string]reference{prior, usage} {
		if number == 1 {
			clear(lines) // what was billed before is not billed again
		}
		for _, region := range slices.Sorted(maps.Keys(pass)) {
			rates, err := cost.Embedded().Region(region)
			if err != nil {
				t.Fatal(err)
			}
			if at[region] == nil {
				at[region] = reference{}
			}
			keys := slices.SortedFunc(maps.Keys(pass[region]), func(a, b cost.Key) int {
				return cmp.Or(cmp.Compare(a.Meter, b.Meter), -cmp.Compare(a.Arch, b.Arch)) // x86_64 before arm64
			})
			for _, k := range keys {
				left := new(big.Rat).Set(pass[region][k])
				position := new(big.Rat)
				if p := at[region][k]; p != nil {
					position.Set(p)
				}
				kind := map[cost.Meter]int{cost.Requests: 0, cost.Compute: 1, cost.ResponseStreaming: 2}
				if i, ok := kind[k.Meter]; ok && free != nil {
					taken := new(big.Rat).Set(free[i])
					if taken.Cmp(left) > 0 {
						taken.Set(left)
					}
					free[i].Sub(free[i], taken)
					left.Sub(left, taken)
					if freeAdvances {
						position.Add(position, taken)
					}
					if taken.Sign() > 0 {
						lines[lineID{region, k, cost.Free, 0}] = [2]*big.Rat{taken, new(big.Rat)}
					}
				}
				price, err := rates.Price(k.Meter, k.Arch)
				if err != nil {
					t.Fatal(err)
				}
				for i, tier := range price.Tiers {
					part := new(big.Rat).Set(left)
					if i+1 < len(price.Tiers) {
						room := new(big.Rat).Sub(price.Tiers[i+1].From.Rat(), position)
						if room.Sign() <= 0 {
							continue
						}
						if part.Cmp(room) > 0 {
							part.Set(room)
						}
					}
					left.Sub(left, part)
					position.Add(position, part)
					number := i + 1
					if len(price.Tiers) == 1 {
						number = 0
					}
					if part.Sign() > 0 {
						paid := product(tier.UnitPrice.Rat(), new(big.Rat).Sub(rat(1, 1), discount))
						lines[lineID{region, k, cost.Charged, number}] = [2]*big.Rat{part, product(part, paid)}
					}
				}
				at[region][k] = position
			}
		}
	}
	return lines
}

func billAgrees(t *testing.T, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 3))
	regions := []string{"us-east-1", "eu-west-1", "ap-east-1"}
	random := func() (map[string]cost.Usage, map[string]reference) {
		us, refs := map[string]cost.Usage{}, map[string]reference{}
		for _, region := range regions[:rng.IntN(len(regions)+1)] {
			u := cost.Usage{}
			ref := reference{}
			for range rng.IntN(5) {
				a := cost.Arches()[rng.IntN(2)]
				for _, m := range []cost.Meter{cost.Requests, cost.Compute, cost.ProvisionedCompute, cost.ResponseStreaming, cost.EphemeralStorage} {
					if rng.IntN(2) == 0 {
						continue
					}
					q := decimal.New(rng.Int64N(1<<uint(1+rng.IntN(40))), -int32(rng.IntN(8)))
					if err := u.Add(m, a, q); err != nil {
						t.Fatal(err)
					}
					ref.add(cost.Key{Meter: m, Arch: a}, q.Rat())
				}
			}
			us[region], refs[region] = u, ref
		}
		return us, refs
	}
	usage, usageRef := random()
	o := &cost.Options{FreeAdvancesTiers: rng.IntN(2) == 0, Discount: decimal.New(rng.Int64N(101), -2)}
	var free []*big.Rat
	if rng.IntN(3) > 0 {
		o.FreeTier = cost.MonthlyFreeTier()
		free = []*big.Rat{rat(1_000_000, 1), rat(400_000, 1), rat(100, 1)}
	}
	priorRef := map[string]reference{}
	if rng.IntN(2) == 0 {
		o.Prior, priorRef = random()
	}
	s, err := cost.Embedded().Bill(usage, o)
	if err != nil {
		t.Fatal(err)
	}
	want := referenceBill(t, usageRef, priorRef, free, o.Discount.Rat(), o.FreeAdvancesTiers)
	seen := 0
	for _, b := range s.Bills {
		for _, l := range b.Lines {
			seen++
			id := lineID{b.Region, cost.Key{Meter: l.Meter, Arch: l.Arch}, l.Kind, l.Tier}
			w, ok := want[id]
			if !ok {
				t.Errorf("line %+v should not be there", id)
				continue
			}
			if l.Quantity.Rat().Cmp(w[0]) != 0 || l.Cost.Rat().Cmp(w[1]) != 0 {
				t.Errorf("%+v: %s costs %s, want %s costs %s", id, l.Quantity, l.Cost, w[0].RatString(), w[1].RatString())
			}
		}
	}
	if seen != len(want) {
		t.Errorf("%d lines, want %d", seen, len(want))
	}
}

func TestBillAgainstReference(t *testing.T) {
	for seed := range uint64(1000) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { billAgrees(t, seed) })
	}
}

func FuzzBill(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(billAgrees)
}
