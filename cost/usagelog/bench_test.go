package usagelog_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/seed-e9ab587a/lambdaecon/cost/usagelog"
)

// usual is the regular expression that people match REPORT lines with.
var usual = regexp.MustCompile(`REPORT RequestId: (\S+)\s+Duration: ([\d.]+) ms\s+Billed Duration: (\d+) ms\s+Memory Size: (\d+) MB\s+Max Memory Used: (\d+) MB(?:\s+Init Duration: ([\d.]+) ms)?`)

func BenchmarkParseReport(b *testing.B) {
	line := []byte(coldLine)
	b.Run("lambdaecon", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := usagelog.ParseReport(line); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("regexp", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if m := usual.FindSubmatch(line); len(m) != 7 {
				b.Fatal(m)
			}
		}
	})
}

// plainLog is a log as functions write it: START, some lines of the application's, END, REPORT.
func plainLog(size int) []byte {
	rng := rand.New(rand.NewPCG(1, 2))
	var log bytes.Buffer
	for log.Len() < size {
		id := fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", rng.Uint32(), rng.IntN(1<<16), rng.IntN(1<<12), rng.IntN(1<<12), rng.Int64N(1<<48))
		at := fmt.Sprintf("2026-10-01T%02d:%02d:%02d.%03dZ ", rng.IntN(24), rng.IntN(60), rng.IntN(60), rng.IntN(1000))
		fmt.Fprintf(&log, "%sSTART RequestId: %s Version: $LATEST\n", at, id)
		for range 1 + rng.IntN(6) {
			fmt.Fprintf(&log, "%s%s\tINFO\t%s\n", at, id, strings.Repeat("handled an item of the order; ", 1+rng.IntN(6)))
		}
		fmt.Fprintf(&log, "%sEND RequestId: %s\n", at, id)
		ms := rng.IntN(100_000)
		fmt.Fprintf(&log, "%sREPORT RequestId: %s\tDuration: %d.%02d ms\tBilled Duration: %d ms\tMemory Size: 512 MB\tMax Memory Used: 91 MB\t\n", at, id, ms/100, ms%100, ms/100+1)
	}
	return log.Bytes()
}

func BenchmarkRecords(b *testing.B) {
	log := plainLog(32 << 20)
	want := bytes.Count(log, []byte("\tBilled Duration"))
	b.Run("lambdaecon", func(b *testing.B) {
		b.SetBytes(int64(len(log)))
		b.ReportAllocs()
		for b.Loop() {
			n := 0
			for _, err := range usagelog.Records(bytes.NewReader(log)) {
				if err != nil {
					b.Fatal(err)
				}
				n++
			}
			if n != want {
				b.Fatalf("%d records, want %d", n, want)
			}
		}
	})
	b.Run("regexp", func(b *testing.B) {
		b.SetBytes(int64(len(log)))
		for b.Loop() {
			n := 0
			for line := range bytes.Lines(log) {
				if usual.Match(line) {
					n++
				}
			}
			if n != want {
				b.Fatalf("%d records, want %d", n, want)
			}
		}
	})
}
