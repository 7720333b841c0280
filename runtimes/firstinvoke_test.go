package runtimes_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/runtimes"
	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

// linear is a share without an upper end.
func linear(memoryMB int) (float64, error) { return float64(memoryMB) / 1769, nil }

// profileAt is a profile whose table has first invocations at these sizes.
func profileAt(t *testing.T, memoryMB int, first map[int]time.Duration) runtimes.Profile {
	t.Helper()
	p := mustFind(t, rust)
	p.FirstInvokeMin, p.FirstInvokeMax = 0, 0
	var profiles []runtimes.Profile
	for mb, d := range first {
		p.MemoryMB, p.FirstInvoke = mb, d
		profiles = append(profiles, p)
	}
	p, err := must(runtimes.NewTable(profiles...)).Find(runtimes.Query{MemoryMB: memoryMB})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestFirstInvokeTime(t *testing.T) {
	const ms = time.Millisecond
	cpuOnly := map[int]time.Duration{256: 400 * ms, 512: 200 * ms} // 57.887 ms on one vCPU
	mixed := map[int]time.Duration{256: 110 * ms, 512: 60 * ms}    // 10 ms of waiting
	flat := map[int]time.Duration{256: 2 * ms, 512: 2 * ms}
	rising := map[int]time.Duration{256: 2 * ms, 512: 3 * ms}        // noise
	superlinear := map[int]time.Duration{256: 90 * ms, 512: 30 * ms} // falls faster than CPU rises
	single := map[int]time.Duration{512: 40 * ms}
	saturated := map[int]time.Duration{2048: 100 * ms, 3008: 90 * ms} // noise: one thread is as fast at both
	both, large := [2]int{256, 512}, [2]int{2048, 3008}
	for _, c := range []struct {
		name  string
		first map[int]time.Duration
		at    int
		want  runtimes.FirstInvokeTime
	}{
		{"measured", mixed, 256, runtimes.FirstInvokeTime{Mean: 110 * ms}},
		{"measured at another size", mixed, 512, runtimes.FirstInvokeTime{Mean: 60 * ms}},
		{"all CPU, between", cpuOnly, 320, runtimes.FirstInvokeTime{Mean: 320 * ms, Derived: true, From: both}},
		{"all CPU, above", cpuOnly, 1024, runtimes.FirstInvokeTime{Mean: 100 * ms, Derived: true, From: both}},
		{"all CPU, below", cpuOnly, 128, runtimes.FirstInvokeTime{Mean: 800 * ms, Derived: true, From: both}},
		{"all CPU, one vCPU", cpuOnly, 1769, runtimes.FirstInvokeTime{Mean: 57885811, Derived: true, From: both}},
		{"one thread cannot use more", cpuOnly, 10240, runtimes.FirstInvokeTime{Mean: 57885811, Derived: true, From: both}},
		{"part waiting, between", mixed, 384, runtimes.FirstInvokeTime{Mean: 76666667, Derived: true, From: both}},
		{"part waiting, above", mixed, 1024, runtimes.FirstInvokeTime{Mean: 35 * ms, Derived: true, From: both}},
		{"part waiting, below", mixed, 128, runtimes.FirstInvokeTime{Mean: 210 * ms, Derived: true, From: both}},
		{"above one vCPU, below", saturated, 1769, runtimes.FirstInvokeTime{Mean: 100 * ms, Derived: true, From: large}},
		{"above one vCPU, above", saturated, 4096, runtimes.FirstInvokeTime{Mean: 90 * ms, Derived: true, From: large}},
		{"flat", flat, 2048, runtimes.FirstInvokeTime{Mean: 2 * ms, Derived: true, From: both}},
		{"rising, between", rising, 384, runtimes.FirstInvokeTime{Mean: 2666667, Derived: true, From: both}},
		{"rising, above: the nearest", rising, 1024, runtimes.FirstInvokeTime{Mean: 3 * ms, Derived: true, From: both}},
		{"rising, below: the nearest", rising, 128, runtimes.FirstInvokeTime{Mean: 2 * ms, Derived: true, From: both}},
		{"superlinear, above: all CPU", superlinear, 1024, runtimes.FirstInvokeTime{Mean: 15 * ms, Derived: true, From: both}},
		{"superlinear, below: all CPU", superlinear, 128, runtimes.FirstInvokeTime{Mean: 180 * ms, Derived: true, From: both}},
		{"one size, above", single, 1024, runtimes.FirstInvokeTime{Mean: 20 * ms, Derived: true, From: [2]int{512}}},
		{"one size, below", single, 128, runtimes.FirstInvokeTime{Mean: 160 * ms, Derived: true, From: [2]int{512}}},
	} {
		for mb := range c.first {
			p := profileAt(t, mb, c.first)
			got, err := p.FirstInvokeTime(c.at, vcpu.Share)
			if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
				t.Errorf("%s, from %d MB: %v (-want +got):\n%s", c.name, mb, err, diff)
			}
			if mean, err := p.FirstInvokeAt(c.at, vcpu.Share); err != nil || mean != c.want.Mean {
				t.Errorf("%s: FirstInvokeAt is %v, %v", c.name, mean, err)
			}
		}
	}
}

// Measured sizes are what the table has, at any profile of the series; others lie between their neighbours, and never take
// longer with more memory where the neighbours do not.
func TestFirstInvokeOfAllProfiles(t *testing.T) {
	sizes := []int{128, 256, 512, 1024}
	for p := range runtimes.All() {
		var measured []time.Duration
		for _, mb := range sizes {
			sibling := mustFind(t, runtimes.Query{Function: p.Function, Arch: p.Arch, Packaging: p.Packaging, MemoryMB: mb, Month: p.Measured})
			got, err := p.FirstInvokeTime(mb, nil)
			if err != nil || got != (runtimes.FirstInvokeTime{Mean: sibling.FirstInvoke}) {
				t.Errorf("%v at %d MB: %+v, %v; measured %v", p, mb, got, err, sibling.FirstInvoke)
			}
			measured = append(measured, sibling.FirstInvoke)
		}
		for i, mb := range []int{129, 400, 1023} {
			got, err := p.FirstInvokeAt(mb, vcpu.Share)
			low, high := min(measured[i], measured[i+1]), max(measured[i], measured[i+1])
			if err != nil || got < low || got > high {
				t.Errorf("%v at %d MB: %v, %v; neighbours %v, %v", p, mb, got, err, low, high)
			}
		}
		previous := measured[3]
		for _, mb := range []int{1025, 1769, 3008, 10240} {
			got, err := p.FirstInvokeAt(mb, vcpu.Share)
			if err != nil || got > previous || got < 1 {
				t.Errorf("%v at %d MB: %v, %v; before %v", p, mb, got, err, previous)
			}
			previous = got
		}
	}
}

// How far off the derivation is, of each measured size from the others: the figures of the comment.
func TestFirstInvokeError(t *testing.T) {
	errorsOf := map[int][]float64{}
	var scaled []float64
	for p := range runtimes.Embedded().Matching(runtimes.Query{MemoryMB: 128}) {
		first := map[int]time.Duration{}
		for _, mb := range []int{128, 256, 512, 1024} {
			first[mb], _ = p.FirstInvokeAt(mb, nil)
		}
		for leftOut, from := range map[int][]int{256: {128, 512, 1024}, 512: {128, 256, 1024}, 1024: {128, 256, 512}} {
			some := map[int]time.Duration{}
			for _, mb := range from {
				some[mb] = first[mb]
			}
			got, err := profileAt(t, 128, some).FirstInvokeAt(leftOut, vcpu.Share)
			if err != nil {
				t.Fatal(err)
			}
			errorsOf[leftOut] = append(errorsOf[leftOut], math.Log(float64(got)/float64(first[leftOut])))
		}
		scaled = append(scaled, math.Log(float64(first[512])/2/float64(first[1024])))
	}
	describe := func(e []float64) string {
		sum := 0.0
		for i, x := range e {
			sum += x * x
			e[i] = math.Abs(x)
		}
		slices.Sort(e)
		return fmt.Sprintf("median %.0f %%, factor %.2f", 100*e[len(e)/2], math.Exp(math.Sqrt(sum/float64(len(e)))))
	}
	for _, c := range []struct {
		what   string
		errors []float64
		want   string
	}{
		{"1024 MB from 256 and 512", errorsOf[1024], "median 4 %, factor 1.25"},
		{"1024 MB from 512, all CPU", scaled, "median 68 %, factor 1.83"},
		{"256 MB from 128 and 512", errorsOf[256], "median 12 %, factor 1.40"},
		{"512 MB from 256 and 1024", errorsOf[512], "median 3 %, factor 1.20"},
	} {
		if got := describe(c.errors); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
}

func TestFirstInvokeErrors(t *testing.T) {
	p := mustFind(t, rust)
	var outOfRange *runtimes.RangeError
	for _, mb := range []int{-1, 0, 127, 10241, math.MaxInt} {
		if _, err := p.FirstInvokeAt(mb, vcpu.Share); !errors.As(err, &outOfRange) || outOfRange.Field != "memoryMB" {
			t.Errorf("%d MB: %v", mb, err)
		}
	}
	if _, err := p.FirstInvokeAt(300, nil); !errors.As(err, &outOfRange) || outOfRange.Field != "share" {
		t.Error(err)
	}
	for _, share := range []float64{0, -1, math.NaN(), math.Inf(-1)} {
		if got, err := p.FirstInvokeAt(300, func(int) (float64, error) { return share, nil }); !errors.As(err, &outOfRange) || got != 0 {
			t.Errorf("share %v: %v, %v", share, got, err)
		}
	}
	if got, err := p.FirstInvokeAt(300, func(int) (float64, error) { return math.Inf(1), nil }); err != nil || got <= 0 {
		t.Errorf("infinite share, which one thread uses 1 of: %v, %v", got, err)
	}
	mine := errors.New("mine")
	for failing := range 3 {
		calls := 0
		_, err := p.FirstInvokeAt(300, func(mb int) (float64, error) {
			if calls++; calls > failing {
				return 0, mine
			}
			return linear(mb)
		})
		if err != mine {
			t.Errorf("call %d fails: %v", failing, err)
		}
	}
	var none *runtimes.NotMeasuredError
	if _, err := (runtimes.Profile{MemoryMB: 128}).FirstInvokeAt(128, linear); !errors.As(err, &none) {
		t.Error(err)
	}
	// What would take longer than any time that is known is no time.
	huge := runtimes.Profile{MemoryMB: 1024, FirstInvoke: 1 << 52}
	twoHuge := must(runtimes.NewTable(func() []runtimes.Profile {
		a, b := mustFind(t, rust), mustFind(t, rust)
		a.FirstInvokeMin, b.FirstInvokeMin, a.FirstInvokeMax, b.FirstInvokeMax = 0, 0, 0, 0
		a.FirstInvoke, b.FirstInvoke, a.MemoryMB, b.MemoryMB = 1<<53, 1<<52, 256, 512
		return []runtimes.Profile{a, b}
	}()...))
	for name, c := range map[string]struct {
		p        runtimes.Profile
		memoryMB int
		share    func(int) (float64, error)
	}{
		"a tiny share":            {p, 300, func(mb int) (float64, error) { return map[bool]float64{true: 1e-300, false: 1}[mb == 300], nil }},
		"tiny shares":             {p, 300, func(mb int) (float64, error) { return float64(mb) * math.SmallestNonzeroFloat64, nil }},
		"a huge first invocation": {huge, 128, vcpu.Share},
		"two of them":             {must(twoHuge.Find(runtimes.Query{MemoryMB: 512})), 128, vcpu.Share},
		"one that nothing has":    {runtimes.Profile{MemoryMB: 1024, FirstInvoke: math.MaxInt64}, 1024, vcpu.Share},
		"one below nothing":       {runtimes.Profile{MemoryMB: 1024, FirstInvoke: -1}, 1024, vcpu.Share},
	} {
		if got, err := c.p.FirstInvokeTime(c.memoryMB, c.share); !errors.As(err, &outOfRange) || got != (runtimes.FirstInvokeTime{}) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	// A profile put together by hand knows one size.
	own := runtimes.Profile{MemoryMB: 512, FirstInvoke: time.Second}
	if got, err := own.FirstInvokeTime(1024, linear); err != nil || got != (runtimes.FirstInvokeTime{Mean: time.Second / 2, Derived: true, From: [2]int{512}}) {
		t.Errorf("%+v, %v", got, err)
	}
}

// A copy with a figure of one's own is no longer what the table measured, at other sizes neither.
func TestFirstInvokeOfChangedCopy(t *testing.T) {
	half := 512. / 1024
	for name, change := range map[string]func(p *runtimes.Profile){
		"first invocation": func(p *runtimes.Profile) { p.FirstInvoke = 2 * time.Millisecond },
		"memory":           func(p *runtimes.Profile) { p.MemoryMB = 300 },
		"memory, measured": func(p *runtimes.Profile) { p.MemoryMB = 256 },
		"architecture":     func(p *runtimes.Profile) { p.Arch = "x86_64" },
		"packaging":        func(p *runtimes.Profile) { p.Packaging = "image" },
		"function":         func(p *runtimes.Profile) { p.Function = "mine" },
		"month":            func(p *runtimes.Profile) { p.Measured = "2026-09" },
	} {
		p := mustFind(t, runtimes.Query{Function: "dotnet8", Arch: "arm64", Packaging: "zip", MemoryMB: 512, Month: "2026-08"})
		change(&p)
		want := runtimes.FirstInvokeTime{Mean: time.Duration(float64(p.FirstInvoke)*float64(p.MemoryMB)/512*half + 0.5), Derived: true, From: [2]int{p.MemoryMB}}
		if got, err := p.FirstInvokeTime(1024, linear); err != nil || got != want {
			t.Errorf("changed %s: %+v, %v; want %+v", name, got, err, want)
		}
	}
	// What says nothing of the first invocation may change.
	p := mustFind(t, runtimes.Query{Function: "dotnet8", Arch: "arm64", Packaging: "zip", MemoryMB: 512, Month: "2026-08"})
	p.DisplayName, p.Init, p.MaxMemoryUsedMB = "ours", runtimes.InitTimes{}, 0
	if got, err := p.FirstInvokeTime(1024, linear); err != nil || got.Derived {
		t.Errorf("%+v, %v", got, err)
	}
	// A size without a first invocation lies between those that have one.
	a, b, c := p, p, p
	a.MemoryMB, c.MemoryMB = 256, 1024
	b.FirstInvoke, b.FirstInvokeMin, b.FirstInvokeMax = 0, 0, 0
	a.Init, b.Init, c.Init = runtimes.InitTimes{P50: 1}, runtimes.InitTimes{P50: 1}, runtimes.InitTimes{P50: 1}
	middle := must(must(runtimes.NewTable(a, b, c)).Find(runtimes.Query{MemoryMB: 512}))
	if got, err := middle.FirstInvokeTime(512, linear); err != nil || got.From != [2]int{256, 1024} {
		t.Errorf("%+v, %v", got, err)
	}
}
