package show_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

func TestClip(t *testing.T) {
	x := strings.Repeat("x", 80)
	for _, tt := range []struct{ in, want, quoted string }{
		{"", "", `""`},
		{"eu-west-1", "eu-west-1", `"eu-west-1"`},
		{"a\nb", "a\nb", `"a\nb"`},
		{x, x, `"` + x + `"`},
		{x + "x", x + "…(81 bytes)", `"` + x + `…(81 bytes)"`},
		{x[1:] + "ü", x[1:] + "…(81 bytes)", `"` + x[1:] + `…(81 bytes)"`},
		{x[2:] + "ü", x[2:] + "ü", `"` + x[2:] + `ü"`},
		{x[3:] + "😀", x[3:] + "…(81 bytes)", `"` + x[3:] + `…(81 bytes)"`},
		{x[1:] + "😀", x[1:] + "…(83 bytes)", `"` + x[1:] + `…(83 bytes)"`},
	} {
		if got := show.Clip(tt.in); got != tt.want {
			t.Errorf("Clip(%q) = %q, want %q", tt.in, got, tt.want)
		}
		if got := show.Quote(tt.in); got != tt.quoted {
			t.Errorf("Quote(%q) = %q, want %q", tt.in, got, tt.quoted)
		}
	}
}

// Whatever the bytes, Cut returns a beginning that is as long as may be but for a character.
func TestCut(t *testing.T) {
	for _, s := range []string{"", "x", "xü", "äöü", "a😀b😀c", "\xff\xfe\x80\x80\x80\x80\x80\x80", strings.Repeat("\x80", 20)} {
		for most := range 12 {
			got := show.Cut(s, most)
			if !strings.HasPrefix(s, got) || len(got) > most || len(got) < min(len(s), most-utf8.UTFMax) {
				t.Errorf("Cut(%q, %d) = %q", s, most, got)
			}
			if utf8.ValidString(s) && !utf8.ValidString(got) {
				t.Errorf("Cut(%q, %d) = %q, in the middle of a character", s, most, got)
			}
		}
	}
	if got := show.ClipTo("äöü", 5); got != "äö…(6 bytes)" {
		t.Errorf("ClipTo: %q", got)
	}
	if got := show.ClipTo("😀", 0); got != "…(4 bytes)" {
		t.Errorf("ClipTo 0: %q", got)
	}
}

func TestOneLine(t *testing.T) {
	for _, tt := range []struct {
		in, want  string
		printable bool
	}{
		{"", "", true},
		{`EU (Zürich), "a" \ b`, `EU (Zürich), "a" \ b`, true},
		{"\ufffd", "\ufffd", true},
		{"a\nb\tc\rd", `a\nb\tc\rd`, false},
		{"a\x1b[2Jb", `a\x1b[2Jb`, false},
		{"a\xffb", `a\xffb`, false},
		{"a\u202eb", `a\u202eb`, false},
		{"a\u00a0b", `a\u00a0b`, false},
		{"\x00", `\x00`, false},
	} {
		if got := show.OneLine(tt.in); got != tt.want {
			t.Errorf("OneLine(%q) = %q, want %q", tt.in, got, tt.want)
		}
		if got := show.Printable(tt.in); got != tt.printable {
			t.Errorf("Printable(%q) = %v", tt.in, got)
		}
	}
}

func TestLine(t *testing.T) {
	for in, want := range map[string]string{
		"eu-west-1":                          "eu-west-1",
		"a\x1b[2J\nb":                        `a\x1b[2J\nb`,
		strings.Repeat("x", 80) + "\n":       strings.Repeat("x", 80) + "…(81 bytes)",
		strings.Repeat("\n", 81):             strings.Repeat(`\n`, 80) + "…(81 bytes)",
		strings.Repeat("x", 79) + "ü" + "\n": strings.Repeat("x", 79) + "…(82 bytes)",
	} {
		if got := show.Line(in); got != want {
			t.Errorf("Line(%q) = %q, want %q", in, got, want)
		}
	}
}

// What was clipped or quoted is not clipped once more, so that it still says how long it was; what was not is.
func TestGiven(t *testing.T) {
	for _, long := range []string{strings.Repeat("x", 100_000), strings.Repeat("\x1b", 100_000), strings.Repeat("\U000e0000", 25_000), strings.Repeat("x", 79), "a"} {
		for _, clipped := range []string{show.Clip(long), show.Quote(long)} {
			if got, want := show.Given(clipped), show.OneLine(clipped); got != want {
				t.Errorf("Given = %q, want %q", got, want)
			}
		}
		if got := show.Given(long); len(long) > 80 && !strings.HasSuffix(got, "…(100000 bytes)") {
			t.Errorf("Given = %q, of 100,000 bytes", got)
		}
	}
}

func TestName(t *testing.T) {
	names := []string{1: "Added", 2: "Removed"}
	for i, want := range []string{"Kind(0)", "Added", "Removed", "Kind(3)"} {
		if got := show.Name("Kind", i, names); got != want {
			t.Errorf("%d: %q, want %q", i, got, want)
		}
	}
}

func TestTable(t *testing.T) {
	for name, tt := range map[string]struct {
		rows  [][]string
		right []bool
		want  string
	}{
		"nothing": {nil, nil, ""},
		"aligned": {
			[][]string{{"Meter", "Cost", "Unit"}, {"Zürich", "1.5", ""}, {"a", "12345", "GB"}},
			[]bool{1: true},
			"Meter    Cost  Unit\nZürich    1.5\na       12345  GB\n",
		},
		"last one to the right": {[][]string{{"a", "b"}, {"c", "23"}}, []bool{1: true}, "a   b\nc  23\n"},
	} {
		var w strings.Builder
		show.Table(&w, tt.rows, tt.right)
		if diff := cmp.Diff(tt.want, w.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
