package pricelist_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/pricelist"
)

// writeLarge writes a list of the size of AWS's own, in its layout: the prices of all embedded regions and 10,073 fees of
// Managed Instances, 13.6 MB.
func writeLarge(t testing.TB, w io.Writer, termsFirst bool) {
	t.Helper()
	out := bufio.NewWriter(w)
	rows := list(complete(t, embedded(t)))
	for i := range 10_073 {
		sku := fmt.Sprintf("FEE%013d", i)
		region := rows[i*7%len(rows)]
		fee := fmt.Sprintf("0.%010d", 1_000_000+i)
		rows = append(rows, listed{
			sku: sku, term: onDemand, effective: testPublished, service: "AWSLambda", location: region.location, locationType: "AWS Region",
			usageType: fmt.Sprintf("%sLambda-Managed-Instances-m%di.%dxlarge-Management-Hours", prefixOf(region.region), i%90, i),
			region:    region.region,
			prices:    []price{{sku + "." + onDemand + ".6YS6EN2CT7", "0", "Inf", "Hours", fee, "USD"}},
		})
	}
	products := func() {
		fmt.Fprint(out, "  \"products\" : {")
		for i, l := range rows {
			fmt.Fprintf(out, "%s\n    %q : {\n      \"sku\" : %q,\n      \"productFamily\" : \"Serverless\",\n      \"attributes\" : {\n"+
				"        \"servicecode\" : %q,\n        \"location\" : %q,\n        \"locationType\" : \"AWS Region\",\n",
				comma(i), l.sku, l.sku, l.service, l.location)
			if l.group != "" {
				fmt.Fprintf(out, "        \"group\" : %q,\n        \"groupDescription\" : \"Invocation duration weighted by memory assigned to function, measured in GB-s\",\n", l.group)
			}
			fmt.Fprintf(out, "        \"usagetype\" : %q,\n        \"operation\" : \"\",\n        \"regionCode\" : %q,\n        \"servicename\" : \"AWS Lambda\"\n      }\n    }", l.usageType, l.region)
		}
		fmt.Fprint(out, "\n  }")
	}
	terms := func() {
		fmt.Fprint(out, "  \"terms\" : {\n    \"OnDemand\" : {")
		for i, l := range rows {
			fmt.Fprintf(out, "%s\n      %q : {\n        %q : {\n          \"offerTermCode\" : %q,\n          \"sku\" : %q,\n          \"effectiveDate\" : %q,\n          \"priceDimensions\" : {",
				comma(i), l.sku, l.sku+"."+l.term, l.term, l.sku, l.effective)
			for j, p := range l.prices {
				fmt.Fprintf(out, "%s\n            %q : {\n              \"rateCode\" : %q,\n              \"description\" : \"$%s per %s for %s in %s, a fictitious price\",\n"+
					"              \"beginRange\" : %q,\n              \"endRange\" : %q,\n              \"unit\" : %q,\n              \"pricePerUnit\" : {\n                %q : %q\n              },\n              \"appliesTo\" : [ ]\n            }",
					comma(j), p.rateCode, p.rateCode, p.price, p.unit, l.usageType, l.location, p.begin, p.end, p.unit, p.currency, p.price)
			}
			fmt.Fprint(out, "\n          },\n          \"termAttributes\" : { }\n        }\n      }")
		}
		fmt.Fprint(out, "\n    }\n  }")
	}
	fmt.Fprintf(out, "{\n  \"formatVersion\" : \"v1.0\",\n  \"disclaimer\" : \"Fictitious.\",\n  \"offerCode\" : \"AWSLambda\",\n  \"version\" : %q,\n  \"publicationDate\" : %q,\n", testVersion, testPublished)
	if termsFirst {
		terms()
		fmt.Fprint(out, ",\n")
		products()
	} else {
		products()
		fmt.Fprint(out, ",\n")
		terms()
	}
	fmt.Fprint(out, ",\n  \"attributesList\" : { }\n}\n")
	if err := out.Flush(); err != nil {
		t.Fatal(err)
	}
}

func comma(i int) string {
	if i > 0 {
		return ","
	}
	return ""
}

func largeFile(t testing.TB, termsFirst bool) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "index.json")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	writeLarge(t, f, termsFirst)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return name
}

// heapReader looks at the heap each time it is read from.
type heapReader struct {
	io.Reader
	sample []metrics.Sample
	peak   uint64
}

func (h *heapReader) Read(p []byte) (int, error) {
	h.look()
	return h.Reader.Read(p)
}

func (h *heapReader) look() uint64 {
	if h.sample == nil {
		h.sample = []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	}
	metrics.Read(h.sample)
	now := h.sample[0].Value.Uint64()
	h.peak = max(h.peak, now)
	return now
}

// BenchmarkReadJSON reads a file of the size of AWS's own from disk, beside the ordinary way: the whole file as values of
// encoding/json, of which the prices have not been chosen yet. The peak is that of the heap, dead objects included, above
// what was there before.
func BenchmarkReadJSON(b *testing.B) {
	run := func(name string, termsFirst bool, read func(io.Reader) error) {
		b.Run(name, func(b *testing.B) {
			file := largeFile(b, termsFirst)
			info, err := os.Stat(file)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(info.Size())
			b.ReportAllocs()
			var peak uint64
			for b.Loop() {
				b.StopTimer()
				runtime.GC()
				h := &heapReader{}
				before := h.look()
				h.peak = 0
				b.StartTimer()
				f, err := os.Open(file)
				if err != nil {
					b.Fatal(err)
				}
				h.Reader = f
				if err := read(h); err != nil {
					b.Fatal(err)
				}
				h.look()
				peak = max(peak, h.peak-min(h.peak, before))
				if err := f.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(peak)/1e6, "peak-heap-MB")
		})
	}
	lambdaecon := func(r io.Reader) error {
		cards, err := pricelist.ReadJSON(r)
		if err == nil && len(cards) != len(cost.Embedded().Regions()) {
			return fmt.Errorf("%d cards", len(cards))
		}
		return err
	}
	run("lambdaecon", false, lambdaecon)
	run("lambdaecon-terms-first", true, lambdaecon)
	run("encoding-json", false, func(r io.Reader) error {
		var all bulkList
		return json.NewDecoder(r).Decode(&all)
	})
	run("encoding-json-any", false, func(r io.Reader) error {
		var all any
		return json.NewDecoder(r).Decode(&all)
	})
}

// bulkList is a bulk list as values of encoding/json.
type bulkList struct {
	Version         string    `json:"version"`
	PublicationDate time.Time `json:"publicationDate"`
	Products        map[string]struct {
		Attributes map[string]string `json:"attributes"`
	} `json:"products"`
	Terms struct {
		OnDemand map[string]map[string]struct {
			OfferTermCode   string `json:"offerTermCode"`
			PriceDimensions map[string]struct {
				RateCode     string            `json:"rateCode"`
				BeginRange   string            `json:"beginRange"`
				EndRange     string            `json:"endRange"`
				Unit         string            `json:"unit"`
				PricePerUnit map[string]string `json:"pricePerUnit"`
			} `json:"priceDimensions"`
		}
	} `json:"terms"`
}

func BenchmarkReadCSV(b *testing.B) {
	table := []byte(bulkCSV(b, list(complete(b, embedded(b))), true))
	b.SetBytes(int64(len(table)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := pricelist.ReadCSV(reader(table)); err != nil {
			b.Fatal(err)
		}
	}
}

// All that is allocated while a file of the size of AWS's own is read, garbage included, bounds what is ever held of it.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("a large file, and nothing shared")
	}
	for name, tt := range map[string]struct {
		termsFirst bool
		most       uint64
	}{
		"products first": {false, 10 << 20},
		"terms first":    {true, 24 << 20},
	} {
		t.Run(name, func(t *testing.T) {
			file := largeFile(t, tt.termsFirst)
			f, err := os.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			info, err := f.Stat()
			if err != nil {
				t.Fatal(err)
			}
			if size := info.Size(); size < 13_600_000 || size > 13_700_000 {
				t.Errorf("the file has %d bytes", size)
			}
			defer debug.SetGCPercent(debug.SetGCPercent(100))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			cards, err := pricelist.ReadJSON(f)
			runtime.ReadMemStats(&after)
			if err != nil {
				t.Fatal(err)
			}
			if len(cards) != len(cost.Embedded().Regions()) {
				t.Errorf("%d cards", len(cards))
			}
			if got := after.TotalAlloc - before.TotalAlloc; got > tt.most {
				t.Errorf("%d bytes were allocated, want at most %d", got, tt.most)
			} else {
				t.Logf("%d bytes were allocated", got)
			}
		})
	}
}
