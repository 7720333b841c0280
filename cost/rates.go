package cost

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"
)

// Rates are the validated prices of one region: immutable, safe for concurrent use. Get them from a [Catalog] or make
// them of a card with [NewRates]; the zero value has no prices, and a nil *Rates is the zero value.
type Rates struct {
	card  RateCard
	price [numSlots]*Price // into card; nil where there is none
	note  [numSlots]string // what a bill that uses the price has to say of it
}

var noRates Rates

func (r *Rates) orNone() *Rates {
	if r == nil {
		return &noRates
	}
	return r
}

// NewRates validates a card (see [RateCard.Validate]) and keeps a copy of it.
func NewRates(c RateCard) (*Rates, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	r := &Rates{card: c.clone()}
	for i := range r.card.Prices {
		p := &r.card.Prices[i]
		slot, err := Key{p.Meter, p.Arch}.slot()
		if err != nil {
			return nil, err
		}
		r.price[slot] = p
		if !p.AsOf.IsZero() {
			r.note[slot] = fmt.Sprintf("the price of %s is as of %s: %s", Key{p.Meter, p.Arch}, p.AsOf.Format(time.DateOnly), p.Source)
		}
	}
	return r, nil
}

// Region returns the region's code, such as "eu-west-1".
func (r *Rates) Region() string { return r.orNone().card.Region }

// Location returns the region's name as the price list has it, such as "EU (Ireland)".
func (r *Rates) Location() string { return r.orNone().card.Location }

// Currency returns the currency of all prices, such as "USD".
func (r *Rates) Currency() string { return r.orNone().card.Currency }

// AsOf returns the date of the price list.
func (r *Rates) AsOf() time.Time { return r.orNone().card.AsOf }

// Card returns a copy of the card that the rates were made of.
func (r *Rates) Card() RateCard { return r.orNone().card.clone() }

// Price returns the price of a meter; a is "" exactly where the meter is not sold by architecture. The error is a
// [*NotPricedError] where the region has no price for it, and that of [Key.Validate] where there is no such key.
func (r *Rates) Price(m Meter, a Arch) (Price, error) {
	slot, err := Key{m, a}.slot()
	if err != nil {
		return Price{}, err
	}
	r = r.orNone()
	p := r.price[slot]
	if p == nil {
		return Price{}, &NotPricedError{r.card.Region, m, a}
	}
	return p.clone(), nil
}

// PerMillisecond returns what one billed millisecond on demand costs at a memory size, exactly, by the price of the first
// tier and without the request charge: memoryMB × price / 1,024,000.
func (r *Rates) PerMillisecond(a Arch, memoryMB int) (decimal.Decimal, error) {
	if err := checkMemory("memoryMB", memoryMB); err != nil {
		return decimal.Decimal{}, err
	}
	p, err := r.Price(Compute, a)
	if err != nil {
		return decimal.Decimal{}, err
	}
	return p.Tiers[0].UnitPrice.Mul(decimal.New(int64(memoryMB)*9765625, -13)), nil
}
