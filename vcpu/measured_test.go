package vcpu_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

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
		file := filepath.Join("..", "..", "shared", "facts", "duration_memory_tables.json")
		if _, err := os.Stat(file); err != nil {
			t.Skip("the tables are not here: ", err)
		}
		check(t, file)
	})
}

func ms(d time.Duration) float64 { return float64(d) / 1e6 }
