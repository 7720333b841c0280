package pricelist

import (
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/codes"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// term is what one offer term says of a product: an effective date and prices, one for each range.
type term struct {
	key        string // as JSON names it, SKU.TERM
	sku        string // as JSON names it again; "" where it does not
	code       string
	effective  string
	dimensions []dimension
}

// dimension is one price as it is written.
type dimension struct {
	rateCode, begin, end, unit, price, currency string
	line                                        int
}

// maxTerms is how many terms a SKU may have; AWS's have one or two.
const maxTerms = 1000

func errTooManyTerms(code string) *RowError {
	return &RowError{Problem: BadValue, Field: "OfferTermCode", Given: show.Clip(code), Allowed: "at most 1,000 terms for a SKU"}
}

func (t *term) isFree() bool { return t.code == codes.FreeTerm }

// effectiveFrom returns the date from which a term holds; none is for ever.
func (t *term) effectiveFrom() (time.Time, *RowError) {
	if t.effective == "" {
		return time.Time{}, nil
	}
	from, ok := parseTime(t.effective)
	if !ok {
		return time.Time{}, &RowError{Problem: BadValue, Field: "EffectiveDate", Given: show.Clip(t.effective), Allowed: dateAllowed}
	}
	return from, nil
}

const dateAllowed = "a date such as 2025-06-17 or 2025-06-17T16:57:38Z"

// parseTime reads a date of the years 1 to 9999, in which JSON can write it.
func parseTime(s string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			t = t.UTC()
			return t, t.Year() >= 1 && t.Year() <= 9999
		}
	}
	return time.Time{}, false
}

// costsNothing tells whether all prices of a term are 0; a price that is no number is a problem.
func (t *term) costsNothing() (bool, *RowError) {
	nothing := true
	for _, d := range t.dimensions {
		price, ok := number(d.price, pricePlaces)
		if !ok {
			return false, &RowError{Line: d.line, Problem: BadValue, Field: "PricePerUnit", Given: show.Clip(d.price), Allowed: "a decimal number"}
		}
		nothing = nothing && price.IsZero()
	}
	return nothing, nil
}

// span is the range of one price.
type span struct {
	*dimension
	from, to, price decimal.Decimal
	open            bool // up to Inf
}

func (d *dimension) span() (span, *RowError) {
	refuse := func(field, given, allowed string) (span, *RowError) {
		return span{}, &RowError{Line: d.line, Problem: BadValue, Field: field, Given: show.Clip(given), Allowed: allowed}
	}
	s := span{dimension: d}
	var ok bool
	if s.price, ok = number(d.price, pricePlaces); !ok || s.price.IsZero() {
		return refuse("PricePerUnit", d.price, priceAllowed)
	}
	if s.from, ok = number(d.begin, rangePlaces); !ok {
		return refuse("StartingRange", d.begin, rangeAllowed)
	}
	if s.open = strings.EqualFold(d.end, "Inf"); s.open {
		return s, nil
	}
	if s.to, ok = number(d.end, rangePlaces); !ok {
		return refuse("EndingRange", d.end, rangeAllowed+", or Inf")
	}
	if !s.to.GreaterThan(s.from) {
		return span{}, &RowError{Line: d.line, Problem: BadRange, Field: "EndingRange", Given: show.Clip(d.end), Allowed: "more than " + show.Clip(d.begin) + ", where the range begins"}
	}
	return s, nil
}

// tiers makes the tiers of a term, whose ranges must run from 0 to Inf without overlap or gap, in whatever order they stand.
func (t *term) tiers() ([]cost.Tier, *RowError) {
	spans := make([]span, len(t.dimensions))
	codes := make(map[string]bool, len(t.dimensions))
	for i := range t.dimensions {
		if d := &t.dimensions[i]; d.rateCode != "" && codes[d.rateCode] {
			return nil, &RowError{Line: d.line, Problem: Duplicate, Field: "RateCode", Given: show.Clip(d.rateCode), Allowed: "one price of this rate code"}
		}
		codes[t.dimensions[i].rateCode] = true
		s, problem := t.dimensions[i].span()
		if problem != nil {
			return nil, problem
		}
		spans[i] = s
	}
	slices.SortStableFunc(spans, func(a, b span) int { return a.from.Cmp(b.from) })
	tiers := make([]cost.Tier, len(spans))
	for i, s := range spans {
		refuse := func(p Problem, field, given, allowed string) ([]cost.Tier, *RowError) { // s, as it is then
			return nil, &RowError{Line: s.line, Problem: p, Field: field, Given: show.Clip(given), Allowed: allowed}
		}
		last := i == len(spans)-1
		switch {
		case i == 0 && !s.from.IsZero():
			return refuse(BadRange, "StartingRange", s.begin, "0 for the first range")
		case !last && spans[i+1].from.Equal(s.from):
			first := s.rateCode
			s = spans[i+1]
			return refuse(SecondPrice, "StartingRange", s.begin, "one price from there on, which is that of "+show.Quote(first))
		case last && !s.open:
			return refuse(BadRange, "EndingRange", s.end, "Inf for the last range")
		case !last && (s.open || !s.to.Equal(spans[i+1].from)):
			return refuse(BadRange, "EndingRange", s.end, show.Clip(spans[i+1].begin)+", where the next range begins")
		}
		tiers[i] = cost.Tier{From: s.from, UnitPrice: s.price, RateCode: s.rateCode}
	}
	return tiers, nil
}

// currency is that of all prices of a term.
func (t *term) currency() (string, *RowError) {
	currency := t.dimensions[0].currency
	for _, d := range t.dimensions {
		switch {
		case !codes.IsCurrency(d.currency):
			return "", &RowError{Line: d.line, Problem: BadValue, Field: "Currency", Given: show.Clip(d.currency), Allowed: "three capital letters"}
		case d.currency != currency:
			return "", &RowError{Line: d.line, Problem: MixedCurrency, Field: "Currency", Given: d.currency, Allowed: currency + ", as the prices before it"}
		}
	}
	return currency, nil
}
