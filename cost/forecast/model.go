package forecast

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// model is a valid scenario, put together: what the packages that do the work are asked.
type model struct {
	scenario Scenario
	function lifecycle.Function
	platform lifecycle.Platform
	traffic  traffic
	rates    *cost.Rates
	options  Options
	queued   bool // events of it, or of one that it is compared with, may queue up for a part of the cycle
}

func newModel(s Scenario, o Options) (model, error) {
	rates, regionErr := o.Catalog.Region(s.Region)
	invalid := s.Validate()
	if s.Region != "" { // otherwise Validate says so
		invalid = errors.Join(invalid, regionErr)
	}
	if invalid != nil {
		return model{}, invalid
	}
	// Where AWS's billing rules are not known, that is an error.
	if _, err := cost.BilledDurationIn(s.Region, cost.Timing{Packaging: s.Packaging}, initBilled.start()); err != nil {
		return model{}, err
	}
	for _, c := range s.Beside {
		if c.Currency != rates.Currency() {
			return model{}, &CurrencyError{rates.Currency(), c.Currency, "the bill of " + s.Region, c.Name}
		}
	}
	m := model{scenario: s, platform: s.Platform, rates: rates, options: o, traffic: s.traffic()}
	var err error
	if m.function, err = s.function(); err != nil {
		return model{}, err
	}
	if m.traffic.arrivals, err = s.scaledArrivals(m.traffic.arrivals); err != nil {
		return model{}, err
	}
	if m.traffic.exact && (m.traffic.rate == 0 || m.requests() == 0) {
		return model{}, &NoRequestsError{s.Name}
	}
	return m, m.comparable(m.traffic.rate)
}

// with returns the model with another idle timeout.
func (m model) with(idle time.Duration) model {
	m.platform.IdleTimeout = lifecycle.Constant(idle)
	return m
}

// requests returns how many requests the month has, where that is known; 0 means as many as are simulated.
func (m model) requests() uint64 {
	if m.scenario.RequestsPerMonth > 0 || !m.traffic.exact {
		return m.scenario.RequestsPerMonth
	}
	n := new(big.Rat)
	n.SetFloat64(m.traffic.rate)
	n.Mul(n, big.NewRat(int64(m.scenario.Month.Duration()), int64(time.Second)))
	x := scale{n.Num(), n.Denom()}.of(big.NewInt(1))
	return x.Uint64() // rates are at most 1e9 a second
}

// comparable refuses a number of requests a month that is another than that of the arrivals: at another rate, other shares
// of them are cold.
func (m model) comparable(rate float64) error {
	n, own := float64(m.scenario.RequestsPerMonth), rate*m.scenario.Month.Duration().Seconds()
	if n == 0 || own == 0 || n >= own/2 && n <= own*2 {
		return nil
	}
	return outOfRange("Scenario.RequestsPerMonth", m.scenario.RequestsPerMonth,
		fmt.Sprintf("half to twice the %.4g requests that Arrivals have in a month, or 0 for as many", own))
}

// bill prices a month's usage.
func (m model) bill(u usage) (all, withoutInit cost.Bill, err error) {
	if all, err = m.rates.Bill(u.all, m.options.Billing); err != nil {
		return cost.Bill{}, cost.Bill{}, err
	}
	withoutInit, err = m.rates.Bill(u.withoutInit, m.options.Billing)
	return all, withoutInit, err
}

// priced returns the exact figures of a month's usage.
func (m model) priced(u usage) (Figures, error) {
	f := Figures{Requests: u.requests, Executions: u.executions, Usage: u.all, InitGBSeconds: gbSeconds(u.initMBMS)}
	var err error
	if f.Bill, f.WithoutInit, err = m.bill(u); err != nil {
		return Figures{}, err
	}
	for _, c := range m.scenario.Beside {
		f.Beside = append(f.Beside, c.lines(u.requests, u.executions)...)
	}
	return f, nil
}

// stopped returns the error of a context that is done, as a simulation does.
func stopped(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return &lifecycle.StoppedError{Err: err}
	}
	return nil
}
