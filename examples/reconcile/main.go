// Command reconcile holds a billing export against prices, and against the log of the functions that it bills.
//
// It says what of the export our prices explain to the last of 10 decimals, what differs and by how much, why the rest cannot
// be priced, and what the export bills and the log does not have. Without flags it does so with the export and the log that
// ship with it. See flags.go, or run it with -h.
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/focus"
	"github.com/seed-e9ab587a/lambdaecon/examples/internal/cli"
)

// Export and log that ship with the program were made up for it: three hours of four functions, one of which no log has, in the
// formats of AWS. Rate codes that begin with EXAMPLE are none of AWS's.
var (
	//go:embed testdata/export.csv
	sampleExport []byte
	//go:embed testdata/sample.log
	sampleLog []byte
	//go:embed testdata/functions.json
	sampleFunctions []byte
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run returns the exit status: 0, 1 where a file has a fault or, with -check, breaks a rule, 2 where the command line has one.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	f, err := parseFlags(args, stderr)
	switch {
	case errors.Is(err, errHelp):
		return 0
	case err != nil:
		return 2
	}
	status := 0
	fail := func(err error) {
		fmt.Fprintln(stderr, "reconcile:", err)
		status = 1
	}
	export, err := cli.Open(f.export, stdin, sampleExport)
	if err != nil {
		fail(err)
		return status
	}
	defer export.Close()
	if f.check {
		inExport := func(err error) { fail(fmt.Errorf("%s: %w", f.exportName(), err)) }
		if err := check(export, stdout, inExport); err != nil {
			fail(err)
		}
		return status
	}
	options, err := optionsOf(f, stdin, stderr, fail)
	if err != nil {
		fail(err)
		return status
	}
	report, err := focus.Reconcile(ctx, export, options)
	if err != nil {
		fail(fmt.Errorf("%s: %w", f.exportName(), err))
	}
	if report == nil {
		return status
	}
	if report.Unread > 0 {
		fail(fmt.Errorf("%d rows of the export cannot be read", report.Unread))
	}
	if err := write(stdout, report, f); err != nil {
		fail(err)
	}
	return status
}

// optionsOf reads the log, where there is one, and bills it, where that is asked for.
func optionsOf(f flags, stdin io.Reader, stderr io.Writer, fail func(error)) (*focus.Options, error) {
	o := &focus.Options{Period: f.period, Examples: f.examples, Progress: progress(stderr)}
	if f.examples == 0 {
		o.Examples = -1
	}
	if f.log == "none" {
		return o, nil
	}
	usage, err := readLog(f, stdin, fail)
	if err != nil {
		return nil, err
	}
	o.Logs = map[string]map[string]cost.Usage{f.region: usage.Map()}
	if !f.bill {
		return o, nil
	}
	total, err := usage.Total()
	if err != nil {
		return nil, err
	}
	billing := new(cost.Options)
	if f.freeTier {
		billing.FreeTier = cost.MonthlyFreeTier()
	}
	bill, err := cost.Embedded().Bill(map[string]cost.Usage{f.region: total}, billing)
	if err != nil {
		return nil, err
	}
	o.Bill = &bill
	return o, nil
}

// progress tells on stderr how far the export was read, where stderr is a terminal.
func progress(stderr io.Writer) func(uint64) {
	if !cli.IsTerminal(stderr) {
		return nil
	}
	return func(rows uint64) { fmt.Fprintf(stderr, "\rreconcile: %d rows read", rows) }
}

func write(w io.Writer, r *focus.Report, f flags) error {
	if !f.json {
		return r.WriteTable(w)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// check lists what breaks a rule of FOCUS.
func check(export io.Reader, w io.Writer, fail func(error)) error {
	broken := 0
	for finding, err := range focus.CheckCSV(export, "") {
		if err != nil {
			fail(err)
			continue
		}
		broken++
		if _, err := fmt.Fprintln(w, finding); err != nil {
			return err
		}
	}
	if broken > 0 {
		fail(fmt.Errorf("%d places break a rule of FOCUS", broken))
		return nil
	}
	_, err := fmt.Fprintln(w, "no rule of FOCUS is broken")
	return err
}
