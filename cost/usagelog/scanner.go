package usagelog

import (
	"bytes"
	"errors"
	"io"
)

// scanner reads a log: lines of text, and JSON values wherever they begin. It looks for the marks of a report and for brackets
// in large pieces; everything else is passed over at the speed of that search. What turns out to be no JSON is text again.
type scanner struct {
	window
	*emitter
	reports, objects, lists finder

	tried int64  // the text of which it is known whether it begins with a JSON string
	fixed *place // of a message in a larger log, which is all at one place

	// Of the JSON value that is being read.
	held                place // of what begins at hold
	listed              bool  // it is an element of a list
	ofLogs              bool  // it is a document of log events
	lastString, lastEnd int64 // offsets of the last string in it
	ended               int64 // where the last value ended; 0 where it broke off
	unclosed            int64 // where the line ends on which a string is not closed; 0 where there is none
}

func newScanner(r io.Reader, before int64, e *emitter) *scanner {
	return &scanner{
		window:  window{r: r, base: before, text: before, hold: -1, long: -1, line: 1},
		emitter: e,
		reports: finder{what: reportMark}, objects: finder{what: []byte("{"), bracket: true}, lists: finder{what: []byte("["), bracket: true},
		tried: -1,
	}
}

func isEOF(err error) bool { return errors.Is(err, io.EOF) }

// place is that of the next byte.
func (s *scanner) place() place {
	if s.fixed != nil {
		return *s.fixed
	}
	return place{s.line, s.at()}
}

// read reads the log to its end.
func (s *scanner) read() error {
	if isTable, err := s.table(); isTable || err != nil {
		return err
	}
	for {
		next := -1
		for _, f := range [...]*finder{&s.reports, &s.objects, &s.lists} {
			if i := f.find(&s.window); i >= 0 && (next < 0 || i < next) {
				next = i
			}
		}
		if next < 0 {
			s.pass(max(s.pos, len(s.buf)-len(reportMark)+1)) // where a mark may begin
			if s.fill() {
				continue
			}
			if isEOF(s.err) {
				return nil
			}
			return s.err
		}
		s.pass(next)
		var err error
		switch {
		case s.toString():
			_, err = s.jsonString() // a message as jq writes it, or the name of a member
		case s.buf[next] == reportMark[0]:
			err = s.report()
		default:
			err = s.document()
		}
		if err != nil {
			return err
		}
	}
}

// document reads the JSON value that may begin at a bracket.
func (s *scanner) document() error {
	if !s.opens() {
		s.pos++
		return nil
	}
	prefix := s.since(s.text)
	c := context{time: prefixTime(prefix[:min(len(prefix), longestTime)])}
	s.ofLogs, s.hold, s.lastEnd, s.unclosed = false, -1, 0, 0
	err := s.value(c)
	switch s.ended = s.at(); {
	case errors.Is(err, errCut):
		s.ended = 0
		return s.cut()
	case err != nil:
		return err
	case s.ofLogs:
		s.text = s.at()
		return s.junk()
	}
	return nil
}

// opens reports whether what follows a bracket may be JSON that holds a report; most brackets in a text are not.
func (s *scanner) opens() bool {
	if s.pos+1 == len(s.buf) && !s.fill() {
		return false
	}
	switch b := s.buf[s.pos+1]; {
	case b == '"', isSpace(b):
		return true
	case s.buf[s.pos] == '[':
		return b == '{' || b == '['
	}
	return false
}

// cut goes on behind JSON that breaks off, and tells of it where it was likely to hold reports.
func (s *scanner) cut() error {
	end := max(s.unclosed, s.at())
	if s.fixed == nil {
		s.quiet = s.torn(s.index(end))
	}
	err, begin, listed := ErrNotReport, s.held, s.listed && s.hold >= 0
	if i := s.index(s.hold); s.hold >= 0 && i >= 0 && end-s.hold <= maxLine {
		err = broken(s.buf[i:s.index(end)])
	}
	s.hold = -1
	told := s.ofLogs || !errors.Is(err, ErrNotReport)
	switch quote := s.index(s.lastString); {
	case s.unclosed > 0 && told:
		s.pos = s.index(s.unclosed)
		s.passLine(s.pos)
	case s.unclosed > 0: // a quote in a text
	case s.lastEnd > s.text && quote >= 0 && len(bytes.TrimLeft(s.buf[s.index(s.lastEnd):s.pos], " \t")) == 0:
		// The string is what does not fit: it broke off, and the quote that closed it opens one of the next document.
		if told {
			s.reports.skip(end)
		}
		s.pos = quote + 1
	}
	if !told {
		return nil
	}
	if errors.Is(err, ErrNotReport) {
		err = damaged("JSON document", []byte("cut off or malformed"))
		if !listed {
			begin = s.place()
		}
	}
	return s.tell(err, begin)
}

// junk tells of what touches a document of log events and is neither another one nor text: a part of one that was cut.
func (s *scanner) junk() error {
	const longest = 64
	n := 0
	for ; n < longest; n++ {
		if s.pos+n == len(s.buf) && !s.fill() {
			break
		}
		b := s.buf[s.pos+n]
		if b == ' ' || b == '\t' {
			return nil
		}
		if b == '\n' || b == '{' || b == '[' {
			break
		}
	}
	junk := bytes.Trim(s.buf[s.pos:s.pos+n], ",]}\r")
	if len(junk) == 0 || n == longest {
		return nil
	}
	s.quiet = s.torn(s.pos + n)
	return s.tell(damaged("JSON document", junk), s.place())
}
