package pricelist

import (
	"math/big"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// Kind says how a region or a price differs between two catalogs.
type Kind uint8

// The kinds of change.
const (
	Added   Kind = iota + 1 // in the new catalog alone
	Removed                 // in the old one alone
	Changed                 // costs something else
	Renamed                 // costs the same under another location, usage type, unit or rate code, or with tiers cut elsewhere
)

var kinds = [...]string{Added: "Added", Removed: "Removed", Changed: "Changed", Renamed: "Renamed"}

// String returns the constant's name.
func (k Kind) String() string {
	return show.Name("Kind", int(k), kinds[:])
}

// MarshalText writes the constant's name; any other value is a [*cost.UnknownError].
func (k Kind) MarshalText() ([]byte, error) {
	if k == 0 || int(k) >= len(kinds) {
		return nil, &cost.UnknownError{What: "kind of change", Given: k.String(), Known: slices.Clone(kinds[1:])}
	}
	return []byte(kinds[k]), nil
}

// UnmarshalText reads what MarshalText writes; any other text is a [*cost.UnknownError] and leaves k as it was.
func (k *Kind) UnmarshalText(text []byte) error {
	i := slices.Index(kinds[:], string(text))
	if i < 1 {
		return &cost.UnknownError{What: "kind of change", Given: string(text), Known: slices.Clone(kinds[1:])}
	}
	*k = Kind(i)
	return nil
}

// Changes is what differs between two catalogs. It is plain data, JSON both ways; the zero value means that nothing does.
type Changes struct {
	Regions []RegionChange // those that differ, sorted by code
}

// RegionChange is what differs in one region. What belongs to the old catalog is zero for a region that is added, what belongs
// to the new one for a region that is removed.
type RegionChange struct {
	Region                   string
	Location                 string // that of the new catalog, where it has the region
	Kind                     Kind
	OldAsOf, NewAsOf         time.Time     `json:",omitzero"` // of the cards
	OldCurrency, NewCurrency string        `json:",omitempty"`
	Prices                   []PriceChange // those that differ, in the order of bills; all of a region that is added or removed
}

// PriceChange is what differs in the price of one meter.
type PriceChange struct {
	Key      cost.Key
	Kind     Kind
	Old, New cost.Price `json:",omitzero"` // the zero value where there is none
	// Steps are the ranges of usage that cost something else, ascending; nil unless Kind is Changed. It is nil as well where
	// the currency has changed, since nothing can be said then of how much.
	Steps []Step `json:",omitempty"`
}

// Step is a range of a month's usage that costs something else than before.
type Step struct {
	From decimal.Decimal // units used this month before the range begins
	To   decimal.Decimal // and before it ends; zero where it does not end
	Old  decimal.Decimal // unit price
	New  decimal.Decimal // unit price
}

// Difference returns by how much the unit price has changed, exactly: New − Old.
func (s Step) Difference() decimal.Decimal { return s.New.Sub(s.Old) }

// Ratio returns (New − Old) / Old, exactly: 1/10 for 10 % more. It is nil where Old is 0, or where a price has more than
// 1,000 digits, which that of a catalog never has.
func (s Step) Ratio() *big.Rat {
	if s.Old.IsZero() || !short(s.Old) || !short(s.New) {
		return nil
	}
	return new(big.Rat).Quo(s.Difference().Rat(), s.Old.Rat())
}

func short(d decimal.Decimal) bool {
	return digits.Within(d, 1000, 1000, 3000)
}

// Repriced tells whether anything would be billed otherwise by the new catalog: a region or meter is added or removed, or
// costs something else. It is false where only names have changed.
func (c Changes) Repriced() bool {
	for _, r := range c.Regions {
		if r.Kind != Renamed {
			return true
		}
	}
	return false
}

// Diff returns what differs between two catalogs: regions, meters, and for each range of usage the unit price before and
// after. Dates, sources and certainty are not compared. A nil catalog has no regions.
func Diff(old, new *cost.Catalog) Changes {
	regions := append(old.Regions(), new.Regions()...)
	slices.Sort(regions)
	var c Changes
	for _, code := range slices.Compact(regions) {
		if r := diffRegion(code, cardOf(old, code), cardOf(new, code)); r.Kind != 0 {
			c.Regions = append(c.Regions, r)
		}
	}
	return c
}

// cardOf returns the card of a region; the zero value where the catalog has none.
func cardOf(c *cost.Catalog, code string) cost.RateCard {
	rates, err := c.Region(code)
	if err != nil {
		return cost.RateCard{}
	}
	return rates.Card()
}

// diffRegion compares two cards of one region, of which one may be missing. Its Kind is 0 where they do not differ.
func diffRegion(code string, old, new cost.RateCard) RegionChange {
	r := RegionChange{
		Region: code, Location: new.Location,
		OldAsOf: old.AsOf, NewAsOf: new.AsOf, OldCurrency: old.Currency, NewCurrency: new.Currency,
	}
	switch {
	case old.Region == "":
		r.Kind = Added
	case new.Region == "":
		r.Kind, r.Location = Removed, old.Location
	case old.Currency != new.Currency:
		r.Kind = Changed
	case old.Location != new.Location:
		r.Kind = Renamed
	}
	before, after := byKey(old), byKey(new)
	for _, m := range cost.Meters() {
		for _, a := range []cost.Arch{"", cost.X86, cost.ARM64} {
			k := cost.Key{Meter: m, Arch: a}
			p := diffPrice(k, before[k], after[k], old.Currency == new.Currency)
			if p.Kind == 0 {
				continue
			}
			r.Prices = append(r.Prices, p)
			if r.Kind == 0 || r.Kind == Renamed {
				r.Kind = Changed
				if p.Kind == Renamed {
					r.Kind = Renamed
				}
			}
		}
	}
	return r
}

func byKey(c cost.RateCard) map[cost.Key]*cost.Price {
	prices := make(map[cost.Key]*cost.Price, len(c.Prices))
	for i := range c.Prices {
		prices[cost.Key{Meter: c.Prices[i].Meter, Arch: c.Prices[i].Arch}] = &c.Prices[i]
	}
	return prices
}

// diffPrice compares two prices of one meter, of which one or both may be nil. Its Kind is 0 where they do not differ.
func diffPrice(k cost.Key, old, new *cost.Price, comparable bool) PriceChange {
	p := PriceChange{Key: k}
	if old != nil {
		p.Old = *old
	}
	if new != nil {
		p.New = *new
	}
	switch {
	case old == nil && new == nil:
	case old == nil:
		p.Kind = Added
	case new == nil:
		p.Kind = Removed
	case !comparable:
		p.Kind = Changed
	default:
		if p.Steps = diffTiers(old.Tiers, new.Tiers); len(p.Steps) > 0 {
			p.Kind = Changed
		} else if old.UsageType != new.UsageType || old.Unit != new.Unit || !slices.EqualFunc(old.Tiers, new.Tiers, sameTier) {
			p.Kind = Renamed
		}
	}
	return p
}

func sameTier(a, b cost.Tier) bool {
	return a.RateCode == b.RateCode && a.From.Equal(b.From) && a.UnitPrice.Equal(b.UnitPrice)
}

// diffTiers walks both lists of tiers at once, from one boundary of either to the next.
func diffTiers(old, new []cost.Tier) []Step {
	var steps []Step
	for i, j := 0, 0; i < len(old) && j < len(new); {
		s := Step{From: decimal.Max(old[i].From, new[j].From), Old: old[i].UnitPrice, New: new[j].UnitPrice}
		ends := 0 // of the old tier below 0, of the new one above, of both at 0
		switch {
		case i+1 < len(old) && j+1 < len(new):
			ends = old[i+1].From.Cmp(new[j+1].From)
		case j+1 < len(new):
			ends = 1
		case i+1 < len(old):
			ends = -1
		}
		if ends <= 0 {
			if i++; i < len(old) {
				s.To = old[i].From
			}
		}
		if ends >= 0 {
			if j++; j < len(new) {
				s.To = new[j].From
			}
		}
		if !s.Old.Equal(s.New) {
			steps = append(steps, s)
		}
	}
	return steps
}
