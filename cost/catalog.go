package cost

import (
	"maps"
	"slices"
)

// Catalog holds the rates of several regions: immutable, safe for concurrent use. The zero value knows no region, and
// a nil *Catalog is the zero value.
type Catalog struct {
	rates map[string]*Rates
}

// NewCatalog makes a catalog of cards. Two cards of one region are a [*CardError]; so is a card that does not validate.
func NewCatalog(cards ...RateCard) (*Catalog, error) {
	return new(Catalog).With(cards...)
}

// With returns a copy of the catalog with these regions replaced or added. The errors are those of [NewCatalog].
func (c *Catalog) With(cards ...RateCard) (*Catalog, error) {
	known := c.byRegion()
	rates := make(map[string]*Rates, len(known)+len(cards))
	for _, card := range cards {
		if _, twice := rates[card.Region]; twice {
			return nil, &CardError{Region: card.Region, Err: &RangeError{Field: "cards", Given: "a second one of this region", Allowed: "one card for each region"}}
		}
		r, err := NewRates(card)
		if err != nil {
			return nil, err
		}
		rates[card.Region] = r
	}
	for region, r := range known {
		if _, replaced := rates[region]; !replaced {
			rates[region] = r
		}
	}
	return &Catalog{rates}, nil
}

// Regions returns the codes of all regions in the catalog, sorted.
func (c *Catalog) Regions() []string { return slices.Sorted(maps.Keys(c.byRegion())) }

// Region returns the rates of a region; an unknown code is an [*UnknownError] that lists the known ones.
func (c *Catalog) Region(code string) (*Rates, error) {
	if r, ok := c.byRegion()[code]; ok {
		return r, nil
	}
	return nil, &UnknownError{What: "region", Given: code, Known: c.Regions()}
}

func (c *Catalog) byRegion() map[string]*Rates {
	if c == nil {
		return nil
	}
	return c.rates
}
