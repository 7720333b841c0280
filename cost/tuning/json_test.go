package tuning_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/tuning"
)

func FuzzPointJSON(f *testing.F) {
	f.Add([]byte(`{"MemoryMB":512,"Duration":93000000,"Cost":"0.00000097"}`))
	f.Add([]byte(`{"MemoryMB":512,"Duration":93000000,"Cost":"1e9999999"}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		p := point(1, 2, "3")
		before := p
		if err := json.Unmarshal(in, &p); err != nil {
			if !cmp.Equal(before, p) {
				t.Fatalf("changed to %v by %v", p, err)
			}
			return
		}
		var again tuning.Point
		if err := json.Unmarshal(must(json.Marshal(p))(t), &again); err != nil || !cmp.Equal(p, again) {
			t.Fatalf("%v, %v, want %v", again, err, p)
		}
	})
}

func TestPointJSON(t *testing.T) {
	p := tuning.Point{MemoryMB: 512, Duration: 93 * ms, Cost: d("0.0000009700")}
	const want = `{"MemoryMB":512,"Duration":93000000,"Cost":"0.00000097"}`
	if got := must(json.Marshal(p))(t); string(got) != want {
		t.Errorf("%s, want %s", got, want)
	}
	for _, in := range []string{
		`{"MemoryMB":512,"Duration":93000000}`, `{"MemoryMB":512,"Duration":93000000,"Cost":"-1"}`, `{"MemoryMB":512,"Duration":93000000,"Cost":"1e2"}`,
		`{"MemoryMB":512,"Duration":93000000,"Cost":""}`, `{"MemoryMB":512,"Duration":93000000,"Cost":"1."}`, `{"MemoryMB":512,"Duration":93000000,"Cost":".5"}`,
		`{"MemoryMB":512,"Cost":"1"}`, `{"Duration":93000000,"Cost":"1"}`, `{"MemoryMB":512,"Duration":1,"Cost":"` + strings.Repeat("9", 61) + `"}`,
	} {
		got := p
		err := json.Unmarshal([]byte(in), &got)
		var e *tuning.RangeError
		if !errors.As(err, &e) || !cmp.Equal(p, got) {
			t.Errorf("%s: %v, %v", in, got, err)
		}
	}
	if _, err := json.Marshal(tuning.Point{MemoryMB: 1, Duration: 1, Cost: d("-1")}); err == nil {
		t.Error("a negative cost is written")
	}
}

// Every point that is valid is read back from what is written of it, up to the bounds of what is money; and what is written
// can be read.
func TestPointJSONBounds(t *testing.T) {
	for _, c := range []decimal.Decimal{
		decimal.New(1, 59), decimal.New(0, 60), decimal.New(0, -200), decimal.New(1, -200), d(strings.Repeat("9", 60)),
		d(strings.Repeat("9", 60) + "." + strings.Repeat("9", 200)), decimal.New(123, 57),
	} {
		p := tuning.Point{MemoryMB: 1, Duration: 1, Cost: c}
		if err := p.Validate(); err != nil {
			t.Errorf("%v: %v", c, err)
			continue
		}
		b := must(json.Marshal(p))(t)
		var back tuning.Point
		if err := json.Unmarshal(b, &back); err != nil || !cmp.Equal(p, back) {
			t.Errorf("%s: back as %v, %v", b, back, err)
		}
	}
	for _, c := range []decimal.Decimal{
		decimal.New(1, 60), decimal.New(12, 59), decimal.New(1, -201), decimal.New(0, 61), decimal.New(0, -201), d("1" + strings.Repeat("0", 60)), d("-1"),
	} {
		p := tuning.Point{MemoryMB: 1, Duration: 1, Cost: c}
		wantRange(t, p.Validate(), "Point.Cost")
		if b, err := json.Marshal(p); err == nil {
			t.Errorf("written as %s", b)
		}
	}
	// The zero Point stands for none; another one that is not valid is not written.
	var report, back struct{ Choice tuning.Point }
	b := must(json.Marshal(report))(t)
	if err := json.Unmarshal(b, &back); err != nil || string(b) != `{"Choice":null}` {
		t.Errorf("%s, read back: %v", b, err)
	}
	if b, err := json.Marshal(tuning.Point{MemoryMB: 128}); err == nil {
		t.Errorf("written as %s", b)
	}
}

// With a cost of 0 there is no ratio; the comparison is written as JSON all the same, and read back.
func TestFreePointsAsJSON(t *testing.T) {
	free := []tuning.Point{point(128, 2, "0"), point(256, 1, "0.5")}
	c := must(tuning.Compare(free, []tuning.Point{point(128, 3, "0.25"), point(256, 1, "0.25")}, nil))(t)
	if !math.IsInf(c.Pairs[0].CostMore, 1) || c.Pairs[0].DurationMore != 0.5 || c.Pairs[1].CostMore != -0.5 {
		t.Errorf("pairs %+v", c.Pairs)
	}
	b := must(json.Marshal(c))(t)
	var back tuning.Comparison
	if err := json.Unmarshal(b, &back); err != nil || !cmp.Equal(c, back) {
		t.Errorf("%s: %v (-want +got):\n%s", b, err, cmp.Diff(c, back))
	}
	ties := must(tuning.Ties(free, tuning.Fastest, 10, 1e6))(t)
	if len(ties) != 2 || !math.IsInf(ties[0].CostMore, 1) {
		t.Fatalf("ties %+v", ties)
	}
	b = must(json.Marshal(ties))(t)
	const want = `[{"Point":{"MemoryMB":256,"Duration":1000000,"Cost":"0.5"},"CostMore":null,"DurationMore":0,"Monthly":"500000","MonthlyMore":"500000"},` +
		`{"Point":{"MemoryMB":128,"Duration":2000000,"Cost":"0"},"CostMore":0,"DurationMore":1,"Monthly":"0","MonthlyMore":"0"}]`
	if string(b) != want {
		t.Errorf("%s, want %s", b, want)
	}
	var again []tuning.Tie
	if err := json.Unmarshal(b, &again); err != nil || !cmp.Equal(ties, again) {
		t.Errorf("%v (-want +got):\n%s", err, cmp.Diff(ties, again))
	}
	for _, bad := range []string{`{"Point":{}}`, `{"Monthly":"1"}`, `{"Point":{"MemoryMB":1,"Duration":1,"Cost":"1"},"Monthly":"x","MonthlyMore":"0"}`, `[]`} {
		if err := json.Unmarshal([]byte(bad), &again[0]); err == nil || !cmp.Equal(again[0], ties[0]) {
			t.Errorf("%s: %v, %+v", bad, err, again[0])
		}
	}
	pair := c.Pairs[0]
	for _, bad := range []string{`{"A":{}}`, `{"A":{"MemoryMB":1,"Duration":1,"Cost":"1"}}`, `[]`} {
		if err := json.Unmarshal([]byte(bad), &pair); err == nil || !cmp.Equal(pair, c.Pairs[0]) {
			t.Errorf("%s: %v, %+v", bad, err, pair)
		}
	}
}
