package lifecycle

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// Steady is the long-run average of a function. Alive = Busy + Idle.
type Steady struct{ ColdStartRate, Busy, Idle, Alive float64 }

// MaxErlang is the largest load, rate × service, that [SteadyState] is offered for.
const MaxErlang = 20_000

// SteadyState returns the exact long-run averages of a function under most-recently-used routing, without a simulation: an
// error of at most 1e-6 of the value, or 1e-11, at loads up to [MaxErlang].
//
// It holds for Poisson arrivals of a constant rate (ratePerSecond, 0 or more), exponential durations of the mean service (0
// or more) that are the same for cold and warm starts, including what a cold start adds, a constant idle timeout (0 or more),
// one request at a time, and no limits, lifetime cap or timeout. It is a good first answer wherever cold starts are rare and
// traffic is steady; for anything else simulate. Cold starts depend on the distribution of the durations only weakly, but
// they do.
//
// The number of busy environments N is the queue M/M/∞, Poisson distributed with the mean a = rate·service. A request that
// finds n-1 busy is cold if N was below n for longer than the timeout T: with θ_n the time that N takes from n-1 to n,
//
//	P(cold) = Σ Poisson(n-1; a)·P(θ_n > T),  E[idle] = Σ rate·Poisson(n-1; a)·E[min(θ_n, T)].
//
// The Laplace transforms of θ_n obey a recursion over n; they are inverted on Talbot's contour as optimised by Weideman
// (SIAM J. Numer. Anal. 44, 2006).
func SteadyState(ratePerSecond float64, service, idleTimeout time.Duration) (Steady, error) {
	var errs []error
	if !(ratePerSecond >= 0) || math.IsInf(ratePerSecond, 0) {
		errs = append(errs, outOfRange("ratePerSecond", ratePerSecond, "0 or more, finite"))
	}
	if service < 0 {
		errs = append(errs, outOfRange("service", service, "0 or more"))
	}
	if idleTimeout < 0 {
		errs = append(errs, outOfRange("idleTimeout", idleTimeout, "0 or more"))
	}
	load := ratePerSecond * service.Seconds()
	if load > MaxErlang {
		errs = append(errs, outOfRange("ratePerSecond × service", load, fmt.Sprintf("up to %d Erlang", MaxErlang)))
	}
	if err := errors.Join(errs...); err != nil {
		return Steady{}, err
	}
	gaps := ratePerSecond * idleTimeout.Seconds() // mean number of arrivals in the timeout
	switch {
	case ratePerSecond == 0 || idleTimeout == 0:
		return Steady{ColdStartRate: 1, Busy: load, Alive: load}, nil
	case load < 1e-12:
		// Hardly ever two at once: one environment, taken again by the next request.
		idle := -math.Expm1(-gaps)
		return Steady{ColdStartRate: math.Exp(-gaps), Busy: load, Idle: idle, Alive: load + idle}, nil
	}
	cold, idle := invert(load, idleTimeout.Seconds()/service.Seconds())
	return Steady{ColdStartRate: cold, Busy: load, Idle: idle, Alive: load + idle}, nil
}

// talbot is half the number of points of the contour; the other half are their conjugates.
const talbot = 12

// invert returns P(cold) and E[idle] for a load a and an idle timeout t, in units of the mean service time: then the rate of
// arrivals is a, and each busy environment ends at the rate 1.
func invert(a, t float64) (cold, idle float64) {
	// Points and weights: f(t) = Σ Im(weight·F(s)).
	var s, weight, psi, sum [talbot]complex128
	const alpha, n = 0.6407, 2 * talbot
	for k := range s {
		theta := float64(2*k+1) * math.Pi / n
		sin, cos := math.Sincos(alpha * theta)
		cot := cos / sin
		s[k] = complex(n/t*(0.5017*theta*cot-0.6122), n/t*0.2645*theta)
		slope := complex(n/t*(0.5017*cot-0.5017*alpha*theta/(sin*sin)), n/t*0.2645)
		exp := math.Exp(real(s[k]) * t)
		sin, cos = math.Sincos(imag(s[k]) * t)
		weight[k] = complex(exp*cos, exp*sin) * slope * (2. / n)
	}
	// p is Poisson(m; a) divided by that of the most likely m, until the sum of all is known.
	mode := math.Floor(a)
	last := mode + 10*math.Sqrt(a) + 40
	logPeak := 0.0
	for m := mode; m > 0; m-- { // the probability of 0, relative to that of the mode, as a logarithm
		logPeak += math.Log(m / a)
	}
	logP, total := logPeak, 0.0
	for m := 0.0; m <= last; m++ { // m busy: n-1 = m
		// ψ = 1 - φ = (s + m·ψ') / (s + a + m·ψ'), in which nothing cancels out.
		for k := range s {
			top := complex(real(s[k])+m*real(psi[k]), imag(s[k])+m*imag(psi[k]))
			re, im := real(top)+a, imag(top)
			scale := 1 / (re*re + im*im)
			psi[k] = complex((real(top)*re+imag(top)*im)*scale, (imag(top)*re-real(top)*im)*scale)
		}
		if logP > -45 {
			p := math.Exp(logP)
			total += p
			for k := range s {
				sum[k] += complex(p*real(psi[k]), p*imag(psi[k]))
			}
		}
		logP += math.Log(a / (m + 1))
	}
	for k := range s {
		f := weight[k] * sum[k] / s[k]
		cold += imag(f)
		idle += imag(f / s[k])
	}
	cold, idle = cold/total, idle*a/total
	return min(max(cold, 0), 1), max(idle, 0)
}
