package usagelog

import (
	"bytes"
	"errors"
)

// errCut ends a JSON value that breaks off or is none. The next byte is then the first that cannot belong to it.
var errCut = errors.New("usagelog: malformed JSON")

// mostNested is how deep JSON may be nested. What is deeper is text.
const mostNested = 64

// value passes the JSON value that begins at the next byte, and emits what it holds. Only one element of a list is in memory
// at a time, however long the list is; what is not worth a look is checked as far as its structure goes.
func (s *scanner) value(c context) error {
	switch s.buf[s.pos] {
	case '{':
		return s.object(c)
	case '[':
		return s.list(c)
	case '"':
		begin := s.place()
		raw, err := s.str()
		switch {
		case err != nil || !hasReport(raw):
		case !c.inObject:
			err = s.rawMessage(raw, c, begin)
		case s.ownLine():
			err = errCut
		}
		return err
	default:
		return s.scalar()
	}
}

// object passes an object: an event or, where it has a list of them, what stands around the list.
func (s *scanner) object(c context) error {
	if c.depth++; c.depth > mostNested {
		return errCut
	}
	start, begin, listed := s.at(), s.place(), c.depth > 1
	s.hold, s.held, s.listed = start, begin, listed
	s.pos++
	var m members
	for first := true; ; first = false {
		done, err := s.next('}', first)
		if err != nil {
			return err
		}
		if done {
			break
		}
		k, err := s.key()
		if err != nil {
			return err
		}
		b, err := s.member()
		if err != nil {
			return err
		}
		m[k].from = s.at() - start
		s.ofLogs = s.ofLogs || m.ofLogs(listed)
		switch {
		case b == '[' && (k == keyLogEvents || k == keyEvents || k == keyHits):
			err = s.list(m.inner(s.since(start), c))
		case b == '{' && (k == keyHits || k == keySource):
			if err = s.object(m.inner(s.since(start), c)); err == nil {
				s.hold, s.held, s.listed = start, begin, listed // it may be an event besides
			}
		case b == '{' && k == keyData:
			inner := m.inner(s.since(start), c)
			inner.fields, inner.around = nil, true
			if err = s.object(inner); err == nil {
				s.hold, s.held, s.listed = start, begin, listed
			}
		case b == '[' && k == keyValues && m[keyLabels].to > 0:
			inner := m.inner(s.since(start), c)
			inner.inObject, inner.entries = false, true
			s.hold = -1
			err = s.list(inner)
		default:
			err = s.skip()
		}
		if err != nil {
			return err
		}
		m[k].to = s.at() - start
	}
	if s.hold != start {
		return nil // it had a list of events
	}
	if s.hold = -1; c.around {
		return nil
	}
	raw := s.since(start)
	if raw == nil {
		return nil // longer than any event
	}
	if listed && c.fields.add(m.value(raw, keyField), m.value(raw, keyValue)) {
		s.ofLogs = true
		return nil
	}
	return s.event(raw, &m, c, begin)
}

// list passes a list of events, of lists, of messages, or one that is a row of Logs Insights.
func (s *scanner) list(c context) error {
	if c.depth++; c.depth > mostNested {
		return errCut
	}
	begin := s.place()
	c.fields = nil
	s.pos++
	for first := true; ; first = false {
		done, err := s.next(']', first)
		if err != nil {
			return err
		}
		if done {
			if c.fields == nil {
				return nil
			}
			return c.fields.emit(s, c, begin)
		}
		b, err := s.token()
		if err != nil {
			return err
		}
		if b == '{' && c.fields == nil {
			c.fields = new(row)
		}
		if err := s.value(c); err != nil {
			return err
		}
		if i := s.index(s.lastString); b == '"' && c.entries && i >= 0 {
			if t := parseTime(bytes.Trim(s.buf[i:s.index(s.lastEnd)], `"`)); !t.IsZero() {
				c.time = t
			}
		}
	}
}

// skip passes a value that holds no events of its own.
func (s *scanner) skip() error {
	var closing [mostNested]byte // of the brackets that are open
	depth := 0
	for {
		b, err := s.member()
		if err != nil {
			return err
		}
		opened := false
		switch b {
		case '{', '[':
			if depth == mostNested {
				return errCut
			}
			closing[depth] = b + 2 // in ASCII
			depth++
			s.pos++
			opened = true
		case '"':
			var raw []byte
			if raw, err = s.str(); hasReport(raw) && s.ownLine() {
				err = errCut
			}
		default:
			err = s.scalar()
		}
		if err != nil {
			return err
		}
		for {
			if depth == 0 {
				return nil
			}
			done, err := s.next(closing[depth-1], opened)
			if err != nil {
				return err
			}
			if !done {
				break
			}
			depth--
			opened = false
		}
		if closing[depth-1] == '}' {
			if _, err := s.key(); err != nil {
				return err
			}
		}
	}
}

// next passes the closing bracket of an object or list, and is true then, or the comma before the next member.
func (s *scanner) next(closing byte, first bool) (done bool, err error) {
	b, err := s.token()
	switch {
	case err != nil:
		return false, err
	case b == closing:
		s.pos++
		return true, nil
	case first:
		return false, nil
	case b != ',':
		return false, errCut
	}
	s.pos++
	return false, nil
}

// member returns the first byte of a member of an object, or of what is within. A bracket at the beginning of a line is none:
// there a line or document of its own begins, and what stands before was cut off.
func (s *scanner) member() (byte, error) {
	b, err := s.token()
	if (b == '{' || b == '[') && s.at() == s.text {
		return 0, errCut
	}
	return b, err
}

// token returns the next byte that is not white space, which it passes.
func (s *scanner) token() (byte, error) {
	for {
		for _, b := range s.buf[s.pos:] {
			if !isSpace(b) {
				return b, nil
			}
			s.pos++
			if b == '\n' {
				s.line++
				s.text = s.at()
			}
		}
		if !s.fill() {
			return 0, errCut
		}
	}
}

// key passes the name of a member and its colon.
func (s *scanner) key() (key, error) {
	b, err := s.token()
	if err != nil || b != '"' {
		return 0, errCut
	}
	raw, err := s.str()
	if err != nil {
		return 0, err
	}
	if hasReport(raw) && s.ownLine() {
		return 0, errCut
	}
	k := keyOf(raw)
	if b, err = s.token(); err != nil || b != ':' {
		return 0, errCut
	}
	s.pos++
	return k, nil
}

// str passes a string and returns it as it stands there, with its quotes; nil where it is longer than any message. One that is
// not closed on its line is none.
func (s *scanner) str() ([]byte, error) {
	start := s.at()
	n := 1 // bytes behind pos that belong to it
	for {
		b := s.buf[s.pos:]
		for n < len(b) && b[n] != '"' && b[n] != '\n' {
			if b[n] == '\\' {
				if n+1 == len(b) {
					break // what is escaped is not there yet
				}
				if b[n+1] != '\n' {
					n++
				}
			}
			n++
		}
		if n < len(b) && b[n] == '"' {
			s.pos += n + 1
			s.lastString, s.lastEnd = start, s.at()
			return s.since(start), nil
		}
		if n > maxLine {
			s.pos += n // it need not stay in memory
			n = 0
		}
		if end := s.pos + n; end < len(s.buf) && s.buf[end] == '\n' {
			return nil, s.notClosed(start, end)
		}
		if !s.fill() {
			return nil, s.notClosed(start, len(s.buf))
		}
	}
}

// ownLine reports whether the string that was read last begins in the first column of its line, where a message on a line of its
// own does, and goes back to it then: what stands before was cut off.
func (s *scanner) ownLine() bool {
	if s.lastString != s.text {
		return false
	}
	s.pos, s.lastEnd = s.index(s.text), 0
	return true
}

// notClosed moves on behind the quote of a string that is not closed on its line: what follows may be a text.
func (s *scanner) notClosed(start int64, lineEnd int) error {
	s.unclosed = s.base + int64(lineEnd)
	if s.at() == start {
		s.pos++
	} else {
		s.pos = lineEnd
	}
	return errCut
}

// scalar passes a number, true, false or null.
func (s *scanner) scalar() error {
	const longest = 1000
	for n := 0; ; n++ {
		for s.pos+n == len(s.buf) {
			if !s.fill() {
				return errCut
			}
		}
		switch b := s.buf[s.pos+n]; {
		case n > longest:
			return errCut
		case isSpace(b), b == ',', b == ']', b == '}':
			if !isScalar(s.buf[s.pos : s.pos+n]) {
				return errCut
			}
			s.pos += n
			return nil
		}
	}
}

// isScalar reports whether b is a number, true, false or null; leading zeros do not matter here.
func isScalar(b []byte) bool {
	switch string(b) {
	case "true", "false", "null":
		return true
	}
	b = bytes.TrimPrefix(b, []byte("-"))
	digits := func() (n int) {
		for n < len(b) && b[n]-'0' <= 9 {
			n++
		}
		b = b[n:]
		return n
	}
	if digits() == 0 {
		return false
	}
	if len(b) > 0 && b[0] == '.' {
		b = b[1:]
		if digits() == 0 {
			return false
		}
	}
	if len(b) > 0 && (b[0] == 'e' || b[0] == 'E') {
		b = b[1:]
		if len(b) > 0 && (b[0] == '+' || b[0] == '-') {
			b = b[1:]
		}
		if digits() == 0 {
			return false
		}
	}
	return len(b) == 0
}
