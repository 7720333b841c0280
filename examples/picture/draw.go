package main

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/seed-e9ab587a/lambdaecon/examples/internal/svg"
)

// room keeps names off the bars, where the viewer's letters are wider than those that the picture was laid out with.
const room = "\u00a0\u00a0\u00a0"

// shown are the percentiles of latency that are drawn, with their marks.
var shown = []float64{.5, .99, .999}

var glyphs = []draw.GlyphDrawer{draw.CircleGlyph{}, draw.RingGlyph{}, draw.CrossGlyph{}}

func (f forecast) amount() (float64, error) {
	total, err := strconv.ParseFloat(f.Total, 64)
	if err != nil || !(total >= 0) || math.IsInf(total, 0) {
		return 0, fmt.Errorf("no amount: %q", f.Total)
	}
	return total, nil
}

// percentile returns a latency in ms, 0 where it is not there.
func (f forecast) percentile(p float64) float64 {
	for _, l := range f.Latency {
		if l.P == p {
			return float64(l.Mean) / 1e6
		}
	}
	return 0
}

// draw draws cost and latency side by side, a row for each forecast, in the order of the answer from the top down.
func (a *answer) draw() ([]byte, error) {
	all := slices.Clone(a.Comparison.Forecasts)
	slices.Reverse(all) // the axis goes up
	var names, nameless []string
	var totals plotter.Values
	for _, f := range all {
		total, err := f.amount()
		if err != nil {
			return nil, err
		}
		names, nameless, totals = append(names, f.Scenario+", "+f.Arch+room), append(nameless, ""), append(totals, total)
	}

	costs := panel(names)
	costs.X.Label.Text = all[0].Currency + " a month"
	costs.X.Min = 0
	bars, err := plotter.NewBarChart(totals, vg.Points(13))
	if err != nil {
		return nil, err
	}
	bars.Horizontal, bars.Color, bars.LineStyle.Width = true, svg.Orange, 0
	costs.Add(bars)
	costs.X.Max *= 1.05
	costs.Title.Text = fmt.Sprintf("%.4g million requests a month, %s, %d MB", float64(a.Question.Requests)/1e6, a.Question.Region, a.Question.MemoryMB)

	times := panel(nameless)
	times.X.Label.Text = "latency, ms: ● p50, ○ p99, × p99.9"
	times.X.Scale, times.X.Tick.Marker = plot.LogScale{}, plot.TickerFunc(decades)
	for i, f := range all {
		at := make(plotter.XYs, len(shown))
		for k, p := range shown {
			at[k] = plotter.XY{X: f.percentile(p), Y: float64(i)}
		}
		line, err := plotter.NewLine(at)
		if err != nil {
			return nil, err
		}
		line.LineStyle = draw.LineStyle{Color: svg.Blue, Width: vg.Points(1.5)}
		times.Add(line)
		for k := range at {
			mark, err := plotter.NewScatter(at[k : k+1])
			if err != nil {
				return nil, err
			}
			mark.GlyphStyle = draw.GlyphStyle{Color: svg.Blue, Radius: vg.Points(4), Shape: glyphs[k]}
			times.Add(mark)
		}
	}
	times.X.Min, times.X.Max = times.X.Min/1.15, times.X.Max*1.15
	costs.Y.Min, costs.Y.Max = -.6, float64(len(all))-.4
	times.Y.Min, times.Y.Max = costs.Y.Min, costs.Y.Max

	canvas := vgsvg.New(19*vg.Centimeter, 3*vg.Centimeter+vg.Length(len(all))*vg.Points(20))
	tiles := draw.Tiles{
		Rows: 1, Cols: 2, PadX: vg.Points(14), PadTop: vg.Points(4), PadBottom: vg.Points(4), PadLeft: vg.Points(4), PadRight: vg.Points(12),
	}
	parts := plot.Align([][]*plot.Plot{{costs, times}}, tiles, draw.New(canvas))
	costs.Draw(parts[0][0])
	times.Draw(parts[0][1])
	var drawn bytes.Buffer
	if _, err := canvas.WriteTo(&drawn); err != nil {
		return nil, err
	}
	return svg.Adapt(drawn.Bytes()), nil
}

// panel makes a plot with a row for each name.
func panel(names []string) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil // a transparent one would be written as a colour that depends on the processor
	p.NominalY(names...)
	for _, s := range []*text.Style{&p.Title.TextStyle, &p.X.Label.TextStyle, &p.X.Tick.Label, &p.Y.Tick.Label} {
		s.Color = svg.Ink
		s.Font.Variant = "Sans"
	}
	for _, s := range []*draw.LineStyle{&p.X.LineStyle, &p.X.Tick.LineStyle} {
		s.Color = svg.Ink
	}
	grid := plotter.NewGrid()
	grid.Vertical.Color, grid.Horizontal.Width = svg.Faint, 0
	p.Add(grid)
	return p
}

// decades marks 1, 2 and 5 of each power of ten.
func decades(low, high float64) []plot.Tick {
	var ticks []plot.Tick
	for e := math.Floor(math.Log10(low)); e <= math.Ceil(math.Log10(high)); e++ {
		for _, m := range []float64{1, 2, 5} {
			if v := m * math.Pow(10, e); v >= low && v <= high {
				ticks = append(ticks, plot.Tick{Value: v, Label: strconv.FormatFloat(v, 'g', 3, 64)})
			}
		}
	}
	return ticks
}
