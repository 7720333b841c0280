package usagelog

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"time"
)

// context is what stands around an event.
type context struct {
	group, stream string
	time          time.Time
	fields        *row // of the list that the event is in
	depth         int
	inObject      bool // in a list of events, where a string is no message
	entries       bool // in a list of Loki's, of a time and a message each
	around        bool // the object that is read stands around lists of events, and is none itself
}

var (
	reportMark   = []byte("REPORT RequestId: ")
	platformMark = []byte("platform.")
)

// hasReport reports whether a message may hold a report; most do not, and are not looked at any closer.
func hasReport(message []byte) bool {
	return bytes.Contains(message, reportMark) || bytes.Contains(message, platformMark)
}

// broken returns the error of JSON that cannot be read; ErrNotReport where it is not likely to be a report's.
func broken(raw []byte) error {
	switch {
	case bytes.Contains(raw, []byte(`"platform.report"`)):
		return damaged("platform.report (JSON)", raw)
	case bytes.Contains(raw, reportMark), bytes.Contains(raw, []byte(`"@billedDuration"`)):
		return damaged("JSON document", raw)
	}
	return ErrNotReport
}

// members are where the values stand in an object; the zero value is none.
type members [keys]struct{ from, to int64 }

// value returns a member of the object; nil where it has none.
func (m *members) value(object []byte, k key) []byte {
	if m[k].to == 0 || object == nil {
		return nil
	}
	return object[m[k].from:m[k].to]
}

// ofLogs reports whether the object is a document of log events, or one of them in a list.
func (m *members) ofLogs(listed bool) bool {
	has := func(k key) bool { return m[k].from > 0 }
	return has(keyLogEvents) || has(keyGroup) || has(keyLabels) && has(keyValues) ||
		listed && has(keyTimestamp) && (has(keyMessage) || has(keyLine))
}

// context returns what the object says of the events in it, where it stands in outer.
func (m *members) context(object []byte, outer context) context {
	for _, k := range [...]key{keyGroup, keyAtLog} {
		if name, ok := unquote(m.value(object, k)); ok {
			outer.group = name
		}
	}
	for _, k := range [...]key{keyStream, keyAtLogStream} {
		if name, ok := unquote(m.value(object, k)); ok {
			outer.stream = name
		}
	}
	if raw := m.value(object, keyLabels); len(raw) > 0 && raw[0] == '{' {
		outer.label(raw)
	}
	for _, k := range [...]key{keyTimestamp, keyAtTimestamp, keyTime} {
		if t := parseTime(bytes.Trim(m.value(object, k), `"`)); !t.IsZero() {
			outer.time = t
			break
		}
	}
	return outer
}

// label takes the log group from labels of Loki's, as lambda-promtail names it, which brings logs of CloudWatch there.
func (c *context) label(object []byte) {
	var labels struct {
		Group  string `json:"__aws_cloudwatch_log_group"`
		Stream string `json:"__aws_cloudwatch_log_stream"`
	}
	if json.Unmarshal(object, &labels) == nil && labels.Group != "" {
		c.group, c.stream = labels.Group, labels.Stream
	}
}

// inner is context for what is listed in the object.
func (m *members) inner(object []byte, outer context) context {
	c := m.context(object, outer)
	c.inObject, c.around = true, false
	return c
}

// unquote returns the text of a JSON string that is not empty.
func unquote(raw []byte) (s string, ok bool) {
	return s, len(raw) > 0 && json.Unmarshal(raw, &s) == nil && s != ""
}

// event reads a JSON object: a platform event, a log event with its message, a row of Logs Insights. Anything else is an
// application's.
func (s *scanner) event(object []byte, m *members, c context, p place) error {
	if bytes.HasPrefix(m.value(object, keyType), []byte(`"platform.`)) {
		return s.telemetry(object, c, p)
	}
	if m[keyAtDuration].to > 0 || m[keyAtBilledDuration].to > 0 {
		var r row
		for k := range columns {
			r.setJSON(k, m.value(object, k))
		}
		return r.emit(s, c, p)
	}
	for _, k := range [...]key{keyMessage, keyAtMessage, keyLog, keyLine} {
		if message := m.value(object, k); hasReport(message) {
			return s.rawMessage(message, m.context(object, c), p)
		}
	}
	return nil
}

// rawMessage reads a message as it stands in JSON: a string, or an object.
func (s *scanner) rawMessage(raw []byte, c context, p place) error {
	if raw[0] != '"' {
		return s.nested(raw, c, p)
	}
	message, ok := unquote(raw)
	if !ok {
		return s.tell(broken(raw), p)
	}
	return s.message([]byte(message), c, p)
}

// message reads what a function, or Lambda, wrote as one event: a report as text or JSON.
func (s *scanner) message(message []byte, c context, p place) error {
	if trimmed := bytes.TrimSpace(message); len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '"') {
		return s.nested(trimmed, c, p)
	}
	return s.emitReports(message, nil, c, p)
}

// nested reads a message that is JSON, all of which stands at p.
func (s *scanner) nested(message []byte, c context, p place) error {
	inner := scanner{window: window{buf: message, err: io.EOF, line: 1, hold: -1, long: -1}, emitter: s.emitter, fixed: &p}
	c.inObject = false
	if err := inner.value(c); !errors.Is(err, errCut) {
		return err
	}
	return inner.cut()
}

// telemetry reads a platform event and emits it where it is a report. Its own time goes before the container's.
func (s *scanner) telemetry(object []byte, c context, p place) error {
	r, err := ParseTelemetry(object)
	switch {
	case errors.Is(err, ErrNotReport):
		if kind := initialization(object); kind != "" {
			s.init = initialized{c.stream, kind}
		}
	case err == nil:
		r.Function = functionOf(c.group)
		if r.Time.IsZero() {
			r.Time = c.time
		}
		if r.Init > 0 && r.Initialization == "" && s.init.stream == c.stream {
			r.Initialization = s.init.kind
		}
		s.init = initialized{}
	}
	return s.emit(&r, err, p)
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
