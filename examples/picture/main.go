// Command picture draws what examples/rewrite says: what each language costs a month, and how fast it answers.
//
//	go run ./examples/rewrite -json > answer.json
//	cd examples/picture && go run . -in ../../answer.json -svg rewrite.svg
//
// Run it with -h for its flags.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"github.com/seed-e9ab587a/lambdaecon/examples/internal/cli"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run returns the exit status: 0, 1 where the input has a fault, 2 where the command line has one.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	set := flag.NewFlagSet("picture", flag.ContinueOnError)
	set.SetOutput(stderr)
	in := set.String("in", "-", "`FILE` with what rewrite -json says; - for standard input")
	svg := set.String("svg", "", "`FILE` to draw in; standard output by default")
	switch err := set.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case set.NArg() > 0:
		fmt.Fprintf(stderr, "picture: unexpected argument %q\n", set.Arg(0))
		return 2
	}
	if err := picture(*in, *svg, stdin, stdout); err != nil {
		fmt.Fprintln(stderr, "picture:", err)
		return 1
	}
	return 0
}

func picture(in, svg string, stdin io.Reader, stdout io.Writer) error {
	file, err := cli.Open(in, stdin, nil)
	if err != nil {
		return err
	}
	defer file.Close()
	a, err := read(file)
	if err != nil {
		return err
	}
	drawn, err := a.draw()
	if err != nil {
		return err
	}
	if svg == "" {
		_, err = stdout.Write(drawn)
		return err
	}
	return os.WriteFile(svg, drawn, 0o644)
}

// answer is what a picture needs of what rewrite -json says.
type answer struct {
	Question struct {
		Requests uint64 `json:"requests_per_month"`
		Region   string `json:"region"`
		MemoryMB int    `json:"memory_mb"`
	} `json:"question"`
	Comparison struct {
		Forecasts []forecast
	} `json:"comparison"`
}

type forecast struct {
	Scenario, Arch  string
	Currency, Total string
	Latency         []struct {
		P    float64
		Mean int64 // ns
	}
}

// drawable says whether text has no control character: of those XML allows only some.
func drawable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsGraphic(r) })
}

// most is how many forecasts are drawn: more would not be legible.
const most = 40

func read(r io.Reader) (*answer, error) {
	a := new(answer)
	if err := json.NewDecoder(r).Decode(a); err != nil {
		return nil, fmt.Errorf("no answer of rewrite -json: %w", err)
	}
	all := a.Comparison.Forecasts
	if len(all) == 0 || len(all) > most {
		return nil, fmt.Errorf("comparison.Forecasts has %d forecasts, allowed are 1 to %d", len(all), most)
	}
	if !drawable(a.Question.Region) {
		return nil, fmt.Errorf("question.region is %.40q, allowed are characters that can be drawn", a.Question.Region)
	}
	for i, f := range all {
		for _, text := range []string{f.Scenario, f.Arch, f.Currency} {
			if !drawable(text) {
				return nil, fmt.Errorf("comparison.Forecasts[%d] has the text %.40q, allowed are characters that can be drawn", i, text)
			}
		}
		if _, err := f.amount(); err != nil {
			return nil, fmt.Errorf("comparison.Forecasts[%d].Total is %.40q, allowed is an amount of 0 or more", i, f.Total)
		}
		for _, p := range shown {
			if f.percentile(p) <= 0 {
				return nil, fmt.Errorf("comparison.Forecasts[%d].Latency has no time above 0 of the percentile %v", i, p)
			}
		}
	}
	return a, nil
}
