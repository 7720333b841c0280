package cost

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// WriteTable writes the bill for people to read: a row for each line, figures exact and right-aligned, then the total, the
// date of the prices and what was assumed; what would break a line or command a terminal is escaped. The layout may change between versions; programs read the JSON instead. A figure
// below 0 or of more digits than a bill can have is a [*RangeError], as is a nil w, and nothing is written.
func (b Bill) WriteTable(w io.Writer) error {
	if w == nil {
		return errNoWriter()
	}
	if err := b.check(); err != nil {
		return err
	}
	var s strings.Builder
	b.table(&s)
	_, err := io.WriteString(w, s.String())
	return err
}

func errNoWriter() error { return &RangeError{Field: "w", Given: "nil", Allowed: "a writer"} }

// WriteTable writes each bill as [Bill.WriteTable] does, then the total of all.
func (s Statement) WriteTable(w io.Writer) error {
	if w == nil {
		return errNoWriter()
	}
	var t strings.Builder
	for _, b := range s.Bills {
		if err := b.check(); err != nil {
			return err
		}
		b.table(&t)
		t.WriteByte('\n')
	}
	fmt.Fprintf(&t, "Total of %d regions: %s %s\n", len(s.Bills), formatSafe(s.Total()), show.OneLine(s.Currency()))
	_, err := io.WriteString(w, t.String())
	return err
}

func (b Bill) table(w *strings.Builder) {
	place := b.Region
	if b.Location != "" {
		place += ", " + b.Location
	}
	fmt.Fprintf(w, "%s\n", show.OneLine(place))
	rows := [][]string{{"Meter", "Arch", "Kind", "Tier", "Quantity", "Unit", "Unit price", "Cost " + show.OneLine(b.Currency)}}
	for _, l := range b.Lines {
		tier := ""
		if l.Tier > 0 {
			tier = strconv.Itoa(l.Tier)
		}
		rows = append(rows, []string{
			l.Meter.String(), show.OneLine(string(l.Arch)), l.Kind.String(), tier,
			formatSafe(l.Quantity), show.OneLine(l.Unit), formatSafe(l.UnitPrice), formatSafe(l.Cost),
		})
	}
	rows = append(rows, []string{"Total", "", "", "", "", "", "", formatSafe(b.Total())})
	show.Table(w, rows, []bool{4: true, 6: true, 7: true})
	fmt.Fprintf(w, "Prices as of %s", b.AsOf.Format(time.DateOnly))
	if !b.Confirmed.IsZero() {
		fmt.Fprintf(w, ", confirmed %s", b.Confirmed.Format(time.DateOnly))
	}
	if b.Source != "" {
		fmt.Fprintf(w, ": %s", show.OneLine(b.Source))
	}
	w.WriteByte('\n')
	if b.Certainty != "" {
		fmt.Fprintf(w, "Certainty: %s\n", show.OneLine(b.Certainty))
	}
	for _, a := range b.Assumptions {
		fmt.Fprintf(w, "Assumed: %s\n", show.OneLine(a))
	}
}
