// Command bill prices AWS Lambda logs, line by line.
//
// Without flags it prices the log that ships with it. See usage in flags.go, or run it with -h.
package main

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/usagelog"
	"github.com/seed-e9ab587a/lambdaecon/examples/internal/cli"
)

// The log that ships with the program was made up for it: four functions over three days, in the formats of AWS.
var (
	//go:embed testdata/sample.log
	sampleLog []byte
	//go:embed testdata/functions.json
	sampleFunctions []byte
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run returns the exit status: 0, 1 where the log or the bill has a fault, 2 where the command line has one.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	f, err := parseFlags(args, stderr)
	switch {
	case errors.Is(err, errHelp):
		return 0
	case err != nil:
		return 2
	}
	log, err := cli.Open(f.log, stdin, sampleLog)
	if err != nil {
		fmt.Fprintln(stderr, "bill:", err)
		return 1
	}
	defer log.Close()
	configs, err := cli.Configs(f.log, f.functions, sampleFunctions, f.arch)
	if err != nil {
		fmt.Fprintln(stderr, "bill:", err)
		return 1
	}
	records := usagelog.Records(withProgress(log, stderr))
	if f.check {
		return check(records, configs, f.region, stdout, stderr)
	}
	read := readLog(records, configs, f, stderr)
	if err := writeBill(stdout, read, f); err != nil {
		fmt.Fprintln(stderr, "bill:", err)
		return 1
	}
	return read.status
}

// logged is what was read of a log.
type logged struct {
	usage       cost.Groups[string]
	assumptions []string
	status      int
}

// readLog sums the log up. Damaged reports are named on stderr and make the status 1; the others are counted all the same.
func readLog(records iter.Seq2[usagelog.Record, error], configs usagelog.Configs, f flags, stderr io.Writer) *logged {
	l := new(logged)
	assumed := make(map[string]int)
	var notBillable, reports int
	for rec, err := range records {
		if err != nil {
			fmt.Fprintln(stderr, "bill:", err)
			l.status = 1
			continue
		}
		if !rec.Billable() {
			notBillable++
			continue
		}
		config, guessed, err := configs.For(rec.Function)
		if err != nil {
			fmt.Fprintf(stderr, "bill: line %d: %v\n", rec.Line, err)
			l.status = 1
			continue
		}
		if guessed {
			assumed[rec.Function]++
		}
		reports++
		inv, err := rec.Invocation(config)
		if err == nil {
			err = l.usage.Of(f.by.key(rec)).AddInvocation(inv)
		}
		if err != nil {
			fmt.Fprintf(stderr, "bill: line %d: %v\n", rec.Line, err)
			l.status = 1
		}
	}
	if reports == 0 {
		fmt.Fprintln(stderr, "bill: no billable report in the log")
		l.status = 1
	}
	l.assumptions = assumptions(assumed, notBillable, *configs.Default)
	return l
}

func writeBill(w io.Writer, l *logged, f flags) error {
	total, err := l.usage.Total()
	if err != nil {
		return err
	}
	rates, err := cost.Embedded().Region(f.region)
	if err != nil {
		return err
	}
	options := new(cost.Options)
	if f.freeTier {
		options.FreeTier = cost.MonthlyFreeTier()
	}
	bill, err := rates.Bill(total, options)
	if err != nil {
		return err
	}
	bill.Assumptions = append(bill.Assumptions, l.assumptions...)
	show, err := cost.Allocate(bill, l.usage.Map())
	if err != nil {
		return err
	}
	if f.json {
		out := struct {
			Bill   cost.Bill
			Total  string
			Owners map[string]cost.Bill `json:",omitempty"`
		}{Bill: bill, Total: bill.Total().String()}
		if f.by != byNone {
			out.Owners = show.Owners
		}
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(out)
	}
	if err := bill.WriteTable(w); err != nil {
		return err
	}
	if f.by == byNone {
		return nil
	}
	return writeOwners(w, f.by, l.usage.Keys(), show, bill.Currency)
}

func writeOwners(w io.Writer, by grouping, keys []string, show cost.Showback[string], currency string) error {
	const unnamed = "(not named in the log)"
	width := len(unnamed)
	for _, k := range keys {
		width = max(width, len(cli.Name(k)))
	}
	var s strings.Builder
	fmt.Fprintf(&s, "\nBy %s, parts that add up to the total exactly:\n", by)
	for _, k := range keys {
		fmt.Fprintf(&s, "%-*s  %s %s\n", width, cmp.Or(cli.Name(k), unnamed), show.Owners[k].Total(), currency)
	}
	_, err := io.WriteString(w, s.String())
	return err
}

// day is the UTC day of a record; "" where the log does not tell.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}
