package savings

import (
	"encoding/json"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// decimalText is a decimal that JSON holds as a string of digits, whatever decimal's package-level settings say. It reads a
// JSON number as well.
type decimalText struct{ decimal.Decimal }

const decimalAllowed = "a decimal number of at most 200 places and 60 digits before them"

// MarshalJSON implements json.Marshaler.
func (d decimalText) MarshalJSON() ([]byte, error) {
	if !digits.Bounded(d.Decimal) {
		return nil, &RangeError{Field: "decimal", Given: "a number of more than 60 digits or 200 decimals", Allowed: decimalAllowed}
	}
	return []byte(`"` + digits.Text(d.Decimal) + `"`), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (d *decimalText) UnmarshalJSON(b []byte) error {
	s := string(b)
	if s == "null" {
		return nil
	}
	if b[0] == '"' {
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
	}
	read, err := digits.Parse(s)
	if err != nil {
		return &RangeError{Field: "decimal", Given: show.Quote(s), Allowed: decimalAllowed}
	}
	d.Decimal = read
	return nil
}

// unmarshal reads JSON into a value that stands for to; null and what cannot be read change nothing.
func unmarshal[T any](b []byte, from T, to func(T)) error {
	if string(b) == "null" {
		return nil
	}
	if err := json.Unmarshal(b, &from); err != nil {
		return err
	}
	to(from)
	return nil
}

type figuresJSON struct {
	Hours                               int
	Commitment, Used, Covered, OnDemand decimalText
}

func (f Figures) toJSON() figuresJSON {
	return figuresJSON{f.Hours, decimalText{f.Commitment}, decimalText{f.Used}, decimalText{f.Covered}, decimalText{f.OnDemand}}
}

func (j figuresJSON) figures() Figures {
	return Figures{j.Hours, j.Commitment.Decimal, j.Used.Decimal, j.Covered.Decimal, j.OnDemand.Decimal}
}

// MarshalJSON writes decimals as strings with all their digits, whatever decimal's package-level settings are. One of more than
// 60 digits before the point or 200 behind it, which no method returns, is a [*RangeError].
func (f Figures) MarshalJSON() ([]byte, error) { return json.Marshal(f.toJSON()) }

// UnmarshalJSON reads what MarshalJSON writes, and numbers in place of the strings; null changes nothing. A decimal that cannot
// be read is a [*RangeError]; it, and what is no JSON of this form, leave f as it was.
func (f *Figures) UnmarshalJSON(b []byte) error {
	return unmarshal(b, f.toJSON(), func(j figuresJSON) { *f = j.figures() })
}

type hourFiguresJSON struct {
	Start time.Time
	figuresJSON
}

// MarshalJSON writes Start and what [Figures.MarshalJSON] writes in one object.
func (f HourFigures) MarshalJSON() ([]byte, error) {
	return json.Marshal(hourFiguresJSON{f.Start, f.toJSON()})
}

// UnmarshalJSON reads what MarshalJSON writes, as [Figures.UnmarshalJSON] does.
func (f *HourFigures) UnmarshalJSON(b []byte) error {
	return unmarshal(b, hourFiguresJSON{f.Start, f.toJSON()}, func(j hourFiguresJSON) { *f = HourFigures{j.Start, j.figures()} })
}

type optimumJSON struct {
	HourlyCommitment decimalText
	Hours            int
	Cost, OnDemand   decimalText
	Lowest           Level
}

func (o Optimum) toJSON() optimumJSON {
	return optimumJSON{decimalText{o.HourlyCommitment}, o.Hours, decimalText{o.Cost}, decimalText{o.OnDemand}, o.Lowest}
}

// MarshalJSON writes decimals as [Figures.MarshalJSON] does, and the fractions of Lowest as big.Rat writes them.
func (o Optimum) MarshalJSON() ([]byte, error) { return json.Marshal(o.toJSON()) }

// UnmarshalJSON reads what MarshalJSON writes, as [Figures.UnmarshalJSON] does.
func (o *Optimum) UnmarshalJSON(b []byte) error {
	from := o.toJSON()
	from.Lowest = Level{} // whose fractions may be shared
	return unmarshal(b, from, func(j optimumJSON) {
		*o = Optimum{j.HourlyCommitment.Decimal, j.Hours, j.Cost.Decimal, j.OnDemand.Decimal, j.Lowest}
	})
}

type planFields Plan // without its methods

type planJSON struct {
	HourlyCommitment decimalText // in the place of that of planFields
	planFields
}

// MarshalJSON writes HourlyCommitment as [Figures.MarshalJSON] does, and options by their names.
func (p Plan) MarshalJSON() ([]byte, error) {
	return json.Marshal(planJSON{decimalText{p.HourlyCommitment}, planFields(p)})
}

// UnmarshalJSON reads what MarshalJSON writes, as [Figures.UnmarshalJSON] does. It does not validate: see [Plan.Validate].
func (p *Plan) UnmarshalJSON(b []byte) error {
	from := planJSON{decimalText{p.HourlyCommitment}, planFields(*p)}
	from.Cards = nil // of which the elements would be written over
	return unmarshal(b, from, func(j planJSON) {
		if j.Cards == nil {
			j.Cards = p.Cards
		}
		*p = Plan(j.planFields)
		p.HourlyCommitment = j.HourlyCommitment.Decimal
	})
}
