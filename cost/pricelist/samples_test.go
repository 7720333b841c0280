package pricelist_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/pricelist"
)

// unitPrices are what a card says, in short.
func unitPrices(c cost.RateCard) map[string]string {
	prices := map[string]string{}
	for _, p := range c.Prices {
		for _, tier := range p.Tiers {
			prices[p.UsageType] += digits(tier.UnitPrice) + " per " + p.Unit + " " + tier.RateCode
		}
	}
	return prices
}

// AWS's table of 2021, cut down by a third party who put usage types of ap-south-1 under EU (Ireland).
func TestSampleCSV(t *testing.T) {
	table := sample(t, "AWSLambda_offer_subset_20210304163809.csv")
	_, err := pricelist.ReadCSV(bytes.NewReader(table))
	e, ok := errors.AsType[*pricelist.RowError](err)
	if !ok || e.Problem != pricelist.RegionMismatch || e.Line != 7 || e.SKU != "QKVFMCSDP4AVPEE7" || e.Given != "APS3-Lambda-Provisioned-GB-Second" {
		t.Fatal(err)
	}
	want := map[string]string{
		"APS3-Request":                        "0.0000002000 per Request VPGUBFQ4KNZKMKGJ.JRTCKXETXF.6YS6EN2CT7",
		"APS3-Lambda-GB-Second":               "0.0000166667 per Lambda-GB-Second PHDF9YNAFR3HDSR8.JRTCKXETXF.6YS6EN2CT7",
		"APS3-Lambda-Provisioned-Concurrency": "0.0000044985 per Lambda-GB-Second ATX3ZXV9GDMQWKUN.JRTCKXETXF.6YS6EN2CT7",
		"APS3-Lambda-Provisioned-GB-Second":   "0.0000104966 per Lambda-GB-Second QKVFMCSDP4AVPEE7.JRTCKXETXF.6YS6EN2CT7",
		"APS3-Lambda-Edge-Request":            "0.0000006000 per Request 84CXDMMA25MUNN4T.JRTCKXETXF.6YS6EN2CT7",
		"APS3-Lambda-Edge-GB-Second":          "0.0000500100 per Lambda-GB-Second JFE6W9M2DWP8GPD5.JRTCKXETXF.6YS6EN2CT7",
	}
	for trust, region := range map[pricelist.Trust][2]string{
		pricelist.TrustRegion:    {"eu-west-1", "EU (Ireland)"},
		pricelist.TrustUsageType: {"ap-south-1", "Asia Pacific (Mumbai)"},
	} {
		var ignored []string
		cards, err := ignoredBy(pricelist.Reader{Trust: trust}, &ignored).Read(bytes.NewReader(table))
		if err != nil || len(cards) != 1 {
			t.Fatal(cards, err)
		}
		c := cards[0]
		if c.Region != region[0] || c.Location != region[1] || c.Currency != "USD" || c.AsOf.String() != "2021-03-04 16:38:09 +0000 UTC" || c.Source != "AWS price list AWSLambda, version 20210304163809" {
			t.Errorf("%+v", c)
		}
		if diff := cmp.Diff(want, unitPrices(c)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"FreeTier ZQVCC2M69R4S79XS", "FreeTier 4VCGJ7EG8PJVZG7S"}, ignored); diff != "" {
			t.Errorf("ignored (-want +got):\n%s", diff)
		}

		// The prices are those of the usage types, not of the location: to this day they are ap-south-1's.
		then, err := cost.NewCatalog(cards...)
		if err != nil {
			t.Fatal(err)
		}
		now, err := cost.NewCatalog(embedded(t, c.Region)...)
		if err != nil {
			t.Fatal(err)
		}
		changed := map[cost.Key]bool{}
		for _, p := range pricelist.Diff(then, now).Regions[0].Prices {
			changed[p.Key] = p.Kind == pricelist.Changed
		}
		for _, m := range []cost.Meter{cost.ProvisionedConcurrency, cost.ProvisionedCompute} {
			if changed[cost.Key{Meter: m, Arch: cost.X86}] != (trust == pricelist.TrustRegion) {
				t.Errorf("%s: %v has changed: %v", c.Region, m, changed)
			}
		}
		if changed[cost.Key{Meter: cost.Requests, Arch: cost.X86}] {
			t.Errorf("%s: requests have changed", c.Region)
		}
	}
}

func TestSampleProduct(t *testing.T) {
	items := slices.Values([]string{string(sample(t, "getproducts_EU-Request_20181212.json"))})
	_, err := pricelist.ReadProducts(items)
	e, ok := errors.AsType[*pricelist.MissingError](err)
	if !ok || e.Region != "eu-west-1" || e.Key != (cost.Key{Meter: cost.Compute, Arch: cost.X86}) {
		t.Fatal(err)
	}
	cards, err := pricelist.Reader{Partial: true}.ReadProducts(items)
	if err != nil || len(cards) != 1 {
		t.Fatal(cards, err)
	}
	c := cards[0]
	if c.Region != "eu-west-1" || c.Location != "EU (Ireland)" || c.AsOf.String() != "2018-12-12 01:17:34 +0000 UTC" || c.Source != "AWS price list AWSLambda, version 20181212011734" {
		t.Errorf("%+v", c)
	}
	if diff := cmp.Diff(map[string]string{"EU-Request": "0.0000002000 per Requests B5V2RNHAWGVJBZD3.JRTCKXETXF.6YS6EN2CT7"}, unitPrices(c)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
