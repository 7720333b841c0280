package lifecycle_test

import (
	"context"
	"testing"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

func TestTexts(t *testing.T) {
	fit := lifecycle.IdleFit{IdleTimeout: 7 * time.Minute, Low: 6 * time.Minute, High: 8 * time.Minute, Mistakes: 1, Requests: 200, Predicted: 10, Observed: 11}
	open := fit
	open.Unbounded = true
	for _, c := range []struct{ got, want string }{
		{(&lifecycle.StoppedError{At: time.Minute, Invocations: 7, Err: context.Canceled}).Error(), "lifecycle: stopped at 1m0s, after 7 requests: context canceled"},
		{(&lifecycle.StoppedError{At: time.Minute, Replications: 3, Err: context.Canceled}).Error(), "lifecycle: stopped after 3 replications: context canceled"},
		{(&lifecycle.MismatchError{What: "timeline steps", A: "1s", B: "2s"}).Error(), "lifecycle: timeline steps: 1s does not fit 2s"},
		{(&lifecycle.OverflowError{Field: "Result.Invocations"}).Error(), "lifecycle: Result.Invocations overflows"},
		{lifecycle.Interval{Mean: 1.0 / 3, Low: -2, High: 1e9}.String(), "0.333333 [-2, 1e+09]"},
		{fit.String(), "7m0s (95 %: 6m0s to 8m0s), 1 mistakes in 200 requests, 10 cold predicted, 11 observed"},
		{open.String(), "7m0s (95 %: 6m0s to no upper bound), 1 mistakes in 200 requests, 10 cold predicted, 11 observed"},
		{lifecycle.MostRecentlyUsed.String(), "MostRecentlyUsed"},
		{lifecycle.Random.String(), "Random"},
		{lifecycle.Routing(-1).String(), "Routing(-1)"},
		{(lifecycle.Random + 1).String(), "Routing(4)"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}
