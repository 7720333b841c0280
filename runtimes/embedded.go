package runtimes

import (
	_ "embed"
	"iter"
	"sync"
)

//go:embed profiles.csv
var profilesText string

var embedded = sync.OnceValue(func() *Table { return openProfiles(profilesText) })

// openProfiles makes a table of the embedded text.
func openProfiles(text string) *Table {
	profiles, err := parseTable(text)
	if err != nil {
		// The file is part of the program and a test reads it: it cannot be wrong in a build that passed its tests.
		return new(Table)
	}
	return newTable(profiles)
}

// Embedded returns the table that ships with the library: 804 profiles of 2023-08 and 2026-08, see [Sources]. It is read
// once, on first use.
func Embedded() *Table { return embedded() }

// All returns the embedded profiles: see [Table.All].
func All() iter.Seq[Profile] { return embedded().All() }

// Find returns the one embedded profile that answers a query: see [Table.Find].
func Find(q Query) (Profile, error) {
	t := embedded() // as in Table.Find, without its copies of query and profile
	if i := t.find(&q); i >= 0 {
		return t.profiles[i], nil
	}
	return Profile{}, t.findError(q)
}

// Months returns the months of the embedded profiles, ascending: 2023-08, of the days of the article that started this
// library, and 2026-08. See [History] for all months, with less in each.
func Months() []string { return embedded().Months() }

// Source says where figures come from.
type Source struct {
	What     string // the table, and of profiles the month
	From, To string // first and last day measured, or the day as of which the table is
	Days     int    // measured; 0 where that means nothing
	Origin   string // repository or page, with its commit
	Licence  string // of the origin, by its SPDX identifier; "" where the facts are gathered from several
	Note     string // what to know of it
}

// Sources returns the sources of all embedded tables.
func Sources() []Source {
	const (
		benchmark = "github.com/maxday/lambda-perf at 6070b7947b5ddf788cb69f2ffe6bbde3e22033fb"
		hello     = "hello-world functions, no SDK, no I/O; 10 forced cold starts a day and configuration; region not published"
	)
	return []Source{
		{"profiles 2023-08", "2023-08-01", "2023-08-31", 31, benchmark, "Apache-2.0", hello + "; zip only; C++ was built faultily"},
		{"profiles 2026-08", "2026-08-04", "2026-08-22", 19, benchmark, "Apache-2.0", hello},
		{"history", "2022-09", "2026-08", 0, benchmark, "Apache-2.0", hello + "; zip, 128 MB; x86_64 only before 2023-04"},
		{"identifiers", "2026-08-16", "2026-08-22", 0, "github.com/endoflife-date/endoflife.date at a70eca337600, products/aws-lambda.md", "MIT", "collected there from the AWS Lambda developer guide; operating systems and architectures are not from there, see Identifier"},
		{"warm sets", "2021-12", "2026", 0, "see WarmSet.Source", "", "facts only; see WarmSet.Caveat"},
	}
}
