package savings

import (
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// Anywhere is the region of the bill that has the line of unused commitment: a Compute Savings Plan is of no region. Offer
// files spell its location so.
const Anywhere = "Any"

// Bill bills the month under an hourly commitment: a bill for each region, as [cost.Catalog.Bill] makes them, in which part
// of the usage may be of the kind Covered, and last, where commitment was left over, a bill of the region [Anywhere] with one
// line of the kind Unused. Lines are in the order of meters, x86_64 before arm64; free, covered, charged; tiers ascending.
//
// A covered line has the plan's rate as its UnitPrice and the on-demand price of its tier as its ListUnitPrice. The unused
// line is in units of the currency, at a UnitPrice of 1 and a ListUnitPrice of 0. Every figure is exact: for each meter
// free, covered and charged quantities add up to the usage, and the costs of covered lines and the unused line to the
// commitment × [History.CommittedHours]. At a commitment of 0 the statement is that of [cost.Catalog.Bill] for the month's
// usage, line by line, unless [Plan.FreeTier] shares the free tier out in another way.
//
// A commitment that is negative or has too many digits is a [*RangeError]; usage that it could cover without a plan rate is a
// [*NoRateError], all of them joined, unless [Plan.UnratedOnDemand] is set or the commitment is 0.
func (h *History) Bill(hourlyCommitment decimal.Decimal) (cost.Statement, error) {
	h = h.orNone()
	commitment, err := h.commitmentMoney(hourlyCommitment)
	if err != nil {
		return cost.Statement{}, err
	}
	settled := h.total(commitment)
	var s cost.Statement
	for _, b := range h.onDemand.Bills {
		b.Lines = h.lines(b.Region, settled)
		b.Assumptions = h.assumptions(b.Region, b.Assumptions, commitment.Sign() > 0)
		s.Bills = append(s.Bills, b)
	}
	if unused := h.unused(commitment, settled); unused.Sign() > 0 {
		s.Bills = append(s.Bills, h.unusedBill(plain(unused, h.moneyExp), hourlyCommitment))
	}
	return s, nil
}

// quantities are what was covered and what was charged of a key, by tier.
type quantities struct{ covered, charged []*big.Int }

// total settles the whole month.
func (h *History) total(commitment *big.Int) []quantities {
	sums := make([]quantities, len(h.keys))
	for i := range h.keys {
		for range h.keys[i].tiers {
			sums[i].covered = append(sums[i].covered, new(big.Int))
			sums[i].charged = append(sums[i].charged, new(big.Int))
		}
	}
	s := h.settle(commitment)
	for i := range h.hours {
		for _, a := range s.hour(&h.hours[i]) {
			sum := sums[a.key].charged[a.tier]
			if a.covered {
				sum = sums[a.key].covered[a.tier]
			}
			sum.Add(sum, a.quantity)
		}
	}
	return sums
}

// unused is what is left of the commitment of all hours.
func (h *History) unused(commitment *big.Int, settled []quantities) *big.Int {
	left := new(big.Int).Mul(commitment, big.NewInt(int64(h.committed)))
	for i, q := range settled {
		for _, covered := range q.covered {
			if covered.Sign() > 0 {
				left.Sub(left, new(big.Int).Mul(covered, h.keys[i].rateMoney))
			}
		}
	}
	return left
}

// lines returns the lines of a region.
func (h *History) lines(region string, settled []quantities) []cost.Line {
	var lines []cost.Line
	for i := range h.keys {
		k := &h.keys[i]
		if k.region != region {
			continue
		}
		if k.free.Sign() > 0 {
			lines = append(lines, h.freeLine(k))
		}
		for t, covered := range settled[i].covered {
			if covered.Sign() > 0 {
				lines = append(lines, k.line(cost.Covered, t, plain(covered, h.quantityExp)))
			}
		}
		for t, charged := range settled[i].charged {
			if charged.Sign() > 0 {
				lines = append(lines, k.line(cost.Charged, t, plain(charged, h.quantityExp)))
			}
		}
	}
	return lines
}

func (k *usedKey) line(kind cost.Kind, tier int, quantity decimal.Decimal) cost.Line {
	t := &k.tiers[tier]
	l := cost.Line{
		Kind: kind, Meter: k.key.Meter, Arch: k.key.Arch,
		UsageType: k.price.UsageType, Unit: k.price.Unit, RateCode: k.price.Tiers[tier].RateCode,
		Quantity: quantity, ListUnitPrice: t.list, UnitPrice: t.paid,
	}
	if len(k.tiers) > 1 {
		l.Tier = tier + 1
	}
	if kind == cost.Covered {
		l.RateCode, l.UnitPrice = k.rateCode, k.rate
	}
	l.Cost = l.Quantity.Mul(l.UnitPrice)
	return l
}

// freeLine takes its names from the bill without a plan, which has a free line of the same meter: whoever uses the free tier
// first, it covers some usage of it.
func (h *History) freeLine(k *usedKey) cost.Line {
	l := cost.Line{Kind: cost.Free, Meter: k.key.Meter}
	for _, b := range h.onDemand.Bills {
		if i := slices.IndexFunc(b.Lines, func(l cost.Line) bool { return l.Kind == cost.Free && l.Meter == k.key.Meter }); i >= 0 {
			l = b.Lines[i]
			break
		}
	}
	l.Arch, l.Unit = k.key.Arch, k.price.Unit
	l.Quantity, l.ListUnitPrice = plain(k.free, h.quantityExp), k.freeList
	return l
}

func (h *History) unusedBill(unused, hourly decimal.Decimal) cost.Bill {
	return cost.Bill{
		Region: Anywhere, Currency: h.currency, AsOf: h.planAsOf, Source: "the commitment, as given",
		Assumptions: []string{fmt.Sprintf("a commitment of %s %s an hour for %d hours of %s", text(hourly), h.currency, h.committed, h.month.Format("2006-01"))},
		Lines: []cost.Line{{
			Kind: cost.Unused, Meter: cost.Compute, UsageType: h.plan.Purchase.UsageType(), Unit: h.currency,
			Quantity: unused, UnitPrice: decimal.New(1, 0), Cost: unused,
		}},
	}
}

// What a bill assumed, in words.
const (
	assumedOrder   = "Savings Plan: hour by hour after the free tier, highest saving off list prices first, then the lowest plan rate"
	assumedInside  = "covered GB-seconds count toward the tiers; AWS does not spell out whether they do"
	assumedOutside = "covered GB-seconds do not count toward the tiers; AWS does not spell out whether they do"
	assumedAbove   = "usage is covered even where the plan rate is above the on-demand price"
	assumedList    = "the private discount is taken off on-demand prices alone, not off plan rates or the commitment"
	assumedByHour  = "free tier: AWS does not say what uses it first; here earlier usage, then hour by hour, regions by code, x86_64 before arm64"
)

// setNotes collects what each region's bill has to say of the plan.
func (h *History) setNotes(rates map[string]*cost.Rates, o *cost.Options) {
	h.notes = make(map[string][]string)
	for i := range h.keys {
		k := &h.keys[i]
		if !Covers(k.key.Meter) {
			continue
		}
		if h.notes[k.region] == nil {
			notes := []string{assumedOrder, assumedInside}
			if h.plan.CoveredOutsideTiers {
				notes[1] = assumedOutside
			}
			if h.plan.CoverAboveOnDemand {
				notes = append(notes, assumedAbove)
			}
			if o != nil && (!o.Discount.IsZero() || len(o.Discounts) > 0) {
				notes = append(notes, assumedList)
			}
			if r := rates[k.region]; r != nil {
				c := r.Card()
				note := fmt.Sprintf("plan rates as of %s: %s", c.AsOf.Format(time.DateOnly), c.Source)
				if c.Certainty != "" {
					note += "; " + c.Certainty
				}
				notes = append(notes, note)
			}
			h.notes[k.region] = notes
		}
		if k.missing {
			h.notes[k.region] = append(h.notes[k.region], "no plan rate is known for "+k.key.String()+": billed on demand")
		}
	}
}

// assumptions returns those of a region's bill: what the bill without a plan assumed, and what the plan adds.
func (h *History) assumptions(region string, onDemand []string, committed bool) []string {
	all := slices.Clone(onDemand)
	if h.plan.FreeTier == FreeByHour {
		for i, a := range all {
			if a == cost.AssumedFreeOrder { // which knows no hours
				all[i] = assumedByHour
			}
		}
	}
	if committed {
		all = append(all, h.notes[region]...)
	}
	return all
}
