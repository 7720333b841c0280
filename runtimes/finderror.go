package runtimes

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
)

// findError says why not exactly one profile answers a query.
func (t *Table) findError(q Query) error {
	var all, matches []*Profile
	if t != nil {
		all = make([]*Profile, len(t.profiles))
		for i := range t.profiles {
			all[i] = &t.profiles[i]
			if all[i].answers(&q) {
				matches = append(matches, all[i])
			}
		}
	}
	if len(matches) > 1 {
		return &AmbiguousError{Query: q, Matches: len(matches), Choices: choices(matches)}
	}
	for _, f := range q.fields() {
		if f.value == "" {
			continue
		}
		known := valuesOf(all, f.name)
		if !slices.Contains(known, f.value) {
			err := &UnknownError{What: f.name, Given: f.value, Nearest: nearestValues(&q, f, known)}
			if f.name == "Identifier" {
				_, err.NotMeasured = identifiers().index[f.value]
			}
			return err
		}
	}
	return &NoProfileError{Query: q, Nearest: nearestQueries(all, &q)}
}

// nearestValues are the nearest spellings, of a memory size the nearest sizes. The name that people's name of a language
// stands for comes first.
func nearestValues(q *Query, f field, known []string) []string {
	if f.name == "MemoryMB" {
		distance := func(s string) uint64 {
			mb, _ := strconv.Atoi(s)
			return uint64(max(mb, q.MemoryMB)) - uint64(min(mb, q.MemoryMB)) // any two int are less than 2^64 apart
		}
		slices.SortStableFunc(known, func(a, b string) int { return cmp.Compare(distance(a), distance(b)) })
		return known[:min(mostNearest, len(known))]
	}
	names := nearest(f.value, known)
	if name := calledHere(f.value); f.name == "Name" && slices.Contains(known, name) {
		names = slices.DeleteFunc(names, func(s string) bool { return s == name })
		names = append([]string{name}, names[:min(mostNearest-1, len(names))]...)
	}
	return names
}

// calledHere returns the name of a profile that a language goes by, "" if there is none.
func calledHere(language string) string {
	switch strings.ToLower(language) {
	case "javascript", "js", "node", "node.js", "typescript", "ts":
		return "nodejs"
	case "golang":
		return "go"
	case "c#", "csharp", "f#", "fsharp", "vb", "visual basic", "powershell", ".net", "dot net", ".net core", "dotnetcore":
		return "dotnet"
	case "c++", "c":
		return "cpp"
	case "kotlin", "scala", "groovy", "clojure", "jvm", "graalvm", "quarkus":
		return "java"
	case "py", "python3":
		return "python"
	case "rb":
		return "ruby"
	case "bash", "sh":
		return "shell"
	}
	return ""
}

// valuesOf returns the values that profiles have in a field of a query, each once, ascending.
func valuesOf(profiles []*Profile, fieldName string) []string {
	if fieldName == "MemoryMB" {
		var sizes []int
		for _, p := range profiles {
			if !slices.Contains(sizes, p.MemoryMB) {
				sizes = append(sizes, p.MemoryMB)
			}
		}
		slices.Sort(sizes)
		values := make([]string, len(sizes))
		for i, mb := range sizes {
			values[i] = strconv.Itoa(mb)
		}
		return values
	}
	var values []string
	seen := map[string]bool{}
	for i, p := range profiles {
		// In order as they are, neighbours mostly have the same.
		if v := p.text(fieldName); i == 0 || v != profiles[i-1].text(fieldName) && !seen[v] {
			seen[v] = true
			values = append(values, v)
		}
	}
	slices.Sort(values)
	return values
}

// text returns what a profile has in a field of a query that is a text.
func (p *Profile) text(fieldName string) string {
	switch fieldName {
	case "Name":
		return p.Name
	case "Function":
		return p.Function
	case "Identifier":
		return p.Identifier
	case "Arch":
		return p.Arch
	case "Packaging":
		return p.Packaging
	default:
		return p.Measured
	}
}

// choices returns the fields in which profiles differ.
func choices(profiles []*Profile) []Choice {
	var out []Choice
	for _, f := range (Query{}).fields() {
		if values := valuesOf(profiles, f.name); len(values) > 1 {
			out = append(out, Choice{Field: f.name, Values: values})
		}
	}
	return out
}

// nearestQueries returns the combinations that are least far from a query, in the fields that it sets.
func nearestQueries(profiles []*Profile, q *Query) []Query {
	const most = 5
	var out []Query
	least := math.MaxInt
	for _, p := range profiles {
		distance := q.distance(p)
		if distance < least {
			least, out = distance, out[:0]
		}
		if distance == least && len(out) < most {
			if candidate := queryOf(p).only(q); !slices.Contains(out, candidate) {
				out = append(out, candidate)
			}
		}
	}
	return out
}

// distance says how far off a profile is, in the fields that a query sets. Another function or name is further off than
// another identifier, and that than another month, architecture, packaging or memory.
func (q *Query) distance(p *Profile) int {
	distance := 0
	for _, f := range [...]struct {
		differs bool
		weight  int
	}{
		{q.Name != "" && q.Name != p.Name, 10},
		{q.Function != "" && q.Function != p.Function, 10},
		{q.Identifier != "" && q.Identifier != p.Identifier, 5},
		{q.Arch != "" && q.Arch != p.Arch, 1},
		{q.Packaging != "" && q.Packaging != p.Packaging, 1},
		{q.MemoryMB != 0 && q.MemoryMB != p.MemoryMB, 1},
		{q.Month != "" && q.Month != p.Measured, 1},
	} {
		if f.differs {
			distance += f.weight
		}
	}
	return distance
}
