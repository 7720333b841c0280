package pricelist_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/pricelist"
)

func dec(t testing.TB, s string) decimal.Decimal {
	t.Helper()
	d, err := decimal.NewFromString(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// tiers makes tiers of pairs of begin and price.
func tiers(t testing.TB, pairs ...string) []cost.Tier {
	t.Helper()
	var all []cost.Tier
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, cost.Tier{From: dec(t, pairs[i]), UnitPrice: dec(t, pairs[i+1])})
	}
	return all
}

func catalog(t testing.TB, cards ...cost.RateCard) *cost.Catalog {
	t.Helper()
	c, err := cost.NewCatalog(cards...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// oneRegion is a catalog of one region and the compute of x86_64.
func oneRegion(t testing.TB, all []cost.Tier) *cost.Catalog {
	t.Helper()
	return catalog(t, cost.RateCard{
		Region: "eu-west-1", Location: "EU (Ireland)", Currency: "USD", AsOf: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC), Source: "fictitious",
		Prices: []cost.Price{{Meter: cost.Compute, Arch: cost.X86, Unit: "GB-seconds", Tiers: all}},
	})
}

func TestDiffTiers(t *testing.T) {
	for name, tt := range map[string]struct {
		old, new []string
		want     []string // from, to, old, new of each step
		renamed  bool
	}{
		"the same":                   {old: []string{"0", "3", "6", "2"}, new: []string{"0", "3", "6", "2"}},
		"the same number":            {old: []string{"0", "3", "6", "2"}, new: []string{"0.0", "3.00", "6e0", "2"}},
		"dearer":                     {old: []string{"0", "3"}, new: []string{"0", "4"}, want: []string{"0", "0", "3", "4"}},
		"the second tier":            {old: []string{"0", "3", "6", "2"}, new: []string{"0", "3", "6", "1"}, want: []string{"6", "0", "2", "1"}},
		"the first tier":             {old: []string{"0", "3", "6", "2"}, new: []string{"0", "5", "6", "2"}, want: []string{"0", "6", "3", "5"}},
		"a tier begins later":        {old: []string{"0", "3", "6", "2"}, new: []string{"0", "3", "8", "2"}, want: []string{"6", "8", "2", "3"}},
		"a tier begins earlier":      {old: []string{"0", "3", "6", "2"}, new: []string{"0", "3", "5.5", "2"}, want: []string{"5.5", "6", "3", "2"}},
		"a tier more":                {old: []string{"0", "3"}, new: []string{"0", "3", "6", "2"}, want: []string{"6", "0", "3", "2"}},
		"a tier less":                {old: []string{"0", "3", "6", "2"}, new: []string{"0", "3"}, want: []string{"6", "0", "2", "3"}},
		"a tier in between":          {old: []string{"0", "3", "9", "1"}, new: []string{"0", "3", "6", "2", "9", "1"}, want: []string{"6", "9", "3", "2"}},
		"a tier cut where it stands": {old: []string{"0", "3"}, new: []string{"0", "3", "6", "3"}, renamed: true},
		"everything":                 {old: []string{"0", "9", "2", "8", "4", "7"}, new: []string{"0", "7", "3", "8", "5", "9"}, want: []string{"0", "2", "9", "7", "2", "3", "8", "7", "4", "5", "7", "8", "5", "0", "7", "9"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := pricelist.Diff(oneRegion(t, tiers(t, tt.old...)), oneRegion(t, tiers(t, tt.new...)))
			if tt.want == nil && !tt.renamed {
				if len(got.Regions) != 0 {
					t.Fatalf("%+v", got)
				}
				return
			}
			var want []pricelist.Step
			for i := 0; i < len(tt.want); i += 4 {
				want = append(want, pricelist.Step{From: dec(t, tt.want[i]), To: dec(t, tt.want[i+1]), Old: dec(t, tt.want[i+2]), New: dec(t, tt.want[i+3])})
			}
			r := got.Regions[0]
			if diff := cmp.Diff(want, r.Prices[0].Steps); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			kind := pricelist.Changed
			if tt.renamed {
				kind = pricelist.Renamed
			}
			if r.Kind != kind || r.Prices[0].Kind != kind || got.Repriced() == tt.renamed {
				t.Errorf("%v, %v, repriced %v", r.Kind, r.Prices[0].Kind, got.Repriced())
			}
		})
	}
}

// at is the unit price of the unit behind that many: the slow way to look it up.
func at(all []cost.Tier, units decimal.Decimal) decimal.Decimal {
	var price decimal.Decimal
	for _, tier := range all {
		if !tier.From.GreaterThan(units) {
			price = tier.UnitPrice
		}
	}
	return price
}

// The steps are what looking up every unit says.
func TestDiffTiersRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	random := func() []cost.Tier {
		var all []cost.Tier
		for from := int64(0); from < 20; from += 1 + r.Int64N(8) {
			all = append(all, cost.Tier{From: decimal.New(from, 0), UnitPrice: decimal.New(1+r.Int64N(3), 0)})
		}
		return all
	}
	for range 200 {
		old, new := random(), random()
		changes := pricelist.Diff(oneRegion(t, old), oneRegion(t, new))
		var steps []pricelist.Step
		if len(changes.Regions) > 0 {
			steps = changes.Regions[0].Prices[0].Steps
		}
		for unit := range int64(30) {
			u := decimal.New(unit, 0)
			want := at(new, u).Sub(at(old, u))
			got := decimal.Zero
			for _, s := range steps {
				if !s.From.GreaterThan(u) && (s.To.IsZero() || s.To.GreaterThan(u)) {
					got = got.Add(s.Difference())
				}
			}
			if !got.Equal(want) {
				t.Fatalf("unit %d: %v, want %v; %v -> %v", unit, got, want, old, new)
			}
		}
		back := pricelist.Diff(oneRegion(t, new), oneRegion(t, old))
		if len(back.Regions) != len(changes.Regions) || len(back.Regions) > 0 && len(back.Regions[0].Prices[0].Steps) != len(steps) {
			t.Fatalf("backwards %+v, forwards %+v", back, changes)
		}
	}
}

// changed is the embedded catalog with something of everything changed.
func changed(t testing.TB) *cost.Catalog {
	t.Helper()
	cards := embedded(t)
	edit := func(region string, f func(*cost.RateCard)) {
		i := slices.IndexFunc(cards, func(c cost.RateCard) bool { return c.Region == region })
		cards[i].AsOf, cards[i].Confirmed = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC), time.Time{}
		f(&cards[i])
	}
	find := func(c *cost.RateCard, m cost.Meter, a cost.Arch) *cost.Price {
		i := slices.IndexFunc(c.Prices, func(p cost.Price) bool { return p.Meter == m && p.Arch == a })
		return &c.Prices[i]
	}
	edit("eu-west-1", func(c *cost.RateCard) {
		find(c, cost.Compute, cost.X86).Tiers[0].UnitPrice = dec(t, "0.0000160000")
		find(c, cost.Compute, cost.X86).Tiers[1].From = dec(t, "7000000000")
		find(c, cost.Requests, cost.ARM64).Tiers[0].UnitPrice = dec(t, "0.0000002500")
		find(c, cost.EphemeralStorage, cost.X86).Unit = "GB-Seconds"
		find(c, cost.SnapStartCache, "").Tiers[0].RateCode = "FICTITIOUS"
		c.Prices = slices.DeleteFunc(c.Prices, func(p cost.Price) bool { return p.Meter == cost.EdgeCompute })
		c.Prices = append(c.Prices, cost.Price{Meter: cost.DurableOperations, Unit: "operations", Tiers: tiers(t, "0", "0.000008")})
	})
	edit("cn-north-1", func(c *cost.RateCard) { c.Currency = "USD" })
	edit("eu-west-3", func(c *cost.RateCard) { c.Location = "Europe (Paris)" })
	edit("us-west-2", func(*cost.RateCard) {}) // another date is no change
	edit("sa-east-1", func(c *cost.RateCard) {
		c.Region, c.Location, c.Prices = "sa-west-1", "South America (Lima)", c.Prices[:2]
	})
	return catalog(t, cards...)
}

func TestDiffText(t *testing.T) {
	changes := pricelist.Diff(cost.Embedded(), changed(t))
	var s strings.Builder
	if err := changes.WriteText(&s); err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "changes.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(s.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(fixture(t, "changes.golden")), s.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !changes.Repriced() {
		t.Error("nothing costs anything else")
	}
	if err := changes.WriteText(nil); err == nil {
		t.Error("wrote to nil")
	}
	if got := (pricelist.Changes{}).String(); got != "no changes" {
		t.Error(got)
	}
}

func TestDiffJSON(t *testing.T) {
	for _, changes := range []pricelist.Changes{
		pricelist.Diff(cost.Embedded(), changed(t)),
		pricelist.Diff(changed(t), cost.Embedded()),
		pricelist.Diff(nil, changed(t)),
		{},
	} {
		b, err := json.Marshal(changes)
		if err != nil {
			t.Fatal(err)
		}
		var again pricelist.Changes
		if err := json.Unmarshal(b, &again); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(changes, again); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	for _, bad := range []string{`{"From":"x"}`, `{"From":"0","To":"0","Old":"-1","New":"1"}`, `{"From":"0","To":"0","Old":"1","New":"1e999999999"}`, `{}`, `[]`, `1`} {
		s := pricelist.Step{New: dec(t, "1")}
		if err := json.Unmarshal([]byte(bad), &s); err == nil || !s.New.Equal(dec(t, "1")) {
			t.Errorf("%s: %v, %v", bad, s, err)
		}
	}
	var k pricelist.Kind
	if err := k.UnmarshalText([]byte("Changed")); err != nil || k != pricelist.Changed {
		t.Error(k, err)
	}
	if err := k.UnmarshalText([]byte("")); err == nil || k != pricelist.Changed {
		t.Error(k, err)
	}
	if _, err := pricelist.Kind(9).MarshalText(); err == nil {
		t.Error("there is no Kind(9)")
	}
}

func TestDiffNil(t *testing.T) {
	if got := pricelist.Diff(nil, nil); len(got.Regions) != 0 || got.Repriced() {
		t.Errorf("%+v", got)
	}
	for kind, got := range map[pricelist.Kind]pricelist.Changes{
		pricelist.Added:   pricelist.Diff(nil, cost.Embedded()),
		pricelist.Removed: pricelist.Diff(cost.Embedded(), new(cost.Catalog)),
	} {
		if len(got.Regions) != len(cost.Embedded().Regions()) || !got.Repriced() {
			t.Errorf("%d regions", len(got.Regions))
		}
		for i, r := range got.Regions {
			if r.Kind != kind || r.Region != cost.Embedded().Regions()[i] || r.Location == "" || len(r.Prices) == 0 || r.NewAsOf.IsZero() != (kind == pricelist.Removed) {
				t.Errorf("%+v", r)
			}
			for _, p := range r.Prices {
				if p.Kind != kind || p.Steps != nil || (p.New.Meter == 0) != (kind == pricelist.Removed) || (p.Old.Meter == 0) != (kind == pricelist.Added) {
					t.Errorf("%+v", p)
				}
			}
		}
	}
}

// Exact differences and ratios, and what is too large for either.
func TestStep(t *testing.T) {
	s := pricelist.Step{Old: dec(t, "0.0000166667"), New: dec(t, "0.0000133334")}
	if got := digits(s.Difference()); got != "-0.0000033333" {
		t.Error(got)
	}
	if got := s.Ratio().String(); got != "-33333/166667" {
		t.Error(got)
	}
	if got := (pricelist.Step{New: dec(t, "1")}).Ratio(); got != nil {
		t.Error(got)
	}
	huge := pricelist.Step{Old: decimal.New(1, 9999999), New: dec(t, "1")}
	if got := huge.Ratio(); got != nil {
		t.Error("a number of ten million digits")
	}
	if _, err := json.Marshal(huge); err == nil {
		t.Error("a number of ten million digits was written")
	}
	c := pricelist.Changes{Regions: []pricelist.RegionChange{{Kind: pricelist.Changed, Prices: []pricelist.PriceChange{{Kind: pricelist.Changed, Steps: []pricelist.Step{huge}}}}}}
	var w strings.Builder
	if err := c.WriteText(&w); err == nil || w.Len() > 0 {
		t.Errorf("%v, %d bytes", err, w.Len())
	}
	c = pricelist.Changes{Regions: []pricelist.RegionChange{{Region: "\x1b[2J", Kind: pricelist.Added}}}
	if err := c.WriteText(&w); err == nil || w.Len() > 0 {
		t.Errorf("%v, %d bytes", err, w.Len())
	}
}

// Nothing depends on how a program has set up its decimals.
func TestDecimalSettings(t *testing.T) {
	text := bulkJSON(t, list(complete(t, embedded(t, "eu-west-1"))), false)
	old := changed(t)
	changes := func() (string, string) {
		cards, err := pricelist.ReadJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		c := pricelist.Diff(old, catalog(t, cards...))
		var w strings.Builder
		if err := c.WriteText(&w); err != nil {
			t.Fatal(err)
		}
		return w.String(), encode(t, c)
	}
	wantText, wantJSON := changes()
	precision, decode := decimal.DivisionPrecision, decimal.MaxDecodeExponent
	decimal.TrimTrailingZeros, decimal.UseScientificNotation, decimal.MarshalJSONWithoutQuotes = false, true, true
	decimal.DivisionPrecision, decimal.MaxDecodeExponent = 0, 1
	defer func() {
		decimal.TrimTrailingZeros, decimal.UseScientificNotation, decimal.MarshalJSONWithoutQuotes = true, false, false
		decimal.DivisionPrecision, decimal.MaxDecodeExponent = precision, decode
	}()
	gotText, gotJSON := changes()
	if diff := cmp.Diff(wantText, gotText); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if wantJSON != gotJSON {
		t.Error("the JSON differs")
	}
}

// Changes that are none are not written.
func TestDiffTextRefused(t *testing.T) {
	for name, r := range map[string]pricelist.RegionChange{
		"a region of no kind":      {},
		"a region of another kind": {Region: "eu-west-1", Kind: 5},
		"a price of no kind":       {Region: "eu-west-1", Kind: pricelist.Changed, Prices: []pricelist.PriceChange{{}}},
	} {
		var w strings.Builder
		err := pricelist.Changes{Regions: []pricelist.RegionChange{r}}.WriteText(&w)
		if _, ok := errors.AsType[*cost.UnknownError](err); !ok || w.Len() > 0 {
			t.Errorf("%s: %v\n%s", name, err, w.String())
		}
	}
}

// Whoever writes into an error's list of names does not write into the library's.
func TestErrorsShareNoNames(t *testing.T) {
	_, err := pricelist.Kind(9).MarshalText()
	for what, err := range map[string]error{"text": new(pricelist.Kind).UnmarshalText([]byte("x")), "number": err} {
		var e *cost.UnknownError
		if !errors.As(err, &e) || len(e.Known) != 4 {
			t.Fatalf("%s: %v", what, err)
		}
		for i := range e.Known {
			e.Known[i] = "gone"
		}
	}
	if got := pricelist.Renamed.String(); got != "Renamed" {
		t.Errorf("the name is now %q", got)
	}
}
