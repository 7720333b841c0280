package pricelist

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// unescaped are the bytes that stand for themselves in a JSON string.
var unescaped = func() (table [256]bool) {
	for c := range table {
		table[c] = c >= ' ' && c != '"' && c != '\\'
	}
	return table
}()

// str reads a string behind its opening quote into text, which may have that many bytes; -1 checks it and keeps nothing.
// Half a surrogate pair becomes U+FFFD, as in encoding/json.
func (s *scanner) str(most int) error {
	s.text = s.text[:0]
	var high rune // the first half of a pair, directly behind it
	for {
		n := s.pos
		for n < len(s.buf) && unescaped[s.buf[n]] {
			n++
		}
		run := s.buf[s.pos:n]
		if high != 0 && len(run) > 0 {
			s.keep(most, utf8.RuneError)
			high = 0
		}
		if most >= 0 {
			s.text = append(s.text, run...)
			if len(s.text) > most {
				allowed := textAllowed
				if most == maxItem {
					allowed = "a product of at most 16 MiB"
				}
				return &FormatError{What: "JSON", Given: show.Clip(string(s.text)), Allowed: allowed, Offset: s.offset + int64(s.pos)}
			}
		}
		if s.pos = n; n == len(s.buf) {
			if !s.more() {
				return s.fail(`"`)
			}
			continue
		}
		c := s.buf[n]
		if c < ' ' {
			return s.fail("a printable character or an escape")
		}
		s.pos++
		if c == '"' {
			if high != 0 {
				s.keep(most, utf8.RuneError)
			}
			return nil
		}
		r, err := s.escape()
		if err != nil {
			return err
		}
		switch pair := utf16.DecodeRune(high, r); {
		case high != 0 && pair != utf8.RuneError:
			s.keep(most, pair)
			high = 0
			continue
		case high != 0:
			s.keep(most, utf8.RuneError)
		}
		if high = 0; utf16.IsSurrogate(r) {
			high = r // a second half as well: DecodeRune makes U+FFFD of it
			continue
		}
		s.keep(most, r)
	}
}

func (s *scanner) keep(most int, r rune) {
	if most >= 0 {
		s.text = utf8.AppendRune(s.text, r)
	}
}

// escape reads what follows a backslash.
func (s *scanner) escape() (rune, error) {
	const allowed = `one of "\/bfnrtu`
	if s.pos == len(s.buf) && !s.more() {
		return 0, s.fail(allowed)
	}
	const letters, stand = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	c := s.buf[s.pos]
	if i := strings.IndexByte(letters, c); i >= 0 {
		s.pos++
		return rune(stand[i]), nil
	}
	if c != 'u' {
		return 0, s.fail(allowed)
	}
	s.pos++
	var r rune
	for range 4 {
		if s.pos == len(s.buf) && !s.more() {
			return 0, s.fail("four hexadecimal digits")
		}
		switch c := s.buf[s.pos]; {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return 0, s.fail("four hexadecimal digits")
		}
		s.pos++
	}
	return r, nil
}
