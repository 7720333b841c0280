package main

import (
	"fmt"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/runtimes"
)

// environments checks the section on the execution model.
func environments() ([]claim, error) {
	then := runtimes.Query{Arch: "x86_64", Packaging: "zip", MemoryMB: 128, Month: articleMonth}
	count, hundreds := 0, 0
	var slowest runtimes.Profile
	for p := range runtimes.Embedded().Matching(then) {
		if p.SnapStart {
			continue // a snapshot is restored there
		}
		count++
		if p.Init.P50 >= 100*time.Millisecond {
			hundreds++
		}
		if p.Init.P50 > slowest.Init.P50 {
			slowest = p
		}
	}
	short, long := lifecycle.AWS(lifecycle.Observed2021Short), lifecycle.AWS(lifecycle.Observed2021Long)
	var rates []any
	for _, p := range []lifecycle.Platform{short, long, lifecycle.AWS(lifecycle.Observed2020Busy)} {
		s, err := lifecycle.SteadyState(0.01, 100*time.Millisecond, p.IdleTimeout.Mean())
		if err != nil {
			return nil, err
		}
		rates = append(rates, p.IdleTimeout.Mean().Minutes(), s.ColdStartRate*100)
	}
	return []claim{
		{
			"a cold start can take in the order of hundreds of milliseconds",
			fmt.Sprintf("the median INIT of hello world was 100 ms or more in %d of %d functions measured in %s, at most %s (%s); code and SDKs come on top",
				hundreds, count, articleMonth, ms(slowest.Init.P50), slowest.DisplayName),
			"holds",
		},
		{
			"after a few minutes without events, an environment may be reclaimed",
			fmt.Sprintf("not documented; 5 to 7 minutes when last measured (January 2021). A request in 100 s, of 100 ms, is cold with an idle timeout of "+
				"%.0f min in %.1f %%, of %.0f min in %.1f %%, of %.0f min in %.1f %% of all cases", rates...),
			"holds, as far as is known",
		},
	}, nil
}
