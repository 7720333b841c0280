package main

import (
	"bytes"
	"fmt"
	"image/color"
	"os"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/seed-e9ab587a/lambdaecon/cost/tuning"
	"github.com/seed-e9ab587a/lambdaecon/examples/internal/svg"
)

const (
	width  = 17 * vg.Centimeter
	height = 13 * vg.Centimeter
)

// writePicture draws duration and monthly cost over memory, one above the other.
func writePicture(file string, e *tuning.Evaluation, c choice, f flags) error {
	points := e.Points()
	frontier := tuning.Pareto(points)
	onFrontier := func(p tuning.Point) bool {
		return slices.ContainsFunc(frontier, func(q tuning.Point) bool { return q.MemoryMB == p.MemoryMB })
	}
	seconds := func(p tuning.Point) float64 { return p.Duration.Seconds() }
	monthly := func(p tuning.Point) float64 { return p.Monthly(f.monthly).InexactFloat64() }

	top, err := panel(points, c, onFrontier, seconds, svg.Blue)
	if err != nil {
		return err
	}
	top.Title.Text = title(e, c)
	top.Y.Label.Text = "duration, s"
	top.Y.Scale = plot.LogScale{}
	top.Y.Tick.Marker = plot.TickerFunc(durations)
	bottom, err := panel(points, c, onFrontier, monthly, svg.Orange)
	if err != nil {
		return err
	}
	bottom.X.Label.Text = "memory, MB"
	bottom.Y.Label.Text = e.Currency + " a month"
	bottom.Y.Min = 0
	bottom.Y.Tick.Marker = plot.TickerFunc(steps)
	limit := ""
	switch {
	case f.limit > 0:
		limit, err = level(top, "limit of "+f.limit.String(), f.limit.Seconds(), 10*top.Y.Max)
	case f.budget.IsPositive():
		limit, err = level(bottom, "budget of "+f.budget.String()+" "+e.Currency, f.budget.InexactFloat64(), 2*bottom.Y.Max)
	}
	if err != nil {
		return err
	}
	widen(&top.Y, 1.02, 1.02)
	bottom.Y.Max *= 1.05
	explained := entries(c, len(frontier) < len(points), limit)
	below := legendHeight(len(explained))

	canvas := vgsvg.New(width, height+below)
	all := draw.New(canvas)
	panels := draw.Crop(all, 0, 0, below+vg.Points(8), 0)
	parts := plot.Align([][]*plot.Plot{{top}, {bottom}}, draw.Tiles{Rows: 2, Cols: 1, PadY: vg.Points(8), PadTop: vg.Points(4), PadBottom: vg.Points(4), PadRight: vg.Points(12), PadLeft: vg.Points(4)}, panels)
	top.Draw(parts[0][0])
	bottom.Draw(parts[1][0])
	drawLegend(draw.Crop(all, vg.Points(44), 0, vg.Points(4), 0), explained)
	var drawn bytes.Buffer
	if _, err := canvas.WriteTo(&drawn); err != nil {
		return err
	}
	return os.WriteFile(file, svg.Adapt(drawn.Bytes()), 0o644)
}

// title says what the choice is, and what would have been as good.
func title(e *tuning.Evaluation, c choice) string {
	s := fmt.Sprintf("%d MB is the %s\n%s, %s", c.measured.MemoryMB, c.why, e.Region, e.Arch)
	if len(c.asGood) == 0 {
		return s
	}
	var others []string
	for _, p := range c.asGood {
		others = append(others, strconv.Itoa(p.MemoryMB))
	}
	if len(others) > 4 {
		others = append(others[:4], "…")
	}
	return s + fmt.Sprintf("; %s %s MB, within %g %%", c.alike, strings.Join(others, ", "), 100*asGood)
}

// panel plots one figure of the points and of what lies between them.
func panel(points []tuning.Point, c choice, onFrontier func(tuning.Point) bool, y func(tuning.Point) float64, colour color.Color) (*plot.Plot, error) {
	p := plot.New()
	p.BackgroundColor = nil // a transparent one would be written as a colour that depends on the processor
	for _, s := range []*text.Style{&p.Title.TextStyle, &p.X.Label.TextStyle, &p.Y.Label.TextStyle, &p.X.Tick.Label, &p.Y.Tick.Label} {
		s.Color = svg.Ink
		s.Font.Variant = "Sans"
	}
	for _, s := range []*draw.LineStyle{&p.X.LineStyle, &p.Y.LineStyle, &p.X.Tick.LineStyle, &p.Y.Tick.LineStyle} {
		s.Color = svg.Ink
	}
	p.Title.TextStyle.Font.Size = font.Length(12)
	p.X.Scale = plot.LogScale{}
	p.X.Tick.Marker = sizes(points)
	grid := plotter.NewGrid()
	grid.Vertical.Color, grid.Horizontal.Color = svg.Faint, svg.Faint
	p.Add(grid)

	var curve, beaten, front plotter.XYs
	for _, e := range c.curve {
		curve = append(curve, plotter.XY{X: float64(e.Point.MemoryMB), Y: y(e.Point)})
	}
	for _, m := range points {
		at := plotter.XY{X: float64(m.MemoryMB), Y: y(m)}
		if onFrontier(m) {
			front = append(front, at)
		} else {
			beaten = append(beaten, at)
		}
	}
	line, err := plotter.NewLine(curve)
	if err != nil {
		return nil, err
	}
	line.LineStyle = draw.LineStyle{Color: colour, Width: vg.Points(1.5)}
	p.Add(line)
	marks := []struct {
		at    plotter.XYs
		style draw.GlyphStyle
	}{
		{beaten, draw.GlyphStyle{Color: colour, Radius: vg.Points(3.5), Shape: ring{1}}},
		{front, draw.GlyphStyle{Color: colour, Radius: vg.Points(3.5), Shape: draw.CircleGlyph{}}},
		{plotter.XYs{{X: float64(c.measured.MemoryMB), Y: y(c.measured)}}, choiceStyle},
	}
	if !c.between.Measured {
		marks = append(marks, struct {
			at    plotter.XYs
			style draw.GlyphStyle
		}{plotter.XYs{{X: float64(c.between.Point.MemoryMB), Y: y(c.between.Point)}}, betweenStyle})
	}
	for _, m := range marks {
		if len(m.at) == 0 {
			continue
		}
		s, err := plotter.NewScatter(m.at)
		if err != nil {
			return nil, err
		}
		s.GlyphStyle = m.style
		p.Add(s)
	}
	widen(&p.X, 1.0001, 1.4)
	return p, nil
}

// level draws a limit as a dashed line across the panel, unless that is so far above all points that these would be squeezed
// together: then it says so in the text for the legend.
func level(p *plot.Plot, text string, y, most float64) (string, error) {
	if y > most {
		return text + " (off the scale)", nil
	}
	line, err := plotter.NewLine(plotter.XYs{{X: p.X.Min, Y: y}, {X: p.X.Max, Y: y}})
	if err != nil {
		return "", err
	}
	line.LineStyle = levelStyle
	p.Add(line)
	return text, nil
}
