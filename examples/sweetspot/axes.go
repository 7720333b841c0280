package main

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"

	"github.com/seed-e9ab587a/lambdaecon/cost/tuning"
)

// widen gives a logarithmic axis some width where what it shows has next to none: no scale can be made of one value.
func widen(a *plot.Axis, least, by float64) {
	if a.Max < a.Min*least {
		a.Min /= by
		a.Max *= by
	}
}

// sizes marks the measured memory sizes, as far as there is room for their labels.
func sizes(points []tuning.Point) plot.Ticker {
	var ticks []plot.Tick
	room := math.Log(float64(points[len(points)-1].MemoryMB)/float64(points[0].MemoryMB)) / 14
	last := math.Inf(-1)
	for _, p := range points {
		t := plot.Tick{Value: float64(p.MemoryMB)}
		if at := math.Log(t.Value); at-last > room {
			t.Label = strconv.Itoa(p.MemoryMB)
			last = at
		}
		ticks = append(ticks, t)
	}
	return plot.ConstantTicks(ticks)
}

// durations marks a logarithmic axis: 1, 2 and 5 of each power of ten, or where fewer than three of those are on it, equal
// steps.
func durations(low, high float64) []plot.Tick {
	var ticks []plot.Tick
	for e := math.Floor(math.Log10(low)); e <= math.Ceil(math.Log10(high)); e++ {
		for _, m := range []float64{1, 2, 5} {
			if v := m * math.Pow(10, e); v >= low/1.001 && v <= high*1.001 {
				ticks = append(ticks, plot.Tick{Value: v, Label: strconv.FormatFloat(v, 'g', 3, 64)})
			}
		}
	}
	if len(ticks) < 3 {
		return steps(low, high)
	}
	return ticks
}

// steps marks whole multiples of 1, 2 or 5 of a power of ten, of the largest such that there are three or more of them.
func steps(low, high float64) []plot.Tick {
	for e := int(math.Ceil(math.Log10(high - low))); ; e-- {
		for _, m := range []float64{5, 2, 1} {
			step := m * math.Pow10(e)
			first, last := math.Ceil(low/step), math.Floor(high/step)
			if last-first < 2 {
				continue
			}
			format, digits := byte('f'), max(0, -e)
			if e > 6 {
				format, digits = 'g', -1
			}
			var ticks []plot.Tick
			for k := first; k <= last; k++ {
				ticks = append(ticks, plot.Tick{Value: k * step, Label: strconv.FormatFloat(k*step, format, digits, 64)})
			}
			return ticks
		}
	}
}
