package tuning

import (
	"cmp"
	"fmt"
	"slices"
)

// Curve interpolates the points at many sizes: at the smallest, every stepMB from there, the largest, and all that were
// measured between, in ascending order of memory. A step below 1 is a [*RangeError], as are two points of one size; the
// other errors are those of [Interpolate].
func Curve(points []Point, stepMB int) ([]Point, error) {
	if err := validPoints(points); err != nil {
		return nil, err
	}
	var curve []Point
	err := alongGrid(len(points), func(i int) int { return points[i].MemoryMB }, stepMB, func(lower, upper, m int) error {
		p := points[lower]
		if lower != upper {
			p = between(points[lower], points[upper], m)
		}
		curve = append(curve, p)
		return nil
	})
	return curve, err
}

// Curve is [Evaluation.At] at many sizes: at the smallest, every stepMB from there, the largest, and all that were measured
// between, in ascending order of memory. Sizes that At does not estimate because of one that failed are not among them. A step
// below 1 is a [*RangeError].
func (e *Evaluation) Curve(stepMB int) ([]Estimate, error) {
	if err := e.made(); err != nil {
		return nil, err
	}
	var curve []Estimate
	err := alongGrid(len(e.Sizes), e.memoryMB, stepMB, func(lower, upper, m int) error {
		if e.failed(lower, upper) != nil {
			return nil
		}
		p, err := e.between(lower, upper, m)
		curve = append(curve, p)
		return err
	})
	if err != nil {
		return nil, err
	}
	return curve, nil
}

// alongGrid calls at for each size of a curve, in ascending order, with the indices of the largest of n measured sizes that is
// not above it and of the smallest that is not below.
func alongGrid(n int, size func(int) int, stepMB int, at func(lower, upper, memoryMB int) error) error {
	if stepMB < 1 {
		return outOfRange("stepMB", stepMB, "1 MB or more")
	}
	order, err := ascending(n, size)
	if err != nil {
		return err
	}
	first, last := size(order[0]), size(order[n-1])
	if (last-first)/stepMB > maxGrid {
		return outOfRange("stepMB", stepMB, fmt.Sprintf("more, for at most %d sizes", maxGrid))
	}
	for k, lower := range order {
		m := size(lower)
		if err := at(lower, lower, m); err != nil {
			return err
		}
		if k == n-1 {
			break
		}
		upper := order[k+1]
		// To the next of the grid, which begins at the smallest size.
		for next := stepMB - (m-first)%stepMB; size(upper)-m > next; next = stepMB {
			m += next
			if err := at(lower, upper, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// maxGrid is more than there are memory sizes.
const maxGrid = 1 << 16

// ascending returns the indices of n sizes in ascending order. Two equal ones are a *RangeError of the second.
func ascending(n int, size func(int) int) ([]int, error) {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(size(i), size(j)) })
	for k := 1; k < n; k++ {
		if i := order[k]; size(i) == size(order[k-1]) {
			return nil, outOfRange(fmt.Sprintf("points[%d].MemoryMB", i), size(i), "one point for each size")
		}
	}
	return order, nil
}
