package usagelog

import (
	"errors"
	"fmt"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// ErrNotReport is the error for a line that is not a report of Lambda's: any other log line, INIT_REPORT, the look-alikes
// of other vendors.
var ErrNotReport = errors.New("usagelog: not a report")

// LineError reports a line that is a report but is damaged, or a container that cannot be read on.
type LineError struct {
	// Line counts from 1; where a message has several lines, it is that of its event or row. A document that breaks off between
	// its events is told at the line on which reading goes on. It is 1 from ParseReport and ParseTelemetry.
	Line   int
	Offset int64  // of the first byte of that line, event or row in the decompressed input, which counts as UTF-8
	Field  string // as the log names it, such as "Billed Duration"; or "JSON document", "CSV row", "container"
	Value  string // what stood there, shortened where it is long; "" where the field is missing
}

// Error implements error.
func (e *LineError) Error() string {
	if e.Value == "" {
		return fmt.Sprintf("usagelog: line %d (byte %d): %s is missing", e.Line, e.Offset, e.Field)
	}
	return fmt.Sprintf("usagelog: line %d (byte %d): %s is %q", e.Line, e.Offset, e.Field, e.Value)
}

// damaged makes the error of one field; whoever knows the place fills it in.
func damaged(field string, value []byte) error {
	const most = 60
	return &LineError{Line: 1, Field: field, Value: show.Cut(string(value[:min(len(value), most+1)]), most)}
}

// at returns err with the place filled in, where it is a LineError.
func at(err error, line int, offset int64) error {
	if e, ok := errors.AsType[*LineError](err); ok {
		e.Line, e.Offset = line, offset
	}
	return err
}

// ErrNotBillable is the error for usage asked of a report without a billed duration; see [Record.Billable].
var ErrNotBillable = errors.New("usagelog: not billable")
