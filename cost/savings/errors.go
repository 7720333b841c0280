package savings

import (
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// RangeError reports a value outside of what is allowed.
type RangeError struct {
	Field   string // name of the argument or field, such as "Plan.HourlyCommitment"
	Given   string // as it was given, shortened where it is long
	Allowed string // what would have been accepted, with its unit
}

// Error implements error.
func (e *RangeError) Error() string {
	return show.OneLine(fmt.Sprintf("savings: %s is %s, allowed is %s", e.Field, show.Given(e.Given), e.Allowed))
}

// UnknownError reports a name that the library does not know, or rates that nobody has published. There is never a fallback.
type UnknownError struct {
	What  string   // kind of thing, such as "payment option"
	Given string   // as it was given
	Known []string // what would have been accepted
}

// Error implements error.
func (e *UnknownError) Error() string {
	return show.OneLine(fmt.Sprintf("savings: unknown %s %s (known: %s)", e.What, show.Quote(e.Given), strings.Join(e.Known, ", ")))
}

// HourError reports an hour of usage that does not begin on a whole hour in UTC, does not come after the one before it, or
// lies in another calendar month than the first.
type HourError struct {
	Index    int       // of the hour in the sequence, from 0
	Hour     time.Time // as it was given
	Previous time.Time // the hour before it; the zero time for the first
	Allowed  string
}

// Error implements error.
func (e *HourError) Error() string {
	return show.OneLine(fmt.Sprintf("savings: hours[%d] begins at %s, allowed is %s", e.Index, e.Hour.Format(time.RFC3339Nano), e.Allowed))
}

// NoRateError reports usage that a Compute Savings Plan can cover, of which the plan's cards have no rate: how much of the
// commitment it would take is not known. [Plan.UnratedOnDemand] bills it on demand instead.
type NoRateError struct {
	Region string
	Meter  cost.Meter
	Arch   cost.Arch
	Known  []string // the regions that the plan has cards of
}

// Error implements error.
func (e *NoRateError) Error() string {
	return show.OneLine(fmt.Sprintf("savings: no plan rate for %s in %s (the plan has cards of: %s)",
		cost.Key{Meter: e.Meter, Arch: e.Arch}, show.Clip(e.Region), strings.Join(e.Known, ", ")))
}

// CardError reports what is wrong with a plan's rate card.
type CardError struct {
	Index  int // among the plan's cards
	Region string
	Key    cost.Key // of the rate; the zero value where it is about the card
	Err    error
}

// Error implements error.
func (e *CardError) Error() string {
	where := show.Clip(e.Region)
	if e.Key != (cost.Key{}) {
		where += ", " + e.Key.String()
	}
	return show.OneLine(fmt.Sprintf("savings: plan card %d, %s: %s", e.Index, where, strings.TrimPrefix(fmt.Sprint(e.Err), "savings: ")))
}

// Unwrap returns Err.
func (e *CardError) Unwrap() error { return e.Err }

// OfferError reports what is wrong with a Savings Plan offer file, and where.
type OfferError struct {
	SKU       string // of the plan; "" where it is about the file
	RateCode  string // of the rate; "" where it is about the plan
	UsageType string // that the rate is for
	Offset    int64  // bytes read when it was found
	Err       error
}

// Error implements error.
func (e *OfferError) Error() string {
	where := ""
	for _, part := range []struct{ name, text string }{{"SKU", e.SKU}, {"rate", e.RateCode}, {"usage type", e.UsageType}} {
		if part.text != "" {
			where += ", " + part.name + " " + show.Quote(part.text)
		}
	}
	return show.OneLine(fmt.Sprintf("savings: offer file, byte %d%s: %s", e.Offset, where, strings.TrimPrefix(fmt.Sprint(e.Err), "savings: ")))
}

// Unwrap returns Err.
func (e *OfferError) Unwrap() error { return e.Err }

func decimalOutOfRange(field string, given decimal.Decimal, allowed string) error {
	return &RangeError{Field: field, Given: text(given), Allowed: allowed}
}
