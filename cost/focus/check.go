package focus

import (
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// Finding is one place where a dataset breaks a rule of FOCUS.
type Finding struct {
	Index int    // of the row among those checked, from 0; -1 where it is about the header
	Line  int    // of the file; 0 for rows that were not read from one
	Rule  Rule   // Rule.Column is the column at fault
	Given string // what stands there, shortened where it is long
}

// String returns the place, the column with its value, and the rule.
func (f Finding) String() string {
	where := fmt.Sprintf("row %d", f.Index)
	switch {
	case f.Line > 0:
		where = fmt.Sprintf("line %d", f.Line)
	case f.Index < 0:
		where = "header"
	}
	return fmt.Sprintf("%s, %s is %s: %s (%s)", where, f.Rule.Column, f.Given, f.Rule.Text, f.Rule.ID)
}

// Check walks every rule of a version, [Rules], over rows, and yields what breaks one, in the order of rows and rules. Errors
// of rows are handed on as they are. Rows do not tell whether a column is null or was not there at all, which [CheckCSV] does.
// What needs more than one row is not checked: sums, and that ids mean the same everywhere.
// An unknown version is a [*RangeError].
func Check(v Version, rows iter.Seq2[Row, error]) iter.Seq2[Finding, error] {
	return func(yield func(Finding, error) bool) {
		if err := v.Validate(); err != nil {
			yield(Finding{}, err)
			return
		}
		if rows == nil {
			yield(Finding{}, errNil("rows", "a sequence"))
			return
		}
		checkRows(v, rows, nil, yield)
	}
}

// CheckCSV walks the rules over a file: those of its header, which [Rule.ID] calls present, prefix and name, and those of
// [Check]. v is the version to hold it to; "" means the one that its header shows. Rules about a column that is not there are
// broken once, in the header. Errors are those of [Rows].
func CheckCSV(r io.Reader, v Version) iter.Seq2[Finding, error] {
	return func(yield func(Finding, error) bool) {
		reader, err := NewReader(r)
		if err == nil && v != "" {
			err = v.Validate()
		}
		if err != nil {
			yield(Finding{}, err)
			return
		}
		if v == "" {
			v = reader.header.Version
		}
		absent, findings := checkHeader(&reader.header, v)
		for _, f := range findings {
			if !yield(f, nil) {
				return
			}
		}
		checkRows(v, reader.Rows(), absent, yield)
	}
}

func checkHeader(h *Header, v Version) (absent map[string]bool, findings []Finding) {
	absent = make(map[string]bool)
	for i := range columns {
		absent[columns[i].Name] = true
	}
	add := func(what, column, text, given, since string) {
		findings = append(findings, Finding{Index: -1, Line: h.Line, Given: given, Rule: Rule{ID: column + "." + what, Column: column, Text: text, Since: since}})
	}
	for _, name := range h.Columns {
		place := columnByName(name)
		switch {
		case place < 0 && !strings.HasPrefix(name, "x_"):
			add("prefix", show.Clip(name), "a column that is none of FOCUS's begins with x_", show.Quote(name), string(V10))
		case place >= 0 && columns[place].Name != name:
			add("name", columns[place].Name, "column ids are in Pascal case", show.Quote(name), columns[place].Since)
		}
		if place >= 0 {
			absent[columns[place].Name] = false
		}
	}
	for i := range columns {
		if c := &columns[i]; absent[c.Name] && c.in(v) && c.needed() {
			text := "must be there"
			if c.Level == Conditional {
				text = "must be there, since AWS and Lambda have what it says"
			}
			add("present", c.Name, text, "missing", c.Since)
		}
	}
	return absent, findings
}

// checkRows passes over rules about absent columns.
func checkRows(v Version, rows iter.Seq2[Row, error], absent map[string]bool, yield func(Finding, error) bool) {
	var of []*rule
	for i := range rules {
		if r := &rules[i]; r.Since <= string(v) && !absent[r.Column] {
			of = append(of, r)
		}
	}
	index := -1
	for row, err := range rows {
		index++
		if err != nil {
			if !yield(Finding{}, err) {
				return
			}
			continue
		}
		for _, r := range of {
			if !r.broken(&row) {
				continue
			}
			given := row.shown(r.Column)
			switch {
			case strings.HasSuffix(r.ID, ".spelling"):
				given += " in another spelling"
			case (r.ID == "SkuId.priced" || r.ID == "SkuPriceId.priced") && row.Meter.Valid:
				given += ", since the rates of the bill have no rate code for it"
			}
			if !yield(Finding{Index: index, Line: row.Line, Rule: r.Rule, Given: given}, nil) {
				return
			}
		}
	}
}

// shown is the value of a column for messages.
func (r *Row) shown(name string) string {
	c := &columns[columnByName(name)]
	switch {
	case c.text != nil:
		return shown(*c.text(r))
	case c.number != nil:
		return shownNumber(*c.number(r))
	case !c.time(r).Valid:
		return "null"
	default:
		return string(appendTime(nil, c.time(r).V))
	}
}
