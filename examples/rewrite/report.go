package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/breakeven"
	"github.com/seed-e9ab587a/lambdaecon/cost/forecast"
	"github.com/seed-e9ab587a/lambdaecon/examples/internal/cli"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// soon is within how many months an investment should be back for traffic to be named from which it is.
const soon = 36

// report is the answer.
type report struct {
	Question   *question           `json:"question"`
	Rows       []row               `json:"rows"`
	Comparison forecast.Comparison `json:"comparison"`
}

// row is one candidate beside the first.
type row struct {
	Name   string `json:"name"`
	Arch   string `json:"arch"`
	Saving string `json:"saving_per_month"`
	Noise  bool   `json:"saving_within_noise"`
	// Months until the investment is back; null where it never is, or where there is none.
	Months *uint64 `json:"months_until_paid"`
	// From is from how many requests a month on the investment would be back within 36 months; null where no traffic would do.
	From *uint64 `json:"pays_within_36_months_from_requests"`

	rewritten bool
}

func newReport(q *question, c forecast.Comparison) (*report, error) {
	r := &report{Question: q, Comparison: c}
	today, err := q.side(0)
	if err != nil {
		return nil, err
	}
	for i, f := range c.Forecasts {
		row := row{Name: f.Scenario, Arch: string(f.Arch), Saving: c.Costs(i).Neg().String(), Noise: c.Differences[i].Cost.Noise()}
		if i > 0 && !q.Candidates[i].Same {
			row.rewritten = true
			paid, err := breakeven.Change{
				Investment: q.investment, Before: breakeven.Fixed{PerMonth: invoiced(c.Forecasts[0])}, After: breakeven.Fixed{PerMonth: invoiced(f)},
			}.Payback(0)
			if err != nil {
				return nil, err
			}
			if paid.Pays {
				row.Months = &paid.Months
			}
			after, err := q.side(i)
			if err != nil {
				return nil, err
			}
			ranges, err := breakeven.Change{Investment: q.investment, Before: today, After: after}.PaysWithin(soon, 1_000_000_000_000)
			if err != nil {
				return nil, err
			}
			if len(ranges) > 0 {
				row.From = &ranges[0].From
			}
		}
		r.Rows = append(r.Rows, row)
	}
	return r, nil
}

// side is a candidate at any traffic: all requests warm, as nearly all are where there is enough traffic for a rewrite to
// pay.
func (q *question) side(i int) (breakeven.Lambda, error) {
	c := q.Candidates[i]
	warm, err := logNormal(c.MeanMS, c.P99MS)
	if err != nil {
		return breakeven.Lambda{}, err
	}
	return breakeven.Lambda{
		Rates: q.rates, Request: cost.Invocation{Arch: c.Arch, MemoryMB: q.MemoryMB, Billed: milliseconds(c.MeanMS) + roundingUp(warm)},
		Options: q.billing(), PerMonth: q.operations[i],
	}, nil
}

// roundingUp is how much rounding up to whole ms adds to a duration on average: half a ms, but for durations of few ms or that
// are all alike.
func roundingUp(d lifecycle.Distribution) time.Duration {
	const n = 10_000 // durations, equally likely
	var sum time.Duration
	for i := range n {
		x := d.Quantile((float64(i) + 0.5) / n)
		sum += (x + time.Millisecond - 1).Truncate(time.Millisecond) - x
	}
	return sum / n
}

// invoiced is a month's cost to the tenth decimal, as AWS rounds.
func invoiced(f forecast.Forecast) decimal.Decimal { return f.Total().Round(10) }

func (r *report) writeJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

func (r *report) writeText(w io.Writer) error {
	q, all := r.Question, r.Comparison.Forecasts
	fmt.Fprintf(w, "%s requests a month, by day between %.0f %% and %.0f %% of the mean; %s, %d MB; idle environments are kept for %v.\n\n",
		cli.Thousands(q.RequestsPerMonth), 100*(1-q.Swing), 100*(1+q.Swing), q.Region, q.MemoryMB, q.idle)
	tab := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	currency := all[0].Bill.Currency
	fmt.Fprintf(tab, "\t\tcold starts\tp50\tp99\tp99.9\t%s a month\tsaves\trewrite paid after\tpays in %d months from\t\n", currency, soon)
	for i, f := range all {
		row := r.Rows[i]
		saves, paid, from := "", "", ""
		if i > 0 {
			saves = cli.Cents(r.Comparison.Costs(i).Neg())
			if row.Noise {
				saves += "?"
			}
			paid, from = "no rewrite", ""
		}
		if row.rewritten {
			paid, from = "never", "no traffic"
			if row.Months != nil {
				paid = months(*row.Months)
			}
			if row.From != nil {
				from = perMonth(*row.From)
			}
		}
		fmt.Fprintf(tab, "%s\t%s\t%.3f %%\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", f.Scenario, f.Arch, 100*f.ColdStartRate.Mean,
			latency(f, .5), latency(f, .99), latency(f, .999), cli.Cents(f.Total()), saves, paid, from)
	}
	if err := tab.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "\nThe rewrite is taken to cost %s %s once.", cli.Cents(q.investment), currency)
	if q.FreeTier {
		fmt.Fprint(w, " Bills are after the free tier, as if nothing else in the account used it.")
	} else {
		fmt.Fprint(w, " Bills are without the free tier, which the account's other functions are taken to use up (-free-tier).")
	}
	if slices.ContainsFunc(r.Rows[1:], func(r row) bool { return r.Noise }) { // the first differs from itself by nothing
		fmt.Fprint(w, " A ? marks a saving within the noise of the simulation.")
	}
	for _, f := range all {
		if refused := f.ThrottleRate.Mean; refused > 0 {
			fmt.Fprintf(w, "\n%s on %s refuses %.2g %% of requests for want of environments, and its bill is without them: see \"concurrency_limit\".", f.Scenario, f.Arch, 100*refused)
		}
	}
	fmt.Fprint(w, "\n\nWith other idle timeouts, cold starts would be:\n")
	tab = tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, f := range all {
		fmt.Fprintf(tab, "%s\t%s\t", f.Scenario, f.Arch)
		for _, v := range f.Assumed {
			fmt.Fprintf(tab, "%v: %.3f %% (%s %s)\t", v.IdleTimeout, 100*v.ColdStartRate.Mean, cli.Cents(v.Total()), currency)
		}
		fmt.Fprintln(tab)
	}
	if err := tab.Flush(); err != nil {
		return err
	}
	fmt.Fprint(w, "\nWhat the figures rest on:\n")
	for _, line := range r.basis() {
		fmt.Fprintln(w, "-", line)
	}
	return nil
}

// basis says where figures come from: of the candidates, and what all forecasts assume.
func (r *report) basis() []string {
	lines := []string{"traffic from which a rewrite pays: with warm requests alone, without an API in front"}
	for _, c := range r.Question.Candidates {
		lines = append(lines, fmt.Sprintf("%s, %s: handler %v ms (p99 %v), first call %v ms, INIT %v ms: %s", c.Name, c.Arch, c.MeanMS, c.P99MS, c.FirstMeanMS, c.InitMS, cmp.Or(c.Basis, "the scenario")))
	}
	for _, f := range r.Comparison.Forecasts {
		for _, a := range f.Assumptions {
			if !slices.Contains(lines, a) {
				lines = append(lines, a)
			}
		}
	}
	return lines
}

// months writes how long it takes.
func months(n uint64) string {
	switch {
	case n == 0:
		return "at once"
	case n > 1200:
		return "centuries"
	}
	return cli.Thousands(n) + " months"
}

// perMonth writes a number of requests in no more digits than it is worth.
func perMonth(n uint64) string {
	if n >= 10_000_000 {
		return cli.Thousands(n/1_000_000) + " M a month"
	}
	return cli.Thousands(n) + " a month"
}

func latency(f forecast.Forecast, p float64) string {
	l, _ := f.Percentile(p)
	if l.Mean >= time.Second {
		return fmt.Sprintf("%.2f s", l.Mean.Seconds())
	}
	return fmt.Sprintf("%.1f ms", inMS(l.Mean))
}
