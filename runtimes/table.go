package runtimes

import (
	"iter"
	"math"
	"math/bits"
	"slices"
	"strconv"
)

// Table holds profiles and finds them: the embedded ones ([Embedded]), or your own. It is immutable and safe for concurrent
// use. A nil *Table, and the zero value, holds none.
type Table struct {
	profiles []Profile // in order
	starts   []int     // of each series: the same function, architecture, packaging and month, at several memory sizes
	months   []string  // ascending

	full                                               fullIndex
	name, function, identifier, arch, packaging, month column
}

// column tells which series have a value.
type column struct {
	index map[string][]uint64 // a set of series for each value: bit i of word w is series 64·w+i
	few   []value             // the same, where there are few
}

type value struct {
	text string
	set  []uint64
}

// maxFew is up to where looking at all values is faster than the map.
const maxFew = 4

// NewTable returns a table of profiles, which are copied, in any order. A profile that cannot be is a [*RangeError], see
// [Profile.Validate]; two with the same month, function, architecture, packaging and memory are a [*DuplicateError].
func NewTable(profiles ...Profile) (*Table, error) {
	for _, p := range profiles {
		if err := p.Validate(); err != nil {
			return nil, err
		}
	}
	profiles = slices.Clone(profiles)
	if err := sortProfiles(profiles); err != nil {
		return nil, err
	}
	return newTable(profiles), nil
}

// newTable keeps profiles, which are valid, in order, and each there once.
func newTable(profiles []Profile) *Table {
	t := &Table{profiles: profiles, starts: seriesStarts(profiles)}
	link(profiles, t.starts)
	t.full = newFullIndex(profiles)
	series := len(t.starts) - 1
	words := (series + 63) / 64
	for _, c := range [...]struct {
		column *column
		of     func(p *Profile) string
	}{
		{&t.name, func(p *Profile) string { return p.Name }},
		{&t.function, func(p *Profile) string { return p.Function }},
		{&t.identifier, func(p *Profile) string { return p.Identifier }},
		{&t.arch, func(p *Profile) string { return p.Arch }},
		{&t.packaging, func(p *Profile) string { return p.Packaging }},
		{&t.month, func(p *Profile) string { return p.Measured }},
	} {
		c.column.index = make(map[string][]uint64)
		for i := range series {
			v := c.of(&profiles[t.starts[i]])
			set := c.column.index[v]
			if set == nil {
				set = make([]uint64, words)
				c.column.index[v] = set
				c.column.few = append(c.column.few, value{v, set})
			}
			set[i/64] |= 1 << (i % 64)
		}
		if len(c.column.few) > maxFew {
			c.column.few = nil
		}
	}
	for month := range t.month.index {
		t.months = append(t.months, month)
	}
	slices.Sort(t.months)
	return t
}

// All returns the profiles in order: by month, function, architecture, packaging and memory.
func (t *Table) All() iter.Seq[Profile] {
	return func(yield func(Profile) bool) {
		if t == nil {
			return
		}
		for _, p := range t.profiles {
			if !yield(p) {
				return
			}
		}
	}
}

// Matching returns the profiles that answer a query, in order; none if none does.
func (t *Table) Matching(q Query) iter.Seq[Profile] {
	return func(yield func(Profile) bool) {
		for p := range t.All() {
			if p.answers(&q) && !yield(p) {
				return
			}
		}
	}
}

// Months returns the months of the profiles, ascending.
func (t *Table) Months() []string {
	if t == nil {
		return nil
	}
	return slices.Clone(t.months)
}

// Find returns the one profile that answers a query. It allocates nothing. If more than one does, the error is an
// [*AmbiguousError] that says in what they differ. If none does, it is an [*UnknownError] where nothing here has one of the
// values, or else a [*NoProfileError]; both name the nearest that exist.
func (t *Table) Find(q Query) (Profile, error) {
	if t != nil {
		if i := t.find(&q); i >= 0 {
			return t.profiles[i], nil
		}
	}
	return Profile{}, t.findError(q)
}

// find returns the index of the only profile that answers a query, or a negative number.
func (t *Table) find(q *Query) int {
	if i := t.full.find(t.profiles, q); i >= 0 {
		return i
	}
	return t.search(q)
}

// search is find for any query: it intersects the sets of series that have its values.
func (t *Table) search(q *Query) int {
	var sets [6][]uint64
	n := 0
	for _, c := range [...]struct {
		column *column
		value  string
	}{{&t.name, q.Name}, {&t.function, q.Function}, {&t.identifier, q.Identifier}, {&t.arch, q.Arch}, {&t.packaging, q.Packaging}, {&t.month, q.Month}} {
		if c.value == "" {
			continue
		}
		set := c.column.set(c.value)
		if set == nil {
			return -1
		}
		sets[n] = set
		n++
	}
	found := -1
	series := len(t.starts) - 1
	for w := range (series + 63) / 64 {
		word := ^uint64(0)
		for _, set := range sets[:n] {
			word &= set[w]
		}
		for ; word != 0; word &= word - 1 {
			i := 64*w + bits.TrailingZeros64(word)
			if i >= series {
				break
			}
			for j := t.starts[i]; j < t.starts[i+1]; j++ {
				if q.MemoryMB == 0 || q.MemoryMB == t.profiles[j].MemoryMB {
					if found >= 0 {
						return -1
					}
					found = j
				}
			}
		}
	}
	return found
}

// set returns the series that have a value; nil if none has.
func (c *column) set(v string) []uint64 {
	if len(c.few) == 0 {
		return c.index[v]
	}
	for i := range c.few {
		if c.few[i].text == v {
			return c.few[i].set
		}
	}
	return nil
}

// findError says why not exactly one profile answers a query.
func (t *Table) findError(q Query) error {
	matches := slices.Collect(t.Matching(q))
	if len(matches) > 1 {
		return &AmbiguousError{Query: q, Matches: len(matches), Choices: choices(matches)}
	}
	all := slices.Collect(t.All())
	for i, f := range q.fields() {
		if f.value == "" {
			continue
		}
		known := valuesOf(all, i)
		if !slices.Contains(known, f.value) {
			return &UnknownError{What: f.name, Given: f.value, Nearest: nearestValues(f, known)}
		}
	}
	return &NoProfileError{Query: q, Nearest: nearestQueries(all, q)}
}

// nearestValues are the nearest spellings, of a memory size the nearest sizes.
func nearestValues(f field, known []string) []string {
	if f.name != "MemoryMB" {
		return nearest(f.value, known, 3)
	}
	given, _ := strconv.Atoi(f.value)
	distance := func(s string) int {
		mb, _ := strconv.Atoi(s)
		return max(mb-given, given-mb)
	}
	slices.SortStableFunc(known, func(a, b string) int { return distance(a) - distance(b) })
	return known[:min(3, len(known))]
}

// valuesOf returns the values that profiles have in a field of a query, each once, ascending.
func valuesOf(profiles []Profile, fieldIndex int) []string {
	seen := map[string]bool{}
	var values []string
	for i := range profiles {
		v := queryOf(&profiles[i]).fields()[fieldIndex].value
		if !seen[v] {
			seen[v] = true
			values = append(values, v)
		}
	}
	slices.SortFunc(values, compareValues)
	return values
}

// compareValues orders numbers as numbers.
func compareValues(a, b string) int {
	x, errA := strconv.Atoi(a)
	y, errB := strconv.Atoi(b)
	if errA == nil && errB == nil {
		return x - y
	}
	return slices.Compare([]byte(a), []byte(b))
}

// choices returns the fields in which profiles differ.
func choices(profiles []Profile) []Choice {
	var out []Choice
	for i, f := range (Query{}).fields() {
		if values := valuesOf(profiles, i); len(values) > 1 {
			out = append(out, Choice{Field: f.name, Values: values})
		}
	}
	return out
}

// nearestQueries returns the combinations that are least far from a query, in the fields that it sets. Another function or
// name is further off than another identifier, and that than another month, architecture, packaging or memory.
func nearestQueries(profiles []Profile, q Query) []Query {
	const most = 5
	given := q.fields()
	var out []Query
	least := math.MaxInt
	for i := range profiles {
		candidate := queryOf(&profiles[i]).only(q)
		distance := 0
		for j, f := range candidate.fields() {
			switch {
			case f.value == given[j].value:
			case f.name == "Name" || f.name == "Function":
				distance += 10
			case f.name == "Identifier":
				distance += 5
			default:
				distance++
			}
		}
		if distance < least {
			least, out = distance, nil
		}
		if distance == least && len(out) < most && !slices.Contains(out, candidate) {
			out = append(out, candidate)
		}
	}
	return out
}
