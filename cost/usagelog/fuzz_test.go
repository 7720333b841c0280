package usagelog_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/usagelog"
)

// checkRecord is what holds of every record that is read, from whatever.
func checkRecord(t *testing.T, r usagelog.Record) {
	t.Helper()
	if r.Duration < 0 || r.Billed < 0 || r.Init < 0 || r.Restore < 0 || r.BilledRestore < 0 || r.MaxMemoryUsedMB < 0 {
		t.Fatalf("impossible record %+v", plain(r))
	}
	if !r.Billable() {
		return
	}
	inv, err := r.Invocation(usagelog.Config{Arch: cost.ARM64})
	if err != nil {
		t.Fatal(err)
	}
	var u cost.Usage
	if err := u.AddInvocation(inv); err != nil {
		t.Fatalf("a record that cannot be billed: %v", err)
	}
}

func checkError(t *testing.T, err error) {
	t.Helper()
	var damaged *usagelog.LineError
	if err != nil && !errors.Is(err, usagelog.ErrNotReport) && (!errors.As(err, &damaged) || damaged.Line < 1 || damaged.Field == "") {
		t.Fatalf("error %v", err)
	}
}

func FuzzParseReport(f *testing.F) {
	for _, s := range []string{warmLine, coldLine, badLine, "2026-10-01 12:00:00.5 " + warmLine, warmLine + "Status: timeout\tError Type: x"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		r, err := usagelog.ParseReport(line)
		checkError(t, err)
		if err == nil {
			checkRecord(t, r)
		}
	})
}

func FuzzParseTelemetry(f *testing.F) {
	f.Add([]byte(jsonLine))
	f.Add([]byte(initLine))
	f.Add([]byte(`{"type":"platform.report","record":{"requestId":"d","metrics":{"durationMs":1e3,"billedDurationMs":-1}}}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		r, err := usagelog.ParseTelemetry(line)
		checkError(t, err)
		if err == nil {
			checkRecord(t, r)
		}
	})
}

// FuzzRecords reads whatever as a log: in one piece and byte by byte the same comes out.
func FuzzRecords(f *testing.F) {
	f.Add([]byte(warmLine + "\n" + badLine + "\r\n" + jsonLine))
	f.Add([]byte(`{"logGroup":"/aws/lambda/f","logEvents":[{"timestamp":1790856000123,"message":"` + strings.ReplaceAll(warmLine, "\t", `\t`) + `"}]}`))
	f.Add([]byte(`{"results":[[{"field":"@message","value":"` + strings.ReplaceAll(warmLine, "\t", `\t`) + `"}]]}`))
	f.Add([]byte("@timestamp,@message\n2026-10-01 12:00:00.123,\"" + warmLine + "\"\n"))
	f.Add([]byte("@requestId,@duration,@billedDuration,@memorySize\na,1,1,1.28E8\n"))
	f.Add(zip(f, warmLine+"\n", coldLine))
	f.Fuzz(func(t *testing.T, log []byte) {
		whole, errs := collect(bytes.NewReader(log))
		pieces, pieceErrs := collect(iotest.OneByteReader(bytes.NewReader(log)))
		if diff := cmp.Diff(whole, pieces); diff != "" {
			t.Fatalf("records (-whole +byte by byte):\n%s", diff)
		}
		if diff := cmp.Diff(errs, pieceErrs); diff != "" {
			t.Fatalf("errors (-whole +byte by byte):\n%s", diff)
		}
		for r, err := range usagelog.Records(bytes.NewReader(log)) {
			if err == nil {
				checkRecord(t, r)
			}
		}
	})
}

// mayBeUTF16 reports whether s has a byte that makes the decoder look at it.
func mayBeUTF16(s string) bool {
	for _, b := range []byte("\x00\xfe\xff") {
		if strings.IndexByte(s, b) >= 0 {
			return true
		}
	}
	return false
}

// FuzzLines compares the fast search over large pieces with looking at each line by itself.
func FuzzLines(f *testing.F) {
	f.Add("x\n", uint8(3), "")
	f.Add(warmLine+"\n\n", uint8(1), coldLine)
	f.Fuzz(func(t *testing.T, noise string, times uint8, last string) {
		log := "start of a plain log\n" + strings.Repeat(noise+"\n"+warmLine+"\n", int(times)%8) + last
		if strings.ContainsAny(log, "{[\",;") || mayBeUTF16(log) || strings.Contains(log, "\xef\xbb\xbfREPORT") {
			t.Skip("JSON, tables, UTF-16 and marks of the byte order have tests of their own")
		}
		var want []fields
		var wrong int
		for line := range strings.Lines(log) {
			if strings.Count(line, "REPORT RequestId: ") > 1 {
				t.Skip("of a line of two reports ParseReport tells, and Records reads both")
			}
			r, err := usagelog.ParseReport([]byte(strings.TrimRight(line, "\r\n")))
			switch {
			case err == nil:
				want = append(want, plain(r))
			case !errors.Is(err, usagelog.ErrNotReport):
				wrong++
			}
		}
		got, errs := collect(strings.NewReader(log))
		if diff := cmp.Diff(want, got); diff != "" || len(errs) != wrong {
			t.Fatalf("errors %v, want %d (-want +got):\n%s", errs, wrong, diff)
		}
	})
}

// FuzzValidJSON takes encoding/json as the reference of what JSON is: a report behind a value, in a list or document, is found
// whatever that value is.
func FuzzValidJSON(f *testing.F) {
	f.Add(`{"a":[1,-2.5e+3,true,false,null,[1],"\"\\\u00e9"],"b":{},"c":[]}`)
	f.Add(`[[{"field":"@message","value":"x"}],"events",{"events":[{"message":{}}],"logGroup":7}]`)
	f.Fuzz(func(t *testing.T, value string) {
		var compact bytes.Buffer
		if len(value) > 1000 || json.Compact(&compact, []byte(value)) != nil || strings.Contains(value, "REPORT") || strings.Contains(value, "platform") {
			t.Skip()
		}
		if value = compact.String(); strings.Count(value, "{")+strings.Count(value, "[") > 50 {
			t.Skip("nested too deeply, perhaps")
		}
		for name, log := range map[string]string{
			"list":     "[{}," + value + "," + jsonLine + "]",
			"document": `{"logGroup":"/aws/lambda/f","value":` + value + `,"logEvents":[` + value + `,{"message":` + strconv.Quote(jsonLine) + `}]}`,
			"event":    `{"value":` + value + `,"message":` + jsonLine + `}`,
			"line":     value + "\n" + jsonLine,
		} {
			for how, text := range map[string]string{"compact": log, "on lines": onLines(log)} {
				got, errs := collect(strings.NewReader(text))
				if len(got) != 1 || len(errs) > 0 || got[0].ID != tele.ID || (got[0].Function == "f") != (name == "document") {
					t.Fatalf("%s, %s: %+v, errors %q, want one record", name, how, got, errs)
				}
			}
		}
	})
}

// onLines returns JSON over many lines; what is no single value as it is.
func onLines(s string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(s), "", "\t") != nil {
		return s
	}
	return b.String()
}

func FuzzReadConfigs(f *testing.F) {
	f.Add([]byte(`{"Functions":[{"FunctionName":"a","Architectures":["arm64"],"EphemeralStorage":{"Size":512}}]}{"Functions":[]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		configs, err := usagelog.ReadConfigs(bytes.NewReader(b))
		var ce *usagelog.ConfigError
		if err != nil && !errors.As(err, &ce) {
			t.Fatalf("error %v", err)
		}
		for name, c := range configs {
			if name == "" || name != c.Function || c.Arch.Validate() != nil {
				t.Fatalf("%q: %+v", name, c)
			}
		}
	})
}
