package vcpu_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

// measured is a table of durations by memory size that others measured, with what another program fitted to it.
type measured struct {
	ID       string       `json:"id"`
	Source   string       `json:"source"`
	Workload string       `json:"workload"`
	Arch     string       `json:"arch"`
	Threads  any          `json:"threads"` // a number, or "workers=…" where each size has as many workers as it has vCPUs, rounded up
	Points   [][2]float64 `json:"points_mb_ms"`
	Fit      *struct {
		SerialMS  float64 `json:"serial_ms"`
		CPUMS     float64 `json:"cpu_ms"`
		MaxRelErr float64 `json:"max_rel_err_pct"`
		RMSRelErr float64 `json:"rms_rel_err_pct"`
	} `json:"fit"`
}

// threads returns how many threads the work has. Workers that grow with the vCPUs are six threads: at each size they can use
// all of the share.
func (m measured) threads() int {
	if n, ok := m.Threads.(float64); ok {
		return int(n)
	}
	return 6
}

func (m measured) measurements() []vcpu.Measurement {
	var points []vcpu.Measurement
	for _, p := range m.Points {
		points = append(points, vcpu.Measurement{MemoryMB: int(p[0]), Duration: time.Duration(math.Round(p[1] * 1e6))})
	}
	return points
}

// readMeasured returns the tables of a file in the format of duration_memory_tables.json.
func readMeasured(t *testing.T, file string) []measured {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		FullVCPUMB int        `json:"full_vcpu_mb"`
		Tables     []measured `json:"tables"`
	}
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	if all.FullVCPUMB != vcpu.FullVCPUMemoryMB || len(all.Tables) == 0 {
		t.Fatalf("%s: a vCPU at %d MB, %d tables", file, all.FullVCPUMB, len(all.Tables))
	}
	return all.Tables
}

func oneMeasured(t *testing.T, id string) measured {
	t.Helper()
	for _, m := range readMeasured(t, ownTables) {
		if m.ID == id {
			return m
		}
	}
	t.Fatalf("%s holds no %q", ownTables, id)
	return measured{}
}

const ownTables = "testdata/tables.json"

// Our fits are no worse than the recorded ones, of which errors are given in percent with two decimals, and wait and CPU in
// ms with four.
func TestFitNoWorseThanRecorded(t *testing.T) {
	check := func(t *testing.T, file string) {
		checked := 0
		for _, m := range readMeasured(t, file) {
			if len(m.Points) < 3 || m.Fit == nil {
				continue
			}
			checked++
			f, err := vcpu.FitTask(m.measurements(), m.threads())
			if err != nil {
				t.Errorf("%s: %v", m.ID, err)
				continue
			}
			if got, want := 100*f.RelRMS, m.Fit.RMSRelErr; got > want+.005 {
				t.Errorf("%s: RMS %.4f %%, recorded %v %%", m.ID, got, want)
			}
			// The minimum is one only: the recorded fits are it, within their rounding.
			if got, want := ms(f.Task.Wait), m.Fit.SerialMS; math.Abs(got-want) > .0002 {
				t.Errorf("%s: wait %.4f ms, recorded %v", m.ID, got, want)
			}
			if got, want := ms(f.Task.CPU), m.Fit.CPUMS; math.Abs(got-want) > .0002 {
				t.Errorf("%s: CPU %.4f ms, recorded %v", m.ID, got, want)
			}
		}
		t.Logf("%d tables", checked)
		if checked == 0 {
			t.Error("no table has a recorded fit")
		}
	}
	t.Run("own", func(t *testing.T) { check(t, ownTables) })
	t.Run("all", func(t *testing.T) {
		check(t, realTables(t))
	})
}

// The fits of the tables to the last digit: the same on every machine. The file is not to be rewritten to make a change pass.
func TestFitsGolden(t *testing.T) {
	var got bytes.Buffer
	for _, m := range readMeasured(t, ownTables) {
		f, err := vcpu.FitTask(m.measurements(), m.threads())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&got, "%s: wait %v, CPU %v, threads %d, RMS %v, max %v, bound %v\n", m.ID, f.Task.Wait, f.Task.CPU, f.Task.Threads, f.RelRMS, f.RelMax, f.Bound)
	}
	golden(t, "testdata/fits.golden", got.Bytes())
}

// A sort on one thread on x86_64: its duration times min(MB/1769, 1) is the same from 128 to 10,240 MB, within 5 %; so it
// saturates at 1,769 MB.
func TestSaturation(t *testing.T) {
	m := oneMeasured(t, "cebert-november-2025-memory-intensive-nodejs22-x86_64")
	points := m.measurements()
	atFull := points[slices.IndexFunc(points, func(p vcpu.Measurement) bool { return p.MemoryMB == vcpu.FullVCPUMemoryMB })].Duration
	for _, p := range points {
		work := float64(p.Duration) * min(mustShare(t, p.MemoryMB), 1)
		if off := work/float64(atFull) - 1; math.Abs(off) > .05 {
			t.Errorf("%d MB: %.1f %% off", p.MemoryMB, 100*off)
		}
		scaled, err := vcpu.Task{CPU: 1}.Scale(p, vcpu.FullVCPUMemoryMB)
		if err != nil || math.Abs(float64(scaled)-work) > .51 {
			t.Errorf("Scale from %d MB is %d, %v, want %v", p.MemoryMB, scaled, err, work)
		}
	}
	// One thread explains it; two or more are far off.
	fits, err := vcpu.FitThreads(points)
	if err != nil {
		t.Fatal(err)
	}
	if best, next := fits[0], fits[1]; best.Task.Threads != 1 || next.RelRMS < 5*best.RelRMS {
		t.Errorf("best %+v, next %+v", best, next)
	}
}

// bcrypt on as many workers as there are vCPUs, rounded up, on arm64: 1,637 vCPU-ms over min(share, workers), within 6 %.
func TestBcrypt(t *testing.T) {
	for i, p := range oneMeasured(t, "aws-rust-bcrypt-arm64").measurements() {
		workers, err := vcpu.CeilShare(p.MemoryMB)
		if err != nil || workers != i+1 {
			t.Fatalf("%d MB: share rounded up %d, %v, they had %d workers", p.MemoryMB, workers, err, i+1)
		}
		d, err := vcpu.Task{CPU: 1637 * msec, Threads: workers}.Duration(p.MemoryMB)
		if off := float64(d)/float64(p.Duration) - 1; err != nil || math.Abs(off) > .06 {
			t.Errorf("%d MB, %d workers: %v, %v, measured %v", p.MemoryMB, workers, d, err, p.Duration)
		}
	}
	for id, threads := range map[string]int{"aws-rust-bcrypt-arm64": 6, "aws-rust-bcrypt-x86_64": 6} {
		fits, err := vcpu.FitThreads(oneMeasured(t, id).measurements())
		if err != nil || fits[0].Task.Threads != threads {
			t.Errorf("%s: %+v, %v", id, fits, err)
		}
	}
}

// What doc.go says of Node.js and Python: one gains from a second vCPU, the other does not.
func TestSecondThread(t *testing.T) {
	for id, want := range map[string]string{
		"cebert-november-2025-cpu-intensive-nodejs22-x86_64":   "2 threads 0.9 %, 1 threads 4.8 %, ",
		"cebert-november-2025-cpu-intensive-python3.11-x86_64": "1 threads 1.4 %, 2 threads 4.3 %, ",
	} {
		fits, err := vcpu.FitThreads(oneMeasured(t, id).measurements())
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, f := range fits {
			got += fmt.Sprintf("%d threads %.1f %%, ", f.Task.Threads, 100*f.RelRMS)
		}
		if got != want {
			t.Errorf("%s: %s want %s", id, got, want)
		}
	}
}

// What doc.go says of how well the model fits.
func TestDocumentedErrors(t *testing.T) {
	rms := map[string][]float64{}
	for _, m := range readMeasured(t, realTables(t)) {
		for _, kind := range []string{"cpu-intensive", "memory-intensive", "light"} {
			if !strings.Contains(m.ID, kind) {
				continue
			}
			f, err := vcpu.FitTask(m.measurements(), m.threads())
			if err != nil {
				t.Fatal(err)
			}
			rms[kind+" "+m.Arch] = append(rms[kind+" "+m.Arch], f.RelRMS)
		}
	}
	got := map[string]string{}
	for kind, all := range rms {
		slices.Sort(all)
		n := len(all)
		got[kind] = fmt.Sprintf("%.1f %%", 100*(all[(n-1)/2]+all[n/2])/2)
	}
	want := map[string]string{
		"cpu-intensive x86_64": "2.4 %", "cpu-intensive arm64": "7.3 %",
		"memory-intensive x86_64": "3.1 %", "memory-intensive arm64": "10.9 %",
		"light x86_64": "12.8 %", "light arm64": "16.0 %",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("median RelRMS (-want +got):\n%s", diff)
	}
}

// realTables returns the file of all 54 measured tables, which is not part of this repository.
func realTables(t *testing.T) string {
	t.Helper()
	file := filepath.Join("..", "..", "shared", "facts", "duration_memory_tables.json")
	if _, err := os.Stat(file); err != nil {
		t.Skip("the tables are not here: ", err)
	}
	return file
}

func ms(d time.Duration) float64 { return float64(d) / 1e6 }
