package tuning

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/shopspring/decimal"
)

// Money is written as strings of digits, whatever decimal's package-level settings are, and JSON has no infinity.

type pointJSON struct {
	MemoryMB int
	Duration time.Duration
	Cost     *string
}

// MarshalJSON writes the cost as a string of digits, whatever decimal's package-level settings are, and the duration in
// nanoseconds: {"MemoryMB":512,"Duration":93000000,"Cost":"0.00000097"}. The zero Point, which stands for none, is null; any
// other point that is not valid is a [*RangeError].
func (p Point) MarshalJSON() ([]byte, error) {
	if p.MemoryMB == 0 && p.Duration == 0 && p.Cost.IsZero() {
		return []byte("null"), nil
	}
	if err := p.Validate(); err != nil {
		return nil, err
	}
	s := text(p.Cost)
	return json.Marshal(pointJSON{p.MemoryMB, p.Duration, &s})
}

// UnmarshalJSON reads what MarshalJSON writes; null leaves p as it was, as everywhere in JSON. A cost that is missing is not
// taken for 0, and the point must be valid: else it is a [*RangeError], and p is left as it was.
func (p *Point) UnmarshalJSON(b []byte) error {
	if string(bytes.TrimSpace(b)) == "null" {
		return nil
	}
	var j pointJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	c, err := amount("Point.Cost", j.Cost)
	if err != nil {
		return err
	}
	read := Point{j.MemoryMB, j.Duration, c}
	if err := read.Validate(); err != nil {
		return err
	}
	*p = read
	return nil
}

// amount reads money.
func amount(field string, s *string) (decimal.Decimal, error) {
	if s == nil {
		return decimal.Decimal{}, outOfRange(field, "missing", "a string of digits")
	}
	c, ok := parsePlain(*s)
	if !ok {
		return decimal.Decimal{}, outOfRange(field, fmt.Sprintf("%q", *s), "a string of digits, in plain notation")
	}
	return c, nil
}

// UnmarshalJSON reads the points of a pair, which must be valid, and computes the differences anew: else it is a
// [*RangeError], and p is left as it was.
func (p *Pair) UnmarshalJSON(b []byte) error {
	var j struct{ A, B Point }
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	if err := j.A.validate("Pair.A."); err != nil {
		return err
	}
	if err := j.B.validate("Pair.B."); err != nil {
		return err
	}
	*p = newPair(j.A, j.B)
	return nil
}

// MarshalJSON writes the fields under their names, with null for an infinite CostMore.
func (p Pair) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		A, B                   Point
		CostMore, DurationMore orNull
	}{p.A, p.B, orNull(p.CostMore), orNull(p.DurationMore)})
}

type tieJSON struct {
	Point                  Point
	CostMore, DurationMore orNull
	Monthly, MonthlyMore   *string
}

// MarshalJSON writes the fields under their names, money as strings of digits, and null for an infinite CostMore.
func (t Tie) MarshalJSON() ([]byte, error) {
	monthly, more := text(t.Monthly), text(t.MonthlyMore)
	return json.Marshal(tieJSON{t.Point, orNull(t.CostMore), orNull(t.DurationMore), &monthly, &more})
}

// UnmarshalJSON reads what MarshalJSON writes. A point that is not valid, or money that is missing or not written in plain
// notation, is a [*RangeError], and t is left as it was.
func (t *Tie) UnmarshalJSON(b []byte) error {
	var j tieJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	if err := j.Point.validate("Tie.Point."); err != nil {
		return err
	}
	monthly, err := amount("Tie.Monthly", j.Monthly)
	if err != nil {
		return err
	}
	more, err := amount("Tie.MonthlyMore", j.MonthlyMore)
	if err != nil {
		return err
	}
	*t = Tie{j.Point, float64(j.CostMore), float64(j.DurationMore), monthly, more}
	return nil
}

// orNull is a float64 in JSON, with null for +Inf, which JSON does not have.
type orNull float64

func (f orNull) MarshalJSON() ([]byte, error) {
	if math.IsInf(float64(f), 1) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(f))
}

func (f *orNull) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*f = orNull(math.Inf(1))
		return nil
	}
	return json.Unmarshal(b, (*float64)(f))
}
