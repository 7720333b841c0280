// Package show writes what comes from outside for people to read: in errors, which must neither fill a log nor command a
// terminal, and in tables. Everything in it is safe for concurrent use.
package show

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clip returns s, or where that has more than 80 bytes its beginning and how long it was, so that a hostile value does not
// fill somebody's log.
func Clip(s string) string { return ClipTo(s, 80) }

// ClipTo is [Clip] for another number of bytes, 0 or more.
func ClipTo(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return Cut(s, most) + "…(" + strconv.Itoa(len(s)) + " bytes)"
}

// Cut returns the beginning of s, of so many bytes at most, 0 or more. It cuts no character in two.
func Cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	end := most
	for end > max(0, most-utf8.UTFMax) && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end]
}

// Quote returns s as [Clip] does, in quotes as Go has them.
func Quote(s string) string { return strconv.Quote(Clip(s)) }

// Printable tells names from what would write over a table: control characters, line breaks, bytes that are no text.
func Printable(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}

// OneLine returns s with what would break the line or command a terminal escaped, as Go does in quotes.
func OneLine(s string) string {
	if Printable(s) {
		return s
	}
	var w strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && size == 1 || !unicode.IsPrint(r) {
			quoted := strconv.Quote(s[:size])
			w.WriteString(quoted[1 : len(quoted)-1])
		} else {
			w.WriteString(s[:size])
		}
		s = s[size:]
	}
	return w.String()
}

// Line is [OneLine] of [Clip]: text that comes from outside, as an error that does not quote it says it.
func Line(s string) string { return OneLine(Clip(s)) }

// Given is [Line] for what is mostly the outcome of Clip or [Quote] already, which it does not clip once more: how long the text
// was would be lost.
func Given(s string) string { return OneLine(ClipTo(s, mostQuoted)) }

// mostQuoted is as long as Quote's outcome may be: each of 80 bytes as four, quotes, and the length of the whole.
const mostQuoted = 4*80 + len(`"…(9223372036854775807 bytes)"`)

// Name is the String method of a small enumeration: the name of number i, 0 or more, or such as "Kind(7)" where it has none
// or "".
func Name(kind string, i int, names []string) string {
	if i < len(names) && names[i] != "" {
		return names[i]
	}
	return fmt.Sprintf("%s(%d)", kind, i)
}
