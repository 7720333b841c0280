package usagelog

import (
	"bytes"
	"encoding/json"
	"time"
)

// report reads a report as text, or what is left of another container that held it, at its mark.
func (s *scanner) report() error {
	start, mark := s.index(s.text), s.pos
	if start < 0 || mark-start > maxLine {
		s.pos++
		return nil
	}
	before := s.buf[start:mark]
	switch last := lastByte(before); {
	case mayBegin(before), s.at() == s.ended, endsWithMark(before):
		return s.reportLine()
	case last == '"' && holdsMessage(before[:len(before)-1]):
		return s.fragment()
	case last == ',', last == ';':
		return s.cell()
	}
	s.pos++ // INIT_REPORT, a quotation
	return nil
}

// endsWithMark reports whether b ends with the mark of a byte order, of a file that was appended.
func endsWithMark(b []byte) bool {
	return bytes.HasSuffix(b, byteOrderMark) || len(b) >= 2 && hasMark(b[len(b)-2:])
}

// reportLine reads a line of text with a report.
func (s *scanner) reportLine() error {
	mark := s.at()
	end, ok := s.lineEnd()
	if !ok {
		s.pos++
		return nil
	}
	start := s.index(s.text)
	line := trimBreak(s.buf[start:end])
	prefix := line[:s.index(mark)-start]
	text := line[len(prefix):]
	begin := place{s.line, s.text}
	r, next, err := firstReport(text)
	if next < len(text) {
		s.quiet = false
		s.toNext(text, next)
	} else {
		s.quiet = s.torn(end)
		s.passLine(end)
	}
	r.Prefix, r.Time = prefix, prefixTime(prefix)
	return s.emit(&r, err, begin)
}

// toNext moves on from a report to the mark of the next one on its line, by which it was cut off, or to the document or row that
// this one stands in.
func (s *scanner) toNext(text []byte, next int) {
	mark := s.at() + int64(next)
	starts := startsReport(text, next)
	if starts && !bytes.ContainsAny(text[:next], "{[") {
		s.pos += next
		s.text = mark
		return
	}
	s.pos += len(reportMark)
	if starts {
		s.ended = mark
	}
}

// passReports emits the reports in a cell on a line of text, and passes the line.
func (s *scanner) passReports(text, prefix []byte, at time.Time, end int) error {
	begin := place{s.line, s.text}
	s.quiet = s.torn(end)
	s.passLine(end)
	return s.emitReports(text, prefix, context{time: at}, begin)
}

// emitReports emits the reports in a text, of which there is mostly one, with what is known from around it. A prefix of nil is
// that of the text itself.
func (s *scanner) emitReports(text, prefix []byte, c context, p place) error {
	for {
		r, next, err := firstReport(text)
		if err == nil {
			r.Function = functionOf(c.group)
			if !c.time.IsZero() {
				r.Time = c.time
			}
			if prefix != nil {
				r.Prefix = prefix
			}
		}
		if err := s.emit(&r, err, p); err != nil || !startsReport(text, next) {
			return err
		}
		text = text[next:]
	}
}

// holdsMessage reports whether a JSON string or a quoted cell that begins behind b is a message.
func holdsMessage(b []byte) bool {
	b = bytes.TrimRight(b, " \t")
	switch lastByte(b) {
	case 0, ',', ';', '[':
		return true
	case ':':
		b = bytes.TrimRight(b[:len(b)-1], " \t")
		for _, name := range [...]string{`"message"`, `"@message"`, `"log"`, `"line"`, `"value"`} {
			if bytes.HasSuffix(b, []byte(name)) {
				return true
			}
		}
	}
	return false
}

// fragment reads a message in a document, or a table, whose beginning is not there: as a JSON string, else as a quoted cell.
func (s *scanner) fragment() error {
	s.pos--
	if ok, err := s.jsonString(); ok {
		return err
	}
	return s.cell()
}

// cell reads a report in a row of a table whose header is not there, as grep leaves it: up to the end of the cell or line.
func (s *scanner) cell() error {
	mark := s.at()
	end, ok := s.lineEnd()
	if !ok {
		s.pos++
		return nil
	}
	start, from := s.index(s.text), s.index(mark)
	prefix := s.buf[start:from]
	closing := lastByte(prefix) // a quote, comma or semicolon
	text, _, _ := bytes.Cut(trimBreak(s.buf[from:end]), []byte{closing})
	first := prefix
	if i := bytes.IndexAny(prefix, ",;"); i >= 0 {
		first = prefix[:i]
	}
	return s.passReports(text, prefix, prefixTime(bytes.Trim(first, `"`)), end)
}

// toString moves back to the quote that the line begins with; false where there is none, or where it was tried before.
func (s *scanner) toString() bool {
	if s.tried == s.text {
		return false
	}
	s.tried = s.text
	i := s.index(s.text)
	if i < 0 {
		return false
	}
	for s.buf[i] == ' ' || s.buf[i] == '\t' {
		i++ // at pos, at the latest, stands something else
	}
	if s.buf[i] != '"' {
		return false
	}
	s.pos = i
	return true
}

// jsonString reads the JSON string that begins at the next byte, and what report it is. It is false, with the quote alone passed,
// where there is none: a quote in a text, or around the cell of a table.
func (s *scanner) jsonString() (ok bool, err error) {
	begin := s.place()
	raw, err := s.str()
	if err != nil {
		return false, nil
	}
	if !hasReport(raw) {
		return true, nil
	}
	if !json.Valid(raw) {
		s.pos = s.index(begin.offset) + 1
		return false, nil
	}
	return true, s.rawMessage(raw, context{}, begin)
}
