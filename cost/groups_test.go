package cost_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// Groups that were summed up apart are, merged in any order, those that were summed up in one; the parts stay as they were.
func TestGroupsMerge(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		var want cost.Groups[int]
		parts := make([]cost.Groups[int], 1+r.IntN(4))
		for range r.IntN(40) {
			key, n := r.IntN(5), r.Uint64N(1000)
			for _, g := range []*cost.Groups[int]{&want, &parts[r.IntN(len(parts))]} {
				if err := g.Of(key).Add(cost.Requests, cost.ARM64, decimal.New(int64(n), -1)); err != nil {
					t.Fatal(err)
				}
			}
		}
		before := parts[0].Map()
		var got cost.Groups[int]
		for _, i := range r.Perm(len(parts)) {
			if err := got.Merge(&parts[i]); err != nil {
				t.Fatal(err)
			}
		}
		if !maps.EqualFunc(want.Map(), got.Map(), cost.Usage.Equal) {
			t.Fatalf("merged: %v, want %v", got.Map(), want.Map())
		}
		if keys := slices.Sorted(maps.Keys(want.Map())); !slices.Equal(got.Keys(), keys) || got.Len() != len(keys) {
			t.Errorf("keys %v, want %v", got.Keys(), keys)
		}
		for key, u := range got.Map() {
			if !got.Of(key).Equal(u) {
				t.Errorf("of %d: %v, in the map %v", key, got.Of(key), u)
			}
		}
		if err := got.Of(9).Add(cost.Requests, cost.ARM64, decimal.New(1, 0)); err != nil {
			t.Fatal(err)
		}
		for key := range got.Map() {
			*got.Of(key) = cost.Usage{}
		}
		if !maps.EqualFunc(before, parts[0].Map(), cost.Usage.Equal) {
			t.Errorf("a part is now %v, was %v", parts[0].Map(), before)
		}
		// What is merged with itself is twice as much.
		twice, err := want.Total()
		if err != nil {
			t.Fatal(err)
		}
		if twice, err = twice.Times(2); err != nil {
			t.Fatal(err)
		}
		if err := want.Merge(&want); err != nil {
			t.Fatal(err)
		}
		if total, err := want.Total(); err != nil || !total.Equal(twice) {
			t.Errorf("merged with itself: %v, %v, want %v", total, err, twice)
		}
	}
}
