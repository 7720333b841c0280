package pricelist_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/pricelist"
)

// All that people save of GetProducts is recognised: the printed list, an array, one product, and one behind the other.
func TestProductsInOneText(t *testing.T) {
	want := few(t, []cost.Meter{cost.Requests, cost.Compute}, "eu-west-1")
	items := getProducts(t, list(want))
	for name, text := range map[string]string{
		"array":                 "[" + strings.Join(items, ",") + "]",
		"array of strings":      encode(t, items),
		"lines":                 strings.Join(items, "\n") + "\n",
		"separated by tabs":     strings.Join(items, "\t"),
		"BOM, blanks":           "\ufeff" + strings.Repeat(" \r\n\t", 1000) + "[" + strings.Join(items, " , ") + "]\n",
		"bulk behind 70 blanks": strings.Repeat(" ", 70) + bulkJSON(t, list(want), false),
		"keys sorted":           strings.ReplaceAll(strings.Join(items, "\n"), `{"product":`, `{"publicationDate":"2030-12-01T00:00:00Z","product":`),
	} {
		if name == "keys sorted" { // as jq -S and Python's sort_keys print them: terms behind the product all the same
			text = strings.ReplaceAll(text, `,"publicationDate":"2030-12-01T00:00:00Z"}`, "}")
		}
		got, err := pricelist.Reader{}.Read(strings.NewReader(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	got, err := pricelist.Reader{Partial: true}.Read(strings.NewReader(items[0]))
	if err != nil || len(got) != 1 || len(got[0].Prices) != 1 {
		t.Errorf("one product: %v, %v", got, err)
	}
	// A fault is in the first, found before it is read to its end.
	for _, text := range []string{items[0], "[" + items[0] + "]", items[0] + "\n" + items[1]} {
		_, err := pricelist.ReadJSON(strings.NewReader(strings.Replace(text, `"usagetype":`, `"usagetype":"A","usagetype":`, 1)))
		if e, ok := errors.AsType[*pricelist.RowError](err); !ok || e.Item != 1 || e.Field != "usagetype" {
			t.Errorf("%v", err)
		}
	}
	// And in the second.
	for name, text := range map[string]string{
		"lines": items[0] + "\n" + strings.Replace(items[1], "EU-", "EUC1-", 1),
		"array": "[" + items[0] + "," + strings.Replace(items[1], "EU-", "EUC1-", 1) + "]",
	} {
		_, err := pricelist.ReadJSON(strings.NewReader(text))
		if e, ok := errors.AsType[*pricelist.RowError](err); !ok || e.Item != 2 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What is no list says what it is.
func TestUnknownFormat(t *testing.T) {
	bulk := bulkJSON(t, tiny(t), false)
	item := getProducts(t, tiny(t))[0]
	wide := "\xff\xfe"
	for _, u := range utf16.Encode([]rune(bulk)) {
		wide += string([]byte{byte(u), byte(u >> 8)})
	}
	for name, tt := range map[string]struct{ text, what, given string }{
		"empty":                     {"", "price list", "empty"},
		"a byte-order mark alone":   {"\ufeff", "price list", "empty"},
		"blanks":                    {" \n", "price list", "empty"},
		"many blanks":               {strings.Repeat(" ", 100_000) + bulk, "price list", "65,536 blanks"},
		"gzip":                      {"\x1f\x8b\x08\x00", "price list", "compressed by gzip"},
		"zip":                       {"PK\x03\x04", "price list", "a zip archive"},
		"UTF-16":                    {wide, "price list", "UTF-16"},
		"UTF-16, big-endian":        {"\xfe\xff\x00{", "price list", "UTF-16"},
		"HTML":                      {"<!DOCTYPE html>", "price list", "HTML or XML"},
		"array of nothing":          {"[]", "price list", "without prices"},
		"array of bulk lists":       {"[" + bulk + "]", "price list", "a bulk list and products together"},
		"two bulk lists":            {bulk + bulk, "JSON", "{"},
		"a product beside a bulk":   {strings.Replace(bulk, "{", `{"product":{"sku":"A"},`, 1), "price list", "a bulk list and products together"},
		"printed beside a bulk":     {strings.Replace(bulk, "{", `{"PriceList":[],`, 1), "price list", "a bulk list and products together"},
		"printed beside a product":  {strings.Replace(item, "{", `{"PriceList":[],`, 1), "price list", "a bulk list and products together"},
		"a product, a service":      {strings.Replace(item, `"serviceCode":"AWSLambda"`, `"serviceCode":"AmazonEC2"`, 1), "service code", "AmazonEC2"},
		"a product, then something": {item + "x", "JSON", "x"},
		"a product, then a number":  {item + "7", "JSON", "7"},
	} {
		got, err := pricelist.Reader{Partial: true}.Read(strings.NewReader(tt.text))
		e, ok := errors.AsType[*pricelist.FormatError](err)
		if !ok || e.What != tt.what || e.Given != tt.given || got != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		checkError(t, err)
	}
}

// The terms of a product must be its own, before it and behind it.
func TestTermsOfAnotherProduct(t *testing.T) {
	item := getProducts(t, tiny(t))[0]
	product := item[strings.Index(item, `"product":`):strings.Index(item, `,"serviceCode"`)]
	first := strings.Replace(strings.Replace(item, product+",", "", 1), `,"version"`, ","+product+`,"version"`, 1)
	sku := tiny(t)[0].sku
	for name, text := range map[string]string{"behind": item, "before": first} {
		got, err := pricelist.Reader{Partial: true}.ReadProducts(yieldOne(text))
		if err != nil || len(got) != 1 {
			t.Errorf("%s: %v", name, err)
		}
		_, err = pricelist.Reader{Partial: true}.ReadProducts(yieldOne(strings.Replace(text, `"product":{"sku":"`+sku, `"product":{"sku":"FICTOTHER`, 1)))
		if e, ok := errors.AsType[*pricelist.RowError](err); !ok || e.Problem != pricelist.BadValue || e.Field != "sku" || e.Given != sku || e.SKU != "FICTOTHER" || e.Item != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func yieldOne(text string) func(func(string) bool) {
	return func(yield func(string) bool) { yield(text) }
}
