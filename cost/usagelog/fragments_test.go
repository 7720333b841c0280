package usagelog_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/cost/usagelog"
)

// What cat, grep, head and tail make of containers: a report that is whole is read, whatever of its container is gone.
func TestFragments(t *testing.T) {
	const bom = "\xef\xbb\xbf"
	warmAt, coldAt := warm.at(stampText, ""), cold.at(stampText, "")
	prefixed := func(f fields, prefix string) fields {
		f.Prefix = prefix
		return f
	}
	table := "timestamp,message\n" + stampMS + ",\"" + warmLine + "\n\"\n" + stampMS + "," + coldLine + "\n"
	doc, other := message(t, "f", startLog, warmLine, coldLine), message(t, "g", coldLine)
	lines := indented(t, filtered(t, startLog, warmLine, coldLine))
	short := strings.TrimRight(warmLine, "\t")
	both := []fields{warm, cold}
	for name, tt := range map[string]struct {
		log  string
		want outcome
	}{
		"table, rows that grep finds":        {stampMS + ",\"" + warmLine + "\n" + stampMS + "," + coldLine + "\n", outcome{Records: []fields{prefixed(warmAt, stampMS+`,"`), prefixed(coldAt, stampMS+`,`)}}},
		"table, closed on its line":          {`"` + stampText + `",s,"` + warmLine + `",1:/aws/lambda/f` + "\n", outcome{Records: []fields{prefixed(warmAt, `"`+stampText+`",s,"`)}}},
		"table, nothing behind a report":     {stampMS + "," + short + ",x\n" + stampMS + ",\"" + short + "\",x\n", outcome{Records: []fields{prefixed(warmAt, stampMS+","), prefixed(warmAt, stampMS+`,"`)}}},
		"table, the message alone":           {"hello\n\"" + warmLine + "\n\"" + coldLine + "\"\n", outcome{Records: []fields{prefixed(warm, `"`), prefixed(cold, `"`)}}},
		"table, a damaged row that is found": {stampMS + ",\"" + badLine + "\n" + stampMS + "," + coldLine + "\n", outcome{[]fields{prefixed(coldAt, stampMS+",")}, []string{"1 Billed Duration"}}},
		"table, its end":                     {table[strings.Index(table, warmLine)-1:], outcome{Records: []fields{prefixed(warm, `"`), prefixed(coldAt, stampMS+",")}}},
		"tables, one after another":          {table + table, outcome{Records: []fields{warmAt, coldAt, warmAt, coldAt}}},
		"tables, columns in another order":   {table + "@message,@log,@timestamp\n" + coldLine + ",1:/aws/lambda/f," + stampMS + "\n", outcome{Records: []fields{warmAt, coldAt, cold.at(stampText, "f")}}},
		"table, then text":                   {table + coldLine + "\n" + stampText + " " + warmLine, outcome{Records: []fields{warmAt, coldAt, cold, prefixed(warmAt, stampText+" ")}}},
		"table, then other text":             {table + "hello\n" + coldLine, outcome{[]fields{warmAt, coldAt, cold}, []string{"5 number of CSV columns"}}},
		"table, fields of a report again":    {"@requestId,@duration,@billedDuration,@memorySize\na,1,1,128000000\n@requestId,@duration,@billedDuration,@memorySize\n", outcome{Records: []fields{{ID: "a", Duration: 1e6, Billed: 1e6, MemoryMB: 128}}}},
		"message, its end":                   {doc[strings.Index(doc, warmLine[:20])-20:], outcome{Records: []fields{warm, cold.at(stampText, "")}}},
		"message, its end, the next one":     {doc[strings.Index(doc, warmLine[:20])-20:] + other, outcome{Records: []fields{warm, cold.at(stampText, ""), cold.at(stampText, "g")}}},
		"document on lines, its end":         {lines[strings.Index(lines, `"message": "REPORT`):], outcome{Records: []fields{warm, coldAt}}},
		"document on lines, what grep finds": {"            \"message\": " + quote(t, warmLine) + ",\n            \"message\": " + quote(t, coldLine) + "\n", outcome{Records: both}},
		"Insights, what grep finds":          {"\"value\": " + quote(t, warmLine) + "\n\"other\": " + quote(t, coldLine) + "\n", outcome{Records: []fields{warm}}},
		"Insights, cut between fields":       {`{"results":[[{"field":"@timestamp","value":"2026-10-01 12:00:00.123"},{"fie` + "\n" + warmLine, outcome{[]fields{warm}, []string{"1 JSON document"}}},
		"Insights, a column of OpenSearch's": {`[[{"field":"@log_group","value":"x"},{"field":"@message","value":` + quote(t, warmLine) + `}]]`, outcome{Records: []fields{warm}}},
		"JSON that is very deep":             {"hello\n" + strings.Repeat(`{"a":[`, 100) + "\n" + warmLine + "\n" + strings.Repeat(`[`, 100) + "{\"a\":1}\n" + coldLine, outcome{Records: both}},
		"string that is cut off":             {"hello\n\"message\": " + quote(t, badLine) + "\n\"message\": \"REPORT RequestId: 1\\tDur\n" + warmLine, outcome{[]fields{warm}, []string{"2 Billed Duration", "3 Duration"}}},
		"list of strings that is cut off":    {"hello\n[" + quote(t, warmLine) + ",\"REPORT RequestId: 1\\tDur\n" + coldLine, outcome{both, []string{"2 Duration"}}},
		"messages, one cut, without an end":  {doc[:strings.Index(doc, warmLine[:20])-5] + other, outcome{[]fields{cold.at(stampText, "g")}, []string{"1 JSON document"}}},
		"messages, cut in a report":          {doc[:strings.Index(doc, "Billed")] + other + "\n" + warmLine, outcome{[]fields{cold.at(stampText, "g"), warm}, []string{"1 JSON document"}}},
		"messages, cut in a name":            {doc[:20] + other, outcome{Records: []fields{cold.at(stampText, "g")}}},
		"marks of the byte order":            {bom + warmLine + "\n" + bom + coldLine + "\n" + bom + doc, outcome{Records: []fields{warm, prefixed(cold, bom), warm.at(stampText, "f"), cold.at(stampText, "f")}}},
		"cut message in a message":           {`{"timestamp":` + stampMS + `,"message":` + quote(t, jsonLine[:150]) + "}\n" + warmLine, outcome{[]fields{warm}, []string{"1 platform.report (JSON)"}}},
		"string with a tab":                  {`{"message":"` + warmLine + `"}` + "\n" + coldLine, outcome{[]fields{cold}, []string{"1 JSON document"}}},
		"report behind an object":            {`{"a":1}` + warmLine + "\n" + `{"a":1} ` + coldLine, outcome{Records: []fields{prefixed(warm, `{"a":1}`), prefixed(cold, `{"a":1} `)}}},
		"event with an empty list":           {`{"events":[],"message":` + quote(t, warmLine) + `,"results":["x"]}`, outcome{Records: []fields{warm}}},
		"quotations":                         {`he said "` + warmLine + `" and 'REPORT RequestId: 1'` + "\n" + `{"level":"info","text":` + quote(t, warmLine) + `,"results":[` + quote(t, coldLine) + "]}\n", outcome{}},
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

// A record or an error tells where its line, event or row begins: what stands at the offset, and how many lines are before it.
func TestPlacesInContainers(t *testing.T) {
	filler := strings.Repeat("hello [INFO] {\"a\": 1}\n", 20_000) // longer than a piece that is read
	doc := indented(t, message(t, "f", startLog, warmLine, badLine, coldLine))
	for name, tt := range map[string]struct {
		log  string
		want []string // what stands at the places
	}{
		"text":              {filler + stampText + " " + warmLine + "\n" + badLine + "\n", []string{stampText, "REPORT"}},
		"document":          {filler + doc + "\n" + warmLine, []string{"{\n            \"id\": \"1\"", "{\n            \"id\": \"2\"", "{\n            \"id\": \"3\"", "REPORT"}},
		"events on a line":  {filler + "x " + jsonLine + jsonLine, []string{`{"time"`, `{"time"`}},
		"nested":            {filler + `{"timestamp":1,"message":` + quote(t, `{"log":`+quote(t, warmLine)+`}`) + `}`, []string{`{"timestamp"`}},
		"Insights' row":     {filler + indented(t, `[[{"field":"@message","value":`+quote(t, warmLine)+`}]]`), []string{"[\n        {"}},
		"string":            {filler + "  " + quote(t, warmLine) + "\n", []string{`"REPORT`}},
		"table":             {"timestamp,message\n" + strings.Repeat(stampMS+",\"hello\nworld\"\n", 20_000) + stampMS + ",\"\n" + warmLine + "\n\"\n" + stampMS + ",x,y\n", []string{stampMS + ",\"\nREPORT", stampMS + ",x,y"}},
		"table, lost quote": {"timestamp,message\n" + stampMS + ",\"" + warmLine + "\n" + stampMS + ",\"" + coldLine + "\"\n", []string{stampMS + ",\"" + warmLine, stampMS + ",\"" + coldLine}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			i := 0
			for r, err := range usagelog.Records(strings.NewReader(tt.log)) {
				line, offset := r.Line, r.Offset
				var damaged *usagelog.LineError
				if errors.As(err, &damaged) {
					line, offset = damaged.Line, damaged.Offset
				}
				if i < len(tt.want) {
					got = append(got, tt.log[offset:][:len(tt.want[i])])
				}
				if want := 1 + strings.Count(tt.log[:offset], "\n"); line != want {
					got = append(got, fmt.Sprintf("line %d, not %d", line, want))
				}
				i++
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || i != len(tt.want) {
				t.Errorf("%d steps (-want +got):\n%s", i, diff)
			}
		})
	}
}
