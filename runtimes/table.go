package runtimes

import (
	"iter"
	"math/bits"
	"slices"
)

// Table holds profiles and finds them: the embedded ones ([Embedded]), or your own. It is immutable and safe for concurrent
// use. A nil *Table, and the zero value, holds none.
type Table struct {
	profiles []Profile // in order
	starts   []int     // of each series: profiles that differ in memory only
	months   []string  // ascending

	quick                      quickIndex
	name, function, identifier column
	all                        []int32 // every series
}

// column tells which series have a value. It is a hash table with open addressing, for the same reason as [quickIndex].
type column struct {
	slots []value // a power of two, at most half of them used; no series: free
}

type value struct {
	text   string
	series []int32 // ascending
}

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
	link(profiles)
	t := &Table{profiles: profiles, starts: startsOf(profiles, namedSeries), quick: newQuickIndex(profiles)}
	for i := range len(t.starts) - 1 {
		t.all = append(t.all, int32(i))
		if month := profiles[t.starts[i]].Measured; len(t.months) == 0 || t.months[len(t.months)-1] != month {
			t.months = append(t.months, month) // by which profiles are ordered
		}
	}
	t.name = t.columnOf(func(p *Profile) string { return p.Name })
	t.function = t.columnOf(func(p *Profile) string { return p.Function })
	t.identifier = t.columnOf(func(p *Profile) string { return p.Identifier })
	return t
}

func (t *Table) columnOf(field func(p *Profile) string) column {
	var values []value
	index := map[string]int{} // of values
	for _, i := range t.all {
		text := field(&t.profiles[t.starts[i]])
		at, ok := index[text]
		if !ok {
			at = len(values)
			index[text] = at
			values = append(values, value{text: text})
		}
		values[at].series = append(values[at].series, i)
	}
	c := column{make([]value, 1<<bits.Len(uint(2*len(values))))}
	mask := uint64(len(c.slots) - 1)
	for _, v := range values {
		at := mix(sample(v.text), 0) & mask
		for c.slots[at].series != nil {
			at = (at + 1) & mask
		}
		c.slots[at] = v
	}
	return c
}

// having returns the series that have a value.
func (c *column) having(text string) []int32 {
	if len(c.slots) == 0 {
		return nil
	}
	mask := uint64(len(c.slots) - 1)
	at := mix(sample(text), 0) & mask
	for c.slots[at].series != nil && c.slots[at].text != text {
		at = (at + 1) & mask
	}
	return c.slots[at].series
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
// values, or else a [*NoProfileError]; both name the nearest that exist. A field left out matches anything: of the embedded
// profiles most differ in month and packaging, so that a query says these too.
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
	if i := t.quick.find(t.profiles, q); i >= 0 {
		return i
	}
	return t.search(q)
}

// search is find for any query: of the names that it says, it goes through the series that have the rarest.
func (t *Table) search(q *Query) int {
	series := t.all
	if q.Name != "" {
		series = t.name.having(q.Name)
	}
	if q.Function != "" {
		if s := t.function.having(q.Function); len(s) < len(series) {
			series = s
		}
	}
	if q.Identifier != "" {
		if s := t.identifier.having(q.Identifier); len(s) < len(series) {
			series = s
		}
	}
	found := -1
	for _, i := range series {
		first, end := t.starts[i], t.starts[i+1]
		if !t.profiles[first].answersButMemory(q) {
			continue
		}
		for j := first; j < end; j++ {
			if q.MemoryMB == 0 || q.MemoryMB == t.profiles[j].MemoryMB {
				if found >= 0 {
					return -1
				}
				found = j
			}
		}
	}
	return found
}
