package runtimes_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/runtimes"
)

func day(text string) time.Time {
	if text == "" {
		return time.Time{}
	}
	return must(time.Parse(time.DateOnly, text))
}

// Every identifier is walked.
func TestIdentifiers(t *testing.T) {
	n := 0
	previous := day("2100-01-01")
	for i := range runtimes.Identifiers() {
		n++
		if i.ID == "" || i.Label == "" || !strings.HasPrefix(i.OS, "Amazon Linux") || !strings.HasPrefix(i.Announcement, "https://") {
			t.Errorf("%+v", i)
		}
		if i.Released.IsZero() || i.Deprecated.Before(i.Released) || i.Released.After(previous) {
			t.Errorf("%s: released %v, deprecated %v, listed before %v", i.ID, i.Released, i.Deprecated, previous)
		}
		previous = i.Released
		if !i.BlockUpdate.IsZero() && i.BlockUpdate.Before(i.Deprecated) || !i.BlockCreate.IsZero() && (i.BlockCreate.Before(i.Deprecated) || i.BlockUpdate.Before(i.BlockCreate)) {
			t.Errorf("%s: deprecated %v, no creation from %v, no update from %v", i.ID, i.Deprecated, i.BlockCreate, i.BlockUpdate)
		}
		if i.Container != i.BlockUpdate.IsZero() || i.Container != strings.Contains(i.Label, "ontainer") {
			t.Errorf("%s: container %v, no update from %v", i.ID, i.Container, i.BlockUpdate)
		}
		if arm := slices.Contains(i.Arches, "arm64"); i.Arches[0] != "x86_64" || arm != (len(i.Arches) == 2) || arm && i.OS == "Amazon Linux" {
			t.Errorf("%s: %v on %s", i.ID, i.Arches, i.OS)
		}
		if (i.BlockCreateBasis == runtimes.Secondhand) != !i.BlockCreate.IsZero() || i.OSBasis == runtimes.NotKnown || i.ArchesBasis == runtimes.NotKnown {
			t.Errorf("%s: bases %v, %v, %v", i.ID, i.OSBasis, i.ArchesBasis, i.BlockCreateBasis)
		}
		got, err := runtimes.LookupIdentifier(i.ID)
		if diff := cmp.Diff(i, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", i.ID, err, diff)
		}
	}
	if n != 52 {
		t.Errorf("%d identifiers", n)
	}
}

func TestIdentifiersAgainstFacts(t *testing.T) {
	var f struct {
		Runtimes []struct {
			ID, Label, Released, Deprecated, OS, Announcement string
			Arch                                              []string
			BlockUpdate                                       string `json:"block_update"`
			BlockCreate                                       string `json:"block_create"`
		}
	}
	facts(t, "runtime_ids.json", &f)
	var want, got []runtimes.Identifier
	for _, r := range f.Runtimes {
		os, container := strings.CutSuffix(r.OS, " (container image only)")
		want = append(want, runtimes.Identifier{
			ID: r.ID, Label: r.Label, OS: strings.TrimSuffix(os, " (AL1)"), Arches: r.Arch, Container: container,
			Released: day(r.Released), Deprecated: day(r.Deprecated), BlockCreate: day(r.BlockCreate), BlockUpdate: day(r.BlockUpdate), Announcement: r.Announcement,
		})
	}
	for i := range runtimes.Identifiers() {
		i.OSBasis, i.ArchesBasis, i.BlockCreateBasis = 0, 0, 0
		got = append(got, i)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-facts +embedded):\n%s", diff)
	}
}

// What is measured on an architecture was measured on it: the history has it.
func TestMeasuredArches(t *testing.T) {
	measured := map[string][]string{}
	for m := range runtimes.AllHistory() {
		_, identifier, _ := runtimes.Evidence(m.Function)
		if !slices.Contains(measured[identifier], m.Arch) {
			measured[identifier] = append(measured[identifier], m.Arch)
		}
	}
	for i := range runtimes.Identifiers() {
		arches := slices.Sorted(slices.Values(measured[i.ID]))
		if both := slices.Equal(arches, []string{"arm64", "x86_64"}); both != (i.ArchesBasis == runtimes.Measured) {
			t.Errorf("%s: %v are measured, arches are known by %v", i.ID, arches, i.ArchesBasis)
		}
	}
}

func TestLookupIdentifier(t *testing.T) {
	got, err := runtimes.LookupIdentifier("dotnet8")
	want := runtimes.Identifier{
		ID: "dotnet8", Label: ".NET 8", OS: "Amazon Linux 2023", Arches: []string{"x86_64", "arm64"},
		Released: day("2024-02-22"), Deprecated: day("2026-11-10"), BlockCreate: day("2027-02-01"), BlockUpdate: day("2027-03-03"),
		Announcement: "https://aws.amazon.com/blogs/compute/introducing-the-net-8-runtime-for-aws-lambda/",
		OSBasis:      runtimes.ByRule, ArchesBasis: runtimes.Measured, BlockCreateBasis: runtimes.Secondhand,
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	got.Arches[0] = "changed"
	for again := range runtimes.Identifiers() {
		if again.Arches[0] != "x86_64" {
			t.Errorf("a caller changed %s", again.ID)
		}
		again.Arches[0] = "changed too"
	}
	if again, _ := runtimes.LookupIdentifier("dotnet8"); again.Arches[0] != "x86_64" {
		t.Error("a caller changed the table")
	}
	for id, want := range map[string]string{
		"nodejs22":        `runtimes: unknown Identifier "nodejs22" (nearest: nodejs22.x, nodejs, nodejs12.x)`,
		"Python3.14":      `runtimes: unknown Identifier "Python3.14" (nearest: python3.14, python3.10, python3.11)`,
		"provided.al2024": `runtimes: unknown Identifier "provided.al2024" (nearest: provided.al2023, provided.al2, provided)`,
		"":                `runtimes: unknown Identifier "" (nearest: go1.x, java8, java11)`,
	} {
		_, err := runtimes.LookupIdentifier(id)
		var unknown *runtimes.UnknownError
		if !errors.As(err, &unknown) || err.Error() != want {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestDeprecatedOn(t *testing.T) {
	python := must(runtimes.LookupIdentifier("python3.10")) // on 2026-10-31
	for _, c := range []struct {
		day  time.Time
		want bool
	}{
		{day("2026-10-30"), false},
		{day("2026-10-31").Add(-1), false},
		{day("2026-10-31"), true},
		{day("2026-10-31").Add(23 * time.Hour), true},
		{time.Date(2026, 10, 31, 1, 0, 0, 0, time.FixedZone("", 2*3600)), false}, // 23:00 of the 30th in UTC
		{time.Date(2026, 10, 30, 23, 0, 0, 0, time.FixedZone("", -2*3600)), true},
		{day("2100-01-01"), true},
		{time.Time{}, false},
	} {
		if got := python.DeprecatedOn(c.day); got != c.want {
			t.Errorf("%v: %v", c.day, got)
		}
	}
	if (runtimes.Identifier{}).DeprecatedOn(day("2100-01-01")) {
		t.Error("an identifier without a date is deprecated")
	}
	var ids []string
	for i := range runtimes.DeprecatedOn(day("2020-03-05")) {
		ids = append(ids, i.ID)
	}
	if diff := cmp.Diff([]string{"dotnetcore2.0", "nodejs4.3-edge", "nodejs6.10", "dotnetcore1.0", "nodejs4.3", "nodejs"}, ids); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for range runtimes.DeprecatedOn(day("2100-01-01")) {
		break
	}
}

func TestTexts(t *testing.T) {
	var got []string
	for b := range runtimes.Unverified + 2 {
		got = append(got, b.String())
	}
	for s := range runtimes.WarmStart + 2 {
		got = append(got, s.String())
	}
	for f := range runtimes.InitTime + 2 {
		got = append(got, f.String())
	}
	want := []string{
		"not known", "published", "secondhand", "measured", "rule", "unverified", "invalid",
		"", "cold", "warm", "invalid",
		"mean", "median", "p90", "p99", "min", "max", "init", "invalid",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
