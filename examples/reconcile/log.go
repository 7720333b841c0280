package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/usagelog"
)

// readLog sums up a log by function, of the period asked for. What is wrong with single reports is told to fail, and the
// others are counted.
func readLog(f flags, stdin io.Reader, fail func(error)) (*cost.Groups[string], error) {
	configs, err := openConfigs(f)
	if err != nil {
		return nil, err
	}
	in, closeLog, err := open(f.log, stdin, sampleLog)
	if err != nil {
		return nil, err
	}
	defer closeLog()
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

// openConfigs reads what the log does not say; of functions that are missing there, -arch is assumed.
func openConfigs(f flags) (c usagelog.Configs, err error) {
	c.Default = &usagelog.Config{Arch: f.arch}
	switch {
	case f.functions != "":
		file, err := os.Open(f.functions)
		if err != nil {
			return c, err
		}
		defer file.Close()
		if c.ByFunction, err = usagelog.ReadConfigs(file); err != nil {
			return c, fmt.Errorf("%s: %w", f.functions, err)
		}
	case f.log == "":
		c.ByFunction, err = usagelog.ReadConfigs(bytes.NewReader(sampleFunctions))
	}
	return c, err
}

// open opens a file, standard input for "-", or the sample for "".
func open(name string, stdin io.Reader, sample []byte) (io.Reader, func() error, error) {
	switch name {
	case "":
		return bytes.NewReader(sample), func() error { return nil }, nil
	case "-":
		return stdin, func() error { return nil }, nil
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, nil, err
	}
	return file, file.Close, nil
}
