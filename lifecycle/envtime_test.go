package lifecycle_test

import (
	"errors"
	"math"
	"math/big"
	"testing"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
)

const mostNS = "340282366920938463463374607431768211455" // 2^128 - 1

func environmentTime(t *testing.T, text string) (e lifecycle.EnvironmentTime) {
	t.Helper()
	if err := e.UnmarshalText([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if got := e.String(); got != text {
		t.Fatalf("%s reads as %s", text, got)
	}
	return e
}

// Sums are those of math/big, or an error.
func TestEnvironmentTimeSums(t *testing.T) {
	numbers := []string{"0", "1", "999", "9223372036854775807", "18446744073709551615", "18446744073709551616", "170141183460469231731687303715884105728", mostNS}
	limit := new(big.Int).Lsh(big.NewInt(1), 128)
	for _, x := range numbers {
		for _, y := range numbers {
			a, _ := new(big.Int).SetString(x, 10)
			b, _ := new(big.Int).SetString(y, 10)
			want := a.Add(a, b)
			got, err := environmentTime(t, x).Plus(environmentTime(t, y))
			var overflow *lifecycle.OverflowError
			if want.Cmp(limit) >= 0 {
				if !errors.As(err, &overflow) || got != (lifecycle.EnvironmentTime{}) {
					t.Errorf("%s + %s: %v, %v", x, y, got, err)
				}
			} else if err != nil || got.String() != want.String() {
				t.Errorf("%s + %s: %v, %v, want %v", x, y, got, err, want)
			}
		}
	}
}

func TestEnvironmentTimeAsOtherThings(t *testing.T) {
	for text, want := range map[string]time.Duration{"0": 0, "1500000000": 1500 * time.Millisecond, "9223372036854775807": math.MaxInt64} {
		e := environmentTime(t, text)
		if got, err := e.Duration(); err != nil || got != want {
			t.Errorf("%s: %v, %v, want %v", text, got, err, want)
		}
		if got := e.Seconds(); math.Abs(got-want.Seconds()) > 1e-15*got {
			t.Errorf("%s: %v s", text, got)
		}
		if got := e.Average(2 * time.Second); math.Abs(got-want.Seconds()/2) > 1e-15*got {
			t.Errorf("%s: %v on average", text, got)
		}
		if got := e.Average(0) + e.Average(-1); got != 0 {
			t.Errorf("%s: %v on average over no time", text, got)
		}
	}
	for _, text := range []string{"9223372036854775808", "18446744073709551616", mostNS} {
		var overflow *lifecycle.OverflowError
		if got, err := environmentTime(t, text).Duration(); !errors.As(err, &overflow) || got != 0 {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	if got := environmentTime(t, mostNS).Seconds(); math.Abs(got-0x1p128/1e9) > 1e-15*got {
		t.Errorf("%v s", got)
	}
}

func TestEnvironmentTimeRefuses(t *testing.T) {
	e := environmentTime(t, "7")
	for _, text := range []string{"", "-1", "+1", " 1", "1.5", "1e3", "0x1", "１", "340282366920938463463374607431768211456", "0000000000000000000000000000000000000001", "1ns"} {
		var out *lifecycle.RangeError
		if err := e.UnmarshalText([]byte(text)); !errors.As(err, &out) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if e != environmentTime(t, "7") {
		t.Errorf("now %v", e)
	}
}
