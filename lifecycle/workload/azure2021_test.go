package workload_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

func TestReadAzure2021(t *testing.T) {
	type (
		trace    = workload.Trace
		function = workload.Azure2021Function
		request  = lifecycle.Request
	)
	const s = time.Second
	for _, c := range []struct {
		name   string
		trace  string
		want   []function
		issues []string
	}{
		{
			name:  "plain",
			trace: azureTraceHeader + "a,f,10,0.5\na,g,12,2\na,f,11.25,0.25\n",
			want: []function{
				{App: "a", Function: "f", Requests: trace{{At: 9500 * ms, Duration: 500 * ms}, {At: 11 * s, Duration: 250 * ms}}},
				{App: "a", Function: "g", Requests: trace{{At: 10 * s, Duration: 2 * s}}},
			},
		},
		{
			name:  "header only",
			trace: azureTraceHeader,
		},
		{
			name:  "byte order mark, CR LF, other order of columns, a column too many, no line feed at the end",
			trace: azureMark + "duration,func,app,region,end_timestamp\r\n0.5,f,a,eu,10",
			want:  []function{{App: "a", Function: "f", Requests: trace{{At: 9500 * ms, Duration: 500 * ms}}}},
			issues: []string{
				"trace:1 unknown columns 1 //",
			},
		},
		{
			name:  "digits that a float64 does not have",
			trace: azureTraceHeader + "a,f,1209599.999999999,0.000000001\na,f,1209599.9999999995,0\na,f,1152921504.606846976,1e-9\n",
			want: []function{{App: "a", Function: "f", Requests: trace{
				{At: 1209599_999999998, Duration: 1}, {At: 1209600 * s, Duration: 1}, {At: 1<<60 - 1, Duration: 1},
			}}},
			issues: []string{"trace:3 zero duration 1 /a/f"},
		},
		{
			name: "rounding half up, exponents",
			trace: azureTraceHeader + "a,f,1,0.0000000005\na,f,2,0.00000000049999\na,f,3,5e-10\na,f,4,4.9999e-10\na,f,5,1E+0\na,f,6,0.15e1\na,f,7,12345678901e-10\n" +
				"a,f,8,0e99999999999999999999\na,f,9,1e-99999999999999999999\n",
			want: []function{{App: "a", Function: "f", Requests: trace{
				{At: 1*s - 1, Duration: 1},
				{At: 2 * s, Duration: 1},
				{At: 3*s - 1, Duration: 1},
				{At: 4 * s, Duration: 1},
				{At: 4 * s, Duration: s},
				{At: 4500 * ms, Duration: 1500 * ms},
				{At: 7*s - 1234567890, Duration: 1234567890},
				{At: 8 * s, Duration: 1},
				{At: 9 * s, Duration: 1},
			}}},
			issues: []string{"trace:3 zero duration 4 /a/f"},
		},
		{
			name:  "a sample of the dataset's description",
			trace: azureTraceHeader + "7342,313c,5160.142570018768,0.134\n17c3,c9f8,5161.280997037888,0.013\n",
			want: []function{
				{App: "7342", Function: "313c", Requests: trace{{At: 5160_008570019, Duration: 134 * ms}}},
				{App: "17c3", Function: "c9f8", Requests: trace{{At: 5161_267997038, Duration: 13 * ms}}},
			},
		},
		{
			name:  "unsorted lines of two functions",
			trace: azureTraceHeader + "a,f,30,1\na,g,21,1\na,f,20,1\nb,f,50,1\na,f,40,30\na,g,5,1\n",
			want: []function{
				{App: "a", Function: "f", Requests: trace{{At: 10 * s, Duration: 30 * s}, {At: 19 * s, Duration: s}, {At: 29 * s, Duration: s}}},
				{App: "a", Function: "g", Requests: trace{{At: 4 * s, Duration: s}, {At: 20 * s, Duration: s}}},
				{App: "b", Function: "f", Requests: trace{{At: 49 * s, Duration: s}}},
			},
			issues: []string{"trace:3 unsorted 4 //"},
		},
		{
			name:  "before the start of the trace",
			trace: azureTraceHeader + "a,f,1,1\na,f,3,5\na,f,2,5\na,f,0,5\na,f,0,0\n",
			want: []function{{App: "a", Function: "f", Early: 3, Requests: trace{
				{At: 0, Duration: 1}, {At: 0, Duration: 2 * s}, {At: 0, Duration: 3 * s}, {At: 0, Duration: 1}, {At: 0, Duration: s},
			}}},
			issues: []string{"trace:3 before the start 3 /a/f", "trace:3 unsorted 3 //", "trace:6 zero duration 1 /a/f"},
		},
		{
			name:  "equal lines",
			trace: azureTraceHeader + "a,f,5,1\nb,f,5,1\na,f,5,1\na,f,6,2\na,f,5.0,1e0\n",
			want: []function{
				{App: "a", Function: "f", Requests: trace{{At: 4 * s, Duration: s}, {At: 4 * s, Duration: s}, {At: 4 * s, Duration: s}, {At: 4 * s, Duration: 2 * s}}},
				{App: "b", Function: "f", Requests: trace{{At: 4 * s, Duration: s}}},
			},
			issues: []string{"trace:4 duplicate 2 /a/f"},
		},
		{
			name:  "minus 0",
			trace: azureTraceHeader + "a,f,5,-0.0\n",
			want: []function{
				{App: "a", Function: "f", Requests: trace{request{At: 5 * s, Duration: 1}}},
			},
			issues: []string{"trace:2 zero duration 1 /a/f"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := workload.ReadAzure2021(iotest.OneByteReader(strings.NewReader(c.trace)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got.Functions); diff != "" {
				t.Errorf("functions (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.issues, azureIssues(got.Issues)); diff != "" {
				t.Errorf("issues (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadAzure2021Errors(t *testing.T) {
	const allowed = "a number of seconds, 0 to 1152921504 (36 years)"
	failed := errors.New("failed")
	value := func(line int, column, given string) (string, error) {
		return fmt.Sprintf("workload: trace, line %d: %s is %q, allowed is %s", line, column, given, allowed),
			&workload.AzureLineError{File: "trace", Line: line, Column: column, Given: given, Allowed: allowed}
	}
	type test struct {
		name  string
		trace io.Reader
		want  error
		text  string
	}
	missing := &workload.AzureColumnError{File: "trace", Line: 1, Missing: []string{"app", "func", "end_timestamp", "duration"}}
	tests := []test{
		{"nil", nil, missing, "workload: trace, line 1: missing columns app, func, end_timestamp, duration"},
		{"empty", strings.NewReader(""), missing, "workload: trace, line 1: missing columns app, func, end_timestamp, duration"},
		{
			"columns twice", strings.NewReader("app,func,duration,duration\n"),
			&workload.AzureColumnError{File: "trace", Line: 1, Missing: []string{"end_timestamp"}, Repeated: []string{"duration"}},
			"workload: trace, line 1: missing columns end_timestamp; repeated columns duration",
		},
		{
			"too few values", strings.NewReader(azureTraceHeader + "a,f,1\n"),
			&workload.AzureLineError{File: "trace", Line: 2, Given: "3 values", Allowed: "4, as in the header", Err: csv.ErrFieldCount},
			"workload: trace, line 2: wrong number of fields: 3 values, allowed is 4, as in the header",
		},
		{
			"quote within a value", strings.NewReader(azureTraceHeader + "a,f,5\",1\n"),
			&workload.AzureLineError{File: "trace", Line: 2, Err: csv.ErrBareQuote},
			`workload: trace, line 2: bare " in non-quoted-field`,
		},
		{
			"reader that fails", io.MultiReader(strings.NewReader(azureTraceHeader+"a,f,5,1\n"), iotest.ErrReader(failed)),
			&workload.AzureLineError{File: "trace", Line: 3, Err: failed}, "workload: trace, line 3: failed",
		},
	}
	for name, given := range map[string]string{
		"negative": "-1", "barely negative": "-1e-99", "not a number": "NaN", "infinite": "inf", "too far": "1152921504.6068469765",
		"much too far": "1e99999999999999999999", "empty": "", "blank": " 1", "point": ".", "sign": "-", "exponent without digits": "1e",
		"exponent alone": "e1", "exponent with a point": "1e1.5", "two points": "1.2.3", "two signs": "--1", "hexadecimal": "0x1p4",
		"underscore": "1_0", "comma": "\"1,5\"", "19 digits that overflow": "9223372036854775808",
	} {
		text, want := value(3, "end_timestamp", strings.Trim(given, `"`))
		tests = append(tests, test{name + " end", strings.NewReader(azureTraceHeader + "a,f,5,1\na,f," + given + ",1\n"), want, text})
		text, want = value(2, "duration", strings.Trim(given, `"`))
		tests = append(tests, test{name + " duration", strings.NewReader(azureTraceHeader + "a,f,5," + given + "\n"), want, text})
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			got, err := workload.ReadAzure2021(c.trace)
			if got != nil || err == nil {
				t.Fatalf("got %v, error %v", got, err)
			}
			checkAzureError(t, c.want, c.text, err)
		})
	}
}
