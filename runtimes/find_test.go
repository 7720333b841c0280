package runtimes_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/runtimes"
)

// Look-ups of all kinds, and what they answer.
func TestFindGolden(t *testing.T) {
	queries := []runtimes.Query{
		rust,
		{Function: "rust_on_provided_al2023", Arch: "arm64", Packaging: "zip", MemoryMB: 128, Month: "2026-08"},
		{Name: "java", Identifier: "java8.al2", Arch: "arm64", Packaging: "image", MemoryMB: 1024, Month: "2026-08"},
		{Name: "go", Identifier: "go1.x", MemoryMB: 512},
		{Identifier: "nodejs24.x", Arch: "x86_64", Packaging: "image", MemoryMB: 256},
		{},
		{Name: "rust"},
		{Name: "java", Identifier: "java17", Arch: "x86_64", Packaging: "zip", MemoryMB: 128, Month: "2023-08"},
		{Function: "java17_snapstart", Arch: "x86_64", Packaging: "zip", MemoryMB: 128, Month: "2023-08"},
		{Name: "java", Identifier: "provided.al2023", Arch: "x86_64", Packaging: "zip", MemoryMB: 128, Month: "2026-08"},
		{Name: "Rust", MemoryMB: 128},
		{Name: "golang"},
		{Identifier: "provided.al2024", Name: "rust"},
		{Identifier: "nodejs22", Arch: "arm64"},
		{Arch: "amd64"},
		{Packaging: "container"},
		{MemoryMB: 1769, Name: "rust"},
		{MemoryMB: -1},
		{Month: "2024-08", Name: "rust"},
		{Function: "rust_on_provided_al2024"},
		{Name: strings.Repeat("x", 200)},
		{Name: "rust", Arch: "arm64", Packaging: "image", MemoryMB: 128, Month: "2023-08"},
		{Name: "rust", Identifier: "java17"},
		{Function: "go1x", Arch: "arm64", Packaging: "zip", MemoryMB: 128, Month: "2023-08"},
	}
	var b strings.Builder
	for _, q := range queries {
		p, err := runtimes.Find(q)
		if err != nil {
			fmt.Fprintf(&b, "%v\n\t%v\n", q, err)
			continue
		}
		fmt.Fprintf(&b, "%v\n\t%v: %s on %s, init %v %v %v %v %v %v mean %v of %d on %d days, first %v (%v to %v), %v MB\n", q, p, p.Name, p.Identifier,
			p.Init.Min, p.Init.P10, p.Init.P50, p.Init.P90, p.Init.P99, p.Init.Max, p.Init.Mean(), p.Samples, p.Days,
			p.FirstInvoke, p.FirstInvokeMin, p.FirstInvokeMax, p.MaxMemoryUsedMB)
	}
	golden(t, "lookups.golden", b.String())
}

func TestFindErrors(t *testing.T) {
	var unknown *runtimes.UnknownError
	if _, err := runtimes.Find(runtimes.Query{Name: "pyton"}); !errors.As(err, &unknown) {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&runtimes.UnknownError{What: "Name", Given: "pyton", Nearest: []string{"python", "bun", "go"}}, unknown); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var ambiguous *runtimes.AmbiguousError
	q := runtimes.Query{Name: "swift", Arch: "arm64", Packaging: "zip", Month: "2026-08", MemoryMB: 128}
	if _, err := runtimes.Find(q); !errors.As(err, &ambiguous) {
		t.Fatal(err)
	}
	want := &runtimes.AmbiguousError{Query: q, Matches: 2, Choices: []runtimes.Choice{{Field: "Function", Values: []string{"swift58_on_provided_al2", "swift62_on_provided_al2"}}}}
	if diff := cmp.Diff(want, ambiguous); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var none *runtimes.NoProfileError
	if _, err := runtimes.Find(runtimes.Query{Name: "bun", Month: "2023-08"}); !errors.As(err, &none) {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]runtimes.Query{{Name: "bun", Month: "2026-08"}}, none.Nearest); diff != "" {
		t.Errorf("nearest (-want +got):\n%s", diff)
	}
}

func TestFindAllocatesNothing(t *testing.T) {
	for _, q := range []runtimes.Query{
		rust,
		{Function: "rust_on_provided_al2023", Arch: "arm64", Packaging: "zip", MemoryMB: 128, Month: "2026-08"},
		{Identifier: "nodejs24.x", Arch: "x86_64", Packaging: "image", MemoryMB: 256},
	} {
		if n := testing.AllocsPerRun(100, func() {
			if _, err := runtimes.Find(q); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("Find(%v) allocates %v times", q, n)
		}
	}
	p := mustFind(t, rust)
	if n := testing.AllocsPerRun(100, func() {
		if _, err := p.FirstInvokeAt(300, linear); err != nil || p.Init.Quantile(0.3) == 0 {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("a profile allocates %v times", n)
	}
	// The copy of Arches is what keeps callers apart.
	if n := testing.AllocsPerRun(100, func() {
		if _, err := runtimes.LookupIdentifier("nodejs22.x"); err != nil {
			t.Fatal(err)
		}
	}); n > 1 {
		t.Errorf("LookupIdentifier allocates %v times", n)
	}
}

// slowFind is what Find means: look at every profile.
func slowFind(profiles []runtimes.Profile, q runtimes.Query) (found runtimes.Profile, matches int) {
	for _, p := range profiles {
		if (q.Name == "" || q.Name == p.Name) && (q.Identifier == "" || q.Identifier == p.Identifier) && (q.Arch == "" || q.Arch == p.Arch) &&
			(q.Packaging == "" || q.Packaging == p.Packaging) && (q.MemoryMB == 0 || q.MemoryMB == p.MemoryMB) &&
			(q.Month == "" || q.Month == p.Measured) && (q.Function == "" || q.Function == p.Function) {
			found = p
			matches++
		}
	}
	return found, matches
}

// Queries made of any profile's values, with any of its fields left out and one changed, are answered as by slowFind.
func FuzzFind(f *testing.F) {
	all := slices.Collect(runtimes.All())
	f.Add(uint16(0), uint8(0), uint8(0), "")
	f.Add(uint16(801), uint8(127), uint8(0), "")
	f.Add(uint16(99), uint8(63), uint8(3), "image")
	f.Add(uint16(400), uint8(62), uint8(1), "java")
	f.Fuzz(func(t *testing.T, index uint16, fields, changed uint8, text string) {
		p := all[int(index)%len(all)]
		q := runtimes.Query{Name: p.Name, Identifier: p.Identifier, Arch: p.Arch, Packaging: p.Packaging, Month: p.Measured, Function: p.Function}
		texts := []*string{&q.Name, &q.Identifier, &q.Arch, &q.Packaging, &q.Month, &q.Function}
		for i, s := range texts {
			if fields>>i&1 == 0 {
				*s = ""
			}
		}
		if fields>>6&1 == 1 {
			q.MemoryMB = p.MemoryMB
		}
		if changed > 0 && text != "" {
			*texts[int(changed)%len(texts)] = text
		}
		checkFind(t, all, q)
	})
}

func checkFind(t *testing.T, all []runtimes.Profile, q runtimes.Query) {
	t.Helper()
	want, matches := slowFind(all, q)
	got, err := runtimes.Find(q)
	var ambiguous *runtimes.AmbiguousError
	var unknown *runtimes.UnknownError
	var none *runtimes.NoProfileError
	switch {
	case matches == 1:
		if err != nil || got != want {
			t.Errorf("Find(%v) is %v, %v; want %v", q, got, err, want)
		}
		if p, ok := runtimes.Embedded().Search(q); !ok || p != want {
			t.Errorf("search(%v) is %v", q, p)
		}
	case got != runtimes.Profile{}:
		t.Errorf("Find(%v) is %v; %d match", q, got, matches)
	case matches > 1:
		if !errors.As(err, &ambiguous) || ambiguous.Matches != matches || len(ambiguous.Choices) == 0 {
			t.Errorf("Find(%v): %v; %d match", q, err, matches)
		}
	case errors.As(err, &unknown):
		if len(unknown.Nearest) == 0 || slices.Contains(unknown.Nearest, unknown.Given) {
			t.Errorf("Find(%v): %v", q, err)
		}
	case errors.As(err, &none):
		for _, n := range none.Nearest {
			if _, matches := slowFind(all, n); matches == 0 {
				t.Errorf("Find(%v): %v does not exist", q, n)
			}
		}
		if len(none.Nearest) == 0 {
			t.Errorf("Find(%v): %v", q, err)
		}
	default:
		t.Errorf("Find(%v): %v; none match", q, err)
	}
}

// A table of one's own is searched like the embedded one, and shares nothing with what it was made of.
func TestNewTable(t *testing.T) {
	a, b := mustFind(t, rust), mustFind(t, rust)
	b.MemoryMB, b.Name = 3008, "ours"
	mine := []runtimes.Profile{b, a}
	table, err := runtimes.NewTable(mine...)
	if err != nil {
		t.Fatal(err)
	}
	mine[0].Name = "changed"
	if got, err := table.Find(runtimes.Query{MemoryMB: 3008}); err != nil || got.Name != "ours" {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := table.Find(runtimes.Query{MemoryMB: 3008, Name: "ours", Identifier: a.Identifier, Arch: a.Arch, Packaging: a.Packaging, Month: a.Measured}); err != nil || got.Name != "ours" {
		t.Errorf("%v, %v", got, err)
	}
	// The names of one function may differ by memory.
	for _, q := range []runtimes.Query{{Name: "ours"}, {Name: "rust"}} {
		if got, err := table.Find(q); err != nil || got.Name != q.Name {
			t.Errorf("%v: %v, %v", q, got, err)
		}
	}
	if got := table.Months(); !slices.Equal(got, []string{"2026-08"}) {
		t.Errorf("Months: %v", got)
	}
	if got := slices.Collect(table.Matching(runtimes.Query{Name: "rust"})); len(got) != 1 || got[0].MemoryMB != 128 {
		t.Errorf("Matching: %v", got)
	}
	for range table.All() {
		break
	}
	// The first invocation at 1,024 MB is measured in the embedded table, but not in this one.
	got, _ := table.Find(runtimes.Query{MemoryMB: 128})
	if first, err := got.FirstInvokeTime(1024, linear); err != nil || !first.Derived {
		t.Errorf("%+v, %v", first, err)
	}

	var duplicate *runtimes.DuplicateError
	if _, err := runtimes.NewTable(a, b, a); !errors.As(err, &duplicate) {
		t.Error(err)
	}
	b.Arch = "amd64"
	var outOfRange *runtimes.RangeError
	if _, err := runtimes.NewTable(a, b); !errors.As(err, &outOfRange) || outOfRange.Field != "Profile.Arch" {
		t.Error(err)
	}
	for _, empty := range []*runtimes.Table{nil, {}, must(runtimes.NewTable())} {
		if _, err := empty.Find(runtimes.Query{}); err == nil || len(empty.Months()) > 0 || len(slices.Collect(empty.All())) > 0 {
			t.Errorf("empty table: %v", err)
		}
		if _, err := empty.Find(rust); err == nil {
			t.Error("found in an empty table")
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// More series than fit into one word of a set.
func TestLargeTable(t *testing.T) {
	p := mustFind(t, rust)
	var profiles []runtimes.Profile
	for i := range 1000 {
		p.Function, p.Name = fmt.Sprint("f", i), fmt.Sprint("n", i%500)
		profiles = append(profiles, p)
	}
	table, err := runtimes.NewTable(profiles...)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range profiles {
		for _, q := range []runtimes.Query{{Function: p.Function}, {Function: p.Function, Name: p.Name, MemoryMB: 128}, {Function: p.Function, Arch: "arm64", Packaging: "zip", MemoryMB: 128, Month: "2026-08"}} {
			if got, err := table.Find(q); err != nil || got.Function != p.Function {
				t.Fatalf("%v: %v, %v", q, got, err)
			}
		}
		q := rust
		q.Name = p.Name
		var ambiguous *runtimes.AmbiguousError
		if _, err := table.Find(q); !errors.As(err, &ambiguous) || ambiguous.Matches != 2 {
			t.Fatalf("%v: %v", q, err)
		}
	}
}
