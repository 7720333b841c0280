package pricelist

import (
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
)

// As package cost bounds them.
const (
	pricePlaces = 20
	rangePlaces = 60
	maxDigits   = 40 // before the decimal point
	maxLength   = maxDigits + 1 + rangePlaces
)

const (
	priceAllowed = "a decimal number above 0, of at most 20 decimal places"
	rangeAllowed = "a decimal number of 0 or more"
)

// number reads a decimal number without a sign, with all digits that are written, of at most that many decimal places. It is
// bounded before anything is done with it: 1e999999999 would take gigabytes to write down.
func number(s string, places int) (decimal.Decimal, bool) {
	const longest = maxLength + len("e-100")
	if s == "" || len(s) > longest || s[0] < '0' || s[0] > '9' {
		return decimal.Decimal{}, false
	}
	d, err := digits.Parse(s)
	if err != nil || !digits.Fits(d, places, maxDigits) {
		return decimal.Decimal{}, false
	}
	if d.Exponent() > 0 {
		d = decimal.NewFromBigInt(digits.Scaled(d, 0), 0)
	}
	return d, true
}
