package workload

import (
	"fmt"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// RangeError reports a value outside of what is allowed. It is matched as a [*lifecycle.RangeError] too (errors.As), so that
// one look finds what is out of range in a run, in its workload or elsewhere.
type RangeError struct {
	Field   string // such as "Poisson.PerSecond"
	Given   string // what it was
	Allowed string // what would have been accepted, with its unit
}

// Error implements error.
func (e *RangeError) Error() string {
	return fmt.Sprintf("workload: %s is %s, allowed is %s", e.Field, e.Given, e.Allowed)
}

// As makes the error a [*lifecycle.RangeError], with the same fields, for errors.As.
func (e *RangeError) As(target any) bool {
	t, ok := target.(**lifecycle.RangeError)
	if ok {
		*t = (*lifecycle.RangeError)(e)
	}
	return ok
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
