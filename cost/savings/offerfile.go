package savings

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// offerFile is an offer file while it is read: one product, one rate at a time.
type offerFile struct {
	dec   *json.Decoder
	types usageTypes

	version   string
	published time.Time
	products  map[string]offerProduct // by SKU
	terms     []offerTerm
}

// offerProduct is an element of products: what is sold.
type offerProduct struct {
	SKU           string `json:"sku"`
	ProductFamily string `json:"productFamily"`
	Attributes    struct {
		PurchaseOption string `json:"purchaseOption"`
		PurchaseTerm   string `json:"purchaseTerm"`
	} `json:"attributes"`
}

// offerTerm is an element of terms.savingsPlan without its rates, but for those of Lambda.
type offerTerm struct {
	SKU                 string
	EffectiveDate       time.Time
	LeaseContractLength struct {
		Duration int `json:"duration"`
	}
	lambda []lambdaRate
}

// offerRate is an element of rates: what one usage type costs under the plan.
type offerRate struct {
	ServiceCode string `json:"discountedServiceCode"`
	UsageType   string `json:"discountedUsageType"`
	RegionCode  string `json:"discountedRegionCode"`
	RateCode    string `json:"rateCode"`
	Unit        string `json:"unit"`
	Rate        struct {
		Price    string `json:"price"`
		Currency string `json:"currency"`
	} `json:"discountedRate"`
}

// maxValue is the most that a single value of an offer file may have in bytes; a rate has about 400.
const maxValue = 1 << 20

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
	err := f.object("the file", func(name string) error {
		switch name {
		case "version":
			return f.dec.Decode(&f.version)
		case "publicationDate":
			return f.dec.Decode(&f.published)
		case "products":
			return f.array(name, f.product)
		case "terms":
			return f.object(name, func(kind string) error {
				if kind != "savingsPlan" {
					return f.skip()
				}
				return f.array(kind, f.term)
			})
		}
		return f.skip()
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
	if err := f.dec.Decode(&p); err != nil {
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
	err := f.object("savingsPlan", func(name string) error {
		switch name {
		case "sku":
			return f.dec.Decode(&t.SKU)
		case "effectiveDate":
			return f.dec.Decode(&t.EffectiveDate)
		case "leaseContractLength":
			return f.dec.Decode(&t.LeaseContractLength)
		case "rates":
			return f.array(name, func() error { return f.rate(&t) })
		}
		return f.skip()
	})
	if err != nil {
		return f.fault(t.SKU, err)
	}
	f.terms = append(f.terms, t)
	return nil
}

func (f *offerFile) rate(t *offerTerm) error {
	var r offerRate
	if err := f.dec.Decode(&r); err != nil {
		return err
	}
	if r.ServiceCode != "AWSLambda" {
		return nil
	}
	rk, ok, err := f.types.find(r.UsageType, r.RegionCode)
	if err == nil && !ok {
		return nil
	}
	rate := lambdaRate{
		region: rk.region, key: rk.key,
		currency: r.Rate.Currency, unit: r.Unit, code: r.RateCode, usageType: r.UsageType,
	}
	if err == nil {
		rate.price, err = parsePrice(r.Rate.Price)
	}
	if err != nil {
		return f.rateFault(t.SKU, r.RateCode, r.UsageType, err)
	}
	t.lambda = append(t.lambda, rate)
	return nil
}

// parsePrice reads a decimal as package cost does, which is within bounds and whatever decimal's package-level settings are.
func parsePrice(s string) (decimal.Decimal, error) {
	var tier cost.Tier
	number, err := json.Marshal(map[string]string{"UnitPrice": s})
	if err == nil {
		err = tier.UnmarshalJSON(number)
	}
	if err != nil {
		return decimal.Decimal{}, &RangeError{Field: "price", Given: strconv.Quote(s), Allowed: "a decimal number"}
	}
	if p := tier.UnitPrice; !bounded(p) || p.Sign() <= 0 {
		return decimal.Decimal{}, decimalOutOfRange("price", p, "above 0, of at most 20 decimals")
	}
	return tier.UnitPrice, nil
}

// object reads an object and calls member for each name, with the decoder before its value.
func (f *offerFile) object(what string, member func(name string) error) error {
	if err := f.open(what, '{', "an object"); err != nil {
		return err
	}
	for f.dec.More() {
		name, err := f.dec.Token()
		if err != nil {
			return err
		}
		if err := member(fmt.Sprint(name)); err != nil {
			return err
		}
	}
	_, err := f.dec.Token()
	return err
}

// array reads an array and calls element with the decoder before each.
func (f *offerFile) array(what string, element func() error) error {
	if err := f.open(what, '[', "an array"); err != nil {
		return err
	}
	for f.dec.More() {
		if err := element(); err != nil {
			return err
		}
	}
	_, err := f.dec.Token()
	return err
}

func (f *offerFile) open(what string, with json.Delim, allowed string) error {
	switch t, err := f.dec.Token(); {
	case err != nil:
		return err
	case t != with:
		return &RangeError{Field: what, Given: fmt.Sprint(t), Allowed: allowed}
	}
	return nil
}

// skip passes over a value, however long and deep.
func (f *offerFile) skip() error {
	for depth := 0; ; {
		t, err := f.dec.Token()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}
