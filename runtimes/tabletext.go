package runtimes

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// tableColumns is the header line of a table's text.
const tableColumns = "month,function,display,name,identifier,snapstart,arch,packaging,memory_mb,days,samples," +
	"init_min,init_p10,init_p50,init_p90,init_p99,init_max,init_mean,first_mean,first_min_day,first_max_day,memory_used"

const (
	numColumns = 22
	numNames   = 8 // of them texts
)

// WriteTable writes profiles as text, one a line in the order given, with a header line: the format of the embedded
// profiles.csv. Times are milliseconds, memory is MB; what is not known is left empty. [ReadTable] reads it back. It is
// plain CSV without quoting: a profile that cannot be (see [Profile.Validate]), or a name with a comma, a quote, a line
// break or a leading '#' is a [*RangeError], and a profile that is there twice a [*DuplicateError]; nothing is written then.
// Any other error is the writer's.
func WriteTable(w io.Writer, profiles []Profile) error {
	if w == nil {
		return outOfRange("w", "nil", "a writer")
	}
	b := append([]byte(tableColumns), '\n')
	for _, p := range profiles {
		if err := p.Validate(); err != nil {
			return err
		}
		snapStart := ""
		if p.SnapStart {
			snapStart = "snapstart"
		}
		for _, s := range [...]string{p.Measured, p.Function, p.DisplayName, p.Name, p.Identifier, snapStart, p.Arch, p.Packaging} {
			if strings.ContainsAny(s, ",\"\r\n") || strings.HasPrefix(s, "#") {
				return outOfRange("Profile", fmt.Sprintf("%q", s), `text without comma, quote, line break and leading "#"`)
			}
			b = append(append(b, s...), ',')
		}
		b = strconv.AppendInt(b, int64(p.MemoryMB), 10)
		b = append(b, ',')
		if p.Days > 0 {
			b = strconv.AppendInt(b, int64(p.Days), 10)
		}
		b = append(b, ',')
		b = strconv.AppendInt(b, int64(p.Samples), 10)
		t := p.Init
		for _, d := range [...]time.Duration{t.Min, t.P10, t.P50, t.P90, t.P99, t.Max, t.Average, p.FirstInvoke, p.FirstInvokeMin, p.FirstInvokeMax} {
			b = appendMS(append(b, ','), d)
		}
		b = append(b, ',')
		if p.MaxMemoryUsedMB > 0 {
			b = strconv.AppendFloat(b, p.MaxMemoryUsedMB, 'f', -1, 64)
		}
		b = append(b, '\n')
	}
	if err := sortProfiles(slices.Clone(profiles)); err != nil {
		return err
	}
	_, err := w.Write(b)
	return err
}

// ReadTable reads the text that [WriteTable] writes, in order of month, function, architecture, packaging and memory. Lines
// that begin with '#' and empty ones are comments; line ends may be CRLF, a byte order mark may come first. The last line must
// have its end too: a file that was cut off is not read. Give the profiles to [NewTable] to search them. Where it cannot be
// read the error is a [*SyntaxError] with the line, or a [*DuplicateError].
func ReadTable(r io.Reader) ([]Profile, error) {
	if r == nil {
		return nil, outOfRange("r", "nil", "a reader")
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, &SyntaxError{Line: strings.Count(string(text), "\n") + 1, Err: err}
	}
	profiles, err := parseTable(strings.TrimPrefix(string(text), byteOrderMark))
	if err != nil {
		return nil, err
	}
	if err := sortProfiles(profiles); err != nil {
		return nil, err
	}
	link(profiles)
	return profiles, nil
}

const byteOrderMark = "\ufeff"

// parseTable reads the profiles of a table in their order. Their texts are parts of the table's.
func parseTable(text string) ([]Profile, error) {
	profiles := make([]Profile, 0, strings.Count(text, "\n")+1)
	names := "" // how the last line began, up to its packaging: mostly the next one begins in the same way
	header := false
	for number, line := range lines(text) {
		if !header {
			if line != tableColumns {
				return nil, &SyntaxError{Line: number, Field: "header", Given: clip(line, long), Allowed: tableColumns}
			}
			header = true
			continue
		}
		c := cursor{line: line, separator: ','}
		n := len(profiles)
		profiles = profiles[:n+1]
		p := &profiles[n]
		if names != "" && strings.HasPrefix(line, names) {
			q := &profiles[n-1]
			p.Measured, p.Function, p.DisplayName, p.Name, p.Identifier = q.Measured, q.Function, q.DisplayName, q.Name, q.Identifier
			p.SnapStart, p.Arch, p.Packaging = q.SnapStart, q.Arch, q.Packaging
			c.at, c.taken = len(names), numNames
		} else {
			p.parseNames(&c)
			names = line[:min(c.at, len(line))]
		}
		p.parseFigures(&c)
		err := c.finish(tableColumns, numColumns)
		if err == nil {
			err = p.invalid()
		}
		if err != nil {
			err.Line = number
			return nil, err
		}
	}
	if !header {
		return nil, &SyntaxError{Line: 1, Field: "header", Given: "missing", Allowed: tableColumns}
	}
	if !strings.HasSuffix(text, "\n") {
		return nil, &SyntaxError{Line: strings.Count(text, "\n") + 1, Field: "end", Given: "no line break", Allowed: "a line break: else the text may be cut off"}
	}
	return profiles, nil
}

func (p *Profile) parseNames(c *cursor) {
	for _, s := range [...]*string{&p.Measured, &p.Function, &p.DisplayName, &p.Name, &p.Identifier} {
		*s = c.text()
	}
	snapStart := c.text()
	p.SnapStart = snapStart == "snapstart"
	if !p.SnapStart && snapStart != "" {
		c.fail(snapStart, `nothing or "snapstart"`)
	}
	p.Arch, p.Packaging = c.text(), c.text()
}

func (p *Profile) parseFigures(c *cursor) {
	p.MemoryMB, p.Days, p.Samples = c.count(), c.count(), c.count()
	t := &p.Init
	t.Min, t.P10, t.P50, t.P90, t.P99, t.Max, t.Average = c.ms(), c.ms(), c.ms(), c.ms(), c.ms(), c.ms(), c.ms()
	p.FirstInvoke, p.FirstInvokeMin, p.FirstInvokeMax = c.ms(), c.ms(), c.ms()
	p.MaxMemoryUsedMB = c.megabytes()
}

// invalid is Validate for a line.
func (p *Profile) invalid() *SyntaxError {
	err := p.Validate()
	if err == nil {
		return nil
	}
	var e *RangeError
	if errors.As(err, &e) {
		return &SyntaxError{Field: e.Field, Given: clip(e.Given, long), Allowed: e.Allowed}
	}
	return &SyntaxError{Err: err}
}
