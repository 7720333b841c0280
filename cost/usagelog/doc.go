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
// What the input is, is told by its content, not by a file's name: gzip, of one member or many, gzip in gzip, as Firehose makes
// it, and text before, between and behind members; UTF-8 or UTF-16, and both by turns, where they were appended to one file.
// UTF-16 needs no mark of the byte order where its lines begin with characters of ASCII. zip, zstd, bzip2, xz, lz4, snappy and
// Parquet are refused by name; what stands behind a member of gzip and is neither text nor gzip is an error, too.
//
// A log is lines of text, and JSON values wherever they begin: on a line or over many, behind text, before it, or touching one
// another. All of these may follow one another:
//
//	text lines               with or without a timestamp or log stream before REPORT, between any other lines
//	platform events          {"time", "type", "record"}, one a line, many, or in a list, as the Telemetry API delivers them
//	subscription messages    {"logGroup", "logEvents": [{"timestamp", "message"}]}, one or many, or in a list
//	filter-log-events        {"events": [{"timestamp", "message"}]}, of one page or many, or {"pages": […]} of them
//	log events               {"timestamp" or "@timestamp" or "time", "message" or "@message" or "log"}, the message as text or JSON
//	OpenSearch               {"hits": {"hits": [{"_source": {"@timestamp", "@message", "@log_group"}}]}}, or what is in the list, one a line
//	Loki                     {"streams": [{"stream", "values": [["1790856000123000000", "message"]]}]}, as it answers and is sent them, or
//	                         {"timestamp", "line"} one a line, as logcli and Grafana write them
//	messages                 as JSON strings, one a line or in a list
//	Logs Insights            {"results": [[{"field", "value"}]]}, or a list of objects, with @message or with @duration, @billedDuration …
//
// A table is CSV from the first line on: of the console, with timestamp,message, or of Logs Insights, with the columns above, and
// 1,000 of them at most. JSON and lines of text behind it are read as such.
// What cat, grep, head or tail left of a table or document is read as far as its reports are whole; what the missing part said
// of them, such as the function, is then not known.
//
// A report that stands anywhere else in JSON is a quotation, and passed over. Of a table with semicolons the reports are read as
// from lines of text.
//
// Logs Insights counts memory in bytes, of which it takes 1,000,000 to the MB. A row is one execution: where
// @duration and the like come with a count(*) that is not 1, as of `stats count(*) by …`, that is an error, but a count under
// another name is not seen. What the query's limit left out is missing without a sign.
//
// Only a log group tells the function's name: /aws/lambda/NAME, where it stands before the events, as AWS writes it, or in
// Loki the label that lambda-promtail makes of it. The time of a record is that of the platform event, or else that of the log
// event, or else that at the front of the line.
//
// In a stream a record comes as soon as it is complete: a line with its line break, JSON with its closing bracket.
//
// # What a log does not say
//
// Architecture, size of /tmp, packaging and whether the function ran on provisioned concurrency are not in a report: they
// come from a [Config], given by hand or read from `aws lambda list-functions` by [ReadConfigs]. [Configs] says what is to
// be done about a function that is missing there. Streamed bytes and the size of asynchronous events are nowhere; set them
// on the invocation where they matter. A function whose JSON system log level is WARN writes no reports at all.
//
// Each report is a record, however often it is there: logs that overlap count twice, and so does an execution whose report is
// there as text and as JSON. A request id alone does not tell, as retries of an asynchronous event have that of the first try.
//
// No Status is not success: reports before about 2024 have none for a timeout either, and Insights' columns never do.
//
// # Exactness
//
// Durations are read digit by digit into nanoseconds; no floating point is used. Digits beyond the nanosecond are rounded
// half up. The billed duration is taken as Lambda reports it; [Check] compares it with the rules.
//
// # Errors
//
// A line that is not a report is passed over by Records, and [ErrNotReport] from [ParseReport] and [ParseTelemetry]; so are
// INIT_REPORT and RESTORE_REPORT, quotations of a report, and the look-alikes of other vendors. A line that is a report but is
// damaged is a [*LineError] with line, byte offset, field and value, and reading goes on behind it: nothing is lost in silence.
// So is a document of log events that breaks off, or a row of a table whose quotes are not in order; what was complete before
// is yielded, and reading goes on with the next line or document. A report that was torn, so that the next one touches it, takes
// nothing from that one: both are read as far as they go. JSON of an application's that breaks off is no error. A report
// line that was cut off behind its last required field cannot be told from a whole one. An error of the reader is yielded last;
// what it cut off is not an error besides.
//
// # Constraints
//
// Memory does not grow with the input: it is 300 KB for a log of lines, some tens of MB with the longest lines and messages.
// A line or message of more than 8 MB is passed over: no report is nearly as long. JSON deeper than 64 levels is taken for
// text, and so is a member of an object that begins in the first column of a line with a bracket: there another document
// begins. A report must have 128 to 10,240 MB and at most 30 minutes in each of its durations; a request id at most 47
// bytes.
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
