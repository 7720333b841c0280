package main

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/examples/internal/golden"
)

func output(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if status := run(nil, &b, io.Discard); status != 0 {
		t.Fatal("status", status)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	got := output(t)
	if diff := cmp.Diff(golden.Text(t, "output", got), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestArguments(t *testing.T) {
	for _, arg := range []string{"-json", "rust"} {
		var out, errs bytes.Buffer
		if status := run([]string{arg}, &out, &errs); status != 2 || out.Len() > 0 || !strings.Contains(errs.String(), arg) {
			t.Errorf("%s: status %d, %d bytes of output, stderr %q", arg, status, out.Len(), errs.String())
		}
	}
}

// The table in the README is what this program prints.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for row := range strings.Lines(output(t)) {
		if !strings.Contains(string(readme), row) {
			t.Errorf("the README lacks this row:\n%s", row)
		}
	}
}

// The figures that others have worked out of the article by hand.
func TestKnownSlips(t *testing.T) {
	got := output(t)
	for what, figure := range map[string]string{
		"1,000 times 43,200 runs at its price": "322,704.00 USD",
		"exactly, with the request":            "0.007500215 as AWS bills it",
		"in cents":                             "0.75 cents",
		"requests of a 1 ms function":          "99 %",
		"CPU of the largest size":              "5.79 vCPU",
		"its own price times 900,000":          "0.00747 USD",
	} {
		if !strings.Contains(got, figure) {
			t.Errorf("%s: no %s", what, figure)
		}
	}
}
