package runtimes_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/runtimes"
)

// Every set and every row is walked.
func TestWarmSets(t *testing.T) {
	sets, rows := 0, 0
	for s := range runtimes.WarmSets() {
		sets++
		if s.ID == "" || s.Workload == "" || s.Measures == "" || s.Source == "" || s.Conditions == "" || s.Measured == "" && s.Caveat == "" {
			t.Errorf("%s is incomplete", s.ID)
		}
		got, err := runtimes.LookupWarmSet(s.ID)
		if err != nil || got.Workload != s.Workload {
			t.Errorf("%s: %v", s.ID, err)
		}
		seen := map[string]bool{}
		n := 0
		for r := range s.Rows() {
			n++
			d := r.Durations
			if r.Set != s.ID || r.Runtime == "" || d.Mean == 0 && d.P50 == 0 {
				t.Errorf("%s: %+v", s.ID, r)
			}
			if seen[r.String()] {
				t.Errorf("%s: %s is there twice", s.ID, r)
			}
			seen[r.String()] = true
			ascending := slices.DeleteFunc([]time.Duration{d.Min, d.P50, d.P90, d.P99, d.Max}, func(d time.Duration) bool { return d == 0 })
			if !slices.IsSorted(ascending) || slices.ContainsFunc(ascending, func(d time.Duration) bool { return d < 0 }) {
				t.Errorf("%s: %s decreases: %v", s.ID, r, d)
			}
			if r.Arch != "" && r.Arch != "x86_64" && r.Arch != "arm64" || r.MemoryMB != 0 && (r.MemoryMB < 128 || r.MemoryMB > 10240) || r.Samples < 0 {
				t.Errorf("%s: %+v", s.ID, r)
			}
			if x, err := r.RatioTo(r, cmp.Or(map[bool]runtimes.Figure{true: runtimes.MedianTime}[d.P50 > 0], runtimes.MeanTime)); x != 1 || err != nil {
				t.Errorf("%s: %s is %v of itself, %v", s.ID, r, x, err)
			}
		}
		if n == 0 {
			t.Errorf("%s is empty", s.ID)
		}
		rows += n
	}
	if sets != 17 || rows != 1150 {
		t.Errorf("%d sets, %d rows", sets, rows)
	}
}

// Each number of the facts is in a row, and each number of a row is in the facts. So that the test says the same as the
// facts in its own way, it takes numbers by what stands next to them.
func TestWarmAgainstFacts(t *testing.T) {
	type sample struct {
		N                  float64
		P50, P90, P99, Max float64
	}
	var f struct {
		CRUD []struct {
			Repo, Lang, Variant string
			Memory              int `json:"memory_mb"`
			Cold, Warm          sample
		} `json:"crud_tables"`
		Cebert struct{ Tables map[string][][]any }
		Fib35  struct{ Rows [][]any }
		Zip    struct{ Rows [][]any } `json:"s3_zip"`
		Micro  []struct{ Rows [][]any }
		JVM    struct{ Rows [][]any } `json:"jvm_thesis"`
	}
	facts(t, "warm_tables.json", &f)
	want := map[string]bool{}
	key := func(set string, start runtimes.Start, runtime, variant, arch string, memory any, figures ...any) {
		var b strings.Builder
		fmt.Fprint(&b, set, "|", start, "|", runtime, "|", variant, "|", arch, "|", memory)
		for _, x := range figures {
			switch n := x.(type) {
			case float64:
				x = strconv.FormatFloat(math.Round(n*1e6)/1e6, 'f', -1, 64)
			case nil:
				x = 0
			}
			fmt.Fprint(&b, "|", x)
		}
		want[b.String()] = true
	}
	starts := []runtimes.Start{runtimes.ColdStart, runtimes.WarmStart}
	sets := map[string]string{
		"serverless-rust-demo": "crud-rust-go-2021", "serverless-go-demo": "crud-rust-go-2021", "serverless-typescript-demo": "crud-typescript-2021",
		"serverless-kotlin-demo": "crud-kotlin-2021", "serverless-groovy-demo": "crud-groovy-2022", "serverless-graalvm-demo": "crud-graalvm-2022",
		"serverless-java-frameworks-samples": "crud-java-2023", "serverless-dotnet-demo": "crud-dotnet",
	}
	for _, r := range f.CRUD {
		for i, s := range []sample{r.Cold, r.Warm} {
			key(sets[strings.TrimPrefix(r.Repo, "aws-samples/")], starts[i], r.Lang, r.Variant, "-", r.Memory, s.N, 0, 0, s.P50, s.P90, s.P99, s.Max, 0, 0, 0)
		}
	}
	for name, rows := range f.Cebert.Tables {
		parts := strings.Split(name, "/")
		month := map[string]string{"november-2025": "2025-11", "december-2025": "2025-12"}[parts[0]]
		samples := map[string]int{"2025-11cold": 125, "2025-11warm": 500, "2025-12cold": 20, "2025-12warm": 300}[month+parts[2]]
		for _, r := range rows {
			for i, arch := range []string{"arm64", "x86_64"} {
				if r[2+3*i] != nil {
					start := starts[slices.Index([]string{"cold", "warm"}, parts[2])]
					key("aws-benchmarks-"+strings.Split(parts[1], "-")[0]+"-"+month, start, r[0].(string), "", arch, r[1], samples, 0, r[2+3*i], 0, 0, r[4+3*i], 0, 0, r[3+3*i], 0)
				}
			}
		}
	}
	for _, r := range f.Fib35.Rows {
		key("fib35-2025", runtimes.AnyStart, r[0].(string), "", r[1].(string), 128, 0, 0, r[3], 0, 0, 0, 0, 0, r[2], r[4])
	}
	for _, r := range f.Zip.Rows {
		s := func(i int) float64 { return 1000 * r[i].(float64) }
		key("s3-zip-2026", runtimes.AnyStart, r[2].(string), fmt.Sprint("generation ", r[1]), "arm64", r[3], 0, s(6), s(4), 0, 0, 0, s(7), s(5), 0, 0)
	}
	for _, r := range f.Micro[0].Rows {
		key("micro", runtimes.AnyStart, r[0].(string), "", "", 0, 0, 0, r[1], r[2], 0, 0, 0, 0, r[4], r[3])
	}
	for _, r := range f.JVM.Rows {
		start := starts[slices.Index([]string{"cold", "warm"}, r[0].(string))]
		key("jvm-thesis-2025", start, r[1].(string), "", "", r[2], r[3], r[4], 0, r[5], r[6], r[7], r[8], 0, r[9], r[11])
	}
	inFacts := want
	want = map[string]bool{}
	for s := range runtimes.WarmSets() {
		for r := range s.Rows() {
			ms := func(d time.Duration) float64 { return float64(d) / 1e6 }
			d := r.Durations
			arch := r.Arch
			if strings.HasPrefix(s.ID, "crud-") {
				arch = "-"
			}
			key(s.ID, r.Start, r.Runtime, r.Variant, arch, r.MemoryMB, r.Samples, ms(d.Min), ms(d.Mean), ms(d.P50), ms(d.P90), ms(d.P99), ms(d.Max), ms(d.StdDev), ms(r.Init), r.MaxMemoryUsedMB)
		}
	}
	for k := range inFacts {
		if !want[k] {
			t.Errorf("not embedded: %s", k)
		}
	}
	for k := range want {
		if !inFacts[k] {
			t.Errorf("not in the facts: %s", k)
		}
	}
	if len(inFacts) != 1150 {
		t.Errorf("%d rows", len(inFacts))
	}
}

// row returns the row of a set with this text.
func row(t *testing.T, set, text string) runtimes.WarmRow {
	t.Helper()
	s, err := runtimes.LookupWarmSet(set)
	if err != nil {
		t.Fatal(err)
	}
	for r := range s.Rows() {
		if r.String() == text {
			return r
		}
	}
	t.Fatalf("%s has no row %q", set, text)
	return runtimes.WarmRow{}
}

func TestWarmRatios(t *testing.T) {
	rust := row(t, "crud-rust-go-2021", "Rust, provided.al2, AWS SDK preview, arm64, 128 MB, cold")
	golang := row(t, "crud-rust-go-2021", "Go, provided.al2, arm64, 128 MB, cold")
	kotlin := row(t, "crud-kotlin-2021", "Kotlin, java11, Kotlin, arm64, 2048 MB, cold")
	if x, err := golang.RatioTo(rust, runtimes.MedianTime); err != nil || x != 458.9476/122.8047 {
		t.Errorf("%v, %v", x, err)
	}
	var different *runtimes.DifferentSetsError
	if x, err := kotlin.RatioTo(rust, runtimes.MedianTime); !errors.As(err, &different) || x != 0 || *different != (runtimes.DifferentSetsError{A: "crud-kotlin-2021", B: "crud-rust-go-2021"}) {
		t.Errorf("%v, %v", x, err)
	}
	var missing *runtimes.NotMeasuredError
	for _, f := range []runtimes.Figure{runtimes.MeanTime, runtimes.MinTime, runtimes.InitTime, 99} {
		if _, err := golang.RatioTo(rust, f); !errors.As(err, &missing) {
			t.Errorf("%v: %v", f, err)
		}
	}
	var outOfRange *runtimes.RangeError
	var nowhere runtimes.WarmRow
	nowhere.Durations.Mean = 5
	if x, err := nowhere.RatioTo(nowhere, runtimes.MeanTime); !errors.As(err, &outOfRange) || outOfRange.Field != "WarmRow.Set" || x != 0 {
		t.Errorf("rows of no set: %v, %v", x, err)
	}
	negative := golang
	negative.Durations.P50 = -5
	for _, rows := range [][2]runtimes.WarmRow{{negative, golang}, {golang, negative}, {negative, negative}} {
		if x, err := rows[0].RatioTo(rows[1], runtimes.MedianTime); !errors.As(err, &outOfRange) || outOfRange.Given != "-5ns" || x != 0 {
			t.Errorf("negative: %v, %v", x, err)
		}
	}
	var unknown *runtimes.UnknownError
	if _, err := runtimes.LookupWarmSet("crud-rust"); !errors.As(err, &unknown) || unknown.Nearest[0] != "crud-rust-go-2021" {
		t.Error(err)
	}

	// The package comment's figures.
	for _, c := range []struct {
		runtime, want string
	}{{"nodejs", "1.92 to 3.54"}, {"python", "9.05 to 22.81"}} {
		var ratios []float64
		for s := range runtimes.WarmSets() {
			if s.Workload != "sort of 100 MB" {
				continue
			}
			for r := range s.Rows() {
				if strings.HasPrefix(r.Runtime, c.runtime) && r.Start == runtimes.WarmStart {
					base := r
					base.Runtime = "rust"
					x, err := r.RatioTo(row(t, s.ID, base.String()), runtimes.MeanTime)
					if err != nil {
						t.Fatal(err)
					}
					ratios = append(ratios, x)
				}
			}
		}
		if got := fmt.Sprintf("%.2f to %.2f", slices.Min(ratios), slices.Max(ratios)); got != c.want {
			t.Errorf("%s sorts %s times as long as Rust, want %s", c.runtime, got, c.want)
		}
	}
	for _, c := range []struct {
		runtime string
		mb      int
		want    float64
	}{{"rust", 128, 892}, {"python3.13", 128, 785}, {"nodejs22", 128, 1478}, {"rust", 1769, 168}, {"python3.13", 1769, 468}, {"nodejs22", 1769, 452}} {
		r := row(t, "aws-benchmarks-light-2025-12", fmt.Sprintf("%s, arm64, %d MB, cold", c.runtime, c.mb))
		if ms := float64(r.Durations.Mean+r.Init) / 1e6; math.Round(ms) != c.want {
			t.Errorf("%v: %v ms", r, ms)
		}
	}
	lowest, highest := time.Hour, time.Duration(0)
	for s := range runtimes.WarmSets() {
		for r := range s.Rows() {
			if strings.HasPrefix(s.ID, "crud-") && r.Start == runtimes.WarmStart {
				lowest, highest = min(lowest, r.Durations.P50), max(highest, r.Durations.P50)
			}
		}
	}
	if lowest != 5*time.Millisecond || highest != 9100*time.Microsecond {
		t.Errorf("medians of the API are %v to %v", lowest, highest)
	}
}

// Rows are plain data.
func TestWarmRowJSON(t *testing.T) {
	want := row(t, "crud-rust-go-2021", "Go, provided.al2, arm64, 128 MB, warm")
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got runtimes.WarmRow
	if err := json.Unmarshal(text, &got); err != nil || got != want {
		t.Errorf("%v, %v", got, err)
	}
}
