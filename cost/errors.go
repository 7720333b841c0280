package cost

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// UnknownError reports a name that the library does not know: a region, a meter, an architecture, a rule that nobody has
// published. There is never a fallback.
type UnknownError struct {
	What  string   // kind of thing, such as "region"
	Given string   // as it was given
	Known []string // what would have been accepted, where that can be listed
}

// Error implements error.
func (e *UnknownError) Error() string {
	if len(e.Known) == 0 {
		return fmt.Sprintf("cost: unknown %s %s", e.What, show.Quote(e.Given))
	}
	return fmt.Sprintf("cost: unknown %s %s (known: %s)", e.What, show.Quote(e.Given), strings.Join(e.Known, ", "))
}

// RangeError reports a value outside of what is allowed.
type RangeError struct {
	Field   string // name of the argument or field, such as "MemoryMB"
	Given   string // as it was given, shortened where it is long
	Allowed string // what would have been accepted, with its unit
}

// Error implements error.
func (e *RangeError) Error() string {
	return fmt.Sprintf("cost: %s is %s, allowed is %s", e.Field, show.Given(e.Given), e.Allowed)
}

// NotPricedError reports usage of a meter that the region's rate card has no price for: because AWS does not sell it
// there, or because its price is not known.
type NotPricedError struct {
	Region string // "" of a nil *Rates or its zero value, which have no prices
	Meter  Meter
	Arch   Arch
}

// Error implements error.
func (e *NotPricedError) Error() string {
	where := show.Line(e.Region)
	if where == "" {
		where = "a card of no region"
	}
	return fmt.Sprintf("cost: %s has no price for %s", where, Key{e.Meter, e.Arch}.shown())
}

// OverflowError reports a sum that does not fit into 128 bits. What was to be added to is unchanged.
type OverflowError struct {
	Meter Meter
	Arch  Arch
}

// Error implements error.
func (e *OverflowError) Error() string {
	return fmt.Sprintf("cost: usage of %s overflows 128 bits", Key{e.Meter, e.Arch}.shown())
}

// MixedError reports things that cannot stand in one statement: two currencies, or regions of two partitions
// (commercial, GovCloud, China), which are separate accounts.
type MixedError struct {
	What    string // "currency" or "partition"
	A, B    string // the two values
	RegionA string
	RegionB string
}

// Error implements error.
func (e *MixedError) Error() string {
	return fmt.Sprintf("cost: one statement cannot mix %s %s (%s) and %s (%s)", e.What, show.Quote(e.A), show.Line(e.RegionA), show.Quote(e.B), show.Line(e.RegionB))
}

// shown is k, whose architecture may come from outside, as errors say it.
func (k Key) shown() string { return show.Line(k.String()) }

func outOfRange[T int | int64 | uint64](field string, given T, allowed string) error {
	return &RangeError{Field: field, Given: fmt.Sprint(given), Allowed: allowed}
}

func decimalOutOfRange(field string, given decimal.Decimal, allowed string) error {
	return &RangeError{Field: field, Given: formatSafe(given), Allowed: allowed}
}
