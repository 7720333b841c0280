package pricelist

import (
	"maps"
	"slices"
	"strings"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/codes"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// region is a rate card that is being made.
type region struct {
	location, currency string
	prices             map[cost.Key]entry
}

// entry is a price and the product that it is the price of.
type entry struct {
	price   cost.Price
	product *product
}

// cards makes a rate card of each region, sorted by code.
func (b *builder) cards() ([]cost.RateCard, error) {
	for _, sku := range slices.Sorted(maps.Keys(b.early)) {
		b.ignore(NoPrice, &product{sku: sku}, "")
	}
	b.places = newPlaces(b.reader.Trust)
	regions := map[string]*region{}
	for _, p := range b.products {
		t, err := b.chosen(p)
		if err != nil {
			return nil, err
		}
		if t == nil {
			continue
		}
		if p.locationType != "" && p.locationType != "AWS Region" || p.isEverywhere() {
			b.ignore(OtherPlace, p, "")
			continue
		}
		if problem := b.price(regions, p, t); problem != nil {
			return nil, p.at(problem)
		}
	}
	if len(regions) == 0 {
		return nil, &FormatError{What: "price list", Given: "without prices", Allowed: "one with prices of AWS Lambda"}
	}
	cards := make([]cost.RateCard, 0, len(regions))
	for _, code := range slices.Sorted(maps.Keys(regions)) {
		card := regions[code].card(code)
		for _, m := range []cost.Meter{cost.Requests, cost.Compute} {
			k := cost.Key{Meter: m, Arch: cost.X86}
			if _, sold := regions[code].prices[k]; !sold && !b.reader.Partial {
				return nil, &MissingError{Region: code, Key: k, NotYet: b.notYet}
			}
		}
		if err := card.Validate(); err != nil {
			return nil, &FormatError{What: "rate card", Err: err}
		}
		cards = append(cards, card)
	}
	return cards, nil
}

// price puts the price of p by the term t to those of its region.
func (b *builder) price(regions map[string]*region, p *product, t *term) *RowError {
	code, location, problem := b.places.of(p)
	if problem != nil {
		return problem
	}
	currency, problem := t.currency()
	if problem != nil {
		return problem
	}
	tiers, problem := t.tiers()
	if problem != nil {
		return problem
	}
	unit, problem := t.unit()
	if problem != nil {
		return problem
	}
	if unit == "" {
		unit = p.key.Meter.Unit()
	}
	r := regions[code]
	if r == nil {
		r = &region{location: location, currency: currency, prices: map[cost.Key]entry{}}
		regions[code] = r
	}
	if r.currency != currency {
		return &RowError{Line: t.dimensions[0].line, Problem: MixedCurrency, Field: "Currency", Given: currency, Allowed: r.currency + ", as the other prices of " + code}
	}
	e := entry{cost.Price{Meter: p.key.Meter, Arch: p.key.Arch, UsageType: p.usageType, Unit: unit, Tiers: tiers}, p}
	if other, twice := r.prices[p.key]; twice {
		if !sameManaged(e, other) {
			return &RowError{Problem: SecondPrice, Field: "SKU", Given: show.Clip(p.sku), Allowed: "one SKU for " + p.key.String() + " in " + code + ", which is " + show.Quote(other.product.sku)}
		}
		if e.isARM() {
			e = other
		}
	}
	r.prices[p.key] = e
	return nil
}

// unit is that of a term's prices, as the first of them names it.
func (t *term) unit() (string, *RowError) {
	for _, d := range t.dimensions {
		for _, f := range []struct{ field, text string }{{"Unit", d.unit}, {"RateCode", d.rateCode}} {
			if !show.Printable(f.text) {
				return "", &RowError{Line: d.line, Problem: BadValue, Field: f.field, Given: show.Clip(f.text), Allowed: "printable characters"}
			}
		}
	}
	return t.dimensions[0].unit, nil
}

func (e entry) isARM() bool { return strings.HasSuffix(e.price.UsageType, "-ARM") }

// sameManaged tells whether two entries are the requests of Managed Instances on one architecture and the other, at the same
// price: cost has one meter for both.
func sameManaged(a, b entry) bool {
	return a.price.Meter == cost.ManagedRequests && a.isARM() != b.isARM() &&
		slices.EqualFunc(a.price.Tiers, b.price.Tiers, func(s, t cost.Tier) bool {
			return s.From.Equal(t.From) && s.UnitPrice.Equal(t.UnitPrice)
		})
}

// card makes the rate card, prices in the order of bills. It has the date and source of its newest price; those of a price
// from an older list are its own.
func (r *region) card(code string) cost.RateCard {
	var newest *offer
	for _, e := range r.prices {
		if o := e.product.offer; newest == nil || o.published.After(newest.published) || o.published.Equal(newest.published) && o.version > newest.version {
			newest = o
		}
	}
	card := cost.RateCard{
		Region: code, Location: r.location, Partition: codes.Partition(code), Currency: r.currency,
		AsOf: newest.published, Source: newest.source(),
	}
	for _, m := range cost.Meters() {
		for _, a := range []cost.Arch{"", cost.X86, cost.ARM64} {
			e, sold := r.prices[cost.Key{Meter: m, Arch: a}]
			if !sold {
				continue
			}
			if o := e.product.offer; *o != *newest {
				e.price.AsOf, e.price.Source = o.published, o.source()
			}
			card.Prices = append(card.Prices, e.price)
		}
	}
	return card
}
