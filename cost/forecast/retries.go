package forecast

import (
	"cmp"
	"math/big"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// shortestRetried is how long is measured at least where failed events are tried again: those that wait at the end have no
// latency yet.
const shortestRetried = time.Hour

// retries returns how long after their arrival failed events are tried again, at the earliest; nil where none is.
func (s Scenario) retries() []time.Duration {
	f := s.Function
	if f.ErrorRate == 0 && s.Needs.CutOff == 0 {
		return nil
	}
	var all []time.Duration
	after := time.Duration(0)
	for i := range f.Retries {
		if after += time.Minute << i; after > cmp.Or(f.EventAge, lifecycle.MaxEventAge) {
			break
		}
		all = append(all, after)
	}
	return all
}

// tries is how many executions an event needs on average, timeouts not counted.
func (s Scenario) tries() float64 {
	all, again := 1.0, 1.0
	for range s.retries() {
		again *= s.Function.ErrorRate
		all += again
	}
	return all
}

// settled is how long it takes at least before events are tried again as often as at any later time.
func (s Scenario) settled() time.Duration {
	if all := s.retries(); len(all) > 0 {
		return all[len(all)-1] + time.Minute
	}
	return 0
}

// outstanding returns how many executions the events still need that wait at the end of a result: one each, and for those that
// fail again as many more as make it what all events need together, if executions fail as often as they did so far.
func (s Scenario) outstanding(r lifecycle.Result) *big.Rat {
	whole := func(n uint64) *big.Rat { return new(big.Rat).SetInt(new(big.Int).SetUint64(n)) }
	failed := whole(r.Failed + r.TimedOut)
	failed.Quo(failed, whole(r.Served()))
	each, again := whole(1), whole(1)
	for range s.retries() {
		each.Add(each, again.Mul(again, failed))
	}
	needed := whole(r.Invocations - r.Throttled)
	needed.Mul(needed, each).Sub(needed, whole(r.Served()))
	least := whole(r.Pending)
	if needed.Cmp(least) < 0 {
		return least
	}
	if most := each.Mul(each, least); needed.Cmp(most) > 0 {
		return most
	}
	return needed
}
