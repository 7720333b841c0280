package usagelog_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost/usagelog"
)

// A pipe that stays open gives each record as soon as it is complete: a line with its end, JSON with its closing bracket.
func TestRecordsOfAPipe(t *testing.T) {
	doc := message(t, "f", startLog, warmLine, coldLine)
	comma := strings.Index(doc, `,{"id":"2"`)
	lines := indented(t, filtered(t, warmLine, coldLine))
	brace := strings.Index(lines, "},") + 1
	little := func(s string) string { return utf16Of(s, binary.LittleEndian) }
	for name, pieces := range map[string][]string{
		"lines":                          {"hello\n" + warmLine + "\n", coldLine + "\nhel", "lo\n" + warmLine + "\n"},
		"events":                         {jsonLine, jsonLine + "\n", "2026-10-01T12:00:00.000Z " + jsonLine + " x"},
		"messages that touch":            {message(t, "f", warmLine), message(t, "f", startLog) + message(t, "f", coldLine)},
		"elements of one":                {doc[:comma], doc[comma:], warmLine + "\n"},
		"elements on lines":              {"hello\n" + lines[:brace], lines[brace:]},
		"text, message, text":            {warmLine + "\n", message(t, "f", warmLine) + "\n", "{ [ \"\n" + warmLine + "\n"},
		"rows":                           {"timestamp,message\n" + stampMS + ",\"" + warmLine + "\n\"\n", stampMS + "," + coldLine + "\n"},
		"strings":                        {"hello\n" + quote(t, warmLine), "\n" + quote(t, coldLine)},
		"UTF-16":                         {utf16Of("\ufeff"+warmLine+"\n", binary.LittleEndian), utf16Of(coldLine+"\n", binary.LittleEndian)},
		"UTF-16, Chinese":                {little("\ufeff中文 " + warmLine + "\n"), little("中文 中上\n上 " + coldLine + "\n"), little("\n") + little(coldLine+"\n")},
		"encodings in turn":              {warmLine + "\n", little(coldLine + "\n"), warmLine + "\n", little(coldLine + "\n"), jsonLine},
		"gzip and text in turn":          {string(zip(t, warmLine+"\n")), coldLine + "\n", "hello\n" + string(zip(t, warmLine+"\n")), message(t, "f", warmLine)},
		"gzip, a member at a time":       {string(zip(t, warmLine+"\n")), string(zip(t, jsonLine)), string(zip(t, coldLine+"\n"))},
		"gzip, members on lines":         {string(zip(t, message(t, "f", warmLine))) + "\n", string(zip(t, message(t, "f", warmLine))) + "\n"},
		"gzip, flushed":                  flushed(t, warmLine+"\n", "hello\n"+jsonLine, coldLine+"\n"),
		"gzip in gzip, a member at once": {string(zip(t, string(zip(t, warmLine+"\n")))), string(zip(t, string(zip(t, coldLine+"\n"))))},
	} {
		t.Run(name, func(t *testing.T) {
			r, w := io.Pipe()
			defer func() { _ = r.Close() }()
			got := make(chan error, 8)
			go func() {
				for _, err := range usagelog.Records(r) {
					got <- err
				}
				close(got)
			}()
			written := make(chan error, 1)
			const most = 10 * time.Second // a wait that is over at once, but on a machine that has a lot to do
			next := func(what string) (err error, open bool) {
				t.Helper()
				select {
				case err, open = <-got:
				case <-time.After(most):
					t.Fatalf("no %s after %v", what, most)
				}
				return err, open
			}
			for i, piece := range pieces {
				go func() {
					_, err := io.WriteString(w, piece)
					written <- err
				}()
				if err, open := next("record"); err != nil || !open {
					t.Fatalf("piece %d: error %v, want a record", i, err)
				}
				select {
				case err := <-written:
					if err != nil {
						t.Fatal(err)
					}
				case <-time.After(most):
					t.Fatal("what was written is not read")
				}
			}
			_ = w.Close()
			if err, open := next("end"); open {
				t.Errorf("at the end: error %v, want nothing", err)
			}
		})
	}
}

// flushed compresses pieces as one stream that is flushed behind each.
func flushed(t *testing.T, pieces ...string) (out []string) {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	for _, p := range pieces {
		if _, err := io.WriteString(z, p); err != nil {
			t.Fatal(err)
		}
		if err := z.Flush(); err != nil {
			t.Fatal(err)
		}
		out = append(out, b.String())
		b.Reset()
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	out[len(out)-1] += b.String()
	return out
}

// repeated yields a beginning, then the same again and again, then an end.
func repeated(begin, again string, size int, end string) io.Reader {
	return io.MultiReader(strings.NewReader(begin), &repeater{again, size / len(again) * len(again)}, strings.NewReader(end))
}

type repeater struct {
	text string
	left int
}

func (r *repeater) Read(b []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n := 0
	for r.left > 0 && n < len(b) {
		k := copy(b[n:], r.text[len(r.text)-1-(r.left-1)%len(r.text):])
		n, r.left = n+k, r.left-k
	}
	return n, nil
}

// Memory does not grow with the input, whatever it is a long piece of.
func TestMemoryDoesNotGrow(t *testing.T) {
	if testing.Short() {
		t.Skip("nothing is shared that the race detector could find, and it takes long")
	}
	const (
		size  = 18 << 20
		event = `{"timestamp":1790856000123,"message":"START RequestId: 11111111-aaaa-4aaa-8aaa-000000000001 Version: $LATEST"},` + "\n"
		most  = 36 << 20
	)
	one := quote(t, warmLine)
	wrong := map[string]int{"quote that is not closed": 1}
	for name, r := range map[string]io.Reader{
		"document":                 repeated(`{"logGroup":"/aws/lambda/f","logEvents":[`, event, size, `{"message":`+one+`}]}`),
		"list":                     repeated("[", event, size, `{"message":`+one+`}]`),
		"members":                  repeated(`{"a":[`, event, size, "1]}\n"+warmLine),
		"string":                   repeated(`{"a":"`, "x", size, "\"}\n"+warmLine),
		"string not closed":        repeated(`{"message":"`, "x", size, "\n"+warmLine),
		"line with brackets":       repeated("x", `[["x {"a": b`, size, "\n"+warmLine),
		"text":                     repeated("", "hello world\n", size, warmLine),
		"white space in JSON":      repeated("{", " \n", size, warmLine),
		"rows":                     repeated("timestamp,message\n", stampMS+",hello\n", size, stampMS+","+warmLine),
		"quote that is not closed": repeated("timestamp,message\n"+stampMS+",\"hello\n", stampMS+",hello hello hello hello\n", size, stampMS+","+warmLine),
		"row that is not over":     repeated("timestamp,message\n", stampMS+",", size, "\n"+stampMS+","+warmLine),
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			got, errs := collect(r)
			runtime.ReadMemStats(&after)
			if len(got) != 1 || len(errs) != wrong[name] {
				t.Errorf("%d records, errors %q; want 1 and %d", len(got), errs, wrong[name])
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > most {
				t.Errorf("%d MB allocated, want at most %d", used>>20, most>>20)
			}
		})
	}
}

// together gives an error with the last of its data.
type together struct {
	data string
	err  error
}

func (r *together) Read(b []byte) (n int, err error) {
	if n = copy(b, r.data); n == len(r.data) {
		err = r.err
	}
	r.data = r.data[n:]
	return n, err
}

// What comes together with the end of the input, or with an error, is read.
func TestDataWithTheEnd(t *testing.T) {
	log := strings.Repeat("hello\n", 100_000) + warmLine
	for _, end := range []error{io.EOF, io.ErrClosedPipe} {
		got, errs := collect(&together{log, end})
		if failed := end != io.EOF; len(got) != 1 || (len(errs) > 0) != failed {
			t.Errorf("%v: %d records, errors %q", end, len(got), errs)
		}
	}
}

// Reports as text cost no allocation each, with whatever stands between.
func TestRecordsAllocate(t *testing.T) {
	log := func(n int) string {
		return strings.Repeat(startLog+"\n2026-10-01T12:00:00.000Z [INFO] {x} a[1] {\"a\": 1}\n"+stampText+" "+warmLine+"\n"+coldLine+"\n", n)
	}
	allocs := func(log string) float64 {
		return testing.AllocsPerRun(5, func() {
			for _, err := range usagelog.Records(strings.NewReader(log)) {
				if err != nil {
					t.Fatal(err)
				}
			}
		})
	}
	if few, many := allocs(log(10)), allocs(log(400)); many > few {
		t.Errorf("%v allocations for 800 reports, %v for 20", many, few)
	}
}
