package workload

import (
	"time"
)

// azureLevels are the percentiles of the file of durations, as shares.
var azureLevels = [...]float64{0, 0.01, 0.25, 0.5, 0.75, 0.99, 1}

var azurePercentileColumns = []string{
	"percentile_Average_0", "percentile_Average_1", "percentile_Average_25", "percentile_Average_50",
	"percentile_Average_75", "percentile_Average_99", "percentile_Average_100",
}

// azureDistribution is piecewise linear between its quantiles at azureLevels, which do not decrease.
type azureDistribution struct {
	quantiles [len(azureLevels)]time.Duration
	mean      time.Duration
}

// liftZeros makes zeros 1 ns and returns what was one.
func (d *azureDistribution) liftZeros() string {
	zero := ""
	for i, q := range d.quantiles {
		if q == 0 {
			zero, d.quantiles[i] = azurePercentileColumns[i], 1 // the last one tells the others: they do not decrease
		}
	}
	if d.mean == 0 {
		d.mean = 1
		if zero == "" {
			zero = "Average"
		}
	}
	return zero
}

// Quantile implements lifecycle.Distribution.
func (d azureDistribution) Quantile(p float64) time.Duration {
	if !(p > 0) {
		return d.quantiles[0]
	}
	for i := 1; i < len(azureLevels); i++ {
		from, to := azureLevels[i-1], azureLevels[i]
		if p >= to {
			continue
		}
		low, high := d.quantiles[i-1], d.quantiles[i]
		share := (p - from) / (to - from)
		// Converted, so that no machine fuses the product with the sum; bounded, as a difference beyond 2^53 may round up.
		return min(low+time.Duration(float64(float64(high-low)*share)+0.5), high)
	}
	return d.quantiles[len(d.quantiles)-1]
}

// Mean implements lifecycle.Distribution.
func (d azureDistribution) Mean() time.Duration { return d.mean }
