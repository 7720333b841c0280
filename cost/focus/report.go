package focus

import (
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// Report is what a billing export has been found to be. It is plain data.
type Report struct {
	Format   Format
	Rows     uint64 // read: charges, whatever their cause
	Currency string // of the first row of Lambda that has one, and of all sums; "" where no row has one
	// Unread counts rows that could not be read; Errors has the first of them, all [*LineError]. Repeated headers are none.
	Unread uint64
	Errors []error
	// Headers counts rows that repeat the header, as in files put together of several.
	Headers uint64

	// Total is the billed cost of all rows of the currency: the sum over Causes, to the last digit.
	Total  decimal.Decimal
	Causes []CauseSum // those that occur, in the order of [Causes]
	// Lines is Lambda's usage by month, region, meter, architecture, kind and tier. Refunds and corrections, which take back
	// usage of this month or another, are in Causes alone.
	Lines []LineSum
	Tiers []TierSplit
	// Bill compares the export with the bill that was given, Usage and Functions with the logs; nil where there was none.
	Bill      []LineDifference
	Usage     []UsageDifference
	Functions []FunctionDifference
	// Missing are functions that the export bills and no log of their region has, those that cost most first: at most
	// [Options.Missing], of the first 4,096. MissingRows counts the rows of all of them.
	Missing     []MissingFunction
	MissingRows uint64
}

// Sum is a number of rows and what they cost.
type Sum struct {
	Rows       uint64
	Billed     decimal.Decimal // by the export
	Computed   decimal.Decimal // by the rates, row by row, each rounded half up to 10 decimals; 0 where they say nothing
	Difference decimal.Decimal // Billed − Computed
}

// CauseSum is the rows of one cause.
type CauseSum struct {
	Cause Cause
	Sum
	// Examples are those of the largest difference, of equal ones the first: at most [Options.Examples].
	Examples []Result
}

// Result is what became of one row.
type Result struct {
	Cause                                           Cause
	Line                                            int // of the export
	Start                                           time.Time
	Service, Category, Region, UsageType, RateCode  string // as the export has them, "" where it does not
	Description, Resource                           string
	Key                                             cost.Key // zero where the meter is not known
	Tier                                            int      // 1, 2, 3; 0 where the price has no tiers or it is not known
	Quantity, UnitPrice, OurPrice, Billed, Computed decimal.Decimal
	AsOf                                            time.Time // of OurPrice; zero where there is none
	Currency                                        string
}

// LineSum is usage of one meter at one price.
type LineSum struct {
	Month    time.Time // first day of the billing period; zero where the export does not tell
	Region   string
	Key      cost.Key // Arch is "" for free usage, of which AWS does not say it
	Kind     cost.Kind
	Tier     int // 1, 2, 3; 0 where the price has no tiers or it is not known
	Quantity decimal.Decimal
	// Effective is what it cost whoever paid for it: of covered usage the plan's rate.
	Effective decimal.Decimal
	Matched   uint64 // rows of it that match
	Sum
}

// TierSplit is usage that AWS placed into other tiers than its own sum in the export would be. It has another reason where
// the export is not the whole month of the whole account or organisation, over which AWS counts.
type TierSplit struct {
	Month      time.Time
	Region     string
	Key        cost.Key
	Export     []decimal.Decimal // quantity by tier
	Computed   []decimal.Decimal
	Difference decimal.Decimal // of the cost: export less computed
}

// LineDifference is one line of the bill beside what the export has of it. Free usage is compared by meter alone, since AWS
// says neither its region nor its architecture, and covered usage without tiers, which no rate code of a plan tells. Cost is
// billed cost, of covered usage effective cost. What a commitment left unused is not compared, and refunds are not in the
// export's part.
type LineDifference struct {
	Region                       string
	Key                          cost.Key
	Kind                         cost.Kind
	Tier                         int
	ExportQuantity, BillQuantity decimal.Decimal
	ExportCost, BillCost         decimal.Decimal
}

// UsageDifference is what was used of one meter by the export and by the logs.
type UsageDifference struct {
	Region string
	Key    cost.Key
	Export decimal.Decimal // all kinds: charged, free, covered
	Log    decimal.Decimal
	// Missing is the part of Export of functions that the region's logs do not have.
	Missing decimal.Decimal
	Reason  Reason // "" where a log could have it all
}

// Unexplained is what the export bills, the log does not have, and no missing function explains.
func (u UsageDifference) Unexplained() decimal.Decimal { return u.Export.Sub(u.Log).Sub(u.Missing) }

// Reason says why a log cannot have what an export bills.
type Reason string

// The reasons; "" is none: a log could have it all.
const (
	NoLog     Reason = "no log of the region"
	NotLogged Reason = "no log shows this meter"
	FreeUsage Reason = "free tier: AWS does not say the architecture"
)

// FunctionDifference is a function of which export and log do not have the same.
type FunctionDifference struct {
	Region, Function string
	Key              cost.Key
	Export, Log      decimal.Decimal
}

// MissingFunction is a function that the export bills and that is in no log of its region.
type MissingFunction struct {
	Region, Function string
	Rows             uint64
	Billed           decimal.Decimal
}

// Explained is the part of Total that rates and quantities of the export's own rows explain to the last of 10 decimals.
func (r *Report) Explained() decimal.Decimal {
	var sum decimal.Decimal
	for _, c := range r.Causes {
		if c.Cause <= FreeTier {
			sum = sum.Add(c.Billed)
		}
	}
	return sum
}

// Of returns the rows of one cause; no rows where it does not occur.
func (r *Report) Of(c Cause) CauseSum {
	for _, sum := range r.Causes {
		if sum.Cause == c {
			return sum
		}
	}
	return CauseSum{Cause: c}
}
