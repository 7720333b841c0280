package runtimes

import (
	_ "embed"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"
)

// WarmSet is a table of durations that somebody measured on one application, in one go. Its figures can be compared with
// each other and with nothing else: [WarmRow.RatioTo] refuses rows of another set. It is immutable; the zero value is an
// empty set.
type WarmSet struct {
	ID         string // such as crud-rust-go-2021
	Measured   string // month, year or years; "" not known
	Workload   string // what the functions do
	Measures   string // what the durations of its rows are
	Source     string // where it was published
	Conditions string // what all rows have in common: memory, architecture, load, region
	Caveat     string // what is doubtful or special; "" nothing known

	rows []WarmRow
}

// WarmRow is what was measured of one function. Zero values mean not known.
type WarmRow struct {
	Set       string // the ID of its set
	Runtime   string // language or runtime as the source calls it, such as Rust, nodejs22
	Variant   string // framework, runtime version, build
	Arch      string // x86_64, arm64
	MemoryMB  int
	Start     Start
	Samples   int // invocations
	Durations Durations

	Init            time.Duration // of cold starts: mean or median, as the set says
	MaxMemoryUsedMB float64
}

// Start is with what start the durations of a row are.
type Start uint8

const (
	AnyStart  Start = iota // the source does not say
	ColdStart              // of the first invocation in an environment
	WarmStart              // of all others
)

var startTexts = [...]string{"", "cold", "warm"}

// String returns cold, warm, or "" where the source does not say.
func (s Start) String() string {
	if int(s) < len(startTexts) {
		return startTexts[s]
	}
	return "invalid"
}

// Durations are figures of a sample of durations; 0 means not known.
type Durations struct{ Min, Mean, P50, P90, P99, Max, StdDev time.Duration }

// Figure is one of the figures of a [WarmRow].
type Figure uint8

const (
	MeanTime Figure = iota
	MedianTime
	P90Time
	P99Time
	MinTime
	MaxTime
	InitTime // of a cold start, in WarmRow.Init
)

var figureTexts = [...]string{"mean", "median", "p90", "p99", "min", "max", "init"}

// String returns the figure's name.
func (f Figure) String() string {
	if int(f) < len(figureTexts) {
		return figureTexts[f]
	}
	return "invalid"
}

// Figure returns a figure of the row. One that its source does not have is a [*NotMeasuredError], a negative one of your own a
// [*RangeError].
func (r WarmRow) Figure(f Figure) (time.Duration, error) {
	d := r.Durations
	figures := [...]time.Duration{MeanTime: d.Mean, MedianTime: d.P50, P90Time: d.P90, P99Time: d.P99, MinTime: d.Min, MaxTime: d.Max, InitTime: r.Init}
	if int(f) >= len(figures) || figures[f] == 0 {
		return 0, &NotMeasuredError{Of: r.String(), Figure: f.String()}
	}
	if figures[f] < 0 {
		return 0, outOfRange("WarmRow "+f.String(), figures[f], "more than 0")
	}
	return figures[f], nil
}

// RatioTo returns how many times a figure of the base's this row's is: 2 is twice as long. Rows of two sets are a
// [*DifferentSetsError], rows that name no set are a [*RangeError]; for a figure that one of the rows does not have see
// [WarmRow.Figure]. There is no interval: what would be needed for one is not published.
func (r WarmRow) RatioTo(base WarmRow, f Figure) (float64, error) {
	if r.Set != base.Set {
		return 0, &DifferentSetsError{A: r.Set, B: base.Set}
	}
	if r.Set == "" {
		return 0, outOfRange("WarmRow.Set", `""`, "the name of the set that both rows are of")
	}
	a, err := r.Figure(f)
	if err != nil {
		return 0, err
	}
	b, err := base.Figure(f)
	if err != nil {
		return 0, err
	}
	return float64(a) / float64(b), nil
}

// String returns the row in one line, such as "Rust, provided.al2, AWS SDK preview, arm64, 128 MB, warm".
func (r WarmRow) String() string {
	parts := []string{r.Runtime, r.Variant, r.Arch, "", r.Start.String()}
	if r.MemoryMB > 0 {
		parts[3] = fmt.Sprintf("%d MB", r.MemoryMB)
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
}

// Rows returns the rows in the order of the source.
func (s WarmSet) Rows() iter.Seq[WarmRow] { return slices.Values(s.rows) }

//go:embed warm.tsv
var warmText string

var warm = sync.OnceValue(func() []WarmSet { return openWarm(warmText) })

func openWarm(text string) []WarmSet {
	var sets []WarmSet
	rows := make([]WarmRow, 0, strings.Count(text, "\nrow\t")) // of all sets
	for _, line := range lines(text) {
		c := cursor{line: line, separator: '\t'}
		if c.text() == "set" {
			sets = append(sets, WarmSet{
				ID: c.text(), Measured: c.text(), Workload: c.text(), Measures: c.text(), Source: c.text(), Conditions: c.text(), Caveat: c.text(),
			})
			continue
		}
		s := &sets[len(sets)-1]
		r := WarmRow{Set: s.ID, Runtime: c.text(), Variant: c.text(), Arch: c.text(), MemoryMB: c.count()}
		r.Start = Start(max(slices.Index(startTexts[:], c.text()), 0))
		r.Samples = c.count()
		r.Durations = Durations{Min: c.ms(), Mean: c.ms(), P50: c.ms(), P90: c.ms(), P99: c.ms(), Max: c.ms(), StdDev: c.ms()}
		r.Init = c.ms()
		r.MaxMemoryUsedMB = c.megabytes()
		rows = append(rows, r)
		first := len(rows) - 1 - len(s.rows)
		s.rows = rows[first:len(rows):len(rows)]
	}
	return sets
}

// WarmSets returns all sets: 17, with 1,150 rows. They are read once, on first use.
func WarmSets() iter.Seq[WarmSet] { return slices.Values(warm()) }

// LookupWarmSet returns the set with an ID. One that does not exist is an [*UnknownError] that names the nearest.
func LookupWarmSet(id string) (WarmSet, error) {
	var names []string
	for _, s := range warm() {
		if s.ID == id {
			return s, nil
		}
		names = append(names, s.ID)
	}
	return WarmSet{}, &UnknownError{What: "warm set", Given: id, Nearest: nearest(id, names)}
}
