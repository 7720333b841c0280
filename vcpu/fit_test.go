package vcpu_test

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

// mustDurations are the durations of a task that is valid.
func mustDurations(t *testing.T, task vcpu.Task, sizes ...int) []vcpu.Measurement {
	t.Helper()
	points, err := task.Durations(sizes...)
	if err != nil {
		t.Fatal(err)
	}
	return points
}

func TestFitTask(t *testing.T) {
	sizes := []int{128, 512, 1769, 3008, 10240}
	approximately := cmpopts.EquateApprox(0, 1e-6)
	for name, c := range map[string]struct {
		points  []vcpu.Measurement
		threads int
		want    vcpu.Fit
	}{
		"a task's own durations": {
			mustDurations(t, vcpu.Task{Wait: 40 * msec, CPU: 300 * msec}, sizes...), 1,
			vcpu.Fit{Task: vcpu.Task{Wait: 40 * msec, CPU: 300 * msec, Threads: 1}, Residuals: make([]float64, 5), Shares: 3, DegreesOfFreedom: 3},
		},
		"six threads": {
			mustDurations(t, vcpu.Task{Wait: 40 * msec, CPU: 3000 * msec, Threads: 6}, sizes...), 6,
			vcpu.Fit{Task: vcpu.Task{Wait: 40 * msec, CPU: 3000 * msec, Threads: 6}, Residuals: make([]float64, 5), Shares: 5, DegreesOfFreedom: 3, ThreadsOpen: true},
		},
		"sixty threads": {
			mustDurations(t, vcpu.Task{CPU: 3000 * msec, Wait: 1, Threads: 60}, sizes...), 60,
			vcpu.Fit{Task: vcpu.Task{Wait: 1, CPU: 3000 * msec, Threads: 60}, Residuals: make([]float64, 5), Shares: 5, DegreesOfFreedom: 3, ThreadsOpen: true},
		},
		"no threads are one": {
			mustDurations(t, vcpu.Task{Wait: 40 * msec, CPU: 300 * msec}, 128, 256), 0,
			vcpu.Fit{Task: vcpu.Task{Wait: 40 * msec, CPU: 300 * msec, Threads: 1}, Residuals: make([]float64, 2), Shares: 2, ThreadsOpen: true},
		},
		"two points": {
			[]vcpu.Measurement{{1769, 2 * time.Second}, {3538, 1500 * msec}},
			2,
			vcpu.Fit{Task: vcpu.Task{Wait: time.Second, CPU: time.Second, Threads: 2}, Residuals: make([]float64, 2), Shares: 2, ThreadsOpen: true},
		},
		"faster than the share explains": {
			[]vcpu.Measurement{{128, 3000 * msec}, {256, time.Second}},
			1,
			// CPU = Σ(x/d) / Σ(x/d)² with x = 1769/128 and half of that: (1/3 + 1/2) / (1/9 + 1/4) · 128/1769 s.
			vcpu.Fit{
				Task: vcpu.Task{CPU: 166_978_302, Threads: 1}, RelRMS: .196116, RelMax: .230769, Residuals: []float64{-.230769, .153846},
				Bound: vcpu.BoundWait, Shares: 2, DegreesOfFreedom: 1, ThreadsOpen: true,
			},
		},
		"slower with more memory": {
			[]vcpu.Measurement{{128, time.Second}, {256, 3 * time.Second}},
			1,
			// Wait = Σ(1/d) / Σ(1/d)² = (4/3) / (10/9).
			vcpu.Fit{
				Task: vcpu.Task{Wait: 1200 * msec, Threads: 1}, RelRMS: math.Sqrt(.2), RelMax: .6, Residuals: []float64{.2, -.6},
				Bound: vcpu.BoundCPU, Shares: 2, DegreesOfFreedom: 1, ThreadsOpen: true,
			},
		},
		"repeated at each size": {
			// The line through (1, 990/101) and (1/2, 594/101), the best single durations there: (1/9 + 1/11) / (1/81 + 1/121).
			[]vcpu.Measurement{{1769, 9 * time.Second}, {3538, 5400 * msec}, {1769, 11 * time.Second}, {3538, 6600 * msec}},
			2,
			vcpu.Fit{
				Task:   vcpu.Task{Wait: 1_960_396_040, CPU: 7_841_584_158, Threads: 2},
				RelRMS: .0995037, RelMax: .1089109, Residuals: []float64{.0891089, .0891089, -.1089109, -.1089109},
				Shares: 2, DegreesOfFreedom: 2, ThreadsOpen: true,
			},
		},
	} {
		got, err := vcpu.FitTask(c.points, c.threads)
		if diff := cmp.Diff(c.want, got, approximately); diff != "" || err != nil {
			t.Errorf("%s: error %v (-want +got):\n%s", name, err, diff)
		}
	}
}

// The order of measurements changes nothing but that of the residuals, and the measurements stay as they are.
func TestFitTaskInAnyOrder(t *testing.T) {
	for _, m := range readMeasured(t, ownTables) {
		points := m.measurements()
		before := slices.Clone(points)
		a, errA := vcpu.FitTask(points, m.threads())
		if diff := cmp.Diff(before, points); diff != "" {
			t.Errorf("%s: the measurements were changed (-want +got):\n%s", m.ID, diff)
		}
		slices.Reverse(points)
		b, errB := vcpu.FitTask(points, m.threads())
		slices.Reverse(b.Residuals)
		if diff := cmp.Diff(a, b, cmpopts.EquateApprox(0, 1e-15)); diff != "" || errA != nil || errB != nil {
			t.Errorf("%s: %v, %v (-forward +backward):\n%s", m.ID, errA, errB, diff)
		}
	}
}

func TestFitTaskUnidentified(t *testing.T) {
	for name, c := range map[string]struct {
		points  []vcpu.Measurement
		threads int
		want    vcpu.UnidentifiedError
	}{
		"one point":                 {[]vcpu.Measurement{{512, 1}}, 1, vcpu.UnidentifiedError{Points: 1, Threads: 1, VCPUs: 512. / 1769, MinMB: 512, MaxMB: 512}},
		"one size":                  {[]vcpu.Measurement{{512, 1}, {512, 9}, {512, 5}}, 4, vcpu.UnidentifiedError{Points: 3, Threads: 4, VCPUs: 512. / 1769, MinMB: 512, MaxMB: 512}},
		"all saturated":             {[]vcpu.Measurement{{4096, 9}, {2048, 1}}, 0, vcpu.UnidentifiedError{Points: 2, Threads: 1, VCPUs: 1, MinMB: 2048, MaxMB: 4096}},
		"saturation and beyond":     {[]vcpu.Measurement{{1769, 9}, {1770, 1}}, 1, vcpu.UnidentifiedError{Points: 2, Threads: 1, VCPUs: 1, MinMB: 1769, MaxMB: 1770}},
		"all saturated, two thread": {[]vcpu.Measurement{{3538, 9}, {10240, 1}}, 2, vcpu.UnidentifiedError{Points: 2, Threads: 2, VCPUs: 2, MinMB: 3538, MaxMB: 10240}},
	} {
		fit, err := vcpu.FitTask(c.points, c.threads)
		var got *vcpu.UnidentifiedError
		if !errors.As(err, &got) {
			t.Errorf("%s: %+v, %v", name, fit, err)
			continue
		}
		if diff := cmp.Diff(&c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(vcpu.Fit{}, fit); diff != "" {
			t.Errorf("%s: a fit beside the error: %s", name, diff)
		}
	}
	// One MB below saturation is enough to tell them apart, in theory.
	if _, err := vcpu.FitTask([]vcpu.Measurement{{1768, 9}, {1769, 8}}, 1); err != nil {
		t.Error(err)
	}
}

func TestFitRefuses(t *testing.T) {
	good := vcpu.Measurement{MemoryMB: 128, Duration: time.Second}
	for _, c := range []struct {
		points  []vcpu.Measurement
		threads int
		field   string
	}{
		{nil, 1, "points"},
		{[]vcpu.Measurement{}, 1, "points"},
		{[]vcpu.Measurement{good, {256, 5}}, -1, "threads"},
		{[]vcpu.Measurement{good, {256, 5}}, math.MinInt, "threads"},
		{[]vcpu.Measurement{good, {256, 0}}, 1, "points[1].Duration"},
		{[]vcpu.Measurement{good, {256, -1}}, 1, "points[1].Duration"},
		{[]vcpu.Measurement{{256, math.MinInt64}, good}, 1, "points[0].Duration"},
		{[]vcpu.Measurement{good, good, {256, longest + 1}}, 1, "points[2].Duration"},
		{[]vcpu.Measurement{good, {256, math.MaxInt64}}, 1, "points[1].Duration"},
		{[]vcpu.Measurement{good, {}}, 1, "points[1].MemoryMB"},
		{[]vcpu.Measurement{good, {127, 5}}, 1, "points[1].MemoryMB"},
		{[]vcpu.Measurement{good, {10241, 5}}, 1, "points[1].MemoryMB"},
		{[]vcpu.Measurement{good, {math.MinInt, 5}}, 1, "points[1].MemoryMB"},
	} {
		_, err := vcpu.FitTask(c.points, c.threads)
		wantRangeError(t, err, c.field)
		if c.threads >= 0 {
			_, err = vcpu.FitThreads(c.points)
			wantRangeError(t, err, c.field)
		}
	}
}

func TestBoundString(t *testing.T) {
	for b, want := range map[vcpu.Bound]string{vcpu.BoundNone: "none", vcpu.BoundWait: "wait", vcpu.BoundCPU: "cpu", 77: "Bound(77)"} {
		if got := b.String(); got != want {
			t.Errorf("%d is %q, want %q", b, got, want)
		}
	}
}
