package cost

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// Kind says how a line came to be charged, or not.
type Kind uint8

// Bills of [Rates] and [Catalog] have lines of the first two alone. The others are for whoever applies a Savings Plan to
// usage; [Allocate] splits covered lines as it does charged ones, and leaves unused ones to the rest.
const (
	Charged Kind = iota // at the on-demand price, less any discount: the zero value
	Free                // by the free tier
	Covered             // by a Savings Plan, at the plan's rate
	Unused              // commitment of a Savings Plan that no usage took
)

// String returns the constant's name.
func (k Kind) String() string { return kindNames.string("Kind", int(k)) }

// MarshalText writes the constant's name.
func (k Kind) MarshalText() ([]byte, error) { return kindNames.text("kind", int(k)) }

// UnmarshalText reads what MarshalText writes; any other text is an [*UnknownError] and leaves k as it was.
func (k *Kind) UnmarshalText(text []byte) error { return unmarshalName(k, kindNames, "kind", text) }

// Line is one item of a bill: a quantity of one meter at one price.
type Line struct {
	Kind      Kind
	Meter     Meter
	Arch      Arch
	Tier      int    // 1, 2, 3; 0 where the price has no tiers, and on free lines
	UsageType string // as AWS's bills name it; "" where that is not known
	Unit      string // pricing unit, as the price list spells it
	RateCode  string // "" where it is not known
	Quantity  decimal.Decimal
	// ListUnitPrice is the public price of one unit; on a free line, what it would have cost.
	ListUnitPrice decimal.Decimal
	UnitPrice     decimal.Decimal // paid: list price less discount, 0 on a free line
	Cost          decimal.Decimal // Quantity × UnitPrice, exact; rounded in what Invoice returns
}

// check refuses figures that no bill can have, and that would take long to work with.
func (l *Line) check(index int) error {
	for _, f := range [...]struct {
		name  string
		value decimal.Decimal
	}{{"Quantity", l.Quantity}, {"ListUnitPrice", l.ListUnitPrice}, {"UnitPrice", l.UnitPrice}, {"Cost", l.Cost}} {
		if !digits.Bounded(f.value) || f.value.Sign() < 0 {
			return decimalOutOfRange(fmt.Sprintf("Lines[%d].%s", index, f.name), f.value, "0 or more, "+boundedAllowed)
		}
	}
	return nil
}

func (b Bill) check() error {
	for i := range b.Lines {
		if err := b.Lines[i].check(i); err != nil {
			return err
		}
	}
	return nil
}

// Bill is what a region's usage costs. It is plain data.
type Bill struct {
	Region, Location, Currency string

	AsOf      time.Time // of the prices
	Confirmed time.Time `json:",omitzero"` // when they were last found unchanged; zero: never since AsOf
	Source    string    // of the prices
	Certainty string    // how far they can be trusted
	// Assumptions are what the figures rest on beside prices and usage, in words: how the free tier was shared, which
	// prices have another date. Callers may add their own.
	Assumptions []string
	// Lines are in the order of [Meters], x86_64 before arm64, free before charged, tiers ascending. What was not used has
	// no line.
	Lines []Line
}

// Total returns the exact sum of all lines, whatever their kind: of commitment that nothing used too. It writes out every
// digit between the largest and the smallest cost, which takes long where a line has an exponent that no bill has;
// [Bill.WriteTable], [Bill.String] and [Allocate] refuse such a line.
func (b Bill) Total() decimal.Decimal {
	var sum decimal.Decimal
	for i := range b.Lines {
		// A zero has an exponent too, of which decimal would write out every digit.
		switch c := b.Lines[i].Cost; {
		case c.IsZero():
		case sum.IsZero():
			sum = c
		default:
			sum = sum.Add(c)
		}
	}
	return sum
}

// InvoiceScale is the number of decimals to which AWS rounds the cost of a line item.
const InvoiceScale = 10

// Invoice returns a copy of the bill with the cost of each line rounded as AWS rounds a line item: half up, to
// [InvoiceScale] decimals. AWS's own line items are one hour of one resource and usage type: to get its sums to the last
// digit, bill each of those by itself and add the invoices up. A month billed at once and then rounded can differ from
// that by 5e-11 for each line item.
func (b Bill) Invoice() Bill {
	b.Assumptions = slices.Clone(b.Assumptions)
	b.Lines = slices.Clone(b.Lines)
	for i := range b.Lines {
		b.Lines[i].Cost = invoiced(b.Lines[i].Cost)
	}
	return b
}

// invoiced rounds a cost of any exponent, without writing out the digits of a large one.
func invoiced(cost decimal.Decimal) decimal.Decimal {
	most := cost.Coefficient().BitLen()/3 + 1 // digits: no fewer than there are
	switch {
	case cost.IsZero(), int64(cost.Exponent())+int64(most) < -InvoiceScale:
		return decimal.Decimal{}
	case cost.Exponent() >= -InvoiceScale:
		return cost
	}
	return cost.Round(InvoiceScale)
}

// String returns one line: region, total, currency and the date of the prices.
func (b Bill) String() string {
	if err := b.check(); err != nil {
		return show.OneLine(b.Region) + ": " + err.Error()
	}
	return fmt.Sprintf("%s: %s %s (%d lines, prices as of %s)", show.OneLine(b.Region), formatSafe(b.Total()), show.OneLine(b.Currency), len(b.Lines), b.AsOf.Format(time.DateOnly))
}

// Bill prices usage, line by line. The free tier goes first (see [Options]), then the tiers in order; each tier that is
// reached has a line of its own. A nil o means the defaults.
//
// Usage of a meter that the region has no price for is a [*NotPricedError], never a line of zero; where there are several
// such meters, all are joined into the error. Options that do not validate, and prior usage of a region in another
// partition, are errors too. Rates know of no other regions: only [Catalog.Bill] refuses a region of Prior that is unknown.
// Here, the usage of such a region uses up free tier and places no tiers.
func (r *Rates) Bill(u Usage, o *Options) (Bill, error) {
	r = r.orNone()
	b, err := newBilling(o, r.Region())
	if err != nil {
		return Bill{}, err
	}
	return b.bill(r, &u)
}

// Bill prices the usage of an account: by region code, with one free tier for all. Bills are in the order of region codes.
//
// An unknown region (in Prior too) is an [*UnknownError]; regions of two currencies or two partitions are a [*MixedError].
// The other errors are those of [Rates.Bill].
func (c *Catalog) Bill(usage map[string]Usage, o *Options) (Statement, error) {
	regions := sortedKeys(usage)
	b, err := newBilling(o, regions...)
	if err != nil {
		return Statement{}, err
	}
	for _, region := range b.priorRegions {
		if _, err := c.Region(region); err != nil {
			return Statement{}, err
		}
	}
	var s Statement
	var first *Rates
	for _, region := range regions {
		r, err := c.Region(region)
		if err != nil {
			return Statement{}, err
		}
		if first == nil {
			first = r
		}
		if r.Currency() != first.Currency() {
			return Statement{}, &MixedError{What: "currency", A: first.Currency(), B: r.Currency(), RegionA: first.Region(), RegionB: region}
		}
		u := usage[region]
		bill, err := b.bill(r, &u)
		if err != nil {
			return Statement{}, err
		}
		s.Bills = append(s.Bills, bill)
	}
	return s, nil
}

type lineJSON struct {
	Kind          Kind
	Meter         Meter
	Arch          Arch   `json:",omitempty"`
	Tier          int    `json:",omitempty"`
	UsageType     string `json:",omitempty"`
	Unit          string
	RateCode      string       `json:",omitempty"`
	Quantity      *decimalText // these are nil where they are missing
	ListUnitPrice *decimalText
	UnitPrice     *decimalText
	Cost          *decimalText
}

// MarshalJSON writes decimals as strings, whatever decimal's package-level settings are.
func (l Line) MarshalJSON() ([]byte, error) {
	return json.Marshal(lineJSON{
		l.Kind, l.Meter, l.Arch, l.Tier, l.UsageType, l.Unit, l.RateCode,
		&decimalText{l.Quantity},
		&decimalText{l.ListUnitPrice},
		&decimalText{l.UnitPrice},
		&decimalText{l.Cost},
	})
}

// UnmarshalJSON reads what MarshalJSON writes, and numbers in place of the strings; where Kind is missing it is [Charged]. A
// line without one of its numbers or its meter, of an unknown kind, meter or architecture, or of an architecture of which the
// meter is not sold, is a [*RangeError] or [*UnknownError], which leaves l as it was; what is no JSON of this form at all is
// an error of encoding/json. A line of kind [Unused] need not have an architecture.
func (l *Line) UnmarshalJSON(b []byte) error {
	var j lineJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	for _, n := range [...]struct {
		field  string
		number *decimalText
	}{{"Quantity", j.Quantity}, {"ListUnitPrice", j.ListUnitPrice}, {"UnitPrice", j.UnitPrice}, {"Cost", j.Cost}} {
		if n.number == nil {
			return &RangeError{Field: "Line." + n.field, Given: "missing", Allowed: "a number"}
		}
	}
	k := Key{j.Meter, j.Arch}
	err := k.Validate()
	if j.Kind == Unused && j.Arch == "" && j.Meter.Valid() {
		err = nil
	}
	if err != nil {
		return err
	}
	if j.Tier < 0 {
		return outOfRange("Line.Tier", j.Tier, "0 or more")
	}
	*l = Line{
		j.Kind, j.Meter, j.Arch, j.Tier, j.UsageType, j.Unit, j.RateCode,
		j.Quantity.Decimal, j.ListUnitPrice.Decimal, j.UnitPrice.Decimal, j.Cost.Decimal,
	}
	return nil
}

// UnmarshalJSON reads a bill as encoding/json writes it. The errors are those of [Line.UnmarshalJSON], which say the line by
// its index, and those of encoding/json; each leaves b as it was.
func (b *Bill) UnmarshalJSON(text []byte) error {
	type fields Bill // without this method
	j := struct {
		*fields
		Lines *[]json.RawMessage
	}{fields: new(fields(*b))}
	j.Assumptions = slices.Clone(b.Assumptions) // encoding/json writes into the array that is there
	if err := json.Unmarshal(text, &j); err != nil {
		return err
	}
	read := Bill(*j.fields)
	if j.Lines != nil {
		read.Lines = nil
		if *j.Lines != nil {
			read.Lines = make([]Line, len(*j.Lines))
		}
		for i, line := range *j.Lines {
			if err := read.Lines[i].UnmarshalJSON(line); err != nil {
				return fmt.Errorf("cost: bill, Lines[%d]: %w", i, err)
			}
		}
	}
	*b = read
	return nil
}
