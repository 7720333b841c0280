package breakeven

import (
	"fmt"
	"math"
	"math/big"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// Threshold says how busy provisioned concurrency must be to cost less than the same work on demand. All prices are list
// prices per GB-second.
//
// It is that of accounts in the first tier of duration. Provisioned concurrency has no tiers, so that in later ones it pays
// later or never: in us-east-1 on x86_64 from 0.60 of the time on in the first tier, 0.79 in the second, never in the third, as
// in every region. For these, set OnDemand to the price of the tier.
type Threshold struct {
	Region string
	Arch   cost.Arch

	Concurrency decimal.Decimal // configured, used or not
	Duration    decimal.Decimal // of billed duration on it
	OnDemand    decimal.Decimal // of billed duration on demand, first tier
}

// ProvisionedThreshold returns the threshold in a region. The error is a [*cost.NotPricedError] where a price is not known,
// or a [*cost.UnknownError] for the architecture.
func ProvisionedThreshold(r *cost.Rates, a cost.Arch) (Threshold, error) {
	t := Threshold{Region: r.Region(), Arch: a}
	for _, p := range [...]struct {
		meter cost.Meter
		to    *decimal.Decimal
	}{
		{cost.ProvisionedConcurrency, &t.Concurrency},
		{cost.ProvisionedCompute, &t.Duration},
		{cost.Compute, &t.OnDemand},
	} {
		price, err := r.Price(p.meter, a)
		if err != nil {
			return Threshold{}, err
		}
		*p.to = price.Tiers[0].UnitPrice
	}
	return t, nil
}

// Utilization returns the share of the time configured from which on provisioned concurrency costs less:
// Concurrency / (OnDemand - Duration), exactly; FloatString prints it. At just this share both cost the same. Above 1 it
// cannot be reached, and it is nil where duration on provisioned concurrency is no cheaper in the first place.
func (t Threshold) Utilization() *big.Rat {
	saved := t.OnDemand.Sub(t.Duration)
	if saved.Sign() <= 0 {
		return nil
	}
	return new(big.Rat).Quo(t.Concurrency.Rat(), saved.Rat())
}

// Never reports whether provisioned concurrency costs no less than on demand even if it is busy all the time. It may be
// worth its price all the same, for the cold starts that it saves.
func (t Threshold) Never() bool {
	u := t.Utilization()
	return u == nil || u.Cmp(oneWhole.Rat()) >= 0
}

// Pays reports whether provisioned concurrency that is busy for a share of the time costs less than on demand; exactly at
// the threshold it does not.
func (t Threshold) Pays(utilization *big.Rat) bool {
	u := t.Utilization()
	return u != nil && utilization != nil && utilization.Cmp(u) > 0
}

// Provisioned is a function with provisioned concurrency, on which most requests run; what finds all units busy overflows to
// on-demand environments.
type Provisioned struct {
	// Rates are the prices of the region. They are required.
	Rates *cost.Rates
	// Request stands for all that run on provisioned concurrency: warm, without initialisation. Its Mode may be OnDemand or
	// Provisioned, which makes no difference.
	Request cost.Invocation
	// Spilled stands for those that overflow: some of them are cold, and their initialisation is billed. The zero value
	// means that they are like Request. Its Mode must be OnDemand.
	Spilled cost.Invocation
	// Options are what the bill depends on beside; nil means list prices and no free tier, which is not for provisioned
	// concurrency anyway. They are only read.
	Options *cost.Options
	// Hours is how many hours of a month the concurrency is configured and the requests come, 1 to 744; 0 means
	// HoursPerMonth.
	Hours int
}

// ProvisionedCost is what a number of units costs a month.
type ProvisionedCost struct {
	Units    int
	Spill    float64 // share of requests that overflow, as given
	Requests uint64
	Spilled  uint64          // requests that overflow: Spill × Requests, rounded half up
	Cost     decimal.Decimal // concurrency, requests and duration of all of them
}

// MostUnits bounds the units that [Provisioned.Cheapest] tries.
const MostUnits = 100_000

// Cost returns what so many units cost with so many requests a month, of which a share, 0 to 1, overflows. Without units all
// of them do: the share must be 1.
func (p Provisioned) Cost(units int, requests uint64, spill float64) (ProvisionedCost, error) {
	if p.Rates == nil {
		return ProvisionedCost{}, outOfRange("Provisioned.Rates", "nil", "the rates of a region")
	}
	if units < 0 || units > MostUnits {
		return ProvisionedCost{}, outOfRange("units", units, fmt.Sprintf("0 to %d", MostUnits))
	}
	if !(spill >= 0 && spill <= 1) || units == 0 && spill != 1 {
		return ProvisionedCost{}, outOfRange("spill", spill, "a share from 0 to 1, and 1 without units")
	}
	if p.Hours < 0 || p.Hours > mostHours {
		return ProvisionedCost{}, outOfRange("Provisioned.Hours", p.Hours, fmt.Sprintf("0 (for %d), or 1 to %d", HoursPerMonth, mostHours))
	}
	warm, spilled := p.Request, p.Spilled
	if spilled == (cost.Invocation{}) {
		spilled = warm
		spilled.Mode = cost.OnDemand
	}
	if warm.Mode == cost.Edge {
		return ProvisionedCost{}, outOfRange("Provisioned.Request.Mode", warm.Mode, "OnDemand or Provisioned")
	}
	warm.Mode = cost.Provisioned
	if spilled.Mode != cost.OnDemand {
		return ProvisionedCost{}, outOfRange("Provisioned.Spilled.Mode", spilled.Mode, "OnDemand")
	}
	c := ProvisionedCost{Units: units, Spill: spill, Requests: requests, Spilled: share(spill, requests)}
	var u cost.Usage
	if err := u.AddMean(requests-c.Spilled, warm); err != nil {
		return ProvisionedCost{}, err
	}
	if err := u.AddMean(c.Spilled, spilled); err != nil {
		return ProvisionedCost{}, err
	}
	if units > 0 {
		if err := u.AddProvisioned(warm.Arch, warm.MemoryMB, units, p.configured()); err != nil {
			return ProvisionedCost{}, err
		}
	}
	bill, err := p.Rates.Bill(u, p.Options)
	if err != nil {
		return ProvisionedCost{}, err
	}
	c.Cost = bill.Total()
	return c, nil
}

func (p Provisioned) configured() time.Duration {
	return time.Duration(sizing{hours: p.Hours}.month()) * time.Hour
}

// Utilization returns the share of the configured time in which the units of c are busy, to be held against
// [Threshold.Utilization]: the billed time of what ran on them over the time configured. It is nil where there are no units, or
// no such month as p.Hours say. More than 1 means that c.Spill is too small to be true.
func (p Provisioned) Utilization(c ProvisionedCost) *big.Rat {
	if c.Units <= 0 || p.configured() <= 0 {
		return nil
	}
	busy := mul(unsigned(c.Requests-c.Spilled), integer(int64(p.Request.Billed)))
	return new(big.Rat).SetFrac(busy, mul(integer(int64(c.Units)), integer(int64(p.configured()))))
}

// share returns f × n, rounded half up; f is from 0 to 1.
func share(f float64, n uint64) uint64 {
	r := new(big.Rat).SetFloat64(f)
	r.Mul(r, new(big.Rat).SetInt(unsigned(n)))
	r.Add(r, big.NewRat(1, 2))
	return floorRat(r).Uint64()
}

// Cheapest returns the number of units, 0 to maxUnits, that costs least of those with a spill of at most maxSpill; of equal
// costs the fewest units. Every number is billed, so nothing is assumed of how spill depends on it.
//
// spill returns the share of requests that find all of so many units busy, 1 or more; without units it is 1. A request that
// overflows may still find a warm on-demand environment, so the spill is a limit above that of cold starts. For requests at
// random at a steady rate it is Erlang's loss formula, as in package lifecycle, of rate × mean duration:
//
//	spill := func(units int) float64 { return lifecycle.ErlangB(units, offered) }
//
// A limit that no number keeps is a [*UnitsError]; a spill that is no share from 0 to 1 a [*RangeError] that names the units.
func (p Provisioned) Cheapest(requests uint64, maxSpill float64, maxUnits int, spill func(units int) float64) (ProvisionedCost, error) {
	if !(maxSpill >= 0 && maxSpill <= 1) {
		return ProvisionedCost{}, outOfRange("maxSpill", maxSpill, "a share from 0 to 1")
	}
	if maxUnits < 0 || maxUnits > MostUnits {
		return ProvisionedCost{}, outOfRange("maxUnits", maxUnits, fmt.Sprintf("0 to %d", MostUnits))
	}
	if spill == nil {
		return ProvisionedCost{}, outOfRange("spill", "nil", "a function")
	}
	var best ProvisionedCost
	found, least := false, math.Inf(1)
	for units := range maxUnits + 1 {
		s := 1.0
		if units > 0 {
			s = spill(units)
		}
		if !(s >= 0 && s <= 1) {
			return ProvisionedCost{}, outOfRange(fmt.Sprintf("spill(%d)", units), s, "a share from 0 to 1")
		}
		least = min(least, s)
		if s > maxSpill {
			continue
		}
		c, err := p.Cost(units, requests, s)
		if err != nil {
			return ProvisionedCost{}, err
		}
		if !found || c.Cost.LessThan(best.Cost) {
			best, found = c, true
		}
	}
	if !found {
		return ProvisionedCost{}, &UnitsError{MaxSpill: maxSpill, MaxUnits: maxUnits, Least: least}
	}
	return best, nil
}
