// Package runtimes holds what is measured of AWS Lambda's runtimes: cold starts of each runtime by architecture, packaging
// and memory, tables of warm durations, and the runtime identifiers with their dates. All of it is embedded, dated, and says
// where it comes from ([Sources]). It uses the standard library only.
//
//	rust, err := runtimes.Find(runtimes.Query{
//		Name: "rust", Identifier: "provided.al2023", Arch: "arm64", Packaging: "zip", MemoryMB: 128, Month: "2026-08",
//	})
//	…
//	rust.Init.Quantile(0.99), rust.Init.Mean(), rust.FirstInvoke, rust.MaxMemoryUsedMB
//
// [Find] returns one profile or an error, never a choice of its own. Of 2026-08 everything is embedded as zip and image, much
// of it of 2023-08 too: month and packaging have to be said always, beside architecture, memory, and what it is, the
// identifier, or the function where several run on it. [Table.Matching] goes through all that answer a query.
//
// # What a profile is, and is not
//
// A public benchmark (maxday/lambda-perf) deploys a hello-world function in each runtime every day, forces ten cold starts
// of each configuration, and publishes the REPORT lines' figures. A [Profile] is a month of that. So it tells the runtimes
// apart, with everything else left out:
//
//   - No SDK, no framework, no code to speak of, no VPC, a package as small as it gets. Your own cold starts are slower; how
//     much is up to what you load.
//   - Hello world misleads once an SDK is used. With a DynamoDB client at 128 MB on arm64, init and first call take 892 ms in
//     Rust, 785 ms in Python 3.13, 1,478 ms in Node.js 22; at 1,769 MB 168, 468 and 452 ms (the warm set
//     aws-benchmarks-light-2025-12). What is ahead without an SDK need not be with one, and memory decides more than the
//     language.
//   - The region is not published, nor what the hosts were.
//   - SnapStart: the benchmark has the time of restoring a snapshot in the place of the init time. See [Profile.SnapStart].
//   - A month is a month: the C++ function on provided.al2023 takes 4 times as long in 2025-11 as in 2024-11, the one of Java
//     17 half as long in 2024-04 as in 2023-04. See [History].
//
// A cold response is init plus the first invocation of the handler. Init does not depend on memory: the medians of a zip
// function at 128, 256, 512 and 1,024 MB lie within 1.3 % of each other in half of all 124 (by month and architecture), within
// 4.7 % in 9 of 10, without a direction. The first invocation does depend on it: of .NET 8 on arm64 it takes 812, 392, 183 and
// 85 ms; of Rust 1.4 ms at each.
// [Profile.FirstInvokeAt] derives other sizes, and [Profile.FirstInvokeTime] says so.
//
// # Names
//
// [Profile.Name] is the language (for JavaScript the engine: nodejs, bun, llrt), [Profile.Identifier] the runtime that it
// ran on, [Profile.Function] the benchmark's own name, which tells apart what the two do not: java17 from java17_snapstart,
// Native AOT versions of .NET, GraalVM from Quarkus. Names and identifiers are taken from the benchmark's manifest, else from
// what its data call the function; functions.csv has the evidence of each. Of a function that is not in there, both stay empty.
//
// # Init times are a distribution
//
// [InitTimes] has the methods of a distribution of package lifecycle, and is given to its simulator as it is:
//
//	f := lifecycle.Function{Init: rust.Init, FirstDuration: …, Duration: …}
//
// Six quantiles and the mean of some 190 cold starts are known. [InitTimes.Quantile] says what lies in between: it agrees
// with all of them, and with the mean. It ends at the largest sample; the slowest of thousands of real cold starts is beyond.
//
// # Comparing
//
// Figures of some 190 samples are not exact. [Profile.ColdStart] and [Profile.ColdResponse] give an [Estimate] with its
// 95 % confidence interval, [Estimate.RatioTo] the ratio of two with its own, [Rank] an order in which a place that the data
// cannot decide is a range of places:
//
//	ranking, err := runtimes.Rank(profiles, runtimes.Profile.ColdResponse)
//
// "Rust is the fastest, by far", wrote the article that this library began with, in 2023-08. Of that month's data it was
// right, on both architectures. From 2023-11 to 2026-05 C++ led, narrowly. In 2026-08 Rust leads on arm64, and on x86_64 the
// data cannot tell it from C++: see the example of [Rank].
//
// # Warm durations
//
// A [WarmSet] is a table that somebody measured on one application. Its rows are compared with each other ([WarmRow.RatioTo]),
// never with those of another set, which is an error: load, memory, application and year differ. What they show together: of
// an API on a database, medians are 5 to 9 ms in every language; of CPU-bound work, a sort of 100 MB, Node.js takes 1.9 to 3.5
// times as long as Rust, Python 9 to 23 times (warm means, versions and memory sizes on both architectures, in both months).
//
// # Identifiers
//
// [LookupIdentifier] and [Identifiers] have operating system, architectures, release, deprecation and block dates, as of
// 2026-08-16, and how well each is known ([Basis]). [DeprecatedOn] lists those that are deprecated on a day. Since go1.x ended
// (2024-01-08) Go runs on provided.al2023 as Rust does (provided.al2, on which both ran too, is deprecated since 2026-07-31).
// [Identifier.CreateBlockedOn] and [Identifier.UpdateBlockedOn] say what is still possible. They are those of what AWS calls
// Event Functions since 2026; Web Functions and customer-managed runtimes have other rules.
//
// # Your own measurements
//
// [ReadLambdaPerf] reads the benchmark's daily files, [Pool] gathers days of several sources, [NewInitTimes] sums up any
// sample. [NewTable] makes such profiles searchable like the embedded ones, [WriteTable] and [ReadTable] keep them as text.
//
// # Refreshing the table
//
// profiles.csv is what [WriteTable] writes of a [Pool] of all daily files of a month, with a comment on top, for each month.
// Take the files from the benchmark's repository (data/, one a day), add them to a Pool, write its profiles: the example of
// [Pool] is that program. New functions go into functions.csv first, with their evidence. monthly.csv has a line for each
// function and architecture, warm.tsv and identifiers.csv say in their first lines what they are made of.
//
// The percentiles of the embedded months were pooled in the same way (type 7) but by another program, of which only the
// result is at hand, rounded to microseconds.
//
// # Errors and concurrency
//
// Errors are typed and matched with errors.As: [*UnknownError], [*NoProfileError] and [*AmbiguousError] of look-ups name
// the nearest that exist; [*SyntaxError] says where an input is wrong; [*RangeError], [*NotMeasuredError],
// [*DuplicateError], [*DifferentSetsError]. There is never a fallback to something similar.
//
// The tables are read on first use, once, each in less than a millisecond. [Find] takes less than 100 ns where a query says
// architecture, packaging, memory, and function or identifier, some microseconds at most where it says less; it allocates
// nothing. Why it failed takes some 20 to 90 µs. Everything is safe for concurrent use, except a [Pool], which is for one
// goroutine at a time.
//
// # Sources
//
// Cold starts: maxday/lambda-perf (Apache-2.0). Identifiers: endoflife.date (MIT), which collects AWS's documentation. Warm
// tables: each set names its own. See NOTICE and [Sources].
package runtimes
