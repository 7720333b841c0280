package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite golden files")

func TestGolden(t *testing.T) {
	for name, args := range map[string][]string{
		"output": nil,
		"limit":  {"-limit", "2500ms", "-monthly", "5000000"},
		"budget": {"-budget", "26", "-region", "sa-east-1", "-arch", "arm64"},
		"lookup": {"-in", "testdata/lookup.csv", "-limit", "60ms", "-arch", "arm64", "-region", "eu-west-1"},
		"cold":   {"-in", "testdata/lookup.csv", "-cold", "0.01", "-percentile", "0.99"},
		"tuning": {"-in", "testdata/tuning.json"},
	} {
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			if status := run(args, nil, &out, &errs); status != 0 || errs.Len() > 0 {
				t.Fatalf("status %d, stderr %q", status, errs.String())
			}
			file := filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if out.String() != string(want) {
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

// The picture is well-formed, shows what the table says, and has no colour of its own for text.
func TestPicture(t *testing.T) {
	for name, args := range map[string][]string{
		"primes":  {},
		"between": {"-in", "testdata/lookup.csv", "-limit", "75ms"},
		"budget":  {"-budget", "30"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "picture.svg")
			var out, errs bytes.Buffer
			if status := run(append(args, "-svg", file), nil, &out, &errs); status != 0 {
				t.Fatalf("status %d, stderr %q", status, errs.String())
			}
			svg, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			texts := 0
			for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
				token, err := d.Token()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				e, ok := token.(xml.StartElement)
				if !ok || e.Name.Local != "text" {
					continue
				}
				texts++
				for _, a := range e.Attr {
					if a.Name.Local == "style" && !strings.Contains(a.Value, "currentColor") {
						t.Errorf("text of a fixed colour: %s", a.Value)
					}
				}
			}
			if texts < 12 {
				t.Errorf("%d texts", texts)
			}
			for _, want := range []string{"prefers-color-scheme:dark", "duration, s", "USD a month", "the choice"} {
				if !bytes.Contains(svg, []byte(want)) {
					t.Errorf("no %q", want)
				}
			}
			if got := bytes.Contains(svg, []byte("interpolated")); got != strings.Contains(out.String(), "Not measured, but") {
				t.Errorf("the picture and the table do not agree on an interpolated size:\n%s", out.String())
			}
		})
	}
}

// The picture in the README is what this program draws.
func TestPictureInReadme(t *testing.T) {
	const file = "testdata/primes.svg"
	drawn := filepath.Join(t.TempDir(), "primes.svg")
	if *update {
		drawn = file
	}
	var out, errs bytes.Buffer
	if status := run([]string{"-svg", drawn}, nil, &out, &errs); status != 0 {
		t.Fatalf("status %d, stderr %q", status, errs.String())
	}
	got, err := os.ReadFile(drawn)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is another picture: look at it and run with -update", file)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(readme, []byte("examples/sweetspot/"+file)) {
		t.Error("the README does not show it")
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
		"region":             {[]string{"-region", "mars-1"}, "", 1, "mars-1"},
		"no such file":       {[]string{"-in", "testdata/none.csv"}, "", 1, "none.csv"},
		"limit out of reach": {[]string{"-limit", "1ms"}, "", 1, "1.465984s"},
		"empty input":        {[]string{"-in", "-"}, "", 1, "sweetspot"},
		"row with a fault":   {[]string{"-in", "-"}, "memory_mb,duration_ms\n128,abc\n", 1, "line 2"},
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
