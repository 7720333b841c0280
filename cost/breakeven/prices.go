package breakeven

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
)

//go:embed alternatives.json
var alternativesJSON []byte

// alternatives is the form of the embedded file. Numbers have the digits of their source.
type alternatives struct {
	Fargate struct {
		AsOf   time.Time
		Source string
		Prices []struct {
			Region                          string
			Arch                            cost.Arch
			VCPUHour, GBHour, StorageGBHour price
		}
	}
	EC2 struct {
		AsOf   time.Time
		Source string
		Prices []struct {
			Region, Type string
			PerHour      price
		}
	}
	InstanceTypes struct {
		Source string
		Types  []struct {
			Type            string
			Arch            cost.Arch
			VCPUs, MemoryMB int
			Baseline        price
		}
	}
	APIGateway struct {
		AsOf   time.Time
		Source string
		Prices []struct {
			Region string
			Kind   APIKind
			Tiers  []cost.Tier
		}
	}
}

var embedded = sync.OnceValue(func() *alternatives {
	a := new(alternatives)
	d := json.NewDecoder(bytes.NewReader(alternativesJSON))
	d.DisallowUnknownFields()
	if err := d.Decode(a); err != nil {
		// The file is part of the program and a test reads it: it cannot be wrong in a build that passed its tests.
		return new(alternatives)
	}
	return a
})

// price is a decimal that the file holds as a string of digits with a point. decimal.NewFromString depends on package-level
// settings.
type price struct{ decimal.Decimal }

func (p *price) UnmarshalJSON(b []byte) error {
	d, ok := digits.ParsePlain(strings.Trim(string(b), `"`))
	if !ok {
		return fmt.Errorf("no decimal number: %s", b)
	}
	p.Decimal = d
	return nil
}

// FargatePrices returns the embedded on-demand prices of Fargate, as of 2025-06-05: those of us-east-1 and eu-west-1. For any
// other region, as for another architecture, the error is an [*UnknownError]: put its prices into a [FargateRates] yourself.
func FargatePrices(region string, a cost.Arch) (FargateRates, error) {
	if a.Validate() != nil {
		return FargateRates{}, &UnknownError{"architecture", string(a), []string{string(cost.X86), string(cost.ARM64)}}
	}
	f := &embedded().Fargate
	for _, p := range f.Prices {
		if p.Region == region && p.Arch == a {
			return FargateRates{
				Region: region, Arch: a, Currency: "USD", AsOf: f.AsOf, Source: f.Source,
				VCPUHour: p.VCPUHour.Decimal, GBHour: p.GBHour.Decimal, StorageGBHour: p.StorageGBHour.Decimal,
			}, nil
		}
	}
	return FargateRates{}, &UnknownError{"region of Fargate", region, PricedRegions()}
}

// InstanceType returns an EC2 instance type with its embedded on-demand price (Linux), as of 2025-06-13: in us-east-1 and
// eu-west-1, the types of [InstanceTypes]. Any other region or type is an [*UnknownError]: make an [Instance] of it yourself.
func InstanceType(region, name string) (Instance, error) {
	e := embedded()
	known := false
	for _, p := range e.EC2.Prices {
		known = known || p.Region == region
		if p.Region != region || p.Type != name {
			continue
		}
		for _, t := range e.InstanceTypes.Types {
			if t.Type == name {
				return Instance{
					Type: name, Region: region, Arch: t.Arch, VCPUs: t.VCPUs, MemoryMB: t.MemoryMB, Baseline: t.Baseline.Decimal,
					Currency: "USD", AsOf: e.EC2.AsOf, Source: e.EC2.Source, PerHour: p.PerHour.Decimal,
				}, nil
			}
		}
	}
	if !known {
		return Instance{}, &UnknownError{"region of EC2", region, PricedRegions()}
	}
	return Instance{}, &UnknownError{"instance type", name, InstanceTypes()}
}

// InstancesIn returns all EC2 instance types of which [InstanceType] knows the price in a region, in the order of
// [InstanceTypes]. Any other region is an [*UnknownError].
func InstancesIn(region string) ([]Instance, error) {
	var all []Instance
	for _, name := range InstanceTypes() {
		i, err := InstanceType(region, name)
		if err != nil {
			return nil, err
		}
		all = append(all, i)
	}
	return all, nil
}

// InstanceTypes returns the names that [InstanceType] knows, in the order of families.
func InstanceTypes() []string {
	var names []string
	for _, t := range embedded().InstanceTypes.Types {
		names = append(names, t.Type)
	}
	return names
}

// PricedRegions returns the regions of which the embedded prices of Fargate, EC2 and API Gateway are, sorted.
func PricedRegions() []string {
	var regions []string
	for _, p := range embedded().Fargate.Prices {
		if p.Arch == cost.X86 {
			regions = append(regions, p.Region)
		}
	}
	return regions
}

// APIKind is a kind of API that API Gateway offers.
type APIKind string

// The kinds of which the prices are embedded.
const (
	HTTPAPI APIKind = "HTTP" // counts each 512 KB of a request or response as one: see [Tiered].Units
	RESTAPI APIKind = "REST"
)

// APIGateway returns what API Gateway charges for requests, by the embedded prices as of 2025-06-05: in us-east-1 and
// eu-west-1. Any other region or kind is an [*UnknownError]: make a [Tiered] of its prices yourself. The free tier of a new
// account, data transfer and caches are not in it.
func APIGateway(region string, k APIKind) (Tiered, error) {
	if k != HTTPAPI && k != RESTAPI {
		return Tiered{}, &UnknownError{"kind of API", string(k), []string{string(HTTPAPI), string(RESTAPI)}}
	}
	for _, p := range embedded().APIGateway.Prices {
		if p.Region == region && p.Kind == k {
			return Tiered{Tiers: append([]cost.Tier(nil), p.Tiers...), Currency: "USD"}, nil
		}
	}
	return Tiered{}, &UnknownError{"region of API Gateway", region, PricedRegions()}
}

// APIGatewaySource returns of which day the embedded prices of API Gateway are, and where they are from.
func APIGatewaySource() (asOf time.Time, source string) {
	a := &embedded().APIGateway
	return a.AsOf, a.Source
}
