package pricelist_test

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// This file writes price lists in AWS's formats, from rate cards or from rows that a test has spoilt.

const (
	testVersion   = "20301201000000"
	testPublished = "2030-12-01T00:00:00Z"
	onDemand      = "JRTCKXETXF"
)

// groups and usage types of the facts, written down once more.
var (
	testGroups = map[cost.Meter]string{
		cost.Requests: "AWS-Lambda-Requests", cost.Compute: "AWS-Lambda-Duration",
		cost.ProvisionedConcurrency: "AWS-Lambda-Provisioned-Concurrency", cost.ProvisionedCompute: "AWS-Lambda-Duration-Provisioned",
		cost.EphemeralStorage: "AWS-Lambda-Storage-Duration", cost.ResponseStreaming: "AWS-Lambda-Processed-Bytes",
		cost.EdgeRequests: "AWS-Lambda-Edge-Requests", cost.EdgeCompute: "AWS-Lambda-Edge-Duration",
		cost.SQSPoller:          "AWS-Lambda-SQS-Event-Poller-Unit-Duration",
		cost.DurableOperations:  "AWS-Lambda-Durable-Execution-Operations",
		cost.DurableDataWritten: "AWS-Lambda-Durable-Execution-Written-Bytes", cost.DurableDataRetained: "AWS-Lambda-Durable-Execution-TimedStorage-ByteHrs",
		cost.TenantIsolation: "AWS-Lambda-Tenant-Isolated-Environment-Memory-GB",
	}
	testUsageTypes = map[cost.Meter]string{
		cost.Requests: "Request", cost.Compute: "Lambda-GB-Second",
		cost.ProvisionedConcurrency: "Lambda-Provisioned-Concurrency", cost.ProvisionedCompute: "Lambda-Provisioned-GB-Second",
		cost.EphemeralStorage: "Lambda-Storage-GB-Second", cost.ResponseStreaming: "Lambda-Streaming-Response-Processed-Bytes",
		cost.SnapStartCache: "Lambda-SnapStart-Cached-GB-S", cost.SnapStartRestore: "Lambda-SnapStart-Restored-GB",
		cost.EdgeRequests: "Lambda-Edge-Request", cost.EdgeCompute: "Lambda-Edge-GB-Second",
		cost.KafkaPoller: "Lambda-Event-Poller-Unit-Hour", cost.ManagedRequests: "Lambda-Managed-Instances-Request",
		cost.MicroVMCompute: "Lambda-MicroVM-vCPU-Second", cost.MicroVMMemory: "Lambda-MicroVM-Memory-GB-Second",
		cost.MicroVMSnapshotRead: "Lambda-MicroVM-Snapshot-Read-GB", cost.MicroVMSnapshotWrite: "Lambda-MicroVM-Snapshot-Write-GB",
		cost.MicroVMSnapshotStorage: "Lambda-MicroVM-Snapshot-Storage-GB-Hour",
	}
)

// price is one price of a listed product, as it is written.
type price struct{ rateCode, begin, end, unit, price, currency string }

// listed is one product with one term.
type listed struct {
	sku, term, effective, termType                            string
	service, group, usageType, location, locationType, region string
	prices                                                    []price
}

// prefixOf returns how AWS begins the usage types of a region: that of the embedded prices, or one made of the code.
func prefixOf(region string) string {
	if rates, err := cost.Embedded().Region(region); err == nil {
		if p, err := rates.Price(cost.Requests, cost.X86); err == nil {
			prefix, _ := strings.CutSuffix(p.UsageType, "Request")
			return prefix
		}
	}
	return strings.ToUpper(strings.ReplaceAll(region, "-", "")) + "-"
}

// complete returns the cards as a list gives them back: with its date and source, usage types and rate codes for all, prices
// in the order of bills.
func complete(t testing.TB, cards []cost.RateCard) []cost.RateCard {
	t.Helper()
	published, err := time.Parse(time.RFC3339, testPublished)
	if err != nil {
		t.Fatal(err)
	}
	var full []cost.RateCard
	for _, c := range cards {
		c.AsOf, c.Confirmed, c.Certainty, c.Source = published, time.Time{}, "", "AWS price list AWSLambda, version "+testVersion
		prices := c.Prices
		c.Prices = nil
		for i, p := range prices {
			p.AsOf, p.Source = time.Time{}, ""
			if p.UsageType == "" {
				p.UsageType = prefixOf(c.Region) + cmp.Or(testUsageTypes[p.Meter], "Fictitious-"+p.Meter.String())
				if p.Arch == cost.ARM64 {
					p.UsageType += "-ARM"
				}
			}
			p.Tiers = slices.Clone(p.Tiers)
			sku, _, _ := strings.Cut(p.Tiers[0].RateCode, ".")
			sku = cmp.Or(sku, fmt.Sprintf("FICT%s%d", strings.ToUpper(c.Region), i))
			for j := range p.Tiers {
				p.Tiers[j].RateCode = cmp.Or(p.Tiers[j].RateCode, fmt.Sprintf("%s.%s.TIER%d", sku, onDemand, j))
			}
			c.Prices = append(c.Prices, p)
		}
		slices.SortFunc(c.Prices, func(a, b cost.Price) int {
			return cmp.Or(cmp.Compare(a.Meter, b.Meter), -cmp.Compare(a.Arch, b.Arch)) // x86_64 before arm64
		})
		full = append(full, c)
	}
	slices.SortFunc(full, func(a, b cost.RateCard) int { return cmp.Compare(a.Region, b.Region) })
	return full
}

// list writes complete cards as rows.
func list(cards []cost.RateCard) []listed {
	var rows []listed
	for _, c := range cards {
		for _, p := range c.Prices {
			l := listed{
				term: onDemand, effective: testPublished, termType: "OnDemand", service: "AWSLambda", group: testGroups[p.Meter],
				usageType: p.UsageType, location: c.Location, locationType: "AWS Region", region: c.Region,
			}
			if l.group != "" && p.Arch == cost.ARM64 {
				l.group += "-ARM"
			}
			for i, tier := range p.Tiers {
				end := "Inf"
				if i+1 < len(p.Tiers) {
					end = digits(p.Tiers[i+1].From)
				}
				l.sku, _, _ = strings.Cut(tier.RateCode, ".")
				l.prices = append(l.prices, price{tier.RateCode, digits(tier.From), end, p.Unit, digits(tier.UnitPrice), c.Currency})
			}
			rows = append(rows, l)
		}
	}
	return rows
}

func digits(d decimal.Decimal) string { return d.StringFixed(max(0, -d.Exponent())) }

// object is a JSON object that keeps its order and may have a name twice.
type object []member

type member struct {
	name  string
	value any
}

func (o object) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, m := range o {
		if i > 0 {
			b = append(b, ',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		b = append(append(append(b, name...), ':'), value...)
	}
	return append(b, '}'), nil
}

func (l listed) product() object {
	attributes := object{{"servicecode", l.service}, {"location", l.location}, {"locationType", l.locationType}}
	if l.group != "" {
		attributes = append(attributes, member{"group", l.group})
	}
	attributes = append(attributes, object{{"usagetype", l.usageType}, {"operation", ""}}...)
	if l.region != "" {
		attributes = append(attributes, member{"regionCode", l.region})
	}
	return object{{"sku", l.sku}, {"productFamily", "Serverless"}, {"attributes", attributes}}
}

func (l listed) onDemand() object {
	var dimensions object
	for _, p := range l.prices {
		per := object{{p.currency, p.price}}
		if both := strings.Split(p.currency, "+"); len(both) == 2 { // one price in two currencies
			per = object{{both[0], p.price}, {both[1], p.price}}
		}
		dimensions = append(dimensions, member{p.rateCode, object{
			{"rateCode", p.rateCode},
			{"description", `what "it" is \ costs – and so on`},
			{"beginRange", p.begin},
			{"endRange", p.end},
			{"unit", p.unit},
			{"pricePerUnit", per},
			{"appliesTo", []string{"ZQVCC2M69R4S79XS"}},
		}})
	}
	return object{{l.sku + "." + l.term, object{
		{"offerTermCode", l.term}, {"sku", l.sku}, {"effectiveDate", l.effective}, {"priceDimensions", dimensions}, {"termAttributes", object{}},
	}}}
}

func encode(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// bulkJSON writes a bulk list, products before terms or the other way round.
func bulkJSON(t testing.TB, rows []listed, termsFirst bool) string {
	t.Helper()
	var products, terms object
	for _, l := range rows {
		if !slices.ContainsFunc(products, func(m member) bool { return m.name == l.sku }) || l.termType == "" {
			products = append(products, member{l.sku, l.product()})
		}
		if i := slices.IndexFunc(terms, func(m member) bool { return m.name == l.sku }); i >= 0 {
			terms[i].value = append(terms[i].value.(object), l.onDemand()...) // a second term
			continue
		}
		terms = append(terms, member{l.sku, l.onDemand()})
	}
	body := object{{"products", products}, {"terms", object{{"OnDemand", terms}, {"Reserved", object{}}}}}
	if termsFirst {
		slices.Reverse(body)
	}
	head := object{{"formatVersion", "v1.0"}, {"disclaimer", "Fictitious."}, {"offerCode", "AWSLambda"}, {"version", testVersion}, {"publicationDate", testPublished}}
	return encode(t, append(head, body...))
}

// bulkCSV writes a bulk list as CSV, with a column of region codes or without.
func bulkCSV(t testing.TB, rows []listed, regionCodes bool) string {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	write := func(cells ...string) {
		if err := w.Write(cells); err != nil {
			t.Fatal(err)
		}
	}
	write("FormatVersion", "v1.0")
	write("Publication Date", testPublished)
	write("Version", testVersion)
	write("OfferCode", "AWSLambda")
	names := []string{"SKU", "OfferTermCode", "RateCode", "TermType", "PriceDescription", "EffectiveDate", "StartingRange", "EndingRange", "Unit", "PricePerUnit", "Currency", "RelatedTo", "Product Family", "serviceCode", "Location", "Location Type", "Group", "Group Description", "usageType", "operation", "serviceName"}
	if regionCodes {
		names = append(names, "Region Code")
	}
	write(names...)
	for _, l := range rows {
		for _, p := range l.prices {
			cells := []string{l.sku, l.term, p.rateCode, l.termType, `a "price", of sorts`, l.effective, p.begin, p.end, p.unit, p.price, p.currency, "ZQVCC2M69R4S79XS", "Serverless", l.service, l.location, l.locationType, l.group, "", l.usageType, "", "AWS Lambda"}
			if regionCodes {
				cells = append(cells, l.region)
			}
			write(cells...)
		}
	}
	w.Flush()
	return b.String()
}

// getProducts writes rows as GetProducts returns them.
func getProducts(t testing.TB, rows []listed) []string {
	t.Helper()
	var items []string
	for _, l := range rows {
		items = append(items, encode(t, object{
			{"product", l.product()},
			{"serviceCode", "AWSLambda"},
			{"terms", object{{"OnDemand", l.onDemand()}}},
			{"version", testVersion},
			{"publicationDate", testPublished},
		}))
	}
	return items
}

// embedded are the cards that ship with the library.
func embedded(t testing.TB, regions ...string) []cost.RateCard {
	t.Helper()
	if regions == nil {
		regions = cost.Embedded().Regions()
	}
	var cards []cost.RateCard
	for _, code := range regions {
		rates, err := cost.Embedded().Region(code)
		if err != nil {
			t.Fatal(err)
		}
		cards = append(cards, rates.Card())
	}
	return cards
}

// few are cards of regions with only the prices of these meters, which is faster.
func few(t testing.TB, meters []cost.Meter, regions ...string) []cost.RateCard {
	t.Helper()
	cards := complete(t, embedded(t, regions...))
	for i := range cards {
		cards[i].Prices = slices.DeleteFunc(cards[i].Prices, func(p cost.Price) bool { return !slices.Contains(meters, p.Meter) })
	}
	return cards
}
