package pricelist_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/pricelist"
)

// A bill by the prices of a downloaded list.
func Example() {
	file, err := os.Open("testdata/lambda.json") // a small, fictitious one; index.json is AWS's
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	cards, err := pricelist.ReadJSON(file)
	if err != nil {
		log.Fatal(err)
	}
	catalog, err := cost.Embedded().With(cards...) // these regions are replaced
	if err != nil {
		log.Fatal(err)
	}
	rates, err := catalog.Region("eu-west-1")
	if err != nil {
		log.Fatal(err)
	}
	var u cost.Usage
	if err := u.AddInvocations(30_000_000, cost.Invocation{Arch: cost.ARM64, MemoryMB: 512, Billed: 93_000_000}); err != nil {
		log.Fatal(err)
	}
	bill, err := rates.Bill(u, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(bill)
	fmt.Println(rates.Card().Source)
	// Output:
	// eu-west-1: 24.600093 USD (2 lines, prices as of 2030-12-01)
	// AWS price list AWSLambda, version 20301201000000
}

func ExampleReadCSV() {
	file, err := os.Open("testdata/lambda.csv")
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	cards, err := pricelist.ReadCSV(file)
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range cards {
		fmt.Printf("%s, %s: %d prices in %s\n", c.Region, c.Location, len(c.Prices), c.Currency)
	}
	// Output:
	// eu-west-1, EU (Ireland): 17 prices in USD
	// us-east-1, US East (N. Virginia): 12 prices in USD
}

// GetProducts returns each product as a string, as AWS's SDKs hand it on.
func ExampleReadProducts() {
	text, err := os.ReadFile("testdata/get-products.json")
	if err != nil {
		log.Fatal(err)
	}
	var output struct{ PriceList []string }
	if err := json.Unmarshal(text, &output); err != nil {
		log.Fatal(err)
	}
	cards, err := pricelist.ReadProducts(slices.Values(output.PriceList))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(output.PriceList), "products,", len(cards), "regions")
	// Output: 38 products, 2 regions
}

// What was not read, and why.
func ExampleReader() {
	file, err := os.Open("testdata/lambda.csv")
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	reader := pricelist.Reader{Ignored: func(row pricelist.Row, why pricelist.Reason) {
		fmt.Printf("line %d: %s %s\n", row.Line, why, row.UsageType)
	}}
	if _, err := reader.Read(file); err != nil {
		log.Fatal(err)
	}
	// Output:
	// line 48: ManagementFee EU-Lambda-Managed-Instances-c7i.xlarge-Management-Hours
	// line 49: ManagementFee Lambda-Managed-Instances-c7i.xlarge-Management-Hours
	// line 50: ManagementFee EU-Lambda-Managed-Instances-c7g.xlarge-Management-Hours
	// line 51: ManagementFee Lambda-Managed-Instances-c7g.xlarge-Management-Hours
	// line 52: OtherMeter EU-DataTransfer-Out-Bytes
	// line 45: FreeTier Global-Request
	// line 46: FreeTier Global-Lambda-GB-Second
	// line 47: FreeTier Lambda-Streaming-Response-Processed-Bytes
}

// A file of whatever format, and how many of its rows are no prices: those of OtherMeter may be something new.
func ExampleReader_Read() {
	for _, name := range []string{"lambda.json", "lambda.csv", "get-products.json"} {
		file, err := os.Open(filepath.Join("testdata", name))
		if err != nil {
			log.Fatal(err)
		}
		passedOver := map[pricelist.Reason]int{}
		reader := pricelist.Reader{Ignored: func(_ pricelist.Row, why pricelist.Reason) { passedOver[why]++ }}
		cards, err := reader.Read(file)
		if err = errors.Join(err, file.Close()); err != nil {
			log.Fatal(err)
		}
		fmt.Println(name, len(cards), "regions; passed over:", passedOver)
	}
	// Output:
	// lambda.json 2 regions; passed over: map[FreeTier:3 ManagementFee:4 OtherMeter:1]
	// lambda.csv 2 regions; passed over: map[FreeTier:3 ManagementFee:4 OtherMeter:1]
	// get-products.json 2 regions; passed over: map[FreeTier:3 ManagementFee:4 OtherMeter:1]
}

// A list that contradicts itself: the region is eu-west-1, the usage type that of Frankfurt.
func ExampleRowError() {
	text, err := os.ReadFile("testdata/lambda.csv")
	if err != nil {
		log.Fatal(err)
	}
	spoilt := strings.Replace(string(text), "EU-Request", "EUC1-Request", 1)
	_, err = pricelist.ReadCSV(strings.NewReader(spoilt))
	if e, ok := errors.AsType[*pricelist.RowError](err); ok {
		fmt.Println(e.SKU, e.Problem)
	}
	fmt.Println(err)
	// Output:
	// B5V2RNHAWGVJBZD3 RegionMismatch
	// pricelist: line 7: SKU "B5V2RNHAWGVJBZD3": usageType is "EUC1-Request", allowed is a usage type with the prefix EU-, as all of eu-west-1, EU (Ireland)
}

func ExampleDiff() {
	rates, err := cost.Embedded().Region("eu-west-1")
	if err != nil {
		log.Fatal(err)
	}
	card := rates.Card()
	for i, p := range card.Prices {
		if p.Meter == cost.Compute && p.Arch == cost.ARM64 {
			card.Prices[i].Tiers[0].UnitPrice = decimal.New(15, -6) // as if a new list said 0.000015
		}
	}
	dearer, err := cost.Embedded().With(card)
	if err != nil {
		log.Fatal(err)
	}
	changes := pricelist.Diff(cost.Embedded(), dearer)
	for _, r := range changes.Regions {
		for _, p := range r.Prices {
			for _, s := range p.Steps {
				fmt.Printf("%s, %s, %s to %s units: %s more, %s of the price before\n", r.Region, p.Key, s.From, s.To, s.Difference(), s.Ratio())
			}
		}
	}
	if err := changes.WriteText(os.Stdout); err != nil {
		log.Fatal(err)
	}
	// Output:
	// eu-west-1, Compute arm64, 0 to 7500000000 units: 0.0000016666 more, 8333/66667 of the price before
	// eu-west-1, EU (Ireland): changed, as of 2025-06-17, was as of 2025-06-17, USD
	//   Compute arm64  0 to 7500000000  0.0000133334  -> 0.000015  +0.0000016666  +12.50 %
	// regions: 1 changed; prices in regions of both: 1 changed
}
