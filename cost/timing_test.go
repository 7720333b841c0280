package cost_test

import (
	"errors"
	"testing"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

func on(day string) time.Time {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	return t
}

func TestBilledDuration(t *testing.T) {
	const ms = time.Millisecond
	us := func(n int64) time.Duration { return time.Duration(n) * time.Microsecond }
	east := time.FixedZone("east", 9*3600)
	tests := map[string]struct {
		timing cost.Timing
		on     time.Time
		want   int64 // ms
	}{
		"one ceiling on the sum":                {cost.Timing{Duration: us(344_356_220), Init: us(399_330)}, on("2026-10-01"), 344_756},
		"not two ceilings":                      {cost.Timing{Duration: us(17_210), Init: us(80_520)}, on("2026-10-01"), 98},
		"timeout and init":                      {cost.Timing{Duration: 900_000 * ms, Init: us(502_370)}, on("2026-10-01"), 900_503},
		"SnapStart":                             {cost.Timing{Duration: us(2_338_660), BilledRestore: 182 * ms}, on("2023-06-01"), 2521},
		"whole":                                 {cost.Timing{Duration: 5 * ms}, on("2026-10-01"), 5},
		"a nanosecond":                          {cost.Timing{Duration: 1}, on("2026-10-01"), 1},
		"nothing":                               {cost.Timing{}, on("2026-10-01"), 0},
		"the longest, init not billed":          {cost.Timing{Duration: cost.MaxBilled, Init: 1}, on("2025-07-31"), 1_800_000},
		"the longest":                           {cost.Timing{Duration: cost.MaxBilled}, on("2026-10-01"), 1_800_000},
		"100 ms era":                            {cost.Timing{Duration: us(1_162_230)}, on("2019-01-01"), 1200},
		"100 ms era, a nanosecond":              {cost.Timing{Duration: 1}, on("2019-01-01"), 100},
		"last 100 ms day":                       {cost.Timing{Duration: ms}, on("2020-12-01").Add(-1), 100},
		"first 1 ms day":                        {cost.Timing{Duration: ms}, on("2020-12-01"), 1},
		"days are UTC: still November":          {cost.Timing{Duration: ms}, time.Date(2020, 12, 1, 8, 0, 0, 0, east), 100},
		"days are UTC: December":                {cost.Timing{Duration: ms}, time.Date(2020, 12, 1, 9, 0, 0, 0, east), 1},
		"init, managed, before":                 {cost.Timing{Duration: us(250_060), Init: us(100_770)}, on("2025-07-31"), 251},
		"init, managed, after":                  {cost.Timing{Duration: us(250_060), Init: us(100_770)}, on("2025-08-01"), 351},
		"init, custom runtime, before":          {cost.Timing{Duration: us(250_060), Init: us(100_770), Packaging: cost.CustomRuntime}, on("2025-07-31"), 351},
		"init, image, before":                   {cost.Timing{Duration: us(250_060), Init: us(100_770), Packaging: cost.ContainerImage}, on("2025-07-31"), 351},
		"init, provisioned, before":             {cost.Timing{Duration: us(250_060), Init: us(100_770), Mode: cost.Provisioned}, on("2025-07-31"), 351},
		"init, edge, before":                    {cost.Timing{Duration: us(250_060), Init: us(100_770), Mode: cost.Edge}, on("2025-07-31"), 251},
		"init, custom runtime, after":           {cost.Timing{Duration: us(250_060), Init: us(100_770), Packaging: cost.CustomRuntime}, on("2025-08-01"), 351},
		"init, custom runtime, 100 ms era":      {cost.Timing{Duration: us(250_060), Init: us(100_770), Packaging: cost.CustomRuntime}, on("2019-01-01"), 400},
		"restore and init of one that has both": {cost.Timing{Duration: us(500), Init: us(500), BilledRestore: 2 * ms}, on("2026-10-01"), 3},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := cost.BilledDuration(tt.timing, tt.on)
			if err != nil || got != time.Duration(tt.want)*ms {
				t.Errorf("%v, %v; want %d ms", got, err, tt.want)
			}
			in, err := cost.BilledDurationIn("eu-west-1", tt.timing, tt.on)
			if err != nil || in != got {
				t.Errorf("in eu-west-1: %v, %v; want %v", in, err, got)
			}
		})
	}
}

func TestBilledDurationRefuses(t *testing.T) {
	today := on("2026-10-01")
	for name, tt := range map[string]struct {
		timing cost.Timing
		on     time.Time
		want   func(error) bool
	}{
		"negative duration":    {cost.Timing{Duration: -1}, today, isRange("Duration")},
		"negative init":        {cost.Timing{Init: -1}, today, isRange("Init")},
		"negative restore":     {cost.Timing{BilledRestore: -1}, today, isRange("BilledRestore")},
		"sum over limit":       {cost.Timing{Duration: cost.MaxBilled, Init: cost.MaxBilled, BilledRestore: cost.MaxBilled}, today, isRange("sum of Duration, Init and BilledRestore")},
		"just over limit":      {cost.Timing{Duration: cost.MaxBilled, Init: 1}, today, isRange("sum of Duration, Init and BilledRestore")},
		"over limit":           {cost.Timing{Duration: cost.MaxBilled + 1}, today, isRange("Duration")},
		"largest":              {cost.Timing{Duration: 1<<63 - 1, Init: 1<<63 - 1}, today, isRange("Duration")},
		"packaging":            {cost.Timing{Packaging: 3}, today, isUnknown("packaging")},
		"mode":                 {cost.Timing{Mode: 3}, today, isUnknown("mode")},
		"zero time":            {cost.Timing{}, time.Time{}, isRange("on")},
		"before Lambda":        {cost.Timing{}, on("2014-11-12"), isRange("on")},
		"edge, step not known": {cost.Timing{Mode: cost.Edge}, on("2020-11-30"), isUnknown("billing step of Lambda@Edge on")},
	} {
		if got, err := cost.BilledDuration(tt.timing, tt.on); !tt.want(err) || got != 0 {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	var unknown *cost.UnknownError
	for _, region := range []string{"", "nope", "CN-NORTH-1", "eu-west-1 ", "cn-north"} {
		if _, err := cost.BilledDurationIn(region, cost.Timing{}, on("2026-01-01")); !errors.As(err, &unknown) || unknown.What != "region" || unknown.Given != region {
			t.Errorf("%q: error is %v, want an UnknownError of the region", region, err)
		}
	}
	for _, region := range cost.Embedded().Regions() {
		if _, err := cost.BilledDurationIn(region, cost.Timing{}, on("2020-11-30")); err != nil {
			t.Errorf("%s: %v", region, err)
		}
	}
	for _, region := range []string{"cn-north-1", "cn-northwest-1"} {
		if _, err := cost.BilledDurationIn(region, cost.Timing{}, on("2020-12-01")); !errors.As(err, &unknown) {
			t.Errorf("%s: error is %v, want an UnknownError", region, err)
		}
		if got, err := cost.BilledDurationIn(region, cost.Timing{Duration: 1}, on("2020-11-30")); err != nil || got != 100*time.Millisecond {
			t.Errorf("%s in the 100 ms era: %v, %v", region, got, err)
		}
	}
}
