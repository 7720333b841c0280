package tuning_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/tuning"
)

const stateMachine = `"stateMachine":{"executionCost":0.00045,"lambdaCost":0.0005252,"visualization":"https://lambda-power-tuning.show/#AQACAAMA;AAAAQAAAAEAAAIA/;AABAQAAAAEAAAABA"}`

func TestReadOutput(t *testing.T) {
	want := tuning.Output{
		Power: 128, Cost: 2.083e-7, Duration: 2.9066666666666667,
		StateMachine: tuning.StateMachine{ExecutionCost: 0.00045, LambdaCost: 0.0005252, Visualization: "https://lambda-power-tuning.show/#AQACAAMA;AAAAQAAAAEAAAIA/;AABAQAAAAEAAAABA"},
	}
	withStats := want
	withStats.Stats = []tuning.Stat{{128, 2.083e-7, 2.9066666666666667}, {256, 0, 0}}
	bare := tuning.Output{Power: 10240}
	for name, c := range map[string]struct {
		in   string
		want tuning.Output
	}{
		"as the tool writes it": {`{"power":128,"cost":2.083e-7,"duration":2.9066666666666667,` + stateMachine + `}`, want},
		"power as a string":     {`{"power":"128","cost":0.0000002083,"duration":2.9066666666666667,` + stateMachine + `}`, want},
		"wrapped, BOM, CRLF":    {"\ufeff{\r\n\"results\":{\"power\":\"128\",\"cost\":2.083E-7,\"duration\":2.9066666666666667," + stateMachine + "}}\r\n", want},
		"stats": {`{"power":128,"cost":2.083e-7,"duration":2.9066666666666667,` + stateMachine + `,"stats":[
			{"averagePrice":2.083e-7,"averageDuration":2.9066666666666667,"totalCost":1,"value":"128"},null,{"value":256}]}`, withStats},
		"no state machine": {`{"power":10240,"cost":0,"duration":0,"other":[1]}`, bare},
	} {
		got, err := tuning.ReadOutput(strings.NewReader(c.in))
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
}

func TestReadOutputErrors(t *testing.T) {
	const size = ", allowed is a memory size in MB, 1 to 32767"
	for name, c := range map[string]struct{ in, text string }{
		"empty":              {"", "line 1: unexpected end of JSON input"},
		"no JSON":            {"{\n\n\"power\":128,\n]", "line 4: invalid character ']' looking for beginning of object key string"},
		"truncated":          {`{"power":128,"cost":`, "line 1: unexpected end of JSON input"},
		"two":                {`{"power":128,"cost":1,"duration":1}{}`, "line 1: invalid character '{' after top-level value"},
		"array":              {`[]`, `line 1: input is "array", allowed is an object`},
		"cost as a string":   {"{\"power\":1,\n\"cost\":\"1\",\"duration\":1}", `line 2: cost is "string", allowed is a number`},
		"no power":           {`{"cost":1,"duration":1}`, "power is missing" + size},
		"power of null":      {`{"power":null,"cost":1,"duration":1}`, `power is "null"` + size},
		"power of 0":         {`{"power":0,"cost":1,"duration":1}`, `power is "0"` + size},
		"power of a half":    {`{"power":128.5,"cost":1,"duration":1}`, `power is "128.5"` + size},
		"power as text":      {`{"power":"","cost":1,"duration":1}`, `power is "\"\""` + size},
		"negative power":     {`{"results":{"power":"-1","cost":1,"duration":1}}`, `results.power is "\"-1\""` + size},
		"power too large":    {`{"power":32768,"cost":1,"duration":1}`, `power is "32768"` + size},
		"no cost":            {`{"power":1,"duration":1}`, "cost is missing, allowed is a number, 0 or more"},
		"no duration":        {`{"power":1,"cost":1}`, "duration is missing, allowed is a number, 0 or more"},
		"negative cost":      {`{"power":1,"cost":-1,"duration":1}`, `cost is "-1", allowed is a number, 0 or more`},
		"negative execution": {`{"power":1,"cost":1,"duration":1,"stateMachine":{"lambdaCost":-1}}`, `stateMachine is "a negative cost", allowed is 0 or more`},
		"stats without size": {`{"power":1,"cost":1,"duration":1,"stats":[{"averagePrice":1,"averageDuration":1}]}`, "stats[0].value is missing" + size},
		"no price":           {`{"power":1,"cost":1,"duration":1,"stats":[null,{"value":1,"averageDuration":1}]}`, "stats[1].averagePrice is missing, allowed is a number, 0 or more"},
		"negative duration":  {`{"power":1,"cost":1,"duration":1,"stats":[{"value":1,"averagePrice":1,"averageDuration":-1}]}`, `stats[0].averageDuration is "-1", allowed is a number, 0 or more`},
		"number of no float": {`{"power":1,"cost":1e999,"duration":1}`, `line 1: cost is "number 1e999", allowed is a number`},
		"stats as an object": {"{\"results\":{\"power\":1,\"cost\":1,\n\n\"stats\":{}}}", `line 3: results.stats is "object", allowed is an array`},
		"URL as a number":    {`{"stateMachine":{"visualization":1}}`, `line 1: stateMachine.visualization is "number", allowed is a string`},
		"stat as a number":   {`{"stats":[1]}`, `line 1: stats[0] is "number", allowed is an object`},
		"price as a string":  {"{\"results\":{\"x\":[{},[1,{\"y\":2}]],\n\"stats\":[null,{\"value\":1},\n{\"value\":\"2\",\"averagePrice\":\"1\"}]}}", `line 3: results.stats[2].averagePrice is "string", allowed is a number`},
		"price as an array":  {`{"stats":[{"averagePrice":[1]}]}`, `line 1: stats[0].averagePrice is "array", allowed is a number`},
		"power twice":        {`{"cost":1,"cost":true}`, `line 1: cost is "bool", allowed is a number`},
		"far too long":       {strings.Repeat(" ", 5<<20), `input is "longer", allowed is at most 4 MB`},
	} {
		got, err := tuning.ReadOutput(strings.NewReader(c.in))
		var e *tuning.InputError
		if !errors.As(err, &e) || err.Error() != "tuning: "+c.text || !cmp.Equal(got, tuning.Output{}) {
			t.Errorf("%s: %+v, %v, want %s", name, got, err, c.text)
		}
	}
	broken := errors.New("broken")
	if _, err := tuning.ReadOutput(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("error of the reader: %v", err)
	}
}

// A size without duration failed; it is named and spoils nothing.
func TestOutputPoints(t *testing.T) {
	o := tuning.Output{Stats: []tuning.Stat{
		{512, 4.032e-7, 47.3920138888889},
		{128, 0, 0},
		{256, 2.9820000000000004e-06, 1419.548},
		{1024, 1, 1e300},
		{2048, inf, 1},
		{3008, 1, 1e-9},
	}}
	points, left := o.Points()
	want := []tuning.Point{{512, 47392014, d("0.0000004032")}, {256, 1419548 * time.Microsecond, d("0.0000029820000000000004")}}
	if diff := cmp.Diff(want, points); diff != "" {
		t.Errorf("points (-want +got):\n%s", diff)
	}
	var said []string
	for _, l := range left {
		said = append(said, l.String())
	}
	if diff := cmp.Diff([]string{
		"128 MB: no runs",
		"1024 MB: averageDuration is 1e+300, allowed is 1 ns to 292 years, in milliseconds",
		"2048 MB: averagePrice is +Inf, allowed is 0 or more, below 1e60",
		"3008 MB: averageDuration is 1e-09, allowed is 1 ns to 292 years, in milliseconds",
	}, said); diff != "" {
		t.Errorf("left out (-want +got):\n%s", diff)
	}
	samples := o.Samples()
	if len(samples) != 6 || len(samples[1].Runs) != 0 || samples[1].Failed != "no duration" || samples[0].Runs[0].Duration != 47392014 || samples[3].Failed == "" {
		t.Errorf("samples %+v", samples)
	}
	priced, err := tuning.Price(embedded(t, "eu-west-1"), cost.X86, samples, nil)
	var e *tuning.LeftOutError
	if len(priced) != 2 || !errors.As(err, &e) || len(e.Sizes) != 4 {
		t.Errorf("%v, %v", priced, err)
	}
}

// An output is written as the tool writes it, and read back.
func TestOutputRoundTrip(t *testing.T) {
	points := must(tuning.Price(embedded(t, "eu-west-1"), cost.ARM64, primes(t), nil))(t)
	o := must(tuning.NewOutput(points, tuning.Balanced(0.5)))(t)
	b := must(json.Marshal(o))(t)
	const want = `{"power":1024,"cost":0.0000197467644,"duration":1465.984,"stateMachine":{"executionCost":0.00045,"lambdaCost":0,` +
		`"visualization":"https://lambda-power-tuning.show/#gAAAAQACAAQ=;3Cs3Ro+30EVEr0dFfT+3RA==;`
	const stats = `"},"stats":[{"value":128,"averagePrice":0.000019738431025,"averageDuration":11722.965},`
	if !strings.HasPrefix(string(b), want) || !strings.Contains(string(b), stats) {
		t.Errorf("%s, want it to begin with %s and have %s", b, want, stats)
	}
	back := must(tuning.ReadOutput(strings.NewReader(string(b))))(t)
	if diff := cmp.Diff(o, back); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	again, left := back.Points()
	for i, p := range again {
		if p.Duration != points[i].Duration || !p.Cost.Equal(points[i].Cost) { // 16 digits: float64 holds them
			t.Errorf("%v, want %v", p, points[i])
		}
	}
	if len(left) != 0 || len(again) != len(points) {
		t.Errorf("%d points, %v left out", len(again), left)
	}
	// Without stats there is none in JSON either.
	back.Stats = nil
	if b := must(json.Marshal(back))(t); strings.Contains(string(b), "stats") {
		t.Errorf("%s", b)
	}
}

// Whatever is read can be written, and read again to the same.
func FuzzReadOutput(f *testing.F) {
	f.Add([]byte(`{"power":"128","cost":2.083e-7,"duration":2.9,` + stateMachine + `,"stats":[{"value":128,"averagePrice":1,"averageDuration":2},null,{"value":"256"}]}`))
	f.Add([]byte("\ufeff{\"results\":{\"power\":1,\"cost\":0,\"duration\":1e-300}}"))
	f.Add([]byte(`{"power":1,"cost":1e999}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		o, err := tuning.ReadOutput(strings.NewReader(string(in)))
		if err != nil {
			var e *tuning.InputError
			if !errors.As(err, &e) || !strings.HasPrefix(err.Error(), "tuning: ") {
				t.Fatalf("error %v", err)
			}
			return
		}
		b, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		again, err := tuning.ReadOutput(strings.NewReader(string(b)))
		if diff := cmp.Diff(o, again); diff != "" && !(len(o.Stats) == 0 && len(again.Stats) == 0 && o.Power == again.Power) || err != nil {
			t.Fatalf("%v (-want +got):\n%s", err, diff)
		}
		points, left := o.Points()
		if len(points)+len(left) != len(o.Stats) {
			t.Fatalf("%d points and %d left out of %d", len(points), len(left), len(o.Stats))
		}
		for _, p := range points {
			if err := p.Validate(); err != nil {
				t.Fatal(err)
			}
		}
		if len(points) > 0 {
			if _, err := tuning.NewOutput(points, tuning.Balanced(0.5)); err != nil && len(points) == 1 && sharable(points[0].Cost) {
				t.Fatal(err)
			}
		}
	})
}

// A size that the tool measured on x86_64, with its price and with the real one.
func ExampleReadOutput() {
	o, err := tuning.ReadOutput(strings.NewReader(`{"power":1024,"cost":0.0000050400,"duration":299.4,
		"stats":[{"value":512,"averagePrice":0.0000051408,"averageDuration":611.2},{"value":1024,"averagePrice":0.00000504,"averageDuration":299.4}]}`))
	if err != nil {
		panic(err)
	}
	rates, err := cost.Embedded().Region("us-east-1")
	if err != nil {
		panic(err)
	}
	points, err := tuning.Price(rates, cost.X86, o.Samples(), nil)
	if err != nil {
		panic(err)
	}
	for i, p := range points {
		fmt.Println(p.MemoryMB, o.Stats[i].AveragePrice, p.Cost)
	}
	// Output:
	// 512 5.1408e-06 0.0000053000102
	// 1024 5.04e-06 0.00000520001
}

// sharable reports whether a float32 holds a cost.
func sharable(c decimal.Decimal) bool {
	return c.IsZero() || c.LessThan(decimal.New(1, 38)) && c.GreaterThan(decimal.New(1, -37))
}

// Points as the reference tool would have written them, for whatever reads its output.
func ExampleNewOutput() {
	o, err := tuning.NewOutput([]tuning.Point{
		{MemoryMB: 128, Duration: 11722965 * time.Microsecond, Cost: decimal.RequireFromString("0.00002462")},
		{MemoryMB: 1024, Duration: 1465984 * time.Microsecond, Cost: decimal.RequireFromString("0.00002463")},
	}, tuning.Fastest)
	if err != nil {
		panic(err)
	}
	b, err := json.MarshalIndent(o, "", "  ")
	if err != nil {
		panic(err)
	}
	fmt.Println(string(b))
	// Output:
	// {
	//   "power": 1024,
	//   "cost": 0.00002463,
	//   "duration": 1465.984,
	//   "stateMachine": {
	//     "executionCost": 0.0003,
	//     "lambdaCost": 0,
	//     "visualization": "https://lambda-power-tuning.show/#gAAABA==;3Cs3Rn0/t0Q=;DIfON4aczjc="
	//   },
	//   "stats": [
	//     {
	//       "value": 128,
	//       "averagePrice": 0.00002462,
	//       "averageDuration": 11722.965
	//     },
	//     {
	//       "value": 1024,
	//       "averagePrice": 0.00002463,
	//       "averageDuration": 1465.984
	//     }
	//   ]
	// }
}
