package focus

import (
	"time"

	"github.com/shopspring/decimal"
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

// Of returns v, which is not null.
func Of[T any](v T) Null[T] { return Null[T]{V: v, Valid: true} }

// TextOf returns s, or null where s is "".
func TextOf(s string) Text { return Text{V: s, Valid: s != ""} }

func equalNumbers(a, b Number) bool { return a.Valid == b.Valid && (!a.Valid || a.V.Equal(b.V)) }

func equalTimes(a, b Time) bool { return a.Valid == b.Valid && (!a.Valid || a.V.Equal(b.V)) }
