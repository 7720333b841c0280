package focus

import (
	"cmp"
	"iter"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// LineOptions are how rows become lines of bills again. A nil *LineOptions, like the zero value, means the embedded catalog,
// and that every row must be a line: an export of AWS, which has data transfer and other services too, is not read without Other.
type LineOptions struct {
	// Catalog recognises the rows of exports that this package did not write, by rate codes and usage types; nil means
	// [cost.Embedded].
	Catalog *cost.Catalog
	// Other is called with each row that is no line of a Lambda bill: tax, credits, refunds, data transfer, free usage that
	// was billed, meters that are not known, other services. What it returns ends the reading, unless it is nil. Where Other
	// itself is nil, such a row is a [*RowError].
	Other func(Row) error
}

// ToStatement makes bills of rows again, the reverse of [FromStatement]: a bill for each region, in the order of region codes
// and "Any" last, and of rows that differ in nothing but period, owner and resource one line, in the order of [cost.Meters].
// Costs are exact again where the row's is AWS's rounding of quantity × unit price; [cost.Statement.Invoice] rounds them
// once more.
//
// What no column holds is missing: date, source and certainty of the prices, and the assumptions. The unit price that a plan
// charged for covered usage stands in x_UnitPrice alone: without it a covered row is no line. AWS does not say of its free
// usage which architecture it was: such lines have none. The fee of a Savings Plan is passed over, since it is what covered
// and unused lines cost. Rows of other services are no lines, but for what a Savings Plan left unused, which AWS has under
// Savings Plans.
//
// Errors of rows end the reading and are returned as they are; rows of two currencies are a [*cost.MixedError].
func ToStatement(rows iter.Seq2[Row, error], o *LineOptions) (cost.Statement, error) {
	bills := make(map[string]*rebuilt)
	var first *rebuilt
	err := eachLine(rows, o, func(_ int, r *Row, l cost.Line) error {
		region := r.RegionId.V
		if l.Kind == cost.Unused && !r.RegionId.Valid {
			region = anywhere
		}
		b, ok := bills[region]
		if !ok {
			b = &rebuilt{
				bill: cost.Bill{Region: region, Location: r.RegionName.V, Currency: r.BillingCurrency.V},
				at:   make(map[lineKey]int),
			}
			bills[region] = b
		}
		if first == nil {
			first = b
		}
		if given := r.BillingCurrency.V; given != first.bill.Currency {
			return &cost.MixedError{What: "currency", A: first.bill.Currency, B: given, RegionA: first.bill.Region, RegionB: region}
		}
		b.add(l)
		return nil
	})
	if err != nil {
		return cost.Statement{}, err
	}
	var s cost.Statement
	for _, b := range bills {
		slices.SortStableFunc(b.bill.Lines, compareLines)
		s.Bills = append(s.Bills, b.bill)
	}
	slices.SortFunc(s.Bills, func(a, b cost.Bill) int {
		switch {
		case a.Region == anywhere:
			return 1
		case b.Region == anywhere:
			return -1
		default:
			return cmp.Compare(a.Region, b.Region)
		}
	})
	return s, nil
}

// ToUsage sums up, by region, what rows say was used, whether it was charged, free or covered. Rows and errors are those of
// [ToStatement]; a free row without architecture, as AWS's are, is no usage, but a row for [LineOptions].Other: of an export of
// AWS the sum lacks what the free tier paid for.
func ToUsage(rows iter.Seq2[Row, error], o *LineOptions) (map[string]cost.Usage, error) {
	sums := make(map[string]*cost.Usage)
	err := eachLine(rows, o, func(index int, r *Row, l cost.Line) error {
		if l.Kind == cost.Unused {
			return nil
		}
		if err := (cost.Key{Meter: l.Meter, Arch: l.Arch}).Validate(); err != nil {
			return o.other(r, index, "x_Architecture", show.Quote(string(l.Arch)), "the architecture of "+l.Meter.String())
		}
		u, ok := sums[r.RegionId.V]
		if !ok {
			u = new(cost.Usage)
			sums[r.RegionId.V] = u
		}
		return u.Add(l.Meter, l.Arch, l.Quantity)
	})
	if err != nil {
		return nil, err
	}
	usage := make(map[string]cost.Usage, len(sums))
	for region, u := range sums {
		usage[region] = *u
	}
	return usage, nil
}

func (o *LineOptions) other(r *Row, index int, column, given, allowed string) error {
	if o != nil && o.Other != nil {
		return o.Other(*r)
	}
	return &RowError{Index: index, Line: r.Line, Column: column, Given: given, Allowed: allowed}
}

// eachLine calls do with each row that is a line.
func eachLine(rows iter.Seq2[Row, error], o *LineOptions, do func(index int, r *Row, l cost.Line) error) error {
	if rows == nil {
		return errNil("rows", "a sequence")
	}
	var catalog *cost.Catalog
	if o != nil {
		catalog = o.Catalog
	}
	var known *names // made where it is needed
	index := -1
	for row, err := range rows {
		index++
		if err != nil {
			return err
		}
		if row.isFee() {
			continue
		}
		if known == nil && !row.Meter.Valid {
			known = namesOf(catalog)
		}
		l, column, given, allowed := row.line(known)
		if column != "" {
			err = o.other(&row, index, column, given, allowed)
		} else {
			err = do(index, &row, l)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// isFee reports whether the row is what a Savings Plan is paid, which covered and unused rows have as EffectiveCost. What a
// reservation of another service costs is none.
func (r *Row) isFee() bool {
	return (r.isLambda() || r.isPlans()) && r.ChargeCategory.V == categoryPurchase && r.CommitmentDiscountId.Valid && r.EffectiveCost.Valid && r.EffectiveCost.V.IsZero()
}

// isLambda reports whether the row is of Lambda, as [Reconcile] has it. One of this package's may lack the service, where a
// [Layout] left it out.
func (r *Row) isLambda() bool {
	return isLambda(r.ServiceName.V, r.ServiceCode.V, r.UsageType.V, r.ChargeDescription.V) || !r.ServiceName.Valid && r.Meter.Valid
}

// isPlans reports whether the row is of Savings Plans, under which AWS has their fees and what of them nothing used.
func (r *Row) isPlans() bool { return isPlans(r.ServiceName.V) }

// line makes a line of the row; a column that is not "" says why it is none.
func (r *Row) line(known *names) (l cost.Line, column, given, allowed string) {
	switch {
	case !r.isLambda() && !(r.isPlans() && r.unused()):
		return l, "ServiceName", shown(r.ServiceName), lambdaService
	case r.ChargeCategory.V != categoryUsage:
		return l, "ChargeCategory", shown(r.ChargeCategory), "Usage"
	case r.ChargeClass.Valid:
		return l, "ChargeClass", shown(r.ChargeClass), "null"
	case !r.PricingQuantity.Valid:
		return l, "PricingQuantity", "null", "a number"
	case !r.BilledCost.Valid:
		return l, "BilledCost", "null", "a number"
	}
	for i := range columns {
		c := &columns[i]
		if c.number == nil || !c.number(r).Valid {
			continue
		}
		if n := c.number(r).V; !bounded(n) || n.Sign() < 0 { // no figure of a bill's line is below 0
			return l, c.Name, givenNumber(n), "0 or more, " + numberAllowed
		}
	}
	l.UsageType, l.Unit, l.RateCode = r.UsageType.V, r.PricingUnit.V, r.SkuPriceId.V
	l.Quantity, l.ListUnitPrice = r.PricingQuantity.V, r.ListUnitPrice.V
	if column, given, allowed = r.lineNames(known, &l); column != "" {
		return l, column, given, allowed
	}
	column, given, allowed = r.linePrice(&l)
	return l, column, given, allowed
}

// lineNames fills kind, meter, architecture and tier: from this package's columns, or as the names of the row tell them.
func (r *Row) lineNames(known *names, l *cost.Line) (column, given, allowed string) {
	if r.Meter.Valid {
		if err := l.Meter.UnmarshalText([]byte(r.Meter.V)); err != nil {
			return "x_Meter", shown(r.Meter), "one of cost.Meters"
		}
		if err := l.Kind.UnmarshalText([]byte(r.LineKind.V)); err != nil {
			return "x_LineKind", shown(r.LineKind), "Charged, Free, Covered or Unused"
		}
		l.Arch = cost.Arch(r.Architecture.V)
		if !validArch(l) {
			return "x_Architecture", shown(r.Architecture), "an architecture that " + l.Meter.String() + " is sold by"
		}
		if r.Tier.Valid {
			if !r.Tier.V.IsInteger() || r.Tier.V.GreaterThan(decimal.NewFromInt(maxTier)) {
				return "x_Tier", shownNumber(r.Tier), "1, 2, 3"
			}
			l.Tier = int(r.Tier.V.IntPart())
		}
		return "", "", ""
	}
	switch {
	case r.CommitmentDiscountStatus.V == statusUsed:
		l.Kind = cost.Covered
	case r.CommitmentDiscountStatus.V == statusUnused:
		l.Kind, l.Meter = cost.Unused, cost.Compute
		return "", "", ""
	}
	m := known.find([]byte(r.SkuPriceId.V), []byte(r.UsageType.V), []byte(r.ChargeDescription.V))
	switch m.sort {
	case meterSort:
	case freeSort:
		l.Kind = cost.Free
	default:
		return "ChargeDescription", shown(r.ChargeDescription), "a meter of Lambda's"
	}
	l.Meter, l.Arch = m.key.Meter, m.key.Arch
	if m.tier >= 0 {
		if len(m.region.tariffs[m.key].price.Tiers) > 1 {
			l.Tier = m.tier + 1
		}
	}
	return "", "", ""
}

// linePrice fills unit price and cost.
func (r *Row) linePrice(l *cost.Line) (column, given, allowed string) {
	amount := r.BilledCost.V
	switch l.Kind {
	case cost.Free:
		if !amount.IsZero() {
			return "BilledCost", givenNumber(amount), "0, of free usage"
		}
		return "", "", ""
	case cost.Covered, cost.Unused:
		if !r.EffectiveCost.Valid {
			return "EffectiveCost", "null", "a number"
		}
		amount = r.EffectiveCost.V
		if !r.UnitPrice.Valid && l.Kind == cost.Covered {
			return "x_UnitPrice", "null", "the plan's rate, of a covered row"
		}
	}
	l.Cost = amount
	var candidates []decimal.Decimal
	for _, n := range []Number{r.UnitPrice, r.ContractedUnitPrice, r.ListUnitPrice} {
		if n.Valid {
			candidates = append(candidates, n.V)
		}
	}
	for i, price := range candidates {
		exact := l.Quantity.Mul(price)
		if bounded(exact) && (exact.Equal(amount) || rounded(exact).Equal(amount)) {
			l.UnitPrice, l.Cost = price, exact
			return "", "", ""
		}
		if i == 0 {
			l.UnitPrice = price
		}
	}
	return "", "", ""
}

// rebuilt is a bill that grows row by row.
type rebuilt struct {
	bill cost.Bill
	at   map[lineKey]int // of a line in bill.Lines
}

// lineKey is what makes rows parts of one line. Decimals are no keys; their text without trailing zeros is.
type lineKey struct {
	kind                      cost.Kind
	key                       cost.Key
	tier                      int
	usageType, unit, rateCode string
	list, price               string
}

func (b *rebuilt) add(l cost.Line) {
	k := lineKey{
		l.Kind,
		cost.Key{Meter: l.Meter, Arch: l.Arch},
		l.Tier, l.UsageType, l.Unit, l.RateCode,
		numberText(l.ListUnitPrice), numberText(l.UnitPrice),
	}
	i, ok := b.at[k]
	if !ok {
		b.at[k] = len(b.bill.Lines)
		b.bill.Lines = append(b.bill.Lines, l)
		return
	}
	sum := &b.bill.Lines[i]
	sum.Quantity, sum.Cost = sum.Quantity.Add(l.Quantity), sum.Cost.Add(l.Cost)
}

// compareLines is the order of bills: by meter, architecture, kind and tier.
func compareLines(a, b cost.Line) int {
	kinds := [...]int{cost.Free: 0, cost.Covered: 1, cost.Charged: 2, cost.Unused: 3}
	return cmp.Or(
		cmp.Compare(a.Meter, b.Meter),
		-cmp.Compare(a.Arch, b.Arch), // x86_64 before arm64
		cmp.Compare(kinds[a.Kind], kinds[b.Kind]),
		cmp.Compare(a.Tier, b.Tier),
	)
}

func shown(t Text) string {
	if !t.Valid {
		return "null"
	}
	return show.Quote(t.V)
}

func shownNumber(n Number) string {
	if !n.Valid {
		return "null"
	}
	return givenNumber(n.V)
}
