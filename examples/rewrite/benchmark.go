package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/runtimes"
)

// work is something that a public benchmark did in several languages, with the SDK loaded.
type work struct {
	set      string // of package runtimes
	what     string
	memoryMB int // at which the languages that are compared were all measured
}

var works = map[string]work{
	"database": {"aws-benchmarks-light-2025-12", "a batch of five writes to a database and a batch of five reads", 512},
	"sort":     {"aws-benchmarks-memory-2025-12", "a sort of 100 MB", 1024},
}

// theLanguages are the newest of each in the sets; the first on x86_64 is what there is today.
var theLanguages = []string{"nodejs22", "python3.13", "rust"}

// candidates returns those that were measured at a memory size: all that are complete.
func (w work) candidates(memoryMB int) ([]candidate, error) {
	set, err := runtimes.LookupWarmSet(w.set)
	if err != nil {
		return nil, err
	}
	var all []candidate
	for _, language := range theLanguages {
		for _, arch := range []cost.Arch{cost.X86, cost.ARM64} {
			c := candidate{Name: language, Arch: arch, Basis: fmt.Sprintf("%s, measured %s (%s)", w.what, set.Measured, set.ID)}
			for r := range set.Rows() {
				if r.Runtime != language || r.Arch != string(arch) || r.MemoryMB != memoryMB {
					continue
				}
				mean, p99 := inMS(r.Durations.Mean), inMS(r.Durations.P99)
				if r.Start == runtimes.WarmStart {
					c.MeanMS, c.P99MS = mean, p99
				} else {
					c.FirstMeanMS, c.FirstP99MS, c.InitMS = mean, p99, inMS(r.Init)
				}
			}
			if c.MeanMS > 0 && c.FirstMeanMS > 0 {
				if language == theLanguages[0] {
					c.Same = true
				}
				all = append(all, c)
			}
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("nothing was measured at %d MB (%s): give candidates of your own, or one of %s MB", memoryMB, w.set, strings.Join(sizes(set), ", "))
	}
	return all, nil
}

func inMS(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func sizes(set runtimes.WarmSet) []string {
	var all []int
	for r := range set.Rows() {
		if !slices.Contains(all, r.MemoryMB) {
			all = append(all, r.MemoryMB)
		}
	}
	slices.Sort(all)
	var text []string
	for _, mb := range all {
		text = append(text, fmt.Sprint(mb))
	}
	return text
}
