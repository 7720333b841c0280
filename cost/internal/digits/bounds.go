// Package digits reads, bounds, compares and writes decimals digit by digit, exactly, and whatever shopspring/decimal's
// package-level settings are.
//
// Decimals from outside are to be bounded before anything is done with them: shopspring/decimal takes seconds to write out
// 1e9999999. Everything in it is safe for concurrent use and changes none of its arguments.
package digits

import (
	"cmp"
	"math/big"

	"github.com/shopspring/decimal"
)

// What [Bounded] allows: the exact product of a quantity, a price and a discount has at most 60 + 20 + 20 places.
const (
	MaxPlaces = 200 // after the decimal point
	MaxBefore = 60  // the exponent of what has trailing zeros before it
	MaxBits   = 1024
)

// Bounded reports whether d is small enough to be worked with at all.
func Bounded(d decimal.Decimal) bool { return Within(d, MaxPlaces, MaxBefore, MaxBits) }

// Within reports whether the exponent of d lies between -places and before, and its coefficient has at most so many bits. It
// is the quick look at a decimal of which nothing is known; [Fits] counts digits.
func Within(d decimal.Decimal, places, before int32, bits int) bool {
	return d.Exponent() >= -places && d.Exponent() <= before && d.Coefficient().BitLen() <= bits
}

// Fits reports whether d has at most so many places and so many digits before them. A zero has none, but it has an exponent.
func Fits(d decimal.Decimal, places, before int) bool {
	exp := int(d.Exponent())
	return exp >= -places && exp <= before && (d.IsZero() || d.NumDigits()+exp <= before)
}

// Compare is [decimal.Decimal.Cmp] for decimals of any exponent: it does not write out the digits between two exponents that are
// far apart.
func Compare(a, b decimal.Decimal) int {
	if a.Exponent() != b.Exponent() && a.Sign() == b.Sign() {
		// Where the first digit stands.
		first := func(d decimal.Decimal) int64 { return int64(d.Exponent()) + int64(d.NumDigits()) }
		if c := cmp.Compare(first(a), first(b)); c != 0 {
			return c * a.Sign() // zeros are equal whatever their exponents
		}
	}
	return a.Cmp(b)
}

// Pow10 returns 10^n, n >= 0.
func Pow10(n int64) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(n), nil) }

// Scaled returns d × 10^places, which is whole where d has no more places than that. Of a d that has more it returns the
// coefficient.
func Scaled(d decimal.Decimal, places int64) *big.Int {
	c := d.Coefficient()
	if n := int64(d.Exponent()) + places; n > 0 {
		c.Mul(c, Pow10(n))
	}
	return c
}

// Trim returns d without trailing zeros after the decimal point, and the zero value for 0.
func Trim(d decimal.Decimal) decimal.Decimal {
	if d.IsZero() {
		return decimal.Decimal{}
	}
	if d.Exponent() >= 0 {
		return d
	}
	c, exp, ten := d.Coefficient(), d.Exponent(), big.NewInt(10)
	q, r := new(big.Int), new(big.Int)
	for exp < 0 {
		if q.QuoRem(c, ten, r); r.Sign() != 0 {
			break
		}
		c, q = q, c
		exp++
	}
	return decimal.NewFromBigInt(c, exp)
}
