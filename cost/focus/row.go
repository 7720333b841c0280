package focus

// Row is one charge: a row of a FOCUS dataset. Its fields are the columns of FOCUS 1.2, of which those of 1.0 are a part,
// by their column ids, and at the end custom columns. Every column can be null, since a file may leave out what it must not;
// [Check] says where. The zero value is a row of nulls.
//
// A Row is plain data: it owns what it points to, and stays valid when the next one is read.
type Row struct {
	// Line is where the row begins in the file that it was read from, from 1; 0 for a row that was not read.
	Line int

	AvailabilityZone                   Text
	BilledCost                         Number // on the invoice: 0 where a commitment or the free tier pays
	BillingAccountId                   Text
	BillingAccountName                 Text
	BillingAccountType                 Text
	BillingCurrency                    Text // ISO 4217
	BillingPeriodEnd                   Time // exclusive, like every end
	BillingPeriodStart                 Time
	CapacityReservationId              Text
	CapacityReservationStatus          Text
	ChargeCategory                     Text // Usage, Purchase, Tax, Credit, Adjustment
	ChargeClass                        Text // null or Correction
	ChargeDescription                  Text
	ChargeFrequency                    Text // One-Time, Recurring, Usage-Based
	ChargePeriodEnd                    Time
	ChargePeriodStart                  Time
	CommitmentDiscountCategory         Text // Spend, Usage
	CommitmentDiscountId               Text
	CommitmentDiscountName             Text
	CommitmentDiscountQuantity         Number
	CommitmentDiscountStatus           Text // Used, Unused
	CommitmentDiscountType             Text
	CommitmentDiscountUnit             Text
	ConsumedQuantity                   Number
	ConsumedUnit                       Text
	ContractedCost                     Number // at the negotiated price, before commitments and free tier
	ContractedUnitPrice                Number
	EffectiveCost                      Number // amortised: what the usage cost, whoever paid it and when
	InvoiceId                          Text
	InvoiceIssuerName                  Text
	ListCost                           Number // at the public price
	ListUnitPrice                      Number
	PricingCategory                    Text // Standard, Committed, Dynamic, Other
	PricingCurrency                    Text
	PricingCurrencyContractedUnitPrice Number
	PricingCurrencyEffectiveCost       Number
	PricingCurrencyListUnitPrice       Number
	PricingQuantity                    Number
	PricingUnit                        Text
	ProviderName                       Text
	PublisherName                      Text
	RegionId                           Text
	RegionName                         Text
	ResourceId                         Text
	ResourceName                       Text
	ResourceType                       Text
	ServiceCategory                    Text
	ServiceName                        Text
	ServiceSubcategory                 Text
	SkuId                              Text
	SkuMeter                           Text
	SkuPriceDetails                    Text // a JSON object
	SkuPriceId                         Text // AWS: the rate code SKU.TERM.DIMENSION, which tells the tier
	SubAccountId                       Text
	SubAccountName                     Text
	SubAccountType                     Text
	Tags                               Text // a JSON object

	// Custom columns of AWS: x_UsageType, x_Operation, x_ServiceCode.
	UsageType, Operation, ServiceCode Text

	// Custom columns of this package, which make a [cost.Line] again of the row that was made of one: x_LineKind,
	// x_Meter, x_Architecture (null where the meter has none), x_Tier (null where the price has none), x_UnitPrice (what
	// was paid for one unit: on covered lines the plan's rate, which no column of FOCUS holds).
	LineKind, Meter, Architecture Text
	Tier, UnitPrice               Number

	// misspelt has a bit for each column of FOCUS, by its place in the table, of which a file spelled the value in another
	// way than the standard demands.
	misspelt uint64
}

// Equal reports whether all columns of r and s are the same; numbers and times are compared by value. Line is not compared.
func (r Row) Equal(s Row) bool {
	for i := range columns {
		switch c := &columns[i]; {
		case c.text != nil:
			if *c.text(&r) != *c.text(&s) {
				return false
			}
		case c.number != nil:
			if !equalNumbers(*c.number(&r), *c.number(&s)) {
				return false
			}
		default:
			if !equalTimes(*c.time(&r), *c.time(&s)) {
				return false
			}
		}
	}
	return true
}
