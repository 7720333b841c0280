package usagelog_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// Encodings and documents that are not the first that one thinks of.
func TestOtherContainers(t *testing.T) {
	warmAt, coldAt := warm.at(stampText, ""), cold.at(stampText, "")
	zipped := string(zip(t, coldLine+"\n"))
	prefixed := func(f fields, prefix string) fields {
		f.Prefix = prefix
		return f
	}
	source := func(message string) string {
		return `{"_index":"cwl-1","_source":{"@log_group":"/aws/lambda/f","@timestamp":"` + stampText + `","@message":` + quote(t, message) + `}}`
	}
	hits := `{"took":1,"hits":{"total":{"value":2},"max_score":1,"hits":[` + source(warmLine) + "," + source(startLog) + "," + source(coldLine) + `]}}`
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
