package cost

import "time"

// Limits of one invocation.
const (
	MinMemoryMB = 128   // smallest memory size of a function
	MaxMemoryMB = 10240 // largest memory size of a function

	FreeEphemeralMB = 512   // /tmp that costs nothing, and the smallest that can be configured
	MaxEphemeralMB  = 10240 // largest /tmp

	// MaxBilled bounds the billed duration of one invocation: 900 s of timeout and as much again of initialisation,
	// which for provisioned concurrency and SnapStart may take up to 15 minutes and is billed on top.
	MaxBilled = 30 * time.Minute

	// FreeStreamedBytes is the part of each streamed response that costs nothing: 6 MB.
	FreeStreamedBytes = 6 << 20

	// MaxEventBytes is the largest asynchronous event: 1 MB, billed as 13 requests.
	MaxEventBytes = 1 << 20
)

// Mode is the kind of capacity that an invocation ran on.
type Mode uint8

const (
	OnDemand    Mode = iota // an environment started on demand: the zero value
	Provisioned             // provisioned concurrency: its own, lower duration price
	Edge                    // Lambda@Edge: own prices for requests and duration
)

// Packaging is how a function's code is deployed, which before 2025-08-01 decided whether INIT was billed.
type Packaging uint8

const (
	ManagedRuntime Packaging = iota // ZIP on a runtime that AWS maintains: the zero value
	CustomRuntime                   // ZIP on an OS-only runtime (provided.*)
	ContainerImage
)

// Invocation is one billed execution: what the function's configuration and its REPORT line say of it.
type Invocation struct {
	// Arch is required, except under Edge, where it may be "" or X86.
	Arch Arch
	// MemoryMB is the configured memory, MinMemoryMB to MaxMemoryMB.
	MemoryMB int
	// Billed is the billed duration, 0 to MaxBilled: whole milliseconds, except in AddMean.
	Billed time.Duration
	// EphemeralMB is the configured /tmp, FreeEphemeralMB to MaxEphemeralMB; 0 means the free 512.
	EphemeralMB int
	// StreamedBytes is the size of a streamed response; the first FreeStreamedBytes cost nothing. 0 where the response
	// was not streamed.
	StreamedBytes int64
	// EventBytes is the size of an asynchronous event, up to MaxEventBytes: 1 request up to 256 KB, 1 more for every
	// further 64 KB begun. 0 (and any synchronous invocation) means one request.
	EventBytes int64
	// Mode is the kind of capacity it ran on; the zero value is OnDemand.
	Mode Mode
}
