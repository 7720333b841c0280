package pricelist_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/pricelist"
)

// checkResult is what holds of every list that is read or refused.
func checkResult(t *testing.T, cards []cost.RateCard, err error) {
	t.Helper()
	if err != nil {
		checkError(t, err)
		if cards != nil {
			t.Fatalf("refused, but not as a whole: %v", err)
		}
		return
	}
	c, err := cost.NewCatalog(cards...)
	if err != nil {
		t.Fatalf("cards that are none: %v", err)
	}
	if len(c.Regions()) == 0 {
		t.Fatal("no region")
	}
	if changes := pricelist.Diff(c, c); len(changes.Regions) != 0 {
		t.Fatalf("a catalog differs from itself: %v", changes)
	}
}

func checkError(t *testing.T, err error) {
	t.Helper()
	var format *pricelist.FormatError
	var row *pricelist.RowError
	var missing *pricelist.MissingError
	switch {
	case errors.As(err, &format):
		if format.What == "" || format.Err == nil && format.Allowed == "" {
			t.Fatalf("%+v", format)
		}
	case errors.As(err, &row):
		if row.Problem == 0 || row.Field == "" || row.Allowed == "" {
			t.Fatalf("%+v", row)
		}
	case errors.As(err, &missing):
		if missing.Region == "" || missing.Key.Validate() != nil {
			t.Fatalf("%+v", missing)
		}
	default:
		t.Fatalf("an error of type %T: %v", err, err)
	}
	if text := err.Error(); !strings.HasPrefix(text, "pricelist: ") || strings.Contains(text[1:], "pricelist: ") || len(text) > 1000 {
		t.Fatalf("error text %q", text)
	}
}

// smallRows are a list of two regions with all that is peculiar, small enough for a fuzzer.
func smallRows(t testing.TB) []listed {
	cards := few(t, []cost.Meter{cost.Requests, cost.Compute}, "eu-west-1")
	cards = append(cards, few(t, []cost.Meter{cost.Requests, cost.Compute, cost.SnapStartCache, cost.ManagedRequests, cost.TenantIsolation}, "us-east-1")...)
	rows := list(cards)
	free := listed{
		sku: "ZQVCC2M69R4S79XS", term: "A429C66SYZ", effective: testPublished, termType: "OnDemand", service: "AWSLambda", group: "AWS-Lambda-Requests",
		usageType: "Global-Request", location: "Any", locationType: "AWS Region",
		prices: []price{{"ZQVCC2M69R4S79XS.A429C66SYZ.SB2VSFF4TP", "0", "1000000", "Requests", "0.0000000000", "USD"}},
	}
	fee := listed{
		sku: "FICTFEE", term: onDemand, effective: testPublished, termType: "OnDemand", service: "AWSLambda",
		usageType: "EU-Lambda-Managed-Instances-c7g.xlarge-Management-Hours", location: "EU (Ireland)", locationType: "AWS Region", region: "eu-west-1",
		prices: []price{{"FICTFEE." + onDemand + ".6YS6EN2CT7", "0", "Inf", "Hours", "0.02175", "USD"}},
	}
	return append(rows, free, fee)
}

// FuzzReadJSON reads whatever as a list: what is read is JSON, and what encoding/json and a plain loop make of it; in one
// piece and byte by byte the same comes out.
func FuzzReadJSON(f *testing.F) {
	rows := smallRows(f)
	f.Add([]byte(bulkJSON(f, rows, false)))
	f.Add([]byte(bulkJSON(f, rows, true)))
	f.Add([]byte(encode(f, map[string]any{"PriceList": getProducts(f, rows[:4])})))
	f.Add([]byte(strings.Join(getProducts(f, rows), "\n")))
	f.Add([]byte("[" + strings.Join(getProducts(f, rows[:4]), ",") + "]"))
	f.Add([]byte(strings.ReplaceAll(bulkJSON(f, rows[:8], false), "u", `\u0075`)))
	f.Add([]byte(`{"a":[1e5,-0.5,true,false,null,{}],"b":"\ud83d\ude00\ud83d\"","formatVersion":"v1.0"}`))
	f.Fuzz(func(t *testing.T, list []byte) {
		cards, err := pricelist.ReadJSON(bytes.NewReader(list))
		checkResult(t, cards, err)
		pieces, pieceErr := pricelist.ReadJSON(iotest.OneByteReader(bytes.NewReader(list)))
		if diff := cmp.Diff(cards, pieces); diff != "" {
			t.Fatalf("(-whole +byte by byte):\n%s", diff)
		}
		if err != nil {
			if pieceErr == nil || err.Error() != pieceErr.Error() {
				t.Fatalf("whole: %v\nbyte by byte: %v", err, pieceErr)
			}
			return
		}
		list = bytes.TrimPrefix(list, []byte("\ufeff"))
		if values := json.NewDecoder(bytes.NewReader(list)); !json.Valid(list) { // products one behind the other
			for err = nil; err == nil; {
				var value map[string]any
				err = values.Decode(&value)
			}
			if err != io.EOF {
				t.Fatalf("read, but no JSON: %v", err)
			}
			return
		}
		want, err := reference(list)
		if err != nil || len(want) == 0 {
			return // a printed GetProducts; or numbers in place of strings
		}
		if diff := cmp.Diff(want, cards); diff != "" {
			t.Fatalf("(-reference +got):\n%s", diff)
		}
	})
}

// FuzzReadCSV reads whatever as a table; with CRLF in place of line feeds the same comes out.
func FuzzReadCSV(f *testing.F) {
	rows := smallRows(f)
	table := bulkCSV(f, rows, true)
	f.Add([]byte(table))
	f.Add([]byte("\ufeffsep=,\r\n" + table))
	f.Add([]byte(bulkCSV(f, rows[:2], false) + table))
	f.Fuzz(func(t *testing.T, table []byte) {
		cards, err := pricelist.ReadCSV(bytes.NewReader(table))
		checkResult(t, cards, err)
		if bytes.ContainsRune(table, '\r') {
			return
		}
		again, err2 := pricelist.ReadCSV(bytes.NewReader(bytes.ReplaceAll(table, []byte("\n"), []byte("\r\n"))))
		if diff := cmp.Diff(cards, again); diff != "" || (err == nil) != (err2 == nil) {
			t.Fatalf("%v; %v; (-LF +CRLF):\n%s", err, err2, diff)
		}
	})
}

// FuzzReadProducts reads lines as products, on trust of anything.
func FuzzReadProducts(f *testing.F) {
	f.Add(strings.Join(getProducts(f, smallRows(f)), "\n"), uint8(0))
	f.Add(strings.Join(getProducts(f, smallRows(f)[:3]), "\n"), uint8(1))
	f.Add(`{"product":{}}`, uint8(2))
	f.Fuzz(func(t *testing.T, items string, trust uint8) {
		rd := pricelist.Reader{Trust: pricelist.Trust(trust % 3), Partial: true}
		cards, err := rd.ReadProducts(slices.Values(strings.Split(items, "\n")))
		checkResult(t, cards, err)
	})
}

// FuzzChanges reads whatever as the JSON of changes: what is read is written, and read again as the same.
func FuzzChanges(f *testing.F) {
	f.Add([]byte(encode(f, pricelist.Diff(cost.Embedded(), changed(f)))))
	f.Add([]byte(`{"Regions":[{"Region":"a","Kind":"Changed","Prices":[{"Key":{"Meter":"Compute"},"Kind":"Changed","Steps":[{"From":"1","To":"0","Old":"0","New":"1e20"}]}]}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var c pricelist.Changes
		if json.Unmarshal(text, &c) != nil {
			return
		}
		var w strings.Builder
		if err := c.WriteText(&w); err != nil && w.Len() > 0 {
			t.Fatal("written in part")
		}
		_ = c.String()
		_ = c.Repriced()
		b, err := json.Marshal(c)
		if err != nil {
			return // a kind that is missing, or a number that is too long
		}
		var again pricelist.Changes
		if err := json.Unmarshal(b, &again); err != nil {
			t.Fatal(err)
		}
		if second, err := json.Marshal(again); err != nil || !bytes.Equal(b, second) {
			t.Fatalf("%v: %s; again %s", err, b, second)
		}
	})
}
