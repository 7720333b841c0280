package savings

import (
	"maps"
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/digits"
)

// setKeys prepares all that was used: its prices, its plan rates, its share of the free tier, its place in the tiers, and
// what each hour used of it.
func (h *History) setKeys(c *cost.Catalog, rates map[string]*cost.Rates, read *reading, o *cost.Options) error {
	if o == nil {
		o = new(cost.Options)
	}
	free := newFreeTier(o)
	var order []regionKey
	total := make(map[regionKey]decimal.Decimal)
	for _, region := range slices.Sorted(maps.Keys(read.totals)) {
		for k, q := range read.totals[region].All() {
			order = append(order, regionKey{region, k})
			total[regionKey{region, k}] = q
		}
	}
	shares := free.byRegion(order, total)
	if h.plan.FreeTier == FreeByHour {
		shares = free.byHour(order, read)
	}

	priced := make(map[string]*cost.Rates)
	for i, region := range slices.Sorted(maps.Keys(rates)) {
		h.currency = rates[region].Currency()
		if asOf := rates[region].AsOf(); i == 0 || asOf.After(h.planAsOf) {
			h.planAsOf = asOf
		}
	}
	for i, region := range slices.Sorted(maps.Keys(read.totals)) {
		r, err := c.Region(region)
		if err != nil {
			return err
		}
		priced[region] = r
		if i == 0 {
			h.currency = r.Currency()
		}
		if plan := rates[region]; plan != nil && plan.Currency() != r.Currency() {
			return &CardError{
				Index: h.cardIndex(region), Region: region,
				Err: &RangeError{Field: "Currency", Given: plan.Currency(), Allowed: r.Currency() + ", as the region's prices"},
			}
		}
	}

	start := make([]decimal.Decimal, len(order))
	for i, rk := range order {
		price, err := priced[rk.region].Price(rk.key.Meter, rk.key.Arch)
		if err != nil {
			return err
		}
		k := usedKey{region: rk.region, key: rk.key, price: price}
		start[i] = free.placed[rk]
		k.freeList = price.Tiers[price.TierAt(start[i])].UnitPrice
		if o.FreeAdvancesTiers {
			start[i] = start[i].Add(shares[rk])
		}
		for _, t := range price.Tiers {
			k.tiers = append(k.tiers, tier{list: t.UnitPrice, paid: o.Paid(rk.key.Meter, t.UnitPrice), rank: -1})
		}
		if plan := rates[rk.region]; plan != nil && Covers(rk.key.Meter) {
			if r, err := plan.Price(rk.key.Meter, rk.key.Arch); err == nil {
				k.rated, k.rate, k.rateCode = true, r.Tiers[0].UnitPrice, r.Tiers[0].RateCode
			}
		}
		h.keys = append(h.keys, k)
	}
	h.setScale(order, read, shares, start)
	for i := range h.keys {
		h.keys[i].scale(h, shares[order[i]], start[i])
	}
	h.setItems(order, read)
	return nil
}

func (h *History) cardIndex(region string) int {
	return slices.IndexFunc(h.plan.Cards, func(c cost.RateCard) bool { return c.Region == region })
}

// One MB·ms is 9765625 × 10^-13 GB-seconds.
const (
	mbMillisecond    = 9765625
	mbMillisecondExp = -13
)

// setScale finds units in which all quantities and all amounts of money are whole.
func (h *History) setScale(order []regionKey, read *reading, shares map[regionKey]decimal.Decimal, start []decimal.Decimal) {
	h.quantityExp = mbMillisecondExp
	quantity := func(d decimal.Decimal) { h.quantityExp = min(h.quantityExp, d.Exponent()) }
	for _, hr := range read.hours {
		for _, q := range hr.used {
			quantity(q)
		}
	}
	var priceExp int32
	price := func(d decimal.Decimal) { priceExp = min(priceExp, d.Exponent()) }
	for i, rk := range order {
		quantity(shares[rk])
		quantity(start[i])
		for _, t := range h.keys[i].price.Tiers {
			quantity(t.From)
		}
		for _, t := range h.keys[i].tiers {
			price(t.list)
			price(t.paid)
		}
		price(h.keys[i].rate)
	}
	h.moneyExp = min(h.quantityExp+priceExp, -moneyPlaces)
}

// scale sets the whole numbers of a key.
func (k *usedKey) scale(h *History, free, start decimal.Decimal) {
	money := h.moneyExp - h.quantityExp // of prices
	k.free, k.start = whole(free, h.quantityExp), whole(start, h.quantityExp)
	for i := range k.tiers {
		t := &k.tiers[i]
		t.from = whole(k.price.Tiers[i].From, h.quantityExp)
		t.listMoney, t.paidMoney = whole(t.list, money), whole(t.paid, money)
	}
	if !k.rated {
		return
	}
	k.rateMoney = whole(k.rate, money)
	k.least = digits.Pow10(-int64(h.quantityExp))
	if k.key.Meter != cost.Requests {
		k.least = whole(decimal.New(mbMillisecond, mbMillisecondExp), h.quantityExp)
	}
}

// setItems distributes the usage over the hours, without what is free: the first of each key.
func (h *History) setItems(order []regionKey, read *reading) {
	left := make([]*big.Int, len(h.keys))
	for i := range h.keys {
		left[i] = new(big.Int).Set(h.keys[i].free)
	}
	at := 0
	for _, given := range read.hours {
		for !h.hours[at].start.Equal(given.start) {
			at++
		}
		for i, rk := range order {
			used, ok := given.used[rk]
			if !ok {
				continue
			}
			q := whole(used, h.quantityExp)
			free := new(big.Int).Set(q)
			if free.Cmp(left[i]) > 0 {
				free.Set(left[i])
			}
			left[i].Sub(left[i], free)
			if q.Sub(q, free).Sign() > 0 {
				h.hours[at].items = append(h.hours[at].items, item{key: i, quantity: q})
			}
		}
	}
}
