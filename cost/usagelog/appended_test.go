package usagelog_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// Encodings and documents that are not the first that one thinks of.
func TestOtherContainers(t *testing.T) {
	warmAt, coldAt := warm.at(stampText, ""), cold.at(stampText, "")
	zipped := string(zip(t, coldLine+"\n"))
	little := func(s string) string { return utf16Of(s, binary.LittleEndian) }
	short := strings.TrimRight(warmLine, "\t")
	prefixed := func(f fields, prefix string) fields {
		f.Prefix = prefix
		return f
	}
	source := func(message string) string {
		return `{"_index":"cwl-1","_source":{"@log_group":"/aws/lambda/f","@timestamp":"` + stampText + `","@message":` + quote(t, message) + `}}`
	}
	hits := `{"took":1,"hits":{"total":{"value":2},"max_score":1,"hits":[` + source(warmLine) + "," + source(startLog) + "," + source(coldLine) + `]}}`
	const labels = `{"__aws_cloudwatch_log_group":"/aws/lambda/f","__aws_cloudwatch_log_stream":"s","job":"x"}`
	const stampNS = `"` + stampMS + `000000"`
	streams := `[{"stream":` + labels + `,"values":[[` + stampNS + `,` + quote(t, startLog) + `],[` + stampNS + `,` + quote(t, warmLine) + `]]},` +
		`{"stream":{},"values":[[` + stampNS + `,` + quote(t, coldLine) + `,{"trace":"1"}],["1",` + quote(t, jsonLine) + `]]}]`
	loki := `{"status":"success","data":{"resultType":"streams","result":` + streams + `,"stats":{"summary":{}}}}`
	ofLoki := outcome{Records: []fields{warm.at(stampText, "f"), coldAt, tele}}
	line := `{"labels":` + labels + `,"line":` + quote(t, warmLine) + `,"timestamp":"` + stampText + `"}`
	pages := `{"pages":[` + filtered(t, warmLine) + "," + filtered(t, coldLine) + `]}`
	for name, tt := range map[string]struct {
		log  string
		want outcome
	}{
		"UTF-16, big end first, no mark":    {utf16Of(" "+coldLine, binary.BigEndian), outcome{Records: []fields{prefixed(cold, " ")}}},
		"UTF-16, little end first, no mark": {utf16Of(coldLine, binary.LittleEndian), outcome{Records: []fields{cold}}},
		"text with zero bytes":              {"\x00\x00\x00\n" + coldLine, outcome{Records: []fields{cold}}},
		"text, then gzip":                   {warmLine + "\n" + zipped, outcome{Records: []fields{warm, cold}}},
		"text without an end, then gzip":    {warmLine + zipped, outcome{Records: []fields{warm, cold}}},
		"text, then gzip of two members":    {warmLine + "\n" + zipped + zipped, outcome{Records: []fields{warm, cold, cold}}},
		"document, then gzip":               {filtered(t, warmLine) + zipped, outcome{Records: []fields{warmAt, cold}}},
		"text, then gzip that is cut":       {warmLine + "\n" + zipped[:len(zipped)-9], outcome{[]fields{warm, cold}, []string{"unexpected EOF"}}},
		"text with the first byte of gzip":  {"\x1f" + warmLine + "\n\x1f\x8b\x08hello\n" + coldLine + "\n\x1f", outcome{Records: []fields{cold}}},
		"OpenSearch":                        {hits, outcome{Records: []fields{warm.at(stampText, "f"), cold.at(stampText, "f")}}},
		"OpenSearch, indented":              {indented(t, hits), outcome{Records: []fields{warm.at(stampText, "f"), cold.at(stampText, "f")}}},
		"OpenSearch, one hit a line":        {source(warmLine) + "\n" + source(coldLine) + "\n", outcome{Records: []fields{warm.at(stampText, "f"), cold.at(stampText, "f")}}},
		"event with other hits":             {`{"timestamp":` + stampMS + `,"message":` + quote(t, warmLine) + `,"hits":{"a":1},"_source":{}}`, outcome{Records: []fields{warmAt}}},
		"pages":                             {pages, outcome{Records: []fields{warmAt, coldAt}}},
		"pages, indented":                   {indented(t, pages), outcome{Records: []fields{warmAt, coldAt}}},
		"gzip, then text":                   {zipped + warmLine + "\n", outcome{Records: []fields{cold, warm}}},
		"gzip, then text on a line":         {zipped + "\n" + warmLine, outcome{Records: []fields{cold, warm}}},
		"gzip, then text with umlauts":      {zipped + "grüße\n" + warmLine + "\n" + zipped, outcome{Records: []fields{cold, warm, cold}}},
		"gzip, then a document":             {zipped + filtered(t, warmLine) + zipped, outcome{Records: []fields{cold, warmAt, cold}}},
		"gzip, then a mark and text":        {zipped + "\ufeff" + warmLine, outcome{Records: []fields{cold, prefixed(warm, "\ufeff")}}},
		"gzip, then zeros":                  {zipped + "\x00\x00\x00\x00", outcome{[]fields{cold}, []string{"gzip: invalid header"}}},
		"gzip, then a member that is none":  {zipped + "x" + zipped[1:], outcome{[]fields{cold}, []string{"gzip: invalid header"}}},
		"gzip, then zip":                    {zipped + "PK\x03\x04xxxxxxxxxxxx", outcome{[]fields{cold}, []string{"gzip: invalid header"}}},
		"gzip, then UTF-16":                 {zipped + utf16Of("\ufeff"+warmLine, binary.LittleEndian), outcome{Records: []fields{cold, warm}}},
		"UTF-16, then gzip":                 {utf16Of(warmLine+"\n", binary.LittleEndian) + zipped, outcome{Records: []fields{warm, cold}}},
		"text, then UTF-16":                 {warmLine + "\n" + little(coldLine+"\n"+warmLine), outcome{Records: []fields{warm, cold, warm}}},
		"text, then UTF-16 with a mark":     {warmLine + "\r\n" + little("\ufeff"+coldLine+"\n"), outcome{Records: []fields{warm, cold}}},
		"text, then UTF-16, big end first":  {warmLine + "\n" + utf16Of("\ufeff"+coldLine+"\n", binary.BigEndian), outcome{Records: []fields{warm, cold}}},
		"text, then UTF-16 of strings":      {warmLine + "\n" + little(quote(t, coldLine)+"\n"+quote(t, warmLine)+"\n") + coldLine, outcome{Records: []fields{warm, cold, warm, cold}}},
		"line without an end, then UTF-16":  {short + little(coldLine+"\n") + warmLine, outcome{Records: []fields{warm, cold, warm}}},
		"the same with a mark":              {short + little("\ufeff"+coldLine+"\n") + warmLine, outcome{[]fields{cold, warm}, []string{"1 Max Memory Used"}}},
		"encodings in turn":                 {warmLine + "\n" + little(coldLine+"\n") + coldLine + "\n" + little("\n"+warmLine+"\n") + "ok\n" + little(warmLine+"\n") + "odd\n\n" + little("\ufeff"+coldLine), outcome{Records: []fields{warm, cold, cold, warm, warm, cold}}},
		"UTF-16, then text":                 {little("\ufeffgrüße\n"+warmLine+"\n") + coldLine + "\n" + warmLine, outcome{Records: []fields{warm, cold, warm}}},
		"UTF-16 without an end, then text":  {little("\ufeff中文\n中文 "+warmLine) + "\n" + coldLine + "\n", outcome{Records: []fields{prefixed(warm, "中文 "), cold}}},
		"UTF-16, then a document":           {little(warmLine+"\n") + indented(t, filtered(t, coldLine)), outcome{Records: []fields{warm, coldAt}}},
		"UTF-16, a document, then text":     {little(indented(t, filtered(t, "中文上下", coldLine))) + warmLine, outcome{Records: []fields{coldAt, warm}}},
		"zeros, then a report":              {"a\n" + strings.Repeat("\x00", 5) + coldLine + "\n" + warmLine + "\n\x00REPORT RequestId: ", outcome{[]fields{prefixed(cold, "\x00\x00\x00\x00\x00"), warm}, []string{"4 RequestId"}}}, // of a log that was cut to nothing while it was written
		"zeros, then UTF-16":                {"a\n\x00\x00\x00\x00\n" + little(coldLine+"\n") + warmLine, outcome{Records: []fields{cold, warm}}},
		"text between zero bytes":           {"ab\x00cd\x00\n" + coldLine + "\n\x00\n" + warmLine + "\na\x00", outcome{Records: []fields{cold, warm}}},
		"Loki's answer":                     {loki, ofLoki},
		"Loki's answer, indented":           {"hello\n" + indented(t, loki) + warmLine, outcome{Records: append(slices.Clone(ofLoki.Records), warm)}},
		"Loki's streams":                    {`{"streams":` + streams + `}` + "\n" + coldLine, outcome{Records: append(slices.Clone(ofLoki.Records), cold)}},
		"Loki's answer, cut off":            {loki[:strings.Index(loki, "Billed")] + "\n" + coldLine, outcome{[]fields{cold}, []string{"2 JSON document"}}},
		"Loki's answer, between two lines":  {indented(t, loki)[:strings.Index(indented(t, loki), `"stream": {}`)], outcome{[]fields{warm.at(stampText, "f")}, []string{"23 JSON document"}}},
		"Loki's answer of long ago":         {`{"streams":[{"labels":"{job=\"x\"}","entries":[{"ts":"` + stampText + `","line":` + quote(t, warmLine) + `}]}]}`, outcome{Records: []fields{warmAt}}},
		"logcli's lines":                    {line + "\n" + strings.Replace(line, `"labels":`+labels+`,`, "", 1) + "\n", outcome{Records: []fields{warm.at(stampText, "f"), warmAt}}},
		"Grafana's lines":                   {`[{"line":` + quote(t, warmLine) + `,"timestamp":` + stampNS + `,"fields":{"job":"x"}}]`, outcome{Records: []fields{warmAt}}},
		"data that is no answer of Loki's":  {`{"data":{"timestamp":` + stampMS + `,"message":` + quote(t, warmLine) + `,"values":["x",` + quote(t, warmLine) + `]}}` + "\n" + coldLine, outcome{Records: []fields{cold}}},
		"event with data":                   {`{"data":{"a":[1]},"timestamp":` + stampMS + `,"message":` + quote(t, warmLine) + `}`, outcome{Records: []fields{warmAt}}},
		"table with semicolons":             {"timestamp;message\n" + stampMS + ";\"" + warmLine + "\n\"\n" + stampMS + ";" + coldLine + ";x\n", outcome{Records: []fields{prefixed(warmAt, stampMS+`;"`), prefixed(coldAt, stampMS+";")}}},
	} {
		for how, r := range map[string]io.Reader{"whole": strings.NewReader(tt.log), "byte by byte": iotest.OneByteReader(strings.NewReader(tt.log)), "gzip": bytes.NewReader(zip(t, tt.log))} {
			t.Run(name+", "+how, func(t *testing.T) {
				if diff := cmp.Diff(tt.want, outcomeOf(t, r)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
	}
}

// Files of several encodings, plain or compressed, one behind another in any order: every report is read.
func TestEncodingsInTurn(t *testing.T) {
	lines := [...]string{"ok", "", "grüße aus dem Süden", "请求已完成，用时很短", "上 中文", "🙂🙂", `{"level":"info"}`, startLog, stampText + " hello"}
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 3))
		c := composer{t: t}
		var log strings.Builder
		for range 1 + rng.IntN(6) {
			text := "a log\n" // what is not ASCII from the first character on and has no mark cannot be told
			for range rng.IntN(8) {
				if rng.IntN(3) == 0 {
					text += c.report("") + "\n"
				} else {
					text += lines[rng.IntN(len(lines))] + "\n"
				}
			}
			switch rng.IntN(5) {
			case 0, 1:
				text = utf16Of(text, binary.LittleEndian)
			case 2:
				text = utf16Of("\ufeff"+text, binary.LittleEndian)
			case 3: // behind an empty line of UTF-8, it can be told by its mark alone
				text = utf16Of("\ufeff"+text, binary.BigEndian)
			}
			if rng.IntN(4) == 0 {
				text = string(zip(t, text))
			}
			log.WriteString(text)
		}
		checkFound(t, log.String(), c.want, 0, 0)
	}
}
