package runtimes_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/runtimes"
)

// The embedded file is what WriteTable writes, but for its comment.
func TestEmbeddedTextIsWritten(t *testing.T) {
	_, text, _ := strings.Cut(runtimes.ProfilesText(), "\nmonth,")
	var b strings.Builder
	if err := runtimes.WriteTable(&b, slices.Collect(runtimes.All())); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("month,"+text, b.String()); diff != "" {
		t.Errorf("(-embedded +written):\n%s", diff)
	}
	again, err := runtimes.ReadTable(strings.NewReader(runtimes.ProfilesText()))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(slices.Collect(runtimes.All()), again); diff != "" {
		t.Errorf("(-embedded +read):\n%s", diff)
	}
	if first, err := again[0].FirstInvokeTime(1024, nil); err != nil || first.Derived {
		t.Errorf("siblings are lost: %+v, %v", first, err)
	}
}

const header = "month,function,display,name,identifier,snapstart,arch,packaging,memory_mb,days,samples," +
	"init_min,init_p10,init_p50,init_p90,init_p99,init_max,init_mean,first_mean,first_min_day,first_max_day,memory_used\n"

func TestReadTable(t *testing.T) {
	text := "\ufeff# ours\r\n" + header + "\n2026-11,checkout,,rust,,,arm64,zip,256,,12,1,,2.5,,,1000.000001,,,,,\r\n" +
		"2026-11,checkout,,rust,,,arm64,zip,128,3,12,1,1.2,2.5,3,4,5,2.6,0.000001,0.000001,0.000002,12.345678\n"
	got, err := runtimes.ReadTable(iotest.OneByteReader(strings.NewReader(text)))
	if err != nil {
		t.Fatal(err)
	}
	want := []runtimes.Profile{
		{
			Name: "rust", Function: "checkout", Arch: "arm64", Packaging: "zip", MemoryMB: 128, Measured: "2026-11", Days: 3, Samples: 12,
			Init:        runtimes.InitTimes{Min: 1000 * us, P10: 1200 * us, P50: 2500 * us, P90: 3000 * us, P99: 4000 * us, Max: 5000 * us, Average: 2600 * us},
			FirstInvoke: 1, FirstInvokeMin: 1, FirstInvokeMax: 2, MaxMemoryUsedMB: 12.345678,
		},
		{
			Name: "rust", Function: "checkout", Arch: "arm64", Packaging: "zip", MemoryMB: 256, Measured: "2026-11", Samples: 12,
			Init: runtimes.InitTimes{Min: 1000 * us, P50: 2500 * us, Max: time.Second + 1},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Times are rounded half up to a nanosecond, however many decimals they have.
func TestReadTableRounds(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"2.5": 2_500_000, "2.0000014": 2_000_001, "2.0000015": 2_000_002, "2.00000149999": 2_000_001, "2.0000019": 2_000_002,
		"2.9999995": 3_000_000, "2.00000150000000000000000000000": 2_000_002, "2.0000005": 2_000_001,
	} {
		got, err := runtimes.ReadTable(strings.NewReader(header + "2026-11,checkout,,rust,,,arm64,zip,256,2,12,1,," + text + ",,,,,,,,\n"))
		if err != nil || len(got) != 1 || got[0].Init.P50 != want {
			t.Errorf("%s ms: %v, %v, want %d ns", text, got, err, want)
		}
	}
}

func TestReadTableErrors(t *testing.T) {
	const row = "2026-11,checkout,,rust,,,arm64,zip,256,2,12,1,1.2,2.5,3,4,5,2.6,1.5,1,2,12.3\n"
	with := func(old, new string) string { return header + row + strings.Replace(row, old, new, 1) }
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "runtimes: line 1: header is missing, allowed is month,"},
		{"only comments", "# x\n\n", "runtimes: line 1: header is missing"},
		{"another header", "a,b\n" + row, "runtimes: line 1: header is a,b, allowed is month,"},
		{"too few columns", header + "# c\n" + row[:len(row)-6] + "\n", "runtimes: line 3: columns is 21, allowed is 22"},
		{"too many columns", header + strings.Replace(row, "\n", ",\n", 1), "runtimes: line 2: columns is 23, allowed is 22"},
		{"memory is no number", with("256", "a"), `runtimes: line 3: memory_mb is "a", allowed is nothing or a whole number up to 1000000000`},
		{"memory is no whole number", with("256", "256.0"), `runtimes: line 3: memory_mb is "256.0", allowed is nothing or a whole number up to 1000000000`},
		{"no memory", with("256", ""), "runtimes: line 3: Profile.MemoryMB is 0, allowed is 128 to 10240 MB"},
		{"leading zero", with("256", "0256"), `memory_mb is "0256"`},
		{"sign", with("256", "+256"), `memory_mb is "+256"`},
		{"negative time", with(",2.5,", ",-2.5,"), `runtimes: line 3: init_p50 is "-2.5", allowed is nothing or milliseconds`},
		{"exponent", with(",2.5,", ",2e5,"), `init_p50 is "2e5"`},
		{"point without digits", with(",2.5,", ",2.,"), `init_p50 is "2."`},
		{"digits without point", with(",2.5,", ",.5,"), `init_p50 is ".5"`},
		{"space", with(",2.5,", ", 2.5,"), `init_p50 is " 2.5"`},
		{"NaN", with(",2.5,", ",NaN,"), `init_p50 is "NaN"`},
		{"too long", with(",2.5,", ",9007199255,"), `init_p50 is "9007199255"`},
		{"far too long", with(",2.5,", ",99999999999999999999999999999,"), `init_p50 is "99999999999999999999999999999"`},
		{"many decimals", with(",2.5,", ",9007199254.9999999999999999999,"), `init_p50 is "9007199254.9999999999999999999"`},
		{"quantiles decrease", with(",2.5,", ",3.5,"), "runtimes: line 3: InitTimes.P90 is 3ms, allowed is not less than P50, 3.5ms"},
		{"snapstart", with("rust,,,", "rust,,yes,"), `runtimes: line 3: snapstart is "yes", allowed is nothing or "snapstart"`},
		{"architecture", with("arm64", "arm"), `Profile.Arch is "arm", allowed is x86_64, arm64`},
		{"packaging", with("zip", "tar"), `Profile.Packaging is "tar", allowed is zip, image`},
		{"no function", with("checkout", ""), `Profile.Function is "", allowed is a name`},
		{"cut inside of the last cell", header + row + row[:len(row)-3], "runtimes: line 3: end is no line break, allowed is a line break: else the text may be cut off"},
		{"cut before the last line break", header + row[:len(row)-1], "runtimes: line 2: end is no line break"},
		{"cut in the header", header[:len(header)-1], "runtimes: line 1: end is no line break"},
		{"cut in a comment", header + row + "# our", "runtimes: line 3: end is no line break"},
		{"no month", with("2026-11", ""), `Profile.Measured is ""`},
		{"no samples", with(",12,", ",0,"), "Profile.Samples is 0, allowed is 1 to 1000000000"},
		{"more samples than anybody has", with(",12,", ",1000000001,"), `samples is "1000000001", allowed is nothing or a whole number up to 1000000000`},
		{"more days than samples", with(",2,12,", ",13,12,"), "Profile.Days is 13, allowed is 0 (not known) to Samples, 12"},
		{"mean of first outside of days", with("1.5,1,2", "2.5,1,2"), "Profile.FirstInvoke is 2.5ms, allowed is FirstInvokeMin to FirstInvokeMax, 1ms to 2ms"},
		{"exponent in memory used", with("12.3", "1e3"), `memory_used is "1e3", allowed is nothing or MB`},
		{"infinite memory used", with("12.3", "Inf"), `memory_used is "Inf"`},
		{"hexadecimal memory used", with("12.3", "0x1p3"), `memory_used is "0x1p3"`},
		{"memory used", with("12.3", "10240.5"), "Profile.MaxMemoryUsedMB is 10240.5, allowed is 0 (not known) to 10240 MB"},
	} {
		profiles, err := runtimes.ReadTable(strings.NewReader(c.text))
		var syntax *runtimes.SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(err.Error(), c.want) || syntax.Line == 0 || profiles != nil {
			t.Errorf("%s: %v, %v; want %s", c.name, profiles, err, c.want)
		}
	}
	var duplicate *runtimes.DuplicateError
	if _, err := runtimes.ReadTable(strings.NewReader(header + row + row)); !errors.As(err, &duplicate) {
		t.Error(err)
	}
	mine := errors.New("mine")
	if _, err := runtimes.ReadTable(iotest.ErrReader(mine)); !errors.Is(err, mine) {
		t.Error(err)
	}
	if _, err := runtimes.ReadTable(nil); err == nil {
		t.Error("read nil")
	}
}

func TestWriteTableErrors(t *testing.T) {
	good := mustFind(t, rust)
	for name, change := range map[string]func(p *runtimes.Profile){
		"comma":      func(p *runtimes.Profile) { p.DisplayName = "a,b" },
		"quote":      func(p *runtimes.Profile) { p.Name = `"` },
		"line break": func(p *runtimes.Profile) { p.Identifier = "\n" },
		"comment":    func(p *runtimes.Profile) { p.Measured = "#2026-11" },
		"samples":    func(p *runtimes.Profile) { p.Samples = 1_000_000_001 },
		"not valid":  func(p *runtimes.Profile) { p.Samples = 0 },
		"NaN":        func(p *runtimes.Profile) { p.MaxMemoryUsedMB *= 0; p.MaxMemoryUsedMB /= p.MaxMemoryUsedMB },
	} {
		p := good
		change(&p)
		var b strings.Builder
		var outOfRange *runtimes.RangeError
		if err := runtimes.WriteTable(&b, []runtimes.Profile{good, p}); !errors.As(err, &outOfRange) || b.Len() > 0 {
			t.Errorf("%s: %v, %q written", name, err, b.String())
		}
	}
	var duplicate *runtimes.DuplicateError
	var b strings.Builder
	if err := runtimes.WriteTable(&b, []runtimes.Profile{good, good}); !errors.As(err, &duplicate) || b.Len() > 0 {
		t.Errorf("duplicates: %v, %q written", err, b.String())
	}
	mine := errors.New("mine")
	if err := runtimes.WriteTable(failingWriter{mine}, []runtimes.Profile{good}); err != mine {
		t.Error(err)
	}
	if err := runtimes.WriteTable(nil, nil); err == nil {
		t.Error("written to nil")
	}
}

// What is written is read again as the same: figures at their bounds too.
func TestWriteTableIsRead(t *testing.T) {
	good := mustFind(t, rust)
	for name, change := range map[string]func(p *runtimes.Profile){
		"longest time":     func(p *runtimes.Profile) { p.Init.Max = 1 << 53 },
		"all longest":      func(p *runtimes.Profile) { p.Init = runtimes.InitTimes{P50: 1 << 53, Average: 1 << 53} },
		"longest first":    func(p *runtimes.Profile) { p.FirstInvoke, p.FirstInvokeMax = 1<<53, 1<<53 },
		"shortest":         func(p *runtimes.Profile) { p.Init.Min = 1 },
		"most samples":     func(p *runtimes.Profile) { p.Samples, p.Days = 1e9, 1e9 },
		"a third of a MB":  func(p *runtimes.Profile) { p.MaxMemoryUsedMB = 1. / 3 },
		"nearly no memory": func(p *runtimes.Profile) { p.MaxMemoryUsedMB = math.SmallestNonzeroFloat64 },
		"most memory":      func(p *runtimes.Profile) { p.MaxMemoryUsedMB = 10240 },
		"nearly the most":  func(p *runtimes.Profile) { p.MaxMemoryUsedMB = math.Nextafter(10240, 0) },
		"strange names":    func(p *runtimes.Profile) { p.Function, p.DisplayName = "\xff\x00\ufeff#", " é\u2028" },
		"little known":     func(p *runtimes.Profile) { p.Name, p.Identifier, p.DisplayName, p.Days = "", "", "", 0 },
	} {
		p := good
		change(&p)
		var b strings.Builder
		if err := runtimes.WriteTable(&b, []runtimes.Profile{p}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		again, err := runtimes.ReadTable(strings.NewReader(b.String()))
		if err != nil || len(again) != 1 || !again[0].Equal(p) {
			t.Errorf("%s: written %+v, read %+v, %v", name, p, again, err)
		}
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

// What is read is written and read again as the same.
func FuzzReadTable(f *testing.F) {
	_, text, _ := strings.Cut(runtimes.ProfilesText(), "\nmonth,")
	f.Add("month," + text[:3000])
	f.Add(header + "2026-11,checkout,,rust,,,arm64,zip,256,2,12,1,1.2,2.5,3,4,5,2.6,1.5,1,2,12.3\n")
	f.Add(header + "\n#\r\n2026-11,c,d,,,snapstart,x86_64,image,10240,,1,,,0.0000005,,,,,,,,0.1234567\n")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		profiles, err := runtimes.ReadTable(strings.NewReader(text))
		if err != nil {
			return
		}
		var b strings.Builder
		if err := runtimes.WriteTable(&b, profiles); err != nil {
			var outOfRange *runtimes.RangeError
			if !errors.As(err, &outOfRange) || !strings.ContainsAny(text, "\"#\r") {
				t.Fatal(err)
			}
			return
		}
		again, err := runtimes.ReadTable(strings.NewReader(b.String()))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(profiles, again); diff != "" && len(profiles) > 0 {
			t.Fatalf("(-read +again):\n%s", diff)
		}
	})
}
