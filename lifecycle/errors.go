package lifecycle

import (
	"errors"
	"fmt"
	"time"
)

// RangeError reports a value outside of what is allowed.
type RangeError struct {
	Field   string // name of the field or argument, such as "Function.Timeout"; of a request also its index
	Given   string
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
	Index        uint64 // of the request, from 0
	Previous, At time.Duration
}

// Error implements error.
func (e *OrderError) Error() string {
	return fmt.Sprintf("lifecycle: request %d arrives at %v, before request %d at %v", e.Index, e.At, e.Index-1, e.Previous)
}

// DistributionError reports a [Distribution] whose quantile function is none: negative, beyond 36 years, or going
// backwards.
type DistributionError struct {
	Field      string  // where it was given, such as "Function.Init"
	P          float64 // the probability that was asked for
	Quantile   time.Duration
	LowerP     float64       // where the function goes backwards: a lower probability …
	LowerValue time.Duration // … and its larger quantile
}

// Error implements error.
func (e *DistributionError) Error() string {
	if e.Quantile < e.LowerValue {
		return fmt.Sprintf("lifecycle: %s: quantile %v at %v is less than quantile %v at %v", e.Field, e.Quantile, e.P, e.LowerValue, e.LowerP)
	}
	return fmt.Sprintf("lifecycle: %s: quantile at %v is %v, allowed is 0 to %v", e.Field, e.P, e.Quantile, time.Duration(maxDraw))
}

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
	Field string
}

// Error implements error.
func (e *OverflowError) Error() string { return fmt.Sprintf("lifecycle: %s overflows", e.Field) }

// MismatchError reports two things that do not fit together: timelines of unequal steps, summaries that were not made with
// the same seed.
type MismatchError struct {
	What string
	A, B string
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
