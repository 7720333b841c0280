package lifecycle

import (
	"errors"
	"fmt"
	"time"
)

// RangeError reports a value outside of what is allowed. Those of package workload are matched by it too.
type RangeError struct {
	// Field is the field or argument, such as "Function.Timeout". Of what is inside of another thing it says both:
	// "Function.Duration: LogNormal.P99" of a distribution, "request 7: At" of a workload.
	Field   string
	Given   string // what it was
	Allowed string // what would have been accepted, with its unit
}

// Error implements error.
func (e *RangeError) Error() string {
	return fmt.Sprintf("lifecycle: %s is %s, allowed is %s", e.Field, e.Given, e.Allowed)
}

// MissingError reports something that has no default and was not given.
type MissingError struct {
	Field string // such as "Platform.IdleTimeout"
	Why   string // why it is needed
}

// Error implements error.
func (e *MissingError) Error() string {
	return fmt.Sprintf("lifecycle: %s is missing: %s", e.Field, e.Why)
}

// OrderError reports a request that arrives before the one in front of it.
type OrderError struct {
	Index        uint64        // of the request, from 0
	Previous, At time.Duration // arrivals of the one in front and of this one, since the start of the run
}

// Error implements error.
func (e *OrderError) Error() string {
	return fmt.Sprintf("lifecycle: request %d arrives at %v, before request %d at %v", e.Index, e.At, e.Index-1, e.Previous)
}

// DistributionError reports a [Distribution] that is none: its quantile function is negative, beyond 36 years, or goes
// backwards; or its own Validate says so.
type DistributionError struct {
	Field      string        // where it was given, such as "Function.Init"
	P          float64       // the probability that was asked for
	Quantile   time.Duration // what was answered
	LowerP     float64       // where the function goes backwards: a lower probability …
	LowerValue time.Duration // … and its larger quantile; else both are 0
	Err        error         // of its own Validate, where that is no [*RangeError]; all but Field is 0 then. Else nil
}

// Error implements error.
func (e *DistributionError) Error() string {
	switch {
	case e.Err != nil:
		return fmt.Sprintf("lifecycle: %s: %v", e.Field, e.Err)
	case e.Quantile >= 0 && e.Quantile < e.LowerValue:
		return fmt.Sprintf("lifecycle: %s: quantile %v at %v is less than quantile %v at %v", e.Field, e.Quantile, e.P, e.LowerValue, e.LowerP)
	}
	return fmt.Sprintf("lifecycle: %s: quantile at %v is %v, allowed is %s", e.Field, e.P, e.Quantile, drawable)
}

// Unwrap returns the error of the distribution's own Validate, nil where it has none.
func (e *DistributionError) Unwrap() error { return e.Err }

// ArrivalError reports that the workload failed; Err is its own error.
type ArrivalError struct {
	Index uint64 // how many requests came before
	Err   error
}

// Error implements error.
func (e *ArrivalError) Error() string {
	return fmt.Sprintf("lifecycle: arrivals, after %d requests: %v", e.Index, e.Err)
}

// Unwrap returns the workload's own error.
func (e *ArrivalError) Unwrap() error { return e.Err }

// ErrEndless is what a run of a workload without an end is refused with, unless [Options.Until] is set.
var ErrEndless = errors.New("lifecycle: the workload has no end: set Options.Until, or the workload's own")

// StoppedError reports that a run was stopped by its context, and how far it had come.
type StoppedError struct {
	At           time.Duration // simulated time
	Invocations  uint64        // requests that had arrived
	Replications int           // that were complete; 0 outside of [Replicate]
	Err          error         // the context's
}

// Error implements error.
func (e *StoppedError) Error() string {
	if e.Replications > 0 {
		return fmt.Sprintf("lifecycle: stopped after %d replications: %v", e.Replications, e.Err)
	}
	return fmt.Sprintf("lifecycle: stopped at %v, after %d requests: %v", e.At, e.Invocations, e.Err)
}

// Unwrap returns the context's error.
func (e *StoppedError) Unwrap() error { return e.Err }

// OverflowError reports a sum that does not fit its type. What was to be added to is unchanged.
type OverflowError struct {
	Field string // such as "Result.Invocations"
}

// Error implements error.
func (e *OverflowError) Error() string { return fmt.Sprintf("lifecycle: %s overflows", e.Field) }

// MismatchError reports two things that do not fit together: timelines of unequal steps, summaries that were not made with
// the same seed.
type MismatchError struct {
	What string // such as "timeline steps"
	A, B string // of the one and of the other
}

// Error implements error.
func (e *MismatchError) Error() string {
	return fmt.Sprintf("lifecycle: %s: %s does not fit %s", e.What, e.A, e.B)
}

func outOfRange(field string, given any, allowed string) error {
	return &RangeError{Field: field, Given: fmt.Sprint(given), Allowed: allowed}
}

func requestField(index int64, field string) string {
	return fmt.Sprintf("request %d: %s", index, field)
}

// inside returns an error of a part of something with the place of that part in front: of errors of this package, in their
// Field. Others are what other returns.
func inside(place string, err error, other func(error) error) error {
	switch e := err.(type) {
	case nil:
		return nil
	case interface{ Unwrap() []error }:
		var errs []error
		for _, err := range e.Unwrap() {
			errs = append(errs, inside(place, err, other))
		}
		return errors.Join(errs...)
	case *RangeError:
		return &RangeError{Field: place + ": " + e.Field, Given: e.Given, Allowed: e.Allowed}
	case *MissingError:
		return &MissingError{Field: place + ": " + e.Field, Why: e.Why}
	case *OverflowError:
		return &OverflowError{Field: place + ": " + e.Field}
	}
	return other(err)
}
