package focus

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// checkBill refuses a statement that cannot be compared: figures too large to be worked with, kinds and meters that do not exist,
// and two currencies.
func checkBill(s *cost.Statement) error {
	for i := range s.Bills {
		b := &s.Bills[i]
		if first := &s.Bills[0]; b.Currency != first.Currency {
			return &cost.MixedError{What: "currency", A: first.Currency, B: b.Currency, RegionA: first.Region, RegionB: b.Region}
		}
		for j := range b.Lines {
			if err := checkFigures(&b.Lines[j], fmt.Sprintf("Options.Bill.Bills[%d].Lines[%d]", i, j)); err != nil {
				return err
			}
		}
	}
	return nil
}

// compareBill puts lines of export and bill, which are of the same currency, side by side.
func compareBill(lines []LineSum, s *cost.Statement) []LineDifference {
	type id struct {
		region string
		key    cost.Key
		kind   cost.Kind
		tier   int
	}
	sums := make(map[id]*LineDifference)
	of := func(region string, key cost.Key, kind cost.Kind, tier int) *LineDifference {
		switch kind {
		case cost.Free:
			region, key.Arch, tier = "", "", 0
		case cost.Covered: // a plan's rate code tells no tier
			tier = 0
		}
		k := id{region, key, kind, tier}
		if sums[k] == nil {
			sums[k] = &LineDifference{Region: region, Key: key, Kind: kind, Tier: tier}
		}
		return sums[k]
	}
	for _, l := range lines {
		d := of(l.Region, l.Key, l.Kind, l.Tier)
		d.ExportQuantity = d.ExportQuantity.Add(l.Quantity)
		amount := l.Billed
		if l.Kind == cost.Covered {
			amount = l.Effective
		}
		d.ExportCost = d.ExportCost.Add(amount)
	}
	for _, b := range s.Bills {
		for _, l := range b.Lines {
			if l.Kind == cost.Unused {
				continue
			}
			d := of(b.Region, cost.Key{Meter: l.Meter, Arch: l.Arch}, l.Kind, l.Tier)
			d.BillQuantity, d.BillCost = d.BillQuantity.Add(l.Quantity), d.BillCost.Add(l.Cost)
		}
	}
	out := make([]LineDifference, 0, len(sums))
	for _, d := range sums {
		out = append(out, *d)
	}
	slices.SortFunc(out, func(a, b LineDifference) int {
		return cmp.Or(cmp.Compare(a.Region, b.Region), compareKeys(a.Key, b.Key), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Tier, b.Tier))
	})
	return out
}
