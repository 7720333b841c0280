package savings_test

import (
	"maps"
	"math/big"
	"slices"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/savings"
)

// The reference: a month under a Savings Plan in rational numbers, hour by hour, with no thought of speed. It shares nothing
// with the package but the prices.

type reference struct {
	t       testing.TB
	catalog *cost.Catalog
	month   month
	plan    savings.Plan
	options cost.Options
	// wholeUnits covers whole MB·ms and requests, as bills do.
	wholeUnits bool
}

type refKey struct {
	region string
	key    cost.Key
}

// refResult is what was billed, by line, and what it cost.
type refResult struct {
	quantity map[lineKey]*big.Rat
	cost     *big.Rat // of all lines
	unused   *big.Rat
	used     *big.Rat
}

func ratOf(d decimal.Decimal) *big.Rat { return d.Rat() }

func add(x, y *big.Rat) *big.Rat { return new(big.Rat).Add(x, y) }
func sub(x, y *big.Rat) *big.Rat { return new(big.Rat).Sub(x, y) }
func mul(x, y *big.Rat) *big.Rat { return new(big.Rat).Mul(x, y) }
func quo(x, y *big.Rat) *big.Rat { return new(big.Rat).Quo(x, y) }
func least(x, y *big.Rat) *big.Rat {
	if x.Cmp(y) < 0 {
		return x
	}
	return y
}

// floor returns x rounded down to a multiple of unit.
func floor(x, unit *big.Rat) *big.Rat {
	n := quo(x, unit)
	return mul(new(big.Rat).SetInt(new(big.Int).Quo(n.Num(), n.Denom())), unit)
}

func (r *reference) rates(region string) *cost.Rates {
	rates, err := r.catalog.Region(region)
	if err != nil {
		r.t.Fatal(err)
	}
	return rates
}

func (r *reference) price(k refKey) cost.Price {
	p, err := r.rates(k.region).Price(k.key.Meter, k.key.Arch)
	if err != nil {
		r.t.Fatal(err)
	}
	return p
}

// planRate is nil where the plan does not cover k.
func (r *reference) planRate(k refKey) *big.Rat {
	for _, c := range r.plan.Cards {
		for _, p := range c.Prices {
			if c.Region == k.region && p.Meter == k.key.Meter && p.Arch == k.key.Arch {
				return ratOf(p.Tiers[0].UnitPrice)
			}
		}
	}
	return nil
}

func (r *reference) paid(m cost.Meter, list *big.Rat) *big.Rat {
	d := r.options.Discount
	if own, ok := r.options.Discounts[m]; ok {
		d = own
	}
	return mul(list, sub(big.NewRat(1, 1), ratOf(d)))
}

// slice is usage that falls into one tier.
type slice struct {
	tier     int
	quantity *big.Rat
}

func (r *reference) split(k refKey, at, quantity *big.Rat) []slice {
	var slices []slice
	tiers := r.price(k).Tiers
	for i, t := range tiers {
		from := ratOf(t.From)
		low, high := from, add(at, quantity)
		if at.Cmp(low) > 0 {
			low = at
		}
		if i+1 < len(tiers) {
			high = least(high, ratOf(tiers[i+1].From))
		}
		if high.Cmp(low) > 0 {
			slices = append(slices, slice{i, sub(high, low)})
		}
	}
	return slices
}

// sortedKeys are the keys of usage in the order of bills.
func sortedKeys(u usageByRegion) []refKey {
	var keys []refKey
	for _, region := range slices.Sorted(maps.Keys(u)) {
		for k := range u[region].All() {
			keys = append(keys, refKey{region, k})
		}
	}
	return keys
}

// freeTier is what is left of it; it has one pool for each of three meters.
func (r *reference) freeTier() map[cost.Meter]*big.Rat {
	pools := map[cost.Meter]*big.Rat{}
	if f := r.options.FreeTier; f != nil {
		pools[cost.Requests], pools[cost.Compute], pools[cost.ResponseStreaming] = ratOf(f.Requests), ratOf(f.GBSeconds), ratOf(f.StreamedGB)
	}
	return pools
}

func take(pools map[cost.Meter]*big.Rat, m cost.Meter, quantity *big.Rat) *big.Rat {
	left := pools[m]
	if left == nil {
		return new(big.Rat)
	}
	taken := least(left, quantity)
	pools[m] = sub(left, taken)
	return taken
}

// run bills the month under a commitment, of committed hours first to last.
func (r *reference) run(commitment *big.Rat) refResult {
	res := refResult{map[lineKey]*big.Rat{}, new(big.Rat), new(big.Rat), new(big.Rat)}
	position, freeLeft := map[refKey]*big.Rat{}, map[refKey]*big.Rat{}
	pools := r.freeTier()
	for _, k := range sortedKeys(r.options.Prior) {
		q := ratOf(r.options.Prior[k.region].Quantity(k.key.Meter, k.key.Arch))
		free := take(pools, k.key.Meter, q)
		position[k] = q
		if !r.options.FreeAdvancesTiers {
			position[k] = sub(q, free)
		}
	}
	total := r.month.total(r.t)
	for _, k := range sortedKeys(total) {
		if position[k] == nil {
			position[k] = new(big.Rat)
		}
		if r.plan.FreeTier == savings.FreeByRegion {
			freeLeft[k] = take(pools, k.key.Meter, ratOf(total[k.region].Quantity(k.key.Meter, k.key.Arch)))
		}
	}
	line := func(k refKey, kind cost.Kind, tier int, q, unit *big.Rat) {
		if q.Sign() == 0 {
			return
		}
		if len(r.price(k).Tiers) == 1 || kind == cost.Free {
			tier = -1
		}
		lk := lineKey{k.region, k.key, kind, tier + 1}
		if res.quantity[lk] == nil {
			res.quantity[lk] = new(big.Rat)
		}
		res.quantity[lk].Add(res.quantity[lk], q)
		res.cost.Add(res.cost, mul(q, unit))
	}
	first, end := r.period()
	for h := first; h < end; h++ {
		if _, ok := r.month[h]; !ok {
			res.unused.Add(res.unused, commitment)
		}
	}
	for _, h := range slices.Sorted(maps.Keys(r.month)) {
		type candidate struct {
			key          refKey
			tier, order  int
			saving, rate *big.Rat
			quantity     *big.Rat
		}
		var candidates []candidate
		rest, covered := map[refKey]*big.Rat{}, map[refKey]map[int]*big.Rat{}
		keys := sortedKeys(r.month[h])
		for i, k := range keys {
			q := ratOf(r.month[h][k.region].Quantity(k.key.Meter, k.key.Arch))
			var free *big.Rat
			if r.plan.FreeTier == savings.FreeByHour {
				free = take(pools, k.key.Meter, q)
			} else {
				free = least(freeLeft[k], q)
				freeLeft[k] = sub(freeLeft[k], free)
			}
			line(k, cost.Free, 0, free, new(big.Rat))
			if r.options.FreeAdvancesTiers {
				position[k] = add(position[k], free)
			}
			rest[k], covered[k] = sub(q, free), map[int]*big.Rat{}
			rate := r.planRate(k)
			if rate == nil {
				continue
			}
			for _, s := range r.split(k, position[k], rest[k]) {
				list := ratOf(r.price(k).Tiers[s.tier].UnitPrice)
				saving := sub(big.NewRat(1, 1), quo(rate, list))
				if saving.Sign() >= 0 || r.plan.CoverAboveOnDemand {
					candidates = append(candidates, candidate{k, s.tier, i, saving, rate, s.quantity})
				}
			}
		}
		slices.SortStableFunc(candidates, func(a, b candidate) int {
			if c := b.saving.Cmp(a.saving); c != 0 {
				return c
			}
			return a.rate.Cmp(b.rate)
		})
		left := new(big.Rat).Set(commitment)
		if h < first || h >= end {
			left.SetInt64(0)
		}
		for _, c := range candidates {
			q := c.quantity
			all := mul(q, c.rate).Cmp(left) <= 0
			if !all {
				q = quo(left, c.rate)
				if r.wholeUnits {
					unit := big.NewRat(1, 1024*1000) // one MB·ms
					if c.key.key.Meter == cost.Requests {
						unit = big.NewRat(1, 1)
					}
					q = floor(q, unit)
				}
			}
			line(c.key, cost.Covered, c.tier, q, c.rate)
			covered[c.key][c.tier] = q
			left = sub(left, mul(q, c.rate))
			res.used.Add(res.used, mul(q, c.rate))
			if !all {
				break
			}
		}
		res.unused.Add(res.unused, left)
		for _, k := range keys {
			charge := r.split(k, position[k], rest[k])
			advance := rest[k]
			if r.plan.CoveredOutsideTiers {
				for _, q := range covered[k] {
					advance = sub(advance, q)
				}
				charge = r.split(k, position[k], advance)
			} else {
				for i := range charge {
					if q := covered[k][charge[i].tier]; q != nil {
						charge[i].quantity = sub(charge[i].quantity, q)
					}
				}
			}
			for _, s := range charge {
				line(k, cost.Charged, s.tier, s.quantity, r.paid(k.key.Meter, ratOf(r.price(k).Tiers[s.tier].UnitPrice)))
			}
			position[k] = add(position[k], advance)
		}
	}
	res.cost.Add(res.cost, res.unused)
	return res
}

// period is the hours of September in which the commitment runs.
func (r *reference) period() (first, end int) {
	given := slices.Sorted(maps.Keys(r.month))
	if len(given) > 0 {
		first, end = given[0], given[len(given)-1]+1
	}
	if !r.plan.From.IsZero() {
		first = int(r.plan.From.Sub(at(0)).Hours())
	}
	if !r.plan.Until.IsZero() {
		end = int(r.plan.Until.Sub(at(0)).Hours())
	}
	return first, end
}
