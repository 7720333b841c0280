package workload

import (
	"strings"
)

// azureDigits says whether s is nothing but digits.
func azureDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// azureCount reads a whole number from 0 to most, which may be written as 3.0 or 1e3.
func azureCount(s string, most int64) (int64, bool) {
	if len(s) == 1 && s[0] >= '0' && s[0] <= '9' { // nearly all of 1440 values a line
		return int64(s[0] - '0'), true
	}
	n, exact, problem := azureDecimal(s, 0, most)
	return n, exact && problem == azureFine
}

// azureProblem is what keeps a text from being a number that is wanted.
type azureProblem uint8

const (
	azureFine azureProblem = iota
	azureNotNumber
	azureNegative
	azureTooLarge
)

// azureDecimal reads a decimal number, with or without an exponent, times 10^scale, rounded half up, and says whether it was
// exact. There is no float64 in between, which would not have the digits: 14 days in ns have 16, and a float64 of seconds
// goes by steps of 0.2 µs then. The number is 0 where there is a problem.
func azureDecimal(s string, scale int64, most int64) (n int64, exact bool, problem azureProblem) {
	exponent := int64(0)
	if e := strings.IndexAny(s, "eE"); e >= 0 {
		var ok bool
		if exponent, ok = azureExponent(s[e+1:]); !ok {
			return 0, false, azureNotNumber
		}
		s = s[:e]
	}
	s, negative := strings.CutPrefix(s, "-")
	if !negative {
		s = strings.TrimPrefix(s, "+")
	}
	whole, fraction, _ := strings.Cut(s, ".")
	if s == "" || s == "." || !azureDigits(whole) || !azureDigits(fraction) {
		return 0, false, azureNotNumber
	}
	point := int64(len(whole)) + exponent + scale // so many digits are in front of the result's point
	exact = true
	up := int64(0)
	i := int64(0)
	for _, part := range [...]string{whole, fraction} {
		for j := range len(part) {
			digit := int64(part[j] - '0')
			switch {
			case digit > 0 && negative:
				return 0, false, azureNegative
			case i < point:
				if n > (most-digit)/10 {
					return 0, false, azureTooLarge
				}
				n = n*10 + digit
			case digit > 0:
				exact = false
				if i == point && digit >= 5 {
					up = 1
				}
			}
			i++
		}
	}
	for ; i < point && n > 0; i++ {
		if n > most/10 {
			return 0, false, azureTooLarge
		}
		n *= 10
	}
	if n > most-up {
		return 0, false, azureTooLarge
	}
	return n + up, exact, azureFine
}

// azureExponent reads an exponent. Beyond ±10^12 one is as good as another: no number has so many digits.
func azureExponent(s string) (int64, bool) {
	s, negative := strings.CutPrefix(s, "-")
	if !negative {
		s = strings.TrimPrefix(s, "+")
	}
	if s == "" || !azureDigits(s) {
		return 0, false
	}
	n := int64(0)
	for i := range len(s) {
		n = min(n*10+int64(s[i]-'0'), 1e12)
	}
	if negative {
		n = -n
	}
	return n, true
}
