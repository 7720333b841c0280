package main

import (
	"bytes"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/pricelist"
)

var update = flag.Bool("update", false, "write the golden file anew")

const (
	embedded = "../../prices.json"
	lists    = "../../pricelist/testdata"
)

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// workspace is a copy of the embedded file, and a fictitious list, both in a directory of their own.
func workspace(t *testing.T) (prices, list string) {
	t.Helper()
	dir := t.TempDir()
	prices, list = filepath.Join(dir, "prices.json"), filepath.Join(dir, "index.json")
	write(t, prices, read(t, embedded))
	write(t, list, read(t, filepath.Join(lists, "lambda.json")))
	return prices, list
}

func write(t *testing.T, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(name, b, 0o640); err != nil {
		t.Fatal(err)
	}
}

// edit replaces text in a file, all of it.
func edit(t *testing.T, name, old, new string) {
	t.Helper()
	b := read(t, name)
	if !bytes.Contains(b, []byte(old)) {
		t.Fatalf("no %s in %s", old, name)
	}
	write(t, name, bytes.ReplaceAll(b, []byte(old), []byte(new)))
}

func refresh(t *testing.T, args ...string) string {
	t.Helper()
	var out strings.Builder
	if err := run(args, strings.NewReader(""), &out); err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(out.String(), filepath.Dir(args[1])+string(filepath.Separator), "")
}

func cards(t *testing.T, name string) map[string]cost.RateCard {
	t.Helper()
	all, err := parse(read(t, name))
	if err != nil {
		t.Fatal(err)
	}
	byRegion := map[string]cost.RateCard{}
	for _, c := range all {
		byRegion[c.Region] = c
	}
	return byRegion
}

// The file that ships with the library is in its own form, to the last byte.
func TestFormat(t *testing.T) {
	b := read(t, embedded)
	all, err := parse(b)
	if err != nil {
		t.Fatal(err)
	}
	again, err := format(all)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(b), "\n"), strings.Split(string(again), "\n")); diff != "" {
		t.Errorf("(-file +written):\n%s", diff)
	}
	for _, c := range all {
		sorted := slices.Clone(c.Prices)
		sortPrices(sorted)
		if diff := cmp.Diff(c.Prices, sorted); diff != "" {
			t.Errorf("%s (-file +sorted):\n%s", c.Region, diff)
		}
	}
}

func TestRefresh(t *testing.T) {
	prices, list := workspace(t)
	before := cards(t, prices)
	out := refresh(t, "-prices", prices, list)
	golden := filepath.Join("testdata", "refresh.golden")
	if *update {
		write(t, golden, []byte(out))
	}
	if diff := cmp.Diff(string(read(t, golden)), out); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	after := cards(t, prices)
	fromList, err := pricelist.ReadJSON(bytes.NewReader(read(t, list)))
	if err != nil {
		t.Fatal(err)
	}
	for region, c := range after {
		i := slices.IndexFunc(fromList, func(l cost.RateCard) bool { return l.Region == region })
		if i < 0 { // not in the list: as it was
			if diff := cmp.Diff(before[region], c); diff != "" {
				t.Errorf("%s (-before +after):\n%s", region, diff)
			}
			continue
		}
		l := fromList[i]
		if diff := cmp.Diff(l, c, cmpopts.IgnoreFields(cost.RateCard{}, "Prices")); diff != "" {
			t.Errorf("%s (-list +after):\n%s", region, diff)
		}
		for _, p := range c.Prices {
			want := find(l.Prices, p)
			if want == nil { // not in the list: with its own date and source
				want = find(before[region].Prices, p)
				if want.AsOf.IsZero() {
					want.AsOf = before[region].AsOf
					want.Source = "AWS calculator price file of 2025-06-17 (QuinnyPig/aws-price-watcher@c0e633c raw/lambda.json), found unchanged on 2026-09-19; AWS price file; confirmed by spot checks of some regions and meters, not of every price"
				}
			}
			if diff := cmp.Diff(*want, p); diff != "" {
				t.Errorf("%s (-want +after):\n%s", region, diff)
			}
		}
		for _, p := range slices.Concat(l.Prices, before[region].Prices) {
			if find(c.Prices, p) == nil {
				t.Errorf("%s: %v is gone", region, p.Meter)
			}
		}
	}
	if info, err := os.Stat(prices); err != nil || info.Mode().Perm() != 0o640 {
		t.Error(info.Mode(), err)
	}

	// The same list once more, in any format, changes nothing.
	written := read(t, prices)
	for _, again := range []string{list, filepath.Join(lists, "lambda.csv"), filepath.Join(lists, "get-products.json")} {
		out := refresh(t, "-prices", prices, again)
		if !strings.HasPrefix(out, "no changes\n") || !strings.HasSuffix(out, "prices.json is up to date\n") || strings.Contains(out, "confirmed") {
			t.Error(out)
		}
		if !bytes.Equal(written, read(t, prices)) {
			t.Errorf("%s read again changes the file", again)
		}
	}

	// A newer list that says the same confirms the two regions, and nothing else.
	edit(t, list, "2030-12-01T00:00:00Z\",\n  \"products", "2031-02-03T04:05:06Z\",\n  \"products")
	edit(t, list, "20301201000000", "20310203040506")
	if out := refresh(t, "-prices", prices, list); !strings.HasPrefix(out, "no changes\nconfirmed: eu-west-1, us-east-1\n") {
		t.Error(out)
	}
	confirmed := cards(t, prices)
	for region, c := range after {
		if region == "eu-west-1" || region == "us-east-1" {
			c.Confirmed = time.Date(2031, 2, 3, 4, 5, 6, 0, time.UTC)
		}
		if diff := cmp.Diff(c, confirmed[region]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", region, diff)
		}
	}
	written = read(t, prices)
	if refresh(t, "-prices", prices, list); !bytes.Equal(written, read(t, prices)) {
		t.Error("the confirming list read again changes the file")
	}

	// A newer list with another price: the region has its date, the other is confirmed.
	edit(t, list, "2031-02-03T04:05:06Z", "2031-03-01T00:00:00Z")
	edit(t, list, "0.0000108407", "0.0000108408") // eu-west-1's provisioned compute
	out = refresh(t, "-n", "-prices="+prices, list)
	if !bytes.Equal(written, read(t, prices)) || !strings.Contains(out, "is left as it was") {
		t.Error("-n writes", out)
	}
	out = refresh(t, "-prices", prices, list)
	for _, want := range []string{
		"eu-west-1, EU (Ireland): changed, as of 2031-03-01, was as of 2030-12-01, USD\n  ProvisionedCompute x86_64  from 0  0.0000108407  -> 0.0000108408  +0.0000000001  +0.00 %\n",
		"confirmed: us-east-1\n", "prices.json is written\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%s\ndoes not say %s", out, want)
		}
	}
	if c := cards(t, prices)["eu-west-1"]; !c.Confirmed.IsZero() || c.AsOf != time.Date(2031, 3, 1, 0, 0, 0, 0, time.UTC) {
		t.Errorf("%+v", c)
	}
}

// A region that the file does not have.
func TestNewRegion(t *testing.T) {
	prices, list := workspace(t)
	for _, pair := range [][2]string{{"eu-west-1", "xx-east-1"}, {"EU (Ireland)", "Nowhere (East)"}, {`"EU-`, `"XXE1-`}} {
		edit(t, list, pair[0], pair[1])
	}
	out := refresh(t, "-prices", prices, list)
	if !strings.Contains(out, "xx-east-1, Nowhere (East): added, as of 2030-12-01, USD\n") {
		t.Error(out)
	}
	after := cards(t, prices)
	if len(after) != len(cards(t, embedded))+1 || len(after["xx-east-1"].Prices) != 17 {
		t.Errorf("%d regions", len(after))
	}
	written := read(t, prices)
	if refresh(t, "-prices", prices, list); !bytes.Equal(written, read(t, prices)) {
		t.Error("the list read again changes the file")
	}
}

// What is refused leaves the file as it was.
func TestRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		spoil func(t *testing.T, prices, list string)
		args  []string // in place of the list
		want  string
	}{
		"no list":            {nil, []string{}, "no price list is given"},
		"no such list":       {nil, []string{"nowhere.json"}, "nowhere.json"},
		"empty input":        {nil, []string{"-"}, `-: pricelist: price list is "empty"`},
		"unknown flag":       {nil, []string{"-force"}, "flag provided but not defined"},
		"a list cut off":     {func(t *testing.T, _, list string) { write(t, list, read(t, list)[:9000]) }, nil, "unexpected EOF"},
		"a list of no price": {func(t *testing.T, _, list string) { edit(t, list, `"0.0000002000"`, `"free"`) }, nil, `PricePerUnit is "free"`},
		"an older list": {func(t *testing.T, _, list string) {
			edit(t, list, "2030-12-01", "2025-06-16")
		}, nil, "eu-west-1 is as of 2025-06-16 in the list, the file has prices of 2026-09-19"},
		"a list older than what is confirmed": {func(t *testing.T, _, list string) {
			edit(t, list, "2030-12-01", "2026-09-18")
		}, nil, "the file has prices of 2026-09-19"},
		"another currency": {func(t *testing.T, _, list string) { edit(t, list, `"USD"`, `"EUR"`) }, nil, "eu-west-1 is listed in EUR, the file has USD"},
		"a filtered list": {func(t *testing.T, _, list string) {
			edit(t, list, `"AWS-Lambda-Requests"`, `"AWS-Lambda-Nothing"`)
			edit(t, list, `"EU-Request"`, `"EU-Nothing"`)
		}, nil, "has no price for Requests x86_64"},
		"no file":         {func(t *testing.T, prices, _ string) { write(t, prices, nil) }, nil, "prices.json: EOF"},
		"half a file":     {func(t *testing.T, prices, _ string) { write(t, prices, read(t, prices)[:5000]) }, nil, "unexpected EOF"},
		"unknown fields":  {func(t *testing.T, prices, _ string) { edit(t, prices, `"Unit"`, `"Units"`) }, nil, `unknown field "Units"`},
		"a file and more": {func(t *testing.T, prices, _ string) { write(t, prices, append(read(t, prices), "[]"...)) }, nil, "something stands behind the rate cards"},
		"a price of zero": {func(t *testing.T, prices, _ string) { edit(t, prices, `"0.0000002700"`, `"0"`) }, nil, "UnitPrice is 0"},
	} {
		t.Run(name, func(t *testing.T) {
			prices, list := workspace(t)
			if tt.spoil != nil {
				tt.spoil(t, prices, list)
			}
			if tt.args == nil {
				tt.args = []string{list}
			}
			before := read(t, prices)
			var out strings.Builder
			err := run(append([]string{"-prices", prices}, tt.args...), strings.NewReader(""), &out)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %s", err, tt.want)
			}
			if !bytes.Equal(before, read(t, prices)) {
				t.Error("the file has changed")
			}
			entries, err := os.ReadDir(filepath.Dir(prices))
			if err != nil || len(entries) != 2 {
				t.Error(entries, err)
			}
		})
	}
	if err := run([]string{"-prices", "nowhere.json", "x"}, nil, &strings.Builder{}); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

// A filtered list from the standard input replaces what it has.
func TestPartial(t *testing.T) {
	prices, list := workspace(t)
	edit(t, list, `"EU-Request"`, `"EU-Nothing"`)
	edit(t, list, `"AWS-Lambda-Requests"`, `"AWS-Lambda-Nothing"`)
	var out strings.Builder
	if err := run([]string{"-prices", prices, "-partial", "-"}, bytes.NewReader(read(t, list)), &out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "kept, not in the list: eu-west-1: Requests x86_64\n") || !strings.Contains(out.String(), "usage types of no meter: DataTransfer-Out-Bytes, Nothing\n") {
		t.Error(out.String())
	}
	requests := find(cards(t, prices)["eu-west-1"].Prices, cost.Price{Meter: cost.Requests, Arch: cost.X86})
	if requests == nil || requests.AsOf != time.Date(2025, 6, 17, 0, 0, 0, 0, time.UTC) {
		t.Errorf("%+v", requests)
	}
}
