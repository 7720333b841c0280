package tuning_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/tuning"
)

const readme = "https://lambda-power-tuning.show/#gAAAAQACAAQABsAL;ZooQR4yvkUa/pQRGRC5zRaADHUVjOftE;QdWhOEMkoziDT5Q4xhiIOMYYiDi6RNc4"

func TestShareURLRoundTrip(t *testing.T) {
	points := must(tuning.ParseShareURL(readme))(t)
	if p := points[5]; p.MemoryMB != 3008 || p.Duration != 2009793335*time.Nanosecond || !p.Cost.Equal(d("0.00010264800221193582")) {
		t.Errorf("last point %v", p)
	}
	for _, order := range [][]tuning.Point{points, {points[3], points[5], points[0], points[2], points[1], points[4]}} {
		if got := must(tuning.ShareURL(order))(t); got != readme {
			t.Errorf("back to %s", got)
		}
	}
}

// Other spellings of the same are read, and written in one.
func TestParseShareSpellings(t *testing.T) {
	const padded = "#gAAAAQACAAQABg==;AACAQQAAAEEAAIBAMzMzQGZmBkA=;CtcjPG8SAzwK16M7vHQTPKabRDw="
	stripped := strings.ReplaceAll(padded, "=", "")
	for in, want := range map[string]string{
		"https://x/" + padded:                                "https://x/" + padded,
		"https://x/" + stripped:                              "https://x/" + padded,
		"https://x/" + padded + ";":                          "https://x/" + padded,
		" \thttps://x/" + stripped + ";\r\n":                 "https://x/" + padded,
		"https://x/?currency=CNY" + padded:                   "https://x/?currency=CNY" + padded,
		"https://x/?a=b&currency=CNY" + padded:               "https://x/?a=b&currency=CNY" + padded,
		"https://x/?&currency=CNY" + padded:                  "https://x/?&currency=CNY" + padded,
		"https://x/??currency=CNY" + padded:                  "https://x/??currency=CNY" + padded,
		"https://x/&currency=CNY" + padded:                   "https://x/&currency=CNY" + padded,
		"https://x/?currency=EUR&currency=CNY" + padded:      "https://x/?currency=EUR&currency=CNY" + padded,
		"https://x/?currency=CNY&a=b" + padded:               "https://x/?currency=CNY&a=b" + padded,
		"x" + padded + ";" + padded[1:] + ";a;b":             "x" + padded + ";" + padded[1:] + ";a;b",
		"x" + padded + ";" + padded[1:] + ";;":               "x" + padded + ";" + padded[1:] + ";;",
		"x" + padded + ";" + padded[1:] + ";%3B%20a;%c3%a4;": "x" + padded + ";" + padded[1:] + ";%3B%20a;%C3%A4",
	} {
		share, err := tuning.ParseShare(in)
		if err != nil {
			t.Errorf("%q: %v", in, err)
			continue
		}
		if got, err := share.URL(); err != nil || got != want {
			t.Errorf("%q: back to %q, %v, want %q", in, got, err, want)
		}
	}
	if s := must(tuning.ParseShare("https://x/?currency=CNY" + padded))(t); s.Currency != "CNY" || s.Base != "https://x/" {
		t.Errorf("currency %q, base %q", s.Currency, s.Base)
	}
	if s := must(tuning.ParseShare("https://x/?a=b&currency=CNY" + padded))(t); s.Currency != "CNY" || s.Base != "https://x/?a=b" {
		t.Errorf("currency %q, base %q", s.Currency, s.Base)
	}
}

func TestParseShareErrors(t *testing.T) {
	const sizes, floats, nans, infs, negative = "gAA=", "AACAPw==", "AADAfw==", "AACAfw==", "AACAvw=="
	series := sizes + ";" + floats + ";" + floats
	for name, c := range map[string]struct{ in, field string }{
		"empty":               {"", "share URL"},
		"no fragment":         {"https://x/", "share URL"},
		"no base":             {"#" + series, "share URL"},
		"currency alone":      {"?currency=USD#" + series, "share URL"},
		"empty fragment":      {"x#", "share URL"},
		"space in base":       {"https://x y/#" + series, "share URL: base"},
		"line break in base":  {"https://x/\n?a#" + series, "share URL: base"},
		"script":              {"javascript:alert(1)//#" + series, "share URL: base"},
		"broken escape":       {"https://x%zz/#" + series, "share URL: base"},
		"two parts":           {"x#" + sizes + ";" + floats, "share URL"},
		"two parts and ;":     {"x#" + sizes + ";" + floats + ";", "share URL"},
		"four parts":          {"x#" + series + ";a", "share URL"},
		"six parts":           {"x#" + series + ";" + series, "share URL"},
		"nine parts":          {"x#" + series + ";" + series + ";a;b;c", "share URL"},
		"ten parts":           {"x#" + series + ";" + series + ";a;b;;", "share URL"},
		"no points":           {"x#;;", "share URL"},
		"not base64":          {"x#!;" + floats + ";" + floats, "share URL: sizes"},
		"spaces":              {"x#" + sizes + "; ;" + floats, "share URL: durations"},
		"line break":          {"x#" + sizes + ";" + floats + ";AAC\nAPw==", "share URL: costs"},
		"URL alphabet":        {"x#" + sizes + ";" + floats + ";_-8=", "share URL: costs"},
		"wrong padding":       {"x#gA=;" + floats + ";" + floats, "share URL: sizes"},
		"padding inside":      {"x#gAA=gAA=;" + floats + ";" + floats, "share URL: sizes"},
		"trailing bits":       {"x#gAB=;" + floats + ";" + floats, "share URL: sizes"},
		"odd sizes":           {"x#gAAA;" + floats + ";" + floats, "share URL"},
		"fewer durations":     {"x#gACAAA==;" + floats + ";" + floats, "share URL"},
		"more costs":          {"x#" + sizes + ";" + floats + ";AACAPwAAgD8=", "share URL"},
		"half a float":        {"x#" + sizes + ";AAA=;" + floats, "share URL"},
		"size 0":              {"x#AAA=;" + floats + ";" + floats, "share URL: point 0: MemoryMB"},
		"negative size":       {"x#AIA=;" + floats + ";" + floats, "share URL: point 0: MemoryMB"},
		"duration NaN":        {"x#" + sizes + ";" + nans + ";" + floats, "share URL: point 0: AverageDuration"},
		"duration Inf":        {"x#" + sizes + ";" + infs + ";" + floats, "share URL: point 0: AverageDuration"},
		"negative cost":       {"x#" + sizes + ";" + floats + ";" + negative, "share URL: point 0: AveragePrice"},
		"cost NaN, second":    {"x#" + series + ";" + sizes + ";" + floats + ";" + nans + ";a;b", "share URL: point 0: AveragePrice"},
		"legend half encoded": {"x#" + series + ";" + series + ";a%2;b", "share URL: legend"},
		"legend not UTF-8":    {"x#" + series + ";" + series + ";a;%ff", "share URL: legend"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := tuning.ParseShare(c.in)
			wantRange(t, err, c.field)
			if diff := cmp.Diff(tuning.Share{}, s); diff != "" {
				t.Errorf("a share beside the error (-want +got):\n%s", diff)
			}
		})
	}
	_, err := tuning.ParseShareURL("x#" + series + ";" + series + ";a;b")
	wantRange(t, err, "share URL")
	_, err = tuning.ParseShareURL("x#" + sizes + ";AAAAAA==;" + floats)
	wantRange(t, err, "point 0 of the share URL")
	_, err = tuning.ParseShareURL("x")
	wantRange(t, err, "share URL")
}

func TestShareErrors(t *testing.T) {
	stats := func(mb int, ms, c float64) tuning.Series { return tuning.Series{Stats: []tuning.Stat{{mb, c, ms}}} }
	good := stats(128, 1, 1)
	legend := good
	legend.Legend = "\xff"
	for name, c := range map[string]struct {
		share tuning.Share
		field string
	}{
		"nothing":             {tuning.Share{}, "Share.A.Stats"},
		"nothing in B":        {tuning.Share{A: good, B: &tuning.Series{}}, "Share.B.Stats"},
		"base with #":         {tuning.Share{Base: "x#", A: good}, "Share.Base"},
		"base of white space": {tuning.Share{Base: " ht tp\n", A: good}, "Share.Base"},
		"base of a script":    {tuning.Share{Base: "javascript:alert(1)//", A: good}, "Share.Base"},
		"base not ASCII":      {tuning.Share{Base: "https://x/ä", A: good}, "Share.Base"},
		"base, controls":      {tuning.Share{Base: "https://x/\x1b[2J", A: good}, "Share.Base"},
		"currency twice":      {tuning.Share{Base: "https://x/?currency=EUR", Currency: "CNY", A: good}, "Share.Base"},
		"cost rounds to 0":    {tuning.Share{A: stats(1, 1, 1e-60)}, "Share.A.Stats[0].AveragePrice"},
		"time rounds to 0":    {tuning.Share{A: stats(1, 1e-46, 1)}, "Share.A.Stats[0].AverageDuration"},
		"currency":            {tuning.Share{Currency: "cny", A: good}, "Share.Currency"},
		"long currency":       {tuning.Share{Currency: "CNYX", A: good}, "Share.Currency"},
		"legend of one":       {tuning.Share{A: tuning.Series{Legend: "x", Stats: good.Stats}}, "Share.A.Legend"},
		"legend not UTF-8":    {tuning.Share{A: good, B: &legend}, "legends"},
		"size 0":              {tuning.Share{A: stats(0, 1, 1)}, "Share.A.Stats[0].MemoryMB"},
		"size of 16 bits":     {tuning.Share{A: stats(32768, 1, 1)}, "Share.A.Stats[0].MemoryMB"},
		"duration NaN":        {tuning.Share{A: stats(1, nan, 1)}, "Share.A.Stats[0].AverageDuration"},
		"duration Inf":        {tuning.Share{A: good, B: new(stats(1, inf, 1))}, "Share.B.Stats[0].AverageDuration"},
		"negative duration":   {tuning.Share{A: stats(1, -1, 1)}, "Share.A.Stats[0].AverageDuration"},
		"beyond float32":      {tuning.Share{A: stats(1, 1, 3.5e38)}, "Share.A.Stats[0].AveragePrice"},
		"rounds to Inf":       {tuning.Share{A: stats(1, 1, math.MaxFloat32*(1+1e-7))}, "Share.A.Stats[0].AveragePrice"},
		"negative cost":       {tuning.Share{A: stats(1, 1, -1e-300)}, "Share.A.Stats[0].AveragePrice"},
		"cost is no number":   {tuning.Share{A: stats(1, 1, nan)}, "Share.A.Stats[0].AveragePrice"},
		"cost beyond float64": {tuning.Share{A: stats(1, 1, inf)}, "Share.A.Stats[0].AveragePrice"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.share.URL()
			wantRange(t, err, c.field)
		})
	}
	_, err := tuning.ShareURL([]tuning.Point{point(40000, 1, "1")})
	wantRange(t, err, "Share.A.Stats[0].MemoryMB")
	_, err = tuning.ShareURL([]tuning.Point{point(1, 1, "1"+strings.Repeat("0", 45))})
	wantRange(t, err, "Share.A.Stats[0].AveragePrice")
	_, err = tuning.ShareURL([]tuning.Point{{MemoryMB: 1, Duration: 1, Cost: decimal.New(1, -60)}})
	wantRange(t, err, "Share.A.Stats[0].AveragePrice")
	if got := must(tuning.Share{Base: "https://x/?a=1", Currency: "CNY", A: good}.URL())(t); got != "https://x/?a=1&currency=CNY#gAA=;AACAPw==;AACAPw==" {
		t.Errorf("base with a query: %s", got)
	}
	_, err = tuning.CompareURL([]tuning.Point{point(1, 1, "1")}, nil, "", "")
	wantRange(t, err, "points")
	_, err = tuning.CompareURL(nil, []tuning.Point{point(1, 1, "1")}, "", "")
	wantRange(t, err, "points")
}

// A share keeps every bit, and points keep their durations to the nanosecond as far as float32 does.
func TestShareKeepsBits(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for range 500 {
		s := tuning.Share{Currency: "CNY", B: &tuning.Series{Legend: "ä; b"}}
		for _, series := range []*tuning.Series{&s.A, s.B} {
			for range 1 + r.IntN(5) {
				float := func() float64 { return float64(math.Float32frombits(r.Uint32N(math.Float32bits(math.MaxFloat32) + 1))) }
				series.Stats = append(series.Stats, tuning.Stat{1 + r.IntN(32767), float(), float()})
			}
		}
		got := must(tuning.ParseShare(must(s.URL())(t)))(t)
		s.Base = tuning.ShareBase
		if diff := cmp.Diff(s, got); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		p := tuning.Point{MemoryMB: 128, Duration: time.Duration(8e6 + r.Int64N(1e12)), Cost: money(r.Int64())}
		url := must(tuning.ShareURL([]tuning.Point{p}))(t)
		if back := must(tuning.ShareURL(must(tuning.ParseShareURL(url))(t)))(t); back != url {
			t.Fatalf("%v: %s, back to %s", p, url, back)
		}
	}
}

// Whatever is read is written back to the same URL, up to what ParseShare says it accepts besides.
func FuzzParseShare(f *testing.F) {
	f.Add(readme)
	f.Add(" x?currency=CNY#gAA;AACAPw;AACAPw;gAA=;AACAPw==;AACAPw==;%3b;a;")
	f.Add("#;;;;;;;;;")
	f.Fuzz(func(t *testing.T, in string) {
		share, err := tuning.ParseShare(in)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "tuning: share URL") {
				t.Fatalf("error %v", err)
			}
			return
		}
		url := must(share.URL())(t)
		again := must(tuning.ParseShare(url))(t)
		if diff := cmp.Diff(share, again); diff != "" {
			t.Fatalf("%q (-want +got):\n%s", url, diff)
		}
		if share.B == nil {
			want := strings.TrimSuffix(strings.ReplaceAll(strings.TrimSpace(in), "=", ""), ";")
			if got := strings.ReplaceAll(url, "=", ""); got != want {
				t.Fatalf("%q, want %q", got, want)
			}
		}
		if points, err := share.A.Points(); err == nil {
			for _, p := range points {
				if err := p.Validate(); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

func ExampleShareURL() {
	url, err := tuning.ShareURL([]tuning.Point{
		{MemoryMB: 128, Duration: 36555390 * time.Microsecond, Cost: decimal.RequireFromString("0.00007612")},
		{MemoryMB: 256, Duration: 18441580 * time.Microsecond, Cost: decimal.RequireFromString("0.00007696")},
		{MemoryMB: 512, Duration: 8539340 * time.Microsecond, Cost: decimal.RequireFromString("0.00007155")},
		{MemoryMB: 1024, Duration: 3870760 * time.Microsecond, Cost: decimal.RequireFromString("0.00006489")},
	})
	fmt.Println(url, err)
	// Output: https://lambda-power-tuning.show/#gAAAAQACAAQ=;ZMsORykTkEZcbQVGKexxRQ==;naKfOJZloTgdDZY4jhWIOA== <nil>
}

func ExampleParseShareURL() {
	points, err := tuning.ParseShareURL("https://lambda-power-tuning.show/#gAAAAQACAAQ=;ZMsORykTkEZcbQVGKexxRQ==;naKfOJZloTgdDZY4jhWIOA==")
	if err != nil {
		panic(err)
	}
	for _, p := range points {
		fmt.Println(p.MemoryMB, p.Duration.Round(10*time.Millisecond), p.Cost.Round(9))
	}
	// Output:
	// 128 36.56s 0.00007612
	// 256 18.44s 0.00007696
	// 512 8.54s 0.00007155
	// 1024 3.87s 0.00006489
}

// Two curves over one another on the tool's website.
func ExampleCompareURL() {
	x86 := []tuning.Point{{MemoryMB: 512, Duration: 200 * time.Millisecond, Cost: decimal.RequireFromString("0.0000019")}}
	arm := []tuning.Point{{MemoryMB: 512, Duration: 190 * time.Millisecond, Cost: decimal.RequireFromString("0.0000015")}}
	url, err := tuning.CompareURL(x86, arm, "Rust x86", "Rust arm64")
	fmt.Println(url, err)
	// Output: https://lambda-power-tuning.show/#AAI=;AABIQw==;gQP/NQ==;AAI=;AAA+Qw==;nFPJNQ==;Rust%20x86;Rust%20arm64 <nil>
}
