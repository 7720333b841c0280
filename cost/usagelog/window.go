package usagelog

import (
	"bytes"
	"io"
)

// window is the part of the input that is in memory. Places that must outlast a call of fill are offsets in the input;
// indexes of buf are good until then.
type window struct {
	r    io.Reader
	err  error // of r: buf then ends the input
	buf  []byte
	base int64 // offset of buf[0]
	pos  int   // of the next byte, in buf
	line int   // of the next byte, from 1

	// What must stay in memory, up to maxLine behind pos: from text on, where the text of the line begins, and from hold on,
	// where a JSON value or a row does. hold is -1 where there is none.
	text, hold int64

	long int64 // the text of the last line that was longer than any report; -1 where there was none
}

const firstBuffer = 256 << 10

// fill reads on, as much as there is; false where the input ends.
func (w *window) fill() bool {
	if w.err != nil {
		return false
	}
	if cap(w.buf)-len(w.buf) < minRead {
		w.makeRoom()
	}
	for range 100 {
		n, err := w.r.Read(w.buf[len(w.buf):cap(w.buf)])
		w.buf, w.err = w.buf[:len(w.buf)+n], err
		if n > 0 || err != nil {
			return n > 0
		}
	}
	w.err = io.ErrNoProgress
	return false
}

// minRead is the room that a reader is given at least.
const minRead = 512

// makeRoom lets go of what need not stay in memory or, where that is little, takes a larger buffer. What must stay and what
// stands behind it are bounded by maxLine, and so is the buffer.
func (w *window) makeRoom() {
	keep := w.pos
	for _, offset := range [...]int64{w.text, w.hold} {
		if i := w.index(offset); i >= 0 && w.pos-i <= maxLine {
			keep = min(keep, i)
		}
	}
	old := w.buf
	if keep <= cap(old)/4 {
		w.buf = make([]byte, 0, max(2*cap(old), firstBuffer))
	}
	w.buf = append(w.buf[:0], old[keep:]...)
	w.base += int64(keep)
	w.pos -= keep
}

// at returns the offset of the next byte.
func (w *window) at() int64 { return w.base + int64(w.pos) }

// index returns where an offset is in buf; negative where it is not in memory any more.
func (w *window) index(offset int64) int {
	if offset < w.base {
		return -1
	}
	return int(offset - w.base)
}

// since returns the input from an offset up to the next byte; nil where that is longer than any message.
func (w *window) since(offset int64) []byte {
	i := w.index(offset)
	if i < 0 || w.pos-i > maxLine {
		return nil
	}
	return w.buf[i:w.pos]
}

// pass moves on to buf[i].
func (w *window) pass(i int) {
	passed := w.buf[w.pos:i]
	if n := bytes.Count(passed, newline); n > 0 {
		w.line += n
		w.text = w.at() + int64(bytes.LastIndexByte(passed, '\n')) + 1
	}
	w.pos = i
}

var newline = []byte{'\n'}

// lineEnd returns where in buf the line ends: at its line break or with the input. It is false for a line that is longer
// than any report.
func (w *window) lineEnd() (end int, ok bool) {
	for searched := 0; ; {
		start := w.index(w.text)
		if start < 0 || w.text == w.long {
			return 0, false
		}
		rest := w.buf[w.pos+searched:]
		if i := bytes.IndexByte(rest, '\n'); i >= 0 {
			if end = w.pos + searched + i; end-start <= maxLine {
				return end, true
			}
		}
		if len(w.buf)-start > maxLine {
			w.long = w.text // it is not looked at again for each mark on it
			return 0, false
		}
		searched += len(rest)
		if !w.fill() {
			return len(w.buf), true
		}
	}
}

// passLine moves on behind the line break at end, which is the next one, or to the end of the input.
func (w *window) passLine(end int) {
	if end == len(w.buf) {
		w.pos = end
		return
	}
	w.pos = end + 1
	w.line++
	w.text = w.at()
}

// trimBreak returns a line, which has no line feed, without a carriage return.
func trimBreak(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\r' {
		return line[:n-1]
	}
	return line
}

// torn reports whether it is a failure of the reader, not the end of the input, that buf[:end] breaks off at.
func (w *window) torn(end int) bool {
	return end == len(w.buf) && w.err != nil && !isEOF(w.err)
}

// finder finds the next of something in a window, and looks at each byte once.
type finder struct {
	what    []byte
	bracket bool  // it counts only where JSON may follow
	next    int64 // nothing before it
	hit     bool  // but there
}

// find returns the index in w.buf; -1 where there is none in what was read.
func (f *finder) find(w *window) int {
	if from := w.at(); f.next < from {
		f.next, f.hit = from, false
	}
	if f.hit {
		return w.index(f.next)
	}
	for start := w.index(f.next); ; start++ {
		i := bytes.Index(w.buf[start:], f.what)
		if i < 0 {
			// The first bytes of it may be the last ones here.
			f.next = max(w.base+int64(start), w.base+int64(len(w.buf)-len(f.what)+1))
			return -1
		}
		start += i
		if !f.bracket || start+1 == len(w.buf) || mayFollow(w.buf[start+1]) {
			f.next, f.hit = w.base+int64(start), true
			return start
		}
	}
}

// mayFollow is false of most bytes that follow a bracket in a text. A backslash stands in JSON within a string.
func mayFollow(b byte) bool { return b == '"' || b == '\\' || b == '{' || b == '[' || isSpace(b) }

// skip makes f look at nothing before an offset.
func (f *finder) skip(offset int64) {
	if f.next < offset {
		f.next, f.hit = offset, false
	}
}
