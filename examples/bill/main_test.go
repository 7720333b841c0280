package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/examples/internal/golden"
)

func TestGolden(t *testing.T) {
	tests := map[string][]string{
		"output":   nil,
		"by-day":   {"-by", "day", "-free-tier", "-region", "us-east-1"},
		"json":     {"-json", "-by", "none"},
		"check":    {"-check"},
		"assumed":  {"-log", "testdata/sample.log", "-arch", "arm64"},
		"explicit": {"-log", "testdata/sample.log", "-functions", "testdata/functions.json"},
	}
	for name, args := range tests {
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			if status := run(args, nil, &out, &errs); status != 0 || errs.Len() > 0 {
				t.Fatalf("status %d, stderr %q", status, errs.String())
			}
			if diff := cmp.Diff(golden.Text(t, name, out.String()), out.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestJSONReadsBack(t *testing.T) {
	var out bytes.Buffer
	if status := run([]string{"-json"}, nil, &out, io.Discard); status != 0 {
		t.Fatalf("status %d", status)
	}
	var read struct {
		Bill   cost.Bill
		Total  string
		Owners map[string]cost.Bill
	}
	if err := json.Unmarshal(out.Bytes(), &read); err != nil {
		t.Fatal(err)
	}
	if got := read.Bill.Total().String(); got != read.Total {
		t.Errorf("lines add up to %s, total is %s", got, read.Total)
	}
	sum := cost.Statement{}
	for _, b := range read.Owners {
		sum.Bills = append(sum.Bills, b)
	}
	if got := sum.Total().String(); got != read.Total {
		t.Errorf("owners add up to %s, total is %s", got, read.Total)
	}
}

func TestGzipOnStandardInput(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(sampleLog); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	var plain, zipped bytes.Buffer
	if status := run([]string{"-log", "-"}, bytes.NewReader(sampleLog), &plain, io.Discard); status != 0 {
		t.Fatalf("status %d", status)
	}
	if status := run([]string{"-log", "-"}, &packed, &zipped, io.Discard); status != 0 {
		t.Fatalf("status %d", status)
	}
	if diff := cmp.Diff(plain.String(), zipped.String()); diff != "" {
		t.Errorf("(-plain +gzip):\n%s", diff)
	}
}

// What stands in a log does not command the terminal that it is shown on.
func TestNames(t *testing.T) {
	log := `{"logGroup":"/aws/lambda/\u001b[2Jx","logEvents":[{"timestamp":1790856000123,"message":"REPORT RequestId: 3d3bd3a5-3e1e-4b1f-9b5a-000000000001\tDuration: 2.00 ms\tBilled Duration: 9 ms\tMemory Size: 128 MB\tMax Memory Used: 30 MB\t"}]}`
	for name, c := range map[string]struct {
		args   []string
		status int
		times  int // that the name is written
	}{
		"bill":  {[]string{"-log", "-"}, 0, 2},
		"check": {[]string{"-log", "-", "-check"}, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			if status := run(c.args, strings.NewReader(log), &out, &errs); status != c.status {
				t.Fatalf("status %d, stderr %q", status, errs.String())
			}
			if n := strings.Count(out.String(), `"\x1b[2Jx"`); n != c.times || strings.Contains(out.String(), "\x1b") {
				t.Errorf("the name %d times, want %d, in %q", n, c.times, out.String())
			}
		})
	}
}

func TestFaults(t *testing.T) {
	const good = "REPORT RequestId: a1\tDuration: 1.00 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\tMax Memory Used: 35 MB\n"
	tests := map[string]struct {
		args   []string
		in     string
		status int
		stderr string
	}{
		"unknown flag":      {[]string{"-nope"}, "", 2, "usage: bill"},
		"unknown region":    {[]string{"-region", "mars-1"}, "", 2, `unknown region "mars-1"`},
		"unknown arch":      {[]string{"-arch", "arm"}, "", 2, `unknown architecture "arm"`},
		"unknown grouping":  {[]string{"-by", "team"}, "", 2, `-by is "team"`},
		"stray argument":    {[]string{"x.log"}, "", 2, `unexpected argument "x.log"`},
		"two outputs":       {[]string{"-json", "-check"}, "", 2, "do not go together"},
		"missing log":       {[]string{"-log", "testdata/none.log"}, "", 1, "none.log"},
		"missing functions": {[]string{"-functions", "testdata/none.json"}, "", 1, "none.json"},
		"bad functions":     {[]string{"-functions", "testdata/sample.log"}, "", 1, "sample.log"},
		"empty log":         {[]string{"-log", "-"}, "", 1, "no billable report"},
		"damaged line":      {[]string{"-log", "-"}, good + strings.Replace(good, "128 MB", "128 GB", 1), 1, "line 2"},
		"check, differs":    {[]string{"-check", "-log", "-"}, "2026-10-01T00:00:00Z " + strings.Replace(good, "Duration: 1 ms", "Duration: 9 ms", 1), 1, ""},
		"check, China":      {[]string{"-check", "-log", "-", "-region", "cn-north-1"}, "2026-10-01T00:00:00Z " + good, 1, "unknown billing rule of cn-north-1"},
		"check, damaged":    {[]string{"-check", "-log", "-"}, strings.Replace(good, "128 MB", "128 GB", 1), 1, "line 1"},
		"not priced":        {[]string{"-log", "-", "-region", "cn-north-1", "-arch", "arm64"}, good, 1, "no price for Requests arm64"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var errs bytes.Buffer
			status := run(tt.args, strings.NewReader(tt.in), io.Discard, &errs)
			if status != tt.status || !strings.Contains(errs.String(), tt.stderr) {
				t.Errorf("status %d, stderr %q, want %d and %q", status, errs.String(), tt.status, tt.stderr)
			}
		})
	}
}
