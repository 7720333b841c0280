package focus_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/focus"
)

// How values are spelled, and that they are read back as what they were.
func TestSpelling(t *testing.T) {
	type row = focus.Row
	tests := map[string]struct {
		row    row
		layout focus.Layout
		want   string // the line
	}{
		"nulls":                {row{}, focus.Layout{}, ",,"},
		"nulls as NULL":        {row{}, focus.Layout{Null: "NULL"}, "NULL,NULL,NULL"},
		"no text":              {row{ServiceName: focus.Of("")}, focus.Layout{}, `"",,`},
		"the text NULL":        {row{ServiceName: focus.Of("NULL")}, focus.Layout{Null: "NULL"}, `"NULL",NULL,NULL`},
		"text":                 {row{ServiceName: focus.Of("AWS Lambda é")}, focus.Layout{}, "AWS Lambda é,,"},
		"comma":                {row{ServiceName: focus.Of("a,b")}, focus.Layout{}, `"a,b",,`},
		"quotes":               {row{ServiceName: focus.Of(`"a" "`)}, focus.Layout{}, `"""a"" """,,`},
		"line breaks":          {row{ServiceName: focus.Of("a\r\nb\r")}, focus.Layout{}, "\"a\r\nb\r\",,"},
		"blanks":               {row{ServiceName: focus.Of(" a")}, focus.Layout{}, `" a",,`},
		"zero":                 {row{BilledCost: number("0")}, focus.Layout{}, ",0,"},
		"zero with exponent":   {row{BilledCost: focus.Of(decimal.New(0, 30))}, focus.Layout{}, ",0,"},
		"trailing zeros":       {row{BilledCost: number("1.50")}, focus.Layout{}, ",1.5,"},
		"whole":                {row{BilledCost: focus.Of(decimal.New(12, 3))}, focus.Layout{}, ",12000,"},
		"whole with zeros":     {row{BilledCost: number("100.000")}, focus.Layout{}, ",100,"},
		"small":                {row{BilledCost: number("0.0000000001")}, focus.Layout{}, ",0.0000000001,"},
		"negative":             {row{BilledCost: number("-12.034")}, focus.Layout{}, ",-12.034,"},
		"time":                 {row{ChargePeriodStart: focus.Of(at("2026-09-05T10:00:00Z"))}, focus.Layout{}, ",,2026-09-05T10:00:00Z"},
		"time of another zone": {row{ChargePeriodStart: focus.Of(at("2026-09-05T10:00:00+02:00"))}, focus.Layout{}, ",,2026-09-05T08:00:00Z"},
		"parts of a second":    {row{ChargePeriodStart: focus.Of(at("2026-09-05T10:00:00.25Z"))}, focus.Layout{}, ",,2026-09-05T10:00:00.25Z"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			tt.layout.Columns = []string{"ServiceName", "BilledCost", "ChargePeriodStart"}
			text := csvOf(t, []focus.Row{tt.row}, &tt.layout)
			if want := "ServiceName,BilledCost,ChargePeriodStart\n" + tt.want + "\n"; text != want {
				t.Errorf("%q, want %q", text, want)
			}
			if rows := readAll(t, text); len(rows) != 1 || !rows[0].Equal(tt.row) {
				t.Errorf("read back as %+v", rows)
			}
		})
	}
	t.Run("one column that is null", func(t *testing.T) {
		text := csvOf(t, []focus.Row{{}, {ServiceName: focus.Of("a")}}, &focus.Layout{Columns: []string{"ServiceName"}})
		if rows := readAll(t, text); len(rows) != 2 || rows[0].ServiceName.Valid {
			t.Errorf("%q is read as %d rows", text, len(rows))
		}
	})
}

func TestLayouts(t *testing.T) {
	head := func(l *focus.Layout) []string {
		return strings.Split(strings.TrimSpace(csvOf(t, nil, l)), ",")
	}
	if got := head(nil); len(got) != 57-6+6 || got[0] != "AvailabilityZone" || got[len(got)-1] != "x_UnitPrice" {
		t.Errorf("1.2: %d columns: %v", len(got), got)
	}
	if got := head(&focus.Layout{Version: focus.V10}); len(got) != 43+6 {
		t.Errorf("1.0: %d columns: %v", len(got), got)
	}
	if got := head(&focus.Layout{Columns: []string{"Tags", "billedcost"}}); !cmp.Equal(got, []string{"Tags", "BilledCost"}) {
		t.Errorf("own: %v", got)
	}
	for name, l := range map[string]*focus.Layout{
		"version": {Version: "1.1"}, "null": {Null: "-"}, "unknown column": {Columns: []string{"Colour"}},
		"twice": {Columns: []string{"Tags", "tags"}}, "no columns": {Columns: []string{}},
	} {
		var out *focus.RangeError
		if _, err := focus.NewWriter(new(bytes.Buffer), l); !errors.As(err, &out) {
			t.Errorf("%s: error %v, want a RangeError", name, err)
		}
	}
	var out *focus.RangeError
	if _, err := focus.NewWriter(nil, nil); !errors.As(err, &out) {
		t.Errorf("error %v, want a RangeError", err)
	}
	if err := focus.WriteCSV(nil, nil, nil); !errors.As(err, &out) {
		t.Errorf("error %v, want a RangeError", err)
	}
}

// A row that cannot be written is refused as a whole; those around it stand.
func TestRowsThatCannotBeWritten(t *testing.T) {
	for name, tt := range map[string]struct {
		row    focus.Row
		column string
	}{
		"gigantic":          {focus.Row{BilledCost: focus.Of(decimal.New(1, 999999999))}, "BilledCost"},
		"too many decimals": {focus.Row{ListCost: focus.Of(decimal.New(1, -201))}, "ListCost"},
		"year 0":            {focus.Row{ChargePeriodEnd: focus.Of(time.Time{}.AddDate(-1, 0, 0))}, "ChargePeriodEnd"},
		"year 10000":        {focus.Row{ChargePeriodEnd: focus.Of(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC))}, "ChargePeriodEnd"},
	} {
		t.Run(name, func(t *testing.T) {
			good := focus.Row{ServiceName: focus.Of("a")}
			var b bytes.Buffer
			w, err := focus.NewWriter(&b, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Write(good); err != nil {
				t.Fatal(err)
			}
			tt.row.ServiceName = focus.Of("bad")
			var out *focus.RowError
			if err := w.Write(tt.row); !errors.As(err, &out) || out.Column != tt.column || out.Index != 1 {
				t.Errorf("error %v, want a RowError of row 1, %s", err, tt.column)
			}
			if err := errors.Join(w.Write(good), w.Flush(), w.Flush()); err != nil {
				t.Fatal(err)
			}
			if rows := readAll(t, b.String()); len(rows) != 2 || strings.Contains(b.String(), "bad") {
				t.Errorf("%d rows in %q", len(rows), b.String())
			}
			b.Reset()
			if err := focus.WriteCSV(&b, []focus.Row{good, tt.row}, nil); !errors.As(err, &out) || b.Len() > 0 {
				t.Errorf("WriteCSV: error %v, wrote %q", err, b.String())
			}
		})
	}
}

// full is a disk that is full after so many bytes.
type full int

func (f *full) Write(b []byte) (int, error) {
	if *f -= full(len(b)); *f < 0 {
		return 0, errors.New("disk full")
	}
	return len(b), nil
}

func TestWriterErrors(t *testing.T) {
	disk := full(300_000)
	w, err := focus.NewWriter(&disk, nil)
	if err != nil {
		t.Fatal(err)
	}
	row := focus.Row{ServiceName: focus.Of(strings.Repeat("x", 1000))}
	for range 1000 {
		if err = w.Write(row); err != nil {
			break
		}
	}
	if err == nil || err.Error() != "disk full" {
		t.Fatalf("error %v, want that of the disk", err)
	}
	if again := w.Write(row); again != err {
		t.Errorf("error %v behind %v", again, err)
	}
	if again := w.Flush(); again != err {
		t.Errorf("error %v of Flush behind %v", again, err)
	}
}
