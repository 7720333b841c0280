package focus

import (
	"errors"
	"fmt"
	"strings"
)

// LineError reports a row of a file that cannot be read. What stands on other lines is not affected: reading goes on behind
// it.
type LineError struct {
	Line    int    // on which the row begins, from 1
	Offset  int64  // of the row's first byte, in the (decompressed) file
	Column  string // as the header names it; "" where it is about the row as a whole
	Given   string // what stood there, shortened where it is long
	Allowed string // what would have been accepted
	Err     error  // [ErrHeaderAgain], or nil
}

// Error implements error.
func (e *LineError) Error() string {
	where := fmt.Sprintf("focus: line %d (byte %d)", e.Line, e.Offset)
	if e.Column != "" {
		where += ", " + e.Column
	}
	return where + ": " + e.Given + ", allowed is " + e.Allowed
}

// Unwrap returns Err.
func (e *LineError) Unwrap() error { return e.Err }

// ErrHeaderAgain is what a [*LineError] wraps where a row repeats the header, as in files that were put together of several.
// The row has no charge and can be passed over; that the columns are the same was checked.
var ErrHeaderAgain = errors.New("focus: the header again")

// HeaderError reports a file of which the header cannot be used. Nothing of the file was read.
type HeaderError struct {
	Line     int      // of the header; 0 where the file has none
	Missing  []string // columns that are needed and are not there
	Repeated []string // columns that are there twice
	Problem  string   // anything else
}

// Error implements error.
func (e *HeaderError) Error() string {
	parts := make([]string, 0, 3)
	if e.Problem != "" {
		parts = append(parts, e.Problem)
	}
	if len(e.Missing) > 0 {
		parts = append(parts, "without "+strings.Join(e.Missing, ", "))
	}
	if len(e.Repeated) > 0 {
		parts = append(parts, "with two columns "+strings.Join(e.Repeated, ", "))
	}
	return fmt.Sprintf("focus: header on line %d: %s", e.Line, strings.Join(parts, "; "))
}

// RangeError reports an argument, or a field of a value that was given, outside of what is allowed.
type RangeError struct {
	Field   string // name of the argument or field, such as "Charge.Period"
	Given   string // as it was given, shortened where it is long
	Allowed string // what would have been accepted
}

// Error implements error.
func (e *RangeError) Error() string {
	return fmt.Sprintf("focus: %s is %s, allowed is %s", e.Field, e.Given, e.Allowed)
}

// RowError reports a row that is no line of a bill, or that cannot be written.
type RowError struct {
	Index   int    // of the row among those given, from 0
	Line    int    // of the file that it was read from; 0 where it was not
	Column  string // that is at fault
	Given   string
	Allowed string
}

// Error implements error.
func (e *RowError) Error() string {
	where := fmt.Sprintf("focus: row %d", e.Index)
	if e.Line > 0 {
		where += fmt.Sprintf(" (line %d)", e.Line)
	}
	return where + ", " + e.Column + ": " + e.Given + ", allowed is " + e.Allowed
}

func errNil(name, allowed string) error {
	return &RangeError{Field: name, Given: "nil", Allowed: allowed}
}

// errZero refuses the zero value of a type that has to be made.
func errZero(kind string) error {
	return &RangeError{Field: kind, Given: "the zero value", Allowed: "one of New" + kind}
}
