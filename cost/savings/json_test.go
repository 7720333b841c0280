package savings_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/savings"
)

// What is written is read back equal, whatever decimal's package-level settings are.
func TestJSON(t *testing.T) {
	m := month{0: {"us-east-1": used(t, map[cost.Key]string{computeX86: "1234.5", requestsX86: "1000"})}}
	h := newHistory(t, cost.Embedded(), m, savings.Plan{}, nil)
	figures, err := h.Figures(dec("0.0123"))
	if err != nil {
		t.Fatal(err)
	}
	hourly, err := h.Hourly(dec("0.0123"))
	if err != nil {
		t.Fatal(err)
	}
	best, err := savings.Best(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	plan := savings.Plan{
		HourlyCommitment: dec("0.00000000000000000001"), Cards: []cost.RateCard{card("us-east-1", price(computeX86, "0", "0.5"))},
		Purchase: savings.Purchase{Years: 3, Payment: savings.AllUpfront}, From: at(3), Until: at(5),
		FreeTier: savings.FreeByHour, CoveredOutsideTiers: true, CoverAboveOnDemand: true, UnratedOnDemand: true,
	}
	write := func() string {
		var texts []string
		for _, v := range []any{figures, &figures, hourly, best, &best, plan, &plan, savings.Figures{}, savings.Optimum{}, savings.Plan{}, map[string]any{"a": hourly[0]}} {
			text, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			texts = append(texts, string(text))
		}
		return strings.Join(texts, "\n")
	}
	want := write()
	for _, part := range []string{
		`{"Hours":1,"Commitment":"0.0123","Used":"0.01229999`, `[{"Start":"2026-09-01T00:00:00Z","Hours":1,"Commitment":"0.0123",`,
		`{"HourlyCommitment":"0.01815","Hours":1,`, `"Lowest":{"Commitment":"`, `{"HourlyCommitment":"0.00000000000000000001","Cards":[{`,
		`"Purchase":{"Years":3,"Payment":"All Upfront"},"From":"2026-09-01T03:00:00Z"`, `"FreeTier":"FreeByHour"`,
	} {
		if !strings.Contains(want, part) {
			t.Errorf("no %s in\n%s", part, want)
		}
	}
	withSettings(func() {
		if diff := cmp.Diff(want, write()); diff != "" {
			t.Errorf("with other settings (-want +got):\n%s", diff)
		}
		var f savings.Figures
		readBack(t, figures, &f)
		var hours []savings.HourFigures
		readBack(t, hourly, &hours)
		var p savings.Plan
		readBack(t, plan, &p)
		var o savings.Optimum
		text, err := json.Marshal(best)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &o); err != nil {
			t.Fatal(err)
		}
		if !o.HourlyCommitment.Equal(best.HourlyCommitment) || o.Hours != best.Hours || !o.Cost.Equal(best.Cost) || !o.OnDemand.Equal(best.OnDemand) ||
			o.Lowest.Commitment.Cmp(best.Lowest.Commitment) != 0 || o.Lowest.Cost.Cmp(best.Lowest.Cost) != 0 {
			t.Errorf("read back %+v, want %+v", o, best)
		}
	})
}

func readBack[T any](t *testing.T, want T, got *T) {
	t.Helper()
	text, err := json.Marshal(want)
	if err == nil {
		err = json.Unmarshal(text, got)
	}
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, *got); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
}

// What cannot be read or written changes nothing.
func TestJSONErrors(t *testing.T) {
	for _, text := range []string{
		`{"Commitment":"1e999999999"}`, `{"Commitment":"NaN"}`, `{"Commitment":""}`, `{"Commitment":true}`, `{"Commitment":"1e-999999999"}`,
		`{"Used":"x"}`, `{"Covered":"1,5"}`, `{"OnDemand":{}}`, `{"Hours":"1"}`, `[]`, `{`, `{"Used":"` + strings.Repeat("1", 5000) + `"}`,
		`{"HourlyCommitment":"x"}`, `{"HourlyCommitment":"1e999999999"}`,
	} {
		figures, hour, plan, best := savings.Figures{Hours: 7}, savings.HourFigures{Start: at(7)}, savings.Plan{From: at(7)}, savings.Optimum{Cost: dec("7")}
		err, err2 := json.Unmarshal([]byte(text), &figures), json.Unmarshal([]byte(text), &hour)
		err3, err4 := json.Unmarshal([]byte(text), &plan), json.Unmarshal([]byte(text), &best)
		if strings.Contains(text, "Hourly") {
			err, err2 = err3, err4
		}
		if err == nil || err2 == nil || figures.Hours != 7 || !hour.Start.Equal(at(7)) || !plan.From.Equal(at(7)) || !best.Cost.Equal(dec("7")) {
			t.Errorf("%s: %v, %v, %v, %v", text, err, err2, figures, hour)
		}
		for _, err := range []error{err, err2} {
			if len(err.Error()) > 300 {
				t.Errorf("%s: %v", text, err)
			}
		}
	}
	var figures savings.Figures
	if err := json.Unmarshal([]byte(`{"Commitment":1.50,"Used":null}`), &figures); err != nil || !figures.Commitment.Equal(dec("1.5")) {
		t.Errorf("a number: %v, %v", figures, err)
	}
	if err := json.Unmarshal([]byte(`null`), &figures); err != nil || !figures.Commitment.Equal(dec("1.5")) {
		t.Errorf("null: %v, %v", figures, err)
	}
	var e *savings.RangeError
	for _, v := range []any{
		savings.Figures{Used: decimal.New(1, 999_999_999)},
		savings.HourFigures{Figures: savings.Figures{OnDemand: decimal.New(1, -999_999_999)}},
		savings.Plan{HourlyCommitment: decimal.New(1, 999_999_999)},
		savings.Optimum{Cost: decimal.New(1, 999_999_999)},
	} {
		if _, err := json.Marshal(v); !errors.As(err, &e) {
			t.Errorf("%T: %v", v, err)
		}
	}
}

// Free tier orders have names.
func TestFreeTierOrder(t *testing.T) {
	for o, name := range map[savings.FreeTierOrder]string{savings.FreeByRegion: "FreeByRegion", savings.FreeByHour: "FreeByHour"} {
		text, err := o.MarshalText()
		var back savings.FreeTierOrder
		if err != nil || string(text) != name || o.String() != name || back.UnmarshalText(text) != nil || back != o {
			t.Errorf("%v: %s, %v, %v", o, text, err, back)
		}
	}
	var e *savings.UnknownError
	if _, err := savings.FreeTierOrder(2).MarshalText(); !errors.As(err, &e) || e.Given != "FreeTierOrder(2)" {
		t.Errorf("another: %v", err)
	}
	o := savings.FreeByHour
	if err := o.UnmarshalText([]byte("freebyhour")); !errors.As(err, &e) || o != savings.FreeByHour {
		t.Errorf("another: %v, %v", err, o)
	}
	// And in errors.
	if err := (savings.Plan{FreeTier: 9}).Validate(); err == nil || !strings.Contains(err.Error(), "FreeTierOrder(9)") {
		t.Error(err)
	}
}

// FuzzJSON reads whatever as figures, an optimum and a plan: what is read is written, and read again as the same.
func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"Start":"2026-09-01T00:00:00Z","Hours":1,"Commitment":"1.50","Used":2e5,"Covered":"-1e-60","OnDemand":null}`))
	f.Add([]byte(`{"HourlyCommitment":"0.5","Cards":[],"Purchase":{"Years":3,"Payment":"All Upfront"},"From":"2026-09-01T00:00:00Z","FreeTier":"FreeByHour"}`))
	f.Add([]byte(`{"HourlyCommitment":"1","Cost":"2","OnDemand":"3","Lowest":{"Commitment":"1/3","Cost":"2"}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		fuzzJSON[savings.HourFigures](t, text)
		fuzzJSON[savings.Optimum](t, text)
		fuzzJSON[savings.Plan](t, text)
	})
}

func fuzzJSON[T any](t *testing.T, text []byte) {
	var read T
	if json.Unmarshal(text, &read) != nil {
		return
	}
	written, err := json.Marshal(read)
	if err != nil {
		t.Fatalf("%s is read as %+v, but not written: %v", text, read, err)
	}
	var again T
	if err := json.Unmarshal(written, &again); err != nil {
		t.Fatal(err)
	}
	if second, err := json.Marshal(again); err != nil || string(second) != string(written) {
		t.Fatalf("%v: %s; again %s", err, written, second)
	}
}

// Whoever writes into an error's list of names does not write into the library's.
func TestErrorsShareNoNames(t *testing.T) {
	for what, err := range map[string]error{
		"text":   new(savings.Payment).UnmarshalText([]byte("x")),
		"number": savings.Purchase{Payment: 9}.Validate(),
		"order":  new(savings.FreeTierOrder).UnmarshalText([]byte("x")),
	} {
		var e *savings.UnknownError
		if !errors.As(err, &e) || len(e.Known) < 2 {
			t.Fatalf("%s: %v", what, err)
		}
		for i := range e.Known {
			e.Known[i] = "gone"
		}
	}
	if got := savings.AllUpfront.String() + ", " + savings.FreeByHour.String(); got != "All Upfront, FreeByHour" {
		t.Errorf("names are now %q", got)
	}
}

func TestErrorsWithoutReason(t *testing.T) {
	for want, err := range map[string]error{
		"savings: plan card 1, eu-west-1: <nil>": &savings.CardError{Index: 1, Region: "eu-west-1"},
		"savings: offer file, byte 2: <nil>":     &savings.OfferError{Offset: 2},
	} {
		if got := err.Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
