package lifecycle_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
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
func playQueue(t *testing.T, seed uint64, steps, most int) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	q := lifecycle.NewDepartures()
	var plain plainQueue
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
			if next, ok := q.Next(); !ok || next > wantEnd {
				t.Fatalf("seed %d, step %d: the next is not before %v (%v), want %v at most", seed, i, next, ok, wantEnd)
			}
			for wantEnd > now && r.IntN(3) == 0 { // time passes
				now += 1 + time.Duration(r.Int64N(int64(wantEnd-now)))
				if now < wantEnd && q.Due(now) {
					t.Fatalf("seed %d, step %d: one is due at %v, want %v", seed, i, now, wantEnd)
				}
			}
			if wantEnd > now && q.Due(wantEnd-1) || !q.Due(wantEnd) {
				t.Fatalf("seed %d, step %d: due before %v, or not then", seed, i, wantEnd)
			}
			end, who := q.Pop()
			if end != wantEnd || who != wantWho {
				t.Fatalf("seed %d, step %d: got %v %d, want %v %d", seed, i, end, who, wantEnd, wantWho)
			}
			now = end
		}
	}
	for len(plain) > 0 {
		wantEnd, wantWho := plain.pop()
		if !q.Due(wantEnd) {
			t.Fatalf("seed %d, at the end: nothing is due at %v", seed, wantEnd)
		}
		if end, who := q.Pop(); end != wantEnd || who != wantWho {
			t.Fatalf("seed %d, at the end: got %v %d, want %v %d", seed, end, who, wantEnd, wantWho)
		}
	}
	if _, ok := q.Next(); ok {
		t.Fatalf("seed %d: an empty queue has a next departure", seed)
	}
}

func TestDepartures(t *testing.T) {
	for seed := range uint64(60) {
		playQueue(t, seed, 3_000, 40)
	}
	for seed := range uint64(8) {
		playQueue(t, seed, 40_000, 400)
	}
}

// Many at once, as they come and go.
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
		if !q.Due(1 << 61) {
			t.Fatalf("step %d: nothing is due", i)
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

// Short and long requests together, of which the ends are far apart and near each other at once: what an invocation costs
// does not depend on that. Compare with BenchmarkSimulate of as many busy environments.
func BenchmarkMixedDurations(b *testing.B) {
	for _, mix := range []struct {
		name    string
		share   float64 // of the short ones
		short   time.Duration
		long    time.Duration
		perHour float64
	}{
		{"99%1ms,1%900s,busy=900", .99, time.Millisecond, 900 * time.Second, 360_000},
		{"90%1ms,10%30s,busy=3000", .9, time.Millisecond, 30 * time.Second, 3_600_000},
		{"50%1ms,50%800s,busy=40000", .5, time.Millisecond, 800 * time.Second, 360_000},
	} {
		b.Run(mix.name, func(b *testing.B) {
			f := lifecycle.Function{Duration: twoValues{mix.share, mix.short, mix.long}}
			p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(10 * time.Minute)}
			rate := mix.perHour / 3600
			warm := 2 * mix.long
			var started uint64
			o := &lifecycle.Options{Seed: 1, Until: warm + time.Duration(float64(b.N)/rate*1e9)}
			o.Progress = func(p lifecycle.Progress) {
				if started == 0 && p.At >= warm && p.At < o.Until {
					started = p.Invocations
					b.ResetTimer()
				}
			}
			r, err := lifecycle.Simulate(context.Background(), f, p, workload.Poisson{PerSecond: rate}, o)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(max(r.Invocations-started, 1)), "ns/invocation")
		})
	}
}

// twoValues is short with a probability, else long.
type twoValues struct {
	share       float64
	short, long time.Duration
}

func (t twoValues) Quantile(p float64) time.Duration {
	if p < t.share {
		return t.short
	}
	return t.long
}

func (t twoValues) Mean() time.Duration {
	return time.Duration(t.share*float64(t.short) + (1-t.share)*float64(t.long))
}
