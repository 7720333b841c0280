package runtimes_test

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/runtimes"
)

const us = time.Microsecond

func read(t *testing.T, documents ...string) []runtimes.Profile {
	t.Helper()
	profiles, err := runtimes.ReadLambdaPerf(strings.NewReader(strings.Join(documents, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range profiles {
		if err := p.Validate(); err != nil {
			t.Errorf("%v: %v", p, err)
		}
	}
	return profiles
}

func TestReadLambdaPerf(t *testing.T) {
	java := runtimes.Profile{
		Name: "java", Identifier: "java17", Arch: "x86_64", Packaging: "image", Function: "java17", DisplayName: "java17", MemoryMB: 512, Measured: "2026-08", Days: 1, Samples: 3,
		Init:        runtimes.InitTimes{Min: 410_100 * us, P50: 420_200 * us, Max: 430_300 * us, Average: 420_200 * us},
		FirstInvoke: 2500 * us, FirstInvokeMin: 2500 * us, FirstInvokeMax: 2500 * us, MaxMemoryUsedMB: 88.333,
	}
	rust128 := runtimes.Profile{
		Name: "rust", Identifier: "provided.al2023", Arch: "arm64", Packaging: "zip", Function: "rust_on_provided_al2023", DisplayName: "rust (prov.al2023)", MemoryMB: 128, Measured: "2026-08", Days: 1, Samples: 10,
		// In order: 10.01 11 11.25 12 12.5 13 13.5 14 15.5 19.
		Init:        runtimes.InitTimes{Min: 10_010 * us, P10: 10_901 * us, P50: 12_750 * us, P90: 15_850 * us, Max: 19_000 * us, Average: 13_176 * us},
		FirstInvoke: 1400 * us, FirstInvokeMin: 1400 * us, FirstInvokeMax: 1400 * us, MaxMemoryUsedMB: 14.1,
	}
	rust1024 := rust128
	rust1024.MemoryMB, rust1024.Samples, rust1024.MaxMemoryUsedMB = 1024, 2, 15
	rust1024.Init = runtimes.InitTimes{Min: 11_500 * us, P50: 12_125 * us, Max: 12_750 * us, Average: 12_125 * us}
	rust1024.FirstInvoke, rust1024.FirstInvokeMin, rust1024.FirstInvokeMax = 1200*us, 1200*us, 1200*us
	zig := runtimes.Profile{ // not known for certain, so not named
		Arch: "arm64", Packaging: "zip", Function: "zig_on_provided_al2023", DisplayName: "zig (prov.al2023)", MemoryMB: 128, Measured: "2026-08", Days: 1, Samples: 1,
		Init:        runtimes.InitTimes{Min: 9500 * us, P50: 9500 * us, Max: 9500 * us, Average: 9500 * us},
		FirstInvoke: 900 * us, FirstInvokeMin: 900 * us, FirstInvokeMax: 900 * us, MaxMemoryUsedMB: 10,
	}
	java8 := runtimes.Profile{ // which runs on java8.al2
		Name: "java", Identifier: "java8.al2", Arch: "x86_64", Packaging: "zip", Function: "java8", DisplayName: "java8", MemoryMB: 128, Measured: "2023-08", Days: 1, Samples: 4,
		Init:        runtimes.InitTimes{Min: 202_250 * us, P50: 251_805 * us, Max: 300_590 * us, Average: 251_612_500},
		FirstInvoke: 59_107 * us, FirstInvokeMin: 59_107 * us, FirstInvokeMax: 59_107 * us, MaxMemoryUsedMB: 56,
	}
	snapStart := runtimes.Profile{
		Name: "java", Identifier: "java11", SnapStart: true, Arch: "x86_64", Packaging: "zip", Function: "java11_snapstart", DisplayName: "java11 snapstart", MemoryMB: 256, Measured: "2023-08", Days: 1, Samples: 2,
		Init:        runtimes.InitTimes{Min: 186_900 * us, P50: 191_855 * us, Max: 196_810 * us, Average: 191_855 * us},
		FirstInvoke: 14_274 * us, FirstInvokeMin: 14_274 * us, FirstInvokeMax: 14_274 * us, MaxMemoryUsedMB: 64.1,
	}
	python := runtimes.Profile{
		Name: "python", Identifier: "python3.8", Arch: "x86_64", Packaging: "zip", Function: "python38", MemoryMB: 128, Measured: "2022-09", Days: 1, Samples: 3,
		Init:        runtimes.InitTimes{Min: 114_720 * us, P50: 119_170 * us, Max: 127_830 * us, Average: 120_573_333},
		FirstInvoke: 1210 * us, FirstInvokeMin: 1210 * us, FirstInvokeMax: 1210 * us, MaxMemoryUsedMB: 37.9,
	}
	two := rust128 // both days: 10.01 11 11.25 12 12.25 12.5 13 13.5 13.5 14 15.5 19; first (10·1.4 + 2·2)/12
	two.Days, two.Samples = 2, 12
	two.Init = runtimes.InitTimes{Min: 10_010 * us, P10: 11_025 * us, P50: 12_750 * us, P90: 15_350 * us, Max: 19_000 * us, Average: 13_125_833}
	two.FirstInvoke, two.FirstInvokeMax, two.MaxMemoryUsedMB = 1500*us, 2000*us, 14.25

	for _, c := range []struct {
		name      string
		documents []string
		want      []runtimes.Profile
	}{
		{"new format", []string{newDay}, []runtimes.Profile{java, rust128, rust1024, zig}},
		{"old format", []string{oldDay}, []runtimes.Profile{snapStart, java8}},
		{"oldest format", []string{oldestDay}, []runtimes.Profile{python}},
		{"two days, one of them partial", []string{newDay, secondDay}, []runtimes.Profile{java, two, rust1024, zig}},
		{"in any order, with an empty day", []string{secondDay, emptyDay, newDay}, []runtimes.Profile{java, two, rust1024, zig}},
		{"nothing", nil, nil},
		{"empty day", []string{emptyDay}, nil},
		{"day without data", []string{`{"runtimeData":null,"metadata":{"generatedAt":"2026-08-06T14:00:05.1Z","other":1},"more":[{}]}`}, nil},
		{"byte order mark, CRLF", []string{"\ufeff" + strings.ReplaceAll(oldestDay, "\n", "\r\n")}, []runtimes.Profile{python}},
		{"byte order mark before each", []string{"\ufeff" + newDay, " \ufeff" + secondDay, "\ufeff\n"}, []runtimes.Profile{java, two, rust1024, zig}},
		{"keys in any case of letters", []string{strings.NewReplacer("runtimeData", "RuntimeData", `"m"`, `"M"`, "metadata", "MetaData").Replace(newDay)}, []runtimes.Profile{java, rust128, rust1024, zig}},
		{"no runtimeData", []string{`{"metadata":{"generatedAt":"2026-08-06T14:00:05.1Z"}}`}, nil},
		{"both formats that agree", []string{strings.Replace(oldestDay, `"memorySize":128`, `"memorySize":128,"m":128,"i":[127.83,119.17,114.72],"r":"lambda-perf-python38"`, 1)}, []runtimes.Profile{python}},
		{"row with no samples", []string{`{"metadata":{"generatedAt":"2026-08-06T14:00:05.1Z"},"runtimeData":[{"r":"java17","m":128,"i":[]}]}`}, nil},
	} {
		got := read(t, c.documents...)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	// Siblings know each other.
	got := read(t, newDay)[1]
	if first, err := got.FirstInvokeTime(512, linear); err != nil || first.From != [2]int{128, 1024} || !first.Derived {
		t.Errorf("%+v, %v", first, err)
	}
}

// Pools of months, and merging.
func TestPool(t *testing.T) {
	profiles := read(t, oldDay, strings.ReplaceAll(oldDay, "2023-08-07", "2023-11-08"))
	if p := profiles[0]; p.Measured != "2023-08..2023-11" || p.Days != 2 || p.Samples != 4 {
		t.Errorf("%v: %d days, %d samples", p, p.Days, p.Samples)
	}
	// Two runs on one day are one day; the month is that of UTC.
	profiles = read(t, oldDay, strings.ReplaceAll(oldDay, "2023-08-07T14:00:08.209Z", "2023-08-08T00:30:00+02:00"))
	if p := profiles[0]; p.Measured != "2023-08" || p.Days != 1 || p.Samples != 4 {
		t.Errorf("%v: %d days, %d samples", p, p.Days, p.Samples)
	}
	// A display name that changed is the newest, whatever the order.
	renamed := strings.ReplaceAll(strings.ReplaceAll(oldDay, "2023-08-07", "2023-08-09"), `"java8"`, `"java8 (new)"`)
	for _, documents := range [][]string{{oldDay, renamed}, {renamed, oldDay}} {
		if p := read(t, documents...)[1]; p.DisplayName != "java8 (new)" {
			t.Errorf("%v", p)
		}
	}

	var a, b, both runtimes.Pool
	for _, add := range []struct {
		pool *runtimes.Pool
		text string
	}{{&a, newDay}, {&b, secondDay}, {&b, emptyDay}, {&both, emptyDay + secondDay + newDay}} {
		if err := add.pool.Add(strings.NewReader(add.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(a.Merge(&b), a.Merge(nil), a.Merge(new(runtimes.Pool))); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(both.Profiles(), a.Profiles()); diff != "" || a.Documents() != 3 || b.Documents() != 2 {
		t.Errorf("%d documents (-together +merged):\n%s", a.Documents(), diff)
	}
	// Adding goes on after profiles were made, and days may come in any order.
	if err := a.Add(strings.NewReader(strings.ReplaceAll(emptyDay, "2026-08-06", "2026-07-06"))); err != nil || a.Profiles()[0].Measured != "2026-07..2026-08" {
		t.Errorf("%v, %v", err, a.Profiles()[0])
	}
	if err := both.Add(strings.NewReader(strings.ReplaceAll(emptyDay, "2026-08-06", "2026-07-06"))); err != nil {
		t.Fatal(err)
	}
	// What fails changes nothing.
	var duplicate *runtimes.DuplicateError
	if err := a.Merge(&b); !errors.As(err, &duplicate) || duplicate.Given != "2026-08-05T14:00:05.1Z" {
		t.Error(err)
	}
	if err := a.Add(strings.NewReader(oldDay + newDay)); !errors.As(err, &duplicate) {
		t.Error(err)
	}
	if err := a.Add(strings.NewReader(oldDay + "{")); err == nil {
		t.Error("no error")
	}
	if diff := cmp.Diff(both.Profiles(), a.Profiles()); diff != "" || a.Documents() != 4 {
		t.Errorf("after errors (-want +got):\n%s", diff)
	}
	if err := a.Merge(&a); !errors.As(err, &duplicate) {
		t.Errorf("with itself: %v", err)
	}
	var none *runtimes.Pool
	var outOfRange *runtimes.RangeError
	if none.Profiles() != nil || none.Documents() != 0 || !errors.As(none.Add(strings.NewReader(newDay)), &outOfRange) || !errors.As(none.Merge(&a), &outOfRange) {
		t.Error("a nil pool is not empty, or was added to")
	}
	if got := new(runtimes.Pool).Profiles(); got != nil {
		t.Errorf("of nothing: %v", got)
	}
}

func TestReadLambdaPerfErrors(t *testing.T) {
	const good = `{"r":"lambda-perf-java17-zip-128-arm64","p":"zip","i":[1.5,2],"m":128,"a":"arm64","mu":10,"ad":1}`
	day := func(rows string) string {
		return `{"metadata":{"generatedAt":"2026-08-06T14:00:05Z"},"runtimeData":[` + rows + `]}`
	}
	with := func(old, new string) string { return day(good + "," + strings.Replace(good, old, new, 1)) }
	for _, c := range []struct{ name, text, want string }{
		{"no JSON", "x", "runtimes: document 1, before byte 0: invalid character 'x' looking for beginning of value"},
		{"a number", "1", "runtimes: document 1, before byte 1: document is 1, allowed is an object"},
		{"an array", "[]", "runtimes: document 1, before byte 1: document is [, allowed is an object"},
		{"cut off", day(good)[:100], "runtimes: document 1, row 1, before byte 66: unexpected EOF"},
		{"cut off between rows", day(good)[:len(day(good))-2], "runtimes: document 1, before byte 163: unexpected EOF"},
		{"cut off at the end", day(good)[:len(day(good))-1], "runtimes: document 1, before byte 164: unexpected EOF"},
		{"rubbish behind", day(good) + "}", "runtimes: document 2, before byte 165: invalid character '}' looking for beginning of value"},
		{"second document", day(good) + "\n[", "runtimes: document 2, before byte 167: document is [, allowed is an object"},
		{"no date", `{"runtimeData":[]}`, "runtimes: document 1, before byte 18: metadata.generatedAt is missing, allowed is a time"},
		{"bad date", `{"metadata":{"generatedAt":"2026-08-06"}}`, `runtimes: document 1, before byte 40: metadata.generatedAt is "2026-08-06", allowed is a time such as 2023-08-07T14:00:08.209Z`},
		{"data is no array", `{"runtimeData":{}}`, "runtimes: document 1, before byte 16: runtimeData is {, allowed is an array"},
		{"row is no object", day("1"), "runtimes: document 1, row 1, before byte 67: row is number, allowed is an object"},
		{"row is null", day("null"), "runtimes: document 1, row 1, before byte 70: runtime is missing or empty, allowed is the name of a function"},
		{"null", "null", "runtimes: document 1, before byte 4: document is null, allowed is an object"},
		{"data is a text", `{"runtimeData":"x"}`, `runtimeData is x, allowed is an array`},
		{"metadata is a list", `{"metadata":[]}`, "document 1, before byte 14: metadata is array, allowed is an object"},
		{"date is a number", `{"metadata":{"generatedAt":5}}`, "metadata.generatedAt is number, allowed is a text"},
		{"metadata twice", strings.Replace(day(good), "{", `{"metadata":{"generatedAt":"2026-09-06T14:00:05Z"},`, 1), "metadata is there twice, allowed is each once a document"},
		{"year 0 in UTC", strings.Replace(day(good), "2026-08-06T14:00:05Z", "0001-01-01T00:00:00+01:00", 1), `metadata.generatedAt is "0001-01-01T00:00:00+01:00", allowed is a time of the years 1 to 9999 in UTC`},
		{"year 10000 in UTC", strings.Replace(day(good), "2026-08-06T14:00:05Z", "9999-12-31T23:59:59-01:00", 1), "metadata.generatedAt is"},
		{"two memory sizes", with(`"m":128`, `"m":128,"memorySize":256`), "memorySize is 256, allowed is nothing, or the same as m"},
		{"two names", with(`"m":128`, `"m":128,"runtime":"other"`), "runtime is other, allowed is nothing, or the same as r"},
		{"two samples", with(`"m":128`, `"m":128,"initDurations":[1.5]`), "initDurations is [1.5], allowed is nothing, or the same as i"},
		{"two architectures", with(`"m":128`, `"m":128,"architecture":"x86_64"`), "architecture is x86_64, allowed is nothing, or the same as a"},
		{"two display names", with(`"m":128`, `"d":"x","m":128,"displayName":"y"`), "displayName is y, allowed is nothing, or the same as d"},
		{"two memories", with(`"m":128`, `"m":128,"averageMemoryUsed":11`), "averageMemoryUsed is 11, allowed is nothing, or the same as mu"},
		{"two durations", with(`"m":128`, `"m":128,"averageDuration":2`), "averageDuration is 2, allowed is nothing, or the same as ad"},
		{"memory is a text", with(`"m":128`, `"m":"128"`), "row 2, before byte"},
		{"memory is a text", with(`"m":128`, `"m":"128"`), ": m is string, allowed is a whole number"},
		{"name is a number", with(`"r":"lambda-perf-java17-zip-128-arm64"`, `"r":1`), ": r is number, allowed is a text"},
		{"samples are a number", with(`[1.5,2]`, "1"), ": i is number, allowed is an array of numbers"},
		{"samples are lists", with(`[1.5,2]`, "[[1]]"), ": i is array, allowed is a number"},
		{"no memory", with(`"m":128,`, ""), "row 2, before byte 253: memorySize is missing, allowed is 128 to 10240 MB"},
		{"memory too small", with(`"m":128`, `"m":127`), "row 2, before byte 261: memorySize is 127, allowed is 128 to 10240 MB"},
		{"memory is no whole number", with(`"m":128`, `"m":128.5`), ": m is number 128.5, allowed is a whole number"},
		{"architecture", with(`"a":"arm64"`, `"a":"amd64"`), `architecture is "amd64", allowed is x86_64, arm64`},
		{"packaging", with(`"p":"zip"`, `"p":"tar"`), `p is "tar", allowed is zip, image`},
		{"no samples", with(`"i":[1.5,2],`, ""), "initDurations is missing, allowed is an array"},
		{"samples are null", with(`[1.5,2]`, "null"), "initDurations is missing, allowed is an array"},
		{"a sample of 0", with(`[1.5,2]`, "[1.5,0]"), "initDurations[1] is 0, allowed is more than 0, up to 104 days, in ms"},
		{"a negative sample", with(`[1.5,2]`, "[-1.5]"), "initDurations[0] is -1.5, allowed is more than 0, up to 104 days, in ms"},
		{"a null sample", with(`[1.5,2]`, "[1.5,null]"), "initDurations[1] is 0, allowed is more than 0, up to 104 days, in ms"},
		{"a huge sample", with(`[1.5,2]`, "[1e300]"), "initDurations[0] is 1e+300, allowed is more than 0, up to 104 days, in ms"},
		{"beyond float64", with(`[1.5,2]`, "[1e999]"), ": i is number 1e999, allowed is a number"},
		{"a text as sample", with(`[1.5,2]`, `["1.5"]`), ": i is string, allowed is a number"},
		{"negative duration", with(`"ad":1`, `"ad":-1`), "averageDuration is -1, allowed is 0 to 104 days, in ms"},
		{"huge memory used", with(`"mu":10`, `"mu":10241`), "averageMemoryUsed is 10241, allowed is 0 to 10240 MB"},
		{"name contradicts memory", with("zip-128", "zip-256"), `runtime is "lambda-perf-java17-zip-256-arm64", allowed is a function's name, and behind it at most -zip-128-arm64, as the row says`},
		{"name contradicts packaging", with("17-zip", "17-image"), "runtime is"},
		{"name contradicts architecture", with("128-arm64", "128-x86_64"), "runtime is"},
		{"name in another order", with("zip-128-arm64", "arm64-zip-128"), "runtime is"},
		{"empty function", with("java17", ""), "runtime is"},
		{"twice in a document", day(good + "," + good), "row 2, before byte 261: configuration is java17 arm64 zip 128 MB, allowed is each once a document"},
		{"twice in two lists", strings.Replace(day(good), "]}", `],"runtimeData":[`+good+"]}", 1), "configuration is"},
	} {
		_, err := runtimes.ReadLambdaPerf(strings.NewReader(c.text))
		var syntax *runtimes.SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(err.Error(), c.want) || syntax.Document == 0 || syntax.Line != 0 {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	mine := errors.New("mine")
	if _, err := runtimes.ReadLambdaPerf(io.MultiReader(strings.NewReader(newDay[:200]), iotest.ErrReader(mine))); !errors.Is(err, mine) {
		t.Error(err)
	}
	if _, err := runtimes.ReadLambdaPerf(nil); err == nil {
		t.Error("read nil")
	}
	if got, err := runtimes.ReadLambdaPerf(iotest.OneByteReader(strings.NewReader(newDay))); err != nil || len(got) != 4 {
		t.Errorf("byte by byte: %v, %v", got, err)
	}
}

// Names of one's own functions may have hyphens; the benchmark's ending is taken off, as much of it as is there.
func TestFunctionNames(t *testing.T) {
	for name, want := range map[string]string{
		"lambda-perf-checkout-zip-512-arm64": "checkout",
		"checkout-512-arm64":                 "checkout",
		"checkout-arm64":                     "checkout",
		"checkout-zip-512":                   "checkout",
		"checkout-zip":                       "checkout",
		"checkout":                           "checkout",
		"my-checkout":                        "my-checkout",
		"my-checkout-v2-zip-512-arm64":       "my-checkout-v2",
		"orders-2":                           "orders-2",
		"image":                              "image",
		"image-arm64":                        "image",
		"lambda-perf-":                       "",
		"-":                                  "",
		"-zip-512-arm64":                     "",
		"checkout-":                          "",
		"checkout-x86_64":                    "",
		"checkout-1024":                      "",
		"checkout-image-512-arm64":           "",
		"checkout-arm64-arm64":               "",
	} {
		got, err := runtimes.ReadLambdaPerf(strings.NewReader(`{"metadata":{"generatedAt":"2026-08-06T14:00:05Z"},"runtimeData":[{"r":"` + name + `","p":"zip","i":[1.5],"m":512,"a":"arm64"}]}`))
		if want == "" {
			var syntax *runtimes.SyntaxError
			if !errors.As(err, &syntax) || syntax.Field != "runtime" {
				t.Errorf("%s: %v, %v", name, got, err)
			}
		} else if err != nil || got[0].Function != want {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

// slowPool pools by definition, in floating point.
type slowPool struct {
	samples       []float64 // ms
	first, memory float64
}

// Whatever is read, its profiles are valid, the same in any order of documents, and those of a slow pool.
func FuzzReadLambdaPerf(f *testing.F) {
	for _, s := range []string{newDay, newDay + secondDay, emptyDay, oldDay, oldestDay, "", "{}", "\ufeff{}", `{"metadata":{"generatedAt":"2026-08-06T14:00:05Z"},"runtimeData":[{"r":"x","m":128,"i":[1e-9,1]}]}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		profiles, err := runtimes.ReadLambdaPerf(strings.NewReader(text))
		if err != nil {
			var syntax *runtimes.SyntaxError
			var duplicate *runtimes.DuplicateError
			if profiles != nil || !errors.As(err, &syntax) && !errors.As(err, &duplicate) || len(err.Error()) > 2000+len(text) {
				t.Fatalf("%v, %v", profiles, err)
			}
			return
		}
		for _, p := range profiles {
			if err := p.Validate(); err != nil {
				t.Fatalf("%+v: %v", p, err)
			}
			checkDistribution(t, p.String(), p.Init)
		}
		// What was read can be read again as a table, if its names allow that.
		var b strings.Builder
		if runtimes.WriteTable(&b, profiles) == nil {
			again, err := runtimes.ReadTable(strings.NewReader(b.String()))
			if diff := cmp.Diff(profiles, again); diff != "" && len(profiles) > 0 || err != nil {
				t.Fatalf("%v (-pooled +read):\n%s", err, diff)
			}
		}
	})
}

// Pools of many random days against the slow one.
func TestPoolAgainstSlow(t *testing.T) {
	slow := map[string]*slowPool{}
	var documents []string
	n := 0
	for day := range 31 {
		var rows []string
		for _, config := range []string{"go_on_provided_al2023-zip-128-arm64", "go_on_provided_al2023-zip-256-arm64", "ruby34-image-1024-x86_64"} {
			parts := strings.Split(config, "-")
			s := slow[config]
			if s == nil {
				s = new(slowPool)
				slow[config] = s
			}
			var samples []string
			for range (day + len(config)) % 11 {
				n++
				ms := float64(n*7919%100_003)/100 + 1
				s.samples = append(s.samples, ms)
				samples = append(samples, fmt.Sprint(ms))
			}
			first, memory := float64(n%97)/10+1, float64(n%31)+20
			s.first += first * float64(len(samples))
			s.memory += memory * float64(len(samples))
			rows = append(rows, fmt.Sprintf(`{"r":"lambda-perf-%s","p":%q,"i":[%s],"m":%s,"a":%q,"mu":%v,"ad":%v}`, config, parts[1], strings.Join(samples, ","), parts[2], parts[3], memory, first))
		}
		documents = append(documents, fmt.Sprintf(`{"metadata":{"generatedAt":"2026-10-%02dT00:00:00Z"},"runtimeData":[%s]}`, day+1, strings.Join(rows, ",")))
	}
	for _, p := range read(t, documents...) {
		s := slow[fmt.Sprintf("%s-%s-%d-%s", p.Function, p.Packaging, p.MemoryMB, p.Arch)]
		slices.Sort(s.samples)
		count := float64(len(s.samples))
		sum := 0.0
		for _, x := range s.samples {
			sum += x
		}
		near := func(what string, got time.Duration, ms float64) {
			if math.Abs(float64(got)-1e6*ms) > 2 {
				t.Errorf("%v: %s %v, want %v ms", p, what, got, ms)
			}
		}
		at := func(q float64) float64 {
			position := q * (count - 1)
			i := int(position)
			return s.samples[i] + (position-float64(i))*(s.samples[min(i+1, len(s.samples)-1)]-s.samples[i])
		}
		for q, got := range map[float64]time.Duration{0: p.Init.Min, 0.1: p.Init.P10, 0.5: p.Init.P50, 0.9: p.Init.P90, 0.99: p.Init.P99, 1: p.Init.Max} {
			near(fmt.Sprint("quantile ", q), got, at(q))
		}
		near("mean", p.Init.Average, sum/count)
		near("first", p.FirstInvoke, s.first/count)
		if math.Abs(p.MaxMemoryUsedMB-s.memory/count) > 0.0005+1e-9 || p.Samples != len(s.samples) || p.Days < 28 {
			t.Errorf("%v: memory %v, want %v; %d samples, want %d; %d days", p, p.MaxMemoryUsedMB, s.memory/count, p.Samples, len(s.samples), p.Days)
		}
	}
}
