package main

import (
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost/usagelog"
	"github.com/seed-e9ab587a/lambdaecon/examples/internal/cli"
)

// check lists the reports whose billed duration is not what the rules of their day give, and returns the exit status: 1
// where there is one, or where something could not be read. Reports without a time have no day and cannot be checked.
func check(records iter.Seq2[usagelog.Record, error], configs usagelog.Configs, region string, stdout, stderr io.Writer) int {
	var checked, undated, differ, faults int
	dated := func(yield func(usagelog.Record, error) bool) {
		for r, err := range records {
			switch {
			case err != nil:
			case r.Billable() && r.Time.IsZero():
				undated++
				continue
			case r.Billable():
				checked++
			}
			if !yield(r, err) {
				return
			}
		}
	}
	for m, err := range usagelog.Mismatches(dated, configs, region, time.Time{}) {
		if err != nil {
			fmt.Fprintln(stderr, "bill:", err)
			faults++
			continue
		}
		differ++
		r := m.Record
		if _, err := fmt.Fprintf(stdout, "line %d: %s %s at %s: billed %d ms, by the rules %d ms\n",
			r.Line, cli.Name(r.Function), r.RequestID, r.Time.Format(time.RFC3339), r.Billed.Milliseconds(), m.Want.Milliseconds()); err != nil {
			fmt.Fprintln(stderr, "bill:", err)
			return 1
		}
	}
	_, err := fmt.Fprintf(stdout, "%d reports with a time, %d differ; %d without one could not be checked\n", checked, differ, undated)
	if err != nil {
		fmt.Fprintln(stderr, "bill:", err)
		return 1
	}
	if differ+faults > 0 {
		return 1
	}
	return 0
}
