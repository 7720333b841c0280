package cost

import (
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// Decimals from outside are bounded before anything is done with them, as [digits.Bounded] has it or more narrowly.
const (
	quantityPlaces = 60 // of a quantity that is given: bytes in GB (2^-30) need 30
	quantityDigits = 40 // 128 bits are below 10^39
	pricePlaces    = 20 // of a price or a discount
)

func within(d decimal.Decimal, places, before int32) bool {
	return digits.Within(d, places, before, digits.MaxBits)
}

const (
	boundedAllowed  = "a decimal number of at most 200 places and 60 digits before them"
	quantityAllowed = "0 or more, of at most 60 decimal places"
)

// parseDecimal reads a decimal number within the bounds above.
func parseDecimal(field, s string) (decimal.Decimal, error) {
	d, err := digits.Parse(s)
	switch {
	case err == digits.ErrRange && len(s) > digits.MaxText:
		return d, &RangeError{Field: field, Given: show.Clip(s), Allowed: boundedAllowed}
	case err == digits.ErrRange:
		return d, &RangeError{Field: field, Given: s, Allowed: boundedAllowed}
	case err != nil:
		return d, &RangeError{Field: field, Given: strconv.Quote(s), Allowed: "a decimal number"}
	}
	return d, nil
}

// formatSafe writes any decimal at all, in plain notation without trailing zeros where it is bounded.
func formatSafe(d decimal.Decimal) string {
	if digits.Bounded(d) {
		return digits.Text(d)
	}
	c := d.Coefficient()
	if c.BitLen() > digits.MaxBits {
		return "a number of more than 300 digits"
	}
	return c.String() + "e" + strconv.Itoa(int(d.Exponent()))
}

// decimalText is a decimal that JSON holds as a string of digits, whatever decimal's package-level settings say.
// It reads a JSON number as well.
type decimalText struct{ decimal.Decimal }

func (t decimalText) MarshalJSON() ([]byte, error) {
	if !digits.Bounded(t.Decimal) {
		return nil, decimalOutOfRange("decimal", t.Decimal, boundedAllowed)
	}
	return []byte(`"` + digits.Text(t.Decimal) + `"`), nil
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
