package savings_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/savings"
)

// describe writes an offer as text, a rate a line.
func describe(offers []savings.Offer) string {
	var w strings.Builder
	for _, o := range offers {
		fmt.Fprintf(&w, "%s %s\n", o.SKU, o.Purchase)
		for _, c := range o.Cards {
			fmt.Fprintf(&w, "  %s %q %s %s, %s\n", c.Region, c.Location, c.Currency, c.AsOf.Format(time.RFC3339), c.Source)
			for _, p := range c.Prices {
				fmt.Fprintf(&w, "    %s %s: %s per %s, %s\n", cost.Key{Meter: p.Meter, Arch: p.Arch}, p.UsageType, p.Tiers[0].UnitPrice, p.Unit, p.Tiers[0].RateCode)
			}
		}
	}
	return w.String()
}

func fixture(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "offer.json"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const fixtureSays = `PLANONEYEARNONE1 1yr No Upfront
  eu-central-1 "EU (Frankfurt)" USD 2026-04-01T12:00:00Z, AWSComputeSavingsPlan offer file, version 20260401000000
    Requests x86_64 EUC1-Request: 0.0000002 per requests, PLANONEYEARNONE1.S4
    Compute x86_64 EUC1-Lambda-GB-Second: 0.0000147 per Lambda-GB-Second, PLANONEYEARNONE1.S3
    ProvisionedConcurrency x86_64 EUC1-Lambda-Provisioned-Concurrency: 0.00000461 per seconds, PLANONEYEARNONE1.S5
  xy-new-9 "" EUR 2026-04-01T12:00:00Z, AWSComputeSavingsPlan offer file, version 20260401000000
    Compute arm64 XYZ9-Lambda-GB-Second-ARM: 0.00002 per Lambda-GB-Second, PLANONEYEARNONE1.S6
PLANTHREEYEARALL 3yr All Upfront
  eu-central-1 "EU (Frankfurt)" USD 2026-03-15T01:02:03Z, AWSComputeSavingsPlan offer file, version 20260401000000
    Compute x86_64 EUC1-Lambda-GB-Second: 0.0000138 per Lambda-GB-Second, PLANTHREEYEARALL.S3
    Compute arm64 EUC1-Lambda-GB-Second-ARM: 0.00001108 per Lambda-GB-Second, PLANTHREEYEARALL.S2
`

func TestReadOffer(t *testing.T) {
	text := fixture(t)
	for name, r := range map[string]io.Reader{
		"as it is":        bytes.NewReader(text),
		"byte by byte":    iotest.OneByteReader(bytes.NewReader(text)),
		"byte order mark": strings.NewReader("\ufeff" + string(text)),
		"CRLF":            strings.NewReader(strings.ReplaceAll(string(text), "\n", "\r\n")),
		"on one line":     strings.NewReader(strings.ReplaceAll(string(text), "\n", "")),
		"error with data": iotest.DataErrReader(bytes.NewReader(text)),
	} {
		offers, err := savings.ReadOffer(r)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(fixtureSays, describe(offers)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// The file of AWS, as far as it is kept, where it is at hand.
func TestReadOfferOfAWS(t *testing.T) {
	const name = "shared/samples/AWSComputeSavingsPlan_eu-west-1_fixture.json"
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for !exists(filepath.Join(dir, name)) {
		if dir == filepath.Dir(dir) {
			t.Skip("no " + name)
		}
		dir = filepath.Dir(dir)
	}
	file, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	offers, err := savings.ReadOffer(file)
	if err != nil {
		t.Fatal(err)
	}
	// What is embedded of eu-west-1 comes from this file, but for the requests of the first plan.
	for _, o := range offers {
		embedded, err := savings.Embedded(o.Purchase)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range embedded {
			if e.Region != "eu-west-1" {
				continue
			}
			if len(o.Cards) != 1 || !o.Cards[0].AsOf.Truncate(24*time.Hour).Equal(e.AsOf) {
				t.Fatalf("%s: %d cards, as of %v, embedded as of %v", o.Purchase, len(o.Cards), o.Cards[0].AsOf, e.AsOf)
			}
			got, want := map[string]string{}, map[string]string{}
			for _, p := range o.Cards[0].Prices {
				got[p.UsageType] = p.Tiers[0].UnitPrice.String()
			}
			for _, p := range e.Prices {
				if p.Meter != cost.Requests || o.Purchase.Years == 3 {
					want[p.UsageType] = p.Tiers[0].UnitPrice.String()
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-embedded +file):\n%s", o.Purchase, diff)
			}
		}
	}
	if len(offers) != 2 || offers[0].Purchase.UsageType() != "ComputeSP:1yrAllUpfront" || offers[1].Purchase.UsageType() != "ComputeSP:3yrNoUpfront" {
		t.Errorf("offers are\n%s", describe(offers))
	}
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// writeOffer writes offers in the format of AWS.
func writeOffer(t testing.TB, offers []savings.Offer) []byte {
	t.Helper()
	type object = map[string]any
	var products, terms []object
	for _, o := range offers {
		products = append(products, object{
			"sku": o.SKU, "productFamily": "ComputeSavingsPlans", "usageType": o.Purchase.UsageType(),
			"attributes": object{"purchaseOption": o.Purchase.Payment.String(), "purchaseTerm": fmt.Sprint(o.Purchase.Years, "yr")},
		})
		var rates []object
		var asOf time.Time
		for _, c := range o.Cards {
			asOf = c.AsOf
			for _, p := range c.Prices {
				rates = append(rates, object{
					"discountedServiceCode": "AWSLambda", "discountedUsageType": p.UsageType, "discountedRegionCode": c.Region,
					"rateCode": p.Tiers[0].RateCode, "unit": p.Unit,
					"discountedRate": object{"price": p.Tiers[0].UnitPrice.String(), "currency": c.Currency},
				})
			}
		}
		terms = append(terms, object{
			"sku": o.SKU, "effectiveDate": asOf, "leaseContractLength": object{"duration": o.Purchase.Years, "unit": "year"}, "rates": rates,
		})
	}
	text, err := json.Marshal(object{"version": "1", "products": products, "terms": object{"savingsPlan": terms}})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Cards of every region, written as AWS does, are read back equal.
func TestOfferRoundTrip(t *testing.T) {
	var cards []cost.RateCard
	for _, region := range cost.Embedded().Regions() {
		r, err := cost.Embedded().Region(region)
		if err != nil {
			t.Fatal(err)
		}
		c := r.Card()
		c.AsOf, c.Confirmed, c.Certainty = at(0), time.Time{}, ""
		c.Source = "AWSComputeSavingsPlan offer file, version 1"
		var prices []cost.Price
		for _, p := range c.Prices {
			if savings.Covers(p.Meter) && p.UsageType != "" {
				p.AsOf, p.Source = time.Time{}, ""
				p.Tiers = []cost.Tier{{UnitPrice: p.Tiers[0].UnitPrice.Mul(dec("0.88")), RateCode: "PLAN." + p.UsageType}}
				prices = append(prices, p)
			}
		}
		c.Prices = ordered(prices)
		if len(prices) > 0 {
			cards = append(cards, c)
		}
	}
	if len(cards) < 35 {
		t.Fatalf("%d cards", len(cards))
	}
	want := []savings.Offer{
		{SKU: "ONE", Purchase: savings.Purchase{Years: 1, Payment: savings.PartialUpfront}, Cards: cards},
		{SKU: "THREE", Purchase: savings.Purchase{Years: 3}, Cards: cards[:2]},
	}
	got, err := savings.ReadOffer(bytes.NewReader(writeOffer(t, want)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
}

// ordered puts prices into the order of bills.
func ordered(prices []cost.Price) []cost.Price {
	var all []cost.Price
	for _, m := range cost.Meters() {
		for _, a := range cost.Arches() {
			for _, p := range prices {
				if p.Meter == m && p.Arch == a {
					all = append(all, p)
				}
			}
		}
	}
	return all
}

// tinyOffer has one rate, of a region that the catalog does not know.
const tinyOffer = `{"products":[{"sku":"A","productFamily":"ComputeSavingsPlans","attributes":{"purchaseOption":"No Upfront","purchaseTerm":"1yr"}}],"publicationDate":"2026-01-01T00:00:00Z","terms":{"savingsPlan":[{"sku":"A","rates":[{"discountedServiceCode":"AWSLambda","discountedUsageType":"XYN9-Request","discountedRegionCode":"xy-new-9","discountedRate":{"price":"1e-7","currency":"USD"}}]}]}}`

func TestReadOfferErrors(t *testing.T) {
	good := string(fixture(t))
	replace := func(old, with string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("no %q in the fixture", old)
		}
		return strings.Replace(good, old, with, 1)
	}
	rate := func(old, with string) string { return replace(old, with) }
	tests := []struct {
		name, text, sku, code, want string
	}{
		{"empty", "", "", "", "unexpected EOF"},
		{"spaces", "  \n", "", "", "unexpected EOF"},
		{"no object", "[]", "", "", "the file is [, allowed is an object"},
		{"null", "null", "", "", "the file is <nil>, allowed is an object"},
		{"no JSON", "sku,price", "", "", "invalid character"},
		{"UTF-16", "\xff\xfe{\x00", "", "", "invalid character"},
		{"nothing in it", "{}", "", "", "rates is none of Lambda in a Compute Savings Plan"},
		{"a hyphen without the prefix before it", strings.Replace(tinyOffer, "XYN9-Request", "-Request", 1), "", "", "rates is none of Lambda in a Compute Savings Plan"},
		{"two objects", good + "{}", "", "", "the file is something behind its end"},
		{"text behind", good + "x", "", "", "invalid character"},
		{"cut off", strings.TrimSpace(good)[:len(good)-2], "", "", "unexpected EOF"},
		{"cut off within a rate", good[:strings.Index(good, "0.0000110800")], "PLANTHREEYEARALL", "", "unexpected EOF"},
		{"products is an object", replace(`"products" : [ {`, `"products" : { "a": [ {`), "", "", "products is {, allowed is an array"},
		{"rates is a text", replace(`"rates" : [ ]`, `"rates" : "none"`), "PLANTHREEYRSPART", "", "rates is none, allowed is an array"},
		{"a rate is a number", replace(`"rates" : [ ]`, `"rates" : [ 7 ]`), "PLANTHREEYRSPART", "", "a rate is 7, allowed is an object"},
		{"publication date", replace(`"2026-04-01T12:00:00Z"`, `"yesterday"`), "", "", "parsing time"},
		{"effective date", replace(`"2026-03-15T01:02:03Z"`, `"yesterday"`), "PLANTHREEYEARALL", "", "parsing time"},
		{"no date", replace(`"publicationDate" : "2026-04-01T12:00:00Z",`, ``), "PLANONEYEARNONE1", "", "AsOf is the zero time"},
		{"no product", replace(`"sku" : "PLANTHREEYEARALL",
    "productFamily"`, `"sku" : "ELSE", "productFamily"`), "PLANTHREEYEARALL", "", "products is none of this SKU"},
		{"two products", replace(`"PLANTHREEYRSPART",
    "productFamily"`, `"PLANTHREEYEARALL", "productFamily"`), "PLANTHREEYEARALL", "", "products is another one of this SKU"},
		{"no term", replace(`"purchaseTerm" : "1yr", "location" : "Any"`, `"location" : "Any"`), "PLANONEYEARNONE1", "", `purchaseTerm is "", allowed is "1yr" or "3yr"`},
		{"term", replace(`"purchaseTerm" : "1yr", "location" : "Any"`, `"purchaseTerm" : "2yr"`), "PLANONEYEARNONE1", "", "Purchase.Years is 2"},
		{"payment option", replace(`"No Upfront", "granularity"`, `"Later", "granularity"`), "PLANONEYEARNONE1", "", `unknown payment option "Later"`},
		{"lease", replace(`"duration" : 3`, `"duration" : 1`), "PLANTHREEYEARALL", "", "leaseContractLength is 1, allowed is 3"},
		{"two plans alike", replace(`"purchaseOption" : "No Upfront", "granularity" : "hourly", "locationType" : "AWS Region", "purchaseTerm" : "1yr"`, `"purchaseOption" : "All Upfront", "purchaseTerm" : "3yr"`), "PLANONEYEARNONE1", "", "terms is a second plan of 3yr All Upfront"},
		{"price of letters", rate(`"0.0000110800"`, `"cheap"`), "PLANTHREEYEARALL", "PLANTHREEYEARALL.S2", `price is "cheap", allowed is a decimal number`},
		{"no price", rate(`"price" : "0.0000110800", `, ``), "PLANTHREEYEARALL", "PLANTHREEYEARALL.S2", `price is "", allowed is a decimal number`},
		{"price of zero", rate(`"0.0000110800"`, `"0.0000000000"`), "PLANTHREEYEARALL", "PLANTHREEYEARALL.S2", "price is 0, allowed is above 0"},
		{"negative price", rate(`"0.0000110800"`, `"-1"`), "PLANTHREEYEARALL", "PLANTHREEYEARALL.S2", "price is -1, allowed is above 0"},
		{"huge price", rate(`"0.0000110800"`, `"1e999999999"`), "PLANTHREEYEARALL", "PLANTHREEYEARALL.S2", `price is "1e999999999"`},
		{"NaN", rate(`"0.0000110800"`, `"NaN"`), "PLANTHREEYEARALL", "PLANTHREEYEARALL.S2", `price is "NaN"`},
		{"long price", rate(`"0.0000110800"`, `"`+strings.Repeat("1", 5000)+`"`), "PLANTHREEYEARALL", "PLANTHREEYEARALL.S2", `(5002 bytes)`},
		{"two prices", rate(`"0.00001470"`, `"0.00001471"`), "PLANONEYEARNONE1", "PLANONEYEARNONE1.S9", "price is 0.00001471, allowed is 0.0000147"},
		{"two currencies", rate(`"0.0000002", "currency" : "USD"`, `"0.0000002", "currency" : "EUR"`), "PLANONEYEARNONE1", "PLANONEYEARNONE1.S4", `currency is "EUR", allowed is "USD"`},
		{"no currency", rate(`"0.00002", "currency" : "EUR"`, `"0.00002"`), "PLANONEYEARNONE1", "", "Currency is"},
		{"contradicting region", rate(`"0.0000110800", "currency" : "USD" }, "discountedRegionCode" : "eu-central-1"`, `"0.0000110800", "currency" : "USD" }, "discountedRegionCode" : "eu-west-1"`), "PLANTHREEYEARALL", "PLANTHREEYEARALL.S2", `discountedRegionCode is "eu-west-1", allowed is "eu-central-1"`},
		{"unknown region", rate(`, "discountedRegionCode" : "xy-new-9"`, ``), "", "PLANONEYEARNONE1.S6", "discountedRegionCode is missing"},
		{"a megabyte of text", replace(`"text"`, `"`+strings.Repeat("x", 3<<20)+`"`), "", "", "a value is longer, allowed is 1048576 bytes"},
		{"a megabyte of spaces", strings.Repeat(" ", 3<<20) + good, "", "", "a value is longer"},
		{"deep", `{"a":` + strings.Repeat("[", 200_000), "", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			offers, err := savings.ReadOffer(strings.NewReader(tt.text))
			var e *savings.OfferError
			if !errors.As(err, &e) || offers != nil {
				t.Fatalf("error is %v, offers are %v", err, offers)
			}
			if e.SKU != tt.sku || e.RateCode != tt.code || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "savings: offer file, byte ") {
				t.Errorf("error is %v, of SKU %q, rate %q", err, e.SKU, e.RateCode)
			}
			if len(err.Error()) > 600 {
				t.Errorf("error is %d bytes long", len(err.Error()))
			}
		})
	}
}

func TestReadOfferOfReaders(t *testing.T) {
	if offers, err := savings.ReadOffer(strings.NewReader(tinyOffer)); err != nil || len(offers) != 1 || len(offers[0].Cards) != 1 || offers[0].Cards[0].Region != "xy-new-9" {
		t.Errorf("offers %v, error %v", offers, err)
	}
	var e *savings.OfferError
	if _, err := savings.ReadOffer(nil); !errors.As(err, &e) {
		t.Errorf("nil: %v", err)
	}
	broken := errors.New("the line is dead")
	text := fixture(t)
	if _, err := savings.ReadOffer(io.MultiReader(bytes.NewReader(text[:2000]), iotest.ErrReader(broken))); !errors.As(err, &e) || !errors.Is(err, broken) {
		t.Errorf("broken: %v", err)
	}
	// Without a catalog a region is known by its code alone.
	if _, err := savings.ReadOfferWith(nil, bytes.NewReader(text)); !errors.As(err, &e) || !strings.Contains(err.Error(), "discountedRegionCode is missing") {
		t.Errorf("no catalog: %v", err)
	}
	bare := strings.NewReplacer("EUC1-", "", "eu-central-1", "us-east-1", "XYZ9-Lambda", "Lambda", "xy-new-9", "us-east-1", `"EUR"`, `"USD"`,
		`"currency" : "USD" } }`, `"currency" : "USD" }, "discountedRegionCode" : "us-east-1" }`).Replace(string(text))
	if offers, err := savings.ReadOfferWith(nil, strings.NewReader(bare)); err != nil || len(offers) != 2 || len(offers[0].Cards) != 1 || len(offers[0].Cards[0].Prices) != 4 {
		t.Errorf("no catalog, no prefix: %v\n%s", err, describe(offers))
	}
	// Two regions with one usage type are told apart by the code.
	same := price(computeX86, "0", "0.00002")
	same.UsageType = "EUC1-Lambda-GB-Second"
	c, err := cost.Embedded().With(card("xy-twin-1", same))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := savings.ReadOfferWith(c, bytes.NewReader(text)); !errors.As(err, &e) || !strings.Contains(err.Error(), "several have this usage type") {
		t.Errorf("twins: %v", err)
	}
}

// FuzzReadOffer feeds anything: what is read must be valid and the same when it is written and read again.
func FuzzReadOffer(f *testing.F) {
	text := fixture(f)
	f.Add(text)
	f.Add([]byte("{}"))
	f.Add([]byte(`{"products":[{"sku":"A","productFamily":"ComputeSavingsPlans","attributes":{"purchaseOption":"No Upfront","purchaseTerm":"1yr"}}],"publicationDate":"2026-01-01T00:00:00Z","terms":{"savingsPlan":[{"sku":"A","rates":[{"discountedServiceCode":"AWSLambda","discountedUsageType":"Request","discountedRate":{"price":"1e-7","currency":"USD"}}]}]}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		offers, err := savings.ReadOffer(bytes.NewReader(text))
		if err != nil {
			var e *savings.OfferError
			if !errors.As(err, &e) {
				t.Fatalf("error is %v", err)
			}
			return
		}
		for _, o := range offers {
			if err := (savings.Plan{Cards: o.Cards, Purchase: o.Purchase}).Validate(); err != nil {
				t.Fatal(err)
			}
		}
		again, err := savings.ReadOffer(bytes.NewReader(writeOffer(t, offers)))
		if err != nil {
			t.Fatal(err)
		}
		for i := range again {
			for j := range again[i].Cards {
				again[i].Cards[j].Source = offers[i].Cards[j].Source
			}
		}
		if diff := cmp.Diff(offers, again); diff != "" {
			t.Errorf("read again (-want +got):\n%s", diff)
		}
	})
}
