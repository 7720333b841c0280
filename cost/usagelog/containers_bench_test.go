package usagelog_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/seed-e9ab587a/lambdaecon/cost/usagelog"
)

// BenchmarkContainers reads the same reports in other containers than lines of text.
func BenchmarkContainers(b *testing.B) {
	text := plainLog(8 << 20)
	reports := bytes.Count(text, []byte("\tBilled Duration"))
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	type event struct {
		ID        string `json:"id"`
		Timestamp int64  `json:"timestamp"`
		Message   string `json:"message"`
	}
	var messages, pretty, application, table bytes.Buffer
	rows := csv.NewWriter(&table)
	_ = rows.Write([]string{"timestamp", "message"})
	for len(lines) > 0 {
		n := min(200, len(lines))
		var events []event
		for _, l := range lines[:n] {
			l = l[len("2026-10-01T00:00:00.000Z "):]
			events = append(events, event{"1", 1790856000123, l + "\n"})
			_ = rows.Write([]string{"1790856000123", l + "\n"})
			if strings.HasPrefix(l, "REPORT") {
				fmt.Fprintf(&application, "%s\n", jsonLine)
			} else {
				a, _ := json.Marshal(map[string]any{"timestamp": "2026-10-01T12:00:00.000Z", "level": "INFO", "requestId": "x", "message": l, "order": map[string]any{"id": 17, "items": []string{"a", "b"}}})
				fmt.Fprintf(&application, "%s\n", a)
			}
		}
		lines = lines[n:]
		e, _ := json.Marshal(events)
		fmt.Fprintf(&messages, `{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"/aws/lambda/f","logStream":"s","subscriptionFilters":["x"],"logEvents":%s}`, e)
		var indented bytes.Buffer
		_ = json.Indent(&indented, []byte(`{"events":`+string(e)+`}`), "", "    ")
		fmt.Fprintf(&pretty, "%s\n", indented.Bytes())
	}
	rows.Flush()
	for _, c := range []struct {
		name string
		log  []byte
	}{
		{"levels in brackets", bytes.ReplaceAll(text, []byte("\tINFO\t"), []byte("\t[INFO]\t"))},
		{"subscription messages", messages.Bytes()},
		{"filter-log-events, indented", pretty.Bytes()},
		{"JSON lines", application.Bytes()},
		{"console table", table.Bytes()},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.log)))
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				for _, err := range usagelog.Records(bytes.NewReader(c.log)) {
					if err != nil {
						b.Fatal(err)
					}
					n++
				}
				if n != reports {
					b.Fatalf("%d records, want %d", n, reports)
				}
			}
		})
	}
}
