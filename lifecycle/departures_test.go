package lifecycle_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// plainQueue is the obviously right queue: the first of the earliest.
type plainQueue []struct {
	end time.Duration
	who int32
}

func (q *plainQueue) pop() (time.Duration, int32) {
	best := 0
	for i, d := range *q {
		if d.end < (*q)[best].end {
			best = i
		}
	}
	d := (*q)[best]
	*q = append((*q)[:best], (*q)[best+1:]...)
	return d.end, d.who
}

// playQueue pushes and pops as a simulation does, never into the past, with durations of several shapes.
func playQueue(t *testing.T, seed uint64, steps, most int) (kinds map[string]bool) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	q := lifecycle.NewDepartures()
	var plain plainQueue
	kinds = map[string]bool{}
	now := time.Duration(0)
	scale := time.Duration(1) << r.IntN(45)
	shape := r.IntN(5)
	target := 1 + r.IntN(most)
	for i := range steps {
		if r.IntN(500) == 0 {
			scale = time.Duration(1) << r.IntN(45)
			shape = r.IntN(5)
			target = 1 + r.IntN(most)
		}
		if len(plain) == 0 || len(plain) < target && r.IntN(4) > 0 {
			d := time.Duration(r.ExpFloat64() * float64(scale))
			switch shape {
			case 1:
				d = scale // all alike
			case 2:
				d = time.Duration(r.IntN(3)) * scale // many at the same time
			case 3:
				if r.IntN(50) == 0 {
					d += scale << 12 // a few that are very long
				}
			case 4:
				d = 1 << r.IntN(50)
			}
			q.Push(now+d, int32(i))
			plain = append(plain, struct {
				end time.Duration
				who int32
			}{now + d, int32(i)})
		} else {
			wantEnd, wantWho := plain.pop()
			if next, ok := q.Next(); !ok || next != wantEnd {
				t.Fatalf("seed %d, step %d: the next is at %v (%v), want %v", seed, i, next, ok, wantEnd)
			}
			end, who := q.Pop()
			if end != wantEnd || who != wantWho {
				t.Fatalf("seed %d, step %d: got %v %d, want %v %d", seed, i, end, who, wantEnd, wantWho)
			}
			now = end
		}
		kinds[q.Kind()] = true
	}
	for len(plain) > 0 {
		wantEnd, wantWho := plain.pop()
		if end, who := q.Pop(); end != wantEnd || who != wantWho {
			t.Fatalf("seed %d, at the end: got %v %d, want %v %d", seed, end, who, wantEnd, wantWho)
		}
	}
	if _, ok := q.Next(); ok {
		t.Fatalf("seed %d: an empty queue has a next departure", seed)
	}
	return kinds
}

func TestDepartures(t *testing.T) {
	kinds := map[string]bool{}
	for seed := range uint64(60) {
		for k := range playQueue(t, seed, 3_000, 40) {
			kinds[k] = true
		}
	}
	for seed := range uint64(8) {
		for k := range playQueue(t, seed, 40_000, 400) {
			kinds[k] = true
		}
	}
	for _, k := range []string{"day", "calendar"} {
		if !kinds[k] {
			t.Errorf("no queue ever was a %s", k)
		}
	}
}

// Many at once: the calendar grows to many months, and shrinks again.
func TestDeparturesMany(t *testing.T) {
	q := lifecycle.NewDepartures()
	r := rand.New(rand.NewPCG(3, 4))
	const n = 200_000
	now, last := time.Duration(0), time.Duration(0)
	count := 0
	for i := range 4 * n {
		if count < n && i < 2*n || count == 0 {
			q.Push(now+time.Duration(r.ExpFloat64()*2e9), int32(i))
			count++
			continue
		}
		end, _ := q.Pop()
		if end < last {
			t.Fatalf("step %d: %v after %v", i, end, last)
		}
		now, last = end, end
		count--
	}
}

func FuzzDepartures(f *testing.F) {
	f.Add(uint64(1), uint16(100))
	f.Add(uint64(2), uint16(1))
	f.Fuzz(func(t *testing.T, seed uint64, most uint16) { playQueue(t, seed, 2_000, 1+int(most)%500) })
}

// What the simulator draws is the quantile of the uniform draw of the same index, in whatever order it draws.
func TestDrawIsQuantile(t *testing.T) {
	samples, err := lifecycle.Empirical([]time.Duration{3, 9, 27, 1 << 40})
	if err != nil {
		t.Fatal(err)
	}
	for name, d := range map[string]lifecycle.Distribution{
		"constant": lifecycle.Constant(5), "exponential": lifecycle.Exponential(3 * time.Second), "uniform": lifecycle.Uniform{Min: 4, Max: 1 << 40},
		"log-normal": lifecycle.LogNormal{Median: time.Second, P99: 7 * time.Second}, "empirical": samples,
	} {
		for _, i := range []uint64{0, 1, 63, 64, 65, 1 << 20, 5, 1<<56 | 3, 1<<63 | 9} {
			got, u, err := lifecycle.Draw(d, 9, i)
			if want := d.Quantile(u); err != nil || got != want {
				t.Errorf("%s, draw %d: got %v (%v), want %v", name, i, got, err, want)
			}
		}
	}
}
