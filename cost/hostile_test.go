package cost_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

func isRange(field string) func(error) bool {
	return func(err error) bool {
		var e *cost.RangeError
		return errors.As(err, &e) && e.Field == field && e.Given != "" && e.Allowed != ""
	}
}

func isUnknown(what string) func(error) bool {
	return func(err error) bool {
		var e *cost.UnknownError
		return errors.As(err, &e) && e.What == what
	}
}

func isOverflow(m cost.Meter) func(error) bool {
	return func(err error) bool {
		var e *cost.OverflowError
		return errors.As(err, &e) && e.Meter == m
	}
}

var gigantic = map[string]decimal.Decimal{
	"-1":                decimal.New(-1, 0),
	"1e9999999":         decimal.New(1, 9999999),
	"1e-9999999":        decimal.New(1, -9999999),
	"0e9999999":         decimal.New(0, 9999999),
	"2,000 digits":      decimal.NewFromBigInt(new(big.Int).Exp(big.NewInt(7), big.NewInt(2366), nil), -40),
	"a tiny bit below":  decimal.New(-1, -60),
	"1e41":              decimal.New(1, 41),
	"one place too far": decimal.New(1, -61),
}

// Every bad argument of every method is refused with its name, at once, and changes nothing.
func TestUsageRefuses(t *testing.T) {
	good := cost.Invocation{Arch: cost.X86, MemoryMB: 512, Billed: 93 * time.Millisecond}
	with := func(change func(*cost.Invocation)) cost.Invocation {
		inv := good
		change(&inv)
		return inv
	}
	type attempt struct {
		do   func(*cost.Usage) error
		want func(error) bool
	}
	attempts := map[string]attempt{}
	for name, tt := range map[string]struct {
		inv  cost.Invocation
		want func(error) bool
	}{
		"zero value":            {cost.Invocation{}, isUnknown("architecture")},
		"arch arm":              {with(func(i *cost.Invocation) { i.Arch = "arm" }), isUnknown("architecture")},
		"arch X86_64":           {with(func(i *cost.Invocation) { i.Arch = "X86_64" }), isUnknown("architecture")},
		"arch empty":            {with(func(i *cost.Invocation) { i.Arch = "" }), isUnknown("architecture")},
		"arch very long":        {with(func(i *cost.Invocation) { i.Arch = cost.Arch(strings.Repeat("x", 1<<20)) }), isUnknown("architecture")},
		"memory 127":            {with(func(i *cost.Invocation) { i.MemoryMB = 127 }), isRange("MemoryMB")},
		"memory 0":              {with(func(i *cost.Invocation) { i.MemoryMB = 0 }), isRange("MemoryMB")},
		"memory negative":       {with(func(i *cost.Invocation) { i.MemoryMB = -512 }), isRange("MemoryMB")},
		"memory least":          {with(func(i *cost.Invocation) { i.MemoryMB = math.MinInt }), isRange("MemoryMB")},
		"memory 10241":          {with(func(i *cost.Invocation) { i.MemoryMB = 10241 }), isRange("MemoryMB")},
		"memory most":           {with(func(i *cost.Invocation) { i.MemoryMB = math.MaxInt }), isRange("MemoryMB")},
		"billed negative":       {with(func(i *cost.Invocation) { i.Billed = -time.Millisecond }), isRange("Billed")},
		"billed least":          {with(func(i *cost.Invocation) { i.Billed = math.MinInt64 }), isRange("Billed")},
		"billed over limit":     {with(func(i *cost.Invocation) { i.Billed = cost.MaxBilled + time.Millisecond }), isRange("Billed")},
		"billed most":           {with(func(i *cost.Invocation) { i.Billed = math.MaxInt64 }), isRange("Billed")},
		"ephemeral negative":    {with(func(i *cost.Invocation) { i.EphemeralMB = -1 }), isRange("EphemeralMB")},
		"ephemeral 511":         {with(func(i *cost.Invocation) { i.EphemeralMB = 511 }), isRange("EphemeralMB")},
		"ephemeral 10241":       {with(func(i *cost.Invocation) { i.EphemeralMB = 10241 }), isRange("EphemeralMB")},
		"streamed negative":     {with(func(i *cost.Invocation) { i.StreamedBytes = -1 }), isRange("StreamedBytes")},
		"event negative":        {with(func(i *cost.Invocation) { i.EventBytes = -1 }), isRange("EventBytes")},
		"event over limit":      {with(func(i *cost.Invocation) { i.EventBytes = cost.MaxEventBytes + 1 }), isRange("EventBytes")},
		"mode":                  {with(func(i *cost.Invocation) { i.Mode = 3 }), isUnknown("mode")},
		"edge on arm64":         {with(func(i *cost.Invocation) { i.Mode, i.Arch = cost.Edge, cost.ARM64 }), isRange("Arch")},
		"edge with large /tmp":  {with(func(i *cost.Invocation) { i.Mode, i.EphemeralMB = cost.Edge, 513 }), isRange("EphemeralMB")},
		"edge with streaming":   {with(func(i *cost.Invocation) { i.Mode, i.StreamedBytes = cost.Edge, 1 }), isRange("StreamedBytes")},
		"edge with event bytes": {with(func(i *cost.Invocation) { i.Mode, i.EventBytes = cost.Edge, 1 }), isRange("EventBytes")},
	} {
		attempts["AddInvocation, "+name] = attempt{func(u *cost.Usage) error { return u.AddInvocation(tt.inv) }, tt.want}
		attempts["AddInvocations, "+name] = attempt{func(u *cost.Usage) error { return u.AddInvocations(2, tt.inv) }, tt.want}
		attempts["AddInvocations of none, "+name] = attempt{func(u *cost.Usage) error { return u.AddInvocations(0, tt.inv) }, tt.want}
		attempts["AddMean, "+name] = attempt{func(u *cost.Usage) error { return u.AddMean(2, tt.inv) }, tt.want}
	}
	fraction := with(func(i *cost.Invocation) { i.Billed++ })
	attempts["AddInvocation, fraction of a ms"] = attempt{func(u *cost.Usage) error { return u.AddInvocation(fraction) }, isRange("Billed")}
	attempts["AddInvocations, fraction of a ms"] = attempt{func(u *cost.Usage) error { return u.AddInvocations(2, fraction) }, isRange("Billed")}
	for name, a := range map[string]attempt{
		"arch":              {func(u *cost.Usage) error { return u.AddProvisioned("", 512, 1, time.Hour) }, isUnknown("architecture")},
		"arch, overflowing": {func(u *cost.Usage) error { return u.AddProvisioned("", 10240, math.MaxInt, math.MaxInt64) }, isUnknown("architecture")},
		"memory":            {func(u *cost.Usage) error { return u.AddProvisioned(cost.X86, 127, 1, time.Hour) }, isRange("memoryMB")},
		"concurrency 0":     {func(u *cost.Usage) error { return u.AddProvisioned(cost.X86, 512, 0, time.Hour) }, isRange("concurrency")},
		"concurrency least": {func(u *cost.Usage) error { return u.AddProvisioned(cost.X86, 512, math.MinInt, time.Hour) }, isRange("concurrency")},
		"time negative":     {func(u *cost.Usage) error { return u.AddProvisioned(cost.X86, 512, 1, -1) }, isRange("configured")},
	} {
		attempts["AddProvisioned, "+name] = a
	}
	if math.MaxInt > math.MaxInt32 { // else there is not that much to be configured
		attempts["AddProvisioned, overflow"] = attempt{
			func(u *cost.Usage) error { return u.AddProvisioned(cost.X86, 10240, math.MaxInt, math.MaxInt64) },
			isOverflow(cost.ProvisionedConcurrency),
		}
	}
	attempts["AddSnapStartCache, memory"] = attempt{func(u *cost.Usage) error { return u.AddSnapStartCache(0, time.Hour) }, isRange("memoryMB")}
	attempts["AddSnapStartCache, time"] = attempt{func(u *cost.Usage) error { return u.AddSnapStartCache(512, -1) }, isRange("stood")}
	attempts["AddSnapStartRestores, memory"] = attempt{func(u *cost.Usage) error { return u.AddSnapStartRestores(1, -1) }, isRange("memoryMB")}
	attempts["AddTotals, arch"] = attempt{func(u *cost.Usage) error { return u.AddTotals("", cost.Totals{}) }, isUnknown("architecture")}
	attempts["Add, no meter"] = attempt{func(u *cost.Usage) error { return u.Add(0, "", decimal.New(1, 0)) }, isUnknown("meter")}
	attempts["Add, meter 255"] = attempt{func(u *cost.Usage) error { return u.Add(255, "", decimal.New(1, 0)) }, isUnknown("meter")}
	attempts["Add, arch missing"] = attempt{func(u *cost.Usage) error { return u.Add(cost.Compute, "", decimal.New(1, 0)) }, isUnknown("architecture")}
	attempts["Add, arch too many"] = attempt{func(u *cost.Usage) error { return u.Add(cost.EdgeRequests, cost.X86, decimal.New(1, 0)) }, isRange("Arch of EdgeRequests")}
	attempts["Add, overflow"] = attempt{func(u *cost.Usage) error { return u.Add(cost.Requests, cost.X86, decimal.New(1, 39)) }, isOverflow(cost.Requests)}
	for name, d := range gigantic {
		attempts["Add, "+name] = attempt{func(u *cost.Usage) error { return u.Add(cost.Compute, cost.X86, d) }, isRange("quantity of Compute x86_64")}
		for field, totals := range map[string]cost.Totals{
			"Requests":                  {Requests: d},
			"MBMilliseconds":            {Requests: decimal.New(1, 0), MBMilliseconds: d},
			"ProvisionedMBMilliseconds": {Requests: decimal.New(1, 0), ProvisionedMBMilliseconds: d},
			"EphemeralMBMilliseconds":   {Requests: decimal.New(1, 0), EphemeralMBMilliseconds: d},
			"StreamedBytes":             {Requests: decimal.New(1, 0), StreamedBytes: d},
		} {
			attempts["AddTotals, "+field+" "+name] = attempt{func(u *cost.Usage) error { return u.AddTotals(cost.X86, totals) }, isRange(field)}
		}
	}
	attempts["AddTotals, fraction"] = attempt{func(u *cost.Usage) error { return u.AddTotals(cost.X86, cost.Totals{Requests: decimal.New(15, -1)}) }, isRange("Requests")}
	attempts["AddTotals, last one overflows"] = attempt{func(u *cost.Usage) error {
		return u.AddTotals(cost.X86, cost.Totals{Requests: decimal.New(1, 0), StreamedBytes: decimal.New(1, 39)})
	}, isOverflow(cost.ResponseStreaming)}

	for name, a := range attempts {
		t.Run(name, func(t *testing.T) {
			var u cost.Usage
			if err := u.AddInvocations(3, good); err != nil {
				t.Fatal(err)
			}
			if err := u.Add(cost.Compute, cost.X86, decimal.New(1, -40)); err != nil {
				t.Fatal(err)
			}
			before := u
			if err := a.do(&u); !a.want(err) {
				t.Errorf("error is %v", err)
			} else if len(err.Error()) > 1000 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
			if !u.Equal(before) {
				t.Error("the failed call changed the usage")
			}
		})
	}
}

// full is usage one short of what 128 bits hold, of requests.
func full(t *testing.T) cost.Usage {
	t.Helper()
	var u cost.Usage
	most := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 128), big.NewInt(1))
	if err := u.Add(cost.Requests, cost.X86, decimal.NewFromBigInt(most, 0)); err != nil {
		t.Fatal(err)
	}
	return u
}

func TestUsageOverflows(t *testing.T) {
	one := cost.Invocation{Arch: cost.X86, MemoryMB: 128, Billed: time.Millisecond}
	var rest cost.Usage
	if err := rest.Add(cost.Requests, cost.X86, decimal.New(5, -1)); err != nil {
		t.Fatal(err)
	}
	for name, do := range map[string]func(*cost.Usage) error{
		"AddInvocation":  func(u *cost.Usage) error { return u.AddInvocation(one) },
		"AddInvocations": func(u *cost.Usage) error { return u.AddInvocations(1, one) },
		"AddMean":        func(u *cost.Usage) error { return u.AddMean(1, one) },
		"AddTotals":      func(u *cost.Usage) error { return u.AddTotals(cost.X86, cost.Totals{Requests: decimal.New(1, 0)}) },
		"Add":            func(u *cost.Usage) error { return u.Add(cost.Requests, cost.X86, decimal.New(1, 0)) },
		"Merge":          func(u *cost.Usage) error { return u.Merge(full(t)) },
		"Times":          func(u *cost.Usage) error { _, err := u.Times(2); return err },
		"carry of fractions": func(u *cost.Usage) error {
			if err := u.Merge(rest); err != nil {
				return err
			}
			half := *u
			err := u.Merge(rest)
			if !u.Equal(half) {
				t.Error("the failed merge changed the usage")
			}
			*u = full(t)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			u := full(t)
			if err := do(&u); !isOverflow(cost.Requests)(err) {
				t.Errorf("error is %v, want an OverflowError of Requests", err)
			}
			if !u.Equal(full(t)) {
				t.Error("the failed call changed the usage")
			}
		})
	}
	var g, h cost.Groups[string]
	*g.Of("a"), *g.Of("b"), *h.Of("b") = cost.Usage{}, full(t), full(t)
	if err := h.Of("a").AddInvocation(one); err != nil {
		t.Fatal(err)
	}
	if err := g.Merge(&h); !isOverflow(cost.Requests)(err) {
		t.Errorf("groups: error is %v", err)
	}
	if u := g.Map(); !u["a"].IsZero() || len(u) != 2 {
		t.Error("the failed merge of groups changed one")
	}
	*g.Of("c") = full(t)
	if _, err := g.Total(); !isOverflow(cost.Requests)(err) {
		t.Errorf("total of groups: error is %v", err)
	}
}

func validCard() cost.RateCard {
	return cost.RateCard{
		Region: "my-1", Currency: "USD", AsOf: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Source: "test",
		Prices: []cost.Price{{Meter: cost.Requests, Arch: cost.X86, Unit: "Requests", Tiers: []cost.Tier{
			{UnitPrice: decimal.New(2, -7)}, {From: decimal.New(10, 0), UnitPrice: decimal.New(1, -7)},
		}}},
	}
}

func TestRateCardRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*cost.RateCard)
		want   func(error) bool
	}{
		"no region":               {func(c *cost.RateCard) { c.Region = "" }, isRange("Region")},
		"region of two lines":     {func(c *cost.RateCard) { c.Region = "my\n1" }, isRange("Region")},
		"region that is no text":  {func(c *cost.RateCard) { c.Region = "my-\xff" }, isRange("Region")},
		"location with an escape": {func(c *cost.RateCard) { c.Location = "\x1b[2J" }, isRange("Location")},
		"confirmed before AsOf":   {func(c *cost.RateCard) { c.Confirmed = c.AsOf.Add(-1) }, isRange("Confirmed")},
		"padded region":           {func(c *cost.RateCard) { c.Region = " x" }, isRange("Region")},
		"currency":                {func(c *cost.RateCard) { c.Currency = "usd" }, isRange("Currency")},
		"no date":                 {func(c *cost.RateCard) { c.AsOf = time.Time{} }, isRange("AsOf")},
		"no source":               {func(c *cost.RateCard) { c.Source = "" }, isRange("Source")},
		"no prices":               {func(c *cost.RateCard) { c.Prices = nil }, isRange("Prices")},
		"partition":               {func(c *cost.RateCard) { c.Partition = "azure" }, isUnknown("partition")},
		"China as commercial":     {func(c *cost.RateCard) { c.Region = "cn-north-1" }, isRange("Partition")},
		"GovCloud as commercial":  {func(c *cost.RateCard) { c.Region = "us-gov-west-1" }, isRange("Partition")},
		"no meter":                {func(c *cost.RateCard) { c.Prices[0].Meter = 0 }, isUnknown("meter")},
		"arch missing":            {func(c *cost.RateCard) { c.Prices[0].Arch = "" }, isUnknown("architecture")},
		"arch too many":           {func(c *cost.RateCard) { c.Prices[0].Meter = cost.SQSPoller }, isRange("Arch of SQSPoller")},
		"twice":                   {func(c *cost.RateCard) { c.Prices = append(c.Prices, c.Prices[0]) }, isRange("Prices")},
		"no tiers":                {func(c *cost.RateCard) { c.Prices[0].Tiers = nil }, isRange("Tiers")},
		"first tier not at 0":     {func(c *cost.RateCard) { c.Prices[0].Tiers[0].From = decimal.New(1, 0) }, isRange("Tiers[0].From")},
		"tiers not ascending":     {func(c *cost.RateCard) { c.Prices[0].Tiers[1].From = decimal.Decimal{} }, isRange("Tiers[1].From")},
		"tier at a gigantic":      {func(c *cost.RateCard) { c.Prices[0].Tiers[1].From = decimal.New(1, 9999999) }, isRange("Tiers[1].From")},
		"zero price":              {func(c *cost.RateCard) { c.Prices[0].Tiers[1].UnitPrice = decimal.Decimal{} }, isRange("Tiers[1].UnitPrice")},
		"negative price":          {func(c *cost.RateCard) { c.Prices[0].Tiers[0].UnitPrice = decimal.New(-1, 0) }, isRange("Tiers[0].UnitPrice")},
		"price of many decimals":  {func(c *cost.RateCard) { c.Prices[0].Tiers[0].UnitPrice = decimal.New(1, -21) }, isRange("Tiers[0].UnitPrice")},
		"price beyond everything": {func(c *cost.RateCard) { c.Prices[0].Tiers[0].UnitPrice = decimal.New(1, 9999999) }, isRange("Tiers[0].UnitPrice")},
	} {
		t.Run(name, func(t *testing.T) {
			c := validCard()
			tt.change(&c)
			err := c.Validate()
			var ce *cost.CardError
			if !errors.As(err, &ce) || !tt.want(err) {
				t.Errorf("error is %v", err)
			}
			if _, err := cost.NewRates(c); err == nil {
				t.Error("NewRates takes it")
			}
			if _, err := cost.NewCatalog(validCard(), c); err == nil {
				t.Error("NewCatalog takes it")
			}
		})
	}
	if _, err := cost.NewCatalog(validCard(), validCard()); !isRange("cards")(err) {
		t.Errorf("two cards of a region: error is %v", err)
	}
}

func TestOptionsRefuse(t *testing.T) {
	rates, err := cost.NewRates(validCard())
	if err != nil {
		t.Fatal(err)
	}
	for name, d := range gigantic {
		for field, o := range map[string]*cost.Options{
			"FreeTier.Requests":   {FreeTier: &cost.FreeTier{Requests: d}},
			"FreeTier.GBSeconds":  {FreeTier: &cost.FreeTier{GBSeconds: d}},
			"FreeTier.StreamedGB": {FreeTier: &cost.FreeTier{StreamedGB: d}},
			"Discount":            {Discount: d},
			"Discounts[Compute]":  {Discounts: map[cost.Meter]decimal.Decimal{cost.Compute: d}},
		} {
			if _, err := rates.Bill(cost.Usage{}, o); !isRange(field)(err) {
				t.Errorf("%s of %s: error is %v", field, name, err)
			}
			if _, err := cost.Embedded().Bill(nil, o); !isRange(field)(err) {
				t.Errorf("%s of %s, catalog: error is %v", field, name, err)
			}
		}
	}
	if _, err := rates.Bill(cost.Usage{}, &cost.Options{Discount: decimal.New(101, -2)}); !isRange("Discount")(err) {
		t.Errorf("discount above 1: error is %v", err)
	}
	if _, err := rates.Bill(cost.Usage{}, &cost.Options{Discounts: map[cost.Meter]decimal.Decimal{0: {}}}); !isUnknown("meter")(err) {
		t.Errorf("discount of no meter: error is %v", err)
	}
}

func TestBillRefuses(t *testing.T) {
	var u cost.Usage
	for _, m := range []cost.Meter{cost.SQSPoller, cost.DurableOperations} {
		if err := u.Add(m, "", decimal.New(1, 0)); err != nil {
			t.Fatal(err)
		}
	}
	rates, err := cost.Embedded().Region("eu-west-1")
	if err != nil {
		t.Fatal(err)
	}
	_, err = rates.Bill(u, nil)
	var np *cost.NotPricedError
	if !errors.As(err, &np) || np.Region != "eu-west-1" || np.Meter != cost.SQSPoller || np.Arch != "" {
		t.Errorf("error is %v, want a NotPricedError of SQSPoller", err)
	}
	if !strings.Contains(err.Error(), "DurableOperations") {
		t.Errorf("error %q does not name the other meter", err)
	}
	if _, err := rates.Price(cost.SQSPoller, ""); !errors.As(err, &np) {
		t.Errorf("Price: error is %v, want a NotPricedError", err)
	}
	if _, err := rates.Price(cost.Compute, ""); !isUnknown("architecture")(err) {
		t.Errorf("Price without an architecture: error is %v", err)
	}
	if _, err := rates.PerMillisecond(cost.X86, 127); !isRange("memoryMB")(err) {
		t.Errorf("PerMillisecond of 127 MB: error is %v", err)
	}
	if _, err := rates.PerMillisecond("", 128); !isUnknown("architecture")(err) {
		t.Errorf("PerMillisecond without an architecture: error is %v", err)
	}
	catalog := cost.Embedded()
	var zero cost.Usage
	for name, tt := range map[string]struct {
		usage, prior map[string]cost.Usage
		want         func(error) bool
	}{
		"unknown region":          {map[string]cost.Usage{"mars-1": zero}, nil, isUnknown("region")},
		"unknown prior":           {nil, map[string]cost.Usage{"mars-1": zero}, isUnknown("region")},
		"China and commercial":    {map[string]cost.Usage{"cn-north-1": zero, "us-east-1": zero}, nil, isMixed("partition")},
		"GovCloud and commercial": {map[string]cost.Usage{"us-gov-west-1": zero, "us-east-1": zero}, nil, isMixed("partition")},
		"prior in GovCloud":       {map[string]cost.Usage{"us-east-1": zero}, map[string]cost.Usage{"us-gov-west-1": zero}, isMixed("partition")},
	} {
		if _, err := catalog.Bill(tt.usage, &cost.Options{Prior: tt.prior}); !tt.want(err) {
			t.Errorf("%s: error is %v", name, err)
		}
	}
	euro := validCard()
	euro.Currency = "EUR"
	mixed, err := catalog.With(euro)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := mixed.Bill(map[string]cost.Usage{"my-1": zero, "us-east-1": zero}, nil); !isMixed("currency")(err) {
		t.Errorf("two currencies: error is %v", err)
	}
	if _, err := new(cost.Catalog).Region("us-east-1"); !isUnknown("region")(err) {
		t.Errorf("empty catalog: error is %v", err)
	}
}

func isMixed(what string) func(error) bool {
	return func(err error) bool {
		var e *cost.MixedError
		return errors.As(err, &e) && e.What == what && e.A != e.B && e.RegionA != e.RegionB
	}
}

// What is handed out shares nothing with the rates, and many goroutines may use them.
func TestRatesAreImmutable(t *testing.T) {
	catalog := cost.Embedded()
	rates, err := catalog.Region("us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	before := rates.Card()
	card := rates.Card()
	card.Prices[0].Tiers[0].UnitPrice = decimal.New(1, 0)
	card.Prices[1] = cost.Price{}
	price, err := rates.Price(cost.Compute, cost.X86)
	if err != nil {
		t.Fatal(err)
	}
	price.Tiers[0].UnitPrice = decimal.New(1, 0)
	if diff := cmp.Diff(before, rates.Card()); diff != "" {
		t.Errorf("the rates were changed from outside (-want +got):\n%s", diff)
	}
	changed := before
	changed.Location = "elsewhere"
	other, err := catalog.With(changed)
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := catalog.Region("us-east-1"); again != rates {
		t.Error("With changed the catalog that it was called on")
	}
	if r, _ := other.Region("us-east-1"); r.Location() != "elsewhere" || len(other.Regions()) != len(catalog.Regions()) {
		t.Error("With did not replace the region")
	}
	var u cost.Usage
	if err := u.AddInvocations(1e9, cost.Invocation{Arch: cost.X86, MemoryMB: 10240, Billed: time.Minute}); err != nil {
		t.Fatal(err)
	}
	want, err := rates.Bill(u, nil)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if b, err := rates.Bill(u, nil); err != nil || !b.Total().Equal(want.Total()) {
					t.Errorf("%v, %v", b, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestJSONRefuses(t *testing.T) {
	var before cost.Usage
	if err := before.AddInvocation(cost.Invocation{Arch: cost.X86, MemoryMB: 128, Billed: time.Second}); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"object":          `{}`,
		"cut off":         `[{"Meter":"Compute"`,
		"unknown meter":   `[{"Meter":"Computing","Arch":"arm64","Quantity":"1"}]`,
		"no meter":        `[{"Arch":"arm64","Quantity":"1"}]`,
		"no arch":         `[{"Meter":"Compute","Quantity":"1"}]`,
		"twice":           `[{"Meter":"SQSPoller","Quantity":"1"},{"Meter":"SQSPoller","Quantity":"1"}]`,
		"negative":        `[{"Meter":"SQSPoller","Quantity":"-1"}]`,
		"NaN":             `[{"Meter":"SQSPoller","Quantity":"NaN"}]`,
		"infinite":        `[{"Meter":"SQSPoller","Quantity":"Infinity"}]`,
		"empty":           `[{"Meter":"SQSPoller","Quantity":""}]`,
		"huge exponent":   `[{"Meter":"SQSPoller","Quantity":1e999999999}]`,
		"huge negative":   `[{"Meter":"SQSPoller","Quantity":"1e-999999999"}]`,
		"endless":         `[{"Meter":"SQSPoller","Quantity":"` + strings.Repeat("9", 1<<20) + `"}]`,
		"overflow":        `[{"Meter":"SQSPoller","Quantity":"1e39"}]`,
		"hexadecimal":     `[{"Meter":"SQSPoller","Quantity":"0x10"}]`,
		"underscore":      `[{"Meter":"SQSPoller","Quantity":"1_0"}]`,
		"true":            `[{"Meter":"SQSPoller","Quantity":true}]`,
		"array":           `[{"Meter":"SQSPoller","Quantity":[1]}]`,
		"two points":      `[{"Meter":"SQSPoller","Quantity":"1.2.3"}]`,
		"point at end":    `[{"Meter":"SQSPoller","Quantity":"1."}]`,
		"white space":     `[{"Meter":"SQSPoller","Quantity":" 1"}]`,
		"bare exponent":   `[{"Meter":"SQSPoller","Quantity":"e5"}]`,
		"exponent's sign": `[{"Meter":"SQSPoller","Quantity":"1e+"}]`,
	} {
		t.Run(name, func(t *testing.T) {
			u := before
			if err := json.Unmarshal([]byte(text), &u); err == nil {
				t.Errorf("taken as %v", u)
			}
			if !u.Equal(before) {
				t.Error("the failed read changed the usage")
			}
		})
	}
	u := before
	if err := json.Unmarshal([]byte("null"), &u); err != nil || !u.Equal(before) {
		t.Errorf("null: %v, changed %v", err, !u.Equal(before))
	}
	for name, v := range map[string]any{"line": &cost.Line{}, "tier": &cost.Tier{}, "free tier": &cost.FreeTier{}} {
		for _, text := range []string{`[]`, `{"Quantity":"x","UnitPrice":"x","Requests":"x"}`, `{"Cost":"1e400","From":"1e400","GBSeconds":"1e400"}`} {
			if err := json.Unmarshal([]byte(text), v); err == nil {
				t.Errorf("%s: %s is taken", name, text)
			}
		}
	}
	for name, l := range map[string]cost.Line{
		"no meter":      {},
		"unknown kind":  {Meter: cost.Compute, Kind: 9},
		"huge quantity": {Meter: cost.Compute, Quantity: decimal.New(1, 9999999)},
	} {
		if b, err := json.Marshal(l); err == nil {
			t.Errorf("%s: written as %s", name, b)
		}
	}
	hostile := cost.Bill{Lines: []cost.Line{{Meter: cost.Compute, Cost: decimal.New(1, 9999999), Quantity: decimal.New(1, -9999999)}}}
	var table strings.Builder
	if err := hostile.WriteTable(&table); !isRange("Lines[0].Quantity")(err) || table.Len() > 0 {
		t.Errorf("a table with huge exponents: error is %v, %d bytes written", err, table.Len())
	}
	if s := hostile.String(); !strings.Contains(s, "Quantity") {
		t.Errorf("a bill with huge exponents is %q", s)
	}
	if err := (cost.Statement{Bills: []cost.Bill{hostile}}).WriteTable(&table); !isRange("Lines[0].Quantity")(err) {
		t.Errorf("a statement with huge exponents: error is %v", err)
	}
}

// What is nil is what a zero value is: no prices, no regions, nothing to add.
func TestNil(t *testing.T) {
	var u cost.Usage
	if err := u.AddInvocation(cost.Invocation{Arch: cost.X86, MemoryMB: 128, Billed: time.Second}); err != nil {
		t.Fatal(err)
	}
	isNotPriced := func(err error) bool {
		var e *cost.NotPricedError
		return errors.As(err, &e)
	}
	for name, r := range map[string]*cost.Rates{"nil": nil, "zero": {}} {
		if _, err := r.Bill(u, nil); !isNotPriced(err) {
			t.Errorf("%s rates, Bill: error is %v", name, err)
		}
		if _, err := r.Price(cost.Compute, cost.X86); !isNotPriced(err) || err.Error() != "cost: a card of no region has no price for Compute x86_64" {
			t.Errorf("%s rates, Price: error is %v", name, err)
		}
		if _, err := r.PerMillisecond(cost.X86, 128); !isNotPriced(err) {
			t.Errorf("%s rates, PerMillisecond: error is %v", name, err)
		}
		if s := r.Region() + r.Location() + r.Currency(); s != "" || !r.AsOf().IsZero() || len(r.Card().Prices) > 0 {
			t.Errorf("%s rates are of %q", name, s)
		}
	}
	for name, c := range map[string]*cost.Catalog{"nil": nil, "zero": {}} {
		if _, err := c.Bill(map[string]cost.Usage{"eu-west-1": u}, nil); !isUnknown("region")(err) {
			t.Errorf("%s catalog, Bill: error is %v", name, err)
		}
		if _, err := c.Region("eu-west-1"); !isUnknown("region")(err) || len(c.Regions()) > 0 {
			t.Errorf("%s catalog, Region: error is %v", name, err)
		}
		if with, err := c.With(validCard()); err != nil || !cmp.Equal(with.Regions(), []string{"my-1"}) {
			t.Errorf("%s catalog, With: %v", name, err)
		}
	}
	var g cost.Groups[string]
	*g.Of("a") = u
	if err := g.Merge(nil); err != nil || !g.Of("a").Equal(u) || g.Len() != 1 {
		t.Errorf("merging nil: %v", err)
	}
	if err := (cost.Bill{}).WriteTable(nil); !isRange("w")(err) {
		t.Errorf("a bill, to no writer: error is %v", err)
	}
	if err := (cost.Statement{}).WriteTable(nil); !isRange("w")(err) {
		t.Errorf("a statement, to no writer: error is %v", err)
	}
}
