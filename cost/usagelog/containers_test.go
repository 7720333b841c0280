package usagelog_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/cost/usagelog"
)

// outcome is what a log gives: records, and of each damaged report the line and the field.
type outcome struct {
	Records []fields
	Damaged []string
}

func outcomeOf(t *testing.T, r io.Reader) (got outcome) {
	t.Helper()
	for rec, err := range usagelog.Records(r) {
		var damaged *usagelog.LineError
		switch {
		case err == nil:
			got.Records = append(got.Records, plain(rec))
		case errors.As(err, &damaged):
			got.Damaged = append(got.Damaged, fmt.Sprintf("%d %s", damaged.Line, damaged.Field))
		default:
			got.Damaged = append(got.Damaged, err.Error())
		}
	}
	return got
}

// indented returns JSON over many lines.
func indented(t *testing.T, s string) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(s), "", "    "); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const (
	stampMS   = "1790856000123"
	stampText = "2026-10-01T12:00:00.123Z"
)

// filtered is the output of aws logs filter-log-events.
func filtered(t *testing.T, messages ...string) string {
	t.Helper()
	var events []string
	for _, m := range messages {
		events = append(events, `{"logStreamName":"s","timestamp":`+stampMS+`,"message":`+quote(t, m+"\n")+`,"ingestionTime":1,"eventId":"1"}`)
	}
	return `{"events":[` + strings.Join(events, ",") + `],"searchedLogStreams":[]}`
}

// All kinds of content may follow one another; what is no report is passed over, and no report is lost.
func TestMixedContent(t *testing.T) {
	const (
		jsObject = "{\n  foo: 'bar',\n  list: [ { a: 1 }, { b: \"it's\" } ],\n  [Symbol(x)]: null\n}\n"
		jsList   = "[\n  { a: 1 },\n  { b: 'x' }\n]\n"
		appJSON  = `{"level":"info","items":[{"a":1},{"b":"REPORT of {sales"}],"events":[],"nested":{"results":["x"]}}`
	)
	warmF, coldF, warmAt, coldAt := warm.at(stampText, "f"), cold.at(stampText, "f"), warm.at(stampText, ""), cold.at(stampText, "")
	both := []fields{warm, cold}
	cutEvent := jsonLine[:strings.Index(jsonLine, `{"durationMs"`)]
	started := make([]string, 3000)
	for i := range started {
		started[i] = startLog
	}
	prefixed := func(f fields, prefix string) fields {
		f.Prefix = prefix
		return f
	}
	for name, tt := range map[string]struct {
		log  string
		want outcome
	}{
		"text, subscription message":              {"hello\n" + message(t, "f", warmLine, coldLine), outcome{Records: []fields{warmF, coldF}}},
		"text, subscription message on lines":     {"hello\n" + indented(t, message(t, "f", startLog, warmLine, coldLine)), outcome{Records: []fields{warmF, coldF}}},
		"text, long document on lines":            {"hello\n" + indented(t, message(t, "f", append(started, warmLine)...)), outcome{Records: []fields{warmF}}},
		"text, long document on one":              {"hello\n" + message(t, "f", append(started, warmLine)...) + "\n" + coldLine, outcome{Records: []fields{warmF, cold}}},
		"text, messages on one line":              {"hello\n" + message(t, "f", warmLine) + message(t, "g", coldLine) + "\n" + warmLine, outcome{Records: []fields{warmF, cold.at(stampText, "g"), warm}}},
		"text, list of messages":                  {"hello\n[" + message(t, "f", warmLine) + "," + message(t, "g", coldLine) + "]", outcome{Records: []fields{warmF, cold.at(stampText, "g")}}},
		"text, list of messages on lines":         {"hello\n" + indented(t, "["+message(t, "f", warmLine)+","+message(t, "g", coldLine)+"]"), outcome{Records: []fields{warmF, cold.at(stampText, "g")}}},
		"documents and reports in turn":           {indented(t, filtered(t, warmLine)) + "\n" + coldLine + "\n" + filtered(t, warmLine) + "\nhello\n" + indented(t, filtered(t, coldLine)), outcome{Records: []fields{warmAt, cold, warmAt, coldAt}}},
		"events on lines":                         {indented(t, jsonLine) + "\n" + indented(t, jsonLine) + "\n" + warmLine, outcome{Records: []fields{tele, tele, warm}}},
		"text, list of events on lines":           {"hello\n" + indented(t, "["+jsonLine+","+jsonLine+"]") + "\n" + warmLine, outcome{Records: []fields{tele, tele, warm}}},
		"text, list of events on one":             {"hello\n[" + jsonLine + "," + jsonLine + "]\n" + warmLine, outcome{Records: []fields{tele, tele, warm}}},
		"text, two events on one line":            {"hello\n" + jsonLine + jsonLine + "\n" + warmLine, outcome{Records: []fields{tele, tele, warm}}},
		"text, events one a line with commas":     {"hello\n" + jsonLine + ",\n" + jsonLine + ",\n" + warmLine, outcome{Records: []fields{tele, tele, warm}}},
		"stamp, event, more":                      {stampText + " " + jsonLine + " " + jsonLine + " x\n" + warmLine, outcome{Records: []fields{tele, tele, warm}}},
		"text, Insights' rows":                    {"hello\n" + indented(t, `[[{"field":"@message","value":`+quote(t, warmLine)+`}],[{"field":"@message","value":`+quote(t, coldLine)+`}]]`), outcome{Records: both}},
		"text, Insights' fields":                  {"hello\n" + `[{"@requestId":"` + warm.ID + `","@duration":12.34,"@billedDuration":13,"@memorySize":512000000,"@maxMemoryUsed":91000000}]` + "\n" + coldLine, outcome{Records: both}},
		"event of a function that logs JSON":      {"hello\n" + `{"timestamp":` + stampMS + `,"message":` + quote(t, jsonLine) + `}` + "\n", outcome{Records: []fields{tele}}},
		"message that is an object":               {"hello\n" + `{"logGroup":"/aws/lambda/f","message":` + jsonLine + `}` + "\n", outcome{Records: []fields{tele.at(tele.Time, "f")}}},
		"message of a message":                    {filtered(t, `{"log":`+quote(t, warmLine)+`}`), outcome{Records: []fields{warmAt}}},
		"event with its group":                    {"hello\n" + `{"logGroup":"/aws/lambda/f","timestamp":"` + stampText + `","message":` + quote(t, warmLine) + `}`, outcome{Records: []fields{warmF}}},
		"message with @timestamp":                 {`{"@timestamp":"` + stampText + `","message":` + quote(t, warmLine) + `}` + "\n" + `{"@timestamp":"` + stampText + `","@message":` + quote(t, coldLine) + `,"@log_group":"/aws/lambda/f"}`, outcome{Records: []fields{warmAt, coldF}}},
		"initialization of another stream":        {strings.ReplaceAll(message(t, "f", initLine), `"s"`, `"r"`) + message(t, "f", jsonLine), outcome{Records: []fields{tele.at(tele.Time, "f")}}},
		"event with two times":                    {`{"time":"2020-01-01T00:00:00Z","timestamp":` + stampMS + `,"message":` + quote(t, warmLine) + "}\n", outcome{Records: []fields{warmAt}}},
		"Docker's log with its time":              {`{"log":` + quote(t, warmLine+"\n") + `,"stream":"stdout","time":"` + stampText + `"}` + "\n", outcome{Records: []fields{warmAt}}},
		"Docker's logs on one line and on many":   {`{"log":` + quote(t, warmLine) + `}{"log":` + quote(t, coldLine) + "}\n" + indented(t, `{"log":`+quote(t, warmLine)+`}`), outcome{Records: []fields{warm, cold, warm}}},
		"log that is an object":                   {`{"log":{"level":"x"},"message":` + quote(t, warmLine) + "}\n", outcome{Records: []fields{warm}}},
		"list of strings":                         {"[" + quote(t, warmLine) + "," + quote(t, coldLine) + "]\n", outcome{Records: both}},
		"list of strings on lines":                {indented(t, "["+quote(t, warmLine)+","+quote(t, coldLine)+"]") + "\n", outcome{Records: both}},
		"string of a stamped report":              {quote(t, stampText+" "+warmLine) + "\n", outcome{Records: []fields{prefixed(warmAt, stampText+" ")}}},
		"string of an event":                      {quote(t, jsonLine) + "\n", outcome{Records: []fields{tele}}},
		"level in brackets":                       {"[INFO] " + warmLine + "\n[a] {x} " + coldLine, outcome{Records: []fields{prefixed(warm, "[INFO] "), prefixed(cold, "[a] {x} ")}}},
		"report in quotes that are not JSON's":    {"'" + warmLine + "'\n[" + warmLine + "]\n" + coldLine, outcome{Records: []fields{cold}}},
		"objects of Node.js first":                {jsObject + warmLine + "\n" + jsList + coldLine, outcome{Records: both}},
		"objects of Node.js, then documents":      {"hello\n" + jsObject + jsList + filtered(t, warmLine) + "\n" + jsObject + indented(t, filtered(t, coldLine)), outcome{Records: []fields{warmAt, coldAt}}},
		"an application's JSON":                   {appJSON + "\n" + warmLine + "\n" + indented(t, appJSON) + "\n" + coldLine, outcome{Records: both}},
		"braces":                                  {"{\n" + warmLine + "\n[{\n" + coldLine + "\n}}]]\n{[\n\"\n" + warmLine, outcome{Records: []fields{warm, cold, warm}}},
		"quote that is not closed":                {"{\"\n" + warmLine + "\n[{\"a\n" + coldLine + "\n", outcome{Records: both}},
		"event cut off, then events":              {cutEvent + "\n" + jsonLine + "\n" + jsonLine + "\n" + warmLine, outcome{[]fields{tele, tele, warm}, []string{"1 platform.report (JSON)"}}},
		"events, one cut off":                     {jsonLine + "\n" + cutEvent + "\n" + warmLine + "\n" + jsonLine, outcome{[]fields{tele, warm, tele}, []string{"2 platform.report (JSON)"}}},
		"event on lines cut off":                  {warmLine + "\n" + indented(t, jsonLine)[:120], outcome{[]fields{warm}, []string{"2 platform.report (JSON)"}}},
		"document cut off, then text":             {filtered(t, warmLine, coldLine)[:400] + "\n" + coldLine, outcome{[]fields{warmAt, cold}, []string{"1 JSON document"}}},
		"document on lines cut off, the next one": {indented(t, filtered(t, warmLine, startLog))[:500] + "\n" + indented(t, filtered(t, coldLine)), outcome{[]fields{warmAt, coldAt}, []string{"10 JSON document"}}},
		"document cut off at a value, JSON lines": {"{\"events\":\n" + jsonLine + "\n" + jsonLine + "\n" + jsonLine + "\n", outcome{Records: []fields{tele, tele, tele}}},
		"document broken on its line":             {`{"logGroup":"/aws/lambda/f","logEvents":[{"message":` + quote(t, warmLine) + `},oops{"message":` + quote(t, coldLine) + `}]}` + "\n" + warmLine, outcome{[]fields{warm.at("", "f"), cold, warm}, []string{"1 JSON document"}}},
		"report behind a document":                {filtered(t, startLog) + warmLine + "\n" + filtered(t, startLog) + " " + coldLine, outcome{Records: []fields{warm, prefixed(cold, " ")}}},
		"element that is no JSON":                 {`{"logEvents":[{"message":'` + warmLine + `'},{"message":` + quote(t, coldLine) + `}]}`, outcome{[]fields{cold}, []string{"1 JSON document"}}},
		"table behind text":                       {"hello\n@timestamp,@message\n2026-10-01 12:00:00.123,\"" + warmLine + "\n\"\n2026-10-01 12:00:00.123," + coldLine + "\n", outcome{Records: []fields{prefixed(warmAt, `2026-10-01 12:00:00.123,"`), prefixed(coldAt, "2026-10-01 12:00:00.123,")}}},
		"header in text":                          {"fields @message | sort\n" + warmLine, outcome{Records: []fields{warm}}},
	} {
		for how, r := range map[string]io.Reader{"whole": strings.NewReader(tt.log), "byte by byte": iotest.OneByteReader(strings.NewReader(tt.log))} {
			t.Run(name+", "+how, func(t *testing.T) {
				if diff := cmp.Diff(tt.want, outcomeOf(t, r)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
	}
}

// A quote that is lost, or one too many, costs the rows that it makes unreadable, and tells where it opened.
func TestTableQuotes(t *testing.T) {
	const head = "@timestamp,@message\n"
	row := func(line string) string { return stampMS + ",\"" + line + "\n\"\n" }
	lost := stampMS + ",\"" + warmLine + "\n"
	warmAt, coldAt := warm.at(stampText, ""), cold.at(stampText, "")
	const missing = " closing quote of a CSV cell"
	for name, tt := range map[string]struct {
		log  string
		want outcome
	}{
		"first row, others quoted":   {head + lost + row(coldLine) + row(warmLine), outcome{[]fields{coldAt, warmAt}, []string{"2" + missing}}},
		"between, others quoted":     {head + row(warmLine) + lost + row(coldLine) + row(warmLine), outcome{[]fields{warmAt, coldAt, warmAt}, []string{"4" + missing}}},
		"last row":                   {head + row(coldLine) + lost, outcome{[]fields{coldAt}, []string{"4" + missing}}},
		"others not quoted":          {head + lost + stampMS + "," + coldLine + "\n" + stampMS + "," + warmLine + "\n", outcome{[]fields{coldAt, warmAt}, []string{"2" + missing}}},
		"closed by a far row's":      {head + lost + stampMS + "," + coldLine + "\n" + stampMS + ",\"\nx\"\n" + row(warmLine), outcome{[]fields{coldAt, warmAt}, []string{"2" + missing}}},
		"in a cell of several lines": {"@message,@log\n\"" + warmLine + "\nXRAY\",\"f\n\"" + coldLine + "\n\",f\n", outcome{[]fields{cold}, []string{"3" + missing}}},
		"quote within a cell":        {head + stampMS + ",say \"x\n" + row(coldLine), outcome{[]fields{coldAt}, []string{"2 CSV row"}}},
		"quote behind a quote":       {head + stampMS + ",\"" + warmLine + "\" x\n" + row(coldLine), outcome{[]fields{coldAt}, []string{"2 CSV row"}}},
		"quotes that are doubled":    {head + stampMS + ",\"\"\"x\"\"\"\n" + row(coldLine), outcome{Records: []fields{coldAt}}},
		"quoted names, CRLF, BOM":    {"\xef\xbb\xbf\"timestamp\",\"message\"\r\n" + stampMS + ",\"" + warmLine + "\r\n\"\r\n\r\n" + stampMS + "," + coldLine + "\r\n", outcome{Records: []fields{warmAt, coldAt}}},
		"columns in another order":   {"message,logStreamName,Timestamp\n\"" + warmLine + "\n\",s," + stampMS + "\n", outcome{Records: []fields{warmAt}}},
		"never, and very long":       {head + lost + strings.Repeat(stampMS+","+startLog+"\n", 150_000) + stampMS + "," + coldLine + "\n", outcome{[]fields{coldAt}, []string{"2" + missing}}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, outcomeOf(t, strings.NewReader(tt.log))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A reader that fails keeps back nothing that it gave, complete or not.
func TestReaderFailsBehindReport(t *testing.T) {
	torn := errors.New("torn")
	warmAt := warm.at(stampText, "")
	for name, tt := range map[string]struct {
		log  string
		want outcome
	}{
		"text":                      {coldLine + "\n" + warmLine, outcome{[]fields{cold, warm}, []string{"torn"}}},
		"text cut off":              {coldLine + "\n" + badLine, outcome{[]fields{cold}, []string{"torn"}}},
		"JSON line":                 {coldLine + "\n" + jsonLine, outcome{[]fields{cold, tele}, []string{"torn"}}},
		"JSON line cut off":         {coldLine + "\n" + jsonLine[:150], outcome{[]fields{cold}, []string{"torn"}}},
		"document":                  {"hello\n" + filtered(t, warmLine), outcome{[]fields{warmAt}, []string{"torn"}}},
		"document cut off":          {"hello\n" + filtered(t, warmLine, coldLine)[:400], outcome{[]fields{warmAt}, []string{"torn"}}},
		"row":                       {"@timestamp,@message\n" + stampMS + "," + warmLine, outcome{[]fields{warmAt}, []string{"torn"}}},
		"row within quotes":         {"@timestamp,@message\n" + stampMS + ",\"" + warmLine + "\n", outcome{[]fields{warmAt}, []string{"torn"}}},
		"row cut off":               {"@timestamp,@message\n" + stampMS + "," + badLine, outcome{nil, []string{"torn"}}},
		"row of an event cut off":   {"@timestamp,@message\n" + stampMS + ",\"" + strings.ReplaceAll(jsonLine[:150], `"`, `""`) + "\n", outcome{nil, []string{"torn"}}},
		"row behind one not closed": {"@timestamp,@message\n" + stampMS + ",\"" + warmLine + "\n" + stampMS + "," + coldLine, outcome{[]fields{cold.at(stampText, "")}, []string{"2 closing quote of a CSV cell", "torn"}}},
	} {
		t.Run(name, func(t *testing.T) {
			got := outcomeOf(t, io.MultiReader(strings.NewReader(tt.log), iotest.ErrReader(torn)))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
		t.Run(name+", gzip and garbage", func(t *testing.T) {
			got := outcomeOf(t, io.MultiReader(bytes.NewReader(zip(t, tt.log)), strings.NewReader("\x01garbage garbage")))
			if n := len(got.Damaged); n == 0 || got.Damaged[n-1] != "gzip: invalid header" {
				t.Fatalf("errors are %q, want the last one of gzip", got.Damaged)
			}
			got.Damaged[len(got.Damaged)-1] = "torn"
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func utf16Of(s string, order binary.AppendByteOrder) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, u)
	}
	return string(b)
}

// UTF-16 is what a redirection in PowerShell writes.
func TestUTF16(t *testing.T) {
	for name, tt := range map[string]struct {
		log  string
		want outcome
	}{
		"text":               {"grüße 🙂\n" + warmLine + "\r\n" + coldLine + "\r\n", outcome{Records: []fields{warm, cold}}},
		"document":           {indented(t, filtered(t, "grüße 🙂", warmLine)), outcome{Records: []fields{warm.at(stampText, "")}}},
		"table":              {"timestamp,message\r\n" + stampMS + "," + warmLine + "\r\n", outcome{Records: []fields{warm.at(stampText, "")}}},
		"longer than pieces": {strings.Repeat("grüße 🙂\n", 20_000) + warmLine + "\n" + badLine, outcome{[]fields{warm}, []string{"20002 Billed Duration"}}},
	} {
		for how, text := range map[string]string{
			"little-endian":            utf16Of("\ufeff"+tt.log, binary.LittleEndian),
			"big-endian":               utf16Of("\ufeff"+tt.log, binary.BigEndian),
			"gzip":                     string(zip(t, utf16Of("\ufeff"+tt.log, binary.LittleEndian))),
			"little-endian, no mark":   utf16Of(tt.log, binary.LittleEndian),
			"little-endian, odd bytes": utf16Of("\ufeff"+tt.log+"\n", binary.LittleEndian) + "\x00",
		} {
			for pieces, r := range map[string]io.Reader{"whole": strings.NewReader(text), "byte by byte": iotest.OneByteReader(strings.NewReader(text))} {
				t.Run(name+", "+how+", "+pieces, func(t *testing.T) {
					if diff := cmp.Diff(tt.want, outcomeOf(t, r)); diff != "" {
						t.Errorf("(-want +got):\n%s", diff)
					}
				})
			}
		}
	}
}

// Containers that cannot be read are told by their name, not taken for logs without reports.
func TestForeignContainers(t *testing.T) {
	for name, log := range map[string]string{
		"zip": "PK\x03\x04xxxxxxxx", "zstd": "\x28\xb5\x2f\xfdxxxxxxxx", "bzip2": "BZh91AY&SYxxxx", "xz": "\xfd7zXZ\x00xxxx", "lz4": "\x04\x22\x4d\x18xxxx", "parquet": "PAR1xxxx", "snappy": "\xff\x06\x00\x00sNaPpYxxxx",
	} {
		for how, log := range map[string]string{"plain": log, "gzip": string(zip(t, log))} {
			var damaged *usagelog.LineError
			n := 0
			for _, err := range usagelog.Records(strings.NewReader(log)) {
				n++
				if !errors.As(err, &damaged) || damaged.Field != "container" || damaged.Value != name {
					t.Errorf("%s, %s: error is %v, want a LineError of the container", name, how, err)
				}
			}
			if n != 1 {
				t.Errorf("%s, %s: %d steps, want one", name, how, n)
			}
		}
	}
}

// gzip may hold gzip, but not without an end.
func TestGzipInGzip(t *testing.T) {
	log := warmLine
	for range 4 {
		log = string(zip(t, log))
		if diff := cmp.Diff(outcome{Records: []fields{warm}}, outcomeOf(t, strings.NewReader(log))); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	if diff := cmp.Diff(outcome{Damaged: []string{"1 container"}}, outcomeOf(t, bytes.NewReader(zip(t, log)))); diff != "" {
		t.Errorf("five deep (-want +got):\n%s", diff)
	}
}
