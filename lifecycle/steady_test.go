package lifecycle_test

import (
	"errors"
	"math"
	"math/cmplx"
	"testing"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

func seconds(s float64) time.Duration { return time.Duration(math.Round(s * 1e9)) }

// steadyValues were computed elsewhere to 12 digits.
var steadyValues = []struct{ rate, service, timeout, cold, alive float64 }{
	{.1, 1.991, 60, .0760134051947, 1.68031639834},
	{.9, 1.991, 10, .106039783652, 4.18398509024},
	{.9, 1.991, 600, .00132930664918, 7.69193350769},
	{5, 1.991, 60, .00561521940404, 19.1071520022},
	{20, 1.991, 600, .000192467851218, 63.7925981666},
	{1, 1, 5, .151967587706, 2.74334912759},
	{100, 1, 60, .000698972257004, 131.143707135},
}

func TestSteadyStateValues(t *testing.T) {
	worst := 0.0
	for _, v := range steadyValues {
		s, err := lifecycle.SteadyState(v.rate, seconds(v.service), seconds(v.timeout))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name      string
			got, want float64
		}{{"cold", s.ColdStartRate, v.cold}, {"alive", s.Alive, v.alive}, {"busy", s.Busy, v.rate * v.service}, {"alive, summed", s.Busy + s.Idle, v.alive}} {
			rel := math.Abs(c.got-c.want) / c.want
			worst = max(worst, rel)
			if rel > 1e-6 {
				t.Errorf("%v: %s: got %.13g, want %.13g", v, c.name, c.got, c.want)
			}
		}
	}
	t.Logf("largest relative error: %.1e", worst)
}

// steadyReference solves the same equations by time steps: the probability that N has not reached n yet, by uniformisation
// of the birth and death process on 0 … n-1. Slow and obviously right.
func steadyReference(a, timeout float64) (cold, idle float64) {
	weight := math.Exp(-a) // Poisson(n-1; a)
	for n := 1; weight > 1e-16 || float64(n) < a; n++ {
		rate := a + float64(n-1) // no state leaves faster
		p := make([]float64, n)
		p[n-1] = 1
		// P(θ > T) = Σ_k Poisson(k; rate·T) · P(not absorbed after k steps); E[min(θ, T)] = Σ_k P(more than k steps in
		// T)/rate · …
		x := rate * timeout
		tail, term := 1.0, math.Exp(-x)
		survives, mean := 0.0, 0.0
		for k := 0; k < int(x+12*math.Sqrt(x)+50); k++ {
			alive := 0.0
			for _, q := range p {
				alive += q
			}
			survives += term * alive
			tail -= term
			mean += max(tail, 0) / rate * alive
			next := make([]float64, n)
			for i, q := range p {
				if i+1 < n {
					next[i+1] += q * a / rate
				}
				if i > 0 {
					next[i-1] += q * float64(i) / rate
				}
				next[i] += q * (rate - a - float64(i)) / rate
			}
			p = next
			term *= x / float64(k+1)
		}
		cold += weight * survives
		idle += weight * a * mean
		weight *= a / float64(n)
	}
	return cold, idle
}

func TestSteadyStateReference(t *testing.T) {
	for _, a := range []float64{.01, .3, 1, 2.5, 6} {
		for _, timeout := range []float64{.001, .1, 1, 5, 20} {
			cold, idle := steadyReference(a, timeout)
			s, err := lifecycle.SteadyState(a, time.Second, seconds(timeout))
			if err != nil {
				t.Fatal(err)
			}
			if d := math.Abs(s.ColdStartRate - cold); d > 1e-6*cold && d > 1e-10 {
				t.Errorf("load %v, timeout %v: cold start rate %.12g, want %.12g", a, timeout, s.ColdStartRate, cold)
			}
			if d := math.Abs(s.Idle - idle); d > 1e-6*idle {
				t.Errorf("load %v, timeout %v: idle %.12g, want %.12g", a, timeout, s.Idle, idle)
			}
		}
	}
}

func TestSteadyStateProperties(t *testing.T) {
	for _, load := range []float64{1e-13, 1e-9, .02, 1, 17, 300, 4000, 20_000} {
		last := lifecycle.Steady{ColdStartRate: 1 + 1e-12}
		for _, timeout := range []float64{0, 1e-6, .01, 1, 60, 900, 86_400, 1e7} {
			s, err := lifecycle.SteadyState(load, time.Second, seconds(timeout))
			if err != nil {
				t.Fatal(err)
			}
			if !(s.ColdStartRate >= 0 && s.ColdStartRate <= last.ColdStartRate+1e-11 && s.Idle >= last.Idle*(1-1e-9)) {
				t.Errorf("load %v, timeout %v: %+v after %+v", load, timeout, s, last)
			}
			// Each environment that was started idles for at least the timeout before it goes: rate·P(cold)·T <= idle.
			if load*s.ColdStartRate*timeout > s.Idle*(1+1e-6)+1e-6 {
				t.Errorf("load %v, timeout %v: %+v: idle too little for its cold starts", load, timeout, s)
			}
			last = s
		}
	}
}

func TestSteadyStateRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		rate             float64
		service, timeout time.Duration
	}{
		"negative rate":    {-1, 1, 1},
		"rate NaN":         {math.NaN(), 1, 1},
		"rate infinite":    {math.Inf(1), 0, 1},
		"negative service": {1, -1, 1},
		"negative timeout": {1, 1, -1},
		"too large a load": {20_001, time.Second, time.Second},
	} {
		var e *lifecycle.RangeError
		if s, err := lifecycle.SteadyState(c.rate, c.service, c.timeout); !errors.As(err, &e) || s != (lifecycle.Steady{}) {
			t.Errorf("%s: got %+v, %v", name, s, err)
		}
	}
}

// The embedded points of the contour are those of Weideman's formula.
func TestContour(t *testing.T) {
	for k, got := range lifecycle.Contour() {
		theta := float64(2*k+1) * math.Pi / 24
		sin, cos := math.Sincos(.6407 * theta)
		z := complex(24*(.5017*theta*cos/sin-.6122), 24*.2645*theta)
		slope := complex(24*.5017*(cos/sin-.6407*theta/(sin*sin)), 24*.2645)
		weight := cmplx.Exp(z) * slope / 12 / z
		again := weight / z
		size := cmplx.Abs(weight)
		for i, want := range []float64{real(z), imag(z), real(weight), imag(weight), real(again), imag(again)} {
			if !(math.Abs(got[i]-want) <= 1e-13*max(size, math.Abs(want))) {
				t.Errorf("point %d, number %d: %v, want %v", k, i, got[i], want)
			}
		}
	}
	if n := len(lifecycle.Contour()); n != 12 {
		t.Errorf("%d points", n)
	}
}

func BenchmarkSteadyState(b *testing.B) {
	for name, load := range map[string]float64{"erlang=2": 2, "erlang=20000": 20_000} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := lifecycle.SteadyState(load, time.Second, 10*time.Minute); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
