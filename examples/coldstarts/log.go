package main

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost/usagelog"
	"github.com/seed-e9ab587a/lambdaecon/examples/internal/cli"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// request is one request of a log.
type request struct {
	arrival time.Time
	handler time.Duration // without what a cold start adds
	startup time.Duration // what a cold start added
	cold    bool
}

// function is what a log says of one function.
type function struct {
	name      string
	knowsCold bool // whether the log tells which requests were cold
	billed    bool // whether what a cold start adds is INIT, which is billed; else it is not known what it is
	requests  []request
	startups  []time.Duration // what cold starts added
}

func (f *function) add(r request) {
	f.requests = append(f.requests, r)
	if r.cold && r.startup > 0 {
		f.startups = append(f.startups, r.startup)
	}
}

// sort puts the requests in the order of their arrival; logs are in that of their end.
func (f *function) sort() {
	slices.SortStableFunc(f.requests, func(a, b request) int { return a.arrival.Compare(b.arrival) })
}

// span is the time from the first arrival to the last.
func (f *function) span() time.Duration {
	return f.requests[len(f.requests)-1].arrival.Sub(f.requests[0].arrival)
}

func (f *function) trace(duration func(request) time.Duration) workload.Trace {
	t := make(workload.Trace, len(f.requests))
	for i, r := range f.requests {
		t[i] = lifecycle.Request{At: r.arrival.Sub(f.requests[0].arrival), Duration: max(duration(r), 1)}
	}
	return t
}

// occupancy is the log as it was: each request takes its environment from arrival to end, the start of it included.
func (f *function) occupancy() workload.Trace {
	return f.trace(func(r request) time.Duration { return r.handler + r.startup })
}

// handler is the log without its cold starts, which are up to the simulation.
func (f *function) handler() workload.Trace {
	return f.trace(func(r request) time.Duration { return r.handler })
}

func (f *function) observations() []lifecycle.Observation {
	log := make([]lifecycle.Observation, len(f.requests))
	for i, r := range f.occupancy() {
		log[i] = lifecycle.Observation{Request: r, Cold: f.requests[i].cold}
	}
	return log
}

// model is the function with the start-up times of the log, times a factor.
func (f *function) model(factor float64) lifecycle.Function {
	var m lifecycle.Function
	if len(f.startups) == 0 {
		return m
	}
	scaled := make([]time.Duration, len(f.startups))
	for i, d := range f.startups {
		scaled[i] = time.Duration(float64(d) * factor)
	}
	d, err := lifecycle.Empirical(scaled)
	if err != nil { // not empty, and none is negative
		panic(err)
	}
	if f.billed {
		m.Init = d
	} else {
		m.Startup = d
	}
	return m
}

// readLog reads a log of one of the two kinds, either plain or in gzip. Damaged reports are given to fail, and left out.
func readLog(r io.Reader, only string, fail func(error)) ([]*function, error) {
	b := bufio.NewReaderSize(r, 1<<16)
	head, _ := b.Peek(1 << 16)
	unpacked, err := gzip.NewReader(bytes.NewReader(head))
	packed := err == nil
	if packed {
		head, _ = io.ReadAll(io.LimitReader(unpacked, 4096)) // as far as what was peeked at goes
	}
	if line, _, _ := bytes.Cut(head, []byte("\n")); !bytes.Contains(line, []byte("arrive_ms")) {
		return readReports(b, only, fail), nil // as it is: gzip may be a part of it
	}
	if only != "" {
		return nil, errors.New("a log of clients names no function: -function does not go with it")
	}
	var rows io.Reader = b
	if packed {
		if rows, err = gzip.NewReader(b); err != nil {
			return nil, err
		}
	}
	f, err := readCSV(rows)
	if err != nil || len(f.requests) == 0 {
		return nil, err
	}
	return []*function{f}, nil
}

// readReports reads REPORT lines and the like. A report is written when the execution ends.
func readReports(r io.Reader, only string, fail func(error)) []*function {
	byName := map[string]*function{}
	untimed, provisioned, managed := 0, 0, 0
	for record, err := range usagelog.Records(r) {
		switch {
		case err != nil:
			fail(err)
			continue
		case only != "" && record.Function != only:
			continue
		case !record.Billable():
			managed++ // an environment of Managed Instances serves many requests at a time
			continue
		case record.Time.IsZero():
			untimed++
			continue
		case record.Initialization == "provisioned-concurrency":
			provisioned++ // its environment does not go, and says nothing about idle timeouts
			continue
		}
		f := byName[record.Function]
		if f == nil {
			f = &function{name: cmp.Or(cli.Name(record.Function), "function without a name"), knowsCold: true, billed: true}
			byName[record.Function] = f
		}
		startup := record.Init + record.Restore
		f.add(request{record.Time.Add(-record.Duration - startup), record.Duration, startup, startup > 0})
	}
	if untimed > 0 {
		fail(fmt.Errorf("%d reports without a time were left out", untimed))
	}
	if provisioned > 0 {
		fail(fmt.Errorf("%d reports of provisioned concurrency were left out", provisioned))
	}
	if managed > 0 {
		fail(fmt.Errorf("%d reports of Managed Instances were left out", managed))
	}
	var all []*function
	for _, f := range byName {
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b *function) int { return strings.Compare(a.name, b.name) })
	return all
}

// readCSV reads a log that was kept by the clients: when a request was sent, when the handler started, for how long it
// ran, in ms.
func readCSV(r io.Reader) (*function, error) {
	rows := csv.NewReader(r)
	header, err := rows.Read()
	if err != nil {
		return nil, err
	}
	column := map[string]int{}
	for i, name := range header {
		column[strings.TrimPrefix(strings.TrimSpace(name), "\ufeff")] = i
	}
	for _, name := range []string{"arrive_ms", "start_ms", "run_ms"} {
		if _, ok := column[name]; !ok {
			return nil, fmt.Errorf("line 1: there is no column %s", name)
		}
	}
	cold, knowsCold := column["cold"]
	f := &function{name: "log of clients", knowsCold: knowsCold}
	var warmDelays []time.Duration // from the client to the handler, without a cold start
	type delay struct{ whole, run time.Duration }
	var delays []delay
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		line, _ := rows.FieldPos(0)
		value := func(name string) (d time.Duration) {
			d, e := milliseconds(row[column[name]])
			if e != nil && err == nil {
				err = fmt.Errorf("line %d, %s: %w", line, name, e)
			}
			return d
		}
		arrive, start, run := value("arrive_ms"), value("start_ms"), value("run_ms")
		if err != nil {
			return nil, err
		}
		if start < arrive {
			return nil, fmt.Errorf("line %d: start_ms %v is before arrive_ms %v", line, start, arrive)
		}
		q := request{arrival: time.Unix(0, 0).Add(arrive)}
		if knowsCold {
			switch row[cold] {
			case "1":
				q.cold = true
			case "0":
			default:
				return nil, fmt.Errorf("line %d: cold is %q, allowed is 0 or 1", line, row[cold])
			}
		}
		if !q.cold {
			warmDelays = append(warmDelays, start-arrive)
		}
		delays = append(delays, delay{start - arrive, run})
		f.requests = append(f.requests, q)
	}
	// What a cold start adds is what its delay is longer than that of the usual warm request.
	usual := time.Duration(0)
	if len(warmDelays) > 0 {
		slices.Sort(warmDelays)
		usual = warmDelays[len(warmDelays)/2]
	}
	requests := f.requests
	f.requests = nil
	for i, q := range requests {
		if q.cold {
			q.startup = max(delays[i].whole-usual, 0)
		}
		q.handler = delays[i].whole + delays[i].run - q.startup
		f.add(q)
	}
	return f, nil
}

// milliseconds reads a decimal number of ms, not negative, as whole ns.
func milliseconds(s string) (time.Duration, error) {
	whole, fraction, _ := strings.Cut(s, ".")
	n, err := strconv.ParseUint(whole+(fraction + "000000")[:6], 10, 62) // so that a delay and a run, added up, fit
	if err != nil || whole == "" || strings.Trim(fraction, "0123456789") != "" {
		return 0, fmt.Errorf("%q is not a number of ms from 0 to 146 years", s)
	}
	return time.Duration(n), nil
}
