package breakeven

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// Side is one way of serving requests, with what a month of it costs: [Lambda], [ManagedInstances], [Fargate], [EC2],
// [Fixed], [Tiered], or the [Sum] of several. It is sealed, since [Crossings] has to know the pieces that a cost is made of.
//
// Sides are plain values and only read: they may be shared between goroutines.
type Side interface {
	// Monthly returns what a month with so many requests costs, exactly, in the currency of the side's prices. A side that
	// is not valid is a [*RangeError], a [*CurrencyError] where its parts are of two, or an error of package cost.
	Monthly(requests uint64) (decimal.Decimal, error)

	// curve returns the same cost as a function, which holds for 0 to most requests.
	curve(most uint64) (curve, error)
}

// HoursPerMonth is how many hours a month has where nothing else is said: 730, a twelfth of 8,760. It is what AWS's own
// calculator takes.
const HoursPerMonth = 730

// Fixed is a cost that does not depend on the number of requests: a server that is paid for anyway, a licence, people. The
// zero value costs nothing. It fits any currency.
type Fixed struct {
	PerMonth decimal.Decimal // 0 or more
}

// Monthly returns PerMonth.
func (f Fixed) Monthly(requests uint64) (decimal.Decimal, error) { return monthly(f, requests) }

func (f Fixed) curve(uint64) (curve, error) {
	return curve{fixed: f.PerMonth}, amount("Fixed.PerMonth", f.PerMonth)
}

// Tiered is a charge for each request whose price changes with their number, such as that of [APIGateway].
type Tiered struct {
	// Tiers ascend, the first from 0; there may be 1,000. A price of 0 is an allowance. [cost.Tier].RateCode is not looked at.
	Tiers []cost.Tier
	// Units is how many of what is counted one request is; 0 means 1. API Gateway counts each 512 KB of an HTTP API's
	// request as one.
	Units int
	// Currency of the prices; "" fits any.
	Currency string
	PerMonth decimal.Decimal // beside the requests: 0 or more
}

const mostTiers = 1000

// Monthly returns what the requests cost.
func (t Tiered) Monthly(requests uint64) (decimal.Decimal, error) { return monthly(t, requests) }

func (t Tiered) curve(uint64) (curve, error) {
	if t.Units < 0 || t.Units > 1e6 {
		return curve{}, outOfRange("Tiered.Units", t.Units, "0 (for 1) to 1,000,000")
	}
	if err := amount("Tiered.PerMonth", t.PerMonth); err != nil {
		return curve{}, err
	}
	if n := len(t.Tiers); n == 0 || n > mostTiers {
		return curve{}, outOfRange("Tiered.Tiers", fmt.Sprintf("%d tiers", n), fmt.Sprintf("1 to %d", mostTiers))
	}
	for i, tier := range t.Tiers {
		field := fmt.Sprintf("Tiered.Tiers[%d].", i)
		if err := amount(field+"From", tier.From); err != nil {
			return curve{}, err
		}
		if err := amount(field+"UnitPrice", tier.UnitPrice); err != nil {
			return curve{}, err
		}
		if i == 0 && !tier.From.IsZero() {
			return curve{}, decimalOutOfRange(field+"From", tier.From, "0 for the first tier")
		}
		if i > 0 && !tier.From.GreaterThan(t.Tiers[i-1].From) {
			return curve{}, decimalOutOfRange(field+"From", tier.From, "more than "+text(t.Tiers[i-1].From)+", where the tier before it begins")
		}
	}
	return curve{
		currency: t.Currency, fixed: t.PerMonth,
		ramps: []ramp{{quantity: decimal.New(int64(max(t.Units, 1)), 0), tiers: slices.Clone(t.Tiers)}},
	}, nil
}

// Sum returns the side that has the cost of all the given ones, each of which serves every request: a function and the API
// Gateway in front of it, a fleet and its load balancer. Without any it costs nothing. Sides with more than 1,000 fleets and
// tiers between them are a [*RangeError].
//
// Each side is billed by itself: two Lambda sides with [cost.MonthlyFreeTier] have it twice, and each begins at the first tier,
// while an account has both once. Give the free tier to one of them, or to none; what the rest of the account uses, tiers
// included, goes into Prior of [cost.Options].
func Sum(sides ...Side) Side { return summed(slices.Clone(sides)) }

type summed []Side

func (s summed) Monthly(requests uint64) (decimal.Decimal, error) {
	if _, err := s.curve(requests); err != nil {
		return decimal.Decimal{}, err
	}
	var total decimal.Decimal
	for i, part := range s {
		m, err := part.Monthly(requests)
		if err != nil {
			return decimal.Decimal{}, &SideError{fmt.Sprintf("Sum[%d]", i), err}
		}
		total = total.Add(m)
	}
	return total, nil
}

func (s summed) curve(most uint64) (curve, error) {
	var total curve
	for i, part := range s {
		c, err := curveOf(fmt.Sprintf("Sum[%d]", i), part, most)
		if err != nil {
			return curve{}, err
		}
		if total, err = total.plus(c); err != nil {
			return curve{}, err
		}
		if n := total.parts(); n > mostParts {
			return curve{}, outOfRange("Sum", fmt.Sprintf("%d fleets and tiers or more", n), fmt.Sprintf("up to %d in all", mostParts))
		}
	}
	return total, nil
}

// mostParts bounds the work for a sum, which grows with the square of them.
const mostParts = 1000

// parts returns how many fleets and tiers a curve has.
func (c curve) parts() int {
	n := len(c.fleets)
	for _, r := range c.ramps {
		n += len(r.tiers)
	}
	return n
}

// monthly is Monthly for sides of which nobody else has the cost.
func monthly(s Side, requests uint64) (decimal.Decimal, error) {
	c, err := s.curve(requests)
	if err != nil {
		return decimal.Decimal{}, err
	}
	return c.at(requests), nil
}

// curveOf returns the curve of a side that came from outside, under a name.
func curveOf(name string, s Side, most uint64) (curve, error) {
	if v := reflect.ValueOf(s); !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		return curve{}, &SideError{name, outOfRange("Side", "nil", "a side")}
	}
	c, err := s.curve(most)
	if err != nil {
		return curve{}, &SideError{name, err}
	}
	return c, nil
}
