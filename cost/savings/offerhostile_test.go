package savings_test

import (
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/savings"
)

// Names that stand twice would be read in one way here and in another elsewhere.
func TestReadOfferDuplicates(t *testing.T) {
	good := string(fixture(t))
	for name, tt := range map[string]struct{ old, new, field string }{
		"version":          {`"version" :`, `"version" : "1", "version" :`, "version"},
		"publication date": {`"publicationDate" :`, `"publicationDate" : "2001-01-01T00:00:00Z", "publicationDate" :`, "publicationDate"},
		"products":         {`"products" :`, `"products" : [ ], "products" :`, "products"},
		"terms":            {`"terms" :`, `"terms" : { }, "terms" :`, "terms"},
		"savingsPlan":      {`"savingsPlan" :`, `"savingsPlan" : [ ], "savingsPlan" :`, "savingsPlan"},
		"SKU of a product": {`"sku" : "PLANONEYEARNONE1",`, `"sku" : "X", "sku" : "PLANONEYEARNONE1",`, "sku"},
		"family":           {`"productFamily" :`, `"productFamily" : "X", "productFamily" :`, "productFamily"},
		"attributes":       {`"attributes" :`, `"attributes" : { }, "attributes" :`, "attributes"},
		"purchase option":  {`"purchaseOption" :`, `"purchaseOption" : "X", "purchaseOption" :`, "purchaseOption"},
		"SKU of a plan":    {`"description"`, `"sku" : "PLANTHREEYEARALL", "description"`, "sku"},
		"effective date":   {`"effectiveDate" :`, `"effectiveDate" : "2001-01-01T00:00:00Z", "effectiveDate" :`, "effectiveDate"},
		"lease":            {`"leaseContractLength" :`, `"leaseContractLength" : { }, "leaseContractLength" :`, "leaseContractLength"},
		"duration":         {`"duration" :`, `"duration" : 3, "duration" :`, "duration"},
		"rates":            {`"rates" :`, `"rates" : [ ], "rates" :`, "rates"},
		"usage type":       {`"discountedUsageType" : "EUC1-Lambda-GB-Second-ARM"`, `"discountedUsageType" : "X", "discountedUsageType" : "EUC1-Lambda-GB-Second-ARM"`, "discountedUsageType"},
		"service":          {`"discountedServiceCode" : "AWSLambda"`, `"discountedServiceCode" : "AWSLambda", "discountedServiceCode" : "AmazonEC2"`, "discountedServiceCode"},
		"service, escaped": {`"discountedServiceCode" : "AWSLambda"`, `"discountedServiceCode" : "AWS\u004cambda", "discountedServiceCode" : "AmazonEC2"`, "discountedServiceCode"},
		"price":            {`"price" : "0.0000110800"`, `"price" : "0.5", "price" : "0.0000110800"`, "price"},
		"currency":         {`"0.0000110800", "currency" : "USD"`, `"0.0000110800", "currency" : "USD", "currency" : "USD"`, "currency"},
		"discounted rate":  {`"discountedRate" : { "price" : "0.0000110800"`, `"discountedRate" : { }, "discountedRate" : { "price" : "0.0000110800"`, "discountedRate"},
	} {
		if !strings.Contains(good, tt.old) {
			t.Fatalf("%s: no %s", name, tt.old)
		}
		offers, err := savings.ReadOffer(strings.NewReader(strings.Replace(good, tt.old, tt.new, 1)))
		var e *savings.OfferError
		var r *savings.RangeError
		if !errors.As(err, &e) || !errors.As(err, &r) || r.Field != tt.field || r.Given != "a second one" || offers != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Names in other letters are taken for known ones by some programs and not by others, too.
	for field, text := range map[string]string{
		"price":               strings.Replace(good, `"price" : "0.0000110800"`, `"price" : "0.0000110800", "Price" : "6"`, 1),
		"discountedUsageType": strings.Replace(good, `"discountedUsageType" : "EUC1-Lambda-GB-Second"`, `"discountedUsageType" : "X", "DISCOUNTEDUSAGETYPE" : "EUC1-Lambda-GB-Second"`, 1),
		"publicationDate":     strings.Replace(good, `"publicationDate"`, `"PublicationDate"`, 1),
	} {
		_, err := savings.ReadOffer(strings.NewReader(text))
		var r *savings.RangeError
		if !errors.As(err, &r) || r.Field != field || !strings.Contains(r.Given, "spelt ") {
			t.Errorf("%s: %v", field, err)
		}
	}
}

// What is deep is not followed, wherever it stands.
func TestReadOfferDepth(t *testing.T) {
	const size = 3 << 20
	for name, begin := range map[string]string{
		"file": `{"x":`, "terms": `{"terms":{"x":`, "plan": `{"terms":{"savingsPlan":[{"x":`, "attributes": `{"products":[{"attributes":{"x":`, "product": `{"products":[{"x":`,
		"rate": `{"terms":{"savingsPlan":[{"rates":[{"x":`,
	} {
		for _, bracket := range []string{"[", `{"a":`} {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := savings.ReadOffer(strings.NewReader(begin + strings.Repeat(bracket, size/len(bracket))))
			runtime.ReadMemStats(&after)
			var e *savings.OfferError
			if !errors.As(err, &e) || errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("%s, %s: %v", name, bracket, err)
			}
			if got := after.TotalAlloc - before.TotalAlloc; got > 16<<20 {
				t.Errorf("%s, %s: %d bytes were allocated", name, bracket, got)
			}
		}
	}
	deep := strings.Repeat(`[`, 60) + strings.Repeat(`]`, 60)
	if _, err := savings.ReadOffer(strings.NewReader(strings.Replace(string(fixture(t)), `"version"`, `"x" : `+deep+`, "version"`, 1))); err != nil {
		t.Error(err)
	}
}

// Names that a file brings along must be such.
func TestReadOfferNames(t *testing.T) {
	good := string(fixture(t))
	for name, tt := range map[string]struct{ old, new, field string }{
		"region":               {`"xy-new-9"`, `"X x"`, "discountedRegionCode"},
		"region, a dash":       {`"xy-new-9"`, `"-"`, "discountedRegionCode"},
		"region, two dashes":   {`"xy-new-9"`, `"xy--9"`, "discountedRegionCode"},
		"region, a word":       {`"xy-new-9"`, `"xy"`, "discountedRegionCode"},
		"region, digits":       {`"xy-new-9"`, `"1-2"`, "discountedRegionCode"},
		"region of a kilobyte": {`"xy-new-9"`, `"` + strings.Repeat("xy-", 400) + `9"`, "discountedRegionCode"},
		"unit":                 {`"unit" : "Lambda-GB-Second"`, `"unit" : "a\nb"`, "unit"},
		"unit, long":           {`"unit" : "Lambda-GB-Second"`, `"unit" : "` + strings.Repeat("u", 4097) + `"`, "unit"},
		"rate code":            {`"PLANTHREEYEARALL.S2"`, `"\u001b[31m"`, "rateCode"},
		"version":              {`"20260401000000"`, `"1\r\n2"`, "version"},
		"SKU":                  {`"sku" : "PLANTHREEYEARALL",`, `"sku" : "PLAN\nfake log line",`, "sku"},
	} {
		if !strings.Contains(good, tt.old) {
			t.Fatalf("%s: no %s", name, tt.old)
		}
		offers, err := savings.ReadOffer(strings.NewReader(strings.ReplaceAll(good, tt.old, tt.new)))
		var e *savings.OfferError
		var r *savings.RangeError
		if !errors.As(err, &e) || !errors.As(err, &r) || r.Field != tt.field || offers != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		checkText(t, err)
	}
}

// checkText holds of every error: it is one line of printable text, and not long.
func checkText(t *testing.T, err error) {
	t.Helper()
	text := err.Error()
	if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) || len(text) > 600 {
		t.Errorf("error text %q", text)
	}
}

// No value that comes from outside breaks the line of an error, or cuts a character in two.
func TestErrorTexts(t *testing.T) {
	for _, hostile := range []string{"x\n\x1b[31mINFO all fine", strings.Repeat("é", 60), "a" + strings.Repeat("é", 60), "\xff\xfe", "\u202egnp.exe", strings.Repeat("\n", 100)} {
		for _, err := range []error{
			savings.Plan{Cards: []cost.RateCard{{Region: hostile}}}.Validate(),
			&savings.RangeError{Field: "a", Given: hostile, Allowed: hostile},
			&savings.UnknownError{What: "a", Given: hostile, Known: []string{hostile}},
			&savings.NoRateError{Region: hostile, Meter: cost.Compute, Known: []string{hostile}},
			&savings.CardError{Region: hostile, Err: errors.New(hostile)},
			&savings.OfferError{SKU: hostile, RateCode: hostile, UsageType: hostile, Err: errors.New(hostile)},
			&savings.HourError{Allowed: hostile},
		} {
			if !strings.HasPrefix(err.Error(), "savings: ") {
				t.Errorf("error text %q", err.Error())
			}
			if len(hostile) < 100 {
				checkText(t, err)
			} else if text := err.Error(); !utf8.ValidString(text) {
				t.Errorf("error text %q", text)
			}
		}
	}
	var e error = &savings.RangeError{Field: "a", Given: "x\ny", Allowed: "b"}
	if want := `savings: a is x\ny, allowed is b`; e.Error() != want {
		t.Errorf("error text is %q, want %q", e.Error(), want)
	}
}
