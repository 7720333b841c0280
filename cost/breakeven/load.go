package breakeven

import (
	"fmt"
	"math/big"
	"time"

	"github.com/shopspring/decimal"
)

// Load says what requests ask of a unit (a task of Fargate, an instance of EC2), and how full a unit may be. From it follows
// how many units so many requests a month need: whichever of CPU, memory, concurrency and measured throughput needs most,
// rounded up to whole units.
//
// Requests are taken to be spread evenly over the hours in which the units run; PeakToMean makes room for peaks. At least
// one of the limits must be given: CPU, PerSecond, or Duration with MemoryMB or Concurrency. The zero value gives none, and
// is refused: a unit without a limit would serve any number of requests.
type Load struct {
	// CPU is the processor time of one request, on one vCPU of the unit. 0 means that it takes none worth counting.
	CPU time.Duration
	// Duration is how long one request is in flight on this unit: with less than a vCPU its CPU time takes longer, 20 ms of it
	// 80 ms on a quarter. It is required where MemoryMB or Concurrency is given, which are taken up for as long.
	Duration time.Duration
	// MemoryMB is what each request in flight holds; 0 means nothing worth counting. BaseMemoryMB is what the unit needs
	// without any: runtime, agents, an operating system.
	MemoryMB, BaseMemoryMB int
	// Concurrency is how many requests a unit takes at once: 1 for a server that takes one after another. 0 means any number.
	Concurrency int
	// PerSecond is how many requests a second one unit, of this size, was found to serve at its limit; 0 means that nobody
	// measured.
	PerSecond decimal.Decimal
	// Utilization is the share of each limit up to which a unit is to be used, above 0, at most 1. 0 means 1: full at the
	// limit, which flatters whatever is always on. Autoscaling to 60 or 70 % is usual.
	Utilization decimal.Decimal
	// PeakToMean is how many times the mean rate is to be served, 1 or more; 0 means 1. A fleet that follows the traffic
	// needs little more than 1, one that stands all day needs the day's peak.
	PeakToMean decimal.Decimal
}

const durationAllowed = "0 or more"

func (l Load) validate(side string) error {
	field := side + ".Load."
	for _, d := range [...]struct {
		name  string
		value time.Duration
	}{{"CPU", l.CPU}, {"Duration", l.Duration}} {
		if d.value < 0 {
			return outOfRange(field+d.name, d.value, durationAllowed)
		}
	}
	for _, n := range [...]struct {
		name  string
		value int
	}{{"MemoryMB", l.MemoryMB}, {"BaseMemoryMB", l.BaseMemoryMB}, {"Concurrency", l.Concurrency}} {
		if n.value < 0 {
			return outOfRange(field+n.name, n.value, "0 or more")
		}
	}
	if err := amount(field+"PerSecond", l.PerSecond); err != nil {
		return err
	}
	if err := fraction(field+"Utilization", l.Utilization); err != nil {
		return err
	}
	if !bounded(l.PeakToMean) || !l.PeakToMean.IsZero() && l.PeakToMean.LessThan(oneWhole) {
		return decimalOutOfRange(field+"PeakToMean", l.PeakToMean, "1 or more, or 0 for 1")
	}
	inFlight := l.MemoryMB > 0 || l.Concurrency > 0
	if inFlight && l.Duration == 0 {
		return outOfRange(field+"Duration", l.Duration, "above 0, since MemoryMB or Concurrency is given")
	}
	if l.CPU == 0 && l.PerSecond.IsZero() && !inFlight {
		return outOfRange(field+"CPU", l.CPU, "above 0, or another limit: PerSecond, or Duration with MemoryMB or Concurrency")
	}
	return nil
}

// notMeasured refuses a throughput that was measured where a size is still to be chosen: every size would be taken to reach it,
// and the smallest be the cheapest.
func (l Load) notMeasured(side string) error {
	if l.PerSecond.IsZero() {
		return nil
	}
	return decimalOutOfRange(side+".Load.PerSecond", l.PerSecond, "0, since a size is to be chosen, and one unit was measured")
}

// unit is what one task or instance has.
type unit struct {
	vcpus    *big.Rat // that can be used all the time
	memoryMB int
	hours    int // of a month
}

// perRequest returns how many units one request a month needs: a fraction above 0.
func (l Load) perRequest(side string, u unit) (*big.Rat, error) {
	if err := l.validate(side); err != nil {
		return nil, err
	}
	if l.MemoryMB > u.memoryMB {
		return nil, outOfRange(side+".Load.MemoryMB", l.MemoryMB, fmt.Sprintf("at most %d MB, which a unit has", u.memoryMB))
	}
	room := u.memoryMB - l.BaseMemoryMB
	if room < l.MemoryMB || room < 0 {
		return nil, outOfRange(side+".Load.BaseMemoryMB", l.BaseMemoryMB,
			fmt.Sprintf("at most %d MB, so that a request of %d MB fits beside it", u.memoryMB-l.MemoryMB, l.MemoryMB))
	}
	most := new(big.Rat)
	need := func(amount, capacity *big.Rat) {
		if r := new(big.Rat).Quo(amount, capacity); r.Cmp(most) > 0 {
			most = r
		}
	}
	month := big.NewRat(int64(u.hours)*int64(time.Hour), 1) // ns
	if l.CPU > 0 {
		need(big.NewRat(int64(l.CPU), 1), new(big.Rat).Mul(month, u.vcpus))
	}
	atOnce := l.Concurrency
	if l.MemoryMB > 0 && (atOnce == 0 || room/l.MemoryMB < atOnce) {
		atOnce = room / l.MemoryMB
	}
	if atOnce > 0 {
		need(big.NewRat(int64(l.Duration), 1), new(big.Rat).Mul(month, big.NewRat(int64(atOnce), 1)))
	}
	if !l.PerSecond.IsZero() {
		need(big.NewRat(int64(time.Second), 1), new(big.Rat).Mul(month, l.PerSecond.Rat()))
	}
	most.Mul(most, orOne(l.PeakToMean).Rat())
	return most.Quo(most, orOne(l.Utilization).Rat()), nil
}

// sizing is what Fargate, EC2 and Managed Instances have in common.
type sizing struct {
	side      string
	least     int    // units; 0 means fewest
	leastName string // of its field
	fewest    int
	hours     int // 0 means HoursPerMonth
	load      Load
}

const (
	mostUnits = 1_000_000
	mostHours = 744 // of 31 days
)

// fleet returns the units that a load needs, without their cost. vcpus and memoryMB are what one has.
func (s sizing) fleet(vcpus *big.Rat, memoryMB int) (fleet, error) {
	if s.least != 0 && s.least < s.fewest || s.least > mostUnits {
		return fleet{}, outOfRange(s.side+"."+s.leastName, s.least, fmt.Sprintf("0 (for %d), or %d to %d", s.fewest, s.fewest, mostUnits))
	}
	if s.hours < 0 || s.hours > mostHours {
		return fleet{}, outOfRange(s.side+".Hours", s.hours, fmt.Sprintf("0 (for %d), or 1 to %d", HoursPerMonth, mostHours))
	}
	perRequest, err := s.load.perRequest(s.side, unit{vcpus, memoryMB, s.month()})
	if err != nil {
		return fleet{}, err
	}
	return fleet{least: max(s.least, s.fewest), num: perRequest.Num(), den: perRequest.Denom()}, nil
}

func (s sizing) month() int {
	if s.hours == 0 {
		return HoursPerMonth
	}
	return s.hours
}

// count returns the number of units of the one fleet that a side's curve has.
func count(s Side, requests uint64) (uint64, error) {
	c, err := s.curve(requests)
	if err != nil {
		return 0, err
	}
	n := c.fleets[0].units(unsigned(requests))
	if !n.IsUint64() {
		return 0, outOfRange("requests", requests, "so many that fewer than 2^64 units are needed")
	}
	return n.Uint64(), nil
}
