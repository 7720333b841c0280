package focus

import (
	"math/big"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// Numbers from outside are bounded before anything is done with them: shopspring/decimal takes seconds to format
// 1e9999999, and its own text methods depend on package-level settings. The functions below depend on none.
const (
	maxNumberText = 300  // bytes
	maxPlaces     = 200  // after the decimal point
	maxDigits     = 60   // before it
	maxBits       = 1024 // of the digits taken as one whole number
)

const numberAllowed = "a decimal number of at most 60 digits before the point and 200 behind it"

// bounded reports whether d is small enough to be worked with at all.
func bounded(d decimal.Decimal) bool {
	return d.Exponent() >= -maxPlaces && d.Exponent() <= maxDigits && d.Coefficient().BitLen() <= maxBits
}

// parseNumber reads a decimal number: an optional sign, digits with or without a point, an optional exponent. plain tells
// whether it is spelled as FOCUS demands: no exponent, no plus sign, digits on both sides of the point.
func parseNumber(b []byte) (d decimal.Decimal, plain, ok bool) {
	if len(b) == 0 || len(b) > maxNumberText {
		return d, false, false
	}
	i, negative, plain := 0, false, true
	switch b[0] {
	case '-':
		i, negative = 1, true
	case '+':
		i, plain = 1, false
	}
	var small uint64 // the digits, where they are at most 18
	var scale int
	digits, whole, point := 0, 0, -1
	first := i
	for ; i < len(b); i++ {
		c := b[i] - '0'
		switch {
		case c <= 9:
			small = small*10 + uint64(c) // wraps where there are more than 18: not used then
			digits++
		case b[i] == '.' && point < 0:
			point, whole = i, digits
			continue
		default:
			goto exponent
		}
	}
exponent:
	last := i
	if digits == 0 {
		return d, false, false
	}
	if point >= 0 {
		scale = digits - whole
		if scale == 0 { // "5." is no number
			return d, false, false
		}
		plain = plain && whole > 0
	}
	exp := -scale
	if i < len(b) {
		if b[i] != 'e' && b[i] != 'E' || i+1 == len(b) || len(b)-i > 6 {
			return d, false, false
		}
		e, err := strconv.Atoi(string(b[i+1:]))
		if err != nil {
			return d, false, false
		}
		plain = false
		exp += e
	}
	if exp < -maxPlaces || exp > maxDigits {
		return d, false, false
	}
	if digits <= 18 {
		v := int64(small)
		if negative {
			v = -v
		}
		return decimal.New(v, int32(exp)), plain, true
	}
	text := make([]byte, 0, digits)
	for _, c := range b[first:last] {
		if c != '.' {
			text = append(text, c)
		}
	}
	coefficient, good := new(big.Int).SetString(string(text), 10)
	if !good || coefficient.BitLen() > maxBits {
		return d, false, false
	}
	if negative {
		coefficient.Neg(coefficient)
	}
	return decimal.NewFromBigInt(coefficient, int32(exp)), plain, true
}

// appendNumber writes d, which is bounded, in plain notation without trailing zeros.
func appendNumber(b []byte, d decimal.Decimal) []byte {
	c := d.Coefficient()
	if c.Sign() == 0 {
		return append(b, '0')
	}
	if c.Sign() < 0 {
		b = append(b, '-')
		c.Neg(c)
	}
	start := len(b)
	b = c.Append(b, 10)
	places := -int(d.Exponent())
	if places <= 0 {
		for range -places {
			b = append(b, '0')
		}
		return b
	}
	// Zeros in front, so that there is a digit before the point.
	if missing := places + 1 - (len(b) - start); missing > 0 {
		digits := string(b[start:])
		b = b[:start]
		for range missing {
			b = append(b, '0')
		}
		b = append(b, digits...)
	}
	end := len(b)
	for places > 0 && b[end-1] == '0' {
		end--
		places--
	}
	if places == 0 {
		return b[:end]
	}
	point := end - places
	b = append(b[:end], 0)
	copy(b[point+1:], b[point:end])
	b[point] = '.'
	return b
}

// numberText is appendNumber for messages and tables: any decimal at all.
func numberText(d decimal.Decimal) string {
	if !bounded(d) {
		return "a number of too many digits"
	}
	return string(appendNumber(nil, d))
}

// rounded rounds as AWS rounds a line item: half up, to 10 decimals; negative amounts are rounded half away from zero.
func rounded(d decimal.Decimal) decimal.Decimal {
	if d.Exponent() >= -cost.InvoiceScale {
		return d
	}
	return d.Round(cost.InvoiceScale)
}
