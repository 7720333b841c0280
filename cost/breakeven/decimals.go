package breakeven

import (
	"math/big"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
)

// Decimals from outside are bounded before anything is done with them, as in package cost: shopspring/decimal takes seconds
// for 1e9999999.
const (
	maxPlaces = 20 // of a price, an amount, a fraction
	maxDigits = 20 // before the decimal point
	maxShown  = 100
)

// bounded reports whether d is small enough to be worked with. 0 is, whatever is left of a sum that it is the result of.
func bounded(d decimal.Decimal) bool {
	if d.IsZero() {
		return digits.Within(d, maxShown, maxShown, 0)
	}
	return digits.Within(d, maxPlaces, maxDigits, 128)
}

// amount checks a sum of money, or a price.
func amount(field string, d decimal.Decimal) error {
	if !bounded(d) || d.Sign() < 0 {
		return decimalOutOfRange(field, d, "0 or more")
	}
	return nil
}

func fraction(field string, d decimal.Decimal) error {
	if !bounded(d) || d.Sign() < 0 || d.GreaterThan(oneWhole) {
		return decimalOutOfRange(field, d, "a fraction from 0 to 1")
	}
	return nil
}

var oneWhole = decimal.New(1, 0)

// orOne returns d, or 1 where d is 0.
func orOne(d decimal.Decimal) decimal.Decimal {
	if d.IsZero() {
		return oneWhole
	}
	return d
}

// text writes d whatever it is, without writing out the digits of a large exponent, and whatever decimal's package-level
// settings are.
func text(d decimal.Decimal) string {
	c := d.Coefficient()
	if c.BitLen() > digits.MaxBits {
		return "a number of more than 300 digits"
	}
	switch exp := int(d.Exponent()); {
	case exp == 0 || c.Sign() == 0 && exp >= -maxShown && exp <= maxShown:
		return c.String()
	case exp > 0 || exp < -maxShown:
		return c.String() + "e" + strconv.Itoa(exp)
	default:
		return digits.All(d)
	}
}

// decimalOf returns a whole number as a decimal.
func decimalOf(n *big.Int) decimal.Decimal { return decimal.NewFromBigInt(n, 0) }
