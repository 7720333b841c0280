package focus_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/focus"
)

func usageOf(t testing.TB, requests, gbSeconds string) cost.Usage {
	t.Helper()
	var u cost.Usage
	for m, q := range map[cost.Meter]string{cost.Requests: requests, cost.Compute: gbSeconds} {
		if err := u.Add(m, cost.X86, dec(q)); err != nil {
			t.Fatal(err)
		}
	}
	return u
}

// loggedItems are an hour of an account: two functions in the logs, one of which used more than its log has, one that no log
// has, provisioned concurrency, free usage, a region without a log, data transfer.
func loggedItems() []item {
	function := func(name string) func(*item) {
		return func(i *item) { i.resource = "arn:aws:lambda:us-west-2:123456789012:function:" + name }
	}
	request := compute.with(func(i *item) {
		i.rateCode, i.usageType, i.quantity, i.billed, i.price, i.contracted = "", "USW2-Request", "100", "0.00002", "0.0000002", "0.0000002"
	})
	return []item{
		compute, request,
		compute.with(function("mailer")), request.with(function("mailer")),
		compute.with(function("ghost")), request.with(function("ghost")), request.with(function("phantom")),
		compute.with(func(i *item) {
			i.rateCode, i.usageType, i.quantity, i.billed, i.price = "", "USW2-Lambda-Provisioned-Concurrency", "1000", "0.0041667", "0.0000041667"
		}),
		request.with(func(i *item) { i.usageType, i.billed, i.price, i.quantity = "Global-Request", "0", "0", "40" }),
		request.with(func(i *item) {
			i.region, i.usageType, i.resource = "eu-west-1", "EU-Request", "arn:aws:lambda:eu-west-1:1:function:far"
		}),
		request.with(func(i *item) { i.resource = "" }),
		compute.with(func(i *item) { i.rateCode, i.usageType = "", "USW2-DataTransfer-Out-Bytes" }),
	}
}

func loggedOptions(t testing.TB) *focus.Options {
	return &focus.Options{Logs: map[string]map[string]cost.Usage{"us-west-2": {
		"orders": usageOf(t, "100", "142.628"), "mailer": usageOf(t, "90", "100"), "idle": usageOf(t, "7", "0"), "": usageOf(t, "3", "0"),
	}}}
}

// What the export bills and the logs do not explain: by meter, by function, and functions that are missing.
func TestAgainstLogs(t *testing.T) {
	for format, export := range map[string]string{
		"focus": focusExport(loggedItems()...), "cur": curExport(true, loggedItems()...), "cur 2.0": curExport(false, loggedItems()...),
	} {
		t.Run(format, func(t *testing.T) {
			r := reconcile(t, export, loggedOptions(t))
			var usage []string
			for _, d := range r.Usage {
				usage = append(usage, fmt.Sprintf("%s %s: export %s, log %s, missing %s, unexplained %s, %s", d.Region, d.Key, d.Export, d.Log, d.Missing, d.Unexplained(), d.Reason))
			}
			want := []string{
				" Requests: export 40, log 0, missing 0, unexplained 40, " + string(focus.FreeUsage),
				"eu-west-1 Requests x86_64: export 100, log 0, missing 0, unexplained 100, " + string(focus.NoLog),
				"us-west-2 Requests x86_64: export 500, log 200, missing 200, unexplained 100, ",
				"us-west-2 Compute x86_64: export 427.884, log 242.628, missing 142.628, unexplained 42.628, ",
				"us-west-2 ProvisionedConcurrency x86_64: export 1000, log 0, missing 0, unexplained 1000, " + string(focus.NotLogged),
			}
			if diff := cmp.Diff(want, usage); diff != "" {
				t.Errorf("usage (-want +got):\n%s", diff)
			}
			x86 := func(m cost.Meter) cost.Key { return cost.Key{Meter: m, Arch: cost.X86} }
			functions := []focus.FunctionDifference{
				{Region: "us-west-2", Function: "idle", Key: x86(cost.Requests), Export: dec("0"), Log: dec("7")},
				{Region: "us-west-2", Function: "mailer", Key: x86(cost.Requests), Export: dec("100"), Log: dec("90")},
				{Region: "us-west-2", Function: "mailer", Key: x86(cost.Compute), Export: dec("142.628"), Log: dec("100")},
			}
			if diff := cmp.Diff(functions, r.Functions); diff != "" {
				t.Errorf("functions (-want +got):\n%s", diff)
			}
			missing := []focus.MissingFunction{
				{Region: "us-west-2", Function: "ghost", Rows: 2, Billed: dec("0.0023971381")}, {Region: "us-west-2", Function: "phantom", Rows: 1, Billed: dec("0.00002")},
			}
			if diff := cmp.Diff(missing, r.Missing); diff != "" || r.MissingRows != 3 {
				t.Errorf("%d missing rows (-want +got):\n%s", r.MissingRows, diff)
			}
		})
	}
}

// A log that has all of it leaves nothing.
func TestNothingUnexplained(t *testing.T) {
	r := reconcile(t, focusExport(compute, compute), &focus.Options{Logs: map[string]map[string]cost.Usage{"us-west-2": {"orders": usageOf(t, "0", "285.256")}}})
	if len(r.Functions)+len(r.Missing) != 0 || len(r.Usage) != 1 || !r.Usage[0].Unexplained().IsZero() {
		t.Errorf("%+v, %+v, %+v", r.Usage, r.Functions, r.Missing)
	}
	if r.Lines[0].Quantity.String() != "285.256" || r.Lines[0].Matched != 2 {
		t.Errorf("%+v", r.Lines)
	}
}

// However many functions the export has, so many are kept.
func TestMissingFunctionsAreBounded(t *testing.T) {
	var items []item
	for i := range 6000 {
		items = append(items, compute.with(func(row *item) { row.resource = fmt.Sprintf("arn:aws:lambda:us-west-2:1:function:f%d", i) }))
	}
	r := reconcile(t, focusExport(items...), &focus.Options{Logs: map[string]map[string]cost.Usage{"us-west-2": {}}, Missing: 5})
	if len(r.Missing) != 5 || r.MissingRows != 6000 || !r.Usage[0].Unexplained().IsZero() {
		t.Errorf("%d functions, %d rows, %+v", len(r.Missing), r.MissingRows, r.Usage)
	}
}

func TestReportToRead(t *testing.T) {
	o := loggedOptions(t)
	first := loggedItems()
	r, n := rates(t, "us-west-2"), dec("1000000000")
	bill := billOf(t, r, usageOf(t, "500", "427.884"), nil)
	o.Bill = &cost.Statement{Bills: []cost.Bill{bill}}
	export := focusExport(append(first, compute.with(func(i *item) {
		i.rateCode, i.quantity, i.price, i.billed = "XCU6U9G4FCKZQWG9.JRTCKXETXF.QZE2SB4KVB", n.String(), "0.000015", "15000"
	}))...) + "x\n"
	report := reconcile(t, export, o)
	var b bytes.Buffer
	if err := report.WriteTable(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"FOCUS 1.2: 13 rows, 1 that cannot be read and are in no sum\n  line 15 (byte ", "\nMatched         11 ", "\nTotal           13  15000.",
		"\nDataTransfer, for example:\n  line 13: ", "\nLambda usage:\n", "\n2026-09 us-west-2 Compute x86_64: tiers of the export 427.884 / 1000000000 / 0, of its sum 1000000427.884 / 0 / 0: a difference of -1666.7.",
		"\nAgainst the bill (AWS rounds each row of its export, by up to 5e-11):\n", "\nAgainst the logs, in pricing units:\n", "\nFunctions that differ:\n", "\nFunctions that no log has, 3 rows:\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the table has no %q:\n%s", want, b.String())
		}
	}
	text, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Total, Explained string
		Causes           []struct{ Cause, Billed, Difference string }
		Lines            []struct{ Region, Meter, Arch, Kind, Quantity string }
		Usage            []struct{ Meter, Unexplained string }
		Tiers            []struct {
			Export     []string
			Difference string
		}
		Errors []string
	}
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	if read.Total != report.Total.String() || len(read.Causes) != len(report.Causes) || len(read.Lines) != len(report.Lines) ||
		read.Tiers[0].Difference != "-1666.7" || read.Usage[0].Unexplained != "40" || len(read.Errors) != 1 || read.Lines[1].Arch != "x86_64" {
		t.Errorf("%s", text)
	}
	if err := report.WriteTable(nil); err == nil {
		t.Error("a table without a writer")
	}
}
