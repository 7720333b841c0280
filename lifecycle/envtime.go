package lifecycle

import (
	"fmt"
	"math/big"
	"math/bits"
	"strconv"
	"time"
)

// EnvironmentTime is a sum of times of environments, in ns, exact: 0 to 2^128-1. The zero value is none. Its text and JSON
// form is the whole number of ns as a decimal string. Two are equal by ==.
type EnvironmentTime struct{ hi, lo uint64 }

// add adds ns, which must not be negative.
func (t *EnvironmentTime) add(ns int64) {
	var carry uint64
	t.lo, carry = bits.Add64(t.lo, uint64(ns), 0)
	t.hi += carry
}

// Plus returns the sum of two times. The error is an [*OverflowError].
func (t EnvironmentTime) Plus(u EnvironmentTime) (EnvironmentTime, error) {
	sum, ok := t.plus(u)
	if !ok {
		return EnvironmentTime{}, &OverflowError{"environment time"}
	}
	return sum, nil
}

func (t EnvironmentTime) plus(u EnvironmentTime) (sum EnvironmentTime, ok bool) {
	lo, carry := bits.Add64(t.lo, u.lo, 0)
	hi, carry := bits.Add64(t.hi, u.hi, carry)
	return EnvironmentTime{hi, lo}, carry == 0
}

// minus returns t - u, which must not be more than t.
func (t EnvironmentTime) minus(u EnvironmentTime) EnvironmentTime {
	lo, borrow := bits.Sub64(t.lo, u.lo, 0)
	hi, _ := bits.Sub64(t.hi, u.hi, borrow)
	return EnvironmentTime{hi, lo}
}

// Seconds returns the time in seconds, rounded to a float64.
func (t EnvironmentTime) Seconds() float64 {
	return (float64(float64(t.hi)*0x1p64) + float64(t.lo)) / 1e9
}

// Average returns how many environments that is on average over a period; 0 where the period is not positive.
func (t EnvironmentTime) Average(over time.Duration) float64 {
	if over <= 0 {
		return 0
	}
	return (float64(float64(t.hi)*0x1p64) + float64(t.lo)) / float64(over)
}

// Duration returns the time as a time.Duration. The error is an [*OverflowError], where it is longer than 292 years.
func (t EnvironmentTime) Duration() (time.Duration, error) {
	d, ok := t.duration()
	if !ok {
		return 0, &OverflowError{"environment time as a time.Duration"}
	}
	return d, nil
}

func (t EnvironmentTime) duration() (time.Duration, bool) {
	return time.Duration(t.lo), t.hi == 0 && t.lo>>63 == 0
}

// String returns the number of ns.
func (t EnvironmentTime) String() string {
	if t.hi == 0 {
		return strconv.FormatUint(t.lo, 10)
	}
	b := new(big.Int).SetUint64(t.hi)
	return b.Lsh(b, 64).Or(b, new(big.Int).SetUint64(t.lo)).String()
}

// Equal says whether two times are the same.
func (t EnvironmentTime) Equal(u EnvironmentTime) bool { return t == u }

// MarshalText writes the number of ns.
func (t EnvironmentTime) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads a number of ns, 0 to 2^128-1. The error is a [*RangeError].
func (t *EnvironmentTime) UnmarshalText(text []byte) error {
	bad := func() error {
		return outOfRange("environment time", fmt.Sprintf("%.50q", text), "a whole number of ns below 2^128, in digits")
	}
	if len(text) == 0 || len(text) > 39 {
		return bad()
	}
	var v EnvironmentTime
	for _, c := range text {
		if c < '0' || c > '9' {
			return bad()
		}
		over, middle := bits.Mul64(v.hi, 10)
		hi, lo := bits.Mul64(v.lo, 10)
		hi, c1 := bits.Add64(hi, middle, 0)
		lo, c2 := bits.Add64(lo, uint64(c-'0'), 0)
		hi, c3 := bits.Add64(hi, 0, c2)
		if over|c1|c3 != 0 {
			return bad()
		}
		v = EnvironmentTime{hi, lo}
	}
	*t = v
	return nil
}

// times adds n environments for ns each.
func (t EnvironmentTime) times(ns int64, n int) EnvironmentTime {
	sum, _ := t.plus(product(uint64(ns), uint64(n)))
	return sum
}
