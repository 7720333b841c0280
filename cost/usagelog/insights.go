package usagelog

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"strings"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// readCSV reads the results of a Logs Insights query as CSV. The first row names the columns.
func readCSV(in *bufio.Reader, e *emitter) error {
	t := tableReader{in: in, line: 1}
	var header []string
	for {
		line, offset := t.line, t.offset
		raw, fits, err := t.row()
		if len(bytes.TrimSpace(raw)) > 0 && fits && (err == nil || errors.Is(err, io.EOF)) {
			if stop := csvRow(e, &header, raw, line, offset); stop != nil {
				return stop
			}
		}
		if err != nil {
			return ignoreEOF(err)
		}
	}
}

func csvRow(e *emitter, header *[]string, raw []byte, line int, offset int64) error {
	cr := csv.NewReader(bytes.NewReader(raw))
	cr.FieldsPerRecord = -1
	cells, err := cr.Read()
	switch {
	case err != nil:
		if stop := e.emit(Record{}, damaged("CSV row", raw), line, offset); stop != nil {
			return stop
		}
		return csvLines(e, header, raw, line, offset)
	case *header == nil:
		for i, c := range cells {
			cells[i] = columnName(c)
		}
		*header = cells
		return nil
	case len(cells) != len(*header):
		return e.emit(Record{}, damaged("number of CSV columns", raw), line, offset)
	}
	row := make(map[string]string, len(cells))
	for i, c := range cells {
		row[(*header)[i]] = c
	}
	return emitRow(e, row, line, offset)
}

// csvLines reads the lines behind the first one of a damaged row as rows of their own: a quote that is never closed does not
// take the rest of the table with it. Lines that are no rows are passed over, as their row was reported.
func csvLines(e *emitter, header *[]string, raw []byte, line int, offset int64) error {
	for {
		first, rest, more := bytes.Cut(raw, []byte{'\n'})
		if !more {
			return nil
		}
		line, offset, raw = line+1, offset+int64(len(first))+1, rest
		next, _, _ := bytes.Cut(raw, []byte{'\n'})
		cells, err := csv.NewReader(bytes.NewReader(next)).Read()
		if err != nil || *header == nil || len(cells) != len(*header) {
			continue
		}
		if stop := csvRow(e, header, next, line, offset); stop != nil {
			return stop
		}
	}
}

// columnName returns the name of a column as Logs Insights spells it, whatever the case; log events that the console exports
// have names without the @.
func columnName(s string) string {
	s = strings.TrimSpace(s)
	for _, name := range []string{
		"@timestamp", "@message", "@log", "@logStream", "@type", "@requestId", "@duration", "@billedDuration", "@initDuration", "@memorySize", "@maxMemoryUsed",
	} {
		if strings.EqualFold(s, name) || (name == "@timestamp" || name == "@message") && strings.EqualFold("@"+s, name) {
			return name
		}
	}
	return s
}

// tableReader splits CSV into rows, which may hold line breaks within quotes, without holding one that is too long.
type tableReader struct {
	in     *bufio.Reader
	line   int
	offset int64
	buf    []byte
}

func (t *tableReader) row() (raw []byte, fits bool, err error) {
	t.buf, fits = t.buf[:0], true
	quoted := false
	for {
		piece, err := t.in.ReadSlice('\n')
		t.offset += int64(len(piece))
		if bytes.HasSuffix(piece, []byte{'\n'}) {
			t.line++
		}
		if bytes.Count(piece, []byte{'"'})%2 == 1 {
			quoted = !quoted
		}
		if len(t.buf)+len(piece) <= maxLine {
			t.buf = append(t.buf, piece...)
		} else {
			fits = false
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case err != nil || !quoted:
			return t.buf, fits, err
		}
	}
}

// insightsRow reads one row that the console exports as a JSON object; numbers keep their text.
func insightsRow(text []byte) (map[string]string, bool) {
	var raw map[string]json.RawMessage
	if json.Unmarshal(text, &raw) != nil {
		return nil, false
	}
	row := make(map[string]string, len(raw))
	for k, v := range raw {
		var s string
		if json.Unmarshal(v, &s) != nil {
			s = string(v)
		}
		row[k] = s
	}
	return row, true
}

// emitRow reads a row of Logs Insights: a report in @message or, without that column, the fields that Insights discovers
// in one. A row of neither is passed over.
func emitRow(e *emitter, row map[string]string, line int, offset int64) error {
	at := parseTime([]byte(row["@timestamp"]))
	if message := row["@message"]; message != "" {
		return emitMessage(e, []byte(message), at, row["@log"], row["@logStream"], line, offset)
	}
	if kind := row["@type"]; kind != "" && kind != "REPORT" || row["@billedDuration"] == "" && row["@duration"] == "" {
		return nil
	}
	r, err := discovered(row)
	if err == nil {
		r.Time, r.Function = at, functionOf(row["@log"])
	}
	return e.emit(r, err, line, offset)
}

// discovered reads the fields that Logs Insights discovers in a report.
func discovered(row map[string]string) (Record, error) {
	r := Record{billable: true}
	var ok bool
	id, asked := row["@requestId"] // a query need not ask for it
	if r.RequestID, ok = makeID([]byte(id)); !ok && asked {
		return Record{}, damaged("@requestId", []byte(row["@requestId"]))
	}
	if r.Duration, ok = parseMillis([]byte(row["@duration"])); !ok {
		return Record{}, damaged("@duration", []byte(row["@duration"]))
	}
	if r.Billed, ok = parseMillis([]byte(row["@billedDuration"])); !ok || r.Billed%1e6 != 0 {
		return Record{}, damaged("@billedDuration", []byte(row["@billedDuration"]))
	}
	if init := row["@initDuration"]; init != "" {
		if r.Init, ok = parseMillis([]byte(init)); !ok {
			return Record{}, damaged("@initDuration", []byte(init))
		}
	}
	if r.MemoryMB, ok = megabytes(row["@memorySize"]); !ok {
		return Record{}, damaged("@memorySize", []byte(row["@memorySize"]))
	}
	if most := row["@maxMemoryUsed"]; most != "" {
		if r.MaxMemoryUsedMB, ok = megabytes(most); !ok {
			return Record{}, damaged("@maxMemoryUsed", []byte(most))
		}
	}
	switch {
	case r.Duration > cost.MaxBilled:
		return Record{}, damaged("@duration", []byte(row["@duration"]))
	case r.Billed > cost.MaxBilled:
		return Record{}, damaged("@billedDuration", []byte(row["@billedDuration"]))
	case r.Init > cost.MaxBilled:
		return Record{}, damaged("@initDuration", []byte(row["@initDuration"]))
	case !memoryAllowed(int64(r.MemoryMB)):
		return Record{}, damaged("@memorySize", []byte(row["@memorySize"]))
	}
	return r, nil
}

// megabytes reads Insights' bytes, of which it counts 1,000,000 to the MB: "1.28E8", "128000000".
func megabytes(s string) (int, bool) {
	if len(s) == 0 || len(s) > 24 || strings.Trim(s, "0123456789.eE+") != "" {
		return 0, false
	}
	if i := strings.IndexAny(s, "eE"); i >= 0 && len(s)-i > 4 {
		return 0, false
	}
	n, ok := new(big.Rat).SetString(s)
	if !ok {
		return 0, false
	}
	n.Quo(n, big.NewRat(1_000_000, 1))
	if !n.IsInt() || !n.Num().IsInt64() || n.Num().Int64() > 1<<30 {
		return 0, false
	}
	return int(n.Num().Int64()), true
}
