package workload_test

import (
	"fmt"
	"iter"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// logged is an invocation as a log has it.
type logged struct {
	end      time.Time
	duration time.Duration
}

func ends(log []logged) iter.Seq2[time.Time, time.Duration] {
	return func(yield func(time.Time, time.Duration) bool) {
		for _, l := range log {
			if !yield(l.end, l.duration) {
				return
			}
		}
	}
}

func TestCompleted(t *testing.T) {
	const s = time.Second
	at := func(d time.Duration) time.Time { return epoch.Add(d) }
	tokyo := time.FixedZone("Tokyo", 9*3600)
	for _, c := range []struct {
		name string
		log  []logged
		want workload.Trace
	}{
		{name: "empty"},
		{"one", []logged{{at(5 * s), 2 * s}}, workload.Trace{{At: 0, Duration: 2 * s}}},
		{
			"in the order of their ends",
			[]logged{{at(5 * s), 2 * s}, {at(6 * s), s}, {at(9 * s), s}},
			workload.Trace{{At: 0, Duration: 2 * s}, {At: 2 * s, Duration: s}, {At: 5 * s, Duration: s}},
		},
		{
			"in no order",
			[]logged{{at(9 * s), s}, {at(5 * s), 2 * s}, {at(6 * s), s}},
			workload.Trace{{At: 0, Duration: 2 * s}, {At: 2 * s, Duration: s}, {At: 5 * s, Duration: s}},
		},
		{
			"one that began before the first, and ended last",
			[]logged{{at(5 * s), 2 * s}, {at(6 * s), s}, {at(60 * s), 59 * s}},
			workload.Trace{{At: 0, Duration: 59 * s}, {At: 2 * s, Duration: 2 * s}, {At: 4 * s, Duration: s}},
		},
		{
			"beginning at once, in the order of the log",
			[]logged{{at(5 * s), 2 * s}, {at(4 * s), s}, {at(6 * s), 3 * s}},
			workload.Trace{{At: 0, Duration: 2 * s}, {At: 0, Duration: s}, {At: 0, Duration: 3 * s}},
		},
		{
			"ending at once",
			[]logged{{at(5 * s), s}, {at(5 * s), 2 * s}, {at(5 * s), 3 * s}},
			workload.Trace{{At: 0, Duration: 3 * s}, {At: s, Duration: 2 * s}, {At: 2 * s, Duration: s}},
		},
		{
			"twice the same",
			[]logged{{at(5 * s), s}, {at(5 * s), s}},
			workload.Trace{{At: 0, Duration: s}, {At: 0, Duration: s}},
		},
		{
			"no duration",
			[]logged{{at(5 * s), 0}, {at(5 * s), 1}, {at(5*s + 1), 0}},
			workload.Trace{{At: 0, Duration: 1}, {At: 1, Duration: 1}, {At: 2, Duration: 1}},
		},
		{
			"in several time zones",
			[]logged{{at(9 * s).In(tokyo), s}, {at(5 * s), s}},
			workload.Trace{{At: 0, Duration: s}, {At: 4 * s, Duration: s}},
		},
		{
			"before 1970, and as long and as far apart as can be",
			[]logged{{time.Unix(-1e9, -1<<60).Add(1 << 61), 0}, {time.Unix(-1e9, 0), 1 << 60}, {time.Unix(-1e9, -1<<60), 0}},
			workload.Trace{{At: 0, Duration: 1 << 60}, {At: 0, Duration: 1}, {At: 1 << 61, Duration: 1}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := workload.Completed(ends(c.log))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("trace (-want +got):\n%s", diff)
			}
			same(t, "played", c.want, play(t, got, 1))
			again, start, err := workload.CompletedSince(ends(c.log))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(got, again); diff != "" {
				t.Errorf("trace, with its start (-want +got):\n%s", diff)
			}
			var want, back []int64 // when invocations began by the log's clock, and what start makes of the trace
			for _, l := range c.log {
				want = append(want, l.end.Add(-l.duration).UnixNano())
			}
			slices.Sort(want)
			for _, r := range again {
				back = append(back, start.Add(r.At).UnixNano())
			}
			if diff := cmp.Diff(want, back); diff != "" {
				t.Errorf("on the log's clock (-want +got):\n%s", diff)
			}
			if start.IsZero() != (len(c.log) == 0) {
				t.Errorf("start %v", start)
			}
		})
	}
}

func TestCompletedImpossible(t *testing.T) {
	good := logged{epoch, time.Second}
	const far = "within 73 years of the first"
	for _, c := range []struct {
		name string
		ends iter.Seq2[time.Time, time.Duration]
		want workload.RangeError
	}{
		{"no log", nil, workload.RangeError{Field: "ends", Given: "nil", Allowed: "an iterator"}},
		{
			"no time",
			ends([]logged{good, {time.Time{}, time.Second}}),
			workload.RangeError{Field: "invocation 1: end", Given: "0001-01-01 00:00:00 +0000 UTC", Allowed: "a time"},
		},
		{
			"duration negative",
			ends([]logged{good, good, {epoch, -1}, {epoch, -2}}),
			workload.RangeError{Field: "invocation 2: duration", Given: "-1ns", Allowed: "0 to 36 years"},
		},
		{
			"duration least",
			ends([]logged{{epoch, math.MinInt64}}),
			workload.RangeError{Field: "invocation 0: duration", Given: "-2562047h47m16.854775808s", Allowed: "0 to 36 years"},
		},
		{
			"duration just too long",
			ends([]logged{{epoch, 1<<60 + 1}}),
			workload.RangeError{Field: "invocation 0: duration", Given: "320255h58m24.606846977s", Allowed: "0 to 36 years"},
		},
		{
			"just too far apart",
			ends([]logged{{epoch.Add(1<<61 + 1), 0}, {epoch, 0}}),
			workload.RangeError{Field: "invocation 0: end", Given: "2099-10-26 11:56:49.213693953 +0000 UTC", Allowed: far},
		},
		{
			"too far apart by a duration",
			ends([]logged{good, {epoch.Add(1 << 61), 0}}),
			workload.RangeError{Field: "invocation 1: end", Given: "2099-10-26 11:56:49.213693952 +0000 UTC", Allowed: far},
		},
		{
			"millennia apart",
			ends([]logged{good, {time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), time.Second}, good}),
			workload.RangeError{Field: "invocation 1: end", Given: "9999-01-01 00:00:00 +0000 UTC", Allowed: far},
		},
		{
			"no duration, too far",
			ends([]logged{good, {time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), 0}}),
			workload.RangeError{Field: "invocation 1: end", Given: "9999-01-01 00:00:00 +0000 UTC", Allowed: far},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			trace, err := workload.Completed(c.ends)
			if trace != nil {
				t.Errorf("a trace beside the error: %v", trace)
			}
			want := fmt.Sprintf("%s: %s, not %s", c.want.Field, c.want.Given, c.want.Allowed)
			if diff := cmp.Diff([]string{want}, rangeErrors(t, err)); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

// An impossible invocation ends the reading of a log: what is behind it may never come.
func TestCompletedStopsReading(t *testing.T) {
	read := 0
	_, err := workload.Completed(func(yield func(time.Time, time.Duration) bool) {
		for read = 1; yield(epoch, -1); read++ {
		}
	})
	if err == nil || read != 1 {
		t.Errorf("%d invocations read, error %v", read, err)
	}
}
