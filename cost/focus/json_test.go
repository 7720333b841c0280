package focus_test

import (
	"bytes"
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/focus"
)

// fullReport is one that has something of everything.
func fullReport(t *testing.T) *focus.Report {
	t.Helper()
	o := loggedOptions(t)
	o.Bill = &cost.Statement{Bills: []cost.Bill{planBill(t)}}
	items := append(loggedItems(), compute.with(func(i *item) {
		i.rateCode, i.billed, i.price = "XCU6U9G4FCKZQWG9.JRTCKXETXF.V7R92EXG27", "0.0019017162", "0.0000133334"
	}))
	export := focusExport(items...)
	head, _, _ := strings.Cut(export, "\n")
	r, err := focus.Reconcile(context.Background(), strings.NewReader(export+"damaged\n"+head+"\n"), o)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Causes) == 0 || len(r.Lines) == 0 || len(r.Tiers) == 0 || len(r.Bill) == 0 || len(r.Usage) == 0 || len(r.Functions) == 0 || len(r.Missing) == 0 || len(r.Errors) == 0 {
		t.Fatalf("a part is missing: %+v", r)
	}
	return r
}

// texts compares errors by what they say.
var texts = cmp.Comparer(func(a, b error) bool { return a.Error() == b.Error() })

// A report, each of its parts and a row are written as JSON and read back, whatever decimal's package-level settings are.
func TestJSONRoundTrip(t *testing.T) {
	r := fullReport(t)
	c := charge()
	c.Commitment = &focus.Commitment{ID: "arn:plan", Fee: true}
	rows, err := focus.FromBill(planBill(t), c)
	if err != nil {
		t.Fatal(err)
	}
	values := []any{
		*r, r.Causes[0], r.Causes[0].Sum, r.Causes[0].Examples[0], r.Lines[0], r.Tiers[0], r.Bill[0], r.Usage[0], r.Functions[0], r.Missing[0],
		rows[0], rows[len(rows)-1],
		focus.Row{},
		focus.Number{},
		number("-1.50"),
		focus.Text{},
		focus.Of(""), focus.Of(at("2026-09-05T10:00:00Z")),
		focus.Report{},
		focus.Sum{},
		focus.Result{},
		focus.CauseSum{},
		focus.LineSum{},
		focus.TierSplit{Export: []decimal.Decimal{}, Computed: []decimal.Decimal{}},
	}
	write := func() (all [][]byte) {
		for _, v := range values {
			text, err := json.Marshal(v)
			if err != nil {
				t.Fatalf("%T: %v", v, err)
			}
			all = append(all, text)
		}
		return all
	}
	want := write()
	defer func(q, z, s bool) {
		decimal.MarshalJSONWithoutQuotes, decimal.TrimTrailingZeros, decimal.UseScientificNotation = q, z, s
	}(decimal.MarshalJSONWithoutQuotes, decimal.TrimTrailingZeros, decimal.UseScientificNotation)
	decimal.MarshalJSONWithoutQuotes, decimal.TrimTrailingZeros, decimal.UseScientificNotation = true, false, true
	got := write()
	for i, v := range values {
		if !bytes.Equal(want[i], got[i]) {
			t.Errorf("%T depends on settings: %s and %s", v, want[i], got[i])
		}
		back := reflect.New(reflect.TypeOf(v))
		if err := json.Unmarshal(got[i], back.Interface()); err != nil {
			t.Errorf("%T: %v", v, err)
			continue
		}
		if diff := cmp.Diff(v, back.Elem().Interface(), texts); diff != "" {
			t.Errorf("%T %s (-want +got):\n%s", v, got[i], diff)
		}
	}
}

// What is no number, no cause, or too large is refused, and nothing is half read.
func TestJSONOfNonsense(t *testing.T) {
	for _, text := range []string{`"x"`, `"1e999999999"`, `1e99999999`, `{}`, `""`, `"`, `"1,5"`, `true`, `"1e61"`} {
		n := number("7")
		if err := json.Unmarshal([]byte(text), &n); err == nil || !n.V.Equal(dec("7")) {
			t.Errorf("number %s: %v, error %v", text, n, err)
		}
		var m focus.MissingFunction
		if err := json.Unmarshal([]byte(`{"Function":"f","Billed":`+text+`}`), &m); text != `"1e61"` && (err == nil || m.Function != "") {
			t.Errorf("billed %s: %+v, error %v", text, m, err)
		}
	}
	if n := focus.Of(decimal.New(1, 500_000_000)); true {
		if _, err := json.Marshal(n); err == nil {
			t.Error("a gigantic number is written")
		}
	}
	var c focus.Cause
	if err := json.Unmarshal([]byte(`"Coffee"`), &c); err == nil {
		t.Error("a cause that does not exist is read")
	}
	for _, want := range focus.Causes() {
		if err := c.UnmarshalText([]byte(want.String())); err != nil || c != want {
			t.Errorf("%s is read as %s, error %v", want, c, err)
		}
	}
}
