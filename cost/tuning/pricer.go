package tuning

import (
	"math/big"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
)

// Parts is what the cost of one invocation is made of. What is not here is not in it: free tier, later price tiers,
// provisioned concurrency that stands idle, streamed bytes, events above 256 KB, logs, everything outside of Lambda.
type Parts struct {
	Requests  decimal.Decimal // the request charge
	Compute   decimal.Decimal // GB-seconds
	Ephemeral decimal.Decimal // GB-seconds of /tmp above 512 MB
}

// Total returns the sum.
func (p Parts) Total() decimal.Decimal { return p.Requests.Add(p.Compute).Add(p.Ephemeral) }

// Pricer prices single invocations of one architecture, mode and /tmp in one region, exactly. It is immutable and safe for
// concurrent use; get it from [NewPricer].
//
// Prices are list prices of the first tier. For others, a later tier or a negotiated price, put them into a card of your
// own: [cost.Rates.Card] returns a copy to change, [cost.NewRates] makes rates of it.
type Pricer struct {
	mode cost.Mode
	// In 10^-CostScale of the currency: for a request, and for a GB-second.
	request, compute, ephemeral *big.Int
	extraMB                     int64 // of /tmp, beyond what is free
}

// NewPricer looks up what invocations cost. ephemeralMB is the configured /tmp, 512 to 10,240 MB; 0 means the free 512. Under
// [cost.Edge] the architecture may be "".
//
// The errors are those of package cost, [*cost.NotPricedError], [*cost.UnknownError], [*cost.RangeError], and a [*RangeError]
// for rates that are nil or the zero value.
func NewPricer(r *cost.Rates, a cost.Arch, mode cost.Mode, ephemeralMB int) (*Pricer, error) {
	if err := validRates(r); err != nil {
		return nil, err
	}
	var u cost.Usage // checks the combination
	if err := u.AddInvocation(cost.Invocation{Arch: a, MemoryMB: cost.MinMemoryMB, EphemeralMB: ephemeralMB, Mode: mode}); err != nil {
		return nil, err
	}
	requests, compute := cost.Requests, cost.Compute
	switch mode {
	case cost.Provisioned:
		compute = cost.ProvisionedCompute
	case cost.Edge:
		requests, compute, a = cost.EdgeRequests, cost.EdgeCompute, ""
	}
	p := &Pricer{mode: mode, extraMB: int64(max(0, ephemeralMB-cost.FreeEphemeralMB)), ephemeral: new(big.Int)}
	var err error
	if p.request, err = unitPrice(r, requests, a); err != nil {
		return nil, err
	}
	if p.compute, err = unitPrice(r, compute, a); err != nil {
		return nil, err
	}
	if p.extraMB > 0 {
		if p.ephemeral, err = unitPrice(r, cost.EphemeralStorage, a); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func validRates(r *cost.Rates) error {
	switch {
	case r == nil:
		return outOfRange("rates", "nil", "the rates of a region")
	case r.Region() == "":
		return outOfRange("rates", "the zero value", "the rates of a region")
	}
	return nil
}

// unitPrice returns the price of the first tier; a card has no price of more than 20 decimals.
func unitPrice(r *cost.Rates, m cost.Meter, a cost.Arch) (*big.Int, error) {
	price, err := r.Price(m, a)
	if err != nil {
		return nil, err
	}
	return digits.Scaled(price.Tiers[0].UnitPrice, CostScale), nil
}

// Cost returns what an invocation costs at a memory size, by its billed duration or by the mean of many, 0 to
// [cost.MaxBilled] at any resolution down to the nanosecond: nothing is rounded up to milliseconds here. The request charge
// is exact; compute is rounded to [CostScale] decimals, half up, and /tmp such that the sum is, too. A memory size or
// duration out of range is a [*RangeError].
func (p *Pricer) Cost(memoryMB int, billed time.Duration) (Parts, error) {
	if p == nil || p.request == nil {
		return Parts{}, outOfRange("Pricer", "the zero value", "one of NewPricer")
	}
	if err := validMemory("memoryMB", memoryMB); err != nil {
		return Parts{}, err
	}
	if billed < 0 || billed > cost.MaxBilled {
		return Parts{}, outOfRange("billed", billed, "0 to "+cost.MaxBilled.String())
	}
	return p.parts(memoryMB, mean{big.NewInt(int64(billed)), big.NewInt(1)}, time.Nanosecond), nil
}

// One MB·ns is 1/(1024·10^9) GB-seconds, that is 9765625 × 10^-19.
var (
	perMBNanosecond = big.NewInt(9765625)
	mbNanoseconds   = digits.Pow10(19)
)

// parts prices a mean billed duration in some unit of time.
func (p *Pricer) parts(memoryMB int, billed mean, unit time.Duration) Parts {
	den := new(big.Int).Mul(billed.den, mbNanoseconds)
	num := new(big.Int).Mul(billed.num, perMBNanosecond)
	num.Mul(num, big.NewInt(int64(unit)))
	amount := new(big.Int).Mul(p.compute, big.NewInt(int64(memoryMB)))
	compute := halfUp(new(big.Int).Mul(amount, num), den)
	parts := Parts{Requests: money(p.request), Compute: money(compute)}
	if p.extraMB > 0 {
		amount.Add(amount, new(big.Int).Mul(p.ephemeral, big.NewInt(p.extraMB)))
		both := halfUp(num.Mul(num, amount), den)
		parts.Ephemeral = money(both.Sub(both, compute))
	}
	return parts
}
