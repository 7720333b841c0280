//go:build ignore

// Gen makes up testdata/sample.log: a day of reports of one function under a daily shape, whose environments go after 7
// minutes without a request, or idle at an age of 2 hours.
package main

import (
	"bufio"
	"context"
	"fmt"
	"log"
	"os"
	"slices"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

func main() {
	file, err := os.Create("testdata/sample.log")
	if err != nil {
		log.Fatal(err)
	}
	w := bufio.NewWriter(file)
	f := lifecycle.Function{
		Duration:      lifecycle.LogNormal{Median: 85 * time.Millisecond, P99: 600 * time.Millisecond},
		FirstDuration: lifecycle.LogNormal{Median: 190 * time.Millisecond, P99: 900 * time.Millisecond},
		Init:          lifecycle.LogNormal{Median: 240 * time.Millisecond, P99: 420 * time.Millisecond},
	}
	p := lifecycle.Platform{IdleTimeout: lifecycle.Constant(7 * time.Minute), MaxLifetime: 2 * time.Hour}
	o := &lifecycle.Options{Seed: 20261001, Until: 24 * time.Hour}
	day := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	type line struct {
		at   time.Time
		text string
	}
	var lines []line
	for i, err := range lifecycle.Invocations(context.Background(), f, p, workload.Daily(.006, .8, 14*time.Hour), o) {
		if err != nil {
			log.Fatal(err)
		}
		// Reports give hundredths of a ms, log events whole ms.
		duration, init := i.Duration.Round(10*time.Microsecond), i.Init.Round(10*time.Microsecond)
		end := day.Add(i.At + i.Latency()).Truncate(time.Millisecond)
		text := fmt.Sprintf("%s\tREPORT RequestId: %08x-0000-4000-8000-%012x\tDuration: %.2f ms\tBilled Duration: %d ms\tMemory Size: 512 MB\tMax Memory Used: %d MB\t",
			end.Format("2006-01-02T15:04:05.000Z"), i.Request*2654435761%(1<<32), i.Request, float64(duration)/1e6, (duration+init+999_999)/1e6, 88+i.Request%9)
		if init > 0 {
			text += fmt.Sprintf("Init Duration: %.2f ms\t", float64(init)/1e6)
		}
		lines = append(lines, line{end, text})
	}
	slices.SortStableFunc(lines, func(a, b line) int { return a.at.Compare(b.at) })
	for _, l := range lines {
		fmt.Fprintln(w, l.text)
	}
	if err := w.Flush(); err != nil {
		log.Fatal(err)
	}
	if err := file.Close(); err != nil {
		log.Fatal(err)
	}
}
