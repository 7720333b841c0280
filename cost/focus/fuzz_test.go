package focus_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/cost/focus"
)

var fuzzSeeds = []string{
	smallHead + "a,b,1\nc,\"d\"\"\n\",2\n", smallHead + "a,b,1e999999999\n", "\xef\xbb\xbf" + smallHead, "sep=;\r\nServiceName;BilledCost\r\na;1\r\n",
	smallHead + "\"a\n\nb,c,1\n", smallHead + smallHead + "NULL,\"NULL\",\"\"\n", "\x1f\x8b", "ServiceName,BilledCost,BilledCost\n",
	exportHeader + ",1,,,USD,,,Usage,,x,,2026-09-01T00:00:00Z,2026-09-01 00:00:00,,,,,,1,Requests,1,1,1,,1,0.0000002,,5,,,,us-east-1,,arn:x:function:f,,,,AWS Lambda,,,,,,,,Request\n",
	"lineItem/LineItemType,lineItem/ProductCode,lineItem/UsageType,lineItem/UsageAmount,lineItem/UnblendedCost\nUsage,AWSLambda,Request,5,0.000001\n",
	"line_item_line_item_type,line_item_product_code,line_item_usage_type,line_item_usage_amount,line_item_unblended_cost\nTax,AWSLambda,,,1\n",
}

// FuzzRows holds the reader against encoding/csv: a file that the latter reads without a fault gives the same text, row by row.
// Whatever else comes is an error, no panic; a row that is read is written and read back the same.
func FuzzRows(f *testing.F) {
	for _, s := range fuzzSeeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		// Every column is text, so that whatever stands there can be compared.
		file := "ServiceName,RegionId\n" + body
		var got [][2]focus.Text
		clean := true
		for row, err := range focus.Rows(strings.NewReader(file)) {
			if err != nil {
				clean = false
				continue
			}
			got = append(got, [2]focus.Text{row.ServiceName, row.RegionId})
			back := readAll(t, csvOf(t, []focus.Row{row}, &focus.Layout{Null: "NULL"}))
			if len(back) != 1 || !back[0].Equal(row) {
				t.Fatalf("%+v is read back as %+v", row, back)
			}
		}
		reference := csv.NewReader(strings.NewReader(file))
		records, err := reference.ReadAll()
		if err != nil || strings.Contains(body, "\r") { // encoding/csv takes \r\n in quotes for \n
			return
		}
		if records = records[1:]; !clean {
			for _, r := range records { // a header, again or in another order: the one thing that is no fault there
				pair := strings.ToLower(strings.TrimSpace(strings.TrimPrefix(r[0], "\xef\xbb\xbf")) + "," + strings.TrimSpace(strings.TrimPrefix(r[1], "\xef\xbb\xbf")))
				if pair == "servicename,regionid" || pair == "regionid,servicename" {
					return
				}
			}
			t.Fatalf("encoding/csv reads %q without a fault", records)
		}
		if len(records) != len(got) {
			t.Fatalf("%d rows, encoding/csv has %d", len(got), len(records))
		}
		for i, r := range records {
			for j := range r {
				if text := got[i][j]; text.V != r[j] && !(r[j] == "NULL" && !text.Valid) {
					t.Errorf("row %d, field %d: %q, encoding/csv has %q", i, j, text.V, r[j])
				}
			}
		}
	})
}

// FuzzExport reads anything as an export, checks it and reconciles it: errors of known types, no panic, and sums that hold.
func FuzzExport(f *testing.F) {
	for _, s := range fuzzSeeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, err := range focus.CheckCSV(bytes.NewReader(data), "") {
			knownError(t, err)
		}
		report, err := focus.Reconcile(context.Background(), bytes.NewReader(data), nil)
		knownError(t, err)
		if report == nil {
			return
		}
		checkReport(t, report)
		if err := report.WriteTable(io.Discard); err != nil {
			t.Error(err)
		}
		text, err := report.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		var back focus.Report
		if err := back.UnmarshalJSON(text); err != nil {
			t.Fatal(err)
		}
		if again, err := back.MarshalJSON(); err != nil || !bytes.Equal(text, again) {
			t.Errorf("%s is written again as %s, error %v", text, again, err)
		}
		if _, err := focus.ToStatement(focus.Rows(bytes.NewReader(data)), &focus.LineOptions{Other: func(focus.Row) error { return nil }}); err != nil {
			return // it ends at the first damaged row
		}
	})
}

// knownError fails for an error that is not of the package's types and not of the reader.
func knownError(t *testing.T, err error) {
	t.Helper()
	var line *focus.LineError
	var head *focus.HeaderError
	switch {
	case err == nil, errors.As(err, &line), errors.As(err, &head):
	case strings.Contains(err.Error(), "gzip"), errors.Is(err, io.ErrUnexpectedEOF), strings.Contains(err.Error(), "flate"):
	default:
		t.Errorf("error %T: %v", err, err)
	}
}

// FuzzNumber holds numbers against math/big: what is read is what big.Rat reads, and what is written is read back.
func FuzzNumber(f *testing.F) {
	for _, s := range []string{"0", "-1.50", "1e-7", "1E+20", ".5", "123456789012345678901234567890.5", "1e999999999", "--1", "1.", "", "00.010", "999999999999999999", "9999999999999999999", "1e61", "1e-201"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if strings.ContainsAny(s, "\",\r\n") {
			return
		}
		for row, err := range focus.Rows(strings.NewReader("BilledCost,ServiceName\n" + s + ",a\n")) {
			if err != nil || !row.BilledCost.Valid {
				return
			}
			want, ok := new(big.Rat).SetString(s)
			if got := row.BilledCost.V.Rat(); !ok || got.Cmp(want) != 0 {
				t.Errorf("%q is read as %s, math/big has %v", s, got, want)
			}
			text := csvOf(t, []focus.Row{row}, &focus.Layout{Columns: []string{"BilledCost", "ServiceName"}})
			if strings.ContainsAny(text[len("BilledCost,ServiceName\n"):], "eE+") {
				t.Errorf("%q is written with an exponent: %q", s, text)
			}
			if back := readAll(t, text); !back[0].Equal(row) {
				t.Errorf("%q is read back as %s", s, back[0].BilledCost.V)
			}
		}
	})
}

// FuzzTime holds times against package time: what is read is what time.Parse reads in one of the spellings.
func FuzzTime(f *testing.F) {
	for _, s := range []string{"2024-09-02T06:00:00Z", "2024-09-02 06:00:00", "2024-02-29", "2023-02-29", "2024-09-02T06:00:00.000Z", "2024-09-02 06:00:00.000 UTC", "0000-01-01"} {
		f.Add(s)
	}
	layouts := []string{
		"2006-01-02", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04:05Z", "2006-01-02 15:04:05Z", "2006-01-02T15:04:05+00:00",
		"2006-01-02 15:04:05+00:00", "2006-01-02T15:04:05+0000", "2006-01-02 15:04:05+0000", "2006-01-02T15:04:05 UTC", "2006-01-02 15:04:05 UTC",
		"2006-01-02T15:04:05 +0000 UTC", "2006-01-02 15:04:05 +0000 UTC",
	}
	f.Fuzz(func(t *testing.T, s string) {
		if strings.ContainsAny(s, "\"\r\n,") {
			return
		}
		var want time.Time
		ok := false
		for _, l := range layouts {
			if at, err := time.Parse(l, s); err == nil {
				want, ok = at, true
			}
		}
		for row, err := range focus.Rows(strings.NewReader("ChargePeriodStart,ServiceName\n" + s + ",a\n")) {
			if err != nil || !row.ChargePeriodStart.Valid {
				continue
			}
			if got := row.ChargePeriodStart.V; !ok || !got.Equal(want) {
				t.Errorf("%q is read as %s, package time has %s (%t)", s, got, want, ok)
			}
			back := readAll(t, csvOf(t, []focus.Row{row}, nil))
			if diff := cmp.Diff([]focus.Row{row}, back); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}
	})
}

// checkReport holds what every report must: causes add up to the total and to the rows, lines to causes, examples are bounded.
func checkReport(t *testing.T, r *focus.Report) {
	t.Helper()
	var rows uint64
	total := dec("0")
	for _, c := range r.Causes {
		rows += c.Rows
		total = total.Add(c.Billed)
		if !c.Difference.Equal(c.Billed.Sub(c.Computed)) {
			t.Errorf("%s: difference %s of %s and %s", c.Cause, c.Difference, c.Billed, c.Computed)
		}
		if c.Cause == focus.Matched && !c.Difference.IsZero() {
			t.Errorf("what matches differs by %s", c.Difference)
		}
	}
	if rows != r.Rows || !total.Equal(r.Total) {
		t.Errorf("causes add up to %d rows and %s, the report says %d and %s", rows, total, r.Rows, r.Total)
	}
	var matched uint64
	for _, l := range r.Lines {
		matched += l.Matched
	}
	if want := r.Of(focus.Matched).Rows + r.Of(focus.FreeTier).Rows; matched != want {
		t.Errorf("lines have %d rows that match, causes %d", matched, want)
	}
}
