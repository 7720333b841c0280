package forecast

import (
	"fmt"
	"strings"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// RangeError reports a value outside of what is allowed.
type RangeError struct {
	Field   string // name of the field, such as "Scenario.MeasuredMB"
	Given   string // as it was given, shortened where it is long
	Allowed string // what would have been accepted, with its unit
}

// Error implements error.
func (e *RangeError) Error() string {
	return fmt.Sprintf("forecast: %s is %s, allowed is %s", e.Field, show.Given(e.Given), e.Allowed)
}

// UnfitError reports something that a scenario needs and Lambda does not have, or not as it is configured.
type UnfitError struct {
	Need  string // such as "duration", "memory", "/tmp", "request payload", "GPU", "concurrency"
	Given string // how much is needed, with its unit
	Limit string // how much there is, with its unit
	// Share is the share of requests that do not fit: 1 where it is all of them, or the function as a whole.
	Share float64
}

// Error implements error.
func (e *UnfitError) Error() string {
	s := fmt.Sprintf("forecast: does not fit Lambda: %s of %s, there is %s", e.Need, show.Given(e.Given), e.Limit)
	if e.Share < 1 {
		s += fmt.Sprintf(" (%s of requests)", percent(e.Share))
	}
	return s
}

// NoRequestsError reports a scenario in whose simulated time no request arrives, of which nothing can be said.
type NoRequestsError struct {
	Scenario string // its name
}

// Error implements error.
func (e *NoRequestsError) Error() string {
	return fmt.Sprintf("forecast: no request arrives in scenario %s", show.Quote(e.Scenario))
}

// ScenarioError says which of several scenarios an error is about.
type ScenarioError struct {
	Index int // from 0
	Name  string
	Err   error // of this package, or of one that it stands on
}

// Error implements error.
func (e *ScenarioError) Error() string {
	why := strings.ReplaceAll("\n"+fmt.Sprint(e.Err), "\nforecast: ", "\n")[1:] // each of joined errors has the prefix
	return fmt.Sprintf("forecast: scenario %d, %s: %s", e.Index, show.Quote(e.Name), why)
}

// Unwrap returns Err.
func (e *ScenarioError) Unwrap() error { return e.Err }

// CurrencyError reports amounts that cannot be added or compared.
type CurrencyError struct {
	A, B string // the two currencies
	OfA  string // what is in the first one, such as "bill of eu-west-1"
	OfB  string
}

// Error implements error.
func (e *CurrencyError) Error() string {
	return fmt.Sprintf("forecast: %s is in %s, %s in %s", show.Line(e.OfA), show.Line(e.A), show.Line(e.OfB), show.Line(e.B))
}

func outOfRange(field string, given any, allowed string) error {
	return &RangeError{field, fmt.Sprint(given), allowed}
}
