package runtimes_test

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/runtimes"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// The embedded tables are opened by several goroutines at once, before any test: the race detector sees their first use.
func TestMain(m *testing.M) {
	flag.Parse()
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			_, _ = runtimes.Find(rust)
			_, _ = runtimes.LookupIdentifier("provided.al2023")
			_, _ = runtimes.History("rust_on_provided_al2", "arm64")
			_, _ = runtimes.LookupWarmSet("crud-rust-go-2021")
			_, _ = runtimes.ReadLambdaPerf(strings.NewReader(newDay))
			_ = runtimes.Months()
		})
	}
	wait.Wait()
	os.Exit(m.Run())
}

var rust = runtimes.Query{Name: "rust", Identifier: "provided.al2023", Arch: "arm64", Packaging: "zip", MemoryMB: 128, Month: "2026-08"}

func mustFind(t testing.TB, q runtimes.Query) runtimes.Profile {
	t.Helper()
	p, err := runtimes.Find(q)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// facts reads a file of facts into v, and skips the test where there is none.
func facts(t *testing.T, name string, v any) {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for dir != filepath.Dir(dir) {
		dir = filepath.Dir(dir)
		data, err := os.ReadFile(filepath.Join(dir, "shared", "facts", name))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, v); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Skipf("no facts/%s", name)
}

// golden compares a text with a file of testdata, and writes it with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}
