package workload

import (
	"cmp"
	"fmt"
	"io"
	"slices"
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
