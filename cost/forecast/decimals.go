package forecast

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

const (
	maxPlaces = 60 // of an amount that is given: a byte in GB has 30
	maxDigits = 20 // before the decimal point

	amountAllowed = "0 or more, of at most 20 digits and 60 decimal places"
)

// bounded says whether an amount that is given can be worked with.
func bounded(d decimal.Decimal) bool {
	return d.Exponent() >= -maxPlaces && d.Exponent() <= maxDigits && d.Coefficient().BitLen() <= 266 && d.Sign() >= 0 &&
		d.LessThan(decimal.New(1, maxDigits))
}

// printable says whether a decimal can be written out digit by digit: those of bills and charges can.
func printable(d decimal.Decimal) bool {
	return d.Exponent() >= -mostText && d.Exponent() <= mostText && d.Coefficient().BitLen() <= 4096
}

const mostText = 500

// text writes a decimal without trailing zeros, whatever decimal's package-level settings are.
func text(d decimal.Decimal) string {
	c, places := d.Coefficient(), -int(d.Exponent())
	switch {
	case c.Sign() == 0:
		return "0"
	case !printable(d):
		return "a number out of all proportion"
	case places <= 0:
		return c.Mul(c, power10(-places)).String()
	}
	return strings.TrimSuffix(strings.TrimRight(new(big.Rat).SetFrac(c, power10(places)).FloatString(places), "0"), ".")
}

// rounded writes a decimal with so many places, half away from zero.
func rounded(d decimal.Decimal, places int) string {
	if !printable(d) {
		return text(d)
	}
	return d.Rat().FloatString(places)
}

// parse reads what text writes.
func parse(field, s string) (decimal.Decimal, error) {
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	digits := whole + fraction
	if whole == "" || len(digits) > mostText || strings.Trim(digits, "0123456789") != "" || strings.HasSuffix(s, ".") {
		return decimal.Decimal{}, outOfRange(field, strconv.Quote(s), "a decimal number without exponent, of at most 500 digits")
	}
	if strings.HasPrefix(s, "-") {
		digits = "-" + digits
	}
	c, _ := new(big.Int).SetString(digits, 10)
	return decimal.NewFromBigInt(c, -int32(len(fraction))), nil
}

func power10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

func count(n uint64) decimal.Decimal { return decimal.NewFromBigInt(new(big.Int).SetUint64(n), 0) }

// percent writes a share as a percentage of four significant digits.
func percent(share float64) string { return fmt.Sprintf("%.4g %%", share*100) }
