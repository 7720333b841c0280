package breakeven_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/breakeven"
)

var pricedRegions = []string{"eu-west-1", "us-east-1"}

// Every entry of the embedded file is walked.
func TestEmbeddedPrices(t *testing.T) {
	if diff := cmp.Diff(pricedRegions, breakeven.PricedRegions()); diff != "" {
		t.Errorf("regions (-want +got):\n%s", diff)
	}
	for _, region := range pricedRegions {
		for _, a := range cost.Arches() {
			r := fargatePrices(t, region, a)
			if r.Region != region || r.Arch != a || r.Currency != "USD" || !r.AsOf.Equal(time.Date(2025, 6, 5, 0, 0, 0, 0, time.UTC)) || !strings.Contains(r.Source, "ecs.json") {
				t.Errorf("%s %s: %+v", region, a, r)
			}
			checkPrice(t, region+" vCPU", r.VCPUHour, "0.03", "0.05")
			checkPrice(t, region+" GB", r.GBHour, "0.003", "0.005")
			checkPrice(t, region+" storage", r.StorageGBHour, "0.0001", "0.0002")
		}
		if x, arm := fargatePrices(t, region, cost.X86), fargatePrices(t, region, cost.ARM64); !arm.VCPUHour.LessThan(x.VCPUHour) || !arm.GBHour.LessThan(x.GBHour) {
			t.Errorf("%s: arm64 costs no less than x86_64", region)
		}
		for _, name := range breakeven.InstanceTypes() {
			checkInstance(t, region, name)
		}
		for kind, tiers := range map[breakeven.APIKind]int{breakeven.HTTPAPI: 2, breakeven.RESTAPI: 4} {
			api, err := breakeven.APIGateway(region, kind)
			if err != nil {
				t.Fatal(err)
			}
			if len(api.Tiers) != tiers || api.Currency != "USD" {
				t.Errorf("%s %s: %+v", region, kind, api)
			}
			for i, tier := range api.Tiers {
				checkPrice(t, region+" "+string(kind), tier.UnitPrice, "0.0000009", "0.0000035")
				if i > 0 && (!tier.UnitPrice.LessThan(api.Tiers[i-1].UnitPrice) || !tier.From.GreaterThan(api.Tiers[i-1].From)) {
					t.Errorf("%s %s: tiers %v", region, kind, api.Tiers)
				}
			}
			monthly(t, api, 1e12)
		}
	}
	if n := len(breakeven.InstanceTypes()); n != 21 {
		t.Errorf("%d instance types, want 21", n)
	}
}

func checkPrice(t *testing.T, what string, p decimal.Decimal, least, most string) {
	t.Helper()
	if p.LessThan(decimal.RequireFromString(least)) || p.GreaterThan(decimal.RequireFromString(most)) {
		t.Errorf("%s: %s is not from %s to %s", what, p, least, most)
	}
}

func checkInstance(t *testing.T, region, name string) {
	t.Helper()
	i := instance(t, region, name)
	family, size, _ := strings.Cut(name, ".")
	arch := cost.X86
	if strings.HasSuffix(family, "g") {
		arch = cost.ARM64
	}
	if i.Type != name || i.Region != region || i.Arch != arch || i.Currency != "USD" || !i.AsOf.Equal(time.Date(2025, 6, 13, 0, 0, 0, 0, time.UTC)) || !strings.Contains(i.Source, "ec2.json") {
		t.Errorf("%s: %+v", region, i)
	}
	// Types of one family double from size to size; general purpose has 4 GB for a vCPU, compute optimised 2.
	var vcpus, mb int
	var base decimal.Decimal
	if family == "t3" || family == "t4g" {
		steps := []string{"nano", "micro", "small", "medium", "large"}
		vcpus, mb = 2, 512<<slices.Index(steps, size)
		base = decimal.New([]int64{5, 10, 20, 20, 30}[slices.Index(steps, size)], -2)
	} else {
		vcpus = map[string]int{"medium": 1, "large": 2, "xlarge": 4}[size]
		mb = vcpus * map[byte]int{'m': 4096, 'c': 2048}[family[0]]
	}
	if i.VCPUs != vcpus || i.MemoryMB != mb || !i.Baseline.Equal(base) {
		t.Errorf("%s has %d vCPUs, %d MB, baseline %s; want %d, %d, %s", name, i.VCPUs, i.MemoryMB, i.Baseline, vcpus, mb, base)
	}
	checkPrice(t, name, i.PerHour, "0.004", "0.3")
}

func TestUnknownPrices(t *testing.T) {
	for name, do := range map[string]func() error{
		"Fargate region":      func() error { _, err := breakeven.FargatePrices("eu-central-1", cost.X86); return err },
		"Fargate no region":   func() error { _, err := breakeven.FargatePrices("", cost.X86); return err },
		"EC2 region":          func() error { _, err := breakeven.InstanceType("eu-central-1", "t3.nano"); return err },
		"instance type":       func() error { _, err := breakeven.InstanceType("eu-west-1", "t2.nano"); return err },
		"API Gateway region":  func() error { _, err := breakeven.APIGateway("eu-central-1", breakeven.RESTAPI); return err },
		"API kind":            func() error { _, err := breakeven.APIGateway("eu-west-1", "http"); return err },
		"a very long name":    func() error { _, err := breakeven.InstanceType("eu-west-1", strings.Repeat("x", 1<<20)); return err },
		"region in capitals":  func() error { _, err := breakeven.FargatePrices("EU-WEST-1", cost.ARM64); return err },
		"type without region": func() error { _, err := breakeven.InstanceType("", "t3.nano"); return err },
	} {
		var unknown *breakeven.UnknownError
		if err := do(); !errors.As(err, &unknown) || len(unknown.Known) == 0 || len(err.Error()) > 1000 {
			t.Errorf("%s: error is %v", name, err)
		}
	}
	if _, err := breakeven.FargatePrices("eu-west-1", "mips"); !errors.As(err, new(*breakeven.UnknownError)) || !strings.Contains(err.Error(), `architecture "mips" (known: x86_64, arm64)`) {
		t.Errorf("error is %v", err)
	}
}

// What is returned is the caller's own.
func TestAPIGatewayIsACopy(t *testing.T) {
	for range 2 {
		api, err := breakeven.APIGateway("us-east-1", breakeven.HTTPAPI)
		if err != nil {
			t.Fatal(err)
		}
		if want := decimal.New(1, -6); !api.Tiers[0].UnitPrice.Equal(want) {
			t.Errorf("price is %s, want %s", api.Tiers[0].UnitPrice, want)
		}
		api.Tiers[0].UnitPrice = decimal.New(5, 0)
	}
}

func TestFargateSizes(t *testing.T) {
	last := breakeven.FargateSize{}
	for _, s := range breakeven.FargateSizes() {
		if s.CPUUnits <= last.CPUUnits || !s.Has(s.MinMB) || !s.Has(s.MaxMB) || s.Has(s.MinMB-1) || s.Has(s.MaxMB+1) || s.Has(0) || s.Has(-1024) {
			t.Errorf("%v after %v", s, last)
		}
		if s.StepMB > 0 && (!s.Has(s.MinMB+s.StepMB) || s.Has(s.MinMB+s.StepMB/2) || s.MinMB%s.StepMB != 0) {
			t.Errorf("%v: steps of %d", s, s.StepMB)
		}
		last = s
	}
}

// The prices are those of the file that they were taken from, where it is at hand.
func TestEmbeddedPricesAgainstFacts(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "facts", "prices.json"))
	if err != nil {
		t.Skip("no facts here: ", err)
	}
	var facts struct {
		Alternatives struct {
			Fargate              map[string]map[string]string
			EC2LinuxOnDemandHour map[string]map[string]string
			APIGateway           map[string]map[string]string
		}
	}
	if err := json.Unmarshal(b, &facts); err != nil {
		t.Fatal(err)
	}
	same := func(what string, got decimal.Decimal, want string) {
		t.Helper()
		if !got.Equal(decimal.RequireFromString(want)) {
			t.Errorf("%s is %s, want %s", what, got, want)
		}
	}
	for region, want := range facts.Alternatives.Fargate {
		x, arm := fargatePrices(t, region, cost.X86), fargatePrices(t, region, cost.ARM64)
		same(region, x.VCPUHour, want["vCPUHourX86"])
		same(region, x.GBHour, want["gbHourX86"])
		same(region, arm.VCPUHour, want["vCPUHourArm"])
		same(region, arm.GBHour, want["gbHourArm"])
		same(region, x.StorageGBHour, want["ephemeralStorageGBHourAbove20GB"])
		same(region, arm.StorageGBHour, want["ephemeralStorageGBHourAbove20GB"])
	}
	for region, types := range facts.Alternatives.EC2LinuxOnDemandHour {
		if len(types) != len(breakeven.InstanceTypes()) {
			t.Errorf("%s has %d types, want %d", region, len(types), len(breakeven.InstanceTypes()))
		}
		for name, want := range types {
			same(name, instance(t, region, name).PerHour, want)
		}
	}
	for region, want := range facts.Alternatives.APIGateway {
		tiers := func(k breakeven.APIKind) []cost.Tier {
			api, err := breakeven.APIGateway(region, k)
			if err != nil {
				t.Fatal(err)
			}
			return api.Tiers
		}
		http, rest := tiers(breakeven.HTTPAPI), tiers(breakeven.RESTAPI)
		for i, key := range []string{"httpFirst300M", "httpOver300M"} {
			same(key, http[i].UnitPrice, want[key])
		}
		for i, key := range []string{"restFirst333M", "restNext667M", "restNext19B", "restOver20B"} {
			same(key, rest[i].UnitPrice, want[key])
		}
	}
}

func TestAPIGatewaySource(t *testing.T) {
	asOf, source := breakeven.APIGatewaySource()
	if got := asOf.Format("2006-01-02"); got != "2025-06-05" || source == "" {
		t.Errorf("as of %s, from %q", got, source)
	}
}
