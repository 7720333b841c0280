package forecast

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
)

const (
	maxPlaces = 60 // of an amount that is given: a byte in GB has 30
	maxDigits = 20 // before the decimal point

	amountAllowed = "0 or more, of at most 20 digits and 60 decimal places"
)

// bounded says whether an amount that is given can be worked with.
func bounded(d decimal.Decimal) bool {
	return digits.Fits(d, maxPlaces, maxDigits) && d.Sign() >= 0
}

// printable says whether a decimal can be written out digit by digit: those of bills and charges can.
func printable(d decimal.Decimal) bool {
	return digits.Within(d, mostText, mostText, 4096)
}

const mostText = 500

// text writes a decimal without trailing zeros, whatever decimal's package-level settings are.
func text(d decimal.Decimal) string {
	if !d.IsZero() && !printable(d) {
		return "a number out of all proportion"
	}
	return digits.Text(d)
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
	number, negative := strings.CutPrefix(s, "-")
	var d decimal.Decimal
	ok := len(number)-strings.Count(number, ".") <= mostText
	if ok {
		d, ok = digits.ParsePlain(number)
	}
	if !ok {
		return decimal.Decimal{}, outOfRange(field, strconv.Quote(s), "a decimal number without exponent, of at most 500 digits")
	}
	if negative {
		d = d.Neg()
	}
	return d, nil
}

func count(n uint64) decimal.Decimal { return decimal.NewFromBigInt(new(big.Int).SetUint64(n), 0) }

// percent writes a share as a percentage of four significant digits.
func percent(share float64) string { return fmt.Sprintf("%.4g %%", share*100) }
