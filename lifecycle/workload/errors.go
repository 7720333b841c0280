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

// PartError reports that a part of a merged workload failed, or cannot be.
type PartError struct {
	Index int   // of the argument of [Merge], from 0
	Err   error // the part's own
}

// Error implements error.
func (e *PartError) Error() string {
	return fmt.Sprintf("workload: argument %d of Merge: %v", e.Index, e.Err)
}

// Unwrap returns the part's own error.
func (e *PartError) Unwrap() error { return e.Err }
