package forecast

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// WriteTable writes the forecast for people to read: amounts rounded, half up, to cents or up to six places, figures with
// the half-width of their intervals. The layout may change between versions; programs read the JSON. The error is the writer's,
// or a [*RangeError] for a nil w.
func (f Forecast) WriteTable(w io.Writer) error {
	return write(w, func(t *tabwriter.Writer) {
		fmt.Fprintf(t, "%s\n", title(f))
		fmt.Fprintf(t, "Requests a month\t%d\n", f.Requests)
		fmt.Fprintf(t, "Total\t%s %s\n", amount(f.Figures), f.Bill.Currency)
		if f.Cost.uncertain() {
			fmt.Fprintf(t, "  sampling error\t± %.2g\n", f.Cost.High-f.Cost.Mean)
		}
		for _, l := range f.Bill.Lines {
			name := strings.TrimSpace(fmt.Sprintf("%v %s", l.Meter, l.Arch))
			fmt.Fprintf(t, "  %s, %v\t%s\n", name, l.Kind, rounded(l.Cost, 6))
		}
		for _, l := range f.Beside {
			fmt.Fprintf(t, "  %s\t%s\n", show.OneLine(l.Name), rounded(l.Cost, 6))
		}
		fmt.Fprintf(t, "  of which INIT\t%s\n", rounded(f.InitCost(), 6))
		if r := f.PerMillion(); r != nil {
			fmt.Fprintf(t, "Per million requests\t%s\n", r.FloatString(6))
		}
		fmt.Fprintf(t, "Cold starts\t%s\n", share(f.ColdStartRate))
		fmt.Fprintf(t, "Delayed\t%s\n", share(f.DelayedRate))
		if f.throttles() {
			fmt.Fprintf(t, "Throttled\t%s\n", share(f.ThrottleRate))
		}
		if f.cutsOff() {
			fmt.Fprintf(t, "Timed out\t%s\n", share(f.TimeoutRate))
		}
		fmt.Fprintf(t, "Environments\t%s, at most %.4g\n", plus(f.Alive), f.PeakAlive.Mean)
		fmt.Fprintf(t, "  busy\t%s, at most %.4g\n", plus(f.Busy), f.PeakBusy.Mean)
		for _, p := range f.Latency {
			fmt.Fprintf(t, "Latency p%v\t%s\n", decimalPercent(p.P), latency(p))
		}
		fmt.Fprintf(t, "Figures are of\ta %s\n", basis(f.Method))
		if len(f.Assumed) > 0 {
			throttled := slices.ContainsFunc(f.Assumed, func(v Variant) bool { return v.throttles() })
			fmt.Fprintln(t, "\nIdle timeout\tTotal\tCold starts\tEnvironments\tp99"+column(throttled, "Throttled"))
			for _, v := range f.Assumed {
				p, _ := v.Percentile(.99)
				fmt.Fprintf(t, "%s\t%s\t%s\t%.4g\t%v%s\n", shorten(v.IdleTimeout), amount(v.Figures), share(v.ColdStartRate), v.Alive.Mean, round(p.Mean),
					column(throttled, percent(v.ThrottleRate.Mean)))
			}
		}
		fmt.Fprintf(t, "\n")
		for _, a := range f.Assumptions {
			fmt.Fprintf(t, "Assumed: %s\n", show.OneLine(a))
		}
	})
}

// WriteTable writes the scenarios side by side, and how each differs from the first; differences within the noise are marked
// with ~, and what is the same in every replication is said to be. See [Forecast.WriteTable].
func (c Comparison) WriteTable(w io.Writer) error {
	return write(w, func(t *tabwriter.Writer) {
		if len(c.Forecasts) == 0 {
			return
		}
		throttled := slices.ContainsFunc(c.Forecasts, func(f Forecast) bool { return f.throttles() })
		cut := slices.ContainsFunc(c.Forecasts, func(f Forecast) bool { return f.cutsOff() })
		fmt.Fprintf(t, "Scenario\tTotal %s\tDifference\tCold starts\tDifference\tp50\tDifference\tp99\tDifference%s%s\n",
			c.Forecasts[0].Bill.Currency, column(throttled, "Throttled"), column(cut, "Timed out"))
		for i, f := range c.Forecasts {
			p50, _ := f.Percentile(.5)
			p99, _ := f.Percentile(.99)
			row := []string{show.OneLine(f.Scenario), amount(f.Figures), "", percent(f.ColdStartRate.Mean), "", round(p50.Mean).String(), "", round(p99.Mean).String(), ""}
			if i > 0 && i < len(c.Differences) {
				d := c.Differences[i]
				row[2] = mark(d.Cost.Low, d.Cost.High, signed(money(c.Costs(i))))
				row[4] = mark(d.ColdStartRate.Low, d.ColdStartRate.High, signed(percent(d.ColdStartRate.Mean)))
				for _, p := range d.Latency {
					switch p.P {
					case .5:
						row[6] = mark(float64(p.Low), float64(p.High), signed(round(p.Mean).String()))
					case .99:
						row[8] = mark(float64(p.Low), float64(p.High), signed(round(p.Mean).String()))
					}
				}
			}
			fmt.Fprintln(t, strings.Join(row, "\t")+column(throttled, percent(f.ThrottleRate.Mean))+column(cut, percent(f.TimeoutRate.Mean)))
		}
	})
}

// WriteTable writes a row for each combination, the cheapest that meets the limits marked with *, others that meet them with
// +, and with several idle timeouts what [Swept.AtAnyIdleTimeout] says. See [Forecast.WriteTable].
func (s Swept) WriteTable(w io.Writer) error {
	return write(w, func(t *tabwriter.Writer) {
		p := s.Limits.Percentile
		if p == 0 {
			p = .99
		}
		throttled := slices.ContainsFunc(s.Cells, func(c Cell) bool { return c.throttles() })
		cut := slices.ContainsFunc(s.Cells, func(c Cell) bool { return c.cutsOff() })
		fmt.Fprintf(t, "\tRegion\tArch\tMB\tIdle timeout\tProvisioned\tTotal\tCold starts\tp%v%s%s\n",
			decimalPercent(p), column(throttled, "Throttled"), column(cut, "Timed out"))
		for i, c := range s.Cells {
			sign := ""
			switch {
			case i == s.Cheapest:
				sign = "*"
			case c.Meets:
				sign = "+"
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%s\t%d\t", sign, c.Region, c.Arch, c.MemoryMB, shorten(c.IdleTimeout), c.Provisioned)
			if c.Problem != "" {
				fmt.Fprintf(t, "\t\t%s\n", strings.ReplaceAll(c.Problem, "\n", "; "))
				continue
			}
			l, _ := c.Percentile(p)
			fmt.Fprintf(t, "%s %s\t%s\t%v%s%s\n", amount(c.Figures), c.Bill.Currency, percent(c.ColdStartRate.Mean), round(l.Mean),
				column(throttled, percent(c.ThrottleRate.Mean)), column(cut, percent(c.TimeoutRate.Mean)))
		}
		if !slices.ContainsFunc(s.Cells, func(c Cell) bool { return c.IdleTimeout != s.Cells[0].IdleTimeout }) {
			return
		}
		if i := s.AtAnyIdleTimeout(); i >= 0 {
			c := s.Cells[i]
			fmt.Fprintf(t, "\nNobody chooses the idle timeout. At all of these, the cheapest is: %s, %s, %d MB, %d provisioned: at most %s %s\n",
				c.Region, c.Arch, c.MemoryMB, c.Provisioned, amount(c.Figures), c.Bill.Currency)
		} else {
			fmt.Fprintf(t, "\nNobody chooses the idle timeout. No combination meets the limits at all of these.\n")
		}
	})
}

// throttles says whether requests were refused.
func (f Figures) throttles() bool { return f.ThrottleRate.Mean > 0 }

// cutsOff says whether the timeout cut executions off.
func (f Figures) cutsOff() bool { return f.TimeoutRate.Mean > 0 }

// column is a last column that is there only where it says anything.
func column(there bool, cell string) string {
	if !there {
		return ""
	}
	return "\t" + cell
}

func write(w io.Writer, table func(*tabwriter.Writer)) error {
	if w == nil {
		return outOfRange("w", "nil", "a writer")
	}
	var s strings.Builder
	t := tabwriter.NewWriter(&s, 0, 0, 2, ' ', 0)
	table(t)
	if err := t.Flush(); err != nil {
		return err
	}
	lines := strings.Split(s.String(), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	_, err := io.WriteString(w, strings.Join(lines, "\n"))
	return err
}

func title(f Forecast) string {
	name := show.OneLine(f.Scenario)
	if name != "" {
		name += ": "
	}
	return fmt.Sprintf("%s%s, %s, %d MB, %v", name, f.Region, f.Arch, f.MemoryMB, f.Month)
}

// amount writes a total to the cent, below 10 to four places.
func amount(f Figures) string { return money(f.Total()) }

func money(d decimal.Decimal) string {
	if d.Abs().LessThan(decimal.New(10, 0)) {
		return rounded(d, 4)
	}
	return rounded(d, 2)
}

// uncertain says whether a figure has an interval that is more than rounding.
func (f Figure) uncertain() bool {
	return f.Basis == Simulated && f.HalfWidth() > 1e-12*math.Abs(f.Mean)
}

// Intervals are written by how far they go up: down, they may end at 0.

func share(f Figure) string {
	if f.uncertain() {
		return fmt.Sprintf("%s ± %.2g", percent(f.Mean), (f.High-f.Mean)*100)
	}
	return percent(f.Mean)
}

func plus(f Figure) string {
	if f.uncertain() {
		return fmt.Sprintf("%.4g ± %.2g", f.Mean, f.High-f.Mean)
	}
	return fmt.Sprintf("%.4g", f.Mean)
}

func latency(p Percentile) string {
	if p.Basis == Simulated && p.High > p.Low {
		return fmt.Sprintf("%v ± %v", round(p.Mean), round(p.High-p.Mean))
	}
	return round(p.Mean).String()
}

func basis(m Method) string {
	if m.Basis == Simulated && m.Windows > 0 {
		return fmt.Sprintf("simulation, %d × %d windows of %s, seed %d", m.Replications, m.Windows, shorten(round(m.Stretch)), m.Seed)
	}
	if m.Basis == Simulated {
		return fmt.Sprintf("simulation, %d × %s, seed %d", m.Replications, shorten(m.Stretch), m.Seed)
	}
	return m.Basis.String()
}

// decimalPercent writes .999 as 99.9.
func decimalPercent(p float64) float64 { return math.Round(p*1e6) / 1e4 }

func signed(s string) string {
	if strings.HasPrefix(s, "-") {
		return s
	}
	return "+" + s
}

// mark marks a difference with the interval from low to high.
func mark(low, high float64, s string) string {
	switch {
	case low == 0 && high == 0:
		return "same"
	case low <= 0 && high >= 0:
		return "~ " + s
	}
	return s
}
