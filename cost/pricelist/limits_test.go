package pricelist_test

import (
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/seed-e9ab587a/lambdaecon/cost/pricelist"
)

// endless is a text that repeats itself, of that many bytes.
type endless struct {
	text string
	left int
	at   int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n := min(len(p), e.left)
	for i := range p[:n] {
		p[i] = e.text[e.at%len(e.text)]
		e.at++
	}
	e.left -= n
	return n, nil
}

// A row, a text and a heading are bounded: what is not is refused where it crosses the bound, and not read on.
func TestCSVLimits(t *testing.T) {
	const size = 64 << 20
	for name, tt := range map[string]struct{ begin, repeat string }{
		"commas":              {"FormatVersion,", ","},
		"quoted field":        {`FormatVersion,"`, "a"},
		"quoted line feeds":   {`FormatVersion,"`, "\n"},
		"field":               {"FormatVersion,", "a"},
		"empty lines":         {"", "\n"},
		"a row of the table":  {bulkCSV(t, tiny(t), true), ","},
		"quotes in the table": {bulkCSV(t, tiny(t), true) + `"`, `""`},
	} {
		t.Run(name, func(t *testing.T) {
			rest := &endless{text: tt.repeat, left: size}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := pricelist.ReadCSV(io.MultiReader(strings.NewReader(tt.begin), rest))
			runtime.ReadMemStats(&after)
			e, ok := errors.AsType[*pricelist.FormatError](err)
			if !ok || e.What != "row" || e.Line == 0 || !strings.Contains(e.Allowed, "65,536 bytes") {
				t.Fatalf("%v", err)
			}
			checkError(t, err)
			if read := size - rest.left; read > 256<<10 {
				t.Errorf("%d bytes were read on", read)
			}
			if got := after.TotalAlloc - before.TotalAlloc; got > 32<<20 {
				t.Errorf("%d bytes were allocated", got)
			}
		})
	}
	// A heading of many names is passed over.
	_, err := pricelist.ReadCSV(io.MultiReader(strings.NewReader("FormatVersion,v1.0\n"), &endless{text: strings.Repeat("a", 200) + ",b\n", left: 203 * 40_000}))
	checkError(t, err)
	if e, ok := errors.AsType[*pricelist.FormatError](err); !ok || e.What != "row of column names" {
		t.Error(err)
	}
}

// The bound of a row is the same however the file is read, and at the byte.
func TestCSVRowLimit(t *testing.T) {
	table := bulkCSV(t, tiny(t), true)
	row := strings.Split(table, "\n")[5]
	for _, line := range []string{"", "x\n"} { // within quotes a row may have lines
		for n := 65_534; n <= 65_538; n++ {
			long := strings.Replace(row, `a ""price"", of sorts`, line+strings.Repeat("x", n-len(row)-1+len(`a ""price"", of sorts`)-len(line)), 1) + "\n"
			if len(long) != n {
				t.Fatalf("the row has %d bytes, want %d", len(long), n)
			}
			for name, r := range map[string]io.Reader{
				"at once":      strings.NewReader(strings.Replace(table, row+"\n", long, 1)),
				"half by half": iotest.HalfReader(strings.NewReader(strings.Replace(table, row+"\n", long, 1))),
				"BOM":          strings.NewReader("\ufeff" + strings.Replace(table, row+"\n", long, 1)),
				"byte by byte": iotest.OneByteReader(strings.NewReader(strings.Replace(table, row+"\n", long, 1))),
			} {
				_, err := pricelist.ReadCSV(r)
				if e, ok := errors.AsType[*pricelist.FormatError](err); n > 65_536 && (!ok || e.What != "row" || e.Line != 6) || n <= 65_536 && err != nil {
					t.Errorf("%d bytes, %s: %v", n, name, err)
				}
			}
		}
	}
}

// Text that is kept has at most 4,096 bytes in each format.
func TestTextLimit(t *testing.T) {
	for name, set := range map[string]func(*listed, string){
		"SKU":       func(l *listed, s string) { l.sku = s[11:] }, // and the term's name is SKU.TERM
		"Unit":      func(l *listed, s string) { l.prices[0].unit = s },
		"RateCode":  func(l *listed, s string) { l.prices[0].rateCode = s },
		"Location":  func(l *listed, s string) { l.location = s },
		"Group":     func(l *listed, s string) { l.group = s },
		"usageType": func(l *listed, s string) { l.usageType = s },
	} {
		for _, n := range []int{4096, 4097} {
			rows := tiny(t)
			set(&rows[0], strings.Repeat("x", n))
			for format, read := range formats(t, rows, pricelist.Reader{Partial: true}) {
				got, err := read()
				e, ok := errors.AsType[*pricelist.FormatError](err)
				tooLong := ok && strings.Contains(e.Allowed, "4,096 bytes")
				if strings.HasPrefix(format, "CSV") && name == "SKU" {
					continue // which has no such name
				}
				if tooLong != (n > 4096) {
					t.Errorf("%s of %d bytes in %s: %d cards, %v", name, n, format, len(got), err)
				}
			}
		}
	}
	// And there is no SKU of more terms than that.
	rows := tiny(t)
	for range 1001 {
		again := rows[0]
		again.term += strings.Repeat("X", len(rows)%40) + string(rune('A'+len(rows)/40))
		rows = append(rows, again)
	}
	for format, read := range formats(t, rows, pricelist.Reader{}) {
		if strings.HasPrefix(format, "GetProducts") {
			continue
		}
		_, err := read()
		if e, ok := errors.AsType[*pricelist.RowError](err); !ok || e.Field != "OfferTermCode" || !strings.Contains(e.Allowed, "1,000") {
			t.Errorf("%s: %v", format, err)
		}
	}
}

// Numbers are read up to the bounds that doc.go states, however they are written.
func TestNumberLimits(t *testing.T) {
	nines := strings.Repeat("9", 40)
	for text, allowed := range map[string][2]bool{ // as a price, as a range
		"1e39":                                {true, true},
		"9.9E+39":                             {true, true},
		nines:                                 {true, true},
		"1e40":                                {false, false},
		nines + "9":                           {false, false},
		"1e-20":                               {true, true},
		"1e-21":                               {false, true},
		"1e-60":                               {false, true},
		"1e-61":                               {false, false},
		nines + "." + strings.Repeat("9", 20): {true, true},
		nines + "." + strings.Repeat("9", 60): {false, true},
		nines + "." + strings.Repeat("9", 61): {false, false},
	} {
		for i, set := range []func(*listed){
			func(l *listed) { l.prices[0].price = text },
			func(l *listed) {
				second := l.prices[0]
				l.prices[0].end, second.begin, second.rateCode = text, text, "SECOND"
				l.prices = append(l.prices, second)
			},
		} {
			rows := tiny(t)
			set(&rows[0])
			for format, read := range formats(t, rows, pricelist.Reader{}) {
				if _, err := read(); (err == nil) != allowed[i] {
					t.Errorf("%s, %d, in %s: %v", text, i, format, err)
				} else if err != nil {
					checkError(t, err)
				}
			}
		}
	}
}
