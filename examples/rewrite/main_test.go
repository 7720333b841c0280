package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/examples/internal/golden"
)

// The output without flags is compared by .ci/run, as it takes seconds.
func TestGolden(t *testing.T) {
	for name, args := range map[string][]string{
		"output": nil,
		"ours":   {"-scenario", "testdata/ours.json", "-sample", "2000"},
		"sort":   {"-work", "sort", "-requests", "100000", "-region", "sa-east-1", "-investment", "500", "-idle", "20m", "-sample", "2000", "-free-tier"},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "output" && !*golden.Update {
				t.Skip("compared by .ci/run")
			}
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

func TestJSON(t *testing.T) {
	var out bytes.Buffer
	if status := run(context.Background(), []string{"-json", "-requests", "20000", "-sample", "1000"}, nil, &out, io.Discard); status != 0 {
		t.Fatal("status", status)
	}
	var r struct {
		Rows []struct {
			Name, Arch string
			Saving     string  `json:"saving_per_month"`
			Months     *uint64 `json:"months_until_paid"`
		}
		Comparison struct{ Forecasts []struct{ Requests uint64 } }
	}
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Rows) != 5 || r.Rows[0].Name != "nodejs22" || r.Rows[0].Saving != "0" || r.Rows[4].Name != "rust" || r.Rows[4].Months == nil {
		t.Errorf("rows %+v", r.Rows)
	}
	for _, f := range r.Comparison.Forecasts {
		if f.Requests != 20000 {
			t.Errorf("%d requests, want 20000", f.Requests)
		}
	}
}

// The distribution has the mean and the percentile that it is made of.
func TestLogNormal(t *testing.T) {
	for _, tt := range [][2]float64{{15.17, 41.17}, {4521.19, 4567.44}, {0.5, 7}, {100, 100}} {
		d, err := logNormal(tt[0], tt[1])
		if err != nil {
			t.Fatal(err)
		}
		mean, p99 := inMS(d.Mean()), inMS(d.Quantile(.99))
		if math.Abs(mean/tt[0]-1) > 1e-4 || math.Abs(p99/tt[1]-1) > 1e-6 {
			t.Errorf("mean %v and p99 %v give %v and %v", tt[0], tt[1], mean, p99)
		}
	}
	for _, tt := range [][2]float64{{0, 1}, {-1, 1}, {2, 1}, {1, 15}, {1, 2e6}, {math.NaN(), 1}, {1, math.Inf(1)}} {
		if d, err := logNormal(tt[0], tt[1]); err == nil {
			t.Errorf("mean %v and p99 %v give %v, want an error", tt[0], tt[1], d)
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
		"no such flag":      {[]string{"-language", "go"}, "", 2, "language"},
		"argument":          {[]string{"rust"}, "", 2, "rust"},
		"work":              {[]string{"-work", "mining"}, "", 2, "mining"},
		"region":            {[]string{"-region", "mars-1"}, "", 2, "mars-1"},
		"memory":            {[]string{"-memory", "300"}, "", 2, "512"},
		"idle":              {[]string{"-idle", "-5m"}, "", 2, "-5m"},
		"investment":        {[]string{"-investment", "1e9"}, "", 2, "1e9"},
		"sample":            {[]string{"-sample", "5"}, "", 2, "-sample is 5, allowed is 1,000"},
		"no such file":      {[]string{"-scenario", "testdata/none.json"}, "", 1, "none.json"},
		"no JSON":           {[]string{"-scenario", "-"}, "hello", 1, "invalid"},
		"unknown field":     {[]string{"-scenario", "-"}, `{"memory": 512}`, 1, "memory"},
		"two scenarios":     {[]string{"-scenario", "-"}, `{} {}`, 1, "follows"},
		"swing":             {[]string{"-scenario", "-"}, `{"swing": 2}`, 1, "swing 2"},
		"api":               {[]string{"-scenario", "-"}, `{"api": "gRPC"}`, 1, "gRPC"},
		"API without price": {[]string{"-scenario", "-"}, `{"api": "HTTP", "region": "sa-east-1"}`, 1, "sa-east-1"},
		"durations":         {[]string{"-scenario", "-"}, `{"candidates": [{"name": "x", "arch": "arm64", "mean_ms": 5, "p99_ms": 4}]}`, 1, "candidates[0] (x)"},
		"architecture":      {[]string{"-scenario", "-"}, `{"candidates": [{"name": "x", "arch": "mips", "mean_ms": 5, "p99_ms": 9}]}`, 1, "mips"},
		"too little quota":  {[]string{"-scenario", "-"}, `{"requests_per_month": 1000000000000}`, 1, "1000 (of the account)"},
		"more quota":        {[]string{"-scenario", "-"}, `{"requests_per_month": 1000000000000, "concurrency_limit": 4000}`, 1, "4000 (of the account)"},
		"text for a number": {[]string{"-scenario", "-"}, `{"swing": "0.5"}`, 1, "swing is a JSON string, allowed is a number"},
		"list":              {[]string{"-scenario", "-"}, `[]`, 1, "the scenario is a JSON array, allowed is an object"},
		"half a request":    {[]string{"-scenario", "-"}, `{"requests_per_month": 0.5}`, 1, "requests_per_month is a JSON number 0.5, allowed is a whole number, 0 or more"},
		"no quota":          {[]string{"-scenario", "-"}, `{"concurrency_limit": -1}`, 1, "concurrency_limit is -1"},
		"stray bracket":     {[]string{"-scenario", "-"}, `{}}`, 1, "follows"},
		"no requests":       {[]string{"-requests", "0"}, "", 2, "no requests"},
		"first call":        {[]string{"-scenario", "-"}, `{"candidates": [{"name": "x", "arch": "arm64", "mean_ms": 5, "p99_ms": 9, "first_mean_ms": -5, "first_p99_ms": 9}]}`, 1, "first_mean_ms is -5"},
		"half a first call": {[]string{"-scenario", "-"}, `{"candidates": [{"name": "x", "arch": "arm64", "mean_ms": 5, "p99_ms": 9, "first_p99_ms": 9}]}`, 1, "both or none"},
		"control character": {[]string{"-scenario", "-"}, `{"candidates": [{"name": "x\u001b[2J", "arch": "arm64", "mean_ms": 5, "p99_ms": 9}]}`, 1, "control"},
		"operations":        {[]string{"-scenario", "-"}, `{"candidates": [{"name": "x", "arch": "arm64", "mean_ms": 5, "p99_ms": 9, "operations": "-1"}]}`, 1, "operations"},
		"init":              {[]string{"-scenario", "-"}, `{"candidates": [{"name": "x", "arch": "arm64", "mean_ms": 5, "p99_ms": 9, "init_ms": -1}]}`, 1, "init_ms"},
	} {
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			if status := run(context.Background(), tt.args, strings.NewReader(tt.stdin), &out, &errs); status != tt.status || !strings.Contains(errs.String(), tt.text) {
				t.Errorf("status %d, stderr %q, want %d and %q", status, errs.String(), tt.status, tt.text)
			}
			if out.Len() > 0 {
				t.Errorf("output in spite of the fault:\n%s", out.String())
			}
		})
	}
}

// What is billed a millisecond either way does not pay, however many requests there are.
func TestBelowAMillisecond(t *testing.T) {
	scenario := `{"candidates": [
		{"name": "slow", "arch": "arm64", "mean_ms": 0.3, "p99_ms": 0.6}, {"name": "fast", "arch": "arm64", "mean_ms": 0.1, "p99_ms": 0.2}]}`
	var out, errs bytes.Buffer
	if status := run(context.Background(), []string{"-scenario", "-", "-sample", "1000"}, strings.NewReader(scenario), &out, &errs); status != 0 {
		t.Fatalf("status %d, stderr %q", status, errs.String())
	}
	if !strings.Contains(out.String(), "no traffic") {
		t.Errorf("output:\n%s", out.String())
	}
}

// A candidate that refuses requests looks cheap, and must be seen to.
func TestThrottled(t *testing.T) {
	scenario := `{"requests_per_month": 100000000, "swing": 0.8, "concurrency_limit": 12, "candidates": [
		{"name": "slow", "arch": "arm64", "mean_ms": 200, "p99_ms": 410}, {"name": "fast", "arch": "arm64", "mean_ms": 20, "p99_ms": 40}]}`
	var out, errs bytes.Buffer
	if status := run(context.Background(), []string{"-scenario", "-", "-sample", "1000"}, strings.NewReader(scenario), &out, &errs); status != 0 {
		t.Fatalf("status %d, stderr %q", status, errs.String())
	}
	if !strings.Contains(out.String(), "\nslow on arm64 refuses ") || strings.Contains(out.String(), "fast on arm64 refuses") {
		t.Errorf("output:\n%s", out.String())
	}
}

func TestInterrupt(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	var out, errs bytes.Buffer
	if status := run(ctx, nil, nil, &out, &errs); status != 1 || out.Len() > 0 {
		t.Errorf("status %d, output %q, stderr %q", status, out.String(), errs.String())
	}
}
