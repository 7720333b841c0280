package savings

import (
	"errors"
	"iter"
	"maps"
	"math/big"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// History is a calendar month of hourly usage, ready to be billed under any commitment. It is immutable and safe for
// concurrent use; the zero value, like nil, is a month in which nothing was used and no commitment ran.
type History struct {
	plan      Plan
	month     time.Time
	hours     []hour // without gaps
	committed int    // hours in which the commitment runs
	keys      []usedKey
	// onDemand is the bill of the month's usage without a plan: it has the heads of the bills and the names of free lines.
	onDemand cost.Statement
	notes    map[string][]string // what a bill that has covered usage says, by region
	missing  error               // plan rates that are not known; nil where none is needed
	currency string
	planAsOf time.Time // of the newest of the plan's cards

	// Quantities are whole numbers of 10^quantityExp GB-seconds or requests, money of 10^moneyExp.
	quantityExp, moneyExp int32
}

// hour is what one hour used beyond the free tier.
type hour struct {
	start     time.Time
	committed bool
	items     []item // in the order of keys
}

type item struct {
	key      int
	quantity *big.Int // above 0
}

// usedKey is one meter of one region, of which something was used in the month.
type usedKey struct {
	region string
	key    cost.Key
	price  cost.Price
	tiers  []tier

	free     *big.Int        // of the month's usage: what comes first is free
	freeList decimal.Decimal // list price on the free line
	start    *big.Int        // how far the tiers are used before the first unit that is not free

	rated     bool // the plan has a rate
	missing   bool // it has none, and needs one
	rate      decimal.Decimal
	rateCode  string
	rateMoney *big.Int // of one unit of quantity
	least     *big.Int // smallest quantity that is covered: one MB·ms or request
}

type tier struct {
	from                 *big.Int
	list, paid           decimal.Decimal
	listMoney, paidMoney *big.Int // of one unit of quantity
	rank                 int      // the order in which the plan covers it, from 0; -1: never
}

// NewHistory reads a month of hourly usage, by region code, and what it takes to bill it: prices, plan rates, free tier,
// tiers, and the options of the plan. Plan.HourlyCommitment plays no part: it is an argument of the methods.
//
// Hours are whole hours in UTC, ascending, each at most once, all in one calendar month; what lies between them was not
// used, and wastes the commitment. Months are billed one by one, since tiers and free tier begin anew. A yielded map may be
// changed afterwards. Options.Prior is what the month used before the first hour; it is taken for not covered where
// [Plan.CoveredOutsideTiers] is set.
//
// Errors are [*HourError] for the hours, those of [Plan.Validate], a [*RangeError] for a period of the plan outside of the
// month, a [*CardError] for a card in another currency than the region's prices, and those of [cost.Catalog.Bill] of the
// month's usage. Usage without a plan rate is an error of the methods.
func NewHistory(c *cost.Catalog, hours iter.Seq2[time.Time, map[string]cost.Usage], p Plan, o *cost.Options) (*History, error) {
	rates, err := p.rates()
	if err != nil {
		return nil, err
	}
	read, err := readHours(hours)
	if err != nil {
		return nil, err
	}
	h := &History{plan: p, month: monthOf(read.first(p.From))}
	if err := h.setPeriod(read); err != nil {
		return nil, err
	}
	if h.onDemand, err = c.Bill(read.totals, o); err != nil {
		return nil, err
	}
	if err := h.setKeys(c, rates, read, o); err != nil {
		return nil, err
	}
	h.rank()
	h.setMissing(slices.Sorted(maps.Keys(rates)))
	h.setNotes(rates, o)
	return h, nil
}

// Bill applies a plan to a month of hourly usage: see [NewHistory] for the hours and [History.Bill] for the bills. It is the
// way for one commitment; to compare several, make a History.
func Bill(c *cost.Catalog, hours iter.Seq2[time.Time, map[string]cost.Usage], p Plan, o *cost.Options) (cost.Statement, error) {
	h, err := NewHistory(c, hours, p, o)
	if err != nil {
		return cost.Statement{}, err
	}
	return h.Bill(p.HourlyCommitment)
}

// Month returns the first instant of the calendar month, in UTC; the zero time where there is neither usage nor a period.
func (h *History) Month() time.Time { return h.orNone().month }

// CommittedHours returns the number of hours in which the commitment runs.
func (h *History) CommittedHours() int { return h.orNone().committed }

// Currency returns the currency of all bills; "" where there is neither usage nor a card.
func (h *History) Currency() string { return h.orNone().currency }

var noHistory History

func (h *History) orNone() *History {
	if h == nil {
		return &noHistory
	}
	return h
}

func monthOf(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	u := t.UTC()
	return time.Date(u.Year(), u.Month(), 1, 0, 0, 0, 0, time.UTC)
}

// setPeriod lays out the hours of the month that are of interest, with the committed ones marked.
func (h *History) setPeriod(read *reading) error {
	from, until := h.plan.From.UTC(), h.plan.Until.UTC()
	if h.plan.From.IsZero() {
		from = read.first(time.Time{})
	}
	if h.plan.Until.IsZero() {
		until = read.end()
	}
	switch {
	case from.IsZero() && until.IsZero():
		return nil
	case until.IsZero():
		return &RangeError{Field: "Plan.Until", Given: "the zero time", Allowed: "the end of the commitment, where no hours are given"}
	case from.IsZero():
		return &RangeError{Field: "Plan.From", Given: "the zero time", Allowed: "the start of the commitment, where no hours are given"}
	}
	next := h.month.AddDate(0, 1, 0)
	allowed := "in the month of the usage, " + h.month.Format("2006-01")
	if from.Before(h.month) || !from.Before(next) {
		return &RangeError{Field: "Plan.From", Given: from.Format(time.RFC3339), Allowed: allowed}
	}
	if until.Before(h.month) || until.After(next) {
		return &RangeError{Field: "Plan.Until", Given: until.Format(time.RFC3339), Allowed: allowed}
	}
	if !from.Before(until) { // and one of them is not the plan's: see checkPeriod
		if h.plan.Until.IsZero() {
			return &RangeError{Field: "Plan.From", Given: from.Format(time.RFC3339), Allowed: "before the end of the hours given, " + until.Format(time.RFC3339) + ", or with Until"}
		}
		return &RangeError{Field: "Plan.Until", Given: until.Format(time.RFC3339), Allowed: "after the beginning of the hours given, " + from.Format(time.RFC3339) + ", or with From"}
	}
	first, end := from, until
	if len(read.hours) > 0 {
		if t := read.first(time.Time{}); t.Before(first) {
			first = t
		}
		if t := read.end(); t.After(end) {
			end = t
		}
	}
	for t := first; t.Before(end); t = t.Add(time.Hour) {
		committed := !t.Before(from) && t.Before(until)
		if committed {
			h.committed++
		}
		h.hours = append(h.hours, hour{start: t, committed: committed})
	}
	return nil
}

// setMissing notes the usage that a commitment could cover but for which the plan has no rate.
func (h *History) setMissing(known []string) {
	var missing []error
	for _, hr := range h.hours {
		if !hr.committed {
			continue
		}
		for _, it := range hr.items {
			if k := &h.keys[it.key]; Covers(k.key.Meter) && !k.rated && !k.missing {
				k.missing = true
				missing = append(missing, &NoRateError{Region: k.region, Meter: k.key.Meter, Arch: k.key.Arch, Known: known})
			}
		}
	}
	h.missing = errors.Join(missing...)
}

// commitmentMoney checks an hourly commitment and returns it in units of money. There must be rates for all that it could cover.
func (h *History) commitmentMoney(hourly decimal.Decimal) (*big.Int, error) {
	hourly, err := checkCommitment("hourlyCommitment", hourly)
	if err != nil {
		return nil, err
	}
	if hourly.IsZero() {
		return new(big.Int), nil
	}
	if h.missing != nil && !h.plan.UnratedOnDemand {
		return nil, h.missing
	}
	return whole(hourly, h.moneyExp), nil
}
