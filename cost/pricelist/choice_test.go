package pricelist_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/pricelist"
)

// ignoredBy collects what is not read, as reason and SKU.
func ignoredBy(rd pricelist.Reader, into *[]string) pricelist.Reader {
	rd.Ignored = func(r pricelist.Row, why pricelist.Reason) { *into = append(*into, why.String()+" "+r.SKU) }
	return rd
}

// Rows that look like prices of a meter, and are none.
func TestRowsIgnored(t *testing.T) {
	base := listed{
		sku: "FICTOTHER", term: onDemand, effective: testPublished, termType: "OnDemand", service: "AWSLambda", location: "EU (Ireland)",
		locationType: "AWS Region", region: "eu-west-1", prices: []price{{"FICTOTHER.1", "0", "Inf", "Request", "0.5", "USD"}},
	}
	free := []price{{"FICTOTHER.1", "0", "1000000", "Requests", "0.0000000000", "USD"}}
	for name, tt := range map[string]struct {
		change func(*listed)
		why    pricelist.Reason
	}{
		"free requests": {func(l *listed) {
			l.term, l.group, l.usageType, l.location, l.region, l.prices = "A429C66SYZ", "AWS-Lambda-Requests", "Global-Request", "Any", "", free
		}, pricelist.FreeTier},
		"free by its term": {func(l *listed) {
			l.term, l.group, l.usageType, l.prices = "A429C66SYZ", "AWS-Lambda-Requests", "EU-Request", free
		}, pricelist.FreeTier},
		"free by its usage": {func(l *listed) {
			l.group, l.usageType, l.prices = "AWS-Lambda-Duration", "Global-Lambda-GB-Second", free
		}, pricelist.FreeTier},
		"Lambda@Edge everywhere": {func(l *listed) {
			l.group, l.usageType, l.location, l.region = "AWS-Lambda-Edge-Requests", "Global-Lambda-Edge-Request", "Any", ""
		}, pricelist.OtherPlace},
		"Lambda@Edge of any region": {func(l *listed) {
			l.group, l.usageType, l.location, l.region = "AWS-Lambda-Edge-Requests", "Lambda-Edge-Request", "Any", ""
		}, pricelist.OtherPlace},
		"requests of the globe": {func(l *listed) { l.usageType, l.location, l.region = "Request", "Global", "global" }, pricelist.OtherPlace},
		"fee of an instance":    {func(l *listed) { l.usageType = "EU-Lambda-Managed-Instances-m7a.large-Management-Hours" }, pricelist.ManagementFee},
		"fee under a group": {func(l *listed) {
			l.group, l.usageType = "AWS-Lambda-Duration", "EU-Lambda-Managed-Instances-m7a.large-Management-Hours"
		}, pricelist.ManagementFee},
		"data transfer": {func(l *listed) {
			l.service, l.usageType, l.location, l.region = "AWSDataTransfer", "EU-DataTransfer-Out-Bytes", "", ""
		}, pricelist.OtherMeter},
		"ending like requests": {func(l *listed) { l.usageType = "EU-Lambda-Something-Request" }, pricelist.OtherMeter},
		"ending like compute":  {func(l *listed) { l.usageType = "EU-New-Lambda-GB-Second" }, pricelist.OtherMeter},
		"beginning like it":    {func(l *listed) { l.usageType = "EU-Lambda-GB-Second-RISCV" }, pricelist.OtherMeter},
		"in small letters":     {func(l *listed) { l.group, l.usageType = "aws-lambda-requests", "EU-request" }, pricelist.OtherMeter},
		"group with a space":   {func(l *listed) { l.group = "AWS-Lambda-Duration " }, pricelist.OtherMeter},
		"unit of requests":     {func(l *listed) { l.usageType = "EU-Request-Something" }, pricelist.OtherMeter},
		"another service": {func(l *listed) {
			l.service, l.group, l.usageType = "AmazonCloudFront", "AWS-Lambda-Edge-Requests", "EU-Lambda-Edge-Request"
		}, pricelist.OtherService},
		"local zone":        {func(l *listed) { l.locationType, l.usageType = "AWS Local Zone", "EU-Request" }, pricelist.OtherPlace},
		"not yet in effect": {func(l *listed) { l.effective, l.usageType = "2031-01-01T00:00:00Z", "EU-Request" }, pricelist.NotInEffect},
	} {
		t.Run(name, func(t *testing.T) {
			want := few(t, []cost.Meter{cost.Requests, cost.Compute}, "eu-west-1")
			l := base
			tt.change(&l)
			rows := slices.Insert(list(want), 2, l)
			var ignored []string
			for format, read := range formats(t, rows, ignoredBy(pricelist.Reader{}, &ignored)) {
				ignored = nil
				got, err := read()
				if err != nil {
					t.Fatalf("%s: %v", format, err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", format, diff)
				}
				if diff := cmp.Diff([]string{tt.why.String() + " FICTOTHER"}, ignored); diff != "" {
					t.Errorf("%s (-want +got):\n%s", format, diff)
				}
			}
		})
	}
}

// Requests of Managed Instances are listed for each architecture: at one price they are one meter's, at two they are refused.
func TestManagedRequests(t *testing.T) {
	want := complete(t, embedded(t, "us-east-1"))
	rows := list(want)
	arm := rows[find(t, rows, "us-east-1", "Lambda-Managed-Instances-Request")]
	arm.sku, arm.usageType, arm.prices = "FICTARM", arm.usageType+"-ARM", slices.Clone(arm.prices)
	for _, at := range []int{0, len(rows)} {
		for format, read := range formats(t, slices.Insert(slices.Clone(rows), at, arm), pricelist.Reader{}) {
			got, err := read()
			if err != nil {
				t.Fatalf("%s: %v", format, err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", format, diff)
			}
		}
	}
	arm.prices[0].price = "0.0000003"
	for format, read := range formats(t, append(slices.Clone(rows), arm), pricelist.Reader{}) {
		_, err := read()
		if e, ok := errors.AsType[*pricelist.RowError](err); !ok || e.Problem != pricelist.SecondPrice {
			t.Errorf("%s: %v", format, err)
		}
	}
}

// Of several terms of a SKU the one in effect on the day counts.
func TestTermsOfSeveralDates(t *testing.T) {
	const usage = "EU-Request"
	for name, tt := range map[string]struct {
		effective map[string]string // price by date
		on        time.Time
		want      string // "" is missing
		second    bool   // two prices
		ignored   int
	}{
		"one":                         {map[string]string{"2020-01-01": "0.1"}, time.Time{}, "0.1", false, 0},
		"a later one":                 {map[string]string{"2020-01-01": "0.1", "2021-01-01": "0.2"}, time.Time{}, "0.2", false, 1},
		"one from the day":            {map[string]string{"2020-01-01": "0.1", "2030-12-01T00:00:00Z": "0.2"}, time.Time{}, "0.2", false, 1},
		"one from the day after":      {map[string]string{"2020-01-01": "0.1", "2030-12-02": "0.2"}, time.Time{}, "0.1", false, 1},
		"only later":                  {map[string]string{"2030-12-02": "0.1"}, time.Time{}, "", false, 1},
		"only later, asked for then":  {map[string]string{"2030-12-02": "0.1"}, time.Date(2030, 12, 2, 0, 0, 0, 0, time.UTC), "0.1", false, 0},
		"of three, in between":        {map[string]string{"2020-01-01": "0.1", "2021-01-01": "0.2", "2022-01-01": "0.3"}, time.Date(2021, 6, 1, 0, 0, 0, 0, time.UTC), "0.2", false, 2},
		"the same day, two spellings": {map[string]string{"2020-01-01": "0.1", "2020-01-01T00:00:00Z": "0.1"}, time.Time{}, "", true, 0},
		"later on the day":            {map[string]string{"2020-01-01": "0.1", "2030-12-01T18:00:00Z": "0.2"}, time.Time{}, "0.1", false, 1},
		"later on the day, by then":   {map[string]string{"2020-01-01": "0.1", "2030-12-01T18:00:00Z": "0.2"}, time.Date(2030, 12, 1, 18, 0, 0, 0, time.UTC), "0.2", false, 1},
		"twice on a day":              {map[string]string{"2020-01-01T08:00:00Z": "0.1", "2020-01-01T18:00:00Z": "0.2"}, time.Time{}, "0.2", false, 1},
		"one instant, two zones":      {map[string]string{"2020-01-01T08:00:00Z": "0.1", "2020-01-01T09:00:00+01:00": "0.1"}, time.Time{}, "", true, 0},
		"for ever and later":          {map[string]string{"": "0.1", "2020-01-01": "0.2"}, time.Time{}, "0.2", false, 1},
	} {
		t.Run(name, func(t *testing.T) {
			var rows []listed
			for _, l := range list(few(t, []cost.Meter{cost.Requests, cost.Compute}, "eu-west-1")) {
				l.effective = "2019-01-01"
				if l.usageType != usage {
					rows = append(rows, l)
					continue
				}
				for date, amount := range tt.effective {
					again := l
					again.effective, again.term, again.prices = date, onDemand+date, slices.Clone(l.prices)
					again.prices[0].price, again.prices[0].rateCode = amount, l.sku+date
					rows = append(rows, again)
				}
			}
			var ignored []string
			rd := ignoredBy(pricelist.Reader{On: tt.on}, &ignored)
			for format, read := range formats(t, rows, rd) {
				if strings.HasPrefix(format, "GetProducts") {
					continue // has one item for each SKU
				}
				ignored = nil
				got, err := read()
				row, isRow := errors.AsType[*pricelist.RowError](err)
				missing, isMissing := errors.AsType[*pricelist.MissingError](err)
				switch {
				case tt.second:
					if !isRow || row.Problem != pricelist.SecondPrice {
						t.Errorf("%s: %v", format, err)
					}
				case tt.want == "":
					if !isMissing || missing.Key.Meter != cost.Requests || missing.NotYet != 1 {
						t.Errorf("%s: %v", format, err)
					}
				case err != nil:
					t.Errorf("%s: %v", format, err)
				default:
					if p := got[0].Prices[0]; p.UsageType != usage || digits(p.Tiers[0].UnitPrice) != tt.want {
						t.Errorf("%s: %s costs %v, want %s", format, p.UsageType, p.Tiers[0].UnitPrice, tt.want)
					}
				}
				if n := len(ignored); n != tt.ignored {
					t.Errorf("%s: %v ignored, want %d", format, ignored, tt.ignored)
				}
			}
		})
	}
}

func TestTrust(t *testing.T) {
	spoil := func(l *listed) { l.location, l.region = "EU (Ireland)", "eu-west-1" } // rows of ap-south-1, as in AWS's sample
	want := complete(t, embedded(t, "ap-south-1"))
	rows := list(want)
	for i := range rows {
		spoil(&rows[i])
	}
	for format, read := range formats(t, rows, pricelist.Reader{}) {
		_, err := read()
		if e, ok := errors.AsType[*pricelist.RowError](err); !ok || e.Problem != pricelist.RegionMismatch || e.Given != rows[0].usageType {
			t.Errorf("%s: %v", format, err)
		}
	}
	for format, read := range formats(t, rows, pricelist.Reader{Trust: pricelist.TrustUsageType}) {
		got, err := read()
		if err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", format, diff)
		}
	}
	want[0].Region, want[0].Location = "eu-west-1", "EU (Ireland)"
	for format, read := range formats(t, rows, pricelist.Reader{Trust: pricelist.TrustRegion}) {
		got, err := read()
		if err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", format, diff)
		}
	}
	_, err := pricelist.Reader{Trust: 3}.ReadCSV(strings.NewReader(""))
	if e, ok := errors.AsType[*cost.RangeError](err); !ok || e.Field != "Trust" {
		t.Error(err)
	}
}

// How a region is found, and what contradicts it.
func TestRegions(t *testing.T) {
	for name, tt := range map[string]struct {
		change  func(*listed)
		trust   pricelist.Trust
		region  string
		problem pricelist.Problem
	}{
		"by code":                              {func(l *listed) {}, 0, "eu-west-1", 0},
		"by location":                          {func(l *listed) { l.region = "" }, 0, "eu-west-1", 0},
		"by its other name":                    {func(l *listed) { l.region, l.location = "", "Europe (Ireland)" }, 0, "eu-west-1", 0},
		"by code, new name":                    {func(l *listed) { l.location = "Éire" }, 0, "eu-west-1", 0},
		"by code, no location":                 {func(l *listed) { l.location = "" }, 0, "eu-west-1", 0},
		"neither":                              {func(l *listed) { l.region, l.location = "", "" }, 0, "", pricelist.UnknownRegion},
		"unknown location":                     {func(l *listed) { l.region, l.location = "", "EU (Narnia)" }, 0, "", pricelist.UnknownRegion},
		"unknown location, prefix believed":    {func(l *listed) { l.region, l.location = "", "EU (Narnia)" }, pricelist.TrustUsageType, "eu-west-1", 0},
		"location of another":                  {func(l *listed) { l.location = "EU (Paris)" }, 0, "", pricelist.RegionMismatch},
		"location of another, region believed": {func(l *listed) { l.location = "EU (Paris)" }, pricelist.TrustRegion, "", pricelist.RegionMismatch},
		"new region": {func(l *listed) {
			l.region, l.location, l.usageType = "xx-east-1", "X", strings.Replace(l.usageType, "EU-", "XXE1-", 1)
		}, 0, "xx-east-1", 0},
		"new region, prefix believed": {func(l *listed) { l.region, l.usageType = "xx-east-1", strings.Replace(l.usageType, "EU-", "XXE1-", 1) }, pricelist.TrustUsageType, "", pricelist.UnknownRegion},
		"new region, prefix learnt": {func(l *listed) {
			l.region, l.location, l.usageType = "xx-east-1", "X", strings.Replace(l.usageType, "EU-", "XXE1-", 1)
		}, pricelist.TrustUsageType, "xx-east-1", 0},
		"new region, no location, prefix learnt": {func(l *listed) {
			l.region, l.location, l.usageType = "cn-north-1", "", strings.Replace(l.usageType, "EU-", "CNN1-", 1)
		}, pricelist.TrustUsageType, "cn-north-1", 0},
		"new region, two prefixes, believed": {func(l *listed) {
			l.region, l.location, l.usageType = "xx-east-1", "X", strings.Replace(l.usageType, "EU-", "X"+strings.ToUpper(l.usageType[len(l.usageType)-1:])+"-", 1)
		}, pricelist.TrustUsageType, "", pricelist.UnknownRegion},
		"new region, no code, prefix believed": {func(l *listed) {
			l.region, l.location, l.usageType = "", "X", strings.Replace(l.usageType, "EU-", "XXE1-", 1)
		}, pricelist.TrustUsageType, "", pricelist.UnknownRegion},
		"known region, new prefix, believed": {func(l *listed) { l.usageType = strings.Replace(l.usageType, "EU-", "XXE1-", 1) }, pricelist.TrustUsageType, "", pricelist.UnknownRegion},
		"new region, bad code, believed": {func(l *listed) {
			l.region, l.location, l.usageType = "xx east 1", "X", strings.Replace(l.usageType, "EU-", "XXE1-", 1)
		}, pricelist.TrustUsageType, "", pricelist.UnknownRegion},
		"new region, known prefix": {func(l *listed) { l.region, l.location = "xx-east-1", "X" }, 0, "", pricelist.RegionMismatch},
		"new region, two prefixes": {func(l *listed) {
			l.region, l.location, l.usageType = "xx-east-1", "X", strings.Replace(l.usageType, "EU-", "X"+strings.ToUpper(l.usageType[len(l.usageType)-1:])+"-", 1)
		}, 0, "", pricelist.RegionMismatch},
		"no code at all":       {func(l *listed) { l.region = "EU WEST 1" }, 0, "", pricelist.BadValue},
		"a dash":               {func(l *listed) { l.region = "-" }, 0, "", pricelist.BadValue},
		"two dashes":           {func(l *listed) { l.region = "--" }, 0, "", pricelist.BadValue},
		"a dash at the end":    {func(l *listed) { l.region = "a-" }, 0, "", pricelist.BadValue},
		"a dash at the start":  {func(l *listed) { l.region = "-a" }, 0, "", pricelist.BadValue},
		"a dash twice":         {func(l *listed) { l.region = "eu--west-1" }, 0, "", pricelist.BadValue},
		"digits alone":         {func(l *listed) { l.region = "1-2" }, 0, "", pricelist.BadValue},
		"a code of a kilobyte": {func(l *listed) { l.region = strings.Repeat("eu-", 400) }, 0, "", pricelist.BadValue},
	} {
		t.Run(name, func(t *testing.T) {
			rows := list(few(t, []cost.Meter{cost.Requests, cost.Compute}, "eu-west-1"))
			for i := range rows {
				tt.change(&rows[i])
			}
			items := getProducts(t, rows)
			got, err := pricelist.Reader{Trust: tt.trust}.ReadProducts(slices.Values(items))
			if e, ok := errors.AsType[*pricelist.RowError](err); ok {
				if e.Problem != tt.problem {
					t.Errorf("%v: %v, want %v", err, e.Problem, tt.problem)
				}
				return
			}
			if err != nil || tt.problem != 0 || len(got) != 1 || got[0].Region != tt.region || got[0].Location == "" {
				t.Errorf("%v, %v", got, err)
			}
		})
	}
}

// Several new regions are learnt on trust of the prefix, with locations or without, and keep them.
func TestNewRegions(t *testing.T) {
	var rows []listed
	for code, name := range map[string]string{"xx-east-1": "", "xx-east-2": "", "xx-east-3": "X (Three)"} {
		for _, l := range list(few(t, []cost.Meter{cost.Requests, cost.Compute}, "eu-west-1")) {
			l.region, l.location = code, name
			l.sku += code
			l.usageType = strings.Replace(l.usageType, "EU-", "XX"+code[len(code)-1:]+"-", 1)
			rows = append(rows, l)
		}
	}
	for _, trust := range []pricelist.Trust{pricelist.TrustNeither, pricelist.TrustRegion, pricelist.TrustUsageType} {
		got, err := pricelist.Reader{Trust: trust}.ReadProducts(slices.Values(getProducts(t, rows)))
		if err != nil || len(got) != 3 {
			t.Errorf("%v: %d cards, %v", trust, len(got), err)
			continue
		}
		if got[0].Location != "" || got[1].Location != "" || got[2].Location != "X (Three)" || got[2].Region != "xx-east-3" {
			t.Errorf("%v: %q, %q, %q", trust, got[0].Location, got[1].Location, got[2].Location)
		}
	}
}

// Products and terms that do not find each other, and terms of other kinds, in JSON of either order and in CSV.
func TestTermsIgnored(t *testing.T) {
	want := few(t, []cost.Meter{cost.Requests, cost.Compute}, "eu-west-1")
	rows := list(want)
	lonely := rows[0]
	lonely.sku, lonely.usageType, lonely.prices = "FICTLONELY", "EU-Lambda-Edge-Request", nil
	lonely.group = "AWS-Lambda-Edge-Requests"
	for _, termsFirst := range []bool{false, true} {
		text := bulkJSON(t, append(slices.Clone(rows), lonely), termsFirst)
		text = strings.Replace(text, `"`+lonely.sku+`":{"`+lonely.sku, `"FICTORPHAN":{"FICTORPHAN`, 1)
		text = strings.Replace(text, `"offerTermCode":"`+onDemand+`","sku":"FICTLONELY"`, `"offerTermCode":"`+onDemand+`","sku":"FICTORPHAN"`, 1)
		text = strings.Replace(text, `"Reserved":{}`, `"Reserved":{"FICTRESERVED":{"FICTRESERVED.A":{}}}`, 1)
		var ignored []string
		got, err := ignoredBy(pricelist.Reader{}, &ignored).ReadJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		slices.Sort(ignored)
		if diff := cmp.Diff([]string{"NoPrice FICTLONELY", "NoPrice FICTORPHAN", "OtherTerm FICTRESERVED"}, ignored); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	reserved := rows[0]
	reserved.sku, reserved.termType = "FICTRESERVED", "Reserved"
	var ignored []string
	got, err := ignoredBy(pricelist.Reader{}, &ignored).ReadCSV(strings.NewReader(bulkCSV(t, append(rows, reserved), true)))
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if diff := cmp.Diff([]string{"OtherTerm FICTRESERVED"}, ignored); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	// A term without prices is no term of a filtered list either.
	text := bulkJSON(t, append(rows, lonely), false)
	_, err = pricelist.ReadJSON(strings.NewReader(text))
	if e, ok := errors.AsType[*pricelist.RowError](err); !ok || e.SKU != lonely.sku || e.Field != "priceDimensions" {
		t.Error(err)
	}
}
