package usagelog

import (
	"bytes"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// ParseReport reads one text REPORT line, whatever its white space and the order of its fields, with or without something
// before REPORT. It allocates nothing for an ordinary line; Prefix of the record is part of line.
//
// A line that is not a report is [ErrNotReport]; one that is but is damaged is a [*LineError] that names the field: missing,
// twice there, not a number, without its unit, or beyond what Lambda allows (128 to 10,240 MB, 30 minutes billed). So is a line
// of two reports, of which [Records] reads both.
func ParseReport(line []byte) (Record, error) {
	r, next, err := firstReport(line)
	switch {
	case err != nil:
		return Record{}, err
	case startsReport(line, next):
		return Record{}, damaged("REPORT (for the second time)", line[next:])
	}
	return r, nil
}

// firstReport reads the first report in text, and returns where the mark of another one stands behind it; len(text) where there
// is none. What was torn takes nothing from what follows it.
func firstReport(text []byte) (r Record, next int, err error) {
	i := reportAt(text)
	if i < 0 {
		return Record{}, len(text), ErrNotReport
	}
	from := i + len(reportMark)
	next = len(text)
	if n := bytes.Index(text[from:], reportMark); n >= 0 {
		next = from + n
	}
	r = Record{Prefix: text[:i], Line: 1, billable: true}
	if err := r.parseFields(text[from:next]); err != nil {
		return Record{}, next, err
	}
	r.Time = prefixTime(r.Prefix)
	return r, next, nil
}

// startsReport reports whether the mark at next is that of a report which touches the one before it; not where it is quoted.
func startsReport(text []byte, next int) bool {
	return next < len(text) && bytes.IndexByte([]byte("\"'_\\,;"), text[next-1]) < 0
}

// reportAt returns where a report begins in line, or -1. INIT_REPORT, or a quoted report, is none.
func reportAt(line []byte) int {
	for from := 0; ; {
		i := bytes.Index(line[from:], reportMark)
		if i < 0 {
			return -1
		}
		i += from
		if mayBegin(line[:i]) {
			return i
		}
		from = i + len(reportMark)
	}
}

// mayBegin reports whether a report may begin behind text: at its front, behind white space, or behind the zeros that a log begins
// with which was truncated while it was written.
func mayBegin(before []byte) bool {
	last := lastByte(before)
	return last == 0 || isSpace(last)
}

// lastByte returns the last byte of b; 0 where b is empty.
func lastByte(b []byte) byte {
	if len(b) == 0 {
		return 0
	}
	return b[len(b)-1]
}

// isSpace is one comparison for nearly every byte, which is what most of the time of a line goes into.
func isSpace(c byte) bool {
	const spaces uint64 = 1<<' ' | 1<<'\t' | 1<<'\n' | 1<<'\r'
	return c <= ' ' && spaces>>c&1 != 0
}

// The fields of a report, one bit each for those that were seen.
const (
	fieldDuration = 1 << iota
	fieldBilled
	fieldMemory
	fieldMaxMemory
	fieldInit
	fieldRestore
	fieldBilledRestore
	fieldStatus
	fieldErrorType
)

const required = fieldDuration | fieldBilled | fieldMemory | fieldMaxMemory

var requiredNames = [...]string{"Duration", "Billed Duration", "Memory Size", "Max Memory Used"}

// parseFields reads what follows "RequestId: ".
func (r *Record) parseFields(rest []byte) error {
	id, rest := firstWord(rest)
	var ok bool
	if r.RequestID, ok = makeID(id); !ok {
		return damaged("RequestId", id)
	}
	seen := 0
	for {
		for len(rest) > 0 && isSpace(rest[0]) {
			rest = rest[1:]
		}
		if len(rest) == 0 {
			break
		}
		field, name := 0, ""
		switch rest[0] {
		case 'D':
			field, name = fieldDuration, "Duration"
		case 'B':
			field, name = fieldBilled, "Billed Duration"
			if hasPrefix(rest, "Billed R") {
				field, name = fieldBilledRestore, "Billed Restore Duration"
			}
		case 'M':
			field, name = fieldMemory, "Memory Size"
			if hasPrefix(rest, "Max") {
				field, name = fieldMaxMemory, "Max Memory Used"
			}
		case 'I':
			field, name = fieldInit, "Init Duration"
		case 'R':
			field, name = fieldRestore, "Restore Duration"
		case 'S':
			field, name = fieldStatus, "Status"
		case 'E':
			field, name = fieldErrorType, "Error Type"
		}
		n := len(name)
		if field == 0 || !hasPrefix(rest, name) || len(rest) < n+2 || rest[n] != ':' || rest[n+1] != ' ' {
			// X-Ray's ids, and whatever AWS may add.
			_, rest = word(rest)
			continue
		}
		rest = rest[n+2:]
		if seen&field != 0 {
			value, _ := word(rest)
			return damaged(name+" (for the second time)", value)
		}
		seen |= field
		switch {
		case field&(fieldStatus|fieldErrorType) != 0:
			var value []byte
			if value, rest = word(rest); len(value) == 0 {
				return damaged(name, nil)
			}
			if field == fieldStatus {
				r.Status = intern(value)
			} else {
				r.ErrorType = intern(value)
			}
			continue
		case field&(fieldMemory|fieldMaxMemory) != 0:
			mb, n := leadingWhole(rest)
			if n == 0 || n > 9 || !unit(rest[n:], "MB") {
				value, _ := word(rest)
				return damaged(name, value)
			}
			if field == fieldMemory {
				if !memoryAllowed(mb) {
					return damaged(name, rest[:n])
				}
				r.MemoryMB = int(mb)
			} else {
				r.MaxMemoryUsedMB = int(mb)
			}
			rest = rest[n+len(" MB"):]
		default:
			var d time.Duration
			var n int
			if field&(fieldBilled|fieldBilledRestore) != 0 {
				var ms int64
				if ms, n = leadingWhole(rest); n > 12 {
					n = 0
				}
				d = time.Duration(ms) * time.Millisecond
			} else {
				d, n = leadingMillis(rest)
			}
			if n == 0 || !unit(rest[n:], "ms") {
				value, _ := word(rest)
				return damaged(name, value)
			}
			if d > cost.MaxBilled {
				return damaged(name, rest[:n])
			}
			rest = rest[n+len(" ms"):]
			switch field {
			case fieldDuration:
				r.Duration = d
			case fieldBilled:
				r.Billed = d
			case fieldInit:
				r.Init = d
			case fieldRestore:
				r.Restore = d
			case fieldBilledRestore:
				r.BilledRestore = d
			}
		}
	}
	if missing := required &^ seen; missing != 0 {
		for i, name := range requiredNames {
			if missing&(1<<i) != 0 {
				return damaged(name, nil)
			}
		}
	}
	if seen&fieldRestore != 0 {
		r.Initialization = initSnapStart
	}
	return nil
}

const initSnapStart = "snap-start"

// word splits b behind its first word; white space is not skipped.
func word(b []byte) (w, rest []byte) {
	for i, c := range b {
		if isSpace(c) {
			return b[:i], b[i:]
		}
	}
	return b, nil
}

// firstWord is word for the request id, which is long and nearly always ends with a tab: two searches beat a loop.
func firstWord(b []byte) (w, rest []byte) {
	if i := bytes.IndexByte(b, '\t'); i >= 0 && i <= maxID && bytes.IndexByte(b[:i], ' ') < 0 {
		return b[:i], b[i:]
	}
	return word(b)
}

// unit reports whether b begins with a space, the unit's two letters, and no third.
func unit(b []byte, name string) bool {
	return len(b) >= 3 && b[0] == ' ' && string(b[1:3]) == name && (len(b) == 3 || isSpace(b[3]))
}

func hasPrefix(b []byte, s string) bool { return len(b) >= len(s) && string(b[:len(s)]) == s }

// intern returns b as a string, without allocating where it is one of those that Lambda writes often.
func intern(b []byte) string {
	switch string(b) {
	case "timeout":
		return "timeout"
	case "error":
		return "error"
	case "failure":
		return "failure"
	case "success":
		return "success"
	case "Runtime.OutOfMemory":
		return "Runtime.OutOfMemory"
	case "Runtime.ExitError":
		return "Runtime.ExitError"
	case "Runtime.ImportModuleError":
		return "Runtime.ImportModuleError"
	case "Runtime.UserCodeSyntaxError":
		return "Runtime.UserCodeSyntaxError"
	}
	return string(b)
}
