package focus

import (
	"strings"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// logTally is what the export has of the functions that logs have.
type logTally struct {
	logs    map[string]map[string]cost.Usage
	used    map[logKey]decimal.Decimal // by function, of those in the logs
	missing map[missingKey]*MissingFunction
	absent  map[usageKey]decimal.Decimal // quantity of functions that are in no log
	rows    uint64
}

type logKey struct {
	region, function string
	key              cost.Key
}

type usageKey struct {
	region string
	key    cost.Key
}

const maxName = 140

type missingKey struct{ region, function string }

func newLogTally(logs map[string]map[string]cost.Usage) *logTally {
	return &logTally{
		logs: logs, used: make(map[logKey]decimal.Decimal),
		missing: make(map[missingKey]*MissingFunction), absent: make(map[usageKey]decimal.Decimal),
	}
}

// logged reports whether a log can have a meter at all.
func logged(m cost.Meter) bool {
	switch m {
	case cost.Requests, cost.Compute, cost.ProvisionedCompute, cost.EphemeralStorage, cost.EdgeRequests, cost.EdgeCompute:
		return true
	default:
		return false
	}
}

// add takes a row of usage. A row without a function is compared in the sum alone.
func (l *logTally) add(region string, kind cost.Kind, key cost.Key, row *entry) {
	functions, ok := l.logs[region]
	if !ok || kind == cost.Free {
		return
	}
	function, ok := functionOf(strings.ToValidUTF8(string(row.resource), "\ufffd"))
	if !ok {
		return
	}
	if _, ok := functions[function]; ok {
		k := logKey{region, function, key}
		l.used[k] = l.used[k].Add(row.quantity.V)
		return
	}
	k := usageKey{region, key}
	if logged(key.Meter) {
		l.absent[k] = l.absent[k].Add(row.quantity.V)
	}
	l.rows++
	name := missingKey{region, show.ClipTo(function, maxName)} // no function of AWS has a longer one
	m := l.missing[name]
	if m == nil {
		if len(l.missing) == maxMissing {
			return
		}
		m = &MissingFunction{Region: region, Function: name.function}
		l.missing[name] = m
	}
	m.Rows++
	m.Billed = m.Billed.Add(row.billed.V)
}
