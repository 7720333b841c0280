// Package golden keeps what example programs print in files. It is for their tests, which it gives a flag -update.
package golden

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
)

// Update says whether golden files are written anew.
var Update = flag.Bool("update", false, "write golden files anew")

// Text returns what testdata/NAME.golden says; with -update that is what was got, which is written to it.
func Text(t *testing.T, name, got string) string {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *Update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(want)
}
