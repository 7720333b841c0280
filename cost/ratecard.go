package cost

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/codes"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// RateCard is what a price list says of one region. It is plain data; [NewRates] makes immutable rates of it.
type RateCard struct {
	Region   string // code, such as "eu-west-1"
	Location string // as the price list names it, such as "EU (Ireland)"
	// Partition is "aws" (commercial), "aws-us-gov" or "aws-cn"; "" means "aws". Partitions are separate accounts.
	Partition string
	Currency  string // ISO 4217, three capital letters
	// AsOf is the date of the price list. It is required.
	AsOf time.Time
	// Confirmed is when the prices were last found unchanged; the zero value means never since AsOf.
	Confirmed time.Time `json:",omitzero"`
	Source    string    // where the prices come from. It is required
	// Certainty says in words how far the prices can be trusted; "" means that they are AWS's own, unabridged.
	Certainty string `json:",omitempty"`
	Prices    []Price
}

// Price is what a region charges for one meter.
type Price struct {
	Meter Meter
	Arch  Arch `json:",omitempty"` // "" exactly where the meter is not sold by architecture
	// UsageType is the name on AWS's bills, region prefix included; "" where it is not known.
	UsageType string `json:",omitempty"`
	Unit      string // as the price list spells it, or the meter's own
	// Tiers ascend and are contiguous: each begins where the one before it ends, the first at 0.
	Tiers []Tier
	// AsOf is the date of this price where it is not the card's; zero means the card's. Likewise Source.
	AsOf   time.Time `json:",omitzero"`
	Source string    `json:",omitempty"`
}

// Tier is a price that holds from a number of units on, up to where the next tier begins.
type Tier struct {
	From      decimal.Decimal // units used this month before this price begins
	UnitPrice decimal.Decimal // above 0, in the card's currency
	RateCode  string          // SKU.TERM.DIMENSION of the price list; "" where it is not known
}

// CardError reports what is wrong with a rate card, and where.
type CardError struct {
	Region string
	Key    Key // of the price; the zero value where it is about the card
	Err    error
}

// Error implements error.
func (e *CardError) Error() string {
	where := show.Line(e.Region)
	if e.Key != (Key{}) {
		where += ", " + e.Key.shown()
	}
	return "cost: rate card " + where + ": " + strings.TrimPrefix(fmt.Sprint(e.Err), "cost: ")
}

// Unwrap returns Err.
func (e *CardError) Unwrap() error { return e.Err }

// Validate checks the whole card: region, currency, date and source are there, region and location are of printable
// characters, Confirmed is not before the day (UTC) of AsOf, keys exist and occur once, tiers ascend from 0, prices are above
// 0. The first fault is returned as a [*CardError].
func (c RateCard) Validate() error {
	fault := func(k Key, err error) error { return &CardError{Region: c.Region, Key: k, Err: err} }
	if c.Region == "" || strings.TrimSpace(c.Region) != c.Region || !show.Printable(c.Region) {
		return fault(Key{}, &RangeError{Field: "Region", Given: show.Quote(c.Region), Allowed: "a region code"})
	}
	if !show.Printable(c.Location) {
		return fault(Key{}, &RangeError{Field: "Location", Given: show.Quote(c.Location), Allowed: "a name of printable characters"})
	}
	if err := c.checkPartition(); err != nil {
		return fault(Key{}, err)
	}
	if !codes.IsCurrency(c.Currency) {
		return fault(Key{}, &RangeError{Field: "Currency", Given: show.Quote(c.Currency), Allowed: "three capital letters"})
	}
	if c.AsOf.IsZero() {
		return fault(Key{}, &RangeError{Field: "AsOf", Given: "the zero time", Allowed: "the date of the price list"})
	}
	if !c.Confirmed.IsZero() && c.Confirmed.Before(c.AsOf.UTC().Truncate(24*time.Hour)) {
		return fault(Key{}, &RangeError{Field: "Confirmed", Given: c.Confirmed.Format(time.DateOnly), Allowed: "AsOf, " + c.AsOf.Format(time.DateOnly) + ", or later"})
	}
	if c.Source == "" {
		return fault(Key{}, &RangeError{Field: "Source", Given: `""`, Allowed: "where the prices come from"})
	}
	if len(c.Prices) == 0 {
		return fault(Key{}, &RangeError{Field: "Prices", Given: "empty", Allowed: "one or more"})
	}
	var seen [numSlots]bool
	for _, p := range c.Prices {
		k := Key{p.Meter, p.Arch}
		slot, err := k.slot()
		if err == nil && seen[slot] {
			err = &RangeError{Field: "Prices", Given: "a second one", Allowed: "one price for each meter and architecture"}
		}
		if err == nil {
			err = p.checkTiers()
		}
		if err != nil {
			return fault(k, err)
		}
		seen[slot] = true
	}
	return nil
}

func (c RateCard) partition() string {
	if c.Partition == "" {
		return "aws"
	}
	return c.Partition
}

func (c RateCard) checkPartition() error {
	want := codes.Partition(c.Region)
	switch got := c.partition(); got {
	case "aws", "aws-us-gov", "aws-cn":
		if got != want {
			return &RangeError{Field: "Partition", Given: fmt.Sprintf("%q", got), Allowed: fmt.Sprintf("%q for region %s", want, show.Clip(c.Region))}
		}
		return nil
	default:
		return &UnknownError{What: "partition", Given: got, Known: []string{"aws", "aws-us-gov", "aws-cn"}}
	}
}

func (p Price) checkTiers() error {
	if len(p.Tiers) == 0 {
		return &RangeError{Field: "Tiers", Given: "empty", Allowed: "one or more"}
	}
	for i, t := range p.Tiers {
		field := fmt.Sprintf("Tiers[%d].", i)
		switch {
		case !within(t.From, quantityPlaces, quantityDigits):
			return decimalOutOfRange(field+"From", t.From, quantityAllowed)
		case i == 0 && !t.From.IsZero():
			return decimalOutOfRange(field+"From", t.From, "0 for the first tier")
		case i > 0 && !t.From.GreaterThan(p.Tiers[i-1].From):
			return decimalOutOfRange(field+"From", t.From, "more than "+digits.Text(p.Tiers[i-1].From)+", where the tier before it begins")
		case !within(t.UnitPrice, pricePlaces, pricePlaces) || t.UnitPrice.Sign() <= 0:
			return decimalOutOfRange(field+"UnitPrice", t.UnitPrice, "above 0, of at most 20 decimal places")
		}
	}
	return nil
}

// clone returns a copy that shares nothing with c.
func (c RateCard) clone() RateCard {
	prices := make([]Price, len(c.Prices))
	for i, p := range c.Prices {
		prices[i] = p.clone()
	}
	c.Prices = prices
	return c
}

func (p Price) clone() Price {
	p.Tiers = append([]Tier(nil), p.Tiers...)
	return p
}

type tierJSON struct {
	From, UnitPrice decimalText
	RateCode        string `json:",omitempty"`
}

// MarshalJSON writes decimals as strings, whatever decimal's package-level settings are.
func (t Tier) MarshalJSON() ([]byte, error) {
	return json.Marshal(tierJSON{decimalText{t.From}, decimalText{t.UnitPrice}, t.RateCode})
}

// UnmarshalJSON reads what MarshalJSON writes, and numbers in place of the strings; null changes nothing. A number that is
// missing is zero, which [RateCard.Validate] refuses unless it is where the first tier begins. One that cannot be read is a
// [*RangeError], what is no JSON of this form an error of encoding/json; both leave t as it was.
func (t *Tier) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	var j tierJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	*t = Tier{j.From.Decimal, j.UnitPrice.Decimal, j.RateCode}
	return nil
}
