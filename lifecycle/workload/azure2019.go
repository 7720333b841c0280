package workload

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// Azure2019 is a day of the Azure Functions dataset of 2019, as [ReadAzure2019] reads it. The zero value has no functions.
type Azure2019 struct {
	Functions []AzureFunction // in the order of their first line in the file of invocations
	Issues    []AzureIssue    // those of the file of invocations first, each file's in the order of lines
}

// AzureFunction is one function's day: [PerMinute] plays its Counts, and Duration is what lifecycle.Function.Duration takes.
// The zero value has no requests.
type AzureFunction struct {
	Owner, App, Function string // hashes; a function is known by all three
	Trigger              string // such as "http" or "timer"; "" where the file has no such column
	Counts               []int  // requests in each minute from the start, 0 to 1e9
	// Duration is the handler's time, without cold starts, 1 ns to 36 years; nil where the dataset has none that can be
	// used, of which an issue tells. It is piecewise linear through the percentiles 0, 1, 25, 50, 75, 99 and 100; its Mean
	// is the dataset's Average, which is exact where what the percentiles say is not.
	//
	// The percentiles are not of single requests but of their averages over 30 seconds, in whole milliseconds: requests of
	// a busy function vary more than this says.
	Duration lifecycle.Distribution
}

// AzureIssue reports something odd in a trace of Azure's that did not keep it from being read, and what became of it. The
// zero value is no issue.
type AzureIssue struct {
	Line                 int    // from 1; the first of the lines in question
	File                 string // "invocations", "durations", or "trace" for that of 2021
	Owner, App, Function string // "" where the issue is not of one function; Owner also in the trace of 2021
	Kind                 AzureIssueKind
	Count                int    // lines in question, of AzureUnknownColumns columns; at least 1
	Detail               string // what was found and what was made of it
}

// String returns the issue as a line of text.
func (i AzureIssue) String() string {
	of := ""
	if i.App != "" || i.Function != "" {
		of = fmt.Sprintf(" (app %s, function %s)", i.App, i.Function)
	}
	return fmt.Sprintf("%s, line %d: %v: %s%s", i.File, i.Line, i.Kind, i.Detail, of)
}

// AzureIssueKind says what an [AzureIssue] is about. The zero value is no kind.
type AzureIssueKind int

// The kinds of issues.
const (
	// AzureNoDurations is a function that the file of durations does not have: its Duration is nil.
	AzureNoDurations AzureIssueKind = iota + 1
	// AzureNoInvocations is a line of durations whose function the file of invocations does not have: it is left out.
	AzureNoInvocations
	// AzureDuplicate is a line for what an earlier line already was for. Of invocations in 2019, the counts are added and the
	// first trigger stays. Of durations, the first line stays, as percentiles cannot be merged. In 2021, of requests of one
	// function that are equal to the nanosecond, all stay: two requests can be alike.
	AzureDuplicate
	// AzureZeroDuration is a duration of 0, which is kept as 1 ns, as a request's duration of 0 would mean that it is to be
	// drawn. In 2019 it stands for what was rounded to 0 ms.
	AzureZeroDuration
	// AzureBadDurations is a line of durations that contradicts itself: percentiles out of order, a minimum above the maximum,
	// an average outside of the percentiles by more than the rounding of 1 ms, a negative duration, one beyond 36 years, or
	// a Count of 0. The function's Duration is nil.
	AzureBadDurations
	// AzureNoRange is a line of durations with an empty Minimum or Maximum, which versions of Azure's runtime did not record.
	// The distribution does not depend on them.
	AzureNoRange
	// AzureUnknownColumns is a header with columns that the format does not have: they are not read.
	AzureUnknownColumns
	// AzureEarly is a request that arrived before the start of the trace (2021): it is kept with an arrival at 0 and what was
	// left of its duration.
	AzureEarly
	// AzureUnsorted is a line whose request arrived before that of the line in front of it (2021): requests are sorted.
	AzureUnsorted
)

var azureIssueNames = []string{
	AzureNoDurations:    "no durations",
	AzureNoInvocations:  "no invocations",
	AzureDuplicate:      "duplicate",
	AzureZeroDuration:   "zero duration",
	AzureBadDurations:   "bad durations",
	AzureNoRange:        "no minimum or maximum",
	AzureUnknownColumns: "unknown columns",
	AzureEarly:          "before the start",
	AzureUnsorted:       "unsorted",
}

// String returns the kind in words, such as "no durations".
func (k AzureIssueKind) String() string {
	if k <= 0 || int(k) >= len(azureIssueNames) {
		return "AzureIssueKind(" + strconv.Itoa(int(k)) + ")"
	}
	return azureIssueNames[k]
}

// AzureColumnError reports a trace of Azure's whose header does not have the columns of its format.
type AzureColumnError struct {
	File       string   // "invocations", "durations" or "trace"
	Line       int      // of the header, from 1
	Missing    []string // columns that there must be; of minutes that are numbered with gaps, the first that is not there
	Repeated   []string // columns that there are more than once
	Impossible []string // minutes that there cannot be: 0, as the first is 1
}

// Error implements error.
func (e *AzureColumnError) Error() string {
	var wrong []string
	for _, w := range []struct {
		what  string
		names []string
	}{{"missing", e.Missing}, {"repeated", e.Repeated}, {"impossible", e.Impossible}} {
		if len(w.names) > 0 {
			wrong = append(wrong, w.what+" columns "+strings.Join(w.names, ", "))
		}
	}
	return fmt.Sprintf("workload: %s, line %d: %s", e.File, e.Line, strings.Join(wrong, "; "))
}

// AzureLineError reports a line of a trace of Azure's that cannot be read. Exactly one of Column and Err says what of it.
type AzureLineError struct {
	File    string // "invocations", "durations" or "trace"
	Line    int    // from 1; where the reader failed, the one behind the last line that was read
	Column  string // as in the header; "" where the error is not of one value
	Given   string // what stood there, shortened where it is long
	Allowed string // what would have been accepted, with its unit
	Err     error  // of the reader, or of encoding/csv, such as csv.ErrFieldCount; nil where it is of one value
}

// Error implements error.
func (e *AzureLineError) Error() string {
	at := fmt.Sprintf("workload: %s, line %d", e.File, e.Line)
	switch {
	case e.Err == nil:
		return fmt.Sprintf("%s: %s is %q, allowed is %s", at, e.Column, e.Given, e.Allowed)
	case e.Given != "":
		return fmt.Sprintf("%s: %v: %s, allowed is %s", at, e.Err, e.Given, e.Allowed)
	}
	return fmt.Sprintf("%s: %v", at, e.Err)
}

// Unwrap returns Err.
func (e *AzureLineError) Unwrap() error { return e.Err }

// ReadAzure2019 reads one day of the Azure Functions dataset of 2019 (Shahrad et al., "Serverless in the Wild", USENIX ATC
// 2020; github.com/Azure/AzurePublicDataset, CC BY 4.0): the files invocations_per_function_md.anon.dNN.csv and
// function_durations_percentiles.anon.dNN.csv of the same day, or samples of them.
//
// Columns are found by the names in the header, in any order. Those of invocations are HashOwner, HashApp, HashFunction,
// Trigger, which may be missing, and minutes from 1 to any number, named "1" or "minute_1". Those of durations are
// HashOwner, HashApp, HashFunction, Average, Count, Minimum, Maximum and percentile_Average_0, _1, _25, _50, _75, _99 and
// _100, in ms. A byte order mark and lines that end in CR LF are accepted, and numbers that are written as 3.0 or 1e3;
// durations are converted to ns exactly, those beyond 6 decimals rounded half up. Nothing is left out in silence; see
// [AzureIssueKind].
//
// Both readers are read to their end, and the counts of all functions are kept: 11.5 KB for a function's day.
//
// The error is an [*AzureColumnError], which an empty file or nil reader is too, or an [*AzureLineError]: a line of more or
// fewer values than the header, a value that is not a number, a count that is negative, above 1e9 or not whole (of all lines
// of a function together; of Count in durations, above 1.44e12), CSV syntax, or the reader's own error.
func ReadAzure2019(invocations, durations io.Reader) (*Azure2019, error) {
	a := &azure2019{index: map[azureKey]int{}}
	if err := a.readInvocations(invocations); err != nil {
		return nil, err
	}
	withDurations, err := a.readDurations(durations)
	if err != nil {
		return nil, err
	}
	for i, f := range a.Functions {
		if !withDurations[i] {
			a.issue(AzureIssue{
				Line: a.lines[i], File: azureInvocations, Owner: f.Owner, App: f.App, Function: f.Function,
				Kind: AzureNoDurations, Detail: "the file of durations does not have the function, its Duration is nil",
			})
		}
	}
	slices.SortStableFunc(a.Issues, func(x, y AzureIssue) int {
		return cmp.Or(-cmp.Compare(x.File, y.File), cmp.Compare(x.Line, y.Line)) // "invocations" before "durations"
	})
	return &a.Azure2019, nil
}

const (
	azureInvocations = "invocations"
	azureDurations   = "durations"

	azureMaxCount    = 1_000_000_000        // in a minute: PerMinute plays them, and no more ever came
	azureMaxCounts   = 1440 * azureMaxCount // in a day
	azureMaxDuration = 1 << 60              // ns, 36 years, what lifecycle draws at most
)

type azureKey struct{ owner, app, function string }

// azure2019 is an Azure2019 in the making.
type azure2019 struct {
	Azure2019
	index map[azureKey]int // in Functions
	lines []int            // first line of each function
}

func (a *azure2019) issue(i AzureIssue) {
	i.Count = max(i.Count, 1)
	a.Issues = append(a.Issues, i)
}

var azureKeyColumns = []string{"HashOwner", "HashApp", "HashFunction"}

func (a *azure2019) readInvocations(r io.Reader) error {
	t, err := openAzure(r, azureInvocations)
	if err != nil {
		return err
	}
	key, err := t.columns(azureKeyColumns...)
	if err != nil {
		return err
	}
	minutes, err := t.minutes()
	if err != nil {
		return err
	}
	trigger, err := t.optionalColumn("Trigger")
	if err != nil {
		return err
	}
	if unknown, ok := t.unknown(); ok {
		a.issue(unknown)
	}
	for {
		record, line, err := t.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		counts := make([]int, len(minutes))
		for i, c := range minutes {
			n, ok := azureCount(record[c], azureMaxCount)
			if !ok {
				return t.valueError(line, c, record[c], azureCountsAllowed)
			}
			counts[i] = int(n)
		}
		kind := ""
		if trigger >= 0 {
			kind = record[trigger]
		}
		k := azureKey{record[key[0]], record[key[1]], record[key[2]]}
		at, again := a.index[k]
		if !again {
			// The record's strings are parts of one line, which would be kept in memory as a whole.
			k = azureKey{strings.Clone(k.owner), strings.Clone(k.app), strings.Clone(k.function)}
			a.index[k] = len(a.Functions)
			a.lines = append(a.lines, line)
			a.Functions = append(a.Functions, AzureFunction{
				Owner: k.owner, App: k.app, Function: k.function, Trigger: strings.Clone(kind), Counts: counts,
			})
			continue
		}
		f := &a.Functions[at]
		for i, n := range counts {
			if n > azureMaxCount-f.Counts[i] {
				return t.valueError(line, minutes[i], record[minutes[i]], azureCountsAllowed+", with those of the function's earlier lines")
			}
			f.Counts[i] += n
		}
		detail := fmt.Sprintf("the function is on line %d too, the counts are added", a.lines[at])
		if kind != f.Trigger {
			detail += fmt.Sprintf("; of the triggers %q and %q the first stays", azureShort(f.Trigger), azureShort(kind))
		}
		a.issue(AzureIssue{
			Line: line, File: azureInvocations, Owner: f.Owner, App: f.App, Function: f.Function,
			Kind: AzureDuplicate, Detail: detail,
		})
	}
}

const azureCountsAllowed = "a whole number of requests, 0 to 1e9"

// azureLevels are the percentiles of the file of durations, as shares.
var azureLevels = [...]float64{0, 0.01, 0.25, 0.5, 0.75, 0.99, 1}

var azurePercentileColumns = []string{
	"percentile_Average_0", "percentile_Average_1", "percentile_Average_25", "percentile_Average_50",
	"percentile_Average_75", "percentile_Average_99", "percentile_Average_100",
}

// readDurations returns for each function whether the file has it.
func (a *azure2019) readDurations(r io.Reader) ([]bool, error) {
	t, err := openAzure(r, azureDurations)
	if err != nil {
		return nil, err
	}
	columns, err := t.columns(slices.Concat(azureKeyColumns, []string{"Count", "Average", "Minimum", "Maximum"}, azurePercentileColumns)...)
	if err != nil {
		return nil, err
	}
	if unknown, ok := t.unknown(); ok {
		a.issue(unknown)
	}
	firstLines := make([]int, len(a.Functions))
	for {
		record, line, err := t.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		row, err := t.durations(record, line, columns[len(azureKeyColumns):])
		if err != nil {
			return nil, err
		}
		k := azureKey{record[columns[0]], record[columns[1]], record[columns[2]]}
		at, known := a.index[k]
		if !known {
			a.issue(AzureIssue{
				Line: line, File: azureDurations,
				Owner: strings.Clone(k.owner), App: strings.Clone(k.app), Function: strings.Clone(k.function),
				Kind: AzureNoInvocations, Detail: "the file of invocations does not have the function, it is left out",
			})
			continue
		}
		f := &a.Functions[at]
		issue := AzureIssue{Line: line, File: azureDurations, Owner: f.Owner, App: f.App, Function: f.Function}
		if first := firstLines[at]; first > 0 {
			issue.Kind, issue.Detail = AzureDuplicate, fmt.Sprintf("the function is on line %d too, which stays", first)
			a.issue(issue)
			continue
		}
		firstLines[at] = line
		if row.bad != "" {
			issue.Kind, issue.Detail = AzureBadDurations, row.bad+"; its Duration is nil"
			a.issue(issue)
			continue
		}
		if row.noRange != "" {
			issue.Kind, issue.Detail = AzureNoRange, row.noRange+" is empty, it is not needed"
			a.issue(issue)
		}
		if zero := row.distribution.liftZeros(); zero != "" {
			issue.Kind, issue.Detail = AzureZeroDuration, zero+" is 0 ms, taken as 1 ns"
			a.issue(issue)
		}
		f.Duration = row.distribution
	}
	with := make([]bool, len(a.Functions))
	for i, line := range firstLines {
		with[i] = line > 0
	}
	return with, nil
}

// azureRow is a line of durations.
type azureRow struct {
	distribution azureDistribution
	bad          string // what contradicts itself
	noRange      string // which bounds are empty
}

// durations reads a line's Count, Average, Minimum, Maximum and percentiles, whose columns these are.
func (t *azureTable) durations(record []string, line int, columns []int) (azureRow, error) {
	var row azureRow
	bad := func(format string, a ...any) {
		if row.bad == "" {
			row.bad = fmt.Sprintf(format, a...)
		}
	}
	switch n, ok := azureCount(record[columns[0]], azureMaxCounts); {
	case !ok:
		return row, t.valueError(line, columns[0], record[columns[0]], "a whole number of executions, 0 to 1.44e12")
	case n == 0:
		bad("Count is 0")
	}
	var values [3 + len(azureLevels)]time.Duration // average, minimum, maximum, percentiles
	for i, c := range columns[1:] {
		s := record[c]
		if bound := i == 1 || i == 2; bound && s == "" {
			if row.noRange != "" {
				row.noRange += " and "
			}
			row.noRange += t.header[c]
			continue
		}
		n, _, problem := azureDecimal(s, 6, azureMaxDuration)
		switch problem {
		case azureNotNumber:
			return row, t.valueError(line, c, s, "a number of ms")
		case azureNegative:
			bad("%s is negative, %s ms", t.header[c], azureShort(s))
		case azureTooLarge:
			bad("%s is beyond 36 years, %s ms", t.header[c], azureShort(s))
		}
		values[i] = time.Duration(n)
	}
	average, minimum, maximum, percentiles := values[0], values[1], values[2], values[3:]
	if row.noRange == "" && minimum > maximum {
		bad("Minimum, %v, is above Maximum, %v", minimum, maximum)
	}
	for i := 1; i < len(percentiles); i++ {
		if percentiles[i] < percentiles[i-1] {
			bad("%s, %v, is below %s, %v", azurePercentileColumns[i], percentiles[i], azurePercentileColumns[i-1], percentiles[i-1])
		}
	}
	first, last := percentiles[0], percentiles[len(percentiles)-1]
	if average < first-time.Millisecond || average > last+time.Millisecond {
		bad("Average, %v, is not between the percentiles, %v and %v", average, first, last)
	}
	row.distribution.mean = average
	copy(row.distribution.quantiles[:], percentiles)
	return row, nil
}

// azureDistribution is piecewise linear between its quantiles at azureLevels, which do not decrease.
type azureDistribution struct {
	quantiles [len(azureLevels)]time.Duration
	mean      time.Duration
}

// liftZeros makes zeros 1 ns and returns what was one.
func (d *azureDistribution) liftZeros() string {
	zero := ""
	for i, q := range d.quantiles {
		if q == 0 {
			zero, d.quantiles[i] = azurePercentileColumns[i], 1 // the last one tells the others: they do not decrease
		}
	}
	if d.mean == 0 {
		d.mean = 1
		if zero == "" {
			zero = "Average"
		}
	}
	return zero
}

// Quantile implements lifecycle.Distribution.
func (d azureDistribution) Quantile(p float64) time.Duration {
	if !(p > 0) {
		return d.quantiles[0]
	}
	for i := 1; i < len(azureLevels); i++ {
		from, to := azureLevels[i-1], azureLevels[i]
		if p >= to {
			continue
		}
		low, high := d.quantiles[i-1], d.quantiles[i]
		share := (p - from) / (to - from)
		// Converted, so that no machine fuses the product with the sum; bounded, as a difference beyond 2^53 may round up.
		return min(low+time.Duration(float64(float64(high-low)*share)+0.5), high)
	}
	return d.quantiles[len(d.quantiles)-1]
}

// Mean implements lifecycle.Distribution.
func (d azureDistribution) Mean() time.Duration { return d.mean }

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

// azureDigits says whether s is nothing but digits.
func azureDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// azureCount reads a whole number from 0 to most, which may be written as 3.0 or 1e3.
func azureCount(s string, most int64) (int64, bool) {
	if len(s) == 1 && s[0] >= '0' && s[0] <= '9' { // nearly all of 1440 values a line
		return int64(s[0] - '0'), true
	}
	n, exact, problem := azureDecimal(s, 0, most)
	return n, exact && problem == azureFine
}

// azureProblem is what keeps a text from being a number that is wanted.
type azureProblem uint8

const (
	azureFine azureProblem = iota
	azureNotNumber
	azureNegative
	azureTooLarge
)

// azureDecimal reads a decimal number, with or without an exponent, times 10^scale, rounded half up, and says whether it was
// exact. There is no float64 in between, which would not have the digits: 14 days in ns have 16, and a float64 of seconds
// goes by steps of 0.2 µs then. The number is 0 where there is a problem.
func azureDecimal(s string, scale int64, most int64) (n int64, exact bool, problem azureProblem) {
	exponent := int64(0)
	if e := strings.IndexAny(s, "eE"); e >= 0 {
		var ok bool
		if exponent, ok = azureExponent(s[e+1:]); !ok {
			return 0, false, azureNotNumber
		}
		s = s[:e]
	}
	s, negative := strings.CutPrefix(s, "-")
	if !negative {
		s = strings.TrimPrefix(s, "+")
	}
	whole, fraction, _ := strings.Cut(s, ".")
	if s == "" || s == "." || !azureDigits(whole) || !azureDigits(fraction) {
		return 0, false, azureNotNumber
	}
	point := int64(len(whole)) + exponent + scale // so many digits are in front of the result's point
	exact = true
	up := int64(0)
	i := int64(0)
	for _, part := range [...]string{whole, fraction} {
		for j := range len(part) {
			digit := int64(part[j] - '0')
			switch {
			case digit > 0 && negative:
				return 0, false, azureNegative
			case i < point:
				if n > (most-digit)/10 {
					return 0, false, azureTooLarge
				}
				n = n*10 + digit
			case digit > 0:
				exact = false
				if i == point && digit >= 5 {
					up = 1
				}
			}
			i++
		}
	}
	for ; i < point && n > 0; i++ {
		if n > most/10 {
			return 0, false, azureTooLarge
		}
		n *= 10
	}
	if n > most-up {
		return 0, false, azureTooLarge
	}
	return n + up, exact, azureFine
}

// azureExponent reads an exponent. Beyond ±10^12 one is as good as another: no number has so many digits.
func azureExponent(s string) (int64, bool) {
	s, negative := strings.CutPrefix(s, "-")
	if !negative {
		s = strings.TrimPrefix(s, "+")
	}
	if s == "" || !azureDigits(s) {
		return 0, false
	}
	n := int64(0)
	for i := range len(s) {
		n = min(n*10+int64(s[i]-'0'), 1e12)
	}
	if negative {
		n = -n
	}
	return n, true
}
