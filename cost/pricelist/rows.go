package pricelist

import "github.com/seed-e9ab587a/lambdaecon/cost/internal/show"

// Row names a row of a price list that is not read; see [Reader.Ignored].
type Row struct {
	SKU       string
	Term      string // offer term code, where one term was left out; "" where it is the whole product
	Group     string
	UsageType string
	Location  string
	Line      int // of a CSV file, from 1; 0 elsewhere
	Item      int // of GetProducts, from 1; 0 elsewhere
}

// Reason says why a row is not read.
type Reason uint8

// Why a row is not a price of a region and meter.
const (
	FreeTier      Reason = iota + 1 // the monthly free tier: offer term A429C66SYZ, or a Global- usage type and price 0
	ManagementFee                   // of Managed Instances, by the hour and EC2 instance type
	OtherMeter                      // neither group nor usage type is that of a meter: data transfer, or something new
	OtherService                    // of another service than AWSLambda
	OtherPlace                      // of no AWS region: a local zone, or everywhere
	OtherTerm                       // not OnDemand
	NotInEffect                     // a term that begins later, or that a later one has replaced
	NoPrice                         // a product without a term, or a term without a product
)

var reasons = [...]string{
	FreeTier: "FreeTier", ManagementFee: "ManagementFee", OtherMeter: "OtherMeter", OtherService: "OtherService",
	OtherPlace: "OtherPlace", OtherTerm: "OtherTerm", NotInEffect: "NotInEffect", NoPrice: "NoPrice",
}

// String returns the constant's name.
func (r Reason) String() string {
	return show.Name("Reason", int(r), reasons[:])
}
