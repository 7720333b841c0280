package usagelog

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

type telemetryEvent struct {
	Time   string          `json:"time"`
	Type   string          `json:"type"`
	Record json.RawMessage `json:"record"`
}

type telemetryRecord struct {
	RequestID          string                     `json:"requestId"`
	Status             string                     `json:"status"`
	ErrorType          string                     `json:"errorType"`
	InitializationType string                     `json:"initializationType"`
	Metrics            map[string]json.RawMessage `json:"metrics"`
}

// ParseTelemetry reads one JSON platform.report, as functions with the log format JSON write it and the Telemetry API
// delivers it. White space around it is ignored.
//
// Anything else, other platform events included, is [ErrNotReport]; a report that is damaged is a [*LineError] with the
// name of the JSON field. A report without billed duration and memory is of Managed Instances: a record that is not
// billable.
func ParseTelemetry(line []byte) (Record, error) {
	var e telemetryEvent
	if json.Unmarshal(line, &e) != nil {
		if looksLikeTelemetryReport(line) {
			return Record{}, damaged("platform.report (JSON)", line)
		}
		return Record{}, ErrNotReport
	}
	if e.Type != "platform.report" {
		return Record{}, ErrNotReport
	}
	return e.report()
}

// looksLikeTelemetryReport tells a report that was cut off from JSON that never was one.
func looksLikeTelemetryReport(line []byte) bool {
	line = bytes.TrimSpace(line)
	return len(line) > 0 && line[0] == '{' && bytes.Contains(line, []byte(`"platform.report"`))
}

// initialization returns how a platform event says that the environment is initialised; "" where it does not.
func initialization(event []byte) string {
	var e struct {
		Record struct{ InitializationType string }
	}
	if !bytes.Contains(event, []byte(`"initializationType"`)) || json.Unmarshal(event, &e) != nil {
		return ""
	}
	return e.Record.InitializationType
}

func (e *telemetryEvent) report() (Record, error) {
	var t telemetryRecord
	if err := json.Unmarshal(e.Record, &t); err != nil {
		return Record{}, damaged("record", e.Record)
	}
	r := Record{Line: 1, Status: t.Status, ErrorType: t.ErrorType, Initialization: t.InitializationType}
	var ok bool
	if r.RequestID, ok = makeID([]byte(t.RequestID)); !ok {
		return Record{}, damaged("requestId", []byte(t.RequestID))
	}
	if e.Time != "" {
		if r.Time = parseTime([]byte(e.Time)); r.Time.IsZero() {
			return Record{}, damaged("time", []byte(e.Time))
		}
	}
	for _, f := range [...]struct {
		name  string
		value *time.Duration
		whole bool
	}{
		{"durationMs", &r.Duration, false},
		{"billedDurationMs", &r.Billed, true},
		{"initDurationMs", &r.Init, false},
		{"restoreDurationMs", &r.Restore, false},
		{"billedRestoreDurationMs", &r.BilledRestore, true},
	} {
		text, there := t.Metrics[f.name]
		if !there {
			continue
		}
		if *f.value, ok = parseMillis(text); !ok || f.whole && *f.value%time.Millisecond != 0 {
			return Record{}, damaged(f.name, text)
		}
	}
	for _, f := range [...]struct {
		name  string
		value *int
	}{{"memorySizeMB", &r.MemoryMB}, {"maxMemoryUsedMB", &r.MaxMemoryUsedMB}} {
		text, there := t.Metrics[f.name]
		if !there {
			continue
		}
		mb, isNumber := parseWhole(text)
		if !isNumber || mb > 999_999_999 {
			return Record{}, damaged(f.name, text)
		}
		*f.value = int(mb)
	}
	if _, there := t.Metrics["durationMs"]; !there {
		return Record{}, damaged("durationMs", nil)
	}
	_, billed := t.Metrics["billedDurationMs"]
	_, memory := t.Metrics["memorySizeMB"]
	switch {
	case billed && !memory:
		return Record{}, damaged("memorySizeMB", nil)
	case memory && !billed:
		return Record{}, damaged("billedDurationMs", nil)
	case billed:
		r.billable = true
		if err := t.checkLimits(&r); err != nil {
			return Record{}, err
		}
	case r.Duration > 400*24*time.Hour:
		return Record{}, damaged("durationMs", t.Metrics["durationMs"])
	}
	if r.Restore > 0 && r.Initialization == "" {
		r.Initialization = initSnapStart
	}
	return r, nil
}

// checkLimits refuses what no execution of Lambda's can have.
func (t *telemetryRecord) checkLimits(r *Record) error {
	for _, f := range [...]struct {
		name  string
		value time.Duration
	}{
		{"durationMs", r.Duration},
		{"billedDurationMs", r.Billed},
		{"initDurationMs", r.Init},
		{"restoreDurationMs", r.Restore},
		{"billedRestoreDurationMs", r.BilledRestore},
	} {
		if f.value > cost.MaxBilled {
			return damaged(f.name, t.Metrics[f.name])
		}
	}
	if !memoryAllowed(int64(r.MemoryMB)) {
		return damaged("memorySizeMB", t.Metrics["memorySizeMB"])
	}
	return nil
}
