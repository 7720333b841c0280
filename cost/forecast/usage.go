package forecast

import (
	"math/big"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

// usage is what a month uses.
type usage struct {
	all, withoutInit     cost.Usage
	requests, executions uint64
	initMBMS             *big.Int // MB·ms of INIT
}

// scale is a factor from the simulated stretch to the month: num / den.
type scale struct{ num, den *big.Int }

// of returns n times the scale, rounded half up.
func (s scale) of(n *big.Int) *big.Int {
	x := new(big.Int).Mul(n, s.num)
	x.Lsh(x, 1).Add(x, s.den)
	return x.Quo(x, new(big.Int).Lsh(s.den, 1))
}

// scaleTo returns the scale with which a result stands for the month: for so many requests, or, with 0, for as many as
// there are at its rate.
func (s Scenario) scaleTo(requests uint64, r lifecycle.Result) (scale, error) {
	if r.Invocations == 0 || r.Elapsed <= 0 {
		return scale{}, &NoRequestsError{s.Name}
	}
	if requests > 0 {
		return scale{new(big.Int).SetUint64(requests), new(big.Int).SetUint64(r.Invocations)}, nil
	}
	return scale{big.NewInt(int64(s.Month.Duration())), big.NewInt(int64(r.Elapsed))}, nil
}

// usage returns what a month uses of which a result is a stretch.
func (s Scenario) usage(r lifecycle.Result, by scale) (usage, error) {
	count := func(n uint64) (uint64, error) {
		x := by.of(new(big.Int).SetUint64(n))
		if !x.IsUint64() {
			return 0, outOfRange("requests a month", x, "below 2^64")
		}
		return x.Uint64(), nil
	}
	var u usage
	u.initMBMS = new(big.Int)
	var err error
	if u.requests, err = count(r.Invocations); err != nil {
		return usage{}, err
	}
	if r.Pending > 0 && r.Served() > 0 {
		// What still waits at the end is executed later, as the others were on average.
		served := new(big.Rat).SetInt(new(big.Int).SetUint64(r.Served()))
		all := s.outstanding(r)
		all.Add(all, served).Quo(all, served).Mul(all, new(big.Rat).SetFrac(by.num, by.den))
		by = scale{all.Num(), all.Denom()}
	}
	for _, w := range []struct {
		mode cost.Mode
		lifecycle.Work
	}{{cost.OnDemand, r.OnDemand}, {cost.Provisioned, r.Provisioned}} {
		n, err := count(w.Requests)
		if err != nil {
			return usage{}, err
		}
		billed := new(big.Int).Mul(big.NewInt(int64(s.MemoryMB)), new(big.Int).SetUint64(w.BilledMS))
		// INIT is known in ns: what rounding up to ms adds stays with the rest.
		init := new(big.Int).Mul(big.NewInt(int64(s.MemoryMB)), big.NewInt(int64(w.Init)))
		perNS := scale{by.num, new(big.Int).Mul(by.den, big.NewInt(int64(time.Millisecond)))}
		if err := s.addWork(&u, w.mode, n, by.of(billed), perNS.of(init)); err != nil {
			return usage{}, err
		}
	}
	if err := s.addProvisioned(&u); err != nil {
		return usage{}, err
	}
	return u, nil
}

// addWork adds n executions of so many MB·ms together, of which some are INIT.
func (s Scenario) addWork(u *usage, mode cost.Mode, n uint64, billed, init *big.Int) error {
	if n == 0 && billed.Sign() == 0 {
		return nil
	}
	u.executions += n
	u.initMBMS.Add(u.initMBMS, init)
	// Requests and streamed bytes depend on each execution alike, durations only on their sum.
	each := cost.Invocation{Arch: s.Arch, MemoryMB: s.MemoryMB, StreamedBytes: s.StreamedBytes, EventBytes: s.EventBytes, Mode: mode}
	var one cost.Usage
	if err := one.AddInvocations(n, each); err != nil {
		return err
	}
	add := func(to *cost.Usage, mbms *big.Int) error {
		t := cost.Totals{MBMilliseconds: decimal.NewFromBigInt(mbms, 0)}
		if mode == cost.Provisioned {
			t = cost.Totals{ProvisionedMBMilliseconds: t.MBMilliseconds}
		}
		if extra := s.EphemeralMB - cost.FreeEphemeralMB; extra > 0 {
			// (MB of /tmp above the free ones) · ms = MB·ms of memory · that / MemoryMB
			tmp := scale{big.NewInt(int64(extra)), big.NewInt(int64(s.MemoryMB))}
			t.EphemeralMBMilliseconds = decimal.NewFromBigInt(tmp.of(mbms), 0)
		}
		if err := to.Merge(one); err != nil {
			return err
		}
		return to.AddTotals(s.Arch, t)
	}
	if err := add(&u.all, billed); err != nil {
		return err
	}
	return add(&u.withoutInit, billed.Sub(billed, init))
}

// addProvisioned adds provisioned concurrency, configured all month.
func (s Scenario) addProvisioned(u *usage) error {
	n := s.Function.ProvisionedConcurrency
	if n == 0 {
		return nil
	}
	for _, to := range []*cost.Usage{&u.all, &u.withoutInit} {
		if err := to.AddProvisioned(s.Arch, s.MemoryMB, n, s.Month.Duration()); err != nil {
			return err
		}
	}
	return nil
}
