package digits_test

import (
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
)

func dec(t *testing.T, s string) decimal.Decimal {
	t.Helper()
	d, err := decimal.NewFromString(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestParse(t *testing.T) {
	nines := strings.Repeat("9", 300)
	for s, want := range map[string]struct {
		coefficient string
		exp         int32
		err         error
	}{
		"0":                      {"0", 0, nil},
		"-1.50":                  {"-150", -2, nil},
		"+1.50":                  {"150", -2, nil},
		".5":                     {"5", -1, nil},
		"-.5":                    {"-5", -1, nil},
		"0007":                   {"7", 0, nil},
		"1e-7":                   {"1", -7, nil},
		"2.5E+3":                 {"25", 2, nil},
		"1e60":                   {"1", 60, nil},
		"1e-200":                 {"1", -200, nil},
		nines:                    {nines, 0, nil},
		"1e61":                   {"", 0, digits.ErrRange},
		"1e-201":                 {"", 0, digits.ErrRange},
		"0e61":                   {"", 0, digits.ErrRange},
		"1e301":                  {"", 0, digits.ErrRange},
		"1e999999999":            {"", 0, digits.ErrRange},
		"1e99999999999999999999": {"", 0, digits.ErrRange},
		"1e-9999999999999999999": {"", 0, digits.ErrRange},
		"xe99999999999999999999": {"", 0, digits.ErrSyntax},
		nines + "9":              {"", 0, digits.ErrRange},
		strings.Repeat("x", 301): {"", 0, digits.ErrRange},
		"":                       {"", 0, digits.ErrSyntax},
		"-":                      {"", 0, digits.ErrSyntax},
		".":                      {"", 0, digits.ErrSyntax},
		"5.":                     {"", 0, digits.ErrSyntax},
		"1.2.3":                  {"", 0, digits.ErrSyntax},
		"--1":                    {"", 0, digits.ErrSyntax},
		"+-1":                    {"", 0, digits.ErrSyntax},
		"1e":                     {"", 0, digits.ErrSyntax},
		"1e1.5":                  {"", 0, digits.ErrSyntax},
		"e5":                     {"", 0, digits.ErrSyntax},
		"1_000":                  {"", 0, digits.ErrSyntax},
		" 1":                     {"", 0, digits.ErrSyntax},
		"NaN":                    {"", 0, digits.ErrSyntax},
		"0x1":                    {"", 0, digits.ErrSyntax},
		"1٣":                     {"", 0, digits.ErrSyntax},
	} {
		d, err := digits.Parse(s)
		if !errors.Is(err, want.err) {
			t.Errorf("Parse(%.40q): error %v, want %v", s, err, want.err)
			continue
		}
		if err == nil && (d.Coefficient().String() != want.coefficient || d.Exponent() != want.exp) {
			t.Errorf("Parse(%.40q) = %v e %d", s, d.Coefficient(), d.Exponent())
		}
	}
}

func TestParsePlain(t *testing.T) {
	for s, want := range map[string]bool{
		"0": true, "1.50": true, "00.10": true, strings.Repeat("1", 1000): true,
		"": false, ".": false, ".5": false, "5.": false, "-1": false, "+1": false, "1e5": false, "1.2.3": false, "1,5": false, "a": false,
	} {
		d, ok := digits.ParsePlain(s)
		if ok != want {
			t.Errorf("ParsePlain(%.40q): %v", s, ok)
		}
		if ok && digits.All(d) != strings.TrimPrefix(s, "0") && digits.All(d) != s {
			t.Errorf("ParsePlain(%.40q) = %s", s, digits.All(d))
		}
	}
}

func TestText(t *testing.T) {
	for _, tt := range []struct{ in, text, all string }{
		{"0", "0", "0"},
		{"0.000", "0", "0.000"},
		{"0e5", "0", "0"},
		{"1", "1", "1"},
		{"-1", "-1", "-1"},
		{"10", "10", "10"},
		{"1e3", "1000", "1000"},
		{"-25e2", "-2500", "-2500"},
		{"1.50", "1.5", "1.50"},
		{"-1.50", "-1.5", "-1.50"},
		{"100.00", "100", "100.00"},
		{"0.0000166667", "0.0000166667", "0.0000166667"},
		{"-0.05", "-0.05", "-0.05"},
		{"10.010", "10.01", "10.010"},
		{"123456789012345678901234567890.123456789000", "123456789012345678901234567890.123456789", "123456789012345678901234567890.123456789000"},
	} {
		d := dec(t, tt.in)
		if got := digits.Text(d); got != tt.text {
			t.Errorf("Text(%s) = %s, want %s", tt.in, got, tt.text)
		}
		if got := string(digits.Append([]byte("a"), d)); got != "a"+tt.text {
			t.Errorf("Append(a, %s) = %s, want a%s", tt.in, got, tt.text)
		}
		if got := digits.All(d); got != tt.all {
			t.Errorf("All(%s) = %s, want %s", tt.in, got, tt.all)
		}
		trimmed := digits.Trim(d)
		if !trimmed.Equal(d) || digits.All(trimmed) != tt.text {
			t.Errorf("Trim(%s) = %s, want %s", tt.in, digits.All(trimmed), tt.text)
		}
		if digits.All(d) != tt.all {
			t.Errorf("%s was changed", tt.in)
		}
	}
}

// Fits counts digits as writing them does.
func TestFits(t *testing.T) {
	for exp := int32(-8); exp <= 8; exp++ {
		for _, c := range []int64{0, 1, 9, 10, 99, 100, 127, 128, 999, 1000, 1023, 1024, 9999, 99999, 100000, 999999, -1, -999, -1000} {
			d := decimal.New(c, exp)
			whole, _, _ := strings.Cut(digits.All(d.Abs()), ".")
			written := len(strings.TrimLeft(whole, "0"))
			for places := range 9 {
				for before := range 9 {
					want := int(exp) >= -places && int(exp) <= before && written <= before
					if got := digits.Fits(d, places, before); got != want {
						t.Fatalf("Fits(%d e %d, %d, %d) = %v", c, exp, places, before, got)
					}
				}
			}
		}
	}
}

func TestWithin(t *testing.T) {
	bits := func(n uint) decimal.Decimal { return decimal.NewFromBigInt(new(big.Int).Lsh(big.NewInt(1), n-1), 0) }
	for name, tt := range map[string]struct {
		d    decimal.Decimal
		want bool
	}{
		"zero value": {decimal.Decimal{}, true}, "places": {decimal.New(1, -200), true}, "a place more": {decimal.New(1, -201), false},
		"exponent": {decimal.New(1, 60), true}, "one more": {decimal.New(1, 61), false}, "zero of one more": {decimal.New(0, 61), false},
		"bits": {bits(1024), true}, "a bit more": {bits(1025), false}, "negative": {bits(1024).Neg(), true},
	} {
		if got := digits.Bounded(tt.d); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if d := decimal.New(5, -3); !digits.Within(d, 3, 0, 3) || digits.Within(d, 2, 0, 3) || digits.Within(d, 3, 0, 2) {
		t.Error("Within does not take its bounds")
	}
}

// Compare is Cmp, for decimals of any exponent.
func TestCompare(t *testing.T) {
	var all []decimal.Decimal
	for exp := int32(-6); exp <= 6; exp++ {
		for _, c := range []int64{0, 1, 5, 9, 10, 12, 99, 100, 1024, 99999, 100001} {
			all = append(all, decimal.New(c, exp), decimal.New(-c, exp))
		}
	}
	for _, a := range all {
		for _, b := range all {
			if got, want := digits.Compare(a, b), a.Cmp(b); got != want {
				t.Fatalf("Compare(%v, %v) = %d, want %d", a, b, got, want)
			}
		}
	}
	// Cmp would write out two billion digits for some of these, and the test would not end.
	huge, tiny, one := decimal.New(1, math.MaxInt32), decimal.New(1, math.MinInt32), decimal.New(1, 0)
	for _, tt := range []struct {
		a, b decimal.Decimal
		want int
	}{
		{huge, one, 1},
		{one, huge, -1},
		{tiny, one, -1},
		{huge, tiny, 1},
		{huge.Neg(), one.Neg(), -1},
		{tiny.Neg(), one.Neg(), 1},
		{huge, one.Neg(), 1},
		{tiny.Neg(), huge, -1},
		{decimal.New(0, 1<<30), decimal.New(0, -1<<30), 0},
		{decimal.New(0, 1<<30), one, -1},
		{decimal.New(1, 1<<30), decimal.New(10, 1<<30-1), 0},
		{huge, huge, 0},
		{decimal.New(0, 9), tiny, -1},
	} {
		if got := digits.Compare(tt.a, tt.b); got != tt.want {
			t.Errorf("Compare(%d e %d, %d e %d) = %d, want %d", tt.a.Coefficient(), tt.a.Exponent(), tt.b.Coefficient(), tt.b.Exponent(), got, tt.want)
		}
	}
}

func TestScaled(t *testing.T) {
	for _, tt := range []struct {
		d      decimal.Decimal
		places int64
		want   int64
	}{
		{decimal.New(15, -1), 1, 15},
		{decimal.New(15, -1), 3, 1500},
		{decimal.New(-15, -1), 3, -1500},
		{decimal.New(15, 2), 0, 1500},
		{decimal.New(15, 2), -2, 15},
		{decimal.New(15, 2), -1, 150},
		{decimal.New(15, -3), 1, 15},
		{decimal.Decimal{}, 5, 0},
	} {
		if got := digits.Scaled(tt.d, tt.places); got.Cmp(big.NewInt(tt.want)) != 0 {
			t.Errorf("Scaled(%v, %d) = %v, want %d", tt.d, tt.places, got, tt.want)
		}
	}
	if diff := cmp.Diff("1000", digits.Pow10(3).String()); diff != "" {
		t.Errorf("Pow10 (-want +got):\n%s", diff)
	}
	if digits.Pow10(0).Int64() != 1 {
		t.Error("Pow10(0) is not 1")
	}
}
