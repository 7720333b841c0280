package breakeven

import (
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// Lambda is functions billed by request and duration, which cost nothing while nobody calls them.
type Lambda struct {
	// Rates are the prices of the region. They are required.
	Rates *cost.Rates
	// Request stands for all requests: a month of n is billed as n of it. Billed may be a mean, of any resolution down to a
	// nanosecond, with the initialisation of cold starts spread over all requests. Where its Mode is Provisioned, the
	// concurrency itself is not in the bill: it goes into PerMonth.
	Request cost.Invocation
	// Options are what the bill depends on beside: free tier, what the account used already this month (which uses up the
	// free tier and places the tiers), discounts. Nil means list prices and no free tier. They are only read.
	Options *cost.Options
	// PerMonth is what comes on top whatever the traffic: operations, provisioned concurrency, a NAT gateway. 0 or more.
	PerMonth decimal.Decimal
	// PerRequest is what comes on top for each request: an API in front, log lines. 0 or more. Where that price falls with
	// volume, use [Tiered] and [Sum] instead.
	PerRequest decimal.Decimal
}

// Monthly returns the total of [cost.Rates.Bill] for so many requests, plus what comes on top.
func (l Lambda) Monthly(requests uint64) (decimal.Decimal, error) {
	if err := l.validate(); err != nil {
		return decimal.Decimal{}, err
	}
	used, err := l.usage(requests)
	if err != nil {
		return decimal.Decimal{}, err
	}
	bill, err := l.Rates.Bill(used, l.Options)
	if err != nil {
		return decimal.Decimal{}, err
	}
	return bill.Total().Add(l.PerMonth).Add(l.PerRequest.Mul(decimal.NewFromUint64(requests))), nil
}

func (l Lambda) validate() error {
	if l.Rates == nil {
		return outOfRange("Lambda.Rates", "nil", "the rates of a region")
	}
	return extras("Lambda", l.PerMonth, l.PerRequest)
}

// extras checks what every side may have on top.
func extras(side string, perMonth, perRequest decimal.Decimal) error {
	if err := amount(side+".PerMonth", perMonth); err != nil {
		return err
	}
	return amount(side+".PerRequest", perRequest)
}

func (l Lambda) usage(requests uint64) (cost.Usage, error) {
	var u cost.Usage
	err := u.AddMean(requests, l.Request)
	return u, err
}

func (l Lambda) curve(most uint64) (curve, error) {
	if err := l.validate(); err != nil {
		return curve{}, err
	}
	c := curve{fixed: l.PerMonth, perRequest: l.PerRequest}
	return c.metered(l.Rates, l.Options, most, l.usage)
}

// metered returns c with what so much usage costs at these rates, for 0 to most requests.
//
// The tiers need not be worked out a second time: the bill of most requests has a line for each free share and each tier
// that is reached, in the order in which they are used up, so the sum of the lines before it is where each begins.
func (c curve) metered(r *cost.Rates, o *cost.Options, most uint64, usage func(requests uint64) (cost.Usage, error)) (curve, error) {
	each, err := usage(1)
	if err != nil {
		return curve{}, err
	}
	all, err := usage(most)
	if err != nil {
		return curve{}, err
	}
	bill, err := r.Bill(all, o)
	if err != nil {
		return curve{}, err
	}
	c.currency = r.Currency()
	var last cost.Key
	var from decimal.Decimal
	for _, l := range bill.Lines {
		k := cost.Key{Meter: l.Meter, Arch: l.Arch}
		if k != last {
			last, from = k, decimal.Decimal{}
			c.ramps = append(c.ramps, ramp{quantity: each.Quantity(k.Meter, k.Arch)})
		}
		r := &c.ramps[len(c.ramps)-1]
		r.tiers = append(r.tiers, cost.Tier{From: from, UnitPrice: l.UnitPrice})
		from = from.Add(l.Quantity)
	}
	return c, nil
}
