package cost

import "cmp"

// Groups is usage by tenant, function, team, day: by any ordered key. The zero value is ready to use. It is for one
// goroutine at a time; merge instead of sharing. It must not be copied after first use, since copies share the usage of
// their keys; [Groups.Map] returns a copy that shares nothing.
type Groups[K cmp.Ordered] struct {
	byKey map[K]*Usage
}

// Of returns the usage of k, which is zero at first, to be added to.
func (g *Groups[K]) Of(k K) *Usage {
	u, ok := g.byKey[k]
	if !ok {
		if g.byKey == nil {
			g.byKey = make(map[K]*Usage)
		}
		u = new(Usage)
		g.byKey[k] = u
	}
	return u
}

// Len returns the number of keys.
func (g *Groups[K]) Len() int { return len(g.byKey) }

// Keys returns all keys, sorted.
func (g *Groups[K]) Keys() []K { return sortedKeys(g.byKey) }

// Merge adds all of other, key by key; nil is nothing to add. Where a sum overflows, that is an [*OverflowError], and
// nothing is added.
func (g *Groups[K]) Merge(other *Groups[K]) error {
	if other == nil {
		return nil
	}
	sums := make(map[K]*Usage, len(other.byKey))
	for k, v := range other.byKey {
		sum := new(Usage)
		if u, ok := g.byKey[k]; ok {
			*sum = *u
		}
		if err := sum.Merge(*v); err != nil {
			return err
		}
		sums[k] = sum
	}
	for k, sum := range sums {
		*g.Of(k) = *sum
	}
	return nil
}

// Total returns the sum of all keys, or an [*OverflowError].
func (g *Groups[K]) Total() (Usage, error) {
	var sum Usage
	for _, u := range g.byKey {
		if err := sum.Merge(*u); err != nil {
			return Usage{}, err
		}
	}
	return sum, nil
}

// Map returns a copy of the usage of all keys.
func (g *Groups[K]) Map() map[K]Usage {
	m := make(map[K]Usage, len(g.byKey))
	for k, u := range g.byKey {
		m[k] = *u
	}
	return m
}
