package runtimes

import (
	"slices"
	"strconv"
	"strings"
)

// Query says which profile is meant. A field that is zero matches any: the zero value matches all profiles.
type Query struct {
	Name       string // rust, go, nodejs, …
	Identifier string // provided.al2023, nodejs22.x, …
	Arch       string // x86_64 or arm64
	Packaging  string // zip or image
	MemoryMB   int
	Month      string // as in Profile.Measured, such as 2026-08
	Function   string // the benchmark's own name, where the others do not tell two apart
}

// field is one of a query, or of a profile.
type field struct{ name, value string }

func (q Query) fields() []field {
	f := []field{
		{"Name", q.Name},
		{"Function", q.Function},
		{"Identifier", q.Identifier},
		{"Arch", q.Arch},
		{"Packaging", q.Packaging},
		{"MemoryMB", ""},
		{"Month", q.Month},
	}
	if q.MemoryMB != 0 {
		f[5].value = strconv.Itoa(q.MemoryMB)
	}
	return f
}

// queryOf returns the query that asks for exactly what a profile is.
func queryOf(p *Profile) Query {
	return Query{p.Name, p.Identifier, p.Arch, p.Packaging, p.MemoryMB, p.Measured, p.Function}
}

// answers says whether a profile is one that a query asks for.
func (p *Profile) answers(q *Query) bool {
	return (q.MemoryMB == 0 || q.MemoryMB == p.MemoryMB) && p.answersButMemory(q)
}

// answersButMemory is answers for a profile and all others of its series.
func (p *Profile) answersButMemory(q *Query) bool {
	return (q.Arch == "" || q.Arch == p.Arch) && (q.Packaging == "" || q.Packaging == p.Packaging) && p.named(q)
}

// named says whether a profile has the names and the month that a query asks for.
func (p *Profile) named(q *Query) bool {
	return (q.Month == "" || q.Month == p.Measured) &&
		(q.Function == "" || q.Function == p.Function) &&
		(q.Identifier == "" || q.Identifier == p.Identifier) &&
		(q.Name == "" || q.Name == p.Name)
}

// only keeps the fields that are set in like.
func (q Query) only(like *Query) Query {
	if like.MemoryMB == 0 {
		q.MemoryMB = 0
	}
	for _, f := range [...]struct {
		mine  *string
		given string
	}{
		{&q.Name, like.Name},
		{&q.Function, like.Function},
		{&q.Identifier, like.Identifier},
		{&q.Arch, like.Arch},
		{&q.Packaging, like.Packaging},
		{&q.Month, like.Month},
	} {
		if f.given == "" {
			*f.mine = ""
		}
	}
	return q
}

// String returns the fields that are set, such as "Name rust, MemoryMB 128"; "anything" for the zero value.
func (q Query) String() string {
	fields := slices.DeleteFunc(q.fields(), func(f field) bool { return f.value == "" })
	if len(fields) == 0 {
		return "anything"
	}
	texts := make([]string, len(fields))
	for i, f := range fields {
		texts[i] = f.name + " " + plain(f.value, short)
	}
	return strings.Join(texts, ", ")
}
