package usagelog

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"regexp"
	"strings"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

const (
	// maxLine is the longest line or message that is looked at. Lambda's longest log event is 1 MB, which JSON may make
	// six times as long; a report has under 1 KB.
	maxLine = 8 << 20
	// sniffed is how much of the input decides which container it is.
	sniffed = 64 << 10
)

// Records reads every report of a log, in the order of the input, whatever container it arrives in; the package comment
// lists them. gzip, of one member or many, is recognised as well. Lines and messages that are not reports are passed over.
// Memory does not grow with the input: a line or message longer than 8 MB is passed over as no report could be.
//
// A report that is damaged is yielded as a [*LineError], and reading goes on. An error of r, or a gzip stream that is cut
// off or corrupt, is yielded last, after all records before it; a nil r is a [*cost.RangeError]. The record beside an error
// is the zero value.
//
// The sequence can be run over once, since it reads r. Records are valid for ever but for their Prefix.
func Records(r io.Reader) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		if r == nil {
			yield(Record{}, errNoReader())
			return
		}
		e := &emitter{yield: yield}
		err := read(r, e)
		if err != nil && !errors.Is(err, errStopped) {
			yield(Record{}, err)
		}
	}
}

func errNoReader() error { return &cost.RangeError{Field: "r", Given: "nil", Allowed: "a reader"} }

// errStopped unwinds a reader whose consumer has had enough.
var errStopped = errors.New("usagelog: stopped")

func read(r io.Reader, e *emitter) error {
	in := bufio.NewReaderSize(r, sniffed)
	if magic, _ := in.Peek(2); len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(in)
		if err != nil {
			return err
		}
		in = bufio.NewReaderSize(z, sniffed)
	}
	if bom, _ := in.Peek(3); string(bom) == "\xef\xbb\xbf" {
		_, _ = in.Discard(3) // it is in the buffer
		e.base = 3
	}
	// An error of the reader is met again by whoever reads on.
	head, _ := in.Peek(sniffed)
	switch sniff(head) {
	case jsonDocuments:
		return readDocuments(in, e)
	case csvTable:
		return readCSV(in, e)
	default:
		return readLines(in, e)
	}
}

type container int

const (
	plainLines container = iota
	jsonDocuments
	csvTable
)

var (
	containerList = regexp.MustCompile(`^\{[^\n]*"messageType"|"(logEvents|events|results)"\s*:\s*\[\s*[\[{\]]`)
	jsonList      = regexp.MustCompile(`^\[\s*(\{\s*["}]|\[\s*[{\]])`)
)

// sniff tells a container by its first bytes.
func sniff(head []byte) container {
	head = bytes.TrimLeft(head, " \t\r\n")
	if len(head) == 0 {
		return plainLines
	}
	switch head[0] {
	case '{':
		if containerList.Match(head) {
			return jsonDocuments
		}
		// One object a line is read as lines, which is faster and finds its way behind a damaged one. What is no line of
		// JSON is an object over several lines, several objects on one, or one that is longer than what is looked at.
		first, _, complete := bytes.Cut(head, []byte("\n"))
		if first = bytes.TrimSpace(first); !json.Valid(first) && (!complete || len(first) == 1 || beginsWithObject(first)) {
			return jsonDocuments
		}
	case '[':
		if jsonList.Match(head) {
			return jsonDocuments
		}
	default:
		first, _, _ := bytes.Cut(head, []byte("\n"))
		if bytes.Contains(first, reportMark) {
			return plainLines
		}
		names := strings.ToLower(string(first))
		if strings.Contains(names, "@message") || strings.Contains(names, "@billedduration") ||
			strings.HasPrefix(names, "timestamp,message") { // as the console exports log events
			return csvTable
		}
	}
	return plainLines
}

// beginsWithObject reports whether a whole JSON object stands at the front of b.
func beginsWithObject(b []byte) bool {
	var object json.RawMessage
	return json.NewDecoder(bytes.NewReader(b)).Decode(&object) == nil
}

// emitter hands records on, and knows what the container said of the place that it reads.
type emitter struct {
	yield func(Record, error) bool
	base  int64 // bytes before the first one that is counted
	init  initialization
}

// initialization is what the last platform.initReport of a log stream said, until the next report takes it.
type initialization struct{ stream, kind string }

// emit yields a record, or an error of its line; it is errStopped where the consumer has had enough.
func (e *emitter) emit(r Record, err error, line int, offset int64) error {
	if errors.Is(err, ErrNotReport) {
		return nil
	}
	offset += e.base
	if err != nil {
		err, r = at(err, line, offset), Record{}
	} else {
		r.Line, r.Offset = line, offset
	}
	if !e.yield(r, err) {
		return errStopped
	}
	return nil
}

// telemetry reads one platform event and emits it where it is a report. Its own time goes before the container's.
func (e *emitter) telemetry(event []byte, at time.Time, stream, function string, line int, offset int64) error {
	if kind, ok := initKind(event); ok {
		e.init = initialization{stream, kind}
		return nil
	}
	r, err := ParseTelemetry(event)
	if err == nil {
		r.Function = function
		if r.Time.IsZero() {
			r.Time = at
		}
		if r.Init > 0 && r.Initialization == "" && e.init.stream == stream {
			r.Initialization = e.init.kind
		}
		e.init = initialization{}
	}
	return e.emit(r, err, line, offset)
}
