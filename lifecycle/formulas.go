package lifecycle

import (
	"errors"
	"math"
	"time"
)

// ErlangB returns the probability that all servers are busy when a request comes, of which the load offered (rate × mean
// service, in Erlang) would keep that many busy without a limit. It is the share of requests that a concurrency limit
// rejects, for Poisson arrivals and any distribution of durations that are the same cold and warm, whatever the routing and
// the idle timeout. It is NaN for negative servers, and for a load that is negative or not a number; 1 for no servers.
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

// ProvisionedSpill returns the share of requests that overflow from provisioned concurrency of a number of environments to
// on-demand ones, ErlangB(environments, offered), and the utilisation of the provisioned ones, for Poisson arrivals and
// equal durations. Both are NaN for what [ErlangB] does not know; the utilisation of no environments is 0.
func ProvisionedSpill(environments int, offered float64) (spill, utilization float64) {
	spill = ErlangB(environments, offered)
	if environments == 0 {
		return spill, 0
	}
	return spill, offered * (1 - spill) / float64(environments)
}

// Single is the long-run average of a function whose concurrency is limited to one.
type Single struct {
	ColdStartRate float64 // of the served
	Rejected      float64 // share of all requests
	Busy          float64 // share of time
}

// OneEnvironment returns the exact long-run averages of a function with a concurrency of one, under Poisson arrivals of a
// constant rate, with any distributions of the time that a warm and a cold request take the environment, of the means warm
// and cold, and a constant idle timeout. The error is a [*RangeError].
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
	p := math.Exp(-ratePerSecond * idleTimeout.Seconds())
	load := float64(ratePerSecond * (float64((1-p)*warm.Seconds()) + float64(p*cold.Seconds())))
	return Single{ColdStartRate: p, Rejected: load / (1 + load), Busy: load / (1 + load)}, nil
}

// MeanBilled returns the mean billed duration, in ns, of exponential durations of a mean that are rounded up to a step, each:
// step / (1 - e^(-step/mean)). It is NaN unless both are positive.
func MeanBilled(mean, step time.Duration) float64 {
	if mean <= 0 || step <= 0 {
		return math.NaN()
	}
	return float64(step) / -math.Expm1(-float64(step)/float64(mean))
}
