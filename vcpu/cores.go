package vcpu

import (
	"fmt"
	"slices"
	"strings"
)

// Step is a range of memory sizes, both inclusive, in which a program sees the same number of cores. The zero Step is not
// valid.
type Step struct{ MinMB, MaxMB, Cores int }

// Table says how many cores a program sees at each memory size, in steps. [Observed] is the one that comes with this
// package; one's own measurements make another. It must be valid ([Table.Validate]): the zero Table is not.
type Table []Step

// observed is what others saw: an independent study by SentiaTech, by way of stackoverflow.com/a/66523153, as quoted by "Why
// you should consider Rust for your Lambdas" (loige.co, 2023-08-16). Not official.
var observed = [...]Step{
	{128, 3008, 2},
	{3009, 5307, 3},
	{5308, 7076, 4},
	{7077, 8845, 5},
	{8846, 10240, 6},
}

// Observed returns a copy of the embedded table, which [VisibleCores] and [MemoryRange] use.
func Observed() Table { return slices.Clone(observed[:]) }

// VisibleCores returns how many cores a program sees at a memory size (in /proc/cpuinfo, runtime.NumCPU, os.cpus), by the
// table [Observed]: 2 to 6. That is not how much CPU time it gets: see [Share]. A memory size that Lambda does not have is
// a [*RangeError].
func VisibleCores(memoryMB int) (int, error) {
	if err := validMemory("memoryMB", memoryMB); err != nil {
		return 0, err
	}
	return Table(observed[:]).find(memoryMB), nil
}

// MemoryRange returns the memory sizes, both inclusive, at which a program sees that many cores, by the table [Observed]:
// the inverse of [VisibleCores]. A number that it does not hold is a [*RangeError]: anything but 2 to 6.
func MemoryRange(visibleCores int) (minMB, maxMB int, err error) {
	return Table(observed[:]).findRange("visibleCores", visibleCores)
}

// Validate returns a [*RangeError] for the first thing that is wrong, such as "Table[2].MinMB": steps must be ascending,
// without gap or overlap, from [MinMemoryMB] to [MaxMemoryMB]; cores at least 1, and never fewer than in the step before.
func (t Table) Validate() error {
	if len(t) == 0 {
		return outOfRange("Table", "empty", "steps that cover "+allowedMemory)
	}
	from, cores := MinMemoryMB, 1
	for i, s := range t {
		switch {
		case from > MaxMemoryMB:
			return stepError(i, "MinMB", s.MinMB, fmt.Sprintf("nothing: the step before ends at %d", MaxMemoryMB))
		case s.MinMB != from:
			return stepError(i, "MinMB", s.MinMB, fmt.Sprintf("%d, where the sizes without a step begin", from))
		case s.MaxMB < s.MinMB || s.MaxMB > MaxMemoryMB:
			return stepError(i, "MaxMB", s.MaxMB, fmt.Sprintf("%d to %d MB", s.MinMB, MaxMemoryMB))
		case s.Cores < cores:
			return stepError(i, "Cores", s.Cores, fmt.Sprintf("%d or more", cores))
		}
		from, cores = s.MaxMB+1, s.Cores
	}
	if from <= MaxMemoryMB {
		return stepError(len(t)-1, "MaxMB", from-1, fmt.Sprintf("%d, or another step after it", MaxMemoryMB))
	}
	return nil
}

func stepError(i int, field string, given int, allowed string) error {
	return outOfRange(fmt.Sprintf("Table[%d].%s", i, field), given, allowed)
}

// Cores returns how many cores a program sees at a memory size. The error is that of [Table.Validate], or a [*RangeError]
// for a memory size that Lambda does not have.
func (t Table) Cores(memoryMB int) (int, error) {
	if err := t.Validate(); err != nil {
		return 0, err
	}
	if err := validMemory("memoryMB", memoryMB); err != nil {
		return 0, err
	}
	return t.find(memoryMB), nil
}

// MemoryRange returns the memory sizes, both inclusive, at which a program sees that many cores: the inverse of
// [Table.Cores]. The error is that of [Table.Validate], or a [*RangeError] that lists the numbers which the table holds.
func (t Table) MemoryRange(cores int) (minMB, maxMB int, err error) {
	if err := t.Validate(); err != nil {
		return 0, 0, err
	}
	return t.findRange("cores", cores)
}

func (t Table) find(memoryMB int) int {
	for _, s := range t {
		if memoryMB <= s.MaxMB {
			return s.Cores
		}
	}
	return 0 // not reached: a valid table covers all sizes
}

func (t Table) findRange(field string, cores int) (minMB, maxMB int, err error) {
	for _, s := range t { // steps with the same cores follow each other
		if s.Cores != cores {
			continue
		}
		if maxMB == 0 {
			minMB = s.MinMB
		}
		maxMB = s.MaxMB
	}
	if maxMB == 0 {
		return 0, 0, outOfRange(field, cores, t.counts())
	}
	return minMB, maxMB, nil
}

// counts lists the numbers of cores that the table holds.
func (t Table) counts() string {
	var known []string
	for i, s := range t {
		if i == 0 || s.Cores != t[i-1].Cores {
			known = append(known, fmt.Sprint(s.Cores))
		}
	}
	return strings.Join(known, ", ")
}
