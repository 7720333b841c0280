package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/seed-e9ab587a/lambdaecon/cost/usagelog"
	"github.com/seed-e9ab587a/lambdaecon/examples/internal/cli"
)

// assumptions says what was taken for granted of functions whose configuration was not given, and what was left out.
func assumptions(assumed map[string]int, notBillable int, config usagelog.Config) []string {
	var said []string
	for _, name := range slices.Sorted(maps.Keys(assumed)) {
		who := "function " + cli.Name(name)
		if name == "" {
			who = "functions that the log does not name"
		}
		said = append(said, fmt.Sprintf("%s (%d reports): %s; -functions tells better", who, assumed[name], config))
	}
	if notBillable > 0 {
		said = append(said, fmt.Sprintf("%d reports without a billed duration (Managed Instances) are not in the bill", notBillable))
	}
	return said
}
