package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/usagelog"
	"github.com/seed-e9ab587a/lambdaecon/examples/internal/cli"
)

// readLog sums up a log by function, of the period asked for. What is wrong with single reports is told to fail, and the
// others are counted.
func readLog(f flags, stdin io.Reader, fail func(error)) (*cost.Groups[string], error) {
	configs, err := cli.Configs(f.log, f.functions, sampleFunctions, f.arch)
	if err != nil {
		return nil, err
	}
	in, err := cli.Open(f.log, stdin, sampleLog)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	usage := new(cost.Groups[string])
	reports := 0
	for rec, err := range usagelog.Records(in) {
		switch {
		case err != nil:
			fail(err)
		case rec.Billable() && f.inPeriod(rec.Time):
			reports++
			if err := add(usage, configs, rec); err != nil {
				fail(fmt.Errorf("log, line %d: %w", rec.Line, err))
			}
		}
	}
	if reports == 0 {
		return nil, errors.New("no billable report of the period in the log")
	}
	return usage, nil
}

func add(usage *cost.Groups[string], configs usagelog.Configs, rec usagelog.Record) error {
	config, _, err := configs.For(rec.Function)
	if err != nil {
		return err
	}
	inv, err := rec.Invocation(config)
	if err != nil {
		return err
	}
	return usage.Of(rec.Function).AddInvocation(inv)
}
