package usagelog

import (
	"errors"
	"io"
	"iter"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

const (
	// maxLine is the longest line or message that is looked at. Lambda's longest log event is 1 MB, which JSON may make
	// six times as long; a report has under 1 KB.
	maxLine = 8 << 20
	// maxEvent is the longest log event.
	maxEvent = 1 << 20
)

// Records reads every report of a log, in the order of the input, whatever containers it arrives in; the package comment
// lists them. Lines and messages that are not reports are passed over. Memory does not grow with the input: a line or message
// longer than 8 MB is passed over as no report could be. A record is yielded as soon as r has given the whole of it.
//
// A report that is damaged, or a document of log events that breaks off, is yielded as a [*LineError], and reading goes on. A
// container that cannot be read, such as zip, is a LineError of the field "container" and ends the sequence. An error of r, or a
// gzip stream that is cut off or corrupt, is yielded last, after all records before it; a nil r is a [*cost.RangeError]. The
// record beside an error is the zero value.
//
// The sequence can be run over once, since it reads r. Records are valid for ever but for their Prefix.
func Records(r io.Reader) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		if r == nil {
			yield(Record{}, errNoReader())
			return
		}
		err := read(r, &emitter{yield: yield})
		if err != nil && !errors.Is(err, errStopped) {
			yield(Record{}, err)
		}
	}
}

func errNoReader() error { return &cost.RangeError{Field: "r", Given: "nil", Allowed: "a reader"} }

func read(r io.Reader, e *emitter) error {
	text, before, err := unpack(r)
	if err != nil {
		return err
	}
	return newScanner(text, before, e).read()
}
