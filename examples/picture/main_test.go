package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-e9ab587a/lambdaecon/examples/internal/golden"
)

// The picture in the README is what this program draws of what rewrite says without flags.
func TestPictureInReadme(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the simulations of rewrite")
	}
	answer, err := exec.Command("go", "run", "github.com/seed-e9ab587a/lambdaecon/examples/rewrite", "-json").Output()
	if err != nil {
		t.Fatal(err)
	}
	drawn := filepath.Join(t.TempDir(), "rewrite.svg")
	var errs bytes.Buffer
	if status := run([]string{"-svg", drawn}, bytes.NewReader(answer), io.Discard, &errs); status != 0 || errs.Len() > 0 {
		t.Fatalf("status %d, stderr %q", status, errs.String())
	}
	got, err := os.ReadFile(drawn)
	if err != nil {
		t.Fatal(err)
	}
	const file = "testdata/rewrite.svg"
	if *golden.Update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, got) {
		t.Errorf("%s is another picture", file)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), "examples/picture/"+file) {
		t.Errorf("the README does not show %s", file)
	}
}

const (
	latencies = `"Latency":[{"P":0.5,"Mean":1000000},{"P":0.99,"Mean":2000000},{"P":0.999,"Mean":3000000}]`
	one       = `{"Scenario":"rust","Arch":"arm64","Currency":"USD","Total":"1.5",` + latencies + `}`
	question  = `"question":{"requests_per_month":1000,"region":"eu-west-1","memory_mb":512}`
)

func answerOf(forecasts ...string) string {
	return `{` + question + `,"comparison":{"Forecasts":[` + strings.Join(forecasts, ",") + `]}}`
}

// Whatever is drawn is well-formed and names everything, with text in the colour of the viewer's.
func TestDrawn(t *testing.T) {
	for name, in := range map[string]string{
		"one":          answerOf(one),
		"many":         answerOf(strings.Split(strings.Repeat(one+";", most-1)+one, ";")...),
		"free":         answerOf(one, strings.Replace(one, `"1.5"`, `"0"`, 1)),
		"far apart":    answerOf(one, strings.Replace(one, `"1.5"`, `"1500000.25"`, 1)),
		"one latency":  answerOf(strings.ReplaceAll(strings.ReplaceAll(one, "2000000", "1000000"), "3000000", "1000000")),
		"strange name": answerOf(strings.Replace(one, "rust", `<b>&\" é`, 1)),
	} {
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			if status := run(nil, strings.NewReader(in), &out, &errs); status != 0 || errs.Len() > 0 {
				t.Fatalf("status %d, stderr %q", status, errs.String())
			}
			for _, want := range []string{"currentColor", "prefers-color-scheme"} {
				if !strings.Contains(out.String(), want) {
					t.Errorf("no %s in it", want)
				}
			}
			var texts strings.Builder
			for d := xml.NewDecoder(&out); ; {
				token, err := d.Token()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				if text, ok := token.(xml.CharData); ok {
					texts.Write(text)
				}
			}
			for _, want := range []string{"0.001 million requests a month, eu-west-1, 512 MB", "USD a month", "arm64", "p99.9"} {
				if !strings.Contains(texts.String(), want) {
					t.Errorf("no %q in it", want)
				}
			}
			if name == "strange name" && !strings.Contains(texts.String(), `<b>&" é, arm64`) {
				t.Error("the name is another")
			}
		})
	}
}

func TestFaults(t *testing.T) {
	for name, c := range map[string]struct {
		args   []string
		in     string
		status int
		stderr string
	}{
		"help":          {[]string{"-h"}, "", 0, "-svg"},
		"unknown flag":  {[]string{"-nope"}, "", 2, "-nope"},
		"argument":      {[]string{"x.json"}, "", 2, "x.json"},
		"no such file":  {[]string{"-in", "testdata/none.json"}, "", 1, "none.json"},
		"no such place": {[]string{"-svg", "testdata/none/x.svg"}, answerOf(one), 1, "testdata/none"},
		"nothing":       {nil, "", 1, "EOF"},
		"a table":       {nil, "cold starts p50", 1, "invalid character"},
		"no forecasts":  {nil, `{}`, 1, "0 forecasts, allowed are 1 to 40"},
		"too many":      {nil, answerOf(strings.Split(strings.Repeat(one+";", most)+one, ";")...), 1, "41 forecasts"},
		"no total":      {nil, answerOf(one, strings.Replace(one, `"1.5"`, `"NaN"`, 1)), 1, `Forecasts[1].Total is "NaN"`},
		"negative":      {nil, answerOf(strings.Replace(one, `"1.5"`, `"-1"`, 1)), 1, `Total is "-1"`},
		"no latency":    {nil, answerOf(strings.Replace(one, latencies, `"Latency":null`, 1)), 1, "no time above 0 of the percentile 0.5"},
		"no p99":        {nil, answerOf(strings.Replace(one, "0.99,", "0.98,", 1)), 1, "percentile 0.99"},
		"no character":  {nil, answerOf(strings.Replace(one, "rust", `ru\u0000st`, 1)), 1, `Forecasts[0] has the text "ru\x00st"`},
		"no region":     {nil, strings.Replace(answerOf(one), "eu-west-1", `eu\uffff`, 1), 1, `region is "eu\uffff"`},
		"latency of 0":  {nil, answerOf(strings.Replace(one, "3000000", "0", 1)), 1, "percentile 0.999"},
	} {
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			status := run(c.args, strings.NewReader(c.in), &out, &errs)
			if status != c.status || !strings.Contains(errs.String(), c.stderr) {
				t.Errorf("status %d, stderr %q, want %d and %q", status, errs.String(), c.status, c.stderr)
			}
			if out.Len() > 0 {
				t.Errorf("output in spite of that: %q", out.String())
			}
		})
	}
}
