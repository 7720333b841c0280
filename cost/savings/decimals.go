package savings

import (
	"math/big"
	"strings"

	"github.com/shopspring/decimal"
)

// A month is settled in whole numbers: quantities in units of 10^e GB-seconds or requests, where e is so small that every
// quantity and every tier is whole, and money in units of 10^m.

// pow10 returns 10^n, n >= 0.
func pow10(n int32) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// whole returns d × 10^-exp, which is whole where d has no more decimals than that.
func whole(d decimal.Decimal, exp int32) *big.Int {
	c := d.Coefficient()
	if n := d.Exponent() - exp; n > 0 {
		c.Mul(c, pow10(n))
	}
	return c
}

// plain returns n × 10^exp without needless zeros behind the point.
func plain(n *big.Int, exp int32) decimal.Decimal {
	if n.Sign() == 0 {
		return decimal.Decimal{}
	}
	ten, c := big.NewInt(10), new(big.Int).Set(n)
	for exp < 0 {
		q, r := new(big.Int).QuoRem(c, ten, new(big.Int))
		if r.Sign() != 0 {
			break
		}
		c = q
		exp++
	}
	return decimal.NewFromBigInt(c, exp)
}

// Decimals from outside are bounded before they are worked with: writing out 1e9999999 takes seconds.
const (
	moneyPlaces = 20
	moneyDigits = 20 // before the decimal point
)

func bounded(d decimal.Decimal) bool {
	return d.Exponent() >= -moneyPlaces && d.Exponent() <= moneyDigits && d.NumDigits() <= moneyPlaces+moneyDigits
}

// text writes any decimal at all in plain notation without trailing zeros, whatever decimal's package-level settings are.
func text(d decimal.Decimal) string {
	if !bounded(d) {
		return "a number of more than 20 digits or 20 decimals"
	}
	s := d.StringFixed(max(0, -d.Exponent()))
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}
