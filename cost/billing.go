package cost

import (
	"cmp"
	"errors"
	"maps"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/codes"
)

// billing is the state of one call: what is left of the free tier, and where prior usage has placed the tiers.
type billing struct {
	options      Options
	free         *FreeTier
	priorRegions []string // sorted
	placed       map[placement]decimal.Decimal
}

type placement struct {
	region string
	slot   int
}

// AssumedFreeOrder is the assumption, in words, of a bill to which the free tier was applied. Whoever applies it in another
// order has another one to put in its place.
const AssumedFreeOrder = "free tier: AWS does not say what uses it first; here earlier usage, then regions by code, x86_64 before arm64"

// What else a bill assumed.
const (
	assumedFreeTiers = "free GB-seconds do not count toward the tiers; AWS does not say whether they do"
	assumedFreeCount = "free GB-seconds count toward the tiers; AWS does not say whether they do"
	assumedDiscount  = "a private discount off list prices, as given"
)

func newBilling(o *Options, regions ...string) (*billing, error) {
	b := new(billing)
	if o != nil {
		if err := o.Validate(); err != nil {
			return nil, err
		}
		b.options = *o
		if o.FreeTier != nil {
			left := *o.FreeTier
			b.free = &left
		}
		b.priorRegions = sortedKeys(o.Prior)
	}
	all := append(slices.Clone(regions), b.priorRegions...)
	for _, region := range all {
		if codes.Partition(region) != codes.Partition(all[0]) {
			return nil, &MixedError{What: "partition", A: codes.Partition(all[0]), B: codes.Partition(region), RegionA: all[0], RegionB: region}
		}
	}
	if len(b.priorRegions) > 0 {
		b.place()
	}
	return b, nil
}

// place runs prior usage through the free tier, and notes how far each region's tiers were used.
func (b *billing) place() {
	b.placed = make(map[placement]decimal.Decimal)
	for _, region := range b.priorRegions {
		u := b.options.Prior[region]
		for slot, k := range slotKeys {
			if !u.used(slot) {
				continue
			}
			q := u.quantity(slot)
			free := b.free.Take(k.Meter, q)
			if !b.options.FreeAdvancesTiers {
				q = q.Sub(free)
			}
			b.placed[placement{region, slot}] = q
		}
	}
}

func (b *billing) bill(r *Rates, u *Usage) (Bill, error) {
	c := &r.card
	bill := Bill{
		Region: c.Region, Location: c.Location, Currency: c.Currency,
		AsOf: c.AsOf, Confirmed: c.Confirmed, Source: c.Source, Certainty: c.Certainty,
	}
	var room [numSlots]uint8
	used, lines, notes := room[:0], 0, 3
	var missing []error
	for slot := range slotKeys {
		if !u.used(slot) {
			continue
		}
		k := &slotKeys[slot]
		if r.price[slot] == nil {
			missing = append(missing, &NotPricedError{c.Region, k.Meter, k.Arch})
			continue
		}
		used = append(used, uint8(slot))
		lines += len(r.price[slot].Tiers)
		if b.free != nil && meters[k.Meter].free != notFree {
			lines++
		}
		if r.note[slot] != "" {
			notes++
		}
	}
	if missing != nil {
		return Bill{}, errors.Join(missing...)
	}
	if len(used) > 0 {
		bill.Lines = make([]Line, 0, lines)
	}
	if notes > 3 || b.free != nil {
		bill.Assumptions = make([]string, 0, notes)
	}
	for _, slot := range used {
		bill.Lines = b.lines(bill.Lines, r, int(slot), u.quantity(int(slot)))
		if note := r.note[slot]; note != "" {
			bill.Assumptions = append(bill.Assumptions, note)
		}
	}
	if b.free != nil {
		bill.Assumptions = append(bill.Assumptions, AssumedFreeOrder, assumedFreeTiers)
		if b.options.FreeAdvancesTiers {
			bill.Assumptions[len(bill.Assumptions)-1] = assumedFreeCount
		}
	}
	if !b.options.Discount.IsZero() || len(b.options.Discounts) > 0 {
		bill.Assumptions = append(bill.Assumptions, assumedDiscount)
	}
	return bill, nil
}

// lines appends the lines of one key, of which quantity is above 0.
func (b *billing) lines(lines []Line, r *Rates, slot int, quantity decimal.Decimal) []Line {
	k, price := &slotKeys[slot], r.price[slot]
	var at decimal.Decimal // units that count toward the tiers before this one
	if b.placed != nil {
		at = b.placed[placement{r.card.Region, slot}]
	}
	if free := b.free.Take(k.Meter, quantity); !free.IsZero() {
		names := &freeTier[meters[k.Meter].free]
		lines = append(lines, Line{
			Kind: Free, Meter: k.Meter, Arch: k.Arch,
			UsageType: names.usageType, Unit: price.Unit, RateCode: names.rateCode,
			Quantity: free, ListUnitPrice: price.Tiers[price.TierAt(at)].UnitPrice,
		})
		quantity = quantity.Sub(free)
		if b.options.FreeAdvancesTiers {
			at = at.Add(free)
		}
	}
	for i := price.TierAt(at); !quantity.IsZero(); i++ {
		here, tier, last := quantity, 0, i+1 == len(price.Tiers)
		if len(price.Tiers) > 1 {
			tier = i + 1
		}
		if !last {
			room := price.Tiers[i+1].From
			if !at.IsZero() {
				room = room.Sub(at)
			}
			if last = !room.LessThan(quantity); !last {
				here = room
			}
		}
		t := &price.Tiers[i]
		paid := b.options.Paid(k.Meter, t.UnitPrice)
		lines = append(lines, Line{
			Meter: k.Meter, Arch: k.Arch, Tier: tier,
			UsageType: price.UsageType, Unit: price.Unit, RateCode: t.RateCode,
			Quantity: here, ListUnitPrice: t.UnitPrice, UnitPrice: paid, Cost: here.Mul(paid),
		})
		if last {
			break
		}
		at, quantity = price.Tiers[i+1].From, quantity.Sub(here)
	}
	return lines
}

// TierAt returns the index of the tier in which the next unit falls after so many in the month; -1 where there are no tiers.
func (p *Price) TierAt(units decimal.Decimal) int {
	i := len(p.Tiers) - 1
	for i > 0 && units.LessThan(p.Tiers[i].From) {
		i--
	}
	return i
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	if len(m) == 0 {
		return nil
	}
	return slices.Sorted(maps.Keys(m))
}
