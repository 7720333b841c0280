package focus

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/codes"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/usagetype"
)

// spelling is how descriptions on AWS's bills name a meter.
type spelling struct {
	meter cost.Meter
	// phrase is what the description of a price says, " for ARM" apart. What AWS says of the meters from EphemeralStorage on,
	// those of Lambda@Edge apart, is not known: rows are recognised by their usage type.
	service, phrase string
}

// spellings has all meters, in their order.
var spellings = [...]spelling{
	{cost.Requests, "AWS Lambda", "Total Requests"},
	{cost.Compute, "AWS Lambda", "Total Compute"},
	{cost.ProvisionedConcurrency, "AWS Lambda", "Provisioned Concurrency"},
	{cost.ProvisionedCompute, "AWS Lambda", "Total Compute (Provisioned)"},
	{cost.EphemeralStorage, "AWS Lambda", "Ephemeral Storage"},
	{cost.ResponseStreaming, "AWS Lambda", "Response Streaming"},
	{cost.SnapStartCache, "AWS Lambda", "SnapStart Cache"},
	{cost.SnapStartRestore, "AWS Lambda", "SnapStart Restore"},
	{cost.EdgeRequests, "AWS Lambda Edge", "Total Requests"},
	{cost.EdgeCompute, "AWS Lambda Edge", "Total Compute"},
	{cost.KafkaPoller, "AWS Lambda", "Kafka Event Poller"},
	{cost.SQSPoller, "AWS Lambda", "SQS Event Poller"},
	{cost.DurableOperations, "AWS Lambda", "Durable Operations"},
	{cost.DurableDataWritten, "AWS Lambda", "Durable Data Written"},
	{cost.DurableDataRetained, "AWS Lambda", "Durable Data Retained"},
	{cost.TenantIsolation, "AWS Lambda", "Tenant Isolation"},
	{cost.ManagedRequests, "AWS Lambda", "Managed Instances Requests"},
	{cost.MicroVMCompute, "AWS Lambda", "MicroVM Compute"},
	{cost.MicroVMMemory, "AWS Lambda", "MicroVM Memory"},
	{cost.MicroVMSnapshotRead, "AWS Lambda", "MicroVM Snapshot Read"},
	{cost.MicroVMSnapshotWrite, "AWS Lambda", "MicroVM Snapshot Write"},
	{cost.MicroVMSnapshotStorage, "AWS Lambda", "MicroVM Snapshot Storage"},
}

const (
	armPhrase    = " for ARM"
	freeRequests = "AWS Lambda - Requests Free Tier - 1,000,000 Requests"
	freeCompute  = "AWS Lambda - Compute Free Tier - 400,000 GB-Seconds"
)

// describe is the ChargeDescription of a line, as AWS writes it where that is known:
// "AWS Lambda - Total Compute - US West (Oregon)-Tier-1".
func describe(b *cost.Bill, l *cost.Line) string {
	s := spellings[l.Meter-1]
	switch {
	case l.Kind == cost.Unused:
		return "Savings Plan commitment that nothing used"
	case l.Kind == cost.Free && l.Meter == cost.Requests:
		return freeRequests
	case l.Kind == cost.Free && l.Meter == cost.Compute:
		return freeCompute
	}
	phrase := s.phrase
	if l.Arch == cost.ARM64 {
		phrase += armPhrase
	}
	if l.Kind == cost.Free {
		phrase += " Free Tier"
	}
	text := fmt.Sprintf("%s - %s - %s", s.service, phrase, cmp.Or(b.Location, b.Region, "no region"))
	if l.Tier != 0 {
		text += fmt.Sprintf("-Tier-%d", l.Tier)
	}
	return text
}

// freeCodes are the rate codes of the free tier, which is AWS's whole world's and stands on no region's card, as package cost
// has them on free lines.
var freeCodes = map[string]cost.Meter{
	codes.FreeRequests: cost.Requests, codes.FreeCompute: cost.Compute, codes.FreeStreaming: cost.ResponseStreaming,
}

// nameSort is what kind of charge a row's names say it is.
type nameSort uint8

const (
	unknownSort  nameSort = iota // none that is known here
	meterSort                    // a meter of Lambda's
	freeSort                     // the free tier
	transferSort                 // data transfer
)

// meterOf is what the names of a row tell.
type meterOf struct {
	sort   nameSort
	key    cost.Key  // Arch is "" for free usage, of which AWS does not say it
	region *regionOf // nil where the names do not tell it
	tier   int       // index into the price's tiers; -1 where the rate code is not known
}

// regionOf is the prices of a region, ready to be looked up.
type regionOf struct {
	rates   *cost.Rates
	tariffs map[cost.Key]*tariff
}

// tariff is the price of one meter in one region.
type tariff struct {
	price cost.Price
	list  []decimal.Decimal // by tier
	asOf  time.Time         // of the price
	coded bool              // the card has rate codes for it, so that an unknown one says something
}

// names recognises rows by the names in them: rate codes first, which tell everything, then usage types, then descriptions.
// It never looks at units, which AWS spells in many ways. It is only read once it is made.
type names struct {
	regions   map[string]*regionOf
	rateCodes map[string]meterOf
	usage     map[string]meterOf  // by whole usage type
	phrases   map[string]cost.Key // by service and phrase, as in describe
}

// namesOf takes the names of a catalog; nil means the embedded one, whose names are taken once.
func namesOf(c *cost.Catalog) *names {
	if c == nil {
		return embeddedNames()
	}
	return newNames(c)
}

var embeddedNames = sync.OnceValue(func() *names { return newNames(cost.Embedded()) })

func newNames(c *cost.Catalog) *names {
	n := &names{
		regions: make(map[string]*regionOf), rateCodes: make(map[string]meterOf), usage: make(map[string]meterOf),
		phrases: make(map[string]cost.Key),
	}
	for _, s := range spellings {
		for _, k := range usagetype.Keys(s.meter) {
			phrase := s.phrase
			if k.Arch == cost.ARM64 {
				phrase += armPhrase
			}
			n.phrases[s.service+" - "+phrase] = k
		}
	}
	for code, meter := range freeCodes {
		n.rateCodes[code] = meterOf{sort: freeSort, key: cost.Key{Meter: meter}, tier: -1}
	}
	for _, region := range c.Regions() {
		if r, err := c.Region(region); err == nil { // it is one of Regions
			n.addRates(region, r)
		}
	}
	return n
}

func (n *names) addRates(region string, r *cost.Rates) {
	of := &regionOf{r, make(map[cost.Key]*tariff)}
	n.regions[region] = of
	for _, p := range r.Card().Prices {
		t := &tariff{price: p, asOf: p.AsOf}
		if p.AsOf.IsZero() {
			t.asOf = r.AsOf()
		}
		m := meterOf{sort: meterSort, key: cost.Key{Meter: p.Meter, Arch: p.Arch}, region: of, tier: -1}
		of.tariffs[m.key] = t
		if p.UsageType != "" {
			n.usage[p.UsageType] = m
		}
		for tier, at := range p.Tiers {
			t.list = append(t.list, at.UnitPrice)
			if at.RateCode != "" {
				t.coded = true
				m.tier = tier
				n.rateCodes[at.RateCode] = m
			}
		}
	}
}

// find recognises a row. The arguments are those of the row, empty where it does not have them.
func (n *names) find(rateCode, usageType, description []byte) meterOf {
	if m, ok := n.rateCodes[string(rateCode)]; ok {
		return m
	}
	m, ok := n.usage[string(usageType)]
	if !ok {
		m = byUsageType(string(usageType))
	}
	if m.sort == unknownSort {
		m = n.byDescription(string(description))
	}
	if m.sort == meterSort && isFreeCode(rateCode) { // of what nobody knows, free or not, there is no meter
		m.sort, m.key.Arch, m.region = freeSort, "", nil
	}
	return m
}

// isFreeCode reports whether SKU.TERM.DIMENSION has the offer term of the free tier.
func isFreeCode(rateCode []byte) bool {
	i := bytes.IndexByte(rateCode, '.') + 1
	return i > 0 && bytes.HasPrefix(rateCode[i:], []byte(codes.FreeTerm+"."))
}

// byUsageType recognises a usage type of a region whose card does not name it, by the whole of what follows the prefix, which
// is of two characters and a dash at least.
func byUsageType(usageType string) meterOf {
	if used, ok := strings.CutPrefix(usageType, codes.FreePrefix); ok {
		if k, known := usagetype.Key(used); known {
			return meterOf{sort: freeSort, key: cost.Key{Meter: k.Meter}, tier: -1}
		}
	}
	prefix, used := usagetype.Split(usageType)
	if k, known := usagetype.Key(used); known && len(prefix) != len("X-") {
		return meterOf{sort: meterSort, key: k, tier: -1}
	}
	if isTransfer(usageType) {
		return meterOf{sort: transferSort, tier: -1}
	}
	return meterOf{tier: -1}
}

// isTransfer reports whether a usage type is one of data transfer, which stands under AWS Lambda in exports.
func isTransfer(usageType string) bool {
	for _, suffix := range []string{"In-Bytes", "Out-Bytes", "Regional-Bytes"} {
		if strings.HasSuffix(usageType, suffix) {
			return true
		}
	}
	return false
}

// byDescription recognises "AWS Lambda - PHRASE - PLACE" and "$0.00005001 per Lambda-GB-Second for USAGETYPE in PLACE".
func (n *names) byDescription(s string) meterOf {
	switch s {
	case freeRequests:
		return meterOf{sort: freeSort, key: cost.Key{Meter: cost.Requests}, tier: -1}
	case freeCompute:
		return meterOf{sort: freeSort, key: cost.Key{Meter: cost.Compute}, tier: -1}
	}
	if service, rest, ok := strings.Cut(s, " - "); ok {
		phrase, _, _ := strings.Cut(rest, " - ")
		free := strings.HasSuffix(phrase, " Free Tier")
		if k, known := n.phrases[service+" - "+strings.TrimSuffix(phrase, " Free Tier")]; known {
			if free {
				return meterOf{sort: freeSort, key: cost.Key{Meter: k.Meter}, tier: -1}
			}
			return meterOf{sort: meterSort, key: k, tier: -1}
		}
	}
	if _, rest, ok := strings.Cut(s, " for "); ok {
		usageType, _, _ := strings.Cut(rest, " in ")
		if m := byUsageType(usageType); m.sort != unknownSort {
			return m
		}
	}
	if strings.Contains(s, "data transfer") {
		return meterOf{sort: transferSort, tier: -1}
	}
	return meterOf{tier: -1}
}
