package pricelist

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// ReadCSV is the function [ReadCSV] with the reader's settings.
func (rd Reader) ReadCSV(r io.Reader) ([]cost.RateCard, error) {
	if r == nil {
		return nil, errNoReader()
	}
	b, err := rd.builder()
	if err != nil {
		return nil, err
	}
	t := table{b: b, rows: newRowReader(r), heading: map[string]string{}}
	if err := t.read(); err != nil {
		return nil, err
	}
	return b.cards()
}

// The columns that are read; those behind colUsageType may be missing.
const (
	colSKU = iota
	colTerm
	colRateCode
	colTermType
	colBegin
	colEnd
	colUnit
	colPrice
	colCurrency
	colUsageType
	colGroup
	colEffective
	colService
	colLocation
	colLocationType
	colRegion
	numColumns
)

var columnNames = [numColumns]string{
	colSKU: "SKU", colTerm: "OfferTermCode", colRateCode: "RateCode", colTermType: "TermType", colBegin: "StartingRange",
	colEnd: "EndingRange", colUnit: "Unit", colPrice: "PricePerUnit", colCurrency: "Currency", colUsageType: "usageType",
	colGroup: "Group", colEffective: "EffectiveDate", colService: "serviceCode", colLocation: "Location",
	colLocationType: "Location Type", colRegion: "Region Code",
}

// The names of a heading that mean something; FormatVersion begins one.
const (
	headFormat    = "FormatVersion"
	headPublished = "Publication Date"
	headVersion   = "Version"
	headOffer     = "OfferCode"
)

// table reads a bulk CSV file: a heading of names and values, a row of column names, rows of prices; and all that again where
// files stand one behind the other.
type table struct {
	b       *builder
	rows    *rowReader
	line    int               // of the row being read
	heading map[string]string // that is being read, as far as it means something; nil behind the column names
	columns [numColumns]int   // index of each, -1 where it is missing
	width   int               // how many columns there are
	offer   *offer
}

func (t *table) read() error {
	for n := 0; ; n++ {
		row, line, err := t.rows.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		t.line = line
		switch {
		case isSeparatorLine(row) && (n == 0 || t.heading == nil):
			t.heading = map[string]string{} // a file begins
		case isSeparatorLine(row):
			err = t.unexpected(row)
		case row[0] == columnNames[colSKU]:
			err = t.names(row)
		case t.heading == nil && len(row) == t.width:
			err = t.price(row)
		case len(row) == 2 && (t.heading != nil || row[0] == headFormat):
			err = t.head(row[0], row[1])
		default:
			err = t.unexpected(row)
		}
		if err != nil {
			return err
		}
	}
	if t.heading != nil {
		return &FormatError{What: "row of column names", Allowed: "one that begins with SKU", Line: t.line}
	}
	return nil
}

// isSeparatorLine tells the line sep=, which tells a spreadsheet what parts the columns.
func isSeparatorLine(row []string) bool {
	return row[0] == "sep=" && len(row) == 2 && row[1] == "" || row[0] == "sep=," && len(row) == 1
}

func (t *table) unexpected(row []string) error {
	allowed := "a name and a value, or column names that begin with SKU"
	if t.heading == nil {
		allowed = fmt.Sprintf("%d columns, as many as there are names", t.width)
	}
	return &FormatError{What: "row", Given: show.Clip(strings.Join(row, ",")), Allowed: allowed, Line: t.line}
}

// head takes a name and a value of a heading; names that mean nothing are not kept.
func (t *table) head(name, value string) error {
	if t.heading == nil {
		t.heading = map[string]string{}
	}
	switch name {
	case headFormat, headPublished, headVersion, headOffer:
	default:
		return nil
	}
	if _, twice := t.heading[name]; twice {
		return &FormatError{What: "heading", Given: show.Clip(name), Allowed: "each name once", Line: t.line}
	}
	if len(value) > maxText {
		return t.tooLong(name, value)
	}
	t.heading[strings.Clone(name)] = strings.Clone(value)
	return nil
}

func (t *table) tooLong(column, given string) error {
	return &FormatError{What: column, Given: show.Clip(given), Allowed: textAllowed, Line: t.line}
}

// names takes the row of column names, which ends a heading. It may stand again between prices.
func (t *table) names(row []string) error {
	if t.heading != nil {
		for _, must := range [][2]string{{headFormat, "v1.0"}, {headOffer, service}} {
			if got := t.heading[must[0]]; got != must[1] {
				return &FormatError{What: must[0], Given: show.Clip(got), Allowed: must[1], Line: t.line}
			}
		}
		o, err := newOffer(t.heading[headVersion], t.heading[headPublished], t.line, 0)
		if err != nil {
			return err
		}
		t.offer, t.heading = o, nil
	}
	t.width = len(row)
	for c := range t.columns {
		t.columns[c] = -1
	}
	for i, name := range row {
		c, known := columnOf[foldColumn(name)]
		if !known {
			continue
		}
		if t.columns[c] >= 0 {
			return &FormatError{What: "column", Given: show.Clip(name), Allowed: "each once", Line: t.line}
		}
		t.columns[c] = i
	}
	for c, name := range columnNames[:colUsageType+1] {
		if t.columns[c] < 0 {
			return &FormatError{What: "column " + name, Allowed: "all of " + strings.Join(columnNames[:colUsageType+1], ", "), Line: t.line}
		}
	}
	return nil
}

// columnOf finds columns by name, without regard to case and spaces, in which files differ.
var columnOf = func() map[string]int {
	columns := make(map[string]int, numColumns)
	for c, name := range columnNames {
		columns[foldColumn(name)] = c
	}
	return columns
}()

func foldColumn(name string) string { return strings.ToLower(strings.ReplaceAll(name, " ", "")) }

// price takes a row: one price of one term of one product.
func (t *table) price(row []string) error {
	at := func(column int) string {
		if i := t.columns[column]; i >= 0 {
			return row[i]
		}
		return ""
	}
	for c, name := range columnNames {
		if text := at(c); len(text) > maxText {
			return t.tooLong(name, text)
		}
	}
	now := &product{
		sku: at(colSKU), service: at(colService), group: at(colGroup), usageType: at(colUsageType), location: at(colLocation),
		locationType: at(colLocationType), region: at(colRegion), line: t.line, offer: t.offer,
	}
	if at(colTermType) != "OnDemand" {
		t.b.ignore(OtherTerm, now, at(colTerm))
		return nil
	}
	p, known := t.b.bySKU[now.sku]
	if !known {
		if err := t.b.add(now); err != nil {
			return err
		}
		p = t.b.bySKU[now.sku]
	}
	if p == nil {
		return nil
	}
	if p.offer != now.offer || p.service != now.service || p.group != now.group || p.usageType != now.usageType || p.location != now.location || p.locationType != now.locationType || p.region != now.region {
		return now.at(&RowError{Problem: Duplicate, Field: "SKU", Given: show.Clip(now.sku), Allowed: fmt.Sprintf("one product of this SKU, which is that of line %d", p.line)})
	}
	code, effective := at(colTerm), at(colEffective)
	if code == "" {
		return now.at(&RowError{Problem: BadValue, Field: "OfferTermCode", Allowed: "the code of an offer term"})
	}
	i := slices.IndexFunc(p.terms, func(other term) bool { return other.code == code && other.effective == effective })
	if i < 0 {
		if i = len(p.terms); i == maxTerms {
			return now.at(errTooManyTerms(code))
		}
		p.terms = append(p.terms, term{code: code, effective: effective})
	}
	p.terms[i].dimensions = append(p.terms[i].dimensions, dimension{
		rateCode: at(colRateCode), begin: at(colBegin), end: at(colEnd), unit: at(colUnit), price: at(colPrice),
		currency: at(colCurrency), line: t.line,
	})
	return nil
}
