package runtimes_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
	"github.com/seed-e9ab587a/lambdaecon/runtimes"
	"github.com/seed-e9ab587a/lambdaecon/vcpu"
)

func ExampleFind() {
	p, err := runtimes.Find(runtimes.Query{
		Name: "rust", Identifier: "provided.al2023", Arch: "arm64", Packaging: "zip", MemoryMB: 128, Month: "2026-08",
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(p)
	fmt.Printf("init: median %v, 99 %% within %v, mean %v of %d\n", p.Init.P50, p.Init.P99, p.Init.Mean(), p.Samples)
	fmt.Printf("first invocation %v, memory used %.0f MB\n", p.FirstInvoke, p.MaxMemoryUsedMB)
	// Output:
	// rust (prov.al2023) arm64 zip 128 MB 2026-08
	// init: median 13.81ms, 99 % within 41.974ms, mean 14.579ms of 189
	// first invocation 1.398ms, memory used 15 MB
}

// A query that several profiles answer says in what they differ.
func ExampleFind_ambiguous() {
	_, err := runtimes.Find(runtimes.Query{Name: "dotnet", Arch: "arm64", Packaging: "zip", MemoryMB: 128, Month: "2026-08"})
	var ambiguous *runtimes.AmbiguousError
	if errors.As(err, &ambiguous) {
		for _, c := range ambiguous.Choices {
			fmt.Println(c.Field, c.Values)
		}
	}
	_, err = runtimes.Find(runtimes.Query{Name: "node", Month: "2026-08"})
	fmt.Println(err)
	// Output:
	// Function [dotnet10 dotnet10_aot_on_provided_al2023 dotnet7_aot_on_provided_al2 dotnet8 dotnet8_aot_on_provided_al2023 dotnet9_aot_on_provided_al2023]
	// Identifier [dotnet10 dotnet8 provided.al2 provided.al2023]
	// runtimes: unknown Name "node" (nearest: nodejs, go, bun)
}

// "Rust is the fastest, by far": the claim of 2023-08, then and now. Of each language the fastest build is taken, by its cold
// response at 128 MB: median init and mean first invocation.
func ExampleRank() {
	for _, when := range []runtimes.Query{{Month: "2023-08", Arch: "x86_64"}, {Month: "2026-08", Arch: "x86_64"}, {Month: "2026-08", Arch: "arm64"}} {
		var profiles []runtimes.Profile
		for _, name := range []string{"rust", "cpp", "go", "python", "nodejs", "java", "dotnet"} {
			q := when
			q.Name, q.Packaging, q.MemoryMB = name, "zip", 128
			var builds []runtimes.Profile
			for p := range runtimes.Embedded().Matching(q) {
				builds = append(builds, p)
			}
			ranking, err := runtimes.Rank(builds, runtimes.Profile.ColdResponse)
			if err != nil {
				log.Fatal(err)
			}
			profiles = append(profiles, ranking[0].Profile)
		}
		ranking, err := runtimes.Rank(profiles, runtimes.Profile.ColdResponse)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(when.Month, when.Arch)
		for _, r := range ranking {
			place := fmt.Sprint(r.First)
			if r.Last > r.First {
				place = fmt.Sprintf("%d-%d", r.First, r.Last) // the data cannot tell
			}
			ratio, err := r.Estimate.RatioTo(ranking[0].Estimate)
			if err != nil {
				log.Fatal(err)
			}
			fmt.Printf("%-4s%-27s%6.1f ms, %4.1f times the first (%.1f to %.1f)\n", place, r.Profile.DisplayName, r.Estimate.Value.Seconds()*1000, ratio.Value, ratio.Low, ratio.High)
		}
	}
	// Output:
	// 2023-08 x86_64
	// 1   rust (prov.al2)              17.1 ms,  1.0 times the first (1.0 to 1.0)
	// 2   go (provided)                55.5 ms,  3.2 times the first (3.1 to 3.3)
	// 3   python3.9                   112.9 ms,  6.6 times the first (6.4 to 6.8)
	// 4   c++ 11                      123.2 ms,  7.2 times the first (6.9 to 7.5)
	// 5   dotnet7 aot (prov.al2)      145.3 ms,  8.5 times the first (8.2 to 8.7)
	// 6   nodejs16.x                  165.5 ms,  9.7 times the first (9.3 to 9.9)
	// 7   java17                      215.6 ms, 12.6 times the first (12.1 to 13.0)
	// 2026-08 x86_64
	// 1-2 c++ 11 (prov.al2)            16.6 ms,  1.0 times the first (0.9 to 1.1)
	// 1-2 rust (prov.al2023)           17.2 ms,  1.0 times the first (0.9 to 1.1)
	// 3   go (prov.al2)                51.3 ms,  3.1 times the first (2.8 to 3.2)
	// 4   dotnet10 aot (prov.al2023)   75.8 ms,  4.6 times the first (4.1 to 4.8)
	// 5   python3.10                   78.3 ms,  4.7 times the first (4.3 to 4.9)
	// 6   nodejs24.x                  147.3 ms,  8.9 times the first (8.1 to 9.3)
	// 7   java17                      211.1 ms, 12.7 times the first (11.5 to 13.3)
	// 2026-08 arm64
	// 1   rust (prov.al2023)           15.2 ms,  1.0 times the first (1.0 to 1.0)
	// 2   c++ 11 (prov.al2)            18.5 ms,  1.2 times the first (1.1 to 1.3)
	// 3   go (prov.al2)                44.1 ms,  2.9 times the first (2.8 to 3.0)
	// 4   dotnet10 aot (prov.al2023)   67.6 ms,  4.4 times the first (4.3 to 4.6)
	// 5   python3.9                    75.3 ms,  4.9 times the first (4.7 to 5.2)
	// 6   nodejs24.x                  132.6 ms,  8.7 times the first (8.4 to 9.0)
	// 7   graalvm java23 (prov.al2023) 225.8 ms, 14.8 times the first (14.3 to 15.4)
}

// What the first call of the handler takes at a size that nobody measured: derived, and said to be.
func ExampleProfile_FirstInvokeTime() {
	p, err := runtimes.Find(runtimes.Query{Function: "dotnet8", Arch: "arm64", Packaging: "zip", MemoryMB: 512, Month: "2026-08"})
	if err != nil {
		log.Fatal(err)
	}
	for _, mb := range []int{512, 1024, 1536, 3008} {
		t, err := p.FirstInvokeTime(mb, vcpu.Share)
		if err != nil {
			log.Fatal(err)
		}
		if t.Derived {
			fmt.Printf("%4d MB: %v, derived from %d MB\n", mb, t.Mean.Round(time.Millisecond), t.From)
		} else {
			fmt.Printf("%4d MB: %v\n", mb, t.Mean.Round(time.Millisecond))
		}
	}
	// Output:
	//  512 MB: 183ms
	// 1024 MB: 85ms
	// 1536 MB: 56ms, derived from [512 1024] MB
	// 3008 MB: 49ms, derived from [512 1024] MB
}

// The init times of a profile are a distribution: the simulator takes them as they are.
func ExampleInitTimes() {
	p, err := runtimes.Find(runtimes.Query{Function: "java21", Arch: "arm64", Packaging: "zip", MemoryMB: 512, Month: "2026-08"})
	if err != nil {
		log.Fatal(err)
	}
	f := lifecycle.Function{
		Init:          p.Init,
		FirstDuration: lifecycle.Constant(p.FirstInvoke),
		Duration:      lifecycle.Constant(5 * time.Millisecond),
	}
	platform := lifecycle.Platform{IdleTimeout: lifecycle.Constant(5 * time.Minute)}
	r, err := lifecycle.Simulate(context.Background(), f, platform, workload.Poisson{PerSecond: 0.01}, &lifecycle.Options{Until: 30 * 24 * time.Hour})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d of %d requests were cold, half of them within %v\n", r.ColdStarts, r.Invocations, r.ColdLatency.Quantile(0.5).Round(time.Millisecond))
	fmt.Printf("init took %v on average, measured %v\n", (r.OnDemand.Init / time.Duration(r.ColdStarts)).Round(time.Millisecond), p.Init.Mean().Round(time.Millisecond))
	// Output:
	// 1332 of 26087 requests were cold, half of them within 275ms
	// init took 245ms on average, measured 246ms
}

// How the median of a function changed over the years.
func ExampleHistory() {
	months, err := runtimes.History("cpp11_on_provided_al2023", "x86_64")
	if err != nil {
		log.Fatal(err)
	}
	for _, m := range months {
		if strings.HasSuffix(m.Month, "-08") {
			fmt.Println(m.Month, m.Median, m.Samples)
		}
	}
	// Output:
	// 2024-08 14.695ms 310
	// 2025-08 17.025ms 180
	// 2026-08 64.54ms 220
}

// Daily files of the benchmark, of which one is empty, become a table like the embedded one. This is how profiles.csv is made.
func ExamplePool() {
	days := []string{ // os.Open("data/2026/2026-08-04.json"), …
		`{"metadata":{"generatedAt":"2026-08-04T14:00:05Z"},"runtimeData":[{"r":"lambda-perf-java25-zip-512-arm64","p":"zip","d":"java25","i":[190.5,201.25,188],"m":512,"a":"arm64","mu":101,"ad":40.5}]}`,
		`{"metadata":{"generatedAt":"2026-08-05T14:00:05Z"},"runtimeData":[]}`,
		`{"metadata":{"generatedAt":"2026-08-06T14:00:05Z"},"runtimeData":[{"r":"lambda-perf-java25-zip-512-arm64","p":"zip","d":"java25","i":[210,195.5],"m":512,"a":"arm64","mu":102,"ad":38}]}`,
	}
	var pool runtimes.Pool
	for _, text := range days {
		if err := pool.Add(strings.NewReader(text)); err != nil {
			log.Fatal(err)
		}
	}
	if err := runtimes.WriteTable(os.Stdout, pool.Profiles()); err != nil {
		log.Fatal(err)
	}
	// Output:
	// month,function,display,name,identifier,snapstart,arch,packaging,memory_mb,days,samples,init_min,init_p10,init_p50,init_p90,init_p99,init_max,init_mean,first_mean,first_min_day,first_max_day,memory_used
	// 2026-08,java25,java25,java,java25,,arm64,zip,512,2,5,188,,195.5,,,210,197.05,39.5,38,40.5,101.4
}

// Your own measurements are searched and compared like the embedded ones.
func ExampleNewTable() {
	init, err := runtimes.NewInitTimes([]time.Duration{181e6, 177e6, 190e6, 185e6, 179e6, 240e6, 182e6, 188e6})
	if err != nil {
		log.Fatal(err)
	}
	table, err := runtimes.NewTable(runtimes.Profile{
		Name: "nodejs", Identifier: "nodejs22.x", Function: "checkout", Arch: "arm64", Packaging: "zip", MemoryMB: 512,
		Measured: "2026-11", Samples: 8, Init: init,
	})
	if err != nil {
		log.Fatal(err)
	}
	ours, err := table.Find(runtimes.Query{Function: "checkout"})
	if err != nil {
		log.Fatal(err)
	}
	bare, err := runtimes.Find(runtimes.Query{Function: "nodejs22x", Arch: ours.Arch, Packaging: ours.Packaging, MemoryMB: ours.MemoryMB, Month: "2026-08"})
	if err != nil {
		log.Fatal(err)
	}
	mine, err := ours.ColdStart()
	if err != nil {
		log.Fatal(err)
	}
	hello, err := bare.ColdStart()
	if err != nil {
		log.Fatal(err)
	}
	ratio, err := mine.RatioTo(hello)
	fmt.Printf("%.2f times a hello world (%.2f to %.2f), %v\n", ratio.Value, ratio.Low, ratio.High, err)
	// Output:
	// 1.40 times a hello world (1.35 to 1.84), <nil>
}

// Figures are compared inside one set only.
func ExampleWarmRow_RatioTo() {
	find := func(set, runtime string) runtimes.WarmRow {
		s, err := runtimes.LookupWarmSet(set)
		if err != nil {
			log.Fatal(err)
		}
		for r := range s.Rows() {
			if r.Runtime == runtime && r.Start == runtimes.WarmStart {
				return r
			}
		}
		log.Fatalf("no %s in %s", runtime, set)
		return runtimes.WarmRow{}
	}
	rust, golang, kotlin := find("crud-rust-go-2021", "Rust"), find("crud-rust-go-2021", "Go"), find("crud-kotlin-2021", "Kotlin")
	ratio, err := golang.RatioTo(rust, runtimes.MedianTime)
	fmt.Printf("%.2f %v\n", ratio, err)
	_, err = kotlin.RatioTo(rust, runtimes.MedianTime)
	fmt.Println(err)
	// Output:
	// 1.07 <nil>
	// runtimes: figures of "crud-kotlin-2021" and of "crud-rust-go-2021" are not comparable: only those of one set are
}

func ExampleLookupIdentifier() {
	i, err := runtimes.LookupIdentifier("nodejs20.x")
	if err != nil {
		log.Fatal(err)
	}
	day := time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)
	fmt.Printf("%s on %s (%v), %v (%v)\n", i.Label, i.OS, i.OSBasis, i.Arches, i.ArchesBasis)
	fmt.Println("deprecated:", i.DeprecatedOn(day), "since", i.Deprecated.Format(time.DateOnly))
	fmt.Println("no update from", i.BlockUpdate.Format(time.DateOnly), "on; no creation:", i.BlockCreateBasis)
	// Output:
	// Node.js 20 on Amazon Linux 2023 (rule), [x86_64 arm64] (measured)
	// deprecated: true since 2026-04-30
	// no update from 2027-03-03 on; no creation: not known
}

// What ran out between two days, and how long it can still be updated.
func ExampleDeprecatedOn() {
	last := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	for i := range runtimes.DeprecatedOn(time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)) {
		if !i.DeprecatedOn(last) {
			fmt.Println(i.ID, i.Deprecated.Format(time.DateOnly), i.BlockUpdate.Format(time.DateOnly), i.Container)
		}
	}
	// Output:
	// dotnet9 2026-11-10 0001-01-01 true
	// dotnet8 2026-11-10 2027-03-03 false
	// python3.10 2026-10-31 2027-03-03 false
	// provided.al2 2026-07-31 2027-03-03 false
}

// The median of a cold start and of a first answer, each with its 95 % confidence interval: months of 190 samples are not exact.
func ExampleProfile_ColdResponse() {
	p, err := runtimes.Find(runtimes.Query{Identifier: "nodejs22.x", Arch: "arm64", Packaging: "zip", MemoryMB: 512, Month: "2026-08"})
	if err != nil {
		log.Fatal(err)
	}
	start, err := p.ColdStart()
	if err != nil {
		log.Fatal(err)
	}
	response, err := p.ColdResponse()
	if err != nil {
		log.Fatal(err)
	}
	for _, e := range []runtimes.Estimate{start, response} {
		fmt.Println(e.Value.Round(100*time.Microsecond), "from", e.Low.Round(100*time.Microsecond), "to", e.High.Round(100*time.Microsecond))
	}
	// Output:
	// 130.8ms from 125.8ms to 133.2ms
	// 134.6ms from 129.6ms to 137ms
}

// Everything that answers a query: here the runtimes of Python, and what packaging them as an image does to init.
func ExampleTable_Matching() {
	for p := range runtimes.Embedded().Matching(runtimes.Query{Name: "python", Packaging: "zip", Arch: "arm64", MemoryMB: 512, Month: "2026-08"}) {
		q := runtimes.Query{Function: p.Function, Packaging: "image", Arch: p.Arch, MemoryMB: p.MemoryMB, Month: p.Measured}
		image, err := runtimes.Find(q)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%-10s zip %v, image %v\n", p.Identifier, p.Init.P50.Round(time.Millisecond), image.Init.P50.Round(time.Millisecond))
	}
	// Output:
	// python3.10 zip 74ms, image 123ms
	// python3.11 zip 74ms, image 124ms
	// python3.12 zip 81ms, image 136ms
	// python3.13 zip 80ms, image 131ms
	// python3.14 zip 101ms, image 161ms
	// python3.9  zip 74ms, image 129ms
}

// A day of the benchmark, or of a copy of it that runs your own functions.
func ExampleReadLambdaPerf() {
	day := `{"metadata":{"generatedAt":"2026-11-01T02:00:00Z"},"runtimeData":[
		{"r":"checkout-zip-512-arm64","p":"zip","d":"checkout","i":[181,177,190,185,179,240,182,188],"m":512,"a":"arm64","mu":88,"ad":21},
		{"r":"checkout-zip-1024-arm64","p":"zip","d":"checkout","i":[178,181,176,189,183],"m":1024,"a":"arm64","mu":88,"ad":11}]}`
	profiles, err := runtimes.ReadLambdaPerf(strings.NewReader(day)) // os.Open
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range profiles {
		p.Name, p.Identifier = "nodejs", "nodejs22.x" // which no file says of a function of your own
		fmt.Printf("%v, %s: init %v, first invocation %v\n", p, p.Name, p.Init.P50, p.FirstInvoke)
	}
	_, err = runtimes.ReadLambdaPerf(strings.NewReader(strings.Replace(day, "190", "-190", 1)))
	fmt.Println(err)
	// Output:
	// checkout arm64 zip 512 MB 2026-11, nodejs: init 183.5ms, first invocation 21ms
	// checkout arm64 zip 1024 MB 2026-11, nodejs: init 181ms, first invocation 11ms
	// runtimes: document 1, row 1, before byte 199: initDurations[2] is -190, allowed is more than 0, up to 104 days, in ms
}

// Months that were read apart, as by several workers, are pooled.
func ExamplePool_Merge() {
	read := func(day string) *runtimes.Pool {
		var p runtimes.Pool
		if err := p.Add(strings.NewReader(`{"metadata":{"generatedAt":"` + day + `T02:00:00Z"},"runtimeData":[{"r":"checkout","i":[181,177,190],"m":512,"a":"arm64"}]}`)); err != nil {
			log.Fatal(err)
		}
		return &p
	}
	october, november := read("2026-10-31"), read("2026-11-01")
	if err := october.Merge(november); err != nil {
		log.Fatal(err)
	}
	for _, p := range october.Profiles() {
		fmt.Printf("%v: %d samples on %d days\n", p, p.Samples, p.Days)
	}
	fmt.Println(october.Merge(november))
	// Output:
	// checkout arm64 zip 512 MB 2026-10..2026-11: 6 samples on 2 days
	// runtimes: day 2026-11-01T02:00:00Z is there twice
}

// A table is kept as text, edited by hand if need be, and searched again.
func ExampleReadTable() {
	text := `# Measured by us, with an SDK.
month,function,display,name,identifier,snapstart,arch,packaging,memory_mb,days,samples,init_min,init_p10,init_p50,init_p90,init_p99,init_max,init_mean,first_mean,first_min_day,first_max_day,memory_used
2026-11,checkout,,nodejs,nodejs22.x,,arm64,zip,512,2,20,177,178.5,183,201,,240,186.2,20.5,20,21,88
2026-11,checkout,,nodejs,nodejs22.x,,arm64,zip,1024,2,20,176,177,181.5,199,,221,184,10.75,10.5,11,88
`
	profiles, err := runtimes.ReadTable(strings.NewReader(text)) // os.Open
	if err != nil {
		log.Fatal(err)
	}
	table, err := runtimes.NewTable(profiles...)
	if err != nil {
		log.Fatal(err)
	}
	p, err := table.Find(runtimes.Query{Function: "checkout", MemoryMB: 512})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(p.Init.P50, p.Init.Quantile(0.75))
	first, err := p.FirstInvokeTime(769, vcpu.Share)
	fmt.Println(first.Mean.Round(time.Microsecond), first.From, err)
	// Output:
	// 183ms 188.612069ms
	// 13.983ms [512 1024] <nil>
}

// What stands behind the figures: to be quoted with them.
func ExampleSources() {
	for _, s := range runtimes.Sources() {
		fmt.Printf("%s: %s to %s, %s\n", s.What, s.From, s.To, strings.SplitN(s.Origin, " at ", 2)[0])
	}
	// Output:
	// profiles 2023-08: 2023-08-01 to 2023-08-31, github.com/maxday/lambda-perf
	// profiles 2026-08: 2026-08-04 to 2026-08-22, github.com/maxday/lambda-perf
	// history: 2022-09 to 2026-08, github.com/maxday/lambda-perf
	// identifiers: 2026-08-16 to 2026-08-22, github.com/endoflife-date/endoflife.date
	// warm sets: 2021-12 to 2026, see WarmSet.Source
}
