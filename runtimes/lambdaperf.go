package runtimes

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
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
// Keys are matched in any case of letters, as encoding/json does, and of one that is twice in a row the last counts. Keys that
// are not known are not read, and a document without runtimeData is an empty day. A row that has something in both formats,
// but not alike, is an error. A name may end in the row's packaging, memory and architecture, as in checkout-zip-512-arm64:
// what is before that is the function.
//
// What cannot be read is a [*SyntaxError] that says where: no JSON, no generatedAt, a row without function, memory or init
// durations, a number out of range, an architecture or packaging that Lambda does not have, a configuration or metadata
// that is twice in a document, or a configuration that its name contradicts. A document that is there twice is a
// [*DuplicateError].
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
	in       io.Reader
	json     *json.Decoder // of the document that is read; nil before the first
	before   int64         // bytes of in before that document
	document int           // from 1
	row      int           // of runtimeData, from 1; 0 outside
}

func readDays(r io.Reader) ([]perfDay, error) {
	if r == nil {
		return nil, outOfRange("r", "nil", "a reader")
	}
	reader := perfReader{in: bufio.NewReader(r)}
	var days []perfDay
	for {
		err := reader.next()
		if err == io.EOF {
			return days, nil
		}
		if err != nil {
			return nil, err
		}
		day, err := reader.day()
		if err != nil {
			return nil, err
		}
		days = append(days, day)
	}
}

// next goes to the next document, over white space and byte order marks, which each file has at its beginning or not at all.
// At the end of the input the error is io.EOF.
func (r *perfReader) next() error {
	if r.json != nil {
		rest, _ := io.ReadAll(r.json.Buffered()) // from memory
		r.before += r.json.InputOffset()
		r.in = io.MultiReader(bytes.NewReader(rest), r.in)
	}
	r.document++
	r.json = json.NewDecoder(nil) // without a position of its own, for errors
	for {
		var start [len(byteOrderMark)]byte
		if _, err := io.ReadFull(r.in, start[:1]); err == io.EOF {
			return err
		} else if err != nil {
			return r.failed(err)
		}
		n := 1
		switch start[0] {
		case ' ', '\t', '\r', '\n':
			r.before++
			continue
		case byteOrderMark[0]:
			more, err := io.ReadFull(r.in, start[1:])
			if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
				return r.failed(err)
			}
			if n += more; string(start[:]) == byteOrderMark {
				r.before += int64(n)
				continue
			}
		}
		r.in = io.MultiReader(bytes.NewReader(start[:n]), r.in)
		r.json = json.NewDecoder(r.in)
		return nil
	}
}

// day reads a document. Its keys are compared in any case of letters, as package json does inside of them.
func (r *perfReader) day() (perfDay, error) {
	var day perfDay
	token, err := r.json.Token()
	if err != nil {
		return day, r.failed(err)
	}
	if token != json.Delim('{') {
		return day, r.wrong("document", tokenText(token), "an object")
	}
	seen := map[config]bool{}
	for r.json.More() {
		key, err := r.json.Token()
		if err != nil {
			return day, r.failed(err)
		}
		switch name, _ := key.(string); strings.ToLower(name) {
		case "metadata":
			if day.stamp != "" {
				return day, r.wrong("metadata", "there twice", "each once a document")
			}
			var m struct{ GeneratedAt string }
			if err := r.json.Decode(&m); err != nil {
				return day, r.mistyped(err, "metadata", "metadata.generatedAt")
			}
			day.stamp = m.GeneratedAt
			if day.at, err = time.Parse(time.RFC3339, m.GeneratedAt); err != nil {
				return day, r.wrong("metadata.generatedAt", strconv.Quote(m.GeneratedAt), "a time such as 2023-08-07T14:00:08.209Z")
			}
			if year := day.at.UTC().Year(); year < 1 || year > 9999 {
				return day, r.wrong("metadata.generatedAt", strconv.Quote(m.GeneratedAt), "a time of the years 1 to 9999 in UTC")
			}
		case "runtimedata":
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
		return nil, r.wrong("runtimeData", tokenText(token), "an array")
	}
	var rows []dayRow
	for r.json.More() {
		r.row++
		var raw perfRow
		if err := r.json.Decode(&raw); err != nil {
			return nil, r.mistyped(err, "row", "")
		}
		if err := r.contradiction(&raw); err != nil {
			return nil, err
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
		return row, r.wrong("runtime", strconv.Quote(name), fmt.Sprintf("a function's name, and behind it at most -%s-%d-%s, as the row says", row.packaging, row.memoryMB, row.arch))
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

// scaled returns x·scale, rounded, if it is not negative and at most 2^53.
func scaled(x, scale float64) (int64, bool) {
	y := math.Round(float64(x * scale))
	return int64(y), y >= 0 && y <= maxInit
}

// functionOf returns the function of a name such as lambda-perf-rust_on_provided_al2-zip-128-arm64, of whose ending any part
// may be missing, and whose function may have hyphens too. If what is left ends in another packaging, memory size or
// architecture, the name says something else than the row: then, and for a name without function, it is "".
func functionOf(name string, c config) string {
	name = strings.TrimPrefix(name, "lambda-perf-")
	for _, part := range [...]string{c.arch, strconv.Itoa(c.memoryMB), c.packaging} {
		name = strings.TrimSuffix(name, "-"+part)
	}
	if at := strings.LastIndexByte(name, '-'); at >= 0 {
		mb, err := strconv.Atoi(name[at+1:])
		switch last := name[at+1:]; {
		case at == 0, last == "", last == "x86_64", last == "arm64", last == "zip", last == "image", err == nil && mb >= minMemoryMB && mb <= maxMemoryMB:
			return ""
		}
	}
	return name
}

// contradiction refuses a row that has the same thing in the new format and in the old one, but not alike.
func (r *perfReader) contradiction(raw *perfRow) error {
	refuse := func(field string, given any, like string) error {
		return r.wrong(field, fmt.Sprint(given), "nothing, or the same as "+like)
	}
	switch {
	case differ(raw.R, raw.Runtime):
		return refuse("runtime", *raw.Runtime, "r")
	case differ(raw.D, raw.DisplayName):
		return refuse("displayName", *raw.DisplayName, "d")
	case differ(raw.M, raw.MemorySize):
		return refuse("memorySize", *raw.MemorySize, "m")
	case differ(raw.A, raw.Architecture):
		return refuse("architecture", *raw.Architecture, "a")
	case differ(raw.MU, raw.AverageMemoryUsed):
		return refuse("averageMemoryUsed", *raw.AverageMemoryUsed, "mu")
	case differ(raw.AD, raw.AverageDuration):
		return refuse("averageDuration", *raw.AverageDuration, "ad")
	case raw.I != nil && raw.InitDurations != nil && !slices.Equal(*raw.I, *raw.InitDurations):
		return refuse("initDurations", *raw.InitDurations, "i")
	}
	return nil
}

func differ[T comparable](a, b *T) bool { return a != nil && b != nil && *a != *b }

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
	return &SyntaxError{Document: r.document, Row: r.row, Offset: r.before + r.json.InputOffset(), Field: field, Given: clip(given, long), Allowed: allowed}
}

// mistyped reports a value of another JSON type, in a field of whole or as whole; else it is failed.
func (r *perfReader) mistyped(err error, whole, field string) error {
	var e *json.UnmarshalTypeError
	if !errors.As(err, &e) {
		return r.failed(err)
	}
	allowed := map[reflect.Kind]string{
		reflect.Int: "a whole number", reflect.Float64: "a number", reflect.String: "a text", reflect.Slice: "an array of numbers",
	}
	if e.Field == "" {
		return r.wrong(whole, e.Value, "an object")
	}
	return r.wrong(cmp.Or(field, e.Field), e.Value, allowed[e.Type.Kind()])
}

// tokenText returns a token as it stands in JSON.
func tokenText(token json.Token) string {
	if token == nil {
		return "null"
	}
	return fmt.Sprint(token)
}

// failed reports input that is no JSON, or ends too early, or a reader that failed.
func (r *perfReader) failed(err error) error {
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return &SyntaxError{Document: r.document, Row: r.row, Offset: r.before + r.json.InputOffset(), Err: err}
}
