// Package usagelog reads what AWS Lambda functions used from their logs.
//
// Lambda writes a report at the end of every execution: a line of text that begins with REPORT, or JSON of the type
// platform.report. [Records] finds them in a log, whatever container it arrives in, and yields a [Record] of each; with
// what the function's configuration adds, a record becomes a [cost.Invocation]:
//
//	for r, err := range usagelog.Records(log) {
//		…
//		inv, err := r.Invocation(config)
//		…
//		err = usage.AddInvocation(inv)
//	}
//
// # Containers
//
// The container is recognised by the first 64 KB of the content, not by a file's name; gzip, of one member or many, is
// unpacked first.
//
// Text lines may follow documents of JSON, and stand between them.
//
//	text lines               with or without a timestamp or log stream before REPORT, between any other lines
//	JSON lines               platform events, one a line, between any other lines; log events with a "message" or "log"; a message as a JSON string
//	subscription messages    {"logGroup", "logEvents": [{"timestamp", "message"}]}, one or many after one another, or in a list
//	filter-log-events        {"events": [{"timestamp", "message"}]}, of one page or many
//	Telemetry API            [{"time", "type", "record"}, …]
//	console                  CSV with timestamp,message
//	Logs Insights            CSV and JSON, with @message or with @duration, @billedDuration, @memorySize …
//
// Logs Insights counts memory in bytes, of which it takes 1,000,000 to the MB. Only a log group tells the function's name:
// /aws/lambda/NAME, where it stands before the events, as AWS writes it. The time of a record is that of the platform event or, before what the line itself says, that of the
// log event.
//
// # What a log does not say
//
// Architecture, size of /tmp, packaging and whether the function ran on provisioned concurrency are not in a report: they
// come from a [Config], given by hand or read from `aws lambda list-functions` by [ReadConfigs]. [Configs] says what is to
// be done about a function that is missing there. Streamed bytes and the size of asynchronous events are nowhere; set them
// on the invocation where they matter. A function whose JSON system log level is WARN writes no reports at all.
//
// # Exactness
//
// Durations are read digit by digit into nanoseconds; no floating point is used. Digits beyond the nanosecond are rounded
// half up. The billed duration is taken as Lambda reports it; [Check] compares it with the rules.
//
// # Errors
//
// A line that is not a report is passed over by Records, and [ErrNotReport] from [ParseReport] and [ParseTelemetry]; so are
// INIT_REPORT and RESTORE_REPORT, and the look-alikes of other vendors. A line that is a report but is damaged is a
// [*LineError] with line, byte offset, field and value, and reading goes on behind it: nothing is lost in silence. A report
// line that was cut off behind its last required field cannot be told from a whole one. An error of the reader is yielded
// last.
//
// # Constraints
//
// Memory does not grow with the input. A line or message of more than 8 MB is passed over: no report is nearly as long. A
// report must have 128 to 10,240 MB and at most 30 minutes in each of its durations; a request id at most 47 bytes.
//
// # Concurrency
//
// Functions may be called from many goroutines at once; a sequence belongs to the goroutine that ranges over it. Large
// logs are best split by file: sum up each by itself and merge the usage.
//
// # Sources
//
// Formats: AWS Lambda developer guide (2023 to 2026), and reports of 2017 to 2026 in public logs.
package usagelog
