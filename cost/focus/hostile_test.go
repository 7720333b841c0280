package focus_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/focus"
)

// Numbers are refused by their digits before the point and behind it, however they are spelled, by reader and writer alike.
func TestDigitsOfNumbers(t *testing.T) {
	nines := func(n int) string { return strings.Repeat("9", n) }
	tests := map[string]struct {
		text string
		ok   bool
	}{
		"60 digits":                       {nines(60), true},
		"61 digits":                       {nines(61), false},
		"10^60":                           {"1" + strings.Repeat("0", 60), false},
		"10^60 - 1":                       {"-" + nines(60), true},
		"zeros in front":                  {strings.Repeat("0", 100) + nines(60), true},
		"100 digits":                      {nines(100), false},
		"300 digits":                      {nines(300), false},
		"60 digits and 200":               {nines(60) + "." + nines(200), true},
		"60 digits and 201":               {nines(60) + "." + nines(201), false},
		"1E59":                            {"1E59", true},
		"1E60":                            {"1E60", false},
		"18 digits, E42":                  {nines(18) + "E42", true},
		"18 digits, E43":                  {nines(18) + "E43", false},
		"many digits, shifted back":       {nines(100) + "E-40", true},
		"many digits, shifted too little": {nines(100) + "E-39", false},
		"zero with an exponent":           {"0E60", true},
		"2^199, 60 digits":                {"803469022129495137770981046170581301261101496891396417650688", true},
		"10^60 - 1, shifted":              {nines(61) + "E-1", true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			file := smallHead + "a,b," + tt.text + "\n"
			var out *focus.LineError
			for row, err := range focus.Rows(strings.NewReader(file)) {
				if tt.ok != (err == nil) || err != nil && !errors.As(err, &out) {
					t.Fatalf("error %v", err)
				}
				if err == nil && !row.BilledCost.V.Equal(dec(tt.text)) {
					t.Errorf("read as %s", row.BilledCost.V)
				}
			}
			row := focus.Row{BilledCost: number(tt.text)}
			var refused *focus.RowError
			if err := focus.WriteCSV(io.Discard, []focus.Row{row}, nil); tt.ok != (err == nil) || err != nil && !errors.As(err, &refused) {
				t.Errorf("written: error %v", err)
			}
		})
	}
}

// Rows of the largest numbers that a file can have do not spoil the report.
func TestReportOfGiants(t *testing.T) {
	giant := strings.Repeat("9", 60)
	items := []item{
		compute.with(func(i *item) { i.quantity, i.billed, i.effective = giant, giant, giant+"."+strings.Repeat("9", 200) }),
		compute.with(func(i *item) { i.quantity = giant + "." + strings.Repeat("9", 200); i.billed = giant }),
		compute.with(func(i *item) { i.kind, i.billed = "Tax", giant }),
		compute.with(func(i *item) { i.billed = "-" + giant }),
	}
	for range 4 {
		items = append(items, items...)
	}
	r := reconcile(t, focusExport(items...), nil)
	if r.Unread != 0 || r.Rows != 64 {
		t.Fatalf("%d rows, unread %v", r.Rows, r.Errors)
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var back focus.Report
	if err := json.Unmarshal(text, &back); err != nil || !back.Total.Equal(r.Total) {
		t.Errorf("total %s is read back as %s, error %v", r.Total, back.Total, err)
	}
	var table bytes.Buffer
	if err := r.WriteTable(&table); err != nil || strings.Contains(table.String(), "too many digits") {
		t.Errorf("table: error %v\n%s", err, table.String())
	}
}

// Long names of functions do not fill memory or report.
func TestLongFunctionNames(t *testing.T) {
	var items []item
	for i := range 3 {
		items = append(items, compute.with(func(row *item) {
			row.resource = "arn:aws:lambda:us-west-2:123456789012:function:" + fmt.Sprint(i) + strings.Repeat("x", 900_000)
		}))
	}
	r := reconcile(t, focusExport(items...), &focus.Options{Logs: map[string]map[string]cost.Usage{"us-west-2": {}}})
	if len(r.Missing) != 3 {
		t.Errorf("%d missing functions, want 3", len(r.Missing))
	}
	for _, m := range r.Missing {
		if len(m.Function) > 200 {
			t.Errorf("a name of %d bytes", len(m.Function))
		}
	}
}

// Decimals of any exponent are compared at once, by value.
func TestRowEqualOfGiants(t *testing.T) {
	row := func(d decimal.Decimal) focus.Row { return focus.Row{BilledCost: focus.Of(d)} }
	ten := decimal.New(10, 499_999_999)
	tests := map[string]struct {
		a, b decimal.Decimal
		want bool
	}{
		"gigantic and small":        {decimal.New(1, 500_000_000), decimal.New(1, 0), false},
		"gigantic and tiny":         {decimal.New(1, 500_000_000), decimal.New(1, -500_000_000), false},
		"gigantic, the same":        {decimal.New(1, 500_000_000), ten, true},
		"gigantic, nearly the same": {decimal.New(11, 499_999_999), ten, false},
		"of two signs":              {decimal.New(-1, 500_000_000), decimal.New(1, 500_000_000), false},
		"two zeros":                 {decimal.New(0, 500_000_000), decimal.New(0, -5), true},
		"zero and not":              {decimal.New(0, 500_000_000), decimal.New(1, -5), false},
		"small":                     {dec("1.50"), dec("1.5"), true},
		"powers of ten":             {dec("100000000000000000000"), decimal.New(1, 20), true},
		"near powers of ten":        {dec("99999999999999999999"), decimal.New(1, 20), false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := row(tt.a).Equal(row(tt.b)); got != tt.want || row(tt.b).Equal(row(tt.a)) != tt.want {
				t.Errorf("%t, want %t", got, tt.want)
			}
		})
	}
}

// What the writer takes, the reader takes: a row of 1 MB at most.
func TestWriterRefusesWhatTheReaderDoes(t *testing.T) {
	var w bytes.Buffer
	layout := &focus.Layout{Columns: []string{"ServiceName", "Tags"}}
	out, err := focus.NewWriter(&w, layout)
	if err != nil {
		t.Fatal(err)
	}
	const fits = 1<<20 - len("a,\n")
	for _, n := range []int{10, fits, fits + 1, 2 << 20, 11} {
		err := out.Write(focus.Row{ServiceName: focus.Of("a"), Tags: focus.Of(strings.Repeat("x", n))})
		var refused *focus.RowError
		if (err == nil) != (n <= fits) || err != nil && (!errors.As(err, &refused) || refused.Column != "Tags") {
			t.Errorf("%d bytes: error %v", n, err)
		}
	}
	if err := out.Flush(); err != nil {
		t.Fatal(err)
	}
	if rows := readAll(t, w.String()); len(rows) != 3 || len(rows[2].Tags.V) != 11 {
		t.Errorf("%d rows are read back", len(rows))
	}
}

// A context is not needed for an error of what was given.
func TestNilReader(t *testing.T) {
	var out *focus.RangeError
	if _, err := focus.Reconcile(context.Background(), nil, nil); !errors.As(err, &out) || out.Field != "r" {
		t.Errorf("error %v, want a RangeError", err)
	}
}

// Values that nobody made with this package do not panic.
func TestZeroValues(t *testing.T) {
	for name, use := range map[string]func() error{
		"Reader.Rows": func() error {
			for _, err := range new(focus.Reader).Rows() {
				return err
			}
			return nil
		},
		"Writer.Write": func() error { return new(focus.Writer).Write(focus.Row{}) },
		"Writer.Flush": func() error { return new(focus.Writer).Flush() },
	} {
		var out *focus.RangeError
		if err := use(); !errors.As(err, &out) || out.Given != "the zero value" {
			t.Errorf("%s: error is %v", name, err)
		}
	}
	r := focus.Report{Unread: 1, Errors: []error{nil}}
	if err := r.WriteTable(io.Discard); err != nil {
		t.Error(err)
	}
	if _, err := json.Marshal(r); err != nil {
		t.Error(err)
	}
}
