package focus_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/focus"
)

// costs are what a row says of money, as text.
type costs struct{ Kind, Category, List, Contracted, Effective, Billed, ListPrice, ContractedPrice string }

func costsOf(r focus.Row) costs {
	return costs{
		r.LineKind.V, r.PricingCategory.V, r.ListCost.V.String(), r.ContractedCost.V.String(), r.EffectiveCost.V.String(), r.BilledCost.V.String(),
		r.ListUnitPrice.V.String(), r.ContractedUnitPrice.V.String(),
	}
}

// The four costs of every kind of line, worked out by hand.
func TestCosts(t *testing.T) {
	plan := &focus.Commitment{ID: "arn:aws:savingsplans::111122223333:savingsplan/x"}
	const price = "0.0000166667"
	line := func(kind cost.Kind, quantity, unitPrice string) cost.Line {
		return cost.Line{
			Kind: kind, Meter: cost.Compute, Arch: cost.X86, Unit: "Lambda-GB-Second",
			Quantity: dec(quantity), ListUnitPrice: dec(price), UnitPrice: dec(unitPrice), Cost: dec(quantity).Mul(dec(unitPrice)),
		}
	}
	tests := map[string]struct {
		line   cost.Line
		change func(*focus.Charge)
		want   costs
	}{
		"charged": {
			line(cost.Charged, "142.628", price), nil,
			costs{"Charged", "Standard", "0.0023771381", "0.0023771381", "0.0023771381", "0.0023771381", price, price},
		},
		"with a discount": {
			line(cost.Charged, "142.628", "0.00001500003"), nil,
			costs{"Charged", "Standard", "0.0023771381", "0.0021394243", "0.0021394243", "0.0021394243", price, "0.00001500003"},
		},
		"half up": {
			line(cost.Charged, "0.00025", "0.000001"), nil, // 2.5e-10, which half to even would make 2e-10
			costs{"Charged", "Standard", "0.0000000042", "0.0000000003", "0.0000000003", "0.0000000003", price, "0.000001"},
		},
		"free": {
			line(cost.Free, "100", "0"), nil,
			costs{"Free", "Standard", "0.00166667", "0.00166667", "0", "0", price, price},
		},
		"free, with a discount": {
			line(cost.Free, "100", "0"), func(c *focus.Charge) { c.Options = &cost.Options{Discount: dec("0.1")} },
			costs{"Free", "Standard", "0.00166667", "0.001500003", "0", "0", price, "0.00001500003"},
		},
		"free, with a discount of the meter": {
			line(cost.Free, "100", "0"),
			func(c *focus.Charge) {
				c.Options = &cost.Options{Discount: dec("0.1"), Discounts: map[cost.Meter]decimal.Decimal{cost.Compute: dec("0.5")}}
			},
			costs{"Free", "Standard", "0.00166667", "0.000833335", "0", "0", price, "0.00000833335"},
		},
		"free, as AWS lists it": {
			line(cost.Free, "100", "0"), func(c *focus.Charge) { c.FreeAtZero = true },
			costs{"Free", "Standard", "0", "0", "0", "0", "0", "0"},
		},
		"covered": {
			line(cost.Covered, "142.628", "0.0000147"), nil,
			costs{"Covered", "Committed", "0.0023771381", "0.0023771381", "0.0020966316", "0", price, price},
		},
		"covered, with a discount": {
			line(cost.Covered, "142.628", "0.0000147"), func(c *focus.Charge) { c.Options = &cost.Options{Discount: dec("0.1")} },
			costs{"Covered", "Committed", "0.0023771381", "0.0021394243", "0.0020966316", "0", price, "0.00001500003"},
		},
		"unused": {
			cost.Line{Kind: cost.Unused, Meter: cost.Compute, Unit: "USD", Quantity: dec("1.25"), UnitPrice: dec("1"), Cost: dec("1.25")},
			nil,
			costs{"Unused", "Committed", "0", "0", "1.25", "0", "0", "0"},
		},
		"exact": {
			line(cost.Charged, "142.628", price), func(c *focus.Charge) { c.Exact = true },
			costs{"Charged", "Standard", "0.0023771380876", "0.0023771380876", "0.0023771380876", "0.0023771380876", price, price},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := charge()
			c.Commitment = plan
			if tt.change != nil {
				tt.change(&c)
			}
			rows, err := focus.FromBill(cost.Bill{Region: "us-east-1", Currency: "USD", Lines: []cost.Line{tt.line}}, c)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, costsOf(rows[0])); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A row of each kind as a whole: every column, as text, those that are null left out.
func TestRowsOfABill(t *testing.T) {
	c := charge()
	c.SubAccount = focus.Account{ID: "444455556666", Name: "Orders"}
	c.Resource = focus.Resource{ID: focus.FunctionARN("us-east-1", "444455556666", "orders"), Name: "orders"}
	c.Tags = map[string]string{"team": "a&b", "env": `"prod"`}
	c.InvoiceID = "INV-1"
	c.Commitment = &focus.Commitment{ID: "arn:plan", Name: "three years", PriceID: "PLANSKU.FEE", Fee: true}
	rows, err := focus.FromBill(planBill(t), c)
	if err != nil {
		t.Fatal(err)
	}
	common := map[string]string{
		"BillingAccountId": "111122223333", "BillingAccountName": "Example Corp", "BillingAccountType": "Management Account",
		"BillingCurrency": "USD", "BillingPeriodStart": "2026-09-01T00:00:00Z", "BillingPeriodEnd": "2026-10-01T00:00:00Z",
		"ChargePeriodStart": "2026-09-05T10:00:00Z", "ChargePeriodEnd": "2026-09-05T11:00:00Z", "InvoiceId": "INV-1",
		"InvoiceIssuerName": "Amazon Web Services, Inc.", "ProviderName": "AWS", "PublisherName": "Amazon Web Services, Inc.",
		"ServiceCategory": "Compute", "ServiceSubcategory": "Serverless Compute", "ServiceName": "AWS Lambda",
		"SubAccountId": "444455556666", "SubAccountName": "Orders", "SubAccountType": "Member Account",
		"Tags": `{"env":"\"prod\"","team":"a&b"}`,
	}
	usage := map[string]string{
		"ChargeCategory": "Usage", "ChargeFrequency": "Usage-Based", "PricingUnit": "Lambda-GB-Second", "ConsumedUnit": "Lambda-GB-Second",
		"RegionId": "us-east-1", "RegionName": "US East (N. Virginia)", "SkuMeter": "Compute", "ListUnitPrice": "0.0000166667",
		"ContractedUnitPrice": "0.0000166667", "ResourceId": "arn:aws:lambda:us-east-1:444455556666:function:orders", "ResourceName": "orders",
		"ResourceType": "Function", "x_Meter": "Compute", "x_Architecture": "x86_64",
	}
	plan := map[string]string{
		"CommitmentDiscountCategory": "Spend", "CommitmentDiscountId": "arn:plan", "CommitmentDiscountName": "three years",
		"CommitmentDiscountType": "Compute Savings Plan", "CommitmentDiscountUnit": "USD",
	}
	want := []map[string]string{
		merged(common, usage, map[string]string{
			"ChargeDescription": "AWS Lambda - Compute Free Tier - 400,000 GB-Seconds", "PricingCategory": "Standard",
			"PricingQuantity": "400000", "ConsumedQuantity": "400000", "ListCost": "6.66668", "ContractedCost": "6.66668",
			"EffectiveCost": "0", "BilledCost": "0", "SkuId": "4VCGJ7EG8PJVZG7S", "SkuPriceId": "4VCGJ7EG8PJVZG7S.A429C66SYZ.KJYPJPDD2A",
			"SkuPriceDetails": `{"Architecture":"x86_64","Meter":"Compute"}`, "x_LineKind": "Free", "x_UnitPrice": "0", "x_UsageType": "Global-Lambda-GB-Second",
		}),
		merged(common, usage, plan, map[string]string{
			"ChargeDescription": "AWS Lambda - Total Compute - US East (N. Virginia)-Tier-1", "PricingCategory": "Committed",
			"PricingQuantity": "600000.123", "ConsumedQuantity": "600000.123", "ListCost": "10.00002205", "ContractedCost": "10.00002205",
			"EffectiveCost": "8.8200018081", "BilledCost": "0", "CommitmentDiscountQuantity": "8.8200018081", "CommitmentDiscountStatus": "Used",
			"SkuId": "TG3M4CAGBA3NYQBH", "SkuPriceId": "TG3M4CAGBA3NYQBH.JRTCKXETXF.CUKFZ388N3",
			"SkuPriceDetails": `{"Architecture":"x86_64","Meter":"Compute","Tier":"1"}`,
			"x_LineKind":      "Covered", "x_UnitPrice": "0.0000147", "x_UsageType": "Lambda-GB-Second", "x_Tier": "1",
		}),
		merged(common, usage, map[string]string{
			"ChargeDescription": "AWS Lambda - Total Compute - US East (N. Virginia)-Tier-1", "PricingCategory": "Standard",
			"PricingQuantity": "500000.377", "ConsumedQuantity": "500000.377", "ListCost": "8.3333562833", "ContractedCost": "8.3333562833",
			"EffectiveCost": "8.3333562833", "BilledCost": "8.3333562833",
			"SkuId": "TG3M4CAGBA3NYQBH", "SkuPriceId": "TG3M4CAGBA3NYQBH.JRTCKXETXF.CUKFZ388N3",
			"SkuPriceDetails": `{"Architecture":"x86_64","Meter":"Compute","Tier":"1"}`,
			"x_LineKind":      "Charged", "x_UnitPrice": "0.0000166667", "x_UsageType": "Lambda-GB-Second", "x_Tier": "1",
		}),
		merged(common, plan, map[string]string{
			"ChargeCategory": "Usage", "ChargeFrequency": "Usage-Based", "ChargeDescription": "Savings Plan commitment that nothing used",
			"RegionId": "us-east-1", "RegionName": "US East (N. Virginia)", "PricingCategory": "Committed", "PricingQuantity": "1.25", "PricingUnit": "USD",
			"ListCost": "0", "ListUnitPrice": "0", "ContractedCost": "0", "ContractedUnitPrice": "0", "EffectiveCost": "1.25", "BilledCost": "0",
			"CommitmentDiscountQuantity": "1.25", "CommitmentDiscountStatus": "Unused", "SkuId": "PLAN", "SkuPriceId": "PLAN.RATE", "SkuMeter": "Compute",
			"SkuPriceDetails": `{"Meter":"Compute"}`, "x_LineKind": "Unused", "x_Meter": "Compute", "x_UnitPrice": "1",
		}),
		merged(common, plan, map[string]string{
			"ChargeCategory": "Purchase", "ChargeFrequency": "Recurring", "ChargeDescription": "Savings Plan fee: three years", "PricingCategory": "Standard",
			"PricingQuantity": "10.0700018081", "PricingUnit": "USD", "ListUnitPrice": "1", "ContractedUnitPrice": "1", "ListCost": "10.0700018081",
			"ContractedCost": "10.0700018081", "EffectiveCost": "0", "BilledCost": "10.0700018081", "CommitmentDiscountQuantity": "10.0700018081",
			"SkuId": "PLANSKU", "SkuPriceId": "PLANSKU.FEE", "SkuMeter": "Savings Plan",
		}),
	}
	var got []map[string]string
	for _, row := range rows {
		got = append(got, textOf(t, row))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func merged(maps ...map[string]string) map[string]string {
	all := make(map[string]string)
	for _, m := range maps {
		for k, v := range m {
			all[k] = v
		}
	}
	return all
}

// What the rows of a bill bill in all is the bill, where the plan's fee is among them.
func TestBilledIsTheBill(t *testing.T) {
	c := charge()
	c.Commitment, c.Exact = &focus.Commitment{ID: "arn:plan", Fee: true}, true
	b := planBill(t)
	rows, err := focus.FromBill(b, c)
	if err != nil {
		t.Fatal(err)
	}
	var billed, effective decimal.Decimal
	for _, r := range rows {
		billed, effective = billed.Add(r.BilledCost.V), effective.Add(r.EffectiveCost.V)
	}
	if want := b.Total(); !billed.Equal(want) || !effective.Equal(want) {
		t.Errorf("billed %s, effective %s, want the bill's total %s of both", billed, effective, want)
	}
}

func TestChargesThatCannotBe(t *testing.T) {
	line := cost.Line{Kind: cost.Charged, Meter: cost.Requests, Arch: cost.X86, Quantity: dec("1"), UnitPrice: dec("1"), ListUnitPrice: dec("1"), Cost: dec("1")}
	tests := map[string]struct {
		change func(*focus.Charge, *cost.Line)
		field  string
	}{
		"no account":                {func(c *focus.Charge, _ *cost.Line) { c.BillingAccount.ID = "" }, "Charge.BillingAccount.ID"},
		"no period":                 {func(c *focus.Charge, _ *cost.Line) { c.Period = focus.Period{} }, "Charge.Period"},
		"period ends at its start":  {func(c *focus.Charge, _ *cost.Line) { c.Period.End = c.Period.Start }, "Charge.Period"},
		"two months":                {func(c *focus.Charge, _ *cost.Line) { c.Period.End = at("2026-10-02T00:00:00Z") }, "Charge.Period"},
		"sub-account without id":    {func(c *focus.Charge, _ *cost.Line) { c.SubAccount.Name = "x" }, "Charge.SubAccount.ID"},
		"resource without id":       {func(c *focus.Charge, _ *cost.Line) { c.Resource.Name = "x" }, "Charge.Resource.ID"},
		"commitment without id":     {func(c *focus.Charge, _ *cost.Line) { c.Commitment = new(focus.Commitment) }, "Charge.Commitment.ID"},
		"tag without key":           {func(c *focus.Charge, _ *cost.Line) { c.Tags = map[string]string{"": "x"} }, "Charge.Tags"},
		"covered without a plan":    {func(_ *focus.Charge, l *cost.Line) { l.Kind = cost.Covered }, "Charge.Commitment"},
		"unused without a plan":     {func(_ *focus.Charge, l *cost.Line) { l.Kind = cost.Unused }, "Charge.Commitment"},
		"unknown kind":              {func(_ *focus.Charge, l *cost.Line) { l.Kind = 9 }, "Lines[0].Kind"},
		"unknown meter":             {func(_ *focus.Charge, l *cost.Line) { l.Meter = 0 }, "Lines[0].Meter"},
		"negative quantity":         {func(_ *focus.Charge, l *cost.Line) { l.Quantity = dec("-1") }, "Lines[0].Quantity"},
		"gigantic quantity":         {func(_ *focus.Charge, l *cost.Line) { l.Quantity = decimal.New(1, 999999999) }, "Lines[0].Quantity"},
		"unknown architecture":      {func(_ *focus.Charge, l *cost.Line) { l.Arch = "sparc" }, "Lines[0].Arch"},
		"no architecture":           {func(_ *focus.Charge, l *cost.Line) { l.Arch = "" }, "Lines[0].Arch"},
		"negative tier":             {func(_ *focus.Charge, l *cost.Line) { l.Tier = -3 }, "Lines[0].Tier"},
		"gigantic tier":             {func(_ *focus.Charge, l *cost.Line) { l.Tier = 1_000_001 }, "Lines[0].Tier"},
		"cost of too many decimals": {func(_ *focus.Charge, l *cost.Line) { l.Cost = decimal.New(1, -999999999) }, "Lines[0].Cost"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c, l := charge(), line
			tt.change(&c, &l)
			_, err := focus.FromBill(cost.Bill{Region: "us-east-1", Currency: "USD", Lines: []cost.Line{l}}, c)
			var out *focus.RangeError
			if !errors.As(err, &out) || out.Field != tt.field {
				t.Errorf("error %v, want one of %s", err, tt.field)
			}
		})
	}
	t.Run("discount out of range", func(t *testing.T) {
		c := charge()
		c.Options = &cost.Options{Discount: dec("2")}
		var out *cost.RangeError
		if _, err := focus.FromBill(cost.Bill{}, c); !errors.As(err, &out) {
			t.Errorf("error %v, want a cost.RangeError", err)
		}
	})
}

// A currency is a code of ISO 4217.
func TestCurrenciesOfBills(t *testing.T) {
	for currency, want := range map[string]bool{"USD": true, "CNY": true, "": false, "usd": false, "usd dollars": false, "US$": false} {
		_, err := focus.FromBill(cost.Bill{Region: "us-east-1", Currency: currency}, charge())
		var out *focus.RangeError
		if (err == nil) != want || err != nil && (!errors.As(err, &out) || out.Field != "Bill.Currency") {
			t.Errorf("%q: error %v", currency, err)
		}
	}
}

// Owners of no name have no function and no sub-account; a period that nobody tells is refused.
func TestAssignOfNobody(t *testing.T) {
	r := rates(t, "eu-west-1")
	var u cost.Usage
	if err := u.Add(cost.Requests, cost.X86, dec("1000")); err != nil {
		t.Fatal(err)
	}
	show, err := cost.Allocate(billOf(t, r, u, nil), map[string]cost.Usage{"": u})
	if err != nil {
		t.Fatal(err)
	}
	c := charge()
	c.SubAccount, c.Resource = focus.Account{ID: "444455556666", Type: "Own"}, focus.Resource{ID: "arn:x", Name: "x"}
	for name, assign := range map[string]focus.Assign[string]{"sub-account": focus.AsSubAccount[string](), "function": focus.AsFunction[string]("111122223333")} {
		rows, err := focus.FromShowback(show, c, assign)
		if err != nil || len(rows) != 1 {
			t.Fatalf("%s: %d rows, error %v", name, len(rows), err)
		}
		row := rows[0]
		if name == "sub-account" && (row.SubAccountId.Valid || row.SubAccountType.Valid || !row.ResourceId.Valid) {
			t.Errorf("sub-account %v, type %v, resource %v", row.SubAccountId, row.SubAccountType, row.ResourceId)
		}
		if name == "function" && (row.ResourceId.Valid || row.ResourceType.Valid || !row.SubAccountId.Valid) {
			t.Errorf("function %v, sub-account %v", row.ResourceId, row.SubAccountId)
		}
	}
	var out *focus.RangeError
	if _, err := focus.FromShowback(show, c, focus.AsPeriod[string](nil)); !errors.As(err, &out) || out.Field != "assign" {
		t.Errorf("error %v, want a RangeError of assign", err)
	}
}
