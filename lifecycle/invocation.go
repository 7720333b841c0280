package lifecycle

import (
	"fmt"
	"time"
)

// Start says what kind of environment took a request. The zero value is that none did.
type Start uint8

// The kinds of start.
const (
	NotStarted  Start = iota
	Cold              // it started an environment
	Warm              // an environment was there, or already starting
	Provisioned       // by provisioned concurrency
)

var startNames = [...]string{"not started", "cold", "warm", "provisioned"}

// String returns "cold", "warm", "provisioned" or "not started".
func (s Start) String() string { return nameOf(startNames[:], int(s), "Start") }

// Outcome says how an attempt at a request ended. The zero value is OK.
type Outcome uint8

// The outcomes.
const (
	OK        Outcome = iota
	TimedOut          // cut by the function's timeout
	Throttled         // refused for good: at once, or asynchronous and too old to be tried again
	Failed            // a function error
)

var outcomeNames = [...]string{"ok", "timed out", "throttled", "failed"}

// String returns "ok", "timed out", "throttled" or "failed".
func (o Outcome) String() string { return nameOf(outcomeNames[:], int(o), "Outcome") }

func nameOf(names []string, i int, kind string) string {
	if i >= len(names) {
		return fmt.Sprintf("%s(%d)", kind, i)
	}
	return names[i]
}

// Invocation is one attempt at a request: executed, or throttled for good. Its latency is the sum of Wait, Startup, Init and
// Duration. The zero value is none.
type Invocation struct {
	// At is when the request arrived, since the start of the run.
	At time.Duration
	// Wait is how long it then was kept waiting: in the queue of asynchronous events, by earlier attempts, or for an
	// environment that another request had started (Concurrency above 1).
	Wait time.Duration
	// Startup and Init are those of the environment that it started; 0 for all but cold starts.
	Startup, Init time.Duration
	// Duration is the time in the handler, after [Function.Timeout] and with an INIT that had to be repeated.
	Duration time.Duration
	// Environment is the number of the environment, from 1 in the order in which they were started; 0 for none.
	Environment int
	Start       Start
	Outcome     Outcome
	// Request is the index of the request, from 0, and Attempt counts its executions, from 1 (0 where it was throttled
	// before the first).
	Request uint64
	Attempt int
}

// Latency is the time from arrival to the end.
func (i Invocation) Latency() time.Duration { return i.Wait + i.Startup + i.Init + i.Duration }

// State is a state of an environment. The zero value is Starting.
type State uint8

// The states of an environment, in the order of its life. An environment goes Starting -> Busy <-> Idle -> Gone; those of
// provisioned concurrency and proactive replacements are Idle from the start of what is seen of them.
const (
	Starting State = iota // startup and INIT
	Busy
	Idle
	Gone
)

var stateNames = [...]string{"starting", "busy", "idle", "gone"}

// String returns "starting", "busy", "idle" or "gone".
func (s State) String() string { return nameOf(stateNames[:], int(s), "State") }

// Transition is a change of the state of one environment. There is no useful zero value: environments are numbered from 1.
type Transition struct {
	At          time.Duration // since the start of the run; never before the transition in front of it
	Environment int           // its number, from 1 in the order in which they were started
	State       State         // the new one
}
