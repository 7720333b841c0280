package runtimes_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/runtimes"
)

// What people type for a language is answered with what it is called here.
func TestFindByOtherNames(t *testing.T) {
	for given, want := range map[string]string{
		"javascript": "nodejs", "JS": "nodejs", "node": "nodejs", "Node.js": "nodejs", "typescript": "nodejs", "ts": "nodejs",
		"golang": "go", "c#": "dotnet", "C#": "dotnet", "csharp": "dotnet", "f#": "dotnet", ".net": "dotnet", ".NET Core": "dotnet", "dot net": "dotnet", "powershell": "dotnet",
		"c++": "cpp", "c": "cpp", "kotlin": "java", "scala": "java", "groovy": "java", "jvm": "java", "graalvm": "java",
		"py": "python", "python3": "python", "rb": "ruby", "bash": "shell", "sh": "shell", "RUST": "rust",
	} {
		var unknown *runtimes.UnknownError
		if _, err := runtimes.Find(runtimes.Query{Name: given, MemoryMB: 128}); !errors.As(err, &unknown) || unknown.What != "Name" || unknown.Nearest[0] != want {
			t.Errorf("%s: %v, want %s first", given, err, want)
		}
	}
	// Only what is there is named.
	table := must(runtimes.NewTable(mustFind(t, rust)))
	var unknown *runtimes.UnknownError
	if _, err := table.Find(runtimes.Query{Name: "golang"}); !errors.As(err, &unknown) || !cmp.Equal(unknown.Nearest, []string{"rust"}) {
		t.Error(err)
	}
}

func TestFindErrorTexts(t *testing.T) {
	for _, c := range []struct {
		query runtimes.Query
		want  string
	}{
		{runtimes.Query{Identifier: "ruby4.0"}, `runtimes: no profile of Identifier "ruby4.0", which was not measured (nearest: ruby2.7, ruby3.2, ruby3.3)`},
		{runtimes.Query{Name: "rust", Identifier: "dotnet9"}, `runtimes: no profile of Identifier "dotnet9", which was not measured (nearest: dotnet6, dotnet8, dotnet10)`},
		{runtimes.Query{Identifier: "ruby5.0"}, `runtimes: unknown Identifier "ruby5.0" (nearest: ruby2.7, ruby3.2, ruby3.3)`},
		{runtimes.Query{MemoryMB: math.MinInt}, fmt.Sprintf(`runtimes: unknown MemoryMB "%d" (nearest: 128, 256, 512)`, math.MinInt)},
		{runtimes.Query{MemoryMB: math.MaxInt}, fmt.Sprintf(`runtimes: unknown MemoryMB "%d" (nearest: 1024, 512, 256)`, math.MaxInt)},
		{runtimes.Query{MemoryMB: 400}, `runtimes: unknown MemoryMB "400" (nearest: 512, 256, 128)`},
	} {
		if _, err := runtimes.Find(c.query); err == nil || err.Error() != c.want {
			t.Errorf("%v: %v, want %s", c.query, err, c.want)
		}
	}
	for _, empty := range []*runtimes.Table{nil, {}, must(runtimes.NewTable())} {
		if _, err := empty.Find(runtimes.Query{}); err == nil || err.Error() != "runtimes: no profile of anything: there are none at all" {
			t.Error(err)
		}
		if _, err := empty.Find(runtimes.Query{Name: "rust"}); err == nil || err.Error() != `runtimes: unknown Name "rust"` {
			t.Error(err)
		}
	}
}

// A failing look-up does not copy the table.
func TestFindErrorIsCheap(t *testing.T) {
	for _, q := range []runtimes.Query{
		{Name: "rst"},
		{MemoryMB: 1769},
		{Name: "rust", Identifier: "nodejs22.x"},
		{Name: "rust", Arch: "arm64", Packaging: "image", MemoryMB: 128, Month: "2023-08"},
		{Function: strings.Repeat("x", 1<<16)},
	} {
		if n := testing.AllocsPerRun(20, func() {
			if _, err := runtimes.Find(q); err == nil {
				t.Fatal("found")
			}
		}); n > 150 {
			t.Errorf("%v allocates %v times", q, n)
		}
	}
}

func TestBlockedOn(t *testing.T) {
	dotnet := must(runtimes.LookupIdentifier("dotnet8")) // no creation from 2027-02-01 on, no update from 2027-03-03 on
	for _, c := range []struct {
		day            time.Time
		create, update bool
	}{
		{day("2027-01-31"), false, false},
		{day("2027-02-01").Add(-1), false, false},
		{day("2027-02-01"), true, false},
		{time.Date(2027, 2, 1, 1, 0, 0, 0, time.FixedZone("", 2*3600)), false, false}, // 23:00 of 31 January in UTC
		{day("2027-03-02").Add(23 * time.Hour), true, false},
		{day("2027-03-03"), true, true},
		{time.Time{}, false, false},
	} {
		if create, update := dotnet.CreateBlockedOn(c.day), dotnet.UpdateBlockedOn(c.day); create != c.create || update != c.update {
			t.Errorf("%v: creation blocked %v, update blocked %v", c.day, create, update)
		}
	}
	unknown := runtimes.Identifier{}
	if late := day("2100-01-01"); unknown.CreateBlockedOn(late) || unknown.UpdateBlockedOn(late) {
		t.Error("blocked without a date")
	}
}
