package vcpu_test

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

var update = flag.Bool("update", false, "rewrite golden files")

// allSizes are the memory sizes that Lambda has.
func allSizes(yield func(int) bool) {
	for mb := vcpu.MinMemoryMB; mb <= vcpu.MaxMemoryMB; mb++ {
		if !yield(mb) {
			return
		}
	}
}

// noSizes are none.
var noSizes = []int{math.MinInt, -1, 0, 1, vcpu.MinMemoryMB - 1, vcpu.MaxMemoryMB + 1, 32768, math.MaxInt}

func mustShare(t *testing.T, mb int) float64 {
	t.Helper()
	share, err := vcpu.Share(mb)
	if err != nil {
		t.Fatal(err)
	}
	return share
}

// The three notions side by side, at all sizes where one of them steps and some that are in use. The file is not to be
// rewritten to make a change pass.
func TestLookupsGolden(t *testing.T) {
	var got bytes.Buffer
	fmt.Fprintln(&got, "MB share ceil cores")
	for _, mb := range []int{
		128, 129, 192, 256, 384, 512, 768, 1024, 1536, 1768, 1769, 1770, 1792, 2048, 3008, 3009, 3072, 3537, 3538, 3539,
		4096, 5120, 5307, 5308, 6144, 7076, 7077, 8192, 8845, 8846, 10239, 10240,
	} {
		ceil, err := vcpu.CeilShare(mb)
		if err != nil {
			t.Fatal(err)
		}
		cores, err := vcpu.VisibleCores(mb)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&got, mb, mustShare(t, mb), ceil, cores)
	}
	golden(t, "testdata/lookups.golden", got.Bytes())
}

// golden compares with a golden file, or rewrites it with -update.
func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// The inverse is checked against its definition at every memory size: for shares that a size gives, and for their neighbours
// among the float64.
func TestMemoryForShareIsSmallest(t *testing.T) {
	previous := 0.0
	for mb := range allSizes {
		share := mustShare(t, mb)
		if share <= previous {
			t.Fatalf("Share(%d) = %v, not more than %v at one MB less", mb, share, previous)
		}
		above := mb + 1
		if mb == vcpu.MaxMemoryMB {
			above = 0 // none
		}
		for _, c := range []struct {
			vcpus float64
			want  int
		}{
			{share, mb},
			{math.Nextafter(share, 0), mb},
			{math.Nextafter(share, 9), above},
			{(share + previous) / 2, mb},
		} {
			got, err := vcpu.MemoryForShare(c.vcpus)
			if got != c.want || (err != nil) != (c.want == 0) {
				t.Fatalf("MemoryForShare(%v) = %d, %v, want %d (near %d MB)", c.vcpus, got, err, c.want, mb)
			}
		}
		previous = share
	}
}

func TestMemoryForShare(t *testing.T) {
	for _, c := range []struct {
		vcpus float64
		want  int
	}{
		{math.SmallestNonzeroFloat64, 128},
		{.01, 128},
		{128. / 1769, 128},
		{.25, 443},
		{.5, 885},
		{1, 1769},
		{1.0000001, 1770},
		{2, 3538},
		{3, 5307},
		{4, 7076},
		{5, 8845},
		{10240. / 1769, 10240},
	} {
		if got, err := vcpu.MemoryForShare(c.vcpus); err != nil || got != c.want {
			t.Errorf("MemoryForShare(%v) = %d, %v, want %d", c.vcpus, got, err, c.want)
		}
	}
	for _, vcpus := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, math.Copysign(0, -1), -1, 5.789, 6, math.MaxFloat64} {
		got, err := vcpu.MemoryForShare(vcpus)
		wantRangeError(t, err, "vcpus")
		if got != 0 {
			t.Errorf("MemoryForShare(%v) = %d beside its error", vcpus, got)
		}
	}
}

func TestCeilShare(t *testing.T) {
	for mb := range allSizes {
		got, err := vcpu.CeilShare(mb)
		if want := int(math.Ceil(mustShare(t, mb))); err != nil || got != want {
			t.Fatalf("CeilShare(%d) = %d, %v, want %d", mb, got, err, want)
		}
		minMB, maxMB, err := vcpu.CeilShareRange(got)
		if err != nil || mb < minMB || mb > maxMB {
			t.Fatalf("CeilShareRange(%d) = %d, %d, %v, which is without %d", got, minMB, maxMB, err, mb)
		}
	}
	next := vcpu.MinMemoryMB
	for vcpus := 1; vcpus <= 6; vcpus++ {
		minMB, maxMB, err := vcpu.CeilShareRange(vcpus)
		if err != nil || minMB != next {
			t.Errorf("CeilShareRange(%d) = %d, %d, %v, want from %d", vcpus, minMB, maxMB, err, next)
		}
		next = maxMB + 1
	}
	if next != vcpu.MaxMemoryMB+1 {
		t.Errorf("the ranges end at %d MB", next-1)
	}
	for _, vcpus := range []int{math.MinInt, -1, 0, 7, math.MaxInt} {
		_, _, err := vcpu.CeilShareRange(vcpus)
		wantRangeError(t, err, "vcpus")
	}
}

func TestLookupsRefuseOtherSizes(t *testing.T) {
	for _, mb := range noSizes {
		_, err := vcpu.Share(mb)
		wantRangeError(t, err, "memoryMB")
		_, err = vcpu.CeilShare(mb)
		wantRangeError(t, err, "memoryMB")
		_, err = vcpu.VisibleCores(mb)
		wantRangeError(t, err, "memoryMB")
		_, err = vcpu.Observed().Cores(mb)
		wantRangeError(t, err, "memoryMB")
	}
}
