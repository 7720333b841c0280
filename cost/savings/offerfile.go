package savings

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// offerFile is an offer file while it is read: one product, one rate at a time.
type offerFile struct {
	tokens
	types usageTypes
	value json.RawMessage // the rate read last

	version   string
	published time.Time
	products  map[string]offerProduct // by SKU
	terms     []offerTerm
}

// offerProduct is an element of products: what is sold.
type offerProduct struct{ SKU, Family, Option, Term string }

// offerTerm is an element of terms.savingsPlan without its rates, but for those of Lambda.
type offerTerm struct {
	SKU           string
	EffectiveDate time.Time
	Years         int // 0: not said
	lambda        []lambdaRate
}

// offerRate is an element of rates: what one usage type costs under the plan.
type offerRate struct{ service, usageType, region, code, unit, price, currency string }

// maxValue is the most that a single value of an offer file may have in bytes; a rate has about 400.
const maxValue = 1 << 20

// maxName is what a text that is kept may have in bytes.
const maxName = 4 << 10

const byteOrderMark = "\ufeff"

// boundedReader ends where the decoder would have to keep more than maxValue bytes for one value.
type boundedReader struct {
	f    *offerFile
	r    io.Reader
	read int64
}

func (b *boundedReader) Read(p []byte) (int, error) {
	if b.read-b.f.dec.InputOffset() > maxValue {
		return 0, &RangeError{Field: "a value", Given: "longer", Allowed: strconv.Itoa(maxValue) + " bytes"}
	}
	n, err := b.r.Read(p)
	b.read += int64(n)
	return n, err
}

func newOfferFile(r io.Reader, types usageTypes) *offerFile {
	f := &offerFile{types: types, products: make(map[string]offerProduct)}
	in := bufio.NewReader(r)
	if start, err := in.Peek(len(byteOrderMark)); err == nil && string(start) == byteOrderMark {
		_, _ = in.Discard(len(byteOrderMark)) // it was peeked at
	}
	f.dec = json.NewDecoder(&boundedReader{f: f, r: in})
	return f
}

func (f *offerFile) fault(sku string, err error) error { return f.rateFault(sku, "", "", err) }

func (f *offerFile) rateFault(sku, code, usageType string, err error) error {
	if already := new(OfferError); errors.As(err, &already) {
		return err
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return &OfferError{SKU: sku, RateCode: code, UsageType: usageType, Offset: f.dec.InputOffset(), Err: err}
}

// read reads the file up to its end.
func (f *offerFile) read() error {
	err := f.object("the file", members{
		"version":         func() error { return f.name("version", &f.version) },
		"publicationDate": f.into(&f.published),
		"products":        func() error { return f.array("products", f.product) },
		"terms": func() error {
			return f.object("terms", members{"savingsPlan": func() error { return f.array("savingsPlan", f.term) }})
		},
	})
	if err != nil {
		return f.fault("", err)
	}
	switch _, err := f.dec.Token(); {
	case err == nil:
		return f.fault("", &RangeError{Field: "the file", Given: "something behind its end", Allowed: "one object"})
	case !errors.Is(err, io.EOF):
		return f.fault("", err)
	}
	return nil
}

func (f *offerFile) product() error {
	var p offerProduct
	err := f.object("a product", members{
		"sku":           func() error { return f.name("sku", &p.SKU) },
		"productFamily": f.into(&p.Family),
		"attributes": func() error {
			return f.object("attributes", members{"purchaseOption": f.into(&p.Option), "purchaseTerm": f.into(&p.Term)})
		},
	})
	if err != nil {
		return err
	}
	if first, twice := f.products[p.SKU]; twice && first != p {
		return f.fault(p.SKU, &RangeError{Field: "products", Given: "another one of this SKU", Allowed: "one for each SKU"})
	}
	f.products[p.SKU] = p
	return nil
}

func (f *offerFile) term() error {
	var t offerTerm
	err := f.object("a plan", members{
		"sku":           func() error { return f.name("sku", &t.SKU) },
		"effectiveDate": f.into(&t.EffectiveDate),
		"leaseContractLength": func() error {
			return f.object("leaseContractLength", members{"duration": f.into(&t.Years)})
		},
		"rates": func() error { return f.array("rates", func() error { return f.rate(&t) }) },
	})
	if err != nil {
		return f.fault(t.SKU, err)
	}
	f.terms = append(f.terms, t)
	return nil
}

var lambdaService = []byte("AWSLambda")

// rate reads a rate, and appends it to those of the plan where it is one of Lambda. Of hundreds of thousands a few are: the
// others are recognised by what does not stand in them, and not taken apart.
func (f *offerFile) rate(t *offerTerm) error {
	if err := f.dec.Decode(&f.value); err != nil {
		return err
	}
	if f.value[0] == '{' && !bytes.Contains(f.value, lambdaService) && bytes.IndexByte(f.value, '\\') < 0 {
		return nil
	}
	var r offerRate
	d := tokens{json.NewDecoder(bytes.NewReader(f.value))}
	if err := d.object("a rate", members{
		"discountedServiceCode": d.into(&r.service),
		"discountedUsageType":   d.into(&r.usageType),
		"discountedRegionCode":  d.into(&r.region),
		"rateCode":              d.into(&r.code),
		"unit":                  d.into(&r.unit),
		"discountedRate": func() error {
			return d.object("discountedRate", members{"price": d.into(&r.price), "currency": d.into(&r.currency)})
		},
	}); err != nil {
		return f.rateFault(t.SKU, r.code, r.usageType, err)
	}
	if r.service != string(lambdaService) {
		return nil
	}
	rk, ok, err := f.types.find(r.usageType, r.region)
	if err == nil && !ok {
		return nil
	}
	rate := lambdaRate{region: rk.region, key: rk.key, currency: r.currency, unit: r.unit, code: r.code, usageType: r.usageType}
	if err == nil {
		rate.price, err = parsePrice(r.price)
	}
	if err == nil {
		err = errors.Join(checkName("rateCode", r.code), checkName("unit", r.unit))
	}
	if err != nil {
		return f.rateFault(t.SKU, r.code, r.usageType, err)
	}
	t.lambda = append(t.lambda, rate)
	return nil
}

// name reads a text that is kept.
func (f *offerFile) name(field string, to *string) error {
	if err := f.dec.Decode(to); err != nil {
		return err
	}
	return checkName(field, *to)
}

func checkName(field, s string) error {
	if len(s) > maxName || !show.Printable(s) {
		return &RangeError{Field: field, Given: show.Quote(s), Allowed: "printable characters, at most 4,096 bytes"}
	}
	return nil
}

func parsePrice(s string) (decimal.Decimal, error) {
	given, err := digits.Parse(s)
	if err != nil {
		return decimal.Decimal{}, &RangeError{Field: "price", Given: strconv.Quote(s), Allowed: "a decimal number"}
	}
	price, ok := bounded(given)
	if !ok || price.Sign() <= 0 {
		return decimal.Decimal{}, decimalOutOfRange("price", given, "above 0, of at most 20 decimals and 20 digits before them")
	}
	return price, nil
}
