package breakeven

import (
	"math/big"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// Instance is an EC2 instance type (Linux) with its on-demand price in a region: plain data. [InstanceType] returns the
// embedded ones.
type Instance struct {
	// Type, such as "c7g.large", Region and Arch say of what the price is. They are not needed to compute with it.
	Type     string
	Region   string
	Arch     cost.Arch
	VCPUs    int // 1 or more
	MemoryMB int // 1 or more
	// Baseline is the share of each vCPU that a burstable type (t3, t4g) can use all the time; 0 means 1. What is used
	// beyond it on average is charged extra by AWS, so fleets are sized by it.
	Baseline decimal.Decimal
	Currency string
	AsOf     time.Time // of the price list
	Source   string

	PerHour decimal.Decimal // on demand, above 0
}

// EC2 is a fleet of whole instances, as many as the load needs, that run all month.
type EC2 struct {
	Instance Instance
	Load     Load
	// MinInstances is how many instances run without any traffic; 0 means 1. More than one zone needs more than one.
	MinInstances int
	// Hours is how many hours of a month the instances run, 1 to 744; 0 means HoursPerMonth. Fewer, for what is stopped at
	// night: then all requests come in these hours.
	Hours int
	// Discount is the fraction off the on-demand price: a Savings Plan, reserved instances, a contract. 0 to 1.
	Discount decimal.Decimal
	// PerInstance is what comes on top for each instance a month: a volume, a public address, an agent. 0 or more.
	PerInstance decimal.Decimal
	// PerMonth and PerRequest are what comes on top whatever the traffic, and for each request. 0 or more.
	PerMonth, PerRequest decimal.Decimal
}

// Monthly returns what the instances cost, plus what comes on top.
func (e EC2) Monthly(requests uint64) (decimal.Decimal, error) { return monthly(e, requests) }

// Instances returns how many instances so many requests a month need.
func (e EC2) Instances(requests uint64) (uint64, error) { return count(e, requests) }

func (e EC2) curve(uint64) (curve, error) {
	s := sizing{"EC2", e.MinInstances, "MinInstances", 1, e.Hours, e.Load}
	instances, err := e.Instance.fleet(s, e.Discount, e.PerInstance)
	if err != nil {
		return curve{}, err
	}
	if err := extras("EC2", e.PerMonth, e.PerRequest); err != nil {
		return curve{}, err
	}
	return curve{currency: e.Instance.Currency, fixed: e.PerMonth, perRequest: e.PerRequest, fleets: []fleet{instances}}, nil
}

// ManagedFeePercent is what AWS charges for managing an instance of Lambda Managed Instances, in percent of its on-demand
// price, even where less is paid for the instance itself (Lambda pricing page, as of mid-2026).
const ManagedFeePercent = 15

// ManagedMinInstances is the least number of instances of Lambda Managed Instances.
const ManagedMinInstances = 3

// ManagedInstances is Lambda functions on EC2 instances that AWS manages: the instances, a fee for each, a charge for each
// request, and none for duration. AWS has instances of current generations in it, not the burstable ones; which of them is
// not checked here.
type ManagedInstances struct {
	// Rates have the charge for requests, [cost.ManagedRequests]; the embedded ones know it for us-east-1 alone. Required.
	Rates *cost.Rates
	// Options are what the charge for requests depends on beside; nil means list prices. They are only read.
	Options *cost.Options
	// Instance is of the same region as Rates; one without a Region is taken to be.
	Instance Instance
	Load     Load
	// MinInstances is how many instances run without any traffic; 0 means ManagedMinInstances, which is the least.
	MinInstances int
	// Hours is how many hours of a month the instances run, 1 to 744; 0 means HoursPerMonth.
	Hours int
	// Discount is the fraction off the on-demand price of the instances, 0 to 1. The fee is not reduced by it.
	Discount decimal.Decimal
	// PerInstance is what comes on top for each instance a month. 0 or more.
	PerInstance decimal.Decimal
	// PerMonth and PerRequest are what comes on top whatever the traffic, and for each request. 0 or more.
	PerMonth, PerRequest decimal.Decimal
}

// Monthly returns what instances, fee and requests cost, plus what comes on top.
func (m ManagedInstances) Monthly(requests uint64) (decimal.Decimal, error) {
	return monthly(m, requests)
}

// Instances returns how many instances so many requests a month need.
func (m ManagedInstances) Instances(requests uint64) (uint64, error) { return count(m, requests) }

func (m ManagedInstances) curve(most uint64) (curve, error) {
	if m.Rates == nil {
		return curve{}, outOfRange("ManagedInstances.Rates", "nil", "the rates of a region")
	}
	if r := m.Instance.Region; r != "" && r != m.Rates.Region() {
		return curve{}, outOfRange("ManagedInstances.Instance.Region", r, m.Rates.Region()+", of which Rates are, or none")
	}
	s := sizing{"ManagedInstances", m.MinInstances, "MinInstances", ManagedMinInstances, m.Hours, m.Load}
	instances, err := m.Instance.fleet(s, m.Discount, m.PerInstance)
	if err != nil {
		return curve{}, err
	}
	if err := extras("ManagedInstances", m.PerMonth, m.PerRequest); err != nil {
		return curve{}, err
	}
	fee := m.Instance.PerHour.Mul(decimal.New(ManagedFeePercent, -2))
	instances.each = instances.each.Add(fee.Mul(decimal.New(int64(s.month()), 0)))
	c := curve{currency: m.Instance.Currency, fixed: m.PerMonth, perRequest: m.PerRequest, fleets: []fleet{instances}}
	requests, err := curve{}.metered(m.Rates, m.Options, most, func(n uint64) (cost.Usage, error) {
		var u cost.Usage
		err := u.Add(cost.ManagedRequests, "", decimal.NewFromUint64(n))
		return u, err
	})
	if err != nil {
		return curve{}, err
	}
	return c.plus(requests)
}

// fleet returns the instances that a load needs, each with its cost a month.
func (i Instance) fleet(s sizing, discount, perInstance decimal.Decimal) (fleet, error) {
	if err := i.validate(s.side + ".Instance."); err != nil {
		return fleet{}, err
	}
	if err := fraction(s.side+".Discount", discount); err != nil {
		return fleet{}, err
	}
	if err := amount(s.side+".PerInstance", perInstance); err != nil {
		return fleet{}, err
	}
	vcpus := big.NewRat(int64(i.VCPUs), 1)
	f, err := s.fleet(vcpus.Mul(vcpus, orOne(i.Baseline).Rat()), i.MemoryMB)
	f.each = i.PerHour.Mul(oneWhole.Sub(discount)).Mul(decimal.New(int64(s.month()), 0)).Add(perInstance)
	return f, err
}

func (i Instance) validate(field string) error {
	if i.VCPUs < 1 {
		return outOfRange(field+"VCPUs", i.VCPUs, "1 or more (see InstanceType)")
	}
	if i.MemoryMB < 1 {
		return outOfRange(field+"MemoryMB", i.MemoryMB, "1 MB or more (see InstanceType)")
	}
	if err := fraction(field+"Baseline", i.Baseline); err != nil {
		return err
	}
	if !bounded(i.PerHour) || i.PerHour.Sign() <= 0 {
		return decimalOutOfRange(field+"PerHour", i.PerHour, "a price above 0 (see InstanceType)")
	}
	return nil
}
