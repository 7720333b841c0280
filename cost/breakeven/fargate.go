package breakeven

import (
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// FargateRates are the prices of Fargate (Linux) in a region, for one architecture: plain data. [FargatePrices] returns
// the embedded ones.
type FargateRates struct {
	Region   string
	Arch     cost.Arch // of what the prices are; not needed to compute with them
	Currency string
	AsOf     time.Time // of the price list
	Source   string

	VCPUHour      decimal.Decimal // of one vCPU, above 0
	GBHour        decimal.Decimal // of one GB of memory, above 0
	StorageGBHour decimal.Decimal // of one GB of ephemeral storage above 20 GB; above 0 where such storage is asked for
}

// FreeStorageGB is the ephemeral storage that each task has without charge, MaxStorageGB the most it can have.
const (
	FreeStorageGB = 20
	MaxStorageGB  = 200
)

// Fargate is a service of whole tasks, as many as the load needs, that run all month.
type Fargate struct {
	Rates FargateRates
	// CPUUnits is the size of a task as ECS counts it, 1,024 for each vCPU: 256, 512, 1024, 2048, 4096, 8192, 16384, 32768.
	CPUUnits int
	// MemoryMB is the memory of a task: a size that Fargate has for these CPU units, see [FargateSizes].
	MemoryMB int
	// StorageGB is the ephemeral storage of a task, above FreeStorageGB up to MaxStorageGB; 0 means the free one.
	StorageGB int
	Load      Load
	// MinTasks is how many tasks run without any traffic; 0 means 1. More than one zone needs more than one.
	MinTasks int
	// Hours is how many hours of a month the tasks run, 1 to 744; 0 means HoursPerMonth. Fewer, for what is stopped at
	// night: then all requests come in these hours.
	Hours int
	// Discount is the fraction off the price of CPU and memory: a Savings Plan, a contract. 0 to 1.
	Discount decimal.Decimal
	// PerTask is what comes on top for each task a month: a public address, a log agent. 0 or more.
	PerTask decimal.Decimal
	// PerMonth and PerRequest are what comes on top whatever the traffic, and for each request. 0 or more.
	PerMonth, PerRequest decimal.Decimal
}

// Monthly returns what the tasks cost, plus what comes on top.
func (f Fargate) Monthly(requests uint64) (decimal.Decimal, error) { return monthly(f, requests) }

// Tasks returns how many tasks so many requests a month need.
func (f Fargate) Tasks(requests uint64) (uint64, error) { return count(f, requests) }

func (f Fargate) curve(uint64) (curve, error) {
	if err := f.validate(); err != nil {
		return curve{}, err
	}
	s := sizing{"Fargate", f.MinTasks, "MinTasks", 1, f.Hours, f.Load}
	tasks, err := s.fleet(big.NewRat(int64(f.CPUUnits), 1024), f.MemoryMB)
	if err != nil {
		return curve{}, err
	}
	perHour := f.Rates.VCPUHour.Mul(binary(f.CPUUnits)).Add(f.Rates.GBHour.Mul(binary(f.MemoryMB)))
	perHour = perHour.Mul(oneWhole.Sub(f.Discount))
	if extra := f.StorageGB - FreeStorageGB; extra > 0 {
		perHour = perHour.Add(f.Rates.StorageGBHour.Mul(decimal.New(int64(extra), 0)))
	}
	tasks.each = perHour.Mul(decimal.New(int64(s.month()), 0)).Add(f.PerTask)
	return curve{currency: f.Rates.Currency, fixed: f.PerMonth, perRequest: f.PerRequest, fleets: []fleet{tasks}}, nil
}

// binary returns n/1024.
func binary(n int) decimal.Decimal { return decimal.New(int64(n)*9765625, -10) }

func (f Fargate) validate() error {
	if err := f.Rates.validate(f.StorageGB > FreeStorageGB); err != nil {
		return err
	}
	if err := checkFargateSize(f.CPUUnits, f.MemoryMB); err != nil {
		return err
	}
	if f.StorageGB != 0 && f.StorageGB <= FreeStorageGB || f.StorageGB < 0 || f.StorageGB > MaxStorageGB {
		return outOfRange("Fargate.StorageGB", f.StorageGB, fmt.Sprintf("0 (for the free %d GB), or above that up to %d GB", FreeStorageGB, MaxStorageGB))
	}
	if err := fraction("Fargate.Discount", f.Discount); err != nil {
		return err
	}
	if err := amount("Fargate.PerTask", f.PerTask); err != nil {
		return err
	}
	return extras("Fargate", f.PerMonth, f.PerRequest)
}

func (r FargateRates) validate(storage bool) error {
	for _, p := range [...]struct {
		name  string
		price decimal.Decimal
		used  bool
	}{
		{"VCPUHour", r.VCPUHour, true}, {"GBHour", r.GBHour, true}, {"StorageGBHour", r.StorageGBHour, storage},
	} {
		if p.used && (!bounded(p.price) || p.price.Sign() <= 0) {
			return decimalOutOfRange("Fargate.Rates."+p.name, p.price, "a price above 0 (see FargatePrices)")
		}
	}
	return nil
}

// FargateSize is a CPU size of tasks with the memory sizes that it can have: MinMB, then every StepMB up to MaxMB.
type FargateSize struct {
	CPUUnits             int
	MinMB, MaxMB, StepMB int
	// SizesMB are the sizes where they do not go by steps; MinMB and MaxMB are the first and the last then, StepMB 0.
	SizesMB []int
}

// FargateSizes returns the sizes of tasks: Amazon ECS Developer Guide, "Task definition parameters", as of 2026-10.
func FargateSizes() []FargateSize {
	return []FargateSize{
		{CPUUnits: 256, MinMB: 512, MaxMB: 2048, SizesMB: []int{512, 1024, 2048}},
		{CPUUnits: 512, MinMB: 1024, MaxMB: 4096, StepMB: 1024},
		{CPUUnits: 1024, MinMB: 2048, MaxMB: 8192, StepMB: 1024},
		{CPUUnits: 2048, MinMB: 4096, MaxMB: 16384, StepMB: 1024},
		{CPUUnits: 4096, MinMB: 8192, MaxMB: 30720, StepMB: 1024},
		{CPUUnits: 8192, MinMB: 16384, MaxMB: 61440, StepMB: 4096},
		{CPUUnits: 16384, MinMB: 32768, MaxMB: 122880, StepMB: 8192},
		{CPUUnits: 32768, MinMB: 61440, MaxMB: 249856, SizesMB: []int{61440, 122880, 249856}},
	}
}

// Has reports whether a task of this CPU size can have so much memory.
func (s FargateSize) Has(memoryMB int) bool {
	if s.StepMB > 0 {
		return memoryMB >= s.MinMB && memoryMB <= s.MaxMB && memoryMB%s.StepMB == 0
	}
	return slices.Contains(s.SizesMB, memoryMB)
}

// String says what memory there is for how many CPU units.
func (s FargateSize) String() string {
	if s.StepMB > 0 {
		return fmt.Sprintf("%d to %d MB in steps of %d for %d CPU units", s.MinMB, s.MaxMB, s.StepMB, s.CPUUnits)
	}
	return fmt.Sprintf("one of %v MB for %d CPU units", s.SizesMB, s.CPUUnits)
}

func checkFargateSize(cpuUnits, memoryMB int) error {
	var known []int
	for _, s := range FargateSizes() {
		if s.CPUUnits == cpuUnits {
			if !s.Has(memoryMB) {
				return outOfRange("Fargate.MemoryMB", memoryMB, s.String())
			}
			return nil
		}
		known = append(known, s.CPUUnits)
	}
	return outOfRange("Fargate.CPUUnits", cpuUnits, fmt.Sprintf("one of %v", known))
}
