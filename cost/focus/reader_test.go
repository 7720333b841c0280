package focus_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/cost/focus"
)

// read is what a file gives, in short: rows as "line description cost start", errors as "line column: what stood there".
func read(r io.Reader) (got []string) {
	for row, err := range focus.Rows(r) {
		var line *focus.LineError
		switch {
		case errors.As(err, &line):
			got = append(got, fmt.Sprintf("! %d %s: %s", line.Line, line.Column, line.Given))
		case err != nil:
			got = append(got, "! "+err.Error())
		default:
			s := fmt.Sprintf("%d", row.Line)
			for _, t := range []focus.Text{row.ServiceName, row.ChargeDescription} {
				if t.Valid {
					s += fmt.Sprintf(" %q", t.V)
				} else {
					s += " null"
				}
			}
			if row.BilledCost.Valid {
				s += " " + row.BilledCost.V.String()
			} else {
				s += " null"
			}
			if row.ChargePeriodStart.Valid {
				s += " " + row.ChargePeriodStart.V.Format("2006-01-02T15:04:05.999999999")
			}
			got = append(got, s)
		}
	}
	return got
}

const smallHead = "ServiceName,ChargeDescription,BilledCost\n"

func TestDialects(t *testing.T) {
	long := strings.Repeat("x", 400_000)
	tests := map[string]struct {
		file string
		want []string
	}{
		"plain":                     {smallHead + "a,b,1\nc,d,2\n", []string{`2 "a" "b" 1`, `3 "c" "d" 2`}},
		"last line not ended":       {smallHead + "a,b,1\nc,d,2", []string{`2 "a" "b" 1`, `3 "c" "d" 2`}},
		"CRLF":                      {strings.ReplaceAll(smallHead+"a,b,1\nc,\"d\",2\n", "\n", "\r\n"), []string{`2 "a" "b" 1`, `3 "c" "d" 2`}},
		"CRLF, last line not ended": {"ServiceName,BilledCost\r\na,1\r\nb,\"2\"\r", []string{`2 "a" null 1`, `3 "b" null 2`}},
		"byte-order mark":           {"\xef\xbb\xbf" + smallHead + "a,b,1\n", []string{`2 "a" "b" 1`}},
		"byte-order mark, quotes":   {"\xef\xbb\xbf\"ServiceName\",\"BilledCost\"\n\"a\",\"1\"\n", []string{`2 "a" null 1`}},
		"sep=,":                     {"sep=,\r\n" + smallHead + "a,b,1\n", []string{`3 "a" "b" 1`}},
		"mark and sep=;":            {"\xef\xbb\xbfsep=;\nServiceName;ChargeDescription;BilledCost\na,a;\"b;\";1\n", []string{`3 "a,a" "b;" 1`}},
		"sep= a tab":                {"sep=\t\nServiceName\tBilledCost\na\t1\n", []string{`3 "a" null 1`}},
		"nulls":                     {smallHead + ",NULL,\nNULL,,NULL\n", []string{`2 null null null`, `3 null null null`}},
		"no nulls":                  {smallHead + "\"\",\"NULL\",0\n", []string{`2 "" "NULL" 0`}},
		"nulls in quotes":           {smallHead + "a,b,\"\"\na,b,\"NULL\"\n", []string{`2 "a" "b" null`, `3 "a" "b" null`}},
		"null is not null":          {smallHead + "null,Null, NULL\n", []string{`! 2 BilledCost: " NULL"`}},
		"quotes":                    {smallHead + "\"a,b\",\"c\"\"d\"\"\",\"1\"\n\"\"\"\",\",\",2\n", []string{`2 "a,b" "c\"d\"" 1`, `3 "\"" "," 2`}},
		"line breaks in quotes":     {smallHead + "\"a\nb\r\nc\",d,1\ne,\"f\n\",2\ng,h,3\n", []string{`2 "a\nb\r\nc" "d" 1`, `5 "e" "f\n" 2`, `7 "g" "h" 3`}},
		"empty lines":               {"\n\r\n" + smallHead + "\n\na,b,1\n\r\n\nc,d,2\n\n", []string{`6 "a" "b" 1`, `9 "c" "d" 2`}},
		"columns in any order":      {"BilledCost,x_Other,ServiceName\n1,zzz,a\n", []string{`2 "a" null 1`}},
		"columns in lower case":     {"servicename,BILLEDCOST\na,1\n", []string{`2 "a" null 1`}},
		"the same again and again":  {smallHead + "a,b,1\na,b,1\na,,1\na,b,\n,b,1\n\"a\",b,1\n", []string{`2 "a" "b" 1`, `3 "a" "b" 1`, `4 "a" null 1`, `5 "a" "b" null`, `6 null "b" 1`, `7 "a" "b" 1`}},
		"long text":                 {smallHead + long + ",b,1\nc," + long + ",2\n", []string{fmt.Sprintf("2 %q \"b\" 1", long), fmt.Sprintf("3 \"c\" %q 2", long)}},
		"no rows":                   {smallHead, nil},
		"times": {
			"ServiceName,ChargePeriodStart\na,2024-09-02T06:07:08Z\na,2024-09-02 06:07:08\na,2024-09-02T06:07:08.123Z\na,2024-09-02 06:07:08.000 UTC\na,2024-02-29\na,2024-09-02T06:07:08+00:00\n",
			[]string{
				`2 "a" null null 2024-09-02T06:07:08`, `3 "a" null null 2024-09-02T06:07:08`, `4 "a" null null 2024-09-02T06:07:08.123`,
				`5 "a" null null 2024-09-02T06:07:08`, `6 "a" null null 2024-02-29T00:00:00`, `7 "a" null null 2024-09-02T06:07:08`,
			},
		},
		"numbers": {
			"ServiceName,BilledCost\na,-1.50\na,0.00237713810\na,1E-7\na,+2.5e+1\na,.5\na,-0\na,123456789012345678901234567890.123456789\na,000000000000000000000000000001\n",
			[]string{
				`2 "a" null -1.5`, `3 "a" null 0.0023771381`, `4 "a" null 0.0000001`, `5 "a" null 25`, `6 "a" null 0.5`, `7 "a" null 0`,
				`8 "a" null 123456789012345678901234567890.123456789`, `9 "a" null 1`,
			},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var packed bytes.Buffer
			for _, half := range []string{tt.file[:len(tt.file)/2], tt.file[len(tt.file)/2:]} { // members, as tools append them
				z := gzip.NewWriter(&packed)
				if _, err := z.Write([]byte(half)); err != nil {
					t.Fatal(err)
				}
				if err := z.Close(); err != nil {
					t.Fatal(err)
				}
			}
			for how, r := range map[string]io.Reader{
				"at once":        strings.NewReader(tt.file),
				"byte by byte":   iotest.OneByteReader(strings.NewReader(tt.file)),
				"end with data":  iotest.DataErrReader(strings.NewReader(tt.file)),
				"gzip, 2 pieces": &packed,
			} {
				if diff := cmp.Diff(tt.want, read(r)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", how, diff)
				}
			}
		})
	}
}

// Damaged rows are named, and what stands around them is read.
func TestDamagedRows(t *testing.T) {
	const first, last = "a,b,1\n", "c,d,2\n"
	tests := map[string]struct {
		between string
		want    []string // between the two good rows; the last one is on the line behind
		lines   int      // of between
	}{
		"too few fields":           {"x,y\n", []string{"! 3 : 2 fields"}, 1},
		"too many fields":          {"x,y,1,z\n", []string{"! 3 : 4 fields"}, 1},
		"one field":                {"x\n", []string{"! 3 : 1 fields"}, 1},
		"header again":             {smallHead, []string{"! 3 : the header again"}, 1},
		"header again, case":       {strings.ToUpper(smallHead), []string{"! 3 : the header again"}, 1},
		"header again, marked":     {"\xef\xbb\xbf" + smallHead, []string{"! 3 : the header again"}, 1},
		"header again, in quotes":  {"\xef\xbb\xbf\"" + strings.ReplaceAll(strings.TrimSpace(smallHead), ",", `","`) + "\"\n", []string{"! 3 : the header again"}, 1},
		"gigantic exponent":        {"x,y,1e999999999\n", []string{`! 3 BilledCost: "1e999999999"`}, 1},
		"gigantic exponent, short": {"x,y,1e9999\n", []string{`! 3 BilledCost: "1e9999"`}, 1},
		"tiny exponent":            {"x,y,1e-9999\n", []string{`! 3 BilledCost: "1e-9999"`}, 1},
		"no number":                {"x,y,free\n", []string{`! 3 BilledCost: "free"`}, 1},
		"no numbers": {
			"x,y,NaN\nx,y,Inf\nx,y,--1\nx,y,1.2.3\nx,y,1.\nx,y,1e\nx,y,0x1\nx,y,1_000\nx,y,$1\nx,y,-\nx,y,.\nx,y,1e1.5\n",
			[]string{
				`! 3 BilledCost: "NaN"`, `! 4 BilledCost: "Inf"`, `! 5 BilledCost: "--1"`, `! 6 BilledCost: "1.2.3"`, `! 7 BilledCost: "1."`,
				`! 8 BilledCost: "1e"`, `! 9 BilledCost: "0x1"`, `! 10 BilledCost: "1_000"`, `! 11 BilledCost: "$1"`, `! 12 BilledCost: "-"`,
				`! 13 BilledCost: "."`, `! 14 BilledCost: "1e1.5"`,
			},
			12,
		},
		"number with commas":   {"x,y,\"1,000\"\n", []string{`! 3 BilledCost: "1,000"`}, 1},
		"quote in a field":     {"x\"y,z,1\n", []string{"! 3 : a quote inside of a field"}, 1},
		"text behind a quote":  {"\"x\"y,z,1\n", []string{"! 3 : a quote inside of a field"}, 1},
		"quotes of two fields": {"\"x,y,1\nx,\"y,1\n", []string{"! 3 : a quote inside of a field", "! 4 : a quote that is not closed"}, 2},
		"text, then a fault":   {"new,text,x\nnew,text,3\n", []string{`! 3 BilledCost: "x"`, `4 "new" "text" 3`}, 2},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			want := append([]string{`2 "a" "b" 1`}, tt.want...)
			want = append(want, fmt.Sprintf(`%d "c" "d" 2`, 3+tt.lines))
			if diff := cmp.Diff(want, read(strings.NewReader(smallHead+first+tt.between+last))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	t.Run("times", func(t *testing.T) {
		for _, text := range []string{
			"2024-13-01T00:00:00Z", "2024-02-30T00:00:00Z", "2023-02-29", "2024-09-02T24:00:00Z", "2024-09-02T06:60:00Z", "0000-01-01", "2024-09-02T06",
			"2024-09-02T06:00:00+02:00", "02.09.2024", "09/02/2024 06:00", "2024-09-02T06:00:00.Z", "1725256800", "2024-09-02X06:00:00Z",
			"2024-09-02T06:00:00ZZ", "2024-09-0aT06:00:00Z", "2024-09-02T06:00:00.1234567890Z", "-2024-09-02T06:00:00Z",
		} {
			got := read(strings.NewReader("ServiceName,ChargePeriodStart\na," + text + "\n"))
			if want := []string{fmt.Sprintf("! 2 ChargePeriodStart: %q", text)}; !cmp.Equal(want, got) {
				t.Errorf("%s: %v, want %v", text, got, want)
			}
		}
	})
	t.Run("quote never closed, long file", func(t *testing.T) {
		file := smallHead + first + "x,\"y,1\n" + strings.Repeat(last, 700_000)
		rows, errs := 0, 0
		for _, err := range focus.Rows(strings.NewReader(file)) {
			if err != nil {
				errs++
				continue
			}
			rows++
		}
		if rows != 700_001 || errs != 1 {
			t.Errorf("%d rows and %d errors, want 700001 and 1", rows, errs)
		}
	})
	t.Run("a line without end", func(t *testing.T) {
		got := read(strings.NewReader(smallHead + first + strings.Repeat("x", 5<<20) + "\n" + last))
		want := []string{`2 "a" "b" 1`, "! 3 : a row of more than 1 MB", `4 "c" "d" 2`}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
	t.Run("a row of more than 1 MB that ends", func(t *testing.T) {
		got := read(strings.NewReader(smallHead + first + "\"" + strings.Repeat("x\n", 3<<18) + "\",y,1\n" + last))
		want := []string{`2 "a" "b" 1`, "! 3 : a row of more than 1 MB", fmt.Sprintf(`%d "c" "d" 2`, 4+3<<18)}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// A header that is repeated in another order ends it: nobody is to read what follows as something else.
func TestHeaderInAnotherOrder(t *testing.T) {
	file := smallHead + "a,b,1\nBilledCost,ServiceName,ChargeDescription\n2,c,d\n"
	got := read(strings.NewReader(file))
	want := []string{`2 "a" "b" 1`, "! focus: header on line 3: the header again, in another order"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var head *focus.HeaderError
	export := focusExport(compute, compute)
	parts := strings.SplitAfter(export, "\n")
	names := strings.Split(strings.TrimSpace(parts[0]), ",")
	slices.Reverse(names)
	r, err := focus.Reconcile(context.Background(), strings.NewReader(parts[0]+parts[1]+strings.Join(names, ",")+"\n"+parts[2]), nil)
	if !errors.As(err, &head) || r.Rows != 1 {
		t.Errorf("error %v after %d rows", err, r.Rows)
	}
}

// Columns that nobody reads may have the same name: tags that differ in case alone, cells of the header without a name.
func TestRepeatedNamesThatAreNotRead(t *testing.T) {
	rows := readAll(t, "BilledCost,ServiceName,,,resourceTags/user:team,resourceTags/user:Team\n1,a,b,c,d,e\n")
	if len(rows) != 1 || rows[0].ServiceName.V != "a" {
		t.Errorf("rows %+v", rows)
	}
	const head, row = "lineItem/LineItemType,lineItem/ProductCode,lineItem/UsageType,lineItem/UsageAmount,lineItem/UnblendedCost", "Usage,AWSLambda,EU-Request,5,0.000001"
	r := reconcile(t, head+",resourceTags/user:team,resourceTags/user:Team,,\n"+row+",a,b,,\n", nil)
	if r.Of(focus.Matched).Rows != 1 {
		t.Errorf("causes %v, errors %v", r.Causes, r.Errors)
	}
	var out *focus.HeaderError
	if _, err := focus.Reconcile(context.Background(), strings.NewReader(head+",line_item_usage_amount\n"+row+",6\n"), nil); !errors.As(err, &out) || len(out.Repeated) != 1 {
		t.Errorf("error %v, want a HeaderError of the repeated column", err)
	}
	if _, err := focus.Reconcile(context.Background(), strings.NewReader("BilledCost,ServiceName,billedcost\n1,a,2\n"), nil); !errors.As(err, &out) || len(out.Repeated) != 1 {
		t.Errorf("error %v, want a HeaderError of the repeated column", err)
	}
}

func TestHeaders(t *testing.T) {
	tests := map[string]struct {
		file string
		want string
	}{
		"empty":               {"", "focus: header on line 0: there is none: the file is empty"},
		"only a mark":         {"\xef\xbb\xbf", "focus: header on line 0: there is none: the file is empty"},
		"only sep":            {"sep=,", "focus: header on line 0: there is none: the file is empty"},
		"not FOCUS":           {"\na,b\n1,2\n", "focus: header on line 2: no FOCUS file; without BilledCost, "},
		"two columns":         {"BilledCost,ServiceName,BilledCost\n", `focus: header on line 1: with two columns "BilledCost"`},
		"two in another case": {"BilledCost,billedcost,x\n", `focus: header on line 1: with two columns "billedcost"`},
		"two of Row's":        {"BilledCost,x_Meter,X_METER\n", `focus: header on line 1: with two columns "X_METER"`},
		"CR alone":            {"BilledCost,ServiceName\r1,a\r2,b\r", "focus: header on line 1: lines that end in CR alone, allowed are LF and CRLF"},
		"unknown separator":   {"sep=:\nBilledCost\n", `focus: header on line 1: separator ":", allowed is`},
		"long separator":      {"sep=,,\nBilledCost\n", `focus: header on line 1: separator ",,", allowed is`},
		"UTF-16":              {"\xff\xfeB\x00i\x00", "focus: header on line 1: text in UTF-16, allowed is UTF-8"},
		"quote not closed":    {"\"BilledCost\n", "focus: header on line 1: a quote that is not closed"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := focus.NewReader(strings.NewReader(tt.file))
			var head *focus.HeaderError
			if !errors.As(err, &head) || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("error %v, want %s", err, tt.want)
			}
			if got := read(strings.NewReader(tt.file)); len(got) != 1 {
				t.Errorf("Rows gives %v, want the error alone", got)
			}
		})
	}
	t.Run("nil", func(t *testing.T) {
		var out *focus.RangeError
		if _, err := focus.NewReader(nil); !errors.As(err, &out) || out.Field != "r" {
			t.Errorf("error %v, want a RangeError of r", err)
		}
	})
	t.Run("what it says", func(t *testing.T) {
		r, err := focus.NewReader(strings.NewReader("sep=;\nservicename;SkuMeter;Id;x_Cost\n"))
		if err != nil {
			t.Fatal(err)
		}
		h := r.Header()
		if h.Line != 2 || h.Version != focus.V12 || len(h.Missing) < 30 || !cmp.Equal(h.Unread, []string{"Id", "x_Cost"}) || len(h.Columns) != 4 {
			t.Errorf("%+v", h)
		}
		h.Columns[0] = "changed"
		if r.Header().Columns[0] != "servicename" {
			t.Error("the header is shared")
		}
	})
}

// An error of the reader comes last, behind the rows that were whole before it.
func TestErrorsOfTheReader(t *testing.T) {
	broken := errors.New("broken")
	r := io.MultiReader(strings.NewReader(smallHead+"a,b,1\nc,d,"), iotest.ErrReader(broken))
	if diff := cmp.Diff([]string{`2 "a" "b" 1`, "! broken"}, read(r)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	for range 20_000 {
		fmt.Fprint(z, smallHead, "a,b,1\n")
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	got := read(bytes.NewReader(packed.Bytes()[:packed.Len()/2]))
	if len(got) < 10 || got[len(got)-1] != "! focus: gzip: unexpected EOF" {
		t.Errorf("gzip that was cut off ends with %q", got[len(got)-1])
	}
	if _, err := focus.NewReader(strings.NewReader("\x1f\x8bnot gzip")); err == nil || !strings.HasPrefix(err.Error(), "focus: gzip: ") {
		t.Errorf("error %v, want one of gzip", err)
	}
	if _, err := focus.NewReader(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("error %v, want that of the reader", err)
	}
	if got := read(&idle{}); len(got) != 1 || got[0] != "! "+io.ErrNoProgress.Error() {
		t.Errorf("a reader that never reads: %v", got)
	}
}

// idle reads nothing and never ends.
type idle struct{}

func (*idle) Read([]byte) (int, error) { return 0, nil }

// Rows own what they point to: they are the same when all are read.
func TestRowsStayValid(t *testing.T) {
	var data bytes.Buffer
	writeExport(&data, 3000, true)
	var kept []focus.Row
	for row, err := range focus.Rows(bytes.NewReader(data.Bytes())) {
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, row)
	}
	i := 0
	for row := range focus.Rows(bytes.NewReader(data.Bytes())) {
		if !row.Equal(kept[i]) {
			t.Fatalf("row %d changed", i)
		}
		i++
	}
	if i != 3000 || kept[0].Equal(kept[1]) {
		t.Errorf("%d rows", i)
	}
}

// A sequence can be left, and goes on where it was.
func TestRowsInParts(t *testing.T) {
	r, err := focus.NewReader(strings.NewReader(smallHead + "a,b,1\nc,d,2\ne,f,3\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{2, 3, 4} {
		for row, err := range r.Rows() {
			if err != nil || row.Line != want {
				t.Errorf("line %d, error %v, want line %d", row.Line, err, want)
			}
			break
		}
	}
	for range r.Rows() {
		t.Error("a row behind the last")
	}
}

// Reading allocates a few times a row, whatever there is in it.
func TestAllocations(t *testing.T) {
	var data bytes.Buffer
	writeExport(&data, 2000, false)
	per := testing.AllocsPerRun(5, func() {
		for _, err := range focus.Rows(bytes.NewReader(data.Bytes())) {
			if err != nil {
				t.Fatal(err)
			}
		}
	}) / 2000
	if per > 15 {
		t.Errorf("%.1f allocations a row, want 15 at most", per)
	}
}
