package vcpu

import (
	"fmt"
	"time"
)

// RangeError reports a value outside of what is allowed.
type RangeError struct {
	Field   string // name of the argument or field, such as "memoryMB", "Task.Wait" or "points[3].Duration"
	Given   string
	Allowed string // what would have been accepted, with its unit
}

// Error implements error.
func (e *RangeError) Error() string {
	return fmt.Sprintf("vcpu: %s is %s, allowed is %s", e.Field, e.Given, e.Allowed)
}

// UnidentifiedError reports measurements that all had the same CPU, so that nothing tells wait from CPU: they were taken at
// one memory size, or all at sizes where each thread had a vCPU to itself. What is missing is a measurement at another size
// below Threads·[FullVCPUMemoryMB].
type UnidentifiedError struct {
	Points       int     // how many measurements
	Threads      int     // that the CPU part can use
	VCPUs        float64 // what the threads had, in each of them
	MinMB, MaxMB int     // smallest and largest memory size among them
}

// Error implements error.
func (e *UnidentifiedError) Error() string {
	at := fmt.Sprintf("%d MB", e.MinMB)
	if e.MinMB != e.MaxMB {
		at = fmt.Sprintf("%d to %d MB", e.MinMB, e.MaxMB)
	}
	threads := "1 thread"
	if e.Threads != 1 {
		threads = fmt.Sprintf("%d threads", e.Threads)
	}
	return fmt.Sprintf("vcpu: wait and CPU cannot be told apart: all measurements (%d, at %s) gave %s the same CPU, %.4g vCPU", e.Points, at, threads, e.VCPUs)
}

func outOfRange(field string, given any, allowed string) error {
	return &RangeError{Field: field, Given: fmt.Sprint(given), Allowed: allowed}
}

const allowedMemory = "128 to 10240 MB"

func validMemory(field string, memoryMB int) error {
	if memoryMB < MinMemoryMB || memoryMB > MaxMemoryMB {
		return outOfRange(field, memoryMB, allowedMemory)
	}
	return nil
}

func overflows(field string) error {
	return &RangeError{Field: field, Given: "too long", Allowed: fmt.Sprintf("up to %v", time.Duration(1<<63-1))}
}
