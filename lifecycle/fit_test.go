package lifecycle_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// logOf is the log of a simulated function: what FitIdleTimeout has to find its way back from. Some cold starts are noted
// wrongly.
func logOf(t *testing.T, seed uint64, p lifecycle.Platform, requests float64, wrong float64) []lifecycle.Observation {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 3))
	f := lifecycle.Function{Duration: lifecycle.Exponential(2 * time.Second)}
	var log []lifecycle.Observation
	const rate = .02
	for i, err := range lifecycle.Invocations(context.Background(), f, p, workload.Poisson{PerSecond: rate}, &lifecycle.Options{Seed: seed, Until: seconds(requests / rate)}) {
		if err != nil {
			t.Fatal(err)
		}
		log = append(log, lifecycle.Observation{
			Request: lifecycle.Request{At: i.At, Duration: max(i.Latency(), 1)}, Cold: (i.Start == lifecycle.Cold) != (r.Float64() < wrong),
		})
	}
	return log
}

// mistakes replays a log, and counts them and the cold starts.
func mistakes(t *testing.T, log []lifecycle.Observation, timeout, maxLifetime time.Duration) (n, cold int) {
	t.Helper()
	var requests workload.Trace
	for _, o := range log {
		requests = append(requests, o.Request)
	}
	p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(timeout), MaxLifetime: maxLifetime}
	k := 0
	for i, err := range lifecycle.Invocations(context.Background(), lifecycle.Function{}, p, requests, nil) {
		if err != nil {
			t.Fatal(err)
		}
		if (i.Start == lifecycle.Cold) != log[k].Cold {
			n++
		}
		if i.Start == lifecycle.Cold {
			cold++
		}
		k++
	}
	return n, cold
}

// The fit makes no more mistakes than any timeout that is tried one by one, and exactly as many as it says.
func TestFitIdleTimeout(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		wrong := []float64{0, .02, .3}[seed%3]
		maxLifetime := []time.Duration{0, 40 * time.Minute}[seed%2]
		log := logOf(t, seed, lifecycle.Platform{IdleTimeout: lifecycle.Constant(100 * time.Second), MaxLifetime: maxLifetime}, 300, wrong)
		fit, err := lifecycle.FitIdleTimeout(context.Background(), log, maxLifetime)
		if err != nil {
			t.Fatal(err)
		}
		if n, cold := mistakes(t, log, fit.IdleTimeout, maxLifetime); n != fit.Mistakes || cold != fit.Predicted {
			t.Errorf("seed %d: %v, but a replay makes %d mistakes and %d cold starts", seed, fit, n, cold)
		}
		for timeout := time.Duration(0); timeout < 10*time.Minute; timeout += 2500 * time.Millisecond {
			if n, _ := mistakes(t, log, timeout, maxLifetime); n < fit.Mistakes {
				t.Errorf("seed %d: %v, but %v makes %d mistakes", seed, fit, timeout, n)
			}
		}
		if fit.IdleTimeout < fit.From || fit.IdleTimeout > fit.To || fit.Low > fit.From || fit.High < fit.To || fit.Requests != len(log) {
			t.Errorf("seed %d: %+v", seed, fit)
		}
		if n, _ := mistakes(t, log, fit.CountLow, maxLifetime); wrong == 0 && (n > fit.Observed || fit.CountLow > 100*time.Second || fit.CountHigh < 100*time.Second) {
			t.Errorf("seed %d: %v to %v by the count (%d mistakes at its lower end), want about the 100 s that made the log", seed, fit.CountLow, fit.CountHigh, n)
		}
		if wrong == 0 && (fit.Mistakes != 0 || fit.From > 100*time.Second || fit.To < 100*time.Second) {
			t.Errorf("seed %d: %v does not hold the 100 s that made the log", seed, fit)
		}
	}
}

// How sure the fit is: of 100 logs with some noise, the interval holds the true timeout in most.
func TestFitIsHonest(t *testing.T) {
	held := 0
	for seed := range uint64(100) {
		log := logOf(t, 1000+seed, lifecycle.Platform{IdleTimeout: lifecycle.Constant(100 * time.Second)}, 400, .02)
		fit, err := lifecycle.FitIdleTimeout(context.Background(), log, 0)
		if err != nil {
			t.Fatal(err)
		}
		if fit.Low <= 100*time.Second && 100*time.Second <= fit.High {
			held++
		}
	}
	t.Logf("%d of 100 intervals hold the true timeout", held)
	if held < 90 {
		t.Errorf("%d of 100 intervals hold the true timeout, want about 95", held)
	}
}

// A log in which no environment went cannot bound the timeout from above.
func TestFitWithoutColdStarts(t *testing.T) {
	log := []lifecycle.Observation{{lifecycle.Request{At: 0, Duration: 5}, true}, {lifecycle.Request{At: 100, Duration: 5}, false}, {lifecycle.Request{At: 300, Duration: 5}, false}}
	fit, err := lifecycle.FitIdleTimeout(context.Background(), log, 0)
	if err != nil || !fit.Unbounded || fit.From != 195 || fit.Mistakes != 0 || fit.Observed != 1 || fit.Predicted != 1 {
		t.Errorf("%+v, %v", fit, err)
	}
}

func TestFitRefusesALifetimeThatCannotBe(t *testing.T) {
	log := []lifecycle.Observation{{Request: lifecycle.Request{Duration: 1}, Cold: true}}
	for _, maxLifetime := range []time.Duration{-1, math.MinInt64, 1<<60 + 1, math.MaxInt64} {
		_, err := lifecycle.FitIdleTimeout(context.Background(), log, maxLifetime)
		if out, ok := errors.AsType[*lifecycle.RangeError](err); !ok || out.Field != "maxLifetime" || out.Given != maxLifetime.String() {
			t.Errorf("%v: %v", maxLifetime, err)
		}
	}
}

// Every part of a log is in some of the logs that the bootstrap makes of it, the last one too, whatever the number of
// requests. Here all say 100 s to 300 s but the last, which says 500 s or more, and wins where it is drawn twice.
func TestFitLooksAtTheWholeLog(t *testing.T) {
	for _, n := range []int{1000, 1001, 1007, 1039} {
		var log []lifecycle.Observation
		at, last := time.Duration(0), n-n/40
		for i := range n {
			idle, cold := time.Second, i == 0
			switch {
			case i > last && i <= last+20:
				idle = 500 * time.Second
			case i < last && i%25 == 10:
				idle = 100 * time.Second
			case i < last && i%25 == 20:
				idle, cold = 300*time.Second, true
			}
			at += idle + 1
			log = append(log, lifecycle.Observation{Request: lifecycle.Request{At: at, Duration: 1}, Cold: cold})
		}
		fit, err := lifecycle.FitIdleTimeout(context.Background(), log, 0)
		if err != nil {
			t.Fatal(err)
		}
		if fit.From != 100*time.Second || fit.To != 300*time.Second || fit.Low != 100*time.Second || fit.High < 500*time.Second {
			t.Errorf("%d requests: %v, want 100 s to 300 s, and at least 500 s as the upper end", n, fit)
		}
	}
}

// What the fit says of its timeout is true of that, not only of others that it was found by: where lifetimes are short, an
// environment that goes leaves the requests behind it to others, and mistakes change between two gaps; and equally many
// mistakes can be others, with more or fewer cold starts.
func TestFitSaysWhatItsTimeoutPredicts(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 5))
		maxLifetime := time.Duration(seed%2) * (20 + time.Duration(r.IntN(150)))
		var log []lifecycle.Observation
		at := time.Duration(0)
		for range 20 + r.IntN(60) {
			at += time.Duration(r.IntN(30))
			q := lifecycle.Request{At: at, Duration: 1 + time.Duration(r.IntN(20))}
			log = append(log, lifecycle.Observation{Request: q, Cold: r.IntN(3) == 0})
		}
		fit, err := lifecycle.FitIdleTimeout(context.Background(), log, maxLifetime)
		if err != nil {
			t.Fatal(err)
		}
		if n, cold := mistakes(t, log, fit.IdleTimeout, maxLifetime); n != fit.Mistakes || cold != fit.Predicted {
			t.Errorf("seed %d: %v, but a replay makes %d mistakes and %d cold starts", seed, fit, n, cold)
		}
		if fit.IdleTimeout < fit.From || fit.IdleTimeout > fit.To || fit.Low > fit.From || fit.High < fit.To {
			t.Errorf("seed %d: %+v", seed, fit)
		}
	}
}

// Where the environment that was used last went because of its age, a request meets the one below it, which had been idle for
// longer: such a gap is none without the cap.
func TestFitWithALifetimeLooksAtItsOwnGaps(t *testing.T) {
	at := func(at, duration float64, cold bool) lifecycle.Observation {
		return lifecycle.Observation{Request: lifecycle.Request{At: seconds(at), Duration: seconds(duration)}, Cold: cold}
	}
	log := []lifecycle.Observation{at(0, 1, true), at(50, 10, false), at(51, 1, true), at(110, 1, false)}
	fit, err := lifecycle.FitIdleTimeout(context.Background(), log, 100*time.Second)
	if err != nil || fit.Mistakes != 0 || fit.From != 58*time.Second || !fit.Unbounded {
		t.Errorf("%v, %v, want no mistake from 58 s on, for which the environment of the last request had been idle", fit, err)
	}
}
