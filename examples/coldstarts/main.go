// Command coldstarts explains the cold starts of a log, and says what would change them.
//
// It replays the requests of a real log, function by function, against environments that are kept as AWS keeps them. It fits the
// idle timeout that explains best which requests were cold, says how sure that is, holds what it predicts against what
// the log says, and then plays the same requests again with another keep-alive, with provisioned concurrency and with a
// faster INIT. Without flags it does so with the log that ships with it. See flags.go, or run it with -h.
package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"text/tabwriter"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/examples/internal/cli"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// The log that ships with the program was made up by gen.go: a day of one function, whose environments go after 7 minutes.
//
//go:embed testdata/sample.log
var sampleLog []byte

//go:generate go run gen.go

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run returns the exit status: 0, 1 where the log has a fault, 2 where the command line has one.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	f, err := parseFlags(args, stderr)
	switch {
	case errors.Is(err, errHelp):
		return 0
	case err != nil:
		return 2
	}
	status := 0
	fail := func(err error) {
		fmt.Fprintln(stderr, "coldstarts:", err)
		status = 1
	}
	log, err := cli.Open(f.log, stdin, sampleLog)
	if err != nil {
		fail(err)
		return status
	}
	defer log.Close()
	functions, err := readLog(log, f.only, fail)
	if err != nil {
		fail(err)
		return status
	}
	if len(functions) == 0 {
		fail(errors.New("the log has no request whose time is known"))
	}
	for i, fn := range functions {
		if i > 0 {
			fmt.Fprintln(stdout)
		}
		if err := explain(ctx, stdout, fn, f); err != nil {
			fail(fmt.Errorf("%s: %w", fn.name, err))
		}
	}
	return status
}

// explain writes what there is to say about one function.
func explain(ctx context.Context, w io.Writer, fn *function, f flags) error {
	fn.sort()
	span := fn.span()
	fmt.Fprintf(w, "%s: %d requests in %v", fn.name, len(fn.requests), span.Round(time.Second))
	if span > 0 {
		fmt.Fprintf(w, ", %.4f per second", float64(len(fn.requests))/span.Seconds())
	}
	fmt.Fprintln(w)
	timeouts := f.idle
	switch {
	case len(timeouts) > 0:
		if fn.knowsCold {
			for _, t := range timeouts {
				if err := compare(ctx, w, fn, t, f.lifetime); err != nil {
					return err
				}
			}
		}
	case fn.knowsCold:
		fit, err := lifecycle.FitIdleTimeout(ctx, fn.observations(), f.lifetime)
		if err != nil {
			return err
		}
		writeFit(w, fit)
		if err := compare(ctx, w, fn, fit.IdleTimeout, f.lifetime); err != nil {
			return err
		}
		timeouts = []time.Duration{fit.IdleTimeout}
	default:
		fmt.Fprintln(w, "The log does not say which requests were cold. What follows is for the two idle timeouts that bracket what was")
		fmt.Fprintln(w, "measured last, in January 2021: no knowledge of this function.")
		timeouts = []time.Duration{5 * time.Minute, 7 * time.Minute}
	}
	for _, t := range timeouts {
		if err := whatIf(ctx, w, fn, t, f); err != nil {
			return err
		}
	}
	return nil
}

func writeFit(w io.Writer, fit lifecycle.IdleFit) {
	fmt.Fprintf(w, "Idle timeout that explains it best: %v, one of %v to %v that explain it equally well.\n", short(fit.IdleTimeout), short(fit.From), short(fit.To))
	switch {
	case fit.Unbounded:
		fmt.Fprintf(w, "Not ruled out at 95 %%: %v and all longer ones. No idle time in the log is long enough to say more.\n", short(fit.Low))
	default:
		fmt.Fprintf(w, "Not ruled out at 95 %%: %v to %v.\n", short(fit.Low), short(fit.High))
	}
	if fit.CountHigh > 0 {
		fmt.Fprintf(w, "By the number of cold starts alone: %v to %v.\n", short(fit.CountLow), short(fit.CountHigh))
	}
	if fit.CountHigh < fit.Low || fit.High < fit.CountLow {
		fmt.Fprintln(w, "The two do not meet: environments went for other reasons than one timeout, too. Compare with -idle.")
	}
}

// compare replays the log and holds the prediction against it, request by request.
func compare(ctx context.Context, w io.Writer, fn *function, timeout, lifetime time.Duration) error {
	p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(timeout), MaxLifetime: lifetime}
	var both, predicted, observed int
	for i, err := range lifecycle.Invocations(ctx, lifecycle.Function{}, p, fn.occupancy(), nil) {
		if err != nil {
			return err
		}
		cold := i.Start == lifecycle.Cold
		switch was := fn.requests[i.Request].cold; {
		case cold && was:
			both++
		case cold:
			predicted++
		case was:
			observed++
		}
	}
	fmt.Fprintf(w, "Replay with %v: %d cold starts predicted, %d observed; %d are the same requests, %d of %d requests are told wrongly.\n",
		short(timeout), both+predicted, both+observed, both, predicted+observed, len(fn.requests))
	return nil
}

// whatIf plays the requests again under other conditions. All runs draw the same INIT for the same request.
func whatIf(ctx context.Context, w io.Writer, fn *function, timeout time.Duration, f flags) error {
	base := lifecycle.Platform{IdleTimeout: lifecycle.Constant(timeout), MaxLifetime: f.lifetime}
	keepAlives := f.keepAlive
	if len(keepAlives) == 0 {
		keepAlives = []time.Duration{timeout / 2, 2 * timeout}
	}
	type scenario struct {
		name     string
		function lifecycle.Function
		platform lifecycle.Platform
	}
	scenarios := []scenario{{"as it is, " + short(timeout).String(), fn.model(1), base}}
	for _, k := range keepAlives {
		p := base
		p.IdleTimeout = lifecycle.Constant(k)
		scenarios = append(scenarios, scenario{"keep-alive of " + short(k).String(), fn.model(1), p})
	}
	for _, n := range f.provisioned {
		m := fn.model(1)
		m.ProvisionedConcurrency = n
		scenarios = append(scenarios, scenario{fmt.Sprintf("%d provisioned", n), m, base})
	}
	for _, x := range f.initFactor {
		scenarios = append(scenarios, scenario{fmt.Sprintf("start-up time times %v", x), fn.model(x), base})
	}
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "what if\tcold\tcold %%\tmean\tp50\tp99\tp99.9\tbilled s\tenvironments\t\n")
	for _, s := range scenarios {
		r, err := lifecycle.Simulate(ctx, s.function, s.platform, fn.handler(), &lifecycle.Options{Seed: 1})
		if err != nil {
			return err
		}
		fmt.Fprintf(t, "%s\t%d\t%.2f\t%v\t%v\t%v\t%v\t%.3f\t%.3f\t\n", s.name, r.ColdStarts, 100*r.ColdStartRate(), ms(r.Latency.Mean()),
			ms(r.Latency.Quantile(.5)), ms(r.Latency.Quantile(.99)), ms(r.Latency.Quantile(.999)),
			float64(r.OnDemand.BilledMS+r.Provisioned.BilledMS)/1000, r.Alive())
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if len(fn.startups) == 0 {
		fmt.Fprintln(w, "The log has no start-up time of a cold start: latencies are those of warm requests.")
	}
	return nil
}

// short rounds a time as far as anybody would want to read it.
func short(d time.Duration) time.Duration {
	switch {
	case d > time.Minute:
		return d.Round(time.Second)
	case d > time.Second:
		return d.Round(time.Millisecond)
	}
	return d
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d)/1e6) }
