package pricelist_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/pricelist"
)

// formats are the ways in which rows can be written and read back.
func formats(t testing.TB, rows []listed, rd pricelist.Reader) map[string]func() ([]cost.RateCard, error) {
	read := func(text string) func() ([]cost.RateCard, error) {
		return func() ([]cost.RateCard, error) { return rd.Read(strings.NewReader(text)) }
	}
	items := getProducts(t, rows)
	table := bulkCSV(t, rows, true)
	var indented bytes.Buffer
	if err := json.Indent(&indented, []byte(bulkJSON(t, rows, false)), "", "  "); err != nil {
		t.Fatal(err)
	}
	return map[string]func() ([]cost.RateCard, error){
		"JSON":                   read(bulkJSON(t, rows, false)),
		"JSON, terms first":      read(bulkJSON(t, rows, true)),
		"JSON, indented":         read(indented.String() + "\n"),
		"JSON, escaped":          read(escaped(bulkJSON(t, rows, false))),
		"JSON, byte by byte":     func() ([]cost.RateCard, error) { return rd.ReadJSON(iotest.OneByteReader(&indented)) },
		"JSON, byte-order mark":  read("\ufeff" + bulkJSON(t, rows, false)),
		"CSV":                    read(table),
		"CSV, CRLF":              read(strings.ReplaceAll(table, "\n", "\r\n")),
		"CSV, byte-order mark":   read("\ufeff" + table),
		"CSV, sep=":              read("\ufeffsep=,\r\n" + table),
		"CSV, no last line feed": read(strings.TrimSuffix(table, "\n")),
		"CSV, no region codes":   read(bulkCSV(t, rows, false)),
		"GetProducts":            func() ([]cost.RateCard, error) { return rd.ReadProducts(slices.Values(items)) },
		"GetProducts, printed":   read(encode(t, map[string]any{"PriceList": items, "FormatVersion": "aws_v1"})),
		"GetProducts, unquoted":  read(`{"PriceList":[` + strings.Join(items, ",") + `]}`),
	}
}

// escaped writes every character of every string in the longest way that JSON has for it, with digits of both cases. What is
// escaped already stays.
func escaped(text string) string {
	var b strings.Builder
	inside, behind, n := false, 0, 0
	for _, c := range text {
		switch {
		case behind > 0:
			if behind--; c == 'u' && behind == 0 {
				behind = -4
			}
			b.WriteRune(c)
		case behind < 0:
			behind++
			b.WriteRune(c)
		case c == '\\':
			behind = 1
			b.WriteRune(c)
		case c == '"':
			inside = !inside
			b.WriteRune(c)
		case !inside:
			b.WriteRune(c)
		default:
			for _, unit := range utf16.Encode([]rune{c}) {
				fmt.Fprintf(&b, []string{`\u%04x`, `\u%04X`}[n%2], unit)
			}
			n++
		}
	}
	return b.String()
}

// Strings are those of encoding/json, however they are spelt.
func TestStrings(t *testing.T) {
	rows := list(complete(t, embedded(t, "eu-west-1")))
	plain := bulkJSON(t, rows, false)
	const name = "EU (Ireland)"
	for _, spelt := range []string{
		`EU \u0028Ireland\u0029`, `\u0045\u0055 (Ireland)`, `EU (Irel\u00E9\u00c9\u00aF\u00Fand)`, `EU \ud83d\ude00 (\uD83D\uDE00)`, `EU \ud83d (Ireland)`, `EU \ude00\ud83d\ud83d\ude00`,
		`EU \ud83d\u0041`, `EU\/Ireland`, `EU \"Ireland\"`, `EU é 😀`, `EU \u20ac`,
	} {
		var want string
		if err := json.Unmarshal([]byte(`"`+spelt+`"`), &want); err != nil {
			t.Fatal(err)
		}
		got, err := pricelist.ReadJSON(iotest.OneByteReader(strings.NewReader(strings.ReplaceAll(plain, name, spelt))))
		if err != nil || len(got) != 1 || got[0].Location != want {
			t.Errorf("%s: %v, want %q", spelt, err, want)
			if len(got) > 0 {
				t.Errorf("got %q", got[0].Location)
			}
		}
	}
}

// Every card that ships with the library comes back from each of AWS's formats as it was.
func TestRoundTrip(t *testing.T) {
	all := complete(t, embedded(t))
	some := complete(t, embedded(t, "cn-north-1", "eu-west-1", "us-east-1", "us-gov-west-1"))
	rows := list(all)
	for name, read := range map[string]func() ([]cost.RateCard, error){
		"JSON, all regions": func() ([]cost.RateCard, error) { return pricelist.ReadJSON(strings.NewReader(bulkJSON(t, rows, true))) },
		"CSV, all regions":  func() ([]cost.RateCard, error) { return pricelist.ReadCSV(strings.NewReader(bulkCSV(t, rows, false))) },
		"GetProducts, all regions": func() ([]cost.RateCard, error) {
			return pricelist.ReadProducts(slices.Values(getProducts(t, rows)))
		},
	} {
		t.Run(name, func(t *testing.T) { checkRoundTrip(t, all, read) })
	}
	for name, read := range formats(t, list(some), pricelist.Reader{Ignored: func(r pricelist.Row, why pricelist.Reason) {
		t.Errorf("%v: %v", why, r)
	}}) {
		t.Run(name, func(t *testing.T) { checkRoundTrip(t, some, read) })
	}
}

func checkRoundTrip(t *testing.T, want []cost.RateCard, read func() ([]cost.RateCard, error)) {
	t.Helper()
	got, err := read()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := cost.NewCatalog(got...); err != nil {
		t.Error(err)
	}
	if _, err := cost.Embedded().With(got...); err != nil {
		t.Error(err)
	}
}

// randomCards are cards of known and new regions, of any meters, with any tiers.
func randomCards(r *rand.Rand) []cost.RateCard {
	codes := append(cost.Embedded().Regions(), "xx-new-1", "xx-new-2")
	r.Shuffle(len(codes), func(i, j int) { codes[i], codes[j] = codes[j], codes[i] })
	var cards []cost.RateCard
	for _, code := range codes[:1+r.IntN(3)] {
		c := cost.RateCard{Region: code, Location: "New (" + code + ")", Partition: "aws", Currency: "EUR"}
		if rates, err := cost.Embedded().Region(code); err == nil {
			c.Location, c.Partition, c.Currency = rates.Location(), rates.Card().Partition, rates.Currency()
		}
		for _, m := range cost.Meters() {
			arches := []cost.Arch{""}
			if m.ByArch() {
				arches = cost.Arches()
			}
			for _, a := range arches {
				required := (m == cost.Requests || m == cost.Compute) && a == cost.X86
				if !required && r.IntN(3) == 0 {
					continue
				}
				p := cost.Price{Meter: m, Arch: a, Unit: []string{"Requests", "GB", "seconds", "Lambda-GB-Second"}[r.IntN(4)]}
				from := decimal.Zero
				for range 1 + r.IntN(4) {
					price := decimal.New(1+r.Int64N(1_000_000_000), -int32(r.IntN(21)))
					p.Tiers = append(p.Tiers, cost.Tier{From: from, UnitPrice: price})
					from = from.Add(decimal.New(1+r.Int64N(1_000_000_000), int32(r.IntN(8)-4)))
				}
				c.Prices = append(c.Prices, p)
			}
		}
		cards = append(cards, c)
	}
	return cards
}

func TestRoundTripRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	lists := 4
	if testing.Short() {
		lists = 1
	}
	for i := range lists {
		want := complete(t, randomCards(r))
		rows := list(want)
		r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		for _, l := range rows {
			r.Shuffle(len(l.prices), func(i, j int) { l.prices[i], l.prices[j] = l.prices[j], l.prices[i] })
		}
		for name, read := range formats(t, rows, pricelist.Reader{}) {
			if name == "CSV, no region codes" && slices.ContainsFunc(want, func(c cost.RateCard) bool { return strings.HasPrefix(c.Region, "xx-") }) {
				continue // nothing says which region it is
			}
			got, err := read()
			if err != nil {
				t.Fatalf("%d, %s: %v", i, name, err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%d, %s (-want +got):\n%s", i, name, diff)
			}
		}
	}
}

// Files of single regions, one behind the other, are read like that of all.
func TestCSVFilesBehindOneAnother(t *testing.T) {
	want := complete(t, embedded(t, "eu-west-1", "sa-east-1", "us-east-1"))
	var all string
	for i, c := range want {
		all += bulkCSV(t, list([]cost.RateCard{c}), i != 1) // the columns of each count
	}
	got, err := pricelist.ReadCSV(strings.NewReader(all))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	// And so are files that each begin with the line sep=.
	all = ""
	for _, c := range want {
		all += "sep=,\n" + bulkCSV(t, list([]cost.RateCard{c}), true)
	}
	got, err = pricelist.ReadCSV(strings.NewReader(all))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	// Column names alone may stand again as well, in any order.
	table := strings.Split(bulkCSV(t, list(want[:1]), true), "\n")
	table = slices.Insert(table, 8, table[4])
	got, err = pricelist.ReadCSV(strings.NewReader(strings.Join(table, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want[:1], got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Of products from several lists, the card has the date of the newest; older prices have their own.
func TestProductsOfSeveralLists(t *testing.T) {
	want := complete(t, embedded(t, "eu-west-1"))
	items := getProducts(t, list(want))
	items[1] = strings.NewReplacer(testVersion, "20290101000000", `"publicationDate":"`+testPublished, `"publicationDate":"2031-01-01T00:00:00Z`).Replace(items[1])
	got, err := pricelist.ReadProducts(slices.Values(items))
	if err != nil {
		t.Fatal(err)
	}
	const newer = "2031-01-01T00:00:00Z"
	if as := got[0].AsOf.Format("2006-01-02T15:04:05Z"); as != newer || got[0].Source != "AWS price list AWSLambda, version 20290101000000" {
		t.Errorf("card as of %s by %q", as, got[0].Source)
	}
	for i, p := range got[0].Prices {
		if own := !p.AsOf.IsZero(); own != (i != 1) || own && (p.AsOf != want[0].AsOf || p.Source != want[0].Source) {
			t.Errorf("%v %v: as of %v by %q", p.Meter, p.Arch, p.AsOf, p.Source)
		}
	}
}

// The fixtures hold the same in all formats.
func TestFixtures(t *testing.T) {
	want := map[string]int{"eu-west-1": 17, "us-east-1": 12}
	var first []cost.RateCard
	for i, name := range []string{"lambda.json", "lambda.csv", "get-products.json"} {
		t.Run(name, func(t *testing.T) {
			ignored := map[pricelist.Reason]int{}
			got, err := pricelist.Reader{Ignored: func(_ pricelist.Row, why pricelist.Reason) { ignored[why]++ }}.Read(open(t, name))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(map[pricelist.Reason]int{pricelist.FreeTier: 3, pricelist.ManagementFee: 4, pricelist.OtherMeter: 1}, ignored); diff != "" {
				t.Errorf("ignored (-want +got):\n%s", diff)
			}
			for _, c := range got {
				if len(c.Prices) != want[c.Region] {
					t.Errorf("%s has %d prices, want %d", c.Region, len(c.Prices), want[c.Region])
				}
			}
			if i == 0 {
				first = got
			}
			if diff := cmp.Diff(first, got); diff != "" {
				t.Errorf("(-lambda.json +got):\n%s", diff)
			}
			catalog, err := cost.NewCatalog(got...)
			if err != nil {
				t.Fatal(err)
			}
			// The fixtures' prices are the embedded ones: only names and the choice of meters differ.
			for _, r := range pricelist.Diff(cost.Embedded(), catalog).Regions {
				for _, p := range r.Prices {
					if p.Kind == pricelist.Changed || p.Kind == pricelist.Added {
						t.Errorf("%s: %v %v", r.Region, p.Key, p.Kind)
					}
				}
			}
		})
	}
	if len(first) != 2 {
		t.Fatal(fmt.Sprint(first))
	}
}
