package vcpu_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

// The embedded table, as the seed article prints it.
func TestObserved(t *testing.T) {
	want := vcpu.Table{
		{MinMB: 128, MaxMB: 3008, Cores: 2},
		{MinMB: 3009, MaxMB: 5307, Cores: 3},
		{MinMB: 5308, MaxMB: 7076, Cores: 4},
		{MinMB: 7077, MaxMB: 8845, Cores: 5},
		{MinMB: 8846, MaxMB: 10240, Cores: 6},
	}
	got := vcpu.Observed()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Observed (-want +got):\n%s", diff)
	}
	if err := got.Validate(); err != nil {
		t.Error(err)
	}
	got[0].Cores = 99
	if cores, err := vcpu.VisibleCores(128); err != nil || cores != 2 {
		t.Errorf("VisibleCores(128) = %d, %v after a change to a copy of the table", cores, err)
	}
}

// At every size: the function, the table's method and a look at the steps agree, and so does the inverse.
func TestVisibleCores(t *testing.T) {
	table := vcpu.Observed()
	previous := 0
	for mb := range allSizes {
		want := 0
		for _, s := range table {
			if s.MinMB <= mb && mb <= s.MaxMB {
				want = s.Cores
			}
		}
		got, err := vcpu.VisibleCores(mb)
		if err != nil || got != want {
			t.Fatalf("VisibleCores(%d) = %d, %v, want %d", mb, got, err, want)
		}
		if got, err := table.Cores(mb); err != nil || got != want {
			t.Fatalf("Cores(%d) = %d, %v, want %d", mb, got, err, want)
		}
		minMB, maxMB, err := vcpu.MemoryRange(got)
		if err != nil || mb < minMB || mb > maxMB {
			t.Fatalf("MemoryRange(%d) = %d, %d, %v, which is without %d", got, minMB, maxMB, err, mb)
		}
		if got < previous {
			t.Fatalf("VisibleCores(%d) = %d, fewer than at one MB less", mb, got)
		}
		previous = got
		// What doc.go says of how it compares with the share rounded up.
		ceil, err := vcpu.CeilShare(mb)
		if err != nil {
			t.Fatal(err)
		}
		more := 1
		if mb >= 1770 && mb <= 3008 || mb >= 3539 {
			more = 0
		}
		if got != ceil+more {
			t.Fatalf("at %d MB %d visible cores, share rounded up %d", mb, got, ceil)
		}
	}
}

func TestMemoryRange(t *testing.T) {
	for _, s := range vcpu.Observed() {
		minMB, maxMB, err := vcpu.MemoryRange(s.Cores)
		if err != nil || minMB != s.MinMB || maxMB != s.MaxMB {
			t.Errorf("MemoryRange(%d) = %d, %d, %v, want %v", s.Cores, minMB, maxMB, err, s)
		}
	}
	for _, cores := range []int{math.MinInt, -2, 0, 1, 7, math.MaxInt} {
		_, _, err := vcpu.MemoryRange(cores)
		wantRangeError(t, err, "visibleCores")
	}
}

// A table of one's own: several steps with the same number of cores are one range.
func TestTable(t *testing.T) {
	table := vcpu.Table{{128, 128, 1}, {129, 1000, 2}, {1001, 4000, 2}, {4001, 10240, 16}}
	for _, c := range []struct{ mb, cores, minMB, maxMB int }{
		{128, 1, 128, 128}, {129, 2, 129, 4000}, {1000, 2, 129, 4000}, {1001, 2, 129, 4000}, {10240, 16, 4001, 10240},
	} {
		if got, err := table.Cores(c.mb); err != nil || got != c.cores {
			t.Errorf("Cores(%d) = %d, %v, want %d", c.mb, got, err, c.cores)
		}
		minMB, maxMB, err := table.MemoryRange(c.cores)
		if err != nil || minMB != c.minMB || maxMB != c.maxMB {
			t.Errorf("MemoryRange(%d) = %d, %d, %v, want %d, %d", c.cores, minMB, maxMB, err, c.minMB, c.maxMB)
		}
	}
	_, _, err := table.MemoryRange(3)
	wantRangeError(t, err, "cores")
	if want := "vcpu: cores is 3, allowed is 1, 2, 16"; err.Error() != want {
		t.Errorf("text %q, want %q", err, want)
	}
}

func TestTableValidate(t *testing.T) {
	for name, c := range map[string]struct {
		table vcpu.Table
		field string // of the error; "" where the table is valid
		want  string // part of the error
	}{
		"one step":        {vcpu.Table{{128, 10240, 1}}, "", ""},
		"nil":             {nil, "Table", "128 to 10240"},
		"empty":           {vcpu.Table{}, "Table", "128 to 10240"},
		"zero step":       {vcpu.Table{{}}, "Table[0].MinMB", "128"},
		"begins late":     {vcpu.Table{{129, 10240, 1}}, "Table[0].MinMB", "is 129, allowed is 128"},
		"begins early":    {vcpu.Table{{127, 10240, 1}}, "Table[0].MinMB", "is 127, allowed is 128"},
		"ends early":      {vcpu.Table{{128, 3008, 1}, {3009, 10239, 2}}, "Table[1].MaxMB", "is 10239, allowed is 10240"},
		"ends late":       {vcpu.Table{{128, 10241, 1}}, "Table[0].MaxMB", "128 to 10240"},
		"gap":             {vcpu.Table{{128, 3008, 1}, {3010, 10240, 2}}, "Table[1].MinMB", "is 3010, allowed is 3009"},
		"overlap":         {vcpu.Table{{128, 3008, 1}, {3008, 10240, 2}}, "Table[1].MinMB", "is 3008, allowed is 3009"},
		"descending":      {vcpu.Table{{3009, 10240, 2}, {128, 3008, 1}}, "Table[0].MinMB", "allowed is 128"},
		"empty range":     {vcpu.Table{{128, 127, 1}, {128, 10240, 1}}, "Table[0].MaxMB", "128 to 10240"},
		"beyond the end":  {vcpu.Table{{128, 10240, 1}, {10241, 10241, 2}}, "Table[1].MinMB", "nothing"},
		"no cores":        {vcpu.Table{{128, 10240, 0}}, "Table[0].Cores", "1 or more"},
		"negative cores":  {vcpu.Table{{128, 10240, math.MinInt}}, "Table[0].Cores", "1 or more"},
		"fewer cores":     {vcpu.Table{{128, 3008, 3}, {3009, 10240, 2}}, "Table[1].Cores", "3 or more"},
		"largest integer": {vcpu.Table{{128, math.MaxInt, 1}}, "Table[0].MaxMB", "128 to 10240"},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.table.Validate()
			if c.field == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			wantRangeError(t, err, c.field)
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("%q is without %q", err, c.want)
			}
			_, cores := c.table.Cores(128)
			_, _, sizes := c.table.MemoryRange(1)
			for _, other := range []error{cores, sizes} {
				var e *vcpu.RangeError
				if !errors.As(other, &e) || e.Field != c.field {
					t.Errorf("a look-up says %v, Validate %v", other, err)
				}
			}
		})
	}
}

// Whatever a table holds, it is refused, or it answers for each size and its inverse leads back.
func FuzzTable(f *testing.F) {
	f.Add(3008, 2, 5307, 3, 10240, 6)
	f.Add(128, 1, 129, 1, 10240, 1)
	f.Add(10240, 1, 10240, 1, 10240, 1)
	f.Add(5000, 0, 4000, 3, math.MaxInt, -1)
	f.Fuzz(func(t *testing.T, end1, cores1, end2, cores2, end3, cores3 int) {
		table := vcpu.Table{{128, end1, cores1}, {end1 + 1, end2, cores2}, {end2 + 1, end3, cores3}}
		valid := 128 <= end1 && end1 < end2 && end2 < end3 && end3 == 10240 && 1 <= cores1 && cores1 <= cores2 && cores2 <= cores3
		if err := table.Validate(); (err == nil) != valid {
			t.Fatalf("%v: %v", table, err)
		}
		if !valid {
			return
		}
		for _, mb := range []int{128, end1, end1 + 1, end2, end2 + 1, end3} {
			cores, err := table.Cores(mb)
			if err != nil {
				t.Fatal(err)
			}
			minMB, maxMB, err := table.MemoryRange(cores)
			if err != nil || mb < minMB || mb > maxMB {
				t.Fatalf("%v: %d MB has %d cores, which have %d to %d MB, %v", table, mb, cores, minMB, maxMB, err)
			}
		}
	})
}
