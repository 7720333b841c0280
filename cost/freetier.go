package cost

import (
	"encoding/json"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/codes"
)

// FreeTier is what is left of the monthly free allowance: of requests, of GB-seconds on demand (both architectures
// together), of GB streamed. It is shared by all regions of an account. The zero value means that nothing is left.
type FreeTier struct {
	Requests   decimal.Decimal
	GBSeconds  decimal.Decimal
	StreamedGB decimal.Decimal
}

// MonthlyFreeTier returns a new copy of the whole allowance that AWS grants every account every month, for ever:
// 1,000,000 requests, 400,000 GB-seconds and 100 GB streamed (price files of 2025-06-17).
func MonthlyFreeTier() *FreeTier {
	return &FreeTier{
		Requests:   decimal.New(1_000_000, 0),
		GBSeconds:  decimal.New(400_000, 0),
		StreamedGB: decimal.New(100, 0),
	}
}

// Validate returns a [*RangeError] for an allowance below 0.
func (f FreeTier) Validate() error {
	for kind := freeRequests; kind <= freeStreaming; kind++ {
		if d := *f.of(kind); !within(d, quantityPlaces, quantityDigits) || d.Sign() < 0 {
			return decimalOutOfRange("FreeTier."+freeTier[kind].field, d, quantityAllowed)
		}
	}
	return nil
}

type freeKind uint8

const (
	notFree freeKind = iota
	freeRequests
	freeCompute
	freeStreaming
)

// How price lists name the free tier. What the usage type of streaming is, is not known.
var freeTier = [...]struct{ field, usageType, rateCode string }{
	freeRequests:  {"Requests", codes.FreePrefix + "Request", codes.FreeRequests},
	freeCompute:   {"GBSeconds", codes.FreePrefix + "Lambda-GB-Second", codes.FreeCompute},
	freeStreaming: {"StreamedGB", "", codes.FreeStreaming},
}

// of returns the field of f that a kind draws on.
func (f *FreeTier) of(kind freeKind) *decimal.Decimal {
	switch kind {
	case freeCompute:
		return &f.GBSeconds
	case freeStreaming:
		return &f.StreamedGB
	default:
		return &f.Requests
	}
}

// Take uses up free tier for a quantity of a meter, 0 or more in its pricing unit, and returns how much of it is free: 0 for a
// meter that has no free tier, and where f is nil. It is how bills apply the free tier, for whoever applies it in another
// order. f must validate, and the quantity be one that [Usage] can hold. One goroutine at a time.
func (f *FreeTier) Take(m Meter, quantity decimal.Decimal) decimal.Decimal {
	if f == nil || !m.Valid() || meters[m].free == notFree {
		return decimal.Decimal{}
	}
	left := f.of(meters[m].free)
	taken := decimal.Min(*left, quantity)
	*left = left.Sub(taken)
	return taken
}

type freeTierJSON struct{ Requests, GBSeconds, StreamedGB decimalText }

// MarshalJSON writes decimals as strings, whatever decimal's package-level settings are.
func (f FreeTier) MarshalJSON() ([]byte, error) {
	return json.Marshal(freeTierJSON{decimalText{f.Requests}, decimalText{f.GBSeconds}, decimalText{f.StreamedGB}})
}

// UnmarshalJSON reads what MarshalJSON writes, and numbers in place of the strings. Like the zero value, it takes what is
// missing for nothing that is left: f is replaced as a whole, except by null, which changes nothing. A number that cannot be
// read is a [*RangeError], what is no JSON of this form an error of encoding/json; both leave f as it was.
func (f *FreeTier) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	var j freeTierJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	*f = FreeTier{j.Requests.Decimal, j.GBSeconds.Decimal, j.StreamedGB.Decimal}
	return nil
}
