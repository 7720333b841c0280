package vcpu_test

import (
	"math"
	"math/big"
	"testing"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

func TestScale(t *testing.T) {
	const second = time.Second
	for name, c := range map[string]struct {
		task     vcpu.Task
		from, to int
		measured time.Duration
		want     time.Duration
	}{
		"all wait":                  {vcpu.Task{Wait: 1}, 128, 10240, second, second},
		"all CPU":                   {vcpu.Task{CPU: 1}, 128, 256, second, second / 2},
		"all CPU, back":             {vcpu.Task{CPU: 1}, 256, 128, second, 2 * second},
		"all CPU, saturated":        {vcpu.Task{CPU: 1}, 1769, 10240, second, second},
		"all CPU, across":           {vcpu.Task{CPU: 1}, 884, 3538, 1769 * msec, 884 * msec},
		"two threads":               {vcpu.Task{CPU: 1, Threads: 2}, 1769, 10240, second, second / 2},
		"half and half":             {vcpu.Task{Wait: 3, CPU: 3}, 1769, 3538, second, second},
		"half and half, less":       {vcpu.Task{Wait: 128, CPU: 128}, 1769, 128, 256 * second, (128 + 1769) * second},
		"the level is the measured": {vcpu.Task{CPU: time.Hour}, 128, 256, 10, 5},
		"half is rounded up":        {vcpu.Task{CPU: 1}, 128, 256, 9, 5},
		"nothing measured":          {vcpu.Task{CPU: 1}, 128, 256, 0, 0},
		"same size":                 {vcpu.Task{Wait: 7, CPU: 3, Serial: 1, Threads: 5}, 777, 777, math.MaxInt64, math.MaxInt64},
	} {
		got, err := c.task.Scale(vcpu.Measurement{MemoryMB: c.from, Duration: c.measured}, c.to)
		if err != nil || got != c.want {
			t.Errorf("%s: %v, %v, want %v", name, got, err, c.want)
		}
	}
	_, err := vcpu.Task{}.Scale(vcpu.Measurement{MemoryMB: 128, Duration: 1}, 256)
	wantRangeError(t, err, "Task")
	_, err = vcpu.Task{CPU: 1}.Scale(vcpu.Measurement{MemoryMB: 128, Duration: -1}, 256)
	wantRangeError(t, err, "measured.Duration")
	_, err = vcpu.Task{CPU: 1}.Scale(vcpu.Measurement{MemoryMB: 129, Duration: math.MaxInt64}, 128)
	wantRangeError(t, err, "scaled duration")
}

func TestRatio(t *testing.T) {
	for name, c := range map[string]struct {
		task     vcpu.Task
		from, to int
		want     string
	}{
		"all wait":           {vcpu.Task{Wait: 1}, 128, 10240, "1/1"},
		"all CPU":            {vcpu.Task{CPU: 1}, 128, 256, "1/2"},
		"all CPU, back":      {vcpu.Task{CPU: 1}, 256, 128, "2/1"},
		"all CPU, saturated": {vcpu.Task{CPU: 7}, 1769, 10240, "1/1"},
		"two threads":        {vcpu.Task{CPU: 1, Threads: 2}, 1769, 10240, "1/2"},
		"half and half":      {vcpu.Task{Wait: 128, CPU: 128}, 1769, 128, "1897/256"},
		"no float64":         {vcpu.Task{CPU: time.Hour}, 128, 384, "1/3"},
		"one part serial":    {vcpu.Task{CPU: 4, Serial: 1, Threads: 3}, 1769, 5307, "1/2"},
		"same size":          {vcpu.Task{Wait: 7, CPU: 3, Serial: 1, Threads: 5}, 777, 777, "1/1"},
		"the longest":        {vcpu.Task{Wait: math.MaxInt64, CPU: math.MaxInt64}, 1769, 128, "1897/256"},
	} {
		got, err := c.task.Ratio(c.from, c.to)
		if err != nil || got.String() != c.want {
			t.Errorf("%s: %v, %v, want %v", name, got, err, c.want)
		}
	}
	for field, c := range map[string]struct {
		task     vcpu.Task
		from, to int
	}{
		"Task":      {vcpu.Task{}, 128, 256},
		"Task.Wait": {vcpu.Task{Wait: -1}, 128, 256},
		"fromMB":    {vcpu.Task{CPU: 1}, 127, 256},
		"toMB":      {vcpu.Task{CPU: 1}, 128, 10241},
	} {
		got, err := c.task.Ratio(c.from, c.to)
		if wantRangeError(t, err, field); got != nil {
			t.Errorf("%s: ratio %v beside an error", field, got)
		}
	}
}

func FuzzScale(f *testing.F) {
	f.Add(int64(0), int64(1), 1, int64(0), 128, int64(1e9), 1769)
	f.Add(int64(3e6), int64(7e6), 4, int64(1e6), 1024, int64(12e6), 10240)
	f.Add(int64(math.MaxInt64), int64(math.MaxInt64), 9, int64(7), 10240, int64(math.MaxInt64), 128)
	f.Fuzz(func(t *testing.T, wait, cpu int64, threads int, serial int64, from int, measured int64, to int) {
		task := vcpu.Task{Wait: time.Duration(wait), CPU: time.Duration(cpu), Threads: threads, Serial: time.Duration(serial)}
		m := vcpu.Measurement{MemoryMB: from, Duration: time.Duration(measured)}
		got, err := task.Scale(m, to)
		within := func(mb int) bool { return mb >= vcpu.MinMemoryMB && mb <= vcpu.MaxMemoryMB }
		if !validTask(task) || !within(from) || !within(to) || measured < 0 || wait == 0 && cpu == 0 {
			if err == nil || got != 0 {
				t.Fatalf("%+v, %+v to %d MB: %v, %v", task, m, to, got, err)
			}
			return
		}
		exact := new(big.Rat).Quo(exactDuration(task, to), exactDuration(task, from))
		if ratio, err := task.Ratio(from, to); err != nil || ratio.Cmp(exact) != 0 {
			t.Fatalf("%+v from %d to %d MB: ratio %v, %v, want %v", task, from, to, ratio, err, exact)
		}
		want := halfUp(exact.Mul(exact, new(big.Rat).SetInt64(measured)))
		if !want.IsInt64() {
			wantRangeError(t, err, "scaled duration")
			return
		}
		if err != nil || int64(got) != want.Int64() {
			t.Fatalf("%+v, %+v to %d MB: %d, %v, want %d", task, m, to, got, err, want)
		}
	})
}
