package focus_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/focus"
)

// said is all that the package can say, as text.
func said(t *testing.T) map[string]string {
	t.Helper()
	c := charge()
	c.Commitment = &focus.Commitment{ID: "arn:plan", Fee: true}
	b := planBill(t)
	rows, err := focus.FromBill(b, c)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{"csv": csvOf(t, rows, nil)}
	back, err := focus.ToStatement(focus.Rows(strings.NewReader(all["csv"])), nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(back)
	if err != nil {
		t.Fatal(err)
	}
	all["bill"] = string(text)
	for f, err := range focus.CheckCSV(strings.NewReader(exampleExport), "") {
		if err != nil {
			t.Fatal(err)
		}
		all["findings"] += f.String() + "\n"
	}
	o := loggedOptions(t)
	o.Bill = &cost.Statement{Bills: []cost.Bill{b}}
	report, err := focus.Reconcile(context.Background(), strings.NewReader(focusExport(loggedItems()...)), o)
	if err != nil {
		t.Fatal(err)
	}
	var table bytes.Buffer
	if err := report.WriteTable(&table); err != nil {
		t.Fatal(err)
	}
	if text, err = json.Marshal(report); err != nil {
		t.Fatal(err)
	}
	all["table"], all["json"] = table.String(), string(text)
	return all
}

// None of decimal's package-level settings changes a figure or a text.
func TestDecimalSettingsDoNotMatter(t *testing.T) {
	want := said(t)
	precision, quotes, zeros, scientific := decimal.DivisionPrecision, decimal.MarshalJSONWithoutQuotes, decimal.TrimTrailingZeros, decimal.UseScientificNotation
	defer func() {
		decimal.DivisionPrecision, decimal.MarshalJSONWithoutQuotes = precision, quotes
		decimal.TrimTrailingZeros, decimal.UseScientificNotation = zeros, scientific
	}()
	decimal.DivisionPrecision, decimal.MarshalJSONWithoutQuotes = 1, true
	decimal.TrimTrailingZeros, decimal.UseScientificNotation = false, true
	if diff := cmp.Diff(want, said(t)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// endless is an export that is made while it is read.
type endless struct {
	head, rows []byte
	left       int // rows blocks
	at         []byte
}

func (e *endless) Read(b []byte) (int, error) {
	if len(e.at) == 0 {
		switch {
		case e.head != nil:
			e.at, e.head = e.head, nil
		case e.left == 0:
			return 0, io.EOF
		default:
			e.at = e.rows
			e.left--
		}
	}
	n := copy(b, e.at)
	e.at = e.at[n:]
	return n, nil
}

// Memory does not grow with the export: 16 MB are reconciled and read within the memory of 4.
func TestConstantMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 16 MB twice")
	}
	var data bytes.Buffer
	writeExport(&data, 3000, false)
	head, rows, _ := bytes.Cut(data.Bytes(), []byte("\n"))
	blocks := 16 << 20 / len(rows)
	export := func() io.Reader { return &endless{head: []byte(string(head) + "\n"), rows: rows, left: blocks} }
	heap := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := heap()
	const most = 4 << 20
	check := func(rows uint64) {
		if grown := heap() - before; grown > most {
			t.Errorf("after %d rows: %d bytes more", rows, grown)
		}
	}
	r, err := focus.Reconcile(context.Background(), export(), &focus.Options{Progress: func(rows uint64) {
		check(rows)
	}})
	if err != nil || r.Rows != uint64(3000*blocks) {
		t.Fatalf("%d rows, error %v", r.Rows, err)
	}
	n := uint64(0)
	for _, err := range focus.Rows(export()) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n%10_000 == 0 {
			check(n)
		}
	}
	if n != r.Rows {
		t.Errorf("%d rows are read, %d reconciled", n, r.Rows)
	}
}
