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
	if printed.LessThan(right) {
		return percent(right.Sub(printed), right, 1) + " too little"
	}
	return percent(printed.Sub(right), right, 1) + " too much"
}

// percent writes part/whole in percent.
func percent(part, whole decimal.Decimal, decimals int) string {
	r := new(big.Rat).Quo(part.Rat(), whole.Rat())
	return r.Mul(r, big.NewRat(100, 1)).FloatString(decimals) + " %"
}

// ms writes a duration in milliseconds.
func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", d.Seconds()*1000) }
