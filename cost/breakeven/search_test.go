package breakeven_test

import (
	"math/rand/v2"
	"testing"

	"github.com/seed-e9ab587a/lambdaecon/cost/breakeven"
)

func floorDiv(x, y int64) int64 {
	q := x / y
	if x%y < 0 {
		q--
	}
	return q
}

func ceilDiv(x, y int64) int64 { return -floorDiv(-x, y) }

// leastByTrying is what Least is checked against.
func leastByTrying(lo, hi int64, lower, upper [3]int64) (int64, bool) {
	for n := lo; n <= hi; n++ {
		if ceilDiv(lower[0]*n+lower[1], lower[2]) <= floorDiv(upper[0]*n+upper[1], upper[2]) {
			return n, true
		}
	}
	return 0, false
}

func checkLeast(t *testing.T, lo, hi int64, lower, upper [3]int64) {
	t.Helper()
	wantN, want := leastByTrying(lo, hi, lower, upper)
	gotN, got := breakeven.Least(lo, hi, lower, upper)
	if got != want || gotN != wantN {
		t.Fatalf("n of %d … %d, %v to %v: got %d %t, want %d %t", lo, hi, lower, upper, gotN, got, wantN, want)
	}
}

func TestLeast(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	found := 0
	for range rounds(30_000) {
		size := int64(1) << (1 + rng.IntN(12))
		draw := func() [3]int64 {
			return [3]int64{rng.Int64N(2*size+1) - size, rng.Int64N(64*size+1) - 32*size, 1 + rng.Int64N(size)}
		}
		lower, upper := draw(), draw()
		if rng.IntN(2) == 0 { // close to each other: the hard case
			upper = lower
			upper[1] += rng.Int64N(upper[2])
			if rng.IntN(2) == 0 {
				upper[0] += rng.Int64N(5) - 2
			}
		}
		lo := rng.Int64N(200) - 100
		hi := lo + rng.Int64N(400) - 2
		checkLeast(t, lo, hi, lower, upper)
		if _, ok := leastByTrying(lo, hi, lower, upper); ok {
			found++
		}
	}
	if n := rounds(30_000); found < n/6 || found > n-n/6 {
		t.Errorf("%d of %d have an answer: the draws are one-sided", found, n)
	}
}

func FuzzLeast(f *testing.F) {
	f.Add(int8(0), uint8(200), int16(7), int16(3), uint8(9), int16(7), int16(5), uint8(9))
	f.Add(int8(-5), uint8(100), int16(-7), int16(300), uint8(31), int16(-6), int16(301), uint8(30))
	f.Fuzz(func(t *testing.T, lo int8, length uint8, a1, b1 int16, d1 uint8, a2, b2 int16, d2 uint8) {
		lower := [3]int64{int64(a1), int64(b1), int64(d1) + 1}
		upper := [3]int64{int64(a2), int64(b2), int64(d2) + 1}
		checkLeast(t, int64(lo), int64(lo)+int64(length), lower, upper)
	})
}

// rounds is how many draws a test makes of n: fewer under -short, as with the race detector, where there is nothing to race.
func rounds(n int) int {
	if testing.Short() {
		return n / 10
	}
	return n
}

func checkFirstPositive(t *testing.T, a, b int64, stairs []breakeven.Stair, lo, hi uint64) {
	t.Helper()
	want := int64(-1)
	for n := int64(lo); n <= int64(hi); n++ {
		f := a + b*n
		for _, s := range stairs {
			f += s.C * ceilDiv(n*s.P, s.Q)
		}
		if f > 0 {
			want = n
			break
		}
	}
	got := int64(-1)
	n, err := breakeven.FirstPositive(a, b, stairs, lo, hi)
	if err != nil {
		t.Fatal(err)
	}
	if n != nil {
		got = n.Int64()
	}
	if got != want {
		t.Fatalf("%d + %d·n + %v, n of %d … %d: got %d, want %d", a, b, stairs, lo, hi, got, want)
	}
}

func TestFirstPositive(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range rounds(12_000) {
		size := int64(1) << (1 + rng.IntN(9))
		stairs := make([]breakeven.Stair, rng.IntN(4))
		slope, common := 0.0, int64(0)
		for i := range stairs {
			stairs[i] = breakeven.Stair{C: rng.Int64N(2*size+1) - size, P: 1 + rng.Int64N(40), Q: 1 + rng.Int64N(60)}
			if i > 0 && rng.IntN(2) == 0 { // widths that repeat together
				stairs[i].P, stairs[i].Q = stairs[0].P*(1+rng.Int64N(3)), stairs[0].Q*(1+rng.Int64N(3))
			}
			slope += float64(stairs[i].C) * float64(stairs[i].P) / float64(stairs[i].Q)
			common += stairs[i].C
		}
		b := rng.Int64N(2*size+1) - size
		if rng.IntN(2) == 0 { // level on average: the hard case
			b = -int64(slope)
		}
		a := rng.Int64N(2*size+1) - size
		if rng.IntN(2) == 0 {
			a = -common + rng.Int64N(9) - 4
		}
		lo := uint64(rng.IntN(50))
		checkFirstPositive(t, a, b, stairs, lo, lo+uint64(rng.IntN(400)))
	}
}

func FuzzFirstPositive(f *testing.F) {
	f.Add(int16(-3), int8(0), int8(2), uint8(1), uint8(7), int8(-1), uint8(2), uint8(7), uint8(0), uint8(200))
	f.Add(int16(-30), int8(1), int8(-9), uint8(3), uint8(31), int8(5), uint8(4), uint8(29), uint8(3), uint8(200))
	f.Fuzz(func(t *testing.T, a int16, b, c1 int8, p1, q1 uint8, c2 int8, p2, q2, lo, length uint8) {
		stairs := []breakeven.Stair{
			{C: int64(c1), P: int64(p1) + 1, Q: int64(q1) + 1},
			{C: int64(c2), P: int64(p2) + 1, Q: int64(q2) + 1},
		}
		checkFirstPositive(t, int64(a), int64(b), stairs, uint64(lo), uint64(lo)+uint64(length))
	})
}
