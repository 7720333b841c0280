package cost_test

import (
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// Names that come from outside, as a card that is refused has them, neither command a terminal nor break or fill a log.
func TestErrorsShowNamesSafely(t *testing.T) {
	card := func(region string, arch cost.Arch) error {
		e := cost.Embedded()
		r, err := e.Region("eu-west-1")
		if err != nil {
			t.Fatal(err)
		}
		c := r.Card()
		c.Region, c.Prices[0].Arch = region, arch
		_, err = cost.NewCatalog(c)
		return err
	}
	for name, hostile := range map[string]string{
		"terminal":   "eu\x1b[2J-west-1",
		"line break": "eu-west-1\ncost: all is well",
		"no text":    "eu-\xff\xfe-1",
		"long":       strings.Repeat("eu-west-1", 1<<16),
		"cut":        "e" + strings.Repeat("ü", 1<<16),
	} {
		a := cost.Arch(hostile)
		for _, err := range []error{
			card(" "+hostile, cost.X86),
			card("eu-west-1", a),
			&cost.CardError{Region: hostile, Key: cost.Key{Meter: cost.Compute, Arch: a}, Err: errors.New("broken")},
			&cost.UnknownError{What: "region", Given: hostile},
			&cost.UnknownError{What: "region", Given: hostile, Known: []string{"eu-west-1"}},
			&cost.RangeError{Field: "Region", Given: hostile, Allowed: "a region code"},
			&cost.NotPricedError{Region: hostile, Meter: cost.Compute, Arch: a},
			&cost.OverflowError{Meter: cost.Compute, Arch: a},
			&cost.MixedError{What: "currency", A: hostile, B: hostile, RegionA: hostile, RegionB: hostile},
			&cost.AllocationError{Region: hostile, Meter: cost.Compute, Arch: a, Owners: decimal.New(2, 0), Billed: decimal.New(1, 0)},
		} {
			if err == nil {
				t.Errorf("%s: no error", name)
				continue
			}
			s := err.Error()
			if !utf8.ValidString(s) || strings.ContainsRune(s, utf8.RuneError) || strings.ContainsFunc(s, unicode.IsControl) || len(s) > 1000 {
				t.Errorf("%s: %T of %d bytes: %.300q", name, err, len(s), s)
			}
		}
	}
}

func TestCardErrorText(t *testing.T) {
	broken := errors.New("cost: broken")
	compute := cost.Key{Meter: cost.Compute, Arch: cost.X86}
	for _, tt := range []struct {
		err  cost.CardError
		want string
	}{
		{cost.CardError{Region: "eu-west-1", Err: broken}, "cost: rate card eu-west-1: broken"},
		{cost.CardError{Region: "eu-west-1", Key: compute, Err: broken}, "cost: rate card eu-west-1, Compute x86_64: broken"},
		{cost.CardError{Region: "a\tb", Err: broken}, `cost: rate card a\tb: broken`},
		{cost.CardError{Region: strings.Repeat("x", 79) + "ü", Err: broken}, "cost: rate card " + strings.Repeat("x", 79) + "…(81 bytes): broken"},
	} {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

// Whoever writes into an error's list of names does not write into the library's.
func TestErrorsShareNoNames(t *testing.T) {
	for what, err := range map[string]error{
		"mode":                new(cost.Mode).UnmarshalText([]byte("x")),
		"packaging":           new(cost.Packaging).UnmarshalText([]byte("x")),
		"kind":                new(cost.Kind).UnmarshalText([]byte("x")),
		"mode, by number":     cost.Mode(9).Validate(),
		"packaging, likewise": cost.Packaging(9).Validate(),
	} {
		var e *cost.UnknownError
		if !errors.As(err, &e) || len(e.Known) < 3 {
			t.Fatalf("%s: %v", what, err)
		}
		for i := range e.Known {
			e.Known[i] = "gone"
		}
	}
	if got := cost.Edge.String() + cost.ContainerImage.String() + cost.Unused.String(); got != "EdgeContainerImageUnused" {
		t.Errorf("names are now %q", got)
	}
}

func TestCardErrorWithoutReason(t *testing.T) {
	if got, want := (&cost.CardError{Region: "eu-west-1"}).Error(), "cost: rate card eu-west-1: <nil>"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// What a bill that was read from somewhere says of itself does not command a terminal, nor add lines to a table.
func TestTablesAreOneLineARow(t *testing.T) {
	const hostile = "a\x1b[2J\nTotal 0"
	b := cost.Bill{
		Region: hostile, Location: hostile, Currency: hostile, Source: hostile, Certainty: hostile, Assumptions: []string{hostile},
		Lines: []cost.Line{{Meter: cost.Requests, Arch: hostile, Unit: hostile}},
	}
	s := cost.Statement{Bills: []cost.Bill{b}}
	var bill, statement strings.Builder
	if err := errors.Join(b.WriteTable(&bill), s.WriteTable(&statement)); err != nil {
		t.Fatal(err)
	}
	for text, lines := range map[string]int{bill.String(): 7, statement.String(): 9, b.String() + "\n": 1, s.String() + "\n": 1} {
		if strings.Contains(text, "\x1b") || strings.Count(text, "\n") != lines || !strings.Contains(text, `a\x1b[2J\nTotal 0`) {
			t.Errorf("want %d lines:\n%q", lines, text)
		}
	}
}
