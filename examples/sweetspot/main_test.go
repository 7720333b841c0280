package main

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/seed-e9ab587a/lambdaecon/cost/tuning"
	"github.com/seed-e9ab587a/lambdaecon/examples/internal/golden"
)

func TestGolden(t *testing.T) {
	for name, args := range map[string][]string{
		"output": nil,
		"limit":  {"-limit", "2500ms", "-monthly", "5000000"},
		"budget": {"-budget", "26", "-region", "sa-east-1", "-arch", "arm64"},
		"lookup": {"-in", "testdata/lookup.csv", "-limit", "60ms", "-arch", "arm64", "-region", "eu-west-1"},
		"cold":   {"-in", "testdata/lookup.csv", "-cold", "0.01", "-percentile", "0.99"},
		"tuning": {"-in", "testdata/tuning.json"},
		"small":  {"-monthly", "100", "-limit", "2s"},
		"china":  {"-region", "cn-north-1", "-on", "2020-11-30"},
	} {
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			if status := run(args, nil, &out, &errs); status != 0 || errs.Len() > 0 {
				t.Fatalf("status %d, stderr %q", status, errs.String())
			}
			if want := golden.Text(t, name, out.String()); out.String() != want {
				t.Errorf("got\n%s\nwant\n%s", out.String(), want)
			}
		})
	}
}

// The JSON of the reference tool without stats: the other sizes are in the URL of its picture.
func TestWithoutStats(t *testing.T) {
	text, err := os.ReadFile("testdata/tuning.json")
	if err != nil {
		t.Fatal(err)
	}
	before, _, _ := strings.Cut(string(text), `,
  "stats"`)
	var out, errs bytes.Buffer
	if status := run([]string{"-in", "-"}, strings.NewReader("\ufeff\n"+before+"}"), &out, &errs); status != 0 {
		t.Fatalf("status %d, stderr %q", status, errs.String())
	}
	for _, want := range []string{"128  ", "256  ", "512  ", "1024  "} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

// A size without a duration in the URL of the picture failed: it is named, and the others are there.
func TestZeroDurationInURL(t *testing.T) {
	in := `{"power":256,"cost":1e-7,"duration":1,"stateMachine":{"visualization":"https://lambda-power-tuning.show/#gAAAAQ==;AAAAAAAAgD8=;AAAAAJWV1jM="}}`
	var out, errs bytes.Buffer
	if status := run([]string{"-in", "-"}, strings.NewReader(in), &out, &errs); status != 0 {
		t.Fatalf("status %d, stderr %q", status, errs.String())
	}
	for _, want := range []string{" 256 ", "Left out: 128 MB: failed: no duration"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	both := strings.Replace(in, `"}}`, `;gAAAAQ==;AAAAAAAAgD8=;AAAAAJWV1jM=;a;b"}}`, 1)
	errs.Reset()
	if status := run([]string{"-in", "-"}, strings.NewReader(both), &out, &errs); status != 1 || !strings.Contains(errs.String(), "comparison") {
		t.Errorf("of two series: status %d, stderr %q", status, errs.String())
	}
}

// The fixture says one thing: the stats are those of its URL, its choice is the cheapest, and prices are the tool's.
func TestFixtureAgrees(t *testing.T) {
	file, err := os.Open("testdata/tuning.json")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	o, err := tuning.ReadOutput(file)
	if err != nil {
		t.Fatal(err)
	}
	points, left := o.Points()
	if len(left) > 0 {
		t.Fatal(left)
	}
	want, err := tuning.NewOutput(points, tuning.Cheapest)
	if err != nil {
		t.Fatal(err)
	}
	want.StateMachine.LambdaCost = o.StateMachine.LambdaCost // of all runs, which points do not have
	if fmt.Sprint(o) != fmt.Sprint(want) {
		t.Errorf("%+v, want %+v", o, want)
	}
	for _, s := range o.Stats {
		if p := tuning.ReferencePrice(2.1e-9, s.MemoryMB, s.AverageDuration); math.Abs(p/s.AveragePrice-1) > 1e-12 {
			t.Errorf("%d MB costs %v, want %v", s.MemoryMB, s.AveragePrice, p)
		}
	}
}

func TestFaults(t *testing.T) {
	for name, tt := range map[string]struct {
		args   []string
		stdin  string
		status int
		text   string
	}{
		"no such flag":       {[]string{"-memory", "1"}, "", 2, "memory"},
		"argument":           {[]string{"primes.csv"}, "", 2, "primes.csv"},
		"architecture":       {[]string{"-arch", "mips"}, "", 2, "mips"},
		"two choices":        {[]string{"-limit", "1s", "-budget", "5"}, "", 2, "-budget"},
		"negative budget":    {[]string{"-budget", "-5"}, "", 2, "budget"},
		"no number":          {[]string{"-budget", "1e999999999999999999999999"}, "", 2, "budget"},
		"region":             {[]string{"-region", "mars-1"}, "", 2, "mars-1"},
		"cold":               {[]string{"-cold", "NaN"}, "", 2, "-cold is NaN"},
		"percentile":         {[]string{"-percentile", "2"}, "", 2, "-percentile is 2"},
		"no such file":       {[]string{"-in", "testdata/none.csv"}, "", 1, "none.csv"},
		"limit out of reach": {[]string{"-limit", "1ms"}, "", 1, "1.465984s"},
		"limit of 0":         {[]string{"-limit", "0"}, "", 2, "-limit must be above 0"},
		"limit of 0 s":       {[]string{"-limit", "0s", "-budget", "30"}, "", 2, "-limit"},
		"negative limit":     {[]string{"-limit", "-1s"}, "", 2, "-limit must be above 0"},
		"huge limit":         {[]string{"-limit", "25h"}, "", 2, "-limit must be a day or less"},
		"huge budget":        {[]string{"-budget", "1e60"}, "", 2, "budget"},
		"tiny budget":        {[]string{"-budget", "1e-999999"}, "", 2, "budget"},
		"no date":            {[]string{"-on", "2020-11-31"}, "", 2, "2020-11-30"},
		"China today":        {[]string{"-region", "cn-north-1"}, "", 1, "-on"},
		"empty input":        {[]string{"-in", "-"}, "", 1, "sweetspot"},
		"row with a fault":   {[]string{"-in", "-"}, "memory_mb,duration_ms\n128,abc\n", 1, "line 2"},
		"behind blank lines": {[]string{"-in", "-"}, "\ufeff\r\n \n\t\nmemory_mb,duration_ms\n128,abc\n", 1, "line 5"},
		"JSON, blank lines":  {[]string{"-in", "-"}, "\n\n{\"power\":x}", 1, "line 3"},
		"blank lines alone":  {[]string{"-in", "-"}, strings.Repeat("\n", 1<<17), 1, "first row is missing"},
		"broken JSON":        {[]string{"-in", "-"}, `{"power":128`, 1, "sweetspot"},
		"picture nowhere":    {[]string{"-svg", "testdata/none/p.svg"}, "", 1, "p.svg"},
	} {
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			if status := run(tt.args, strings.NewReader(tt.stdin), &out, &errs); status != tt.status || !strings.Contains(errs.String(), tt.text) {
				t.Errorf("status %d, stderr %q, want %d and %q", status, errs.String(), tt.status, tt.text)
			}
			if out.Len() > 0 {
				t.Errorf("output in spite of the fault:\n%s", out.String())
			}
		})
	}
}
