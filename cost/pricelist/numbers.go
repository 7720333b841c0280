package pricelist

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// As package cost bounds them.
const (
	maxDigits   = 100
	pricePlaces = 20
	rangePlaces = 60
	rangeDigits = 40
)

const (
	priceAllowed = "a decimal number above 0, of at most 20 decimal places"
	rangeAllowed = "a decimal number of 0 or more"
)

// number reads a decimal number without a sign, with all digits that are written, of at most that many decimal places. It is
// bounded before anything is done with it: 1e999999999 would take gigabytes to write down. decimal.NewFromString obeys a
// setting of its package.
func number(s string, places int) (decimal.Decimal, bool) {
	digits, exponent := s, 0
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		var err error
		if exponent, err = strconv.Atoi(s[i+1:]); err != nil || exponent < -maxDigits || exponent > maxDigits {
			return decimal.Decimal{}, false
		}
		digits = s[:i]
	}
	whole, fraction, point := strings.Cut(digits, ".")
	if len(digits) > maxDigits || whole == "" || point && fraction == "" || strings.Trim(whole+fraction, "0123456789") != "" {
		return decimal.Decimal{}, false
	}
	exponent -= len(fraction)
	if exponent < -places || exponent > pricePlaces || len(whole)+len(fraction)+exponent > rangeDigits {
		return decimal.Decimal{}, false
	}
	c, ok := new(big.Int).SetString(whole+fraction, 10)
	return decimal.NewFromBigInt(c, int32(exponent)), ok
}
