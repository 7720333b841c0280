package focus_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/focus"
)

// The names of the embedded catalog are made once, not for each call: a small export allocates little.
func TestSmallExportsAllocateLittle(t *testing.T) {
	calls := map[string]func(){
		"Reconcile": func() {
			if _, err := focus.Reconcile(context.Background(), strings.NewReader(exampleExport), nil); err != nil {
				t.Fatal(err)
			}
		},
		"ToUsage": func() {
			o := &focus.LineOptions{Other: func(focus.Row) error { return nil }}
			if _, err := focus.ToUsage(focus.Rows(strings.NewReader(exampleExport)), o); err != nil {
				t.Fatal(err)
			}
		},
	}
	for name, call := range calls {
		if got := testing.AllocsPerRun(10, call); got > 600 {
			t.Errorf("%s: %.0f allocations", name, got)
		}
	}
}

// Calls at once, of different prices, do not see each other.
func TestConcurrentReconcile(t *testing.T) {
	export := focusExport(compute)
	discounted := focusExport(compute.with(func(i *item) { i.billed = "0.0021394243" }))
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			o, text := new(focus.Options), export
			if i%2 == 1 {
				o.Billing, text = &cost.Options{Discount: dec("0.1")}, discounted
			}
			for range 20 {
				r, err := focus.Reconcile(context.Background(), strings.NewReader(text), o)
				if err != nil || r.Of(focus.Matched).Rows != 1 {
					t.Errorf("%d: %v, error %v", i, r.Causes, err)
					return
				}
			}
		})
	}
	all.Wait()
}
