package vcpu_test

import (
	"encoding/binary"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

// The reference: the textbook's normal equations, and each set of bounds tried, in numbers so long that nothing is lost.

func long(x float64) *big.Float { return new(big.Float).SetPrec(600).SetFloat64(x) }

func add(a, b *big.Float) *big.Float { return long(0).Add(a, b) }
func sub(a, b *big.Float) *big.Float { return long(0).Sub(a, b) }
func mul(a, b *big.Float) *big.Float { return long(0).Mul(a, b) }
func quo(a, b *big.Float) *big.Float { return long(0).Quo(a, b) }

// inverseShare is 1/min(share, threads).
func inverseShare(mb, threads int) *big.Float {
	return quo(long(1769), long(float64(min(mb, 1769*max(threads, 1)))))
}

type line struct{ wait, cpu *big.Float } // in ns

func (l line) at(mb, threads int) *big.Float {
	return add(l.wait, mul(l.cpu, inverseShare(mb, threads)))
}

func (l line) sumOfSquares(points []vcpu.Measurement, threads int) *big.Float {
	sum := long(0)
	for _, p := range points {
		r := sub(quo(l.at(p.MemoryMB, threads), long(float64(p.Duration))), long(1))
		sum = add(sum, mul(r, r))
	}
	return sum
}

// referenceFit returns the best line with wait >= 0 and cpu >= 0, and false where there are several.
func referenceFit(points []vcpu.Measurement, threads int) (best line, ok bool) {
	aa, ab, bb, a1, b1 := long(0), long(0), long(0), long(0), long(0)
	different := false
	for _, p := range points {
		a := quo(long(1), long(float64(p.Duration)))
		b := mul(a, inverseShare(p.MemoryMB, threads))
		aa, ab, bb, a1, b1 = add(aa, mul(a, a)), add(ab, mul(a, b)), add(bb, mul(b, b)), add(a1, a), add(b1, b)
		different = different || inverseShare(p.MemoryMB, threads).Cmp(inverseShare(points[0].MemoryMB, threads)) != 0
	}
	if !different {
		return line{}, false
	}
	determinant := sub(mul(aa, bb), mul(ab, ab))
	var least *big.Float
	for _, l := range []line{
		{long(0), long(0)},
		{quo(a1, aa), long(0)},
		{long(0), quo(b1, bb)},
		{quo(sub(mul(bb, a1), mul(ab, b1)), determinant), quo(sub(mul(aa, b1), mul(ab, a1)), determinant)},
	} {
		if l.wait.Sign() < 0 || l.cpu.Sign() < 0 {
			continue
		}
		if s := l.sumOfSquares(points, threads); least == nil || s.Cmp(least) < 0 {
			best, least = l, s
		}
	}
	return best, true
}

// checkFit holds the fit of valid measurements against the reference.
func checkFit(t *testing.T, points []vcpu.Measurement, threads int) {
	t.Helper()
	fit, err := vcpu.FitTask(points, threads)
	want, ok := referenceFit(points, threads)
	if !ok {
		if err == nil {
			t.Fatalf("%v with %d threads: %+v, but all had the same CPU", points, threads, fit)
		}
		return
	}
	if err != nil {
		t.Fatalf("%v with %d threads: %v", points, threads, err)
	}
	checkFitInvariants(t, points, fit)
	bound := 0.0 // sum of the squares of what rounding can do to the relative errors
	for _, p := range points {
		model, err := fit.Task.Duration(p.MemoryMB)
		if err != nil {
			t.Fatal(err)
		}
		x, _ := inverseShare(p.MemoryMB, threads).Float64()
		rounding := .5 + .5*x + .5 // of Wait, CPU and Duration to ns
		off, _ := sub(long(float64(model)), want.at(p.MemoryMB, threads)).Float64()
		if math.Abs(off) > rounding+1e-12*float64(p.Duration)*float64(len(points)) {
			t.Fatalf("%v with %d threads: %+v takes %v at %d MB, the best %v ns more", points, threads, fit.Task, model, p.MemoryMB, -off)
		}
		bound += rounding / float64(p.Duration) * rounding / float64(p.Duration)
	}
	n := float64(len(points))
	squares, _ := want.sumOfSquares(points, threads).Float64()
	if least := math.Sqrt(squares / n); math.Abs(fit.RelRMS-least) > math.Sqrt(bound/n)+1e-12 {
		t.Fatalf("%v with %d threads: RelRMS %v, the least is %v", points, threads, fit.RelRMS, least)
	}
}

// checkFitInvariants checks that a fit's figures are what they say they are.
func checkFitInvariants(t *testing.T, points []vcpu.Measurement, f vcpu.Fit) {
	t.Helper()
	if err := f.Task.Validate(); err != nil || f.Task.Serial != 0 || f.Task.Threads < 1 {
		t.Fatalf("task %+v: %v", f.Task, err)
	}
	squares, largest := 0.0, 0.0
	open := true
	counted := map[int]bool{}
	if len(f.Residuals) != len(points) {
		t.Fatalf("%d residuals of %d points", len(f.Residuals), len(points))
	}
	for i, p := range points {
		model, err := f.Task.Duration(p.MemoryMB)
		if err != nil {
			t.Fatal(err)
		}
		if want := float64(model-p.Duration) / float64(p.Duration); f.Residuals[i] != want {
			t.Fatalf("residual %d is %v, want %v", i, f.Residuals[i], want)
		}
		squares += f.Residuals[i] * f.Residuals[i]
		largest = max(largest, math.Abs(f.Residuals[i]))
		counted[min(p.MemoryMB, 1769*min(f.Task.Threads, 6))] = true
		open = open && p.MemoryMB <= 1769*min(f.Task.Threads, 6)
	}
	rms := math.Sqrt(squares / float64(len(points)))
	if math.Abs(f.RelRMS-rms) > 1e-14*rms || f.RelMax != largest || f.Shares != len(counted) || f.ThreadsOpen != open {
		t.Fatalf("%+v of %v: want RelRMS %v, RelMax %v, %d shares, open %v", f, points, rms, largest, len(counted), open)
	}
	figures := 2
	switch f.Bound {
	case vcpu.BoundWait:
		figures--
		if f.Task.Wait != 0 {
			t.Fatalf("%+v: wait is said to be 0", f)
		}
	case vcpu.BoundCPU:
		figures--
		if f.Task.CPU != 0 {
			t.Fatalf("%+v: CPU is said to be 0", f)
		}
	}
	if f.DegreesOfFreedom != len(points)-figures {
		t.Fatalf("%+v: %d points, %d degrees of freedom", f, len(points), f.DegreesOfFreedom)
	}
}

const longest = 1 << 53 // ns of a measurement

// pointsOf makes measurements, all valid, of bytes.
func pointsOf(text []byte) []vcpu.Measurement {
	var points []vcpu.Measurement
	for len(text) >= 10 && len(points) < 40 {
		points = append(points, vcpu.Measurement{
			MemoryMB: 128 + int(binary.LittleEndian.Uint16(text))%(10240-128+1),
			Duration: 1 + time.Duration(binary.LittleEndian.Uint64(text[2:])%longest),
		})
		text = text[10:]
	}
	return points
}

func bytesOf(points []vcpu.Measurement) []byte {
	var text []byte
	for _, p := range points {
		text = binary.LittleEndian.AppendUint16(text, uint16(p.MemoryMB-128))
		text = binary.LittleEndian.AppendUint64(text, uint64(p.Duration-1))
	}
	return text
}

// extremes are measurements in which something is as far apart, or as close together, as can be.
func extremes() [][]vcpu.Measurement {
	return [][]vcpu.Measurement{
		{{128, 1}, {10240, longest}},
		{{128, longest}, {10240, 1}},
		{{10239, 12_345_678_901_234}, {10240, 12_345_678_901_233}},
		{{10239, 1}, {10240, longest}},
		{{128, longest}, {1768, longest}, {1769, longest}},
		{{128, 1}, {1769, 1}},
		{{128, longest}, {128, 1}, {129, longest}, {129, 1}},
		{{128, 138203125}, {1769, 10_000_000}},                       // all CPU, to the nanosecond
		{{128, 10_000_000}, {1769, 10_000_000}, {10240, 10_000_000}}, // all wait
	}
}

func FuzzFitTask(f *testing.F) {
	for _, points := range extremes() {
		f.Add(1, bytesOf(points))
		f.Add(6, bytesOf(points))
	}
	f.Add(0, bytesOf([]vcpu.Measurement{{128, 11_722_965_000}, {256, 6_678_945_000}, {512, 3_194_954_000}, {1024, 1_465_984_000}}))
	f.Fuzz(func(t *testing.T, threads int, text []byte) {
		if points := pointsOf(text); len(points) > 0 && threads >= 0 && threads < 100 {
			checkFit(t, points, threads)
		}
	})
}

// Random measurements: tasks with noise, from none to so much that nothing of the task is left.
func TestFitAgainstReference(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 2026))
	for range 2000 {
		task := vcpu.Task{Threads: 1 + random.IntN(6)}
		if random.IntN(4) > 0 {
			task.Wait = time.Duration(math.Exp(5 + 20*random.Float64()))
		}
		if random.IntN(4) > 0 || task.Wait == 0 {
			task.CPU = time.Duration(math.Exp(5 + 20*random.Float64()))
		}
		noise := []float64{0, 1e-9, .01, .1, 1, 10}[random.IntN(6)]
		var points []vcpu.Measurement
		for range 2 + random.IntN(15) {
			mb := 128 + random.IntN(10240-128+1)
			d, err := task.Duration(mb)
			if err != nil {
				t.Fatal(err)
			}
			points = append(points, vcpu.Measurement{MemoryMB: mb, Duration: min(longest, max(1, time.Duration(float64(d)*math.Exp(noise*random.NormFloat64()))))})
		}
		checkFit(t, points, task.Threads)
	}
	for _, points := range extremes() {
		for threads := range 8 {
			checkFit(t, points, threads)
		}
	}
}

// The minimum by its definition: of many tasks all around, none has a smaller error.
func TestFitIsTheMinimum(t *testing.T) {
	for _, m := range readMeasured(t, ownTables) {
		points := m.measurements()
		fit, err := vcpu.FitTask(points, m.threads())
		if err != nil {
			t.Fatal(err)
		}
		rms := func(wait, cpu float64) float64 {
			squares := 0.0
			for _, p := range points {
				x, _ := inverseShare(p.MemoryMB, m.threads()).Float64()
				r := (wait+cpu*x)/float64(p.Duration) - 1
				squares += r * r
			}
			return math.Sqrt(squares / float64(len(points)))
		}
		wait, cpu := float64(fit.Task.Wait), float64(fit.Task.CPU)
		least := rms(wait, cpu)
		for _, scale := range []float64{1e-6, 1e-4, .01, .3} {
			step := scale * (wait + cpu) / 10
			for i := -10.; i <= 10; i++ {
				for j := -10.; j <= 10; j++ {
					w, c := wait+step*i, cpu+step*j
					if w < 0 || c < 0 {
						continue
					}
					if r := rms(w, c); r < least-1e-12 {
						t.Fatalf("%s: %v + %v ns have RelRMS %v, the fit %+v has %v", m.ID, w, c, r, fit.Task, least)
					}
				}
			}
		}
	}
}
