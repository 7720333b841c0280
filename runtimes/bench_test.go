package runtimes_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/runtimes"
	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

// A full query, one with a function, and a partial one; beside them looking at all profiles, and a Go map of full queries.
func BenchmarkFind(b *testing.B) {
	all := slices.Collect(runtimes.All())
	byQuery := map[runtimes.Query]runtimes.Profile{}
	for _, p := range all {
		byQuery[runtimes.Query{Name: p.Name, Identifier: p.Identifier, Arch: p.Arch, Packaging: p.Packaging, MemoryMB: p.MemoryMB, Month: p.Measured}] = p
	}
	for _, c := range []struct {
		name string
		find func(q runtimes.Query) bool
	}{
		{"Find", func(q runtimes.Query) bool { _, err := runtimes.Find(q); return err == nil }},
		{"map", func(q runtimes.Query) bool { _, ok := byQuery[q]; return ok }},
		{"scan", func(q runtimes.Query) bool { _, n := slowFind(all, q); return n == 1 }},
	} {
		for _, q := range []struct {
			name  string
			query runtimes.Query
		}{
			{"full", rust},
			{"function", runtimes.Query{Function: "rust_on_provided_al2023", Arch: "arm64", Packaging: "zip", MemoryMB: 128, Month: "2026-08"}},
			{"partial", runtimes.Query{Identifier: "nodejs24.x", Arch: "x86_64", Packaging: "image", MemoryMB: 256}},
		} {
			if c.name == "map" && q.name != "full" {
				continue
			}
			b.Run(c.name+"/"+q.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if !c.find(q.query) {
						b.Fatal("not found")
					}
				}
			})
		}
	}
}

// Queries that other fields answer than those of the index, and those that nothing answers.
func BenchmarkFindOther(b *testing.B) {
	for _, c := range []struct {
		name  string
		query runtimes.Query
		found bool
	}{
		{"identifier", runtimes.Query{Identifier: "nodejs22.x", Arch: "arm64", Packaging: "zip", MemoryMB: 512, Month: "2026-08"}, true},
		{"no month", runtimes.Query{Function: "java25", Arch: "arm64", Packaging: "zip", MemoryMB: 512}, true},
		{"unknown name", runtimes.Query{Name: "rst"}, false},
		{"no combination", runtimes.Query{Name: "rust", Identifier: "nodejs22.x"}, false},
		{"ambiguous", runtimes.Query{Name: "rust"}, false},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := runtimes.Find(c.query); (err == nil) != c.found {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkLookupIdentifier(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := runtimes.LookupIdentifier("provided.al2023"); err != nil {
			b.Fatal(err)
		}
	}
}

// What the first use of each embedded table costs.
func BenchmarkOpen(b *testing.B) {
	for _, c := range []struct {
		name string
		open func() int
		want int
	}{
		{"profiles", runtimes.OpenProfiles, 804},
		{"history", runtimes.OpenMonthly, 2800},
		{"identifiers", runtimes.OpenIdentifiers, 52},
		{"warm", runtimes.OpenWarm, 17},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if n := c.open(); n != c.want {
					b.Fatal(n)
				}
			}
		})
	}
}

func BenchmarkQuantile(b *testing.B) {
	p := mustFind(b, rust)
	x := 0.0
	for b.Loop() {
		if x += 0.37; x >= 1 {
			x--
		}
		if p.Init.Quantile(x) == 0 {
			b.Fatal(x)
		}
	}
}

func BenchmarkFirstInvokeAt(b *testing.B) {
	p := mustFind(b, rust)
	for b.Loop() {
		if _, err := p.FirstInvokeAt(300, vcpu.Share); err != nil {
			b.Fatal(err)
		}
	}
}

// All functions of a month at one memory size.
func BenchmarkRank(b *testing.B) {
	profiles := slices.Collect(runtimes.Embedded().Matching(runtimes.Query{Month: "2026-08", Arch: "arm64", Packaging: "zip", MemoryMB: 128}))
	for b.Loop() {
		if _, err := runtimes.Rank(profiles, runtimes.Profile.ColdResponse); err != nil {
			b.Fatal(err)
		}
	}
}

// Two days of our own, of the size of the benchmark's rows.
func BenchmarkReadLambdaPerf(b *testing.B) {
	text := newDay + secondDay
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := runtimes.ReadLambdaPerf(strings.NewReader(text)); err != nil {
			b.Fatal(err)
		}
	}
}

// A day more for a pool that has few or many: the time must not grow with them.
func BenchmarkPoolAdd(b *testing.B) {
	for _, days := range []int{30, 3000} {
		b.Run(strconv.Itoa(days), func(b *testing.B) {
			day := func(i int) *strings.Reader {
				at := time.Date(2020, 1, 1, 0, 0, i, 0, time.UTC).Format(time.RFC3339)
				return strings.NewReader(strings.Replace(newDay, "2026-08-04T14:00:05.1Z", at, 1))
			}
			var pool runtimes.Pool
			for i := range days {
				if err := pool.Add(day(i)); err != nil {
					b.Fatal(err)
				}
			}
			for i := days; b.Loop(); i++ {
				if err := pool.Add(day(i)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
