package focus

import (
	"bytes"
	"errors"
	"io"
	"iter"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// Header is what the header of a FOCUS file says.
type Header struct {
	Line    int      // on which it stands, from 1: behind a line sep=…, for example
	Version Version  // V12 where any column is there that 1.0 does not have, else V10
	Columns []string // all columns, in the order and the spelling of the file
	Missing []string // columns that an AWS dataset of this version must have and that are not there
	Unread  []string // columns that are there and are no field of Row: other custom columns
}

// Reader reads a FOCUS file row by row; memory does not grow with the file. It is for one goroutine. [NewReader] makes one; the
// zero value reads nothing, which is a [*RangeError].
//
// What it takes: CSV as RFC 4180 has it, lines that end in LF or CRLF, a byte-order mark, a line sep=; for another separator
// (comma, semicolon, bar or tab), gzip of one member or many. Columns are found by their names, in any order and case. A field
// of nothing or of NULL without quotes is null; "" is text of no characters and "NULL" text of four, but null in columns of
// numbers and times. Numbers may have an exponent, times a blank in place of the T: [Check] says where a spelling is not the
// standard's.
type Reader struct {
	scan    *scanner
	header  Header
	head    *header
	places  []int  // by position in the file: place in the table of columns, -1 for none
	last    []cell // by position: the field before, and what it was taken for
	scratch []byte
	fresh   []byte // text of the row that was not there before
	spans   []span
	recent  [2]int // positions of numbers taken last: the costs of a row are the same most often
}

// cell remembers a value, since most values of an export are those of the row before.
type cell struct {
	raw      []byte // as it stood in the file
	null     bool
	quoted   bool
	misspelt bool
	isNumber bool // raw is a number, which was read
	text     string
	number   decimal.Decimal
	time     Time
}

// span is where the text of a field will be in the string of its row.
type span struct{ position, start, end int }

// NewReader reads the header. A file without one, one with a column of FOCUS or of Row twice, one of which the lines end
// in CR alone, and one with none of the columns BilledCost,
// ChargePeriodStart and ServiceName, which is no FOCUS file, is a [*HeaderError]; a nil r is a [*RangeError].
func NewReader(r io.Reader) (*Reader, error) {
	s, err := newScanner(r)
	if err != nil {
		return nil, err
	}
	head, err := readHeader(s)
	if err != nil {
		return nil, err
	}
	return newReader(s, head)
}

func newReader(s *scanner, head *header) (*Reader, error) {
	r := &Reader{scan: s, head: head, last: make([]cell, len(head.names))}
	r.header = Header{Line: s.rowLine, Version: V10, Columns: head.names}
	there := make([]bool, len(columns))
	var twice []string
	for _, name := range head.names {
		place := columnByName(name)
		r.places = append(r.places, place)
		if place < 0 {
			r.header.Unread = append(r.header.Unread, name)
			continue
		}
		if there[place] {
			twice = append(twice, show.Quote(name))
		}
		there[place] = true
		if columns[place].Since > string(V10) {
			r.header.Version = V12
		}
	}
	if twice != nil {
		return nil, &HeaderError{Line: s.rowLine, Repeated: twice}
	}
	for i := range columns {
		if c := &columns[i]; !there[i] && c.needed() && c.in(r.header.Version) {
			r.header.Missing = append(r.header.Missing, c.Name)
		}
	}
	if !there[columnByName("BilledCost")] && !there[columnByName("ChargePeriodStart")] && !there[columnByName("ServiceName")] {
		return nil, &HeaderError{Line: s.rowLine, Problem: "no FOCUS file", Missing: r.header.Missing}
	}
	return r, nil
}

// Header returns what the header says.
func (r *Reader) Header() Header {
	h := r.header
	h.Columns = append([]string(nil), h.Columns...)
	h.Missing = append([]string(nil), h.Missing...)
	h.Unread = append([]string(nil), h.Unread...)
	return h
}

// Rows yields the rows that are left. A row that cannot be read is a [*LineError], and reading goes on behind it; an error of
// the reader below, gzip that is cut off, and a header that is repeated in another order ([*HeaderError]) are yielded last.
// The row beside an error is the zero value.
func (r *Reader) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		if r.scan == nil {
			yield(Row{}, errZero("Reader"))
			return
		}
		var row Row // once: it is too large to be made for each
		for {
			row = Row{}
			err := r.read(&row)
			if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				return
			}
			_, goesOn := errors.AsType[*LineError](err)
			if err != nil {
				row = Row{}
			}
			if !yield(row, err) || err != nil && !goesOn {
				return
			}
		}
	}
}

// Rows reads a FOCUS file: [NewReader] and [Reader.Rows] in one. An error of the header is yielded alone.
func Rows(r io.Reader) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		reader, err := NewReader(r)
		if err != nil {
			yield(Row{}, err)
			return
		}
		reader.Rows()(yield)
	}
}

func (r *Reader) read(row *Row) error {
	s := r.scan
	if err := nextRow(s, r.head); err != nil {
		return err
	}
	row.Line = s.rowLine
	r.fresh, r.spans = r.fresh[:0], r.spans[:0]
	for position, place := range r.places {
		if place < 0 {
			continue
		}
		f, c := &s.fields[position], &r.last[position]
		if !bytes.Equal(f.b, c.raw) || f.quoted != c.quoted || c.raw == nil {
			if err := r.take(position, place, f, c); err != nil {
				for _, span := range r.spans { // texts that will not be made
					r.last[span.position].raw = nil
				}
				return err
			}
		}
	}
	if len(r.spans) > 0 {
		text := string(r.fresh)
		for _, span := range r.spans {
			r.last[span.position].text = text[span.start:span.end]
		}
	}
	for position, place := range r.places {
		if place >= 0 {
			r.last[position].set(row, place)
		}
	}
	return nil
}

// take reads a field that is not that of the row before.
func (r *Reader) take(position, place int, f *field, c *cell) error {
	col := &columns[place]
	c.raw, c.quoted = append(c.raw[:0], f.b...), f.quoted
	if c.raw == nil {
		c.raw = []byte{}
	}
	c.null, c.misspelt, c.isNumber, c.text = f.isNull(), false, false, ""
	if c.null {
		return nil
	}
	value := f.text(r.scratch)
	if f.escaped {
		r.scratch = value
	}
	if col.text != nil {
		start := len(r.fresh)
		r.fresh = append(r.fresh, value...)
		r.spans = append(r.spans, span{position, start, len(r.fresh)})
		return nil
	}
	if c.null = len(value) == 0 || string(value) == "NULL"; c.null {
		return nil
	}
	var plain, ok bool
	want := numberAllowed
	if col.number != nil {
		for _, i := range r.recent {
			if same := &r.last[i]; same != c && same.isNumber && bytes.Equal(same.raw, c.raw) {
				c.number, c.misspelt, c.isNumber = same.number, same.misspelt, true
				return nil
			}
		}
		c.number, plain, ok = parseNumber(value)
		c.isNumber = ok
		r.recent[0], r.recent[1] = position, r.recent[0]
	} else {
		want = timeAllowed
		c.time.V, plain, ok = parseTime(value)
		c.time.Valid = ok
	}
	c.misspelt = !plain
	if !ok {
		c.raw = nil // so that the next one is not taken for read
		return &LineError{
			Line: r.scan.rowLine, Offset: r.scan.rowOffset, Column: col.Name, Given: show.Quote(string(value)), Allowed: want,
		}
	}
	return nil
}

func (c *cell) set(row *Row, place int) {
	if c.null {
		return
	}
	if c.misspelt {
		row.misspelt |= 1 << place
	}
	switch col := &columns[place]; {
	case col.text != nil:
		*col.text(row) = Text{c.text, true}
	case col.number != nil:
		*col.number(row) = Number{c.number, true}
	default:
		*col.time(row) = c.time
	}
}
