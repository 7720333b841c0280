package focus

import (
	"slices"
	"strings"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// Version is a version of the FOCUS specification.
type Version string

// The versions of which AWS writes exports. What 1.1 added is part of 1.2.
const (
	V10 Version = "1.0" // June 2024
	V12 Version = "1.2" // May 2025
)

// Validate returns a [*RangeError] unless v is one of the constants.
func (v Version) Validate() error {
	if v == V10 || v == V12 {
		return nil
	}
	return &RangeError{Field: "Version", Given: show.Quote(string(v)), Allowed: `"1.0" or "1.2"`}
}

// Level says how far a column may be left out of a dataset: FOCUS's feature level.
type Level uint8

const (
	Mandatory   Level = iota // never
	Conditional              // where the provider has nothing of the kind
	Recommended              // it may be
	Custom                   // it is no column of FOCUS: x_…
)

// String returns the constant's name.
func (l Level) String() string {
	return show.Name("Level", int(l), []string{"Mandatory", "Conditional", "Recommended", "Custom"})
}

// Type is what the values of a column are.
type Type uint8

const (
	String Type = iota
	Decimal
	DateTime
	JSON // a String that is a JSON object of scalars, with keys that differ
)

// String returns the constant's name.
func (t Type) String() string {
	return show.Name("Type", int(t), []string{"String", "Decimal", "DateTime", "JSON"})
}

// Column describes a column.
type Column struct {
	Name     string // the column id, such as "BilledCost"
	Since    string // version that introduced it: "1.0", "1.1" or "1.2"; "" for a custom column
	Level    Level
	Nullable bool // whether the specification allows nulls at all
	Type     Type
	Values   []string // what is allowed, where the specification lists it; else nil
}

// Columns returns the columns of a version in alphabetical order, as AWS writes them, custom columns last: 43 of 1.0, 57 of
// 1.2, and 8 custom ones. It is empty for an unknown version.
func Columns(v Version) []Column {
	var list []Column
	for i := range columns {
		if c := columns[i].Column; c.in(v) {
			c.Values = slices.Clone(c.Values)
			list = append(list, c)
		}
	}
	return list
}

// in reports whether a version has the column. Versions are compared as text, which their digits allow.
func (c *Column) in(v Version) bool { return v.Validate() == nil && c.Since <= string(v) }

// needed reports whether an AWS dataset of Lambda charges must have the column: mandatory ones, and conditional ones of which
// the condition holds for AWS and Lambda. Capacity reservations and prices in another currency than the bill's are none.
func (c *Column) needed() bool {
	switch c.Level {
	case Mandatory:
		return true
	case Conditional:
		return !strings.HasPrefix(c.Name, "CapacityReservation") && !strings.HasPrefix(c.Name, "PricingCurrency")
	default:
		return false
	}
}

// column is a column with the way to its field; exactly one of the three functions is set.
type column struct {
	Column
	text   func(*Row) *Text
	number func(*Row) *Number
	time   func(*Row) *Time
}

// columnByName finds a column's place in the table by its folded name; -1 where there is none.
func columnByName(name string) int {
	if i, ok := columnIndex[fold(name)]; ok {
		return i
	}
	return -1
}

// fold makes names comparable that differ in case alone: query engines write FOCUS's column ids in lower case.
func fold(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

var columnIndex = indexColumns()

func indexColumns() map[string]int {
	index := make(map[string]int, len(columns))
	for i := range columns {
		index[fold(columns[i].Name)] = i
	}
	return index
}

// allowed lists the values of the columns that have a list.
var allowed = map[string][]string{
	"CapacityReservationStatus":  {"Used", "Unused"},
	"ChargeCategory":             {"Usage", "Purchase", "Tax", "Credit", "Adjustment"},
	"ChargeClass":                {"Correction"},
	"ChargeFrequency":            {"One-Time", "Recurring", "Usage-Based"},
	"CommitmentDiscountCategory": {"Spend", "Usage"},
	"CommitmentDiscountStatus":   {"Used", "Unused"},
	"PricingCategory":            {"Standard", "Dynamic", "Committed", "Other"},
	"ServiceCategory": {
		"AI and Machine Learning", "Analytics", "Business Applications", "Compute", "Databases", "Developer Tools",
		"Multicloud", "Identity", "Integration", "Internet of Things", "Management and Governance", "Media", "Migration",
		"Mobile", "Networking", "Security", "Storage", "Web", "Other",
	},
}

// columns are those of FOCUS 1.2 in alphabetical order, then custom ones. Row.misspelt has a bit for each of the former.
var columns = withValues([]column{
	{Column: Column{Name: "AvailabilityZone", Since: "1.0", Level: Recommended, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.AvailabilityZone }},
	{Column: Column{Name: "BilledCost", Since: "1.0", Level: Mandatory, Nullable: false, Type: Decimal}, number: func(r *Row) *Number { return &r.BilledCost }},
	{Column: Column{Name: "BillingAccountId", Since: "1.0", Level: Mandatory, Nullable: false, Type: String}, text: func(r *Row) *Text { return &r.BillingAccountId }},
	{Column: Column{Name: "BillingAccountName", Since: "1.0", Level: Mandatory, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.BillingAccountName }},
	{Column: Column{Name: "BillingAccountType", Since: "1.2", Level: Conditional, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.BillingAccountType }},
	{Column: Column{Name: "BillingCurrency", Since: "1.0", Level: Mandatory, Nullable: false, Type: String}, text: func(r *Row) *Text { return &r.BillingCurrency }},
	{Column: Column{Name: "BillingPeriodEnd", Since: "1.0", Level: Mandatory, Nullable: false, Type: DateTime}, time: func(r *Row) *Time { return &r.BillingPeriodEnd }},
	{Column: Column{Name: "BillingPeriodStart", Since: "1.0", Level: Mandatory, Nullable: false, Type: DateTime}, time: func(r *Row) *Time { return &r.BillingPeriodStart }},
	{Column: Column{Name: "CapacityReservationId", Since: "1.1", Level: Conditional, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.CapacityReservationId }},
	{Column: Column{Name: "CapacityReservationStatus", Since: "1.1", Level: Conditional, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.CapacityReservationStatus }},
	{Column: Column{Name: "ChargeCategory", Since: "1.0", Level: Mandatory, Nullable: false, Type: String}, text: func(r *Row) *Text { return &r.ChargeCategory }},
	{Column: Column{Name: "ChargeClass", Since: "1.0", Level: Mandatory, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.ChargeClass }},
	{Column: Column{Name: "ChargeDescription", Since: "1.0", Level: Mandatory, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.ChargeDescription }},
	{Column: Column{Name: "ChargeFrequency", Since: "1.0", Level: Recommended, Nullable: false, Type: String}, text: func(r *Row) *Text { return &r.ChargeFrequency }},
	{Column: Column{Name: "ChargePeriodEnd", Since: "1.0", Level: Mandatory, Nullable: false, Type: DateTime}, time: func(r *Row) *Time { return &r.ChargePeriodEnd }},
	{Column: Column{Name: "ChargePeriodStart", Since: "1.0", Level: Mandatory, Nullable: false, Type: DateTime}, time: func(r *Row) *Time { return &r.ChargePeriodStart }},
	{Column: Column{Name: "CommitmentDiscountCategory", Since: "1.0", Level: Conditional, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.CommitmentDiscountCategory }},
	{Column: Column{Name: "CommitmentDiscountId", Since: "1.0", Level: Conditional, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.CommitmentDiscountId }},
	{Column: Column{Name: "CommitmentDiscountName", Since: "1.0", Level: Conditional, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.CommitmentDiscountName }},
	{Column: Column{Name: "CommitmentDiscountQuantity", Since: "1.1", Level: Conditional, Nullable: true, Type: Decimal}, number: func(r *Row) *Number { return &r.CommitmentDiscountQuantity }},
	{Column: Column{Name: "CommitmentDiscountStatus", Since: "1.0", Level: Conditional, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.CommitmentDiscountStatus }},
	{Column: Column{Name: "CommitmentDiscountType", Since: "1.0", Level: Conditional, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.CommitmentDiscountType }},
	{Column: Column{Name: "CommitmentDiscountUnit", Since: "1.1", Level: Conditional, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.CommitmentDiscountUnit }},
	{Column: Column{Name: "ConsumedQuantity", Since: "1.0", Level: Conditional, Nullable: true, Type: Decimal}, number: func(r *Row) *Number { return &r.ConsumedQuantity }},
	{Column: Column{Name: "ConsumedUnit", Since: "1.0", Level: Conditional, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.ConsumedUnit }},
	{Column: Column{Name: "ContractedCost", Since: "1.0", Level: Mandatory, Nullable: false, Type: Decimal}, number: func(r *Row) *Number { return &r.ContractedCost }},
	{Column: Column{Name: "ContractedUnitPrice", Since: "1.0", Level: Conditional, Nullable: true, Type: Decimal}, number: func(r *Row) *Number { return &r.ContractedUnitPrice }},
	{Column: Column{Name: "EffectiveCost", Since: "1.0", Level: Mandatory, Nullable: false, Type: Decimal}, number: func(r *Row) *Number { return &r.EffectiveCost }},
	{Column: Column{Name: "InvoiceId", Since: "1.2", Level: Recommended, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.InvoiceId }},
	{Column: Column{Name: "InvoiceIssuerName", Since: "1.0", Level: Mandatory, Nullable: false, Type: String}, text: func(r *Row) *Text { return &r.InvoiceIssuerName }},
	{Column: Column{Name: "ListCost", Since: "1.0", Level: Mandatory, Nullable: false, Type: Decimal}, number: func(r *Row) *Number { return &r.ListCost }},
	{Column: Column{Name: "ListUnitPrice", Since: "1.0", Level: Conditional, Nullable: true, Type: Decimal}, number: func(r *Row) *Number { return &r.ListUnitPrice }},
	{Column: Column{Name: "PricingCategory", Since: "1.0", Level: Conditional, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.PricingCategory }},
	{Column: Column{Name: "PricingCurrency", Since: "1.2", Level: Conditional, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.PricingCurrency }},
	{Column: Column{Name: "PricingCurrencyContractedUnitPrice", Since: "1.2", Level: Conditional, Nullable: true, Type: Decimal}, number: func(r *Row) *Number { return &r.PricingCurrencyContractedUnitPrice }},
	{Column: Column{Name: "PricingCurrencyEffectiveCost", Since: "1.2", Level: Conditional, Nullable: true, Type: Decimal}, number: func(r *Row) *Number { return &r.PricingCurrencyEffectiveCost }},
	{Column: Column{Name: "PricingCurrencyListUnitPrice", Since: "1.2", Level: Conditional, Nullable: true, Type: Decimal}, number: func(r *Row) *Number { return &r.PricingCurrencyListUnitPrice }},
	{Column: Column{Name: "PricingQuantity", Since: "1.0", Level: Mandatory, Nullable: true, Type: Decimal}, number: func(r *Row) *Number { return &r.PricingQuantity }},
	{Column: Column{Name: "PricingUnit", Since: "1.0", Level: Mandatory, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.PricingUnit }},
	{Column: Column{Name: "ProviderName", Since: "1.0", Level: Mandatory, Nullable: false, Type: String}, text: func(r *Row) *Text { return &r.ProviderName }},
	{Column: Column{Name: "PublisherName", Since: "1.0", Level: Mandatory, Nullable: false, Type: String}, text: func(r *Row) *Text { return &r.PublisherName }},
	{Column: Column{Name: "RegionId", Since: "1.0", Level: Conditional, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.RegionId }},
	{Column: Column{Name: "RegionName", Since: "1.0", Level: Conditional, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.RegionName }},
	{Column: Column{Name: "ResourceId", Since: "1.0", Level: Conditional, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.ResourceId }},
	{Column: Column{Name: "ResourceName", Since: "1.0", Level: Conditional, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.ResourceName }},
	{Column: Column{Name: "ResourceType", Since: "1.0", Level: Conditional, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.ResourceType }},
	{Column: Column{Name: "ServiceCategory", Since: "1.0", Level: Mandatory, Nullable: false, Type: String}, text: func(r *Row) *Text { return &r.ServiceCategory }},
	{Column: Column{Name: "ServiceName", Since: "1.0", Level: Mandatory, Nullable: false, Type: String}, text: func(r *Row) *Text { return &r.ServiceName }},
	{Column: Column{Name: "ServiceSubcategory", Since: "1.1", Level: Recommended, Nullable: false, Type: String}, text: func(r *Row) *Text { return &r.ServiceSubcategory }},
	{Column: Column{Name: "SkuId", Since: "1.0", Level: Conditional, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.SkuId }},
	{Column: Column{Name: "SkuMeter", Since: "1.1", Level: Conditional, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.SkuMeter }},
	{Column: Column{Name: "SkuPriceDetails", Since: "1.1", Level: Conditional, Nullable: true, Type: JSON}, text: func(r *Row) *Text { return &r.SkuPriceDetails }},
	{Column: Column{Name: "SkuPriceId", Since: "1.0", Level: Conditional, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.SkuPriceId }},
	{Column: Column{Name: "SubAccountId", Since: "1.0", Level: Conditional, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.SubAccountId }},
	{Column: Column{Name: "SubAccountName", Since: "1.0", Level: Conditional, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.SubAccountName }},
	{Column: Column{Name: "SubAccountType", Since: "1.2", Level: Conditional, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.SubAccountType }},
	{Column: Column{Name: "Tags", Since: "1.0", Level: Conditional, Nullable: true, Type: JSON}, text: func(r *Row) *Text { return &r.Tags }},
	{Column: Column{Name: "x_UsageType", Level: Custom, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.UsageType }},
	{Column: Column{Name: "x_Operation", Level: Custom, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.Operation }},
	{Column: Column{Name: "x_ServiceCode", Level: Custom, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.ServiceCode }},
	{Column: Column{Name: "x_LineKind", Level: Custom, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.LineKind }},
	{Column: Column{Name: "x_Meter", Level: Custom, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.Meter }},
	{Column: Column{Name: "x_Architecture", Level: Custom, Nullable: true, Type: String}, text: func(r *Row) *Text { return &r.Architecture }},
	{Column: Column{Name: "x_Tier", Level: Custom, Nullable: true, Type: Decimal}, number: func(r *Row) *Number { return &r.Tier }},
	{Column: Column{Name: "x_UnitPrice", Level: Custom, Nullable: true, Type: Decimal}, number: func(r *Row) *Number { return &r.UnitPrice }},
})

func withValues(all []column) []column {
	for i := range all {
		all[i].Values = allowed[all[i].Name]
	}
	return all
}
