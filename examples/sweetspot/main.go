// Command sweetspot finds the memory size of a Lambda function that is best for its cost and duration, from what was
// measured at several sizes: a table, and a picture if asked for.
//
// Without flags it takes the example that ships with it. See usage in flags.go, or run it with -h.
package main

import (
	"bufio"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/tuning"
	"github.com/seed-e9ab587a/lambdaecon/examples/internal/cli"
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
	e, err := tuning.Evaluate(rates, f.arch, samples, &tuning.Options{ColdShare: f.cold, Percentile: f.percentile, On: f.on})
	var unknown *cost.UnknownError
	switch {
	case errors.As(err, &unknown) && f.on.IsZero() && strings.HasPrefix(f.region, "cn-"):
		return fmt.Errorf("%w: set a day with -on", err)
	case err != nil:
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
	in, err := cli.Open(file, stdin, primes)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	text := bufio.NewReader(in)
	first, err := firstByte(text)
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
	if len(out.Stats) > 0 {
		return out.Samples(), nil
	}
	// Without stats, all that it says of the other sizes is in the URL of its picture.
	share, err := tuning.ParseShare(out.StateMachine.Visualization)
	if err != nil {
		return nil, fmt.Errorf("no stats (includeOutputResults), and no visualization to take them from: %w", err)
	}
	if share.B != nil {
		return nil, errors.New("no stats (includeOutputResults), and the visualization is a comparison of two series")
	}
	return tuning.Output{Stats: share.A.Stats}.Samples(), nil
}

// firstByte looks at the first byte that is no white space, and leaves all as it is: faults are reported by their line. It is 0
// where none comes, for the reader of CSV to say what is missing.
func firstByte(in *bufio.Reader) (byte, error) {
	for n := 1; ; n++ {
		b, err := in.Peek(n)
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, bufio.ErrBufferFull):
			return 0, nil
		case err != nil:
			return 0, err
		}
		if last := b[n-1]; !strings.Contains(" \t\r\n", string(rune(last))) && !(n <= 3 && strings.HasPrefix("\ufeff", string(b))) {
			return last, nil
		}
	}
}
