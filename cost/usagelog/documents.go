package usagelog

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"time"
)

// readDocuments reads JSON documents, one after another with or without white space between: CloudWatch subscription
// messages ("logEvents"), the output of aws logs filter-log-events ("events"), Logs Insights results ("results", or an
// array of objects), and arrays of platform events.
//
// A document is never held: only the element of its list that is being read, and the names beside the list.
func readDocuments(in *bufio.Reader, e *emitter) error {
	return (&documents{in: in, e: e, line: 1}).read()
}

// readDocumentsAt reads the documents in one line of a larger input.
func readDocumentsAt(b []byte, e *emitter, line int, offset int64) error {
	return (&documents{in: bufio.NewReader(bytes.NewReader(b)), e: e, line: line, offset: offset}).read()
}

type documents struct {
	in     *bufio.Reader
	e      *emitter
	line   int   // of the next byte
	offset int64 // of the next byte

	group  string // of the document being read
	stream string
	buf    []byte // of the value being read
}

// next returns the next byte of the input.
func (d *documents) next() (byte, error) {
	c, err := d.in.ReadByte()
	if err != nil {
		return 0, err
	}
	d.offset++
	if c == '\n' {
		d.line++
	}
	return c, nil
}

// read runs over all documents. What is not JSON between them is read as lines of text.
func (d *documents) read() error {
	for {
		c, err := d.next()
		if err != nil {
			return ignoreEOF(err)
		}
		switch {
		case isSpace(c):
		case c == '{':
			d.group, d.stream = "", ""
			err = d.object()
		case c == '[':
			err = d.list()
		default:
			err = d.text(c)
		}
		if err := d.survive(err); err != nil {
			return err
		}
	}
}

// errCut ends a document that is cut off or malformed.
var errCut = errors.New("usagelog: malformed JSON")

// survive reports a malformed document as damaged and lets reading go on.
func (d *documents) survive(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errCut), errors.Is(err, io.EOF):
		return d.e.emit(Record{}, damaged("JSON document", []byte("cut off or malformed")), d.line, d.offset)
	}
	return err
}

// text reads what is not JSON, up to the next line or brace: a report, or something to be told about.
func (d *documents) text(c byte) error {
	line, offset := d.line, d.offset-1
	d.buf = append(d.buf[:0], c)
	for {
		c, err := d.next()
		end := err != nil || c == '\n'
		if !end && c == '{' {
			_ = d.in.UnreadByte() // a byte was just read
			d.offset--
			end = true
		}
		if end {
			r, problem := ParseReport(bytes.TrimRight(d.buf, "\r"))
			if errors.Is(problem, ErrNotReport) && len(d.buf) < 64 && !bytes.ContainsAny(d.buf, " \t") {
				problem = damaged("JSON document", d.buf) // not a line of text: something is wrong with the JSON
			}
			if stop := d.e.emit(r, problem, line, offset); stop != nil {
				return stop
			}
			return ignoreEOF(err)
		}
		if len(d.buf) < maxLine {
			d.buf = append(d.buf, c)
		}
	}
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// skipSpace returns the next byte that is not white space.
func (d *documents) skipSpace() (byte, error) {
	for {
		c, err := d.next()
		if err != nil || !isSpace(c) {
			return c, err
		}
	}
}

// object reads a document behind its opening brace. One without a list of events may be an event itself.
func (d *documents) object() error {
	line, offset := d.line, d.offset-1
	whole, isEvent := []byte{'{'}, true
	for {
		c, err := d.skipSpace()
		switch {
		case err != nil:
			return err
		case c == '}':
			if isEvent {
				return d.element(append(whole, '}'), line, offset)
			}
			return nil
		case c == ',':
			continue
		case c != '"':
			return errCut
		}
		key, _, err := d.value(c)
		if err != nil {
			return err
		}
		var name string
		if json.Unmarshal(key, &name) != nil {
			return errCut
		}
		if len(whole) > 1 {
			whole = append(whole, ',')
		}
		whole = append(append(whole, key...), ':')
		if c, err = d.skipSpace(); err != nil {
			return err
		} else if c != ':' {
			return errCut
		}
		if c, err = d.skipSpace(); err != nil {
			return err
		}
		if c == '[' && (name == "logEvents" || name == "events" || name == "results") {
			whole, isEvent = nil, false
			if err := d.list(); err != nil {
				return err
			}
			continue
		}
		text, fits, err := d.value(c)
		if err != nil {
			return err
		}
		if isEvent = isEvent && fits && len(whole)+len(text) <= maxLine; isEvent {
			whole = append(whole, text...)
		} else {
			whole = nil
		}
		if fits && c == '"' {
			var s string
			if json.Unmarshal(text, &s) == nil {
				switch name {
				case "logGroup", "logGroupName":
					d.group = s
				case "logStream", "logStreamName":
					d.stream = s
				}
			}
		}
	}
}

// list reads the elements of a list behind its opening bracket.
func (d *documents) list() error {
	for {
		c, err := d.skipSpace()
		switch {
		case err != nil:
			return err
		case c == ']':
			return nil
		case c == ',':
			continue
		case c == '}':
			return errCut
		}
		line, offset := d.line, d.offset-1
		text, fits, err := d.value(c)
		if err != nil {
			return err
		}
		if !fits {
			continue
		}
		if err := d.element(text, line, offset); err != nil {
			return err
		}
	}
}

// value reads one JSON value of which c is the first byte, as it stands there; fits is false where it is longer than any
// report, and text then only its beginning.
func (d *documents) value(c byte) (text []byte, fits bool, err error) {
	d.buf = append(d.buf[:0], c)
	fits = true
	depth, inString := 0, c == '"'
	switch c {
	case '{', '[':
		depth = 1
	case '"':
	default: // a number, true, false, null: up to what ends it
		for {
			next, err := d.in.Peek(1)
			if err != nil {
				return d.buf, true, err
			}
			if isSpace(next[0]) || strings.IndexByte(",]}{[:\"", next[0]) >= 0 {
				return d.buf, true, nil
			}
			c, _ = d.next()
			if len(d.buf) > 64 {
				return d.buf, true, errCut
			}
			d.buf = append(d.buf, c)
		}
	}
	for depth > 0 || inString {
		c, err := d.next()
		if err != nil {
			return d.buf, fits, err
		}
		if len(d.buf) < maxLine {
			d.buf = append(d.buf, c)
		} else {
			fits = false
		}
		switch {
		case inString && c == '\\':
			escaped, err := d.next()
			if err != nil {
				return d.buf, fits, err
			}
			d.buf = append(d.buf[:min(len(d.buf), maxLine)], escaped)
		case inString && c == '\n':
			return d.buf, fits, errCut // a string does not hold one: the document was cut off before this line
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
	}
	return d.buf, fits, nil
}

// logEvent is an element of a subscription message or of the output of aws logs filter-log-events.
type logEvent struct {
	Timestamp     json.Number `json:"timestamp"`
	Message       string      `json:"message"`
	Log           string      `json:"log"`
	LogStreamName string      `json:"logStreamName"`
	LogGroup      string      `json:"logGroup"`
	LogGroupName  string      `json:"logGroupName"`
}

// time returns the event's timestamp, or what else is known where it has none.
func (e *logEvent) time(otherwise time.Time) time.Time {
	if ms, ok := parseWholeMillis([]byte(e.Timestamp)); ok {
		return time.UnixMilli(ms).UTC()
	}
	return otherwise
}

// element reads one element of a list: a log event, a platform event, a row of Logs Insights.
func (d *documents) element(text []byte, line int, offset int64) error {
	if !bytes.Contains(text, []byte("REPORT")) && !bytes.Contains(text, []byte("platform.")) && !bytes.Contains(text, []byte("@")) {
		return nil
	}
	malformed := func() error {
		if !bytes.Contains(text, reportMark) && !bytes.Contains(text, []byte(`"platform.report"`)) && !bytes.Contains(text, []byte(`"@billedDuration"`)) {
			return nil // an application's
		}
		return d.e.emit(Record{}, damaged("JSON element", text), line, offset)
	}
	if text[0] == '[' {
		var fields []struct{ Field, Value string }
		if json.Unmarshal(text, &fields) != nil {
			return malformed()
		}
		row := make(map[string]string, len(fields))
		for _, f := range fields {
			row[f.Field] = f.Value
		}
		return emitRow(d.e, row, line, offset)
	}
	if text[0] != '{' {
		return nil
	}
	if containerList.Match(text) { // a list of subscription messages
		return readDocumentsAt(bytes.Clone(text), d.e, line, offset)
	}
	if bytes.Contains(text, []byte(`"@`)) {
		row, ok := insightsRow(text)
		if !ok {
			return malformed()
		}
		return emitRow(d.e, row, line, offset)
	}
	var event logEvent
	if json.Unmarshal(text, &event) != nil {
		return malformed()
	}
	group, stream := d.group, d.stream
	for _, own := range []string{event.LogGroup, event.LogGroupName} {
		if own != "" {
			group = own
		}
	}
	if event.LogStreamName != "" {
		stream = event.LogStreamName
	}
	if event.Message == "" {
		return d.e.telemetry(text, event.time(time.Time{}), stream, functionOf(group), line, offset)
	}
	return emitMessage(d.e, []byte(event.Message), event.time(time.Time{}), group, stream, line, offset)
}

// emitMessage reads the message of a log event: a text report, or a platform event.
func emitMessage(e *emitter, message []byte, at time.Time, group, stream string, line int, offset int64) error {
	function := functionOf(group)
	if trimmed := bytes.TrimSpace(message); len(trimmed) > 0 && trimmed[0] == '{' {
		if !bytes.Contains(trimmed, platformMark) {
			return nil
		}
		return e.telemetry(trimmed, at, stream, function, line, offset)
	}
	r, err := ParseReport(message)
	if err == nil {
		r.Function = function
		if !at.IsZero() {
			r.Time = at
		}
	}
	return e.emit(r, err, line, offset)
}

// functionOf returns the function whose log group it is: /aws/lambda/NAME, with or without an account before it.
func functionOf(group string) string {
	const prefix = "/aws/lambda/"
	if i := strings.Index(group, ":"+prefix); i >= 0 {
		group = group[i+1:]
	}
	name, ok := strings.CutPrefix(group, prefix)
	if !ok {
		return ""
	}
	return name
}
