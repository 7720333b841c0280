package usagelog

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

var platformMark = []byte(`"platform.`)

// readLines reads a log of lines: text or JSON, with anything between.
//
// It works on large pieces of the input and looks at single lines only where a mark of a report stands: everything else
// is passed over at the speed of a search.
func readLines(r io.Reader, e *emitter) error {
	l := lineReader{e: e, line: 1}
	buf := make([]byte, 256<<10)
	kept := 0         // bytes at the front of buf that begin a line
	skipping := false // within a line longer than any report
	for {
		n, err := r.Read(buf[kept:])
		end := kept + n
		final := err != nil
		done := end // up to here lines are complete
		if !final || !errors.Is(err, io.EOF) {
			done = bytes.LastIndexByte(buf[kept:end], '\n') + kept + 1
			if done == kept {
				done = 0
			}
		}
		piece := buf[:done]
		if skipping && done > 0 {
			if i := bytes.IndexByte(piece, '\n'); i >= 0 {
				l.pass(piece[:i+1])
				piece, skipping = piece[i+1:], false
			} else {
				l.pass(piece)
				piece = nil
			}
		}
		if stop := l.scan(piece); stop != nil {
			return stop
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			// The error may have come behind the end of the last line. If not, it says why the line is no report.
			if r, problem := ParseReport(bytes.TrimRight(buf[done:end], "\r")); problem == nil && !skipping {
				if stop := l.e.emit(r, nil, l.line, l.offset); stop != nil {
					return stop
				}
			}
			return err
		}
		kept = copy(buf, buf[done:end])
		switch {
		case skipping:
			l.pass(buf[:kept])
			kept = 0
		case kept == len(buf) && len(buf) < maxLine:
			buf = append(buf, make([]byte, len(buf))...)
		case kept == len(buf):
			l.pass(buf)
			kept, skipping = 0, true
		}
	}
}

// lineReader knows the place of the next byte.
type lineReader struct {
	e      *emitter
	line   int
	offset int64
}

// pass counts bytes that are not looked at.
func (l *lineReader) pass(b []byte) {
	l.line += bytes.Count(b, []byte{'\n'})
	l.offset += int64(len(b))
}

// scan looks for reports in whole lines.
func (l *lineReader) scan(b []byte) error {
	nextText, nextJSON := bytes.Index(b, reportMark), bytes.Index(b, platformMark)
	at := 0 // b[:at] is done
	for nextText >= 0 || nextJSON >= 0 {
		mark := nextText
		if mark < 0 || nextJSON >= 0 && nextJSON < mark {
			mark = nextJSON
		}
		start := at + bytes.LastIndexByte(b[at:mark], '\n') + 1
		end := len(b)
		if i := bytes.IndexByte(b[mark:], '\n'); i >= 0 {
			end = mark + i + 1
		}
		l.pass(b[at:start])
		if err := l.one(b[start:end]); err != nil {
			return err
		}
		l.pass(b[start:end])
		at = end
		nextText, nextJSON = next(b, nextText, at, reportMark), next(b, nextJSON, at, platformMark)
	}
	l.pass(b[at:])
	return nil
}

// next returns where mark stands at or behind from, knowing where it last stood; -1 for nowhere.
func next(b []byte, last, from int, mark []byte) int {
	if last < 0 || last >= from {
		return last
	}
	i := bytes.Index(b[from:], mark)
	if i < 0 {
		return -1
	}
	return from + i
}

// one reads a line that has a mark of a report.
func (l *lineReader) one(line []byte) error {
	line = bytes.TrimRight(line, "\r\n")
	if reportAt(line) >= 0 && !bytes.HasPrefix(bytes.TrimLeft(line, " \t"), []byte("{")) {
		r, err := ParseReport(line)
		return l.e.emit(r, err, l.line, l.offset)
	}
	brace := bytes.IndexByte(line, '{')
	if brace < 0 {
		return l.fragment(line)
	}
	object := line[brace:]
	if containerList.Match(object) {
		return readDocumentsAt(object, l.e, l.line, l.offset+int64(brace))
	}
	if r, err := parseMessage(object); err == nil {
		return l.e.emit(r, nil, l.line, l.offset)
	} else if !errors.Is(err, ErrNotReport) {
		return l.e.emit(Record{}, err, l.line, l.offset)
	}
	return l.e.telemetry(object, prefixTime(line[:brace]), "", "", l.line, l.offset)
}

// fragment reads a line without an object that has a mark of a report: a JSON string, or the line of a JSON document that
// has the message, where a document over many lines stands behind text.
func (l *lineReader) fragment(line []byte) error {
	text := bytes.Trim(line, " \t,")
	if rest, ok := bytes.CutPrefix(text, []byte(`"message"`)); ok {
		text = bytes.TrimLeft(rest, " \t:")
	}
	var message string
	switch {
	case bytes.HasPrefix(text, []byte(`"`)) && json.Unmarshal(text, &message) == nil:
		r, err := ParseReport([]byte(message))
		return l.e.emit(r, err, l.line, l.offset)
	case bytes.Contains(line, []byte(`"platform.report"`)):
		return l.e.emit(Record{}, damaged("platform.report over several lines behind text", line), l.line, l.offset)
	}
	return nil
}

// parseMessage reads one log event as JSON, as `aws logs filter-log-events` piped through jq writes it: a text report in
// "message", or in "log", as Docker's and Kubernetes' logs have it.
func parseMessage(object []byte) (Record, error) {
	if !bytes.Contains(object, reportMark) {
		return Record{}, ErrNotReport
	}
	var event logEvent
	if json.Unmarshal(object, &event) != nil {
		return Record{}, ErrNotReport
	}
	if event.Message == "" {
		event.Message = event.Log
	}
	r, err := ParseReport([]byte(event.Message))
	if err == nil {
		r.Time = event.time(r.Time)
	}
	return r, err
}

// initKind reads the initialisation type of a platform event other than a report.
func initKind(event []byte) (kind string, ok bool) {
	if !bytes.Contains(event, []byte(`"initializationType"`)) {
		return "", false
	}
	var e telemetryEvent
	var t telemetryRecord
	if json.Unmarshal(event, &e) != nil || e.Type == "platform.report" || json.Unmarshal(e.Record, &t) != nil {
		return "", false
	}
	return t.InitializationType, true
}
