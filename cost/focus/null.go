package focus

import (
	"encoding/json"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// Null is the value of a column in one row, or its absence. The zero value is null, which is neither "" nor 0: a row whose
// ResourceId is null belongs to no resource, and one whose PricingQuantity is 0 used nothing.
type Null[T any] struct {
	V     T    // the zero value where Valid is false
	Valid bool // false: null
}

// The three types that columns have.
type (
	Text   = Null[string]
	Number = Null[decimal.Decimal]
	Time   = Null[time.Time]
)

// MarshalJSON writes the value, or null; a number as a string of its digits, whatever decimal's package-level settings are. One
// of more than 60 digits before the point or 200 behind it is a [*RangeError].
func (n Null[T]) MarshalJSON() ([]byte, error) {
	if !n.Valid {
		return []byte("null"), nil
	}
	if d, ok := any(n.V).(decimal.Decimal); ok {
		if !bounded(d) {
			return nil, &RangeError{Field: "number", Given: givenNumber(d), Allowed: numberAllowed}
		}
		return plainNumber(d).MarshalJSON()
	}
	return json.Marshal(n.V)
}

// UnmarshalJSON reads what MarshalJSON writes, and a number without quotes too.
func (n *Null[T]) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*n = Null[T]{}
		return nil
	}
	var v T
	var err error
	if d, ok := any(&v).(*decimal.Decimal); ok {
		var number plainNumber
		if err = number.UnmarshalJSON(data); err == nil && !bounded(decimal.Decimal(number)) {
			err = &RangeError{Field: "number", Given: show.Quote(string(data)), Allowed: numberAllowed}
		}
		*d = decimal.Decimal(number)
	} else {
		err = json.Unmarshal(data, &v)
	}
	if err == nil {
		*n = Of(v)
	}
	return err
}

// Of returns v, which is not null.
func Of[T any](v T) Null[T] { return Null[T]{V: v, Valid: true} }

// TextOf returns s, or null where s is "".
func TextOf(s string) Text { return Text{V: s, Valid: s != ""} }

func equalNumbers(a, b Number) bool {
	return a.Valid == b.Valid && (!a.Valid || digits.Compare(a.V, b.V) == 0)
}

func equalTimes(a, b Time) bool { return a.Valid == b.Valid && (!a.Valid || a.V.Equal(b.V)) }
