package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost/tuning"
)

// choice is what is recommended, and why.
type choice struct {
	rule     tuning.Rule
	why      string
	measured tuning.Point    // of the sizes that were measured
	asGood   []tuning.Point  // others that were measured, keep to the limit or budget, and are within asGood of it
	alike    string          // in what they are as good
	between  tuning.Estimate // of all sizes from the smallest to the largest; may be the same
	curve    []tuning.Estimate
	places   int32 // decimals of a month's sums of money
}

func choose(e *tuning.Evaluation, f flags) (c choice, err error) {
	points := e.Points()
	c.places = places(points, f.monthly)
	by, keeps := tuning.Cheapest, func(tuning.Point) bool { return true }
	c.alike = "as cheap:"
	switch {
	case f.limit > 0:
		c.rule, c.why = tuning.UnderLimit(f.limit), fmt.Sprintf("cheapest that takes %v or less", f.limit)
		keeps = func(p tuning.Point) bool { return p.Duration <= f.limit }
	case f.budget.IsPositive():
		most, err := tuning.PerInvocation(f.budget, f.monthly)
		if err != nil {
			return c, err
		}
		c.rule, c.why = tuning.UnderBudget(most), fmt.Sprintf("fastest for %s %s a month or less", f.budget, e.Currency)
		by, keeps = tuning.Fastest, func(p tuning.Point) bool { return p.Cost.LessThanOrEqual(most) }
		c.alike = "as fast:"
	default:
		c.rule, c.why = tuning.By(tuning.Cheapest), "cheapest"
	}
	if c.measured, err = c.rule(points); err != nil {
		return c, err
	}
	ties, err := tuning.Ties(slices.DeleteFunc(points, func(p tuning.Point) bool { return !keeps(p) }), by, asGood, f.monthly)
	if err != nil {
		return c, err
	}
	for _, t := range ties {
		if t.Point.MemoryMB != c.measured.MemoryMB {
			c.asGood = append(c.asGood, t.Point)
		}
	}
	if c.curve, err = e.Curve(f.step); err != nil {
		return c, err
	}
	between := make([]tuning.Point, len(c.curve))
	for i := range between {
		between[i] = c.curve[i].Point
	}
	best, err := c.rule(between)
	if err != nil {
		return c, err
	}
	c.between = c.curve[slices.IndexFunc(c.curve, func(e tuning.Estimate) bool { return e.Point.MemoryMB == best.MemoryMB })]
	return c, nil
}

// places returns how many decimals it takes to show three digits of every month's cost: 2 or more.
func places(points []tuning.Point, monthly uint64) int32 {
	most := int32(2)
	for _, p := range points {
		if c := p.Monthly(monthly); c.IsPositive() {
			before := int32(c.NumDigits()) + c.Exponent() // digits before the point; below 0, zeros behind it
			most = max(most, 3-before)
		}
	}
	return most
}

// asGood is the difference in cost that is taken for none.
const asGood = 0.01

func writeTable(w io.Writer, e *tuning.Evaluation, c choice, f flags) error {
	points := e.Points()
	frontier := tuning.Pareto(points)
	threads := 1
	fit, checks, fitErr := tuning.CheckPoints(points, threads)

	fmt.Fprintf(w, "%s, %s, prices of %s, %d invocations a month\n\n", e.Region, e.Arch, e.AsOf.Format(time.DateOnly), f.monthly)
	tab := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(tab, "MB\tduration\t%s each\t%s a month\tmodel\t\t\n", e.Currency, e.Currency)
	for i, p := range points {
		model := "-"
		if fitErr == nil {
			model = checks[i].Fitted.Round(time.Millisecond).String()
		}
		note := "beaten in both"
		if slices.ContainsFunc(frontier, func(q tuning.Point) bool { return q.MemoryMB == p.MemoryMB }) {
			note = ""
		}
		if p.MemoryMB == c.measured.MemoryMB {
			note = "<- " + c.why
		}
		fmt.Fprintf(tab, "%d\t%v\t%s\t%s\t%s\t\t%s\n", p.MemoryMB, p.Duration.Round(time.Microsecond), p.Cost.StringFixed(12), p.Monthly(f.monthly).StringFixed(c.places), model, note)
	}
	if err := tab.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for _, l := range e.LeftOut {
		fmt.Fprintln(w, "Left out:", l)
	}
	if between := c.between; !between.Measured {
		fmt.Fprintf(w, "Not measured, but between the measured sizes %d MB may do better: %v, %s %s a month. Measure it before relying on it.\n",
			between.Point.MemoryMB, between.Point.Duration.Round(time.Millisecond), between.Point.Monthly(f.monthly).StringFixed(c.places), e.Currency)
	}
	if err := writeTies(w, e, c, f); err != nil {
		return err
	}
	if fitErr == nil {
		fmt.Fprintf(w, "Model: %v of waiting and %v of a vCPU on %d thread; off by up to %.0f %% at the measured sizes.\n",
			fit.Task.Wait.Round(time.Millisecond), fit.Task.CPU.Round(time.Millisecond), threads, 100*fit.RelMax)
	}
	if err := writeCertainty(w, e, c); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for _, line := range e.Included() {
		fmt.Fprintln(w, line)
	}
	return nil
}

// writeTies names the sizes that cost as much as the cheapest.
func writeTies(w io.Writer, e *tuning.Evaluation, c choice, f flags) error {
	ties, err := tuning.Ties(e.Points(), tuning.Cheapest, asGood, f.monthly)
	if err != nil || len(ties) < 2 {
		return err
	}
	fmt.Fprintf(w, "A tie in cost (within %g %%):", 100*asGood)
	for i, t := range ties {
		if i > 0 {
			fmt.Fprint(w, ",")
		}
		fmt.Fprintf(w, " %d MB for %s in %v", t.Point.MemoryMB, t.Monthly.StringFixed(c.places), t.Point.Duration.Round(time.Millisecond))
	}
	fmt.Fprintln(w, ".")
	return nil
}

// writeCertainty says how far the measurements may be off before the choice changes.
func writeCertainty(w io.Writer, e *tuning.Evaluation, c choice) error {
	stability, err := e.Bootstrap(context.Background(), &tuning.BootstrapOptions{Rule: c.rule})
	var few *tuning.RangeError
	switch {
	case errors.As(err, &few):
		fmt.Fprintln(w, "How sure that is cannot be told from so few runs.")
	case err != nil:
		return err
	default:
		separator := "Measured again, the choice would be"
		for _, s := range stability.Chosen {
			if s.Times > 0 {
				fmt.Fprintf(w, "%s %d MB in %.0f %%", separator, s.MemoryMB, 100*s.Share)
				separator = ","
			}
		}
		if stability.None > 0 {
			fmt.Fprintf(w, "%s none in %.0f %%", separator, 100*float64(stability.None)/float64(stability.Resamples))
		}
		fmt.Fprintln(w, " of cases.")
	}
	margins, err := e.Margins(c.rule)
	if err != nil {
		return err
	}
	for _, m := range margins {
		if m.Chosen && !m.Unbounded {
			fmt.Fprintf(w, "%d MB remains the choice while its durations are at most %.2f %% longer.\n", m.Point.MemoryMB, 100*m.Change())
		}
	}
	return nil
}
