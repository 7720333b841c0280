package forecast

import (
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/runtimes"
	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

// Scenario is a function with its traffic, of which a month is to be forecast. It is plain data and only read: one scenario
// may be used by several goroutines if its distributions and arrivals may. The zero value is no scenario: region,
// architecture, memory, a duration, an idle timeout and traffic are required.
type Scenario struct {
	Name   string    // to tell scenarios apart in results; may be empty
	Region string    // code, such as "eu-west-1"
	Arch   cost.Arch // "x86_64" or "arm64"

	MemoryMB    int            // 128 to 10,240 MB
	EphemeralMB int            // /tmp, 512 to 10,240 MB; 0 means the free 512
	Packaging   cost.Packaging // since 2025-08 it does not change what is billed

	// Function is what a request takes. Where it leaves Duration, FirstDuration or Init at nil, Task and Runtime fill them in.
	Function lifecycle.Function
	// Platform is how environments are kept. Its idle timeout is the greatest unknown: see Options.IdleTimeouts.
	Platform lifecycle.Platform
	// Arrivals are the traffic. nil means a Poisson process of RequestsPerMonth.
	//
	// [workload.Poisson], [workload.Every] and [workload.Bursts] are steady: their Until is not looked at. A
	// [workload.Varying] that has no end, or ends with a whole cycle, goes on for ever; its cycle is Cycle, or else its own
	// ([workload.Varying.CycleWithin] the month). Other arrivals without an end are taken to repeat after Cycle. What ends is
	// played whole, once for each replication, and stands for all of the month: it starts without any environment. What is not
	// [lifecycle.Bounded] is taken to end: if it does not, give a Cycle or Options.Stretch, or Run goes on until ctx is done.
	Arrivals lifecycle.Arrivals
	// Cycle is after what time Arrivals repeat, whole days; 0 means a day, or that of a [workload.Varying]. Of Arrivals
	// that end it is how long a time they stand for, such as a day for the log of a day; requests after it are left out. 0 then
	// means up to their horizon, or the last completion; Options.Stretch can be any other time. Steady ones have no cycle.
	Cycle time.Duration
	// RequestsPerMonth is how many requests the month has. 0 means as many as Arrivals have. Otherwise the simulated requests
	// stand for exactly that many: a figure between half and twice what Arrivals have, since cold starts depend on the rate.
	RequestsPerMonth uint64
	// Month is the month; its zero value has 730 hours.
	Month Month

	// Task carries durations over to MemoryMB: Function.Duration and FirstDuration, and the durations that requests bring
	// along, hold at MeasuredMB and are scaled as the task is ([vcpu.Task.Ratio]). With a nil Function.Duration the task's own
	// duration is taken. nil means that durations hold at MemoryMB.
	Task *vcpu.Task
	// MeasuredMB is the memory size at which durations were measured, with Task; 0 means MemoryMB.
	MeasuredMB int

	// Runtime fills in Function.Init with its measured INIT phases where that is nil, and Function.FirstDuration with
	// Duration plus its first invocation at MemoryMB. Its architecture and packaging must be those of the scenario. A profile
	// with SnapStart is refused: restores are not modelled. nil means none.
	Runtime *runtimes.Profile

	EventBytes    int64 // of an asynchronous event: billed as one more request for each 64 KB begun above 256 KB; see cost.Invocation
	StreamedBytes int64 // of each streamed response: billed beyond 6 MB; 0 where Function.Async

	// Needs are looked at by Validate, and nowhere else.
	Needs Needs

	// Beside are costs of the month beside Lambda's own, on lines of their own.
	Beside []Charge
}

// Needs are what the work asks of wherever it runs. The zero value asks for nothing that Lambda could lack.
type Needs struct {
	MemoryMB      int   // the most memory that a request takes, with all that the environment holds
	EphemeralMB   int   // the most space in /tmp
	RequestBytes  int64 // the largest request, or event where Function.Async
	ResponseBytes int64 // the largest response that is not streamed
	Concurrency   int   // environments at one time
	GPU           bool

	// CutOff is the share of requests that may be cut off by the timeout, 0 to 1; 0 means MostCutOff, as distributions such as
	// [lifecycle.Exponential] have no end.
	CutOff float64
}

// MostCutOff is the share of requests up to which a duration beyond the timeout is no reason to say that the work does not
// fit, unless Needs.CutOff says otherwise.
const MostCutOff = 1e-6

// Limits of an invocation's payload (AWS Lambda developer guide, "Lambda quotas", as of 2026).
const (
	MaxPayloadBytes = 6 << 20 // request or response, synchronous
	MaxEventBytes   = 1 << 20 // asynchronous
)
