package random_test

import (
	"math"
	"testing"

	"github.com/seed-e9ab587a/lambdaecon/internal/random"
)

// Draws are part of what a seed means: these numbers are never changed to make a test pass.
func TestGoldenDraws(t *testing.T) {
	s := random.New(1, random.Arrival)
	got := []uint64{s.Bits(0), s.Bits(1), s.Bits(1 << 40), random.New(0, random.Arrival).Bits(0), random.New(1, random.Service).Bits(0), random.Derive(7, random.Replication, 3)}
	want := []uint64{
		0xd200ebce604b726f, 0xd2f0e990082f8f0e, 0xbcaf0fb8dbc250f1, 0xbd3b32928f74bb47, 0x435de1cdc6cc1ecb, 0xa75b33f9679499c4,
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("draw %d: got %#x, want %#x", i, got[i], want[i])
		}
	}
	for i, x := range []float64{random.NegLog1m(0.123456789), random.Exp(1.25), random.Exp(-31.7), random.Normal(0.975), random.Normal(1e-9), random.Log(0x1p-53)} {
		want := []float64{0x1.0ddd0ce44ea5bp-03, 0x1.bec38edb0fafp+01, 0x1.33f4037068edcp-46, 0x1.f5c0331eeff82p+00, -0x1.7fdc11f44b5a7p+02, -0x1.25e4f7b2737fap+05}[i]
		if x != want {
			t.Errorf("function %d: got %x, want %x", i, x, want)
		}
	}
}

// The functions of package math are the reference: slower or different from machine to machine, but right.
func TestFunctionsAgainstMath(t *testing.T) {
	s := random.New(5, random.Service)
	for i := range uint64(200_000) {
		u := s.Uniform(i)
		if got, want := random.NegLog1m(u), -math.Log(1-u); math.Abs(got-want) > 3e-16*max(1, want) {
			t.Fatalf("-log(1-%v): got %v, want %v", u, got, want)
		}
		x := 60 * (u - 0.5)
		if got, want := random.Exp(x), math.Exp(x); math.Abs(got-want) > 1e-15*want {
			t.Fatalf("exp(%v): got %v, want %v", x, got, want)
		}
		if got, want := random.CosTurn(u), math.Cos(2*math.Pi*u); math.Abs(got-want) > 1e-15 {
			t.Fatalf("cosine of %v turns: got %v, want %v", u, got, want)
		}
		if u == 0 {
			continue
		}
		p := u
		if i%2 == 0 {
			p = math.Pow(u, 20) // far out
		}
		if p < 1e-300 {
			continue
		}
		if got, want := random.Log(p), math.Log(p); math.Abs(got-want) > 3e-16*max(1, math.Abs(want)) {
			t.Fatalf("log(%v): got %v, want %v", p, got, want)
		}
		// Φ(Φ⁻¹(p)) = p
		if got := 0.5 * math.Erfc(-random.Normal(p)/math.Sqrt2); math.Abs(got-p) > 1e-12*p {
			t.Fatalf("normal quantile %v: comes back as %v", p, got)
		}
	}
	if got := random.NegLog1m(0); got != 0 {
		t.Errorf("-log(1) = %v", got)
	}
	for _, x := range []float64{800, -800, math.Inf(1), math.Inf(-1)} {
		if got, want := random.Exp(x), math.Exp(x); got != want {
			t.Errorf("exp(%v) = %v", x, got)
		}
	}
	if !math.IsNaN(random.Exp(math.NaN())) {
		t.Error("exp(NaN) is a number")
	}
}

// Equal seeds, unequal purposes; neighbouring seeds; neighbouring indexes: no correlation that a simulation could feel.
func TestIndependence(t *testing.T) {
	const n = 1 << 17
	pairs := map[string][2]func(uint64) float64{}
	a := random.New(42, random.Arrival)
	b := random.New(42, random.Service)
	c := random.New(43, random.Arrival)
	d := random.New(random.Derive(42, random.Replication, 1), random.Arrival)
	pairs["purposes"] = [2]func(uint64) float64{a.Uniform, b.Uniform}
	pairs["seeds"] = [2]func(uint64) float64{a.Uniform, c.Uniform}
	pairs["replications"] = [2]func(uint64) float64{a.Uniform, d.Uniform}
	pairs["lag 1"] = [2]func(uint64) float64{a.Uniform, func(i uint64) float64 { return a.Uniform(i + 1) }}
	for name, p := range pairs {
		var product, x, x2 float64
		var cells [16][16]int
		for i := range uint64(n) {
			u, v := p[0](i), p[1](i)
			product += (u - 0.5) * (v - 0.5)
			x += u
			x2 += (u - 0.5) * (u - 0.5)
			cells[int(u*16)][int(v*16)]++
		}
		if z := product / n * 12 * math.Sqrt(n); math.Abs(z) > 4 {
			t.Errorf("%s: correlation %.1f standard errors", name, z)
		}
		if z := (x/n - 0.5) * math.Sqrt(12*n); math.Abs(z) > 4 {
			t.Errorf("%s: mean %.1f standard errors off", name, z)
		}
		if v := x2 / n * 12; math.Abs(v-1) > 0.02 {
			t.Errorf("%s: variance %.4f of a uniform's", name, v)
		}
		chi := 0.
		for i := range cells {
			for j := range cells[i] {
				e := float64(n) / 256
				chi += (float64(cells[i][j]) - e) * (float64(cells[i][j]) - e) / e
			}
		}
		if chi > 255+5*math.Sqrt(2*255) {
			t.Errorf("%s: chi square %.0f of 255 degrees of freedom", name, chi)
		}
	}
}

func TestBelow(t *testing.T) {
	s := random.New(3, random.Route)
	var seen [7]int
	for i := range uint64(70_000) {
		seen[s.Below(i, 7)]++
	}
	for k, n := range seen {
		if math.Abs(float64(n)-10_000) > 500 {
			t.Errorf("%d was drawn %d times of 70000", k, n)
		}
	}
}

func BenchmarkNegLog1m(b *testing.B) {
	s := random.New(1, random.Arrival)
	sum := 0.
	for i := range uint64(b.N) {
		sum += random.NegLog1m(s.Uniform(i))
	}
	_ = sum
}

func BenchmarkMathLog(b *testing.B) {
	s := random.New(1, random.Arrival)
	sum := 0.
	for i := range uint64(b.N) {
		sum -= math.Log(1 - s.Uniform(i))
	}
	_ = sum
}

func TestManyAtOnceAreTheSame(t *testing.T) {
	s := random.New(11, random.Arrival)
	for _, from := range []uint64{0, 1, 1 << 40, math.MaxUint64 - 2} {
		for _, mean := range []float64{0, 0.25, 1e3, 1e9, 0x1p57} {
			for _, n := range []int{0, 1, 63, 64, 65, 1000} {
				got := make([]int64, n)
				s.Exponentials(got, from, mean)
				for i, x := range got {
					draw := float64(mean * random.NegLog1m(s.Uniform(from+uint64(i))))
					if want := int64(draw + 0.5); x != want {
						t.Fatalf("mean %g, draw %d behind %d: got %v, want %v", mean, i, from, x, want)
					}
				}
				if mean > 1e12 {
					continue
				}
				clock := random.Clock{Now: 7, Fraction: 0.5}
				want := clock
				s.Arrivals(got, from, mean, &clock)
				for i, x := range got {
					want = want.Plus(float64(mean * random.NegLog1m(s.Uniform(from+uint64(i)))))
					if x != want.Now {
						t.Fatalf("mean %g, arrival %d behind %d: got %v, want %v", mean, i, from, x, want.Now)
					}
				}
				if clock != want {
					t.Fatalf("mean %g, %d behind %d: the clock is at %v, want %v", mean, n, from, clock, want)
				}
			}
		}
	}
}

func BenchmarkExponentials(b *testing.B) {
	s := random.New(1, random.Arrival)
	var to [64]int64
	for i := 0; i < b.N; i += len(to) {
		s.Exponentials(to[:], uint64(i), 1e9)
	}
}

func BenchmarkArrivals(b *testing.B) {
	s := random.New(1, random.Arrival)
	var to [64]int64
	var c random.Clock
	for i := 0; i < b.N; i += len(to) {
		s.Arrivals(to[:], uint64(i), 1e6, &c)
	}
}
