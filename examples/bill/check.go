package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost/usagelog"
)

// check compares one report with the billing rules of its day. Without a day there are no rules.
func (l *logged) check(r usagelog.Record, c usagelog.Config, region string) {
	if r.Time.IsZero() {
		l.unchecked++
		return
	}
	want, agrees, err := usagelog.Check(r, c, region, r.Time)
	switch {
	case err != nil:
		l.unchecked++
	case agrees:
		l.checked++
	default:
		l.checked++
		r.Prefix = nil // it is valid until the next record only
		l.mismatches = append(l.mismatches, usagelog.Mismatch{Record: r, Want: want})
		l.status = 1
	}
}

func (l *logged) writeMismatches(w io.Writer) error {
	var s strings.Builder
	for _, m := range l.mismatches {
		r := m.Record
		fmt.Fprintf(&s, "line %d: %s %s at %s: billed %d ms, by the rules %d ms\n",
			r.Line, r.Function, r.RequestID, r.Time.Format(time.RFC3339), r.Billed.Milliseconds(), m.Want.Milliseconds())
	}
	fmt.Fprintf(&s, "%d reports checked, %d differ, %d could not be checked (no time in the log, or no rule known for it)\n",
		l.checked, len(l.mismatches), l.unchecked)
	_, err := io.WriteString(w, s.String())
	return err
}
