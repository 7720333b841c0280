package savings

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// RangeError reports a value outside of what is allowed.
type RangeError struct {
	Field   string // name of the argument or field, such as "Plan.HourlyCommitment"
	Given   string // as it was given, shortened where it is long
	Allowed string // what would have been accepted, with its unit
}

// Error implements error.
func (e *RangeError) Error() string {
	return oneLine(fmt.Sprintf("savings: %s is %s, allowed is %s", e.Field, clip(e.Given), e.Allowed))
}

// UnknownError reports a name that the library does not know, or rates that nobody has published. There is never a fallback.
type UnknownError struct {
	What  string   // kind of thing, such as "payment option"
	Given string   // as it was given
	Known []string // what would have been accepted
}

// Error implements error.
func (e *UnknownError) Error() string {
	return oneLine(fmt.Sprintf("savings: unknown %s %q (known: %s)", e.What, clip(e.Given), strings.Join(e.Known, ", ")))
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
	return oneLine(fmt.Sprintf("savings: hours[%d] begins at %s, allowed is %s", e.Index, e.Hour.Format(time.RFC3339Nano), e.Allowed))
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
	return oneLine(fmt.Sprintf("savings: no plan rate for %s in %s (the plan has cards of: %s)",
		cost.Key{Meter: e.Meter, Arch: e.Arch}, clip(e.Region), strings.Join(e.Known, ", ")))
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
	where := clip(e.Region)
	if e.Key != (cost.Key{}) {
		where += ", " + e.Key.String()
	}
	return oneLine(fmt.Sprintf("savings: plan card %d, %s: %s", e.Index, where, strings.TrimPrefix(e.Err.Error(), "savings: ")))
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
			where += ", " + part.name + " " + strconv.Quote(clip(part.text))
		}
	}
	return oneLine(fmt.Sprintf("savings: offer file, byte %d%s: %s", e.Offset, where, strings.TrimPrefix(e.Err.Error(), "savings: ")))
}

// Unwrap returns Err.
func (e *OfferError) Unwrap() error { return e.Err }

// clip shortens text that comes from outside, so that a hostile value does not fill somebody's log.
func clip(s string) string {
	most := 80
	if len(s) <= most {
		return s
	}
	for most > 80-utf8.UTFMax && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most] + "…(" + strconv.Itoa(len(s)) + " bytes)"
}

// oneLine escapes what would break the line or command a terminal, as Go does in quotes.
func oneLine(s string) string {
	var w strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && size == 1 || !unicode.IsPrint(r) {
			quoted := strconv.Quote(s[:size])
			w.WriteString(quoted[1 : len(quoted)-1])
		} else {
			w.WriteString(s[:size])
		}
		s = s[size:]
	}
	return w.String()
}

// printable tells names from what would write over a table: control characters, line breaks, bytes that are no text.
func printable(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}

func decimalOutOfRange(field string, given decimal.Decimal, allowed string) error {
	return &RangeError{Field: field, Given: text(given), Allowed: allowed}
}
