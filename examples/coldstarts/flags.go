package main

import (
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

const usageLine = "usage: coldstarts [-log FILE|-] [-function NAME] [-lifetime D] [-idle D,…] [-keep-alive D,…] [-provisioned N,…] [-init-factor X,…]"

var errHelp = flag.ErrHelp

type flags struct {
	log, only       string
	lifetime        time.Duration
	idle, keepAlive []time.Duration
	provisioned     []int
	initFactor      []float64
}

func parseFlags(args []string, stderr io.Writer) (flags, error) {
	f := flags{provisioned: []int{1}, initFactor: []float64{0.5}}
	set := flag.NewFlagSet("coldstarts", flag.ContinueOnError)
	set.SetOutput(stderr)
	set.Usage = func() {
		fmt.Fprintln(stderr, usageLine)
		set.PrintDefaults()
	}
	set.StringVar(&f.log, "log", "", "log `FILE`, plain or gzip: REPORT lines or JSON in any container, or CSV with arrive_ms, start_ms, run_ms and perhaps cold; - for standard input; the shipped sample by default")
	set.StringVar(&f.only, "function", "", "only the function of this `NAME`")
	set.DurationVar(&f.lifetime, "lifetime", 2*time.Hour, "age at which an idle environment goes; 0 for none (2 h was observed)")
	set.Func("idle", "idle timeouts `D,…` to replay with, instead of the one that fits best", list(&f.idle, positive))
	set.Func("keep-alive", "other idle timeouts `D,…` to try; half and double by default", list(&f.keepAlive, positive))
	set.Func("provisioned", "provisioned concurrency `N,…` to try (default 1)", list(&f.provisioned, func(s string) (int, error) {
		n, err := strconv.Atoi(s)
		if err == nil && (n < 1 || n > 100_000) {
			err = fmt.Errorf("%d is not in 1 to 100,000", n)
		}
		return n, err
	}))
	set.Func("init-factor", "factors `X,…` by which start-up time is changed (default 0.5)", list(&f.initFactor, func(s string) (float64, error) {
		x, err := strconv.ParseFloat(s, 64)
		if err == nil && !(x >= 0 && x <= 100) { // NaN too
			err = fmt.Errorf("%v is not in 0 to 100", s)
		}
		return x, err
	}))
	if err := set.Parse(args); err != nil {
		return f, err
	}
	var err error
	switch {
	case set.NArg() > 0:
		err = fmt.Errorf("unexpected argument %q", set.Arg(0))
	case f.lifetime < 0:
		err = fmt.Errorf("-lifetime %v is negative", f.lifetime)
	}
	if err != nil {
		fmt.Fprintln(stderr, "coldstarts:", err)
		fmt.Fprintln(stderr, usageLine)
	}
	return f, err
}

func positive(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err == nil && (d <= 0 || d > 10_000*time.Hour) {
		err = fmt.Errorf("%v is not in 1ns to 10000h", d)
	}
	return d, err
}

// list parses a flag of values between commas.
func list[T any](to *[]T, parse func(string) (T, error)) func(string) error {
	return func(s string) error {
		*to = nil
		for part := range strings.SplitSeq(s, ",") {
			v, err := parse(strings.TrimSpace(part))
			if err != nil {
				return err
			}
			*to = append(*to, v)
		}
		return nil
	}
}
