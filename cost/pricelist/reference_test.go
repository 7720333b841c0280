package pricelist_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

func reader(b []byte) io.Reader { return bytes.NewReader(b) }

// reference reads a list that is in order, slowly and obviously: what is refused is not its business. It tells meters by a
// list of names, and finds everything in maps.
func reference(list []byte) ([]cost.RateCard, error) {
	var root any
	d := json.NewDecoder(bytes.NewReader(list))
	d.UseNumber()
	if err := d.Decode(&root); err != nil {
		return nil, err
	}
	published, err := when(text(root, "publicationDate"))
	if err != nil {
		return nil, err
	}
	cards := map[string]*cost.RateCard{}
	for sku, p := range members(root, "products") {
		attributes := members(p, "attributes")
		service, code := text(attributes, "servicecode"), text(attributes, "regionCode")
		k, ok := referenceKey(text(attributes, "group"), text(attributes, "usagetype"))
		if !ok || service != "" && service != "AWSLambda" || text(attributes, "locationType") != "AWS Region" && text(attributes, "locationType") != "" {
			continue
		}
		var newest any
		var since time.Time
		for _, t := range members(root, "terms", "OnDemand", sku) {
			from, err := when(text(t, "effectiveDate"))
			if err == nil && text(t, "offerTermCode") != "A429C66SYZ" && !from.After(published) && (newest == nil || since.Before(from)) {
				newest, since = t, from
			}
		}
		if newest == nil {
			continue
		}
		if code == "" || text(attributes, "location") == "" {
			return nil, errors.New("it takes a table of regions")
		}
		c := cards[code]
		if c == nil {
			c = &cost.RateCard{Region: code, Partition: "aws", Location: text(attributes, "location"), AsOf: published.UTC(), Source: "AWS price list AWSLambda, version " + text(root, "version")}
			if strings.HasPrefix(code, "cn-") {
				c.Partition = "aws-cn"
			}
			if strings.HasPrefix(code, "us-gov-") {
				c.Partition = "aws-us-gov"
			}
			cards[code] = c
		}
		if c.Location != text(attributes, "location") {
			return nil, errors.New("which of the locations comes first is lost in maps")
		}
		price := cost.Price{Meter: k.Meter, Arch: k.Arch, UsageType: text(attributes, "usagetype")}
		for name, d := range members(newest, "priceDimensions") {
			for currency, amount := range members(d, "pricePerUnit") {
				c.Currency = currency
				tier := cost.Tier{RateCode: cmp.Or(text(d, "rateCode"), name)}
				if tier.From, err = decimal.NewFromString(text(d, "beginRange")); err == nil {
					tier.UnitPrice, err = decimal.NewFromString(fmt.Sprint(amount))
				}
				if err != nil {
					return nil, err
				}
				if tier.From.IsZero() {
					price.Unit = cmp.Or(text(d, "unit"), k.Meter.Unit())
				}
				price.Tiers = append(price.Tiers, tier)
			}
		}
		slices.SortFunc(price.Tiers, func(a, b cost.Tier) int { return a.From.Cmp(b.From) })
		c.Prices = append(c.Prices, price)
	}
	var sorted []cost.RateCard
	for _, c := range cards {
		slices.SortFunc(c.Prices, func(a, b cost.Price) int {
			return cmp.Or(cmp.Compare(a.Meter, b.Meter), -cmp.Compare(a.Arch, b.Arch), cmp.Compare(len(a.UsageType), len(b.UsageType)))
		})
		c.Prices = slices.CompactFunc(c.Prices, func(a, b cost.Price) bool { // the requests of Managed Instances on arm64
			return a.Meter == cost.ManagedRequests && b.Meter == a.Meter
		})
		sorted = append(sorted, *c)
	}
	slices.SortFunc(sorted, func(a, b cost.RateCard) int { return cmp.Compare(a.Region, b.Region) })
	return sorted, nil
}

// when reads a date; none is for ever.
func when(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return t, nil
	}
	return time.Parse(time.RFC3339, s)
}

// members returns the object at a path, nil where there is none.
func members(v any, path ...string) map[string]any {
	object, _ := v.(map[string]any)
	for _, name := range path {
		object, _ = object[name].(map[string]any)
	}
	return object
}

// text returns a string or number of an object, "" where there is none.
func text(v any, name string) string {
	switch s := members(v)[name].(type) {
	case string:
		return s
	case json.Number:
		return s.String()
	}
	return ""
}

var (
	regionPrefix   = regexp.MustCompile(`^[A-Z0-9]+-`)
	referenceNames = func() map[string]cost.Key {
		keys := map[string]cost.Key{
			"usage Lambda-Managed-Instances-Request-ARM":  {Meter: cost.ManagedRequests},
			"group AWS-Lambda-Event-Poller-Unit-Duration": {Meter: cost.KafkaPoller},
		}
		for _, m := range cost.Meters() {
			for _, a := range []cost.Arch{"", cost.X86, cost.ARM64} {
				if m.ByArch() == (a == "") {
					continue
				}
				ending := map[cost.Arch]string{cost.ARM64: "-ARM"}[a]
				keys[fmt.Sprintf("group %s%s", cmp.Or(testGroups[m], "?"), ending)] = cost.Key{Meter: m, Arch: a}
				keys[fmt.Sprintf("usage %s%s", cmp.Or(testUsageTypes[m], "?"), ending)] = cost.Key{Meter: m, Arch: a}
				if m >= cost.MicroVMCompute {
					keys["group AWS-"+testUsageTypes[m]+ending] = cost.Key{Meter: m, Arch: a}
				}
			}
		}
		delete(keys, "group ?")
		delete(keys, "group ?-ARM")
		delete(keys, "usage ?")
		delete(keys, "usage ?-ARM")
		return keys
	}()
)

func referenceKey(group, usageType string) (cost.Key, bool) {
	if strings.HasPrefix(usageType, "Global-") {
		return cost.Key{}, false
	}
	used := regionPrefix.ReplaceAllString(usageType, "")
	k, ok := referenceNames["group "+group]
	if !ok || strings.HasPrefix(used, "Lambda-Managed-Instances-") {
		k, ok = referenceNames["usage "+used]
	}
	return k, ok
}
