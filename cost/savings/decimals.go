package savings

import (
	"encoding/json"
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
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

	maxPlaces = 200 // of anything at all: as package cost has it
	maxDigits = 60
	maxBits   = 1024
)

// workable tells whether d is small enough to be taken apart.
func workable(d decimal.Decimal) bool {
	return d.Exponent() >= -maxPlaces && d.Exponent() <= maxDigits && d.Coefficient().BitLen() <= maxBits
}

// bounded returns an amount of money without needless zeros; false where it has more decimals or digits than one may have.
func bounded(d decimal.Decimal) (decimal.Decimal, bool) {
	if d.IsZero() {
		return decimal.Decimal{}, true
	}
	if !workable(d) {
		return decimal.Decimal{}, false
	}
	d = plain(d.Coefficient(), d.Exponent())
	return d, d.Exponent() >= -moneyPlaces && d.NumDigits()+int(d.Exponent()) <= moneyDigits
}

// text writes any amount of money in plain notation without trailing zeros, whatever decimal's package-level settings are.
func text(d decimal.Decimal) string {
	d, ok := bounded(d)
	if !ok {
		return "a number of more than 20 digits or 20 decimals"
	}
	return digits(d)
}

// digits writes a decimal that is workable in plain notation without trailing zeros.
func digits(d decimal.Decimal) string {
	d = plain(d.Coefficient(), d.Exponent())
	return d.StringFixed(max(0, -d.Exponent()))
}

// parseDecimal reads a decimal as package cost does, which is within bounds and whatever decimal's package-level settings are.
func parseDecimal(s string) (decimal.Decimal, bool) {
	var tier cost.Tier
	number, err := json.Marshal(map[string]string{"UnitPrice": s})
	if err == nil {
		err = tier.UnmarshalJSON(number)
	}
	return tier.UnitPrice, err == nil && s != ""
}
