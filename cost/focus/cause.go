package focus

import (
	"fmt"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// Cause says what became of a row of an export, or why nothing could.
type Cause uint8

// The causes. Each row has one, so that the sums of all causes add up to the export.
const (
	// Explained: what rates and quantity of the row give is what AWS billed.
	Matched  Cause = iota // to the last of 10 decimals
	FreeTier              // free usage, billed at 0

	// Priced, but at another cost.
	OtherPrice      // the export has another price of the same thing: prices of another date, most often
	UnknownRateCode // another price, under a rate code that the rate card does not have
	Discounted      // the list price is ours; another, negotiated price was paid
	NotProduct      // neither our price nor the export's own explains the cost

	// Usage of Lambda that cannot be priced.
	NoPrice       // a meter that the region's card has no price for, or none in the export's currency
	UnknownRegion // a region that the catalog does not have
	UnknownMeter  // a row under AWS Lambda that is none of the meters of package cost
	DataTransfer  // in and out bytes: EC2's prices, which stand under AWS Lambda in exports

	// Charges of Lambda that are no usage at a price.
	CoveredUsage  // by a Savings Plan: its rate is none of the rate card's
	CommitmentFee // what the plan costs, what of it nothing used, and what a report takes back of covered usage
	Tax
	Credit
	Refund
	Discount   // discounts that have rows of their own
	Correction // of earlier billing periods
	OtherCharge

	// Not looked at.
	OutsidePeriod // not within the period asked for
	OtherCurrency // than the report's, or none where the export has a column for it: not summed up
	OtherService
)

const numCauses = int(OtherService) + 1

var causes = [numCauses]struct{ name, words string }{
	Matched:         {"Matched", "priced to the last of 10 decimals"},
	FreeTier:        {"FreeTier", "free tier"},
	OtherPrice:      {"OtherPrice", "the export has another price: a price list of another date"},
	UnknownRateCode: {"UnknownRateCode", "another price, and a rate code that the rates do not have"},
	Discounted:      {"Discounted", "list price as ours, another price paid"},
	NotProduct:      {"NotProduct", "quantity × price is not the cost, by our price and by the export's"},
	NoPrice:         {"NoPrice", "no price for the meter in this region and currency"},
	UnknownRegion:   {"UnknownRegion", "no rates of the region"},
	UnknownMeter:    {"UnknownMeter", "none of the known meters"},
	DataTransfer:    {"DataTransfer", "data transfer, which stands under Lambda"},
	CoveredUsage:    {"CoveredUsage", "covered by a Savings Plan"},
	CommitmentFee:   {"CommitmentFee", "fees and unused rest of Savings Plans, negations of covered usage"},
	Tax:             {"Tax", "tax"},
	Credit:          {"Credit", "credits"},
	Refund:          {"Refund", "refunds"},
	Discount:        {"Discount", "discounts in rows of their own"},
	Correction:      {"Correction", "corrections of earlier months"},
	OtherCharge:     {"OtherCharge", "other charges"},
	OutsidePeriod:   {"OutsidePeriod", "outside of the period asked for"},
	OtherCurrency:   {"OtherCurrency", "in another currency, not summed up"},
	OtherService:    {"OtherService", "other services"},
}

// Causes returns all causes, in their order.
func Causes() []Cause {
	all := make([]Cause, numCauses)
	for i := range all {
		all[i] = Cause(i)
	}
	return all
}

// String returns the constant's name.
func (c Cause) String() string {
	if int(c) >= numCauses {
		return fmt.Sprintf("Cause(%d)", uint8(c))
	}
	return causes[c].name
}

// Words says in words what the cause is; "" for one that does not exist.
func (c Cause) Words() string {
	if int(c) >= numCauses {
		return ""
	}
	return causes[c].words
}

// MarshalText writes the constant's name; a cause that does not exist is a [*RangeError].
func (c Cause) MarshalText() ([]byte, error) {
	if int(c) >= numCauses {
		return nil, &RangeError{Field: "Cause", Given: c.String(), Allowed: "one of Causes"}
	}
	return []byte(causes[c].name), nil
}

// UnmarshalText reads a constant's name; anything else is a [*RangeError].
func (c *Cause) UnmarshalText(text []byte) error {
	for i := range causes {
		if causes[i].name == string(text) {
			*c = Cause(i)
			return nil
		}
	}
	return &RangeError{Field: "Cause", Given: show.Quote(string(text)), Allowed: "one of Causes"}
}
