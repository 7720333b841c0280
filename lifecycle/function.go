package lifecycle

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// Limits of AWS Lambda, as of 2026.
const (
	MaxTimeout  = 900 * time.Second // of a function
	InitLimit   = 10 * time.Second  // of an INIT phase; past it INIT is run once more, inside the first invocation
	MaxEventAge = 6 * time.Hour     // for which an asynchronous event is kept
	MaxRetries  = 2                 // of an asynchronous event after function errors
)

// Function is what a Lambda function does, as far as its environments are concerned. The zero value is a function of which
// every request must bring its own duration, without a cold-start delay and without limits of its own.
type Function struct {
	// Duration is the handler time of one request. It may be nil where every request brings its own.
	Duration Distribution
	// FirstDuration is the handler time of an environment's first request, which is often slower ([Shift]); nil means Duration.
	// A request that brings its own duration keeps it.
	FirstDuration Distribution
	// Init is the INIT phase of a new environment: billed; nil means none. Where it lasts longer than [InitLimit], it is cut
	// there and run again, in its whole length, inside the first invocation and under its Timeout.
	Init Distribution
	// Startup is what comes before INIT: fetching the code, booting the micro-VM. It is felt, not billed; nil means none.
	Startup Distribution
	// Timeout cuts invocations: 1 ns to [MaxTimeout]; 0 means MaxTimeout.
	Timeout time.Duration
	// Concurrency is how many requests an environment handles at once, up to 2,147,483,646: 0 means 1, as ordinary functions
	// do. With more than one, a request may also wait for an environment that another one has started.
	Concurrency int
	// ReservedConcurrency caps the environments that are in use at one time, provisioned ones included, up to
	// [Platform.ConcurrencyLimit]. 0 means that none is reserved: not, as in AWS's own settings, that the function is switched
	// off.
	ReservedConcurrency int
	// ProvisionedConcurrency environments, up to 1,000,000, are initialised before the run, used first and never go. 0 means
	// none.
	ProvisionedConcurrency int
	// Async says that requests are events in a queue: a throttled one waits and is tried again, after 1 s and then after
	// double the time, up to 5 minutes, until EventAge has passed. Otherwise it fails at once.
	Async bool
	// EventAge is how long an asynchronous event is kept: up to [MaxEventAge], which 0 means. Async only.
	EventAge time.Duration
	// ErrorRate is the probability, 0 to 1, that an invocation ends in a function error, after its whole duration.
	ErrorRate float64
	// Retries is how often an event is tried again after a function error or timeout, 0 to [MaxRetries]: after 1 minute, and
	// 2 minutes after that. Async only. (Lambda's own default is 2.)
	Retries int
}

// Validate reports all that is wrong with f, joined: [*RangeError], [*DistributionError].
func (f Function) Validate() error {
	var errs []error
	check := func(ok bool, field string, given any, allowed string) {
		if !ok {
			errs = append(errs, outOfRange("Function."+field, given, allowed))
		}
	}
	for _, d := range []struct {
		field string
		dist  Distribution
	}{{"Duration", f.Duration}, {"FirstDuration", f.FirstDuration}, {"Init", f.Init}, {"Startup", f.Startup}} {
		errs = append(errs, validDistribution("Function."+d.field, d.dist))
	}
	check(f.Timeout >= 0 && f.Timeout <= MaxTimeout, "Timeout", f.Timeout, "0 (meaning 900 s) to 900 s")
	check(f.Concurrency >= 0 && f.Concurrency <= maxEnvironments, "Concurrency", f.Concurrency, fmt.Sprintf("0 (meaning 1) to %d", maxEnvironments))
	check(f.ReservedConcurrency >= 0, "ReservedConcurrency", f.ReservedConcurrency, "0 (none) or more")
	check(f.ProvisionedConcurrency >= 0 && f.ProvisionedConcurrency <= maxProvisioned, "ProvisionedConcurrency", f.ProvisionedConcurrency,
		fmt.Sprintf("0 (none) to %d", maxProvisioned))
	if f.ReservedConcurrency > 0 {
		check(f.ProvisionedConcurrency <= f.ReservedConcurrency, "ProvisionedConcurrency", f.ProvisionedConcurrency,
			fmt.Sprintf("up to ReservedConcurrency, %d", f.ReservedConcurrency))
	}
	check(f.EventAge >= 0 && f.EventAge <= MaxEventAge, "EventAge", f.EventAge, "0 (meaning 6 h) to 6 h")
	check(f.ErrorRate >= 0 && f.ErrorRate <= 1 && !math.IsNaN(f.ErrorRate), "ErrorRate", f.ErrorRate, "0 to 1")
	check(f.Retries >= 0 && f.Retries <= MaxRetries, "Retries", f.Retries, "0 to 2")
	if !f.Async {
		check(f.EventAge == 0, "EventAge", f.EventAge, "0, as Async is not set")
		check(f.Retries == 0, "Retries", f.Retries, "0, as Async is not set")
	}
	return errors.Join(errs...)
}

// maxEnvironments bounds how many environments a run can hold: what an index of 31 bits can tell apart.
const maxEnvironments = 1<<31 - 2

// maxProvisioned bounds the memory that a run begins with.
const maxProvisioned = 1_000_000
