package pricelist_test

import (
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/pricelist"
)

func tiny(t testing.TB) []listed {
	rows := list(few(t, []cost.Meter{cost.Requests, cost.Compute}, "eu-west-1"))
	return slices.DeleteFunc(rows, func(l listed) bool { return strings.HasSuffix(l.usageType, "-ARM") })
}

// stride is 1, and more with -short, which the race detector runs with.
func stride() int {
	if testing.Short() {
		return 13
	}
	return 1
}

// A JSON list is refused wherever it is cut off.
func TestJSONCutOff(t *testing.T) {
	texts := map[string]string{
		"products first": bulkJSON(t, tiny(t), false),
		"terms first":    bulkJSON(t, tiny(t), true),
		"printed":        encode(t, map[string]any{"PriceList": getProducts(t, tiny(t))}),
	}
	for name, text := range texts {
		for n := 0; n < len(text); n += stride() {
			got, err := pricelist.ReadJSON(strings.NewReader(text[:n]))
			e, ok := errors.AsType[*pricelist.FormatError](err)
			if !ok || got != nil || !errors.Is(err, io.ErrUnexpectedEOF) || e.Offset != int64(n) {
				t.Fatalf("%s, cut off at %d: %v, %v", name, n, got, err)
			}
		}
	}
	for i, item := range getProducts(t, tiny(t)) {
		for n := 0; n < len(item); n += stride() {
			_, err := pricelist.ReadProducts(slices.Values([]string{item[:n]}))
			if e, ok := errors.AsType[*pricelist.FormatError](err); !ok || e.Item != 1 || !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Fatalf("item %d, cut off at %d: %v", i, n, err)
			}
		}
	}
}

// A table that is cut off is refused, unless it is cut off between rows: then the rest is not there, and nothing else is.
func TestCSVCutOff(t *testing.T) {
	table := bulkCSV(t, tiny(t), true)
	whole, err := pricelist.ReadCSV(strings.NewReader(table))
	if err != nil {
		t.Fatal(err)
	}
	catalog, err := cost.NewCatalog(whole...)
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for n := range len(table) {
		got, err := pricelist.Reader{Partial: true}.ReadCSV(strings.NewReader(table[:n]))
		if err != nil {
			checkError(t, err)
			continue
		}
		if table[n-1] != '\n' && table[n] != '\n' && table[n-1] != ',' { // without a region code there still is a location
			t.Fatalf("cut off at %d, behind %q, and read", n, table[max(0, n-20):n])
		}
		read++
		part, err := cost.NewCatalog(got...)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range pricelist.Diff(catalog, part).Regions {
			for _, p := range r.Prices {
				if p.Kind != pricelist.Removed {
					t.Fatalf("cut off at %d: %v %v", n, p.Key, p.Kind)
				}
			}
		}
	}
	if read < 3 {
		t.Errorf("read %d times", read)
	}
}

// What is no JSON by RFC 8259, as encoding/json has it, is refused wherever it stands; what is, is passed over.
func TestJSONGrammar(t *testing.T) {
	text := bulkJSON(t, tiny(t), false)
	for _, fragment := range []string{
		`0`, `-0`, `1.5`, `1e5`, `1E+5`, `-1.5e-05`, `true`, `false`, `null`, `""`, `"a\"\\\/\b\f\n\r\tb"`, `"\u00e9\uD83D\uDE00\uD83D x\uDE00"`, `"é€😀"`, `{}`, `[]`, `[ 1 , [ ] ]`, "{\"a\"\n:\t1\r, \"a\" : 2}",
		"\"\x7f\"", "\"\xff\"", `[1,2,{"b":[true]}]`, `-9e999999999`,
		``, `,`, `01`, `1.`, `.5`, `+1`, `-`, `1e`, `1e+`, `0x1`, `NaN`, `Infinity`, `nul`, `True`, `tru`, `truee`, `'a'`, `"a`, `"\x"`, `"\u12"`, `"\u12G4"`, "\"a\nb\"", "\"\x00\"", `[1,]`, `[,1]`, `[1 2]`, `{"a":1,}`, `{,}`, `{"a"}`, `{"a":}`, `{"a" 1}`, `{1:2}`, `{"a":1 "b":2}`, `[}`, `{]`, `]`, `}`, `//`, `"a" "b"`, `1 2`, "\x00", "\ufeff1", `--1`, `1-`, `1..2`, `"\`,
	} {
		for _, place := range []string{`{"x":` + fragment + `,` + text[1:], text[:len(text)-1] + `,"x":` + fragment + `}`} {
			_, err := pricelist.ReadJSON(strings.NewReader(place))
			if valid := json.Valid([]byte(place)); valid != (err == nil) {
				t.Errorf("%s: valid %v, %v", fragment, valid, err)
			}
			if err != nil {
				checkError(t, err)
			}
			_, slowly := pricelist.ReadJSON(iotest.OneByteReader(strings.NewReader(place)))
			if (err == nil) != (slowly == nil) || err != nil && err.Error() != slowly.Error() {
				t.Errorf("%s: %v; byte by byte %v", fragment, err, slowly)
			}
		}
	}
}

// Texts that are no price list: what is looked at, and where.
func TestJSONRefused(t *testing.T) {
	text := bulkJSON(t, tiny(t), false)
	if _, err := pricelist.ReadJSON(strings.NewReader(text + " \r\n\t")); err != nil {
		t.Fatal(err)
	}
	swap := func(old, new string) string {
		if !strings.Contains(text, old) {
			t.Fatalf("no %s in the list", old)
		}
		return strings.Replace(text, old, new, 1)
	}
	deep := strings.Repeat("[", 100_000)
	for name, tt := range map[string]struct{ text, what, given string }{
		"empty":                   {"", "JSON", ""},
		"an array":                {"[]", "price list", "without prices"},
		"null":                    {"null", "JSON", "n"},
		"a string":                {`"list"`, "JSON", `"`},
		"HTML":                    {"<html>", "JSON", "<"},
		"CSV":                     {`"FormatVersion","v1.0"`, "JSON", `"`},
		"an empty object":         {"{}", "formatVersion", ""},
		"another format":          {swap("v1.0", "v2.0"), "format version", "v2.0"},
		"another service":         {swap(`"offerCode":"AWSLambda"`, `"offerCode":"AmazonEC2"`), "offer code", "AmazonEC2"},
		"no format":               {swap(`"formatVersion":"v1.0",`, ""), "formatVersion", ""},
		"no offer code":           {swap(`"offerCode":"AWSLambda",`, ""), "offerCode", ""},
		"no products":             {swap(`"products":`, `"items":`), "products", ""},
		"no terms":                {swap(`"terms":`, `"term":`), "terms", ""},
		"no version":              {swap(`"version":"`+testVersion+`",`, ""), "version", ""},
		"version with an escape":  {swap(testVersion, `\u001b[0m`), "version", "\x1b[0m"},
		"no publication":          {swap(`"publicationDate":"`+testPublished+`",`, ""), "publication date", ""},
		"publication on no day":   {swap(testPublished, "2030-02-30T00:00:00Z"), "publication date", "2030-02-30T00:00:00Z"},
		"publication in year 1":   {swap(testPublished, "0001-01-01T00:00:00Z"), "publication date", "0001-01-01T00:00:00Z"},
		"publication in 10000":    {swap(testPublished, "9999-12-31T23:59:59-12:00"), "publication date", "9999-12-31T23:59:59-12:00"},
		"products as an array":    {`{"products":[]}`, "JSON", "["},
		"a product as a number":   {`{"products":{"A":1}}`, "JSON", "1"},
		"a SKU as an object":      {`{"products":{"A":{"sku":{}}}}`, "JSON", "{"},
		"a group as true":         {`{"products":{"A":{"attributes":{"group":true}}}}`, "JSON", "t"},
		"terms as a string":       {`{"terms":"none"}`, "JSON", `"`},
		"something behind it":     {text + "{}", "JSON", "{"},
		"a comma behind it":       {text + ",", "JSON", ","},
		"deep":                    {`{"x":` + deep, "JSON", "another level"},
		"deep in the products":    {`{"products":{"A":{"x":` + deep, "JSON", "another level"},
		"deep objects":            {strings.Repeat(`{"a":`, 100_000), "JSON", "another level"},
		"a name of a megabyte":    {`{"` + strings.Repeat("a", 1<<20) + `":1}`, "JSON", strings.Repeat("a", 80) + "…("},
		"a number of a megabyte":  {`{"x":` + strings.Repeat("1", 1<<20) + `}`, "JSON", "1"},
		"a version of a megabyte": {`{"version":"` + strings.Repeat("1", 1<<20) + `"}`, "JSON", strings.Repeat("1", 80) + "…("},
		"UTF-16":                  {"\xff\xfe{\x00", "JSON", "\xff"},
		"half a byte-order mark":  {"\xef\xbb{}", "JSON", "{"},
		"a list without prices":   {`{"formatVersion":"v1.0","offerCode":"AWSLambda","version":"1","publicationDate":"2030-12-01","products":{},"terms":{}}`, "price list", "without prices"},
		"nothing printed":         {`{"PriceList":[]}`, "price list", "without prices"},
		"printed numbers":         {`{"PriceList":[1]}`, "JSON", "1"},
		"a printed half":          {`{"PriceList":["{\"product\""]}`, "JSON", ""},
		"printed, more behind it": {`{"PriceList":["{\"product\":{\"sku\":\"A\"},\"version\":\"1\",\"publicationDate\":\"2030-12-01\"}}"]}`, "JSON", "}"},
		"printed, no product":     {`{"PriceList":["{}"]}`, "product", ""},
		"printed, other service":  {`{"PriceList":[{"serviceCode":"AmazonEC2"}]}`, "service code", "AmazonEC2"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := pricelist.ReadJSON(strings.NewReader(tt.text))
			e, ok := errors.AsType[*pricelist.FormatError](err)
			if !ok || got != nil || e.What != tt.what || !strings.HasPrefix(e.Given, tt.given) || tt.given == "" && e.Given != "" {
				t.Fatalf("%v, %v", got, err)
			}
			checkError(t, err)
		})
	}
}

// Names that stand twice would be read in one way here and in another elsewhere.
func TestJSONDuplicates(t *testing.T) {
	text := bulkJSON(t, tiny(t), false)
	sku := tiny(t)[0].sku
	for name, tt := range map[string]struct{ old, new, field string }{
		"version":         {`"version":`, `"version":"1","version":`, "version"},
		"products":        {`"products":`, `"products":{},"products":`, "products"},
		"terms":           {`"terms":`, `"terms":{},"terms":`, "terms"},
		"OnDemand":        {`"OnDemand":`, `"OnDemand":{},"OnDemand":`, "OnDemand"},
		"a SKU":           {`"products":{`, `"products":{"` + sku + `":{},`, "SKU"},
		"a SKU's terms":   {`"OnDemand":{`, `"OnDemand":{"` + sku + `":{},`, "terms"},
		"attributes":      {`"attributes":`, `"attributes":{},"attributes":`, "attributes"},
		"usage type":      {`"usagetype":`, `"usagetype":"EU-Request","usagetype":`, "usagetype"},
		"a term":          {`"` + sku + "." + onDemand + `":{`, `"` + sku + "." + onDemand + `":{"offerTermCode":"A"},"` + sku + "." + onDemand + `":{`, "OfferTermCode"},
		"a range":         {`"beginRange":`, `"beginRange":"1","beginRange":`, "beginRange"},
		"a price, equal":  {`"USD":`, `"USD":"0.0000002000","USD":`, "PricePerUnit"},
		"a rate code":     {`"priceDimensions":{`, `"priceDimensions":{"` + sku + "." + onDemand + `.6YS6EN2CT7":{"beginRange":"0","endRange":"Inf","pricePerUnit":{"USD":"0.1"}},`, "RateCode"},
		"a name, escaped": {`"unit":`, `"\u0075nit":"Requests","unit":`, "unit"},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(text, tt.old) {
				t.Fatalf("no %s", tt.old)
			}
			got, err := pricelist.ReadJSON(strings.NewReader(strings.Replace(text, tt.old, tt.new, 1)))
			e, ok := errors.AsType[*pricelist.RowError](err)
			if !ok || got != nil || e.Field != tt.field || e.Problem != pricelist.Duplicate && e.Problem != pricelist.SecondPrice {
				t.Fatalf("%v, %v", got, err)
			}
		})
	}
	// Where a product and its terms name another SKU than their own, neither is believed.
	for _, change := range []string{`"sku":"` + sku + `","productFamily"`, `"offerTermCode":"` + onDemand + `","sku":"` + sku + `"`} {
		_, err := pricelist.ReadJSON(strings.NewReader(strings.Replace(text, change, strings.Replace(change, sku, "FICTOTHER", 1), 1)))
		if e, ok := errors.AsType[*pricelist.RowError](err); !ok || e.Problem != pricelist.BadValue || e.Given != "FICTOTHER" || e.SKU != sku {
			t.Errorf("%v", err)
		}
	}
}

func TestCSVRefused(t *testing.T) {
	table := bulkCSV(t, tiny(t), true)
	lines := strings.Split(table, "\n")
	swap := func(old, new string) string {
		if !strings.Contains(table, old) {
			t.Fatalf("no %s in the table", old)
		}
		return strings.Replace(table, old, new, 1)
	}
	for name, tt := range map[string]struct {
		text, what string
		line       int
	}{
		"empty":                     {"", "row of column names", 0},
		"sep= alone":                {"sep=,\n", "row of column names", 1},
		"another separator":         {"sep=;\n" + table, "row", 1},
		"semicolons":                {strings.ReplaceAll(table, ",", ";"), "row", 1},
		"tabs":                      {strings.ReplaceAll(table, ",", "\t"), "row", 1},
		"JSON":                      {bulkJSON(t, tiny(t), false), "CSV", 1},
		"heading alone":             {strings.Join(lines[:4], "\n"), "row of column names", 4},
		"sep= twice":                {"sep=,\nsep=,\n" + table, "row", 2},
		"sep= in the heading":       {lines[0] + "\nsep=,\n" + strings.Join(lines[1:], "\n"), "row", 2},
		"sep= before the prices":    {strings.Join(lines[:5], "\n") + "\nsep=,\n" + strings.Join(lines[5:], "\n"), "row", 7},
		"heading behind the prices": {table + lines[0] + "\n", "row of column names", len(lines)},
		"no heading":                {strings.Join(lines[4:], "\n"), "FormatVersion", 1},
		"no column names":           {strings.Join(slices.Delete(slices.Clone(lines), 4, 5), "\n"), "row", 5},
		"another format":            {swap("v1.0", "v2.0"), "FormatVersion", 5},
		"another service":           {swap("OfferCode,AWSLambda", "OfferCode,AmazonEC2"), "OfferCode", 5},
		"no version":                {swap("Version,"+testVersion+"\n", ""), "version", 4},
		"no publication":            {swap("Publication Date,"+testPublished+"\n", ""), "publication date", 4},
		"heading twice":             {lines[0] + "\n" + table, "heading", 2},
		"a column twice":            {swap("serviceName,Region Code", "serviceName,Region Code,Currency"), "column", 5},
		"a column twice, spaced":    {swap("serviceName,", "location type,"), "column", 5},
		"a row too short":           {strings.Join(lines[:6], "\n") + "\n" + strings.TrimSuffix(lines[6], ",eu-west-1") + "\n", "row", 7},
		"a row too long":            {strings.Join(lines[:6], "\n") + "\n" + lines[6] + ",more\n", "row", 7},
		"a row of two":              {table + "SKU2,JRTCKXETXF\n", "row", len(lines)},
		"a quote that stays open":   {table + "\"SKU2,", "CSV", len(lines)},
		"a quote in the middle":     {table + "SKU\"2,", "CSV", len(lines)},
		"no SKU column":             {swap("SKU,", "sku,"), "row", 5},
		"no rows":                   {strings.Join(lines[:5], "\n"), "price list", 0},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := pricelist.ReadCSV(strings.NewReader(tt.text))
			e, ok := errors.AsType[*pricelist.FormatError](err)
			if !ok || got != nil || e.What != tt.what || e.Line != tt.line {
				t.Fatalf("%v, %v", got, err)
			}
			checkError(t, err)
		})
	}
	for _, column := range []string{"OfferTermCode", "RateCode", "TermType", "StartingRange", "EndingRange", "Unit", "PricePerUnit", "Currency", "usageType"} {
		_, err := pricelist.ReadCSV(strings.NewReader(swap(column, "Something")))
		if e, ok := errors.AsType[*pricelist.FormatError](err); !ok || e.What != "column "+column || e.Line != 5 {
			t.Errorf("%s: %v", column, err)
		}
	}
	// A SKU that is two products: here in two files one behind the other.
	_, err := pricelist.ReadCSV(strings.NewReader(table + table))
	if e, ok := errors.AsType[*pricelist.RowError](err); !ok || e.Problem != pricelist.Duplicate || e.Line != len(lines)+5 {
		t.Errorf("%v", err)
	}
	_, err = pricelist.ReadCSV(strings.NewReader(table + strings.Replace(lines[5], "EU-", "EUC1-", 1)))
	if e, ok := errors.AsType[*pricelist.RowError](err); !ok || e.Problem != pricelist.Duplicate || e.Line != len(lines) {
		t.Errorf("%v", err)
	}
}

type idleReader struct{}

func (idleReader) Read([]byte) (int, error) { return 0, nil }

// The error of a reader can be found in that of reading.
func TestReaderErrors(t *testing.T) {
	broken := errors.New("the disk is gone")
	read := map[string]func(io.Reader) ([]cost.RateCard, error){"JSON": pricelist.ReadJSON, "CSV": pricelist.ReadCSV, "either": pricelist.Reader{}.Read}
	begin := map[string]string{"JSON": bulkJSON(t, tiny(t), false)[:500], "CSV": bulkCSV(t, tiny(t), true)[:500], "either": "{"}
	for name, read := range read {
		for _, r := range []io.Reader{iotest.ErrReader(broken), io.MultiReader(strings.NewReader(begin[name]), iotest.ErrReader(broken))} {
			if got, err := read(r); !errors.Is(err, broken) || got != nil {
				t.Errorf("%s: %v", name, err)
			} else {
				checkError(t, err)
			}
		}
		if _, err := read(io.MultiReader(strings.NewReader(begin[name]), idleReader{})); !errors.Is(err, io.ErrNoProgress) {
			t.Errorf("%s: %v", name, err)
		}
		_, err := read(nil)
		if _, ok := errors.AsType[*pricelist.FormatError](err); !ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := pricelist.ReadProducts(nil); err == nil {
		t.Error("no items")
	}
	if _, err := pricelist.ReadProducts(slices.Values([]string{})); err == nil {
		t.Error("no item")
	}
}
