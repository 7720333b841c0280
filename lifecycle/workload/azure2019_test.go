package workload_test

import (
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

func TestReadAzure2019(t *testing.T) {
	const one = "o,a,f,4,6,1.0,9.0,2,2,3,4,5,7,8\n" // a good line of durations
	oneIs := []time.Duration{2 * ms, 2 * ms, 3 * ms, 4 * ms, 5 * ms, 7 * ms, 8 * ms}
	for _, c := range []struct {
		name                   string
		invocations, durations string
		want                   []azureDay
		issues                 []string
	}{
		{
			name:        "plain",
			invocations: azureInvocationsHeader + "o,a,f,http,1,2,3\n",
			durations:   azureDurationsHeader + one,
			want:        []azureDay{{"o/a/f", "http", []int{1, 2, 3}, 4 * ms, oneIs}},
		},
		{
			name:        "headers only",
			invocations: azureInvocationsHeader,
			durations:   azureDurationsHeader,
		},
		{
			name:        "byte order mark, CR LF, no line feed at the end",
			invocations: azureMark + strings.ReplaceAll(azureInvocationsHeader, "\n", "\r\n") + "o,a,f,http,1,2,3\r\n",
			durations:   azureMark + strings.ReplaceAll(azureDurationsHeader+strings.TrimSpace(one), "\n", "\r\n"),
			want:        []azureDay{{"o/a/f", "http", []int{1, 2, 3}, 4 * ms, oneIs}},
		},
		{
			name:        "other order of columns, minute_N, no trigger",
			invocations: "HashFunction,minute_3,minute_1,HashApp,HashOwner,minute_2\nf,3,1,a,o,2\n",
			durations:   "percentile_Average_100,percentile_Average_99,percentile_Average_75,percentile_Average_50,percentile_Average_25,percentile_Average_1,percentile_Average_0,Maximum,Minimum,Count,Average,HashFunction,HashApp,HashOwner\n8,7,5,4,3,2,2,9,1,6,4,f,a,o\n",
			want:        []azureDay{{"o/a/f", "", []int{1, 2, 3}, 4 * ms, oneIs}},
		},
		{
			name:        "numbers written as floats, quoted, blank lines",
			invocations: azureInvocationsHeader + "\n\"o\",a,f,http,1.0,2e0,\"0.3e1\"\n\n",
			durations:   azureDurationsHeader + "o,a,f,4.0000005,6.0,1.0,9.0,2.0,2,3e0,4,0.5e+1,7000e-3,+8.00000049\n",
			want:        []azureDay{{"o/a/f", "http", []int{1, 2, 3}, 4*ms + 1, oneIs}},
		},
		{
			name:        "only one of the files has the function",
			invocations: azureInvocationsHeader + "o,a,f,http,1,2,3\no,a,g,timer,0,0,1\n",
			durations:   azureDurationsHeader + "o,a,h,4,6,1,9,2,2,3,4,5,7,8\n" + one,
			want:        []azureDay{{"o/a/f", "http", []int{1, 2, 3}, 4 * ms, oneIs}, {Name: "o/a/g", Trigger: "timer", Counts: []int{0, 0, 1}}},
			issues:      []string{"invocations:3 no durations 1 o/a/g", "durations:2 no invocations 1 o/a/h"},
		},
		{
			name:        "functions differ by owner or app",
			invocations: azureInvocationsHeader + "o,a,f,http,1,2,3\np,a,f,http,0,0,0\no,b,f,http,1,1,1\n",
			durations:   azureDurationsHeader + one,
			want: []azureDay{
				{"o/a/f", "http", []int{1, 2, 3}, 4 * ms, oneIs},
				{Name: "p/a/f", Trigger: "http", Counts: []int{0, 0, 0}},
				{Name: "o/b/f", Trigger: "http", Counts: []int{1, 1, 1}},
			},
			issues: []string{"invocations:3 no durations 1 p/a/f", "invocations:4 no durations 1 o/b/f"},
		},
		{
			name:        "duplicates: counts are added, the first durations stay",
			invocations: azureInvocationsHeader + "o,a,f,http,1,2,3\no,a,f,timer,10,20,999999997\n",
			durations:   azureDurationsHeader + one + "o,a,f,1,1,1,1,1,1,1,1,1,1,1\n",
			want:        []azureDay{{"o/a/f", "http", []int{11, 22, 1e9}, 4 * ms, oneIs}},
			issues:      []string{"invocations:3 duplicate 1 o/a/f", "durations:3 duplicate 1 o/a/f"},
		},
		{
			name:        "zeros are 1 ns",
			invocations: azureInvocationsHeader + "o,a,f,http,1,2,3\no,a,g,http,1,2,3\n",
			durations:   azureDurationsHeader + "o,a,f,0,6,0,0,0,0,0,0,0,0,0\no,a,g,0,6,0,1,0,0,0,1,1,1,1\n",
			want: []azureDay{
				{"o/a/f", "http", []int{1, 2, 3}, 1, []time.Duration{1, 1, 1, 1, 1, 1, 1}},
				{"o/a/g", "http", []int{1, 2, 3}, 1, []time.Duration{1, 1, 1, ms, ms, ms, ms}},
			},
			issues: []string{"durations:2 zero duration 1 o/a/f", "durations:3 zero duration 1 o/a/g"},
		},
		{
			name:        "minimum and maximum not recorded",
			invocations: azureInvocationsHeader + "o,a,f,http,1,2,3\n",
			durations:   azureDurationsHeader + "o,a,f,4,6,,,2,2,3,4,5,7,8\n",
			want:        []azureDay{{"o/a/f", "http", []int{1, 2, 3}, 4 * ms, oneIs}},
			issues:      []string{"durations:2 no minimum or maximum 1 o/a/f"},
		},
		{
			name:        "columns that the format does not have",
			invocations: "HashOwner,HashApp,HashFunction,1,Region,x\no,a,f,1,eu,y\n",
			durations:   azureDurationsHeader + one,
			want:        []azureDay{{"o/a/f", "", []int{1}, 4 * ms, oneIs}},
			issues:      []string{"invocations:1 unknown columns 2 //"},
		},
		{
			name:        "the longest duration",
			invocations: azureInvocationsHeader + "o,a,f,http,1,2,3\n",
			durations:   azureDurationsHeader + "o,a,f,1152921504606.846976,6,1,9,1152921504606.846976,1152921504606.846976,1152921504606.846976,1152921504606.846976,1152921504606.846976,1152921504606.846976,1152921504606.846976\n",
			want:        []azureDay{{"o/a/f", "http", []int{1, 2, 3}, 1 << 60, []time.Duration{1 << 60, 1 << 60, 1 << 60, 1 << 60, 1 << 60, 1 << 60, 1 << 60}}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := workload.ReadAzure2019(strings.NewReader(c.invocations), iotest.OneByteReader(strings.NewReader(c.durations)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, azureDays(got)); diff != "" {
				t.Errorf("functions (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.issues, azureIssues(got.Issues)); diff != "" {
				t.Errorf("issues (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadAzure2019BadDurations(t *testing.T) {
	for _, c := range []struct{ name, line, detail string }{
		{"percentiles out of order", "4,6,1,9,2,2,5,4,5,7,8", "percentile_Average_50, 4ms, is below percentile_Average_25, 5ms; its Duration is nil"},
		{"minimum above maximum", "4,6,9,1,2,2,3,4,5,7,8", "Minimum, 9ms, is above Maximum, 1ms; its Duration is nil"},
		{"average above all", "9.1,6,1,9,2,2,3,4,5,7,8", "Average, 9.1ms, is not between the percentiles, 2ms and 8ms; its Duration is nil"},
		{"average below all", "0.9,6,1,9,2,2,3,4,5,7,8", "Average, 900µs, is not between the percentiles, 2ms and 8ms; its Duration is nil"},
		{"negative", "4,6,1,9,-2,2,3,4,5,7,8", "percentile_Average_0 is negative, -2 ms; its Duration is nil"},
		{"negative and far", "4,6,1,9,-2e999,2,3,4,5,7,8", "percentile_Average_0 is negative, -2e999 ms; its Duration is nil"},
		{"too long", "4,6,1,9,2,2,3,4,5,7,1152921504606.8469765", "percentile_Average_100 is beyond 36 years, 1152921504606.8469765 ms; its Duration is nil"},
		{"of no execution", "4,0,1,9,2,2,3,4,5,7,8", "Count is 0; its Duration is nil"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := workload.ReadAzure2019(
				strings.NewReader(azureInvocationsHeader+"o,a,f,http,1,2,3\n"),
				strings.NewReader(azureDurationsHeader+"o,a,f,"+c.line+"\n"))
			if err != nil {
				t.Fatal(err)
			}
			want := []workload.AzureIssue{{
				Line: 2, File: "durations", Owner: "o", App: "a", Function: "f",
				Kind: workload.AzureBadDurations, Count: 1, Detail: c.detail,
			}}
			if diff := cmp.Diff(want, got.Issues); diff != "" {
				t.Errorf("issues (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]azureDay{{Name: "o/a/f", Trigger: "http", Counts: []int{1, 2, 3}}}, azureDays(got)); diff != "" {
				t.Errorf("functions (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadAzure2019Errors(t *testing.T) {
	const f = "o,a,f,http,1,2,3\n"
	const countAllowed = "a whole number of requests, 0 to 1e9"
	long := strings.Repeat("9", 61)
	failed := errors.New("failed")
	durationLine := func(values string) string { return azureDurationsHeader + "o,a,f," + values + "\n" }
	for _, c := range []struct {
		name                   string
		invocations, durations io.Reader // nil durations are just a header
		want                   error
		text                   string
	}{
		{
			name: "no readers",
			want: &workload.AzureColumnError{File: "invocations", Line: 1, Missing: []string{"HashOwner", "HashApp", "HashFunction"}},
			text: "workload: invocations, line 1: missing columns HashOwner, HashApp, HashFunction",
		},
		{
			name: "empty invocations", invocations: strings.NewReader(""),
			want: &workload.AzureColumnError{File: "invocations", Line: 1, Missing: []string{"HashOwner", "HashApp", "HashFunction"}},
			text: "workload: invocations, line 1: missing columns HashOwner, HashApp, HashFunction",
		},
		{
			name: "only a byte order mark", invocations: strings.NewReader(azureMark),
			want: &workload.AzureColumnError{File: "invocations", Line: 1, Missing: []string{"HashOwner", "HashApp", "HashFunction"}},
			text: "workload: invocations, line 1: missing columns HashOwner, HashApp, HashFunction",
		},
		{
			name: "empty durations", invocations: strings.NewReader(azureInvocationsHeader + f), durations: strings.NewReader("\n\n"),
			want: &workload.AzureColumnError{File: "durations", Line: 1, Missing: strings.Split("HashOwner,HashApp,HashFunction,Count,Average,Minimum,Maximum,percentile_Average_0,percentile_Average_1,percentile_Average_25,percentile_Average_50,percentile_Average_75,percentile_Average_99,percentile_Average_100", ",")},
			text: "workload: durations, line 1: missing columns HashOwner, HashApp, HashFunction, Count, Average, Minimum, Maximum, percentile_Average_0, percentile_Average_1, percentile_Average_25, percentile_Average_50, percentile_Average_75, percentile_Average_99, percentile_Average_100",
		},
		{
			name: "files swapped", invocations: strings.NewReader(azureDurationsHeader),
			want: &workload.AzureColumnError{File: "invocations", Line: 1, Missing: []string{"1"}},
			text: "workload: invocations, line 1: missing columns 1",
		},
		{
			name: "minutes with a gap", invocations: strings.NewReader("\nHashOwner,HashApp,HashFunction,1,2,4\n"),
			want: &workload.AzureColumnError{File: "invocations", Line: 2, Missing: []string{"3"}},
			text: "workload: invocations, line 2: missing columns 3",
		},
		{
			name: "a minute that is too far", invocations: strings.NewReader("HashOwner,HashApp,HashFunction,1,2,99999999999999999999\n"),
			want: &workload.AzureColumnError{File: "invocations", Line: 1, Missing: []string{"3"}},
			text: "workload: invocations, line 1: missing columns 3",
		},
		{
			name: "minutes from 0", invocations: strings.NewReader("HashOwner,HashApp,HashFunction,0,1,2\n"),
			want: &workload.AzureColumnError{File: "invocations", Line: 1, Impossible: []string{"0"}},
			text: "workload: invocations, line 1: impossible columns 0",
		},
		{
			name: "a minute twice, another missing", invocations: strings.NewReader("HashOwner,HashApp,HashFunction,1,3,minute_1\n"),
			want: &workload.AzureColumnError{File: "invocations", Line: 1, Missing: []string{"2"}, Repeated: []string{"minute_1"}},
			text: "workload: invocations, line 1: missing columns 2; repeated columns minute_1",
		},
		{
			name: "two triggers", invocations: strings.NewReader("HashOwner,HashApp,HashFunction,Trigger,1,Trigger\n"),
			want: &workload.AzureColumnError{File: "invocations", Line: 1, Repeated: []string{"Trigger"}},
			text: "workload: invocations, line 1: repeated columns Trigger",
		},
		{
			name: "too few values", invocations: strings.NewReader(azureInvocationsHeader + f + "o,a,f,http,1,2\n"),
			want: &workload.AzureLineError{File: "invocations", Line: 3, Given: "6 values", Allowed: "7, as in the header", Err: csv.ErrFieldCount},
			text: "workload: invocations, line 3: wrong number of fields: 6 values, allowed is 7, as in the header",
		},
		{
			name: "too many values", invocations: strings.NewReader(azureInvocationsHeader + f), durations: strings.NewReader(durationLine("4,6,1,9,2,2,3,4,5,7,8,9")),
			want: &workload.AzureLineError{File: "durations", Line: 2, Given: "15 values", Allowed: "14, as in the header", Err: csv.ErrFieldCount},
			text: "workload: durations, line 2: wrong number of fields: 15 values, allowed is 14, as in the header",
		},
		{
			name: "quote that does not end", invocations: strings.NewReader(azureInvocationsHeader + "o,a,f,\"http,1,2,3\n"),
			want: &workload.AzureLineError{File: "invocations", Line: 2, Err: csv.ErrQuote},
			text: `workload: invocations, line 2: extraneous or missing " in quoted-field`,
		},
		{
			name: "reader that fails", invocations: io.MultiReader(strings.NewReader(azureInvocationsHeader+f), iotest.ErrReader(failed)),
			want: &workload.AzureLineError{File: "invocations", Line: 3, Err: failed},
			text: "workload: invocations, line 3: failed",
		},
		{
			name: "reader that fails at once", invocations: iotest.ErrReader(failed),
			want: &workload.AzureLineError{File: "invocations", Line: 1, Err: failed},
			text: "workload: invocations, line 1: failed",
		},
		{
			name: "count that is no number", invocations: strings.NewReader(azureInvocationsHeader + "o,a,f,http,1,NaN,3\n"),
			want: &workload.AzureLineError{File: "invocations", Line: 2, Column: "2", Given: "NaN", Allowed: countAllowed},
			text: `workload: invocations, line 2: 2 is "NaN", allowed is a whole number of requests, 0 to 1e9`,
		},
		{
			name: "empty count", invocations: strings.NewReader(azureInvocationsHeader + f + "o,a,f,http,,2,3\n"),
			want: &workload.AzureLineError{File: "invocations", Line: 3, Column: "1", Given: "", Allowed: countAllowed},
			text: `workload: invocations, line 3: 1 is "", allowed is a whole number of requests, 0 to 1e9`,
		},
		{
			name: "negative count", invocations: strings.NewReader(azureInvocationsHeader + "o,a,f,http,1,2,-3\n"),
			want: &workload.AzureLineError{File: "invocations", Line: 2, Column: "3", Given: "-3", Allowed: countAllowed},
			text: `workload: invocations, line 2: 3 is "-3", allowed is a whole number of requests, 0 to 1e9`,
		},
		{
			name: "half a request", invocations: strings.NewReader(azureInvocationsHeader + "o,a,f,http,1,2,2.5\n"),
			want: &workload.AzureLineError{File: "invocations", Line: 2, Column: "3", Given: "2.5", Allowed: countAllowed},
			text: `workload: invocations, line 2: 3 is "2.5", allowed is a whole number of requests, 0 to 1e9`,
		},
		{
			name: "too large a count", invocations: strings.NewReader(azureInvocationsHeader + "o,a,f,http,1000000000,1000000001,1\n"),
			want: &workload.AzureLineError{File: "invocations", Line: 2, Column: "2", Given: "1000000001", Allowed: countAllowed},
			text: `workload: invocations, line 2: 2 is "1000000001", allowed is a whole number of requests, 0 to 1e9`,
		},
		{
			name: "too large a sum of counts", invocations: strings.NewReader(azureInvocationsHeader + f + "o,a,f,http,1,2,999999998\n"),
			want: &workload.AzureLineError{File: "invocations", Line: 3, Column: "3", Given: "999999998", Allowed: countAllowed + ", with those of the function's earlier lines"},
			text: `workload: invocations, line 3: 3 is "999999998", allowed is a whole number of requests, 0 to 1e9, with those of the function's earlier lines`,
		},
		{
			name: "long value", invocations: strings.NewReader(azureInvocationsHeader + "o,a,f,http," + long + ",2,3\n"),
			want: &workload.AzureLineError{File: "invocations", Line: 2, Column: "1", Given: long[:60] + "…", Allowed: countAllowed},
			text: `workload: invocations, line 2: 1 is "` + long[:60] + `…", allowed is a whole number of requests, 0 to 1e9`,
		},
		{
			name: "duration that is no number", invocations: strings.NewReader(azureInvocationsHeader + f), durations: strings.NewReader(durationLine("4,6,1,9,2,2,3,0x4,5,7,8")),
			want: &workload.AzureLineError{File: "durations", Line: 2, Column: "percentile_Average_50", Given: "0x4", Allowed: "a number of ms"},
			text: `workload: durations, line 2: percentile_Average_50 is "0x4", allowed is a number of ms`,
		},
		{
			name: "empty percentile", invocations: strings.NewReader(azureInvocationsHeader + f), durations: strings.NewReader(durationLine("4,6,1,9,2,2,3,4,5,7,")),
			want: &workload.AzureLineError{File: "durations", Line: 2, Column: "percentile_Average_100", Given: "", Allowed: "a number of ms"},
			text: `workload: durations, line 2: percentile_Average_100 is "", allowed is a number of ms`,
		},
		{
			name: "infinite duration", invocations: strings.NewReader(azureInvocationsHeader + f), durations: strings.NewReader(durationLine("4,6,1,Inf,2,2,3,4,5,7,8")),
			want: &workload.AzureLineError{File: "durations", Line: 2, Column: "Maximum", Given: "Inf", Allowed: "a number of ms"},
			text: `workload: durations, line 2: Maximum is "Inf", allowed is a number of ms`,
		},
		{
			name: "negative Count", invocations: strings.NewReader(azureInvocationsHeader + f), durations: strings.NewReader(durationLine("4,-6,1,9,2,2,3,4,5,7,8")),
			want: &workload.AzureLineError{File: "durations", Line: 2, Column: "Count", Given: "-6", Allowed: "a whole number of executions, 0 to 1.44e12"},
			text: `workload: durations, line 2: Count is "-6", allowed is a whole number of executions, 0 to 1.44e12`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.durations == nil {
				c.durations = strings.NewReader(azureDurationsHeader)
			}
			got, err := workload.ReadAzure2019(c.invocations, c.durations)
			if got != nil || err == nil {
				t.Fatalf("got %v, error %v", got, err)
			}
			checkAzureError(t, c.want, c.text, err)
		})
	}
}

// TestAzure2019Samples reads samples of the real dataset, which are no part of this repository; the totals were computed
// from them with another program.
func TestAzure2019Samples(t *testing.T) {
	type summary struct{ Functions, WithDurations, Minutes, Requests, Issues int }
	for _, c := range []struct {
		name string
		want summary
	}{
		{"azure2019-s1", summary{1, 1, 1440, 20_820_188, 0}},
		{"azure2019-day_10", summary{10, 10, 1440, 28_432, 0}},
		{"azure2019-day_200", summary{200, 200, 1440, 1_770_353, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			open := func(name string) io.Reader {
				f, err := os.Open(filepath.Join("/work/shared/traces", c.name, name))
				if errors.Is(err, os.ErrNotExist) {
					t.Skip("the samples are not on this machine")
				}
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { f.Close() })
				return f
			}
			a, err := workload.ReadAzure2019(open("invocations.csv"), open("durations.csv"))
			if err != nil {
				t.Fatal(err)
			}
			got := summary{Functions: len(a.Functions), Issues: len(a.Issues)}
			for _, f := range a.Functions {
				if f.Duration != nil {
					got.WithDurations++
				}
				got.Minutes = max(got.Minutes, len(f.Counts))
				for _, n := range f.Counts {
					got.Requests += n
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("summary (-want +got):\n%s", diff)
			}
		})
	}
}
