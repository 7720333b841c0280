package cost

import (
	"maps"
	"slices"

	"github.com/shopspring/decimal"
)

// Options are what a bill depends on beside usage and prices. A nil *Options, like the zero value, means: no free tier,
// nothing billed earlier in the month, list prices. Options are only read.
type Options struct {
	// FreeTier is the allowance before Prior; nil means none. [MonthlyFreeTier] is all of it. AWS does not say what uses
	// it first: here it is Prior, then the regions in the order of their codes, x86_64 before arm64.
	FreeTier *FreeTier
	// Prior is the usage of each region that was billed already this month. It places the tiers of its region, and uses up
	// free tier.
	Prior map[string]Usage
	// FreeAdvancesTiers makes free GB-seconds count toward the tiers. AWS does not say whether they do; here they do not
	// unless this is set. It is worth nothing up to the end of the first tier (6 or 7.5 billion GB-seconds), in us-east-1 0.67 USD
	// a month in the second tier of x86_64 and 1.33 in the third, and at most 1.84 in any region of the embedded prices.
	FreeAdvancesTiers bool
	// Discount is a private-pricing fraction off list, 0 to 1: 0.07 pays 93 %.
	Discount decimal.Decimal
	// Discounts are fractions of single meters, in place of Discount.
	Discounts map[Meter]decimal.Decimal
}

// Validate returns a [*RangeError] or [*UnknownError] for the first option that is out of range.
func (o *Options) Validate() error {
	if o == nil {
		return nil
	}
	if o.FreeTier != nil {
		if err := o.FreeTier.Validate(); err != nil {
			return err
		}
	}
	if err := checkFraction("Discount", o.Discount); err != nil {
		return err
	}
	for _, m := range slices.Sorted(maps.Keys(o.Discounts)) {
		if !m.Valid() {
			return unknownMeter(m.String())
		}
		if err := checkFraction("Discounts["+m.String()+"]", o.Discounts[m]); err != nil {
			return err
		}
	}
	return nil
}

func checkFraction(field string, d decimal.Decimal) error {
	if !within(d, pricePlaces, pricePlaces) || d.Sign() < 0 || d.GreaterThan(decimal.New(1, 0)) {
		return decimalOutOfRange(field, d, "a fraction from 0 to 1, of at most 20 decimal places")
	}
	return nil
}

// Paid returns what is paid for one unit of a meter at its list price: less its discount, exactly. The options must validate.
func (o *Options) Paid(m Meter, list decimal.Decimal) decimal.Decimal {
	if o == nil {
		return list
	}
	d, own := o.Discounts[m]
	if !own {
		d = o.Discount
	}
	if d.IsZero() {
		return list
	}
	return list.Mul(decimal.New(1, 0).Sub(d))
}
