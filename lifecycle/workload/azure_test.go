package workload_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

const (
	azureInvocationsHeader = "HashOwner,HashApp,HashFunction,Trigger,1,2,3\n"
	azureDurationsHeader   = "HashOwner,HashApp,HashFunction,Average,Count,Minimum,Maximum,percentile_Average_0,percentile_Average_1,percentile_Average_25,percentile_Average_50,percentile_Average_75,percentile_Average_99,percentile_Average_100\n"
	azureTraceHeader       = "app,func,end_timestamp,duration\n"
	azureMark              = "\uFEFF"
)

// azureDay is a function as read, its distribution by its quantiles.
type azureDay struct {
	Name, Trigger string
	Counts        []int
	Mean          time.Duration
	Quantiles     []time.Duration // at the dataset's percentiles
}

func azureDays(a *workload.Azure2019) []azureDay {
	var days []azureDay
	for _, f := range a.Functions {
		d := azureDay{Name: f.Owner + "/" + f.App + "/" + f.Function, Trigger: f.Trigger, Counts: f.Counts}
		if f.Duration != nil {
			d.Mean = f.Duration.Mean()
			for _, p := range []float64{0, 0.01, 0.25, 0.5, 0.75, 0.99, 1} {
				d.Quantiles = append(d.Quantiles, f.Duration.Quantile(p))
			}
		}
		days = append(days, d)
	}
	return days
}

// azureIssues gives issues without their details, which are for people.
func azureIssues(issues []workload.AzureIssue) []string {
	var s []string
	for _, i := range issues {
		s = append(s, fmt.Sprintf("%s:%d %v %d %s/%s/%s", i.File, i.Line, i.Kind, i.Count, i.Owner, i.App, i.Function))
	}
	return s
}

const ms = time.Millisecond

func checkAzureError(t *testing.T, want error, text string, err error) {
	t.Helper()
	sameError := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Err" }, cmp.Comparer(func(x, y error) bool { return x == y }))
	if diff := cmp.Diff(want, err, sameError); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(text, err.Error()); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
	if e, ok := errors.AsType[*workload.AzureLineError](want); ok && e.Err != nil && !errors.Is(err, e.Err) {
		t.Errorf("%v is not %v", err, e.Err)
	}
}

func TestAzureIssueString(t *testing.T) {
	for _, c := range []struct {
		name  string
		issue workload.AzureIssue
		want  string
	}{
		{
			"of a function",
			workload.AzureIssue{Line: 3, File: "trace", App: "a", Function: "f", Kind: workload.AzureEarly, Count: 1, Detail: "so"},
			"trace, line 3: before the start: so (app a, function f)",
		},
		{
			"of the file",
			workload.AzureIssue{Line: 3, File: "trace", Kind: workload.AzureUnsorted, Count: 1, Detail: "so"},
			"trace, line 3: unsorted: so",
		},
		{"zero", workload.AzureIssue{}, ", line 0: AzureIssueKind(0): "},
		{"unknown kind", workload.AzureIssue{Kind: 99}, ", line 0: AzureIssueKind(99): "},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, c.issue.String()); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}
