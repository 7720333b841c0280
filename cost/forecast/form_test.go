package forecast_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/forecast"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

var update = flag.Bool("update", false, "write the golden files anew")

// everything is a forecast, a comparison and a sweep as JSON and as tables, and a forecast in windows.
func everything(t *testing.T) []byte {
	t.Helper()
	s := ordinary()
	s.Beside = []forecast.Charge{charge()}
	s.Function.ProvisionedConcurrency = 1
	fast := s
	fast.Name, fast.Function.Init = "fast", nil
	o := quick()
	o.RequestsPerReplication, o.Replications, o.IdleTimeouts = 1000, 2, []time.Duration{time.Minute}
	o.Billing = &cost.Options{FreeTier: cost.MonthlyFreeTier(), Discount: decimal.New(1, -1)}
	c := compare(t, o, s, fast)
	swept, err := forecast.Sweep(t.Context(), s, forecast.Grid{Regions: []string{"us-east-1", "mars-1"}}, forecast.Limits{Percentile: .99, Latency: time.Second}, o)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", " ")
	for _, v := range []any{c.Forecasts[0], c.Differences, swept} {
		if err := enc.Encode(v); err != nil {
			t.Fatal(err)
		}
	}
	for _, w := range []interface{ WriteTable(io.Writer) error }{c.Forecasts[0], c, swept, run(t, shaped(), brief())} {
		if err := w.WriteTable(&b); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

// The same seed gives the same forecast with any number of cores, and, by the golden file, on every machine and in every
// release.
func TestGolden(t *testing.T) {
	got := everything(t)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, n := range []int{1, 3} {
		runtime.GOMAXPROCS(n)
		if diff := cmp.Diff(string(got), string(everything(t))); diff != "" {
			t.Errorf("with %d cores (-before +after):\n%s", n, diff)
		}
	}
	path := filepath.Join("testdata", "everything.golden")
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("golden file (-want +got):\n%s", diff)
	}
}

// What is no forecast is not read as one.
func TestJSONRefused(t *testing.T) {
	for _, bad := range []string{
		`{"Beside":[{}]}`, `{"Beside":[{"Quantity":"1e9999999","UnitPrice":"1","Cost":"1"}]}`, `{"Beside":[{"Quantity":"1","UnitPrice":"1","Cost":1}]}`,
		`{"InitGBSeconds":"1e9"}`, `{"InitGBSeconds":"."}`, `{"InitGBSeconds":"1."}`, `{"InitGBSeconds":""}`, `{"InitGBSeconds":"--1"}`, `{"InitGBSeconds":1}`,
		`{"InitGBSeconds":"` + strings.Repeat("1", 501) + `"}`, `{"Cost":{"Basis":"guessed"}}`, `{"Bill":{"Lines":[{}]}}`, `[]`, `{"Requests":-1}`, "\ufeff{}",
	} {
		var f forecast.Forecast
		if err := json.Unmarshal([]byte(bad), &f); err == nil {
			t.Errorf("%s is read", bad)
		}
	}
	var q forecast.Quantity
	if err := json.Unmarshal([]byte(`"-12.50"`), &q); err != nil || !q.Equal(decimal.New(-125, -1)) {
		t.Errorf("%v, %v", q, err)
	}
	if err := json.Unmarshal([]byte(`null`), &q); err != nil || !q.Equal(decimal.New(-125, -1)) {
		t.Errorf("null makes it %v, %v", q, err)
	}
	// Numbers of any size are written, and fast.
	huge := forecast.Forecast{Figures: forecast.Figures{Beside: []forecast.Line{{Cost: decimal.New(1, 999_999_999)}}}}
	if text, err := json.Marshal(huge.Beside); err != nil || len(text) > 500 {
		t.Errorf("%s, %v", text, err)
	}
}

// No setting of package decimal changes anything.
func TestDecimalSettings(t *testing.T) {
	want := everything(t)
	defer func(places int, quotes, zeros bool) {
		decimal.DivisionPrecision, decimal.MarshalJSONWithoutQuotes, decimal.TrimTrailingZeros = places, quotes, zeros
	}(decimal.DivisionPrecision, decimal.MarshalJSONWithoutQuotes, decimal.TrimTrailingZeros)
	decimal.DivisionPrecision, decimal.MarshalJSONWithoutQuotes, decimal.TrimTrailingZeros = 0, true, false
	if diff := cmp.Diff(string(want), string(everything(t))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestForecastJSON(t *testing.T) {
	for name, s := range map[string]forecast.Scenario{"closed": textbook(), "simulated": ordinary()} {
		t.Run(name, func(t *testing.T) {
			s.Beside = []forecast.Charge{charge()}
			s.Month = forecast.Month{Year: 2027, Month: time.January}
			o := quick()
			o.IdleTimeouts = []time.Duration{time.Hour}
			want := run(t, s, o)
			text, err := json.Marshal(want)
			if err != nil {
				t.Fatal(err)
			}
			var got forecast.Forecast
			if err := json.Unmarshal(text, &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, cmp.Comparer(cost.Usage.Equal), cmpopts.IgnoreFields(forecast.Forecast{}, "Summary")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			var said struct {
				Total, PerMillionRequests, Currency string
				Assumed                             []struct{ Total string }
			}
			if err := json.Unmarshal(text, &said); err != nil {
				t.Fatal(err)
			}
			if said.Total != want.Total().String() || said.Assumed[0].Total != want.Assumed[0].Total().String() || said.Currency != "USD" ||
				said.PerMillionRequests != want.PerMillion().FloatString(10) {
				t.Errorf("JSON says %+v", said)
			}
			if err := json.Unmarshal([]byte(`{"Cost":{"Basis":"guessed"}}`), &got); err == nil {
				t.Error("a basis that there is not is read")
			}
		})
	}
}

func TestTables(t *testing.T) {
	f := run(t, textbook(), nil)
	var b strings.Builder
	if err := f.WriteTable(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"closed form", "Latency p99.9", "10m40s", "Per million", "Assumed: prices of us-east-1 as of 2025-06-17"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	var refused *forecast.RangeError
	for i, w := range []interface{ WriteTable(io.Writer) error }{f, forecast.Comparison{}, forecast.Swept{}} {
		if err := w.WriteTable(nil); !errors.As(err, &refused) {
			t.Errorf("%T to nil: %v", w, err)
		}
		if err := w.WriteTable(failing{}); err == nil && i == 0 {
			t.Errorf("%T: the writer's error is lost", w)
		}
	}
	if err := (forecast.Forecast{}).WriteTable(&b); err != nil {
		t.Errorf("forecast of nothing: %v", err)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestMonth(t *testing.T) {
	for _, c := range []struct {
		month forecast.Month
		hours int
		text  string
	}{
		{forecast.Month{}, 730, "a month of 730 hours"},
		{forecast.Month{Year: 2026, Month: time.February}, 672, "February 2026, 672 hours"},
		{forecast.Month{Year: 2028, Month: time.February}, 696, "February 2028, 696 hours"},
		{forecast.Month{Year: 2026, Month: time.December}, 744, "December 2026, 744 hours"},
		{forecast.Month{Year: 9999, Month: time.December}, 744, "December 9999, 744 hours"},
		{forecast.Month{Year: 10_000, Month: time.December}, 0, "no month: 10000-12"},
		{forecast.Month{Year: math.MaxInt, Month: time.December}, 0, fmt.Sprintf("no month: %d-12", math.MaxInt)},
		{forecast.Month{Year: 2026}, 0, "no month: 2026-00"},
		{forecast.Month{Year: 2026, Month: 13}, 0, "no month: 2026-13"},
		{forecast.Month{Year: 2025, Month: time.July}, 0, "no month: 2025-07"},
	} {
		if got := c.month.Duration(); got != time.Duration(c.hours)*time.Hour {
			t.Errorf("%+v has %v, want %d hours", c.month, got, c.hours)
		}
		if c.month.String() != c.text {
			t.Errorf("%+v is %q", c.month, c.month)
		}
	}
	// The same rate in a longer month makes more requests.
	s := textbook()
	s.Month = forecast.Month{Year: 2026, Month: time.December}
	if f := run(t, s, quick()); f.Requests != uint64(math.Round(.9*744*3600)) {
		t.Errorf("%d requests in December", f.Requests)
	}
}

// The idle timeouts that are assumed: the later presets, or those that are asked for.
func TestAssumed(t *testing.T) {
	s := textbook()
	s.Platform.IdleTimeout = lifecycle.Constant(7 * time.Minute)
	f := run(t, s, nil)
	var got []time.Duration
	for i, v := range f.Assumed {
		got = append(got, v.IdleTimeout)
		if i > 0 && v.ColdStartRate.Mean >= f.Assumed[i-1].ColdStartRate.Mean {
			t.Errorf("at %v the cold-start rate is %v, no less than before", v.IdleTimeout, v.ColdStartRate.Mean)
		}
	}
	if diff := cmp.Diff([]time.Duration{5 * time.Minute, 7 * time.Minute, 640 * time.Second, 20 * time.Minute}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if f.Assumed[1].ColdStartRate != f.ColdStartRate {
		t.Errorf("with the same timeout the rate is %v, without %v", f.Assumed[1].ColdStartRate, f.ColdStartRate)
	}
	// One of them is the scenario's own.
	f = run(t, ordinary(), &forecast.Options{RequestsPerReplication: 1000, Replications: 2})
	if diff := cmp.Diff(f.Figures, f.Assumed[0].Figures, cmp.Comparer(cost.Usage.Equal)); diff != "" {
		t.Errorf("with the same timeout (-forecast +variant):\n%s", diff)
	}
}

// Names from outside keep to their line, and an interval that is but rounding is not shown.
func TestTableOfStrangeNames(t *testing.T) {
	f := forecast.Forecast{Scenario: "a\tb\nc", Assumptions: []string{"d\ne"}}
	f.Alive = forecast.Figure{Interval: lifecycle.Interval{Mean: 1, Low: 1 - 1e-16, High: 1 + 1e-15}, Basis: forecast.Simulated}
	var out strings.Builder
	if err := f.WriteTable(&out); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); !strings.HasPrefix(got, `a\tb\nc: `) || !strings.Contains(got, "Assumed: d\\ne\n") || strings.Contains(got, "±") {
		t.Errorf("table is\n%s", got)
	}
}
