package cost_test

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// suffixes are how AWS names the meters behind the region's prefix; meters without one have usage types that are not known.
var suffixes = map[cost.Meter]string{
	cost.Requests:               "Request",
	cost.Compute:                "Lambda-GB-Second",
	cost.ProvisionedConcurrency: "Lambda-Provisioned-Concurrency",
	cost.ProvisionedCompute:     "Lambda-Provisioned-GB-Second",
	cost.EphemeralStorage:       "Lambda-Storage-GB-Second",
	cost.ResponseStreaming:      "Lambda-Streaming-Response-Processed-Bytes",
	cost.SnapStartCache:         "Lambda-SnapStart-Cached-GB-S",
	cost.SnapStartRestore:       "Lambda-SnapStart-Restored-GB",
	cost.EdgeRequests:           "Lambda-Edge-Request",
	cost.EdgeCompute:            "Lambda-Edge-GB-Second",
	cost.KafkaPoller:            "Lambda-Event-Poller-Unit-Hour",
}

var tierStarts = map[cost.Arch][]string{
	cost.X86:   {"0", "6000000000", "15000000000"},
	cost.ARM64: {"0", "7500000000", "18750000000"},
}

var rateCode = regexp.MustCompile(`^[0-9A-Z]{16}\.JRTCKXETXF\.[0-9A-Z]{10}$`)

// Every entry of the embedded file is walked.
func TestEmbeddedPrices(t *testing.T) {
	catalog := cost.Embedded()
	if n := len(catalog.Regions()); n != 37 {
		t.Fatalf("%d regions, want 37", n)
	}
	prefixes, codes := map[string]string{}, map[string]string{}
	for _, region := range catalog.Regions() {
		rates, err := catalog.Region(region)
		if err != nil {
			t.Fatal(err)
		}
		card := rates.Card()
		if card.Region != region || card.Location == "" || card.Certainty == "" {
			t.Errorf("%s: card is of %q, %q, certainty %q", region, card.Region, card.Location, card.Certainty)
		}
		weak := strings.HasPrefix(region, "cn-")
		if weak != (card.Currency == "CNY") || weak != strings.Contains(card.Certainty, "weak") || weak != card.Confirmed.IsZero() {
			t.Errorf("%s: currency %s, certainty %q, confirmed %v", region, card.Currency, card.Certainty, card.Confirmed)
		}
		if !weak && (card.AsOf != time.Date(2025, 6, 17, 0, 0, 0, 0, time.UTC) || card.Confirmed != time.Date(2026, 9, 19, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("%s: as of %v, confirmed %v", region, card.AsOf, card.Confirmed)
		}
		requests, err := rates.Price(cost.Requests, cost.X86)
		if err != nil {
			t.Fatal(err)
		}
		prefix, _ := strings.CutSuffix(requests.UsageType, "Request")
		if other, taken := prefixes[prefix]; taken || prefix == "" != (region == "us-east-1") {
			t.Errorf("%s: prefix %q is that of %s too", region, prefix, other)
		}
		prefixes[prefix] = region
		for _, p := range card.Prices {
			checkPrice(t, region, prefix, weak, p)
			for _, tier := range p.Tiers {
				if other, taken := codes[tier.RateCode]; taken && tier.RateCode != "" {
					t.Errorf("%s: rate code %s is that of %s too", region, tier.RateCode, other)
				}
				codes[tier.RateCode] = region
			}
		}
		if weak {
			if _, err := rates.Price(cost.Compute, cost.ARM64); err == nil {
				t.Errorf("%s: the price of arm64 is not known", region)
			}
			continue
		}
		for _, a := range cost.Arches() {
			for _, m := range []cost.Meter{cost.Requests, cost.Compute, cost.ProvisionedConcurrency, cost.ProvisionedCompute, cost.EphemeralStorage} {
				if _, err := rates.Price(m, a); err != nil {
					t.Error(err)
				}
			}
		}
	}
}

func checkPrice(t *testing.T, region, prefix string, weak bool, p cost.Price) {
	t.Helper()
	k := cost.Key{Meter: p.Meter, Arch: p.Arch}
	want := ""
	if s, known := suffixes[p.Meter]; known {
		want = prefix + s
		if p.Arch == cost.ARM64 {
			want += "-ARM"
		}
	} else if region != "us-east-1" || p.AsOf.IsZero() || p.Source == "" {
		t.Errorf("%s, %v: a newer meter, as of %v by %q", region, k, p.AsOf, p.Source)
	}
	if p.UsageType != want || p.Unit == "" {
		t.Errorf("%s, %v: usage type %q, want %q; unit %q", region, k, p.UsageType, want, p.Unit)
	}
	starts := []string{"0"}
	if p.Meter == cost.Compute && !weak {
		starts = tierStarts[p.Arch]
	}
	var got []string
	for i, tier := range p.Tiers {
		got = append(got, tier.From.String())
		if i > 0 && !tier.UnitPrice.LessThan(p.Tiers[i-1].UnitPrice) {
			t.Errorf("%s, %v: tier %d is not cheaper", region, k, i+1)
		}
		coded := !weak && (p.Meter == cost.Requests || p.Meter == cost.Compute)
		if coded != rateCode.MatchString(tier.RateCode) {
			t.Errorf("%s, %v: rate code %q", region, k, tier.RateCode)
		}
	}
	if diff := cmp.Diff(starts, got); diff != "" {
		t.Errorf("%s, %v: tiers begin (-want +got):\n%s", region, k, diff)
	}
}

// The file holds nothing that the types do not, and the types hold all of it.
func TestEmbeddedFileReadsBack(t *testing.T) {
	file, err := os.ReadFile("prices.json")
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(file))
	d.DisallowUnknownFields()
	var cards []cost.RateCard
	if err := d.Decode(&cards); err != nil {
		t.Fatal(err)
	}
	written, err := json.Marshal(cards)
	if err != nil {
		t.Fatal(err)
	}
	var again []cost.RateCard
	if err := json.Unmarshal(written, &again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(cards, again); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for i, c := range cards {
		rates, err := cost.Embedded().Region(c.Region)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c, rates.Card()); diff != "" {
			t.Errorf("%s (-file +embedded):\n%s", c.Region, diff)
		}
		if i > 0 && c.Region <= cards[i-1].Region {
			t.Errorf("%s is not in order", c.Region)
		}
	}
}

// Where the facts are at hand, every number of theirs is in the file.
func TestEmbeddedPricesAgainstFacts(t *testing.T) {
	file, err := os.ReadFile("../../shared/facts/prices.json")
	if err != nil {
		t.Skip("the facts are not here")
	}
	type sides struct {
		DurationTiers []map[string]string
		Request, ProvisionedConcurrency, ProvisionedDuration,
		EphemeralStorage, StreamedGB string
	}
	var facts struct {
		Regions map[string]struct {
			UsagetypePrefix, Currency string
			X86, ARM64                sides
			SnapStart                 struct{ CacheGBSecond, RestoreGB string }
			EventPollerUnitHour       struct{ Kafka string }
			Edge                      struct{ Request, GBSecond string }
		}
	}
	if err := json.Unmarshal(file, &facts); err != nil {
		t.Fatal(err)
	}
	numbers := 0
	for region, f := range facts.Regions {
		rates, err := cost.Embedded().Region(region)
		if err != nil {
			t.Error(err)
			continue
		}
		same := func(m cost.Meter, a cost.Arch, tier int, want string) {
			t.Helper()
			p, err := rates.Price(m, a)
			if want == "" {
				if err == nil {
					t.Errorf("%s, %v %s has a price, the facts have none", region, m, a)
				}
				return
			}
			numbers++
			if err != nil {
				t.Error(err)
			} else if got := p.Tiers[tier].UnitPrice; got.StringFixed(-got.Exponent()) != want {
				t.Errorf("%s, %v %s: %s, facts %s", region, m, a, got, want)
			}
		}
		for a, s := range map[cost.Arch]sides{cost.X86: f.X86, cost.ARM64: f.ARM64} {
			if len(s.DurationTiers) == 0 {
				continue
			}
			for i, tier := range s.DurationTiers {
				same(cost.Compute, a, i, tier[f.Currency])
			}
			same(cost.Requests, a, 0, s.Request)
			same(cost.ProvisionedConcurrency, a, 0, s.ProvisionedConcurrency)
			same(cost.ProvisionedCompute, a, 0, s.ProvisionedDuration)
			same(cost.EphemeralStorage, a, 0, s.EphemeralStorage)
			same(cost.ResponseStreaming, a, 0, s.StreamedGB)
		}
		same(cost.SnapStartCache, "", 0, f.SnapStart.CacheGBSecond)
		same(cost.SnapStartRestore, "", 0, f.SnapStart.RestoreGB)
		same(cost.KafkaPoller, "", 0, f.EventPollerUnitHour.Kafka)
		same(cost.EdgeRequests, "", 0, f.Edge.Request)
		same(cost.EdgeCompute, "", 0, f.Edge.GBSecond)
	}
	if numbers < 600 {
		t.Errorf("only %d numbers compared", numbers)
	}
}

// What AWS publishes of large amounts, in whole cents, and of an hour of one vCPU.
func TestOracles(t *testing.T) {
	rates, err := cost.Embedded().Region("us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		arch   cost.Arch
		gbs    int64
		places int32
		tiers  map[int]string
	}{
		"x86, two tiers":   {cost.X86, 15e9, 2, map[int]string{1: "100000.20", 2: "135000.00"}},
		"arm64, two tiers": {cost.ARM64, 18_750_000_000, 2, map[int]string{1: "100000.50", 2: "135001.13"}},
	} {
		t.Run(name, func(t *testing.T) {
			var u cost.Usage
			if err := u.Add(cost.Compute, tt.arch, decimal.New(tt.gbs, 0)); err != nil {
				t.Fatal(err)
			}
			b, err := rates.Bill(u, nil)
			if err != nil {
				t.Fatal(err)
			}
			got := map[int]string{}
			for _, l := range b.Lines {
				got[l.Tier] = l.Cost.StringFixed(tt.places)
			}
			if diff := cmp.Diff(tt.tiers, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	for a, want := range map[cost.Arch]string{cost.X86: "0.10365", cost.ARM64: "0.0829"} {
		perMS, err := rates.PerMillisecond(a, 1769)
		if err != nil {
			t.Fatal(err)
		}
		if got := perMS.Mul(decimal.New(36, 5)).StringFixed(int32(len(want) - 2)); got != want {
			t.Errorf("an hour of one vCPU on %s costs %s, want %s", a, got, want)
		}
	}
}
