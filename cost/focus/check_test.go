package focus_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/focus"
)

// findings counts what breaks a rule, by rule.
func findings(t *testing.T, v focus.Version, rows []focus.Row) map[string]int {
	t.Helper()
	count := make(map[string]int)
	for f, err := range focus.Check(v, sequence(rows)) {
		if err != nil {
			t.Fatal(err)
		}
		count[f.Rule.ID]++
	}
	return count
}

// The package's own rows break no rule, of any region, meter, kind, owner or layout, where the rates have rate codes.
func TestOwnRowsConform(t *testing.T) {
	catalog := coded(t)
	plan := &focus.Commitment{ID: "arn:plan", Name: "plan", PriceID: "PLAN.FEE", Fee: true}
	full := charge()
	full.SubAccount, full.InvoiceID = focus.Account{ID: "444455556666", Name: "Orders"}, "INV-1"
	full.Resource, full.Tags = focus.Resource{ID: "arn:x"}, map[string]string{"team": "orders"}
	full.Commitment = plan
	bare := charge()
	bare.BillingAccount.Name, bare.Commitment = "", &focus.Commitment{ID: "arn:plan"}
	zero := full
	zero.FreeAtZero, zero.Exact = true, true
	var bills []cost.Bill
	for _, region := range catalog.Regions() {
		r, err := catalog.Region(region)
		if err != nil {
			t.Fatal(err)
		}
		bills = append(bills, billOf(t, r, everything(t, r), &cost.Options{FreeTier: cost.MonthlyFreeTier(), Discount: dec("0.07")}))
	}
	bills = append(bills, planBill(t))
	for name, c := range map[string]focus.Charge{"full": full, "bare": bare, "free at zero, exact": zero} {
		t.Run(name, func(t *testing.T) {
			var rows []focus.Row
			for i, b := range bills {
				if name != "full" && i%12 != 1 { // some regions, and the last one, which is the plan's
					continue
				}
				more, err := focus.FromBill(b, c)
				if err != nil {
					t.Fatal(err)
				}
				rows = append(rows, more...)
			}
			if diff := cmp.Diff(map[string]int{}, findings(t, focus.V12, rows)); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			for _, l := range []*focus.Layout{nil, {Version: focus.V10}, {Null: "NULL"}} {
				for f, err := range focus.CheckCSV(strings.NewReader(csvOf(t, rows, l)), "") {
					t.Fatal(f, err)
				}
			}
		})
	}
}

// With the embedded cards, which do not have the rate codes of all meters, the columns that need one are null and said to be.
func TestUnknownRateCodesAreFound(t *testing.T) {
	r := rates(t, "us-east-1")
	b := billOf(t, r, everything(t, r), nil)
	rows, err := focus.FromBill(b, charge())
	if err != nil {
		t.Fatal(err)
	}
	var without int
	for _, l := range b.Lines {
		if l.RateCode == "" {
			without++
		}
	}
	want := map[string]int{"SkuId.priced": without, "SkuPriceId.priced": without}
	if diff := cmp.Diff(want, findings(t, focus.V12, rows)); diff != "" || without == 0 {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for f, err := range focus.Check(focus.V12, sequence(rows)) {
		if err != nil || !strings.Contains(f.String(), "null, since the rates of the bill have no rate code for it") {
			t.Error(f, err)
		}
	}
}

// The real rows of AWS's 1.0 export, held to 1.0 and to 1.2: the rules that they break, and no others.
func TestRealSampleConformance(t *testing.T) {
	data := shared(t, "samples/focus_1.0_sample_lambda_rows.csv")
	v10 := map[string]int{
		"BillingPeriodEnd.spelling": 10, "BillingPeriodStart.spelling": 10, "ChargePeriodEnd.spelling": 10, "ChargePeriodStart.spelling": 10,
		"EffectiveCost.usage":   9, // 0 in the sample, beside a billed cost; one row cost nothing
		"ResourceType.together": 7, "Id.prefix": 1,
	}
	v12 := merge(v10, map[string]int{
		"BillingAccountType.present": 1, "CommitmentDiscountQuantity.present": 1, "CommitmentDiscountUnit.present": 1,
		"SkuMeter.present": 1, "SkuPriceDetails.present": 1, "SubAccountType.present": 1,
	})
	for v, want := range map[focus.Version]map[string]int{"": v10, focus.V10: v10, focus.V12: v12} {
		got := make(map[string]int)
		for f, err := range focus.CheckCSV(bytes.NewReader(data), v) {
			if err != nil {
				t.Fatal(err)
			}
			got[f.Rule.ID]++
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("version %q (-want +got):\n%s", v, diff)
		}
	}
}

func merge(a, b map[string]int) map[string]int {
	all := make(map[string]int)
	for _, m := range []map[string]int{a, b} {
		for k, v := range m {
			all[k] += v
		}
	}
	return all
}

// Each rule, broken in a row that breaks none: the rule is found. Where others cannot but be broken with it, they are named.
func TestEveryRule(t *testing.T) {
	c := charge()
	c.SubAccount, c.Resource, c.Commitment = focus.Account{ID: "4", Name: "n"}, focus.Resource{ID: "arn", Name: "n"}, &focus.Commitment{ID: "arn:plan", Name: "n", PriceID: "P.F", Fee: true}
	rows, err := focus.FromBill(planBill(t), c)
	if err != nil {
		t.Fatal(err)
	}
	usage, covered, unused, purchase := rows[2], rows[1], rows[3], rows[4]
	tax := purchase
	tax.ChargeCategory, tax.ChargeFrequency, tax.PricingCategory = focus.Of("Tax"), focus.Of("One-Time"), focus.Text{}
	tax.PricingQuantity, tax.PricingUnit, tax.ListUnitPrice, tax.ContractedUnitPrice = focus.Number{}, focus.Text{}, focus.Number{}, focus.Number{}
	tax.CommitmentDiscountCategory, tax.CommitmentDiscountId, tax.CommitmentDiscountName, tax.CommitmentDiscountType = focus.Text{}, focus.Text{}, focus.Text{}, focus.Text{}
	tax.CommitmentDiscountQuantity, tax.CommitmentDiscountUnit = focus.Number{}, focus.Text{}
	tax.SkuId, tax.SkuPriceId, tax.SkuMeter = focus.Text{}, focus.Text{}, focus.Text{}
	credit := tax
	credit.ChargeCategory = focus.Of("Credit")
	credit.BilledCost, credit.EffectiveCost, credit.ListCost, credit.ContractedCost = number("-5"), number("-5"), number("-5"), number("-5")

	type change = func(*focus.Row)
	tests := map[string]struct {
		row    focus.Row
		change change
		also   []string
	}{
		"BillingPeriodEnd.order":              {usage, func(r *focus.Row) { r.BillingPeriodEnd = r.BillingPeriodStart }, []string{"ChargePeriodStart.inside"}},
		"ChargePeriodEnd.order":               {usage, func(r *focus.Row) { r.ChargePeriodEnd = r.ChargePeriodStart }, nil},
		"ChargePeriodStart.inside":            {usage, func(r *focus.Row) { r.ChargePeriodStart = focus.Of(at("2026-08-31T23:00:00Z")) }, nil},
		"BillingCurrency.code":                {usage, func(r *focus.Row) { r.BillingCurrency = focus.Of("usd") }, nil},
		"ListCost.product":                    {usage, func(r *focus.Row) { r.ListCost = focus.Of(r.ListCost.V.Add(dec("0.0000000001"))) }, nil},
		"ContractedCost.product":              {usage, func(r *focus.Row) { r.ContractedCost = focus.Of(r.ContractedCost.V.Add(dec("0.0000000001"))) }, nil},
		"ListCost.credit":                     {credit, func(r *focus.Row) { r.ListCost = number("-4") }, nil},
		"ContractedCost.credit":               {credit, func(r *focus.Row) { r.ContractedCost = number("0") }, nil},
		"EffectiveCost.credit":                {credit, func(r *focus.Row) { r.EffectiveCost = number("0") }, nil},
		"EffectiveCost.usage":                 {usage, func(r *focus.Row) { r.EffectiveCost = number("0") }, nil},
		"EffectiveCost.purchase":              {purchase, func(r *focus.Row) { r.EffectiveCost = number("1") }, nil},
		"BilledCost.commitment":               {covered, func(r *focus.Row) { r.BilledCost = number("1") }, nil},
		"ListUnitPrice.priced":                {usage, func(r *focus.Row) { r.ListUnitPrice = focus.Number{} }, nil},
		"ListUnitPrice.tax":                   {tax, func(r *focus.Row) { r.ListUnitPrice = number("1") }, nil},
		"ListUnitPrice.negative":              {usage, func(r *focus.Row) { r.ListUnitPrice = number("-1") }, []string{"ListCost.product"}},
		"ContractedUnitPrice.priced":          {usage, func(r *focus.Row) { r.ContractedUnitPrice = focus.Number{} }, nil},
		"ContractedUnitPrice.tax":             {tax, func(r *focus.Row) { r.ContractedUnitPrice = number("1") }, nil},
		"ContractedUnitPrice.negative":        {usage, func(r *focus.Row) { r.ContractedUnitPrice = number("-1") }, []string{"ContractedCost.product"}},
		"PricingQuantity.priced":              {usage, func(r *focus.Row) { r.PricingQuantity = focus.Number{} }, []string{"PricingUnit.together"}},
		"PricingQuantity.tax":                 {tax, func(r *focus.Row) { r.PricingQuantity = number("1") }, []string{"PricingUnit.together"}},
		"PricingUnit.together":                {usage, func(r *focus.Row) { r.PricingUnit = focus.Text{} }, nil},
		"ConsumedQuantity.usage":              {usage, func(r *focus.Row) { r.ConsumedQuantity = focus.Number{} }, []string{"ConsumedUnit.together"}},
		"ConsumedQuantity.other":              {unused, func(r *focus.Row) { r.ConsumedQuantity = number("1") }, []string{"ConsumedUnit.together"}},
		"ConsumedUnit.together":               {usage, func(r *focus.Row) { r.ConsumedUnit = focus.Text{} }, nil},
		"PricingCategory.priced":              {usage, func(r *focus.Row) { r.PricingCategory = focus.Text{} }, nil},
		"PricingCategory.tax":                 {tax, func(r *focus.Row) { r.PricingCategory = focus.Of("Standard") }, nil},
		"PricingCategory.committed":           {covered, func(r *focus.Row) { r.PricingCategory = focus.Of("Standard") }, nil},
		"ChargeFrequency.purchase":            {purchase, func(r *focus.Row) { r.ChargeFrequency = focus.Of("Usage-Based") }, nil},
		"CommitmentDiscountCategory.together": {covered, func(r *focus.Row) { r.CommitmentDiscountCategory = focus.Text{} }, nil},
		"CommitmentDiscountType.together":     {covered, func(r *focus.Row) { r.CommitmentDiscountType = focus.Text{} }, nil},
		"CommitmentDiscountName.together":     {usage, func(r *focus.Row) { r.CommitmentDiscountName = focus.Of("x") }, nil},
		"CommitmentDiscountStatus.together":   {covered, func(r *focus.Row) { r.CommitmentDiscountStatus = focus.Text{} }, nil},
		"CommitmentDiscountQuantity.together": {covered, func(r *focus.Row) { r.CommitmentDiscountQuantity = focus.Number{} }, []string{"CommitmentDiscountUnit.together"}},
		"CommitmentDiscountUnit.together":     {covered, func(r *focus.Row) { r.CommitmentDiscountUnit = focus.Text{} }, nil},
		"CapacityReservationStatus.together":  {usage, func(r *focus.Row) { r.CapacityReservationStatus = focus.Of("Used") }, nil},
		"SkuId.priced":                        {usage, func(r *focus.Row) { r.SkuId = focus.Text{} }, []string{"SkuMeter.together"}},
		"SkuId.tax":                           {tax, func(r *focus.Row) { r.SkuId = focus.Of("A") }, nil},
		"SkuPriceId.priced":                   {usage, func(r *focus.Row) { r.SkuPriceId = focus.Text{} }, []string{"SkuPriceDetails.together"}},
		"SkuPriceId.tax":                      {tax, func(r *focus.Row) { r.SkuPriceId = focus.Of("A.B") }, nil},
		"SkuPriceId.sku":                      {usage, func(r *focus.Row) { r.SkuId = focus.Of("A") }, nil},
		"SkuMeter.together":                   {tax, func(r *focus.Row) { r.SkuMeter = focus.Of("A") }, nil},
		"SkuPriceDetails.together":            {tax, func(r *focus.Row) { r.SkuPriceDetails = focus.Of("{}") }, nil},
		"ServiceSubcategory.parent":           {usage, func(r *focus.Row) { r.ServiceCategory = focus.Of("Storage") }, nil},
		"BillingAccountType.together":         {usage, func(r *focus.Row) { r.BillingAccountType = focus.Text{} }, nil},
		"SubAccountName.together":             {usage, func(r *focus.Row) { r.SubAccountId, r.SubAccountType = focus.Text{}, focus.Text{} }, nil},
		"SubAccountName.named":                {usage, func(r *focus.Row) { r.SubAccountName = focus.Text{} }, nil},
		"SubAccountType.together":             {usage, func(r *focus.Row) { r.SubAccountType = focus.Text{} }, nil},
		"ResourceName.together":               {usage, func(r *focus.Row) { r.ResourceId, r.ResourceType = focus.Text{}, focus.Text{} }, nil},
		"ResourceType.together":               {usage, func(r *focus.Row) { r.ResourceType = focus.Text{} }, nil},
		"RegionName.together":                 {usage, func(r *focus.Row) { r.RegionName = focus.Text{} }, nil},
	}
	if got := findings(t, focus.V12, []focus.Row{usage, covered, unused, purchase, tax, credit}); len(got) > 0 {
		t.Fatalf("rows that should break no rule break %v", got)
	}
	for id, tt := range tests {
		t.Run(id, func(t *testing.T) {
			row := tt.row
			tt.change(&row)
			want := map[string]int{id: 1}
			for _, other := range tt.also {
				want[other] = 1
			}
			if diff := cmp.Diff(want, findings(t, focus.V12, []focus.Row{row})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if got := findings(t, focus.V12, []focus.Row{{BilledCost: focus.Of(decimal.New(1, 999999999))}}); got["BilledCost.bounds"] != 1 {
		t.Errorf("a gigantic number breaks %v, want BilledCost.bounds", got)
	}
	// The rules that the description of a column gives are broken one column at a time, in a file.
	for _, r := range focus.Rules(focus.V12) {
		column, what, _ := strings.Cut(r.ID, ".")
		value, tested := map[string]string{
			"null": "", "empty": `"  "`, "value": "Coffee", "spelling": "1e1", "object": `{"a":[1]}`, "bounds": "",
		}[what]
		if _, own := tests[r.ID]; own || what == "bounds" { // what is out of bounds is not even read
			continue
		}
		if !tested {
			t.Errorf("rule %s has no test", r.ID)
			continue
		}
		if what == "spelling" && strings.Contains(r.Text, "YYYY") {
			value = "2026-09-05 10:00:00"
		}
		t.Run(r.ID, func(t *testing.T) {
			head := "ServiceName," + column
			if column == "ServiceName" {
				head = "BillingCurrency," + column
			}
			value = `"` + strings.ReplaceAll(strings.Trim(value, `"`), `"`, `""`) + `"`
			if what == "null" {
				value = ""
			}
			found := false
			for f, err := range focus.CheckCSV(strings.NewReader(head+"\nx,"+value+"\n"), focus.V12) {
				if err != nil {
					t.Fatal(err)
				}
				found = found || f.Rule.ID == r.ID && f.Line == 2 && f.Index == 0
			}
			if !found {
				t.Errorf("%s is not found in a row with %s", r.ID, value)
			}
		})
	}
}

// Numbers as FOCUS's Numeric Format has them: integers, decimals, and mEn; no plus sign anywhere.
func TestSpellingOfNumbers(t *testing.T) {
	tests := map[string]bool{
		"0": true, "-1": true, "1.50": true, "0.0000166667": true, ".5": true, "1E-5": true, "1.6E-5": true, "-2E3": true, "007": true,
		"+1": false, "1e-5": false, "1E+5": false, "+1E5": false,
	}
	for text, want := range tests {
		broken := 0
		for f, err := range focus.CheckCSV(strings.NewReader("ServiceName,BilledCost\nx,"+text+"\n"), focus.V12) {
			if err != nil {
				t.Fatal(err)
			}
			if f.Rule.ID == "BilledCost.spelling" {
				broken++
			}
		}
		if (broken == 0) != want {
			t.Errorf("%s: %d findings, want it to conform: %t", text, broken, want)
		}
	}
}

// A recommended column may be left out; where it is there it must not be null, and each subcategory has its category.
func TestRecommendedColumns(t *testing.T) {
	rows, err := focus.FromBill(planBill(t), focus.Charge{
		BillingAccount: charge().BillingAccount, Period: charge().Period, Commitment: &focus.Commitment{ID: "arn:plan"},
		SubAccount: focus.Account{ID: "012345678901"},
	})
	if err != nil {
		t.Fatal(err)
	}
	row := rows[2]
	if row.SubAccountName.V != "012345678901" || len(findings(t, focus.V12, []focus.Row{row})) != 0 {
		t.Errorf("sub-account %v, findings %v", row.SubAccountName, findings(t, focus.V12, []focus.Row{row}))
	}
	tests := map[string]struct {
		change func(*focus.Row)
		want   []string // of 1.2
		v10    []string
	}{
		"as it is":        {func(*focus.Row) {}, nil, nil},
		"no frequency":    {func(r *focus.Row) { r.ChargeFrequency = focus.Text{} }, []string{"ChargeFrequency.null"}, []string{"ChargeFrequency.null"}},
		"no subcategory":  {func(r *focus.Row) { r.ServiceSubcategory = focus.Text{} }, []string{"ServiceSubcategory.null"}, nil},
		"made up":         {func(r *focus.Row) { r.ServiceSubcategory = focus.Of("Functions") }, []string{"ServiceSubcategory.value"}, nil},
		"of another":      {func(r *focus.Row) { r.ServiceSubcategory = focus.Of("Caching") }, []string{"ServiceSubcategory.parent"}, nil},
		"other":           {func(r *focus.Row) { r.ServiceSubcategory = focus.Of("Other (Compute)") }, nil, nil},
		"no name":         {func(r *focus.Row) { r.SubAccountName = focus.Text{} }, []string{"SubAccountName.named"}, nil},
		"name without id": {func(r *focus.Row) { r.SubAccountId, r.SubAccountType = focus.Text{}, focus.Text{} }, []string{"SubAccountName.together"}, []string{"SubAccountName.together"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			changed := row
			tt.change(&changed)
			for v, want := range map[focus.Version][]string{focus.V12: tt.want, focus.V10: tt.v10} {
				counts := make(map[string]int)
				for _, id := range want {
					counts[id] = 1
				}
				if diff := cmp.Diff(counts, findings(t, v, []focus.Row{changed})); diff != "" {
					t.Errorf("%s (-want +got):\n%s", v, diff)
				}
			}
		})
	}
	var left []string
	for f, err := range focus.CheckCSV(strings.NewReader(csvOf(t, []focus.Row{row}, &focus.Layout{Columns: []string{"BilledCost", "ServiceName"}})), focus.V12) {
		if err != nil {
			t.Fatal(err)
		}
		if f.Rule.Column == "ChargeFrequency" || f.Rule.Column == "ServiceSubcategory" {
			left = append(left, f.String())
		}
	}
	if left != nil {
		t.Errorf("left out: %v", left)
	}
}

func TestRules(t *testing.T) {
	v10, v12 := focus.Rules(focus.V10), focus.Rules(focus.V12)
	seen := make(map[string]bool)
	for _, r := range v12 {
		if seen[r.ID] || r.Text == "" || !strings.HasPrefix(r.ID, r.Column+".") || !slices.Contains([]string{"1.0", "1.1", "1.2"}, r.Since) {
			t.Errorf("rule %+v", r)
		}
		seen[r.ID] = true
	}
	for _, r := range v10 {
		if r.Since != "1.0" || !seen[r.ID] {
			t.Errorf("rule of 1.0: %+v", r)
		}
	}
	if len(v10) >= len(v12) || focus.Rules("2.0") != nil {
		t.Errorf("%d rules of 1.0, %d of 1.2, %d of 2.0", len(v10), len(v12), len(focus.Rules("2.0")))
	}
	if got := len(focus.Columns(focus.V10)); got != 43+8 {
		t.Errorf("1.0 has %d columns, want 43 and 8 custom ones", got)
	}
	if got := len(focus.Columns(focus.V12)); got != 57+8 {
		t.Errorf("1.2 has %d columns, want 57 and 8 custom ones", got)
	}
	if !slices.IsSortedFunc(focus.Columns(focus.V12)[:57], func(a, b focus.Column) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("columns are not sorted")
	}
}

func TestJSONColumns(t *testing.T) {
	tests := map[string]bool{
		`{}`: true, `{"a":"b","c":1,"d":true,"e":null}`: true, ` {"a" : -1.5e3} `: true,
		`{"a":"b","a":"c"}`: false, `{"a":{}}`: false, `{"a":[]}`: false, `[]`: false, `"a"`: false, `1`: false, `null`: false,
		`{"a":1`: false, `{"a":1}}`: false, `{"a":1} {}`: false, `{a:1}`: false, `{'a':1}`: false, `{"a":1,}`: false, `{"a"}`: false,
	}
	for text, want := range tests {
		row := focus.Row{Tags: focus.Of(text)}
		if got := findings(t, focus.V12, []focus.Row{row})["Tags.object"] == 0; got != want {
			t.Errorf("%s: conforms %t, want %t", text, got, want)
		}
	}
}

func TestCheckHeader(t *testing.T) {
	var got []string
	for f, err := range focus.CheckCSV(strings.NewReader("billedcost,ServiceName,Colour,x_Colour\n1,AWS Lambda,red,red\n"), focus.V10) {
		if err != nil {
			t.Fatal(err)
		}
		if f.Index < 0 {
			got = append(got, f.Rule.ID)
		}
	}
	want := []string{"BilledCost.name", "Colour.prefix", "BillingAccountId.present"}
	if diff := cmp.Diff(want, got[:3]); diff != "" || len(got) < 25 {
		t.Errorf("%d findings (-want +got):\n%s", len(got), diff)
	}
}

// Without a version a file is held to the one that its header shows.
func TestCheckVersionOfTheHeader(t *testing.T) {
	r := rates(t, "us-east-1")
	rows, err := focus.FromBill(billOf(t, r, everything(t, r), nil), charge())
	if err != nil {
		t.Fatal(err)
	}
	for v, other := range map[focus.Version]focus.Version{focus.V10: focus.V12, focus.V12: focus.V10} {
		rows[0].ChargeCategory = focus.TextOf("usage") // not as it is to be spelt
		data := csvOf(t, rows, &focus.Layout{Version: v})
		found := func(v focus.Version) (all []string) {
			for f, err := range focus.CheckCSV(strings.NewReader(data), v) {
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, f.String())
			}
			return all
		}
		want := found(v)
		if diff := cmp.Diff(want, found("")); diff != "" || len(want) == 0 {
			t.Errorf("%s, %d findings (-want +got):\n%s", v, len(want), diff)
		}
		if slices.Equal(want, found(other)) {
			t.Errorf("%s is as good as %s", v, other)
		}
	}
}

func TestCheckErrors(t *testing.T) {
	var out *focus.RangeError
	for _, err := range focus.Check("3.0", sequence(nil)) {
		if !errors.As(err, &out) || out.Field != "Version" {
			t.Errorf("error %v, want a RangeError of Version", err)
		}
	}
	for _, err := range focus.Check(focus.V12, nil) {
		if !errors.As(err, &out) || out.Field != "rows" {
			t.Errorf("error %v, want a RangeError of rows", err)
		}
	}
	for _, err := range focus.CheckCSV(strings.NewReader("BilledCost\n1\n"), "3.0") {
		if !errors.As(err, &out) {
			t.Errorf("error %v, want a RangeError", err)
		}
	}
	var head *focus.HeaderError
	for _, err := range focus.CheckCSV(strings.NewReader("a,b\n"), "") {
		if !errors.As(err, &head) {
			t.Errorf("error %v, want a HeaderError", err)
		}
	}
	var line *focus.LineError
	var errs int
	for _, err := range focus.CheckCSV(strings.NewReader("BilledCost,ServiceName\nx,y\n1,AWS Lambda\n"), "") {
		if errors.As(err, &line) {
			errs++
		}
	}
	if errs != 1 || line.Line != 2 || line.Column != "BilledCost" {
		t.Errorf("%d errors, the last %v", errs, line)
	}
}
