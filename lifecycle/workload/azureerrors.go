package workload

import (
	"fmt"
	"strings"
)

// AzureColumnError reports a trace of Azure's whose header does not have the columns of its format.
type AzureColumnError struct {
	File       string   // "invocations", "durations" or "trace"
	Line       int      // of the header, from 1
	Missing    []string // columns that there must be; of minutes that are numbered with gaps, the first that is not there
	Repeated   []string // columns that there are more than once
	Impossible []string // minutes that there cannot be: 0, as the first is 1
}

// Error implements error.
func (e *AzureColumnError) Error() string {
	var wrong []string
	for _, w := range []struct {
		what  string
		names []string
	}{{"missing", e.Missing}, {"repeated", e.Repeated}, {"impossible", e.Impossible}} {
		if len(w.names) > 0 {
			wrong = append(wrong, w.what+" columns "+strings.Join(w.names, ", "))
		}
	}
	return fmt.Sprintf("workload: %s, line %d: %s", e.File, e.Line, strings.Join(wrong, "; "))
}

// AzureLineError reports a line of a trace of Azure's that cannot be read. Exactly one of Column and Err says what of it.
type AzureLineError struct {
	File    string // "invocations", "durations" or "trace"
	Line    int    // from 1; where the reader failed, the one behind the last line that was read
	Column  string // as in the header; "" where the error is not of one value
	Given   string // what stood there, shortened where it is long
	Allowed string // what would have been accepted, with its unit
	Err     error  // of the reader, or of encoding/csv, such as csv.ErrFieldCount; nil where it is of one value
}

// Error implements error.
func (e *AzureLineError) Error() string {
	at := fmt.Sprintf("workload: %s, line %d", e.File, e.Line)
	switch {
	case e.Err == nil:
		return fmt.Sprintf("%s: %s is %q, allowed is %s", at, e.Column, e.Given, e.Allowed)
	case e.Given != "":
		return fmt.Sprintf("%s: %v: %s, allowed is %s", at, e.Err, e.Given, e.Allowed)
	}
	return fmt.Sprintf("%s: %v", at, e.Err)
}

// Unwrap returns Err.
func (e *AzureLineError) Unwrap() error { return e.Err }
