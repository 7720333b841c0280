package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
)

// parse reads the file.
func parse(file []byte) ([]cost.RateCard, error) {
	d := json.NewDecoder(bytes.NewReader(file))
	d.DisallowUnknownFields()
	var cards []cost.RateCard
	if err := d.Decode(&cards); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("something stands behind the rate cards")
	}
	_, err := cost.NewCatalog(cards...)
	return cards, err
}

// format writes the file as CONTRIBUTING describes it: a price a line, numbers as strings with all digits of their source, in
// contrast to encoding/json, which writes everything in one line, and package cost, which writes no trailing zeros.
func format(cards []cost.RateCard) ([]byte, error) {
	var f file
	f.text("[\n")
	for i, c := range cards {
		f.text(" {")
		f.field("Region", c.Region)
		f.field("Location", c.Location)
		f.field("Partition", c.Partition)
		f.field("Currency", c.Currency)
		f.field("AsOf", c.AsOf)
		f.date("Confirmed", c.Confirmed)
		f.field("Source", c.Source)
		f.optional("Certainty", c.Certainty)
		f.name("Prices")
		f.text("[\n")
		for j, p := range c.Prices {
			f.text("  {")
			f.field("Meter", p.Meter)
			f.optional("Arch", string(p.Arch))
			f.optional("UsageType", p.UsageType)
			f.field("Unit", p.Unit)
			f.name("Tiers")
			f.text("[")
			for k, t := range p.Tiers {
				f.text("{")
				f.field("From", digits.All(t.From))
				f.field("UnitPrice", digits.All(t.UnitPrice))
				f.optional("RateCode", t.RateCode)
				f.end("}", k == len(p.Tiers)-1, " ")
			}
			f.end("]", true, "")
			f.date("AsOf", p.AsOf)
			f.optional("Source", p.Source)
			f.end("}", j == len(c.Prices)-1, "\n")
			if j == len(c.Prices)-1 {
				f.text("\n")
			}
		}
		f.text(" ]")
		f.end("}", i == len(cards)-1, "\n")
	}
	f.text("\n]\n")
	return f.b.Bytes(), f.err
}

// file is JSON that is being written; the first error stays.
type file struct {
	b      bytes.Buffer
	inside bool // of an object that has a field already
	err    error
}

func (f *file) text(s string) {
	f.b.WriteString(s)
	f.inside = false
}

// end closes an object or array, and separates it from what follows it, unless it is the last.
func (f *file) end(bracket string, last bool, separator string) {
	f.b.WriteString(bracket)
	if f.inside = true; !last {
		f.text("," + separator)
	}
}

func (f *file) name(name string) {
	if f.inside {
		f.b.WriteString(", ")
	}
	f.b.WriteString(`"` + name + `": `)
	f.inside = true
}

func (f *file) field(name string, value any) {
	f.name(name)
	e := json.NewEncoder(&f.b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil && f.err == nil {
		f.err = err
		return
	}
	f.b.Truncate(f.b.Len() - 1) // the line feed
}

func (f *file) optional(name, value string) {
	if value != "" {
		f.field(name, value)
	}
}

func (f *file) date(name string, value time.Time) {
	if !value.IsZero() {
		f.field(name, value)
	}
}
