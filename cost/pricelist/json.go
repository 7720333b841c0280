package pricelist

import (
	"errors"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/seed-e9ab587a/lambdaecon/cost"
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
	if err := d.bulk(); err != nil {
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
	return &RowError{SKU: clip(d.sku), Item: d.item, Problem: p, Field: field, Given: clip(given), Allowed: allowed}
}

// must reads a text that must be want.
func (d *document) must(what, want string) func() error {
	return func() error {
		got, err := d.value()
		if err == nil && got != want {
			return &FormatError{What: what, Given: clip(got), Allowed: want, Item: d.item}
		}
		return err
	}
}

// bulk reads a bulk price list, or what the command line prints of GetProducts.
func (d *document) bulk() error {
	if err := d.byteOrderMark(); err != nil {
		return err
	}
	var version, published string
	missing := map[string]bool{"formatVersion": true, "offerCode": true, "products": true, "terms": true}
	section := func(name string, read func() error) field {
		return field{name: name, read: func() error {
			delete(missing, name)
			return read()
		}}
	}
	printed := false
	d.offer = new(offer)
	err := d.object(
		section("formatVersion", d.must("format version", "v1.0")),
		section("offerCode", d.must("offer code", service)),
		field{name: "version", text: &version},
		field{name: "publicationDate", text: &published},
		section("products", d.products),
		section("terms", func() error { return d.terms(d.onDemand) }),
		field{name: "PriceList", read: func() error {
			printed = true
			return d.priceList()
		}},
	)
	if err == nil {
		err = d.end()
	}
	if err != nil || printed && len(missing) == 4 {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(missing)) {
		return &FormatError{What: name, Allowed: "a bulk price list of " + service}
	}
	o, err := newOffer(version, published, 0, 0)
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
		return d.refuse(BadValue, "sku", sku, quote(p.sku)+", as the name of the product")
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
		t := term{key: string(name)}
		if slices.ContainsFunc(terms, func(other term) bool { return other.key == t.key }) {
			return d.refuse(Duplicate, "OfferTermCode", t.key, "one term of this name")
		}
		if len(terms) == maxTerms {
			e := errTooManyTerms(t.key)
			e.SKU, e.Item = clip(d.sku), d.item
			return e
		}
		of := sku
		if err := d.object(
			field{name: "offerTermCode", text: &t.code},
			field{name: "sku", text: &of},
			field{name: "effectiveDate", text: &t.effective},
			field{name: "priceDimensions", read: func() error { return d.dimensions(&t) }},
		); err != nil {
			return err
		}
		switch {
		case sku != "" && of != sku:
			return d.refuse(BadValue, "sku", of, quote(sku)+", as the terms' product")
		case t.code == "":
			return d.refuse(BadValue, "OfferTermCode", "", "the code of an offer term")
		}
		terms = append(terms, t)
		return nil
	})
	return terms, err
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
				return d.members(func(name []byte) error {
					currencies = append(currencies, string(name))
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
	d := document{scanner: &scanner{buf: text}, b: b, item: item}
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
	var p product
	var version, published string
	var terms []term
	missing := true
	d.sku = ""
	if err := d.object(
		field{name: "product", read: func() error {
			missing = false
			err := d.product(&p)
			d.sku = p.sku
			return err
		}},
		field{name: "serviceCode", read: d.must("service code", service)},
		field{name: "terms", read: func() error {
			return d.terms(func() (err error) {
				terms, err = d.termsOf(p.sku)
				return err
			})
		}},
		field{name: "version", text: &version},
		field{name: "publicationDate", text: &published},
	); err != nil {
		return err
	}
	if missing {
		return &FormatError{What: "product", Allowed: "a product of GetProducts", Item: d.item}
	}
	o, err := newOffer(version, published, 0, d.item)
	if err != nil {
		return err
	}
	p.item, p.offer = d.item, o
	if err := d.b.add(&p); err != nil {
		return err
	}
	p.terms = terms
	return nil
}
