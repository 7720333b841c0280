package usagelog_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Containers that follow lines of text, tables of the console, inputs that break off: no report is lost in silence.
func TestNothingIsLost(t *testing.T) {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write([]byte(warmLine))
	_ = z.Close()
	events := `{"events":[{"timestamp":1790841945365,"message":` + quote(t, coldLine+"\n") + `}]}`
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, []byte(events), "", "    "); err != nil {
		t.Fatal(err)
	}
	var prettyTelemetry bytes.Buffer
	if err := json.Indent(&prettyTelemetry, []byte(jsonLine), "", "  "); err != nil {
		t.Fatal(err)
	}
	const stamp = "1790841945365"
	coldAt := cold.at("2026-10-01T08:05:45.365Z", "")
	warmAt := warm.at("2026-10-01T08:05:45.365Z", "")
	for name, c := range map[string]struct {
		in    string
		want  []fields
		wrong []string // parts of the errors
	}{
		"text, then a document":                 {warmLine + "\n" + events, []fields{warm, coldAt}, nil},
		"document, text, document":              {events + "\nhello\n" + events, []fields{coldAt, coldAt}, nil},
		"text, then a document on many lines":   {warmLine + "\n" + pretty.String(), []fields{warm, coldAt}, nil},
		"text, then an event on a line":         {warmLine + "\n" + jsonLine, []fields{warm, tele}, nil},
		"text, then an event on many lines":     {warmLine + "\n" + prettyTelemetry.String(), []fields{warm, tele}, nil},
		"console table":                         {"timestamp,message\n" + stamp + ",\"" + warmLine + "\n\"\n" + stamp + ",\"" + coldLine + "\n\"\n", []fields{warmAt, coldAt}, nil},
		"console table without line breaks":     {"timestamp,message\n" + stamp + "," + warmLine + "\n" + stamp + "," + startLog + "\n", []fields{warmAt}, nil},
		"Insights in other letters":             {"@Timestamp,@Message\n" + stamp + "," + warmLine + "\n", []fields{warmAt}, nil},
		"strings of JSON":                       {quote(t, warmLine) + "\n" + quote(t, coldLine+"\n") + "\n", []fields{warm, cold}, nil},
		"docker's log":                          {`{"log":` + quote(t, warmLine+"\n") + `,"stream":"stdout"}` + "\n", []fields{warm}, nil},
		"a quote is never closed":               {"@timestamp,@message\n" + stamp + ",\"" + warmLine + "\n" + stamp + "," + coldLine + "\n", []fields{coldAt}, []string{"CSV"}},
		"gzip in gzip":                          {string(zip(t, zipped.String())), []fields{warm}, nil},
		"gzip, then garbage":                    {zipped.String() + "\x01garbage", []fields{warm}, []string{"gzip: invalid header"}},
		"several subscription messages in list": {`[{"logGroup":"/aws/lambda/f","logEvents":[{"timestamp":` + stamp + `,"message":` + quote(t, warmLine) + `}]}]`, []fields{warm.at("2026-10-01T08:05:45.365Z", "f")}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, errs := collect(strings.NewReader(c.in))
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			if len(errs) != len(c.wrong) {
				t.Fatalf("errors %q, want some about %q", errs, c.wrong)
			}
			for i, w := range c.wrong {
				if !strings.Contains(errs[i], w) {
					t.Errorf("error %q is not about %q", errs[i], w)
				}
			}
		})
	}
	// A reader that fails behind a last line without an end.
	got, errs := collect(io.MultiReader(strings.NewReader(warmLine+"\n"+coldLine), failingReader{errors.New("torn")}))
	if d := cmp.Diff([]fields{warm, cold}, got); d != "" || len(errs) != 1 || errs[0] != "torn" {
		t.Errorf("errors %q, records (-want +got):\n%s", errs, d)
	}
	if got, errs := collect(nil); got != nil || len(errs) != 1 {
		t.Errorf("no reader: %v, %q", got, errs)
	}
}

type failingReader struct{ err error }

func (f failingReader) Read([]byte) (int, error) { return 0, f.err }
