package focus

import (
	"cmp"
	"maps"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// report makes the report of what was read so far.
func (c *reconciler) report() *Report {
	r := &c.out
	r.Currency = c.currency
	for cause := range c.sums {
		s := &c.sums[cause]
		if s.Rows == 0 {
			continue
		}
		s.Difference = s.Billed.Sub(s.Computed)
		r.Causes = append(r.Causes, CauseSum{Cause(cause), s.Sum, s.examples})
		r.Total = r.Total.Add(s.Billed)
	}
	for id, t := range c.lines {
		t.Difference = t.Billed.Sub(t.Computed)
		r.Lines = append(r.Lines, LineSum{
			Month: monthOf(id.month), Region: id.region, Key: id.key, Kind: id.kind, Tier: id.tier,
			Quantity: t.quantity, Effective: t.effective, Matched: t.matched, Sum: t.Sum,
		})
	}
	slices.SortFunc(r.Lines, func(a, b LineSum) int {
		return cmp.Or(a.Month.Compare(b.Month), cmp.Compare(a.Region, b.Region), compareKeys(a.Key, b.Key), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Tier, b.Tier))
	})
	c.splitTiers(r)
	if c.o.Bill != nil {
		r.Bill = compareBill(r.Lines, *c.o.Bill)
	}
	if c.logs != nil {
		r.Usage = c.logs.compare(r.Lines)
		r.Functions = c.logs.functions()
		r.Missing = c.logs.mostMissing(orDefault(c.o.Missing, 20))
		r.MissingRows = c.logs.rows
	}
	return r
}

// compareKeys is the order of bills: meters in their order, x86_64 before arm64.
func compareKeys(a, b cost.Key) int {
	return cmp.Or(cmp.Compare(a.Meter, b.Meter), -cmp.Compare(a.Arch, b.Arch))
}

// splitTiers looks where AWS placed charged usage into other tiers than its sum gives.
func (c *reconciler) splitTiers(r *Report) {
	for rest := r.Lines; len(rest) > 0; {
		first, n := &rest[0], 1
		for n < len(rest) && rest[n].Month.Equal(first.Month) && rest[n].Region == first.Region && rest[n].Key == first.Key {
			n++
		}
		same := rest[:n]
		rest = rest[n:]
		of := c.names.regions[first.Region]
		if of == nil || of.tariffs[first.Key] == nil || len(of.tariffs[first.Key].price.Tiers) < 2 {
			continue
		}
		var prior decimal.Decimal
		if c.o.Billing != nil {
			u := c.o.Billing.Prior[first.Region]
			prior = u.Quantity(first.Key.Meter, first.Key.Arch)
		}
		if s, differs := of.tariffs[first.Key].split(same, prior); differs {
			s.Month, s.Region, s.Key = first.Month, first.Region, first.Key
			r.Tiers = append(r.Tiers, s)
		}
	}
}

// split compares the tiers of lines of one month and key with those of their sum. It says nothing where the tier of some of it
// is not known.
func (t *tariff) split(lines []LineSum, prior decimal.Decimal) (s TierSplit, differs bool) {
	s.Export = make([]decimal.Decimal, len(t.paid))
	s.Computed = make([]decimal.Decimal, len(t.paid))
	var sum decimal.Decimal
	for _, l := range lines {
		switch {
		case l.Kind != cost.Charged:
			continue
		case l.Tier == 0:
			return s, false
		}
		s.Export[l.Tier-1] = s.Export[l.Tier-1].Add(l.Quantity)
		sum = sum.Add(l.Quantity)
	}
	at := prior
	for i := range t.paid {
		here := sum
		if i+1 < len(t.paid) {
			room := t.price.Tiers[i+1].From.Sub(at)
			if room.Sign() <= 0 {
				continue
			}
			here = decimal.Min(sum, room)
		}
		s.Computed[i] = here
		at, sum = at.Add(here), sum.Sub(here)
	}
	for i, paid := range t.paid {
		more := s.Export[i].Sub(s.Computed[i])
		differs = differs || !more.IsZero()
		s.Difference = s.Difference.Add(more.Mul(paid))
	}
	return s, differs
}

// compareBill puts lines of export and bill side by side.
func compareBill(lines []LineSum, s cost.Statement) []LineDifference {
	type id struct {
		region string
		key    cost.Key
		kind   cost.Kind
		tier   int
	}
	sums := make(map[id]*LineDifference)
	of := func(region string, key cost.Key, kind cost.Kind, tier int) *LineDifference {
		if kind == cost.Free {
			region, key.Arch, tier = "", "", 0
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

// compare puts the usage of export and logs side by side, meter by meter.
func (l *logTally) compare(lines []LineSum) []UsageDifference {
	sums := make(map[usageKey]*UsageDifference)
	of := func(region string, key cost.Key) *UsageDifference {
		k := usageKey{region, key}
		if sums[k] == nil {
			sums[k] = &UsageDifference{Region: region, Key: key, Missing: l.absent[k]}
		}
		return sums[k]
	}
	for _, line := range lines {
		region := line.Region
		if line.Kind == cost.Free {
			region = ""
		}
		d := of(region, line.Key)
		d.Export = d.Export.Add(line.Quantity)
		switch {
		case line.Kind == cost.Free:
			d.Reason = FreeUsage
		case l.logs[region] == nil:
			d.Reason = NoLog
		case !logged(line.Key.Meter):
			d.Reason = NotLogged
		}
	}
	for region, functions := range l.logs {
		for _, u := range functions {
			for key, quantity := range u.All() {
				d := of(region, key)
				d.Log = d.Log.Add(quantity)
			}
		}
	}
	out := make([]UsageDifference, 0, len(sums))
	for _, d := range sums {
		out = append(out, *d)
	}
	slices.SortFunc(out, func(a, b UsageDifference) int {
		return cmp.Or(cmp.Compare(a.Region, b.Region), compareKeys(a.Key, b.Key))
	})
	return out
}

// functions lists those of the logs of which the export has another quantity.
func (l *logTally) functions() []FunctionDifference {
	var out []FunctionDifference
	for region, functions := range l.logs {
		for function, u := range functions {
			if function == "" {
				continue // not named: compared in the sum alone
			}
			for key, quantity := range u.All() {
				if export := l.used[logKey{region, function, key}]; !export.Equal(quantity) {
					out = append(out, FunctionDifference{region, function, key, export, quantity})
				}
			}
		}
	}
	for k, export := range l.used {
		u := l.logs[k.region][k.function]
		if logged(k.key.Meter) && u.Quantity(k.key.Meter, k.key.Arch).IsZero() && !export.IsZero() {
			out = append(out, FunctionDifference{k.region, k.function, k.key, export, decimal.Decimal{}})
		}
	}
	slices.SortFunc(out, func(a, b FunctionDifference) int {
		return cmp.Or(cmp.Compare(a.Region, b.Region), cmp.Compare(a.Function, b.Function), compareKeys(a.Key, b.Key))
	})
	return out
}

func (l *logTally) mostMissing(most int) []MissingFunction {
	out := make([]MissingFunction, 0, len(l.missing))
	for _, m := range slices.Collect(maps.Values(l.missing)) {
		out = append(out, *m)
	}
	slices.SortFunc(out, func(a, b MissingFunction) int {
		return cmp.Or(b.Billed.Cmp(a.Billed), cmp.Compare(a.Region, b.Region), cmp.Compare(a.Function, b.Function))
	})
	return out[:min(most, len(out))]
}
