package runtimes

import (
	"cmp"
	_ "embed"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"
)

// MonthlyInit is what is embedded of the INIT phases of one function in one month: zip packages at 128 MB, all days of the
// month pooled. Little is known of a month: no more than stands here, and the 99th percentile of few samples is near to
// their largest.
//
// Of 2023-08 it says what the embedded profiles do. Of 2026-08 it pools what there was up to the 22nd, the profiles only the
// 19 days from the 4th on, as the set did that they were taken from: so there are more samples here, and medians differ: by .1
// % in half of the functions, by 31 % for shell_on_provided_al2 on arm64, by 3.2 % at most for all others.
type MonthlyInit struct {
	Function    string // of the benchmark, as in Profile.Function
	Arch        string // x86_64 or arm64
	Month       string // such as 2024-05
	Median, P99 time.Duration
	Samples     int // 9 or more; some 300 in a month without gaps
}

//go:embed monthly.csv
var monthlyText string

const monthlyColumns = "function,arch,month,median,p99,samples,…"

var monthly = sync.OnceValue(func() []MonthlyInit { return openMonthly(monthlyText) })

func openMonthly(text string) []MonthlyInit {
	all := make([]MonthlyInit, 0, strings.Count(text, ",")/4)
	for _, line := range lines(text) {
		if line == monthlyColumns {
			continue
		}
		c := cursor{line: line, separator: ','}
		m := MonthlyInit{Function: c.text(), Arch: c.text()}
		for !c.end {
			m.Month, m.Median, m.P99, m.Samples = c.text(), c.ms(), c.ms(), c.count()
			all = append(all, m)
		}
	}
	return all
}

// AllHistory returns the months of all functions, by function, architecture and month: 2,800 of them, from 2022-09 to
// 2026-08. They are read once, on first use.
func AllHistory() iter.Seq[MonthlyInit] { return slices.Values(monthly()) }

// History returns the months in which the benchmark measured a function, such as rust_on_provided_al2, on an architecture,
// ascending: see [MonthlyInit] for why 2026-08 is not quite what [Find] says. Months in which it did not run are not there. A
// function or an architecture that it never had is an [*UnknownError]; one that it had, but not on that architecture, is a
// [*NoProfileError].
func History(function, arch string) ([]MonthlyInit, error) {
	all := monthly()
	first, found := slices.BinarySearchFunc(all, MonthlyInit{Function: function, Arch: arch}, func(a, b MonthlyInit) int {
		return cmp.Or(strings.Compare(a.Function, b.Function), strings.Compare(a.Arch, b.Arch))
	})
	if !found {
		return nil, historyError(all, function, arch)
	}
	end := first
	for end < len(all) && all[end].Function == function && all[end].Arch == arch {
		end++
	}
	return slices.Clone(all[first:end]), nil
}

func historyError(all []MonthlyInit, function, arch string) error {
	var names, arches []string
	var exist []Query
	for _, m := range all {
		names, arches = append(names, m.Function), append(arches, m.Arch)
		if q := (Query{Function: m.Function, Arch: m.Arch}); m.Function == function && !slices.Contains(exist, q) {
			exist = append(exist, q)
		}
	}
	for _, f := range [...]struct {
		what, given string
		known       []string
	}{{"Function", function, names}, {"Arch", arch, arches}} {
		if !slices.Contains(f.known, f.given) {
			slices.Sort(f.known)
			return &UnknownError{What: f.what, Given: f.given, Nearest: nearest(f.given, slices.Compact(f.known))}
		}
	}
	return &NoProfileError{Query: Query{Function: function, Arch: arch}, Nearest: exist}
}
