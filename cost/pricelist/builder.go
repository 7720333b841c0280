package pricelist

import (
	"fmt"
	"strings"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/codes"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

const service = "AWSLambda"

// offer is the price list that a product stands in.
type offer struct {
	version   string
	published time.Time
}

func newOffer(version, published string, line, item int) (*offer, error) {
	if version == "" || !show.Printable(version) {
		return nil, &FormatError{What: "version", Given: show.Clip(version), Allowed: "that of the offer, such as 20250617165738", Line: line, Item: item}
	}
	at, ok := parseTime(published)
	if !ok || at.IsZero() {
		return nil, &FormatError{What: "publication date", Given: show.Clip(published), Allowed: dateAllowed, Line: line, Item: item}
	}
	return &offer{version, at}, nil
}

func (o *offer) source() string { return "AWS price list " + service + ", version " + o.version }

// product is one SKU.
type product struct {
	sku, service, group, usageType, location, locationType, region string
	line, item                                                     int
	offer                                                          *offer

	key    cost.Key
	global bool
	terms  []term
}

// at returns a problem as the error that names p.
func (p *product) at(e *RowError) error {
	if e.SKU = show.Clip(p.sku); e.Line == 0 {
		e.Line = p.line
	}
	e.Item = p.item
	return e
}

// isEverywhere tells whether p is sold under no region's name. The region code must not name one either.
func (p *product) isEverywhere() bool {
	return (p.location == "Any" || p.location == "Global") && (p.region == "" || p.region == "global")
}

// builder gathers the products and terms of a list and makes cards of them. Whoever reads a format hands them over in the
// order in which they stand there; a term may come before its product.
type builder struct {
	reader   Reader
	places   *places // made when it comes to cards
	products []*product
	bySKU    map[string]*product // those that may be prices; nil for those that are none
	early    map[string][]term   // terms of SKUs that have not come up yet
	notYet   int
}

func (rd Reader) builder() (*builder, error) {
	if rd.Trust > TrustUsageType {
		return nil, &cost.RangeError{Field: "Trust", Given: fmt.Sprint(rd.Trust), Allowed: "TrustNeither, TrustRegion or TrustUsageType"}
	}
	return &builder{reader: rd, bySKU: map[string]*product{}, early: map[string][]term{}}, nil
}

func (b *builder) ignore(r Reason, p *product, termCode string) {
	if b.reader.Ignored != nil {
		b.reader.Ignored(Row{p.sku, termCode, p.group, p.usageType, p.location, p.line, p.item}, r)
	}
}

// add takes a product, and keeps it where it may be a price.
func (b *builder) add(p *product) error {
	if p.sku == "" {
		return p.at(&RowError{Problem: BadValue, Field: "SKU", Allowed: "the code of a product"})
	}
	if _, twice := b.bySKU[p.sku]; twice {
		return p.at(&RowError{Problem: Duplicate, Field: "SKU", Given: show.Clip(p.sku), Allowed: "one product of this SKU"})
	}
	b.bySKU[p.sku] = nil
	p.terms = b.early[p.sku]
	delete(b.early, p.sku)
	if p.global = strings.HasPrefix(p.usageType, codes.FreePrefix); !p.global {
		k, reason, problem := meterOf(p.group, p.usageType)
		if problem != nil {
			return p.at(problem)
		}
		if reason == 0 && p.service != "" && p.service != service {
			reason = OtherService
		}
		if reason != 0 {
			b.ignore(reason, p, "")
			return nil
		}
		p.key = k
	}
	for _, f := range []struct{ field, text string }{{"SKU", p.sku}, {"usageType", p.usageType}, {"Location", p.location}} {
		if !show.Printable(f.text) {
			return p.at(&RowError{Problem: BadValue, Field: f.field, Given: show.Clip(f.text), Allowed: "printable characters"})
		}
	}
	b.bySKU[p.sku] = p
	b.products = append(b.products, p)
	return nil
}

// chosen picks the term of p that is in effect at the time and is no free tier; nil where there is none.
func (b *builder) chosen(p *product) (*term, error) {
	if len(p.terms) == 0 {
		b.ignore(NoPrice, p, "")
		return nil, nil
	}
	on := b.reader.On
	if on.IsZero() {
		on = p.offer.published
	}
	var best *term
	var since time.Time
	for i := range p.terms {
		t := &p.terms[i]
		if len(t.dimensions) == 0 {
			return nil, p.at(&RowError{Problem: BadValue, Field: "priceDimensions", Allowed: "one or more"})
		}
		if t.isFree() || p.global {
			nothing, problem := t.costsNothing()
			switch {
			case problem != nil:
				return nil, p.at(problem)
			case nothing:
				b.ignore(FreeTier, p, t.code)
			case t.isFree():
				return nil, p.at(&RowError{Line: t.dimensions[0].line, Problem: BadValue, Field: "PricePerUnit", Given: show.Clip(t.dimensions[0].price), Allowed: "0 in the free tier's offer term"})
			default:
				b.ignore(OtherPlace, p, t.code)
			}
			continue
		}
		from, problem := t.effectiveFrom()
		switch {
		case problem != nil:
			problem.Line = t.dimensions[0].line
			return nil, p.at(problem)
		case from.After(on):
			b.notYet++
			b.ignore(NotInEffect, p, t.code)
			continue
		case best != nil && from.Equal(since):
			return nil, p.at(&RowError{Line: t.dimensions[0].line, Problem: SecondPrice, Field: "OfferTermCode", Given: show.Clip(t.code), Allowed: "one term in effect since then, which is " + show.Quote(best.code)})
		case best != nil && from.Before(since):
			b.ignore(NotInEffect, p, t.code)
			continue
		case best != nil:
			b.ignore(NotInEffect, p, best.code)
		}
		best, since = t, from
	}
	return best, nil
}
