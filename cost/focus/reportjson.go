package focus

import (
	"encoding/json"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// plainNumber is a decimal that JSON holds as a string of digits, whatever decimal's package-level settings say.
type plainNumber decimal.Decimal

// MarshalJSON writes the digits in quotes.
func (n plainNumber) MarshalJSON() ([]byte, error) {
	d := decimal.Decimal(n)
	if !bounded(d) {
		return nil, &RangeError{Field: "number", Given: numberText(d), Allowed: numberAllowed}
	}
	return append(appendNumber([]byte{'"'}, d), '"'), nil
}

func plainNumbers(list []decimal.Decimal) []plainNumber {
	plain := make([]plainNumber, len(list))
	for i, d := range list {
		plain[i] = plainNumber(d)
	}
	return plain
}

type sumJSON struct {
	Rows                         uint64
	Billed, Computed, Difference plainNumber
}

func (s Sum) json() sumJSON {
	return sumJSON{s.Rows, plainNumber(s.Billed), plainNumber(s.Computed), plainNumber(s.Difference)}
}

type keyJSON struct {
	Meter cost.Meter
	Arch  cost.Arch `json:",omitempty"`
}

type resultJSON struct {
	Cause                                           Cause
	Line                                            int
	Start                                           time.Time `json:",omitzero"`
	Service, Category, Region, UsageType, RateCode  string    `json:",omitempty"`
	Description, Resource                           string    `json:",omitempty"`
	Key                                             *keyJSON  `json:",omitempty"`
	Tier                                            int       `json:",omitempty"`
	Quantity, UnitPrice, OurPrice, Billed, Computed plainNumber
	AsOf                                            time.Time `json:",omitzero"`
	Currency                                        string
}

// MarshalJSON writes the fields, numbers as strings of digits.
func (r Result) MarshalJSON() ([]byte, error) {
	j := resultJSON{
		r.Cause, r.Line, r.Start, r.Service, r.Category, r.Region, r.UsageType, r.RateCode, r.Description, r.Resource, nil, r.Tier,
		plainNumber(r.Quantity), plainNumber(r.UnitPrice), plainNumber(r.OurPrice), plainNumber(r.Billed), plainNumber(r.Computed), r.AsOf, r.Currency,
	}
	if r.Key.Meter.Valid() {
		j.Key = &keyJSON{r.Key.Meter, r.Key.Arch}
	}
	return json.Marshal(j)
}

type causeJSON struct {
	Cause Cause
	Words string
	sumJSON
	Examples []Result `json:",omitempty"`
}

type lineSumJSON struct {
	Month  time.Time `json:",omitzero"`
	Region string
	keyJSON
	Kind                cost.Kind
	Tier                int `json:",omitempty"`
	Quantity, Effective plainNumber
	Matched             uint64
	sumJSON
}

type tierSplitJSON struct {
	Month  time.Time `json:",omitzero"`
	Region string
	keyJSON
	Export, Computed []plainNumber
	Difference       plainNumber
}

type lineDifferenceJSON struct {
	Region string
	keyJSON
	Kind                                               cost.Kind
	Tier                                               int `json:",omitempty"`
	ExportQuantity, BillQuantity, ExportCost, BillCost plainNumber
}

type usageDifferenceJSON struct {
	Region string
	keyJSON
	Export, Log, Missing, Unexplained plainNumber
	Reason                            Reason `json:",omitempty"`
}

type functionDifferenceJSON struct {
	Region, Function string
	keyJSON
	Export, Log plainNumber
}

type missingJSON struct {
	Region, Function string
	Rows             uint64
	Billed           plainNumber
}

type reportJSON struct {
	Format           Format
	Rows             uint64
	Currency         string
	Headers          uint64   `json:",omitempty"`
	Unread           uint64   `json:",omitempty"`
	Errors           []string `json:",omitempty"`
	Total, Explained plainNumber
	Causes           []causeJSON
	Lines            []lineSumJSON
	Tiers            []tierSplitJSON          `json:",omitempty"`
	Bill             []lineDifferenceJSON     `json:",omitempty"`
	Usage            []usageDifferenceJSON    `json:",omitempty"`
	Functions        []functionDifferenceJSON `json:",omitempty"`
	Missing          []missingJSON            `json:",omitempty"`
	MissingRows      uint64                   `json:",omitempty"`
}

// MarshalJSON writes the report with numbers as strings of digits, whatever decimal's package-level settings are, and errors
// as their text.
func (r Report) MarshalJSON() ([]byte, error) {
	j := reportJSON{
		Format: r.Format, Rows: r.Rows, Currency: r.Currency, Headers: r.Headers, Unread: r.Unread,
		Total: plainNumber(r.Total), Explained: plainNumber(r.Explained()), MissingRows: r.MissingRows,
	}
	for _, err := range r.Errors {
		j.Errors = append(j.Errors, err.Error())
	}
	for _, c := range r.Causes {
		j.Causes = append(j.Causes, causeJSON{c.Cause, c.Cause.Words(), c.Sum.json(), c.Examples})
	}
	for _, l := range r.Lines {
		j.Lines = append(j.Lines, lineSumJSON{
			l.Month, l.Region, keyJSON(l.Key), l.Kind, l.Tier, plainNumber(l.Quantity), plainNumber(l.Effective), l.Matched, l.Sum.json(),
		})
	}
	for _, s := range r.Tiers {
		j.Tiers = append(j.Tiers, tierSplitJSON{s.Month, s.Region, keyJSON(s.Key), plainNumbers(s.Export), plainNumbers(s.Computed), plainNumber(s.Difference)})
	}
	for _, d := range r.Bill {
		j.Bill = append(j.Bill, lineDifferenceJSON{
			d.Region, keyJSON(d.Key), d.Kind, d.Tier,
			plainNumber(d.ExportQuantity), plainNumber(d.BillQuantity), plainNumber(d.ExportCost), plainNumber(d.BillCost),
		})
	}
	for _, d := range r.Usage {
		j.Usage = append(j.Usage, usageDifferenceJSON{
			d.Region, keyJSON(d.Key), plainNumber(d.Export), plainNumber(d.Log), plainNumber(d.Missing), plainNumber(d.Unexplained()), d.Reason,
		})
	}
	for _, d := range r.Functions {
		j.Functions = append(j.Functions, functionDifferenceJSON{d.Region, d.Function, keyJSON(d.Key), plainNumber(d.Export), plainNumber(d.Log)})
	}
	for _, m := range r.Missing {
		j.Missing = append(j.Missing, missingJSON{m.Region, m.Function, m.Rows, plainNumber(m.Billed)})
	}
	return json.Marshal(j)
}
