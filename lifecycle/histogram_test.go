package lifecycle_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// A histogram that is no pointer has the same JSON form.
func TestHistogramJSONOfAValue(t *testing.T) {
	var h lifecycle.Histogram
	h.Add(5)
	h.Add(300)
	want := `{"Min":5,"Max":300,"Sum":"305","Buckets":[[5,1],[203,1]]}`
	for name, v := range map[string]any{"value": h, "pointer": &h} {
		if got, err := json.Marshal(v); err != nil || string(got) != want {
			t.Errorf("%s: %s, %v, want %s", name, got, err, want)
		}
		if got, err := json.Marshal(map[string]any{"H": v}); err != nil || string(got) != `{"H":`+want+`}` {
			t.Errorf("%s inside: %s, %v", name, got, err)
		}
	}
	if got, err := json.Marshal(struct{ H *lifecycle.Histogram }{}); err != nil || string(got) != `{"H":null}` {
		t.Errorf("nil: %s, %v", got, err)
	}
}

// What no histogram can be is a RangeError that says where.
func TestHistogramJSONErrors(t *testing.T) {
	for text, field := range map[string]string{
		`{"Min":1,"Max":1,"Sum":"1","Buckets":[[1,1,5]]}`:                  "Histogram.Buckets[0]",
		`{"Min":1,"Max":1,"Sum":"1","Buckets":[[1,1],[]]}`:                 "Histogram.Buckets[1]",
		`{"Min":1,"Max":1,"Sum":"1","Buckets":[[1]]}`:                      "Histogram.Buckets[0]",
		`{"Min":1,"Max":1,"Sum":"1","Buckets":[null]}`:                     "Histogram.Buckets[0]",
		`{"Min":1,"Max":1,"Sum":"1","Buckets":[[1,null]]}`:                 "Histogram.Buckets[0]",
		`{"Min":1,"Max":1,"Sum":"1","Buckets":[[-1,1]]}`:                   "Histogram.Buckets[0]",
		`{"Min":1,"Max":1,"Sum":"1","Buckets":[[1,-1]]}`:                   "Histogram.Buckets[0]",
		`{"Min":1,"Max":1,"Sum":"1","Buckets":[[1,1.5]]}`:                  "Histogram.Buckets[0]",
		`{"Min":1,"Max":1,"Sum":"1","Buckets":[[1,1e3]]}`:                  "Histogram.Buckets[0]",
		`{"Min":1,"Max":1,"Sum":"1","Buckets":[[1,18446744073709551616]]}`: "Histogram.Buckets[0]",
		`{"Min":1,"Max":1,"Sum":"1","Buckets":[["1",1]]}`:                  "Histogram.Buckets[0]",
		`{"Min":1,"Max":1,"Sum":"1","Buckets":[5]}`:                        "Histogram.Buckets[0]",
		`{"Min":1,"Max":1,"Sum":"1","Buckets":{}}`:                         "Histogram.Buckets",
		`{"Min":1,"Max":1,"Sum":"-1","Buckets":[[1,1]]}`:                   "Histogram.Sum",
		`{"Min":1,"Max":1,"Sum":1,"Buckets":[[1,1]]}`:                      "Histogram.Sum",
		`{"Min":"1","Max":1,"Sum":"1","Buckets":[[1,1]]}`:                  "Histogram.Min",
		`{"Min":1,"Max":1.5,"Sum":"1","Buckets":[[1,1]]}`:                  "Histogram.Max",
		`{"Min":1,"Max":1e99,"Sum":"1","Buckets":[[1,1]]}`:                 "Histogram.Max",
		`{"Refused":-1}`: "Histogram.Refused",
		`[]`:             "Histogram",
		`5`:              "Histogram",
		`"x"`:            "Histogram",
	} {
		var h lifecycle.Histogram
		h.Add(7)
		err := json.Unmarshal([]byte(text), &h)
		var out *lifecycle.RangeError
		if !errors.As(err, &out) || out.Field != field || out.Given == "" || out.Allowed == "" {
			t.Errorf("%s: %v, want a RangeError about %s", text, err, field)
		}
		if h.Count() != 1 || h.Max() != 7 {
			t.Errorf("%s has changed the histogram", text)
		}
	}
	var h lifecycle.Histogram
	if err := h.UnmarshalJSON([]byte(`{"Min":`)); err == nil {
		t.Error("half a text is one")
	}
}

func TestHistogramNil(t *testing.T) {
	var none *lifecycle.Histogram
	var missing *lifecycle.MissingError
	for _, g := range []*lifecycle.Histogram{nil, {}} {
		if err := none.Merge(g); !errors.As(err, &missing) {
			t.Errorf("merged into nil: %v", err)
		}
	}
	var some lifecycle.Histogram
	some.Add(3)
	if err := some.Merge(nil); err != nil || some.Count() != 1 {
		t.Errorf("nil merged: %v, %d", err, some.Count())
	}
}

// However durations come together, the histogram is the same: added in any order, merged, read.
func TestHistogramIsTheSameInAnyOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for range 300 {
		all := make([]time.Duration, r.IntN(30))
		low, scale := r.IntN(63), r.IntN(63)
		for i := range all {
			all[i] = time.Duration(1)<<low - 1 + time.Duration(r.Int64()>>scale)
			if all[i] < 0 {
				all[i] = math.MaxInt64
			}
		}
		var want, mixed, merged, back lifecycle.Histogram
		for _, d := range all {
			want.Add(d)
		}
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for _, d := range all {
			mixed.Add(d)
		}
		for cut := 0; cut < len(all); {
			var part lifecycle.Histogram
			for _, d := range all[cut:] {
				if part.Add(d); r.IntN(3) == 0 {
					break
				}
			}
			cut += int(part.Count())
			if err := merged.Merge(&part); err != nil {
				t.Fatal(err)
			}
		}
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(err)
		}
		for name, got := range map[string]*lifecycle.Histogram{"mixed": &mixed, "merged": &merged, "read": &back, "cloned": want.Clone()} {
			if d := cmp.Diff(&want, got); d != "" {
				t.Fatalf("%s: %v (-want +got):\n%s", name, all, d)
			}
			if got.Mean() != want.Mean() || got.Quantile(.3) != want.Quantile(.3) || got.Sum() != want.Sum() || got.Min() != want.Min() || got.Max() != want.Max() {
				t.Fatalf("%s: %v: other figures", name, all)
			}
			other := got.Clone()
			other.Add(5)
			if other.Equal(&want) || !got.Equal(&want) {
				t.Fatalf("%s: one more is equal, or was added to the original too", name)
			}
		}
	}
	var h lifecycle.Histogram
	h.Add(5)
	if err := h.Merge(&h); err != nil || h.Count() != 2 || h.Sum().String() != "10" {
		t.Errorf("merged into itself: %v, %d", err, h.Count())
	}
}
