package usagetype_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/usagetype"
)

func TestSplit(t *testing.T) {
	for in, want := range map[string][2]string{
		"EU-Lambda-GB-Second":       {"EU-", "Lambda-GB-Second"},
		"USW2-Request-ARM":          {"USW2-", "Request-ARM"},
		"UGW1-Request":              {"UGW1-", "Request"},
		"USW2-USE1-AWS-Out-Bytes":   {"USW2-", "USE1-AWS-Out-Bytes"},
		"EU-":                       {"EU-", ""},
		"Request":                   {"", "Request"},
		"Request-ARM":               {"", "Request-ARM"},
		"Lambda-GB-Second":          {"", "Lambda-GB-Second"},
		"Global-Request":            {"", "Global-Request"},
		"My.App-Request":            {"", "My.App-Request"},
		"eu-Request":                {"", "eu-Request"},
		"-Request":                  {"", "-Request"},
		"EU":                        {"", "EU"},
		"":                          {"", ""},
		"\u00c9U-Request":           {"", "\u00c9U-Request"},
		"EU Request-ARM":            {"", "EU Request-ARM"},
		"EU-Lambda-Edge-Request-EU": {"EU-", "Lambda-Edge-Request-EU"},
	} {
		prefix, used := usagetype.Split(in)
		if diff := cmp.Diff(want, [2]string{prefix, used}); diff != "" {
			t.Errorf("%q (-want +got):\n%s", in, diff)
		}
	}
}

func TestKey(t *testing.T) {
	for used, want := range map[string]cost.Key{
		"Request":                              {Meter: cost.Requests, Arch: cost.X86},
		"Request-ARM":                          {Meter: cost.Requests, Arch: cost.ARM64},
		"Lambda-Provisioned-GB-Second-ARM":     {Meter: cost.ProvisionedCompute, Arch: cost.ARM64},
		"Lambda-SnapStart-Restored-GB":         {Meter: cost.SnapStartRestore},
		"Lambda-Edge-Request":                  {Meter: cost.EdgeRequests},
		"Lambda-Managed-Instances-Request":     {Meter: cost.ManagedRequests},
		"Lambda-Managed-Instances-Request-ARM": {Meter: cost.ManagedRequests},
		"Lambda-MicroVM-vCPU-Second-ARM":       {Meter: cost.MicroVMCompute, Arch: cost.ARM64},
	} {
		if got, ok := usagetype.Key(used); !ok || got != want {
			t.Errorf("%q: %v, %v, want %v", used, got, ok, want)
		}
	}
	for _, used := range []string{"", "-ARM", "request", "EU-Request", "My-Request", "Lambda-Edge-Request-ARM", "Lambda-Managed-Instances-c7g.large-Management-Hours", "Request-ARM-ARM"} {
		if got, ok := usagetype.Key(used); ok {
			t.Errorf("%q is %v", used, got)
		}
	}
}

// The usage types of the embedded prices are the region's prefix and the name of the meter.
func TestNamesOfEmbeddedPrices(t *testing.T) {
	known := 0
	for _, region := range cost.Embedded().Regions() {
		r, err := cost.Embedded().Region(region)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range r.Card().Prices {
			if p.UsageType == "" {
				continue
			}
			known++
			_, used := usagetype.Split(p.UsageType)
			if got, ok := usagetype.Key(used); !ok || got != (cost.Key{Meter: p.Meter, Arch: p.Arch}) {
				t.Errorf("%s, %s: %v, want %s %s", region, p.UsageType, got, p.Meter, p.Arch)
			}
		}
	}
	if known < 300 {
		t.Errorf("%d usage types", known)
	}
}

func TestKeys(t *testing.T) {
	for m, want := range map[cost.Meter][]cost.Key{
		cost.Compute:     {{Meter: cost.Compute, Arch: cost.X86}, {Meter: cost.Compute, Arch: cost.ARM64}},
		cost.EdgeCompute: {{Meter: cost.EdgeCompute}},
	} {
		if diff := cmp.Diff(want, usagetype.Keys(m)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", m, diff)
		}
	}
	if usagetype.Ending(cost.ARM64) != "-ARM" || usagetype.Ending(cost.X86) != "" || usagetype.Ending("") != "" {
		t.Error("endings")
	}
}
