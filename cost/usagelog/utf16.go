package usagelog

import (
	"bufio"
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// utf16Reader turns UTF-16, as a redirection in PowerShell writes it, into UTF-8. What is no character becomes U+FFFD.
type utf16Reader struct {
	in    *bufio.Reader
	order binary.ByteOrder
}

// Read implements io.Reader; p must have room for a character.
func (u *utf16Reader) Read(p []byte) (n int, err error) {
	for len(p)-n >= utf8.UTFMax {
		if n > 0 && u.in.Buffered() < 4 {
			break // what is there goes before what may be long in coming
		}
		r, err := u.next()
		if err != nil {
			return n, err
		}
		n += utf8.EncodeRune(p[n:], r)
	}
	return n, nil
}

func (u *utf16Reader) next() (rune, error) {
	b, err := u.in.Peek(2)
	if len(b) < 2 {
		return 0, err // half a character at the end is none
	}
	_, _ = u.in.Discard(2) // they are in the buffer
	r := rune(u.order.Uint16(b))
	if !utf16.IsSurrogate(r) {
		return r, nil
	}
	low, _ := u.in.Peek(2)
	if len(low) < 2 {
		return utf8.RuneError, nil // the error is met again
	}
	if r = utf16.DecodeRune(r, rune(u.order.Uint16(low))); r != utf8.RuneError {
		_, _ = u.in.Discard(2)
	}
	return r, nil
}
