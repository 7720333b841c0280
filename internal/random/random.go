// Package random is where the simulator and its workloads draw from: streams of random bits that are functions of a seed, a
// purpose and an index, and the few transcendental functions that turn a uniform draw into another distribution by its
// inverse. Everything gives the same bits on every machine: no function of package math is used that has an assembly
// version somewhere, and every product is rounded before it is added to, so that no compiler fuses the two.
package random

// A Purpose keeps streams of one seed apart. The numbers are part of what a seed means: they are never changed or reused.
type Purpose uint64

// The purposes of package lifecycle and its workloads.
const (
	Replication Purpose = 1 + iota
	Part                // a part of a merged workload
	Arrival
	Placement
	Acceptance // of a candidate of a time-varying rate
	Phase      // lengths of on and off phases
	Service
	_ // once for first durations, which are drawn as all others are
	Initialization
	Startup
	IdleTimeout
	Route
	Failure
	Bootstrap
)

// A Stream is an endless sequence of independent uniform draws that can be read at any index. Its value is immutable.
type Stream struct{ key uint64 }

// golden is 2^64 divided by the golden ratio, the increment of SplitMix64.
const golden = 0x9e3779b97f4a7c15

// mix is the output function of SplitMix64 (Steele, Lea, Flood 2014; constants by Stafford).
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Derive returns the seed of part i of something that has a seed itself.
func Derive(seed uint64, p Purpose, i uint64) uint64 {
	return mix(mix(mix(seed+golden)^uint64(p)*0xd1342543de82ef95) + i*golden)
}

// New returns the stream of a seed and purpose.
func New(seed uint64, p Purpose) Stream {
	return Stream{Derive(seed, p, 0)}
}

// Bits returns draw i.
func (s Stream) Bits(i uint64) uint64 { return mix(s.key + (i+1)*golden) }

// Uniform returns draw i as a multiple of 2^-53 in [0, 1).
func (s Stream) Uniform(i uint64) float64 { return float64(float64(s.Bits(i)>>11) * 0x1p-53) }

// Below returns draw i as an integer in [0, n). It is the high word of a product: for the small n of a simulation (below
// 2^32) each value is within 2^-32 of equally likely.
func (s Stream) Below(i uint64, n int) int {
	return int((s.Bits(i) >> 32) * uint64(uint32(n)) >> 32)
}
