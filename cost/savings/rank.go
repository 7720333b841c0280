package savings

import (
	"cmp"
	"slices"
)

// rank sets the order in which the plan covers the tiers of all that was used: highest saving off the list price first; of
// equal savings the lowest plan rate first, as AWS has it; then in the order of bills. Nothing is divided: 1 - a/b is above
// 1 - c/d where a × d is below c × b.
func (h *History) rank() {
	type candidate struct{ key, tier int }
	var all []candidate
	for i := range h.keys {
		k := &h.keys[i]
		for t := range k.tiers {
			if k.rated && (h.plan.CoverAboveOnDemand || k.rate.LessThanOrEqual(k.tiers[t].list)) {
				all = append(all, candidate{i, t})
			}
		}
	}
	slices.SortFunc(all, func(a, b candidate) int {
		ka, kb := &h.keys[a.key], &h.keys[b.key]
		return cmp.Or(
			ka.rate.Mul(kb.tiers[b.tier].list).Cmp(kb.rate.Mul(ka.tiers[a.tier].list)),
			ka.rate.Cmp(kb.rate),
			cmp.Compare(a.key, b.key), // regions by code, meters, x86_64 before arm64
			cmp.Compare(a.tier, b.tier),
		)
	})
	for i, c := range all {
		h.keys[c.key].tiers[c.tier].rank = i
	}
}
