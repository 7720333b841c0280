package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/examples/internal/golden"
)

func TestGolden(t *testing.T) {
	tests := map[string][]string{
		"output":   nil,
		"bill":     {"-bill", "-free-tier", "-examples", "0"},
		"json":     {"-json", "-examples", "1"},
		"check":    {"-check"},
		"no-log":   {"-log", "none", "-period", "2026-10-01"},
		"explicit": {"-export", "testdata/export.csv", "-log", "testdata/sample.log", "-functions", "testdata/functions.json"},
		"day":      {"-period", "2026-10-01", "-examples", "0"},
	}
	for name, args := range tests {
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			if status := run(context.Background(), args, nil, &out, &errs); status != 0 || errs.Len() > 0 {
				t.Fatalf("status %d, stderr %q", status, errs.String())
			}
			if name == "explicit" {
				name = "output" // the shipped files, named
			}
			if diff := cmp.Diff(golden.Text(t, name, out.String()), out.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// What the JSON says adds up.
func TestJSON(t *testing.T) {
	var out bytes.Buffer
	if status := run(context.Background(), []string{"-json"}, nil, &out, io.Discard); status != 0 {
		t.Fatalf("status %d", status)
	}
	var read struct {
		Rows   int
		Causes []struct {
			Rows     int
			Examples []struct{ Line int }
		}
	}
	if err := json.Unmarshal(out.Bytes(), &read); err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, c := range read.Causes {
		rows += c.Rows
		if len(c.Examples) == 0 {
			t.Error("a cause without an example")
		}
	}
	if rows != read.Rows || rows != bytes.Count(sampleExport, []byte("\n"))-1 {
		t.Errorf("%d rows by cause, %d in all", rows, read.Rows)
	}
}

func TestGzipOnStandardInput(t *testing.T) {
	var packed, plain, zipped bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(sampleExport); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if status := run(context.Background(), []string{"-export", "-"}, bytes.NewReader(sampleExport), &plain, io.Discard); status != 0 {
		t.Fatalf("status %d", status)
	}
	if status := run(context.Background(), []string{"-export", "-"}, &packed, &zipped, io.Discard); status != 0 {
		t.Fatalf("status %d", status)
	}
	if diff := cmp.Diff(plain.String(), zipped.String()); diff != "" || plain.Len() == 0 {
		t.Errorf("(-plain +gzip):\n%s", diff)
	}
}

// A file that was cut off: the message names it, and says that it is gzip.
func TestGzipThatIsCutOff(t *testing.T) {
	var packed, errs bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(sampleExport); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "export.csv.gz")
	if err := os.WriteFile(file, packed.Bytes()[:packed.Len()-20], 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"-export", file}, {"-check", "-export", file}} {
		errs.Reset()
		status := run(context.Background(), args, nil, io.Discard, &errs)
		if want := file + ": focus: gzip: unexpected EOF"; status != 1 || !strings.Contains(errs.String(), want) {
			t.Errorf("%v: status %d, stderr %q, want %q", args, status, errs.String(), want)
		}
	}
}

func TestFaults(t *testing.T) {
	head, rows, _ := strings.Cut(string(sampleExport), "\n")
	tests := map[string]struct {
		args   []string
		in     string
		status int
		stderr string
	}{
		"unknown flag":        {[]string{"-nope"}, "", 2, "usage: reconcile"},
		"unknown region":      {[]string{"-region", "mars-1"}, "", 2, `unknown region "mars-1"`},
		"unknown arch":        {[]string{"-arch", "arm"}, "", 2, `unknown architecture "arm"`},
		"bad period":          {[]string{"-period", "yesterday"}, "", 2, `-period is "yesterday"`},
		"stray argument":      {[]string{"x.csv"}, "", 2, `unexpected argument "x.csv"`},
		"two inputs":          {[]string{"-export", "-", "-log", "-"}, "", 2, "cannot both be standard input"},
		"bill without log":    {[]string{"-bill", "-log", "none"}, "", 2, "-bill needs a log"},
		"free without bill":   {[]string{"-free-tier"}, "", 2, "-free-tier needs -bill"},
		"check and JSON":      {[]string{"-check", "-json"}, "", 2, "-check goes with neither"},
		"negative examples":   {[]string{"-examples", "-1"}, "", 2, "-examples is -1"},
		"missing export":      {[]string{"-export", "testdata/none.csv"}, "", 1, "none.csv"},
		"check and log":       {[]string{"-check", "-log", "testdata/sample.log", "-export", "-"}, "", 2, "-check goes with none of"},
		"check and functions": {[]string{"-check", "-functions", "testdata/functions.json"}, "", 2, "-check goes with none of"},
		"check and period":    {[]string{"-check", "-period", "2026-10"}, "", 2, "-check goes with none of"},
		"log alone":           {[]string{"-log", "testdata/sample.log"}, "", 2, "-log needs -export"},
		"functions alone":     {[]string{"-export", "-", "-functions", "testdata/functions.json"}, "", 2, "-functions needs a log"},
		"damaged gzip":        {[]string{"-export", "-"}, "\x1f\x8bx", 1, "standard input: focus: gzip: "},
		"missing log":         {[]string{"-export", "testdata/export.csv", "-log", "testdata/none.log"}, "", 1, "none.log"},
		"missing functions":   {[]string{"-functions", "testdata/none.json"}, "", 1, "none.json"},
		"bad functions":       {[]string{"-functions", "testdata/sample.log"}, "", 1, "sample.log"},
		"empty export":        {[]string{"-export", "-"}, "", 1, "the file is empty"},
		"no export":           {[]string{"-export", "-"}, "a,b\n", 1, "neither a FOCUS file nor a cost-and-usage report"},
		"empty log":           {[]string{"-export", "testdata/export.csv", "-log", "-"}, "", 1, "no billable report"},
		"log of another day":  {[]string{"-period", "2026-10-02"}, "", 1, "no billable report of the period"},
		"damaged log":         {[]string{"-export", "testdata/export.csv", "-log", "-"}, strings.Replace(string(sampleLog), "512 MB", "512 GB", 1), 1, "line 1"},
		"damaged row":         {[]string{"-export", "-"}, head + "\nx,y\n" + rows, 1, "1 rows of the export cannot be read"},
		"check, damaged":      {[]string{"-check", "-export", "-"}, head + "\nx,y\n" + rows, 1, "line 2"},
		"check, broken":       {[]string{"-check", "-export", "-"}, strings.Replace(string(sampleExport), "Usage-Based", "Now and then", 1), 1, "1 places break a rule of FOCUS"},
		"help":                {[]string{"-h"}, "", 0, "usage: reconcile"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var errs bytes.Buffer
			status := run(context.Background(), tt.args, strings.NewReader(tt.in), io.Discard, &errs)
			if status != tt.status || !strings.Contains(errs.String(), tt.stderr) {
				t.Errorf("status %d, stderr %q, want %d and %q", status, errs.String(), tt.status, tt.stderr)
			}
		})
	}
	t.Run("interrupted", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		var errs bytes.Buffer
		if status := run(ctx, nil, nil, io.Discard, &errs); status != 1 || !strings.Contains(errs.String(), "canceled") {
			t.Errorf("status %d, stderr %q", status, errs.String())
		}
	})
}
