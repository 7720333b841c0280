package codes_test

import (
	"strings"
	"testing"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/codes"
)

func TestRegions(t *testing.T) {
	for code, want := range map[string]struct {
		partition string
		region    bool
	}{
		"eu-west-1":                    {"aws", true},
		"ap-southeast-7":               {"aws", true},
		"us-gov-west-1":                {"aws-us-gov", true},
		"cn-north-1":                   {"aws-cn", true},
		"us-government-1":              {"aws", true},
		"cnx-north-1":                  {"aws", true},
		"a-" + strings.Repeat("x", 38): {"aws", true},
		"a-" + strings.Repeat("x", 39): {"aws", false},
		"":                             {"aws", false},
		"-":                            {"aws", false},
		"global":                       {"aws", false},
		"eu--west-1":                   {"aws", false},
		"-eu-west-1":                   {"aws", false},
		"eu-west-1-":                   {"aws", false},
		"EU-WEST-1":                    {"aws", false},
		"1-eu-west":                    {"aws", false},
		"eu-west-1\n":                  {"aws", false},
		"eu-wést-1":                    {"aws", false},
		"us-west-2-lax-1a":             {"aws", true},
		"eu_west_1":                    {"aws", false},
		"cn-":                          {"aws-cn", false},
		"us-gov-":                      {"aws-us-gov", false},
		"aws-cn":                       {"aws", true},
		"https://eu-west-1.aws":        {"aws", false},
	} {
		if got := codes.Partition(code); got != want.partition {
			t.Errorf("Partition(%q) = %q, want %q", code, got, want.partition)
		}
		if got := codes.IsRegion(code); got != want.region {
			t.Errorf("IsRegion(%q) = %v", code, got)
		}
	}
}

func TestIsCurrency(t *testing.T) {
	for code, want := range map[string]bool{
		"USD": true, "CNY": true, "XXX": true, "": false, "US": false, "USDX": false, "usd": false, "U D": false, "US1": false, "€": false,
	} {
		if got := codes.IsCurrency(code); got != want {
			t.Errorf("IsCurrency(%q) = %v", code, got)
		}
	}
}
