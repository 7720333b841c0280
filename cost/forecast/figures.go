package forecast

import (
	"encoding/json"
	"math"
	"math/big"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// Basis says where a figure comes from.
type Basis uint8

const (
	// NotKnown is the zero value.
	NotKnown Basis = iota
	// ClosedForm figures are exact for the scenario, without sampling error.
	ClosedForm
	// Simulated figures are means over replications, with their 95 % confidence interval.
	Simulated
)

// String returns "not known", "closed form" or "simulated".
func (b Basis) String() string {
	switch b {
	case ClosedForm:
		return "closed form"
	case Simulated:
		return "simulated"
	}
	return "not known"
}

// MarshalText writes what String returns.
func (b Basis) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// UnmarshalText reads what MarshalText writes; anything else is a [*RangeError].
func (b *Basis) UnmarshalText(text []byte) error {
	for _, known := range []Basis{NotKnown, ClosedForm, Simulated} {
		if known.String() == string(text) {
			*b = known
			return nil
		}
	}
	return outOfRange("Basis", string(text), `"not known", "closed form" or "simulated"`)
}

// Figure is a figure with its 95 % confidence interval: what sampling alone leaves open. It is a point where it is exact. Of
// [Figures], none of which can be negative, the interval does not begin below 0, and of shares not end above 1; that of a
// [Difference] may.
type Figure struct {
	lifecycle.Interval
	Basis Basis
}

func exactly(x float64) Figure {
	return Figure{lifecycle.Interval{Mean: x, Low: x, High: x}, ClosedForm}
}

// Percentile is a latency that a share P of requests does not exceed, with its 95 % confidence interval, as of a [Figure].
type Percentile struct {
	P               float64
	Mean, Low, High time.Duration
	Basis           Basis
}

// Percentiles returns those of latency that a forecast has: 50, 90, 95, 99 and 99.9 %, as fractions.
func Percentiles() []float64 { return []float64{.5, .9, .95, .99, .999} }

// Figures are what a month comes to.
type Figures struct {
	// Requests is how many requests the month has, Executions how many of them are executed: without those that are
	// throttled, and with each retry of an event.
	Requests, Executions uint64
	// Usage is what Bill is of: expected, in whole units.
	Usage cost.Usage
	// Bill is what the expected usage costs, to the last digit: exact for that usage, which is itself known to within Cost.
	Bill cost.Bill
	// WithoutInit is the bill if INIT were not billed.
	WithoutInit cost.Bill
	// InitGBSeconds is how much of the usage is INIT, rounded half up to a whole number of MB·ms. It says how many GB-seconds
	// also where free tier makes InitCost 0.
	InitGBSeconds Quantity
	Beside        []Line // Scenario.Beside

	// Cost is the total of Bill and Beside as an estimate, in the currency of the bill, with the interval that sampling leaves
	// open. For the amount use Total. Each replication is priced as a whole month: where the month is near the end of the free
	// tier, or of a tier, some are on the one side and some on the other, so that Cost and its interval can lie above Total.
	Cost Figure

	// ColdStartRate is the share of executions that start an environment, 0 to 1, DelayedRate that of those that wait for one to
	// start. Where a simulation had none, High is what is excluded with 95 % certainty: 3 in all executions that it had.
	ColdStartRate Figure
	DelayedRate   Figure
	SpillRate     Figure // share of executions that are not by provisioned concurrency: 1 without any
	ThrottleRate  Figure // share of requests that are refused for good
	TimeoutRate   Figure // share of executions that are cut off by the timeout
	Busy, Alive   Figure // environments, on average over time
	// PeakBusy and PeakAlive are the most environments at one time: in the simulated stretch or windows, on average over the
	// replications. In closed form: the number that is exceeded less often than once in two months.
	PeakBusy, PeakAlive Figure
	Latency             []Percentile // of [Percentiles], from arrival to end
}

// Quantity is a decimal that JSON holds as a string, whatever decimal's package-level settings are.
type Quantity struct{ decimal.Decimal }

// MarshalJSON writes a string of digits.
func (q Quantity) MarshalJSON() ([]byte, error) { return []byte(`"` + text(q.Decimal) + `"`), nil }

// UnmarshalJSON reads what MarshalJSON writes; null leaves q as it is, as everywhere in JSON. Anything else is a [*RangeError] or
// an error of encoding/json.
func (q *Quantity) UnmarshalJSON(b []byte) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil || s == nil {
		return err
	}
	d, err := parse("Quantity", *s)
	if err == nil {
		q.Decimal = d
	}
	return err
}

// Total returns what the month costs, exactly: the bill and what is beside it.
func (f Figures) Total() decimal.Decimal {
	total := f.Bill.Total()
	for _, l := range f.Beside {
		total = total.Add(l.Cost)
	}
	return total
}

// InitCost returns the part of the bill that is INIT: what it would be less if INIT were not billed.
func (f Figures) InitCost() decimal.Decimal { return f.Bill.Total().Sub(f.WithoutInit.Total()) }

// PerMillion returns what a million requests cost, as a fraction: Total × 1,000,000 / Requests. FloatString prints it
// rounded. It is nil where there are no requests.
func (f Figures) PerMillion() *big.Rat {
	if f.Requests == 0 {
		return nil
	}
	r := f.Total().Rat()
	return r.Mul(r, new(big.Rat).SetFrac(big.NewInt(1_000_000), new(big.Int).SetUint64(f.Requests)))
}

// Percentile returns the latency of one of [Percentiles], and whether p is one.
func (f Figures) Percentile(p float64) (Percentile, bool) {
	for _, l := range f.Latency {
		if l.P == p {
			return l, true
		}
	}
	return Percentile{}, false
}

// round leaves a duration four digits.
func round(d time.Duration) time.Duration {
	unit := time.Duration(1)
	for d.Abs()/unit >= 10_000 {
		unit *= 10
	}
	return d.Round(unit)
}

func inTime(i lifecycle.Interval, p float64) Percentile {
	ns := func(x float64) time.Duration { return time.Duration(math.Round(x)) }
	return Percentile{P: p, Mean: ns(i.Mean), Low: ns(i.Low), High: ns(i.High), Basis: Simulated}
}
