package pricelist

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
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
// bounded before anything is done with it: 1e999999999 would take gigabytes to write down. decimal.NewFromString obeys a
// setting of its package.
func number(s string, places int) (decimal.Decimal, bool) {
	digits, exponent := s, 0
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		var err error
		if exponent, err = strconv.Atoi(s[i+1:]); err != nil || exponent < -maxLength || exponent > maxLength {
			return decimal.Decimal{}, false
		}
		digits = s[:i]
	}
	whole, fraction, point := strings.Cut(digits, ".")
	if len(digits) > maxLength || whole == "" || point && fraction == "" || strings.Trim(whole+fraction, "0123456789") != "" {
		return decimal.Decimal{}, false
	}
	exponent -= len(fraction)
	if exponent < -places || len(whole)+len(fraction)+exponent > maxDigits {
		return decimal.Decimal{}, false
	}
	written := whole + fraction
	if exponent > 0 {
		written, exponent = written+strings.Repeat("0", exponent), 0
	}
	c, ok := new(big.Int).SetString(written, 10)
	return decimal.NewFromBigInt(c, int32(exponent)), ok
}
