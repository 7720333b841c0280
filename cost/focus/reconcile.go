package focus

import (
	"cmp"
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// Options are what an export is held against. A nil *Options, like the zero value, means the embedded rates at list prices,
// no bill, no logs, all periods. Options are only read.
type Options struct {
	// Catalog has the rates; nil means [cost.Embedded].
	Catalog *cost.Catalog
	// Billing gives discounts, and Prior usage that places the tiers; nil means none. Its free tier is not used: the export
	// has free usage in rows of its own.
	Billing *cost.Options
	// Bill is compared with the export line by line; nil means none. It is in the export's currency.
	Bill *cost.Statement
	// Logs is what logs have, by region code and function name; usage of which the function is not known is under "". Nil
	// means that there are none.
	Logs map[string]map[string]cost.Usage
	// Period leaves out rows of Lambda that are not within it; the zero value takes all. Rows without a charge period are
	// taken, as are other services', which are not looked at.
	Period Period
	// Examples is how many rows of each cause are kept; 0 means 3, and negative none. Missing is how many missing functions
	// are; 0 means 20, and negative none.
	Examples, Missing int
	// Observe is called with each row of Lambda, and each other row of the export, as it is read; nil means not. Rows of other
	// services before the first of Lambda, which decides the currency, are observed as if they were of that currency.
	Observe func(Result)
	// Progress is called with the number of rows now and then, and at the end, with those that cannot be read; nil means not.
	Progress func(rows uint64)
}

const (
	maxMonths     = 120  // different ones in an export, so that memory stays bounded
	maxCurrencies = 64   // different ones before the first row of Lambda
	maxErrors     = 20   // kept of rows that cannot be read
	maxMissing    = 4096 // names of functions kept, to choose from
	progressBy    = 1 << 16
)

// Reconcile reads a billing export, FOCUS 1.0 or 1.2 or a cost-and-usage report, as CSV or gzip of it, and says what of it
// rates and quantities explain. Row by row: the quantity of each row of Lambda's usage times our price, rounded half up to 10
// decimals, is held against what AWS billed. What matches, matches to the last digit; everything else has a [Cause]. Memory
// does not grow with the export, but with the functions of the logs.
//
// In FOCUS, BilledCost is what was billed, in a cost-and-usage report lineItem/UnblendedCost.
//
// A row is recognised by its rate code, else by its usage type, else by its description, never by its unit. A rate code tells
// the tier; without one that the rates know, it is the tier of which the price gives the cost.
//
// The report is in the currency of the first row of Lambda that has one; where there is no such row, in that of the first row
// that has one. What is in others is counted, and not summed up.
//
// Rows that cannot be read are counted in the report and do not end it. A header that cannot be used is a [*HeaderError],
// options out of range are a [*RangeError] or one of package cost's errors; then there is no report. An error of the reader, the
// end of ctx, rows of more than 120 different months, more than 64 currencies before the first row of Lambda, and a header
// that is repeated in another order end it: then the report is that of the rows before, and the error says why. ctx is
// looked at between reads: one that blocks ends when it ends. A bill in another currency than the export is a
// [*cost.MixedError] beside a report that has everything but Bill.
func Reconcile(ctx context.Context, r io.Reader, o *Options) (*Report, error) {
	if o == nil {
		o = new(Options)
	}
	if err := o.validate(); err != nil {
		return nil, err
	}
	if r == nil {
		return nil, errNil("r", "a reader")
	}
	e, err := newExport(&contextReader{ctx, r})
	switch {
	case err == nil:
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
		return new(Report), err
	default:
		return nil, err
	}
	c := newReconciler(e, o)
	err = c.run(ctx)
	report, mixed := c.report()
	return report, cmp.Or(err, mixed)
}

// contextReader ends where its context does, so that what is no row does not keep Reconcile: endless headers, rows that cannot be
// read, empty lines.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (r *contextReader) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(b)
}

func (o *Options) validate() error {
	if err := o.Billing.Validate(); err != nil {
		return err
	}
	if !o.Period.isZero() && !o.Period.Start.Before(o.Period.End) {
		return &RangeError{Field: "Options.Period", Given: o.Period.String(), Allowed: "a span of time that ends behind its start"}
	}
	if o.Bill != nil {
		return checkBill(o.Bill)
	}
	return nil
}

// reconciler is the state of one call.
type reconciler struct {
	*export
	o        *Options
	names    *names
	paidFor  map[*tariff][]decimal.Decimal // of tariffs that occurred
	examples int
	currency string
	decided  bool // currency is known
	early    []earlyTally
	out      Report
	sums     [numCauses]causeTally
	lines    map[lineID]*lineTally
	months   map[int64]bool
	logs     *logTally
}

type causeTally struct {
	Sum
	examples []Result
}

// lineID is what rows of one LineSum have in common.
type lineID struct {
	month  int64 // Unix time, since time.Time is no good key
	region string
	key    cost.Key
	kind   cost.Kind
	tier   int
}

type lineTally struct {
	Sum
	matched             uint64
	quantity, effective decimal.Decimal
}

func newReconciler(e *export, o *Options) *reconciler {
	c := &reconciler{
		export: e, o: o, names: namesOf(o.Catalog), paidFor: make(map[*tariff][]decimal.Decimal), examples: orDefault(o.Examples, 3),
		lines: make(map[lineID]*lineTally), months: make(map[int64]bool),
	}
	if o.Logs != nil {
		c.logs = newLogTally(o.Logs)
	}
	c.out.Format = e.format
	c.decided = e.at[attrCurrency] < 0
	return c
}

// orDefault reads a number of which 0 means the usual one and less means none.
func orDefault(n, usual int) int {
	if n == 0 {
		return usual
	}
	return max(n, 0)
}

func (c *reconciler) run(ctx context.Context) error {
	var row entry
	for seen := uint64(0); ; {
		if seen%4096 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		err := c.next(&row)
		if err == nil {
			err = c.take(&row)
		} else if damaged, ok := errors.AsType[*LineError](err); ok {
			c.unread(damaged)
			err = nil
		}
		if err == nil {
			seen++
		}
		if c.o.Progress != nil && (err != nil || seen%progressBy == 0) {
			c.o.Progress(seen)
		}
		switch {
		case err == nil:
		case errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
			return nil
		default:
			return err
		}
	}
}

func (c *reconciler) unread(err *LineError) {
	if errors.Is(err, ErrHeaderAgain) {
		c.out.Headers++
		return
	}
	c.out.Unread++
	if len(c.out.Errors) < maxErrors {
		c.out.Errors = append(c.out.Errors, err)
	}
}

// verdict is what is found out of one row.
type verdict struct {
	cause    Cause
	meter    meterOf
	tier     int // index; -1 where it is not known
	computed decimal.Decimal
	our      decimal.Decimal // price
}

// take puts a row to its cause and into the sums.
func (c *reconciler) take(row *entry) error {
	v := verdict{tier: -1}
	sum := &c.sums[OtherCurrency]
	if !row.lambda {
		if v.cause = OtherService; row.isPlanFee() {
			v.cause = CommitmentFee
		}
	}
	switch {
	case !c.decided && !row.lambda:
		early, err := c.earlySum(row, v.cause)
		if err != nil {
			return err
		}
		sum = early
	case !c.isCurrency(row):
		v.cause = OtherCurrency
	case !row.lambda:
	case !c.o.Period.isZero() && !row.period.isZero() && !c.o.Period.contains(row.period):
		v.cause = OutsidePeriod
	default:
		v = c.judge(row)
	}
	if row.lambda && v.meter.sort != unknownSort && v.cause < DataTransfer || v.cause == CoveredUsage {
		if !row.quantity.Valid {
			c.unread(c.damaged(attrQuantity, "null", "a number, of usage").(*LineError))
			return nil
		}
		if err := c.takeUsage(row, &v); err != nil {
			return err
		}
	}
	c.out.Rows++
	if c.decided {
		sum = &c.sums[v.cause]
	}
	c.takeSum(sum, row, &v)
	return nil
}

// isPlanFee reports whether the row of another service is about a Savings Plan.
func (row *entry) isPlanFee() bool {
	switch row.charge {
	case feeCharge, unusedCharge, negationCharge:
		return isPlans(row.service)
	}
	return false
}

func (c *reconciler) takeSum(s *causeTally, row *entry, v *verdict) {
	s.Rows++
	difference := row.billed.V.Sub(v.computed)
	if v.cause != OtherCurrency {
		s.Billed, s.Computed = s.Billed.Add(row.billed.V), s.Computed.Add(v.computed)
	}
	keep := c.examples > 0 && (len(s.examples) < c.examples || difference.Abs().GreaterThan(s.examples[len(s.examples)-1].difference().Abs()))
	if !keep && c.o.Observe == nil {
		return
	}
	result := c.result(row, v)
	if c.o.Observe != nil {
		c.o.Observe(result)
	}
	if keep {
		s.keep(result, c.examples)
	}
}

func (r *Result) difference() decimal.Decimal { return r.Billed.Sub(r.Computed) }

// keep inserts a result behind those of the same difference or more, and drops the last one where there are too many.
func (s *causeTally) keep(r Result, most int) {
	at := len(s.examples)
	for at > 0 && r.difference().Abs().GreaterThan(s.examples[at-1].difference().Abs()) {
		at--
	}
	s.examples = append(s.examples, Result{})
	copy(s.examples[at+1:], s.examples[at:])
	s.examples[at] = r
	if len(s.examples) > most {
		s.examples = s.examples[:most]
	}
}

func (c *reconciler) result(row *entry, v *verdict) Result {
	r := Result{
		Cause: v.cause, Line: row.line, Start: row.period.Start, Currency: string(row.currency),
		Service: kept(row.service), Category: kept(row.category), Region: kept(row.region), UsageType: kept(row.usageType),
		RateCode: kept(row.rateCode), Description: kept(row.description), Resource: kept(row.resource),
		Key: v.meter.key, Quantity: row.quantity.V, UnitPrice: row.unitPrice.V, OurPrice: v.our, Billed: row.billed.V, Computed: v.computed,
	}
	if v.meter.region != nil {
		r.Region = v.meter.region.rates.Region()
		if !v.our.IsZero() {
			r.AsOf = v.meter.region.tariffs[v.meter.key].asOf
		}
		if t := v.meter.region.tariffs[v.meter.key]; v.tier >= 0 && t != nil && len(t.price.Tiers) > 1 {
			r.Tier = v.tier + 1
		}
	}
	return r
}

// kept is text of a row for a result: a copy, shortened where it is long, with U+FFFD for what is no text, as in JSON.
func kept(b []byte) string { return show.ClipTo(strings.ToValidUTF8(string(b), "\ufffd"), 200) }

// takeUsage puts the quantity of a row into the sums by line and by function.
func (c *reconciler) takeUsage(row *entry, v *verdict) error {
	id := lineID{region: string(row.region), key: v.meter.key}
	if v.meter.region != nil {
		id.region = v.meter.region.rates.Region()
		if t := v.meter.region.tariffs[v.meter.key]; v.tier >= 0 && t != nil && len(t.price.Tiers) > 1 {
			id.tier = v.tier + 1
		}
	} else {
		id.region = "" // names that nobody knows do not fill memory
	}
	switch {
	case v.cause == FreeTier, v.meter.sort == freeSort:
		id.kind = cost.Free
	case v.cause == CoveredUsage:
		id.kind = cost.Covered
	}
	if !row.month.IsZero() {
		// Billing months begin at midnight, which is not UTC's everywhere, and are months whatever the second.
		id.month = Month(row.month.Add(12 * time.Hour)).Start.Unix()
	}
	if !c.months[id.month] {
		if len(c.months) == maxMonths {
			return &LineError{Line: row.line, Offset: row.offset, Given: "another month", Allowed: "120 different months in one export"}
		}
		c.months[id.month] = true
	}
	t, ok := c.lines[id]
	if !ok {
		t = new(lineTally)
		c.lines[id] = t
	}
	t.Rows++
	if v.cause <= FreeTier {
		t.matched++
	}
	t.quantity, t.effective = t.quantity.Add(row.quantity.V), t.effective.Add(row.effective.V)
	t.Billed, t.Computed = t.Billed.Add(row.billed.V), t.Computed.Add(v.computed)
	if c.logs != nil {
		c.logs.add(id.region, id.kind, v.meter.key, row)
	}
	return nil
}

// monthOf is the reverse of lineID.month.
func monthOf(unix int64) time.Time {
	if unix == 0 {
		return time.Time{}
	}
	return time.Unix(unix, 0).UTC()
}
