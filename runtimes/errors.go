package runtimes

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// RangeError reports a value outside of what is allowed.
type RangeError struct {
	Field   string // name of the argument or field, such as "memoryMB" or "Profile.Samples"
	Given   string
	Allowed string // what would have been accepted, with its unit
}

// Error implements error.
func (e *RangeError) Error() string {
	return fmt.Sprintf("runtimes: %s is %s, allowed is %s", e.Field, plain(e.Given, short), e.Allowed)
}

// UnknownError reports a name that nothing here has: a runtime, an identifier, a month, a memory size. There is never a
// fallback.
type UnknownError struct {
	What    string   // kind of thing: the field of [Query], "Identifier", or "warm set"
	Given   string   // as it was given
	Nearest []string // what exists and is spelled most like it, nearest first; at most 3

	// NotMeasured says that it is an identifier which Lambda has, and [LookupIdentifier] knows, but no profile.
	NotMeasured bool
}

// Error implements error.
func (e *UnknownError) Error() string {
	text := fmt.Sprintf("runtimes: unknown %s %q", e.What, clip(e.Given, short))
	if e.NotMeasured {
		text = fmt.Sprintf("runtimes: no profile of %s %q, which was not measured", e.What, clip(e.Given, short))
	}
	if len(e.Nearest) == 0 {
		return text
	}
	return fmt.Sprintf("%s (nearest: %s)", text, list(e.Nearest))
}

// NoProfileError reports a combination that was not measured, although each value on its own was.
type NoProfileError struct {
	Query   Query
	Nearest []Query // combinations that exist and differ least, names last of all, in the order of the table; at most 5; none of an empty table
}

// Error implements error.
func (e *NoProfileError) Error() string {
	if len(e.Nearest) == 0 {
		return fmt.Sprintf("runtimes: no profile of %s: there are none at all", e.Query)
	}
	texts := make([]string, len(e.Nearest))
	for i, q := range e.Nearest {
		texts[i] = q.String()
	}
	return fmt.Sprintf("runtimes: no profile of %s (nearest: %s)", e.Query, strings.Join(texts, "; "))
}

// AmbiguousError reports a query that more than one profile answers. Its text names a dozen values of each field, Choices
// has all.
type AmbiguousError struct {
	Query   Query
	Matches int
	Choices []Choice // the fields in which the matches differ
}

// Choice is a field of [Query] that would narrow an ambiguous query down, and the values that its matches have.
type Choice struct {
	Field  string
	Values []string // ascending
}

// Error implements error.
func (e *AmbiguousError) Error() string {
	texts := make([]string, len(e.Choices))
	for i, c := range e.Choices {
		texts[i] = c.Field + " (" + list(c.Values) + ")"
	}
	return fmt.Sprintf("runtimes: %d profiles of %s, which differ in %s", e.Matches, e.Query, strings.Join(texts, ", "))
}

// DuplicateError reports two things of which there must be one: profiles with the same function, architecture, packaging,
// memory and month in one table, or a day of the benchmark that is pooled twice.
type DuplicateError struct {
	What  string // "profile", "day" or "row"
	Given string
}

// Error implements error.
func (e *DuplicateError) Error() string {
	return fmt.Sprintf("runtimes: %s %s is there twice", e.What, plain(e.Given, long))
}

// SyntaxError reports input that cannot be read, and where.
type SyntaxError struct {
	Document int    // of a benchmark's file: which of the documents, from 1; 0 for a table
	Row      int    // which element of runtimeData, from 1; 0 outside of one or for a table
	Line     int    // of a table: from 1; 0 for a benchmark's file
	Offset   int64  // of a benchmark's file: bytes read when it was found
	Field    string // such as "initDurations[3]"; "" where the text is no JSON or no table, or the reader failed: then Err says why
	Given    string // as it was read, shortened
	Allowed  string // what would have been accepted
	Err      error  // of encoding/json, or of the reader; may be nil
}

// Error implements error.
func (e *SyntaxError) Error() string {
	var b strings.Builder
	b.WriteString("runtimes: ")
	if e.Line > 0 {
		fmt.Fprintf(&b, "line %d", e.Line)
	} else {
		fmt.Fprintf(&b, "document %d", e.Document)
		if e.Row > 0 {
			fmt.Fprintf(&b, ", row %d", e.Row)
		}
		fmt.Fprintf(&b, ", before byte %d", e.Offset)
	}
	if e.Field != "" {
		fmt.Fprintf(&b, ": %s is %s, allowed is %s", e.Field, printable(e.Given), e.Allowed) // Given is shortened already
	} else if e.Err != nil {
		fmt.Fprintf(&b, ": %s", plain(e.Err.Error(), long))
	}
	return b.String()
}

// Unwrap returns the error of encoding/json or of the reader, if there is one.
func (e *SyntaxError) Unwrap() error { return e.Err }

// NotMeasuredError reports a figure that the source does not have.
type NotMeasuredError struct {
	Of     string // what was asked
	Figure string // what is missing
}

// Error implements error.
func (e *NotMeasuredError) Error() string {
	return fmt.Sprintf("runtimes: %s of %s was not measured", e.Figure, plain(e.Of, long))
}

// DifferentSetsError reports figures of two sets, which must not be compared: another application, load, memory or year.
type DifferentSetsError struct {
	A, B string // their sets
}

// Error implements error.
func (e *DifferentSetsError) Error() string {
	return fmt.Sprintf("runtimes: figures of %q and of %q are not comparable: only those of one set are", clip(e.A, short), clip(e.B, short))
}

func outOfRange(field string, given any, allowed string) error {
	return &RangeError{Field: field, Given: fmt.Sprint(given), Allowed: allowed}
}

// Texts that come from outside are shortened to so many bytes in an error's text: a name, and a line that holds several.
const (
	short = 80
	long  = 200
)

// clip shortens text that comes from outside, so that a hostile value does not fill somebody's log.
func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > most-utf8.UTFMax && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…(" + strconv.Itoa(len(s)) + " bytes)"
}

func plain(s string, most int) string { return printable(clip(s, most)) }

// printable quotes what would break a line or is no text.
func printable(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return r == utf8.RuneError || !strconv.IsPrint(r) }) {
		return strconv.Quote(s)
	}
	return s
}

// list joins names, the first dozen of them.
func list(names []string) string {
	const most = 12
	texts := make([]string, 0, most+1)
	for _, s := range names[:min(len(names), most)] {
		texts = append(texts, plain(s, short))
	}
	if len(names) > most {
		texts = append(texts, "… "+strconv.Itoa(len(names))+" in all")
	}
	return strings.Join(texts, ", ")
}
