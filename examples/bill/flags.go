package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/usagelog"
)

const usageLine = "usage: bill [-log FILE|-] [-functions FILE] [-region CODE] [-arch x86_64|arm64] [-free-tier] [-by function|day|none] [-json] [-check]"

var errHelp = flag.ErrHelp

// grouping is what the bill is split by.
type grouping string

const (
	byFunction grouping = "function"
	byDay      grouping = "day"
	byNone     grouping = "none"
)

func (g grouping) key(r usagelog.Record) string {
	switch g {
	case byFunction:
		return r.Function
	case byDay:
		return day(r.Time)
	default:
		return ""
	}
}

type flags struct {
	log, functions, region string
	arch                   cost.Arch
	freeTier, json, check  bool
	by                     grouping
}

func parseFlags(args []string, stderr io.Writer) (flags, error) {
	var f flags
	set := flag.NewFlagSet("bill", flag.ContinueOnError)
	set.SetOutput(stderr)
	set.Usage = func() {
		fmt.Fprintln(stderr, usageLine)
		set.PrintDefaults()
	}
	set.StringVar(&f.log, "log", "", "log `FILE` to price, plain or gzip, in any container; - for standard input; the shipped sample by default")
	set.StringVar(&f.functions, "functions", "", "`FILE` with the JSON of 'aws lambda list-functions'")
	set.StringVar(&f.region, "region", "eu-west-1", "region `CODE`")
	arch := set.String("arch", string(cost.X86), "architecture of functions that -functions does not name")
	set.BoolVar(&f.freeTier, "free-tier", false, "use up the whole monthly free tier first")
	by := set.String("by", string(byFunction), "split by function, day or none")
	set.BoolVar(&f.json, "json", false, "write JSON")
	set.BoolVar(&f.check, "check", false, "list reports whose billed duration differs from the rules, instead of pricing them")
	if err := set.Parse(args); err != nil {
		return f, err
	}
	f.arch, f.by = cost.Arch(*arch), grouping(*by)
	err := f.arch.Validate()
	if err == nil && set.NArg() > 0 {
		err = fmt.Errorf("unexpected argument %q", set.Arg(0))
	}
	if groupings := []grouping{byFunction, byDay, byNone}; err == nil && !slices.Contains(groupings, f.by) {
		err = fmt.Errorf("-by is %q, allowed is function, day or none", f.by)
	}
	if err == nil {
		_, err = cost.Embedded().Region(f.region)
	}
	if err == nil && f.json && f.check {
		err = errors.New("-json and -check do not go together")
	}
	if err != nil {
		fmt.Fprintf(stderr, "bill: %s\n%s\n", strings.TrimPrefix(err.Error(), "cost: "), usageLine)
	}
	return f, err
}
