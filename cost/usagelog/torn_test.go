package usagelog_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/cost/usagelog"
)

// Where a report was torn, as by a writer that was killed or by two that share a file, the next one touches it: neither takes
// anything from the other.
func TestReportsThatTouch(t *testing.T) {
	coldF := cold.at(stampText, "")
	short := strings.TrimRight(warmLine, "\t")
	prefixed := func(f fields, prefix string) fields {
		f.Prefix = prefix
		return f
	}
	for name, tt := range map[string]struct {
		log  string
		want outcome
	}{
		"torn in the id":              {"REPORT RequestId: aaaaaaaa-aaaa-4bb" + coldLine, outcome{[]fields{cold}, []string{"1 Duration"}}},
		"torn before the id":          {"REPORT RequestId: " + coldLine, outcome{[]fields{cold}, []string{"1 RequestId"}}},
		"torn in a name":              {"REPORT RequestId: aaaaaaaa\tDur" + coldLine, outcome{[]fields{cold}, []string{"1 Duration"}}},
		"torn in a number":            {"REPORT RequestId: aaaaaaaa\tDuration: 1" + coldLine, outcome{[]fields{cold}, []string{"1 Duration"}}},
		"both whole":                  {warmLine + coldLine + "\n" + warmLine, outcome{Records: []fields{warm, cold, warm}}},
		"both whole, nothing between": {short + coldLine, outcome{Records: []fields{warm, cold}}},
		"three, the second torn":      {warmLine + "REPORT RequestId: aaa" + coldLine + "\n", outcome{[]fields{warm, cold}, []string{"1 Duration"}}},
		"torn before a timestamp":     {"REPORT RequestId: aaaaaaaa" + stampText + " " + coldLine, outcome{[]fields{cold}, []string{"1 Duration"}}},
		"torn before a document":      {"REPORT RequestId: aaaaaaaa" + filtered(t, coldLine), outcome{[]fields{coldF}, []string{"1 RequestId"}}},
		"torn before other words":     {"REPORT RequestId: aaaaaaaa [INFO] x" + coldLine, outcome{[]fields{prefixed(cold, "REPORT RequestId: aaaaaaaa [INFO] x")}, []string{"1 Duration"}}},
		"torn before a row":           {"REPORT RequestId: aaaaaaaa" + stampMS + ",\"" + coldLine + "\n", outcome{[]fields{prefixed(cold, "REPORT RequestId: aaaaaaaa"+stampMS+`,"`)}, []string{"1 Duration"}}},
		"in a message":                {filtered(t, "REPORT RequestId: aaa"+coldLine, warmLine+"\n"+coldLine), outcome{[]fields{coldF, warm.at(stampText, ""), coldF}, []string{"1 Duration"}}},
		"in a row of a table":         {"timestamp,message\n" + stampMS + ",REPORT RequestId: aaa" + coldLine + "\n", outcome{[]fields{coldF}, []string{"2 Duration"}}},
		"behind a table":              {"timestamp,message\nREPORT RequestId: aaa" + coldLine + "\n", outcome{[]fields{cold}, []string{"2 Duration"}}},
		"a quotation behind a report": {warmLine + `he said "REPORT RequestId: 1"`, outcome{Records: []fields{warm}}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, outcomeOf(t, strings.NewReader(tt.log))); diff != "" {
				t.Errorf("of %q (-want +got):\n%s", tt.log, diff)
			}
		})
	}
}

// ParseReport reads one report: a line of two is damaged.
func TestParseReportOfTwo(t *testing.T) {
	for line, field := range map[string]string{
		warmLine + coldLine:                          "REPORT (for the second time)",
		"REPORT RequestId: aaa" + coldLine:           "Duration",
		"REPORT RequestId: aaa\tDur" + coldLine:      "Duration",
		"REPORT RequestId: a\tDuration: " + coldLine: "Duration",
	} {
		r, err := usagelog.ParseReport([]byte(line))
		var damaged *usagelog.LineError
		if !errors.As(err, &damaged) || damaged.Field != field {
			t.Errorf("%q: %+v, error %v, want one of %s", line, r, err, field)
		}
	}
}

// What a document or table that was cut off left behind takes no event or message with it.
func TestWhatFollowsCutContainers(t *testing.T) {
	table := "timestamp,message\n" + stampMS + ",\"" + warmLine + "\n\"\n"
	warmAt, coldAt := warm.at(stampText, ""), cold.at(stampText, "")
	doc := message(t, "f", warmLine)
	events := doc[:strings.Index(doc, `{"id"`)]
	for name, tt := range map[string]struct {
		log  string
		want outcome
	}{
		"table, then an event":                    {table + jsonLine + "\n" + stampMS + "," + coldLine + "\n", outcome{Records: []fields{warmAt, tele, coldAt}}},
		"table, then two events that touch":       {table + jsonLine + jsonLine + "\n", outcome{Records: []fields{warmAt, tele, tele}}},
		"table, then a document":                  {table + message(t, "f", coldLine) + "\n" + table, outcome{Records: []fields{warmAt, cold.at(stampText, "f"), warmAt}}},
		"table, then a document on many lines":    {table + indented(t, message(t, "f", coldLine)) + "\n" + table, outcome{Records: []fields{warmAt, cold.at(stampText, "f"), warmAt}}},
		"table, then a list on many lines":        {table + indented(t, "["+jsonLine+"]") + "\n" + table, outcome{Records: []fields{warmAt, tele, warmAt}}},
		"table, then a message":                   {table + quote(t, coldLine) + "\n" + table, outcome{Records: []fields{warmAt, cold, warmAt}}},
		"table, then an application's JSON":       {table + `{"level":"info","a":[1]}` + "\n" + table, outcome{Records: []fields{warmAt, warmAt}}},
		"table, then a cut document":              {table + doc[:strings.Index(doc, "Billed")] + "\n" + table, outcome{[]fields{warmAt, warmAt}, []string{"4 JSON document"}}},
		"table, brackets in its rows":             {table + "[INFO] hello,{a}\n" + stampMS + "," + coldLine + "\n", outcome{Records: []fields{warmAt, coldAt}}},
		"document, cut at a comma, message":       {"x\n" + events[:strings.Index(events, `"logEvents"`)] + "\n" + quote(t, coldLine) + "\n" + warmLine, outcome{[]fields{cold, warm}, []string{"3 JSON document"}}},
		"document, cut at a colon, message":       {"x\n" + strings.TrimSuffix(events, "[") + "\n" + quote(t, coldLine) + "\n" + warmLine, outcome{[]fields{cold, warm}, []string{"3 JSON document"}}},
		"document, cut between events, message":   {"x\n" + filtered(t, warmLine)[:strings.Index(filtered(t, warmLine), "]")] + ",\n" + quote(t, coldLine) + "\n", outcome{[]fields{warmAt, cold}, []string{"3 JSON document"}}},
		"event, cut at a colon, message":          {"x\n" + `{"timestamp":1,"message":` + "\n" + quote(t, coldLine) + "\n" + warmLine, outcome{Records: []fields{cold, warm}}},
		"event, cut at a comma, message":          {"x\n" + `{"timestamp":1,` + "\n" + quote(t, coldLine) + "\n" + warmLine, outcome{Records: []fields{cold, warm}}},
		"object, cut in a list, message":          {"x\n" + `{"a":[1,` + "\n" + quote(t, coldLine) + "\n" + warmLine, outcome{Records: []fields{cold, warm}}},
		"list on lines that are not indented":     {"[\n" + quote(t, coldLine) + ",\n" + quote(t, warmLine) + "\n]\n", outcome{Records: []fields{cold, warm}}},
		"document on lines that are not indented": {strings.ReplaceAll(indented(t, doc), "    ", ""), outcome{Records: []fields{warm.at(stampText, "f")}}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, outcomeOf(t, strings.NewReader(tt.log))); diff != "" {
				t.Errorf("of %q (-want +got):\n%s", tt.log, diff)
			}
		})
	}
}
