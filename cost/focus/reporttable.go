package focus

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// WriteTable writes the report for people to read: what of the export is explained and what is not, by cause, with the kept
// rows; then usage line by line, and what was compared. The layout may change between versions; programs read the fields, or
// the JSON. A nil w is a [*RangeError].
func (r *Report) WriteTable(w io.Writer) error {
	if w == nil {
		return errNil("w", "a writer")
	}
	var s strings.Builder
	fmt.Fprintf(&s, "%s: %d rows", r.Format, r.Rows)
	if r.Headers > 0 {
		fmt.Fprintf(&s, ", the header %d times more", r.Headers)
	}
	if r.Unread > 0 {
		fmt.Fprintf(&s, ", %d that cannot be read and are in no sum", r.Unread)
	}
	s.WriteByte('\n')
	for _, err := range r.Errors {
		fmt.Fprintf(&s, "  %s\n", strings.TrimPrefix(fmt.Sprint(err), "focus: "))
	}
	r.tableOfCauses(&s)
	r.tableOfExamples(&s)
	r.tableOfLines(&s)
	r.tableOfTiers(&s)
	r.tableOfBill(&s)
	r.tableOfUsage(&s)
	_, err := io.WriteString(w, s.String())
	return err
}

func (r *Report) tableOfCauses(w *strings.Builder) {
	t := newTable("Cause", "Rows>", "Billed "+printable(r.Currency)+">", "Computed>", "Difference>", "")
	for _, c := range r.Causes {
		t.row(c.Cause.String(), count(c.Rows), numberText(c.Billed), numberText(c.Computed), numberText(c.Difference), c.Cause.Words())
	}
	t.row("Total", count(r.Rows), numberText(r.Total), "", "", "")
	w.WriteByte('\n')
	t.write(w)
}

func (r *Report) tableOfExamples(w *strings.Builder) {
	for _, c := range r.Causes {
		if c.Cause <= FreeTier || c.Cause >= OutsidePeriod || len(c.Examples) == 0 {
			continue
		}
		fmt.Fprintf(w, "\n%s, for example:\n", c.Cause)
		for _, e := range c.Examples {
			fmt.Fprintf(w, "  %s\n", e)
		}
	}
}

// String says in one line what became of the row.
func (r Result) String() string {
	what := r.Description
	if r.UsageType != "" {
		what = r.UsageType
	}
	if what == "" {
		what = r.Category
	}
	s := fmt.Sprintf("line %d: %s", r.Line, printable(what))
	if r.Region != "" {
		s += " in " + printable(r.Region)
	}
	if !r.Start.IsZero() {
		s += " at " + r.Start.Format(time.RFC3339)
	}
	s += ": billed " + numberText(r.Billed)
	if !r.Quantity.IsZero() {
		s += " for " + numberText(r.Quantity)
	}
	if !r.UnitPrice.IsZero() {
		s += " at " + numberText(r.UnitPrice)
	}
	if !r.OurPrice.IsZero() {
		s += ", computed " + numberText(r.Computed) + " at " + numberText(r.OurPrice)
		if r.Cause != Matched {
			s += " as of " + r.AsOf.Format(time.DateOnly)
		}
	}
	return s
}

func (r *Report) tableOfLines(w *strings.Builder) {
	if len(r.Lines) == 0 {
		return
	}
	w.WriteString("\nLambda usage:\n")
	t := newTable("Month", "Region", "Meter", "Arch", "Kind", "Tier", "Rows>", "Matched>", "Quantity>", "Billed>", "Difference>")
	for _, l := range r.Lines {
		month := ""
		if !l.Month.IsZero() {
			month = l.Month.Format("2006-01")
		}
		t.row(month, region(l.Region), l.Key.Meter.String(), string(l.Key.Arch), l.Kind.String(), tierText(l.Tier),
			count(l.Rows), count(l.Matched), numberText(l.Quantity), numberText(l.Billed), numberText(l.Difference))
	}
	t.write(w)
}

func (r *Report) tableOfTiers(w *strings.Builder) {
	for _, s := range r.Tiers {
		fmt.Fprintf(w, "\n%s %s %s: tiers of the export %s, of its sum %s: a difference of %s. It is another account's usage where the export is not all accounts'.\n",
			s.Month.Format("2006-01"), region(s.Region), s.Key, numbers(s.Export), numbers(s.Computed), numberText(s.Difference))
	}
}

func (r *Report) tableOfBill(w *strings.Builder) {
	if len(r.Bill) == 0 {
		return
	}
	w.WriteString("\nAgainst the bill (AWS rounds each row of its export, by up to 5e-11):\n")
	t := newTable("Region", "Meter", "Arch", "Kind", "Tier", "Quantity>", "in bill>", "Cost>", "in bill>", "Difference>")
	for _, d := range r.Bill {
		t.row(region(d.Region), d.Key.Meter.String(), string(d.Key.Arch), d.Kind.String(), tierText(d.Tier),
			numberText(d.ExportQuantity), numberText(d.BillQuantity), numberText(d.ExportCost), numberText(d.BillCost),
			numberText(d.ExportCost.Sub(d.BillCost)))
	}
	t.write(w)
}

func (r *Report) tableOfUsage(w *strings.Builder) {
	if len(r.Usage) > 0 {
		w.WriteString("\nAgainst the logs, in pricing units:\n")
		t := newTable("Region", "Meter", "Arch", "Export>", "Log>", "Missing functions>", "Unexplained>", "")
		for _, d := range r.Usage {
			t.row(region(d.Region), d.Key.Meter.String(), string(d.Key.Arch),
				numberText(d.Export), numberText(d.Log), numberText(d.Missing), numberText(d.Unexplained()), string(d.Reason))
		}
		t.write(w)
	}
	if len(r.Functions) > 0 {
		w.WriteString("\nFunctions that differ:\n")
		t := newTable("Region", "Function", "Meter", "Arch", "Export>", "Log>", "Difference>")
		for _, d := range r.Functions {
			t.row(region(d.Region), printable(d.Function), d.Key.Meter.String(), string(d.Key.Arch),
				numberText(d.Export), numberText(d.Log), numberText(d.Export.Sub(d.Log)))
		}
		t.write(w)
	}
	if len(r.Missing) > 0 {
		fmt.Fprintf(w, "\nFunctions that no log has, %d rows:\n", r.MissingRows)
		t := newTable("Region", "Function", "Rows>", "Billed>")
		for _, m := range r.Missing {
			t.row(region(m.Region), printable(m.Function), count(m.Rows), numberText(m.Billed))
		}
		t.write(w)
	}
}

func region(code string) string {
	if code == "" {
		return "(none)"
	}
	return code
}

func tierText(tier int) string {
	if tier == 0 {
		return ""
	}
	return strconv.Itoa(tier)
}

func numbers(list []decimal.Decimal) string {
	texts := make([]string, len(list))
	for i, d := range list {
		texts[i] = numberText(d)
	}
	return strings.Join(texts, " / ")
}

func count(n uint64) string { return strconv.FormatUint(n, 10) }

// printable keeps what comes from a file from writing over a table.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, s)
}

// table aligns columns; those whose name ends in > to the right.
type table struct {
	right []bool
	rows  [][]string
}

func newTable(names ...string) *table {
	t := new(table)
	for i, name := range names {
		names[i] = strings.TrimSuffix(name, ">")
		t.right = append(t.right, names[i] != name)
	}
	t.rows = [][]string{names}
	return t
}

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

func (t *table) write(w *strings.Builder) { show.Table(w, t.rows, t.right) }
