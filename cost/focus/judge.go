package focus

import "github.com/shopspring/decimal"

// chargeCauses are the causes that the kind of charge alone decides.
var chargeCauses = map[charge]Cause{
	coveredCharge: CoveredUsage, negationCharge: CommitmentFee, unusedCharge: CommitmentFee, feeCharge: CommitmentFee,
	taxCharge: Tax, creditCharge: Credit, refundCharge: Refund, discountCharge: Discount, correctionCharge: Correction,
	otherCharge: OtherCharge,
}

// judge says what a row of Lambda is.
func (c *reconciler) judge(row *entry) verdict {
	v := verdict{tier: -1}
	if row.charge != usageCharge && row.charge != coveredCharge {
		v.cause = chargeCauses[row.charge]
		return v
	}
	v.meter = c.names.find(row.rateCode, row.usageType, row.description)
	if v.meter.sort == meterSort && v.meter.region == nil {
		v.meter.region = c.names.regions[string(row.region)]
	}
	v.tier = v.meter.tier
	switch {
	case row.charge == coveredCharge && v.meter.sort == meterSort:
		v.cause = CoveredUsage
	case v.meter.sort == transferSort:
		v.cause = DataTransfer
	case v.meter.sort == unknownSort:
		v.cause = UnknownMeter
	case row.billed.V.Sign() < 0 || row.quantity.V.Sign() < 0:
		v.cause = Refund
	case v.meter.sort == freeSort:
		if v.cause = FreeTier; !row.billed.V.IsZero() {
			v.cause = NotProduct
		}
	case v.meter.region == nil:
		v.cause = UnknownRegion
	default:
		c.price(row, &v)
	}
	return v
}

// price holds what AWS billed for a meter against our price.
func (c *reconciler) price(row *entry, v *verdict) {
	t := v.meter.region.tariffs[v.meter.key]
	if t == nil || c.currency != "" && v.meter.region.rates.Currency() != c.currency {
		v.cause = NoPrice
		return
	}
	if v.tier >= 0 { // by the rate code
		v.our, v.computed = t.price.Tiers[v.tier].UnitPrice, rounded(row.quantity.V.Mul(c.paid(t)[v.tier]))
		if v.computed.Equal(row.billed.V) {
			v.cause = Matched
			return
		}
	} else if c.fits(row, v, t) {
		v.cause = Matched
		return
	}
	own := row.unitPrice
	if !own.Valid {
		own = row.contracted
	}
	ours := own.Valid && own.V.Equal(v.our)
	itself := own.Valid && costs(row, own.V) || row.contracted.Valid && costs(row, row.contracted.V)
	switch {
	case !itself:
		v.cause = NotProduct
	case ours:
		v.cause = Discounted
	case len(row.rateCode) > 0 && t.coded && v.meter.tier < 0:
		v.cause = UnknownRateCode
	default:
		v.cause = OtherPrice
	}
}

// paid is what is paid for one unit in each tier: list price less discount.
func (c *reconciler) paid(t *tariff) []decimal.Decimal {
	if c.o.Billing == nil {
		return t.list
	}
	paid, ok := c.paidFor[t]
	if !ok {
		for _, list := range t.list {
			paid = append(paid, c.o.Billing.Paid(t.price.Meter, list))
		}
		c.paidFor[t] = paid
	}
	return paid
}

// fits looks for the tier of which the price gives the cost. Of a quantity so small that several do, it is that of the
// export's own price, else the first. Where none does, the price is that of the export's tier or, as a guess, the first one.
func (c *reconciler) fits(row *entry, v *verdict, t *tariff) bool {
	found := false
	for i, paid := range c.paid(t) {
		computed := rounded(row.quantity.V.Mul(paid))
		same := row.unitPrice.Valid && row.unitPrice.V.Equal(t.price.Tiers[i].UnitPrice)
		match := computed.Equal(row.billed.V)
		if match && (!found || same) || !found && (same || i == 0) {
			v.tier, v.our, v.computed = i, t.price.Tiers[i].UnitPrice, computed
		}
		found = found || match
		if match && same {
			break
		}
	}
	if !found && !(row.unitPrice.Valid && row.unitPrice.V.Equal(v.our)) {
		v.tier = -1
	}
	return found
}

// costs reports whether a price gives what AWS billed.
func costs(row *entry, price decimal.Decimal) bool {
	return rounded(row.quantity.V.Mul(price)).Equal(row.billed.V)
}
