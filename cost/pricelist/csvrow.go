package pricelist

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
)

// maxRow is what a row of a CSV file may have in bytes, with its line break and empty lines before it; one of AWS has 800.
// encoding/csv has no bound: it keeps a row as a whole, and grows by 24 bytes for each comma in it.
const maxRow = 64 << 10

var errLongRow = errors.New("a row that is too long")

// rowReader reads the rows of a CSV file, each of at most maxRow bytes.
type rowReader struct {
	*csv.Reader
	in    io.Reader
	given int64 // bytes handed to the csv.Reader
	start int64 // where the row begins
	line  int   // of the row before
}

func newRowReader(r io.Reader) *rowReader {
	rows := &rowReader{in: r}
	in := bufio.NewReaderSize(rows, bufferSize)
	if mark, err := in.Peek(3); err == nil && string(mark) == "\ufeff" {
		_, _ = in.Discard(3)
		rows.given -= 3
	}
	rows.Reader = csv.NewReader(in) // which takes in as its buffer
	rows.FieldsPerRecord = -1       // the heading has other rows than the table
	rows.ReuseRecord = true
	return rows
}

// Read hands on what the csv.Reader asks for. It asks where all that it has belongs to the row that it reads.
func (r *rowReader) Read(p []byte) (int, error) {
	if r.given-r.start > maxRow {
		return 0, errLongRow
	}
	n, err := r.in.Read(p)
	r.given += int64(n)
	return n, err
}

// next returns the next row, which is valid until the next call, and its line; io.EOF at the end, or a [*FormatError].
func (r *rowReader) next() (row []string, line int, err error) {
	r.start = r.InputOffset()
	row, err = r.Reader.Read()
	if errors.Is(err, errLongRow) || r.InputOffset()-r.start > maxRow {
		return nil, 0, &FormatError{What: "row", Given: "longer", Allowed: "a row of at most 65,536 bytes", Line: r.line + 1}
	}
	if e, ok := errors.AsType[*csv.ParseError](err); ok {
		return nil, 0, &FormatError{What: "CSV", Line: e.Line, Err: e.Err}
	}
	if err == io.EOF {
		return nil, 0, err
	}
	if err != nil {
		return nil, 0, &FormatError{What: "CSV", Err: err}
	}
	line, _ = r.FieldPos(0)
	r.line, _ = r.FieldPos(len(row) - 1)
	return row, line, nil
}
