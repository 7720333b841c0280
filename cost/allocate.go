package cost

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// Showback is a bill split over owners: tenants, functions, teams. Owners and Rest add up to the bill, line by line, to
// the last digit.
type Showback[K cmp.Ordered] struct {
	Owners map[K]Bill
	// Rest is what no owner's usage explains: idle provisioned concurrency, unused commitment, missing logs.
	Rest Bill
}

// StatementShowback is a statement split over owners. Owners and Rest add up to the statement, line by line, to the last
// digit.
type StatementShowback[K cmp.Ordered] struct {
	Owners map[K]Statement
	Rest   Statement
}

// AllocationError reports owners whose usage of a meter adds up to more than the bill has of it.
type AllocationError struct {
	Region string
	Meter  Meter
	Arch   Arch
	Owners decimal.Decimal // sum over owners, in the pricing unit
	Billed decimal.Decimal // sum over the bill's lines
}

// Error implements error.
func (e *AllocationError) Error() string {
	return fmt.Sprintf("cost: owners used %s of %s in %s, more than the %s that the bill has",
		formatSafe(e.Owners), Key{e.Meter, e.Arch}.shown(), show.Line(e.Region), formatSafe(e.Billed))
}

// Allocate splits a bill over owners by their usage. Each line is split in proportion to the owners' usage of its meter
// and architecture, so that free tier and tiers are shared in proportion; what no owner explains is Rest.
//
// A share that is not a finite decimal is cut at the smallest unit of the line (its own number of decimals, at least 10),
// and the units left over go one each to those who lost most, ties to the smaller key, Rest last. Quantities are split in
// this way; where a line's cost is exactly Quantity × UnitPrice, so is the cost of every share, and where it was rounded
// (see [Bill.Invoice]) costs are split in the same way as quantities. Shares of nothing are left out.
//
// Owners who together used more of a meter than the bill has of it are an [*AllocationError].
func Allocate[K cmp.Ordered](b Bill, owners map[K]Usage) (Showback[K], error) {
	keys := sortedKeys(owners)
	usages := make([]Usage, len(keys))
	for i, k := range keys {
		usages[i] = owners[k]
	}
	parts, err := allocate(b, usages)
	if err != nil {
		return Showback[K]{}, err
	}
	s := Showback[K]{Owners: make(map[K]Bill, len(keys)), Rest: parts[len(keys)]}
	for i, k := range keys {
		s.Owners[k] = parts[i]
	}
	return s, nil
}

// AllocateStatement splits a statement of several regions over owners; owners' usage is by region code. Each region is
// split as [Allocate] does. Usage in a region that the statement does not have is an [*UnknownError].
func AllocateStatement[K cmp.Ordered](s Statement, owners map[K]map[string]Usage) (StatementShowback[K], error) {
	keys := sortedKeys(owners)
	billed := make(map[string]bool, len(s.Bills))
	var regions []string
	for _, b := range s.Bills {
		billed[b.Region] = true
		regions = append(regions, b.Region)
	}
	for _, k := range keys {
		for _, region := range sortedKeys(owners[k]) {
			if u := owners[k][region]; !billed[region] && !u.IsZero() {
				return StatementShowback[K]{}, &UnknownError{What: "region of an owner's usage", Given: region, Known: regions}
			}
		}
	}
	show := StatementShowback[K]{Owners: make(map[K]Statement, len(keys))}
	for _, b := range s.Bills {
		usages := make([]Usage, len(keys))
		for i, k := range keys {
			usages[i] = owners[k][b.Region]
		}
		parts, err := allocate(b, usages)
		if err != nil {
			return StatementShowback[K]{}, err
		}
		for i, k := range keys {
			show.Owners[k] = Statement{append(show.Owners[k].Bills, parts[i])}
		}
		show.Rest.Bills = append(show.Rest.Bills, parts[len(keys)])
	}
	return show, nil
}

// allocate returns a bill for each of usages, and one more for the rest.
func allocate(b Bill, usages []Usage) ([]Bill, error) {
	parts := make([]Bill, len(usages)+1)
	for i := range parts {
		parts[i] = b
		parts[i].Lines = nil
		parts[i].Assumptions = slices.Clone(b.Assumptions)
	}
	billed := make(map[Key]decimal.Decimal)
	for i, l := range b.Lines {
		if err := l.check(i); err != nil {
			return nil, err
		}
		if l.Kind != Unused {
			k := Key{l.Meter, l.Arch}
			billed[k] = billed[k].Add(l.Quantity)
		}
	}
	weights := make(map[Key][]*big.Int)
	for _, k := range slotKeys {
		w, err := weigh(b.Region, k, billed[k], usages)
		if err != nil {
			return nil, err
		}
		weights[k] = w
	}
	for _, l := range b.Lines {
		w := weights[Key{l.Meter, l.Arch}]
		if w == nil || l.Kind == Unused {
			parts[len(usages)].Lines = append(parts[len(usages)].Lines, l)
			continue
		}
		exact := l.Cost.Equal(l.Quantity.Mul(l.UnitPrice))
		quantities := divide(l.Quantity, w)
		var costs []decimal.Decimal
		if !exact {
			costs = divide(l.Cost, w)
		}
		for i, q := range quantities {
			share := l
			share.Quantity = q
			if exact {
				share.Cost = q.Mul(l.UnitPrice)
			} else {
				share.Cost = costs[i]
			}
			if !share.Quantity.IsZero() || !share.Cost.IsZero() {
				parts[i].Lines = append(parts[i].Lines, share)
			}
		}
	}
	return parts, nil
}

// weigh returns whole numbers in proportion to the usages of k and, last, to what is billed beyond them; nil where
// nothing is billed.
func weigh(region string, k Key, billed decimal.Decimal, usages []Usage) ([]*big.Int, error) {
	exp := billed.Exponent()
	var sum decimal.Decimal
	quantities := make([]decimal.Decimal, len(usages))
	for i := range usages {
		quantities[i] = usages[i].Quantity(k.Meter, k.Arch)
		exp = min(exp, quantities[i].Exponent())
		sum = sum.Add(quantities[i])
	}
	if sum.GreaterThan(billed) {
		return nil, &AllocationError{Region: region, Meter: k.Meter, Arch: k.Arch, Owners: sum, Billed: billed}
	}
	if billed.IsZero() {
		return nil, nil
	}
	weights := make([]*big.Int, 0, len(usages)+1)
	for _, q := range append(quantities, billed.Sub(sum)) {
		weights = append(weights, digits.Scaled(q, -int64(exp)))
	}
	return weights, nil
}

// divide splits amount in proportion to weights, of which the sum is above 0, into parts that add up to it exactly.
func divide(amount decimal.Decimal, weights []*big.Int) []decimal.Decimal {
	const leastPlaces = 10
	amount = digits.Trim(amount)
	exp := min(-leastPlaces, amount.Exponent())
	units, total := digits.Scaled(amount, -int64(exp)), new(big.Int)
	for _, w := range weights {
		total.Add(total, w)
	}
	type part struct {
		index       int
		units, lost *big.Int
	}
	parts := make([]part, len(weights))
	left := new(big.Int).Set(units)
	for i, w := range weights {
		u, lost := new(big.Int).QuoRem(new(big.Int).Mul(units, w), total, new(big.Int))
		parts[i] = part{i, u, lost}
		left.Sub(left, u)
	}
	byLoss := slices.Clone(parts)
	slices.SortStableFunc(byLoss, func(a, b part) int { return b.lost.Cmp(a.lost) })
	one := big.NewInt(1)
	for i := range int(left.Int64()) { // fewer than there are parts
		byLoss[i].units.Add(byLoss[i].units, one)
	}
	shares := make([]decimal.Decimal, len(parts))
	for i, p := range parts {
		shares[i] = decimal.NewFromBigInt(p.units, exp)
	}
	return shares
}
