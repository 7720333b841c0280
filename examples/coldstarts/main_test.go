package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"slices"
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

// A log that is in gzip, altogether or in part, says what it says in plain text.
func TestGzipOnStandardInput(t *testing.T) {
	half := bytes.Index(sampleLog, []byte("\n2026-10-01T12:")) + 1
	clients, err := os.ReadFile("testdata/clients.csv")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ plain, packed []byte }{
		"all":          {sampleLog, inGzip(t, sampleLog)},
		"first half":   {sampleLog, append(inGzip(t, sampleLog[:half]), sampleLog[half:]...)},
		"last half":    {sampleLog, append(slices.Clone(sampleLog[:half]), inGzip(t, sampleLog[half:])...)},
		"clients' log": {clients, inGzip(t, clients)},
	} {
		t.Run(name, func(t *testing.T) {
			var plain, fromGzip, errs bytes.Buffer
			args := []string{"-log", "-"}
			if run(context.Background(), args, bytes.NewReader(c.plain), &plain, &errs) != 0 || run(context.Background(), args, bytes.NewReader(c.packed), &fromGzip, &errs) != 0 {
				t.Fatal("a run failed:", errs.String())
			}
			if diff := cmp.Diff(plain.String(), fromGzip.String()); diff != "" {
				t.Errorf("(-plain +gzip):\n%s", diff)
			}
		})
	}
}

func inGzip(t *testing.T, text []byte) []byte {
	t.Helper()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

// Clients stamp requests with ms since 1970 as well as since their own start.
func TestTimesSince1970(t *testing.T) {
	var since1970, sinceStart, errs bytes.Buffer
	for from, out := range map[string]*bytes.Buffer{"": &sinceStart, "17642016": &since1970} {
		log := fmt.Sprintf("arrive_ms,start_ms,run_ms,cold\n%s00000,%[1]s00100,5,1\n%[1]s01000.5,%[1]s01010.5,5,0\n", from)
		if status := run(context.Background(), []string{"-log", "-"}, strings.NewReader(log), out, &errs); status != 0 {
			t.Fatalf("status %d, stderr %q", status, errs.String())
		}
	}
	if diff := cmp.Diff(sinceStart.String(), since1970.String()); diff != "" {
		t.Errorf("(-since the start +since 1970):\n%s", diff)
	}
}

// What stands in a log does not command the terminal that it is shown on.
func TestNames(t *testing.T) {
	log := `{"logGroup":"/aws/lambda/\u001b[2Jx","logEvents":[{"timestamp":1790856000123,"message":"REPORT RequestId: 3d3bd3a5-3e1e-4b1f-9b5a-000000000001\tDuration: 2.00 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 30 MB\t"}]}`
	var out, errs bytes.Buffer
	if status := run(context.Background(), []string{"-log", "-"}, strings.NewReader(log), &out, &errs); status != 0 {
		t.Fatalf("status %d, stderr %q", status, errs.String())
	}
	if strings.Contains(out.String(), "\x1b") || !strings.HasPrefix(out.String(), `"\x1b[2Jx": 1 requests`) {
		t.Errorf("%q", out.String())
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
		"clients' function": {[]string{"-log", "-", "-function", "x"}, "arrive_ms,start_ms,run_ms\n1,2,3\n", 1, "-function"},
		"no column":         {[]string{"-log", "-"}, "arrive_ms,run_ms\n1,2\n", 1, "start_ms"},
		"no ms":             {[]string{"-log", "-"}, "arrive_ms,start_ms,run_ms\n1,2,x\n", 1, "line 2, run_ms"},
		"negative":          {[]string{"-log", "-"}, "arrive_ms,start_ms,run_ms\n1,2,3\n-1,2,3\n", 1, "line 3, arrive_ms"},
		"start before":      {[]string{"-log", "-"}, "arrive_ms,start_ms,run_ms\n5,2,3\n", 1, "line 2"},
		"cold of 2":         {[]string{"-log", "-"}, "arrive_ms,start_ms,run_ms,cold\n1,2,3,2\n", 1, `"2"`},
		"short line":        {[]string{"-log", "-"}, "arrive_ms,start_ms,run_ms\n1,2\n", 1, "line 2"},
		"no times":          {[]string{"-log", "-"}, "REPORT RequestId: 3d3bd3a5-3e1e-4b1f-9b5a-000000000001\tDuration: 2.00 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 30 MB\n", 1, "1 reports without a time"},
		"managed instances": {[]string{"-log", "-"}, `{"time":"2026-09-13T05:53:48.893Z","type":"platform.report","record":{"requestId":"d","status":"success","metrics":{"durationMs":1.148}}}` + "\n", 1, "1 reports of Managed Instances"},
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
