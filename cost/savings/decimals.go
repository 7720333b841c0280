package savings

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
)

// A month is settled in whole numbers: quantities in units of 10^e GB-seconds or requests, where e is so small that every
// quantity and every tier is whole, and money in units of 10^m.

// whole returns d × 10^-exp, which is whole where d has no more decimals than that.
func whole(d decimal.Decimal, exp int32) *big.Int { return digits.Scaled(d, -int64(exp)) }

// plain returns n × 10^exp without needless zeros behind the point.
func plain(n *big.Int, exp int32) decimal.Decimal { return digits.Trim(decimal.NewFromBigInt(n, exp)) }

// Of an amount of money.
const (
	moneyPlaces = 20
	moneyDigits = 20 // before the decimal point
)

// bounded returns an amount of money without needless zeros; false where it has more decimals or digits than one may have.
// Decimals from outside are bounded before they are worked with.
func bounded(d decimal.Decimal) (decimal.Decimal, bool) {
	if d.IsZero() {
		return decimal.Decimal{}, true
	}
	if !digits.Bounded(d) {
		return decimal.Decimal{}, false
	}
	d = digits.Trim(d)
	return d, digits.Fits(d, moneyPlaces, moneyDigits)
}

// text writes any amount of money in plain notation without trailing zeros.
func text(d decimal.Decimal) string {
	d, ok := bounded(d)
	if !ok {
		return "a number of more than 20 digits or 20 decimals"
	}
	return digits.Text(d)
}
