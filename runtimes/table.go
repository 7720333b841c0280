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
	starts   []int     // of each series: the same function, architecture, packaging and month, at several memory sizes
	months   []string  // ascending

	full                                               fullIndex
	name, function, identifier, arch, packaging, month column
}

// column tells which series have a value. It is a hash table with open addressing, for the same reason as [fullIndex].
type column struct {
	slots []value // a power of two, at most half of them used; a nil set: free
}

// value is a set of series: bit i of word w is series 64·w+i.
type value struct {
	text string
	set  []uint64
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
		var values []value
		index := map[string]int{} // of values
		for i := range series {
			text := c.of(&profiles[t.starts[i]])
			at, ok := index[text]
			if !ok {
				at = len(values)
				index[text] = at
				values = append(values, value{text, make([]uint64, words)})
			}
			values[at].set[i/64] |= 1 << (i % 64)
		}
		*c.column = newColumn(values)
	}
	for _, v := range t.month.slots {
		if v.set != nil {
			t.months = append(t.months, v.text)
		}
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

func newColumn(values []value) column {
	c := column{make([]value, 1<<bits.Len(uint(2*len(values))))}
	mask := uint64(len(c.slots) - 1)
	for _, v := range values {
		at := mix(sample(v.text), 0) & mask
		for c.slots[at].set != nil {
			at = (at + 1) & mask
		}
		c.slots[at] = v
	}
	return c
}

// set returns the series that have a value; nil if none has.
func (c *column) set(v string) []uint64 {
	if len(c.slots) == 0 {
		return nil
	}
	mask := uint64(len(c.slots) - 1)
	for at := mix(sample(v), 0) & mask; c.slots[at].set != nil; at = (at + 1) & mask {
		if c.slots[at].text == v {
			return c.slots[at].set
		}
	}
	return nil
}
