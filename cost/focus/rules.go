package focus

import (
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/codes"
)

// Rule is one thing that [Check] looks at.
type Rule struct {
	ID     string // column and what is asked of it: "ListCost.product"
	Column string // whose value is at fault where the rule is broken
	Text   string // the rule in words
	Since  string // version that introduced it: "1.0", "1.1", "1.2"
	// AWS is set where FOCUS leaves it open, and it holds for how AWS bills.
	AWS bool
}

// rule is a Rule of single rows with its check.
type rule struct {
	Rule
	broken func(*Row) bool
}

// Rules returns the rules of a version that [Check] walks, those of columns in alphabetical order, then those that tie columns
// together. It is empty for an unknown version.
func Rules(v Version) []Rule {
	var list []Rule
	if v.Validate() != nil {
		return nil
	}
	for i := range rules {
		if rules[i].Since <= string(v) {
			list = append(list, rules[i].Rule)
		}
	}
	return list
}

// rules has those that the table of columns gives, then the others.
var rules = append(columnRules(), rowRules...)

// columnRules says of each column what its description in the table asks.
func columnRules() []rule {
	var list []rule
	for i := range columns {
		c := &columns[i]
		if c.Level == Custom {
			continue
		}
		add := func(what, text string, broken func(*Row) bool) {
			list = append(list, rule{Rule{ID: c.Name + "." + what, Column: c.Name, Text: text, Since: c.Since}, broken})
		}
		if !c.Nullable { // recommended columns may be left out, and be null no more than mandatory ones
			add("null", "must not be null", func(r *Row) bool { return c.null(r) })
		}
		switch c.Type {
		case Decimal:
			add("spelling", "digits, one point at most, no plus sign; an exponent as in 1E-5", misspelt(i))
			add("bounds", "must be "+numberAllowed, func(r *Row) bool { return !bounded(c.number(r).V) })
		case DateTime:
			add("spelling", "YYYY-MM-DDTHH:MM:SSZ, in UTC", misspelt(i))
		case JSON:
			add("object", "a JSON object of numbers, strings, true, false and null, with keys that differ", func(r *Row) bool {
				t := c.text(r)
				return t.Valid && !isFlatObject(t.V)
			})
		default:
			add("empty", "null stands for what is absent: no text of no characters", func(r *Row) bool {
				t := c.text(r)
				return t.Valid && strings.TrimSpace(t.V) == ""
			})
		}
		if c.Values != nil {
			add("value", "must be "+strings.Join(c.Values, ", "), func(r *Row) bool {
				t := c.text(r)
				return t.Valid && !slices.Contains(c.Values, t.V)
			})
		}
	}
	return list
}

func misspelt(place int) func(*Row) bool {
	return func(r *Row) bool { return r.misspelt&(1<<place) != 0 }
}

func (c *column) null(r *Row) bool {
	switch {
	case c.text != nil:
		return !c.text(r).Valid
	case c.number != nil:
		return !c.number(r).Valid
	default:
		return !c.time(r).Valid
	}
}

// isFlatObject reads a JSON object by its tokens, since decoding it would keep the last of two keys that are the same.
func isFlatObject(s string) bool {
	d := json.NewDecoder(strings.NewReader(s))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return false
	}
	seen := make(map[string]bool)
	for d.More() {
		t, err := d.Token()
		key, ok := t.(string)
		if err != nil || !ok || seen[key] {
			return false
		}
		seen[key] = true
		v, err := d.Token()
		if _, nested := v.(json.Delim); err != nil || nested {
			return false
		}
	}
	if _, err := d.Token(); err != nil { // the closing brace
		return false
	}
	_, err := d.Token()
	return errors.Is(err, io.EOF) // nothing behind it
}

// Kinds of rows that rules are about.
func (r *Row) is(category string) bool { return r.ChargeCategory.V == category }

func (r *Row) corrects() bool { return r.ChargeClass.V == "Correction" }

// priced are rows that must say how they were priced.
func (r *Row) priced() bool {
	return (r.is(categoryUsage) || r.is(categoryPurchase)) && !r.corrects()
}

func (r *Row) committed() bool { return r.CommitmentDiscountId.Valid }

func (r *Row) unused() bool {
	return r.is(categoryUsage) && r.CommitmentDiscountStatus.V == statusUnused
}

// product reports whether quantity × price is the cost: exactly, or rounded as AWS does.
func product(quantity, price, amount Number) bool {
	if !quantity.Valid || !price.Valid || !amount.Valid || !bounded(quantity.V) || !bounded(price.V) || !bounded(amount.V) {
		return true // other rules say so
	}
	exact := quantity.V.Mul(price.V)
	return exact.Equal(amount.V) || rounded(exact).Equal(amount.V)
}

func differ(a, b Number) bool {
	return a.Valid && b.Valid && bounded(a.V) && bounded(b.V) && !a.V.Equal(b.V)
}

func notZero(n Number) bool { return n.Valid && !n.V.IsZero() }

func negative(n Number) bool { return n.Valid && n.V.Sign() < 0 }

func ordered(start, end Time) bool { return !start.Valid || !end.Valid || start.V.Before(end.V) }

// rowRules tie columns of one row together.
var rowRules = []rule{
	// Periods.
	{Rule{"BillingPeriodEnd.order", "BillingPeriodEnd", "must be behind BillingPeriodStart", "1.0", false}, func(r *Row) bool {
		return !ordered(r.BillingPeriodStart, r.BillingPeriodEnd)
	}},
	{Rule{"ChargePeriodEnd.order", "ChargePeriodEnd", "must be behind ChargePeriodStart", "1.0", false}, func(r *Row) bool {
		return !ordered(r.ChargePeriodStart, r.ChargePeriodEnd)
	}},
	{Rule{"ChargePeriodStart.inside", "ChargePeriodStart", "usage lies within the billing period", "1.0", true}, func(r *Row) bool {
		if !r.is(categoryUsage) || r.corrects() || !r.ChargePeriodStart.Valid || !r.ChargePeriodEnd.Valid || !r.BillingPeriodStart.Valid || !r.BillingPeriodEnd.Valid {
			return false
		}
		return !Period{r.BillingPeriodStart.V, r.BillingPeriodEnd.V}.contains(Period{r.ChargePeriodStart.V, r.ChargePeriodEnd.V})
	}},

	// Money.
	{Rule{"BillingCurrency.code", "BillingCurrency", "must be a code of ISO 4217: three capital letters", "1.0", false}, func(r *Row) bool {
		c := r.BillingCurrency
		return c.Valid && !codes.IsCurrency(c.V)
	}},
	{Rule{"ListCost.product", "ListCost", "must be ListUnitPrice × PricingQuantity, after AWS's rounding to 10 decimals", "1.0", false}, func(r *Row) bool {
		return !r.corrects() && !product(r.PricingQuantity, r.ListUnitPrice, r.ListCost)
	}},
	{Rule{"ContractedCost.product", "ContractedCost", "must be ContractedUnitPrice × PricingQuantity, after AWS's rounding to 10 decimals", "1.0", false}, func(r *Row) bool {
		return !r.corrects() && !product(r.PricingQuantity, r.ContractedUnitPrice, r.ContractedCost)
	}},
	{Rule{"ListCost.credit", "ListCost", "of a credit without a unit price, must be BilledCost", "1.0", false}, func(r *Row) bool {
		return r.is("Credit") && !r.ListUnitPrice.Valid && differ(r.ListCost, r.BilledCost)
	}},
	{Rule{"ContractedCost.credit", "ContractedCost", "of a credit without a unit price, must be BilledCost", "1.0", false}, func(r *Row) bool {
		return r.is("Credit") && !r.ContractedUnitPrice.Valid && differ(r.ContractedCost, r.BilledCost)
	}},
	{Rule{"EffectiveCost.credit", "EffectiveCost", "of a credit, must be BilledCost", "1.2", false}, func(r *Row) bool {
		return r.is("Credit") && differ(r.EffectiveCost, r.BilledCost)
	}},
	{Rule{"EffectiveCost.usage", "EffectiveCost", "of usage without a commitment, is BilledCost: nothing of it was paid elsewhere", "1.0", true}, func(r *Row) bool {
		return r.is(categoryUsage) && !r.committed() && differ(r.EffectiveCost, r.BilledCost)
	}},
	{Rule{"EffectiveCost.purchase", "EffectiveCost", "of the purchase of a commitment, must be 0", "1.0", false}, func(r *Row) bool {
		return r.is(categoryPurchase) && r.committed() && notZero(r.EffectiveCost)
	}},
	{Rule{"BilledCost.commitment", "BilledCost", "of usage that a commitment covers and of the unused rest, must be 0", "1.0", false}, func(r *Row) bool {
		return r.is(categoryUsage) && r.committed() && !r.corrects() && notZero(r.BilledCost)
	}},

	// Prices and quantities.
	{Rule{"ListUnitPrice.priced", "ListUnitPrice", "must not be null on usage and purchases that correct nothing", "1.0", false}, func(r *Row) bool {
		return r.priced() && !r.ListUnitPrice.Valid
	}},
	{Rule{"ListUnitPrice.tax", "ListUnitPrice", "must be null on tax", "1.0", false}, func(r *Row) bool {
		return r.is("Tax") && r.ListUnitPrice.Valid
	}},
	{Rule{"ListUnitPrice.negative", "ListUnitPrice", "must be 0 or more", "1.0", false}, func(r *Row) bool { return negative(r.ListUnitPrice) }},
	{Rule{"ContractedUnitPrice.priced", "ContractedUnitPrice", "must not be null on usage and purchases that correct nothing", "1.0", false}, func(r *Row) bool {
		return r.priced() && !r.ContractedUnitPrice.Valid
	}},
	{Rule{"ContractedUnitPrice.tax", "ContractedUnitPrice", "must be null on tax", "1.0", false}, func(r *Row) bool {
		return r.is("Tax") && r.ContractedUnitPrice.Valid
	}},
	{Rule{"ContractedUnitPrice.negative", "ContractedUnitPrice", "must be 0 or more", "1.0", false}, func(r *Row) bool { return negative(r.ContractedUnitPrice) }},
	{Rule{"PricingQuantity.priced", "PricingQuantity", "must not be null on usage and purchases that correct nothing", "1.0", false}, func(r *Row) bool {
		return r.priced() && !r.PricingQuantity.Valid
	}},
	{Rule{"PricingQuantity.tax", "PricingQuantity", "must be null on tax", "1.0", false}, func(r *Row) bool {
		return r.is("Tax") && r.PricingQuantity.Valid
	}},
	{Rule{"PricingUnit.together", "PricingUnit", "must be null exactly where PricingQuantity is", "1.0", false}, func(r *Row) bool {
		return r.PricingUnit.Valid != r.PricingQuantity.Valid
	}},
	{Rule{"ConsumedQuantity.usage", "ConsumedQuantity", "must not be null on usage that corrects nothing, but for unused commitment", "1.0", false}, func(r *Row) bool {
		return r.is(categoryUsage) && !r.corrects() && !r.unused() && !r.ConsumedQuantity.Valid
	}},
	{Rule{"ConsumedQuantity.other", "ConsumedQuantity", "must be null where nothing was used: on other charges, and on unused commitment", "1.2", false}, func(r *Row) bool {
		return r.ChargeCategory.Valid && (!r.is(categoryUsage) || r.unused()) && r.ConsumedQuantity.Valid
	}},
	{Rule{"ConsumedUnit.together", "ConsumedUnit", "must be null exactly where ConsumedQuantity is", "1.0", false}, func(r *Row) bool {
		return r.ConsumedUnit.Valid != r.ConsumedQuantity.Valid
	}},
	{Rule{"PricingCategory.priced", "PricingCategory", "must not be null on usage and purchases that correct nothing", "1.0", false}, func(r *Row) bool {
		return r.priced() && !r.PricingCategory.Valid
	}},
	{Rule{"PricingCategory.tax", "PricingCategory", "must be null on tax", "1.0", false}, func(r *Row) bool {
		return r.is("Tax") && r.PricingCategory.Valid
	}},
	{Rule{"PricingCategory.committed", "PricingCategory", "must be Committed exactly on usage that has a CommitmentDiscountId", "1.0", false}, func(r *Row) bool {
		return r.PricingCategory.Valid && (r.PricingCategory.V == committedPrice) != (r.is(categoryUsage) && r.committed())
	}},
	{Rule{"ChargeFrequency.purchase", "ChargeFrequency", "must not be Usage-Based on a purchase", "1.0", false}, func(r *Row) bool {
		return r.is(categoryPurchase) && r.ChargeFrequency.V == usageBased
	}},

	// Commitments.
	{Rule{"CommitmentDiscountCategory.together", "CommitmentDiscountCategory", "must be null exactly where CommitmentDiscountId is", "1.0", false}, func(r *Row) bool {
		return r.CommitmentDiscountCategory.Valid != r.committed()
	}},
	{Rule{"CommitmentDiscountType.together", "CommitmentDiscountType", "must be null exactly where CommitmentDiscountId is", "1.0", false}, func(r *Row) bool {
		return r.CommitmentDiscountType.Valid != r.committed()
	}},
	{Rule{"CommitmentDiscountName.together", "CommitmentDiscountName", "must be null where CommitmentDiscountId is", "1.0", false}, func(r *Row) bool {
		return r.CommitmentDiscountName.Valid && !r.committed()
	}},
	{Rule{"CommitmentDiscountStatus.together", "CommitmentDiscountStatus", "must be null where CommitmentDiscountId is, and must not be on usage that has one", "1.0", false}, func(r *Row) bool {
		return r.CommitmentDiscountStatus.Valid && !r.committed() || !r.CommitmentDiscountStatus.Valid && r.committed() && r.is(categoryUsage)
	}},
	{Rule{"CommitmentDiscountQuantity.together", "CommitmentDiscountQuantity", "must not be null on usage and purchases that have a CommitmentDiscountId and correct nothing, and null elsewhere", "1.1", false}, func(r *Row) bool {
		return !r.corrects() && r.CommitmentDiscountQuantity.Valid != (r.committed() && r.priced())
	}},
	{Rule{"CommitmentDiscountUnit.together", "CommitmentDiscountUnit", "must be null exactly where CommitmentDiscountQuantity is", "1.1", false}, func(r *Row) bool {
		return r.CommitmentDiscountUnit.Valid != r.CommitmentDiscountQuantity.Valid
	}},
	{Rule{"CapacityReservationStatus.together", "CapacityReservationStatus", "must be null where CapacityReservationId is", "1.1", false}, func(r *Row) bool {
		return r.CapacityReservationStatus.Valid && !r.CapacityReservationId.Valid
	}},

	// What was priced.
	{Rule{"SkuId.priced", "SkuId", "must not be null on usage and purchases that correct nothing", "1.0", false}, func(r *Row) bool { return r.priced() && !r.SkuId.Valid }},
	{Rule{"SkuId.tax", "SkuId", "must be null on tax", "1.0", false}, func(r *Row) bool { return r.is("Tax") && r.SkuId.Valid }},
	{Rule{"SkuPriceId.priced", "SkuPriceId", "must not be null on usage and purchases that correct nothing", "1.0", false}, func(r *Row) bool { return r.priced() && !r.SkuPriceId.Valid }},
	{Rule{"SkuPriceId.tax", "SkuPriceId", "must be null on tax", "1.0", false}, func(r *Row) bool { return r.is("Tax") && r.SkuPriceId.Valid }},
	{Rule{"SkuPriceId.sku", "SkuPriceId", "is a rate code that begins with SkuId and a point", "1.0", true}, func(r *Row) bool {
		return r.SkuId.Valid && r.SkuPriceId.Valid && !strings.HasPrefix(r.SkuPriceId.V, r.SkuId.V+".")
	}},
	{Rule{"SkuMeter.together", "SkuMeter", "must be null where SkuId is", "1.1", false}, func(r *Row) bool { return r.SkuMeter.Valid && !r.SkuId.Valid }},
	{Rule{"SkuPriceDetails.together", "SkuPriceDetails", "must be null where SkuPriceId is", "1.1", false}, func(r *Row) bool {
		return r.SkuPriceDetails.Valid && !r.SkuPriceId.Valid
	}},
	{Rule{"ServiceSubcategory.value", "ServiceSubcategory", "must be one of FOCUS's, each of which has one ServiceCategory", "1.1", false}, func(r *Row) bool {
		sub := r.ServiceSubcategory
		return sub.Valid && parentOf[sub.V] == ""
	}},
	{Rule{"ServiceSubcategory.parent", "ServiceSubcategory", "must be one of those of ServiceCategory", "1.1", false}, func(r *Row) bool {
		parent := parentOf[r.ServiceSubcategory.V]
		return parent != "" && r.ServiceCategory.Valid && parent != r.ServiceCategory.V
	}},

	// Who and where.
	{Rule{"BillingAccountType.together", "BillingAccountType", "must be null exactly where BillingAccountId is", "1.2", false}, func(r *Row) bool {
		return r.BillingAccountId.Valid != r.BillingAccountType.Valid
	}},
	{Rule{"SubAccountName.together", "SubAccountName", "must be null where SubAccountId is", "1.0", false}, func(r *Row) bool {
		return r.SubAccountName.Valid && !r.SubAccountId.Valid
	}},
	{Rule{"SubAccountName.named", "SubAccountName", "must not be null where SubAccountId is not", "1.2", false}, func(r *Row) bool {
		return !r.SubAccountName.Valid && r.SubAccountId.Valid
	}},
	{Rule{"SubAccountType.together", "SubAccountType", "must be null exactly where SubAccountId is", "1.2", false}, func(r *Row) bool {
		return r.SubAccountId.Valid != r.SubAccountType.Valid
	}},
	{Rule{"ResourceName.together", "ResourceName", "must be null where ResourceId is", "1.0", false}, func(r *Row) bool {
		return r.ResourceName.Valid && !r.ResourceId.Valid
	}},
	{Rule{"ResourceType.together", "ResourceType", "must be null exactly where ResourceId is", "1.0", false}, func(r *Row) bool {
		return r.ResourceId.Valid != r.ResourceType.Valid
	}},
	{Rule{"RegionName.together", "RegionName", "must be null exactly where RegionId is", "1.0", false}, func(r *Row) bool {
		return r.RegionId.Valid != r.RegionName.Valid
	}},
}
