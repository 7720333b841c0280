package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/examples/internal/golden"
)

func TestGolden(t *testing.T) {
	for name, args := range map[string][]string{
		"output":  nil,
		"whatif":  {"-idle", "5m,20m", "-keep-alive", "1m,1h", "-provisioned", "1,2", "-init-factor", "0,2", "-lifetime", "0"},
		"clients": {"-log", "testdata/clients.csv", "-idle", "10s"},
		"unknown": {"-log", "testdata/unknown.csv"},
	} {
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			if status := run(context.Background(), args, nil, &out, &errs); status != 0 || errs.Len() > 0 {
				t.Fatalf("status %d, stderr %q", status, errs.String())
			}
			if diff := cmp.Diff(golden.Text(t, name, out.String()), out.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestGzipOnStandardInput(t *testing.T) {
	var packed, plain, fromGzip bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(sampleLog); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if run(context.Background(), nil, nil, &plain, io.Discard) != 0 || run(context.Background(), []string{"-log", "-"}, &packed, &fromGzip, io.Discard) != 0 {
		t.Fatal("a run failed")
	}
	if diff := cmp.Diff(plain.String(), fromGzip.String()); diff != "" {
		t.Errorf("(-plain +gzip):\n%s", diff)
	}
}

// Real logs of 2020, where they are present: the cold starts that the facts say.
func TestRealLogs(t *testing.T) {
	for _, c := range []struct {
		day, idle string
		predicted int
	}{
		{"04-24", "1200s", 56},
		{"05-17", "1200s", 39},
		{"05-28", "640s", 61},
		{"06-06", "640s", 44},
		{"06-10", "640s", 30},
		{"06-18", "640s", 29},
	} {
		file := "../../../shared/traces/aws-2020-" + c.day + ".csv"
		if _, err := os.Stat(file); err != nil {
			t.Skip("the real traces are not here: ", err)
		}
		var out bytes.Buffer
		if status := run(context.Background(), []string{"-log", file, "-idle", c.idle}, nil, &out, os.Stderr); status != 0 {
			t.Fatalf("%s: status %d", c.day, status)
		}
		if want := fmt.Sprintf(": %d cold starts predicted", c.predicted); !strings.Contains(out.String(), want) {
			t.Errorf("%s: no %q in\n%s", c.day, want, out.String())
		}
	}
}

func TestBadInput(t *testing.T) {
	for name, c := range map[string]struct {
		args   []string
		log    string
		status int
		want   string // on stderr
	}{
		"unknown flag":      {[]string{"-x"}, "", 2, "-x"},
		"argument":          {[]string{"x"}, "", 2, `"x"`},
		"idle of 0":         {[]string{"-idle", "0s"}, "", 2, "0s"},
		"no number":         {[]string{"-provisioned", "1,two"}, "", 2, "two"},
		"factor NaN":        {[]string{"-init-factor", "NaN"}, "", 2, "NaN"},
		"negative lifetime": {[]string{"-lifetime", "-1s"}, "", 2, "-1s"},
		"no file":           {[]string{"-log", "testdata/none"}, "", 1, "testdata/none"},
		"empty":             {[]string{"-log", "-"}, "", 1, "no request"},
		"no such function":  {[]string{"-function", "x"}, "", 1, "no request"},
		"no column":         {[]string{"-log", "-"}, "arrive_ms,run_ms\n1,2\n", 1, "start_ms"},
		"no ms":             {[]string{"-log", "-"}, "arrive_ms,start_ms,run_ms\n1,2,x\n", 1, "line 2, run_ms"},
		"negative":          {[]string{"-log", "-"}, "arrive_ms,start_ms,run_ms\n1,2,3\n-1,2,3\n", 1, "line 3, arrive_ms"},
		"start before":      {[]string{"-log", "-"}, "arrive_ms,start_ms,run_ms\n5,2,3\n", 1, "line 2"},
		"cold of 2":         {[]string{"-log", "-"}, "arrive_ms,start_ms,run_ms,cold\n1,2,3,2\n", 1, `"2"`},
		"short line":        {[]string{"-log", "-"}, "arrive_ms,start_ms,run_ms\n1,2\n", 1, "line 2"},
		"no times":          {[]string{"-log", "-"}, "REPORT RequestId: 3d3bd3a5-3e1e-4b1f-9b5a-000000000001\tDuration: 2.00 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 30 MB\n", 1, "1 reports without a time"},
		"damaged report":    {[]string{"-log", "-"}, "REPORT RequestId: 3d3bd3a5-3e1e-4b1f-9b5a-000000000001\tDuration: x ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 30 MB\n", 1, "Duration"},
	} {
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			if got := run(context.Background(), c.args, strings.NewReader(c.log), &out, &errs); got != c.status {
				t.Errorf("status %d, want %d", got, c.status)
			}
			if !strings.Contains(errs.String(), c.want) {
				t.Errorf("stderr %q, want %q in it", errs.String(), c.want)
			}
		})
	}
}
