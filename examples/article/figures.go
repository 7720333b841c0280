package main

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// usd writes an amount to read: cents, thousands apart.
func usd(d decimal.Decimal) string {
	whole, cents, _ := strings.Cut(d.StringFixed(2), ".")
	return group(whole) + "." + cents + " USD"
}

func thousands(n int) string { return group(strconv.Itoa(n)) }

func group(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// percentOff says how far a printed figure is from the right one.
func percentOff(printed, right decimal.Decimal) string {
	off := new(big.Rat).Quo(printed.Sub(right).Rat(), right.Rat())
	direction := "too much"
	if off.Sign() < 0 {
		direction = "too little"
		off.Neg(off)
	}
	return off.Mul(off, big.NewRat(100, 1)).FloatString(1) + " % " + direction
}

// share writes part/whole in percent.
func share(part, whole decimal.Decimal) string {
	r := new(big.Rat).Quo(part.Rat(), whole.Rat())
	return r.Mul(r, big.NewRat(100, 1)).FloatString(0) + " %"
}

// ms writes a duration in milliseconds.
func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", d.Seconds()*1000) }
