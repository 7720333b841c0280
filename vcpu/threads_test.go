package vcpu_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

// Durations of a task tell its threads, as far as they go beyond them.
func TestFitThreads(t *testing.T) {
	for name, c := range map[string]struct {
		threads int
		sizes   []int
		fits    int // how many there must be
		best    int
		open    bool
	}{
		"one thread":                   {1, []int{512, 1769, 3538, 10240}, 6, 1, false},
		"two":                          {2, []int{512, 1769, 3538, 10240}, 6, 2, false},
		"five":                         {5, []int{512, 1769, 3538, 10240}, 6, 5, false},
		"six":                          {6, []int{512, 1769, 3538, 10240}, 6, 6, true},
		"four, measured up to three":   {4, []int{128, 256, 1769, 5307}, 3, 3, true},
		"four, measured up to one":     {4, []int{128, 256, 1769}, 1, 1, true},
		"one, measured a bit above it": {1, []int{128, 256, 1770}, 2, 1, false},
	} {
		points := mustDurations(t, vcpu.Task{Wait: 20 * msec, CPU: 10 * time.Second, Threads: c.threads}, c.sizes...)
		fits, err := vcpu.FitThreads(points)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(fits) != c.fits || fits[0].Task.Threads != c.best || fits[0].ThreadsOpen != c.open || fits[0].RelRMS > 1e-8 {
			t.Errorf("%s: %d fits, the best %+v", name, len(fits), fits[0])
		}
	}
}

// It is no more than FitTask with each number of threads, in order.
func TestFitThreadsAgainstFitTask(t *testing.T) {
	for _, m := range readMeasured(t, ownTables) {
		fits, err := vcpu.FitThreads(m.measurements())
		if err != nil {
			t.Errorf("%s: %v", m.ID, err)
			continue
		}
		largest := 0
		for i, f := range fits {
			want, err := vcpu.FitTask(m.measurements(), f.Task.Threads)
			if diff := cmp.Diff(want, f); diff != "" || err != nil {
				t.Errorf("%s: %v (-FitTask +FitThreads):\n%s", m.ID, err, diff)
			}
			if i > 0 && f.RelRMS < fits[i-1].RelRMS {
				t.Errorf("%s: fit %d is better than the one before", m.ID, i)
			}
			if i > 0 && f.RelRMS == fits[i-1].RelRMS && f.Task.Threads < fits[i-1].Task.Threads {
				t.Errorf("%s: of equal fits, the one with more threads comes first", m.ID)
			}
			largest = max(largest, f.Task.Threads)
		}
		if len(fits) != largest {
			t.Errorf("%s: %d fits with up to %d threads", m.ID, len(fits), largest)
		}
	}
}

func TestFitThreadsUnidentified(t *testing.T) {
	for name, points := range map[string][]vcpu.Measurement{
		"one size":                 {{512, 5}, {512, 6}},
		"nothing below one vCPU":   {{1769, 500 * msec}, {3538, 250 * msec}, {7076, 130 * msec}},
		"flat, and that saturated": {{2048, time.Second}, {4096, time.Second}, {8192, time.Second}},
	} {
		fits, err := vcpu.FitThreads(points)
		var e *vcpu.UnidentifiedError
		if !errors.As(err, &e) || e.Threads != 1 || fits != nil {
			t.Errorf("%s: %v, %v", name, fits, err)
		}
	}
}
