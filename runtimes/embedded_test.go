package runtimes_test

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/runtimes"
)

// Every embedded profile is walked.
func TestEmbeddedProfiles(t *testing.T) {
	counts := map[string]int{}
	var previous runtimes.Query
	for p := range runtimes.All() {
		counts[p.Measured]++
		if err := p.Validate(); err != nil {
			t.Errorf("%v: %v", p, err)
		}
		q := runtimes.Query{Name: p.Name, Identifier: p.Identifier, Arch: p.Arch, Packaging: p.Packaging, MemoryMB: p.MemoryMB, Month: p.Measured, Function: p.Function}
		if got := mustFind(t, q); cmp.Diff(p, got) != "" {
			t.Errorf("Find(%v) is %v", q, got)
		}
		if !after(previous, q) {
			t.Errorf("%v is not in order", q)
		}
		previous = q

		i := p.Init
		if i.Min == 0 || i.P10 == 0 || i.P50 == 0 || i.P90 == 0 || i.P99 == 0 || i.Max == 0 || i.Average == 0 {
			t.Errorf("%v: %+v is incomplete", p, i)
		}
		if p.Samples < 130 || p.Samples > 10*p.Days || p.FirstInvoke == 0 || p.FirstInvokeMin == 0 || p.MaxMemoryUsedMB < 5 {
			t.Errorf("%v: %d samples of %d days, first invocation %v, at least %v, memory %v", p, p.Samples, p.Days, p.FirstInvoke, p.FirstInvokeMin, p.MaxMemoryUsedMB)
		}
		if !slices.Contains([]int{128, 256, 512, 1024}, p.MemoryMB) {
			t.Errorf("%v: memory", p)
		}
		id, err := runtimes.LookupIdentifier(p.Identifier)
		if err != nil {
			t.Errorf("%v: %v", p, err)
		}
		if !slices.Contains(id.Arches, p.Arch) {
			t.Errorf("%v ran on an architecture that %s has not: %v", p, id.ID, id.Arches)
		}
		name, identifier, evidence := runtimes.Evidence(p.Function)
		if name != p.Name || identifier != p.Identifier || evidence == "" || p.SnapStart != strings.HasSuffix(p.Function, "_snapstart") {
			t.Errorf("%v: %q on %q, functions.csv has %q on %q (%q)", p, p.Name, p.Identifier, name, identifier, evidence)
		}
	}
	if diff := cmp.Diff(map[string]int{"2023-08": 184, "2026-08": 620}, counts); diff != "" {
		t.Errorf("profiles by month (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(counts)), runtimes.Months()); diff != "" {
		t.Errorf("Months (-want +got):\n%s", diff)
	}
}

// The package comment's figures: init does not depend on memory, the first invocation does.
func TestInitByMemory(t *testing.T) {
	var spreads []float64
	directions := 0
	for p := range runtimes.Embedded().Matching(runtimes.Query{Packaging: "zip", MemoryMB: 128}) {
		low, high := p.Init.P50, p.Init.P50
		for _, mb := range []int{256, 512, 1024} {
			q := mustFind(t, runtimes.Query{Function: p.Function, Arch: p.Arch, Packaging: "zip", MemoryMB: mb, Month: p.Measured})
			low, high = min(low, q.Init.P50), max(high, q.Init.P50)
			if mb == 1024 && q.Init.P50 > p.Init.P50 {
				directions++
			}
		}
		spreads = append(spreads, float64(high)/float64(low)-1)
	}
	slices.Sort(spreads)
	n := len(spreads)
	if n != 124 || math.Round(1000*spreads[n/2]) != 13 || math.Round(1000*spreads[n*9/10]) != 47 || directions < n*2/5 || directions > n*2/3 {
		t.Errorf("medians of %d functions spread by %.3f (median), %.3f (90 %%); %d rise from 128 to 1,024 MB", n, spreads[n/2], spreads[n*9/10], directions)
	}
	var first []time.Duration
	for _, mb := range []int{128, 256, 512, 1024} {
		first = append(first, mustFind(t, runtimes.Query{Function: "dotnet8", Arch: "arm64", Packaging: "zip", MemoryMB: mb, Month: "2026-08"}).FirstInvoke.Round(time.Millisecond))
	}
	if want := []time.Duration{812e6, 392e6, 183e6, 85e6}; !slices.Equal(first, want) {
		t.Errorf("first invocations of .NET 8: %v", first)
	}
}

// The package comment on who led when.
func TestWhoLed(t *testing.T) {
	fastest := map[string]map[string]time.Duration{} // by month and architecture, by language
	for m := range runtimes.AllHistory() {
		name, _, _ := runtimes.Evidence(m.Function)
		key := m.Month + " " + m.Arch
		if fastest[key] == nil {
			fastest[key] = map[string]time.Duration{}
		}
		if d, ok := fastest[key][name]; !ok || m.Median < d {
			fastest[key][name] = m.Median
		}
	}
	for key, by := range fastest {
		month, arch, _ := strings.Cut(key, " ")
		leads := by["rust"] < by["cpp"] || by["cpp"] == 0
		switch {
		case month < "2023-11", month > "2026-05" && arch == "arm64":
			if !leads {
				t.Errorf("%s: %v", key, by)
			}
		case month <= "2026-05":
			if leads || float64(by["rust"]) > 1.3*float64(by["cpp"]) {
				t.Errorf("%s: %v", key, by)
			}
		}
		for name, d := range by {
			if name != "rust" && name != "cpp" && d < 2*by["rust"] {
				t.Errorf("%s: %s takes %v, Rust %v", key, name, d, by["rust"])
			}
		}
	}
}

func after(a, b runtimes.Query) bool {
	key := func(q runtimes.Query) []string {
		return []string{q.Month, q.Function, q.Arch, q.Packaging, string(rune(q.MemoryMB))}
	}
	return slices.Compare(key(a), key(b)) < 0
}

// perfFacts is the facts' file.
type perfFacts struct {
	Sets []struct {
		Label   string
		Columns []string
		Rows    [][]any
	}
	Monthly struct {
		Series map[string]map[string][3]float64
	} `json:"monthly_128_zip"`
}

// Each number is that of the facts, and all of the facts' are there.
func TestProfilesAgainstFacts(t *testing.T) {
	var f perfFacts
	facts(t, "lambda_perf.json", &f)
	months := map[string]string{"pooled 2026-08-04..2026-08-22 (19 days, n~190)": "2026-08", "pooled 2023-08 (seed article month; zip only)": "2023-08"}
	checked := 0
	for _, set := range f.Sets {
		month, ok := months[set.Label]
		if !ok {
			continue
		}
		for _, row := range set.Rows {
			cell := func(column string) any { return row[slices.Index(set.Columns, column)] }
			ms := func(column string) time.Duration { return time.Duration(math.Round(cell(column).(float64) * 1e6)) }
			number := func(column string) int { return int(cell(column).(float64)) }
			got := mustFind(t, runtimes.Query{Function: cell("runtime").(string), Arch: cell("arch").(string), Packaging: cell("pkg").(string), MemoryMB: number("mem"), Month: month})
			want := got // names and identifiers are not the facts'
			want.DisplayName, want.Days, want.Samples = cell("name").(string), number("days"), number("n")
			want.Init = runtimes.InitTimes{Min: ms("init_min"), P10: ms("init_p10"), P50: ms("init_p50"), P90: ms("init_p90"), P99: ms("init_p99"), Max: ms("init_max"), Average: ms("init_mean")}
			want.FirstInvoke, want.FirstInvokeMin, want.FirstInvokeMax = ms("dur_mean"), ms("dur_min_day"), ms("dur_max_day")
			want.MaxMemoryUsedMB = cell("mem_used_mean").(float64)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%v (-facts +embedded):\n%s", got, diff)
			}
			checked++
		}
	}
	if checked != 804 {
		t.Errorf("%d profiles checked", checked)
	}
}

func TestHistoryAgainstFacts(t *testing.T) {
	var f perfFacts
	facts(t, "lambda_perf.json", &f)
	checked := 0
	for m := range runtimes.AllHistory() {
		want, ok := f.Monthly.Series[m.Function+"|"+m.Arch][m.Month]
		if got := [3]float64{float64(m.Median) / 1e6, float64(m.P99) / 1e6, float64(m.Samples)}; !ok || got != want {
			t.Errorf("%+v, facts have %v", m, want)
		}
		checked++
	}
	want := 0
	for _, series := range f.Monthly.Series {
		want += len(series)
	}
	if checked != want || checked != 2800 {
		t.Errorf("%d months checked, facts have %d", checked, want)
	}
}

// Every month is walked.
func TestAllHistory(t *testing.T) {
	var previous runtimes.MonthlyInit
	n := 0
	for m := range runtimes.AllHistory() {
		n++
		if m.Median <= 0 || m.P99 < m.Median || m.Samples < 9 || m.Samples > 370 {
			t.Errorf("%+v", m)
		}
		if _, err := time.Parse("2006-01", m.Month); err != nil || m.Month < "2022-09" || m.Month > "2026-08" {
			t.Errorf("%+v: month", m)
		}
		if m.Arch != "x86_64" && m.Arch != "arm64" {
			t.Errorf("%+v: architecture", m)
		}
		if name, identifier, _ := runtimes.Evidence(m.Function); name == "" || identifier == "" {
			t.Errorf("%+v: not in functions.csv", m)
		}
		key := func(m runtimes.MonthlyInit) []string { return []string{m.Function, m.Arch, m.Month} }
		if slices.Compare(key(previous), key(m)) >= 0 {
			t.Errorf("%+v is not in order", m)
		}
		previous = m
	}
	if n != 2800 {
		t.Errorf("%d months", n)
	}
}

// The months that are embedded twice, as profiles and in the history, are the same.
func TestHistoryAgainstProfiles(t *testing.T) {
	compared := 0
	var differences []float64 // of medians of 2026-08, in %
	for m := range runtimes.AllHistory() {
		if m.Month == "2026-08" { // of which the profiles pool 19 days, the history 22
			p := mustFind(t, runtimes.Query{Function: m.Function, Arch: m.Arch, Packaging: "zip", MemoryMB: 128, Month: m.Month})
			if more := m.Samples - p.Samples; more < 11 || more > 30 {
				t.Errorf("%+v, profile has %d samples", m, p.Samples)
			}
			differences = append(differences, math.Round(1000*math.Abs(float64(m.Median)/float64(p.Init.P50)-1))/10)
		}
		if m.Month != "2023-08" {
			continue
		}
		p := mustFind(t, runtimes.Query{Function: m.Function, Arch: m.Arch, Packaging: "zip", MemoryMB: 128, Month: m.Month})
		if p.Init.P50 != m.Median || p.Init.P99 != m.P99 || p.Samples != m.Samples {
			t.Errorf("%+v, profile has %v, %v of %d", m, p.Init.P50, p.Init.P99, p.Samples)
		}
		compared++
	}
	slices.Sort(differences)
	if n := len(differences); n != 78 || !slices.Equal([]float64{differences[n/2], differences[n-2], differences[n-1]}, []float64{0.1, 3.2, 31.2}) {
		t.Errorf("%d medians of 2026-08 differ by %v %%", n, differences) // the comment of MonthlyInit
	}
	if compared != 46 {
		t.Errorf("%d compared", compared)
	}
}

func TestHistory(t *testing.T) {
	months, err := runtimes.History("java21", "x86_64")
	if err != nil {
		t.Fatal(err)
	}
	first, last := months[0], months[len(months)-1]
	want := runtimes.MonthlyInit{Function: "java21", Arch: "x86_64", Month: "2023-11", Median: 295520 * time.Microsecond, P99: 843720 * time.Microsecond, Samples: 100}
	if first != want || last.Month != "2026-08" || len(months) != 34 {
		t.Errorf("%d months, from %+v to %+v", len(months), first, last)
	}
	months[0].Median = 0 // a copy
	if again, _ := runtimes.History("java21", "x86_64"); again[0] != want {
		t.Error("a caller changed the table")
	}
	for _, c := range []struct{ function, arch, want string }{
		{"java20", "x86_64", `runtimes: unknown Function "java20" (nearest: java21, java25, java11)`},
		{"java21", "amd64", `runtimes: unknown Arch "amd64" (nearest: arm64, x86_64)`},
		{"go1x", "arm64", "runtimes: no profile of Function go1x, Arch arm64 (nearest: Function go1x, Arch x86_64)"},
	} {
		if _, err := runtimes.History(c.function, c.arch); err == nil || err.Error() != c.want {
			t.Errorf("History(%q, %q): %v", c.function, c.arch, err)
		}
	}
}

func TestSources(t *testing.T) {
	for _, s := range runtimes.Sources() {
		if s.What == "" || s.Origin == "" || s.From == "" || s.To < s.From && s.To != "2026" {
			t.Errorf("%+v", s)
		}
		if month, ok := strings.CutPrefix(s.What, "profiles "); ok {
			days := 0
			for p := range runtimes.Embedded().Matching(runtimes.Query{Month: month}) {
				days = max(days, p.Days)
			}
			if days != s.Days {
				t.Errorf("%+v: profiles have %d days", s, days)
			}
		}
	}
}
