package vcpu

import (
	"fmt"
	"math"
)

// Memory sizes of Lambda functions, in MB. Any whole number from MinMemoryMB to MaxMemoryMB can be configured.
const (
	MinMemoryMB = 128
	MaxMemoryMB = 10240

	// FullVCPUMemoryMB is where a function "has the equivalent of one vCPU" (AWS Lambda Developer Guide, "Configure Lambda
	// function memory").
	FullVCPUMemoryMB = 1769
)

const (
	maxShare     = MaxMemoryMB / float64(FullVCPUMemoryMB)
	maxCeilShare = (MaxMemoryMB + FullVCPUMemoryMB - 1) / FullVCPUMemoryMB
)

// Share returns the CPU time that a memory size buys, in vCPU: seconds of CPU time per second. It is memoryMB/1769, the
// float64 nearest to it: .0724 at 128 MB, 1 at 1769, 5.79 at 10240. A memory size that Lambda does not have is a
// [*RangeError].
func Share(memoryMB int) (float64, error) {
	if err := validMemory("memoryMB", memoryMB); err != nil {
		return 0, err
	}
	return share(memoryMB), nil
}

func share(memoryMB int) float64 { return float64(memoryMB) / FullVCPUMemoryMB }

// MemoryForShare returns the smallest memory size whose [Share] is at least vcpus, the inverse of Share:
// MemoryForShare(Share(m)) is m. It is [MinMemoryMB] for anything that this size gives. What is not above 0 and at most
// the share of [MaxMemoryMB] is a [*RangeError].
func MemoryForShare(vcpus float64) (memoryMB int, err error) {
	if !(vcpus > 0 && vcpus <= maxShare) {
		return 0, outOfRange("vcpus", vcpus, fmt.Sprintf("more than 0, up to %v", float64(maxShare)))
	}
	memoryMB = max(int(math.Ceil(float64(vcpus*FullVCPUMemoryMB))), MinMemoryMB)
	// The product was rounded, and so are shares: the answer can be its neighbour.
	for memoryMB > MinMemoryMB && share(memoryMB-1) >= vcpus {
		memoryMB--
	}
	for share(memoryMB) < vcpus {
		memoryMB++
	}
	return memoryMB, nil
}

// CeilShare returns the share rounded up to whole vCPUs, 1 to 6: how many threads it takes to use all of the CPU time. It
// is not the number of cores that a program sees: see [VisibleCores]. A memory size that Lambda does not have is a
// [*RangeError].
func CeilShare(memoryMB int) (int, error) {
	if err := validMemory("memoryMB", memoryMB); err != nil {
		return 0, err
	}
	return (memoryMB + FullVCPUMemoryMB - 1) / FullVCPUMemoryMB, nil
}

// CeilShareRange returns the memory sizes, both inclusive, whose [CeilShare] is vcpus. Anything but 1 to 6 is a
// [*RangeError].
func CeilShareRange(vcpus int) (minMB, maxMB int, err error) {
	if vcpus < 1 || vcpus > maxCeilShare {
		return 0, 0, outOfRange("vcpus", vcpus, fmt.Sprintf("1 to %d", maxCeilShare))
	}
	return max((vcpus-1)*FullVCPUMemoryMB+1, MinMemoryMB), min(vcpus*FullVCPUMemoryMB, MaxMemoryMB), nil
}
