package tuning_test

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/tuning"
)

func TestReadCSV(t *testing.T) {
	plain := []tuning.Sample{
		{MemoryMB: 128, Runs: []cost.Timing{{Duration: 11722965 * time.Microsecond}, {Duration: 2 * ms, Init: 180200 * time.Microsecond}}},
		{MemoryMB: 512, Runs: []cost.Timing{{Duration: 3 * ms, BilledRestore: 182 * ms}}, Failed: "timeout"},
	}
	for name, c := range map[string]struct {
		in   string
		want []tuning.Sample
	}{
		"all columns": {"memory_mb,duration_ms,init_ms,billed_restore_ms,failed\n128,11722.965,,,\n512,3,0,182,\n512,900000,,,timeout\n512,900000,,,other\n128,2,180.2,,\n", plain},
		"other order": {"failed,init_ms,memory_mb,duration_ms,billed_restore_ms\n,,128,11722.965,\n,,512,3,182\ntimeout,,512,1,\n,180.2,128,2,\n", plain},
		"BOM, CRLF, comments, empty lines, white space, no last line break": {
			"\ufeff# a comment, with a comma\r\n\r\n memory_mb , duration_ms,init_ms,billed_restore_ms,failed\r\n128, 11722.965 ,,,\r\n#\r\n512,3,,182,\r\n512,3,,, timeout \r\n   \r\n128,2,180.2,,", plain,
		},
		"quoted": {"\"memory_mb\",\"duration_ms\",init_ms,billed_restore_ms,failed\n\"128\", \"11722.965\",,,\"\"\n512,3,,182,\n512,3,,,\"timeout\"\n128,2,180.2,,\n", plain},
		"quoted comma": {
			"memory_mb,duration_ms,failed\n128,1,\"out of memory, killed\"\n",
			[]tuning.Sample{{MemoryMB: 128, Failed: "out of memory, killed"}},
		},
		"required columns": {"duration_ms,memory_mb\n0,10240\n", []tuning.Sample{{MemoryMB: 10240, Runs: warm(0)}}},
		"rounded to ns, half up": {
			"memory_mb,duration_ms\n128,0.0000014999\n128,0.0000015\n128,1800000\n",
			[]tuning.Sample{{MemoryMB: 128, Runs: warm(1, 2, 30*time.Minute)}},
		},
		"failed without a duration, in any order of columns": {
			"failed,memory_mb,duration_ms\ntimeout,128,\n,256,1\n", []tuning.Sample{{MemoryMB: 128, Failed: "timeout"}, {MemoryMB: 256, Runs: warm(ms)}},
		},
		"failed without a duration, behind": {
			"duration_ms,memory_mb,failed\n,128,\"killed\"\n", []tuning.Sample{{MemoryMB: 128, Failed: "killed"}},
		},
		"no runs": {"memory_mb,duration_ms\n", []tuning.Sample{}},
	} {
		got, err := tuning.ReadCSV(strings.NewReader(c.in))
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
}

func TestReadCSVErrors(t *testing.T) {
	const header = "memory_mb,duration_ms,init_ms\n"
	for name, c := range map[string]struct{ in, text string }{
		"empty":            {"", "line 1: first row is missing, allowed is the names of the columns"},
		"comments alone":   {"# a\n\n", "line 1: first row is missing, allowed is the names of the columns"},
		"unknown column":   {"memory_mb,duration_ms,init_duration\n", `line 1: column is "init_duration", allowed is once each of memory_mb, duration_ms, init_ms, billed_restore_ms, failed`},
		"column twice":     {"# a\nmemory_mb,memory_mb\n", `line 2: column is "memory_mb", allowed is once each of memory_mb, duration_ms, init_ms, billed_restore_ms, failed`},
		"missing column":   {"memory_mb\n", "line 1: column duration_ms is missing, allowed is once each of memory_mb, duration_ms, init_ms, billed_restore_ms, failed"},
		"no header":        {"128,5\n", `line 1: column is "128", allowed is once each of memory_mb, duration_ms, init_ms, billed_restore_ms, failed`},
		"few cells":        {header + "128,1\n", `line 2: number of cells is "2", allowed is 3`},
		"many cells":       {header + "128,1,1,1\n", `line 2: number of cells is "4", allowed is 3`},
		"memory":           {header + "\n127,1,\n", `line 3: memory_mb is "127", allowed is whole MB, 128 to 10240`},
		"no memory":        {header + ",1,\n", "line 2: memory_mb is missing, allowed is whole MB, 128 to 10240"},
		"memory of 2^64":   {header + "18446744073709551744,1,\n", `line 2: memory_mb is "18446744073709551744", allowed is whole MB, 128 to 10240`},
		"memory with sign": {header + "+128,1,\n", `line 2: memory_mb is "+128", allowed is whole MB, 128 to 10240`},
		"failed, duration": {"memory_mb,failed,duration_ms\n128,x,y\n", `line 2: duration_ms is "y", allowed is milliseconds, 0 to 1800000`},
		"not failed":       {"memory_mb,failed,duration_ms\n128, ,\n", "line 2: duration_ms is missing, allowed is milliseconds, 0 to 1800000"},
		"no duration":      {header + "128,,\n", "line 2: duration_ms is missing, allowed is milliseconds, 0 to 1800000"},
		"negative":         {header + "128,-1,\n", `line 2: duration_ms is "-1", allowed is milliseconds, 0 to 1800000`},
		"too long":         {header + "128,1800000.000001,\n", `line 2: duration_ms is "1800000.000001", allowed is milliseconds, 0 to 1800000`},
		"far too long":     {header + "128,99999999999999999999999999,\n", `line 2: duration_ms is "99999999999999999999999999", allowed is milliseconds, 0 to 1800000`},
		"NaN":              {header + "128,NaN,\n", `line 2: duration_ms is "NaN", allowed is milliseconds, 0 to 1800000`},
		"Inf":              {header + "128,1,+Inf\n", `line 2: init_ms is "+Inf", allowed is milliseconds, 0 to 1800000`},
		"exponent":         {header + "128,1e3,\n", `line 2: duration_ms is "1e3", allowed is milliseconds, 0 to 1800000`},
		"hexadecimal":      {header + "128,0x10,\n", `line 2: duration_ms is "0x10", allowed is milliseconds, 0 to 1800000`},
		"decimal comma":    {header + "128,\"1,5\",\n", `line 2: duration_ms is "1,5", allowed is milliseconds, 0 to 1800000`},
		"quote not closed": {header + "128,\"1,\n", `line 2: row is "128,\"1,\n", allowed is comma-separated values, quoted if at all from end to end`},
		"long line":        {header + "128," + strings.Repeat("0", 1<<17) + "1,\n", `line 2: line is "longer", allowed is less than 65536 bytes`},
	} {
		got, err := tuning.ReadCSV(strings.NewReader(c.in))
		var e *tuning.InputError
		if got != nil || !errors.As(err, &e) || err.Error() != "tuning: "+c.text {
			t.Errorf("%s: %v, %v, want %s", name, got, err, c.text)
		}
	}
}

// A row with a fault is named, and the next ones are read on.
func TestRunsGoOn(t *testing.T) {
	var got []string
	for r, err := range tuning.Runs(strings.NewReader("memory_mb,duration_ms\n128,1\nx,1\n256,2,3\n512,2\n")) {
		if err != nil {
			got = append(got, err.Error())
			continue
		}
		got = append(got, fmt.Sprint(r.MemoryMB, " ", r.Timing.Duration))
	}
	if diff := cmp.Diff([]string{
		"128 1ms", `tuning: line 3: memory_mb is "x", allowed is whole MB, 128 to 10240`,
		`tuning: line 4: number of cells is "3", allowed is 2`, "512 2ms",
	}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for range tuning.Runs(strings.NewReader("memory_mb,duration_ms\n128,1\n128,1\n")) {
		break
	}
}

// An error of the reader is returned as it is, and what stood before it on its line, which may be torn, is no run.
func TestRunsReaderError(t *testing.T) {
	broken := errors.New("broken")
	in := io.MultiReader(strings.NewReader("memory_mb,duration_ms\n128,1000\n128,10"), iotest.ErrReader(broken))
	var runs int
	var last error
	for _, err := range tuning.Runs(in) {
		if last = err; err == nil {
			runs++
		}
	}
	if runs != 1 || !errors.Is(last, broken) {
		t.Errorf("%d runs, %v", runs, last)
	}
}

// A row costs two allocations, and nothing is kept of it.
func TestRunsAllocations(t *testing.T) {
	const rows = 50_000
	allocs := testing.AllocsPerRun(1, func() {
		n := 0
		for _, err := range tuning.Runs(&repeat{head: "memory_mb,duration_ms\n", line: "128,11722.965\n", left: rows}) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		if n != rows {
			t.Fatalf("%d runs", n)
		}
	})
	// The line and its cells.
	if allocs > 2*rows+50 {
		t.Errorf("%v allocations for %d rows", allocs, rows)
	}
}

// repeat reads as a head and a line many times.
type repeat struct {
	head, line string
	left       int
}

func (r *repeat) Read(p []byte) (n int, err error) {
	n = copy(p, r.head)
	r.head = r.head[n:]
	for r.left > 0 && len(p)-n >= len(r.line) {
		n += copy(p[n:], r.line)
		r.left--
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// Whatever is read: in one piece and byte by byte the same comes out, errors are typed, and runs are within bounds.
func FuzzRuns(f *testing.F) {
	f.Add([]byte("memory_mb,duration_ms,init_ms,billed_restore_ms,failed\n128,11722.965,,,\n512,3,0,182,\"a, b\"\n"))
	f.Add([]byte("\ufeff#x\r\nduration_ms,memory_mb\r\n1,128\r\n\"1\",128\r\n"))
	f.Add([]byte("memory_mb,duration_ms\n128,\"\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		read := func(r io.Reader) (runs []tuning.Run, texts []string) {
			for run, err := range tuning.Runs(r) {
				if err == nil {
					runs = append(runs, run)
					continue
				}
				var e *tuning.InputError
				if !errors.As(err, &e) || e.Line < 1 || e.Field == "" {
					t.Fatalf("error %v", err)
				}
				texts = append(texts, err.Error())
			}
			return runs, texts
		}
		runs, errs := read(strings.NewReader(string(in)))
		again, errsAgain := read(iotest.OneByteReader(strings.NewReader(string(in))))
		if diff := cmp.Diff(runs, again) + cmp.Diff(errs, errsAgain); diff != "" {
			t.Fatalf("(-whole +pieces):\n%s", diff)
		}
		for _, r := range runs {
			_, err := cost.BilledDuration(cost.Timing{Duration: r.Timing.Duration}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
			if err != nil || r.MemoryMB < 128 || r.MemoryMB > 10240 || r.Timing.Init < 0 || r.Timing.BilledRestore < 0 {
				t.Fatalf("run %+v: %v", r, err)
			}
		}
		samples, err := tuning.ReadCSV(strings.NewReader(string(in)))
		if (err == nil) != (len(errs) == 0) {
			t.Fatalf("ReadCSV: %v, Runs: %v", err, errs)
		}
		if n := 0; err == nil {
			for _, s := range samples {
				n += len(s.Runs)
			}
			if n > len(runs) {
				t.Fatalf("%d runs collected of %d", n, len(runs))
			}
		}
	})
}

// What is written as CSV is read back to the nanosecond.
func TestCSVRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var b strings.Builder
	b.WriteString("memory_mb,duration_ms\n")
	want := tuning.Sample{MemoryMB: 128}
	for range 2000 {
		d := time.Duration(r.Int64N(int64(cost.MaxBilled) + 1))
		want.Runs = append(want.Runs, cost.Timing{Duration: d})
		fmt.Fprintf(&b, "128,%d.%06d\n", d/ms, d%ms)
	}
	got := must(tuning.ReadCSV(strings.NewReader(b.String())))(t)
	if diff := cmp.Diff([]tuning.Sample{want}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func ExampleReadCSV() {
	samples, err := tuning.ReadCSV(strings.NewReader(`# four runs, the first of them cold
memory_mb,duration_ms,init_ms
512,212.4,180.2
512,208,
1024,104.1,
1024,103.9,
`))
	if err != nil {
		panic(err)
	}
	for _, s := range samples {
		fmt.Println(s.MemoryMB, len(s.Runs), s.Runs[0].Duration, s.Runs[0].Init)
	}
	// Output:
	// 512 2 212.4ms 180.2ms
	// 1024 2 104.1ms 0s
}

// The reports of a log, or anything else, as runs.
func ExampleCollect() {
	reports := []struct{ memoryMB, milliseconds int }{{512, 210}, {1024, 104}, {512, 214}}
	samples, err := tuning.Collect(func(yield func(tuning.Run, error) bool) {
		for _, r := range reports {
			t := cost.Timing{Duration: time.Duration(r.milliseconds) * time.Millisecond}
			if !yield(tuning.Run{MemoryMB: r.memoryMB, Timing: t}, nil) {
				return
			}
		}
	})
	if err != nil {
		panic(err)
	}
	for _, s := range samples {
		fmt.Println(s.MemoryMB, len(s.Runs))
	}
	// Output:
	// 512 2
	// 1024 1
}

// Run by run, in memory that does not grow; a row with a fault is named and passed over.
func ExampleRuns() {
	var longest time.Duration
	for run, err := range tuning.Runs(strings.NewReader(`memory_mb,duration_ms,failed
512,212.4,
512,20?8,
512,,timeout
512,215.1,
`)) {
		switch {
		case err != nil:
			fmt.Println(err)
		case run.Failed != "":
			fmt.Println(run.MemoryMB, "MB:", run.Failed)
		default:
			longest = max(longest, run.Timing.Duration)
		}
	}
	fmt.Println(longest)
	// Output:
	// tuning: line 3: duration_ms is "20?8", allowed is milliseconds, 0 to 1800000
	// 512 MB: timeout
	// 215.1ms
}

func TestNilInput(t *testing.T) {
	for name, read := range map[string]func() error{
		"Collect":    func() error { _, err := tuning.Collect(nil); return err },
		"ReadCSV":    func() error { _, err := tuning.ReadCSV(nil); return err },
		"ReadOutput": func() error { _, err := tuning.ReadOutput(nil); return err },
		"Runs": func() error {
			for _, err := range tuning.Runs(nil) {
				return err
			}
			return nil
		},
	} {
		var out *tuning.RangeError
		if err := read(); !errors.As(err, &out) || out.Given != "nil" {
			t.Errorf("%s of nil: error is %v", name, err)
		}
	}
}
