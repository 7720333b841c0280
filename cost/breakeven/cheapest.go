package breakeven

import (
	"fmt"

	"github.com/shopspring/decimal"
)

// Cheapest returns f with the size of task that costs least at so many requests a month, of equal ones the one with fewer CPU
// units, then less memory. CPUUnits and MemoryMB of f are not looked at. Sizes that the load does not fit into are passed over;
// where there is no other, the error is that of the largest.
//
// All sizes that Fargate has are billed (see [FargateSizes]). Small tasks follow the traffic most closely; what each has to hold
// anyway (BaseMemoryMB, PerTask) speaks for large ones.
func (f Fargate) Cheapest(requests uint64) (Fargate, error) {
	var best cheapest[Fargate]
	for _, size := range FargateSizes() {
		f.CPUUnits = size.CPUUnits
		for _, mb := range size.all() {
			f.MemoryMB = mb
			best.try(f, requests)
		}
	}
	return best.found()
}

// all returns the sizes of memory, ascending.
func (s FargateSize) all() []int {
	if s.StepMB == 0 {
		return s.SizesMB
	}
	var sizes []int
	for mb := s.MinMB; mb <= s.MaxMB; mb += s.StepMB {
		sizes = append(sizes, mb)
	}
	return sizes
}

// Cheapest returns e with the instance type of a list that costs least at so many requests a month, of equal ones the first.
// [InstancesIn] returns the list of the embedded ones. Instance of e is not looked at. Types that the load does not fit into are
// passed over; where there is no other, the error is that of the last. Types with prices in two currencies are a
// [*CurrencyError]; no types, or one that is not valid, are a [*RangeError].
func (e EC2) Cheapest(types []Instance, requests uint64) (EC2, error) {
	if len(types) == 0 {
		return EC2{}, outOfRange("types", "empty", "1 or more (see InstancesIn)")
	}
	var best cheapest[EC2]
	currency := ""
	for i, t := range types {
		if err := t.validate(fmt.Sprintf("types[%d].", i)); err != nil {
			return EC2{}, err
		}
		switch {
		case currency == "":
			currency = t.Currency
		case t.Currency != "" && t.Currency != currency:
			return EC2{}, &CurrencyError{currency, t.Currency}
		}
		e.Instance = t
		best.try(e, requests)
	}
	return best.found()
}

// cheapest keeps the side that costs least of those that were tried.
type cheapest[S Side] struct {
	side S
	cost decimal.Decimal
	any  bool
	err  error // of the last that could not be billed
}

func (b *cheapest[S]) try(side S, requests uint64) {
	c, err := side.Monthly(requests)
	switch {
	case err != nil:
		b.err = err
	case !b.any || c.LessThan(b.cost):
		b.side, b.cost, b.any = side, c, true
	}
}

func (b *cheapest[S]) found() (S, error) {
	if b.any {
		return b.side, nil
	}
	return b.side, b.err
}
