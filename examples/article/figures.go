package main

import (
	"fmt"
	"math/big"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/examples/internal/cli"
)

// usd writes an amount to read.
func usd(d decimal.Decimal) string { return cli.Cents(d) + " USD" }

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
