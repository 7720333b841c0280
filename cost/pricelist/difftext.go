package pricelist

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// String says in one line how much has changed.
func (c Changes) String() string {
	if len(c.Regions) == 0 {
		return "no changes"
	}
	var regions, prices [len(kinds)]int
	for _, r := range c.Regions {
		if int(r.Kind) < len(regions) {
			regions[r.Kind]++
		}
		for _, p := range r.Prices {
			if (r.Kind == Changed || r.Kind == Renamed) && int(p.Kind) < len(prices) {
				prices[p.Kind]++
			}
		}
	}
	return "regions: " + counts(regions) + "; prices in regions of both: " + counts(prices)
}

func counts(n [len(kinds)]int) string {
	var parts []string
	for k := Added; int(k) < len(kinds); k++ {
		if n[k] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[k], strings.ToLower(k.String())))
		}
	}
	if parts == nil {
		return "none"
	}
	return strings.Join(parts, ", ")
}

// WriteText writes the changes for people to read: a block for each region, a row for each meter that is added or removed and
// for each range of usage whose price has changed, with the difference, exact, and in percent, rounded half away from zero to
// 2 decimals. Prices that only have other names are counted, regions in which nothing else has changed stand in one line.
// The layout may change between versions; programs read the JSON instead. A nil w, a figure of more than 1,000 digits, or a
// name with characters that do not print is a [*cost.RangeError], a Kind that does not exist, such as that of the zero
// RegionChange, a [*cost.UnknownError]; nothing is written then.
func (c Changes) WriteText(w io.Writer) error {
	if w == nil {
		return &cost.RangeError{Field: "w", Given: "nil", Allowed: "a writer"}
	}
	var s strings.Builder
	var renamed []string
	for _, r := range c.Regions {
		if err := r.check(); err != nil {
			return err
		}
		if r.Kind == Renamed {
			renamed = append(renamed, r.renamedText())
			continue
		}
		if err := r.text(&s); err != nil {
			return err
		}
	}
	if renamed != nil {
		fmt.Fprintf(&s, "at the same prices under other names: %s\n", strings.Join(renamed, ", "))
	}
	s.WriteString(c.String() + "\n")
	_, err := io.WriteString(w, s.String())
	return err
}

// renamedText is a region in which names alone have changed.
func (r RegionChange) renamedText() string {
	switch n := len(r.Prices); n {
	case 0:
		return fmt.Sprintf("%s (now %s)", r.Region, r.Location)
	case 1:
		return r.Region + " (1 price)"
	default:
		return fmt.Sprintf("%s (%d prices)", r.Region, n)
	}
}

// check tells whether the names can be written, and the kinds exist.
func (r RegionChange) check() error {
	for _, f := range []struct{ field, text string }{
		{"Region", r.Region}, {"Location", r.Location}, {"OldCurrency", r.OldCurrency}, {"NewCurrency", r.NewCurrency},
	} {
		if !show.Printable(f.text) {
			return &cost.RangeError{Field: f.field, Given: show.Quote(f.text), Allowed: "printable characters"}
		}
	}
	if _, err := r.Kind.MarshalText(); err != nil {
		return err
	}
	for _, p := range r.Prices {
		if _, err := p.Kind.MarshalText(); err != nil {
			return err
		}
	}
	return nil
}

func (r RegionChange) text(w *strings.Builder) error {
	fmt.Fprintf(w, "%s, %s: %s", r.Region, r.Location, strings.ToLower(r.Kind.String()))
	switch r.Kind {
	case Added:
		fmt.Fprintf(w, ", as of %s, %s", day(r.NewAsOf), r.NewCurrency)
	case Removed:
		fmt.Fprintf(w, ", was as of %s, %s", day(r.OldAsOf), r.OldCurrency)
	default:
		fmt.Fprintf(w, ", as of %s, was as of %s", day(r.NewAsOf), day(r.OldAsOf))
		if r.OldCurrency == r.NewCurrency {
			fmt.Fprintf(w, ", %s", r.NewCurrency)
		} else {
			fmt.Fprintf(w, ", %s, was %s", r.NewCurrency, r.OldCurrency)
		}
	}
	w.WriteByte('\n')
	rows := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	renamed := 0
	for _, p := range r.Prices {
		switch {
		case p.Kind == Renamed:
			renamed++
		case p.Steps != nil:
			for _, s := range p.Steps {
				if err := s.check(); err != nil {
					return err
				}
				fmt.Fprintf(rows, "  %s\t%s\t%s\t-> %s\t%s\t%s\n", p.Key, s.span(), digits.All(s.Old), digits.All(s.New), signed(s.Difference()), s.percent())
			}
		default:
			before, err := priceText(p.Old)
			if err != nil {
				return err
			}
			after, err := priceText(p.New)
			if err != nil {
				return err
			}
			fmt.Fprintf(rows, "  %s\t%s\t%s\t-> %s\n", p.Key, strings.ToLower(p.Kind.String()), before, after)
		}
	}
	if err := rows.Flush(); err != nil {
		return err
	}
	if renamed > 0 {
		fmt.Fprintf(w, "  %d at the same price under other names (usage type, unit, rate code) or with other tiers\n", renamed)
	}
	return nil
}

func day(t time.Time) string { return t.Format(time.DateOnly) }

// priceText writes the unit prices of all tiers.
func priceText(p cost.Price) (string, error) {
	if len(p.Tiers) == 0 {
		return "none", nil
	}
	var texts []string
	for _, t := range p.Tiers {
		if err := (Step{New: t.UnitPrice}).check(); err != nil {
			return "", err
		}
		texts = append(texts, digits.All(t.UnitPrice))
	}
	return strings.Join(texts, " / "), nil
}

// check bounds the figures before they are written.
func (s Step) check() error {
	for _, f := range []struct {
		field string
		d     decimal.Decimal
	}{{"From", s.From}, {"To", s.To}, {"Old", s.Old}, {"New", s.New}} {
		if !short(f.d) {
			return &cost.RangeError{Field: f.field, Given: "a number of more than 1,000 digits", Allowed: "at most 1,000"}
		}
	}
	return nil
}

func (s Step) span() string {
	if s.To.IsZero() {
		return "from " + digits.All(s.From)
	}
	return digits.All(s.From) + " to " + digits.All(s.To)
}

func (s Step) percent() string {
	ratio := s.Ratio()
	if ratio == nil {
		return ""
	}
	sign := ""
	if ratio.Sign() > 0 {
		sign = "+"
	}
	return sign + ratio.Mul(ratio, decimal.New(100, 0).Rat()).FloatString(2) + " %"
}

func signed(d decimal.Decimal) string {
	if d.Sign() > 0 {
		return "+" + digits.All(d)
	}
	return digits.All(d)
}

type stepJSON struct{ From, To, Old, New string }

// MarshalJSON writes decimals as strings with all their digits, whatever decimal's package-level settings are.
func (s Step) MarshalJSON() ([]byte, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	return json.Marshal(stepJSON{digits.All(s.From), digits.All(s.To), digits.All(s.Old), digits.All(s.New)})
}

// UnmarshalJSON reads what MarshalJSON writes. A text that is no number of 0 or more of at most 100 digits is a
// [*cost.RangeError], what is no JSON of this form an error of encoding/json; both leave s as it was, as does
// null.
func (s *Step) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	var j stepJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	var read Step
	for _, f := range []struct {
		field, text string
		to          *decimal.Decimal
	}{{"From", j.From, &read.From}, {"To", j.To, &read.To}, {"Old", j.Old, &read.Old}, {"New", j.New, &read.New}} {
		d, ok := number(f.text, rangePlaces)
		if !ok {
			return &cost.RangeError{Field: f.field, Given: show.Quote(f.text), Allowed: rangeAllowed}
		}
		*f.to = d
	}
	*s = read
	return nil
}
