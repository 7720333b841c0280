package focus_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/cost/focus"
)

func TestColumnNames(t *testing.T) {
	var got []string
	for _, s := range []fmt.Stringer{
		focus.Mandatory, focus.Conditional, focus.Recommended, focus.Custom, focus.Level(9),
		focus.String, focus.Decimal, focus.DateTime, focus.JSON, focus.Type(9),
	} {
		got = append(got, s.String())
	}
	want := []string{
		"Mandatory", "Conditional", "Recommended", "Custom", "Level(9)",
		"String", "Decimal", "DateTime", "JSON", "Type(9)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
