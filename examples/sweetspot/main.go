// Command sweetspot finds the memory size of a Lambda function that is best for its cost and duration, from what was measured at several
// sizes: a table, and a picture if asked for.
//
// Without flags it takes the example that ships with it. See usage in flags.go, or run it with -h.
package main

import (
	"bufio"
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"unicode"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/tuning"
)

//go:embed testdata/primes.csv
var primes []byte

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run returns the exit status: 0, 1 where the input has a fault or nothing keeps the limit, 2 where the command line has one.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	f, err := parseFlags(args, stderr)
	switch {
	case errors.Is(err, errHelp):
		return 0
	case err != nil:
		return 2
	}
	if err := tune(f, stdin, stdout); err != nil {
		fmt.Fprintln(stderr, "sweetspot:", err)
		return 1
	}
	return 0
}

func tune(f flags, stdin io.Reader, stdout io.Writer) error {
	samples, err := read(f.in, stdin)
	if err != nil {
		return err
	}
	rates, err := cost.Embedded().Region(f.region)
	if err != nil {
		return err
	}
	e, err := tuning.Evaluate(rates, f.arch, samples, &tuning.Options{ColdShare: f.cold, Percentile: f.percentile})
	if err != nil {
		return err
	}
	c, err := choose(e, f)
	if err != nil {
		return err
	}
	// The picture first: where it cannot be written, there is no table that says that it was.
	if f.svg != "" {
		if err := writePicture(f.svg, e, c, f); err != nil {
			return err
		}
	}
	w := bufio.NewWriter(stdout)
	if err := writeTable(w, e, c, f); err != nil {
		return err
	}
	return w.Flush()
}

// read takes raw durations as CSV, or the output of aws-lambda-power-tuning: whichever it is.
func read(file string, stdin io.Reader) ([]tuning.Sample, error) {
	var in io.Reader
	switch file {
	case "":
		in = bytes.NewReader(primes)
	case "-":
		in = stdin
	default:
		opened, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		defer opened.Close()
		in = opened
	}
	text := bufio.NewReader(in)
	first, err := firstRune(text)
	if err != nil {
		return nil, err
	}
	if first != '{' {
		return tuning.ReadCSV(text)
	}
	out, err := tuning.ReadOutput(text)
	if err != nil {
		return nil, err
	}
	if samples := out.Samples(); len(samples) > 0 {
		return samples, nil
	}
	// Without stats, all that it says of the other sizes is in the URL of its picture.
	series, err := tuning.ParseShareURL(out.StateMachine.Visualization)
	if err != nil {
		return nil, fmt.Errorf("no stats (includeOutputResults), and no visualization to take them from: %w", err)
	}
	var samples []tuning.Sample
	for _, p := range series {
		samples = append(samples, tuning.Sample{MemoryMB: p.MemoryMB, Runs: []cost.Timing{{Duration: p.Duration}}})
	}
	return samples, nil
}

// firstRune looks at the first rune that is not white space, and leaves it.
func firstRune(in *bufio.Reader) (rune, error) {
	for {
		r, _, err := in.ReadRune()
		switch {
		case errors.Is(err, io.EOF):
			return 0, nil // the reader of CSV says what is missing
		case err != nil:
			return 0, err
		case r != '\ufeff' && !unicode.IsSpace(r):
			return r, in.UnreadRune()
		}
	}
}
