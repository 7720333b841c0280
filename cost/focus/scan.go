package focus

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// A scanner of its own, since encoding/csv allocates for each row and stops at the first damaged one, and since NULL and
// "NULL", or an empty field and "", are not the same here.
const (
	// maxRow is the longest row that is read. The tags of one charge have some KB at most.
	maxRow = 1 << 20
	// readSize is how much is read at once.
	readSize = 128 << 10
)

// field is one value of a row: bytes of the scanner's buffer, valid until the next row.
type field struct {
	b       []byte
	quoted  bool
	escaped bool // it has doubled quotes, which are still doubled
}

// text returns the value without its doubled quotes, in scratch where there are any.
func (f *field) text(scratch []byte) []byte {
	if !f.escaped {
		return f.b
	}
	scratch = scratch[:0]
	for b := f.b; ; {
		i := bytes.IndexByte(b, '"')
		if i < 0 {
			return append(scratch, b...)
		}
		scratch = append(scratch, b[:i+1]...)
		b = b[i+2:]
	}
}

// isNull reports whether the field holds no value: nothing at all, or NULL without quotes.
func (f *field) isNull() bool {
	return !f.quoted && (len(f.b) == 0 || len(f.b) == 4 && string(f.b) == "NULL")
}

// scanner splits CSV into rows: quotes as in RFC 4180, lines that end in LF or CRLF, one byte between fields. Empty lines
// are passed over.
type scanner struct {
	r      io.Reader
	err    error // of r, once it ended: io.EOF or another
	buf    []byte
	pos    int // of the first byte that no row has used
	delim  byte
	line   int   // of buf[pos], from 1
	offset int64 // of buf[pos]
	head   bool  // the row is the header, without which there is no going on

	// The row found last.
	fields    []field
	rowLine   int
	rowOffset int64
}

// newScanner prepares r, plain or gzip: it passes over a byte-order mark and a line sep=… as spreadsheets write it.
func newScanner(r io.Reader) (*scanner, error) {
	if r == nil {
		return nil, errNil("r", "a reader")
	}
	s := &scanner{r: r, buf: make([]byte, 0, readSize), delim: ',', line: 1}
	s.fill()
	if bytes.HasPrefix(s.buf, []byte{0x1f, 0x8b}) {
		packed := io.MultiReader(bytes.NewReader(bytes.Clone(s.buf)), &restReader{s.r, s.err})
		z, err := gzip.NewReader(packed)
		if err != nil {
			return nil, fmt.Errorf("focus: gzip: %w", err)
		}
		s.r, s.err, s.buf = &gzipReader{z}, nil, s.buf[:0]
		s.fill()
	}
	switch {
	case bytes.HasPrefix(s.buf, []byte(mark)):
		s.advance(len(mark))
	case bytes.HasPrefix(s.buf, []byte{0xff, 0xfe}), bytes.HasPrefix(s.buf, []byte{0xfe, 0xff}):
		return nil, &HeaderError{Line: 1, Problem: "text in UTF-16, allowed is UTF-8"}
	}
	return s, s.separator()
}

// gzipReader says of errors that it was gzip that could not be read: "unexpected EOF" alone says nothing to anybody.
type gzipReader struct{ z *gzip.Reader }

func (r *gzipReader) Read(p []byte) (int, error) {
	n, err := r.z.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("focus: gzip: %w", err)
	}
	return n, err
}

// restReader is what is left of a reader that may have ended already.
type restReader struct {
	r   io.Reader
	err error
}

func (r *restReader) Read(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	return r.r.Read(p)
}

// separator reads a first line sep=;
func (s *scanner) separator() error {
	b := s.buf[s.pos:]
	if !bytes.HasPrefix(b, []byte("sep=")) {
		return nil
	}
	line, _, _ := bytes.Cut(b, []byte("\n"))
	value := bytes.TrimSuffix(line[len("sep="):], []byte("\r"))
	if len(value) != 1 || bytes.IndexByte([]byte(",;\t|"), value[0]) < 0 {
		return &HeaderError{Line: 1, Problem: "separator " + show.Quote(string(value)) + `, allowed is "," ";" "|" or a tab`}
	}
	s.delim = value[0]
	s.advance(len(line))
	if s.pos < len(s.buf) {
		s.newline(1)
	}
	return nil
}

func (s *scanner) advance(n int) {
	s.pos += n
	s.offset += int64(n)
}

// newline advances over the n bytes that end a line.
func (s *scanner) newline(n int) {
	s.advance(n)
	s.line++
}

// fill reads until the buffer is full or r has ended. What was used makes room; a row that fills the buffer makes it twice
// as large.
func (s *scanner) fill() {
	if s.pos > 0 {
		n := copy(s.buf, s.buf[s.pos:])
		s.buf, s.pos = s.buf[:n], 0
	} else if len(s.buf) == cap(s.buf) {
		s.buf = append(make([]byte, 0, 2*cap(s.buf)), s.buf...)
	}
	for idle := 0; len(s.buf) < cap(s.buf) && s.err == nil; {
		n, err := s.r.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf, s.err = s.buf[:len(s.buf)+n], err
		if idle++; n > 0 {
			idle = 0
		}
		if idle == 100 && err == nil {
			s.err = io.ErrNoProgress
		}
	}
}

var (
	errMore      = errors.New("the row goes on behind the buffer")
	errOpen      = errors.New("a quote that is not closed")
	errBareQuote = errors.New("a quote inside of a field")
	errTooLong   = errors.New("a row of more than 1 MB")
)

// next finds the next row. The error is a *LineError for a row that is damaged, behind which next goes on; io.EOF at the end;
// anything else is an error of the reader, after which there is nothing more.
func (s *scanner) next() error {
	for {
		for s.pos < len(s.buf) && (s.buf[s.pos] == '\n' || s.buf[s.pos] == '\r' && s.pos+1 < len(s.buf) && s.buf[s.pos+1] == '\n') {
			n := 1
			if s.buf[s.pos] == '\r' {
				n = 2
			}
			s.newline(n)
		}
		if bytes.HasPrefix(s.buf[s.pos:], []byte(mark+`"`)) { // of a file that was put behind another
			s.advance(len(mark))
		}
		s.rowLine, s.rowOffset = s.line, s.offset
		n, err := s.split(s.buf[s.pos:], s.err != nil)
		switch {
		case err == nil && n == 0: // nothing is left
			return s.err
		case err == nil && s.err != nil && !errors.Is(s.err, io.EOF) && s.buf[s.pos+n-1] != '\n':
			return s.err // in the midst of a row
		case err == nil:
			s.line += max(1, bytes.Count(s.buf[s.pos:s.pos+n], []byte("\n")))
			s.advance(n)
			if n > maxRow {
				return s.damaged(errTooLong)
			}
			return nil
		case !errors.Is(err, errMore):
			s.passLine()
			return s.damaged(err)
		case len(s.buf)-s.pos >= 2*maxRow:
			if err = errTooLong; s.open() {
				err = errOpen
			}
			if !s.head {
				s.passLine()
			}
			return s.damaged(err)
		}
		s.fill()
	}
}

// open reports whether the row at pos has a quote in its first line, of which it did not end.
func (s *scanner) open() bool {
	line, _, ended := bytes.Cut(s.buf[s.pos:], []byte("\n"))
	return ended && bytes.IndexByte(line, '"') >= 0
}

func (s *scanner) damaged(err error) error {
	return &LineError{Line: s.rowLine, Offset: s.rowOffset, Given: err.Error(), Allowed: "CSV, rows of up to 1 MB"}
}

// passLine goes to the end of the line at pos, however long it is.
func (s *scanner) passLine() {
	for {
		if i := bytes.IndexByte(s.buf[s.pos:], '\n'); i >= 0 {
			s.newline(i + 1)
			return
		}
		s.advance(len(s.buf) - s.pos)
		if s.err != nil {
			return
		}
		s.fill()
	}
}

// split finds the fields of the row that b begins with, and how many bytes it has with the end of its line; 0 where b is
// empty and the end. errMore says that b does not have the whole row.
func (s *scanner) split(b []byte, atEnd bool) (int, error) {
	s.fields = s.fields[:0]
	if len(b) == 0 {
		if atEnd {
			return 0, nil
		}
		return 0, errMore
	}
	eol := lineEnd(b, 0)
	if eol < 0 && !atEnd {
		return 0, errMore
	}
	quotes := eol < 0 || bytes.IndexByte(b[:eol], '"') >= 0
	for pos := 0; ; {
		if quotes && pos < len(b) && b[pos] == '"' {
			f, end, err := quotedField(b, pos, atEnd)
			if err != nil {
				return 0, err
			}
			s.fields = append(s.fields, f)
			pos = end
			if eol >= 0 && eol < pos { // the field has a line break
				if eol = lineEnd(b, pos); eol < 0 && !atEnd {
					return 0, errMore
				}
			}
			switch {
			case pos == len(b): // and the end
				return pos, nil
			case b[pos] == s.delim:
				pos++
				continue
			case b[pos] == '\n':
				return pos + 1, nil
			case b[pos] == '\r' && (pos+1 == len(b) || b[pos+1] == '\n'):
				return min(pos+2, len(b)), nil
			default:
				return 0, errBareQuote
			}
		}
		stop := eol
		if stop < 0 {
			stop = len(b)
		}
		i := bytes.IndexByte(b[pos:stop], s.delim)
		last := i < 0
		if last {
			i = stop - pos
		}
		value := b[pos : pos+i]
		if last && len(value) > 0 && value[len(value)-1] == '\r' {
			value = value[:len(value)-1]
		}
		if quotes && bytes.IndexByte(value, '"') >= 0 {
			return 0, errBareQuote
		}
		s.fields = append(s.fields, field{b: value})
		if last {
			return min(stop+1, len(b)), nil
		}
		pos += i + 1
	}
}

func lineEnd(b []byte, from int) int {
	if i := bytes.IndexByte(b[from:], '\n'); i >= 0 {
		return from + i
	}
	return -1
}

// quotedField reads the field of which the quote stands at b[pos], and returns where it ends, behind its closing quote.
func quotedField(b []byte, pos int, atEnd bool) (f field, end int, err error) {
	f.quoted = true
	for q := pos + 1; ; q += 2 {
		i := bytes.IndexByte(b[q:], '"')
		if i < 0 {
			if atEnd {
				return f, 0, errOpen
			}
			return f, 0, errMore
		}
		q += i
		switch {
		case q+1 == len(b) && !atEnd:
			return f, 0, errMore
		case q+1 < len(b) && b[q+1] == '"':
			f.escaped = true
		default:
			f.b = b[pos+1 : q]
			return f, q + 1, nil
		}
	}
}
