package runtimes_test

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/seed-e9ab587a/lambdaecon/runtimes"
)

// An error is one short line of readable text, whatever somebody's data hold.
func TestErrorTexts(t *testing.T) {
	const (
		day = `{"metadata":{"generatedAt":"2026-08-06T14:00:05Z"},"runtimeData":[`
		row = `{"r":"java17","i":[1.5],"m":128,"a":"arm64"}`
	)
	clipped := regexp.MustCompile(`…\((\d+) bytes\)`)
	nasty := "a\nERROR \x1b[31mb\xff"
	huge := strings.Repeat("é", 1<<19)
	mine := func(name string) runtimes.Profile {
		return runtimes.Profile{Name: name, Function: name, DisplayName: name, Arch: "arm64", Packaging: "zip", MemoryMB: 128, Measured: name, Samples: 10, Init: runtimes.InitTimes{P50: 1}}
	}
	other := mine("b")
	other.Arch, other.MemoryMB = "x86_64", 256
	for _, name := range []string{nasty, huge} {
		a := mine(name)
		second := a
		second.MemoryMB = 512
		table := must(runtimes.NewTable(a, second, other))
		find := func(q runtimes.Query) error { _, err := table.Find(q); return err }
		start := func(p runtimes.Profile) error { _, err := p.ColdStart(); return err }
		perf := func(text string) error { _, err := runtimes.ReadLambdaPerf(strings.NewReader(text)); return err }
		text := func(text string) error { _, err := runtimes.ReadTable(strings.NewReader(text)); return err }
		quoted := strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(name, "\n", `\n`), "\x1b", `\u001b`), "\xff", "?")
		_, duplicate := runtimes.NewTable(a, a)
		_, warm := runtimes.LookupWarmSet(name)
		_, identifier := runtimes.LookupIdentifier(name)
		_, history := runtimes.History(name, "arm64")
		_, different := runtimes.WarmRow{Set: name}.RatioTo(runtimes.WarmRow{Set: "x"}, runtimes.MeanTime)
		_, noFigure := runtimes.WarmRow{Set: "x", Runtime: name}.RatioTo(runtimes.WarmRow{Set: "x"}, runtimes.MeanTime)
		bad := a
		bad.Arch = name
		for what, err := range map[string]error{
			"unknown":             find(runtimes.Query{Name: name + "x"}),
			"nearest":             find(runtimes.Query{Name: "a"}),
			"no profile":          find(runtimes.Query{Name: name, MemoryMB: 256}),
			"ambiguous":           find(runtimes.Query{Arch: "arm64", MemoryMB: 512, Name: name, Packaging: "image"}),
			"ambiguous choices":   find(runtimes.Query{}),
			"duplicate":           duplicate,
			"not measured":        start(a),
			"range":               bad.Validate(),
			"warm set":            warm,
			"identifier":          identifier,
			"history":             history,
			"different sets":      different,
			"warm figure":         noFigure,
			"header":              text(name + "\n"),
			"architecture":        text(header + strings.ReplaceAll("2026-11,c,,,,,X,zip,128,,1,1,,,,,,,,,,\n", "X", strings.ReplaceAll(name, "\n", ""))),
			"number":              text(header + strings.ReplaceAll("2026-11,c,,,,,arm64,zip,X,,1,1,,,,,,,,,,\n", "X", strings.ReplaceAll(name, "\n", ""))),
			"month":               perf(strings.Replace(day, "2026-08-06T14:00:05Z", quoted, 1) + row + "]}"),
			"function":            perf(day + strings.Replace(row, "java17", quoted+"-x86_64", 1) + "]}"),
			"configuration":       perf(day + strings.ReplaceAll(row+","+row, "java17", quoted) + "]}"),
			"a number too long":   perf(day + strings.Replace(row, "1.5", strings.Repeat("1", 1<<20), 1) + "]}"),
			"an unexpected token": perf(day + strings.Replace(row, `"a"`, `"`+quoted+`"x`, 1) + "]}"),
			"a document":          perf(`"` + quoted + `"`),
			"data":                perf(`{"runtimeData":"` + quoted + `"}`),
		} {
			if err == nil {
				t.Errorf("%s: no error", what)
				continue
			}
			if s := err.Error(); len(s) > 1500 || strings.ContainsAny(s, "\n\x1b") || !utf8.ValidString(s) || !strings.HasPrefix(s, "runtimes: ") {
				t.Errorf("%s: %d bytes: %.300q", what, len(s), s)
			}
			for _, m := range clipped.FindAllStringSubmatch(err.Error(), -1) {
				if n, _ := strconv.Atoi(m[1]); n < len(huge) {
					t.Errorf("%s: %q does not say how long it was", what, err)
				}
			}
			var syntax *runtimes.SyntaxError
			if errors.As(err, &syntax) && len(syntax.Given) > 300 {
				t.Errorf("%s: Given has %d bytes", what, len(syntax.Given))
			}
		}
	}
	// Ordinary texts stand as they are.
	err := fmt.Sprint(&runtimes.NotMeasuredError{Of: "rust (prov.al2023) é", Figure: "mean"})
	if err != "runtimes: mean of rust (prov.al2023) é was not measured" {
		t.Error(err)
	}
}
