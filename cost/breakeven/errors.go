package breakeven

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// RangeError reports a value outside of what is allowed.
type RangeError struct {
	Field   string // name of the argument or field, such as "Fargate.MemoryMB"
	Given   string // as it was given, shortened where it is long
	Allowed string // what would have been accepted, with its unit
}

// Error implements error.
func (e *RangeError) Error() string {
	return fmt.Sprintf("breakeven: %s is %s, allowed is %s", e.Field, show.Given(e.Given), e.Allowed)
}

// UnknownError reports a name that the embedded prices do not have: a region, an architecture, an instance type, a kind of API.
// There is never a fallback; a price that the caller knows goes into the side as it is.
type UnknownError struct {
	What  string   // kind of thing, such as "region of Fargate"
	Given string   // as it was given
	Known []string // what would have been accepted
}

// Error implements error.
func (e *UnknownError) Error() string {
	return fmt.Sprintf("breakeven: unknown %s %s (known: %s)", e.What, show.Quote(e.Given), strings.Join(e.Known, ", "))
}

// SideError reports which of two sides the error is about.
type SideError struct {
	Side string // "a" or "b"; "Before" or "After" of a [Change]; "Sum[2]" of a part of a sum
	Err  error  // of this package or of package cost
}

// Error implements error.
func (e *SideError) Error() string {
	return fmt.Sprintf("breakeven: side %s: %s", e.Side, strings.TrimPrefix(fmt.Sprint(e.Err), "breakeven: "))
}

// Unwrap returns Err.
func (e *SideError) Unwrap() error { return e.Err }

// CurrencyError reports sides with prices in two currencies, which cannot be compared.
type CurrencyError struct{ A, B string }

// Error implements error.
func (e *CurrencyError) Error() string {
	return fmt.Sprintf("breakeven: cannot compare prices in %s and %s", show.Quote(e.A), show.Quote(e.B))
}

// LimitError reports more crossings or ranges than are returned as a slice.
type LimitError struct {
	What     string // "crossings" or "ranges", of which [CrossingsSeq] takes the former one by one
	Limit    int    // how many are
	Requests uint64 // the count at which the next one was found
}

// Error implements error.
func (e *LimitError) Error() string {
	return fmt.Sprintf("breakeven: more than %d %s up to %d requests: lower maxRequests%s", e.Limit, e.What, e.Requests,
		otherwise(e.What, ", or take them one by one from CrossingsSeq"))
}

// EffortError reports that the search was given up: the costs of both sides are so nearly the same, over so many steps of
// tasks or instances of sizes that do not repeat together, that finding the next crossing would take too long.
type EffortError struct {
	What     string // "crossings" or "ranges", of which [CrossingsSeq] finds the former whatever it takes
	Requests uint64 // every one below this count was found
	Found    int    // how many there are
}

// Error implements error.
func (e *EffortError) Error() string {
	return fmt.Sprintf("breakeven: gave up at %d requests after %d %s: lower maxRequests%s", e.Requests, e.Found, e.What,
		otherwise(e.What, ", or use CrossingsSeq"))
}

const (
	whatCrossings = "crossings"
	whatRanges    = "ranges"
)

// otherwise returns what else may be done about too many crossings; there is nothing else about ranges.
func otherwise(what, advice string) string {
	if what != whatCrossings {
		return ""
	}
	return advice
}

// UnitsError reports that no number of units keeps the limit of spill.
type UnitsError struct {
	MaxSpill float64 // the limit
	MaxUnits int     // as many were tried
	Least    float64 // the least spill of all of them
}

// Error implements error.
func (e *UnitsError) Error() string {
	return fmt.Sprintf("breakeven: up to %d provisioned units leave a spill of %v or more, allowed is %v", e.MaxUnits, e.Least, e.MaxSpill)
}

func outOfRange(field string, given any, allowed string) error {
	return &RangeError{Field: field, Given: fmt.Sprint(given), Allowed: allowed}
}

// decimalOutOfRange says how many digits are allowed where there are too many: the rest of allowed may hold for such a number.
func decimalOutOfRange(field string, given decimal.Decimal, allowed string) error {
	if !bounded(given) {
		allowed += fmt.Sprintf(", of at most %d digits before and %d after the point", maxDigits, maxPlaces)
	}
	return &RangeError{Field: field, Given: text(given), Allowed: allowed}
}
