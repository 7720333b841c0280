package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-e9ab587a/lambdaecon/examples/internal/golden"
)

// The picture is well-formed, shows what the table says, and has no colour of its own for text.
func TestPicture(t *testing.T) {
	const header = "memory_mb,duration_ms\n"
	var many strings.Builder
	many.WriteString(header)
	for mb := 128; mb <= 10240; mb += 64 {
		fmt.Fprintf(&many, "%d,%d\n", mb, 20+400000/min(mb, 1769))
	}
	for name, c := range map[string]struct {
		args []string
		csv  string // "": none
	}{
		"primes":       {},
		"between":      {args: []string{"-in", "testdata/lookup.csv", "-limit", "75ms"}},
		"budget":       {args: []string{"-budget", "30"}},
		"far budget":   {args: []string{"-budget", "500"}},
		"far limit":    {args: []string{"-limit", "10h"}},
		"one size":     {csv: header + "512,100\n"},
		"one of two":   {csv: "memory_mb,duration_ms,failed\n512,100,\n128,,killed\n"},
		"flat":         {csv: header + "128,100\n256,100\n512,100\n"},
		"narrow":       {csv: header + "1024,100.1\n1025,100\n"},
		"waits":        {csv: header + "128,80\n256,55\n512,52\n1024,51\n1536,50\n3008,49\n"},
		"many":         {csv: many.String()},
		"one a month":  {args: []string{"-monthly", "1"}},
		"all that are": {args: []string{"-monthly", "18446744073709551615"}},
		"microseconds": {csv: header + "128,0.002\n256,0.001\n"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "picture.svg")
			args := append(c.args, "-svg", file)
			if c.csv != "" {
				args = append(args, "-in", "-")
			}
			var out, errs bytes.Buffer
			if status := run(args, strings.NewReader(c.csv), &out, &errs); status != 0 {
				t.Fatalf("status %d, stderr %q", status, errs.String())
			}
			svg, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			texts := 0
			var below []string // what comes after the label of the memory axis, and the label
			seen := false
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
				text, err := d.Token()
				if err != nil {
					t.Fatal(err)
				}
				said := string(text.(xml.CharData))
				if seen = seen || said == "memory, MB"; seen {
					below = append(below, said)
				}
				for _, a := range e.Attr {
					if a.Name.Local == "style" && !strings.Contains(a.Value, "currentColor") {
						t.Errorf("text of a fixed colour: %s", a.Value)
					}
				}
			}
			// The legend is drawn last, below all that belongs to the panels, and has every kind of mark once.
			marks := strings.Join(below, "; ")
			for _, want := range []string{"the choice", "between them, by interpolation"} {
				if strings.Count(marks, want) != 1 && !(want != "the choice" && (name == "one size" || name == "one of two")) {
					t.Errorf("%q is not in the legend: %s", want, marks)
				}
			}
			if texts < 12 {
				t.Errorf("%d texts", texts)
			}
			for _, want := range []string{"prefers-color-scheme:dark", "duration, s", "USD a month", "the choice", "memory, MB"} {
				if !bytes.Contains(svg, []byte(want)) {
					t.Errorf("no %q", want)
				}
			}
			if got := bytes.Contains(svg, []byte("may be better still")); got != strings.Contains(out.String(), "Not measured, but") {
				t.Errorf("the picture and the table do not agree on an interpolated size:\n%s", out.String())
			}
		})
	}
}

// The picture in the README is what this program draws.
func TestPictureInReadme(t *testing.T) {
	const file = "testdata/primes.svg"
	drawn := filepath.Join(t.TempDir(), "primes.svg")
	if *golden.Update {
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

// Whatever the range, there are three labels or more on the axis of durations, in order, all different and all within it.
func TestDurationTicks(t *testing.T) {
	for _, low := range []float64{1e-9, 0.00137, 0.1, 0.98, 1, 5, 77, 1800} {
		for _, ratio := range []float64{1.02, 1.1, 1.6, 2, 3, 8, 1000} {
			seen := make(map[string]bool)
			last := 0.0
			ticks := durations(low, low*ratio)
			for _, tick := range ticks {
				v, err := strconv.ParseFloat(tick.Label, 64)
				if err != nil || math.Abs(v/tick.Value-1) > 1e-9 || v <= last || v < low/1.002 || v > low*ratio*1.002 || seen[tick.Label] {
					t.Errorf("%v to %v: ticks %v", low, low*ratio, ticks)
				}
				seen[tick.Label], last = true, v
			}
			if len(ticks) < 3 || len(ticks) > 20 {
				t.Errorf("%v to %v: %d ticks", low, low*ratio, len(ticks))
			}
		}
	}
}
