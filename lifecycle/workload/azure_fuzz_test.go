package workload_test

import (
	"encoding/csv"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// fuzzAzureError checks that an error says where it is and what of.
func fuzzAzureError(t *testing.T, err error) {
	t.Helper()
	if e, ok := errors.AsType[*workload.AzureColumnError](err); ok {
		if e.File == "" || e.Line < 1 || len(e.Missing)+len(e.Repeated)+len(e.Impossible) == 0 {
			t.Fatalf("error %#v", e)
		}
		return
	}
	e, ok := errors.AsType[*workload.AzureLineError](err)
	if !ok || e.File == "" || e.Line < 1 || (e.Column == "") == (e.Err == nil) || len(e.Given) > 80 {
		t.Fatalf("error %#v", err)
	}
}

// fuzzAzureRows reads a table once more, by itself: values by the names of the columns, of each line.
func fuzzAzureRows(t *testing.T, table string) []map[string]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(table, azureMark))).ReadAll()
	if err != nil {
		t.Fatalf("read a table that is none: %v", err)
	}
	var values []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, s := range row {
			m[rows[0][i]] = s
		}
		values = append(values, m)
	}
	return values
}

// fuzzAzureIssues checks issues and returns how many there are of each kind, and how many lines they are about.
func fuzzAzureIssues(t *testing.T, issues []workload.AzureIssue) (count, lines map[string]int) {
	t.Helper()
	count, lines = map[string]int{}, map[string]int{}
	for _, i := range issues {
		if i.Line < 1 || i.File == "" || i.Detail == "" || i.Count < 1 || strings.HasPrefix(i.Kind.String(), "Azure") {
			t.Fatalf("issue %#v", i)
		}
		count[i.File+" "+i.Kind.String()]++
		lines[i.File+" "+i.Kind.String()] += i.Count
	}
	return count, lines
}

// FuzzReadAzure2019 checks that no request and no line is lost.
func FuzzReadAzure2019(f *testing.F) {
	const one = "o,a,f,4,6,1.0,9.0,2,2,3,4,5,7,8\n"
	f.Add(azureInvocationsHeader+"o,a,f,http,1,2,3\n", azureDurationsHeader+one)
	f.Add(azureMark+azureInvocationsHeader+"o,a,f,http,1,2,3\r\no,a,f,timer,1.0,2e0,30e-1\r\n", azureMark+azureDurationsHeader+one+one)
	f.Add("HashFunction,minute_2,minute_1,HashApp,HashOwner,x\nf,3,1,a,o,2\n", azureDurationsHeader+"o,a,f,0,6,,,0,0,0,0,0,0,0\n")
	f.Add(azureInvocationsHeader+"o,a,f,http,1,2,3\n\"o\",b,f,,0,0,1000000000\n", azureDurationsHeader+"o,b,f,4,6,9,1,2,2,3,4,5,7,8\no,c,f,-4,6,1,9,2,2,3,4,5,7,8e99\n")
	f.Add("", "")
	f.Fuzz(func(t *testing.T, invocations, durations string) {
		a, err := workload.ReadAzure2019(strings.NewReader(invocations), strings.NewReader(durations))
		b, errPieces := workload.ReadAzure2019(iotest.HalfReader(strings.NewReader(invocations)), iotest.DataErrReader(strings.NewReader(durations)))
		if err != nil {
			fuzzAzureError(t, err)
			if errPieces == nil || errPieces.Error() != err.Error() {
				t.Fatalf("error %v, in pieces %v", err, errPieces)
			}
			return
		}
		if errPieces != nil {
			t.Fatal(errPieces)
		}
		if diff := cmp.Diff(azureDays(a), azureDays(b)); diff != "" {
			t.Fatalf("in pieces (-want +got):\n%s", diff)
		}
		issues, _ := fuzzAzureIssues(t, a.Issues)

		var in, out float64 // exact: whole numbers, of which the largest sum here is far below 2^53
		rows := fuzzAzureRows(t, invocations)
		for _, row := range rows {
			for name, s := range row {
				if n, err := strconv.Atoi(strings.TrimPrefix(name, "minute_")); err == nil && n > 0 && name[0] != '+' && !strings.HasPrefix(name, "minute_+") {
					v, err := strconv.ParseFloat(s, 64)
					if err != nil && !errors.Is(err, strconv.ErrRange) {
						t.Fatalf("read %q as a number", s)
					}
					in += v
				}
			}
		}
		with := 0
		names := map[string]bool{}
		for _, f := range a.Functions {
			names[strconv.Quote(f.Owner)+strconv.Quote(f.App)+strconv.Quote(f.Function)] = true
			if len(f.Counts) != len(a.Functions[0].Counts) {
				t.Fatalf("%d and %d minutes", len(f.Counts), len(a.Functions[0].Counts))
			}
			for _, n := range f.Counts {
				if n < 0 || n > 1e9 {
					t.Fatalf("count %d", n)
				}
				out += float64(n)
			}
			if f.Duration == nil {
				continue
			}
			with++
			last := time.Duration(1)
			for _, p := range []float64{0, 1e-300, 0.005, 0.01, 0.2, 0.25, 0.4999, 0.5, 0.6, 0.75, 0.9, 0.99, 0.999, math.Nextafter(1, 0), 1} {
				q := f.Duration.Quantile(p)
				if q < last || q > 1<<60 {
					t.Fatalf("quantile %v is %v, after %v", p, q, last)
				}
				last = q
			}
			if m := f.Duration.Mean(); m < 1 || m > last+time.Millisecond {
				t.Fatalf("mean %v, maximum %v", m, last)
			}
		}
		if in != out {
			t.Fatalf("%v requests in, %v out", in, out)
		}
		if len(names) != len(a.Functions) {
			t.Fatalf("%d functions with %d names", len(a.Functions), len(names))
		}
		if want, got := len(rows), len(a.Functions)+issues["invocations duplicate"]; want != got {
			t.Fatalf("%d lines of invocations in, %d out", want, got)
		}
		if want, got := len(fuzzAzureRows(t, durations)), with+issues["durations duplicate"]+issues["durations bad durations"]+issues["durations no invocations"]; want != got {
			t.Fatalf("%d lines of durations in, %d out", want, got)
		}
		if want, got := len(a.Functions), with+issues["durations bad durations"]+issues["invocations no durations"]; want != got {
			t.Fatalf("%d functions, durations or their lack of %d", want, got)
		}
	})
}

// FuzzReadAzure2021 checks that every line is a request, where it should be, whatever the order of lines.
func FuzzReadAzure2021(f *testing.F) {
	f.Add(azureTraceHeader + "a,f,10,0.5\na,g,12,2\na,f,11.25,0.25\n")
	f.Add(azureMark + "duration,func,app,region,end_timestamp\r\n0.5,f,a,eu,10\r\n5e-1,f,\"a\",,10.0")
	f.Add(azureTraceHeader + "a,f,1,1\na,f,3,5\na,f,2,5\na,f,0,5\na,f,0,0\n")
	f.Add(azureTraceHeader + "7342,313c,5160.142570018768,0.134\n17c3,c9f8,1152921504.606846976,1e-9\n")
	f.Add("")
	f.Fuzz(func(t *testing.T, trace string) {
		a, err := workload.ReadAzure2021(strings.NewReader(trace))
		if err != nil {
			fuzzAzureError(t, err)
			return
		}
		_, lines := fuzzAzureIssues(t, a.Issues)
		rows := fuzzAzureRows(t, trace)
		requests, early := 0, 0
		var busy, wantBusy float64
		for _, f := range a.Functions {
			requests += len(f.Requests)
			early += f.Early
			if len(f.Requests) == 0 || f.Early > len(f.Requests) {
				t.Fatalf("%d requests, %d early", len(f.Requests), f.Early)
			}
			last := time.Duration(0)
			for i, r := range f.Requests {
				if r.At < last {
					t.Fatalf("request %d at %v, after one at %v", i, r.At, last)
				}
				last = r.At
				if r.At < 0 || r.Duration < 1 || r.At > 1<<60 || r.Duration > 1<<60 || i < f.Early && r.At != 0 {
					t.Fatalf("request %d of %d early: %+v", i, f.Early, r)
				}
				busy += (r.At + r.Duration).Seconds()
			}
		}
		if requests != len(rows) {
			t.Fatalf("%d lines in, %d requests out", len(rows), requests)
		}
		if early != lines["trace before the start"] {
			t.Fatalf("%d early requests, issues of %d", early, lines["trace before the start"])
		}
		// Every request ends when its line says; by 1 ns later where it took no time.
		for _, row := range rows {
			end, err := strconv.ParseFloat(row["end_timestamp"], 64)
			if err != nil && !errors.Is(err, strconv.ErrRange) {
				t.Fatalf("read %q as a number", row["end_timestamp"])
			}
			wantBusy += end
		}
		if math.Abs(busy-wantBusy) > 1e-8*float64(len(rows))+1e-12*wantBusy*float64(len(rows)) {
			t.Fatalf("ends add up to %v s, want %v s", busy, wantBusy)
		}

		// Written anew in reverse, the same requests come out.
		var reverse strings.Builder
		w := csv.NewWriter(&reverse)
		names := []string{"app", "func", "end_timestamp", "duration"}
		records := [][]string{names}
		for _, row := range slices.Backward(rows) {
			records = append(records, []string{row[names[0]], row[names[1]], row[names[2]], row[names[3]]})
		}
		if err := w.WriteAll(records); err != nil {
			t.Fatal(err)
		}
		b, err := workload.ReadAzure2021(strings.NewReader(reverse.String()))
		if err != nil {
			t.Fatal(err)
		}
		order := func(x, y workload.Azure2021Function) int {
			return strings.Compare(strconv.Quote(x.App)+strconv.Quote(x.Function), strconv.Quote(y.App)+strconv.Quote(y.Function))
		}
		want, got := slices.SortedFunc(slices.Values(a.Functions), order), slices.SortedFunc(slices.Values(b.Functions), order)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("in reverse (-want +got):\n%s", diff)
		}
	})
}
