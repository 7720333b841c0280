package random

//go:generate go run gen.go

import "math"

// NegLog1m returns -log(1-p) for p in [0, 1): the inverse of the exponential distribution function with mean 1. For a p
// that is a multiple of 2^-53, as draws are, 1-p is exact; the error is below 3e-16 of max(1, result).
func NegLog1m(p float64) float64 { return -Log(1 - p) }

const (
	logBits  = 7
	logStart = 0x3fe6000000000000 // 0.6875: the grid goes on to 1.375, and 1 is a point of it
)

// Log returns the natural logarithm of a positive, finite, normal x.
func Log(x float64) float64 {
	k, r, log := constants.reduce(math.Float64bits(x))
	return -constants.negLog(-k, r, log)
}

// constants are those of Log. They are a variable as a compiler then keeps them in registers throughout a loop.
var constants = logConstants{logStart - 1<<(51-logBits), 0xfff << 52, -0.5, 1. / 3, -0.25, 0.2, 1. / 6, math.Ln2}

type logConstants struct {
	start, exponent                                   uint64
	minusHalf, third, minusQuarter, fifth, sixth, ln2 float64
}

// reduce returns what negLog needs of the bits of an x: x = 2^k·z, with c the point of the grid that is nearest to z; r =
// (z-c)/c, |r| <= 2^-8; and log c.
func (a *logConstants) reduce(x uint64) (k int64, r, log float64) {
	t := x - a.start
	e := &logTable[t>>(52-logBits)&(1<<logBits-1)]
	z := math.Float64frombits(x - t&a.exponent)
	return int64(t) >> 52, float64((z - e.point) * e.inverse), e.log
}

// negLog returns minusK·log 2 - (log c + log(1+r)), by the series of log(1+r) up to r^6, odd and even terms side by side.
func (a *logConstants) negLog(minusK int64, r, log float64) float64 {
	r2 := float64(r * r)
	p := a.minusHalf + float64(r*a.third) + float64(r2*(a.minusQuarter+float64(r*a.fifth)-float64(r2*a.sixth)))
	return float64(float64(minusK)*a.ln2) - (log + (r + float64(r2*p)))
}

// Exp returns e^x. Beyond the range of normal numbers it is 0 or +Inf.
func Exp(x float64) float64 {
	const (
		ln2High = 6.93147180369123816490e-01 // with 21 zero bits at its end: k·ln2High is exact
		ln2Low  = 1.90821492927058770002e-10
	)
	switch {
	case x != x: // NaN
		return x
	case x > 709.78:
		return math.Inf(1)
	case x < -708:
		return 0
	}
	k := math.Floor(float64(x*(1/math.Ln2)) + 0.5)
	r := (x - float64(k*ln2High)) - float64(k*ln2Low)
	p := 1.0
	for i := 14; i > 0; i-- {
		p = 1 + float64(float64(p*r)*inverse[i])
	}
	return math.Ldexp(p, int(k))
}

// inverse[i] is 1/i.
var inverse = [...]float64{
	0, 1, 1. / 2, 1. / 3, 1. / 4, 1. / 5, 1. / 6, 1. / 7, 1. / 8, 1. / 9, 1. / 10, 1. / 11, 1. / 12, 1. / 13, 1. / 14,
}

// Normal returns the quantile p of the standard normal distribution, for p in (0, 1), with a relative error below 1e-15:
// algorithm AS 241 (PPND16) of M. J. Wichura, Applied Statistics 37 (1988).
func Normal(p float64) float64 {
	q := p - 0.5
	if math.Abs(q) <= 0.425 {
		r := 0.180625 - float64(q*q)
		return float64(q*polynomial(r, &centralA)) / polynomial(r, &centralB)
	}
	tail := p
	if q > 0 {
		tail = 1 - p
	}
	r := math.Sqrt(-Log(tail))
	var x float64
	if r <= 5 {
		r -= 1.6
		x = polynomial(r, &middleA) / polynomial(r, &middleB)
	} else {
		r -= 5
		x = polynomial(r, &farA) / polynomial(r, &farB)
	}
	if q < 0 {
		return -x
	}
	return x
}

// CosTurn returns the cosine of x turns, 0 <= x < 1, with an absolute error below 1e-15.
func CosTurn(x float64) float64 {
	// It is the sine of a, -π/2 to π/2, whose series is summed up in pairs: a processor works on several at a time.
	a := float64((math.Abs(x-0.5) - 0.25) * (2 * math.Pi))
	a2 := float64(a * a)
	a4 := float64(a2 * a2)
	a8 := float64(a4 * a4)
	pair := func(i int) float64 { return sine[i] + float64(sine[i+1]*a2) }
	low := pair(0) + float64(pair(2)*a4)
	middle := pair(4) + float64(pair(6)*a4)
	high := pair(8) + float64(pair(10)*a4)
	return float64(a * (low + float64((middle+float64(high*a8))*a8)))
}

// sine are the coefficients of the sine's series: 1, -1/3!, 1/5!, …
var sine = [...]float64{
	1, -1. / 6, 1. / 120, -1. / 5040, 1. / 362880, -1. / 39916800, 1. / 6227020800, -1. / 1307674368000, 1. / 355687428096000,
	-1. / 121645100408832000, 1. / 51090942171709440000, -1. / 25852016738884976640000,
}

func polynomial(x float64, c *[8]float64) float64 {
	sum := c[7]
	for i := 6; i >= 0; i-- {
		sum = float64(sum*x) + c[i]
	}
	return sum
}

var (
	centralA = [8]float64{
		3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
		4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3,
	}
	centralB = [8]float64{
		1, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
		2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3,
	}
	middleA = [8]float64{
		1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
		1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4,
	}
	middleB = [8]float64{
		1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
		1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
	}
	farA = [8]float64{
		6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
		2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
	}
	farB = [8]float64{
		1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
		7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
	}
)
