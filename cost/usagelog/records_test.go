package usagelog_test

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/cost/usagelog"
)

const (
	warmLine = "REPORT RequestId: 11111111-aaaa-4aaa-8aaa-000000000001\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 512 MB\tMax Memory Used: 91 MB\t"
	coldLine = "REPORT RequestId: 11111111-aaaa-4aaa-8aaa-000000000002\tDuration: 17.21 ms\tBilled Duration: 98 ms\tMemory Size: 512 MB\tMax Memory Used: 91 MB\tInit Duration: 80.52 ms\t"
	startLog = "START RequestId: 11111111-aaaa-4aaa-8aaa-000000000001 Version: $LATEST"
	jsonLine = `{"time":"2026-10-01T12:00:00.000Z","type":"platform.report","record":{"requestId":"11111111-aaaa-4aaa-8aaa-000000000003","status":"success","metrics":{"durationMs":1.802,"billedDurationMs":63,"memorySizeMB":128,"maxMemoryUsedMB":35,"initDurationMs":60.644}}}`
	initLine = `{"time":"2026-10-01T11:59:59.000Z","type":"platform.initReport","record":{"initializationType":"provisioned-concurrency","phase":"init","metrics":{"durationMs":60.644}}}`
	badLine  = "REPORT RequestId: 11111111-aaaa-4aaa-8aaa-000000000009\tDuration: 12.34 ms\tBilled Dur"
)

var (
	warm = fields{ID: "11111111-aaaa-4aaa-8aaa-000000000001", Duration: 12_340 * us, Billed: 13 * time.Millisecond, MemoryMB: 512, MaxMemoryUsedMB: 91}
	cold = fields{ID: "11111111-aaaa-4aaa-8aaa-000000000002", Duration: 17_210 * us, Billed: 98 * time.Millisecond, Init: 80_520 * us, MemoryMB: 512, MaxMemoryUsedMB: 91}
	tele = fields{ID: "11111111-aaaa-4aaa-8aaa-000000000003", Time: "2026-10-01T12:00:00Z", Status: "success", Duration: 1_802 * us, Billed: 63 * time.Millisecond, Init: 60_644 * us, MemoryMB: 128, MaxMemoryUsedMB: 35}
)

func (f fields) at(t, function string) fields {
	f.Time, f.Function = t, function
	return f
}

// collect runs over a log; errors are given as text.
func collect(r io.Reader) (records []fields, errs []string) {
	for rec, err := range usagelog.Records(r) {
		if err != nil {
			errs = append(errs, err.Error())
			continue
		}
		records = append(records, plain(rec))
	}
	return records, errs
}

func quote(t *testing.T, s string) string {
	t.Helper()
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func message(t *testing.T, function string, messages ...string) string {
	t.Helper()
	var events []string
	for i, m := range messages {
		events = append(events, fmt.Sprintf(`{"id":"%d","timestamp":1790856000123,"message":%s}`, i, quote(t, m+"\n")))
	}
	return `{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"/aws/lambda/` + function + `","logStream":"s","subscriptionFilters":["x"],"logEvents":[` + strings.Join(events, ",") + `]}`
}

func containers(t *testing.T) map[string]struct {
	log  string
	want []fields
} {
	t.Helper()
	const stamp = "2026-10-01T12:00:00.123Z"
	var table bytes.Buffer
	w := csv.NewWriter(&table)
	if err := w.WriteAll([][]string{
		{"@timestamp", "@message", "@log"},
		{"2026-10-01 12:00:00.123", startLog, "1:/aws/lambda/f"},
		{"2026-10-01 12:00:00.123", warmLine + "\nXRAY TraceId: 1\tSampled: true", "1:/aws/lambda/f"},
		{"2026-10-01 12:00:00.123", coldLine, "1:/aws/lambda/f"},
	}); err != nil {
		t.Fatal(err)
	}
	prefixed := func(f fields, prefix, at string) fields {
		f.Prefix, f.Time = prefix, at
		return f
	}
	both := []fields{warm, cold}
	timed := []fields{warm.at(stamp, "f"), cold.at(stamp, "f")}
	discovered := []fields{warm.at(stamp, "f"), cold.at(stamp, "f")}
	return map[string]struct {
		log  string
		want []fields
	}{
		"empty":             {"", nil},
		"one line":          {warmLine, []fields{warm}},
		"lines":             {startLog + "\n" + warmLine + "\nEND\n\n" + coldLine + "\n", both},
		"CRLF and BOM":      {"\xef\xbb\xbf" + warmLine + "\r\n" + coldLine + "\r\n", both},
		"timestamps":        {stamp + " " + warmLine + "\n" + stamp + "\t" + coldLine + "\n", []fields{prefixed(warm, stamp+" ", stamp), prefixed(cold, stamp+"\t", stamp)}},
		"JSON application":  {`{"level":"info","message":"REPORT of sales"}` + "\n" + warmLine + "\n" + `{"platform":"x"}` + "\n" + coldLine, both},
		"telemetry lines":   {initLine + "\n" + jsonLine + "\n", []fields{func() fields { f := tele; f.Initialization = "provisioned-concurrency"; return f }()}},
		"stamped telemetry": {stamp + " " + jsonLine + "\n", []fields{tele}},
		"telemetry array":   {"[" + jsonLine + ",\n" + jsonLine + "]", []fields{tele, tele}},
		"message":           {message(t, "f", startLog, warmLine, coldLine), timed},
		"messages":          {message(t, "f", warmLine) + message(t, "g", coldLine) + "\n" + message(t, "f", startLog), []fields{warm.at(stamp, "f"), cold.at(stamp, "g")}},
		"control message":   {`{"messageType":"CONTROL_MESSAGE","logGroup":"","logStream":"","logEvents":[{"id":"","timestamp":1,"message":"CWL CONTROL MESSAGE: Checking health of destination"}]}` + message(t, "f", warmLine, coldLine), timed},
		"message, telemetry": {message(t, "f", initLine, jsonLine), []fields{func() fields {
			f := tele.at(tele.Time, "f")
			f.Initialization = "provisioned-concurrency"
			return f
		}()}},
		"message in lines":  {"some text first\n" + message(t, "f", warmLine, coldLine) + "\n", timed},
		"filter-log-events": {"{\n  \"events\": [\n    {\n      \"logStreamName\": \"s\",\n      \"timestamp\": 1790856000123,\n      \"message\": " + quote(t, warmLine) + ",\n      \"eventId\": \"1\"\n    },\n    {\"timestamp\": 1790856000123, \"message\": " + quote(t, coldLine) + "}\n  ],\n  \"searchedLogStreams\": []\n}\n", []fields{warm.at(stamp, ""), cold.at(stamp, "")}},
		"Insights CSV":      {table.String(), timed},
		"Insights CSV, columns": {"@timestamp,@requestId,@duration,@billedDuration,@memorySize,@maxMemoryUsed,@initDuration,@log,@type\n" +
			"2026-10-01 12:00:00.123," + warm.ID + ",12.34,13,512000000,91000000,,1:/aws/lambda/f,REPORT\n" +
			"2026-10-01 12:00:00.123," + warm.ID + ",,,,,,1:/aws/lambda/f,START\n" +
			"2026-10-01 12:00:00.123," + cold.ID + ",17.21,98.0,5.12E8,9.1E7,80.52,1:/aws/lambda/f,REPORT\n", discovered},
		"Insights JSON": {`{"results":[[{"field":"@timestamp","value":"2026-10-01 12:00:00.123"},{"field":"@log","value":"1:/aws/lambda/f"},{"field":"@message","value":` + quote(t, warmLine) + `},{"field":"@ptr","value":"x"}],` +
			`[{"field":"@timestamp","value":"2026-10-01 12:00:00.123"},{"field":"@log","value":"1:/aws/lambda/f"},{"field":"@requestId","value":"` + cold.ID + `"},{"field":"@duration","value":"17.21"},{"field":"@billedDuration","value":"98"},{"field":"@initDuration","value":"80.52"},{"field":"@memorySize","value":"5.12E8"},{"field":"@maxMemoryUsed","value":"9.1E7"}]],"statistics":{"recordsMatched":2},"status":"Complete"}`, timed},
		"Insights console": {`[{"@timestamp":"2026-10-01 12:00:00.123","@log":"1:/aws/lambda/f","@message":` + quote(t, warmLine) + `},{"@timestamp":"2026-10-01 12:00:00.123","@log":"1:/aws/lambda/f","@requestId":"` + cold.ID + `","@duration":17.21,"@billedDuration":98,"@initDuration":80.52,"@memorySize":512000000,"@maxMemoryUsed":91000000}]`, timed},
	}
}

func zip(t testing.TB, members ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, m := range members {
		z := gzip.NewWriter(&b)
		if _, err := io.WriteString(z, m); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

// Every container gives the same records, whatever pieces it arrives in.
func TestContainers(t *testing.T) {
	for name, tt := range containers(t) {
		half := len(tt.log) / 2
		for how, r := range map[string]io.Reader{
			"whole":              strings.NewReader(tt.log),
			"byte by byte":       iotest.OneByteReader(strings.NewReader(tt.log)),
			"error with data":    iotest.DataErrReader(strings.NewReader(tt.log)),
			"gzip":               bytes.NewReader(zip(t, tt.log)),
			"gzip, two members":  bytes.NewReader(zip(t, tt.log[:half], tt.log[half:])),
			"gzip, byte by byte": iotest.OneByteReader(bytes.NewReader(zip(t, tt.log))),
		} {
			t.Run(name+", "+how, func(t *testing.T) {
				got, errs := collect(r)
				if len(errs) > 0 {
					t.Fatalf("errors: %v", errs)
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestRecordsDamaged(t *testing.T) {
	tests := map[string]struct {
		log   string
		want  int // records
		lines []int
	}{
		"line":                      {warmLine + "\n" + badLine + "\n" + coldLine, 2, []int{2}},
		"last line":                 {warmLine + "\n" + badLine, 1, []int{2}},
		"telemetry cut off":         {jsonLine[:len(jsonLine)-9] + "\n" + warmLine, 1, []int{1}},
		"message":                   {message(t, "f", warmLine, badLine, coldLine), 2, []int{1}},
		"document cut off":          {message(t, "f", warmLine) + "\n" + message(t, "f", warmLine)[:100], 1, []int{2}},
		"document cut off, next":    {message(t, "f", warmLine)[:100] + "\n" + message(t, "f", warmLine), 1, []int{2}},
		"garbage between documents": {message(t, "f", warmLine) + "!!!" + message(t, "f", coldLine), 2, []int{1}},
		"CSV columns":               {"@timestamp,@message\n2026-10-01 12:00:00.000," + warmLine + "\nx\n2026-10-01 12:00:00.000," + coldLine + "\n", 2, []int{3}},
		"CSV memory":                {"@requestId,@duration,@billedDuration,@memorySize\na,1,1,1.5\nb,1,1,128000000\nc,1,1,1e999\nd,NaN,1,128000000\ne,1,1.5,128000000\n", 1, []int{2, 4, 5, 6}},
		// One of the two durations is half a report; none is no report, as of a START.
		"CSV, one duration": {"@requestId,@duration,@billedDuration,@memorySize,@type\na,1,1,128000000,REPORT\nb,,1,128000000,REPORT\nc,1,,128000000,\nd,,,128000000,\ne,1,1,128000000,START\n", 1, []int{3, 4}},
		// A row that stands for many executions is not one.
		"CSV, counts":     {"@duration,@billedDuration,@memorySize,count(*)\n1,1,128000000,1\n2,2,128000000,5000\n", 1, []int{3}},
		"JSON, counts":    {"[\n" + `{"@duration":"1","@billedDuration":"1","@memorySize":"128000000","count(*)":1},` + "\n" + `{"@duration":"2","@billedDuration":"2","@memorySize":"128000000","count(*)":5000}]`, 1, []int{3}},
		"results, counts": {`{"results":[[{"field":"count(*)","value":"5000"},{"field":"@duration","value":"2"},{"field":"@billedDuration","value":"2"},{"field":"@memorySize","value":"128000000"}]]}`, 0, []int{1}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			records, lines := 0, []int(nil)
			for _, err := range usagelog.Records(strings.NewReader(tt.log)) {
				var damaged *usagelog.LineError
				switch {
				case err == nil:
					records++
				case errors.As(err, &damaged):
					lines = append(lines, damaged.Line)
				default:
					t.Errorf("error %v", err)
				}
			}
			if records != tt.want || !cmp.Equal(lines, tt.lines) {
				t.Errorf("%d records, damaged lines %v; want %d, %v", records, lines, tt.want, tt.lines)
			}
		})
	}
}

func TestRecordsPlaces(t *testing.T) {
	log := "first\n" + warmLine + "\n\n  " + coldLine + "\n" + badLine + "\n"
	type place struct {
		Line   int
		Offset int64
	}
	var got []place
	for r, err := range usagelog.Records(strings.NewReader(log)) {
		var damaged *usagelog.LineError
		if errors.As(err, &damaged) {
			got = append(got, place{damaged.Line, damaged.Offset})
		} else {
			got = append(got, place{r.Line, r.Offset})
		}
	}
	want := []place{
		{2, int64(strings.Index(log, warmLine))},
		{4, int64(strings.Index(log, "  "+coldLine))},
		{5, int64(strings.Index(log, badLine))},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRecordsReadErrors(t *testing.T) {
	broken := errors.New("the line went dead")
	zipped := zip(t, strings.Repeat(warmLine+"\n", 10_000))
	corrupt := bytes.Clone(zipped)
	corrupt[len(corrupt)-6] ^= 1
	tests := map[string]struct {
		r    io.Reader
		want error
		some bool // records before it
	}{
		"at once":        {iotest.ErrReader(broken), broken, false},
		"after lines":    {io.MultiReader(strings.NewReader(warmLine+"\n"+warmLine), iotest.ErrReader(broken)), broken, true},
		"after document": {io.MultiReader(strings.NewReader(message(t, "f", warmLine)+"\n{"), iotest.ErrReader(broken)), broken, true},
		"after CSV":      {io.MultiReader(strings.NewReader("@timestamp,@message\n1,"+warmLine+"\n"), iotest.ErrReader(broken)), broken, true},
		"gzip cut off":   {bytes.NewReader(zipped[:len(zipped)/2]), io.ErrUnexpectedEOF, true},
		"gzip corrupt":   {bytes.NewReader(corrupt), gzip.ErrChecksum, true},
		"gzip header":    {strings.NewReader("\x1f\x8b\xff"), io.ErrUnexpectedEOF, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			records := 0
			var last error
			for _, err := range usagelog.Records(tt.r) {
				if last != nil {
					t.Fatal("something follows the read error")
				}
				if err == nil {
					records++
				}
				last = err
			}
			if !errors.Is(last, tt.want) || (records > 0) != tt.some {
				t.Errorf("%d records, then %v; want %v", records, last, tt.want)
			}
		})
	}
}

func TestRecordsStops(t *testing.T) {
	for name, tt := range containers(t) {
		t.Run(name, func(t *testing.T) {
			n := 0
			for range usagelog.Records(strings.NewReader(tt.log)) {
				n++
				break
			}
			if want := min(1, len(tt.want)); n != want {
				t.Errorf("%d steps, want %d", n, want)
			}
		})
	}
}

// endless yields a line without an end, then a report.
type endless struct {
	left int
	then io.Reader
}

func (e *endless) Read(b []byte) (int, error) {
	if e.left == 0 {
		return e.then.Read(b)
	}
	n := min(len(b), e.left)
	for i := range b[:n] {
		b[i] = 'x'
	}
	e.left -= n
	return n, nil
}

func TestLongLinesAreNotHeld(t *testing.T) {
	const long = 100 << 20
	tests := map[string]func() io.Reader{
		"line": func() io.Reader { return &endless{long, strings.NewReader("\n" + warmLine + "\n")} },
		"message": func() io.Reader {
			return io.MultiReader(strings.NewReader(`{"logGroup":"/aws/lambda/f","logEvents":[{"message":"`),
				&endless{long, strings.NewReader(`"},{"message":` + quote(t, warmLine) + `}]}`)})
		},
		"CSV": func() io.Reader {
			return io.MultiReader(strings.NewReader("@timestamp,@message\n1,"),
				&endless{long, strings.NewReader("\n1," + warmLine + "\n")})
		},
	}
	for name, open := range tests {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			got, errs := collect(open())
			runtime.ReadMemStats(&after)
			if len(got) != 1 || len(errs) > 0 {
				t.Errorf("%d records, errors %v; want 1 and none", len(got), errs)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
				t.Errorf("%d MB allocated for a line of %d MB", used>>20, long>>20)
			}
		})
	}
}

func TestLargeContainersAgree(t *testing.T) {
	var lines, doc strings.Builder
	var messages []string
	for i := range 500 {
		l := fmt.Sprintf("REPORT RequestId: id-%d\tDuration: %d.25 ms\tBilled Duration: %d ms\tMemory Size: 256 MB\tMax Memory Used: 40 MB\t", i, i, i+1)
		lines.WriteString(startLog + "\n" + l + "\n")
		messages = append(messages, startLog, l)
	}
	doc.WriteString(message(t, "f", messages...))
	a, errsA := collect(strings.NewReader(lines.String()))
	b, errsB := collect(strings.NewReader(doc.String()))
	for i := range b {
		b[i].Time, b[i].Function = "", ""
	}
	if diff := cmp.Diff(a, b); diff != "" || len(a) != 500 || len(errsA)+len(errsB) > 0 {
		t.Errorf("%d lines, errors %v %v (-lines +document):\n%s", len(a), errsA, errsB, diff)
	}
}
