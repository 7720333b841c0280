package focus

import (
	"bytes"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// Layout is how a FOCUS file is written. A nil *Layout, like the zero value, means FOCUS 1.2 with nulls as empty fields.
type Layout struct {
	// Version chooses the columns where Columns is nil; "" means 1.2.
	Version Version
	// Columns are names of columns, in this order. Nil means those of Version in alphabetical order, but for capacity
	// reservations and prices in another currency, which no Lambda charge has, then this package's custom columns and
	// x_UsageType. What a row has in other columns is not written.
	Columns []string
	// Null is how a null is spelled: "", or "NULL" as in some exports. Text that reads like it is written in quotes.
	Null string
}

// Writer writes rows as CSV: a header, then a line for each row, lines that end in LF, times as YYYY-MM-DDTHH:MM:SSZ, numbers
// in plain notation. Rows that are read back are equal. It is for one goroutine. [NewWriter] makes one; the zero value writes
// nothing, which is a [*RangeError].
type Writer struct {
	w      io.Writer
	null   string
	places []int
	buf    []byte
	headed bool // the header is in buf or written
	rows   int
	err    error // of w: nothing is written after it
}

// NewWriter prepares a file; the header is written with the first row, or by Flush. A column that is unknown or named twice,
// an unknown version and a Null that is neither "" nor "NULL" are a [*RangeError].
func NewWriter(w io.Writer, l *Layout) (*Writer, error) {
	if w == nil {
		return nil, errNil("w", "a writer")
	}
	if l == nil {
		l = new(Layout)
	}
	if l.Null != "" && l.Null != "NULL" {
		return nil, &RangeError{Field: "Layout.Null", Given: show.Quote(l.Null), Allowed: `"" or "NULL"`}
	}
	version := l.Version
	if version == "" {
		version = V12
	}
	if err := version.Validate(); err != nil {
		return nil, err
	}
	names := l.Columns
	if names == nil {
		names = usualColumns(version)
	}
	out := &Writer{w: w, null: l.Null}
	for _, name := range names {
		place := columnByName(name)
		if place < 0 || slices.Contains(out.places, place) {
			return nil, &RangeError{Field: "Layout.Columns", Given: show.Quote(name), Allowed: "names of columns, each once"}
		}
		out.places = append(out.places, place)
	}
	if len(out.places) == 0 {
		return nil, &RangeError{Field: "Layout.Columns", Given: "empty", Allowed: "one or more"}
	}
	return out, nil
}

func usualColumns(v Version) []string {
	var names []string
	for i := range columns {
		c := &columns[i]
		switch {
		case !c.in(v), c.Level == Conditional && !c.needed(), c.Name == "x_Operation", c.Name == "x_ServiceCode":
		default:
			names = append(names, c.Name)
		}
	}
	return names
}

// Write writes one row. A number of more digits than a file may have, a time before the year 1 or after 9999, and a row of more
// than 1 MB are a [*RowError], since [Reader] would not take them; nothing of that row is written. An error of the writer
// below is final.
func (w *Writer) Write(row Row) error {
	if w.err == nil && w.w == nil {
		w.err = errZero("Writer")
	}
	if w.err != nil {
		return w.err
	}
	w.head()
	start := len(w.buf)
	longest, most := "", 0
	for i, place := range w.places {
		if i > 0 {
			w.buf = append(w.buf, ',')
		}
		at := len(w.buf)
		if err := w.field(&row, &columns[place]); err != nil {
			w.buf = w.buf[:start]
			return err
		}
		if n := len(w.buf) - at; n > most {
			longest, most = columns[place].Name, n
		}
	}
	if len(w.buf)-start >= maxRow { // and the end of the line
		w.buf = w.buf[:start]
		return &RowError{Index: w.rows, Line: row.Line, Column: longest, Given: strconv.Itoa(most) + " bytes", Allowed: "a row of up to 1 MB"}
	}
	w.rows++
	if len(w.buf) == start { // a line of nothing would not be a row
		w.buf = append(w.buf, "NULL"...)
	}
	w.buf = append(w.buf, '\n')
	if len(w.buf) >= readSize {
		return w.flush()
	}
	return nil
}

func (w *Writer) field(row *Row, c *column) error {
	switch {
	case c.text != nil:
		if t := c.text(row); t.Valid {
			w.buf = appendText(w.buf, t.V)
			return nil
		}
	case c.number != nil:
		if n := c.number(row); n.Valid {
			if !bounded(n.V) {
				return w.refused(row, c, givenNumber(n.V), numberAllowed)
			}
			w.buf = digits.Append(w.buf, n.V)
			return nil
		}
	default:
		if t := c.time(row); t.Valid {
			if y := t.V.UTC().Year(); y < 1 || y > 9999 {
				return w.refused(row, c, t.V.Format(time.RFC3339), "the years 1 to 9999")
			}
			w.buf = appendTime(w.buf, t.V)
			return nil
		}
	}
	w.buf = append(w.buf, w.null...)
	return nil
}

func (w *Writer) refused(row *Row, c *column, given, allowed string) error {
	return &RowError{Index: w.rows, Line: row.Line, Column: c.Name, Given: given, Allowed: allowed}
}

// appendText puts in quotes what would be read as something else without: separators, quotes, line breaks, nothing, NULL,
// blanks at the ends.
func appendText(b []byte, s string) []byte {
	if s != "" && s != "NULL" && !strings.ContainsAny(s, ",\"\r\n") && strings.TrimSpace(s) == s {
		return append(b, s...)
	}
	b = append(b, '"')
	for {
		i := strings.IndexByte(s, '"')
		if i < 0 {
			break
		}
		b = append(append(b, s[:i+1]...), '"')
		s = s[i+1:]
	}
	return append(append(b, s...), '"')
}

// head puts the header before the first row.
func (w *Writer) head() {
	if w.headed {
		return
	}
	w.headed = true
	for i, place := range w.places {
		if i > 0 {
			w.buf = append(w.buf, ',')
		}
		w.buf = append(w.buf, columns[place].Name...)
	}
	w.buf = append(w.buf, '\n')
}

func (w *Writer) flush() error {
	if w.err == nil && len(w.buf) > 0 {
		_, w.err = w.w.Write(w.buf)
		w.buf = w.buf[:0]
	}
	return w.err
}

// Flush writes what is left, the header too where there was no row. It must be called after the last row.
func (w *Writer) Flush() error {
	if w.err == nil && w.w == nil {
		w.err = errZero("Writer")
	}
	if w.err == nil {
		w.head()
	}
	return w.flush()
}

// WriteCSV writes rows as a whole file; see [Writer]. A row that cannot be written is an error, and nothing is written.
func WriteCSV(w io.Writer, rows []Row, l *Layout) error {
	if w == nil {
		return errNil("w", "a writer")
	}
	var b bytes.Buffer
	out, err := NewWriter(&b, l)
	if err != nil {
		return err
	}
	for i := range rows {
		if err := out.Write(rows[i]); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}
