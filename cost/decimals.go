package cost

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// Decimals from outside are bounded before anything is done with them: shopspring/decimal takes seconds to format
// 1e9999999, and its own text and JSON methods depend on package-level settings. The functions below depend on none.
const (
	maxPlaces = 200 // the exact product of a quantity, a price and a discount has at most 60 + 20 + 20
	maxDigits = 60  // before the decimal point
	maxBits   = 1024
	maxText   = 300

	quantityPlaces = 60 // of a quantity that is given: bytes in GB (2^-30) need 30
	quantityDigits = 40 // 128 bits are below 10^39
	pricePlaces    = 20 // of a price or a discount
)

// bounded reports whether d is small enough to be worked with at all.
func bounded(d decimal.Decimal) bool { return within(d, maxPlaces, maxDigits) }

func within(d decimal.Decimal, places, digits int32) bool {
	return d.Exponent() >= -places && d.Exponent() <= digits && d.Coefficient().BitLen() <= maxBits
}

const (
	boundedAllowed  = "a decimal number of at most 200 places and 60 digits before them"
	quantityAllowed = "0 or more, of at most 60 decimal places"
)

// parseDecimal reads a decimal number as JSON and CSV spell it, within the bounds above: an optional sign, digits with or
// without a point, an optional exponent. decimal.NewFromString will not do, since it obeys a package-level setting.
func parseDecimal(field, s string) (decimal.Decimal, error) {
	if len(s) > maxText {
		return decimal.Decimal{}, &RangeError{Field: field, Given: clip(s), Allowed: boundedAllowed}
	}
	notNumber := &RangeError{Field: field, Given: strconv.Quote(s), Allowed: "a decimal number"}
	number, exponent := s, 0
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		var err error
		if exponent, err = strconv.Atoi(s[i+1:]); err != nil {
			return decimal.Decimal{}, notNumber
		}
		number = s[:i]
	}
	sign := ""
	if strings.HasPrefix(number, "-") || strings.HasPrefix(number, "+") {
		sign, number = number[:1], number[1:]
	}
	whole, fraction, point := strings.Cut(number, ".")
	digits := whole + fraction
	if digits == "" || strings.Trim(digits, "0123456789") != "" || point && fraction == "" {
		return decimal.Decimal{}, notNumber
	}
	c, ok := new(big.Int).SetString(sign+digits, 10)
	if !ok {
		return decimal.Decimal{}, notNumber
	}
	if exponent < -maxText || exponent > maxText {
		return decimal.Decimal{}, &RangeError{Field: field, Given: s, Allowed: boundedAllowed}
	}
	d := decimal.NewFromBigInt(c, int32(exponent-len(fraction)))
	if !bounded(d) {
		return decimal.Decimal{}, &RangeError{Field: field, Given: s, Allowed: boundedAllowed}
	}
	return d, nil
}

// formatSafe is format for any decimal at all.
func formatSafe(d decimal.Decimal) string {
	if bounded(d) {
		return format(d)
	}
	c := d.Coefficient()
	if c.BitLen() > maxBits {
		return "a number of more than 300 digits"
	}
	return c.String() + "e" + big.NewInt(int64(d.Exponent())).String()
}

// format writes d, which is bounded, in plain notation without trailing zeros.
func format(d decimal.Decimal) string {
	c := d.Coefficient()
	exp := int(d.Exponent())
	if c.Sign() == 0 {
		return "0"
	}
	neg := c.Sign() < 0
	digits := c.Abs(c).String()
	if exp >= 0 {
		digits += strings.Repeat("0", exp)
	} else {
		if n := -exp - len(digits) + 1; n > 0 {
			digits = strings.Repeat("0", n) + digits
		}
		point := len(digits) + exp
		frac := strings.TrimRight(digits[point:], "0")
		digits = digits[:point]
		if frac != "" {
			digits += "." + frac
		}
	}
	if neg {
		return "-" + digits
	}
	return digits
}

// decimalText is a decimal that JSON holds as a string of digits, whatever decimal's package-level settings say.
// It reads a JSON number as well.
type decimalText struct{ decimal.Decimal }

func (t decimalText) MarshalJSON() ([]byte, error) {
	if !bounded(t.Decimal) {
		return nil, decimalOutOfRange("decimal", t.Decimal, boundedAllowed)
	}
	return []byte(`"` + format(t.Decimal) + `"`), nil
}

func (t *decimalText) UnmarshalJSON(b []byte) error {
	s := string(b)
	if s == "null" {
		return nil
	}
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		s = s[1 : len(s)-1]
	}
	d, err := parseDecimal("decimal", s)
	if err != nil {
		return err
	}
	t.Decimal = d
	return nil
}

// trimmed returns d without trailing zeros after the decimal point.
func trimmed(d decimal.Decimal) decimal.Decimal {
	scale := plainScale(d)
	if scale == -d.Exponent() {
		return d
	}
	return d.Truncate(scale)
}

// coefficient returns d × 10^-exp, which is whole where exp is at most d's exponent.
func coefficient(d decimal.Decimal, exp int32) *big.Int {
	c := d.Coefficient()
	if n := d.Exponent() - exp; n > 0 {
		c.Mul(c, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil))
	}
	return c
}

// plainScale is the number of decimals that d needs: 0 for whole numbers, trailing zeros not counted.
func plainScale(d decimal.Decimal) int32 {
	if d.IsZero() || d.Exponent() >= 0 {
		return 0
	}
	c, ten, r := d.Coefficient(), big.NewInt(10), new(big.Int)
	scale := -d.Exponent()
	for scale > 0 {
		q, m := new(big.Int).QuoRem(c, ten, r)
		if m.Sign() != 0 {
			break
		}
		c = q
		scale--
	}
	return scale
}
