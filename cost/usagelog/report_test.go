package usagelog_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/usagelog"
)

// fields is a record in plain values, as the tests write it.
type fields struct {
	ID, Time, Function, Prefix, Status, ErrorType, Initialization string
	Duration, Billed, Init, Restore, BilledRestore                time.Duration
	MemoryMB, MaxMemoryUsedMB                                     int
	NotBillable                                                   bool
}

func plain(r usagelog.Record) fields {
	f := fields{
		ID: r.RequestID.String(), Function: r.Function, Prefix: string(r.Prefix), Status: r.Status, ErrorType: r.ErrorType,
		Initialization: r.Initialization, Duration: r.Duration, Billed: r.Billed, Init: r.Init, Restore: r.Restore,
		BilledRestore: r.BilledRestore, MemoryMB: r.MemoryMB, MaxMemoryUsedMB: r.MaxMemoryUsedMB, NotBillable: !r.Billable(),
	}
	if !r.Time.IsZero() {
		f.Time = r.Time.Format(time.RFC3339Nano)
	}
	return f
}

const us = time.Microsecond

func TestParseReport(t *testing.T) {
	const ms = time.Millisecond
	base := fields{ID: "3f1c9f0e-5a54-4a3e-9f6b-0c1d2e3f4a5b", Duration: 12_340 * us, Billed: 13 * ms, MemoryMB: 512, MaxMemoryUsedMB: 91}
	with := func(change func(*fields)) fields {
		f := base
		change(&f)
		return f
	}
	const head = "REPORT RequestId: 3f1c9f0e-5a54-4a3e-9f6b-0c1d2e3f4a5b\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 512 MB\tMax Memory Used: 91 MB"
	tests := map[string]struct {
		line string
		want fields
	}{
		"plain":                 {head, base},
		"trailing tab":          {head + "\t", base},
		"newline":               {head + "\t\n", base},
		"CRLF":                  {head + "\r\n", base},
		"space before tab":      {strings.ReplaceAll(head, "13 ms\t", "13 ms \t"), base},
		"spaces for tabs":       {strings.ReplaceAll(head, "\t", "  "), base},
		"one space for tabs":    {strings.ReplaceAll(head, "\t", " "), base},
		"init":                  {head + "\tInit Duration: 80.52 ms\t", with(func(f *fields) { f.Init = 80_520 * us })},
		"init first":            {strings.Replace(head, "\tDuration", "\tInit Duration: 0.47 ms\tDuration", 1), with(func(f *fields) { f.Init = 470 * us })},
		"restore":               {head + "\tRestore Duration: 398.97 ms\tBilled Restore Duration: 182 ms\t", with(func(f *fields) { f.Restore, f.BilledRestore, f.Initialization = 398_970*us, 182*ms, "snap-start" })},
		"timeout":               {head + "\tStatus: timeout", with(func(f *fields) { f.Status = "timeout" })},
		"error":                 {head + "\tStatus: error\tError Type: Runtime.ExitError", with(func(f *fields) { f.Status, f.ErrorType = "error", "Runtime.ExitError" })},
		"error with spaces":     {strings.ReplaceAll(head+"\tStatus: error\tError Type: My.Own", "\t", " "), with(func(f *fields) { f.Status, f.ErrorType = "error", "My.Own" })},
		"XRAY on the next line": {head + "\tInit Duration: 1.00 ms\t\nXRAY TraceId: 1-2-3\tSegmentId: 4\tSampled: true\t\n", with(func(f *fields) { f.Init = ms })},
		"XRAY on the same line": {head + "\tXRAY TraceId: 1-2-3\tSegmentId: 4\tSampled: true", base},
		"timestamp":             {"2026-10-01T12:00:00.123Z " + head, with(func(f *fields) { f.Prefix, f.Time = "2026-10-01T12:00:00.123Z ", "2026-10-01T12:00:00.123Z" })},
		"timestamp and stream": {"2026-10-01T14:00:00.123456+02:00 2026/10/01/[$LATEST]ab " + head, with(func(f *fields) {
			f.Prefix, f.Time = "2026-10-01T14:00:00.123456+02:00 2026/10/01/[$LATEST]ab ", "2026-10-01T12:00:00.123456Z"
		})},
		"date and clock": {"2026-10-01 12:00:00.5 " + head, with(func(f *fields) { f.Prefix, f.Time = "2026-10-01 12:00:00.5 ", "2026-10-01T12:00:00.5Z" })},
		"epoch":          {"1790856000123\t" + head, with(func(f *fields) { f.Prefix, f.Time = "1790856000123\t", "2026-10-01T12:00:00.123Z" })},
		"other prefix":   {"app[1]: " + head, with(func(f *fields) { f.Prefix = "app[1]: " })},
		"abbreviated id": {strings.Replace(head, base.ID, "dee9b8ff", 1), with(func(f *fields) { f.ID = "dee9b8ff" })},
		"id of letters":  {strings.Replace(head, base.ID, "testRequestId", 1), with(func(f *fields) { f.ID = "testRequestId" })},
		"more decimals":  {strings.Replace(head, "12.34", "12.3456789", 1), with(func(f *fields) { f.Duration = 12_345_679 })},
		"no decimals":    {strings.Replace(head, "12.34", "12", 1), with(func(f *fields) { f.Duration = 12 * ms })},
		"900 s and init": {strings.Replace(strings.Replace(head, "12.34", "900000.00", 1), "13 ms", "900503 ms", 1) + "\tInit Duration: 502.37 ms\tStatus: timeout", with(func(f *fields) {
			f.Duration, f.Billed, f.Init, f.Status = 900*time.Second, 900_503*ms, 502_370*us, "timeout"
		})},
		"a field of the future":  {head + "\tCarbon Used: 3 g\tInit Duration: 1.00 ms", with(func(f *fields) { f.Init = ms })},
		"second mark is a quote": {`"REPORT RequestId: x" then ` + head, with(func(f *fields) { f.Prefix = `"REPORT RequestId: x" then ` })},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r, err := usagelog.ParseReport([]byte(tt.line))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, plain(r)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseReportRefusesOthers(t *testing.T) {
	for name, line := range map[string]string{
		"empty":          "",
		"START":          "START RequestId: a Version: $LATEST",
		"INIT_REPORT":    "INIT_REPORT Init Duration: 9999.79 ms\tPhase: init\tStatus: timeout",
		"RESTORE_REPORT": "RESTORE_REPORT Restore Duration: 398.97 ms",
		"look-alike":     "REPORT RequestID: 1 Duration: 538.610 ms Billed Duration: 538.700 ms Memory Size: 128 MB Max Memory Used: 13 MB",
		"quoted":         `{"message":"REPORT RequestId: 1\tDuration: 1.00 ms"}`,
		"lower case":     "report requestid: 1",
		"glued":          "XREPORT RequestId: 1 Duration: 1 ms",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := usagelog.ParseReport([]byte(line)); !errors.Is(err, usagelog.ErrNotReport) {
				t.Errorf("error is %v, want ErrNotReport", err)
			}
			if _, err := usagelog.ParseTelemetry([]byte(line)); !errors.Is(err, usagelog.ErrNotReport) {
				t.Errorf("as telemetry: error is %v, want ErrNotReport", err)
			}
		})
	}
}

func TestParseReportDamaged(t *testing.T) {
	const line = "REPORT RequestId: a1\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 512 MB\tMax Memory Used: 91 MB\tInit Duration: 80.52 ms\tRestore Duration: 1.00 ms\tBilled Restore Duration: 1 ms\tStatus: timeout\tError Type: X"
	values := map[string][]string{
		"Duration":                {"12.34 ms", "-1.00 ms", "NaN ms", "Inf ms", "1e3 ms", "1e999 ms", ". ms", "1. ms", ".5 ms", "12,34 ms", " ms", "12.34 s", "12.34ms", "12.34 msx", "99999999999999999999 ms", "9223372036854.0 ms", "1800000.01 ms", "0x10 ms", "１ ms"},
		"Billed Duration":         {"13 ms", "13.5 ms", "-1 ms", "+1 ms", "538.700 ms", "1800001 ms", "99999999999999999999 ms", "NaN ms", "13 MB"},
		"Memory Size":             {"512 MB", "0 MB", "127 MB", "10241 MB", "-128 MB", "512 GB", "512.5 MB", "99999999999999999999 MB"},
		"Max Memory Used":         {"91 MB", "-1 MB", "x MB", "91 ms"},
		"Init Duration":           {"80.52 ms", "-1 ms", "1800000.01 ms"},
		"Restore Duration":        {"1.00 ms", "x ms", "9999999999 ms"},
		"Billed Restore Duration": {"1 ms", "1.5 ms", "1800001 ms"},
	}
	for field, vs := range values {
		good := "\t" + field + ": " + vs[0]
		for _, bad := range vs[1:] {
			t.Run(field+" "+bad, func(t *testing.T) {
				wantDamaged(t, strings.Replace(line, good, "\t"+field+": "+bad, 1), field)
			})
		}
		t.Run(field+" twice", func(t *testing.T) {
			wantDamaged(t, line+good, field+" (for the second time)")
		})
	}
	for _, field := range []string{"Duration", "Billed Duration", "Memory Size", "Max Memory Used"} {
		t.Run(field+" missing", func(t *testing.T) {
			wantDamaged(t, strings.Replace(line, "\t"+field+": "+values[field][0], "", 1), field)
		})
	}
	t.Run("no id", func(t *testing.T) {
		wantDamaged(t, strings.Replace(line, "a1", "", 1), "RequestId")
	})
	t.Run("long id", func(t *testing.T) {
		wantDamaged(t, strings.Replace(line, "a1", strings.Repeat("a", 48), 1), "RequestId")
	})
	t.Run("every prefix", func(t *testing.T) {
		whole := line[:strings.Index(line, "\tInit")]
		for n := len("REPORT RequestId: a1"); n < len(whole); n++ {
			if _, err := usagelog.ParseReport([]byte(whole[:n])); err == nil {
				t.Errorf("%q is taken for whole", whole[:n])
			}
		}
	})
}

func wantDamaged(t *testing.T, line, field string) {
	t.Helper()
	r, err := usagelog.ParseReport([]byte(line))
	var damaged *usagelog.LineError
	if !errors.As(err, &damaged) || damaged.Field != field {
		t.Errorf("error is %v, want a LineError of %s", err, field)
	}
	if diff := cmp.Diff(fields{NotBillable: true}, plain(r)); diff != "" {
		t.Errorf("record beside the error (-want +got):\n%s", diff)
	}
}

func TestParseReportAllocates(t *testing.T) {
	lines := map[string]string{
		"warm":    "REPORT RequestId: 3f1c9f0e-5a54-4a3e-9f6b-0c1d2e3f4a5b\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 512 MB\tMax Memory Used: 91 MB\t",
		"error":   "REPORT RequestId: 3f1c9f0e-5a54-4a3e-9f6b-0c1d2e3f4a5b\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 512 MB\tMax Memory Used: 91 MB\tStatus: error\tError Type: Runtime.OutOfMemory",
		"stamped": "2026-10-01T12:00:00.123Z REPORT RequestId: 3f1c9f0e-5a54-4a3e-9f6b-0c1d2e3f4a5b\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 512 MB\tMax Memory Used: 91 MB\tInit Duration: 3.00 ms",
	}
	for name, line := range lines {
		b := []byte(line)
		if n := testing.AllocsPerRun(100, func() {
			if _, err := usagelog.ParseReport(b); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func TestParseTelemetry(t *testing.T) {
	const ms = time.Millisecond
	tests := map[string]struct {
		line string
		want fields
	}{
		"cold": {
			`{"time":"2026-09-13T05:53:48.893Z","type":"platform.report","record":{"requestId":"8582be7d","metrics":{"durationMs":1.802,"billedDurationMs":63,"memorySizeMB":128,"maxMemoryUsedMB":35,"initDurationMs":60.644},"status":"success"}}`,
			fields{ID: "8582be7d", Time: "2026-09-13T05:53:48.893Z", Status: "success", Duration: 1_802 * us, Billed: 63 * ms, Init: 60_644 * us, MemoryMB: 128, MaxMemoryUsedMB: 35},
		},
		"timeout": {
			` {"type": "platform.report", "record": {"requestId":"b1","status":"timeout","errorType":"Task.Timedout","metrics":{"durationMs":3000.0,"billedDurationMs":3000,"memorySizeMB":128,"maxMemoryUsedMB":60}}} `,
			fields{ID: "b1", Status: "timeout", ErrorType: "Task.Timedout", Duration: 3000 * ms, Billed: 3000 * ms, MemoryMB: 128, MaxMemoryUsedMB: 60},
		},
		"restore": {
			`{"type":"platform.report","record":{"requestId":"c","metrics":{"durationMs": 147.156,"billedDurationMs": 201, "memorySizeMB": 512,"maxMemoryUsedMB": 91,"restoreDurationMs": 500.795,"billedRestoreDurationMs": 53 }}}`,
			fields{ID: "c", Duration: 147_156 * us, Billed: 201 * ms, Restore: 500_795 * us, BilledRestore: 53 * ms, MemoryMB: 512, MaxMemoryUsedMB: 91, Initialization: "snap-start"},
		},
		"Managed Instances": {
			`{"type":"platform.report","record":{"requestId":"d","status":"success","metrics":{"durationMs":1.148},"spans":[{"name":"responseLatency","durationMs":0.847}]}}`,
			fields{ID: "d", Status: "success", Duration: 1_148 * us, NotBillable: true},
		},
		"a double's tail": {
			`{"type":"platform.report","record":{"requestId":"e","metrics":{"durationMs":147.15600000000001,"billedDurationMs":148,"memorySizeMB":512}}}`,
			fields{ID: "e", Duration: 147_156 * us, Billed: 148 * ms, MemoryMB: 512},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r, err := usagelog.ParseTelemetry([]byte(tt.line))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, plain(r)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseTelemetryDamaged(t *testing.T) {
	const line = `{"time":"2026-09-13T05:53:48.893Z","type":"platform.report","record":{"requestId":"a","metrics":{"durationMs":1.8,"billedDurationMs":63,"memorySizeMB":128,"maxMemoryUsedMB":35,"initDurationMs":60.6}}}`
	for name, tt := range map[string]struct{ old, new, field string }{
		"no id":             {`"requestId":"a"`, `"x":1`, "requestId"},
		"long id":           {`"requestId":"a"`, `"requestId":"` + strings.Repeat("a", 99) + `"`, "requestId"},
		"no duration":       {`"durationMs":1.8,`, ``, "durationMs"},
		"null duration":     {`1.8`, `null`, "durationMs"},
		"negative":          {`1.8`, `-1.8`, "durationMs"},
		"exponent":          {`1.8`, `1e999`, "durationMs"},
		"text":              {`1.8`, `"NaN"`, "durationMs"},
		"billed fraction":   {`63`, `63.5`, "billedDurationMs"},
		"billed missing":    {`"billedDurationMs":63,`, ``, "billedDurationMs"},
		"billed over limit": {`63`, `1800001`, "billedDurationMs"},
		"memory missing":    {`"memorySizeMB":128,`, ``, "memorySizeMB"},
		"memory too small":  {`"memorySizeMB":128`, `"memorySizeMB":127`, "memorySizeMB"},
		"memory fraction":   {`"memorySizeMB":128`, `"memorySizeMB":128.5`, "memorySizeMB"},
		"bad time":          {`2026-09-13T05:53:48.893Z`, `yesterday`, "time"},
		"record a number":   {`{"requestId":"a","metrics":{"durationMs":1.8,"billedDurationMs":63,"memorySizeMB":128,"maxMemoryUsedMB":35,"initDurationMs":60.6}}`, `7`, "record"},
		"cut off":           {`60.6}}}`, `60.`, "platform.report (JSON)"},
	} {
		t.Run(name, func(t *testing.T) {
			changed := strings.Replace(line, tt.old, tt.new, 1)
			_, err := usagelog.ParseTelemetry([]byte(changed))
			var damaged *usagelog.LineError
			if !errors.As(err, &damaged) || damaged.Field != tt.field {
				t.Errorf("error is %v, want a LineError of %s", err, tt.field)
			}
		})
	}
}

// Every real and documented line of the facts is read, and those of others are refused.
func TestSharedReportLines(t *testing.T) {
	f, err := os.Open("../../../shared/facts/report_lines.jsonl")
	if err != nil {
		t.Skip("the facts are not here")
	}
	defer f.Close()
	seen := 0
	for s := bufio.NewScanner(f); s.Scan(); {
		var sample struct {
			Kind, Note, Message string
			BillingRuleThatFits []string
		}
		if err := json.Unmarshal(s.Bytes(), &sample); err != nil {
			t.Fatal(err)
		}
		seen++
		isReport := strings.HasPrefix(sample.Message, "REPORT RequestId:") || strings.Contains(sample.Message, `"platform.report"`)
		r, err := usagelog.ParseReport([]byte(sample.Message))
		if sample.Message[0] == '{' {
			r, err = usagelog.ParseTelemetry([]byte(sample.Message))
		}
		switch {
		case isReport && err != nil:
			t.Errorf("%s: %v: %s", sample.Note, err, sample.Message)
		case !isReport && !errors.Is(err, usagelog.ErrNotReport):
			t.Errorf("%s: error is %v, want ErrNotReport: %s", sample.Note, err, sample.Message)
		case err != nil || !r.Billable():
			continue
		}
		// The rule that fits tells the era: each real line agrees with the rules of one.
		if sample.Kind != "real" {
			continue
		}
		r.Time = time.Time{}
		agrees := false
		for _, day := range []string{"2019-01-01", "2021-01-01", "2026-01-01"} {
			on, _ := time.Parse(time.DateOnly, day)
			_, ok, err := usagelog.Check(r, usagelog.Config{Arch: cost.X86}, "us-east-1", on)
			if err != nil {
				t.Fatal(err)
			}
			agrees = agrees || ok
		}
		if !agrees && sample.Note != "NOT AWS" {
			t.Errorf("%s: billed %v fits no era: %s", sample.Note, r.Billed, sample.Message)
		}
	}
	if seen < 50 {
		t.Errorf("only %d samples", seen)
	}
}

func TestInvocation(t *testing.T) {
	r, err := usagelog.ParseReport([]byte("REPORT RequestId: a\tDuration: 12.34 ms\tBilled Duration: 93 ms\tMemory Size: 512 MB\tMax Memory Used: 91 MB\tInit Duration: 80.52 ms"))
	if err != nil {
		t.Fatal(err)
	}
	c := usagelog.Config{Arch: cost.ARM64, EphemeralMB: 1024, Packaging: cost.ContainerImage, Mode: cost.Provisioned}
	inv, err := r.Invocation(c)
	if err != nil {
		t.Fatal(err)
	}
	want := cost.Invocation{Arch: cost.ARM64, MemoryMB: 512, Billed: 93 * time.Millisecond, EphemeralMB: 1024, Mode: cost.Provisioned}
	if diff := cmp.Diff(want, inv); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	timing := cost.Timing{Duration: 12_340 * us, Init: 80_520 * us, Packaging: cost.ContainerImage, Mode: cost.Provisioned}
	if diff := cmp.Diff(timing, r.Timing(c)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var unknown *cost.UnknownError
	if _, err := r.Invocation(usagelog.Config{}); !errors.As(err, &unknown) {
		t.Errorf("without an architecture: error is %v, want an UnknownError", err)
	}
	if _, err := (usagelog.Record{}).Invocation(c); !errors.Is(err, usagelog.ErrNotBillable) {
		t.Errorf("of no report: error is %v, want ErrNotBillable", err)
	}
}

func TestReadConfigs(t *testing.T) {
	const pages = `{"Functions":[
		{"FunctionName":"a","Runtime":"nodejs22.x","PackageType":"Zip","Architectures":["arm64"],"MemorySize":128,"EphemeralStorage":{"Size":2048}},
		{"FunctionName":"b","Runtime":"provided.al2023","PackageType":"Zip","Architectures":["x86_64"]}],"NextMarker":"x"}
		{"Functions":[{"FunctionName":"c","PackageType":"Image"}]}`
	got, err := usagelog.ReadConfigs(strings.NewReader(pages))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]usagelog.Config{
		"a": {Function: "a", Arch: cost.ARM64, EphemeralMB: 2048},
		"b": {Function: "b", Arch: cost.X86, Packaging: cost.CustomRuntime},
		"c": {Function: "c", Arch: cost.X86, Packaging: cost.ContainerImage},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for name, text := range map[string]string{
		"empty":            ``,
		"not JSON":         `hello`,
		"cut off":          `{"Functions":[`,
		"another document": `{"Buckets":[]}`,
		"no name":          `{"Functions":[{}]}`,
		"twice":            `{"Functions":[{"FunctionName":"a"},{"FunctionName":"a"}]}`,
		"architecture":     `{"Functions":[{"FunctionName":"a","Architectures":["mips"]}]}`,
		"two":              `{"Functions":[{"FunctionName":"a","Architectures":["arm64","x86_64"]}]}`,
		"storage":          `{"Functions":[{"FunctionName":"a","EphemeralStorage":{"Size":511}}]}`,
		"package type":     `{"Functions":[{"FunctionName":"a","PackageType":"Tar"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			var ce *usagelog.ConfigError
			if _, err := usagelog.ReadConfigs(strings.NewReader(text)); !errors.As(err, &ce) {
				t.Errorf("error is %v, want a ConfigError", err)
			}
		})
	}
}

func TestConfigsFor(t *testing.T) {
	known := map[string]usagelog.Config{"a": {Function: "a", Arch: cost.ARM64}}
	strict := usagelog.Configs{ByFunction: known}
	var missing *usagelog.MissingConfigError
	if _, _, err := strict.For("b"); !errors.As(err, &missing) || !cmp.Equal(missing.Known, []string{"a"}) || missing.Function != "b" {
		t.Errorf("error is %v, want a MissingConfigError of b that knows a", err)
	}
	lenient := usagelog.Configs{ByFunction: known, Default: &usagelog.Config{Arch: cost.X86}}
	c, assumed, err := lenient.For("b")
	if diff := cmp.Diff(usagelog.Config{Function: "b", Arch: cost.X86}, c); diff != "" || !assumed || err != nil {
		t.Errorf("assumed %v, error %v (-want +got):\n%s", assumed, err, diff)
	}
	if c, assumed, err := lenient.For("a"); c.Arch != cost.ARM64 || assumed || err != nil {
		t.Errorf("a: %v, assumed %v, error %v", c, assumed, err)
	}
}

func TestCheck(t *testing.T) {
	const tail = "\tMemory Size: 512 MB\tMax Memory Used: 91 MB\t"
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	tests := map[string]struct {
		times, on string
		packaging cost.Packaging
		want      time.Duration
		agrees    bool
	}{
		"init billed":                 {"Duration: 17.21 ms\tBilled Duration: 98 ms" + tail + "Init Duration: 80.52 ms", "2026-01-01", 0, 98, true},
		"whole sum, 1 ms more":        {"Duration: 325.03 ms\tBilled Duration: 595 ms" + tail + "Init Duration: 268.97 ms", "2026-01-01", 0, 594, true},
		"whole sum, 2 ms more":        {"Duration: 325.03 ms\tBilled Duration: 596 ms" + tail + "Init Duration: 268.97 ms", "2026-01-01", 0, 594, false},
		"1 ms more, sum not whole":    {"Duration: 325.04 ms\tBilled Duration: 596 ms" + tail + "Init Duration: 268.97 ms", "2026-01-01", 0, 595, false},
		"init not billed before":      {"Duration: 250.06 ms\tBilled Duration: 251 ms" + tail + "Init Duration: 100.77 ms", "2025-07-31", 0, 251, true},
		"init billed for images":      {"Duration: 250.06 ms\tBilled Duration: 351 ms" + tail + "Init Duration: 100.77 ms", "2025-07-31", cost.ContainerImage, 351, true},
		"not agreeing":                {"Duration: 250.06 ms\tBilled Duration: 251 ms" + tail + "Init Duration: 100.77 ms", "2025-08-01", 0, 351, false},
		"clamped":                     {"Duration: 3022.91 ms\tBilled Duration: 3000 ms" + tail, "2023-01-01", 0, 3023, true},
		"clamped with init":           {"Duration: 900000.00 ms\tBilled Duration: 900503 ms" + tail + "Init Duration: 502.37 ms", "2026-01-01", 0, 900_503, true},
		"clamped, said so":            {"Duration: 3022.91 ms\tBilled Duration: 3000 ms" + tail + "Status: timeout", "2023-01-01", 0, 3023, true},
		"clamped, but crashed":        {"Duration: 3999.99 ms\tBilled Duration: 3000 ms" + tail + "Status: error\tError Type: Runtime.ExitError", "2026-01-01", 0, 4000, false},
		"clamped, but succeeded":      {"Duration: 3999.99 ms\tBilled Duration: 3000 ms" + tail + "Status: success", "2026-01-01", 0, 4000, false},
		"billed less, no clamp":       {"Duration: 3022.91 ms\tBilled Duration: 3001 ms" + tail, "2023-01-01", 0, 3023, false},
		"100 ms era":                  {"Duration: 1162.23 ms\tBilled Duration: 1200 ms" + tail, "2019-01-01", 0, 1200, true},
		"under a second is no clamp":  {"Duration: 0.91 ms\tBilled Duration: 0 ms" + tail, "2023-01-01", 0, 1, false},
		"snap start":                  {"Duration: 2338.66 ms\tBilled Duration: 2521 ms" + tail + "Restore Duration: 398.97 ms\tBilled Restore Duration: 182 ms", "2023-06-01", 0, 2521, true},
		"snap start, restore unadded": {"Duration: 2338.66 ms\tBilled Duration: 2339 ms" + tail + "Restore Duration: 398.97 ms\tBilled Restore Duration: 182 ms", "2023-06-01", 0, 2521, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r, err := usagelog.ParseReport([]byte("REPORT RequestId: a\t" + tt.times))
			if err != nil {
				t.Fatal(err)
			}
			want, agrees, err := usagelog.Check(r, usagelog.Config{Arch: cost.X86, Packaging: tt.packaging}, "eu-west-1", day(tt.on))
			if err != nil {
				t.Fatal(err)
			}
			if want != tt.want*time.Millisecond || agrees != tt.agrees {
				t.Errorf("rules give %v, agrees %v; want %d ms, %v", want, agrees, tt.want, tt.agrees)
			}
		})
	}
	var unknown *cost.UnknownError
	r, _ := usagelog.ParseReport([]byte("REPORT RequestId: a\tDuration: 1.00 ms\tBilled Duration: 1 ms" + tail))
	if _, _, err := usagelog.Check(r, usagelog.Config{}, "cn-north-1", day("2023-01-01")); !errors.As(err, &unknown) {
		t.Errorf("in China: error is %v, want an UnknownError", err)
	}
	if _, _, err := usagelog.Check(usagelog.Record{}, usagelog.Config{}, "eu-west-1", day("2023-01-01")); !errors.Is(err, usagelog.ErrNotBillable) {
		t.Errorf("of no report: error is %v, want ErrNotBillable", err)
	}
}

func TestMismatchesPassErrorsOn(t *testing.T) {
	const tail = "\tMemory Size: 512 MB\tMax Memory Used: 91 MB\n"
	log := badLine + "\n2014-01-01T00:00:00Z REPORT RequestId: old\tDuration: 1.00 ms\tBilled Duration: 1 ms" + tail +
		`{"type":"platform.report","record":{"requestId":"m","metrics":{"durationMs":1}}}` + "\n" +
		"2026-01-01T00:00:00Z REPORT RequestId: off\tDuration: 1.00 ms\tBilled Duration: 3 ms" + tail
	var got []string
	for m, err := range usagelog.Mismatches(usagelog.Records(strings.NewReader(log)), usagelog.Configs{Default: &usagelog.Config{}}, "eu-west-1", time.Time{}) {
		var damaged *usagelog.LineError
		var r *cost.RangeError
		switch {
		case errors.As(err, &damaged):
			got = append(got, "damaged "+damaged.Field)
		case errors.As(err, &r):
			got = append(got, "range "+r.Field)
		case err != nil:
			t.Fatal(err)
		default:
			got = append(got, m.Record.RequestID.String()+" "+m.Want.String()+" "+string(m.Record.Prefix))
		}
	}
	if diff := cmp.Diff([]string{"damaged Billed Duration", "range on", "off 1ms "}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for range usagelog.Mismatches(usagelog.Records(strings.NewReader(log)), usagelog.Configs{}, "eu-west-1", time.Time{}) {
		break
	}
	var missing *usagelog.MissingConfigError
	n := 0
	for _, err := range usagelog.Mismatches(usagelog.Records(strings.NewReader(log)), usagelog.Configs{}, "eu-west-1", time.Time{}) {
		if errors.As(err, &missing) {
			n++
		}
	}
	if n != 2 {
		t.Errorf("%d errors of a missing configuration, want 2", n)
	}
}

// The value of an error is what stands in the field, and its name is the one that stands there, whatever the container.
func TestLineErrorNamesFieldAndValue(t *testing.T) {
	const (
		text  = "REPORT RequestId: a1\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 512 MB\tMax Memory Used: 91 MB\tInit Duration: 80.52 ms\tRestore Duration: 1.00 ms\tBilled Restore Duration: 1 ms"
		event = `{"type":"platform.report","record":{"requestId":"a1","metrics":{"durationMs":12.34,"billedDurationMs":13,"memorySizeMB":512,"initDurationMs":80.52,"restoreDurationMs":1.5,"billedRestoreDurationMs":7}}}`
		table = "@requestId,@duration,@billedDuration,@memorySize,@initDuration\na1,12.34,13,512000000,80.52\n"
	)
	for name, tt := range map[string]struct {
		log, old, new string
		want          usagelog.LineError
	}{
		"memory":             {text, "512 MB", "64 MB", usagelog.LineError{Line: 1, Field: "Memory Size", Value: "64"}},
		"memory, cut":        {text, "512 MB", strings.Repeat("x", 59) + "ü MB", usagelog.LineError{Line: 1, Field: "Memory Size", Value: strings.Repeat("x", 59)}},
		"duration":           {text, "\tDuration: 12.34", "\tDuration: 1800000.01", usagelog.LineError{Line: 1, Field: "Duration", Value: "1800000.01"}},
		"billed":             {text, "13 ms", "1800001 ms", usagelog.LineError{Line: 1, Field: "Billed Duration", Value: "1800001"}},
		"init":               {text, "80.52", "1900000.00", usagelog.LineError{Line: 1, Field: "Init Duration", Value: "1900000.00"}},
		"restore":            {text, "1.00 ms", "1900000.00 ms", usagelog.LineError{Line: 1, Field: "Restore Duration", Value: "1900000.00"}},
		"billed restore":     {text, "\tBilled Restore Duration: 1", "\tBilled Restore Duration: 1900000", usagelog.LineError{Line: 1, Field: "Billed Restore Duration", Value: "1900000"}},
		"memoryMB":           {event, "512", "64", usagelog.LineError{Line: 1, Field: "memorySizeMB", Value: "64"}},
		"durationMs":         {event, "12.34", "1800000.01", usagelog.LineError{Line: 1, Field: "durationMs", Value: "1800000.01"}},
		"billedMs":           {event, "13,", "1800001,", usagelog.LineError{Line: 1, Field: "billedDurationMs", Value: "1800001"}},
		"initMs":             {event, "80.52", "1900000", usagelog.LineError{Line: 1, Field: "initDurationMs", Value: "1900000"}},
		"restoreMs":          {event, "1.5", "1900000", usagelog.LineError{Line: 1, Field: "restoreDurationMs", Value: "1900000"}},
		"billedRestoreMs":    {event, "7}", "1900000}", usagelog.LineError{Line: 1, Field: "billedRestoreDurationMs", Value: "1900000"}},
		"Insights' memory":   {table, "512000000", "6.4E7", usagelog.LineError{Line: 2, Offset: 63, Field: "@memorySize", Value: "6.4E7"}},
		"Insights' duration": {table, "12.34", "1800000.01", usagelog.LineError{Line: 2, Offset: 63, Field: "@duration", Value: "1800000.01"}},
		"Insights' billed":   {table, ",13,", ",1800001,", usagelog.LineError{Line: 2, Offset: 63, Field: "@billedDuration", Value: "1800001"}},
		"Insights' init":     {table, "80.52", "1900000", usagelog.LineError{Line: 2, Offset: 63, Field: "@initDuration", Value: "1900000"}},
	} {
		t.Run(name, func(t *testing.T) {
			log, n := strings.Replace(tt.log, tt.old, tt.new, 1), 0
			for _, err := range usagelog.Records(strings.NewReader(log)) {
				n++
				var damaged *usagelog.LineError
				if !errors.As(err, &damaged) {
					t.Fatalf("error is %v, want a LineError", err)
				}
				if diff := cmp.Diff(tt.want, *damaged); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			}
			if n != 1 {
				t.Errorf("%d errors, want one", n)
			}
		})
	}
}

func TestIDReadsBack(t *testing.T) {
	r, err := usagelog.ParseReport([]byte(warmLine))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]usagelog.ID{"a report's": r.RequestID, "none": {}} {
		text, err := json.Marshal(map[string]usagelog.ID{"id": want})
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]usagelog.ID
		if err := json.Unmarshal(text, &got); err != nil || got["id"] != want {
			t.Errorf("%s: %s reads back as %q, %v", name, text, got["id"], err)
		}
	}
	id := r.RequestID
	var out *cost.RangeError
	if err := id.UnmarshalText([]byte(strings.Repeat("a", 48))); !errors.As(err, &out) || out.Field != "request id" || id != r.RequestID {
		t.Errorf("48 bytes: error is %v, id %v; want a RangeError and the id as it was", err, id)
	}
}

// Nothing to read from is an error that can be matched.
func TestNilReaders(t *testing.T) {
	var out *cost.RangeError
	for _, err := range usagelog.Records(nil) {
		if !errors.As(err, &out) || out.Field != "r" {
			t.Errorf("Records: error is %v, want a RangeError of r", err)
		}
	}
	var ce *usagelog.ConfigError
	if _, err := usagelog.ReadConfigs(nil); !errors.As(err, &ce) || !errors.As(err, &out) {
		t.Errorf("ReadConfigs: error is %v, want a ConfigError of a RangeError", err)
	}
	n := 0
	for _, err := range usagelog.Mismatches(nil, usagelog.Configs{}, "eu-west-1", time.Time{}) {
		n++
		if !errors.As(err, &out) || out.Field != "records" {
			t.Errorf("Mismatches: error is %v, want a RangeError of records", err)
		}
	}
	if n != 1 {
		t.Errorf("Mismatches of nothing yields %d times, want once", n)
	}
}
