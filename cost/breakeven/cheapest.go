package breakeven

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"
)

// Cheapest returns f with the size of task that costs least at so many requests a month, of equal ones the one with fewer CPU
// units, then less memory. CPUUnits and MemoryMB of f are not looked at. Sizes that the load does not fit into are passed over;
// where there is no other, the error is that of the largest.
//
// All sizes that Fargate has are billed (see [FargateSizes]). Small tasks follow the traffic most closely; what each has to hold
// anyway (BaseMemoryMB, PerTask) speaks for large ones. The Load is taken to be the same on each: its PerSecond must be 0, since
// what one size was found to serve says nothing of another, and its Duration should be that on a quarter of a vCPU, which is
// mostly the cheapest. Whether callers can wait for that is not asked.
func (f Fargate) Cheapest(requests uint64) (Fargate, error) {
	if err := f.Load.notMeasured("Fargate"); err != nil {
		return Fargate{}, err
	}
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
// [InstancesIn] returns the list of the embedded ones, of both architectures. Instance of e is not looked at. Types that the
// load does not fit into are passed over; where there is no other, the error is that of the last. Types with prices in two
// currencies are a [*CurrencyError]; no types, or one that is not valid, are a [*RangeError].
//
// The Load is taken to be the same on each type: its PerSecond must be 0, since what one type was found to serve says nothing of
// another.
func (e EC2) Cheapest(types []Instance, requests uint64) (EC2, error) {
	if err := e.Load.notMeasured("EC2"); err != nil {
		return EC2{}, err
	}
	anyType := func(Instance) bool { return true }
	return cheapestOf(types, requests, anyType, func(t Instance) EC2 {
		e.Instance = t
		return e
	})
}

// Cheapest returns m with the instance type of a list that costs least, as [EC2.Cheapest] does, of those that are not burstable,
// with a Baseline below 1: no Managed Instances are. Types of another region than m.Rates are passed over too.
func (m ManagedInstances) Cheapest(types []Instance, requests uint64) (ManagedInstances, error) {
	if err := m.Load.notMeasured("ManagedInstances"); err != nil {
		return ManagedInstances{}, err
	}
	steady := func(t Instance) bool { return t.Baseline.IsZero() || !t.Baseline.LessThan(oneWhole) }
	if len(types) > 0 && !slices.ContainsFunc(types, steady) {
		return ManagedInstances{}, outOfRange("types", "burstable ones alone", "1 or more that are not")
	}
	return cheapestOf(types, requests, steady, func(t Instance) ManagedInstances {
		m.Instance = t
		return m
	})
}

// cheapestOf returns the side that costs least of those with one instance type each, of the types that may be taken.
func cheapestOf[S Side](types []Instance, requests uint64, may func(Instance) bool, with func(Instance) S) (S, error) {
	var best cheapest[S]
	if len(types) == 0 {
		return best.side, outOfRange("types", "empty", "1 or more (see InstancesIn)")
	}
	currency := ""
	for i, t := range types {
		if err := t.validate(fmt.Sprintf("types[%d].", i)); err != nil {
			return best.side, err
		}
		switch {
		case currency == "":
			currency = t.Currency
		case t.Currency != "" && t.Currency != currency:
			return best.side, &CurrencyError{currency, t.Currency}
		}
		if may(t) {
			best.try(with(t), requests)
		}
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
