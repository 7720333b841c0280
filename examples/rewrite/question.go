package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/breakeven"
	"github.com/seed-e9ab587a/lambdaecon/cost/forecast"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// question is what is asked: traffic, place, money, and candidates, the first of which is what there is today.
type question struct {
	RequestsPerMonth uint64      `json:"requests_per_month"`
	Swing            float64     `json:"swing"`     // of the rate over a day, as a share of its mean: 0 is flat, 1 goes down to nothing
	PeakHour         float64     `json:"peak_hour"` // of the day
	Region           string      `json:"region"`
	MemoryMB         int         `json:"memory_mb"`
	IdleTimeout      string      `json:"idle_timeout"`
	Investment       string      `json:"investment"` // in the region's currency, once
	FreeTier         bool        `json:"free_tier"`  // the account's is left for this function: mostly others use it up
	API              string      `json:"api"`        // HTTP, REST or "" for none
	Candidates       []candidate `json:"candidates"`

	ConcurrencyLimit int `json:"concurrency_limit,omitempty"` // of the account, environments at one time; 0: the 1,000 that it starts with

	idle       time.Duration
	investment decimal.Decimal
	operations []decimal.Decimal // of the candidates
	rates      *cost.Rates
	beside     []forecast.Charge
}

// candidate is an implementation of the function, as it was measured.
type candidate struct {
	Name        string    `json:"name"`
	Arch        cost.Arch `json:"arch"`
	MeanMS      float64   `json:"mean_ms"` // of the handler, warm
	P99MS       float64   `json:"p99_ms"`
	FirstMeanMS float64   `json:"first_mean_ms"` // of the handler's first call in an environment; 0: as warm
	FirstP99MS  float64   `json:"first_p99_ms"`
	InitMS      float64   `json:"init_ms"`
	Basis       string    `json:"basis"`      // where the figures come from
	Operations  string    `json:"operations"` // what maintaining it costs a month; "" for nothing that differs
	Same        bool      `json:"same"`       // it is the same program as today, so that no rewrite is needed
}

// question fills what neither flags nor file say.
func (f flags) question(stdin io.Reader) (*question, error) {
	w := works[f.work]
	q := &question{
		RequestsPerMonth: 10_000_000, Swing: 0.8, PeakHour: 14, Region: "us-east-1", MemoryMB: w.memoryMB, IdleTimeout: "7m", Investment: "15000",
	}
	if f.scenario != "" {
		text, err := readAll(f.scenario, stdin)
		if err != nil {
			return nil, err
		}
		if err := q.read(text); err != nil {
			return nil, fmt.Errorf("%s: %w", f.scenario, err)
		}
	}
	if f.requestsGiven {
		q.RequestsPerMonth = f.requests
	}
	q.FreeTier = q.FreeTier || f.freeTier
	for _, s := range []struct {
		to   *string
		from string
	}{{&q.Region, f.region}, {&q.Investment, f.investment}, {&q.IdleTimeout, f.idleTimeout}} {
		if s.from != "" {
			*s.to = s.from
		}
	}
	if f.memoryMB != 0 {
		q.MemoryMB = f.memoryMB
	}
	if len(q.Candidates) == 0 {
		measured, err := w.candidates(q.MemoryMB)
		if err != nil {
			return nil, err
		}
		q.Candidates = measured
	}
	return q, q.check()
}

func readAll(file string, stdin io.Reader) ([]byte, error) {
	if file == "-" {
		return io.ReadAll(stdin)
	}
	return os.ReadFile(file)
}

// kindOf says what JSON a field takes.
func kindOf(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Struct:
		return "an object"
	case reflect.Slice:
		return "an array"
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "a string"
	case reflect.Uint64:
		return "a whole number, 0 or more"
	case reflect.Int:
		return "a whole number"
	default:
		return "a number"
	}
}

func (q *question) read(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(q); err != nil {
		if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return fmt.Errorf("%s is a JSON %s, allowed is %s", cmp.Or(t.Field, "the scenario"), t.Value, kindOf(t.Type))
		}
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the scenario")
	}
	return nil
}

// check reads what is text, and refuses what the library would not see.
func (q *question) check() error {
	var err error
	if q.idle, err = time.ParseDuration(q.IdleTimeout); err != nil || q.idle <= 0 {
		return fmt.Errorf("idle timeout %q is no time above 0", q.IdleTimeout)
	}
	if q.investment, err = amount("investment", q.Investment); err != nil {
		return err
	}
	for i, c := range q.Candidates {
		operations, err := amount(fmt.Sprintf("candidates[%d].operations", i), cmp.Or(c.Operations, "0"))
		if err != nil {
			return err
		}
		q.operations = append(q.operations, operations)
		if err := c.check(); err != nil {
			return fmt.Errorf("candidates[%d] (%q): %w", i, c.Name, err)
		}
	}
	if q.rates, err = cost.Embedded().Region(q.Region); err != nil {
		return err
	}
	if !(q.Swing >= 0 && q.Swing <= 1) || !(q.PeakHour >= 0 && q.PeakHour < 24) {
		return fmt.Errorf("swing %v or peak_hour %v: a swing of 0 to 1 and an hour of 0 to 24 are needed", q.Swing, q.PeakHour)
	}
	if q.ConcurrencyLimit < 0 {
		return fmt.Errorf("concurrency_limit is %d, allowed is 1 or more, or 0 for the default", q.ConcurrencyLimit)
	}
	if q.RequestsPerMonth == 0 {
		return errors.New("no requests: a month of 1 or more is needed")
	}
	for _, kind := range []breakeven.APIKind{breakeven.HTTPAPI, breakeven.RESTAPI} {
		if q.API != string(kind) {
			continue
		}
		charge, err := forecast.APIGateway(q.Region, kind, 1)
		if err != nil {
			return err
		}
		q.beside = []forecast.Charge{charge}
	}
	if q.API != "" && q.beside == nil {
		return fmt.Errorf("api %q is neither %v nor %v", q.API, breakeven.HTTPAPI, breakeven.RESTAPI)
	}
	return nil
}

func amount(name, text string) (decimal.Decimal, error) {
	d, err := decimal.NewFromString(text)
	if err != nil || len(text) > 20 || strings.ContainsAny(text, "eE-") {
		return d, fmt.Errorf("%s %q is no amount of money", name, text)
	}
	return d, nil
}

// check refuses what the library would not see.
func (c candidate) check() error {
	switch {
	case c.Name == "" || strings.ContainsFunc(c.Name+c.Basis, unicode.IsControl):
		return errors.New("a name, and a name and basis without control characters, are needed")
	case c.FirstMeanMS < 0 || c.FirstP99MS < 0 || (c.FirstMeanMS == 0) != (c.FirstP99MS == 0):
		return fmt.Errorf("first_mean_ms is %v and first_p99_ms %v: both or none are needed", c.FirstMeanMS, c.FirstP99MS)
	case !(c.InitMS >= 0 && c.InitMS <= 1e6):
		return fmt.Errorf("init_ms is %v, allowed is 0 to 1,000,000", c.InitMS)
	}
	return nil
}

// billing is what bills depend on beside usage.
func (q *question) billing() *cost.Options {
	if !q.FreeTier {
		return nil
	}
	return &cost.Options{FreeTier: cost.MonthlyFreeTier()}
}

// scenarios are those of the candidates, all with the same traffic.
func (q *question) scenarios() ([]forecast.Scenario, error) {
	perSecond := float64(q.RequestsPerMonth) / forecast.Month{}.Duration().Seconds()
	platform := lifecycle.AWS(lifecycle.Observed2021Long)
	platform.IdleTimeout = lifecycle.Constant(q.idle)
	platform.ConcurrencyLimit = cmp.Or(q.ConcurrencyLimit, platform.ConcurrencyLimit)
	var all []forecast.Scenario
	for i, c := range q.Candidates {
		warm, err := logNormal(c.MeanMS, c.P99MS)
		if err != nil {
			return nil, fmt.Errorf("candidates[%d] (%s): %w", i, c.Name, err)
		}
		f := lifecycle.Function{Duration: warm}
		if c.FirstMeanMS > 0 {
			if f.FirstDuration, err = logNormal(c.FirstMeanMS, c.FirstP99MS); err != nil {
				return nil, fmt.Errorf("candidates[%d] (%s), first call: %w", i, c.Name, err)
			}
		}
		if c.InitMS > 0 {
			f.Init = lifecycle.Constant(milliseconds(c.InitMS))
		}
		all = append(all, forecast.Scenario{
			Name: c.Name, Region: q.Region, Arch: c.Arch, MemoryMB: q.MemoryMB, Function: f, Platform: platform,
			Arrivals:         workload.Daily(perSecond, q.Swing, time.Duration(q.PeakHour*float64(time.Hour))),
			RequestsPerMonth: q.RequestsPerMonth, Beside: q.besideOf(i),
		})
	}
	return all, nil
}

// besideOf is what candidate i costs beside Lambda.
func (q *question) besideOf(i int) []forecast.Charge {
	all := slices.Clone(q.beside)
	if o := q.operations[i]; o.IsPositive() {
		all = append(all, forecast.Charge{Name: "operations", PerMonth: o, Currency: q.rates.Currency(), AsOf: q.rates.AsOf(), Source: "the scenario"})
	}
	return all
}

// idleTimeouts are the assumptions to look at beside the one that is made: the ends of what was last observed.
func (q *question) idleTimeouts() []time.Duration {
	short := lifecycle.AWS(lifecycle.Observed2021Short).IdleTimeout.Mean()
	long := lifecycle.AWS(lifecycle.Observed2020Busy).IdleTimeout.Mean()
	return []time.Duration{short, long}
}

func milliseconds(ms float64) time.Duration {
	return time.Duration(math.Round(ms * float64(time.Millisecond)))
}

// logNormal is the log-normal distribution with a mean and a 99th percentile, which is how latencies mostly look. With z the 99th
// percentile of the normal distribution, mean = median·exp(σ²/2) and p99 = median·exp(zσ), so that σ = z - √(z² -
// 2·log(p99/mean)).
func logNormal(meanMS, p99MS float64) (lifecycle.LogNormal, error) {
	const z = 2.3263478740408411
	if !(meanMS > 0 && p99MS >= meanMS && p99MS < meanMS*math.Exp(z*z/2) && p99MS <= 1e6) {
		return lifecycle.LogNormal{}, fmt.Errorf("a mean of %v ms and a p99 of %v ms: a mean above 0 and a p99 of 1 to 14.9 times as much, up to 1,000,000, are needed", meanMS, p99MS)
	}
	sigma := z - math.Sqrt(z*z-2*math.Log(p99MS/meanMS))
	return lifecycle.LogNormal{Median: milliseconds(meanMS * math.Exp(-sigma*sigma/2)), P99: milliseconds(p99MS)}, nil
}
