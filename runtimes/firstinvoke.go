package runtimes

import (
	"fmt"
	"slices"
	"time"
)

// siblings are a function's first invocations at all memory sizes at which they were measured, ascending. Immutable.
type siblings struct {
	function, arch, packaging, month string
	measured                         []firstInvoke
}

// of says whether a profile is one of the siblings, and not a copy whose caller has changed what they are about.
func (s *siblings) of(p *Profile) bool {
	if s == nil || s.function != p.Function || s.arch != p.Arch || s.packaging != p.Packaging || s.month != p.Measured {
		return false
	}
	at, found := s.find(p.MemoryMB)
	return found && s.measured[at].mean == p.FirstInvoke || !found && p.FirstInvoke == 0
}

func (s *siblings) find(memoryMB int) (int, bool) {
	return slices.BinarySearchFunc(s.measured, memoryMB, func(f firstInvoke, mb int) int { return f.memoryMB - mb })
}

type firstInvoke struct {
	memoryMB int
	mean     time.Duration
}

// FirstInvokeTime is the mean time of a handler's first invocation at a memory size, and where it comes from.
type FirstInvokeTime struct {
	Mean    time.Duration
	Derived bool   // not measured at this memory size
	From    [2]int // the memory sizes that it was derived from, in MB; the second is 0 where there was one, both if measured
}

// FirstInvokeAt returns the Mean of [Profile.FirstInvokeTime].
func (p Profile) FirstInvokeAt(memoryMB int, share func(memoryMB int) (float64, error)) (time.Duration, error) {
	t, err := p.FirstInvokeTime(memoryMB, share)
	return t.Mean, err
}

// FirstInvokeTime returns the mean time of the handler's first invocation at a memory size. Where the table has measured the
// same function at that size, in the same month, it is that; share is not called. Everything else is derived, and says so. A
// copy of a profile that now is of another function, architecture, packaging, month or memory size, or has another
// FirstInvoke, knows that one figure only: other sizes are derived from it.
//
// A first invocation takes wait + cpu/share: part of it needs CPU, part of it does not. The two nearest measured sizes (one
// on each side, where there are) tell the parts; below the smallest and above the largest size, neither is less than
// nothing. One size cannot tell them, nor can two with the same share, of which the one that is nearer counts below and above
// them: then all of it is taken for CPU. A handler is taken for one thread, for which shares above one vCPU are one.
//
// How good that is, in the embedded profiles: leaving out the measured 1,024 MB and deriving it from 256 and 512 MB is off
// by 4 % (median), by a factor of 1.25 root mean square; scaling all of it by CPU, as if nothing waited, by 1.83. Leaving
// out 256 or 512 MB: off by 12 % and 3 %, factors of 1.40 and 1.20.
//
// share is the CPU share of a memory size in vCPU: vcpu.Share of this library. Its error is returned as it is. A memory size
// that Lambda does not have, a nil share where one is needed, a share that is not above 0, or a time of more than 104 days is
// a [*RangeError]; a profile without a first invocation is a [*NotMeasuredError].
func (p Profile) FirstInvokeTime(memoryMB int, share func(memoryMB int) (float64, error)) (FirstInvokeTime, error) {
	if memoryMB < minMemoryMB || memoryMB > maxMemoryMB {
		return FirstInvokeTime{}, outOfRange("memoryMB", memoryMB, allowedMemory)
	}
	if p.FirstInvoke < 0 || p.FirstInvoke > maxInit {
		return FirstInvokeTime{}, outOfRange("Profile.FirstInvoke", p.FirstInvoke, "0 (not known) to 104 days")
	}
	known := siblings{measured: []firstInvoke{{p.MemoryMB, p.FirstInvoke}}}
	if p.siblings.of(&p) {
		known.measured = p.siblings.measured
	}
	measured := known.measured
	if len(measured) == 0 || measured[0].mean == 0 {
		return FirstInvokeTime{}, &NotMeasuredError{Of: p.String(), Figure: "first invocation"}
	}
	at, found := known.find(memoryMB)
	if found {
		return FirstInvokeTime{Mean: measured[at].mean}, nil
	}
	inside := at > 0 && at < len(measured)
	from := min(max(at-1, 0), max(len(measured)-2, 0)) // of the two nearest, the smaller one
	near := measured[from:min(from+2, len(measured))]
	s, err := vcpus(share, memoryMB)
	if err != nil {
		return FirstInvokeTime{}, err
	}
	t := FirstInvokeTime{Derived: true}
	var shares [2]float64
	for i, m := range near {
		if shares[i], err = vcpus(share, m.memoryMB); err != nil {
			return FirstInvokeTime{}, err
		}
		t.From[i] = m.memoryMB
	}
	// The measured size that is nearest on this side.
	edge, edgeShare := float64(near[len(near)-1].mean), shares[len(near)-1]
	if at == 0 {
		edge, edgeShare = float64(near[0].mean), shares[0]
	}
	var wait, cpu float64 // ns, and ns on one vCPU
	if len(near) == 1 || shares[0] == shares[1] {
		cpu = float64(edge * edgeShare)
	} else {
		first, last := float64(near[0].mean), float64(near[1].mean)
		cpu = (first - last) / (1/shares[0] - 1/shares[1])
		wait = last - cpu/shares[1]
		if !inside { // what is nearest counts: it is passed through, whatever part is cut off
			cpu = min(max(cpu, 0), float64(edge*edgeShare))
			wait = edge - cpu/edgeShare
		}
	}
	mean := max(wait+cpu/s, 0)
	if !(mean <= maxInit) { // NaN too
		return FirstInvokeTime{}, outOfRange(fmt.Sprintf("first invocation at %d MB", memoryMB), fmt.Sprintf("%.3g s", mean/1e9), "up to 104 days")
	}
	t.Mean = time.Duration(mean + 0.5)
	return t, nil
}

// vcpus returns what one thread gets at a memory size.
func vcpus(share func(int) (float64, error), memoryMB int) (float64, error) {
	if share == nil {
		return 0, outOfRange("share", "nil", fmt.Sprintf("a function: %d MB was not measured", memoryMB))
	}
	s, err := share(memoryMB)
	if err != nil {
		return 0, err
	}
	if !(s > 0) {
		return 0, outOfRange(fmt.Sprintf("share(%d)", memoryMB), s, "more than 0 vCPU")
	}
	return min(s, 1), nil
}
