// Package workload has the streams of requests that package lifecycle simulates environments for: textbook processes, counts
// per minute, logs and traces.
//
//	workload.Poisson{PerSecond: 5, Until: 24 * time.Hour}         independent users
//	workload.Every{Period: time.Minute, Until: time.Hour}         a schedule
//	workload.Daily(5, 0.8, 14*time.Hour)                          a day's shape, with its peak at 14:00
//	workload.Bursts{PerSecond: 50, On: time.Minute, Off: time.Hour}
//	workload.PerMinute{Counts: counts}                            what monitoring shows
//	workload.Completed(ends)                                      a log, which is stamped at the end of each invocation
//	workload.Trace{{At: …, Duration: …}}                          known requests
//	workload.Merge(a, b)                                          all of them together
//	workload.ScaleDurations(trace, 1.8)                           the same requests, each 1.8 times as long
//
// All are [lifecycle.Arrivals]: plain values that can be played again from any seed, and safe for concurrent use as long as
// nobody changes them. Equal seeds give equal requests; parts of a merged workload are independent of each other whatever
// the seed. [Poisson], [Every], [Varying] and [Bursts] have a time at which they end, Until; without it they go on for ever,
// and a run of them needs [lifecycle.Options.Until], or is refused. [PerMinute] ends with its last minute, a [Trace] with its
// last request. MeanRate of those four says how many requests there are in a second, on average, and
// [Varying.CycleWithin] after what time a rate repeats. Times are since the start of the run, up to 73 years (2^61 ns).
//
// A workload that cannot be, with a negative rate or a period of zero, yields its error, a [*RangeError], in place of
// requests. So does its Validate.
//
// Within what a run takes of them, they hand out many requests at once ([lifecycle.Chunked]), which is what makes a run fast:
// some 10 ns a request.
package workload
