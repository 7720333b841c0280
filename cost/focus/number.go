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
	maxNumberText = 300 // bytes
	maxPlaces     = 200 // after the decimal point
	maxDigits     = 60  // before it

	// What products and sums of such numbers can have: quantity × price × discount, of rows without end.
	widePlaces = 3 * maxPlaces
	wideDigits = 4 * maxDigits
)

const numberAllowed = "a decimal number of at most 60 digits before the point and 200 behind it"

// bounded reports whether d is small enough to be read and written.
func bounded(d decimal.Decimal) bool { return within(d, maxPlaces, maxDigits) }

// within reports whether d has at most so many places and so many digits before them.
func within(d decimal.Decimal, places, digits int) bool {
	exp := int(d.Exponent())
	if exp < -places || exp > digits {
		return false
	}
	c := d.Coefficient()
	least, most := digitsOf(c)
	if most+exp <= digits {
		return true
	}
	if least+exp > digits {
		return false
	}
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits-exp)), nil)
	return c.CmpAbs(limit) < 0
}

// digitsOf bounds the number of decimal digits of c by that of its bits: log10(2) lies between 0.30102 and 0.30103. Zero has none.
func digitsOf(c *big.Int) (least, most int) {
	bits := c.BitLen()
	if bits == 0 {
		return 0, 0
	}
	return (bits-1)*30102/100_000 + 1, bits*30103/100_000 + 1
}

// equal compares decimals of any exponent, which decimal.Equal does by writing out the zeros: numbers that do not have as many
// digits before the point are not the same, and of those that do the exponents differ by no more than their digits.
func equal(a, b decimal.Decimal) bool {
	if a.Sign() != b.Sign() || a.Sign() == 0 {
		return a.Sign() == b.Sign()
	}
	leastA, mostA := digitsOf(a.Coefficient())
	leastB, mostB := digitsOf(b.Coefficient())
	expA, expB := int(a.Exponent()), int(b.Exponent())
	if mostA+expA < leastB+expB || mostB+expB < leastA+expA {
		return false
	}
	return a.Equal(b)
}

// parseNumber reads a decimal number: an optional sign, digits with or without a point, an optional exponent. plain tells
// whether it is spelled as FOCUS demands: no plus sign, and an exponent as in 1E-5, with a capital E.
func parseNumber(b []byte) (d decimal.Decimal, plain, ok bool) {
	return parseWithin(b, maxNumberText, maxPlaces, maxDigits)
}

// parseWide reads what appendNumber writes of sums and products.
func parseWide(b []byte) (d decimal.Decimal, ok bool) {
	d, _, ok = parseWithin(b, 2+widePlaces+wideDigits, widePlaces, wideDigits)
	return d, ok
}

func parseWithin(b []byte, maxText, places, before int) (d decimal.Decimal, plain, ok bool) {
	if len(b) == 0 || len(b) > maxText {
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
		plain = plain && b[i] == 'E' && b[i+1] != '+'
		exp += e
	}
	if exp < -places || exp > before {
		return d, false, false
	}
	if digits <= 18 {
		v := int64(small)
		if negative {
			v = -v
		}
		d = decimal.New(v, int32(exp))
		return d, plain, digits+exp <= before || within(d, places, before)
	}
	text := make([]byte, 0, digits)
	for _, c := range b[first:last] {
		if c != '.' {
			text = append(text, c)
		}
	}
	coefficient, good := new(big.Int).SetString(string(text), 10)
	if !good {
		return d, false, false
	}
	if negative {
		coefficient.Neg(coefficient)
	}
	d = decimal.NewFromBigInt(coefficient, int32(exp))
	return d, plain, within(d, places, before)
}

// appendNumber writes d, of which the exponent is bounded, in plain notation without trailing zeros.
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

// wide reports whether d can be a sum or a product of numbers that are bounded, which is written whatever its digits.
func wide(d decimal.Decimal) bool { return within(d, widePlaces, wideDigits) }

// numberText is appendNumber for tables and messages: any decimal at all.
func numberText(d decimal.Decimal) string {
	if !wide(d) {
		return "a number of too many digits"
	}
	return string(appendNumber(nil, d))
}

// givenNumber is numberText for errors.
func givenNumber(d decimal.Decimal) string { return clip(numberText(d)) }

// rounded rounds as AWS rounds a line item: half up, to 10 decimals; negative amounts are rounded half away from zero.
func rounded(d decimal.Decimal) decimal.Decimal {
	if d.Exponent() >= -cost.InvoiceScale {
		return d
	}
	return d.Round(cost.InvoiceScale)
}
