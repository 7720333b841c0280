package focus_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/focus"
)

// item is one row of an export, in no format: what is "" is null.
type item struct {
	service, kind, usageType, rateCode, description, region, resource string
	quantity, billed, price, contracted, effective, currency, start   string
}

// compute is an hour of a function, as AWS bills it.
var compute = item{
	service: "AWS Lambda", kind: "Usage", usageType: "USW2-Lambda-GB-Second", rateCode: "XCU6U9G4FCKZQWG9.JRTCKXETXF.CUKFZ388N3",
	description: "AWS Lambda - Total Compute - US West (Oregon)-Tier-1", region: "us-west-2",
	resource: "arn:aws:lambda:us-west-2:123456789012:function:orders:live",
	quantity: "142.628", billed: "0.0023771381", price: "0.0000166667", contracted: "0.0000166667", currency: "USD", start: "2026-09-05T10:00:00Z",
}

func (i item) with(change func(*item)) item {
	change(&i)
	return i
}

// focusExport writes items as FOCUS 1.2 with AWS's columns; kinds are those of a cost-and-usage report.
func focusExport(items ...item) string {
	var b strings.Builder
	b.WriteString("BilledCost,BillingCurrency,BillingPeriodStart,ChargeCategory,ChargeClass,ChargeDescription,ChargePeriodEnd,ChargePeriodStart,CommitmentDiscountId," +
		"CommitmentDiscountStatus,ContractedUnitPrice,EffectiveCost,ListUnitPrice,PricingQuantity,RegionId,ResourceId,ServiceName,SkuPriceId,SkuMeter,x_UsageType\n")
	for _, i := range items {
		category, class, plan, status := i.kind, "", "", ""
		switch i.kind {
		case "SavingsPlanCoveredUsage":
			category, plan, status = "Usage", "arn:plan", "Used"
		case "Unused":
			category, plan, status = "Usage", "arn:plan", "Unused"
		case "SavingsPlanRecurringFee":
			category, plan = "Purchase", "arn:plan"
		case "Correction":
			category, class = "Usage", "Correction"
		case "Fee":
			category = "Purchase"
		}
		end := ""
		if i.start != "" {
			end = i.start[:14] + "59:59Z"
		}
		fmt.Fprintf(&b, "%s,%s,%s,%s,%s,\"%s\",%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,,%s\n", i.billed, i.currency, monthOf(i.start), category, class, i.description,
			end, i.start, plan, status, i.contracted, i.effective, i.price, i.quantity, i.region, i.resource, i.service, i.rateCode, i.usageType)
	}
	return b.String()
}

// curExport writes items as a cost-and-usage report, legacy or 2.0.
func curExport(legacy bool, items ...item) string {
	names := []string{
		"bill/BillingPeriodStartDate", "lineItem/LineItemType", "lineItem/UsageStartDate", "lineItem/UsageEndDate", "lineItem/ProductCode", "lineItem/UsageType",
		"lineItem/ResourceId", "lineItem/UsageAmount", "lineItem/CurrencyCode", "lineItem/UnblendedRate", "lineItem/UnblendedCost",
		"lineItem/LineItemDescription", "product/regionCode", "pricing/RateCode", "savingsPlan/SavingsPlanEffectiveCost",
	}
	if !legacy {
		for i, name := range names {
			var snake strings.Builder
			for j, r := range name {
				switch {
				case r == '/':
					snake.WriteByte('_')
				case r >= 'A' && r <= 'Z':
					if j > 0 && name[j-1] != '/' {
						snake.WriteByte('_')
					}
					snake.WriteRune(r + 'a' - 'A')
				default:
					snake.WriteRune(r)
				}
			}
			names[i] = snake.String()
		}
	}
	var b strings.Builder
	b.WriteString(strings.Join(names, ",") + "\n")
	for _, i := range items {
		product := map[string]string{"AWS Lambda": "AWSLambda", "Amazon CloudFront": "AmazonCloudFront"}[i.service]
		if product == "" {
			product = i.service
		}
		end := ""
		if i.start != "" {
			end = i.start[:14] + "59:59Z"
		}
		fmt.Fprintf(&b, "%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,\"%s\",%s,%s,%s\n", monthOf(i.start), i.kind, i.start, end, product, i.usageType, i.resource,
			i.quantity, i.currency, i.price, i.billed, i.description, i.region, i.rateCode, i.effective)
	}
	return b.String()
}

func monthOf(start string) string {
	if start == "" {
		return ""
	}
	return start[:7] + "-01T00:00:00Z"
}

func reconcile(t *testing.T, export string, o *focus.Options) *focus.Report {
	t.Helper()
	r, err := focus.Reconcile(context.Background(), strings.NewReader(export), o)
	if err != nil {
		t.Fatal(err)
	}
	checkReport(t, r)
	return r
}

// Every cause, in all three formats where the format can say it.
func TestCauses(t *testing.T) {
	type change = func(*item)
	tests := map[string]struct {
		change   change
		want     focus.Cause
		computed string // "" for 0
		skip     string // formats that cannot say it
	}{
		"matched":               {func(*item) {}, focus.Matched, "0.0023771381", ""},
		"matched by usage type": {func(i *item) { i.rateCode, i.description = "", "" }, focus.Matched, "0.0023771381", ""},
		"matched by usage type of another prefix":           {func(i *item) { i.rateCode, i.description, i.usageType = "", "", "XYZ1-Lambda-GB-Second" }, focus.Matched, "0.0023771381", ""},
		"matched by description":                            {func(i *item) { i.rateCode, i.usageType = "", "" }, focus.Matched, "0.0023771381", ""},
		"matched in spite of a rate code that is not known": {func(i *item) { i.rateCode = "NEW.JRTCKXETXF.NEW" }, focus.Matched, "0.0023771381", ""},
		"matched without a price in the export":             {func(i *item) { i.price, i.contracted = "", "" }, focus.Matched, "0.0023771381", ""},
		"tier 3": {
			func(i *item) {
				i.rateCode, i.billed, i.price = "XCU6U9G4FCKZQWG9.JRTCKXETXF.V7R92EXG27", "0.0019017162", "0.0000133334"
			},
			focus.Matched, "0.0019017162", "",
		},
		"tier 2, by the price alone": {func(i *item) { i.rateCode, i.billed = "", "0.00213942" }, focus.Matched, "0.00213942", ""},
		"arm64": {
			func(i *item) {
				i.rateCode, i.usageType, i.description, i.billed = "", "", "AWS Lambda - Total Compute for ARM - US West (Oregon)-Tier-1", "0.0019017162"
			},
			focus.Matched, "0.0019017162", "",
		},
		"edge under CloudFront": {
			func(i *item) {
				i.service, i.rateCode, i.usageType = "Amazon CloudFront", "78833EM5YM3WXMT5.JRTCKXETXF.6YS6EN2CT7", ""
				i.description = "$0.00005001 per Lambda-GB-Second for Lambda-Edge-GB-Second in US West (Oregon)"
				i.quantity, i.billed = "6.763125", "0.0003382239"
			}, focus.Matched, "0.0003382239", "",
		},
		"streaming is no data transfer": {
			func(i *item) {
				i.rateCode, i.usageType, i.quantity, i.billed = "", "USW2-Lambda-Streaming-Response-Processed-Bytes", "2", "0.016"
			},
			focus.Matched, "0.016", "",
		},
		"free requests": {
			func(i *item) {
				i.rateCode, i.usageType, i.quantity, i.billed, i.price = "", "Global-Request", "1000", "0", "0"
			}, focus.FreeTier, "", "",
		},
		"free compute, by rate code": {
			func(i *item) { i.rateCode, i.billed, i.price = "4VCGJ7EG8PJVZG7S.A429C66SYZ.KJYPJPDD2A", "0", "0" }, focus.FreeTier, "", "",
		},
		"free requests that cost": {func(i *item) { i.rateCode, i.usageType = "", "Global-Request" }, focus.NotProduct, "", ""},
		"price of another date":   {func(i *item) { i.price, i.billed = "0.00001667", "0.0023776088" }, focus.OtherPrice, "0.0023771381", ""},
		"price of another date, provisioned": {
			func(i *item) {
				i.rateCode, i.usageType, i.price, i.quantity, i.billed = "MP7NQ6MSH3HNCZP6.JRTCKXETXF.6YS6EN2CT7", "USW2-Lambda-Provisioned-GB-Second", "0.00001", "100", "0.001"
			}, focus.OtherPrice, "0.00097222", "",
		},
		"unknown rate code": {
			func(i *item) { i.rateCode, i.price, i.billed = "NEW.JRTCKXETXF.NEW", "0.00001667", "0.0023776088" }, focus.UnknownRateCode, "0.0023771381", "",
		},
		"negotiated price, and half a unit": {
			func(i *item) { i.contracted, i.quantity, i.billed = "0.000001", "0.00025", "0.0000000003" }, focus.Discounted, "0.0000000042", "cur",
		},
		"negotiated price":  {func(i *item) { i.contracted, i.billed = "0.000015", "0.00213942" }, focus.Discounted, "0.0023771381", "cur"},
		"one unit too many": {func(i *item) { i.billed = "0.0023771382" }, focus.NotProduct, "0.0023771381", ""},
		"MicroVM, as price lists name it": {
			func(i *item) {
				i.rateCode, i.description, i.usageType, i.region = "", "", "Lambda-MicroVM-vCPU-Second-ARM", "us-east-1"
				i.quantity, i.billed, i.price = "10", "0.000276944", "0.0000276944"
			}, focus.Matched, "0.000276944", "",
		},
		"requests of Managed Instances, as price lists name them": {
			func(i *item) {
				i.rateCode, i.description, i.usageType, i.region = "", "", "Lambda-Managed-Instances-Request-ARM", "us-east-1"
				i.quantity, i.billed, i.price = "10", "0.000002", "0.0000002"
			}, focus.Matched, "0.000002", "",
		},
		"not priced": {func(i *item) {
			i.rateCode, i.usageType = "", "CNN1-Lambda-SnapStart-Restored-GB"
			i.region = "cn-north-1"
		}, focus.NoPrice, "", ""},
		"another currency's rates":       {func(i *item) { i.rateCode, i.usageType, i.region = "", "CNN1-Request", "cn-north-1" }, focus.NoPrice, "", ""},
		"unknown region":                 {func(i *item) { i.rateCode, i.usageType, i.region = "", "MAR1-Request", "mars-1" }, focus.UnknownRegion, "", ""},
		"no region":                      {func(i *item) { i.rateCode, i.usageType, i.region = "", "MAR1-Request", "" }, focus.UnknownRegion, "", ""},
		"unknown meter":                  {func(i *item) { i.rateCode, i.description, i.usageType = "", "", "USW2-Lambda-Managed-Instances-c7g" }, focus.UnknownMeter, "", ""},
		"a prefix is letters and digits": {func(i *item) { i.rateCode, i.description, i.usageType = "", "", "My.App-Request" }, focus.UnknownMeter, "", ""},
		"a suffix is not enough":         {func(i *item) { i.rateCode, i.description, i.usageType = "", "", "USW2-My-Request" }, focus.UnknownMeter, "", ""},
		"data transfer":                  {func(i *item) { i.rateCode, i.usageType = "A.B.C", "USW2-USE1-AWS-Out-Bytes" }, focus.DataTransfer, "", ""},
		"data transfer, by description": {
			func(i *item) {
				i.rateCode, i.usageType, i.description = "A.B.C", "", "$0.02 per GB - US West (Oregon) data transfer to US West (Northern California)"
			}, focus.DataTransfer, "", "",
		},
		"covered":           {func(i *item) { i.kind, i.billed, i.effective = "SavingsPlanCoveredUsage", "0", "0.002" }, focus.CoveredUsage, "", ""},
		"negation":          {func(i *item) { i.kind, i.billed = "SavingsPlanNegation", "-0.0023771381" }, focus.CommitmentFee, "", "focus"},
		"fee":               {func(i *item) { i.kind, i.service = "SavingsPlanRecurringFee", "Savings Plans for AWS Compute usage" }, focus.CommitmentFee, "", ""},
		"unused":            {func(i *item) { i.kind, i.service, i.billed = "Unused", "Savings Plans for AWS Compute usage", "0" }, focus.CommitmentFee, "", "cur"},
		"tax":               {func(i *item) { i.kind = "Tax" }, focus.Tax, "", ""},
		"credit":            {func(i *item) { i.kind, i.billed = "Credit", "-1" }, focus.Credit, "", ""},
		"refund":            {func(i *item) { i.kind, i.billed = "Refund", "-1" }, focus.Refund, "", "focus"},
		"refund of usage":   {func(i *item) { i.quantity, i.billed = "-142.628", "-0.0023771381" }, focus.Refund, "", ""},
		"discount":          {func(i *item) { i.kind, i.billed = "EdpDiscount", "-0.0001" }, focus.Discount, "", "focus"},
		"private rate":      {func(i *item) { i.kind, i.billed = "PrivateRateDiscount", "-0.0001" }, focus.Discount, "", "focus"},
		"correction":        {func(i *item) { i.kind = "Correction" }, focus.Correction, "", "cur"},
		"purchase":          {func(i *item) { i.kind = "Fee" }, focus.OtherCharge, "", ""},
		"unknown charge":    {func(i *item) { i.kind = "Gift" }, focus.OtherCharge, "", ""},
		"another currency":  {func(i *item) { i.currency = "EUR" }, focus.OtherCurrency, "", ""},
		"another service":   {func(i *item) { i.service = "AmazonEC2" }, focus.OtherService, "", ""},
		"CloudFront itself": {func(i *item) { i.service, i.rateCode, i.usageType = "Amazon CloudFront", "", "US-Requests-Tier1" }, focus.OtherService, "", ""},
		"before the period": {func(i *item) { i.start = "2026-08-31T23:00:00Z" }, focus.OutsidePeriod, "", ""},
		"no time":           {func(i *item) { i.start = "" }, focus.Matched, "0.0023771381", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			row := compute.with(tt.change)
			first := compute.with(func(i *item) { i.kind, i.billed = "Tax", "3" }) // whose currency is that of the export
			for format, export := range map[string]string{"focus": focusExport(first, row), "cur, legacy": curExport(true, first, row), "cur 2.0": curExport(false, first, row)} {
				if tt.skip != "" && strings.HasPrefix(format, tt.skip) {
					continue
				}
				var got focus.Result
				reconcile(t, export, &focus.Options{Period: focus.Month(at("2026-09-01T00:00:00Z")), Observe: func(r focus.Result) { got = r }})
				want := tt.computed
				if want == "" {
					want = "0"
				}
				if got.Cause != tt.want || got.Cause <= focus.UnknownMeter && !got.Computed.Equal(dec(want)) && tt.want != focus.NoPrice {
					t.Errorf("%s: %s, computed %s, want %s and %s", format, got.Cause, got.Computed, tt.want, want)
				}
			}
		})
	}
	if len(focus.Causes()) != 21 || focus.Causes()[20].String() != "OtherService" {
		t.Errorf("causes: %v", focus.Causes())
	}
	for _, c := range focus.Causes() {
		if text, err := c.MarshalText(); err != nil || string(text) != c.String() || c.Words() == "" {
			t.Errorf("%d: %s, %q, %v", c, text, c.Words(), err)
		}
	}
	if _, err := focus.Cause(99).MarshalText(); err == nil || focus.Cause(99).String() != "Cause(99)" || focus.Cause(99).Words() != "" {
		t.Errorf("Cause(99): %v", err)
	}
}

// A report with nothing but what is needed: the usage type tells the region.
func TestSmallestReports(t *testing.T) {
	const head, row = "lineItem/LineItemType,lineItem/ProductCode,lineItem/UsageType,lineItem/UsageAmount,lineItem/UnblendedCost\n", "Usage,AWSLambda,EU-Request,5,0.000001\n"
	for name, file := range map[string]string{
		"legacy": head + row, "marked, with CRLF": "\xef\xbb\xbf" + strings.ReplaceAll(head+row, "\n", "\r\n"), "sep=;": "sep=;\n" + strings.ReplaceAll(head+row, ",", ";"),
		"2.0":                   "line_item_line_item_type,line_item_product_code,line_item_usage_type,line_item_usage_amount,line_item_unblended_cost\n" + row,
		"FOCUS":                 "ChargeCategory,ServiceName,x_UsageType,PricingQuantity,BilledCost\n" + strings.Replace(row, "AWSLambda", "AWS Lambda", 1),
		"FOCUS by service code": "chargecategory,x_servicecode,x_usagetype,pricingquantity,billedcost,servicename\nUsage,AWSLambda,EU-Request,5,0.000001,NULL\n",
	} {
		r := reconcile(t, file, nil)
		if len(r.Lines) != 1 || r.Lines[0].Region != "eu-west-1" || r.Lines[0].Matched != 1 || !r.Lines[0].Month.IsZero() {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// Every priced Lambda row of the real sample comes out to the last of the 10 decimals; the rest is data transfer.
func TestReconcileRealSample(t *testing.T) {
	data := shared(t, "samples/focus_1.0_sample_lambda_rows.csv")
	r := reconcile(t, string(data), nil)
	type sum struct {
		Rows             uint64
		Billed, Computed string
	}
	got := make(map[focus.Cause]sum)
	for _, c := range r.Causes {
		got[c.Cause] = sum{c.Rows, c.Billed.String(), c.Computed.String()}
	}
	want := map[focus.Cause]sum{focus.Matched: {7, "0.00927482", "0.00927482"}, focus.DataTransfer: {3, "0.0000026202", "0"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if r.Format != focus.FOCUS10 || r.Explained().String() != "0.00927482" || r.Unread != 0 || len(r.Tiers) != 0 {
		t.Errorf("format %s, explained %s, %d unread, tiers %v", r.Format, r.Explained(), r.Unread, r.Tiers)
	}
}

// Rates of another day: the difference is named, with both prices and the date of ours.
func TestRatesOfAnotherDate(t *testing.T) {
	card := rates(t, "us-west-2").Card()
	card.AsOf, card.Confirmed = at("2020-01-01T00:00:00Z"), at("2020-01-01T00:00:00Z")
	for i := range card.Prices {
		for j := range card.Prices[i].Tiers {
			tier := &card.Prices[i].Tiers[j]
			tier.UnitPrice = tier.UnitPrice.Mul(dec("2"))
		}
	}
	catalog, err := cost.Embedded().With(card)
	if err != nil {
		t.Fatal(err)
	}
	r := reconcile(t, focusExport(compute, compute), &focus.Options{Catalog: catalog})
	got := r.Of(focus.OtherPrice)
	if got.Rows != 2 || got.Difference.String() != "-0.0047542762" {
		t.Fatalf("%d rows differ by %s", got.Rows, got.Difference)
	}
	want := "line 2: USW2-Lambda-GB-Second in us-west-2 at 2026-09-05T10:00:00Z: billed 0.0023771381 for 142.628 at 0.0000166667, computed 0.0047542762 at 0.0000333334 as of 2020-01-01"
	if text := got.Examples[0].String(); text != want {
		t.Errorf("%s, want %s", text, want)
	}
	// A private discount of a half makes the two meet.
	r = reconcile(t, focusExport(compute), &focus.Options{Catalog: catalog, Billing: &cost.Options{Discount: dec("0.5")}})
	if r.Of(focus.Matched).Rows != 1 {
		t.Errorf("with a discount: %+v", r.Causes)
	}
}

// Tiny quantities, of which every tier gives the same cost: the export's own price tells the tier.
func TestTierOfTinyQuantities(t *testing.T) {
	tiny := compute.with(func(i *item) { i.rateCode, i.quantity, i.billed = "", "0.000001", "0" })
	for price, want := range map[string]int{"0.0000166667": 1, "0.0000150000": 2, "0.0000133334": 3, "0.5": 1, "": 1} {
		r := reconcile(t, focusExport(tiny.with(func(i *item) { i.price = price })), nil)
		if r.Lines[0].Tier != want || r.Lines[0].Matched != 1 {
			t.Errorf("price %s: tier %d, want %d; %+v", price, r.Lines[0].Tier, want, r.Causes)
		}
	}
}

// Usage that AWS placed into other tiers than the export's own sum gives.
func TestTiers(t *testing.T) {
	first := compute.with(func(i *item) { i.quantity, i.billed = "5000000000", "83333.5" })
	second := compute.with(func(i *item) {
		i.rateCode, i.quantity, i.billed, i.price = "XCU6U9G4FCKZQWG9.JRTCKXETXF.QZE2SB4KVB", "2000000000", "30000", "0.000015"
	})
	r := reconcile(t, focusExport(first, second), nil)
	// Of 7e9, 6e9 are in tier 1: a billion GB-seconds more there, at 0.0000166667 - 0.000015 each.
	want := []focus.TierSplit{{
		Month: at("2026-09-01T00:00:00Z"), Region: "us-west-2", Key: cost.Key{Meter: cost.Compute, Arch: cost.X86},
		Export: []decimal.Decimal{dec("5000000000"), dec("2000000000"), dec("0")}, Computed: []decimal.Decimal{dec("6000000000"), dec("1000000000"), dec("0")},
		Difference: dec("-1666.7"),
	}}
	if diff := cmp.Diff(want, r.Tiers); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var prior cost.Usage
	if err := prior.Add(cost.Compute, cost.X86, dec("1000000000")); err != nil {
		t.Fatal(err)
	}
	r = reconcile(t, focusExport(first, second), &focus.Options{Billing: &cost.Options{Prior: map[string]cost.Usage{"us-west-2": prior}}})
	if len(r.Tiers) != 0 {
		t.Errorf("with what was used before: %+v", r.Tiers)
	}
	// Another month, another split.
	other := second.with(func(i *item) { i.start = "2026-10-05T10:00:00Z" })
	if r := reconcile(t, focusExport(first, other), nil); len(r.Tiers) != 1 || !r.Tiers[0].Month.Equal(at("2026-10-01T00:00:00Z")) {
		t.Errorf("two months: %+v", r.Tiers)
	}
}

// Against a bill: the bill of the export's own usage is the same but for the rounding of rows.
func TestAgainstABill(t *testing.T) {
	r := rates(t, "us-west-2")
	var u cost.Usage
	for m, q := range map[cost.Meter]string{cost.Compute: "1000000.5", cost.Requests: "2500000"} {
		if err := u.Add(m, cost.X86, dec(q)); err != nil {
			t.Fatal(err)
		}
	}
	b := billOf(t, r, u, &cost.Options{FreeTier: cost.MonthlyFreeTier()})
	rows, err := focus.FromBill(b, charge())
	if err != nil {
		t.Fatal(err)
	}
	s := cost.Statement{Bills: []cost.Bill{b.Invoice()}}
	report := reconcile(t, csvOf(t, rows, nil), &focus.Options{Bill: &s})
	want := []focus.LineDifference{
		{Key: cost.Key{Meter: cost.Requests}, Kind: cost.Free, ExportQuantity: dec("1000000"), BillQuantity: dec("1000000")},
		{Key: cost.Key{Meter: cost.Compute}, Kind: cost.Free, ExportQuantity: dec("400000"), BillQuantity: dec("400000")},
		{
			Region: "us-west-2", Key: cost.Key{Meter: cost.Requests, Arch: cost.X86}, ExportQuantity: dec("1500000"), BillQuantity: dec("1500000"),
			ExportCost: dec("0.3"), BillCost: dec("0.3"),
		},
		{
			Region: "us-west-2", Key: cost.Key{Meter: cost.Compute, Arch: cost.X86}, Tier: 1, ExportQuantity: dec("600000.5"), BillQuantity: dec("600000.5"),
			ExportCost: dec("10.0000283334"), BillCost: dec("10.0000283334"),
		},
	}
	if diff := cmp.Diff(want, report.Bill); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := report.Of(focus.Matched).Rows + report.Of(focus.FreeTier).Rows; got != 4 || !report.Total.Equal(b.Invoice().Total()) {
		t.Errorf("%d rows match, total %s, want 4 and %s", got, report.Total, b.Invoice().Total())
	}
}

// What this package writes, it reconciles: every row of every region and meter with a usage type matches.
func TestOwnExportMatches(t *testing.T) {
	var rows []focus.Row
	for _, region := range cost.Embedded().Regions() {
		r := rates(t, region)
		if r.Currency() != "USD" {
			continue
		}
		more, err := focus.FromBill(billOf(t, r, everything(t, r), &cost.Options{FreeTier: cost.MonthlyFreeTier()}), charge())
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, more...)
	}
	r := reconcile(t, csvOf(t, rows, nil), nil)
	if got := r.Of(focus.Matched).Rows + r.Of(focus.FreeTier).Rows; got != uint64(len(rows)) || len(rows) < 500 {
		var b bytes.Buffer
		if err := r.WriteTable(&b); err != nil {
			t.Fatal(err)
		}
		t.Errorf("%d of %d rows match\n%s", got, len(rows), b.String())
	}
}

// A plan's rows: covered usage by its effective cost against the bill, fee and unused rest under their cause.
func TestAPlanAgainstItsBill(t *testing.T) {
	c := charge()
	c.Commitment = &focus.Commitment{ID: "arn:plan", Fee: true}
	b := planBill(t)
	rows, err := focus.FromBill(b, c)
	if err != nil {
		t.Fatal(err)
	}
	report := reconcile(t, csvOf(t, rows, nil), &focus.Options{Bill: &cost.Statement{Bills: []cost.Bill{b.Invoice()}}})
	for _, d := range report.Bill {
		if !d.ExportQuantity.Equal(d.BillQuantity) || !d.ExportCost.Equal(d.BillCost) {
			t.Errorf("%s %s: %s and %s, cost %s and %s", d.Key, d.Kind, d.ExportQuantity, d.BillQuantity, d.ExportCost, d.BillCost)
		}
	}
	if got := report.Of(focus.CommitmentFee); got.Rows != 2 || got.Billed.String() != "10.0700018081" || len(report.Bill) != 3 {
		t.Errorf("%d rows of %s, %d lines", got.Rows, got.Billed, len(report.Bill))
	}
}

func TestReconcileErrors(t *testing.T) {
	var head *focus.HeaderError
	var out *focus.RangeError
	for name, file := range map[string]string{
		"empty": "", "no export": "a,b\n", "cut off": "BilledCost,ServiceName,ChargeCategory\n", "names nothing": "BilledCost,ServiceName,ChargeCategory,PricingQuantity\n",
		"CUR without cost": "lineItem/LineItemType,lineItem/ProductCode,lineItem/UsageType,lineItem/UsageAmount\n",
	} {
		if _, err := focus.Reconcile(context.Background(), strings.NewReader(file), nil); !errors.As(err, &head) {
			t.Errorf("%s: error %v, want a HeaderError", name, err)
		}
	}
	if _, err := focus.Reconcile(context.Background(), nil, nil); !errors.As(err, &out) {
		t.Errorf("error %v, want a RangeError", err)
	}
	bad := &focus.Options{Period: focus.Period{Start: at("2026-09-02T00:00:00Z"), End: at("2026-09-01T00:00:00Z")}}
	if _, err := focus.Reconcile(context.Background(), strings.NewReader(focusExport()), bad); !errors.As(err, &out) || out.Field != "Options.Period" {
		t.Errorf("error %v, want a RangeError of the period", err)
	}
	var discount *cost.RangeError
	if _, err := focus.Reconcile(context.Background(), strings.NewReader(""), &focus.Options{Billing: &cost.Options{Discount: dec("2")}}); !errors.As(err, &discount) {
		t.Errorf("error %v, want a cost.RangeError", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if r, err := focus.Reconcile(ctx, strings.NewReader(focusExport(compute)), nil); !errors.Is(err, context.Canceled) || r == nil {
		t.Errorf("error %v, want that of the context, and a report", err)
	}
	var months []item
	for i := range 121 {
		months = append(months, compute.with(func(row *item) { row.start = fmt.Sprintf("%04d-%02d-01T00:00:00Z", 2000+i/12, 1+i%12) }))
	}
	var line *focus.LineError
	r, err := focus.Reconcile(context.Background(), strings.NewReader(focusExport(months...)), nil)
	if !errors.As(err, &line) || line.Line != 122 || r.Rows != 120 {
		t.Errorf("121 months: error %v after %d rows", err, r.Rows)
	}
}

// Rows that cannot be read are counted and named, the others are in the sums.
func TestUnreadRows(t *testing.T) {
	good := strings.SplitAfter(focusExport(compute), "\n")
	export := good[0] + good[1] + "x,y\n" + good[0] + strings.Replace(good[1], "142.628", "1e99999", 1) + strings.Replace(good[1], "0.0023771381", "", 1) +
		strings.Replace(good[1], "142.628", "", 1) + strings.Replace(good[1], "2026-09-05T10:00:00Z", "soon", 1) + good[1]
	r := reconcile(t, export, nil)
	if r.Rows != 2 || r.Unread != 5 || r.Headers != 1 || len(r.Errors) != 5 {
		t.Fatalf("%d rows, %d unread, %d headers, errors %v", r.Rows, r.Unread, r.Headers, r.Errors)
	}
	var got []string
	for _, err := range r.Errors {
		var line *focus.LineError
		if !errors.As(err, &line) {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%d %s %s", line.Line, line.Column, line.Given))
	}
	want := []string{"3  2 fields", `5 PricingQuantity "1e99999"`, "6 BilledCost null", "7 PricingQuantity null", `8 ChargePeriodStart "soon"`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	many := good[0] + strings.Repeat("x\n", 1000)
	if r := reconcile(t, many, nil); r.Unread != 1000 || len(r.Errors) != 20 {
		t.Errorf("%d unread, %d errors kept", r.Unread, len(r.Errors))
	}
}

// The rows that are kept are those of the largest difference; progress is told; memory does not grow with the export.
func TestExamplesAndProgress(t *testing.T) {
	var items []item
	for i := range 100 {
		items = append(items, compute.with(func(row *item) { row.kind, row.billed = "Tax", fmt.Sprint((i*37)%100) }))
	}
	export := focusExport(items...)
	var last uint64
	r := reconcile(t, export, &focus.Options{Examples: 4, Progress: func(rows uint64) { last = rows }})
	var got []string
	for _, e := range r.Of(focus.Tax).Examples {
		got = append(got, e.Billed.String())
	}
	if diff := cmp.Diff([]string{"99", "98", "97", "96"}, got); diff != "" || last != 100 {
		t.Errorf("progress %d (-want +got):\n%s", last, diff)
	}
	if r := reconcile(t, export, &focus.Options{Examples: -1}); len(r.Of(focus.Tax).Examples) != 0 {
		t.Errorf("examples kept: %v", r.Of(focus.Tax).Examples)
	}
	if got := len(reconcile(t, export, nil).Of(focus.Tax).Examples); got != 3 {
		t.Errorf("%d examples, want 3", got)
	}
}
