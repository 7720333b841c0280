package focus

import (
	"math/big"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
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
func bounded(d decimal.Decimal) bool { return digits.Fits(d, maxPlaces, maxDigits) }

// parseNumber reads a decimal number: an optional sign, digits with or without a point, an optional exponent. plain tells
// whether it is spelled as FOCUS demands: no plus sign, and an exponent as in 1E-5, with a capital E.
func parseNumber(b []byte) (d decimal.Decimal, plain, ok bool) {
	return parseWithin(b, maxNumberText, maxPlaces, maxDigits)
}

// parseWide reads what numberText writes of sums and products.
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
	written, whole, point := 0, 0, -1
	first := i
	for ; i < len(b); i++ {
		c := b[i] - '0'
		switch {
		case c <= 9:
			small = small*10 + uint64(c) // wraps where there are more than 18: not used then
			written++
		case b[i] == '.' && point < 0:
			point, whole = i, written
			continue
		default:
			goto exponent
		}
	}
exponent:
	last := i
	if written == 0 {
		return d, false, false
	}
	if point >= 0 {
		scale = written - whole
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
	if written <= 18 {
		v := int64(small)
		if negative {
			v = -v
		}
		d = decimal.New(v, int32(exp))
		return d, plain, written+exp <= before || digits.Fits(d, places, before)
	}
	text := make([]byte, 0, written)
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
	return d, plain, digits.Fits(d, places, before)
}

// wide reports whether d can be a sum or a product of numbers that are bounded, which is written whatever its digits.
func wide(d decimal.Decimal) bool { return digits.Fits(d, widePlaces, wideDigits) }

// numberText writes any decimal at all, for tables and messages.
func numberText(d decimal.Decimal) string {
	if !wide(d) {
		return "a number of too many digits"
	}
	return digits.Text(d)
}

// givenNumber is numberText for errors.
func givenNumber(d decimal.Decimal) string { return show.Clip(numberText(d)) }

// rounded rounds as AWS rounds a line item: half up, to 10 decimals; negative amounts are rounded half away from zero.
func rounded(d decimal.Decimal) decimal.Decimal {
	if d.Exponent() >= -cost.InvoiceScale {
		return d
	}
	return d.Round(cost.InvoiceScale)
}
