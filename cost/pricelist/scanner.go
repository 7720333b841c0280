package pricelist

import (
	"bytes"
	"io"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

const (
	bufferSize = 64 << 10
	maxDepth   = 64       // of JSON; a price list has 8
	maxText    = 4 << 10  // of a text that is kept, and of a name or a number
	maxItem    = 16 << 20 // of a product of GetProducts as a JSON string

	textAllowed = "a text of at most 4,096 bytes"
)

// scanner reads one JSON text (RFC 8259) as a stream. It holds no more of it than its buffer and the text read last; what is
// not asked for is checked and skipped. encoding/json's Decoder reads tokens as well, but makes a value of each.
type scanner struct {
	in     io.Reader // nil where buf is the whole text
	buf    []byte
	pos    int   // in buf, of the next byte
	offset int64 // of buf[0] in the text
	err    error // of in
	depth  int
	text   []byte // the name, string, number or literal read last
}

func newScanner(r io.Reader) *scanner { return &scanner{in: r, buf: make([]byte, 0, bufferSize)} }

// more reads on where the buffer is used up, and tells whether there is another byte.
func (s *scanner) more() bool {
	if s.err == nil && s.in == nil {
		s.err = io.EOF
	}
	if s.err != nil {
		return false
	}
	s.offset += int64(len(s.buf))
	s.pos = 0
	for range 100 {
		var n int
		n, s.err = s.in.Read(s.buf[:cap(s.buf)])
		if s.buf = s.buf[:n]; n > 0 || s.err != nil {
			return n > 0
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// fail is the error at the next byte: that of the reader where the text ends here, else what would have been allowed.
func (s *scanner) fail(allowed string) error {
	e := &FormatError{What: "JSON", Allowed: allowed, Offset: s.offset + int64(s.pos)}
	if s.pos < len(s.buf) {
		e.Given = string(s.buf[s.pos : s.pos+1])
	} else {
		e.Err = cutOff(s.err)
	}
	return e
}

// peek passes over white space and returns the byte behind it, which stays.
func (s *scanner) peek(allowed string) (byte, error) {
	for {
		for ; s.pos < len(s.buf); s.pos++ {
			switch c := s.buf[s.pos]; c {
			case ' ', '\t', '\n', '\r':
			default:
				return c, nil
			}
		}
		if !s.more() {
			return 0, s.fail(allowed)
		}
	}
}

// expect reads a byte, which must be that of sign, behind white space.
func (s *scanner) expect(sign string) error {
	if got, err := s.peek(sign); err != nil {
		return err
	} else if got != sign[0] {
		return s.fail(sign)
	}
	s.pos++
	return nil
}

// byteOrderMark passes over one, at the beginning.
func (s *scanner) byteOrderMark() error {
	const mark = "\ufeff"
	for i := range len(mark) {
		if s.pos == len(s.buf) && !s.more() || s.buf[s.pos] != mark[i] {
			if i > 0 {
				return s.fail("a byte-order mark")
			}
			break
		}
		s.pos++
	}
	return nil
}

// another tells whether something begins behind white space.
func (s *scanner) another() bool {
	c, err := s.peek("")
	return err == nil && c == '{'
}

// end checks that nothing but white space follows.
func (s *scanner) end() error {
	_, err := s.peek("")
	switch {
	case err == nil:
		return s.fail("the end of the list")
	case s.err == io.EOF:
		return nil
	}
	return err
}

// members reads an object: member is called behind each name and must read the value, which overwrites the name.
func (s *scanner) members(member func(name []byte) error) error {
	return s.enclosed("{", "}", ", or }", func() error {
		if err := s.expect(`"`); err != nil {
			return err
		}
		if err := s.str(maxText); err != nil {
			return err
		}
		if err := s.expect(":"); err != nil {
			return err
		}
		return member(s.text)
	})
}

// elements reads an array: element is called before each value and must read it.
func (s *scanner) elements(element func() error) error {
	return s.enclosed("[", "]", ", or ]", element)
}

func (s *scanner) enclosed(first, last, commaOrLast string, part func() error) error {
	if err := s.expect(first); err != nil {
		return err
	}
	if s.depth++; s.depth > maxDepth {
		return &FormatError{What: "JSON", Given: "another level", Allowed: "at most 64", Offset: s.offset + int64(s.pos)}
	}
	c, err := s.peek(last)
	if err != nil {
		return err
	}
	for more := c != last[0]; more; {
		if err := part(); err != nil {
			return err
		}
		if c, err = s.peek(commaOrLast); err != nil {
			return err
		}
		switch c {
		case ',':
			s.pos++
		case last[0]:
			more = false
		default:
			return s.fail(commaOrLast)
		}
	}
	s.pos++
	s.depth--
	return nil
}

// value reads a string or a number and returns its text; null is the text "".
func (s *scanner) value() (string, error) {
	const allowed = "a string or a number"
	c, err := s.peek(allowed)
	if err != nil {
		return "", err
	}
	if c == '"' {
		s.pos++
		err = s.str(maxText)
		return string(s.text), err
	}
	if c != 'n' && c != '-' && (c < '0' || c > '9') {
		return "", s.fail(allowed)
	}
	if err := s.literal(); err != nil || c == 'n' {
		return "", err
	}
	return string(s.text), nil
}

// skip reads any value and forgets it.
func (s *scanner) skip() error {
	c, err := s.peek("a value")
	if err != nil {
		return err
	}
	switch c {
	case '"':
		s.pos++
		return s.str(-1)
	case '{':
		return s.members(func([]byte) error { return s.skip() })
	case '[':
		return s.elements(s.skip)
	}
	return s.literal()
}

// literal reads a number, true, false or null.
func (s *scanner) literal() error {
	s.text = s.text[:0]
	for s.pos < len(s.buf) || s.more() {
		c := s.buf[s.pos]
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c == '.' || c == '-' || c == '+' || c == 'E') {
			break
		}
		if len(s.text) == maxText {
			return s.fail("a number of at most 4,096 characters")
		}
		s.text = append(s.text, c)
		s.pos++
	}
	switch string(s.text) {
	case "true", "false", "null":
		return nil
	}
	if !isNumber(s.text) {
		if s.pos == len(s.buf) || len(s.text) == 0 {
			return s.fail("a value")
		}
		return &FormatError{What: "JSON", Given: show.Clip(string(s.text)), Allowed: "a value", Offset: s.offset + int64(s.pos-len(s.text))}
	}
	return nil
}

// isNumber tells whether b is a number as JSON spells it.
func isNumber(b []byte) bool {
	b = bytes.TrimPrefix(b, []byte("-"))
	whole := countDigits(b)
	if whole == 0 || whole > 1 && b[0] == '0' {
		return false
	}
	if b = b[whole:]; len(b) > 0 && b[0] == '.' {
		n := countDigits(b[1:])
		if n == 0 {
			return false
		}
		b = b[1+n:]
	}
	if len(b) > 0 && (b[0] == 'e' || b[0] == 'E') {
		if b = b[1:]; len(b) > 0 && (b[0] == '+' || b[0] == '-') {
			b = b[1:]
		}
		n := countDigits(b)
		return n > 0 && n == len(b)
	}
	return len(b) == 0
}

func countDigits(b []byte) int {
	for i, c := range b {
		if c < '0' || c > '9' {
			return i
		}
	}
	return len(b)
}
