package vcpu_test

import (
	"math"
	"math/big"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

const msec = time.Millisecond

func TestDuration(t *testing.T) {
	for name, c := range map[string]struct {
		task vcpu.Task
		mb   int
		want time.Duration
	}{
		"nothing":                      {vcpu.Task{}, 128, 0},
		"wait only":                    {vcpu.Task{Wait: 80 * msec}, 128, 80 * msec},
		"CPU at one vCPU":              {vcpu.Task{CPU: 80 * msec}, 1769, 80 * msec},
		"half as fast":                 {vcpu.Task{CPU: 1769 * msec}, 885, 3_536_001_130}, // …129.94 ns
		"wait and CPU":                 {vcpu.Task{Wait: 10 * msec, CPU: 128 * msec}, 128, 1779 * msec},
		"one thread above one vCPU":    {vcpu.Task{CPU: 80 * msec}, 10240, 80 * msec},
		"no threads are one":           {vcpu.Task{CPU: 80 * msec, Threads: 0}, 3538, 80 * msec},
		"two threads below one vCPU":   {vcpu.Task{CPU: 128 * msec, Threads: 2}, 128, 1769 * msec},
		"two threads at two vCPUs":     {vcpu.Task{CPU: 80 * msec, Threads: 2}, 3538, 40 * msec},
		"two threads above":            {vcpu.Task{CPU: 80 * msec, Threads: 2}, 8192, 40 * msec},
		"six threads at most 5.79":     {vcpu.Task{CPU: 10240 * msec, Threads: 6}, 10240, 1769 * msec},
		"a thousand threads likewise":  {vcpu.Task{CPU: 10240 * msec, Threads: 1000}, 10240, 1769 * msec},
		"all threads there are":        {vcpu.Task{CPU: 10240 * msec, Threads: math.MaxInt}, 10240, 1769 * msec},
		"half is serial":               {vcpu.Task{CPU: 80 * msec, Threads: 4, Serial: 40 * msec}, 7076, 50 * msec},
		"all is serial":                {vcpu.Task{CPU: 80 * msec, Threads: 4, Serial: 80 * msec}, 7076, 80 * msec},
		"serial below one vCPU":        {vcpu.Task{CPU: 128 * msec, Threads: 4, Serial: 50 * msec}, 128, 1769 * msec},
		"rounded to nearest":           {vcpu.Task{CPU: 1}, 10240, 1},
		"half is rounded up":           {vcpu.Task{CPU: 3, Threads: 2}, 3538, 2},
		"below half is rounded down":   {vcpu.Task{CPU: 4, Threads: 3}, 5307, 1},
		"serial and rest rounded once": {vcpu.Task{CPU: 2, Threads: 2, Serial: 1}, 3538, 2}, // 1.5
		"longest":                      {vcpu.Task{Wait: math.MaxInt64 - 1, CPU: 1}, 1769, math.MaxInt64},
		"longest CPU":                  {vcpu.Task{CPU: math.MaxInt64}, 1769, math.MaxInt64},
	} {
		if got, err := c.task.Duration(c.mb); err != nil || got != c.want {
			t.Errorf("%s: %+v at %d MB takes %v, %v, want %v", name, c.task, c.mb, got, err, c.want)
		}
	}
}

// exactDuration is the formula of the documentation in rational numbers, with no thought of speed.
func exactDuration(task vcpu.Task, mb int) *big.Rat {
	capped := func(threads int) *big.Rat {
		share := big.NewRat(int64(mb), 1769)
		if most := big.NewRat(int64(max(threads, 1)), 1); most.Cmp(share) < 0 {
			return most
		}
		return share
	}
	d := new(big.Rat).SetInt64(int64(task.Wait))
	d.Add(d, new(big.Rat).Quo(new(big.Rat).SetInt64(int64(task.Serial)), capped(1)))
	return d.Add(d, new(big.Rat).Quo(new(big.Rat).SetInt64(int64(task.CPU-task.Serial)), capped(task.Threads)))
}

// halfUp rounds a number that is not negative.
func halfUp(x *big.Rat) *big.Int {
	x = new(big.Rat).Add(x, big.NewRat(1, 2))
	return new(big.Int).Quo(x.Num(), x.Denom())
}

func validTask(task vcpu.Task) bool {
	return task.Wait >= 0 && task.CPU >= 0 && task.Threads >= 0 && task.Serial >= 0 && task.Serial <= task.CPU
}

// checkTask holds a task at a size against the reference and against all that must be so.
func checkTask(t *testing.T, task vcpu.Task, mb int) {
	t.Helper()
	got, err := task.Duration(mb)
	valid := validTask(task)
	if (task.Validate() == nil) != valid {
		t.Fatalf("Validate of %+v: %v", task, task.Validate())
	}
	if !valid || mb < vcpu.MinMemoryMB || mb > vcpu.MaxMemoryMB {
		if err == nil || got != 0 {
			t.Fatalf("%+v at %d MB takes %v, %v", task, mb, got, err)
		}
		return
	}
	want := halfUp(exactDuration(task, mb))
	if !want.IsInt64() {
		wantRangeError(t, err, "Task's duration")
		return
	}
	if err != nil || int64(got) != want.Int64() {
		t.Fatalf("%+v at %d MB takes %d ns, %v, want %d", task, mb, got, err, want)
	}
	if mb < vcpu.MaxMemoryMB {
		if more, err := task.Duration(mb + 1); err != nil || more > got {
			t.Fatalf("%+v takes %d ns at %d MB, but %d, %v with one MB more", task, got, mb, more, err)
		}
	}
	enough, err := task.MemoryFor(got)
	if err != nil || enough > mb {
		t.Fatalf("%+v takes %v at %d MB, but MemoryFor = %d, %v", task, got, mb, enough, err)
	}
	if d, err := task.Duration(enough); err != nil || d > got {
		t.Fatalf("%+v takes %v, %v at the %d MB that should keep %v", task, d, err, enough, got)
	}
	if enough > vcpu.MinMemoryMB {
		if d, err := task.Duration(enough - 1); err == nil && d <= got {
			t.Fatalf("%+v keeps %v at less than %d MB", task, got, enough)
		}
	}
	saturated, err := task.SaturationMB()
	if err != nil {
		t.Fatal(err)
	}
	// Beyond it the exact duration stays, before it it falls.
	fell := mb > vcpu.MinMemoryMB && exactDuration(task, mb-1).Cmp(exactDuration(task, mb)) > 0
	if want := mb <= saturated && task.CPU > 0 && mb > vcpu.MinMemoryMB; fell != want {
		t.Fatalf("%+v: saturated from %d MB on, but from %d to %d it falls: %v", task, saturated, mb-1, mb, fell)
	}
}

func TestTaskAgainstReference(t *testing.T) {
	for _, task := range []vcpu.Task{
		{},
		{Wait: time.Second},
		{CPU: 1},
		{CPU: time.Second},
		{Wait: 33 * msec, CPU: 777_777_777, Threads: 2},
		{Wait: 33 * msec, CPU: 777_777_777, Threads: 5, Serial: 77_777_777},
		{CPU: 15 * time.Minute, Threads: 6},
		{CPU: math.MaxInt64, Threads: 64, Serial: math.MaxInt64 / 3},
	} {
		for mb := range allSizes {
			if mb%97 == 0 || mb%1769 < 2 || mb == vcpu.MinMemoryMB || mb == vcpu.MaxMemoryMB {
				checkTask(t, task, mb)
			}
		}
	}
}

// At every size, one after the other.
func TestMoreMemoryIsNeverSlower(t *testing.T) {
	for _, task := range []vcpu.Task{
		{Wait: 5, CPU: 1000}, // so short that rounding makes most of the steps
		{CPU: 3 * time.Second, Threads: 3, Serial: time.Second},
		{Wait: time.Second, CPU: time.Minute, Threads: 6},
	} {
		previous := time.Duration(math.MaxInt64)
		for mb := range allSizes {
			d, err := task.Duration(mb)
			if err != nil || d > previous {
				t.Fatalf("%+v takes %v, %v at %d MB, %v at one MB less", task, d, err, mb, previous)
			}
			previous = d
		}
	}
}

func FuzzDuration(f *testing.F) {
	f.Add(int64(0), int64(1e9), 1, int64(0), 128)
	f.Add(int64(40e6), int64(300e6), 0, int64(0), 1769)
	f.Add(int64(1), int64(1e12), 4, int64(1e11), 7076)
	f.Add(int64(math.MaxInt64), int64(math.MaxInt64), math.MaxInt, int64(math.MaxInt64), 10240)
	f.Add(int64(-1), int64(0), -1, int64(5), 0)
	f.Fuzz(func(t *testing.T, wait, cpu int64, threads int, serial int64, mb int) {
		checkTask(t, vcpu.Task{Wait: time.Duration(wait), CPU: time.Duration(cpu), Threads: threads, Serial: time.Duration(serial)}, mb)
	})
}

func TestDurations(t *testing.T) {
	task := vcpu.Task{Wait: 10 * msec, CPU: 128 * msec}
	got, err := task.Durations(1769, 128, 10240, 128)
	want := []vcpu.Measurement{{1769, 138 * msec}, {128, 1779 * msec}, {10240, 138 * msec}, {128, 1779 * msec}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("error %v (-want +got):\n%s", err, diff)
	}
	if got, err := task.Durations(); err != nil || len(got) != 0 {
		t.Errorf("no sizes: %v, %v", got, err)
	}
	got, err = task.Durations(128, 127)
	wantRangeError(t, err, "memoryMB")
	if got != nil {
		t.Errorf("%v beside an error", got)
	}
}

func TestSaturationMB(t *testing.T) {
	for _, c := range []struct {
		task vcpu.Task
		want int
	}{
		{vcpu.Task{}, 128},
		{vcpu.Task{Wait: time.Second, Threads: 4}, 128},
		{vcpu.Task{CPU: 1}, 1769},
		{vcpu.Task{CPU: 1, Threads: 1}, 1769},
		{vcpu.Task{CPU: 9, Threads: 2}, 3538},
		{vcpu.Task{CPU: 9, Threads: 5, Serial: 8}, 8845},
		{vcpu.Task{CPU: 9, Threads: 5, Serial: 9}, 1769},
		{vcpu.Task{CPU: 9, Threads: 6}, 10240},
		{vcpu.Task{CPU: 9, Threads: math.MaxInt}, 10240},
	} {
		if got, err := c.task.SaturationMB(); err != nil || got != c.want {
			t.Errorf("%+v saturates at %d MB, %v, want %d", c.task, got, err, c.want)
		}
	}
}

func TestMemoryFor(t *testing.T) {
	task := vcpu.Task{Wait: 10 * msec, CPU: 100 * msec}
	for _, c := range []struct {
		limit time.Duration
		want  int
	}{
		{math.MaxInt64, 128},
		{time.Hour, 128},
		{210 * msec, 885}, // 884.5
		{110 * msec, 1769},
		{110*msec + 1, 1769},
		{110*msec + 100*msec/1769, 1769},
		{110*msec + 100*msec/1768 + 1, 1768},
	} {
		if got, err := task.MemoryFor(c.limit); err != nil || got != c.want {
			t.Errorf("MemoryFor(%v) = %d, %v, want %d", c.limit, got, err, c.want)
		}
	}
	for _, limit := range []time.Duration{110*msec - 1, 0, -1, math.MinInt64} {
		_, err := task.MemoryFor(limit)
		wantRangeError(t, err, "limit")
	}
	// What takes too long for a time.Duration at small sizes is no obstacle.
	if got, err := (vcpu.Task{CPU: math.MaxInt64}).MemoryFor(math.MaxInt64); err != nil || got != 1769 {
		t.Errorf("the longest task needs %d MB, %v, want 1769", got, err)
	}
}

func TestTaskRefuses(t *testing.T) {
	for _, c := range []struct {
		task  vcpu.Task
		field string
	}{
		{vcpu.Task{Wait: -1}, "Task.Wait"},
		{vcpu.Task{CPU: -1}, "Task.CPU"},
		{vcpu.Task{CPU: math.MinInt64}, "Task.CPU"},
		{vcpu.Task{Threads: -1}, "Task.Threads"},
		{vcpu.Task{CPU: 5, Serial: -1}, "Task.Serial"},
		{vcpu.Task{CPU: 5, Serial: 6}, "Task.Serial"},
	} {
		wantRangeError(t, c.task.Validate(), c.field)
		_, err := c.task.Duration(512)
		wantRangeError(t, err, c.field)
		_, err = c.task.Durations(512)
		wantRangeError(t, err, c.field)
		_, err = c.task.SaturationMB()
		wantRangeError(t, err, c.field)
		_, err = c.task.MemoryFor(time.Hour)
		wantRangeError(t, err, c.field)
		_, err = c.task.Scale(vcpu.Measurement{MemoryMB: 512, Duration: 1}, 1024)
		wantRangeError(t, err, c.field)
	}
	for _, mb := range noSizes {
		_, err := vcpu.Task{CPU: 1}.Duration(mb)
		wantRangeError(t, err, "memoryMB")
		_, err = vcpu.Task{CPU: 1}.Scale(vcpu.Measurement{MemoryMB: 512, Duration: 1}, mb)
		wantRangeError(t, err, "memoryMB")
		_, err = vcpu.Task{CPU: 1}.Scale(vcpu.Measurement{MemoryMB: mb, Duration: 1}, 512)
		wantRangeError(t, err, "measured.MemoryMB")
	}
	_, err := vcpu.Task{CPU: math.MaxInt64}.Duration(1768)
	wantRangeError(t, err, "Task's duration")
	_, err = vcpu.Task{Wait: math.MaxInt64, CPU: 1}.Duration(1769)
	wantRangeError(t, err, "Task's duration")
	_, err = vcpu.Task{CPU: 1<<64*128/1769 + 1}.Duration(128) // just above 2^64 ns
	wantRangeError(t, err, "Task's duration")
	_, err = vcpu.Task{CPU: math.MaxInt64}.Duration(128)
	wantRangeError(t, err, "Task's duration")
}
