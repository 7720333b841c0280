package workload

import "fmt"

// RangeError reports a value outside of what is allowed.
type RangeError struct {
	Field   string // such as "Poisson.PerSecond"
	Given   string
	Allowed string // what would have been accepted, with its unit
}

// Error implements error.
func (e *RangeError) Error() string {
	return fmt.Sprintf("workload: %s is %s, allowed is %s", e.Field, e.Given, e.Allowed)
}

func outOfRange(field string, given any, allowed string) error {
	return &RangeError{Field: field, Given: fmt.Sprint(given), Allowed: allowed}
}
