package savings

import (
	"iter"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// reading is the hours as they were given.
type reading struct {
	hours  []readHour
	totals map[string]cost.Usage // by region, of all hours
}

type readHour struct {
	start time.Time
	used  map[regionKey]decimal.Decimal
}

type regionKey struct {
	region string
	key    cost.Key
}

func readHours(hours iter.Seq2[time.Time, map[string]cost.Usage]) (*reading, error) {
	if hours == nil {
		return nil, &RangeError{Field: "hours", Given: "nil", Allowed: "a sequence of hours"}
	}
	r := &reading{totals: make(map[string]cost.Usage)}
	var err error
	for t, usage := range hours {
		if err = r.add(t, usage); err != nil {
			break
		}
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

func (r *reading) add(t time.Time, usage map[string]cost.Usage) error {
	fault := &HourError{Index: len(r.hours), Hour: t}
	if n := len(r.hours); n > 0 {
		fault.Previous = r.hours[n-1].start
	}
	switch {
	case t.IsZero() || !isWholeHour(t):
		fault.Allowed = wholeHour
		return fault
	case fault.Index == 0:
	case !t.After(fault.Previous):
		fault.Allowed = "a later hour than the one before it, " + fault.Previous.Format(time.RFC3339)
		return fault
	case !monthOf(t).Equal(monthOf(fault.Previous)):
		fault.Allowed = "an hour in the calendar month of the first, " + fault.Previous.Format("2006-01")
		return fault
	}
	hr := readHour{start: t.UTC(), used: make(map[regionKey]decimal.Decimal)}
	for region, u := range usage {
		total := r.totals[region]
		if err := total.Merge(u); err != nil {
			return err
		}
		r.totals[region] = total
		for k, q := range u.All() {
			hr.used[regionKey{region, k}] = q
		}
	}
	r.hours = append(r.hours, hr)
	return nil
}

// first returns the first hour, or otherwise where there is none.
func (r *reading) first(otherwise time.Time) time.Time {
	if len(r.hours) == 0 {
		return otherwise
	}
	return r.hours[0].start
}

// end returns the end of the last hour; the zero time where there is none.
func (r *reading) end() time.Time {
	if len(r.hours) == 0 {
		return time.Time{}
	}
	return r.hours[len(r.hours)-1].start.Add(time.Hour)
}
