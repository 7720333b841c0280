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

// mostBudget is more than AWS earns.
var mostBudget = decimal.New(1, 12)

var errHelp = errors.New("help asked for")

type flags struct {
	in, svg    string
	region     string
	arch       cost.Arch
	monthly    uint64
	limit      time.Duration
	budget     decimal.Decimal // of a month; 0 for none
	on         time.Time       // day of the billing rules; zero for today's
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
	fs.Func("budget", "choose the fastest size that costs no more than this `amount` in a month, in the region's currency", func(s string) error {
		d, err := decimal.NewFromString(s)
		if err != nil || d.Exponent() < -4 || d.Exponent() > 12 || !d.IsPositive() || d.GreaterThan(mostBudget) {
			return fmt.Errorf("an amount above 0, up to %v, is needed, of at most 4 decimals", mostBudget)
		}
		f.budget = d
		return nil
	})
	fs.Func("on", "`date` whose billing rules hold, such as 2020-11-30, the last day for which they are known in China; without it, today's rules", func(s string) (err error) {
		f.on, err = time.Parse(time.DateOnly, s)
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
	given := make(map[string]bool)
	fs.Visit(func(f *flag.Flag) { given[f.Name] = true })
	problem := ""
	_, unknownRegion := cost.Embedded().Region(f.region)
	unknownArch := f.arch.Validate()
	switch {
	case unknownArch != nil:
		problem = "-arch: " + unknownArch.Error()
	case unknownRegion != nil:
		problem = "-region: " + unknownRegion.Error()
	case fs.NArg() > 0:
		problem = fmt.Sprintf("%q is no flag", fs.Arg(0))
	case given["limit"] && f.limit <= 0:
		problem = "-limit must be above 0"
	case f.limit > 24*time.Hour: // no invocation takes that long
		problem = "-limit must be a day or less"
	case given["limit"] && given["budget"]:
		problem = "-limit and -budget are two ways to choose: take one"
	case f.monthly == 0:
		problem = "-monthly must be above 0"
	case !(f.cold >= 0 && f.cold <= 1):
		problem = fmt.Sprintf("-cold is %v, allowed is 0 to 1", f.cold)
	case !(f.percentile >= 0 && f.percentile <= 1):
		problem = fmt.Sprintf("-percentile is %v, allowed is 0 for the mean, or above 0 and up to 1", f.percentile)
	case f.step < 1:
		problem = "-step must be 1 or more"
	}
	if problem != "" {
		fmt.Fprintln(stderr, "sweetspot:", problem)
		return f, errors.New(problem)
	}
	return f, nil
}
