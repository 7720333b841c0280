package focus

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// The JSON of a report and of its parts: field names as they are, numbers as strings of digits whatever decimal's package-level
// settings say, errors as their text. Each type has a struct of what is written, which is read too.

// plainNumber is a decimal that JSON holds as a string of digits.
type plainNumber decimal.Decimal

// MarshalJSON writes the digits in quotes.
func (n plainNumber) MarshalJSON() ([]byte, error) {
	d := decimal.Decimal(n)
	if !wide(d) {
		return nil, &RangeError{Field: "number", Given: givenNumber(d), Allowed: "240 digits before the point, 600 behind it"}
	}
	return append(digits.Append([]byte{'"'}, d), '"'), nil
}

// UnmarshalJSON reads digits, in quotes or not.
func (n *plainNumber) UnmarshalJSON(data []byte) error {
	text := data
	if len(text) >= 2 && text[0] == '"' && text[len(text)-1] == '"' {
		text = text[1 : len(text)-1]
	}
	d, ok := parseWide(text)
	if !ok {
		return &RangeError{Field: "number", Given: show.Clip(string(data)), Allowed: "a decimal number of at most 240 digits before the point and 600 behind it"}
	}
	*n = plainNumber(d)
	return nil
}

func plainNumbers(list []decimal.Decimal) []plainNumber {
	plain := make([]plainNumber, len(list))
	for i, d := range list {
		plain[i] = plainNumber(d)
	}
	return plain
}

func decimals(list []plainNumber) []decimal.Decimal {
	all := make([]decimal.Decimal, len(list))
	for i, n := range list {
		all[i] = decimal.Decimal(n)
	}
	return all
}

// unmarshal reads data as W and takes what of makes of it; nothing where it cannot be read.
func unmarshal[T, W any](data []byte, to *T, of func(W) T) error {
	var w W
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	*to = of(w)
	return nil
}

type sumJSON struct {
	Rows                         uint64
	Billed, Computed, Difference plainNumber
}

func (s Sum) json() sumJSON {
	return sumJSON{s.Rows, plainNumber(s.Billed), plainNumber(s.Computed), plainNumber(s.Difference)}
}

func (j sumJSON) sum() Sum {
	return Sum{j.Rows, decimal.Decimal(j.Billed), decimal.Decimal(j.Computed), decimal.Decimal(j.Difference)}
}

// MarshalJSON writes the fields, numbers as strings of digits.
func (s Sum) MarshalJSON() ([]byte, error) { return json.Marshal(s.json()) }

// UnmarshalJSON reads what MarshalJSON writes.
func (s *Sum) UnmarshalJSON(data []byte) error { return unmarshal(data, s, sumJSON.sum) }

type keyJSON struct {
	Meter cost.Meter `json:",omitzero"`
	Arch  cost.Arch  `json:",omitempty"`
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

// UnmarshalJSON reads what MarshalJSON writes.
func (r *Result) UnmarshalJSON(data []byte) error {
	return unmarshal(data, r, func(j resultJSON) Result {
		var key cost.Key
		if j.Key != nil {
			key = cost.Key(*j.Key)
		}
		return Result{
			j.Cause, j.Line, j.Start, j.Service, j.Category, j.Region, j.UsageType, j.RateCode, j.Description, j.Resource, key, j.Tier,
			decimal.Decimal(j.Quantity), decimal.Decimal(j.UnitPrice), decimal.Decimal(j.OurPrice), decimal.Decimal(j.Billed), decimal.Decimal(j.Computed), j.AsOf, j.Currency,
		}
	})
}

type causeJSON struct {
	Cause Cause
	Words string
	sumJSON
	Examples []Result `json:",omitempty"`
}

// MarshalJSON writes the fields, and Words of the cause.
func (c CauseSum) MarshalJSON() ([]byte, error) {
	return json.Marshal(causeJSON{c.Cause, c.Cause.Words(), c.Sum.json(), c.Examples})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (c *CauseSum) UnmarshalJSON(data []byte) error {
	return unmarshal(data, c, func(j causeJSON) CauseSum { return CauseSum{j.Cause, j.sum(), j.Examples} })
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

// MarshalJSON writes the fields, numbers as strings of digits.
func (l LineSum) MarshalJSON() ([]byte, error) {
	return json.Marshal(lineSumJSON{
		l.Month, l.Region, keyJSON(l.Key), l.Kind, l.Tier, plainNumber(l.Quantity), plainNumber(l.Effective), l.Matched, l.Sum.json(),
	})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (l *LineSum) UnmarshalJSON(data []byte) error {
	return unmarshal(data, l, func(j lineSumJSON) LineSum {
		return LineSum{
			j.Month, j.Region, cost.Key(j.keyJSON), j.Kind, j.Tier, decimal.Decimal(j.Quantity), decimal.Decimal(j.Effective), j.Matched, j.sum(),
		}
	})
}

type tierSplitJSON struct {
	Month  time.Time `json:",omitzero"`
	Region string
	keyJSON
	Export, Computed []plainNumber
	Difference       plainNumber
}

// MarshalJSON writes the fields, numbers as strings of digits.
func (s TierSplit) MarshalJSON() ([]byte, error) {
	return json.Marshal(tierSplitJSON{s.Month, s.Region, keyJSON(s.Key), plainNumbers(s.Export), plainNumbers(s.Computed), plainNumber(s.Difference)})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (s *TierSplit) UnmarshalJSON(data []byte) error {
	return unmarshal(data, s, func(j tierSplitJSON) TierSplit {
		return TierSplit{j.Month, j.Region, cost.Key(j.keyJSON), decimals(j.Export), decimals(j.Computed), decimal.Decimal(j.Difference)}
	})
}

type lineDifferenceJSON struct {
	Region string
	keyJSON
	Kind                                               cost.Kind
	Tier                                               int `json:",omitempty"`
	ExportQuantity, BillQuantity, ExportCost, BillCost plainNumber
}

// MarshalJSON writes the fields, numbers as strings of digits.
func (d LineDifference) MarshalJSON() ([]byte, error) {
	return json.Marshal(lineDifferenceJSON{
		d.Region, keyJSON(d.Key), d.Kind, d.Tier,
		plainNumber(d.ExportQuantity), plainNumber(d.BillQuantity), plainNumber(d.ExportCost), plainNumber(d.BillCost),
	})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (d *LineDifference) UnmarshalJSON(data []byte) error {
	return unmarshal(data, d, func(j lineDifferenceJSON) LineDifference {
		return LineDifference{
			j.Region, cost.Key(j.keyJSON), j.Kind, j.Tier,
			decimal.Decimal(j.ExportQuantity), decimal.Decimal(j.BillQuantity), decimal.Decimal(j.ExportCost), decimal.Decimal(j.BillCost),
		}
	})
}

type usageDifferenceJSON struct {
	Region string
	keyJSON
	Export, Log, Missing, Unexplained plainNumber
	Reason                            Reason `json:",omitempty"`
}

// MarshalJSON writes the fields, and Unexplained.
func (u UsageDifference) MarshalJSON() ([]byte, error) {
	return json.Marshal(usageDifferenceJSON{
		u.Region, keyJSON(u.Key), plainNumber(u.Export), plainNumber(u.Log), plainNumber(u.Missing), plainNumber(u.Unexplained()), u.Reason,
	})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (u *UsageDifference) UnmarshalJSON(data []byte) error {
	return unmarshal(data, u, func(j usageDifferenceJSON) UsageDifference {
		return UsageDifference{j.Region, cost.Key(j.keyJSON), decimal.Decimal(j.Export), decimal.Decimal(j.Log), decimal.Decimal(j.Missing), j.Reason}
	})
}

type functionDifferenceJSON struct {
	Region, Function string
	keyJSON
	Export, Log plainNumber
}

// MarshalJSON writes the fields, numbers as strings of digits.
func (f FunctionDifference) MarshalJSON() ([]byte, error) {
	return json.Marshal(functionDifferenceJSON{f.Region, f.Function, keyJSON(f.Key), plainNumber(f.Export), plainNumber(f.Log)})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (f *FunctionDifference) UnmarshalJSON(data []byte) error {
	return unmarshal(data, f, func(j functionDifferenceJSON) FunctionDifference {
		return FunctionDifference{j.Region, j.Function, cost.Key(j.keyJSON), decimal.Decimal(j.Export), decimal.Decimal(j.Log)}
	})
}

type missingJSON struct {
	Region, Function string
	Rows             uint64
	Billed           plainNumber
}

// MarshalJSON writes the fields, numbers as strings of digits.
func (m MissingFunction) MarshalJSON() ([]byte, error) {
	return json.Marshal(missingJSON{m.Region, m.Function, m.Rows, plainNumber(m.Billed)})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (m *MissingFunction) UnmarshalJSON(data []byte) error {
	return unmarshal(data, m, func(j missingJSON) MissingFunction {
		return MissingFunction{j.Region, j.Function, j.Rows, decimal.Decimal(j.Billed)}
	})
}

type reportJSON struct {
	Format           Format
	Rows             uint64
	Currency         string
	Headers          uint64   `json:",omitempty"`
	Unread           uint64   `json:",omitempty"`
	Errors           []string `json:",omitempty"`
	Total, Explained plainNumber
	Causes           []CauseSum
	Lines            []LineSum
	Tiers            []TierSplit          `json:",omitempty"`
	Bill             []LineDifference     `json:",omitempty"`
	Usage            []UsageDifference    `json:",omitempty"`
	Functions        []FunctionDifference `json:",omitempty"`
	Missing          []MissingFunction    `json:",omitempty"`
	MissingRows      uint64               `json:",omitempty"`
}

// MarshalJSON writes the report with numbers as strings of digits, whatever decimal's package-level settings are, errors as
// their text, and what is explained.
func (r Report) MarshalJSON() ([]byte, error) {
	j := reportJSON{
		r.Format, r.Rows, r.Currency, r.Headers, r.Unread, nil, plainNumber(r.Total), plainNumber(r.Explained()),
		r.Causes, r.Lines, r.Tiers, r.Bill, r.Usage, r.Functions, r.Missing, r.MissingRows,
	}
	for _, err := range r.Errors {
		j.Errors = append(j.Errors, fmt.Sprint(err))
	}
	return json.Marshal(j)
}

// UnmarshalJSON reads what MarshalJSON writes. Of errors there is the text alone.
func (r *Report) UnmarshalJSON(data []byte) error {
	return unmarshal(data, r, func(j reportJSON) Report {
		out := Report{
			Format: j.Format, Rows: j.Rows, Currency: j.Currency, Headers: j.Headers, Unread: j.Unread, Total: decimal.Decimal(j.Total),
			Causes: j.Causes, Lines: j.Lines, Tiers: j.Tiers, Bill: j.Bill, Usage: j.Usage, Functions: j.Functions, Missing: j.Missing,
			MissingRows: j.MissingRows,
		}
		for _, text := range j.Errors {
			out.Errors = append(out.Errors, errors.New(text))
		}
		return out
	})
}
