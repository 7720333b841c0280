package usagelog

import (
	"bytes"
	"encoding/json"
	"math/big"
	"strings"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// row is a row of Logs Insights: values by column. The zero value has none.
type row struct {
	values [columns]string
	there  [columns]bool
}

func (r *row) set(k key, value string) { r.values[k], r.there[k] = value, true }

// setJSON sets a value as the console exports it: a string, or a number, which keeps its text.
func (r *row) setJSON(k key, raw []byte) {
	if raw == nil {
		return
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		s = string(raw)
	}
	r.set(k, s)
}

// add sets one field of a row as the API gives it, a list of {"field", "value"}; false where these are something else.
func (r *row) add(field, value []byte) bool {
	if r == nil || value == nil {
		return false
	}
	k := keyOf(field)
	if k != keyCount && !bytes.HasPrefix(field, []byte(`"@`)) {
		return false
	}
	if k != keyOther && k < columns && len(value) <= maxEvent { // a row that never ends is no more than these
		r.setJSON(k, value)
	}
	return true
}

// emit emits the report in a row: in @message or, without that column, as the fields that Insights discovers in one. A row of
// neither is passed over.
func (r *row) emit(s *scanner, c context, p place) error {
	if t := parseTime([]byte(r.values[keyAtTimestamp])); !t.IsZero() {
		c.time = t
	}
	if group := r.values[keyAtLog]; group != "" {
		c.group = group
	}
	if stream := r.values[keyAtLogStream]; stream != "" {
		c.stream = stream
	}
	if message := r.values[keyAtMessage]; message != "" {
		return s.message([]byte(message), c, p)
	}
	if kind := r.values[keyAtType]; kind != "" && kind != "REPORT" || r.values[keyAtBilledDuration] == "" && r.values[keyAtDuration] == "" {
		return nil
	}
	record, err := r.discovered()
	if err == nil {
		record.Time, record.Function = c.time, functionOf(c.group)
	}
	return s.emit(&record, err, p)
}

// discovered reads the fields that Logs Insights discovers in a report.
func (r *row) discovered() (Record, error) {
	rec := Record{billable: true}
	wrong := func(k key) (Record, error) { return Record{}, damaged(columnNames[k], []byte(r.values[k])) }
	if n := r.values[keyCount]; n != "" && n != "1" { // of `stats count(*) by @duration, …`: so many executions in one row
		return wrong(keyCount)
	}
	var ok bool
	if rec.RequestID, ok = makeID([]byte(r.values[keyAtRequestID])); !ok && r.there[keyAtRequestID] { // a query need not ask for it
		return wrong(keyAtRequestID)
	}
	for _, f := range [...]struct {
		column key
		value  *time.Duration
	}{{keyAtDuration, &rec.Duration}, {keyAtBilledDuration, &rec.Billed}, {keyAtInitDuration, &rec.Init}} {
		text := r.values[f.column]
		if f.column == keyAtInitDuration && text == "" {
			continue
		}
		if *f.value, ok = parseMillis([]byte(text)); !ok || *f.value > cost.MaxBilled {
			return wrong(f.column)
		}
	}
	if rec.Billed%time.Millisecond != 0 {
		return wrong(keyAtBilledDuration)
	}
	if rec.MemoryMB, ok = megabytes(r.values[keyAtMemorySize]); !ok || !memoryAllowed(int64(rec.MemoryMB)) {
		return wrong(keyAtMemorySize)
	}
	if most := r.values[keyAtMaxMemoryUsed]; most != "" {
		if rec.MaxMemoryUsedMB, ok = megabytes(most); !ok {
			return wrong(keyAtMaxMemoryUsed)
		}
	}
	return rec, nil
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
