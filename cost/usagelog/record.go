package usagelog

import (
	"fmt"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// Record is one execution as Lambda reported it. All durations are exact to the nanosecond; text logs print them to 0.01
// ms. The zero value is no report.
type Record struct {
	// RequestID is zero only where a Logs Insights query did not ask for it.
	RequestID ID
	// Time is when the log event was written, at the end of the execution; zero where the container does not tell.
	Time     time.Time
	Function string // from the log group /aws/lambda/NAME; "" where that is not known
	Line     int    // from 1, in the (decompressed) input; of the container's line in a container of JSON or CSV
	Offset   int64  // of the first byte of that line or message
	// Prefix is what stood before REPORT on the line, a timestamp for example. It is valid until the next record.
	Prefix []byte

	Duration      time.Duration // of the handler
	Billed        time.Duration // whole milliseconds; meaningless unless Billable
	Init          time.Duration // of the INIT phase; 0 where there was none
	Restore       time.Duration // of a SnapStart restore; 0 where there was none
	BilledRestore time.Duration // the billed part of it, contained in Billed

	MemoryMB        int    // configured; 0 unless Billable
	MaxMemoryUsedMB int    // 0 where not reported
	Status          string // "success", "timeout", "error", "failure"; "" where the log does not tell, which is not success
	ErrorType       string // such as "Runtime.OutOfMemory"; "" where there was none
	// Initialization is how the environment was initialised: "on-demand", "provisioned-concurrency", "snap-start"; "" where
	// the log does not tell, as for all warm starts.
	Initialization string

	billable bool
}

// Billable reports whether the record has a billed duration. Reports of Managed Instances have none: those are billed by
// instance.
func (r Record) Billable() bool { return r.billable }

// Timing returns what the billing rules need to know of r, packaging and mode as c says.
func (r Record) Timing(c Config) cost.Timing {
	return cost.Timing{Duration: r.Duration, Init: r.Init, BilledRestore: r.BilledRestore, Packaging: c.Packaging, Mode: c.Mode}
}

// Invocation returns r as usage: memory and billed duration of the log; architecture, /tmp and mode as c says. Streamed
// bytes and the size of events are nowhere in a log: set them on the result where they matter. The mode is that of c even where
// r.Initialization is another one, as on demand where provisioned concurrency did not suffice.
//
// A record that is not billable, or an architecture that is neither x86_64 nor arm64, is an error.
func (r Record) Invocation(c Config) (cost.Invocation, error) {
	if !r.billable {
		return cost.Invocation{}, fmt.Errorf("usagelog: request %s of function %q: %w", r.RequestID, r.Function, ErrNotBillable)
	}
	if c.Mode != cost.Edge || c.Arch != "" {
		if err := c.Arch.Validate(); err != nil {
			return cost.Invocation{}, fmt.Errorf("usagelog: configuration of function %q: %w", r.Function, err)
		}
	}
	return cost.Invocation{Arch: c.Arch, MemoryMB: r.MemoryMB, Billed: r.Billed, EphemeralMB: c.EphemeralMB, Mode: c.Mode}, nil
}

// memoryAllowed tells the memory sizes that Lambda has.
func memoryAllowed(mb int64) bool { return mb >= cost.MinMemoryMB && mb <= cost.MaxMemoryMB }
