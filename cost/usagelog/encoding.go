package usagelog

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// orderOf tells UTF-16 by how a text begins: with a mark of the byte order or, without one, with a character of which one byte is
// zero, as no text in UTF-8 begins. It is nil for any other text.
func orderOf(head []byte) binary.ByteOrder {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")), len(head) >= 2 && head[0] != 0 && head[1] == 0:
		return binary.LittleEndian
	case bytes.HasPrefix(head, []byte("\xfe\xff")), len(head) >= 4 && wide(head[:4]) == binary.BigEndian:
		return binary.BigEndian
	}
	return nil
}

// hasMark reports whether b begins with the mark of a byte order of UTF-16.
func hasMark(b []byte) bool {
	return bytes.HasPrefix(b, []byte("\xff\xfe")) || bytes.HasPrefix(b, []byte("\xfe\xff"))
}

// textReader reads UTF-8. With the first zero byte, or a mark, it leaves its work to a decoder, which is slower: UTF-16 may have
// been appended.
type textReader struct {
	r         io.Reader
	lineStart bool
	last      [1]byte // of what was read, where it is not known whether a zero byte follows
	kept      int     // 1 where last is still to be handed out
	d         *decoder
}

// Read implements io.Reader; p must have room for two bytes.
func (t *textReader) Read(p []byte) (n int, err error) {
	if t.d != nil {
		return t.d.Read(p)
	}
	kept := copy(p, t.last[:t.kept])
	n, err = t.r.Read(p[kept:])
	n += kept
	t.kept = 0
	if n == 0 {
		return 0, err
	}
	text := p[:n]
	line := bytes.LastIndexByte(text, '\n') + 1 // where the last line begins, and whether it does
	begins := line > 0 || t.lineStart
	zero := bytes.IndexByte(text, 0)
	if zero >= 0 {
		line = bytes.LastIndexByte(text[:zero], '\n') + 1
	}
	if zero >= 0 || begins && line < n && text[line] >= 0xfe {
		rest := io.MultiReader(bytes.NewReader(bytes.Clone(text[line:])), t.r) // an error besides is met again
		t.d = newDecoder(rest, nil, line > 0 || t.lineStart)
		if line > 0 {
			return line, nil
		}
		return t.d.Read(p)
	}
	if line < n && err == nil && !closes(text[n-1]) {
		n--
		t.kept = copy(t.last[:], text[n:])
	}
	t.lineStart = begins && line == n
	return n, err
}

// closes reports whether a byte may end a document, or a message of its own, which goes at once: no UTF-16 is looked for at one.
func closes(b byte) bool { return b == '}' || b == ']' || b == '"' }

// decoder turns text into UTF-8 that is in UTF-16, as a redirection in PowerShell writes it, in UTF-8, or in both by turns, as
// two that append to one file leave it. What is no character becomes U+FFFD.
type decoder struct {
	in        *bufio.Reader
	order     binary.ByteOrder // nil for UTF-8
	lineStart bool
}

func newDecoder(r io.Reader, order binary.ByteOrder, lineStart bool) *decoder {
	return &decoder{in: bufio.NewReaderSize(r, bufferSize), order: order, lineStart: lineStart}
}

// Read implements io.Reader; p must have room for a character.
func (d *decoder) Read(p []byte) (n int, err error) {
	for len(p)-n >= utf8.UTFMax {
		if n > 0 && d.in.Buffered() < tellingBytes {
			break // what is there goes before what may be long in coming
		}
		if d.lineStart {
			d.tell()
		}
		var m int
		if d.order == nil {
			m, err = d.piece(p[n:])
		} else {
			m, err = d.character(p[n:])
		}
		if n += m; err != nil {
			return n, err
		}
	}
	return n, nil
}

// tell finds out in what the line is that begins at the next byte.
func (d *decoder) tell() {
	d.lineStart = false
	if d.order != nil {
		if b, _ := d.in.Peek(2); len(b) < 2 || wide(b) == d.order || b[0] == 0 && b[1] == 0 {
			return
		}
	}
	if !d.begin(2) && d.order != nil && textFollows(d.in, true) {
		d.order = nil
	}
}

// begin changes over to UTF-16 where a mark of the byte order follows, or so many characters that must be of it.
func (d *decoder) begin(characters int) (begun bool) {
	b, _ := d.in.Peek(2)
	if hasMark(b) {
		d.order = orderOf(b)
		_, _ = d.in.Discard(2) // they are in the buffer
		return true
	}
	if wide(b) == nil || closes(b[0]) {
		return false
	}
	b, _ = d.in.Peek(2 * characters)
	order := wide(b)
	if order != nil {
		d.order = order
	}
	return order != nil
}

// wide tells the order of UTF-16 in which each character of b has one zero byte; nil where there is none.
func wide(b []byte) binary.ByteOrder {
	little, big := len(b) >= 2, len(b) >= 2
	for ; len(b) >= 2; b = b[2:] {
		little = little && b[0] != 0 && b[1] == 0
		big = big && b[0] == 0 && b[1] != 0
	}
	switch {
	case little:
		return binary.LittleEndian
	case big:
		return binary.BigEndian
	}
	return nil
}

// piece reads a piece of a line in UTF-8, up to where UTF-16 may follow.
func (d *decoder) piece(p []byte) (n int, err error) {
	b, err := d.in.Peek(min(max(d.in.Buffered(), 2), len(p)))
	if len(b) == 0 {
		return 0, err
	}
	n = len(b)
	zero := bytes.IndexByte(b, 0)
	if i := bytes.IndexByte(b, '\n'); i >= 0 && (zero < 0 || i < zero) {
		n = i + 1
	} else if zero >= 0 {
		n = max(zero-1, 0) // where the character begins that the zero belongs to
		if closes(b[n]) {
			n = zero
		}
		switch {
		case n > 0:
		case d.begin(4):
			return 0, nil
		default:
			b, _ = d.in.Peek(len(b)) // begin may have moved them
			// All zeros of a row but the last one, which may begin a character.
			for n = zero + 1; n+1 < len(b) && b[n] == 0 && b[n+1] == 0; n++ {
			}
		}
	} else if n > 1 && err == nil && !closes(b[n-1]) {
		n-- // the next byte may be a zero
	}
	d.lineStart = b[n-1] == '\n'
	return d.in.Read(p[:n])
}

// character reads one of UTF-16, where neither UTF-8 nor the other order follows.
func (d *decoder) character(p []byte) (n int, err error) {
	b, err := d.in.Peek(2)
	if len(b) < 2 {
		return 0, err // half a character at the end is none
	}
	switch order := wide(b); {
	case b[0] != 0 && b[1] != 0 && textFollows(d.in, false):
		d.order = nil
		return 0, nil
	case order != nil && order != d.order && d.begin(4):
		return 0, nil
	}
	b, _ = d.in.Peek(2)
	r := d.take(b)
	d.lineStart = r == '\n'
	if utf16.IsSurrogate(r) {
		low, _ := d.in.Peek(2) // an error is met again
		if len(low) < 2 {
			return utf8.EncodeRune(p, utf8.RuneError), nil
		}
		if r = utf16.DecodeRune(r, rune(d.order.Uint16(low))); r != utf8.RuneError {
			d.take(low)
		}
	}
	return utf8.EncodeRune(p, r), nil
}

// take passes two bytes, which are in the buffer.
func (d *decoder) take(b []byte) rune {
	r := rune(d.order.Uint16(b))
	_, _ = d.in.Discard(2)
	return r
}

// tellingBytes is as many bytes as it takes to tell UTF-8 from UTF-16: 12 characters of Chinese are hardly ever text in UTF-8.
const tellingBytes = 24

// textFollows reports whether the next bytes are text in UTF-8: as many as it takes to tell, or up to the end of the input, or of
// a line where that is enough. It waits for no more.
func textFollows(in *bufio.Reader, line bool) bool {
	for n := min(max(in.Buffered(), 1), tellingBytes); ; n++ {
		b, err := in.Peek(n)
		text := bytes.TrimLeft(b, "\r\n")
		if i := bytes.IndexByte(text, '\n'); line && i > 1 { // one character more may be 上, which has the byte of a line feed, too
			return isText(text[:i])
		}
		if !isText(b) || n == tellingBytes || err != nil {
			return len(b) > 0 && isText(b)
		}
	}
}

// isText reports whether b is text in UTF-8, of which the last character may be incomplete.
func isText(b []byte) bool {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			return !utf8.FullRune(b)
		}
		if r < ' ' && !isSpace(byte(r)) && r != '\x1b' || r == '\x7f' {
			return false
		}
		b = b[n:]
	}
	return true
}
