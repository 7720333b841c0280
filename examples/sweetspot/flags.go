package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

const usage = `usage: sweetspot [flags]

Finds the memory size of a Lambda function that is best for its cost and duration.

Input is CSV with a row for each run (columns memory_mb and duration_ms, and if wanted init_ms,
billed_restore_ms and failed), or the JSON that aws-lambda-power-tuning returns. Without -in, it
is the primes of AWS's Operator Guide.

Without -limit and -budget, the choice is the cheapest size.

`

var errHelp = errors.New("help asked for")

type flags struct {
	in, svg    string
	region     string
	arch       cost.Arch
	monthly    uint64
	limit      time.Duration
	budget     decimal.Decimal // of a month; 0 for none
	cold       float64
	percentile float64
	step       int
}

func parseFlags(args []string, stderr io.Writer) (f flags, err error) {
	fs := flag.NewFlagSet("sweetspot", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.Usage = func() {
		fmt.Fprint(stderr, usage)
		fs.PrintDefaults()
	}
	fs.StringVar(&f.in, "in", "", "`file` of durations, - for standard input")
	fs.StringVar(&f.svg, "svg", "", "write a picture to this `file`")
	fs.StringVar(&f.region, "region", "us-east-1", "region `code`")
	fs.StringVar((*string)(&f.arch), "arch", string(cost.X86), "x86_64 or arm64: what the durations were measured on")
	fs.Uint64Var(&f.monthly, "monthly", 1_000_000, "invocations a month")
	fs.DurationVar(&f.limit, "limit", 0, "choose the cheapest size that takes no longer than this")
	fs.Func("budget", "choose the fastest size that costs no more than this in a month, in `USD`", func(s string) error {
		d, err := decimal.NewFromString(s)
		if err == nil && (len(s) > 20 || !d.IsPositive()) {
			err = errors.New("an amount above 0 is needed")
		}
		f.budget = d
		return err
	})
	fs.Float64Var(&f.cold, "cold", 0, "share of invocations that are cold, 0 to 1; needs runs with init_ms")
	fs.Float64Var(&f.percentile, "percentile", 0, "look at this percentile of durations, such as 0.99, in place of the mean")
	fs.IntVar(&f.step, "step", 64, "distance of interpolated sizes in MB")
	switch err := fs.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return f, errHelp
	case err != nil:
		return f, err
	}
	problem := ""
	switch err := f.arch.Validate(); {
	case err != nil:
		problem = "-arch: " + err.Error()
	case fs.NArg() > 0:
		problem = fmt.Sprintf("%q is no flag", fs.Arg(0))
	case f.limit < 0:
		problem = "-limit must be above 0"
	case f.limit > 0 && f.budget.IsPositive():
		problem = "-limit and -budget are two ways to choose: take one"
	case f.monthly == 0:
		problem = "-monthly must be above 0"
	case f.step < 1:
		problem = "-step must be 1 or more"
	}
	if problem != "" {
		fmt.Fprintln(stderr, "sweetspot:", problem)
		return f, errors.New(problem)
	}
	return f, nil
}
