package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// merge puts the cards of a list in the place of those of their regions, and returns all, sorted by region. The old cards are
// not changed.
func merge(old, list []cost.RateCard, said *report) ([]cost.RateCard, error) {
	cards := slices.Clone(old)
	for _, n := range list {
		i := slices.IndexFunc(cards, func(c cost.RateCard) bool { return c.Region == n.Region })
		if i < 0 {
			sortPrices(n.Prices)
			cards = append(cards, n)
			continue
		}
		m, err := mergeCard(cards[i], n, said)
		if err != nil {
			return nil, err
		}
		cards[i] = m
	}
	slices.SortFunc(cards, func(a, b cost.RateCard) int { return cmp.Compare(a.Region, b.Region) })
	return cards, nil
}

// mergeCard makes one card of the file's, o, and the list's, n.
func mergeCard(o, n cost.RateCard, said *report) (cost.RateCard, error) {
	if o.Currency != n.Currency {
		return o, fmt.Errorf("%s is listed in %s, the file has %s", n.Region, n.Currency, o.Currency)
	}
	latest := o.AsOf
	if o.Confirmed.After(latest) {
		latest = o.Confirmed
	}
	if day(n.AsOf).Before(day(latest)) {
		return o, fmt.Errorf("%s is as of %s in the list, the file has prices of %s: an older list would undo newer prices", n.Region, n.AsOf.Format(time.DateOnly), latest.Format(time.DateOnly))
	}
	m := n
	m.Prices = slices.Clone(n.Prices)
	var kept []string
	for _, p := range o.Prices {
		if find(n.Prices, p) != nil {
			continue
		}
		if p.AsOf.IsZero() {
			p.AsOf, p.Source = o.AsOf, sourceOf(o)
		}
		m.Prices = append(m.Prices, p)
		kept = append(kept, cost.Key{Meter: p.Meter, Arch: p.Arch}.String())
	}
	if kept != nil {
		said.kept = append(said.kept, n.Region+": "+strings.Join(kept, ", "))
	}
	sortPrices(m.Prices)
	if o.Certainty != "" || !sameButDate(o, m) {
		return m, nil
	}
	if n.AsOf.After(latest) {
		o.Confirmed = n.AsOf
		said.confirmed = append(said.confirmed, o.Region)
	}
	return o, nil
}

func day(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// sourceOf is the source of a price that leaves its card, with all that the card says of it.
func sourceOf(c cost.RateCard) string {
	source := c.Source
	if !c.Confirmed.IsZero() {
		source += ", found unchanged on " + c.Confirmed.Format(time.DateOnly)
	}
	if c.Certainty != "" {
		source += "; " + c.Certainty
	}
	return source
}

// find returns the price of the same meter and architecture.
func find(prices []cost.Price, like cost.Price) *cost.Price {
	for i, p := range prices {
		if p.Meter == like.Meter && p.Arch == like.Arch {
			return &prices[i]
		}
	}
	return nil
}

// sameButDate tells whether two cards say the same but for the card's own date and source.
func sameButDate(a, b cost.RateCard) bool {
	if a.Location != b.Location || a.Partition != b.Partition || len(a.Prices) != len(b.Prices) {
		return false
	}
	for _, p := range a.Prices {
		q := find(b.Prices, p)
		if q == nil || p.UsageType != q.UsageType || p.Unit != q.Unit || !p.AsOf.Equal(q.AsOf) || p.Source != q.Source || !slices.EqualFunc(p.Tiers, q.Tiers, sameTier) {
			return false
		}
	}
	return true
}

func sameTier(a, b cost.Tier) bool {
	return a.RateCode == b.RateCode && a.From.Equal(b.From) && a.UnitPrice.Equal(b.UnitPrice)
}

// sortPrices puts prices in the file's order: what functions on demand use, by architecture, then the rest by meter.
func sortPrices(prices []cost.Price) {
	block := func(p cost.Price) int {
		switch {
		case p.Meter > cost.ResponseStreaming:
			return 2
		case p.Arch == cost.ARM64:
			return 1
		}
		return 0
	}
	slices.SortStableFunc(prices, func(a, b cost.Price) int {
		return cmp.Or(cmp.Compare(block(a), block(b)), cmp.Compare(a.Meter, b.Meter), -cmp.Compare(a.Arch, b.Arch))
	})
}
