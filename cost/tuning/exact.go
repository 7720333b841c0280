package tuning

import (
	"fmt"
	"math"
	"math/big"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
)

// Money is computed in whole numbers: of 10^-CostScale of the currency once a cost is rounded, and before that as fractions
// of two whole numbers. The only division is halfUp.

// halfUp returns num/den rounded to a whole number, half up; num >= 0, den > 0. It changes num.
func halfUp(num, den *big.Int) *big.Int {
	num.Lsh(num, 1).Add(num, den)
	return num.Quo(num, new(big.Int).Lsh(den, 1))
}

// money returns a whole number of 10^-CostScale as a decimal.
func money(c *big.Int) decimal.Decimal { return decimal.NewFromBigInt(c, -CostScale) }

// A portion is a fraction in decimal, 0 or more: num/den, where den is a power of ten.
type portion struct{ num, den *big.Int }

func (s portion) isZero() bool { return s.num.Sign() == 0 }
func (s portion) isOne() bool  { return s.num.Cmp(s.den) == 0 }

// of returns the whole part of s × n, for n >= 0.
func (s portion) of(n int) int {
	p := new(big.Int).Mul(s.num, big.NewInt(int64(n)))
	return int(p.Quo(p, s.den).Int64())
}

// whole returns n × den, and times returns n × (1 + s) in the same unit.
func (s portion) whole(n *big.Int) *big.Int { return new(big.Int).Mul(n, s.den) }

func (s portion) times(n *big.Int) *big.Int {
	return new(big.Int).Mul(n, new(big.Int).Add(s.den, s.num))
}

// ratio returns f, which is finite and not negative, as the decimal that it prints as: 0.1 is one tenth.
func ratio(f float64) portion {
	d := decimal.NewFromFloat(f)
	places := max(0, -int64(d.Exponent()))
	return portion{digits.Scaled(d, places), digits.Pow10(places)}
}

// newPortion is ratio for a field of which 0 to most is allowed.
func newPortion(field string, f, most float64, allowed string) (portion, error) {
	if !(f >= 0 && f <= most) { // NaN too
		return portion{}, outOfRange(field, f, allowed)
	}
	return ratio(f), nil
}

// Decimals from outside are bounded before they are worked with: writing out 1e9999999 takes seconds.
const (
	maxPlaces = 200
	maxDigits = 60 // before the decimal point
	// maxProduct is that of an amount and a number of invocations, which is below 10^20.
	maxProduct = maxDigits + 20
)

func bounded(d decimal.Decimal) bool { return digits.Fits(d, maxPlaces, maxDigits) }

// validMoney refuses what is negative, and what nobody can mean by an amount of money.
func validMoney(field string, d decimal.Decimal) error {
	if d.Sign() < 0 || !bounded(d) {
		return decimalOutOfRange(field, d, "0 or more, of at most 200 decimals and 60 digits before them")
	}
	return nil
}

// text writes any decimal at all in plain notation without trailing zeros. What is bounded, and its product with a number of
// invocations, is written out.
func text(d decimal.Decimal) string {
	if e := int64(d.Exponent()); e < -maxPlaces || e > maxDigits || int64(d.NumDigits())+max(e, 0) > maxProduct+maxPlaces {
		return "a number of more than 60 digits or 200 decimals"
	}
	return digits.Text(d)
}

// parsePlain reads a number in plain notation: digits, and after a point more of them.
func parsePlain(s string) (decimal.Decimal, bool) {
	if whole, fraction, _ := strings.Cut(s, "."); len(whole) > maxProduct || len(fraction) > maxPlaces {
		return decimal.Decimal{}, false
	}
	return digits.ParsePlain(s)
}

// relative returns a/b - 1 for display; where b is 0 that is 0 for a of 0, and else +Inf.
func relative(a, b *big.Int) float64 {
	if b.Sign() == 0 {
		if a.Sign() == 0 {
			return 0
		}
		return math.Inf(1)
	}
	f, _ := new(big.Rat).SetFrac(new(big.Int).Sub(a, b), b).Float64()
	return f
}

// percent returns 100 × s as text.
func (s portion) percent() string {
	d := decimal.NewFromBigInt(s.num, 2-int32(len(s.den.String())-1))
	if !bounded(d) { // a float64 can be as small as 5e-324
		return fmt.Sprintf("%de%d", d.Coefficient(), d.Exponent())
	}
	return text(d)
}

// toNanoseconds rounds milliseconds to whole nanoseconds, half up.
func toNanoseconds(ms decimal.Decimal) *big.Int {
	ns := digits.Scaled(ms, 6)
	if e := int64(ms.Exponent()); e < -6 {
		return halfUp(ns, digits.Pow10(-6-e))
	}
	return ns
}
