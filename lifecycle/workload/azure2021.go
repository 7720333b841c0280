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

// Azure2021 is the Azure Functions invocation trace of 2021, as [ReadAzure2021] reads it. The zero value has no functions.
type Azure2021 struct {
	Functions []Azure2021Function // in the order of their first line
	Issues    []AzureIssue        // in the order of their lines; at most one of each kind for each function
}

// Azure2021Function is one function's requests. The zero value has none.
type Azure2021Function struct {
	App, Function string // hashes; a function is known by both
	// Requests are in the order of their arrival since the start of the trace, of equal arrivals the shorter first; but the
	// first ones are those of Early. Each has its duration, at least 1 ns. There are as many as the function has lines.
	Requests Trace
	// Early is how many requests arrived before the start of the trace, 0 or more. They come first, in the order in which they
	// really arrived, and are given an arrival at 0 and the time from there to their end as duration, so that a later one may
	// be shorter.
	Early int
}

// ReadAzure2021 reads the Azure Functions invocation trace of 2021 (Zhang et al., "Faster and Cheaper Serverless Computing
// on Harvested Resources", SOSP 2021; github.com/Azure/AzurePublicDataset, CC BY 4.0): the file
// AzureFunctionsInvocationTraceForTwoWeeksJan2021.txt, or a part of it.
//
// Its columns are app, func, end_timestamp and duration, found by the names in the header; the lines may be in any order. A
// request arrives at end_timestamp - duration. Both are in seconds, the first since the start of the trace, and are
// converted to ns exactly, those beyond 9 decimals rounded half up. A byte order mark and lines that end in CR LF are
// accepted. No line is left out; see [AzureIssueKind] for what is reported: durations of 0, equal requests, requests from
// before the start of the trace, lines out of order.
//
// The error is an [*AzureColumnError], which an empty file or nil reader is too, or an [*AzureLineError]: a line of more or
// fewer values than the header, a time or duration that is not a number, not finite, negative or beyond 36 years, CSV
// syntax, or the reader's own error.
func ReadAzure2021(r io.Reader) (*Azure2021, error) {
	t, err := openAzure(r, "trace")
	if err != nil {
		return nil, err
	}
	columns, err := t.columns("app", "func", "end_timestamp", "duration")
	if err != nil {
		return nil, err
	}
	a := &Azure2021{}
	if unknown, ok := t.unknown(); ok {
		a.Issues = append(a.Issues, unknown)
	}
	index := map[azureKey]int{}
	var rows [][]azureSpan // of each function
	unsorted := AzureIssue{File: t.file, Kind: AzureUnsorted}
	var previous time.Duration // arrival of the last line
	for first := true; ; first = false {
		record, line, err := t.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		end, err := t.seconds(record, line, columns[2])
		if err != nil {
			return nil, err
		}
		duration, err := t.seconds(record, line, columns[3])
		if err != nil {
			return nil, err
		}
		arrival := end - duration
		if !first && arrival < previous {
			unsorted.add(line)
		}
		previous = arrival
		k := azureKey{app: record[columns[0]], function: record[columns[1]]}
		at, known := index[k]
		if !known {
			// The record's strings are parts of one line, which would be kept in memory as a whole.
			k.app, k.function = strings.Clone(k.app), strings.Clone(k.function)
			at = len(rows)
			index[k] = at
			rows = append(rows, nil)
			a.Functions = append(a.Functions, Azure2021Function{App: k.app, Function: k.function})
		}
		rows[at] = append(rows[at], azureSpan{arrival, duration, line})
	}
	for i := range a.Functions {
		a.Issues = append(a.Issues, a.Functions[i].take(rows[i])...)
		rows[i] = nil
	}
	if unsorted.Count > 0 {
		unsorted.Detail = fmt.Sprintf("%d lines of requests that arrived before that of the line in front, sorted", unsorted.Count)
		a.Issues = append(a.Issues, unsorted)
	}
	slices.SortStableFunc(a.Issues, func(x, y AzureIssue) int {
		return cmp.Or(cmp.Compare(x.Line, y.Line), cmp.Compare(x.Kind, y.Kind))
	})
	return a, nil
}

// azureSpan is a line of the trace of 2021.
type azureSpan struct {
	arrival  time.Duration // negative for one from before the trace
	duration time.Duration
	line     int
}

// take makes f's requests of its lines, which it sorts, and returns what is odd about them.
func (f *Azure2021Function) take(spans []azureSpan) []AzureIssue {
	slices.SortFunc(spans, func(x, y azureSpan) int {
		return cmp.Or(cmp.Compare(x.arrival, y.arrival), cmp.Compare(x.duration, y.duration), cmp.Compare(x.line, y.line))
	})
	issue := func(k AzureIssueKind) AzureIssue {
		return AzureIssue{File: "trace", App: f.App, Function: f.Function, Kind: k}
	}
	early, zero, duplicate := issue(AzureEarly), issue(AzureZeroDuration), issue(AzureDuplicate)
	f.Requests = make(Trace, len(spans))
	for i, s := range spans {
		if i > 0 && s.arrival == spans[i-1].arrival && s.duration == spans[i-1].duration {
			duplicate.add(s.line)
		}
		if s.duration == 0 {
			zero.add(s.line)
		}
		r := lifecycle.Request{At: s.arrival, Duration: s.duration}
		if s.arrival < 0 {
			early.add(s.line)
			r = lifecycle.Request{At: 0, Duration: s.arrival + s.duration}
		}
		r.Duration = max(r.Duration, 1)
		f.Requests[i] = r
	}
	f.Early = early.Count
	early.Detail = fmt.Sprintf("%d requests arrived before the start of the trace, kept at 0 with the rest of their duration", early.Count)
	zero.Detail = fmt.Sprintf("%d requests took 0 s, taken as 1 ns", zero.Count)
	duplicate.Detail = fmt.Sprintf("%d requests equal another of the function, all kept", duplicate.Count)
	return slices.DeleteFunc([]AzureIssue{early, zero, duplicate}, func(i AzureIssue) bool { return i.Count == 0 })
}

// seconds reads a number of seconds.
func (t *azureTable) seconds(record []string, line, column int) (time.Duration, error) {
	n, _, problem := azureDecimal(record[column], 9, azureMaxDuration)
	if problem != azureFine {
		return 0, t.valueError(line, column, record[column], "a number of seconds, 0 to 1152921504 (36 years)")
	}
	return time.Duration(n), nil
}
