package main

import (
	"errors"
	"flag"
	"fmt"
	"io"

	"github.com/seed-e9ab587a/lambdaecon/cost/forecast"
)

const usage = `usage: rewrite [flags]

What if this function were in another language, or on the other architecture? A table of cold
starts, latency, monthly bill, saving, and when the rewrite has paid.

Without -scenario, it is an API with a daily shape whose handler does what a public benchmark did in
Node.js, Python and Rust: -work database, a few writes and reads, or -work sort, which is all CPU.
With it, the file says all that the flags do not, in JSON:

    {
      "requests_per_month": 10000000,  "swing": 0.8,  "peak_hour": 14,
      "region": "eu-west-1",  "memory_mb": 512,  "idle_timeout": "7m",
      "investment": "15000",  "free_tier": false,  "api": "HTTP",
      "candidates": [
        {"name": "Node.js", "arch": "x86_64", "mean_ms": 15.2, "p99_ms": 41,
         "first_mean_ms": 241, "first_p99_ms": 257, "init_ms": 353, "basis": "our logs, May 2026"},
        {"name": "Rust", "arch": "arm64", "mean_ms": 9, "p99_ms": 15,
         "first_mean_ms": 60, "first_p99_ms": 80, "init_ms": 69, "basis": "a prototype"}
      ]
    }

The first candidate is what there is today. Without "candidates", those of the benchmark are
taken. A candidate without first_… is no slower at its first call, one without init_ms starts at
once; "operations": "50" is what it costs a month to maintain, and "same": true says that it is
today's program, so that there is nothing to rewrite. "api" is the API Gateway in front,
"concurrency_limit": 5000 a quota above the 1,000 environments that an account starts with.

What -json prints can be drawn: see examples/picture.

`

var errHelp = errors.New("help asked for")

type flags struct {
	scenario string
	work     string
	requests uint64
	freeTier bool

	requestsGiven bool
	region        string
	memoryMB      int
	investment    string
	idleTimeout   string
	seed          uint64
	sample        int
	json          bool
}

func parseFlags(args []string, stderr io.Writer) (f flags, err error) {
	fs := flag.NewFlagSet("rewrite", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.Usage = func() {
		fmt.Fprint(stderr, usage)
		fs.PrintDefaults()
	}
	fs.StringVar(&f.scenario, "scenario", "", "JSON `file`, - for standard input")
	fs.StringVar(&f.work, "work", "database", "what the handler does: database or sort")
	fs.Uint64Var(&f.requests, "requests", 0, "requests a `month` (default 10000000)")
	fs.BoolVar(&f.freeTier, "free-tier", false, "the account's free tier is left for this function (elsewhere others mostly use it up)")
	fs.StringVar(&f.region, "region", "", "region `code` (default us-east-1)")
	fs.IntVar(&f.memoryMB, "memory", 0, "memory in `MB` (default 512, or 1024 for -work sort): one at which the benchmark was run, unless there are candidates")
	fs.StringVar(&f.investment, "investment", "", "what the rewrite costs once, in `USD` (default 15000)")
	fs.StringVar(&f.idleTimeout, "idle", "", "how long AWS keeps an idle environment, such as `7m` (default 7m)")
	fs.Uint64Var(&f.seed, "seed", 1, "seed of the simulation")
	fs.IntVar(&f.sample, "sample", forecast.DefaultRequestsPerReplication, "about how many `requests` each simulation measures, a day of them at least: fewer are faster and less precise")
	fs.BoolVar(&f.json, "json", false, "print JSON, for programs")
	switch err := fs.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return f, errHelp
	case err != nil:
		return f, err
	}
	fs.Visit(func(set *flag.Flag) { f.requestsGiven = f.requestsGiven || set.Name == "requests" })
	if fs.NArg() > 0 {
		err = fmt.Errorf("unexpected argument %q", fs.Arg(0))
	} else if _, ok := works[f.work]; !ok {
		err = fmt.Errorf("-work %q is neither database nor sort", f.work)
	} else if f.sample != 0 && (f.sample < 1000 || f.sample > 1e9) {
		err = fmt.Errorf("-sample is %d, allowed is 1,000 to 1e9, or 0 for the default", f.sample)
	}
	if err != nil {
		fmt.Fprintln(stderr, "rewrite:", err)
	}
	return f, err
}
