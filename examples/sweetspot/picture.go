package main

import (
	"bytes"
	"fmt"
	"image/color"
	"math"
	"os"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/seed-e9ab587a/lambdaecon/cost/tuning"
)

// Colours that can be told apart in light and dark, and by those who do not see red and green as others do (P. Okabe, K. Ito). The ink
// becomes whatever colour the viewer's text has: see adapt.
var (
	ink      = color.NRGBA{R: 0x24, G: 0x29, B: 0x2f, A: 0xff}
	faint    = color.NRGBA{R: 0x88, G: 0x90, B: 0x98, A: 0x40}
	duration = color.NRGBA{R: 0x2a, G: 0x8f, B: 0xd4, A: 0xff}
	money    = color.NRGBA{R: 0xe0, G: 0x7b, B: 0x00, A: 0xff}
	chosen   = color.NRGBA{R: 0x00, G: 0xa8, B: 0x7a, A: 0xff}
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

	top, err := panel(points, c, onFrontier, seconds, duration)
	if err != nil {
		return err
	}
	top.Title.Text = fmt.Sprintf("%s, %s: %d MB is the %s", e.Region, e.Arch, c.measured.MemoryMB, c.why)
	top.Y.Label.Text = "duration, s"
	top.Y.Scale = plot.LogScale{}
	top.Y.Tick.Marker = plot.TickerFunc(oneTwoFive)
	bottom, err := panel(points, c, onFrontier, monthly, money)
	if err != nil {
		return err
	}
	bottom.X.Label.Text = "memory, MB"
	bottom.Y.Label.Text = e.Currency + " a month"
	bottom.Y.Min = 0
	bottom.Y.Max *= 1.05
	if f.limit > 0 {
		if err := level(top, c.curve, f.limit.Seconds()); err != nil {
			return err
		}
	}
	if f.budget.IsPositive() {
		if err := level(bottom, c.curve, f.budget.InexactFloat64()); err != nil {
			return err
		}
	}
	if err := legend(bottom, c, len(frontier) < len(points)); err != nil {
		return err
	}

	canvas := vgsvg.New(width, height)
	parts := plot.Align([][]*plot.Plot{{top}, {bottom}}, draw.Tiles{Rows: 2, Cols: 1, PadY: vg.Points(8), PadTop: vg.Points(4), PadBottom: vg.Points(4), PadRight: vg.Points(12), PadLeft: vg.Points(4)}, draw.New(canvas))
	top.Draw(parts[0][0])
	bottom.Draw(parts[1][0])
	var svg bytes.Buffer
	if _, err := canvas.WriteTo(&svg); err != nil {
		return err
	}
	return os.WriteFile(file, adapt(svg.Bytes()), 0o644)
}

// panel plots one figure of the points and of what lies between them.
func panel(points []tuning.Point, c choice, onFrontier func(tuning.Point) bool, y func(tuning.Point) float64, colour color.Color) (*plot.Plot, error) {
	p := plot.New()
	p.BackgroundColor = color.Transparent
	for _, s := range []*text.Style{&p.Title.TextStyle, &p.X.Label.TextStyle, &p.Y.Label.TextStyle, &p.X.Tick.Label, &p.Y.Tick.Label, &p.Legend.TextStyle} {
		s.Color = ink
		s.Font.Variant = "Sans"
	}
	for _, s := range []*draw.LineStyle{&p.X.LineStyle, &p.Y.LineStyle, &p.X.Tick.LineStyle, &p.Y.Tick.LineStyle} {
		s.Color = ink
	}
	p.Title.TextStyle.Font.Size = font.Length(12)
	p.X.Scale = plot.LogScale{}
	p.X.Tick.Marker = sizes(points)
	grid := plotter.NewGrid()
	grid.Vertical.Color, grid.Horizontal.Color = faint, faint
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
		{beaten, draw.GlyphStyle{Color: colour, Radius: vg.Points(3.5), Shape: draw.RingGlyph{}}},
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
	return p, nil
}

var (
	choiceStyle  = draw.GlyphStyle{Color: chosen, Radius: vg.Points(7), Shape: draw.RingGlyph{}}
	betweenStyle = draw.GlyphStyle{Color: chosen, Radius: vg.Points(4), Shape: draw.CrossGlyph{}}
)

// level draws a limit as a dashed line.
func level(p *plot.Plot, curve []tuning.Estimate, y float64) error {
	line, err := plotter.NewLine(plotter.XYs{
		{X: float64(curve[0].Point.MemoryMB), Y: y}, {X: float64(curve[len(curve)-1].Point.MemoryMB), Y: y},
	})
	if err != nil {
		return err
	}
	line.LineStyle = draw.LineStyle{Color: chosen, Width: vg.Points(1), Dashes: []vg.Length{vg.Points(4), vg.Points(3)}}
	p.Add(line)
	return nil
}

// legend explains the marks that there are.
func legend(p *plot.Plot, c choice, beaten bool) error {
	p.Legend.Left = true
	p.Legend.Top = false
	p.Legend.Padding = vg.Points(3)
	for _, l := range []struct {
		text  string
		style draw.GlyphStyle
		shown bool
	}{
		{"measured, on the frontier", draw.GlyphStyle{Color: money, Radius: vg.Points(3.5), Shape: draw.CircleGlyph{}}, true},
		{"measured, beaten in both", draw.GlyphStyle{Color: money, Radius: vg.Points(3.5), Shape: draw.RingGlyph{}}, beaten},
		{"the choice", choiceStyle, true},
		{"may be better still (interpolated)", betweenStyle, !c.between.Measured},
	} {
		if !l.shown {
			continue
		}
		s, err := plotter.NewScatter(plotter.XYs{{X: 1, Y: 1}})
		if err != nil {
			return err
		}
		s.GlyphStyle = l.style
		p.Legend.Add(l.text, s)
	}
	return nil
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

// oneTwoFive marks 1, 2 and 5 of each power of ten.
func oneTwoFive(low, high float64) []plot.Tick {
	var ticks []plot.Tick
	for e := math.Floor(math.Log10(low)); e <= math.Ceil(math.Log10(high)); e++ {
		for _, m := range []float64{1, 2, 5} {
			if v := m * math.Pow(10, e); v >= low/1.001 && v <= high*1.001 {
				ticks = append(ticks, plot.Tick{Value: v, Label: strconv.FormatFloat(v, 'g', 3, 64)})
			}
		}
	}
	return ticks
}

// adapt makes the ink the colour of text in the viewer's scheme, light or dark.
func adapt(svg []byte) []byte {
	svg = bytes.ReplaceAll(svg, []byte("#24292F"), []byte("currentColor"))
	const style = "<style>svg{color:#24292f}@media(prefers-color-scheme:dark){svg{color:#e6edf3}}</style>\n"
	if i := bytes.Index(svg, []byte("<svg")); i >= 0 {
		if end := bytes.IndexByte(svg[i:], '>'); end >= 0 {
			at := i + end + 1
			return slices.Concat(svg[:at], []byte("\n"+style), svg[at:])
		}
	}
	return svg
}
