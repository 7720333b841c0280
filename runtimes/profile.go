package runtimes

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Profile is what was measured of the cold starts of one function: one runtime on one architecture, with one packaging, at
// one memory size, in one month. A profile of this package is of a hello-world function: see the package comment for what
// that does not tell. The zero value is a profile of nothing.
//
// Profiles are plain values: copies may be changed, and used by several goroutines. One from a table, a pool or [ReadTable]
// also knows its function's first invocations at the other memory sizes, which a copy keeps and JSON does not: see
// [Profile.FirstInvokeTime].
type Profile struct {
	Name       string // of the language, or of the engine where JavaScript has several: rust, go, nodejs, bun, llrt, java, …; "" not known
	Identifier string // of the runtime that it ran on, such as provided.al2023 or nodejs22.x; see [LookupIdentifier]; "" not known
	Arch       string // x86_64 or arm64
	Packaging  string // zip or image

	Function    string // the benchmark's own name of the function, such as rust_on_provided_al2023: tells java17 from java17_snapstart
	DisplayName string // what the benchmark shows of it, such as "rust (prov.al2023)"
	SnapStart   bool   // if so, Init holds the times of restoring a snapshot, which the benchmark has in their place

	MemoryMB int
	Measured string // the month, such as 2026-08; of a pool of several, first and last, such as 2026-07..2026-08
	Days     int    // on which there were samples; 0 not known
	Samples  int    // cold starts

	Init InitTimes

	// FirstInvoke is the mean time of the handler in the first invocation of an environment, at this memory size.
	// FirstInvokeMin and FirstInvokeMax are the lowest and the highest of the means of single days. 0 means not known.
	FirstInvoke, FirstInvokeMin, FirstInvokeMax time.Duration

	MaxMemoryUsedMB float64 // mean of the Max Memory Used of the first invocation; 0 not known

	siblings *siblings // the same function at other memory sizes; nil for a profile that was put together by hand
}

// Validate refuses what cannot be: an unknown architecture or packaging, memory that Lambda does not have, negative counts
// and times, no function, no month. The error is a [*RangeError].
func (p Profile) Validate() error {
	switch {
	case p.Function == "":
		return outOfRange("Profile.Function", `""`, "a name")
	case p.Arch != "x86_64" && p.Arch != "arm64":
		return outOfRange("Profile.Arch", fmt.Sprintf("%q", p.Arch), "x86_64, arm64")
	case p.Packaging != "zip" && p.Packaging != "image":
		return outOfRange("Profile.Packaging", fmt.Sprintf("%q", p.Packaging), "zip, image")
	case p.MemoryMB < minMemoryMB || p.MemoryMB > maxMemoryMB:
		return outOfRange("Profile.MemoryMB", p.MemoryMB, allowedMemory)
	case p.Measured == "":
		return outOfRange("Profile.Measured", `""`, "a month, such as 2026-08")
	case p.Samples < 1 || p.Samples > maxSamples:
		return outOfRange("Profile.Samples", p.Samples, fmt.Sprintf("1 to %d", maxSamples))
	case p.Days < 0 || p.Days > p.Samples:
		return outOfRange("Profile.Days", p.Days, fmt.Sprintf("0 (not known) to Samples, %d", p.Samples))
	case !(p.MaxMemoryUsedMB >= 0 && p.MaxMemoryUsedMB <= maxMemoryMB):
		return outOfRange("Profile.MaxMemoryUsedMB", p.MaxMemoryUsedMB, "0 (not known) to 10240 MB")
	}
	if err := p.validateFirst(); err != nil {
		return err
	}
	return p.Init.Validate()
}

// validateFirst is Validate for the first invocation.
func (p *Profile) validateFirst() error {
	for _, f := range [...]struct {
		field string
		value time.Duration
	}{{"FirstInvoke", p.FirstInvoke}, {"FirstInvokeMin", p.FirstInvokeMin}, {"FirstInvokeMax", p.FirstInvokeMax}} {
		if f.value < 0 || f.value > maxInit {
			return outOfRange("Profile."+f.field, f.value, "0 (not known) to 104 days")
		}
	}
	if p.FirstInvokeMin != 0 && p.FirstInvoke < p.FirstInvokeMin || (p.FirstInvokeMin != 0 || p.FirstInvokeMax != 0) && p.FirstInvoke > p.FirstInvokeMax {
		return outOfRange("Profile.FirstInvoke", p.FirstInvoke, fmt.Sprintf("FirstInvokeMin to FirstInvokeMax, %v to %v", p.FirstInvokeMin, p.FirstInvokeMax))
	}
	return nil
}

// Equal says whether two profiles say the same, apart from what they know of other memory sizes.
func (p Profile) Equal(q Profile) bool {
	p.siblings, q.siblings = nil, nil
	return p == q
}

// String returns the profile in one line, such as "rust (prov.al2023) arm64 zip 128 MB 2026-08".
func (p Profile) String() string {
	return fmt.Sprintf("%s %s %s %d MB %s", cmp.Or(p.DisplayName, p.Function), p.Arch, p.Packaging, p.MemoryMB, p.Measured)
}

// Lambda's memory sizes, as in package vcpu.
const (
	minMemoryMB   = 128
	maxMemoryMB   = 10240
	allowedMemory = "128 to 10240 MB"
)

// maxSamples bounds the samples of a profile: ten cold starts a second for three years.
const maxSamples = 1_000_000_000

// order is that of profiles in a table: by month, function, architecture, packaging, memory.
func order(a, b *Profile) int {
	return cmp.Or(
		strings.Compare(a.Measured, b.Measured),
		strings.Compare(a.Function, b.Function),
		strings.Compare(a.Arch, b.Arch),
		strings.Compare(a.Packaging, b.Packaging),
		cmp.Compare(a.MemoryMB, b.MemoryMB),
	)
}

// sortProfiles puts profiles in order. The error is a *DuplicateError.
func sortProfiles(profiles []Profile) error {
	slices.SortFunc(profiles, func(a, b Profile) int { return order(&a, &b) })
	for i := 1; i < len(profiles); i++ {
		if order(&profiles[i-1], &profiles[i]) == 0 {
			return &DuplicateError{What: "profile", Given: profiles[i].String()}
		}
	}
	return nil
}

// series says whether two profiles are of the same function, architecture, packaging and month.
func series(a, b *Profile) bool {
	return a.Function == b.Function && a.Arch == b.Arch && a.Packaging == b.Packaging && a.Measured == b.Measured
}

// namedSeries is series for profiles that have the same name and identifier too, as those of one function do, in good order.
func namedSeries(a, b *Profile) bool {
	return series(a, b) && a.Name == b.Name && a.Identifier == b.Identifier
}

// startsOf returns where, in ordered profiles, one is not the same as that before, and their number at the end.
func startsOf(profiles []Profile, same func(a, b *Profile) bool) []int {
	starts := make([]int, 1, len(profiles)/4+2)
	for i := 1; i < len(profiles); i++ {
		if !same(&profiles[i-1], &profiles[i]) {
			starts = append(starts, i)
		}
	}
	if len(profiles) == 0 {
		return starts
	}
	return append(starts, len(profiles))
}

// link makes ordered profiles know each other's first invocations.
func link(profiles []Profile) {
	starts := startsOf(profiles, series)
	calls := make([]firstInvoke, 0, len(profiles))
	all := make([]siblings, len(starts)-1)
	for i := range all {
		from := len(calls)
		for j := starts[i]; j < starts[i+1]; j++ {
			if p := &profiles[j]; p.FirstInvoke > 0 {
				calls = append(calls, firstInvoke{p.MemoryMB, p.FirstInvoke})
			}
			profiles[j].siblings = &all[i]
		}
		first := &profiles[starts[i]]
		all[i] = siblings{first.Function, first.Arch, first.Packaging, first.Measured, slices.Clip(calls[from:])}
	}
}
