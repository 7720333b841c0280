package savings

import (
	"cmp"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/codes"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/usagetype"
)

// Offer is a Compute Savings Plan that AWS sells, as far as it is about Lambda.
type Offer struct {
	SKU      string // of the plan
	Purchase Purchase
	Cards    []cost.RateCard // by region code, ready for [Plan.Cards]
}

// ReadOffer reads a Savings Plan offer file of AWS (AWSComputeSavingsPlan, JSON, of one region or all) and returns the
// Compute Savings Plans in it that have rates for Lambda, by term and payment option.
//
// Of the rates those of service AWSLambda are taken whose whole usage type is that of a meter that plans cover (see
// [Covers]); everything else is passed over, and so are plans of other families. The region of a rate is that of its usage
// type in the embedded catalog, or its discountedRegionCode where the catalog does not know the usage type; a card's date is
// the plan's effectiveDate or else the file's publicationDate.
//
// The file is decoded as a stream: memory grows with the number of plans and of Lambda's rates, not with the file. A byte order
// mark is passed over. What is wrong with a file is an [*OfferError], which says the plan's SKU: text that is no JSON of this
// form or is cut off, a value of more than 1 MiB or 64 levels, a member that stands twice or in other letters, a plan without a
// term or payment option, two prices for one rate, a price that is not above 0, no or another currency, a region that is none
// or contradicts the usage type, a SKU, unit, rate code or version that does not print or has more than 4,096 bytes, and a file
// without a rate of Lambda.
func ReadOffer(r io.Reader) ([]Offer, error) { return ReadOfferWith(cost.Embedded(), r) }

// ReadOfferWith is [ReadOffer] with the usage types, locations and partitions of another catalog.
func ReadOfferWith(c *cost.Catalog, r io.Reader) ([]Offer, error) {
	if r == nil {
		return nil, &OfferError{Err: &RangeError{Field: "r", Given: "nil", Allowed: "a reader"}}
	}
	types, err := newUsageTypes(c)
	if err != nil {
		return nil, err
	}
	f := newOfferFile(r, types)
	if err := f.read(); err != nil {
		return nil, err
	}
	var offers []Offer
	for _, term := range f.terms {
		offer, ok, err := f.offer(c, term)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		for _, o := range offers {
			if o.Purchase == offer.Purchase {
				return nil, f.fault(term.SKU, &RangeError{Field: "terms", Given: "a second plan of " + offer.Purchase.String() + ", beside " + show.Clip(o.SKU), Allowed: "one"})
			}
		}
		offers = append(offers, offer)
	}
	if len(offers) == 0 {
		return nil, f.fault("", &RangeError{Field: "rates", Given: "none of Lambda in a Compute Savings Plan", Allowed: "one or more"})
	}
	slices.SortFunc(offers, func(a, b Offer) int {
		return cmp.Or(cmp.Compare(a.Purchase.Years, b.Purchase.Years), cmp.Compare(a.Purchase.Payment, b.Purchase.Payment))
	})
	return offers, nil
}

// offer makes the cards of a plan; it reports false for plans that are no Compute Savings Plans or have no rates of Lambda.
func (f *offerFile) offer(c *cost.Catalog, term offerTerm) (Offer, bool, error) {
	if len(term.lambda) == 0 {
		return Offer{}, false, nil
	}
	product, known := f.products[term.SKU]
	if !known {
		return Offer{}, false, f.fault(term.SKU, &RangeError{Field: "products", Given: "none of this SKU", Allowed: "one for each plan"})
	}
	if product.Family != "ComputeSavingsPlans" {
		return Offer{}, false, nil
	}
	purchase, err := product.purchase(term)
	if err != nil {
		return Offer{}, false, f.fault(term.SKU, err)
	}
	asOf := term.EffectiveDate
	if asOf.IsZero() {
		asOf = f.published
	}
	cards := make(map[string]*cost.RateCard)
	for _, rate := range term.lambda {
		card := cards[rate.region]
		if card == nil {
			card = &cost.RateCard{Region: rate.region, Currency: rate.currency, AsOf: asOf, Source: f.source()}
			if r, err := c.Region(rate.region); err == nil {
				card.Location, card.Partition = r.Location(), r.Card().Partition
			}
			cards[rate.region] = card
		}
		if err := addRate(card, rate); err != nil {
			return Offer{}, false, f.rateFault(term.SKU, rate.code, rate.usageType, err)
		}
	}
	offer := Offer{SKU: term.SKU, Purchase: purchase}
	for _, region := range slices.Sorted(maps.Keys(cards)) {
		card := cards[region]
		slices.SortFunc(card.Prices, func(a, b cost.Price) int {
			return cmp.Or(cmp.Compare(a.Meter, b.Meter), -cmp.Compare(a.Arch, b.Arch)) // x86_64 before arm64
		})
		if err := card.Validate(); err != nil {
			return Offer{}, false, f.fault(term.SKU, err)
		}
		offer.Cards = append(offer.Cards, *card)
	}
	return offer, true, nil
}

// addRate adds a rate to the card of its region. One that is there already, as a usage type of several operations may be, must
// have the same price.
func addRate(card *cost.RateCard, rate lambdaRate) error {
	if rate.currency != card.Currency {
		return &RangeError{Field: "currency", Given: strconv.Quote(rate.currency), Allowed: strconv.Quote(card.Currency) + ", as the other rates of the region"}
	}
	for _, p := range card.Prices {
		if p.Meter != rate.key.Meter || p.Arch != rate.key.Arch {
			continue
		}
		if first := p.Tiers[0].UnitPrice; !first.Equal(rate.price) {
			return &RangeError{Field: "price", Given: text(rate.price), Allowed: text(first) + ", as in another rate of " + rate.key.String()}
		}
		return nil
	}
	unit := rate.unit
	if unit == "" {
		unit = rate.key.Meter.Unit()
	}
	card.Prices = append(card.Prices, cost.Price{
		Meter: rate.key.Meter, Arch: rate.key.Arch, UsageType: rate.usageType, Unit: unit,
		Tiers: []cost.Tier{{UnitPrice: rate.price, RateCode: rate.code}},
	})
	return nil
}

func (f *offerFile) source() string {
	if f.version == "" {
		return "AWSComputeSavingsPlan offer file"
	}
	return "AWSComputeSavingsPlan offer file, version " + show.Clip(f.version)
}

// purchase reads the term and payment option of a plan, of which the term stands in its product and again in its terms.
func (p offerProduct) purchase(term offerTerm) (Purchase, error) {
	var purchase Purchase
	years, ok := strings.CutSuffix(p.Term, "yr")
	n, err := strconv.Atoi(years)
	if !ok || err != nil || n < 1 {
		return Purchase{}, &RangeError{Field: "purchaseTerm", Given: strconv.Quote(p.Term), Allowed: `"1yr" or "3yr"`}
	}
	purchase.Years = n
	if err := purchase.Payment.UnmarshalText([]byte(p.Option)); err != nil {
		return Purchase{}, err
	}
	if term.Years != 0 && term.Years != n {
		return Purchase{}, &RangeError{Field: "leaseContractLength", Given: strconv.Itoa(term.Years), Allowed: strconv.Itoa(n) + ", as the product's purchaseTerm"}
	}
	return purchase, purchase.Validate()
}

// lambdaRate is a rate of Lambda that a plan covers.
type lambdaRate struct {
	region                          string
	key                             cost.Key
	price                           decimal.Decimal
	currency, unit, code, usageType string
}

// usageTypes tell the region and meter of a usage type, by its whole name.
type usageTypes map[string][]regionKey

func newUsageTypes(c *cost.Catalog) (usageTypes, error) {
	types := make(usageTypes)
	for _, region := range c.Regions() {
		r, err := c.Region(region)
		if err != nil {
			return nil, err
		}
		for _, p := range r.Card().Prices {
			if Covers(p.Meter) && p.UsageType != "" {
				types[p.UsageType] = append(types[p.UsageType], regionKey{region, cost.Key{Meter: p.Meter, Arch: p.Arch}})
			}
		}
	}
	return types, nil
}

// find returns what a usage type is about; ok is false where it is of no meter that plans cover.
func (u usageTypes) find(usageType, region string) (rk regionKey, ok bool, err error) {
	known := u[usageType]
	switch {
	case len(known) > 0 && region == "":
		if len(known) > 1 {
			return rk, false, &RangeError{Field: "discountedRegionCode", Given: `""`, Allowed: "a region: several have this usage type"}
		}
		return known[0], true, nil
	case len(known) > 0:
		for _, k := range known {
			if k.region == region {
				return k, true, nil
			}
		}
		return rk, false, &RangeError{Field: "discountedRegionCode", Given: strconv.Quote(region), Allowed: strconv.Quote(known[0].region) + ", by the usage type"}
	}
	key, ok := meterOf(usageType)
	if ok && region == "" {
		return rk, false, &RangeError{Field: "discountedRegionCode", Given: "missing", Allowed: "a region: the catalog does not know the usage type"}
	}
	if ok && !codes.IsRegion(region) {
		return rk, false, &RangeError{Field: "discountedRegionCode", Given: show.Quote(region), Allowed: "a region code"}
	}
	return regionKey{region, key}, ok, nil
}

// meterOf tells the meter of a usage type, the region's prefix apart, where plans cover it.
func meterOf(usageType string) (cost.Key, bool) {
	_, used := usagetype.Split(usageType)
	k, ok := usagetype.Key(used)
	return k, ok && Covers(k.Meter)
}
