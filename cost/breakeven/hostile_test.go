package breakeven_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/breakeven"
)

// gigantic are decimals that take long to work with, or that no price or amount is.
var gigantic = map[string]decimal.Decimal{
	"negative":         decimal.New(-1, 0),
	"a little less":    decimal.New(-1, -20),
	"huge exponent":    decimal.New(1, 9_999_999),
	"tiny exponent":    decimal.New(1, -9_999_999),
	"largest":          decimal.New(1, math.MaxInt32),
	"smallest":         decimal.New(1, math.MinInt32),
	"zero, huge":       decimal.New(0, math.MaxInt32),
	"21 places":        decimal.New(1, -21),
	"21 digits":        decimal.New(1, 21),
	"huge coefficient": decimal.NewFromBigInt(new(big.Int).Lsh(big.NewInt(1), 100_000), 0),
}

type attempt struct {
	side breakeven.Side
	want string // of the error
}

func TestBadSides(t *testing.T) {
	attempts := map[string]attempt{}
	lambda := func(change func(*breakeven.Lambda), want string) attempt {
		l := api(t, "us-east-1")
		change(&l)
		return attempt{l, want}
	}
	fargate := func(change func(*breakeven.Fargate), want string) attempt {
		f := service(t, "us-east-1")
		change(&f)
		return attempt{f, want}
	}
	ec2 := func(change func(*breakeven.EC2), want string) attempt {
		e := breakeven.EC2{Instance: instance(t, "us-east-1", "c7g.large"), Load: breakeven.Load{CPU: time.Second}}
		change(&e)
		return attempt{e, want}
	}
	managed := func(change func(*breakeven.ManagedInstances), want string) attempt {
		m := breakeven.ManagedInstances{Rates: rates(t, "us-east-1"), Instance: instance(t, "us-east-1", "c7g.large"), Load: breakeven.Load{CPU: time.Second}}
		change(&m)
		return attempt{m, want}
	}
	tiers := func(want string, tiers ...cost.Tier) attempt {
		return attempt{breakeven.Tiered{Tiers: tiers}, want}
	}
	for name, d := range gigantic {
		attempts["Fixed, "+name] = attempt{breakeven.Fixed{PerMonth: d}, "Fixed.PerMonth is "}
		attempts["Tiered.PerMonth, "+name] = attempt{breakeven.Tiered{Tiers: []cost.Tier{{}}, PerMonth: d}, "Tiered.PerMonth is "}
		attempts["Tiered, price, "+name] = tiers("Tiered.Tiers[0].UnitPrice is ", cost.Tier{UnitPrice: d})
		attempts["Tiered, from, "+name] = tiers("Tiered.Tiers[1].From is ", cost.Tier{}, cost.Tier{From: d})
		attempts["Lambda.PerMonth, "+name] = lambda(func(l *breakeven.Lambda) { l.PerMonth = d }, "Lambda.PerMonth is ")
		attempts["Lambda.PerRequest, "+name] = lambda(func(l *breakeven.Lambda) { l.PerRequest = d }, "Lambda.PerRequest is ")
		attempts["Fargate.PerMonth, "+name] = fargate(func(f *breakeven.Fargate) { f.PerMonth = d }, "Fargate.PerMonth is ")
		attempts["Fargate.PerRequest, "+name] = fargate(func(f *breakeven.Fargate) { f.PerRequest = d }, "Fargate.PerRequest is ")
		attempts["Fargate.PerTask, "+name] = fargate(func(f *breakeven.Fargate) { f.PerTask = d }, "Fargate.PerTask is ")
		attempts["Fargate.Discount, "+name] = fargate(func(f *breakeven.Fargate) { f.Discount = d }, "Fargate.Discount is ")
		attempts["Fargate, vCPU, "+name] = fargate(func(f *breakeven.Fargate) { f.Rates.VCPUHour = d }, "Fargate.Rates.VCPUHour is ")
		attempts["Fargate, GB, "+name] = fargate(func(f *breakeven.Fargate) { f.Rates.GBHour = d }, "Fargate.Rates.GBHour is ")
		attempts["Fargate, storage, "+name] = fargate(func(f *breakeven.Fargate) { f.StorageGB, f.Rates.StorageGBHour = 21, d }, "Fargate.Rates.StorageGBHour is ")
		attempts["Load.PerSecond, "+name] = fargate(func(f *breakeven.Fargate) { f.Load.PerSecond = d }, "Fargate.Load.PerSecond is ")
		attempts["Load.Utilization, "+name] = fargate(func(f *breakeven.Fargate) { f.Load.Utilization = d }, "Fargate.Load.Utilization is ")
		attempts["Load.PeakToMean, "+name] = fargate(func(f *breakeven.Fargate) { f.Load.PeakToMean = d }, "Fargate.Load.PeakToMean is ")
		attempts["EC2.PerHour, "+name] = ec2(func(e *breakeven.EC2) { e.Instance.PerHour = d }, "EC2.Instance.PerHour is ")
		attempts["EC2.Baseline, "+name] = ec2(func(e *breakeven.EC2) { e.Instance.Baseline = d }, "EC2.Instance.Baseline is ")
		attempts["EC2.Discount, "+name] = ec2(func(e *breakeven.EC2) { e.Discount = d }, "EC2.Discount is ")
		attempts["EC2.PerInstance, "+name] = ec2(func(e *breakeven.EC2) { e.PerInstance = d }, "EC2.PerInstance is ")
		attempts["EC2.PerMonth, "+name] = ec2(func(e *breakeven.EC2) { e.PerMonth = d }, "EC2.PerMonth is ")
		attempts["Managed.PerRequest, "+name] = managed(func(m *breakeven.ManagedInstances) { m.PerRequest = d }, "ManagedInstances.PerRequest is ")
		attempts["Managed.PerHour, "+name] = managed(func(m *breakeven.ManagedInstances) { m.Instance.PerHour = d }, "ManagedInstances.Instance.PerHour is ")
	}
	for name, a := range map[string]attempt{
		"no tiers":           tiers("Tiered.Tiers is 0 tiers"),
		"too many tiers":     tiers("Tiered.Tiers is 1001 tiers", make([]cost.Tier, 1001)...),
		"first tier":         tiers("Tiered.Tiers[0].From is 1", cost.Tier{From: decimal.New(1, 0)}),
		"tiers not in order": tiers("Tiered.Tiers[2].From is 5", cost.Tier{}, cost.Tier{From: decimal.New(5, 0)}, cost.Tier{From: decimal.New(50, -1)}),
		"units below 0":      {breakeven.Tiered{Tiers: []cost.Tier{{}}, Units: -1}, "Tiered.Units is -1"},
		"units":              {breakeven.Tiered{Tiers: []cost.Tier{{}}, Units: math.MaxInt}, fmt.Sprint("Tiered.Units is ", math.MaxInt)},
		"zero Lambda":        {breakeven.Lambda{}, "Lambda.Rates is nil"},
		"zero Fargate":       {breakeven.Fargate{}, "Fargate.Rates.VCPUHour is 0"},
		"zero EC2":           {breakeven.EC2{}, "EC2.Instance.VCPUs is 0"},
		"zero Managed":       {breakeven.ManagedInstances{}, "ManagedInstances.Rates is nil"},
		"memory":             lambda(func(l *breakeven.Lambda) { l.Request.MemoryMB = 100 }, "cost: MemoryMB is 100"),
		"billed below 0":     lambda(func(l *breakeven.Lambda) { l.Request.Billed = -1 }, "cost: Billed is -1ns"),
		"architecture":       lambda(func(l *breakeven.Lambda) { l.Request.Arch = "arm" }, `cost: unknown architecture "arm"`),
		"options":            lambda(func(l *breakeven.Lambda) { l.Options = &cost.Options{Discount: decimal.New(2, 0)} }, "cost: Discount is 2"),
		"prior elsewhere":    lambda(func(l *breakeven.Lambda) { l.Options = &cost.Options{Prior: map[string]cost.Usage{"cn-north-1": {}}} }, "cost: one statement cannot mix partition"),
		"CPU units":          fargate(func(f *breakeven.Fargate) { f.CPUUnits = 1000 }, "Fargate.CPUUnits is 1000"),
		"CPU units below 0":  fargate(func(f *breakeven.Fargate) { f.CPUUnits = -1024 }, "Fargate.CPUUnits is -1024"),
		"task memory":        fargate(func(f *breakeven.Fargate) { f.MemoryMB = 1024 }, "Fargate.MemoryMB is 1024"),
		"task memory, step":  fargate(func(f *breakeven.Fargate) { f.MemoryMB = 2500 }, "Fargate.MemoryMB is 2500"),
		"smallest task":      fargate(func(f *breakeven.Fargate) { f.CPUUnits, f.MemoryMB = 256, 1536 }, "Fargate.MemoryMB is 1536"),
		"storage":            fargate(func(f *breakeven.Fargate) { f.StorageGB = 20 }, "Fargate.StorageGB is 20"),
		"storage below 0":    fargate(func(f *breakeven.Fargate) { f.StorageGB = -1 }, "Fargate.StorageGB is -1"),
		"storage, much":      fargate(func(f *breakeven.Fargate) { f.StorageGB = 201 }, "Fargate.StorageGB is 201"),
		"discount above 1":   fargate(func(f *breakeven.Fargate) { f.Discount = decimal.New(11, -1) }, "Fargate.Discount is 1.1"),
		"tasks below 0":      fargate(func(f *breakeven.Fargate) { f.MinTasks = -1 }, "Fargate.MinTasks is -1"),
		"tasks":              fargate(func(f *breakeven.Fargate) { f.MinTasks = 1_000_001 }, "Fargate.MinTasks is 1000001"),
		"hours below 0":      fargate(func(f *breakeven.Fargate) { f.Hours = -1 }, "Fargate.Hours is -1"),
		"hours":              fargate(func(f *breakeven.Fargate) { f.Hours = 745 }, "Fargate.Hours is 745"),
		"no load":            fargate(func(f *breakeven.Fargate) { f.Load = breakeven.Load{} }, "Fargate.Load.CPU is 0s"),
		"no limit":           fargate(func(f *breakeven.Fargate) { f.Load = breakeven.Load{Duration: time.Second, BaseMemoryMB: 5} }, "Fargate.Load.CPU is 0s"),
		"CPU below 0":        fargate(func(f *breakeven.Fargate) { f.Load.CPU = math.MinInt64 }, "Fargate.Load.CPU is -"),
		"duration below 0":   fargate(func(f *breakeven.Fargate) { f.Load.Duration = -1 }, "Fargate.Load.Duration is -1ns"),
		"no duration":        fargate(func(f *breakeven.Fargate) { f.Load.Concurrency = 1 }, "Fargate.Load.Duration is 0s"),
		"concurrency":        fargate(func(f *breakeven.Fargate) { f.Load.Concurrency = -1 }, "Fargate.Load.Concurrency is -1"),
		"request memory":     fargate(func(f *breakeven.Fargate) { f.Load.MemoryMB = -1 }, "Fargate.Load.MemoryMB is -1"),
		"base memory":        fargate(func(f *breakeven.Fargate) { f.Load.BaseMemoryMB = -1 }, "Fargate.Load.BaseMemoryMB is -1"),
		"base too large":     fargate(func(f *breakeven.Fargate) { f.Load.BaseMemoryMB = 2049 }, "Fargate.Load.BaseMemoryMB is 2049"),
		"no room": fargate(func(f *breakeven.Fargate) {
			f.Load.Duration, f.Load.MemoryMB, f.Load.BaseMemoryMB = time.Second, 1, 2048
		}, "Fargate.Load.BaseMemoryMB is 2048"),
		"memory, most":         fargate(func(f *breakeven.Fargate) { f.Load.Duration, f.Load.MemoryMB = 1, math.MaxInt }, fmt.Sprint("Fargate.Load.MemoryMB is ", math.MaxInt, ", allowed is at most 2048 MB")),
		"request memory, much": fargate(func(f *breakeven.Fargate) { f.Load.Duration, f.Load.MemoryMB = time.Second, 4096 }, "Fargate.Load.MemoryMB is 4096, allowed is at most 2048 MB"),
		"utilisation of 2":     fargate(func(f *breakeven.Fargate) { f.Load.Utilization = decimal.New(2, 0) }, "Fargate.Load.Utilization is 2"),
		"peak below mean":      fargate(func(f *breakeven.Fargate) { f.Load.PeakToMean = decimal.New(9, -1) }, "Fargate.Load.PeakToMean is 0.9"),
		"vCPUs":                ec2(func(e *breakeven.EC2) { e.Instance.VCPUs = -2 }, "EC2.Instance.VCPUs is -2"),
		"instance memory":      ec2(func(e *breakeven.EC2) { e.Instance.MemoryMB = 0 }, "EC2.Instance.MemoryMB is 0"),
		"price of 0":           ec2(func(e *breakeven.EC2) { e.Instance.PerHour = decimal.Decimal{} }, "EC2.Instance.PerHour is 0"),
		"EC2 hours":            ec2(func(e *breakeven.EC2) { e.Hours = math.MaxInt }, fmt.Sprint("EC2.Hours is ", math.MaxInt)),
		"EC2 load":             ec2(func(e *breakeven.EC2) { e.Load = breakeven.Load{} }, "EC2.Load.CPU is 0s"),
		"instances":            ec2(func(e *breakeven.EC2) { e.MinInstances = math.MinInt }, fmt.Sprint("EC2.MinInstances is ", math.MinInt)),
		"two instances":        managed(func(m *breakeven.ManagedInstances) { m.MinInstances = 2 }, "ManagedInstances.MinInstances is 2"),
		"managed currency":     managed(func(m *breakeven.ManagedInstances) { m.Instance.Currency = "EUR" }, `cannot compare prices in "EUR" and "USD"`),
		"managed options":      managed(func(m *breakeven.ManagedInstances) { m.Options = &cost.Options{Discount: decimal.New(2, 0)} }, "cost: Discount is 2"),
		"managed elsewhere":    managed(func(m *breakeven.ManagedInstances) { m.Instance = instance(t, "eu-west-1", "c7g.large") }, `ManagedInstances.Instance.Region is eu-west-1, allowed is us-east-1`),
		"managed region":       managed(func(m *breakeven.ManagedInstances) { m.Rates, m.Instance.Region = rates(t, "eu-west-1"), "" }, "cost: eu-west-1 has no price for ManagedRequests"),
		"nil in a sum":         {breakeven.Sum(breakeven.Fixed{}, nil), "side Sum[1]: Side is nil"},
		"a bad sum":            {breakeven.Sum(breakeven.Fixed{}, breakeven.Sum(breakeven.Lambda{})), "side Sum[1]: side Sum[0]: Lambda.Rates is nil"},
		"sum of currencies": {
			breakeven.Sum(breakeven.Tiered{Tiers: []cost.Tier{{}}, Currency: "CNY"}, service(t, "us-east-1")),
			`cannot compare prices in "CNY" and "USD"`,
		},
	} {
		attempts[name] = a
	}
	for name, a := range attempts {
		t.Run(name, func(t *testing.T) {
			if _, err := a.side.Monthly(1000); !typed(err) || !strings.Contains(err.Error(), a.want) {
				t.Errorf("Monthly: error is %v, want %s", err, a.want)
			}
			good := breakeven.Fixed{}
			for where, err := range map[string]error{
				"side a":      errOf(breakeven.Crossings(a.side, good, 1000)),
				"side b":      errOf(breakeven.Crossings(good, a.side, 1000)),
				"side b: ":    errOf(breakeven.Compare(good, a.side, 1000)),
				"side Before": errOf(breakeven.Change{Before: a.side, After: good}.Payback(1000)),
				"side After":  errOf(breakeven.Change{Before: good, After: a.side}.PaysWithin(1, 1000)),
				"side After:": errOf(breakeven.Change{Before: good, After: a.side}.Saves(1000)),
			} {
				if !typed(err) || !strings.Contains(err.Error(), a.want) && !strings.Contains(err.Error(), strings.TrimPrefix(a.want, "breakeven: ")) || !strings.Contains(err.Error(), where) {
					t.Errorf("%s: error is %v, want %s", where, err, a.want)
				}
				if len(err.Error()) > 1000 {
					t.Errorf("the error has %d bytes", len(err.Error()))
				}
			}
		})
	}
}

func errOf[T any](_ T, err error) error { return err }

// Zero is zero, and a number with too many places is shown as such.
func TestHowDecimalsAreTold(t *testing.T) {
	for _, exp := range []int32{-100, -30, 0, 30, 100} {
		if _, err := breakeven.Compare(breakeven.Fixed{PerMonth: decimal.New(0, exp)}, breakeven.Fixed{}, 1); err != nil {
			t.Errorf("0 with the exponent %d: %v", exp, err)
		}
	}
	one := decimal.NewFromBigInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(24), nil), -24)
	for want, d := range map[string]decimal.Decimal{
		"Fixed.PerMonth is 1.000000000000000000000000, allowed":  one,
		"Fixed.PerMonth is 0.000000000000000000001, allowed":     decimal.New(1, -21),
		"Fixed.PerMonth is -0.000000000000000000000003, allowed": decimal.New(-3, -24),
		"Fixed.PerMonth is 1e21, allowed":                        decimal.New(1, 21),
		"Fixed.PerMonth is 1e-9999999, allowed":                  decimal.New(1, -9_999_999),
		"Fixed.PerMonth is 0e2147483647, allowed":                decimal.New(0, math.MaxInt32),
	} {
		if _, err := (breakeven.Fixed{PerMonth: d}).Monthly(1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error is %v, want %s", err, want)
		}
	}
}

// What is allowed must not hold for what was refused: it says how many digits there may be where there are too many.
func TestTooManyDigitsAreTold(t *testing.T) {
	const digits = ", of at most 20 digits before and 20 after the point"
	long := []decimal.Decimal{decimal.New(1, 21), decimal.New(1, 0).Add(decimal.New(1, -21))}
	for _, d := range long {
		i := instance(t, "us-east-1", "c7g.large")
		i.PerHour = d
		prices := fargatePrices(t, "us-east-1", cost.X86)
		prices.GBHour = d
		load := breakeven.Load{CPU: time.Second}
		for want, side := range map[string]breakeven.Side{
			"0 or more":                           breakeven.Fixed{PerMonth: d},
			"1 or more, or 0 for 1":               breakeven.EC2{Instance: instance(t, "us-east-1", "c7g.large"), Load: breakeven.Load{CPU: time.Second, PeakToMean: d}},
			"a price above 0 (see InstanceType)":  breakeven.EC2{Instance: i, Load: load},
			"a price above 0 (see FargatePrices)": breakeven.Fargate{Rates: prices, CPUUnits: 256, MemoryMB: 512, Load: load},
			"a fraction from 0 to 1":              breakeven.EC2{Instance: instance(t, "us-east-1", "c7g.large"), Load: load, Discount: d},
		} {
			_, err := side.Monthly(1)
			if r := new(breakeven.RangeError); !errors.As(err, &r) || r.Allowed != want+digits {
				t.Errorf("error is %v, want %s%s to be allowed", err, want, digits)
			}
		}
	}
	_, err := breakeven.Fixed{PerMonth: decimal.New(-1, 0)}.Monthly(1)
	if r := new(breakeven.RangeError); !errors.As(err, &r) || r.Allowed != "0 or more" {
		t.Errorf("error is %v", err)
	}
}

// typed reports whether an error is one that callers can match, with a known prefix.
func typed(err error) bool {
	var (
		r     *breakeven.RangeError
		c     *breakeven.CurrencyError
		cr    *cost.RangeError
		cu    *cost.UnknownError
		cn    *cost.NotPricedError
		cm    *cost.MixedError
		known = errors.As(err, &r) || errors.As(err, &c) || errors.As(err, &cr) || errors.As(err, &cu) || errors.As(err, &cn) || errors.As(err, &cm)
	)
	return known && (strings.HasPrefix(err.Error(), "breakeven: ") || strings.HasPrefix(err.Error(), "cost: "))
}

func TestNilSides(t *testing.T) {
	var pointer *breakeven.Lambda
	for name, side := range map[string]breakeven.Side{"nil": nil, "nil pointer": pointer} {
		for _, err := range []error{
			errOf(breakeven.Crossings(side, breakeven.Fixed{}, 1)),
			errOf(breakeven.Crossings(breakeven.Fixed{}, side, 1)),
			errOf(breakeven.Compare(side, side, 1)),
			errOf(breakeven.Change{}.Payback(1)),
			errOf(breakeven.Sum(side).Monthly(1)),
		} {
			var s *breakeven.SideError
			if !errors.As(err, &s) || !strings.Contains(err.Error(), "Side is nil") {
				t.Errorf("%s: error is %v", name, err)
			}
		}
	}
	// A pointer to a side is a side.
	fixed := breakeven.Fixed{PerMonth: decimal.New(3, 0)}
	if c, err := breakeven.Compare(&fixed, fixed, 1); err != nil || c.Cheaper != -1 {
		t.Errorf("%+v, error %v", c, err)
	}
}

func TestCurrencies(t *testing.T) {
	china := breakeven.Lambda{Rates: rates(t, "cn-north-1"), Request: cost.Invocation{Arch: cost.X86, MemoryMB: 512, Billed: time.Second}}
	_, err := breakeven.Crossings(china, service(t, "us-east-1"), 1000)
	var c *breakeven.CurrencyError
	if !errors.As(err, &c) || *c != (breakeven.CurrencyError{A: "CNY", B: "USD"}) {
		t.Errorf("error is %v", err)
	}
	if _, err := breakeven.Crossings(china, breakeven.Fixed{PerMonth: decimal.New(1, 3)}, 1e9); err != nil {
		t.Errorf("a fixed cost fits no currency: %v", err)
	}
}

func TestBadChanges(t *testing.T) {
	ok := breakeven.Change{Before: breakeven.Fixed{}, After: breakeven.Fixed{}}
	for _, months := range []int{0, -1, math.MinInt} {
		var r *breakeven.RangeError
		if _, err := ok.PaysWithin(months, 10); !errors.As(err, &r) || r.Field != "months" {
			t.Errorf("%d months: error is %v", months, err)
		}
	}
	if _, err := ok.PaysWithin(math.MaxInt, math.MaxUint64); err != nil {
		t.Error(err)
	}
	for name, d := range gigantic {
		ok.Investment = d
		for _, err := range []error{errOf(ok.Payback(1)), errOf(ok.PaysWithin(1, 1)), errOf(ok.Saves(1))} {
			var r *breakeven.RangeError
			if !errors.As(err, &r) || r.Field != "Change.Investment" || len(err.Error()) > 500 {
				t.Errorf("%s: error is %v", name, err)
			}
		}
	}
}

// More units than a uint64 can count can be priced, but not returned.
func TestTooManyTasks(t *testing.T) {
	f := service(t, "us-east-1")
	f.Load = breakeven.Load{CPU: 5000 * time.Hour}
	if _, err := f.Tasks(math.MaxUint64); !errors.As(err, new(*breakeven.RangeError)) {
		t.Errorf("error is %v", err)
	}
	monthly(t, f, math.MaxUint64)
	if n, err := f.Tasks(1000); err != nil || n != 6850 { // 5,000,000 hours in months of 730
		t.Errorf("%d tasks, error %v", n, err)
	}
	e := breakeven.EC2{Instance: instance(t, "us-east-1", "t4g.small"), Load: breakeven.Load{CPU: time.Second}}
	if n, err := e.Instances(2_628_000); err != nil || n != 3 { // 1 vCPU all the time, and .4 of an instance
		t.Errorf("%d instances, error %v", n, err)
	}
	m := breakeven.ManagedInstances{Rates: rates(t, "us-east-1"), Instance: instance(t, "us-east-1", "c7g.large"), Load: breakeven.Load{CPU: time.Second}}
	if n, err := m.Instances(9 * 2_628_000); err != nil || n != 5 {
		t.Errorf("%d instances, error %v", n, err)
	}
	if _, err := (breakeven.EC2{}).Instances(1); !typed(err) {
		t.Errorf("error is %v", err)
	}
}

// Text from outside does not command a terminal.
func TestErrorsAreOneLine(t *testing.T) {
	const hostile = "eu\x1b[2J\n-west-1"
	for _, err := range []error{
		&breakeven.RangeError{Field: "Region", Given: hostile, Allowed: "another"},
		&breakeven.UnknownError{What: "region", Given: hostile, Known: []string{"eu-west-1"}},
		&breakeven.CurrencyError{A: hostile, B: hostile},
	} {
		if s := err.Error(); !strings.Contains(s, `eu\x1b[2J\n-west-1`) || strings.ContainsAny(s, "\x1b\n") {
			t.Errorf("%T: %q", err, s)
		}
	}
}

// Long text is shortened between two characters.
func TestErrorsKeepCharactersWhole(t *testing.T) {
	long := strings.Repeat("x", 79) + strings.Repeat("ü", 200)
	for _, err := range []error{
		&breakeven.RangeError{Field: "Kind", Given: long, Allowed: "a short one"},
		&breakeven.UnknownError{What: "region", Given: long, Known: []string{"eu-west-1"}},
		&breakeven.CurrencyError{A: long, B: long},
	} {
		if s := err.Error(); !utf8.ValidString(s) || strings.Contains(s, `\x`) || !strings.Contains(s, "…(479 bytes)") {
			t.Errorf("%T: %q", err, s)
		}
	}
}

// Values that nobody made with this package do not panic.
func TestZeroValues(t *testing.T) {
	if got, want := (&breakeven.SideError{Side: "a"}).Error(), "breakeven: side a: <nil>"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for _, hours := range []int{math.MinInt, -1} {
		if got := (breakeven.Provisioned{Hours: hours}).Utilization(breakeven.ProvisionedCost{Units: 1}); got != nil {
			t.Errorf("%d hours: utilization of %v, want none", hours, got)
		}
	}
	if got := (breakeven.Provisioned{}).Utilization(breakeven.ProvisionedCost{Units: -1}); got != nil {
		t.Errorf("-1 units: utilization of %v, want none", got)
	}
}
