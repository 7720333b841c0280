package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/examples/internal/cli"
	"github.com/seed-e9ab587a/lambdaecon/runtimes"
)

const (
	articleMonth = "2023-08"
	latestMonth  = "2026-08"
)

// languages are those that a team would choose among.
var languages = []string{"rust", "cpp", "go", "python", "nodejs", "java", "dotnet"}

// faulty is a build that the benchmark mended later: its figures of the article's month say nothing of C++.
const faulty = "cpp"

// rust checks the section on Rust.
func rust() ([]claim, error) {
	then, err := ahead(articleMonth, "x86_64")
	if err != nil {
		return nil, err
	}
	claims := []claim{{"Rust has the fastest cold starts, and by far (2023)", then.text, then.verdict}}
	for _, arch := range []string{"x86_64", "arm64"} {
		now, err := ahead(latestMonth, arch)
		if err != nil {
			return nil, err
		}
		claims = append(claims, claim{"(the same, in " + latestMonth + ", " + arch + ")", now.text, now.verdict})
	}
	more, err := savings()
	if err != nil {
		return nil, err
	}
	return append(claims, more...), nil
}

type lead struct{ text, verdict string }

// ahead compares Rust's median INIT with that of the fastest build of each other language.
func ahead(month, arch string) (lead, error) {
	var best []runtimes.Profile
	for _, name := range languages {
		var builds []runtimes.Profile
		for p := range runtimes.Embedded().Matching(runtimes.Query{Name: name, Arch: arch, Packaging: "zip", MemoryMB: 128, Month: month}) {
			if !p.SnapStart {
				builds = append(builds, p)
			}
		}
		ranking, err := runtimes.Rank(builds, runtimes.Profile.ColdStart)
		if err != nil {
			return lead{}, err
		}
		best = append(best, ranking[0].Profile)
	}
	ranking, err := runtimes.Rank(best, runtimes.Profile.ColdStart)
	if err != nil {
		return lead{}, err
	}
	var mine runtimes.Ranked
	for _, r := range ranking {
		if r.Profile.Name == "rust" {
			mine = r
		}
	}
	var parts []string
	nearest := 0.0
	second, tied := "", ""
	for _, r := range ranking {
		if r.Profile.Name == "rust" {
			continue
		}
		ratio, err := r.Estimate.RatioTo(mine.Estimate)
		if err != nil {
			return lead{}, err
		}
		name := r.Profile.DisplayName
		if r.Profile.Name == faulty && month == articleMonth {
			name += " (a faulty build)"
		}
		parts = append(parts, fmt.Sprintf("%s %.1f", name, ratio.Value))
		if nearest == 0 {
			nearest, second = ratio.Value, r.Profile.Name
			if ratio.Tie() {
				tied = r.Profile.Name
			}
		}
	}
	l := lead{text: fmt.Sprintf("median INIT of the fastest build of each language: Rust %s; times as long: %s", ms(mine.Profile.Init.P50), strings.Join(parts, ", "))}
	switch {
	case tied != "":
		l.verdict = "no longer: a tie with " + tied
	case mine.First > 1:
		l.verdict = "no longer: " + ranking[0].Profile.Name + " is ahead"
	case nearest >= 2:
		l.verdict = "holds"
	default:
		l.verdict = fmt.Sprintf("the fastest, but not by far: %.1f times ahead of %s", nearest, second)
	}
	return l, nil
}

// savings checks what a rewrite is said to save.
func savings() ([]claim, error) {
	rates, err := cost.Embedded().Region(region)
	if err != nil {
		return nil, err
	}
	const perDay = 5000 // "thousands of times"
	hot, err := bill(rates, perDay*30, cost.Invocation{Arch: cost.X86, MemoryMB: memoryMB, Billed: 100 * time.Millisecond})
	if err != nil {
		return nil, err
	}
	crud, err := lookUp("crud-rust-go-2021", []string{"Rust", "Go"}, 128, "arm64")
	if err != nil {
		return nil, err
	}
	sorting, err := lookUp("aws-benchmarks-memory-2025-12", []string{"rust", "nodejs22", "python3.13"}, 1024, "arm64")
	if err != nil {
		return nil, err
	}
	waiting, err := crud["Go"].RatioTo(crud["Rust"], runtimes.MedianTime)
	if err != nil {
		return nil, err
	}
	node, err := sorting["nodejs22"].RatioTo(sorting["rust"], runtimes.MeanTime)
	if err != nil {
		return nil, err
	}
	python, err := sorting["python3.13"].RatioTo(sorting["rust"], runtimes.MeanTime)
	if err != nil {
		return nil, err
	}
	memory := map[string]float64{}
	for name, id := range map[string]string{"rust": "provided.al2023", "nodejs": "nodejs22.x", "python": "python3.13", "java": "java21"} {
		p, err := runtimes.Find(runtimes.Query{Name: name, Identifier: id, Arch: "arm64", Packaging: "zip", MemoryMB: 128, Month: latestMonth})
		if err != nil {
			return nil, err
		}
		memory[name] = p.MaxMemoryUsedMB
	}
	return []claim{
		{
			"a Lambda function in Rust can be much cheaper than in most languages",
			fmt.Sprintf("it depends on the work. Sorting 100 MB (1,024 MB, arm64): Node.js takes %.1f, Python %.1f times as long; an API on a database: Go takes %.2f times as long, as all wait for the database",
				node, python, waiting),
			"holds where CPU decides",
		},
		{
			"Rust's efficiency may keep the memory low",
			fmt.Sprintf("hello world uses %.0f MB in Rust, %.0f in Node.js, %.0f in Python, %.0f in Java", memory["rust"], memory["nodejs"], memory["python"], memory["java"]),
			"holds",
		},
		{
			"rewrite a function that runs thousands of times a day",
			fmt.Sprintf("at %s a day, 100 ms and %d MB, it costs %s a month in all", cli.Thousands(perDay), memoryMB, usd(hot.Total())),
			"too little to be saved: think in millions a day",
		},
		{
			"70 % of Microsoft's security issues would not have been, in a memory-safe language",
			"nothing: that is no matter of Lambda's economics",
			"not checked",
		},
	}, nil
}

// lookUp returns the warm rows of some runtimes at a memory size and architecture.
func lookUp(set string, names []string, memoryMB int, arch string) (map[string]runtimes.WarmRow, error) {
	s, err := runtimes.LookupWarmSet(set)
	if err != nil {
		return nil, err
	}
	rows := map[string]runtimes.WarmRow{}
	for r := range s.Rows() {
		if slices.Contains(names, r.Runtime) && r.Start == runtimes.WarmStart && r.MemoryMB == memoryMB && r.Arch == arch {
			rows[r.Runtime] = r
		}
	}
	for _, name := range names {
		if _, ok := rows[name]; !ok {
			return nil, fmt.Errorf("%s has no %s", set, name)
		}
	}
	return rows, nil
}
