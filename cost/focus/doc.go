// Package focus takes bills to the rest of a FinOps team's tools, and holds them against what AWS really charged.
//
// FOCUS, the FinOps Open Cost and Usage Specification, is the table in which cloud providers write out their charges: a [Row]
// for each hour, resource and price. This package makes such rows of bills, reads and writes them as CSV, checks that they
// keep the rules, and reconciles a billing export, FOCUS or AWS's own cost-and-usage report, with rates, a bill and logs.
//
// # Bills to FOCUS
//
// A bill says what usage costs; a [Charge] says what it does not: who pays, when, for what. [FromBill], [FromStatement] and
// [FromShowback] make rows of both, [WriteCSV] or a [Writer] writes them:
//
//	rows, err := focus.FromBill(bill, focus.Charge{
//		BillingAccount: focus.Account{ID: "111122223333"},
//		Period:         focus.Hour(t),
//	})
//	…
//	err = focus.WriteCSV(w, rows, nil)
//
// Each row has four costs. List cost is the public price, contracted cost the negotiated one, billed cost what the invoice
// says, effective cost what the usage cost in the end, with the fee of a Savings Plan spread over what it covers. They differ
// where there is a discount, a plan or a free tier; [FromBill] has the table. Each is quantity × price, rounded half up to 10
// decimals, as AWS rounds its line items.
//
// Bills have no time: bill each hour or day by itself, or bill a month at once and split it by [cost.Allocate] over usage by
// hour, which shares tiers and free tier in proportion ([AsPeriod]). Owners of a showback become tags, sub-accounts or
// functions ([AsTag], [AsSubAccount], [AsFunction]), or whatever an [Assign] function makes of them.
//
// SkuPriceId is the rate code of AWS's price list, SKU.TERM.DIMENSION, which tells the tier; SkuId is the part before the first
// point. Where the rates do not know the code, both are null, as in AWS's own exports of some products, which FOCUS does not
// allow: [Check] finds it, and says that the rates have no code. Rate cards made of a price list have all codes; the
// embedded ones have those of requests, of compute and of the free tier, not those of other meters, nor of Savings Plans.
//
// # FOCUS to bills
//
// [ToStatement] makes bills of rows again and [ToUsage] usage. Rows of this package carry what FOCUS has no column for in
// custom ones (x_LineKind, x_Meter, x_Architecture, x_Tier, x_UnitPrice), so that a bill comes back to the last digit; rows of
// AWS are recognised by rate code, usage type and description. An export of AWS has rows that are no lines of a Lambda bill, data
// transfer and other services among them: [LineOptions].Other takes them.
//
// # Null
//
// Null, no text and zero are three things. Columns are [Null] values: a ResourceId that is null belongs to no resource, a
// quantity of 0 was not used. In files, a field of nothing or of NULL without quotes is null, and "" is text of no characters.
//
// # Conformance
//
// [Check] and [CheckCSV] walk every rule that can be seen in a single row and in the header: columns that must be there and
// must not be null, values that are listed, costs that are products, periods within each other, columns that go together. Each
// [Finding] names row, column and rule; [Rules] lists them. What AWS's own FOCUS 1.0 exports are known to break: times with a
// blank in place of T, ResourceType null beside a ResourceId, custom columns without x_, and an EffectiveCost of 0 beside a
// BilledCost that is not (9 of 10 rows of Lambda in the sample data).
//
// # Reconciliation
//
// [Reconcile] reads an export once, in constant memory, and prices each row of Lambda by its own quantity: to the last of 10
// decimals, or there is a [Cause]. The causes add up to the export. A [Report] says further what each meter was, by month,
// region and tier, where AWS placed usage into other tiers than its sum gives, how it compares with a bill, and what the export
// bills and the logs do not explain: meters that no log shows, functions that are missing in it.
//
//	report, err := focus.Reconcile(ctx, export, &focus.Options{Logs: logs})
//	…
//	err = report.WriteTable(os.Stdout)
//
// examples/reconcile is this as a program.
//
// # Representation
//
// Figures are decimals, read digit by digit; no floating point is used, and no package-level setting of shopspring/decimal is
// read or written. Times are UTC. In the JSON of rows and reports, which is read again too, numbers are strings of digits,
// and what is null in a row is null.
//
// # Constraints
//
//	row                 up to 1 MB of text
//	number              60 digits before the point, 200 behind it, exponents within that
//	time                the years 1 to 9999
//	months in an export 120 different ones
//	currencies          64 different ones before the first row of Lambda, codes of 16 bytes at most
//
// # Errors
//
// A file without a usable header is a [*HeaderError]. A row that cannot be read is a [*LineError] with line, byte offset and
// column, and reading goes on behind it; nothing is passed over in silence, not even a header that is repeated
// ([ErrHeaderAgain]). A file that was cut off behind a whole field cannot be told from a whole one. Arguments out of range are
// a [*RangeError], rows that are no line of a bill a [*RowError]; errors of package cost are handed on.
//
// # Concurrency
//
// Functions may be called from many goroutines at once; a [Reader], a [Writer] and a sequence belong to one. Everything else
// is plain data.
//
// # Sources
//
// FOCUS 1.0 (June 2024) and 1.2 (May 2025): focus.finops.org, columns and attributes. AWS: Data Exports user guide, "FOCUS 1.2
// with AWS columns" and its conformance gaps; rows of Lambda in the FOCUS 1.0 sample data (September 2024), from which the
// rounding of costs is known too: 634 of 634 priced AWS rows.
package focus
