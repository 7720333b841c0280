package usagelog_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A line of nothing but commas takes no more memory than any other of its length.
func TestManyCells(t *testing.T) {
	commas := strings.Repeat(",", 7_000_000)
	row := stampMS + "," + warmLine + "\n"
	for name, tt := range map[string]struct {
		log  string
		want outcome
	}{
		"in a header":     {"@timestamp,@message" + commas + "\n" + warmLine + "\n", outcome{Records: []fields{warm}}},
		"in a row":        {"@timestamp,@message\n" + row + commas + "\n" + row, outcome{[]fields{warm.at(stampText, ""), warm.at(stampText, "")}, []string{"3 number of CSV columns"}}},
		"of 1,000 fields": {"@timestamp,@message" + strings.Repeat(",x", 998) + "\n" + stampMS + "," + warmLine + strings.Repeat(",", 998) + "\n", outcome{Records: []fields{warm.at(stampText, "")}}},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			got := outcomeOf(t, strings.NewReader(tt.log))
			runtime.ReadMemStats(&after)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if mb := (after.TotalAlloc - before.TotalAlloc) >> 20; mb > 64 {
				t.Errorf("%s: %d MB of memory", fmt.Sprintf("%d bytes", len(tt.log)), mb)
			}
		})
	}
}
