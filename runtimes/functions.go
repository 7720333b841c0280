package runtimes

import (
	_ "embed"
	"sync"
)

//go:embed functions.csv
var functionsText string

// functionInfo is what a function of the benchmark is.
type functionInfo struct {
	name, identifier string
	snapStart        bool
	evidence         string
}

const functionColumns = "function,name,identifier,snapstart,evidence"

// functions are those of the benchmark of which it is known for certain; functions.csv says how.
var functions = sync.OnceValue(func() map[string]functionInfo {
	known := map[string]functionInfo{}
	for _, line := range lines(functionsText) {
		if line != functionColumns {
			c := cursor{line: line, separator: ','}
			function := c.text()
			known[function] = functionInfo{c.text(), c.text(), c.text() == "snapstart", c.text()}
		}
	}
	return known
})
