package pricelist

import (
	"errors"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// ReadJSON is the function [ReadJSON] with the reader's settings.
func (rd Reader) ReadJSON(r io.Reader) ([]cost.RateCard, error) {
	if r == nil {
		return nil, errNoReader()
	}
	b, err := rd.builder()
	if err != nil {
		return nil, err
	}
	d := document{scanner: newScanner(r), b: b}
	if err := d.list(); err != nil {
		return nil, err
	}
	return b.cards()
}

// ReadProducts is the function [ReadProducts] with the reader's settings.
func (rd Reader) ReadProducts(items iter.Seq[string]) ([]cost.RateCard, error) {
	if items == nil {
		return nil, errNoReader()
	}
	b, err := rd.builder()
	if err != nil {
		return nil, err
	}
	n := 0
	for text := range items {
		n++
		if err := b.getProduct([]byte(text), n); err != nil {
			return nil, err
		}
	}
	return b.cards()
}

// document reads one JSON text into a builder.
type document struct {
	*scanner
	b      *builder
	kind   kind
	item   int    // from 1, of GetProducts
	sku    string // of what is being read, for errors
	offer  *offer
	termed map[string]bool // SKUs whose terms have been read
	after  bool            // all products have been read: terms of others need not be kept
}

// field is a known member of an object: its text is wanted, or it is read by a function.
type field struct {
	name string
	text *string
	read func() error
}

// object reads an object with these fields, each at most once; others are skipped.
func (d *document) object(fields ...field) error {
	var seen uint
	return d.members(func(name []byte) error {
		for i, f := range fields {
			if string(name) != f.name {
				continue
			}
			if seen&(1<<i) != 0 {
				return d.refuse(Duplicate, f.name, "a second one", "one")
			}
			seen |= 1 << i
			if f.read != nil {
				return f.read()
			}
			var err error
			*f.text, err = d.value()
			return err
		}
		return d.skip()
	})
}

func (d *document) refuse(p Problem, field, given, allowed string) error {
	return &RowError{SKU: show.Clip(d.sku), Item: d.item, Problem: p, Field: field, Given: show.Clip(given), Allowed: allowed}
}

// must reads a text that must be want.
func (d *document) must(what, want string) func() error {
	return func() error {
		got, err := d.value()
		if err == nil && got != want {
			return &FormatError{What: what, Given: show.Clip(got), Allowed: want, Item: d.item}
		}
		return err
	}
}

// kind is what a JSON text turns out to be.
type kind uint8

const (
	unknownKind kind = iota
	bulkKind         // a bulk price list
	printedKind      // what the command line prints of GetProducts
	productKind      // a product of GetProducts, by itself
)

// is notes the kind by a member that nothing else has.
func (d *document) is(k kind) error {
	if d.kind == unknownKind {
		d.kind = k
		if k == productKind {
			d.item = 1
		}
	}
	if d.kind != k {
		return &FormatError{What: "price list", Given: "a bulk list and products together", Allowed: "one or the other"}
	}
	return nil
}

// list reads a bulk price list, or products: as the command line prints them, in an array, or one behind the other.
func (d *document) list() error {
	if err := d.byteOrderMark(); err != nil {
		return err
	}
	c, err := d.peek("{")
	switch {
	case err != nil:
		return err
	case c == '[':
		d.kind = printedKind
		err = d.priceList()
	default:
		err = d.bulk()
	}
	for err == nil && d.kind == productKind && d.another() {
		d.item++
		err = d.getProduct()
	}
	if err != nil {
		return err
	}
	return d.end()
}

// bulk reads an object: a bulk price list, one with the products of GetProducts, or the first of such products.
func (d *document) bulk() error {
	first := listing{d: d}
	missing := map[string]bool{"formatVersion": true, "offerCode": true, "products": true, "terms": true}
	section := func(name string, k kind, read func() error) field {
		return field{name: name, read: func() error {
			delete(missing, name)
			if err := d.is(k); err != nil {
				return err
			}
			return read()
		}}
	}
	d.offer = new(offer)
	err := d.object(
		section("formatVersion", bulkKind, d.must("format version", "v1.0")),
		section("offerCode", bulkKind, d.must("offer code", service)),
		field{name: "version", text: &first.version},
		field{name: "publicationDate", text: &first.published},
		section("products", bulkKind, d.products),
		field{name: "terms", read: func() error {
			if d.kind == productKind {
				return first.readTerms()
			}
			delete(missing, "terms")
			if err := d.is(bulkKind); err != nil {
				return err
			}
			return d.terms(d.onDemand)
		}},
		section("PriceList", printedKind, d.priceList),
		section("product", productKind, first.readProduct),
		section("serviceCode", productKind, d.must("service code", service)),
	)
	switch {
	case err != nil || d.kind == printedKind:
		return err
	case d.kind == productKind:
		return first.add()
	}
	for _, name := range slices.Sorted(maps.Keys(missing)) {
		return &FormatError{What: name, Allowed: "a bulk price list of " + service}
	}
	o, err := newOffer(first.version, first.published, 0, 0)
	if err == nil {
		*d.offer = *o
	}
	return err
}

// products reads {SKU: product}.
func (d *document) products() error {
	err := d.members(func(name []byte) error {
		d.sku = string(name)
		p := &product{sku: d.sku, offer: d.offer}
		if err := d.product(p); err != nil {
			return err
		}
		return d.b.add(p)
	})
	d.after = true
	return err
}

// product reads one product into p.
func (d *document) product(p *product) error {
	sku := p.sku
	err := d.object(
		field{name: "sku", text: &sku},
		field{name: "attributes", read: func() error {
			return d.object(
				field{name: "servicecode", text: &p.service},
				field{name: "group", text: &p.group},
				field{name: "usagetype", text: &p.usageType},
				field{name: "location", text: &p.location},
				field{name: "locationType", text: &p.locationType},
				field{name: "regionCode", text: &p.region},
			)
		}},
	)
	if err == nil && p.sku != "" && sku != p.sku {
		return d.refuse(BadValue, "sku", sku, show.Quote(p.sku)+", as the name of the product")
	}
	p.sku = sku
	return err
}

// terms reads {"OnDemand": …}; those of other kinds are passed over.
func (d *document) terms(onDemand func() error) error {
	seen := false
	return d.members(func(name []byte) error {
		if string(name) == "OnDemand" && !seen {
			seen = true
			return onDemand()
		}
		if string(name) == "OnDemand" {
			return d.refuse(Duplicate, "OnDemand", "a second one", "one")
		}
		return d.members(func(name []byte) error {
			sku, _, _ := strings.Cut(string(name), ".")
			d.b.ignore(OtherTerm, &product{sku: sku, item: d.item}, "")
			return d.skip()
		})
	})
}

// onDemand reads {SKU: terms}.
func (d *document) onDemand() error {
	d.termed = map[string]bool{}
	return d.members(func(name []byte) error {
		d.sku = string(name)
		if d.termed[d.sku] {
			return d.refuse(Duplicate, "terms", "a second time", "one for each SKU")
		}
		p, known := d.b.bySKU[d.sku]
		if p == nil && (known || d.after) {
			if !known {
				d.b.ignore(NoPrice, &product{sku: d.sku}, "")
			}
			return d.skip()
		}
		d.termed[d.sku] = true
		terms, err := d.termsOf(d.sku)
		if p != nil {
			p.terms = terms
		} else {
			d.b.early[d.sku] = terms
		}
		return err
	})
}

// termsOf reads the terms of one SKU, {SKU.TERM: term}.
func (d *document) termsOf(sku string) (terms []term, err error) {
	err = d.members(func(name []byte) error {
		t := term{key: string(name), sku: sku}
		if slices.ContainsFunc(terms, func(other term) bool { return other.key == t.key }) {
			return d.refuse(Duplicate, "OfferTermCode", t.key, "one term of this name")
		}
		if len(terms) == maxTerms {
			e := errTooManyTerms(t.key)
			e.SKU, e.Item = show.Clip(d.sku), d.item
			return e
		}
		if err := d.object(
			field{name: "offerTermCode", text: &t.code},
			field{name: "sku", text: &t.sku},
			field{name: "effectiveDate", text: &t.effective},
			field{name: "priceDimensions", read: func() error { return d.dimensions(&t) }},
		); err != nil {
			return err
		}
		terms = append(terms, t)
		return d.checkTerm(&t, sku)
	})
	return terms, err
}

// checkTerm checks that a term has a code and is one of that product; "" is not yet known.
func (d *document) checkTerm(t *term, sku string) error {
	switch {
	case sku != "" && t.sku != "" && t.sku != sku:
		return d.refuse(BadValue, "sku", t.sku, show.Quote(sku)+", as the terms' product")
	case t.code == "":
		return d.refuse(BadValue, "OfferTermCode", "", "the code of an offer term")
	}
	return nil
}

// dimensions reads the prices of a term, {RATECODE: price}. One in several currencies becomes several.
func (d *document) dimensions(t *term) error {
	return d.members(func(name []byte) error {
		one := dimension{rateCode: string(name)}
		var currencies, prices []string
		if err := d.object(
			field{name: "rateCode", text: &one.rateCode},
			field{name: "beginRange", text: &one.begin},
			field{name: "endRange", text: &one.end},
			field{name: "unit", text: &one.unit},
			field{name: "pricePerUnit", read: func() error {
				seen := map[string]bool{}
				return d.members(func(name []byte) error {
					currency := string(name)
					if seen[currency] {
						return d.refuse(Duplicate, "PricePerUnit", currency, "each currency once")
					}
					seen[currency] = true
					currencies = append(currencies, currency)
					price, err := d.value()
					prices = append(prices, price)
					return err
				})
			}},
		); err != nil {
			return err
		}
		if len(prices) == 0 {
			return d.refuse(BadValue, "PricePerUnit", "", priceAllowed)
		}
		for i := range prices {
			one.currency, one.price = currencies[i], prices[i]
			t.dimensions = append(t.dimensions, one)
		}
		return nil
	})
}

// priceList reads what the command line prints of GetProducts: products as JSON in strings, or as they are.
func (d *document) priceList() error {
	return d.elements(func() error {
		d.item++
		c, err := d.peek("a product")
		if err != nil {
			return err
		}
		if c != '"' {
			return d.getProduct()
		}
		if err := d.expect(`"`); err != nil {
			return err
		}
		if err := d.str(maxItem); err != nil {
			return err
		}
		return d.b.getProduct(d.text, d.item)
	})
}

// getProduct reads one product of GetProducts.
func (b *builder) getProduct(text []byte, item int) error {
	d := document{scanner: &scanner{buf: text}, b: b, kind: productKind, item: item}
	if err := d.getProduct(); err != nil {
		return inItem(err, item)
	}
	return inItem(d.end(), item)
}

func inItem(err error, item int) error {
	if e, ok := errors.AsType[*FormatError](err); ok {
		e.Item = item
	}
	return err
}

func (d *document) getProduct() error {
	l := listing{d: d}
	if err := d.object(
		field{name: "formatVersion", read: func() error { return d.is(bulkKind) }},
		field{name: "product", read: l.readProduct},
		field{name: "serviceCode", read: d.must("service code", service)},
		field{name: "terms", read: l.readTerms},
		field{name: "version", text: &l.version},
		field{name: "publicationDate", text: &l.published},
	); err != nil {
		return err
	}
	return l.add()
}

// listing is one product of GetProducts while it is read, with its terms and the list that it stands in.
type listing struct {
	d                  *document
	product            *product // nil before it is read
	terms              []term
	version, published string
}

func (l *listing) readProduct() error {
	l.product = new(product)
	l.d.sku = ""
	err := l.d.product(l.product)
	l.d.sku = l.product.sku
	return err
}

func (l *listing) readTerms() error {
	if l.product == nil {
		l.d.sku = ""
	}
	return l.d.terms(func() (err error) {
		l.terms, err = l.d.termsOf(l.d.sku)
		return err
	})
}

// add hands the product over, whichever of it and its terms came first.
func (l *listing) add() error {
	d, p := l.d, l.product
	if p == nil {
		return &FormatError{What: "product", Allowed: "a product of GetProducts", Item: d.item}
	}
	for _, t := range l.terms {
		if err := d.checkTerm(&t, p.sku); err != nil {
			return err
		}
	}
	o, err := newOffer(l.version, l.published, 0, d.item)
	if err != nil {
		return err
	}
	p.item, p.offer = d.item, o
	if err := d.b.add(p); err != nil {
		return err
	}
	p.terms = l.terms
	return nil
}
