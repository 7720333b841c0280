package tuning

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// Stat is what the reference tool found of one memory size. Its figures are floating point, as that is what the tool writes.
type Stat struct {
	MemoryMB        int     `json:"value"`
	AveragePrice    float64 `json:"averagePrice"`    // per invocation, by the tool's own prices, without request charge
	AverageDuration float64 `json:"averageDuration"` // milliseconds
}

// StateMachine is what running the reference tool cost.
type StateMachine struct {
	ExecutionCost float64 `json:"executionCost"` // of Step Functions; see [ReferenceExecutionCost]
	LambdaCost    float64 `json:"lambdaCost"`    // of all invocations, by the tool's own prices
	Visualization string  `json:"visualization"` // a share URL; see [ParseShare]
}

// Output is the output of the reference tool's state machine. It is written as the tool writes it:
//
//	{"power":128,"cost":0.00002462,"duration":11722.965,"stateMachine":{"executionCost":0.00045,…},"stats":[{"value":128,…},…]}
type Output struct {
	Power        int          `json:"power"`    // MB
	Cost         float64      `json:"cost"`     // per invocation
	Duration     float64      `json:"duration"` // milliseconds
	StateMachine StateMachine `json:"stateMachine"`
	// Stats are the figures of all sizes, which the tool leaves out unless it is run with includeOutputResults. Its
	// Visualization has them all the same, to 7 digits.
	Stats []Stat `json:"stats,omitempty"`
}

// maxOutput is far more than the tool can write: a Step Functions output is at most 256 KB.
const maxOutput = 4 << 20

// ReadOutput reads one output of the reference tool: what it returns, or that wrapped in {"results": …}, as its
// documentation shows it. Memory sizes may be numbers or strings of digits. A byte order mark is passed over, unknown fields
// are too, as other versions of the tool have others. What is missing is not taken for 0: power, cost and duration are
// required; of stats, entries without duration are kept as they are, since that is how the tool says that a size failed
// (see [Output.Points]), and entries that are null, which do not even say of which size, are passed over.
//
// What is wrong is an [*InputError]; an error of r is returned as it is, and a nil r is a [*RangeError].
func ReadOutput(r io.Reader) (Output, error) {
	if r == nil {
		return Output{}, errNoReader()
	}
	b, err := io.ReadAll(io.LimitReader(r, maxOutput+1))
	if err != nil {
		return Output{}, err
	}
	if len(b) > maxOutput {
		return Output{}, &InputError{Field: "input", Given: "longer", Allowed: "at most 4 MB"}
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	var j outputFile
	if err := json.Unmarshal(b, &j); err != nil {
		return Output{}, jsonError(b, err)
	}
	if j.Results != nil {
		return j.Results.output("results.")
	}
	return j.output("")
}

// jsonError says at which line.
func jsonError(b []byte, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return &InputError{Line: lineAt(b, syntax.Offset), Err: err}
	case errors.As(err, &kind):
		allowed := "an object"
		switch kind.Type.Kind() {
		case reflect.Float64:
			allowed = "a number"
		case reflect.String:
			allowed = "a string"
		case reflect.Slice:
			allowed = "an array"
		}
		field := cmp.Or(pathAt(b, kind.Offset), "input")
		return &InputError{Line: lineAt(b, kind.Offset), Field: field, Given: kind.Value, Allowed: allowed, Err: err}
	}
	return &InputError{Err: err}
}

func lineAt(b []byte, offset int64) int {
	return 1 + bytes.Count(b[:min(max(offset, 0), int64(len(b)))], []byte{'\n'})
}

// pathAt returns where in a JSON text the value stands that begins or ends at an offset, such as stats[2].averagePrice, which
// the errors of encoding/json do not say of arrays; "" for all of it.
func pathAt(b []byte, offset int64) string {
	type level struct {
		array bool
		n     int    // of an array: index
		key   string // of an object
		named bool   // the key is read, its value is next
	}
	var open []level
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber() // of any size
	for {
		token, err := d.Token()
		if err != nil {
			return ""
		}
		delim, isDelim := token.(json.Delim)
		var in *level
		if len(open) > 0 {
			in = &open[len(open)-1]
		}
		closes := isDelim && (delim == ']' || delim == '}')
		if in != nil && !in.array && !in.named && !closes {
			in.key, in.named = token.(string), true
			continue
		}
		if d.InputOffset() >= offset {
			break
		}
		switch {
		case isDelim && !closes:
			open = append(open, level{array: delim == '['})
			continue
		case closes:
			open = open[:len(open)-1]
			if len(open) == 0 {
				return ""
			}
			in = &open[len(open)-1]
		}
		if in != nil {
			in.n, in.named = in.n+1, false
		}
	}
	path := ""
	for _, l := range open {
		switch {
		case l.array:
			path += fmt.Sprintf("[%d]", l.n)
		case path == "":
			path = l.key
		default:
			path += "." + l.key
		}
	}
	return path
}

// outputFile is an output, or one that is wrapped.
type outputFile struct {
	outputJSON
	Results *outputJSON `json:"results"`
}

type outputJSON struct {
	Power        json.RawMessage `json:"power"`
	Cost         *float64        `json:"cost"`
	Duration     *float64        `json:"duration"`
	StateMachine StateMachine    `json:"stateMachine"`
	Stats        []*statJSON     `json:"stats"`
}

type statJSON struct {
	MemoryMB        json.RawMessage `json:"value"`
	AveragePrice    *float64        `json:"averagePrice"`
	AverageDuration *float64        `json:"averageDuration"`
}

func (j *outputJSON) output(prefix string) (Output, error) {
	o := Output{StateMachine: j.StateMachine}
	var err error
	if o.Power, err = sizeOf(prefix+"power", j.Power); err != nil {
		return Output{}, err
	}
	if o.Cost, err = figure(prefix+"cost", j.Cost); err != nil {
		return Output{}, err
	}
	if o.Duration, err = figure(prefix+"duration", j.Duration); err != nil {
		return Output{}, err
	}
	if o.StateMachine.ExecutionCost < 0 || o.StateMachine.LambdaCost < 0 {
		return Output{}, &InputError{Field: prefix + "stateMachine", Given: "a negative cost", Allowed: "0 or more"}
	}
	for i, s := range j.Stats {
		if s == nil {
			continue // the tool's empty result of a branch, which does not say of which size
		}
		field := fmt.Sprintf("%sstats[%d].", prefix, i)
		var stat Stat
		if stat.MemoryMB, err = sizeOf(field+"value", s.MemoryMB); err != nil {
			return Output{}, err
		}
		if s.AverageDuration != nil {
			if stat.AverageDuration, err = figure(field+"averageDuration", s.AverageDuration); err != nil {
				return Output{}, err
			}
			if stat.AveragePrice, err = figure(field+"averagePrice", s.AveragePrice); err != nil {
				return Output{}, err
			}
		}
		o.Stats = append(o.Stats, stat)
	}
	return o, nil
}

func figure(field string, f *float64) (float64, error) {
	const allowed = "a number, 0 or more"
	if f == nil {
		return 0, &InputError{Field: field, Allowed: allowed}
	}
	if *f < 0 {
		return 0, &InputError{Field: field, Given: fmt.Sprint(*f), Allowed: allowed}
	}
	return *f, nil
}

// sizeOf reads a number or a string of digits.
func sizeOf(field string, raw json.RawMessage) (int, error) {
	s := string(raw)
	if len(s) > 2 && s[0] == '"' && s[len(s)-1] == '"' {
		s = s[1 : len(s)-1]
	}
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil || n < 1 || n > maxShared {
		return 0, &InputError{Field: field, Given: string(raw), Allowed: fmt.Sprintf("a memory size in MB, 1 to %d", maxShared)}
	}
	return int(n), nil
}

// Points returns the stats as points, in their order, with the tool's own costs: price them with [Price] (see
// [Output.Samples]) before comparing architectures or asking what a month costs. A size without duration, which for the tool
// is one that failed, is left out and named, as is one whose figures a point cannot hold. Without Stats there are no points:
// take them from the share URL, with [ParseShareURL] of o.StateMachine.Visualization, or where a size may have failed with
// [ParseShare], whose Stats can be put here.
func (o Output) Points() ([]Point, []LeftOut) {
	var points []Point
	var left []LeftOut
	for _, s := range o.Stats {
		p, err := s.point()
		if err != nil {
			left = append(left, LeftOut{MemoryMB: s.MemoryMB, Err: err})
			continue
		}
		points = append(points, p)
	}
	return points, left
}

// Samples returns one run for each of the stats, of the average duration, so that [Price] can put a real price on them. A mean
// that is rounded up to milliseconds is within 1 ms of the mean of what was rounded up; there is nothing here to tell by how
// much single runs differ, and a percentile of them is the mean again. Sizes without duration, which for the
// tool are those that failed, are marked as failed, so that Price leaves them out by name.
func (o Output) Samples() []Sample {
	samples := make([]Sample, len(o.Stats))
	for i, s := range o.Stats {
		samples[i].MemoryMB = s.MemoryMB
		switch p, err := s.point(); {
		case err == nil:
			samples[i].Runs = []cost.Timing{{Duration: p.Duration}}
		case s.AverageDuration == 0:
			samples[i].Failed = "no duration"
		default:
			samples[i].Failed = err.Error()
		}
	}
	return samples
}

func (s Stat) point() (Point, error) {
	if s.AverageDuration == 0 {
		return Point{}, &NoRunsError{}
	}
	d, ok := fromMilliseconds(s.AverageDuration)
	if !ok {
		return Point{}, outOfRange("averageDuration", s.AverageDuration, "1 ns to 292 years, in milliseconds")
	}
	if !(s.AveragePrice >= 0 && s.AveragePrice < 1e60) {
		return Point{}, outOfRange("averagePrice", s.AveragePrice, "0 or more, below 1e60")
	}
	p := Point{s.MemoryMB, d, decimal.NewFromFloat(s.AveragePrice)}
	return p, p.validate("")
}

// NewOutput returns the output that the reference tool would have written for these points and this strategy, with stats.
// LambdaCost, what measuring them cost, is not known from points and is 0; ExecutionCost is that of most regions.
func NewOutput(points []Point, s Strategy) (Output, error) {
	best, err := Best(points, s)
	if err != nil {
		return Output{}, err
	}
	share, err := NewShare(points)
	if err != nil {
		return Output{}, err
	}
	o := Output{Power: best.MemoryMB, Cost: nearest(best.Cost), Duration: milliseconds(best.Duration)}
	if o.StateMachine.Visualization, err = share.URL(); err != nil {
		return Output{}, err
	}
	if o.StateMachine.ExecutionCost, err = ReferenceExecutionCost("", len(points), 0); err != nil {
		return Output{}, err
	}
	for _, p := range points {
		o.Stats = append(o.Stats, Stat{p.MemoryMB, nearest(p.Cost), milliseconds(p.Duration)})
	}
	return o, nil
}
