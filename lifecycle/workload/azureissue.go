package workload

import (
	"fmt"
	"strconv"
)

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

// add counts a line.
func (i *AzureIssue) add(line int) {
	if i.Count == 0 || line < i.Line {
		i.Line = line
	}
	i.Count++
}
