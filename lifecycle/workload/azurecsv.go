package workload

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// azureTable is a CSV file with a header.
type azureTable struct {
	file   string
	csv    *csv.Reader
	line   int // of the last record
	header []string
	known  []bool // which columns were asked for
	where  int    // line of the header
}

func openAzure(r io.Reader, file string) (*azureTable, error) {
	if r == nil {
		r = strings.NewReader("")
	}
	b := bufio.NewReaderSize(r, 1<<16)
	// Without all three bytes there is no mark; an error is met again when the header is read.
	if mark, err := b.Peek(3); err == nil && bytes.Equal(mark, []byte("\uFEFF")) {
		if _, err := b.Discard(3); err != nil {
			return nil, &AzureLineError{File: file, Line: 1, Err: err}
		}
	}
	t := &azureTable{file: file, csv: csv.NewReader(b), where: 1}
	t.csv.ReuseRecord = true
	header, line, err := t.next()
	if err != nil && err != io.EOF {
		return nil, err
	}
	if err == nil {
		t.where = line
	}
	t.header = slices.Clone(header)
	t.known = make([]bool, len(header))
	return t, nil
}

// next returns the next record, which is overwritten by the one behind it, and its line; io.EOF at the end.
func (t *azureTable) next() ([]string, int, error) {
	record, err := t.csv.Read()
	switch parse, isParse := errors.AsType[*csv.ParseError](err); {
	case err == io.EOF:
		return nil, 0, io.EOF
	case isParse && parse.Err == csv.ErrFieldCount:
		return nil, 0, &AzureLineError{
			File: t.file, Line: parse.Line, Given: fmt.Sprintf("%d values", len(record)),
			Allowed: fmt.Sprintf("%d, as in the header", len(t.header)), Err: parse.Err,
		}
	case isParse:
		return nil, 0, &AzureLineError{File: t.file, Line: parse.Line, Err: parse.Err}
	case err != nil:
		return nil, 0, &AzureLineError{File: t.file, Line: t.line + 1, Err: err}
	}
	t.line, _ = t.csv.FieldPos(0)
	return record, t.line, nil
}

// columns returns where the columns of these names are.
func (t *azureTable) columns(names ...string) ([]int, error) {
	at := make([]int, len(names))
	e := &AzureColumnError{File: t.file, Line: t.where}
	for i, name := range names {
		at[i] = slices.Index(t.header, name)
		if at[i] < 0 {
			e.Missing = append(e.Missing, name)
			continue
		}
		t.known[at[i]] = true
		if slices.Contains(t.header[at[i]+1:], name) {
			e.Repeated = append(e.Repeated, name)
		}
	}
	if e.Missing != nil || e.Repeated != nil {
		return nil, e
	}
	return at, nil
}

// optionalColumn returns where a column is, -1 if it is not.
func (t *azureTable) optionalColumn(name string) (int, error) {
	if !slices.Contains(t.header, name) {
		return -1, nil
	}
	at, err := t.columns(name)
	if err != nil {
		return 0, err
	}
	return at[0], nil
}

// minutes returns where the minutes' columns are: each from 1 to the number of them once. Whatever is named by a number is a
// minute: to ignore one, in a file that counts from 0, would be to lose requests and to shift all others.
func (t *azureTable) minutes() ([]int, error) {
	var at []int // -1 where there is none
	beyond := false
	e := &AzureColumnError{File: t.file, Line: t.where}
	for c, name := range t.header {
		s := strings.TrimPrefix(name, "minute_")
		if s == "" || !azureDigits(s) {
			continue
		}
		t.known[c] = true
		n, err := strconv.Atoi(s)
		switch {
		case err != nil || n > len(t.header): // there are not as many columns, so that one of 1 to n is missing
			beyond = true
			continue
		case n == 0:
			e.Impossible = append(e.Impossible, name)
			continue
		}
		for len(at) < n {
			at = append(at, -1)
		}
		if at[n-1] >= 0 {
			e.Repeated = append(e.Repeated, name)
			continue
		}
		at[n-1] = c
	}
	switch gap := slices.Index(at, -1); {
	case gap >= 0:
		e.Missing = append(e.Missing, strconv.Itoa(gap+1))
	case beyond || len(at) == 0:
		e.Missing = append(e.Missing, strconv.Itoa(len(at)+1))
	}
	if e.Missing != nil || e.Repeated != nil || e.Impossible != nil {
		return nil, e
	}
	return at, nil
}

// unknown reports the columns that nobody asked for.
func (t *azureTable) unknown() (AzureIssue, bool) {
	var names []string
	for c, known := range t.known {
		if !known {
			names = append(names, strconv.Quote(azureShort(t.header[c])))
		}
	}
	if names == nil {
		return AzureIssue{}, false
	}
	const most = 10
	list := strings.Join(names[:min(len(names), most)], ", ")
	if len(names) > most {
		list += fmt.Sprintf(" and %d more", len(names)-most)
	}
	return AzureIssue{
		Line: t.where, File: t.file, Kind: AzureUnknownColumns, Count: len(names), Detail: list + ", not read",
	}, true
}

func (t *azureTable) valueError(line, column int, given, allowed string) error {
	return &AzureLineError{File: t.file, Line: line, Column: t.header[column], Given: azureShort(given), Allowed: allowed}
}

// azureShort returns a copy of the beginning of s: s may be part of a long line.
func azureShort(s string) string {
	const most = 60
	if len(s) > most {
		return s[:most] + "…"
	}
	return strings.Clone(s)
}
