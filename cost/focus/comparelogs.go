package focus

import (
	"cmp"
	"maps"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

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
