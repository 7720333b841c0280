package digits

import (
	"errors"
	"math/big"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// MaxText is how many bytes of text [Parse] reads.
const MaxText = 300

// The errors of [Parse].
var (
	ErrSyntax = errors.New("digits: not a decimal number")
	ErrRange  = errors.New("digits: out of range")
)

// Parse reads a decimal number as JSON and CSV spell it: an optional sign, digits with or without a point, the last of them
// behind it, an optional exponent. Any other text is [ErrSyntax]; one of more than [MaxText] bytes, and a number that is not
// [Bounded], is [ErrRange]. decimal.NewFromString will not do, since it obeys a package-level setting.
func Parse(s string) (decimal.Decimal, error) {
	if len(s) > MaxText {
		return decimal.Decimal{}, ErrRange
	}
	number, exponent := s, 0
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		var err error
		if exponent, err = strconv.Atoi(s[i+1:]); err != nil && !errors.Is(err, strconv.ErrRange) {
			return decimal.Decimal{}, ErrSyntax
		}
		number = s[:i]
	}
	negative := strings.HasPrefix(number, "-")
	if negative || strings.HasPrefix(number, "+") {
		number = number[1:]
	}
	if strings.HasPrefix(number, ".") {
		number = "0" + number
	}
	d, ok := ParsePlain(number)
	if !ok {
		return decimal.Decimal{}, ErrSyntax
	}
	if exponent < -MaxText || exponent > MaxText {
		return decimal.Decimal{}, ErrRange
	}
	if d = d.Shift(int32(exponent)); !Bounded(d) {
		return decimal.Decimal{}, ErrRange
	}
	if negative {
		d = d.Neg()
	}
	return d, nil
}

// ParsePlain reads digits, and after a point more of them, with all places that are written; false for any other text. It does
// not bound their number.
func ParsePlain(s string) (decimal.Decimal, bool) {
	whole, fraction, point := strings.Cut(s, ".")
	if whole == "" || point && fraction == "" || strings.Trim(whole+fraction, "0123456789") != "" {
		return decimal.Decimal{}, false
	}
	c, ok := new(big.Int).SetString(whole+fraction, 10)
	return decimal.NewFromBigInt(c, -int32(len(fraction))), ok
}

// Text writes d, whose exponent is bounded, in plain notation without trailing zeros.
func Text(d decimal.Decimal) string { return string(Append(nil, d)) }

// Append appends what [Text] returns to b.
func Append(b []byte, d decimal.Decimal) []byte {
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
		written := string(b[start:])
		b = b[:start]
		for range missing {
			b = append(b, '0')
		}
		b = append(b, written...)
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

// All writes d, whose exponent is bounded, in plain notation with all its places, trailing zeros too.
func All(d decimal.Decimal) string { return d.StringFixed(max(0, -d.Exponent())) }
