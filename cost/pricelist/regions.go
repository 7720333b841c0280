package pricelist

import (
	"maps"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/codes"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/usagetype"
)

// Trust says what is believed where a product's region and the prefix of its usage type contradict each other.
type Trust uint8

// The values of [Reader.Trust].
const (
	TrustNeither   Trust = iota // a RegionMismatch
	TrustRegion                 // region code and location
	TrustUsageType              // the prefix of the usage type, such as "EU-"
)

// otherNames are locations under another name than that of the embedded prices (AWS's pages, 2025).
var otherNames = map[string]string{
	"Europe (Frankfurt)":     "eu-central-1",
	"Europe (Zurich)":        "eu-central-2",
	"Europe (Stockholm)":     "eu-north-1",
	"Europe (Milan)":         "eu-south-1",
	"Europe (Spain)":         "eu-south-2",
	"Europe (Ireland)":       "eu-west-1",
	"Europe (London)":        "eu-west-2",
	"Europe (Paris)":         "eu-west-3",
	"AWS GovCloud (US-West)": "us-gov-west-1",
}

// places knows regions by code, location and usage-type prefix: those of the embedded prices, and new ones as a list names
// them.
type places struct {
	trust      Trust
	location   map[string]string // by code
	prefix     map[string]string // by code
	byLocation map[string]string
	byPrefix   map[string]string
}

func newPlaces(trust Trust) *places {
	p := &places{trust, map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}}
	maps.Copy(p.byLocation, otherNames)
	c := cost.Embedded()
	for _, code := range c.Regions() {
		rates, err := c.Region(code)
		if err != nil {
			continue // not of a region that the catalog lists
		}
		requests, err := rates.Price(cost.Requests, cost.X86)
		if err != nil || requests.UsageType == "" {
			continue
		}
		p.location[code], p.byLocation[rates.Location()] = rates.Location(), code
		prefix, _ := usagetype.Split(requests.UsageType)
		p.learn(code, prefix)
	}
	return p
}

func (p *places) learn(code, prefix string) { p.prefix[code], p.byPrefix[prefix] = prefix, code }

// of tells the region of a product, and its location.
func (p *places) of(r *product) (code, location string, problem *RowError) {
	prefix, _ := usagetype.Split(r.usageType)
	if p.trust == TrustUsageType {
		return p.byUsageType(r, prefix)
	}
	named, located := p.byLocation[r.location]
	switch code = r.region; {
	case code == "" && !located:
		return "", "", &RowError{Problem: UnknownRegion, Field: "Location", Given: show.Clip(r.location), Allowed: "a known location, or any with a region code"}
	case code == "":
		code = named
	case !codes.IsRegion(code):
		return "", "", &RowError{Problem: BadValue, Field: "Region Code", Given: show.Clip(code), Allowed: "a region code"}
	case located && named != code:
		return "", "", &RowError{Problem: RegionMismatch, Field: "Location", Given: show.Clip(r.location), Allowed: "a location of " + code}
	}
	if location = r.location; location == "" {
		location = p.location[code]
	}
	if p.trust == TrustRegion {
		return code, location, nil
	}
	want, known := p.prefix[code]
	owner, taken := p.byPrefix[prefix]
	switch {
	case known && want != prefix:
		return "", "", &RowError{Problem: RegionMismatch, Field: "usageType", Given: show.Clip(r.usageType), Allowed: prefixes(want) + ", as all of " + code + ", " + show.Clip(location)}
	case taken && owner != code:
		return "", "", &RowError{Problem: RegionMismatch, Field: "usageType", Given: show.Clip(r.usageType), Allowed: "another prefix than that of " + owner + ", for one of " + code}
	case !known:
		p.learn(code, prefix)
	}
	return code, location, nil
}

// byUsageType tells the region by the prefix alone. The prefix of a region that is new is learnt from its first row, which
// nothing may contradict.
func (p *places) byUsageType(r *product, prefix string) (code, location string, problem *RowError) {
	code, known := p.byPrefix[prefix]
	if !known {
		named, located := p.byLocation[r.location]
		_, taken := p.prefix[r.region]
		if taken || !codes.IsRegion(r.region) || located && named != r.region {
			return "", "", &RowError{Problem: UnknownRegion, Field: "usageType", Given: show.Clip(r.usageType), Allowed: "the prefix of a known region, or one of a new region with a code"}
		}
		code = r.region
		p.learn(code, prefix)
		if r.location != "" && p.location[code] == "" {
			p.location[code], p.byLocation[r.location] = r.location, code
		}
	}
	if p.byLocation[r.location] == code {
		return code, r.location, nil
	}
	return code, p.location[code], nil
}

func prefixes(prefix string) string {
	if prefix == "" {
		return "a usage type without a prefix"
	}
	return "a usage type with the prefix " + show.Clip(prefix)
}
