package runtimes

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
)

// ReadLambdaPerf reads daily files of the benchmark github.com/maxday/lambda-perf, one or several behind each other
// ([io.MultiReader]), pools all samples of a configuration, and returns their profiles in the order of a [Table]. A day, or a
// whole input, that is empty gives no profiles and no error. See [Pool] for days from several sources, and for what is made
// of what.
//
// Both formats of the benchmark are read, in one input too. That of until 2023-11 has no packaging, which was zip, and at
// first no architecture, which was x86_64. Names and identifiers are those of functions that are known for certain (they
// stand in functions.csv); of others both are empty, and Function and DisplayName say what they are: fill them in.
//
// What cannot be read is a [*SyntaxError] that says where: no JSON, no generatedAt, a row without function, memory or init
// durations, a number out of range, an architecture or packaging that Lambda does not have, a configuration that is twice in
// a document or that its name contradicts. A document that is there twice is a [*DuplicateError].
func ReadLambdaPerf(r io.Reader) ([]Profile, error) {
	var p Pool
	if err := p.Add(r); err != nil {
		return nil, err
	}
	return p.Profiles(), nil
}

// perfRow is an element of runtimeData, in the new format and in the old one. The mean of the samples that is there too (acd,
// averageColdStartDuration) is not read.
type perfRow struct {
	R  *string    `json:"r"`
	P  *string    `json:"p"`
	D  *string    `json:"d"`
	I  *[]float64 `json:"i"`
	M  *int       `json:"m"`
	A  *string    `json:"a"`
	MU *float64   `json:"mu"`
	AD *float64   `json:"ad"`

	Runtime           *string    `json:"runtime"`
	DisplayName       *string    `json:"displayName"`
	InitDurations     *[]float64 `json:"initDurations"`
	MemorySize        *int       `json:"memorySize"`
	Architecture      *string    `json:"architecture"`
	AverageMemoryUsed *float64   `json:"averageMemoryUsed"`
	AverageDuration   *float64   `json:"averageDuration"`
}

// perfDay is a document: one run of the benchmark.
type perfDay struct {
	stamp string // generatedAt, as written
	at    time.Time
	rows  []dayRow
}

// dayRow is a configuration on a day.
type dayRow struct {
	config
	display string
	samples []time.Duration
	first   time.Duration // mean of the handler's first invocation; 0 not known
	memory  int64         // mean of Max Memory Used, in millionths of MB; 0 not known
}

// config is what the benchmark varies.
type config struct {
	function, arch, packaging string
	memoryMB                  int
}

func (c config) String() string {
	return fmt.Sprintf("%s %s %s %d MB", c.function, c.arch, c.packaging, c.memoryMB)
}

// perfReader reads documents one behind the other.
type perfReader struct {
	json     *json.Decoder
	document int // from 1
	row      int // of runtimeData, from 1; 0 outside
}

func readDays(r io.Reader) ([]perfDay, error) {
	if r == nil {
		return nil, outOfRange("r", "nil", "a reader")
	}
	in := bufio.NewReader(r)
	if start, err := in.Peek(len(byteOrderMark)); err == nil && string(start) == byteOrderMark {
		_, _ = in.Discard(len(byteOrderMark)) // cannot fail: it was peeked at
	}
	reader := perfReader{json: json.NewDecoder(in)}
	var days []perfDay
	for {
		reader.document++
		day, err := reader.day()
		if err == io.EOF { // of an input between two documents: no other error is it
			return days, nil
		}
		if err != nil {
			return nil, err
		}
		days = append(days, day)
	}
}

// day reads a document. At the end of the input the error is io.EOF.
func (r *perfReader) day() (perfDay, error) {
	var day perfDay
	token, err := r.json.Token()
	if err == io.EOF {
		return day, err
	}
	if err == nil && token != json.Delim('{') {
		return day, r.wrong("document", fmt.Sprint(token), "an object")
	}
	if err != nil {
		return day, r.failed(err)
	}
	seen := map[config]bool{}
	for r.json.More() {
		key, err := r.json.Token()
		if err != nil {
			return day, r.failed(err)
		}
		switch key {
		case "metadata":
			var m struct{ GeneratedAt string }
			if err := r.json.Decode(&m); err != nil {
				return day, r.failed(err)
			}
			day.stamp = m.GeneratedAt
			if day.at, err = time.Parse(time.RFC3339, m.GeneratedAt); err != nil {
				return day, r.wrong("metadata.generatedAt", strconv.Quote(m.GeneratedAt), "a time such as 2023-08-07T14:00:08.209Z")
			}
		case "runtimeData":
			rows, err := r.rows(seen)
			if err != nil {
				return day, err
			}
			day.rows = append(day.rows, rows...)
		default:
			var unread json.RawMessage
			if err := r.json.Decode(&unread); err != nil {
				return day, r.failed(err)
			}
		}
	}
	if _, err := r.json.Token(); err != nil {
		return day, r.failed(err)
	}
	if day.stamp == "" {
		return day, r.wrong("metadata.generatedAt", "missing", "a time")
	}
	return day, nil
}

// rows reads runtimeData, which may be null.
func (r *perfReader) rows(seen map[config]bool) ([]dayRow, error) {
	token, err := r.json.Token()
	switch {
	case err != nil:
		return nil, r.failed(err)
	case token == nil:
		return nil, nil
	case token != json.Delim('['):
		return nil, r.wrong("runtimeData", fmt.Sprint(token), "an array")
	}
	var rows []dayRow
	for r.json.More() {
		r.row++
		var raw perfRow
		if err := r.json.Decode(&raw); err != nil {
			return nil, r.failed(err)
		}
		row, err := r.convert(&raw)
		if err != nil {
			return nil, err
		}
		if seen[row.config] {
			return nil, r.wrong("configuration", row.String(), "each once a document")
		}
		seen[row.config] = true
		rows = append(rows, row)
	}
	r.row = 0
	if _, err := r.json.Token(); err != nil {
		return nil, r.failed(err)
	}
	return rows, nil
}

// convert checks a row.
func (r *perfReader) convert(raw *perfRow) (dayRow, error) {
	row := dayRow{
		config:  config{arch: text(raw.A, raw.Architecture, "x86_64"), packaging: text(raw.P, nil, "zip")},
		display: text(raw.D, raw.DisplayName, ""),
	}
	name := text(raw.R, raw.Runtime, "")
	memory := either(raw.M, raw.MemorySize)
	samples := either(raw.I, raw.InitDurations)
	switch {
	case name == "":
		return row, r.wrong("runtime", "missing or empty", "the name of a function")
	case memory == nil:
		return row, r.wrong("memorySize", "missing", allowedMemory)
	case *memory < minMemoryMB || *memory > maxMemoryMB:
		return row, r.wrong("memorySize", strconv.Itoa(*memory), allowedMemory)
	case row.arch != "x86_64" && row.arch != "arm64":
		return row, r.wrong("architecture", strconv.Quote(row.arch), "x86_64, arm64")
	case row.packaging != "zip" && row.packaging != "image":
		return row, r.wrong("p", strconv.Quote(row.packaging), "zip, image")
	case samples == nil:
		return row, r.wrong("initDurations", "missing", "an array")
	}
	row.memoryMB = *memory
	if row.function = functionOf(name, row.config); row.function == "" {
		return row, r.wrong("runtime", strconv.Quote(name), "a name that says the same as packaging, memory and architecture")
	}
	for i, ms := range *samples {
		ns, ok := scaled(ms, 1e6)
		if !ok || ns == 0 {
			return row, r.wrong(fmt.Sprintf("initDurations[%d]", i), fmt.Sprint(ms), "more than 0, up to 104 days, in ms")
		}
		row.samples = append(row.samples, time.Duration(ns))
	}
	if ms := either(raw.AD, raw.AverageDuration); ms != nil {
		ns, ok := scaled(*ms, 1e6)
		if !ok {
			return row, r.wrong("averageDuration", fmt.Sprint(*ms), "0 to 104 days, in ms")
		}
		row.first = time.Duration(ns)
	}
	if mb := either(raw.MU, raw.AverageMemoryUsed); mb != nil {
		var ok bool
		if row.memory, ok = scaled(*mb, 1e6); !ok || *mb > maxMemoryMB {
			return row, r.wrong("averageMemoryUsed", fmt.Sprint(*mb), "0 to 10240 MB")
		}
	}
	return row, nil
}

// scaled returns x·scale, rounded, if it is not negative and below 2^53.
func scaled(x, scale float64) (int64, bool) {
	y := math.Round(float64(x * scale))
	return int64(y), y >= 0 && y < maxInit
}

// functionOf returns the function of a name such as lambda-perf-rust_on_provided_al2-zip-128-arm64, of which all but the
// function may be missing. If the name says something else than the row, it is "".
func functionOf(name string, c config) string {
	name = strings.TrimPrefix(name, "lambda-perf-")
	parts := strings.Split(name, "-")
	want := []string{c.packaging, strconv.Itoa(c.memoryMB), c.arch}
	if len(parts) > 4 {
		return ""
	}
	for i, part := range parts[1:] {
		if part != want[len(want)-len(parts[1:])+i] {
			return ""
		}
	}
	return parts[0]
}

func either[T any](a, b *T) *T {
	if a != nil {
		return a
	}
	return b
}

func text(a, b *string, otherwise string) string {
	if s := either(a, b); s != nil && *s != "" {
		return *s
	}
	return otherwise
}

func (r *perfReader) wrong(field, given, allowed string) error {
	return &SyntaxError{Document: r.document, Row: r.row, Offset: r.json.InputOffset(), Field: field, Given: clip(given, long), Allowed: allowed}
}

// failed reports input that is no JSON, or ends too early, or a reader that failed.
func (r *perfReader) failed(err error) error {
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return &SyntaxError{Document: r.document, Row: r.row, Offset: r.json.InputOffset(), Err: err}
}
