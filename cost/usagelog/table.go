package usagelog

import (
	"bytes"
	"encoding/json"
	"slices"
)

// table is what the header of a table says: one that the console exports, or the results of a Logs Insights query as CSV.
type table struct {
	columns []key
	message int      // which of them is @message; -1 for none
	cells   [][]byte // of the row that is read
}

// header reads the cells of a row as a header; false for any other row.
func header(cells [][]byte) (table, bool) {
	if len(cells) > mostColumns || !slices.ContainsFunc(cells, mayBeName) {
		return table{}, false
	}
	t := table{columns: make([]key, len(cells)), message: -1}
	isTable, timestamp := false, false
	for i, cell := range cells {
		k := columnOf(string(cell))
		t.columns[i] = k
		switch k {
		case keyAtMessage:
			t.message = i
			isTable = isTable || bytes.Contains(cell, []byte("@"))
		case keyAtTimestamp:
			timestamp = true
		case keyAtDuration, keyAtBilledDuration:
			isTable = true
		}
	}
	return t, isTable || timestamp && t.message >= 0
}

// mayBeName is false for nearly all cells but those of a header: @message, timestamp.
func mayBeName(cell []byte) bool {
	cell = bytes.TrimSpace(cell)
	return len(cell) > 0 && len(cell) < 20 && bytes.IndexByte([]byte("@tTmM"), cell[0]) >= 0
}

// table reads the log where it is a table, of which the first row names the columns; false, where it is something else.
func (s *scanner) table() (isTable bool, err error) {
	first, err := s.token()
	if err != nil || first == '{' || first == '[' {
		return false, nil
	}
	end, ok := s.lineEnd()
	if !ok {
		return false, nil
	}
	cells, ok := splitCells(nil, trimBreak(s.buf[s.pos:end]))
	if !ok {
		return false, nil
	}
	t, ok := header(cells)
	if !ok {
		return false, nil
	}
	s.passLine(end)
	for more := true; more; {
		if s.jsonFollows(&t) {
			err = s.document()
		} else {
			more, err = s.row(&t)
		}
		if err != nil {
			return true, err
		}
	}
	if isEOF(s.err) {
		return true, nil
	}
	return true, s.err
}

// jsonFollows reports whether JSON that was appended to the table begins at the next byte, which is where a row may: with a
// bracket and, on its line, quotes where no row has any, or nothing else.
func (s *scanner) jsonFollows(t *table) bool {
	if s.pos == len(s.buf) && !s.fill() || s.buf[s.pos] != '{' && s.buf[s.pos] != '[' {
		return false
	}
	end, ok := s.lineEnd()
	if !ok {
		return false
	}
	line := bytes.TrimSpace(s.buf[s.pos:end])
	if _, _, isRow := quotes(line, false); isRow && (len(line) > 1 || len(t.columns) == 1) {
		return false
	}
	return s.opens()
}

// row reads one row, which may have line breaks within quotes; false behind the last one. A quote that is never closed, or only
// by one that opens a cell of another row, costs its own row: reading goes on behind the line on which it opened.
func (s *scanner) row(t *table) (more bool, err error) {
	begin := s.place()
	s.hold = begin.offset
	defer func() { s.hold = -1 }()
	var opened, behind place // the line on which the open cell begins, and the next one
	open := false
	for {
		line := s.place()
		if s.pos == len(s.buf) && !s.fill() {
			switch {
			case !open:
				return false, nil
			case s.torn(s.pos):
				s.quiet = true
				return false, s.cells(t, append(bytes.Clone(s.since(begin.offset)), '"'), begin)
			}
			return true, s.lostQuote(opened, behind)
		}
		end, ok := s.lineEnd()
		if !ok {
			if open {
				return true, s.lostQuote(opened, behind)
			}
			s.skipLine()
			return true, nil
		}
		s.quiet = s.torn(end)
		text := trimBreak(s.buf[s.pos:end])
		was, fresh := open, false
		open, fresh, ok = quotes(text, was)
		if was && (!ok || bytes.Contains(text, swallowed)) {
			return true, s.lostQuote(opened, behind)
		}
		s.passLine(end)
		if fresh {
			opened, behind = line, s.place()
		}
		switch raw := s.since(begin.offset); {
		case !ok:
			return true, s.tell(damaged("CSV row", s.since(line.offset)), line)
		case open && raw == nil:
			return true, s.lostQuote(opened, behind)
		case !open:
			return true, s.cells(t, raw, begin)
		}
	}
}

// swallowed is what a quoted cell has on a line behind its first one only where the quote is lost, and other rows follow.
var swallowed = append([]byte{','}, reportMark...)

// lostQuote tells of a quote and goes back to the line behind it.
func (s *scanner) lostQuote(opened, behind place) error {
	s.pos, s.line, s.text = s.index(behind.offset), behind.line, behind.offset
	s.quiet = false
	return s.tell(damaged("closing quote of a CSV cell", nil), opened)
}

// skipLine passes a line that is longer than any report.
func (s *scanner) skipLine() {
	s.hold = -1
	for {
		if i := bytes.IndexByte(s.buf[s.pos:], '\n'); i >= 0 {
			s.passLine(s.pos + i)
			return
		}
		s.pass(len(s.buf))
		if !s.fill() {
			return
		}
	}
}

// quotes follows the quotes of a line of a table, on which a cell of the line before may be open. It returns whether a cell is
// open at its end, whether that one began on this line, and whether all quotes stood where they may.
func quotes(line []byte, open bool) (stillOpen, fresh, ok bool) {
	for {
		if !open {
			if len(line) == 0 || line[0] != '"' {
				cell, rest, more := bytes.Cut(line, comma)
				if bytes.IndexByte(cell, '"') >= 0 {
					return false, false, false
				}
				if !more {
					return false, false, true
				}
				line = rest
				continue
			}
			line, open, fresh = line[1:], true, true
		}
		i := bytes.IndexByte(line, '"')
		if i < 0 {
			return true, fresh, true
		}
		line = line[i+1:]
		switch {
		case len(line) == 0:
			return false, false, true
		case line[0] == ',':
			open = false
		case line[0] != '"':
			return false, false, false
		}
		line = line[1:]
	}
}

var comma = []byte{','}

// mostColumns is how many columns a table may have; Logs Insights shows no more.
const mostColumns = 1000

// splitCells appends the cells of a row to cells, up to one more than mostColumns; false for a row with a quote where none may
// stand.
func splitCells(cells [][]byte, row []byte) (_ [][]byte, ok bool) {
	for {
		if len(cells) > mostColumns {
			return cells, true
		}
		var cell []byte
		if len(row) > 0 && row[0] == '"' {
			n := 1
			for {
				i := bytes.IndexByte(row[n:], '"')
				if i < 0 {
					return cells, false
				}
				n += i + 1
				if n == len(row) || row[n] != '"' {
					break
				}
				n++
			}
			cell, row = row[1:n-1], row[n:]
			if bytes.IndexByte(cell, '"') >= 0 {
				cell = bytes.ReplaceAll(cell, []byte(`""`), []byte(`"`))
			}
		} else {
			n := bytes.IndexByte(row, ',')
			if n < 0 {
				n = len(row)
			}
			cell, row = row[:n], row[n:]
		}
		cells = append(cells, cell)
		if len(row) == 0 {
			return cells, true
		}
		if row[0] != ',' {
			return cells, false
		}
		row = row[1:]
	}
}

// cells reads a complete row. Blank ones are passed over, and one that is a header begins another table.
func (s *scanner) cells(t *table, raw []byte, begin place) error {
	if raw = bytes.TrimRight(raw, "\r\n"); len(raw) == 0 {
		return nil
	}
	cells, ok := splitCells(t.cells[:0], raw)
	t.cells = cells
	if !ok {
		return s.tell(damaged("CSV row", raw), begin)
	}
	if another, ok := header(cells); ok {
		*t = another
		return nil
	}
	if len(cells) != len(t.columns) {
		if raw[0] == '"' && hasReport(raw) && json.Valid(raw) { // a message that was appended
			return s.rawMessage(raw, context{}, begin)
		}
		if reportAt(raw) < 0 {
			return s.tell(damaged("number of CSV columns", raw), begin)
		}
		return s.emitReports(raw, nil, context{}, begin) // a text that was appended
	}
	if t.message >= 0 && !hasReport(cells[t.message]) {
		return nil
	}
	var r row
	for i, k := range t.columns {
		r.set(k, string(cells[i]))
	}
	return r.emit(s, context{}, begin)
}
