package tuning

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"
)

// CostScale is the number of decimals to which the cost of an invocation is rounded, half up. AWS's prices have at most 20
// here; rounded at the 20th, a thousand million invocations are exact to 10^-11.
const CostScale = 20

// Point is what one memory size does: how long an invocation takes, and what it costs. Points of [Price] are what was
// measured; points may as well come from elsewhere. Everything here that takes points takes them in any order, unless it
// says otherwise, and does not change them.
//
// The zero Point is not valid. A valid one has MemoryMB of 1 or more, Duration above 0, and Cost of 0 or more.
type Point struct {
	MemoryMB int
	// Duration is the mean, trimmed mean or percentile that [Options] ask for, rounded to the nanosecond, half up.
	Duration time.Duration
	// Cost is per invocation, in the currency of the prices, half up at CostScale decimals.
	Cost decimal.Decimal
}

// Monthly returns what so many invocations cost: Cost × invocations, exactly, without free tier.
func (p Point) Monthly(invocations uint64) decimal.Decimal {
	return p.Cost.Mul(decimal.NewFromUint64(invocations))
}

// Validate returns a [*RangeError] for the first field that is out of range.
func (p Point) Validate() error { return p.validate("Point.") }

func (p Point) validate(prefix string) error {
	switch {
	case p.MemoryMB < 1:
		return outOfRange(prefix+"MemoryMB", p.MemoryMB, "1 or more")
	case p.Duration <= 0:
		return outOfRange(prefix+"Duration", p.Duration, "above 0")
	case p.Cost.Sign() < 0 || !bounded(p.Cost):
		return validMoney(prefix+"Cost", p.Cost)
	}
	return nil
}

// validPoints asks for one point at least, all of them valid.
func validPoints(points []Point) error {
	if len(points) == 0 {
		return outOfRange("points", "empty", "one or more")
	}
	for i := range points {
		p := &points[i]
		if p.MemoryMB < 1 || p.Duration <= 0 || p.Cost.Sign() < 0 || !bounded(p.Cost) {
			return p.validate(fmt.Sprintf("points[%d].", i))
		}
	}
	return nil
}
