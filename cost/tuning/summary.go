package tuning

import (
	"math/big"
	"math/bits"
	"slices"
	"sort"
	"time"
)

// runs are timings of one size: what a caller waited, in ns, and what AWS billed, in whole ms.
type runs struct {
	latency []int64
	billed  []int64
}

func (r runs) len() int { return len(r.latency) }

func (r *runs) add(latency, billed time.Duration) {
	r.latency = append(r.latency, int64(latency))
	r.billed = append(r.billed, int64(billed/time.Millisecond))
}

func (r *runs) grow(n int) {
	r.latency = slices.Grow(r.latency, n)
	r.billed = slices.Grow(r.billed, n)
}

func (r runs) and(s runs) runs {
	return runs{slices.Concat(r.latency, s.latency), slices.Concat(r.billed, s.billed)}
}

// A mean is a fraction of two whole numbers, den > 0.
type mean struct{ num, den *big.Int }

// round returns the mean rounded to a whole number, half up.
func (m mean) round() *big.Int { return halfUp(new(big.Int).Set(m.num), m.den) }

// sorts reports whether summarize puts the runs into another order.
func (p *plan) sorts() bool { return !p.trim.isZero() || !p.percentile.isZero() }

// summarize returns the duration that the plan asks for, and the mean billed duration in ms. There is at least one group,
// and each has runs. It may change the order of latencies and of billed durations, each by itself.
func (p *plan) summarize(groups []group) (duration time.Duration, billed mean) {
	if p.sorts() {
		for _, g := range groups {
			slices.Sort(g.runs.latency)
			slices.Sort(g.runs.billed)
		}
	}
	billed = p.mean(groups, func(r runs) []int64 { return r.billed })
	if !p.percentile.isZero() {
		return p.quantile(groups), billed
	}
	d := p.mean(groups, func(r runs) []int64 { return r.latency })
	return time.Duration(d.round().Int64()), billed // at most three times cost.MaxBilled
}

// mean returns Σ weight × (trimmed sum)/(trimmed count), divided by the sum of the weights.
func (p *plan) mean(groups []group, of func(runs) []int64) mean {
	m := mean{new(big.Int), new(big.Int).Set(p.cold.den)}
	var n [2]*big.Int // there are two groups at most
	for i, g := range groups {
		k := p.trim.of(g.runs.len())
		n[i] = big.NewInt(int64(g.runs.len() - 2*k))
		m.den.Mul(m.den, n[i])
	}
	for i, g := range groups {
		v := of(g.runs)
		k := p.trim.of(len(v))
		part := sum(v[k : len(v)-k])
		part.Mul(part, g.weight)
		if len(groups) == 2 {
			part.Mul(part, n[1-i])
		}
		m.num.Add(m.num, part)
	}
	return m
}

// sum returns the sum of values that are not negative. It is exact however many there are.
func sum(values []int64) *big.Int {
	var hi, lo, carry uint64
	for _, v := range values {
		lo, carry = bits.Add64(lo, uint64(v), 0)
		hi += carry
	}
	s := new(big.Int).SetUint64(lo)
	if hi > 0 {
		s.Add(s, new(big.Int).Lsh(new(big.Int).SetUint64(hi), 64))
	}
	return s
}

// quantile returns the smallest latency such that the runs up to it have at least the percentile's share of all weight. The
// latencies are sorted.
func (p *plan) quantile(groups []group) time.Duration {
	// One run of group i has weight[i]/len(i) of the whole, p.cold.den. Everything is multiplied by the product of the lengths.
	each := make([]*big.Int, len(groups))
	need := new(big.Int).Mul(p.percentile.num, p.cold.den)
	for i, g := range groups {
		each[i] = new(big.Int).Mul(g.weight, p.percentile.den)
		for j, h := range groups {
			if j != i {
				each[i].Mul(each[i], big.NewInt(int64(h.runs.len())))
			}
		}
		need.Mul(need, big.NewInt(int64(g.runs.len())))
	}
	enough := func(latency int64) bool {
		var upTo big.Int
		for i, g := range groups {
			n, _ := slices.BinarySearch(g.runs.latency, latency+1)
			upTo.Add(&upTo, new(big.Int).Mul(each[i], big.NewInt(int64(n))))
		}
		return upTo.Cmp(need) >= 0
	}
	best := int64(-1)
	for _, g := range groups {
		v := g.runs.latency
		i := sort.Search(len(v), func(i int) bool { return enough(v[i]) })
		if i < len(v) && (best < 0 || v[i] < best) {
			best = v[i]
		}
	}
	return time.Duration(best) // all weight together is enough, so there is one
}
