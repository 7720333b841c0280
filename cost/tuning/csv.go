package tuning

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// The columns of raw timings in CSV.
const (
	columnMemory  = "memory_mb"
	columnTime    = "duration_ms"
	columnInit    = "init_ms"
	columnRestore = "billed_restore_ms"
	columnFailed  = "failed"
)

var columns = []string{columnMemory, columnTime, columnInit, columnRestore, columnFailed}

// maxLine bounds a line of CSV, which has five columns.
const maxLine = 64 << 10

// Runs reads raw timings as CSV, a run a row, in memory that does not grow:
//
//	# anything behind a number sign at the beginning of a line
//	memory_mb,duration_ms,init_ms,billed_restore_ms,failed
//	128,11722.965,,,
//	512,3194.954,180.2,,
//	512,3000,,,timeout
//
// The first row names the columns, in any order. memory_mb and duration_ms are required; the others may be left out, and
// their cells be empty:
//
//	memory_mb          configured memory, 128 to 10,240
//	duration_ms        Duration of the REPORT line: of the handler, 0 to 1,800,000; may be empty where the run failed
//	init_ms            Init Duration; empty or 0 for a warm start
//	billed_restore_ms  Billed Restore Duration of SnapStart
//	failed             why the run failed, such as timeout; empty where it did not
//
// Milliseconds are plain numbers with a point, and rounded to the nanosecond, half up. Cells may be quoted, but hold no line
// break. A byte order mark, CRLF, empty lines and white space around cells are accepted. Packaging and Mode of the timings are
// their zero values.
//
// A row with a fault is yielded as an [*InputError] that names its line, and reading goes on with the next one; a fault of
// the first row, or an error of r, ends it. A nil r is a [*RangeError].
func Runs(r io.Reader) iter.Seq2[Run, error] {
	return func(yield func(Run, error) bool) {
		if r == nil {
			yield(Run{}, errNoReader())
			return
		}
		in := bufio.NewReaderSize(r, maxLine)
		var t table
		for n := 1; ; n++ {
			line, err := in.ReadSlice('\n')
			switch {
			case errors.Is(err, bufio.ErrBufferFull):
				yield(Run{}, &InputError{Line: n, Field: "line", Given: "longer", Allowed: fmt.Sprintf("less than %d bytes", maxLine)})
				return
			case err != nil && !errors.Is(err, io.EOF): // what stood before it may be torn
				yield(Run{}, err)
				return
			}
			run, isRun, fault := t.row(string(line), n)
			if (isRun || fault != nil) && !yield(run, fault) || fault != nil && t.columns == nil {
				return
			}
			if err != nil {
				break
			}
		}
		if t.columns == nil {
			yield(Run{}, &InputError{Line: 1, Field: "first row", Allowed: "the names of the columns"})
		}
	}
}

// ReadCSV reads all of r as [Runs] does and sorts it by memory size, in ascending order. The first fault ends it, without a
// result.
func ReadCSV(r io.Reader) ([]Sample, error) { return Collect(Runs(r)) }

func split(line string, n int) ([]string, error) {
	cells := strings.Split(line, ",")
	if strings.Contains(line, `"`) {
		var err error
		row := csv.NewReader(strings.NewReader(line))
		row.TrimLeadingSpace = true
		if cells, err = row.Read(); err != nil {
			return nil, &InputError{Line: n, Field: "row", Given: line, Allowed: "comma-separated values, quoted if at all from end to end", Err: err}
		}
	}
	for i, c := range cells {
		cells[i] = strings.TrimSpace(c)
	}
	return cells, nil
}

// table knows the columns, once their names were read.
type table struct{ columns []string }

// row reads line n. Comments, empty lines and the names of the columns are no runs.
func (t *table) row(line string, n int) (r Run, isRun bool, err error) {
	if n == 1 {
		line = strings.TrimPrefix(line, "\ufeff")
	}
	if strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "" {
		return Run{}, false, nil
	}
	cells, err := split(line, n)
	if err != nil {
		return Run{}, false, err
	}
	if t.columns == nil {
		return Run{}, false, t.name(cells, n)
	}
	r, err = t.run(cells, n)
	return r, err == nil, err
}

func (t *table) name(cells []string, n int) error {
	for i, c := range cells {
		if !slices.Contains(columns, c) || slices.Contains(cells[:i], c) {
			return &InputError{Line: n, Field: "column", Given: c, Allowed: "once each of " + strings.Join(columns, ", ")}
		}
	}
	for _, c := range []string{columnMemory, columnTime} {
		if !slices.Contains(cells, c) {
			return &InputError{Line: n, Field: "column " + c, Allowed: "once each of " + strings.Join(columns, ", ")}
		}
	}
	t.columns = cells
	return nil
}

func (t *table) run(cells []string, n int) (Run, error) {
	if len(cells) != len(t.columns) {
		return Run{}, &InputError{Line: n, Field: "number of cells", Given: strconv.Itoa(len(cells)), Allowed: strconv.Itoa(len(t.columns))}
	}
	var r Run
	for i, c := range cells {
		if t.columns[i] == columnFailed {
			r.Failed = c
		}
	}
	for i, c := range cells {
		ok := true
		switch t.columns[i] {
		case columnMemory:
			n, err := strconv.ParseUint(c, 10, 31)
			r.MemoryMB = int(n)
			ok = err == nil && validMemory("", r.MemoryMB) == nil
		case columnTime:
			if r.Failed != "" {
				c = orZero(c)
			}
			r.Timing.Duration, ok = parseMilliseconds(c)
		case columnInit:
			r.Timing.Init, ok = parseMilliseconds(orZero(c))
		case columnRestore:
			r.Timing.BilledRestore, ok = parseMilliseconds(orZero(c))
		}
		if !ok {
			allowed := fmt.Sprintf("milliseconds, 0 to %d", cost.MaxBilled.Milliseconds())
			if t.columns[i] == columnMemory {
				allowed = fmt.Sprintf("whole MB, %d to %d", cost.MinMemoryMB, cost.MaxMemoryMB)
			}
			return Run{}, &InputError{Line: n, Field: t.columns[i], Given: c, Allowed: allowed}
		}
	}
	return r, nil
}

func orZero(cell string) string {
	if cell == "" {
		return "0"
	}
	return cell
}

// parseMilliseconds reads plain notation, rounded to the nanosecond, and whether that is a time that one run can have.
func parseMilliseconds(s string) (time.Duration, bool) {
	whole, fraction, point := strings.Cut(s, ".")
	n, err := strconv.ParseUint(whole, 10, 32)
	if err != nil || point && fraction == "" || strings.Trim(fraction, "0123456789") != "" {
		return 0, false
	}
	d := time.Duration(n) * time.Millisecond
	for i, unit := 0, time.Millisecond/10; i < len(fraction) && unit > 0; i, unit = i+1, unit/10 {
		d += time.Duration(fraction[i]-'0') * unit
	}
	if len(fraction) > 6 && fraction[6] >= '5' {
		d++
	}
	return d, d <= cost.MaxBilled
}
