package usagelog_test

import (
	"errors"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/usagelog"
)

// From a log to a bill.
func Example() {
	const lines = `START RequestId: 8f5070e2-0f3c-4c55-8f0c-5c4bcb2b1f7e Version: $LATEST
2026-10-01T12:00:00.000Z	8f5070e2-0f3c-4c55-8f0c-5c4bcb2b1f7e	INFO	hello
END RequestId: 8f5070e2-0f3c-4c55-8f0c-5c4bcb2b1f7e
REPORT RequestId: 8f5070e2-0f3c-4c55-8f0c-5c4bcb2b1f7e	Duration: 17.21 ms	Billed Duration: 98 ms	Memory Size: 512 MB	Max Memory Used: 91 MB	Init Duration: 80.52 ms
REPORT RequestId: 0b6d3a4c-7d8e-4a52-9d0b-3c6d5b8f9a01	Duration: 12.34 ms	Billed Duration: 13 ms	Memory Size: 512 MB	Max Memory Used: 91 MB
`
	config := usagelog.Config{Arch: cost.ARM64}
	var usage cost.Usage
	for record, err := range usagelog.Records(strings.NewReader(lines)) {
		if err != nil {
			log.Fatal(err)
		}
		inv, err := record.Invocation(config)
		if err != nil {
			log.Fatal(err)
		}
		if err := usage.AddInvocation(inv); err != nil {
			log.Fatal(err)
		}
	}
	rates, err := cost.Embedded().Region("eu-west-1")
	if err != nil {
		log.Fatal(err)
	}
	bill, err := rates.Bill(usage, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(bill)
	// Output: eu-west-1: 0.0000011400037 USD (2 lines, prices as of 2025-06-17)
}

func ExampleParseReport() {
	r, err := usagelog.ParseReport([]byte("REPORT RequestId: 8f5070e2-0f3c-4c55-8f0c-5c4bcb2b1f7e\tDuration: 17.21 ms\tBilled Duration: 98 ms\tMemory Size: 512 MB\tMax Memory Used: 91 MB\tInit Duration: 80.52 ms\t"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.RequestID, r.Duration, r.Init, r.Billed, r.MemoryMB)
	// Output: 8f5070e2-0f3c-4c55-8f0c-5c4bcb2b1f7e 17.21ms 80.52ms 98ms 512
}

func ExampleParseTelemetry() {
	r, err := usagelog.ParseTelemetry([]byte(`{"time":"2026-10-01T12:00:00.123Z","type":"platform.report","record":{"requestId":"8f5070e2-0f3c-4c55-8f0c-5c4bcb2b1f7e","status":"success","metrics":{"durationMs":1.802,"billedDurationMs":63,"memorySizeMB":128,"maxMemoryUsedMB":35,"initDurationMs":60.644}}}`))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.Time.Format(time.RFC3339), r.Duration, r.Init, r.Billed, r.Status)
	// Output: 2026-10-01T12:00:00Z 1.802ms 60.644ms 63ms success
}

// Subscription messages name the function; damaged reports are told, and reading goes on.
func ExampleRecords() {
	const messages = `{"messageType":"DATA_MESSAGE","logGroup":"/aws/lambda/checkout","logStream":"s","logEvents":[
		{"id":"1","timestamp":1790856000123,"message":"REPORT RequestId: a1\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 512 MB\tMax Memory Used: 91 MB\n"},
		{"id":"2","timestamp":1790856000456,"message":"REPORT RequestId: a2\tDuration: 12.34 ms\tBilled Dur"}]}`
	for r, err := range usagelog.Records(strings.NewReader(messages)) {
		var damaged *usagelog.LineError
		switch {
		case errors.As(err, &damaged):
			fmt.Println("line", damaged.Line, "lacks", damaged.Field)
		case err != nil:
			log.Fatal(err)
		default:
			fmt.Println(r.Function, r.RequestID, r.Billed)
		}
	}
	// Output:
	// checkout a1 13ms
	// line 3 lacks Billed Duration
}

func ExampleReadConfigs() {
	const listed = `{"Functions":[
		{"FunctionName":"checkout","Runtime":"nodejs22.x","PackageType":"Zip","Architectures":["arm64"],"EphemeralStorage":{"Size":512}},
		{"FunctionName":"thumbnails","PackageType":"Image","Architectures":["x86_64"],"EphemeralStorage":{"Size":2048}}]}`
	byFunction, err := usagelog.ReadConfigs(strings.NewReader(listed))
	if err != nil {
		log.Fatal(err)
	}
	configs := usagelog.Configs{ByFunction: byFunction, Default: &usagelog.Config{Arch: cost.X86}}
	for _, name := range []string{"checkout", "thumbnails", "search"} {
		c, assumed, err := configs.For(name)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s: %v (assumed: %v)\n", name, c, assumed)
	}
	// Output:
	// checkout: arm64, 512 MB of /tmp, ManagedRuntime, OnDemand (assumed: false)
	// thumbnails: x86_64, 2048 MB of /tmp, ContainerImage, OnDemand (assumed: false)
	// search: x86_64, 512 MB of /tmp, ManagedRuntime, OnDemand (assumed: true)
}

func ExampleCheck() {
	r, err := usagelog.ParseReport([]byte("REPORT RequestId: a1\tDuration: 250.06 ms\tBilled Duration: 251 ms\tMemory Size: 1024 MB\tMax Memory Used: 91 MB\tInit Duration: 100.77 ms"))
	if err != nil {
		log.Fatal(err)
	}
	for _, on := range []time.Time{time.Date(2025, 7, 31, 0, 0, 0, 0, time.UTC), time.Date(2025, 8, 1, 0, 0, 0, 0, time.UTC)} {
		want, agrees, err := usagelog.Check(r, usagelog.Config{Arch: cost.X86}, "eu-west-1", on)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(on.Format(time.DateOnly), want, agrees)
	}
	// Output:
	// 2025-07-31 251ms true
	// 2025-08-01 351ms false
}

// Which reports were not billed as the rules say?
func ExampleMismatches() {
	const lines = `2026-10-01T12:00:00.000Z REPORT RequestId: a1	Duration: 12.34 ms	Billed Duration: 13 ms	Memory Size: 512 MB	Max Memory Used: 91 MB
2026-10-01T12:00:01.000Z REPORT RequestId: a2	Duration: 12.34 ms	Billed Duration: 100 ms	Memory Size: 512 MB	Max Memory Used: 91 MB
`
	configs := usagelog.Configs{Default: &usagelog.Config{Arch: cost.X86}}
	records := usagelog.Records(strings.NewReader(lines))
	for m, err := range usagelog.Mismatches(records, configs, "eu-west-1", time.Time{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(m.Record.RequestID, "billed", m.Record.Billed, "instead of", m.Want)
	}
	// Output: a2 billed 100ms instead of 13ms
}
