package tuning

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// RangeError reports a value outside of what is allowed.
type RangeError struct {
	Field   string // name of the argument or field, such as "Options.ColdShare" or "points[3].Duration"
	Given   string // as it was given, shortened where it is long
	Allowed string // what would have been accepted, with its unit
}

// Error implements error.
func (e *RangeError) Error() string {
	return fmt.Sprintf("tuning: %s is %s, allowed is %s", e.Field, show.Given(e.Given), e.Allowed)
}

// LeftOut names something that could not be used, and why: a memory size, or a function of a fleet.
type LeftOut struct {
	MemoryMB int
	Function string // of a fleet; "" for a memory size
	// Err is a [*NoRunsError], [*FailedError], [*RunError] or [*RangeError], or of package cost where a function of a fleet
	// has no price.
	Err error
}

// String says what was left out and why.
func (l LeftOut) String() string {
	s := strconv.Itoa(l.MemoryMB) + " MB: "
	if l.Function != "" {
		s = "function " + show.Clip(strconv.Quote(l.Function)) + ", " + s
	}
	if l.Err == nil {
		return s + "left out"
	}
	return s + strings.TrimPrefix(l.Err.Error(), "tuning: ")
}

// LeftOutError reports memory sizes that could not be used, while the others could: see [Price].
type LeftOutError struct {
	Sizes []LeftOut // one or more, in ascending order of memory
	Kept  int       // how many sizes could be used; 0 means that there is no result
}

// Error implements error.
func (e *LeftOutError) Error() string {
	texts := make([]string, 0, len(e.Sizes))
	for i, l := range e.Sizes {
		if i == 5 {
			texts = append(texts, fmt.Sprintf("and %d more", len(e.Sizes)-i))
			break
		}
		texts = append(texts, l.String())
	}
	return fmt.Sprintf("tuning: %d of %d sizes left out: %s", len(e.Sizes), len(e.Sizes)+e.Kept, strings.Join(texts, "; "))
}

// Unwrap returns why each size was left out.
func (e *LeftOutError) Unwrap() []error {
	errs := make([]error, len(e.Sizes))
	for i, l := range e.Sizes {
		errs[i] = l.Err
	}
	return errs
}

// NoRunsError reports a memory size without the runs that its figures would be made of.
type NoRunsError struct {
	Kind string // "warm" or "cold": it has runs of the other kind alone; "" where it has none at all
}

// Error implements error.
func (e *NoRunsError) Error() string {
	switch e.Kind {
	case "warm":
		return "tuning: no warm runs (set Options.ColdShare, or AsMeasured)"
	case "cold":
		return "tuning: no cold runs, which Options.ColdShare asks for"
	}
	return "tuning: no runs"
}

// FailedError reports a memory size at which the function failed; see [Sample.Failed].
type FailedError struct{ Reason string }

// Error implements error.
func (e *FailedError) Error() string { return "tuning: failed: " + show.Clip(printable(e.Reason)) }

// RunError reports a run that cannot be billed.
type RunError struct {
	Run int // index among the runs of its memory size, all samples of that size in their order
	Err error
}

// Error implements error.
func (e *RunError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("tuning: run %d cannot be billed", e.Run)
	}
	return fmt.Sprintf("tuning: run %d: %s", e.Run, strings.TrimPrefix(e.Err.Error(), "tuning: "))
}

// Unwrap returns Err.
func (e *RunError) Unwrap() error { return e.Err }

// OutsideError reports a memory size that is smaller or larger than all that were measured: what happens there is not
// known from the points, and is not guessed.
type OutsideError struct {
	MemoryMB     int
	MinMB, MaxMB int // smallest and largest size measured
}

// Error implements error.
func (e *OutsideError) Error() string {
	return fmt.Sprintf("tuning: %d MB is outside of what was measured, %d to %d MB", e.MemoryMB, e.MinMB, e.MaxMB)
}

// UnreachableError reports a limit or budget that no point keeps.
type UnreachableError struct {
	What    string // "limit" or "budget"
	Given   string
	Nearest Point // the fastest point where the limit is too short, the cheapest where the budget is too small
}

// Error implements error.
func (e *UnreachableError) Error() string {
	nearest := e.Nearest.Duration.String()
	if e.What == "budget" {
		nearest = text(e.Nearest.Cost)
	}
	return fmt.Sprintf("tuning: no point keeps the %s of %s, the nearest is %s at %d MB", e.What, e.Given, nearest, e.Nearest.MemoryMB)
}

// InputError reports what is wrong with a CSV or JSON input, and where.
type InputError struct {
	Line    int    // from 1; 0 where only the field is known
	Field   string // column of CSV, or path in JSON such as "stats[2].averagePrice"; "" where Err alone says it
	Given   string // shortened where it is long; "" where it is missing
	Allowed string
	Err     error // of the CSV or JSON reader, where one found it
}

// Error implements error.
func (e *InputError) Error() string {
	where := "tuning: "
	if e.Line > 0 {
		where += fmt.Sprintf("line %d: ", e.Line)
	}
	switch {
	case e.Field == "" && e.Err != nil:
		return where + e.Err.Error()
	case e.Given == "":
		return where + e.Field + " is missing, allowed is " + e.Allowed
	}
	return where + fmt.Sprintf("%s is %s, allowed is %s", show.Line(e.Field), show.Given(strconv.Quote(e.Given)), e.Allowed)
}

// Unwrap returns Err.
func (e *InputError) Unwrap() error { return e.Err }

// printable quotes text that comes from outside where it is more than plain text: control characters can write to somebody's
// terminal, and line breaks into their log.
func printable(s string) string {
	if q := strconv.Quote(s); len(q) != len(s)+2 {
		return q
	}
	return s
}

func outOfRange(field string, given any, allowed string) error {
	return &RangeError{Field: field, Given: fmt.Sprint(given), Allowed: allowed}
}

func decimalOutOfRange(field string, given decimal.Decimal, allowed string) error {
	return &RangeError{Field: field, Given: text(given), Allowed: allowed}
}

func errNoReader() error { return outOfRange("r", "nil", "a reader") }
