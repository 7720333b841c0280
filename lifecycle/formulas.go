package lifecycle

import (
	"errors"
	"math"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/internal/random"
)

// ErlangB returns the probability that all servers are busy when a request comes, of which the load offered (rate × mean
// service, in Erlang) would keep that many busy without a limit. It is the share of requests that a concurrency limit
// rejects, for Poisson arrivals and any distribution of durations that are the same cold and warm, whatever the routing and
// the idle timeout. It is NaN for negative servers, and for a load that is negative or not a number; 1 for no servers.
//
// The relative error is at most 1e-12 for all numbers of servers and loads, and the time a few µs; below 1e-300 it may be 0.
func ErlangB(servers int, offered float64) float64 {
	switch {
	case servers < 0 || !(offered >= 0):
		return math.NaN()
	case servers == 0:
		return 1
	case offered == 0:
		return 0
	case math.IsInf(offered, 1):
		return 1
	case servers >= manyServers:
		return erlangBOfMany(servers, offered)
	}
	// 1/B = 1 + c/a + c(c-1)/a² + …: all terms positive, and few of them matter.
	sum, term := 1.0, 1.0
	for k := float64(servers); k > 0; k-- {
		term = float64(term * (k / offered))
		sum += term
		if term < sum*1e-18 && k < offered || math.IsInf(sum, 1) {
			break
		}
	}
	return 1 / sum
}

// manyServers is from where on the terms of the sum are so many that their integral takes less time.
const manyServers = 1000

// erlangBOfMany is ErlangB by Fortet's integral,
//
//	1/B = a·∫ e^(-a·y)·(1+y)^c dy = a·∫ e^(c·(log(1+y) - y) - (a-c)·y) dy, y from 0 to ∞.
//
// In the second form no large numbers cancel out. Its integrand has one peak, about which it is nearly normal with the
// standard deviation (1+y)/√c; beyond the peak, or where there is none, it falls at least exponentially.
func erlangBOfMany(servers int, a float64) float64 {
	c, d := float64(servers), loadBeyond(a, servers)
	peak := max(-d/a, 0)
	if peak > 10 {
		return 0 // less than e^(-c)
	}
	exponent := func(y float64) float64 { return float64(c*logMinus(y)) - float64(d*y) }
	top := exponent(peak)
	if top > 700 {
		return 0
	}
	width := 2 * (1 + peak) / math.Sqrt(c)
	if d > 0 {
		width = min(width, 2/d)
	}
	integral := 0.0
	// panel adds a part of the integral, by the Gauss-Legendre formula of 16 points, and says whether those behind it matter.
	panel := func(from, to float64) bool {
		middle, half := float64((from+to)/2), float64((to-from)/2)
		part := 0.0
		for _, g := range gauss16 {
			x := float64(half * g.at)
			part += float64(g.weight * (random.Exp(exponent(middle-x)-top) + random.Exp(exponent(middle+x)-top)))
		}
		part = float64(part * half)
		integral += part
		return part > 1e-18*integral
	}
	for from := peak; panel(from, from+width); {
		from += width
	}
	for to := peak; to > 0 && panel(max(to-width, 0), to); {
		to -= width
	}
	return min(random.Exp(-top)/(a*integral), 1)
}

// loadBeyond returns a - servers, rounded once: servers may have more digits than a float64.
func loadBeyond(a float64, servers int) float64 {
	if a >= 1<<63 {
		return (a - 1<<63) + float64(1<<63-uint64(servers))
	}
	whole := math.Floor(a)
	return float64(int64(whole)-int64(servers)) + (a - whole)
}

// logMinus returns log(1+y) - y for y >= 0.
func logMinus(y float64) float64 {
	if y > 0.5 {
		return random.Log(1+y) - y
	}
	// With q = y/(2+y): log(1+y) = 2·(q + q³/3 + q⁵/5 + …) and 2q - y = -y·q.
	q := y / (2 + y)
	q2 := float64(q * q)
	sum := 0.0
	for k := 25.; k > 1; k -= 2 {
		sum = 1/k + float64(sum*q2)
	}
	return float64(2*q*q2*sum) - float64(y*q)
}

// gauss16 are the points of the Gauss-Legendre formula for -1 to 1, half of them: the others are their negatives (Abramowitz
// and Stegun, table 25.4).
var gauss16 = [...]struct{ at, weight float64 }{
	{0.09501250983763744, 0.1894506104550685},
	{0.2816035507792589, 0.18260341504492358},
	{0.45801677765722737, 0.16915651939500254},
	{0.6178762444026438, 0.14959598881657673},
	{0.755404408355003, 0.12462897125553388},
	{0.8656312023878318, 0.09515851168249279},
	{0.9445750230732326, 0.062253523938647894},
	{0.9894009349916499, 0.027152459411754096},
}

// ProvisionedSpill returns the share of requests that overflow from provisioned concurrency of a number of environments to
// on-demand ones, ErlangB(environments, offered), and the utilisation of the provisioned ones, 0 to 1, for Poisson arrivals
// and equal durations. Both are NaN for what [ErlangB] does not know; the utilisation of no environments is 0. The relative
// errors are those of ErlangB.
func ProvisionedSpill(environments int, offered float64) (spill, utilization float64) {
	spill = ErlangB(environments, offered)
	switch {
	case math.IsNaN(spill):
		return spill, spill
	case environments == 0:
		return spill, 0
	}
	// a·(1-B(c))/c, in which 1-B(c) = c/(c + a·B(c-1)) does not lose digits where nearly all spill.
	return spill, 1 / (float64(environments)/offered + ErlangB(environments-1, offered))
}

// Single is the long-run average of a function whose concurrency is limited to one. The zero value is that of a function
// whose requests take no time and are never cold.
type Single struct {
	ColdStartRate float64 // share of the served requests that are cold, 0 to 1
	Rejected      float64 // share of all requests, 0 to 1
	Busy          float64 // share of time in which the environment is busy or starting, 0 to 1
}

// OneEnvironment returns the exact long-run averages of a function with a concurrency of one, under Poisson arrivals of a
// constant rate, with any distributions of the time that a warm and a cold request take the environment, of the means warm
// and cold, and a constant idle timeout; all 0 or more, the rate finite. The error is a [*RangeError], or several joined.
func OneEnvironment(ratePerSecond float64, warm, cold, idleTimeout time.Duration) (Single, error) {
	var errs []error
	if !(ratePerSecond >= 0) || math.IsInf(ratePerSecond, 0) {
		errs = append(errs, outOfRange("ratePerSecond", ratePerSecond, "0 or more, finite"))
	}
	for _, d := range []struct {
		name string
		d    time.Duration
	}{{"warm", warm}, {"cold", cold}, {"idleTimeout", idleTimeout}} {
		if d.d < 0 {
			errs = append(errs, outOfRange(d.name, d.d, "0 or more"))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return Single{}, err
	}
	p := random.Exp(-float64(ratePerSecond * idleTimeout.Seconds()))
	load := float64(ratePerSecond * (float64((1-p)*warm.Seconds()) + float64(p*cold.Seconds())))
	busy := load / (1 + load)
	if math.IsInf(load, 1) {
		busy = 1
	}
	return Single{ColdStartRate: p, Rejected: busy, Busy: busy}, nil
}

// MeanBilled returns the mean billed duration, in ns, of exponential durations of a mean that are rounded up to a step, each:
// step / (1 - e^(-step/mean)). It is NaN unless both are positive. The relative error is at most 1e-15.
func MeanBilled(mean, step time.Duration) float64 {
	if mean <= 0 || step <= 0 {
		return math.NaN()
	}
	return float64(step) / oneMinusExp(float64(step)/float64(mean))
}

// oneMinusExp returns 1 - e^(-x) for x >= 0, the same on every machine: package math's Expm1 is not.
func oneMinusExp(x float64) float64 {
	if x > 0.5 {
		return 1 - random.Exp(-x)
	}
	sum := 1.0 // 1 - x/2·(1 - x/3·(1 - …))
	for k := 16.; k > 1; k-- {
		sum = 1 - float64(x/k*sum)
	}
	return float64(x * sum)
}
