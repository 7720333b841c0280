package tuning

import (
	"time"

	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

// Check is one measured size beside what two models say of it.
type Check struct {
	MemoryMB int
	Measured time.Duration
	// Fitted is what the task that explains all points best takes there.
	Fitted time.Duration
	// FromOthers is the interpolation between the sizes on either side of it, without this one; 0 for the smallest and the
	// largest, which have none on one side. How far it is off says how far an interpolation can be trusted.
	FromOthers time.Duration
}

// CheckPoints sets measured points beside the task that explains them best (see [vcpu.FitTask]) and beside their own
// interpolation, in ascending order of memory. threads is how many threads the work can use; 0 means 1.
//
// Where the fit is far from a point (fit.RelMax), the work is not what vcpu knows of, or the point is mismeasured, and
// Fitted and FromOthers together often tell which. Two points of one size are a [*RangeError]; the other errors are those of
// [vcpu.FitTask]: it needs points with different CPU shares, within Lambda's memory sizes.
func CheckPoints(points []Point, threads int) (vcpu.Fit, []Check, error) {
	if err := validPoints(points); err != nil {
		return vcpu.Fit{}, nil, err
	}
	order, err := ascending(len(points), func(i int) int { return points[i].MemoryMB })
	if err != nil {
		return vcpu.Fit{}, nil, err
	}
	sorted := make([]Point, len(points))
	for k, i := range order {
		sorted[k] = points[i]
	}
	fit, err := vcpu.FitTask(measurements(sorted), threads)
	if err != nil {
		_, err = vcpu.FitTask(measurements(points), threads) // the same, about the point as it was given
		return vcpu.Fit{}, nil, err
	}
	checks := make([]Check, len(sorted))
	for i, p := range sorted {
		fitted, err := fit.Task.Duration(p.MemoryMB)
		if err != nil {
			return vcpu.Fit{}, nil, err
		}
		checks[i] = Check{MemoryMB: p.MemoryMB, Measured: p.Duration, Fitted: fitted}
		if i > 0 && i < len(sorted)-1 {
			a, b := sorted[i-1], sorted[i+1]
			checks[i].FromOthers = powerLaw(a.MemoryMB, b.MemoryMB, p.MemoryMB, a.Duration, b.Duration)
		}
	}
	return fit, checks, nil
}

func measurements(points []Point) []vcpu.Measurement {
	m := make([]vcpu.Measurement, len(points))
	for i, p := range points {
		m[i] = vcpu.Measurement{MemoryMB: p.MemoryMB, Duration: p.Duration}
	}
	return m
}
