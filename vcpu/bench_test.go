package vcpu_test

import (
	"math"
	"testing"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

// tenPoints are measurements as a power-tuning run makes them.
var tenPoints = []vcpu.Measurement{
	{128, 11_722_965_000},
	{192, 8_100_000_000},
	{256, 6_678_945_000},
	{384, 4_300_000_000},
	{512, 3_194_954_000},
	{768, 2_050_000_000},
	{1024, 1_465_984_000},
	{1536, 1_010_000_000},
	{2048, 900_000_000},
	{3008, 890_000_000},
}

// lookups take no memory, and less than 50 ns, save for MemoryFor, which searches.
var lookups = []struct {
	name string
	look func(mb int) error
}{
	{"Share", func(mb int) error { _, err := vcpu.Share(mb); return err }},
	{"CeilShare", func(mb int) error { _, err := vcpu.CeilShare(mb); return err }},
	{"VisibleCores", func(mb int) error { _, err := vcpu.VisibleCores(mb); return err }},
	{"Table.Cores", func(mb int) error { _, err := ownTable.Cores(mb); return err }},
	{"MemoryForShare", func(mb int) error { _, err := vcpu.MemoryForShare(float64(mb) / 2000); return err }},
	{"CeilShareRange", func(mb int) error { _, _, err := vcpu.CeilShareRange(1 + mb%6); return err }},
	{"MemoryRange", func(mb int) error { _, _, err := vcpu.MemoryRange(2 + mb%5); return err }},
	{"Task.Duration", func(mb int) error { _, err := someTask.Duration(mb); return err }},
	{"Task.SaturationMB", func(int) error { _, err := someTask.SaturationMB(); return err }},
	{"Task.MemoryFor", func(mb int) error { _, err := someTask.MemoryFor(time.Duration(mb) * msec); return err }},
}

var (
	ownTable = vcpu.Observed()
	someTask = vcpu.Task{Wait: 20 * msec, CPU: 300 * msec, Threads: 4, Serial: 10 * msec}
)

func TestAllocations(t *testing.T) {
	for _, l := range lookups {
		if n := testing.AllocsPerRun(100, func() {
			if err := l.look(1024); err != nil {
				t.Fatal(l.name, err)
			}
		}); n != 0 {
			t.Errorf("%s allocates %v times", l.name, n)
		}
	}
	// The residuals are the one thing that a fit makes.
	if n := testing.AllocsPerRun(100, func() {
		if _, err := vcpu.FitTask(tenPoints, 1); err != nil {
			t.Fatal(err)
		}
	}); n != 1 {
		t.Errorf("FitTask allocates %v times", n)
	}
}

func BenchmarkLookups(b *testing.B) {
	for _, l := range lookups {
		b.Run(l.name, func(b *testing.B) {
			b.ReportAllocs()
			mb := 128
			for b.Loop() {
				if err := l.look(mb); err != nil {
					b.Fatal(err)
				}
				if mb += 611; mb > vcpu.MaxMemoryMB {
					mb -= vcpu.MaxMemoryMB - vcpu.MinMemoryMB
				}
			}
		})
	}
}

func BenchmarkFitTask(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := vcpu.FitTask(tenPoints, 1); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFitThreads(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := vcpu.FitThreads(tenPoints); err != nil {
			b.Fatal(err)
		}
	}
}

// The ordinary way, to compare with: search for the wait by golden sections to a microsecond, with the best CPU for each.
func BenchmarkOrdinaryFit(b *testing.B) {
	best := func(wait float64) (squares float64) {
		var xx, xr float64
		for _, p := range tenPoints {
			x := 1 / min(float64(p.MemoryMB)/1769, 1) / float64(p.Duration)
			xx += x * x
			xr += x * (1 - wait/float64(p.Duration))
		}
		cpu := max(xr/xx, 0)
		for _, p := range tenPoints {
			r := (wait+cpu/min(float64(p.MemoryMB)/1769, 1))/float64(p.Duration) - 1
			squares += r * r
		}
		return squares
	}
	golden := (math.Sqrt(5) - 1) / 2
	for b.Loop() {
		low, high := 0., 11_722_965_000.
		for high-low > 1000 {
			left, right := high-golden*(high-low), low+golden*(high-low)
			if best(left) < best(right) {
				high = right
			} else {
				low = left
			}
		}
	}
}
