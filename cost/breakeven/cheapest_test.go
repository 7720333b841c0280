package breakeven_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/breakeven"
)

// The cheapest size is checked against every amount of memory that any size has, billed one after another.
func TestCheapestFargate(t *testing.T) {
	for name, load := range map[string]breakeven.Load{
		"CPU":    {CPU: 20 * time.Millisecond},
		"memory": {CPU: time.Millisecond, Duration: time.Second, MemoryMB: 300, BaseMemoryMB: 700},
		"large":  {Duration: time.Minute, MemoryMB: 100_000},
	} {
		f := service(t, "us-east-1")
		f.Load, f.MinTasks = load, 0
		for _, requests := range []uint64{0, 1e6, 1e8, 3e9} {
			got, err := f.Cheapest(requests)
			if err != nil {
				t.Fatal(err)
			}
			f := f
			least := monthly(t, got, requests)
			for _, size := range breakeven.FargateSizes() {
				for mb := 512; mb <= 249_856; mb += 512 {
					f.CPUUnits, f.MemoryMB = size.CPUUnits, mb
					if c, err := f.Monthly(requests); err == nil && c.LessThan(least) {
						t.Errorf("%s, %d requests: %d CPU units with %d MB cost less than %d with %d", name, requests, size.CPUUnits, mb, got.CPUUnits, got.MemoryMB)
					}
				}
			}
			f.CPUUnits, f.MemoryMB = got.CPUUnits, got.MemoryMB
			if diff := cmp.Diff(f, got); diff != "" {
				t.Errorf("more than the size is another (-want +got):\n%s", diff)
			}
		}
	}
	f := service(t, "us-east-1")
	f.Load = breakeven.Load{Duration: time.Second, MemoryMB: 249_857}
	var r *breakeven.RangeError
	if _, err := f.Cheapest(1); !errors.As(err, &r) || r.Field != "Fargate.Load.MemoryMB" {
		t.Errorf("error is %v", err)
	}
	if _, err := (breakeven.Fargate{}).Cheapest(1); !errors.As(err, &r) || r.Field != "Fargate.Rates.VCPUHour" {
		t.Errorf("error is %v", err)
	}
}

func TestCheapestEC2(t *testing.T) {
	all, err := breakeven.InstancesIn("eu-west-1")
	if err != nil || len(all) != len(breakeven.InstanceTypes()) {
		t.Fatalf("%d types, error %v", len(all), err)
	}
	e := breakeven.EC2{Load: breakeven.Load{CPU: 20 * time.Millisecond, Duration: 100 * time.Millisecond, MemoryMB: 100, BaseMemoryMB: 700}}
	for _, requests := range []uint64{0, 1e7, 1e9, 1e11} {
		got, err := e.Cheapest(all, requests)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range all {
			e := e
			e.Instance = i
			if c, err := e.Monthly(requests); err == nil && c.LessThan(monthly(t, got, requests)) {
				t.Errorf("%d requests: %s costs less than %s", requests, i.Type, got.Instance.Type)
			}
		}
	}
	var r *breakeven.RangeError
	if _, err := e.Cheapest(nil, 1); !errors.As(err, &r) || r.Field != "types" {
		t.Errorf("error is %v", err)
	}
	if _, err := e.Cheapest([]breakeven.Instance{all[0], {}}, 1); !errors.As(err, &r) || r.Field != "types[1].VCPUs" {
		t.Errorf("error is %v", err)
	}
	mixed := append([]breakeven.Instance{}, all[0], all[1])
	mixed[1].Currency = "EUR"
	if _, err := e.Cheapest(mixed, 1); !errors.As(err, new(*breakeven.CurrencyError)) {
		t.Errorf("error is %v", err)
	}
	if _, err := breakeven.InstancesIn("eu-central-1"); !errors.As(err, new(*breakeven.UnknownError)) {
		t.Errorf("error is %v", err)
	}
}

func TestCheapestManaged(t *testing.T) {
	rates, err := cost.Embedded().Region("us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	all, err := breakeven.InstancesIn("us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	m := breakeven.ManagedInstances{Rates: rates, Load: breakeven.Load{CPU: 20 * time.Millisecond, Duration: 100 * time.Millisecond, MemoryMB: 100, BaseMemoryMB: 700}}
	var burstable []breakeven.Instance
	for _, requests := range []uint64{0, 1e7, 1e9, 1e11} {
		got, err := m.Cheapest(all, requests)
		if err != nil {
			t.Fatal(err)
		}
		if !got.Instance.Baseline.IsZero() {
			t.Errorf("%d requests: %s is burstable", requests, got.Instance.Type)
		}
		for _, i := range all {
			if !i.Baseline.IsZero() {
				burstable = append(burstable, i)
				continue
			}
			m := m
			m.Instance = i
			if c, err := m.Monthly(requests); err == nil && c.LessThan(monthly(t, got, requests)) {
				t.Errorf("%d requests: %s costs less than %s", requests, i.Type, got.Instance.Type)
			}
		}
	}
	if len(burstable) == 0 {
		t.Fatal("no burstable type to be passed over")
	}
	var r *breakeven.RangeError
	for name, c := range map[string]struct {
		types []breakeven.Instance
		field string
	}{
		"none":           {nil, "types"},
		"burstable":      {burstable, "types"},
		"not valid":      {[]breakeven.Instance{burstable[0], {}}, "types[1].VCPUs"},
		"another region": {[]breakeven.Instance{{Region: "eu-west-1", VCPUs: 2, MemoryMB: 4096, Currency: "USD", PerHour: decimal.New(1, -1)}}, "ManagedInstances.Instance.Region"},
	} {
		if _, err := m.Cheapest(c.types, 1); !errors.As(err, &r) || r.Field != c.field {
			t.Errorf("%s: error is %v", name, err)
		}
	}
	whole := burstable[len(burstable)-1]
	whole.Baseline = decimal.New(1, 0)
	if got, err := m.Cheapest([]breakeven.Instance{whole}, 1); err != nil || got.Instance.Type != whole.Type {
		t.Errorf("%s with a whole baseline: %v", got.Instance.Type, err)
	}
}

// What one unit was found to serve is not what any other serves: the smallest would be the cheapest.
func TestCheapestOfMeasured(t *testing.T) {
	load := breakeven.Load{CPU: 5 * time.Millisecond, PerSecond: decimal.New(400, 0)}
	types := []breakeven.Instance{instance(t, "us-east-1", "c7g.large"), instance(t, "us-east-1", "t4g.nano")}
	_, fargate := breakeven.Fargate{Rates: fargatePrices(t, "us-east-1", cost.X86), Load: load}.Cheapest(1e10)
	_, ec2 := breakeven.EC2{Load: load}.Cheapest(types, 1e10)
	_, managed := breakeven.ManagedInstances{Rates: rates(t, "us-east-1"), Load: load}.Cheapest(types, 1e10)
	for side, err := range map[string]error{"Fargate": fargate, "EC2": ec2, "ManagedInstances": managed} {
		var r *breakeven.RangeError
		if !errors.As(err, &r) || r.Field != side+".Load.PerSecond" {
			t.Errorf("%s: error is %v", side, err)
		}
	}
}
