package focus

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/codes"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// What AWS calls itself, and Lambda, in its exports.
const (
	providerName     = "AWS"
	publisherName    = "Amazon Web Services, Inc."
	lambdaService    = "AWS Lambda"
	lambdaCategory   = "Compute"
	lambdaSubclass   = "Serverless Compute"
	usageBased       = "Usage-Based"
	categoryUsage    = "Usage"
	categoryPurchase = "Purchase"
	statusUsed       = "Used"
	statusUnused     = "Unused"
	standardPrice    = "Standard"
	committedPrice   = "Committed"
)

// anywhere is the region of bills of no region, such as that of what a plan left unused: AWS's offer files say "Any". FOCUS has
// null for it.
const anywhere = "Any"

// FromBill makes a row of each line of a bill, in their order, and with [Commitment].Fee one of the plan's fee.
//
// The four costs of a row, each rounded half up to 10 decimals unless [Charge].Exact is set:
//
//	kind     ListCost          ContractedCost              EffectiveCost       BilledCost
//	Charged  list price        price paid                  Cost                Cost
//	Free     list price (or 0) list price less discount    0                   0
//	Covered  list price        list price less discount    Cost, by the plan   0
//	Unused   0                 0                           Cost                0
//	the fee  Covered + Unused  Covered + Unused            0                   Covered + Unused
//
// A bill of the region "Any", as package savings makes it of unused commitment, has no region in FOCUS. The rate code of a
// covered line is the plan's, where the bill has it.
//
// A charge without what it needs, a currency that is no code, and a line with a figure that no bill has, are a
// [*RangeError]; options that do not validate are an error of package cost.
func FromBill(b cost.Bill, c Charge) ([]Row, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if !codes.IsCurrency(b.Currency) {
		return nil, &RangeError{Field: "Bill.Currency", Given: show.Quote(b.Currency), Allowed: "a code of ISO 4217: three capital letters"}
	}
	rows := make([]Row, 0, len(b.Lines)+1)
	var fee decimal.Decimal
	for i := range b.Lines {
		l := &b.Lines[i]
		if err := checkLine(l, i, &c); err != nil {
			return nil, err
		}
		row := c.row(&b)
		c.line(&row, &b, l)
		if l.Kind == cost.Covered || l.Kind == cost.Unused {
			fee = fee.Add(row.EffectiveCost.V)
		}
		rows = append(rows, row)
	}
	if c.Commitment != nil && c.Commitment.Fee && !fee.IsZero() {
		rows = append(rows, c.fee(&b, fee))
	}
	return rows, nil
}

// FromStatement makes rows of all bills of a statement; see [FromBill].
func FromStatement(s cost.Statement, c Charge) ([]Row, error) {
	var rows []Row
	for _, b := range s.Bills {
		more, err := FromBill(b, c)
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	return rows, nil
}

// FromShowback makes rows of each owner's part of a bill, sorted by owner, then of the rest, which nobody owns; see
// [FromBill]. assign says how owners appear: [AsTag], [AsSubAccount], [AsFunction], [AsPeriod] or one's own. Each row is
// rounded by itself, as AWS rounds the rows of each account and resource: their sum can differ from that of the bill's own
// rows in the last decimals, but not where [Charge].Exact is set.
func FromShowback[K cmp.Ordered](s cost.Showback[K], c Charge, assign Assign[K]) ([]Row, error) {
	owners := make(map[K]cost.Statement, len(s.Owners))
	for k, b := range s.Owners {
		owners[k] = cost.Statement{Bills: []cost.Bill{b}}
	}
	return FromStatementShowback(cost.StatementShowback[K]{Owners: owners, Rest: cost.Statement{Bills: []cost.Bill{s.Rest}}}, c, assign)
}

// FromStatementShowback is [FromShowback] for the showback of a statement.
func FromStatementShowback[K cmp.Ordered](s cost.StatementShowback[K], c Charge, assign Assign[K]) ([]Row, error) {
	if assign == nil {
		return nil, errNil("assign", "how owners appear, AsTag for example")
	}
	var rows []Row
	for _, k := range slices.Sorted(maps.Keys(s.Owners)) {
		for _, b := range s.Owners[k].Bills {
			own := c
			if own.Tags = maps.Clone(c.Tags); own.Tags == nil {
				own.Tags = make(map[string]string)
			}
			assign(k, b, &own)
			more, err := FromBill(b, own)
			if err != nil {
				return nil, fmt.Errorf("focus: owner %v: %w", k, err)
			}
			rows = append(rows, more...)
		}
	}
	rest, err := FromStatement(s.Rest, c)
	if err != nil {
		return nil, err
	}
	return append(rows, rest...), nil
}

func checkLine(l *cost.Line, i int, c *Charge) error {
	where := fmt.Sprintf("Lines[%d]", i)
	if err := checkFigures(l, where); err != nil {
		return err
	}
	if (l.Kind == cost.Covered || l.Kind == cost.Unused) && c.Commitment == nil {
		return &RangeError{Field: "Charge.Commitment", Given: "nil", Allowed: fmt.Sprintf("the plan of %s, which is %s", where, l.Kind)}
	}
	return nil
}

// checkFigures refuses a line that no bill has. where is what errors call it.
func checkFigures(l *cost.Line, where string) error {
	for _, f := range [...]struct {
		name  string
		value decimal.Decimal
	}{{"Quantity", l.Quantity}, {"ListUnitPrice", l.ListUnitPrice}, {"UnitPrice", l.UnitPrice}, {"Cost", l.Cost}} {
		if !bounded(f.value) || f.value.Sign() < 0 {
			return &RangeError{Field: where + "." + f.name, Given: givenNumber(f.value), Allowed: "0 or more, " + numberAllowed}
		}
	}
	if k := l.Kind; k != cost.Charged && k != cost.Free && k != cost.Covered && k != cost.Unused {
		return &RangeError{Field: where + ".Kind", Given: k.String(), Allowed: "Charged, Free, Covered or Unused"}
	}
	if !l.Meter.Valid() {
		return &RangeError{Field: where + ".Meter", Given: l.Meter.String(), Allowed: "one of cost.Meters"}
	}
	if !validArch(l) {
		return &RangeError{Field: where + ".Arch", Given: show.Quote(string(l.Arch)), Allowed: "an architecture that " + l.Meter.String() + " is sold by"}
	}
	if l.Tier < 0 || l.Tier > maxTier {
		return &RangeError{Field: where + ".Tier", Given: strconv.Itoa(l.Tier), Allowed: "0 to 1,000,000"}
	}
	return nil
}

const maxTier = 1_000_000

// validArch reports whether a line's architecture goes with its meter. AWS does not say that of free usage, and unused commitment
// has none.
func validArch(l *cost.Line) bool {
	if l.Arch == "" && (l.Kind == cost.Free || l.Kind == cost.Unused) {
		return true
	}
	return cost.Key{Meter: l.Meter, Arch: l.Arch}.Validate() == nil
}

// row has what all rows of a charge have.
func (c *Charge) row(b *cost.Bill) Row {
	issuer := cmp.Or(c.InvoiceIssuer, publisherName)
	month := Month(c.Period.Start)
	row := Row{
		BillingAccountId:   Of(c.BillingAccount.ID),
		BillingAccountName: TextOf(c.BillingAccount.Name),
		BillingAccountType: Of(cmp.Or(c.BillingAccount.Type, "Management Account")),
		BillingCurrency:    TextOf(b.Currency),
		BillingPeriodStart: Of(month.Start),
		BillingPeriodEnd:   Of(month.End),
		ChargePeriodStart:  Of(c.Period.Start.UTC()),
		ChargePeriodEnd:    Of(c.Period.End.UTC()),
		InvoiceId:          TextOf(c.InvoiceID),
		InvoiceIssuerName:  Of(issuer),
		ProviderName:       Of(providerName),
		PublisherName:      Of(publisherName),
		ServiceCategory:    Of(lambdaCategory),
		ServiceSubcategory: Of(lambdaSubclass),
		ServiceName:        Of(lambdaService),
		Tags:               tagsText(c.Tags),
	}
	if c.SubAccount.ID != "" {
		row.SubAccountId = Of(c.SubAccount.ID)
		row.SubAccountName = Of(cmp.Or(c.SubAccount.Name, c.SubAccount.ID)) // FOCUS 1.2 demands one
		row.SubAccountType = Of(cmp.Or(c.SubAccount.Type, "Member Account"))
	}
	return row
}

// round is AWS's, or none.
func (c *Charge) round(d decimal.Decimal) decimal.Decimal {
	if c.Exact {
		return d
	}
	return rounded(d)
}

func (c *Charge) line(row *Row, b *cost.Bill, l *cost.Line) {
	row.ChargeCategory, row.ChargeFrequency = Of(categoryUsage), Of(usageBased)
	row.ChargeDescription = Of(describe(b, l))
	if b.Region != "" && b.Region != anywhere {
		row.RegionId, row.RegionName = Of(b.Region), Of(cmp.Or(b.Location, b.Region))
	}
	row.PricingQuantity, row.PricingUnit = Of(l.Quantity), Of(cmp.Or(l.Unit, l.Meter.Unit()))
	if l.Kind != cost.Unused {
		row.ConsumedQuantity, row.ConsumedUnit = row.PricingQuantity, row.PricingUnit
		c.resource(row)
	}
	row.LineKind, row.Meter, row.Architecture = Of(l.Kind.String()), Of(l.Meter.String()), TextOf(string(l.Arch))
	row.UsageType, row.UnitPrice = TextOf(l.UsageType), Of(l.UnitPrice)
	if l.Tier != 0 {
		row.Tier = Of(decimal.NewFromInt(int64(l.Tier)))
	}
	c.sku(row, l.RateCode, l)
	c.prices(row, b, l)
}

func (c *Charge) resource(row *Row) {
	if c.Resource.ID != "" {
		row.ResourceId = Of(c.Resource.ID)
		row.ResourceName = TextOf(c.Resource.Name)
		row.ResourceType = Of(cmp.Or(c.Resource.Type, "Function"))
	}
}

// sku fills the columns that a rate code tells. Where it is not known they are null: nothing is made up for it.
func (c *Charge) sku(row *Row, rateCode string, l *cost.Line) {
	if l.Kind == cost.Unused && rateCode == "" {
		rateCode = c.Commitment.PriceID
	}
	if rateCode == "" {
		return
	}
	sku, _, _ := strings.Cut(rateCode, ".")
	row.SkuId, row.SkuPriceId, row.SkuMeter = Of(sku), Of(rateCode), Of(l.Meter.String())
	details := map[string]string{"Meter": l.Meter.String()}
	if l.Arch != "" {
		details["Architecture"] = string(l.Arch)
	}
	if l.Tier != 0 {
		details["Tier"] = strconv.Itoa(l.Tier)
	}
	row.SkuPriceDetails = jsonText(details)
}

func (c *Charge) prices(row *Row, b *cost.Bill, l *cost.Line) {
	list, contracted := l.ListUnitPrice, l.UnitPrice
	row.PricingCategory = Of(standardPrice)
	effective := c.round(l.Cost)
	billed := effective
	switch l.Kind {
	case cost.Free:
		if c.FreeAtZero {
			list = decimal.Decimal{}
		}
		contracted = c.Options.Paid(l.Meter, list)
	case cost.Covered:
		contracted = c.Options.Paid(l.Meter, list)
		billed = decimal.Decimal{}
	case cost.Unused:
		// What nobody used has no public price: its cost is the commitment's alone.
		list, contracted, billed = decimal.Decimal{}, decimal.Decimal{}, decimal.Decimal{}
	}
	row.ListUnitPrice, row.ContractedUnitPrice = Of(list), Of(contracted)
	row.ListCost, row.ContractedCost = Of(c.round(l.Quantity.Mul(list))), Of(c.round(l.Quantity.Mul(contracted)))
	row.EffectiveCost, row.BilledCost = Of(effective), Of(billed)
	if l.Kind == cost.Covered || l.Kind == cost.Unused {
		row.PricingCategory = Of(committedPrice)
		c.commitment(row, b, effective)
		row.CommitmentDiscountStatus = Of(statusUsed)
		if l.Kind == cost.Unused {
			row.CommitmentDiscountStatus = Of(statusUnused)
		}
	}
}

// commitment fills the columns of a Savings Plan, which is spent in the bill's currency.
func (c *Charge) commitment(row *Row, b *cost.Bill, spent decimal.Decimal) {
	row.CommitmentDiscountCategory = Of("Spend")
	row.CommitmentDiscountId = Of(c.Commitment.ID)
	row.CommitmentDiscountName = TextOf(c.Commitment.Name)
	row.CommitmentDiscountType = Of(cmp.Or(c.Commitment.Type, "Compute Savings Plan"))
	row.CommitmentDiscountQuantity = Of(spent)
	row.CommitmentDiscountUnit = TextOf(b.Currency)
}

// fee is the row of what the plan is paid for a period.
func (c *Charge) fee(b *cost.Bill, amount decimal.Decimal) Row {
	row := c.row(b)
	row.ChargeCategory, row.ChargeFrequency = Of(categoryPurchase), Of("Recurring")
	row.ChargeDescription = Of("Savings Plan fee: " + cmp.Or(c.Commitment.Name, c.Commitment.ID))
	row.PricingCategory = Of(standardPrice)
	row.PricingQuantity, row.PricingUnit = Of(amount), Of(b.Currency)
	row.ListUnitPrice, row.ContractedUnitPrice = Of(decimal.New(1, 0)), Of(decimal.New(1, 0))
	row.ListCost, row.ContractedCost, row.BilledCost, row.EffectiveCost = Of(amount), Of(amount), Of(amount), Of(decimal.Decimal{})
	if id := c.Commitment.PriceID; id != "" {
		sku, _, _ := strings.Cut(id, ".")
		row.SkuId, row.SkuPriceId, row.SkuMeter = Of(sku), Of(id), Of("Savings Plan")
	}
	c.commitment(&row, b, amount)
	return row
}
