package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/focus"
)

const usageLine = "usage: reconcile [-export FILE|-] [-log FILE|-|none] [-functions FILE] [-region CODE] [-arch x86_64|arm64] [-period DATE] [-bill] [-free-tier] [-examples N] [-json] [-check]"

var errHelp = flag.ErrHelp

type flags struct {
	export, log, functions, region string
	arch                           cost.Arch
	period                         focus.Period
	bill, freeTier, json, check    bool
	examples                       int
}

func parseFlags(args []string, stderr io.Writer) (flags, error) {
	var f flags
	set := flag.NewFlagSet("reconcile", flag.ContinueOnError)
	set.SetOutput(stderr)
	set.Usage = func() {
		fmt.Fprintln(stderr, usageLine)
		set.PrintDefaults()
	}
	set.StringVar(&f.export, "export", "", "billing export `FILE`: FOCUS or cost-and-usage report, CSV or gzip of it; - for standard input; the shipped sample by default")
	set.StringVar(&f.log, "log", "", "log `FILE` of the functions, in any container; - for standard input, none for no log; needs -export; the shipped sample by default, and none with -export")
	set.StringVar(&f.functions, "functions", "", "`FILE` with the JSON of 'aws lambda list-functions', for the log")
	set.StringVar(&f.region, "region", "eu-west-1", "region `CODE` of the log")
	arch := set.String("arch", string(cost.X86), "`ARCHITECTURE`, x86_64 or arm64, of functions that -functions does not name")
	period := set.String("period", "", "take only rows and reports within `DATE`: a day, YYYY-MM-DD, or a month, YYYY-MM, in UTC")
	set.BoolVar(&f.bill, "bill", false, "compare the export with the bill of the log, line by line, too")
	set.BoolVar(&f.freeTier, "free-tier", false, "use up the whole monthly free tier first in that bill")
	set.IntVar(&f.examples, "examples", 3, "rows to show of each cause, `N`")
	set.BoolVar(&f.json, "json", false, "write JSON")
	set.BoolVar(&f.check, "check", false, "list where the export breaks the rules of FOCUS, instead of reconciling it")
	if err := set.Parse(args); err != nil {
		return f, err
	}
	f.arch = cost.Arch(*arch)
	err := f.validate(*period)
	if err == nil && set.NArg() > 0 {
		err = fmt.Errorf("unexpected argument %q", set.Arg(0))
	}
	if err != nil {
		fmt.Fprintf(stderr, "reconcile: %s\n%s\n", strings.TrimPrefix(err.Error(), "cost: "), usageLine)
	}
	return f, err
}

func (f *flags) validate(period string) (err error) {
	if f.period, err = parsePeriod(period); err != nil {
		return err
	}
	switch { // of what was given, before defaults stand in for it
	case f.check && (f.log != "" || f.functions != "" || period != ""):
		return errors.New("-check goes with none of -log, -functions and -period: it looks at the whole export alone")
	case f.log != "" && f.log != "none" && f.export == "":
		return errors.New("-log needs -export: the shipped export is not that of another log")
	}
	if f.log == "" && f.export != "" {
		f.log = "none"
	}
	switch {
	case f.functions != "" && f.log == "none":
		return errors.New("-functions needs a log")
	case f.export == "-" && f.log == "-":
		return errors.New("-export and -log cannot both be standard input")
	case f.bill && f.log == "none":
		return errors.New("-bill needs a log")
	case f.freeTier && !f.bill:
		return errors.New("-free-tier needs -bill")
	case f.check && (f.bill || f.json):
		return errors.New("-check goes with neither -bill nor -json")
	case f.examples < 0:
		return fmt.Errorf("-examples is %d, allowed is 0 or more", f.examples)
	}
	if err := f.arch.Validate(); err != nil {
		return err
	}
	_, err = cost.Embedded().Region(f.region)
	return err
}

func parsePeriod(s string) (focus.Period, error) {
	if s == "" {
		return focus.Period{}, nil
	}
	if day, err := time.Parse(time.DateOnly, s); err == nil {
		return focus.Day(day), nil
	}
	if month, err := time.Parse("2006-01", s); err == nil {
		return focus.Month(month), nil
	}
	return focus.Period{}, fmt.Errorf("-period is %q, allowed is YYYY-MM-DD or YYYY-MM", s)
}

// inPeriod reports whether a report of the log is to be taken; one without a time is.
func (f *flags) inPeriod(t time.Time) bool {
	return f.period == (focus.Period{}) || t.IsZero() || !t.Before(f.period.Start) && t.Before(f.period.End)
}

// exportName is what messages call the export.
func (f *flags) exportName() string {
	switch f.export {
	case "":
		return "the shipped export"
	case "-":
		return "standard input"
	}
	return f.export
}
