package pricelist_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/pricelist"
)

// find returns the index of the row of a meter in a region.
func find(t testing.TB, rows []listed, region, usageType string) int {
	t.Helper()
	i := slices.IndexFunc(rows, func(l listed) bool { return l.region == region && l.usageType == usageType })
	if i < 0 {
		t.Fatalf("no row of %s", usageType)
	}
	return i
}

// Each fault is refused in each format, as a whole, with the SKU and what is wrong with it.
func TestRowsRefused(t *testing.T) {
	type change = func(rows *[]listed, i int) // i is the row of eu-west-1's compute on x86_64
	set := func(field func(*price) *string, tier int, text string) change {
		return func(rows *[]listed, i int) { *field(&(*rows)[i].prices[tier]) = text }
	}
	begin := func(p *price) *string { return &p.begin }
	end := func(p *price) *string { return &p.end }
	amount := func(p *price) *string { return &p.price }
	currency := func(p *price) *string { return &p.currency }
	row := func(field func(*listed) *string, text string) change {
		return func(rows *[]listed, i int) { *field(&(*rows)[i]) = text }
	}
	for name, tt := range map[string]struct {
		change  change
		problem pricelist.Problem
		field   string
		given   string
		sku     string // "" is that of the row
	}{
		"overlap":             {set(end, 0, "7000000000"), pricelist.BadRange, "EndingRange", "7000000000", ""},
		"gap":                 {set(end, 0, "5999999999.9"), pricelist.BadRange, "EndingRange", "5999999999.9", ""},
		"not from 0":          {set(begin, 0, "1"), pricelist.BadRange, "StartingRange", "1", ""},
		"not to Inf":          {set(end, 2, "16000000000"), pricelist.BadRange, "EndingRange", "16000000000", ""},
		"Inf before the last": {set(end, 1, "Inf"), pricelist.BadRange, "EndingRange", "Inf", ""},
		"backwards":           {set(end, 1, "1"), pricelist.BadRange, "EndingRange", "1", ""},
		"empty range":         {set(end, 1, "6000000000"), pricelist.BadRange, "EndingRange", "6000000000", ""},
		"two prices for one tier": {func(rows *[]listed, i int) {
			again := (*rows)[i].prices[1]
			again.rateCode, again.price = "SOMETHING.ELSE", "0.1"
			(*rows)[i].prices = append((*rows)[i].prices, again)
		}, pricelist.SecondPrice, "StartingRange", "6000000000", ""},
		"two SKUs for one meter": {func(rows *[]listed, i int) {
			again := (*rows)[i]
			again.sku, again.prices = "FICTSECOND", slices.Clone(again.prices)
			*rows = append(*rows, again)
		}, pricelist.SecondPrice, "SKU", "FICTSECOND", "FICTSECOND"},
		"two SKUs, one by its usage type alone": {func(rows *[]listed, i int) {
			again := (*rows)[i]
			again.sku, again.group = "FICTSECOND", "AWS-Lambda-Unheard-Of"
			*rows = append(*rows, again)
		}, pricelist.SecondPrice, "SKU", "FICTSECOND", "FICTSECOND"},
		"two tiers of one rate code": {func(rows *[]listed, i int) {
			(*rows)[i].prices[1].rateCode = (*rows)[i].prices[0].rateCode
		}, pricelist.Duplicate, "RateCode", "RATECODE", ""},
		"a price twice": {func(rows *[]listed, i int) {
			(*rows)[i].prices = append((*rows)[i].prices, (*rows)[i].prices[0])
		}, pricelist.Duplicate, "RateCode", "RATECODE", ""},
		"price of letters":           {set(amount, 0, "free"), pricelist.BadValue, "PricePerUnit", "free", ""},
		"price missing":              {set(amount, 0, ""), pricelist.BadValue, "PricePerUnit", "", ""},
		"price zero":                 {set(amount, 0, "0.0000000000"), pricelist.BadValue, "PricePerUnit", "0.0000000000", ""},
		"price zero, in tier 3":      {set(amount, 2, "0e5"), pricelist.BadValue, "PricePerUnit", "0e5", ""},
		"price negative":             {set(amount, 0, "-0.1"), pricelist.BadValue, "PricePerUnit", "-0.1", ""},
		"price NaN":                  {set(amount, 0, "NaN"), pricelist.BadValue, "PricePerUnit", "NaN", ""},
		"price Inf":                  {set(amount, 0, "Inf"), pricelist.BadValue, "PricePerUnit", "Inf", ""},
		"price gigantic":             {set(amount, 0, "1e999999999"), pricelist.BadValue, "PricePerUnit", "1e999999999", ""},
		"price tiny":                 {set(amount, 0, "1e-999999999"), pricelist.BadValue, "PricePerUnit", "1e-999999999", ""},
		"price of 21 places":         {set(amount, 0, "0.000000000000000000001"), pricelist.BadValue, "PricePerUnit", "0.000000000000000000001", ""},
		"price of 10^41":             {set(amount, 0, "1"+strings.Repeat("0", 41)), pricelist.BadValue, "PricePerUnit", "1" + strings.Repeat("0", 41), ""},
		"price of 1,000 digits":      {set(amount, 0, strings.Repeat("7", 1000)), pricelist.BadValue, "PricePerUnit", strings.Repeat("7", 80) + "…(1000 bytes)", ""},
		"price hexadecimal":          {set(amount, 0, "0x1p-2"), pricelist.BadValue, "PricePerUnit", "0x1p-2", ""},
		"price with comma":           {set(amount, 0, "0,1"), pricelist.BadValue, "PricePerUnit", "0,1", ""},
		"price with space":           {set(amount, 0, " 0.1"), pricelist.BadValue, "PricePerUnit", " 0.1", ""},
		"price without whole":        {set(amount, 0, ".1"), pricelist.BadValue, "PricePerUnit", ".1", ""},
		"price, exponent of letters": {set(amount, 0, "1e"), pricelist.BadValue, "PricePerUnit", "1e", ""},
		"begin of letters":           {set(begin, 1, "six"), pricelist.BadValue, "StartingRange", "six", ""},
		"begin negative":             {set(begin, 0, "-1"), pricelist.BadValue, "StartingRange", "-1", ""},
		"begin Inf":                  {set(begin, 2, "Inf"), pricelist.BadValue, "StartingRange", "Inf", ""},
		"begin gigantic":             {set(begin, 2, "1e999999999"), pricelist.BadValue, "StartingRange", "1e999999999", ""},
		"end of letters":             {set(end, 0, "infinite"), pricelist.BadValue, "EndingRange", "infinite", ""},
		"end missing":                {set(end, 0, ""), pricelist.BadValue, "EndingRange", "", ""},
		"currency missing":           {set(currency, 0, ""), pricelist.BadValue, "Currency", "", ""},
		"currency in small letters":  {set(currency, 0, "usd"), pricelist.BadValue, "Currency", "usd", ""},
		"two currencies in a term":   {set(currency, 1, "CNY"), pricelist.MixedCurrency, "Currency", "CNY", ""},
		"two currencies in a region": {func(rows *[]listed, i int) {
			for j := range (*rows)[i].prices {
				(*rows)[i].prices[j].currency = "EUR"
			}
		}, pricelist.MixedCurrency, "Currency", "EUR", ""},
		"another region's prefix":          {row(func(l *listed) *string { return &l.usageType }, "EUC1-Lambda-GB-Second"), pricelist.RegionMismatch, "usageType", "EUC1-Lambda-GB-Second", ""},
		"no prefix":                        {row(func(l *listed) *string { return &l.usageType }, "Lambda-GB-Second"), pricelist.RegionMismatch, "usageType", "Lambda-GB-Second", ""},
		"unknown prefix":                   {row(func(l *listed) *string { return &l.usageType }, "XX9-Lambda-GB-Second"), pricelist.RegionMismatch, "usageType", "XX9-Lambda-GB-Second", ""},
		"usage type of another meter":      {row(func(l *listed) *string { return &l.usageType }, "EU-Request"), pricelist.MeterMismatch, "usageType", "EU-Request", ""},
		"group of another meter":           {row(func(l *listed) *string { return &l.group }, "AWS-Lambda-Duration-ARM"), pricelist.MeterMismatch, "usageType", "EU-Lambda-GB-Second", ""},
		"usage type with a line feed":      {row(func(l *listed) *string { return &l.usageType }, "EU-Lambda\nGB"), pricelist.BadValue, "usageType", "EU-Lambda\nGB", ""},
		"unit with an escape":              {set(func(p *price) *string { return &p.unit }, 0, "\x1b[31m"), pricelist.BadValue, "Unit", "\x1b[31m", ""},
		"effective on no date":             {row(func(l *listed) *string { return &l.effective }, "yesterday"), pricelist.BadValue, "EffectiveDate", "yesterday", ""},
		"term without code":                {row(func(l *listed) *string { return &l.term }, ""), pricelist.BadValue, "OfferTermCode", "", ""},
		"a free term that costs something": {row(func(l *listed) *string { return &l.term }, "A429C66SYZ"), pricelist.BadValue, "PricePerUnit", "0.0000166667", ""},
		"a price in two currencies": {func(rows *[]listed, _ int) {
			i := slices.IndexFunc(*rows, func(l listed) bool { return l.usageType == "EU-Request" })
			(*rows)[i].prices[0].currency = "USD+CNY"
		}, pricelist.MixedCurrency, "Currency", "CNY", "B5V2RNHAWGVJBZD3"},
	} {
		t.Run(name, func(t *testing.T) {
			rows := list(few(t, []cost.Meter{cost.Requests, cost.Compute}, "eu-west-1", "us-east-1"))
			i := find(t, rows, "eu-west-1", "EU-Lambda-GB-Second")
			sku := rows[i].sku
			if tt.given == "RATECODE" {
				tt.given = rows[i].prices[0].rateCode
			}
			tt.change(&rows, i)
			if tt.sku != "" {
				sku = tt.sku
			}
			for format, read := range formats(t, rows, pricelist.Reader{}) {
				if strings.HasPrefix(format, "CSV") && (name == "a price in two currencies" || strings.Contains(format, "CRLF") && strings.Contains(tt.given, "\n")) {
					continue // there is one column for the currency; CRLF within quotes is a line feed
				}
				got, err := read()
				var e *pricelist.RowError
				if !errors.As(err, &e) || got != nil {
					t.Errorf("%s: %v, %v", format, len(got), err)
					continue
				}
				csv := strings.HasPrefix(format, "CSV")
				want := pricelist.RowError{SKU: sku, Problem: tt.problem, Field: tt.field, Given: tt.given, Allowed: e.Allowed, Line: e.Line, Item: e.Item}
				if diff := cmp.Diff(want, *e); diff != "" || e.Allowed == "" || csv == (e.Line == 0) || strings.HasPrefix(format, "GetProducts") == (e.Item == 0) {
					t.Errorf("%s: %v (-want +got):\n%s", format, err, diff)
				}
				checkError(t, err)
			}
		})
	}
}

// What a region must have, and all that it may lack.
func TestMissing(t *testing.T) {
	for name, tt := range map[string]struct {
		usageType string
		missing   cost.Key
	}{
		"requests on x86_64": {"EU-Request", cost.Key{Meter: cost.Requests, Arch: cost.X86}},
		"compute on x86_64":  {"EU-Lambda-GB-Second", cost.Key{Meter: cost.Compute, Arch: cost.X86}},
		"requests on arm64":  {"EU-Request-ARM", cost.Key{}},
		"compute on arm64":   {"EU-Lambda-GB-Second-ARM", cost.Key{}},
		"SnapStart":          {"EU-Lambda-SnapStart-Cached-GB-S", cost.Key{}},
		"Lambda@Edge":        {"EU-Lambda-Edge-Request", cost.Key{}},
	} {
		t.Run(name, func(t *testing.T) {
			rows := list(few(t, []cost.Meter{cost.Requests, cost.Compute, cost.SnapStartCache, cost.EdgeRequests}, "eu-west-1"))
			i := find(t, rows, "eu-west-1", tt.usageType)
			gone := rows[i]
			rows = slices.Delete(rows, i, i+1)
			for format, read := range formats(t, rows, pricelist.Reader{}) {
				got, err := read()
				var e *pricelist.MissingError
				if errors.As(err, &e) {
					if e.Region != "eu-west-1" || e.Key != tt.missing || got != nil {
						t.Errorf("%s: %v", format, err)
					}
					checkError(t, err)
				} else if err != nil || tt.missing != (cost.Key{}) {
					t.Errorf("%s: %v", format, err)
				}
			}
			for format, read := range formats(t, rows, pricelist.Reader{Partial: true}) {
				got, err := read()
				if err != nil {
					t.Fatalf("%s: %v", format, err)
				}
				for _, p := range got[0].Prices {
					if p.UsageType == gone.usageType {
						t.Errorf("%s: %s has a price", format, p.UsageType)
					}
				}
			}
		})
	}
}
