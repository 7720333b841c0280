// Command rewrite answers "What if this function were in another language?": cold starts, latency, the monthly bill, and
// when a rewrite has paid.
//
// Without flags it takes an API with a daily shape, in the three languages of a public benchmark that did the same work in
// each. See usage in flags.go, or run it with -h.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/seed-e9ab587a/lambdaecon/cost/forecast"
	"github.com/seed-e9ab587a/lambdaecon/examples/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run returns the exit status: 0, 1 where the scenario has a fault, 2 where the command line has one, which says all that is
// asked where there is no file.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	f, err := parseFlags(args, stderr)
	switch {
	case errors.Is(err, errHelp):
		return 0
	case err != nil:
		return 2
	}
	q, err := f.question(stdin)
	if err != nil {
		fmt.Fprintln(stderr, "rewrite:", err)
		if f.scenario == "" {
			return 2
		}
		return 1
	}
	if err := answer(ctx, q, f, stdout, stderr); err != nil {
		fmt.Fprintln(stderr, "rewrite:", err)
		return 1
	}
	return 0
}

func answer(ctx context.Context, q *question, f flags, stdout, stderr io.Writer) error {
	scenarios, err := q.scenarios()
	if err != nil {
		return err
	}
	show, done := progressOn(stderr)
	c, err := forecast.Compare(ctx, scenarios, &forecast.Options{
		Seed: f.seed, Billing: q.billing(), RequestsPerReplication: f.sample, IdleTimeouts: q.idleTimeouts(), Progress: show,
	})
	done()
	if err != nil {
		return err
	}
	r, err := newReport(q, c)
	if err != nil {
		return err
	}
	if f.json {
		return r.writeJSON(stdout)
	}
	return r.writeText(stdout)
}

// progressOn returns a function that tells on stderr how far the forecast is, where stderr is a terminal, and one that ends
// the line.
func progressOn(stderr io.Writer) (show func(forecast.Progress), done func()) {
	if !cli.IsTerminal(stderr) {
		return nil, func() {}
	}
	show = func(p forecast.Progress) {
		fmt.Fprintf(stderr, "\rrewrite: %d of %d simulations, %d replications of the next ", p.Done, p.Of, p.Simulation.Replications)
	}
	return show, func() { fmt.Fprintln(stderr) }
}
