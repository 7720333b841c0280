package vcpu_test

import (
	"testing"

	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

// The inverse is checked against its definition, at every memory size.
func TestMemoryForShareIsSmallest(t *testing.T) {
	previous := 0.0
	for mb := vcpu.MinMemoryMB; mb <= vcpu.MaxMemoryMB; mb++ {
		share, err := vcpu.Share(mb)
		if err != nil {
			t.Fatal(err)
		}
		if share <= previous {
			t.Fatalf("Share(%d) = %v, not more than %v at one MB less", mb, share, previous)
		}
		if got, err := vcpu.MemoryForShare(share); err != nil || got != mb {
			t.Fatalf("MemoryForShare(Share(%d)) = %d, %v", mb, got, err)
		}
		previous = share
	}
}
