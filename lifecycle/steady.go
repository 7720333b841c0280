package lifecycle

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/internal/random"
)

// Steady is the long-run average of a function. Alive = Busy + Idle. The zero value is that of a function without requests
// (but for ColdStartRate, which is 1 there: the next request would be cold).
type Steady struct {
	ColdStartRate float64 // share of the requests that start an environment, 0 to 1
	Busy          float64 // environments that handle requests, on average over time
	Idle          float64 // environments that do not
	Alive         float64
}

// MaxErlang is the largest load, rate × service (in Erlang: busy environments on average), that [SteadyState] takes.
const MaxErlang = 20_000

// SteadyState returns the exact long-run averages of a function under most-recently-used routing, without a simulation: an
// error of at most 1e-6 of the value, or 1e-11, at loads up to [MaxErlang]. The error value is a [*RangeError].
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
	load := float64(ratePerSecond * service.Seconds())
	if load > MaxErlang {
		errs = append(errs, outOfRange("ratePerSecond × service", load, fmt.Sprintf("up to %d Erlang", MaxErlang)))
	}
	if err := errors.Join(errs...); err != nil {
		return Steady{}, err
	}
	gaps := float64(ratePerSecond * idleTimeout.Seconds()) // mean number of arrivals in the timeout
	switch {
	case ratePerSecond == 0 || idleTimeout == 0:
		return Steady{ColdStartRate: 1, Busy: load, Alive: load}, nil
	case load < 1e-12:
		// Hardly ever two at once: one environment, taken again by the next request.
		idle := oneMinusExp(gaps)
		return Steady{ColdStartRate: random.Exp(-gaps), Busy: load, Idle: idle, Alive: load + idle}, nil
	}
	cold, idle := invert(load, idleTimeout.Seconds()/service.Seconds())
	return Steady{ColdStartRate: cold, Busy: load, Idle: idle, Alive: load + idle}, nil
}

// contour has half of the 24 points of Talbot's contour (the other half are their conjugates), scaled so that they are the
// same for every t: the transform F is asked at s = z/t, and
//
//	∫ f = Σ Im(weight·s·F(s)), t·Σ Im(again·s²·F(s))
//
// for functions f(t) whose transforms have one pole at 0, or two. z = 24·(.5017·θ·cot(.6407·θ) - .6122 + .2645·θ·i) at the odd
// multiples θ of π/24, weight = e^z·dz/dθ/12/z, again = weight/z, from 40 digits.
var contour = [talbot]struct{ re, im, weightRe, weightIm, againRe, againIm float64 }{
	{4.056312078191684, 0.8309512568745003, -4.974521470493159, 5.506904099177945, -0.9100623107284399, 1.5440433081529497},
	{3.702151503061763, 2.4928537706235008, -4.047252553076622, -3.0129141731085443, -1.1292178293640827, -0.05346600460821371},
	{2.985706644555176, 4.154756284372501, 1.243283805513716, -1.9701416736043782, -0.17089325765134653, -0.42205145630048857},
	{1.8900529388482405, 5.8166587981215025, 0.6335585265267171, 0.3535397434326445, 0.08698858203035668, -0.08065549616998531},
	{0.38799739959192897, 7.478561311870503, -0.06890679206093497, 0.1329352709198776, 0.017251050312439075, 0.010108916885175888},
	{-1.5604376258702064, 9.140463825619504, -0.01768529876793801, -0.008939140219713775, -0.0006293227052252647, 0.002042272465830884},
	{-4.012059602761191, 10.802366339368504, 0.0007297969828932846, -0.001419998941788714, -0.00013756795360677057, -1.6465480618335765e-05},
	{-7.046939798899983, 12.464268853117504, 6.381942940975386e-05, 3.4443597973448754e-05, -9.958869718703407e-08, -5.063885784222254e-06},
	{-10.778795683776695, 14.126171366866505, -8.334379520632553e-07, 1.4375137914343656e-06, 9.276887377317685e-08, -1.1786547099550122e-08},
	{-15.372252770892981, 15.788073880615507, -1.3801208222650082e-08, -8.723539613919623e-09, 1.5327936335188678e-10, 7.24911676445559e-10},
	{-21.07278026476959, 17.449976394364505, 3.0802908272506224e-11, -4.4309869024148215e-11, -1.900050726440159e-12, 5.293097806519677e-13},
	{-28.261516099238307, 19.111878908113507, 3.2619347405013446e-14, 2.5048790685671207e-14, -3.8071429109686696e-16, -1.1437799728151886e-15},
}

// talbot is half the number of points.
const talbot = 12

// invert returns P(cold) and E[idle] for a load a and an idle timeout t, in units of the mean service time: then the rate of
// arrivals is a, and each busy environment ends at the rate 1. Products are rounded before they are added, so that the result
// is the same on every machine.
func invert(a, t float64) (cold, idle float64) {
	// ψ at each point, and its sum over the states.
	var re, im, psiRe, psiIm, sumRe, sumIm [talbot]float64
	for k, c := range contour {
		re[k], im[k] = c.re/t, c.im/t
	}
	// p is Poisson(m; a) divided by that of the most likely m, until the sum of all is known.
	mode := math.Floor(a)
	last := mode + float64(10*math.Sqrt(a)) + 40
	logP := 0.0
	for m := mode; m > 0; m-- { // the probability of 0, relative to that of the mode, as a logarithm
		logP += random.Log(m / a)
	}
	total := 0.0
	for m := 0.0; m <= last; m++ { // m busy: n-1 = m
		// ψ = 1 - φ = (s + m·ψ') / (s + a + m·ψ'), in which nothing cancels out.
		for k := range re {
			topRe, topIm := re[k]+float64(m*psiRe[k]), im[k]+float64(m*psiIm[k])
			bottomRe, square := topRe+a, float64(topIm*topIm)
			scale := 1 / (float64(bottomRe*bottomRe) + square)
			psiRe[k] = float64((float64(topRe*bottomRe) + square) * scale)
			psiIm[k] = float64(float64(topIm*a) * scale) // (topIm·bottomRe - topRe·topIm)·scale
		}
		if logP > -45 {
			p := random.Exp(logP)
			total += p
			for k := range re {
				sumRe[k] += float64(p * psiRe[k])
				sumIm[k] += float64(p * psiIm[k])
			}
		}
		logP += random.Log(a / (m + 1))
	}
	for k, c := range contour {
		cold += float64(c.weightRe*sumIm[k]) + float64(c.weightIm*sumRe[k])
		idle += float64(c.againRe*sumIm[k]) + float64(c.againIm*sumRe[k])
	}
	cold, idle = cold/total, float64(float64(idle*t)*a)/total
	return min(max(cold, 0), 1), max(idle, 0)
}
